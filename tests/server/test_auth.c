/* Keys: who is let in, who is not, and that a file with a mistake in it changes nothing. */
#include "server/auth.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "t.h"

#define KEY1 "sk-takt-test-key-000001"
#define KEY2 "sk-takt-test-key-000002"
#define KEY3 "sk-takt-test-key-000003"
/* printf %s "$salt$key" | sha256sum */
#define HASH1                                                                                      \
    "sha256:0123456789abcdef:177a6aed0ca183c9ec305913690746db8c4aa268c34064f87b7f440da4a47724"
#define HASH2                                                                                      \
    "sha256:fedcba9876543210:57A3AB9C34026F8C532CF4080576791D8111392EE81E6E6388EE15BCCE37C06C"

static struct auth *parse(const char *text)
{
    takt_err e;
    struct auth *a = NULL;
    T_RC(auth_parse(&a, slice_str(text), "keys", &e), &e);
    return a;
}

static void check(const struct auth *a, const char *authorization, const char *x_api_key,
                  enum auth_verdict want, const char *name)
{
    struct auth_who who = {.name = "untouched"};
    enum auth_verdict got = auth_check(a, authorization, x_api_key, &who);
    T_EQ_INT(got, want);
    T_EQ_STR(who.name, want == AUTH_OK ? name : "untouched");
}

T_TEST(keys_open_the_door_to_their_owners)
{
    struct auth *a = parse("# a comment, in UTF-8: \xC3\xA9\n\n"
                           "user alice " HASH1 " rpm=30 tpd=500000 tpm=1000000000000 rpd=14400\r\n"
                           "\t admin\tops.2_x-Y " HASH2 "   # hers \xC3\xA9\n"
                           "#user nobody " KEY3 "aaa\n"
                           "user bob " KEY3);
    if (!a)
        return;
    struct auth_who alice, ops, bob;
    T_EQ_INT(auth_n_keys(a), 3);
    T_OK(!auth_is_open(a));
    T_EQ_INT(auth_check(a, "Bearer " KEY1, NULL, &alice), AUTH_OK);
    T_EQ_STR(alice.name, "alice");
    T_EQ_INT(alice.role, AUTH_USER);
    T_EQ_INT(alice.rule.most[LIMITS_REQUESTS_MINUTE], 30);
    T_EQ_INT(alice.rule.most[LIMITS_REQUESTS_DAY], 14400);
    T_EQ_INT(alice.rule.most[LIMITS_TOKENS_MINUTE], LIMITS_MAX);
    T_EQ_INT(alice.rule.most[LIMITS_TOKENS_DAY], 500000);
    T_EQ_INT(auth_check(a, NULL, KEY2, &ops), AUTH_OK);
    T_EQ_STR(ops.name, "ops.2_x-Y");
    T_EQ_INT(ops.role, AUTH_ADMIN);
    for (int i = 0; i < LIMITS_KINDS; i++)
        T_EQ_INT(ops.rule.most[i], 0);
    T_EQ_INT(auth_check(a, "Bearer " KEY3, NULL, &bob), AUTH_OK);
    T_EQ_STR(bob.name, "bob");
    T_OK(alice.id && ops.id && bob.id && alice.id != ops.id && bob.id != ops.id);
    auth_free(a);
    auth_free(NULL);
}

