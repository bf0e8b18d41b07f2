/* The reader of SentencePiece's tokenizer.model: whatever it accepts encodes and decodes without
 * harm. */
#include <stdlib.h>

#include "text/tokenizer_parts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char text[] =
        "  The plan, they're 1234 \n\xC3\xA9\xE4\xB8\x96\xFF aab [LANE]<<<s>";
    struct tokenizer *t;
    takt_err e;
    int32_t ids[512];
    size_t n_ids = 0;
    struct tokenize_options opt = {.add_bos = true, .parse_special = true};
    if (tokenizer_from_sentencepiece(&t, (struct slice){data, n}, "fuzz", &e).code)
        return 0;
    tokenizer_encode(t, text, sizeof text - 1, &opt, ids, 512, &n_ids, &e);
    for (size_t i = 0; i < n_ids && i < 512; i++)
        if (ids[i] < 0 || (uint32_t)ids[i] >= tokenizer_n_vocab(t))
            __builtin_trap();
    tokenizer_free(t);
    return 0;
}
