/* Models that see pictures, from Hugging Face's folders: prompts and logits are those of the real
 * classes and processors (tests/data/make-folder-goldens), and the same as from GGUF files. */
#include <sys/stat.h>

#include "blank.h"
#include "narrow.h"

enum { IDS_MAX = 128, ROWS = 4 };

/* What the processor and the model made of a picture and a question. */
struct recorded {
    struct model file;
    const struct tensor *pixels, *question, *ids, *logits;
};

static bool record_open(struct recorded *r, const char *name)
{
    char path[256];
    takt_err e;
    snprintf(path, sizeof path, "tests/data/%s.gguf", name);
    if (!T_RC(model_open(&r->file, path, &e), &e))
        return false;
    r->pixels = model_tensor(&r->file, "pixels");
    r->question = model_tensor(&r->file, "question");
    r->ids = model_tensor(&r->file, "ids");
    r->logits = model_tensor(&r->file, "logits");
    return T_OK(r->pixels && r->question && r->ids && r->logits && r->ids->ne[0] <= IDS_MAX);
}

static takt_picture *picture_of(takt_vision *v, const struct recorded *r)
{
    takt_picture *p = NULL;
    takt_err e;
    T_RC(takt_picture_encode(&p, v, r->pixels->data, (uint32_t)r->pixels->ne[1],
                             (uint32_t)r->pixels->ne[2], NULL, &e),
         &e);
    if (p)
        check_blank(v, r->pixels->data, (uint32_t)r->pixels->ne[1], (uint32_t)r->pixels->ne[2],
                    false, p);
    return p;
}

/* The prompt as the processor has it, but for the ids of rows. */
static void check_prompt(const struct recorded *r, const int32_t *ids, size_t n)
{
    enum { IMAGE = 260 };
    const int32_t *want = (const int32_t *)(const void *)r->ids->data;
    if (!T_EQ_INT(n, r->ids->ne[0]))
        return;
    for (size_t i = 0; i < n; i++)
        T_EQ_INT(want[i] == IMAGE ? -1 : want[i], ids[i] < 0 ? -1 : ids[i]);
}

struct last {
    float v[ROWS][512];
    uint32_t first; /* row */
};

static bool keep(void *user, uint32_t i, const float *logits)
{
    struct last *l = user;
    if (i >= l->first)
        memcpy(l->v[i - l->first], logits, 288 * sizeof *logits);
    return true;
}

/* The largest difference relative to the range of the recorded logits. */
static double error_of(const struct last *got, const struct tensor *want)
{
    double worst = 0, low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < (size_t)ROWS * 288; i++) {
        float w;
        memcpy(&w, want->data + 4 * i, 4);
        double d = fabs((double)w - (double)got->v[i / 288][i % 288]);
        worst = d <= worst ? worst : isnan(d) ? INFINITY : d;
        low = fmin(low, (double)w);
        high = fmax(high, (double)w);
    }
    return worst / (high - low);
}

static void check_answer(struct loaded *l, takt_vision *v, const struct recorded *r,
                         const char *name, double bound)
{
    char question[128];
    takt_span span = {.picture = picture_of(v, r)};
    int32_t *ids = NULL;
    size_t n = 0;
    takt_err e;
    snprintf(question, sizeof question, "%.*s", (int)r->question->ne[0],
             (const char *)r->question->data);
    const takt_chat_input in = {.user = question, .pictures = &span, .n_pictures = 1};
    struct last got = {.first = (uint32_t)r->ids->ne[0] - ROWS};
    if (span.picture && T_RC(takt_chat_prompt(l->model, &in, &ids, &n, &e), &e)) {
        check_prompt(r, ids, n);
        seq_reset(l->seq);
        takt_seq_pictures(l->seq, &span, 1);
        if (T_RC(takt_seq_feed(l->seq, ids, n, true, keep, &got, &e), &e)) {
            double error = error_of(&got, r->logits);
            if (!(error <= bound))
                t_fail(__FILE__, __LINE__, "%s: error %.3g of the range, not within %g", name,
                       error, bound);
        }
        takt_seq_pictures(l->seq, NULL, 0);
    }
    takt_free(ids);
    takt_picture_free((takt_picture *)span.picture);
}

