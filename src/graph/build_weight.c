/* Weights by name: found, checked, and described as parts of file tensors. */
#include "graph/build.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { NAME_MAX_BYTES = 96 };

void build_fail(struct builder *b, takt_code code, const char *fmt, ...)
{
    if (b->rc.code)
        return;
    char text[320];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    b->rc = err_set(b->e, code, b->m->path, "%s", text);
}

/* full_name writes "blk.N.NAME.SUFFIX" or "NAME.SUFFIX"; without SUFFIX no dot either. */
static void full_name(const struct builder *b, char buf[NAME_MAX_BYTES], const char *name,
                      const char *suffix)
{
    const char *dot = suffix ? "." : "", *end = suffix ? suffix : "";
    if (b->layer == GRAPH_NO_LAYER)
        snprintf(buf, NAME_MAX_BYTES, "%s%s%s", name, dot, end);
    else
        snprintf(buf, NAME_MAX_BYTES, "%s%" PRIu32 ".%s%s%s", b->layer_names, b->layer, name, dot,
                 end);
}

bool build_has(const struct builder *b, const char *name, const char *suffix)
{
    char full[NAME_MAX_BYTES];
    full_name(b, full, name, suffix);
    return model_tensor(b->m, full) != NULL;
}

void build_leave(struct builder *b, const char *name)
{
    char full[NAME_MAX_BYTES];
    full_name(b, full, name, "weight");
    const struct tensor *t = model_tensor(b->m, full);
    if (t)
        b->used[t - b->m->tensors] = 1;
}

/* shape_text writes "[64, 96, 4]". */
static void shape_text(char *buf, size_t n, const struct tensor *t)
{
    size_t at = (size_t)snprintf(buf, n, "[");
    for (uint32_t i = 0; i < t->n_dims && at < n; i++)
        at += (size_t)snprintf(buf + at, n - at, "%s%" PRIu64, i ? ", " : "", t->ne[i]);
    if (at < n)
        snprintf(buf + at, n - at, "]");
}

/* find_shape looks a tensor up and checks type and shape. NULL after a failure. */
static const struct tensor *find_shape(struct builder *b, const char *full,
                                       const uint64_t ne[MODEL_DIMS_MAX])
{
    if (b->rc.code)
        return NULL;
    const struct tensor *t = model_tensor(b->m, full);
    if (!t) {
        build_fail(b, TAKT_ERR_FORMAT, "tensor '%s' is missing; architecture '%s' needs it", full,
                   b->hp->arch);
        return NULL;
    }
    if (!qtype_computable(t->type)) {
        build_fail(b, TAKT_ERR_UNSUPPORTED,
                   "tensor '%s' has type %s, which takt cannot compute; it computes %s", full,
                   qtype_name(t->type), qtype_computable_list());
        return NULL;
    }
    uint64_t bytes;
    if (memcmp(t->ne, ne, sizeof t->ne) != 0 || !qtype_row_bytes(t->type, ne[0], &bytes)) {
        struct tensor wanted = {.n_dims = MODEL_DIMS_MAX};
        char shape[96], want[96];
        memcpy(wanted.ne, ne, sizeof wanted.ne);
        while (wanted.n_dims > 1 && ne[wanted.n_dims - 1] == 1)
            wanted.n_dims--;
        shape_text(shape, sizeof shape, t);
        shape_text(want, sizeof want, &wanted);
        build_fail(b, TAKT_ERR_FORMAT, "tensor '%s' (%s) has shape %s, not %s", full,
                   qtype_name(t->type), shape, want);
        return NULL;
    }
    b->used[t - b->m->tensors] = 1;
    return t;
}

static const struct tensor *find(struct builder *b, const char *full, uint64_t ne0, uint64_t ne1,
                                 uint64_t ne2)
{
    const uint64_t ne[MODEL_DIMS_MAX] = {ne0, ne1, ne2, 1};
    return find_shape(b, full, ne);
}

/* weight_new makes a weight with room for N_PARTS parts. */
static struct graph_weight *weight_new(struct builder *b, const char *name, uint32_t rows,
                                       uint32_t cols, uint32_t n_experts, uint32_t n_parts)
{
    if (b->rc.code)
        return NULL;
    struct arena *a = &b->g->arena;
    struct graph_weight *w = ARENA_NEW(a, struct graph_weight);
    struct graph_weight_part *part = ARENA_ARRAY(a, struct graph_weight_part, n_parts);
    char *copy = arena_strndup(a, name, strlen(name));
    if (!w || !part || !copy) {
        build_fail(b, TAKT_ERR_MEMORY, "not enough memory for the graph");
        return NULL;
    }
    *w = (struct graph_weight){.name = copy,
                               .rows = rows,
                               .cols = cols,
                               .n_experts = n_experts,
                               .part = part,
                               .n_parts = n_parts};
    return w;
}

