/* The operations whose tiles are tokens, but for routing: each row is independent of the others. */
#include <string.h>

#include "target/cpu/exec.h"

void exec_embed(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end)
{
    const struct plan_matrix *w = &t->w0;
    uint64_t group_bytes = layout_group_bytes(w->type, w->cols);
    uint32_t first, last;
    exec_span(begin, end, t->tile_tokens, exec_rows(x, t), &first, &last);
    for (uint32_t i = first; i < last; i++) {
        const float *given = x->facts.input ? x->facts.input[i] : NULL;
        if (given)
            x->kern->scale(exec_out(x, &t->out, i), given, t->scale, w->cols);
        else
            x->kern->embed[w->type](exec_out(x, &t->out, i), x->weights + w->offset, group_bytes,
                                    (uint32_t)x->facts.token[i], w->cols, t->scale);
    }
}

void exec_position(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end)
{
    const struct plan_matrix *w = &t->w0;
    uint64_t group_bytes = layout_group_bytes(w->type, w->cols);
    uint32_t first, last;
    exec_span(begin, end, t->tile_tokens, exec_rows(x, t), &first, &last);
    for (uint32_t i = first; i < last; i++) {
        float *out = exec_out(x, &t->out, i);
        x->kern->embed[w->type](out, x->weights + w->offset, group_bytes, x->facts.pos[i], w->cols,
                                1.0f);
        if (x->facts.pos[i] == 0 && t->in0.region != PLAN_NONE)
            x->kern->add(out, out, exec_in(x, &t->in0, 0), w->cols);
    }
}

void exec_rope_table(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end)
{
    uint32_t first, last;
    exec_span(begin, end, t->tile_tokens, exec_rows(x, t), &first, &last);
    const float *inv_freq = exec_in(x, &t->in0, 0);
    for (uint32_t i = first; i < last; i++)
        if (x->facts.place)
            kern_rope_table_sections(exec_out(x, &t->out, i), x->facts.place[i], t->sections,
                                     inv_freq, t->rope_dims / 2);
        else
            kern_rope_table(exec_out(x, &t->out, i), x->facts.pos[i], inv_freq, t->rope_dims / 2);
}

void exec_norm(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end,
               uint8_t *scratch)
{
    float *normed = (float *)(void *)scratch;
    uint32_t first, last;
    exec_span(begin, end, t->tile_tokens, exec_rows(x, t), &first, &last);
    for (uint32_t i = first; i < last; i++) {
        const float *in = exec_in(x, &t->in0, t->gather ? x->facts.out_token[i] : i);
        void *out = exec_out(x, &t->out, i);
        float *to = t->act == ACT_NONE ? out : normed;
        if (t->blanks && x->facts.blank && x->facts.blank[i])
            memset(to, 0, t->cols * sizeof *to);
        else if (t->op == PLAN_OP_LAYER_NORM)
            x->kern->layer_norm(to, in, exec_in(x, &t->in1, 0), exec_in(x, &t->in2, 0), t->cols,
                                t->eps);
        else
            x->kern->norm(to, in, exec_in(x, &t->in1, 0), t->cols, t->eps);
        if (t->act != ACT_NONE)
            x->kern->quant[t->act](out, normed, t->cols);
    }
}

void exec_copy(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end)
{
    uint32_t first, last;
    exec_span(begin, end, t->tile_tokens, exec_rows(x, t), &first, &last);
    for (uint32_t i = first; i < last; i++) {
        const float *in = exec_in(x, &t->in0, i);
        float *out = exec_out(x, &t->out, i);
        if (t->every == 0)
            memcpy(out, in, t->cols * sizeof *out);
        for (uint32_t k = 0, at = t->first; t->every && k < t->cols; k++, at += t->every)
            out[at] = in[k];
    }
}

void exec_table(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end,
                uint8_t *scratch)
{
    const struct plan_matrix *w = &t->w0;
    uint64_t group_bytes = layout_group_bytes(w->type, w->cols);
    float *row = (float *)(void *)scratch;
    uint32_t first, last;
    exec_span(begin, end, t->tile_tokens, exec_rows(x, t), &first, &last);
    for (uint32_t i = first; i < last; i++) {
        const float *in = exec_in(x, &t->in0, i);
        float *out = exec_out(x, &t->out, i);
        uint32_t index = x->facts.index[t->index][i];
        if (index < w->rows) {
            x->kern->embed[w->type](row, x->weights + w->offset, group_bytes, index, w->cols,
                                    t->scale);
            x->kern->add(out, in, row, w->cols);
        } else if (out != in) {
            memcpy(out, in, w->cols * sizeof *out);
        }
    }
}

