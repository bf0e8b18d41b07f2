/* progress: one line on standard error while a person waits.
 *
 * Silent unless standard error is a terminal, and for the first 0.3 s. The line is rewritten in
 * place at most ten times a second and removed at the end, so that it never mixes with results. */
#ifndef TAKT_BASE_PROGRESS_H
#define TAKT_BASE_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
    const char *label; /* "packing weights"; not owned */
    uint64_t total;    /* 0: unknown */
    bool is_bytes;     /* total and done count bytes, else things */
    bool is_on;        /* standard error is a terminal */
    bool has_colour;   /* and NO_COLOR is not set */
    bool is_drawn;     /* a line stands on the terminal */
    int64_t start_ns, drawn_ns;
};

/* progress_start begins to wait for TOTAL bytes (IS_BYTES) or things; 0 when nobody knows how many.
 */
void progress_start(struct progress *p, const char *label, uint64_t total, bool is_bytes);

/* progress_set shows that DONE of TOTAL are done. Cheap: may be called for every tensor. One
 * thread. */
void progress_set(struct progress *p, uint64_t done);

/* progress_end removes the line. */
void progress_end(struct progress *p);

/* progress_line writes what progress_set would show at time NOW_NS on a terminal WIDTH columns
 * wide: "packing weights [=====>    ]  52%  1.2 of 2.3 GB  0:07 left". BUF is always
 * NUL-terminated. */
void progress_line(char *buf, size_t buf_bytes, const struct progress *p, uint64_t done,
                   int64_t now_ns, unsigned width);

#endif
