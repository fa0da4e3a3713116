# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""Root-cause analysis on the command line: replay --root-cause, --graphs, and bartizan explain."""
import json
import os
import shutil
import subprocess

from command import CLEAN, CONVICTED, FAILED, STREAM, CliTest, bartizan

FORMS = (".json", ".dot", ".ocsf.json", ".ecs.json")


def key(finding):
    return (finding["rule"], finding["verdict"], finding["actor"]["image"], finding["actor"]["pid"])


def lines_of(path):
    with open(path, encoding="utf-8") as lines:
        return lines.read().splitlines()


def analysed(*arguments):
    return [f for f in bartizan("replay", "--json", "--root-cause", *arguments).lines() if "graph" in f]


class Explain(CliTest):
    def test_graph_is_whole(self):
        findings = analysed(STREAM)
        self.assertEqual(len(findings), 4)
        for f in findings:
            graph = f["graph"]
            self.assertEqual([n["id"] for n in graph["nodes"]], list(range(len(graph["nodes"]))))
            self.assertEqual(graph["nodes"][graph["finding"]]["kind"], "alert")
            self.assertEqual(graph["nodes"][graph["finding"]]["label"], f["rule"])
            for edge in graph["edges"]:
                self.assertLess(max(edge["from"], edge["to"]), len(graph["nodes"]))
                self.assertLessEqual(edge["first"], edge["last"])
            self.assertEqual(graph["cut"], {"nodes": 0, "edges": 0, "texts": 0, "left_out": 0})
            culprit = [n for n in graph["nodes"] if n["role"] == "culprit"]
            self.assertEqual([n["pid"] for n in culprit], [f["actor"]["pid"]])
        self.assertEqual({n["graph"]["nodes"][n["graph"]["root"]]["label"].rsplit("\\", 1)[1] for n in findings[:3]}, {"invoice_viewer.exe"})

    def test_default_lines_stay_as_they_are(self):
        plain = bartizan("replay", "--json", STREAM).lines()
        for f, g in zip(plain, bartizan("replay", "--json", "--root-cause", STREAM).lines()):
            self.assertEqual(f["evidence_lines"], [f["line"]])
            for member in ("graph", "clean_up", "evidence_is_minimal"):
                self.assertNotIn(member, f)
                g.pop(member, None)
            self.assertEqual(dict(f, evidence_lines=0), dict(g, evidence_lines=0))

    def test_evidence_alone_gives_the_finding_and_none_can_be_spared(self):
        recorded = lines_of(STREAM)
        for f in analysed(STREAM):
            self.assertTrue(f["evidence_is_minimal"])
            evidence = f["evidence_lines"]
            self.assertIn(f["line"], evidence)
            path = self.write("least.jsonl", "\n".join(recorded[i] for i in evidence) + "\n")
            self.assertIn(key(f), map(key, bartizan("replay", "--json", path).lines()))
            for left_out in evidence:
                rest = [recorded[i] for i in evidence if i != left_out]
                path = self.write("less.jsonl", "\n".join(rest) + "\n")
                self.assertNotIn(key(f), map(key, bartizan("replay", "--json", path).lines()), left_out)

    def test_evidence_of_several_lines(self):
        self.assertIn([26, 27], [f["evidence_lines"] for f in analysed(STREAM)])

    def test_graphs_are_written_for_each_conviction(self):
        folder = self.path("graphs")
        result = bartizan("replay", "--json", "--graphs", folder, STREAM)
        self.assertEqual(result.code, CONVICTED)
        self.assertEqual(result.out, bartizan("replay", "--json", STREAM).out)
        names = sorted(os.listdir(folder))
        self.assertEqual(len(names), 4 * len(FORMS))
        for name in names:
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                text = file.read()
            if name.endswith(".dot"):
                self.assert_dot(text)
            else:
                json.loads(text)

    def assert_dot(self, text):
        self.assertTrue(text.startswith("digraph") and text.rstrip().endswith("}"))
        if shutil.which("dot"):
            done = subprocess.run(["dot", "-Tplain"], input=text.encode(), capture_output=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_words(self):
        result = bartizan("explain", STREAM + ":24")
        self.assertEqual(result.code, CONVICTED)
        for words in ("Who began it", "invoice_viewer.exe (pid 6100)", "What happened", "cmd.exe (pid 6200) started powershell.exe (pid 6300)", "Why",
                      "What was not seen", "Evidence", "[24]", "Graph", "<- root cause", "<- culprit", "<- target", "Response", "Clean-up, to be confirmed step by step"):
            self.assertIn(words, result.out)
        self.assertEqual(result.err, "")
        story = result.out.split("What happened\n")[1].split("Why\n")[0]
        times = [line.split()[0] for line in story.splitlines()]
        self.assertEqual(times, sorted(times))
        self.assertNotIn("what started it was not recorded", result.out)

    def test_who_was_only_seen_first_is_not_said_to_have_begun_it(self):
        with open(STREAM, encoding="utf-8") as lines:
            kept = [line for line in lines if not (json.loads(line)["id"] == 1 and json.loads(line)["Image"].endswith("invoice_viewer.exe"))]
        result = bartizan("explain", self.write("late.jsonl", "".join(kept)) + ":23")
        self.assertEqual(result.code, CONVICTED)
        self.assertIn("invoice_viewer.exe (pid 6100)", result.out)
        self.assertIn("It was first seen then; what started it was not recorded.", result.out)

    def test_clean_up_is_told_by_grade(self):
        """A sensor's lines that the test writes: a dropped autostart, a setting, two of Windows' traces."""
        base = {"ch": "sysmon", "host": "PC", "ProcessId": 7, "Image": "C:\\Users\\Public\\n.exe"}
        made = [dict(base, id=1, t="2026-03-02T08:00:00Z", ProcessGuid="{00000000-0000-0000-0000-000000000007}", CommandLine="n.exe", ParentProcessId=3, ParentImage="C:\\Windows\\explorer.exe")]
        run = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\\N"
        for target, details in ((run, "C:\\Users\\Public\\n.exe"), ("HKLM\\SOFTWARE\\Contoso\\Level", "DWORD (0x0000001f)"),
                                ("HKLM\\SOFTWARE\\Microsoft\\Tracing\\n_RASAPI32\\MaxFileSize", "DWORD (0x00100000)"), ("HKLM\\SYSTEM\\CurrentControlSet\\Services\\VSS\\Diag\\W\\IDENTIFY (Enter)", "Binary Data")):
            made.append(dict(base, id=13, t="2026-03-02T08:00:01Z", EventType="SetValue", TargetObject=target, Details=details))
        made.append(dict(base, id=11, t="2026-03-02T08:00:02Z", TargetFilename="C:\\Users\\Public\\lsass.dmp"))
        path = self.write("made.jsonl", "".join(json.dumps(e) + "\n" for e in made))
        findings = analysed(path)
        self.assertTrue(findings)
        line = findings[0]["line"]
        out = bartizan("explain", f"{path}:{line}").out
        remove, rest = out.split("Clean-up, to be confirmed step by step\n")[1].split("To be looked at before anything is done\n")
        check, leave = rest.split("To be left alone\n")
        self.assertIn(f'remove the registry value: {run}, now "C:\\Users\\Public\\n.exe": Windows starts it by itself', remove)
        self.assertIn("move the file to quarantine: C:\\Users\\Public\\lsass.dmp: a copy of stored credentials", remove)
        self.assertIn('set the registry value back to what it was: HKLM\\SOFTWARE\\Contoso\\Level, now "31": the attack set it', check)
        self.assertIn("2 objects: Windows writes this for any program", leave)
        self.assertNotIn("Diag", leave)

    def test_machine_forms(self):
        place = STREAM + ":27:lsass_dump_file"
        finding = json.loads(bartizan("explain", "--json", place).out)
        self.assertEqual((finding["line"], finding["rule"]), (27, "lsass_dump_file"))
        self.assertIn("graph", finding)
        self.assertNotIn("exports", finding)
        self.assert_dot(bartizan("explain", "--dot", place).out)
        ocsf = json.loads(bartizan("explain", "--ocsf", place).out)
        self.assertEqual((ocsf["class_uid"], ocsf["device"]["hostname"]), (2004, "SYNTHETIC-WS01"))
        ecs = json.loads(bartizan("explain", "--ecs", place).out)
        self.assertEqual((ecs["event"]["kind"], ecs["process"]["pid"]), ("alert", 6400))

    def test_file_of_findings(self):
        path = self.write("findings.jsonl", bartizan("replay", "--json", STREAM).out)
        explained = bartizan("explain", "--json", path)
        self.assertEqual(explained.code, CONVICTED)
        told = [(f["line"], f["rule"]) for f in bartizan("replay", "--json", STREAM).lines() if f["verdict"] != "blind"]
        self.assertEqual([(f["line"], f["rule"]) for f in explained.lines()], told)

    def test_a_finding_that_is_no_conviction(self):
        result = bartizan("explain", STREAM + ":7")
        self.assertEqual(result.code, CLEAN)
        self.assertIn("stripped", result.out)

    def test_wrong_input_gets_a_sentence(self):
        not_findings = self.write("x.jsonl", '{"rule":"r"}\n')
        empty = self.write("empty.jsonl", "")
        for argument, words in ((STREAM + ":3", ("line 3", "no rule found")), (STREAM + ":24:no_such_rule", ("no_such_rule",)), (STREAM + ":x", ("FILE:LINE",)),
                                ("nonsense", ("nonsense", "FILE:LINE")), (self.path("none.jsonl") + ":1", ("none.jsonl", "no such file")),
                                (not_findings, ("line 0", "no finding")), (empty, ("holds no finding",)), (STREAM, ("line 0", "FILE:LINE")),
                                (STREAM + ":99999999999999", ("FILE:LINE",)), (":24", ("FILE:LINE",))):
            with self.subTest(argument):
                result = bartizan("explain", argument)
                self.assertEqual((result.code, result.out), (FAILED, ""))
                self.assert_complains(result, *words)

    def test_hostile_names_do_not_reach_the_terminal(self):
        lines = lines_of(STREAM)
        event = json.loads(lines[24])
        lines[24] = json.dumps(dict(event, SourceImage="C:\\x\x1b[2J\u202e.exe", SourceProcessGuid="{5ee0b0a7-0000-0000-0000-000000001fff}", SourceProcessId=9))
        path = self.write("hostile.jsonl", "\n".join(lines) + "\n")
        result = bartizan("explain", path + ":24")
        self.assertNotIn("\x1b", result.out)
        self.assertIn("<U+202E>", result.out)
