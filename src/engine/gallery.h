/* gallery: encoded pictures that are kept for who shows them again, found by content.
 *
 * Those used longest ago go first when there are more bytes than it may have. One that somebody
 * else holds stays: to drop it would free nothing. Not for several threads at once; the pictures
 * are. */
#ifndef TAKT_ENGINE_GALLERY_H
#define TAKT_ENGINE_GALLERY_H

#include <stdint.h>

#include "engine/view.h"
#include "takt.h"

enum { GALLERY_BUCKETS = 1024 };

/* A salt parts who must not learn, from the time that it takes, what others have shown: see
 * prefix.h. */
struct gallery_key {
    uint8_t digest[32]; /* of the view */
    uint64_t salt;
};

struct gallery_stats {
    uint64_t n_found, n_missed; /* over all calls of gallery_find */
    uint64_t n_dropped;
    uint64_t bytes; /* of the pictures in it, also while others hold them */
    uint32_t n;
};

struct hung;

struct gallery {
    uint64_t bytes_max;
    struct hung *first, *last; /* by use, the latest first */
    struct hung *bucket[GALLERY_BUCKETS];
    struct gallery_stats stats;
};

/* gallery_key_of names VIEW as those of SALT know it. */
struct gallery_key gallery_key_of(const struct view *view, uint64_t salt);
bool gallery_key_eq(const struct gallery_key *a, const struct gallery_key *b);

/* gallery_find gives the picture of KEY, held for the caller (takt_picture_free it); NULL: it is
 * not there. */
takt_picture *gallery_find(struct gallery *g, const struct gallery_key *key);

/* gallery_keep puts P there, which becomes held once more. Where it alone is more than the gallery
 * may have, or there is no memory for its frame, nothing happens. KEY must not be there. */
void gallery_keep(struct gallery *g, const struct gallery_key *key, takt_picture *p);

/* gallery_trim drops what is too much: also called by gallery_keep, and when others have let go of
 * pictures. gallery_limit sets bytes_max (0: nothing is kept) and trims. */
void gallery_trim(struct gallery *g);
void gallery_limit(struct gallery *g, uint64_t bytes_max);

/* gallery_release empties it. */
void gallery_release(struct gallery *g);

#endif
