/* Metrics: what is written is read back by a naive reader of the format; many threads at once lose
 * nothing and see nothing that does not add up. */
#include "obs/metrics.h"

#include <locale.h>
#include <pthread.h>

#include "base/clock.h"
#include "obs/metrics_text.h"
#include "obs/process.h"
#include "obs/prom.h"

static char *text_of(const struct metrics *m)
{
    size_t cap = metrics_text_max(m);
    char *text = malloc(cap);
    T_EQ_INT(metrics_write(m, text, cap - 1), 0);
    size_t n = metrics_write(m, text, cap);
    T_OK(n < cap && text[n] == 0 && strlen(text) == n);
    return text;
}

static bool read_all(struct prom *p, const struct metrics *m)
{
    char *text = text_of(m);
    bool ok = prom_read(p, text);
    free(text);
    return ok;
}

T_TEST(all_kinds_are_read_back)
{
    takt_err e;
    struct metrics *m;
    struct prom p;
    struct metrics_label a[] = {{"model_name", "m"}, {"reason", "stop"}},
                         b[] = {{"model_name", "m"}, {"reason", "length"}};
    if (!T_RC(metrics_new(&m, &e), &e))
        return;
    struct metrics_counter *plain =
        metrics_counter(m, &(struct metrics_series){.name = "x:plain_total", .help = "Things."});
    struct metrics_counter *stop = metrics_counter(
        m, &(struct metrics_series){.name = "x:ended_total", .help = "Ends.", a, 2});
    struct metrics_gauge *gauge =
        metrics_gauge(m, &(struct metrics_series){.name = "x:level", .help = "Level.", a, 1});
    struct metrics_counter *length = metrics_counter(
        m, &(struct metrics_series){.name = "x:ended_total", .help = "Other help.", b, 2});
    struct metrics_counter *cpu = metrics_counter(
        m, &(struct metrics_series){.name = "x:cpu_seconds_total", .help = "Time.", .decimals = 9});
    struct metrics_histogram *h =
        metrics_histogram(m, &(struct metrics_series){"x:wait_seconds", "Wait.", a, 1, 6, false},
                          (double[]){.001, .5, 1, 2.5}, 4);
    metrics_also(m, &(struct metrics_series){.name = "x:old_wait", .help = "Old.", a, 1}, h);
    T_RC(metrics_seal(m, &e), &e);
    metrics_count(plain, UINT64_MAX);
    metrics_count(stop, 2);
    metrics_count(length, 3);
    metrics_count(cpu, 1234500000);
    metrics_set(gauge, 0.25);
    metrics_add(gauge, -1);
    metrics_observe(h, 0.0011);
    metrics_observe_n(h, 0.25, 3);
    metrics_observe(h, 7);
    if (read_all(&p, m)) {
        T_EQ_STR(prom_find(&p, "x:plain_total", "")->text, "18446744073709551615");
        T_OK(prom_value(&p, "x:ended_total", "model_name=m;reason=stop") == 2);
        T_OK(prom_value(&p, "x:ended_total", "reason=length") == 3);
        T_OK(prom_value(&p, "x:level", "model_name=m") == -0.75);
        T_EQ_STR(prom_find(&p, "x:cpu_seconds_total", "")->text, "1.2345");
        T_OK(prom_value(&p, "x:wait_seconds_bucket", "le=0.001") == 0);
        T_OK(prom_value(&p, "x:wait_seconds_bucket", "le=0.5") == 4);
        T_OK(prom_value(&p, "x:wait_seconds_bucket", "le=2.5") == 4);
        T_OK(prom_value(&p, "x:wait_seconds_bucket", "le=+Inf;model_name=m") == 5);
        T_EQ_STR(prom_find(&p, "x:wait_seconds_sum", "model_name=m")->text, "7.7511");
        T_OK(prom_value(&p, "x:wait_seconds_count", "") == 5);
        T_EQ_STR(prom_find(&p, "x:old_wait_sum", "")->text, "7.7511");
        T_EQ_STR(prom_type(&p, "x:old_wait"), "histogram");
        T_EQ_STR(prom_type(&p, "x:ended_total"), "counter");
        T_EQ_STR(prom_type(&p, "x:level"), "gauge");
        T_EQ_INT(p.n_families, 6);
    }
    prom_free(&p);
    metrics_free(m);
}

