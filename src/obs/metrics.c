#include "obs/metrics.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/slice.h"
#include "obs/metrics_text.h"

enum kind { COUNTER, GAUGE, HISTOGRAM, NOTE };

static const char *const kind_name[] = {"counter", "gauge", "histogram", "gauge"};

enum { NOTE_WORDS = 64 };

/* What stands behind the labels that were registered, guarded by a number that is odd while the
 * text changes and 0 before there is one (a sequence lock, on which nobody waits). */
struct metrics_note {
    _Alignas(64) _Atomic uint64_t version;
    _Atomic uint64_t word[NOTE_WORDS];
    bool has_labels; /* before those to come */
};

struct series {
    struct series *next;
    const char *labels; /* a="b",c="d" */
    const void *cell;
    unsigned decimals;
    bool hide_zero;
};

struct family {
    struct family *next;
    enum kind kind;
    const char *name, *help; /* help is escaped */
    struct series *first, *last;
    size_t n_series;
};

/* Every cell, so that metrics_also knows what it is given. */
struct owned {
    struct owned *next;
    enum kind kind;
    const void *cell;
    unsigned decimals;
};

/* A line of the text: what stands before the value, which never changes, and whose value follows.
 * The buckets of a histogram, its sum and its count come in this order. */
enum part { TEXT, COUNT, VALUE, BUCKET, SUM, TOTAL, LATE };

struct line {
    const char *text;
    uint32_t text_len;
    enum part part;
    const void *cell;
    uint32_t bucket;
    unsigned decimals;
    bool hide_zero;
};

_Static_assert(METRICS_NOTE_MAX == NOTE_WORDS * 8, "a note is whole words");

struct metrics {
    struct arena arena;
    struct family *first, *last, *recent; /* recent: of the series registered last */
    struct owned *owned;
    struct line *line;
    size_t n_lines, text_max;
    bool is_sealed;
    takt_err failure; /* the first one; code 0: none */
    struct metrics_counter no_counter;
    struct metrics_gauge no_gauge;
    struct metrics_histogram no_histogram;
    struct metrics_note no_note;
};

takt_rc metrics_new(struct metrics **out, takt_err *e)
{
    struct metrics *m = aligned_alloc(64, size_round_up(sizeof *m, 64));
    *out = m;
    if (!m)
        return err_set(e, TAKT_ERR_MEMORY, "metrics", "no memory");
    memset(m, 0, sizeof *m);
    return TAKT_OK;
}

void metrics_free(struct metrics *m)
{
    if (m)
        arena_free(&m->arena);
    free(m);
}

/* ---- registration ---------------------------------------------------------------------------- */

static takt_rc fail(struct metrics *m, takt_code code, const char *name, const char *what)
{
    if (!m->failure.code)
        err_set(&m->failure, code, name, "%s", what);
    return (takt_rc){code};
}

static bool is_name(const char *s, bool colon)
{
    const char *p = s;
    for (; *p; p++) {
        bool letter = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || *p == '_';
        if (!letter && !(colon && *p == ':') && !(p > s && *p >= '0' && *p <= '9'))
            return false;
    }
    return p > s;
}

static takt_rc check(struct metrics *m, const struct metrics_series *s, enum kind kind)
{
    takt_assert(!m->is_sealed);
    if (!is_name(s->name, true))
        return fail(m, TAKT_ERR_USAGE, s->name, "is not a name for a metric");
    if (s->n_labels > METRICS_LABELS_MAX)
        return fail(m, TAKT_ERR_USAGE, s->name, "has too many labels");
    if (s->decimals > METRICS_DECIMALS_MAX)
        return fail(m, TAKT_ERR_USAGE, s->name, "has too many decimals");
    for (uint32_t i = 0; i < s->n_labels; i++) {
        const char *name = s->labels[i].name;
        if (!is_name(name, false) || (kind == HISTOGRAM && strcmp(name, "le") == 0))
            return fail(m, TAKT_ERR_USAGE, s->name, "has a label whose name is not allowed");
        for (uint32_t k = 0; k < i; k++)
            if (strcmp(name, s->labels[k].name) == 0)
                return fail(m, TAKT_ERR_USAGE, s->name, "has the same label twice");
    }
    return TAKT_OK;
}