/* T as ROWS rows of COLS values. */
static const struct graph_weight *whole(struct builder *b, const struct tensor *t, const char *full,
                                        uint32_t rows, uint32_t cols)
{
    struct graph_weight *w = weight_new(b, full, rows, cols, 0, 1);
    if (!t || !w)
        return NULL;
    w->type = t->type;
    w->part[0] = (struct graph_weight_part){.tensor = t, .first_row = 0, .n_rows = rows};
    return w;
}

static const struct graph_weight *plain(struct builder *b, const char *full, uint32_t rows,
                                        uint32_t cols)
{
    return whole(b, find(b, full, cols, rows, 1), full, rows, cols);
}

float build_gate(struct builder *b, const char *name, const char *suffix)
{
    char full[NAME_MAX_BYTES];
    float gate = 0;
    full_name(b, full, name, suffix);
    const struct tensor *t = find(b, full, 1, 1, 1);
    if (!t)
        return 0;
    if (qtype_block_values(t->type) != 1) {
        build_fail(b, TAKT_ERR_UNSUPPORTED, "tensor '%s' is %s; takt takes F32, F16 or BF16 there",
                   full, qtype_name(t->type));
        return 0;
    }
    qtype_dequantize(t->type, &gate, t->data, 1);
    if (!isfinite(gate))
        build_fail(b, TAKT_ERR_FORMAT, "tensor '%s' is no number", full);
    return (float)tanh((double)gate);
}

const struct graph_weight *build_view(struct builder *b, const char *name, const char *suffix,
                                      uint32_t rows, uint32_t cols)
{
    char full[NAME_MAX_BYTES];
    full_name(b, full, name, suffix);
    const struct tensor *t = b->rc.code ? NULL : model_tensor(b->m, full);
    if (t && qtype_block_values(t->type) == 1 && t->ne[0] % cols == 0 &&
        t->ne[0] / cols * t->ne[1] == rows && t->ne[2] == 1 && t->ne[3] == 1)
        return whole(b, find(b, full, t->ne[0], t->ne[1], 1), full, rows, cols);
    return whole(b, find(b, full, cols, rows, 1), full, rows, cols); /* tells what is wrong */
}

const struct graph_weight *build_patches(struct builder *b, const char *name, uint32_t rows,
                                         uint32_t patch)
{
    return build_patches_of(b, name, "weight", rows, patch, 3);
}

const struct graph_weight *build_patches_of(struct builder *b, const char *name, const char *suffix,
                                            uint32_t rows, uint32_t patch, uint32_t channels)
{
    char full[NAME_MAX_BYTES];
    const uint64_t ne[MODEL_DIMS_MAX] = {patch, patch, channels, rows};
    full_name(b, full, name, suffix);
    const struct tensor *t = find_shape(b, full, ne);
    if (t && qtype_block_values(t->type) != 1) {
        build_fail(b, TAKT_ERR_UNSUPPORTED, "tensor '%s' is %s; takt takes F32, F16 or BF16 there",
                   full, qtype_name(t->type));
        return NULL;
    }
    return whole(b, t, full, rows, channels * patch * patch);
}

const struct graph_weight *build_matrix(struct builder *b, const char *name, uint32_t rows,
                                        uint32_t cols)
{
    char full[NAME_MAX_BYTES];
    full_name(b, full, name, "weight");
    return plain(b, full, rows, cols);
}

const struct graph_weight *build_factor(struct builder *b, const char *name, uint32_t rows,
                                        uint32_t cols)
{
    const struct graph_weight *found = build_matrix(b, name, rows, cols);
    struct graph_weight *w = found ? ARENA_NEW(&b->g->arena, struct graph_weight) : NULL;
    if (!found || found->type != QTYPE_F16)
        return found;
    if (!w) {
        build_fail(b, TAKT_ERR_MEMORY, "not enough memory for the graph");
        return NULL;
    }
    *w = *found;
    w->type = QTYPE_BF16;
    return w;
}

const struct graph_weight *build_vector(struct builder *b, const char *name, const char *suffix,
                                        uint32_t cols)
{
    char full[NAME_MAX_BYTES];
    full_name(b, full, name, suffix);
    return plain(b, full, 1, cols);
}

