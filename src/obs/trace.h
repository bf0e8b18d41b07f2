/* trace: a timeline as Chrome trace-event JSON, for ui.perfetto.dev or chrome://tracing.
 *
 * Format: "Trace Event Format", the object form {"traceEvents": [...]} with complete events (ph X),
 * counters (C) and metadata (M). Processes are machines or planes, threads are lanes. One writer,
 * one thread; text is buffered and written as it grows, and a failed write shows at trace_close. */
#ifndef TAKT_OBS_TRACE_H
#define TAKT_OBS_TRACE_H

#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "base/json.h"

struct trace {
    FILE *f;
    const char *path; /* not owned */
    struct json_out out;
    int sys; /* errno of the first failed write */
};

/* One fact about a span. STR when not NULL, else NUM. */
struct trace_arg {
    const char *key;
    const char *str;
    double num;
};

/* trace_open creates or empties the file PATH, which must outlive T. */
takt_rc trace_open(struct trace *t, const char *path, takt_err *e);

/* trace_process and trace_thread name a row; SORT orders rows (lower is higher up). */
void trace_process(struct trace *t, int pid, const char *name, int sort);
void trace_thread(struct trace *t, int pid, int tid, const char *name, int sort);

/* trace_span adds something that lasted from START_NS for DUR_NS nanoseconds on row (PID, TID).
 * CATEGORY and ARGS may be NULL. Times are relative to any zero the caller likes. */
void trace_span(struct trace *t, int pid, int tid, const char *name, const char *category,
                int64_t start_ns, int64_t dur_ns, const struct trace_arg *args, uint32_t n_args);

/* trace_counter adds a point of the curve NAME. */
void trace_counter(struct trace *t, int pid, const char *name, int64_t at_ns, double value);

/* trace_close ends and closes the file; the first failure of any write since trace_open is
 * returned. */
takt_rc trace_close(struct trace *t, takt_err *e);

#endif
