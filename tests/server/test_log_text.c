#include "server/log_text.h"

#include <unistd.h>

#include "base/json.h"
#include "../t.h"

enum { ROOM = 1 << 18 };

/* The log's lines for TEXT, and how many. */
static char *logged(const char *text, size_t n, int *lines)
{
    static char buf[ROOM];
    FILE *f = tmpfile();
    const struct log l = {fileno(f), LOG_INFO, true};
    log_text(&l, "prompt", "req_1", 3, (struct slice){(const uint8_t *)text, n});
    rewind(f);
    size_t len = fread(buf, 1, sizeof buf - 1, f);
    buf[len] = 0;
    fclose(f);
    *lines = 0;
    for (const char *p = buf; (p = strchr(p, '\n')); p++)
        ++*lines;
    return buf;
}

/* What all lines of LOGGED say, put together; -1 if one is not whole. */
static ptrdiff_t joined(char *logged, char *out)
{
    static const char begin[] = "\"text\":\"";
    size_t n = 0;
    for (char *p = logged, *end; (end = strchr(p, '\n')); p = end + 1) {
        *end = 0;
        char *from = strstr(p, begin);
        if (!from || strstr(p, "\"cut\"") || strcmp(end - 2, "\"}") != 0)
            return -1;
        from += sizeof begin - 1;
        memcpy(out + n, from, (size_t)(end - 2 - from));
        n += (size_t)(end - 2 - from);
    }
    return (ptrdiff_t)n;
}

T_TEST(short_ones_are_one_line)
{
    int lines;
    const char *line = logged("hello", 5, &lines);
    T_EQ_INT(lines, 1);
    T_OK(strstr(line, "\"id\":\"req_1\",\"choice\":3,\"part\":1,\"parts\":1,\"text\":\"hello\"}"));
    line = logged("", 0, &lines);
    T_EQ_INT(lines, 1);
    T_OK(strstr(line, "\"parts\":1,\"text\":\"\"}"));
}

T_TEST(long_ones_are_parted_between_characters)
{
    static char text[3 * 5000], out[ROOM];
    for (size_t shift = 0; shift < 3; shift++) {
        size_t n = 0;
        memset(text, 'a', shift);
        for (n = shift; n + 3 <= sizeof text; n += 3)
            memcpy(text + n, "\xE2\x82\xAC", 3);
        int lines;
        char *l = logged(text, n, &lines);
        T_OK(lines >= (int)(n / 1024));
        T_EQ_INT(joined(l, out), (int64_t)n);
        T_EQ_MEM(out, text, n);
    }
}

T_TEST(nothing_is_cut_whatever_the_bytes)
{
    static char text[4096], out[ROOM];
    int lines;
    memset(text, 1, sizeof text); /* six characters each in the log */
    T_EQ_INT(joined(logged(text, sizeof text, &lines), out), 6 * (int64_t)sizeof text);
    memset(text, 0, sizeof text);
    T_EQ_INT(joined(logged(text, sizeof text, &lines), out), 3 * (int64_t)sizeof text);
    T_OK(memcmp(out, "\xE2\x90\x80", 3) == 0);
    memset(text, 0x80, sizeof text); /* no UTF-8: U+FFFD each */
    T_EQ_INT(joined(logged(text, sizeof text, &lines), out), 3 * (int64_t)sizeof text);
}

T_TEST(a_quiet_log_says_nothing)
{
    FILE *f = tmpfile();
    const struct log l = {fileno(f), LOG_WARN, true};
    log_text(&l, "prompt", "req_1", 0, slice_str("hello"));
    T_EQ_INT(lseek(fileno(f), 0, SEEK_END), 0);
    fclose(f);
}

T_MAIN("server/log_text")
