/* Listening, being woken and stopped, and many at once. */
#include <arpa/inet.h>
#include <malloc.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "rig.h"

static struct wire w;
static struct reply r;

static int use(int fd)
{
    w.fd = fd;
    w.len = 0;
    w.buf[0] = 0;
    return fd;
}

/* What the server says to one request on FD. */
static const char *echo_on(int fd)
{
    use(fd);
    if (fd < 0)
        return "no connection";
    put(fd, GET("/echo"));
    bool is_there = read_reply(&w, &r, false);
    close(fd);
    return is_there ? r.body : "no reply";
}

/* ---- threads and signals --------------------------------------------------------------------- */

struct waker {
    struct http_server *server;
    int n;
};

static void *wake_often(void *user)
{
    struct waker *k = user;
    for (int i = 0; i < k->n; i++)
        http_wake(k->server);
    return NULL;
}

T_TEST(wakes_from_many_threads_are_never_lost)
{
    enum { THREADS = 4 };
    struct rig rig = {0};
    if (!rig_start(&rig, NULL, "127.0.0.1:0", NULL))
        return;
    struct waker k = {rig.server, 2000};
    pthread_t thread[THREADS];
    for (int i = 0; i < THREADS; i++)
        T_EQ_INT(thread_start(&thread[i], wake_often, &k), 0);
    for (int i = 0; i < 200; i++) /* each waits for a wake of its own */
        if (!rig_ask(&rig, RIG_NOTHING))
            break;
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    T_OK(rig_ask(&rig, RIG_NOTHING));
    T_OK(atomic_load(&rig.n_done) <= THREADS * 2000 + 201);
    rig_stop(&rig);
}

T_TEST(ticks_come_at_their_pace)
{
    struct rig rig = {0}; /* one each 20 ms */
    int64_t start = clock_ns();
    if (!rig_start(&rig, NULL, "127.0.0.1:0", NULL))
        return;
    for (int i = 0; i < PATIENCE_MS && atomic_load(&rig.n_ticks) < 5; i++)
        pause_ms(1);
    int64_t ms = (clock_ns() - start) / 1000000;
    T_OK(atomic_load(&rig.n_ticks) >= 5);
    T_OK(ms >= 80);
    rig_stop(&rig);
}

static struct http_server *signalled;

static void on_signal(int number)
{
    if (number == SIGUSR1)
        http_wake(signalled);
    else
        http_stop(signalled);
}

T_TEST(signal_handlers_wake_and_stop)
{
    struct rig rig = {0};
    struct sigaction act = {.sa_handler = on_signal}, old[2];
    if (!rig_start(&rig, NULL, "127.0.0.1:0", NULL))
        return;
    signalled = rig.server;
    sigaction(SIGUSR1, &act, &old[0]);
    sigaction(SIGUSR2, &act, &old[1]);
    for (int i = 1; i <= 3; i++) {
        errno = 12345;
        raise(SIGUSR1);
        T_EQ_INT(errno, 12345);
        for (int k = 0; k < PATIENCE_MS && atomic_load(&rig.n_done) < i; k++)
            pause_ms(1);
        T_EQ_INT(atomic_load(&rig.n_done), i);
    }
    raise(SIGUSR2);
    pthread_join(rig.thread, NULL);
    sigaction(SIGUSR1, &old[0], NULL);
    sigaction(SIGUSR2, &old[1], NULL);
    http_server_free(rig.server);
}

T_TEST(a_stop_before_the_run_counts_and_the_loop_runs_again)
{
    struct rig rig = {0};
    if (!rig_make(&rig, NULL))
        return;
    T_RC(http_listen(rig.server, "127.0.0.1:0", NULL, &rig.port, NULL), NULL);
    http_stop(rig.server);
    T_RC(http_run(rig.server, NULL), NULL); /* returns */
    int fd = dial(rig.port);                /* waits in the backlog */
    T_OK(rig_go(&rig));
    T_EQ_STR(echo_on(fd), "GET /echo||127.0.0.1|");
    rig_stop(&rig);
}

/* A socket in a folder of its own: unix: and the path in ADDRESS. */
static bool make_path(char *folder, char *address, size_t n)
{
    char cwd[80];
    if (!getcwd(cwd, sizeof cwd) || !mkdtemp(folder))
        return false;
    snprintf(address, n, "unix:%s/%s/s", cwd, folder);
    return true;
}

