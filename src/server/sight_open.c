/* sight_open: the bytes of pictures, and their headers. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/data_url.h"
#include "server/sight_parts.h"

static takt_rc read_head(struct look *l, takt_err *e)
{
    if (l->said->is_clip) /* its frames are looked for later */
        return TAKT_OK;
    TAKT_TRY(media_head_read(&l->head, l->file, &l->sight->call.s->sights->limits, e));
    look_set_key(l);
    return TAKT_OK;
}

/* On a thread. The text of the URL becomes what it stands for, in place: that is shorter. */
static takt_rc open_data(struct look *l, takt_err *e)
{
    uint64_t most = look_bytes_max(l);
    struct slice base64;
    uint8_t *to = (uint8_t *)(uintptr_t)l->said->text.p;
    size_t n;
    TAKT_TRY(data_url_open(&base64, l->said->text, l->said->is_clip, e));
    if (base64.len / 4 > most / 3)
        return err_set(e, TAKT_ERR_LIMIT, "picture", "has about %zu bytes; %llu are the most",
                       base64.len / 4 * 3, (unsigned long long)most);
    TAKT_TRY(data_url_decode(to, &n, base64, e));
    l->file = (struct slice){to, n};
    return read_head(l, e);
}

static void open_work(struct crew_task *t)
{
    struct look *l = (struct look *)t;
    l->err.code = TAKT_ERR_NONE;
    open_data(l, &l->err);
}

static void open_done(struct crew_task *t)
{
    look_opened((struct look *)t);
}

static struct look *read_by(struct store_task *t)
{
    return (struct look *)(void *)((char *)t - offsetof(struct look, reading));
}

/* All of file F. On the store's thread. */
static takt_rc read_content(struct look *l, struct store *s, const struct store_file *f,
                            takt_err *e)
{
    enum { PART_BYTES = 1 << 20 };
    int64_t at = -1;
    size_t n = 0;
    struct slice part = {NULL, 0};
    l->owned = malloc((size_t)f->bytes + 1);
    if (!l->owned)
        return err_set(e, TAKT_ERR_MEMORY, f->id, "no memory for the file");
    do {
        struct arena a = {0};
        takt_rc rc = store_file_read(s, f->id, &at, PART_BYTES, &a, &part, e);
        bool fits = part.len <= f->bytes - n;
        if (!rc.code && part.len && fits)
            memcpy(l->owned + n, part.p, part.len);
        arena_free(&a);
        TAKT_TRY(rc);
        if (!fits)
            return err_set(e, TAKT_ERR_FORMAT, f->id, "is longer than the store says");
        n += part.len;
    } while (part.len);
    l->file = (struct slice){l->owned, n};
    return TAKT_OK;
}

/* What the store says is its own error; what is wrong with the file is the client's. */
static takt_rc read_file(struct store_task *t, struct store *s, takt_err *e)
{
    struct look *l = read_by(t);
    const struct call *c = &l->sight->call;
    uint64_t most = look_bytes_max(l);
    struct store_file *f = NULL;
    struct arena a = {0};
    l->err.code = TAKT_ERR_NONE;
    takt_rc rc = store_file_get(s, (const char *)l->said->text.p, c->who.name, (int64_t)time(NULL),
                                &a, &f, e);
    l->is_unknown = !rc.code && !f;
    if (!rc.code && f && f->bytes > most)
        err_set(&l->err, TAKT_ERR_LIMIT, "picture", "has %llu bytes; %llu are the most",
                (unsigned long long)f->bytes, (unsigned long long)most);
    else if (!rc.code && f)
        rc = read_content(l, s, f, e);
    if (!rc.code && f && !l->err.code)
        read_head(l, &l->err);
    arena_free(&a);
    return rc;
}

static void file_read(struct store_task *t)
{
    struct look *l = read_by(t);
    if (t->rc.code) {
        metrics_count(l->sight->call.s->metrics->store_errors, 1);
        l->err = t->err;
        if (l->err.code != TAKT_ERR_MEMORY) /* no fault of the request's */
            l->err.code = TAKT_ERR_IO;
    }
    look_opened(l);
}

/* False: it has to be tried again. */
static bool begin_file(struct look *l)
{
    l->reading.work = read_file;
    l->reading.done = file_read;
    return store_worker_submit(l->sight->call.s->store, &l->reading);
}

/* On a thread of its own. */
static void fetch_work(struct crew_task *t)
{
    struct look *l = (struct look *)t;
    struct sights *all = l->sight->call.s->sights;
    size_t n;
    l->err.code = TAKT_ERR_NONE;
    l->is_out_of_reach = fetch_get(all->fetch, (const char *)l->said->text.p, look_bytes_max(l),
                                   &l->is_unwanted, &l->owned, &n, &l->err)
                             .code != 0;
    if (l->is_out_of_reach)
        return;
    l->file = (struct slice){l->owned, n};
    read_head(l, &l->err);
}

bool look_open(struct look *l)
{
    struct sights *all = l->sight->call.s->sights;
    bool is_web = l->said->from == API_PICTURE_WEB;
    if (l->said->from == API_PICTURE_FILE)
        return begin_file(l);
    l->task.work = is_web ? fetch_work : open_work;
    l->task.done = open_done;
    crew_submit(is_web ? all->fetchers : all->crew, &l->task);
    return true;
}
