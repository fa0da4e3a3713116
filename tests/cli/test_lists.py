# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""bartizan lists build|check|show, and scans that go by lists."""
import hashlib
import json
import os
import random
import shutil
import unittest

from command import CLEAN, CONVICTED, FAILED, MODEL, CliTest, bartizan
from pe_file import pe_file
from signed_pe import Signer, ed25519_key, openssl
from test_model import sealed

EXPIRES, PAST = "2999-12-31T00:00:00Z", "2001-01-01T00:00:00Z"
HAS_OPENSSL = shutil.which("openssl") is not None


def header(kind="local_allow", version=3):
    return {"bartizan_list": 1, "kind": kind, "version": version}


def entry(expires=EXPIRES, author="ada", reason="tested", **key):
    return {**key, "expires": expires, "author": author, "reason": reason}


def lines(*objects):
    return "".join(json.dumps(o, ensure_ascii=False, separators=(",", ":")) + "\n" for o in objects)


def digest(n):
    return hashlib.sha256(str(n).encode()).hexdigest()


ALL_KEYS = (
    entry(sha256=digest(1)),
    entry(authenticode_sha256=digest(2), expires="2030-02-28T23:59:59.1234567Z"),
    entry(certificate_sha256=digest(3), original_name="SETUP.EXE", author="Zoë"),
    entry(certificate_sha256=digest(3), reason="as \"they\" said\n"),
    entry(certificate_sha256=digest(3), path="C:\\TOOLS\\SETUP.EXE"),
    entry(certificate_sha256=digest(3), name="SETUP.EXE"),
    entry(path="%SYSDIR%\\DRIVERS\\X.SYS"),
    entry(name="ÄRGER 漢字.EXE"),
)


class ListsTest(CliTest):
    def build(self, *objects, name="a", arguments=()):
        out = self.path(name + ".bzl")
        return bartizan("lists", "build", *arguments, "--out", out, self.write(name + ".jsonl", lines(*objects))), out

    def built(self, *objects, **options):
        result, out = self.build(*objects, **options)
        self.assertEqual((result.code, result.out), (CLEAN, ""), result.err)
        return out