/* Readers that leave in the middle. Unlike others here, this loop's thread lets SIGPIPE in. */
T_TEST(a_broken_pipe_kills_nobody)
{
    struct rig rig = {0};
    char folder[] = "build-net-XXXXXX", address[200];
    if (!make_path(folder, address, sizeof address))
        T_SKIP("cannot make a folder with a short path");
    if (!rig_make(&rig, NULL))
        return;
    T_RC(http_listen(rig.server, address, NULL, NULL, NULL), NULL);
    T_EQ_INT(pthread_create(&rig.thread, NULL, rig_main, &rig), 0);
    for (int i = 0; i < 20; i++) {
        use(dial_unix(address + 5));
        put(w.fd, GET("/big?2000000"));
        T_OK(has(&w, "xxxxxxxx"));
        close(w.fd);
    }
    T_OK(rig_connections_are(&rig, 0));
    rig_stop(&rig);
    rmdir(folder);
}

/* ---- addresses ------------------------------------------------------------------------------- */

T_TEST(wrong_addresses_say_what_is_wrong)
{
    static const struct {
        const char *address, *part;
        takt_code code;
    } wrong[] = {
        {"", "is not host:port", TAKT_ERR_USAGE},
        {"8080", "is not host:port", TAKT_ERR_USAGE},
        {"localhost", "is not host:port", TAKT_ERR_USAGE},
        {"localhost:", "is not a port", TAKT_ERR_USAGE},
        {"localhost:http", "'http' is not a port", TAKT_ERR_USAGE},
        {"localhost:-1", "is not a port", TAKT_ERR_USAGE},
        {"localhost:65536", "'65536' is not a port", TAKT_ERR_USAGE},
        {"localhost:99999999999", "is not a port", TAKT_ERR_USAGE},
        {"::1:80", "stands in brackets", TAKT_ERR_USAGE},
        {"[::1]", "is not host:port", TAKT_ERR_USAGE},
        {"[::1:80", "is not host:port", TAKT_ERR_USAGE},
        {"[]:80", "is not host:port", TAKT_ERR_USAGE},
        {"unix:", "absolute path", TAKT_ERR_USAGE},
        {"unix:takt.sock", "absolute path", TAKT_ERR_USAGE},
        {"no.such.host.invalid:80", "cannot find the host", TAKT_ERR_IO},
        {"192.0.2.1:0", "cannot listen", TAKT_ERR_IO},
        {"unix:/proc/takt.sock", "cannot listen", TAKT_ERR_IO},
        {"unix:/dev/null", "not a socket", TAKT_ERR_IO},
    };
    struct rig rig = {0};
    if (!rig_make(&rig, NULL))
        return;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        takt_err e = {0};
        if (!T_FAILS(http_listen(rig.server, wrong[i].address, NULL, NULL, &e), &e, wrong[i].code,
                     wrong[i].part))
            t_fail(__FILE__, __LINE__, "for %s", wrong[i].address);
    }
    http_server_free(rig.server);
}

T_TEST(a_port_in_use_is_an_error)
{
    struct rig rig = {0}, other = {0};
    char address[32];
    takt_err e = {0};
    if (!rig_start(&rig, NULL, "127.0.0.1:0", NULL) || !rig_make(&other, NULL))
        return;
    snprintf(address, sizeof address, "127.0.0.1:%u", rig.port);
    T_FAILS(http_listen(other.server, address, NULL, NULL, &e), &e, TAKT_ERR_IO, "in use");
    http_server_free(other.server);
    T_EQ_STR(echo_on(dial(rig.port)), "GET /echo||127.0.0.1|");
    rig_stop(&rig);
}

static int dial6(uint16_t port)
{
    struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    a.sin6_addr.s6_addr[15] = 1;
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof a) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

T_TEST(ipv6_and_ipv4_are_served_side_by_side)
{
    struct rig rig = {0};
    uint16_t port6 = 0;
    if (!rig_make(&rig, NULL))
        return;
    bool has_6 = http_listen(rig.server, "[::1]:0", NULL, &port6, NULL).code == 0;
    takt_err e;
    T_RC(http_listen(rig.server, ":0", NULL, &rig.port, &e), &e);
    T_OK(rig.port != 0 && rig.port != port6);
    if (!rig_go(&rig))
        return;
    T_EQ_STR(echo_on(dial(rig.port)), "GET /echo||127.0.0.1|");
    if (has_6) {
        T_EQ_STR(echo_on(dial6(port6)), "GET /echo||::1|");
        T_EQ_STR(echo_on(dial6(rig.port)), "GET /echo||::1|");
    }
    rig_stop(&rig);
    if (!has_6)
        T_SKIP("this machine has no IPv6; IPv4 was tried");
}

