/* The token of --token-file, which every request must carry. */
#ifndef KONEKSI_SERVER_TOKEN_H
#define KONEKSI_SERVER_TOKEN_H

#include "base/err.h"

#define TOKEN_LEAST 16 /* characters */
#define TOKEN_MOST 1024

/* Reads the token and strips white space around it. It must be visible ASCII, which a header can carry as one word (RFC
 * 9110, 5.6.2 and 11.2). Warns when everybody can read the file. The caller frees `token`. RESULT_SYSTEM when the file
 * cannot be read, RESULT_INVALID when it holds no valid token, RESULT_NO_MEMORY. No message shows the token. */
enum result token_read(const char *path, char **token, struct err *err) MUST_CHECK;

#endif
