#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""Replays recorded attacks as another tool, host or sensor would have left them: each mutation keeps the behaviour, so the verdict must stay.

usage: mutations.py [--quick] [--explain] BARTIZAN SHARED [MUTATION...]

One row a mutation: how many of the direct acts are then convicted, stripped, seen or lost, and how many convictions fall on events that no
label calls an attack. A mutation that lends the tool trust, or takes the evidence away, is marked with what must not be exceeded by it: rules.md
calls such a loss right. --quick takes the recordings of at most 2,000 events (one minute); all of them take a quarter of an hour.
Deterministic: the same recordings give the same table. SHARED, or the environment's BARTIZAN_SHARED before it, holds recordings/ and
tools/score_recordings.py; neither is part of this repository, and the test is skipped (exit 77) without them. Exit 1 if a mutation that keeps
behaviour and trust loses an act beyond what `mutation_catalogue.py` allows it, or if any convicts a benign event.
"""
import argparse
import gzip
import importlib.util
import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

from mutation_catalogue import MUTATIONS, About, actor_of  # noqa: E402

QUICK_EVENTS = 2000
RANK = {"lost": 0, "blind": 0, "strip": 1, "event": 2, "convict": 3}
WORDS = {0: "lost", 1: "stripped", 2: "seen", 3: "convicted"}


def load_scorer(path):
    spec = importlib.util.spec_from_file_location("score_recordings", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Recording:
    """One data set: its lines as bytes, parsed anew for each mutation, and the labels of its manifest entry."""

    def __init__(self, folder, entry):
        self.name = os.path.basename(entry["file"])
        with gzip.open(os.path.join(folder, self.name)) as f:
            self.lines = [line for line in f.read().split(b"\n") if line]
        self.acts = [act for act in entry.get("expect", []) if act["strength"] == "direct"]
        labelled = {line for act in entry.get("expect", []) for line in act["lines"]}
        self.about = About(self.name, [json.loads(line) for line in self.lines] if self.acts else [],
                           {line for act in self.acts for line in act["lines"]}, labelled)
        self.guids = set(entry.get("attacker_guids", []))
        self.pids = {tuple(p) for p in entry.get("attacker_pids", [])}
        self.labelled = labelled

    def is_attackers(self, line):
        """By the line as it was recorded: a mutation may have changed what names the actor."""
        record = {key.lower(): value for key, value in json.loads(self.lines[line]).items()}
        named = any(str(record.get(key, "")).lower() in self.guids for key in ("processguid", "sourceprocessguid"))
        pids = ("processid", "sourceprocessid", "newprocessid", "targetprocessid")
        return line in self.labelled or named or any((record.get("host"), record.get(key)) in self.pids for key in pids)

    def actor(self, line):
        if line is None:
            return "added", None
        record = json.loads(self.lines[line])
        return record.get("host"), actor_of(record)[1]


def mutate(recording, mutation):
    """The mutated lines, and for each the number of the line that it comes from; None for what is not in the recording."""
    rows = []
    for number, line in enumerate(recording.lines):
        if not mutation.wants(line, number, recording.about):
            rows.append((number, line))
            continue
        for record in mutation.apply(json.loads(line), number, recording.about):
            rows.append((None if record.pop("added", False) else number, json.dumps(record, separators=(",", ":"), ensure_ascii=False).encode()))
    return mutation.arrange(rows, recording.about)


def replay(binary, recordings, mutation):
    """Per recording: the findings, each with the recorded line that it stands for."""
    with tempfile.TemporaryDirectory() as folder:
        origins = {}
        for recording in recordings:
            rows = mutate(recording, mutation)
            origins[recording.name] = [number for number, _ in rows]
            with open(os.path.join(folder, recording.name.removesuffix(".gz")), "wb") as out:
                out.write(b"\n".join(line for _, line in rows))
        done = subprocess.run([binary, "replay", "--json", folder], capture_output=True, check=False)
    found = {recording.name: [] for recording in recordings}
    for row in map(json.loads, done.stdout.splitlines()):
        name = os.path.basename(row["file"]) + ".gz"
        found[name].append((origins[name][row["line"]], row["family"], row["verdict"], row["rule"]))
    return found


def states_of(recordings, found, alias):
    """(recording, act's index) -> rank of the strongest finding of the act's family on one of its lines."""
    states = {}
    for recording in recordings:
        for index, act in enumerate(recording.acts):
            ranks = [RANK[verdict] for line, family, verdict, _ in found[recording.name] if line in act["lines"] and act["family"] in alias.get(family, ())]
            states[recording.name, index] = max(ranks, default=0)
    return states


def convictions(recordings, found):
    """(recording, line, rule, actor) of those that no label accounts for."""
    return {(r.name, line, rule, r.actor(line)) for r in recordings for line, _, verdict, rule in found[r.name] if verdict == "convict" and (line is None or not r.is_attackers(line))}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--explain", action="store_true", help="name each act whose state changed")
    parser.add_argument("bartizan")
    parser.add_argument("shared")
    parser.add_argument("mutations", nargs="*")
    options = parser.parse_args()
    shared = os.environ.get("BARTIZAN_SHARED", options.shared)
    folder, scorer = os.path.join(shared, "recordings"), os.path.join(shared, "tools", "score_recordings.py")
    if not (os.path.isdir(folder) and os.path.isfile(scorer)):
        print(f"skipped: no recordings beside the repository ({shared})")
        return 77
    alias = load_scorer(scorer).ALIAS
    with open(os.path.join(folder, "manifest.json"), encoding="utf8") as f:
        entries = [d for d in json.load(f)["datasets"] if not options.quick or d["events"] <= QUICK_EVENTS]
    everything = [Recording(folder, entry) for entry in entries]
    attacks = [r for r in everything if r.acts]
    names = {recording.name: recording for recording in everything}
    failed = False
    base = None
    print(f"{'mutation':34} {'acts':>4} {'convicted':>9} {'stripped':>8} {'seen':>5} {'lost':>5} {'weaker':>6} {'allowed':>7} {'false':>5}")
    for mutation in MUTATIONS:
        if options.mutations and mutation.name not in options.mutations and mutation.name != "none":
            continue
        recordings = everything if mutation.benign or mutation.name == "none" else attacks
        found = replay(options.bartizan, recordings, mutation)
        states = states_of(recordings, found, alias)
        if base is None:
            base = states
            # Of a process that is convicted as recorded, another event may be the first to convict it: repetitions are not told.
            guilty = {(r.name, r.actor(line)) for r in recordings for line, _, verdict, _ in found[r.name] if verdict == "convict"}
        false = {(name, line, rule) for name, line, rule, actor in convictions(recordings, found) if (name, actor) not in guilty}
        weaker = {act for act, rank in states.items() if rank < base[act]}
        # What is allowed is said for all recordings; --quick sees a part of them.
        over = len(weaker) > mutation.allowed
        counts = [sum(rank == wanted for rank in states.values()) for wanted in (3, 1, 2, 0)]
        print(f"{mutation.name:34} {len(states):4} {counts[0]:9} {counts[1]:8} {counts[2]:5} {counts[3]:5} {len(weaker):6} "
              f"{mutation.allowed:7} {len(false):5}{'  FAILED' if over or false else ''}", flush=True)
        failed |= over or bool(false)
        if options.explain:
            for name, index in sorted(weaker):
                act = names[name].acts[index]
                print(f"    {WORDS[states[name, index]]}: {name.removesuffix('.jsonl.gz')}: {act['family']} {act['tool']} {act['note']}")
        if options.explain or false:
            for name, line, rule in sorted(false, key=str)[:12]:
                print(f"    FALSE: {rule} convicts line {line} of {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
