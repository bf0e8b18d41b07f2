/* The template language: own cases, limits, hostile templates, and the shared unit cases. */
#include "render.h"

T_TEST(own_cases)
{
    T_OK(check_file("tests/data/text/jinja.jsonl", NULL) > 200);
}

static void shared_cases(const char *rel, size_t at_least)
{
    char path[512];
    if (!t_shared(path, sizeof path, rel))
        T_SKIP("shared data is not here");
    T_OK(check_file(path, NULL) >= at_least);
}

T_TEST(shared_unit_cases)
{
    shared_cases("templates/goldens/jinja-unit.jsonl", 200);
}

T_TEST(shared_end_to_end_cases)
{
    shared_cases("templates/goldens/huggingface-jinja-e2e.jsonl", 20);
}

static void gives(const char *source, const char *want)
{
    unsigned failed = t_.n_failed_checks;
    takt_err e = {0};
    char *text;
    size_t len;
    if (T_RC(render(source, "{}", &text, &len, &e), &e))
        T_EQ_STR(text, want);
    if (t_.n_failed_checks > failed)
        printf("# template: %.200s\n", source);
    free(text);
}

static void fails(const char *source, takt_code code, const char *part)
{
    unsigned failed = t_.n_failed_checks;
    takt_err e = {0};
    char *text;
    size_t len;
    T_FAILS(render(source, "{\"d\":{\"a\":1},\"s\":\"xyz\"}", &text, &len, &e), &e, code, part);
    if (t_.n_failed_checks > failed)
        printf("# template: %.200s\n", source);
    free(text);
}

T_TEST(renders)
{
    gives("", "");
    gives("a\n", "a");
    gives("a\n\n", "a\n");
    gives("{{ 1 + 2 }}{{ 'a' ~ 1.0 ~ none ~ true ~ [1, 'x'] }}", "3a1.0NoneTrue[1, 'x']");
    gives("{% for i in range(3) %}{{ i }}{% if not loop.last %},{% endif %}{% endfor %}", "0,1,2");
    gives("{{ {'b': [1, none], 'a': 'é\"'}|tojson }}", "{\"b\": [1, null], \"a\": \"é\\\"\"}");
    gives("{{ strftime_now('%d %b %Y %H:%M') }}", "10 Jul 2025 12:00");
    gives("{{ nope }}|{{ nope is defined }}|{{ nope|default('x') }}", "|False|x");
}

T_TEST(strftime_conversions)
{
    gives("{{ strftime_now('%A %a %B %b %-d %e %j %U %W %V %G %u %w %y %I %p %M %S %%') }}",
          "Thursday Thu July Jul 10 10 191 27 27 28 2025 4 4 25 12 PM 00 00 %");
    gives("{{ strftime_now('%c|%x|%X|%D|%F|%T|%R|%r|%s|%z%Z') }}",
          "Thu Jul 10 12:00:00 2025|07/10/25|12:00:00|07/10/25|2025-07-10|12:00:00|12:00|"
          "12:00:00 PM|1752148800|");
    fails("{{ strftime_now('%Q') }}", TAKT_ERR_UNSUPPORTED, "'%Q'");
}

