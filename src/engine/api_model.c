/* takt_model and everything about text: model files, tokens, chat templates. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/handles.h"
#include "text/chat_input.h"

const char *takt_version(void)
{
    return "0.1.0";
}

void takt_free(void *p)
{
    free(p);
}

static uint64_t count_params(const struct model *m)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < m->n_tensors; i++) {
        uint64_t values = 1;
        for (uint32_t d = 0; d < MODEL_DIMS_MAX; d++)
            values *= m->tensors[i].ne[d];
        n += values;
    }
    return n;
}

takt_rc takt_model_open(takt_model **out, const char *path, takt_err *e)
{
    *out = NULL;
    takt_model *m = calloc(1, sizeof *m);
    if (!m)
        return err_set(e, TAKT_ERR_MEMORY, path, "no memory to open it");
    takt_rc rc = model_open(&m->file, path, e);
    if (rc.code) {
        free(m);
        return rc;
    }
    m->n_params = count_params(&m->file);
    /* A model without a usable tokenizer or template can still be inspected, planned and evaluated
     * on ids: what is missing is reported when it is needed. */
    if (m->file.hp.arch && strcmp(m->file.hp.arch, "clip") == 0)
        err_set(&m->tokenizer_err, TAKT_ERR_USAGE, path,
                "is a picture encoder, no language model: give it with --mmproj to the model that "
                "it belongs to");
    else if (tokenizer_new(&m->tokenizer, &m->file, &m->tokenizer_err).code)
        m->tokenizer = NULL;
    if (!m->file.chat_template)
        err_set(&m->chat_err, TAKT_ERR_UNSUPPORTED, path, "the model has no chat template");
    else if (chat_template_new(&m->chat, m->file.chat_template, &m->chat_err).code)
        m->chat = NULL;
    *out = m;
    return TAKT_OK;
}

void takt_model_free(takt_model *m)
{
    if (!m)
        return;
    tokenizer_free(m->tokenizer);
    chat_template_free(m->chat);
    model_close(&m->file);
    free(m);
}

void takt_model_describe(const takt_model *m, takt_model_info *info)
{
    const struct model_hparams *hp = &m->file.hp;
    *info = (takt_model_info){
        .name = m->file.name,
        .architecture = hp->arch,
        .format = m->file.source == MODEL_GGUF ? "GGUF" : "Hugging Face",
        .tokenizer = m->tokenizer ? tokenizer_kind(m->tokenizer) : NULL,
        .n_layers = hp->n_layers,
        .n_embd = hp->n_embd,
        .n_vocab = hp->n_vocab,
        .n_ctx_train = hp->n_ctx_train,
        .n_experts = hp->n_experts,
        .n_experts_used = hp->n_experts_used,
        .n_params = m->n_params,
        .weight_bytes = m->file.weight_bytes,
        .has_chat_template = m->chat != NULL,
        .bos = m->tokenizer ? tokenizer_bos(m->tokenizer) : -1,
        .eos = m->tokenizer ? tokenizer_eos(m->tokenizer) : -1,
        .temperature = m->file.sampling.temperature,
        .top_p = m->file.sampling.top_p,
        .min_p = m->file.sampling.min_p,
        .repeat_penalty = m->file.sampling.repeat_penalty,
        .top_k = m->file.sampling.top_k,
    };
}

static float given_or(float v, float otherwise)
{
    return isnan(v) ? otherwise : v;
}

takt_sampling takt_sampling_for(const takt_model *m)
{
    const struct model_sampling *f = &m->file.sampling;
    takt_sampling s = takt_sampling_default();
    s.temperature = given_or(f->temperature, s.temperature);
    s.top_p = given_or(f->top_p, s.top_p);
    s.min_p = given_or(f->min_p, s.min_p);
    s.repeat_penalty = given_or(f->repeat_penalty, s.repeat_penalty);
    s.top_k = f->top_k >= 0 ? (uint32_t)f->top_k : s.top_k;
    return s;
}

static takt_rc need_tokenizer(const takt_model *m, takt_err *e)
{
    if (m->tokenizer)
        return TAKT_OK;
    if (e)
        *e = m->tokenizer_err;
    return (takt_rc){m->tokenizer_err.code};
}

