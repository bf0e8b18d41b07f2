#include "base/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"

#define SILENT_NS INT64_C(300000000)
#define REDRAW_NS INT64_C(100000000)
enum { BAR_MAX = 30, WIDTH_DEFAULT = 80 };

void progress_start(struct progress *p, const char *label, uint64_t total, bool is_bytes)
{
    const char *term = getenv("TERM"), *plain = getenv("NO_COLOR");
    bool is_terminal = isatty(STDERR_FILENO) && term && strcmp(term, "dumb") != 0;
    *p = (struct progress){.label = label,
                           .total = total,
                           .is_bytes = is_bytes,
                           .is_on = is_terminal,
                           .has_colour = is_terminal && !(plain && *plain),
                           .start_ns = clock_ns()};
}

/* Writes "1.2 of 2.3 GB" or "12 of 40" or "12". */
static void amount(char *buf, size_t n, const struct progress *p, uint64_t done)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
    uint64_t most = p->total > done ? p->total : done;
    double scale = 1;
    unsigned u = 0;
    for (; p->is_bytes && u < 4 && (double)most / scale >= 1000; u++)
        scale *= 1000;
    int digits = u > 0;
    const char *space = p->is_bytes ? " " : "", *unit = p->is_bytes ? units[u] : "";
    if (p->total)
        snprintf(buf, n, "%.*f of %.*f%s%s", digits, (double)done / scale, digits,
                 (double)p->total / scale, space, unit);
    else
        snprintf(buf, n, "%.*f%s%s", digits, (double)done / scale, space, unit);
}

void progress_line(char *buf, size_t buf_bytes, const struct progress *p, uint64_t done,
                   int64_t now_ns, unsigned width)
{
    char much[64], bar[BAR_MAX + 1] = "", left[32] = "", text[512];
    amount(much, sizeof much, p, done);
    if (!p->total) {
        snprintf(text, sizeof text, "%s  %s", p->label, much);
    } else {
        double part = done < p->total ? (double)done / (double)p->total : 1;
        double elapsed = (double)(now_ns - p->start_ns) * 1e-9;
        if (part > 0 && elapsed > 1) {
            double rest = elapsed * (1 - part) / part;
            unsigned s = rest < 359999 ? (unsigned)(rest + 0.5) : 359999;
            if (s < 3600)
                snprintf(left, sizeof left, "  %u:%02u left", s / 60, s % 60);
            else
                snprintf(left, sizeof left, "  %u:%02u h left", s / 3600, s / 60 % 60);
        }
        /* The bar takes what the words leave: "[", "]", "  100%", two more spaces. */
        size_t words = strlen(p->label) + strlen(much) + strlen(left) + 12;
        size_t n = words + 8 > width ? 0 : width - words < BAR_MAX ? width - words : BAR_MAX;
        size_t full = (size_t)(part * (double)n);
        for (size_t i = 0; i < n; i++)
            bar[i] = i < full ? '=' : i == full ? '>' : ' ';
        if (n)
            snprintf(text, sizeof text, "%s [%s]  %3d%%  %s%s", p->label, bar, (int)(part * 100),
                     much, left);
        else
            snprintf(text, sizeof text, "%s  %3d%%  %s%s", p->label, (int)(part * 100), much, left);
    }
    if (width > 0 && strlen(text) >= width && width < sizeof text)
        text[width - 1] = 0; /* the last column would wrap */
    snprintf(buf, buf_bytes, "%s", text);
}

void progress_set(struct progress *p, uint64_t done)
{
    if (!p->is_on)
        return;
    int64_t now = clock_ns();
    if (now - p->start_ns < SILENT_NS || (p->is_drawn && now - p->drawn_ns < REDRAW_NS))
        return;
    struct winsize ws;
    unsigned width = WIDTH_DEFAULT;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 0)
        width = ws.ws_col;
    char line[512];
    progress_line(line, sizeof line, p, done, now, width);
    if (p->has_colour)
        fprintf(stderr, "\r\x1b[2m%s\x1b[0m\x1b[K", line);
    else
        fprintf(stderr, "\r%s\x1b[K", line);
    fflush(stderr);
    p->is_drawn = true;
    p->drawn_ns = now;
}

void progress_end(struct progress *p)
{
    if (p->is_drawn)
        fputs("\r\x1b[K", stderr);
    p->is_drawn = false;
}