T_TEST(a_bound_is_in_its_bucket)
{
    takt_err e;
    struct metrics *m;
    struct prom p;
    T_RC(metrics_new(&m, &e), &e);
    struct metrics_histogram *h = metrics_histogram(
        m, &(struct metrics_series){.name = "h", .help = "H."}, (double[]){-1, 0, 1, 2}, 4);
    struct metrics_histogram *none =
        metrics_histogram(m, &(struct metrics_series){.name = "n", .help = "N."}, NULL, 0);
    T_RC(metrics_seal(m, &e), &e);
    const double in[] = {1, 1.0000001, 2, 0, -5, (double)NAN, (double)INFINITY, 1e300};
    for (size_t i = 0; i < sizeof in / sizeof in[0]; i++)
        metrics_observe(h, in[i]);
    metrics_observe(none, 3);
    if (read_all(&p, m)) {
        T_OK(prom_value(&p, "h_bucket", "le=-1.0") == 1);
        T_OK(prom_value(&p, "h_bucket", "le=0.0") == 2);
        T_OK(prom_value(&p, "h_bucket", "le=1.0") == 3);
        T_OK(prom_value(&p, "h_bucket", "le=2.0") == 5);
        T_OK(prom_value(&p, "h_count", "") == 7); /* but for the NaN */
        T_OK(prom_value(&p, "h_sum", "") == 1 + 1 + 2 + 2 * 0x1p53);
        T_OK(prom_value(&p, "n_bucket", "le=+Inf") == 1 && prom_value(&p, "n_sum", "") == 3);
    }
    prom_free(&p);
    metrics_free(m);
}

T_TEST(any_text_is_escaped)
{
    takt_err e;
    struct metrics *m;
    struct prom p;
    struct metrics_label odd = {"path", "C:\\a \"b\"\nc \xC3\xA9 \xFF{},="};
    T_RC(metrics_new(&m, &e), &e);
    metrics_set(
        metrics_gauge(m, &(struct metrics_series){.name = "odd", "Line\none \\ \"two\"", &odd, 1}),
        1);
    T_RC(metrics_seal(m, &e), &e);
    char *text = text_of(m);
    T_EQ_STR(text, "# HELP odd Line\\none \\\\ \"two\"\n"
                   "# TYPE odd gauge\n"
                   "odd{path=\"C:\\\\a \\\"b\\\"\\nc \xC3\xA9 \xEF\xBF\xBD{},=\"} 1\n");
    if (prom_read(&p, text)) {
        T_EQ_STR(prom_label(&p.sample[0], "path"), "C:\\a \"b\"\nc \xC3\xA9 \xEF\xBF\xBD{},=");
        T_EQ_STR(p.family[0].help, "Line\none \\ \"two\"");
    }
    prom_free(&p);
    free(text);
    metrics_free(m);
}

static void f64_is(double v, const char *want)
{
    char text[METRICS_NUMBER_MAX] = "";
    text[metrics_put_f64(text, v)] = 0;
    T_EQ_STR(text, want);
}

static void bound_is(double v, const char *want)
{
    char text[METRICS_NUMBER_MAX];
    metrics_put_bound(text, v);
    T_EQ_STR(text, want);
}

static void u64_is(uint64_t v, unsigned decimals, const char *want)
{
    char text[METRICS_NUMBER_MAX];
    text[metrics_put_u64(text, v, decimals)] = 0;
    T_EQ_STR(text, want);
}