static void check_folder(const char *name, double bound)
{
    static const char *const isa[] = {NULL, "ref"};
    struct recorded r = {0};
    char path[256];
    snprintf(path, sizeof path, "tests/data/%s", name);
    for (int i = 0; i < 2 && record_open(&r, name); i++) {
        const takt_plan_options o = {.threads = 2, .logits_rows = IDS_MAX, .isa = isa[i]};
        struct loaded l;
        if (loaded_open(&l, path, &o, 1)) {
            takt_vision *v = open_vision(l.model, path, isa[i], 2);
            if (v)
                check_answer(&l, v, &r, name, bound);
            takt_vision_free(v);
            loaded_free(&l);
        }
        model_close(&r.file);
    }
}

T_TEST(idefics3)
{
    check_folder("smolvlm-folder", 1e-5);
}

T_TEST(llava)
{
    check_folder("llava-folder", 1e-5);
}

T_TEST(granite_vision)
{
    check_folder("granite-vision-folder", 1e-5);
}

/* Rotary positions in three places. */
T_TEST(qwen2vl)
{
    check_folder("qwen2vl-folder", 1e-5);
}

T_TEST(qwen25vl)
{
    check_folder("qwen25vl-folder", 1e-5);
}

/* A block of patches becomes one row; lines end with marks. */
T_TEST(mistral3)
{
    check_folder("mistral3-folder", 1e-5);
}

/* ---- the same model as GGUF files ---- */

/* Encoder and projector of the folder M, named as llama.cpp's converter names them. */
struct mmproj {
    struct gguf_writer w;
    const struct tensor *t[256];
    uint32_t n;
};

static takt_rc fill(void *user, uint32_t i, struct gguf_sink *sink, takt_err *e)
{
    const struct mmproj *p = user;
    return gguf_sink_put(sink, p->t[i]->data, p->t[i]->bytes, e);
}

static void put_sizes(struct gguf_writer *w, const struct model_vision *v)
{
    gguf_put_str(w, "general.architecture", "clip");
    gguf_put_bool(w, "clip.has_vision_encoder", true);
    gguf_put_bool(w, "clip.use_gelu", true);
    gguf_put_str(w, "clip.projector_type", v->projector);
    gguf_put_u32(w, "clip.vision.image_size", v->side);
    gguf_put_u32(w, "clip.vision.patch_size", v->patch);
    gguf_put_u32(w, "clip.vision.block_count", v->n_layers);
    gguf_put_u32(w, "clip.vision.embedding_length", v->n_embd);
    gguf_put_u32(w, "clip.vision.feed_forward_length", v->n_ff);
    gguf_put_u32(w, "clip.vision.attention.head_count", v->n_heads);
    gguf_put_f32(w, "clip.vision.attention.layer_norm_epsilon", v->eps);
    gguf_put_arr(w, "clip.vision.image_mean", KV_F32, v->mean, 3);
    gguf_put_arr(w, "clip.vision.image_std", KV_F32, v->std, 3);
    if (v->longest) {
        gguf_put_u32(w, "clip.vision.projector.scale_factor", v->merge);
        gguf_put_u32(w, "clip.vision.preproc_image_size", v->longest);
    }
}

static void put_layout(struct gguf_writer *w, const struct model_vision *v)
{
    int32_t features[VISION_FEATURES_MAX], grid[2 * VISION_GRIDS_MAX];
    for (uint32_t i = 0; i < v->n_features; i++)
        features[i] = (int32_t)v->feature[i];
    for (uint32_t i = 0; i < v->n_grids; i++) {
        grid[2 * i] = (int32_t)v->grid[i].height;
        grid[2 * i + 1] = (int32_t)v->grid[i].width;
    }
    gguf_put_arr(w, "clip.vision.feature_layer", KV_I32, features, v->n_features);
    if (v->n_grids)
        gguf_put_arr(w, "clip.vision.image_grid_pinpoints", KV_I32, grid, 2 * v->n_grids);
}

