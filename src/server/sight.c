#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/topo.h"
#include "media/clip.h"
#include "server/api_limits.h"
#include "server/resident.h"
#include "server/sight_parts.h"

enum { THREADS_MAX = 8, FETCHERS = 8, PLAYERS = 2 };
enum { AT_ONCE = 4 }; /* pictures of a request that threads, or eyes, have at one time */
#define FILES_BYTES_MAX (UINT64_C(1) << 30) /* of files in memory; then nothing more is opened */

/* ---- the server's ---------------------------------------------------------------------------- */

/* *IS_WANTED: somebody has said so. */
static bool sees(const struct server_config *k, bool *is_wanted)
{
    bool any = false;
    *is_wanted = false;
    for (uint32_t i = 0; i < k->n_models; i++) {
        const struct server_model *m = &k->models[i];
        any = any || m->mmproj;
        *is_wanted = *is_wanted || (m->mmproj && !m->mmproj_is_found);
    }
    return any;
}

static void wake(void *user)
{
    struct server *s = user;
    http_wake(s->http);
}

static takt_rc start(struct server *s, struct sights *all, takt_err *e)
{
    struct topo t;
    topo_read(&t);
    all->n_threads = topo_lanes(&t) < THREADS_MAX ? topo_lanes(&t) : THREADS_MAX;
    all->limits = media_limits_of(&s->config.image);
    all->clip_bytes = s->config.clip_bytes;
    sight_guess(all);
    const struct media_options media = {.limits = all->limits,
                                        .n_workers = all->n_threads + PLAYERS};
    TAKT_TRY(media_pool_new(&all->pool, &media, e));
    TAKT_TRY(crew_new(&all->crew, all->n_threads, wake, s, e));
    if (all->clip_bytes)
        TAKT_TRY(crew_new(&all->players, PLAYERS, wake, s, e));
    return all->fetch ? crew_new(&all->fetchers, FETCHERS, wake, s, e) : TAKT_OK;
}

takt_rc sights_new(struct server *s, takt_err *e)
{
    const struct server_config *k = &s->config;
    bool is_wanted;
    char text[600];
    takt_err why;
    if (!sees(k, &is_wanted))
        return TAKT_OK;
    s->sights = calloc(1, sizeof *s->sights);
    if (!s->sights)
        return err_set(e, TAKT_ERR_MEMORY, "server", "no memory for pictures");
    if (k->n_image_hosts)
        TAKT_TRY(
            fetch_new(&s->sights->fetch, k->image_hosts, k->n_image_hosts, k->image_fetch_s, e));
    takt_rc rc = start(s, s->sights, &why);
    if (!rc.code)
        return rc;
    sights_free(s);
    if (is_wanted) {
        *e = why;
        return rc;
    }
    LOG(&s->config.log, LOG_WARN, "no_pictures",
        LOG_S("why", takt_err_format(&why, text, sizeof text)));
    return TAKT_OK;
}

void sights_free(struct server *s)
{
    struct sights *all = s->sights;
    if (!all)
        return;
    takt_assert(!all->first);
    crew_free(all->fetchers);
    crew_free(all->players);
    fetch_free(all->fetch);
    crew_free(all->crew);
    media_pool_free(all->pool);
    free(all);
    s->sights = NULL;
}

/* ---- ends ------------------------------------------------------------------------------------ */

void look_let_file_go(struct look *l)
{
    if (l->owned) {
        l->sight->n_bytes -= l->n_owned;
        l->sight->call.s->sights->n_bytes -= l->n_owned;
        free(l->owned);
    }
    l->owned = NULL;
    l->n_owned = 0;
    l->file = (struct slice){NULL, 0};
}

static void release(struct sight *x)
{
    for (uint32_t i = 0; x->look && i < x->n; i++) {
        struct look *l = &x->look[i];
        takt_picture_free(l->blank);
        image_free(&l->image);
        image_free(&l->second);
        takt_picture_free(l->job.picture);
        takt_picture_free(l->joined);
    }
    free(x->look);
    free(x->span);
    free(x->clip);
    free(x);
}

void sight_free(struct sight *x)
{
    if (x)
        release(x);
}

