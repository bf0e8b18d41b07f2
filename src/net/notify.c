#include "net/notify.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { TEXT_MAX = 512, PATIENCE_US = 200000 };

/* A whole number in the variable NAME; 0: there is none. */
static uint64_t number(const char *name)
{
    const char *text = getenv(name);
    char *end;
    if (!text || *text < '0' || *text > '9')
        return 0;
    uint64_t v = strtoull(text, &end, 10);
    return *end ? 0 : v;
}

/* The time after which the manager misses us, if it is this process that it watches. */
static int64_t watchdog(void)
{
    uint64_t us = number("WATCHDOG_USEC"), pid = number("WATCHDOG_PID");
    if (us == 0 || us > INT64_MAX / 1000 || (pid && pid != (uint64_t)getpid()))
        return 0;
    return (int64_t)us * 1000;
}

static takt_rc address(struct sockaddr_un *to, socklen_t *n, const char *name, takt_err *e)
{
    size_t len = strlen(name);
    *to = (struct sockaddr_un){.sun_family = AF_UNIX};
    if ((name[0] != '/' && name[0] != '@') || len < 2 || len >= sizeof to->sun_path)
        return err_set(e, TAKT_ERR_USAGE, "NOTIFY_SOCKET",
                       "'%.120s' is neither an absolute path nor '@' and a name", name);
    memcpy(to->sun_path, name, len);
    if (name[0] == '@')
        to->sun_path[0] = 0;
    *n = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len + (name[0] == '/'));
    return TAKT_OK;
}

static takt_rc open_at(struct notify *out, const char *name, takt_err *e)
{
    struct sockaddr_un to;
    socklen_t n;
    TAKT_TRY(address(&to, &n, name, e));
    const struct timeval patience = {.tv_usec = PATIENCE_US};
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return err_sys(e, "NOTIFY_SOCKET", "cannot make a socket");
    if (connect(fd, (const struct sockaddr *)&to, n) != 0) {
        takt_rc rc = err_sys(e, "NOTIFY_SOCKET", "cannot reach the service manager");
        close(fd);
        return rc;
    }
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    *out = (struct notify){.is_heard = true, .fd = fd, .watchdog_ns = watchdog()};
    return TAKT_OK;
}

takt_rc notify_open(struct notify *out, takt_err *e)
{
    const char *name = getenv("NOTIFY_SOCKET");
    *out = (struct notify){0};
    takt_rc rc = name && *name ? open_at(out, name, e) : TAKT_OK;
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
    return rc;
}

void notify_close(struct notify *n)
{
    if (n->is_heard)
        close(n->fd);
    *n = (struct notify){0};
}

void notify_say(const struct notify *n, const char *fmt, ...)
{
    char text[TEXT_MAX];
    va_list ap;
    if (!n->is_heard)
        return;
    va_start(ap, fmt);
    int len = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (len <= 0 || len >= (int)sizeof text)
        return;
    ssize_t sent = send(n->fd, text, (size_t)len, MSG_NOSIGNAL);
    (void)sent;
}