static bool write_mmproj(const char *path, const takt_vision *v)
{
    struct mmproj p = {.n = 0};
    const struct model *m = &v->file;
    takt_err e;
    put_sizes(&p.w, &v->v);
    put_layout(&p.w, &v->v);
    for (uint32_t i = 0; i < m->n_tensors && p.n < 256; i++) {
        const struct tensor *t = &m->tensors[i];
        if (strncmp(t->name, "v.", 2) != 0 && strncmp(t->name, "mm.", 3) != 0 &&
            strcmp(t->name, "model.image_newline") != 0)
            continue;
        gguf_put_tensor(&p.w, t->name, t->type, t->n_dims, t->ne);
        p.t[p.n++] = t;
    }
    bool ok = T_RC(gguf_write(&p.w, path, fill, &p, &e), &e);
    gguf_writer_free(&p.w);
    return ok;
}

static void check_same(const char *name)
{
    const takt_plan_options o = {.threads = 1};
    char folder[256], path[300];
    struct recorded r;
    struct loaded l;
    snprintf(folder, sizeof folder, "tests/data/%s", name);
    snprintf(path, sizeof path, "%s/mmproj.gguf", made_folder());
    if (!record_open(&r, name))
        return;
    if (loaded_open(&l, folder, &o, 1)) {
        takt_vision *v = open_vision(l.model, folder, NULL, 1), *w = NULL;
        if (v && write_mmproj(path, v))
            w = open_vision(l.model, path, NULL, 1);
        takt_picture *a = v ? picture_of(v, &r) : NULL, *b = w ? picture_of(w, &r) : NULL;
        if (T_OK(a && b) && T_EQ_INT(a->n_positions, b->n_positions)) {
            T_EQ_MEM(a->ids, b->ids, a->n_positions * sizeof *a->ids);
            T_EQ_MEM(a->rows, b->rows, (size_t)a->n_positions * a->n_embd * sizeof *a->rows);
        }
        takt_picture_free(a);
        takt_picture_free(b);
        takt_vision_free(v);
        takt_vision_free(w);
        loaded_free(&l);
    }
    model_close(&r.file);
}

T_TEST(same_bits_as_from_gguf)
{
    check_same("smolvlm-folder");
    check_same("granite-vision-folder");
}

/* ---- other folders ---- */

/* A copy of the folder NAME in which the file EDITED has TO where it had FROM; without it where TO
 * is NULL. */
static const char *edited(const char *name, const char *edited, const char *from, const char *to)
{
    static const char *const files[] = {
        "config.json",      "processor_config.json", "preprocessor_config.json",
        "tokenizer.json",   "tokenizer_config.json", "chat_template.jinja",
        "model.safetensors"};
    static char folder[256];
    snprintf(folder, sizeof folder, "%s/folder", made_folder());
    made_remove(folder);
    T_OK(mkdir(folder, 0700) == 0);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[600], *bytes;
        size_t n, at = 0;
        takt_err e;
        bool is_edited = strcmp(files[i], edited) == 0;
        snprintf(path, sizeof path, "tests/data/%s/%s", name, files[i]);
        if (!file_exists(path) || (is_edited && !to) ||
            !T_RC(file_read_all(&bytes, &n, path, 1 << 20, &e), &e))
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, files[i]);
        FILE *f = fopen(path, "w");
        if (T_OK(f)) {
            char *hit = is_edited ? memmem(bytes, n, from, strlen(from)) : NULL;
            T_OK(hit || !is_edited);
            at = hit ? (size_t)(hit - bytes) : 0;
            fwrite(bytes, 1, at, f);
            if (hit)
                fputs(to, f);
            at += hit ? strlen(from) : 0;
            fwrite(bytes + at, 1, n - at, f);
            fclose(f);
        }
        free(bytes);
    }
    return folder;
}

