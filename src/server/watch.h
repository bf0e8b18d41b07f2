/* watch: whether an engine's steps go on as they were predicted to.
 *
 * A step that takes WATCH_TIMES as long as predicted, and WATCH_SLACK_NS more, is late; so is one
 * that does not begin for as long although there is something to do. Both are far beyond what a
 * busy machine does to a step: something is stuck.
 *
 * A pure function of what it is told, on the callers' clock in nanoseconds. Time in which nobody
 * looked counts as WATCH_GAP_NS at most: a process that was stopped as a whole, or whose machine
 * slept, is not late for that. */
#ifndef TAKT_SERVER_WATCH_H
#define TAKT_SERVER_WATCH_H

#include <stdbool.h>
#include <stdint.h>

enum { WATCH_TIMES = 20, WATCH_SLACK_NS = 1000000000, WATCH_GAP_NS = 500000000 };

/* What is seen of an engine. */
struct watch_seen {
    bool has_work;            /* something runs or waits */
    uint64_t n_steps;         /* that ended */
    int64_t step_begun_ns;    /* of the running step; 0: none runs */
    double step_ns_predicted; /* of that step, or the last; 0: none was yet */
};

/* Zero-initialise. */
struct watch {
    int64_t looked_ns; /* 0: not yet */
    struct watch_seen seen;
    double waited_ns; /* since something went on */
    bool is_late;
};

/* watch_look takes in what is SEEN at NOW and returns is_late. */
bool watch_look(struct watch *w, const struct watch_seen *seen, int64_t now);

/* watch_bound is how long the next thing may take, in nanoseconds. */
double watch_bound(const struct watch *w);

#endif
