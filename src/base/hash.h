/* hash: SHA-256 for content addresses, FNV-1a for tables, a checksum for gigabytes. */
#ifndef TAKT_BASE_HASH_H
#define TAKT_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct sha256 {
    uint32_t h[8];
    uint64_t bytes;
    uint8_t block[64];
};

/* sha256_init, sha256_add, sha256_end: FIPS 180-4. OUT holds 32 bytes. */
void sha256_init(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *p, size_t n);
void sha256_end(struct sha256 *s, uint8_t out[32]);

/* hash_hex writes N bytes as 2N lower-case digits and a NUL. */
void hash_hex(char *out, const uint8_t *p, size_t n);

/* hash_fnv1a is the 64-bit FNV-1a of N bytes (not for hostile tables without a seed; SEED is mixed
 * in first). */
uint64_t hash_fnv1a(const void *p, size_t n, uint64_t seed);

/* hash_bulk is a checksum of N bytes at the speed of memory: sums and sums of sums over eight lanes
 * of 64 bits (Fletcher's checksum). It finds what a disk or a careless hand damages, not what
 * somebody forges. */
uint64_t hash_bulk(const void *p, size_t n);

#endif
