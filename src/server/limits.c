#include "server/limits.h"

#include <stdlib.h>

#include "base/hash.h"

/* What is in use of a limit, times its window in nanoseconds: it shrinks by the limit every
 * nanosecond, so nothing is ever rounded. The largest, 2 * LIMITS_MAX * a day, has 88 bits. */
typedef unsigned __int128 wide;

static const int64_t WINDOW_NS[LIMITS_KINDS] = {INT64_C(60000000000), INT64_C(86400000000000),
                                                INT64_C(60000000000), INT64_C(86400000000000)};

enum { NONE = -1, CANDIDATES = 64 };

/* An admitted request: what it took and what of that is still in use. What flows in fills up first
 * what ended requests have used, then what open ones took, the oldest first. */
struct open {
    wide left[LIMITS_KINDS];
    int32_t next, prev; /* of the same key, in the order of admission; free ones by `next` */
    int32_t entry;      /* NONE: free, or its key was forgotten */
    uint32_t stamp;     /* counts those that had this slot; never 0 */
};

struct entry {
    uint64_t key;
    wide used[LIMITS_KINDS];
    wide held[LIMITS_KINDS];     /* of `used`: the `left` of its open requests */
    uint64_t most[LIMITS_KINDS]; /* as of the last call */
    int64_t at_ns;               /* `used` is that of this time */
    int32_t next;                /* in its chain */
    int32_t first, last;         /* open requests */
};

struct limits {
    uint64_t seed;
    uint32_t n_max, n, hand; /* hand: the next candidate to be forgotten */
    int32_t *chain;          /* [n_max] */
    struct entry *entry;     /* [n_max] */
    struct open *open;
    int32_t free_open;
};

takt_rc limits_new(struct limits **out, uint32_t n_keys, uint64_t seed, takt_err *e)
{
    *out = NULL;
    if (n_keys == 0 || n_keys > 1u << 24)
        return err_set(e, TAKT_ERR_USAGE, "limits", "%u keys; 1 to 16777216 can be counted",
                       n_keys);
    struct limits *l = calloc(1, sizeof *l);
    if (!l)
        return err_set(e, TAKT_ERR_MEMORY, "limits", "no memory");
    *l = (struct limits){.seed = seed, .n_max = n_keys};
    l->chain = malloc(n_keys * sizeof *l->chain);
    l->entry = calloc(n_keys, sizeof *l->entry);
    l->open = calloc(LIMITS_OPEN_MAX, sizeof *l->open);
    if (!l->chain || !l->entry || !l->open) {
        limits_free(l);
        return err_set(e, TAKT_ERR_MEMORY, "limits", "no memory for %u keys", n_keys);
    }
    for (uint32_t i = 0; i < n_keys; i++)
        l->chain[i] = NONE;
    for (int32_t i = 0; i < LIMITS_OPEN_MAX; i++)
        l->open[i] = (struct open){
            .entry = NONE, .next = i + 1 < LIMITS_OPEN_MAX ? i + 1 : NONE, .stamp = 1};
    *out = l;
    return TAKT_OK;
}

void limits_free(struct limits *l)
{
    if (!l)
        return;
    free(l->chain);
    free(l->entry);
    free(l->open);
    free(l);
}

/* ---- entries --------------------------------------------------------------------------------- */

/* A limit in the unit of `used`. */
static wide full(const struct entry *en, int kind)
{
    return (wide)en->most[kind] * (uint64_t)WINDOW_NS[kind];
}

/* Takes AMOUNT out of what EN has in use of KIND, or all. */
static void refill(struct limits *l, struct entry *en, int kind, wide amount)
{
    if (amount > en->used[kind])
        amount = en->used[kind];
    wide ended = en->used[kind] - en->held[kind];
    en->used[kind] -= amount;
    if (amount <= ended)
        return;
    wide rest = amount - ended;
    en->held[kind] -= rest;
    for (int32_t i = en->first; rest; i = l->open[i].next) {
        wide *left = &l->open[i].left[kind], part = *left < rest ? *left : rest;
        *left -= part;
        rest -= part;
    }
}

/* Lets time pass for EN, by the limits that held until now. */
static void advance(struct limits *l, struct entry *en, int64_t now)
{
    if (now <= en->at_ns)
        return;
    uint64_t passed = (uint64_t)now - (uint64_t)en->at_ns;
    for (int i = 0; i < LIMITS_KINDS; i++)
        refill(l, en, i, (wide)passed * en->most[i]);
    en->at_ns = now;
}

