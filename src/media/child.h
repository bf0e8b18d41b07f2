/* child: starts another program with few things of this one. */
#ifndef TAKT_MEDIA_CHILD_H
#define TAKT_MEDIA_CHILD_H

#include <stddef.h>
#include <sys/types.h>

/* What is FROM here is TO there; FROM is none of the numbers that the child's go by. */
struct child_fd {
    int from, to;
};

/* child_start starts PATH with ARGV (NULL ends it), in a process group of its own, so that Ctrl-C
 * does not reach it, with no signal blocked or ignored, and with nothing of the environment but how
 * to load libraries and what sanitizers want to be told: secrets stand in environments. Beside FD
 * ([n]) it inherits what is not closed on exec. Returns 0 or an errno. */
int child_start(pid_t *pid, const char *path, char *const argv[], const struct child_fd *fd,
                size_t n);

/* child_above gives a copy of FD, closed on exec, whose number is above MOST, and closes FD. -1
 * with errno when there is none; -1 as FD is allowed. */
int child_above(int fd, int most);

/* child_end kills the child *PID (0: there is none), waits for it and sets *PID to 0. Returns its
 * wait status, 0 without a child. */
int child_end(pid_t *pid);

#endif
