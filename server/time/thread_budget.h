/* How many threads of connections the address space, the data and the maps of this process have room for. They would
 * else take all of them, and the panel's database and API would find none. */
#ifndef KONEKSI_SERVER_TIME_THREAD_BUDGET_H
#define KONEKSI_SERVER_TIME_THREAD_BUDGET_H

#include <stdint.h>

#define THREAD_BUDGET_NONE UINT64_MAX

/* So many threads, each of which takes `each`, have room in `bound` beside what is taken already. */
uint64_t thread_budget_in(uint64_t bound, uint64_t taken, uint64_t each);

/* By RLIMIT_AS and what of it this process uses now, less `reserved` bytes; THREAD_BUDGET_NONE where nothing bounds it.
 * `each` is what one takes. */
uint64_t thread_budget_addresses(uint64_t reserved, uint64_t each);

/* Likewise by RLIMIT_DATA. */
uint64_t thread_budget_data(uint64_t reserved, uint64_t each);

/* Likewise by vm.max_map_count, less `reserved` maps; THREAD_BUDGET_NONE where it cannot be read. */
uint64_t thread_budget_maps(uint64_t reserved, uint64_t each);

#endif
