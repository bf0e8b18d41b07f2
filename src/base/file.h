/* file: read-only memory maps and whole small files. */
#ifndef TAKT_BASE_FILE_H
#define TAKT_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"

/* A mapped file. Zero-initialised means "none"; file_unmap accepts it. */
struct file_map {
    struct slice bytes; /* whole file; empty slice for an empty file */
    uint64_t size;
    int64_t mtime_ns;
    uint64_t inode, device;
};

/* file_map_open maps PATH read-only. Errors name the path: missing, a directory, unreadable, not a
 * regular file. */
takt_rc file_map_open(struct file_map *out, const char *path, takt_err *e);
void file_unmap(struct file_map *m);

/* file_read_all reads PATH ("-" is standard input) into a malloc'ed, NUL-terminated buffer of at
 * most LIMIT bytes. */
takt_rc file_read_all(char **out, size_t *len, const char *path, size_t limit, takt_err *e);

/* file_is_dir, file_exists: false on any error. */
bool file_is_dir(const char *path);
bool file_exists(const char *path);

#endif
