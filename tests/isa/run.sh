#!/bin/bash
# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
# The PE reader, the hashes, the EMBER vectors and the behaviour rules give the same on x86-64, 32-bit x86 and ARM64 (under qemu), compiled by GCC and by Clang.
# Run alone, or sourced by tests/run.sh.
isa_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../checks.sh
declare -F check >/dev/null || . "$isa_folder/../checks.sh"
isa_out=$(mktemp -d)
declare -A isa_expected
# Real files, where they stand beside the clone.
mapfile -t isa_files < <(find "${BARTIZAN_SHARED:-$isa_folder/../../../shared}/ember/files" -type f 2>/dev/null | sort)

# isa_same PROGRAM RUNNER COMPILER...: the program's line is the first leg's. RUNNER is "-" for this machine.
isa_same() {
    local program=$1 runner=$2 line arguments=()
    shift 2
    [ "$program" != ember_vectors ] || arguments=("${isa_files[@]}")
    [ "$runner" != - ] || runner=
    "$@" -std=c++20 -O2 "-I$isa_folder/../../include" "$isa_folder/$program.cpp" -o "$isa_out/program" || return 1
    # shellcheck disable=SC2086  # a command and its options
    line=$($runner "$isa_out/program" "${arguments[@]}") || { echo "$program: two ways of the same answer differ on this machine"; return 1; }
    isa_expected[$program]=${isa_expected[$program]:-$line}
    [ "$line" = "${isa_expected[$program]}" ] || { echo "$line, but the first leg gave ${isa_expected[$program]}"; return 1; }
}

# isa_leg NAME RUNNER COMPILER...
isa_leg() {
    local tool
    for tool in "${2%% *}" "$3"; do
        [ "$tool" = - ] || command -v "$tool" >/dev/null || { skip "isa: $1" "$tool is not installed"; return; }
    done
    check "isa: $1: PE files, hashes" isa_same pe_and_hash "${@:2}"
    check "isa: $1: EMBER vectors${isa_files[0]:+, with ${#isa_files[@]} real files}" isa_same ember_vectors "${@:2}"
    check "isa: $1: events" isa_same events "${@:2}"
}

isa_leg "x86-64, g++" - g++
isa_leg "x86-64, clang++" - clang++
# Debian's 32-bit headers lie in the 64-bit folder where only the compiler's own 32-bit package is installed.
if echo 'int main() {}' | g++ -m32 -x c++ - -o "$isa_out/program" 2>/dev/null; then
    isa_leg "32-bit x86, g++" - g++ -m32 -isystem /usr/include/x86_64-linux-gnu
else
    skip "isa: 32-bit x86" "g++ -m32 does not link here (Debian: g++-12-multilib)"
fi
isa_leg "ARM64, g++" "qemu-aarch64-static -cpu max" aarch64-linux-gnu-g++ -static

rm -rf "$isa_out"
[ "${BASH_SOURCE[0]}" != "$0" ] || finish