T_TEST(errors_have_a_place)
{
    fails("{{ 1 + }}", TAKT_ERR_FORMAT, "line 1, column 8: unexpected '}}'");
    fails("a\n{% if x %}\n  {{ y", TAKT_ERR_FORMAT, "line 3, column 3: missing '}}'");
    fails("{% if x %}", TAKT_ERR_FORMAT, "'endif' is missing");
    fails("{% endif %}", TAKT_ERR_FORMAT, "line 1, column 4: unknown or misplaced tag 'endif'");
    fails("{% frob %}", TAKT_ERR_FORMAT, "'frob'");
    fails("\n {% include 'x' %}", TAKT_ERR_UNSUPPORTED, "line 2, column 5: tag 'include'");
    fails("{{ s|frob }}", TAKT_ERR_UNSUPPORTED,
          "line 1, column 6: there is no filter named 'frob'");
    fails("{{ s is frob }}", TAKT_ERR_UNSUPPORTED, "there is no test named 'frob'");
    fails("{% if s %}{{ s|frob }}{% endif %}", TAKT_ERR_UNSUPPORTED, "'frob' is not supported");
    fails("{{ s|wordwrap }}", TAKT_ERR_UNSUPPORTED, "'wordwrap' is not supported");
    fails("{{ 'abc }}", TAKT_ERR_FORMAT, "string has no end");
    fails("{# abc", TAKT_ERR_FORMAT, "missing end of comment");
    fails("{% raw %}x", TAKT_ERR_FORMAT, "missing {% endraw %}");
    fails("{{ (1] }}", TAKT_ERR_FORMAT, "line 1, column 6: a bracket closes that does not match");
    fails("{% break %}", TAKT_ERR_FORMAT, "'break' outside of a loop");
    fails("{% for x in y %}{% macro m() %}{% break %}{% endmacro %}{% endfor %}", TAKT_ERR_FORMAT,
          "'break' outside of a loop");
    fails("{{ f(a=1, 2) }}", TAKT_ERR_FORMAT, "out of order");
    fails("{% set 1 = 2 %}", TAKT_ERR_FORMAT, "cannot assign");
    fails("{{ '\\x4' }}", TAKT_ERR_FORMAT, "escape");
}

T_TEST(faults_have_a_place)
{
    fails("a\n{{ d.b.c }}", TAKT_ERR_FORMAT,
          "line 2, column 8: 'dict object' has no attribute 'b'");
    fails("{{ nope.x }}", TAKT_ERR_FORMAT, "'nope' is undefined");
    fails("{{ nope() }}", TAKT_ERR_FORMAT, "'nope' is undefined");
    fails("{{ 1 + 'a' }}", TAKT_ERR_FORMAT, "unsupported operand type(s) for +: 'int' and 'str'");
    fails("{{ 's' + 1 }}", TAKT_ERR_FORMAT, "can only concatenate str (not \"int\") to str");
    fails("{{ 1 < 'a' }}", TAKT_ERR_FORMAT, "'<' is not supported");
    fails("{{ 1 // 0 }}", TAKT_ERR_FORMAT, "division by zero");
    fails("{{ 5() }}", TAKT_ERR_FORMAT, "'int' object is not callable");
    fails("{{ [1].append(2) }}", TAKT_ERR_FORMAT, "no attribute 'append'");
    fails("{% for a, b in [[1]] %}{% endfor %}", TAKT_ERR_FORMAT, "not enough values to unpack");
    fails("{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}", TAKT_ERR_FORMAT,
          "not more than 1 argument");
    fails("{% macro m(a) %}{% endmacro %}{{ m(b=2) }}", TAKT_ERR_FORMAT, "no keyword argument 'b'");
    fails("{{ s.upper(1) }}", TAKT_ERR_FORMAT, "at most 0 arguments");
    fails("{% set s.x = 1 %}", TAKT_ERR_FORMAT, "non-namespace");
    fails("{{ range(3)|tojson }}", TAKT_ERR_FORMAT, "not JSON serializable");
    fails("{{ 9223372036854775807 + 1 }}", TAKT_ERR_UNSUPPORTED, "64 bits");
    fails("{{ raise_exception('No ' ~ s) }}", TAKT_ERR_USAGE, "No xyz");
}

T_TEST(variables_must_be_an_object)
{
    takt_err e = {0};
    char *text;
    size_t len;
    T_FAILS(render("x", "[1]", &text, &len, &e), &e, TAKT_ERR_USAGE, "object");
}

T_TEST(source_must_be_utf8)
{
    takt_err e = {0};
    struct chat_template *t;
    T_FAILS(chat_template_new(&t, "a\xff", &e), &e, TAKT_ERR_FORMAT, "UTF-8");
    T_OK(t == NULL);
    chat_template_free(NULL);
}

/* N copies of PART between HEAD and TAIL, malloc'ed. */
static char *repeated(const char *head, const char *part, size_t n, const char *tail)
{
    size_t h = strlen(head), p = strlen(part), t = strlen(tail);
    char *s = malloc(h + n * p + t + 1);
    if (!s)
        exit(1);
    memcpy(s, head, h);
    for (size_t i = 0; i < n; i++)
        memcpy(s + h + i * p, part, p);
    memcpy(s + h + n * p, tail, t + 1);
    return s;
}

