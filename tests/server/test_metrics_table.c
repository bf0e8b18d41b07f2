/* The table of metrics: every name that routers and dashboards of the vLLM ecosystem read is there,
 * with the labels and buckets that they expect, and every member of the structures can be used. */
#include "server/metrics_table.h"

#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "obs/prom.h"

static const char *const ROUTES[] = {"/v1/chat/completions", "/metrics"};

static struct metrics_model_config model(const char *name)
{
    return (struct metrics_model_config){
        .name = name, .n_ctx = 4096, .n_positions = METRICS_POSITIONS_MAX};
}

static const struct metrics_model_config CACHE = {.name = "known",
                                                  .n_ctx = 4096,
                                                  .page_tokens = 64,
                                                  .n_pages = 160,
                                                  .cache_dtype = "f16",
                                                  .has_prefix_cache = true};

static struct metrics_table *table(const struct metrics_model_config *models, uint32_t n)
{
    takt_err e;
    struct metrics_table *t = NULL;
    struct metrics_table_config c = {
        .models = models, .n_models = n, .routes = ROUTES, .n_routes = 2, .version = "0.1.0"};
    T_RC(metrics_table_new(&t, &c, &e), &e);
    return t;
}

static bool read_all(struct prom *p, struct metrics_table *t)
{
    size_t cap = metrics_table_text_max(t);
    char *text = malloc(cap);
    T_OK(metrics_table_write(t, text, cap) > 0);
    bool ok = prom_read(p, text);
    free(text);
    return ok;
}

T_TEST(every_member_is_registered)
{
    struct metrics_model_config c = model("m");
    struct metrics_table *t = table(&c, 1);
    if (!t)
        return;
    void *const *member = (void *const *)(const void *)t->model;
    for (size_t i = 0; i < sizeof *t->model / sizeof *member; i++)
        if (!member[i])
            t_fail(__FILE__, __LINE__, "pointer %zu of struct metrics_model is NULL", i);
    T_OK(t->connections && t->clients_gone && t->batches && t->store_errors);
    metrics_table_free(t);
    metrics_table_free(NULL);
}

/* serving-anchors: what vLLM has, what it had, what is ours. */
static const char *const GAUGES[] = {
    "vllm:num_requests_running",
    "vllm:num_requests_waiting",
    "vllm:num_requests_waiting_by_reason",
    "vllm:kv_cache_usage_perc",
    "vllm:engine_sleep_state",
    "vllm:cache_config_info",
    "vllm:gpu_cache_usage_perc",
    "vllm:gpu_prefix_cache_hit_rate",
    "vllm:num_requests_swapped",
    "vllm:cpu_cache_usage_perc",
    "takt:beat_fill_ratio",
    "takt:predicted_ttft_seconds",
    "takt:predicted_tpot_seconds",
    "takt:admission_headroom_tokens",
    "takt:connections",
    "takt:ready",
    "takt:batches",
    "takt:build_info",
    "process_resident_memory_bytes",
    "process_virtual_memory_bytes",
    "process_open_fds",
    "process_max_fds",
    "process_start_time_seconds",
    "takt:model_loaded",
    "takt:model_memory_bytes",
    "takt:model_load_seconds",
    "takt:pictures_waiting",
};
static const char *const COUNTERS[] = {
    "vllm:prompt_tokens_total",
    "vllm:prompt_tokens_by_source_total",
    "vllm:prompt_tokens_cached_total",
    "vllm:generation_tokens_total",
    "vllm:num_preemptions_total",
    "vllm:request_success_total",
    "vllm:prefix_cache_queries_total",
    "vllm:prefix_cache_hits_total",
    "vllm:external_prefix_cache_queries_total",
    "vllm:external_prefix_cache_hits_total",
    "vllm:mm_cache_queries_total",
    "vllm:mm_cache_hits_total",
    "vllm:corrupted_requests_total",
    "vllm:spec_decode_num_drafts_total",
    "vllm:spec_decode_num_draft_tokens_total",
    "vllm:spec_decode_num_accepted_tokens_total",
    "vllm:spec_decode_num_accepted_tokens_per_pos_total",
    "vllm:gpu_prefix_cache_hits_total",
    "vllm:gpu_prefix_cache_queries_total",
    "takt:promise_total",
    "takt:model_loads_total",
    "takt:model_unloads_total",
    "takt:pictures_total",
    "takt:pictures_refused_total",
    "takt:admission_refused_total",
    "takt:admission_accepted_total",
    "takt:http_requests_total",
    "takt:clients_gone_total",
    "takt:batch_lines_total",
    "takt:store_errors_total",
    "process_cpu_seconds_total",
};
static const char *const HISTOGRAMS[] = {
    "vllm:time_to_first_token_seconds",
    "vllm:inter_token_latency_seconds",
    "vllm:request_time_per_output_token_seconds",
    "vllm:e2e_request_latency_seconds",
    "vllm:request_queue_time_seconds",
    "vllm:request_inference_time_seconds",
    "vllm:request_prefill_time_seconds",
    "vllm:request_decode_time_seconds",
    "vllm:request_prompt_tokens",
    "vllm:request_generation_tokens",
    "vllm:request_max_num_generation_tokens",
    "vllm:request_params_n",
    "vllm:request_params_max_tokens",
    "vllm:request_prefill_kv_computed_tokens",
    "vllm:iteration_tokens_total",
    "vllm:kv_block_lifetime_seconds",
    "vllm:kv_block_idle_before_evict_seconds",
    "vllm:kv_block_reuse_gap_seconds",
    "vllm:time_per_output_token_seconds",
    "takt:step_time_ratio",
    "takt:picture_seconds",
    "takt:picture_decode_seconds",
    "takt:picture_encode_seconds",
};

