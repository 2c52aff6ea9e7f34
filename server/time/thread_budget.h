/* How many threads of connections the address space has room for. Where RLIMIT_AS bounds it they would else take all of
 * it, and the panel's database and API would find none. */
#ifndef KONEKSI_SERVER_TIME_THREAD_BUDGET_H
#define KONEKSI_SERVER_TIME_THREAD_BUDGET_H

#include <stdint.h>

#define THREAD_BUDGET_NONE UINT64_MAX

/* By RLIMIT_AS and what of it this process uses now, less `reserved` bytes; THREAD_BUDGET_NONE where nothing bounds it.
 * `each` is what one takes. */
uint64_t thread_budget_find(uint64_t reserved, uint64_t each);

#endif