static void many(const char *head, const char *part, size_t n, const char *tail, takt_code code,
                 const char *want)
{
    char *s = repeated(head, part, n, tail);
    if (code)
        fails(s, code, want);
    else
        gives(s, want);
    free(s);
}

T_TEST(deep_nesting_is_refused)
{
    many("{{ ", "(", 100000, "1 }}", TAKT_ERR_FORMAT, "nested too deeply");
    many("{{ ", "[", 100000, "", TAKT_ERR_FORMAT, "nested too deeply");
    many("{{ ", "-", 100000, "1 }}", TAKT_ERR_LIMIT, "nested deeper than");
    many("{{ ", "not ", 100000, "1 }}", TAKT_ERR_LIMIT, "nested deeper than");
    many("{{ ", "1 if 1 else ", 50000, "1 }}", TAKT_ERR_LIMIT, "nested deeper than");
    many("", "{% if 1 %}", 50000, "", TAKT_ERR_LIMIT, "nested deeper than");
    many("{{ 1", " + 1", 100000, " }}", TAKT_ERR_LIMIT, "nested too deeply");
    many("{{ 1", "|string", 100000, " }}", TAKT_ERR_LIMIT, "nested too deeply");
    many("{{ a", "()", 100000, " }}", TAKT_ERR_LIMIT, "nested too deeply");
    many("{{ 1", " < 2", 100000, " }}", TAKT_ERR_LIMIT, "comparisons in a row");
}

T_TEST(long_but_flat_is_fine)
{
    many("{% if 0 %}", "{% elif 0 %}x", 50000, "{% else %}y{% endif %}", TAKT_ERR_NONE, "y");
    many("{{ (", "'' ~ ", 50000, "'z') }}", TAKT_ERR_NONE, "z");
    many("{{ 1", " + 1", 400, " }}", TAKT_ERR_NONE, "401");
    many("", "{# c #}", 50000, "x", TAKT_ERR_NONE, "x");
}

T_TEST(source_has_a_limit)
{
    many("", "0123456789abcdef", 65537, "", TAKT_ERR_LIMIT, "reads up to 1048576");
}

T_TEST(endless_recursion_is_stopped)
{
    const char *deep = "nested too deeply or recurses";
    fails("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", TAKT_ERR_LIMIT, deep);
    fails("{% macro m(x=m()) %}{% endmacro %}{{ m() }}", TAKT_ERR_LIMIT, deep);
    fails("{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}", TAKT_ERR_LIMIT, deep);
    fails("{% macro m() %}{{ caller }}{% call m() %}{% endcall %}{% endmacro %}{{ m() }}",
          TAKT_ERR_LIMIT, deep);
    fails("{% set ns = namespace() %}{% set ns.a = ns %}{{ ns }}", TAKT_ERR_LIMIT, deep);
    fails("{% set ns = namespace(s=[]) %}{% for i in range(50000) %}{% set ns.s = [ns.s] %}"
          "{% endfor %}{{ ns.s }}",
          TAKT_ERR_LIMIT, deep);
}

T_TEST(recursion_that_ends_is_fine)
{
    gives("{% macro m(n) %}{% if n %}{{ n % 10 }}{{ m(n - 1) }}{% endif %}{% endmacro %}"
          "{{ m(100)|length }}",
          "100");
}

T_TEST(work_is_bounded)
{
    const char *steps = "steps that a rendering may take";
    fails("{{ range(10**9) }}", TAKT_ERR_LIMIT, "Range too big");
    fails("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
          TAKT_ERR_LIMIT, "rendering may");
    fails("{% set t = range(99999)|list %}{% for a in t %}{{ -1 in t }}{% endfor %}",
          TAKT_ERR_LIMIT, steps);
    fails("{{ ('a' * 2000000).rfind('a' * 1000000 ~ 'b') }}", TAKT_ERR_LIMIT, steps);
    fails("{% set s = 'é' * 1000000 %}{% for i in range(99999) %}{{ s[-1] }}{% endfor %}",
          TAKT_ERR_LIMIT, steps);
    fails("{% set ns = namespace(s=['x']) %}{% for i in range(40) %}"
          "{% set ns.s = [ns.s, ns.s, ns.s] %}{% endfor %}{{ ns.s }}",
          TAKT_ERR_LIMIT, steps);
    fails("{% set ns = namespace(s=('x',)) %}{% for i in range(40) %}"
          "{% set ns.s = (ns.s, ns.s, ns.s) %}{% endfor %}"
          "{{ {1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 8: 1, 9: 1, ns.s: 1} }}",
          TAKT_ERR_LIMIT, steps);
}

