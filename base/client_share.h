/* Which clients of a run one generator carries, where several carry it together: number `first` and every `stride`th
 * from there. A generator alone carries all of them: 0 and 1. */
#ifndef KONEKSI_BASE_CLIENT_SHARE_H
#define KONEKSI_BASE_CLIENT_SHARE_H

#include <stdint.h>

struct client_share {
    uint64_t first, stride;
};
static const struct client_share client_share_whole = {.first = 0, .stride = 1};

/* How many of `count` clients, or of anything that is dealt out likewise; those of two generators differ by at most 1.
 */
static inline uint64_t client_share_of(const struct client_share *share, uint64_t count)
{
    return count > share->first ? (count - share->first - 1) / share->stride + 1 : 0;
}

#endif
