/* metrics: counters, gauges and histograms in the text format of Prometheus.
 *
 * A registry is filled once, at the start: every series with all of its labels. After metrics_seal
 * nothing is allocated any more. Any thread may then update any cell at any time: an update is one
 * or two atomic additions (a loop of compare and swap only in metrics_add), never a lock. Any
 * thread may write the text at the same time: it reads each cell once and blocks nobody.
 *
 * What a reader of the text can rely on: _count is the +Inf bucket, buckets do not fall from one
 * text to the next, and _sum holds no observation that is not in _count yet (the converse can be
 * off by what is being added right now).
 *
 * Format: "Exposition formats", Prometheus text format 0.0.4. Bounds are written as Go and Python
 * clients do ("0.5", "1.0", "1e+06"), so that they meet those of other servers. */
#ifndef TAKT_OBS_METRICS_H
#define TAKT_OBS_METRICS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define METRICS_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

enum {
    METRICS_BOUNDS_MAX = 40,
    METRICS_LABELS_MAX = 16,
    METRICS_DECIMALS_MAX = 9,
    METRICS_NOTE_MAX = 512,
};

/* A cell has a cache line of its own, so that threads do not slow each other down. */
struct metrics_counter {
    _Alignas(64) _Atomic uint64_t n;
};

struct metrics_gauge {
    _Alignas(64) _Atomic uint64_t bits; /* of a double */
};

struct metrics_histogram {
    _Alignas(64) const double *bound; /* n_bounds ascending upper bounds, each inclusive */
    uint32_t n_bounds;
    double scale;                               /* units of `sum` in one of the value */
    _Alignas(64) _Atomic uint64_t sum;          /* value * scale, rounded, added up */
    _Atomic uint64_t n[METRICS_BOUNDS_MAX + 1]; /* in this bucket alone; the last is above all */
};

struct metrics_label {
    const char *name, *value; /* the value is any UTF-8 */
};

/* What is registered. All strings and labels are copied. */
struct metrics_series {
    const char *name; /* whole, with "_total" where it has one; series of one name stand together */
    const char *help; /* that of the first series of a name counts */
    const struct metrics_label *labels;
    uint32_t n_labels;
    unsigned decimals; /* a counter counts units of 10^-decimals; so does a histogram's sum */
    bool hide_zero;    /* a counter is not written before it counts (for large sets of labels) */
};

struct metrics;

/* metrics_new makes an empty registry. Errors: MEMORY. */
takt_rc metrics_new(struct metrics **out, takt_err *e);

/* metrics_free ends the registry and all of its cells. NULL is allowed. */
void metrics_free(struct metrics *m);

/* metrics_counter, metrics_gauge, metrics_histogram register a series and return its cell, owned by
 * M. Never NULL: after a failure the cell is one that nobody reads, and metrics_seal returns the
 * first failure: USAGE (a name, label or bound that the format does not allow, a series that exists
 * already, a name of another kind), MEMORY. BOUNDS has at most METRICS_BOUNDS_MAX ascending finite
 * numbers, without +Inf, and is copied. */
struct metrics_counter *metrics_counter(struct metrics *m, const struct metrics_series *s);
struct metrics_gauge *metrics_gauge(struct metrics *m, const struct metrics_series *s);
struct metrics_histogram *metrics_histogram(struct metrics *m, const struct metrics_series *s,
                                            const double *bounds, uint32_t n_bounds);

/* metrics_note registers a gauge that says something by its labels and is always 1. Those of S come
 * first; the others are told later, by metrics_note_set, and before that it is not written. */
struct metrics_note;
struct metrics_note *metrics_note(struct metrics *m, const struct metrics_series *s);

/* metrics_also shows a cell of M under a second name (an older one, that somebody still reads). Its
 * decimals are those of the first. Failures as above. */
void metrics_also(struct metrics *m, const struct metrics_series *s, const void *cell);

/* metrics_seal ends registration and prepares the text. Errors: see above. */
takt_rc metrics_seal(struct metrics *m, takt_err *e);

/* metrics_text_max is the size of a buffer that holds every text of the sealed M. */
size_t metrics_text_max(const struct metrics *m);

/* metrics_write writes all series to BUF, NUL-terminated, and returns the length without the NUL; 0
 * when CAP is less than metrics_text_max. Any thread, several at once. */
size_t metrics_write(const struct metrics *m, char *buf, size_t cap);

/* metrics_count adds N to a counter. */
static inline void metrics_count(struct metrics_counter *c, uint64_t n)
{
    atomic_fetch_add_explicit(&c->n, n, memory_order_relaxed);
}

/* metrics_count_to raises a counter to N, a count that somebody else keeps; a smaller N changes
 * nothing. */
void metrics_count_to(struct metrics_counter *c, uint64_t n);

/* metrics_counted reads a counter, in its units. */
static inline uint64_t metrics_counted(const struct metrics_counter *c)
{
    return atomic_load_explicit(&c->n, memory_order_relaxed);
}

/* metrics_set sets a gauge; metrics_value reads it. */
void metrics_set(struct metrics_gauge *g, double v);
double metrics_value(const struct metrics_gauge *g);

/* metrics_add adds V, which may be negative, to a gauge. */
void metrics_add(struct metrics_gauge *g, double v);

/* metrics_note_set tells or changes what a note says: names that the format allows, any values.
 * False when it is too long, about METRICS_NOTE_MAX with every byte of a value counted three times;
 * the note is then as before. One thread at a time for each note. A text that is written at the
 * same moment can lack the note. */
bool metrics_note_set(struct metrics_note *n, const struct metrics_label *labels,
                      uint32_t n_labels);

/* metrics_observe puts the value V into a histogram N times. A negative V counts as 0; NaN is not
 * counted. */
void metrics_observe_n(struct metrics_histogram *h, double v, uint64_t n);
static inline void metrics_observe(struct metrics_histogram *h, double v)
{
    metrics_observe_n(h, v, 1);
}

#endif
