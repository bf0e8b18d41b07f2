#include "base/json.h"
#include "cli/cli.h"
#include "target/target.h"

struct options {
    bool json;
};
static const struct opt table[] = {
    OPT(FLAG, 0, "json", struct options, json, NULL, NULL, "print JSON"),
};
static const struct opt_example examples[] = {{"what runs here", "takt version"}};
static const struct opt_cmd cmd = {
    .name = "takt version",
    .summary = "print the version and what this machine offers",
    .opts = table,
    .n_opts = 1,
    .examples = examples,
    .n_examples = 1,
};

static int version_main(int argc, char **argv)
{
    struct options o = {0};
    struct opt_rest rest;
    takt_err e = {0};
    const char *isa;
    char machine[128];
    int code = cli_parse(&o, &rest, &cmd, argc, argv);
    if (code >= 0)
        return code;
    if (target_cpu_isa_pick(&isa, NULL, &e).code)
        return cli_fail(&e);
    target_cpu_describe(machine, sizeof machine, target_cpu_lanes_default(), isa);
    if (!o.json) {
        printf("takt %s\n%s\n", takt_version(), machine);
        return EXIT_DONE;
    }
    struct json_out out = {.indent = 2};
    json_obj_begin(&out, NULL);
    json_put_str(&out, "version", takt_version());
    json_put_str(&out, "machine", machine);
    json_put_str(&out, "isa", isa);
    json_put_u64(&out, "lanes", target_cpu_lanes_default());
    json_obj_end(&out);
    return cli_put_json(&out, &e).code ? cli_fail(&e) : EXIT_DONE;
}

const struct cli_command cli_version = {&cmd, version_main};
