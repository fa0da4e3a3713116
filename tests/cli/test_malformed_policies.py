# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""More than 2,000 broken policy files, made from sound ones: each is refused with the line, the key and a reason."""
import copy
import json
import random
import re

from command import CLEAN, FAILED, CliTest, bartizan

DIGEST = "12ab" * 16
SOUND = {
    "format": 1,
    "comment": "anything, even {\"format\": 2}",
    "mode": "audit",
    "rules": {"deferred_start": "off", "boot_key_read": "audit"},
    "sets": {"browsers": ["a.exe", "Größe.exe"], "verifier_providers": ["v.dll"], "native_hosts": ["C:\\Program Files\\host.bat"]},
    "windows": {"burst_s": 5, "store_s": 600},
    "switches": {"lock_every_browser_child": True, "trust_from_path": False},
    "exclusions": [
        {"rule": "lsass_handle_theft", "actor": {"sha256": DIGEST, "path": "C:\\Tools\\t.exe"}, "target": {"path": "C:\\Windows\\System32\\lsass.exe"}, "max_mask": "0x1410",
         "expires": "2027-03-31T00:00:00Z", "author": "ada", "reason": "drill"},
        {"rule": "token_borrowing", "actor": {"certificate_sha256": DIGEST, "name": "t.exe"}, "expires": "2027-01-01T00:00:00Z", "author": "ada", "reason": "r"},
    ],
}

LONG = "x" * 40000
ANY_TYPE = (None, True, 5, -1, 1.5, "", "x", [], {}, [1], {"x": 1}, LONG)


def without(*values):
    """Values of every type but these, which would be right."""
    return [v for v in ANY_TYPE if not any(v == w and type(v) is type(w) for w in values)]


TEXT = [v for v in ANY_TYPE if not isinstance(v, str)] + ["", LONG]
NAME = TEXT + ["C:\\a.exe", "a/b", "a:b", "a*", "?", "a\u0001", "\"", "<a>", "|"]
PATH = TEXT + ["a.exe", "tools\\a.exe", "C:", "C:\\", "C:\\PROGRA~1\\a.exe", "C:\\a.exe:stream", "..\\a", "\\\\.\\PHYSICALDRIVE0"]
DIGESTS = TEXT + ["x", DIGEST[1:], DIGEST + "0", "g" * 64, " " * 64, "0x" + DIGEST[2:]]
TIMES = TEXT + ["x", "2027", "2027-13-01T00:00:00Z", "2027-02-30T00:00:00Z", "2027-01-01", "2027-01-01T24:00:00Z", "2027-01-01T00:00:60Z", "tomorrow", "2027-01-01T00:00:00+01:00"]
MODES = without() + ["Block", "kill", "off ", "BLOCK"]
SECONDS = [v for v in without(5)] + [0, 1 << 64, 31622401, "5", 5.0, -5]
WRONG = {  # pointer: values that it must not have
    ("format",): without() + [2, 0, "1", [1]],
    ("mode",): MODES,
    ("rules",): without({}, {"x": 1}), ("rules", "deferred_start"): MODES, ("rules", "boot_key_read"): MODES,
    ("sets",): without({}, {"x": 1}), ("sets", "browsers"): without([], [1]), ("sets", "native_hosts"): without([], [1]),
    ("sets", "browsers", 0): NAME, ("sets", "browsers", 1): NAME, ("sets", "verifier_providers", 0): NAME, ("sets", "native_hosts", 0): PATH,
    ("windows",): without({}, {"x": 1}), ("windows", "burst_s"): SECONDS, ("windows", "store_s"): SECONDS,
    ("switches",): without({}, {"x": 1}), ("switches", "lock_every_browser_child"): without(True) + [0, "true"], ("switches", "trust_from_path"): without(True) + ["false"],
    ("exclusions",): without([], [1]), ("exclusions", 0): without({}, {"x": 1}), ("exclusions", 1): without({}, {"x": 1}),
    ("exclusions", 0, "rule"): TEXT + ["x", "boot_key_read", "LSASS_handle_theft"], ("exclusions", 0, "max_mask"): TEXT + ["x", "0x", "0x1ffffffff", "1410h", "-1", "1.5"],
    ("exclusions", 0, "expires"): TIMES, ("exclusions", 1, "expires"): TIMES, ("exclusions", 0, "author"): TEXT, ("exclusions", 1, "reason"): TEXT,
    ("exclusions", 0, "actor"): without({}, {"x": 1}), ("exclusions", 0, "actor", "sha256"): DIGESTS, ("exclusions", 1, "actor", "certificate_sha256"): DIGESTS,
    ("exclusions", 0, "actor", "path"): PATH, ("exclusions", 1, "actor", "name"): NAME, ("exclusions", 0, "target"): without({}, {"x": 1}), ("exclusions", 0, "target", "path"): PATH,
}


def text_of(policy):
    return json.dumps(policy, indent=1, ensure_ascii=False).encode()


WHOLE = text_of(SOUND)


def changed_line(content):
    """1-based number of the first line that differs from the sound file's."""
    for number, (old, new) in enumerate(zip(WHOLE.split(b"\n"), content.split(b"\n")), 1):
        if old != new:
            return number
    return None


