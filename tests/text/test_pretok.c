/* The hand-written cutters against PCRE2 running the same patterns, and what stages do. */
#include "base/utf8.h"
#include "t.h"
#include "text/normalize.h"
#include "text/pretok.h"

#define CONTRACTION "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
#define SPACE_TAIL  "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
#define CASED_A                                                                                    \
    "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
#define CASED_B                                                                                    \
    "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"

static const struct {
    enum pretok_kind kind;
    const char *pattern;
} known[] = {
    {PRETOK_GPT2,
     "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"},
    {PRETOK_LLAMA3, CONTRACTION "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| "
                                "?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|" SPACE_TAIL},
    {PRETOK_QWEN2, CONTRACTION "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| "
                               "?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|" SPACE_TAIL},
    {PRETOK_QWEN35, CONTRACTION "|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| "
                                "?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|" SPACE_TAIL},
    {PRETOK_GPT4O, CASED_A CONTRACTION "?|" CASED_B CONTRACTION
                                       "?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|" SPACE_TAIL},
    {PRETOK_TEKKEN, CASED_A "|" CASED_B "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|" SPACE_TAIL},
    {PRETOK_DIGITS, "\\p{N}"},
    {PRETOK_NUMBERS, "\\p{N}+"},
};

/* Pieces joined with a vertical bar that no test text contains. */
static bool join(void *ctx, const uint8_t *p, size_t len)
{
    return text_buf_add(ctx, p, len) && text_buf_add(ctx, "|", 1);
}

static const char *cut(const struct pretok *p, struct slice text, struct text_buf *b)
{
    b->len = 0;
    T_OK(pretok_run(p, text, join, b));
    text_buf_add(b, "", 1);
    return (const char *)b->p;
}

/* Characters of every class, all of them assigned long ago, so that Unicode versions do not matter.
 */
static size_t random_text(uint8_t *out, size_t n_chars)
{
    static const uint32_t pool[] = {
        'a',    'b',    'A',    'Z',    's',     'S',     't',     'l',     'L',     'e',    'r',
        'v',    'd',    'm',    '\'',   '\'',    ' ',     ' ',     ' ',     '\n',    '\r',   '\t',
        '1',    '2',    '.',    '/',    '-',     '_',     '!',     0,       0x1C,    0x7F,   0x85,
        0xA0,   0xAA,   0xB2,   0xBD,   0xC9,    0xE9,    0xDF,    0x17F,   0x1C5,   0x2B0,  0x301,
        0x308,  0x391,  0x3B1,  0x416,  0x436,   0x5D0,   0x661,   0x903,   0x905,   0xE01,  0x10D0,
        0x1E9E, 0x2003, 0x200D, 0x2028, 0x20AC,  0x2167,  0x2460,  0x3000,  0x3042,  0x4E00, 0xAC00,
        0xE000, 0xFF11, 0xFF21, 0xFFFD, 0x1D400, 0x1F600, 0x20000, 0xE0101, 0x10FFFF};
    size_t n = 0;
    for (size_t i = 0; i < n_chars; i++) {
        uint32_t c = pool[t_rand() % (sizeof pool / sizeof pool[0])];
        unsigned repeat = t_rand() % 8 == 0 ? 1 + (unsigned)(t_rand() % 6) : 1;
        while (repeat-- > 0)
            n += utf8_put(out + n, c);
    }
    return n;
}

T_TEST(cutters_equal_patterns)
{
    uint8_t text[40 * 6 * 4];
    struct text_buf a = {0}, b = {0};
    for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
        struct pretok hand = {0}, regex = {0};
        takt_err e;
        struct slice pattern = slice_str(known[k].pattern);
        T_RC(pretok_add_pattern(&hand, pattern, false, false, false, "test", &e), &e);
        T_EQ_INT(hand.stages[0].kind, known[k].kind);
        T_RC(pretok_compile_pattern(&regex, pattern, false, "test", &e), &e);
        for (int i = 0; i < 4000; i++) {
            struct slice s = {text, random_text(text, 1 + t_rand() % 40)};
            const char *got = cut(&hand, s, &a), *want = cut(&regex, s, &b);
            if (strcmp(got, want) != 0 || a.len != b.len || memcmp(got, want, a.len) != 0) {
                t_fail(__FILE__, __LINE__, "%s: cuts %s, pattern %s",
                       pretok_kind_name(known[k].kind), got, want);
                break;
            }
        }
        pretok_free(&hand);
        pretok_free(&regex);
    }
    text_buf_free(&a);
    text_buf_free(&b);
}

