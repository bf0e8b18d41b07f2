/* Llama 3.2 Vision against Hugging Face's class, from the checkpoint that make-mllama-goldens
 * wrote. */
#include "engine/mllama.h"
#include "engine/sight.h"
#include "blank.h"
#include "made.h"

#include <sys/stat.h>

enum { CASE_IDS = 64, ROWS = 3 };

/* One case of the recording. */
struct recorded {
    int32_t ids[CASE_IDS];
    uint32_t n, n_vocab;
    const float *logits; /* [ROWS][n_vocab] of its last ids */
};

static const struct tensor *part(const struct model *record, const char *name, const char *of)
{
    char full[64];
    snprintf(full, sizeof full, "%s.%s", name, of);
    const struct tensor *t = model_tensor(record, full);
    if (!T_OK(t))
        t_fail(__FILE__, __LINE__, "'%s' is not recorded", full);
    return t;
}

static bool read_case(struct recorded *c, const struct model *record, const char *name)
{
    const struct tensor *ids = part(record, name, "ids"), *logits = part(record, name, "logits");
    if (!ids || !logits || !T_OK(ids->ne[0] <= CASE_IDS) || !T_OK(logits->ne[1] == ROWS))
        return false;
    *c = (struct recorded){.n = (uint32_t)ids->ne[0], .n_vocab = (uint32_t)logits->ne[0]};
    memcpy(c->ids, ids->data, ids->bytes);
    c->logits = (const float *)(const void *)logits->data;
    return true;
}

struct rows {
    float *logits; /* [ROWS][n_vocab] */
    uint32_t n_vocab, skip;
};

static bool keep(void *user, uint32_t i, const float *logits)
{
    struct rows *r = user;
    if (i >= r->skip)
        memcpy(r->logits + (size_t)(i - r->skip) * r->n_vocab, logits, r->n_vocab * sizeof *logits);
    return true;
}

/* The largest difference relative to the range of the recorded logits. */
static double error_of(const float *got, const float *want, size_t n)
{
    double worst = 0, low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        double d = fabs((double)want[i] - (double)got[i]);
        worst = d <= worst ? worst : isnan(d) ? INFINITY : d;
        low = fmin(low, (double)want[i]);
        high = fmax(high, (double)want[i]);
    }
    return worst / (high - low);
}

static const char *folder = "tests/data/mllama-tiny"; /* what a gallery opens */
static double bound = 1e-5;

static void copy_changed(const char *to, const char *name, const char *in, const char *from,
                         const char *by)
{
    char path[600], *text;
    size_t n;
    takt_err e;
    snprintf(path, sizeof path, "tests/data/mllama-tiny/%s", name);
    if (!T_RC(file_read_all(&text, &n, path, 1 << 20, &e), &e))
        return;
    snprintf(path, sizeof path, "%s/%s", to, name);
    FILE *f = fopen(path, "w");
    size_t at = 0;
    if (strcmp(in, name) == 0) {
        char *hit = memmem(text, n, from, strlen(from));
        if (T_OK(hit) && T_OK(f)) {
            fwrite(text, 1, (size_t)(hit - text), f);
            fputs(by, f);
            at = (size_t)(hit - text) + strlen(from);
        }
    }
    if (T_OK(f)) {
        fwrite(text + at, 1, n - at, f);
        fclose(f);
    }
    free(text);
}

/* A copy of the checkpoint in whose file IN the text FROM is BY. */
static const char *changed(const char *in, const char *from, const char *by)
{
    static const char *const files[] = {"config.json", "preprocessor_config.json",
                                        "model.safetensors", "tokenizer.json",
                                        "tokenizer_config.json"};
    static char to[400];
    static uint32_t n;
    snprintf(to, sizeof to, "%s/mllama%u", made_folder(), n++);
    T_OK(mkdir(to, 0700) == 0);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        copy_changed(to, files[i], in, from, by);
    return to;
}

static bool open_tiny(struct loaded *l, const char *isa, uint32_t threads)
{
    takt_plan_options o = {.threads = threads, .isa = isa, .logits_rows = CASE_IDS, .chunk = 128};
    return loaded_open(l, folder, &o, 4);
}

/* ---- the recording ---- */

enum { PICTURES = 3 };

