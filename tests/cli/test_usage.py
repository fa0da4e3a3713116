# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""Arguments: help, version, and everything that is wrong with them."""
import subprocess

from command import BINARY, CLEAN, FAILED, STREAM, CliTest, bartizan

COMMANDS = ("scan", "replay", "explain", "report", "score-rows", "features", "model")


class Usage(CliTest):
    def test_help_names_every_command_and_the_exit_codes(self):
        result = bartizan("--help")
        self.assertEqual(result.code, CLEAN)
        for word in COMMANDS + ("Exit code",):
            self.assertIn(word, result.out)
        for command in COMMANDS:
            self.assertIn("Usage: bartizan " + command, bartizan(command, "--help").out)

    def test_version(self):
        self.assertRegex(bartizan("--version").out, r"^\d+\.\d+\.\d+\n$")

    def test_wrong_arguments_get_a_sentence(self):
        for arguments, word in (((), "subcommand"), (("frobnicate",), "frobnicate"), (("replay",), "PATH"),
                                (("replay", "--frobnicate", STREAM), "--frobnicate"), (("replay", "--path-trust=maybe", STREAM), "maybe"),
                                (("report", STREAM), "--out"), (("report", "--out"), "--out"),
                                (("scan", "--json"), "PATH"), (("scan", "--model"), "--model"), (("score-rows",), "--csv"),
                                (("features", "x"), "--schema"), (("features", "--schema", "x", "y"), "x"), (("model",), "subcommand"),
                                (("model", "info", "a", "b"), "b")):
            with self.subTest(arguments):
                result = bartizan(*arguments)
                self.assertEqual(result.code, FAILED)
                self.assertEqual(result.out, "")
                self.assertEqual(len(result.err.splitlines()), 1)
                self.assert_complains(result, word)

    def test_output_that_cannot_be_written(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([BINARY[0], "replay", "--json", STREAM], stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, FAILED)
        self.assertIn(b"standard output: cannot be written", done.stderr)
