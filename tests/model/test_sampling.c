/* The sampling defaults of model files: from GGUF keys and from generation_config.json. */
#include "t.h"

#include <math.h>
#include <unistd.h>

#include "model/gguf_write.h"
#include "model/sampling.h"

#define KEY(name) "general.sampling." name

static void is_not_given(const struct model_sampling *s)
{
    T_OK(isnan(s->temperature) && isnan(s->top_p) && isnan(s->min_p) && isnan(s->repeat_penalty));
    T_EQ_INT(s->top_k, -1);
}

/* ---- GGUF ---- */

static takt_rc no_tensor(void *user, uint32_t i, struct gguf_sink *sink, takt_err *e)
{
    (void)user, (void)i, (void)sink, (void)e;
    return TAKT_OK;
}

/* Writes what W holds, and opens it. */
static takt_rc reopen(struct model *m, struct gguf_writer *w, takt_err *e)
{
    char path[] = P_tmpdir "/takt-test-sampling-XXXXXX";
    int fd = mkstemp(path);
    if (T_OK(fd >= 0))
        close(fd);
    T_RC(gguf_write(w, path, no_tensor, NULL, e), e);
    gguf_writer_free(w);
    takt_rc rc = model_open(m, path, e);
    unlink(path);
    return rc;
}

/* A file with one pair. */
static takt_rc open_with(struct model *m, const char *key, enum kv_type type, const void *v,
                         size_t n, takt_err *e)
{
    struct gguf_writer w = {0};
    gguf_put_kv(&w, &(struct model_kv){slice_str(key), type, type, 1, {v, n}});
    return reopen(m, &w, e);
}

#define OPEN(key, kv, type, v) open_with(&m, KEY(key), kv, &(type){v}, sizeof(type), &e)

T_TEST(gguf_gives_all_or_nothing)
{
    struct gguf_writer w = {0};
    struct model m;
    takt_err e;
    gguf_put_str(&w, "general.name", "x");
    if (T_RC(reopen(&m, &w, &e), &e)) {
        is_not_given(&m.sampling);
        model_close(&m);
    }
    w = (struct gguf_writer){0};
    gguf_put_f32(&w, KEY("temp"), 0.6f);
    gguf_put_i32(&w, KEY("top_k"), 20);
    gguf_put_f32(&w, KEY("top_p"), 0.9f);
    gguf_put_f32(&w, KEY("min_p"), 0);
    gguf_put_f32(&w, KEY("penalty_repeat"), 1.1f);
    if (T_RC(reopen(&m, &w, &e), &e)) {
        T_OK(m.sampling.temperature == 0.6f && m.sampling.top_p == 0.9f);
        T_OK(m.sampling.min_p == 0 && m.sampling.repeat_penalty == 1.1f);
        T_EQ_INT(m.sampling.top_k, 20);
        model_close(&m);
    }
}

T_TEST(gguf_takes_any_number)
{
    struct model m;
    takt_err e;
    if (T_RC(OPEN("temp", KV_F64, double, 0.3), &e)) {
        T_OK(m.sampling.temperature == 0.3f);
        T_OK(isnan(m.sampling.top_p));
        model_close(&m);
    }
    if (T_RC(OPEN("temp", KV_U8, uint8_t, 2), &e)) {
        T_OK(m.sampling.temperature == 2);
        model_close(&m);
    }
    if (T_RC(OPEN("top_p", KV_I64, int64_t, 1), &e)) {
        T_OK(m.sampling.top_p == 1);
        model_close(&m);
    }
    if (T_RC(OPEN("top_k", KV_F32, float, 40), &e)) {
        T_EQ_INT(m.sampling.top_k, 40);
        model_close(&m);
    }
    if (T_RC(OPEN("top_k", KV_I32, int32_t, -1), &e)) { /* off, as elsewhere */
        T_EQ_INT(m.sampling.top_k, 0);
        model_close(&m);
    }
    if (T_RC(OPEN("penalty_repeat", KV_F32, float, 0.01f), &e))
        model_close(&m);
}