/* The share of its limits that EN has in use at most, in thousandths, once it is NOW. */
static uint64_t share_in_use(struct limits *l, struct entry *en, int64_t now)
{
    uint64_t worst = 0;
    advance(l, en, now);
    for (int i = 0; i < LIMITS_KINDS; i++) {
        wide whole = full(en, i);
        uint64_t share = whole ? (uint64_t)((en->used[i] * 1000 + whole - 1) / whole) : 0;
        if (share > worst)
            worst = share;
    }
    return worst;
}

static int32_t *chain_of(struct limits *l, uint64_t key)
{
    return &l->chain[hash_fnv1a(&key, sizeof key, l->seed) % l->n_max];
}

/* Who still has the slot's old stamp cannot settle with it. */
static void free_open(struct limits *l, int32_t i)
{
    uint32_t stamp = l->open[i].stamp + 1;
    l->open[i] = (struct open){.entry = NONE, .next = l->free_open, .stamp = stamp ? stamp : 1};
    l->free_open = i;
}

/* Empties the entry of the candidate that has least in use. */
static int32_t forget(struct limits *l, int64_t now)
{
    uint64_t least = UINT64_MAX;
    int32_t found = NONE;
    for (uint32_t i = 0; i < CANDIDATES && i < l->n_max && least > 0; i++) {
        uint64_t share = share_in_use(l, &l->entry[l->hand], now);
        if (share < least) {
            least = share;
            found = (int32_t)l->hand;
        }
        l->hand = (l->hand + 1) % l->n_max;
    }
    int32_t *link = chain_of(l, l->entry[found].key);
    while (*link != found)
        link = &l->entry[*link].next;
    *link = l->entry[found].next;
    for (int32_t i = l->entry[found].first, next; i != NONE; i = next) {
        next = l->open[i].next;
        free_open(l, i);
    }
    return found;
}

static struct entry *find(struct limits *l, uint64_t key)
{
    int32_t i = *chain_of(l, key);
    while (i != NONE && l->entry[i].key != key)
        i = l->entry[i].next;
    return i == NONE ? NULL : &l->entry[i];
}

/* Puts EN, at NOW, under RULE. No key owes more than two windows of its limit. */
static void put_under(struct limits *l, struct entry *en, const struct limits_rule *rule,
                      int64_t now)
{
    advance(l, en, now);
    for (int i = 0; i < LIMITS_KINDS; i++) {
        en->most[i] = rule->most[i] < LIMITS_MAX ? rule->most[i] : LIMITS_MAX;
        if (en->used[i] > 2 * full(en, i))
            refill(l, en, i, en->used[i] - 2 * full(en, i));
    }
}

static struct entry *entry_of(struct limits *l, uint64_t key, const struct limits_rule *rule,
                              int64_t now)
{
    struct entry *en = find(l, key);
    if (!en) {
        int32_t i = l->n < l->n_max ? (int32_t)l->n++ : forget(l, now);
        int32_t *chain = chain_of(l, key);
        en = &l->entry[i];
        *en = (struct entry){.key = key, .at_ns = now, .next = *chain, .first = NONE, .last = NONE};
        *chain = i;
    }
    put_under(l, en, rule, now);
    return en;
}

/* ---- requests -------------------------------------------------------------------------------- */

static bool counts_tokens(int kind)
{
    return kind == LIMITS_TOKENS_MINUTE || kind == LIMITS_TOKENS_DAY;
}

static uint64_t whole_used(const struct entry *en, int kind)
{
    uint64_t window = (uint64_t)WINDOW_NS[kind];
    return (uint64_t)((en->used[kind] + window - 1) / window);
}

/* Whether N more fit into KIND, and into A what there is to say if they do not. */
static void try(const struct entry *en, int kind, uint64_t n, struct limits_answer *a)
{
    uint64_t most = en->most[kind];
    wide wanted = (wide)n * (uint64_t)WINDOW_NS[kind];
    if (most == 0 || a->verdict == LIMITS_TOO_LARGE || en->used[kind] + wanted <= full(en, kind))
        return;
    bool never = n > most;
    wide over = en->used[kind] + wanted - full(en, kind);
    int64_t wait_ns = never ? 0 : (int64_t)((over + most - 1) / most);
    if (!never && wait_ns <= a->wait_ns)
        return;
    *a = (struct limits_answer){.verdict = never ? LIMITS_TOO_LARGE : LIMITS_WAIT,
                                .kind = (enum limits_kind)kind,
                                .most = most,
                                .used = whole_used(en, kind),
                                .asked = n,
                                .wait_ns = wait_ns};
}

