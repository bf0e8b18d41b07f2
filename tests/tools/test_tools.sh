#!/bin/sh
# The checkers find what they claim to find: each case makes a small tree with one fault in it.
set -u
tools=$PWD/tools
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
n=0

# fresh: a tree in which nothing is wrong.
fresh() {
    rm -rf "${root:?}"/*
    mkdir -p "$root/src/low" "$root/src/high" "$root/include" "$root/tools" "$root/docs"
    printf 'low:\nhigh: low\n' >"$root/tools/layers.txt"
    printf '/* low_f counts. */\nint low_f(void);\n' >"$root/src/low/a.h"
    printf '#include "low/a.h"\n\nint low_f(void)\n{\n    return 1;\n}\n' >"$root/src/low/a.c"
    printf '#include "low/a.h"\n' >"$root/src/high/b.c"
}

# expect TOOL TEXT NAME: TOOL names TEXT; with an empty TEXT it is silent and succeeds.
expect() {
    n=$((n + 1))
    out=$("$tools/$1" "$root" 2>&1)
    rc=$?
    case $2:$rc:$out in
    :0:) echo "ok $n - $1: $3" ;;
    ?*:1:*"$2"*) echo "ok $n - $1: $3" ;;
    *)
        echo "$out" | sed 's/^/# /'
        echo "not ok $n - $1: $3"
        ;;
    esac
}

# many N TEXT: N lines of TEXT.
many() {
    i=0
    while [ $i -lt "$1" ]; do
        echo "$2"
        i=$((i + 1))
    done
}

echo 1..17
fresh
expect check-layers "" "a clean tree"
echo '#include "high/b.h"' >>"$root/src/low/a.c"
: >"$root/src/high/b.h"
expect check-layers 'src/low/a.c:7: low must not include "high/b.h"' "a breach"
fresh
echo '#include "a.h"' >>"$root/src/low/a.c"
expect check-layers 'paths start at src/' "an include that is not found"
fresh
printf 'low: high\nhigh: low\n' >"$root/tools/layers.txt"
expect check-layers 'a cycle: low -> high -> low' "a cycle"
fresh
printf 'low:\n' >"$root/tools/layers.txt"
expect check-layers 'src/high: no rule' "a module without a rule"
fresh
printf 'low:\nhigh: low\nnet: low\n' >"$root/tools/layers.txt"
expect check-layers 'src/net does not exist' "a rule without a module"

fresh
expect tidy "" "a clean tree"
many 101 x | tr -d '\n' >>"$root/src/low/a.c"
echo >>"$root/src/low/a.c"
expect tidy 'src/low/a.c:7: 101 columns' "a long line"
fresh
many 801 'int x;' >"$root/src/low/a.c"
expect tidy '801 lines; 800 at most' "a long file"
fresh
{ printf 'static int f(void)\n{\n'; many 70 '    ;'; echo '}'; } >>"$root/src/low/a.c"
expect tidy 'f has 73 lines; 70 at most' "a long function"
echo 'src/low/a.c:f a table' >"$root/tools/long-functions.txt"
expect tidy "" "a long function that is allowed"
fresh
echo 'int low_g(void);' >"$root/src/low/a.h"
expect tidy 'src/low/a.h:1: low_g has no comment' "a header function without a comment"
fresh
printf '/* TO%s: more */\n' DO >>"$root/src/low/a.c"
expect tidy 'unfinished work' "an unfinished piece"
fresh
printf 'See /ho%s/me/notes.\n' me >"$root/docs/a.md"
expect tidy 'docs/a.md:1: a path of one machine' "a path of one machine"
fresh
printf '    abo%s();\n' rt >>"$root/src/low/a.c"
expect tidy 'src/low/a.c:7: ends the process' "abort"

# run-tests adds up, and counts what dies or falls silent.
fresh
mkdir -p "$root/build/meson-info"
cat >"$root/build/meson-info/intro-tests.json" <<JSON
[{"name": "good", "cmd": ["printf", "1..3\nok 1 - a\nok 2 - b # SKIP no data\nok 3 - c\n"]},
 {"name": "bad", "cmd": ["printf", "1..2\nok 1 - a\nnot ok 2 - b\n"]},
 {"name": "cut", "cmd": ["printf", "1..2\nok 1 - a\n"]},
 {"name": "mute", "cmd": ["true"]},
 {"name": "dies", "cmd": ["sh", "-c", "echo 1..1; echo ok 1 - a; kill -9 \$\$"]}]
JSON
sed -i 's/"name"/"env": {}, "timeout": 60, "suite": ["t:x"], "name"/' \
    "$root/build/meson-info/intro-tests.json"
expect_count() {
    n=$((n + 1))
    out=$("$tools/run-tests" "$root/build" "$@" 2>&1 | tail -n 1)
    if [ "$out" = "$want" ]; then
        echo "ok $n - run-tests $*"
    else
        echo "# $out"
        echo "not ok $n - run-tests $*"
    fi
}
want="5 passed, 4 failed, 1 skipped" expect_count
want="0 passed, 0 failed, 0 skipped" expect_count --suite other
