#include "server/auth.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/hash.h"

enum { DIGEST_BYTES = 32, WARNINGS_MAX = 3, KEY_BYTES = 32 };

/* As four numbers, for find_key. */
struct digest {
    uint64_t v[DIGEST_BYTES / 8];
};

/* All that a file says. */
struct keys {
    uint32_t n, n_salts;
    struct digest *digest; /* [n] */
    uint32_t *salt, *line; /* [n]; salt is an index */
    struct auth_who *who;  /* [n] */
    char salts[AUTH_SALTS_MAX][AUTH_SALT_MAX + 1];
    uint32_t n_plain, first_plain_line;
    char warning[WARNINGS_MAX][192];
    uint32_t n_warnings;
};

enum { OF_FILE, KEPT, SETS };

struct auth {
    char *path;             /* NULL: no file */
    struct keys *set[SETS]; /* NULL: there are none; all NULL: open */
};

/* ---- hashing --------------------------------------------------------------------------------- */

/* SHA-256 of SALT and KEY, which are at most AUTH_SALT_MAX and AUTH_KEY_MAX long. False when
 * OpenSSL has no memory. */
static bool hash(struct digest *out, const char *salt, struct slice key)
{
    uint8_t text[AUTH_SALT_MAX + AUTH_KEY_MAX];
    size_t n = strlen(salt);
    memcpy(text, salt, n);
    memcpy(text + n, key.p, key.len);
    bool ok = SHA256(text, n + key.len, (uint8_t *)out->v) != NULL;
    OPENSSL_cleanse(text, n + key.len);
    return ok;
}

static takt_rc no_hash(takt_err *e)
{
    return err_set(e, TAKT_ERR_MEMORY, "keys", "no memory to hash a key");
}

/* ---- a line ---------------------------------------------------------------------------------- */

struct reader {
    struct keys *k;
    const char *where;
    uint32_t line, n_max;
    bool may_be_empty;
    takt_err *e;
};

#define LINE_FAILS(r, code, ...)                                                                   \
    (err_set((r)->e, code, "", __VA_ARGS__), at_line(r), (takt_rc){code})

