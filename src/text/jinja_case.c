#include "text/jinja_case.h"

#include <string.h>

#include <utf8proc.h>

#include "base/utf8.h"
#include "text/jinja_lex.h"

/* The capitals that are more than one character (Unicode's SpecialCasing, the letters in use), and
 * their title form. */
static const struct {
    uint32_t from;
    const char *upper, *title;
} special[] = {
    {0xDF, "SS", "Ss"},     {0x149, "ʼN", "ʼN"},  {0x1F0, "J̌", "J̌"},    {0x587, "ԵՒ", "Եւ"},
    {0xFB00, "FF", "Ff"},   {0xFB01, "FI", "Fi"}, {0xFB02, "FL", "Fl"}, {0xFB03, "FFI", "Ffi"},
    {0xFB04, "FFL", "Ffl"}, {0xFB05, "ST", "St"}, {0xFB06, "ST", "St"},
};

static bool is_lower(uint32_t c)
{
    if (c < 0x80)
        return c >= 'a' && c <= 'z';
    return utf8proc_islower((utf8proc_int32_t)c);
}

static bool is_upper(uint32_t c)
{
    if (c < 0x80)
        return c >= 'A' && c <= 'Z';
    return utf8proc_isupper((utf8proc_int32_t)c) &&
           utf8proc_category((utf8proc_int32_t)c) != UTF8PROC_CATEGORY_LT;
}

static bool is_cased(uint32_t c)
{
    return is_lower(c) || is_upper(c) ||
           (c >= 0x80 && utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_LT);
}

static bool put_char(struct jinja_run *r, struct jinja_text *t, uint32_t c)
{
    uint8_t buf[4];
    return text_put(r, t, (const char *)buf, utf8_put(buf, c));
}

static bool put_upper(struct jinja_run *r, struct jinja_text *t, uint32_t c, bool title)
{
    for (size_t i = 0; c >= 0x80 && i < sizeof special / sizeof *special; i++)
        if (special[i].from == c)
            return text_putz(r, t, title ? special[i].title : special[i].upper);
    utf8proc_int32_t u = (utf8proc_int32_t)c;
    return put_char(r, t, (uint32_t)(title ? utf8proc_totitle(u) : utf8proc_toupper(u)));
}

/* A capital sigma is small as ς at the end of a word: after a letter and not before one. */
static bool final_sigma(const struct jv_str *s, size_t at, bool after_letter)
{
    unsigned len;
    size_t next = at + 2;
    if (!after_letter)
        return false;
    return next >= s->len ||
           !is_cased(utf8_next((const uint8_t *)s->p + next, s->len - next, &len));
}

static bool put_lower(struct jinja_run *r, struct jinja_text *t, const struct jv_str *s, size_t at,
                      uint32_t c, bool after_letter)
{
    if (c == 0x130)
        return text_putz(r, t, "i̇");
    if (c == 0x3A3)
        return put_char(r, t, final_sigma(s, at, after_letter) ? 0x3C2 : 0x3C3);
    return put_char(r, t, (uint32_t)utf8proc_tolower((utf8proc_int32_t)c));
}

static bool put_fold(struct jinja_run *r, struct jinja_text *t, uint32_t c)
{
    if (c == 0xDF || c == 0x1E9E)
        return text_putz(r, t, "ss");
    if (c == 0x3C2)
        c = 0x3C3;
    return put_char(r, t, (uint32_t)utf8proc_tolower((utf8proc_int32_t)c));
}

static bool starts_word(uint32_t before)
{
    char text[4];
    unsigned len = utf8_put((uint8_t *)text, before), n;
    return jinja_space(text, len, &n) || (before < 0x80 && before && strchr("-({[<", (int)before));
}

