#include "server/watch.h"

double watch_bound(const struct watch *w)
{
    return WATCH_SLACK_NS + WATCH_TIMES * w->seen.step_ns_predicted;
}

bool watch_look(struct watch *w, const struct watch_seen *seen, int64_t now)
{
    bool is_same = w->looked_ns && w->seen.has_work && seen->has_work &&
                   w->seen.n_steps == seen->n_steps && w->seen.step_begun_ns == seen->step_begun_ns;
    int64_t since = now - w->looked_ns;
    if (!is_same)
        w->waited_ns = 0;
    else if (since > 0)
        w->waited_ns += since < WATCH_GAP_NS ? (double)since : WATCH_GAP_NS;
    w->looked_ns = now;
    w->seen = *seen;
    w->is_late = w->waited_ns > watch_bound(w);
    return w->is_late;
}
