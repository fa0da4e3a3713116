# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""bartizan report, as an administrator reads it: what happened, whether it was stopped, and what to do."""
import json
import re

from command import CONVICTED, bartizan
from report_samples import SYSTEM, Graph, attack_graph, finding, large_graph, time
from test_report import ReportTest

HOST = "SYNTHETIC-WS01"


def plain(page):
    return re.sub(r"\s+", " ", page.text())


def process_start(pid, image, command_line, parent, second, channel="sysmon"):
    """A process start by Sysmon 1 or by Security 4688."""
    if channel == "security":
        return {"ch": "security", "id": 4688, "t": f"2026-03-02T08:00:{second:02d}.150Z", "host": HOST, "SubjectUserSid": "S-1-5-21-1", "SubjectUserName": "dana",
                "SubjectDomainName": "CONTOSO", "TargetUserSid": "S-1-0-0", "NewProcessId": pid, "NewProcessName": image, "ProcessId": parent[0],
                "ParentProcessName": parent[1], "CommandLine": command_line}
    made = {"ch": "sysmon", "id": 1, "t": f"2026-03-02T08:00:{second:02d}.100Z", "host": HOST, "ProcessId": pid, "User": "CONTOSO\\dana",
            "ProcessGuid": "{5ee0b0a7-%04d-6720-0001-000000001000}" % pid, "Image": image, "CommandLine": command_line, "ParentImage": parent[1],
            "Hashes": "SHA256=" + "AB" * 32, "Company": "Example", "ParentProcessId": parent[0],
            "ParentProcessGuid": "{5ee0b0a7-%04d-6720-0001-000000001000}" % parent[0]}
    return made


