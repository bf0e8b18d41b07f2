/* takt_plan: the model compiled for this machine. */
#include <stdlib.h>
#include <string.h>

#include "compile/compile.h"
#include "engine/handles.h"
#include "engine/profile_store.h"
#include "graph/graph.h"

/* SMALL_BYTES: of smaller models little of a step's time is reading weights. */
enum {
    SMALL_BYTES = 2 << 20,
    CTX_DEFAULT = 4096,
    CTX_MAX = 1 << 20,
    CHUNK_DEFAULT = 512,
    CHUNK_MAX = 4096
};

/* The distinct types of matrices, which the profile must know. */
static uint32_t matrix_types(enum qtype *types, uint32_t cap, const struct graph *g)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < g->n_nodes; i++) {
        const struct graph_node *d = &g->node[i];
        bool product = d->op == GRAPH_LINEAR || d->op == GRAPH_EMBED;
        const struct graph_weight *w[] = {product ? d->w : NULL, d->router, d->gate, d->up,
                                          d->down};
        for (uint32_t k = 0; k < sizeof w / sizeof *w; k++) {
            bool known = !w[k];
            for (uint32_t j = 0; j < n && !known; j++)
                known = types[j] == w[k]->type;
            if (!known && n < cap)
                types[n++] = w[k]->type;
        }
    }
    return n;
}

static takt_rc check_options(const takt_plan_options *o, const takt_model *m,
                             struct compile_options *c, takt_err *e)
{
    uint32_t trained = m->file.hp.n_ctx_train;
    c->n_ctx = o->n_ctx ? o->n_ctx : trained && trained < CTX_DEFAULT ? trained : CTX_DEFAULT;
    c->chunk = o->chunk ? o->chunk : CHUNK_DEFAULT;
    c->outputs_max = o->logits_rows ? o->logits_rows : 1;
    if (c->n_ctx > CTX_MAX)
        return err_set(e, TAKT_ERR_USAGE, "context", "%u positions; at most %d", c->n_ctx, CTX_MAX);
    if (c->chunk > CHUNK_MAX)
        return err_set(e, TAKT_ERR_USAGE, "chunk", "%u tokens; at most %d", c->chunk, CHUNK_MAX);
    if (c->chunk > c->n_ctx)
        c->chunk = c->n_ctx;
    c->kv_kind = o->kv ? kv_kind_find(o->kv) : -1;
    if (o->kv && c->kv_kind < 0)
        return err_set(e, TAKT_ERR_USAGE, "kv",
                       "'%s' is no kind of KV cache; known: " KV_KIND_NAMES, o->kv);
    return TAKT_OK;
}

static takt_rc compile(takt_plan *p, const struct model *m, const struct graph *g,
                       const takt_plan_options *o, struct compile_options *c, takt_err *e)
{
    enum qtype types[PROFILE_TYPES_MAX];
    uint32_t n_types = matrix_types(types, PROFILE_TYPES_MAX, g);
    const struct profile_progress progress = {o->progress, o->user};
    TAKT_TRY(
        profile_get(&p->profile, c->n_lanes, c->isa, types, n_types, &progress, o->calibrate, e));
    p->is_guess = profile_is_disturbed(&p->profile, types, n_types);
    if (m->weight_bytes >= SMALL_BYTES) {
        double rate, sync_ns; /* a shared host's memory is faster at times: predict for now */
        TAKT_TRY(target_cpu_moment(&rate, &sync_ns, c->n_lanes, m->weight_bytes, e));
        profile_adapt(&p->profile, rate, sync_ns);
    }
    TAKT_TRY(compile_plan(&p->plan, g, m, &p->profile, c, e));
    return plan_verify(&p->plan, e);
}

takt_rc plan_make(takt_plan **out, const struct model *m, const struct graph *g,
                  const takt_plan_options *o, struct compile_options *c, takt_err *e)
{
    *out = NULL;
    c->n_lanes = o->threads ? o->threads : target_cpu_lanes_default();
    if (c->n_lanes > PLAN_LANES_MAX)
        return err_set(e, TAKT_ERR_USAGE, "threads", "%u; at most %d", c->n_lanes, PLAN_LANES_MAX);
    TAKT_TRY(target_cpu_isa_pick(&c->isa, o->isa, e));
    takt_plan *p = calloc(1, sizeof *p);
    if (!p)
        return err_set(e, TAKT_ERR_MEMORY, "plan", "no memory for it");
    p->isa = c->isa;
    p->chunk = c->chunk;
    takt_rc rc = compile(p, m, g, o, c, e);
    if (rc.code)
        takt_plan_free(p);
    else
        *out = p;
    return rc;
}

takt_rc takt_plan_new(takt_plan **out, const takt_model *m, const takt_plan_options *opt,
                      takt_err *e)
{
    static const takt_plan_options defaults = {0};
    const takt_plan_options *o = opt ? opt : &defaults;
    struct compile_options c = {0};
    struct graph g;
    *out = NULL;
    TAKT_TRY(check_options(o, m, &c, e));
    TAKT_TRY(graph_build(&g, &m->file, e));
    takt_rc rc = plan_make(out, &m->file, &g, o, &c, e);
    graph_free(&g);
    return rc;
}

void takt_plan_free(takt_plan *p)
{
    if (!p)
        return;
    plan_free(&p->plan);
    free(p);
}

void takt_plan_predict(const takt_plan *p, uint32_t past, uint32_t n_prompt, uint32_t batch,
                       takt_prediction *out)
{
    struct plan_outlook look;
    uint32_t n = batch ? batch : 1;
    plan_look(&look, &p->plan, past, n_prompt, n);
    *out = (takt_prediction){
        .prefill_s = look.prefill_ns * 1e-9,
        .decode_s = look.decode_ns * 1e-9,
        .prefill_tokens_per_s = n_prompt ? n_prompt / (look.prefill_ns * 1e-9) : 0,
        .decode_tokens_per_s = n / (look.decode_ns * 1e-9),
        .decode_roof_s = look.decode_roof_ns * 1e-9,
        .weight_bytes = p->plan.weights_bytes,
        .kv_bytes_per_token = p->plan.kv_bytes_per_token,
        .activation_bytes = p->plan.act_bytes,
    };
}
