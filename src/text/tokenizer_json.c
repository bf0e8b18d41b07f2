/* Tokenizers from Hugging Face's tokenizer.json. */
#include <stdio.h>
#include <stdlib.h>

#include "text/tokenizer_pipeline.h"

enum { ARENA_MAX = 1 << 30, IDS_SLACK = 65536 };

/* One id's texts: the vocabulary's spelling and the added token, either may be missing. */
struct entry {
    const char *key;
    uint32_t key_len;
    const struct json *added;
};

struct reader {
    struct tokenizer *t;
    const struct json *root, *model;
    const char *where;
    struct entry *ids; /* [n_ids] */
    uint32_t n_ids;
    bool spaced, byte_fallback;
};

static bool flag_of(const struct json *v, const char *key, bool def)
{
    json_bool(json_get(v, key), &def);
    return def;
}

/* Is member KEY of V absent, null, or an empty string? */
static bool is_unset(const struct json *v, const char *key)
{
    const struct json *m = json_get(v, key);
    return !m || m->kind == JSON_NULL || (m->kind == JSON_STRING && m->str_len == 0);
}

static takt_rc check_model(const struct reader *r, takt_err *e)
{
    const struct json *type = json_get(r->model, "type"), *merges = json_get(r->model, "merges");
    const struct json *vocab = json_get(r->model, "vocab");
    double dropout = 0;
    if (type && type->kind == JSON_STRING && !json_is_str(type, "BPE"))
        return err_set(e, TAKT_ERR_UNSUPPORTED, r->where,
                       "the model is '%.40s'; takt reads tokenizer.json files of BPE", type->str);
    if (!vocab || vocab->kind != JSON_OBJECT || !merges || merges->kind != JSON_ARRAY)
        return err_set(e, TAKT_ERR_FORMAT, r->where, "has no model with vocab and merges");
    if (!is_unset(r->model, "continuing_subword_prefix") ||
        !is_unset(r->model, "end_of_word_suffix"))
        return err_set(
            e, TAKT_ERR_UNSUPPORTED, r->where,
            "takt does not know BPE with continuing_subword_prefix or end_of_word_suffix");
    if (json_f64(json_get(r->model, "dropout"), &dropout) && dropout != 0)
        return err_set(e, TAKT_ERR_UNSUPPORTED, r->where, "takt does not know BPE with dropout");
    return TAKT_OK;
}

/* The id of a vocabulary or added token, checked against the ids that so many entries can need. */
static takt_rc read_id(const struct reader *r, const struct json *v, uint64_t max, uint32_t *id,
                       takt_err *e)
{
    int64_t n;
    if (!json_i64(v, &n) || n < 0 || (uint64_t)n >= max)
        return err_set(e, TAKT_ERR_FORMAT, r->where, "a token's id is no number from 0 to %llu",
                       (unsigned long long)max - 1);
    *id = (uint32_t)n;
    return TAKT_OK;
}

/* Files may give an added token another id than the vocabulary gives the same text; the
 * vocabulary's holds. *contents maps the texts of the added tokens to their place in the list, *ids
 * gets the vocabulary's id per place. */
static takt_rc match_added(const struct json *vocab, const struct json *added, uint32_t *ids,
                           struct vocab *contents, takt_err *e)
{
    int64_t id;
    for (const struct json *c = added->child; c; c = c->next) {
        const struct json *content = json_get(c, "content");
        struct slice s = {NULL, 0};
        if (content && content->kind == JSON_STRING)
            s = (struct slice){(const uint8_t *)content->str, content->str_len};
        ids[contents->n] = VOCAB_NONE;
        TAKT_TRY(vocab_add(contents, s, 0, 0, e));
    }
    for (const struct json *c = vocab->child; c; c = c->next) {
        uint32_t at = vocab_find(contents, (const uint8_t *)c->key, c->key_len, 0);
        if (at != VOCAB_NONE && json_i64(c, &id))
            ids[at] = (uint32_t)id;
    }
    return TAKT_OK;
}

static takt_rc collect_added(struct reader *r, const struct json *added, uint64_t max, takt_err *e)
{
    struct vocab contents = {0};
    uint32_t *ids = calloc((size_t)added->count + 1, sizeof *ids), at = 0;
    takt_rc rc = ids ? vocab_init(&contents, added->count, e)
                     : err_set(e, TAKT_ERR_MEMORY, r->where, "no memory for added tokens");
    if (!rc.code)
        rc = match_added(json_get(r->model, "vocab"), added, ids, &contents, e);
    for (const struct json *c = added->child; c && !rc.code; c = c->next, at++) {
        const struct json *content = json_get(c, "content");
        uint32_t id = ids[at];
        if (id == VOCAB_NONE)
            rc = read_id(r, json_get(c, "id"), max, &id, e);
        if (!rc.code && (!content || content->kind != JSON_STRING))
            rc = err_set(e, TAKT_ERR_FORMAT, r->where, "added token %u has no content", id);
        if (rc.code)
            break;
        r->ids[id].added = c;
        r->n_ids = id >= r->n_ids ? id + 1 : r->n_ids;
    }
    vocab_free(&contents);
    free(ids);
    return rc;
}

