/* Picture encoders against Hugging Face's, in every way to compute them; pictures in sequences. */
#include "engine/tiles.h"
#include "narrow.h"

static takt_picture *encode(takt_vision *v, const uint8_t *rgb)
{
    takt_vision_info info;
    takt_picture *p = NULL;
    takt_err e;
    takt_vision_describe(v, &info);
    T_RC(takt_picture_encode(&p, v, rgb, info.side, info.side, NULL, &e), &e);
    return p;
}

/* ---- the encoders ---- */

/* The largest difference relative to the range of the recorded values. */
static double error_of(const takt_picture *p, const struct tensor *want)
{
    double worst = 0, low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < (size_t)p->n_positions * p->n_embd; i++) {
        float w;
        memcpy(&w, want->data + 4 * i, 4);
        double d = fabs((double)w - (double)p->rows[i]);
        worst = d <= worst ? worst : isnan(d) ? INFINITY : d;
        low = fmin(low, (double)w);
        high = fmax(high, (double)w);
    }
    return worst / (high - low);
}

static void check_golden(const char *name, double bound)
{
    struct model record;
    struct loaded l;
    takt_err e;
    char path[256];
    snprintf(path, sizeof path, "tests/data/%s.gguf", name);
    if (!T_RC(model_open(&record, path, &e), &e))
        return;
    const struct tensor *pixels = model_tensor(&record, "pixels");
    const struct tensor *features = model_tensor(&record, "features");
    snprintf(path, sizeof path, "tests/data/%s-mmproj.gguf", name);
    takt_picture *first = NULL;
    if (open_narrow(&l)) {
        static const struct {
            const char *isa;
            uint32_t threads;
        } way[] = {{NULL, 2}, {"ref", 1}, {NULL, 1}, {NULL, 3}, {"ref", 2}};
        for (size_t i = 0; i < sizeof way / sizeof *way; i++) {
            takt_vision *v = open_vision(l.model, path, way[i].isa, way[i].threads);
            uint32_t width = (uint32_t)pixels->ne[1], height = (uint32_t)pixels->ne[2];
            takt_picture *p = NULL;
            if (v && T_RC(takt_picture_encode(&p, v, pixels->data, width, height, NULL, &e), &e))
                T_EQ_INT(takt_vision_positions(v, width, height), p->n_positions);
            takt_vision_free(v);
            if (!p)
                break;
            T_EQ_INT((uint64_t)p->n_positions * p->n_embd * 4, features->bytes);
            double error = error_of(p, features);
            if (!(error <= bound))
                t_fail(__FILE__, __LINE__, "%s: error %.3g of the range, not within %g", name,
                       error, bound);
            if (first) /* the same bits, whoever computes them */
                T_EQ_MEM(p->rows, first->rows, features->bytes);
            if (first)
                takt_picture_free(p);
            else
                first = p;
        }
        loaded_free(&l);
    }
    takt_picture_free(first);
    model_close(&record);
}

/* Keys and values in bf16 (F16 weights), in f32 (F32 weights). */
T_TEST(clip)
{
    check_golden("clip-tiny", 1e-2);
}

T_TEST(siglip)
{
    check_golden("siglip-tiny", 1e-5);
}

/* Tiles, and the features of three layers side by side. The picture is resized: a level of one
 * pixel's colour is 1 / 255. */
T_TEST(llava_next)
{
    check_golden("next-tiny", 1e-5);
}

/* ---- tiles ---- */

static struct model_vision next_vision(void)
{
    return (struct model_vision){
        .side = 336,
        .patch = 14,
        .grid = {{336, 672}, {672, 336}, {672, 672}, {1008, 336}, {336, 1008}},
        .n_grids = 5};
}

/* What transformers' LlavaNext counts for these sizes of pictures: 576 for the whole one, and the
 * rows of the tiles. */
T_TEST(tiles_of_sizes)
{
    static const struct {
        uint32_t width, height, across, down, n;
    } want[] = {{336, 336, 2, 1, 1176},   {1, 1, 2, 1, 1176},      {640, 480, 2, 2, 2340},
                {480, 640, 2, 2, 2352},   {1000, 100, 3, 1, 1160}, {100, 1000, 1, 3, 1224},
                {1920, 1080, 2, 2, 1948}, {500, 333, 2, 1, 1464},  {337, 671, 2, 2, 1776},
                {2000, 2000, 2, 2, 2928}, {7, 1400, 1, 3, 648},    {3000, 1001, 3, 1, 2328}};
    struct model_vision v = next_vision();
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        struct tiles t = tiles_of(&v, want[i].width, want[i].height);
        T_EQ_INT(t.across, want[i].across);
        T_EQ_INT(t.down, want[i].down);
        T_EQ_INT(t.n_positions, want[i].n);
        T_OK(t.width <= t.across * 336 && t.height <= t.down * 336);
    }
}

