/* server: an endpoint in the dialects of OpenAI, Groq and vLLM over one or several models.
 *
 * One thread, server_run's caller, talks to all clients. Each model that is in memory has a service
 * (engine/service.h) with a thread of its own; another thread brings models into memory, at the
 * start or when they are first asked for. */
#ifndef TAKT_SERVER_SERVER_H
#define TAKT_SERVER_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/log.h"
#include "media/media.h"
#include "net/http.h"

/* The header that tells balancers how busy the server is: see balance.h. */
enum server_load_metrics { SERVER_LOAD_NONE, SERVER_LOAD_TEXT, SERVER_LOAD_JSON };

enum { SERVER_MODELS_MAX = 16, SERVER_ADDRESSES_MAX = 8, SERVER_ORIGINS_MAX = 16 };
enum { SERVER_HOSTS_MAX = 64, SERVER_ALIASES_MAX = 16 };

struct server_model {
    const char *name;     /* as clients call it */
    const char *path;     /* of its file or folder */
    const char *mmproj;   /* of its picture encoder; NULL: it reads text only */
    bool mmproj_is_found; /* nobody has named it: text is read where pictures cannot be */
    uint32_t n_frames;    /* of a clip, where the request does not say; 0: 8 */
};

struct server_config { /* strings stay the caller's; zeros are the defaults where not said */
    const char *addresses[SERVER_ADDRESSES_MAX]; /* see http_listen; at least one */
    uint32_t n_addresses;
    const char *agent;   /* address of HAProxy's agent checks, as host:port; NULL: none */
    struct http_tls tls; /* certificate_file NULL: none */
    struct http_limits limits;
    struct server_model models[SERVER_MODELS_MAX]; /* at least one; the first one is the default */
    uint32_t n_models;
    const char *aliases[SERVER_ALIASES_MAX]; /* more names of the first one */
    uint32_t n_aliases;

    bool on_demand;             /* load models when they are first asked for, not at the start */
    uint64_t models_bytes;      /* of memory for all loaded models; 0: what the machine has */
    double keep_alive_s;        /* unload a model so long after its last answer; negative: never */
    takt_plan_options plan;     /* of every model; logits_rows is set by `parallel` and `n_draft` */
    takt_engine_options engine; /* likewise; n_seqs is set by `parallel` and `kv_tokens` */
    uint32_t parallel;          /* answers at once, of each model; 0: 8 */
    uint32_t queue;             /* accepted and waiting; 0: 1024 */
    uint64_t kv_tokens;         /* positions of the KV cache; 0: parallel times the context */
    double margin, beat_s, queue_s_max; /* see engine/service.h */
    bool no_prefix_cache;
    uint32_t n_draft;          /* guesses of an answer that a step may check; 0: none */
    uint32_t n_images;         /* pictures of a request at most; 0: 32 */
    struct media_limits image; /* of each of them */
    uint64_t clip_bytes;       /* of a clip's file; 0: no clips are taken */
    uint64_t max_pixels; /* of pictures that keep their proportions: see takt_vision_options */
    const char *image_hosts[SERVER_HOSTS_MAX]; /* that they may be fetched from: see fetch_new */
    uint32_t n_image_hosts;                    /* 0: none is fetched */
    double image_fetch_s;                      /* for one; 0: 10 */
    uint64_t images_bytes; /* of encoded pictures that each model keeps; 0: 256 MiB */
    uint32_t max_tokens;   /* of an answer whose request names none; 0: what the context has left */

    const char *store;     /* see store_open; NULL: nothing is kept */
    uint64_t files_bytes;  /* of a key's files together; 0: 10 GiB */
    bool store_is_default; /* nobody has named it: memory does where it cannot be opened */
    const char *keys_file; /* see auth.h; NULL: everybody may ask */
    const char *origins[SERVER_ORIGINS_MAX]; /* that browsers may come from; "*": any */
    uint32_t n_origins;
    bool groq_strict;     /* refuse in /openai/v1 what GroqCloud refuses */
    bool vllm_errors;     /* errors of /v1 in vLLM's shape */
    double drain_s;       /* for running answers, once told to end; 0: 30 */
    double grace_s;       /* and before that, for balancers to notice: requests are still taken */
    bool log_prompts;     /* prompts and answers in the log, too */
    double response_days; /* that responses are kept; 0: 30 */
    enum server_load_metrics load_metrics; /* sent with all replies, not only to who asks */
    struct log log;
    uint64_t seed; /* of ids and hash tables; hard to guess */
};

struct server;

/* server_new checks CONFIG (copied), reads the keys and listens. Nothing is loaded yet. Errors:
 * USAGE, IO, what auth_open and http_listen say. */
takt_rc server_new(struct server **out, const struct server_config *config, takt_err *e);
void server_free(struct server *s); /* NULL is allowed */

/* server_port: the TCP port of address I, 0 for a Unix socket. server_agent_port: that of agent
 * checks, 0 when there is none. */
uint16_t server_port(const struct server *s, uint32_t i);
uint16_t server_agent_port(const struct server *s);

/* server_run loads the models, serves, and returns after server_end once running answers are done,
 * or with the error of a model that could not be loaded. server_is_left: it returned while a model
 * was still being loaded, because that did not end soon after it was told to. All that others can
 * see is closed then, but a thread still uses S: do not free it, nor what its configuration points
 * to, and end the process. */
takt_rc server_run(struct server *s, takt_err *e);
bool server_is_left(const struct server *s);

/* server_end makes the server end in order: it is no longer ready, takes no new requests, and ends
 * when the running answers have, or after drain_s; the first grace_s it still takes requests.
 * Called again it ends at once. server_reload
 * reads the keys and certificates again; what cannot be read stays as it was. Both from any thread
 * and from signal handlers. */
void server_end(struct server *s);
void server_reload(struct server *s);

#endif
