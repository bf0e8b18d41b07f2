/* What is refused, with which status, and that the server goes on as if nothing had been. */
#include "rig.h"

static struct wire w;
static struct reply r;

static bool connect_to(const struct rig *rig)
{
    w.len = 0;
    w.buf[0] = 0;
    w.fd = dial(rig->port);
    return T_OK(w.fd >= 0);
}

/* Whole or not, each of these is judged without waiting for more. */
static const struct {
    int status;
    const char *request;
} refused[] = {
    /* request lines */
    {400, "\x16\x03\x01\x02"}, /* a TLS hello */
    {400, "\r\n\r\n"},
    {400, " GET / HTTP/1.1\r\n"},
    {400, "GET / HTTP/1.1\n"},
    {400, "GET /\r\n"},
    {400, "GET\r\n"},
    {400, "GET  / HTTP/1.1\r\n"},
    {400, "GET /  HTTP/1.1\r\n"},
    {400, "GET / HTTP/1.1 \r\n"},
    {400, "GET\t/ HTTP/1.1\r\n"},
    {400, "GET / http/1.1\r\n"},
    {400, "GET / HTTP/1.10\r\n"},
    {400, "GET / HTTP/11\r\n"},
    {400, "GET / HTTPS/1.1\r\n"},
    {400, "GET /a b HTTP/1.1\r\n"},
    {400, "GET /\x01 HTTP/1.1\r\n"},
    {400, "GET /\xc3\xa4 HTTP/1.1\r\n"},
    {400, "GET /\r HTTP/1.1\r\n"},
    {400, "G@T / HTTP/1.1\r\n"},
    {505, "GET / HTTP/2.0\r\n"},
    {505, "PRI * HTTP/2.0\r\n"},
    {505, "GET / HTTP/1.2\r\n"},
    {505, "GET / HTTP/0.9\r\n"},
    {501, "BREW / HTTP/1.1\r\n"},
    {501, "get / HTTP/1.1\r\n"},
    {501, "CONNECT x:1 HTTP/1.1\r\n"},
    /* targets */
    {400, "GET echo HTTP/1.1\r\n"},
    {400, "GET * HTTP/1.1\r\n"},
    {400, "GET x:80 HTTP/1.1\r\n"},
    {400, "GET ftp://x/ HTTP/1.1\r\n"},
    {400, "GET http:/// HTTP/1.1\r\n"},
    {400, "GET http://user@x/ HTTP/1.1\r\n"},
    {400, "GET /echo#part HTTP/1.1\r\n"},
    {400, "GET /%00 HTTP/1.1\r\n"},
    {400, "GET /% HTTP/1.1\r\n"},
    {400, "GET /%4 HTTP/1.1\r\n"},
    {400, "GET /%4g HTTP/1.1\r\n"},
    /* headers */
    {400, "GET / HTTP/1.1\r\n\r\n"}, /* no Host */
    {400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a b\r\n"},
    {400, "GET / HTTP/1.1\r\nHost: a/b\r\n"},
    {400, "GET / HTTP/1.1\r\nHost : a\r\n"},
    {400, "GET / HTTP/1.1\r\n: a\r\n"},
    {400, "GET / HTTP/1.1\r\nA\r\n"},
    {400, "GET / HTTP/1.1\r\nA b: c\r\n"},
    {400, "GET / HTTP/1.1\r\nA\x80: c\r\n"},
    {400, "GET / HTTP/1.1\r\nA: b\n"},
    {400, "GET / HTTP/1.1\r\nA: b\rc\r\n"},
    {400, "GET / HTTP/1.1\r\nA: \x01\r\n"},
    {400, "GET / HTTP/1.1\r\nA: \x7f\r\n"},
    {400, "GET / HTTP/1.1\r\n A: b\r\n"},
    {400, "GET / HTTP/1.1\r\nA: b\r\n c\r\n"},
    {400, "GET / HTTP/1.1\r\nA: b\r\n\tc\r\n"},
    {417, "GET / HTTP/1.1\r\nExpect: a miracle\r\n"},
    /* lengths */
    {400, "POST / HTTP/1.1\r\nContent-Length: -1\r\n"},
    {400, "POST / HTTP/1.1\r\nContent-Length: +1\r\n"},
    {400, "POST / HTTP/1.1\r\nContent-Length: 0x1\r\n"},
    {400, "POST / HTTP/1.1\r\nContent-Length: 1.0\r\n"},
    {400, "POST / HTTP/1.1\r\nContent-Length: 1 1\r\n"},
    {400, "POST / HTTP/1.1\r\nContent-Length: 1, 1\r\n"},
    {400, "POST / HTTP/1.1\r\nContent-Length:\r\n"},
    {400, "POST / HTTP/1.1\r\nContent-Length: ten\r\n"},
    {400, "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n"},
    {400, "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n"},
    {413, "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n"},
    {413, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551615\r\n\r\n"},
    {413, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n"},
    {413, "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n"},
    {413, "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n"},
/* chunks */
#define CHUNKED "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    {400, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n"},
    {400, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"},
    {400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"},
    {501, "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n"},
    {501, "POST / HTTP/1.1\r\nTransfer-Encoding: identity\r\n"},
    {400, "POST / HTTP/1.1\r\nTransfer-Encoding: \013chunked\r\n"},
    {400, CHUNKED "x\r\n"},
    {400, CHUNKED "\r\n"},
    {400, CHUNKED "-1\r\n"},
    {400, CHUNKED "0x1\r\n"},
    {400, CHUNKED ";a\r\n"},
    {400, CHUNKED "1\nb"},
    {400, CHUNKED "1\r\nbc"},
    {400, CHUNKED "1\r\nb\n"},
    {400, CHUNKED "1;\x01\r\n"},
    {400, CHUNKED "1\r\nb\r\n0\r\nA: b\n"},
    {400, CHUNKED "1\r\nb\r\n0\r\nA: b\r\n c\r\n"},
    {400, CHUNKED "1\r\nb\r\n0\r\n\rX"},
    {400, CHUNKED "00000000000000001\r\n"},
    {413, CHUNKED "ffffffffffffffff\r\n"},
    {413, CHUNKED "7fffffffffffffff\r\n"},
    {413, CHUNKED "3e9\r\n"},
    {413, CHUNKED "1\r\nb\r\nffffffffffffffff\r\n"},
    {413, CHUNKED "1\r\nb\r\n3e8\r\n"},
};

enum { N_REFUSED = sizeof refused / sizeof *refused };

T_TEST(what_is_no_http_is_refused_at_once)
{
    struct rig rig = {.has_own_refusals = true};
    struct http_limits limits = {.body_max = 1000};
    if (!rig_start(&rig, &limits, "127.0.0.1:0", NULL))
        return;
    for (int i = 0; i < N_REFUSED; i++) {
        char want[32];
        int status = ask(rig.port, refused[i].request, &r);
        snprintf(want, sizeof want, "refused:%d:", refused[i].status);
        if (status != refused[i].status || strncmp(r.body, want, strlen(want)) != 0 ||
            !strstr(r.head, "\r\nConnection: close\r\n") ||
            !strstr(r.head, "\r\nContent-Type: application/x-refusal\r\n"))
            t_fail(__FILE__, __LINE__, "status %d, not %d, and \"%s\" for %s", status,
                   refused[i].status, r.body, refused[i].request);
        T_EQ_INT(ask(rig.port, GET("/echo"), &r), 200);
    }
    T_OK(rig_connections_are(&rig, 0));
    rig_stop(&rig);
    T_EQ_INT(rig.figures.n_refused, N_REFUSED);
    T_EQ_INT(rig.figures.n_requests, N_REFUSED);
    T_EQ_INT(rig.figures.n_exchanges, 0);
}

T_TEST(nuls_are_refused)
{
    static const char line[] = "GET /a\0b HTTP/1.1\r\nHost: x\r\n\r\n";
    static const char version[] = "GET / HTTP/1.1\0\r\nHost: x\r\n\r\n";
    static const char name[] = "GET / HTTP/1.1\r\nHo\0st: x\r\n\r\n";
    static const char value[] = "GET / HTTP/1.1\r\nHost: x\0y\r\n\r\n";
    struct rig rig = {0};
    if (!rig_start(&rig, NULL, "127.0.0.1:0", NULL))
        return;
    T_EQ_INT(ask_n(rig.port, line, sizeof line - 1, NULL), 400);
    T_EQ_INT(ask_n(rig.port, version, sizeof version - 1, NULL), 400);
    T_EQ_INT(ask_n(rig.port, name, sizeof name - 1, NULL), 400);
    T_EQ_INT(ask_n(rig.port, value, sizeof value - 1, &r), 400);
    T_EQ_STR(r.body, "a header's value has a control character.\n"); /* without a handler's own */
    T_EQ_INT(ask_n(rig.port, "\0", 1, NULL), 400);
    rig_stop(&rig);
}

T_TEST(what_is_odd_but_allowed_is_not_refused)
{
    struct rig rig = {0};
    struct http_limits limits = {.body_max = 1000};
    if (!rig_start(&rig, &limits, "127.0.0.1:0", NULL))
        return;
    static const char *const allowed[] = {
        "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost:\r\n\r\n",
        "GET / HTTP/1.1\r\nhOST:[::1]:80\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.0\r\nExpect: a miracle\r\n\r\n",
        "GET /?%00%zz\"<>[] HTTP/1.1\r\nHost: x\r\n\r\n", /* the query is the handler's */
        "GET / HTTP/1.1\r\nHost: x\r\nA: \xff\t\x80\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\n\r\n", /* its body is empty */
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 00001\r\n\r\n1",
        CHUNKED "0\r\n\r\n",
        CHUNKED "0;last\r\n\r\n",
    };
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
        if (ask(rig.port, allowed[i], &r) != 200)
            t_fail(__FILE__, __LINE__, "%d, \"%s\", for %s", r.status, r.body, allowed[i]);
    rig_stop(&rig);
    T_EQ_INT(rig.figures.n_refused, 0);
}

/* Sends HEAD and then PIECE again and again until the server has had enough or N bytes are sent. */
static int pour(const struct rig *rig, const char *head, const char *piece, size_t n)
{
    int status = 0;
    if (!connect_to(rig))
        return 0;
    put(w.fd, head);
    for (size_t sent = 0; sent < n && put(w.fd, piece); sent += strlen(piece))
        ;
    if (read_reply(&w, &r, false))
        status = r.status;
    close(w.fd);
    return status;
}

T_TEST(too_many_or_too_large_headers_are_refused)
{
    static char large[4097];
    memset(large, 'a', sizeof large - 1);
    struct rig rig = {0};
    if (!rig_start(&rig, NULL, "127.0.0.1:0", NULL))
        return;
    T_EQ_INT(pour(&rig, "GET / HTTP/1.1\r\nA: ", large, 1 << 20), 431);
    T_EQ_INT(pour(&rig, "GET /", large, 1 << 20), 431);
    T_EQ_INT(pour(&rig, "", large, 1 << 20), 431);
    T_EQ_INT(pour(&rig, "GET / HTTP/1.1\r\n", "a:\r\n", 40000), 431); /* 10,000 headers */
    char most[1024] = "GET / HTTP/1.1\r\nHost: x\r\n";
    for (size_t i = 0, at = strlen(most); i < 127; i++, at += 4)
        memcpy(most + at, "a:\r\n\r\n", 7);
    T_EQ_INT(ask(rig.port, most, NULL), 200); /* 128 are allowed */
    rig_stop(&rig);
    struct rig small = {0};
    struct http_limits limits = {.headers_max = 60};
    if (!rig_start(&small, &limits, "127.0.0.1:0", NULL))
        return;
    /* 16 + 9 + 31 + 2 + 2 bytes; and one more. */
    T_EQ_INT(
        ask(small.port, "GET / HTTP/1.1\r\nHost: x\r\nA: 2345678901234567890123456789\r\n\r\n", &r),
        200);
    T_EQ_INT(ask(small.port,
                 "GET / HTTP/1.1\r\nHost: x\r\nA: 23456789012345678901234567890\r\n\r\n", &r),
             431);
    rig_stop(&small);
}

/* The reply arrives although the client is still sending: 64 MB here. */
T_TEST(a_large_body_is_refused_before_it_is_read)
{
    static char piece[65537];
    memset(piece, 'b', sizeof piece - 1);
    struct rig rig = {0};
    struct http_limits limits = {.body_max = 1000};
    if (!rig_start(&rig, &limits, "127.0.0.1:0", NULL))
        return;
    T_EQ_INT(pour(&rig, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2147483648\r\n\r\n", piece,
                  64 << 20),
             413);
    T_EQ_INT(pour(&rig, CHUNKED "80000000\r\n", piece, 64 << 20), 413);
    T_EQ_INT(pour(&rig, CHUNKED "1;", "an extension", 64 << 20), 400);
    T_EQ_INT(pour(&rig, CHUNKED "0\r\n", "Trailer: field\r\n", 64 << 20), 400);
    rig_stop(&rig);
    T_EQ_INT(rig.figures.n_requests, 0);
}

T_TEST(all_bodies_together_have_a_limit)
{
    struct rig rig = {0};
    struct http_limits limits = {.bodies_max = 150000};
    static char body[100000], request[100200];
    memset(body, 'b', sizeof body - 1);
    int n = snprintf(request, sizeof request,
                     "POST /wait HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n%s", body);
    if (!rig_start(&rig, &limits, "127.0.0.1:0", NULL))
        return;
    for (int i = 0; i < 3; i++) { /* what was held is given back */
        if (!connect_to(&rig))
            break;
        put_n(w.fd, request, (size_t)n);
        for (int k = 0; k < PATIENCE_MS && rig.figures.n_exchanges == 0; k++)
            rig_ask(&rig, RIG_NOTHING);
        T_EQ_INT(ask_n(rig.port, request, (size_t)n, NULL), 503);
        rig_ask(&rig, RIG_END);
        T_EQ_INT(rig.figures.n_exchanges, 0);
        T_OK(read_reply(&w, &r, false));
        T_EQ_STR(r.body, "waited");
        close(w.fd);
    }
    rig_stop(&rig);
}

/* A close with bytes unread would be a reset, which can destroy a reply on its way. */
T_TEST(no_reset_overtakes_a_refusal)
{
    static char piece[300000];
    struct rig rig = {0};
    struct http_limits limits = {.body_max = 1000};
    if (!rig_start(&rig, &limits, "127.0.0.1:0", NULL) || !connect_to(&rig))
        return;
    put(w.fd, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2147483648\r\n\r\n");
    T_OK(put_n(w.fd, piece, sizeof piece));
    pause_ms(100);
    int error = 0;
    socklen_t n = sizeof error;
    T_EQ_INT(getsockopt(w.fd, SOL_SOCKET, SO_ERROR, &error, &n), 0);
    T_EQ_INT(error, 0);
    T_OK(read_reply(&w, &r, false));
    T_EQ_INT(r.status, 413);
    T_OK(has_end(&w, false));
    close(w.fd);
    rig_stop(&rig);
}

T_TEST(a_refusal_ends_pipelining)
{
    struct rig rig = {0};
    if (!rig_start(&rig, NULL, "127.0.0.1:0", NULL) || !connect_to(&rig))
        return;
    put(w.fd, GET("/echo?1") "BREW / HTTP/1.1\r\n\r\n" GET("/echo?2"));
    T_OK(read_reply(&w, &r, false));
    T_EQ_INT(r.status, 200);
    T_OK(read_reply(&w, &r, false));
    T_EQ_INT(r.status, 501);
    T_OK(has_end(&w, false));
    T_EQ_INT(w.len, 0);
    close(w.fd);
    rig_stop(&rig);
    T_EQ_INT(rig.figures.n_requests, 1);
}

T_TEST(slow_requests_time_out)
{
    struct rig rig = {0};
    struct http_limits limits = {.header_s = 0.2, .body_s = 0.2, .idle_s = 0.5};
    if (!rig_start(&rig, &limits, "127.0.0.1:0", NULL))
        return;
    static const struct {
        const char *head, *piece;
        int status;
    } slow[] = {
        {"GET / HTTP/1.1\r\nHost: x\r\n", "a:\r\n", 408},
        {"GET / HT", "", 408},
        {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n", "b", 408},
        {CHUNKED, "1\r\nb\r\n", 408},
        {"", "", 0},
        {GET("/echo"), "", 0}, /* idle again: closed without a word */
    };
    for (size_t i = 0; i < sizeof slow / sizeof *slow; i++) {
        connect_to(&rig);
        int64_t start = clock_ns();
        put(w.fd, slow[i].head);
        if (strcmp(slow[i].head, GET("/echo")) == 0)
            T_OK(read_reply(&w, &r, false));
        for (int k = 0; k < 100 && !more(&w, 20); k++)
            if (!put(w.fd, slow[i].piece) || w.was_reset ||
                recv(w.fd, &(char){0}, 1, MSG_PEEK | MSG_DONTWAIT) == 0)
                break;
        int64_t ms = (clock_ns() - start) / 1000000;
        T_OK(ms > (slow[i].status ? 150 : 450) && ms < 2000);
        T_EQ_INT(read_reply(&w, &r, false) ? r.status : 0, slow[i].status);
        T_OK(has_end(&w, false));
        close(w.fd);
    }
    rig_stop(&rig);
    T_EQ_INT(rig.figures.n_refused, 4);
}

/* Each 64 KiB buy another body_s. */
T_TEST(a_body_that_keeps_coming_may_take_long)
{
    static char piece[32 << 10];
    struct rig rig = {0};
    struct http_limits limits = {.body_s = 1};
    if (!rig_start(&rig, &limits, "127.0.0.1:0", NULL) || !connect_to(&rig))
        return;
    int64_t start = clock_ns();
    put(w.fd, "POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 327680\r\n\r\n");
    for (int i = 0; i < 10; i++) {
        put_n(w.fd, piece, sizeof piece);
        pause_ms(150);
    }
    T_OK(read_reply(&w, &r, true));
    T_EQ_INT(r.status, 204);
    T_OK(clock_ns() - start > 1200000000);
    close(w.fd);
    rig_stop(&rig);
}

/* Is this connection served, or closed at once? */
static bool is_let_in(int fd)
{
    w.fd = fd;
    w.len = 0;
    w.buf[0] = 0;
    put(fd, GET("/echo"));
    return read_reply(&w, &r, false);
}

T_TEST(connections_beyond_the_limits_are_closed)
{
    struct rig rig = {0};
    struct http_limits limits = {.connections_max = 3};
    for (int per_address = 0; per_address < 2; per_address++) {
        if (!rig_start(&rig, &limits, "127.0.0.1:0", NULL))
            return;
        int fd[3];
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 3; i++)
                T_OK(is_let_in(fd[i] = dial(rig.port)));
            int more_fd = dial(rig.port);
            T_OK(!is_let_in(more_fd));
            close(more_fd);
            close(fd[0]);
            rig_connections_are(&rig, 2);
            T_OK(is_let_in(fd[0] = dial(rig.port)));
            for (int i = 0; i < 3; i++)
                close(fd[i]);
            rig_connections_are(&rig, 0);
        }
        rig_stop(&rig);
        T_EQ_INT(rig.figures.n_turned_away, 3);
        T_EQ_INT(rig.figures.n_accepted, 12);
        rig = (struct rig){0};
        limits = (struct http_limits){.per_address_max = 3};
    }
}

T_TEST(an_address_does_not_use_up_what_another_may_have)
{
    struct rig rig = {0};
    struct http_limits limits = {.per_address_max = 2};
    takt_err e;
    if (!rig_make(&rig, &limits) ||
        !T_RC(http_listen(rig.server, "0.0.0.0:0", NULL, &rig.port, &e), &e) || !rig_go(&rig))
        return;
    int fd[100];
    for (int i = 0; i < 100; i++) { /* two each from 127.0.0.1 to 127.0.0.50 */
        struct sockaddr_in from = {.sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(0x7f000001u + (unsigned)i / 2)};
        struct sockaddr_in to = {.sin_family = AF_INET,
                                 .sin_port = htons(rig.port),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        fd[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (bind(fd[i], (struct sockaddr *)&from, sizeof from) != 0 ||
            connect(fd[i], (struct sockaddr *)&to, sizeof to) != 0 || !T_OK(is_let_in(fd[i])))
            break;
    }
    int third = dial(rig.port);
    T_OK(!is_let_in(third));
    close(third);
    for (int i = 0; i < 100; i++)
        close(fd[i]);
    T_OK(rig_connections_are(&rig, 0));
    rig_stop(&rig);
    T_EQ_INT(rig.figures.n_turned_away, 1);
}

T_MAIN("net/http_refuse")