static void numbers(void)
{
    f64_is(0, "0");
    f64_is(-0.0, "0");
    f64_is(0.25, "0.25");
    f64_is(-12.5, "-12.5");
    f64_is(1e15, "1e+15");
    f64_is(999999999999999, "999999999999999");
    f64_is(123456789.123456, "123456789.123456");
    f64_is(1.0 / 3, "0.333333333333333");
    f64_is(2e-5, "0.00002");
    f64_is(1.5e-7, "1.5e-07");
    f64_is(-1.7976931348623157e308, "-1.79769313486232e+308");
    f64_is(5e-324, "4.94065645841247e-324");
    f64_is((double)NAN, "NaN");
    f64_is((double)INFINITY, "+Inf");
    f64_is((double)-INFINITY, "-Inf");
    /* As the clients in Python and Go write bounds. */
    bound_is(.0005, "0.0005");
    bound_is(1, "1.0");
    bound_is(2.5, "2.5");
    bound_is(7680, "7680.0");
    bound_is(100000, "100000.0");
    bound_is(1000000, "1e+06");
    bound_is(2500000, "2.5e+06");
    bound_is(.00005, "5e-05");
    bound_is(-1, "-1.0");
    bound_is((double)INFINITY, "+Inf");
    u64_is(0, 9, "0");
    u64_is(1, 9, "0.000000001");
    u64_is(1000000001, 9, "1.000000001");
    u64_is(1500000, 6, "1.5");
    u64_is(2000000, 6, "2");
    u64_is(UINT64_MAX, 9, "18446744073.709551615");
    u64_is(UINT64_MAX, 0, "18446744073709551615");
}

T_TEST(numbers_are_short_and_exact_in_any_locale)
{
    numbers();
    if (setlocale(LC_NUMERIC, "de_DE.UTF-8"))
        numbers();
    setlocale(LC_NUMERIC, "C");
    for (int i = 0; i < 2000; i++) {
        char text[METRICS_NUMBER_MAX];
        double v = ldexp((double)(t_rand() >> 11), (int)(t_rand() % 200) - 150);
        text[metrics_put_f64(text, v)] = 0;
        T_NEAR(strtod(text, NULL), v, v * 1e-14);
    }
}

/* What registration refuses, told by metrics_seal; the cell can be used all the same. */
T_TEST(a_bad_registration_is_told_at_the_end)
{
    static const struct metrics_label le[] = {{"le", "1"}}, twice[] = {{"a", "1"}, {"a", "2"}},
                                      bad[] = {{"a-b", "1"}}, colon[] = {{"a:b", "1"}};
    static const struct {
        const char *name, *says;
        const struct metrics_label *labels;
        uint32_t n_labels, n_bounds;
        unsigned decimals;
        double bounds[3];
    } table[] = {
        {"", "not a name", NULL, 0, 1, 0, {1}},
        {"1st", "not a name", NULL, 0, 1, 0, {1}},
        {"a b", "not a name", NULL, 0, 1, 0, {1}},
        {"a\xC3\xA9", "not a name", NULL, 0, 1, 0, {1}},
        {"x", "label whose name", le, 1, 1, 0, {1}},
        {"x", "label whose name", bad, 1, 1, 0, {1}},
        {"x", "label whose name", colon, 1, 1, 0, {1}},
        {"x", "same label twice", twice, 2, 1, 0, {1}},
        {"x", "too many labels", twice, METRICS_LABELS_MAX + 1, 1, 0, {1}},
        {"x", "too many decimals", NULL, 0, 1, 10, {1}},
        {"x", "ascend", NULL, 0, 2, 0, {1, 1}},
        {"x", "ascend", NULL, 0, 2, 0, {2, 1}},
        {"x", "ascend", NULL, 0, 1, 0, {(double)NAN}},
        {"x", "ascend", NULL, 0, 2, 0, {1, (double)INFINITY}},
        {"x", "ascend", NULL, 0, METRICS_BOUNDS_MAX + 1, 0, {1}},
        {"there", "with the same labels", NULL, 0, 1, 0, {1}},
        {"gauge", "two kinds", NULL, 0, 1, 0, {1}},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        takt_err e;
        struct metrics *m;
        T_RC(metrics_new(&m, &e), &e);
        struct metrics_series there = {.name = "there", .help = ""},
                              gauge = {"gauge", "", 0, 0, 0, 0};
        metrics_histogram(m, &there, (double[]){1}, 1);
        metrics_gauge(m, &gauge);
        struct metrics_series s = {table[i].name,     "",   table[i].labels, table[i].n_labels,
                                   table[i].decimals, false};
        struct metrics_histogram *h = metrics_histogram(m, &s, table[i].bounds, table[i].n_bounds);
        metrics_observe(h, 1);
        T_FAILS(metrics_seal(m, &e), &e, TAKT_ERR_USAGE, table[i].says);
        metrics_free(m);
    }
}