static void at_line(const struct reader *r)
{
    char where[sizeof r->e->where];
    snprintf(where, sizeof where, "%.160s, line %u", r->where, r->line);
    err_where(r->e, where);
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

static bool is_alnum(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* LINE without its comment, which a '#' at the start of a word begins, and without a CR. */
static struct slice without_comment(struct slice line)
{
    bool in_word = false;
    if (line.len && line.p[line.len - 1] == '\r')
        line.len--;
    for (size_t i = 0; i < line.len; i++) {
        if (line.p[i] == '#' && !in_word)
            return (struct slice){line.p, i};
        in_word = !is_blank(line.p[i]);
    }
    return line;
}

/* The next word of LINE, which is cut by it; empty at the end. */
static struct slice next_word(struct slice *line)
{
    size_t from = 0, to;
    while (from < line->len && is_blank(line->p[from]))
        from++;
    for (to = from; to < line->len && !is_blank(line->p[to]);)
        to++;
    struct slice word = {line->p + from, to - from};
    *line = (struct slice){line->p + to, line->len - to};
    return word;
}

static bool is_name(struct slice s)
{
    bool ok = s.len > 0 && s.len <= AUTH_NAME_MAX;
    for (size_t i = 0; ok && i < s.len; i++)
        ok = is_alnum(s.p[i]) || s.p[i] == '.' || s.p[i] == '_' || s.p[i] == '-';
    return ok;
}

static bool is_salt(struct slice s)
{
    bool ok = s.len >= AUTH_SALT_MIN && s.len <= AUTH_SALT_MAX;
    for (size_t i = 0; ok && i < s.len; i++)
        ok = is_alnum(s.p[i]);
    return ok;
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_digest(struct slice s, struct digest *out)
{
    uint8_t *to = (uint8_t *)out->v;
    if (s.len != 2 * DIGEST_BYTES)
        return false;
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        int high = hex_digit(s.p[2 * i]), low = hex_digit(s.p[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        to[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* The index of SALT, which is new perhaps. */
static takt_rc find_salt(uint32_t *out, const struct reader *r, struct slice salt)
{
    struct keys *k = r->k;
    for (uint32_t i = 0; i < k->n_salts; i++)
        if (slice_eq(salt, k->salts[i])) {
            *out = i;
            return TAKT_OK;
        }
    if (k->n_salts == AUTH_SALTS_MAX)
        return LINE_FAILS(r, TAKT_ERR_LIMIT,
                          "has the %uth salt; %d at most, and one is enough for all keys",
                          k->n_salts + 1, AUTH_SALTS_MAX);
    memcpy(k->salts[k->n_salts], salt.p, salt.len);
    *out = k->n_salts++;
    return TAKT_OK;
}

static takt_rc read_hashed(const struct reader *r, struct slice word)
{
    uint32_t i = r->k->n;
    const uint8_t *colon = memchr(word.p, ':', word.len);
    if (!colon)
        return LINE_FAILS(r, TAKT_ERR_FORMAT, "a hashed key is sha256:SALT:DIGEST");
    struct slice salt = {word.p, (size_t)(colon - word.p)};
    struct slice digest = {colon + 1, word.len - salt.len - 1};
    if (!is_salt(salt))
        return LINE_FAILS(r, TAKT_ERR_FORMAT, "the salt is not %d to %d letters and digits",
                          AUTH_SALT_MIN, AUTH_SALT_MAX);
    if (!read_digest(digest, &r->k->digest[i]))
        return LINE_FAILS(r, TAKT_ERR_FORMAT, "the digest is not %d hexadecimal digits",
                          2 * DIGEST_BYTES);
    return find_salt(&r->k->salt[i], r, salt);
}

/* N random bytes, 256 at most. */
static takt_rc draw(uint8_t *out, size_t n, takt_err *e)
{
    if (getrandom(out, n, 0) == (ssize_t)n)
        return TAKT_OK;
    return err_sys(e, "key", "the system gives no random numbers");
}

static takt_rc draw_salt(char out[2 * AUTH_SALT_MIN + 1], takt_err *e)
{
    uint8_t bytes[AUTH_SALT_MIN];
    TAKT_TRY(draw(bytes, sizeof bytes, e));
    hash_hex(out, bytes, sizeof bytes);
    return TAKT_OK;
}

/* A key that stands in the file itself is hashed with a salt that the file has, or a new one. */
static takt_rc read_plain(const struct reader *r, struct slice word)
{
    struct keys *k = r->k;
    char salt[2 * AUTH_SALT_MIN + 1];
    if (word.len < AUTH_KEY_MIN || word.len > AUTH_KEY_MAX)
        return LINE_FAILS(r, TAKT_ERR_FORMAT,
                          "the key has %zu characters; %d to %d, at random, are needed", word.len,
                          AUTH_KEY_MIN, AUTH_KEY_MAX);
    if (!k->n_salts) {
        TAKT_TRY(draw_salt(salt, r->e));
        TAKT_TRY(find_salt(&k->salt[k->n], r, slice_str(salt)));
    }
    k->salt[k->n] = 0;
    if (!hash(&k->digest[k->n], k->salts[0], word))
        return no_hash(r->e);
    if (!k->n_plain++)
        k->first_plain_line = r->line;
    return TAKT_OK;
}

static const char *const LIMIT_NAME[LIMITS_KINDS] = {"rpm", "rpd", "tpm", "tpd"};

static takt_rc read_limit(const struct reader *r, struct slice word, struct limits_rule *rule)
{
    uint64_t v = 0;
    int kind = 0;
    while (kind < LIMITS_KINDS &&
           (word.len < 4 || memcmp(word.p, LIMIT_NAME[kind], 3) != 0 || word.p[3] != '='))
        kind++;
    if (kind == LIMITS_KINDS)
        return LINE_FAILS(r, TAKT_ERR_FORMAT,
                          "what follows the key is not rpm=, rpd=, tpm= or tpd= and a number");
    for (size_t i = 4; i < word.len; i++) {
        if (word.p[i] < '0' || word.p[i] > '9' || v > LIMITS_MAX)
            v = LIMITS_MAX + 1;
        else
            v = v * 10 + (uint64_t)(word.p[i] - '0');
    }
    if (v == 0 || v > LIMITS_MAX)
        return LINE_FAILS(r, TAKT_ERR_FORMAT, "%s is not a number from 1 to %llu", LIMIT_NAME[kind],
                          (unsigned long long)LIMITS_MAX);
    if (rule->most[kind])
        return LINE_FAILS(r, TAKT_ERR_FORMAT, "%s stands there twice", LIMIT_NAME[kind]);
    rule->most[kind] = v;
    return TAKT_OK;
}

uint64_t auth_id(const char *name)
{
    struct digest d;
    if (!*name || !hash(&d, "", slice_str(name)))
        return 0;
    return d.v[0] ? d.v[0] : 1;
}

static takt_rc set_name(const struct reader *r, struct auth_who *who, struct slice name)
{
    if (!is_name(name))
        return LINE_FAILS(r, TAKT_ERR_FORMAT, "the name is not 1 to %d of A-Z a-z 0-9 . _ -",
                          AUTH_NAME_MAX);
    memcpy(who->name, name.p, name.len);
    who->id = auth_id(who->name);
    return who->id ? TAKT_OK : no_hash(r->e);
}

static takt_rc read_line(const struct reader *r, struct slice line)
{
    static const char hashed[] = "sha256:";
    struct keys *k = r->k;
    for (size_t i = 0; i < line.len; i++)
        if (line.p[i] != '\t' && (line.p[i] < 0x20 || line.p[i] > 0x7E))
            return LINE_FAILS(r, TAKT_ERR_FORMAT, "has a byte 0x%02x; only ASCII is allowed",
                              line.p[i]);
    struct slice role = next_word(&line), name = next_word(&line), key = next_word(&line), limit;
    if (!role.len)
        return TAKT_OK;
    if (k->n == r->n_max)
        return LINE_FAILS(r, TAKT_ERR_LIMIT, "has the %uth key; %d at most", k->n + 1,
                          AUTH_KEYS_MAX);
    struct auth_who *who = &k->who[k->n];
    *who = (struct auth_who){.role = slice_eq(role, "admin") ? AUTH_ADMIN : AUTH_USER};
    if (who->role == AUTH_USER && !slice_eq(role, "user"))
        return LINE_FAILS(r, TAKT_ERR_FORMAT, "begins with neither user nor admin");
    if (!key.len)
        return LINE_FAILS(r, TAKT_ERR_FORMAT, "ends too soon: ROLE NAME KEY [LIMITS]");
    TAKT_TRY(set_name(r, who, name));
    size_t n = sizeof hashed - 1;
    if (key.len >= n && memcmp(key.p, hashed, n) == 0)
        TAKT_TRY(read_hashed(r, (struct slice){key.p + n, key.len - n}));
    else
        TAKT_TRY(read_plain(r, key));
    while ((limit = next_word(&line)).len)
        TAKT_TRY(read_limit(r, limit, &who->rule));
    k->line[k->n++] = r->line;
    return TAKT_OK;
}

/* ---- a file ---------------------------------------------------------------------------------- */

static void keys_free(struct keys *k)
{
    if (!k)
        return;
    free(k->digest);
    free(k->salt);
    free(k->line);
    free(k->who);
    free(k);
}

static struct keys *keys_new(uint32_t n)
{
    struct keys *k = calloc(1, sizeof *k);
    if (!k)
        return NULL;
    k->digest = calloc(n, sizeof *k->digest);
    k->salt = calloc(n, sizeof *k->salt);
    k->line = calloc(n, sizeof *k->line);
    k->who = calloc(n, sizeof *k->who);
    if (k->digest && k->salt && k->line && k->who)
        return k;
    keys_free(k);
    return NULL;
}

struct mark {
    uint64_t v;
    uint32_t line;
};

static int by_mark(const void *a, const void *b)
{
    const struct mark *x = a, *y = b;
    if (x->v != y->v)
        return x->v < y->v ? -1 : 1;
    return x->line < y->line ? -1 : x->line > y->line;
}

/* Names that occur twice, or keys: what is alike has the same mark. (Unlike ones do not: a mark is
 * part of a SHA-256.) */
static takt_rc check_twice(struct reader *r, struct mark *mark, bool names)
{
    const struct keys *k = r->k;
    uint32_t first = 0;
    for (uint32_t i = 0; i < k->n; i++)
        mark[i] = (struct mark){names ? k->who[i].id : k->digest[i].v[0] + k->salt[i], k->line[i]};
    qsort(mark, k->n, sizeof *mark, by_mark);
    r->line = UINT32_MAX;
    for (uint32_t i = 1; i < k->n; i++)
        if (mark[i].v == mark[i - 1].v && mark[i].line < r->line) {
            first = mark[i - 1].line;
            r->line = mark[i].line;
        }
    if (r->line == UINT32_MAX)
        return TAKT_OK;
    return LINE_FAILS(r, TAKT_ERR_FORMAT, "has the %s of line %u", names ? "name" : "key", first);
}

static takt_rc check_all(struct reader *r)
{
    struct mark *mark = calloc(r->k->n, sizeof *mark);
    if (!mark)
        return err_set(r->e, TAKT_ERR_MEMORY, r->where, "no memory for %u keys", r->k->n);
    takt_rc rc = check_twice(r, mark, true);
    if (!rc.code)
        rc = check_twice(r, mark, false);
    free(mark);
    return rc;
}

__attribute__((format(printf, 2, 3))) static void warn(struct keys *k, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    if (k->n_warnings < WARNINGS_MAX)
        vsnprintf(k->warning[k->n_warnings++], sizeof k->warning[0], fmt, ap);
    va_end(ap);
}

static takt_rc read_lines(struct reader *r, struct slice text)
{
    while (text.len) {
        const uint8_t *end = memchr(text.p, '\n', text.len);
        size_t len = end ? (size_t)(end - text.p) : text.len, whole = end ? len + 1 : len;
        r->line++;
        TAKT_TRY(read_line(r, without_comment((struct slice){text.p, len})));
        text = (struct slice){text.p + whole, text.len - whole};
    }
    if (!r->k->n && r->may_be_empty)
        return TAKT_OK;
    if (!r->k->n)
        return err_set(r->e, TAKT_ERR_FORMAT, r->where,
                       "has no key, so nobody could ask anything; `takt key new` makes one");
    return check_all(r);
}

static takt_rc keys_read(struct keys **out, struct slice text, const char *where, bool may_be_empty,
                         takt_err *e)
{
    takt_err unheard;
    uint32_t n_lines = 1;
    *out = NULL;
    if (text.len > AUTH_FILE_MAX)
        return err_set(e, TAKT_ERR_LIMIT, where, "is larger than %d bytes", AUTH_FILE_MAX);
    for (size_t i = 0; i < text.len; i++)
        n_lines += text.p[i] == '\n';
    uint32_t n_max = n_lines < AUTH_KEYS_MAX ? n_lines : AUTH_KEYS_MAX;
    struct keys *k = keys_new(n_max);
    if (!k)
        return err_set(e, TAKT_ERR_MEMORY, where, "no memory for %u keys", n_max);
    struct reader r = {.k = k,
                       .where = where,
                       .n_max = n_max,
                       .may_be_empty = may_be_empty,
                       .e = e ? e : &unheard};
    takt_rc rc = read_lines(&r, text);
    if (rc.code) {
        keys_free(k);
        return rc;
    }
    if (k->n_plain)
        warn(
            k,
            "%u %s in the file %s (%sline %u); `takt key new` makes lines that do not tell the key",
            k->n_plain, k->n_plain > 1 ? "keys stand" : "key stands",
            k->n_plain > 1 ? "themselves" : "itself", k->n_plain > 1 ? "the first in " : "",
            k->first_plain_line);
    *out = k;
    return TAKT_OK;
}

static takt_rc keys_load(struct keys **out, const char *path, takt_err *e)
{
    struct stat st;
    char *text;
    size_t n;
    *out = NULL;
    /* Before opening: a pipe without a writer would block, and "-" is standard input. */
    if (strcmp(path, "-") == 0 || (stat(path, &st) == 0 && !S_ISREG(st.st_mode)))
        return err_set(e, TAKT_ERR_USAGE, path, "is not a regular file; keys are read from one");
    TAKT_TRY(file_read_all(&text, &n, path, AUTH_FILE_MAX, e));
    takt_rc rc = keys_read(out, (struct slice){(uint8_t *)text, n}, path, false, e);
    OPENSSL_cleanse(text, n);
    free(text);
    if (!rc.code && stat(path, &st) == 0 && (st.st_mode & (S_IROTH | S_IWGRP | S_IWOTH)))
        warn(*out, "others can %s the file (mode %04o); chmod 640, or 600, keeps them out",
             st.st_mode & (S_IWGRP | S_IWOTH) ? "write to" : "read",
             (unsigned)(st.st_mode & 07777));
    return rc;
}

static takt_rc auth_new(struct auth **out, const char *path, takt_err *e)
{
    struct auth *a = *out = calloc(1, sizeof *a);
    if (a && path)
        a->path = strdup(path);
    if (!a || (path && !a->path)) {
        auth_free(a);
        *out = NULL;
        return err_set(e, TAKT_ERR_MEMORY, "keys", "no memory");
    }
    return TAKT_OK;
}

takt_rc auth_open(struct auth **out, const char *path, takt_err *e)
{
    TAKT_TRY(auth_new(out, path, e));
    takt_rc rc = auth_reload(*out, e);
    if (rc.code) {
        auth_free(*out);
        *out = NULL;
    }
    return rc;
}

takt_rc auth_parse(struct auth **out, struct slice text, const char *where, takt_err *e)
{
    TAKT_TRY(auth_new(out, NULL, e));
    takt_rc rc = keys_read(&(*out)->set[OF_FILE], text, where, false, e);
    if (rc.code) {
        auth_free(*out);
        *out = NULL;
    }
    return rc;
}

takt_rc auth_reload(struct auth *a, takt_err *e)
{
    struct keys *fresh;
    if (!a->path)
        return TAKT_OK;
    TAKT_TRY(keys_load(&fresh, a->path, e));
    keys_free(a->set[OF_FILE]);
    a->set[OF_FILE] = fresh;
    return TAKT_OK;
}

takt_rc auth_keep(struct auth *a, struct slice text, const char *where, takt_err *e)
{
    struct keys *fresh;
    TAKT_TRY(keys_read(&fresh, text, where, true, e));
    keys_free(a->set[KEPT]);
    a->set[KEPT] = fresh;
    return TAKT_OK;
}

void auth_free(struct auth *a)
{
    if (!a)
        return;
    for (int i = 0; i < SETS; i++)
        keys_free(a->set[i]);
    free(a->path);
    free(a);
}

bool auth_is_open(const struct auth *a)
{
    return !a->set[OF_FILE] && !a->set[KEPT];
}

static uint32_t n_of(const struct keys *k)
{
    return k ? k->n : 0;
}

uint32_t auth_n_keys(const struct auth *a)
{
    return n_of(a->set[OF_FILE]) + n_of(a->set[KEPT]);
}

const struct auth_who *auth_at(const struct auth *a, uint32_t i, uint32_t *line)
{
    uint32_t n = n_of(a->set[OF_FILE]);
    const struct keys *k = a->set[i < n ? OF_FILE : KEPT];
    i -= i < n ? 0 : n;
    if (line)
        *line = k->line[i];
    return &k->who[i];
}

const char *auth_warning(const struct auth *a, uint32_t i)
{
    const struct keys *k = a->set[OF_FILE];
    return k && i < k->n_warnings ? k->warning[i] : NULL;
}

const char *auth_salt(const struct auth *a)
{
    for (int i = 0; i < SETS; i++)
        if (a->set[i] && a->set[i]->n_salts)
            return a->set[i]->salts[0];
    return NULL;
}

/* ---- a request ------------------------------------------------------------------------------- */

static struct slice trimmed(const char *s)
{
    size_t n = strlen(s);
    while (n && is_blank((uint8_t)s[n - 1]))
        n--;
    for (; n && is_blank((uint8_t)*s); n--)
        s++;
    return (struct slice){(const uint8_t *)s, n};
}

/* The key of a request, empty when there is none; *other: there is a header that holds no key. */
static struct slice presented(const char *authorization, const char *x_api_key, bool *other)
{
    static const char scheme[] = "bearer";
    size_t n = sizeof scheme - 1;
    *other = false;
    if (authorization && strncasecmp(authorization, scheme, n) == 0 &&
        (is_blank((uint8_t)authorization[n]) || !authorization[n])) {
        struct slice key = trimmed(authorization + n);
        if (key.len)
            return key;
    } else if (authorization) {
        *other = trimmed(authorization).len > 0;
    }
    return trimmed(x_api_key ? x_api_key : "");
}

/* All ones when nothing is set in DIFF, else 0, without a branch that a compiler could put in. */
static uint64_t mask_if_zero(uint64_t diff)
{
    __asm__ volatile("" : "+r"(diff));
    return ((diff | (0 - diff)) >> 63) - 1;
}

/* The place of KEY among all keys, counted from 1; 0: nowhere. Every key is looked at. */
static uint32_t find_key(const struct keys *k, struct slice key)
{
    struct digest of_salt[AUTH_SALTS_MAX];
    uint64_t found = 0;
    for (uint32_t i = 0; i < k->n_salts; i++)
        if (!hash(&of_salt[i], k->salts[i], key))
            return 0;
    for (uint32_t i = k->n; i-- > 0;) {
        const uint64_t *have = k->digest[i].v, *got = of_salt[k->salt[i]].v;
        uint64_t mask = mask_if_zero((have[0] ^ got[0]) | (have[1] ^ got[1]) | (have[2] ^ got[2]) |
                                     (have[3] ^ got[3]));
        found = (found & ~mask) | ((i + UINT64_C(1)) & mask);
    }
    return (uint32_t)found;
}

enum auth_verdict auth_check(const struct auth *a, const char *authorization, const char *x_api_key,
                             struct auth_who *who)
{
    bool other;
    const struct auth_who *found = NULL;
    struct slice key = presented(authorization, x_api_key, &other);
    if (auth_is_open(a)) {
        *who = (struct auth_who){.role = AUTH_USER};
        return AUTH_OK;
    }
    if (!key.len)
        return other ? AUTH_WRONG_KEY : AUTH_NO_KEY;
    for (int i = SETS; i-- > 0;) { /* all of them, so that the time does not tell which has it */
        const struct keys *k = a->set[i];
        uint32_t place = k && key.len <= AUTH_KEY_MAX ? find_key(k, key) : 0;
        found = place ? &k->who[place - 1] : found;
    }
    if (!found)
        return AUTH_WRONG_KEY;
    *who = *found;
    return AUTH_OK;
}

/* ---- a new key ------------------------------------------------------------------------------- */

/* RFC 4648's base64url without padding; 4 characters for 3 bytes. */
static void put_base64url(char *out, const uint8_t *p, size_t n)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    uint32_t bits = 0, n_bits = 0;
    for (size_t i = 0; i < n; i++) {
        bits = bits << 8 | p[i];
        for (n_bits += 8; n_bits >= 6; n_bits -= 6)
            *out++ = digit[bits >> (n_bits - 6) & 63];
    }
    if (n_bits)
        *out++ = digit[bits << (6 - n_bits) & 63];
    *out = 0;
}

size_t auth_put_line(char *line, enum auth_role role, const char *name, const char *salt,
                     const char *digest, const struct limits_rule *rule)
{
    int n = snprintf(line, AUTH_LINE_MAX, "%s %s sha256:%s:%s",
                     role == AUTH_ADMIN ? "admin" : "user", name, salt, digest);
    for (int i = 0; rule && i < LIMITS_KINDS && n < AUTH_LINE_MAX; i++)
        if (rule->most[i])
            n += snprintf(line + n, (size_t)(AUTH_LINE_MAX - n), " %s=%llu", LIMIT_NAME[i],
                          (unsigned long long)rule->most[i]);
    return n < AUTH_LINE_MAX ? (size_t)n : AUTH_LINE_MAX - 1;
}

takt_rc auth_new_key(struct auth_new_key *out, enum auth_role role, const char *name,
                     const char *salt, const struct limits_rule *rule, takt_err *e)
{
    uint8_t secret[KEY_BYTES];
    char fresh[2 * AUTH_SALT_MIN + 1];
    struct digest d;
    if (!is_name(slice_str(name)))
        return err_set(e, TAKT_ERR_USAGE, "key", "the name is not 1 to %d of A-Z a-z 0-9 . _ -",
                       AUTH_NAME_MAX);
    if (salt && !is_salt(slice_str(salt)))
        return err_set(e, TAKT_ERR_USAGE, "key", "the salt is not %d to %d letters and digits",
                       AUTH_SALT_MIN, AUTH_SALT_MAX);
    for (int i = 0; rule && i < LIMITS_KINDS; i++)
        if (rule->most[i] > LIMITS_MAX)
            return err_set(e, TAKT_ERR_USAGE, "key", "%s is not a number up to %llu", LIMIT_NAME[i],
                           (unsigned long long)LIMITS_MAX);
    if (!salt)
        TAKT_TRY(draw_salt(fresh, e));
    TAKT_TRY(draw(secret, sizeof secret, e));
    salt = salt ? salt : fresh;
    int n = snprintf(out->key, sizeof out->key, "sk-takt-");
    put_base64url(out->key + n, secret, sizeof secret);
    OPENSSL_cleanse(secret, sizeof secret);
    if (!hash(&d, salt, slice_str(out->key)))
        return no_hash(e);
    snprintf(out->salt, sizeof out->salt, "%s", salt);
    hash_hex(out->digest, (const uint8_t *)d.v, DIGEST_BYTES);
    auth_put_line(out->line, role, name, salt, out->digest, rule);
    return TAKT_OK;
}
