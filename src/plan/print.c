#include "plan/print.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 8 };

/* A number of bytes in the unit that suits it, in BUF. */
static const char *bytes_text(char buf[24], uint64_t n)
{
    if (n >= 1000000000)
        snprintf(buf, 24, "%.2f GB", n / 1e9);
    else if (n >= 1000000)
        snprintf(buf, 24, "%.1f MB", n / 1e6);
    else
        snprintf(buf, 24, "%.1f kB", n / 1e3);
    return buf;
}

static const char *time_text(char buf[24], double ns)
{
    if (ns >= 1e9)
        snprintf(buf, 24, "%.2f s", ns * 1e-9);
    else if (ns >= 1e6)
        snprintf(buf, 24, "%.2f ms", ns * 1e-6);
    else
        snprintf(buf, 24, "%.1f us", ns * 1e-3);
    return buf;
}

static uint32_t prompt_of(const struct plan *p, const struct plan_print_info *info)
{
    return info->prompt ? info->prompt : p->program[p->n_programs - 1].bucket;
}

static uint32_t past_of(const struct plan_print_info *info, uint32_t prompt)
{
    return info->context > prompt ? info->context - prompt : 0;
}

static const struct plan_program *decode_program(const struct plan *p, uint32_t batch)
{
    const struct plan_program *prog = plan_program_for(p, batch ? batch : 1, 1);
    return prog ? prog : &p->program[p->n_programs - 1];
}

static void print_memory(FILE *f, const struct plan *p, const struct plan_print_info *info)
{
    char b[4][24];
    uint64_t kv = p->kv_bytes_per_token * info->context * info->batch;
    fprintf(f, "memory\n");
    fprintf(f, "  weights      %10s  packed (%s in the file)\n", bytes_text(b[0], p->weights_bytes),
            bytes_text(b[1], p->source_weight_bytes));
    fprintf(f, "  KV cache     %10s  for %u x %u positions, %s, %s a position\n",
            bytes_text(b[0], kv), info->batch, info->context, kv_kind_name(p->kv.kind),
            bytes_text(b[2], p->kv_bytes_per_token));
    fprintf(f, "  activations  %10s\n", bytes_text(b[0], p->act_bytes));
    fprintf(f, "  total        %10s\n\n", bytes_text(b[3], p->weights_bytes + kv + p->act_bytes));
}

static void print_rates(FILE *f, const struct plan *p, const struct plan_print_info *info)
{
    char b[3][24];
    uint32_t prompt = prompt_of(p, info);
    const struct plan_program *big = &p->program[p->n_programs - 1];
    struct plan_outlook empty, full;
    plan_look(&empty, p, 0, prompt, 1);
    plan_look(&full, p, past_of(info, 1), 1, info->batch);
    double prefill_roof = big->ns_roof * prompt / big->bucket;
    fprintf(f, "a decode step of %u reads %s and takes %.2f G operations\n\n", info->batch,
            bytes_text(b[0], full.decode_bytes), (double)full.decode_ops * 1e-9);
    fprintf(f, "predicted                              time      tokens/s       roof   of roof\n");
    fprintf(f, "  prefill %5u tokens           %12s  %12.1f %10s     %4.0f %%\n", prompt,
            time_text(b[0], empty.prefill_ns), prompt / (empty.prefill_ns * 1e-9),
            time_text(b[1], prefill_roof), 100 * prefill_roof / empty.prefill_ns);
    fprintf(f, "  decode  at %6u x %-3u        %12s  %12.1f %10s     %4.0f %%\n\n", info->context,
            info->batch, time_text(b[0], full.decode_ns), info->batch / (full.decode_ns * 1e-9),
            time_text(b[1], full.decode_roof_ns), 100 * full.decode_roof_ns / full.decode_ns);
    fprintf(f,
            "  roof: %.1f GB/s read, %.2f T int8 operations/s, measured on this machine with %u "
            "lanes\n\n",
            p->read_bytes_per_s * 1e-9, p->int8_ops_per_s * 1e-12, p->n_lanes);
}

/* What all pictures take together, and the prompt behind them. */
struct sums {
    uint32_t n_positions;
    double encode_ns, prefill_ns;
};

/* What it adds to a prefill of N tokens that they look at N_ROWS rows of pictures. */
static double looking_ns(const struct plan *p, uint32_t n, uint64_t n_rows)
{
    uint32_t chunk = p->program[p->n_programs - 1].bucket;
    double ns = 0;
    for (uint32_t done = 0, some; done < n; done += some) {
        some = n - done < chunk ? n - done : chunk;
        ns += plan_sight_ns(p, some, some * n_rows, 0);
    }
    return ns;
}

static struct sums sums_of(const struct plan *p, const struct plan_print_info *info)
{
    struct sums s = {0};
    uint64_t n_rows = 0;
    for (uint32_t i = 0; i < info->pictures->n; i++) {
        s.n_positions += info->pictures->v[i].n_positions;
        s.encode_ns += info->pictures->v[i].encode_ns;
        n_rows += info->pictures->v[i].n_rows;
    }
    s.prefill_ns = plan_prefill_ns(p, 0, s.n_positions + info->prompt) +
                   looking_ns(p, s.n_positions + info->prompt, n_rows);
    return s;
}