class ReportContent(ReportTest):
    def lockdown(self):
        """A browser starts PowerShell; two sensors tell of it."""
        browser, shell = "C:\\Program Files\\Mozilla Firefox\\firefox.exe", SYSTEM + "WindowsPowerShell\\v1.0\\powershell.exe"
        lines = [process_start(100, browser, "firefox.exe", (50, "C:\\Windows\\explorer.exe"), 0),
                 process_start(200, shell, "powershell -File x.ps1", (100, browser), 1),
                 process_start(200, shell, "powershell -File x.ps1", (100, browser), 1, channel="security")]
        return self.write("lockdown.jsonl", "".join(json.dumps(line) + "\n" for line in lines))

    def test_what_happened_is_not_called_harmless(self):
        """The row is green and demands nobody, but what ran has run."""
        result, text = self.report(self.lockdown())
        self.assertEqual(result.code, CONVICTED)
        words = plain(self.assert_self_contained(text))
        self.assertIn("it had already happened, and was not undone", words)
        self.assertIn("Look at what ran: powershell.exe", words)
        self.assertIn("Ask the user which page was open", words)  # a browser stands on the way
        for comfort in ("nothing here demands an administrator", "Nothing is demanded", "is stopped by the response table"):
            self.assertNotIn(comfort, words)
        self.assertRegex(text, r'class="headline amber"')

    def test_what_was_refused_needs_nobody(self):
        """The same row, but the host refused the act: then the page may say that nothing is demanded."""
        green = {"title": "Lockdown: HTA from a browser", "user_notified": True, "root_cause_analysis": True, "admin": "event", "health": "green",
                 "process": "terminated_or_start_blocked", "clean_up": False}
        refused = finding(rule="html_application", family="lockdown", disposition=green, plan=[{"step": "deny", "object": None, "why": "", "state": "done"}])
        words = plain(self.report_of(refused)[1])
        self.assertIn("nothing here demands an administrator", words)
        self.assertNotIn("had already happened", words)
        self.assertIn("make the operation fail done", words)
        late = dict(refused, plan=[{"step": "not_prevented", "object": None, "why": ""}])
        self.assertNotIn("nothing here demands an administrator", plain(self.report_of(late)[1]))

    def test_a_replay_stopped_nothing_and_says_so(self):
        page = self.assert_self_contained(self.report(self.lockdown())[1])
        words = plain(page)
        self.assertEqual(words.count("This is a replay of a recording: nothing was stopped on the machine."), 1)
        self.assertIn("What a protected machine would have done", words)
        self.assertIn("it had already happened when the record arrived; a live sensor would have refused it", words)
        self.assertNotIn("What was done", words)

    def test_a_host_that_reports_its_steps_is_believed(self):
        steps = [{"step": "terminate", "object": {"kind": "process", "pid": 6400, "image": "rundll32.exe"}, "why": "", "state": "done"},
                 {"step": "quarantine", "object": {"kind": "file", "path": "C:\\x.exe"}, "why": "", "state": "failed"}]
        words = plain(self.report_of(finding(plan=steps))[1])
        self.assertIn("What was done", words)
        self.assertRegex(words, r"terminate the process: rundll32.exe \(pid 6400\) +done")
        self.assertRegex(words, r"move the file to quarantine: C:\\x.exe +failed")
        self.assertNotIn("replay of a recording", words)
        self.assertIn("whether it was carried out is not known", plain(self.report_of(finding(plan=[{"step": "alert", "object": None, "why": ""}]))[1]))

    def test_one_act_of_two_sensors_is_one_detection(self):
        path = self.lockdown()
        self.assertEqual(len([f for f in bartizan("replay", "--json", path).lines() if f["verdict"] == "convict"]), 2)
        page = self.assert_self_contained(self.report(path)[1])
        words = plain(page)
        self.assertIn("1 detection on 1 machine", words)
        self.assertIn("seen by Sysmon 1 and Security 4688 (lines 1, 2)", words)
        self.assertRegex(words, r"Lockdown: PowerShell from a browser 1 ")  # the table counts the same
        self.assertEqual(words.count("started powershell.exe"), words.count("started powershell.exe (pid 200") + words.count("firefox.exe started powershell.exe"))
        self.assertNotRegex(words, r"started powershell.exe [^)]*\)[^)]{0,3}\(2 times\)")

    def test_of_one_act_the_stronger_verdict_wins(self):
        """Another process, another target, another rule and another time are other acts."""
        clean = [{"step": "quarantine_file", "grade": "remove", "reason": "payload", "object": "C:\\Users\\Public\\n.dmp", "because": ""}]
        weak = finding(verdict="strip", clean_up=clean, t="2026-03-02T09:12:01.900Z", line=25, target={"guid": "", "pid": None, "image": "\\Device\\HarddiskVolume2\\Windows\\System32\\LSASS.EXE"},
                       disposition=dict(finding()["disposition"], title="LSASS rights stripped", admin="event", health="green"))
        between = finding(verdict="blind", rule="system_child", line=24)
        for first, second in ((finding(), weak), (weak, finding())):
            words = plain(self.report_of(first, between, second)[1])
            self.assertIn("1 detection on 1 machine", words)
            self.assertNotIn("LSASS rights stripped", words)
            self.assertIn("recorded more than once", words)
            self.assertIn("C:\\Users\\Public\\n.dmp", words)  # what only one of them knows
        others = [dict(weak, t="2026-03-02T09:12:03.150Z"), dict(weak, rule="lsass_memory_read"), dict(weak, host="OTHER"),
                  dict(weak, actor=dict(weak["actor"], pid=6404)), dict(weak, target=dict(weak["target"], image="x.exe"))]
        for other in others:
            self.assertIn("LSASS rights stripped", plain(self.report_of(finding(), other)[1]))

    def test_recorded_only_is_no_alert(self):
        words = plain(self.report_of(finding(verdict="event", graph=attack_graph()))[1])
        self.assertNotIn("alert: action required", words)
        self.assertIn("1 more finding was only recorded", words)
        self.assertIn("It is recorded, and nothing else", words)

    def test_a_walk_that_ended_for_want_of_records_is_no_root_cause(self):
        g = Graph()
        shell = g.process(SYSTEM + "cmd.exe", "root_cause", 100, "cmd.exe")
        tool = g.process("C:\\Users\\dana\\tool.exe", "culprit", 200, "tool.exe")
        g.edge(shell, tool, "created", 10)
        _, page = self.report_of(finding(graph=g.json(shell, None)))
        words = plain(page)
        self.assertIn("first seen, process: cmd.exe, pid 100", [v for k, v in page.attributes if k == "aria-label"])
        self.assertIn("The first program that was recorded is cmd.exe (pid 100)", words)
        self.assertIn("What started it was not recorded", words)
        self.assertIn("Came in by not recorded", words)
        self.assertNotIn("root cause", words)
        # With the starter recorded it is one.
        self.assertIn("It began with invoice_viewer.exe", plain(self.report_of(finding(graph=attack_graph()))[1]))

    def test_nothing_happens_before_its_process(self):
        g = Graph()
        shell = g.process(SYSTEM + "cmd.exe", "root_cause", 100, "cmd.exe")
        tool = g.node("process", "C:\\Users\\dana\\tool.exe", "culprit", pid=200, time=time(60))
        g.edge(shell, tool, "created", 60)
        g.edge(tool, g.node("network", "203.0.113.7:443"), "connected", 65)
        g.edges[-1]["first"] = g.edges[-1]["last"] = "2026-02-24T01:00:00.000Z"
        g.edge(tool, g.node("file", "C:\\Users\\dana\\late.exe"), "wrote", 70)
        words = plain(self.report_of(finding(graph=g.json(shell, None)))[1])
        story = words[words.index("in order (UTC)"):words.index("How it came about")]
        self.assertRegex(story, r"09:01:00 cmd.exe .* started tool.exe .*09:01:00 tool.exe .* connected to 203.0.113.7:443 recorded time 2026-02-24 01:00:00 cannot be right .*09:01:10 .* wrote")

    def test_to_do_is_in_the_order_of_doing_it(self):
        g = attack_graph()
        for node in g["nodes"]:
            if node.get("pid") in (6100, 6300, 6400):
                node["user"] = "CONTOSO\\dana"
        injected = finding(graph=g, rule="remote_thread_injected", family="inject", line=30, t="2026-03-02T09:13:00.150Z",
                           disposition=dict(finding()["disposition"], title="Remote reflective DLL injection"))
        words = plain(self.report_of(finding(graph=g), injected)[1])
        todo = words[words.index("What to do next"):words.index("If this is a false alarm")]
        steps = ["off the network", "Save evidence before any restart", "Begin with invoice_viewer.exe", "next sign-in or start: HKLM\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\Updater",
                 "Treat the passwords of every account", "Recorded here: CONTOSO\\dana", "clear the alerts in your product's console"]
        places = [todo.index(step) for step in steps]
        self.assertEqual(places, sorted(places))
        for wanted in ("bartizan quarantine release --vault DIR --allow hash", "docs/lists.md", "add an exclusion to the policy", "docs/policy.md"):
            self.assertIn(wanted, words)

    def test_a_copy_of_the_password_database_is_named(self):
        g = Graph()
        shell = g.process(SYSTEM + "cmd.exe", "root_cause", 100, "cmd.exe")
        tool = g.process(SYSTEM + "esentutl.exe", "culprit", 200, "esentutl.exe /y /vss")
        g.edge(shell, tool, "created", 10)
        made = finding(graph=g.json(shell, None), rule="hive_copy_written", family="cred_hive", target=None, object="C:\\ProgramData\\SAM",
                       actor={"guid": "", "pid": 200, "image": SYSTEM + "esentutl.exe"})
        words = plain(self.report_of(made)[1])
        self.assertIn("Begin with esentutl.exe (pid 200) , a Windows tool that was misused", words)
        self.assertIn("passwords of all local accounts", words)
        self.assertIn("then delete it: C:\\ProgramData\\SAM", words)
        self.assertNotIn("every account that was signed in", words)
        self.assertIn("hash not recorded", words)

    def test_account_and_hash_are_told(self):
        words = plain(self.assert_self_contained(self.report(self.lockdown())[1]))
        self.assertIn("powershell.exe (pid 200, CONTOSO\\dana )", words)
        self.assertIn("ab" * 32, words)
        self.assertIn("Company (as the file says) Example", words)

    def test_the_way_of_the_attack_is_small(self):
        for graph in (attack_graph(), large_graph()):
            _, page = self.report_of(finding(graph=graph))
            way = [i for i in page.ids if re.fullmatch(r"convict-1-p\d+", i)]
            self.assertTrue(3 <= len(way) <= 15, len(way))
            self.assertLess(len(way), len([i for i in page.ids if re.fullmatch(r"convict-1-n\d+", i)]))
        self.assertIn("Show everything (192 more)" if len(way) == 8 else "Show everything", plain(page))

    def test_every_finding_has_its_way_drawn_or_told(self):
        """Beyond the page's room for whole graphs there is the way of the attack, and beyond that its names in one line."""
        made = [finding(graph=large_graph(200), line=i, t=time(200 * i)) for i in range(40)]
        _, page = self.report_of(*made)
        for i in range(40):
            is_drawn = any(re.fullmatch(rf"convict-{i + 1}-p\d+", x) for x in page.ids)
            self.assertEqual(any(re.fullmatch(rf"convict-{i + 1}-n\d+", x) for x in page.ids), i < 3)
            self.assertTrue(is_drawn or i >= 20, i)
        self.assertFalse(is_drawn)
        self.assertIn("Only the way of the attack is drawn here", page.text())
        self.assertRegex(plain(page), r"a_program_with_a_long_name_000.exe \(pid 1000\) → ")

    def test_routine_is_set_apart(self):
        g = attack_graph()
        nodes = g["nodes"]
        for kind, label, act in (("registry", "HKLM\\System\\CurrentControlSet\\Services\\bam\\State\\UserSettings\\x", "registered"),
                                 ("process", SYSTEM + "conhost.exe", "created"), ("registry", "\\REGISTRY\\MACHINE\\SYSTEM\\ControlSet001\\Control\\Lsa", "read")):
            nodes.append({"id": len(nodes), "kind": kind, "label": label, "role": "touched", "time": time(125)})
            g["edges"].append({"from": 6, "to": len(nodes) - 1, "kind": act, "first": time(125), "last": time(125), "count": 1, "record": 90})
        words = plain(self.report_of(finding(graph=g))[1])
        story = words[words.index("in order (UTC)"):words.index("4 routine steps")]
        for name in ("bam", "conhost", "Control\\Lsa"):
            self.assertNotIn(name, story)
        self.assertIn("wrote C:\\Users\\Public\\n.dmp", story)

    def test_what_is_missing_says_which_sensor_has_it(self):
        words = plain(self.report_of(finding(blind=["call_trace", "memory_reads"]))[1])
        self.assertIn("Could not be judged: 2 pieces of information missing", words)
        self.assertIn("Sysmon event 10 (ProcessAccess) with the call trace", words)

    def test_times_say_utc(self):
        words = plain(self.report_of(finding(graph=attack_graph()))[1])
        self.assertIn("2026-03-02 09:12:00 UTC", words)
        self.assertIn("in order (UTC)", words)
