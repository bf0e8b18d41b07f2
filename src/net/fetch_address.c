/* fetch_address: which addresses are everybody's. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "net/fetch.h"

/* The blocks of IPv4 that are not the Internet's (RFC 6890 and the registry that it made). */
static const struct block {
    uint32_t first;
    unsigned bits;
} not_public[] = {
    {0x00000000, 8},  /* 0.0.0.0: this network */
    {0x0a000000, 8},  /* 10: private */
    {0x64400000, 10}, /* 100.64: carriers' */
    {0x7f000000, 8},  /* 127: this machine */
    {0xa9fe0000, 16}, /* 169.254: the link, and clouds' metadata */
    {0xac100000, 12}, /* 172.16: private */
    {0xc0000000, 24}, /* 192.0.0: protocols' */
    {0xc0000200, 24}, /* 192.0.2: documents' */
    {0xc0586300, 24}, /* 192.88.99: relays */
    {0xc0a80000, 16}, /* 192.168: private */
    {0xc6120000, 15}, /* 198.18: benchmarks' */
    {0xc6336400, 24}, /* 198.51.100: documents' */
    {0xcb007100, 24}, /* 203.0.113: documents' */
    {0xe0000000, 4},  /* 224: many at once */
    {0xf0000000, 4},  /* 240: reserved, and all at once */
};

static bool is_public_4(uint32_t a)
{
    for (size_t i = 0; i < sizeof not_public / sizeof *not_public; i++)
        if ((a ^ not_public[i].first) >> (32 - not_public[i].bits) == 0)
            return false;
    return true;
}

static bool begins(const uint8_t a[16], const char *prefix, size_t n)
{
    return memcmp(a, prefix, n) == 0;
}

/* Only what is given out to the world (2000::/3), without what has an IPv4 address inside or is for
 * documents. */
static bool is_public_6(const uint8_t a[16])
{
    return (a[0] & 0xe0) == 0x20 && !begins(a, "\x20\x01\x00\x00", 4) /* Teredo */
           && !begins(a, "\x20\x01\x0d\xb8", 4)                       /* documents' */
           && !begins(a, "\x20\x02", 2)                               /* 6to4 */
           && !begins(a, "\x3f\xff\x00", 3); /* documents', the newer ones */
}

bool fetch_is_public(const struct sockaddr *a)
{
    if (a->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, a, sizeof in);
        return is_public_4(ntohl(in.sin_addr.s_addr));
    }
    if (a->sa_family == AF_INET6) {
        struct sockaddr_in6 in;
        memcpy(&in, a, sizeof in);
        const uint8_t *b = in.sin6_addr.s6_addr;
        if (IN6_IS_ADDR_V4MAPPED(&in.sin6_addr))
            return is_public_4((uint32_t)b[12] << 24 | (uint32_t)b[13] << 16 |
                               (uint32_t)b[14] << 8 | b[15]);
        return is_public_6(b);
    }
    return false;
}
