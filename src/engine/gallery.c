#include "engine/gallery.h"

#include <stdlib.h>
#include <string.h>

#include "engine/vision.h"

/* A picture in its frame. */
struct hung {
    struct hung *prev, *next; /* by use */
    struct hung *other;       /* in its bucket */
    struct gallery_key key;
    takt_picture *picture;
    uint64_t bytes;
};

static struct hung **bucket_of(struct gallery *g, const struct gallery_key *key)
{
    uint64_t h;
    memcpy(&h, key->digest, sizeof h);
    return &g->bucket[(h ^ key->salt) % GALLERY_BUCKETS];
}

struct gallery_key gallery_key_of(const struct view *view, uint64_t salt)
{
    struct gallery_key key = {.salt = salt};
    memcpy(key.digest, view->digest, sizeof key.digest);
    return key;
}

bool gallery_key_eq(const struct gallery_key *a, const struct gallery_key *b)
{
    return a->salt == b->salt && memcmp(a->digest, b->digest, sizeof a->digest) == 0;
}

static void unlink_hung(struct gallery *g, struct hung *h)
{
    *(h->prev ? &h->prev->next : &g->first) = h->next;
    *(h->next ? &h->next->prev : &g->last) = h->prev;
}

static void put_first(struct gallery *g, struct hung *h)
{
    h->prev = NULL;
    h->next = g->first;
    *(g->first ? &g->first->prev : &g->last) = h;
    g->first = h;
}

takt_picture *gallery_find(struct gallery *g, const struct gallery_key *key)
{
    struct hung *h = *bucket_of(g, key);
    while (h && !gallery_key_eq(&h->key, key))
        h = h->other;
    *(h ? &g->stats.n_found : &g->stats.n_missed) += 1;
    if (!h)
        return NULL;
    unlink_hung(g, h);
    put_first(g, h);
    return picture_hold(h->picture);
}

static void drop(struct gallery *g, struct hung *h)
{
    struct hung **at = bucket_of(g, &h->key);
    while (*at != h)
        at = &(*at)->other;
    *at = h->other;
    unlink_hung(g, h);
    g->stats.n--;
    g->stats.bytes -= h->bytes;
    takt_picture_free(h->picture);
    free(h);
}

void gallery_trim(struct gallery *g)
{
    for (struct hung *h = g->last, *prev; h && g->stats.bytes > g->bytes_max; h = prev) {
        prev = h->prev;
        if (!picture_is_shared(h->picture)) {
            drop(g, h);
            g->stats.n_dropped++;
        }
    }
}

void gallery_keep(struct gallery *g, const struct gallery_key *key, takt_picture *p)
{
    uint64_t bytes = picture_bytes(p) + sizeof(struct hung);
    struct hung *h = bytes <= g->bytes_max ? malloc(sizeof *h) : NULL;
    if (!h)
        return;
    struct hung **bucket = bucket_of(g, key);
    *h = (struct hung){.other = *bucket, .key = *key, .picture = picture_hold(p), .bytes = bytes};
    *bucket = h;
    put_first(g, h);
    g->stats.n++;
    g->stats.bytes += bytes;
    gallery_trim(g);
}

void gallery_limit(struct gallery *g, uint64_t bytes_max)
{
    g->bytes_max = bytes_max;
    gallery_trim(g);
}

void gallery_release(struct gallery *g)
{
    while (g->first)
        drop(g, g->first);
}