/* Fills r->ids from the vocabulary and the added tokens. */
static takt_rc collect(struct reader *r, takt_err *e)
{
    const struct json *vocab = json_get(r->model, "vocab"),
                      *added = json_get(r->root, "added_tokens");
    uint64_t n = vocab->count + (added ? (uint64_t)added->count : 0), max = 4 * n + IDS_SLACK;
    uint32_t id = 0;
    if (max > VOCAB_TOKENS_MAX)
        max = VOCAB_TOKENS_MAX;
    r->ids = calloc(max, sizeof *r->ids);
    if (!r->ids)
        return err_set(e, TAKT_ERR_MEMORY, r->where, "no memory for %llu tokens",
                       (unsigned long long)n);
    for (const struct json *c = vocab->child; c; c = c->next) {
        TAKT_TRY(read_id(r, c, max, &id, e));
        if (r->ids[id].key)
            return err_set(e, TAKT_ERR_FORMAT, r->where, "id %u is given to two tokens", id);
        r->ids[id].key = c->key;
        r->ids[id].key_len = c->key_len;
        r->n_ids = id >= r->n_ids ? id + 1 : r->n_ids;
    }
    return added ? collect_added(r, added, max, e) : TAKT_OK;
}

/* Registers added token V for finding in text. A token that is to be found in normalized text is
 * itself normalized. */
static takt_rc add_special(struct reader *r, const struct json *v, uint32_t id, unsigned flags,
                           takt_err *e)
{
    struct tokenizer *t = r->t;
    const struct json *content = json_get(v, "content");
    struct slice s = {(const uint8_t *)content->str, content->str_len};
    flags |= flag_of(v, "lstrip", false) ? SPECIAL_LSTRIP : 0;
    flags |= flag_of(v, "rstrip", false) ? SPECIAL_RSTRIP : 0;
    flags |= flag_of(v, "single_word", false) ? SPECIAL_SINGLE_WORD : 0;
    if (!flag_of(v, "normalized", !flag_of(v, "special", false)))
        return special_add(&t->raw, s, id, flags, e);
    struct text_buf a = {0}, b = {0}, c = {0};
    bool ok = true;
    if (t->prefix == PREFIX_ALWAYS && !t->prefix_late) {
        ok = text_buf_add(&c, " ", 1) && text_buf_add(&c, s.p, s.len);
        s = (struct slice){c.p, c.len};
    }
    ok = ok && normalizer_run(&t->norm, &s, &a, &b);
    takt_rc rc = ok ? special_add(&t->normalized, s, id, flags, e)
                    : err_set(e, TAKT_ERR_MEMORY, r->where, "no memory for added tokens");
    text_buf_free(&a);
    text_buf_free(&b);
    text_buf_free(&c);
    return rc;
}

static takt_rc add_entry(struct reader *r, uint32_t id, takt_err *e)
{
    const struct entry *en = &r->ids[id];
    struct slice key = {(const uint8_t *)en->key, en->key_len};
    if (!en->added) {
        unsigned attr = TOKEN_NORMAL;
        if (!en->key)
            attr = TOKEN_UNUSED | VOCAB_ATTR_UNMAPPED;
        else if (r->byte_fallback && key.len == 6 && memcmp(key.p, "<0x", 3) == 0)
            attr = TOKEN_BYTE;
        return tokenizer_add_token(r->t, key, attr, r->spaced, 0, e);
    }
    const struct json *content = json_get(en->added, "content");
    bool special = flag_of(en->added, "special", false);
    bool unk = json_is_str(json_get(r->model, "unk_token"), content->str);
    unsigned attr = unk ? TOKEN_UNKNOWN : special ? TOKEN_CONTROL : TOKEN_USER_DEFINED;
    struct slice s = {(const uint8_t *)content->str, content->str_len};
    TAKT_TRY(tokenizer_add_token(r->t, s, attr, r->spaced, 0, e));
    return add_special(r, en->added, id, attr == TOKEN_USER_DEFINED ? 0 : SPECIAL_CONTROL, e);
}

