/* graph: a model's computation as operations on tensors, independent of any machine.
 *
 * arch/<family>.c builds one for a model; compile/ turns it into a plan. Values are matrices
 * [tokens][cols] of f32; the number of tokens is left open. Fusion is not done here. Nothing of the
 * weights is read but gates, which are one number: only names, types and shapes. */
#ifndef TAKT_GRAPH_GRAPH_H
#define TAKT_GRAPH_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "model/mllama.h"
#include "model/model.h"
#include "model/vision.h"

/* GRAPH_OPS: X(name, meaning). `a`, `b`, `c` are input values, `w` weights. */
#define GRAPH_OPS(X)                                                                               \
    X(EMBED, "out = scale * row token of w")                                                       \
    X(INPUT, "out = the row that the step brings for the token, or a part of it")                  \
    X(POSITION, "out = row pos of w; bias is added to row 0")                                      \
    X(NORM, "out = a / rms(a) * w, with eps")                                                      \
    X(LAYER_NORM, "out = (a - mean(a)) / deviation(a) * w + bias, with eps")                       \
    X(LINEAR, "out = scale * (w a + bias)")                                                        \
    X(ATTENTION, "append rope(b), c to the layer's KV cache; out = attention of rope(a) over it")  \
    X(SWIGLU, "out = silu(a) * b")                                                                 \
    X(GELU, "out = a / (1 + exp(-a (linear + cubic a^2))); with linear 0 a * P(N(0, 1) < a)")      \
    X(CONCAT, "out = a, then b")                                                                   \
    X(MERGE, "out = the rows of a block of a side by side, for each wanted block")                 \
    X(INTERLEAVE, "out = a, then the first value of each part, then the second of each, ...")      \
    X(TABLE, "out = a + scale * row index[index] of w, or a where the step names no row")          \
    X(HEAD_NORM, "out = NORM of each head of a, with the same w for all")                          \
    X(CROSS_KV, "write keys a and values b of the picture to its store")                           \
    X(CROSS_ATTENTION, "out = attention of a over the stores of the pictures that the token sees") \
    X(ADD, "out = a + scale * b")                                                                  \
    X(EXPERTS,                                                                                     \
      "out = sum over the top n of softmax(router a) of weight * down_e(silu(gate_e a) * up_e a)") \
    X(GATHER_OUTPUTS, "out = the rows of a whose logits are wanted")

enum graph_op {
#define X(name, doc) GRAPH_##name,
    GRAPH_OPS(X)
#undef X
        GRAPH_OP_COUNT
};

/* A weight: rows x cols from one or more parts of file tensors, stacked; n_experts such matrices
 * when not 0. */
struct graph_weight_part {
    const struct tensor *tensor;
    uint64_t first_row, n_rows; /* of the tensor seen as rows of ne[0] values */
};
struct graph_weight {
    const char *name; /* "blk.3.attn_q.weight" */
    enum qtype type;  /* to compute with: the tensors', or BF16 for F16 ones */
    uint32_t rows, cols, n_experts;
    struct graph_weight_part *part; /* experts: part i belongs to expert i; else stacked in order */
    uint32_t n_parts;
};

#define GRAPH_NO_VALUE UINT32_MAX

/* What a model may have at most; compile/ asserts that plans can hold it. */
enum {
    GRAPH_LAYERS_MAX = 512,
    GRAPH_WIDTH_MAX = 1 << 20, /* n_embd, n_ff */
    GRAPH_HEAD_DIM_MAX = 256,
    GRAPH_GROUP_MAX = 32, /* query heads that share a key head */
    GRAPH_EXPERTS_MAX = 512,
    GRAPH_EXPERTS_USED_MAX = 32,
    GRAPH_PARTS_MAX = 8,
    GRAPH_CROSS_LAYERS_MAX = 64,
};

/* Which rows stand side by side in one: from the wanted row on ACROSS rows, and so DOWN times,
 * STRIDE rows apart. WOVEN: the first value of each, then the second of each, and so on. */
struct graph_block {
    uint32_t across, down, stride;
    bool woven;
};

