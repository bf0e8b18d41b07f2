/* The GGUF reader against files that our writer makes, whole, cut, damaged and split. */
#include "t.h"

#include <math.h>
#include <unistd.h>

#include "model/gguf.h"
#include "model/gguf_write.h"
#include "model/model.h"

static char dir[] = P_tmpdir "/takt-test-gguf-XXXXXX";

static const char *in_dir(const char *name)
{
    static char path[4][256];
    static unsigned turn;
    char *p = path[turn++ % 4];
    if (strcmp(dir + sizeof dir - 7, "XXXXXX") == 0)
        T_OK(mkdtemp(dir));
    snprintf(p, 256, "%s/%s", dir, name);
    return p;
}

static void put_llama(struct gguf_writer *w)
{
    static const char *const tokens[] = {"<unk>", "<s>", "</s>", "<|eot_id|>"};
    static const int32_t types[] = {2, 3, 3, 3};
    gguf_put_str(w, "general.architecture", "llama");
    gguf_put_u32(w, "llama.block_count", 1);
    gguf_put_u32(w, "llama.context_length", 64);
    gguf_put_u32(w, "llama.embedding_length", 32);
    gguf_put_u32(w, "llama.feed_forward_length", 32);
    gguf_put_u32(w, "llama.attention.head_count", 2);
    gguf_put_f32(w, "llama.attention.layer_norm_rms_epsilon", 1e-6f);
    gguf_put_str(w, "tokenizer.ggml.model", "gpt2");
    gguf_put_arr_str(w, "tokenizer.ggml.tokens", tokens, 4);
    gguf_put_arr(w, "tokenizer.ggml.token_type", KV_I32, types, 4);
    gguf_put_u32(w, "tokenizer.ggml.eos_token_id", 2);
    gguf_put_bool(w, "tokenizer.ggml.add_bos_token", true);
    gguf_put_u16(w, "a.u16", 65535);
    gguf_put_i32(w, "a.i32", -7);
}

static void put_tensors(struct gguf_writer *w)
{
    gguf_put_tensor(w, "token_embd.weight", QTYPE_F32, 2, (uint64_t[]){32, 4});
    gguf_put_tensor(w, "blk.0.attn_q.weight", QTYPE_Q8_0, 2, (uint64_t[]){32, 3});
    gguf_put_tensor(w, "output_norm.weight", QTYPE_F32, 1, (uint64_t[]){32});
}

/* Data byte k of tensor i is 7 i + k, given in pieces of 100 bytes. */
static const uint32_t tensor_bytes[] = {512, 102, 128};

static takt_rc fill(void *user, uint32_t i, struct gguf_sink *sink, takt_err *e)
{
    uint32_t first = user ? *(uint32_t *)user : 0;
    uint8_t piece[100];
    uint32_t total = tensor_bytes[first + i];
    for (uint32_t at = 0; at < total;) {
        uint32_t n = total - at < sizeof piece ? total - at : sizeof piece;
        for (uint32_t k = 0; k < n; k++)
            piece[k] = (uint8_t)(7 * (first + i) + at + k);
        TAKT_TRY(gguf_sink_put(sink, piece, n, e));
        at += n;
    }
    return TAKT_OK;
}

static const char *write_llama(const char *name, uint32_t alignment)
{
    struct gguf_writer w = {.alignment = alignment};
    takt_err e;
    const char *path = in_dir(name);
    put_llama(&w);
    put_tensors(&w);
    T_RC(gguf_write(&w, path, fill, NULL, &e), &e);
    gguf_writer_free(&w);
    return path;
}

static uint8_t *read_file(const char *path, size_t *n)
{
    char *p = NULL;
    takt_err e;
    T_RC(file_read_all(&p, n, path, 1 << 24, &e), &e);
    return (uint8_t *)p;
}

/* Opens the N bytes at P from memory of just that size, so that a sanitizer sees a read past the
 * end. */
static takt_rc open_bytes(struct model *m, const uint8_t *p, size_t n, takt_err *e)
{
    static uint8_t *copy;
    free(copy);
    copy = malloc(n ? n : 1);
    memcpy(copy, p, n);
    return model_open_memory(m, (struct slice){copy, n}, "memory", e);
}

