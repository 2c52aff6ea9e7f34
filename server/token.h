/* The token of --token-file, which every request must bear. */
#ifndef KONEKSI_SERVER_TOKEN_H
#define KONEKSI_SERVER_TOKEN_H

#include "base/err.h"

#define TOKEN_LEAST 16 /* characters */
#define TOKEN_MOST 1024

/* Reads it: white space around it is not part of it, and it is of what a header can carry as one word: visible ASCII
 * (RFC 9110, 5.6.2 and 11.2). A file that everybody can read is warned of. The caller frees `token`. RESULT_SYSTEM when
 * the file cannot be read, RESULT_INVALID when what it holds is no token, RESULT_NO_MEMORY. No message tells of it. */
enum result token_read(const char *path, char **token, struct err *err) MUST_CHECK;

#endif
