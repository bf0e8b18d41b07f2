#include "engine/sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "target/cpu/kern_math.h"

takt_sampling takt_sampling_default(void)
{
    return (takt_sampling){.temperature = 0.8f,
                           .top_p = 0.95f,
                           .min_p = 0.05f,
                           .top_k = 40,
                           .repeat_penalty = 1.0f,
                           .repeat_last = 64,
                           .seed = 0};
}

/* ---- settings ---- */

static takt_rc check_range(const char *name, float v, float lo, float hi, takt_err *e)
{
    if (v >= lo && v <= hi)
        return TAKT_OK;
    return err_set(e, TAKT_ERR_USAGE, name, "is %g; it must lie between %g and %g", (double)v,
                   (double)lo, (double)hi);
}

static takt_rc check_bias(const takt_sampling *o, uint32_t n_vocab, takt_err *e)
{
    if (o->n_logit_bias > n_vocab || (o->n_logit_bias && !o->logit_bias))
        return err_set(e, TAKT_ERR_USAGE, "logit_bias", "has %u entries; the model knows %u tokens",
                       o->n_logit_bias, n_vocab);
    for (uint32_t i = 0; i < o->n_logit_bias; i++) {
        takt_logit_bias b = o->logit_bias[i];
        if (b.id < 0 || (uint32_t)b.id >= n_vocab)
            return err_set(e, TAKT_ERR_USAGE, "logit_bias",
                           "names token %d; the model knows 0 to %u", b.id, n_vocab - 1);
        if (!(b.bias >= -100 && b.bias <= 100))
            return err_set(e, TAKT_ERR_USAGE, "logit_bias",
                           "is %g for token %d; it must lie between -100 and 100", (double)b.bias,
                           b.id);
    }
    return TAKT_OK;
}

takt_rc sampling_check(const takt_sampling *o, uint32_t n_vocab, takt_err *e)
{
    TAKT_TRY(check_range("temperature", o->temperature, 0, 100, e));
    TAKT_TRY(check_range("top_p", o->top_p, 0, 1, e));
    TAKT_TRY(check_range("min_p", o->min_p, 0, 1, e));
    TAKT_TRY(check_range("repeat_penalty", o->repeat_penalty, 0.01f, 100, e));
    TAKT_TRY(check_range("presence_penalty", o->presence_penalty, -2, 2, e));
    TAKT_TRY(check_range("frequency_penalty", o->frequency_penalty, -2, 2, e));
    return check_bias(o, n_vocab, e);
}

takt_rc sampler_init(struct sampler *s, uint32_t n_vocab, takt_err *e)
{
    *s = (struct sampler){.n_vocab = n_vocab};
    s->logit = malloc(n_vocab * sizeof *s->logit);
    s->order = malloc(n_vocab * sizeof *s->order);
    s->p = malloc(n_vocab * sizeof *s->p);
    s->count = calloc(n_vocab, sizeof *s->count);
    s->key = calloc(n_vocab, 2 * sizeof *s->key);
    if (s->logit && s->order && s->p && s->count && s->key)
        return TAKT_OK;
    sampler_release(s);
    return err_set(e, TAKT_ERR_MEMORY, "sampler", "no memory for %u candidates", n_vocab);
}

void sampler_release(struct sampler *s)
{
    free(s->logit);
    free(s->order);
    free(s->p);
    free(s->count);
    free(s->key);
    *s = (struct sampler){0};
}

/* ---- the largest ---- */

enum { LANES = 16, BLOCK = 1024 };

/* The largest of V, NaN left out; minus infinity when there is no larger one. In lanes, so that the
 * compiler finds vectors. */
static float largest(const float *v, uint32_t n)
{
    float lane[LANES], top = -INFINITY;
    uint32_t i = 0;
    for (uint32_t k = 0; k < LANES; k++)
        lane[k] = -INFINITY;
    for (; i + LANES <= n; i += LANES)
        for (uint32_t k = 0; k < LANES; k++)
            lane[k] = v[i + k] > lane[k] ? v[i + k] : lane[k];
    for (; i < n; i++)
        top = v[i] > top ? v[i] : top;
    for (uint32_t k = 0; k < LANES; k++)
        top = lane[k] > top ? lane[k] : top;
    return top;
}

