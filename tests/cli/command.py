# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""Runs the command line for the tests beside this file."""
import json
import os
import subprocess
import tempfile
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
STREAM = os.path.join(ROOT, "examples", "streams", "lsass_theft.jsonl")
MODEL = os.path.join(ROOT, "model_weights", "bartizan_v1.btz")
BINARY = [""]  # set by test_cli.py

CLEAN, CONVICTED, FAILED = 0, 1, 2


class Result:
    def __init__(self, done):
        self.code = done.returncode
        self.out = done.stdout.decode("utf-8", "strict")  # output is valid UTF-8 whatever the input was
        self.err = done.stderr.decode("utf-8", "strict")

    def lines(self):
        """Standard output as JSON objects, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]


def bartizan(*arguments, **options):
    # Arguments may hold any bytes that a file name may hold.
    command = [os.fsencode(a) for a in (BINARY[0],) + arguments]
    return Result(subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, **options))


class CliTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="bartizan-test-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, name, content):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(content.encode() if isinstance(content, str) else content)
        return path

    def assert_complains(self, result, *words):
        """One line of standard error, said by bartizan, holds all the words."""
        for line in result.err.splitlines():
            if line.startswith("bartizan: ") and all(word in line for word in words):
                return
        self.fail(f"no sentence with {words} in: {result.err!r}")