class Files(ListsTest):
    def test_text_to_file_to_text(self):
        text = lines(header(), *ALL_KEYS)
        shown = bartizan("lists", "show", self.built(header(), *ALL_KEYS))
        self.assertEqual(shown.code, CLEAN)
        self.assertEqual(shown.out, text)

    def test_two_thousand_random_entries_come_back(self):
        chance = random.Random(1)
        entries = {}
        for n in range(2000):
            e = entry(expires=f"{chance.randrange(2027, 2400)}-0{chance.randrange(1, 10)}-{chance.randrange(10, 29)}T00:00:00Z", author=f"a{chance.randrange(9)}", reason=f"r{n}")
            kind = chance.randrange(3)
            e.update({"sha256": digest(n)} if kind == 0 else {"name": f"N{n}.EXE"} if kind == 1 else {"certificate_sha256": digest(n % 50), "path": f"D:\\P{n}\\Q.EXE"})
            entries[json.dumps(e, sort_keys=True)] = e
        out = self.built(header(), *entries.values())
        shown = bartizan("lists", "show", out).lines()
        self.assertEqual({json.dumps(e, sort_keys=True) for e in shown[1:]}, set(entries))
        self.assertEqual(shown[0], header())
        with open(out, "rb") as first, open(self.built(*shown, name="again"), "rb") as second:
            self.assertEqual(first.read(), second.read())

    def test_spellings_of_one_thing_are_one_key(self):
        for given, stored in (({"path": "\\\\?\\c:\\Windows\\System32\\a.exe"}, {"path": "%SYSDIR%\\A.EXE"}), ({"path": "C:/tools/../x/a.exe. "}, {"path": "C:\\X\\A.EXE"}),
                              ({"name": "a.exe."}, {"name": "A.EXE"}), ({"sha256": digest(1).upper()}, {"sha256": digest(1)})):
            with self.subTest(given):
                self.assertEqual(bartizan("lists", "show", self.built(header(), entry(**given))).lines()[1], entry(**stored))
        result, _ = self.build(header(), entry(name="a.exe"), entry(name="A.EXE"))
        self.assertEqual(result.code, FAILED)
        self.assert_complains(result, "a.jsonl: line 3: name: stands already in", "line 2")

    def test_several_texts_make_one_list(self):
        first, second = self.write("1.jsonl", lines(header(version=2), ALL_KEYS[0])), self.write("2.jsonl", lines(header(version=9), ALL_KEYS[1]))
        out = self.path("both.bzl")
        self.assertEqual(bartizan("lists", "build", first, second, "--out", out).code, CLEAN)
        self.assertEqual(bartizan("lists", "show", out).lines(), [header(version=9), *ALL_KEYS[:2]])
        self.assertEqual(bartizan("lists", "build", first, "--version", "77", "--out", out).code, CLEAN)
        self.assertEqual(bartizan("lists", "show", out).lines()[0]["version"], 77)
        result = bartizan("lists", "build", first, self.write("3.jsonl", lines(header("block"))), "--out", out)
        self.assert_complains(result, "3.jsonl: line 1: kind: one list holds one kind")

    def test_a_wrong_list_is_not_written_and_every_mistake_is_named(self):
        result, out = self.build(header(), entry(sha256="xyz"), ALL_KEYS[0], entry(path="a.exe"), entry(name="A", expires="tomorrow"))
        self.assertEqual(result.code, FAILED)
        self.assertFalse(os.path.exists(out))
        for words in (("line 2: sha256: must be 64",), ("line 4: path: must be the whole path",), ("line 5: expires: must be an ISO 8601",), ("3 mistakes",)):
            self.assert_complains(result, *words)
        checked = bartizan("lists", "check", self.path("a.jsonl"))
        self.assertEqual(checked.code, FAILED)
        self.assert_complains(checked, "1 entry without a mistake, 3 mistakes")
        self.assertEqual(bartizan("lists", "check", self.write("good.jsonl", lines(header(), *ALL_KEYS))).out.split(": ")[1], "local_allow, version 3, 8 entries\n")

    def test_show_takes_one_list(self):
        out = self.built(header(), *ALL_KEYS)
        self.assertEqual(bartizan("lists", "show", out, out).code, FAILED)

    def test_a_path_or_name_alone_is_no_key_of_a_block_or_suppression_list(self):
        for kind in ("block", "suppression"):
            for key in ({"path": "C:\\A.EXE"}, {"name": "A.EXE"}):
                result, _ = self.build(header(kind), entry(**key))
                self.assert_complains(result, f"line 2: {next(iter(key))}: alone is no key of a {kind} list")
            self.built(header(kind), entry(certificate_sha256=digest(1), name="A.EXE"))

    def test_no_flipped_byte_and_no_cut_goes_unnoticed(self):
        out = self.built(header(), *ALL_KEYS)
        with open(out, "rb") as file:
            content = file.read()
        chance = random.Random(2)
        for at in [0, 4, 8, 16, 24, 64, 256, 288, 352, 384, len(content) - 1] + chance.sample(range(len(content)), 40):
            damaged = bytearray(content)
            damaged[at] ^= 1 << chance.randrange(8)
            result = bartizan("lists", "check", self.write("bad.bzl", bytes(damaged)))
            self.assertEqual((result.code, result.out), (FAILED, ""))
            self.assert_complains(result, "bad.bzl", "offset ")
        for size in chance.sample(range(len(content)), 10):
            self.assertEqual(bartizan("lists", "show", self.write("bad.bzl", content[:size])).code, FAILED)
        self.assert_complains(bartizan("lists", "check", self.write("bad.bzl", b"BTZ1" + bytes(500))), "offset 0", "not a bartizan list")

    def test_rollback(self):
        out = self.built(header(version=3), ALL_KEYS[0])
        self.assertEqual(bartizan("lists", "check", "--installed", "2", out).code, CLEAN)
        for installed in ("3", "4"):
            self.assert_complains(bartizan("lists", "check", "--installed", installed, out), "offset 24", "not above the installed one")

    @unittest.skipUnless(HAS_OPENSSL, "needs the openssl command")
    def test_signature(self):
        private, public = ed25519_key(self.folder, "vendor")
        _, other = ed25519_key(self.folder, "other")
        signed, unsigned = self.built(header("suppression"), ALL_KEYS[0], arguments=("--sign", private)), self.built(header("suppression"), ALL_KEYS[0], name="b")
        self.assertIn("signed by this key", bartizan("lists", "check", "--public-key", public, signed).out)
        self.assert_complains(bartizan("lists", "check", "--public-key", other, signed), "offset 288", "signature does not hold")
        self.assert_complains(bartizan("lists", "check", "--public-key", public, unsigned), "offset 288", "not signed")
        with open(signed, "rb") as file:  # Python and openssl see the same message and signature
            content = file.read()
        message, signature = self.write("message", content[:288]), self.write("signature", content[288:352])
        openssl("pkeyutl", "-verify", "-pubin", "-inkey", public, "-rawin", "-in", message, "-sigfile", signature)
        self.assertEqual(content[256:288], hashlib.sha256(content[384:]).digest())
        self.assertEqual(content[352:384], hashlib.sha256(content[:352]).digest())
        for bad in (self.path("absent.pem"), self.write("text.pem", "hello"), public):
            self.assert_complains(self.build(header(), arguments=("--sign", bad))[0], bad)


