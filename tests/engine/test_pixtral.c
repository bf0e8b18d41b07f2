/* Pixtral: pictures of any proportions, line by line. */
#include "engine/tiles.h"
#include "recorded.h"

T_TEST(pixtral)
{
    check_golden("pixtral-tiny", "pixtral-tiny-text", 1e-5);
}

/* Blocks of patches, woven. */
T_TEST(mistral3)
{
    check_golden("mistral3-tiny", "pixtral-tiny-text", 1e-5);
}

/* As transformers' get_resize_output_image_size has them, but for the last two: a side that would
 * have no pixel, and fewer pixels than the processor gives. */
T_TEST(sizes_of_pictures)
{
    static const struct {
        uint32_t most, width, height, cols, rows;
    } want[] = {{1024 * 1024, 16, 16, 1, 1},     {1024 * 1024, 1, 1, 1, 1},
                {1024 * 1024, 640, 480, 40, 30}, {1024 * 1024, 1920, 1080, 64, 36},
                {1024 * 1024, 500, 333, 32, 21}, {1024 * 1024, 2000, 2000, 64, 64},
                {1024 * 1024, 7, 1400, 1, 64},   {1024 * 1024, 3000, 1001, 64, 22},
                {1024 * 1024, 5000, 2, 64, 1},   {256 * 256, 2000, 1000, 22, 11}};
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        const struct model_vision v = {.patch = 16,
                                       .merge = 1,
                                       .min_pixels = 256,
                                       .max_pixels = want[i].most,
                                       .longest_side = 1024};
        struct tiles t = tiles_of(&v, want[i].width, want[i].height);
        T_EQ_INT(t.n_cols, want[i].cols);
        T_EQ_INT(t.n_rows, want[i].rows);
        T_EQ_INT(t.width, want[i].cols * 16);
        T_EQ_INT(t.height, want[i].rows * 16);
    }
}

/* Each line ends with a mark, the last one with another. */
T_TEST(lines_end_with_marks)
{
    enum { BREAK = 260, END, COLS = 5, ROWS = 3 };
    static const struct way way = {NULL, 1, 0};
    struct golden g;
    if (!golden_open(&g, "pixtral-tiny", "pixtral-tiny-text", &way))
        return;
    const takt_picture *p = g.picture[0];
    T_EQ_INT(p->n_positions, (COLS + 1) * ROWS);
    for (uint32_t i = 0; i < p->n_positions; i++)
        if (i % (COLS + 1) == COLS)
            T_EQ_INT(p->ids[i], i + 1 < p->n_positions ? BREAK : END);
        else
            T_OK(p->ids[i] < 0);
    golden_close(&g);
}

static void refused(const takt_model *m, const char *from, const char *to, takt_code code,
                    const char *what)
{
    takt_vision_options o = {.threads = 1, .no_cache = true};
    takt_vision *v;
    takt_err e;
    const char *path = made_renamed("tests/data/pixtral-tiny-mmproj.gguf", from, to);
    T_FAILS(takt_vision_new(&v, m, path, &o, &e), &e, code, what);
    T_OK(v == NULL);
}

T_TEST(encoders_that_do_not_fit)
{
    struct loaded l;
    takt_plan_options po = {.threads = 1};
    if (!loaded_open(&l, "tests/data/pixtral-tiny-text.gguf", &po, 1))
        return;
    refused(l.model, "v.pre_ln.weight", "v.are_ln.weight", TAKT_ERR_FORMAT,
            "'v.pre_ln.weight' is missing");
    refused(l.model, "v.blk.1.ffn_up.weight", "v.blk.1.ffn_op.weight", TAKT_ERR_FORMAT,
            "'v.blk.1.ffn_up.weight' is missing");
    refused(l.model, "clip.use_silu", "clip.use_tilu", TAKT_ERR_UNSUPPORTED,
            "gates are not SiLU's");
    refused(l.model, "mm.2.weight", "mm.3.weight", TAKT_ERR_FORMAT, "'mm.2.weight'");
    takt_vision_options o = {.threads = 1, .no_cache = true};
    takt_vision *v;
    takt_err e;
    T_FAILS(takt_vision_new(&v, l.model, "tests/data/qwen2vl-tiny-mmproj.gguf", &o, &e), &e,
            TAKT_ERR_USAGE, "knows no them: it belongs to another model");
    loaded_free(&l);
}

T_MAIN("engine/pixtral")
