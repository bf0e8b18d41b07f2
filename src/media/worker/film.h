/* film: makes this process ffmpeg, confined. */
#ifndef TAKT_MEDIA_WORKER_FILM_H
#define TAKT_MEDIA_WORKER_FILM_H

#include "base/err.h"

/* film_exec gives up the network, other processes, writing to files, reading of any but of programs
 * and libraries (where the kernel has Landlock), and all descriptors above FILM_FD; limits memory
 * to MEMORY bytes and processor time to CPU_S seconds; ties the process to its parent; then runs
 * ARGV[0] with ARGV (NULL ends it). Returns on an error alone: IO. */
takt_rc film_exec(char *const argv[], uint64_t memory, uint64_t cpu_s, takt_err *e);

/* film_confine is all of that but the last step. PROGRAM: the one that may be run besides those of
 * the system. */
takt_rc film_confine(const char *program, uint64_t memory, uint64_t cpu_s, takt_err *e);

#endif