/* ---- pictures in sequences ---- */

struct scene {
    struct loaded l;
    takt_picture *a, *b; /* unlike pictures */
    uint32_t n_vocab;
};

static bool scene_open(struct scene *s)
{
    static uint8_t rgb[40 * 40 * 3];
    *s = (struct scene){0};
    if (!open_narrow(&s->l))
        return false;
    s->n_vocab = s->l.plan->plan.n_vocab;
    takt_vision *v = open_vision(s->l.model, "tests/data/siglip-tiny-mmproj.gguf", NULL, 2);
    if (v) {
        for (size_t i = 0; i < sizeof rgb; i++)
            rgb[i] = (uint8_t)(i * i >> 5);
        s->a = encode(v, rgb);
        rgb[777] ^= 1;
        s->b = encode(v, rgb);
    }
    takt_vision_free(v);
    return s->a && s->b;
}

static void scene_close(struct scene *s)
{
    takt_picture_free(s->a);
    takt_picture_free(s->b);
    loaded_free(&s->l);
}

enum { BEFORE = 70, PICTURE = 25, BEHIND = 9, ALL = BEFORE + 2 * PICTURE + BEHIND };

/* Text, two pictures, text. */
static void prompt(int32_t ids[ALL], takt_span span[2], const takt_picture *p,
                   const takt_picture *q)
{
    for (int32_t i = 0; i < ALL; i++)
        ids[i] = 3 + i;
    span[0] = (takt_span){BEFORE, p};
    span[1] = (takt_span){BEFORE + PICTURE, q};
    memcpy(ids + BEFORE, takt_picture_ids(p), PICTURE * sizeof *ids);
    memcpy(ids + BEFORE + PICTURE, takt_picture_ids(q), PICTURE * sizeof *ids);
}

static bool keep(void *user, uint32_t i, const float *logits)
{
    float **to = user;
    (void)i;
    memcpy(to[0], logits, (size_t)(uintptr_t)to[1]);
    return true;
}

/* The last logits of IDS, fed STEP at a time. */
static float *last_logits(struct scene *s, takt_seq *seq, const int32_t *ids, uint32_t n,
                          uint32_t step)
{
    float *logits = malloc(s->n_vocab * sizeof *logits);
    float *to[2] = {logits, (float *)(uintptr_t)(s->n_vocab * sizeof *logits)};
    takt_err e;
    for (uint32_t at = 0; at < n; at += step)
        T_RC(takt_seq_feed(seq, ids + at, n - at < step ? n - at : step, false, keep, to, &e), &e);
    return logits;
}

T_TEST(chunks_give_the_same)
{
    struct scene s;
    int32_t ids[ALL];
    takt_span span[2];
    static const uint32_t step[] = {ALL, 1, 7, 64};
    float *first = NULL;
    if (scene_open(&s)) {
        prompt(ids, span, s.a, s.b);
        for (size_t i = 0; i < sizeof step / sizeof *step; i++) {
            seq_reset(s.l.seq);
            takt_seq_pictures(s.l.seq, span, 2);
            float *got = last_logits(&s, s.l.seq, ids, ALL, step[i]);
            if (first) {
                T_EQ_MEM(got, first, s.n_vocab * sizeof *got);
                free(got);
            } else {
                first = got;
            }
        }
        /* Other pictures give other logits. */
        seq_reset(s.l.seq);
        prompt(ids, span, s.b, s.a);
        takt_seq_pictures(s.l.seq, span, 2);
        float *other = last_logits(&s, s.l.seq, ids, ALL, ALL);
        T_OK(memcmp(other, first, s.n_vocab * sizeof *other) != 0);
        free(other);
    }
    free(first);
    scene_close(&s);
}