T_TEST(headers_are_read_as_clients_send_them)
{
    struct auth *a = parse("user one " HASH1 "\nuser two " HASH2 "\n");
    if (!a)
        return;
    check(a, "Bearer " KEY1, NULL, AUTH_OK, "one");
    check(a, "bearer\t  " KEY1 " \t", NULL, AUTH_OK, "one");
    check(a, "BEARER " KEY2, "", AUTH_OK, "two");
    check(a, NULL, " " KEY2 " ", AUTH_OK, "two");
    check(a, "Bearer " KEY1, KEY2, AUTH_OK, "one"); /* a bearer's key goes first */
    check(a, "Bearer " KEY3, KEY2, AUTH_WRONG_KEY, "");
    check(a, "Bearer", KEY2, AUTH_OK, "two");
    check(a, "Basic dXNlcjpwdw==", KEY2, AUTH_OK, "two"); /* of a proxy before us */
    check(a, NULL, NULL, AUTH_NO_KEY, "");
    check(a, "", "", AUTH_NO_KEY, "");
    check(a, "Bearer ", "  ", AUTH_NO_KEY, "");
    check(a, "Basic dXNlcjpwdw==", NULL, AUTH_WRONG_KEY, "");
    check(a, KEY1, NULL, AUTH_WRONG_KEY, ""); /* no scheme */
    check(a, "Bearer" KEY1, NULL, AUTH_WRONG_KEY, "");
    check(a, "Bearer " KEY1 "x", NULL, AUTH_WRONG_KEY, "");
    check(a, "Bearer sk-takt-test-key-00000", NULL, AUTH_WRONG_KEY, "");
    check(a, "Bearer x", NULL, AUTH_WRONG_KEY, "");
    check(a, "Bearer " KEY1 " " KEY1, NULL, AUTH_WRONG_KEY, "");
    check(a, "Bearer " HASH1, NULL, AUTH_WRONG_KEY, ""); /* a stolen file is no key */
    char big[5000] = "Bearer ";
    memset(big + 7, 'x', sizeof big - 8);
    big[sizeof big - 1] = 0;
    check(a, big, NULL, AUTH_WRONG_KEY, "");
    big[7 + AUTH_KEY_MAX] = 0;
    check(a, big, NULL, AUTH_WRONG_KEY, "");
    auth_free(a);
}

T_TEST(without_keys_everybody_may_ask)
{
    takt_err e;
    struct auth *a;
    struct auth_who who = {.id = 5, .role = AUTH_ADMIN};
    if (!T_RC(auth_open(&a, NULL, &e), &e))
        return;
    T_OK(auth_is_open(a) && auth_n_keys(a) == 0 && !auth_warning(a, 0) && !auth_salt(a));
    T_EQ_INT(auth_check(a, "Bearer anything", NULL, &who), AUTH_OK);
    T_OK(who.id == 0 && who.role == AUTH_USER && !*who.name);
    T_EQ_INT(auth_check(a, NULL, NULL, &who), AUTH_OK);
    T_RC(auth_reload(a, &e), &e);
    T_OK(auth_is_open(a));
    auth_free(a);
}

/* ---- mistakes -------------------------------------------------------------------------------- */

#define D63  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde"
#define A64  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define GOOD "user good sha256:0123456789abcdef:" A64 "\n"