/* merged views expert e as rows [e * STRIDE + first, + ROWS) of one tensor [cols, stride,
 * n_experts]. */
static const struct graph_weight *merged(struct builder *b, const char *file_name, const char *as,
                                         uint32_t stride, uint32_t first, uint32_t rows,
                                         uint32_t cols)
{
    char full[NAME_MAX_BYTES], own[NAME_MAX_BYTES];
    uint32_t n = b->hp->n_experts;
    full_name(b, full, file_name, "weight");
    full_name(b, own, as, "weight");
    const struct tensor *t = find(b, full, cols, stride, n);
    struct graph_weight *w = weight_new(b, own, rows, cols, n, n);
    if (!t || !w)
        return NULL;
    w->type = t->type;
    for (uint32_t i = 0; i < n; i++)
        w->part[i] = (struct graph_weight_part){t, (uint64_t)i * stride + first, rows};
    return w;
}

/* separate takes one tensor per expert: "BASE.7.weight". */
static const struct graph_weight *separate(struct builder *b, const char *base, const char *as,
                                           uint32_t rows, uint32_t cols)
{
    char full[NAME_MAX_BYTES], name[NAME_MAX_BYTES];
    full_name(b, full, as, "weight");
    struct graph_weight *w = weight_new(b, full, rows, cols, b->hp->n_experts, b->hp->n_experts);
    for (uint32_t i = 0; w && i < b->hp->n_experts; i++) {
        snprintf(name, sizeof name, "%s.%" PRIu32, base, i);
        full_name(b, full, name, "weight");
        const struct tensor *t = find(b, full, cols, rows, 1);
        if (!t)
            return NULL;
        if (i && t->type != w->type) {
            build_fail(b, TAKT_ERR_UNSUPPORTED,
                       "tensor '%s' is %s but the experts before it are %s; all experts of a layer "
                       "must have one type",
                       full, qtype_name(t->type), qtype_name(w->type));
            return NULL;
        }
        w->type = t->type;
        w->part[i] = (struct graph_weight_part){t, 0, rows};
    }
    return w;
}

/* experts_weight finds one of the three matrices in whichever form the file has. */
static const struct graph_weight *experts_weight(struct builder *b, const char *base, uint32_t rows,
                                                 uint32_t cols)
{
    char exps[NAME_MAX_BYTES], first[NAME_MAX_BYTES];
    snprintf(exps, sizeof exps, "%s_exps", base);
    snprintf(first, sizeof first, "%s.0", base);
    if (!build_has(b, exps, "weight") && build_has(b, first, "weight"))
        return separate(b, base, exps, rows, cols);
    return merged(b, exps, exps, rows, 0, rows, cols);
}

uint32_t build_experts(struct builder *b, uint32_t a, uint32_t n_ff, bool norm_topk)
{
    const struct model_hparams *hp = b->hp;
    struct graph *g = b->g;
    struct graph_node n = {.op = GRAPH_EXPERTS,
                           .layer = b->layer,
                           .a = a,
                           .b = GRAPH_NO_VALUE,
                           .c = GRAPH_NO_VALUE,
                           .cols = hp->n_embd,
                           .scale = 1.0f,
                           .n_experts_used = hp->n_experts_used,
                           .norm_topk = norm_topk};
    n.router = build_matrix(b, "ffn_gate_inp", hp->n_experts, hp->n_embd);
    if (build_has(b, "ffn_gate_up_exps", "weight")) {
        n.gate = merged(b, "ffn_gate_up_exps", "ffn_gate_exps", 2 * n_ff, 0, n_ff, hp->n_embd);
        n.up = merged(b, "ffn_gate_up_exps", "ffn_up_exps", 2 * n_ff, n_ff, n_ff, hp->n_embd);
    } else {
        n.gate = experts_weight(b, "ffn_gate", n_ff, hp->n_embd);
        n.up = experts_weight(b, "ffn_up", n_ff, hp->n_embd);
    }
    n.down = experts_weight(b, "ffn_down", hp->n_embd, n_ff);
    if (!b->rc.code && g->n_nodes == b->nodes_cap)
        build_fail(b, TAKT_ERR_INTERNAL, "the graph has more than %u operations", b->nodes_cap);
    if (b->rc.code)
        return GRAPH_NO_VALUE;
    g->node[g->n_nodes] = n;
    return g->n_nodes++;
}
