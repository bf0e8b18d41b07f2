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

/* file_let_go gives back the memory that the map takes: what is read later is mapped again. */
void file_let_go(const struct file_map *m);

/* file_drop lets the system's page cache forget bytes FROM to TO of a file, but for what a process
 * maps. Best effort, whole pages only. FD is what file_drop_open gave for the PATH that M maps; -1
 * (it cannot be opened, or is another file by now) is accepted. */
int file_drop_open(const struct file_map *m, const char *path);
void file_drop(int fd, uint64_t from, uint64_t to);
void file_drop_close(int fd);

/* file_read_all reads PATH ("-" is standard input) into a malloc'ed, NUL-terminated buffer of at
 * most LIMIT bytes. */
takt_rc file_read_all(char **out, size_t *len, const char *path, size_t limit, takt_err *e);

/* file_is_dir, file_exists: false on any error. */
bool file_is_dir(const char *path);
bool file_exists(const char *path);

#endif
