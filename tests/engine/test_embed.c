/* Embeddings: against the recorded logits of the reference implementation, and the same bits
 * however the tokens come to steps. */
#include "base/clock.h"
#include "engine/service.h"
#include "made.h"

enum { N_CTX = 320, N_EMBD_MAX = 512, PARALLEL = 4, N_TEXTS = 9, TEXT_MAX = 300 };

/* ---- values ---- */

/* The head is linear, so the mean of the logits of all positions, which Hugging Face transformers
 * computed, is the head of the mean hidden state: both must point the same way. Returns how far the
 * two unit vectors lie apart. */
static double distance(const struct model *m, const float *vector, uint32_t n_embd,
                       const uint8_t *logits, uint32_t n_vocab, uint32_t n_rows)
{
    const struct tensor *head = model_tensor(m, "output.weight");
    double want2 = 0, got2 = 0, dot = 0;
    float row[N_EMBD_MAX];
    uint64_t row_bytes;
    head = head ? head : model_tensor(m, "token_embd.weight");
    if (!T_OK(head && n_embd <= N_EMBD_MAX && head->ne[0] == n_embd && head->ne[1] == n_vocab))
        return INFINITY;
    qtype_row_bytes(head->type, n_embd, &row_bytes);
    for (uint32_t v = 0; v < n_vocab; v++) {
        double want = 0, got = 0;
        for (uint32_t i = 0; i < n_rows; i++) {
            float x;
            memcpy(&x, logits + ((size_t)i * n_vocab + v) * 4, 4);
            want += (double)x;
        }
        qtype_dequantize(head->type, row, (const uint8_t *)head->data + v * row_bytes, n_embd);
        for (uint32_t k = 0; k < n_embd; k++)
            got += (double)row[k] * (double)vector[k];
        want2 += want * want;
        got2 += got * got;
        dot += want * got;
    }
    return sqrt(fmax(0, 2 - 2 * dot / sqrt(want2 * got2)));
}

static double length_of(const float *v, uint32_t n)
{
    double s = 0;
    for (uint32_t i = 0; i < n; i++)
        s += (double)v[i] * (double)v[i];
    return sqrt(s);
}

static void check_values(const char *folder, const char *file, const char *record, double bound)
{
    char path[512], logits_path[512], rel[256];
    struct model r;
    struct loaded l;
    takt_err e;
    snprintf(rel, sizeof rel, "models/%s/%s", folder, file);
    bool found = t_shared(path, sizeof path, rel);
    snprintf(rel, sizeof rel, "models/%s/%s", folder, record);
    if (!found || !t_shared(logits_path, sizeof logits_path, rel))
        T_SKIP("no shared data");
    takt_plan_options po = {.threads = 2, .chunk = 8};
    if (!T_RC(model_open(&r, logits_path, &e), &e))
        return;
    const struct tensor *ids = model_tensor(&r, "ids"), *logits = model_tensor(&r, "logits");
    if (T_OK(ids && logits && ids->ne[0] <= 1024) && loaded_open(&l, path, &po, 1)) {
        int32_t copy[1024];
        float v[N_EMBD_MAX];
        uint32_t n = (uint32_t)ids->ne[0], n_embd = l.plan->plan.n_embd;
        memcpy(copy, ids->data, n * sizeof *copy);
        if (T_RC(takt_embed(l.seq, copy, n, v, &l.e), &l.e)) {
            double d =
                distance(&l.model->file, v, n_embd, logits->data, (uint32_t)logits->ne[0], n);
            T_OK(fabs(length_of(v, n_embd) - 1) < 1e-6);
            T_EQ_INT(takt_seq_length(l.seq), n);
            if (!(d <= bound))
                t_fail(__FILE__, __LINE__, "%s/%s: %.3g from the reference, not within %g", folder,
                       file, d, bound);
        }
        loaded_free(&l);
    }
    model_close(&r);
}