int32_t sample_argmax(const float *logits, uint32_t n)
{
    float top = -INFINITY;
    uint32_t at = 0;
    for (uint32_t i = 0; i < n; i += BLOCK) {
        float here = largest(logits + i, n - i < BLOCK ? n - i : BLOCK);
        if (here > top) {
            top = here;
            at = i;
        }
    }
    if (top > -INFINITY)
        while (logits[at] != top)
            at++;
    return (int32_t)at;
}

/* ---- changes of logits ---- */

float sample_uniform(uint64_t seed, uint32_t position)
{
    uint32_t c[4] = {position, 0, 0, 0}, k[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    for (int round = 0; round < 10; round++) {
        uint64_t a = 0xD2511F53ull * c[0], b = 0xCD9E8D57ull * c[2];
        uint32_t next[4] = {(uint32_t)(b >> 32) ^ c[1] ^ k[0], (uint32_t)b,
                            (uint32_t)(a >> 32) ^ c[3] ^ k[1], (uint32_t)a};
        memcpy(c, next, sizeof c);
        k[0] += 0x9E3779B9u;
        k[1] += 0xBB67AE85u;
    }
    return (float)(c[0] >> 8) * 0x1p-24f;
}

/* Of an id that stands twice the last entry counts. */
static void add_bias(struct sampler *s, const takt_sampling *o)
{
    const takt_logit_bias *b = o->logit_bias;
    for (uint32_t i = o->n_logit_bias; i-- > 0;)
        if ((uint32_t)b[i].id < s->n_vocab && s->count[b[i].id]++ == 0)
            s->logit[b[i].id] += b[i].bias;
    for (uint32_t i = 0; i < o->n_logit_bias; i++)
        if ((uint32_t)b[i].id < s->n_vocab)
            s->count[b[i].id] = 0;
}

/* Counts the N tokens of V. Who walks over them again meets each with its count once and clears it:
 * see counted. */
static void count_tokens(struct sampler *s, const int32_t *v, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if ((uint32_t)v[i] < s->n_vocab)
            s->count[v[i]]++;
}

static uint32_t counted(struct sampler *s, int32_t id)
{
    if ((uint32_t)id >= s->n_vocab)
        return 0;
    uint32_t n = s->count[id];
    s->count[id] = 0;
    return n;
}

/* Tokens seen lately lose likelihood, once however often they occur: positive logits are divided,
 * negative ones multiplied (Keskar et al. 2019, CTRL). */
static void penalise_repeats(struct sampler *s, const takt_sampling *o,
                             const struct sample_context *c)
{
    uint32_t last = o->repeat_last < c->n_tokens ? o->repeat_last : c->n_tokens;
    if (o->repeat_penalty == 1.0f || last == 0)
        return;
    const int32_t *recent = c->tokens + (c->n_tokens - last);
    count_tokens(s, recent, last);
    for (uint32_t i = 0; i < last; i++)
        if (counted(s, recent[i])) {
            float *v = &s->logit[recent[i]];
            *v = *v > 0 ? *v / o->repeat_penalty : *v * o->repeat_penalty;
        }
}

/* Tokens of the answer lose by how often they occur in it, and once for being there (OpenAI, API
 * reference: frequency_penalty, presence_penalty). */
static void penalise_answer(struct sampler *s, const takt_sampling *o,
                            const struct sample_context *c)
{
    if ((o->frequency_penalty == 0 && o->presence_penalty == 0) || c->n_answer == 0)
        return;
    const int32_t *answer = c->tokens + (c->n_tokens - c->n_answer);
    count_tokens(s, answer, c->n_answer);
    for (uint32_t i = 0; i < c->n_answer; i++) {
        uint32_t n = counted(s, answer[i]);
        if (n)
            s->logit[answer[i]] =
                s->logit[answer[i]] - (float)n * o->frequency_penalty - o->presence_penalty;
    }
}

static void hold_back_ends(struct sampler *s, const takt_sampling *o,
                           const struct sample_context *c)
{
    for (uint32_t i = 0; i < c->n_end_ids && c->n_answer < o->min_tokens; i++)
        if ((uint32_t)c->end_ids[i] < s->n_vocab)
            s->logit[c->end_ids[i]] = -INFINITY;
}

/* Do the settings change any logit? */
static bool changes_logits(const takt_sampling *o, const struct sample_context *c)
{
    return o->n_logit_bias > 0 ||
           (o->repeat_penalty != 1.0f && o->repeat_last > 0 && c->n_tokens > 0) ||
           ((o->frequency_penalty != 0 || o->presence_penalty != 0) && c->n_answer > 0) ||
           (c->n_answer < o->min_tokens && c->n_end_ids > 0);
}

/* ---- order ---- */

enum { HEAP_MAX = 128 }; /* beyond so many it is quicker to sort all */

static bool is_better(const struct sampler *s, uint32_t a, uint32_t b)
{
    return s->logit[a] > s->logit[b] || (s->logit[a] == s->logit[b] && a < b);
}

static void sift_down(struct sampler *s, uint32_t at, uint32_t n)
{
    uint32_t *h = s->order;
    for (uint32_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && is_better(s, h[child], h[child + 1]))
            child++;
        if (!is_better(s, h[at], h[child]))
            return;
        uint32_t t = h[at];
        h[at] = h[child];
        h[child] = t;
    }
}