/* Does TEXT begin with the text of BOS (a rendered chat template usually does)? */
static bool begins_with_bos(const takt_model *m, const char *text, size_t len)
{
    int32_t bos = tokenizer_bos(m->tokenizer);
    if (bos < 0)
        return false;
    struct slice s = tokenizer_token_text(m->tokenizer, bos);
    return s.len > 0 && len >= s.len && memcmp(text, s.p, s.len) == 0;
}

takt_rc takt_tokenize(const takt_model *m, const char *text, size_t len, unsigned flags,
                      int32_t *ids, size_t cap, size_t *n, takt_err *e)
{
    TAKT_TRY(need_tokenizer(m, e));
    bool special = flags & TAKT_TEXT_SPECIAL;
    struct tokenize_options opt = {
        .add_bos = (flags & TAKT_TEXT_BOS) && tokenizer_adds_bos(m->tokenizer) &&
                   !(special && begins_with_bos(m, text, len)),
        .parse_special = special,
    };
    return tokenizer_encode(m->tokenizer, text, len, &opt, ids, cap, n, e);
}

takt_rc takt_detokenize(const takt_model *m, const int32_t *ids, size_t n, unsigned flags,
                        char **text, size_t *len, takt_err *e)
{
    TAKT_TRY(need_tokenizer(m, e));
    size_t piece = tokenizer_piece_max(m->tokenizer) + 16, cap = piece + 64, at = 0;
    char *out = malloc(cap);
    struct detok d;
    detok_init(&d, m->tokenizer, true, flags & TAKT_TEXT_SPECIAL);
    for (size_t i = 0; out && i <= n; i++) {
        if (cap - at < piece + 1) {
            char *bigger = realloc(out, cap = cap * 2 + piece);
            if (!bigger)
                free(out);
            out = bigger;
        }
        if (out)
            at += i < n ? detok_feed(&d, ids[i], out + at, cap - at - 1)
                        : detok_end(&d, out + at, cap - at - 1);
    }
    if (!out)
        return err_set(e, TAKT_ERR_MEMORY, "text", "no memory for %zu tokens", n);
    out[at] = '\0';
    *text = out;
    *len = at;
    return TAKT_OK;
}

/* The text of a token for a template, "" when there is none. */
static char *token_name(const takt_model *m, int32_t id)
{
    struct slice s = id >= 0 ? tokenizer_token_text(m->tokenizer, id) : (struct slice){NULL, 0};
    return strndup(s.p ? (const char *)s.p : "", s.len);
}

/* What a template is rendered with beside the messages. */
struct template_facts {
    char *bos, *eos; /* texts of the tokens */
    long long now_s;
};

static void facts_free(struct template_facts *f)
{
    free(f->bos);
    free(f->eos);
}

/* Nothing is to be freed after an error. */
static takt_rc facts_of(struct template_facts *f, const takt_model *m, takt_err *e)
{
    TAKT_TRY(need_tokenizer(m, e));
    if (!m->chat) {
        if (e)
            *e = m->chat_err;
        return (takt_rc){m->chat_err.code};
    }
    f->bos = token_name(m, tokenizer_bos(m->tokenizer));
    f->eos = token_name(m, tokenizer_eos(m->tokenizer));
    f->now_s = (long long)time(NULL);
    if (f->bos && f->eos)
        return TAKT_OK;
    facts_free(f);
    return err_set(e, TAKT_ERR_MEMORY, "chat template", "no memory to render it");
}

takt_rc takt_chat_render(const takt_model *m, const takt_chat_input *in, char **text, size_t *len,
                         takt_err *e)
{
    struct template_facts f;
    *text = NULL;
    *len = 0;
    TAKT_TRY(facts_of(&f, m, e));
    takt_rc rc =
        chat_input_render(m->chat, in, NULL, NULL, f.bos, f.eos, f.now_s, NULL, text, len, e);
    facts_free(&f);
    return rc;
}

/* A prompt's ids, growing. */
struct prompt {
    int32_t *ids;
    size_t n, cap, n_pictures;
    uint32_t *order; /* the numbers of the pictures as they stand in the text */
};

static void prompt_free(struct prompt *p)
{
    free(p->ids);
    free(p->order);
}

