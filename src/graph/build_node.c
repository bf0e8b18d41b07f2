/* The operations of build.h. */
#include "graph/build.h"

#include <string.h>

/* node_new appends a node whose output has COLS columns; NULL after a failure. */
static struct graph_node *node_new(struct builder *b, enum graph_op op, uint32_t cols)
{
    struct graph *g = b->g;
    if (b->rc.code)
        return NULL;
    if (g->n_nodes == b->nodes_cap) {
        build_fail(b, TAKT_ERR_INTERNAL, "the graph has more than %u operations", b->nodes_cap);
        return NULL;
    }
    struct graph_node *n = &g->node[g->n_nodes++];
    *n = (struct graph_node){.op = op,
                             .layer = b->layer,
                             .sighted = b->sighted,
                             .a = GRAPH_NO_VALUE,
                             .b = GRAPH_NO_VALUE,
                             .c = GRAPH_NO_VALUE,
                             .cols = cols,
                             .scale = 1.0f};
    return n;
}

static uint32_t node_id(const struct builder *b, const struct graph_node *n)
{
    return n ? (uint32_t)(n - b->g->node) : GRAPH_NO_VALUE;
}

static uint32_t cols_of(const struct builder *b, uint32_t value)
{
    return value < b->g->n_nodes ? b->g->node[value].cols : 0;
}

uint32_t build_embed(struct builder *b)
{
    uint32_t rows = b->hp->n_token_rows ? b->hp->n_token_rows : b->hp->n_vocab;
    const struct graph_weight *w = build_matrix(b, "token_embd", rows, b->hp->n_embd);
    struct graph_node *n = node_new(b, GRAPH_EMBED, b->hp->n_embd);
    if (n) {
        n->w = w;
        n->scale = b->hp->embedding_scale;
    }
    return node_id(b, n);
}

uint32_t build_norm(struct builder *b, uint32_t a, const char *name)
{
    uint32_t cols = cols_of(b, a);
    const struct graph_weight *w = build_vector(b, name, "weight", cols);
    struct graph_node *n = node_new(b, GRAPH_NORM, cols);
    if (n) {
        n->a = a;
        n->w = w;
        n->eps = b->hp->norm_eps;
    }
    return node_id(b, n);
}

uint32_t build_layer_norm(struct builder *b, uint32_t a, const char *name)
{
    uint32_t cols = cols_of(b, a);
    const struct graph_weight *w = build_vector(b, name, "weight", cols);
    const struct graph_weight *bias = build_vector(b, name, "bias", cols);
    struct graph_node *n = node_new(b, GRAPH_LAYER_NORM, cols);
    if (n) {
        n->a = a;
        n->w = w;
        n->bias = bias;
        n->eps = b->hp->norm_eps;
    }
    return node_id(b, n);
}

uint32_t build_input(struct builder *b, uint32_t cols)
{
    return build_input_part(b, 0, cols);
}

uint32_t build_input_part(struct builder *b, uint32_t first, uint32_t cols)
{
    struct graph_node *n = node_new(b, GRAPH_INPUT, cols);
    if (n)
        n->first = first;
    return node_id(b, n);
}

uint32_t build_position(struct builder *b, const char *table, const struct graph_weight *first,
                        uint32_t rows, uint32_t cols)
{
    const struct graph_weight *w = build_matrix(b, table, rows, cols);
    struct graph_node *n = node_new(b, GRAPH_POSITION, cols);
    if (n) {
        n->w = w;
        n->bias = first;
    }
    return node_id(b, n);
}

uint32_t build_linear(struct builder *b, uint32_t a, const char *name, uint32_t rows)
{
    uint32_t cols = cols_of(b, a);
    const struct graph_weight *w =
        b->vision ? build_factor(b, name, rows, cols) : build_matrix(b, name, rows, cols);
    return build_product(b, a, w, name);
}

uint32_t build_product(struct builder *b, uint32_t a, const struct graph_weight *w,
                       const char *name)
{
    uint32_t rows = w ? w->rows : 0;
    const struct graph_weight *bias =
        build_has(b, name, "bias") ? build_vector(b, name, "bias", rows) : NULL;
    struct graph_node *n = node_new(b, GRAPH_LINEAR, rows);
    if (n) {
        n->a = a;
        n->w = w;
        n->bias = bias;
    }
    return node_id(b, n);
}

uint32_t build_attention(struct builder *b, uint32_t q, uint32_t k, uint32_t v)
{
    struct graph_node *n = node_new(b, GRAPH_ATTENTION, b->g->n_heads * b->g->head_dim);
    if (n) {
        n->a = q;
        n->b = k;
        n->c = v;
        n->scale = b->g->attention_scale;
        /* Where whole sequences are one step's, each layer's keys take the place of the last's. */
        n->kv_layer = b->g->sees_all ? 0 : b->n_kv_layers++;
    }
    return node_id(b, n);
}

uint32_t build_attention_near(struct builder *b, uint32_t q, uint32_t k, uint32_t v, uint32_t near)
{
    uint32_t id = build_attention(b, q, k, v);
    if (id != GRAPH_NO_VALUE)
        b->g->node[id].near = near;
    return id;
}

