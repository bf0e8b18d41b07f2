/* models: opening what is served, bringing it into memory and out of it, and the list of it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/hash.h"
#include "engine/handles.h"
#include "engine/view.h"
#include "server/api_models.h"
#include "server/resident.h"
#include "server/routes.h"
#include "server/server_parts.h"
#include "server/sight.h"

/* A loading, for who asks how far it is. */
struct loading {
    struct server *s;
    struct served *m;
};

/* ---- loading --------------------------------------------------------------------------------- */

static bool go_on(void *user, const char *what, uint64_t done, uint64_t total)
{
    struct loading *l = user;
    const takt_plan_options *o = &l->s->config.plan;
    atomic_store(&l->m->load_total, total);
    atomic_store(&l->m->load_done, done);
    if (o->progress && !atomic_load(&l->s->is_started))
        o->progress(o->user, what, done, total);
    return !atomic_load(&l->s->is_stopping);
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
static takt_rc make_fingerprint(struct served *m, takt_err *e)
{
    struct sha256 h;
    uint8_t digest[32], weights[32];
    const char *version = takt_version();
    uint32_t kv = m->plan->plan.kv.kind;
    TAKT_TRY(model_fingerprint(&m->model->file, weights, e));
    sha256_init(&h);
    sha256_add(&h, version, strlen(version));
    sha256_add(&h, weights, sizeof weights);
    if (m->vision) {
        TAKT_TRY(model_fingerprint(&m->vision->file, weights, e));
        sha256_add(&h, weights, sizeof weights);
    }
    sha256_add(&h, &kv, sizeof kv);
    sha256_end(&h, digest);
    snprintf(m->fingerprint, sizeof m->fingerprint, "fp_");
    hash_hex(m->fingerprint + 3, digest, 8);
    return TAKT_OK;
}

static uint32_t pages_of(const struct served *m)
{
    return (m->plan->plan.n_ctx + LAYOUT_PAGE - 1) / LAYOUT_PAGE * m->n_seqs;
}

static takt_vision_options vision_options(const struct server_config *k)
{
    return (takt_vision_options){.threads = k->plan.threads,
                                 .isa = k->plan.isa,
                                 .no_cache = k->engine.no_cache,
                                 .max_pixels = k->max_pixels,
                                 .cache_bytes = k->images_bytes};
}

/* Its picture encoder. One that nobody has named, and that does not work here, is done without. */
static takt_rc open_vision(struct server *s, struct served *m, takt_err *e)
{
    struct loading l = {s, m};
    takt_vision_options o = vision_options(&s->config);
    char text[600];
    takt_err why;
    if (!m->mmproj || !s->sights)
        return TAKT_OK;
    o.progress = go_on;
    o.user = &l;
    takt_rc rc = vision_open(&m->vision, m->model, m->mmproj, &o, &why);
    if (!rc.code)
        return vision_part(m->vision, eyes_step_s(&m->plan->plan), e);
    if (!s->config.models[m - s->model].mmproj_is_found || rc.code == TAKT_ERR_CANCELLED) {
        *e = why;
        return rc;
    }
    LOG(&s->config.log, LOG_WARN, "model_reads_text_only", LOG_S("name", m->name),
        LOG_S("why", takt_err_format(&why, text, sizeof text)));
    return TAKT_OK;
}

/* What its picture encoder needs, with the pictures that are kept. */
static uint64_t vision_need(const struct server_config *k, const struct served *m)
{
    uint64_t kept = k->images_bytes ? k->images_bytes : VISION_CACHE_BYTES;
    return m->vision ? vision_bytes(m->vision) + kept : 0;
}

/* All that can be known without the weights. */
static takt_rc open_model(struct server *s, struct served *m, takt_err *e)
{
    const struct server_config *k = &s->config;
    struct loading l = {s, m};
    takt_plan_options plan = k->plan;
    struct stat st;
    plan.progress = go_on;
    plan.user = &l;
    plan.logits_rows = rows_of(k);
    m->n_seqs = k->parallel;
    TAKT_TRY(takt_model_open(&m->model, m->path, e));
    takt_model_describe(m->model, &m->info);
    TAKT_TRY(takt_plan_new(&m->plan, m->model, &plan, e));
    TAKT_TRY(open_vision(s, m, e));
    if (k->kv_tokens) {
        uint64_t n_ctx = m->plan->plan.n_ctx;
        m->n_seqs = (uint32_t)((k->kv_tokens + n_ctx - 1) / n_ctx);
    }
    m->need_bytes = engine_bytes(m->plan, m->n_seqs) + vision_need(k, m);
    if (k->models_bytes && m->need_bytes > k->models_bytes)
        return err_set(e, TAKT_ERR_MEMORY, m->path,
                       "needs %.2f GB; --models-memory allows %.2f GB for all models",
                       (double)m->need_bytes / 1e9, (double)k->models_bytes / 1e9);
    const struct plan_program *largest = &m->plan->plan.program[m->plan->plan.n_programs - 1];
    m->limits = (takt_step_limits){.n_tokens = largest->bucket,
                                   .n_logits = largest->n_outputs_max,
                                   .n_ctx = m->plan->plan.n_ctx};
    TAKT_TRY(make_fingerprint(m, e));
    const struct metrics_model_config cache = {.name = m->name,
                                               .n_ctx = m->limits.n_ctx,
                                               .page_tokens = LAYOUT_PAGE,
                                               .n_pages = pages_of(m),
                                               .cache_dtype = kv_kind_name(m->plan->plan.kv.kind),
                                               .has_prefix_cache = !k->no_prefix_cache};
    metrics_table_cache(s->metrics, (uint32_t)(m - s->model), &cache);
    m->created_s = stat(m->path, &st) == 0 ? (int64_t)st.st_mtime : 0;
    atomic_store(&m->state, SERVED_COLD);
    return TAKT_OK;
}

/* The KV cache's memory becomes present, so that no step waits for it. */
static void back_pages(struct served *m, struct turn *turn)
{
    enum { SLICE_BYTES = 4 << 20 };
    struct kv_pool *kv = &m->engine->kv;
    uint32_t slice = (uint32_t)(SLICE_BYTES / kv->page_bytes) + 1;
    for (uint32_t i = 0; i < kv->n_pages; i += slice) {
        turn_take(turn);
        kv_pool_back(kv, i, slice);
        turn_give(turn);
    }
}

/* Pictures of M can be encoded beside its answers. */
static takt_rc load_eyes(struct server *s, struct served *m, struct turn *turn, takt_err *e)
{
    struct loading l = {s, m};
    takt_vision_options v = vision_options(&s->config);
    if (!m->vision)
        return TAKT_OK;
    v.progress = go_on;
    v.user = &l;
    TAKT_TRY(vision_load(m->vision, &v, turn, e));
    const struct eyes_options o = {.cache_bytes = s->config.images_bytes,
                                   .turn = s->turn,
                                   .others_s = m->eyes_others_s,
                                   .step_s = eyes_step_s(&m->plan->plan),
                                   .news = news,
                                   .user = s->http};
    return eyes_new(&m->eyes, m->vision, &o, e);
}

takt_rc model_load(struct server *s, struct served *m, takt_err *e)
{
    const struct server_config *k = &s->config;
    struct loading l = {s, m};
    takt_engine_options engine = k->engine;
    struct turn *turn =
        atomic_load(&s->is_started) ? s->turn : NULL; /* whose steps it could hold up */
    engine.progress = go_on;
    engine.user = &l;
    engine.n_seqs = m->n_seqs;
    m->err = (takt_err){0};
    TAKT_TRY(engine_new(&m->engine, m->model, m->plan, &engine, turn, e));
    back_pages(m, turn);
    const struct service_options o = {.n_jobs_max = k->parallel,
                                      .n_queued_max = k->queue,
                                      .margin = k->margin,
                                      .beat_s = k->beat_s,
                                      .queue_s_max = k->queue_s_max,
                                      .no_prefix_cache = k->no_prefix_cache,
                                      .n_draft = k->n_draft,
                                      .chunk = m->chunk,
                                      .turn = s->turn,
                                      .others_s = m->others_s,
                                      .sight_rows = m->vision ? vision_sight_rows(m->vision) : 0,
                                      .news = news,
                                      .user = s->http};
    TAKT_TRY(service_new(&m->service, m->engine, &o, e));
    service_watch(m->service, step_ended, m);
    TAKT_TRY(load_eyes(s, m, turn, e));
    atomic_store(&m->state, SERVED_READY);
    return TAKT_OK;
}

void model_unload(struct server *s, struct served *m)
{
    eyes_free(m->eyes);
    m->eyes = NULL;
    if (m->vision)
        vision_unload(m->vision);
    service_free(m->service);
    if (m->engine)
        engine_empty(m->engine, s->turn);
    takt_engine_free(m->engine);
    m->service = NULL;
    m->engine = NULL;
    atomic_store(&m->state, SERVED_COLD);
}

/* ---- the start ------------------------------------------------------------------------------- */

/* Those who share the processors: the models, and the encoders of those that see. Each counts a
 * turn of all others on top of its own, and one of loading: a slice of weights or pages, or the
 * making of the activations' memory. Of several models each one's steps are kept short. */
static takt_rc share(struct server *s, takt_err *e)
{
    double bound[SERVER_MODELS_MAX], eyes[SERVER_MODELS_MAX], sum = 0, loading_s = 0;
    uint32_t n = s->config.n_models, n_sharing = n, all;
    for (uint32_t i = 0; i < n; i++) {
        struct served *m = &s->model[i];
        const struct service_options o = {.n_jobs_max = s->config.parallel,
                                          .beat_s = s->config.beat_s,
                                          .sight_rows =
                                              m->vision ? vision_sight_rows(m->vision) : 0};
        bound[i] = service_share(&m->plan->plan, &o, pages_of(m), n > 1 ? &m->chunk : &all) / 1e9;
        eyes[i] = m->vision ? eyes_turn_ns(m->vision) / 1e9 : 0;
        n_sharing += m->vision != NULL;
        sum += bound[i] + eyes[i];
        if (resident_changes(s))
            loading_s = fmax(loading_s, fmax(0.01, (double)m->plan->plan.act_bytes / 4e9));
    }
    if (n_sharing < 2)
        return TAKT_OK;
    for (uint32_t i = 0; i < n; i++) {
        s->model[i].others_s = sum - bound[i] + loading_s;
        s->model[i].eyes_others_s = sum - eyes[i] + loading_s;
    }
    return turn_new(&s->turn, e);
}

/* One of the start. */
static takt_rc load_first(struct server *s, struct served *m, takt_err *e)
{
    atomic_store(&m->load_begun_ns, clock_ns());
    atomic_store(&m->state, SERVED_LOADING);
    TAKT_TRY(model_load(s, m, e));
    resident_loaded(s, m);
    return TAKT_OK;
}

static takt_rc start(struct server *s, const char **name, takt_err *e)
{
    const struct server_config *k = &s->config;
    uint64_t used = 0;
    for (uint32_t i = 0; i < k->n_models; i++) {
        *name = s->model[i].name;
        TAKT_TRY(open_model(s, &s->model[i], e));
    }
    TAKT_TRY(share(s, e));
    for (uint32_t i = 0; i < k->n_models && !k->on_demand; i++) {
        struct served *m = &s->model[i];
        *name = m->name;
        if (k->models_bytes && m->need_bytes > k->models_bytes - used)
            continue; /* it waits until it is asked for */
        TAKT_TRY(load_first(s, m, e));
        used += m->need_bytes;
    }
    return TAKT_OK;
}

void *models_start(void *user)
{
    struct server *s = user;
    const char *name = "";
    char text[600];
    if (start(s, &name, &s->load_err).code) {
        if (!atomic_load(&s->is_stopping))
            LOG(&s->config.log, LOG_ERROR, "model", LOG_S("name", name),
                LOG_S("why", takt_err_format(&s->load_err, text, sizeof text)));
        atomic_store(&s->has_failed, true);
    } else {
        atomic_store(&s->is_started, true);
    }
    atomic_store(&s->loader_ended, true);
    http_wake(s->http);
    return NULL;
}

void models_end(struct server *s)
{
    for (uint32_t i = 0; i < s->config.n_models; i++) {
        eyes_free(s->model[i].eyes);
        service_free(s->model[i].service);
        s->model[i].eyes = NULL;
        s->model[i].service = NULL;
    }
}

void models_free(struct server *s)
{
    for (uint32_t i = 0; i < s->config.n_models; i++) {
        struct served *m = &s->model[i];
        takt_engine_free(m->engine);
        takt_vision_free(m->vision);
        takt_plan_free(m->plan);
        takt_model_free(m->model);
        m->vision = NULL;
        m->engine = NULL;
        m->plan = NULL;
        m->model = NULL;
    }
    turn_free(s->turn);
    s->turn = NULL;
}

/* ---- finding --------------------------------------------------------------------------------- */

/* The seconds after which the start will be over. */
static double start_s(const struct server *s)
{
    double sum = 0;
    for (uint32_t i = 0; i < s->config.n_models; i++)
        if (atomic_load(&s->model[i].state) == SERVED_LOADING)
            sum = resident_load_s(s, &s->model[i]);
    return sum > 0 ? sum : 1;
}

/* The model that clients call NAME; NULL: there is none. */
static struct served *named(struct server *s, struct slice name)
{
    for (uint32_t i = 0; i < s->config.n_models; i++)
        if (slice_eq(name, s->model[i].name))
            return &s->model[i];
    for (uint32_t i = 0; i < s->config.n_aliases; i++)
        if (slice_eq(name, s->config.aliases[i]))
            return &s->model[0];
    return NULL;
}

static void refuse_unknown(const struct call *c, struct slice name)
{
    call_refuse(c, API_NO_MODEL, "model", "'%.*s' is not served here; GET /v1/models lists what is",
                (int)(name.len < 100 ? name.len : 100), (const char *)name.p);
}

struct served *call_find(const struct call *c, struct slice name)
{
    struct server *s = c->s;
    struct served *m = name.p ? named(s, name) : &s->model[0];
    struct api_error e;
    if (!m) {
        refuse_unknown(c, name);
        return NULL;
    }
    if (!atomic_load(&s->is_started)) {
        api_refuse(&e, API_LOADING, NULL, "the server is loading its models");
        e.retry_after_s = start_s(s);
        call_error(c, &e);
        return NULL;
    }
    if (s->is_draining && clock_ns() >= s->refuse_at_ns) {
        call_refuse(c, API_DRAINING, NULL, "the server is about to end");
        return NULL;
    }
    return m;
}

struct served *call_model(const struct call *c, struct slice name)
{
    struct served *m = call_find(c, name);
    if (!m || atomic_load(&m->state) == SERVED_READY)
        return m;
    if (c->s->is_draining) /* nothing is loaded any more */
        call_refuse(c, API_DRAINING, NULL, "the server is about to end");
    else
        resident_wait(c, m);
    return NULL;
}

/* ---- the list -------------------------------------------------------------------------------- */

static struct api_model shown(const struct server *s, const struct served *m)
{
    static const char *const states[] = {[SERVED_UNKNOWN] = "loading",
                                         [SERVED_COLD] = "unloaded",
                                         [SERVED_LOADING] = "loading",
                                         [SERVED_READY] = "loaded",
                                         [SERVED_LEAVING] = "unloaded"};
    int state = atomic_load(&m->state);
    bool is_known = state != SERVED_UNKNOWN;
    return (struct api_model){.id = m->name,
                              .created = is_known ? m->created_s : 0,
                              .n_ctx = is_known ? m->limits.n_ctx : 0,
                              .sees = is_known && m->vision,
                              .sees_clips = is_known && m->vision && sights_take_clips(s),
                              .is_active = state == SERVED_READY,
                              .state = states[state],
                              .has_failed = m->failed_ns != 0,
                              .memory_bytes = is_known ? m->need_bytes : 0,
                              .load_s = is_known ? resident_load_s(s, m) : 0};
}

/* M under one of its names. */
static struct api_model under(struct api_model m, const char *name)
{
    m.root = m.id;
    m.id = name;
    return m;
}

void models_list(struct call *c)
{
    struct server *s = c->s;
    struct api_model list[SERVER_MODELS_MAX + SERVER_ALIASES_MAX];
    struct json_out o = {0};
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->config.n_models; i++)
        list[n++] = shown(s, &s->model[i]);
    for (uint32_t i = 0; i < s->config.n_aliases; i++)
        list[n++] = under(list[0], s->config.aliases[i]);
    api_models_put(&o, list, n);
    call_json(c, 200, &o);
}

void models_get(struct call *c)
{
    struct slice name = slice_str(c->arg);
    struct served *found = named(c->s, name);
    struct json_out o = {0};
    if (!found) {
        refuse_unknown(c, name);
        return;
    }
    struct api_model m = under(shown(c->s, found), c->arg);
    api_model_put(&o, NULL, &m);
    call_json(c, 200, &o);
}