static const char *escape(struct metrics *m, const char *s, bool quotes)
{
    char *out = arena_alloc(&m->arena, strlen(s) + 1, 3);
    if (out)
        metrics_escape(out, s, quotes);
    return out;
}

static const char *render_labels(struct metrics *m, const struct metrics_series *s)
{
    const char *all = "";
    for (uint32_t i = 0; i < s->n_labels && all; i++) {
        const char *value = escape(m, s->labels[i].value, true);
        all = value ? arena_printf(&m->arena, "%s%s%s=\"%s\"", all, i ? "," : "", s->labels[i].name,
                                   value)
                    : NULL;
    }
    return all;
}

/* Finds the family of S, or adds it. Series of one name mostly come in a row. */
static takt_rc family_of(struct family **out, struct metrics *m, const struct metrics_series *s,
                         enum kind kind)
{
    struct family *f = m->recent;
    if (!f || strcmp(f->name, s->name) != 0)
        for (f = m->first; f && strcmp(f->name, s->name) != 0;)
            f = f->next;
    if (f && f->kind != kind)
        return fail(m, TAKT_ERR_USAGE, s->name, "is registered as two kinds of metric");
    *out = m->recent = f ? f : ARENA_NEW(&m->arena, struct family);
    if (f)
        return TAKT_OK;
    f = *out;
    const char *name = arena_strndup(&m->arena, s->name, strlen(s->name));
    const char *help = escape(m, s->help, false);
    if (!f || !name || !help) {
        m->recent = NULL;
        return fail(m, TAKT_ERR_MEMORY, s->name, "no memory");
    }
    *f = (struct family){.kind = kind, .name = name, .help = help};
    if (m->last)
        m->last->next = f;
    else
        m->first = f;
    m->last = f;
    return TAKT_OK;
}

static takt_rc add_series(struct metrics *m, const struct metrics_series *s, enum kind kind,
                          const void *cell)
{
    struct family *f;
    TAKT_TRY(check(m, s, kind));
    TAKT_TRY(family_of(&f, m, s, kind));
    const char *labels = render_labels(m, s);
    struct series *new = ARENA_NEW(&m->arena, struct series);
    if (!labels || !new)
        return fail(m, TAKT_ERR_MEMORY, s->name, "no memory");
    *new = (struct series){NULL, labels, cell, s->decimals, s->hide_zero};
    if (f->last)
        f->last->next = new;
    else
        f->first = new;
    f->last = new;
    f->n_series++;
    return TAKT_OK;
}

/* A new cell with its series; NULL after a failure. */
static void *add_cell(struct metrics *m, const struct metrics_series *s, enum kind kind,
                      size_t bytes)
{
    void *cell = arena_alloc(&m->arena, 1, bytes);
    struct owned *o = ARENA_NEW(&m->arena, struct owned);
    if (!cell || !o) {
        fail(m, TAKT_ERR_MEMORY, s->name, "no memory");
        return NULL;
    }
    if (add_series(m, s, kind, cell).code)
        return NULL;
    *o = (struct owned){m->owned, kind, cell, s->decimals};
    m->owned = o;
    return cell;
}

struct metrics_counter *metrics_counter(struct metrics *m, const struct metrics_series *s)
{
    struct metrics_counter *c = add_cell(m, s, COUNTER, sizeof *c);
    return c ? c : &m->no_counter;
}

struct metrics_gauge *metrics_gauge(struct metrics *m, const struct metrics_series *s)
{
    struct metrics_gauge *g = add_cell(m, s, GAUGE, sizeof *g);
    return g ? g : &m->no_gauge;
}

