#include <string.h>

#include "base/opt.h"

enum { COLUMNS = 80, HELP_COLUMN = 26 };

/* Writes TEXT wrapped at spaces, each line after the first indented; the cursor stands at column
 * AT. */
static void wrap(FILE *out, const char *text, unsigned at, unsigned indent)
{
    bool is_first = true;
    while (*text) {
        size_t n = strcspn(text, " \n");
        if (!is_first && at + 1 + n > COLUMNS) {
            fprintf(out, "\n%*s", (int)indent, "");
            at = indent;
        } else if (!is_first && n) {
            fputc(' ', out);
            at++;
        }
        fprintf(out, "%.*s", (int)n, text);
        at += (unsigned)n;
        is_first = false;
        text += n;
        if (strncmp(text, "\n\n", 2) == 0) {
            fprintf(out, "\n\n%*s", (int)indent, "");
            at = indent;
            is_first = true;
        }
        text += strspn(text, " \n");
    }
    fputc('\n', out);
}

/* Joins an option's help with its default or its being repeatable. */
static void describe(char *buf, size_t n, const struct opt *o)
{
    if (o->fallback && o->kind != OPT_FLAG)
        snprintf(buf, n, "%s (default: %s)", o->help, *o->fallback ? o->fallback : "empty");
    else
        snprintf(buf, n, "%s%s", o->help, o->kind == OPT_LIST ? " (can be repeated)" : "");
}

static void help_option(FILE *out, const struct opt *o)
{
    char left[120], right[600];
    int n = snprintf(left, sizeof left, "  %c%c%c --%s%s%s", o->letter ? '-' : ' ',
                     o->letter ? o->letter : ' ', o->letter ? ',' : ' ', o->name,
                     o->kind == OPT_FLAG ? "" : " ",
                     o->kind == OPT_FLAG ? "" : (o->arg ? o->arg : "VALUE"));
    fputs(left, out);
    if (n + 2 > HELP_COLUMN)
        fprintf(out, "\n%*s", HELP_COLUMN, "");
    else
        fprintf(out, "%*s", HELP_COLUMN - n, "");
    describe(right, sizeof right, o);
    wrap(out, right, HELP_COLUMN, HELP_COLUMN);
}

void opt_help(FILE *out, const struct opt_cmd *cmd)
{
    static const struct opt help = {OPT_FLAG, 'h', "help", 0, NULL, NULL, 0, 0, "print this text"};
    fprintf(out, "%s: %s\n\nUsage: %s%s%s [options]\n", cmd->name, cmd->summary, cmd->name,
            cmd->args ? " " : "", cmd->args ? cmd->args : "");
    if (cmd->about) {
        fputc('\n', out);
        wrap(out, cmd->about, 0, 0);
    }
    fputs("\nOptions:\n", out);
    for (uint32_t i = 0; i < cmd->n_opts; i++)
        help_option(out, &cmd->opts[i]);
    help_option(out, &help);
    if (cmd->n_examples)
        fputs("\nExamples:\n", out);
    for (uint32_t i = 0; i < cmd->n_examples; i++)
        fprintf(out, "%s  # %s\n  %s\n", i ? "\n" : "", cmd->examples[i].what,
                cmd->examples[i].command);
}

/* Writes TEXT so that man(7) shows it as it is: backslashes and minus signs are escaped, and a line
 * that starts like a request is guarded. */
static void roff(FILE *out, const char *text)
{
    for (bool is_start = true; *text; text++) {
        if (text[0] == '\n' && text[1] == '\n') {
            fputs("\n.PP\n", out);
            is_start = true;
            text++;
            continue;
        }
        if (is_start && (*text == '.' || *text == '\''))
            fputs("\\&", out);
        if (*text == '\\')
            fputs("\\e", out);
        else if (*text == '-')
            fputs("\\-", out);
        else
            fputc(*text, out);
        is_start = *text == '\n';
    }
}

static void man_option(FILE *out, const struct opt *o)
{
    char text[600];
    fputs(".TP\n", out);
    if (o->letter)
        fprintf(out, "\\fB\\-%c\\fR, ", o->letter);
    fputs("\\fB\\-\\-", out);
    roff(out, o->name);
    fputs("\\fR", out);
    if (o->kind != OPT_FLAG) {
        fputs(" \\fI", out);
        roff(out, o->arg ? o->arg : "VALUE");
        fputs("\\fR", out);
    }
    fputc('\n', out);
    describe(text, sizeof text, o);
    roff(out, text);
    fputc('\n', out);
}

void opt_man(FILE *out, const struct opt_cmd *cmd, const char *version)
{
    static const struct opt help = {OPT_FLAG, 'h', "help", 0, NULL, NULL, 0, 0, "print a summary"};
    char page[64];
    snprintf(page, sizeof page, "%s", cmd->name);
    for (char *c = page; *c; c++)
        *c = *c == ' ' ? '-' : *c;
    fprintf(out, ".TH %s 1 \"\" \"takt %s\"\n.SH NAME\n", page, version);
    roff(out, page);
    fputs(" \\- ", out);
    roff(out, cmd->summary);
    fprintf(out, "\n.SH SYNOPSIS\n\\fB%s\\fR ", cmd->name);
    roff(out, cmd->args ? cmd->args : "");
    fputs(" [options]\n", out);
    if (cmd->about) {
        fputs(".SH DESCRIPTION\n", out);
        roff(out, cmd->about);
        fputc('\n', out);
    }
    fputs(".SH OPTIONS\n", out);
    for (uint32_t i = 0; i < cmd->n_opts; i++)
        man_option(out, &cmd->opts[i]);
    man_option(out, &help);
    if (cmd->n_examples)
        fputs(".SH EXAMPLES\n", out);
    for (uint32_t i = 0; i < cmd->n_examples; i++) {
        fputs(".PP\n", out);
        roff(out, cmd->examples[i].what);
        fputs(":\n.PP\n.RS 4\n.nf\n", out);
        roff(out, cmd->examples[i].command);
        fputs("\n.fi\n.RE\n", out);
    }
}
