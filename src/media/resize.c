#include "media/resize.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/slice.h"

enum { WEIGHT_BITS = 32 - 8 - 2 }; /* room for 8 bits of value and twice the sum of the weights */

static const double PI = 3.14159265358979323846;

/* sin(pi x) and cos(pi x) with an error below 1e-15, from multiplications and additions alone, so
 * that all machines get the same weights. */
static double sin_pi(double x)
{
    double turn = nearbyint(x); /* what is left is within +-1/2 */
    double r = (x - turn) * PI, square = r * r, term = r, sum = r;
    for (int n = 2; n < 26; n += 2) {
        term *= -square / ((double)n * (n + 1));
        sum += term;
    }
    return fmod(turn, 2) == 0 ? sum : -sum;
}

static double cos_pi(double x)
{
    return sin_pi(x + 0.5);
}

static double sinc(double x)
{
    return x == 0 ? 1.0 : sin_pi(x) / (x * PI);
}

static double box(double x)
{
    return x > -0.5 && x <= 0.5 ? 1.0 : 0.0;
}

static double bilinear(double x)
{
    x = fabs(x);
    return x < 1.0 ? 1.0 - x : 0.0;
}

static double hamming(double x)
{
    x = fabs(x);
    return x < 1.0 ? sinc(x) * (0.54 + 0.46 * cos_pi(x)) : 0.0;
}

/* Keys's cubic with a = -1/2. */
static double bicubic(double x)
{
    const double a = -0.5;
    x = fabs(x);
    if (x < 1.0)
        return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
    if (x < 2.0)
        return (((x - 5) * x + 8) * x - 4) * a;
    return 0.0;
}

static double lanczos(double x)
{
    return x >= -3.0 && x < 3.0 ? sinc(x) * sinc(x / 3) : 0.0;
}

/* How far each filter reaches to both sides, in pixels, where nothing shrinks. */
static const struct filter {
    double (*at)(double x);
    double reach;
} filters[RESIZE_N_FILTERS] = {
    [RESIZE_LANCZOS] = {lanczos, 3.0}, [RESIZE_BILINEAR] = {bilinear, 1.0},
    [RESIZE_BICUBIC] = {bicubic, 2.0}, [RESIZE_BOX] = {box, 0.5},
    [RESIZE_HAMMING] = {hamming, 1.0},
};

/* One axis: output position i is the sum of the n[i] input positions from first[i] on, with the
 * weights from weight[i * width] on. */
struct axis {
    uint32_t n_in, n_out;
    uint32_t width;      /* the most input positions that an output position takes */
    uint32_t *first, *n; /* n_out */
    int32_t *weight;     /* n_out * width */
    double *exact;       /* width; while weights are computed */
};

static double axis_scale(uint32_t n_in, uint32_t n_out)
{
    return (double)n_in / n_out;
}

/* The bytes of A's arrays; false when they are too many for a size_t. */
static bool axis_bytes(struct axis *a, uint32_t n_in, uint32_t n_out, const struct filter *f,
                       uint64_t *bytes)
{
    double scale = axis_scale(n_in, n_out);
    double reach = f->reach * (scale > 1.0 ? scale : 1.0);
    *a = (struct axis){.n_in = n_in, .n_out = n_out, .width = (uint32_t)ceil(reach) * 2 + 1};
    uint64_t weights;
    if (!size_mul((uint64_t)n_out * 4, a->width, &weights) ||
        !size_add(weights, (uint64_t)n_out * 8 + (uint64_t)a->width * 8, bytes))
        return false;
    *bytes = size_round_up(*bytes, 8);
    return true;
}

/* Lays A's arrays out from P on, which is a multiple of 8, and returns what lies behind them. */
static uint8_t *axis_place(struct axis *a, uint8_t *p)
{
    a->exact = (double *)(void *)p;
    a->first = (uint32_t *)(a->exact + a->width);
    a->n = a->first + a->n_out;
    a->weight = (int32_t *)(a->n + a->n_out);
    size_t end = (size_t)((uint8_t *)(a->weight + (size_t)a->n_out * a->width) - p);
    return p + size_round_up(end, 8);
}

static int32_t rounded(double w)
{
    w *= 1 << WEIGHT_BITS;
    return (int32_t)(w < 0 ? w - 0.5 : w + 0.5);
}

static void axis_weigh(struct axis *a, const struct filter *f)
{
    double scale = axis_scale(a->n_in, a->n_out);
    double widened = scale > 1.0 ? scale : 1.0;
    double reach = f->reach * widened, narrow = 1.0 / widened;
    for (uint32_t i = 0; i < a->n_out; i++) {
        double centre = (i + 0.5) * scale, sum = 0;
        double from = centre - reach + 0.5, to = centre + reach + 0.5;
        uint32_t first = from > 0 ? (uint32_t)from : 0;
        uint32_t end = to < a->n_in ? (uint32_t)to : a->n_in;
        uint32_t n = end - first;
        for (uint32_t k = 0; k < n; k++) {
            a->exact[k] = f->at((k + (double)first - centre + 0.5) * narrow);
            sum += a->exact[k];
        }
        for (uint32_t k = 0; k < n; k++)
            a->weight[(size_t)i * a->width + k] =
                rounded(sum != 0 ? a->exact[k] / sum : a->exact[k]);
        a->first[i] = first;
        a->n[i] = n;
    }
}

static uint8_t clamped(int32_t sum)
{
    sum >>= WEIGHT_BITS;
    return sum < 0 ? 0 : sum > 255 ? 255 : (uint8_t)sum;
}