def parent_of(policy, pointer):
    for part in pointer[:-1]:
        policy = policy[part]
    return policy


def dotted(pointer):
    return ".".join(str(part) for part in pointer)


def objects(value, pointer=()):
    """Pointers of all objects that have a fixed set of members."""
    if isinstance(value, dict):
        yield pointer
        for key, member in value.items():
            yield from objects(member, pointer + (key,))
    if isinstance(value, list):
        for index, member in enumerate(value):
            yield from objects(member, pointer + (index,))


def broken():
    """(content, line or None, key or None) of each broken file."""
    chance = random.Random(7)
    for pointer, values in WRONG.items():
        for value in values:
            policy = copy.deepcopy(SOUND)
            parent_of(policy, pointer)[pointer[-1]] = value
            yield text_of(policy), changed_line(text_of(policy)), dotted(pointer)
    for pointer in objects(SOUND):  # strangers, and members that stand twice
        for stranger in ("x", "Mode", "format ", "a.b", "a/b", "a~b", "$schema", ""):
            policy = copy.deepcopy(SOUND)
            holder = parent_of(policy, pointer + (0,))
            members = dict(holder)
            holder.clear()
            holder.update({stranger: 1, **members})
            yield text_of(policy), changed_line(text_of(policy)), dotted(pointer + (stranger,))
    lines = WHOLE.split(b"\n")
    for number, line in enumerate(lines):
        member = re.match(rb'^ +"(\w+)": (?!\{$|\[$)', line)
        if member:
            twice = line if line.endswith(b",") else line + b","
            yield b"\n".join(lines[:number] + [twice] + lines[number:]), number + 2, member[1].decode()
    for pointer in ((), ("exclusions", 0), ("exclusions", 1)):  # members that must be there
        for key in ("format",) if not pointer else ("rule", "actor", "expires", "author", "reason"):
            policy = copy.deepcopy(SOUND)
            del parent_of(policy, pointer + (0,))[key]
            yield text_of(policy), None, dotted(pointer) or "document"
    for size in range(len(WHOLE)):  # cut short
        yield WHOLE[:size], WHOLE[:size].count(b"\n") + 1, "document"
    in_strings = [at for at in range(len(WHOLE)) if WHOLE[at : at + 1].isalpha()]
    for bad in (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\x80", b"\x00", b"\x1f", b"\n", b"\\x", b"\\u12z", b"\\ud800"):
        for at in chance.sample(in_strings, 30):
            before = WHOLE[:at]
            yield before + bad + WHOLE[at:], None, "document"
    for number in (b"01", b"+1", b"0x1", b"1.", b".1", b"1e", b"--1", b"NaN", b"Infinity", b"1e999", b"1_0", b"1,,", b"'1'"):
        for key in (b'"format": ', b'"burst_s": ', b'"store_s": '):
            yield re.sub(key + rb"\d+", lambda m, key=key, number=number: key + number, WHOLE), WHOLE[: WHOLE.index(key)].count(b"\n") + 1, "document"
    for scalar in (b"", b" ", b"null", b"true", b"1", b'"x"', b"[]", b"[{}]", b"{} {}", b"[" * 5000, b'{"format":' * 5000, b"\xef\xbb\xbf", b"//", b"{,}", WHOLE + b"x", WHOLE * 2, WHOLE + b"\0", WHOLE + b"\0x", b"1\0{"):
        yield scalar, None, "document"


class MalformedPolicies(CliTest):
    def check(self, contents):
        paths = [self.write(f"{n}.json", content) for n, content in enumerate(contents)]
        result = bartizan("policy", "check", "--json", *paths)
        lines = result.lines()
        self.assertEqual([line["path"] for line in lines], paths)
        return result, [line["problems"] for line in lines]

    def test_the_sound_one_is_sound(self):
        result, problems = self.check([WHOLE, json.dumps(SOUND).encode(), b"\xef\xbb\xbf" + WHOLE])
        self.assertEqual((result.code, problems), (CLEAN, [[], [], []]))

    def test_each_is_refused_with_line_key_and_reason(self):
        cases = list(broken())
        self.assertGreaterEqual(len(cases), 2000)
        result, answers = self.check([content for content, _, _ in cases])
        self.assertEqual(result.code, FAILED)
        for n, ((content, line, key), problems) in enumerate(zip(cases, answers)):
            with self.subTest(n=n, key=key, line=line, content=content[:80]):
                self.assertTrue(problems, "accepted")
                told = []
                for sentence in problems:
                    self.assertTrue(sentence.startswith(self.path(f"{n}.json") + ": line "), sentence)
                    parts = re.match(r"line (\d+): (.*?): (.+)", sentence[len(self.path(f"{n}.json")) + 2 :], re.DOTALL)
                    self.assertTrue(parts, sentence)
                    told.append((int(parts[1]), parts[2]))
                    self.assertLessEqual(int(parts[1]), content.count(b"\n") + 1)
                named = [number for number, name in told if name == key or name.startswith(key + ".") or (key and name.endswith("." + key))]
                self.assertTrue(named, f"{key} not in {told}")
                if line is not None:
                    self.assertIn(line, named)
        print(f"{len(cases)} broken policies refused")
