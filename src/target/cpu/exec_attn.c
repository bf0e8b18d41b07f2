#include "target/cpu/exec.h"

/* Tile = token block * n_kv_heads + kv head. Rows are the query heads of the group for every token
 * of the block; a call takes rows of one sequence, KERN_ATTN_ROWS_MAX at most. */
static void attend(const struct exec *x, const struct plan_task *t, uint32_t kv_head,
                   uint32_t first, uint32_t last, struct kern_attn *a)
{
    uint32_t from[KERN_ATTN_ROWS_MAX];
    const struct plan_range *near = t->near ? x->facts.near : NULL;
    uint32_t group = t->n_heads / t->n_kv_heads;
    kern_attn_fn *attn = x->kern->attn[x->plan->kv.kind];
    a->n_rows = 0;
    a->from = near ? from : NULL;
    for (uint32_t i = first; i < last; i++) {
        const uint32_t *pages = x->facts.pages[x->facts.seq[i]];
        for (uint32_t g = 0; g < group; g++) {
            if (a->n_rows == KERN_ATTN_ROWS_MAX || (a->n_rows && a->pages != pages)) {
                attn(a);
                a->n_rows = 0;
            }
            size_t at = ((size_t)kv_head * group + g) * t->head_dim;
            a->pages = pages;
            a->q[a->n_rows] = (const float *)exec_in(x, &t->in0, i) + at;
            a->out[a->n_rows] = (float *)exec_out(x, &t->out, i) + at;
            from[a->n_rows] = near ? near[i].first : 0;
            a->pos[a->n_rows] = near            ? near[i].last
                                : x->facts.sees ? x->facts.sees[i]
                                                : x->facts.pos[i];
            a->n_rows++;
        }
    }
    if (a->n_rows)
        attn(a);
}

void exec_attn(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end,
               uint8_t *scratch)
{
    const struct kv_shape *kv = &x->plan->kv;
    struct kern_attn a = {.head_dim = t->head_dim,
                          .hdp = kv->hdp,
                          .window = t->window,
                          .scale = t->scale,
                          .kv = x->kv,
                          .page_bytes = x->plan->kv_page_bytes,
                          .head_bytes = kv_shape_head_bytes(kv),
                          .scratch = scratch};
    for (uint32_t tile = begin; tile < end; tile++) {
        uint32_t block = tile / t->n_kv_heads, head = tile % t->n_kv_heads, first, last;
        exec_span(block, block + 1, t->tile_tokens, exec_rows(x, t), &first, &last);
        a.offset = kv_shape_offset(kv, t->kv_layer, head);
        attend(x, t, head, first, last, &a);
    }
}
