/* The safetensors reader and the translation of its names. */
#include <stdlib.h>
#include <string.h>

#include "model/hf_names.h"
#include "model/safetensors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena a = {.limit_bytes = (size_t)1 << 28};
    struct safetensors_entry *list;
    struct hf_name name;
    uint32_t count;
    takt_err e;
    if (!safetensors_parse((struct slice){data, n}, "input", &a, &list, &count, &e).code) {
        for (uint32_t i = 0; i < count; i++) {
            const struct safetensors_entry *t = &list[i];
            uint64_t bytes = qtype_block_bytes(t->type);
            if (t->offset > n || t->bytes > n - t->offset)
                abort();
            for (uint32_t d = 0; t->readable && d < t->n_dims; d++)
                bytes *= t->shape[d];
            if (t->readable && bytes != t->bytes)
                abort();
            for (int experts = 0; experts < 2; experts++)
                if (hf_translate(t->name, experts, &name) && strlen(name.name) >= HF_NAME_BYTES)
                    abort();
        }
    }
    arena_free(&a);
    return 0;
}
