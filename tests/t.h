/* t: the test harness. Header only; one test binary includes it once.
 *
 *     T_TEST(sums) { T_EQ_INT(1 + 1, 2); }
 *     T_MAIN("base/sums")
 *
 * Prints TAP (one line per T_TEST) on standard output, failed checks as "# file:line: ..." before
 * their line, and "base/sums: 1 passed, 0 failed, 0 skipped" on standard error. Tests run in the
 * order of the file, in the repository's root. A failed check does not end its test. Exit status: 0
 * or 1. */
#ifndef TAKT_TESTS_T_H
#define TAKT_TESTS_T_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"

/* T_THREAD_SANITIZED is 1 where this is built with the thread sanitizer, under which everything
 * takes many times longer; T_SANITIZED with that one or the address sanitizer, which take memory of
 * their own. gcc tells by macros, clang by features. */
#ifdef __has_feature
#define T_HAS_FEATURE(name) __has_feature(name)
#else
#define T_HAS_FEATURE(name) 0
#endif
#if defined(__SANITIZE_THREAD__) || T_HAS_FEATURE(thread_sanitizer)
#define T_THREAD_SANITIZED 1
#else
#define T_THREAD_SANITIZED 0
#endif
#if defined(__SANITIZE_ADDRESS__) || T_THREAD_SANITIZED || T_HAS_FEATURE(address_sanitizer)
#define T_SANITIZED 1
#else
#define T_SANITIZED 0
#endif

struct t_case {
    const char *name;
    void (*run)(void);
};

static struct {
    struct t_case cases[1024];
    unsigned n_cases;
    unsigned n_failed_checks; /* of the running test */
    const char *skip;         /* reason, when the running test was skipped */
    uint64_t seed, state;
} t_;

