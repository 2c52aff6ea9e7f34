/* What the commands write to standard output. */
#ifndef KONEKSI_SERVER_COMMAND_PRINT_H
#define KONEKSI_SERVER_COMMAND_PRINT_H

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "base/figures.h"
#include "base/language.h"

/* Writes the tree on one line. RESULT_SYSTEM, RESULT_NO_MEMORY. */
enum result print_json(const cJSON *json, struct err *err) MUST_CHECK;
/* Writes the text, whose memory may have run out. The same errors. */
enum result print_text(const struct buf *text, struct err *err) MUST_CHECK;
/* The number of a limit or of what was used of it: "unlimited", or "?" where it is not known. */
const char *print_figure(uint64_t number, enum language language, char text[FIGURE_SIZE]);

#endif
