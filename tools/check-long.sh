# The second half of ./check --long, which reads this file and lends it its functions one, skip, say
# and suite and its variables scratch and count.

# clang, and at -O1: gcc takes half an hour to instrument the kernels.
say "check: address and undefined behaviour sanitizers"
if CC=clang-14 tools/build build-asan -Dbuildtype=debugoptimized -Doptimization=1 \
    -Db_sanitize=address,undefined -Db_lundef=false -Dc_args=-fno-sanitize-recover=all; then
    # Freed memory is kept for a while; no more of it than tests allow servers to grow.
    UBSAN_OPTIONS=print_stacktrace=1 ASAN_OPTIONS=strict_string_checks=1:quarantine_size_mb=16 \
        suite sanitizer build-asan
else
    echo "0 1 0" >>"$count"
fi

say "check: thread sanitizer"
fixed=
if setarch "$(uname -m)" -R true 2>/dev/null; then
    fixed="setarch $(uname -m) -R" # it cannot place its shadow under wide address randomisation
fi
if CC=clang-14 tools/build build-tsan -Dbuildtype=debugoptimized -Doptimization=1 \
    -Db_sanitize=thread -Db_lundef=false; then
    # Not the kernels' own tests: they have one thread, and what stands for AMX takes minutes here.
    suite thread build-tsan --suite target --suite engine --suite net --suite store \
        --suite server --wrap "$fixed"
else
    echo "0 1 0" >>"$count"
fi

say "check: takt serve, two minutes of mixed traffic with faults; clients and routers from PyPI"
suite soak build --script tests/serve/soak.py
suite PyPI build --script tests/serve/pypi.py
suite routers build --script tests/serve/routers.py

say "check: random mixes of sequences, many"
one "many mixes" env TAKT_TEST_LONG=1 build/tests/engine_mix

# fuzz_one PROGRAM: one minute of one target. New inputs and crashes go to build-fuzz/found.
fuzz_one() {
    target=$1 reader=${1##*/fuzz_}
    mkdir -p "build-fuzz/found/$reader" "fuzz/corpus/$reader"
    "$target" -max_total_time=60 -timeout=10 -rss_limit_mb=2048 -verbosity=0 -print_final_stats=1 \
        -artifact_prefix="build-fuzz/found/" "build-fuzz/found/$reader" "fuzz/corpus/$reader"
}

say "check: fuzzing, one minute each"
if CC=clang-14 tools/build build-fuzz -Dfuzz=true -Dbuildtype=debugoptimized -Db_lundef=false; then
    jobs=0
    for target in build-fuzz/fuzz/fuzz_*; do
        [ -f "$target" ] && [ -x "$target" ] || continue
        (
            if fuzz_one "$target" >"$scratch/${target##*/}.log" 2>&1; then
                : >"$scratch/${target##*/}.ok"
            fi
        ) &
        jobs=$((jobs + 1))
        [ $((jobs % $(nproc))) != 0 ] || wait
    done
    wait
    for target in build-fuzz/fuzz/fuzz_*; do
        [ -f "$target" ] && [ -x "$target" ] || continue
        name=${target##*/}
        one "$name" sh -c 'tail -n 40 "$1.log"; test -f "$1.ok"' sh "$scratch/$name"
    done
else
    echo "0 1 0" >>"$count"
fi

say "check: valgrind"
one valgrind valgrind -q --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite \
    build/takt run builtin -p "Hello" -n 4 --isa avx2

# refused WORDS COMMAND...: it fails and says WORDS.
refused() {
    words=$1
    shift
    if "$@" >"$scratch/said" 2>&1; then return 1; fi
    cat "$scratch/said"
    grep -q "$words" "$scratch/said"
}

say "check: how the built-in model is made, in small"
python=python3
if ! python3 -c 'import gguf, jinja2, numpy, PIL, safetensors, tokenizers, torch' 2>/dev/null; then
    python=build-venv/bin/python3
    python3 -m venv build-venv &&
        $python -m pip install --quiet -r models/builtin/requirements.txt || python=
fi
if [ -n "$python" ]; then
    one training "$python" models/builtin/train --smoke --folder "$scratch/builtin"
    one "training on with another vocabulary" "$python" models/builtin/train --smoke --refresh \
        --vocabulary --oftener lists=2,memory=0.5 --folder "$scratch/refreshed"
    one "a folder of another training" refused "is of another training" "$python" \
        models/builtin/train --smoke --refresh --folder "$scratch/refreshed"
    one "training how to see" "$python" models/builtin/train --smoke --refresh --sight \
        --folder "$scratch/seeing"
    one "nothing else changed" cmp models/builtin/builtin.gguf "$scratch/seeing/builtin.gguf"
else
    skip "the packages of models/builtin/requirements.txt could not be installed"
fi
