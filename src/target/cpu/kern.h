/* kern: the CPU kernels' types and their table.
 *
 * A kernel is a stand-alone function of primitive arguments. `ref/` in plain C is the numeric
 * contract (docs/numerics.md); every other level must give equal bits, which tests/kern checks. The
 * table is filled in layers: ref, then the levels that the wanted one contains (amx: avx2, avx512,
 * amx), each overriding what it does better. All kernels run with denormals flushed (FTZ and DAZ
 * set).
 *
 * Kernels read packed operands as plan/layout.h defines them. Buffers are 64-byte aligned; widths
 * are padded as stated there. */
#ifndef TAKT_TARGET_CPU_KERN_H
#define TAKT_TARGET_CPU_KERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/qtype.h"
#include "plan/layout.h"

#define KERN_LEVELS(X)                                                                             \
    X(REF, "ref")                                                                                  \
    X(AVX2, "avx2")                                                                                \
    X(AVXVNNI, "avxvnni") /* AVX2 with VNNI */                                                     \
    X(AVX512, "avx512")   /* with VNNI */                                                          \
    X(AMX, "amx")         /* AVX-512 with AMX tiles for int8 and bf16 */                           \
    X(NEON, "neon")       /* with dotprod */                                                       \
    X(I8MM, "i8mm")       /* NEON with int8 and bf16 matrix multiply */

enum kern_level {
#define X(id, name) KERN_##id,
    KERN_LEVELS(X)
#undef X
        KERN_LEVEL_COUNT
};

enum { KERN_TYPES = 64 }; /* table index: enum qtype */
enum { KERN_ATTN_ROWS_MAX = LAYOUT_ATTN_ROWS };
enum {
    KERN_MATMUL_SCRATCH = 512 << 10, /* bytes that a product may use meanwhile */
    KERN_CALL_TOKENS = 256,          /* of one product: kern_call at most */
    KERN_CALL_ROWS = 256,
    KERN_CALL_EXPERT_TOKENS = 128,
};

/* matmul: out[t][g*16 + r] = sum over columns k of W[g*16 + r][k] * act[t][k], for N_GROUPS groups
 * of 16 rows and N_TOKENS tokens.
 *   w     the first group's packed panels (layout.h); groups are group_bytes apart
 *   cols  columns of the matrix, unpadded; act rows are padded to layout_act_cols(cols)
 *   act   n_tokens rows in the form layout_act_for(type), act_stride bytes apart
 *   out   rows out_stride floats apart; written, not added to
 *   scratch  KERN_MATMUL_SCRATCH bytes, 64-byte aligned, private to the lane */
typedef void kern_matmul_fn(float *out, size_t out_stride, const uint8_t *w, uint32_t n_groups,
                            uint64_t group_bytes, uint32_t cols, const uint8_t *act,
                            uint64_t act_stride, uint32_t n_tokens, uint8_t *scratch);

/* norm: out[i] = (x[i] * (1 / sqrt(mean(x^2) + eps))) * w[i] for N values, f32. */
typedef void kern_norm_fn(float *out, const float *x, const float *w, uint32_t n, float eps);

/* layer_norm: out[i] = ((x[i] - mean(x)) * (1 / sqrt(mean((x - mean(x))^2) + eps))) * w[i] + b[i]
 * for N values, f32; the last two operations are one fma. */
typedef void kern_layer_norm_fn(float *out, const float *x, const float *w, const float *b,
                                uint32_t n, float eps);

/* quant: X (n values) to an activation row of width layout_act_cols(n), zero-padded. One function
 * per act_kind. */
typedef void kern_quant_fn(uint8_t *out, const float *x, uint32_t n);

/* swiglu: out[i] = silu(g[i]) * u[i]. axpy: out[i] = a[i] + s * b[i] (one fma). scale: out[i] = s *
 * b[i]. */
typedef void kern_swiglu_fn(float *out, const float *g, const float *u, uint32_t n);
typedef void kern_axpy_fn(float *out, const float *a, const float *b, float s, uint32_t n);
typedef void kern_scale_fn(float *out, const float *b, float s, uint32_t n);
/* gelu: out[i] = x[i] / (1 + exp(-x[i] (linear + cubic x[i]^2))). */
typedef void kern_gelu_fn(float *out, const float *x, float linear, float cubic, uint32_t n);
/* gelu_exact: out[i] = x[i] times the normal distribution function of x[i]. */
typedef void kern_gelu_exact_fn(float *out, const float *x, uint32_t n);
typedef void kern_add_fn(float *out, const float *a, const float *b, uint32_t n);

/* rope: rotate N_HEADS heads (head_dim apart) of X in place: dims pairs 0..rope_dims/2-1 by (cos,
 * sin)[rope_dims/2 each]; PAIRS: (2i, 2i+1), else (i, i + rope_dims/2). Dims beyond rope_dims stay.
 */
typedef void kern_rope_fn(float *x, uint32_t n_heads, uint32_t head_dim, uint32_t rope_dims,
                          const float *cos_sin, bool pairs);

/* kv_write: round K and V (f32 [head_dim], results of arithmetic: no denormals) of one head to KIND
 * and store them at position POS of the page (0..LAYOUT_PAGE-1). `k_page` points at the head's K in
 * the page, V follows kv_shape_head_bytes later. */
typedef void kern_kv_write_fn(uint8_t *k_page, uint64_t head_bytes, uint32_t hdp, uint32_t head_dim,
                              uint32_t pos, const float *k, const float *v);

