/* takt serve: an endpoint in the dialects of OpenAI, Groq and vLLM. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "cli/builtin.h"
#include "cli/cli.h"
#include "cli/pictures.h"
#include "server/api_limits.h"
#include "server/server.h"
#include "store/store.h"

struct options {
    struct cli_load load;
    struct cli_speculate speculate;
    struct opt_list models, aliases, listen, origins, mmproj, image_hosts;
    const char *config, *host;
    int64_t port;
    int64_t parallel, queue, kv_tokens, max_tokens;
    double margin, beat_ms, queue_s;
    bool no_prefix_cache, on_demand;
    double models_gb, keep_alive_s;
    const char *store;
    int64_t files_mb;
    double response_days;
    const char *keys, *certificate, *key, *client_ca;
    bool groq_strict, vllm_errors;
    double drain_s, grace_s;
    int64_t body_mb, connections, per_address;
    int64_t images_max, image_mb, video_mb, images_cache_mb, max_pixels;
    double image_mpx, image_fetch_s;
    double header_s, body_s, idle_s, write_s;
    const char *log_level, *log_format, *agent, *load_metrics;
    bool log_prompts;
};

static const struct opt table[] = {
    OPT(LIST, 'm', "model", struct options, models, "[NAME=]PATH", NULL,
        "also serve the model at PATH, as NAME (else that of its file); may be given again"),
    OPT(LIST, 0, "alias", struct options, aliases, "NAME", NULL,
        "the name of MODEL for clients; otherwise that of its file. Those that are given again are "
        "further names, which replies do not use"),
    OPT(LIST, 0, "mmproj", struct options, mmproj, "[NAME=]FILE", NULL,
        "the picture encoder of MODEL, or of the model NAME; may be given again. Without it the "
        "one in the model's folder, or the only *mmproj*.gguf beside the model file; none: it "
        "reads text only"),
    OPT(STR, 0, "host", struct options, host, "ADDRESS", "127.0.0.1",
        "listen here; 0.0.0.0 or [::] for everybody"),
    OPT_RANGE(INT, 'p', "port", struct options, port, "N", "8080", 0, 65535,
              "TCP port; 0 picks one"),
    OPT(LIST, 0, "listen", struct options, listen, "ADDRESS", NULL,
        "listen at host:port or unix:/path instead of --host and --port; may be given again"),
    OPT_RANGE(INT, 'P', "parallel", struct options, parallel, "N", "8", 1, 256,
              "answers at once, of each model"),
    OPT_RANGE(INT, 0, "queue", struct options, queue, "N", "1024", 1, 65536,
              "requests that may be accepted and waiting"),
    OPT_RANGE(INT, 0, "kv-tokens", struct options, kv_tokens, "N", "0", 0, 1e9,
              "positions in the KV cache; 0: --parallel times the context"),
    OPT_RANGE(INT, 0, "max-tokens", struct options, max_tokens, "N", "0", 0, 1e6,
              "of answers whose request names no number; 0: what the context has left"),
    OPT_RANGE(F64, 0, "margin", struct options, margin, "X", "1.25", 1, 10,
              "promise predicted times multiplied by X"),
    OPT_RANGE(F64, 0, "beat", struct options, beat_ms, "MS", "0", 0, 60000,
              "step time that prompts may fill up; 0: twice a step without any"),
    OPT_RANGE(F64, 0, "queue-time", struct options, queue_s, "S", "0", 0, 86400,
              "refuse what would get its first token later than this; 0: no such limit"),
    OPT(FLAG, 0, "no-prefix-cache", struct options, no_prefix_cache, NULL, NULL,
        "do not keep the beginnings of prompts for those that begin alike"),
    CLI_SPECULATE_OPTS(struct options),
    OPT(FLAG, 0, "on-demand", struct options, on_demand, NULL, NULL,
        "load a model when it is first asked for, not at the start"),
    OPT_RANGE(F64, 0, "models-memory", struct options, models_gb, "GB", "0", 0, 1e6,
              "memory of all loaded models; one that is asked for displaces idle ones; 0: what the "
              "machine has"),
    OPT_RANGE(F64, 0, "keep-alive", struct options, keep_alive_s, "S", "-1", -1, 1e9,
              "unload a model so long after its last answer; -1: never"),
    OPT(STR, 0, "store", struct options, store, "PLACE", NULL,
        "keep usage, files, batches and responses at PLACE: a file (SQLite), postgres://..., "
        "memory, or none; otherwise in ~/.local/state/takt/serve.db"),
    OPT_RANGE(INT, 0, "files-max", struct options, files_mb, "MB", "10240", 1, 1e9,
              "size of all files of a key, those that batches write included"),
    OPT_RANGE(F64, 0, "keep-responses", struct options, response_days, "DAYS", "30", 1e-5, 36500,
              "time that /v1/responses can be asked for again"),
    OPT(STR, 0, "keys", struct options, keys, "FILE", NULL,
        "API keys; with it every route but health needs one (read again at SIGHUP)"),
    OPT(STR, 0, "tls-cert", struct options, certificate, "FILE", NULL,
        "serve TLS with this certificate chain (PEM)"),
    OPT(STR, 0, "tls-key", struct options, key, "FILE", NULL, "its private key"),
    OPT(STR, 0, "tls-client-ca", struct options, client_ca, "FILE", NULL,
        "clients must show a certificate of this authority"),
    OPT(LIST, 0, "cors-origin", struct options, origins, "ORIGIN", NULL,
        "pages of ORIGIN may ask from browsers; '*': of any"),
    OPT(FLAG, 0, "groq-strict", struct options, groq_strict, NULL, NULL,
        "under /openai/v1 refuse what GroqCloud refuses"),
    OPT(FLAG, 0, "vllm-errors", struct options, vllm_errors, NULL, NULL,
        "errors under /v1 in vLLM's shape"),
    OPT_RANGE(F64, 0, "drain", struct options, drain_s, "S", "30", 0, 86400,
              "after SIGTERM, time for running answers; a second signal ends at once"),
    OPT_RANGE(F64, 0, "grace", struct options, grace_s, "S", "0", 0, 3600,
              "after SIGTERM, time before that in which requests are still taken although it says "
              "that it is not ready, so that balancers turn away first"),
    OPT_RANGE(INT, 0, "body-max", struct options, body_mb, "MB", "64", 1, 1024,
              "size of a request's body"),
    OPT_RANGE(INT, 0, "images-max", struct options, images_max, "N", "32", 1, API_MAX_PICTURES,
              "pictures of a request"),
    OPT_RANGE(INT, 0, "image-max", struct options, image_mb, "MB", "32", 1, 1024,
              "size of a picture's file"),
    OPT_RANGE(F64, 0, "image-pixels", struct options, image_mpx, "MILLIONS", "50", 0.1, 1000,
              "width times height of a picture"),
    OPT_RANGE(INT, 0, "max-pixels", struct options, max_pixels, "N", "0", 0, 1e9,
              "as in takt run: how many a picture keeps that keeps its proportions"),
    OPT(LIST, 0, "allow-images-from", struct options, image_hosts, "HOST[,HOST...]", NULL,
        "fetch pictures that requests name by http or https URLs from these hosts alone: names, "
        "*.example.com, addresses, each perhaps with :PORT; may be given again. Otherwise none"),
    OPT_RANGE(F64, 0, "image-timeout", struct options, image_fetch_s, "S", "10", 0.1, 600,
              "for fetching a picture"),
    OPT_RANGE(
        INT, 0, "video-max", struct options, video_mb, "MB", "64", 0, 1024,
        "size of a clip's file, of which frames are shown as pictures; 0: no clips are taken"),
    OPT_RANGE(INT, 0, "images-cache", struct options, images_cache_mb, "MB", "256", 0, 1048576,
              "encoded pictures that each model keeps, for who shows one again"),
    OPT_RANGE(INT, 0, "connections", struct options, connections, "N", "16384", 1, 1e6,
              "open at once"),
    OPT_RANGE(INT, 0, "connections-per-address", struct options, per_address, "N", "0", 0, 1e6,
              "open at once from one address; 0: no limit of its own"),
    OPT_RANGE(F64, 0, "header-timeout", struct options, header_s, "S", "10", 0.1, 3600,
              "for a request's headers"),
    OPT_RANGE(F64, 0, "body-timeout", struct options, body_s, "S", "30", 0.1, 3600,
              "for each 64 KiB of its body"),
    OPT_RANGE(F64, 0, "idle-timeout", struct options, idle_s, "S", "75", 0.1, 86400,
              "between requests of a connection"),
    OPT_RANGE(F64, 0, "write-timeout", struct options, write_s, "S", "30", 0.1, 3600,
              "for a client that reads nothing"),
    OPT(STR, 0, "log-level", struct options, log_level, "none|error|warn|info|debug", "info",
        "what to say on standard error"),
    OPT(STR, 0, "log-format", struct options, log_format, "text|json", "text",
        "lines for people or for machines"),
    OPT(FLAG, 0, "log-prompts", struct options, log_prompts, NULL, NULL,
        "put prompts and answers into the log, too"),
    OPT(STR, 0, "agent", struct options, agent, "HOST:PORT", NULL,
        "answer HAProxy's agent checks here: weight by free capacity, drain, down"),
    OPT(STR, 0, "load-metrics", struct options, load_metrics, "none|text|json", "none",
        "tell the load in the header endpoint-load-metrics of all replies, asked for or not"),
    OPT(STR, 0, "config", struct options, config, "FILE", NULL,
        "options as lines NAME = VALUE; the environment (TAKT_PORT for --port) and the command "
        "line go before it"),
    CLI_LOAD_OPTS(struct options),
};
static const struct opt_example examples[] = {
    {"serve the built-in model", "takt serve"},
    {"ask what it serves", "curl localhost:8080/v1/models"},
    {"sixteen answers at once, 8192 positions each",
     "takt serve model.gguf --parallel 16 --ctx 8192"},
    {"with keys, for everybody", "takt serve model.gguf --host 0.0.0.0 --keys keys.txt"},
    {"a model that sees", "takt serve llava.gguf --mmproj llava-mmproj.gguf"},
    {"two models", "takt serve small.gguf --model large=large.gguf"},
    {"two models, in memory while they are used",
     "takt serve small.gguf --model large=large.gguf --on-demand --keep-alive 300"},
};
static const struct opt_cmd cmd = {
    .name = "takt serve",
    .summary = "serve models over HTTP with promised times",
    .args = "[MODEL]",
    .args_min = 0,
    .args_max = 1,
    .about = "Answers /v1/chat/completions, /v1/completions and more as OpenAI, Groq (under "
             "/openai) and vLLM do. Each request is accepted with a promise of when its first "
             "token comes and how fast the others follow, computed from the plan's predicted "
             "times, or refused at once with the time after which to try again. An answer does "
             "not depend on what else is running."
             "\n\nSIGTERM and SIGINT: end once running answers are done. SIGHUP: read the keys "
             "and certificates again.",
    .opts = table,
    .n_opts = sizeof table / sizeof *table,
    .examples = examples,
    .n_examples = sizeof examples / sizeof *examples,
};

/* ---- signals: written by main's thread before they can come, read by handlers ---- */

