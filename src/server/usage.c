#include "server/usage.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DAY_S = 86400, OWNERS_MAX = 2 * AUTH_KEYS_MAX };

/* What one key used on a day. */
struct counted {
    uint64_t key;
    char name[AUTH_NAME_MAX + 1];
    struct store_use use; /* its owner is set when it is written */
};

struct sums {
    struct counted *v;
    uint32_t n, cap;
};

struct usage {
    struct store_task task; /* of what is being written: first */
    struct store_worker *worker;
    struct sums now, writing;
    bool is_writing, has_failed, has_news;
};

takt_rc usage_new(struct usage **out, struct store_worker *w, takt_err *e)
{
    *out = calloc(1, sizeof **out);
    if (!*out)
        return err_set(e, TAKT_ERR_MEMORY, "usage", "no memory");
    (*out)->worker = w;
    return TAKT_OK;
}

void usage_free(struct usage *u)
{
    if (!u)
        return;
    takt_assert(!u->is_writing);
    free(u->now.v);
    free(u->writing.v);
    free(u);
}

/* The sums of KEY and DAY; NULL without memory. */
static struct counted *find(struct sums *s, uint64_t key, const char *name, int64_t day)
{
    for (uint32_t i = 0; i < s->n; i++)
        if (s->v[i].key == key && s->v[i].use.day == day)
            return &s->v[i];
    if (s->n == s->cap) {
        uint32_t cap = s->cap ? 2 * s->cap : 16;
        struct counted *v = cap <= OWNERS_MAX ? realloc(s->v, cap * sizeof *v) : NULL;
        if (!v)
            return NULL;
        s->v = v;
        s->cap = cap;
    }
    struct counted *c = &s->v[s->n++];
    *c = (struct counted){.key = key, .use = {.day = day}};
    memcpy(c->name, name, strlen(name) + 1);
    return c;
}

static void add(struct sums *s, const struct counted *c)
{
    struct counted *to = find(s, c->key, c->name, c->use.day);
    if (!to)
        return;
    to->use.n_requests += c->use.n_requests;
    to->use.n_prompt += c->use.n_prompt;
    to->use.n_cached += c->use.n_cached;
    to->use.n_answer += c->use.n_answer;
}

void usage_count(struct usage *u, const struct auth_who *who, uint64_t n_prompt, uint64_t n_cached,
                 uint64_t n_answer)
{
    struct counted c = {.key = who->id,
                        .use = {.day = (int64_t)time(NULL) / DAY_S,
                                .n_requests = 1,
                                .n_prompt = n_prompt,
                                .n_cached = n_cached,
                                .n_answer = n_answer}};
    if (!u)
        return;
    memcpy(c.name, who->name, sizeof c.name);
    add(&u->now, &c);
}

static takt_rc write_all(struct store_task *t, struct store *s, takt_err *e)
{
    struct usage *u = (struct usage *)t;
    struct store_use *use = calloc(u->writing.n, sizeof *use);
    if (!use)
        return err_set(e, TAKT_ERR_MEMORY, "usage", "no memory");
    for (uint32_t i = 0; i < u->writing.n; i++) {
        use[i] = u->writing.v[i].use;
        use[i].owner = u->writing.v[i].name;
    }
    takt_rc rc = store_use_add(s, use, u->writing.n, e);
    free(use);
    return rc;
}

static void written(struct store_task *t)
{
    struct usage *u = (struct usage *)t;
    u->is_writing = false;
    u->has_news = t->rc.code && !u->has_failed;
    u->has_failed = t->rc.code;
    for (uint32_t i = 0; t->rc.code && i < u->writing.n; i++)
        add(&u->now, &u->writing.v[i]);
    u->writing.n = 0;
}

void usage_flush(struct usage *u, takt_err *failed)
{
    if (failed && u->has_news)
        *failed = u->task.err;
    u->has_news = false;
    if (u->is_writing || !u->now.n)
        return;
    struct sums empty = u->writing;
    u->writing = u->now;
    u->now = empty;
    u->task.work = write_all;
    u->task.done = written;
    u->is_writing = store_worker_submit(u->worker, &u->task);
    if (u->is_writing)
        return;
    empty = u->writing; /* the queue is full: later */
    u->writing = u->now;
    u->now = empty;
}
