# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""bartizan report: one self-contained page that hostile names cannot break out of."""
import base64
import glob
import hashlib
import html.parser
import json
import os
import random
import re

from command import CONVICTED, FAILED, ROOT, STREAM, CliTest, bartizan
from pe_file import pe_file
from report_samples import attack_graph, finding, large_graph

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>&amp;\u202egpj.exe"
VOID = {"meta", "img", "br", "hr", "input", "link"}
SELF_CLOSED_IN_SVG = {"path", "rect", "circle"}


def luminance(colour):
    """Relative luminance by WCAG 2.1."""
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a, b):
    bright, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


class Page(html.parser.HTMLParser):
    """Collects elements and ids, and checks that every element is closed where it was opened."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.ids, self.links, self.attributes, self.open, self.words = [], [], [], [], [], []
        self.raw = {"style": "", "script": ""}
        self.sentences = []  # text without names and commands: <bdi>, <dl> and <code> hold what came from outside or is typed
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes += attrs
        self.ids += [v for k, v in attrs if k == "id"]
        self.links += [v for k, v in attrs if k in ("href", "src", "xlink:href", "action")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open[-3:])
        self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] in self.raw:
            self.raw[self.open[-1]] += data
            return
        self.words.append(data)
        if not {"bdi", "dl", "code"} & set(self.open):
            self.sentences.append(data)

    def text(self):
        return " ".join(self.words)


class ReportTest(CliTest):
    def report(self, *paths):
        out = self.path("report.html")
        result = bartizan("report", "--out", out, *paths)
        with open(out, encoding="utf-8") as page:
            return result, page.read()

    def report_of(self, *findings, lang="en"):
        """The page of findings that are made up here."""
        path = self.write("results.jsonl", "".join(json.dumps(f) + "\n" for f in findings))
        result, text = self.report("--lang", lang, "--results", path)
        return result, self.assert_self_contained(text)

    def assert_self_contained(self, text):
        page = Page(text)
        self.assertEqual(page.elements.count("script"), 1)
        self.assertEqual(page.elements.count("style"), 1)
        policy = next(v for k, v in page.attributes if k == "content" and v.startswith("default-src"))
        self.assertIn("default-src 'none'", policy)
        for kind in ("script", "style"):
            digest = base64.b64encode(hashlib.sha256(page.raw[kind].encode()).digest()).decode()
            self.assertIn(f"{kind}-src 'sha256-{digest}'", policy)
        self.assertFalse({k for k, _ in page.attributes} & {"style", "srcdoc"})
        self.assertFalse([e for e in page.elements if e in ("img", "iframe", "object", "embed", "link", "base", "form", "foreignobject")])
        self.assertTrue(all(link.startswith("#") for link in page.links), page.links)
        self.assertEqual(len(page.ids), len(set(page.ids)))
        self.assertLessEqual({link[1:] for link in page.links}, set(page.ids))
        self.assertFalse([k for k, _ in page.attributes if k.startswith("on")])
        self.assertNotRegex(text, r"(?i)https?://|@import|url\(")
        return page


class Report(ReportTest):
    def test_page_says_everything_about_a_conviction(self):
        result, text = self.report(STREAM)
        self.assertEqual(result.code, CONVICTED)
        page = self.assert_self_contained(text)
        words = page.text()
        for wanted in ("4 detections on 1 machine: an administrator must act", "red", "Credential theft", "alert: action required", "terminated",
                       "a minidump routine is on the call stack", "invoice_viewer.exe", "How it came about", "Time line", "What to do next", "Response table",
                       "with rights to take credentials out of its memory", "Treat the passwords of every account", "clear the alerts",
                       "line 24", "lsass_theft.jsonl:24:lsass_handle_theft", "which privileges the actor had enabled", "GrantedAccess", STREAM):
            self.assertTrue(wanted in words, wanted)
        parts = ["brief", "next", "false-alarm", "response", "convict", "convict-1", "strip", "timeline", "blind", "blind-fields"]
        self.assertEqual([i for i in page.ids if i in parts], parts)
        story = re.sub(r"\s+", " ", words[words.index("What happened, in order"):words.index("How it came about")])
        self.assertRegex(story, r"explorer.exe \(pid 4200.* started invoice_viewer.exe \(pid 6100.*started cmd.exe.*started powershell.exe.*asked for access to lsass.exe")
        self.assertIn("svg", page.elements)
        self.assertIn("prefers-color-scheme: dark", text)
        self.assertIn("@media print", text)

    def test_same_input_same_bytes(self):
        self.assertEqual(self.report(STREAM)[1], self.report(STREAM)[1])

    def hostile_stream(self):
        with open(STREAM, encoding="utf-8") as lines:
            events = [json.loads(line) for line in lines]
        for event in events:
            for field, value in event.items():
                if field in ("CommandLine", "User", "host"):
                    event[field] = value + HOSTILE
                if field in ("SourceImage", "Image", "TargetFilename") and "lsass" not in value.lower():
                    event[field] = value + HOSTILE
        return "\n".join(json.dumps(e) for e in events) + "\n"

    def test_hostile_names_stay_text(self):
        path = self.write("a<b>&\"'.jsonl", self.hostile_stream())
        result, text = self.report(path)
        self.assertEqual(result.code, CONVICTED)
        page = self.assert_self_contained(text)
        self.assertIn("<script>alert(1)</script>", page.text())  # as text
        self.assertNotIn("\u202e", text)
        self.assertIn("U+202E", page.text())

    def test_findings_shown_are_bounded(self):
        with open(STREAM, encoding="utf-8") as lines:
            recorded = lines.readlines()
        # By 700 processes: an act that one of them repeats is one finding.
        each = [recorded[24].replace("-189c-000000001000}", f"-{i:04x}-000000001000}}").replace(":6300,", f":{10000 + 4 * i},") for i in range(700)]
        path = self.write("many.jsonl", "".join(recorded[:24] + each))
        result, text = self.report(path)
        self.assertEqual(result.code, CONVICTED)
        page = self.assert_self_contained(text)
        self.assertEqual(sum(bool(re.fullmatch(r"convict-\d+", i)) for i in page.ids), 500)
        self.assertIn("200 more findings left out", page.text())
        self.assertIn("→", page.text())  # the last ones have no drawing: their way stands in one line
        self.assertLess(len(text), 4_000_000)

    def test_problems_are_on_the_page(self):
        path = self.write("bad.jsonl", '{"ch":"sysmon\n')
        result, text = self.report(path, STREAM)
        self.assertEqual(result.code, FAILED)
        page = self.assert_self_contained(text)
        self.assertIn(f"{path}: line 0, offset 0", page.text())
        self.assertIn("4 detections on 1 machine", page.text())

    def test_scanned_files_have_verdict_score_and_reasons(self):
        self.write("tree/<b>bold.exe", pe_file())
        self.write("tree/cut.exe", pe_file()[:200])
        self.write("tree/notes.txt", "no program")
        result, text = self.report(self.path("tree"), self.path("absent.exe"), STREAM)
        self.assertEqual(result.code, FAILED)
        words = self.assert_self_contained(text).text()
        for wanted in ("Files scanned", "<b>bold.exe", " %", "cut.exe", "not read", "1 other file", "absent.exe: offset 0: no such file",
                       "4 detections on 1 machine"):
            self.assertTrue(wanted in words, wanted)
        self.assertNotIn("notes.txt", words)
        self.assertRegex(words, r"(raises|lowers) it")

    def test_command_line_is_not_drawn_as_a_target(self):
        browser = {"ch": "sysmon", "id": 1, "t": "2026-03-02T08:00:00.100Z", "host": "SYNTHETIC-WS01", "ProcessId": 100, "User": "CONTOSO\\dana",
                   "ProcessGuid": "{5ee0b0a7-0001-6720-0001-000000001000}", "Image": "C:\\Program Files\\Mozilla Firefox\\firefox.exe",
                   "CommandLine": "firefox.exe", "ParentImage": "C:\\Windows\\explorer.exe", "ParentProcessId": 50}
        shell = dict(browser, t="2026-03-02T08:00:01.100Z", ProcessId=200, ProcessGuid="{5ee0b0a7-0002-6720-0002-000000001000}",
                     Image="C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe", CommandLine="powershell -File harmless.ps1",
                     ParentImage=browser["Image"], ParentProcessId=100, ParentProcessGuid=browser["ProcessGuid"])
        path = self.write("lockdown.jsonl", json.dumps(browser) + "\n" + json.dumps(shell) + "\n")
        findings = bartizan("replay", "--json", path).lines()
        self.assertIn(("lockdown", "convict"), {(f["family"], f["verdict"]) for f in findings})
        page = self.assert_self_contained(self.report(path)[1])
        self.assertNotIn("→", page.text())  # the heading of the card names no target
        self.assertFalse([v for k, v in page.attributes if k == "class" and v == "node target"])

    def test_headline_counts_files_in_good_grammar(self):
        unwanted = {"path": "C:/a.exe", "size": 1, "sha256": "00", "kind": "pe32", "verdict": "malware", "score": {"malware": 32768, "pua": 0},
                    "reasons": [], "outcome": "convict"}
        self.assertIn("1 file detected before it could run", self.report_of(unwanted)[1].text())
        self.assertIn("2 files detected before they could run", self.report_of(unwanted, unwanted)[1].text())
        result, page = self.report_of(dict(unwanted, code_cave={"verdict": "convict", "atoms": [], "offset": 1}, suppressed_by="allow list, row 3", outcome="none"))
        self.assertEqual(result.code, 0)
        self.assertIn("suppressed by a list", page.text())
        self.assertNotIn("hides a program", page.text())

    def test_graph_is_drawn_with_roles_words_and_what_was_cut(self):
        _, page = self.report_of(finding(graph=attack_graph()))
        words = re.sub(r"\s+", " ", page.text())
        labels = [v for k, v in page.attributes if k == "aria-label"]
        self.assertIn("root cause, process: invoice_viewer.exe, pid 6100", labels)
        self.assertIn("attacking program, process: rundll32.exe, pid 6400", labels)
        self.assertIn("target, process: lsass.exe, pid 700", labels)
        self.assertIn("9 files", words)  # folded, and each one named
        self.assertIn("part08.tmp", words)
        self.assertIn("powershell.exe wrote 9 files (9 times, last 2026-03-02 09:00:48", words)
        self.assertIn("The graph is not whole, to keep its size bounded: 3 nodes left out, 1 edge left out.", words)
        self.assertIn("It began with invoice_viewer.exe (pid 6100) .", words)
        self.assertRegex(words, r"09:00:20 explorer.exe \(pid 4200\) started invoice_viewer.exe \(pid 6100\)")
        nodes = [v for k, v in page.attributes if k == "id" and re.fullmatch(r"convict-1-n\d+", v or "")]
        self.assertEqual(len(nodes), len([v for k, v in page.attributes if k == "id" and re.fullmatch(r"convict-1-d\d+", v or "")]))
        self.assertEqual(len(nodes), len(attack_graph()["nodes"]) - 8)

    def test_plan_and_clean_up_are_told(self):
        _, page = self.report_of(finding(
            plan=[{"step": "terminate", "object": {"kind": "process", "pid": 6400, "image": "C:\\Windows\\System32\\rundll32.exe"}, "why": "it attacked"},
                  {"step": "alert", "object": None, "why": "Credential theft"}],
            clean_up=[{"step": "quarantine_file", "grade": "remove", "reason": "payload", "object": "C:\\Users\\Public\\n.dmp", "because": "the culprit wrote it"}]))
        words = re.sub(r"\s+", " ", page.text())
        for wanted in ("terminate the process: rundll32.exe (pid 6400) – it attacked", "raise an alert",
                       "move the file to quarantine: C:\\Users\\Public\\n.dmp – a program or script of the attack · the culprit wrote it",
                       "Clean-up of this machine: of this finding 1 to remove, 0 to look at"):
            self.assertIn(wanted, words)

    def test_each_machine_has_one_clean_up_list_in_the_order_of_danger(self):
        def item(grade, reason, step, name, **more):
            return dict({"step": step, "grade": grade, "reason": reason, "object": name, "node": 1, "because": "x.exe (pid 7) wrote it, record 3"}, **more)
        payload = item("remove", "payload", "quarantine_file", "C:\\a.exe")
        autostart = item("remove", "starts_by_itself", "remove_registry_value", "HKLM\\Run\\a", value="C:\\a.exe -x")
        setting = item("check", "changed_setting", "set_back_registry_value", "HKLM\\Lsa\\RunAsPPL", value="0")
        trace = item("leave", "routine_trace", "leave", "HKLM\\VSS\\Diag\\b")
        newer = item("burn", "a_newer_reason", "a_newer_step", "C:\\newer.bin")
        objects = [finding(clean_up=[payload, trace]), finding(clean_up=[autostart, payload, setting, trace], line=90, t="2026-03-02T09:40:00.000Z"),
                   finding(clean_up=[newer, payload], host="OTHER-PC")]
        for lang, titles in (("en", ["Remove (2)", "Look at first, then decide (1)", "Leave alone: routine traces and Windows’ own (1)"]),
                             ("ja", ["削除・隔離する（2 件）", "確認してから判断する（1 件）", "そのままにする: 通常の記録や Windows 自身のもの（1 件）"])):
            _, page = self.report_of(*objects, lang=lang)
            words = re.sub(r"\s+", " ", page.text())
            wanted = [titles[0], "HKLM\\Run\\a", "C:\\a.exe -x", "C:\\a.exe", titles[1], "HKLM\\Lsa\\RunAsPPL", titles[2], "HKLM\\VSS\\Diag\\b", "OTHER-PC", "C:\\a.exe", "C:\\newer.bin"]
            places, at = [], words.index(titles[0])
            for one in wanted:
                at = words.index(one, at)
                places.append(at)
                at += len(one)
            self.assertEqual(words.count("HKLM\\VSS\\Diag\\b"), 1)
            links = [v for k, v in page.attributes if k == "href" and v.startswith("#clean-up-")]
            ids = [v for k, v in page.attributes if k == "id"]
            self.assertEqual(len(links), 3)
            self.assertEqual(len(set(links)), 2)
            for link in links:
                self.assertIn(link[1:], ids)
            if lang == "ja":
                self.assertNotIn("registry value", words)

    def test_hostile_results_stay_text(self):
        """Every text of a finding and of its graph, and keys that are not what they should be."""
        hostile = [HOSTILE, "\ud800\udfff", "\udc00x", "\u2066\u2069\u200f", "]]>--></svg></style></script>", "'\"`\u0000\u0007", "{0}{1|a|b}{", "%s%n"]
        for text in hostile:
            graph = attack_graph()
            for node in graph["nodes"]:
                node.update(label=text, command_line=text, time=text, kind=node["kind"] if node["id"] % 2 else text)
            for edge in graph["edges"]:
                edge.update(first=text, last=text, kind=edge["kind"] if edge["from"] % 2 else text)
            made = finding(graph=graph, host=text, t=text, file=text, rule=text, technique=text, trust_basis=text, object=text, family=text,
                           atoms=[{"name": text, "sentence": text}], blind=[text], plan=[{"step": text, "object": {"kind": "file", "path": text}, "why": text}],
                           clean_up=[{"step": text, "grade": text, "reason": text, "object": text, "value": text, "because": text}])
            made["actor"]["image"] = made["target"]["image"] = text
            made["disposition"].update(title=text, process=text)
            for lang in ("en", "ja"):
                _, page = self.report_of(made, {"path": text, "verdict": text, "kind": text, "sha256": text, "error": text}, lang=lang)
                self.assertNotIn("\u2066", page.text())
                self.assertNotIn("\u202e", str(page.attributes))

    def test_malformed_results_give_a_page(self):
        """Members of the wrong type, missing or far out of range, at random; the page stays whole and the command says no nonsense."""
        dice = random.Random(20260302)
        values = [None, True, -1, 2**63, 1e300, "", "x", [], {}, [None], [[]], {"a": 1}, ["x"] * 3]

        def spoil(value):
            if isinstance(value, dict):
                return {k: dice.choice(values) if dice.random() < 0.08 else spoil(v) for k, v in value.items() if dice.random() > 0.03}
            if isinstance(value, list):
                return [dice.choice(values) if dice.random() < 0.08 else spoil(v) for v in value]
            return value

        file = {"path": "a.exe", "size": 1, "sha256": "00", "kind": "pe32", "verdict": "pua", "score": {"malware": 32768, "pua": 0},
                "reasons": [{"feature": "FileSize", "contribution": 1}], "outcome": "convict", "failure": {"offset": 1, "reason": "x"}, "plan": [],
                "code_cave": {"verdict": "convict", "atoms": ["c1"], "offset": 600, "entry": {"how": "entry_point", "site_rva": 0, "target_rva": 0x1010, "size_bytes": 4},
                              "sections": [{"name": ".text", "rva": 0x1000, "offset": 512, "size": 512, "executable": True}],
                              "slack": [{"kind": "section_tail", "offset": 600, "size": 100, "code": True}]}}
        lines = []
        for _ in range(150):
            lines += [spoil(finding(graph=attack_graph(), plan=[{"step": "terminate", "object": None, "why": "x"}])), spoil(file)]
        path = self.write("spoilt.jsonl", "".join(json.dumps(x) + "\n" for x in lines) + "no JSON\n[]\n")
        result, text = self.report("--results", path)
        self.assertEqual(result.code, FAILED)
        self.assert_complains(result, path, "line 300", "neither a finding nor a scanned file")
        self.assert_self_contained(text)

    def assert_japanese(self, page):
        """No English sentence: no three English words in a row outside of what came from the recording."""
        said = page.sentences + [v for k, v in page.attributes if k in ("aria-label", "title") or k.startswith("data-")]
        for sentence in said:
            for name in ("Application Verifier", "Secondary Logon", "bartizan replay --json", "LSASS Memory"):
                sentence = sentence.replace(name, "")
            self.assertNotRegex(sentence, r"[A-Za-z]{2,},? [A-Za-z]{2,},? [A-Za-z]{2,}")
        self.assertIn(("lang", "ja"), page.attributes)

    def test_japanese_page_has_no_english_sentence(self):
        with open(STREAM, encoding="utf-8") as lines:
            many = self.write("many.jsonl", "".join(lines.readlines() + ["{\n"]))
        self.write("tree/bold.exe", pe_file())
        self.write("tree/cut.exe", pe_file()[:200])
        self.write("tree/notes.txt", "no program")
        _, text = self.report("--lang", "ja", many, self.path("tree"))
        page = self.assert_self_contained(text)
        self.assert_japanese(page)
        words = page.text()
        for wanted in ("1 台の端末で 4 件を検知", "管理者の対応が必要です", "根本原因分析", "要対応（アラート）", "エンドポイントの状態", "赤", "緑", "終了", "次に行うこと",
                       "対応表", "タイムライン", "スキャンしたファイル", "認証情報の窃取", "を起動しました", "操作元がスクリプトホスト"):
            self.assertTrue(wanted in words, wanted)

    def test_every_kind_of_finding_is_japanese(self):
        titles = ["Credential theft", "Code cave", "Remote reflective DLL injection", "Privilege escalation", "APC protection", "Application Verifier",
                  "Lockdown: PowerShell from a browser", "Lockdown: HTA from a browser", "Malware before execution", "PUA before execution"]
        made = [finding(graph=attack_graph(), verdict=("convict", "event", "strip", "blind")[i % 4], disposition=dict(finding()["disposition"], title=title))
                for i, title in enumerate(titles)]
        made += [finding(graph=large_graph(60)), finding(mode="audit", silent=True)]
        _, page = self.report_of(*made, lang="ja")
        self.assert_japanese(page)

    def test_reasons_of_the_response_plan_are_japanese(self):
        """Every sentence that the library's response headers give as a reason."""
        reasons = set()
        for header in glob.glob(os.path.join(ROOT, "include", "bartizan", "response", "*plan.hpp")):
            with open(header, encoding="utf-8") as source:
                code = re.sub(r"//.*", "", source.read())
            reasons |= {r for r in re.findall(r'"([^"]*)"', code) if " " in r}
        self.assertGreater(len(reasons), 10)
        _, page = self.report_of(finding(plan=[{"step": "terminate", "object": None, "why": why} for why in sorted(reasons)]), lang="ja")
        self.assert_japanese(page)

    def test_policy_is_used(self):
        policy = self.write("policy.json", json.dumps({"format": 1, "mode": "audit"}))
        result, text = self.report("--policy", policy, STREAM)
        words = Page(text).text()
        self.assertTrue("an administrator must act" not in words and "audit mode" in words and "Nothing was detected" in words)
        result, text = self.report("--policy", self.write("bad.json", "{"), STREAM)
        self.assertEqual(result.code, FAILED)
        self.assertIn("bad.json: line", Page(text).text())

    def test_nothing_to_report_on(self):
        result = bartizan("report", "--out", self.path("x.html"))
        self.assertEqual(result.code, FAILED)
        self.assert_complains(result, "PATH or --results")

    def test_colours_have_contrast_in_both_themes(self):
        style = Page(self.report_of(finding())[1].raw["style"] and self.report(STREAM)[1]).raw["style"]
        for theme in re.findall(r":root \{(.*?)\}", style, re.S)[:2]:
            colour = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", theme))
            grounds = ["ground", "card", "inset"]
            pairs = [(t, g) for t in ("ink", "soft", "convict", "event", "strip", "blind", "good") for g in grounds]
            pairs += [(t, t + "-wash") for t in ("convict", "event", "strip", "blind", "good")]
            pairs += [(t, w) for t in ("ink", "soft") for w in ("convict-wash", "event-wash", "strip-wash", "good-wash")]
            pairs += [("card", t) for t in ("soft", "convict", "event", "strip")]  # words on the chips of roles
            for text, ground in pairs:
                self.assertGreaterEqual(contrast(colour[text], colour[ground]), 4.5, (text, ground, colour[text], colour[ground]))

    def test_page_that_cannot_be_written(self):
        out = self.path("no", "such", "folder.html")
        result = bartizan("report", "--out", out, STREAM)
        self.assertEqual(result.code, FAILED)
        self.assert_complains(result, out, "cannot be written")

    def test_clean_input_is_green(self):
        with open(STREAM, encoding="utf-8") as lines:
            path = self.write("quiet.jsonl", "".join(lines.readlines()[:6]))
        result, text = self.report(path)
        self.assertEqual(result.code, 0)
        self.assertIn("Nothing was detected", self.assert_self_contained(text).text())
        self.assertIsNone(re.search(r'class="headline red"', text))
