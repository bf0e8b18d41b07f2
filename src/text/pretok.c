#include "text/pretok.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>

/* Every pattern that a hand-written cutter equals, as tokenizer.json files spell it. */
static const struct {
    const char *text;
    enum pretok_kind kind;
} known_patterns[] = {
    {"'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
     PRETOK_GPT2},
    {"'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
     PRETOK_GPT2},
    {"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| "
     "?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
     PRETOK_LLAMA3},
    {"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|"
     "\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
     PRETOK_LLAMA3},
    {"'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}{1,3}| "
     "?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+",
     PRETOK_LLAMA3},
    {"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| "
     "?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
     PRETOK_QWEN2},
    {"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| "
     "?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
     PRETOK_QWEN35},
    {"[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
     "(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+"
     "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| "
     "?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
     PRETOK_GPT4O},
    {"[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+|"
     "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*|"
     "\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
     PRETOK_TEKKEN},
    {"\\p{N}", PRETOK_DIGITS},
    {"\\p{N}+", PRETOK_NUMBERS},
};

/* GGUF's tokenizer.ggml.pre. */
static const struct {
    const char *name;
    enum pretok_kind kind;
    bool digits_first, ignore_merges, add_bos;
} known_names[] = {
    {"llama-bpe", PRETOK_LLAMA3, false, true, true},
    {"llama3", PRETOK_LLAMA3, false, true, true},
    {"llama-v3", PRETOK_LLAMA3, false, true, true},
    {"dbrx", PRETOK_LLAMA3, false, false, false},
    {"smaug-bpe", PRETOK_LLAMA3, false, false, false},
    {"glm4", PRETOK_LLAMA3, false, false, false},
    {"chatglm-bpe", PRETOK_LLAMA3, false, false, false},
    {"gpt-2", PRETOK_GPT2, false, false, false},
    {"phi-2", PRETOK_GPT2, false, false, false},
    {"mpt", PRETOK_GPT2, false, false, false},
    {"olmo", PRETOK_GPT2, false, false, false},
    {"exaone4", PRETOK_GPT2, false, false, false},
    {"granite-docling", PRETOK_GPT2, false, false, false},
    {"refact", PRETOK_GPT2, true, false, false},
    {"starcoder", PRETOK_GPT2, true, false, false},
    {"codeshell", PRETOK_GPT2, true, false, false},
    {"command-r", PRETOK_GPT2, true, false, false},
    {"smollm", PRETOK_GPT2, true, false, false},
    {"exaone", PRETOK_GPT2, true, false, false},
    {"minerva-7b", PRETOK_GPT2, true, false, false},
    {"qwen2", PRETOK_QWEN2, false, false, false},
    {"deepseek-r1-qwen", PRETOK_QWEN2, false, false, false},
    {"stablelm2", PRETOK_QWEN2, false, false, false},
    {"megrez", PRETOK_QWEN2, false, false, false},
    {"hunyuan", PRETOK_QWEN2, false, false, false},
    {"solar-open", PRETOK_QWEN2, false, false, false},
    {"grok-2", PRETOK_QWEN2, false, false, false},
    {"qwen35", PRETOK_QWEN35, false, false, false},
    {"gpt-4o", PRETOK_GPT4O, false, false, false},
    {"llama4", PRETOK_GPT4O, false, false, false},
    {"minimax-m2", PRETOK_GPT4O, false, false, false},
    {"tekken", PRETOK_TEKKEN, false, true, true},
};

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

const char *pretok_kind_name(enum pretok_kind kind)
{
    static const char *const names[] = {"gpt-2",  "llama-bpe", "qwen2",  "qwen35",
                                        "gpt-4o", "tekken",    "digits", "numbers",
                                        "words",  "spaces",    "pattern"};
    return names[kind];
}

bool pretok_add(struct pretok *p, enum pretok_kind kind)
{
    if (p->n_stages == PRETOK_STAGES)
        return false;
    p->stages[p->n_stages++] = (struct pretok_stage){.kind = kind};
    return true;
}

