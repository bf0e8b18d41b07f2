/* cache: files that save time and are never needed: packed weights, the machine profile.
 *
 * The folder is $TAKT_CACHE, else $XDG_CACHE_HOME/takt, else ~/.cache/takt, made when first written
 * to. A packed file is named by its key, which must cover everything that its bytes depend on
 * (weights, layout, version). It appears under its name only when complete; writers do not disturb
 * each other or readers. What a writer that died left behind is removed by the next one. Files of
 * other users (but root) are not used. */
#ifndef TAKT_MODEL_CACHE_H
#define TAKT_MODEL_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
    CACHE_KEY_BYTES = 32,
    CACHE_ALIGNMENT = 4096, /* of the payload, in memory and in the file */
    CACHE_SMALL_MAX = 1 << 20,
};

/* A packed file, mapped read-only. Zero-initialised is none. */
struct cache_map {
    const uint8_t *p; /* [bytes], aligned to CACHE_ALIGNMENT */
    uint64_t bytes;
    bool is_synced; /* cache_sync has run for it */
    void *base;     /* private */
    size_t base_bytes;
};

/* A packed file that is being written: fill p[0..bytes), then commit or abort. */
struct cache_writer {
    uint8_t *p; /* [bytes], zeros, aligned to CACHE_ALIGNMENT, shared with the file */
    uint64_t bytes;
    uint8_t key[CACHE_KEY_BYTES]; /* private from here on */
    void *base;
    size_t base_bytes;
    int fd;
    char *path, *temporary;
};

/* cache_folder writes the folder's path to BUF. TAKT_ERR_USAGE when no variable names one or it is
 * too long. */
takt_rc cache_folder(char *buf, size_t buf_bytes, takt_err *e);

/* cache_open maps the file of KEY with a payload of BYTES. False when there is none that can be
 * used; one that is damaged, or was not yet on the disk when the machine went down, is removed. */
bool cache_open(struct cache_map *out, const uint8_t key[CACHE_KEY_BYTES], uint64_t bytes);
void cache_close(struct cache_map *m);

/* cache_create makes room on the disk for a payload of BYTES > 0 and maps it. Errors (TAKT_ERR_IO:
 * folder not writable, disk full; TAKT_ERR_MEMORY) leave nothing behind: the caller packs into
 * memory of its own instead. */
takt_rc cache_create(struct cache_writer *w, const uint8_t key[CACHE_KEY_BYTES], uint64_t bytes,
                     takt_err *e);

/* cache_commit gives the file its name and turns the writer's map into *out, read-only. The data
 * reach the disk when the system pleases; until cache_sync has run, the file counts only as long as
 * the machine stays up. W is spent. On failure (TAKT_ERR_IO) the file is removed, but *out is good
 * all the same: its memory lives on. */
takt_rc cache_commit(struct cache_writer *w, struct cache_map *out, takt_err *e);

/* cache_abort removes what cache_create made. W is spent. Zero-initialised and spent writers are
 * accepted. */
void cache_abort(struct cache_writer *w);

/* cache_sync waits until the file of KEY is on the disk and marks it as good for the next start of
 * the machine. May take seconds: call it from a thread that has time. */
takt_rc cache_sync(const uint8_t key[CACHE_KEY_BYTES], takt_err *e);

/* cache_load_small reads the small file NAME (letters, digits, '.', '-', '_') into *out, malloc'ed
 * and NUL-terminated; false when there is none. */
bool cache_load_small(const char *name, char **out, size_t *len);

/* cache_store_small replaces the small file NAME by N <= CACHE_SMALL_MAX bytes, at once or not at
 * all. */
takt_rc cache_store_small(const char *name, const void *p, size_t n, takt_err *e);

#endif
