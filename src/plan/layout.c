#include "plan/layout.h"

#include <string.h>

#include "base/slice.h"

/* Bytes of a panel (16 rows); columns follow from the block of the source format. */
uint32_t layout_panel_cols(enum qtype t)
{
    uint32_t block = qtype_block_values(t);
    return block == 256 ? 256 : block == 32 ? 64 : 32;
}

uint32_t layout_panel_bytes(enum qtype t)
{
    enum {
        HALVES = 16 * 2,
        NIBBLES_64 = 16 * 32,
        NIBBLES_256 = 16 * 128,
        BITS_64 = 16 * 8,
        BITS_256 = 16 * 32
    };
    switch (t) {
    case QTYPE_F32: return 16 * 32 * 4;
    case QTYPE_F16:
    case QTYPE_BF16: return 16 * 32 * 2;
    case QTYPE_Q8_0: return 2 * HALVES + 16 * 64;
    case QTYPE_Q4_0:
    case QTYPE_IQ4_NL:
    case QTYPE_MXFP4: return 2 * HALVES + NIBBLES_64;
    case QTYPE_Q4_1: return 4 * HALVES + NIBBLES_64;
    case QTYPE_Q5_0: return 2 * HALVES + NIBBLES_64 + BITS_64;
    case QTYPE_Q5_1: return 4 * HALVES + NIBBLES_64 + BITS_64;
    case QTYPE_Q2_K: return 2 * HALVES + 256 + 1024;
    case QTYPE_Q3_K: return 256 + 1024 + BITS_256 + HALVES + 32;
    case QTYPE_Q4_K: return 2 * HALVES + 192 + NIBBLES_256;
    case QTYPE_Q5_K: return 2 * HALVES + 192 + NIBBLES_256 + BITS_256;
    case QTYPE_Q6_K: return 256 + NIBBLES_256 + 1024 + HALVES + 32;
    case QTYPE_IQ4_XS: return 128 + NIBBLES_256 + HALVES + 32;
    default: return 0;
    }
}

uint64_t layout_group_bytes(enum qtype t, uint64_t cols)
{
    uint64_t panel = layout_panel_cols(t);
    return (cols + panel - 1) / panel * layout_panel_bytes(t);
}

uint64_t layout_matrix_bytes(enum qtype t, uint64_t rows, uint64_t cols)
{
    return (rows + LAYOUT_ROWS - 1) / LAYOUT_ROWS * layout_group_bytes(t, cols);
}

enum act_kind layout_act_for(enum qtype t)
{
    switch (t) {
    case QTYPE_F32:
    case QTYPE_F16: return ACT_F32;
    case QTYPE_BF16: return ACT_BF16;
    default: return qtype_block_values(t) == 256 ? ACT_A256 : ACT_A32;
    }
}

const char *layout_act_name(enum act_kind a)
{
    static const char *const names[] = {"none", "f32", "bf16", "int8/32", "int8/256"};
    return (unsigned)a < sizeof names / sizeof *names ? names[a] : "?";
}

uint32_t layout_act_cols(uint32_t cols)
{
    return (uint32_t)size_round_up(cols, LAYOUT_ACT_COLS);
}

uint64_t layout_act_stride(enum act_kind a, uint32_t cols)
{
    uint64_t n = layout_act_cols(cols), bytes = 0;
    switch (a) {
    case ACT_NONE: break;
    case ACT_F32: bytes = n * 4; break;
    case ACT_BF16: bytes = n * 2; break;
    case ACT_A32: bytes = n + 3 * (n / 32) * 4; break;
    case ACT_A256: bytes = n + n / 256 * 4 + n / 16 * 2 + n / 32 * 2; break;
    }
    /* An odd number of lines: rows a power of two apart would share few sets of a cache. */
    return size_round_up(bytes, LAYOUT_ALIGN) | LAYOUT_ALIGN;
}

static const char *const kv_names[KV_KINDS] = {"f32", "bf16", "q8"};

const char *kv_kind_name(enum kv_kind k)
{
    return (unsigned)k < KV_KINDS ? kv_names[k] : "?";
}

int kv_kind_find(const char *name)
{
    for (int k = 0; k < KV_KINDS; k++)
        if (strcmp(name, kv_names[k]) == 0)
            return k;
    return -1;
}

uint64_t kv_q8_scale_bytes(uint32_t hdp)
{
    return (uint64_t)LAYOUT_PAGE * (hdp / 32) * 2;
}

uint64_t kv_head_bytes(enum kv_kind k, uint32_t hdp)
{
    uint64_t values = (uint64_t)LAYOUT_PAGE * hdp;
    switch (k) {
    case KV_KIND_F32: return values * 4;
    case KV_KIND_BF16: return values * 2;
    case KV_KIND_Q8: return values + kv_q8_scale_bytes(hdp);
    }
    return 0;
}

uint64_t kv_shape_head_bytes(const struct kv_shape *s)
{
    return kv_head_bytes(s->kind, s->hdp);
}

uint64_t kv_shape_page_bytes(const struct kv_shape *s)
{
    return kv_shape_head_bytes(s) * 2 * s->n_layers * s->n_kv_heads;
}

uint64_t kv_shape_offset(const struct kv_shape *s, uint32_t layer, uint32_t head)
{
    return ((uint64_t)layer * s->n_kv_heads + head) * 2 * kv_shape_head_bytes(s);
}