T_TEST(memory_is_bounded)
{
    fails("{{ 'a' * 10**9 }}", TAKT_ERR_LIMIT, "repeats a text");
    fails("{{ 'abc' * 9223372036854775807 }}", TAKT_ERR_LIMIT, "repeats a text");
    fails("{{ [1] * 10**9 }}", TAKT_ERR_LIMIT, "repeats a list");
    fails("{% set ns = namespace(s='a') %}{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}"
          "{% endfor %}",
          TAKT_ERR_LIMIT, "MiB");
    fails("{% set ns = namespace(s=[1]) %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}"
          "{% endfor %}",
          TAKT_ERR_LIMIT, "MiB");
    fails("{{ ('a' * 1000000)|replace('', 'b' * 1000) }}", TAKT_ERR_LIMIT, "writes more text");
    fails("{{ '%999999999d' % 1 }}", TAKT_ERR_LIMIT, "too wide");
    fails("{{ '{:999999999}'.format(1) }}", TAKT_ERR_LIMIT, "too wide");
    fails("{{ 'a'.center(10**15) }}", TAKT_ERR_LIMIT, "rendering may");
    fails("{{ [1]|batch(10**15, 'x')|list }}", TAKT_ERR_LIMIT, "rendering may");
}

/* Appending piece by piece must not cost the square of the length. */
T_TEST(appending_is_linear)
{
    gives("{% set ns = namespace(s='') %}{% for i in range(50000) %}"
          "{% set ns.s = ns.s + 'twenty characters..!' %}{% endfor %}{{ ns.s|length }}",
          "1000000");
}

T_TEST(appending_to_lists_is_linear)
{
    gives("{% set ns = namespace(l=[]) %}{% for i in range(50000) %}{% set ns.l = ns.l + [i] %}"
          "{% endfor %}{{ ns.l|length }} {{ ns.l[-1] }}",
          "50000 49999");
    gives("{% set a = [1] + [2] %}{% set b = a + [3] %}{% set c = a + [4] %}{% set d = b + [5] %}"
          "{{ a }}{{ b }}{{ c }}{{ d }}{{ a + a }}",
          "[1, 2][1, 2, 3][1, 2, 4][1, 2, 3, 5][1, 2, 1, 2]");
}

T_TEST(strings_that_share_a_buffer)
{
    gives("{% set a = 'x' ~ 'y' %}{% set b = a ~ '1' %}{% set c = a ~ '2' %}{% set d = b ~ '3' %}"
          "{{ a }} {{ b }} {{ c }} {{ d }}",
          "xy xy1 xy2 xy13");
}

T_TEST(edges_of_integers)
{
    gives("{{ -9223372036854775807 - 1 }}", "-9223372036854775808");
    gives("{{ (-9223372036854775807 - 1) % -1 }}", "0");
    fails("{{ (-9223372036854775807 - 1) // -1 }}", TAKT_ERR_UNSUPPORTED, "64 bits");
    fails("{{ -(-9223372036854775807 - 1) }}", TAKT_ERR_UNSUPPORTED, "64 bits");
    fails("{{ 2 ** 63 }}", TAKT_ERR_UNSUPPORTED, "64 bits");
    gives("{{ 'abc'[9223372036854775807:-9223372036854775807:-9223372036854775807] }}", "c");
    gives("{{ range(-9223372036854775807, 9223372036854775807, 9223372036854775807)|list }}",
          "[-9223372036854775807, 0]");
    gives("{{ (-1) ** 9223372036854775807 }}", "-1");
}

T_MAIN("text/jinja")