T_TEST(a_bad_line_is_named_and_what_stands_in_it_is_not)
{
    static const struct {
        const char *text, *says;
    } table[] = {
        {"", "keys: has no key"},
        {"# only\n\n   \n", "keys: has no key"},
        {GOOD "root x " KEY1 "\n", "keys, line 2: begins with neither user nor admin"},
        {GOOD "\n\nUser x " KEY1 "\n", "keys, line 4: begins with neither"},
        {"user\n", "line 1: ends too soon"},
        {"user secretname\n", "line 1: ends too soon"},
        {"user x # " KEY1 "\n", "line 1: ends too soon"},
        {"user secret/name " KEY1 "\n", "line 1: the name is not"},
        {"user secret" A64 " " KEY1 "\n", "line 1: the name is not"},
        {"user x secret\n", "line 1: the key has 6 characters; 20 to 256"},
        {"user x secret-19-character\n" GOOD "", "line 1: the key has 19"},
        {"user x sha256:\n", "a hashed key is sha256:SALT:DIGEST"},
        {"user x sha256:secret\n", "a hashed key is"},
        {"user x sha256:0123456789abcde:" A64 "\n", "the salt is not 16 to 64"},
        {"user x sha256:0123456789abcde-:" A64 "\n", "the salt is not"},
        {"user x sha256:x" A64 ":" A64 "\n", "the salt is not"},
        {"user x sha256::" A64 "\n", "the salt is not"},
        {"user x sha256:0123456789abcdef:" D63 "\n", "the digest is not 64"},
        {"user x sha256:0123456789abcdef:" D63 "g\n", "the digest is not"},
        {"user x sha256:0123456789abcdef:" D63 "00\n", "the digest is not"},
        {"user x sha256:0123456789abcdef:" D63 ":\n", "the digest is not"},
        {"user x " KEY1 " secret=5\n", "is not rpm=, rpd=, tpm= or tpd="},
        {"user x " KEY1 " rpm\n", "is not rpm="},
        {"user x " KEY1 " RPM=5\n", "is not rpm="},
        {"user x " KEY1 " rpm=\n", "rpm is not a number from 1 to 1000000000000"},
        {"user x " KEY1 " rpm=0\n", "rpm is not a number"},
        {"user x " KEY1 " tpd=-1\n", "tpd is not a number"},
        {"user x " KEY1 " tpd=5k\n", "tpd is not a number"},
        {"user x " KEY1 " tpd=1000000000001\n", "tpd is not a number"},
        {"user x " KEY1 " tpd=99999999999999999999999999999999\n", "tpd is not a number"},
        {"user x " KEY1 " rpm=1 tpm=2 rpm=1\n", "rpm stands there twice"},
        {GOOD "user good " KEY1 "\n", "line 2: has the name of line 1"},
        {GOOD "user b " KEY1 "\nuser a " KEY2 "\nadmin b " KEY3 "\n",
         "line 4: has the name of line 2"},
        {"user a " KEY1 "\n\nuser b " KEY2 "\nuser c " KEY1 "\n", "line 4: has the key of line 1"},
        {GOOD "admin x sha256:0123456789abcdef:AAAA" A64 "\n", "line 2: the digest is not"},
        {"user a sha256:0123456789abcdef:" A64 "\nuser b sha256:0123456789abcdef:" A64 "\n",
         "line 2: has the key of line 1"},
        {"user \x01 " KEY1 "\n", "line 1: has a byte 0x01"},
        {"user x secret-secret-secret-\xC3\xA9\n", "line 1: has a byte 0xc3"},
        {"\xEF\xBB\xBF" GOOD, "line 1: has a byte 0xef"},
        {"user x\r" KEY1 "\n", "line 1: has a byte 0x0d"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        takt_err e;
        struct auth *a;
        if (!T_FAILS(auth_parse(&a, slice_str(table[i].text), "keys", &e), &e, TAKT_ERR_FORMAT,
                     table[i].says))
            t_fail(__FILE__, __LINE__, "in: %s", table[i].text);
        T_OK(!a && !strstr(e.what, "secret") && !strstr(e.what, "sk-takt-"));
        T_OK(auth_parse(&a, slice_str(table[i].text), "keys", NULL).code == TAKT_ERR_FORMAT);
    }
    takt_err e;
    struct auth *a;
    static const uint8_t nul[] = "user x\0y " KEY1;
    T_FAILS(auth_parse(&a, (struct slice){nul, sizeof nul - 1}, "keys", &e), &e, TAKT_ERR_FORMAT,
            "has a byte 0x00");
}

/* A growing text. */
struct text {
    char *p;
    size_t n, cap;
};

__attribute__((format(printf, 2, 3))) static void add(struct text *t, const char *fmt, ...)
{
    va_list ap;
    if (t->cap - t->n < 1024)
        t->p = realloc(t->p, t->cap = 2 * t->cap + 4096);
    va_start(ap, fmt);
    t->n += (size_t)vsnprintf(t->p + t->n, t->cap - t->n, fmt, ap);
    va_end(ap);
}

static struct slice view(const struct text *t)
{
    return (struct slice){(const uint8_t *)t->p, t->n};
}

T_TEST(limits_of_files_are_told)
{
    takt_err e;
    struct auth *a;
    struct text salts = {0}, keys = {0};
    for (int i = 0; i <= AUTH_SALTS_MAX; i++)
        add(&salts, "user u%d sha256:salt%012d:%064d\n", i, i, i);
    T_FAILS(auth_parse(&a, view(&salts), "keys", &e), &e, TAKT_ERR_LIMIT,
            "keys, line 65: has the 65th salt; 64 at most");
    for (int i = 0; i <= AUTH_KEYS_MAX; i++)
        add(&keys, "user u%d sha256:0123456789abcdef:%064d\n", i, i);
    T_FAILS(auth_parse(&a, view(&keys), "keys", &e), &e, TAKT_ERR_LIMIT,
            "keys, line 4097: has the 4097th key; 4096 at most");
    while (keys.n <= AUTH_FILE_MAX)
        add(&keys, "# and more of it, but nothing that would count for anything\n");
    T_FAILS(auth_parse(&a, view(&keys), "keys", &e), &e, TAKT_ERR_LIMIT, "larger than 1048576");
    free(salts.p);
    free(keys.p);
}

/* ---- files ----------------------------------------------------------------------------------- */

static char path[64];

static bool write_file(const char *text, mode_t mode)
{
    FILE *f = fopen(path, "we");
    bool ok = f && fputs(text, f) >= 0;
    if (f)
        ok = fclose(f) == 0 && ok;
    return T_OK(ok && chmod(path, mode) == 0);
}

static bool make(const char *text, mode_t mode)
{
    snprintf(path, sizeof path, P_tmpdir "/takt-test-XXXXXX");
    int fd = mkstemp(path);
    if (fd >= 0)
        close(fd);
    return T_OK(fd >= 0) && write_file(text, mode);
}

T_TEST(a_broken_file_keeps_the_keys_that_there_are)
{
    takt_err e;
    struct auth *a;
    struct auth_who before, after;
    if (!make("user one " HASH1 " rpm=5\n", 0600) || !T_RC(auth_open(&a, path, &e), &e))
        return;
    T_EQ_INT(auth_check(a, NULL, KEY1, &before), AUTH_OK);
    static const char *const broken[] = {
        "", "user one " HASH1 " rpm=5\nuser two sha256:fedcba9876543210:0b", "nonsense\n"};
    for (int i = 0; i < 3; i++) {
        write_file(broken[i], 0600);
        T_OK(auth_reload(a, &e).code == TAKT_ERR_FORMAT && strstr(e.where, path));
        check(a, NULL, KEY1, AUTH_OK, "one");
        check(a, NULL, KEY2, AUTH_WRONG_KEY, "");
    }
    unlink(path);
    T_FAILS(auth_reload(a, &e), &e, TAKT_ERR_IO, "there is no such file");
    check(a, NULL, KEY1, AUTH_OK, "one");
    /* A good one replaces them; who has a name keeps its id with another key. */
    write_file("admin one " HASH2 " rpm=7\n", 0600);
    T_RC(auth_reload(a, &e), &e);
    check(a, NULL, KEY1, AUTH_WRONG_KEY, "");
    T_EQ_INT(auth_check(a, NULL, KEY2, &after), AUTH_OK);
    T_OK(after.id == before.id && after.role == AUTH_ADMIN);
    T_EQ_INT(after.rule.most[LIMITS_REQUESTS_MINUTE], 7);
    T_EQ_INT(before.rule.most[LIMITS_REQUESTS_MINUTE], 5); /* a copy */
    unlink(path);
    auth_free(a);
}

T_TEST(what_is_no_readable_file_is_refused)
{
    takt_err e;
    struct auth *a;
    T_FAILS(auth_open(&a, "no/such/file", &e), &e, TAKT_ERR_IO, "no/such/file: there is no such");
    T_FAILS(auth_open(&a, ".", &e), &e, TAKT_ERR_USAGE, "not a regular file");
    T_FAILS(auth_open(&a, "/dev/null", &e), &e, TAKT_ERR_USAGE, "not a regular file");
    T_FAILS(auth_open(&a, "-", &e), &e, TAKT_ERR_USAGE, "not a regular file");
    T_OK(!a);
    if (!make("", 0600))
        return;
    unlink(path);
    if (T_OK(mkfifo(path, 0600) == 0)) /* nobody writes to it: to open it would block for ever */
        T_FAILS(auth_open(&a, path, &e), &e, TAKT_ERR_USAGE, "not a regular file");
    unlink(path);
    if (make("user x " KEY1 "\n", 0) && geteuid() != 0) /* root reads everything */
        T_FAILS(auth_open(&a, path, &e), &e, TAKT_ERR_IO, "cannot be opened");
    T_OK(truncate(path, AUTH_FILE_MAX + 1) == 0 && chmod(path, 0600) == 0);
    T_FAILS(auth_open(&a, path, &e), &e, TAKT_ERR_LIMIT, "larger than 1048576 bytes");
    unlink(path);
}

static void warns(const char *text, mode_t mode, const char *first, const char *second)
{
    takt_err e;
    struct auth *a;
    if (!make(text, mode) || !T_RC(auth_open(&a, path, &e), &e))
        return;
    const char *want[] = {first, second};
    for (uint32_t i = 0; i < 2; i++) {
        const char *got = auth_warning(a, i);
        if (!got || !want[i])
            T_OK(!got && !want[i]);
        else if (!strstr(got, want[i]))
            t_fail(__FILE__, __LINE__, "\"%s\" does not contain \"%s\"", got, want[i]);
    }
    T_OK(!auth_warning(a, 2));
    unlink(path);
    auth_free(a);
}

T_TEST(a_careless_file_is_warned_of)
{
    warns("user x " HASH1 "\n", 0600, NULL, NULL);
    warns("user x " HASH1 "\n", 0640, NULL, NULL);
    warns("user x " HASH1 "\n", 0644, "others can read the file (mode 0644)", NULL);
    warns("user x " HASH1 "\n", 0660, "others can write to the file (mode 0660)", NULL);
    warns("user x " HASH1 "\n\nuser y " KEY2 "\nuser z " KEY3 "\n", 0600,
          "2 keys stand in the file themselves (the first in line 3)", NULL);
    warns("user y " KEY2 "\n", 0606, "1 key stands in the file itself (line 1)",
          "others can write to");
}

/* ---- many keys ------------------------------------------------------------------------------- */

T_TEST(each_of_very_many_keys_is_found)
{
    enum { N = AUTH_KEYS_MAX };
    struct text t = {0};
    takt_err e;
    struct auth *a;
    char key[64], name[32];
    for (int i = 0; i < N; i++)
        add(&t, "user u%d sk-takt-one-of-very-many-%d\n", i, i);
    T_RC(auth_parse(&a, view(&t), "keys", &e), &e);
    free(t.p);
    if (!a)
        return;
    int64_t best = INT64_MAX;
    for (int i = 0; i < N; i += i < 10 || i > N - 10 ? 1 : 97) {
        snprintf(key, sizeof key, "sk-takt-one-of-very-many-%d", i);
        snprintf(name, sizeof name, "u%d", i);
        int64_t from = clock_ns();
        check(a, NULL, key, AUTH_OK, name);
        int64_t took = clock_ns() - from;
        best = took < best ? took : best;
    }
    check(a, NULL, "sk-takt-one-of-very-many-4096", AUTH_WRONG_KEY, "");
    printf("# one of %d keys is found in %.1f us\n", N, (double)best / 1000);
    auth_free(a);
}

/* Nothing finds the same key under two salts when the file is read; the first line counts then. */
T_TEST(a_key_under_two_salts_is_its_first_owners)
{
    struct auth *a = parse(
        "user zero " HASH2 "\n"
        "user first " HASH1 "\n"
        "admin second "
        "sha256:0000111122223333:c2b554a101b602bd5f34343bac7f9185b6adbe8099a37fac2ca5949c0accb35e\n"
        "admin third "
        "sha256:fedcba9876543210:"
        "5c47e7b86dc8c229b421376b931bd37bcc0bbd91cd714ef4447012b932be27b3\n");
    if (!a)
        return;
    check(a, NULL, KEY1, AUTH_OK, "first");
    check(a, NULL, KEY2, AUTH_OK, "zero");
    auth_free(a);
}

/* ---- new keys -------------------------------------------------------------------------------- */

T_TEST(a_new_key_opens_with_its_line)
{
    takt_err e;
    struct auth_new_key k, other;
    struct auth_who who;
    struct limits_rule rule = {{[LIMITS_REQUESTS_MINUTE] = 30, [LIMITS_TOKENS_DAY] = LIMITS_MAX}};
    struct text t = {0};
    char longest[AUTH_NAME_MAX + 1];
    memset(longest, 'n', AUTH_NAME_MAX);
    longest[AUTH_NAME_MAX] = 0;
    T_RC(auth_new_key(&k, AUTH_ADMIN, longest, NULL, &rule, &e), &e);
    T_EQ_INT(strlen(k.key), 8 + 43);
    T_OK(strncmp(k.key, "sk-takt-", 8) == 0 && !strstr(k.line, k.key));
    add(&t, "%s\n", k.line);
    struct auth *a = parse(t.p);
    if (!a)
        return;
    T_RC(auth_new_key(&other, AUTH_USER, "b", auth_salt(a), NULL, &e), &e);
    T_OK(strstr(other.line, auth_salt(a)) && strcmp(other.key, k.key) != 0);
    auth_free(a);
    add(&t, "%s\n", other.line);
    if ((a = parse(t.p))) {
        T_OK(!auth_warning(a, 0));
        T_EQ_INT(auth_check(a, NULL, k.key, &who), AUTH_OK);
        T_OK(strcmp(who.name, longest) == 0 && who.role == AUTH_ADMIN);
        T_EQ_MEM(&who.rule, &rule, sizeof rule);
        check(a, NULL, other.key, AUTH_OK, "b");
    }
    auth_free(a);
    free(t.p);
}

T_TEST(a_key_is_not_made_for_what_no_line_can_hold)
{
    takt_err e;
    struct auth_new_key k;
    struct limits_rule rule = {{[LIMITS_TOKENS_MINUTE] = LIMITS_MAX + 1}};
    T_FAILS(auth_new_key(&k, AUTH_USER, "", NULL, NULL, &e), &e, TAKT_ERR_USAGE, "name");
    T_FAILS(auth_new_key(&k, AUTH_USER, "a b", NULL, NULL, &e), &e, TAKT_ERR_USAGE, "name");
    T_FAILS(auth_new_key(&k, AUTH_USER, "a", "short", NULL, &e), &e, TAKT_ERR_USAGE, "salt");
    T_FAILS(auth_new_key(&k, AUTH_USER, "a", "0123456789abcde:", NULL, &e), &e, TAKT_ERR_USAGE,
            "salt");
    T_FAILS(auth_new_key(&k, AUTH_USER, "a", NULL, &rule, &e), &e, TAKT_ERR_USAGE, "tpm");
}

static enum auth_verdict ask(const struct auth *a, const char *key, struct auth_who *who)
{
    return auth_check(a, NULL, key, who);
}

T_TEST(keys_can_stand_beside_those_of_a_file)
{
    struct auth *a;
    takt_err e;
    struct auth_who who;
    struct auth_new_key one, two;
    struct limits_rule rule = {.most = {[LIMITS_REQUESTS_DAY] = 7}};
    char text[2 * AUTH_LINE_MAX];
    T_RC(auth_new_key(&one, AUTH_USER, "one", NULL, NULL, &e), &e);
    T_RC(auth_new_key(&two, AUTH_ADMIN, "two", one.salt, &rule, &e), &e);
    T_RC(auth_open(&a, NULL, &e), &e);
    T_OK(auth_is_open(a) && ask(a, one.key, &who) == AUTH_OK);
    T_RC(auth_keep(a, slice_str(one.line), "store", &e), &e);
    T_OK(!auth_is_open(a) && auth_n_keys(a) == 1);
    T_OK(ask(a, one.key, &who) == AUTH_OK && strcmp(who.name, "one") == 0);
    T_OK(ask(a, two.key, &who) == AUTH_WRONG_KEY && ask(a, NULL, &who) == AUTH_NO_KEY);
    T_FAILS(auth_keep(a, slice_str("user one"), "store", &e), &e, TAKT_ERR_FORMAT, "store, line 1");
    T_OK(ask(a, one.key, &who) == AUTH_OK); /* as before */
    T_RC(auth_keep(a, slice_str(""), "store", &e), &e);
    T_OK(!auth_is_open(a) && auth_n_keys(a) == 0 && !auth_salt(a));
    T_OK(ask(a, one.key, &who) == AUTH_WRONG_KEY && ask(a, NULL, &who) == AUTH_NO_KEY);
    auth_free(a);

    T_RC(auth_parse(&a, slice_str(one.line), "file", &e), &e);
    auth_put_line(text, AUTH_ADMIN, "two", two.salt, two.digest, &rule);
    T_EQ_STR(text, two.line);
    T_RC(auth_keep(a, slice_str(text), "store", &e), &e);
    T_EQ_INT(auth_n_keys(a), 2);
    T_OK(ask(a, one.key, &who) == AUTH_OK && who.role == AUTH_USER);
    T_OK(ask(a, two.key, &who) == AUTH_OK && who.role == AUTH_ADMIN);
    T_EQ_INT(who.rule.most[LIMITS_REQUESTS_DAY], 7);
    uint32_t line;
    T_EQ_STR(auth_at(a, 0, &line)->name, "one");
    T_EQ_STR(auth_at(a, 1, &line)->name, "two");
    T_EQ_INT(line, 1);
    T_EQ_STR(auth_salt(a), one.salt);
    auth_free(a);
}

T_MAIN("server/auth")
