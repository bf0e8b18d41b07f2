/* plan: a model compiled for a target. THE CONTRACT between compile/ (which writes it), plan_verify
 * (which distrusts it), engine/ (which feeds it) and target/ (which runs it).
 *
 * A plan holds one program per bucket of tokens. A program is a list of TASKS (one per fused
 * operation of the model, cut into tiles) and, per lane, a stream of INSTRUCTIONS (a range of tiles
 * of one task). Task i has counter i: each finished tile raises it by one; a task may start when
 * the counters of the tasks it waits for are full. Only counters order work: the order of a lane's
 * own stream does not, so that a lane may take over tiles of a slower one. No bit depends on who
 * does.
 *
 * Operands are byte ranges of regions. What varies between steps is in `struct plan_facts` alone.
 */
#ifndef TAKT_PLAN_PLAN_H
#define TAKT_PLAN_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "model/qtype.h"
#include "plan/layout.h"

enum {
    PLAN_LANES_MAX = 256,
    PLAN_WAITS_MAX = 4,
    PLAN_BUCKETS_MAX = 16,
    PLAN_TASKS_MAX = 16384,
    PLAN_EXPERTS_MAX = 512,
    PLAN_EXPERTS_USED_MAX = 32,
    PLAN_INDEXES_MAX = 8,
    PLAN_SIGHT_MAX = 16,        /* pictures that one token sees */
    PLAN_TILE_BYTES = 64 << 10, /* weights of a tile when a step has few tokens: lanes claim several
                                   at once and meet within the time of one or two */
};

enum plan_region {
    PLAN_NONE,
    PLAN_WEIGHTS, /* packed weights and constants: read only */
    PLAN_ACT,     /* activations of a step */
    PLAN_KV,      /* KV pages of all sequences, reached through the page tables of the facts */
    PLAN_FACTS,   /* the facts of the step: read only; offsets are of an input's row */
    PLAN_CROSS,   /* keys and values of pictures, in the stores of the facts */
};

#define PLAN_NO_ROW UINT32_MAX

/* A two-dimensional operand: one row per token (or per output row), `row_bytes` wide, `stride`
 * bytes apart. */
struct plan_operand {
    uint8_t region; /* enum plan_region; PLAN_NONE: absent */
    uint64_t offset;
    uint64_t row_bytes;
    uint64_t stride; /* 0: one row that serves all tokens (weights vectors) */
};

/* A weight matrix (or stack of n_experts matrices of one shape). */
struct plan_matrix {
    enum qtype type;
    uint32_t rows, cols; /* per expert */
    uint32_t n_experts;  /* 0: plain */
    uint64_t offset;     /* in PLAN_WEIGHTS; absent when rows == 0 */
};