/* Puts the best K candidates of the N in order[0..k), best first: a heap of the best K so far with
 * the worst on top, then sorted. */
static void select_best(struct sampler *s, uint32_t n, uint32_t k)
{
    for (uint32_t i = k / 2; i-- > 0;)
        sift_down(s, i, k);
    for (uint32_t i = k; i < n; i++)
        if (is_better(s, s->order[i], s->order[0])) {
            s->order[0] = s->order[i];
            sift_down(s, 0, k);
        }
    for (uint32_t m = k; m > 1; m--) {
        uint32_t worst = s->order[0];
        s->order[0] = s->order[m - 1];
        s->order[m - 1] = worst;
        sift_down(s, 0, m - 1);
    }
}

/* The logit as a number that is smaller the larger it is, and the same for both zeros. */
static uint32_t descending(float logit)
{
    uint32_t u = kern_bits(logit == 0 ? 0 : logit);
    return u & 0x80000000u ? u : ~u & 0x7fffffffu;
}

/* Sorts order[0..n), which are ascending ids, best first: by 11 bits at a time, keeping the order
 * of equals. */
static void sort_all(struct sampler *s, uint32_t n)
{
    enum { BITS = 11, BINS = 1 << BITS };
    uint64_t *from = s->key, *to = s->key + s->n_vocab;
    for (uint32_t i = 0; i < n; i++)
        from[i] = (uint64_t)descending(s->logit[s->order[i]]) << 32 | s->order[i];
    for (uint32_t shift = 32; shift < 64; shift += BITS) {
        uint32_t at[BINS] = {0}, sum = 0;
        for (uint32_t i = 0; i < n; i++)
            at[from[i] >> shift & (BINS - 1)]++;
        for (uint32_t b = 0; b < BINS; b++) {
            uint32_t here = at[b];
            at[b] = sum;
            sum += here;
        }
        for (uint32_t i = 0; i < n; i++)
            to[at[from[i] >> shift & (BINS - 1)]++] = from[i];
        uint64_t *t = from;
        from = to;
        to = t;
    }
    for (uint32_t i = 0; i < n; i++)
        s->order[i] = (uint32_t)from[i];
}

/* ---- loops that wider vectors make faster, with equal bits ---- */

/* p[i] = exp of the distance of order[i] from the best. */
static inline __attribute__((always_inline)) void weigh_loop(struct sampler *s, uint32_t k,
                                                             float temperature)
{
    const float *restrict logit = s->logit;
    const uint32_t *restrict order = s->order;
    float *restrict p = s->p, top = logit[order[0]];
    for (uint32_t i = 0; i < k; i++)
        p[i] = kern_exp((logit[order[i]] - top) / temperature);
}

