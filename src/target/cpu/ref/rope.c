#include "target/cpu/kern_math.h"
#include "target/cpu/ref/ref.h"

static void rope(float *x, uint32_t n_heads, uint32_t head_dim, uint32_t rope_dims,
                 const float *cos_sin, bool pairs)
{
    uint32_t half = rope_dims / 2;
    for (uint32_t h = 0; h < n_heads; h++) {
        float *head = x + (size_t)h * head_dim;
        for (uint32_t i = 0; i < half; i++) {
            float *a = head + (pairs ? 2 * i : i), *b = head + (pairs ? 2 * i + 1 : i + half);
            float c = cos_sin[i], s = cos_sin[half + i], x0 = *a, y0 = *b;
            *a = fmaf(x0, c, -(y0 * s));
            *b = fmaf(x0, s, y0 * c);
        }
    }
}

void ref_add_rope(struct kern_table *t)
{
    t->rope = rope;
}