struct graph_node {
    enum graph_op op;
    uint32_t layer;    /* UINT32_MAX outside layers */
    uint32_t a, b, c;  /* value ids = index of the node that makes them; GRAPH_NO_VALUE if absent */
    uint32_t cols;     /* of the output value */
    uint32_t kv_layer; /* ATTENTION: of the KV cache; CROSS_*: of the stores */
    uint32_t near;     /* ATTENTION: over so many positions near the token at most, as steps say; 0:
                          over all */
    uint32_t first;    /* INPUT: of the row's values */
    const struct graph_weight *w;    /* EMBED, POSITION, TABLE, NORM, LAYER_NORM, LINEAR ... */
    const struct graph_weight *bias; /* POSITION, LAYER_NORM, LINEAR */
    const struct graph_weight *router, *gate, *up, *down; /* EXPERTS */
    float scale, eps;
    float linear, cubic;      /* GELU */
    struct graph_block block; /* MERGE */
    bool sighted;   /* tokens that see no picture pass by: only an ADD behind it changes what others
                     read, and that leaves their rows alone */
    bool blanks;    /* LAYER_NORM: rows that the step calls blank are zero */
    uint32_t index; /* TABLE: which of the step's */
    uint32_t part[GRAPH_PARTS_MAX], n_parts; /* INTERLEAVE */
    uint32_t n_experts_used;
    bool norm_topk; /* EXPERTS: renormalise over the chosen (softmax of the chosen logits) */
};

struct graph {
    struct arena arena;
    struct graph_node *node; /* in an order that computes inputs first */
    uint32_t n_nodes;
    uint32_t logits;   /* the node that gives them: the last one, but for CROSS_KV behind it */
    uint32_t n_layers; /* of the KV cache */
    uint32_t n_embd, n_heads, n_kv_heads, head_dim;
    uint32_t n_vocab;           /* values of an output row */
    uint32_t rope_dims, window; /* 0: no rotation; all positions are seen */
    uint32_t n_positions;       /* rows of POSITION's table; 0: no bound */
    uint32_t n_input;           /* values of a row that a step may bring for a token: instead of an
                                   embedding, or for INPUT */
    /* Stores of pictures' keys and values, which CROSS_KV writes and CROSS_ATTENTION reads; no
     * layers: there are none. */
    uint32_t n_cross_layers, n_cross_kv_heads, cross_head_dim;
    bool cross_f32; /* exact; else bf16 */
    bool sees_all;  /* a token sees those of its sequence that come after it in the step, too */
    uint32_t rope_sections[3]; /* pairs that turn by the place in time, height and width; zeros: all
                                  by the position */
    float attention_scale;
    bool rope_pairs;
    const float *inv_freq; /* [rope_dims/2], scaling applied */
};

/* graph_build builds the graph of M. Errors: unknown architecture (lists the known), a missing
 * tensor or wrong shape (named), a tensor type that cannot be computed (named, with the list),
 * hyperparameters out of range. Borrowed: M outlives G. */
takt_rc graph_build(struct graph *g, const struct model *m, takt_err *e);
/* graph_build_vision builds the graph of a picture encoder with its projector, for steps whose
 * sequences are whole pictures: token t is patch t, row-major (the class row first where V has
 * one), its input the patch's values, [3][patch][patch] f32; each token's output is a projected
 * row, or each output a block's whose first patch is its token (V->merge). Errors as
 * graph_build's. */
takt_rc graph_build_vision(struct graph *g, const struct model *m, const struct model_vision *v,
                           takt_err *e);
/* graph_build_mllama builds the graph of Llama 3.2 Vision's picture encoder V with its projector,
 * and of the keys and values that M's layers have of a picture's rows, for steps of one picture:
 * token t is a row of a tile (its class row first), its input a patch's values, its index[...]
 * those of enum mllama_index; rows behind those of the picture are padding. Errors as
 * graph_build's. */
takt_rc graph_build_mllama(struct graph *g, const struct model *m, const struct model_mllama *v,
                           takt_err *e);
void graph_free(struct graph *g);

/* graph_arch_list is a printable list of known architectures. */
const char *graph_arch_list(void);

#endif