static void check_names(const struct prom *p, const char *const *names, size_t n, const char *type)
{
    for (size_t i = 0; i < n; i++) {
        const char *got = prom_type(p, names[i]);
        if (!got || strcmp(got, type) != 0)
            t_fail(__FILE__, __LINE__, "%s is %s, not a %s", names[i], got ? got : "missing", type);
    }
}

#define N(list) (sizeof(list) / sizeof(list)[0])

T_TEST(every_name_is_there_with_its_type_and_labels)
{
    struct metrics_model_config c = model("granite \"q\"");
    struct metrics_table *t = table(&c, 1);
    struct prom p;
    if (!t)
        return;
    metrics_table_cache(t, 0, &CACHE);
    if (!read_all(&p, t))
        return;
    check_names(&p, GAUGES, N(GAUGES), "gauge");
    check_names(&p, COUNTERS, N(COUNTERS), "counter");
    check_names(&p, HISTOGRAMS, N(HISTOGRAMS), "histogram");
    T_EQ_INT(p.n_families, N(GAUGES) + N(COUNTERS) + N(HISTOGRAMS)); /* none is untested */
    for (size_t i = 0; i < p.n; i++)
        if (strncmp(p.sample[i].name, "vllm:", 5) == 0) {
            T_EQ_STR(prom_label(&p.sample[i], "model_name"), "granite \"q\"");
            T_EQ_STR(prom_label(&p.sample[i], "engine"), "0");
        }
    prom_free(&p);
    metrics_table_free(t);
}

/* Where vLLM's dashboards ask for le="1.0", there is that bucket. */
T_TEST(buckets_are_those_of_vllm_and_finer_ones)
{
    static const struct {
        const char *name, *bounds;
    } table_of[] = {
        {"vllm:time_to_first_token_seconds_bucket",
         "0.001 0.005 0.01 0.02 0.04 0.06 0.08 0.1 0.25 0.5 0.75 1.0 2.5 5.0 7.5 10.0 20.0 40.0 "
         "80.0 160.0 640.0 2560.0 +Inf"},
        {"vllm:inter_token_latency_seconds_bucket",
         "0.0005 0.001 0.002 0.005 0.01 0.025 0.05 0.075 0.1 0.15 0.2 0.3 0.4 0.5 0.75 1.0 2.5 5.0 "
         "7.5 10.0 20.0 40.0 80.0 +Inf"},
        {"vllm:request_time_per_output_token_seconds_bucket", "0.001 0.005 0.01 0.025 80.0 +Inf"},
        {"vllm:time_per_output_token_seconds_bucket", "0.001 0.005 0.01 0.025 80.0 +Inf"},
        {"vllm:e2e_request_latency_seconds_bucket",
         "0.3 0.5 0.8 1.0 1.5 2.0 2.5 5.0 10.0 15.0 20.0 30.0 40.0 50.0 60.0 120.0 240.0 480.0 "
         "960.0 1920.0 7680.0 +Inf"},
        {"vllm:request_prompt_tokens_bucket",
         "1.0 2.0 5.0 10.0 20.0 50.0 100.0 200.0 500.0 1000.0 2000.0 +Inf"},
        {"vllm:iteration_tokens_total_bucket",
         "1.0 8.0 16.0 32.0 64.0 128.0 256.0 512.0 1024.0 2048.0 4096.0 8192.0 16384.0 +Inf"},
        {"vllm:request_params_n_bucket", "1.0 2.0 5.0 10.0 20.0 +Inf"},
        {"vllm:kv_block_lifetime_seconds_bucket", "0.001 0.002 0.005 600.0 1200.0 1800.0 +Inf"},
        {"takt:step_time_ratio_bucket", "0.5 0.95 0.99 1.0 1.01 1.05 2.0 +Inf"},
    };
    struct metrics_model_config c = model("m");
    struct metrics_table *t = table(&c, 1);
    struct prom p;
    if (!t || !read_all(&p, t))
        return;
    for (size_t i = 0; i < N(table_of); i++)
        for (const char *at = table_of[i].bounds; *at;) {
            char le[16], want[32];
            int n = 0;
            sscanf(at, "%15s%n", le, &n);
            snprintf(want, sizeof want, "le=%s", le);
            if (!prom_find(&p, table_of[i].name, want))
                t_fail(__FILE__, __LINE__, "%s has no %s", table_of[i].name, want);
            at += n;
            at += *at == ' ';
        }
    T_OK(!prom_find(&p, "vllm:request_prompt_tokens_bucket", "le=5000.0")); /* beyond n_ctx */
    prom_free(&p);
    metrics_table_free(t);
}

