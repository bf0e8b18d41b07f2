/* opt_parse_layers: options from a file and from the environment, below the command line. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/opt_parts.h"

enum { FILE_BYTES_MAX = 1 << 20, ENV_NAME_MAX = 128 };

/* A flag is given as a word. */
static takt_rc set_flag(const struct opt_parser *p, const struct opt *o, const char *text)
{
    static const char *const yes[] = {"true", "yes", "on", "1"}, *const no[] = {"false", "no",
                                                                                "off", "0"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        if (strcmp(text, yes[i]) == 0 || strcmp(text, no[i]) == 0) {
            *(bool *)(p->values + o->at) = strcmp(text, yes[i]) == 0;
            return TAKT_OK;
        }
    return err_set(p->e, TAKT_ERR_USAGE, p->where, "%s is true or false, not '%s'", o->name, text);
}

static takt_rc set(const struct opt_parser *p, const struct opt *o, const char *text)
{
    opt_mark_given(p, o);
    return o->kind == OPT_FLAG ? set_flag(p, o, text) : opt_set_value(p, o, text);
}

/* LINE without white space at its ends; cuts it. */
static char *trim(char *line)
{
    while (isspace((unsigned char)*line))
        line++;
    for (size_t n = strlen(line); n && isspace((unsigned char)line[n - 1]);)
        line[--n] = '\0';
    return line;
}

/* One line of a file; cuts it. */
static takt_rc read_line(const struct opt_parser *p, char *line)
{
    char *name = trim(line), *equals = strchr(name, '=');
    if (*name == '\0' || *name == '#')
        return TAKT_OK;
    if (!equals)
        return err_set(p->e, TAKT_ERR_FORMAT, p->where, "is not \"name = value\"");
    *equals = '\0';
    name = trim(name);
    const struct opt *o = opt_by_name(p->cmd, name, strlen(name));
    return o ? set(p, o, trim(equals + 1)) : opt_unknown(p, name, strlen(name));
}

static takt_rc read_file(struct opt_parser *p, struct arena *keep, const char *path)
{
    char *text, *all, where[160];
    size_t len;
    TAKT_TRY(file_read_all(&text, &len, path, FILE_BYTES_MAX, p->e));
    all = strlen(text) == len ? arena_strndup(keep, text, len) : NULL;
    bool has_zero = strlen(text) != len;
    free(text);
    if (has_zero)
        return err_set(p->e, TAKT_ERR_FORMAT, path, "holds a zero byte");
    if (!all)
        return err_set(p->e, TAKT_ERR_MEMORY, path, "no memory to read it");
    takt_rc rc = TAKT_OK;
    unsigned n = 1;
    for (char *line = all; line && !rc.code; n++) {
        char *end = strchr(line, '\n');
        if (end)
            *end++ = '\0';
        snprintf(where, sizeof where, "%.140s:%u", path, n);
        p->where = where;
        rc = read_line(p, line);
        line = end;
    }
    p->where = p->cmd->name;
    return rc;
}

/* PREFIX and O's name as a variable's: "TAKT_MAX_TOKENS". */
static void variable(char *out, size_t n, const char *prefix, const struct opt *o)
{
    snprintf(out, n, "%s%s", prefix, o->name);
    for (char *c = out + strlen(prefix); *c; c++)
        *c = (char)(*c == '-' ? '_' : toupper((unsigned char)*c));
}

static takt_rc read_environment(struct opt_parser *p, const char *prefix)
{
    char name[ENV_NAME_MAX];
    for (uint32_t i = 0; i < p->cmd->n_opts; i++) {
        variable(name, sizeof name, prefix, &p->cmd->opts[i]);
        const char *value = getenv(name);
        if (!value)
            continue;
        p->where = name;
        takt_rc rc = set(p, &p->cmd->opts[i], value);
        p->where = p->cmd->name;
        TAKT_TRY(rc);
    }
    return TAKT_OK;
}

/* The file that option O names on the command line or in the environment, or NULL. */
static const char *file_of(const struct opt *o, const char *prefix, int argc, char **argv)
{
    char name[ENV_NAME_MAX];
    size_t len = strlen(o->name);
    variable(name, sizeof name, prefix, o);
    const char *path = getenv(name);
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], "--", 2) != 0 || strncmp(argv[i] + 2, o->name, len) != 0)
            continue;
        if (argv[i][2 + len] == '=')
            path = argv[i] + 3 + len;
        else if (argv[i][2 + len] == '\0' && i + 1 < argc)
            path = argv[i + 1];
    }
    return path;
}

takt_rc opt_parse_layers(void *values, struct opt_rest *rest, const struct opt_cmd *cmd,
                         const struct opt_layers *layers, int argc, char **argv, takt_err *e)
{
    struct opt_parser p = {cmd, values, rest, e, cmd->name};
    *rest = (struct opt_rest){.args = argv};
    takt_assert(cmd->n_opts <= OPT_MAX);
    TAKT_TRY(opt_set_defaults(&p));
    const struct opt *file = opt_by_name(cmd, layers->file_option, strlen(layers->file_option));
    takt_assert(file && file->kind == OPT_STR);
    const char *path = file_of(file, layers->env_prefix, argc, argv);
    uint64_t given = 0;
    if (path)
        TAKT_TRY(read_file(&p, layers->keep, path));
    given |= rest->given; /* a list of one layer replaces that of the layer below */
    rest->given = 0;
    TAKT_TRY(read_environment(&p, layers->env_prefix));
    given |= rest->given;
    rest->given = 0;
    takt_rc rc = opt_words(&p, argc, argv);
    rest->given |= given;
    return rc;
}