/* PLAN_OPS: X(name, what a tile is, doc). The doc is printed by `takt plan --explain`. */
#define PLAN_OPS(X)                                                                                \
    X(EMBED, "token",                                                                              \
      "out[t] = scale * row token[t] of table w0, as f32, or scale * input[t] where the step "     \
      "brings "                                                                                    \
      "one")                                                                                       \
    X(POSITION, "token", "out[t] = row pos[t] of table w0, as f32; plus in0 where pos[t] is 0")    \
    X(ROPE_TABLE, "token",                                                                         \
      "out[t] = (cos, sin) of pos[t] * inv_freq, for all rotary pairs; those of a section of "     \
      "place[t][section] where the facts have it")                                                 \
    X(NORM, "token",                                                                               \
      "out[t] = in0[t] / rms(in0[t]) * in1 (weights), rounded to the form `act`; with `gather`, "  \
      "of output rows only")                                                                       \
    X(LAYER_NORM, "token",                                                                         \
      "out[t] = (in0[t] - mean) / deviation * in1 (weights) + in2 (bias), rounded to the form "    \
      "`act`")                                                                                     \
    X(COPY, "token",                                                                               \
      "out[t] = in0[t], f32[cols]: a part of a wider row; with `every`, to values first, first + " \
      "every, ...")                                                                                \
    X(TABLE, "token",                                                                              \
      "out[t] = in0[t] + scale * row index[t] of table w0, as f32; in0[t] where there is none")    \
    X(HEAD_NORM, "token", "out[t][h] = in0[t][h] / rms(in0[t][h]) * in1 (weights), of each head")  \
    X(MERGE, "token",                                                                              \
      "out[i] = rows of in0, f32[cols] each, side by side: merge_across from out_token[i] on, "    \
      "merge_down times, merge_stride rows apart; with `woven` value by value")                    \
    X(QUANT, "token", "out[t] = in0[t] (of the facts: input[t]) rounded to the form `act`")        \
    X(MATMUL, "rows", "out[t][r] = epilogue(sum_k w0[r][k] * in0[t][k])")                          \
    X(GATE_UP, "rows", "out[t][r] = silu(w0[r] . in0[t]) * (w1[r] . in0[t]), as f32")              \
    X(ROPE_KV, "token",                                                                            \
      "rotate q in place; rotate k, round k and v and write them to the KV page of (seq, pos)")    \
    X(ATTN, "kv head x token block",                                                               \
      "out[t][h] = softmax(scale * q . K) V over positions max(0, pos-window+1)..pos, or up to "   \
      "sees[t] where the facts have it; with `near`, over near[t]")                                \
    X(CROSS_KV, "token",                                                                           \
      "round in0[t] (keys) and in1[t] (values) and write them to row pos[t] of the step's store, " \
      "where it has one")                                                                          \
    X(CROSS_ATTN, "kv head x token block",                                                         \
      "out[t][h] = softmax(scale * q . K) V over all rows of the stores that sight[t] names; 0 "   \
      "where it names none")                                                                       \
    X(ROUTE, "token",                                                                              \
      "top n_used experts of the router logits in0[t]; out[t] = ids and weights; also groups "     \
      "tokens by expert")                                                                          \
    X(EXPERTS_GATE_UP, "rows",                                                                     \
      "for each active expert, its tokens: out[t][slot][r] = silu(w0[e][r] . in0[t]) * (w1[e][r] " \
      ". in0[t])")                                                                                 \
    X(EXPERTS_QUANT, "token", "out[t][slot] = in0[t][slot] rounded to the form `act`")             \
    X(EXPERTS_DOWN, "rows",                                                                        \
      "out[t][r] = in2[t][r] + residual * sum over slots in ascending expert id of weight * "      \
      "(w0[e][r] . in0[t][slot])")

enum plan_op {
#define X(name, tile, doc) PLAN_OP_##name,
    PLAN_OPS(X)
#undef X
        PLAN_OP_COUNT
};

enum plan_epilogue {
    PLAN_EPI_NONE,
    PLAN_EPI_SCALE,    /* out = scale * sum */
    PLAN_EPI_RESIDUAL, /* out = in1 + scale * sum (in1 and out may be the same operand) */
    PLAN_EPI_SWIGLU,   /* out = silu(in1) * sum (likewise) */
    PLAN_EPI_GELU, /* out = sum / (1 + exp(-sum (linear + cubic sum^2))); with linear 0 sum times
                          the normal distribution function of sum */
};