T_TEST(a_second_name_needs_a_first_and_the_first_failure_counts)
{
    takt_err e;
    struct metrics *m;
    T_RC(metrics_new(&m, &e), &e);
    struct metrics_series s = {.name = "x", .help = ""};
    metrics_also(m, &s, &e);
    metrics_gauge(m, &(struct metrics_series){.name = "?", .help = ""});
    T_FAILS(metrics_seal(m, &e), &e, TAKT_ERR_USAGE, "x: is a second name");
    metrics_free(m);
    metrics_free(NULL);
}

T_TEST(what_hides_at_zero_shows_when_it_counts)
{
    takt_err e;
    struct metrics *m;
    struct prom p;
    struct metrics_label a = {"status", "200"}, b = {"status", "500"};
    struct metrics_series s = {"x_total", "X.", &a, 1, 0, true},
                          t = {"x_total", "X.", &b, 1, 0, true};
    T_RC(metrics_new(&m, &e), &e);
    metrics_counter(m, &s);
    struct metrics_counter *c = metrics_counter(m, &t);
    T_RC(metrics_seal(m, &e), &e);
    T_OK(read_all(&p, m) && p.n == 0);
    prom_free(&p);
    metrics_count(c, 1);
    T_OK(read_all(&p, m) && p.n == 1 && prom_value(&p, "x_total", "status=500") == 1);
    prom_free(&p);
    metrics_free(m);
}

T_TEST(a_note_is_written_when_it_is_told)
{
    takt_err e;
    struct metrics *m;
    struct prom p;
    struct metrics_label model = {"model", "m"}, more[] = {{"size", "6\"4"}, {"kind", "x"}};
    char big[METRICS_NOTE_MAX];
    memset(big, 'x', sizeof big);
    big[sizeof big - 1] = 0;
    T_RC(metrics_new(&m, &e), &e);
    struct metrics_note *a =
        metrics_note(m, &(struct metrics_series){.name = "note", "Note.", &model, 1});
    struct metrics_note *b = metrics_note(m, &(struct metrics_series){.name = "bare", .help = ""});
    metrics_note(m, &(struct metrics_series){.name = "never", .help = ""});
    T_RC(metrics_seal(m, &e), &e);
    T_OK(read_all(&p, m) && p.n == 0);
    prom_free(&p);
    for (int i = 0; i < 2; i++) {
        T_OK(metrics_note_set(a, more, 2) && metrics_note_set(b, more + i, 1));
        T_OK(!metrics_note_set(b, &(struct metrics_label){"a", big}, 1));
        if (read_all(&p, m)) {
            T_EQ_INT(p.n, 2);
            T_OK(prom_value(&p, "note", "model=m;size=6\"4;kind=x") == 1);
            T_OK(prom_value(&p, "bare", i ? "kind=x" : "size=6\"4") == 1);
            T_EQ_INT(p.sample[1].n_labels, 1);
        }
        prom_free(&p);
    }
    big[(sizeof big - 17) / 3] = 0;
    T_OK(metrics_note_set(a, &(struct metrics_label){"a", big}, 1));
    T_OK(read_all(&p, m) && prom_find(&p, "note", "model=m"));
    prom_free(&p);
    metrics_free(m);
}

T_TEST(a_count_kept_elsewhere_only_rises)
{
    takt_err e;
    struct metrics *m;
    T_RC(metrics_new(&m, &e), &e);
    struct metrics_counter *c =
        metrics_counter(m, &(struct metrics_series){.name = "c", .help = ""});
    T_RC(metrics_seal(m, &e), &e);
    metrics_count_to(c, 7);
    metrics_count_to(c, 3);
    T_EQ_INT(metrics_counted(c), 7);
    metrics_count_to(c, 8);
    T_EQ_INT(metrics_counted(c), 8);
    metrics_free(m);
}

