#include <errno.h>
#include <signal.h>
#include <string.h>

#include "cli/cli.h"
#include "server/api_docs.h"

static const struct cli_command *const commands[] = {
    &cli_run,     &cli_chat,     &cli_serve, &cli_key,      &cli_plan,  &cli_bench,
    &cli_inspect, &cli_tokenize, &cli_eval,  &cli_quantize, &cli_cache, &cli_version};
enum { N_COMMANDS = sizeof commands / sizeof *commands };

/* "run" of "takt run" */
static const char *short_name(const struct cli_command *c)
{
    return strchr(c->cmd->name, ' ') + 1;
}

static void print_help(FILE *f)
{
    fputs("takt: a software LPU. It compiles a language model into a fixed schedule for this "
          "machine\n"
          "and runs it at a known pace, the same answer every time.\n\n"
          "usage: takt COMMAND [OPTION...] [ARGUMENT...]\n\n",
          f);
    for (int i = 0; i < N_COMMANDS; i++)
        fprintf(f, "  %-10s %s\n", short_name(commands[i]), commands[i]->cmd->summary);
    fputs("\n'takt COMMAND --help' explains a command. A MODEL is a .gguf file or a Hugging Face "
          "folder;\nwithout one, or as 'builtin', it is the small model that comes with "
          "takt.\n\n"
          "  takt run -p 'What is takt?'\n"
          "  takt run model.gguf -p 'Why is the sky blue?'\n"
          "  takt plan model.gguf\n",
          f);
}

/* The manual page of all commands, from the same tables as --help. */
static void print_man(FILE *f)
{
    fprintf(f,
            ".TH TAKT 1 \"\" \"takt %s\" \"User Commands\"\n.SH NAME\ntakt \\- a software LPU: "
            "language models on a "
            "fixed schedule\n.SH SYNOPSIS\n.B takt\n.I COMMAND\n[\\fIOPTION\\fR...] "
            "[\\fIARGUMENT\\fR...]\n.SH DESCRIPTION\n"
            "takt compiles a language model into a plan for this machine, says how fast it will "
            "run, and runs it at that "
            "pace. The same prompt and seed give the same bytes whatever the number of threads or "
            "the processor.\n.PP\n"
            "Exit status: 0 done, 1 failed, 2 wrong usage. Packed weights and the machine profile "
            "are kept in "
            "$TAKT_CACHE, else $XDG_CACHE_HOME/takt, else ~/.cache/takt; the folder can be deleted "
            "at any time. takt cache lists it and says how large it may become.\n",
            takt_version());
    for (int i = 0; i < N_COMMANDS; i++)
        opt_man(f, commands[i]->cmd, takt_version());
}

/* The exit code of a command that ended with CODE: results that could not be written are a
 * failure. */
static int written(int code)
{
    takt_err e = {0};
    errno = 0;
    if (code != EXIT_DONE || (fflush(stdout) == 0 && !ferror(stdout)))
        return code;
    errno = errno ? errno : EIO; /* the reason of an earlier failure is gone */
    err_sys(&e, "standard output", "cannot be written");
    return cli_fail(&e);
}

int main(int argc, char **argv)
{
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is a write error, reported as such */
    const char *name = argc > 1 ? argv[1] : NULL;
    if (!name) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        print_help(stdout);
        return written(EXIT_DONE);
    }
    if (strcmp(name, "--version") == 0)
        name = "version";
    if (strcmp(name, "man") == 0) {
        print_man(stdout);
        return written(EXIT_DONE);
    }
    if (strcmp(name, "api") == 0) { /* docs/api.md; see tools/make-api */
        api_markdown(stdout);
        return written(EXIT_DONE);
    }
    const char *names[N_COMMANDS];
    for (int i = 0; i < N_COMMANDS; i++) {
        names[i] = short_name(commands[i]);
        if (strcmp(name, names[i]) == 0)
            return written(commands[i]->main(argc - 2, argv + 2));
    }
    const char *near = opt_nearest(name, names, N_COMMANDS);
    fprintf(stderr, "takt: '%s' is no command%s%s%s 'takt --help' lists them.\n", name,
            near ? "; did you mean '" : ";", near ? near : "", near ? "'?" : "");
    return EXIT_USAGE;
}
