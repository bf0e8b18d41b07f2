/* What a client gets: replies, streams, and connections that go on. */
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

T_TEST(whole_replies_have_all_that_a_client_needs)
{
    struct rig rig = {0};
    if (!rig_start(&rig, NULL, "127.0.0.1:0", NULL) || !connect_to(&rig))
        return;
    static const char first[] =
        "POST /echo?a=1&b=%20 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
    size_t n_sent = sizeof first - 1 + strlen(GET("/nowhere"));
    put(w.fd, first);
    T_OK(read_reply(&w, &r, false));
    T_EQ_INT(r.status, 200);
    T_EQ_STR(r.body, "POST /echo|a=1&b=%20|127.0.0.1|hello");
    T_OK(strstr(r.head, "HTTP/1.1 200 OK\r\n") == r.head);
    T_OK(strstr(r.head, "\r\nContent-Type: text/plain\r\n") != NULL);
    T_OK(strstr(r.head, "\r\nX-Test: yes\r\n") != NULL);
    int day, year, hour, minute, second;
    char name[4], month[4];
    const char *date = strstr(r.head, "\r\nDate: ");
    T_OK(date && sscanf(date, "\r\nDate: %3s, %d %3s %d %d:%d:%d GMT\r\n", name, &day, month, &year,
                        &hour, &minute, &second) == 7);
    T_OK(strstr(r.head, "Connection:") == NULL);
    T_EQ_INT(ask(rig.port, GET("/nowhere"), &r), 404);
    close(w.fd);
    rig_stop(&rig);
    T_EQ_INT(rig.figures.n_requests, 2);
    T_EQ_INT(rig.figures.n_accepted, 2);
    T_EQ_INT(rig.figures.n_gone, 0);
    T_EQ_INT(rig.figures.bytes_in, n_sent);
    T_OK(rig.figures.bytes_out > 200);
}

T_TEST(paths_are_decoded_and_headers_found)
{
    struct rig rig = {0};
    if (!rig_start(&rig, NULL, "127.0.0.1:0", NULL))
        return;
    T_EQ_INT(ask(rig.port, GET("/%65cho"), &r), 200);
    T_EQ_STR(r.body, "GET /echo||127.0.0.1|");
    T_EQ_INT(ask(rig.port, "GET http://host:80/echo?q HTTP/1.1\r\nHost: x\r\n\r\n", &r), 200);
    T_EQ_STR(r.body, "GET /echo|q|127.0.0.1|");
    T_EQ_INT(ask(rig.port, "GET http://host?q HTTP/1.1\r\nHost: x\r\n\r\n", &r), 200);
    T_EQ_STR(r.body, "GET /|q|127.0.0.1|");
    T_EQ_INT(ask(rig.port, "GET /headers HTTP/1.1\r\nHost:x\r\nA:  b c\t\r\nEmpty:\r\n\r\n", &r),
             200);
    T_EQ_STR(r.body, "Host=x;A=b c;Empty=;");
    rig_stop(&rig);
}

