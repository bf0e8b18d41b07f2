#include "cli/bench_kernels.h"

#include <ctype.h>
#include <string.h>

#include "base/json.h"
#include "target/cpu/kern_bench.h"
#include "target/target.h"

enum { TYPES_MAX = 64 };

/* Where rows go: to the terminal as they come, or into JSON. */
struct sink {
    struct json_out *json; /* NULL: text */
    uint32_t n_rows;
};

static bool same_name(const char *a, const char *b)
{
    while (*a && tolower((unsigned char)*a) == tolower((unsigned char)*b))
        a++, b++;
    return *a == *b;
}

/* The types to measure: NAME's, or all computable ones when it is NULL. */
static takt_rc find_types(enum qtype *types, uint32_t *n, const char *name, takt_err *e)
{
    *n = 0;
    for (uint32_t t = 0; t < TYPES_MAX; t++)
        if (qtype_known(t) && qtype_computable((enum qtype)t) &&
            (!name || same_name(name, qtype_name((enum qtype)t))))
            types[(*n)++] = (enum qtype)t;
    if (*n)
        return TAKT_OK;
    return err_set(e, TAKT_ERR_USAGE, "--type", "'%s' is none of %s", name,
                   qtype_computable_list());
}

static const char *time_text(char buf[24], double ns)
{
    if (ns >= 1e6)
        snprintf(buf, 24, "%.3f ms", ns * 1e-6);
    else
        snprintf(buf, 24, "%.2f us", ns * 1e-3);
    return buf;
}

static void print_row(const struct kern_bench_row *r)
{
    char time[24], ops[24] = "", context[16] = "";
    if (r->ops_per_s > 0)
        snprintf(ops, sizeof ops, "%.1f", r->ops_per_s * 1e-9);
    if (r->context)
        snprintf(context, sizeof context, "%u", r->context);
    printf("%-13s %-7s %6u %8s %12s %9.1f %9s %6.0f %% of %s\n", r->op, r->type, r->n_tokens,
           context, time_text(time, r->ns), r->bytes_per_s * 1e-9, ops, 100 * r->roof_share,
           kern_bound_name(r->bound));
    fflush(stdout);
}

static void put_row(struct json_out *o, const struct kern_bench_row *r)
{
    json_obj_begin(o, NULL);
    json_put_str(o, "kernel", r->op);
    json_put_str(o, "type", r->type);
    json_put_u64(o, "tokens", r->n_tokens);
    if (r->context)
        json_put_u64(o, "context", r->context);
    json_put_f64(o, "ns", r->ns);
    json_put_f64(o, "ns_best", r->ns_best);
    json_put_f64(o, "bytes_per_s", r->bytes_per_s);
    if (r->ops_per_s > 0)
        json_put_f64(o, "ops_per_s", r->ops_per_s);
    json_put_f64(o, "roof_share", r->roof_share);
    json_put_str(o, "bound", kern_bound_name(r->bound));
    json_obj_end(o);
}

static bool take_row(void *user, const struct kern_bench_row *r)
{
    struct sink *s = user;
    if (s->json)
        put_row(s->json, r);
    else if (s->n_rows++ == 0)
        printf("%-13s %-7s %6s %8s %12s %9s %9s %8s\n", "kernel", "type", "tokens", "context",
               "time", "GB/s", "GOP/s", "share");
    if (!s->json)
        print_row(r);
    return !cli_interrupted();
}

static void put_roof(struct json_out *o, const struct kern_bench_roof *roof)
{
    json_obj_begin(o, "roof");
    json_put_f64(o, "read_bytes_per_s", roof->read_bytes_per_s);
    json_put_f64(o, "int8_ops_per_s", roof->int8_ops_per_s);
    json_put_f64(o, "f32_ops_per_s", roof->f32_ops_per_s);
    json_put_f64(o, "bf16_ops_per_s", roof->bf16_ops_per_s);
    json_put_f64(o, "copy_bytes_per_s", roof->copy_bytes_per_s);
    json_obj_end(o);
}

takt_rc cli_bench_kernels(const struct cli_load *load, const char *type, bool json, takt_err *e)
{
    enum qtype types[TYPES_MAX];
    uint32_t n_types;
    const char *isa;
    struct kern_bench_roof roof;
    struct json_out out = {.indent = 2};
    struct sink sink = {json ? &out : NULL, 0};
    uint32_t n_lanes = load->threads ? (uint32_t)load->threads : target_cpu_lanes_default();
    TAKT_TRY(find_types(types, &n_types, type, e));
    TAKT_TRY(target_cpu_isa_pick(&isa, load->isa, e));
    if (json) {
        json_obj_begin(&out, NULL);
        json_put_u64(&out, "threads", n_lanes);
        json_put_str(&out, "isa", isa);
        json_arr_begin(&out, "kernels");
    } else {
        printf("%u lane%s, %s kernels, weights of %d columns\n", n_lanes, n_lanes == 1 ? "" : "s",
               isa, KERN_BENCH_COLS);
    }
    takt_rc rc =
        kern_bench_run(&roof, n_lanes, isa, types, n_types, type != NULL, take_row, &sink, e);
    if (rc.code) {
        json_out_free(&out);
        return rc;
    }
    if (json) {
        json_arr_end(&out);
        put_roof(&out, &roof);
        json_obj_end(&out);
        return cli_put_json(&out, e);
    }
    printf("roof: read %.1f GB/s (as it was last), int8 %.2f T, f32 %.2f T and bf16 %.2f T "
           "operations/s",
           roof.read_bytes_per_s * 1e-9, roof.int8_ops_per_s * 1e-12, roof.f32_ops_per_s * 1e-12,
           roof.bf16_ops_per_s * 1e-12);
    if (roof.copy_bytes_per_s > 0)
        printf(", copy in the cache %.0f GB/s", roof.copy_bytes_per_s * 1e-9);
    printf("\n");
    return TAKT_OK;
}