/* Nobody waits for it any more. */
static void link_out(struct sight *x)
{
    struct server *s = x->call.s;
    struct sights *all = s->sights;
    *(x->prev ? &x->prev->next : &all->first) = x->next;
    *(x->next ? &x->next->prev : &all->last) = x->prev;
    x->prev = x->next = NULL;
    all->n--;
    s->n_waiting--;
    resident_ended(x->model);
}

/* What is on its way is let go as soon as it can be; then go_on drops X. */
static void give_up(struct sight *x)
{
    if (x->is_over)
        return;
    x->is_over = true;
    for (uint32_t i = 0; i < x->n; i++) {
        atomic_store(&x->look[i].is_unwanted, true);
        if (x->look[i].stage == SHOWN)
            eyes_cancel(x->model->eyes, &x->look[i].job);
    }
}

/* The client closed the connection. Perhaps while another sight goes on: X is dropped later. */
static void gone(void *user)
{
    struct sight *x = user;
    call_gone(&x->call);
    give_up(x);
    http_wake(x->call.s->http);
}

static void reply_error(struct sight *x, const struct api_error *e)
{
    struct call c = x->call;
    if (!c.x)
        return;
    http_keep(c.x, NULL, NULL);
    x->call.x = NULL;
    call_error(&c, e);
}

static enum metrics_blind cause_of(const struct look *l)
{
    if (l->is_unknown || (l->is_out_of_reach && l->err.code != TAKT_ERR_MEMORY))
        return METRICS_NOT_THERE;
    switch (l->err.code) {
    case TAKT_ERR_FORMAT:
    case TAKT_ERR_USAGE: return METRICS_BROKEN;
    case TAKT_ERR_UNSUPPORTED: return METRICS_UNSUPPORTED;
    case TAKT_ERR_LIMIT: return METRICS_TOO_LARGE;
    default: return METRICS_PICTURE_FAULT;
    }
}

/* What is wrong with L is told, unless something else was told before. */
static void refuse(struct sight *x, struct look *l)
{
    struct api_error e;
    char text[600];
    if (l->is_unknown)
        api_refuse(&e, API_NO_OBJECT, l->said->path, "there is no file '%.100s'",
                   (const char *)l->said->text.p);
    else
        api_picture_refuse(&e, l->said, &l->err);
    if (!l->is_unknown && api_error_status(&e, API_OPENAI, false) >= 500 && x->call.x)
        LOG(&x->call.s->config.log, LOG_ERROR, "picture", LOG_S("id", x->call.request_id),
            LOG_S("why", takt_err_format(&l->err, text, sizeof text)));
    if (x->call.x)
        metrics_count(x->model->metrics->pictures_refused[cause_of(l)], 1);
    reply_error(x, &e);
}

static void fail(struct look *l)
{
    struct sight *x = l->sight;
    l->stage = FAILED;
    refuse(x, l);
    give_up(x);
}

void sights_end(struct server *s)
{
    struct api_error e;
    api_refuse(&e, API_DRAINING, NULL, "the server is about to end");
    for (struct sight *x = s->sights ? s->sights->first : NULL; x; x = x->next) {
        reply_error(x, &e);
        give_up(x);
    }
}

static void go_on(struct sight *x);

/* A thread has done with L, which is at STAGE now, unless something is wrong with it. */
static void came_to(struct look *l, enum stage stage)
{
    struct sight *x = l->sight;
    x->n_busy--;
    l->stage = stage;
    if (l->err.code || l->is_unknown)
        fail(l);
    go_on(x);
}

/* Files that a request names are in memory together until all headers are read. */
static void count_bytes(struct look *l)
{
    struct sight *x = l->sight;
    const struct http_limits *limits = &x->call.s->config.limits;
    uint64_t most = limits->body_max ? limits->body_max : API_MAX_BODY;
    if (!l->owned)
        return;
    l->n_owned = l->file.len;
    x->n_bytes += l->n_owned;
    x->call.s->sights->n_bytes += l->n_owned;
    if (!l->err.code && x->n_bytes > most)
        err_set(&l->err, TAKT_ERR_LIMIT, "picture",
                "is too much: the pictures of a request may have %llu bytes together",
                (unsigned long long)most);
}

