#!/bin/bash
# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
# The stubs of hide_stub.hpp change nothing: a console program built by MinGW runs under Wine with each of them, by every placement and
# redirection that it has room for, as it runs without: same output, same exit code. Run alone, or sourced by tests/run.sh.
# Wine is no part of cmake/setup.sh (700 MB, and as much again for the prefix that it makes in a temporary folder). Debian: apt-get install
# --no-install-recommends wine wine64; for 32-bit programs wine32:i386. WINE names another loader.
wine_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../checks.sh
declare -F check >/dev/null || . "$wine_folder/../checks.sh"
wine_out=$(mktemp -d)
wine_test=$wine_folder/../../build/release/tests/test_code_cave

wine_run() { # PROGRAM: its output and exit code
    WINEPREFIX=$wine_out/prefix WINEDEBUG=-all DISPLAY='' timeout 60 "${WINE:-wine}" "$1" one two 2>/dev/null
    echo "exit code $?"
}

wine_alike() { # FOLDER: every program in it against host.exe beside it
    local expected program given failed=0 count=0
    expected=$(wine_run "$1/host.exe")
    for program in "$1"/out/*.exe; do
        given=$(wine_run "$program")
        count=$((count + 1))
        [ "$given" = "$expected" ] || { echo "${program##*/} ends with ${given##*$'\n'}"; failed=$((failed + 1)); }
    done
    echo "$count programs, $failed unlike the one without a stub"
    [ "$count" -gt 20 ] && [ "$failed" = 0 ]
}

cat >"$wine_out/host.cpp" <<'HOST'
#include <cstdio>
#include <stdexcept>
#include <string>
static int depth(int n) { return n == 0 ? 1 : n * depth(n - 1); }
struct before_main { before_main() { std::puts("before main"); } } at_start;
extern "C" __declspec(dllexport) int exported(int n) { return depth(n) + 1; }
int main(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) std::printf("%s %d\n", argv[i], exported(i + 3));
    try {
        throw std::runtime_error("caught " + std::to_string(depth(6)));
    } catch (const std::exception& e) {
        std::puts(e.what());
    }
    return 7;
}
HOST

wine_leg() { # NAME COMPILER
    local folder=$wine_out/$2
    mkdir -p "$folder/out"
    command -v "$2" >/dev/null || { skip "code cave: $1 stubs run under Wine" "$2 is not installed"; return; }
    "$2" -std=c++17 -O1 -static "$wine_out/host.cpp" -o "$folder/host.exe" || return
    wine_run "$folder/host.exe" | grep -q "exit code 7" || { skip "code cave: $1 stubs run under Wine" "Wine runs no such program here"; return; }
    BARTIZAN_HOST=$folder/host.exe BARTIZAN_OUT=$folder/out "$wine_test" --gtest_filter=HiddenStubs.WrittenToBeRun >/dev/null
    check "code cave: $1 stubs run under Wine" wine_alike "$folder"
}

if ! command -v "${WINE:-wine}" >/dev/null; then
    skip "code cave: stubs run under Wine" "${WINE:-wine} is not installed"
elif [ ! -x "$wine_test" ]; then
    skip "code cave: stubs run under Wine" "test_code_cave is not built"
else
    wine_leg "64-bit" x86_64-w64-mingw32-g++
    wine_leg "32-bit" i686-w64-mingw32-g++
    WINEPREFIX=$wine_out/prefix wineserver -k 2>/dev/null
fi
rm -rf "$wine_out"
[ "${BASH_SOURCE[0]}" != "$0" ] || finish
