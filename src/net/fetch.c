#include "net/fetch.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <curl/curl.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/clock.h"

#define LIBRARY "libcurl.so.4"

static const char where[] = "address";

/* What is used of it. Its header makes macros of some names. */
#undef curl_easy_setopt
#undef curl_easy_getinfo
#define FUNCTIONS(X)                                                                               \
    X(curl_global_init)                                                                            \
    X(curl_global_cleanup)                                                                         \
    X(curl_easy_init)                                                                              \
    X(curl_easy_setopt)                                                                            \
    X(curl_easy_getinfo)                                                                           \
    X(curl_easy_perform)                                                                           \
    X(curl_easy_cleanup)                                                                           \
    X(curl_easy_strerror)                                                                          \
    X(curl_url)                                                                                    \
    X(curl_url_set)                                                                                \
    X(curl_url_get)                                                                                \
    X(curl_url_cleanup)                                                                            \
    X(curl_free)

struct functions {
#define FUNCTION(name) __typeof__(&name) name;
    FUNCTIONS(FUNCTION)
#undef FUNCTION
};

/* An entry of the list. */
struct host {
    char name[FETCH_HOST_BYTES]; /* lower case; of "*.x" the ".x"; an IPv6 address in brackets */
    uint16_t port;               /* 0: the scheme's own */
    bool is_below;               /* all names that end so */
};

struct fetch {
    void *library;
    struct functions f;
    bool is_begun; /* curl_global_init */
    double time_s;
    uint32_t n;
    struct host host[FETCH_HOSTS_MAX];
};

/* Where a URL leads. */
struct place {
    char host[FETCH_HOST_BYTES];
    bool is_address; /* its host is one, not a name */
};

/* A file on its way. */
struct transfer {
    struct fetch *f;
    struct place to;
    uint8_t *p;
    size_t n, cap;
    uint64_t bytes_max;
    const atomic_bool *cancel;
    bool is_too_large, has_no_memory, was_not_public;
};

/* ---- the list -------------------------------------------------------------------------------- */

static bool is_literal(const char *host)
{
    struct in_addr in;
    return host[0] == '[' || inet_pton(AF_INET, host, &in) == 1;
}

static takt_rc bad_entry(takt_err *e, const char *text, size_t n)
{
    return err_set(e, TAKT_ERR_USAGE, "allowed hosts",
                   "'%.*s' is no host, as pictures.example.com, *.example.com, 10.1.2.3:8000 or "
                   "[2001:db8::1]",
                   (int)(n < 200 ? n : 200), text);
}

/* The number behind the last ':' of TEXT (N bytes), if there is one; *n becomes what is before. */
static bool take_port(const char *text, size_t *n, uint16_t *port)
{
    size_t digits = 0, len = *n;
    unsigned long v = 0;
    *port = 0;
    while (digits < len && isdigit((unsigned char)text[len - 1 - digits]))
        digits++;
    if (digits == len || text[len - 1 - digits] != ':')
        return memchr(text, ':', len) == NULL || text[0] == '[';
    for (size_t i = len - digits; i < len && v <= UINT16_MAX; i++)
        v = v * 10 + (unsigned long)(text[i] - '0');
    *n = len - digits - 1;
    *port = (uint16_t)v;
    return digits > 0 && v > 0 && v <= UINT16_MAX;
}

static bool is_host(const char *name)
{
    struct in6_addr in;
    char inner[FETCH_HOST_BYTES];
    size_t n = strlen(name);
    if (name[0] == '[') {
        if (n < 4 || name[n - 1] != ']')
            return false;
        memcpy(inner, name + 1, n - 2);
        inner[n - 2] = '\0';
        return inet_pton(AF_INET6, inner, &in) == 1;
    }
    return n > 0 && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-_") == n;
}

static takt_rc add_entry(struct fetch *f, const char *text, size_t len, takt_err *e)
{
    size_t n = len;
    if (f->n == FETCH_HOSTS_MAX)
        return err_set(e, TAKT_ERR_LIMIT, "allowed hosts", "at most %d", FETCH_HOSTS_MAX);
    struct host *h = &f->host[f->n];
    if (!take_port(text, &n, &h->port))
        return bad_entry(e, text, len);
    h->is_below = n > 2 && text[0] == '*' && text[1] == '.';
    text += h->is_below;
    n -= h->is_below;
    if (n >= sizeof h->name)
        return bad_entry(e, text, len);
    for (size_t i = 0; i < n; i++)
        h->name[i] = (char)tolower((unsigned char)text[i]);
    h->name[n] = '\0';
    if (!is_host(h->name) || (h->is_below && is_literal(h->name + 1)))
        return bad_entry(e, text, len);
    f->n++;
    return TAKT_OK;
}

