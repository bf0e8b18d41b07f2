/* Picture encoders against Hugging Face's, in every way to compute them; pictures in sequences. */
#include "engine/encoding.h"
#include "compile/compile.h"
#include "engine/pieces.h"
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

/* The largest difference relative to the range of the recorded values, over what are rows. */
static double error_of(const takt_picture *p, const struct tensor *want)
{
    double worst = 0, low = INFINITY, high = -INFINITY;
    size_t n = 0;
    for (size_t i = 0; i < p->n_positions; i++) {
        for (size_t k = 0; p->ids[i] < 0 && k < p->n_embd && n < want->bytes / 4; k++, n++) {
            float w;
            memcpy(&w, want->data + 4 * n, 4);
            double d = fabs((double)w - (double)p->rows[i * p->n_embd + k]);
            worst = d <= worst ? worst : isnan(d) ? INFINITY : d;
            low = fmin(low, (double)w);
            high = fmax(high, (double)w);
        }
    }
    return worst / (high - low);
}

static uint64_t row_bytes(const takt_picture *p)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < p->n_positions; i++)
        n += p->ids[i] < 0 ? 4ull * p->n_embd : 0;
    return n;
}

/* The same bits, whoever computes them. */
static void check_same(const takt_picture *p, const takt_picture *first)
{
    if (!T_OK(p->n_positions == first->n_positions))
        return;
    T_EQ_MEM(p->ids, first->ids, p->n_positions * sizeof *p->ids);
    for (size_t i = 0; i < p->n_positions; i++)
        if (p->ids[i] < 0)
            T_EQ_MEM(p->rows + i * p->n_embd, first->rows + i * p->n_embd, 4 * p->n_embd);
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
            T_EQ_INT(row_bytes(p), features->bytes);
            double error = error_of(p, features);
            if (!(error <= bound))
                t_fail(__FILE__, __LINE__, "%s: error %.3g of the range, not within %g", name,
                       error, bound);
            if (first) {
                check_same(p, first);
                takt_picture_free(p);
            } else {
                first = p;
            }
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

/* F16 matrices are packed as bf16, each value rounded to nearest even; the patches' are not. */
T_TEST(f16_is_multiplied_as_bf16)
{
    static const char name[] = "v.blk.1.attn_k.weight";
    struct loaded l;
    if (!open_narrow(&l))
        return;
    takt_vision *v = open_vision(l.model, "tests/data/clip-tiny-mmproj.gguf", NULL, 1);
    for (uint32_t i = 0; v && i < v->plan->plan.n_weights; i++) {
        const struct plan_weight *w = &v->plan->plan.weight[i];
        if (strcmp(w->name, "v.patch_embd.weight") == 0)
            T_EQ_INT(w->type, QTYPE_F16);
        if (strcmp(w->name, name) != 0)
            continue;
        const struct tensor *t = model_tensor(&v->file, name);
        T_EQ_INT(t->type, QTYPE_F16);
        T_EQ_INT(w->type, QTYPE_BF16);
        uint16_t *rounded = malloc(t->bytes);
        uint64_t bytes = layout_matrix_bytes(QTYPE_BF16, w->rows, w->cols);
        uint8_t *want = aligned_alloc(64, bytes);
        memcpy(rounded, t->data, t->bytes);
        for (uint64_t k = 0; k < t->bytes / 2; k++)
            rounded[k] = qtype_f32_to_bf16(qtype_f16_to_f32(rounded[k]));
        pack_matrix(want, QTYPE_BF16, (uint8_t *)rounded, 2ull * w->cols, w->rows, w->cols);
        T_EQ_MEM(v->weights.p + w->offset, want, bytes);
        free(want);
        free(rounded);
    }
    takt_vision_free(v);
    loaded_free(&l);
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

/* Blocks of patches, tiles before the whole picture. */
T_TEST(idefics3)
{
    check_golden("idefics3-tiny", 1e-5);
}

/* ---- Idefics3 ---- */

/* What its processor shows the encoder: all tiles, then the whole picture. */
T_TEST(idefics3_pixels)
{
    struct model record, file;
    struct model_vision v;
    struct image whole, grid;
    takt_err e;
    int worst = 0;
    if (!T_RC(model_open(&record, "tests/data/idefics3-tiny.gguf", &e), &e) ||
        !T_RC(model_open(&file, "tests/data/idefics3-tiny-mmproj.gguf", &e), &e) ||
        !T_RC(vision_read(&v, &file, &e), &e))
        return;
    const struct tensor *pixels = model_tensor(&record, "pixels");
    const uint8_t *seen = model_tensor(&record, "seen")->data;
    const struct image in = {(uint32_t)pixels->ne[1], (uint32_t)pixels->ne[2],
                             (uint8_t *)(uintptr_t)pixels->data};
    struct tiles t = tiles_of(&v, in.width, in.height);
    T_EQ_INT(t.across, 3);
    T_EQ_INT(t.down, 2);
    if (T_RC(tiles_show(&whole, &grid, &v, &t, &in, &e), &e)) {
        for (uint32_t i = 0; i < 7 * 24 * 24 * 3; i++) {
            uint32_t tile = i / (24 * 24 * 3), y = i / (24 * 3) % 24, x = i % (24 * 3);
            const uint8_t *at = tile < 6 ? grid.rgb + (tile / 3 * 24 + y) * 216 + tile % 3 * 72 + x
                                         : whole.rgb + y * 72 + x;
            worst = abs(*at - seen[i]) > worst ? abs(*at - seen[i]) : worst;
        }
        T_OK(worst <= 1);
    }
    image_free(&whole);
    image_free(&grid);
    model_close(&file);
    model_close(&record);
}

/* What transformers' Idefics3ImageProcessor makes of these sizes: first to the longest side, then
 * into tiles. */
T_TEST(idefics3_tiles_of_sizes)
{
    static const struct {
        uint32_t longest, side, width, height, first_width, first_height, across, down;
    } want[] = {
        {2048, 512, 640, 480, 2048, 1536, 4, 3},   {2048, 512, 480, 640, 1536, 2048, 3, 4},
        {2048, 512, 512, 512, 2048, 2048, 4, 4},   {2048, 512, 1, 1, 2048, 2048, 4, 4},
        {2048, 512, 1920, 1080, 2048, 1152, 4, 3}, {2048, 512, 1000, 100, 2048, 204, 4, 1},
        {2048, 512, 100, 1000, 204, 2048, 1, 4},   {2048, 512, 3000, 1001, 2048, 684, 4, 2},
        {2048, 512, 2048, 513, 2048, 514, 4, 2},   {2048, 512, 333, 500, 1364, 2048, 3, 4},
        {2048, 512, 7, 1400, 10, 2048, 1, 4},      {2048, 512, 5000, 25, 2048, 10, 4, 1},
        {1456, 364, 640, 480, 1456, 1092, 4, 3},   {1456, 364, 480, 640, 1092, 1456, 3, 4},
        {1456, 364, 512, 512, 1456, 1456, 4, 4},   {1456, 364, 1, 1, 1456, 1456, 4, 4},
        {1456, 364, 1920, 1080, 1456, 820, 4, 3},  {1456, 364, 1000, 100, 1456, 146, 4, 1},
        {1456, 364, 100, 1000, 146, 1456, 1, 4},   {1456, 364, 3000, 1001, 1456, 486, 4, 2},
        {1456, 364, 2048, 513, 1456, 364, 4, 1},   {1456, 364, 333, 500, 970, 1456, 3, 4},
        {1456, 364, 7, 1400, 8, 1456, 1, 4},       {1456, 364, 5000, 25, 1456, 8, 4, 1},
    };
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        struct model_vision v = {.projector = "idefics3",
                                 .merge = 1,
                                 .side = want[i].side,
                                 .patch = want[i].side,
                                 .longest = want[i].longest,
                                 .splits = true};
        struct tiles t = tiles_of(&v, want[i].width, want[i].height);
        T_EQ_INT(t.width, want[i].first_width);
        T_EQ_INT(t.height, want[i].first_height);
        T_EQ_INT(t.across, want[i].across);
        T_EQ_INT(t.down, want[i].down);
    }
}

/* The text around the rows of a picture of WIDTH x HEIGHT, "#" for each row. */
static char *text_of(const takt_model *m, takt_vision *v, uint32_t width, uint32_t height)
{
    uint8_t *rgb = calloc((size_t)width * height, 3);
    takt_picture *p = NULL;
    char *all = NULL, *text;
    size_t len = 0, n;
    takt_err e;
    FILE *f = open_memstream(&all, &len);
    if (T_OK(rgb && f) && T_RC(takt_picture_encode(&p, v, rgb, width, height, NULL, &e), &e))
        for (uint32_t i = 0, k; i < p->n_positions; i = k) {
            for (k = i; k < p->n_positions && (p->ids[k] < 0) == (p->ids[i] < 0); k++)
                if (p->ids[k] < 0)
                    fputc('#', f);
            if (p->ids[i] >= 0 &&
                T_RC(takt_detokenize(m, p->ids + i, k - i, TAKT_TEXT_SPECIAL, &text, &n, &e), &e)) {
                fputs(text, f);
                takt_free(text);
            }
        }
    fclose(f);
    free(rgb);
    takt_picture_free(p);
    return all;
}

T_TEST(idefics3_text)
{
    static const char split[] = "<fake_token_around_image><row_1_col_1>####"
                                "<fake_token_around_image><row_1_col_2>####"
                                "<fake_token_around_image><row_1_col_3>####\n"
                                "<fake_token_around_image><row_2_col_1>####"
                                "<fake_token_around_image><row_2_col_2>####"
                                "<fake_token_around_image><row_2_col_3>####\n\n"
                                "<fake_token_around_image><global-img>####"
                                "<fake_token_around_image>";
    struct loaded l;
    if (!open_narrow(&l))
        return;
    takt_vision *v = open_vision(l.model, "tests/data/idefics3-tiny-mmproj.gguf", NULL, 1);
    if (v) {
        char *text = text_of(l.model, v, 90, 50);
        T_EQ_STR(text, split);
        free(text);
        v->v.longest = v->v.side; /* a file that knows of no tiles */
        text = text_of(l.model, v, 90, 50);
        T_EQ_STR(text, "<fake_token_around_image><global-img>####<fake_token_around_image>");
        free(text);
    }
    takt_vision_free(v);
    loaded_free(&l);
}

/* However a step is parted. */
T_TEST(parts_give_the_same)
{
    static const double share[] = {0, 0.4, 0.1, 0.001};
    static uint8_t rgb[50 * 70 * 3];
    struct loaded l;
    takt_picture *first = NULL;
    uint32_t n_parts = 0;
    takt_err e;
    for (size_t i = 0; i < sizeof rgb; i++)
        rgb[i] = (uint8_t)(i * i >> 7);
    if (!open_narrow(&l))
        return;
    for (uint32_t threads = 1; threads <= 3; threads++) {
        takt_vision_options o = {.threads = threads, .no_cache = true, .cache_bytes = 1};
        takt_vision_info info;
        takt_vision *v = NULL;
        if (!T_RC(takt_vision_new(&v, l.model, "tests/data/next-tiny-mmproj.gguf", &o, &e), &e))
            break;
        takt_vision_describe(v, &info);
        for (size_t i = 0; i < sizeof share / sizeof *share; i++) {
            takt_step_info step;
            takt_picture *p = NULL;
            T_RC(vision_part(v, info.encode_s * share[i], &e), &e);
            T_OK(i == 0 ? v->parts.plan.n_programs == v->plan->plan.n_programs
                        : v->parts.plan.n_programs > (i < 3 ? n_parts : 2));
            n_parts = v->parts.plan.n_programs;
            T_OK(i == 0 || encoding_step_ns(v) <= encoding_tile_ns(v) * (share[i] + 0.25));
            if (!T_RC(takt_picture_encode(&p, v, rgb, 50, 70, &step, &e), &e))
                break;
            struct tiles t = tiles_of(&v->v, 50, 70);
            T_NEAR(step.predicted_ns, encoding_cost(v, &t).ns, 1e-6 * step.predicted_ns);
            if (first)
                T_EQ_MEM(p->rows, first->rows, (size_t)p->n_positions * p->n_embd * 4);
            if (first)
                takt_picture_free(p);
            else
                first = p;
        }
        takt_vision_free(v);
    }
    takt_picture_free(first);
    loaded_free(&l);
}

/* ---- tiles ---- */

static struct model_vision next_vision(void)
{
    return (struct model_vision){
        .projector = "mlp",
        .merge = 1,
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
    takt_err e;
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        struct tiles t = tiles_of(&v, want[i].width, want[i].height);
        T_EQ_INT(t.across, want[i].across);
        T_EQ_INT(t.down, want[i].down);
        struct pieces p;
        T_RC(pieces_of(&p, &v, &t, NULL, &e), &e);
        T_EQ_INT(p.n, want[i].n);
        pieces_free(&p);
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
        T_EQ_INT(seq_begin(again, 0, others, ALL), BEFORE); /* the text alone */
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

static const char *renamed(const char *from, const char *to)
{
    return made_renamed("tests/data/siglip-tiny-mmproj.gguf", from, to);
}

/* A copy of the Idefics3 encoder whose integer under KEY is VALUE. */
static const char *with_value(const char *key, uint32_t value)
{
    static const char file[] = "tests/data/idefics3-tiny-mmproj.gguf";
    const char *path = made_renamed(file, key, key);
    char *bytes;
    size_t n;
    takt_err e;
    if (!T_RC(file_read_all(&bytes, &n, path, 1 << 20, &e), &e))
        return path;
    char *at = memmem(bytes, n, key, strlen(key));
    FILE *f = fopen(path, "w");
    if (T_OK(at && f)) {
        memcpy(at + strlen(key) + 4, &value, sizeof value); /* behind its type */
        fwrite(bytes, 1, n, f);
    }
    fclose(f);
    free(bytes);
    return path;
}

T_TEST(other_idefics3_refused)
{
    static const char merge[] = "clip.vision.projector.scale_factor";
    static const char longest[] = "clip.vision.preproc_image_size";
    static const char file[] = "tests/data/idefics3-tiny-mmproj.gguf";
    struct loaded l;
    if (open_narrow(&l)) {
        refused(l.model, with_value(merge, 3), TAKT_ERR_FORMAT,
                "4 x 4 patches do not part into blocks of 3 x 3");
        refused(l.model, with_value(merge, 5), TAKT_ERR_FORMAT, "into blocks of 5 x 5");
        refused(l.model, with_value(merge, 0), TAKT_ERR_FORMAT, "is missing, zero or no number");
        refused(l.model, with_value(merge, 4), TAKT_ERR_FORMAT, "'mm.model.fc.weight'");
        refused(l.model, with_value(longest, 0), TAKT_ERR_FORMAT, "is missing, zero or no number");
        refused(l.model, with_value(longest, 1000), TAKT_ERR_LIMIT, "32 tiles a side at most");
        refused(l.model, made_renamed(file, "mm.model.fc.weight", "mm.model.fk.weight"),
                TAKT_ERR_FORMAT, "'mm.model.fc.weight' is missing");
        refused(l.model, made_renamed(file, "idefics3", "idefics4"), TAKT_ERR_UNSUPPORTED,
                "'idefics4' is not known; takt knows 'mlp', 'idefics3'");
        loaded_free(&l);
    }
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
