#include "base/utf8.h"

#include <string.h>

/* Bytes that the lead byte B announces, 0 when B cannot start a character; *min and *max bound the
 * second byte (RFC 3629 section 4: this excludes overlong forms, surrogates and > U+10FFFF). */
static unsigned lead(uint8_t b, uint8_t *min, uint8_t *max)
{
    *min = 0x80;
    *max = 0xBF;
    if (b < 0x80)
        return 1;
    if (b < 0xC2 || b > 0xF4)
        return 0;
    if (b < 0xE0)
        return 2;
    if (b < 0xF0) {
        if (b == 0xE0)
            *min = 0xA0;
        if (b == 0xED)
            *max = 0x9F;
        return 3;
    }
    if (b == 0xF0)
        *min = 0x90;
    if (b == 0xF4)
        *max = 0x8F;
    return 4;
}

uint32_t utf8_next(const uint8_t *p, size_t n, unsigned *len)
{
    uint8_t min, max;
    unsigned k = lead(p[0], &min, &max);
    *len = 1;
    if (k == 1)
        return p[0];
    if (k == 0 || k > n || p[1] < min || p[1] > max)
        return UTF8_INVALID;
    uint32_t c = p[0] & (0x7Fu >> k);
    for (unsigned i = 1; i < k; i++) {
        if ((p[i] & 0xC0) != 0x80)
            return UTF8_INVALID;
        c = c << 6 | (p[i] & 0x3F);
    }
    *len = k;
    return c;
}

bool utf8_valid(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n;) {
        uint64_t w;
        if (n - i >= 8 && (memcpy(&w, p + i, 8), (w & 0x8080808080808080u) == 0)) {
            i += 8;
            continue;
        }
        unsigned k;
        if (utf8_next(p + i, n - i, &k) == UTF8_INVALID)
            return false;
        i += k;
    }
    return true;
}

unsigned utf8_put(uint8_t *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (uint8_t)c;
        return 1;
    }
    unsigned k = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (unsigned i = k - 1; i > 0; i--, c >>= 6)
        out[i] = (uint8_t)(0x80 | (c & 0x3F));
    out[0] = (uint8_t)((0xF0u << (4 - k)) | c);
    return k;
}

size_t utf8_complete(const uint8_t *p, size_t n)
{
    for (size_t back = 1; back <= 3 && back <= n; back++) {
        uint8_t min, max;
        const uint8_t *q = p + n - back;
        if ((*q & 0xC0) == 0x80)
            continue;
        unsigned k = lead(*q, &min, &max);
        bool can_grow = k > back && (back == 1 || (q[1] >= min && q[1] <= max));
        return can_grow ? n - back : n;
    }
    return n;
}