/* Takes what a request is admitted for, and writes CHARGE. */
static void take(struct limits *l, struct entry *en, uint64_t n_tokens,
                 struct limits_charge *charge)
{
    int32_t slot = l->free_open;
    *charge = (struct limits_charge){en->key, n_tokens, slot, 0};
    struct open *o = slot == NONE ? NULL : &l->open[slot];
    if (o) {
        l->free_open = o->next;
        charge->stamp = o->stamp;
        *o = (struct open){
            .next = NONE, .prev = en->last, .entry = (int32_t)(en - l->entry), .stamp = o->stamp};
        *(en->last == NONE ? &en->first : &l->open[en->last].next) = slot;
        en->last = slot;
    }
    for (int i = 0; i < LIMITS_KINDS; i++) {
        uint64_t n = !en->most[i] ? 0 : counts_tokens(i) ? n_tokens : 1;
        wide amount = (wide)n * (uint64_t)WINDOW_NS[i];
        en->used[i] += amount;
        if (o) {
            o->left[i] = amount;
            en->held[i] += amount;
        }
    }
}

struct limits_answer limits_admit(struct limits *l, uint64_t key, const struct limits_rule *rule,
                                  uint64_t n_tokens, int64_t now, struct limits_charge *charge)
{
    struct limits_answer a = {.verdict = LIMITS_ADMITTED};
    struct entry *en = entry_of(l, key, rule, now);
    for (int i = 0; i < LIMITS_KINDS; i++)
        try(en, i, counts_tokens(i) ? n_tokens : 1, &a);
    if (a.verdict != LIMITS_ADMITTED)
        return a;
    take(l, en, n_tokens, charge);
    return a;
}

/* The open request of CHARGE, or NULL. */
static struct open *open_of(struct limits *l, const struct limits_charge *charge,
                            const struct entry *en)
{
    struct open *o = charge->slot == NONE ? NULL : &l->open[charge->slot];
    return o && o->stamp == charge->stamp && o->entry == (int32_t)(en - l->entry) ? o : NULL;
}

/* Ends O, which is of EN: of each kind it gives back up to BACK, and the rest counts as used. */
static void end(struct limits *l, struct entry *en, struct open *o,
                const uint64_t back[LIMITS_KINDS])
{
    for (int i = 0; i < LIMITS_KINDS; i++) {
        wide most = (wide)back[i] * (uint64_t)WINDOW_NS[i];
        en->used[i] -= o->left[i] < most ? o->left[i] : most;
        en->held[i] -= o->left[i];
    }
    *(o->prev == NONE ? &en->first : &l->open[o->prev].next) = o->next;
    *(o->next == NONE ? &en->last : &l->open[o->next].prev) = o->prev;
    free_open(l, (int32_t)(o - l->open));
}

static void take_more(struct entry *en, int kind, uint64_t n)
{
    wide twice = 2 * full(en, kind), more = (wide)n * (uint64_t)WINDOW_NS[kind];
    if (en->used[kind] < twice)
        en->used[kind] += more < twice - en->used[kind] ? more : twice - en->used[kind];
}

void limits_settle(struct limits *l, const struct limits_charge *charge,
                   const struct limits_rule *rule, uint64_t n_tokens, int64_t now)
{
    struct entry *en = find(l, charge->key);
    struct open *o = en ? open_of(l, charge, en) : NULL;
    uint64_t rest = n_tokens < charge->n_tokens ? charge->n_tokens - n_tokens : 0;
    uint64_t more = n_tokens > charge->n_tokens ? n_tokens - charge->n_tokens : 0;
    uint64_t back[LIMITS_KINDS] = {[LIMITS_TOKENS_MINUTE] = rest, [LIMITS_TOKENS_DAY] = rest};
    if (!en || (!o && charge->slot != NONE))
        return; /* forgotten, or settled before */
    put_under(l, en, rule, now);
    if (o)
        end(l, en, o, back);
    take_more(en, LIMITS_TOKENS_MINUTE, more);
    take_more(en, LIMITS_TOKENS_DAY, more);
}

void limits_cancel(struct limits *l, const struct limits_charge *charge,
                   const struct limits_rule *rule, int64_t now)
{
    static const uint64_t all[LIMITS_KINDS] = {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};
    struct entry *en = find(l, charge->key);
    struct open *o = en ? open_of(l, charge, en) : NULL;
    if (!o)
        return;
    put_under(l, en, rule, now);
    end(l, en, o, all);
}