/* T_TEST(name) { ... } defines and registers a test. */
#define T_TEST(name)                                                                               \
    static void t_test_##name(void);                                                               \
    __attribute__((constructor)) static void t_add_##name(void)                                    \
    {                                                                                              \
        t_add(#name, t_test_##name);                                                               \
    }                                                                                              \
    static void t_test_##name(void)

__attribute__((unused)) static void t_add(const char *name, void (*run)(void))
{
    if (t_.n_cases == sizeof t_.cases / sizeof t_.cases[0]) {
        fprintf(stderr, "t.h: too many tests in one binary\n");
        exit(1);
    }
    t_.cases[t_.n_cases++] = (struct t_case){name, run};
}

/* t_fail counts a failed check and prints it, at most 20 times per test. Returns false. */
__attribute__((unused, format(printf, 3, 4))) static bool t_fail(const char *file, int line,
                                                                 const char *fmt, ...)
{
    if (++t_.n_failed_checks > 20)
        return false;
    char text[2048];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    const char *in_tests =
        strstr(file, "tests/"); /* the path from the root, wherever the build is */
    printf("# %s:%d: ", in_tests ? in_tests : file, line);
    for (const char *p = text; *p; p++) { /* every line of a diagnostic starts with # in TAP */
        putchar(*p);
        if (*p == '\n')
            printf("#   ");
    }
    putchar('\n');
    fflush(stdout);
    return false;
}

__attribute__((unused)) static bool t_ok(const char *file, int line, const char *expr, bool cond)
{
    return cond || t_fail(file, line, "failed: %s", expr);
}

__attribute__((unused)) static bool t_eq_int(const char *file, int line, const char *expr,
                                             int64_t got, int64_t want)
{
    return got == want || t_fail(file, line, "%s is %" PRId64 ", not %" PRId64, expr, got, want);
}

__attribute__((unused)) static bool t_eq_str(const char *file, int line, const char *expr,
                                             const char *got, const char *want)
{
    if (got == want || (got && want && strcmp(got, want) == 0))
        return true;
    return t_fail(file, line, "%s is \"%.800s\", not \"%.800s\"", expr, got ? got : "(null)",
                  want ? want : "(null)");
}

__attribute__((unused)) static bool t_eq_mem(const char *file, int line, const char *expr,
                                             const void *got, const void *want, size_t n)
{
    const uint8_t *a = got, *b = want;
    for (size_t i = 0; i < n; i++)
        if (a[i] != b[i])
            return t_fail(file, line, "%s: byte %zu of %zu is 0x%02x, not 0x%02x", expr, i, n, a[i],
                          b[i]);
    return true;
}

__attribute__((unused)) static bool t_near(const char *file, int line, const char *expr, double got,
                                           double want, double eps)
{
    /* The comparison is false for a NaN on either side, which then is a failure. */
    return (got > want ? got - want : want - got) <= eps || got == want ||
           t_fail(file, line, "%s is %.17g, not within %g of %.17g", expr, got, eps, want);
}

__attribute__((unused)) static bool t_rc(const char *file, int line, const char *expr, takt_rc rc,
                                         const takt_err *e)
{
    char text[sizeof(takt_err)] = "";
    return rc.code == 0 || t_fail(file, line, "%s failed with code %d: %s", expr, rc.code,
                                  e ? takt_err_format(e, text, sizeof text) : "");
}

__attribute__((unused)) static bool t_fails(const char *file, int line, const char *expr,
                                            takt_rc rc, const takt_err *e, takt_code code,
                                            const char *part)
{
    char text[sizeof(takt_err)] = "";
    if (rc.code != (int32_t)code)
        return t_fail(file, line, "%s gave code %d, not %d", expr, rc.code, (int)code);
    if (e && e->code != code)
        return t_fail(file, line, "%s returned code %d but wrote %d", expr, rc.code, (int)e->code);
    if (!e || strstr(takt_err_format(e, text, sizeof text), part))
        return true;
    return t_fail(file, line, "%s: message \"%s\" does not contain \"%s\"", expr, text, part);
}

/* T_OK checks a condition and yields it, so that a test can stop early: if (!T_OK(p)) return; */
#define T_OK(cond) t_ok(__FILE__, __LINE__, #cond, (cond))

/* Checks that print both operands. T_EQ_STR takes NULL as a value; T_NEAR fails on NaN. */
#define T_EQ_INT(got, want)    t_eq_int(__FILE__, __LINE__, #got, (int64_t)(got), (int64_t)(want))
#define T_EQ_STR(got, want)    t_eq_str(__FILE__, __LINE__, #got, (got), (want))
#define T_EQ_MEM(got, want, n) t_eq_mem(__FILE__, __LINE__, #got, (got), (want), (n))
#define T_NEAR(got, want, eps) t_near(__FILE__, __LINE__, #got, (got), (want), (eps))

/* T_RC: success; prints *e otherwise. T_FAILS: this code, and PART stands in "where: what". */
#define T_RC(rc, e)                t_rc(__FILE__, __LINE__, #rc, (rc), (e))
#define T_FAILS(rc, e, code, part) t_fails(__FILE__, __LINE__, #rc, (rc), (e), (code), (part))

/* T_SKIP leaves the test as skipped. */
#define T_SKIP(reason)                                                                             \
    do {                                                                                           \
        t_.skip = (reason);                                                                        \
        return;                                                                                    \
    } while (0)

/* t_shared writes the path of REL inside the shared data folder ($TAKT_SHARED, else ../shared/data)
 * to BUF; false when there is no such file. */
__attribute__((unused)) static bool t_shared(char *buf, size_t n, const char *rel)
{
    struct stat st;
    const char *root = getenv("TAKT_SHARED");
    int len = snprintf(buf, n, "%s/%s", root && *root ? root : "../shared/data", rel);
    return len > 0 && (size_t)len < n && stat(buf, &st) == 0;
}

/* t_rand is splitmix64, restarted from --seed at every test, so that a test alone sees what it sees
 * in the suite. t_rand_f32 is uniform in [lo, hi). */
__attribute__((unused)) static uint64_t t_rand(void)
{
    uint64_t z = t_.state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

__attribute__((unused)) static float t_rand_f32(float lo, float hi)
{
    return lo + (hi - lo) * ((float)(t_rand() >> 40) * 0x1p-24f);
}

static int t_main(int argc, char **argv, const char *suite)
{
    const char *only = NULL;
    t_.seed = 1;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--list") == 0) {
            for (unsigned k = 0; k < t_.n_cases; k++)
                printf("%s\n", t_.cases[k].name);
            return 0;
        } else if (strcmp(argv[i], "--test") == 0 && i + 1 < argc) {
            only = argv[++i];
        } else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc) {
            t_.seed = strtoull(argv[++i], NULL, 0);
        } else {
            fprintf(stderr, "usage: %s [--list] [--test NAME] [--seed N]\n", argv[0]);
            return 2;
        }
    }
    unsigned n = 0, n_failed = 0, n_skipped = 0;
    for (unsigned k = 0; k < t_.n_cases; k++)
        n += !only || strcmp(only, t_.cases[k].name) == 0;
    printf("1..%u\n", n);
    fflush(stdout);
    n = 0;
    for (unsigned k = 0; k < t_.n_cases; k++) {
        struct t_case *c = &t_.cases[k];
        if (only && strcmp(only, c->name))
            continue;
        t_.n_failed_checks = 0;
        t_.skip = NULL;
        t_.state = t_.seed;
        c->run();
        bool failed = t_.n_failed_checks > 0;
        n_failed += failed;
        n_skipped += !failed && t_.skip;
        printf("%s %u - %s%s%s\n", failed ? "not ok" : "ok", ++n, c->name,
               !failed && t_.skip ? " # SKIP " : "", !failed && t_.skip ? t_.skip : "");
        fflush(stdout);
    }
    fprintf(stderr, "%s: %u passed, %u failed, %u skipped\n", suite, n - n_failed - n_skipped,
            n_failed, n_skipped);
    if (only && n == 0)
        fprintf(stderr, "%s: no test is called '%s'; --list prints the names\n", suite, only);
    return n_failed > 0 || n == 0;
}

/* T_MAIN defines main for the suite NAME, which is also its name in meson.build. */
#define T_MAIN(suite)                                                                              \
    int main(int argc, char **argv)                                                                \
    {                                                                                              \
        return t_main(argc, argv, suite);                                                          \
    }

#endif