T_TEST(written_file_reads_back)
{
    for (uint32_t alignment = 0; alignment <= 4096; alignment = alignment ? alignment * 8 : 64) {
        struct model m;
        takt_err e;
        const char *path = write_llama("whole.gguf", alignment);
        if (!T_RC(model_open(&m, path, &e), &e))
            return;
        T_EQ_INT(m.n_tensors, 3);
        T_EQ_INT(m.n_kv, alignment ? 15 : 14);
        T_EQ_STR(m.name, "whole");
        T_EQ_INT(m.weight_bytes, 742);
        for (uint32_t i = 0; i < 3; i++) {
            const struct tensor *t = &m.tensors[i];
            T_EQ_INT(t->bytes, tensor_bytes[i]);
            T_EQ_INT(t->file_offset % (alignment ? alignment : 32), 0);
            T_OK(t->data == m.files[0].bytes.p + t->file_offset);
            for (uint32_t k = 0; k < t->bytes; k++)
                if (t->data[k] != (uint8_t)(7 * i + k)) {
                    T_EQ_INT(t->data[k], (uint8_t)(7 * i + k));
                    break;
                }
        }
        T_OK(model_tensor(&m, "output_norm.weight") == &m.tensors[2]);
        T_OK(model_tensor(&m, "output_norm") == NULL);
        T_EQ_INT(model_tensor(&m, "blk.0.attn_q.weight")->ne[1], 3);
        model_close(&m);
    }
}

T_TEST(hparams_and_special)
{
    struct model m;
    takt_err e;
    if (!T_RC(model_open(&m, write_llama("h.gguf", 0), &e), &e))
        return;
    T_EQ_STR(m.hp.arch, "llama");
    T_EQ_INT(m.hp.n_layers, 1);
    T_EQ_INT(m.hp.n_kv_heads, 2);
    T_EQ_INT(m.hp.head_dim_k, 16);
    T_EQ_INT(m.hp.rope_dims, 16);
    T_EQ_INT(m.hp.n_vocab, 4);
    T_OK(m.hp.tied_embeddings && m.hp.rope_pairs);
    T_NEAR(m.hp.attention_scale, 0.25, 0);
    T_NEAR(m.hp.rope_theta, 10000, 0);
    T_EQ_INT(m.special.bos, -1);
    T_EQ_INT(m.special.eos, 2);
    T_EQ_INT(m.special.n_eog, 2); /* </s> by id, <|eot_id|> by text */
    T_EQ_INT(m.special.eog[1], 3);
    T_OK(m.special.add_bos);
    model_close(&m);
}

T_TEST(typed_reads)
{
    struct model m;
    takt_err e;
    uint64_t at = 0;
    struct slice s;
    if (!T_RC(model_open(&m, write_llama("k.gguf", 0), &e), &e))
        return;
    T_EQ_INT(model_kv_uint(&m, "a.u16", 1), 65535);
    T_EQ_INT(model_kv_uint(&m, "a.i32", 5), 5); /* negative: no unsigned value */
    T_NEAR(model_kv_float(&m, "a.i32", 0), -7, 0);
    T_EQ_INT(model_kv_uint(&m, "absent", 5), 5);
    T_EQ_INT(model_kv_uint(&m, "general.architecture", 5), 5);
    T_OK(slice_eq(model_kv_str(&m, "general.architecture"), "llama"));
    T_OK(model_kv_str(&m, "a.u16").len == 0);
    T_OK(model_kv_bool(&m, "tokenizer.ggml.add_bos_token", false));
    const struct model_kv *tokens = model_kv_find(&m, "tokenizer.ggml.tokens");
    unsigned n = 0;
    while (model_kv_arr_str(tokens, &at, &s))
        n++;
    T_EQ_INT(n, 4);
    T_OK(slice_eq(s, "<|eot_id|>"));
    model_close(&m);
}

T_TEST(every_prefix_fails_cleanly)
{
    size_t n;
    takt_err e;
    struct model m;
    uint8_t *p = read_file(write_llama("p.gguf", 0), &n);
    for (size_t k = 0; k < n; k++) {
        takt_rc rc = open_bytes(&m, p, k, &e);
        if (rc.code != TAKT_ERR_FORMAT)
            t_fail(__FILE__, __LINE__, "prefix of %zu of %zu bytes: code %d", k, n, rc.code);
        if (rc.code == 0)
            model_close(&m);
    }
    if (T_RC(open_bytes(&m, p, n, &e), &e))
        model_close(&m);
    free(p);
}

