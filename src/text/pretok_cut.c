/* The hand-written cutters. Each follows its pattern's alternatives in order; where a pattern
 * backtracks, the comment says to where. Time is linear in the piece plus the spaces or capitals
 * that are looked at twice. */
#include "text/pretok.h"
#include "text/unicode.h"

/* The end of the run of characters of the classes MASK from AT. */
static inline size_t run(const uint8_t *s, size_t at, size_t end, unsigned mask)
{
    while (at < end) {
        unsigned len = 1;
        unsigned c = s[at] < 0x80 ? unicode_ascii[s[at]] : unicode_at(s, at, end, &len);
        if (!(c & mask))
            break;
        at += len;
    }
    return at;
}

/* The end of up to MAX numbers from AT. */
static size_t numbers(const uint8_t *s, size_t at, size_t end, unsigned max)
{
    for (unsigned i = 0, len; i < max; i++, at += len)
        if (!(unicode_at(s, at, end, &len) & UC_NUMBER))
            break;
    return at;
}

/* 's 't 're 've 'm 'll 'd at AT: their length, or 0. FOLD ignores case, U+017F (long s) included.
 */
static size_t contraction(const uint8_t *s, size_t at, size_t end, bool fold)
{
    size_t left = end - at;
    if (left < 2 || s[at] != '\'')
        return 0;
    if (fold && left >= 3 && s[at + 1] == 0xC5 && s[at + 2] == 0xBF)
        return 3;
    uint8_t bit = fold ? 0x20 : 0;
    uint8_t a = s[at + 1] | bit, b = left > 2 ? s[at + 2] | bit : 0;
    if (a == 's' || a == 't' || a == 'm' || a == 'd')
        return 2;
    if ((a == 'r' && b == 'e') || (a == 'v' && b == 'e') || (a == 'l' && b == 'l'))
        return 3;
    return 0;
}

/* White space from AT: \s+(?!\S)|\s+ leaves the last space to the word that follows, unless it is
 * alone. With NEWLINES, \s*[\r\n]+ goes first: it gives back what follows the last line end. */
static size_t spaces(const uint8_t *s, size_t at, size_t end, bool newlines)
{
    size_t last = at, after_newline = 0, p = at;
    while (p < end) {
        unsigned len, c = unicode_at(s, p, end, &len);
        if (!(c & UC_ANY_SPACE))
            break;
        last = p;
        p += len;
        if (c == UC_NEWLINE)
            after_newline = p;
    }
    if (newlines && after_newline)
        return after_newline;
    return p < end && last > at ? last : p;
}

static size_t next_gpt2(const uint8_t *s, size_t at, size_t end)
{
    size_t n = contraction(s, at, end, false);
    if (n)
        return at + n;
    unsigned len;
    size_t from = at + (s[at] == ' ');
    unsigned c = unicode_at(s, from, end, &len);
    if (c & UC_ANY_LETTER)
        return run(s, from + len, end, UC_ANY_LETTER);
    if (c & UC_NUMBER)
        return run(s, from + len, end, UC_NUMBER);
    if (c & (UC_OTHER | UC_MARK))
        return run(s, from + len, end, UC_OTHER | UC_MARK);
    return spaces(s, at, end, false);
}

/* ?[^\s\p{L}\p{N}]+ with the line ends (and slashes) that follow, or white space. OTHER are the
 * classes of the bracket. */
static size_t symbols_or_spaces(const uint8_t *s, size_t at, size_t end, unsigned other, bool slash)
{
    unsigned len;
    size_t from = at + (s[at] == ' ');
    if (!(unicode_at(s, from, end, &len) & other))
        return spaces(s, at, end, true);
    size_t p = run(s, from + len, end, other);
    while (p < end && (s[p] == '\r' || s[p] == '\n' || (slash && s[p] == '/')))
        p++;
    return p;
}

