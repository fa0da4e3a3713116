# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Sourced by the test scripts: one line a check, and the count at the end.

passed=0
failed=0
skipped=0

# check NAME COMMAND...: runs it in silence; shows its last lines when it fails.
check() {
    local name=$1 log start=$SECONDS
    shift
    log=$(mktemp)
    if "$@" >"$log" 2>&1; then
        passed=$((passed + 1))
        echo "ok       $name ($((SECONDS - start)) s)"
    else
        failed=$((failed + 1))
        echo "FAILED   $name: $*"
        tail -n 40 "$log" | sed 's/^/         /'
    fi
    rm -f "$log"
}

# skip NAME REASON
skip() {
    skipped=$((skipped + 1))
    echo "skipped  $1: $2"
}

# check_ctest NAME BUILD_FOLDER: counts every test case; names those that failed or were skipped.
check_ctest() {
    local name=$1 folder=$2 log total bad skips start=$SECONDS
    log=$(mktemp)
    ctest --test-dir "$folder" --output-on-failure -j "$(nproc)" --timeout 300 >"$log" 2>&1
    total=$(sed -n 's/.* tests failed out of \([0-9]*\)$/\1/p' "$log")
    bad=$(sed -n 's/.*, \([0-9]*\) tests failed out of .*/\1/p' "$log")
    if [ -z "$total" ] || [ "$total" = 0 ]; then
        failed=$((failed + 1))
        echo "FAILED   $name: ctest ran no test"
        tail -n 20 "$log" | sed 's/^/         /'
    else
        sed -n 's/^\t *[0-9]* - \(.*\) (Skipped)$/skipped  \1: it says why when run alone with ctest -V -R/p' "$log"
        skips=$(grep -c '(Skipped)$' "$log")
        skipped=$((skipped + skips))
        passed=$((passed + total - bad - skips))
        failed=$((failed + bad))
        if [ "$bad" = 0 ]; then
            echo "ok       $name: $((total - skips)) test cases ($((SECONDS - start)) s)"
        else
            grep -vE '^ *(Start +[0-9]+:|[0-9]+/[0-9]+ .* Passed )' "$log" | tail -n 120 | sed 's/^/         /'
            echo "FAILED   $name: $bad of $total test cases"
        fi
    fi
    rm -f "$log"
}

# finish: the closing line and the exit code.
finish() {
    [ "$skipped" = 0 ] || echo "$skipped skipped"
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ] && [ "$passed" != 0 ]
}
