/* log: what a program that runs for months says, a line each: for people or as JSON.
 *
 *     2026-11-28T07:20:00.123Z info request method=POST path=/v1/chat/completions status=200
 *     {"time":"2026-11-28T07:20:00.123Z","level":"info","event":"request","method":"POST",...}
 *
 * A line is one write, so that lines of several threads do not mix. Any thread. Nothing is
 * allocated; a line longer than LOG_LINE_MAX is cut between two fields and says so. */
#ifndef TAKT_BASE_LOG_H
#define TAKT_BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LOG_LINE_MAX = 8192 };
enum log_level { LOG_NONE, LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* A zero-initialised log says nothing. */
struct log {
    int fd; /* the caller's */
    enum log_level level;
    bool json;
};

enum log_kind { LOG_STR, LOG_INT, LOG_NUM, LOG_BOOL };
struct log_field {
    const char *key; /* letters and _ */
    enum log_kind kind;
    const char *str; /* UTF-8 or not; NULL: the field is left out */
    int64_t i;
    double num; /* shown with 6 digits; not finite: left out */
};
#define LOG_S(key, v) ((struct log_field){(key), LOG_STR, .str = (v)})
#define LOG_I(key, v) ((struct log_field){(key), LOG_INT, .i = (v)})
#define LOG_F(key, v) ((struct log_field){(key), LOG_NUM, .num = (v)})
#define LOG_B(key, v) ((struct log_field){(key), LOG_BOOL, .i = (v)})

/* log_write says EVENT with N fields, if LEVEL is one that L says. What cannot be written at once
 * is lost: a log that is full, closed or not read stops nobody. */
void log_write(const struct log *l, enum log_level level, const char *event,
               const struct log_field *f, size_t n);

/* LOG(l, LOG_INFO, "request", LOG_S("path", p), LOG_I("status", 200)) */
#define LOG(l, level, event, ...)                                                                  \
    log_write((l), (level), (event), (const struct log_field[]){__VA_ARGS__},                      \
              sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field))

/* log_level_find: "none", "error", "warn", "info" or "debug"; false for another word. */
bool log_level_find(const char *name, enum log_level *out);

#endif