static size_t next_llama3(const uint8_t *s, size_t at, size_t end, unsigned letters,
                          unsigned digits)
{
    unsigned len, len2;
    unsigned c = unicode_at(s, at, end, &len);
    if (c & letters)
        return run(s, at + len, end, letters);
    size_t n = contraction(s, at, end, true);
    if (n)
        return at + n;
    if (c & UC_NUMBER)
        return numbers(s, at, end, digits);
    if (c != UC_NEWLINE && (unicode_at(s, at + len, end, &len2) & letters))
        return run(s, at + len + len2, end, letters);
    size_t p = symbols_or_spaces(s, at, end, (UC_OTHER | UC_MARK) & ~letters, false);
    return p;
}

enum { NO_WORD, CAPITALS, WORD };

/* o200k's two word alternatives from AT, with U = [\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}] and W =
 * [\p{Ll}\p{Lm}\p{Lo}\p{M}]: U*W+ is a WORD; when no lower-case letter follows the U's it
 * backtracks to the last of them that is also in W. U+W* (CAPITALS) is what remains: capitals only.
 */
static int cased_word(const uint8_t *s, size_t at, size_t end, size_t *word_end)
{
    const unsigned both = UC_LETTER | UC_MARK;
    size_t p = at, after_both = 0;
    unsigned len, c;
    while ((c = unicode_at(s, p, end, &len)) & (UC_UPPER | both)) {
        p += len;
        if (c & both)
            after_both = p;
    }
    if (c & UC_LOWER) {
        *word_end = run(s, p, end, UC_LOWER | both);
        return WORD;
    }
    *word_end = after_both ? after_both : p;
    return after_both ? WORD : p > at ? CAPITALS : NO_WORD;
}

static size_t next_gpt4o(const uint8_t *s, size_t at, size_t end, bool contractions,
                         unsigned digits)
{
    unsigned len;
    unsigned c = unicode_at(s, at, end, &len);
    if (c & UC_NUMBER)
        return numbers(s, at, end, digits);
    size_t bare_end = at, led_end = at;
    int bare = cased_word(s, at, end, &bare_end);
    int led = c & (UC_ANY_LETTER | UC_NEWLINE) ? NO_WORD : cased_word(s, at + len, end, &led_end);
    size_t p = 0;
    if (led == WORD)
        p = led_end;
    else if (bare == WORD)
        p = bare_end;
    else if (led == CAPITALS)
        p = led_end;
    else if (bare == CAPITALS)
        p = bare_end;
    if (p)
        return contractions ? p + contraction(s, p, end, true) : p;
    return symbols_or_spaces(s, at, end, UC_OTHER | UC_MARK, true);
}

static size_t next_digits(const uint8_t *s, size_t at, size_t end, bool runs)
{
    unsigned len;
    if (unicode_at(s, at, end, &len) & UC_NUMBER)
        return runs ? run(s, at + len, end, UC_NUMBER) : at + len;
    return run(s, at + len, end, 0xFF & ~UC_NUMBER);
}

static size_t next_space(const uint8_t *s, size_t at, size_t end, bool keep_runs)
{
    size_t p = at;
    if (keep_runs)
        while (p < end && s[p] == ' ')
            p++;
    p += p == at;
    const uint8_t *q = p < end ? memchr(s + p, ' ', end - p) : NULL;
    return q ? (size_t)(q - s) : end;
}

size_t pretok_next(enum pretok_kind kind, const uint8_t *s, size_t at, size_t end)
{
    switch (kind) {
    case PRETOK_GPT2: return next_gpt2(s, at, end);
    case PRETOK_LLAMA3: return next_llama3(s, at, end, UC_ANY_LETTER, 3);
    case PRETOK_QWEN2: return next_llama3(s, at, end, UC_ANY_LETTER, 1);
    case PRETOK_QWEN35: return next_llama3(s, at, end, UC_ANY_LETTER | UC_MARK, 1);
    case PRETOK_GPT4O: return next_gpt4o(s, at, end, true, 3);
    case PRETOK_TEKKEN: return next_gpt4o(s, at, end, false, 1);
    case PRETOK_DIGITS: return next_digits(s, at, end, false);
    case PRETOK_NUMBERS: return next_digits(s, at, end, true);
    case PRETOK_WORDS: return next_space(s, at, end, true);
    case PRETOK_SPACES: return next_space(s, at, end, false);
    case PRETOK_PATTERN: break;
    }
    return end;
}