T_TEST(connections_are_kept_and_closed_as_asked)
{
    struct rig rig = {0};
    if (!rig_start(&rig, NULL, "127.0.0.1:0", NULL) || !connect_to(&rig))
        return;
    for (int i = 0; i < 100; i++) {
        put(w.fd, GET("/echo"));
        if (!T_OK(read_reply(&w, &r, false)))
            break;
    }
    put(w.fd, "GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    T_OK(read_reply(&w, &r, false));
    T_OK(strstr(r.head, "\r\nConnection: close\r\n") != NULL);
    T_OK(has_end(&w, false));
    close(w.fd);
    connect_to(&rig);
    put(w.fd, GET("/close")); /* the handler's wish */
    T_OK(read_reply(&w, &r, false));
    T_OK(strstr(r.head, "\r\nConnection: close\r\n") != NULL);
    T_OK(has_end(&w, false));
    close(w.fd);
    connect_to(&rig);
    put(w.fd, "GET /echo HTTP/1.0\r\n\r\n");
    T_OK(read_reply(&w, &r, false));
    T_OK(has_end(&w, false));
    close(w.fd);
    connect_to(&rig);
    for (int i = 0; i < 3; i++) {
        put(w.fd, "GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        T_OK(read_reply(&w, &r, false));
        T_OK(strstr(r.head, "\r\nConnection: keep-alive\r\n") != NULL);
    }
    close(w.fd);
    T_OK(rig_connections_are(&rig, 0));
    rig_stop(&rig);
    T_EQ_INT(rig.figures.n_accepted, 4);
    T_EQ_INT(rig.figures.n_requests, 106);
}

T_TEST(pipelined_requests_are_answered_in_order)
{
    enum { N = 2000 };
    struct rig rig = {0};
    if (!rig_start(&rig, NULL, "127.0.0.1:0", NULL) || !connect_to(&rig))
        return;
    char text[128], want[128];
    for (int i = 0; i < N; i++) {
        snprintf(text, sizeof text,
                 "POST /echo?%d HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n%c", i,
                 '0' + i % 10);
        if (!put(w.fd, text))
            break;
    }
    for (int i = 0; i < N; i++) {
        snprintf(want, sizeof want, "POST /echo|%d|127.0.0.1|%c", i, '0' + i % 10);
        if (!T_OK(read_reply(&w, &r, false)) || !T_EQ_STR(r.body, want))
            break;
    }
    /* One behind a reply that comes later. */
    put(w.fd, GET("/wait") GET("/echo?last"));
    pause_ms(50);
    T_OK(!more(&w, 0));
    rig_ask(&rig, RIG_END);
    T_OK(read_reply(&w, &r, false));
    T_EQ_STR(r.body, "waited");
    T_OK(read_reply(&w, &r, false));
    T_EQ_STR(r.body, "GET /echo|last|127.0.0.1|");
    close(w.fd);
    rig_stop(&rig);
}

/* Its requests are answered, but it never reads: neither they nor the replies pile up. */
T_TEST(a_pipelining_client_that_does_not_read_waits)
{
    struct rig rig = {0};
    if (!rig_start(&rig, NULL, "127.0.0.1:0", NULL) || !connect_to(&rig))
        return;
    enum { BATCH = 1000, BYTES_MAX = 100 << 20 };
    const char *request = GET("/big?100000");
    size_t n = strlen(request), sent = 0;
    char *batch = malloc(BATCH * n);
    for (size_t i = 0; i < BATCH; i++)
        memcpy(batch + i * n, request, n);
    for (int idle = 0; idle < 20 && sent < BYTES_MAX;) {
        size_t from = sent % (BATCH * n);
        ssize_t k = send(w.fd, batch + from, BATCH * n - from, MSG_NOSIGNAL | MSG_DONTWAIT);
        sent += k > 0 ? (size_t)k : 0;
        idle = k > 0 ? 0 : idle + 1;
        if (k <= 0)
            pause_ms(10);
    }
    free(batch);
    T_OK(sent > 50 * n && sent < BYTES_MAX);
    rig_ask(&rig, RIG_NOTHING);
    T_OK(rig.figures.n_requests < 200);
    for (int i = 0; i < 50; i++)
        if (!T_OK(read_reply(&w, &r, false)) || !T_EQ_INT(r.n, 100000))
            break;
    close(w.fd);
    T_OK(rig_connections_are(&rig, 0));
    rig_stop(&rig);
}

T_TEST(head_and_options_and_empty_replies_have_no_body)
{
    struct rig rig = {0};
    if (!rig_start(&rig, NULL, "127.0.0.1:0", NULL) || !connect_to(&rig))
        return;
    put(w.fd, "HEAD /big?1234 HTTP/1.1\r\nHost: x\r\n\r\n");
    T_OK(read_reply(&w, &r, true));
    T_OK(strstr(r.head, "\r\nContent-Length: 1234\r\n") != NULL);
    put(w.fd, "HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n");
    T_OK(read_reply(&w, &r, true));
    T_OK(strstr(r.head, "\r\nTransfer-Encoding: chunked\r\n") != NULL);
    put(w.fd, GET("/none"));
    T_OK(read_reply(&w, &r, true));
    T_EQ_INT(r.status, 204);
    T_OK(strstr(r.head, "Content-") == NULL);
    put(w.fd, "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n");
    T_OK(read_reply(&w, &r, false));
    T_EQ_STR(r.body, "OPTIONS *||127.0.0.1|");
    static const char *const methods[] = {"GET", "PUT", "DELETE", "PATCH", "TRACE"};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        char text[128], want[64];
        snprintf(text, sizeof text, "%s /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi",
                 methods[i]);
        snprintf(want, sizeof want, "%s /echo||127.0.0.1|hi", methods[i]);
        put(w.fd, text);
        T_OK(read_reply(&w, &r, false));
        T_EQ_STR(r.body, want);
    }
    T_EQ_INT(w.len, 0);
    close(w.fd);
    rig_stop(&rig);
}

T_TEST(chunked_request_bodies_are_put_together)
{
    struct rig rig = {0};
    if (!rig_start(&rig, NULL, "127.0.0.1:0", NULL) || !connect_to(&rig))
        return;
    static const char request[] =
        "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n"
        "3\r\nabc\r\n0000A;name=\"v\"\r\n0123456789\r\n1 \r\n!\r\n"
        "0\r\nTrailer: dropped\r\n\r\n";
    put(w.fd, request);
    T_OK(read_reply(&w, &r, false));
    T_EQ_STR(r.body, "POST /echo||127.0.0.1|abc0123456789!");
    for (int i = 0; i < 100; i++) /* and what stands behind one is not lost */
        put(w.fd, request);
    for (int i = 0; i < 100; i++)
        if (!T_OK(read_reply(&w, &r, false)) ||
            !T_EQ_STR(r.body, "POST /echo||127.0.0.1|abc0123456789!"))
            break;
    /* A byte at a time, in segments of their own. */
    for (size_t i = 0; i < sizeof request - 1; i++) {
        put_n(w.fd, request + i, 1);
        if (i % 16 == 0)
            pause_ms(1);
    }
    T_OK(read_reply(&w, &r, false));
    T_EQ_STR(r.body, "POST /echo||127.0.0.1|abc0123456789!");
    close(w.fd);
    rig_stop(&rig);
}

T_TEST(large_bodies_arrive_whole)
{
    enum { N = 5000000 };
    struct rig rig = {0};
    struct http_limits limits = {.body_max = N};
    if (!rig_start(&rig, &limits, "127.0.0.1:0", NULL) || !connect_to(&rig))
        return;
    char *body = malloc(N), head[128];
    for (int i = 0; i < N; i++)
        body[i] = (char)('a' + i % 23);
    for (int chunked = 0; chunked < 2; chunked++) {
        snprintf(head, sizeof head,
                 chunked ? "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
                           "chunked\r\n\r\n%x\r\n"
                         : "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n",
                 N);
        put(w.fd, head);
        put_n(w.fd, body, N);
        put(w.fd, chunked ? "\r\n0\r\n\r\n" : "");
        T_OK(read_head(&w, &r));
        T_OK(strstr(r.head, "Content-Length: 5000022\r\n") != NULL);
        has(&w, "POST /echo||127.0.0.1|");
        take(&w, 22);
        size_t n = 0, wrong = 0;
        while (n < N && (w.len > 0 || more(&w, PATIENCE_MS))) {
            for (size_t i = 0; i < w.len; i++)
                wrong += w.buf[i] != body[n + i];
            n += w.len;
            take(&w, w.len);
        }
        T_EQ_INT(n, N);
        T_EQ_INT(wrong, 0);
    }
    free(body);
    close(w.fd);
    rig_stop(&rig);
}

T_TEST(a_client_that_expects_it_is_told_to_go_on)
{
    struct rig rig = {0};
    if (!rig_start(&rig, NULL, "127.0.0.1:0", NULL) || !connect_to(&rig))
        return;
    put(w.fd,
        "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    T_OK(read_head(&w, &r));
    T_EQ_INT(r.status, 100);
    put(w.fd, "abc");
    T_OK(read_reply(&w, &r, false));
    T_EQ_STR(r.body, "POST /echo||127.0.0.1|abc");
    /* Not one that did not wait, with all or with some of it. */
    put(w.fd,
        "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc");
    T_OK(read_reply(&w, &r, false));
    T_EQ_INT(r.status, 200);
    put(w.fd,
        "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\na");
    pause_ms(30);
    put(w.fd, "bc");
    T_OK(read_reply(&w, &r, false));
    T_EQ_INT(r.status, 200);
    close(w.fd);
    rig_stop(&rig);
}

T_TEST(streams_arrive_piece_by_piece)
{
    struct rig rig = {0};
    if (!rig_start(&rig, NULL, "127.0.0.1:0", NULL) || !connect_to(&rig))
        return;
    put(w.fd, GET("/stream"));
    T_OK(read_reply(&w, &r, false));
    T_EQ_STR(r.body, "data: 1\n\ndata: 2\n\ndata: a longer event\n\n");
    T_OK(strstr(r.head, "\r\nContent-Type: text/event-stream\r\n") != NULL);
    put(w.fd, GET("/hold"));
    T_OK(read_head(&w, &r));
    T_OK(has(&w, "d\r\ndata: first\n\n\r\n"));
    for (int i = 0; i < 3; i++) {
        take(&w, w.len);
        int64_t start = clock_ns();
        rig_ask(&rig, RIG_EVENT);
        T_OK(has(&w, "c\r\ndata: next\n\n\r\n"));
        T_OK(clock_ns() - start < 1000000000); /* nothing waits for more to come */
    }
    take(&w, w.len);
    rig_ask(&rig, RIG_END);
    T_OK(has(&w, "0\r\n\r\n"));
    take(&w, 5);
    put(w.fd, GET("/echo")); /* and the connection goes on */
    T_OK(read_reply(&w, &r, false));
    close(w.fd);
    connect_to(&rig);
    put(w.fd, "GET /stream HTTP/1.0\r\n\r\n"); /* no chunks there */
    T_OK(read_head(&w, &r));
    T_OK(strstr(r.head, "Transfer-Encoding") == NULL);
    T_OK(has_end(&w, false));
    T_EQ_STR(w.buf, "data: 1\n\ndata: 2\n\ndata: a longer event\n\n");
    close(w.fd);
    rig_stop(&rig);
    T_EQ_INT(rig.figures.n_gone, 0);
}

T_TEST(an_aborted_stream_does_not_look_complete)
{
    struct rig rig = {0};
    if (!rig_start(&rig, NULL, "127.0.0.1:0", NULL) || !connect_to(&rig))
        return;
    put(w.fd, GET("/abort"));
    T_OK(read_head(&w, &r));
    T_OK(has_end(&w, false));
    T_EQ_STR(w.buf, "d\r\ndata: first\n\n\r\n");
    close(w.fd);
    connect_to(&rig);
    put(w.fd, "GET /abort HTTP/1.0\r\n\r\n");
    T_OK(has_end(&w, true));
    close(w.fd);
    connect_to(&rig);
    put(w.fd, GET("/drop"));
    T_OK(has_end(&w, true));
    T_EQ_INT(w.len, 0);
    close(w.fd);
    rig_stop(&rig);
    T_EQ_INT(rig.figures.n_gone, 0);
    T_EQ_INT(rig.figures.n_exchanges, 0);
}

static void reset(int fd)
{
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
    close(fd);
}

T_TEST(a_client_that_leaves_is_noticed_once)
{
    struct rig rig = {0};
    if (!rig_start(&rig, NULL, "127.0.0.1:0", NULL))
        return;
    int n = 0;
    static const char *const requests[] = {GET("/hold"), GET("/wait")};
    for (int i = 0; i < 6; i++) {
        connect_to(&rig);
        put(w.fd, requests[i % 2]);
        if (i % 2 == 0)
            T_OK(has(&w, "first"));
        else
            pause_ms(30);
        T_OK(rig_gone_is(&rig, n));
        if (i / 2 == 0)
            close(w.fd);
        else if (i / 2 == 1)
            reset(w.fd);
        else
            shutdown(w.fd, SHUT_WR);
        T_OK(rig_gone_is(&rig, ++n));
        if (i / 2 == 2)
            close(w.fd);
    }
    rig_ask(&rig, RIG_EVENT);
    rig_ask(&rig, RIG_END);
    T_OK(rig_connections_are(&rig, 0));
    rig_stop(&rig);
    T_EQ_INT(rig.figures.n_gone, 6);
    T_EQ_INT(rig.figures.n_exchanges, 0);
    T_EQ_INT(atomic_load(&rig.n_gone), 6);
}

/* More than is read ahead waits behind the running request, so that nobody reads from the
 * connection and its end cannot arrive: it is noticed by what is sent. */
T_TEST(a_client_that_leaves_with_much_unread_is_noticed)
{
    struct rig rig = {0};
    if (!rig_start(&rig, NULL, "127.0.0.1:0", NULL) || !connect_to(&rig))
        return;
    put(w.fd, GET("/hold") "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 300000\r\n\r\n");
    static char body[300000];
    put_n(w.fd, body, sizeof body);
    T_OK(has(&w, "first"));
    pause_ms(50);
    rig_ask(&rig, RIG_EVENT);
    T_OK(has(&w, "next"));
    T_OK(rig_gone_is(&rig, 0));
    close(w.fd);
    for (int i = 0; i < 100 && atomic_load(&rig.n_gone) == 0; i++) {
        rig_ask(&rig, RIG_EVENT);
        pause_ms(1);
    }
    T_OK(rig_gone_is(&rig, 1));
    rig_stop(&rig);
}

T_TEST(a_slow_reader_of_a_stream_counts_as_gone)
{
    struct rig rig = {0};
    struct http_limits limits = {.unsent_max = 1 << 20};
    if (!rig_start(&rig, &limits, "127.0.0.1:0", NULL) || !connect_to(&rig))
        return;
    put(w.fd, GET("/flood"));
    T_OK(has(&w, "first"));
    int rounds = 0;
    while (rounds < 1000 && atomic_load(&rig.n_gone) == 0) {
        rig_ask(&rig, RIG_FLOOD);
        rounds++;
    }
    T_OK(rounds > 16 && rounds < 1000); /* 1 MiB, and what the system holds */
    T_OK(rig_gone_is(&rig, 1));
    close(w.fd);
    rig_stop(&rig);
    /* A whole reply of more than that is not a stream. */
    struct rig big = {0};
    if (!rig_start(&big, &limits, "127.0.0.1:0", NULL) || !connect_to(&big))
        return;
    put(w.fd, GET("/big?20000000"));
    pause_ms(50);
    size_t n = 0;
    T_OK(read_head(&w, &r));
    while (n + w.len < 20000000 && (n += w.len, take(&w, w.len), more(&w, PATIENCE_MS)))
        ;
    T_EQ_INT(n + w.len, 20000000);
    close(w.fd);
    rig_stop(&big);
}

T_TEST(a_reader_that_takes_nothing_counts_as_gone)
{
    struct rig rig = {0};
    struct http_limits limits = {.write_s = 0.2};
    if (!rig_start(&rig, &limits, "127.0.0.1:0", NULL) || !connect_to(&rig))
        return;
    int small = 4096;
    setsockopt(w.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    put(w.fd, GET("/flood"));
    T_OK(has(&w, "first"));
    int64_t start = clock_ns();
    for (int i = 0; i < 50; i++) /* 3.2 MB, under unsent_max */
        rig_ask(&rig, RIG_FLOOD);
    T_OK(rig_gone_is(&rig, 1));
    T_OK(clock_ns() - start > 150000000);
    close(w.fd);
    /* Nor is a whole reply kept for one. */
    connect_to(&rig);
    put(w.fd, GET("/big?20000000"));
    T_OK(rig_connections_are(&rig, 0));
    close(w.fd);
    rig_stop(&rig);
    T_EQ_INT(rig.figures.n_gone, 1);
}

T_TEST(half_a_request_does_not_reach_the_handler)
{
    struct rig rig = {0};
    if (!rig_start(&rig, NULL, "127.0.0.1:0", NULL))
        return;
    static const char request[] =
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
    for (size_t n = 0; n < sizeof request - 1; n++) {
        connect_to(&rig);
        put_n(w.fd, request, n);
        n % 3 == 0 ? reset(w.fd) : close(w.fd);
    }
    T_OK(rig_connections_are(&rig, 0));
    rig_stop(&rig);
    T_EQ_INT(rig.figures.n_requests, 0);
    T_EQ_INT(rig.figures.n_gone, 0);
}

T_MAIN("net/http")
