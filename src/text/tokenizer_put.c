#include "text/tokenizer_put.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "text/tokenizer_parts.h"

#define KEY(name) "tokenizer.ggml." name

/* GGUF's token types. */
enum { TYPE_NORMAL = 1, TYPE_UNKNOWN, TYPE_CONTROL, TYPE_USER_DEFINED, TYPE_UNUSED, TYPE_BYTE };

/* What is prepared before the first key is put. */
struct lists {
    struct arena arena;
    const char **tokens;    /* [n_vocab] */
    int32_t *types;         /* [n_vocab] */
    float *scores;          /* [n_vocab], of vocabularies with scores */
    struct bpe_pair *pairs; /* [n_pairs] in the order of their ranks */
    const char **merges;    /* [n_pairs] */
    uint32_t n_pairs;
};

/* GGUF's name for the pre-tokenizer, NULL if there is none. */
static const char *pre_name(const struct tokenizer *t)
{
    const struct pretok_stage *s = t->pre.stages;
    if (t->pre.n_stages == 2 && s[0].kind == PRETOK_DIGITS && s[1].kind == PRETOK_GPT2)
        return "refact";
    if (t->pre.n_stages != 1)
        return NULL;
    switch (s[0].kind) {
    case PRETOK_GPT2: return "gpt-2";
    case PRETOK_LLAMA3: return t->ignore_merges ? "llama-bpe" : "dbrx";
    case PRETOK_QWEN2: return "qwen2";
    case PRETOK_QWEN35: return "qwen35";
    case PRETOK_GPT4O: return "gpt-4o";
    case PRETOK_TEKKEN: return "tekken";
    default: return NULL;
    }
}

/* ---- spelling ---------------------------------------------------------------------------------
 */

/* GPT-2's printable characters for bytes: printable Latin-1 stands for itself, the others follow
 * from U+0100 on. */
static unsigned byte_char(uint8_t b)
{
    static const uint8_t printable[][2] = {{33, 126}, {161, 172}, {174, 255}};
    unsigned others = 0;
    for (unsigned c = 0; c <= b; c++) {
        bool shown = false;
        for (size_t i = 0; i < 3; i++)
            shown = shown || (c >= printable[i][0] && c <= printable[i][1]);
        if (c == b)
            return shown ? c : 256 + others;
        others += !shown;
    }
    return b;
}

/* Appends one of the characters above, all below U+0800; returns the new end. */
static char *put_char(char *p, unsigned c)
{
    if (c < 0x80) {
        *p++ = (char)c;
        return p;
    }
    *p++ = (char)(0xC0 | c >> 6);
    *p++ = (char)(0x80 | (c & 0x3F));
    return p;
}

/* Writes S as files spell it to P, which has room for 3 bytes per byte; returns the end. */
static char *spell(char *p, const struct tokenizer *t, struct slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (t->byte_level) {
            p = put_char(p, byte_char(s.p[i]));
        } else if (s.p[i] == ' ') {
            memcpy(p, "\xE2\x96\x81", 3);
            p += 3;
        } else {
            *p++ = (char)s.p[i];
        }
    }
    return p;
}

static const char *token_text(struct lists *l, const struct tokenizer *t, uint32_t id)
{
    struct slice s = vocab_text(&t->v, id);
    unsigned attr = t->v.attr[id];
    if (s.len == 0)
        return arena_printf(&l->arena, "[PAD%u]", id);
    if ((attr & TOKEN_BYTE) && s.len == 1)
        return arena_printf(&l->arena, "<0x%02X>", s.p[0]);
    bool literal = attr & (TOKEN_CONTROL | TOKEN_USER_DEFINED | TOKEN_UNKNOWN);
    /* Texts of byte-level vocabularies that no bytes spell were kept as they were. */
    if (literal || (t->byte_level && (attr & VOCAB_ATTR_UNMAPPED)))
        return arena_strndup(&l->arena, (const char *)s.p, s.len);
    char *text = arena_alloc(&l->arena, 3 * s.len + 1, 1);
    if (text)
        spell(text, t, s);
    return text;
}

static int32_t type_of(unsigned attr)
{
    return attr & TOKEN_UNKNOWN        ? TYPE_UNKNOWN
           : attr & TOKEN_CONTROL      ? TYPE_CONTROL
           : attr & TOKEN_USER_DEFINED ? TYPE_USER_DEFINED
           : attr & TOKEN_BYTE         ? TYPE_BYTE
           : attr & TOKEN_UNUSED       ? TYPE_UNUSED
                                       : TYPE_NORMAL;
}

/* ---- merges and scores ------------------------------------------------------------------------
 */

static int by_rank(const void *a, const void *b)
{
    const struct bpe_pair *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    if (x->left != y->left)
        return x->left < y->left ? -1 : 1;
    return (x->right > y->right) - (x->right < y->right);
}

static bool list_pairs(struct lists *l, const struct tokenizer *t)
{
    l->pairs = ARENA_ARRAY(&l->arena, struct bpe_pair, t->merges.n_pairs ? t->merges.n_pairs : 1);
    if (!l->pairs)
        return false;
    for (uint32_t i = 0; i < t->merges.n_slots; i++)
        if (t->merges.pairs[i].left != VOCAB_NONE)
            l->pairs[l->n_pairs++] = t->merges.pairs[i];
    qsort(l->pairs, l->n_pairs, sizeof *l->pairs, by_rank);
    return true;
}

