# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""Findings with cause graphs, made up for the report's tests."""
import random

SYSTEM = "C:\\Windows\\System32\\"


def finding(**changes):
    made = {
        "file": "host.jsonl", "line": 24, "t": "2026-03-02T09:12:00.150Z", "host": "SYNTHETIC-WS01", "family": "cred_lsass", "rule": "lsass_handle_theft",
        "technique": "T1003.001", "verdict": "convict", "silent": False,
        "atoms": [{"name": "a8", "sentence": "LSASS was singled out for reading its memory"}], "blind": ["actor_privileges"], "trust_basis": "path",
        "actor": {"guid": "", "pid": 6400, "image": SYSTEM + "rundll32.exe"}, "target": {"guid": "", "pid": 700, "image": SYSTEM + "lsass.exe"},
        "disposition": {"title": "Credential theft", "user_notified": True, "root_cause_analysis": True, "admin": "alert", "health": "red",
                        "process": "terminated", "clean_up": False},
        "evidence_lines": [24], "chain": []}
    made.update(changes)
    return made


def time(second):
    return f"2026-03-02T09:{second // 60:02d}:{second % 60:02d}.000Z"


class Graph:
    def __init__(self):
        self.nodes, self.edges = [], []

    def node(self, kind, label, role="touched", **more):
        self.nodes.append({"id": len(self.nodes), "kind": kind, "label": label, "role": role, **more})
        return len(self.nodes) - 1

    def process(self, name, role, pid, command_line):
        return self.node("process", name, role, pid=pid, command_line=command_line, time=time(0))

    def edge(self, source, target, kind, second, count=1):
        self.edges.append({"from": source, "to": target, "kind": kind, "first": time(second), "last": time(second), "count": count,
                           "record": len(self.edges)})

    def json(self, root, found, cut=(0, 0, 0)):
        return {"root": root, "finding": found, "nodes": self.nodes, "edges": self.edges, "cut": dict(zip(("nodes", "edges", "texts"), cut))}


def attack_graph():
    """From a download to LSASS, with nine files of one kind."""
    g = Graph()
    explorer = g.process("C:\\Windows\\explorer.exe", "ancestor", 4200, "C:\\Windows\\explorer.exe")
    browser = g.process("C:\\Program Files\\Mozilla Firefox\\firefox.exe", "ancestor", 4300, "firefox.exe")
    site = g.node("network", "203.0.113.7:443 (TCP)")
    download = g.node("file", "C:\\Users\\dana\\Downloads\\invoice_viewer.exe")
    viewer = g.process("C:\\Users\\dana\\Downloads\\invoice_viewer.exe", "root_cause", 6100, '"C:\\Users\\dana\\Downloads\\invoice_viewer.exe"')
    shell = g.process(SYSTEM + "WindowsPowerShell\\v1.0\\powershell.exe", "ancestor", 6300, "powershell -nop -w hidden")
    culprit = g.process(SYSTEM + "rundll32.exe", "culprit", 6400, "rundll32.exe comsvcs.dll, #24 700 C:\\Users\\Public\\n.bin full")
    lsass = g.process(SYSTEM + "lsass.exe", "target", 700, SYSTEM + "lsass.exe")
    alert = g.node("alert", "lsass_handle_theft")
    dump = g.node("file", "C:\\Users\\Public\\n.dmp")
    run_key = g.node("registry", "HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\Updater")
    module = g.node("module", SYSTEM + "comsvcs.dll")
    g.edge(explorer, browser, "created", 0)
    g.edge(browser, site, "connected", 5, 14)
    g.edge(browser, download, "wrote", 9)
    g.edge(explorer, viewer, "created", 20)
    g.edge(viewer, shell, "created", 25)
    g.edge(shell, run_key, "registered", 30)
    g.edge(shell, culprit, "created", 120)
    g.edge(culprit, module, "loaded", 120)
    g.edge(culprit, lsass, "opened", 121)
    g.edge(culprit, lsass, "read", 122, 3)
    g.edge(culprit, alert, "convicted", 122)
    g.edge(culprit, dump, "wrote", 123)
    for i in range(9):
        g.edge(shell, g.node("file", f"C:\\Users\\dana\\AppData\\Local\\Temp\\part{i:02d}.tmp"), "wrote", 40 + i)
    return g.json(viewer, alert, (3, 1, 0))


def large_graph(size=200):
    """Tangled, with cycles, of which nothing can be folded away."""
    dice = random.Random(7)
    g = Graph()
    for i in range(size):
        role = {0: "root_cause", 7: "culprit", 8: "target"}.get(i, "ancestor")
        g.process(f"{SYSTEM}some folder\\a_program_with_a_long_name_{i:03d}.exe", role, 1000 + i, f"program {i} /x")
        if i:
            g.edge(dice.randrange(min(i, 25)), i, "created", i)
    for _ in range(40):
        g.edge(dice.randrange(60), dice.randrange(size), "opened", 250)
    return g.json(0, 7)
