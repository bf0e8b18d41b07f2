#include <unistd.h>

#include "base/opt.h"

#include "t.h"

struct values {
    const char *prompt, *isa;
    int64_t n;
    double temp;
    bool json, quiet;
    struct opt_list stop;
};

static const struct opt table[] = {
    OPT(STR, 'p', "prompt", struct values, prompt, "TEXT", NULL, "what to answer"),
    OPT_RANGE(INT, 'n', "tokens", struct values, n, "N", "256", 1, 1000, "answer at most N tokens"),
    OPT(F64, 't', "temp", struct values, temp, "X", "0.8", "how freely to choose"),
    OPT(FLAG, 'j', "json", struct values, json, NULL, NULL, "print JSON"),
    OPT(FLAG, 'q', "quiet", struct values, quiet, NULL, NULL, "print nothing else"),
    OPT(STR, 0, "isa", struct values, isa, "ref|avx2|avx512", "avx2", "the best level to use"),
    OPT(LIST, 's', "stop", struct values, stop, "TEXT", "END",
        "stop before TEXT, which may be any text at all, even one that makes this help wrap"),
};
static const struct opt_example examples[] = {{"answer one question", "takt run m.gguf -p 'Why?'"}};
static const struct opt_cmd cmd = {
    .name = "takt run",
    .summary = "answer a prompt",
    .args = "MODEL [TEXT...]",
    .args_min = 1,
    .args_max = 2,
    .about = "Reads MODEL.\n\n.dots and \\ are shown as they are - always.",
    .opts = table,
    .n_opts = sizeof table / sizeof *table,
    .examples = examples,
    .n_examples = 1,
};

static struct values v;
static struct opt_rest rest;
static takt_err e;

/* Parses LINE, whose words are parted by single spaces. */
static takt_rc parse(const char *line)
{
    static char text[256];
    static char *argv[32];
    int argc = 0;
    snprintf(text, sizeof text, "%s", line);
    for (char *p = text; p && *p && argc < 32;) {
        argv[argc++] = p;
        p = strchr(p, ' ');
        if (p)
            *p++ = 0;
    }
    return opt_parse(&v, &rest, &cmd, argc, argv, &e);
}

T_TEST(defaults)
{
    memset(&v, 0xAA, sizeof v);
    T_RC(parse("m"), &e);
    T_OK(!v.prompt && v.n == 256 && v.temp == 0.8 && !v.json && !v.quiet);
    T_EQ_STR(v.isa, "avx2");
    T_EQ_INT(v.stop.n, 1);
    T_EQ_INT(rest.n_args, 1);
    T_OK(!opt_given(&rest, &cmd, "tokens") && !rest.wants_help);
}

T_TEST(all_forms)
{
    T_RC(parse("--prompt hi m -n5 --temp=1.5 -jq --stop A -sB x"), &e);
    T_EQ_STR(v.prompt, "hi");
    T_OK(v.n == 5 && v.temp == 1.5 && v.json && v.quiet);
    T_EQ_INT(v.stop.n, 2);
    T_EQ_STR(v.stop.v[0], "A");
    T_EQ_STR(v.stop.v[1], "B");
    T_EQ_INT(rest.n_args, 2);
    T_EQ_STR(rest.args[0], "m");
    T_EQ_STR(rest.args[1], "x");
    T_OK(opt_given(&rest, &cmd, "temp") && !opt_given(&rest, &cmd, "isa"));
    T_RC(parse("m -qn 7 --no-quiet -t -1 --prompt="), &e);
    T_OK(v.n == 7 && !v.quiet && v.temp == -1);
    T_EQ_STR(v.prompt, "");
    T_RC(parse("-- -n --json"), &e);
    T_EQ_STR(rest.args[1], "--json");
    T_RC(parse("- -p -"), &e);
    T_EQ_STR(rest.args[0], "-");
    T_EQ_STR(v.prompt, "-");
}

T_TEST(help_wins)
{
    T_RC(parse("--help --nonsense"), &e);
    T_OK(rest.wants_help);
    T_RC(parse("-h"), &e);
    T_OK(rest.wants_help);
    T_RC(parse("m -p --help"), &e); /* a value */
    T_OK(!rest.wants_help);
}