void look_opened(struct look *l)
{
    count_bytes(l);
    came_to(l, l->said->is_clip ? READ : SIZED);
}

void look_played(struct look *l)
{
    came_to(l, SIZED);
}

/* ---- sizes ----------------------------------------------------------------------------------- */

static void count_seen(const struct look *l)
{
    const struct sight *x = l->sight;
    struct metrics_model *m = x->model->metrics;
    metrics_count(m->mm_cache_queries, 1);
    metrics_count(m->mm_cache_hits, l->job.was_cached);
    metrics_count(m->pictures[l->job.was_cached ? METRICS_FROM_CACHE : METRICS_ENCODED], 1);
    metrics_observe(m->picture_seconds, (double)(l->job.end_ns - x->begun_ns) / 1e9);
    if (!l->job.was_cached)
        metrics_observe(m->picture_encode_seconds, (double)l->job.measured_ns / 1e9);
}

/* L is known, and need not be decoded. */
static bool recognise(struct look *l)
{
    if (!look_recall(l))
        return false;
    look_let_file_go(l);
    l->stage = SEEN;
    l->job.was_cached = true;
    l->job.end_ns = clock_ns();
    if (!l->sight->sizes_only)
        count_seen(l);
    return true;
}

/* All headers are read: what the pictures take. */
static bool size_all(struct sight *x)
{
    struct api_error e;
    takt_err err;
    if (sight_expand(x, &e).code) {
        reply_error(x, &e);
        return false;
    }
    for (uint32_t i = 0; i < x->n; i++) {
        struct look *l = &x->look[i];
        if (i && l->span == l[-1].span) /* the first one of the clip stands for all */
            continue;
        if (look_make_blank(l, &err).code) {
            api_error_from_server(&e, &err);
            reply_error(x, &e);
            return false;
        }
        x->span[l->span].picture = l->blank;
        x->n_tokens += picture_counted(l->blank, x->model->vision);
        recognise(l);
    }
    x->is_sized = true;
    x->ns_predicted = atomic_load(&x->model->state) == SERVED_READY ? sight_ns(x, NULL) : 0;
    return true;
}

/* ---- pixels ---------------------------------------------------------------------------------- */

static void decode_work(struct crew_task *t)
{
    struct look *l = (struct look *)t;
    struct sights *all = l->sight->call.s->sights;
    int64_t from = clock_ns();
    l->err.code = TAKT_ERR_NONE;
    if (media_decode(all->pool, l->file, NULL, &l->image, &l->err).code)
        return;
    l->decode_ns = (double)(clock_ns() - from);
}

static void decode_done(struct crew_task *t)
{
    struct look *l = (struct look *)t;
    struct sight *x = l->sight;
    struct sights *all = x->call.s->sights;
    x->n_busy--;
    look_let_file_go(l);
    l->stage = DECODED;
    if (l->err.code) {
        all->n_pixels -= look_pixels(l);
        fail(l);
    } else {
        sight_learn(all, l);
        metrics_observe(x->model->metrics->picture_decode_seconds, l->decode_ns / 1e9);
    }
    go_on(x);
}

/* False: too much is decoded already that nobody has seen. */
static bool begin_decode(struct look *l)
{
    struct sights *all = l->sight->call.s->sights;
    if (all->n_pixels && all->n_pixels + look_pixels(l) > 2 * all->limits.pixels)
        return false;
    all->n_pixels += look_pixels(l);
    l->task.work = decode_work;
    l->task.done = decode_done;
    crew_submit(all->crew, &l->task);
    return true;
}

static void let_pixels_go(struct look *l)
{
    if (!l->image.rgb)
        return;
    l->sight->call.s->sights->n_pixels -= look_pixels(l);
    image_free(&l->image);
    image_free(&l->second);
}

/* ---- eyes ------------------------------------------------------------------------------------ */

