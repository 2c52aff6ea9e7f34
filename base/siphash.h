/* SipHash-2-4 (Aumasson and Bernstein 2012): a keyed hash. Without the key nobody finds what was hashed, and who knows
 * hashes cannot find the key. */
#ifndef KONEKSI_BASE_SIPHASH_H
#define KONEKSI_BASE_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

#define SIPHASH_KEY_SIZE 16

uint64_t siphash(const uint8_t key[SIPHASH_KEY_SIZE], const void *bytes, size_t length);

#endif
