/* build: what arch/<family>.c describe a model with.
 *
 * Every function is safe to call after a failure: the first error stays in `rc` and later calls do
 * nothing, so that an architecture reads as a plain list of operations. Weights are named as ggml
 * names them, without ".weight"; inside a layer (builder.layer != GRAPH_NO_LAYER) without "blk.N."
 * ("v.blk.N." in a picture encoder).
 */
#ifndef TAKT_GRAPH_BUILD_H
#define TAKT_GRAPH_BUILD_H

#include <stdbool.h>
#include <stdint.h>

#include "graph/graph.h"

#define GRAPH_NO_LAYER UINT32_MAX

struct builder {
    struct graph *g;
    const struct model *m;
    const struct model_hparams *hp;
    const struct model_vision *vision; /* of a picture encoder */
    const struct model_mllama *mllama; /* of Llama 3.2 Vision's */
    const char *layer_names;           /* "blk." or "v.blk." */
    takt_err *e;
    takt_rc rc;           /* the first failure */
    uint32_t layer;       /* names and nodes belong to this layer */
    bool sighted;         /* nodes are for tokens that see a picture */
    uint32_t n_kv_layers; /* of the cache, so far */
    uint32_t nodes_cap;   /* room in g->node */
    uint8_t *used;        /* [m->n_tensors] 1: part of the graph */
};

