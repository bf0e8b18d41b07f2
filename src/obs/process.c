#include "obs/process.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SECOND_NS = 1000000000 };

/* The first bytes of a file of /proc, NUL-terminated; "" when there is none. */
static void read_start(char *buf, size_t cap, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, buf, cap - 1) : -1;
    buf[n > 0 ? n : 0] = 0;
    if (fd >= 0)
        close(fd);
}

static void read_memory(struct process_figures *out)
{
    char text[128], *end;
    long page = sysconf(_SC_PAGESIZE);
    read_start(text, sizeof text, "/proc/self/statm");
    uint64_t total = strtoull(text, &end, 10), resident = strtoull(end, NULL, 10);
    out->virtual_bytes = total * (uint64_t)page;
    out->resident_bytes = resident * (uint64_t)page;
}

static int64_t now_ns(clockid_t clock)
{
    struct timespec t;
    return clock_gettime(clock, &t) == 0 ? t.tv_sec * INT64_C(1000000000) + t.tv_nsec : 0;
}

/* Field 22 of /proc/self/stat is the start in ticks after boot. The second field, the name of the
 * program, can hold anything, but no ')' stands behind its end. */
static double start_seconds(void)
{
    char text[1024];
    long ticks = sysconf(_SC_CLK_TCK);
    read_start(text, sizeof text, "/proc/self/stat");
    const char *p = strrchr(text, ')');
    for (int field = 2; p && field < 22; field++)
        p = strchr(p + 1, ' ');
    if (!p || ticks <= 0)
        return 0;
    double boot_s = (double)(now_ns(CLOCK_REALTIME) - now_ns(CLOCK_BOOTTIME)) / SECOND_NS;
    return boot_s + (double)strtoull(p + 1, NULL, 10) / (double)ticks;
}

void process_read(struct process_figures *out)
{
    struct rlimit limit;
    *out = (struct process_figures){.cpu_ns = (uint64_t)now_ns(CLOCK_PROCESS_CPUTIME_ID),
                                    .start_s = start_seconds()};
    read_memory(out);
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
        out->max_fds = limit.rlim_cur == RLIM_INFINITY ? UINT64_MAX : (uint64_t)limit.rlim_cur;
}

bool process_fds(uint64_t *n, bool slowly)
{
    struct stat st;
    if (stat("/proc/self/fd", &st) == 0 && st.st_size > 0) {
        *n = (uint64_t)st.st_size;
        return true;
    }
    DIR *d = slowly ? opendir("/proc/self/fd") : NULL;
    if (!d)
        return false;
    *n = 0;
    for (struct dirent *f; (f = readdir(d));)
        *n += f->d_name[0] != '.';
    *n -= *n > 0; /* the one that counted */
    closedir(d);
    return true;
}
