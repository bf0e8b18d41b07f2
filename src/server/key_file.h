/* key_file: changing a file of API keys (auth.h says what stands in it) while servers read it.
 *
 * What others wrote stays as it is, comments too. A change is written beside the file and then put
 * in its place at once, so that nobody ever sees half of it; two changes at a time wait for each
 * other. */
#ifndef TAKT_SERVER_KEY_FILE_H
#define TAKT_SERVER_KEY_FILE_H

#include "server/auth.h"

struct key_file {
    char *path;  /* without symbolic links */
    int lock_fd; /* of its folder */
    bool is_new; /* there is no such file yet */
    char *text;  /* what it says */
    size_t n;
    struct auth *auth; /* its keys */
};

/* key_file_open reads PATH, or begins an empty file that is made by the first change, and keeps
 * other changes out until key_file_close. Errors: those of auth_open, but that a file may have no
 * key. */
takt_rc key_file_open(struct key_file *f, const char *path, takt_err *e);
void key_file_close(struct key_file *f); /* zeros and what failed to open are allowed */

/* key_file_find is whose key NAME is and its *line (may be NULL); NULL: nobody's. */
const struct auth_who *key_file_find(const struct key_file *f, const char *name, uint32_t *line);

/* key_file_put writes the file with TEXT in the place of line LINE (0: behind the last line); TEXT
 * NULL removes the line. The file keeps its mode and, where the system allows it, its owner; a new
 * one has mode 0600. The result is checked before: FORMAT if it were a file that servers refuse.
 * Afterwards F is as it was opened: close it. Errors: IO, MEMORY, FORMAT, LIMIT. */
takt_rc key_file_put(const struct key_file *f, uint32_t line, const char *text, takt_err *e);

#endif
