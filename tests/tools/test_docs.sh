#!/bin/sh
# What docs/life-of-a-token.md says stands where it says: each row's function is defined in its
# file.
set -u
doc=docs/life-of-a-token.md
rows=$(sed -n 's/^| [0-9]* | `\([a-z0-9_]*\)` | \(src[^ ]*\) |.*/\1 \2/p' "$doc")
echo "1..$(($(echo "$rows" | wc -l) + 1))"
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
}
