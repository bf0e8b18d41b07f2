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

static void kv_write_bf16(uint8_t *k_page, uint64_t head_bytes, uint32_t hdp, uint32_t head_dim,
                          uint32_t pos, const float *k, const float *v)
{
    uint16_t *kp = (uint16_t *)(void *)k_page, *vp = (uint16_t *)(void *)(k_page + head_bytes);
    for (uint32_t d = 0; d < hdp; d++) {
        size_t k_at = (((size_t)(pos / 16) * (hdp / 2) + d / 2) * 16 + pos % 16) * 2 + d % 2;
        size_t v_at =
            ((((size_t)(pos / 32) * (hdp / 16) + d / 16) * 16 + pos % 32 / 2) * 16 + d % 16) * 2 +
            pos % 2;
        kp[k_at] = d < head_dim ? kern_bf16(clamped(k[d])) : 0;
        vp[v_at] = d < head_dim ? kern_bf16(clamped(v[d])) : 0;
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

void ref_add_kv_write(struct kern_table *t)
{
    t->kv_write[KV_KIND_F32] = kv_write_f32;
    t->kv_write[KV_KIND_BF16] = kv_write_bf16;
}
