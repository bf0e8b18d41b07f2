#include "server/metrics_table.h"

#include "base/arena.h"
#include "base/clock.h"
#include "obs/metrics_text.h"
#include "obs/process.h"

/* ---- names, help, labels, buckets ------------------------------------------------------------ */

static const char *const WAITING[] = {"capacity", "deferred"};
static const char *const SLEEP[] = {"awake", "weights_offloaded", "discard_all"};
static const char *const SOURCE[] = {"local_compute", "local_cache_hit", "external_kv_transfer"};
static const char *const FINISH[] = {"stop", "length", "abort", "error", "repetition"};
static const char *const CAUSE[] = {"too_long", "kv_pages",     "queue_full", "ttft",
                                    "tpot",     "key_requests", "key_tokens", "loading",
                                    "draining", "fault"};
static const char *const PROMISE[] = {"first_token", "pace"};
static const char *const PICTURE[] = {"encoded", "cache"};
static const char *const BLIND[] = {"broken", "unsupported", "too_large", "not_found", "fault"};
static const char *const PROMPT_SIZE[] = {"256", "1024", "4096", "16384"};
const uint32_t metrics_prompt_size[] = {256, 1024, 4096, 16384};

#define LENGTH_IS(list, n) _Static_assert(sizeof list / sizeof list[0] == (n), #list)
LENGTH_IS(WAITING, METRICS_WAITINGS);
LENGTH_IS(SLEEP, METRICS_SLEEPS);
LENGTH_IS(SOURCE, METRICS_SOURCES);
LENGTH_IS(FINISH, METRICS_FINISHES);
LENGTH_IS(CAUSE, METRICS_CAUSES);
LENGTH_IS(PROMISE, METRICS_PROMISES);
LENGTH_IS(PICTURE, METRICS_PICTURES);
LENGTH_IS(BLIND, METRICS_BLINDS);
LENGTH_IS(PROMPT_SIZE, METRICS_PROMPT_SIZES);

/* The replies of HTTP that this server or a proxy behind it can give; 498 and 499 are Groq's. */
static const int STATUS[] = {200, 202, 204, 206, 301, 302, 304, 307, 400, 401, 403,
                             404, 405, 408, 409, 411, 412, 413, 414, 415, 417, 422,
                             424, 429, 431, 498, 499, 500, 501, 502, 503, 504, 505};
enum { STATUSES = sizeof STATUS / sizeof STATUS[0] + 1, STATUS_OTHER = STATUSES - 1 };

struct bounds {
    unsigned
        decimals; /* of sums: 6 for seconds and ratios fit 64 bits for longer than servers run */
    uint32_t n;
    double v[METRICS_BOUNDS_MAX];
};

static const struct bounds TTFT = {6, 22, {.001, .005, .01, .02, .04, .06, .08, .1,
                                           .25,  .5,   .75, 1,   2.5, 5,   7.5, 10,
                                           20,   40,   80,  160, 640, 2560}};
/* The first seven are ours: the rest begins where a fast answer ends. */
static const struct bounds ITL = {6, 26, {.0005, .001, .002, .003, .004, .005, .0075, .01, .025,
                                          .05,   .075, .1,   .15,  .2,   .3,   .4,    .5,  .75,
                                          1,     2.5,  5,    7.5,  10,   20,   40,    80}};
static const struct bounds LATENCY = {6, 21, {.3, .5, .8, 1,  1.5, 2,   2.5, 5,   10,   15,  20,
                                              30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680}};
static const struct bounds RESIDENCY = {6, 21, {.001, .002, .005, .01, .02, .05,  .1,
                                                .2,   .5,   1,    2,   5,   10,   20,
                                                30,   60,   120,  300, 600, 1200, 1800}};
static const struct bounds RATIO = {6, 22, {.5,  .7,  .8,  .85,  .9,   .93,  .95,  .97,
                                            .98, .99, 1,   1.01, 1.02, 1.03, 1.05, 1.07,
                                            1.1, 1.2, 1.5, 2,    4,    8}};
static const struct bounds STEP = {
    0, 13, {1, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384}};
static const struct bounds CHOICES = {0, 5, {1, 2, 5, 10, 20}};
static const struct bounds TOKENS = {0, 0, {0}}; /* 1, 2, 5, 10, ... up to the model's context */

enum kind { COUNTER, GAUGE, HISTOGRAM, AGAIN };

/* A member of struct metrics_model, or another name of one (AGAIN). With VALUES the member is an
 * array of N cells, one for each value of LABEL. */
