/* Qwen2-VL: places in time, height and width. */
#include "engine/encoding.h"
#include "engine/place.h"
#include "engine/tiles.h"
#include "recorded.h"

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
    takt_picture high = {.n_positions = 13, .first = 1, .across = 2, .down = 5};
    takt_picture plain = {.n_positions = 6};
    const takt_span spans[] = {{33, &plain}, {5, &wide}, {17, &high}};
    check_place(NULL, 0, 7, 7, 7, 7);
    check_place(spans, 3, 4, 4, 4, 4);
    check_place(spans, 3, 5, 5, 5, 5);
    check_place(spans, 3, 8, 5, 5, 8);
    check_place(spans, 3, 9, 5, 6, 5);
    check_place(spans, 3, 16, 5, 7, 8);
    check_place(spans, 3, 17, 9, 9, 9); /* 5 + 4; text before the rows */
    check_place(spans, 3, 18, 10, 10, 10);
    check_place(spans, 3, 27, 10, 14, 11);
    check_place(spans, 3, 28, 15, 15, 15); /* text behind them */
    check_place(spans, 3, 29, 16, 16, 16);
    check_place(spans, 3, 30, 17, 17, 17);
    check_place(spans, 3, 35, 22, 22, 22); /* in one that has no grid */
    check_place(spans, 3, 39, 26, 26, 26);
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

/* ---- against Hugging Face -------------------------------------------------------------------- */

T_TEST(qwen2vl)
{
    check_golden("qwen2vl-tiny", "qwen2vl-tiny-text", 1e-5);
}

/* Windows, a gate in the feed-forward. */
T_TEST(qwen25vl)
{
    check_golden("qwen25vl-tiny", "qwen2vl-tiny-text", 1e-5);
}

/* ---- sequences ------------------------------------------------------------------------------- */

/* Pages behind pictures are found again by content, and the places in what follows are the same. */
T_TEST(pages_are_shared_by_content)
{
    static const struct way way = {NULL, 2, 0};
    struct golden g;
    takt_seq *again = NULL;
    takt_err e;
    if (!golden_open(&g, "qwen2vl-tiny", "qwen2vl-tiny-text", &way))
        return;
    if (T_RC(takt_seq_new(&again, g.l.engine, &e), &e)) {
        seq_begin(g.l.seq, 0, g.ids, g.n);
        takt_seq_pictures(g.l.seq, g.span, PICTURES);
        float *first = last_rows(&g, g.l.seq, g.ids, g.n, 0);
        seq_publish(g.l.seq);
        /* Enough behind it to fill a page and go on, one token at a time. */
        int32_t more[80];
        for (int32_t i = 0; i < 80; i++)
            more[i] = 3 + i;
        uint32_t found = seq_begin(again, 0, g.ids, g.n);
        T_EQ_INT(found, g.n / LAYOUT_PAGE * LAYOUT_PAGE);
        takt_seq_pictures(again, g.span, PICTURES);
        T_RC(takt_seq_feed(again, g.ids + found, g.n - found, false, NULL, NULL, &e), &e);
        float *want = malloc(LOGITS * (size_t)g.n_vocab * 4), *got;
        struct rows r = {.to = want, .n_vocab = g.n_vocab, .skip = 80 - LOGITS};
        T_RC(takt_seq_feed(g.l.seq, more, 80, true, keep_rows, &r, &e), &e);
        for (uint32_t i = 0; i < 80 - LOGITS; i++)
            T_RC(takt_seq_feed(again, more + i, 1, false, NULL, NULL, &e), &e);
        got = last_rows(&g, again, more + 80 - LOGITS, LOGITS, 0);
        T_EQ_MEM(got, want, LOGITS * (size_t)g.n_vocab * 4);
        free(first);
        free(want);
        free(got);
    }
    takt_seq_free(again);
    golden_close(&g);
}

