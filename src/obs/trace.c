#include "obs/trace.h"

#include <errno.h>

enum { FLUSH_BYTES = 64 << 10 };

static void flush(struct trace *t)
{
    if (t->out.len && fwrite(t->out.p, 1, t->out.len, t->f) != t->out.len && !t->sys)
        t->sys = errno ? errno : EIO;
    t->out.len = 0;
}

static void begin(struct trace *t, const char *phase, int pid, const char *name)
{
    json_obj_begin(&t->out, NULL);
    json_put_str(&t->out, "ph", phase);
    json_put_i64(&t->out, "pid", pid);
    json_put_str(&t->out, "name", name);
}

static void end(struct trace *t)
{
    json_obj_end(&t->out);
    if (t->out.len > FLUSH_BYTES)
        flush(t);
}

static void name_row(struct trace *t, int pid, int tid, const char *kind, const char *name)
{
    char event[32];
    snprintf(event, sizeof event, "%s_name", kind);
    begin(t, "M", pid, event);
    json_put_i64(&t->out, "tid", tid);
    json_obj_begin(&t->out, "args");
    json_put_str(&t->out, "name", name);
    json_obj_end(&t->out);
    end(t);
}

static void sort_row(struct trace *t, int pid, int tid, const char *kind, int sort)
{
    char event[32];
    snprintf(event, sizeof event, "%s_sort_index", kind);
    begin(t, "M", pid, event);
    json_put_i64(&t->out, "tid", tid);
    json_obj_begin(&t->out, "args");
    json_put_i64(&t->out, "sort_index", sort);
    json_obj_end(&t->out);
    end(t);
}

takt_rc trace_open(struct trace *t, const char *path, takt_err *e)
{
    *t = (struct trace){.path = path};
    t->f = fopen(path, "we");
    if (!t->f)
        return err_sys(e, path, "the trace cannot be written");
    json_obj_begin(&t->out, NULL);
    json_put_str(&t->out, "displayTimeUnit", "ns");
    json_arr_begin(&t->out, "traceEvents");
    return TAKT_OK;
}

void trace_process(struct trace *t, int pid, const char *name, int sort)
{
    name_row(t, pid, 0, "process", name);
    sort_row(t, pid, 0, "process", sort);
}

void trace_thread(struct trace *t, int pid, int tid, const char *name, int sort)
{
    name_row(t, pid, tid, "thread", name);
    sort_row(t, pid, tid, "thread", sort);
}

void trace_span(struct trace *t, int pid, int tid, const char *name, const char *category,
                int64_t start_ns, int64_t dur_ns, const struct trace_arg *args, uint32_t n_args)
{
    begin(t, "X", pid, name);
    json_put_i64(&t->out, "tid", tid);
    if (category)
        json_put_str(&t->out, "cat", category);
    json_put_f64(&t->out, "ts", (double)start_ns / 1000);
    json_put_f64(&t->out, "dur", (double)dur_ns / 1000);
    if (n_args) {
        json_obj_begin(&t->out, "args");
        for (uint32_t i = 0; i < n_args; i++)
            if (args[i].str)
                json_put_str(&t->out, args[i].key, args[i].str);
            else
                json_put_f64(&t->out, args[i].key, args[i].num);
        json_obj_end(&t->out);
    }
    end(t);
}

void trace_counter(struct trace *t, int pid, const char *name, int64_t at_ns, double value)
{
    begin(t, "C", pid, name);
    json_put_f64(&t->out, "ts", (double)at_ns / 1000);
    json_obj_begin(&t->out, "args");
    json_put_f64(&t->out, "value", value);
    json_obj_end(&t->out);
    end(t);
}

takt_rc trace_close(struct trace *t, takt_err *e)
{
    json_arr_end(&t->out);
    json_obj_end(&t->out);
    bool no_memory = t->out.failed;
    flush(t);
    if (fclose(t->f) != 0 && !t->sys)
        t->sys = errno;
    json_out_free(&t->out);
    t->f = NULL;
    if (no_memory)
        return err_set(e, TAKT_ERR_MEMORY, t->path, "no memory for the trace; it is incomplete");
    if (!t->sys)
        return TAKT_OK;
    errno = t->sys;
    return err_sys(e, t->path, "the trace could not be written to its end");
}
