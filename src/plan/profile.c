#include "plan/profile.h"

#include <math.h>

#include "plan/layout.h"

const uint32_t profile_tokens[PROFILE_TOKENS] = {1, 2, 4, 8, 16, 32, 64, 256};

bool profile_is_disturbed(const struct profile *p, const enum qtype *types, uint32_t n_types)
{
    bool disturbed = p->disturbed;
    for (uint32_t i = 0; i < n_types; i++)
        disturbed = disturbed || p->matmul_disturbed[types[i]];
    return disturbed;
}

/* Arithmetic and reading overlap, but not fully, and one token's less than those of several, whose
 * weights are prefetched further ahead: the powers are what products of all types took while one
 * machine's memory gave 30 to 65 GB/s, within a tenth. */
static double overlapped(double arithmetic_ns, double read_ns, uint32_t n_tokens)
{
    const double power = n_tokens == 1 ? 1.5 : 2;
    return pow(pow(arithmetic_ns, power) + pow(read_ns, power), 1 / power);
}

/* A matmul that takes NS per weight where memory gave WAS bytes a second, where it gives NOW. The
 * form's error at WAS is taken over, unless so large that the machine must have been disturbed. */
static double adapt(double ns, double cached_ns, double bytes, double was, double now,
                    uint32_t n_tokens)
{
    const double error_min = 0.7, error_max = 1.3;
    double error = ns / overlapped(cached_ns, bytes / was * 1e9, n_tokens);
    error = error < error_min ? error_min : error > error_max ? error_max : error;
    return fmax(error * overlapped(cached_ns, bytes / now * 1e9, n_tokens), cached_ns);
}

void profile_adapt(struct profile *p, double read_bytes_per_s, double sync_ns)
{
    for (uint32_t t = 0; t < PROFILE_TYPES_MAX; t++) {
        double was = p->matmul_read_bytes_per_s[t];
        if (!(was > 0) || !qtype_known(t) || !qtype_computable((enum qtype)t))
            continue;
        double bytes = (double)layout_panel_bytes((enum qtype)t) / LAYOUT_ROWS /
                       layout_panel_cols((enum qtype)t);
        for (int i = 0; i < PROFILE_TOKENS; i++)
            if (p->matmul_cached_ns_per_weight[t][i] > 0)
                p->matmul_ns_per_weight[t][i] =
                    adapt(p->matmul_ns_per_weight[t][i], p->matmul_cached_ns_per_weight[t][i],
                          bytes, was, read_bytes_per_s, profile_tokens[i]);
        p->matmul_read_bytes_per_s[t] = read_bytes_per_s;
    }
    p->read_bytes_per_s = read_bytes_per_s;
    /* A task costs a counter's way from lane to lane, and what it does besides. */
    double least = p->task_overhead_ns / 2, moved = p->task_overhead_ns + sync_ns - p->sync_ns;
    p->task_overhead_ns = moved > least ? moved : least;
    p->sync_ns = sync_ns;
}
