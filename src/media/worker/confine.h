/* confine: gives up all that a decoder does not need. */
#ifndef TAKT_MEDIA_WORKER_CONFINE_H
#define TAKT_MEDIA_WORKER_CONFINE_H

#include <stdint.h>

#include "base/err.h"

/* confine_limits: no core dump, no file, no process, no more open file than there are, CPU_S
 * seconds of processor time, and HEAP_BYTES of memory beside what is mapped by now. Under a
 * sanitizer, which maps terabytes, memory is not limited. Errors: IO. */
takt_rc confine_limits(uint64_t heap_bytes, uint64_t cpu_s, takt_err *e);

/* confine_limit sets both limits of RESOURCE (RLIMIT_...) to VALUE, or to the tighter one that is
 * there. NAME is for the message. Errors: IO. */
takt_rc confine_limit(int resource, const char *name, uint64_t value, takt_err *e);

/* confine_calls kills the process at every system call from now on but for: read and write on the
 * socket to the pool, private memory without execution, the clock, the end. Errors: IO (the system
 * has no seccomp, or forbids it). */
takt_rc confine_calls(takt_err *e);

/* confine_try attempts what must be forbidden: WHAT is "open", "socket", "connect", "fork", "exec",
 * "kill", "ptrace", "mmap-exec", "mmap-file", "mprotect-exec", "write-other" or "prctl". For tests:
 * the process must die within it. Returns false when there is no such attempt. */
bool confine_try(const char *what);

#endif
