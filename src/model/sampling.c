#include "model/sampling.h"

#include <math.h>
#include <stddef.h>

#define GGUF_TOP_K "general.sampling.top_k"
#define HF_FILE    "generation_config.json: "

/* A field that is a fraction: what it is called, and where it must lie. */
struct field {
    const char *gguf, *hf;
    size_t at; /* of the float in struct model_sampling */
    float min, max;
    const char *range;
};
static const struct field fields[] = {
    {"general.sampling.temp", "temperature", offsetof(struct model_sampling, temperature), 0, 100,
     "no number from 0 to 100"},
    {"general.sampling.top_p", "top_p", offsetof(struct model_sampling, top_p), 1e-9f, 1,
     "no number above 0 and up to 1"},
    {"general.sampling.min_p", "min_p", offsetof(struct model_sampling, min_p), 0, 1,
     "no number from 0 to 1"},
    {"general.sampling.penalty_repeat", "repetition_penalty",
     offsetof(struct model_sampling, repeat_penalty), 0.01f, 100, "no number from 0.01 to 100"},
};
enum { N_FIELDS = sizeof fields / sizeof *fields };

void sampling_clear(struct model_sampling *s)
{
    *s = (struct model_sampling){
        .temperature = NAN, .top_p = NAN, .min_p = NAN, .repeat_penalty = NAN, .top_k = -1};
}

/* False when V (NAN: no number) is none of F's. */
static bool take(struct model_sampling *s, const struct field *f, double v)
{
    float x = (float)v;
    if (!(x >= f->min && x <= f->max))
        return false;
    memcpy((char *)s + f->at, &x, sizeof x);
    return true;
}

static bool take_top_k(struct model_sampling *s, double v)
{
    if (!(fabs(v) <= INT32_MAX) || v != floor(v))
        return false;
    s->top_k = v < 0 ? 0 : (int32_t)v;
    return true;
}

static takt_rc refuse(const struct model *m, const char *file, const char *key, const char *what,
                      takt_err *e)
{
    return err_set(e, TAKT_ERR_FORMAT, m->path, "%s'%s' is %s", file, key, what);
}

static takt_rc refuse_top_k(const struct model *m, const char *file, const char *key, takt_err *e)
{
    return refuse(m, file, key, "no integer of 31 bits", e);
}

takt_rc sampling_from_gguf(struct model *m, takt_err *e)
{
    for (size_t i = 0; i < N_FIELDS; i++) {
        const struct field *f = &fields[i];
        if (model_kv_find(m, f->gguf) &&
            !take(&m->sampling, f, model_kv_float(m, f->gguf, (double)NAN)))
            return refuse(m, "", f->gguf, f->range, e);
    }
    if (model_kv_find(m, GGUF_TOP_K) &&
        !take_top_k(&m->sampling, model_kv_float(m, GGUF_TOP_K, (double)NAN)))
        return refuse_top_k(m, "", GGUF_TOP_K, e);
    return TAKT_OK;
}

/* Member KEY, NULL when it is not there or null. */
static const struct json *member(const struct model *m, const char *key)
{
    const struct json *v = json_get(m->hf_generation_config, key);
    return v && v->kind != JSON_NULL ? v : NULL;
}

takt_rc sampling_from_hf(struct model *m, takt_err *e)
{
    bool draws = true;
    for (size_t i = 0; i <= N_FIELDS; i++) {
        const struct field *f = i < N_FIELDS ? &fields[i] : NULL;
        const struct json *v = member(m, f ? f->hf : "top_k");
        double d = (double)NAN;
        json_f64(v, &d);
        if (v && f && !take(&m->sampling, f, d))
            return refuse(m, HF_FILE, f->hf, f->range, e);
        if (v && !f && !take_top_k(&m->sampling, d))
            return refuse_top_k(m, HF_FILE, "top_k", e);
    }
    const struct json *v = member(m, "do_sample");
    if (v && !json_bool(v, &draws))
        return refuse(m, HF_FILE, "do_sample", "neither true nor false", e);
    if (!draws)
        m->sampling.temperature = 0;
    return TAKT_OK;
}
