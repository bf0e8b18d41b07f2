/* cli: what the subcommands share. One file per subcommand: cmd_<name>.c. */
#ifndef TAKT_CLI_CLI_H
#define TAKT_CLI_CLI_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "base/opt.h"

/* Exit codes of every command. */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* One subcommand: its table (for parsing, --help and the man page) and what it does with its
 * arguments. */
struct cli_command {
    const struct opt_cmd *cmd;
    int (*main)(int argc, char **argv); /* without the subcommand's name; returns the exit code */
};
extern const struct cli_command cli_run, cli_chat, cli_serve, cli_plan, cli_bench, cli_inspect,
    cli_tokenize, cli_eval, cli_quantize, cli_cache, cli_key, cli_version;

/* cli_parse is opt_parse for a command: prints help or the error. Returns -1 to go on, else the
 * exit code. */
int cli_parse(void *values, struct opt_rest *rest, const struct opt_cmd *cmd, int argc,
              char **argv);

/* cli_parse_layers is the same for opt_parse_layers. */
int cli_parse_layers(void *values, struct opt_rest *rest, const struct opt_cmd *cmd,
                     const struct opt_layers *layers, int argc, char **argv);

/* cli_fail prints "takt: where: what" on stderr and returns the exit code that suits E (2 for
 * usage, else 1). */
int cli_fail(const takt_err *e);

/* cli_progress is a takt_progress_fn: a bar on stderr while a person waits; cancels after SIGINT.
 * USER is unused. */
bool cli_progress(void *user, const char *what, uint64_t done, uint64_t total);

/* cli_catch_interrupt makes the first SIGINT (Ctrl-C) set a flag, so that what runs can end in
 * order; the second one ends the program. */
void cli_catch_interrupt(void);
bool cli_interrupted(void);
void cli_interrupt_clear(void); /* arms it again */

/* Options of all commands that load a model: embed `struct cli_load` as the first member of the
 * options and put CLI_LOAD_OPTS(type) in the table. */
struct cli_load {
    int64_t n_ctx, threads, chunk;
    const char *isa, *kv;
    bool force, no_cache;
    bool calibrate; /* an option of plan alone */
};
#define CLI_LOAD_OPTS(type)                                                                        \
    OPT_RANGE(INT, 'c', "ctx", type, load.n_ctx, "N", "0", 0, 1048576,                             \
              "positions per sequence; 0: 4096, or less if the model was trained for less"),       \
        OPT_RANGE(INT, 't', "threads", type, load.threads, "N", "0", 0, 256,                       \
                  "lanes; 0: the cores this process may use"),                                     \
        OPT_RANGE(INT, 0, "chunk", type, load.chunk, "N", "0", 0, 4096,                            \
                  "tokens of a prefill step; 0: 512"),                                             \
        OPT(STR, 0, "isa", type, load.isa, "LEVEL", NULL,                                          \
            "kernel level: ref, avx2, avxvnni, avx512, amx, neon, i8mm; the answer is the same"),  \
        OPT(STR, 0, "kv", type, load.kv, "f32|bf16|q8", NULL,                                      \
            "KV cache; f32 for F32 models, else bf16; q8 takes half of bf16"),                     \
        OPT(FLAG, 0, "force", type, load.force, NULL, NULL,                                        \
            "try although memory does not suffice by the figures"),                                \
        OPT(FLAG, 0, "no-cache", type, load.no_cache, NULL, NULL,                                  \
            "neither read nor write packed weights in the cache folder")

/* Options of commands that answer: embed `struct cli_speculate speculate` and put
 * CLI_SPECULATE_OPTS(type) in the table. */
struct cli_speculate {
    const char *is_on;
    int64_t draft_max;
};
#define CLI_SPECULATE_OPTS(type)                                                                   \
    OPT(STR, 0, "speculate", type, speculate.is_on, "on|off", "on",                                \
        "guess tokens from the text so far and check several in one step, where that saves time; " \
        "the answer is the same"),                                                                 \
        OPT_RANGE(INT, 0, "draft-max", type, speculate.draft_max, "N", "7", 1, 31,                 \
                  "guesses of an answer that a step may check")

/* cli_draft: guesses of an answer that a step may check; 0: none. */
uint32_t cli_draft(const struct cli_speculate *o);

/* A loaded model; zero-initialise, release with cli_unload. */
struct cli_session {
    takt_model *model;
    takt_plan *plan;
    takt_engine *engine;
    int64_t open_ns, plan_ns, load_ns; /* what each took: headers and tokenizer; profile and plan;
                                          weights into memory */
};

/* cli_model_arg is the first argument, or the built-in model's name when there is none. */
const char *cli_model_arg(const struct opt_rest *rest);

