/* Lines of logs: whole, escaped, cut between fields, and nothing that was not asked for. */
#include <fcntl.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/log.h"

#include "t.h"

static char text[2 * LOG_LINE_MAX];

/* What the pipe FD holds, as text. */
static const char *said(int fd)
{
    ssize_t n = read(fd, text, sizeof text - 1);
    text[n > 0 ? n : 0] = '\0';
    return text;
}

static bool open_pipe(int fd[2])
{
    return T_OK(pipe2(fd, O_NONBLOCK) == 0);
}

T_TEST(for_people)
{
    int fd[2];
    if (!open_pipe(fd))
        return;
    struct log l = {fd[1], LOG_INFO, false};
    LOG(&l, LOG_INFO, "request", LOG_S("path", "/v1/models"), LOG_I("status", 200),
        LOG_F("ms", 1.25), LOG_B("stream", true), LOG_S("none", NULL), LOG_S("empty", ""),
        LOG_S("odd", "a \"b\"\n=\xff"));
    const char *s = said(fd[0]);
    T_OK(strlen(s) > 24 && s[10] == 'T' && s[23] == 'Z');
    T_EQ_STR(s + 25, "info request path=/v1/models status=200 ms=1.25 stream=true empty=\"\" "
                     "odd=\"a \\\"b\\\"\\u000a=\xEF\xBF\xBD\"\n");
    close(fd[0]);
    close(fd[1]);
}

T_TEST(as_json)
{
    int fd[2];
    if (!open_pipe(fd))
        return;
    struct log l = {fd[1], LOG_DEBUG, true};
    struct arena a = {0};
    const struct json *v;
    takt_err e = {0};
    LOG(&l, LOG_DEBUG, "fault", LOG_S("what", "tab\t\"quote\" \xc3\xa9 \xff"), LOG_I("n", -5));
    if (T_RC(json_parse(&v, &a, slice_str(said(fd[0])), "log", NULL, &e), &e)) {
        int64_t n = 0;
        T_OK(json_is_str(json_get(v, "level"), "debug"));
        T_OK(json_is_str(json_get(v, "what"), "tab\t\"quote\" \xc3\xa9 \xEF\xBF\xBD"));
        T_OK(json_i64(json_get(v, "n"), &n) && n == -5);
    }
    arena_free(&a);
    close(fd[0]);
    close(fd[1]);
}

T_TEST(levels)
{
    int fd[2];
    enum log_level level;
    if (!open_pipe(fd))
        return;
    struct log l = {fd[1], LOG_WARN, false}, none = {0};
    LOG(&l, LOG_INFO, "quiet", LOG_I("n", 1));
    LOG(&none, LOG_ERROR, "quiet", LOG_I("n", 1));
    T_EQ_STR(said(fd[0]), "");
    LOG(&l, LOG_ERROR, "loud", LOG_I("n", 1));
    T_OK(strstr(said(fd[0]), "error loud n=1\n"));
    T_OK(log_level_find("debug", &level) && level == LOG_DEBUG);
    T_OK(!log_level_find("verbose", &level));
    close(fd[0]);
    close(fd[1]);
}

T_TEST(long_lines_are_cut_between_fields)
{
    int fd[2];
    static char big[LOG_LINE_MAX];
    if (!open_pipe(fd))
        return;
    memset(big, 'x', sizeof big - 1);
    struct log l = {fd[1], LOG_INFO, false};
    LOG(&l, LOG_INFO, "e", LOG_I("a", 1), LOG_S("big", big), LOG_I("b", 2));
    const char *s = said(fd[0]);
    T_OK(strstr(s, "info e a=1 cut=true\n"));
    big[LOG_LINE_MAX - 100] = '\0';
    LOG(&l, LOG_INFO, "e", LOG_S("big", big));
    s = said(fd[0]);
    T_OK(strlen(s) > LOG_LINE_MAX - 100 && strlen(s) <= LOG_LINE_MAX && s[strlen(s) - 1] == '\n');
    close(fd[0]);
    close(fd[1]);
}

/* A pipe that blocks its writers, and is full. */
T_TEST(a_reader_that_stops_stops_nobody)
{
    static char big[LOG_LINE_MAX / 2];
    int fd[2];
    if (!T_OK(pipe(fd) == 0))
        return;
    memset(big, 'x', sizeof big - 1);
    struct log l = {fd[1], LOG_INFO, false};
    for (int i = 0; i < 2000; i++) {
        LOG(&l, LOG_INFO, "first", LOG_I("i", i));
        LOG(&l, LOG_INFO, "long", LOG_S("a", big), LOG_S("b", i % 2 ? big : "x"));
    }
    T_OK(fcntl(fd[0], F_SETFL, O_NONBLOCK) == 0);
    while (*said(fd[0]))
        ;
    LOG(&l, LOG_INFO, "last", LOG_I("i", 1));
    T_OK(strstr(said(fd[0]), "info last i=1\n")); /* goes on when there is room */
    close(fd[0]);
    close(fd[1]);
}

T_MAIN("base/log")