struct row {
    size_t at;
    enum kind kind;
    const char *name, *help;
    const struct bounds *bounds;
    const char *label;
    const char *const *values;
    uint32_t n;
};

#define ROW(member, kind, name, help) offsetof(struct metrics_model, member), kind, name, help
#define EACH(label, values)           NULL, label, values, sizeof values / sizeof values[0]
#define ONE                           NULL, NULL, NULL, 1
#define COUNT(member, help)           ROW(member, COUNTER, "vllm:" #member "_total", help), ONE
#define VALUE(member, help)           ROW(member, GAUGE, "vllm:" #member, help), ONE
#define COUNTS(member, label, values, help)                                                        \
    ROW(member, COUNTER, "vllm:" #member "_total", help), EACH(label, values)
#define VALUES(member, label, values, help)                                                        \
    ROW(member, GAUGE, "vllm:" #member, help), EACH(label, values)
#define SPREAD(member, bounds, help)                                                               \
    ROW(member, HISTOGRAM, "vllm:" #member, help), &(bounds), NULL, NULL, 1

static const struct row ROWS[] = {
    {VALUE(num_requests_running, "Requests that advance in every step.")},
    {VALUE(num_requests_waiting, "Requests that are accepted and wait for their first step.")},
    {VALUES(num_requests_waiting_by_reason, "reason", WAITING,
            "Waiting requests by what they wait for.")},
    {VALUE(kv_cache_usage_perc, "Share of the KV cache in use; 1 is all of it.")},
    {VALUES(engine_sleep_state, "sleep_state", SLEEP, "1 for the state that the engine is in.")},
    {COUNT(prompt_tokens, "Tokens of prompts, computed or found in the cache.")},
    {COUNTS(prompt_tokens_by_source, "source", SOURCE,
            "Tokens of prompts by where their keys and values came from.")},
    {COUNT(prompt_tokens_cached, "Tokens of prompts that were found in the cache.")},
    {COUNT(generation_tokens, "Tokens of answers.")},
    {COUNTS(request_success, "finished_reason", FINISH, "Finished requests by how they ended.")},
    {COUNT(num_preemptions, "Requests that gave way to others after they had begun.")},
    {COUNT(corrupted_requests, "Requests whose logits were not numbers.")},
    {COUNT(prefix_cache_queries, "Tokens that were looked up in the prefix cache.")},
    {COUNT(prefix_cache_hits, "Tokens that were found in the prefix cache.")},
    {COUNT(external_prefix_cache_queries,
           "Tokens that were looked up in other instances' caches.")},
    {COUNT(external_prefix_cache_hits, "Tokens that were found in other instances' caches.")},
    {COUNT(mm_cache_queries, "Pictures and videos that were looked up in the encoder cache.")},
    {COUNT(mm_cache_hits, "Pictures and videos that were found in the encoder cache.")},
    {COUNT(spec_decode_num_drafts, "Drafts of speculation.")},
    {COUNT(spec_decode_num_draft_tokens, "Tokens of drafts.")},
    {COUNT(spec_decode_num_accepted_tokens, "Tokens of drafts that were right.")},
    {SPREAD(time_to_first_token_seconds, TTFT,
            "From the arrival of a request to its first token.")},
    {SPREAD(inter_token_latency_seconds, ITL, "Between two tokens of an answer.")},
    {SPREAD(request_time_per_output_token_seconds, ITL,
            "Mean time of a token after the first, per request.")},
    {SPREAD(e2e_request_latency_seconds, LATENCY,
            "From the arrival of a request to its last token.")},
    {SPREAD(request_queue_time_seconds, LATENCY, "From acceptance to the first step.")},
    {SPREAD(request_inference_time_seconds, LATENCY, "From the first step to the last token.")},
    {SPREAD(request_prefill_time_seconds, LATENCY, "From the first step to the first token.")},
    {SPREAD(request_decode_time_seconds, LATENCY, "From the first token to the last.")},
    {SPREAD(request_prompt_tokens, TOKENS, "Tokens of a prompt.")},
    {SPREAD(request_generation_tokens, TOKENS, "Tokens of an answer.")},
    {SPREAD(request_max_num_generation_tokens, TOKENS, "Most tokens that an answer could have.")},
    {SPREAD(request_params_n, CHOICES, "Answers that a request asked for (n).")},
    {SPREAD(request_params_max_tokens, TOKENS, "Tokens that a request asked for (max_tokens).")},
    {SPREAD(request_prefill_kv_computed_tokens, TOKENS,
            "Tokens of a prompt that were not in the cache.")},
    {SPREAD(iteration_tokens_total, STEP, "Tokens of a step.")},
    {SPREAD(kv_block_lifetime_seconds, RESIDENCY, "From a KV page's first use to its eviction.")},
    {SPREAD(kv_block_idle_before_evict_seconds, RESIDENCY,
            "From a KV page's last use to its eviction.")},
    {SPREAD(kv_block_reuse_gap_seconds, RESIDENCY, "Between two uses of a KV page.")},
    {ROW(kv_cache_usage_perc, AGAIN, "vllm:gpu_cache_usage_perc",
         "Deprecated: see vllm:kv_cache_usage_perc."),
     ONE},
    {ROW(prefix_cache_queries, AGAIN, "vllm:gpu_prefix_cache_queries_total",
         "Deprecated: see vllm:prefix_cache_queries_total."),
     ONE},
    {ROW(prefix_cache_hits, AGAIN, "vllm:gpu_prefix_cache_hits_total",
         "Deprecated: see vllm:prefix_cache_hits_total."),
     ONE},
    {ROW(inter_token_latency_seconds, AGAIN, "vllm:time_per_output_token_seconds",
         "Deprecated: see vllm:inter_token_latency_seconds."),
     ONE},
    {VALUE(gpu_prefix_cache_hit_rate, "Deprecated: hits per query since the start.")},
    {VALUE(num_requests_swapped, "Deprecated: always 0.")},
    {VALUE(cpu_cache_usage_perc, "Deprecated: always 0.")},
    {ROW(step_time_ratio, HISTOGRAM, "takt:step_time_ratio",
         "Measured time of a step / predicted time."),
     &RATIO, NULL, NULL, 1},
    {ROW(beat_fill_ratio, GAUGE, "takt:beat_fill_ratio", "Predicted time of the last step / beat."),
     ONE},
    {ROW(predicted_ttft_seconds, GAUGE, "takt:predicted_ttft_seconds",
         "Time to the first token that a prompt of this size would be promised now."),
     EACH("prompt_tokens", PROMPT_SIZE)},
    {ROW(predicted_tpot_seconds, GAUGE, "takt:predicted_tpot_seconds",
         "Time per token that a request would be promised now."),
     ONE},
    {ROW(admission_headroom_tokens, GAUGE, "takt:admission_headroom_tokens",
         "Tokens of prompt and answer that would be accepted now."),
     ONE},
    {ROW(model_loaded, GAUGE, "takt:model_loaded", "1 while the model is in memory, else 0."), ONE},
    {ROW(model_memory_bytes, GAUGE, "takt:model_memory_bytes",
         "Memory that the model has now: weights, KV cache and activations."),
     ONE},
    {ROW(model_load_seconds, GAUGE, "takt:model_load_seconds",
         "What bringing the model into memory took, the last time."),
     ONE},
    {ROW(model_loads, COUNTER, "takt:model_loads_total", "How often it was brought into memory."),
     ONE},
    {ROW(model_unloads, COUNTER, "takt:model_unloads_total",
         "How often its memory was given back."),
     ONE},
    {ROW(pictures, COUNTER, "takt:pictures_total", "Pictures that models were shown, by source."),
     EACH("source", PICTURE)},
    {ROW(pictures_refused, COUNTER, "takt:pictures_refused_total",
         "Pictures that requests were refused for, by cause."),
     EACH("cause", BLIND)},
    {ROW(pictures_waiting, GAUGE, "takt:pictures_waiting",
         "Pictures that are being opened, decoded or encoded, or wait for that."),
     ONE},
    {ROW(picture_seconds, HISTOGRAM, "takt:picture_seconds",
         "From a request's arrival until a picture of it could be shown to the model."),
     &TTFT, NULL, NULL, 1},
    {ROW(picture_decode_seconds, HISTOGRAM, "takt:picture_decode_seconds",
         "Of a media worker, for a picture whose bytes were not known."),
     &TTFT, NULL, NULL, 1},
    {ROW(picture_encode_seconds, HISTOGRAM, "takt:picture_encode_seconds",
         "Of the encoder, for a picture that it did not know."),
     &TTFT, NULL, NULL, 1},
    {ROW(admission_accepted, COUNTER, "takt:admission_accepted_total",
         "Requests that were accepted with a promise."),
     ONE},
    {ROW(admission_refused, COUNTER, "takt:admission_refused_total",
         "Requests that were refused, by cause."),
     EACH("cause", CAUSE)},
};

/* ---- registration ---------------------------------------------------------------------------- */

struct metrics_table_own {
    struct arena arena;
    struct metrics_note **cache;   /* [n_models] */
    struct metrics_counter **http; /* [n_routes + 1][STATUSES] */
    uint32_t n_routes;
    struct metrics_gauge *resident, *virtual, *open_fds, *max_fds;
    struct metrics_counter *cpu;
    _Atomic int64_t fds_due_ns; /* when open descriptors may be counted the slow way again */
};

/* The labels of what is registered next. */
struct labels {
    struct metrics_label v[METRICS_LABELS_MAX];
    uint32_t n;
};

static void label(struct labels *l, const char *name, const char *value)
{
    l->v[l->n++] = (struct metrics_label){name, value};
}

static struct labels model_labels(const struct metrics_model_config *c)
{
    struct labels l = {.n = 0};
    label(&l, "model_name", c->name);
    label(&l, "engine", "0");
    return l;
}

static struct bounds bounds_of(const struct row *r, uint32_t n_ctx)
{
    struct bounds b = *r->bounds;
    for (double ten = 1; r->bounds == &TOKENS; ten *= 10)
        for (int i = 0; i < 3; i++) {
            double v = ten * (i == 0 ? 1 : i == 1 ? 2 : 5);
            if (v > n_ctx || b.n == METRICS_BOUNDS_MAX)
                return b;
            b.v[b.n++] = v;
        }
    return b;
}

static void add_row(struct metrics *r, struct metrics_model *m, const struct row *row,
                    const struct metrics_model_config *c)
{
    void **member = (void **)(void *)((char *)m + row->at);
    for (uint32_t i = 0; i < row->n; i++) {
        struct labels l = model_labels(c);
        if (row->values)
            label(&l, row->label, row->values[i]);
        struct metrics_series s = {
            .name = row->name, .help = row->help, .labels = l.v, .n_labels = l.n};
        if (row->kind == AGAIN) {
            metrics_also(r, &s, *member);
        } else if (row->kind == COUNTER) {
            member[i] = metrics_counter(r, &s);
        } else if (row->kind == GAUGE) {
            member[i] = metrics_gauge(r, &s);
        } else {
            struct bounds b = bounds_of(row, c->n_ctx ? c->n_ctx : UINT32_C(131072));
            s.decimals = b.decimals;
            member[i] = metrics_histogram(r, &s, b.v, b.n);
        }
    }
}

static void add_promises(struct metrics *r, struct metrics_model *m,
                         const struct metrics_model_config *c)
{
    for (int i = 0; i < METRICS_PROMISES; i++)
        for (int kept = 0; kept < 2; kept++) {
            struct labels l = model_labels(c);
            label(&l, "promise", PROMISE[i]);
            label(&l, "kept", kept ? "true" : "false");
            struct metrics_series s = {.name = "takt:promise_total",
                                       .help = "Promises whose time has come, by whether they were "
                                               "kept.",
                                       .labels = l.v,
                                       .n_labels = l.n};
            m->promise[i][kept] = metrics_counter(r, &s);
        }
}

static void add_positions(struct metrics *r, struct metrics_model *m,
                          const struct metrics_model_config *c)
{
    for (uint32_t i = 0; i < c->n_positions; i++) {
        char position[16];
        struct labels l = model_labels(c);
        snprintf(position, sizeof position, "%u", i);
        label(&l, "position", position);
        struct metrics_series s = {.name = "vllm:spec_decode_num_accepted_tokens_per_pos_total",
                                   .help = "Tokens of drafts that were right, by their place.",
                                   .labels = l.v,
                                   .n_labels = l.n};
        m->spec_decode_num_accepted_tokens_per_pos[i] = metrics_counter(r, &s);
    }
}

/* vLLM tells its configuration as labels of a gauge that is 1; llm-d reads the size of a block and
 * the number of blocks there. */
static void tell_cache(struct metrics_note *note, const struct metrics_model_config *c)
{
    char text[4][32];
    struct labels l = {.n = 0};
    uint64_t n_tokens = (uint64_t)c->page_tokens * c->n_pages;
    double at_once = c->n_ctx ? (double)n_tokens / c->n_ctx : 0;
    snprintf(text[0], sizeof text[0], "%u", c->page_tokens);
    snprintf(text[1], sizeof text[1], "%u", c->n_pages);
    snprintf(text[2], sizeof text[2], "%llu", (unsigned long long)n_tokens);
    text[3][metrics_put_f64(text[3], round(at_once * 100) / 100)] = 0;
    label(&l, "block_size", text[0]);
    label(&l, "num_gpu_blocks", text[1]);
    label(&l, "cache_dtype", c->cache_dtype ? c->cache_dtype : "auto");
    label(&l, "enable_prefix_caching", c->has_prefix_cache ? "True" : "False");
    label(&l, "kv_cache_size_tokens", text[2]);
    label(&l, "kv_cache_max_concurrency", text[3]);
    metrics_note_set(note, l.v, l.n);
}

static takt_rc add_model(struct metrics *r, struct metrics_model *m, struct metrics_note **cache,
                         const struct metrics_model_config *c, takt_err *e)
{
    struct labels l = model_labels(c);
    if (c->n_positions > METRICS_POSITIONS_MAX)
        return err_set(e, TAKT_ERR_USAGE, c->name, "counts %u positions of drafts; %d at most",
                       c->n_positions, METRICS_POSITIONS_MAX);
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++)
        add_row(r, m, &ROWS[i], c);
    add_promises(r, m, c);
    add_positions(r, m, c);
    *cache = metrics_note(r, &(struct metrics_series){.name = "vllm:cache_config_info",
                                                      .help = "The KV cache, in labels.",
                                                      .labels = l.v,
                                                      .n_labels = l.n});
    if (c->n_pages)
        tell_cache(*cache, c);
    metrics_set(m->engine_sleep_state[METRICS_AWAKE], 1);
    return TAKT_OK;
}

static struct metrics_gauge *plain_gauge(struct metrics *r, const char *name, const char *help)
{
    return metrics_gauge(r, &(struct metrics_series){.name = name, .help = help});
}

static void add_process(struct metrics *r, struct metrics_table_own *own)
{
    struct process_figures p;
    process_read(&p);
    own->cpu = metrics_counter(r, &(struct metrics_series){.name = "process_cpu_seconds_total",
                                                           .help = "User and system time.",
                                                           .decimals = 9});
    own->resident = plain_gauge(r, "process_resident_memory_bytes", "Memory that is in RAM.");
    own->virtual = plain_gauge(r, "process_virtual_memory_bytes", "Memory that has an address.");
    own->open_fds = plain_gauge(r, "process_open_fds", "Open file descriptors.");
    own->max_fds = plain_gauge(r, "process_max_fds", "Most file descriptors that may be open.");
    metrics_set(plain_gauge(r, "process_start_time_seconds",
                            "When the process began, in seconds since 1970."),
                p.start_s);
}

static takt_rc add_routes(struct metrics *r, struct metrics_table_own *own,
                          const struct metrics_table_config *c, takt_err *e)
{
    own->n_routes = c->n_routes;
    own->http = ARENA_ARRAY(&own->arena, struct metrics_counter *, (c->n_routes + 1) * STATUSES);
    if (!own->http)
        return err_set(e, TAKT_ERR_MEMORY, "metrics", "no memory");
    for (uint32_t i = 0; i <= c->n_routes; i++)
        for (int k = 0; k < STATUSES; k++) {
            char status[16] = "other";
            struct metrics_label l[] = {{"route", i < c->n_routes ? c->routes[i] : "other"},
                                        {"status", status}};
            if (k != STATUS_OTHER)
                snprintf(status, sizeof status, "%d", STATUS[k]);
            own->http[i * STATUSES + k] =
                metrics_counter(r, &(struct metrics_series){.name = "takt:http_requests_total",
                                                            .help = "Replies by route and status.",
                                                            .labels = l,
                                                            .n_labels = 2,
                                                            .hide_zero = true});
        }
    return TAKT_OK;
}

static takt_rc add_all(struct metrics_table *t, const struct metrics_table_config *c, takt_err *e)
{
    struct metrics *r = t->registry;
    struct metrics_label version = {"version", c->version};
    for (uint32_t i = 0; i < c->n_models; i++)
        TAKT_TRY(add_model(r, &t->model[i], &t->own->cache[i], &c->models[i], e));
    t->connections = plain_gauge(r, "takt:connections", "Open connections.");
    t->ready = plain_gauge(r, "takt:ready", "1 when requests can be answered, as /health/ready.");
    t->clients_gone = metrics_counter(
        r, &(struct metrics_series){.name = "takt:clients_gone_total",
                                    .help = "Clients that left before their answer ended."});
    t->batches = plain_gauge(r, "takt:batches", "Batches that are worked on here.");
    for (int i = 0; i < 2; i++)
        t->batch_lines[i] = metrics_counter(
            r, &(struct metrics_series){
                   .name = "takt:batch_lines_total",
                   .help = "Requests of batches whose result was written.",
                   .labels = &(struct metrics_label){"result", i ? "failed" : "completed"},
                   .n_labels = 1});
    t->store_errors = metrics_counter(
        r, &(struct metrics_series){.name = "takt:store_errors_total",
                                    .help = "What the store could not do, as the log says."});
    TAKT_TRY(add_routes(r, t->own, c, e));
    metrics_set(metrics_gauge(r, &(struct metrics_series){.name = "takt:build_info",
                                                          .help = "What runs here, in labels.",
                                                          .labels = &version,
                                                          .n_labels = 1}),
                1);
    add_process(r, t->own);
    return metrics_seal(r, e);
}

takt_rc metrics_table_new(struct metrics_table **out, const struct metrics_table_config *config,
                          takt_err *e)
{
    struct arena a = {0};
    struct metrics_table *t = ARENA_NEW(&a, struct metrics_table);
    struct metrics_table_own *own = ARENA_NEW(&a, struct metrics_table_own);
    struct metrics_model *models = ARENA_ARRAY(&a, struct metrics_model, config->n_models);
    struct metrics_note **cache = ARENA_ARRAY(&a, struct metrics_note *, config->n_models);
    *out = NULL;
    if (!t || !own || !models || !cache) {
        arena_free(&a);
        return err_set(e, TAKT_ERR_MEMORY, "metrics", "no memory");
    }
    own->arena = a; /* in which it lies itself */
    own->cache = cache;
    *t = (struct metrics_table){.model = models, .n_models = config->n_models, .own = own};
    takt_rc rc = metrics_new(&t->registry, e);
    if (!rc.code)
        rc = add_all(t, config, e);
    if (rc.code)
        metrics_table_free(t);
    else
        *out = t;
    return rc;
}

void metrics_table_free(struct metrics_table *t)
{
    if (!t)
        return;
    metrics_free(t->registry);
    struct arena a = t->own->arena;
    arena_free(&a);
}

/* ---- use ------------------------------------------------------------------------------------- */

void metrics_table_cache(struct metrics_table *t, uint32_t i, const struct metrics_model_config *c)
{
    takt_assert(i < t->n_models);
    tell_cache(t->own->cache[i], c);
}

void metrics_table_http(struct metrics_table *t, uint32_t route, int status)
{
    uint32_t row = route < t->own->n_routes ? route : t->own->n_routes, k = 0;
    while (k < STATUS_OTHER && STATUS[k] != status)
        k++;
    metrics_count(t->own->http[row * STATUSES + k], 1);
}

size_t metrics_table_text_max(const struct metrics_table *t)
{
    return metrics_text_max(t->registry);
}

static void refresh_fds(struct metrics_table_own *own)
{
    const int64_t pause_ns = INT64_C(10000000000);
    uint64_t n;
    int64_t now = clock_ns(), due = atomic_load(&own->fds_due_ns);
    bool slowly = now >= due;
    /* One thread at a time, and seldom, where each descriptor has to be looked at. */
    if (slowly)
        slowly = atomic_compare_exchange_strong(&own->fds_due_ns, &due, now + pause_ns);
    if (process_fds(&n, slowly))
        metrics_set(own->open_fds, (double)n);
}

size_t metrics_table_write(struct metrics_table *t, char *buf, size_t cap)
{
    struct metrics_table_own *own = t->own;
    struct process_figures p;
    process_read(&p);
    refresh_fds(own);
    metrics_count_to(own->cpu, p.cpu_ns);
    metrics_set(own->resident, (double)p.resident_bytes);
    metrics_set(own->virtual, (double)p.virtual_bytes);
    metrics_set(own->max_fds, p.max_fds == UINT64_MAX ? (double)INFINITY : (double)p.max_fds);
    for (uint32_t i = 0; i < t->n_models; i++) {
        const struct metrics_model *m = &t->model[i];
        uint64_t hits = metrics_counted(m->prefix_cache_hits);
        uint64_t queries = metrics_counted(m->prefix_cache_queries);
        metrics_set(m->gpu_prefix_cache_hit_rate, queries ? (double)hits / (double)queries : 0);
    }
    return metrics_write(t->registry, buf, cap);
}