uint32_t build_table(struct builder *b, uint32_t a, const char *name, const char *suffix,
                     uint32_t rows, uint32_t index, float scale)
{
    uint32_t cols = cols_of(b, a);
    const struct graph_weight *w = cols ? build_view(b, name, suffix, rows, cols) : NULL;
    struct graph_node *n = node_new(b, GRAPH_TABLE, cols);
    if (n) {
        n->a = a;
        n->w = w;
        n->index = index;
        n->scale = scale;
    }
    return node_id(b, n);
}

uint32_t build_head_norm(struct builder *b, uint32_t a, const char *name, uint32_t head_dim,
                         float eps)
{
    const struct graph_weight *w = build_vector(b, name, "weight", head_dim);
    struct graph_node *n = node_new(b, GRAPH_HEAD_NORM, cols_of(b, a));
    if (n) {
        n->a = a;
        n->w = w;
        n->eps = eps;
    }
    return node_id(b, n);
}

uint32_t build_cross_attention(struct builder *b, uint32_t q, uint32_t kv_layer)
{
    struct graph_node *n = node_new(b, GRAPH_CROSS_ATTENTION, b->g->n_heads * b->g->head_dim);
    if (n) {
        n->a = q;
        n->scale = b->g->attention_scale;
        n->kv_layer = kv_layer;
    }
    return node_id(b, n);
}

void build_cross_kv(struct builder *b, uint32_t k, uint32_t v, uint32_t kv_layer)
{
    struct graph_node *n = node_new(b, GRAPH_CROSS_KV, cols_of(b, k));
    if (n) {
        n->a = k;
        n->b = v;
        n->kv_layer = kv_layer;
    }
}

uint32_t build_interleave(struct builder *b, uint32_t a, const uint32_t *part, uint32_t n_parts)
{
    struct graph_node *n =
        node_new(b, GRAPH_INTERLEAVE, cols_of(b, a) + n_parts * cols_of(b, part[0]));
    if (n) {
        n->a = a;
        n->n_parts = n_parts;
        memcpy(n->part, part, n_parts * sizeof *part);
    }
    return node_id(b, n);
}

uint32_t build_swiglu(struct builder *b, uint32_t gate, uint32_t up)
{
    struct graph_node *n = node_new(b, GRAPH_SWIGLU, cols_of(b, gate));
    if (n) {
        n->a = gate;
        n->b = up;
    }
    return node_id(b, n);
}

uint32_t build_gelu(struct builder *b, uint32_t a, float linear, float cubic)
{
    struct graph_node *n = node_new(b, GRAPH_GELU, cols_of(b, a));
    if (n) {
        n->a = a;
        n->linear = linear;
        n->cubic = cubic;
    }
    return node_id(b, n);
}

uint32_t build_concat(struct builder *b, uint32_t a, uint32_t y)
{
    struct graph_node *n = node_new(b, GRAPH_CONCAT, cols_of(b, a) + cols_of(b, y));
    if (n) {
        n->a = a;
        n->b = y;
    }
    return node_id(b, n);
}

uint32_t build_merge(struct builder *b, uint32_t a, struct graph_block block)
{
    struct graph_node *n = node_new(b, GRAPH_MERGE, cols_of(b, a) * block.across * block.down);
    if (n) {
        n->a = a;
        n->block = block;
    }
    return node_id(b, n);
}

uint32_t build_add(struct builder *b, uint32_t a, uint32_t y, float scale)
{
    struct graph_node *n = node_new(b, GRAPH_ADD, cols_of(b, a));
    if (n) {
        n->a = a;
        n->b = y;
        n->scale = scale;
    }
    return node_id(b, n);
}

uint32_t build_self_attention(struct builder *b, uint32_t a)
{
    const struct graph *g = b->g;
    uint32_t q = build_linear(b, a, "attn_q", g->n_heads * g->head_dim);
    uint32_t k = build_linear(b, a, "attn_k", g->n_kv_heads * g->head_dim);
    uint32_t v = build_linear(b, a, "attn_v", g->n_kv_heads * g->head_dim);
    return build_linear(b, build_attention(b, q, k, v), "attn_output", g->n_embd);
}

uint32_t build_mlp(struct builder *b, uint32_t a, const char *gate, const char *up,
                   const char *down, uint32_t n_ff)
{
    uint32_t g = build_linear(b, a, gate, n_ff);
    uint32_t u = build_linear(b, a, up, n_ff);
    return build_linear(b, build_swiglu(b, g, u), down, b->g->n_embd);
}

void build_output(struct builder *b, uint32_t x)
{
    b->layer = GRAPH_NO_LAYER;
    struct graph_node *gather = node_new(b, GRAPH_GATHER_OUTPUTS, b->hp->n_embd);
    if (!gather)
        return;
    gather->a = x;
    uint32_t norm = build_norm(b, node_id(b, gather), "output_norm");
    uint32_t logits = GRAPH_NO_VALUE;
    if (build_has(b, "output", "weight")) {
        logits = build_linear(b, norm, "output", b->hp->n_vocab);
    } else { /* tied: the very weight of the first node */
        struct graph_node *n = node_new(b, GRAPH_LINEAR, b->hp->n_vocab);
        if (n) {
            n->a = norm;
            n->w = b->g->node[0].w;
        }
        logits = node_id(b, n);
    }
    if (!b->rc.code)
        b->g->node[logits].scale = b->hp->logit_scale;
}
