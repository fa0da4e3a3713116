#!/bin/bash
# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, then runs every test. One line a check; the last line is "N passed, N failed".
# BARTIZAN_FUZZ_SECONDS: how long each fuzzer runs (10). BARTIZAN_SHARED: the folder with recorded data (../shared);
# tests that use it are skipped without it. BARTIZAN_SKIP_ASAN=1 leaves the sanitizer build out. BARTIZAN_BUILD_ALL=1 compiles the
# benches and the trainer too, which no test runs.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 2
. tests/checks.sh
export BARTIZAN_SHARED=${BARTIZAN_SHARED:-$PWD/../shared}
jobs=$(nproc)

cmake/setup.sh tests || exit 2
[ -d "$BARTIZAN_SHARED" ] || skip "recorded data" "no folder $BARTIZAN_SHARED (set BARTIZAN_SHARED)"

# build PRESET CMAKE_ARGUMENTS...: configures and builds it whole.
build() {
    cmake --preset "$@" && cmake --build --preset "$1" -j "$jobs"
}
extras=OFF
[ "${BARTIZAN_BUILD_ALL:-0}" = 0 ] || extras=ON

check "build: release" build release -DBARTIZAN_BUILD_BENCH=$extras -DBARTIZAN_BUILD_TRAINER=$extras
check_ctest "tests" build/release
# The longest build goes on behind the checks that use one core.
sanitizer_log=$(mktemp)
if [ "${BARTIZAN_SKIP_ASAN:-0}" = 0 ]; then
    build asan >"$sanitizer_log" 2>&1 &
    sanitizer_build=$!
fi
sanitizers_built() {
    local result
    wait "$sanitizer_build"
    result=$?
    cat "$sanitizer_log"
    return $result
}
check "layer gate" build/release/tests/layer_gate .
check "single header: current" build/release/single_include/bartizan_amalgamate --check . single_include/bartizan
single_header_sizes() { # the limit for what a customer copies, without weights
    [ -z "$(find single_include/bartizan -name "*.hpp" -size +1200000c)" ]
}
check "single header: below 1.2 MB" single_header_sizes
. tests/kernel/run.sh
. tests/consumer/run.sh
. tests/nn/signature.sh
. tests/isa/run.sh
. tests/code_cave/run_wine.sh
. tests/quarantine/run_wine.sh

check "build: fuzzers" build fuzz
# fuzz_one PROGRAM: its output and exit code go to files beside it; `fuzz_result` shows them.
fuzz_one() {
    local corpus
    corpus=$(mktemp -d)
    build/fuzz/tests/make_seeds "${1##*/fuzz_}" "$corpus" >"$1.log" 2>&1 &&
        "$1" -max_total_time="${BARTIZAN_FUZZ_SECONDS:-10}" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
            -artifact_prefix="$PWD/build/fuzz/" "$corpus" >>"$1.log" 2>&1
    echo $? >"$1.result"
    rm -rf "$corpus"
}
fuzz_result() {
    tail -n 20 "$1.log"
    return "$(cat "$1.result")"
}
export -f fuzz_one
mapfile -t fuzzers < <(find build/fuzz/tests -maxdepth 1 -name 'fuzz_*' -type f -perm -u+x 2>/dev/null | sort)
[ ${#fuzzers[@]} = 0 ] || printf '%s\n' "${fuzzers[@]}" | xargs -P "$jobs" -I{} bash -c 'fuzz_one {}'
for fuzzer in "${fuzzers[@]}"; do
    check "fuzz: ${fuzzer##*/}, ${BARTIZAN_FUZZ_SECONDS:-10} s" fuzz_result "$fuzzer"
done

if [ "${BARTIZAN_SKIP_ASAN:-0}" = 1 ]; then
    skip "tests under sanitizers" "BARTIZAN_SKIP_ASAN is set"
else
    check "build: sanitizers" sanitizers_built
    rm -f "$sanitizer_log"
    check_ctest "tests under sanitizers" build/asan
fi

finish
