/* balance: how busy the server is, for the balancers in front of it.
 *
 * HAProxy asks at a port of its own (agent-check): the answer is a line like "ready up 75%", whose
 * number is the share of the capacity that is free; "drain" when the server is about to end; "down
 * #loading" or "down #steps are late" when it cannot answer.
 *
 * Routers of the vLLM ecosystem read the header endpoint-load-metrics of replies (ORCA):
 *     TEXT named_metrics.kv_cache_usage_perc=0.4, named_metrics.num_requests_waiting=0
 *     JSON {"named_metrics": {"kv_cache_usage_perc": 0.4, "num_requests_waiting": 0}}
 * in the format that the request's header endpoint-load-metrics-format names, or, without that, the
 * one that the server was told to send to everybody. */
#ifndef TAKT_SERVER_BALANCE_H
#define TAKT_SERVER_BALANCE_H

#include <stddef.h>
#include <stdint.h>

struct call;
struct served;

/* Of all models that are served together. */
struct balance {
    double kv_used;       /* share of KV pages in use, of the model that has most */
    double free;          /* share of the capacity that is free, of the fullest model; see below */
    double first_token_s; /* predicted for a new prompt of BALANCE_PROMPT tokens, by the slowest
                              model; infinite: it would be refused */
    double headroom_tokens; /* prompt and answer that the KV cache has room for: the least */
    uint32_t n_running, n_waiting;
};

/* The request whose times tell how busy a model is. The free share is the time to its first token
 * in an idle engine / that predicted now, but not more than the share of KV pages that are not
 * reserved, and 0 where it would be refused. */
enum { BALANCE_PROMPT = 256, BALANCE_ANSWER = 128, BALANCE_LINE_MAX = 64 };

/* balance_first_ns is the predicted time to the first token of that request at M, which is ready;
 * infinite if it would be refused. */
double balance_first_ns(const struct served *m, int64_t now);

/* balance_line is an http_line_fn for the server USER: HAProxy's agent. */
size_t balance_line(void *user, char *buf, size_t cap);

/* balance_header adds the header to C's reply, which has not begun, if that is wanted. */
void balance_header(const struct call *c);

#endif
