/* limits: what a key may ask for in a minute and in a day, in requests and in tokens.
 *
 * Each of a key's four limits is a bucket: it holds the limit, is full at first, and fills
 * continuously, at limit / minute or limit / day; there is no hour at which everybody comes back.
 * So over any time T a key gets at most limit + limit * T / window. This is how OpenAI and Groq
 * count: their "reset" is the time until the bucket is full again.
 *
 * A request takes its estimated tokens (prompt and the most that it may answer) when it is
 * admitted, so that many at once cannot overdraw, and gives back what it did not use when it is
 * settled: only what has not flowed in again by itself since, or a key could save up for a flood by
 * asking for much and using little. A request is admitted if all four buckets have enough, and
 * takes from none otherwise. Tokens that came from the prefix cache need not be counted: what is
 * settled is the caller's choice.
 *
 * Headers:  x-ratelimit-limit-requests      OpenAI: per minute; Groq: per day
 *           x-ratelimit-limit-tokens        both: per minute
 *           x-ratelimit-remaining-requests  what the same bucket holds, whole ones
 *           x-ratelimit-remaining-tokens
 *           x-ratelimit-reset-requests      until it is full: "7.66s", "2m59.56s", "12ms" (a
 *           x-ratelimit-reset-tokens        duration of Go), rounded up to the millisecond
 *           retry-after                     only with 429: whole seconds, rounded up, after which
 *                                           this request would be admitted if no other came
 * A key that has only the other window's limit shows that one. Without either, no header.
 *
 * A pure function of what it is told: the clock is the caller's (nanoseconds that do not go back;
 * an earlier one than the last is taken as the last), arithmetic is exact, memory is fixed. One
 * thread at a time. */
#ifndef TAKT_SERVER_LIMITS_H
#define TAKT_SERVER_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum limits_kind {
    LIMITS_REQUESTS_MINUTE,
    LIMITS_REQUESTS_DAY,
    LIMITS_TOKENS_MINUTE,
    LIMITS_TOKENS_DAY,
    LIMITS_KINDS
};

#define LIMITS_MAX UINT64_C(1000000000000) /* of any limit */

/* The limits of a key by kind; 0: none. Not above LIMITS_MAX. */
struct limits_rule {
    uint64_t most[LIMITS_KINDS];
};

enum limits_verdict {
    LIMITS_ADMITTED,
    LIMITS_WAIT,      /* 429: later */
    LIMITS_TOO_LARGE, /* 413: more tokens than the limit itself, so never */
};

struct limits_answer {
    enum limits_verdict verdict;
    /* After a refusal: the limit that kept the request out for longest, */
    enum limits_kind kind;
    uint64_t most, used, asked; /* its value, what is in use of it, what the request would take; */
    int64_t wait_ns;            /* and the time after which all have room; 0 after TOO_LARGE */
};

/* What an admitted request has taken. The caller keeps it, or a copy, until it is settled. All
 * zeros: nothing. */
struct limits_charge {
    uint64_t key, n_tokens;
    int32_t slot;
    uint32_t stamp;
};

struct limits;

/* limits_new has room for the state of N_KEYS keys (1 to 2^24), 160 bytes each. When others come,
 * the one that has least in use is forgotten, as seen from 64 candidates: with room for all keys
 * that exist, none is. Of requests beyond LIMITS_OPEN_MAX that are admitted and not settled, none
 * gives anything back. SEED keeps strangers from choosing keys that collide. Errors: USAGE,
 * MEMORY. */
enum { LIMITS_OPEN_MAX = 16384 };
takt_rc limits_new(struct limits **out, uint32_t n_keys, uint64_t seed, takt_err *e);

/* limits_free: NULL is allowed. */
void limits_free(struct limits *l);

/* limits_admit decides on a request of KEY that may use N_TOKENS tokens, at NOW. RULE may differ
 * from that of the last call: what is in use stays in use (up to twice the new limit). CHARGE is
 * written when it is admitted. */
struct limits_answer limits_admit(struct limits *l, uint64_t key, const struct limits_rule *rule,
                                  uint64_t n_tokens, int64_t now, struct limits_charge *charge);

/* limits_settle ends an admitted request that used N_TOKENS in the end. If that is more than it
 * took, it is taken too, up to twice the limit in use. RULE as above. A charge that was settled
 * already has no effect. */
void limits_settle(struct limits *l, const struct limits_charge *charge,
                   const struct limits_rule *rule, uint64_t n_tokens, int64_t now);

/* limits_cancel ends an admitted request as if it had never come (a failure of our own). */
void limits_cancel(struct limits *l, const struct limits_charge *charge,
                   const struct limits_rule *rule, int64_t now);

/* How a limit stands. */
struct limits_state {
    uint64_t most, left; /* 0, 0: there is no such limit */
    int64_t reset_ns;    /* until it is full */
};

/* limits_look tells how all limits of KEY stand at NOW. */
void limits_look(struct limits *l, uint64_t key, const struct limits_rule *rule, int64_t now,
                 struct limits_state out[LIMITS_KINDS]);

enum limits_meaning { LIMITS_OPENAI, LIMITS_GROQ };
enum { LIMITS_HEADERS = 6, LIMITS_TEXT = 32 };

struct limits_header {
    const char *name; /* static */
    char value[LIMITS_TEXT];
};

/* limits_headers writes the headers that STATE has something to say about, and returns how many. */
uint32_t limits_headers(struct limits_header out[LIMITS_HEADERS],
                        const struct limits_state state[LIMITS_KINDS], enum limits_meaning meaning);

/* limits_duration writes NS as in x-ratelimit-reset-*: "0s", "12ms", "7.66s", "6m0s", "1h2m0.5s".
 * BUF holds LIMITS_TEXT bytes. */
void limits_duration(char *buf, int64_t ns);

/* limits_retry_after is NS in whole seconds, rounded up, at least 1. */
uint32_t limits_retry_after(int64_t ns);

/* limits_explain writes a refusal as a sentence for its sender: "tokens per minute (TPM): limit
 * 6000, used 5200, requested 1000; try again in 2s", NUL-terminated, cut if too long. */
void limits_explain(char *buf, size_t cap, const struct limits_answer *a);

#endif
