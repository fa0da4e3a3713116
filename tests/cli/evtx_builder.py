# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""Builds small event logs (.evtx), so that tests need none from elsewhere: one chunk, records of plain binary XML without templates.

Format: "Windows XML Event Log (EVTX) format", Joachim Metz, the documentation of libevtx.
"""
import struct
import zlib

CHUNK = 65536
TICKS_1601 = 116444736000000000
FRAGMENT, OPEN, OPEN_WITH_ATTRIBUTES, CLOSE_START, CLOSE_EMPTY, END, VALUE, ATTRIBUTE = 0x0F, 0x01, 0x41, 0x02, 0x03, 0x04, 0x05, 0x06


class Chunk:
    """Names are stored where they are first used and referred to by their offset in the chunk."""

    def __init__(self):
        self.data = bytearray(512)
        self.names = {}

    def name(self, text):
        """The offset of a name, and the bytes that stand inline when it is new."""
        if text in self.names:
            return struct.pack("<I", self.names[text])
        at = len(self.data) + 4
        self.names[text] = at
        code = 0
        for c in text:
            code = (code * 65599 + ord(c)) & 0xFFFFFFFF
        return struct.pack("<IIHH", at, 0, code & 0xFFFF, len(text)) + text.encode("utf-16-le") + b"\0\0"

    def put(self, content):
        self.data += content

    def element(self, name, attributes=(), text=None, children=()):
        self.put(struct.pack("<BH", OPEN_WITH_ATTRIBUTES if attributes else OPEN, 0xFFFF))
        size_at = len(self.data)
        self.put(b"\0\0\0\0")
        self.put(self.name(name))
        if attributes:
            list_at = len(self.data)
            self.put(b"\0\0\0\0")
            for i, (key, value) in enumerate(attributes):
                more = 0x40 if i + 1 < len(attributes) else 0
                self.put(bytes([ATTRIBUTE | more]))
                self.put(self.name(key))
                self.value(value)
            struct.pack_into("<I", self.data, list_at, len(self.data) - list_at - 4)
        if text is None and not children:
            self.put(bytes([CLOSE_EMPTY]))
        else:
            self.put(bytes([CLOSE_START]))
            if text is not None:
                self.value(text)
            for child in children:
                self.element(*child[:1], **child[1])
            self.put(bytes([END]))
        struct.pack_into("<I", self.data, size_at, len(self.data) - size_at - 4)

    def value(self, text):
        self.put(struct.pack("<BBH", VALUE, 1, len(text)) + text.encode("utf-16-le"))


def build(events):
    """The bytes of a log. Each event: channel, id, system_time (ISO 8601), computer, data (a dict)."""
    chunk = Chunk()
    last = 512
    for number, e in enumerate(events, 1):
        last = len(chunk.data)
        chunk.put(struct.pack("<4sIQQ", b"**\0\0", 0, number, TICKS_1601))
        chunk.put(bytes([FRAGMENT, 1, 1, 0]))
        system = [("Provider", {"attributes": [("Name", "Test")]}), ("EventID", {"text": str(e["id"])}),
                  ("TimeCreated", {"attributes": [("SystemTime", e["time"])]}), ("Channel", {"text": e["channel"]}),
                  ("Computer", {"text": e["computer"]})]
        data = [("Data", {"attributes": [("Name", k)], "text": v}) for k, v in e["data"].items()]
        chunk.element("Event", children=[("System", {"children": system}), ("EventData", {"children": data})])
        chunk.put(b"\0")
        while (len(chunk.data) - last) % 8 != 4:
            chunk.put(b"\0")
        size = len(chunk.data) - last + 4
        chunk.put(struct.pack("<I", size))
        struct.pack_into("<I", chunk.data, last + 4, size)
    free = len(chunk.data)
    assert free < CHUNK, "one chunk only"
    chunk.data += bytes(CHUNK - free)
    struct.pack_into("<8sQQQQIIII", chunk.data, 0, b"ElfChnk\0", 1, len(events), 1, len(events), 128, last, free,
                     zlib.crc32(bytes(chunk.data[512:free])))
    struct.pack_into("<I", chunk.data, 124, zlib.crc32(bytes(chunk.data[:120]) + bytes(chunk.data[128:512])))
    header = bytearray(4096)
    struct.pack_into("<8sQQQIHHHH", header, 0, b"ElfFile\0", 0, 0, len(events) + 1, 128, 1, 3, 4096, 1)
    struct.pack_into("<I", header, 124, zlib.crc32(bytes(header[:120])))
    return bytes(header) + bytes(chunk.data)