T_TEST(values)
{
    static const char *const families[] = {"tiny-llama31-a", "tiny-llama-untied-hd32-a",
                                           "tiny-mixtral-a", "tiny-granite-a", "tiny-granitemoe-a"};
    char folder[64], file[64];
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        snprintf(folder, sizeof folder, "tiny-random/%s", families[i]);
        snprintf(file, sizeof file, "%s.gguf", families[i]);
        check_values(folder, file, "logits-short.gguf", 1e-4);
        check_values(folder, file, "logits-long.gguf", 1e-4);
    }
    check_values("stories260K", "stories260K-f32.gguf", "logits.gguf", 1e-4);
    check_values("stories260K", "stories260K-q8_0.gguf", "logits.gguf", 5e-2);
}

T_TEST(vectors_of_sums)
{
    takt_err e;
    float v[3];
    const double sum[3] = {3e200, 0, -4e200}, tiny[3] = {0, 1e-310, 0};
    const double zero[3] = {0}, nan[3] = {1, NAN, 2}, inf[3] = {1, INFINITY, NAN};
    T_RC(takt_embedding(v, sum, 3, &e), &e);
    T_OK(v[0] == 0.6f && v[1] == 0 && v[2] == -0.8f);
    T_RC(takt_embedding(v, tiny, 3, &e), &e);
    T_OK(v[0] == 0 && v[1] == 1);
    T_EQ_INT(takt_embedding(v, zero, 3, &e).code, TAKT_ERR_UNSUPPORTED);
    T_EQ_INT(takt_embedding(v, nan, 3, &e).code, TAKT_ERR_UNSUPPORTED);
    T_EQ_INT(takt_embedding(v, inf, 3, &e).code, TAKT_ERR_UNSUPPORTED);
    T_OK(v[0] == 0 && v[1] == 0 && v[2] == 0);
}

/* ---- sameness ---- */

struct text {
    int32_t ids[TEXT_MAX];
    uint32_t n;
    float want[N_EMBD_MAX];
};

static struct text texts[N_TEXTS];

/* Texts of all lengths, each the beginning of a common one or its own. */
static void make_texts(void)
{
    static const uint32_t n[N_TEXTS] = {1, 300, 31, 32, 33, 64, 200, 7, 130};
    for (uint32_t i = 0; i < N_TEXTS; i++) {
        texts[i].n = n[i];
        for (uint32_t k = 0; k < n[i]; k++)
            texts[i].ids[k] = i % 3 == 0 ? (int32_t)(k * 7 % 250) : (int32_t)(t_rand() >> 33) % 259;
    }
}

static bool open_made(struct loaded *l, enum qtype type, uint32_t threads, uint32_t chunk)
{
    static char path[2][300];
    char *p = path[type == QTYPE_F32];
    takt_plan_options o = {
        .n_ctx = N_CTX, .threads = threads, .chunk = chunk, .logits_rows = PARALLEL};
    if (!*p) {
        const char *made = made_write((struct made){.type = type, .n_ctx = N_CTX});
        if (!made)
            return false;
        snprintf(p, sizeof path[0], "%s", made);
    }
    return loaded_open(l, p, &o, PARALLEL + 1);
}

static uint32_t embd_of(const struct loaded *l)
{
    return l->plan->plan.n_embd;
}

/* Each text alone: KEEPS makes the results what others are compared with. */
static void embed_alone(struct loaded *l, bool keeps)
{
    float v[N_EMBD_MAX];
    for (uint32_t i = 0; i < N_TEXTS; i++) {
        takt_seq_truncate(l->seq, 0);
        if (!T_RC(takt_embed(l->seq, texts[i].ids, texts[i].n, v, &l->e), &l->e))
            return;
        if (keeps)
            memcpy(texts[i].want, v, sizeof v);
        T_EQ_MEM(v, texts[i].want, embd_of(l) * sizeof *v);
    }
    takt_seq_truncate(l->seq, 0);
}