static takt_rc add_entries(struct fetch *f, const char *text, takt_err *e)
{
    for (;;) {
        size_t n = strcspn(text, ",");
        TAKT_TRY(add_entry(f, text, n, e));
        if (!text[n])
            return TAKT_OK;
        text += n + 1;
    }
}

static bool is_listed(const struct fetch *f, const char *host, uint16_t port, uint16_t usual)
{
    size_t n = strlen(host);
    for (uint32_t i = 0; i < f->n; i++) {
        const struct host *h = &f->host[i];
        size_t len = strlen(h->name);
        bool is_it = h->is_below ? n > len && strcmp(host + n - len, h->name) == 0
                                 : strcmp(host, h->name) == 0;
        if (is_it && port == (h->port ? h->port : usual))
            return true;
    }
    return false;
}

/* ---- life ------------------------------------------------------------------------------------ */

static takt_rc load(struct fetch *f, takt_err *e)
{
    f->library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!f->library)
        return err_set(e, TAKT_ERR_UNSUPPORTED, "allowed hosts",
                       "fetching pictures needs " LIBRARY ", which cannot be loaded; on Debian: "
                       "apt-get install libcurl4");
#define LOOK_UP(name)                                                                              \
    {                                                                                              \
        void *p = dlsym(f->library, #name);                                                        \
        if (!p)                                                                                    \
            return err_set(e, TAKT_ERR_UNSUPPORTED, "allowed hosts", LIBRARY " has no " #name);    \
        memcpy(&f->f.name, &p, sizeof p);                                                          \
    }
    FUNCTIONS(LOOK_UP)
#undef LOOK_UP
    if (f->f.curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return err_set(e, TAKT_ERR_UNSUPPORTED, "allowed hosts", LIBRARY " does not start");
    f->is_begun = true;
    return TAKT_OK;
}

takt_rc fetch_new(struct fetch **out, const char *const *list, uint32_t n, double time_s,
                  takt_err *e)
{
    *out = NULL;
    struct fetch *f = calloc(1, sizeof *f);
    if (!f)
        return err_set(e, TAKT_ERR_MEMORY, "allowed hosts", "no memory for them");
    f->time_s = time_s;
    takt_rc rc = TAKT_OK;
    for (uint32_t i = 0; i < n && !rc.code; i++)
        rc = add_entries(f, list[i], e);
    if (!rc.code)
        rc = load(f, e);
    if (rc.code)
        fetch_free(f);
    else
        *out = f;
    return rc;
}

void fetch_free(struct fetch *f)
{
    if (!f)
        return;
    if (f->is_begun)
        f->f.curl_global_cleanup();
    free(f); /* not the library: a thread of it may still wait for a name server */
}

/* ---- where a URL leads ----------------------------------------------------------------------- */

/* The part WHAT of U, in lower case, to BUF; false when there is none, or it is too long. */
static bool get_part(const struct fetch *f, CURLU *u, CURLUPart what, unsigned flags, char *buf,
                     size_t cap)
{
    char *text = NULL;
    if (f->f.curl_url_get(u, what, &text, flags) != CURLUE_OK || !text)
        return false;
    size_t n = strlen(text);
    bool fits = n < cap;
    for (size_t i = 0; fits && i <= n; i++)
        buf[i] = (char)tolower((unsigned char)text[i]);
    f->f.curl_free(text);
    return fits;
}

static takt_rc read_place(const struct fetch *f, CURLU *u, const char *url, struct place *to,
                          takt_err *e)
{
    char scheme[16], port[16], buf[8];
    if (f->f.curl_url_set(u, CURLUPART_URL, url, 0) != CURLUE_OK ||
        !get_part(f, u, CURLUPART_SCHEME, 0, scheme, sizeof scheme) ||
        !get_part(f, u, CURLUPART_HOST, 0, to->host, sizeof to->host) ||
        !get_part(f, u, CURLUPART_PORT, CURLU_DEFAULT_PORT, port, sizeof port))
        return err_set(e, TAKT_ERR_UNSUPPORTED, where, "is no URL that can be fetched");
    bool is_tls = strcmp(scheme, "https") == 0;
    if (!is_tls && strcmp(scheme, "http") != 0)
        return err_set(e, TAKT_ERR_UNSUPPORTED, where, "is neither http nor https");
    if (get_part(f, u, CURLUPART_USER, 0, buf, sizeof buf) ||
        get_part(f, u, CURLUPART_PASSWORD, 0, buf, sizeof buf) || strchr(url, '@'))
        return err_set(e, TAKT_ERR_UNSUPPORTED, where,
                       "has a name or a password in it; pictures are fetched without");
    to->is_address = is_literal(to->host);
    if (!is_listed(f, to->host, (uint16_t)strtoul(port, NULL, 10), is_tls ? 443 : 80))
        return err_set(e, TAKT_ERR_UNSUPPORTED, where,
                       "leads to a host from which this server does not fetch pictures");
    return TAKT_OK;
}

static takt_rc place_of(const struct fetch *f, const char *url, struct place *to, takt_err *e)
{
    CURLU *u = f->f.curl_url();
    if (!u)
        return err_set(e, TAKT_ERR_MEMORY, where, "no memory");
    takt_rc rc = read_place(f, u, url, to, e);
    f->f.curl_url_cleanup(u);
    return rc;
}

takt_rc fetch_check(const struct fetch *f, const char *url, takt_err *e)
{
    struct place to;
    return place_of(f, url, &to, e);
}

/* ---- a transfer ------------------------------------------------------------------------------ */

/* The socket to the address that a name became, or none. */
static curl_socket_t open_socket(void *user, curlsocktype purpose, struct curl_sockaddr *a)
{
    struct transfer *t = user;
    if (purpose != CURLSOCKTYPE_IPCXN)
        return CURL_SOCKET_BAD;
    if (!fetch_is_public(&a->addr) && !t->to.is_address) { /* an address is in the list by itself */
        t->was_not_public = true;
        return CURL_SOCKET_BAD;
    }
    return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static bool make_room(struct transfer *t, size_t more)
{
    size_t cap = t->cap ? t->cap : 64 << 10;
    while (cap < t->n + more)
        cap *= 2;
    if (cap == t->cap)
        return true;
    uint8_t *bigger = realloc(t->p, cap);
    if (!bigger)
        return false;
    t->p = bigger;
    t->cap = cap;
    return true;
}

static size_t take(char *p, size_t size, size_t count, void *user)
{
    struct transfer *t = user;
    size_t n = size * count;
    t->is_too_large = n > t->bytes_max - t->n;
    if (t->is_too_large)
        return 0;
    t->has_no_memory = !make_room(t, n);
    if (t->has_no_memory)
        return 0;
    memcpy(t->p + t->n, p, n);
    t->n += n;
    return n;
}

static int look_up(void *user, curl_off_t down_all, curl_off_t down, curl_off_t up_all,
                   curl_off_t up)
{
    const struct transfer *t = user;
    (void)down_all, (void)down, (void)up_all, (void)up;
    return t->cancel && atomic_load(t->cancel);
}

static bool set_up(struct transfer *t, CURL *h, const char *url, long ms)
{
    CURLcode (*set)(CURL *, CURLoption, ...) = t->f->f.curl_easy_setopt;
    CURLcode rc = set(h, CURLOPT_URL, url);
    rc |= set(h, CURLOPT_PROTOCOLS_STR, "http,https");
    rc |= set(h, CURLOPT_PROXY, "");
    rc |= set(h, CURLOPT_FOLLOWLOCATION, 0L);
    rc |= set(h, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    rc |= set(h, CURLOPT_USERAGENT, "takt");
    rc |= set(h, CURLOPT_NOSIGNAL, 1L);
    rc |= set(h, CURLOPT_TIMEOUT_MS, ms);
    rc |= set(h, CURLOPT_CONNECTTIMEOUT_MS, ms);
    rc |= set(h, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)t->bytes_max);
    rc |= set(h, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    rc |= set(h, CURLOPT_OPENSOCKETDATA, t);
    rc |= set(h, CURLOPT_WRITEFUNCTION, take);
    rc |= set(h, CURLOPT_WRITEDATA, t);
    rc |= set(h, CURLOPT_NOPROGRESS, 0L);
    rc |= set(h, CURLOPT_XFERINFOFUNCTION, look_up);
    rc |= set(h, CURLOPT_XFERINFODATA, t);
    return rc == CURLE_OK;
}

static takt_rc why_not(const struct transfer *t, CURLcode rc, takt_err *e)
{
    if (t->cancel && atomic_load(t->cancel))
        return err_set(e, TAKT_ERR_CANCELLED, where, "is not wanted any more");
    if (t->was_not_public)
        return err_set(e, TAKT_ERR_UNSUPPORTED, where,
                       "leads to an address of a private network, of this machine or of the link");
    if (t->is_too_large || rc == CURLE_FILESIZE_EXCEEDED)
        return err_set(e, TAKT_ERR_LIMIT, where, "leads to more than the %llu bytes of a picture",
                       (unsigned long long)t->bytes_max);
    if (t->has_no_memory || rc == CURLE_OUT_OF_MEMORY)
        return err_set(e, TAKT_ERR_MEMORY, where, "no memory for what is there");
    if (rc == CURLE_OPERATION_TIMEDOUT)
        return err_set(e, TAKT_ERR_FORMAT, where, "could not be fetched within %.3g s",
                       t->f->time_s);
    return err_set(e, TAKT_ERR_FORMAT, where, "could not be fetched: %s",
                   t->f->f.curl_easy_strerror(rc));
}

static takt_rc do_get(struct transfer *t, CURL *h, const char *url, long ms, char **next,
                      takt_err *e)
{
    long status = 0;
    char *to = NULL;
    *next = NULL;
    t->n = 0;
    t->was_not_public = false;
    if (!set_up(t, h, url, ms))
        return err_set(e, TAKT_ERR_UNSUPPORTED, where, "cannot be fetched by this " LIBRARY);
    CURLcode rc = t->f->f.curl_easy_perform(h);
    if (rc != CURLE_OK)
        return why_not(t, rc, e);
    t->f->f.curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
    t->f->f.curl_easy_getinfo(h, CURLINFO_REDIRECT_URL, &to);
    if (status == 200 && t->n)
        return TAKT_OK;
    if (status / 100 != 3 || !to)
        return err_set(e, TAKT_ERR_FORMAT, where, "leads to no picture: the answer is %ld%s",
                       status, status == 200 ? ", with nothing in it" : "");
    *next = strdup(to);
    return *next ? TAKT_OK : err_set(e, TAKT_ERR_MEMORY, where, "no memory for a redirect");
}

/* Each hop is a connection of its own, checked as the first one. */
static takt_rc follow(struct transfer *t, const char *url, takt_err *e)
{
    int64_t until = clock_ns() + (int64_t)(t->f->time_s * 1e9);
    char *at = strdup(url), *next = NULL;
    takt_rc rc = at ? TAKT_OK : err_set(e, TAKT_ERR_MEMORY, where, "no memory for it");
    for (int hops = 0; !rc.code && at; hops++) {
        long ms = (long)((until - clock_ns()) / 1000000);
        if (hops > FETCH_REDIRECTS_MAX)
            rc = err_set(e, TAKT_ERR_FORMAT, where, "leads on more than %d times",
                         FETCH_REDIRECTS_MAX);
        else
            rc = place_of(t->f, at, &t->to, e);
        if (rc.code && hops > 0 && rc.code == TAKT_ERR_UNSUPPORTED)
            rc = err_set(e, TAKT_ERR_UNSUPPORTED, where,
                         "leads on to a host from which this server does not fetch pictures");
        CURL *h = rc.code ? NULL : t->f->f.curl_easy_init();
        if (!rc.code && !h)
            rc = err_set(e, TAKT_ERR_MEMORY, where, "no memory to fetch it");
        if (!rc.code)
            rc = do_get(t, h, at, ms > 0 ? ms : 1, &next, e);
        if (h)
            t->f->f.curl_easy_cleanup(h);
        free(at);
        at = next;
        next = NULL;
    }
    free(at);
    return rc;
}

takt_rc fetch_get(struct fetch *f, const char *url, uint64_t bytes_max, const atomic_bool *cancel,
                  uint8_t **out, size_t *n, takt_err *e)
{
    struct transfer t = {.f = f, .bytes_max = bytes_max, .cancel = cancel};
    *out = NULL;
    *n = 0;
    takt_rc rc = follow(&t, url, e);
    if (rc.code) {
        free(t.p);
        return rc;
    }
    *out = t.p;
    *n = t.n;
    return rc;
}
