/* Pre-tokenizers: the first byte picks a cutter, the rest is the text; or, for PRETOK_PATTERN, the
 * second byte is the length of a pattern that comes before the text. Pieces are never empty, and
 * joined they are the text. */
#include <string.h>

#include "text/pretok.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct seen {
    const uint8_t *next;
};

static bool word(void *ctx, const uint8_t *p, size_t len)
{
    struct seen *s = ctx;
    if (p != s->next || len == 0)
        __builtin_trap();
    s->next = p + len;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct pretok p = {0};
    takt_err e;
    if (n < 2)
        return 0;
    enum pretok_kind kind = (enum pretok_kind)(data[0] % (PRETOK_PATTERN + 1));
    struct slice text = {data + 1, n - 1};
    if (kind != PRETOK_PATTERN) {
        pretok_add(&p, kind);
    } else {
        size_t len = data[1] < n - 2 ? data[1] : n - 2;
        text = (struct slice){data + 2 + len, n - 2 - len};
        if (pretok_add_pattern(&p, (struct slice){data + 2, len}, false, false, false, "fuzz", &e)
                .code)
            return 0;
    }
    struct seen s = {text.p};
    if (!pretok_run(&p, text, word, &s) || s.next != text.p + text.len)
        __builtin_trap();
    pretok_free(&p);
    return 0;
}
