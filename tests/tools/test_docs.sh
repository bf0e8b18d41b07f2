#!/bin/sh
# What docs/life-of-a-token.md says stands where it says: each row's function is defined in its
# file. And the levels of kernels are named wherever all of them are.
set -u
doc=docs/life-of-a-token.md
rows=$(sed -n 's/^| [0-9]* | `\([a-z0-9_]*\)` | \(src[^ ]*\) |.*/\1 \2/p' "$doc")
echo "1..$(($(echo "$rows" | wc -l) + 3))"
n=0
echo "$rows" | {
    while read -r function file; do
        n=$((n + 1))
        if grep -qE "^[a-z].*[ *]$function\(" "$file" 2>/dev/null; then
            echo "ok $n - $function in $file"
        else
            echo "not ok $n - $doc: $function is not defined in $file"
        fi
    done
    n=$((n + 1))
    if [ "$n" -gt 8 ]; then
        echo "ok $n - eight hops"
    else
        echo "not ok $n - $doc has too few rows"
    fi
    levels=$(sed -n 's/^    X([A-Z0-9]*, "\([a-z0-9]*\)").*/\1/p' src/target/cpu/kern.h)
    for file in include/takt.h src/cli/cli.h; do
        n=$((n + 1))
        missing=
        for level in ${levels:-"(none found)"}; do
            grep -A1 'kernel level: ' "$file" | grep -qw "$level" || missing="$missing $level"
        done
        if [ -z "$missing" ]; then
            echo "ok $n - levels in $file"
        else
            echo "not ok $n - $file does not name the kernel levels$missing"
        fi
    done
}
