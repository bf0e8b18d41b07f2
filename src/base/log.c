#include "base/log.h"

#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/utf8.h"

static const char *const names[] = {"none", "error", "warn", "info", "debug"};

bool log_level_find(const char *name, enum log_level *out)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0) {
            *out = (enum log_level)i;
            return true;
        }
    return false;
}

struct line {
    char p[LOG_LINE_MAX];
    size_t n;
    bool full;
};

enum { END_BYTES = 32 }; /* for what says that a line was cut, and its end */

static void put(struct line *l, const char *s, size_t n)
{
    if (l->full || n > sizeof l->p - END_BYTES - l->n) {
        l->full = true;
        return;
    }
    memcpy(l->p + l->n, s, n);
    l->n += n;
}

static void put_z(struct line *l, const char *s)
{
    put(l, s, strlen(s));
}

/* S as a JSON string; bytes that are no UTF-8 become U+FFFD. */
static void put_quoted(struct line *l, const char *s)
{
    size_t n = strlen(s);
    put(l, "\"", 1);
    for (size_t i = 0; i < n && !l->full;) {
        unsigned len;
        char escaped[8];
        uint32_t c = utf8_next((const uint8_t *)s + i, n - i, &len);
        if (c == UTF8_INVALID) {
            put_z(l, "\xEF\xBF\xBD");
            len = 1;
        } else if (c == '"' || c == '\\') {
            snprintf(escaped, sizeof escaped, "\\%c", (char)c);
            put_z(l, escaped);
        } else if (c < 0x20 || c == 0x7F) {
            snprintf(escaped, sizeof escaped, "\\u%04x", (unsigned)c);
            put_z(l, escaped);
        } else {
            put(l, s + i, len);
        }
        i += len;
    }
    put(l, "\"", 1);
}

/* Can S stand in a line for people without quotes? */
static bool is_plain(const char *s)
{
    if (!*s)
        return false;
    for (; *s; s++)
        if (*s <= ' ' || *s == '"' || *s == '=' || *s == '\\' || *s > '~')
            return false;
    return true;
}

static void put_value(struct line *l, const struct log_field *f, bool json)
{
    char number[32];
    switch (f->kind) {
    case LOG_STR:
        if (json || !is_plain(f->str))
            put_quoted(l, f->str);
        else
            put_z(l, f->str);
        return;
    case LOG_INT: snprintf(number, sizeof number, "%lld", (long long)f->i); break;
    case LOG_NUM: snprintf(number, sizeof number, "%.6g", f->num); break;
    default: snprintf(number, sizeof number, "%s", f->i ? "true" : "false"); break;
    }
    put_z(l, number);
}

static void put_field(struct line *l, const struct log_field *f, bool json)
{
    if ((f->kind == LOG_STR && !f->str) || (f->kind == LOG_NUM && !isfinite(f->num)))
        return;
    size_t before = l->n;
    if (json) {
        put(l, ",", 1);
        put_quoted(l, f->key);
        put(l, ":", 1);
    } else {
        put(l, " ", 1);
        put_z(l, f->key);
        put(l, "=", 1);
    }
    put_value(l, f, json);
    if (l->full)
        l->n = before;
}

static void put_head(struct line *l, enum log_level level, const char *event, bool json)
{
    struct timespec now;
    struct tm tm;
    char date[32], time[48];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(time, sizeof time, "%s.%03ldZ", date, now.tv_nsec / 1000000);
    if (json) {
        put_z(l, "{\"time\":\"");
        put_z(l, time);
        put_z(l, "\",\"level\":\"");
        put_z(l, names[level]);
        put_z(l, "\",\"event\":");
        put_quoted(l, event);
    } else {
        put_z(l, time);
        put(l, " ", 1);
        put_z(l, names[level]);
        put(l, " ", 1);
        put_z(l, event);
    }
}

/* Would N bytes be taken at once? Not by a pipe whose reader has stopped to read. */
static bool has_room(int fd, size_t n)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    int used = 0;
    if (poll(&p, 1, 0) == 0)
        return false;
    int size = n > PIPE_BUF ? fcntl(fd, F_GETPIPE_SZ) : -1;
    if (size < 0 || ioctl(fd, FIONREAD, &used))
        return true; /* no pipe; or it is known to have room for PIPE_BUF bytes */
    return (size_t)(size - used) >= 2 * n;
}

void log_write(const struct log *l, enum log_level level, const char *event,
               const struct log_field *f, size_t n)
{
    if (level == LOG_NONE || level > l->level)
        return;
    struct line line;
    line.n = 0;
    line.full = false;
    put_head(&line, level, event, l->json);
    for (size_t i = 0; i < n && !line.full; i++)
        put_field(&line, &f[i], l->json);
    const char *end =
        l->json ? (line.full ? ",\"cut\":true}\n" : "}\n") : (line.full ? " cut=true\n" : "\n");
    memcpy(line.p + line.n, end, strlen(end));
    line.n += strlen(end);
    ssize_t sent = has_room(l->fd, line.n) ? write(l->fd, line.p, line.n) : 0;
    (void)sent;
}
