/* timeline: one step of a program as a Chrome/Perfetto trace, as predicted and as measured. */
#ifndef TAKT_CLI_TIMELINE_H
#define TAKT_CLI_TIMELINE_H

#include "base/err.h"
#include "plan/plan.h"
#include "target/target.h"

/* timeline_write writes PATH with two processes: "predicted" (every instruction at its predicted
 * time) and, when EVENTS is not NULL, "measured": events[lane * cap ...], n_events[lane] of them.
 * CONTEXT: visible positions per token, for attention's share. */
takt_rc timeline_write(const char *path, const struct plan *p, const struct plan_program *prog,
                       uint32_t context, const struct target_event *events, uint32_t cap,
                       const uint32_t *n_events, takt_err *e);

#endif