/* Pages are found again for the same picture at the same place, and for no other one. */
T_TEST(pages_are_shared_by_content)
{
    struct scene s;
    int32_t ids[ALL], others[ALL];
    takt_span span[2], other_span[2];
    takt_seq *again = NULL;
    takt_err e;
    if (scene_open(&s) && T_RC(takt_seq_new(&again, s.l.engine, &e), &e)) {
        prompt(ids, span, s.a, s.b);
        prompt(others, other_span, s.b, s.b);
        seq_begin(s.l.seq, 0, ids, ALL);
        takt_seq_pictures(s.l.seq, span, 2);
        float *first = last_logits(&s, s.l.seq, ids, ALL, ALL);
        seq_publish(s.l.seq);
        T_EQ_INT(seq_begin(again, 0, others, ALL), LAYOUT_PAGE); /* the text alone */
        uint32_t found = seq_begin(again, 0, ids, ALL);
        T_EQ_INT(found, 2 * LAYOUT_PAGE);
        takt_seq_pictures(again, span, 2);
        float *got = last_logits(&s, again, ids + found, ALL - found, ALL);
        T_EQ_MEM(got, first, s.n_vocab * sizeof *got);
        free(got);
        free(first);
    }
    takt_seq_free(again);
    scene_close(&s);
}

T_TEST(ids_of_no_picture_refused)
{
    struct scene s;
    int32_t ids[ALL];
    takt_span span[2];
    takt_err e;
    if (scene_open(&s)) {
        prompt(ids, span, s.a, s.b);
        T_FAILS(takt_seq_feed(s.l.seq, ids, ALL, false, NULL, NULL, &e), &e, TAKT_ERR_USAGE,
                "the model knows 0 to");
        span[0].first++; /* they lie elsewhere */
        takt_seq_pictures(s.l.seq, span, 2);
        T_FAILS(takt_seq_feed(s.l.seq, ids, ALL, false, NULL, NULL, &e), &e, TAKT_ERR_USAGE,
                "the model knows 0 to");
        T_EQ_INT(takt_seq_length(s.l.seq), 0);
        const takt_step_item item = {.seq = s.l.seq, .ids = ids, .n_ids = ALL};
        T_FAILS(takt_step(s.l.engine, &item, 1, NULL, NULL, NULL, &e), &e, TAKT_ERR_USAGE,
                "the model knows 0 to");
    }
    scene_close(&s);
}

/* ---- files that are no encoders ---- */

static void refused(const takt_model *m, const char *path, takt_code code, const char *what)
{
    takt_vision *v;
    takt_vision_options o = {.threads = 1, .no_cache = true};
    takt_err e;
    T_FAILS(takt_vision_new(&v, m, path, &o, &e), &e, code, what);
    T_OK(v == NULL);
}

/* A copy of the tiny encoder in which FROM (a key or name) is called TO. */
static const char *renamed(const char *from, const char *to)
{
    static char path[300];
    char *bytes;
    size_t n;
    takt_err e;
    snprintf(path, sizeof path, "%s/renamed.gguf", made_folder());
    if (!T_RC(file_read_all(&bytes, &n, "tests/data/siglip-tiny-mmproj.gguf", 1 << 20, &e), &e))
        return path;
    char *at = memmem(bytes, n, from, strlen(from));
    if (T_OK(at && strlen(from) == strlen(to)))
        memcpy(at, to, strlen(to));
    FILE *f = fopen(path, "w");
    if (T_OK(f))
        fwrite(bytes, 1, n, f);
    fclose(f);
    free(bytes);
    return path;
}

T_TEST(other_files_refused)
{
    struct loaded l;
    if (open_narrow(&l)) {
        refused(l.model, "models/builtin/builtin.gguf", TAKT_ERR_UNSUPPORTED,
                "is no picture encoder");
        refused(l.model, "models/builtin/builtin-mmproj.gguf", TAKT_ERR_USAGE,
                "makes rows of 256 values");
        refused(l.model, "tests/data/none.gguf", TAKT_ERR_IO, "");
        refused(l.model, renamed("v.blk.1.ln2.bias", "v.blk.1.ln2.bjas"), TAKT_ERR_FORMAT,
                "'v.blk.1.ln2.bias' is missing");
        refused(l.model, renamed("v.patch_embd.weight", "v.patch_embc.weight"), TAKT_ERR_FORMAT,
                "'v.patch_embd.weight' is missing");
        refused(l.model, renamed("mm.2.weight", "mm.1.weight"), TAKT_ERR_FORMAT, "'mm.2.weight'");
        refused(l.model, renamed("clip.vision.block_count", "clip.vision.block_kount"),
                TAKT_ERR_FORMAT, "'clip.vision.block_count' is missing");
        loaded_free(&l);
    }
}

T_MAIN("engine/vision")