/* A task: one fused operation over all tokens of the bucket. Unused fields are zero. */
struct plan_task {
    uint16_t op;      /* enum plan_op */
    uint8_t act;      /* enum act_kind of in0 (MATMUL, GATE_UP, EXPERTS_*) or of out (NORM, QUANT,
                         EXPERTS_QUANT) */
    uint8_t epilogue; /* enum plan_epilogue */
    bool gather; /* NORM, MERGE: row i is output row i, read from token facts.out_token[i] (on); the
                    tasks after it count outputs */
    bool per_output;  /* rows are output rows (n_outputs), not tokens */
    bool rope_pairs;  /* ROPE_KV: rotate (2i, 2i+1), else (i, i + rope_dims/2) */
    bool interleaved; /* GATE_UP, EXPERTS_GATE_UP: groups of 16 rows of w0 and w1 alternate in one
                         matrix of twice the rows (see plan_weight): w1.offset is one group behind
                         w0.offset, experts are two matrices apart */
    bool sighted; /* only in steps in which a token sees a picture; a MATMUL with a residual, which
                     then is in place, leaves the rows of tokens that see none alone */
    bool blanks;  /* LAYER_NORM: rows that facts.blank names are zero */
    bool norm_topk; /* ROUTE: softmax over the chosen logits (else softmax over all, chosen ones not
                       renormalised) */
    uint32_t layer; /* for messages; UINT32_MAX outside layers */
    uint32_t kv_layer;     /* ROPE_KV, ATTN: of the KV cache; CROSS_KV, CROSS_ATTN: of the stores */
    uint32_t index;        /* TABLE: which of the facts' */
    uint32_t every, first; /* COPY */
    uint32_t n_tiles;
    uint32_t tile_rows;   /* MATMUL and kin: rows per tile, a multiple of 16; the last tile may be
                             shorter */
    uint32_t tile_tokens; /* ATTN, token tiles: tokens per tile */
    uint32_t cols;        /* values per row of in0 (unpadded): NORM, QUANT, matmuls */
    uint32_t bias_rows;   /* MATMUL with bias: in2 is f32[bias_rows]; added before the epilogue */
    float scale;          /* EMBED, epilogues, ATTN, EXPERTS_DOWN (residual) */
    float eps;            /* NORM, LAYER_NORM */
    float linear, cubic;  /* PLAN_EPI_GELU */
    uint32_t merge_across, merge_down, merge_stride; /* MERGE */
    bool woven; /* MERGE: the first value of each row, then the second of each, ... */
    uint32_t n_heads, n_kv_heads, head_dim, rope_dims,
        window;    /* ROPE_KV, ATTN; ROPE_TABLE: rope_dims */
    uint32_t near; /* ATTN: over the positions in the facts' `near`, so many at most; 0: not so */
    uint32_t sections[3]; /* ROPE_TABLE: pairs of each section, ascending; zeros: there are none */
    uint32_t n_experts, n_experts_used;
    struct plan_matrix w0, w1;
    struct plan_operand out, in0, in1, in2;
    /* What the operands are, operation by operation, where it is not said above:
     *   ROPE_TABLE       in0: inv_freq f32[rope_dims/2], weights; out: cos, then sin, f32
     *   POSITION         in0: f32[cols] or absent
     *   ROPE_KV          out: q, rotated in place; in0: k; in1: v; in2: rows of the rope table,
     *                    absent without rotation (rope_dims 0)
     *   ATTN, CROSS_ATTN in0: q; out: f32 [n_heads * head_dim]
     *   ROUTE            in0: router logits f32[n_experts]; in1: the grouping table, written (see
     *                    plan_route_bytes); out: u32 ids[n_used] ascending, f32 weights[n_used]
     *   EXPERTS_GATE_UP  in0: activations; in1: grouping table; out: [n_used] f32 rows of w0.rows
     *                    padded to 16
     *   EXPERTS_QUANT    in0: those rows; out: [n_used] activation rows
     *   EXPERTS_DOWN     in0: those; in1: grouping table; in2: residual */
    uint32_t n_waits;
    uint32_t wait[PLAN_WAITS_MAX]; /* tasks (lower indices) whose counters must be full */
    const char *label;             /* "blk.3.attn_q" */
    uint64_t weight_bytes; /* read by all tiles; MoE: of the experts expected to be active */
    uint64_t ops;          /* multiply-adds x 2 for a full bucket, context not counted */
    double ns_predicted;   /* whole task, full bucket, all lanes, without what context adds */
    double ns_per_context; /* ATTN: added per (token, visible position) pair, whole task, where the
                              tokens are of one sequence */
    double ns_per_context_apart; /* ... where each is of another one */
};

/* An instruction of a lane: tiles [tile_begin, tile_end) of a task. */
struct plan_instr {
    uint32_t task;
    uint32_t tile_begin, tile_end;
    float ns_predicted;
};

struct plan_lane {
    const struct plan_instr *instr;
    uint32_t n_instr;
};

struct plan_program {
    uint32_t bucket;        /* tokens at most */
    uint32_t n_outputs_max; /* logits rows at most */
    const struct plan_task *task;
    uint32_t n_tasks;
    const struct plan_lane *lane; /* [plan.n_lanes] */
    struct plan_operand logits;   /* f32 [n_outputs_max][vocab], in PLAN_ACT */
    struct plan_operand hidden;   /* f32 [bucket][n_embd] what the final norm reads, of all tokens:
                                     nothing overwrites it before the step's end. Absent in plans
                                     that cannot pool (of picture encoders) */
    uint32_t hidden_task;         /* that norm: a NORM with `gather` */
    uint64_t act_bytes;
    double ns_predicted; /* full bucket, empty context */
    double
        ns_per_context; /* added per (token, visible position) pair: tokens of one sequence ... */
    double ns_per_context_apart; /* ... each of another one */
    double
        ns_sighted; /* ns_predicted of the tasks that run only where a token sees a picture, which
                          is in no other figure of the program */
    double ns_per_row, ns_per_row_apart; /* added per (token, row of a picture that it sees) pair,
                                            as ns_per_context */
    double ns_per_hidden; /* to norm one token's hidden row and add it to a sum, after the tasks */
    double ns_roof; /* max of bytes / bandwidth and operations / peak, full bucket, empty context */
    uint64_t weight_bytes; /* read once per step */
    uint64_t ops;
};