static struct server *signalled;

static void on_end(int sig)
{
    (void)sig;
    int sys = errno;
    server_end(signalled);
    errno = sys;
}

static void on_reload(int sig)
{
    (void)sig;
    int sys = errno;
    server_reload(signalled);
    errno = sys;
}

static void catch (int sig, void (*handler)(int))
{
    struct sigaction a = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigemptyset(&a.sa_mask);
    sigaction(sig, &a, NULL);
}

/* ---- from options to a configuration ---- */

/* The name of MODEL for clients: that of its file, without its ending. */
static char *name_of(struct arena *keep, const char *path)
{
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/')
        n--;
    const char *begin = path;
    for (size_t i = 0; i + 1 < n; i++)
        if (path[i] == '/')
            begin = path + i + 1;
    n -= (size_t)(begin - path);
    if (n > 5 && strncmp(begin + n - 5, ".gguf", 5) == 0)
        n -= 5;
    return arena_strndup(keep, begin, n);
}

/* The PATH in [NAME=]PATH. A name has no '/', so a path may have a '=' behind one. */
static const char *path_in(const char *value)
{
    const char *equals = strchr(value, '='), *slash = strchr(value, '/');
    return equals && (!slash || equals < slash) ? equals + 1 : value;
}

/* What O says of the picture encoder of the model NAME; IS_FIRST: the one that an encoder without a
 * name is for. NULL: nothing. */