/* attn: n_rows query rows (at most KERN_ATTN_ROWS_MAX) that share one KV head of one sequence.
 *   q[i], out[i]  f32 [head_dim]
 *   pos[i]        the row's position; it sees max(0, pos - window + 1)..pos (window 0: 0..pos), or
 *                 from[i]..pos where `from` is not NULL
 *   pages         page p of the sequence is at kv + pages[p] * page_bytes; this head's K is offset
 *                 bytes into it, its V head_bytes later
 *   scratch       kern_attn_scratch_bytes(hdp) bytes, 64-byte aligned, private to the lane
 *   max, total    of each row: its largest score, and the sum of exp(score - max); NULL: not wanted
 */
struct kern_attn {
    uint32_t n_rows, head_dim, hdp, window;
    float scale;
    const float *q[KERN_ATTN_ROWS_MAX];
    float *out[KERN_ATTN_ROWS_MAX];
    uint32_t pos[KERN_ATTN_ROWS_MAX];
    const uint32_t *from; /* [n_rows] or NULL */
    const uint8_t *kv;
    uint64_t page_bytes, offset, head_bytes;
    const uint32_t *pages;
    uint8_t *scratch;
    float *max, *total; /* [n_rows] */
};
typedef void kern_attn_fn(const struct kern_attn *a);
/* kern_attn_expanded_bytes: K and V of a split of a q8 cache, expanded to bf16 pages. A kernel has
 * them in the last bytes of its scratch. */
static inline uint64_t kern_attn_expanded_bytes(uint32_t hdp)
{
    return (uint64_t)LAYOUT_SPLIT / LAYOUT_PAGE * 2 * kv_head_bytes(KV_KIND_BF16, hdp);
}
static inline uint64_t kern_attn_scratch_bytes(uint32_t hdp)
{
    return (uint64_t)KERN_ATTN_ROWS_MAX * (LAYOUT_SPLIT + 2 * (uint64_t)hdp + 64) * 4 +
           kern_attn_expanded_bytes(hdp);
}

/* embed: dequantise row ROW of a packed matrix to f32 [cols], times scale (one multiplication). One
 * per type. */
typedef void kern_embed_fn(float *out, const uint8_t *w, uint64_t group_bytes, uint64_t row,
                           uint32_t cols, float scale);

/* rope_table: out[i] = cos, out[n + i] = sin of (float)pos * inv_freq[i]; in double precision
 * inside; one implementation for all levels. */
void kern_rope_table(float *out, uint32_t pos, const float *inv_freq, uint32_t n);
/* kern_rope_table_sections likewise, with PLACE[i] as the position of section I, whose SECTIONS[i]
 * pairs follow those of the one before; together they are N. */
void kern_rope_table_sections(float *out, const uint32_t place[3], const uint32_t sections[3],
                              const float *inv_freq, uint32_t n);

/* kern_call: what one call of matmul for many tokens best takes, besides what memory it has. */
struct kern_call {
    uint32_t tokens, rows;  /* KERN_CALL_TOKENS and KERN_CALL_ROWS at most */
    uint32_t expert_tokens; /* of one expert; KERN_CALL_EXPERT_TOKENS at most */
    uint32_t act_bytes;     /* activations; more than 16 tokens have no more */
};

struct kern_table {
    enum kern_level level;
    struct kern_call call;
    kern_matmul_fn *matmul[KERN_TYPES];
    kern_embed_fn *embed[KERN_TYPES];
    kern_norm_fn *norm;
    kern_layer_norm_fn *layer_norm;
    kern_quant_fn *quant[5]; /* by act_kind */
    kern_swiglu_fn *swiglu;
    kern_gelu_fn *gelu;
    kern_gelu_exact_fn *gelu_exact;
    kern_axpy_fn *axpy;
    kern_scale_fn *scale;
    kern_add_fn *add;
    kern_rope_fn *rope;
    kern_kv_write_fn *kv_write[KV_KINDS];
    kern_attn_fn *attn[KV_KINDS];
};

/* kern_level_name / kern_level_find: -1 when unknown. */
const char *kern_level_name(enum kern_level l);
int kern_level_find(const char *name);
/* kern_level_usable: built in, reported by the processor and the OS, and survived a trial run
 * (SIGILL caught). REF always is. */
bool kern_level_usable(enum kern_level l);
/* kern_reported: the processor has the level's instructions and the OS saves its registers (and,
 * for AMX, grants them to this process when asked). Per architecture: x86/detect.c, arm/detect.c.
 */
bool kern_reported(enum kern_level l);
/* kern_table_init fills T for LEVEL. A level that is not usable here may be looked at, not run. */
void kern_table_init(struct kern_table *t, enum kern_level level);

/* Of a function that fills tables, in a file whose kernels have instructions of their own: it must
 * have none of them, or a machine without them could not look at the table. */
#if defined(__x86_64__)
#define KERN_FILLS __attribute__((target("no-avx")))
#else
#define KERN_FILLS
#endif

/* Each level's own part; they leave NULL alone what they don't improve. */
void kern_init_ref(struct kern_table *t);
KERN_FILLS void kern_init_avx2(struct kern_table *t);
KERN_FILLS void kern_init_avxvnni(struct kern_table *t);
KERN_FILLS void kern_init_avx512(struct kern_table *t);
KERN_FILLS void kern_init_amx(struct kern_table *t);
KERN_FILLS void kern_init_neon(struct kern_table *t);
KERN_FILLS void kern_init_i8mm(struct kern_table *t);

/* kern_float_state_set sets FTZ and DAZ for the calling thread and returns the old state for
 * kern_float_state_restore. */
uint32_t kern_float_state_set(void);
void kern_float_state_restore(uint32_t old);

#endif
