# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""bartizan_convert end to end: a small float network as safetensors, its description and calibration in; the file that comes out holds what this
script computes in floats, and the command line reads it. Usage: test_convert.py BARTIZAN_CONVERT BARTIZAN"""
import json
import math
import os
import random
import struct
import subprocess
import sys
import tempfile
import unittest

CONVERT, BARTIZAN = sys.argv[1:3]
FEATURES, HIDDEN, SCORES, VECTORS = 7, 24, 2, 40
AT_VECTORS, AT_VECTOR_COUNT = 96, 72


def network(chance):
    def matrix(rows, columns):
        return [[chance.gauss(0, 1 / math.sqrt(columns)) for _ in range(columns)] for _ in range(rows)]

    return {"hidden.weight": matrix(HIDDEN, FEATURES), "hidden.bias": [chance.gauss(0, 0.2) for _ in range(HIDDEN)],
            "head.weight": matrix(SCORES, HIDDEN), "head.bias": [chance.gauss(0, 0.2) for _ in range(SCORES)]}


def scores(tensors, x):
    def linear(name, inputs):
        return [sum(w * i for w, i in zip(row, inputs)) + b for row, b in zip(tensors[name + ".weight"], tensors[name + ".bias"])]

    hidden = [max(0, y) for y in linear("hidden", x)]
    return [1 / (1 + math.exp(-y)) for y in linear("head", hidden)]


def safetensors(tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        flat = [x for row in tensor for x in row] if isinstance(tensor[0], list) else tensor
        shape = [len(tensor), len(tensor[0])] if isinstance(tensor[0], list) else [len(tensor)]
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + 4 * len(flat)]}
        data += struct.pack(f"<{len(flat)}f", *flat)
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


class Convert(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        chance = random.Random(1)
        self.tensors = network(chance)
        self.vectors = [[chance.uniform(-3, 3) for _ in range(FEATURES)] for _ in range(VECTORS)]
        self.files = {"--weights": safetensors(self.tensors),
                      "--calibration": b"".join(struct.pack(f"<{FEATURES}f", *v) for v in self.vectors),
                      "--description": json.dumps({"name": "small", "thresholds": [0.5, 0.25], "layers": [
                          {"linear": "hidden", "activation": "relu"}, {"linear": "head", "activation": "sigmoid_head", "scores": 0}]}).encode()}

    def path(self, name):
        return os.path.join(self.folder.name, name.strip("-"))

    def run_convert(self):
        command = [CONVERT, "--out", self.path("small.btz")]
        for flag, content in self.files.items():
            with open(self.path(flag), "wb") as file:
                file.write(content)
            command += [flag, self.path(flag)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def test_the_file_holds_the_network(self):
        result = self.run_convert()
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        rows = [line.split("|")[1:-1] for line in result.stdout.splitlines() if line.startswith("| ") and line[2].isdigit()]
        self.assertEqual([int(row[0]) for row in rows], [0, 1])
        for row in rows:  # largest and mean difference, rank correlation, flips in percent
            self.assertLess(float(row[1]), 0.02)
            self.assertGreater(float(row[3]), 0.99)
            self.assertLess(float(row[4].rstrip(" %")), 10)

        with open(self.path("small.btz"), "rb") as file:
            content = file.read()
        at, count = struct.unpack_from("<Q", content, AT_VECTORS)[0], struct.unpack_from("<I", content, AT_VECTOR_COUNT)[0]
        self.assertEqual(count, 16)
        input_size = (FEATURES * 4 + 7) // 8 * 8
        for v in range(count):
            x = struct.unpack_from(f"<{FEATURES}f", content, at)
            self.assertEqual(x, struct.unpack(f"<{FEATURES}f", struct.pack(f"<{FEATURES}f", *self.vectors[v])))
            for actual, expected in zip(struct.unpack_from(f"<{SCORES}i", content, at + input_size), scores(self.tensors, x)):
                self.assertAlmostEqual(actual / 32768, expected, delta=0.02)
            at += input_size + 64

        info = json.loads(subprocess.run([BARTIZAN, "model", "info", "--json", self.path("small.btz")], capture_output=True, check=True).stdout)
        self.assertEqual((info["name"], info["size"]), ("small", len(content)))
        verified = subprocess.run([BARTIZAN, "model", "verify", self.path("small.btz")], capture_output=True, text=True, check=False)
        # The digest holds (it is looked at first); the program scores files by its own schema only.
        self.assertEqual(verified.returncode, 2)
        self.assertIn("another feature schema", verified.stderr)

    def test_what_does_not_fit_is_refused_with_a_sentence(self):
        whole = dict(self.files)
        for flag, content, words in (("--calibration", whole["--calibration"][:-1], "not whole rows"), ("--weights", whole["--weights"][:-4], ""),
                                     ("--description", whole["--description"].replace(b'"hidden"', b'"absent"'), "absent")):
            self.files = {**whole, flag: content}
            with self.subTest(flag):
                result = self.run_convert()
                self.assertEqual(result.returncode, 2)
                self.assertIn("bartizan_convert: ", result.stderr)
                self.assertIn(words, result.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