T_TEST(gguf_refuses_bad_values)
{
    struct model m;
    takt_err e;
#define BAD(key, kv, type, v) T_FAILS(OPEN(key, kv, type, v), &e, TAKT_ERR_FORMAT, "'" KEY(key) "'")
    BAD("temp", KV_F32, float, NAN);
    BAD("temp", KV_F32, float, -0.5f);
    BAD("temp", KV_F32, float, INFINITY);
    BAD("temp", KV_F64, double, 1e300);
    BAD("temp", KV_BOOL, uint8_t, 1);
    BAD("top_p", KV_F32, float, 0);
    BAD("top_p", KV_F32, float, 1.5f);
    BAD("min_p", KV_F32, float, -0.1f);
    BAD("min_p", KV_I8, int8_t, 2);
    BAD("penalty_repeat", KV_F32, float, 0);
    BAD("penalty_repeat", KV_U64, uint64_t, UINT64_MAX);
    BAD("top_k", KV_F32, float, 0.5f);
    BAD("top_k", KV_F32, float, NAN);
    BAD("top_k", KV_F32, float, -INFINITY);
    BAD("top_k", KV_U32, uint32_t, UINT32_MAX);
    BAD("top_k", KV_I64, int64_t, INT64_MIN);
#undef BAD
    T_FAILS(open_with(&m, KEY("temp"), KV_STR, "0.5", 3, &e), &e, TAKT_ERR_FORMAT,
            "is no number from 0 to 100");
}

/* ---- Hugging Face ---- */

/* generation_config.json of this TEXT; NULL: there is none. */
static takt_rc read_hf(struct model_sampling *s, const char *text, takt_err *e)
{
    struct model m = {.path = "folder"};
    sampling_clear(&m.sampling);
    if (text)
        T_RC(json_parse(&m.hf_generation_config, &m.arena, slice_str(text), "g.json", NULL, e), e);
    takt_rc rc = sampling_from_hf(&m, e);
    *s = m.sampling;
    arena_free(&m.arena);
    return rc;
}

T_TEST(hf_gives_all_or_nothing)
{
    struct model_sampling s;
    takt_err e;
    static const char *const nothing[] = {
        NULL, "{}", "{\"do_sample\":true,\"eos_token_id\":2}",
        "{\"do_sample\":null,\"temperature\":null,\"top_k\":null,\"top_p\":null}"};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
        if (T_RC(read_hf(&s, nothing[i], &e), &e))
            is_not_given(&s);
    if (T_RC(read_hf(&s,
                     "{\"do_sample\":true,\"temperature\":0.6,\"top_p\":0.9,\"top_k\":20,"
                     "\"min_p\":0.1,\"repetition_penalty\":1.05}",
                     &e),
             &e)) {
        T_OK(s.temperature == 0.6f && s.top_p == 0.9f && s.min_p == 0.1f);
        T_OK(s.repeat_penalty == 1.05f);
        T_EQ_INT(s.top_k, 20);
    }
    if (T_RC(read_hf(&s, "{\"top_k\":50.0,\"top_p\":1}", &e), &e)) {
        T_EQ_INT(s.top_k, 50);
        T_OK(s.top_p == 1 && isnan(s.temperature));
    }
}

T_TEST(hf_without_draws_is_temperature_zero)
{
    struct model_sampling s;
    takt_err e;
    if (T_RC(read_hf(&s, "{\"do_sample\":false}", &e), &e))
        T_OK(s.temperature == 0 && isnan(s.top_p));
    if (T_RC(read_hf(&s, "{\"temperature\":0.7,\"do_sample\":false,\"top_k\":9}", &e), &e)) {
        T_OK(s.temperature == 0);
        T_EQ_INT(s.top_k, 9);
    }
}

T_TEST(hf_refuses_bad_values)
{
    static const char *const bad[][2] = {{"temperature", "-1"},
                                         {"temperature", "\"0.7\""},
                                         {"temperature", "true"},
                                         {"temperature", "1e300"},
                                         {"temperature", "[1]"},
                                         {"top_p", "0"},
                                         {"top_p", "1.01"},
                                         {"min_p", "-1e-3"},
                                         {"min_p", "2"},
                                         {"repetition_penalty", "0"},
                                         {"repetition_penalty", "-1.1"},
                                         {"top_k", "1.5"},
                                         {"top_k", "99999999999"},
                                         {"top_k", "\"40\""},
                                         {"do_sample", "0"},
                                         {"do_sample", "\"false\""}};
    struct model_sampling s;
    takt_err e;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[80], want[80];
        snprintf(text, sizeof text, "{\"%s\":%s}", bad[i][0], bad[i][1]);
        snprintf(want, sizeof want, "folder: generation_config.json: '%s' is n", bad[i][0]);
        T_FAILS(read_hf(&s, text, &e), &e, TAKT_ERR_FORMAT, want);
    }
}

T_MAIN("model/sampling")
