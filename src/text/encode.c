/* Encoding: added tokens are cut out, the text between them is normalized, cut into pieces, and
 * each piece is merged. */
#include <stdlib.h>

#include "base/utf8.h"
#include "text/tokenizer_parts.h"

struct encoder {
    const struct tokenizer *t;
    const struct tokenize_options *opt;
    int32_t *ids;
    size_t cap, n;
    bool after_unk; /* the last id is an unknown token that may swallow more characters */
    struct bpe_scratch scratch;
    struct text_buf a, b, c;
};

static void put(struct encoder *x, uint32_t id)
{
    if (x->n < x->cap)
        x->ids[x->n] = (int32_t)id;
    x->n++;
}

/* Symbols of P: one per byte, or one per character; VOCAB_NONE for characters outside of the
 * vocabulary. */
static void to_symbols(const struct tokenizer *t, const uint8_t *p, size_t len, struct bpe_word *w)
{
    uint32_t n = 0;
    unsigned k = 1;
    for (size_t at = 0; at < len; at += k, n++) {
        w->start[n] = (uint32_t)at;
        if (t->byte_level || p[at] < 0x80) {
            w->id[n] = t->symbol[p[at]];
            continue;
        }
        utf8_next(p + at, len - at, &k);
        w->id[n] = vocab_find(&t->v, p + at, k, TOKENIZER_NO_MERGE);
        if (at + k < len && p[at + k] < 0x80) { /* the next one is a single byte again */
            at += k;
            k = 1;
            n++;
            w->start[n] = (uint32_t)at;
            w->id[n] = t->symbol[p[at]];
        }
    }
    w->n = n;
}

/* Can the LEN bytes at P be written with byte tokens? */
static bool has_bytes(const struct tokenizer *t, const uint8_t *p, size_t len)
{
    for (size_t i = 0; i < len && !t->byte_level; i++)
        if (t->byte_id[p[i]] < 0)
            return false;
    return true;
}

/* Takes out the symbols that can be written in no way, so that their neighbours may merge. */
static void drop_unknown(const struct tokenizer *t, const uint8_t *p, size_t len,
                         struct bpe_word *w)
{
    uint32_t out = 0;
    for (uint32_t i = 0; i < w->n; i++) {
        size_t end = i + 1 < w->n ? w->start[i + 1] : len;
        if (w->id[i] >= t->v.n_tokens &&
            (t->byte_level || !has_bytes(t, p + w->start[i], end - w->start[i])))
            continue;
        w->id[out] = w->id[i];
        w->start[out++] = w->start[i];
    }
    w->n = out;
}

/* A symbol that is no token of the model: its bytes, or the unknown token. */
static void put_unknown(struct encoder *x, const uint8_t *p, size_t len)
{
    const struct tokenizer *t = x->t;
    if (has_bytes(t, p, len)) {
        for (size_t i = 0; i < len; i++) {
            uint32_t id = t->byte_level ? t->symbol[p[i]] : (uint32_t)t->byte_id[p[i]];
            if (id < t->v.n_tokens)
                put(x, id);
            else if (t->unk >= 0)
                put(x, (uint32_t)t->unk);
        }
    } else if (t->unk >= 0) {
        if (!(t->fuse_unk && x->after_unk))
            put(x, (uint32_t)t->unk);
        x->after_unk = true;
        return;
    }
    x->after_unk = false;
}

static bool merge_piece(struct encoder *x, const uint8_t *p, size_t len)
{
    const struct tokenizer *t = x->t;
    struct bpe_word w;
    if (!bpe_reserve(&x->scratch, len, &w))
        return false;
    to_symbols(t, p, len, &w);
    if (t->drops_unknown)
        drop_unknown(t, p, len, &w);
    bpe_merge(&t->merges, &x->scratch, &w);
    for (uint32_t i = 0; i < w.n; i++) {
        size_t end = i + 1 < w.n ? w.start[i + 1] : len;
        if (w.id[i] < t->v.n_tokens) {
            x->after_unk = false;
            put(x, w.id[i]);
        } else {
            put_unknown(x, p + w.start[i], end - w.start[i]);
        }
    }
    return true;
}