/* ---- threads --------------------------------------------------------------------------------- */

enum { WRITERS = 4, ROUNDS = 20000 };

struct crowd {
    struct metrics *m;
    struct metrics_counter *c;
    struct metrics_gauge *g;
    struct metrics_histogram *h;
    _Atomic int n_done;
};

static void *write_much(void *user)
{
    struct crowd *w = user;
    for (int i = 0; i < ROUNDS; i++) {
        metrics_count(w->c, 1);
        metrics_add(w->g, i % 2 ? 1 : -1);
        metrics_observe(w->h, i % 5); /* 0 1 2 3 4 */
    }
    atomic_fetch_add(&w->n_done, 1);
    return NULL;
}

/* Reads while others write. PREVIOUS: the buckets of the last text. */
static void look(const struct crowd *w, double previous[5], bool *ok)
{
    struct prom p;
    char *text = text_of(w->m);
    if ((*ok = prom_read(&p, text))) { /* which checks that histograms add up */
        double sum = prom_value(&p, "h_sum", ""), count = prom_value(&p, "h_count", ""), now[5];
        const char *le[] = {"le=0.0", "le=1.0", "le=2.0", "le=3.0", "le=+Inf"};
        for (int i = 0; i < 5; i++) {
            now[i] = prom_value(&p, "h_bucket", le[i]);
            *ok = T_OK(now[i] >= previous[i]) && *ok;
            previous[i] = now[i];
        }
        /* Nothing is in the sum that is not in the count. Were all that are counted in it, it would
         * be this: */
        double all = 1 * (now[1] - now[0]) + 2 * (now[2] - now[1]) + 3 * (now[3] - now[2]) +
                     4 * (now[4] - now[3]);
        *ok = T_OK(sum <= all && count == now[4]) && *ok;
    }
    prom_free(&p);
    free(text);
}

T_TEST(many_threads_lose_nothing_and_every_text_adds_up)
{
    takt_err e;
    struct crowd w = {0};
    pthread_t thread[WRITERS];
    double previous[5] = {0};
    bool ok = true;
    T_RC(metrics_new(&w.m, &e), &e);
    w.c = metrics_counter(w.m, &(struct metrics_series){.name = "c_total", .help = ""});
    w.g = metrics_gauge(w.m, &(struct metrics_series){.name = "g", .help = ""});
    w.h = metrics_histogram(w.m, &(struct metrics_series){"h", "", NULL, 0, 6, false},
                            (double[]){0, 1, 2, 3}, 4);
    T_RC(metrics_seal(w.m, &e), &e);
    for (int i = 0; i < WRITERS; i++)
        T_EQ_INT(pthread_create(&thread[i], NULL, write_much, &w), 0);
    while (ok && atomic_load(&w.n_done) < WRITERS)
        look(&w, previous, &ok);
    for (int i = 0; i < WRITERS; i++)
        pthread_join(thread[i], NULL);
    look(&w, previous, &ok);
    T_EQ_INT(metrics_counted(w.c), WRITERS * ROUNDS);
    T_OK(metrics_value(w.g) == 0);
    T_OK(previous[4] == WRITERS * ROUNDS && previous[0] == WRITERS * ROUNDS / 5);
    T_EQ_INT(atomic_load(&w.h->sum), INT64_C(1000000) * WRITERS * ROUNDS / 5 * 10);
    metrics_free(w.m);
}

struct told {
    struct metrics_note *note;
    _Atomic bool is_over;
};

static void *tell_much(void *user)
{
    struct told *t = user;
    for (int i = 0; !atomic_load(&t->is_over); i++) {
        struct metrics_label l[] = {{"begin", i % 2 ? "odd" : "even"},
                                    {"middle", "text that makes it long enough to be cut in two"},
                                    {"end", i % 2 ? "odd" : "even"}};
        metrics_note_set(t->note, l, 3);
    }
    return NULL;
}