static void check_cuts(enum qtype type)
{
    static const uint32_t threads[] = {2, 1, 3, 2, 1}, chunk[] = {48, 300, 1, 7, 64};
    struct loaded l;
    for (uint32_t i = 0; i < sizeof chunk / sizeof *chunk; i++)
        if (open_made(&l, type, threads[i], chunk[i])) {
            embed_alone(&l, i == 0);
            loaded_free(&l);
        }
}

T_TEST(any_chunk_and_threads)
{
    make_texts();
    check_cuts(QTYPE_F32);
    check_cuts(QTYPE_Q8_0);
}

/* A step of one sequence's text beside another's answer, logits and all. */
T_TEST(beside_answers)
{
    struct loaded l;
    takt_seq *other;
    double sum[N_EMBD_MAX] = {0};
    float v[N_EMBD_MAX];
    make_texts();
    if (!open_made(&l, QTYPE_Q8_0, 2, 48))
        return;
    embed_alone(&l, true);
    const struct text *t = &texts[6];
    if (T_RC(takt_seq_new(&other, l.engine, &l.e), &l.e)) {
        for (uint32_t at = 0; at < t->n;) {
            uint32_t k = t->n - at < 40 ? t->n - at : 40;
            const takt_step_item items[] = {
                {.seq = other, .ids = texts[1].ids + at, .n_ids = 3, .n_logits = 1},
                {.seq = l.seq, .ids = t->ids + at, .n_ids = k, .pool = sum}};
            takt_step_info info;
            T_RC(takt_step(l.engine, items, 2, NULL, NULL, &info, &l.e), &l.e);
            T_OK(info.predicted_ns > 0 && info.measured_ns > 0);
            at += k;
        }
        T_RC(takt_embedding(v, sum, embd_of(&l), &l.e), &l.e);
        T_EQ_MEM(v, t->want, embd_of(&l) * sizeof *v);
        takt_seq_free(other);
    }
    loaded_free(&l);
}

T_TEST(refusals)
{
    struct loaded l;
    float v[N_EMBD_MAX];
    make_texts();
    if (!open_made(&l, QTYPE_Q8_0, 2, 48))
        return;
    int32_t bad[2] = {1, 100000}, many[N_CTX + 1] = {0};
    T_EQ_INT(takt_embed(l.seq, bad, 0, v, &l.e).code, TAKT_ERR_USAGE);
    T_EQ_INT(takt_embed(l.seq, bad, 2, v, &l.e).code, TAKT_ERR_USAGE);
    T_EQ_INT(takt_embed(l.seq, many, N_CTX + 1, v, &l.e).code, TAKT_ERR_LIMIT);
    T_EQ_INT(takt_seq_length(l.seq), 0);
    T_RC(takt_embed(l.seq, many, N_CTX, v, &l.e), &l.e);
    loaded_free(&l);
}

/* ---- through the service, in traffic ---- */

static struct service_job embedding_of(const struct text *t)
{
    return (struct service_job){
        .job = {.n_prompt = t->n, .class = SCHED_NORMAL, .arrival_ns = clock_ns()},
        .prompt = t->ids,
        .embeds = true};
}

static struct service_job answer_to(const struct text *t)
{
    struct service_job j = embedding_of(t);
    j.embeds = false;
    j.job.n_max = 12;
    j.sampling = takt_sampling_default();
    j.ignore_eog = true;
    return j;
}

static int wait_for(struct service_job *j)
{
    int finish;
    while ((finish = atomic_load(&j->finish)) == SERVICE_RUNNING) {
        struct timespec t = {0, 200000};
        nanosleep(&t, NULL);
    }
    return finish;
}

/* Submits J until it is taken on, as another time it may be where the machine is busy. */
static bool insist(struct service *s, struct service_job *j)
{
    struct sched_answer a;
    takt_err e;
    for (int i = 0; i < 2000; i++) {
        struct timespec t = {0, 5000000};
        if (!T_RC(service_submit(s, j, clock_ns(), &a, &e), &e))
            return false;
        if (a.refusal == SCHED_ACCEPTED)
            return true;
        nanosleep(&t, NULL);
    }
    return T_OK(!"it is never taken on");
}