static void put(const char *folder, const char *name, const char *text)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    if (T_OK(f)) {
        fputs(text, f);
        fclose(f);
    }
}

/* The processor's template knows pictures; the tokenizer's own may not. */
T_TEST(template_of_the_processor_first)
{
    struct model m;
    takt_err e;
    const char *folder = edited("smolvlm-folder", "chat_template.jinja", "", NULL);
    put(folder, "tokenizer_config.json", "{\"chat_template\": \"text\"}");
    if (T_RC(model_open(&m, folder, &e), &e)) {
        T_EQ_STR(m.chat_template, "text");
        model_close(&m);
    }
    put(folder, "chat_template.json", "{\"chat_template\": \"pictures\"}");
    if (T_RC(model_open(&m, folder, &e), &e)) {
        T_EQ_STR(m.chat_template, "pictures");
        model_close(&m);
    }
}

/* SmolVLM is Idefics3 under another name. */
T_TEST(smolvlm_by_its_own_name)
{
    const takt_plan_options o = {.threads = 1};
    struct recorded r;
    struct loaded l;
    if (!record_open(&r, "smolvlm-folder"))
        return;
    const char *folder = edited("smolvlm-folder", "config.json", "\"model_type\": \"idefics3\"",
                                "\"model_type\": \"smolvlm\"");
    if (loaded_open(&l, folder, &o, 1)) {
        takt_vision *v = open_vision(l.model, "tests/data/smolvlm-folder", NULL, 1);
        takt_vision *w = open_vision(l.model, folder, NULL, 1);
        takt_picture *a = v ? picture_of(v, &r) : NULL, *b = w ? picture_of(w, &r) : NULL;
        if (T_OK(a && b) && T_EQ_INT(a->n_positions, b->n_positions))
            T_EQ_MEM(a->rows, b->rows, (size_t)a->n_positions * a->n_embd * sizeof *a->rows);
        takt_picture_free(a);
        takt_picture_free(b);
        takt_vision_free(v);
        takt_vision_free(w);
        loaded_free(&l);
    }
    model_close(&r.file);
}

static void refused(const takt_model *m, const char *folder, takt_code code, const char *what)
{
    takt_vision *v = NULL;
    takt_vision_options o = {.threads = 1, .no_cache = true};
    takt_err e;
    T_FAILS(takt_vision_new(&v, m, folder, &o, &e), &e, code, what);
    T_OK(v == NULL);
}