T_TEST(errors)
{
    T_FAILS(parse("m --promt x"), &e, TAKT_ERR_USAGE, "no option --promt; did you mean --prompt?");
    T_FAILS(parse("m --pro=x"), &e, TAKT_ERR_USAGE, "no option --pro; did you mean --prompt?");
    T_FAILS(parse("m --xyzzy"), &e, TAKT_ERR_USAGE, "'takt run --help' lists them");
    T_FAILS(parse("m -x"), &e, TAKT_ERR_USAGE, "no option -x");
    T_FAILS(parse("m -n"), &e, TAKT_ERR_USAGE, "-n needs a value: -n N");
    T_FAILS(parse("m --prompt"), &e, TAKT_ERR_USAGE, "--prompt needs a value: --prompt TEXT");
    T_FAILS(parse("m -n 1.5"), &e, TAKT_ERR_USAGE, "--tokens takes a whole number, not '1.5'");
    T_FAILS(parse("m -n 99999999999999999999"), &e, TAKT_ERR_USAGE, "whole number");
    T_FAILS(parse("m -n 0"), &e, TAKT_ERR_USAGE, "a number from 1 to 1000, not '0'");
    T_FAILS(parse("m --temp=warm"), &e, TAKT_ERR_USAGE, "--temp takes a number, not 'warm'");
    T_FAILS(parse("m --temp=nan"), &e, TAKT_ERR_USAGE, "a number");
    T_FAILS(parse("m --temp="), &e, TAKT_ERR_USAGE, "a number");
    T_FAILS(parse("m --isa avx"), &e, TAKT_ERR_USAGE, "one of ref|avx2|avx512, not 'avx'");
    T_FAILS(parse("m --json=1"), &e, TAKT_ERR_USAGE, "--json takes no value");
    T_FAILS(parse("m --no-prompt"), &e, TAKT_ERR_USAGE, "no option --no-prompt");
    T_FAILS(parse(""), &e, TAKT_ERR_USAGE, "missing: takt run MODEL [TEXT...]");
    T_FAILS(parse("a b c"), &e, TAKT_ERR_USAGE, "'c' is one too many");
    struct opt_list full;
    T_EQ_INT(sizeof full.v / sizeof full.v[0], OPT_LIST_MAX);
}

T_TEST(nearest)
{
    static const char *const names[] = {"run", "chat", "serve", "plan", "bench"};
    T_EQ_STR(opt_nearest("srve", names, 5), "serve");
    T_EQ_STR(opt_nearest("ahct", names, 5), NULL);
    T_EQ_STR(opt_nearest("caht", names, 5), "chat");
    T_EQ_STR(opt_nearest("benhc", names, 5), "bench");
    T_EQ_STR(opt_nearest("quantize", names, 5), NULL);
    T_EQ_STR(opt_nearest("", names, 5), NULL);
}

static char *printed(void (*print)(FILE *))
{
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);
    print(f);
    fclose(f);
    return text;
}

static void print_help(FILE *f)
{
    opt_help(f, &cmd);
}

static void print_man(FILE *f)
{
    opt_man(f, &cmd, "1.0");
}