/* Whoever reads a note that changes all the time gets the old one or the new one or none, and never
 * a mixture. */
T_TEST(a_note_is_read_whole_or_not_at_all)
{
    enum { READS = T_SANITIZED ? 20000 : 1000000 };
    takt_err e;
    struct metrics *m;
    struct told t = {0};
    pthread_t teller;
    char text[2000];
    unsigned n_seen = 0, n_mixed = 0;
    T_RC(metrics_new(&m, &e), &e);
    t.note = metrics_note(m, &(struct metrics_series){.name = "note", .help = ""});
    T_RC(metrics_seal(m, &e), &e);
    if (!T_OK(metrics_text_max(m) <= sizeof text) ||
        !T_OK(pthread_create(&teller, NULL, tell_much, &t) == 0))
        return;
    for (int i = 0; i < READS; i++) {
        metrics_write(m, text, sizeof text);
        bool odd = strstr(text, "begin=\"odd\"") != NULL;
        bool even = strstr(text, "begin=\"even\"") != NULL;
        n_seen += odd || even;
        n_mixed += odd != (strstr(text, "end=\"odd\"} 1\n") != NULL) ||
                   even != (strstr(text, "end=\"even\"} 1\n") != NULL);
    }
    atomic_store(&t.is_over, true);
    pthread_join(teller, NULL);
    T_EQ_INT(n_mixed, 0);
    T_OK(n_seen > 0);
    metrics_free(m);
}

T_TEST(a_text_of_150_metrics_takes_well_under_a_millisecond)
{
    enum { N = 50 };
    takt_err e;
    struct metrics *m;
    double bounds[26];
    int64_t best = INT64_MAX;
    T_RC(metrics_new(&m, &e), &e);
    for (int i = 0; i < 26; i++)
        bounds[i] = 0.001 * (1 << (i / 2)) * (1 + i % 2 * 0.5);
    for (int i = 0; i < N; i++) {
        char name[3][32];
        struct metrics_label l[] = {{"model_name", "a-model-of-some-size"}, {"engine", "0"}};
        for (int k = 0; k < 3; k++)
            snprintf(name[k], sizeof name[k], "metric_%d_%d", k, i);
        metrics_count(metrics_counter(m, &(struct metrics_series){name[0], "Help.", l, 2, 0, 0}),
                      t_rand());
        metrics_set(metrics_gauge(m, &(struct metrics_series){name[1], "Help.", l, 2, 0, 0}),
                    (double)t_rand_f32(0, 1));
        metrics_observe(metrics_histogram(m, &(struct metrics_series){name[2], "Help.", l, 2, 6, 0},
                                          bounds, 26),
                        .01);
    }
    if (!T_RC(metrics_seal(m, &e), &e))
        return;
    size_t cap = metrics_text_max(m), n = 0;
    char *text = malloc(cap);
    for (int i = 0; i < 20; i++) {
        int64_t from = clock_ns();
        n = metrics_write(m, text, cap);
        int64_t took = clock_ns() - from;
        best = took < best ? took : best;
    }
    printf("# %d metrics, %zu bytes: %.0f us\n", 3 * N, n, (double)best / 1000);
    T_OK(T_SANITIZED || best < 500000);
    free(text);
    metrics_free(m);
}

T_TEST(the_system_tells_about_this_process)
{
    struct process_figures p;
    uint64_t n = 0, more = 0;
    process_read(&p);
    T_OK(p.resident_bytes > 100 << 10 && p.virtual_bytes >= p.resident_bytes);
    T_OK(p.cpu_ns > 0 && p.max_fds > 2);
    time_t now = time(NULL);
    T_OK(p.start_s > (double)now - 3600 && p.start_s < (double)now + 2);
    T_OK(process_fds(&n, true));
    FILE *f = fopen("/dev/null", "re");
    T_OK(f && process_fds(&more, true));
    T_EQ_INT(more, n + 1);
    if (f)
        fclose(f);
}

T_MAIN("obs/metrics")