/* Each of N_ROWS rows of a->n_in pixels becomes one of a->n_out. */
static void across(uint8_t *out, const uint8_t *in, uint32_t n_rows, const struct axis *a)
{
    for (uint32_t y = 0; y < n_rows; y++, in += (size_t)a->n_in * 3)
        for (uint32_t i = 0; i < a->n_out; i++, out += 3) {
            const int32_t *w = a->weight + (size_t)i * a->width;
            const uint8_t *p = in + (size_t)a->first[i] * 3;
            int32_t r = 1 << (WEIGHT_BITS - 1), g = r, b = r;
            for (uint32_t k = 0; k < a->n[i]; k++, p += 3) {
                r += p[0] * w[k];
                g += p[1] * w[k];
                b += p[2] * w[k];
            }
            out[0] = clamped(r);
            out[1] = clamped(g);
            out[2] = clamped(b);
        }
}

/* a->n_in rows of N bytes become a->n_out. FIRST: the number of the row that IN begins with. */
static void down(uint8_t *out, const uint8_t *in, size_t n, uint32_t first, const struct axis *a)
{
    enum { PART = 256 }; /* bytes of a row whose sums are kept at a time */
    int32_t sum[PART];
    for (uint32_t i = 0; i < a->n_out; i++, out += n) {
        const int32_t *w = a->weight + (size_t)i * a->width;
        const uint8_t *rows = in + (size_t)(a->first[i] - first) * n;
        for (size_t at = 0; at < n; at += PART) {
            size_t part = n - at < PART ? n - at : PART;
            for (size_t x = 0; x < part; x++)
                sum[x] = 1 << (WEIGHT_BITS - 1);
            for (uint32_t k = 0; k < a->n[i]; k++) {
                const uint8_t *p = rows + k * n + at;
                for (size_t x = 0; x < part; x++)
                    sum[x] += p[x] * w[k];
            }
            for (size_t x = 0; x < part; x++)
                out[at + x] = clamped(sum[x]);
        }
    }
}

/* The input position that is nearest to the middle of each output position. The places are summed
 * up, not multiplied, which decides where two are as near. */
static void nearest_places(uint32_t *at, uint32_t n_in, uint32_t n_out)
{
    double scale = axis_scale(n_in, n_out), place = scale * 0.5;
    for (uint32_t i = 0; i < n_out; i++, place += scale)
        at[i] = place < n_in ? (uint32_t)place : n_in - 1;
}

static takt_rc nearest(struct image *out, const struct image *in, takt_err *e)
{
    uint32_t *x_at = malloc(((size_t)out->width + out->height) * sizeof *x_at);
    if (!x_at)
        return err_set(e, TAKT_ERR_MEMORY, "picture", "no memory to resize it");
    uint32_t *y_at = x_at + out->width;
    nearest_places(x_at, in->width, out->width);
    nearest_places(y_at, in->height, out->height);
    uint8_t *p = out->rgb;
    for (uint32_t y = 0; y < out->height; y++) {
        const uint8_t *row = in->rgb + (size_t)y_at[y] * in->width * 3;
        for (uint32_t x = 0; x < out->width; x++, p += 3)
            memcpy(p, row + (size_t)x_at[x] * 3, 3);
    }
    free(x_at);
    return TAKT_OK;
}

static takt_rc filtered(struct image *out, const struct image *in, const struct filter *f,
                        takt_err *e)
{
    struct axis cols, rows;
    uint64_t col_bytes, row_bytes, middle, total;
    if (!axis_bytes(&cols, in->width, out->width, f, &col_bytes) ||
        !axis_bytes(&rows, in->height, out->height, f, &row_bytes) ||
        !size_mul((uint64_t)out->width * 3, in->height, &middle) ||
        !size_add(col_bytes, row_bytes, &total) || !size_add(total, middle, &total) ||
        total > SIZE_MAX)
        return err_set(e, TAKT_ERR_LIMIT, "picture", "%u x %u pixels cannot become %u x %u",
                       in->width, in->height, out->width, out->height);
    uint8_t *scratch = malloc((size_t)total);
    if (!scratch)
        return err_set(e, TAKT_ERR_MEMORY, "picture", "resizing it takes %llu bytes",
                       (unsigned long long)total);
    uint8_t *between = axis_place(&rows, axis_place(&cols, scratch));
    axis_weigh(&cols, f);
    axis_weigh(&rows, f);

    bool change_x = in->width != out->width, change_y = in->height != out->height;
    size_t in_row = (size_t)in->width * 3, out_row = (size_t)out->width * 3;
    uint32_t top = rows.first[0], last = out->height - 1;
    uint32_t n_rows = rows.first[last] + rows.n[last] - top; /* that any output row takes */
    const uint8_t *from = in->rgb + top * in_row;
    if (change_x && !change_y)
        across(out->rgb, in->rgb, in->height, &cols);
    else if (change_x)
        across(between, from, n_rows, &cols);
    if (change_y)
        down(out->rgb, change_x ? between : from, out_row, top, &rows);
    free(scratch);
    return TAKT_OK;
}

takt_rc resize_image(struct image *out, const struct image *in, uint32_t width, uint32_t height,
                     enum resize_filter filter, takt_err *e)
{
    *out = (struct image){0};
    if ((unsigned)filter >= RESIZE_N_FILTERS)
        return err_set(e, TAKT_ERR_USAGE, "picture",
                       "there is no resampling filter %d; takt has 0 to 5, as Pillow", (int)filter);
    TAKT_TRY(image_new(out, width, height, e));
    takt_rc rc = TAKT_OK;
    if (width == in->width && height == in->height)
        memcpy(out->rgb, in->rgb, (size_t)width * height * 3);
    else if (filter == RESIZE_NEAREST)
        rc = nearest(out, in, e);
    else
        rc = filtered(out, in, &filters[filter], e);
    if (rc.code)
        image_free(out);
    return rc;
}
