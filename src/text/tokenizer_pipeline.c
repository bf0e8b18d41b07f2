#include "text/tokenizer_pipeline.h"

#define MARK "\xE2\x96\x81" /* U+2581, SentencePiece's space */

struct pipeline {
    struct tokenizer *t;
    const char *where;
    takt_err *e;
    bool spaced;
    bool bytes_done; /* ByteLevel was read: nothing may follow it */
};

static const char *type_of(const struct json *v)
{
    const struct json *type = json_get(v, "type");
    return type && type->kind == JSON_STRING ? type->str : "(none)";
}

static bool is(const struct json *v, const char *type)
{
    return json_is_str(json_get(v, "type"), type);
}

static takt_rc refuse(struct pipeline *p, const char *part, const char *what)
{
    return err_set(p->e, TAKT_ERR_UNSUPPORTED, p->where, "takt does not know the %s '%.60s'", part,
                   what);
}

static struct slice str_of(const struct json *v)
{
    if (!v || v->kind != JSON_STRING)
        return (struct slice){NULL, 0};
    return (struct slice){(const uint8_t *)v->str, v->str_len};
}

static bool flag_of(const struct json *v, const char *key, bool def)
{
    json_bool(json_get(v, key), &def);
    return def;
}

/* ---- normalizer ---------------------------------------------------------------------------------
 */

/* Copies S to OUT with U+2581 as a space; S has at most NORMALIZE_STR_MAX bytes. */
static struct slice unmark(struct slice s, uint8_t *out)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; n++) {
        bool mark = s.len - i >= 3 && memcmp(s.p + i, MARK, 3) == 0;
        out[n] = mark ? ' ' : s.p[i];
        i += mark ? 3 : 1;
    }
    return (struct slice){out, n};
}

static takt_rc read_replace(struct pipeline *p, const struct json *v)
{
    uint8_t a[NORMALIZE_STR_MAX], b[NORMALIZE_STR_MAX];
    const struct json *pattern = json_get(json_get(v, "pattern"), "String");
    const struct json *content = json_get(v, "content");
    if (!pattern || !content || content->kind != JSON_STRING)
        return refuse(p, "normalizer", "Replace of a regular expression");
    struct slice from = str_of(pattern), to = str_of(content);
    if (from.len > sizeof a || to.len > sizeof b || !p->spaced)
        return normalizer_add(&p->t->norm, NORMALIZE_REPLACE, from, to, p->e);
    from = unmark(from, a);
    to = unmark(to, b);
    if (from.len == to.len && memcmp(from.p, to.p, from.len) == 0) {
        from = slice_str(MARK); /* escaping spaces: here the text's own marks become spaces */
        to = slice_str(" ");
    }
    return normalizer_add(&p->t->norm, NORMALIZE_REPLACE, from, to, p->e);
}

static takt_rc read_normalizer(struct pipeline *p, const struct json *v, unsigned depth)
{
    static const struct {
        const char *type;
        enum normalize_kind kind;
    } forms[] = {{"NFC", NORMALIZE_NFC},
                 {"NFD", NORMALIZE_NFD},
                 {"NFKC", NORMALIZE_NFKC},
                 {"NFKD", NORMALIZE_NFKD}};
    if (!v || v->kind == JSON_NULL)
        return TAKT_OK;
    if (is(v, "Sequence") && depth < PIPELINE_DEPTH) {
        const struct json *list = json_get(v, "normalizers");
        for (const struct json *c = list ? list->child : NULL; c; c = c->next)
            TAKT_TRY(read_normalizer(p, c, depth + 1));
        return TAKT_OK;
    }
    if (is(v, "Prepend")) {
        if (!json_is_str(json_get(v, "prepend"), p->spaced ? MARK : " "))
            return refuse(p, "normalizer", "Prepend of something else than a space");
        p->t->prefix = PREFIX_ALWAYS;
        return TAKT_OK;
    }
    if (is(v, "Replace"))
        return read_replace(p, v);
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (is(v, forms[i].type))
            return normalizer_add(&p->t->norm, forms[i].kind, (struct slice){NULL, 0},
                                  (struct slice){NULL, 0}, p->e);
    return refuse(p, "normalizer", type_of(v));
}

/* Does some step of V write spaces as U+2581? */
static bool writes_marks(const struct json *v, const char *list, unsigned depth)
{
    if (is(v, "Metaspace"))
        return true;
    if (is(v, "Replace"))
        return json_is_str(json_get(json_get(v, "pattern"), "String"), " ") &&
               json_is_str(json_get(v, "content"), MARK);
    const struct json *steps =
        is(v, "Sequence") && depth < PIPELINE_DEPTH ? json_get(v, list) : NULL;
    for (const struct json *c = steps ? steps->child : NULL; c; c = c->next)
        if (writes_marks(c, list, depth + 1))
            return true;
    return false;
}

