#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""The report in a real browser: in both languages and themes, wide and narrow, by mouse, by keyboard, without script, and on paper.

usage: browser_report.py BARTIZAN FOLDER [unittest arguments]

Pictures of what was seen are left in FOLDER. Exit code 77: there is no Chromium here.
"""
import json
import os
import sys
import unittest

sys.dont_write_bytecode = True

import chromium  # noqa: E402
import command  # noqa: E402
from report_samples import attack_graph, finding, large_graph  # noqa: E402

FOLDER = [""]
GRAPH = "document.querySelector('.graph')"
PANEL = "document.querySelector('.panel')"
EVERYTHING = "document.querySelector('.all .graph')"  # behind "show everything"
WIDTH = f"{GRAPH}.querySelector('.view svg').getBoundingClientRect().width"
WIDTH_OF_ALL = f"{EVERYTHING}.querySelector('.view svg').getBoundingClientRect().width"
SHOW_ALL = f"(document.querySelector('.all').open = true, {EVERYTHING}.scrollIntoView(), new Promise(r => setTimeout(r, 200)))"


def centre(selector):
    """Brings an element to the middle of the window and gives its own middle, once the graph has taken its first position."""
    settled = "new Promise(r => setTimeout(r, 100))"
    return (f"(async () => {{ const e = document.querySelector('{selector}'); for (let i = 0; i < 2; ++i) {{ e.scrollIntoView({{block: 'center', inline: 'center'}});"
            f" await {settled}; }} const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; }})()")


class InBrowser(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        os.makedirs(FOLDER[0], exist_ok=True)
        cls.browser = chromium.Browser(chromium.find())
        cls.addClassCleanup(cls.browser.close)
        cls.pages = {}
        steps = [{"step": "terminate", "object": {"kind": "process", "pid": 6400, "image": "rundll32.exe"}, "why": "it attacked, and the response table ends it"}]
        clean = [{"step": "quarantine_file", "grade": "remove", "reason": "stolen_credentials", "object": "C:\\Users\\Public\\n.dmp", "because": ""}]
        hostile = "\"'><script>document.title='broken out'</script><img src=https://example.invalid/x onerror=alert(1)>\u202e"
        samples = {"attack": [finding(graph=attack_graph(), plan=steps, clean_up=clean)], "large": [finding(graph=large_graph())],
                   "hostile": [finding(graph={"nodes": [{"id": 0, "kind": "process", "label": hostile, "command_line": hostile, "role": "culprit"}], "edges": []},
                                       host=hostile, rule=hostile)]}
        for name, findings in samples.items():
            lines = os.path.join(FOLDER[0], name + ".jsonl")
            with open(lines, "w", encoding="utf-8") as out:
                out.write("".join(json.dumps(f) + "\n" for f in findings))
            for lang in ("en", "ja"):
                cls.pages[name, lang] = cls.page(f"{name}-{lang}", lang, "--results", lines)
        for lang in ("en", "ja"):
            cls.pages["stream", lang] = cls.page(f"stream-{lang}", lang, command.STREAM)

    @staticmethod
    def page(name, lang, *arguments):
        path = os.path.join(FOLDER[0], name + ".html")
        assert command.bartizan("report", "--lang", lang, "--out", path, *arguments).code == command.CONVICTED
        return path

    def open(self, name, lang="en", **options):
        tab = self.browser.open(self.pages[name, lang], **options)
        self.addCleanup(self.assert_quiet, tab)
        return tab

    def assert_quiet(self, tab):
        """The page asked for nothing, and nobody complained: a refusal by its content-security policy would be said too."""
        tab.close()
        self.assertEqual(tab.complaints(), [])
        self.assertEqual(tab.requests(), [tab.url])

    def picture(self, tab, name, height=None):
        tab.picture(os.path.join(FOLDER[0], name + ".png"), height)

    def test_languages_themes_and_widths(self):
        views = [("attack", lang, dark, width) for lang in ("en", "ja") for dark in (False, True) for width in (1200, 360)]
        views += [("stream", lang, False, width) for lang in ("en", "ja") for width in (1200, 360)]
        for name, lang, dark, width in views:
            tab = self.open(name, lang, dark=dark, width=width)
            self.assertEqual(tab.run("document.documentElement.lang"), lang)
            self.assertLessEqual(tab.run("document.documentElement.scrollWidth"), width, "the page scrolls sideways")
            self.assertEqual(tab.run("getComputedStyle(document.body).backgroundColor"), "rgb(18, 22, 26)" if dark else "rgb(244, 245, 246)")
            self.picture(tab, f"{name}-{lang}-{'dark' if dark else 'light'}-{width}", 3000)

    def test_click_opens_a_node_and_escape_closes_it(self):
        tab = self.open("attack")
        self.assertTrue(tab.run(f"{PANEL}.hidden"))
        tab.click(*tab.run(centre(".node.culprit")))
        self.assertFalse(tab.run(f"{PANEL}.hidden"))
        words = tab.run(f"{PANEL}.textContent")
        for wanted in ("C:\\Windows\\System32\\rundll32.exe", "rundll32.exe comsvcs.dll, #24 700", "6400", "2026-03-02 09:00:00", "rundll32.exe asked for access to lsass.exe", "hash not recorded"):
            self.assertIn(wanted, words)
        self.picture(tab, "attack-panel")
        tab.key("Escape")
        self.assertTrue(tab.run(f"{PANEL}.hidden"))
        self.assertTrue(tab.run("document.activeElement.matches('.node.culprit')"))
        tab.click(*tab.run(centre(".node.target")))
        self.assertIn("lsass.exe", tab.run(f"{PANEL}.textContent"))

    def test_keyboard_alone(self):
        tab = self.open("attack", "ja")
        tab.run(f"{GRAPH}.querySelector('.view').focus()")
        nodes = tab.run(f"{GRAPH}.querySelectorAll('a.node').length")
        reached = set()
        for _ in range(nodes):
            tab.key("Tab")
            reached.add(tab.run("document.activeElement.id"))
            self.assertTrue(tab.run("document.activeElement.getAttribute('aria-label').length > 0"))
        self.assertEqual(reached, set(tab.run(f"[...{GRAPH}.querySelectorAll('a.node')].map(e => e.id)")))
        tab.key("Enter")
        self.assertFalse(tab.run(f"{PANEL}.hidden"))
        tab.key("Escape")
        self.assertTrue(tab.run(f"{PANEL}.hidden"))
        before = tab.run(WIDTH)
        tab.key("+")
        self.assertGreater(tab.run(WIDTH), before)
        tab.key("-")
        tab.key("-")
        self.assertLess(tab.run(WIDTH), before)
        tab.key("0")
        view = tab.run(f"(v => [v.clientWidth, v.clientHeight])({GRAPH}.querySelector('.view'))")
        self.assertLessEqual(tab.run(WIDTH), view[0] + 1)
        for _ in range(6):
            tab.key("+")
        left = f"{GRAPH}.querySelector('.view').scrollLeft"
        tab.run(f"{left} = 0")
        tab.key("ArrowRight")
        self.assertGreater(tab.run(left), 0)

    def test_wheel_buttons_and_dragging(self):
        tab = self.open("large")
        tab.run(SHOW_ALL)
        x, y = tab.run(centre(".all .view"))
        before = tab.run(WIDTH_OF_ALL)
        tab.run("document.activeElement.blur()")
        tab.mouse("mouseWheel", x, y, deltaX=0, deltaY=-300)
        self.assertEqual(tab.run(WIDTH_OF_ALL), before, "a wheel over an unfocused graph scrolls the page")
        x, y = tab.run(centre(".all .view"))
        tab.run(f"{EVERYTHING}.querySelector('.view').focus({{preventScroll: true}})")
        tab.mouse("mouseWheel", x, y, deltaX=0, deltaY=-300)
        self.assertGreater(tab.run(f"new Promise(r => setTimeout(() => r({WIDTH_OF_ALL}), 300))"), before)
        at = f"(v => [v.scrollLeft, v.scrollTop])({EVERYTHING}.querySelector('.view'))"
        tab.run(f"{EVERYTHING}.querySelector('.view').scrollTo(100, 100)")
        tab.mouse("mousePressed", x, y, button="left", clickCount=1)
        tab.mouse("mouseMoved", x - 40, y - 30, button="left", buttons=1)
        tab.mouse("mouseReleased", x - 40, y - 30, button="left", clickCount=1)
        self.assertEqual(tab.run(at), [140, 130])
        self.assertTrue(tab.run(f"{EVERYTHING}.querySelector('.panel').hidden"), "dragging opens nothing")
        for button, grows in ((0, True), (1, False)):
            before = tab.run(WIDTH_OF_ALL)
            tab.run(f"{EVERYTHING}.querySelectorAll('.tools button')[{button}].click()")
            self.assertEqual(tab.run(WIDTH_OF_ALL) > before, grows)

    def test_large_graph_is_legible(self):
        """No two boxes overlap, no label leaves its box, and letters begin at a size that can be read."""
        for lang in ("en", "ja"):
            tab = self.open("large", lang)
            tab.run(SHOW_ALL)
            self.assertEqual(tab.run("document.querySelectorAll('.all a.node').length"), 200)
            boxes = tab.run("[...document.querySelectorAll('.all a.node .box')].map(e => (b => [b.x, b.y, b.x + b.width, b.y + b.height])(e.getBBox()))")
            boxes.sort()
            for i, a in enumerate(boxes):
                for b in boxes[i + 1:]:
                    self.assertFalse(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3], (a, b))
            self.assertEqual(tab.run("[...document.querySelectorAll('a.node')].filter(n => [...n.querySelectorAll('.strong, .small')].some(t => t.getBBox().x + t.getBBox().width > n.querySelector('.box').getBBox().x + n.querySelector('.box').getBBox().width)).length"), 0)
            tab.run(f"{EVERYTHING}.scrollIntoView()")
            self.assertGreaterEqual(tab.run("(e => e.getBoundingClientRect().height)(document.querySelector('.all a.node .strong'))"), 9)
            self.picture(tab, f"large-{lang}")
            tab.run(f"{EVERYTHING}.querySelectorAll('.tools button')[2].click()")
            self.picture(tab, f"large-{lang}-fit")

    def test_the_way_of_the_attack_is_seen_whole(self):
        """Wide enough, it begins with nothing cut off; labels of arrows have a ground of their own, and nothing is drawn over them."""
        for name in ("attack", "stream"):
            tab = self.open(name)
            tab.run(f"{GRAPH}.scrollIntoView()")
            tab.run("new Promise(r => setTimeout(r, 200))")
            view = tab.run(f"(v => [v.scrollWidth, v.clientWidth, v.scrollLeft])({GRAPH}.querySelector('.view'))")
            self.assertLessEqual(view[0], view[1] + 1)
            order = tab.run(f"[...{GRAPH}.querySelectorAll('svg > g > *')].map(e => e.classList[0])")
            self.assertGreater(order.index("act-ground"), max(i for i, kind in enumerate(order) if kind == "edge"))
            first = tab.run(f"[...{GRAPH}.querySelectorAll('a.node')].map(e => [e.getBBox().x, e.getAttribute('aria-label')]).sort((a, b) => a[0] - b[0])[0][1]")
            self.assertIn("explorer.exe", first)

    def test_cards_and_tables_on_a_narrow_screen(self):
        tab = self.open("stream", width=360)
        self.assertFalse(tab.run("[...document.querySelectorAll('.scroll')].some(e => e.querySelector('table') && e.scrollWidth > e.clientWidth + 1)"), "the response table is cut off")
        self.assertEqual(tab.run("document.querySelectorAll('details.finding[open]').length"), 1)
        for width in (700, 1280):
            wide = self.open("stream", width=width)
            self.assertFalse(wide.run("[...document.querySelectorAll('.scroll')].some(e => e.querySelector('table') && e.scrollWidth > e.clientWidth + 1)"), width)

    def test_without_script_a_node_leads_to_its_words(self):
        tab = self.open("attack", script=False, height=3000)
        document = tab.call("DOM.getDocument")["root"]["nodeId"]
        node = tab.call("DOM.querySelector", nodeId=document, selector=".node.culprit .box")["nodeId"]
        x0, y0, _, _, x1, y1, _, _ = tab.call("DOM.getBoxModel", nodeId=node)["model"]["border"]
        self.picture(tab, "attack-no-script", 3000)
        tab.click((x0 + x1) / 2, (y0 + y1) / 2)
        history = tab.call("Page.getNavigationHistory")
        self.assertRegex(history["entries"][history["currentIndex"]]["url"], r"#convict-1-d\d+$")

    def test_links_open_what_they_lead_to(self):
        tab = self.open("stream")
        target = tab.run("[...document.querySelectorAll('details.finding:not([open])')].map(e => e.id)[0]")
        self.assertTrue(tab.run(f"(location.hash = '#{target}', new Promise(r => setTimeout(() => r(document.getElementById('{target}').open), 200)))"))

    def test_paper_shows_everything(self):
        tab = self.open("attack", "ja", dark=True)
        tab.pdf(os.path.join(FOLDER[0], "attack-ja.pdf"))
        self.assertGreater(os.path.getsize(os.path.join(FOLDER[0], "attack-ja.pdf")), 20000)
        tab.call("Emulation.setEmulatedMedia", media="print")
        tab.run("dispatchEvent(new Event('beforeprint'))")
        self.assertEqual(tab.run("document.querySelectorAll('details:not([open])').length"), 0)
        self.assertTrue(tab.run("[...document.querySelectorAll('.view')].every(v => v.scrollWidth <= v.clientWidth + 1)"), "a graph is cut off")
        self.assertEqual(tab.run("getComputedStyle(document.body).backgroundColor"), "rgb(255, 255, 255)")
        tab.run("dispatchEvent(new Event('afterprint'))")
        self.assertGreater(tab.run("document.querySelectorAll('details:not([open])').length"), 0)

    def test_hostile_names_do_nothing(self):
        for lang in ("en", "ja"):
            tab = self.open("hostile", lang)
            self.assertNotEqual(tab.run("document.title"), "broken out")
            self.assertEqual(tab.run("document.querySelectorAll('img, script').length"), 1)
            tab.click(*tab.run(centre(".node.culprit")))
            self.assertIn("<script>", tab.run(f"{PANEL}.textContent"))
            self.assertEqual(tab.run("document.querySelectorAll('img, script').length"), 1)

    def test_headings_and_tables_are_in_order(self):
        for name in ("attack", "stream"):
            tab = self.open(name)
            levels = tab.run("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => Number(h.tagName[1]))")
            self.assertEqual(levels[0], 1)
            self.assertEqual(levels.count(1), 1)
            self.assertTrue(all(b <= a + 1 for a, b in zip(levels, levels[1:])), levels)
            self.assertEqual(tab.run("[...document.querySelectorAll('th')].filter(e => !e.scope).length"), 0)


if __name__ == "__main__":
    if chromium.find() is None:
        print("skipped: no Chromium on this machine (Debian package: chromium)")
        sys.exit(77)
    try:
        browser = chromium.Browser(chromium.find())
        print(browser.call("Browser.getVersion")["product"])
        browser.close()
    except (OSError, EOFError) as error:
        print(f"skipped: {chromium.find()} does not start here ({error})")
        sys.exit(77)
    command.BINARY[0] = os.path.abspath(sys.argv.pop(1))
    FOLDER[0] = os.path.abspath(sys.argv.pop(1))
    unittest.main(verbosity=1)
