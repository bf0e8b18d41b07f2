#include "base/progress.h"

#include <unistd.h>

#include "t.h"

static const char *line(struct progress p, uint64_t done, double seconds, unsigned width)
{
    static char text[512];
    progress_line(text, sizeof text, &p, done, (int64_t)(seconds * 1e9), width);
    return text;
}

T_TEST(lines)
{
    struct progress p = {.label = "packing", .total = 2300000000u, .is_bytes = true};
    T_EQ_STR(line(p, 0, 0, 80), "packing [>                             ]    0%  0.0 of 2.3 GB");
    T_EQ_STR(line(p, 1150000000u, 7, 80),
             "packing [===============>              ]   50%  1.1 of 2.3 GB  0:07 left");
    T_EQ_STR(line(p, 1150000000u, 7200, 45), "packing   50%  1.1 of 2.3 GB  2:00 h left");
    T_EQ_STR(line(p, 9999999999u, 7, 80),
             "packing [==============================]  100%  10.0 of 2.3 GB  0:00 left");
    p.is_bytes = false;
    p.total = 40;
    T_EQ_STR(line(p, 10, 0.5, 80), "packing [=======>                      ]   25%  10 of 40");
    p.total = 0;
    T_EQ_STR(line(p, 10, 0.5, 80), "packing  10");
}

T_TEST(fits_its_width)
{
    struct progress p = {.label = "a label of some length", .total = 1000000, .is_bytes = true};
    for (unsigned width = 1; width < 200; width++)
        for (unsigned k = 0; k <= 100; k += 9)
            T_OK(strlen(line(p, k * 10000, 100, width)) < (width > 1 ? width : 2));
}

T_TEST(silent_without_a_terminal)
{
    struct progress p;
    if (isatty(STDERR_FILENO))
        T_SKIP("standard error is a terminal");
    progress_start(&p, "x", 10, false);
    T_OK(!p.is_on && !p.has_colour);
    p.start_ns = 0;
    progress_set(&p, 5);
    T_OK(!p.is_drawn);
    progress_end(&p);
}

T_MAIN("base/progress")
