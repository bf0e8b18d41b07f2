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

/* Two times, as long as it is wide, and longer. */
T_TEST(places_in_time)
{
    takt_picture clip = {
        .n_positions = 14, .first = 1, .across = 2, .down = 2, .times = 3, .pace = 1.5f};
    takt_picture brief = {.n_positions = 9, .first = 0, .across = 4, .down = 1, .times = 2};
    const takt_span spans[] = {{10, &clip}, {30, &brief}};
    check_place(spans, 2, 11, 11, 11, 11);
    check_place(spans, 2, 14, 11, 12, 12);
    check_place(spans, 2, 15, 12, 11, 11);
    check_place(spans, 2, 19, 14, 11, 11);
    check_place(spans, 2, 22, 14, 12, 12);
    check_place(spans, 2, 23, 15, 15, 15); /* the mark behind it */
    check_place(spans, 2, 24, 16, 16, 16);
    check_place(spans, 2, 37, 22, 22, 25); /* its second pair */
    check_place(spans, 2, 38, 26, 26, 26);
    clip.pace = 40; /* further on than positions */
    check_place(spans, 2, 19, 91, 11, 11);
    check_place(spans, 2, 24, 93, 93, 93);
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

/* ---- clips ----------------------------------------------------------------------------------- */

/* Frame I of T, [n][height][width][3]; behind the last one, that one. */
static takt_frame frame_of(const struct tensor *t, uint32_t i)
{
    uint32_t width = (uint32_t)t->ne[1], height = (uint32_t)t->ne[2], n = (uint32_t)t->ne[3];
    i = i < n ? i : n - 1;
    return (takt_frame){t->data + (size_t)i * width * height * 3, width, height};
}

/* The clip that T shows, as one picture; *N_ENCODED: as many pairs were new to V. */
static takt_picture *shown_clip(takt_vision *v, const struct tensor *t, double seconds,
                                uint32_t *n_encoded)
{
    takt_picture *pair[8], *whole = NULL;
    uint32_t n = (uint32_t)(t->ne[3] + 1) / 2;
    takt_err e;
    *n_encoded = 0;
    for (uint32_t i = 0; i < n; i++) {
        const takt_frame frame[2] = {frame_of(t, 2 * i), frame_of(t, 2 * i + 1)};
        takt_step_info info;
        if (!T_RC(takt_pair_encode(&pair[i], v, frame, frame->width, frame->height, &info, &e), &e))
            return NULL;
        *n_encoded += info.measured_ns > 0;
    }
    T_RC(takt_clip_join(&whole, v, pair, n, (uint32_t)t->ne[3], seconds, &e), &e);
    for (uint32_t i = 0; i < n; i++)
        takt_picture_free(pair[i]);
    return whole;
}

static const struct tensor *numbered(const struct model *record, const char *what, int i)
{
    char name[32];
    snprintf(name, sizeof name, "%s.%d", what, i);
    const struct tensor *t = model_tensor(record, name);
    T_OK(t != NULL);
    return t;
}

/* The rows of P, all parts of which V has, at their places. */
static void check_clip_rows(const char *name, const takt_picture *p, const struct tensor *want)
{
    const takt_span span = {0, p};
    float *rows = malloc(want->bytes);
    uint32_t n = 0;
    if (!T_EQ_INT((p->n_positions - 2) * p->n_embd * 4, want->bytes))
        return free(rows);
    for (uint32_t i = 0; i < p->n_positions; i++)
        if (p->ids[i] < 0)
            memcpy(rows + (size_t)n++ * p->n_embd, picture_row(&span, 1, i, p->ids[i]),
                   p->n_embd * sizeof *rows);
    check_within(name, "clip", error_of(rows, want), 1e-5);
    free(rows);
}

/* Clip I of RECORD, in steps that cut it anywhere. */
static void check_clip(struct golden *g, takt_vision *v, int i)
{
    const struct tensor *t = numbered(&g->record, "ids", i);
    const struct tensor *frames = numbered(&g->record, "frames", i);
    float seconds;
    uint32_t n_encoded;
    memcpy(&seconds, numbered(&g->record, "seconds", i)->data, sizeof seconds);
    takt_picture *p = shown_clip(v, frames, seconds, &n_encoded);
    takt_picture *again = shown_clip(v, frames, seconds, &n_encoded);
    if (!p || !again)
        return;
    T_EQ_INT(n_encoded, 0);
    T_EQ_MEM(again->ids, p->ids, p->n_positions * sizeof *p->ids);
    check_clip_rows(g->name, p, numbered(&g->record, "rows", i));
    g->n = (uint32_t)(t->bytes / 4);
    g->ids = malloc(t->bytes);
    memcpy(g->ids, t->data, t->bytes);
    takt_span span = {0, p};
    while (g->ids[span.first] != p->ids[0])
        span.first++;
    memcpy(g->ids + span.first, p->ids, p->n_positions * sizeof *p->ids);
    seq_reset(g->l.seq);
    takt_seq_pictures(g->l.seq, &span, 1);
    float *got = last_rows(g, g->l.seq, g->ids, g->n, 0);
    check_within(g->name, "clip's logits", error_of(got, numbered(&g->record, "logits", i)), 1e-5);
    takt_seq_pictures(g->l.seq, NULL, 0);
    free(got);
    free(g->ids);
    g->ids = NULL;
    takt_picture_free(p);
    takt_picture_free(again);
}

static void check_clips(const char *name)
{
    char path[128];
    takt_err e;
    takt_vision *v = NULL;
    takt_plan_options po = {.threads = 2, .chunk = 11, .logits_rows = LOGITS};
    takt_vision_options o = {.threads = 2, .no_cache = true};
    struct golden g = {.name = name};
    snprintf(path, sizeof path, "tests/data/%s-clips.gguf", name);
    if (!T_RC(model_open(&g.record, path, &e), &e))
        return;
    snprintf(path, sizeof path, "tests/data/%s-mmproj.gguf", name);
    if (loaded_open(&g.l, "tests/data/qwen2vl-tiny-text.gguf", &po, 1)) {
        g.n_vocab = g.l.plan->plan.n_vocab;
        if (T_RC(takt_vision_new(&v, g.l.model, path, &o, &e), &e))
            for (int i = 0; i < 2; i++)
                check_clip(&g, v, i);
        takt_vision_free(v);
    }
    golden_close(&g);
}

/* Frames by twos, the last one twice; one place in time for each pair. */
T_TEST(qwen2vl_clips)
{
    check_clips("qwen2vl-tiny");
}

/* Places in time by the clip's length, perhaps further apart than it is wide. */
T_TEST(qwen25vl_clips)
{
    check_clips("qwen25vl-tiny");
}

/* A pair that a clip shows twice is encoded once, but has unlike names. */
T_TEST(what_stays_is_encoded_once)
{
    static uint8_t rgb[5][16 * 16 * 3];
    const struct tensor t = {.data = rgb[0], .ne = {3, 16, 16, 5}};
    struct loaded l;
    takt_vision *v;
    takt_err e;
    uint32_t n_encoded;
    takt_plan_options po = {.threads = 1};
    takt_vision_options o = {.threads = 1, .no_cache = true};
    if (!loaded_open(&l, "tests/data/qwen2vl-tiny-text.gguf", &po, 1))
        return;
    if (T_RC(takt_vision_new(&v, l.model, "tests/data/qwen25vl-tiny-mmproj.gguf", &o, &e), &e)) {
        memset(rgb[0], 77, sizeof rgb[0]);
        takt_picture *p = shown_clip(v, &t, 5, &n_encoded); /* 77 0, 0 0, 0 0 */
        T_EQ_INT(n_encoded, 2);
        if (p) {
            T_EQ_INT(p->n_positions, 3 * 4 + 2);
            T_OK(p->part[1] == p->part[2]);
            T_OK(memcmp(p->ids + 5, p->ids + 9, 4 * sizeof *p->ids) != 0);
        }
        takt_picture_free(p);
    }
    takt_vision_free(v);
    loaded_free(&l);
}

/* Clips that are none. */
T_TEST(clips_that_do_not_join)
{
    static uint8_t rgb[16 * 24 * 3];
    const takt_frame wide[2] = {{rgb, 24, 16}, {rgb, 24, 16}},
                     high[2] = {{rgb, 16, 24}, {rgb, 16, 24}};
    const takt_frame none[2] = {{rgb, 24, 16}, {rgb, 0, 16}};
    takt_picture *pair[3] = {NULL}, *out;
    struct loaded l;
    takt_vision *v;
    takt_err e;
    takt_plan_options po = {.threads = 1};
    takt_vision_options o = {.threads = 1, .no_cache = true};
    if (!loaded_open(&l, "tests/data/qwen2vl-tiny-text.gguf", &po, 1))
        return;
    if (T_RC(takt_vision_new(&v, l.model, "tests/data/qwen2vl-tiny-mmproj.gguf", &o, &e), &e)) {
        T_RC(takt_pair_encode(&pair[0], v, wide, 24, 16, NULL, &e), &e);
        T_RC(takt_pair_encode(&pair[1], v, high, 16, 24, NULL, &e), &e);
        T_RC(takt_picture_encode(&pair[2], v, rgb, 24, 16, NULL, &e), &e);
        T_FAILS(takt_clip_join(&out, v, pair, 2, 4, 1, &e), &e, TAKT_ERR_USAGE, "unequal sizes");
        T_FAILS(takt_clip_join(&out, v, pair + 2, 1, 2, 1, &e), &e, TAKT_ERR_USAGE, "no pairs");
        T_FAILS(takt_clip_join(&out, v, pair, 0, 0, 1, &e), &e, TAKT_ERR_USAGE, "0 pairs");
        T_FAILS(takt_clip_join(&out, v, pair, 1, 2, -1, &e), &e, TAKT_ERR_USAGE, "-1 s");
        T_FAILS(takt_pair_encode(&out, v, none, 24, 16, NULL, &e), &e, TAKT_ERR_USAGE, "0 x 16");
        T_OK(out == NULL);
        for (int i = 0; i < 3; i++)
            takt_picture_free(pair[i]);
    }
    takt_vision_free(v);
    loaded_free(&l);
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

/* Frames have bounds of their own, and those of the encoder. */
T_TEST(sizes_of_frames)
{
    struct model_vision v = any_size(VISION_PIXELS);
    v.clip_min_pixels = VISION_FRAME_PIXELS_MIN;
    v.clip_max_pixels = VISION_FRAME_PIXELS;
    struct tiles t = tiles_frame(&v, 640, 480, false);
    T_OK(t.n_cols == 23 && t.n_rows == 17);
    t = tiles_frame(&v, 1920, 1080, false);
    T_OK(t.n_cols == 36 && t.n_rows == 20 && t.width == 36 * 28 && t.height == 20 * 28);
    t = tiles_frame(&v, 160, 120, false);
    T_OK(t.n_cols == 14 && t.n_rows == 10);
    t = tiles_frame(&v, 1920, 1080, true);
    T_OK(t.n_cols * t.n_rows <= 256);
    v.max_pixels = 100 * 28 * 28; /* fewer than a frame has at least */
    t = tiles_frame(&v, 1920, 1080, false);
    T_OK(t.n_cols == 13 && t.n_rows == 7);
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
