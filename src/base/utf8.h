/* utf8: decoding, checking, and the boundary of a split character. */
#ifndef TAKT_BASE_UTF8_H
#define TAKT_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_INVALID 0xFFFFFFFFu

/* utf8_next decodes one code point of P[0..n), n >= 1, and sets *len to its bytes (1 to 4). A
 * malformed, overlong, surrogate or cut sequence gives UTF8_INVALID and *len = 1. */
uint32_t utf8_next(const uint8_t *p, size_t n, unsigned *len);

/* utf8_valid tells whether all N bytes are well-formed UTF-8 (RFC 3629). */
bool utf8_valid(const uint8_t *p, size_t n);

/* utf8_put writes code point C (<= 0x10FFFF) to OUT (4 bytes) and returns its length. */
unsigned utf8_put(uint8_t *out, uint32_t c);

/* utf8_complete returns how many of the N bytes form whole characters or can never become one: the
 * rest (0 to 3 bytes) is the start of a character whose end has not come yet. */
size_t utf8_complete(const uint8_t *p, size_t n);

#endif
