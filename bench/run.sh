#!/bin/bash
# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
# Builds and runs every bench and writes bench/RESULTS.md. Arguments go to the benches, e.g. --benchmark_filter=^pe/.
# Timings are medians of interleaved repetitions; compare rows of one run, never of two.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cmake/setup.sh bench
cmake --preset release -DBARTIZAN_BUILD_TESTS=OFF -DBARTIZAN_BUILD_EXAMPLES=OFF -DBARTIZAN_BUILD_TRAINER=OFF >/dev/null
cmake --build --preset release -j "$(nproc)"

results=bench/RESULTS.md
version() { dpkg-query -W -f='${Package} ${Version}' "$1" 2>/dev/null || echo "$1 not a Debian package here"; }
{
    echo "# Bench results"
    echo
    echo "Medians of repetitions in one run, one thread. Only ratios between rows of one run carry over to other machines."
    echo "Repeat: \`bench/run.sh\`"
    echo
    echo "- machine: $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores"
    echo "- system: $(. /etc/os-release && echo "$PRETTY_NAME"), Linux $(uname -r | cut -d- -f1)"
    echo "- compiler: $(c++ --version | head -n 1), Release (-O3), baseline flags"
    echo "- $(version libbenchmark-dev)"
} >$results
for bench in build/release/bench/bench_*; do
    [ -x "$bench" ] || continue
    echo "running ${bench##*/} ..."
    printf '\n## %s\n\n| row | time | throughput or counters |\n|---|---:|---|\n' "${bench##*/bench_}" >>$results
    "$bench" --benchmark_repetitions=5 --benchmark_enable_random_interleaving=true \
        --benchmark_report_aggregates_only=true --benchmark_format=console "$@" 2>/dev/null |
        awk '/_median /{ name = $1; sub(/_median$/, "", name); rest = ""; for (i = 7; i <= NF; ++i) rest = rest " " $i
             printf "| %s | %s %s |%s |\n", name, $2, $3, rest }
             /ERROR OCCURRED/ && !seen[$1]++ { name = $1; sub(/.*ERROR OCCURRED: /, ""); printf "| %s | - | %s |\n", name, $0 }' >>$results
done
echo "wrote $results"