/* One tensor in the weights region and where its rows come from. Written by compile/, executed by
 * compile/pack. */
struct plan_weight_part {
    uint32_t tensor;    /* index in the model */
    uint64_t first_row; /* of the tensor seen as (all rows) x ne[0] */
    uint64_t n_rows;
};
enum plan_weight_form { PLAN_WEIGHT_MATRIX, PLAN_WEIGHT_VECTOR, PLAN_WEIGHT_CONST };
struct plan_weight {
    const char *name;
    enum plan_weight_form form;
    enum qtype source;      /* of the tensors that it is made of */
    enum qtype type;        /* as packed: the source's, or BF16 for F16 */
    uint32_t rows, cols;    /* per expert */
    uint32_t n_experts;     /* 0: plain */
    uint64_t offset, bytes; /* in PLAN_WEIGHTS */
    const struct plan_weight_part
        *part; /* matrices in order: [n_parts]; experts: one part per expert */
    uint32_t n_parts;
    uint32_t pair_at;    /* not 0: two matrices (per expert) of `rows` each whose groups of 16 rows
                         alternate, so that gate and up are one stream: parts from pair_at on belong
                         to the second one, the others to the first */
    const float *values; /* PLAN_WEIGHT_CONST: [cols] computed while compiling (inv_freq, ...) */
};

struct plan {
    struct arena arena; /* owns everything below */
    uint32_t n_lanes;
    const char *isa; /* kernel level the prediction holds for */
    uint32_t n_vocab, n_embd, n_ctx;
    uint32_t n_input;     /* values of a row of the facts' `input` */
    uint32_t n_positions; /* steps have lower positions only; 0: no bound */
    uint32_t window;      /* positions that a token sees; 0: all */
    bool has_places;      /* ROPE_TABLE has sections: steps give a place for each token */
    struct kv_shape kv;
    uint64_t kv_page_bytes, kv_bytes_per_token;
    struct kv_shape cross; /* of the pictures' stores; no layers: there are none */
    uint64_t cross_page_bytes;
    struct plan_program *program; /* [n_programs], ascending buckets */
    uint32_t n_programs;
    struct plan_weight *weight; /* [n_weights], ascending offsets */
    uint32_t n_weights;
    uint64_t weights_bytes;       /* of the PLAN_WEIGHTS region */
    uint64_t act_bytes;           /* largest of the programs */
    uint64_t source_weight_bytes; /* in the file */
    double read_bytes_per_s;      /* machine profile, for printing */
    double int8_ops_per_s;
};

/* Positions first..last of a sequence. */
struct plan_range {
    uint32_t first, last;
};

/* The keys and values that a model's layers keep of one picture, in pages of plan->cross. */
struct plan_store {
    uint8_t *kv;
    const uint32_t *pages; /* [n_rows / LAYOUT_PAGE, rounded up] 0, 1, 2, ... */
    uint32_t n_rows;
};

/* The pictures that a token sees, in the order in which they came. */
struct plan_sight {
    const struct plan_store *store[PLAN_SIGHT_MAX];
    uint32_t n;
};

/* What varies from step to step. Arrays are the caller's; they stay valid during the step. */
struct plan_facts {
    uint32_t n_tokens;         /* 1..bucket */
    uint32_t n_outputs;        /* 0..n_outputs_max */
    const int32_t *token;      /* [n_tokens], each < n_vocab, but for those with an input */
    const float *const *input; /* [n_tokens] rows of n_input values or NULL; NULL: none has one.
                                  Without an EMBED every token has one. */
    const uint32_t *sees;      /* [n_tokens] last position of its sequence, written by this step at
                                  the latest, that a token sees; NULL: its own */
    const struct plan_range *near; /* [n_tokens] what a token sees in tasks with `near`, its own
                                      position among them, in plans that have such */
    const uint32_t *pos;           /* [n_tokens] position in its sequence */
    const uint32_t (
        *place)[3]; /* [n_tokens] what turns its rotary pairs, by section; NULL: all pos,
                                   in plans without sections */
    const uint32_t *
        seq; /* [n_tokens] index into pages; tokens of one sequence are consecutive and ascending */
    const uint32_t *const
        *pages;                /* [n_seqs][position / LAYOUT_PAGE] page ids, long enough for pos */
    const uint32_t *out_token; /* [n_outputs] which tokens' logits are wanted */
    const struct plan_sight *sight; /* [n_tokens]; NULL: no token sees a picture */
    const struct plan_store *store; /* that CROSS_KV writes */
    const uint8_t *blank;           /* [n_tokens] 1: LAYER_NORMs with `blanks` make the row zero */
    const uint32_t *index[PLAN_INDEXES_MAX]; /* [n_tokens] rows of tables, or PLAN_NO_ROW */
};

