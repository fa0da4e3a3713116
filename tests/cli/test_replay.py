# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""bartizan replay: the JSON contract, and broken recordings."""
import gzip
import json
import os

from command import CLEAN, CONVICTED, FAILED, STREAM, CliTest, bartizan

KEYS = {"file", "line", "t", "host", "family", "rule", "technique", "verdict", "atoms", "blind", "actor", "target", "disposition",
        "evidence_lines", "chain", "plan"}
FAMILIES = {"cred_lsass", "cred_hive", "cred_disk", "inject", "hollow", "token", "apc", "apc_kernel", "appverifier", "lockdown", "code_cave"}
DISPOSITION = {"title", "user_notified", "root_cause_analysis", "admin", "health", "process", "clean_up"}


def stream_lines():
    with open(STREAM, encoding="utf-8") as lines:
        return lines.read().splitlines()


def thefts(result):
    return [f for f in result.lines() if (f["family"], f["verdict"]) == ("cred_lsass", "convict")]


class Replay(CliTest):
    def test_findings_follow_the_contract(self):
        result = bartizan("replay", "--json", STREAM)
        self.assertEqual(result.code, CONVICTED)
        findings = result.lines()
        self.assertGreater(len(findings), 5)
        recorded = stream_lines()
        for f in findings:
            self.assertLessEqual(KEYS, set(f))
            self.assertEqual(f["file"], STREAM)
            self.assertIn(f["family"], FAMILIES)
            self.assertIn(f["verdict"], {"convict", "event", "strip", "blind"})
            self.assertRegex(f["technique"], r"^T\d{4}(\.\d{3})?$")
            self.assertLessEqual({"guid", "pid", "image"}, set(f["actor"]))
            self.assertIn(f["line"], f["evidence_lines"])
            event = json.loads(recorded[f["line"]])
            self.assertEqual((f["t"], f["host"]), (event["t"], event["host"]))
            for atom in f["atoms"]:
                self.assertEqual({"name", "sentence"}, set(atom))
            if f["verdict"] != "blind":
                self.assertEqual(DISPOSITION, set(f["disposition"]))

    def test_the_attack_is_convicted_and_the_agents_are_not(self):
        findings = thefts(bartizan("replay", "--json", STREAM))
        convicted = {f["actor"]["image"].rsplit("\\", 1)[1] for f in findings}
        self.assertEqual(convicted, {"powershell.exe", "rundll32.exe", "Taskmgr.exe"})
        theft = findings[0]
        self.assertEqual((theft["disposition"]["admin"], theft["disposition"]["health"], theft["disposition"]["process"]),
                         ("alert", "red", "terminated"))
        self.assertEqual(theft["chain"][-1]["image"], theft["actor"]["image"])

    def test_gzip_and_plain_give_the_same_findings(self):
        with open(STREAM, "rb") as stream:
            packed = self.write("s.jsonl.gz", gzip.compress(stream.read()))
        strip = [dict(f, file="") for f in bartizan("replay", "--json", packed).lines()]
        self.assertEqual(strip, [dict(f, file="") for f in bartizan("replay", "--json", STREAM).lines()])

    def test_folders_are_walked_in_byte_order(self):
        with open(STREAM, "rb") as stream:
            content = stream.read()
        for name in ("b.jsonl", "B.jsonl", "a/z.jsonl", "c.txt"):
            self.write(name, content)
        files = list(dict.fromkeys(f["file"] for f in bartizan("replay", "--json", self.folder).lines()))
        self.assertEqual(files, [self.path("B.jsonl"), self.path("a/z.jsonl"), self.path("b.jsonl")])

    def test_without_path_trust_it_is_blind_not_clean(self):
        findings = bartizan("replay", "--json", "--path-trust=off", STREAM).lines()
        self.assertTrue(all(f["trust_basis"] != "path" for f in findings))
        self.assertIn("actor_trust", {field for f in findings for field in f["blind"]})

    def test_summary_goes_to_standard_error(self):
        result = bartizan("replay", "--json", STREAM)
        for words in ("32 events", "events/s", " convicted", "findings that lacked a field"):
            self.assertIn(words, result.err)

    def test_human_form(self):
        result = bartizan("replay", STREAM)
        self.assertEqual(result.code, CONVICTED)
        self.assertIn("health red", result.out)
        self.assertNotIn("{", result.out)

    def test_nothing_convicted_exits_zero(self):
        quiet = self.write("quiet.jsonl", "\n".join(stream_lines()[:6]) + "\n")
        result = bartizan("replay", "--json", quiet)
        self.assertEqual(result.code, CLEAN)
        self.assertFalse(thefts(result))

    def test_line_cut_in_half_does_not_stop_the_rest(self):
        lines = stream_lines()
        cut = lines[:3] + [lines[3][: len(lines[3]) // 2]] + lines[4:]
        path = self.write("cut.jsonl", "\n".join(cut) + "\n")
        result = bartizan("replay", "--json", path)
        self.assertEqual(result.code, FAILED)
        offset = sum(len(line.encode()) + 1 for line in lines[:3])
        self.assert_complains(result, path, "line 3", f"offset {offset}")
        self.assertEqual(len(thefts(result)), 4)

    def test_bad_lines_say_what_is_missing(self):
        bad = ['[1]', '{"id":1}', '{"ch":"sysmon","t":"2026-03-02T08:00:00Z"}', '{"ch":"sysmon","id":10,"t":"yesterday"}',
               '{"ch":"sysmon","id":10,"t":"2026-03-02T08:00:00Z","host":"H","SourceProcessId":"x","TargetProcessId":1}']
        path = self.write("bad.jsonl", "\n".join(bad) + "\n")
        result = bartizan("replay", "--json", path)
        self.assertEqual(result.code, FAILED)
        for number, words in enumerate(("not a JSON object", "'ch'", "'id'", "'t'", "malformed")):
            self.assert_complains(result, path, f"line {number},", words)

    def test_cut_gzip_gives_what_it_held(self):
        with open(STREAM, "rb") as stream:
            packed = gzip.compress(stream.read())
        path = self.write("cut.jsonl.gz", packed[: len(packed) * 3 // 4])
        result = bartizan("replay", "--json", path)
        self.assertEqual(result.code, FAILED)
        self.assert_complains(result, path, "decompressed")

    def test_absent_and_empty_inputs(self):
        os.mkdir(self.path("empty"))
        dangling = self.path("dangling.jsonl")
        os.symlink(self.path("nothing"), dangling)
        fifo = self.path("fifo.jsonl")
        os.mkfifo(fifo)
        result = bartizan("replay", "--json", self.path("none.jsonl"), self.path("empty"), dangling, fifo, STREAM)
        self.assertEqual(result.code, FAILED)
        self.assert_complains(result, "none.jsonl", "offset 0", "no such file")
        self.assert_complains(result, self.path("empty"), "holds no")
        self.assert_complains(result, dangling, "points to nothing")
        self.assert_complains(result, fifo, "not a regular file")
        self.assertEqual(len(thefts(result)), 4)

    def test_two_runs_give_the_same_bytes(self):
        self.assertEqual(bartizan("replay", "--json", STREAM).out, bartizan("replay", "--json", STREAM).out)

    def test_terminal_control_characters_are_not_passed_on(self):
        line = json.loads(next(x for x in stream_lines() if '"id":10' in x and "UNKNOWN" in x))
        line["SourceImage"] = "C:\\x\x1b[2J\u202e.exe"
        path = self.write("esc.jsonl", json.dumps(line) + "\n")
        result = bartizan("replay", path)
        self.assertNotIn("\x1b", result.out)
        self.assertIn("<U+001B>", result.out)
        self.assertIn("<U+202E>", result.out)
