/* The dashboard's files, built into the program. */
#ifndef KONEKSI_WEB_ASSETS_H
#define KONEKSI_WEB_ASSETS_H

#include "base/embed.h"

/* The file behind a path: "/" is index.html, "/js/app.js" js/app.js. NULL when there is none. */
const struct embedded_file *assets_find(const char *path);

#endif
