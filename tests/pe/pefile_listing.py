# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""pefile_listing.py FILE...: what pefile reads in PE files, one line a structure. tests/pe/against_pefile.cpp writes the same."""
import sys

import pefile


def text(name):
    raw = name if isinstance(name, bytes) else name.encode("utf-8", "replace")
    return "".join(chr(c) if 0x20 < c < 0x7F else "?" for c in raw) or "-"


def utf16(name):
    units = str(name.decode("utf-8", "replace") if isinstance(name, bytes) else name)
    return "".join(c if " " < c < "\x7f" else "?" for c in units) or "-"


def imports(kind, modules):
    for module in modules:
        for symbol in module.imports:
            which = f"@{symbol.ordinal}" if symbol.import_by_ordinal else f"{text(symbol.name)} {symbol.hint}"
            print(kind, text(module.dll), which)


def resources(directory, keys):
    for entry in directory.entries:
        # Named entries: str() would give the object's view of the name as UTF-8 bytes.
        key = utf16(entry.name.string if entry.name is not None else str(entry.id))
        if hasattr(entry, "directory"):
            resources(entry.directory, keys + [key])
        else:
            print("resource", *keys, key, entry.data.struct.Size, entry.data.struct.OffsetToData)


def listing(path):
    try:
        # Its own limit of 8,192 names would leave those of large libraries out.
        pe = pefile.PE(path, fast_load=False, max_symbol_exports=0x100000)
    except pefile.PEFormatError:
        print("refused")
        return
    for s in pe.sections:
        print("section", text(s.Name.rstrip(b"\0").split(b"\0")[0]), s.VirtualAddress, s.Misc_VirtualSize, s.SizeOfRawData, s.PointerToRawData)
    imports("import", getattr(pe, "DIRECTORY_ENTRY_IMPORT", []))
    imports("delay", getattr(pe, "DIRECTORY_ENTRY_DELAY_IMPORT", []))
    exports = getattr(pe, "DIRECTORY_ENTRY_EXPORT", None)
    for e in exports.symbols if exports else []:
        print("export", text(e.name or ""), e.ordinal, e.address, text(e.forwarder or ""))
    if hasattr(pe, "DIRECTORY_ENTRY_RESOURCE"):
        resources(pe.DIRECTORY_ENTRY_RESOURCE, [])
    for info in getattr(pe, "FileInfo", [])[:1]:
        for block in info:
            for table in getattr(block, "StringTable", []):
                for key, value in table.entries.items():
                    print("version", utf16(key), utf16(value))
    for d in getattr(pe, "DIRECTORY_ENTRY_DEBUG", []):
        pdb = getattr(d.entry, "PdbFileName", b"") if d.entry else b""
        print("debug", d.struct.Type, d.struct.SizeOfData, d.struct.PointerToRawData, text(pdb.split(b"\0")[0]))
    for b in getattr(pe, "DIRECTORY_ENTRY_BASERELOC", []):
        first = b.entries[0]
        print("relocations", b.struct.VirtualAddress, b.struct.SizeOfBlock, first.type, first.rva)
    if hasattr(pe, "DIRECTORY_ENTRY_TLS"):
        t = pe.DIRECTORY_ENTRY_TLS.struct
        print("tls", t.AddressOfCallBacks, t.AddressOfIndex, t.SizeOfZeroFill)
    if hasattr(pe, "DIRECTORY_ENTRY_LOAD_CONFIG"):
        c = pe.DIRECTORY_ENTRY_LOAD_CONFIG.struct
        print("load_config", c.Size, getattr(c, "SecurityCookie", 0), getattr(c, "GuardFlags", 0), getattr(c, "GuardCFFunctionCount", 0))
    for f in getattr(pe, "DIRECTORY_ENTRY_EXCEPTION", []):
        u = f.unwindinfo
        print("function", f.struct.BeginAddress, f.struct.EndAddress, u.CountOfCodes if u else 0, u.SizeOfProlog if u else 0)
    rich = pe.parse_rich_header()
    values = rich["values"] if rich else []
    for comp_id, count in zip(values[::2], values[1::2]):
        print("rich", comp_id, count)
    overlay = pe.get_overlay_data_start_offset()
    if overlay is not None:
        print("overlay", overlay)


for file in sys.argv[1:]:
    print("file", file)
    listing(file)