/* cli_open opens PATH (see builtin_path), cli_make_plan compiles it (LOGITS_ROWS per step),
 * cli_load does both and loads the weights. */
takt_rc cli_open(struct cli_session *s, const char *path, takt_err *e);
takt_rc cli_make_plan(struct cli_session *s, const char *path, const struct cli_load *o,
                      uint32_t logits_rows, takt_err *e);
takt_rc cli_load(struct cli_session *s, const char *path, const struct cli_load *o,
                 uint32_t logits_rows, takt_err *e);
void cli_unload(struct cli_session *s);

/* cli_main is the main function of a command that works on one model: it parses into OPTIONS, runs
 * BODY with Ctrl-C caught, unloads, and prints the error if there is one. */
typedef takt_rc cli_body(void *options, const struct opt_rest *rest, struct cli_session *s,
                         takt_err *e);
int cli_main(const struct opt_cmd *cmd, void *options, cli_body *body, int argc, char **argv);

/* Sampling options of run and chat: embed `struct cli_sampling sampling` and
 * CLI_SAMPLING_OPTS(type). All but the seed are zero where the user gave none: cli_sampling knows
 * what is meant then. */
struct cli_sampling {
    double temperature, top_p, min_p, repeat_penalty, presence_penalty, frequency_penalty;
    int64_t top_k, seed;
    struct opt_list logit_bias;
};
#define CLI_DEFAULT_IS(value) " (default: the model's, else " value ")"
#define CLI_SAMPLING_OPTS(type)                                                                    \
    OPT_RANGE(F64, 0, "temp", type, sampling.temperature, "T", NULL, 0, 100,                       \
              "temperature; 0: always the most likely token" CLI_DEFAULT_IS("0.8")),               \
        OPT_RANGE(F64, 0, "top-p", type, sampling.top_p, "P", NULL, 0, 1,                          \
                  "draw from the likeliest tokens that sum to P; 1: all" CLI_DEFAULT_IS("0.95")),  \
        OPT_RANGE(INT, 0, "top-k", type, sampling.top_k, "K", NULL, 0, 1000000,                    \
                  "draw from the K likeliest tokens; 0: all" CLI_DEFAULT_IS("40")),                \
        OPT_RANGE(                                                                                 \
            F64, 0, "min-p", type, sampling.min_p, "P", NULL, 0, 1,                                \
            "drop tokens less likely than P times the likeliest; 0: none" CLI_DEFAULT_IS("0.05")), \
        OPT_RANGE(F64, 0, "repeat-penalty", type, sampling.repeat_penalty, "R", NULL, 0.01, 100,   \
                  "make the last 64 tokens less likely; 1: off" CLI_DEFAULT_IS("1")),              \
        OPT_RANGE(F64, 0, "presence-penalty", type, sampling.presence_penalty, "P", NULL, -2, 2,   \
                  "take P from the logit of every token that the answer has"),                     \
        OPT_RANGE(F64, 0, "frequency-penalty", type, sampling.frequency_penalty, "P", NULL, -2, 2, \
                  "take P from a token's logit for each time that the answer has it"),             \
        OPT(LIST, 0, "logit-bias", type, sampling.logit_bias, "ID=BIAS", NULL,                     \
            "add BIAS, -100 to 100, to the logit of token ID; may be repeated"),                   \
        OPT(INT, 's', "seed", type, sampling.seed, "N", "0",                                       \
            "of the draws: the same seed gives the same answer")

/* cli_sampling sets *out to what the user gave, else what the model's file says, else takt's
 * defaults. REST is what parsing CMD left. *out refers to BIAS. Error: USAGE for a --logit-bias
 * that is none, or of no token of M. */
takt_rc cli_sampling(takt_sampling *out, takt_logit_bias bias[OPT_LIST_MAX],
                     const struct cli_sampling *o, const struct opt_cmd *cmd,
                     const struct opt_rest *rest, const takt_model *m, takt_err *e);

/* cli_tokenize tokenizes into a malloc'ed array. */
takt_rc cli_tokenize_text(const takt_model *m, const char *text, size_t len, unsigned flags,
                          int32_t **ids, size_t *n, takt_err *e);

/* cli_check_message refuses text that a chat message cannot hold: it must be UTF-8 without zero
 * bytes. WHAT names it ("prompt"), HINT says what to do. */
takt_rc cli_check_message(const char *what, const char *text, size_t len, const char *hint,
                          takt_err *e);

/* cli_put_json prints O's text and a newline on standard output, and frees O. */
struct json_out;
takt_rc cli_put_json(struct json_out *o, takt_err *e);

/* cli_stats_line prints one dim line on stderr, if it is a terminal: tokens, time to first token,
 * tokens/s, predicted / measured. */
void cli_stats_line(const takt_stats *st);
const char *cli_finish_name(takt_finish f);

#endif
