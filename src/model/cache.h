/* cache: files that save time and are never needed: packed weights, the machine profile.
 *
 * The folder is $TAKT_CACHE, else $XDG_CACHE_HOME/takt, else ~/.cache/takt, made when first written
 * to. A packed file is named by its key, which must cover everything that its bytes depend on
 * (weights, layout, version). It appears under its name only when complete; writers do not disturb
 * each other or readers. What a writer that died left behind is removed by the next one. Files of
 * other users (but root) are not used.
 *
 * Bytes are written and checked in windows of CACHE_WINDOW, whole huge pages of the file, so that
 * the system can map them as such. Each window has a checksum. Whether a file needs to be checked
 * is told by its stamp, a small file beside it that says which inode was last found sound, when it
 * was last changed, and during which start of the machine: so a file is read through once after
 * each start of the machine, when it comes from the disk anyway, and after each change. The stamp's
 * own time is when the file was last used.
 *
 * Packed files may take $TAKT_CACHE_MAX bytes together ("20G", "500M"; 0: none are kept), by
 * default half of the disk space that would be free without them. The least recently used go first,
 * never one that a process has mapped. */
#ifndef TAKT_MODEL_CACHE_H
#define TAKT_MODEL_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
    CACHE_KEY_BYTES = 32,
    CACHE_WINDOW = 2 << 20, /* also the alignment of the payload, in memory and in the file */
    CACHE_NAME_BYTES = 128,
    CACHE_SMALL_MAX = 1 << 20,
};

/* A packed file, mapped read-only. Zero-initialised is none. */
struct cache_map {
    const uint8_t *p; /* [bytes], aligned to CACHE_WINDOW */
    uint64_t bytes;
    bool is_checked; /* found sound before: cache_check need not be called */
    void *base;      /* private from here on */
    size_t base_bytes;
    int fd; /* holds the lock that says "in use" */
    uint8_t key[CACHE_KEY_BYTES];
};

/* A packed file that is being written: write all windows, then commit or abort. */
struct cache_writer {
    uint64_t bytes;
    uint8_t key[CACHE_KEY_BYTES]; /* private from here on */
    char name[CACHE_NAME_BYTES];
    uint64_t *sums;       /* [n_windows] */
    struct cache_map map; /* of the file while it is written; holds its descriptor */
    char *path, *temporary;
};

/* cache_folder writes the folder's path to BUF. TAKT_ERR_USAGE when no variable names one or it is
 * too long. */
takt_rc cache_folder(char *buf, size_t buf_bytes, takt_err *e);

/* cache_windows: how many windows a payload of BYTES has; the last one may be short. */
static inline uint64_t cache_windows(uint64_t bytes)
{
    return bytes / CACHE_WINDOW + (bytes % CACHE_WINDOW != 0);
}

/* cache_open maps the file of KEY with a payload of BYTES. False when there is none that can be
 * used; one with a damaged head is removed. Unless out->is_checked, each window must pass
 * cache_check before it is used. */
bool cache_open(struct cache_map *out, const uint8_t key[CACHE_KEY_BYTES], uint64_t bytes);
void cache_close(struct cache_map *m);

/* cache_check: is window I of M what was written? Any thread. */
bool cache_check(const struct cache_map *m, uint64_t i);

/* cache_checked notes that all windows of M were found sound. */
void cache_checked(struct cache_map *m);

/* cache_reject removes the file of M, which is damaged, and closes M. */
void cache_reject(struct cache_map *m);

/* cache_create makes room for a payload of BYTES > 0: in the bounds of the cache, by removing what
 * was not used for longest, and on the disk. NAME is shown by cache_list. Errors (TAKT_ERR_LIMIT:
 * larger than the cache may be; TAKT_ERR_IO: folder not writable, disk full; TAKT_ERR_MEMORY) leave
 * nothing behind: the caller packs into memory of its own instead. */
takt_rc cache_create(struct cache_writer *w, const uint8_t key[CACHE_KEY_BYTES], const char *name,
                     uint64_t bytes, takt_err *e);

/* cache_write writes window I, whose bytes are at P. Each window once, in any order, from any
 * thread. */
takt_rc cache_write(struct cache_writer *w, uint64_t i, const uint8_t *p, takt_err *e);

/* cache_commit gives the file its name and maps it as *out, checked. The data reach the disk when
 * the system pleases: a machine that goes down before leaves a file that its checksums give away. W
 * is spent. On failure (TAKT_ERR_IO) the file is removed; *out is good all the same if out->p is
 * set: its memory lives on. */
takt_rc cache_commit(struct cache_writer *w, struct cache_map *out, takt_err *e);

/* cache_abort removes what cache_create made. W is spent. Zero-initialised and spent writers are
 * accepted. */
void cache_abort(struct cache_writer *w);

/* One packed file of the folder. */
struct cache_entry {
    char key[2 * CACHE_KEY_BYTES + 1];
    char name[CACHE_NAME_BYTES];
    bool is_sound;  /* its head is, and of this version */
    uint64_t bytes; /* on the disk */
    int64_t used_s; /* last used, seconds since 1970 */
    bool in_use;    /* mapped or being written by some process */
};

/* cache_list finds the packed files, the most recently used first; *list is malloc'ed, N may be 0.
 */
takt_rc cache_list(struct cache_entry **list, size_t *n, takt_err *e);

/* cache_limit: bytes that the packed files may take together, of which TOTAL are taken now. */
takt_rc cache_limit(uint64_t *limit, uint64_t total, takt_err *e);

/* cache_remove removes the packed file KEY (hexadecimal) unless it is in use; false when it is
 * still there. */
bool cache_remove(const char *key);

/* cache_load_small reads the small file NAME (letters, digits, '.', '-', '_') into *out, malloc'ed
 * and NUL-terminated; false when there is none. */
bool cache_load_small(const char *name, char **out, size_t *len);

/* cache_store_small replaces the small file NAME by N <= CACHE_SMALL_MAX bytes, at once or not at
 * all. */
takt_rc cache_store_small(const char *name, const void *p, size_t n, takt_err *e);

#endif