void limits_look(struct limits *l, uint64_t key, const struct limits_rule *rule, int64_t now,
                 struct limits_state out[LIMITS_KINDS])
{
    struct entry fresh = {.key = key, .at_ns = now, .first = NONE, .last = NONE},
                 *en = find(l, key);
    if (!en)
        en = &fresh; /* to look is no reason to forget somebody else */
    put_under(l, en, rule, now);
    for (int i = 0; i < LIMITS_KINDS; i++) {
        uint64_t most = en->most[i], used = whole_used(en, i);
        out[i] = (struct limits_state){.most = most,
                                       .left = used < most ? most - used : 0,
                                       .reset_ns =
                                           most ? (int64_t)((en->used[i] + most - 1) / most) : 0};
    }
}

/* ---- words ----------------------------------------------------------------------------------- */

void limits_duration(char *buf, int64_t ns)
{
    uint64_t ms = ns > 0 ? ((uint64_t)ns + 999999) / 1000000 : 0;
    uint64_t s = ms / 1000, rest = ms % 1000;
    char *p = buf, fraction[8] = "";
    if (s == 0 && rest) {
        snprintf(buf, LIMITS_TEXT, "%llums", (unsigned long long)rest);
        return;
    }
    if (rest) {
        size_t n = (size_t)snprintf(fraction, sizeof fraction, ".%03llu", (unsigned long long)rest);
        while (n && fraction[n - 1] == '0')
            fraction[--n] = 0;
    }
    if (s >= 3600)
        p += snprintf(p, LIMITS_TEXT, "%lluh", (unsigned long long)(s / 3600));
    if (s >= 60)
        p += snprintf(p, LIMITS_TEXT / 2, "%llum", (unsigned long long)(s / 60 % 60));
    snprintf(p, LIMITS_TEXT - (size_t)(p - buf), "%llu%ss", (unsigned long long)(s % 60), fraction);
}

uint32_t limits_retry_after(int64_t ns)
{
    const int64_t second = INT64_C(1000000000);
    if (ns <= second)
        return 1;
    int64_t s = (ns - 1) / second + 1;
    return s < UINT32_MAX ? (uint32_t)s : UINT32_MAX;
}

static const struct limits_state *either(const struct limits_state *first,
                                         const struct limits_state *second)
{
    return first->most ? first : second;
}

static uint32_t add_header(struct limits_header out[LIMITS_HEADERS], uint32_t n, const char *name,
                           uint64_t v)
{
    out[n].name = name;
    snprintf(out[n].value, sizeof out[n].value, "%llu", (unsigned long long)v);
    return n + 1;
}

uint32_t limits_headers(struct limits_header out[LIMITS_HEADERS],
                        const struct limits_state state[LIMITS_KINDS], enum limits_meaning meaning)
{
    const struct limits_state *minute = &state[LIMITS_REQUESTS_MINUTE];
    const struct limits_state *day = &state[LIMITS_REQUESTS_DAY];
    const struct limits_state *requests =
        meaning == LIMITS_GROQ ? either(day, minute) : either(minute, day);
    const struct limits_state *tokens =
        either(&state[LIMITS_TOKENS_MINUTE], &state[LIMITS_TOKENS_DAY]);
    uint32_t n = 0;
    if (requests->most) {
        n = add_header(out, n, "x-ratelimit-limit-requests", requests->most);
        n = add_header(out, n, "x-ratelimit-remaining-requests", requests->left);
        out[n].name = "x-ratelimit-reset-requests";
        limits_duration(out[n++].value, requests->reset_ns);
    }
    if (tokens->most) {
        n = add_header(out, n, "x-ratelimit-limit-tokens", tokens->most);
        n = add_header(out, n, "x-ratelimit-remaining-tokens", tokens->left);
        out[n].name = "x-ratelimit-reset-tokens";
        limits_duration(out[n++].value, tokens->reset_ns);
    }
    return n;
}

void limits_explain(char *buf, size_t cap, const struct limits_answer *a)
{
    static const char *const name[] = {"requests per minute (RPM)", "requests per day (RPD)",
                                       "tokens per minute (TPM)", "tokens per day (TPD)"};
    char wait[LIMITS_TEXT], then[64] = "; a request of this size never fits";
    limits_duration(wait, a->wait_ns);
    if (a->verdict != LIMITS_TOO_LARGE)
        snprintf(then, sizeof then, "; try again in %s", wait);
    snprintf(buf, cap, "%s: limit %llu, used %llu, requested %llu%s", name[a->kind],
             (unsigned long long)a->most, (unsigned long long)a->used, (unsigned long long)a->asked,
             then);
}
