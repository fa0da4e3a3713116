#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""Replays recorded Windows telemetry with one sensor field dropped in turn: what is then missing must make rules blind, never turn a
clean event into a conviction.

usage: dropped_fields.py [--by-event] BARTIZAN SHARED [FIELD...]

The fields are those of the adapters' own mapping tables, each dropped from every event, or with --by-event from one kind of event at a
time. Takes about 5 s a field, so it is no part of the quick test run: 5 minutes whole, 25 with --by-event; 2 GB of memory.
SHARED, or the environment's BARTIZAN_SHARED before it, holds recordings/ and tools/score_recordings.py; neither is part of this repository,
and the test is skipped (exit 77) without them. Exit 1 if a conviction on a benign event appears.
"""
import argparse
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile

ADAPTERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "include", "bartizan", "adapters")
CHANNELS = {"sysmon": "sysmon_mapping.hpp", "security": "windows_security_mapping.hpp", "system": "windows_system.hpp"}
ACTOR_GUIDS = ("processguid", "sourceprocessguid")
ACTOR_PIDS = ("processid", "sourceprocessid", "newprocessid", "targetprocessid")


def mapped_fields():
    """(channel, event id, field name) of every row of the mapping tables."""
    for channel, header in CHANNELS.items():
        with open(os.path.join(ADAPTERS, header), encoding="utf8") as f:
            for event_id, name in re.findall(r'\{(\d+), "(\w+)", slot::', f.read()):
                yield channel, int(event_id), name


class Recordings:
    """All lines in memory; a dropped field is one whose name is spelled as no adapter knows it."""

    def __init__(self, folder):
        self.files, self.spellings = {}, {}
        for name in sorted(os.listdir(folder)):
            if not name.endswith(".jsonl.gz"):
                continue
            with gzip.open(os.path.join(folder, name)) as f:
                lines = f.read().split(b"\n")
            kinds = []
            for line in lines:
                record = json.loads(line) if line else {}
                kinds.append((record.get("ch"), record.get("id")))
                for key in record:
                    self.spellings.setdefault(key.lower(), set()).add(key.encode())
            self.files[name] = (lines, kinds)
        with open(os.path.join(folder, "manifest.json"), encoding="utf8") as f:
            self.sets = {os.path.basename(d["file"]): d for d in json.load(f)["datasets"]}

    def write_without(self, folder, field, kind):
        """Returns how many lines had the field. A name between `"` and `":` is a key: inside a string the quotes are escaped."""
        dropped = 0
        spelled = [b'"' + s + b'":' for s in self.spellings.get(field.lower(), ())]
        for name, (lines, kinds) in self.files.items():
            out = []
            for line, of in zip(lines, kinds):
                if kind is None or of == kind:
                    before = line
                    for key in spelled:
                        line = line.replace(key, b'"-":')
                    dropped += line is not before and line != before
                out.append(line)
            with open(os.path.join(folder, name.removesuffix(".gz")), "wb") as f:
                f.write(b"\n".join(out))
        return dropped

    def is_attackers(self, name, line):
        """By the whole line: the dropped field may have been the one that names the actor."""
        record = {k.lower(): v for k, v in json.loads(self.files[name][0][line]).items()}
        guids = set(self.sets[name].get("attacker_guids", []))
        pids = {tuple(p) for p in self.sets[name].get("attacker_pids", [])}
        return any(str(record.get(k, "")).lower() in guids for k in ACTOR_GUIDS) or any((record.get("host"), record.get(k)) in pids for k in ACTOR_PIDS)


def score(scorer, recordings_folder, findings):
    done = subprocess.run([sys.executable, scorer, "--recordings", recordings_folder, "--list", "false", findings], capture_output=True, text=True, check=True)
    false = [re.match(r"FALSE (\S+) (\d+) (\S+) (\S+) convict", row) for row in done.stdout.splitlines()]
    direct = re.search(r"^direct acts convicted (\d+)", done.stdout, re.M).group(1)
    return {(m[1], int(m[2]), m[4]) for m in false if m}, int(direct)


def replay(binary, recordings, scorer, recordings_folder, field, kind):
    """The false convictions of a replay, all of its convictions, the direct acts convicted, the blind findings, and the lines that had the field."""
    with tempfile.TemporaryDirectory() as folder:
        dropped = recordings.write_without(folder, field, kind) if field else 0
        findings = folder + ".findings"
        try:
            with open(findings, "w+b") as out:
                subprocess.run([binary, "replay", "--json", folder if field else recordings_folder], stdout=out, stderr=subprocess.DEVNULL, check=False)
            with open(findings, encoding="utf8") as f:
                rows = [json.loads(line) for line in f]
            with open(findings, "w", encoding="utf8") as f:
                for row in rows:
                    row["file"] = os.path.basename(row["file"]).removesuffix(".gz") + ".gz"
                    row.pop("chain", None)
                    f.write(json.dumps(row) + "\n")
            false, direct = score(scorer, recordings_folder, findings)
        finally:
            os.remove(findings)
    false = {(name, line, rule) for name, line, rule in false if not recordings.is_attackers(name, line)}
    convicted = {(row["file"], row["line"], row["rule"]) for row in rows if row["verdict"] == "convict"}
    return false, convicted, direct, sum(row["verdict"] == "blind" for row in rows), dropped


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--by-event", action="store_true")
    parser.add_argument("bartizan")
    parser.add_argument("shared")
    parser.add_argument("fields", nargs="*")
    options = parser.parse_args()
    shared = os.environ.get("BARTIZAN_SHARED", options.shared)
    folder, scorer = os.path.join(shared, "recordings"), os.path.join(shared, "tools", "score_recordings.py")
    if not (os.path.isdir(folder) and os.path.isfile(scorer)):
        print(f"skipped: no recordings beside the repository ({shared})")
        return 77
    rows = sorted({(name, (channel, event_id) if options.by_event else None) for channel, event_id, name in mapped_fields()}, key=str)
    if options.fields:
        rows = [row for row in rows if row[0] in options.fields]
    recordings = Recordings(folder)
    base, known, direct, blind, _ = replay(options.bartizan, recordings, scorer, folder, None, None)
    print(f"nothing dropped: {direct} direct acts convicted, {blind} blind findings, {len(base)} false convictions", flush=True)
    failed = False
    for field, kind in rows:
        false, _, direct, blind, dropped = replay(options.bartizan, recordings, scorer, folder, field, kind)
        false -= known  # the whole event convicts too: by the dropped field alone the scorer knew the attacker
        where = f" of {kind[0]} {kind[1]}" if kind else ""
        print(f"{field}{where}: dropped from {dropped} events, {direct} direct acts convicted, {blind} blind findings, {len(false)} false convictions", flush=True)
        for name, line, rule in sorted(false):
            print(f"  FAILED: {rule} convicts line {line} of {name}", flush=True)
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
