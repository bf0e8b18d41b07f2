#include "server/api_usage.h"

#include <string.h>

#include "server/api_query.h"

enum { T = FIELD_TAKT, DAYS_USUAL = 30, DAY_MAX = 2932896 /* 9999-12-31 */ };

#define DATE "{'type':'string','pattern':'^[0-9]{4}-[0-9]{2}-[0-9]{2}$'}"
static const struct field rows[] = {
    {FIELD_AT(STRING, "start_date", struct api_usage_query, from), .who = T, .min = 10, .max = 10,
     .absent = "29 days before today", .schema = DATE, .help = "The first day (UTC)."},
    {FIELD_AT(STRING, "end_date", struct api_usage_query, to), .who = T, .min = 10, .max = 10,
     .absent = "today", .schema = DATE, .help = "The last day."},
};
static const struct field_part parts[] = {{rows, 2, 0}};
const struct field_table api_usage_table = {parts, 1, NULL};

/* ---- days, in the Gregorian calendar --------------------------------------------------------- */

/* Counted from March on, when a leap day is the last of a year. */
static int64_t day_of(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719468;
}

static void date_of(int64_t day, int *year, int *month, int *of_month)
{
    int y = 1970 + (int)(day / 366), m = 12;
    while (day_of(y + 1, 1, 1) <= day)
        y++;
    while (day_of(y, m, 1) > day)
        m--;
    *year = y;
    *month = m;
    *of_month = (int)(day - day_of(y, m, 1)) + 1;
}

static bool digits(const uint8_t *p, int n, int *out)
{
    *out = 0;
    for (int i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return false;
        *out = 10 * *out + (p[i] - '0');
    }
    return true;
}

/* The day that S, "YYYY-MM-DD", names; UNGIVEN without S. */
static takt_rc read_day(struct slice s, const char *name, int64_t ungiven, int64_t *day,
                        struct api_error *e)
{
    int y, m, d, y2 = 0, m2 = 0, d2 = 0;
    *day = ungiven;
    if (!s.p)
        return TAKT_OK;
    bool ok = s.len == 10 && s.p[4] == '-' && s.p[7] == '-' && digits(s.p, 4, &y) &&
              digits(s.p + 5, 2, &m) && digits(s.p + 8, 2, &d) && y >= 1970 && m >= 1 && m <= 12;
    if (ok) {
        *day = day_of(y, m, d);
        date_of(*day, &y2, &m2, &d2);
    }
    if (!ok || d < 1 || y2 != y || m2 != m || d2 != d)
        return api_refuse(e, API_BAD_VALUE, name, "'%.*s'; it must be a day, as 2026-01-31",
                          (int)(s.len < 40 ? s.len : 40), (const char *)s.p);
    return TAKT_OK;
}

takt_rc api_usage_query_read(struct api_usage_query *q, struct arena *a, const char *query,
                             int64_t today, struct api_error *e)
{
    TAKT_TRY(api_query_read(q, &q->notes, &api_usage_table, a, query, e));
    TAKT_TRY(read_day(q->to, "end_date", today, &q->to_day, e));
    return read_day(q->from, "start_date", q->to_day - (DAYS_USUAL - 1), &q->from_day, e);
}

void api_usage_put(struct json_out *o, const struct store_use *u)
{
    char date[32];
    int y = 0, m = 0, d = 0;
    if (u->day >= 0 && u->day <= DAY_MAX)
        date_of(u->day, &y, &m, &d);
    snprintf(date, sizeof date, "%04d-%02d-%02d", y, m, d);
    json_obj_begin(o, NULL);
    json_put_str(o, "object", "usage");
    json_put_str(o, "date", date);
    if (*u->owner)
        json_put_str(o, "key", u->owner);
    else
        json_put_null(o, "key");
    json_put_u64(o, "requests", u->n_requests);
    json_put_u64(o, "input_tokens", u->n_prompt);
    json_put_u64(o, "cached_tokens", u->n_cached);
    json_put_u64(o, "output_tokens", u->n_answer);
    json_obj_end(o);
}
