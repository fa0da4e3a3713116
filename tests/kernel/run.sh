#!/bin/bash
# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
# Kernel-safety is proven here, not promised: kernel.hpp compiles freestanding with every compiler, includes nothing from
# outside but <stddef.h> and <stdint.h>, and leaves nothing to the linker but memcpy, memmove, memset and memcmp.
# Run alone, or sourced by tests/run.sh.
kernel_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
kernel_root=$(cd "$kernel_folder/../.." && pwd)
# shellcheck source=../checks.sh
declare -F check >/dev/null || . "$kernel_folder/../checks.sh"
kernel_out=$(mktemp -d)

# A Windows kernel stack is 12 KiB on x86 and 24 KiB on x64 and is shared with the callers: no frame above 2 KiB.
kernel_flags=(-std=c++20 -O2 -ffreestanding -fno-exceptions -fno-rtti -nostdlib -Wall -Wextra -Wpedantic -Wconversion
    -Wshadow -Wframe-larger-than=2048 -Werror "-I$kernel_root/include" "-I$kernel_root/single_include")

# kernel_compile HEADER COMPILER...: the object, and in `reached` the tree of headers (-H).
kernel_compile() {
    local header=$1
    shift
    if ! "$@" "${kernel_flags[@]}" "-DKERNEL_HEADER=<$header>" -H -c "$kernel_folder/kernel_program.cpp" \
        -o "$kernel_out/object" 2>"$kernel_out/reached"; then
        grep -v '^\.' "$kernel_out/reached"
        return 1
    fi
}

# What our headers include from outside. What <stddef.h> and <stdint.h> include in turn is the platform's affair.
kernel_reach() {
    awk -v root="$kernel_root/" '
        /^\.+ / {
            depth = length($1); path = $2
            ours[depth] = index(path, root) == 1
            if (ours[depth] || (depth > 1 && !ours[depth - 1])) next
            if (path !~ /\/(stddef|stdint)\.h$/) { print "reached: " path; bad = 1 }
        }
        END { if (NR == 0) { print "the compiler listed no header"; bad = 1 } exit bad }' "$kernel_out/reached"
}

# kernel_symbols NM: what the object leaves to the linker.
kernel_symbols() {
    local undefined
    undefined=$("$1" -u "$kernel_out/object" | awk '{print $NF}' | grep -vxE 'memcpy|memmove|memset|memcmp')
    [ -z "$undefined" ] || { echo "undefined: $undefined"; return 1; }
}

kernel_compile_and_look() {
    local header=$1 nm=$2
    shift 2
    kernel_compile "$header" "$@" && kernel_reach && { [ "$nm" = - ] || kernel_symbols "$nm"; }
}

# kernel_leg HEADER NM COMPILER...: with NM "-" no object is made and only syntax and reach are checked.
kernel_leg() {
    if command -v "$3" >/dev/null; then
        check "kernel: $1: ${*:3}" kernel_compile_and_look "$@"
    else
        skip "kernel: $1: ${*:3}" "$3 is not installed"
    fi
}

# The two looks must see a breach, or their silence means nothing.
kernel_breach() {
    echo "extern \"C\" void* malloc(decltype(sizeof 0)); void* f() { return malloc(1); }" >"$kernel_out/breach.cpp"
    g++ -c "$kernel_out/breach.cpp" -o "$kernel_out/object" && ! kernel_symbols nm || return 1
    echo "#include <string.h>" >"$kernel_out/breach.cpp"
    g++ -H -fsyntax-only "$kernel_out/breach.cpp" 2>"$kernel_out/reached" && ! kernel_reach
}
check "kernel: malloc and <string.h> are noticed" kernel_breach

umbrella=bartizan/kernel.hpp
single=bartizan/bartizan_kernel.hpp
# GCC emits every inline function with it, so that nm sees the whole library and not what one driver uses.
keep=-fkeep-inline-functions
kernel_leg $umbrella nm g++ -mgeneral-regs-only $keep
kernel_leg $umbrella nm g++ -m32 -fno-pic -mgeneral-regs-only $keep
kernel_leg $umbrella nm aarch64-linux-gnu-g++ -mgeneral-regs-only $keep
kernel_leg $umbrella x86_64-w64-mingw32-nm x86_64-w64-mingw32-g++ -mgeneral-regs-only $keep
kernel_leg $umbrella nm clang++ -mgeneral-regs-only
kernel_leg $umbrella - clang++ --target=x86_64-pc-windows-msvc -fsyntax-only
kernel_leg $umbrella - clang++ --target=aarch64-pc-windows-msvc -fsyntax-only
kernel_leg $single nm g++ -mgeneral-regs-only
kernel_leg $single nm clang++ -mgeneral-regs-only
kernel_leg $single - clang++ --target=x86_64-pc-windows-msvc -fsyntax-only

rm -rf "$kernel_out"
[ "${BASH_SOURCE[0]}" != "$0" ] || finish
