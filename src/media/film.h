/* film: films by the program ffmpeg, a confined child process that is run for a list of the frames
 * and then for the chosen ones. */
#ifndef TAKT_MEDIA_FILM_H
#define TAKT_MEDIA_FILM_H

#include <sys/types.h>

#include "media/film_read.h"

enum { FILM_PATH_MAX = 4096, FILM_WORDS_MAX = 256, FILM_BUFFER = 1 << 16 };

/* A child process and what it has written so far. */
struct film_run {
    pid_t pid;      /* 0: none */
    int out, words; /* its standard output and error, -1: closed */
    char *buffer;   /* [FILM_BUFFER] of the output: bytes AT to END are unread */
    size_t at, end;
    char line[FILM_WORDS_MAX]; /* the last line on standard error */
    char now[FILM_WORDS_MAX];  /* the one that is being written */
    size_t n_now;
    bool knows_no_mode; /* it complained of -fps_mode: the program is older than 5.1 */
};

struct film {
    char worker[FILM_PATH_MAX], ffmpeg[FILM_PATH_MAX];
    const char *demuxer; /* ffmpeg's name for the container */
    struct media_clip_limits limits;
    int64_t left_ns;          /* of limits.decode_ns */
    atomic_bool *is_unwanted; /* see media_clip_options */
    int file;                 /* sealed memory with the film; -1: none */
    struct film_list list;
    struct film_run run;
    bool old;                        /* takes -vsync, not -fps_mode */
    const uint32_t *index;           /* [n_index] the frames that are wanted, of the sorted list */
    uint32_t n_index, next, run_end; /* the next to be read; those below run_end are this run's */
    uint32_t given;                  /* frames so far */
};

/* film_kind: the kind of film that FILE is by its first bytes, NULL: none. *demuxer (may be NULL)
 * becomes ffmpeg's name for it. */
const char *film_kind(struct slice file, const char **demuxer);

/* film_open takes a copy of FILE and lists its frames in order into f->list. WORKER is the path of
 * takt-media-worker; of O the program and what ends it are taken, L has no zeros. Errors: as
 * media_clip_open; F is to be closed also then. */
takt_rc film_open(struct film *f, struct slice file, const char *worker,
                  const struct media_clip_options *o, const struct media_clip_limits *l,
                  takt_err *e);

/* film_want sets which frames are wanted ([n], ascending; the caller's, until film_close). */
void film_want(struct film *f, const uint32_t *index, uint32_t n);

/* film_next decodes the next wanted frame; *at is its number among the wanted ones. *out is "none"
 * after the last. Errors: as media_clip_next. */
takt_rc film_next(struct film *f, struct image *out, uint32_t *at, takt_err *e);

/* film_close kills the child and frees what F holds. */
void film_close(struct film *f);

#endif
