/* layout: how packed weights, activations and KV pages lie in memory. Part of the contract between
 * compile/ (which places and packs), engine/ (which owns KV pages) and target/ (whose kernels read
 * them).
 *
 * WEIGHTS. A matrix of `rows` x `cols` (out x in) is cut into groups of 16 rows (the last one
 * zero-padded). A group is a run of panels, in ascending column order; a panel holds
 * LAYOUT_PANEL_COLS columns of its 16 rows: 32 for float types, 64 for types with blocks of 32, 256
 * for K-quants and IQ4_XS. Missing columns are zero weights (zero scales). Groups follow each other
 * without gaps, so that a lane that computes rows a..b reads one contiguous run. All panels are
 * multiples of 64 bytes.
 *
 * "k-group": 4 consecutive columns of the 16 rows as 64 bytes: byte [row*4 + (k & 3)]. This is what
 * vpdpbusd takes with a broadcast of 4 activations, and it is AMX's int8 B tile (16 k-groups).
 * Nibbles: 64 bytes hold two k-groups: the low nibbles are k-group j, the high nibbles k-group j +
 * 4 of the same block of 32 columns.
 *
 *   F32     [32 k][16 rows] f32
 *   F16     [16 k-pairs][16 rows][2] u16, k even first
 *   BF16    [16 k-pairs][16 rows][2] u16: AMX's bf16 B tile
 *   Q8_0    [2 blocks][16] f16 d | [16 k-groups] of 64 u8: value + 128
 *   Q4_0    [2][16] f16 d | [2 blocks][4] of 64 bytes of nibbles: value + 8
 *   Q4_1    [2][16] f16 d | [2][16] f16 m | nibbles as Q4_0: value
 *   Q5_0    [2][16] f16 d | nibbles | [16 k-groups] u64: bit row*4 + (k & 3) is the fifth bit of
 *           value + 16
 *   Q5_1    [2][16] f16 d | [2][16] f16 m | nibbles | [16] u64 as Q5_0: value
 *   IQ4_NL  as Q4_0; nibbles index qtype_iq4nl_levels
 *   MXFP4   [2][16] bf16 d, already halved: 2^(e - 128), zero when that is no normal bf16 | nibbles
 *           index qtype_mxfp4_levels
 *
 * K-quants: a panel is a super-block of 256 columns, 8 sub-blocks of 32 or 16 of 16.
 *
 *   Q4_K    [16] f16 d | [16] f16 dmin | 192 bytes of scales | [8 sub-blocks][4] of 64 bytes of
 *           nibbles
 *   Q5_K    [16] f16 d | [16] f16 dmin | 192 bytes of scales | nibbles as Q4_K | [64 k-groups] u64
 *           fifth bits
 *           scales: [8 sub-blocks][16 rows] u8: low nibble scale & 15, high nibble min & 15; then
 *           [4][16 rows] u8 for sub-blocks 2i (bits 0-3) and 2i + 1 (bits 4-7), each
 *           (scale >> 4) | (min >> 4) << 2
 *   Q6_K    [16 sub-blocks][16 rows] i8 scales | [8][4] of 64 bytes of nibbles: low 4 bits of
 *           value + 32, paired as above within each 32 columns | 1024 bytes of 2-bit values: the
 *           upper bits | [16] f16 d | 32 zero bytes
 *   Q2_K    [16] f16 d | [16] f16 dmin | [16 sub-blocks][16 rows] u8: low nibble scale, high nibble
 *           min | 1024 bytes of 2-bit values
 *   Q3_K    [16 sub-blocks][16 rows] i8 scales, already minus 32 | 1024 bytes of 2-bit values: the
 *           low bits | [64 k-groups] u64: the third bit of value + 4 | [16] f16 d | 32 zero bytes
 *   IQ4_XS  [8 sub-blocks][16 rows] i8 scales, already minus 32 | [8][4] of 64 bytes of nibbles |
 *           [16] f16 d | 32 zero bytes
 *
 *   2-bit values: 64 bytes hold four k-groups of the same 64 columns: bits 2i and 2i + 1 are
 *   k-group j + 4i (j = 0..3), so 64 columns are 4 x 64 bytes in the order of j; 256 columns are
 *   four such runs.
 *
 * EXPERTS. Stacked matrices of one shape: expert e starts at e * layout_matrix_bytes(type, rows,
 * cols).
 *
 * VECTORS (norms, biases) are f32, zero-padded to 64 bytes.
 *
 * ACTIVATIONS of a step are rows, one per token, each padded with zeros to a multiple of 256
 * columns (LAYOUT_ACT_COLS) and to a stride of an odd number of 64 bytes. docs/numerics.md says how
 * the values are rounded.
 *
 *   ACT_F32   [cols] f32
 *   ACT_BF16  [cols] u16
 *   ACT_A32   [cols] i8 q | [cols/32] f32 d | [cols/32] i32 -8 * sum of q | [cols/32] f32 d * sum
 *   ACT_A256  [cols] i8 q | [cols/256] f32 d | [cols/16] i16 sums of 16 q | [cols/32] i16 of 32
 *
 * KV PAGES. A page holds LAYOUT_PAGE positions of all layers of one sequence; kv_shape_* give the
 * offsets. Head sizes are padded with zeros to a multiple of 32 (hdp). Inside a page, for each
 * (layer, kv head), K and then V:
 *
 *   bf16  K [position/16][hdp/2 pairs][16 positions][2] u16
 *         V [position/32][hdp/16][16 position pairs][16 dims][2] u16
 *   f32   K [position/16][hdp][16 positions] f32
 *         V [position][hdp] f32
 *   q8    K [position/16][hdp/32][16 positions] bf16 scales | K as bf16, with i8 for u16
 *         V [position/32][hdp/32][32 positions] bf16 scales | V as bf16, with i8 for u16
 */
