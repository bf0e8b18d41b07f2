/* From a hostile model file to a packed plan: whatever graph_build accepts, or graph_build_vision
 * of a picture encoder, compiles, passes the verifier and packs. */
#include <stdlib.h>
#include <string.h>

#include "compile/compile.h"
#include "model/vision.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { WEIGHTS_MAX = 64 << 20 };

static void plan(const struct graph *g, const struct model *m, struct compile_options o)
{
    struct profile prof = {.read_bytes_per_s = 1e10, .int8_ops_per_s = 1e12};
    o.isa = "ref";
    o.kv_kind = -1;
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

static void plan_text(const struct model *m, uint32_t n_lanes)
{
    struct graph g;
    takt_err e;
    takt_rc rc = graph_build(&g, m, &e);
    if (rc.code == TAKT_ERR_INTERNAL)
        abort();
    if (rc.code)
        return;
    plan(&g, m, (struct compile_options){.n_lanes = n_lanes, .n_ctx = 64, .chunk = 8});
    graph_free(&g);
}

static void plan_encoder(struct model *m, uint32_t n_lanes)
{
    struct model_vision v;
    struct graph g;
    takt_err e;
    if (vision_read(&v, m, &e).code || vision_limit(&v, 0, "input", &e).code)
        return;
    takt_rc rc = graph_build_vision(&g, m, &v, &e);
    if (rc.code == TAKT_ERR_INTERNAL)
        abort();
    if (rc.code)
        return;
    uint32_t n = vision_tokens(&v), n_tiles = v.max_pixels ? 1 : 2;
    plan(&g, m,
         (struct compile_options){.n_lanes = n_lanes,
                                  .n_ctx = n,
                                  .chunk = n * n_tiles,
                                  .first = v.max_pixels ? 256 : n,
                                  .outputs_max = n_tiles * (v.merge == 1 ? n : vision_rows(&v)),
                                  .per_output = v.merge * v.merge});
    graph_free(&g);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct model m;
    takt_err e;
    uint32_t n_lanes = 1 + n % 5;
    if (model_open_memory(&m, (struct slice){data, n}, "input", &e).code)
        return 0;
    if (m.hp.arch && strcmp(m.hp.arch, "clip") == 0)
        plan_encoder(&m, n_lanes);
    else
        plan_text(&m, n_lanes);
    model_close(&m);
    return 0;
}
