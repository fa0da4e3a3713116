#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""Root-cause analysis of recorded attacks: does the chain behind a conviction hold a process that the recording's labels name as the attacker's?

usage: test_root_cause.py BARTIZAN SHARED [-v]

SHARED, or the environment's BARTIZAN_SHARED before it, holds recordings/; skipped (exit 77) without it. A recording counts where one of its
convictions calls for an analysis and its labels name attackers. The root itself need not be labelled: the labels begin where their
author began to look.
"""
import json
import os
import subprocess
import sys

REACHED_AT_LEAST = 20


def attacked_recordings(shared):
    with open(os.path.join(shared, "recordings", "manifest.json"), encoding="utf-8") as manifest:
        for data_set in json.load(manifest)["datasets"]:
            if data_set.get("attacker_guids") or data_set.get("attacker_pids"):
                yield data_set


def chain_of(graph):
    roles = {"root_cause", "culprit", "ancestor"}
    return [n for n in graph["nodes"] if n["kind"] == "process" and n["role"] in roles]


def main():
    binary, shared = sys.argv[1:3]
    shared = os.environ.get("BARTIZAN_SHARED", shared)
    if not os.path.isfile(os.path.join(shared, "recordings", "manifest.json")):
        print(f"skipped: no recordings beside the repository ({shared})")
        return 77
    reached, of, roots, beyond, failures = 0, 0, 0, 0, []
    for data_set in attacked_recordings(shared):
        path = os.path.join(shared, "recordings", data_set["file"])
        done = subprocess.run([binary, "replay", "--json", "--root-cause", path], capture_output=True, check=False)
        convicted = [f for f in map(json.loads, done.stdout.splitlines()) if f["verdict"] == "convict" and "graph" in f]
        if not convicted:
            continue
        of += 1
        guids = set(data_set.get("attacker_guids") or [])
        pids = {pid for _, pid in data_set.get("attacker_pids") or []}
        # The directory of the replay knows GUIDs, the graph PIDs: the chain's own identities tie them.
        pids |= {f["actor"]["pid"] for f in convicted if f["actor"]["guid"] in guids}
        pids |= {p["pid"] for f in convicted for p in f["chain"] if p["guid"] in guids}
        hit = any(n.get("pid") in pids for f in convicted for n in chain_of(f["graph"]))
        root_hit = any(f["graph"]["root"] is not None and f["graph"]["nodes"][f["graph"]["root"]].get("pid") in pids for f in convicted)
        reached += hit
        beyond += any(n.get("pid") in pids and n["role"] != "culprit" for f in convicted for n in chain_of(f["graph"]))
        roots += root_hit
        if not hit:
            failures.append(data_set["name"])
        if "-v" in sys.argv:
            for f in convicted[:3]:
                names = " <- ".join(f"{n['label'].rsplit(chr(92), 1)[-1]}({n.get('pid')}{'*' if n.get('pid') in pids else ''},{n['role']})" for n in chain_of(f["graph"]))
                print(f"  {data_set['name']} {f['rule']} line {f['line']}: {names} nodes {len(f['graph']['nodes'])} {f['graph']['cut']}")
    print(f"the walk reaches an attacker's process in {reached} of {of} recordings (at least {REACHED_AT_LEAST} wanted); "
          f"one behind the culprit in {beyond}, as the root in {roots}")
    for name in failures:
        print("not reached:", name)
    return 0 if reached >= REACHED_AT_LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
