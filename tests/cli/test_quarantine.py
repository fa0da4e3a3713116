# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""bartizan quarantine add|list|release|delete|apply: files that go into the vault, cannot run there, and come out as they were."""
import hashlib
import json
import os
import random
import shutil
import stat
import subprocess
import time
import unittest

import command
from command import CLEAN, CONVICTED, FAILED, MODEL, CliTest, bartizan
from pe_file import pe_file
from signed_pe import Signer
from test_lists import entry, header, lines
from test_model import sealed

HAS_OPENSSL = shutil.which("openssl") is not None


class QuarantineTest(CliTest):
    def setUp(self):
        super().setUp()
        self.folder = os.path.realpath(self.folder)
        self.vault = self.path("vault")

    def quarantine(self, what, *arguments, **options):
        return bartizan("quarantine", what, "--vault", self.vault, "--json", *arguments, **options)

    def add(self, *arguments):
        result = self.quarantine("add", *arguments)
        self.assertEqual(result.code, CLEAN, result.err)
        return result.lines()

    def items(self):
        result = self.quarantine("list")
        self.assertEqual(result.code, CLEAN, result.err)
        return result.lines()

    def release(self, identity, *arguments):
        result = self.quarantine("release", *arguments, identity)
        self.assertEqual(result.code, CLEAN, result.err)
        return result.lines()

    def built(self, *objects, name="list"):
        out = self.path(name + ".bzl")
        result = bartizan("lists", "build", "--out", out, self.write(name + ".jsonl", lines(*objects)))
        self.assertEqual(result.code, CLEAN, result.err)
        return out

    def read(self, path):
        with open(path, "rb") as file:
            return file.read()


