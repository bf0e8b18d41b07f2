/* sight_known: which pictures the bytes of files are, so that a file that comes again need not be
 * decoded to know it. */
#include <string.h>

#include "base/hash.h"
#include "engine/encoding.h"
#include "server/sight_parts.h"

void look_set_key(struct look *l)
{
    const struct sight *x = l->sight;
    const struct {
        uint64_t salt, model, is_low;
    } how = {x->salt, (uint64_t)(x->model - x->call.s->model), l->said->is_low};
    struct sha256 h;
    sha256_init(&h);
    sha256_add(&h, &how, sizeof how);
    sha256_add(&h, l->file.p, l->file.len);
    sha256_end(&h, l->key);
    l->has_key = true;
}

static uint64_t first_of(const uint8_t key[32])
{
    uint64_t v;
    memcpy(&v, key, sizeof v);
    return v;
}

bool look_is_same(const struct look *a, const struct look *b)
{
    return a->has_key && b->has_key && first_of(a->key) == first_of(b->key) &&
           memcmp(a->key, b->key, sizeof a->key) == 0;
}

static struct known *place_of(const struct look *l)
{
    return &l->sight->call.s->sights->known[first_of(l->key) % KNOWN_MAX];
}

void look_remember(const struct look *l)
{
    struct known *k = place_of(l);
    if (!l->has_key)
        return;
    k->is_set = true;
    memcpy(k->key, l->key, sizeof k->key);
    memcpy(k->digest, l->job.digest, sizeof k->digest);
}

/* What L's pixels are called; NULL: that is not known. */
static const uint8_t *digest_of(const struct look *l)
{
    const struct known *k = place_of(l);
    return l->has_key && k->is_set && memcmp(k->key, l->key, sizeof k->key) == 0 ? k->digest : NULL;
}

takt_rc look_make_blank(struct look *l, takt_err *e)
{
    const takt_vision *v = l->sight->model->vision;
    if (l->is_pair)
        return look_blank_clip(l, e);
    const struct tiles t = view_layout(v, l->head.width, l->head.height, l->said->is_low);
    return encoding_blank(&l->blank, v, &t, digest_of(l), e);
}

bool look_recall(struct look *l)
{
    const struct sight *x = l->sight;
    const uint8_t *digest = digest_of(l);
    if (digest && atomic_load(&x->model->state) == SERVED_READY)
        l->job.picture = eyes_find(x->model->eyes, digest, x->salt);
    return l->job.picture != NULL;
}
