/* server_parts: what the files of the server share. */
#ifndef TAKT_SERVER_SERVER_PARTS_H
#define TAKT_SERVER_SERVER_PARTS_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/json.h"
#include "engine/eyes.h"
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

enum served_state {
    SERVED_UNKNOWN, /* at the start */
    SERVED_COLD,    /* all is known, and nothing of it in memory but the tokenizer */
    SERVED_LOADING,
    SERVED_READY,
    SERVED_LEAVING, /* its memory is being given back */
};

/* A model that is served. */
struct served {
    const char *name, *path, *mmproj;
    uint32_t n_frames; /* of a clip, where nothing is said; 0: 8 */
    _Atomic int state; /* an enum served_state, set after what it tells of */

    /* From SERVED_COLD on, to the end of the server. */
    takt_model *model;
    takt_plan *plan;
    takt_model_info info;
    takt_step_limits limits;
    char fingerprint[24]; /* "fp_..." of weights and plan: equal ones give equal bytes */
    int64_t created_s;    /* Unix seconds of its file */
    uint32_t n_seqs;      /* its KV cache has so many contexts */
    uint64_t need_bytes;  /* of memory while it is loaded */
    uint32_t chunk;       /* see service_options, where there are other models */
    double others_s;
    takt_vision *vision;  /* its picture encoder, whose weights are there while SERVED_READY; NULL:
                              it reads text only */
    double eyes_others_s; /* see eyes_options */

    /* While SERVED_READY. */
    takt_engine *engine;
    struct service *service;
    struct eyes *eyes; /* NULL: it has none */

    /* Of its last loading. */
    takt_err err; /* code 0: it did not fail */
    _Atomic int64_t load_begun_ns;
    _Atomic uint64_t load_done, load_total; /* bytes */
    _Atomic double load_s;                  /* 0: it was never loaded */

    /* The loop's. */
    uint32_t n_answers;      /* in progress */
    int64_t used_ns;         /* the last one ended then, or it was loaded then */
    int64_t failed_ns;       /* 0: it did not fail lately */
    struct sched_stats past; /* promises of services that are gone */
    double keep_s;           /* it is unloaded so long after that; negative: never */
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
struct sights;

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
    bool has_loader;           /* started and not joined */
    _Atomic bool loader_ended; /* it can be joined */
    _Atomic bool is_started;   /* the loading of the start is over */
    takt_err load_err;         /* of the first model that failed at the start */
    _Atomic bool has_failed;
    struct turn *turn;         /* of the models' steps; NULL: there is one model */
    struct resident *resident; /* see resident.h */
    _Atomic uint32_t ends;     /* calls of server_end */
    _Atomic bool wants_reload, is_stopping;
    bool is_draining, is_left;          /* is_left: see server_is_left */
    int64_t refuse_at_ns;               /* when a draining server takes no more requests */
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
    struct sights *sights;      /* NULL: no model sees */
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

/* call_find finds the model called NAME (p NULL: the first one), loaded or not; NULL after it
 * replied with an error. call_model finds one that is ready; NULL after it replied with an error,
 * or set C aside: then the route's handler is called again when the model is loaded, as if for the
 * first time. */
struct served *call_find(const struct call *c, struct slice name);
struct served *call_model(const struct call *c, struct slice name);

/* call_done counts and logs a reply with STATUS that is about to be ended. */
void call_done(const struct call *c, int status, const struct log_field *more, size_t n_more);

/* call_gone: the client of C closed the connection, which C has no more from now on. */
void call_gone(struct call *c);

/* server_id writes PREFIX and a number that no other id of this server has. */
void server_id(struct server *s, char *buf, size_t cap, const char *prefix);

/* server_is_ready: what is loaded at the start is, steps go on, and nobody told it to end. WHY (may
 * be NULL) is the reason if it is not. */
bool server_is_ready(const struct server *s, enum api_why *why);

/* ready_look, at every tick, watches the steps and tells the service manager. ready_reloading and
 * ready_reloaded stand around what SIGHUP asks for. */
void ready_look(struct server *s);
void ready_reloading(struct server *s);
void ready_reloaded(struct server *s);

/* models_start is the loader's thread at the start: opens all models of the server USER and loads
 * those that are to be. model_load brings M into memory, model_unload gives that back; both from
 * the loader's thread, which alone sees M meanwhile. models_end ends what runs, models_free then
 * releases the models, after the answers. */
void *models_start(void *user);
takt_rc model_load(struct server *s, struct served *m, takt_err *e);
void model_unload(struct server *s, struct served *m);
void models_end(struct server *s);
void models_free(struct server *s);

/* answers_pump sends on what services have written; answers_cancel asks all to end. */
void answers_pump(struct server *s);
void answers_cancel(struct server *s);

#endif
