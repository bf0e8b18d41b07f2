/* models: loading what is served, and the list of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/hash.h"
#include "engine/handles.h"
#include "server/api_models.h"
#include "server/routes.h"
#include "server/server_parts.h"

/* ---- loading --------------------------------------------------------------------------------- */

static bool go_on(void *user, const char *what, uint64_t done, uint64_t total)
{
    struct server *s = user;
    if (s->config.plan.progress)
        s->config.plan.progress(s->config.plan.user, what, done, total);
    return !atomic_load(&s->is_stopping);
}

static void news(void *user)
{
    http_wake(user);
}

_Static_assert((int)GUESS_MAX <= (int)METRICS_POSITIONS_MAX, "each place of a guess is counted");

/* Told of every step, on the service's thread. */
static void step_ended(void *user, const struct service_step *step)
{
    struct served *m = user;
    metrics_observe(m->metrics->step_time_ratio, (double)step->ns_measured / step->ns_predicted);
    metrics_observe(m->metrics->iteration_tokens_total, step->n_tokens);
    if (!step->n_drafts)
        return;
    metrics_count(m->metrics->spec_decode_num_drafts, step->n_drafts);
    metrics_count(m->metrics->spec_decode_num_draft_tokens, step->n_guessed);
    metrics_count(m->metrics->spec_decode_num_accepted_tokens, step->n_right);
    for (uint32_t i = 0; i < GUESS_MAX && step->right_at[i]; i++)
        metrics_count(m->metrics->spec_decode_num_accepted_tokens_per_pos[i], step->right_at[i]);
}

/* Rows of logits: one for each answer, and for guesses as many again, up to some number that is
 * rarely worth the time; at least those of one answer. */
static uint32_t rows_of(const struct server_config *k)
{
    enum { GUESSES = 32 };
    uint32_t n = k->parallel < GUESSES ? k->parallel : GUESSES;
    n = n > k->n_draft ? n : k->n_draft;
    return k->parallel + (k->n_draft ? n : 0);
}

/* "fp_" and the beginning of a hash of all that an answer's bytes depend on besides the request. */
static void make_fingerprint(struct served *m)
{
    struct sha256 h;
    uint8_t digest[32];
    const char *version = takt_version();
    uint32_t kv = m->plan->plan.kv.kind;
    sha256_init(&h);
    sha256_add(&h, version, strlen(version));
    sha256_add(&h, m->engine->weights.key, sizeof m->engine->weights.key);
    sha256_add(&h, &kv, sizeof kv);
    sha256_end(&h, digest);
    snprintf(m->fingerprint, sizeof m->fingerprint, "fp_");
    hash_hex(m->fingerprint + 3, digest, 8);
}

static takt_rc load(struct server *s, struct served *m, takt_err *e)
{
    const struct server_config *k = &s->config;
    takt_plan_options plan = k->plan;
    takt_engine_options engine = k->engine;
    struct stat st;
    plan.progress = engine.progress = go_on;
    plan.user = engine.user = s;
    plan.logits_rows = rows_of(k);
    engine.n_seqs = k->parallel;
    TAKT_TRY(takt_model_open(&m->model, m->path, e));
    takt_model_describe(m->model, &m->info);
    TAKT_TRY(takt_plan_new(&m->plan, m->model, &plan, e));
    if (k->kv_tokens) {
        uint64_t n_ctx = m->plan->plan.n_ctx;
        engine.n_seqs = (uint32_t)((k->kv_tokens + n_ctx - 1) / n_ctx);
    }
    TAKT_TRY(takt_engine_new(&m->engine, m->model, m->plan, &engine, e));
    kv_pool_back(&m->engine->kv); /* no step waits for memory */
    takt_engine_limits(m->engine, &m->limits);
    const struct service_options o = {.n_jobs_max = k->parallel,
                                      .n_queued_max = k->queue,
                                      .margin = k->margin,
                                      .beat_s = k->beat_s,
                                      .queue_s_max = k->queue_s_max,
                                      .no_prefix_cache = k->no_prefix_cache,
                                      .n_draft = k->n_draft,
                                      .news = news,
                                      .user = s->http};
    TAKT_TRY(service_new(&m->service, m->engine, &o, e));
    service_watch(m->service, step_ended, m);
    make_fingerprint(m);
    const struct metrics_model_config cache = {.name = m->name,
                                               .n_ctx = m->limits.n_ctx,
                                               .page_tokens = LAYOUT_PAGE,
                                               .n_pages = m->engine->kv.n_pages,
                                               .cache_dtype = kv_kind_name(m->plan->plan.kv.kind),
                                               .has_prefix_cache = !k->no_prefix_cache};
    metrics_table_cache(s->metrics, (uint32_t)(m - s->model), &cache);
    m->created_s = stat(m->path, &st) == 0 ? (int64_t)st.st_mtime : 0;
    return TAKT_OK;
}