/* build_fail keeps the first error: code TAKT_ERR_FORMAT or another, the model's path as place. */
void build_fail(struct builder *b, takt_code code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* build_has tells whether the tensor NAME.SUFFIX exists (SUFFIX "weight" or "bias"). */
bool build_has(const struct builder *b, const char *name, const char *suffix);

/* build_matrix looks up NAME.weight as ROWS x COLS; build_vector NAME.SUFFIX with COLS values. NULL
 * after a failure: missing, of another shape, or of a type that cannot be computed. Owned by the
 * graph. */
const struct graph_weight *build_matrix(struct builder *b, const char *name, uint32_t rows,
                                        uint32_t cols);
const struct graph_weight *build_vector(struct builder *b, const char *name, const char *suffix,
                                        uint32_t cols);

/* build_factor: the same matrix as an encoder multiplies with it: F16 rounded to BF16, for which
 * processors have instructions. */
const struct graph_weight *build_factor(struct builder *b, const char *name, uint32_t rows,
                                        uint32_t cols);

/* build_patches: NAME.weight, a convolution's kernels [ROWS][3][PATCH][PATCH], as a matrix of ROWS
 * rows. build_patches_of: NAME.SUFFIX, of CHANNELS colours (and frames). */
const struct graph_weight *build_patches(struct builder *b, const char *name, uint32_t rows,
                                         uint32_t patch);
const struct graph_weight *build_patches_of(struct builder *b, const char *name, const char *suffix,
                                            uint32_t rows, uint32_t patch, uint32_t channels);

/* build_leave: the tensor NAME.weight has no part in the graph, but is known. */
void build_leave(struct builder *b, const char *name);
/* build_gate: tanh of the one number in the tensor NAME.SUFFIX (NULL: NAME itself); 0 after a
 * failure. */
float build_gate(struct builder *b, const char *name, const char *suffix);

/* build_view: NAME.SUFFIX (NULL: NAME itself) as ROWS x COLS, of which several may lie in a row of
 * the file. */
const struct graph_weight *build_view(struct builder *b, const char *name, const char *suffix,
                                      uint32_t rows, uint32_t cols);

/* build_embed: token rows of "token_embd" times hparams.embedding_scale. */
uint32_t build_embed(struct builder *b);
/* build_norm: RMS norm of A with the weights NAME. */
uint32_t build_norm(struct builder *b, uint32_t a, const char *name);
/* build_layer_norm: layer norm of A with weights and bias NAME. */
uint32_t build_layer_norm(struct builder *b, uint32_t a, const char *name);
/* build_input: the rows of COLS values that a step brings, one per token. */
uint32_t build_input(struct builder *b, uint32_t cols);
/* build_input_part: of these rows the COLS values from FIRST on. */
uint32_t build_input_part(struct builder *b, uint32_t first, uint32_t cols);
/* build_position: for each token the row of its position in TABLE.weight (ROWS x COLS), for
 * position 0 plus the vector FIRST (NULL: nothing). */
uint32_t build_position(struct builder *b, const char *table, const struct graph_weight *first,
                        uint32_t rows, uint32_t cols);
/* build_product: ROWS outputs of A by the matrix W, plus NAME.bias where the model has one. */
uint32_t build_product(struct builder *b, uint32_t a, const struct graph_weight *w,
                       const char *name);
/* build_linear: ROWS outputs of A by NAME.weight, plus NAME.bias where the model has one. */
uint32_t build_linear(struct builder *b, uint32_t a, const char *name, uint32_t rows);
/* build_attention: rotary attention of queries Q over keys K and values V and the layer's cache. */
uint32_t build_attention(struct builder *b, uint32_t q, uint32_t k, uint32_t v);
/* build_attention_near: likewise, over NEAR positions at most: those that the step names for a
 * token. */
uint32_t build_attention_near(struct builder *b, uint32_t q, uint32_t k, uint32_t v, uint32_t near);
/* build_table: A + SCALE * the row of NAME.SUFFIX (NULL: NAME itself), seen as ROWS rows as wide as
 * A, that the step's index INDEX names. */
uint32_t build_table(struct builder *b, uint32_t a, const char *name, const char *suffix,
                     uint32_t rows, uint32_t index, float scale);
/* build_head_norm: RMS norm with EPS of each head of A, as wide as the weights NAME. */
uint32_t build_head_norm(struct builder *b, uint32_t a, const char *name, uint32_t head_dim,
                         float eps);
/* build_cross_attention: attention of queries Q over layer KV_LAYER of the pictures' stores;
 * build_cross_kv writes keys K and values V there. */
uint32_t build_cross_attention(struct builder *b, uint32_t q, uint32_t kv_layer);
void build_cross_kv(struct builder *b, uint32_t k, uint32_t v, uint32_t kv_layer);
/* build_interleave: the values of A, then of each of the N parts the first, the second, ... */
uint32_t build_interleave(struct builder *b, uint32_t a, const uint32_t *part, uint32_t n);
/* build_swiglu: silu(GATE) * UP. */
uint32_t build_swiglu(struct builder *b, uint32_t gate, uint32_t up);
/* build_gelu: A / (1 + exp(-A (LINEAR + CUBIC A^2))); with LINEAR 0 GELU itself. */
uint32_t build_gelu(struct builder *b, uint32_t a, float linear, float cubic);
/* build_concat: the values of A, then those of B. */
uint32_t build_concat(struct builder *b, uint32_t a, uint32_t y);
/* build_merge: of each wanted row of A the rows of BLOCK side by side. What follows has a row for
 * each wanted row, and no longer one for each token. */
uint32_t build_merge(struct builder *b, uint32_t a, struct graph_block block);
/* build_add: A + SCALE * Y. */
uint32_t build_add(struct builder *b, uint32_t a, uint32_t y, float scale);
/* build_output: the wanted rows of X through "output_norm" and "output" (or the tied "token_embd"),
 * times hparams.logit_scale. Ends the graph. */
void build_output(struct builder *b, uint32_t x);

/* build_experts: hparams.n_experts experts of width N_FF on A, n_experts_used of them chosen by
 * "ffn_gate_inp". The weights are "ffn_gate_exps", "ffn_up_exps", "ffn_down_exps", or
 * "ffn_gate_up_exps" (gate above up, per expert), or one tensor per expert ("ffn_gate.7"). */
uint32_t build_experts(struct builder *b, uint32_t a, uint32_t n_ff, bool norm_topk);

/* The two blocks that Llama-like families share. build_self_attention: attn_q, attn_k, attn_v,
 * attention, attn_output on normed A. build_mlp: GATE, UP and DOWN name the weights of width N_FF.
 */
uint32_t build_self_attention(struct builder *b, uint32_t a);
uint32_t build_mlp(struct builder *b, uint32_t a, const char *gate, const char *up,
                   const char *down, uint32_t n_ff);

#endif
