# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""bartizan replay of Windows event logs (.evtx): logs built here, read through libevtx, against the same events as JSON Lines."""
import json

import evtx_builder
from command import CONVICTED, FAILED, CliTest, bartizan

SYSMON = "Microsoft-Windows-Sysmon/Operational"
OPEN = {"UtcTime": "2026-01-01 00:00:01.500", "SourceProcessId": "200", "SourceImage": "C:\\Users\\a\\tool & <co>.exe", "TargetProcessId": "700",
        "TargetImage": "C:\\Windows\\System32\\lsass.exe", "GrantedAccess": "0x1410",
        "CallTrace": "C:\\Windows\\System32\\ntdll.dll+1|UNKNOWN(000002EE319439BF)"}
START = {"NewProcessId": "0x12c", "NewProcessName": "C:\\Windows\\System32\\cmd.exe", "ProcessId": "0xc8", "ParentProcessName": "C:\\Users\\a\\tool.exe",
         "SubjectUserSid": "S-1-5-18", "CommandLine": "cmd \u00fc\u4e2d"}
EVENTS = [dict(channel=SYSMON, id=10, time="2026-01-01T00:00:02.0000000Z", computer="h", data=OPEN),
          dict(channel="Application", id=1000, time="2026-01-01T00:00:02.5000000Z", computer="h", data={"Data": "x"}),
          dict(channel="Security", id=4688, time="2026-01-01T00:00:03.0000000Z", computer="h", data=START)]


def as_lines(events):
    channels = {SYSMON: "sysmon", "Security": "security", "System": "system"}
    for e in events:
        yield json.dumps(dict({"ch": channels.get(e["channel"], e["channel"]), "id": e["id"], "t": e["data"].get("UtcTime", e["time"]), "host": e["computer"]},
                              **e["data"]))


class Evtx(CliTest):
    def log(self, content, name="log.evtx"):
        path = self.write(name, content)
        result = bartizan("replay", "--json", path)
        if "this build reads no .evtx file" in result.err:
            self.assertEqual(result.code, FAILED)
            self.skipTest("built without libevtx and pugixml")
        return result

    def test_a_log_gives_what_the_same_events_give_as_lines(self):
        result = self.log(evtx_builder.build(EVENTS))
        self.assertEqual(result.code, CONVICTED)
        lines = bartizan("replay", "--json", self.write("log.jsonl", "\n".join(as_lines(EVENTS)) + "\n"))
        strip = [dict(f, file="") for f in result.lines()]
        self.assertEqual(strip, [dict(f, file="") for f in lines.lines()])
        theft = [f for f in strip if f["verdict"] == "convict" and f["family"] == "cred_lsass"]
        self.assertEqual([(f["line"], f["t"], f["actor"]["pid"]) for f in theft], [(0, "2026-01-01 00:00:01.500", 200)])
        self.assertEqual(theft[0]["actor"]["image"], "C:\\Users\\a\\tool & <co>.exe")
        self.assertIn("3 events (2 of kinds that rules read)", result.err)

    def test_many_records(self):
        events = [dict(EVENTS[0], data=dict(OPEN, SourceProcessId=str(1000 + n))) for n in range(60)]
        found = [f for f in self.log(evtx_builder.build(events)).lines() if f["family"] == "cred_lsass" and f["verdict"] == "convict"]
        self.assertEqual([f["line"] for f in found], list(range(60)))

    def test_broken_logs_are_named_and_survived(self):
        good = evtx_builder.build(EVENTS)
        for broken in (b"", b"not a log", good[:100], good[:4096], b"ElfFile\0" + b"\xff" * 5000):
            result = self.log(broken)
            self.assertEqual(result.code, FAILED)
            self.assert_complains(result, "log.evtx")
        for at in range(4096 + 512, 4096 + 2200, 37):  # records that lie
            damaged = bytearray(good)
            damaged[at] ^= 0xFF
            self.assertIn(self.log(bytes(damaged)).code, (0, CONVICTED, FAILED))
