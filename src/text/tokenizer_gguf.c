/* Tokenizers from GGUF metadata (tokenizer.ggml.*). */
#include <stdio.h>

#include "text/spm.h"
#include "text/tokenizer_parts.h"

#define KEY(name) "tokenizer.ggml." name

/* GGUF's token types. */
enum { TYPE_NORMAL = 1, TYPE_UNKNOWN, TYPE_CONTROL, TYPE_USER_DEFINED, TYPE_UNUSED, TYPE_BYTE };

struct arrays {
    const struct model_kv *tokens, *types, *scores, *merges;
};

/* Finds array KEY with elements of type A or B and at least N of them; *out is NULL when it is
 * absent. */
static takt_rc find_array(const struct model_kv **out, const struct model *m, const char *key,
                          enum kv_type a, enum kv_type b, uint64_t n, takt_err *e)
{
    *out = model_kv_find(m, key);
    if (!*out)
        return TAKT_OK;
    if ((*out)->type != KV_ARR || ((*out)->elem != a && (*out)->elem != b))
        return err_set(e, TAKT_ERR_FORMAT, m->path, "'%s' is not an array of the right type", key);
    if ((*out)->count < n || (a != KV_STR && (*out)->raw.len < 4 * n))
        return err_set(e, TAKT_ERR_FORMAT, m->path, "'%s' has %llu elements, there are %llu tokens",
                       key, (unsigned long long)(*out)->count, (unsigned long long)n);
    return TAKT_OK;
}

static takt_rc find_arrays(struct arrays *a, const struct model *m, takt_err *e)
{
    TAKT_TRY(find_array(&a->tokens, m, KEY("tokens"), KV_STR, KV_STR, 0, e));
    if (!a->tokens || a->tokens->count == 0)
        return err_set(e, TAKT_ERR_FORMAT, m->path,
                       "has no '" KEY("tokens") "'; convert the model again, with its vocabulary");
    if (a->tokens->count > VOCAB_TOKENS_MAX)
        return err_set(e, TAKT_ERR_LIMIT, m->path, "has more than %d tokens", VOCAB_TOKENS_MAX);
    uint64_t n = a->tokens->count;
    TAKT_TRY(find_array(&a->types, m, KEY("token_type"), KV_I32, KV_U32, n, e));
    TAKT_TRY(find_array(&a->scores, m, KEY("scores"), KV_F32, KV_I32, n, e));
    return find_array(&a->merges, m, KEY("merges"), KV_STR, KV_STR, 0, e);
}

static unsigned attr_of(const struct arrays *a, uint32_t id)
{
    int32_t type = TYPE_NORMAL;
    if (a->types)
        memcpy(&type, a->types->raw.p + 4 * (size_t)id, 4);
    switch (type) {
    case TYPE_UNKNOWN: return TOKEN_UNKNOWN;
    case TYPE_CONTROL: return TOKEN_CONTROL;
    case TYPE_USER_DEFINED: return TOKEN_USER_DEFINED;
    case TYPE_UNUSED: return TOKEN_UNUSED;
    case TYPE_BYTE: return TOKEN_BYTE;
    default: return TOKEN_NORMAL;
    }
}

static float score_of(const struct arrays *a, uint32_t id)
{
    float f = 0;
    int32_t i;
    if (!a->scores)
        return 0;
    if (a->scores->elem == KV_F32) {
        memcpy(&f, a->scores->raw.p + 4 * (size_t)id, 4);
        return f;
    }
    memcpy(&i, a->scores->raw.p + 4 * (size_t)id, 4);
    return (float)i;
}

static takt_rc add_tokens(struct tokenizer *t, const struct arrays *a, takt_err *e)
{
    uint64_t at = 0;
    struct slice text;
    for (uint32_t id = 0; model_kv_arr_str(a->tokens, &at, &text); id++) {
        unsigned attr = attr_of(a, id);
        if (attr == TOKEN_BYTE && text.len != 6) /* some converters mark single bytes so */
            attr = TOKEN_NORMAL;
        TAKT_TRY(tokenizer_add_token(t, text, attr, !t->byte_level, score_of(a, id), e));
        unsigned flags = attr & (TOKEN_CONTROL | TOKEN_UNKNOWN) ? SPECIAL_CONTROL : 0;
        if (attr & (TOKEN_CONTROL | TOKEN_UNKNOWN | TOKEN_USER_DEFINED))
            TAKT_TRY(special_add(&t->raw, text, id, flags, e));
    }
    vocab_seal(&t->v);
    return TAKT_OK;
}

/* A merge is two pieces with one space between; the first piece may begin with one. */
static takt_rc add_merges(struct tokenizer *t, const struct arrays *a, const char *path,
                          takt_err *e)
{
    uint64_t at = 0;
    struct slice s;
    if (!a->merges)
        return err_set(e, TAKT_ERR_FORMAT, path, "has no '" KEY("merges") "', which BPE needs");
    for (uint32_t rank = 0; model_kv_arr_str(a->merges, &at, &s); rank++) {
        const uint8_t *gap = s.len > 1 ? memchr(s.p + 1, ' ', s.len - 1) : NULL;
        if (!gap)
            continue;
        struct slice left = {s.p, (size_t)(gap - s.p)};
        struct slice right = {gap + 1, s.len - left.len - 1};
        TAKT_TRY(tokenizer_add_merge(t, left, right, false, rank, false, e));
    }
    return TAKT_OK;
}