void exec_head_norm(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end)
{
    const float *w = exec_in(x, &t->in1, 0);
    uint32_t first, last;
    exec_span(begin, end, t->tile_tokens, exec_rows(x, t), &first, &last);
    for (uint32_t i = first; i < last; i++) {
        const float *in = exec_in(x, &t->in0, i);
        float *out = exec_out(x, &t->out, i);
        for (uint32_t at = 0; at < t->cols; at += t->head_dim)
            x->kern->norm(out + at, in + at, w, t->head_dim, t->eps);
    }
}

/* The values of row FROM, N apart. */
static void weave(float *out, const float *from, uint32_t cols, uint32_t n)
{
    for (uint32_t c = 0; c < cols; c++)
        out[(size_t)c * n] = from[c];
}

void exec_merge(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end)
{
    uint32_t first, last, n = t->merge_across * t->merge_down;
    exec_span(begin, end, t->tile_tokens, exec_rows(x, t), &first, &last);
    for (uint32_t i = first; i < last; i++) {
        float *out = exec_out(x, &t->out, i);
        for (uint32_t k = 0; k < n; k++) {
            uint32_t row = k / t->merge_across * t->merge_stride + k % t->merge_across;
            const float *from = exec_in(x, &t->in0, x->facts.out_token[i] + row);
            if (t->woven)
                weave(out + k, from, t->cols, n);
            else
                memcpy(out + (size_t)k * t->cols, from, t->cols * sizeof(float));
        }
    }
}

void exec_quant(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end)
{
    uint32_t first, last;
    exec_span(begin, end, t->tile_tokens, exec_rows(x, t), &first, &last);
    for (uint32_t i = first; i < last; i++) {
        const float *in = t->in0.region == PLAN_FACTS ? x->facts.input[i] + t->in0.offset / 4
                                                      : exec_in(x, &t->in0, i);
        x->kern->quant[t->act](exec_out(x, &t->out, i), in, t->cols);
    }
}

/* k is rotated in scratch: the operand itself may be read by others. */
void exec_rope_kv(const struct exec *x, const struct plan_task *t, uint32_t begin, uint32_t end,
                  uint8_t *scratch)
{
    const struct plan *p = x->plan;
    float *k = (float *)(void *)scratch;
    uint64_t head_bytes = kv_shape_head_bytes(&p->kv);
    uint32_t first, last;
    exec_span(begin, end, t->tile_tokens, exec_rows(x, t), &first, &last);
    for (uint32_t i = first; i < last; i++) {
        const float *v = exec_in(x, &t->in1, i);
        memcpy(k, exec_in(x, &t->in0, i), 4 * (size_t)t->n_kv_heads * t->head_dim);
        if (t->rope_dims) {
            const float *table = exec_in(x, &t->in2, i);
            x->kern->rope(exec_out(x, &t->out, i), t->n_heads, t->head_dim, t->rope_dims, table,
                          t->rope_pairs);
            x->kern->rope(k, t->n_kv_heads, t->head_dim, t->rope_dims, table, t->rope_pairs);
        }
        uint32_t pos = x->facts.pos[i];
        uint32_t page = x->facts.pages[x->facts.seq[i]][pos / LAYOUT_PAGE];
        uint8_t *at = x->kv + page * p->kv_page_bytes;
        for (uint32_t h = 0; h < t->n_kv_heads; h++)
            x->kern->kv_write[p->kv.kind](at + kv_shape_offset(&p->kv, t->kv_layer, h), head_bytes,
                                          p->kv.hdp, t->head_dim, pos % LAYOUT_PAGE,
                                          k + (size_t)h * t->head_dim, v + (size_t)h * t->head_dim);
    }
}

void exec_experts_quant(const struct exec *x, const struct plan_task *t, uint32_t begin,
                        uint32_t end)
{
    uint64_t act_stride = layout_act_stride((enum act_kind)t->act, t->cols);
    uint32_t first, last, width = exec_round16(t->cols);
    exec_span(begin, end, t->tile_tokens, exec_rows(x, t), &first, &last);
    for (uint32_t i = first; i < last; i++) {
        const float *in = exec_in(x, &t->in0, i);
        uint8_t *out = exec_out(x, &t->out, i);
        for (uint32_t slot = 0; slot < t->n_experts_used; slot++)
            x->kern->quant[t->act](out + slot * act_stride, in + (size_t)slot * width, t->cols);
    }
}
