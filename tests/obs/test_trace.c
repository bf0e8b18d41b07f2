#include "obs/trace.h"

#include <unistd.h>

#include "base/file.h"
#include "t.h"

static const char *text_of(const struct json *v, const char *key)
{
    const struct json *m = json_get(v, key);
    return m ? m->str : NULL;
}

T_TEST(events_read_back)
{
    char path[64];
    struct trace t;
    takt_err e;
    char *text = NULL;
    size_t n;
    snprintf(path, sizeof path, P_tmpdir "/takt-trace-XXXXXX");
    int fd = mkstemp(path);
    if (!T_OK(fd >= 0) || !T_RC(trace_open(&t, path, &e), &e))
        return;
    close(fd);
    trace_process(&t, 1, "actual", 2);
    trace_thread(&t, 1, 3, "lane \"3\"", 3);
    struct trace_arg args[] = {{"op", "gemv", 0}, {"bytes", NULL, 4096}};
    trace_span(&t, 1, 3, "blk.0", "cpu", 1234567, 89, args, 2);
    trace_counter(&t, 1, "GB/s", 2000, 12.5);
    for (int i = 0; i < 2000; i++) /* more than the buffer */
        trace_span(&t, 1, 3, "x", NULL, i * 1000, 500, NULL, 0);
    T_RC(trace_close(&t, &e), &e);
    if (!T_RC(file_read_all(&text, &n, path, 1 << 24, &e), &e))
        return;
    struct arena a = {0};
    const struct json *v;
    if (T_RC(json_parse(&v, &a, (struct slice){(uint8_t *)text, n}, path, NULL, &e), &e)) {
        const struct json *all = json_get(v, "traceEvents");
        T_EQ_INT(all->count, 2006);
        const struct json *thread = json_at(all, 2), *span = json_at(all, 4);
        T_EQ_STR(text_of(json_at(all, 0), "name"), "process_name");
        T_EQ_STR(text_of(thread, "name"), "thread_name");
        T_EQ_STR(text_of(json_get(thread, "args"), "name"), "lane \"3\"");
        T_EQ_STR(text_of(span, "ph"), "X");
        T_EQ_STR(text_of(span, "ts"), "1234.567");
        T_EQ_STR(text_of(span, "dur"), "0.089");
        T_EQ_STR(text_of(span, "tid"), "3");
        T_EQ_STR(text_of(json_get(span, "args"), "op"), "gemv");
        T_EQ_STR(text_of(json_get(span, "args"), "bytes"), "4096");
        T_EQ_STR(text_of(json_get(json_at(all, 5), "args"), "value"), "12.5");
    }
    arena_free(&a);
    free(text);
    unlink(path);
}

T_TEST(failures_are_told)
{
    struct trace t;
    takt_err e;
    T_FAILS(trace_open(&t, "no/such/folder/x", &e), &e, TAKT_ERR_IO, "cannot be written");
    if (access("/dev/full", W_OK) != 0)
        T_SKIP("no /dev/full");
    T_RC(trace_open(&t, "/dev/full", &e), &e);
    trace_process(&t, 1, "x", 0);
    T_FAILS(trace_close(&t, &e), &e, TAKT_ERR_IO, "to its end: No space left");
}

T_MAIN("obs/trace")