/* exp(x) of x in [-87, 0], 0 below and for NaN, to 3e-7: kern_exp with products and sums apart,
 * which all machines have in vectors, and with a mask where a choice would be no vector. */
static inline __attribute__((always_inline)) float exp_apart(float x)
{
    const float round = 0x1.8p23f; /* added and taken away again it leaves an integer */
    uint32_t is_in = 0u - (x >= KERN_EXP_LO);
    float c = kern_float(kern_bits(x) & is_in);
    float n = c * KERN_EXP_LOG2E + round - round;
    float r = c - n * KERN_EXP_LN2_HI - n * KERN_EXP_LN2_LO;
    float p = KERN_EXP_C6 * r + KERN_EXP_C5;
    p = p * r + KERN_EXP_C4;
    p = p * r + KERN_EXP_C3;
    p = p * r + KERN_EXP_C2;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    return kern_float((kern_bits(p) + ((uint32_t)(int32_t)n << 23)) & is_in);
}

/* The sum of exp(v - TOP), TOP finite, in lanes. */
static inline __attribute__((always_inline)) double sum_loop(const float *v, uint32_t n, float top)
{
    enum { PART = 16 * LANES };
    double lane[LANES] = {0}, sum = 0;
    float y[PART];
    uint32_t i = 0;
    for (; i + PART <= n; i += PART) {
        for (uint32_t k = 0; k < PART; k++)
            y[k] = exp_apart(v[i + k] - top);
        for (uint32_t j = 0; j < PART; j += LANES)
            for (uint32_t k = 0; k < LANES; k++)
                lane[k] += (double)y[j + k];
    }
    for (; i < n; i++)
        sum += (double)exp_apart(v[i] - top);
    for (uint32_t k = 0; k < LANES; k++)
        sum += lane[k];
    return sum;
}

#if defined(__x86_64__)
#define WIDE __attribute__((target("avx2,fma")))

static bool has_wide(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#else
#define WIDE

static bool has_wide(void)
{
    return false;
}
#endif

WIDE static void weigh_wide(struct sampler *s, uint32_t k, float temperature)
{
    weigh_loop(s, k, temperature);
}

WIDE static double sum_wide(const float *v, uint32_t n, float top)
{
    return sum_loop(v, n, top);
}

static void weigh(struct sampler *s, uint32_t k, float temperature)
{
    if (has_wide())
        weigh_wide(s, k, temperature);
    else
        weigh_loop(s, k, temperature);
}

static double sum_exp(const float *v, uint32_t n, float top)
{
    double n_infinite = 0;
    if (top < INFINITY)
        return has_wide() ? sum_wide(v, n, top) : sum_loop(v, n, top);
    for (uint32_t i = 0; i < n; i++) /* they share everything */
        n_infinite += v[i] == INFINITY;
    return n_infinite;
}

/* ---- the draw ---- */

/* Fills order[0..n) with the candidates that can be drawn; returns n. Those whose probability is
 * less than 2^-25 of the best one's cannot: added in f32, last, they change no sum, so that no draw
 * falls on one. (The bound here is exp(-20). NaN is no candidate, but inf - inf, which is NaN, is
 * not far from the best.) */
static uint32_t candidates(struct sampler *s, float temperature)
{
    float top = largest(s->logit, s->n_vocab), least = -20 * temperature;
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->n_vocab; i++)
        if (s->logit[i] > -INFINITY && !(s->logit[i] - top < least))
            s->order[n++] = i;
    return n;
}

