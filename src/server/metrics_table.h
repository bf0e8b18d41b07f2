/* metrics_table: every metric of the server, one member each.
 *
 * Names that begin with "vllm:" mean what vLLM 0.29 means by them, so that its dashboards and the
 * routers written for it (llm-d, production-stack, AIBrix) work: names, labels (model_name and
 * engine on all of them), buckets and units are vLLM's. Names that it dropped and that somebody
 * still reads are second names of the same cell. Missing are those of what takt does not have:
 * "vllm:nixl_*", and "vllm:lora_requests_info", whose presence tells llm-d that there are adapters.
 * Where a token can take less than 10 ms, our buckets begin sooner. Names that begin with "takt:"
 * are ours, "process_" those that every Prometheus client has.
 *
 * Members of struct metrics_model and the others here may be updated by any thread at any time, see
 * obs/metrics.h. */
#ifndef TAKT_SERVER_METRICS_TABLE_H
#define TAKT_SERVER_METRICS_TABLE_H

#include "obs/metrics.h"

/* Values of labels, in the order of the arrays below. */
enum metrics_waiting { METRICS_CAPACITY, METRICS_DEFERRED, METRICS_WAITINGS };
enum metrics_sleep {
    METRICS_AWAKE,
    METRICS_WEIGHTS_OFFLOADED,
    METRICS_DISCARD_ALL,
    METRICS_SLEEPS
};
enum metrics_source {
    METRICS_LOCAL_COMPUTE,
    METRICS_LOCAL_CACHE_HIT,
    METRICS_EXTERNAL_KV_TRANSFER,
    METRICS_SOURCES
};
enum metrics_finish {
    METRICS_STOP,
    METRICS_LENGTH,
    METRICS_ABORT, /* cancelled, or the client is gone */
    METRICS_ERROR,
    METRICS_REPETITION,
    METRICS_FINISHES
};
enum metrics_promise { METRICS_FIRST_TOKEN, METRICS_PACE, METRICS_PROMISES };
enum metrics_cause {                       /* label cause */
                     METRICS_TOO_LONG,     /* "too_long": can never fit */
                     METRICS_NO_PAGES,     /* "kv_pages" */
                     METRICS_NO_QUEUE,     /* "queue_full" */
                     METRICS_NO_TTFT,      /* "ttft": the first token would come too late */
                     METRICS_NO_TPOT,      /* "tpot": tokens would come too slowly */
                     METRICS_KEY_REQUESTS, /* "key_requests": the key's limit */
                     METRICS_KEY_TOKENS,   /* "key_tokens" */
                     METRICS_LOADING,      /* "loading" */
                     METRICS_DRAINING,     /* "draining" */
                     METRICS_FAULT,        /* "fault" */
                     METRICS_CAUSES
};
enum metrics_picture { METRICS_ENCODED, METRICS_FROM_CACHE, METRICS_PICTURES }; /* label source */
enum metrics_blind {                                                            /* label cause */
                     METRICS_BROKEN,      /* "broken": its file, or the text that it is sent in */
                     METRICS_UNSUPPORTED, /* "unsupported": a kind that is not read */
                     METRICS_TOO_LARGE,   /* "too_large": bytes, pixels, sides, or the time that it
                                              takes */
                     METRICS_NOT_THERE,   /* "not_found": no such file, or not to be fetched */
                     METRICS_PICTURE_FAULT, /* "fault": no memory, or a fault of the server */
                     METRICS_BLINDS
};
enum { METRICS_PROMPT_SIZES = 4, METRICS_POSITIONS_MAX = 32 };

/* metrics_prompt_size: the prompt_tokens of predicted_ttft_seconds[i]: 256, 1024, 4096, 16384. */
extern const uint32_t metrics_prompt_size[METRICS_PROMPT_SIZES];

struct metrics_model {
    /* vLLM's gauges */
    struct metrics_gauge *num_requests_running, *num_requests_waiting;
    struct metrics_gauge *num_requests_waiting_by_reason[METRICS_WAITINGS];
    struct metrics_gauge *kv_cache_usage_perc; /* 0 to 1; also as gpu_cache_usage_perc */
    struct metrics_gauge *engine_sleep_state[METRICS_SLEEPS]; /* 1 for the state, 0 for others */
    struct metrics_gauge *num_requests_swapped, *cpu_cache_usage_perc; /* always 0 */
    struct metrics_gauge
        *gpu_prefix_cache_hit_rate; /* since the start; metrics_table_write sets it */

    /* vLLM's counters, "_total" in the text */
    struct metrics_counter *prompt_tokens, *prompt_tokens_cached, *generation_tokens;
    struct metrics_counter *prompt_tokens_by_source[METRICS_SOURCES];
    struct metrics_counter *prefix_cache_queries, *prefix_cache_hits; /* tokens; also as gpu_... */
    struct metrics_counter *external_prefix_cache_queries, *external_prefix_cache_hits;
    struct metrics_counter *mm_cache_queries, *mm_cache_hits; /* pictures, videos */
    struct metrics_counter *num_preemptions, *corrupted_requests;
    struct metrics_counter *request_success[METRICS_FINISHES];
    struct metrics_counter *spec_decode_num_drafts, *spec_decode_num_draft_tokens;
    struct metrics_counter *spec_decode_num_accepted_tokens;
    struct metrics_counter *spec_decode_num_accepted_tokens_per_pos[METRICS_POSITIONS_MAX];