/* Reads a token id. Absent: DEF; 0xFFFFFFFF, which some writers use for "none": -1. */
static takt_rc read_id(const struct tokenizer *t, const struct model *m, const char *key,
                       int32_t def, int32_t *out, takt_err *e)
{
    *out = (uint32_t)def < t->v.n_tokens ? def : -1;
    if (!model_kv_find(m, key))
        return TAKT_OK;
    uint64_t v = model_kv_uint(m, key, UINT32_MAX);
    if (v == UINT32_MAX) {
        *out = -1;
        return TAKT_OK;
    }
    if (v >= t->v.n_tokens)
        return err_set(e, TAKT_ERR_FORMAT, m->path, "'%s' is %llu, there are %u tokens", key,
                       (unsigned long long)v, t->v.n_tokens);
    *out = (int32_t)v;
    return TAKT_OK;
}

static takt_rc read_specials(struct tokenizer *t, const struct model *m, bool spm, bool add_bos,
                             takt_err *e)
{
    int32_t id;
    TAKT_TRY(read_id(t, m, KEY("bos_token_id"), spm ? 1 : -1, &t->bos, e));
    TAKT_TRY(read_id(t, m, KEY("eos_token_id"), spm ? 2 : -1, &t->eos, e));
    TAKT_TRY(read_id(t, m, KEY("unknown_token_id"), spm ? 0 : -1, &t->unk, e));
    TAKT_TRY(read_id(t, m, KEY("eot_token_id"), -1, &id, e));
    tokenizer_add_eog(t, id);
    TAKT_TRY(read_id(t, m, KEY("eom_token_id"), -1, &id, e));
    tokenizer_add_eog(t, id);
    for (uint32_t i = 0; i < m->special.n_eog && i < 16; i++)
        tokenizer_add_eog(t, m->special.eog[i]);
    t->add_bos = model_kv_bool(m, KEY("add_bos_token"), add_bos) && t->bos >= 0;
    t->add_eos = model_kv_bool(m, KEY("add_eos_token"), false) && t->eos >= 0;
    return TAKT_OK;
}

static takt_rc build(struct tokenizer *t, const struct model *m, const struct arrays *a, bool spm,
                     takt_err *e)
{
    bool add_bos = spm;
    struct slice pre = model_kv_str(m, KEY("pre"));
    if (pre.len == 0)
        pre = slice_str("default");
    t->byte_level = !spm;
    if (!spm)
        TAKT_TRY(pretok_add_named(&t->pre, pre, &t->ignore_merges, &add_bos, e));
    TAKT_TRY(add_tokens(t, a, e));
    TAKT_TRY(tokenizer_symbols(t, e));
    TAKT_TRY(read_specials(t, m, spm, add_bos, e));
    bool prefix = model_kv_bool(m, KEY("add_space_prefix"), spm);
    t->prefix = prefix ? PREFIX_ALWAYS : PREFIX_NEVER;
    if (!spm) {
        TAKT_TRY(bpe_init(&t->merges, a->merges ? (uint32_t)(a->merges->count & 0xFFFFFF) : 0, e));
        TAKT_TRY(add_merges(t, a, m->path, e));
        snprintf(t->kind, sizeof t->kind, "BPE, pre-tokenizer %.*s",
                 pre.len > 40 ? 40 : (int)pre.len, (const char *)pre.p);
        return tokenizer_finish(t, e);
    }
    t->strips_prefix = prefix;
    TAKT_TRY(
        normalizer_add(&t->norm, NORMALIZE_REPLACE, slice_str("\xE2\x96\x81"), slice_str(" "), e));
    TAKT_TRY(bpe_init(&t->merges, 2 * t->v.n_tokens, e));
    TAKT_TRY(spm_add_merges(t, e));
    snprintf(t->kind, sizeof t->kind, "SentencePiece BPE");
    return tokenizer_finish(t, e);
}

takt_rc tokenizer_from_gguf(struct tokenizer **out, const struct model *m, takt_err *e)
{
    struct arrays a = {0};
    *out = NULL;
    struct slice model = model_kv_str(m, KEY("model"));
    bool spm = slice_eq(model, "llama");
    if (model.len == 0)
        return err_set(e, TAKT_ERR_UNSUPPORTED, m->path, "has no tokenizer ('" KEY("model") "')");
    if (!spm && !slice_eq(model, "gpt2"))
        return err_set(
            e, TAKT_ERR_UNSUPPORTED, m->path,
            "tokenizer '%.*s'; takt reads 'gpt2' (byte-level BPE) and 'llama' (SentencePiece)",
            model.len > 40 ? 40 : (int)model.len, (const char *)model.p);
    TAKT_TRY(find_arrays(&a, m, e));
    TAKT_TRY(tokenizer_alloc(out, (uint32_t)a.tokens->count, e));
    takt_rc rc = build(*out, m, &a, spm, e);
    if (rc.code) {
        tokenizer_free(*out);
        *out = NULL;
    }
    return rc;
}
