# koneksi_version(TARGET): the object that holds base/version.h's text. It is made again when HEAD has moved, which git
# notes in a log of its own; the rest of the build does not depend on it. This file is also the script that writes it:
#     cmake -D VERSION=... -D TREE=... -D OUTPUT=... -P Version.cmake
function(koneksi_commit tree variable)
  execute_process(COMMAND git -C ${tree} rev-parse --show-toplevel --short HEAD
                  OUTPUT_VARIABLE output ERROR_QUIET RESULT_VARIABLE status OUTPUT_STRIP_TRAILING_WHITESPACE)
  string(REPLACE "\n" ";" lines "${output}")
  list(LENGTH lines count)
  set(${variable} "" PARENT_SCOPE)
  if(status EQUAL 0 AND count EQUAL 2) # a tarball that was unpacked within somebody else's checkout is not that commit
    list(GET lines 0 top)
    file(REAL_PATH ${tree} here)
    if(top STREQUAL here)
      list(GET lines 1 commit)
      set(${variable} ${commit} PARENT_SCOPE)
    endif()
  endif()
endfunction()

function(koneksi_version target)
  koneksi_commit(${CMAKE_SOURCE_DIR} commit)
  set(moved "")
  if(NOT commit STREQUAL "")
    foreach(file HEAD logs/HEAD)
      execute_process(COMMAND git -C ${CMAKE_SOURCE_DIR} rev-parse --path-format=absolute --git-path ${file}
                      OUTPUT_VARIABLE path OUTPUT_STRIP_TRAILING_WHITESPACE)
      if(EXISTS ${path})
        list(APPEND moved ${path})
      endif()
    endforeach()
  endif()
  set(source ${CMAKE_BINARY_DIR}/version.c)
  add_custom_command(OUTPUT ${source}
    COMMAND ${CMAKE_COMMAND} -D VERSION=${PROJECT_VERSION} -D TREE=${CMAKE_SOURCE_DIR} -D OUTPUT=${source}
            -P ${CMAKE_SOURCE_DIR}/cmake/Version.cmake
    DEPENDS ${moved} ${CMAKE_SOURCE_DIR}/cmake/Version.cmake VERBATIM)
  add_library(${target} OBJECT ${source})
  target_link_libraries(${target} PRIVATE koneksi_base)
endfunction()

if(CMAKE_SCRIPT_MODE_FILE)
  koneksi_commit(${TREE} commit)
  if(NOT commit STREQUAL "")
    string(APPEND VERSION " (${commit})")
  endif()
  file(WRITE ${OUTPUT} "#include \"base/version.h\"\n\nconst char version_text[] = \"${VERSION}\";\n")
endif()