    /* vLLM's histograms: seconds */
    struct metrics_histogram *time_to_first_token_seconds;
    struct metrics_histogram *inter_token_latency_seconds; /* also as time_per_output_token_... */
    struct metrics_histogram *request_time_per_output_token_seconds;
    struct metrics_histogram *e2e_request_latency_seconds, *request_queue_time_seconds;
    struct metrics_histogram *request_inference_time_seconds, *request_prefill_time_seconds;
    struct metrics_histogram *request_decode_time_seconds;
    struct metrics_histogram *kv_block_lifetime_seconds, *kv_block_idle_before_evict_seconds;
    struct metrics_histogram *kv_block_reuse_gap_seconds;
    /* and tokens, or things */
    struct metrics_histogram *request_prompt_tokens, *request_generation_tokens;
    struct metrics_histogram *request_max_num_generation_tokens, *request_params_max_tokens;
    struct metrics_histogram *request_params_n, *request_prefill_kv_computed_tokens;
    struct metrics_histogram *iteration_tokens_total;

    /* ours */
    struct metrics_histogram *step_time_ratio; /* measured / predicted */
    struct metrics_gauge *beat_fill_ratio;     /* predicted time of the last step / beat */
    struct metrics_gauge *predicted_ttft_seconds[METRICS_PROMPT_SIZES]; /* of a request now */
    struct metrics_gauge *predicted_tpot_seconds;
    struct metrics_gauge *admission_headroom_tokens;         /* that would be accepted now */
    struct metrics_gauge *model_loaded, *model_memory_bytes; /* 1 and its memory, or 0 */
    struct metrics_gauge *model_load_seconds;                /* that its last loading took */
    struct metrics_counter *model_loads, *model_unloads;
    struct metrics_counter *pictures[METRICS_PICTURES], *pictures_refused[METRICS_BLINDS];
    struct metrics_gauge *pictures_waiting;    /* that are being looked at */
    struct metrics_histogram *picture_seconds; /* until one is encoded */
    struct metrics_histogram *picture_decode_seconds, *picture_encode_seconds;
    struct metrics_counter *admission_accepted, *admission_refused[METRICS_CAUSES];
    struct metrics_counter *promise[METRICS_PROMISES][2]; /* [..][kept] */
};

/* What is known of a model, at the start or later. */
struct metrics_model_config {
    const char *name;        /* model_name */
    uint32_t n_ctx;          /* positions of a request; 0: not known yet */
    uint32_t page_tokens;    /* of a KV page: block_size */
    uint32_t n_pages;        /* KV pages: num_gpu_blocks; 0: not known yet */
    const char *cache_dtype; /* "f16"; NULL: "auto" */
    bool has_prefix_cache;
    uint32_t n_positions; /* tokens of a draft that are counted by position; 0: none */
};

struct metrics_table_config {
    const struct metrics_model_config *models;
    uint32_t n_models;
    const char *const *routes; /* values of the label route; "other" is added */
    uint32_t n_routes;
    const char *version;
};

struct metrics_table {
    struct metrics_model *model; /* [n_models], in the order of the configuration */
    uint32_t n_models;
    struct metrics_gauge *connections;      /* open now */
    struct metrics_gauge *ready;            /* 1 when requests can be answered, else 0 */
    struct metrics_counter *clients_gone;   /* that left before their answer ended */
    struct metrics_gauge *batches;          /* that are worked on here */
    struct metrics_counter *batch_lines[2]; /* written: completed, failed */
    struct metrics_counter *store_errors;
    struct metrics *registry;
    struct metrics_table_own *own; /* what only metrics_table.c uses */
};

/* metrics_table_new registers everything. Strings are copied. Errors: USAGE (a model twice, or more
 * positions than METRICS_POSITIONS_MAX), MEMORY. */
takt_rc metrics_table_new(struct metrics_table **out, const struct metrics_table_config *config,
                          takt_err *e);

/* metrics_table_free: NULL is allowed. */
void metrics_table_free(struct metrics_table *t);

/* metrics_table_cache tells what only loading showed of model I: vllm:cache_config_info is written
 * from now on, or as of the start where C.n_pages was known there. Name and positions of C do not
 * count. One thread at a time for each model. */
void metrics_table_cache(struct metrics_table *t, uint32_t i, const struct metrics_model_config *c);

/* metrics_table_http counts a reply with STATUS to a request for ROUTE, an index into
 * config.routes; anything beyond is "other". A status that HTTP or Groq do not have counts as
 * "other" as well. */
void metrics_table_http(struct metrics_table *t, uint32_t route, int status);

/* metrics_table_text_max is the size of a buffer for metrics_table_write. */
size_t metrics_table_text_max(const struct metrics_table *t);

/* metrics_table_write asks the system about the process and writes the text, see metrics_write. Any
 * thread, several at once. */
size_t metrics_table_write(struct metrics_table *t, char *buf, size_t cap);

#endif
