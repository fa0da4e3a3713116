# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""bartizan report: one self-contained page that hostile names cannot break out of."""
import html.parser
import json
import re

from command import CONVICTED, FAILED, STREAM, CliTest, bartizan
from pe_file import pe_file

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>&amp;\u202egpj.exe"
VOID = {"meta", "img", "br", "hr", "input", "link"}
SELF_CLOSED_IN_SVG = {"path", "rect", "circle"}


class Page(html.parser.HTMLParser):
    """Collects elements and ids, and checks that every element is closed where it was opened."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.ids, self.links, self.attributes, self.open, self.words = [], [], [], [], [], []
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
        if "style" not in self.open:
            self.words.append(data)

    def text(self):
        return " ".join(self.words)


class Report(CliTest):
    def report(self, *paths):
        out = self.path("report.html")
        result = bartizan("report", "--out", out, *paths)
        with open(out, encoding="utf-8") as page:
            return result, page.read()

    def assert_self_contained(self, text):
        page = Page(text)
        self.assertNotIn("script", page.elements)
        self.assertFalse([e for e in page.elements if e in ("img", "iframe", "object", "embed", "link", "base", "form")])
        self.assertTrue(all(link.startswith("#") for link in page.links), page.links)
        self.assertEqual(len(page.ids), len(set(page.ids)))
        self.assertLessEqual({link[1:] for link in page.links}, set(page.ids))
        self.assertFalse([k for k, _ in page.attributes if k.startswith("on")])
        self.assertNotRegex(text, r"(?i)https?://|@import|url\(")
        self.assertIn("default-src 'none'", text)
        return page

    def test_page_says_everything_about_a_conviction(self):
        result, text = self.report(STREAM)
        self.assertEqual(result.code, CONVICTED)
        page = self.assert_self_contained(text)
        words = page.text()
        for wanted in ("convictions on 1 machine", "red", "Credential theft", "alert: action required", "terminated",
                       "a minidump routine is on the call stack", "invoice_viewer.exe", "Process chain", "Time line",
                       f"{STREAM}, line 24", "which privileges the actor had enabled", "GrantedAccess"):
            self.assertTrue(wanted in words, wanted)
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
        path = self.write("many.jsonl", "".join(recorded[:24] + recorded[24:25] * 700))
        result, text = self.report(path)
        self.assertEqual(result.code, CONVICTED)
        page = self.assert_self_contained(text)
        self.assertEqual(sum(i.startswith("convict-") for i in page.ids), 500)
        self.assertIn("200 more findings left out", page.text())

    def test_problems_are_on_the_page(self):
        path = self.write("bad.jsonl", '{"ch":"sysmon\n')
        result, text = self.report(path, STREAM)
        self.assertEqual(result.code, FAILED)
        page = self.assert_self_contained(text)
        self.assertIn(f"{path}: line 0, offset 0", page.text())
        self.assertIn("convictions on 1 machine", page.text())

    def test_scanned_files_have_verdict_score_and_reasons(self):
        self.write("tree/<b>bold.exe", pe_file())
        self.write("tree/cut.exe", pe_file()[:200])
        self.write("tree/notes.txt", "no program")
        result, text = self.report(self.path("tree"), self.path("absent.exe"), STREAM)
        self.assertEqual(result.code, FAILED)
        words = self.assert_self_contained(text).text()
        for wanted in ("Files scanned", "<b>bold.exe", " %", "cut.exe", "not read", "1 other file", "absent.exe: offset 0: no such file",
                       "convictions on 1 machine"):
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
        started = sum(f["actor"]["image"] == shell["Image"] for f in findings)
        self.assertEqual(page.words.count("powershell.exe"), started)  # the heading of each card, without an arrow

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
        self.assertIn("Nothing was convicted", self.assert_self_contained(text).text())
        self.assertIsNone(re.search(r'class="headline red"', text))
