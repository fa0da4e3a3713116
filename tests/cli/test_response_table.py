# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""The brief's response table from event to plan to report: its own copy of the table here, a synthetic stream or file for each row,
and the plan that `replay --json` and `scan --json` give. Nothing here was recorded; every input is made by this test."""
import json
import struct

from command import CLEAN, CONVICTED, MODEL, CliTest, bartizan
from pe_file import E_LFANEW, pe_file
from test_lists import EXPIRES, header, lines
from test_model import sealed

#                               user   root   admin    health   process           clean-up
TABLE = {
    "credential theft":        ("yes", "yes", "alert", "red",   "terminated",     "no"),
    "code cave":               ("yes", "yes", "event", "green", "not started",    "yes"),
    "remote injection":        ("yes", "yes", "alert", "red",   "terminated",     "no"),
    "privilege escalation":    ("yes", "yes", "alert", "red",   "terminated",     "yes"),
    "APC protection":          ("yes", "yes", "event", "green", "terminated",     "yes"),
    "Application Verifier":    ("no",  "no",  "none",  "green", "not applicable", "no"),
    "PowerShell from browser": ("yes", "yes", "event", "green", "terminated",     "no"),
    "HTA from browser":        ("yes", "yes", "event", "green", "terminated",     "no"),
    "malware":                 ("yes", "yes", "event", "green", "not started",    "yes"),
    "PUA":                     ("yes", "yes", "event", "green", "not started",    "no"),
    # ours
    "LSASS rights stripped":   ("no",  "no",  "event", "green", "not applicable", "no"),
    "boot sector read":        ("no",  "no",  "event", "green", "not applicable", "no"),
    "credential access seen":  ("no",  "no",  "event", "green", "not applicable", "no"),
    "suspicion":               ("no",  "no",  "event", "green", "not applicable", "no"),
}

ORDER = ["strip", "deny", "not_prevented", "terminate", "termination_withheld", "quarantine", "record", "event", "alert", "health_red", "notify_user",
         "root_cause_analysis", "clean_up"]

EXPLORER, FIREFOX, TOOL = "C:\\Windows\\explorer.exe", "C:\\Program Files\\Mozilla Firefox\\firefox.exe", "C:\\Users\\a\\tool.exe"
AGENT, SYSTEM32 = "C:\\Program Files\\Vendor\\agent.exe", "C:\\Windows\\System32\\"


def event(channel, event_id, second, **fields):
    return json.dumps({"ch": channel, "id": event_id, "t": f"2026-01-01T00:00:{second:02}.000Z", "host": "h", **fields})


def start(second, pid, image, parent, parent_image, **more):
    return event("sysmon", 1, second, ProcessId=pid, Image=image, ParentProcessId=parent, ParentImage=parent_image, CommandLine=more.pop("line", "x y"), **more)


def opens(actor, image, mask, trace=SYSTEM32 + "ntdll.dll+1|" + TOOL + "+2|" + SYSTEM32 + "ntdll.dll+3"):
    return event("sysmon", 10, 2, SourceProcessId=actor, SourceImage=image, TargetProcessId=700, TargetImage=SYSTEM32 + "lsass.exe", GrantedAccess=mask, CallTrace=trace)


STREAMS = {
    "credential theft": ("lsass_handle_theft", [start(1, 200, TOOL, 100, EXPLORER), opens(200, TOOL, "0x1410")]),
    "remote injection": ("remote_thread_injected", [
        start(1, 200, TOOL, 100, EXPLORER), start(2, 300, SYSTEM32 + "notepad.exe", 100, EXPLORER),
        event("sysmon", 8, 30, SourceProcessId=200, SourceImage=TOOL, TargetProcessId=300, TargetImage=SYSTEM32 + "notepad.exe", StartAddress="0x0000020000000000",
              StartModule="", StartFunction="", NewThreadId=9)]),
    "privilege escalation": ("system_child", [
        start(1, 200, TOOL, 100, EXPLORER, User="H\\ada", IntegrityLevel="Medium", ParentUser="H\\ada"),
        start(2, 300, SYSTEM32 + "cmd.exe", 200, TOOL, User="NT AUTHORITY\\SYSTEM", IntegrityLevel="System", ParentUser="H\\ada")]),
    "APC protection": ("remote_apc_abused", [
        start(1, 200, TOOL, 100, EXPLORER), start(2, 300, SYSTEM32 + "notepad.exe", 100, EXPLORER),
        event("etw_ti", 4, 30, CallingProcessId=200, TargetProcessId=300, TargetThreadId=9, ApcRoutine="0x20000000000", ApcRoutineVadQueryResult=0,
              ApcRoutineVadAllocationProtect=64, ApcRoutineVadRegionType=0x20000, ApcRoutineVadMmfName="", ApcArgument1=0, ApcArgument2=0, ApcArgument3=0)]),
    "Application Verifier": ("verifier_provider_registration", [
        event("sysmon", 13, 1, EventType="SetValue", ProcessId=200, Image=TOOL, Details="foreign.dll",
              TargetObject="HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options\\MsMpEng.exe\\VerifierDlls")]),
    "PowerShell from browser": ("browser_powershell", [
        start(1, 200, FIREFOX, 100, EXPLORER), start(2, 300, SYSTEM32 + "powershell.exe", 200, FIREFOX, OriginalFileName="PowerShell.EXE")]),
    "HTA from browser": ("html_application", [
        start(1, 200, FIREFOX, 100, EXPLORER), start(2, 300, SYSTEM32 + "mshta.exe", 200, FIREFOX, OriginalFileName="MSHTA.EXE", line="mshta.exe C:\\Users\\a\\Downloads\\x.hta"),
        start(3, 400, SYSTEM32 + "calc.exe", 300, SYSTEM32 + "mshta.exe")]),
    "LSASS rights stripped": ("lsass_handle_theft", [start(1, 200, AGENT, 100, EXPLORER), opens(200, AGENT, "0x40", SYSTEM32 + "ntdll.dll+1|" + AGENT + "+2")]),
    "boot sector read": ("raw_disk_read", [start(1, 200, TOOL, 100, EXPLORER), event("sysmon", 9, 2, ProcessId=200, Image=TOOL, Device="\\Device\\Harddisk0\\DR0")]),
    "credential access seen": ("lsass_module", [
        event("sysmon", 7, 2, ProcessId=700, Image=SYSTEM32 + "lsass.exe", ImageLoaded=SYSTEM32 + "vendor.dll", Signed="true", SignatureStatus="Valid", Signature="Vendor")]),
    "suspicion": ("remote_thread_injected", [
        start(1, 200, TOOL, 100, EXPLORER), start(2, 300, SYSTEM32 + "notepad.exe", 100, EXPLORER),
        event("sysmon", 8, 30, SourceProcessId=200, SourceImage=TOOL, TargetProcessId=300, TargetImage=SYSTEM32 + "notepad.exe", StartAddress="0x0000020000000000",
              StartModule=SYSTEM32 + "user32.dll", StartFunction="", NewThreadId=9)]),
}


def steps_of(plan):
    return [step["step"] for step in plan]


def program(entry_in_slack):
    """A 32-bit program; its entry point may lie in the unused tail of its code, where harmless instructions lead back into it."""
    text = b"\x55\x8b\xec\x33\xc0\x5d\xc3".ljust(16, b"\xcc") * 8
    content = bytearray(pe_file(sections=((b".text", text), (b".data", b"harmless")), plus=False))
    if entry_in_slack:
        at, rva = 0x320, 0x1120
        stub = b"\x55\x8b\xec\x60\xe8" + struct.pack("<i", 0x1000 - (rva + 9)) + b"\x61\x5d\xe9" + struct.pack("<i", 0x1010 - (rva + 16))
        content[at : at + len(stub)] = stub
        struct.pack_into("<I", content, E_LFANEW + 24 + 16, rva)
    return bytes(content)


class ResponseTable(CliTest):
    def findings(self, stream, *options):
        result = bartizan("replay", "--json", *options, self.write("synthetic.jsonl", "\n".join(stream) + "\n"))
        self.assertNotIn(": line ", result.err)
        return result.lines()

    def finding(self, row, *options):
        rule, stream = STREAMS[row]
        found = [f for f in self.findings(stream, *options) if f["rule"] == rule and f["verdict"] != "blind"]
        self.assertTrue(found, row)
        return found[-1]

    def assert_plan(self, plan, row):
        user, root_cause, admin, health, process, clean_up = TABLE[row]
        steps = steps_of(plan)
        self.assertEqual(steps, sorted(steps, key=ORDER.index), row)
        self.assertIn("record", steps)
        for column, step in ((user == "yes", "notify_user"), (root_cause == "yes", "root_cause_analysis"), (admin == "alert", "alert"), (admin == "event", "event"),
                             (health == "red", "health_red"), (clean_up == "yes", "clean_up"), (process == "terminated", "terminate"), (process == "not started", "quarantine")):
            self.assertEqual(step in steps, column, f"{row}: {step} in {steps}")
        for step in plan:
            self.assertEqual(list(step), ["step", "object", "why"])
            self.assertTrue(step["why"])

    def test_rows_of_behaviour(self):
        for row in STREAMS:
            with self.subTest(row):
                found = self.finding(row)
                user, root_cause, admin, health, process, clean_up = TABLE[row]
                convicted = process == "terminated" or row == "Application Verifier"
                self.assertEqual(found["verdict"], "convict" if convicted else "strip" if row == "LSASS rights stripped" else "event")
                self.assert_plan(found["plan"], row)
                ended = [s["object"]["pid"] for s in found["plan"] if s["step"] == "terminate"]
                self.assertEqual(ended, [found["actor"]["pid"]] if process == "terminated" else [])
                shown = found["disposition"]
                self.assertEqual(["yes" if shown["user_notified"] else "no", "yes" if shown["root_cause_analysis"] else "no", shown["admin"], shown["health"],
                                  "yes" if shown["clean_up"] else "no"], [user, root_cause, admin, health, clean_up])

    def test_a_critical_process_is_never_ended(self):
        csrss = SYSTEM32 + "csrss.exe"
        stream = [start(1, 200, csrss, 100, SYSTEM32 + "smss.exe"), start(2, 300, SYSTEM32 + "notepad.exe", 100, EXPLORER),
                  event("sysmon", 8, 30, SourceProcessId=200, SourceImage=csrss, TargetProcessId=300, TargetImage=SYSTEM32 + "notepad.exe", StartAddress="0x20000000000",
                        StartModule="", StartFunction="", NewThreadId=9)]
        found = [f for f in self.findings(stream) if f["verdict"] == "convict"]
        self.assertEqual([f["rule"] for f in found], ["remote_thread_injected"])
        self.assertNotIn("terminate", steps_of(found[0]["plan"]))
        withheld = [s for s in found[0]["plan"] if s["step"] == "termination_withheld"]
        self.assertEqual([s["object"]["pid"] for s in withheld], [200])
        self.assertIn("alert", steps_of(found[0]["plan"]))

    def test_audit_tells_and_does_nothing(self):
        policy = self.write("audit.json", json.dumps({"format": 1, "mode": "audit"}))
        for row in STREAMS:
            if TABLE[row][4] != "terminated":
                continue
            steps = steps_of(self.finding(row, "--policy", policy)["plan"])
            self.assertEqual(steps, ["record", "event", "root_cause_analysis"], row)

    def model(self, malware, pua):
        """The shipped model with other thresholds, so that one harmless program falls into each class."""
        with open(MODEL, "rb") as file:
            content = bytearray(file.read())
        struct.pack_into("<2i", content, 128, malware, pua)
        return self.write("model.btz", sealed(bytes(content)))

    def scan(self, content, *options):
        path = self.write("file.exe", content)
        result = bartizan("scan", "--json", *options, path)
        self.assertIn(result.code, (CLEAN, CONVICTED), result.err)
        line = result.lines()[0]
        for step in line["plan"]:
            self.assertEqual(step["object"], {"kind": "file", "path": path})
        return line

    def list_of(self, kind, **key):
        out = self.path(kind + ".bzl")
        text = self.write(kind + ".jsonl", lines(header(kind), {**key, "expires": EXPIRES, "author": "ada", "reason": "tested"}))
        self.assertEqual(bartizan("lists", "build", "--out", out, text).code, CLEAN)
        return ("--lists", out)

    def test_rows_of_files(self):
        above, always = 32769, 0
        rows = (("malware", "malware", program(False), (always, above)), ("PUA", "pua", program(False), (always, always)), ("code cave", "legitimate", program(True), (above, above)))
        for row, verdict, content, thresholds in rows:
            with self.subTest(row):
                model = ("--model", self.model(*thresholds))
                line = self.scan(content, *model)
                self.assertEqual((line["verdict"], line["outcome"]), (verdict, "convict"))
                self.assert_plan(line["plan"], row)
                digest = line["sha256"]
                for kind in ("suppression", "local_allow", "global_allow"):
                    self.assertEqual(steps_of(self.scan(content, *model, *self.list_of(kind, sha256=digest))["plan"]), ["record"])
                self.assertEqual(steps_of(self.scan(content, *model, *self.list_of("local_allow", name="file.exe"))["plan"]), ["record", "event"])
                self.assert_plan(self.scan(content, *model, *self.list_of("block", sha256=digest))["plan"], row)
        clean = ("--model", self.model(above, above))
        line = self.scan(program(False), *clean)
        self.assertEqual(line["plan"], [])
        self.assert_plan(self.scan(program(False), *clean, *self.list_of("block", sha256=line["sha256"]))["plan"], "malware")

    def test_every_row_was_exercised(self):
        self.assertEqual(set(STREAMS) | {"malware", "PUA", "code cave"}, set(TABLE))
