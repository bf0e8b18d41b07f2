#include "graph/rope.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* Llama 3.1: long waves are slowed down by the factor, short ones kept, those between are blended.
 */
static double scale_llama3(double freq, const struct model_hparams *hp)
{
    double ctx = hp->rope_orig_ctx;
    double turns =
        ctx * freq / (2.0 * 3.14159265358979323846); /* of this wave in the original context */
    if (turns < hp->rope_low_freq_factor)
        return freq / hp->rope_factor;
    if (turns > hp->rope_high_freq_factor)
        return freq;
    double smooth = (turns - hp->rope_low_freq_factor) /
                    ((double)hp->rope_high_freq_factor - hp->rope_low_freq_factor);
    return (1.0 - smooth) * freq / hp->rope_factor + smooth * freq;
}

static takt_rc check(const struct model *m, const struct tensor *factors, takt_err *e)
{
    const struct model_hparams *hp = &m->hp;
    if (!(hp->rope_theta > 0) || !isfinite(hp->rope_theta))
        return err_set(e, TAKT_ERR_FORMAT, m->path, "rope theta is %g; it must be positive",
                       (double)hp->rope_theta);
    if (hp->rope_scaling == ROPE_SCALING_YARN)
        return err_set(e, TAKT_ERR_UNSUPPORTED, m->path,
                       "rope scaling 'yarn' is not supported; takt knows none, linear and llama3");
    bool scaled =
        hp->rope_scaling == ROPE_SCALING_LINEAR || hp->rope_scaling == ROPE_SCALING_LLAMA3;
    if (scaled && (!(hp->rope_factor > 0) || !isfinite(hp->rope_factor)))
        return err_set(e, TAKT_ERR_FORMAT, m->path,
                       "rope scaling factor is %g; it must be positive", (double)hp->rope_factor);
    if (hp->rope_scaling == ROPE_SCALING_LLAMA3 &&
        (hp->rope_orig_ctx == 0 || !(hp->rope_high_freq_factor > hp->rope_low_freq_factor)))
        return err_set(e, TAKT_ERR_FORMAT, m->path,
                       "llama3 rope scaling needs an original context (is %" PRIu32
                       ") and high_freq_factor > low_freq_factor (are %g, %g)",
                       hp->rope_orig_ctx, (double)hp->rope_high_freq_factor,
                       (double)hp->rope_low_freq_factor);
    if (hp->rope_scaling == ROPE_SCALING_FACTORS && !factors)
        return err_set(e, TAKT_ERR_FORMAT, m->path, "tensor 'rope_freqs.weight' is missing");
    if (factors && (factors->type != QTYPE_F32 || factors->ne[0] != hp->rope_dims / 2 ||
                    factors->bytes != factors->ne[0] * sizeof(float)))
        return err_set(e, TAKT_ERR_FORMAT, m->path,
                       "tensor 'rope_freqs.weight' must hold %" PRIu32 " F32 values, has %" PRIu64
                       " of %s",
                       hp->rope_dims / 2, factors->ne[0], qtype_name(factors->type));
    return TAKT_OK;
}

takt_rc rope_inv_freq(float *out, const struct model *m, takt_err *e)
{
    const struct model_hparams *hp = &m->hp;
    const struct tensor *factors = model_tensor(m, "rope_freqs.weight");
    TAKT_TRY(check(m, factors, e));
    for (uint32_t i = 0; i < hp->rope_dims / 2; i++) {
        double f = pow(hp->rope_theta, -2.0 * i / hp->rope_dims);
        if (hp->rope_scaling == ROPE_SCALING_LINEAR)
            f /= hp->rope_factor;
        if (hp->rope_scaling == ROPE_SCALING_LLAMA3)
            f = scale_llama3(f, hp);
        if (factors) {
            float factor;
            memcpy(&factor, factors->data + i * sizeof factor, sizeof factor);
            if (!(factor > 0) || !isfinite(factor))
                return err_set(e, TAKT_ERR_FORMAT, m->path,
                               "tensor 'rope_freqs.weight': value %" PRIu32
                               " is %g; it must be positive",
                               i, (double)factor);
            f /= factor;
        }
        out[i] = (float)f;
    }
    return TAKT_OK;
}