struct metrics_histogram *metrics_histogram(struct metrics *m, const struct metrics_series *s,
                                            const double *bounds, uint32_t n_bounds)
{
    bool ok = n_bounds <= METRICS_BOUNDS_MAX;
    for (uint32_t i = 0; ok && i < n_bounds; i++)
        ok = isfinite(bounds[i]) && (i == 0 || bounds[i - 1] < bounds[i]);
    if (!ok) {
        fail(m, TAKT_ERR_USAGE, s->name, "has bounds that are too many or do not ascend");
        return &m->no_histogram;
    }
    double *copy = ARENA_ARRAY(&m->arena, double, n_bounds);
    struct metrics_histogram *h = copy ? add_cell(m, s, HISTOGRAM, sizeof *h) : NULL;
    if (!copy)
        fail(m, TAKT_ERR_MEMORY, s->name, "no memory");
    if (!h)
        return &m->no_histogram;
    for (uint32_t i = 0; i < n_bounds; i++)
        copy[i] = bounds[i];
    h->bound = copy;
    h->n_bounds = n_bounds;
    h->scale = 1;
    for (unsigned i = 0; i < s->decimals; i++)
        h->scale *= 10;
    return h;
}

struct metrics_note *metrics_note(struct metrics *m, const struct metrics_series *s)
{
    struct metrics_note *n = add_cell(m, s, NOTE, sizeof *n);
    if (!n)
        return &m->no_note;
    n->has_labels = s->n_labels > 0;
    return n;
}

void metrics_also(struct metrics *m, const struct metrics_series *s, const void *cell)
{
    for (const struct owned *o = m->owned; o; o = o->next)
        if (o->cell == cell) {
            struct metrics_series same = *s;
            same.decimals = o->decimals;
            add_series(m, &same, o->kind, cell);
            return;
        }
    fail(m, TAKT_ERR_USAGE, s->name, "is a second name of what was not registered");
}

/* ---- the text that does not change ----------------------------------------------------------- */

static void add_line(struct metrics *m, struct line line)
{
    if (!line.text) {
        fail(m, TAKT_ERR_MEMORY, "metrics", "no memory");
        return;
    }
    line.text_len = (uint32_t)strlen(line.text);
    m->text_max += line.text_len + (line.part == TEXT ? 0 : METRICS_NUMBER_MAX + 1) +
                   (line.part == LATE ? METRICS_NOTE_MAX : 0);
    m->line[m->n_lines++] = line;
}

static void add_histogram_lines(struct metrics *m, const struct family *f, const struct series *s)
{
    const struct metrics_histogram *h = s->cell;
    const char *comma = *s->labels ? "," : "", *open = *s->labels ? "{" : "";
    const char *close = *s->labels ? "}" : "";
    struct line l = {.cell = h, .decimals = s->decimals, .part = BUCKET};
    for (; l.bucket <= h->n_bounds; l.bucket++) {
        char le[METRICS_NUMBER_MAX];
        metrics_put_bound(le, l.bucket < h->n_bounds ? h->bound[l.bucket] : (double)INFINITY);
        l.text =
            arena_printf(&m->arena, "%s_bucket{%s%sle=\"%s\"} ", f->name, s->labels, comma, le);
        add_line(m, l);
    }
    l.part = SUM;
    l.text = arena_printf(&m->arena, "%s_sum%s%s%s ", f->name, open, s->labels, close);
    add_line(m, l);
    l.part = TOTAL;
    l.text = arena_printf(&m->arena, "%s_count%s%s%s ", f->name, open, s->labels, close);
    add_line(m, l);
}