/* Every byte of the header set to each of a few values: anything but a crash or a hang is right. */
T_TEST(damaged_headers_never_crash)
{
    static const uint8_t values[] = {0, 1, 0x7f, 0x80, 0xff};
    size_t n;
    takt_err e;
    struct model m;
    unsigned n_refused = 0;
    uint8_t *p = read_file(write_llama("d.gguf", 0), &n);
    for (size_t k = 0; k < n - 742; k++) {
        uint8_t old = p[k];
        for (size_t v = 0; v < sizeof values; v++) {
            p[k] = values[v];
            takt_rc rc = open_bytes(&m, p, n, &e);
            n_refused += rc.code != 0;
            if (rc.code == 0)
                model_close(&m);
        }
        p[k] = old;
    }
    T_OK(n_refused > 500);
    free(p);
}

static void patch(uint8_t *p, size_t at, const void *v, size_t n)
{
    memcpy(p + at, v, n);
}

static size_t find_text(const uint8_t *p, size_t n, const char *s)
{
    const uint8_t *q = memmem(p, n, s, strlen(s));
    T_OK(q);
    return q ? (size_t)(q - p) : 0;
}

T_TEST(refusals_say_why)
{
    size_t n;
    takt_err e;
    struct model m;
    uint8_t *p = read_file(write_llama("r.gguf", 0), &n);
    uint8_t *q = malloc(n);
#define WITH(at, type, value)                                                                      \
    (memcpy(q, p, n), patch(q, (at), &(type){value}, sizeof(type)), open_bytes(&m, q, n, &e))
    T_FAILS(WITH(0, uint32_t, 0x12345678), &e, TAKT_ERR_FORMAT, "not a GGUF file");
    T_FAILS(WITH(4, uint32_t, 0x03000000), &e, TAKT_ERR_UNSUPPORTED, "big-endian");
    T_FAILS(WITH(4, uint32_t, 1), &e, TAKT_ERR_UNSUPPORTED, "version 1");
    T_FAILS(WITH(8, uint64_t, UINT64_MAX), &e, TAKT_ERR_LIMIT, "tensors; the limits");
    T_FAILS(WITH(8, uint64_t, 1000), &e, TAKT_ERR_FORMAT, "cannot hold");
    T_FAILS(WITH(16, uint64_t, 60000), &e, TAKT_ERR_FORMAT, "cannot hold");
    T_FAILS(WITH(24, uint64_t, 1 << 20), &e, TAKT_ERR_LIMIT, "bytes long");
    size_t name = find_text(p, n, "output_norm.weight") + 18;
    T_FAILS(WITH(name, uint32_t, 5), &e, TAKT_ERR_UNSUPPORTED,
            "has 5 dimensions; takt reads up to 4");
    T_FAILS(WITH(name + 4, uint64_t, 0), &e, TAKT_ERR_FORMAT, "a dimension of 0");
    T_FAILS(WITH(name + 4, uint64_t, UINT64_MAX / 2), &e, TAKT_ERR_FORMAT, "64 bits");
    T_FAILS(WITH(name + 12, uint32_t, 57), &e, TAKT_ERR_UNSUPPORTED,
            "tensor 'output_norm.weight' has unknown type 57");
    T_FAILS(WITH(name + 12, uint32_t, QTYPE_Q4_K), &e, TAKT_ERR_FORMAT,
            "no multiple of Q4_K's block");
    T_FAILS(WITH(name + 16, uint64_t, UINT64_MAX), &e, TAKT_ERR_FORMAT, "64 bits");
    T_FAILS(WITH(name + 16, uint64_t, 1 << 20), &e, TAKT_ERR_FORMAT, "incomplete download");
    size_t key = find_text(p, n, "llama.block_count") + 17;
    T_FAILS(WITH(key, uint32_t, 13), &e, TAKT_ERR_FORMAT, "unknown value type 13");
    T_FAILS(WITH(key + 4, uint32_t, 100000), &e, TAKT_ERR_FORMAT, "more than 4096 layers");
    size_t tokens = find_text(p, n, "tokenizer.ggml.tokens") + 21;
    T_FAILS(WITH(tokens + 4, uint32_t, KV_ARR), &e, TAKT_ERR_UNSUPPORTED, "is an array of");
    T_FAILS(WITH(tokens + 8, uint64_t, UINT64_MAX), &e, TAKT_ERR_FORMAT, "reaches past the end");
    struct {
        uint32_t elem, count_low, count_high;
    } overflow = {KV_U64, 1, 0x20000000}; /* times 8 is 8 in 64 bits */
    memcpy(q, p, n);
    patch(q, tokens + 4, &overflow, sizeof overflow);
    T_FAILS(open_bytes(&m, q, n, &e), &e, TAKT_ERR_FORMAT, "reaches past the end");
    size_t heads = find_text(p, n, "llama.attention.head_count") + 26;
    T_FAILS(WITH(heads + 4, uint32_t, 0), &e, TAKT_ERR_FORMAT, "no attention heads");
#undef WITH
    memcpy(q, p, n);
    memcpy(q + find_text(p, n, "a.u16"), "a.i32", 5);
    T_FAILS(open_bytes(&m, q, n, &e), &e, TAKT_ERR_FORMAT, "two keys called 'a.i32'");
    free(q);
    free(p);
}

