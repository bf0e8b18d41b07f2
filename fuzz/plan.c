/* From a hostile model file to a packed plan: whatever graph_build accepts compiles, passes the
 * verifier and packs. */
#include <stdlib.h>

#include "compile/compile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { WEIGHTS_MAX = 64 << 20 };

static void plan(const struct graph *g, const struct model *m, uint32_t n_lanes)
{
    struct profile prof = {.read_bytes_per_s = 1e10, .int8_ops_per_s = 1e12};
    struct compile_options o = {
        .n_lanes = n_lanes, .isa = "ref", .n_ctx = 64, .chunk = 8, .kv_kind = -1};
    struct plan p;
    takt_err e;
    takt_rc rc = compile_plan(&p, g, m, &prof, &o, &e);
    if (rc.code == TAKT_ERR_INTERNAL)
        abort();
    if (rc.code)
        return;
    if (plan_verify(&p, &e).code)
        abort();
    if (p.weights_bytes <= WEIGHTS_MAX) {
        uint8_t *w = aligned_alloc(LAYOUT_ALIGN, p.weights_bytes);
        if (w && pack_weights(w, &p, m, 1, NULL, NULL, &e).code)
            abort();
        free(w);
    }
    plan_free(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct model m;
    struct graph g;
    takt_err e;
    if (model_open_memory(&m, (struct slice){data, n}, "input", &e).code)
        return 0;
    takt_rc rc = graph_build(&g, &m, &e);
    if (rc.code == TAKT_ERR_INTERNAL)
        abort();
    if (!rc.code) {
        plan(&g, &m, 1 + n % 5);
        graph_free(&g);
    }
    model_close(&m);
    return 0;
}