/* What a part of a picture is followed by would have no place. */
T_TEST(text_where_a_picture_lies_refused)
{
    static const struct way way = {NULL, 1, 0};
    struct golden g;
    takt_err e;
    if (!golden_open(&g, "qwen2vl-tiny", "qwen2vl-tiny-text", &way))
        return;
    takt_seq_pictures(g.l.seq, g.span, PICTURES);
    uint32_t in = g.span[0].first + 4;
    T_RC(takt_seq_feed(g.l.seq, g.ids, in, false, NULL, NULL, &e), &e);
    int32_t text = 70;
    T_FAILS(takt_seq_feed(g.l.seq, &text, 1, false, NULL, NULL, &e), &e, TAKT_ERR_USAGE,
            "id 70 at 0, where a picture lies");
    T_FAILS(takt_seq_feed(g.l.seq, g.ids + in + 1, 1, false, NULL, NULL, &e), &e, TAKT_ERR_USAGE,
            "where a picture lies");
    T_EQ_INT(takt_seq_length(g.l.seq), in);
    T_RC(takt_seq_feed(g.l.seq, g.ids + in, g.n - in, false, NULL, NULL, &e), &e);
    golden_close(&g);
}

/* ---- sizes ----------------------------------------------------------------------------------- */

static struct model_vision any_size(uint32_t most)
{
    return (struct model_vision){
        .patch = 14, .merge = 2, .min_pixels = 56 * 56, .max_pixels = most};
}

/* As transformers' smart_resize has them, but for the last ones: a picture that is too narrow for
 * its pixels in whole blocks. */
T_TEST(sizes_of_pictures)
{
    static const struct {
        uint32_t width, height, cols, rows;
    } want[] = {
        {28, 28, 2, 2},     {1, 1, 2, 2},         {56, 56, 2, 2},       {640, 480, 23, 17},
        {480, 640, 17, 23}, {1000, 100, 36, 4},   {100, 1000, 4, 36},   {1920, 1080, 47, 26},
        {500, 333, 18, 12}, {2000, 2000, 35, 35}, {7, 1400, 1, 29},     {3000, 1001, 61, 20},
        {42, 70, 2, 2},     {5000, 30, 179, 1},   {60000, 28, 1280, 1}, {28, 60000, 1, 1280}};
    const struct model_vision v = any_size(VISION_PIXELS), low = any_size(256 * 28 * 28);
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        struct tiles t = tiles_of(&v, want[i].width, want[i].height);
        T_EQ_INT(t.n_cols, want[i].cols);
        T_EQ_INT(t.n_rows, want[i].rows);
        T_EQ_INT(t.width, want[i].cols * 28);
        T_EQ_INT(t.height, want[i].rows * 28);
        t = tiles_low(&v, want[i].width, want[i].height);
        struct tiles of = tiles_of(&low, want[i].width, want[i].height);
        T_OK(t.n_cols == of.n_cols && t.n_rows == of.n_rows && t.n_cols * t.n_rows <= 256);
    }
}

static takt_picture *encode_with(const takt_model *m, uint64_t max_pixels, const uint8_t *rgb,
                                 uint32_t width, uint32_t height, double step_share)
{
    takt_vision_options o = {.threads = 2, .no_cache = true, .max_pixels = max_pixels};
    takt_vision_info info;
    takt_picture *p = NULL;
    takt_vision *v;
    takt_step_info step;
    takt_err e;
    if (!T_RC(takt_vision_new(&v, m, "tests/data/qwen25vl-tiny-mmproj.gguf", &o, &e), &e))
        return NULL;
    takt_vision_describe(v, &info);
    T_RC(vision_part(v, info.encode_s * step_share, &e), &e);
    T_RC(takt_picture_encode(&p, v, rgb, width, height, &step, &e), &e);
    struct tiles t = tiles_of(&v->v, width, height);
    T_NEAR(step.predicted_ns, encoding_cost(v, &t).ns, 1e-6 * step.predicted_ns);
    takt_vision_free(v);
    return p;
}