T_TEST(what_is_set_is_read_under_all_of_its_names)
{
    struct metrics_model_config c[] = {model("a"), model("b")};
    struct metrics_table *t = table(c, 2);
    struct prom p;
    if (!t)
        return;
    struct metrics_model *a = &t->model[0], *b = &t->model[1];
    metrics_set(a->kv_cache_usage_perc, .25);
    metrics_count(a->prefix_cache_queries, 200);
    metrics_count(a->prefix_cache_hits, 50);
    metrics_count(b->request_success[METRICS_ABORT], 3);
    metrics_observe(b->inter_token_latency_seconds, .0015);
    metrics_count(a->promise[METRICS_PACE][1], 9);
    metrics_count(a->promise[METRICS_FIRST_TOKEN][0], 1);
    metrics_set(a->predicted_ttft_seconds[2], .125);
    metrics_count(a->admission_refused[METRICS_NO_TTFT], 4);
    metrics_count(a->spec_decode_num_accepted_tokens_per_pos[31], 2);
    metrics_set(t->connections, 10000);
    metrics_table_http(t, 0, 200);
    metrics_table_http(t, 0, 200);
    metrics_table_http(t, 1, 498);
    metrics_table_http(t, 2, 404);
    metrics_table_http(t, UINT32_MAX, 777);
    if (read_all(&p, t)) {
        T_OK(prom_value(&p, "vllm:gpu_cache_usage_perc", "model_name=a") == .25);
        T_OK(prom_value(&p, "vllm:kv_cache_usage_perc", "model_name=b") == 0);
        T_OK(prom_value(&p, "vllm:gpu_prefix_cache_hits_total", "model_name=a") == 50);
        T_OK(prom_value(&p, "vllm:gpu_prefix_cache_hit_rate", "model_name=a") == .25);
        T_OK(prom_value(&p, "vllm:gpu_prefix_cache_hit_rate", "model_name=b") == 0);
        T_OK(prom_value(&p, "vllm:request_success_total", "model_name=b;finished_reason=abort") ==
             3);
        T_OK(prom_value(&p, "vllm:time_per_output_token_seconds_sum", "model_name=b") == .0015);
        T_OK(prom_value(&p, "vllm:time_per_output_token_seconds_bucket", "model_name=b;le=0.002") ==
             1);
        T_OK(prom_value(&p, "takt:promise_total", "model_name=a;promise=pace;kept=true") == 9);
        T_OK(prom_value(&p, "takt:promise_total", "model_name=a;promise=first_token;kept=false") ==
             1);
        T_OK(prom_value(&p, "takt:predicted_ttft_seconds", "model_name=a;prompt_tokens=4096") ==
             .125);
        T_EQ_INT(metrics_prompt_size[2], 4096);
        T_OK(prom_value(&p, "takt:admission_refused_total", "model_name=a;cause=ttft") == 4);
        T_OK(prom_value(&p, "vllm:spec_decode_num_accepted_tokens_per_pos_total",
                        "model_name=a;position=31") == 2);
        T_OK(prom_value(&p, "vllm:engine_sleep_state", "model_name=a;sleep_state=awake") == 1);
        T_OK(prom_value(&p, "vllm:engine_sleep_state", "model_name=a;sleep_state=discard_all") ==
             0);
        T_OK(prom_value(&p, "takt:connections", "") == 10000);
        T_OK(prom_value(&p, "takt:http_requests_total", "route=/v1/chat/completions;status=200") ==
             2);
        T_OK(prom_value(&p, "takt:http_requests_total", "route=/metrics;status=498") == 1);
        T_OK(prom_value(&p, "takt:http_requests_total", "route=other;status=404") == 1);
        T_OK(prom_value(&p, "takt:http_requests_total", "route=other;status=other") == 1);
        T_OK(!prom_find(&p, "takt:http_requests_total", "status=503"));
        T_OK(prom_value(&p, "takt:build_info", "version=0.1.0") == 1);
    }
    prom_free(&p);
    metrics_table_free(t);
}

