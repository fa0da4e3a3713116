#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""Replays recorded Windows telemetry and holds the findings against its labels.

usage: test_recordings.py BARTIZAN SHARED

SHARED, or the environment's BARTIZAN_SHARED before it, holds recordings/ and tools/score_recordings.py; neither is part of this repository,
and the test is skipped (exit 77) without them.
"""
import os
import re
import subprocess
import sys
import tempfile

# What each family must reach: direct acts convicted (of how many), false convictions at most.
REQUIRED = {"cred_lsass": (22, 23), "cred_hive": (6, 6), "inject": (13, 13)}
FALSE_CONVICTIONS_AT_MOST = 1


def main():
    binary, shared = sys.argv[1:3]
    shared = os.environ.get("BARTIZAN_SHARED", shared)
    recordings = os.path.join(shared, "recordings")
    scorer = os.path.join(shared, "tools", "score_recordings.py")
    if not (os.path.isdir(recordings) and os.path.isfile(scorer)):
        print(f"skipped: no recordings beside the repository ({shared})")
        return 77
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        outputs = []
        for run in ("first", "second"):
            path = os.path.join(folder, run + ".jsonl")
            with open(path, "wb") as out:
                done = subprocess.run([binary, "replay", "--json", recordings], stdout=out, stderr=subprocess.PIPE, check=False)
            if done.returncode != 1:
                failures.append(f"replay exits {done.returncode}, not 1 (something convicted): {done.stderr.decode()[-500:]}")
            outputs.append(path)
        with open(outputs[0], "rb") as a, open(outputs[1], "rb") as b:
            if a.read() != b.read():
                failures.append("two replays of the same recordings gave different bytes")
        score = subprocess.run([sys.executable, scorer, outputs[0]], capture_output=True, text=True, check=True).stdout
    for family, (wanted, of) in REQUIRED.items():
        row = re.search(rf"^{family}\s+direct\s+(\d+)\s+(\d+)", score, re.M)
        acts, convicted = (int(row.group(1)), int(row.group(2))) if row else (0, 0)
        print(f"{family}: {convicted} of {acts} direct acts convicted (at least {wanted} of {of} wanted)")
        if convicted < wanted:
            failures.append(f"{family}: {convicted} convicted")
    false = int(re.search(r"false convictions (\d+) =", score).group(1))
    print(f"false convictions: {false} (at most {FALSE_CONVICTIONS_AT_MOST})")
    if false > FALSE_CONVICTIONS_AT_MOST:
        failures.append(f"{false} false convictions")
    for failure in failures:
        print("FAILED:", failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