T_TEST(other_folders_refused)
{
    static const char smol[] = "smolvlm-folder", llava[] = "llava-folder";
    static const char config[] = "config.json", processor[] = "processor_config.json";
    static const char pixels[] = "preprocessor_config.json";
    const takt_plan_options o = {.threads = 1};
    struct loaded l;
    if (!loaded_open(&l, "tests/data/smolvlm-folder", &o, 1))
        return;
    const takt_model *m = l.model;
    refused(m, edited(smol, processor, "", NULL), TAKT_ERR_USAGE,
            "has no preprocessor_config.json");
    refused(m, edited(llava, pixels, "", NULL), TAKT_ERR_USAGE, "has no preprocessor_config.json");
    refused(m, edited(smol, config, "vision_config", "vision_konfig"), TAKT_ERR_UNSUPPORTED,
            "its config.json has no vision_config");
    refused(m, edited(smol, config, "\"model_type\": \"idefics3\"", "\"model_type\": \"kosmos\""),
            TAKT_ERR_UNSUPPORTED,
            "models of type 'kosmos' are not known to see pictures; takt knows llava, llava_next");
    refused(m, edited(smol, config, "idefics3_vision", "vit"), TAKT_ERR_UNSUPPORTED,
            "the encoder 'vit' is not known");
    refused(m, edited(smol, config, "gelu_pytorch_tanh", "relu"), TAKT_ERR_UNSUPPORTED,
            "'hidden_act' is 'relu'");
    refused(m, edited(smol, config, "\"image_size\": 24", "\"image_size\": [24]"), TAKT_ERR_FORMAT,
            "'image_size' is no integer");
    refused(m, edited(smol, config, "\"scale_factor\": 2", "\"scale_factor\": 3"), TAKT_ERR_FORMAT,
            "do not part into blocks of 3 x 3");
    refused(m, edited(smol, config, "\"patch_size\": 6", "\"patch_size\": 0"), TAKT_ERR_FORMAT,
            "'patch_size' is 0; takt takes 1 to 24");
    refused(m, edited(smol, processor, "\"do_normalize\": true", "\"do_normalize\": false"),
            TAKT_ERR_UNSUPPORTED, "'do_normalize' is false");
    refused(m, edited(smol, processor, "image_mean", "image_moan"), TAKT_ERR_FORMAT,
            "'image_mean' is no list of three numbers");
    refused(m, edited(smol, processor, "\"longest_edge\": 24", "\"longest_edge\": 30"),
            TAKT_ERR_UNSUPPORTED, "makes pictures of 30 pixels, but the encoder takes 24");
    refused(m, edited(smol, processor, "\"resample\": 1", "\"resample\": 9"), TAKT_ERR_LIMIT,
            "'resample' is 9");
    refused(m, edited(smol, "model.safetensors", "model.connector.m", "model.konnector.m"),
            TAKT_ERR_FORMAT, "'mm.model.fc.weight' is missing");
    refused(m,
            edited(llava, config, "select_strategy\": \"default\"", "select_strategy\": \"full\""),
            TAKT_ERR_UNSUPPORTED, "takt leaves the class row out");
    refused(m, edited(llava, config, "\"vision_feature_layer\": -2", "\"vision_feature_layer\": 9"),
            TAKT_ERR_FORMAT, "names no layer of the encoder");
    refused(m, edited(llava, pixels, "\"shortest_edge\": 28", "\"shortest_edge\": 32"),
            TAKT_ERR_UNSUPPORTED, "makes pictures of 32 pixels");
    loaded_free(&l);
}

/* As _get_num_multimodal_tokens of each processor in transformers 5.24 counts pictures of 64 x 31,
 * 90 x 50, 61 x 33 and 50 x 29 pixels (for Qwen2-VL: get_number_of_image_patches). */
T_TEST(tokens_as_processors_count_them)
{
    static const uint32_t size[4][2] = {{64, 31}, {90, 50}, {61, 33}, {50, 29}};
    static const struct {
        const char *path;
        uint32_t n[4];
    } want[] = {{"tests/data/smolvlm-folder", {46, 46, 46, 46}},
                {"tests/data/mistral3-folder", {21, 28, 28, 28}},
                {"tests/data/granite-vision-folder", {52, 52, 52, 52}},
                {"tests/data/llava-folder", {16, 16, 16, 16}},
                {"tests/data/qwen2vl-folder", {32, 28, 32, 24}},
                {"tests/data/qwen25vl-folder", {32, 28, 32, 24}}};
    const takt_vision_options o = {.threads = 1, .no_cache = true};
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        takt_model *m = NULL;
        takt_vision *v = NULL;
        takt_err e;
        T_RC(takt_model_open(&m, want[i].path, &e), &e);
        if (m && T_RC(takt_vision_new(&v, m, want[i].path, &o, &e), &e))
            for (int k = 0; k < 4; k++) {
                const struct tiles t = view_layout(v, size[k][0], size[k][1], false);
                takt_picture *p;
                if (!T_RC(encoding_blank(&p, v, &t, NULL, &e), &e))
                    break;
                T_EQ_INT(picture_counted(p, v), want[i].n[k]);
                takt_picture_free(p);
            }
        takt_vision_free(v);
        takt_model_free(m);
    }
}

T_MAIN("engine/folders")
