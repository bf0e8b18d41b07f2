/* notify: tells the service manager that started this process how it is, as systemd wants to hear
 * it (sd_notify(3)): datagrams of lines NAME=VALUE to the socket in $NOTIFY_SOCKET.
 *
 * Without that variable nobody listens, and all here does nothing. */
#ifndef TAKT_NET_NOTIFY_H
#define TAKT_NET_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

/* Zero-initialised: nobody listens. */
struct notify {
    bool is_heard;
    int fd;
    int64_t watchdog_ns; /* the manager ends a process that is silent for longer; 0: it does not */
};

/* notify_open connects to the manager's socket, whose name is a path or, beginning with '@', an
 * abstract one, and takes the variables out of the environment, so that no child speaks for this
 * process: call it before there are other threads. *out is as zero-initialised where there is no
 * manager, and after an error: USAGE (a name that is neither), IO. */
takt_rc notify_open(struct notify *out, takt_err *e);

/* notify_close: what was never opened is accepted. */
void notify_close(struct notify *n);

/* notify_say sends what FMT gives, lines like "READY=1" parted by line feeds, 511 bytes at most. A
 * manager that does not take it within 0.2 s does not hear it. Any thread. */
void notify_say(const struct notify *n, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
