/* kv_write_template: storing a position of one KV head in a page (plan/layout.h), in the operations
 * of vec_avx512.h or its like, one of which is included before. Values are rounded in vectors to a
 * row, which is then spread over the page: neighbouring dimensions of a key lie together, and
 * neighbouring positions of a value. */
#include <string.h>

#include "target/cpu/simd/vec_math.h"

enum { KV_BLOCK = 32 };

/* 16 dimensions from D of X, zeros from HEAD_DIM on, within what the cache holds. */
MM_INLINE struct v16 kv_load(const float *x, uint32_t d, uint32_t head_dim)
{
    const struct v16 most = vec_set(KERN_KV_MAX), least = vec_set(-KERN_KV_MAX);
    if (d >= head_dim)
        return vec_set(0.0f);
    struct v16 v = vec_max(vec_min(vec_load_n(x + d, head_dim - d), most), least);
    return vec_range(v, vec_set(0.0f), 0, head_dim - d);
}

/* 32 dimensions from D of X to Q; returns the scale. */
MM_INLINE uint16_t kv_round_q8(int8_t *q, const float *x, uint32_t d, uint32_t head_dim)
{
    const struct v16 most = vec_set(127.0f), least = vec_set(-127.0f), sign = vec_set(-0.0f);
    const struct v16 a = kv_load(x, d, head_dim), b = kv_load(x, d + 16, head_dim);
    const struct v16 max = vec_max(vec_andnot(sign, a), vec_andnot(sign, b));
    uint16_t scale = kern_bf16(vec_reduce_max(max) / 127.0f);
    float s = kern_bf16_to_f32(scale);
    const struct v16 is = vec_set(s > 0.0f ? 1.0f / s : 0.0f);
    vec_store_i8(q, vec_max(vec_min(vec_mul(a, is), most), least));
    vec_store_i8(q + 16, vec_max(vec_min(vec_mul(b, is), most), least));
    return scale;
}

/* A kern_kv_write_fn. */
static void kv_write_bf16(uint8_t *k_page, uint64_t head_bytes, uint32_t hdp, uint32_t head_dim,
                          uint32_t pos, const float *k, const float *v)
{
    uint8_t *to_k = k_page + (size_t)(pos / 16) * hdp * 32 + pos % 16 * 4;
    uint8_t *to_v = k_page + head_bytes + (size_t)(pos / 32) * hdp * 64 + pos % 32 / 2 * 64;
    to_v += pos % 2 * 2;
    for (uint32_t d = 0; d < hdp; d += 16, to_k += 8 * 64, to_v += 16 * 64) {
        uint8_t row[32];
        vec_store_upper(row, vec_round_bf16_finite(kv_load(k, d, head_dim)));
        for (uint32_t i = 0; i < 8; i++)
            memcpy(to_k + i * 64, row + i * 4, 4);
        vec_store_upper(row, vec_round_bf16_finite(kv_load(v, d, head_dim)));
        for (uint32_t i = 0; i < 16; i++)
            memcpy(to_v + i * 4, row + i * 2, 2);
    }
}

/* A kern_kv_write_fn. */
static void kv_write_q8(uint8_t *k_page, uint64_t head_bytes, uint32_t hdp, uint32_t head_dim,
                        uint32_t pos, const float *k, const float *v)
{
    const uint64_t scale_bytes = kv_q8_scale_bytes(hdp);
    const uint32_t n_blocks = hdp / KV_BLOCK;
    uint8_t *v_page = k_page + head_bytes;
    uint16_t *ks = (uint16_t *)(void *)k_page + (size_t)(pos / 16) * n_blocks * 16 + pos % 16;
    uint16_t *vs = (uint16_t *)(void *)v_page + (size_t)(pos / 32) * n_blocks * 32 + pos % 32;
    uint8_t *to_k = k_page + scale_bytes + (size_t)(pos / 16) * hdp * 16 + pos % 16 * 2;
    uint8_t *to_v =
        v_page + scale_bytes + (size_t)(pos / 32) * hdp * 32 + pos % 32 / 2 * 32 + pos % 2;
    for (uint32_t d = 0; d < hdp; d += KV_BLOCK, ks += 16, vs += 32, to_k += 16 * 32) {
        int8_t row[KV_BLOCK];
        *ks = kv_round_q8(row, k, d, head_dim);
        for (uint32_t i = 0; i < KV_BLOCK / 2; i++)
            memcpy(to_k + i * 32, row + i * 2, 2);
        *vs = kv_round_q8(row, v, d, head_dim);
        for (uint32_t i = 0; i < KV_BLOCK; i++)
            to_v[(size_t)(d + i) / 16 * 512 + i % 16 * 2] = (uint8_t)row[i];
    }
}

/* Fills the entries of both kinds; f32 stays ref's. */
KERN_FILLS static void add_kv_write(struct kern_table *t)
{
    t->kv_write[KV_KIND_BF16] = kv_write_bf16;
    t->kv_write[KV_KIND_Q8] = kv_write_q8;
}
