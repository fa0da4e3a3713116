#!/bin/bash
# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
# What a customer does: takes bartizan as a subdirectory, as an installed package, or as a single header; includes it twice
# in one program; mixes the two single headers and the folder of headers. Run alone, or sourced by tests/run.sh.
consumer_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
consumer_root=$(cd "$consumer_folder/../.." && pwd)
# shellcheck source=../checks.sh
declare -F check >/dev/null || . "$consumer_folder/../checks.sh"
consumer_out=$(mktemp -d)

# consumer_project NAME CMAKE_ARGUMENTS...: configures, builds, runs.
consumer_project() {
    local folder=$consumer_out/$1
    shift
    cmake -S "$consumer_folder" -B "$folder" -G Ninja "$@" && cmake --build "$folder" && "$folder/consumer"
}
consumer_package() {
    cmake -S "$consumer_root" -B "$consumer_out/to_install" -G Ninja -DBARTIZAN_BUILD_TESTS=OFF \
        -DBARTIZAN_BUILD_BENCH=OFF -DBARTIZAN_BUILD_EXAMPLES=OFF -DBARTIZAN_BUILD_TRAINER=OFF &&
        cmake --install "$consumer_out/to_install" --prefix "$consumer_out/prefix" &&
        consumer_project by_package "-DCMAKE_PREFIX_PATH=$consumer_out/prefix"
}
check "consumer: add_subdirectory" consumer_project by_folder "-DBARTIZAN_ROOT=$consumer_root"
check "consumer: install, find_package" consumer_package

consumer_flags=(-std=c++20 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror "-I$consumer_root/single_include")

# consumer_includes COMPILER HEADER...: a translation unit of these includes alone, by the names that customers write.
consumer_includes() {
    local cxx=$1
    shift
    printf '#include %s\n' "$@" | "$cxx" "${consumer_flags[@]}" -fsyntax-only -x c++ -
}
consumer_twice() {
    "$1" "${consumer_flags[@]}" "-I$consumer_root" "$consumer_folder/main.cpp" "$consumer_folder/other.cpp" \
        -o "$consumer_out/twice" && "$consumer_out/twice"
}
for cxx in g++ clang++; do
    whole='<bartizan/bartizan.hpp>' kernel='<bartizan/bartizan_kernel.hpp>'
    folder="\"$consumer_root/include/bartizan/bartizan.hpp\""
    check "single header: bartizan.hpp alone, $cxx" consumer_includes $cxx "$whole"
    check "single header: bartizan_kernel.hpp alone, $cxx" consumer_includes $cxx "$kernel"
    check "single header: both, $cxx" consumer_includes $cxx "$kernel" "$whole" "$kernel"
    check "single header: with the folder of headers, $cxx" consumer_includes $cxx "$kernel" "$folder" "$whole"
    check "single header: twice in one program, $cxx" consumer_twice $cxx
done
rm -rf "$consumer_out"
[ "${BASH_SOURCE[0]}" != "$0" ] || finish
