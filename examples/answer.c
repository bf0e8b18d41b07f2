/* answer MODEL PROMPT: the whole library in one page.
 *
 *     cc -o answer answer.c $(pkg-config --cflags --libs takt)
 *     ./answer model.gguf "Why is the sky blue?"
 */
#include <stdio.h>
#include <string.h>

#include <takt.h>

struct state {
    takt_model *model;
    takt_plan *plan;
    takt_engine *engine;
    takt_seq *seq;
    char *text;
    int32_t ids[4096];
    size_t n;
};

static bool print_piece(void *user, int32_t id, const char *text, size_t len)
{
    (void)user;
    (void)id;
    fwrite(text, 1, len, stdout);
    return fflush(stdout) == 0;
}

/* Turns PROMPT into tokens, as a user's turn when the model has a chat template. */
static takt_rc prepare(struct state *s, const char *prompt, takt_err *e)
{
    takt_model_info info;
    size_t len = strlen(prompt), cap = sizeof s->ids / sizeof s->ids[0];
    takt_model_describe(s->model, &info);
    if (!info.has_chat_template)
        return takt_tokenize(s->model, prompt, len, TAKT_TEXT_BOS, s->ids, cap, &s->n, e);
    takt_message turn = {"user", prompt};
    takt_rc rc = takt_chat_render(s->model, &turn, 1, &s->text, &len, e);
    if (rc.code)
        return rc;
    return takt_tokenize(s->model, s->text, len, TAKT_TEXT_BOS | TAKT_TEXT_SPECIAL, s->ids, cap,
                         &s->n, e);
}

static takt_rc answer(struct state *s, const char *path, const char *prompt, takt_err *e)
{
    takt_prediction p;
    takt_stats stats;
    takt_rc rc = takt_model_open(&s->model, path, e);
    if (rc.code || (rc = prepare(s, prompt, e)).code)
        return rc;
    if ((rc = takt_plan_new(&s->plan, s->model, &(takt_plan_options){0}, e)).code)
        return rc;
    takt_plan_predict(s->plan, 0, (uint32_t)s->n, 1, &p); /* known before any weight is read */
    fprintf(stderr, "first word in %.0f ms, then %.1f tokens per second\n", p.prefill_s * 1e3,
            p.decode_tokens_per_s);
    if ((rc = takt_engine_new(&s->engine, s->model, s->plan, &(takt_engine_options){0}, e)).code ||
        (rc = takt_seq_new(&s->seq, s->engine, e)).code)
        return rc;
    takt_generate_options opt = {
        .sampling = takt_sampling_default(), .max_tokens = 64, .token = print_piece};
    size_t cap = sizeof s->ids / sizeof s->ids[0];
    rc = takt_generate(s->seq, s->ids, s->n < cap ? s->n : cap, &opt, &stats, e);
    putchar('\n');
    return rc;
}

int main(int argc, char **argv)
{
    static struct state s;
    takt_err e;
    if (argc != 3) {
        fprintf(stderr, "usage: answer MODEL PROMPT\n");
        return 2;
    }
    takt_rc rc = answer(&s, argv[1], argv[2], &e);
    if (rc.code) {
        char text[sizeof e];
        fprintf(stderr, "answer: %s\n", takt_err_format(&e, text, sizeof text));
    }
    takt_seq_free(s.seq);
    takt_engine_free(s.engine);
    takt_plan_free(s.plan);
    takt_free(s.text);
    takt_model_free(s.model);
    return rc.code != 0;
}
