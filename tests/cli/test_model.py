# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""bartizan model info|verify: the shipped model, and corrupt and foreign copies of it."""
import hashlib
import random
import struct

from command import CLEAN, FAILED, MODEL, CliTest, bartizan

AT_DIGEST, AT_SCHEMA = 16, 48


def sealed(content):
    """The content with the digest that it ought to state."""
    blank = content[:AT_DIGEST] + bytes(32) + content[AT_DIGEST + 32 :]
    half = len(content) // 128 * 64
    digest = hashlib.sha256(hashlib.sha256(blank[:half]).digest() + hashlib.sha256(blank[half:]).digest()).digest()
    return content[:AT_DIGEST] + digest + content[AT_DIGEST + 32 :]


class Model(CliTest):
    def setUp(self):
        super().setUp()
        with open(MODEL, "rb") as model:
            self.content = model.read()

    def test_shipped_model_is_whole(self):
        result = bartizan("model", "verify", MODEL)
        self.assertEqual(result.code, CLEAN)
        self.assertIn("test vector", result.out)
        self.assertIn("scalar", result.out)

    def test_embedded_model_is_the_shipped_one(self):
        embedded, shipped = (bartizan(*arguments).lines() for arguments in (("model", "info", "--json"), ("model", "info", "--json", MODEL)))
        self.assertEqual(embedded, shipped)

    def test_info_follows_the_format(self):
        info = bartizan("model", "info", "--json", MODEL).lines()[0]
        self.assertEqual(info["size"], len(self.content))
        self.assertEqual(info["digest"], self.content[AT_DIGEST : AT_DIGEST + 32].hex())
        self.assertEqual(self.content, sealed(self.content))
        self.assertEqual(info["schema"], "bartizan_v1")
        self.assertEqual(int(info["schema_hash"], 16), struct.unpack_from("<Q", self.content, AT_SCHEMA)[0])
        self.assertLess(info["size"], 20_000_000)  # the brief's limit

    def test_no_flipped_bit_goes_unnoticed(self):
        chance = random.Random(7)
        for at in [0, 4, 8, 16, 47, 48, 60, 80, 128, len(self.content) - 1] + chance.sample(range(len(self.content)), 40):
            damaged = bytearray(self.content)
            damaged[at] ^= 1 << chance.randrange(8)
            path = self.write("damaged.btz", bytes(damaged))
            with self.subTest(at=at):
                result = bartizan("model", "verify", path)
                self.assertEqual((result.code, result.out), (FAILED, ""))
                self.assert_complains(result, path, "offset ")

    def test_sentences_name_what_is_wrong(self):
        foreign = bytearray(self.content)
        foreign[AT_SCHEMA] ^= 1
        vectors, = struct.unpack_from("<Q", self.content, 96)
        fields, = struct.unpack_from("<I", self.content, 56)
        drifted = bytearray(self.content)
        drifted[vectors + ((fields + 63) // 64 + fields) * 8] ^= 1
        for content, words in ((b"", ("offset 0", "shorter than its header")), (b"MZ" + bytes(500), ("offset 0", "not a bartizan model")),
                               (self.content[:-1], ("offset 8", "length")), (self.content + b"\0", ("offset 8", "length")),
                               (self.content[:4] + b"\x7f" + self.content[5:], ("offset 4", "newer")),
                               (bytes(foreign), ("offset 16", "digest")), (sealed(bytes(foreign)), ("offset 48", "another feature schema")),
                               (sealed(bytes(drifted)), ("test vector",))):
            path = self.write("bad.btz", content)
            with self.subTest(words):
                result = bartizan("model", "verify", path)
                self.assertEqual(result.code, FAILED)
                self.assert_complains(result, path, *words)

    def test_info_of_another_schema_is_given(self):
        foreign = bytearray(self.content)
        foreign[AT_SCHEMA] ^= 1
        result = bartizan("model", "info", "--json", self.write("foreign.btz", sealed(bytes(foreign))))
        self.assertEqual(result.code, CLEAN)
        self.assertIsNone(result.lines()[0]["schema"])

    def test_absent_file(self):
        result = bartizan("model", "info", self.path("none.btz"))
        self.assertEqual(result.code, FAILED)
        self.assert_complains(result, "none.btz", "cannot be opened")
