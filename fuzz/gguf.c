/* The GGUF reader: whatever it accepts can be walked, fingerprinted and asked for its values. */
#include <stdlib.h>
#include <string.h>

#include "model/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void walk_pairs(const struct model *m)
{
    for (uint32_t i = 0; i < m->n_kv; i++) {
        const struct model_kv *kv = &m->kv[i];
        struct slice s;
        uint64_t at = 0, count = 0;
        while (model_kv_arr_str(kv, &at, &s))
            count++;
        if (kv->type == KV_ARR && kv->elem == KV_STR && count != kv->count)
            abort();
        if (kv->key.len < 200) {
            char key[201];
            memcpy(key, kv->key.p, kv->key.len);
            key[kv->key.len] = 0;
            if (strlen(key) == kv->key.len && model_kv_find(m, key) != kv)
                abort();
            model_kv_uint(m, key, 0);
            model_kv_float(m, key, 0);
            model_kv_bool(m, key, false);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct model m;
    takt_err e;
    uint8_t print[32];
    if (model_open_memory(&m, (struct slice){data, n}, "input", &e).code)
        return 0;
    walk_pairs(&m);
    for (uint32_t i = 0; i < m.n_tensors; i++) {
        const struct tensor *t = &m.tensors[i];
        if (t->data < data || t->data + t->bytes > data + n || model_tensor(&m, t->name) != t)
            abort();
        if (qtype_computable(t->type)) {
            float block[256];
            qtype_dequantize(t->type, block, t->data, qtype_block_values(t->type));
        }
    }
    if (model_fingerprint(&m, print, &e).code)
        abort();
    model_close(&m);
    return 0;
}
