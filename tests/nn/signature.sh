#!/bin/bash
# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
# Sourced by tests/run.sh, or run alone from anywhere: the network's signature number (tests/nn/signature.hpp) must be the recorded
# one from every kernel, whatever compiler, optimisation or processor.
if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 2
    . tests/checks.sh
    alone=1
fi

signature_build=$(mktemp -d)

# signature_with RUNNER COMPILER FLAGS...: builds and runs it.
signature_with() {
    local runner=$1 program=$signature_build/$BASHPID
    shift
    "$@" -std=c++20 -Iinclude -I. -x c++ tests/nn/signature_main.cc -o "$program" && $runner "$program"
}
# signature_check NAME RUNNER COMPILER FLAGS...: skipped where the compiler cannot build the simplest program.
signature_check() {
    local name=$1 compiler=$3
    if ! command -v "$compiler" >/dev/null || ! echo '#include <vector>
int main() {}' | "${@:3}" -x c++ - -o "$signature_build/probe" 2>/dev/null; then
        skip "network signature: $name" "$compiler cannot build for it"
    elif [ -n "$2" ] && ! command -v "$2" >/dev/null; then
        skip "network signature: $name" "no $2"
    else
        check "network signature: $name" signature_with "${@:2}"
    fi
}

signature_check "g++ -O0" "" g++ -O0
signature_check "g++ -O2" "" g++ -O2
signature_check "g++ -O3 -march=native" "" g++ -O3 -march=native
signature_check "g++ -m32" "" g++ -m32 -O1 -idirafter /usr/include/x86_64-linux-gnu
signature_check "clang++ -O2" "" clang++ -O2
signature_check "aarch64, emulated" qemu-aarch64-static aarch64-linux-gnu-g++ -O1 -static
rm -rf "$signature_build"

[ -z "${alone:-}" ] || finish