T_TEST(per_layer_values_must_agree)
{
    for (uint32_t second = 4; second <= 5; second++) {
        struct gguf_writer w = {0};
        struct model m;
        takt_err e;
        uint32_t heads[] = {4, second};
        const char *path = in_dir("layers.gguf");
        gguf_put_str(&w, "general.architecture", "granite");
        gguf_put_u32(&w, "granite.block_count", 2);
        gguf_put_u32(&w, "granite.embedding_length", 32);
        gguf_put_u32(&w, "granite.feed_forward_length", 32);
        gguf_put_u32(&w, "granite.vocab_size", 9);
        gguf_put_arr(&w, "granite.attention.head_count", KV_U32, heads, 2);
        gguf_put_f32(&w, "granite.logit_scale", 8);
        T_RC(gguf_write(&w, path, fill, NULL, &e), &e);
        gguf_writer_free(&w);
        if (second == 4) {
            if (!T_RC(model_open(&m, path, &e), &e))
                return;
            T_EQ_INT(m.hp.n_heads, 4);
            T_NEAR(m.hp.logit_scale, 0.125, 0);
            model_close(&m);
        } else {
            T_FAILS(model_open(&m, path, &e), &e, TAKT_ERR_UNSUPPORTED, "differs between layers");
        }
    }
}

/* ---- split sets -------------------------------------------------------------------------------
 */

static void write_split(uint32_t no, uint32_t count, const char *tensor, const char *name)
{
    struct gguf_writer w = {0};
    takt_err e;
    if (no == 0)
        put_llama(&w);
    gguf_put_u16(&w, "split.no", (uint16_t)no);
    gguf_put_u16(&w, "split.count", (uint16_t)count);
    gguf_put_i32(&w, "split.tensors.count", 3);
    gguf_put_tensor(&w, tensor, QTYPE_F32, 1, (uint64_t[]){128});
    uint32_t first = 0;
    T_RC(gguf_write(&w, in_dir(name), fill, &first, &e), &e);
    gguf_writer_free(&w);
}

T_TEST(split_sets)
{
    struct model m;
    takt_err e;
    write_split(0, 3, "a", "s-00001-of-00003.gguf");
    write_split(1, 3, "b", "s-00002-of-00003.gguf");
    T_FAILS(model_open(&m, in_dir("s-00001-of-00003.gguf"), &e), &e, TAKT_ERR_IO,
            "1 is missing: s-00003-of-00003.gguf");
    write_split(2, 3, "c", "s-00003-of-00003.gguf");
    for (int part = 1; part <= 3; part++) {
        char name[64];
        snprintf(name, sizeof name, "s-%05d-of-00003.gguf", part);
        if (!T_RC(model_open(&m, in_dir(name), &e), &e))
            return;
        T_EQ_INT(m.n_files, 3);
        T_EQ_INT(m.n_tensors, 3);
        T_EQ_STR(m.hp.arch, "llama");
        T_EQ_INT(model_tensor(&m, "c")->file, 2);
        T_EQ_INT(model_tensor(&m, "c")->data[9], 9);
        model_close(&m);
    }
    write_split(2, 3, "a", "s-00003-of-00003.gguf");
    T_FAILS(model_open(&m, in_dir("s-00001-of-00003.gguf"), &e), &e, TAKT_ERR_FORMAT,
            "two tensors called 'a'");
    write_split(1, 3, "c", "s-00003-of-00003.gguf");
    T_FAILS(model_open(&m, in_dir("s-00001-of-00003.gguf"), &e), &e, TAKT_ERR_FORMAT,
            "says it is part 2 of 3");
    write_split(0, 3, "a", "renamed.gguf");
    T_FAILS(model_open(&m, in_dir("renamed.gguf"), &e), &e, TAKT_ERR_USAGE, "found by their names");
}

