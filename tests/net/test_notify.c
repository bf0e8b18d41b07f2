#include "net/notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../t.h"

/* A service manager's socket, at NAME as in the variable. */
static int manager(const char *name)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    size_t n = strlen(name);
    memcpy(a.sun_path, name, n);
    if (name[0] == '@')
        a.sun_path[0] = 0;
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    if (bind(fd, (struct sockaddr *)&a,
             (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + (name[0] == '/'))) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static const char *heard(int fd)
{
    static char text[1024];
    ssize_t n = recv(fd, text, sizeof text - 1, MSG_DONTWAIT);
    text[n > 0 ? n : 0] = 0;
    return text;
}

static void environ_is(const char *socket, const char *usec, const char *pid)
{
    const char *const names[] = {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"};
    const char *const values[] = {socket, usec, pid};
    for (int i = 0; i < 3; i++)
        if (values[i])
            setenv(names[i], values[i], 1);
        else
            unsetenv(names[i]);
}

static void speaks(const char *name)
{
    struct notify n;
    takt_err e;
    int fd = manager(name);
    T_OK(fd >= 0);
    environ_is(name, NULL, NULL);
    T_RC(notify_open(&n, &e), &e);
    T_OK(n.is_heard && n.watchdog_ns == 0);
    T_OK(!getenv("NOTIFY_SOCKET"));
    notify_say(&n, "READY=1\nSTATUS=%d answers", 3);
    T_EQ_STR(heard(fd), "READY=1\nSTATUS=3 answers");
    notify_say(&n, "STATUS=%600d", 1); /* too long: not sent, not cut */
    T_EQ_STR(heard(fd), "");
    close(fd);
    notify_say(&n, "STOPPING=1"); /* nobody listens any more: no harm */
    notify_close(&n);
    notify_close(&n);
}

T_TEST(a_path)
{
    char folder[64] = P_tmpdir "/takt-notify-XXXXXX", name[80];
    T_OK(mkdtemp(folder));
    snprintf(name, sizeof name, "%s/socket", folder);
    speaks(name);
    unlink(name);
    rmdir(folder);
}

T_TEST(an_abstract_name)
{
    char name[64];
    snprintf(name, sizeof name, "@takt-notify-%d", (int)getpid());
    speaks(name);
}

T_TEST(without_a_manager)
{
    struct notify n;
    takt_err e;
    for (int i = 0; i < 2; i++) {
        environ_is(i ? "" : NULL, "1000000", NULL);
        T_RC(notify_open(&n, &e), &e);
        T_OK(!n.is_heard && n.watchdog_ns == 0);
        notify_say(&n, "READY=1");
        notify_close(&n);
    }
}

T_TEST(who_is_watched)
{
    char name[64], own[32];
    snprintf(name, sizeof name, "@takt-notify-w-%d", (int)getpid());
    snprintf(own, sizeof own, "%d", (int)getpid());
    const struct {
        const char *usec, *pid;
        int64_t ns;
    } cases[] = {{"30000000", NULL, INT64_C(30000000000)},
                 {"30000000", own, INT64_C(30000000000)},
                 {"30000000", "1", 0},
                 {"0", NULL, 0},
                 {"-5", NULL, 0},
                 {"12x", NULL, 0},
                 {"", NULL, 0},
                 {"99999999999999999999", NULL, 0},
                 {"18446744073709551615", NULL, 0}};
    int fd = manager(name);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct notify n;
        takt_err e;
        environ_is(name, cases[i].usec, cases[i].pid);
        T_RC(notify_open(&n, &e), &e);
        T_EQ_INT(n.watchdog_ns, cases[i].ns);
        T_OK(!getenv("WATCHDOG_USEC") && !getenv("WATCHDOG_PID"));
        notify_close(&n);
    }
    close(fd);
}

T_TEST(names_that_are_none)
{
    char longest[200];
    memset(longest, 'x', sizeof longest);
    longest[0] = '/';
    longest[sizeof longest - 1] = 0;
    const struct {
        const char *name;
        takt_code code;
    } cases[] = {{"relative", TAKT_ERR_USAGE},
                 {"vsock:2:1", TAKT_ERR_USAGE},
                 {"@", TAKT_ERR_USAGE},
                 {longest, TAKT_ERR_USAGE},
                 {"/nowhere/at/all", TAKT_ERR_IO},
                 {"@takt-nobody-is-here", TAKT_ERR_IO}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct notify n;
        takt_err e;
        environ_is(cases[i].name, NULL, NULL);
        T_FAILS(notify_open(&n, &e), &e, cases[i].code, "NOTIFY_SOCKET");
        T_OK(!n.is_heard);
        notify_say(&n, "READY=1");
        notify_close(&n);
    }
}

T_MAIN("net/notify")