#ifndef TAKT_PLAN_LAYOUT_H
#define TAKT_PLAN_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/qtype.h"

enum {
    LAYOUT_ROWS = 16,      /* rows of a group */
    LAYOUT_ACT_COLS = 256, /* activation rows are padded to multiples of this */
    LAYOUT_PAGE = 64,      /* positions of a KV page */
    LAYOUT_SPLIT = 256,    /* positions of an attention split, at absolute multiples */
    LAYOUT_ALIGN = 64,
    LAYOUT_ATTN_ROWS = 128, /* query rows that pass over a KV head's pages together, at most */
};

enum act_kind { ACT_NONE, ACT_F32, ACT_BF16, ACT_A32, ACT_A256 };
enum kv_kind { KV_KIND_F32, KV_KIND_BF16, KV_KIND_Q8 };
enum { KV_KINDS = KV_KIND_Q8 + 1 };
#define KV_KIND_NAMES "f32, bf16, q8"

/* layout_panel_cols, layout_panel_bytes: of one panel of 16 rows. T must be computable. */
uint32_t layout_panel_cols(enum qtype t);
uint32_t layout_panel_bytes(enum qtype t);
/* layout_group_bytes: of one group of 16 rows with COLS columns. */
uint64_t layout_group_bytes(enum qtype t, uint64_t cols);
/* layout_matrix_bytes: of ROWS x COLS. */
uint64_t layout_matrix_bytes(enum qtype t, uint64_t rows, uint64_t cols);

/* layout_act_for: the activation form that a weight type is multiplied with. */
enum act_kind layout_act_for(enum qtype t);
const char *layout_act_name(enum act_kind a);
/* layout_act_cols pads COLS; layout_act_stride is the bytes of a row. */
uint32_t layout_act_cols(uint32_t cols);
uint64_t layout_act_stride(enum act_kind a, uint32_t cols);

/* Offsets inside an A32 / A256 row of padded width COLS (a multiple of 256). */
static inline uint64_t act_a32_d(uint32_t cols)
{
    return cols;
}
static inline uint64_t act_a32_nsum8(uint32_t cols)
{
    return (uint64_t)cols + cols / 8;
}
static inline uint64_t act_a32_s(uint32_t cols)
{
    return (uint64_t)cols + cols / 4;
}
static inline uint64_t act_a256_d(uint32_t cols)
{
    return cols;
}
static inline uint64_t act_a256_sum16(uint32_t cols)
{
    return (uint64_t)cols + cols / 64;
}
static inline uint64_t act_a256_sum32(uint32_t cols)
{
    return (uint64_t)cols + cols / 64 + cols / 8;
}

/* kv_kind_name: as people write it. kv_kind_find: -1 when unknown. */
const char *kv_kind_name(enum kv_kind k);
int kv_kind_find(const char *name);

/* Geometry of a model's KV pages. */
struct kv_shape {
    enum kv_kind kind;
    uint32_t n_layers, n_kv_heads,
        head_dim; /* head_dim as the model has it, the same for K and V */
    uint32_t hdp; /* head_dim rounded up to 32 */
};
/* kv_shape_head_bytes: K (or V) of one head of one layer in a page; a page is n_layers * n_kv_heads
 * * 2 of these. */
uint64_t kv_shape_head_bytes(const struct kv_shape *s);
/* kv_head_bytes: the same from its parts. kv_q8_scale_bytes: of the scales in front of q8's values.
 */
uint64_t kv_head_bytes(enum kv_kind k, uint32_t hdp);
uint64_t kv_q8_scale_bytes(uint32_t hdp);
uint64_t kv_shape_page_bytes(const struct kv_shape *s);
/* kv_shape_offset: of K (V follows kv_shape_head_bytes later) of LAYER and HEAD in a page. */
uint64_t kv_shape_offset(const struct kv_shape *s, uint32_t layer, uint32_t head);

#endif