static const char *mmproj_of(const struct options *o, const char *name, bool is_first)
{
    size_t n = strlen(name);
    const char *found = NULL;
    for (uint32_t i = 0; i < o->mmproj.n; i++) {
        const char *v = o->mmproj.v[i];
        if (strncmp(v, name, n) == 0 && v[n] == '=')
            found = v + n + 1;
        else if (is_first && !strchr(v, '='))
            found = v;
    }
    return found;
}

static takt_rc add_mmproj(struct server_model *m, struct arena *keep, const struct options *o,
                          const char *path, bool is_first, takt_err *e)
{
    char buf[BUILTIN_PATH_MAX];
    const char *said = mmproj_of(o, m->name, is_first);
    if (said && strcmp(said, "none") == 0)
        return TAKT_OK;
    m->mmproj_is_found = !said;
    if (!said && pictures_find(buf, path, NULL).code)
        return TAKT_OK;
    m->mmproj = said ? said : arena_strndup(keep, buf, strlen(buf));
    return m->mmproj ? TAKT_OK : err_set(e, TAKT_ERR_MEMORY, "--mmproj", "no memory");
}

static takt_rc add_model(struct server_config *k, struct arena *keep, const struct options *o,
                         const char *name, const char *path, takt_err *e)
{
    const char *real;
    char *buf = arena_alloc(keep, BUILTIN_PATH_MAX, 1);
    if (k->n_models == SERVER_MODELS_MAX)
        return err_set(e, TAKT_ERR_LIMIT, "--model", "at most %d models are served",
                       SERVER_MODELS_MAX);
    if (!buf)
        return err_set(e, TAKT_ERR_MEMORY, "--model", "no memory");
    TAKT_TRY(builtin_path(&real, buf, path, e));
    struct server_model *m = &k->models[k->n_models++];
    *m = (struct server_model){.name = name, .path = real};
    if (strcmp(path, BUILTIN_NAME) == 0)
        m->n_frames = BUILTIN_FRAMES;
    return add_mmproj(m, keep, o, path, k->n_models == 1, e);
}