class MalformedTexts(ListsTest):
    """More than 2,000 broken lines in a handful of files: each gets one line's sentence, and the sound ones are still read."""

    def test_each_gets_line_and_reason(self):
        chance = random.Random(3)
        good = ALL_KEYS[0]
        wrong = []  # (text of a line, words of its sentence)
        for key in ("sha256", "authenticode_sha256", "certificate_sha256"):
            for value in ("", "0", digest(0)[1:], digest(0) + "0", "g" * 64, 5, None, True, [], {}, 1.5):
                wrong.append((json.dumps(entry(**{key: value})), key))
            for at in range(64):
                wrong.append((json.dumps(entry(**{key: digest(0)[:at] + chance.choice("gz \u0130-") + digest(0)[at + 1 :]})), key))
        for value in ("a.exe", "tools\\a.exe", "C:", "C:\\", "C:\\PROGRA~1\\a.exe", "C:\\a.exe:stream", "", 7, "\\\\.\\PHYSICALDRIVE0", "C:\\" + "x" * 40000):
            wrong.append((json.dumps(entry(path=value)), "path"))
        for value in ("C:\\a.exe", "a/b", "a*.exe", "?", "a:b", "", "...", False, 'a"b'):
            wrong.append((json.dumps(entry(name=value)), "name"))
        for value in ("", "2027", "2027-13-01T00:00:00Z", "2027-02-30T00:00:00Z", "2027-01-01", "2027-01-01T24:00:00Z", "2027-01-01T00:00:60Z", "tomorrow",
                      1801612800, None, "1601-01-01T00:00:00Z", "1600-01-01T00:00:00Z", "2027-01-01T00:00:00+01:00"):
            wrong.append((json.dumps(entry(sha256=digest(0), expires=value)), "expires"))
        for member in ("expires", "author", "reason"):
            wrong.append((json.dumps({k: v for k, v in good.items() if k != member}), member))
        for member in ("author", "reason"):
            for value in ("", 1, None, [], "x" * 65536):
                wrong.append((json.dumps({**good, member: value}), member))
        for pair in ({"sha256": digest(0), "path": "C:\\A"}, {"path": "C:\\A", "name": "A"}, {"original_name": "A"}, {"sha256": digest(0), "certificate_sha256": digest(1)}, {}):
            wrong.append((json.dumps(entry(**pair)), "line: must name a file by exactly one"))
        for stray in ("SHA256", "md5", "comment", "kind", ""):
            wrong.append((json.dumps({**good, stray: 1}), "no such key"))
        wrong.append((json.dumps(good)[:-1] + ', "author": "b"}', "author: stands twice"))
        for text in ("[]", "1", "null", '"x"', "{} {}", "{", "nul", "\x00", "[" * 2000, json.dumps(good) + "\x00", json.dumps(good) + "\x00x"):
            wrong.append((text, "line"))
        whole = json.dumps(good)
        wrong += [(whole[:at], "line") for at in range(1, len(whole))]  # cut short
        for n in range(1800):  # a control character, or a quotation mark too many
            at = 1 + n % (len(whole) - 2)
            wrong.append((whole[:at] + chance.choice("\x01\x07\x1f") + whole[at:] if n % 2 else whole[:at] + '"x' + whole[at:], ""))
        self.assertGreaterEqual(len(wrong), 2000)
        at_once = 60  # fewer than the sentences that the console lists
        for first in range(0, len(wrong), at_once):
            part = wrong[first : first + at_once]
            sound = [json.dumps(entry(name=f"sound{n}")) for n in range(3)]
            text = [json.dumps(header()), sound[0], *(line for line, _ in part[:30]), sound[1], *(line for line, _ in part[30:]), sound[2]]
            result = bartizan("lists", "check", self.write("bad.jsonl", "\n".join(text)))
            self.assertEqual(result.code, FAILED)
            self.assert_complains(result, "3 entries without a mistake")
            said = {}
            for sentence in result.err.splitlines():
                if "bad.jsonl: line " in sentence:
                    number, reason = sentence.split("bad.jsonl: line ", 1)[1].split(": ", 1)
                    said.setdefault(int(number), []).append(reason)
            places = {3 + n + (1 if n >= 30 else 0): words for n, (_, words) in enumerate(part)}
            self.assertEqual(set(said), set(places))
            for number, words in places.items():
                self.assertTrue(any(words in reason for reason in said[number]), (text[number - 1][:200], words, said[number]))
        out = self.path("never.bzl")
        self.assertEqual(bartizan("lists", "build", self.write("all.jsonl", "\n".join([json.dumps(header()), *(line for line, _ in wrong)])), "--out", out).code, FAILED)
        self.assertFalse(os.path.exists(out))

    def test_first_lines(self):
        for first, words in (("", "line: there is no first line"), (lines(entry(sha256=digest(1))), "bartizan_list: the first line must be"), (lines({**header(), "bartizan_list": 2}), "bartizan_list: this version"),
                             (lines(header("deny")), "kind: must be"), (lines(header(version=0)), "version: must be"), (lines(header(version=-1)), "version: must be"),
                             (lines({**header(), "x": 1}), "x: no such key"), (lines({"bartizan_list": 1, "kind": "block"}), "version: is missing"), ("\xff", "line: ")):
            with self.subTest(first):
                result = bartizan("lists", "build", self.write("f.jsonl", first), "--out", self.path("f.bzl"))
                self.assertEqual(result.code, FAILED)
                self.assert_complains(result, "f.jsonl: line 1: " + words)
        self.assert_complains(bartizan("lists", "check", self.path("none.jsonl")), "none.jsonl: line 1: line: cannot be read")


