# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""bartizan scan: the JSON contract, and every way in which a file can fail to be one."""
import hashlib
import os
import resource
import shutil

from command import BINARY, CLEAN, CONVICTED, FAILED, MODEL, CliTest, bartizan
from pe_file import E_LFANEW, pe_file

KEYS = {"path", "size", "sha256", "kind", "verdict", "score", "reasons", "code_cave", "suppressed_by", "blocked_by", "outcome", "signature", "time_us", "plan"}
JUDGED = {CLEAN, CONVICTED}


class Scan(CliTest):
    def scan_one(self, content, name="file.exe"):
        path = self.write(name, content)
        result = bartizan("scan", "--json", path)
        self.assertEqual(len(result.lines()), 1)
        return result, result.lines()[0]

    def test_line_follows_the_contract(self):
        for plus, kind in ((True, "pe32+"), (False, "pe32")):
            with self.subTest(kind):
                content = pe_file(plus=plus)
                result, line = self.scan_one(content)
                self.assertIn(result.code, JUDGED)
                self.assertEqual(set(line), KEYS)
                self.assertEqual((line["kind"], line["size"]), (kind, len(content)))
                self.assertEqual(line["sha256"], hashlib.sha256(content).hexdigest())
                self.assertIn(line["verdict"], {"malware", "pua", "legitimate"})
                self.assertEqual(result.code, CLEAN if line["verdict"] == "legitimate" else CONVICTED)
                self.assertEqual(set(line["score"]), {"malware", "pua"})
                for score in line["score"].values():
                    self.assertTrue(isinstance(score, int) and 0 <= score <= 32768)
                self.assertGreater(len(line["reasons"]), 0)
                sizes = [abs(r["contribution"]) for r in line["reasons"]]
                self.assertEqual(sizes, sorted(sizes, reverse=True))
                self.assertEqual(set(line["time_us"]), {"read", "parse", "features", "score", "code_cave", "hash", "total"})
                self.assertTrue(all(t >= 0 for t in line["time_us"].values()))

    def test_what_is_no_program_is_unsupported_and_says_where(self):
        whole = pe_file()
        for name, content, kind, offset in (("empty", b"", "not_pe", 0), ("text", b"#!/bin/sh\n" * 20, "not_pe", 0),
                                            ("dos", whole[:E_LFANEW], "malformed", 0x3C),
                                            ("cut", whole[: E_LFANEW + 24 + 40], "malformed", E_LFANEW + 24),
                                            ("signature", whole.replace(b"PE\0\0", b"PX\0\0", 1), "malformed", E_LFANEW)):
            with self.subTest(name):
                result, line = self.scan_one(content)
                self.assertEqual(result.code, CLEAN)
                self.assertEqual((line["kind"], line["verdict"]), (kind, "unsupported"))
                self.assertEqual(line["failure"]["offset"], offset)
                self.assertEqual(line["score"], {"malware": None, "pua": None})
                self.assert_complains(result, "file.exe", f"offset {offset}", line["failure"]["reason"])

    def test_program_cut_anywhere_gets_a_line(self):
        whole = pe_file()
        for size in range(0, len(whole), 37):
            self.write(f"cut/{size:05}.exe", whole[:size])
        result = bartizan("scan", "--json", self.path("cut"))
        self.assertIn(result.code, JUDGED)
        self.assertEqual([line["size"] for line in result.lines()], list(range(0, len(whole), 37)))

    def test_unreadable_files_get_a_line_and_the_rest_goes_on(self):
        good = self.write("tree/z.exe", pe_file())
        os.symlink(self.path("nothing"), self.path("tree", "dangling.exe"))
        os.mkfifo(self.path("tree", "fifo.exe"))
        absent = self.path("absent.exe")
        result = bartizan("scan", "--json", absent, self.path("tree"))
        self.assertEqual(result.code, FAILED)
        lines = {line["path"]: line for line in result.lines()}
        self.assertEqual(list(lines), [absent, self.path("tree", "dangling.exe"), self.path("tree", "fifo.exe"), good])
        for path, word in ((absent, "no such file"), (self.path("tree", "dangling.exe"), "nothing"), (self.path("tree", "fifo.exe"), "regular")):
            self.assertEqual(set(lines[path]), {"path", "error"})
            self.assertIn(word, lines[path]["error"])
            self.assert_complains(result, path, "offset 0", lines[path]["error"])
        self.assertEqual(set(lines[good]), KEYS)

    def test_folder_and_file_without_permission(self):
        good = self.write("tree/z.exe", pe_file())
        closed, locked = self.path("tree", "closed"), self.write("tree/locked.exe", pe_file())
        os.mkdir(closed)
        os.chmod(closed, 0)
        os.chmod(locked, 0)
        self.addCleanup(os.chmod, closed, 0o700)
        options = {}
        if os.geteuid() == 0:  # root may read everything, so another user has to ask
            os.chmod(self.folder, 0o755)
            options["user"] = options["group"] = 65534
            options["extra_groups"] = []
        try:
            result = bartizan("scan", "--json", self.path("tree"), **options)
        except PermissionError:
            self.skipTest("no other user may run the program where it stands; dangling links and pipes stand in, see above")
        self.assertEqual(result.code, FAILED)
        self.assertEqual([("error" in line) for line in result.lines()], [True, True, False])
        self.assert_complains(result, closed, "cannot be listed")
        self.assert_complains(result, locked, "cannot be opened")
        self.assertEqual(result.lines()[2]["path"], good)

    def test_empty_folder_gets_a_sentence(self):
        os.mkdir(self.path("empty"))
        result = bartizan("scan", "--json", self.path("empty"))
        self.assertEqual(result.code, FAILED)
        self.assert_complains(result, self.path("empty"), "holds no file")

    def test_folder_of_two_thousand_files_in_byte_order(self):
        content = pe_file()
        names = [f"many/{'aB_é'[i % 4]}{i}" for i in range(2000)]
        for name in names:
            self.write(name, content)
        result = bartizan("scan", "--json", self.path("many"))
        self.assertIn(result.code, JUDGED)
        paths = [line["path"].encode() for line in result.lines()]
        self.assertEqual(paths, sorted(self.path(name).encode() for name in names))
        self.assertEqual(len({(line["verdict"], str(line["score"])) for line in result.lines()}), 1)

    def test_links_to_folders_are_not_followed(self):
        self.write("tree/a.exe", pe_file())
        os.symlink(self.path("tree"), self.path("tree", "loop"))
        self.assertEqual(len(bartizan("scan", "--json", self.path("tree")).lines()), 1)

    def test_names_that_are_not_utf8(self):
        path = os.fsencode(self.folder) + b"/bad\xff\x1b[2J.exe"
        with open(path, "wb") as out:
            out.write(pe_file())
        result = bartizan("scan", "--json", path)
        self.assertIn("\ufffd", result.lines()[0]["path"])
        self.assertNotIn("\x1b", bartizan("scan", path).out)

    def test_human_form(self):
        result = bartizan("scan", self.write("a.exe", pe_file()))
        self.assertRegex(result.out, r"^(legitimate|malware|pua) ")
        self.assertIn("1 file: ", result.err)

    def test_large_file_is_not_copied(self):
        # Sparse: 512 MiB of zeros behind a program. Mapped, it needs no memory of its own; the limit is on private memory.
        with open(BINARY[0], "rb") as program:
            if b"__asan_init" in program.read():
                self.skipTest("a sanitizer's own memory is beyond any limit")
        path = self.write("large.exe", pe_file())
        os.truncate(path, 512 << 20)
        limit = 256 << 20
        result = bartizan("scan", "--json", path, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit)))
        self.assertIn(result.code, JUDGED)
        self.assertEqual(result.lines()[0]["size"], 512 << 20)

    def test_model_given_by_name_gives_the_same_scores(self):
        path = self.write("a.exe", pe_file())
        copy = self.path("copy.btz")
        shutil.copy(MODEL, copy)
        self.assertEqual(bartizan("scan", "--json", "--model", copy, path).lines()[0]["score"], bartizan("scan", "--json", path).lines()[0]["score"])

    def test_refused_model_scans_nothing(self):
        path = self.write("a.exe", pe_file())
        bad = self.write("bad.btz", b"BTZ1" + bytes(100))
        result = bartizan("scan", "--json", "--model", bad, path)
        self.assertEqual((result.code, result.out), (FAILED, ""))
        self.assert_complains(result, bad, "offset 104", "shorter than its header")
