#!/bin/bash
# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
# Builds and runs every bench and writes bench/RESULTS.md. Arguments go to the benches, e.g. --benchmark_filter=^pe/.
# Takes about five minutes, and as long again where nothing is built.
# Timings are medians of interleaved repetitions; compare rows of one run, never of two.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cmake/setup.sh bench
cmake --preset release -DBARTIZAN_BUILD_TESTS=OFF -DBARTIZAN_BUILD_EXAMPLES=OFF -DBARTIZAN_BUILD_TRAINER=OFF >/dev/null
cmake --build --preset release -j "$(nproc)"

# ONNX Runtime, a peer of the network bench, comes from npm: the one package, unpacked, not installed.
onnxruntime=onnxruntime-node@1.30.0
fetch_onnxruntime() {
    local folder=build/bench_peers library=bin/napi-v6/linux/x64/libonnxruntime.so.1
    export BARTIZAN_ONNXRUNTIME=$PWD/$folder/package/$library
    [ -f "$BARTIZAN_ONNXRUNTIME" ] && return
    mkdir -p $folder
    (cd $folder && npm pack --silent $onnxruntime >/dev/null && tar -xzf onnxruntime-node-*.tgz package/$library && rm onnxruntime-node-*.tgz)
}
fetch_onnxruntime || echo "no ONNX Runtime: its rows will say so"

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
    for package in libbenchmark-dev libeigen3-dev libdnnl2 libxnnpack0 libopenblas0; do echo "- $(version $package)"; done
    echo "- $onnxruntime (the library in its tarball)"
} >$results
# rows BENCH ARGUMENTS...: its medians, and the rows that could not be measured with the reason.
rows() {
    "$@" --benchmark_min_time=0.2 --benchmark_repetitions=5 --benchmark_enable_random_interleaving=true --benchmark_report_aggregates_only=true \
        --benchmark_format=console 2>/dev/null |
        awk '/ERROR OCCURRED/ { name = $1; sub(/.*ERROR OCCURRED: /, ""); if (!seen[name]++) printf "| %s | not measured | %s |\n", name, $0 }
             /_median /{ name = $1; sub(/_median$/, "", name); rest = ""; for (i = 7; i <= NF; ++i) rest = rest " " $i
             printf "| %s | %s %s |%s |\n", name, $2, $3, rest }' >>$results
}
for bench in build/release/bench/bench_*; do
    [ -x "$bench" ] || continue
    echo "running ${bench##*/} ..."
    printf '\n## %s\n\n| row | time | throughput or counters |\n|---|---:|---|\n' "${bench##*/bench_}" >>$results
    rows "$bench" "$@"
    # oneDNN takes its instruction set from the environment, once.
    case $bench in */bench_nn) DNNL_MAX_CPU_ISA=AVX2 rows "$bench" "$@" ;; esac
done
echo "wrote $results"
