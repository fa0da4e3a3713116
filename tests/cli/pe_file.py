# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""Builds small well-formed PE files, which hold nothing but padding and the text given."""
import struct

FILE_ALIGNMENT, SECTION_ALIGNMENT, E_LFANEW = 0x200, 0x1000, 0x80


def align(value, unit):
    return (value + unit - 1) // unit * unit


def pe_file(sections=((b".text", b"\xc3"), (b".data", b"harmless")), plus=True, linker=(14, 0)):
    """Bytes of a PE32+ (or PE32) program with these (name, content) sections."""
    optional_size = (112 if plus else 96) + 16 * 8
    headers_size = align(E_LFANEW + 24 + optional_size + 40 * len(sections), FILE_ALIGNMENT)
    table, body, rva = b"", b"", SECTION_ALIGNMENT
    for name, content in sections:
        raw = align(len(content), FILE_ALIGNMENT)
        table += struct.pack("<8sIIIIIIHHI", name, len(content), rva, raw, headers_size + len(body), 0, 0, 0, 0, 0x60000020)
        body += content.ljust(raw, b"\0")
        rva += align(max(len(content), 1), SECTION_ALIGNMENT)
    coff = struct.pack("<HHIIIHH", 0x8664 if plus else 0x14C, len(sections), 0, 0, 0, optional_size, 0x22)
    optional = struct.pack("<HBBIIIII", 0x20B if plus else 0x10B, *linker, len(body), 0, 0, SECTION_ALIGNMENT, SECTION_ALIGNMENT)
    optional += struct.pack("<Q", 0x140000000) if plus else struct.pack("<II", 0x2000, 0x400000)
    optional += struct.pack("<IIHHHHHHIIIIHH", SECTION_ALIGNMENT, FILE_ALIGNMENT, 6, 0, 0, 0, 6, 0, 0, rva, headers_size, 0, 3, 0x8160)
    optional += struct.pack("<4Q" if plus else "<4I", 0x100000, 0x1000, 0x100000, 0x1000) + struct.pack("<II", 0, 16) + bytes(16 * 8)
    assert len(optional) == optional_size
    head = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", E_LFANEW)
    return (head.ljust(E_LFANEW, b"\0") + b"PE\0\0" + coff + optional + table).ljust(headers_size, b"\0") + body
