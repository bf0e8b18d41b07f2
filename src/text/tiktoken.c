/* Tokenizers from tiktoken files, Llama 3's tokenizer.model: one token per line, its bytes in
 * base64 and its rank.
 *
 * There are no merges: any two neighbours whose bytes together are a token may merge, at that
 * token's rank. Special tokens and pattern are not in the file, so only the vocabulary that they
 * are known for is read. */
#include <stdio.h>

#include "text/tokenizer_parts.h"

enum { LLAMA3_RANKS = 128000, LLAMA3_SPECIALS = 256, LINE_MAX_BYTES = 1024 };

static int base64_digit(uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Decodes S, padding included, to OUT (3/4 of S). False when S is no base64. */
static bool base64(struct slice s, uint8_t *out, size_t *len)
{
    uint32_t v = 0;
    size_t n = s.len;
    *len = 0;
    if (n == 0 || n % 4 != 0)
        return false;
    while (n > s.len - 2 && s.p[n - 1] == '=')
        n--;
    for (size_t i = 0; i < n; i++) {
        int d = base64_digit(s.p[i]);
        if (d < 0)
            return false;
        v = v << 6 | (uint32_t)d;
        if (i % 4 != 0)
            out[(*len)++] = (uint8_t)(v >> (6 - i % 4 * 2));
    }
    return true;
}

/* Adds the token of one line; ranks must be 0, 1, 2, ... */
static takt_rc add_line(struct tokenizer *t, struct slice line, const char *where, takt_err *e)
{
    uint8_t bytes[LINE_MAX_BYTES];
    const uint8_t *gap = line.len ? memchr(line.p, ' ', line.len) : NULL;
    uint64_t rank = 0;
    size_t len = 0;
    bool ok = gap && gap + 1 < line.p + line.len && line.len < LINE_MAX_BYTES;
    for (const uint8_t *p = ok ? gap + 1 : NULL; ok && p < line.p + line.len; p++) {
        ok = *p >= '0' && *p <= '9' && rank < VOCAB_TOKENS_MAX;
        rank = rank * 10 + (uint64_t)(*p - '0');
    }
    ok = ok && base64((struct slice){line.p, (size_t)(gap - line.p)}, bytes, &len);
    if (!ok || rank != t->v.n)
        return err_set(e, TAKT_ERR_FORMAT, where,
                       "is no tokenizer that takt knows (tokenizer.json, SentencePiece, tiktoken): "
                       "line %u is not 'base64 rank'",
                       t->v.n + 1);
    return vocab_add(&t->v, (struct slice){bytes, len}, TOKEN_NORMAL, 0, e);
}

static takt_rc add_merges(struct tokenizer *t, takt_err *e)
{
    TAKT_TRY(bpe_init(&t->merges, 2 * t->v.n_tokens, e));
    for (uint32_t id = 0; id < t->v.n_tokens; id++) {
        struct slice s = vocab_text(&t->v, id);
        for (size_t at = 1; at < s.len; at++) {
            uint32_t left = vocab_find(&t->v, s.p, at, TOKENIZER_NO_MERGE);
            uint32_t right = vocab_find(&t->v, s.p + at, s.len - at, TOKENIZER_NO_MERGE);
            if (left != VOCAB_NONE && right != VOCAB_NONE)
                TAKT_TRY(bpe_add(&t->merges, left, right, id, id, false, e));
        }
    }
    return TAKT_OK;
}

/* The special tokens of Llama 3.1 in order; the others are reserved ones with running numbers. */
static takt_rc add_specials(struct tokenizer *t, takt_err *e)
{
    static const char *const names[] = {
        "<|begin_of_text|>",
        "<|end_of_text|>",
        NULL,
        NULL,
        "<|finetune_right_pad_id|>",
        NULL,
        "<|start_header_id|>",
        "<|end_header_id|>",
        "<|eom_id|>",
        "<|eot_id|>",
        "<|python_tag|>",
    };
    unsigned reserved = 0;
    for (unsigned i = 0; i < LLAMA3_SPECIALS; i++) {
        char text[64];
        if (i < sizeof names / sizeof names[0] && names[i])
            snprintf(text, sizeof text, "%s", names[i]);
        else
            snprintf(text, sizeof text, "<|reserved_special_token_%u|>", reserved++);
        struct slice s = slice_str(text);
        TAKT_TRY(special_add(&t->raw, s, t->v.n, SPECIAL_CONTROL, e));
        TAKT_TRY(vocab_add(&t->v, s, TOKEN_CONTROL, 0, e));
    }
    return TAKT_OK;
}

static takt_rc build(struct tokenizer *t, struct slice file, const char *where, takt_err *e)
{
    for (size_t at = 0; at < file.len;) {
        const uint8_t *p = file.p + at, *nl = memchr(p, '\n', file.len - at);
        size_t len = nl ? (size_t)(nl - p) : file.len - at;
        at += len + 1;
        TAKT_TRY(add_line(t, (struct slice){p, len - (len > 0 && p[len - 1] == '\r')}, where, e));
    }
    if (t->v.n != LLAMA3_RANKS)
        return err_set(
            e, TAKT_ERR_UNSUPPORTED, where,
            "is a tiktoken file of %u ranks; takt knows the one of Llama 3 (%d). Use the "
            "model's tokenizer.json",
            t->v.n, LLAMA3_RANKS);
    TAKT_TRY(add_specials(t, e));
    vocab_seal(&t->v);
    t->byte_level = t->ignore_merges = t->add_bos = true;
    TAKT_TRY(tokenizer_symbols(t, e));
    TAKT_TRY(add_merges(t, e));
    pretok_add(&t->pre, PRETOK_LLAMA3);
    t->bos = LLAMA3_RANKS;
    t->eos = tokenizer_find(t, "<|eot_id|>");
    snprintf(t->kind, sizeof t->kind, "BPE, pre-tokenizer llama-bpe (tiktoken)");
    return tokenizer_finish(t, e);
}

takt_rc tokenizer_from_tiktoken(struct tokenizer **out, struct slice file, const char *where,
                                takt_err *e)
{
    *out = NULL;
    struct tokenizer *t;
    TAKT_TRY(tokenizer_alloc(&t, LLAMA3_RANKS + LLAMA3_SPECIALS, e));
    takt_rc rc = build(t, file, where, e);
    if (rc.code)
        tokenizer_free(t);
    else
        *out = t;
    return rc;
}