/* ---- pre_tokenizer ------------------------------------------------------------------------------
 */

static takt_rc add_stage(struct pipeline *p, enum pretok_kind kind)
{
    if (!pretok_add(&p->t->pre, kind))
        return err_set(p->e, TAKT_ERR_LIMIT, p->where, "has more than %d pre-tokenizers",
                       PRETOK_STAGES);
    return TAKT_OK;
}

/* A space in front of each stretch of text unless there is one: only where the whole stretch is
 * still one piece. */
static takt_rc add_prefix(struct pipeline *p, enum prefix_rule rule)
{
    struct tokenizer *t = p->t;
    if (rule == PREFIX_NEVER)
        return TAKT_OK;
    if (t->pre.n_stages > 0 || t->prefix != PREFIX_NEVER)
        return refuse(p, "pre_tokenizer", "a second prefix, or a prefix behind a split");
    t->prefix = rule;
    t->prefix_late = t->prefix_unless_space = true;
    return TAKT_OK;
}

static enum prefix_rule metaspace_prefix(const struct json *v)
{
    const struct json *scheme = json_get(v, "prepend_scheme");
    if (!scheme)
        return flag_of(v, "add_prefix_space", true) ? PREFIX_ALWAYS : PREFIX_NEVER;
    if (json_is_str(scheme, "first"))
        return PREFIX_FIRST;
    return json_is_str(scheme, "never") ? PREFIX_NEVER : PREFIX_ALWAYS;
}

static takt_rc read_metaspace(struct pipeline *p, const struct json *v)
{
    if (!json_is_str(json_get(v, "replacement"), MARK))
        return refuse(p, "pre_tokenizer", "Metaspace with another mark than U+2581");
    TAKT_TRY(add_prefix(p, metaspace_prefix(v)));
    TAKT_TRY(normalizer_add(&p->t->norm, NORMALIZE_REPLACE, slice_str(MARK), slice_str(" "), p->e));
    return flag_of(v, "split", true) ? add_stage(p, PRETOK_SPACES) : TAKT_OK;
}

static takt_rc read_split(struct pipeline *p, const struct json *v)
{
    const struct json *pattern = json_get(v, "pattern"), *behavior = json_get(v, "behavior");
    const struct json *regex = json_get(pattern, "Regex"), *str = json_get(pattern, "String");
    bool removed = json_is_str(behavior, "Removed"), invert = flag_of(v, "invert", false);
    if (!regex && !str)
        return refuse(p, "pre_tokenizer", "Split without a pattern");
    if (!removed && !json_is_str(behavior, "Isolated"))
        return refuse(p, "behaviour of Split",
                      behavior && behavior->kind == JSON_STRING ? behavior->str : "(none)");
    return pretok_add_pattern(&p->t->pre, str_of(regex ? regex : str), !regex, removed && !invert,
                              removed && invert, p->where, p->e);
}

static takt_rc read_byte_level(struct pipeline *p, const struct json *v)
{
    if (p->spaced)
        return refuse(p, "pre_tokenizer", "ByteLevel together with U+2581 for spaces");
    if (flag_of(v, "add_prefix_space", true))
        TAKT_TRY(add_prefix(p, PREFIX_ALWAYS));
    if (flag_of(v, "use_regex", true))
        TAKT_TRY(add_stage(p, PRETOK_GPT2));
    p->t->byte_level = p->bytes_done = true;
    return TAKT_OK;
}

static takt_rc read_pre_tokenizer(struct pipeline *p, const struct json *v, unsigned depth)
{
    if (!v || v->kind == JSON_NULL)
        return TAKT_OK;
    if (is(v, "Sequence") && depth < PIPELINE_DEPTH) {
        const struct json *list = json_get(v, "pretokenizers");
        for (const struct json *c = list ? list->child : NULL; c; c = c->next)
            TAKT_TRY(read_pre_tokenizer(p, c, depth + 1));
        return TAKT_OK;
    }
    if (p->bytes_done)
        return refuse(p, "pre_tokenizer behind ByteLevel,", type_of(v));
    if (is(v, "ByteLevel"))
        return read_byte_level(p, v);
    if (is(v, "Split"))
        return read_split(p, v);
    if (is(v, "Digits"))
        return add_stage(p,
                         flag_of(v, "individual_digits", false) ? PRETOK_DIGITS : PRETOK_NUMBERS);
    if (is(v, "Metaspace"))
        return read_metaspace(p, v);
    return refuse(p, "pre_tokenizer", type_of(v));
}

