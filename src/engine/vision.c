/* takt_vision and takt_picture. */
#include "engine/vision.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/slice.h"
#include "compile/compile.h"
#include "engine/encoding.h"
#include "engine/handles.h"
#include "engine/memory.h"
#include "engine/mllama.h"
#include "engine/patches.h"
#include "engine/view.h"
#include "graph/graph.h"

/* ---- opening --------------------------------------------------------------------------------- */

/* Outputs are rows: of all tokens, or of blocks of patches alone. */
static uint32_t outputs_of(const struct model_vision *v)
{
    return v->merge == 1 ? vision_tokens(v) : vision_rows(v);
}

uint32_t vision_step_tokens(const takt_vision *v)
{
    return v->mllama ? mllama_all(&v->mllama->m) : vision_tokens(&v->v);
}

uint64_t vision_sight_rows(const takt_vision *v)
{
    const struct model_mllama *m = v->mllama ? &v->mllama->m : NULL;
    return m ? (uint64_t)m->n_tiles * mllama_rows(m) : 0;
}

/* As many tiles as a step may have, a power of two; where pictures keep their proportions, one. */
static uint32_t batch_of(const takt_vision *v)
{
    enum { TOKENS_MAX = 4096 }; /* of a step: more take much memory and save nothing */
    uint32_t n = 1;
    while (!v->mllama && !v->v.max_pixels && n < VISION_BATCH_MAX &&
           2 * n * vision_step_tokens(v) <= TOKENS_MAX)
        n *= 2;
    return n;
}

/* Keeps the programs for batches that take less time for each tile than smaller ones do. */
static void choose_batch(takt_vision *v)
{
    const double worth =
        0.99; /* ViT-B/16 of 224 pixels is 10 % faster by twos, by prediction 1.5 */
    struct plan *p = &v->plan->plan;
    uint32_t size = vision_tokens(&v->v);
    double best = INFINITY;
    for (uint32_t i = 0; i < p->n_programs; i++) {
        uint32_t n = p->program[i].bucket / size;
        double ns = plan_part_ns(&p->program[i], (uint64_t)size * size * n) / n;
        if (ns > worth * best)
            continue;
        best = ns;
        v->n_batch = n;
    }
    while (p->program[p->n_programs - 1].bucket > v->n_batch * size)
        p->n_programs--;
    p->act_bytes = p->program[p->n_programs - 1].act_bytes;
}

static takt_rc plan_encoder(takt_vision *v, const struct graph *g, const takt_vision_options *o,
                            takt_err *e)
{
    const takt_plan_options p = {
        .threads = o->threads, .isa = o->isa, .progress = o->progress, .user = o->user};
    enum { FIRST = 256 }; /* pictures of fewer patches take about as long as that many */
    bool is_any = v->v.max_pixels > 0;
    uint32_t n = vision_step_tokens(v);
    v->n_batch = batch_of(v);
    struct compile_options c = {.n_ctx = n,
                                .chunk = n * v->n_batch,
                                .first = is_any ? FIRST : n,
                                .outputs_max = v->n_outputs * v->n_batch,
                                .per_output = v->v.merge * v->v.merge,
                                .kv_kind = -1};
    TAKT_TRY(plan_make(&v->plan, &v->file, g, &p, &c, e));
    if (v->n_batch > 1)
        choose_batch(v);
    return TAKT_OK;
}

/* Pages for the keys and values of one layer of the largest step. */
static takt_rc reserve_kv(takt_vision *v, takt_err *e)
{
    uint64_t n_pages = (vision_step_tokens(v) + LAYOUT_PAGE - 1) / LAYOUT_PAGE * v->n_batch;
    v->kv_bytes = n_pages * v->plan->plan.kv_page_bytes;
    return memory_reserve(&v->kv, v->kv_bytes, "the encoder's keys and values", e);
}

/* The row that ends a row of patches. */
static takt_rc read_newline(takt_vision *v, takt_err *e)
{
    const struct tensor *t = model_tensor(&v->file, "model.image_newline");
    uint32_t n = v->v.n_out;
    t = t ? t : model_tensor(&v->file, "v.image_newline");
    if (v->v.n_grids == 0)
        return TAKT_OK;
    if (!t || t->ne[0] != n || t->bytes / n == 0 || !qtype_computable(t->type) ||
        qtype_block_values(t->type) != 1)
        return err_set(e, TAKT_ERR_FORMAT, v->file.path,
                       "its tiles need the tensor 'model.image_newline' of %u values", n);
    v->newline = malloc(n * sizeof *v->newline);
    if (!v->newline)
        return err_set(e, TAKT_ERR_MEMORY, v->file.path, "no memory to open it");
    qtype_dequantize(t->type, v->newline, t->data, n);
    return TAKT_OK;
}