static takt_rc prompt_room(struct prompt *p, size_t n, takt_err *e)
{
    if (n <= p->cap - p->n)
        return TAKT_OK;
    int32_t *bigger = realloc(p->ids, (p->n + n) * 2 * sizeof *bigger);
    if (!bigger)
        return err_set(e, TAKT_ERR_MEMORY, "prompt", "no memory for %zu tokens", p->n + n);
    p->ids = bigger;
    p->cap = (p->n + n) * 2;
    return TAKT_OK;
}

/* Appends the ids of a stretch of the prompt. */
static takt_rc add_stretch(struct prompt *p, const takt_model *m, const char *text, size_t len,
                           bool is_first, bool is_plain, takt_err *e)
{
    struct tokenize_options opt = {
        .add_bos = is_first && tokenizer_adds_bos(m->tokenizer) && !begins_with_bos(m, text, len),
        .parse_special = !is_plain,
        .no_prefix = !is_first,
    };
    for (;;) {
        size_t n, room = p->cap - p->n;
        TAKT_TRY(tokenizer_encode(m->tokenizer, text, len, &opt, room ? p->ids + p->n : NULL, room,
                                  &n, e));
        if (n <= room) {
            p->n += n;
            return TAKT_OK;
        }
        TAKT_TRY(prompt_room(p, n, e));
    }
}

/* Appends the ids of the picture of the conversation IN that is number I in the text. */
static takt_rc add_picture(struct prompt *p, const takt_chat_input *in, int64_t i, takt_err *e)
{
    if (i < 0 || (size_t)i >= in->n_pictures || p->n > UINT32_MAX)
        return err_set(e, TAKT_ERR_FORMAT, "chat template", "has no place for the pictures");
    takt_span *s = &in->pictures[p->order[i]];
    uint32_t n = takt_picture_positions(s->picture);
    TAKT_TRY(prompt_room(p, n, e));
    memcpy(p->ids + p->n, takt_picture_ids(s->picture), n * sizeof *p->ids);
    s->first = (uint32_t)p->n;
    p->n += n;
    p->n_pictures++;
    return TAKT_OK;
}

static takt_rc add_stretches(struct prompt *p, const takt_model *m, const takt_chat_input *in,
                             const char *text, size_t len, const struct chat_span *span,
                             size_t n_spans, takt_err *e)
{
    size_t at = 0;
    for (size_t i = 0; i < n_spans; i++) {
        size_t n = span[i].end - span[i].begin;
        TAKT_TRY(add_stretch(p, m, text + at, span[i].begin - at, at == 0, false, e));
        if (span[i].picture >= 0)
            TAKT_TRY(add_picture(p, in, span[i].picture, e));
        else
            TAKT_TRY(add_stretch(p, m, text + span[i].begin, n, false, true, e));
        at = span[i].end;
    }
    TAKT_TRY(add_stretch(p, m, text + at, len - at, at == 0, false, e));
    if (p->n_pictures == in->n_pictures)
        return TAKT_OK;
    return err_set(e, TAKT_ERR_UNSUPPORTED, "chat template",
                   "shows %zu of the %zu pictures; it must show each once", p->n_pictures,
                   in->n_pictures);
}

takt_rc takt_chat_prompt(const takt_model *m, const takt_chat_input *in, int32_t **ids, size_t *n,
                         takt_err *e)
{
    struct template_facts f;
    struct chat_mark mark;
    struct chat_span *span = NULL;
    struct prompt p = {0};
    char *text;
    size_t len, n_spans;
    *ids = NULL;
    *n = 0;
    p.order = calloc(in->n_pictures + 1, sizeof *p.order);
    if (!p.order)
        return err_set(e, TAKT_ERR_MEMORY, "prompt", "no memory for %zu pictures", in->n_pictures);
    takt_rc rc = facts_of(&f, m, e);
    if (rc.code) {
        prompt_free(&p);
        return rc;
    }
    rc = chat_input_render(m->chat, in, m->tokenizer, &mark, f.bos, f.eos, f.now_s, p.order, &text,
                           &len, e);
    facts_free(&f);
    if (!rc.code)
        rc = chat_mark_strip(&mark, text, &len, &span, &n_spans, e);
    if (!rc.code)
        rc = add_stretches(&p, m, in, text, len, span, n_spans, e);
    free(span);
    free(text);
    if (!rc.code) {
        *ids = p.ids;
        *n = p.n;
        p.ids = NULL;
    }
    prompt_free(&p);
    return rc;
}