static void show(struct look *l)
{
    struct sight *x = l->sight;
    double retry_ns = 0;
    l->job = (struct eyes_job){.rgb = l->image.rgb,
                               .width = l->image.width,
                               .height = l->image.height,
                               .is_low = l->said->is_low,
                               .group = (uintptr_t)x, /* it waits for all of its pictures */
                               .salt = x->salt};
    if (l->is_pair) {
        const struct image *second = l->second.rgb ? &l->second : &l->image;
        l->job.second = second->rgb;
        l->job.second_width = second->width;
        l->job.second_height = second->height;
        l->job.clip_width = l->clip_width;
        l->job.clip_height = l->clip_height;
    }
    if (eyes_submit(x->model->eyes, &l->job, &retry_ns, &l->err).code) {
        fail(l);
    } else if (retry_ns == 0) {
        l->stage = SHOWN;
        x->n_busy++;
    }
}

/* The eyes have let go of L, or of its pixels, or not yet. */
static void look_at(struct look *l)
{
    struct sight *x = l->sight;
    int finish = atomic_load(&l->job.finish);
    if (finish != EYES_RUNNING || atomic_load(&l->job.is_seen))
        let_pixels_go(l);
    if (finish == EYES_RUNNING)
        return;
    x->n_busy--;
    l->stage = SEEN;
    if (finish == EYES_DONE) {
        look_remember(l);
        count_seen(l);
        return;
    }
    l->err = finish == EYES_FAULT ? l->job.err
                                  : (takt_err){.code = TAKT_ERR_CANCELLED, .what = "cancelled"};
    fail(l);
}

/* ---- from one to the next -------------------------------------------------------------------- */

static uint32_t count(const struct sight *x, enum stage stage)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < x->n; i++)
        n += x->look[i].stage == stage;
    return n;
}

static bool have_all(const struct sight *x, enum stage stage)
{
    return count(x, stage) == x->n;
}

/* Waiting could be for ever: others may wait for what X has. */
static void refuse_for_room(struct sight *x)
{
    struct api_error e;
    api_refuse(&e, API_OVERLOADED, NULL, "the pictures of other requests take all of the room");
    e.retry_after_s = 1;
    reply_error(x, &e);
    give_up(x);
}

static void open_some(struct sight *x)
{
    uint32_t n = count(x, OPENING);
    if (x->call.s->sights->n_bytes > FILES_BYTES_MAX && count(x, SAID)) {
        refuse_for_room(x);
        return;
    }
    for (uint32_t i = 0; i < x->n && n < AT_ONCE; i++)
        if (x->look[i].stage == SAID && look_open(&x->look[i])) {
            x->look[i].stage = OPENING;
            x->n_busy++;
            n++;
        }
}

static void play_some(struct sight *x)
{
    uint32_t n = count(x, PLAYING);
    for (uint32_t i = 0; i < x->n && n < AT_ONCE; i++)
        if (x->look[i].stage == READ && look_play(&x->look[i])) {
            x->look[i].stage = PLAYING;
            x->n_busy++;
            n++;
        }
}

static void decode_some(struct sight *x)
{
    uint32_t n = count(x, DECODING);
    for (uint32_t i = 0; i < x->n && n < AT_ONCE; i++)
        if (x->look[i].stage == SIZED && !recognise(&x->look[i]) && begin_decode(&x->look[i])) {
            x->look[i].stage = DECODING;
            x->n_busy++;
            n++;
        }
}

/* Lines of batches come when nobody else has pictures. */
static bool is_its_turn(const struct sight *x)
{
    struct eyes_figures f;
    if (!x->call.is_batch)
        return true;
    eyes_figures(x->model->eyes, &f);
    return f.n_jobs == 0;
}

static void show_some(struct sight *x)
{
    uint32_t n = count(x, SHOWN);
    for (uint32_t i = 0; i < x->n && n < AT_ONCE && !x->is_over; i++)
        if (x->look[i].stage == DECODED && is_its_turn(x)) {
            show(&x->look[i]);
            n++;
        }
}

/* The call is not ours while its owner may reply. */
static bool tell_sizes(struct sight *x)
{
    http_keep(x->call.x, NULL, NULL);
    if (x->k.sized(x->user)) {
        http_keep(x->call.x, x, gone);
        return true;
    }
    x->call.x = NULL;
    return false;
}

