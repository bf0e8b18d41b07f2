/* opt: command-line options from one table per command.
 *
 *     struct run_opts { const char *prompt; int64_t n; bool json; };
 *     static const struct opt run_table[] = {
 *         OPT(STR, 'p', "prompt", struct run_opts, prompt, "TEXT", NULL, "what to answer"),
 *         OPT_RANGE(INT, 'n', "tokens", struct run_opts, n, "N", "256", 1, 1e6, "at most N
 * tokens"), OPT(FLAG, 0, "json", struct run_opts, json, NULL, NULL, "print JSON"),
 *     };
 *
 * The same table parses, prints --help and writes the man page, so they cannot disagree. */
#ifndef TAKT_BASE_OPT_H
#define TAKT_BASE_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/err.h"

enum opt_kind {
    OPT_FLAG, /* bool: --x, --no-x */
    OPT_INT,  /* int64_t */
    OPT_F64,  /* double */
    OPT_STR,  /* const char *, pointing into argv or the table */
    OPT_LIST, /* struct opt_list: may be given again and again */
};

enum { OPT_LIST_MAX = 64, OPT_MAX = 64 };

struct opt_list {
    uint32_t n;
    const char *v[OPT_LIST_MAX];
    uint32_t place[OPT_LIST_MAX]; /* among the values of all lists, in the order they were given */
};

struct opt {
    enum opt_kind kind;
    char letter;      /* 'p' for -p, or 0 */
    const char *name; /* "prompt" for --prompt */
    size_t at;        /* offset of the value in the command's struct; its type is that of kind */
    const char *arg;  /* what --help calls the value: "TEXT"; "cpu|lpu" allows only these words */
    const char *fallback; /* the default as one would type it, or NULL: false, 0, NULL, empty */
    double min, max;      /* of a number; both 0: any */
    const char *help;
};

#define OPT(kind, letter, name, type, field, arg, fallback, help)                                  \
    {                                                                                              \
        OPT_##kind, letter, name, offsetof(type, field), arg, fallback, 0, 0, help                 \
    }
#define OPT_RANGE(kind, letter, name, type, field, arg, fallback, min, max, help)                  \
    {                                                                                              \
        OPT_##kind, letter, name, offsetof(type, field), arg, fallback, min, max, help             \
    }

struct opt_example {
    const char *what;    /* "answer one question" */
    const char *command; /* "takt run model.gguf -p 'Why?'" */
};

struct opt_cmd {
    const char *name;            /* "takt run" */
    const char *summary;         /* one line, no full stop: "answer a prompt" */
    const char *args;            /* "MODEL [PROMPT...]", or NULL */
    uint32_t args_min, args_max; /* how many of them; args_max UINT32_MAX: any number */
    const char *about;           /* paragraphs parted by "\n\n", or NULL */
    const struct opt *opts;
    uint32_t n_opts; /* at most OPT_MAX */
    const struct opt_example *examples;
    uint32_t n_examples;
};

/* What opt_parse leaves over. */
struct opt_rest {
    char **args; /* the words that are no options, in order; inside argv */
    uint32_t n_args;
    uint64_t given; /* bit i: option i of the table was given, on the command line or elsewhere */
    uint32_t n_listed; /* values of lists so far */
    bool wants_help;
};

/* opt_parse sets VALUES to the defaults, then reads ARGV[0..ARGC) (without the command's own name),
 * which it reorders. Options may stand anywhere before "--". After -h or --help it returns success
 * with wants_help and checks nothing more. TAKT_ERR_USAGE says what is wrong and, for a
 * misspelling, what was meant. */
takt_rc opt_parse(void *values, struct opt_rest *rest, const struct opt_cmd *cmd, int argc,
                  char **argv, takt_err *e);

/* Where options may come from besides the command line. */
struct opt_layers {
    const char *file_option; /* the option (of kind STR) that names a file of options */
    const char *env_prefix;  /* "TAKT_": --max-tokens may stand in the variable TAKT_MAX_TOKENS */
    struct arena *keep;      /* owns the texts read from the file, which values point into */
};

/* opt_parse_layers is opt_parse with options from a file and from the environment: the command line
 * goes before the environment, that before the file, and a list replaces the list below it. A file
 * has lines "name = value", or "name = true" for a flag; lines that are empty or begin with # are
 * skipped. Errors name the file's line or the variable. */
takt_rc opt_parse_layers(void *values, struct opt_rest *rest, const struct opt_cmd *cmd,
                         const struct opt_layers *layers, int argc, char **argv, takt_err *e);

/* opt_given tells whether the option called NAME stood on the command line. */
bool opt_given(const struct opt_rest *rest, const struct opt_cmd *cmd, const char *name);

/* opt_help writes the text of --help, 80 columns wide. opt_man writes a man page (man(7) macros) of
 * section 1; VERSION goes to its foot. */
void opt_help(FILE *out, const struct opt_cmd *cmd);
void opt_man(FILE *out, const struct opt_cmd *cmd, const char *version);

/* opt_nearest returns the one of N names that WORD most likely was meant to be, or NULL when none
 * is close (more than a third of its letters differ). */
const char *opt_nearest(const char *word, const char *const *names, size_t n);

#endif
