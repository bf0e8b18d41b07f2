/* Storing one position of one KV head in its page (plan/layout.h). Dimensions from head_dim to hdp
 * are zeros. */
#include "target/cpu/kern_math.h"
#include "target/cpu/ref/ref.h"

/* The cache holds finite values only, so that 0 * value is 0 for positions that a row does not see.
 */
static float clamped(float x)
{
    return kern_max(kern_min(x, KERN_KV_MAX), -KERN_KV_MAX);
}

/* Where dimension D of position POS lies, in values, in a page of pairs (bf16, q8). */
static size_t key_at(uint32_t hdp, uint32_t pos, uint32_t d)
{
    return (((size_t)(pos / 16) * (hdp / 2) + d / 2) * 16 + pos % 16) * 2 + d % 2;
}

static size_t value_at(uint32_t hdp, uint32_t pos, uint32_t d)
{
    return ((((size_t)(pos / 32) * (hdp / 16) + d / 16) * 16 + pos % 32 / 2) * 16 + d % 16) * 2 +
           pos % 2;
}

static void kv_write_bf16(uint8_t *k_page, uint64_t head_bytes, uint32_t hdp, uint32_t head_dim,
                          uint32_t pos, const float *k, const float *v)
{
    uint16_t *kp = (uint16_t *)(void *)k_page, *vp = (uint16_t *)(void *)(k_page + head_bytes);
    for (uint32_t d = 0; d < hdp; d++) {
        kp[key_at(hdp, pos, d)] = d < head_dim ? kern_bf16(clamped(k[d])) : 0;
        vp[value_at(hdp, pos, d)] = d < head_dim ? kern_bf16(clamped(v[d])) : 0;
    }
}

static void kv_write_f32(uint8_t *k_page, uint64_t head_bytes, uint32_t hdp, uint32_t head_dim,
                         uint32_t pos, const float *k, const float *v)
{
    float *kp = (float *)(void *)k_page, *vp = (float *)(void *)(k_page + head_bytes);
    for (uint32_t d = 0; d < hdp; d++) {
        kp[((size_t)(pos / 16) * hdp + d) * 16 + pos % 16] = d < head_dim ? clamped(k[d]) : 0.0f;
        vp[(size_t)pos * hdp + d] = d < head_dim ? clamped(v[d]) : 0.0f;
    }
}

/* Rounds the clamped dimensions D..D+31 of X (zeros from HEAD_DIM on) to q; returns the scale. */
static uint16_t round_q8(int8_t q[32], const float *x, uint32_t d, uint32_t head_dim)
{
    float c[32], amax = 0.0f;
    for (uint32_t i = 0; i < 32; i++) {
        c[i] = d + i < head_dim ? clamped(x[d + i]) : 0.0f;
        amax = kern_max(fabsf(c[i]), amax);
    }
    uint16_t scale = kern_bf16(amax / 127.0f);
    float s = kern_bf16_to_f32(scale), is = s > 0.0f ? 1.0f / s : 0.0f;
    for (uint32_t i = 0; i < 32; i++)
        q[i] = (int8_t)rintf(kern_max(kern_min(c[i] * is, 127.0f), -127.0f));
    return scale;
}

static void kv_write_q8(uint8_t *k_page, uint64_t head_bytes, uint32_t hdp, uint32_t head_dim,
                        uint32_t pos, const float *k, const float *v)
{
    uint8_t *v_page = k_page + head_bytes;
    uint16_t *ks = (uint16_t *)(void *)k_page, *vs = (uint16_t *)(void *)v_page;
    int8_t *kq = (int8_t *)k_page + kv_q8_scale_bytes(hdp);
    int8_t *vq = (int8_t *)v_page + kv_q8_scale_bytes(hdp);
    for (uint32_t b = 0; b < hdp / 32; b++) {
        int8_t q[32];
        ks[((size_t)(pos / 16) * (hdp / 32) + b) * 16 + pos % 16] =
            round_q8(q, k, b * 32, head_dim);
        for (uint32_t i = 0; i < 32; i++)
            kq[key_at(hdp, pos, b * 32 + i)] = q[i];
        vs[((size_t)(pos / 32) * (hdp / 32) + b) * 32 + pos % 32] =
            round_q8(q, v, b * 32, head_dim);
        for (uint32_t i = 0; i < 32; i++)
            vq[value_at(hdp, pos, b * 32 + i)] = q[i];
    }
}

void ref_add_kv_write(struct kern_table *t)
{
    t->kv_write[KV_KIND_F32] = kv_write_f32;
    t->kv_write[KV_KIND_BF16] = kv_write_bf16;
    t->kv_write[KV_KIND_Q8] = kv_write_q8;
}