class Scans(ListsTest):
    def setUp(self):
        super().setUp()
        self.file = self.write("sample.exe", pe_file())
        self.plain = bartizan("scan", "--json", self.file)

    def scan(self, *lists, file=None, arguments=()):
        options = [word for path in lists for word in ("--lists", path)]
        result = bartizan("scan", "--json", *options, *arguments, file or self.file)
        return result, result.lines()[0]

    def sha256(self, path=None):
        with open(path or self.file, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()

    def test_block_convicts(self):
        result, line = self.scan(self.built(header("block"), entry(sha256=self.sha256(), reason="worm")))
        self.assertEqual((result.code, line["outcome"], line["suppressed_by"]), (CONVICTED, "convict", None))
        self.assertEqual(line["blocked_by"], "block by hash: worm (ada)")
        self.assertEqual(line["verdict"], self.plain.lines()[0]["verdict"])
        text = self.write("notes.txt", "no program")
        self.assertEqual(self.scan(self.built(header("block"), entry(sha256=self.sha256(text))), file=text)[0].code, CONVICTED)

    def test_block_comes_before_allow_and_allow_before_nothing(self):
        allow, block = self.built(header(), entry(sha256=self.sha256())), self.built(header("block"), entry(sha256=self.sha256()), name="b")
        for both in ((allow, block), (block, allow)):
            self.assertEqual(self.scan(*both)[1]["blocked_by"], "block by hash: tested (ada)")

    def test_detection_is_suppressed_allowed_or_lowered(self):
        with open(MODEL, "rb") as model:  # one to which everything is unwanted
            content = model.read()
        strict = "--model", self.write("strict.btz", sealed(content[:128] + bytes(4) + content[132:]))
        self.assertEqual(bartizan("scan", *strict, self.file).code, CONVICTED)
        name = os.path.basename(self.file)
        for kind, key, outcome, words in (("suppression", {"sha256": self.sha256()}, "clean", "suppression by hash"), ("local_allow", {"sha256": self.sha256()}, "clean", "local_allow by hash"),
                                          ("global_allow", {"sha256": self.sha256()}, "clean", "global_allow by hash"), ("local_allow", {"path": self.file}, "event", "local_allow by path"),
                                          ("global_allow", {"name": name.upper()}, "event", "global_allow by name")):
            with self.subTest(kind=kind, key=key):
                result, line = self.scan(self.built(header(kind), entry(**key)), arguments=strict)
                self.assertEqual((result.code, line["outcome"], line["blocked_by"]), (CLEAN, outcome, None))
                self.assertEqual(line["suppressed_by"], words + ": tested (ada)")
        result, line = self.scan(self.built(header(), entry(sha256=self.sha256(), expires=PAST)), arguments=strict)
        self.assertEqual((result.code, line["outcome"], line["suppressed_by"]), (CONVICTED, "convict", None))
        human = bartizan("scan", *strict, "--lists", self.built(header(), entry(sha256=self.sha256())), self.file)
        self.assertRegex(human.out, r"^suppressed  .*sample.exe.*\n +local_allow by hash: tested \(ada\)\n$")
        self.assertIn("0 blocked and 1 suppressed by lists", human.err)

    def test_what_is_no_detection_needs_no_suppression(self):
        text = self.write("notes.txt", "no program")
        result, line = self.scan(self.built(header(), entry(sha256=self.sha256(text))), file=text)
        self.assertEqual((result.code, line["outcome"], line["suppressed_by"], line["signature"]), (CLEAN, "clean", None, None))

    def test_a_list_takes_one_file_and_leaves_the_others_to_be_scanned(self):
        first, second = self.built(header(), entry(sha256=digest(1)), name="1"), self.built(header("block"), entry(sha256=self.sha256()), name="2")
        result = bartizan("scan", "--json", "--lists", first, "--lists", second, self.file, self.file)
        self.assertEqual([line["blocked_by"] for line in result.lines()], ["block by hash: tested (ada)"] * 2)

    def test_a_refused_list_scans_nothing(self):
        result = bartizan("scan", "--json", "--lists", self.write("bad.bzl", b"BZL1"), self.file)
        self.assertEqual((result.code, result.out), (FAILED, ""))
        self.assert_complains(result, "bad.bzl: offset 4: the list is shorter")

    def test_report_shows_who_spoke(self):
        page = self.path("page.html")
        block = self.built(header("block"), entry(sha256=self.sha256(), reason="<worm>"))
        self.assertEqual(bartizan("report", "--out", page, "--lists", block, self.file).code, CONVICTED)
        with open(page, encoding="utf-8") as file:
            self.assertIn("block by hash: &lt;worm&gt; (ada)", file.read())

    @unittest.skipUnless(HAS_OPENSSL, "needs the openssl command")
    def test_lists_key(self):
        private, public = ed25519_key(self.folder, "vendor")
        _, other = ed25519_key(self.folder, "other")
        signed = self.built(header("block"), entry(sha256=self.sha256()), arguments=("--sign", private))
        self.assertEqual(self.scan(signed, arguments=("--lists-key", public))[0].code, CONVICTED)
        result = bartizan("scan", "--lists", signed, "--lists-key", other, self.file)
        self.assertEqual((result.code, result.out), (FAILED, ""))
        self.assert_complains(result, "signature does not hold")

    @unittest.skipUnless(HAS_OPENSSL, "needs the openssl command")
    def test_certificates_name_only_what_their_key_signed(self):
        honest, thief = Signer(self.folder, "Honest"), Signer(self.folder, "Thief")
        block = self.built(header("block"), entry(certificate_sha256=honest.tbs_sha256))
        signed = honest.sign(pe_file())
        forged = honest.sign(pe_file(), key=thief.key)  # Honest's certificate, another's signature
        changed = bytearray(signed)
        changed[0x210] ^= 1
        for name, content, state, outcome in (("signed", signed, "present", "by certificate"), ("forged", forged, "present", None), ("other", thief.sign(pe_file()), "present", None),
                                              ("changed", bytes(changed), "digest_mismatch", None), ("unsigned", pe_file(), "none", None)):
            with self.subTest(name):
                line = self.scan(block, file=self.write(name + ".exe", content))[1]
                self.assertEqual(line["signature"], state)
                self.assertEqual(line["blocked_by"], outcome and f"block {outcome}: tested (ada)")

    @unittest.skipUnless(HAS_OPENSSL, "needs the openssl command")
    def test_authenticode_hash_outlives_a_change_of_the_signature(self):
        honest, thief = Signer(self.folder, "Honest"), Signer(self.folder, "Thief")
        content = pe_file()
        check_sum, entry_at = 0x80 + 24 + 64, 0x80 + 24 + 112 + 32
        authenticode = hashlib.sha256(content[:check_sum] + content[check_sum + 4 : entry_at] + content[entry_at + 8 :]).hexdigest()
        block = self.built(header("block"), entry(authenticode_sha256=authenticode))
        for signer in (honest, thief):
            self.assertEqual(self.scan(block, file=self.write("s.exe", signer.sign(content)))[1]["blocked_by"], "block by Authenticode hash: tested (ada)")