static bool list_merges(struct lists *l, const struct tokenizer *t)
{
    l->merges = ARENA_ARRAY(&l->arena, const char *, l->n_pairs ? l->n_pairs : 1);
    for (uint32_t i = 0; l->merges && i < l->n_pairs; i++) {
        struct slice a = vocab_text(&t->v, l->pairs[i].left);
        struct slice b = vocab_text(&t->v, l->pairs[i].right);
        char *text = arena_alloc(&l->arena, 3 * (a.len + b.len) + 2, 1);
        if (!text)
            return false;
        char *p = spell(text, t, a);
        *p++ = ' ';
        spell(p, t, b);
        l->merges[i] = text;
    }
    return l->merges != NULL;
}

/* A tokenizer.json has merges where SentencePiece has scores: the order in which tokens come out
 * of them is the order of the scores. Tokens that never come out go last. */
static bool list_scores(struct lists *l, const struct tokenizer *t, uint32_t n_vocab)
{
    bool given = false;
    float next = 0, last = -1e9f;
    l->scores = ARENA_ARRAY(&l->arena, float, n_vocab);
    if (!l->scores)
        return false;
    for (uint32_t id = 0; id < t->v.n_tokens; id++) {
        l->scores[id] = t->v.score[id];
        given = given || t->v.score[id] != 0;
    }
    if (given)
        return true;
    for (uint32_t id = 0; id < t->v.n_tokens; id++)
        if (l->types[id] == TYPE_NORMAL)
            l->scores[id] = last;
    for (uint32_t i = 0; i < l->n_pairs; i++) {
        uint32_t id = l->pairs[i].id;
        if (id < t->v.n_tokens && l->types[id] == TYPE_NORMAL && l->scores[id] == last)
            l->scores[id] = -next++;
    }
    return true;
}

static bool make_lists(struct lists *l, const struct tokenizer *t, uint32_t n_vocab)
{
    l->tokens = ARENA_ARRAY(&l->arena, const char *, n_vocab);
    l->types = ARENA_ARRAY(&l->arena, int32_t, n_vocab);
    if (!l->tokens || !l->types)
        return false;
    for (uint32_t id = 0; id < n_vocab; id++) {
        bool is_real = id < t->v.n_tokens;
        l->tokens[id] = is_real ? token_text(l, t, id) : arena_printf(&l->arena, "[PAD%u]", id);
        l->types[id] = is_real ? type_of(t->v.attr[id]) : TYPE_UNUSED;
        if (!l->tokens[id])
            return false;
    }
    return list_pairs(l, t) && (t->byte_level ? list_merges(l, t) : list_scores(l, t, n_vocab));
}

/* ---- keys -------------------------------------------------------------------------------------
 */

static void put_id(struct gguf_writer *w, const char *key, int32_t id)
{
    if (id >= 0)
        gguf_put_u32(w, key, (uint32_t)id);
}

/* GGUF has keys for three ends of a generation: the text's, the turn's and the message's. Where a
 * turn's end serves as the text's, readers know the other one by its name. */
static void put_ends(struct gguf_writer *w, const struct tokenizer *t)
{
    bool has_turn = false;
    put_id(w, KEY("eos_token_id"), t->eos);
    for (uint32_t i = 0; i < t->n_eog; i++) {
        struct slice text = vocab_text(&t->v, (uint32_t)t->eog[i]);
        if (t->eog[i] == t->eos || slice_eq(text, "<|end_of_text|>") ||
            slice_eq(text, "<|endoftext|>"))
            continue;
        if (slice_eq(text, "<|eom_id|>")) {
            put_id(w, KEY("eom_token_id"), t->eog[i]);
        } else if (!has_turn) {
            put_id(w, KEY("eot_token_id"), t->eog[i]);
            has_turn = true;
        }
    }
}

static void put_keys(struct gguf_writer *w, const struct tokenizer *t, const struct lists *l,
                     uint32_t n_vocab)
{
    gguf_put_str(w, KEY("model"), t->byte_level ? "gpt2" : "llama");
    gguf_put_str(w, KEY("pre"), t->byte_level ? pre_name(t) : "default");
    gguf_put_arr_str(w, KEY("tokens"), l->tokens, n_vocab);
    if (t->byte_level)
        gguf_put_arr_str(w, KEY("merges"), l->merges, l->n_pairs);
    else
        gguf_put_arr(w, KEY("scores"), KV_F32, l->scores, n_vocab);
    gguf_put_arr(w, KEY("token_type"), KV_I32, l->types, n_vocab);
    put_id(w, KEY("bos_token_id"), t->bos);
    put_ends(w, t);
    put_id(w, KEY("unknown_token_id"), t->unk);
    gguf_put_bool(w, KEY("add_bos_token"), t->add_bos);
    gguf_put_bool(w, KEY("add_eos_token"), t->add_eos);
    if (!t->byte_level)
        gguf_put_bool(w, KEY("add_space_prefix"), t->prefix != PREFIX_NEVER);
}

takt_rc tokenizer_put(struct gguf_writer *w, const struct tokenizer *t, uint32_t n_vocab,
                      takt_err *e)
{
    struct lists l = {0};
    if (t->byte_level && !pre_name(t))
        return err_set(e, TAKT_ERR_UNSUPPORTED, "tokenizer",
                       "GGUF has no name for its pre-tokenizer (%s)", t->kind);
    if (t->v.n_tokens > n_vocab)
        return err_set(e, TAKT_ERR_FORMAT, "tokenizer",
                       "has %u tokens, but the embeddings have %u rows", t->v.n_tokens, n_vocab);
    bool ok = make_lists(&l, t, n_vocab);
    if (ok)
        put_keys(w, t, &l, n_vocab);
    arena_free(&l.arena);
    return ok ? TAKT_OK : err_set(e, TAKT_ERR_MEMORY, "tokenizer", "no memory for its lists");
}