/* The text around rows can be made: then it can be made of every picture. */
static takt_rc check_text(const takt_vision *v, takt_err *e)
{
    struct pieces p;
    struct tiles t = tiles_of(&v->v, v->v.side, v->v.side);
    TAKT_TRY(pieces_of(&p, &v->v, &t, v->model->tokenizer, e));
    pieces_free(&p);
    return TAKT_OK;
}

static takt_rc describe_mllama(takt_vision *v, const takt_model *m, struct graph *g, takt_err *e)
{
    TAKT_TRY(mllama_new(&v->mllama, &v->file, m, e));
    const struct model_mllama *x = &v->mllama->m;
    v->n_outputs = mllama_all(x);
    TAKT_TRY(image_norm_set(&v->norm, 1.0 / 255, x->mean, x->std, e));
    return graph_build_mllama(g, &v->file, x, e);
}

/* Rows are as wide as the model's, and pictures of Qwen2-VL's kind have their places (M-RoPE),
 * which no others do. */
static takt_rc check_model(const takt_vision *v, const takt_model *m, takt_err *e)
{
    const struct model_hparams *hp = &m->file.hp;
    bool places = hp->rope_sections[0] || hp->rope_sections[1] || hp->rope_sections[2];
    if (v->v.n_out != hp->n_embd)
        return err_set(e, TAKT_ERR_USAGE, v->file.path,
                       "makes rows of %u values, but %s takes %u: it belongs to another model",
                       v->v.n_out, m->file.path, hp->n_embd);
    if (places != (strncmp(v->v.projector, "qwen2", 5) == 0))
        return err_set(e, TAKT_ERR_USAGE, v->file.path,
                       "%s pictures that have places in height and width, but %s %s them: it "
                       "belongs to another model",
                       places ? "makes no" : "makes", m->file.path, places ? "takes" : "knows no");
    return TAKT_OK;
}

/* Reads what the file says, and makes the graph G. */
static takt_rc describe(takt_vision *v, const takt_model *m, const takt_vision_options *o,
                        struct graph *g, takt_err *e)
{
    if (mllama_is(&v->file))
        return describe_mllama(v, m, g, e);
    TAKT_TRY(vision_read(&v->v, &v->file, e));
    TAKT_TRY(vision_limit(&v->v, o->max_pixels, "max_pixels", e));
    v->n_outputs = outputs_of(&v->v);
    TAKT_TRY(check_model(v, m, e));
    TAKT_TRY(image_norm_set(&v->norm, v->v.scale, v->v.mean, v->v.std, e));
    TAKT_TRY(read_newline(v, e));
    TAKT_TRY(check_text(v, e));
    return graph_build_vision(g, &v->file, &v->v, e);
}

static takt_rc open_encoder(takt_vision *v, const takt_model *m, const takt_vision_options *o,
                            takt_err *e)
{
    struct graph g;
    gallery_limit(&v->gallery, o->cache_bytes ? o->cache_bytes : VISION_CACHE_BYTES);
    v->model = m;
    TAKT_TRY(describe(v, m, o, &g, e));
    takt_rc rc = plan_encoder(v, &g, o, e);
    graph_free(&g);
    TAKT_TRY(rc);
    TAKT_TRY(patches_init(v, e));
    if (!v->mllama && !v->v.max_pixels)
        patches_lay(v, v->v.side / v->v.patch / v->v.merge, v->v.side / v->v.patch / v->v.merge);
    return reserve_kv(v, e);
}

static takt_rc open_target(takt_vision *v, takt_err *e)
{
    struct target_options t = {.n_lanes = v->plan->plan.n_lanes, .isa = v->plan->isa};
    return target_cpu_open(&v->target, &v->parts.plan, v->weights.p, v->kv, &t, e);
}

takt_rc vision_load(takt_vision *v, const takt_vision_options *o, struct turn *turn, takt_err *e)
{
    TAKT_TRY(weights_load(&v->weights, &v->plan->plan, &v->file, !o->no_cache, turn, o->progress,
                          o->user, e));
    return v->parts.plan.n_programs ? open_target(v, e) : vision_part(v, 0, e);
}

takt_rc vision_part(takt_vision *v, double step_s, takt_err *e)
{
    uint64_t pairs[PLAN_BUCKETS_MAX];
    bool is_same = v->parts.plan.n_programs > 0 && v->step_s == step_s;
    if (is_same && (v->target || !v->weights.p))
        return TAKT_OK;
    for (uint32_t i = 0; i < v->plan->plan.n_programs; i++)
        pairs[i] = encoding_pairs(v, i);
    if (v->target)
        target_close(v->target);
    v->target = NULL;
    plan_parts_free(&v->parts);
    TAKT_TRY(plan_parts_make(&v->parts, &v->plan->plan, step_s * 1e9, pairs, e));
    v->step_s = step_s;
    return v->weights.p ? open_target(v, e) : TAKT_OK;
}

