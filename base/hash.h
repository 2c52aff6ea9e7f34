/* FNV-1a with 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/): tells contents apart, and is no protection. */
#ifndef KONEKSI_BASE_HASH_H
#define KONEKSI_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_INIT 0xcbf29ce484222325ULL

/* The hash of what `hash` covers and of `bytes` after it. */
static inline uint64_t hash_add(uint64_t hash, const void *bytes, size_t length)
{
    for (const unsigned char *byte = bytes; length > 0; byte++, length--) {
        hash = (hash ^ *byte) * 0x100000001b3ULL;
    }
    return hash;
}

#endif