T_TEST(a_name_is_served_on_all_of_its_addresses)
{
    struct rig rig = {0};
    if (!rig_start(&rig, NULL, "localhost:0", NULL))
        return;
    T_EQ_STR(echo_on(dial(rig.port)), "GET /echo||127.0.0.1|");
    rig_stop(&rig);
}

T_TEST(unix_sockets_are_served_replaced_and_removed)
{
    char folder[] = "build-net-XXXXXX", address[200];
    if (!make_path(folder, address, sizeof address))
        T_SKIP("cannot make a folder with a short path");
    const char *path = address + 5;
    struct rig rig = {0}, other = {0};
    uint16_t port = 1;
    takt_err e = {0};
    /* An old one is in the way. */
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
    int old = socket(AF_UNIX, SOCK_STREAM, 0);
    T_EQ_INT(bind(old, (struct sockaddr *)&a, sizeof a), 0);
    close(old);
    if (rig_start(&rig, NULL, address, NULL) && rig_make(&other, NULL)) {
        T_EQ_INT(rig.port, 0);
        T_EQ_STR(echo_on(dial_unix(path)), "GET /echo||unix|");
        /* One that is in use is not taken. */
        T_FAILS(http_listen(other.server, address, NULL, &port, &e), &e, TAKT_ERR_IO,
                "listens there");
        http_server_free(other.server);
        T_EQ_STR(echo_on(dial_unix(path)), "GET /echo||unix|");
        rig_stop(&rig);
        T_EQ_INT(access(path, F_OK), -1);
    }
    /* One that somebody else made in the meantime is not removed. */
    rig = (struct rig){0};
    if (rig_start(&rig, NULL, address, NULL)) {
        unlink(path);
        FILE *f = fopen(path, "w");
        T_OK(f != NULL);
        fclose(f);
        rig_stop(&rig);
        T_EQ_INT(access(path, F_OK), 0);
    }
    unlink(path);
    rmdir(folder);
}

T_TEST(after_listen_off_the_open_connections_go_on)
{
    struct rig rig = {0};
    if (!rig_start(&rig, NULL, "127.0.0.1:0", NULL))
        return;
    use(dial(rig.port));
    put(w.fd, GET("/hold"));
    T_OK(has(&w, "first"));
    rig_ask(&rig, RIG_LISTEN_OFF);
    T_EQ_INT(dial(rig.port), -1);
    rig_ask(&rig, RIG_EVENT);
    T_OK(has(&w, "next"));
    rig_ask(&rig, RIG_END);
    T_OK(has(&w, "\r\n0\r\n\r\n"));
    take(&w, w.len);
    put(w.fd, GET("/echo"));
    T_OK(read_reply(&w, &r, false));
    close(w.fd);
    rig_stop(&rig);
}

T_TEST(freeing_drops_what_is_open_without_a_word)
{
    struct rig rig = {0};
    if (!rig_start(&rig, NULL, "127.0.0.1:0", NULL))
        return;
    int fd[4];
    static const char *const requests[] = {GET("/hold"), GET("/wait"), "POST / HTTP/1.1\r\nHos",
                                           ""};
    for (int i = 0; i < 4; i++)
        put(fd[i] = dial(rig.port), requests[i]);
    rig_connections_are(&rig, 4);
    for (int i = 0; i < PATIENCE_MS && rig.figures.n_exchanges < 2; i++)
        rig_ask(&rig, RIG_NOTHING);
    T_EQ_INT(rig.figures.n_exchanges, 2);
    rig_stop(&rig);
    T_EQ_INT(atomic_load(&rig.n_gone), 0);
    for (int i = 0; i < 4; i++) {
        use(fd[i]);
        while (more(&w, PATIENCE_MS))
            ;
        T_OK(strstr(w.buf, "0\r\n\r\n") == NULL);
        close(fd[i]);
    }
}

/* ---- many ------------------------------------------------------------------------------------ */

/* Bytes of memory that this process uses. */
static int64_t resident(void)
{
    malloc_trim(0); /* what earlier tests freed */
    FILE *f = fopen("/proc/self/statm", "r");
    unsigned long total = 0, pages = 0;
    if (!f || fscanf(f, "%lu %lu", &total, &pages) != 2)
        pages = 0;
    if (f)
        fclose(f);
    return (int64_t)pages * sysconf(_SC_PAGESIZE);
}

