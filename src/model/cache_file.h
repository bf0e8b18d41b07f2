/* cache_file: what the files of the cache look like. Private to cache*.c.
 *
 * KEY.pack   header | checksums of the windows at SUMS_AT | payload at CACHE_WINDOW
 * KEY.used   struct cache_stamp; its time of change is when KEY.pack was last used
 * *.tmp      being written, locked by its writer */
#ifndef TAKT_MODEL_CACHE_FILE_H
#define TAKT_MODEL_CACHE_FILE_H

#include <sys/stat.h>

#include "model/cache.h"

enum {
    CACHE_PATH_BYTES = 4096,
    CACHE_BOOT_BYTES = 40,
    CACHE_SUMS_AT = 4096,
    CACHE_WINDOWS_MAX = (CACHE_WINDOW - CACHE_SUMS_AT) / 8,
};

/* The first bytes of a packed file. */
struct cache_header {
    char magic[8];
    uint32_t version;
    uint32_t complete;
    uint64_t bytes;
    uint8_t key[CACHE_KEY_BYTES];
    char name[CACHE_NAME_BYTES];
    uint64_t sums_check; /* of the checksums */
    uint64_t check;      /* of all before */
};

/* Which file was found sound, and when. */
struct cache_stamp {
    char boot[CACHE_BOOT_BYTES]; /* that start of the machine */
    uint64_t inode, device, bytes;
    int64_t mtime_ns, ctime_ns;
    uint64_t check; /* of all before */
};

/* cache_header_init fills H but for sums_check and check; cache_header_seal does the latter. */
void cache_header_init(struct cache_header *h, const uint8_t key[CACHE_KEY_BYTES], const char *name,
                       uint64_t bytes);
void cache_header_seal(struct cache_header *h);
/* cache_header_sound: written by this version, complete and undamaged. */
bool cache_header_sound(const struct cache_header *h);

/* cache_path writes the path of file HEX ENDING of the folder. */
takt_rc cache_path(char *buf, size_t n, const char *hex, const char *ending, takt_err *e);

/* cache_is_ours: a file of somebody else in a shared folder might hold anything. */
bool cache_is_ours(const struct stat *st);

/* cache_make_folder makes the folder and those above it. PATH is restored after use. */
takt_rc cache_make_folder(char *path, takt_err *e);

/* cache_temporary opens a new file beside PATH, locked, and writes its name. -1 with errno set. */
int cache_temporary(const char *path, char *temporary, size_t n);

/* cache_stamp_put notes that the file FD of key HEX is sound and was used now. Errors are of no
 * consequence but time. */
void cache_stamp_put(int fd, const char *hex);
/* cache_stamp_fits: was FD found sound since its last change and the machine's start? */
bool cache_stamp_fits(int fd, const char *hex);

/* cache_map_fd maps a packed file of BASE_BYTES in OUT, aligned to CACHE_WINDOW. OUT takes FD over
 * when that works. */
bool cache_map_fd(struct cache_map *out, int fd, uint64_t bytes,
                  const uint8_t key[CACHE_KEY_BYTES]);

/* cache_make_room removes the least recently used files until BYTES more are in the bounds. */
takt_rc cache_make_room(uint64_t bytes, takt_err *e);

#endif
