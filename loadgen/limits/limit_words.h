/* Private to limits.c and limits_json.c: the words for sides and scopes, both ways. */
#ifndef KONEKSI_LOADGEN_LIMITS_LIMIT_WORDS_H
#define KONEKSI_LOADGEN_LIMITS_LIMIT_WORDS_H

static const char *const side_names[] = {"client", "server"};
static const char *const scope_names[] = {"process", "user", "cgroup", "machine", "socket"};

#define LIMIT_EXACT_MOST (1ULL << 53) /* a JSON number is exact up to here; no machine has more of anything */

#endif