/* plan_route_bytes: size of a MoE grouping table for N tokens: u32 count[n_experts], u32
 * first[n_experts] (of its entries), u32 entry[n * n_used] = token * n_used + slot, grouped by
 * expert, tokens ascending, then f32 weight[n * n_used] indexed by token * n_used + slot. It holds
 * all that EXPERTS_GATE_UP and EXPERTS_DOWN need of the routing. */
uint64_t plan_route_bytes(uint32_t n_experts, uint32_t n_used, uint32_t n_tokens);

/* plan_op_name, plan_op_doc, plan_op_tile: from PLAN_OPS. */
const char *plan_op_name(enum plan_op op);
const char *plan_op_doc(enum plan_op op);
const char *plan_op_tile(enum plan_op op);

/* plan_program_for picks the smallest program that holds N tokens and OUTPUTS; NULL when none does.
 */
const struct plan_program *plan_program_for(const struct plan *p, uint32_t n_tokens,
                                            uint32_t n_outputs);

/* plan_step_ns predicts a step of N tokens of one sequence whose visible positions sum to
 * CONTEXT_PAIRS (for each token its pos + 1, cut by the window). Interpolates between buckets: a
 * closed form, no search. */
double plan_step_ns(const struct plan *p, uint32_t n_tokens, uint64_t context_pairs);
/* plan_batch_ns likewise, for several sequences: TOGETHER are the pairs of those with many tokens
 * in the step, which share keys, APART of those with one. */
double plan_batch_ns(const struct plan *p, uint32_t n_tokens, uint64_t together, uint64_t apart);
/* plan_sight_ns predicts what it adds to a step of N tokens that some see pictures: TOGETHER and
 * APART are (token, row of a picture) pairs, as in plan_batch_ns; 0 when both are. */
double plan_sight_ns(const struct plan *p, uint32_t n_tokens, uint64_t together, uint64_t apart);
/* plan_pool_ns predicts what adding the hidden rows of N of its tokens to sums adds to a step. */
double plan_pool_ns(const struct plan *p, uint32_t n_tokens);
/* plan_prefill_ns: N tokens appended to PAST, in the chunks that the engine uses. */
double plan_prefill_ns(const struct plan *p, uint32_t past, uint32_t n_tokens);

/* What a plan promises for one situation: a prompt of N_PROMPT tokens after PAST, then one decode
 * step of BATCH sequences that all hold past + n_prompt tokens. */
struct plan_outlook {
    double prefill_ns; /* 0 without a prompt */
    double decode_ns, decode_roof_ns;
    uint64_t decode_bytes; /* weights and KV that one decode step reads */
    uint64_t decode_ops;   /* multiply-adds x 2, weights only */
};
void plan_look(struct plan_outlook *out, const struct plan *p, uint32_t past, uint32_t n_prompt,
               uint32_t batch);

/* plan_free releases what P owns; NULL is allowed. */
void plan_free(struct plan *p);

/* plan_verify checks, sharing no code with the compiler, that every program can finish (no wait
 * that is never met), that each tile of each task is run exactly once, that no two tasks unordered
 * by counters touch the same bytes unless both read, that nothing is read that was not written in
 * the step (weights, facts and KV apart), that all operands lie inside their regions and agree with
 * the shapes of their task, and that the hidden rows stay. Error: TAKT_ERR_INTERNAL naming program,
 * task and bytes. */
takt_rc plan_verify(const struct plan *p, takt_err *e);

/* plan_visible_pairs: (token, visible position) pairs of N tokens that are appended to PAST
 * positions. */
uint64_t plan_visible_pairs(const struct plan *p, uint32_t past, uint32_t n_tokens);

#endif
