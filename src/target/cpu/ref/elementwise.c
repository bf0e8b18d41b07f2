#include "target/cpu/kern_math.h"
#include "target/cpu/ref/ref.h"

static void swiglu(float *out, const float *g, const float *u, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        out[i] = kern_silu(g[i]) * u[i];
}

static void gelu(float *out, const float *x, float linear, float cubic, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        out[i] = kern_gelu(x[i], linear, cubic);
}

static void gelu_exact(float *out, const float *x, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        out[i] = kern_gelu_exact(x[i]);
}

static void axpy(float *out, const float *a, const float *b, float s, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        out[i] = fmaf(s, b[i], a[i]);
}

static void scale(float *out, const float *b, float s, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        out[i] = s * b[i];
}

static void add(float *out, const float *a, const float *b, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        out[i] = a[i] + b[i];
}

void ref_add_elementwise(struct kern_table *t)
{
    t->swiglu = swiglu;
    t->gelu = gelu;
    t->gelu_exact = gelu_exact;
    t->axpy = axpy;
    t->scale = scale;
    t->add = add;
}
