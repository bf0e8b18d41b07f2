/* strftime_now: the C locale's strftime over UTC, so that a prompt does not depend on the machine's
 * settings. */
#include <stdio.h>
#include <string.h>

#include "text/jinja_eval.h"

static const char *const month_names[] = {"January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December"};
static const char *const day_names[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                        "Thursday", "Friday", "Saturday"};

struct moment {
    long long year;
    int month, day; /* from 1 */
    int hour, min, sec;
    int weekday; /* 0: Sunday */
    int yearday; /* from 0 */
    long long now_s;
};

static bool leap(long long y)
{
    return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

/* Days to the civil calendar: years are counted from March, so that the leap day comes last. */
static struct moment moment_at(long long now_s)
{
    static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    long long days = now_s / 86400, rest = now_s % 86400;
    if (rest < 0) {
        rest += 86400;
        days--;
    }
    struct moment m = {.hour = (int)(rest / 3600),
                       .min = (int)(rest / 60 % 60),
                       .sec = (int)(rest % 60),
                       .now_s = now_s};
    m.weekday = (int)(((days + 4) % 7 + 7) % 7);
    long long z = days + 719468, era = (z >= 0 ? z : z - 146096) / 146097;
    long long doe = z - era * 146097;
    long long yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    long long doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    m.day = (int)(doy - (153 * mp + 2) / 5 + 1);
    m.month = (int)(mp < 10 ? mp + 3 : mp - 9);
    m.year = yoe + era * 400 + (m.month <= 2);
    m.yearday = before[m.month - 1] + m.day - 1 + (m.month > 2 && leap(m.year));
    return m;
}

/* The ISO 8601 week and its year. */
static int iso_week(const struct moment *m, long long *year)
{
    int monday = (m->weekday + 6) % 7, week = (m->yearday - monday + 10) / 7;
    *year = m->year;
    if (week < 1) {
        --*year;
        int days = 365 + leap(*year);
        return (m->yearday + days - monday + 10) / 7;
    }
    if (week == 53 && m->yearday - monday + 3 >= 365 + leap(m->year)) {
        ++*year;
        return 1;
    }
    return week;
}

/* A conversion that stands for others; NULL for none. */
static const char *composed(char c)
{
    switch (c) {
    case 'c': return "%a %b %e %H:%M:%S %Y";
    case 'x':
    case 'D': return "%m/%d/%y";
    case 'X':
    case 'T': return "%H:%M:%S";
    case 'F': return "%Y-%m-%d";
    case 'R': return "%H:%M";
    case 'r': return "%I:%M:%S %p";
    case 'n': return "\n";
    case 't': return "\t";
    case '%': return "%%";
    default: return NULL;
    }
}

/* What stands between % and the letter: glibc's flag and width. */
struct style {
    char flag;
    int width;
};

static bool put_name(struct jinja_run *r, struct jinja_text *t, const char *name, size_t len,
                     struct style st)
{
    char flag = st.flag == '#' ? '^' : st.flag;
    size_t n = strlen(name) < len ? strlen(name) : len;
    struct jv_str fill = {flag == '0' ? "0" : " ", 1, 1, NULL};
    if (!text_pad(r, t, &fill, (size_t)st.width > n ? (size_t)st.width - n : 0))
        return false;
    for (size_t i = 0; name[i] && i < len; i++) {
        char c = name[i];
        if (flag == '^' && c >= 'a' && c <= 'z')
            c = (char)(c - 32);
        if (!text_put(r, t, &c, 1))
            return false;
    }
    return true;
}

static bool put_number(struct jinja_run *r, struct jinja_text *t, long long v, int width, char pad,
                       struct style st)
{
    char text[128], flag = st.flag;
    width = st.width ? st.width : width;
    pad = flag == '_' ? ' ' : flag == '0' ? '0' : pad;
    int n = flag == '-' && !st.width ? snprintf(text, sizeof text, "%lld", v)
            : pad == ' '             ? snprintf(text, sizeof text, "%*lld", width, v)
                                     : snprintf(text, sizeof text, "%0*lld", width, v);
    return text_put(r, t, text, (size_t)n);
}

static bool put_one(struct jinja_run *r, struct jinja_text *t, const struct moment *m, char c,
                    struct style flag)
{
    long long year;
    int hour12 = m->hour % 12 ? m->hour % 12 : 12, week = iso_week(m, &year);
    switch (c) {
    case 'a': return put_name(r, t, day_names[m->weekday], 3, flag);
    case 'A': return put_name(r, t, day_names[m->weekday], 16, flag);
    case 'b':
    case 'h': return put_name(r, t, month_names[m->month - 1], 3, flag);
    case 'B': return put_name(r, t, month_names[m->month - 1], 16, flag);
    case 'd': return put_number(r, t, m->day, 2, '0', flag);
    case 'e': return put_number(r, t, m->day, 2, ' ', flag);
    case 'm': return put_number(r, t, m->month, 2, '0', flag);
    case 'y': return put_number(r, t, (m->year % 100 + 100) % 100, 2, '0', flag);
    case 'Y': return put_number(r, t, m->year, 1, '0', flag);
    case 'C': return put_number(r, t, m->year / 100, 2, '0', flag);
    case 'H': return put_number(r, t, m->hour, 2, '0', flag);
    case 'k': return put_number(r, t, m->hour, 2, ' ', flag);
    case 'I': return put_number(r, t, hour12, 2, '0', flag);
    case 'l': return put_number(r, t, hour12, 2, ' ', flag);
    case 'M': return put_number(r, t, m->min, 2, '0', flag);
    case 'S': return put_number(r, t, m->sec, 2, '0', flag);
    case 'f': return text_putz(r, t, "000000");
    case 'j': return put_number(r, t, m->yearday + 1, 3, '0', flag);
    case 'p': return text_putz(r, t, m->hour < 12 ? "AM" : "PM");
    case 'P': return text_putz(r, t, m->hour < 12 ? "am" : "pm");
    case 'u': return put_number(r, t, m->weekday ? m->weekday : 7, 1, '0', flag);
    case 'w': return put_number(r, t, m->weekday, 1, '0', flag);
    case 'U': return put_number(r, t, (m->yearday + 7 - m->weekday) / 7, 2, '0', flag);
    case 'W': return put_number(r, t, (m->yearday + 7 - (m->weekday + 6) % 7) / 7, 2, '0', flag);
    case 'V': return put_number(r, t, week, 2, '0', flag);
    case 'G': return put_number(r, t, year, 1, '0', flag);
    case 'g': return put_number(r, t, (year % 100 + 100) % 100, 2, '0', flag);
    case 's': return put_number(r, t, m->now_s, 1, '0', flag);
    case 'z':
    case 'Z': return true; /* the time has no zone, as Python's datetime.now() */
    default: return run_unsupported(r, "strftime_now: conversion '%%%c' is not supported", c);
    }
}

bool time_format(struct jinja_run *r, struct jinja_text *t, long long now_s,
                 const struct jv_str *format)
{
    struct moment m = moment_at(now_s);
    const char *p = format->p, *end = p + format->len;
    while (p < end) {
        const char *mark = memchr(p, '%', (size_t)(end - p));
        if (!text_put(r, t, p, (size_t)((mark ? mark : end) - p)))
            return false;
        if (!mark)
            return true;
        struct style flag = {0, 0};
        for (p = mark + 1; p < end && *p && strchr("-_0^#", *p); p++)
            flag.flag = *p;
        for (; p < end && *p >= '0' && *p <= '9'; p++)
            flag.width = flag.width > 9 ? 100 : flag.width * 10 + (*p - '0');
        if (p >= end)
            return text_putz(r, t, "%");
        const char *sub = composed(*p);
        struct jv_str s = {sub, sub ? strlen(sub) : 0, 0, NULL};
        bool literal = sub && (*p == '%' || *p == 'n' || *p == 't');
        if (!(literal ? text_put(r, t, sub, 1)
              : sub   ? time_format(r, t, now_s, &s)
                      : put_one(r, t, &m, *p, flag)))
            return false;
        p++;
    }
    return true;
}