T_TEST(ten_thousand_idle_connections_cost_little)
{
    struct rlimit old, all;
    getrlimit(RLIMIT_NOFILE, &old);
    all = old;
    all.rlim_cur = all.rlim_max;
    setrlimit(RLIMIT_NOFILE, &all);
    int n = all.rlim_cur > 20200 ? 10000 : ((int)all.rlim_cur - 200) / 2;
    if (n < 500) {
        setrlimit(RLIMIT_NOFILE, &old);
        T_SKIP("this process may not open enough files");
    }
    struct rig rig = {0};
    struct http_limits limits = {.per_address_max = 16384};
    if (!rig_start(&rig, &limits, "127.0.0.1:0", NULL))
        return;
    int64_t before = resident();
    int *fd = calloc((size_t)n, sizeof *fd), n_open = 0;
    while (n_open < n && (fd[n_open] = dial(rig.port)) >= 0)
        n_open++;
    T_EQ_INT(n_open, n);
    T_OK(rig_connections_are(&rig, (uint32_t)n_open));
    int64_t each = (resident() - before) / (n_open + 1);
    printf("# %d idle connections, %" PRId64 " bytes each\n", n_open, each);
    T_OK(T_SANITIZED || each < 4096);
    for (int i = 0; i < n_open; i += n_open / 50) { /* and any of them is served */
        use(fd[i]);
        put(fd[i], GET("/echo"));
        T_OK(read_reply(&w, &r, false));
    }
    for (int i = 0; i < n_open; i++)
        close(fd[i]);
    T_OK(rig_connections_are(&rig, 0));
    free(fd);
    rig_stop(&rig);
    setrlimit(RLIMIT_NOFILE, &old);
}

/* Without a descriptor for them, connections wait, and nobody burns the processor meanwhile. */
T_TEST(without_descriptors_connections_wait)
{
    struct rlimit old, few;
    struct rig rig = {0};
    if (!rig_start(&rig, NULL, "127.0.0.1:0", NULL))
        return;
    int fd[8];
    for (int i = 0; i < 8; i++)
        fd[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons(rig.port),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    getrlimit(RLIMIT_NOFILE, &old);
    few = old;
    few.rlim_cur = (rlim_t)fd[7] + 4;
    setrlimit(RLIMIT_NOFILE, &few);
    for (int i = 0; i < 8; i++)
        T_EQ_INT(connect(fd[i], (struct sockaddr *)&a, sizeof a), 0);
    struct rusage start, end;
    pause_ms(50);
    getrusage(RUSAGE_SELF, &start);
    pause_ms(500);
    getrusage(RUSAGE_SELF, &end);
    int64_t us = (end.ru_stime.tv_sec - start.ru_stime.tv_sec) * 1000000 + end.ru_stime.tv_usec -
                 start.ru_stime.tv_usec;
    T_OK(us < 250000);
    setrlimit(RLIMIT_NOFILE, &old);
    for (int i = 0; i < 8; i++)
        T_EQ_STR(echo_on(fd[i]), "GET /echo||127.0.0.1|");
    rig_stop(&rig);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static size_t say(void *user, char *buf, size_t cap)
{
    struct rig *rig = user;
    return (size_t)snprintf(buf, cap, "ready %d\n", atomic_fetch_add(&rig->n_done, 1));
}

T_TEST(who_asks_for_a_line_gets_one)
{
    struct rig rig = {0};
    takt_err e;
    uint16_t port;
    if (!rig_make(&rig, NULL))
        return;
    T_FAILS(http_listen_line(rig.server, "unix:/x", say, &port, &e), &e, TAKT_ERR_USAGE, "host");
    T_FAILS(http_listen_line(rig.server, "8080", say, &port, &e), &e, TAKT_ERR_USAGE, "8080");
    T_RC(http_listen_line(rig.server, "127.0.0.1:0", say, &port, &e), &e);
    rig_go(&rig);
    for (int i = 0; i < 3; i++) {
        char want[32], got[64] = "";
        struct timeval patience = {.tv_sec = PATIENCE_MS / 1000};
        int fd = dial(port);
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        if (i == 1)
            put(fd, "what HAProxy's agent-send says\n");
        size_t n = 0;
        for (ssize_t k; n < sizeof got - 1 && (k = recv(fd, got + n, sizeof got - 1 - n, 0)) > 0;)
            n += (size_t)k;
        snprintf(want, sizeof want, "ready %d\n", i);
        T_EQ_STR(got, want);
        close(fd);
    }
    rig_stop(&rig);
}

T_MAIN("net/http_server")
