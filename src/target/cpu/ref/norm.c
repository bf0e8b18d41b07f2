#include "target/cpu/kern_math.h"
#include "target/cpu/ref/ref.h"

static void norm(float *out, const float *x, const float *w, uint32_t n, float eps)
{
    float lane[16] = {0};
    for (uint32_t i = 0; i < n; i++)
        lane[i % 16] = fmaf(x[i], x[i], lane[i % 16]);
    float r = 1.0f / sqrtf(kern_tree16(lane) / (float)n + eps);
    for (uint32_t i = 0; i < n; i++)
        out[i] = (x[i] * r) * w[i];
}

static void layer_norm(float *out, const float *x, const float *w, const float *b, uint32_t n,
                       float eps)
{
    float sum[16] = {0}, squares[16] = {0};
    for (uint32_t i = 0; i < n; i++)
        sum[i % 16] = sum[i % 16] + x[i];
    float mean = kern_tree16(sum) / (float)n;
    for (uint32_t i = 0; i < n; i++)
        squares[i % 16] = fmaf(x[i] - mean, x[i] - mean, squares[i % 16]);
    float r = 1.0f / sqrtf(kern_tree16(squares) / (float)n + eps);
    for (uint32_t i = 0; i < n; i++)
        out[i] = fmaf((x[i] - mean) * r, w[i], b[i]);
}

void ref_add_norm(struct kern_table *t)
{
    t->norm = norm;
    t->layer_norm = layer_norm;
}