struct gallery_of {
    struct model record;
    struct loaded l;
    takt_vision *vision;
    takt_picture *picture[PICTURES];
};

static takt_vision *open_vision(const takt_model *m, const char *isa, uint32_t threads)
{
    takt_vision_options o = {.threads = threads, .isa = isa, .no_cache = true};
    takt_vision *v = NULL;
    takt_err e;
    T_RC(takt_vision_new(&v, m, folder, &o, &e), &e);
    return v;
}

/* The picture's projected rows, which lie where the last step left them. */
static void check_features(takt_vision *v, const takt_picture *p, const struct tensor *want,
                           uint32_t i)
{
    uint32_t n = (uint32_t)want->ne[0], rows = (uint32_t)want->ne[1];
    double worst = 0;
    T_EQ_INT(p->store.n_rows, rows);
    for (uint32_t r = 0; r < rows; r++)
        worst = fmax(worst, error_of(target_logits(v->target, r),
                                     (const float *)(const void *)want->data + (size_t)r * n, n));
    if (!(worst <= (bound > 1e-3 ? 5 : 1) * bound))
        t_fail(__FILE__, __LINE__, "picture %u: error %.3g of a row's range", i, worst);
}

static bool show_all(struct gallery_of *g)
{
    takt_err e;
    for (uint32_t i = 0; i < PICTURES; i++) {
        char name[16];
        snprintf(name, sizeof name, "%u", i);
        const struct tensor *p = part(&g->record, "picture", name);
        const struct tensor *f = part(&g->record, "features", name);
        if (!p || !f ||
            !T_RC(takt_picture_encode(&g->picture[i], g->vision, p->data, (uint32_t)p->ne[1],
                                      (uint32_t)p->ne[2], NULL, &e),
                  &e))
            return false;
        T_EQ_INT(takt_picture_positions(g->picture[i]), 1);
        check_features(g->vision, g->picture[i], f, i);
        check_blank(g->vision, p->data, (uint32_t)p->ne[1], (uint32_t)p->ne[2], false,
                    g->picture[i]);
    }
    return true;
}

static bool gallery_open(struct gallery_of *g, const char *isa, uint32_t threads)
{
    takt_err e;
    *g = (struct gallery_of){0};
    return T_RC(model_open(&g->record, "tests/data/mllama-tiny.gguf", &e), &e) &&
           open_tiny(&g->l, isa, threads) &&
           (g->vision = open_vision(g->l.model, isa, threads)) != NULL && show_all(g);
}

static void gallery_close(struct gallery_of *g)
{
    for (uint32_t i = 0; i < PICTURES; i++)
        takt_picture_free(g->picture[i]);
    takt_vision_free(g->vision);
    loaded_free(&g->l);
    model_close(&g->record);
}

/* Puts the case's pictures where its image tokens stand. Returns how many. */
static uint32_t hang(struct gallery_of *g, struct recorded *c, const char *name, takt_span *span)
{
    const struct tensor *which = part(&g->record, name, "pictures");
    int32_t list[1 + CASE_IDS];
    uint32_t n = 0;
    if (!which || !T_OK(which->ne[0] <= CASE_IDS))
        return 0;
    memcpy(list, which->data, which->bytes);
    for (uint32_t i = 0; i < c->n; i++)
        if (c->ids[i] == (int32_t)c->n_vocab) {
            span[n] = (takt_span){i, g->picture[list[1 + n]]};
            c->ids[i] = takt_picture_ids(span[n++].picture)[0];
        }
    T_EQ_INT(n, list[0]);
    return n;
}

static const char *const cases[] = {"text", "first", "tiles", "wide", "turn", "two", "pair"};
enum { CASES = sizeof cases / sizeof *cases };

/* The logits of case NAME, fed STEP ids at a time, into GOT ([ROWS][n_vocab]). */
static bool run_case(struct gallery_of *g, const char *name, uint32_t step, float *got,
                     struct recorded *c)
{
    takt_span span[CASE_IDS];
    takt_err e;
    if (!read_case(c, &g->record, name) || !T_OK(c->n_vocab <= 512))
        return false;
    uint32_t n = hang(g, c, name, span);
    seq_reset(g->l.seq);
    takt_seq_pictures(g->l.seq, span, n);
    for (uint32_t at = 0, some; at < c->n; at += some) {
        some = c->n - at < step ? c->n - at : step;
        struct rows rows = {got, c->n_vocab, 0};
        uint32_t skip = c->n - ROWS;
        rows.skip = skip > at ? skip - at : 0;
        rows.logits = got + (size_t)(at > skip ? at - skip : 0) * c->n_vocab;
        if (!T_RC(takt_seq_feed(g->l.seq, c->ids + at, some, true, keep, &rows, &e), &e))
            return false;
    }
    seq_reset(g->l.seq); /* SPAN ends */
    return true;
}

