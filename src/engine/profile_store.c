#include "engine/profile_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/hash.h"
#include "model/cache.h"
#include "target/target.h"

enum { RECENT_S = 60 };

static bool on_calibrate(void *user, double done)
{
    const struct profile_progress *c = user;
    return c->fn(c->user, "calibrate", (uint64_t)(done * 1000), 1000);
}

/* One file per machine string and number of lanes: "profile-<hash>". The file is the struct itself
 * with a checksum; it is only ever read where it was written. */
static void file_name(char name[64], const struct profile *p)
{
    uint64_t h = hash_fnv1a(p->machine, strlen(p->machine), PROFILE_VERSION);
    snprintf(name, 64, "profile-%016llx", (unsigned long long)h);
}

struct stored {
    struct profile profile;
    uint8_t sha256[32];
};

static void checksum(uint8_t out[32], const struct profile *p)
{
    struct sha256 s;
    sha256_init(&s);
    sha256_add(&s, p, sizeof *p);
    sha256_end(&s, out);
}

/* Replaces P by the stored profile of the same machine, if there is a sound one. */
static void load(struct profile *p)
{
    char name[64], *text;
    size_t len;
    file_name(name, p);
    if (!cache_load_small(name, &text, &len))
        return;
    struct stored s;
    uint8_t sum[32];
    if (len == sizeof s) {
        memcpy(&s, text, sizeof s);
        checksum(sum, &s.profile);
        s.profile.machine[sizeof s.profile.machine - 1] = '\0';
        if (memcmp(sum, s.sha256, sizeof sum) == 0 && s.profile.version == PROFILE_VERSION &&
            s.profile.n_lanes == p->n_lanes && strcmp(s.profile.machine, p->machine) == 0)
            *p = s.profile;
    }
    free(text);
}

takt_rc profile_put(const struct profile *p, takt_err *e)
{
    char name[64];
    struct stored s;
    memset(&s, 0, sizeof s);
    s.profile = *p;
    checksum(s.sha256, &s.profile);
    file_name(name, p);
    return cache_store_small(name, &s, sizeof s, e);
}

static bool is_complete(const struct profile *p, const enum qtype *types, uint32_t n_types)
{
    for (uint32_t i = 0; i < n_types; i++)
        if (p->matmul_ns_per_weight[types[i]][0] <= 0)
            return false;
    return p->read_bytes_per_s > 0;
}

static bool is_recent(const struct profile *p)
{
    int64_t age = (int64_t)time(NULL) - p->measured_s;
    return age >= 0 && age < RECENT_S;
}

/* Are all figures there, and as good as they get now? Disturbed ones are kept while the machine
 * stays busy: measuring again would not help, and take seconds at each start. For a minute they are
 * kept without a look: lanes whose core another program shares seem free, but are disturbed. */
static takt_rc is_good(bool *good, const struct profile *p, const enum qtype *types,
                       uint32_t n_types, takt_err *e)
{
    *good = is_complete(p, types, n_types);
    if (!*good || !profile_is_disturbed(p, types, n_types) || is_recent(p))
        return TAKT_OK;
    return target_cpu_busy(good, p->n_lanes, e);
}

takt_rc profile_get(struct profile *p, uint32_t n_lanes, const char *isa, const enum qtype *types,
                    uint32_t n_types, const struct profile_progress *progress, bool anew,
                    takt_err *e)
{
    struct profile_progress c = *progress;
    bool good = false;
    memset(p, 0, sizeof *p);
    p->version = PROFILE_VERSION;
    p->n_lanes = n_lanes;
    target_cpu_describe(p->machine, sizeof p->machine, n_lanes, isa);
    if (!anew) {
        load(p);
        TAKT_TRY(is_good(&good, p, types, n_types, e));
    }
    if (good)
        return TAKT_OK;
    TAKT_TRY(
        target_cpu_calibrate(p, n_lanes, isa, types, n_types, c.fn ? on_calibrate : NULL, &c, e));
    p->measured_s = (int64_t)time(NULL);
    profile_put(p, NULL); /* on failure it is measured again next time */
    return TAKT_OK;
}
