#include "server/log_text.h"

#include <string.h>

/* A byte is up to six in the log ("\u0001"), and a line has LOG_LINE_MAX. */
enum { PART_BYTES = 1024, ZERO_BYTES = 3 };

/* The first bytes of TEXT that make a part: not in the middle of a character. */
static size_t part_of(struct slice text)
{
    size_t n = PART_BYTES;
    if (text.len <= n)
        return text.len;
    while (n > PART_BYTES - 4 && (text.p[n] & 0xC0) == 0x80)
        n--;
    return n;
}

/* TEXT as a string in BUF. */
static void without_zeros(char *buf, struct slice text)
{
    static const char zero[ZERO_BYTES + 1] = "\xE2\x90\x80";
    for (size_t i = 0; i < text.len; i++) {
        if (text.p[i]) {
            *buf++ = (char)text.p[i];
        } else {
            memcpy(buf, zero, ZERO_BYTES);
            buf += ZERO_BYTES;
        }
    }
    *buf = 0;
}

void log_text(const struct log *l, const char *event, const char *id, uint32_t index,
              struct slice text)
{
    char buf[PART_BYTES * ZERO_BYTES + 1];
    uint64_t parts = 0, part = 0;
    for (struct slice rest = text; rest.len;) {
        size_t n = part_of(rest);
        rest = (struct slice){rest.p + n, rest.len - n};
        parts++;
    }
    do {
        size_t n = part_of(text);
        without_zeros(buf, (struct slice){text.p, n});
        LOG(l, LOG_INFO, event, LOG_S("id", id), LOG_I("choice", index), LOG_I("part", ++part),
            LOG_I("parts", parts ? parts : 1), LOG_S("text", buf));
        text = (struct slice){text.p + n, text.len - n};
    } while (text.len);
}