void *models_load(void *user)
{
    struct server *s = user;
    for (uint32_t i = 0; i < s->config.n_models && !atomic_load(&s->is_stopping); i++) {
        struct served *m = &s->model[i];
        int64_t begin = clock_ns();
        if (load(s, m, &m->err).code) {
            char text[600];
            takt_err_format(&m->err, text, sizeof text);
            if (!atomic_load(&s->is_stopping))
                LOG(&s->config.log, LOG_ERROR, "model", LOG_S("name", m->name), LOG_S("why", text));
            s->load_err = m->err;
            atomic_store(&m->state, SERVED_FAILED);
            atomic_store(&s->has_failed, true);
            http_wake(s->http);
            return NULL;
        }
        atomic_store(&m->state, SERVED_READY);
        LOG(&s->config.log, LOG_INFO, "model", LOG_S("name", m->name), LOG_S("path", m->path),
            LOG_S("fingerprint", m->fingerprint), LOG_I("context", m->limits.n_ctx),
            LOG_I("parallel", s->config.parallel),
            LOG_F("seconds", (double)(clock_ns() - begin) / 1e9));
        http_wake(s->http);
    }
    return NULL;
}

void services_free(struct server *s)
{
    for (uint32_t i = 0; i < s->config.n_models; i++) {
        service_free(s->model[i].service);
        s->model[i].service = NULL;
    }
}

void models_free(struct server *s)
{
    for (uint32_t i = 0; i < s->config.n_models; i++) {
        struct served *m = &s->model[i];
        takt_engine_free(m->engine);
        takt_plan_free(m->plan);
        takt_model_free(m->model);
        m->engine = NULL;
        m->plan = NULL;
        m->model = NULL;
    }
}

/* ---- finding --------------------------------------------------------------------------------- */

struct served *call_model(const struct call *c, struct slice name)
{
    struct server *s = c->s;
    struct served *m = name.p ? NULL : &s->model[0];
    for (uint32_t i = 0; i < s->config.n_models && !m; i++)
        if (slice_eq(name, s->model[i].name))
            m = &s->model[i];
    if (!m) {
        call_refuse(c, API_NO_MODEL, "model",
                    "'%.*s' is not served here; GET /v1/models lists "
                    "what is",
                    (int)(name.len < 100 ? name.len : 100), (const char *)name.p);
        return NULL;
    }
    if (atomic_load(&m->state) != SERVED_READY) {
        call_refuse(c, API_LOADING, NULL, "the model is being loaded");
        return NULL;
    }
    if (s->is_draining) {
        call_refuse(c, API_DRAINING, NULL, "the server is about to end");
        return NULL;
    }
    return m;
}

/* ---- the list -------------------------------------------------------------------------------- */

static struct api_model shown(const struct served *m)
{
    bool is_ready = atomic_load(&m->state) == SERVED_READY;
    return (struct api_model){.id = m->name,
                              .created = is_ready ? m->created_s : 0,
                              .n_ctx = is_ready ? m->limits.n_ctx : 0,
                              .is_active = is_ready};
}

void models_list(struct call *c)
{
    struct api_model list[SERVER_MODELS_MAX];
    struct json_out o = {0};
    for (uint32_t i = 0; i < c->s->config.n_models; i++)
        list[i] = shown(&c->s->model[i]);
    api_models_put(&o, list, c->s->config.n_models);
    call_json(c, 200, &o);
}

void models_get(struct call *c)
{
    for (uint32_t i = 0; i < c->s->config.n_models; i++)
        if (strcmp(c->arg, c->s->model[i].name) == 0) {
            struct api_model m = shown(&c->s->model[i]);
            struct json_out o = {0};
            api_model_put(&o, NULL, &m);
            call_json(c, 200, &o);
            return;
        }
    call_refuse(c, API_NO_MODEL, "model",
                "'%.100s' is not served here; GET /v1/models lists what "
                "is",
                c->arg);
}