/* An encoder of a model that is not there would be looked for in vain. */
static takt_rc check_mmproj(const struct server_config *k, const struct options *o, takt_err *e)
{
    for (uint32_t i = 0; i < o->mmproj.n; i++) {
        const char *v = o->mmproj.v[i], *equals = strchr(v, '=');
        bool is_known = !equals;
        for (uint32_t j = 0; equals && j < k->n_models; j++) {
            size_t n = strlen(k->models[j].name);
            is_known =
                is_known || (n == (size_t)(equals - v) && memcmp(v, k->models[j].name, n) == 0);
        }
        if (!is_known)
            return err_set(e, TAKT_ERR_USAGE, "--mmproj",
                           "'%s' is no NAME=FILE of a model that is served", v);
    }
    return TAKT_OK;
}

static takt_rc add_models(struct server_config *k, struct arena *keep, const struct options *o,
                          const struct opt_rest *rest, takt_err *e)
{
    if (rest->n_args || !o->models.n) {
        const char *path = cli_model_arg(rest);
        const char *name = o->aliases.n ? o->aliases.v[0] : name_of(keep, path);
        if (!name)
            return err_set(e, TAKT_ERR_MEMORY, path, "no memory");
        TAKT_TRY(add_model(k, keep, o, name, path, e));
        if (o->aliases.n > SERVER_ALIASES_MAX)
            return err_set(e, TAKT_ERR_LIMIT, "--alias", "at most %d names", SERVER_ALIASES_MAX);
        for (uint32_t i = 1; i < o->aliases.n; i++)
            k->aliases[k->n_aliases++] = o->aliases.v[i];
    } else if (o->aliases.n) {
        return err_set(e, TAKT_ERR_USAGE, "--alias", "'%s' is to name MODEL, but there is none",
                       o->aliases.v[0]);
    }
    for (uint32_t i = 0; i < o->models.n; i++) {
        const char *v = o->models.v[i], *path = path_in(v);
        if (path == v + 1 || !*path)
            return err_set(e, TAKT_ERR_USAGE, "--model", "'%s' is not [NAME=]PATH", v);
        char *name =
            path == v ? name_of(keep, path) : arena_strndup(keep, v, (size_t)(path - v - 1));
        if (!name)
            return err_set(e, TAKT_ERR_MEMORY, "--model", "no memory");
        TAKT_TRY(add_model(k, keep, o, name, path, e));
    }
    return check_mmproj(k, o, e);
}