T_TEST(help_text)
{
    char *text = printed(print_help);
    static const char *const parts[] = {
        "takt run: answer a prompt\n\nUsage: takt run MODEL [TEXT...] [options]\n",
        "  -p, --prompt TEXT       what to answer\n",
        "  -n, --tokens N          answer at most N tokens (default: 256)\n",
        "      --isa ref|avx2|avx512\n                          the best level to use (",
        "\n                          one that makes this help wrap (default: END)\n",
        "  -h, --help              print this text\n",
        "Examples:\n  # answer one question\n  takt run m.gguf -p 'Why?'\n",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!strstr(text, parts[i]))
            t_fail(__FILE__, __LINE__, "no \"%s\" in:\n%s", parts[i], text);
    for (char *line = text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        T_OK(strcspn(line, "\n") <= 80);
    free(text);
}

T_TEST(man_page)
{
    char *text = printed(print_man);
    static const char *const parts[] = {
        ".TH takt-run 1 \"\" \"takt 1.0\"\n.SH NAME\ntakt\\-run \\- answer a prompt\n",
        "\n.PP\n\\&.dots and \\e are shown as they are \\- always.\n",
        ".TP\n\\fB\\-n\\fR, \\fB\\-\\-tokens\\fR \\fIN\\fR\nanswer at most N tokens (",
        ".SH EXAMPLES\n.PP\nanswer one question:\n",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!strstr(text, parts[i]))
            t_fail(__FILE__, __LINE__, "no \"%s\" in:\n%s", parts[i], text);
    free(text);
}

/* ---- layers ---- */

struct layered {
    const char *config, *name;
    int64_t n;
    bool json;
    struct opt_list stop;
};
static const struct opt layered_table[] = {
    OPT(STR, 0, "config", struct layered, config, "FILE", NULL, "read options from FILE"),
    OPT(STR, 0, "name", struct layered, name, "TEXT", "default", "a name"),
    OPT_RANGE(INT, 'n', "max-tokens", struct layered, n, "N", "1", 1, 1000, "a number"),
    OPT(FLAG, 0, "json", struct layered, json, NULL, NULL, "a flag"),
    OPT(LIST, 0, "stop", struct layered, stop, "TEXT", "END", "a list"),
};
static const struct opt_cmd layered_cmd = {
    .name = "takt serve", .args_max = 1, .opts = layered_table, .n_opts = 5};

/* Parses WORDS with FILE (NULL: none) behind --config. */
static takt_rc layers(struct layered *l, struct arena *keep, const char *file, int argc,
                      char **words)
{
    char path[] = P_tmpdir "/takt-opt-XXXXXX", option[] = "--config", *argv[8] = {option, path};
    int fd = file ? mkstemp(path) : -1;
    const struct opt_layers from = {"config", "TAKT_TEST_OPT_", keep};
    if (file && (fd < 0 || write(fd, file, strlen(file)) != (ssize_t)strlen(file)))
        return err_set(&e, TAKT_ERR_IO, path, "cannot be written");
    for (int i = 0; i < argc; i++)
        argv[i + (file ? 2 : 0)] = words[i];
    takt_rc rc = opt_parse_layers(l, &rest, &layered_cmd, &from, argc + (file ? 2 : 0), argv, &e);
    if (fd >= 0) {
        close(fd);
        remove(path);
    }
    return rc;
}

T_TEST(layers_go_over_each_other)
{
    static const char file[] = "# a comment\n\n name = from file \nmax-tokens=7\njson = yes\n"
                               "stop = a\nstop = b=c\n";
    struct layered l;
    struct arena keep = {0};
    char *none[1] = {NULL}, word[3][16] = {"--name", "from words", "--no-json"};
    char *words[3] = {word[0], word[1], word[2]};
    T_RC(layers(&l, &keep, NULL, 0, none), &e);
    T_EQ_STR(l.name, "default");
    T_RC(layers(&l, &keep, file, 0, none), &e);
    T_EQ_STR(l.name, "from file");
    T_EQ_INT(l.n, 7);
    T_OK(l.json && opt_given(&rest, &layered_cmd, "max-tokens"));
    if (T_EQ_INT(l.stop.n, 2))
        T_EQ_STR(l.stop.v[1], "b=c");
    setenv("TAKT_TEST_OPT_MAX_TOKENS", "8", 1);
    setenv("TAKT_TEST_OPT_STOP", "z", 1);
    T_RC(layers(&l, &keep, file, 3, words), &e);
    T_EQ_STR(l.name, "from words");
    T_EQ_INT(l.n, 8);
    T_OK(!l.json);
    if (T_EQ_INT(l.stop.n, 1))
        T_EQ_STR(l.stop.v[0], "z");
    unsetenv("TAKT_TEST_OPT_MAX_TOKENS");
    unsetenv("TAKT_TEST_OPT_STOP");
    arena_free(&keep);
}

T_TEST(layers_say_where_they_are_wrong)
{
    struct layered l;
    struct arena keep = {0};
    char *none[1] = {NULL};
    T_FAILS(layers(&l, &keep, "name = x\nmax-token = 1\n", 0, none), &e, TAKT_ERR_USAGE, ":2");
    T_OK(strstr(e.what, "did you mean --max-tokens"));
    T_FAILS(layers(&l, &keep, "\n\nmax-tokens = 1001", 0, none), &e, TAKT_ERR_USAGE, ":3");
    T_FAILS(layers(&l, &keep, "json = maybe", 0, none), &e, TAKT_ERR_USAGE, ":1");
    T_FAILS(layers(&l, &keep, "json", 0, none), &e, TAKT_ERR_FORMAT, ":1");
    char away[] = "--config=/nowhere/takt.conf", *missing[] = {away};
    T_FAILS(layers(&l, &keep, NULL, 1, missing), &e, TAKT_ERR_IO, "/nowhere/takt.conf");
    setenv("TAKT_TEST_OPT_JSON", "perhaps", 1);
    T_FAILS(layers(&l, &keep, NULL, 0, none), &e, TAKT_ERR_USAGE, "TAKT_TEST_OPT_JSON");
    unsetenv("TAKT_TEST_OPT_JSON");
    arena_free(&keep);
}

T_MAIN("base/opt")
