/* film_run: one run of ffmpeg: started, read with a limit of time, ended. */
#ifndef TAKT_MEDIA_FILM_RUN_H
#define TAKT_MEDIA_FILM_RUN_H

#include "media/film.h"

/* film_run_start starts ffmpeg with ARGS ([n], without its own name), confined, with the film as
 * descriptor FILM_FD. Errors: IO, MEMORY. */
enum { FILM_FD = 3, FILM_ARGS_MAX = 48 };
takt_rc film_run_start(struct film *f, const char *const *args, size_t n, takt_err *e);

/* film_run_read moves up to CAP bytes of the output to BUF, waiting for some; *n 0: it has ended.
 * Errors: LIMIT (f->left_ns are over; the child is killed), IO. */
takt_rc film_run_read(struct film *f, void *buf, size_t cap, size_t *n, takt_err *e);

/* film_run_byte reads one byte, or -1 at the end, into *c. Errors: as film_run_read. */
takt_rc film_run_byte(struct film *f, int *c, takt_err *e);

/* film_run_finish waits for the end of the child, whose output has ended. Errors: FORMAT (it
 * failed: the message has its last words), LIMIT, MEMORY, IO. */
takt_rc film_run_finish(struct film *f, takt_err *e);

/* film_run_drop kills the child, if there is one, and frees what the run holds. */
void film_run_drop(struct film *f);

#endif