static bool encode_piece(void *ctx, const uint8_t *p, size_t len)
{
    struct encoder *x = ctx;
    const struct tokenizer *t = x->t;
    x->after_unk = false;
    if (len <= t->piece_max) {
        uint32_t id = vocab_find(&t->v, p, len, TOKENIZER_NO_MERGE);
        if (id < t->v.n_tokens && t->whole[id]) {
            put(x, id);
            return true;
        }
    }
    return merge_piece(x, p, len);
}

bool encode_word_is(const struct tokenizer *t, struct bpe_scratch *s, uint32_t id)
{
    struct slice text = vocab_text(&t->v, id);
    struct bpe_word w;
    if (text.len == 0 || !bpe_reserve(s, text.len, &w))
        return false;
    to_symbols(t, text.p, text.len, &w);
    bpe_merge(&t->merges, s, &w);
    return w.n == 1 && w.id[0] == id;
}

/* One stretch of normalized text without added tokens in it. */
static bool encode_stretch(struct encoder *x, struct slice s, bool prefix)
{
    const struct tokenizer *t = x->t;
    if (s.len == 0)
        return true;
    if (prefix && t->prefix_late && !(t->prefix_unless_space && s.p[0] == ' ')) {
        x->c.len = 0;
        if (!text_buf_add(&x->c, " ", 1) || !text_buf_add(&x->c, s.p, s.len))
            return false;
        s = (struct slice){x->c.p, x->c.len};
    }
    return pretok_run(&t->pre, s, encode_piece, x);
}

/* The text between two added tokens. FIRST: it begins the whole text. */
static bool encode_text(struct encoder *x, struct slice s, bool first)
{
    const struct tokenizer *t = x->t;
    if (s.len == 0)
        return true;
    bool prefix = t->prefix == PREFIX_ALWAYS || (t->prefix == PREFIX_FIRST && first);
    if (first && x->opt->no_prefix)
        prefix = false;
    if (prefix && !t->prefix_late && !(t->prefix_unless_space && s.p[0] == ' ')) {
        x->a.len = 0;
        if (!text_buf_add(&x->a, " ", 1) || !text_buf_add(&x->a, s.p, s.len))
            return false;
        s = (struct slice){x->a.p, x->a.len};
    }
    if (!normalizer_run(&t->norm, &s, &x->a, &x->b))
        return false;
    size_t at = 0, begin, end;
    uint32_t id;
    while (special_find(&t->normalized, s, at, x->opt->parse_special, &begin, &end, &id)) {
        bool again = at == 0 || t->prefix == PREFIX_ALWAYS;
        if (!encode_stretch(x, (struct slice){s.p + at, begin - at}, prefix && again))
            return false;
        put(x, id);
        at = end;
    }
    bool again = at == 0 || t->prefix == PREFIX_ALWAYS;
    return encode_stretch(x, (struct slice){s.p + at, s.len - at}, prefix && again);
}

static bool encode_all(struct encoder *x, struct slice text)
{
    const struct tokenizer *t = x->t;
    size_t at = 0, begin, end;
    uint32_t id;
    while (special_find(&t->raw, text, at, x->opt->parse_special, &begin, &end, &id)) {
        if (!encode_text(x, (struct slice){text.p + at, begin - at}, at == 0))
            return false;
        put(x, id);
        at = end;
    }
    return encode_text(x, (struct slice){text.p + at, text.len - at}, at == 0);
}

takt_rc tokenizer_encode(const struct tokenizer *t, const char *text, size_t len,
                         const struct tokenize_options *opt, int32_t *ids, size_t cap, size_t *n,
                         takt_err *e)
{
    static const struct tokenize_options none = {0};
    struct encoder x = {.t = t, .opt = opt ? opt : &none, .ids = ids, .cap = cap};
    if (x.opt->add_bos && t->bos >= 0)
        put(&x, (uint32_t)t->bos);
    bool ok = len == 0 || encode_all(&x, (struct slice){(const uint8_t *)text, len});
    if (ok && x.opt->add_eos && t->eos >= 0)
        put(&x, (uint32_t)t->eos);
    bpe_scratch_free(&x.scratch);
    text_buf_free(&x.a);
    text_buf_free(&x.b);
    text_buf_free(&x.c);
    *n = x.n;
    if (!ok)
        return err_set(e, TAKT_ERR_MEMORY, "tokenizer", "no memory to encode %zu bytes", len);
    return TAKT_OK;
}
