/* bytes: numbers of 16 to 32 bits at places that may be odd, in both byte orders. The caller has
 * checked that the bytes are there. */
#ifndef TAKT_MEDIA_BYTES_H
#define TAKT_MEDIA_BYTES_H

#include <stdint.h>

/* be16, be32: the most significant byte first. */
static inline uint32_t be16(const uint8_t *p)
{
    return (uint32_t)p[0] << 8 | p[1];
}
static inline uint32_t be32(const uint8_t *p)
{
    return be16(p) << 16 | be16(p + 2);
}

/* le16, le24, le32: the least significant byte first. */
static inline uint32_t le16(const uint8_t *p)
{
    return (uint32_t)p[1] << 8 | p[0];
}
static inline uint32_t le24(const uint8_t *p)
{
    return (uint32_t)p[2] << 16 | le16(p);
}
static inline uint32_t le32(const uint8_t *p)
{
    return le16(p + 2) << 16 | le16(p);
}

#endif