void vision_unload(takt_vision *v)
{
    gallery_release(&v->gallery);
    if (v->target)
        target_close(v->target);
    weights_release(&v->weights);
    v->target = NULL;
    v->weights = (struct weights){0};
}

uint64_t vision_bytes(const takt_vision *v)
{
    const struct plan *p = &v->plan->plan;
    return p->weights_bytes + p->act_bytes + v->kv_bytes;
}

takt_rc takt_vision_new(takt_vision **out, const takt_model *m, const char *path,
                        const takt_vision_options *opt, takt_err *e)
{
    static const takt_vision_options defaults = {0};
    const takt_vision_options *o = opt ? opt : &defaults;
    TAKT_TRY(vision_open(out, m, path, o, e));
    takt_rc rc = vision_load(*out, o, NULL, e);
    if (rc.code) {
        takt_vision_free(*out);
        *out = NULL;
    }
    return rc;
}

takt_rc vision_open(takt_vision **out, const takt_model *m, const char *path,
                    const takt_vision_options *o, takt_err *e)
{
    *out = NULL;
    takt_vision *v = calloc(1, sizeof *v);
    if (!v)
        return err_set(e, TAKT_ERR_MEMORY, path, "no memory to open it");
    takt_rc rc = model_open(&v->file, path, e);
    if (rc.code) {
        free(v);
        return rc;
    }
    rc = open_encoder(v, m, o, e);
    if (rc.code) {
        takt_vision_free(v);
        return rc;
    }
    *out = v;
    return TAKT_OK;
}

void takt_vision_free(takt_vision *v)
{
    if (!v)
        return;
    vision_unload(v);
    plan_parts_free(&v->parts);
    memory_release(v->kv, v->kv_bytes);
    free(v->newline);
    patches_free(v);
    mllama_free(v->mllama);
    takt_plan_free(v->plan);
    model_close(&v->file);
    free(v);
}

void takt_vision_describe(const takt_vision *v, takt_vision_info *info)
{
    const struct model_mllama *x = v->mllama ? &v->mllama->m : NULL;
    *info = (takt_vision_info){
        .side = x ? x->side : v->v.side,
        .n_positions = x ? 1 : vision_rows(&v->v),
        .n_embd = x ? x->n_out : v->v.n_out,
        .weight_bytes = v->plan->plan.weights_bytes,
        .encode_s = encoding_tile_ns(v) * 1e-9,
        .takes_pairs = v->v.clip_max_pixels > 0,
    };
}

/* ---- encoding -------------------------------------------------------------------------------- */

static takt_rc encode(takt_picture **out, takt_vision *v, const struct view *view,
                      takt_step_info *info, takt_err *e)
{
    const struct gallery_key key = gallery_key_of(view, 0);
    struct encoding_batch b = {0};
    struct encoding x;
    *out = gallery_find(&v->gallery, &key);
    if (*out)
        return TAKT_OK;
    TAKT_TRY(encoding_begin(&x, v, view, e));
    while (!encoding_is_whole(&x, v)) {
        encoding_join(&b, &x, v);
        while (!encoding_step(&b, v, NULL))
            ;
    }
    target_park(v->target); /* its lanes and the model's share the cores */
    gallery_keep(&v->gallery, &key, x.picture);
    *out = x.picture;
    *info = x.info;
    return TAKT_OK;
}

takt_rc takt_picture_encode(takt_picture **out, takt_vision *v, const uint8_t *rgb, uint32_t width,
                            uint32_t height, takt_step_info *info, takt_err *e)
{
    const struct image in = {width, height, (uint8_t *)(uintptr_t)rgb};
    takt_step_info sum = {0};
    struct view view;
    *out = NULL;
    takt_rc rc = view_make(&view, v, &in, false, e);
    if (!rc.code)
        rc = encode(out, v, &view, &sum, e);
    view_free(&view);
    if (info)
        *info = sum;
    return rc;
}

takt_rc takt_pair_encode(takt_picture **out, takt_vision *v, const takt_frame frame[2],
                         uint32_t width, uint32_t height, takt_step_info *info, takt_err *e)
{
    struct view_pair p = {.width = width, .height = height};
    takt_step_info sum = {0};
    struct view view;
    *out = NULL;
    if (!v->v.clip_max_pixels)
        return err_set(e, TAKT_ERR_UNSUPPORTED, v->file.path,
                       "takes frames one by one, as pictures, and not by twos");
    for (int i = 0; i < 2; i++)
        p.frame[i] =
            (struct image){frame[i].width, frame[i].height, (uint8_t *)(uintptr_t)frame[i].rgb};
    TAKT_TRY(view_make_pair(&view, v, &p, e));
    takt_rc rc = encode(out, v, &view, &sum, e);
    view_free(&view);
    if (info)
        *info = sum;
    return rc;
}

