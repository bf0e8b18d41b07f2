/* sample: repeated timings of one thing, told apart by whether other work held the processors
 * meanwhile: a lane that had less processor time than went by was waiting for its core. Disturbed
 * timings are repeated, in bounds. Used by calibration and its probes. */
#ifndef TAKT_TARGET_CPU_SAMPLE_H
#define TAKT_TARGET_CPU_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

enum { SAMPLES_MAX = 16 };

/* What all figures of a calibration share. */
struct sampler {
    int64_t spare_ns;   /* left for repeats beyond what a figure takes on a quiet machine */
    uint32_t n_unsound; /* figures that stayed disturbed */
    bool is_blind;      /* the system counts processor time in ticks: disturbances go unseen */
};

/* sampler_begin allows SPARE_NS of repeats. Takes 50 us. */
void sampler_begin(struct sampler *s, int64_t spare_ns);

/* The timings of one figure. */
struct samples {
    struct sampler *sampler;
    uint32_t n_wanted;
    int64_t budget_ns, begin_ns;
    double ns[SAMPLES_MAX]; /* [n] undisturbed ones */
    uint32_t n, n_disturbed;
    double least_ns; /* of the disturbed ones */
};

/* samples_begin starts a figure of N_WANTED <= SAMPLES_MAX timings, or as many as fit into
 * BUDGET_NS, at least one. */
struct samples samples_begin(struct sampler *s, uint32_t n_wanted, int64_t budget_ns);

/* samples_more: is another timing needed? */
bool samples_more(const struct samples *s);

/* samples_add takes a timing of NS, during which lanes waited LOST_NS for processors. */
void samples_add(struct samples *s, double ns, double lost_ns);

/* samples_end gives that of the undisturbed timings than which PART (0..1) of them are faster;
 * where there are none, the least of the others. Counts the figure as unsound when too few were
 * undisturbed. */
double samples_end(struct samples *s, double part);

/* sample_thread_ns: processor time of the calling thread so far. */
int64_t sample_thread_ns(void);

/* sample_is_disturbed: LOST_NS of waiting is more than a quiet system's own chores take from NS. */
bool sample_is_disturbed(const struct sampler *s, double ns, double lost_ns);

#endif
