#!/bin/bash
# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
# examples/demo.sh [FOLDER]: installs what is missing, builds the command line, scores real PE files (of FOLDER, or those
# that are on this machine), replays an attack and writes an HTML report. Everything it makes is under build/.
set -eu
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=build/demo
bartizan=build/release/examples/cli/bartizan
shared=${BARTIZAN_SHARED:-../shared}
stream=examples/streams/lsass_theft.jsonl

cmake/setup.sh demo
mkdir -p $out
echo "building the command line ..."
{
    cmake --preset release -DBARTIZAN_BUILD_TESTS=OFF -DBARTIZAN_BUILD_BENCH=OFF -DBARTIZAN_BUILD_TRAINER=OFF
    cmake --build --preset release --target bartizan_cli -j "$(nproc)"
} >$out/build.log 2>&1 || {
    tail -n 30 $out/build.log
    echo "the build failed; the whole log is $out/build.log"
    exit 1
}

# quiet NAME OUTPUT COMMAND...: exit code 1 only says that something was convicted; 2 and above is an error.
quiet() {
    local name=$1 output=$2 code=0
    shift 2
    "$@" >"$output" 2>"$out/$name.log" || code=$?
    if [ $code -gt 1 ]; then
        tail -n 20 "$out/$name.log" >&2
        echo "$name: exit code $code: $*" >&2
        exit 1
    fi
}
count() { grep -c "$1" "$2" || true; }

if [ $# -gt 0 ]; then
    programs=("$@")
else
    mapfile -t programs < <(find /usr/share/nsis /usr/lib/mono /usr/lib/gcc/x86_64-w64-mingw32 \
        /usr/x86_64-w64-mingw32 -type f \( -iname '*.exe' -o -iname '*.dll' -o -path '*/nsis/Stubs/*' \) 2>/dev/null | sort)
fi
if [ ${#programs[@]} -gt 0 ]; then
    quiet scan $out/scan.jsonl $bartizan scan --json "${programs[@]}"
    echo "scanned $(wc -l <$out/scan.jsonl) files: $(count '"verdict":"legitimate"' $out/scan.jsonl) legitimate," \
        "$(count '"verdict":"pua"' $out/scan.jsonl) PUA, $(count '"verdict":"malware"' $out/scan.jsonl) malware," \
        "$(count '"verdict":"unsupported"' $out/scan.jsonl) unsupported ($out/scan.jsonl)"
else
    echo "skipped the scan: no PE file on this machine; give a folder: examples/demo.sh FOLDER"
fi

quiet replay $out/replay.jsonl $bartizan replay --json $stream
echo "replayed $stream: $(count '"verdict":"convict"' $out/replay.jsonl) convictions ($out/replay.jsonl)"

if [ -d "$shared/recordings" ]; then
    quiet recordings $out/recordings.jsonl $bartizan replay --json "$shared/recordings"
    echo "replayed $shared/recordings: $(count '"verdict":"convict"' $out/recordings.jsonl) convictions" \
        "($out/recordings.jsonl)"
    tail -n 3 $out/recordings.log
else
    echo "skipped the recorded attacks: no folder $shared/recordings (set BARTIZAN_SHARED)"
fi

# report NAME LANGUAGE
report() { quiet "$1" "$out/$1.txt" $bartizan report --lang "$2" --out "$out/$1.html" $stream "${programs[@]}"; }
report report en
report report-ja ja
echo "report: $PWD/$out/report.html (in Japanese: report-ja.html)"
