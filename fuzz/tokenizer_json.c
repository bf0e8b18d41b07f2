/* The reader of tokenizer.json: whatever it accepts encodes and decodes without harm. */
#include <stdlib.h>

#include "base/utf8.h"
#include "text/tokenizer_parts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Encodes TEXT; ids are in range, and what comes out again is UTF-8. */
static void use(const struct tokenizer *t, const char *text, size_t len)
{
    int32_t ids[512];
    size_t n = 0;
    takt_err e;
    struct tokenize_options opt = {.add_bos = true, .parse_special = len % 2};
    if (tokenizer_encode(t, text, len, &opt, ids, 512, &n, &e).code)
        return;
    size_t room = tokenizer_piece_max(t) + 16;
    char *out = malloc(room);
    struct detok d;
    detok_init(&d, t, true, true);
    for (size_t i = 0; out && i < n && i < 512; i++) {
        if (ids[i] < 0 || (uint32_t)ids[i] >= tokenizer_n_vocab(t))
            __builtin_trap();
        size_t k = detok_feed(&d, ids[i], out, room);
        if (k > room || !utf8_valid((uint8_t *)out, k))
            __builtin_trap();
    }
    free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char text[] =
        "  The plan, they're 1234 \n\t\xC3\xA9\xE4\xB8\x96\xFF ab aab [LANE]<<<s>";
    struct tokenizer *t;
    takt_err e;
    if (tokenizer_from_json(&t, (struct slice){data, n}, "fuzz", &e).code)
        return 0;
    use(t, text, sizeof text - 1);
    use(t, (const char *)data, n < 300 ? n : 300);
    tokenizer_free(t);
    return 0;
}