static takt_rc add_addresses(struct server_config *k, struct arena *keep, const struct options *o,
                             takt_err *e)
{
    if (o->listen.n > SERVER_ADDRESSES_MAX)
        return err_set(e, TAKT_ERR_LIMIT, "--listen", "at most %d addresses", SERVER_ADDRESSES_MAX);
    for (uint32_t i = 0; i < o->listen.n; i++)
        k->addresses[k->n_addresses++] = o->listen.v[i];
    if (k->n_addresses)
        return TAKT_OK;
    bool is_v6 = strchr(o->host, ':') && o->host[0] != '[';
    k->addresses[k->n_addresses++] =
        arena_printf(keep, is_v6 ? "[%s]:%d" : "%s:%d", o->host, (int)o->port);
    return k->addresses[0] ? TAKT_OK : err_set(e, TAKT_ERR_MEMORY, "--host", "no memory");
}

/* Where things are kept. */
static takt_rc set_store(struct server_config *k, struct arena *keep, const struct options *o,
                         takt_err *e)
{
    enum { PATH_BYTES = 4096 };
    k->store = o->store && strcmp(o->store, "none") == 0 ? NULL : o->store;
    if (o->store)
        return TAKT_OK;
    char *path = arena_alloc(keep, PATH_BYTES, 1);
    if (!path)
        return err_set(e, TAKT_ERR_MEMORY, "--store", "no memory");
    k->store_is_default = true;
    k->store = store_default_place(path, PATH_BYTES) ? path : "memory";
    return TAKT_OK;
}

static enum server_load_metrics load_metrics_of(const char *word)
{
    return strcmp(word, "text") == 0   ? SERVER_LOAD_TEXT
           : strcmp(word, "json") == 0 ? SERVER_LOAD_JSON
                                       : SERVER_LOAD_NONE;
}

static takt_rc set_pictures(struct server_config *k, const struct options *o, takt_err *e)
{
    k->n_images = (uint32_t)o->images_max;
    k->image.file_bytes = (uint64_t)o->image_mb << 20;
    k->image.pixels = (uint64_t)(o->image_mpx * 1e6);
    k->clip_bytes = (uint64_t)o->video_mb << 20;
    k->max_pixels = (uint64_t)o->max_pixels;
    k->images_bytes = o->images_cache_mb ? (uint64_t)o->images_cache_mb << 20 : 1;
    k->image_fetch_s = o->image_fetch_s;
    if (o->image_hosts.n > SERVER_HOSTS_MAX)
        return err_set(e, TAKT_ERR_LIMIT, "--allow-images-from", "at most %d times",
                       SERVER_HOSTS_MAX);
    for (uint32_t i = 0; i < o->image_hosts.n; i++)
        k->image_hosts[k->n_image_hosts++] = o->image_hosts.v[i];
    return TAKT_OK;
}