static void let_user_go_on(struct sight *x)
{
    for (uint32_t i = 0; i < x->n; i++) {
        const struct look *l = &x->look[i];
        if (!l->is_pair || l->joined)
            x->span[l->span].picture = l->joined ? l->joined : l->job.picture;
    }
    x->ready_ns = clock_ns();
    http_keep(x->call.x, NULL, NULL);
    link_out(x);
    x->k.ready(x->user);
}

static void drop(struct sight *x)
{
    for (uint32_t i = 0; i < x->n; i++) {
        let_pixels_go(&x->look[i]);
        look_let_file_go(&x->look[i]);
    }
    sight_drop_frames(x);
    link_out(x);
    x->k.drop(x->user);
    release(x);
}

/* What has been seen becomes what is shown. */
static bool join(struct sight *x)
{
    struct api_error e;
    takt_err err;
    if (!sight_join(x, &err).code)
        return true;
    api_error_from_server(&e, &err);
    reply_error(x, &e);
    return false;
}

/* X may be gone afterwards. */
static void go_on(struct sight *x)
{
    if (!x->is_over)
        open_some(x);
    if (!x->is_over)
        play_some(x);
    if (!x->is_over && !x->is_sized && have_all(x, SIZED))
        x->is_over = !size_all(x) || !tell_sizes(x);
    if (!x->is_over && x->is_sized) {
        decode_some(x);
        show_some(x);
    }
    if (!x->is_over && have_all(x, SEEN))
        x->is_over = !join(x);
    if (x->is_over && !x->n_busy)
        drop(x);
    else if (!x->is_over && have_all(x, SEEN))
        let_user_go_on(x);
}

void sights_pump(struct server *s)
{
    if (!s->sights)
        return;
    crew_collect(s->sights->crew);
    if (s->sights->fetchers)
        crew_collect(s->sights->fetchers);
    if (s->sights->players)
        crew_collect(s->sights->players);
    for (struct sight *x = s->sights->first, *next; x; x = next) {
        next = x->next;
        for (uint32_t i = 0; i < x->n; i++)
            if (x->look[i].stage == SHOWN)
                look_at(&x->look[i]);
        go_on(x);
    }
}

/* ---- the beginning --------------------------------------------------------------------------- */

static takt_rc check_address(const struct call *c, const struct api_picture *p, struct api_error *e)
{
    const struct fetch *f = c->s->sights->fetch;
    takt_err err;
    if (!f)
        return api_refuse(e, API_UNSUPPORTED_VALUE, p->path,
                          "this server fetches no pictures; send it as a data: URL, "
                          "\"data:image/png;base64,...\"");
    if (strlen((const char *)p->text.p) != p->text.len)
        return api_refuse(e, API_BAD_VALUE, p->path, "has a zero byte in it");
    if (fetch_check(f, (const char *)p->text.p, &err).code)
        return api_picture_refuse(e, p, &err);
    return TAKT_OK;
}

static takt_rc check(const struct call *c, const struct served *m,
                     const struct api_pictures *pictures, struct api_error *e)
{
    const struct api_picture *first = pictures->first;
    uint32_t most = c->s->config.n_images;
    if (!m->vision)
        return api_refuse(e, API_UNSUPPORTED_VALUE, first->path,
                          "is a picture, but the model '%.100s' reads text only", m->name);
    if (pictures->n > most)
        return api_refuse(e, API_TOO_MANY, first->path,
                          "is the first of %u pictures; a request may have %u", pictures->n, most);
    for (const struct api_picture *p = first; p; p = p->next) {
        if (p->is_clip && !c->s->sights->clip_bytes)
            return api_refuse(e, API_UNSUPPORTED_VALUE, p->path,
                              "this server takes no clips; send pictures of them");
        if (p->from == API_PICTURE_FILE && !c->s->store)
            return api_refuse(e, API_UNSUPPORTED_VALUE, p->path,
                              "this server keeps no files: it was started with --store none");
        if (p->from == API_PICTURE_FILE && strlen((const char *)p->text.p) != p->text.len)
            return api_refuse(e, API_NO_OBJECT, p->path, "there is no such file");
        if (p->from == API_PICTURE_WEB)
            TAKT_TRY(check_address(c, p, e));
    }
    return TAKT_OK;
}