/* Draws one of the changed logits. */
static int32_t draw(struct sampler *s, const takt_sampling *o, uint32_t position)
{
    uint32_t n = candidates(s, o->temperature);
    if (n == 0)
        return 0;
    uint32_t k = o->top_k && o->top_k < n ? o->top_k : n;
    if (k > HEAP_MAX)
        sort_all(s, n);
    else
        select_best(s, n, k);
    weigh(s, k, o->temperature);

    float total = 0, sum = 0;
    for (uint32_t i = 0; i < k; i++)
        total += s->p[i];
    uint32_t kept = 0;
    while (kept < k && (kept == 0 || (sum < o->top_p * total && s->p[kept] >= o->min_p)))
        sum += s->p[kept++];

    float at = sample_uniform(o->seed, position) * sum, reached = 0;
    for (uint32_t i = 0; i < kept; i++) {
        reached += s->p[i];
        if (at < reached)
            return (int32_t)s->order[i];
    }
    return (int32_t)s->order[kept - 1];
}

int32_t sampler_draw(struct sampler *s, const takt_sampling *o, const float *logits,
                     const struct sample_context *c)
{
    takt_assert(c->n_answer <= c->n_tokens);
    bool changes = changes_logits(o, c), is_greedy = o->temperature <= 0;
    if (is_greedy && !changes)
        return sample_argmax(logits, s->n_vocab);
    memcpy(s->logit, logits, s->n_vocab * sizeof *logits);
    if (changes) {
        add_bias(s, o);
        penalise_repeats(s, o, c);
        penalise_answer(s, o, c);
        hold_back_ends(s, o, c);
    }
    return is_greedy ? sample_argmax(s->logit, s->n_vocab) : draw(s, o, c->position);
}

/* ---- log probabilities ---- */

/* The natural logarithm of a finite x >= 1, to 1e-15: x = m * 2^e with m near 1, and log(m) by the
 * series of atanh. The C library's could differ between machines. */
static double log_of(double x)
{
    int e;
    double m = frexp(x, &e), sum = 0;
    if (m < 0x1.6a09e667f3bcdp-1) {
        m *= 2;
        e--;
    }
    double s = (m - 1) / (m + 1), s2 = s * s;
    for (int k = 21; k >= 1; k -= 2)
        sum = sum * s2 + 1.0 / k;
    return e * 0x1.62e42fefa39efp-1 + 2 * s * sum;
}

/* The N best logits of V in OUT, best first, as logits; returns how many there are. */
static uint32_t find_best(const float *v, uint32_t n_vocab, uint32_t n, struct sample_logprob *out)
{
    uint32_t found = 0;
    for (uint32_t b = 0; n > 0 && b < n_vocab; b += BLOCK) {
        uint32_t end = n_vocab - b < BLOCK ? n_vocab : b + BLOCK;
        float least = found < n ? -INFINITY : out[n - 1].logprob;
        if (!(largest(v + b, end - b) > least))
            continue;
        for (uint32_t i = b; i < end; i++) {
            if (!(v[i] > (found < n ? -INFINITY : out[n - 1].logprob)))
                continue;
            uint32_t at = found < n ? found++ : n - 1;
            for (; at > 0 && v[i] > out[at - 1].logprob; at--)
                out[at] = out[at - 1];
            out[at] = (struct sample_logprob){(int32_t)i, v[i]};
        }
    }
    return found;
}

uint32_t sampler_logprobs(const struct sampler *s, const float *logits, int32_t drawn, uint32_t n,
                          struct sample_logprob *out)
{
    n = n < SAMPLE_TOP_MAX ? n : SAMPLE_TOP_MAX;
    uint32_t found = find_best(logits, s->n_vocab, n, out + 1);
    float top = largest(logits, s->n_vocab);
    double log_sum = top > -INFINITY ? log_of(sum_exp(logits, s->n_vocab, top)) : 0;
    bool is_known = (uint32_t)drawn < s->n_vocab;
    out[0] = (struct sample_logprob){drawn, is_known ? logits[drawn] : -INFINITY};
    for (uint32_t i = 0; i <= n; i++) {
        float v = i <= found ? out[i].logprob : -INFINITY;
        if (i > found)
            out[i].id = -1;
        out[i].logprob = !(v > -INFINITY) ? -INFINITY
                         : v == top       ? (float)-log_sum
                                          : (float)((double)v - (double)top - log_sum);
    }
    return found;
}