/* The two names that stand for several patterns. */
static takt_rc add_composite(struct pretok *p, bool falcon, takt_err *e)
{
    const char *punctuation = falcon ? "[\\p{P}\\$\\+<=>\\^~\\|`]+" : "[\\p{P}\\$\\+<=>\\^~\\|]+";
    TAKT_TRY(pretok_compile_pattern(p, slice_str(punctuation), false, "tokenizer.ggml.pre", e));
    pretok_add(p, PRETOK_GPT2);
    if (!falcon)
        pretok_add(p, PRETOK_NUMBERS);
    return pretok_compile_pattern(p, slice_str("[0-9][0-9][0-9]"), false, "tokenizer.ggml.pre", e);
}

takt_rc pretok_add_named(struct pretok *p, struct slice name, bool *ignore_merges, bool *add_bos,
                         takt_err *e)
{
    if (slice_eq(name, "default") || slice_eq(name, "falcon")) {
        *ignore_merges = *add_bos = false;
        return add_composite(p, slice_eq(name, "falcon"), e);
    }
    for (size_t i = 0; i < N_OF(known_names); i++) {
        if (!slice_eq(name, known_names[i].name))
            continue;
        if (known_names[i].digits_first)
            pretok_add(p, PRETOK_DIGITS);
        pretok_add(p, known_names[i].kind);
        *ignore_merges = known_names[i].ignore_merges;
        *add_bos = known_names[i].add_bos;
        return TAKT_OK;
    }
    char list[256];
    size_t n = 0;
    for (size_t i = 0; i < N_OF(known_names) && n < sizeof list - 24; i++)
        n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", i ? " " : "", known_names[i].name);
    return err_set(e, TAKT_ERR_UNSUPPORTED, "tokenizer.ggml.pre",
                   "'%.*s' is no pre-tokenizer that takt knows: %s ...",
                   name.len > 40 ? 40 : (int)name.len, (const char *)name.p, list);
}

/* PCRE2's \s holds U+180E and not U+0085 unless told, and its \p{Han} means script extensions; the
 * patterns were written for engines where \s is White_Space and \p{Han} the script. So these are
 * spelled out. */
static size_t rewrite(struct slice in, char *out, size_t cap)
{
#define WHITE                                                                                      \
    "\\x{9}-\\x{D} "                                                                               \
    "\\x{85}\\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}"
    static const struct {
        const char *from, *outside, *inside;
    } rules[] = {
        {"\\s", "[" WHITE "]", WHITE},
        {"\\S", "[^" WHITE "]", "\\S"},
        {"\\p{Han}", "\\p{sc:Han}", "\\p{sc:Han}"},
        {"\\P{Han}", "\\P{sc:Han}", "\\P{sc:Han}"},
    };
#undef WHITE
    size_t n = 0;
    bool inside = false;
    for (size_t at = 0; at < in.len;) {
        const char *p = (const char *)in.p + at, *put = p;
        size_t used = *p == '\\' && at + 1 < in.len ? 2 : 1, len = used;
        for (size_t r = 0; r < N_OF(rules); r++) {
            size_t k = strlen(rules[r].from);
            if (in.len - at >= k && memcmp(p, rules[r].from, k) == 0) {
                put = inside ? rules[r].inside : rules[r].outside;
                used = k;
                len = strlen(put);
                break;
            }
        }
        if (used == 1 && (*p == '[' || *p == ']'))
            inside = *p == '[';
        if (n + len > cap)
            return 0;
        memcpy(out + n, put, len);
        n += len;
        at += used;
    }
    return n;
}

takt_rc pretok_compile_pattern(struct pretok *p, struct slice pattern, bool literal,
                               const char *where, takt_err *e)
{
    char text[4 * PRETOK_PATTERN_MAX];
    if (pattern.len == 0 || pattern.len > PRETOK_PATTERN_MAX)
        return err_set(e, TAKT_ERR_LIMIT, where, "a split pattern has 1 to %d bytes, this one %zu",
                       PRETOK_PATTERN_MAX, pattern.len);
    size_t len = pattern.len;
    if (literal)
        memcpy(text, pattern.p, len);
    else
        len = rewrite(pattern, text, sizeof text);
    if (p->n_stages == PRETOK_STAGES || len == 0)
        return err_set(e, TAKT_ERR_LIMIT, where, "has more than %d splits, or one too long",
                       PRETOK_STAGES);
    int code;
    size_t at;
    uint32_t flags = PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C |
                     (literal ? PCRE2_LITERAL : 0);
    if (literal)
        flags &= ~(uint32_t)(PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C);
    pcre2_code *re = pcre2_compile((PCRE2_SPTR)text, len, flags, &code, &at, NULL);
    if (!re) {
        char why[120];
        pcre2_get_error_message(code, (PCRE2_UCHAR *)why, sizeof why);
        return err_set(e, TAKT_ERR_FORMAT, where, "split pattern: %s (near byte %zu)", why, at);
    }
    pcre2_jit_compile(re, PCRE2_JIT_COMPLETE); /* without JIT it is slower, not wrong */
    p->stages[p->n_stages++] = (struct pretok_stage){.kind = PRETOK_PATTERN, .pattern = re};
    return TAKT_OK;
}