/* Neither the largest program that there is nor where steps end changes a bit. */
T_TEST(room_for_larger_pictures_gives_the_same)
{
    static uint8_t rgb[40 * 136 * 3];
    static const struct {
        uint64_t max_pixels;
        double share;
    } way[] = {{2048 * 3, 0}, {2048 * 8, 0}, {2048 * 20, 0}, {2048 * 20, 0.03}};
    struct loaded l;
    takt_plan_options po = {.threads = 1};
    takt_picture *first = NULL;
    for (size_t i = 0; i < sizeof rgb; i++)
        rgb[i] = (uint8_t)(i * i >> 7);
    if (!loaded_open(&l, "tests/data/qwen2vl-tiny-text.gguf", &po, 1))
        return;
    for (size_t i = 0; i < sizeof way / sizeof *way; i++) {
        takt_picture *p = encode_with(l.model, way[i].max_pixels, rgb, 136, 40, way[i].share);
        if (!p)
            break;
        T_EQ_INT(p->n_positions, 5 * 17 + 2);
        if (first)
            T_EQ_MEM(p->rows, first->rows, (size_t)p->n_positions * p->n_embd * 4);
        if (first)
            takt_picture_free(p);
        else
            first = p;
    }
    takt_picture_free(first);
    loaded_free(&l);
}

/* Pictures of equal bytes and unlike proportions are unlike pictures. */
T_TEST(proportions_are_content)
{
    static uint8_t rgb[16 * 64 * 3];
    struct loaded l;
    takt_plan_options po = {.threads = 1};
    if (!loaded_open(&l, "tests/data/qwen2vl-tiny-text.gguf", &po, 1))
        return;
    takt_picture *a = encode_with(l.model, 0, rgb, 16, 64, 0);
    takt_picture *b = encode_with(l.model, 0, rgb, 64, 16, 0);
    if (a && b) {
        T_EQ_INT(a->n_positions, b->n_positions);
        T_OK(a->across == b->down && a->down == b->across && a->across != a->down);
        T_OK(memcmp(a->ids, b->ids, a->n_positions * sizeof *a->ids) != 0);
    }
    takt_picture_free(a);
    takt_picture_free(b);
    loaded_free(&l);
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

static void encoder_refused(const takt_model *m, const char *path, uint64_t max_pixels,
                            takt_code code, const char *what)
{
    takt_vision_options o = {.threads = 1, .no_cache = true, .max_pixels = max_pixels};
    takt_vision *v;
    takt_err e;
    T_FAILS(takt_vision_new(&v, m, path, &o, &e), &e, code, what);
    T_OK(v == NULL);
}

T_TEST(encoders_that_do_not_fit)
{
    static const char older[] = "tests/data/qwen2vl-tiny-mmproj.gguf";
    static const char newer[] = "tests/data/qwen25vl-tiny-mmproj.gguf";
    struct loaded l;
    takt_plan_options po = {.threads = 1};
    if (!loaded_open(&l, "tests/data/qwen2vl-tiny-text.gguf", &po, 1))
        return;
    encoder_refused(l.model, made_renamed(newer, "n_wa_pattern", "n_wa_pottern"), 0,
                    TAKT_ERR_FORMAT, "'clip.vision.n_wa_pattern' is missing");
    encoder_refused(l.model, made_renamed(older, "v.patch_embd.weight.1", "v.patch_embd.weight.2"),
                    0, TAKT_ERR_FORMAT, "'v.patch_embd.weight.1' is missing");
    encoder_refused(l.model, made_renamed(older, "v.post_ln.weight", "v.most_ln.weight"), 0,
                    TAKT_ERR_FORMAT, "'v.post_ln.weight' is missing");
    encoder_refused(l.model, made_renamed(older, "mm.0.weight", "mm.1.weight"), 0, TAKT_ERR_FORMAT,
                    "'mm.0.weight'");
    encoder_refused(l.model, made_renamed(older, "qwen2vl_merger", "qwen9vl_merger"), 0,
                    TAKT_ERR_UNSUPPORTED, "'qwen2vl_merger'");
    encoder_refused(l.model, older, 255, TAKT_ERR_LIMIT, "255 pixels; this encoder takes 256 to");
    encoder_refused(l.model, older, 1 << 20, TAKT_ERR_LIMIT, "takes 256 to 262144");
    encoder_refused(l.model, "models/builtin/builtin-mmproj.gguf", 0, TAKT_ERR_USAGE,
                    "it belongs to another model");
    encoder_refused(l.model, "tests/data/pixtral-tiny-mmproj.gguf", 0, TAKT_ERR_USAGE,
                    "makes no pictures that have places");
    loaded_free(&l);
}

T_MAIN("engine/qwen2vl")
