#include "plan/profile.h"

#include "plan/layout.h"

const uint32_t profile_tokens[PROFILE_TOKENS] = {1, 2, 4, 8, 32, 256};

/* A matmul that takes NS per weight where memory gave WAS bytes a second, where it gives NOW. */
static double adapt(double ns, double bytes_per_weight, double was, double now)
{
    const double bound = 0.75, best = 0.92,
                 fastest = 0.5; /* shares of the read rate; of the old time */
    double share = bytes_per_weight / (ns * 1e-9) / was;
    if (now < was) { /* even what was not bound by reading may be now */
        double slower = bytes_per_weight / (now * (share > best ? share : best)) * 1e9;
        return slower > ns ? slower : ns;
    }
    if (share < bound)
        return ns;
    double faster = ns * was / now;
    return faster > ns * fastest ? faster : ns * fastest;
}

void profile_adapt(struct profile *p, double read_bytes_per_s)
{
    enum { FEW_TOKENS = 8 };
    for (uint32_t t = 0; t < PROFILE_TYPES_MAX; t++) {
        double was = p->matmul_read_bytes_per_s[t];
        if (!(was > 0) || !qtype_known(t) || !qtype_computable((enum qtype)t))
            continue;
        double bytes = (double)layout_panel_bytes((enum qtype)t) / LAYOUT_ROWS /
                       layout_panel_cols((enum qtype)t);
        for (int i = 0; i < PROFILE_TOKENS && profile_tokens[i] <= FEW_TOKENS; i++)
            p->matmul_ns_per_weight[t][i] =
                adapt(p->matmul_ns_per_weight[t][i], bytes, was, read_bytes_per_s);
    }
    p->read_bytes_per_s = read_bytes_per_s;
}