static void check_all(struct gallery_of *g, float *first, uint32_t step)
{
    static float got[ROWS * 512];
    struct recorded c;
    for (uint32_t i = 0; i < CASES; i++) {
        if (!run_case(g, cases[i], step, got, &c))
            continue;
        size_t n = (size_t)ROWS * c.n_vocab;
        double error = error_of(got, c.logits, n);
        if (!(error <= bound))
            t_fail(__FILE__, __LINE__, "%s: error %.3g of the range", cases[i], error);
        if (step == CASE_IDS && first[i * n] == 0)
            memcpy(first + i * n, got, n * sizeof *got);
        else /* the same bits, however it is computed */
            T_EQ_MEM(got, first + i * n, n * sizeof *got);
    }
}

/* Every case within 1e-5 of the range, and with the same bits in all ways to compute it. */
T_TEST(goldens)
{
    static const struct {
        const char *isa;
        uint32_t threads, step;
    } way[] = {{NULL, 2, CASE_IDS}, {NULL, 2, 1}, {NULL, 2, 7}, {"ref", 1, CASE_IDS}, {NULL, 3, 5}};
    static float first[CASES * ROWS * 512];
    for (size_t i = 0; i < sizeof way / sizeof *way; i++) {
        struct gallery_of g;
        if (gallery_open(&g, way[i].isa, way[i].threads))
            check_all(&g, first, way[i].step);
        gallery_close(&g);
    }
}

/* ---- 16-bit weights ---- */

/* A number's place in the list FROM of a safetensors header, halved. */
static const char *half_offset(FILE *f, const char *from)
{
    char *end;
    unsigned long n = strtoul(from, &end, 10);
    fprintf(f, "%lu", n / 2);
    return end;
}

/* TEXT, a safetensors header of F32 tensors, as one of BF16 tensors in the same order. */
static void put_header(FILE *f, const char *text)
{
    static const char at[] = "\"data_offsets\":[";
    for (const char *p = text; *p;) {
        if (strncmp(p, "\"F32\"", 5) == 0) {
            fputs("\"BF16\"", f);
            p += 5;
        } else if (strncmp(p, at, sizeof at - 1) == 0) {
            fputs(at, f);
            p = half_offset(f, p + sizeof at - 1);
            fputc(*p, f);
            p = half_offset(f, p + 1);
        } else {
            fputc(*p++, f);
        }
    }
}

