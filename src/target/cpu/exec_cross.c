/* Keys and values of pictures: written by the encoder's plan, read by layers that look at them. */
#include <math.h>
#include <string.h>

#include "target/cpu/exec.h"
#include "target/cpu/kern_math.h"

void exec_cross_kv(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end)
{
    const struct kv_shape *kv = &x->plan->cross;
    const struct plan_store *to = x->facts.store;
    uint64_t head_bytes = kv_shape_head_bytes(kv);
    uint32_t first, last;
    exec_span(begin, end, t->tile_tokens, exec_rows(x, t), &first, &last);
    for (uint32_t i = first; i < last; i++) {
        const float *k = exec_in(x, &t->in0, i), *v = exec_in(x, &t->in1, i);
        uint32_t pos = x->facts.pos[i];
        if (!to || pos >= to->n_rows)
            continue;
        uint8_t *page = to->kv + to->pages[pos / LAYOUT_PAGE] * x->plan->cross_page_bytes;
        for (uint32_t h = 0; h < t->n_kv_heads; h++)
            x->kern->kv_write[kv->kind](page + kv_shape_offset(kv, t->kv_layer, h), head_bytes,
                                        kv->hdp, t->head_dim, pos % LAYOUT_PAGE,
                                        k + (size_t)h * t->head_dim, v + (size_t)h * t->head_dim);
    }
}

/* Behind the kernel's scratch: what a row has of the store at hand. */
struct part {
    float *out, *max, *total; /* [KERN_ATTN_ROWS_MAX] of rows of head_dim, of numbers */
    float *all_max, *all_total;
};

uint64_t exec_cross_scratch_bytes(const struct plan *p)
{
    uint64_t row = (uint64_t)exec_round16(p->cross.head_dim) + 4;
    return kern_attn_scratch_bytes(p->cross.hdp) + KERN_ATTN_ROWS_MAX * row * sizeof(float);
}

static struct part part_of(const struct plan *p, uint8_t *scratch)
{
    float *at = (float *)(void *)(scratch + kern_attn_scratch_bytes(p->cross.hdp));
    struct part s = {.max = at};
    s.total = s.max + KERN_ATTN_ROWS_MAX;
    s.all_max = s.total + KERN_ATTN_ROWS_MAX;
    s.all_total = s.all_max + KERN_ATTN_ROWS_MAX;
    s.out = s.all_total + KERN_ATTN_ROWS_MAX;
    return s;
}

/* Two parts of a softmax become one: as splits are joined (docs/numerics.md), but both are divided
 * by their sums already. */
static void join(float *out, const float *more, uint32_t n, float *max, float *total, float max2,
                 float total2)
{
    const float new_max = kern_max(*max, max2);
    const float was = kern_exp(*max - new_max) * *total, is = kern_exp(max2 - new_max) * total2;
    const float sum = was + is, inverse = 1.0f / sum;
    for (uint32_t d = 0; d < n; d++)
        out[d] = fmaf(more[d], is, out[d] * was) * inverse;
    *max = new_max;
    *total = sum;
}

/* The rows of A over all stores of SEEN, one after the other. */
static void look(const struct exec *x, struct kern_attn *a, const struct plan_sight *seen,
                 const struct part *s)
{
    kern_attn_fn *attn = x->kern->attn[x->plan->cross.kind];
    float *to[KERN_ATTN_ROWS_MAX];
    uint32_t stride = exec_round16(a->head_dim);
    memcpy(to, a->out, a->n_rows * sizeof *to);
    for (uint32_t k = 0; k < seen->n; k++) {
        a->kv = seen->store[k]->kv;
        a->pages = seen->store[k]->pages;
        a->max = k ? s->max : s->all_max;
        a->total = k ? s->total : s->all_total;
        for (uint32_t i = 0; i < a->n_rows; i++) {
            a->pos[i] = seen->store[k]->n_rows - 1;
            a->out[i] = k ? s->out + (size_t)i * stride : to[i];
        }
        attn(a);
        for (uint32_t i = 0; k && i < a->n_rows; i++)
            join(to[i], a->out[i], a->head_dim, &s->all_max[i], &s->all_total[i], s->max[i],
                 s->total[i]);
    }
    a->n_rows = 0;
}

static bool is_alike(const struct plan_sight *a, const struct plan_sight *b)
{
    return a->n == b->n && memcmp(a->store, b->store, a->n * sizeof *a->store) == 0;
}

/* As in exec_attn.c, but that a call takes rows that see the same pictures. */
static void attend(const struct exec *x, const struct plan_task *t, uint32_t kv_head,
                   uint32_t first, uint32_t last, struct kern_attn *a, const struct part *s)
{
    uint32_t group = t->n_heads / t->n_kv_heads;
    const struct plan_sight *seen = NULL;
    a->n_rows = 0;
    for (uint32_t i = first; i < last; i++) {
        const struct plan_sight *own = &x->facts.sight[i];
        for (uint32_t g = 0; g < group; g++) {
            size_t at = ((size_t)kv_head * group + g) * t->head_dim;
            float *out = (float *)exec_out(x, &t->out, i) + at;
            if (own->n == 0) {
                memset(out, 0, t->head_dim * sizeof *out);
                continue;
            }
            if (a->n_rows == KERN_ATTN_ROWS_MAX || (a->n_rows && !is_alike(seen, own)))
                look(x, a, seen, s);
            seen = own;
            a->q[a->n_rows] = (const float *)exec_in(x, &t->in0, i) + at;
            a->out[a->n_rows++] = out;
        }
    }
    if (a->n_rows)
        look(x, a, seen, s);
}

void exec_cross_attn(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end,
                     uint8_t *scratch)
{
    const struct kv_shape *kv = &x->plan->cross;
    const struct part s = part_of(x->plan, scratch);
    struct kern_attn a = {.head_dim = t->head_dim,
                          .hdp = kv->hdp,
                          .scale = t->scale,
                          .page_bytes = x->plan->cross_page_bytes,
                          .head_bytes = kv_shape_head_bytes(kv),
                          .scratch = scratch};
    for (uint32_t tile = begin; tile < end; tile++) {
        uint32_t block = tile / t->n_kv_heads, head = tile % t->n_kv_heads, first, last;
        exec_span(block, block + 1, t->tile_tokens, exec_rows(x, t), &first, &last);
        a.offset = kv_shape_offset(kv, t->kv_layer, head);
        attend(x, t, head, first, last, &a, &s);
    }
}