/* ---- the writer's failures --------------------------------------------------------------------
 */

static takt_rc fill_too_little(void *user, uint32_t i, struct gguf_sink *sink, takt_err *e)
{
    (void)user;
    (void)i;
    return gguf_sink_put(sink, "x", 1, e);
}

static takt_rc fill_too_much(void *user, uint32_t i, struct gguf_sink *sink, takt_err *e)
{
    static const uint8_t much[600];
    (void)user;
    (void)i;
    return gguf_sink_put(sink, much, sizeof much, e);
}

static takt_rc fill_stops(void *user, uint32_t i, struct gguf_sink *sink, takt_err *e)
{
    (void)user;
    (void)sink;
    return err_set(e, TAKT_ERR_CANCELLED, "", "stopped at tensor %u", i);
}

T_TEST(writer_failures_leave_nothing)
{
    struct gguf_writer w = {0};
    takt_err e;
    put_llama(&w);
    put_tensors(&w);
    const char *path = in_dir("fails.gguf");
    T_FAILS(gguf_write(&w, path, fill_too_little, NULL, &e), &e, TAKT_ERR_USAGE, "less data");
    T_FAILS(gguf_write(&w, path, fill_too_much, NULL, &e), &e, TAKT_ERR_USAGE, "more data");
    T_FAILS(gguf_write(&w, path, fill_stops, NULL, &e), &e, TAKT_ERR_CANCELLED, "tensor 0");
    T_FAILS(gguf_write(&w, "/dev/full", fill, NULL, &e), &e, TAKT_ERR_IO, "disk is full");
    T_FAILS(gguf_write(&w, in_dir("no/such/folder.gguf"), fill, NULL, &e), &e, TAKT_ERR_IO,
            "cannot be created");
    T_FAILS(gguf_write(&w, dir, fill, NULL, &e), &e, TAKT_ERR_USAGE, "is a directory");
    gguf_put_tensor(&w, "odd", QTYPE_Q4_K, 1, (uint64_t[]){100});
    T_FAILS(gguf_write(&w, path, fill, NULL, &e), &e, TAKT_ERR_USAGE, "shape is not possible");
    gguf_writer_free(&w);
    T_OK(!file_exists(path));
    char command[300];
    snprintf(command, sizeof command, "test -z \"$(find %s -name '*.tmp*')\"", dir);
    T_EQ_INT(system(command), 0);
}

T_TEST(fingerprint_sees_changes)
{
    struct model m;
    takt_err e;
    uint8_t a[32], b[32];
    size_t n;
    uint8_t *p = read_file(write_llama("f.gguf", 0), &n);
    if (!T_RC(open_bytes(&m, p, n, &e), &e))
        return;
    T_RC(model_fingerprint(&m, a, &e), &e);
    T_RC(model_fingerprint(&m, b, &e), &e);
    T_EQ_MEM(a, b, 32);
    model_close(&m);
    p[n - 200] ^= 1; /* inside a tensor */
    T_RC(open_bytes(&m, p, n, &e), &e);
    T_RC(model_fingerprint(&m, b, &e), &e);
    T_OK(memcmp(a, b, 32) != 0);
    model_close(&m);
    free(p);
}

T_TEST(clean_up)
{
    char command[300];
    snprintf(command, sizeof command, "rm -rf %s", dir);
    T_EQ_INT(system(command), 0);
}

T_MAIN("model/gguf")