/* The weights at TEXT (N bytes, F32) as bf16 numbers in the file PATH. */
static void put_rounded(const char *path, const char *text, size_t n)
{
    uint64_t head;
    char *header = NULL;
    size_t bytes = 0;
    memcpy(&head, text, sizeof head);
    FILE *f = open_memstream(&header, &bytes), *out = fopen(path, "w");
    char *old = strndup(text + 8, head);
    if (T_OK(f && out && old)) {
        put_header(f, old);
        fclose(f);
        uint64_t len = bytes;
        fwrite(&len, sizeof len, 1, out);
        fwrite(header, 1, bytes, out);
        for (size_t at = 8 + head; at + 4 <= n; at += 4) {
            uint32_t bits;
            memcpy(&bits, text + at, sizeof bits);
            uint16_t upper = (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
            fwrite(&upper, sizeof upper, 1, out);
        }
        fclose(out);
    }
    free(old);
    free(header);
}

/* As checkpoints are: weights, keys and values in bf16, in the cache and in the stores. */
T_TEST(bf16_weights)
{
    static float first[CASES * ROWS * 512];
    char to[600], *text;
    size_t n;
    takt_err e;
    folder = changed("config.json", "", "");
    bound = 1e-2;
    snprintf(to, sizeof to, "%s/model.safetensors", folder);
    if (T_RC(file_read_all(&text, &n, "tests/data/mllama-tiny/model.safetensors", 1 << 20, &e),
             &e)) {
        put_rounded(to, text, n);
        free(text);
        for (uint32_t threads = 1; threads < 3; threads++) {
            struct gallery_of g;
            if (gallery_open(&g, threads == 1 ? "ref" : NULL, threads)) {
                T_EQ_INT(g.l.plan->plan.cross.kind, KV_KIND_BF16);
                check_all(&g, first, threads == 1 ? CASE_IDS : 9);
            }
            gallery_close(&g);
        }
    }
    folder = "tests/data/mllama-tiny";
    bound = 1e-5;
}

/* ---- beside others ---- */

enum { MATES = 4 };

/* A case that a sequence is fed, and where its last rows go. */
struct mate {
    takt_seq *seq;
    struct recorded c;
    takt_span span[CASE_IDS];
    uint32_t at;
    float got[ROWS * 512];
};

static bool mate_rows(void *user, size_t item, uint32_t i, const float *logits)
{
    struct mate *m = ((struct mate **)user)[item];
    uint32_t pos = m->at + i, skip = m->c.n - ROWS;
    if (pos >= skip)
        memcpy(m->got + (size_t)(pos - skip) * m->c.n_vocab, logits, m->c.n_vocab * sizeof *logits);
    return true;
}

/* Feeds all MATES together, STEP ids of each at a time (of the third 1). */
static bool feed_mates(struct gallery_of *g, struct mate mate[MATES], uint32_t step)
{
    takt_err e;
    for (bool any = true; any;) {
        takt_step_item item[MATES];
        struct mate *of[MATES];
        uint32_t n = 0, some[MATES];
        for (uint32_t i = 0; i < MATES; i++) {
            struct mate *m = &mate[i];
            uint32_t most = i == 2 ? 1 : step, left = m->c.n - m->at;
            if (left == 0)
                continue;
            some[n] = left < most ? left : most;
            of[n] = m;
            item[n] = (takt_step_item){.seq = m->seq, .ids = m->c.ids + m->at, .n_ids = some[n]};
            uint32_t behind = m->at + some[n] > m->c.n - ROWS ? m->at + some[n] - m->c.n + ROWS : 0;
            item[n].n_logits = behind < some[n] ? behind : some[n];
            n++;
        }
        any = n > 0;
        if (any && !T_RC(takt_step(g->l.engine, item, n, mate_rows, of, NULL, &e), &e))
            return false;
        for (uint32_t i = 0; i < n; i++)
            of[i]->at += some[i];
    }
    return true;
}

/* Sequences with different pictures, and with none, in one step: each gets the bits that it gets
 * alone. */
T_TEST(mates_do_not_matter)
{
    static const char *const name[MATES] = {"two", "text", "pair", "wide"};
    static const uint32_t step[] = {CASE_IDS, 6};
    static struct mate mate[MATES];
    static float alone[MATES][ROWS * 512];
    struct gallery_of g;
    takt_err e;
    bool ok = gallery_open(&g, NULL, 2);
    for (uint32_t i = 0; ok && i < MATES; i++) {
        ok = run_case(&g, name[i], CASE_IDS, alone[i], &mate[i].c) &&
             T_RC(takt_seq_new(&mate[i].seq, g.l.engine, &e), &e);
    }
    takt_seq_free(g.l.seq); /* its pages are needed */
    g.l.seq = NULL;
    for (size_t k = 0; ok && k < sizeof step / sizeof *step; k++) {
        for (uint32_t i = 0; i < MATES; i++) {
            struct mate *m = &mate[i];
            m->at = 0;
            read_case(&m->c, &g.record, name[i]);
            seq_reset(m->seq);
            takt_seq_pictures(m->seq, m->span, hang(&g, &m->c, name[i], m->span));
        }
        ok = feed_mates(&g, mate, step[k]);
        for (uint32_t i = 0; ok && i < MATES; i++)
            T_EQ_MEM(mate[i].got, alone[i], ROWS * mate[i].c.n_vocab * sizeof(float));
    }
    for (uint32_t i = 0; i < MATES; i++)
        takt_seq_free(mate[i].seq);
    gallery_close(&g);
}

/* The keys and values of a picture are the same in however many parts its step is run. */
T_TEST(parts_give_the_same)
{
    struct gallery_of g;
    takt_err e;
    if (gallery_open(&g, NULL, 2)) {
        const struct tensor *p = part(&g.record, "picture", "1");
        takt_picture *again = NULL;
        gallery_limit(&g.vision->gallery, 0);
        T_RC(vision_part(g.vision, 1e-5, &e), &e);
        T_OK(g.vision->parts.plan.n_programs > 5);
        if (T_RC(takt_picture_encode(&again, g.vision, p->data, (uint32_t)p->ne[1],
                                     (uint32_t)p->ne[2], NULL, &e),
                 &e)) {
            T_EQ_INT(again->store_bytes, g.picture[1]->store_bytes);
            T_EQ_MEM(again->store.kv, g.picture[1]->store.kv, again->store_bytes);
            T_EQ_INT(takt_picture_ids(again)[0], takt_picture_ids(g.picture[1])[0]);
        }
        takt_picture_free(again);
    }
    gallery_close(&g);
}

/* ---- pages ---- */

enum { BEFORE = 70, BEHIND = 70, ALL = BEFORE + 1 + BEHIND };

static void long_prompt(int32_t ids[ALL], takt_span *span, const takt_picture *p)
{
    for (int32_t i = 0; i < ALL; i++)
        ids[i] = 5 + i;
    ids[BEFORE] = takt_picture_ids(p)[0];
    *span = (takt_span){BEFORE, p};
}

/* The last row of N ids behind the first FROM, which S has. */
static bool last_row(takt_seq *s, const int32_t *ids, uint32_t from, float *got, uint32_t n_vocab)
{
    struct rows rows = {got, n_vocab, ALL - from - 1};
    takt_err e;
    return T_RC(takt_seq_feed(s, ids + from, ALL - from, false, keep, &rows, &e), &e);
}

/* Pages behind a picture are found again for it, and for no other one. */
T_TEST(pages_are_shared_by_content)
{
    struct gallery_of g;
    int32_t ids[ALL], others[ALL];
    takt_span span, other;
    takt_seq *again = NULL;
    takt_err e;
    static float first[512], got[512];
    if (gallery_open(&g, NULL, 2) && T_RC(takt_seq_new(&again, g.l.engine, &e), &e)) {
        uint32_t n_vocab = g.l.plan->plan.n_vocab;
        long_prompt(ids, &span, g.picture[1]);
        long_prompt(others, &other, g.picture[2]);
        seq_begin(g.l.seq, 0, ids, ALL);
        takt_seq_pictures(g.l.seq, &span, 1);
        last_row(g.l.seq, ids, 0, first, n_vocab);
        seq_publish(g.l.seq);
        T_EQ_INT(seq_begin(again, 0, others, ALL), BEFORE); /* the text before it */
        takt_seq_pictures(again, &other, 1);
        last_row(again, others, BEFORE, got, n_vocab);
        T_OK(memcmp(got, first, n_vocab * sizeof *got) != 0);
        T_EQ_INT(seq_begin(again, 0, ids, ALL), 2 * LAYOUT_PAGE);
        takt_seq_pictures(again, &span, 1);
        last_row(again, ids, 2 * LAYOUT_PAGE, got, n_vocab);
        T_EQ_MEM(got, first, n_vocab * sizeof *got);
    }
    takt_seq_free(again);
    gallery_close(&g);
}

/* ---- what is refused ---- */

T_TEST(pictures_that_do_not_fit)
{
    struct gallery_of g;
    const struct plan plain = {0};
    const uint8_t digest[32] = {1};
    int32_t ids[PLAN_SIGHT_MAX + 2];
    takt_span span[PLAN_SIGHT_MAX + 2];
    takt_picture *rows = NULL;
    takt_err e;
    if (gallery_open(&g, NULL, 1) && T_RC(picture_new(&rows, digest, 1, 32, &e), &e)) {
        for (uint32_t i = 0; i < PLAN_SIGHT_MAX + 2; i++) {
            span[i] = (takt_span){i, g.picture[0]};
            ids[i] = takt_picture_ids(g.picture[0])[0];
        }
        takt_seq_pictures(g.l.seq, span, PLAN_SIGHT_MAX + 1);
        T_FAILS(takt_seq_feed(g.l.seq, ids, PLAN_SIGHT_MAX + 1, false, NULL, NULL, &e), &e,
                TAKT_ERR_LIMIT, "more than 16 pictures stand side by side");
        takt_seq_pictures(g.l.seq, span, PLAN_SIGHT_MAX);
        T_RC(takt_seq_feed(g.l.seq, ids, PLAN_SIGHT_MAX, false, NULL, NULL, &e), &e);
        seq_reset(g.l.seq);
        span[0].picture = rows; /* of an encoder of another kind */
        ids[0] = takt_picture_ids(rows)[0];
        takt_seq_pictures(g.l.seq, span, 1);
        T_FAILS(takt_seq_feed(g.l.seq, ids, 1, false, NULL, NULL, &e), &e, TAKT_ERR_USAGE,
                "picture 0 was encoded for another kind of model");
        span[0].picture = g.picture[0];
        T_FAILS(sight_check(&plain, span, 1, "step", &e), &e, TAKT_ERR_USAGE,
                "picture 0 was encoded for another kind of model");
        seq_reset(g.l.seq);
    }
    takt_picture_free(rows);
    gallery_close(&g);
}

static void refused(const takt_model *m, const char *in, const char *from, const char *by,
                    takt_code code, const char *what)
{
    takt_vision *v;
    takt_vision_options o = {.threads = 1, .no_cache = true};
    takt_err e;
    T_FAILS(takt_vision_new(&v, m, changed(in, from, by), &o, &e), &e, code, what);
    T_OK(v == NULL);
}

T_TEST(checkpoints_refused)
{
    static const char config[] = "config.json", seen[] = "preprocessor_config.json";
    static const char weights[] = "model.safetensors";
    struct loaded l;
    if (!open_tiny(&l, NULL, 1))
        return;
    refused(l.model, config, "\"vision_config\"", "\"visual_config\"", TAKT_ERR_FORMAT,
            "has no 'vision_config'");
    refused(l.model, config, "\"hidden_act\": \"gelu\"", "\"hidden_act\": \"relu\"",
            TAKT_ERR_UNSUPPORTED, "'hidden_act'");
    refused(l.model, config, "\"max_num_tiles\": 4", "\"max_num_tiles\": 3", TAKT_ERR_UNSUPPORTED,
            "'supported_aspect_ratios'");
    refused(l.model, config, "\"max_num_tiles\": 4", "\"max_num_tiles\": 400", TAKT_ERR_LIMIT,
            "'max_num_tiles'");
    refused(l.model, config, "\"patch_size\": 6", "\"patch_size\": 0", TAKT_ERR_FORMAT,
            "'patch_size'");
    refused(l.model, config, "\"patch_size\": 6", "\"patch_size\": 5", TAKT_ERR_FORMAT,
            "'v.patch_embd.weight'");
    refused(l.model, config, "\"attention_heads\": 2", "\"attention_heads\": 5", TAKT_ERR_FORMAT,
            "'hidden_size'");
    refused(l.model, config, "\"image_token_index\": 272", "\"image_token_index\": 999",
            TAKT_ERR_FORMAT, "no row for the image token 999");
    refused(l.model, config, "\"num_global_layers\": 2", "\"num_global_layers\": 1",
            TAKT_ERR_UNSUPPORTED, "'v.global.blk.1");
    refused(l.model, seen, "\"height\": 18", "\"height\": 20", TAKT_ERR_FORMAT, "'size'");
    refused(l.model, seen, "\"max_image_tiles\": 4", "\"max_image_tiles\": 2", TAKT_ERR_UNSUPPORTED,
            "'max_image_tiles'");
    refused(l.model, seen, "0.26862954", "0.0", TAKT_ERR_FORMAT, "'image_std'");
    refused(l.model, seen, "{", "[", TAKT_ERR_FORMAT, "preprocessor_config.json");
    refused(l.model, weights, "layers.1.gate_ffn", "layers.1.gate_ffm", TAKT_ERR_FORMAT,
            "'v.global.blk.1.ffn_gate' is missing");
    refused(l.model, weights, "layers.3.cross_attn.k_norm", "layers.3.cross_attn.k_nrom",
            TAKT_ERR_FORMAT, "'blk.3.cross_attn_k_norm.weight' is missing");
    loaded_free(&l);
}

T_TEST(language_models_refused)
{
    static const struct {
        const char *from, *by, *what;
    } bad[] = {{"\"cross_attention_layers\": [\n      1,\n      3\n    ]",
                "\"cross_attention_layers\": [3, 1]", "'cross_attention_layers'"},
               {"\"cross_attention_layers\": [\n      1,\n      3\n    ]",
                "\"cross_attention_layers\": [1, 2]", "'blk.2.cross_attn_q_proj.weight'"},
               {"\"cross_attention_layers\": [\n      1,\n      3\n    ]",
                "\"cross_attention_layers\": [0, 1, 2, 3, 4]", "all layers look at pictures"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        takt_model *m = NULL;
        takt_plan *p = NULL;
        takt_err e;
        takt_plan_options o = {.threads = 1};
        takt_rc rc = takt_model_open(&m, changed("config.json", bad[i].from, bad[i].by), &e);
        if (!rc.code)
            rc = takt_plan_new(&p, m, &o, &e);
        T_FAILS(rc, &e, TAKT_ERR_FORMAT, bad[i].what);
        takt_plan_free(p);
        takt_model_free(m);
    }
}

T_TEST(gguf_refused)
{
    takt_model *m = NULL;
    takt_plan *p = NULL;
    takt_plan_options o = {.threads = 1};
    takt_err e;
    const char *path = made_write((struct made){.arch = "mllama"});
    if (path && T_RC(takt_model_open(&m, path, &e), &e))
        T_FAILS(takt_plan_new(&p, m, &o, &e), &e, TAKT_ERR_UNSUPPORTED,
                "take its Hugging Face folder");
    takt_model_free(m);
}

/* ---- tiles and plans ---- */

/* What transformers' MllamaImageProcessor makes of these sizes, with tiles of 560. */
T_TEST(tiles_of_sizes)
{
    static const uint32_t want[][6] = {
        {560, 560, 1, 1, 560, 560},    {1, 1, 1, 1, 560, 560},
        {100, 100, 1, 1, 560, 560},    {561, 560, 2, 1, 561, 560},
        {1120, 560, 2, 1, 1120, 560},  {560, 1120, 1, 2, 560, 1120},
        {1121, 560, 3, 1, 1121, 560},  {640, 480, 2, 1, 640, 480},
        {480, 640, 1, 2, 480, 640},    {1920, 1080, 2, 2, 1120, 630},
        {1080, 1920, 2, 2, 630, 1120}, {3000, 300, 4, 1, 2240, 224},
        {300, 3000, 1, 4, 224, 2240},  {2240, 560, 4, 1, 2240, 560},
        {1680, 560, 3, 1, 1680, 560},  {5000, 5000, 2, 2, 1120, 1120},
        {30000, 1, 4, 1, 2240, 1},     {1, 30000, 1, 4, 1, 2240},
        {700, 1400, 1, 2, 560, 1120},  {1200, 1100, 2, 2, 1120, 1026},
        {999, 333, 2, 1, 999, 333},    {333, 1001, 1, 2, 333, 1001}};
    struct model_mllama m = {.side = 560, .n_tiles = 4};
    for (uint32_t y = 1; y <= 4; y++)
        for (uint32_t x = 1; x * y <= 4; x++)
            m.grid[m.n_grids++] = (struct mllama_grid){y, x};
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        struct tiles t = mllama_layout(&m, want[i][0], want[i][1], false);
        T_EQ_INT(t.across, want[i][2]);
        T_EQ_INT(t.down, want[i][3]);
        T_EQ_INT(t.width, want[i][4]);
        T_EQ_INT(t.height, want[i][5]);
        t = mllama_layout(&m, want[i][0], want[i][1], true);
        T_OK(t.across == 1 && t.down == 1 && t.width <= 560 && t.height <= 560);
    }
}

/* The first task of P's largest program that is OP and SIGHTED. */
static struct plan_task *task_of(const struct plan *p, enum plan_op op, bool sighted)
{
    const struct plan_program *g = &p->program[p->n_programs - 1];
    for (uint32_t i = 0; i < g->n_tasks; i++)
        if (g->task[i].op == op && g->task[i].sighted == sighted)
            return (struct plan_task *)&g->task[i];
    return NULL;
}

/* Sets FIELD of the task T to VALUE for one verification, which must fail with WHAT. */
#define BREAK(plan, t, field, value, what)                                                         \
    do {                                                                                           \
        struct plan_task *task = (t);                                                              \
        if (T_OK(task)) {                                                                          \
            struct plan_task was = *task;                                                          \
            task->field = (value);                                                                 \
            T_FAILS(plan_verify(plan, &e), &e, TAKT_ERR_INTERNAL, what);                           \
            *task = was;                                                                           \
        }                                                                                          \
    } while (0)

T_TEST(verifier_finds)
{
    struct gallery_of g;
    takt_err e;
    if (gallery_open(&g, NULL, 2)) {
        const struct plan *text = &g.l.plan->plan, *eyes = &g.vision->plan->plan;
        T_RC(plan_verify(text, &e), &e);
        BREAK(text, task_of(text, PLAN_OP_CROSS_ATTN, true), kv_layer, 9, "do not fit the stores");
        BREAK(text, task_of(text, PLAN_OP_CROSS_ATTN, true), sighted, false, "");
        BREAK(text, task_of(text, PLAN_OP_NORM, false), sighted, true, "no earlier task wrote");
        BREAK(text, task_of(text, PLAN_OP_HEAD_NORM, true), head_dim, 7, "in heads of 7");
        struct plan_task *residual = NULL;
        const struct plan_program *last = &text->program[text->n_programs - 1];
        for (uint32_t i = 0; i < last->n_tasks; i++)
            if (last->task[i].sighted && last->task[i].epilogue == PLAN_EPI_RESIDUAL)
                residual = (struct plan_task *)&last->task[i];
        BREAK(text, residual, in1.offset, residual->in0.offset, "");
        BREAK(eyes, task_of(eyes, PLAN_OP_TABLE, false), index, 99, "index 99");
        BREAK(eyes, task_of(eyes, PLAN_OP_CROSS_KV, false), n_kv_heads, 3, "do not fit the stores");
        struct plan_task *copy = task_of(eyes, PLAN_OP_COPY, false);
        BREAK(eyes, copy + 1, first, 9, "value 9 of each");
        T_RC(plan_verify(eyes, &e), &e);
    }
    gallery_close(&g);
}

/* What looks at pictures is in no figure of steps without them, and in those of steps with them. */
T_TEST(predictions_with_pictures)
{
    struct gallery_of g;
    struct recorded c;
    takt_span span[CASE_IDS];
    if (gallery_open(&g, NULL, 2) && read_case(&c, &g.record, "first")) {
        const takt_step_item item = {.seq = g.l.seq, .ids = c.ids, .n_ids = c.n, .n_logits = 1};
        const struct plan *p = &g.l.plan->plan;
        double without = batch_predict_ns(g.l.engine, &item, 1);
        T_NEAR(without, plan_batch_ns(p, c.n, plan_visible_pairs(p, 0, c.n), 0), 1e-6);
        takt_seq_pictures(g.l.seq, span, hang(&g, &c, "first", span));
        uint64_t pairs = (uint64_t)c.n * g.picture[0]->store.n_rows;
        T_NEAR(batch_predict_ns(g.l.engine, &item, 1), without + plan_sight_ns(p, c.n, pairs, 0),
               1e-6);
        T_OK(plan_sight_ns(p, c.n, pairs, 0) > 0 && plan_sight_ns(p, c.n, 0, 0) == 0);
    }
    gallery_close(&g);
}

T_TEST(plan_of_text)
{
    struct loaded l;
    if (open_tiny(&l, NULL, 2)) {
        T_EQ_INT(l.plan->plan.kv.n_layers, 3);
        T_EQ_INT(l.plan->plan.cross.n_layers, 2);
        T_EQ_INT(l.plan->plan.n_vocab, 272);
        loaded_free(&l);
    }
}

/* The image token has a row in the table, but no logit: where there is no picture, it means
 * nothing. */
T_TEST(image_token_without_picture)
{
    struct loaded l;
    takt_err e;
    const int32_t ids[] = {256, 272};
    if (open_tiny(&l, NULL, 1)) {
        T_FAILS(takt_seq_feed(l.seq, ids, 2, false, NULL, NULL, &e), &e, TAKT_ERR_USAGE,
                "the model knows 0 to 271");
        loaded_free(&l);
    }
}

T_MAIN("engine/mllama")