/* Twice, so that the second round finds the pages of all prompts that were answered. */
static void storm(struct service *s, uint32_t n_embd)
{
    struct service_job answer[N_TEXTS], embedding[N_TEXTS];
    float v[N_EMBD_MAX];
    takt_err e;
    for (uint32_t round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < N_TEXTS; i++) {
            answer[i] = answer_to(&texts[i]);
            embedding[i] = embedding_of(&texts[i]);
            if (!insist(s, &answer[i]) || !insist(s, &embedding[i]))
                return;
        }
        for (uint32_t i = 0; i < N_TEXTS; i++) {
            T_EQ_INT(wait_for(&answer[i]), SERVICE_LENGTH);
            T_EQ_INT(wait_for(&embedding[i]), SERVICE_EMBEDDED);
            T_EQ_INT(embedding[i].n_cached, 0);
            T_EQ_INT(atomic_load(&embedding[i].n), 0);
            T_OK(embedding[i].first_token_ns > 0);
            T_RC(takt_embedding(v, embedding[i].sum, n_embd, &e), &e);
            T_EQ_MEM(v, texts[i].want, n_embd * sizeof *v);
            service_release(&answer[i]);
            service_release(&embedding[i]);
        }
    }
}

static void cancel_some(struct service *s)
{
    struct service_job j[4];
    for (uint32_t i = 0; i < 4; i++) {
        j[i] = embedding_of(&texts[1]);
        if (!insist(s, &j[i]))
            return;
    }
    for (uint32_t i = 0; i < 4; i += 2)
        service_cancel(s, &j[i]);
    for (uint32_t i = 0; i < 4; i++) {
        int finish = wait_for(&j[i]);
        T_OK(finish == SERVICE_EMBEDDED || (i % 2 == 0 && finish == SERVICE_CANCELLED));
        service_release(&j[i]);
    }
}

static void refuse_some(struct service *s)
{
    struct sched_answer a;
    struct sched_promise p;
    takt_err e;
    struct text bad = {.ids = {0}, .n = 0};
    struct service_job j = embedding_of(&bad);
    T_EQ_INT(service_submit(s, &j, clock_ns(), &a, &e).code, TAKT_ERR_USAGE);
    bad.n = N_CTX; /* it counts as one token more */
    j = embedding_of(&bad);
    T_EQ_INT(service_submit(s, &j, clock_ns(), &a, &e).code, TAKT_ERR_LIMIT);
    bad.n = 2;
    bad.ids[1] = -1;
    j = embedding_of(&bad);
    T_EQ_INT(service_submit(s, &j, clock_ns(), &a, &e).code, TAKT_ERR_USAGE);
    j = embedding_of(&texts[0]);
    T_RC(service_estimate(s, &j, clock_ns(), &a, &p, &e), &e);
    T_EQ_INT(a.refusal, SCHED_ACCEPTED);
    T_OK(p.first_token_ns > 0);
}

T_TEST(in_traffic)
{
    struct loaded l;
    struct service *s;
    struct service_figures f;
    make_texts();
    if (!open_made(&l, QTYPE_Q8_0, 2, 48))
        return;
    embed_alone(&l, true);
    takt_seq_truncate(l.seq, 0);
    const struct service_options o = {.n_jobs_max = PARALLEL};
    if (T_RC(service_new(&s, l.engine, &o, &l.e), &l.e)) {
        storm(s, embd_of(&l));
        cancel_some(s);
        refuse_some(s);
        service_figures(s, &f);
        T_EQ_INT(f.n_pages_used, 0);
        T_OK(f.n_cached_tokens > 0); /* of the answers */
        service_free(s);
    }
    loaded_free(&l);
}

T_MAIN("engine/embed")