takt_rc pipeline_read_text(struct tokenizer *t, const struct json *root, bool *spaced,
                           const char *where, takt_err *e)
{
    struct pipeline p = {.t = t, .where = where, .e = e};
    const struct json *norm = json_get(root, "normalizer"), *pre = json_get(root, "pre_tokenizer");
    p.spaced = *spaced =
        writes_marks(norm, "normalizers", 0) || writes_marks(pre, "pretokenizers", 0);
    TAKT_TRY(read_normalizer(&p, norm, 0));
    return read_pre_tokenizer(&p, pre, 0);
}

/* ---- post_processor and decoder
 * ------------------------------------------------------------------ */

/* The first id of the special token that a template names. */
static takt_rc template_id(struct pipeline *p, const struct json *v, const struct json *item,
                           int32_t *out)
{
    const struct json *name = json_get(item, "id"), *tokens = json_get(v, "special_tokens");
    int64_t id;
    if (name && name->kind == JSON_STRING &&
        json_i64(json_at(json_get(json_get(tokens, name->str), "ids"), 0), &id) && id >= 0 &&
        (uint64_t)id < p->t->v.n_tokens) {
        *out = (int32_t)id;
        return TAKT_OK;
    }
    return err_set(p->e, TAKT_ERR_FORMAT, p->where,
                   "the post_processor names a special token that is not there");
}

static takt_rc read_template(struct pipeline *p, const struct json *v)
{
    const struct json *single = json_get(v, "single");
    unsigned before = 0, after = 0;
    bool text = false;
    for (const struct json *c = single ? single->child : NULL; c; c = c->next) {
        const struct json *special = json_get(c, "SpecialToken");
        if (!special) {
            text = true;
        } else if (!text) {
            TAKT_TRY(template_id(p, v, special, &p->t->bos));
            before++;
        } else {
            TAKT_TRY(template_id(p, v, special, &p->t->eos));
            after++;
        }
    }
    if (before > 1 || after > 1)
        return refuse(p, "post_processor", "TemplateProcessing with several tokens on a side");
    p->t->add_bos = before == 1;
    p->t->add_eos = after == 1;
    return TAKT_OK;
}

static takt_rc read_post_processor(struct pipeline *p, const struct json *v, unsigned depth)
{
    if (!v || v->kind == JSON_NULL || is(v, "ByteLevel"))
        return TAKT_OK;
    if (is(v, "TemplateProcessing"))
        return read_template(p, v);
    if (!is(v, "Sequence") || depth >= PIPELINE_DEPTH)
        return refuse(p, "post_processor", type_of(v));
    const struct json *list = json_get(v, "processors");
    for (const struct json *c = list ? list->child : NULL; c; c = c->next)
        TAKT_TRY(read_post_processor(p, c, depth + 1));
    return TAKT_OK;
}

static takt_rc read_decoder(struct pipeline *p, const struct json *v, unsigned depth)
{
    if (!v || v->kind == JSON_NULL || is(v, "ByteLevel") || is(v, "ByteFallback") || is(v, "Fuse"))
        return TAKT_OK;
    if (is(v, "Metaspace")) {
        p->t->strips_prefix = p->t->strips_run = metaspace_prefix(v) != PREFIX_NEVER;
        return TAKT_OK;
    }
    if (is(v, "Replace") && json_is_str(json_get(json_get(v, "pattern"), "String"), MARK) &&
        json_is_str(json_get(v, "content"), " "))
        return TAKT_OK;
    int64_t start = 0, stop = 0;
    if (is(v, "Strip") && json_is_str(json_get(v, "content"), " ") &&
        json_i64(json_get(v, "start"), &start) && json_i64(json_get(v, "stop"), &stop) &&
        start >= 0 && start <= 1 && stop == 0) {
        p->t->strips_prefix = start == 1;
        return TAKT_OK;
    }
    if (!is(v, "Sequence") || depth >= PIPELINE_DEPTH)
        return refuse(p, "decoder", type_of(v));
    const struct json *list = json_get(v, "decoders");
    for (const struct json *c = list ? list->child : NULL; c; c = c->next)
        TAKT_TRY(read_decoder(p, c, depth + 1));
    return TAKT_OK;
}

takt_rc pipeline_read_ids(struct tokenizer *t, const struct json *root, const char *where,
                          takt_err *e)
{
    struct pipeline p = {.t = t, .where = where, .e = e};
    TAKT_TRY(read_post_processor(&p, json_get(root, "post_processor"), 0));
    return read_decoder(&p, json_get(root, "decoder"), 0);
}