class InAndOut(QuarantineTest):
    def test_a_script_cannot_run_from_the_vault_and_runs_alike_afterwards(self):
        ran = self.path("ran")
        script = self.write("evil.sh", f"#!/bin/sh\necho \"$1\" >> '{ran}'\n")
        os.chmod(script, 0o751)
        os.utime(script, ns=(1_500_000_000_123_456_789, 1_400_000_000_987_654_321))
        before, content = os.stat(script), self.read(script)
        (item,) = self.add("--reason", "looks odd", "--detection", "test", script)
        self.assertEqual({k: item[k] for k in ("action", "kind", "path", "size", "sha256", "mode", "reason", "detection", "belongs_to", "links")},
                         {"action": "quarantined", "kind": "file", "path": script, "size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "mode": "0751",
                          "reason": "looks odd", "detection": "test", "belongs_to": None, "links": 1})
        self.assertFalse(os.path.exists(script))
        (held,) = self.items()
        self.assertEqual(held, {k: v for k, v in item.items() if k != "action"})
        self.assertEqual(stat.S_IMODE(os.stat(self.vault).st_mode), 0o700)
        for name in os.listdir(self.vault):
            inside = os.path.join(self.vault, name)
            self.assertEqual(stat.S_IMODE(os.stat(inside).st_mode), 0o600)
            self.assertNotIn(b"#!/bin/sh", self.read(inside))
            with self.assertRaises(OSError):
                subprocess.run([inside, "vault"], check=False)
            subprocess.run(["sh", inside, "vault"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        self.assertFalse(os.path.exists(ran))
        (out,) = self.release(item["id"])
        self.assertEqual((out["action"], out["to"], out["id"]), ("released", script, item["id"]))
        after = os.stat(script)
        self.assertEqual(self.read(script), content)
        for field in ("st_mode", "st_uid", "st_gid", "st_mtime_ns"):
            self.assertEqual(getattr(after, field), getattr(before, field), field)
        self.assertEqual(subprocess.run([script, "home"], check=False).returncode, 0)
        self.assertEqual(self.read(ran), b"home\n")
        self.assertEqual((self.items(), os.listdir(self.vault)), ([], []))

    def test_human_form(self):
        path = self.write("a b\x1b[2J.exe", pe_file())
        added = bartizan("quarantine", "add", "--vault", self.vault, "--reason", "odd", path)
        self.assertEqual(added.code, CLEAN)
        self.assertRegex(added.out, r"^quarantined  [0-9a-f]{32}  .*a b<U\+001B>\[2J\.exe\n$")
        listed = bartizan("quarantine", "list", "--vault", self.vault)
        self.assertRegex(listed.out, r"^[0-9a-f]{32}  \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ  .*\(odd\)\n$")
        self.assertIn("1 item in the vault", listed.err)
        identity = added.out.split()[1]
        self.assertRegex(bartizan("quarantine", "release", "--vault", self.vault, identity).out, r"^released  " + identity)
        self.assertEqual(bartizan("quarantine", "add", "--vault", self.vault, path).code, CLEAN)
        again = self.items()[0]["id"]
        self.assertRegex(bartizan("quarantine", "delete", "--vault", self.vault, again).out, r"^deleted  " + again)

    def test_companions_go_and_come_with_their_file(self):
        main, data, link = self.write("d/evil.exe", pe_file()), self.write("d/evil.dat", "data"), self.path("d", "link")
        os.symlink("evil.exe", link)
        added = self.add("--companion", data, "--companion", link, "--reason", "all of it", main)
        self.assertEqual([i["path"] for i in added], [main, data, link])
        self.assertEqual([i["kind"] for i in added], ["file", "file", "link"])
        self.assertEqual([i["belongs_to"] for i in added], [None, added[0]["id"], added[0]["id"]])
        self.assertEqual(os.listdir(self.path("d")), [])
        self.assertEqual(len(self.release(added[0]["id"])), 3)
        self.assertEqual((self.read(main), self.read(data), os.readlink(link)), (pe_file(), b"data", "evil.exe"))
        added = self.add("--companion", data, "--companion", link, main)
        result = self.quarantine("delete", added[0]["id"])
        self.assertEqual((result.code, len(result.lines()), self.items()), (CLEAN, 3, []))

    def test_relative_paths(self):
        self.write("d/a.exe", "a")
        os.makedirs(self.path("e", "f"))
        for given, folder in (("a.exe", "d"), ("./a.exe", "d"), ("../d/a.exe", "e"), ("../../d/a.exe", "e/f"), ("d/a.exe", "")):
            with self.subTest(given):
                result = bartizan("quarantine", "add", "--vault", self.vault + "/", "--json", given, cwd=self.path(folder))
                self.assertEqual(result.code, CLEAN, result.err)
                self.assertEqual(result.lines()[0]["path"], self.path("d", "a.exe"))
                self.release(result.lines()[0]["id"])
        result = bartizan("quarantine", "add", "--vault", self.vault, "e/../d/a.exe", cwd=self.folder)
        self.assertEqual(result.code, FAILED)
        self.assert_complains(result, "has '.', '..'")

    def test_hard_links_are_told(self):
        path = self.write("a.exe", pe_file())
        os.link(path, self.path("b.exe"))
        result = self.quarantine("add", path)
        self.assertEqual((result.code, result.lines()[0]["links"]), (CLEAN, 2))
        self.assert_complains(result, path, "still stands under 1 other name")

    def test_names_that_are_not_utf8(self):
        path = os.fsencode(self.folder) + b"/bad\xff.exe"
        with open(path, "wb") as out:
            out.write(b"bad")
        (item,) = self.add(path)
        self.assertIn("\ufffd", item["path"])
        self.release(item["id"])
        self.assertEqual(self.read(path), b"bad")

    def test_another_place(self):
        path = self.write("d/a.exe", "a")
        (item,) = self.add(path)
        shutil.rmtree(self.path("d"))
        os.mkdir(self.path("d"))
        result = self.quarantine("release", item["id"])
        self.assertEqual(result.code, FAILED)
        self.assert_complains(result, path, "another one than when the file was taken")
        self.assertIn("another one", result.lines()[0]["error"])
        (out,) = self.release(item["id"], "--to", self.path("b.exe"))
        self.assertEqual((out["to"], self.read(self.path("b.exe")), os.listdir(self.path("d"))), (self.path("b.exe"), b"a", []))


class Refusals(QuarantineTest):
    def assert_refused(self, result, *words):
        self.assertEqual(result.code, FAILED)
        self.assert_complains(result, *words)

    def test_what_is_no_file(self):
        os.mkdir(self.path("folder"))
        os.mkfifo(self.path("pipe"))
        os.symlink("folder", self.path("link"))
        good = self.write("folder/good.exe", "good")
        for name in ("folder", "pipe", "link"):
            self.assert_refused(self.quarantine("add", self.path(name)), name, "offset 0", "only regular files")
        self.assert_refused(self.quarantine("add", self.path("absent")), "absent", "no such file")
        self.assert_refused(self.quarantine("add", self.path("link", "good.exe")), "good.exe", "a link or no folder")
        # The rest of the batch is still done.
        result = self.quarantine("add", self.path("absent"), good, self.path("pipe"))
        self.assertEqual(result.code, FAILED)
        self.assertEqual([("error" in line) for line in result.lines()], [True, False, True])

    def test_nothing_is_overwritten(self):
        path = self.write("a.exe", "evil")
        (item,) = self.add(path)
        self.write("a.exe", "mine")
        self.assert_refused(self.quarantine("release", item["id"]), path, "not overwritten")
        self.assert_refused(self.quarantine("release", item["id"], "--to", path), path, "not overwritten")
        self.assertEqual(self.read(path), b"mine")
        self.assertEqual(len(self.items()), 1)

    def test_a_mistyped_vault_is_no_empty_one(self):
        for what in (["list"], ["delete", "0" * 32], ["release", "0" * 32]):
            self.assert_refused(self.quarantine(*what), self.vault, "is no vault")
        self.assertFalse(os.path.exists(self.vault))

    def test_ids_and_arguments(self):
        path = self.write("a.exe", "a")
        (item,) = self.add(path)
        for what in ("release", "delete"):
            self.assert_refused(self.quarantine(what, "0" * 32), "0" * 32, "no item of this id")
            for bad in ("x", "0" * 31, "0" * 33, "../" + "0" * 29, item["id"].upper() if item["id"].upper() != item["id"] else "g" * 32):
                self.assert_refused(self.quarantine(what, bad), bad, "is no id")
        self.assert_refused(self.quarantine("release", "--to", self.path("b"), item["id"], item["id"]), "--to goes with exactly one ID")
        self.assert_refused(self.quarantine("add", "--companion", self.path("c"), path, path), "--companion goes with exactly one FILE")
        self.assert_refused(self.quarantine("release", "--allow-list", self.path("x.jsonl"), item["id"]), "go with --allow")
        self.assertEqual(self.quarantine("release", "--allow", "colour", item["id"]).code, FAILED)
        self.assertEqual(bartizan("quarantine", "add", path).code, FAILED)
        self.assertEqual(bartizan("quarantine").code, FAILED)
        self.assertEqual(len(self.items()), 1)

    def test_vault_that_is_open_to_others(self):
        os.mkdir(self.vault)
        os.chmod(self.vault, 0o755)
        path = self.write("a.exe", "a")
        self.assert_refused(self.quarantine("add", path), "vault", "open to others")
        self.assertTrue(os.path.exists(path))
        os.rmdir(self.vault)
        os.symlink(self.folder, self.vault)
        self.assert_refused(self.quarantine("list"), "vault", "a link or no folder")

    def test_damaged_items_are_named_and_the_others_go_on(self):
        paths = [self.write(f"{n}.exe", f"content {n}") for n in range(3)]
        items = self.add(*paths)
        victim = os.path.join(self.vault, items[1]["id"] + ".held")
        whole = self.read(victim)
        chance = random.Random(1)
        for _ in range(60):
            broken = bytearray(whole)
            broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
            with open(victim, "wb") as out:
                out.write(broken if chance.randrange(2) else whole[: chance.randrange(len(whole))])
            result = self.quarantine("release", items[1]["id"])
            self.assert_refused(result, "offset ")
            self.assertIn("error", result.lines()[0])
            self.assertFalse(os.path.exists(paths[1]))
        listed = self.quarantine("list")
        self.assertEqual((len(listed.lines()), {line["id"] for line in listed.lines()}), (3, {i["id"] for i in items}))
        self.release(items[2]["id"])
        self.assertEqual(self.quarantine("delete", items[1]["id"]).code, CLEAN)
        self.release(items[0]["id"])


class Allowed(QuarantineTest):
    """A false positive: flagged, quarantined, released with an allow entry, and not flagged again."""

    def setUp(self):
        super().setUp()
        with open(MODEL, "rb") as model:  # a model to which everything is unwanted
            content = model.read()
        self.model = self.write("all.btz", sealed(content[:128] + bytes(4) + content[132:]))
        self.file = self.write("tool.exe", pe_file())

    def scan(self, *lists, file=None):
        result = bartizan("scan", "--json", "--model", self.model, *[w for l in lists for w in ("--lists", l)], file or self.file)
        return result.code, result.lines()[0]

    def test_false_positive_comes_back_and_is_not_flagged_again(self):
        code, line = self.scan()
        self.assertEqual((code, line["outcome"]), (CONVICTED, "convict"))
        (item,) = self.add("--detection", line["verdict"], self.file)
        (out,) = self.release(item["id"], "--allow", "hash", "--allow-list", self.path("allow.jsonl"), "--author", "ada", "--reason", "our own tool", "--expires", "2999-12-31T00:00:00Z")
        self.assertEqual(out["allow_entry"], entry(sha256=item["sha256"], reason="our own tool"))
        self.assertEqual(self.read(self.file), pe_file())
        code, line = self.scan(self.path("allow.bzl"))
        self.assertEqual((code, line["outcome"], line["suppressed_by"]), (CLEAN, "clean", "local_allow by hash: our own tool (ada)"))
        self.assertEqual(bartizan("lists", "show", self.path("allow.bzl")).lines(), [header(version=1), out["allow_entry"]])

    def test_each_choice_of_key(self):
        for choice, outcome in (("hash", "clean"), ("name", "event"), ("path", "event")):
            with self.subTest(choice):
                (item,) = self.add(self.file)
                self.release(item["id"], "--allow", choice, "--allow-list", self.path(choice + ".jsonl"))
                code, line = self.scan(self.path(choice + ".bzl"))
                self.assertEqual((code, line["outcome"]), (CLEAN, outcome))
                self.assertIn(f"local_allow by {choice}: released from quarantine (", line["suppressed_by"])

    def test_the_list_grows_and_its_version_rises(self):
        text = self.path("allow.jsonl")
        self.write("allow.jsonl", "\n" + lines(header("global_allow", 7), entry(name="OTHER.EXE")).rstrip("\n"))
        for n, version in ((1, 8), (2, 9)):
            path = self.write(f"t{n}.exe", pe_file() + bytes(n))
            (item,) = self.add(path)
            self.release(item["id"], "--allow", "hash", "--allow-list", text)
            shown = bartizan("lists", "show", self.path("allow.bzl")).lines()
            self.assertEqual((shown[0], len(shown)), (header("global_allow", version), 2 + n))
        (item,) = self.add(path)  # an entry that is there already changes nothing
        before = self.read(text)
        self.release(item["id"], "--allow", "hash", "--allow-list", text)
        self.assertEqual(self.read(text), before)

    def test_a_list_that_cannot_take_the_entry_keeps_the_item(self):
        (item,) = self.add(self.file)
        for name, content, words in (("block.jsonl", lines(header("block")), "must be \"local_allow\""), ("broken.jsonl", "{", "line 1"), ("no/folder.jsonl", None, "cannot be written")):
            path = self.write(name, content) if content is not None else self.path(name)
            result = self.quarantine("release", "--allow", "hash", "--allow-list", path, item["id"])
            self.assertEqual(result.code, FAILED)
            self.assert_complains(result, os.path.basename(name), words)
        result = self.quarantine("release", "--allow", "certificate", item["id"])
        self.assertEqual(result.code, FAILED)
        self.assert_complains(result, "no certificate can speak for it")
        self.assertEqual(self.quarantine("release", "--allow", "hash", "--expires", "soon", "--allow-list", self.path("new.jsonl"), item["id"]).code, FAILED)
        self.assertEqual((len(self.items()), os.path.exists(self.file)), (1, False))

    @unittest.skipUnless(HAS_OPENSSL, "needs the openssl command")
    def test_certificate(self):
        signer = Signer(self.folder, "Honest")
        path = self.write("signed.exe", signer.sign(pe_file()))
        (item,) = self.add(path)
        (out,) = self.release(item["id"], "--allow", "certificate", "--allow-list", self.path("allow.jsonl"))
        self.assertEqual(out["allow_entry"]["certificate_sha256"], signer.tbs_sha256)
        self.assertTrue({"original_name", "name"} & set(out["allow_entry"]))
        code, line = self.scan(self.path("allow.bzl"), file=path)
        self.assertEqual((code, line["outcome"]), (CLEAN, "clean"))
        self.assertIn("local_allow by certificate and", line["suppressed_by"])


class Applied(QuarantineTest):
    """A new version of a list reaches the endpoint: what it allows is released by itself."""

    def setUp(self):
        super().setUp()
        self.contents = {name: pe_file() + name.encode() for name in ("hash.exe", "name.exe", "path.exe", "stays.exe", "blocked.exe")}
        self.files = {name: self.write(name, content) for name, content in self.contents.items()}
        self.add(*self.files.values())

    def digest(self, name):
        return hashlib.sha256(self.contents[name]).hexdigest()

    def apply(self, *lists):
        return self.quarantine("apply", *[w for l in lists for w in ("--lists", l)])

    def test_releases_that_a_list_entails(self):
        allow = self.built(header("global_allow", 5), entry(sha256=self.digest("hash.exe")), entry(name="name.exe"), entry(path=self.files["path.exe"]), entry(name="blocked.exe"),
                           entry(sha256=self.digest("stays.exe"), expires="2001-01-01T00:00:00Z"))
        block = self.built(header("block", 1), entry(sha256=self.digest("blocked.exe")), name="block")
        result = self.apply(allow, block)
        self.assertEqual(result.code, CLEAN, result.err)
        released = {line["path"]: line["by"] for line in result.lines()}
        self.assertEqual(released, {self.files["hash.exe"]: "global_allow by hash: tested (ada)", self.files["name.exe"]: "global_allow by name: tested (ada)",
                                    self.files["path.exe"]: "global_allow by path: tested (ada)"})
        for path in released:
            self.assertEqual(self.read(path), self.contents[os.path.basename(path)])
        self.assertEqual({i["path"] for i in self.items()}, {self.files["stays.exe"], self.files["blocked.exe"]})

    def test_rollback_releases_nothing(self):
        def version(n, name="list", key="hash.exe"):
            return self.built(header("global_allow", n), entry(sha256=self.digest(key)), name=name)
        self.assertEqual(len(self.apply(version(5, "five")).lines()), 1)
        self.add(self.files["hash.exe"])
        for n, key in ((4, "hash.exe"), (1, "name.exe"), (5, "name.exe")):  # older, and another of the same version
            result = self.apply(version(n, "old", key))
            self.assertEqual((result.code, result.out), (FAILED, ""))
            self.assert_complains(result, "old.bzl", "offset 24", "not above the installed one")
        self.assertEqual(len(self.items()), 5)
        self.assertEqual(len(self.apply(self.path("five.bzl")).lines()), 1)  # the very list in force, again
        self.assertEqual(len(self.apply(version(6, "six", "name.exe")).lines()), 1)

    @unittest.skipUnless(HAS_OPENSSL, "needs the openssl command")
    def test_certificate_entry_releases_what_its_key_signed(self):
        honest, thief = Signer(self.folder, "Honest"), Signer(self.folder, "Thief")
        signed, forged = self.write("signed.exe", honest.sign(pe_file())), self.write("forged.exe", honest.sign(pe_file(), key=thief.key))
        self.add(signed, forged)
        result = self.apply(self.built(header("local_allow", 1), entry(certificate_sha256=honest.tbs_sha256)))
        self.assertEqual([line["path"] for line in result.lines()], [signed])
        self.assertFalse(os.path.exists(forged))

    def test_what_cannot_go_back_stays_and_the_rest_goes(self):
        self.write("hash.exe", "mine")
        result = self.apply(self.built(header("global_allow", 1), entry(sha256=self.digest("hash.exe")), entry(name="name.exe")))
        self.assertEqual(result.code, FAILED)
        self.assert_complains(result, "hash.exe", "not overwritten")
        self.assertEqual(self.read(self.files["hash.exe"]), b"mine")
        self.assertEqual(self.read(self.files["name.exe"]), self.contents["name.exe"])

    def test_lists_that_are_refused_release_nothing(self):
        bad = self.write("bad.bzl", b"BZL1" + bytes(500))
        self.assertEqual(self.apply(bad).code, FAILED)
        self.assertEqual(len(self.items()), 5)


class Interrupted(QuarantineTest):
    def test_killed_commands_leave_each_file_in_one_place(self):
        os.mkdir(self.vault, 0o700)  # a command may be killed before it makes one
        content = os.urandom(300_000)
        path = self.write("evil.exe", content)
        chance = random.Random(4)
        for n in range(60):
            held = [i["id"] for i in self.items()]
            arguments = ["release", "--vault", self.vault, held[0]] if held else ["add", "--vault", self.vault, path]
            with subprocess.Popen([command.BINARY[0], "quarantine", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                time.sleep(chance.random() * 0.02)
                process.kill()
            held = self.items()
            self.assertEqual(len(held) + os.path.exists(path), 1, n)
            if not held:
                self.assertEqual(self.read(path), content)
        self.assertEqual([n for n in os.listdir(self.folder) if n.startswith(".bartizan")], [])

    def test_commands_at_once(self):
        paths = [self.write(f"{n}.exe", f"content {n}") for n in range(8)]
        start = [subprocess.Popen([command.BINARY[0], "quarantine", "add", "--vault", self.vault, p], stdout=subprocess.DEVNULL) for p in paths]
        self.assertEqual([p.wait() for p in start], [0] * 8)
        items = self.items()
        self.assertEqual({i["path"] for i in items}, set(paths))
        start = [subprocess.Popen([command.BINARY[0], "quarantine", "release", "--vault", self.vault, i["id"]], stdout=subprocess.DEVNULL) for i in items]
        self.assertEqual([p.wait() for p in start], [0] * 8)
        for n, path in enumerate(paths):
            self.assertEqual(self.read(path), f"content {n}".encode())