static void print_pictures(FILE *f, const struct plan *p, const struct plan_print_info *info)
{
    const struct plan_print_pictures *v = info->pictures;
    char b[2][24], size[32];
    struct sums s = sums_of(p, info);
    fprintf(f, "pictures, in tiles of %u x %u (encoder: weights %s, activations %s)\n", v->side,
            v->side, bytes_text(b[0], v->weights_bytes), bytes_text(b[1], v->act_bytes));
    fprintf(f, "                            tiles  positions          time\n");
    for (uint32_t i = 0; i < v->n; i++) {
        snprintf(size, sizeof size, "%u x %u", v->v[i].width, v->v[i].height);
        fprintf(f, "  encode  %-16s  %5u  %9u  %12s\n", size, v->v[i].n_tiles, v->v[i].n_positions,
                time_text(b[0], v->v[i].encode_ns));
    }
    fprintf(f, "  prefill with %5u tokens of text %8u  %12s\n", info->prompt,
            s.n_positions + info->prompt, time_text(b[0], s.prefill_ns));
    fprintf(f, "  first token after                         %12s\n\n",
            time_text(b[0], s.encode_ns + s.prefill_ns));
}

static void put_pictures(struct json_out *o, const struct plan *p,
                         const struct plan_print_info *info)
{
    const struct plan_print_pictures *v = info->pictures;
    struct sums s = sums_of(p, info);
    json_obj_begin(o, "pictures");
    json_put_u64(o, "side", v->side);
    json_put_u64(o, "weights", v->weights_bytes);
    json_put_u64(o, "activations", v->act_bytes);
    json_arr_begin(o, "each");
    for (uint32_t i = 0; i < v->n; i++) {
        json_obj_begin(o, NULL);
        json_put_u64(o, "width", v->v[i].width);
        json_put_u64(o, "height", v->v[i].height);
        json_put_u64(o, "tiles", v->v[i].n_tiles);
        json_put_u64(o, "positions", v->v[i].n_positions);
        json_put_f64(o, "ns", v->v[i].encode_ns);
        json_obj_end(o);
    }
    json_arr_end(o);
    json_put_u64(o, "prompt", info->prompt);
    json_put_u64(o, "positions", s.n_positions);
    json_put_f64(o, "encode_ns", s.encode_ns);
    json_put_f64(o, "prefill_ns", s.prefill_ns);
    json_put_f64(o, "first_token_ns", s.encode_ns + s.prefill_ns);
    json_obj_end(o);
}

/* Time of a task in a step at the context asked for. */
static double task_ns(const struct plan_task *t, const struct plan *p,
                      const struct plan_print_info *info)
{
    uint32_t visible = p->window && info->context > p->window ? p->window : info->context;
    return t->ns_predicted + t->ns_per_context * visible * info->batch;
}

/* "blk.3.attn_q" without its layer. */
static const char *kind_of(const struct plan_task *t)
{
    const char *s = t->label;
    if (strncmp(s, "blk.", 4) != 0)
        return s;
    s += 4 + strspn(s + 4, "0123456789");
    return *s == '.' ? s + 1 : t->label;
}

/* Tasks that differ by their layer alone, together. */
struct kind {
    const struct plan_task *first;
    uint32_t n;
    double ns;
    uint64_t bytes;
};

static int longest_first(const void *a, const void *b)
{
    const struct kind *x = a, *y = b;
    return x->ns != y->ns ? (x->ns < y->ns) - (x->ns > y->ns)
                          : strcmp(kind_of(x->first), kind_of(y->first));
}

static uint32_t gather_kinds(struct kind *kind, const struct plan_program *prog,
                             const struct plan *p, const struct plan_print_info *info)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < prog->n_tasks; i++) {
        const struct plan_task *t = &prog->task[i];
        uint32_t k = 0;
        if (t->sighted) /* not in a step of text */
            continue;
        while (k < n &&
               (kind[k].first->op != t->op || strcmp(kind_of(kind[k].first), kind_of(t)) != 0))
            k++;
        if (k == n)
            kind[n++] = (struct kind){.first = t};
        kind[k].n++;
        kind[k].ns += task_ns(t, p, info);
        kind[k].bytes += t->weight_bytes;
    }
    qsort(kind, n, sizeof *kind, longest_first);
    return n;
}