static takt_rc configure(struct server_config *k, struct arena *keep, const struct options *o,
                         const struct opt_rest *rest, takt_err *e)
{
    enum log_level level;
    if (!log_level_find(o->log_level, &level))
        return err_set(e, TAKT_ERR_USAGE, "--log-level", "'%s' is no level", o->log_level);
    if (!o->certificate != !o->key)
        return err_set(e, TAKT_ERR_USAGE, "--tls-cert", "and --tls-key go together");
    if (o->client_ca && !o->certificate)
        return err_set(e, TAKT_ERR_USAGE, "--tls-client-ca", "goes with --tls-cert");
    *k = (struct server_config){
        .tls = {o->certificate, o->key, o->client_ca},
        .limits = {.body_max = (uint64_t)o->body_mb << 20,
                   .connections_max = (uint32_t)o->connections,
                   .per_address_max = (uint32_t)o->per_address,
                   .header_s = o->header_s,
                   .body_s = o->body_s,
                   .idle_s = o->idle_s,
                   .write_s = o->write_s},
        .plan = {.n_ctx = (uint32_t)o->load.n_ctx,
                 .threads = (uint32_t)o->load.threads,
                 .chunk = (uint32_t)o->load.chunk,
                 .isa = o->load.isa,
                 .kv = o->load.kv,
                 .progress = cli_progress},
        .engine = {.force = o->load.force, .no_cache = o->load.no_cache},
        .on_demand = o->on_demand,
        .models_bytes = (uint64_t)(o->models_gb * 1e9),
        .keep_alive_s = o->keep_alive_s,
        .parallel = (uint32_t)o->parallel,
        .queue = (uint32_t)o->queue,
        .kv_tokens = (uint64_t)o->kv_tokens,
        .margin = o->margin,
        .beat_s = o->beat_ms / 1e3,
        .queue_s_max = o->queue_s,
        .no_prefix_cache = o->no_prefix_cache,
        .n_draft = cli_draft(&o->speculate),
        .max_tokens = (uint32_t)o->max_tokens,
        .files_bytes = (uint64_t)o->files_mb << 20,
        .keys_file = o->keys,
        .groq_strict = o->groq_strict,
        .vllm_errors = o->vllm_errors,
        .drain_s = o->drain_s,
        .grace_s = o->grace_s,
        .log_prompts = o->log_prompts,
        .response_days = o->response_days,
        .agent = o->agent,
        .load_metrics = load_metrics_of(o->load_metrics),
        .log = {STDERR_FILENO, level, strcmp(o->log_format, "json") == 0},
    };
    TAKT_TRY(set_pictures(k, o, e));
    if (o->origins.n > SERVER_ORIGINS_MAX)
        return err_set(e, TAKT_ERR_LIMIT, "--cors-origin", "at most %d", SERVER_ORIGINS_MAX);
    for (uint32_t i = 0; i < o->origins.n; i++)
        k->origins[k->n_origins++] = o->origins.v[i];
    if (getrandom(&k->seed, sizeof k->seed, 0) != sizeof k->seed)
        return err_sys(e, "random numbers", "cannot be read");
    TAKT_TRY(set_store(k, keep, o, e));
    TAKT_TRY(add_addresses(k, keep, o, e));
    return add_models(k, keep, o, rest, e);
}

/* As many files, so connections, as the system lets this process have. */
static void raise_files_limit(void)
{
    struct rlimit r;
    if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < r.rlim_max) {
        r.rlim_cur = r.rlim_max;
        setrlimit(RLIMIT_NOFILE, &r);
    }
}

/* Where a person finds it. */
static void announce(const struct server *s, const struct server_config *k)
{
    for (uint32_t i = 0; i < k->n_addresses; i++) {
        uint16_t port = server_port(s, i);
        const char *a = k->addresses[i], *colon = strrchr(a, ':');
        bool is_all = strncmp(a, "0.0.0.0:", 8) == 0 || strncmp(a, "[::]:", 5) == 0 || *a == ':';
        if (!port)
            printf("takt serves at %s\n", a);
        else
            printf("takt serves at http%s://%.*s:%u\n", k->tls.certificate_file ? "s" : "",
                   is_all ? 9 : (int)(colon - a), is_all ? "localhost" : a, port);
    }
    if (k->agent)
        printf("takt answers agent checks at port %u\n", server_agent_port(s));
    fflush(stdout);
}

static takt_rc serve(struct arena *keep, const struct options *o, const struct opt_rest *rest,
                     takt_err *e)
{
    struct server_config k;
    struct server *s;
    TAKT_TRY(configure(&k, keep, o, rest, e));
    raise_files_limit();
    TAKT_TRY(server_new(&s, &k, e));
    signalled = s;
    catch (SIGTERM, on_end);
    catch (SIGINT, on_end);
    catch (SIGHUP, on_reload);
    catch (SIGXFSZ, SIG_IGN); /* a write beyond a limit fails instead */
    announce(s, &k);
    takt_rc rc = server_run(s, e);
    catch (SIGTERM, SIG_DFL);
    catch (SIGINT, SIG_DFL);
    catch (SIGHUP, SIG_IGN);
    if (server_is_left(s))
        _exit(EXIT_DONE);
    server_free(s);
    return rc;
}

static int serve_main(int argc, char **argv)
{
    struct options o = {0};
    struct opt_rest rest;
    struct arena keep = {0};
    const struct opt_layers layers = {"config", "TAKT_", &keep};
    int code = cli_parse_layers(&o, &rest, &cmd, &layers, argc, argv);
    if (code < 0) {
        takt_err e;
        code = serve(&keep, &o, &rest, &e).code ? cli_fail(&e) : EXIT_DONE;
    }
    arena_free(&keep);
    return code;
}

const struct cli_command cli_serve = {&cmd, serve_main};