takt_rc pretok_add_pattern(struct pretok *p, struct slice pattern, bool literal, bool drop_matches,
                           bool drop_gaps, const char *where, takt_err *e)
{
    for (size_t i = 0; i < N_OF(known_patterns) && !literal; i++) {
        /* Patterns that cover every text have no gaps, so only dropping the matches would differ.
         * The two that leave gaps are hand-written for the isolated form. */
        bool covers =
            known_patterns[i].kind != PRETOK_DIGITS && known_patterns[i].kind != PRETOK_NUMBERS;
        if (slice_eq(pattern, known_patterns[i].text) && !drop_matches && (covers || !drop_gaps) &&
            pretok_add(p, known_patterns[i].kind))
            return TAKT_OK;
    }
    TAKT_TRY(pretok_compile_pattern(p, pattern, literal, where, e));
    p->stages[p->n_stages - 1].drop_matches = drop_matches;
    p->stages[p->n_stages - 1].drop_gaps = drop_gaps;
    return TAKT_OK;
}

void pretok_free(struct pretok *p)
{
    for (uint32_t i = 0; i < p->n_stages; i++)
        pcre2_code_free(p->stages[i].pattern);
    *p = (struct pretok){0};
}

/* One run: where the pieces of the last stage go. */
struct cut {
    const struct pretok *p;
    pretok_word_fn *word;
    void *ctx;
};

static bool run_stages(const struct cut *c, uint32_t stage, const uint8_t *s, size_t len);

static bool run_pattern(const struct cut *c, uint32_t stage, const uint8_t *s, size_t len)
{
    const struct pretok_stage *st = &c->p->stages[stage];
    pcre2_match_data *md = pcre2_match_data_create(1, NULL);
    pcre2_match_context *mc = pcre2_match_context_create(NULL);
    bool ok = md && mc;
    if (ok) {
        pcre2_set_match_limit(mc, 1000000);
        pcre2_set_heap_limit(mc, 65536);
    }
    size_t done = 0, at = 0;
    while (ok && at <= len) {
        /* A limit that is hit ends the search: the rest is one piece. */
        if (pcre2_match(st->pattern, s, len, at, 0, md, mc) < 0)
            break;
        const PCRE2_SIZE *m = pcre2_get_ovector_pointer(md);
        if (m[1] <= m[0] || m[0] < done) { /* empty: go on behind the next character */
            at = m[1] > at ? m[1] : at;
            for (at++; at < len && (s[at] & 0xC0) == 0x80;)
                at++;
            continue;
        }
        if (m[0] > done && !st->drop_gaps)
            ok = run_stages(c, stage + 1, s + done, m[0] - done);
        if (ok && !st->drop_matches)
            ok = run_stages(c, stage + 1, s + m[0], m[1] - m[0]);
        done = at = m[1];
    }
    if (ok && done < len && !st->drop_gaps)
        ok = run_stages(c, stage + 1, s + done, len - done);
    pcre2_match_data_free(md);
    pcre2_match_context_free(mc);
    return ok;
}

static bool run_stages(const struct cut *c, uint32_t stage, const uint8_t *s, size_t len)
{
    if (stage == c->p->n_stages)
        return c->word(c->ctx, s, len);
    enum pretok_kind kind = c->p->stages[stage].kind;
    if (kind == PRETOK_PATTERN)
        return run_pattern(c, stage, s, len);
    for (size_t at = 0; at < len;) {
        size_t end = pretok_next(kind, s, at, len);
        if (!run_stages(c, stage + 1, s + at, end - at))
            return false;
        at = end;
    }
    return true;
}

bool pretok_run(const struct pretok *p, struct slice text, pretok_word_fn *word, void *ctx)
{
    struct cut c = {p, word, ctx};
    return text.len == 0 || run_stages(&c, 0, text.p, text.len);
}