uint32_t takt_vision_positions(const takt_vision *v, uint32_t width, uint32_t height)
{
    struct tiles t = view_layout(v, width ? width : 1, height ? height : 1, false);
    return view_positions(v, &t);
}

/* ---- pictures -------------------------------------------------------------------------------- */

/* Each name has 31 bits of a digest of the pixels and of the place, so that neighbours have all of
 * the digest together. */
void picture_name(takt_picture *p, uint32_t first, uint32_t n, const uint8_t digest[32])
{
    uint32_t word[8];
    memcpy(word, digest, sizeof word);
    for (uint32_t i = 0; i < n; i++)
        p->ids[first + i] = (int32_t)((word[i % 8] ^ i) | 0x80000000u);
}

takt_rc picture_new(takt_picture **out, const uint8_t digest[32], uint32_t n_positions,
                    uint32_t n_embd, takt_err *e)
{
    takt_picture *p = calloc(1, sizeof *p);
    *out = NULL;
    if (p) {
        atomic_init(&p->refs, 1);
        p->n_positions = n_positions;
        p->n_embd = n_embd;
        p->ids = malloc(n_positions * sizeof *p->ids);
        p->rows = n_embd ? malloc((size_t)n_positions * n_embd * sizeof *p->rows) : NULL;
    }
    if (!p || !p->ids || (n_embd && !p->rows)) {
        takt_picture_free(p);
        return err_set(e, TAKT_ERR_MEMORY, "picture", "no memory for its %u rows", n_positions);
    }
    picture_name(p, 0, n_positions, digest);
    *out = p;
    return TAKT_OK;
}

takt_picture *picture_hold(takt_picture *p)
{
    atomic_fetch_add_explicit(&p->refs, 1, memory_order_relaxed);
    return p;
}

bool picture_is_shared(const takt_picture *p)
{
    return atomic_load_explicit(&p->refs, memory_order_acquire) > 1;
}

uint64_t picture_bytes(const takt_picture *p)
{
    uint64_t row = sizeof *p->ids + (p->rows ? (uint64_t)p->n_embd * sizeof *p->rows : 0);
    return sizeof *p + p->n_positions * row + p->store_bytes;
}

void takt_picture_free(takt_picture *p)
{
    if (!p || atomic_fetch_sub_explicit(&p->refs, 1, memory_order_acq_rel) > 1)
        return;
    for (uint32_t i = 0; p->part && i < p->times; i++)
        takt_picture_free(p->part[i]);
    free(p->part);
    free(p->ids);
    free(p->rows);
    free((uint32_t *)(uintptr_t)p->store.pages);
    memory_release(p->store.kv, p->store_bytes);
    free(p);
}

uint32_t takt_picture_positions(const takt_picture *p)
{
    return p->n_positions;
}

uint32_t picture_counted(const takt_picture *p, const takt_vision *v)
{
    uint32_t n = p->across * p->down * (p->times ? p->times : 1);
    return v->v.clip_max_pixels ? n : p->n_positions;
}

const int32_t *takt_picture_ids(const takt_picture *p)
{
    return p->ids;
}

/* The picture that lies at position POS of a sequence with SPANS, and which of its places *AT that
 * is; NULL: none, or one that calls the place other than ID. */
static const takt_picture *find(const takt_span *spans, size_t n_spans, uint32_t pos, int32_t id,
                                uint32_t *at)
{
    for (size_t i = 0; i < n_spans; i++) {
        const takt_picture *p = spans[i].picture;
        if (pos < spans[i].first || pos - spans[i].first >= p->n_positions)
            continue;
        *at = pos - spans[i].first;
        return p->ids[*at] == id ? p : NULL;
    }
    return NULL;
}

const float *picture_row(const takt_span *spans, size_t n_spans, uint32_t pos, int32_t id)
{
    uint32_t at;
    const takt_picture *p = find(spans, n_spans, pos, id, &at);
    if (p && p->part) { /* rows begin behind the mark; only these have ids below zero */
        at -= p->first;
        uint32_t area = p->across * p->down;
        p = p->part[at / area];
        at %= area;
    }
    return p ? p->rows + (size_t)at * p->n_embd : NULL;
}

bool picture_is_at(const takt_span *spans, size_t n_spans, uint32_t pos, int32_t id)
{
    uint32_t at;
    return find(spans, n_spans, pos, id, &at) != NULL;
}
