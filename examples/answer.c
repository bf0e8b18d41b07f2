/* answer MODEL PROMPT: the library in one page.
 *
 *     cc -o answer answer.c $(pkg-config --cflags --libs takt)
 */
#include <stdio.h>
#include <string.h>
#include <takt.h>

static bool print_piece(void *user, int32_t id, const char *text, size_t len)
{
    (void)user, (void)id;
    return fwrite(text, 1, len, stdout) == len && fflush(stdout) == 0;
}

static int fail(const takt_err *e)
{
    char text[sizeof *e];
    fprintf(stderr, "answer: %s\n", takt_err_format(e, text, sizeof text));
    return 1;
}

int main(int argc, char **argv)
{
    takt_err e;
    takt_model *model;
    takt_plan *plan;
    takt_engine *engine;
    takt_seq *seq;
    takt_prediction soon;
    takt_stats stats;
    int32_t ids[4096];
    size_t n;
    if (argc != 3)
        return fprintf(stderr, "usage: answer MODEL PROMPT\n"), 2;
    if (takt_model_open(&model, argv[1], &e).code ||
        takt_tokenize(model, argv[2], strlen(argv[2]), TAKT_TEXT_BOS, ids, 4096, &n, &e).code ||
        takt_plan_new(&plan, model, NULL, &e).code)
        return fail(&e);
    n = n < 4096 ? n : 4096;
    takt_plan_predict(plan, 0, (uint32_t)n, 1, &soon); /* known before any weight is read */
    fprintf(stderr, "first word in %.1f ms, then %.0f tokens/s\n", soon.prefill_s * 1e3,
            soon.decode_tokens_per_s);

    takt_generate_options opt = {
        .sampling = takt_sampling_for(model), .max_tokens = 64, .token = print_piece};
    if (takt_engine_new(&engine, model, plan, NULL, &e).code ||
        takt_seq_new(&seq, engine, &e).code || takt_generate(seq, ids, n, &opt, &stats, &e).code)
        return fail(&e);
    putchar('\n');
    takt_seq_free(seq);
    takt_engine_free(engine);
    takt_plan_free(plan);
    takt_model_free(model);
    return 0;
}