static void print_longest(FILE *f, const struct plan *p, const struct plan_print_info *info)
{
    const struct plan_program *prog = decode_program(p, info->batch);
    struct kind *kind = calloc(prog->n_tasks, sizeof *kind);
    double all = 0;
    if (!kind)
        return;
    uint32_t n = gather_kinds(kind, prog, p, info);
    for (uint32_t k = 0; k < n; k++)
        all += kind[k].ns;
    fprintf(f, "where the time of a decode step goes (%u tasks, %u lanes, %s kernels)\n",
            prog->n_tasks, p->n_lanes, p->isa);
    for (uint32_t k = 0; k < n && k < LONGEST; k++) {
        const struct kind *d = &kind[k];
        char b[2][24];
        fprintf(f, "  %3u x %-16s %-20s %12s  %4.1f %%  %s\n", d->n, plan_op_name(d->first->op),
                kind_of(d->first), time_text(b[0], d->ns), 100 * d->ns / all,
                d->bytes ? bytes_text(b[1], d->bytes) : "");
    }
    free(kind);
}

void plan_print(FILE *f, const struct plan *p, const struct plan_print_info *info)
{
    fprintf(f, "%s: planned for %u lanes, %s kernels, %u positions\n\n", info->model_name,
            p->n_lanes, p->isa, p->n_ctx);
    print_memory(f, p, info);
    print_rates(f, p, info);
    if (info->pictures)
        print_pictures(f, p, info);
    print_longest(f, p, info);
}

static void put_task(struct json_out *o, const struct plan_task *t)
{
    json_obj_begin(o, NULL);
    json_put_str(o, "op", plan_op_name(t->op));
    json_put_str(o, "label", t->label);
    json_put_u64(o, "tiles", t->n_tiles);
    json_put_u64(o, "weight_bytes", t->weight_bytes);
    json_put_u64(o, "ops", t->ops);
    json_put_f64(o, "ns", t->ns_predicted);
    if (t->sighted)
        json_put_bool(o, "with_pictures", true);
    if (t->ns_per_context > 0)
        json_put_f64(o, "ns_per_context", t->ns_per_context);
    json_arr_begin(o, "waits");
    for (uint32_t i = 0; i < t->n_waits; i++)
        json_put_u64(o, NULL, t->wait[i]);
    json_arr_end(o);
    json_obj_end(o);
}

static void put_program(struct json_out *o, const struct plan_program *g)
{
    json_obj_begin(o, NULL);
    json_put_u64(o, "bucket", g->bucket);
    json_put_u64(o, "activation_bytes", g->act_bytes);
    json_put_u64(o, "weight_bytes", g->weight_bytes);
    json_put_u64(o, "ops", g->ops);
    json_put_f64(o, "ns", g->ns_predicted);
    json_put_f64(o, "ns_per_context", g->ns_per_context);
    json_put_f64(o, "ns_roof", g->ns_roof);
    json_arr_begin(o, "tasks");
    for (uint32_t i = 0; i < g->n_tasks; i++)
        put_task(o, &g->task[i]);
    json_arr_end(o);
    json_obj_end(o);
}

static void put_outlook(struct json_out *o, const struct plan *p,
                        const struct plan_print_info *info)
{
    uint32_t prompt = prompt_of(p, info);
    struct plan_outlook empty, full;
    plan_look(&empty, p, 0, prompt, 1);
    plan_look(&full, p, past_of(info, 1), 1, info->batch);
    json_obj_begin(o, "prefill");
    json_put_u64(o, "tokens", prompt);
    json_put_f64(o, "ns", empty.prefill_ns);
    json_put_f64(o, "tokens_per_s", prompt / (empty.prefill_ns * 1e-9));
    json_obj_end(o);
    json_obj_begin(o, "decode");
    json_put_u64(o, "batch", info->batch);
    json_put_u64(o, "context", info->context);
    json_put_u64(o, "bytes", full.decode_bytes);
    json_put_u64(o, "ops", full.decode_ops);
    json_put_f64(o, "ns", full.decode_ns);
    json_put_f64(o, "ns_roof", full.decode_roof_ns);
    json_put_f64(o, "tokens_per_s", info->batch / (full.decode_ns * 1e-9));
    json_obj_end(o);
}

void plan_print_json(struct json_out *o, const struct plan *p, const struct plan_print_info *info)
{
    json_obj_begin(o, NULL);
    json_put_str(o, "model", info->model_name);
    json_put_u64(o, "lanes", p->n_lanes);
    json_put_str(o, "isa", p->isa);
    json_put_u64(o, "n_ctx", p->n_ctx);
    json_obj_begin(o, "memory");
    json_put_u64(o, "weights", p->weights_bytes);
    json_put_u64(o, "weights_in_file", p->source_weight_bytes);
    json_put_str(o, "kv", kv_kind_name(p->kv.kind));
    json_put_u64(o, "kv_per_token", p->kv_bytes_per_token);
    json_put_u64(o, "activations", p->act_bytes);
    json_obj_end(o);
    json_obj_begin(o, "machine");
    json_put_f64(o, "read_bytes_per_s", p->read_bytes_per_s);
    json_put_f64(o, "int8_ops_per_s", p->int8_ops_per_s);
    json_obj_end(o);
    put_outlook(o, p, info);
    if (info->pictures)
        put_pictures(o, p, info);
    json_arr_begin(o, "programs");
    for (uint32_t i = 0; i < p->n_programs; i++)
        put_program(o, &p->program[i]);
    json_arr_end(o);
    json_obj_end(o);
}