T_TEST(the_cache_configuration_stands_in_labels_once_it_is_known)
{
    struct metrics_model_config c[] = {model("a"), {.name = "later"}, CACHE};
    struct metrics_table *t = table(c, 3);
    struct prom p;
    if (!t)
        return;
    T_OK(read_all(&p, t) && !prom_find(&p, "vllm:cache_config_info", "model_name=a"));
    T_OK(prom_find(&p, "vllm:cache_config_info", "model_name=known;num_gpu_blocks=160"));
    T_OK(prom_find(&p, "vllm:request_prompt_tokens_bucket", "model_name=later;le=100000.0"));
    prom_free(&p);
    metrics_table_cache(t, 0, &CACHE);
    if (read_all(&p, t)) {
        T_OK(prom_value(&p, "vllm:cache_config_info",
                        "model_name=a;engine=0;block_size=64;num_gpu_blocks=160;cache_dtype=f16;"
                        "enable_prefix_caching=True;kv_cache_size_tokens=10240;"
                        "kv_cache_max_concurrency=2.5") == 1);
        T_OK(!prom_find(&p, "vllm:cache_config_info", "model_name=later"));
    }
    prom_free(&p);
    metrics_table_cache(t, 1, &(struct metrics_model_config){.page_tokens = 16, .n_pages = 1});
    T_OK(read_all(&p, t) &&
         prom_value(&p, "vllm:cache_config_info",
                    "model_name=later;block_size=16;cache_dtype=auto;enable_prefix_caching=False;"
                    "kv_cache_max_concurrency=0") == 1);
    prom_free(&p);
    metrics_table_free(t);
}

T_TEST(the_process_tells_about_itself)
{
    struct metrics_model_config c = model("m");
    struct metrics_table *t = table(&c, 1);
    struct prom p;
    if (!t || !read_all(&p, t))
        return;
    double start = prom_value(&p, "process_start_time_seconds", ""), cpu;
    T_NEAR(start, (double)time(NULL), 3600);
    T_OK(prom_value(&p, "process_resident_memory_bytes", "") > 100 << 10);
    double fds = prom_value(&p, "process_open_fds", "");
    T_OK(fds >= 3 && prom_value(&p, "process_max_fds", "") >= fds);
    cpu = prom_value(&p, "process_cpu_seconds_total", "");
    prom_free(&p);
    if (read_all(&p, t)) {
        T_OK(prom_value(&p, "process_cpu_seconds_total", "") > cpu && cpu > 0);
        T_OK(prom_value(&p, "process_start_time_seconds", "") == start);
    }
    prom_free(&p);
    metrics_table_free(t);
}

T_TEST(what_cannot_be_registered_is_refused)
{
    takt_err e;
    struct metrics_table *t;
    struct metrics_model_config c[] = {model("a"), model("a")};
    struct metrics_table_config config = {.models = c, .n_models = 2, .version = "0"};
    T_FAILS(metrics_table_new(&t, &config, &e), &e, TAKT_ERR_USAGE, "same labels");
    T_OK(!t);
    c[0].n_positions = METRICS_POSITIONS_MAX + 1;
    T_FAILS(metrics_table_new(&t, &config, &e), &e, TAKT_ERR_USAGE, "a: counts 33");
}

T_TEST(a_scrape_takes_well_under_a_millisecond)
{
    struct metrics_model_config c[] = {model("a"), model("b"), model("c"), model("d")};
    struct metrics_table *t = table(c, 4);
    int64_t best = INT64_MAX;
    size_t n = 0;
    if (!t)
        return;
    size_t cap = metrics_table_text_max(t);
    char *text = malloc(cap);
    for (int i = 0; i < 20; i++) {
        int64_t from = clock_ns();
        n = metrics_table_write(t, text, cap);
        int64_t took = clock_ns() - from;
        best = took < best ? took : best;
    }
    printf("# four models, %zu bytes: %.0f us\n", n, (double)best / 1000);
    T_OK(T_SANITIZED || best < 1000000);
    free(text);
    metrics_table_free(t);
}

T_MAIN("server/metrics_table")