/* Merges are "left right" or ["left", "right"]. */
static takt_rc add_merges(struct reader *r, takt_err *e)
{
    const struct json *merges = json_get(r->model, "merges");
    uint32_t rank = 0;
    TAKT_TRY(bpe_init(&r->t->merges, merges->count, e));
    for (const struct json *c = merges->child; c; c = c->next, rank++) {
        struct slice left = {NULL, 0}, right = {NULL, 0};
        const struct json *a = json_at(c, 0), *b = json_at(c, 1);
        if (c->kind == JSON_STRING) {
            const char *gap = memchr(c->str, ' ', c->str_len);
            if (gap && !memchr(gap + 1, ' ', (size_t)(c->str + c->str_len - gap - 1))) {
                left = (struct slice){(const uint8_t *)c->str, (size_t)(gap - c->str)};
                right = (struct slice){(const uint8_t *)gap + 1, c->str_len - left.len - 1};
            }
        } else if (a && b && a->kind == JSON_STRING && b->kind == JSON_STRING && c->count == 2) {
            left = (struct slice){(const uint8_t *)a->str, a->str_len};
            right = (struct slice){(const uint8_t *)b->str, b->str_len};
        }
        if (left.len == 0 || right.len == 0)
            return err_set(e, TAKT_ERR_FORMAT, r->where, "merge %u is not two pieces", rank);
        TAKT_TRY(tokenizer_add_merge(r->t, left, right, r->spaced, rank, true, e));
    }
    return TAKT_OK;
}

/* Files name no BOS or EOS unless they add them: take those with the usual names. */
static void guess_ends(struct tokenizer *t)
{
    static const char *const bos[] = {"<|begin_of_text|>", "<s>", "<bos>"};
    static const char *const eos[] = {"<|end_of_text|>", "</s>", "<|endoftext|>", "<eos>"};
    for (size_t i = 0; i < sizeof bos / sizeof bos[0] && t->bos < 0; i++)
        t->bos = tokenizer_find(t, bos[i]);
    for (size_t i = 0; i < sizeof eos / sizeof eos[0] && t->eos < 0; i++)
        t->eos = tokenizer_find(t, eos[i]);
}

static void name_kind(struct tokenizer *t)
{
    size_t n = (size_t)snprintf(t->kind, sizeof t->kind, "%s, pre-tokenizer",
                                t->byte_level ? "BPE" : "BPE of characters");
    for (uint32_t i = 0; i < t->pre.n_stages && n < sizeof t->kind - 16; i++)
        n += (size_t)snprintf(t->kind + n, sizeof t->kind - n, "%s %s", i ? "," : "",
                              pretok_kind_name(t->pre.stages[i].kind));
    if (t->pre.n_stages == 0)
        snprintf(t->kind + n, sizeof t->kind - n, " none");
}

static takt_rc build(struct reader *r, takt_err *e)
{
    struct tokenizer *t = r->t;
    TAKT_TRY(check_model(r, e));
    TAKT_TRY(pipeline_read_text(t, r->root, &r->spaced, r->where, e));
    r->byte_fallback = flag_of(r->model, "byte_fallback", false);
    t->fuse_unk = flag_of(r->model, "fuse_unk", false);
    t->ignore_merges = flag_of(r->model, "ignore_merges", false);
    TAKT_TRY(collect(r, e));
    for (uint32_t id = 0; id < r->n_ids; id++)
        TAKT_TRY(add_entry(r, id, e));
    vocab_seal(&t->v);
    TAKT_TRY(tokenizer_symbols(t, e));
    TAKT_TRY(add_merges(r, e));
    const struct json *unk = json_get(r->model, "unk_token");
    if (unk && unk->kind == JSON_STRING)
        t->unk = tokenizer_find(t, unk->str);
    t->drops_unknown = t->unk < 0;
    TAKT_TRY(pipeline_read_ids(t, r->root, r->where, e));
    guess_ends(t);
    name_kind(t);
    return tokenizer_finish(t, e);
}

takt_rc tokenizer_from_json(struct tokenizer **out, struct slice text, const char *where,
                            takt_err *e)
{
    struct arena arena = {.limit_bytes = ARENA_MAX};
    struct reader r = {.where = where};
    *out = NULL;
    takt_rc rc = json_parse(&r.root, &arena, text, where, NULL, e);
    if (!rc.code) {
        r.model = json_get(r.root, "model");
        rc = tokenizer_alloc(&r.t, 1024, e);
    }
    if (!rc.code)
        rc = build(&r, e);
    free(r.ids);
    arena_free(&arena);
    if (rc.code)
        tokenizer_free(r.t);
    else
        *out = r.t;
    return rc;
}
