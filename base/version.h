/* Which Koneksi a program is: "0.2.0", and where it was built from a git checkout "0.2.0 (abc1234)" with the commit. */
#ifndef KONEKSI_BASE_VERSION_H
#define KONEKSI_BASE_VERSION_H

/* Of each program an object of its own, which cmake/Version.cmake makes: a commit compiles this text and no more. */
extern const char version_text[];

#endif
