/* server_parts: what the files of the server share. */
#ifndef TAKT_SERVER_SERVER_PARTS_H
#define TAKT_SERVER_SERVER_PARTS_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/json.h"
#include "engine/service.h"
#include "net/http.h"
#include "net/notify.h"
#include "server/api_error.h"
#include "server/auth.h"
#include "server/limits.h"
#include "server/metrics_table.h"
#include "server/server.h"
#include "server/watch.h"
#include "store/store_worker.h"

enum served_state { SERVED_LOADING, SERVED_READY, SERVED_FAILED };

/* A model that is served. */
struct served {
    const char *name, *path;
    _Atomic int state; /* an enum served_state: all below is set before it says SERVED_READY */
    takt_err err;      /* why it failed */
    takt_model *model;
    takt_plan *plan;
    takt_engine *engine;
    struct service *service;
    takt_model_info info;
    takt_step_limits limits;
    char fingerprint[24]; /* "fp_..." of weights and plan: equal ones give equal bytes */
    int64_t created_s;    /* Unix seconds of its file */
    struct metrics_model *metrics;
    struct watch watch;   /* the loop's */
    double idle_first_ns; /* balance_first_ns of an idle engine; 0: not looked at yet */
};

/* The keys of the store: see keep_keys.h. */
struct keep_keys {
    struct store_task task; /* first: a task leads to it */
    struct server *server;
    bool is_running, is_wanted, is_forced, had_any, has_failed;
    int64_t at_ns; /* when they are looked at again */
    int64_t stamp; /* of those that are in use */
    char *text;    /* that was read and is not used yet; malloc'ed */
    size_t n_text;
};

struct answer;
struct usage;
struct download;
struct batches;

/* What deletes things that have expired: see keep.c. */
struct keep_sweep {
    struct store_task task;
    struct server *server;
    int64_t at_ns;
    bool is_running;
};

struct server {
    struct server_config config;
    struct http_server *http;
    uint16_t port[SERVER_ADDRESSES_MAX], agent_port;
    struct served model[SERVER_MODELS_MAX];
    struct auth *auth;
    struct limits *keys_limits;
    struct metrics_table *metrics;
    char *metrics_text;
    size_t metrics_cap;
    struct json_out openapi; /* /openapi.json, once somebody asked for it */
    pthread_t loader;
    bool has_loader;
    takt_err load_err; /* of the first model that failed */
    _Atomic bool has_failed;
    _Atomic uint32_t ends; /* calls of server_end */
    _Atomic bool wants_reload, is_stopping;
    bool is_draining;
    struct notify notify;               /* the service manager, */
    bool told_ready;                    /* what it was told, */
    int told_why;                       /* an enum api_why, */
    int64_t pinged_ns;                  /* and when it last heard that we live */
    int64_t drain_until_ns, stop_at_ns; /* stop_at_ns 0: it goes on */
    struct answer *answers;             /* that are in progress: the first of a list */
    uint32_t n_waiting;                 /* calls that wait for the store */
    struct store_worker *store;         /* NULL: nothing is kept */
    struct usage *usage;
    struct batches *batches; /* NULL without a store */
    int64_t flush_at_ns;
    uint64_t upload_bytes;      /* of bodies that wait for the store */
    struct download *downloads; /* the first of a list */
    struct keep_sweep sweep;
    struct keep_keys keys;
    uint64_t n_ids; /* ids that were made */
    int64_t begun_ns;
};

enum { CALL_ARG_BYTES = 512 };

/* A request on its way through the server; lives until its handler returns. */
struct call {
    struct server *s;
    struct http_exchange *x;
    const struct route *route;
    char arg[CALL_ARG_BYTES]; /* what the path has for the {name} of the route's; else "" */
    enum api_dialect dialect;
    bool is_batch; /* a line of one: see batch_run.h */
    bool is_flex;  /* service_tier is "flex": Groq's dialect has a status of its own for it */
    struct auth_who who;
    char request_id[136]; /* the client's, or one of ours */
};

/* What a handler replies with. call_json sends O's text with STATUS and frees it. call_error sends
 * an error in the call's dialect. */
void call_json(const struct call *c, int status, struct json_out *o);
void call_error(const struct call *c, const struct api_error *e);
void call_refuse(const struct call *c, enum api_why why, const char *param, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* call_warn adds the header that tells what of a request has no effect. */
struct field_notes;
void call_warn(const struct call *c, const struct field_notes *notes);

/* call_model finds the model called NAME (p NULL: the first one) that is ready; NULL after it
 * replied with an error. */
struct served *call_model(const struct call *c, struct slice name);

/* call_done counts and logs a reply with STATUS that is about to be ended. */
void call_done(const struct call *c, int status, const struct log_field *more, size_t n_more);

/* server_id writes PREFIX and a number that no other id of this server has. */
void server_id(struct server *s, char *buf, size_t cap, const char *prefix);

/* server_is_ready: all models are loaded, their steps go on, and nobody told it to end. WHY (may be
 * NULL) is the reason if it is not. */
bool server_is_ready(const struct server *s, enum api_why *why);

/* ready_look, at every tick, watches the steps and tells the service manager. ready_reloading and
 * ready_reloaded stand around what SIGHUP asks for. */
void ready_look(struct server *s);
void ready_reloading(struct server *s);
void ready_reloaded(struct server *s);

/* models_load is the loader's thread: loads all models of the server USER. services_free ends what
 * runs, models_free then releases the models, after the answers. */
void *models_load(void *user);
void services_free(struct server *s);
void models_free(struct server *s);

/* answers_pump sends on what services have written; answers_cancel asks all to end. */
void answers_pump(struct server *s);
void answers_cancel(struct server *s);

#endif
