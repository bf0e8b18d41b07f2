/* Qwen2-VL: places in time, height and width. */
#include "engine/place.h"
#include "made.h"

enum { WORDS = 90 };

static const int32_t sections[4] = {8, 12, 12, 0};

static struct made decoder(const char *arch, const int32_t *of)
{
    return (struct made){.arch = arch, .type = QTYPE_Q8_0, .biases = true, .sections = of};
}

/* ---- places ---------------------------------------------------------------------------------- */

static void check_place(const takt_span *spans, size_t n, uint32_t pos, uint32_t t, uint32_t h,
                        uint32_t w)
{
    uint32_t at[3];
    place_of(at, spans, n, pos);
    T_EQ_INT(at[0], t);
    T_EQ_INT(at[1], h);
    T_EQ_INT(at[2], w);
}

/* As transformers' get_rope_index counts them. */
T_TEST(places)
{
    takt_picture wide = {.n_positions = 12, .across = 4, .down = 3};
    takt_picture high = {.n_positions = 10, .across = 2, .down = 5};
    takt_picture plain = {.n_positions = 6};
    const takt_span spans[] = {{30, &plain}, {5, &wide}, {17, &high}};
    check_place(NULL, 0, 7, 7, 7, 7);
    check_place(spans, 3, 4, 4, 4, 4);
    check_place(spans, 3, 5, 5, 5, 5);
    check_place(spans, 3, 8, 5, 5, 8);
    check_place(spans, 3, 9, 5, 6, 5);
    check_place(spans, 3, 16, 5, 7, 8);
    check_place(spans, 3, 17, 9, 9, 9); /* one behind the other: 5 + 4 */
    check_place(spans, 3, 26, 9, 13, 10);
    check_place(spans, 3, 27, 14, 14, 14);
    check_place(spans, 3, 32, 19, 19, 19); /* in one that has no grid */
    check_place(spans, 3, 36, 23, 23, 23);
    T_OK(!place_in_picture(spans, 3, 4) && place_in_picture(spans, 3, 5));
    T_OK(place_in_picture(spans, 3, 26) && !place_in_picture(spans, 3, 27));
}

/* ---- text alone ------------------------------------------------------------------------------ */

static bool keep(void *user, uint32_t i, const float *logits)
{
    float *to = *(float **)user;
    (void)i;
    memcpy(to, logits, 331 * sizeof *to);
    return true;
}

/* The last logits of a text that a model of random weights reads in steps of STEP. */
static void text_logits(float *to, const char *arch, const int32_t *of, uint32_t step)
{
    struct loaded l;
    int32_t ids[WORDS];
    takt_err e;
    takt_plan_options po = {.threads = 2};
    t_.state = 41; /* the same weights */
    const char *path = made_write(decoder(arch, of));
    for (int32_t i = 0; i < WORDS; i++)
        ids[i] = 3 + i * 7 % 300;
    if (!loaded_open(&l, path, &po, 1))
        return;
    for (uint32_t at = 0; at < WORDS; at += step)
        T_RC(takt_seq_feed(l.seq, ids + at, WORDS - at < step ? WORDS - at : step, false, keep, &to,
                           &e),
             &e);
    loaded_free(&l);
}

/* Without pictures the three places are the position: the bits are Qwen 2's. */
T_TEST(text_alone_is_qwen2)
{
    static float want[331], got[331];
    text_logits(want, "qwen2", NULL, WORDS);
    text_logits(got, "qwen2vl", sections, WORDS);
    T_EQ_MEM(got, want, sizeof want);
    text_logits(got, "qwen2vl", sections, 13);
    T_EQ_MEM(got, want, sizeof want);
    T_OK(fabsf(got[7]) > 0);
}

/* ---- bad headers ----------------------------------------------------------------------------- */

static void refused(const int32_t *of, takt_code code, const char *what)
{
    takt_model *m = NULL;
    takt_err e;
    const char *path = made_write(decoder("qwen2vl", of));
    T_FAILS(takt_model_open(&m, path, &e), &e, code, what);
    takt_model_free(m);
}

T_TEST(sections_that_do_not_fit)
{
    static const int32_t fewer[4] = {8, 12, 11, 0}, more[4] = {8, 12, 12, 1};
    static const int32_t negative[4] = {-8, 28, 12, 0};
    refused(NULL, TAKT_ERR_FORMAT, "rotary sections");
    refused(fewer, TAKT_ERR_FORMAT, "rotary sections");
    refused(negative, TAKT_ERR_FORMAT, "rotary sections");
    refused(more, TAKT_ERR_UNSUPPORTED, "fourth section");
}

T_MAIN("engine/qwen2vl")