static struct sight *make(const struct call *c, const struct api_pictures *pictures)
{
    struct sight *x = calloc(1, sizeof *x);
    uint32_t i = 0;
    if (!x)
        return NULL;
    x->look = calloc(pictures->n, sizeof *x->look);
    x->span = calloc(pictures->n, sizeof *x->span);
    if (!x->look || !x->span) {
        release(x);
        return NULL;
    }
    for (const struct api_picture *p = pictures->first; p; p = p->next) {
        x->look[i].sight = x;
        x->look[i].span = i;
        x->look[i++].said = p;
    }
    x->n = x->n_spans = pictures->n;
    x->call = *c;
    return x;
}

/* Those that came first have their turn first. */
static void link_in(struct sight *x)
{
    struct sights *all = x->call.s->sights;
    x->prev = all->last;
    *(all->last ? &all->last->next : &all->first) = x;
    all->last = x;
    all->n++;
    x->call.s->n_waiting++;
}

/* Too many wait already: when they are through. */
static void refuse_more(const struct call *c, const struct served *m)
{
    const struct sights *all = c->s->sights;
    struct eyes_figures f = {0};
    struct api_error e;
    if (atomic_load(&m->state) == SERVED_READY)
        eyes_figures(m->eyes, &f);
    api_refuse(&e, API_OVERLOADED, NULL, "%u requests with pictures wait already", all->n);
    e.retry_after_s = f.queue_ns > 1e9 ? f.queue_ns / 1e9 : 1;
    metrics_count(m->metrics->admission_refused[METRICS_NO_QUEUE], 1);
    call_error(c, &e);
}

struct sight *sight_begin(const struct call *c, struct served *m,
                          const struct api_pictures *pictures, uint64_t salt, bool sizes_only,
                          const struct sight_user *k, void *user)
{
    struct server *s = c->s;
    struct api_error e;
    if (check(c, m, pictures, &e).code) {
        call_error(c, &e);
        return NULL;
    }
    if (s->sights->n >= s->config.queue) {
        refuse_more(c, m);
        return NULL;
    }
    struct sight *x = make(c, pictures);
    if (!x) {
        call_refuse(c, API_NO_MEMORY, NULL, "there is no memory for the pictures");
        return NULL;
    }
    x->model = m;
    x->k = *k;
    x->user = user;
    x->salt = salt;
    x->sizes_only = sizes_only;
    x->begun_ns = clock_ns();
    link_in(x);
    resident_begun(m);
    http_keep(c->x, x, gone);
    http_wake(s->http); /* it begins when this call is over */
    return x;
}

bool sights_take_clips(const struct server *s)
{
    return s->sights && s->sights->clip_bytes && media_reads_films();
}

uint32_t sights_waiting(const struct server *s, const struct served *m)
{
    uint32_t n = 0;
    for (const struct sight *x = s->sights ? s->sights->first : NULL; x; x = x->next)
        n += x->model == m ? x->n : 0;
    return n;
}

/* ---- what came of it ------------------------------------------------------------------------- */

takt_span *sight_spans(struct sight *x, uint32_t *n)
{
    *n = x->n_spans;
    return x->span;
}

const uint32_t *sight_clips(const struct sight *x)
{
    return x->clip;
}

uint32_t sight_tokens(const struct sight *x)
{
    return x->n_tokens;
}

void sight_fill(struct sight *x, int32_t *ids)
{
    for (uint32_t i = 0; i < x->n_spans; i++) {
        const takt_picture *p = x->span[i].picture;
        memcpy(ids + x->span[i].first, takt_picture_ids(p),
               takt_picture_positions(p) * sizeof *ids);
    }
}

void sight_figures(const struct sight *x, struct sight_figures *out)
{
    *out = (struct sight_figures){
        .n = x->n, .ns_predicted = x->ns_predicted, .ns = x->ready_ns - x->begun_ns};
    for (uint32_t i = 0; i < x->n; i++)
        out->n_cached += x->look[i].job.was_cached;
}
