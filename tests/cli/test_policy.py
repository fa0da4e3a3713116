# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""bartizan replay --policy: modes, sets, exclusions, and a sentence with line, key and reason for every mistake."""
import json
import os

from command import CLEAN, CONVICTED, FAILED, ROOT, STREAM, CliTest, bartizan

EXAMPLE = os.path.join(ROOT, "examples", "policies", "strict.json")
FIREFOX = "C:\\Program Files\\Mozilla Firefox\\firefox.exe"
HASH = "229EBBA62347B77EA2FFAD93308E7052BDAE39A24EA828D6EF93FE694CA62197"


def sysmon(event_id, second, **fields):
    return json.dumps(dict({"ch": "sysmon", "id": event_id, "t": f"2026-01-01T00:00:{second:02}.000Z", "host": "h"}, **fields))


def start(second, pid, image, parent, parent_image, **more):
    return sysmon(1, second, ProcessId=pid, Image=image, ParentProcessId=parent, ParentImage=parent_image, CommandLine="x y",
                  Hashes="SHA256=" + HASH, **more)


class Policy(CliTest):
    def policy(self, **members):
        return self.write("policy.json", json.dumps(dict({"format": 1}, **members), indent=1))

    def replay(self, policy, *lines):
        recording = self.write("r.jsonl", "\n".join(lines) + "\n")
        result = bartizan("replay", "--json", "--policy", policy, recording)
        return result, [f for f in result.lines() if f["verdict"] == "convict"]

    def test_the_example_is_sound(self):
        self.assertEqual(bartizan("replay", "--json", "--policy", EXAMPLE, STREAM).code, CONVICTED)

    def test_modes(self):
        lines = (start(1, 200, FIREFOX, 100, "C:\\Windows\\explorer.exe"),
                 start(2, 300, "C:\\Windows\\System32\\powershell.exe", 200, FIREFOX, OriginalFileName="PowerShell.EXE"))
        for mode in ("block", "audit", "off"):
            result, convicted = self.replay(self.policy(rules={"browser_powershell": mode}), *lines)
            self.assertEqual(len(convicted), 0 if mode == "off" else 1)
            if convicted:
                self.assertEqual(convicted[0].get("mode"), "audit" if mode == "audit" else None)
            self.assertEqual(result.code, CLEAN if mode == "off" else CONVICTED)
        self.assertIn("dropped by the policy: 1 answer", result.err)

    def test_strict_lockdown_and_a_set(self):
        lines = (start(1, 200, "C:\\Apps\\ourbrowser.exe", 100, "C:\\Windows\\explorer.exe"),
                 start(2, 300, "C:\\Windows\\System32\\calc.exe", 200, "C:\\Apps\\ourbrowser.exe"))
        strict = {"lock_every_browser_child": True}
        self.assertEqual(len(self.replay(self.policy(switches=strict), *lines)[1]), 0)
        self.assertEqual(len(self.replay(self.policy(switches=strict, sets={"browsers": ["OurBrowser.exe"]}), *lines)[1]), 1)

    def test_an_exclusion_by_hash(self):
        lines = (start(1, 200, "C:\\Users\\a\\tool.exe", 100, "C:\\Windows\\explorer.exe"),
                 sysmon(10, 2, SourceProcessId=200, SourceImage="C:\\Users\\a\\tool.exe", TargetProcessId=700,
                        TargetImage="C:\\Windows\\System32\\lsass.exe", GrantedAccess="0x1410",
                        CallTrace="C:\\Windows\\System32\\ntdll.dll+1|C:\\Users\\a\\tool.exe+2|C:\\Windows\\System32\\ntdll.dll+3"))
        exclusion = {"rule": "lsass_handle_theft", "actor": {"sha256": HASH.lower()}, "expires": "2026-02-01T00:00:00Z", "author": "a", "reason": "r"}
        self.assertEqual(len(self.replay(self.policy(), *lines)[1]), 1)
        self.assertEqual(len(self.replay(self.policy(exclusions=[exclusion]), *lines)[1]), 0)
        expired = dict(exclusion, expires="2025-12-31T00:00:00Z")
        self.assertEqual(len(self.replay(self.policy(exclusions=[expired]), *lines)[1]), 1)

    def refused(self, content, *words):
        result = bartizan("replay", "--policy", self.write("policy.json", content), STREAM)
        self.assertEqual(result.code, FAILED)
        self.assertEqual(result.out, "")
        self.assert_complains(result, "policy.json: line ", *words)

    def test_every_mistake_has_its_line_key_and_reason(self):
        self.refused("", "line 1: document: is not JSON")
        self.refused('{\n "format": 1,\n "mode": }', "line 3: document: is not JSON")
        self.refused("[]", "line 1: document: a policy is a JSON object")
        self.refused("{}", "'format' is missing")
        self.refused('{"format": 2}', "line 1: format: this version reads format 1")
        body = '{\n "format": 1,\n%s\n}'
        self.refused(body % ' "mode": "kill"', "line 3: mode: must be")
        self.refused(body % ' "modes": 1', "line 3: modes: no such key")
        self.refused(body % ' "rules": {\n  "no_such_rule": "off"}', "line 4: rules.no_such_rule: no rule has this name")
        self.refused(body % ' "rules": {"boot_key_read":\n "x"}', "line 4: rules.boot_key_read: must be")
        self.refused(body % ' "sets": {"browsers": [\n"a.exe",\n"C:\\\\b.exe"]}', "line 5: sets.browsers.1: must be a file name")
        self.refused(body % ' "sets": {"native_hosts": ["a.bat"]}', "sets.native_hosts.0: must be a whole path")
        self.refused(body % ' "sets": {"cars": []}', "sets.cars: no such set")
        self.refused(body % ' "windows": {"burst_s": 0}', "windows.burst_s: must be a whole number of seconds")
        self.refused(body % ' "windows": {"burst_s": 1.5}', "windows.burst_s: must be a whole number")
        self.refused(body % ' "windows": {"a/b~c": 1}', "no such window")
        self.refused(body % ' "switches": {"trust_from_path": "on"}', "switches.trust_from_path: must be true or false")
        self.refused(body % ' "exclusions": [\n{"rule": "boot_key_read"}]', "line 4: exclusions.0.rule: this rule admits no exclusion")
        self.refused(body % ' "exclusions": [{"rule": "token_borrowing"}]', "exclusions.0: it names no actor")
        self.refused(body % ' "exclusions": [{"rule": "token_borrowing", "actor": {"sha256": "12"}}]', "exclusions.0.actor.sha256: must be 64")
        self.refused(body % ' "exclusions": [{"rule": "token_borrowing", "actor": {"name": "a.exe"}, "expires": "soon"}]', "exclusions.0.expires: must be an ISO")
        self.refused(body % ' "exclusions": [{"rule": "token_borrowing", "actor": {"name": "a.exe"}, "expires": "2027-01-01T00:00:00Z", "author": "a"}]',
                     "exclusions.0: it gives no reason")
        self.refused(body % ' "exclusions": [{"max_mask": "lots"}]', "exclusions.0.max_mask: must be an access mask")

    def test_all_mistakes_are_told_at_once(self):
        result = bartizan("replay", "--policy", self.policy(mode="x", cars=1), STREAM)
        self.assertEqual(len([line for line in result.err.splitlines() if "policy.json: line" in line]), 2)

    def test_a_missing_file(self):
        result = bartizan("replay", "--policy", self.path("none.json"), STREAM)
        self.assertEqual(result.code, FAILED)
        self.assert_complains(result, "none.json", "cannot be read")