static void expect(const char *name, const char *text, const char *want)
{
    struct pretok p = {0};
    struct text_buf b = {0};
    bool ignore_merges, add_bos;
    takt_err e;
    T_RC(pretok_add_named(&p, slice_str(name), &ignore_merges, &add_bos, &e), &e);
    T_EQ_STR(cut(&p, slice_str(text), &b), want);
    text_buf_free(&b);
    pretok_free(&p);
}

T_TEST(named)
{
    expect("llama-bpe", "we'LL pay 12345 EUR", "we|'LL| pay| |123|45| EUR|");
    expect("llama-bpe", "a  b\n\n  c \n", "a| | b|\n\n| | c| \n|");
    expect("gpt-2", "we'LL pay 12345", "we|'|LL| pay| 12345|");
    expect("refact", "  12 x", "  |1|2| x|");
    expect("starcoder", "x  12", "x|  |1|2|");
    expect("qwen2", " 12", " |1|2|");
    expect("gpt-4o", "HelloWORLD it's/\n", "Hello|WORLD| it's|/\n|");
    expect("tekken", "it's", "it|'s|");
    expect("dbrx", "", "");
    expect("default", "a$1234", "a|$|123|4|");
}

T_TEST(unknown_name_lists_known_ones)
{
    struct pretok p = {0};
    bool a, b;
    takt_err e;
    T_FAILS(pretok_add_named(&p, slice_str("klingon"), &a, &b, &e), &e, TAKT_ERR_UNSUPPORTED,
            "klingon");
    T_FAILS(pretok_add_named(&p, slice_str("klingon"), &a, &b, &e), &e, TAKT_ERR_UNSUPPORTED,
            "llama-bpe");
    T_EQ_INT(p.n_stages, 0);
}

T_TEST(gaps_and_matches)
{
    static const struct {
        bool drop_matches, drop_gaps;
        const char *want;
    } cases[] = {{false, false, "a|--|b|-|"}, {true, false, "a|b|"}, {false, true, "--|-|"}};
    for (size_t i = 0; i < 3; i++) {
        struct pretok p = {0};
        struct text_buf b = {0};
        takt_err e;
        T_RC(pretok_add_pattern(&p, slice_str("-+"), false, cases[i].drop_matches,
                                cases[i].drop_gaps, "test", &e),
             &e);
        T_EQ_STR(cut(&p, slice_str("a--b-"), &b), cases[i].want);
        text_buf_free(&b);
        pretok_free(&p);
    }
}

T_TEST(bad_patterns)
{
    struct pretok p = {0};
    takt_err e;
    T_FAILS(pretok_add_pattern(&p, slice_str("(a"), false, false, false, "t.json", &e), &e,
            TAKT_ERR_FORMAT, "split pattern");
    T_FAILS(pretok_add_pattern(&p, slice_str(""), false, false, false, "t.json", &e), &e,
            TAKT_ERR_LIMIT, "1 to");
    struct text_buf b = {0};
    T_RC(pretok_add_pattern(&p, slice_str("(a"), true, false, false, "t.json", &e), &e);
    T_EQ_STR(cut(&p, slice_str("x(ay"), &b), "x|(a|y|");
    text_buf_free(&b);
    pretok_free(&p);
}

/* Any bytes: the pieces are not empty and joined give the text. */
T_TEST(any_bytes)
{
    for (int kind = PRETOK_GPT2; kind < PRETOK_PATTERN; kind++) {
        for (int i = 0; i < 500; i++) {
            uint8_t s[64];
            size_t n = t_rand() % 64, at = 0;
            for (size_t k = 0; k < n; k++)
                s[k] = t_rand() % 3 ? (uint8_t)t_rand() : (uint8_t) " '\n1a"[t_rand() % 5];
            while (at < n) {
                size_t end = pretok_next((enum pretok_kind)kind, s, at, n);
                if (!T_OK(end > at && end <= n))
                    return;
                at = end;
            }
        }
    }
}

T_MAIN("text/pretok")