bool case_convert(struct jinja_run *r, const struct jv_str *s, enum jinja_case how, struct jv *out)
{
    struct jinja_text t = {0};
    unsigned len;
    uint32_t before = ' ';
    bool letter = false; /* the character before is cased */
    for (size_t i = 0; i < s->len; i += len) {
        uint32_t c = utf8_next((const uint8_t *)s->p + i, s->len - i, &len);
        c = c == UTF8_INVALID ? 0xFFFD : c;
        bool up = how == CASE_UPPER || (how == CASE_TITLE && !letter) ||
                  (how == CASE_CAPITALIZE && i == 0) || (how == CASE_SWAP && is_lower(c)) ||
                  (how == CASE_WORDS && (i == 0 || starts_word(before)));
        bool ok = how == CASE_SWAP && !is_cased(c) ? put_char(r, &t, c)
                  : how == CASE_FOLD               ? put_fold(r, &t, c)
                  : up ? put_upper(r, &t, c, how == CASE_TITLE || how == CASE_CAPITALIZE)
                       : put_lower(r, &t, s, i, c, letter);
        if (!ok)
            return false;
        before = c;
        letter = is_cased(c);
    }
    return text_value(r, &t, out);
}

bool case_compare_form(struct jinja_run *r, struct jv v, struct jv *out)
{
    *out = v;
    return v.kind == JV_STR ? case_convert(r, v.s, CASE_LOWER, out) : true;
}

static bool char_is(uint32_t c, enum jinja_class which)
{
    char text[4];
    unsigned n;
    utf8proc_category_t g = utf8proc_category((utf8proc_int32_t)c);
    bool alpha = g >= UTF8PROC_CATEGORY_LU && g <= UTF8PROC_CATEGORY_LO;
    bool superscript = c == 0xB2 || c == 0xB3 || c == 0xB9 || c == 0x2070 ||
                       (c >= 0x2074 && c <= 0x2079) || (c >= 0x2080 && c <= 0x2089);
    switch (which) {
    case CLASS_ALPHA: return alpha;
    case CLASS_DECIMAL: return g == UTF8PROC_CATEGORY_ND;
    case CLASS_DIGIT: return g == UTF8PROC_CATEGORY_ND || superscript;
    case CLASS_NUMERIC: return g >= UTF8PROC_CATEGORY_ND && g <= UTF8PROC_CATEGORY_NO;
    case CLASS_ALNUM: return alpha || (g >= UTF8PROC_CATEGORY_ND && g <= UTF8PROC_CATEGORY_NO);
    case CLASS_SPACE: return jinja_space(text, utf8_put((uint8_t *)text, c), &n);
    case CLASS_ASCII: return c < 0x80;
    case CLASS_PRINTABLE:
        return c == ' ' || (g != UTF8PROC_CATEGORY_CN && g < UTF8PROC_CATEGORY_ZS);
    default: return false;
    }
}

bool case_is_word(uint32_t c)
{
    return c == '_' || char_is(c, CLASS_ALNUM);
}

/* islower, isupper, istitle. */
static bool cased_is(const struct jv_str *s, enum jinja_class which)
{
    bool any = false, letter = false;
    unsigned len;
    for (size_t i = 0; i < s->len; i += len) {
        uint32_t c = utf8_next((const uint8_t *)s->p + i, s->len - i, &len);
        bool lower = is_lower(c), upper = is_cased(c) && !lower;
        if ((which == CLASS_LOWER && upper) || (which == CLASS_UPPER && lower) ||
            (which == CLASS_TITLE && ((upper && letter) || (lower && !letter))))
            return false;
        letter = lower || upper;
        any |= letter;
    }
    return any;
}

bool case_is(const struct jv_str *s, enum jinja_class which)
{
    unsigned len;
    if (which == CLASS_LOWER || which == CLASS_UPPER || which == CLASS_TITLE)
        return cased_is(s, which);
    if (s->len == 0)
        return which == CLASS_ASCII || which == CLASS_PRINTABLE;
    for (size_t i = 0; i < s->len; i += len) {
        uint32_t c = utf8_next((const uint8_t *)s->p + i, s->len - i, &len);
        if (c == UTF8_INVALID)
            return false;
        if (which != CLASS_IDENTIFIER ? !char_is(c, which)
                                      : !case_is_word(c) || (i == 0 && char_is(c, CLASS_NUMERIC)))
            return false;
    }
    return true;
}
