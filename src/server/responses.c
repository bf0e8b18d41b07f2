#include "server/responses.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

/* One response; its texts follow it in the same allocation. */
struct entry {
    struct response_kept kept;
    struct entry *next_in_bucket, *older, *newer;
    uint64_t bytes;
};

struct responses {
    struct entry **bucket; /* [n_buckets], a power of two */
    uint32_t n_buckets, n, n_max;
    uint64_t bytes, bytes_max, seed;
    struct entry *oldest, *newest;
};

takt_rc responses_new(struct responses **out, uint32_t n_max, uint64_t bytes_max, uint64_t seed,
                      takt_err *e)
{
    struct responses *s = calloc(1, sizeof *s);
    *out = NULL;
    if (s) {
        *s = (struct responses){
            .n_buckets = 1, .n_max = n_max, .bytes_max = bytes_max, .seed = seed};
        while (s->n_buckets < n_max && s->n_buckets < 1u << 20)
            s->n_buckets *= 2;
        s->bucket = calloc(s->n_buckets, sizeof *s->bucket);
    }
    if (!s || !s->bucket) {
        free(s);
        return err_set(e, TAKT_ERR_MEMORY, "responses", "no memory for %u of them", n_max);
    }
    *out = s;
    return TAKT_OK;
}

static struct entry **bucket_of(const struct responses *s, const char *id)
{
    return &s->bucket[hash_fnv1a(id, strlen(id), s->seed) & (s->n_buckets - 1)];
}

static struct entry *find(const struct responses *s, const char *id, const char *owner)
{
    for (struct entry *x = *bucket_of(s, id); x; x = x->next_in_bucket)
        if (strcmp(x->kept.id, id) == 0 && strcmp(x->kept.owner, owner) == 0)
            return x;
    return NULL;
}

static void drop(struct responses *s, struct entry *x)
{
    struct entry **at = bucket_of(s, x->kept.id);
    while (*at != x)
        at = &(*at)->next_in_bucket;
    *at = x->next_in_bucket;
    *(x->older ? &x->older->newer : &s->oldest) = x->newer;
    *(x->newer ? &x->newer->older : &s->newest) = x->older;
    s->n--;
    s->bytes -= x->bytes;
    free(x);
}

void responses_free(struct responses *s)
{
    if (!s)
        return;
    while (s->oldest)
        drop(s, s->oldest);
    free(s->bucket);
    free(s);
}

/* Copies N bytes to *AT, with a NUL, and moves it on. */
static const char *copy(char **at, const void *from, size_t n)
{
    char *to = *at;
    if (n)
        memcpy(to, from, n);
    to[n] = '\0';
    *at += n + 1;
    return to;
}

takt_rc responses_put(struct responses *s, const struct response_kept *r, takt_err *e)
{
    size_t n_id = strlen(r->id), n_owner = strlen(r->owner);
    size_t n_previous = r->previous ? strlen(r->previous) : 0;
    uint64_t bytes = sizeof(struct entry) + n_id + n_owner + n_previous + 5;
    if (r->reply.len > s->bytes_max || r->input.len > s->bytes_max ||
        bytes + r->reply.len + r->input.len > s->bytes_max || s->n_max == 0)
        return err_set(e, TAKT_ERR_LIMIT, "responses", "larger than all that may be kept");
    bytes += r->reply.len + r->input.len;
    struct entry *x = malloc(bytes);
    if (!x)
        return err_set(e, TAKT_ERR_MEMORY, "responses", "no memory to keep one");
    while (s->oldest && (s->n >= s->n_max || s->bytes + bytes > s->bytes_max))
        drop(s, s->oldest);
    char *at = (char *)(x + 1);
    *x = (struct entry){.bytes = bytes, .older = s->newest};
    x->kept.id = copy(&at, r->id, n_id);
    x->kept.owner = copy(&at, r->owner, n_owner);
    x->kept.previous = copy(&at, r->previous, n_previous);
    if (!r->previous)
        x->kept.previous = NULL;
    x->kept.reply =
        (struct slice){(const uint8_t *)copy(&at, r->reply.p, r->reply.len), r->reply.len};
    x->kept.input =
        (struct slice){(const uint8_t *)copy(&at, r->input.p, r->input.len), r->input.len};
    struct entry **bucket = bucket_of(s, x->kept.id);
    x->next_in_bucket = *bucket;
    *bucket = x;
    *(s->newest ? &s->newest->newer : &s->oldest) = x;
    s->newest = x;
    s->n++;
    s->bytes += bytes;
    return TAKT_OK;
}

const struct response_kept *responses_get(const struct responses *s, const char *id,
                                          const char *owner)
{
    const struct entry *x = find(s, id, owner);
    return x ? &x->kept : NULL;
}

takt_rc responses_chain(const struct responses *s, const char *id, const char *owner,
                        struct arena *a, const struct response_kept ***out, uint32_t *n,
                        bool *broken, takt_err *e)
{
    const struct response_kept *r = responses_get(s, id, owner);
    uint32_t i = 0;
    *n = 0;
    *broken = false;
    for (const struct response_kept *x = r; x; i++) {
        if (i == RESPONSES_CHAIN_MAX)
            return err_set(e, TAKT_ERR_LIMIT, "previous_response_id",
                           "more than %d responses follow each other", RESPONSES_CHAIN_MAX);
        *broken = x->previous && !responses_get(s, x->previous, owner);
        x = x->previous ? responses_get(s, x->previous, owner) : NULL;
    }
    *out = ARENA_ARRAY(a, const struct response_kept *, i);
    if (!*out)
        return err_set(e, TAKT_ERR_MEMORY, "responses", "no memory for a list of them");
    for (; r; r = r->previous ? responses_get(s, r->previous, owner) : NULL)
        (*out)[(*n)++] = r;
    return TAKT_OK;
}

bool responses_delete(struct responses *s, const char *id, const char *owner)
{
    struct entry *x = find(s, id, owner);
    if (x)
        drop(s, x);
    return x != NULL;
}
