# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""Keys, and Authenticode signatures on small PE files, made by the openssl command and by hand-written DER."""
import hashlib
import os
import struct
import subprocess

from pe_file import E_LFANEW


def openssl(*arguments, data=None):
    return subprocess.run(("openssl",) + arguments, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout


def ed25519_key(folder, name):
    """Paths of a private and a public key."""
    private, public = os.path.join(folder, name + ".pem"), os.path.join(folder, name + ".pub.pem")
    openssl("genpkey", "-algorithm", "ed25519", "-out", private)
    openssl("pkey", "-in", private, "-pubout", "-out", public)
    return private, public


def der(tag, *parts):
    content = b"".join(parts)
    size = len(content)
    length = bytes([size]) if size < 0x80 else b"\x81" + bytes([size]) if size < 0x100 else b"\x82" + struct.pack(">H", size)
    return bytes([tag]) + length + content


def elements(content):
    """The (whole element, contents) pairs of DER contents."""
    out, at = [], 0
    while at < len(content):
        head, size = 2, content[at + 1]
        if size & 0x80:
            head, size = 2 + (size & 0x7F), int.from_bytes(content[at + 2 : at + 2 + (size & 0x7F)], "big")
        out.append((content[at : at + head + size], content[at + head : at + head + size]))
        at += head + size
    return out


def oid(dotted):
    first, second, *rest = (int(n) for n in dotted.split("."))
    out = bytes([first * 40 + second])
    for n in rest:
        digits = [n & 0x7F]
        while n := n >> 7:
            digits.insert(0, n & 0x7F | 0x80)
        out += bytes(digits)
    return der(6, out)


NULL = b"\x05\x00"
SHA256 = der(0x30, oid("2.16.840.1.101.3.4.2.1"), NULL)
SPC_INDIRECT_DATA = oid("1.3.6.1.4.1.311.2.1.4")


class Signer:
    """A code signer with a certificate of its own."""

    def __init__(self, folder, name):
        self.key = os.path.join(folder, name + ".key")
        pem = os.path.join(folder, name + ".crt")
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.key, "-out", pem, "-subj", "/CN=" + name, "-days", "2")
        self.certificate = openssl("x509", "-in", pem, "-outform", "DER")
        self.tbs = elements(elements(self.certificate)[0][1])[0][0]

    @property
    def tbs_sha256(self):
        return hashlib.sha256(self.tbs).hexdigest()

    def sign(self, content, key=None):
        """The PE file with a signature; by another signer's key, if given, under this one's certificate."""
        entry = E_LFANEW + 24 + (112 if content[E_LFANEW + 24 : E_LFANEW + 26] == b"\x0b\x02" else 96) + 4 * 8
        check_sum = E_LFANEW + 24 + 64
        content += bytes(-len(content) % 8)
        digest = hashlib.sha256(content[:check_sum] + content[check_sum + 4 : entry] + content[entry + 8 :]).digest()
        link = der(0x30, oid("1.3.6.1.4.1.311.2.1.15"), der(0x30, b"\x03\x01\x00"))
        indirect = der(0x30, link, der(0x30, SHA256, der(4, digest)))
        message = hashlib.sha256(elements(indirect)[0][1]).digest()
        attributes = [der(0x30, oid("1.2.840.113549.1.9.3"), der(0x31, SPC_INDIRECT_DATA)), der(0x30, oid("1.2.840.113549.1.9.4"), der(0x31, der(4, message)))]
        signature = openssl("dgst", "-sha256", "-sign", key or self.key, data=der(0x31, *attributes))
        tbs = elements(elements(self.tbs)[0][1])  # [0] version, serial, algorithm, issuer
        info = der(0x30, b"\x02\x01\x01", der(0x30, tbs[3][0], tbs[1][0]), SHA256, der(0xA0, *attributes), der(0x30, oid("1.2.840.113549.1.1.1"), NULL), der(4, signature))
        data = der(0x30, b"\x02\x01\x01", der(0x31, SHA256), der(0x30, SPC_INDIRECT_DATA, der(0xA0, indirect)), der(0xA0, self.certificate), der(0x31, info))
        pkcs7 = der(0x30, oid("1.2.840.113549.1.7.2"), der(0xA0, data))
        pkcs7 += bytes(-len(pkcs7) % 8)
        table = struct.pack("<IHH", 8 + len(pkcs7), 0x200, 2) + pkcs7
        return content[:entry] + struct.pack("<II", len(content), len(table)) + content[entry + 8 :] + table