static void add_family_lines(struct metrics *m, const struct family *f)
{
    add_line(m, (struct line){.part = TEXT,
                              .text = arena_printf(&m->arena, "# HELP %s %s\n# TYPE %s %s\n",
                                                   f->name, f->help, f->name, kind_name[f->kind])});
    for (const struct series *s = f->first; s; s = s->next) {
        if (f->kind == HISTOGRAM) {
            add_histogram_lines(m, f, s);
            continue;
        }
        if (f->kind == NOTE) {
            add_line(m,
                     (struct line){.part = LATE,
                                   .cell = s->cell,
                                   .text = arena_printf(&m->arena, "%s{%s", f->name, s->labels)});
            continue;
        }
        const char *open = *s->labels ? "{" : "", *close = *s->labels ? "}" : "";
        add_line(m, (struct line){.part = f->kind == COUNTER ? COUNT : VALUE,
                                  .cell = s->cell,
                                  .decimals = s->decimals,
                                  .hide_zero = s->hide_zero,
                                  .text = arena_printf(&m->arena, "%s%s%s%s ", f->name, open,
                                                       s->labels, close)});
    }
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void check_twice(struct metrics *m, const struct family *f)
{
    size_t n = 0;
    const char **all = ARENA_ARRAY(&m->arena, const char *, f->n_series);
    if (!all) {
        fail(m, TAKT_ERR_MEMORY, f->name, "no memory");
        return;
    }
    for (const struct series *s = f->first; s; s = s->next)
        all[n++] = s->labels;
    qsort(all, n, sizeof *all, by_text);
    for (size_t i = 1; i < n; i++)
        if (strcmp(all[i - 1], all[i]) == 0)
            fail(m, TAKT_ERR_USAGE, f->name, "is registered twice with the same labels");
}

takt_rc metrics_seal(struct metrics *m, takt_err *e)
{
    size_t n = 0;
    takt_assert(!m->is_sealed);
    for (const struct family *f = m->first; f; f = f->next, n++)
        for (const struct series *s = f->first; s; s = s->next)
            n += f->kind == HISTOGRAM
                     ? ((const struct metrics_histogram *)s->cell)->n_bounds + UINT32_C(3)
                     : 1;
    m->line = ARENA_ARRAY(&m->arena, struct line, n);
    if (!m->line)
        fail(m, TAKT_ERR_MEMORY, "metrics", "no memory");
    for (const struct family *f = m->first; f && !m->failure.code; f = f->next) {
        check_twice(m, f);
        add_family_lines(m, f);
    }
    m->text_max++; /* NUL */
    m->is_sealed = true;
    if (m->failure.code && e)
        *e = m->failure;
    return (takt_rc){m->failure.code};
}

/* ---- the text -------------------------------------------------------------------------------- */

size_t metrics_text_max(const struct metrics *m)
{
    takt_assert(m->is_sealed);
    return m->text_max;
}

/* Writes the labels of a note and its value, or nothing, while it is unknown or changes. */
static size_t put_note(char *p, const struct metrics_note *n)
{
    uint64_t word[NOTE_WORDS];
    char text[NOTE_WORDS * sizeof word[0]];
    uint64_t version = atomic_load_explicit(&n->version, memory_order_acquire);
    for (int i = 0; i < NOTE_WORDS; i++)
        word[i] = atomic_load_explicit(&n->word[i], memory_order_acquire);
    if (!version || version % 2 ||
        atomic_load_explicit(&n->version, memory_order_relaxed) != version)
        return 0;
    memcpy(text, word, sizeof text);
    size_t len = strnlen(text, sizeof text - 1);
    memcpy(p, text, len);
    return len;
}

size_t metrics_write(const struct metrics *m, char *buf, size_t cap)
{
    char *p = buf;
    uint64_t sum = 0, n = 0;
    if (cap < metrics_text_max(m))
        return 0;
    for (size_t i = 0; i < m->n_lines; i++) {
        const struct line *l = &m->line[i];
        const struct metrics_histogram *h = l->cell;
        if (l->part == COUNT) {
            n = metrics_counted(l->cell);
            if (n == 0 && l->hide_zero)
                continue;
        } else if (l->part == BUCKET) {
            /* The sum first: what it holds is in a bucket by now, see metrics_observe_n. */
            if (l->bucket == 0) {
                sum = atomic_load_explicit(&h->sum, memory_order_acquire);
                n = 0;
            }
            n += atomic_load_explicit(&h->n[l->bucket], memory_order_relaxed);
        }
        memcpy(p, l->text, l->text_len);
        p += l->text_len;
        switch (l->part) {
        case TEXT: continue;
        case COUNT: p += metrics_put_u64(p, n, l->decimals); break;
        case VALUE: p += metrics_put_f64(p, metrics_value(l->cell)); break;
        case SUM: p += metrics_put_u64(p, sum, l->decimals); break;
        case BUCKET:
        case TOTAL: p += metrics_put_u64(p, n, 0); break;
        case LATE: {
            size_t len = put_note(p, l->cell);
            p = len ? p + len : p - l->text_len;
            if (!len)
                continue;
            break;
        }
        }
        *p++ = '\n';
    }
    *p = 0;
    return (size_t)(p - buf);
}

/* ---- updates --------------------------------------------------------------------------------- */

static double from_bits(uint64_t bits)
{
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

static uint64_t to_bits(double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    return bits;
}

void metrics_count_to(struct metrics_counter *c, uint64_t n)
{
    uint64_t old = atomic_load_explicit(&c->n, memory_order_relaxed);
    while (old < n && !atomic_compare_exchange_weak_explicit(&c->n, &old, n, memory_order_relaxed,
                                                             memory_order_relaxed))
        ;
}

void metrics_set(struct metrics_gauge *g, double v)
{
    atomic_store_explicit(&g->bits, to_bits(v), memory_order_relaxed);
}

double metrics_value(const struct metrics_gauge *g)
{
    return from_bits(atomic_load_explicit(&g->bits, memory_order_relaxed));
}

void metrics_add(struct metrics_gauge *g, double v)
{
    uint64_t old = atomic_load_explicit(&g->bits, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(&g->bits, &old, to_bits(from_bits(old) + v),
                                                  memory_order_relaxed, memory_order_relaxed))
        ;
}

bool metrics_note_set(struct metrics_note *n, const struct metrics_label *labels, uint32_t n_labels)
{
    uint64_t word[NOTE_WORDS] = {0};
    char text[METRICS_NOTE_MAX], *p = text;
    for (uint32_t i = 0; i < n_labels; i++) {
        size_t name = strlen(labels[i].name), value = strlen(labels[i].value);
        size_t used = (size_t)(p - text);
        if (name > sizeof text || value > sizeof text || used + name + 3 * value + 16 > sizeof text)
            return false;
        p += snprintf(p, sizeof text - used, "%s%s=\"", i || n->has_labels ? "," : "",
                      labels[i].name);
        p += metrics_escape(p, labels[i].value, true);
        *p++ = '"';
    }
    memcpy(p, "} 1", 4);
    memcpy(word, text, (size_t)(p - text) + 4);
    uint64_t version = atomic_load_explicit(&n->version, memory_order_relaxed);
    atomic_store_explicit(&n->version, version + 1, memory_order_relaxed);
    /* Each word brings the odd number with it. */
    for (int i = 0; i < NOTE_WORDS; i++)
        atomic_store_explicit(&n->word[i], word[i], memory_order_release);
    atomic_store_explicit(&n->version, version + 2, memory_order_release);
    return true;
}

void metrics_observe_n(struct metrics_histogram *h, double v, uint64_t n)
{
    const double most = 0x1p53; /* whole numbers end here */
    uint32_t i = 0;
    if (isnan(v))
        return;
    while (i < h->n_bounds && v > h->bound[i])
        i++;
    double scaled = v > 0 ? v * h->scale + 0.5 : 0;
    atomic_fetch_add_explicit(&h->n[i], n, memory_order_relaxed);
    /* After the bucket, so that a reader who sees this addition sees the bucket's. */
    atomic_fetch_add_explicit(&h->sum, (uint64_t)(scaled < most ? scaled : most) * n,
                              memory_order_release);
}
