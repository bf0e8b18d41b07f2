#include "target/cpu/sample.h"

#include <stdlib.h>
#include <time.h>

#include "base/clock.h"

enum {
    NEEDED = 4,           /* undisturbed timings of a sound figure, if it takes as many */
    PROBE_NS = 50 * 1000, /* in which a clock moves unless it ticks */
    CHORES_NS = 2000,     /* an interrupt, or the clock calls themselves */
};

static const int64_t extra_ns = 150000000; /* of one figure: others need repeats as well */

int64_t sample_thread_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

void sampler_begin(struct sampler *s, int64_t spare_ns)
{
    int64_t begin = clock_ns(), cpu = sample_thread_ns();
    while (clock_ns() - begin < PROBE_NS)
        ;
    *s = (struct sampler){.spare_ns = spare_ns, .is_blind = sample_thread_ns() == cpu};
}

bool sample_is_disturbed(const struct sampler *s, double ns, double lost_ns)
{
    const double share = 1.0 / 16;
    return !s->is_blind && lost_ns > ns * share + CHORES_NS;
}

struct samples samples_begin(struct sampler *s, uint32_t n_wanted, int64_t budget_ns)
{
    return (struct samples){.sampler = s,
                            .n_wanted = n_wanted < SAMPLES_MAX ? n_wanted : SAMPLES_MAX,
                            .budget_ns = budget_ns,
                            .begin_ns = clock_ns()};
}

static bool is_sound(const struct samples *s)
{
    uint32_t needed = s->n_wanted < NEEDED ? s->n_wanted : NEEDED;
    return s->n >= needed || (s->n > 0 && s->n >= s->n_disturbed);
}

bool samples_more(const struct samples *s)
{
    int64_t over_ns = clock_ns() - s->begin_ns - s->budget_ns;
    if (s->n + s->n_disturbed == 0 || s->n >= s->n_wanted)
        return s->n < s->n_wanted;
    return over_ns < 0 || (!is_sound(s) && over_ns < extra_ns && over_ns < s->sampler->spare_ns);
}

void samples_add(struct samples *s, double ns, double lost_ns)
{
    if (!sample_is_disturbed(s->sampler, ns, lost_ns)) {
        s->ns[s->n++] = ns;
        return;
    }
    if (s->n_disturbed++ == 0 || ns < s->least_ns)
        s->least_ns = ns;
}

static int rising(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double samples_end(struct samples *s, double part)
{
    int64_t over_ns = clock_ns() - s->begin_ns - s->budget_ns;
    if (s->n_disturbed && over_ns > 0)
        s->sampler->spare_ns -= over_ns;
    s->sampler->n_unsound += !is_sound(s);
    if (s->n == 0)
        return s->least_ns;
    qsort(s->ns, s->n, sizeof *s->ns, rising);
    uint32_t i = (uint32_t)(s->n * part);
    return s->ns[i < s->n ? i : s->n - 1];
}
