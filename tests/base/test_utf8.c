#include "base/utf8.h"

#include "t.h"

/* Every code point there and back; surrogates are refused. */
T_TEST(round_trip)
{
    for (uint32_t c = 0; c <= 0x10FFFF; c++) {
        uint8_t b[4];
        unsigned n = utf8_put(b, c), len;
        bool is_surrogate = c >= 0xD800 && c <= 0xDFFF;
        uint32_t got = utf8_next(b, n, &len);
        if (is_surrogate ? got != UTF8_INVALID : got != c || len != n)
            if (!T_EQ_INT(got, c))
                return;
    }
}

/* All sequences of two bytes, and of three and four with a lead byte, against the definition. */
static bool by_definition(const uint8_t *p, unsigned n, uint32_t *c)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned k = p[0] < 0x80       ? 1
                 : p[0] >> 5 == 6  ? 2
                 : p[0] >> 4 == 14 ? 3
                 : p[0] >> 3 == 30 ? 4
                                   : 0;
    if (k == 0 || k > n)
        return false;
    *c = k == 1 ? p[0] : p[0] & ((1u << (7 - k)) - 1);
    for (unsigned i = 1; i < k; i++) {
        if (p[i] >> 6 != 2)
            return false;
        *c = *c << 6 | (p[i] & 63);
    }
    return *c >= least[k] && *c <= 0x10FFFF && !(*c >= 0xD800 && *c <= 0xDFFF);
}

T_TEST(malformed)
{
    static const uint8_t picks[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0,
                                    0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF};
    enum { N = sizeof picks };
    for (unsigned a = 0; a < 256; a++)
        for (unsigned i = 0; i < N * N * N; i++) {
            uint8_t p[4] = {(uint8_t)a, picks[i % N], picks[i / N % N], picks[i / N / N]};
            for (unsigned n = 1; n <= 4; n++) {
                uint32_t want = 0;
                unsigned len;
                bool ok = by_definition(p, n, &want);
                uint32_t got = utf8_next(p, n, &len);
                if (ok ? got != want : got != UTF8_INVALID || len != 1)
                    T_OK(!"differs from the definition");
            }
        }
}

T_TEST(valid)
{
    const char *good =
        "plain ASCII text, \xC3\xA8 and \xE2\x82\xAC and \xF0\x9F\x98\x80 mixed in it";
    size_t n = strlen(good);
    T_OK(utf8_valid((const uint8_t *)good, n));
    T_OK(utf8_valid(NULL, 0));
    for (size_t i = 0; i < n; i++) {
        uint8_t bad[100];
        memcpy(bad, good, n);
        bad[i] = 0xFF;
        T_OK(!utf8_valid(bad, n));
    }
    T_OK(!utf8_valid((const uint8_t *)"abc\xE2\x82", 5));
}

static void complete(const char *s, size_t want)
{
    T_EQ_INT(utf8_complete((const uint8_t *)s, strlen(s)), want);
}

T_TEST(split_characters_wait)
{
    complete("", 0);
    complete("abc", 3);
    complete("ab\xC3", 2);
    complete("ab\xC3\xA8", 4);
    complete("a\xE2", 1);
    complete("a\xE2\x82", 1);
    complete("a\xE2\x82\xAC", 4);
    complete("\xF0\x9F\x98", 0);
    complete("\xF0\x9F\x98\x80", 4);
    complete("a\x80", 2); /* can never become a character */
    complete("a\xFF", 2);
    complete("a\xE0\x80", 3); /* overlong already */
    complete("\x80\x80\x80\x80", 4);
    complete("\xC3\xC3", 1);
    complete("\xF0\x9F\x41", 3);
}

T_MAIN("base/utf8")
