# What `cmake --install` puts where, and the Debian package, which is that with a prefix of /usr: `./run package`.
include(GNUInstallDirs)
set(maintainer "Koneksi maintainers <maintainers@koneksi.example.org>")
install(TARGETS koneksi koneksi-load RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
if(TARGET koneksi-load-mpi) # by itself: the package would depend on all of MPI
  install(TARGETS koneksi-load-mpi RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT mpi EXCLUDE_FROM_ALL)
endif()
install(FILES README.md SECURITY.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR} PATTERN "*.mjs" EXCLUDE)

# The unit names the program where it is installed, which only the installation knows.
install(DIRECTORY DESTINATION lib/systemd/system)
install(CODE "
  set(KONEKSI_BINDIR \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}\")
  configure_file(\"${CMAKE_SOURCE_DIR}/server/koneksi.service.in\"
                 \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/lib/systemd/system/koneksi.service\" @ONLY
                 FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)")
install(FILES server/koneksi.sysusers DESTINATION lib/sysusers.d RENAME koneksi.conf)

# koneksi_made(FILE DEPENDS files... COMMAND words...): a file of the build folder that is the output of a command.
set(made_files "")
function(koneksi_made file)
  cmake_parse_arguments(arg "" "" "DEPENDS;COMMAND" ${ARGN})
  add_custom_command(OUTPUT ${file} COMMAND ${arg_COMMAND} > ${file} DEPENDS ${arg_DEPENDS} VERBATIM)
  set(made_files ${made_files} ${CMAKE_BINARY_DIR}/${file} PARENT_SCOPE)
endfunction()

# The manual pages and the completion in bash, with the options as the programs' --help lists them.
if(NOT KONEKSI_SANITIZE)
  foreach(template server/koneksi.1.in loadgen/koneksi-load.1.in)
    get_filename_component(page ${template} NAME_WLE)
    get_filename_component(program ${page} NAME_WLE)
    koneksi_made(${page} DEPENDS ${program} ${generate} ${template}
      COMMAND ${program} --help | ${NODE} ${generate} manual ${CMAKE_SOURCE_DIR}/${template})
    koneksi_made(${page}.gz DEPENDS ${page} COMMAND gzip -9 -n -c ${page})
    install(FILES ${CMAKE_BINARY_DIR}/${page}.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  endforeach()
  koneksi_made(koneksi.bash DEPENDS koneksi koneksi-load ${generate} server/koneksi.bash.in
    COMMAND ${NODE} ${generate} completion ${CMAKE_SOURCE_DIR}/server/koneksi.bash.in
            $<TARGET_FILE:koneksi> $<TARGET_FILE:koneksi-load>)
  foreach(program koneksi koneksi-load) # bash-completion reads the file that has the program's name
    install(FILES ${CMAKE_BINARY_DIR}/koneksi.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
            RENAME ${program})
  endforeach()
endif()

# What only Debian has a place for.
koneksi_made(changelog.gz DEPENDS ${generate} CHANGELOG.md
  COMMAND ${NODE} ${generate} changelog ${CMAKE_SOURCE_DIR}/CHANGELOG.md ${maintainer} | gzip -9 -n)
file(READ ${CMAKE_SOURCE_DIR}/static/node_modules/uplot/LICENSE UPLOT_LICENCE)
string(STRIP "${UPLOT_LICENCE}" UPLOT_LICENCE)
string(REPLACE "\n" "\n " UPLOT_LICENCE " ${UPLOT_LICENCE}")
string(REPLACE "\n \n" "\n .\n" UPLOT_LICENCE "${UPLOT_LICENCE}")
configure_file(cmake/debian/copyright.in ${CMAKE_BINARY_DIR}/copyright @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/changelog.gz ${CMAKE_BINARY_DIR}/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR}
        COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES cmake/debian/lintian-overrides DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides RENAME koneksi
        COMPONENT debian EXCLUDE_FROM_ALL)
add_custom_target(made_files ALL DEPENDS ${made_files})

set(CPACK_GENERATOR DEB)
set(CPACK_SET_DESTDIR ON) # so that the unit names /usr/bin and not the folder in which the package is made
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_CMAKE_PROJECTS "${CMAKE_BINARY_DIR};koneksi;ALL;/;${CMAKE_BINARY_DIR};koneksi;debian;/")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER ${maintainer})
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "how many clients this machine carries, and what stops them
Koneksi starts a TIME server and a load generator, watches both sides of every
run, and names the limit that stopped the clients, with its evidence: as
threads, as a thread pool, as processes and in event loops.
.
It has a dashboard and an HTTP API (koneksi), one-shot commands for scripts and
CI (koneksi survey, koneksi ceiling), and a load generator by itself
(koneksi-load), which also loads HTTP, Redis, memcached and other servers.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_SOURCE_DIR}/cmake/debian/postinst
    ${CMAKE_SOURCE_DIR}/cmake/debian/prerm ${CMAKE_SOURCE_DIR}/cmake/debian/postrm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
