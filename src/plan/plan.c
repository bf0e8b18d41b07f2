#include "plan/plan.h"

uint64_t plan_route_bytes(uint32_t n_experts, uint32_t n_used, uint32_t n_tokens)
{
    return 4 * (2 * (uint64_t)n_experts + 2 * (uint64_t)n_tokens * n_used);
}

const char *plan_op_name(enum plan_op op)
{
    static const char *const names[] = {
#define X(name, tile, doc) #name,
        PLAN_OPS(X)
#undef X
    };
    return (unsigned)op < PLAN_OP_COUNT ? names[op] : "?";
}

const char *plan_op_tile(enum plan_op op)
{
    static const char *const tiles[] = {
#define X(name, tile, doc) tile,
        PLAN_OPS(X)
#undef X
    };
    return (unsigned)op < PLAN_OP_COUNT ? tiles[op] : "?";
}

const char *plan_op_doc(enum plan_op op)
{
    static const char *const docs[] = {
#define X(name, tile, doc) doc,
        PLAN_OPS(X)
#undef X
    };
    return (unsigned)op < PLAN_OP_COUNT ? docs[op] : "?";
}

const struct plan_program *plan_program_for(const struct plan *p, uint32_t n_tokens,
                                            uint32_t n_outputs)
{
    for (uint32_t i = 0; i < p->n_programs; i++)
        if (p->program[i].bucket >= n_tokens && p->program[i].n_outputs_max >= n_outputs)
            return &p->program[i];
    return NULL;
}

/* Steps cost a part that does not depend on the tokens (weights are read once) and a part that
 * does; between two buckets the predicted times of both are joined by a line. */
double plan_batch_ns(const struct plan *p, uint32_t n_tokens, uint64_t together, uint64_t apart)
{
    uint32_t i = 0;
    while (i + 1 < p->n_programs && p->program[i].bucket < n_tokens)
        i++;
    const struct plan_program *hi = &p->program[i];
    double ns = hi->ns_predicted;
    if (i > 0 && n_tokens < hi->bucket) {
        const struct plan_program *lo = &p->program[i - 1];
        double f = (double)(n_tokens - lo->bucket) / (hi->bucket - lo->bucket);
        ns = lo->ns_predicted + f * (hi->ns_predicted - lo->ns_predicted);
    }
    return ns + hi->ns_per_context * (double)together + hi->ns_per_context_apart * (double)apart;
}

double plan_step_ns(const struct plan *p, uint32_t n_tokens, uint64_t context_pairs)
{
    return plan_batch_ns(p, n_tokens, context_pairs, 0);
}

double plan_sight_ns(const struct plan *p, uint32_t n_tokens, uint64_t together, uint64_t apart)
{
    uint32_t i = 0;
    if (together == 0 && apart == 0)
        return 0;
    while (i + 1 < p->n_programs && p->program[i].bucket < n_tokens)
        i++;
    const struct plan_program *hi = &p->program[i];
    double ns = hi->ns_sighted;
    if (i > 0 && n_tokens < hi->bucket) {
        const struct plan_program *lo = &p->program[i - 1];
        double f = (double)(n_tokens - lo->bucket) / (hi->bucket - lo->bucket);
        ns = lo->ns_sighted + f * (hi->ns_sighted - lo->ns_sighted);
    }
    return ns + hi->ns_per_row * (double)together + hi->ns_per_row_apart * (double)apart;
}

double plan_pool_ns(const struct plan *p, uint32_t n_tokens)
{
    return p->program[0].ns_per_hidden * n_tokens;
}

uint64_t plan_visible_pairs(const struct plan *p, uint32_t past, uint32_t n_tokens)
{
    uint64_t first = (uint64_t)past + 1, last = (uint64_t)past + n_tokens;
    if (p->window == 0 || last <= p->window)
        return (first + last) * n_tokens / 2;
    if (first >= p->window)
        return (uint64_t)p->window * n_tokens;
    uint64_t growing = p->window - first;
    return (first + p->window - 1) * growing / 2 + (n_tokens - growing) * p->window;
}

double plan_prefill_ns(const struct plan *p, uint32_t past, uint32_t n_tokens)
{
    uint32_t chunk = p->program[p->n_programs - 1].bucket;
    double ns = 0;
    for (uint32_t done = 0; done < n_tokens;) {
        uint32_t n = n_tokens - done < chunk ? n_tokens - done : chunk;
        ns += plan_step_ns(p, n, plan_visible_pairs(p, past + done, n));
        done += n;
    }
    return ns;
}

void plan_look(struct plan_outlook *out, const struct plan *p, uint32_t past, uint32_t n_prompt,
               uint32_t batch)
{
    uint32_t n = batch ? batch : 1, context = past + n_prompt + 1;
    if (p->window && context > p->window)
        context = p->window;
    const struct plan_program *step = plan_program_for(p, n, 1);
    if (!step)
        step = &p->program[p->n_programs - 1];
    uint64_t kv = p->kv_bytes_per_token * context * n;
    *out = (struct plan_outlook){
        .prefill_ns = n_prompt ? plan_prefill_ns(p, past, n_prompt) : 0,
        .decode_ns = plan_batch_ns(p, n, 0, (uint64_t)n * context),
        .decode_roof_ns = step->ns_roof + (double)kv / p->read_bytes_per_s * 1e9,
        .decode_bytes = step->weight_bytes + kv,
        .decode_ops = step->ops * n / step->bucket,
    };
}

void plan_free(struct plan *p)
{
    if (!p)
        return;
    arena_free(&p->arena);
    *p = (struct plan){0};
}
