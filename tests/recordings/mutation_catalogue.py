# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""What mutations.py changes in a recording: the tool's name and place, its masks and call stacks, the host, the sensor's habits.

A mutation is a class with `apply(record, number, about)`, which gives the records that stand in for one (several, or none), and perhaps
`arrange(rows, about)`, which may order all rows anew. `allowed` is the number of acts that may come out weaker, with the reason beside it.
"""
import datetime
import json
import random
import re

from bystanders import BYSTANDERS

# An image's field, and the fields that say whose it is.
OWNERS = {"Image": ("ProcessGuid", "ProcessId"), "ParentImage": ("ParentProcessGuid", "ParentProcessId"), "SourceImage": ("SourceProcessGuid", "SourceProcessId"),
          "TargetImage": ("TargetProcessGuid", "TargetProcessId"), "NewProcessName": ("", "NewProcessId"), "ProcessName": ("", "ProcessId"),
          "ParentProcessName": ("", "ProcessId"), "CallTrace": ("SourceProcessGuid", "SourceProcessId"), "StartModule": ("SourceProcessGuid", "SourceProcessId")}
IMAGE_FIELDS = ("Image", "ParentImage", "SourceImage", "TargetImage", "NewProcessName", "ParentProcessName", "ProcessName", "ImageLoaded")
GUIDS = re.compile(r"Guid$|GUID$")
PIDS = ("ProcessId", "SourceProcessId", "TargetProcessId", "ParentProcessId", "NewProcessId", "SourceProcessID", "TargetProcessID")
LSASS = "\\lsass.exe"
VM_READ = 0x10


def actor_of(record):
    """(guid, pid, image) of who acts, or of the new process."""
    key = lambda *names: next((record[n] for n in names if n in record), None)
    if record.get("id") == 4688:
        return None, record.get("NewProcessId"), record.get("NewProcessName")
    return (key("SourceProcessGuid", "SourceProcessGUID", "ProcessGuid"), key("SourceProcessId", "SourceProcessID", "ProcessId"),
            key("SourceImage", "Image", "ProcessName"))


def tail(path):
    return path.rsplit("\\", 1)[-1]


class About:
    """Who acts in a recording's acts, and with what."""

    def __init__(self, name, records, act_lines, labelled):
        self.name, self.act_lines, self.labelled = name, act_lines, labelled
        self.guids, self.pids, self.tools, self.system_tools = set(), set(), set(), set()
        for number in act_lines:
            guid, pid, image = actor_of(records[number])
            self.guids |= {guid} - {None}
            self.pids.add((records[number].get("host"), pid))
            if image and "\\" in image:
                system = re.match(r"(?i)(c:|\\device\\harddiskvolume\d+)\\windows\\", image)
                (self.system_tools if system else self.tools).add(image.lower())

    def images_of_culprits(self, record):
        """The fields of a record that hold an image or code of a process that acts."""
        host = record.get("host")
        return [field for field, (guid, pid) in OWNERS.items() if isinstance(record.get(field), str)
                and (record[guid] in self.guids if guid in record else (host, record.get(pid)) in self.pids)]

    def chance(self, number, what):
        return random.Random(f"{self.name}/{number}/{what}")


class Mutation:
    """The base: changes nothing."""

    benign = False  # also run over recordings without an act
    allowed = 0

    def __init__(self, name, allowed=0):
        self.name, self.allowed = name, allowed

    def wants(self, line, number, about):
        return True

    def apply(self, record, number, about):
        return [record]

    def arrange(self, rows, about):
        return rows


class Unchanged(Mutation):
    def wants(self, line, number, about):
        return False


class OfActs(Mutation):
    """Changes only the records that are the act."""

    def wants(self, line, number, about):
        return number in about.act_lines

    def apply(self, record, number, about):
        self.change(record, number, about)
        return [record]


class EveryRecord(Mutation):
    benign = True

    def apply(self, record, number, about):
        self.change(record, number, about)
        return [record]


# --- who -----------------------------------------------------------------------------------------------------------------------------

class ToolElsewhere(Mutation):
    """The attacker's own programs under another name or in another place; `system` moves copies of Windows' programs too."""

    def __init__(self, name, place, system=False, allowed=0):
        super().__init__(name, allowed)
        self.place, self.system = place, system

    def apply(self, record, number, about):
        images = about.system_tools if self.system else about.tools
        for field in about.images_of_culprits(record):
            value = record[field]
            for image in images:
                if image in value.lower():
                    value = re.sub(re.escape(image), lambda m: self.place(m.group(0)), value, flags=re.I)
            record[field] = value
        return [record]


class ToolDropped(ToolElsewhere):
    """The attacker's programs in the Windows directory, where the recording shows who puts them."""

    def arrange(self, rows, about):
        if not about.tools:
            return rows
        records = [json.loads(line) for _, line in rows]
        first = {}
        for record in records:
            first[record["host"]] = min(record["t"], first.get(record["host"], record["t"]))
        drops = [{"ch": "sysmon", "id": 11, "t": shift(time, -1), "host": host, "ProcessGuid": "{00000004-0000-0000-0000-00000000ffff}", "ProcessId": 4,
                  "Image": "System", "TargetFilename": self.place(image)} for host, time in sorted(first.items()) for image in sorted(about.tools)]
        return [(rows[0][0], json.dumps(drop).encode()) for drop in drops] + rows


class OtherHost(Mutation):
    """Injected code in another of Windows' programs: the svchost.exe that a tool migrated to is a spoolsv.exe elsewhere."""

    def apply(self, record, number, about):
        for field in about.images_of_culprits(record):
            record[field] = re.sub(r"(?i)(\\system32\\)svchost\.exe$", r"\1spoolsv.exe", record[field])
        return [record]


# --- what ----------------------------------------------------------------------------------------------------------------------------

class Mask(OfActs):
    """Another set of rights that allows the same."""

    def __init__(self, mask, allowed=0):
        super().__init__(f"lsass mask {mask:#x}", allowed)
        self.mask = mask

    def change(self, record, number, about):
        target = str(record.get("TargetImage") or record.get("ObjectName") or "").lower()
        field = "GrantedAccess" if record["id"] == 10 else "AccessMask" if record["id"] == 4656 else None
        if field and target.endswith(LSASS) and int(str(record.get(field, "0")), 16) & VM_READ:
            record[field] = f"{self.mask:#x}"


class StartRoutine(OfActs):
    """A remote thread at another loader routine, for those that start at one."""

    def __init__(self, module, function, allowed=0):
        super().__init__(f"thread at {function}", allowed)
        self.module, self.function = module, function

    def change(self, record, number, about):
        if record["id"] == 8 and "LoadLibrary" in record.get("StartFunction", ""):
            record["StartModule"], record["StartFunction"] = self.module, self.function


# --- how -----------------------------------------------------------------------------------------------------------------------------

class Trace(OfActs):
    """Another call stack for the same open. `own`: only where the program itself is the evidence, not the code inside Windows' program."""

    def __init__(self, name, make, own=False, allowed=0):
        super().__init__(name, allowed)
        self.make, self.own = make, own

    def change(self, record, number, about):
        if record["id"] != 10 or "CallTrace" not in record:
            return
        image = record.get("SourceImage", "")
        if self.own and image.lower() not in about.tools:
            return
        trace = self.make(record["CallTrace"].split("|"), image, about.chance(number, self.name))
        if trace is None:
            del record["CallTrace"]
        else:
            record["CallTrace"] = "|".join(trace)


def other_build(frames, image, chance):
    return [re.sub(r"\+[0-9a-fA-F]+", lambda m: f"+{chance.randrange(0x1000, 0x200000):x}", f) for f in frames]


def plain(frames, image, chance):
    return [r"C:\Windows\SYSTEM32\ntdll.dll+9d234", r"C:\Windows\System32\KERNELBASE.dll+2c13e", image + "+1a2b", image + "+2f10",
            r"C:\Windows\System32\KERNEL32.DLL+17bd4", r"C:\Windows\SYSTEM32\ntdll.dll+6ce51"]


def direct(frames, image, chance):
    return plain(frames, image, chance)[2:]


def unbacked(frames, image, chance):
    stack = plain(frames, image, chance)
    stack.insert(chance.randrange(1, len(stack)), f"UNKNOWN({chance.randrange(0x10000, 1 << 46):016X})")
    return stack


def deeper(frames, image, chance):
    """A frame of another file between the caller's and the system's."""
    return frames[:1] + [r"C:\Windows\System32\KERNELBASE.dll+4f1aa"] + frames[1:]


def wow64(frames, image, chance):
    unknown = f"UNKNOWN({chance.randrange(0x10000, 1 << 31):016X})"
    return [r"C:\Windows\SYSTEM32\ntdll.dll+9c584", r"C:\Windows\System32\wow64.dll+7d43", r"C:\Windows\System32\wow64.dll+7783", unknown,
            r"C:\Windows\System32\wow64cpu.dll+1783", r"C:\Windows\System32\wow64cpu.dll+1199", r"C:\Windows\System32\wow64.dll+c77a",
            r"C:\Windows\SYSTEM32\ntdll.dll+75b53", r"C:\Windows\SysWOW64\ntdll.dll+72a2c(wow64)",
            r"C:\Windows\SysWOW64\KERNELBASE.dll+10f2b7(wow64)", image + "+1a2b(wow64)", r"C:\Windows\SysWOW64\KERNEL32.DLL+1fa29(wow64)",
            r"C:\Windows\SysWOW64\ntdll.dll+67a7e(wow64)", r"C:\Windows\SysWOW64\ntdll.dll+67a4e(wow64)"]


# --- the host ------------------------------------------------------------------------------------------------------------------------

class OtherIdentifiers(EveryRecord):
    """Every PID, GUID and host is another; equal ones stay equal."""

    def change(self, record, number, about):
        record["host"] = "pc-" + record["host"][::-1].lower() + ".corp.example"
        for field, value in record.items():
            if field in PIDS and isinstance(value, int) and value > 4:
                record[field] = value + 65536
            elif GUIDS.search(field) and isinstance(value, str) and value.startswith("{"):
                record[field] = "{" + "".join("fedcba9876543210"[int(c, 16)] if c in "0123456789abcdef" else c for c in value[1:-1].lower()) + "}"


def shift(time, seconds):
    moved = datetime.datetime.strptime(time, "%Y-%m-%dT%H:%M:%S.%fZ") + datetime.timedelta(seconds=seconds)
    return moved.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moved.microsecond // 1000:03}Z"


class OtherClock(EveryRecord):
    def change(self, record, number, about):
        record["t"] = shift(record["t"], 3 * 365 * 86400 + 12345.678)


class Jitter(EveryRecord):
    """Every event's time is off by up to half a second: events a second apart change places."""

    def change(self, record, number, about):
        record["t"] = shift(record["t"], about.chance(number, "jitter").uniform(-0.5, 0.5))


class Locale(EveryRecord):
    """Another system's language: the accounts' names, not their logons."""

    NAMES = {"NT AUTHORITY\\SYSTEM": "NT-AUTORITÄT\\SYSTEM", "NT AUTHORITY\\LOCAL SERVICE": "NT-AUTORITÄT\\Lokaler Dienst",
             "NT AUTHORITY\\NETWORK SERVICE": "NT-AUTORITÄT\\Netzwerkdienst"}

    def __init__(self, name, names, allowed=0):
        super().__init__(name, allowed)
        self.names = {k.upper(): v for k, v in names.items()}

    def change(self, record, number, about):
        for field in ("User", "SourceUser", "TargetUser", "ParentUser"):
            if field in record:
                record[field] = self.names.get(record[field].upper(), record[field])


class Users(EveryRecord):
    """Every person has another name and SID, also in the paths of their profile."""

    def change(self, record, number, about):
        for field, value in record.items():
            if not isinstance(value, str):
                continue
            value = re.sub(r"S-1-5-21-\d+-\d+-\d+", "S-1-5-21-1004336348-1177238915-682003330", value)
            value = re.sub(r"(?i)\\users\\(?!public\\|default\\|all users\\)[^\\\"|]+\\", lambda m: r"\Users\Zoë Müller-Straße\ "[:-1], value)
            record[field] = value


class Spelling(EveryRecord):
    """The images' paths in another spelling of the same file."""

    def __init__(self, name, spell, allowed=0, benign=True):
        super().__init__(name, allowed)
        self.spell, self.benign = spell, benign

    def change(self, record, number, about):
        for field in IMAGE_FIELDS:
            value = record.get(field)
            if isinstance(value, str) and re.match(r"(?i)c:\\", value):
                record[field] = self.spell(value)


# --- the sensor ----------------------------------------------------------------------------------------------------------------------

class NoStarts(Mutation):
    """The sensor came after the attacker's programs had started."""

    def apply(self, record, number, about):
        guid, pid, _ = actor_of(record)
        is_start = record.get("id") in (1, 4688) and number not in about.act_lines
        return [] if is_start and (guid in about.guids or (record.get("host"), pid) in about.pids) else [record]


class NoStartsAtAll(Mutation):
    benign = True

    def apply(self, record, number, about):
        return [] if record.get("id") in (1, 4688) and number not in about.labelled else [record]


class Twice(EveryRecord):
    def apply(self, record, number, about):
        return [record, dict(record)]


class OtherParent(Mutation):
    """The attacker's programs come from the desktop instead of whatever started them."""

    def apply(self, record, number, about):
        guid, pid, _ = actor_of(record)
        if record.get("id") in (1, 4688) and number not in about.act_lines and (guid in about.guids or (record.get("host"), pid) in about.pids):
            for field in ("ParentImage", "ParentProcessName"):
                if field in record:
                    record[field] = r"C:\Windows\explorer.exe"
            if "ParentProcessGuid" in record:
                record["ParentProcessGuid"] = "{11111111-2222-3333-4444-555555555555}"
            if "ParentProcessId" in record:
                record["ParentProcessId"] = 60004
            if record.get("id") == 4688:
                record["ProcessId"] = 60004
            record.pop("ParentCommandLine", None)
        return [record]


class Without(EveryRecord):
    """A collector or an older schema that has no such fields."""

    def __init__(self, name, *fields, allowed=0):
        super().__init__(name, allowed)
        self.fields = fields

    def change(self, record, number, about):
        for field in self.fields:
            record.pop(field, None)


class OnlyLsassOpens(Mutation):
    """The common configuration that logs opens of LSASS alone: no burst can be seen."""

    benign = True

    def wants(self, line, number, about):
        return b'"id":10,' in line and number not in about.labelled

    def apply(self, record, number, about):
        return [record] if str(record.get("TargetImage", "")).lower().endswith(LSASS) else []


class Bystanders(Mutation):
    """A busy machine: between any two events, one that must not fire, by processes that are in no recording."""

    benign = True

    def __init__(self, name, every):
        super().__init__(name)
        self.every = every

    def wants(self, line, number, about):
        return number % self.every == 0

    def apply(self, record, number, about):
        which = number // self.every % len(BYSTANDERS)
        event = {"added": True, "ch": "sysmon", "t": record["t"], "host": record["host"], **BYSTANDERS[which]}
        role = "Source" if "SourceImage" in event else ""
        # One process for each kind of bystander, and one for each start and target.
        pid = 50000 + (which if event["id"] != 1 else 100 + number)
        event[role + "ProcessGuid"], event[role + "ProcessId"] = f"{{0badf00d-0000-0000-0000-{pid:012x}}}", pid
        for other in ("Target", "Parent"):
            if other + "Image" in event and not event[other + "Image"].endswith(LSASS):
                event[other + "ProcessGuid"], event[other + "ProcessId"] = f"{{0badf00d-0001-0000-0000-{which:012x}}}", 40000 + which
        return [event, record]


# --- benign ----------------------------------------------------------------------------------------------------------------------------

class Vendors(Mutation):
    """Every installed program is another vendor's, under the same kind of directory."""

    benign = True

    def apply(self, record, number, about):
        for field in (*IMAGE_FIELDS, "CallTrace", "StartModule"):
            if isinstance(record.get(field), str):
                record[field] = re.sub(r"(?i)(c:\\program files(?: \(x86\))?\\)[^\\|]+\\", r"\1Northwind Traders\\Suite 7\\", record[field])
        return [record]


class CoreClr(Mutation):
    """.NET's own libraries as the newer runtime has them, beside the programs instead of below the Windows directory."""

    benign = True
    RUNTIME = r"C:\Program Files\dotnet\shared\Microsoft.NETCore.App\8.0.4"

    def wants(self, line, number, about):
        return b"CallTrace" in line

    def apply(self, record, number, about):
        trace = record.get("CallTrace", "")
        for pattern, name in ((r"mscorlib\.ni\.dll", "System.Private.CoreLib.dll"), (r"System\.ni\.dll", "System.Diagnostics.Process.dll"),
                              (r"(?:clr|mscorwks)\.dll", "coreclr.dll")):
            trace = re.sub(r"(?i)c:\\windows\\[^|]*\\" + pattern, lambda m: self.RUNTIME + "\\" + name, trace)
        trace = re.sub(r"(?i)c:\\windows\\assembly\\[^|]*\\([^|\\]+)\.ni\.dll", lambda m: "C:\\Program Files\\PowerShell\\7\\" + m.group(1) + ".dll", trace)
        if "CallTrace" in record:
            record["CallTrace"] = trace
        return [record]


def below(folder):
    return lambda image: folder + tail(image)


MUTATIONS = [
    Unchanged("none"),
    ToolElsewhere("tool renamed", lambda image: image[: -len(tail(image))] + "update_agent.exe"),
    ToolElsewhere("tool named like Windows' own", lambda image: image[: -len(tail(image))] + "svchost.exe"),
    ToolElsewhere("tool in the public profile", below("C:\\Users\\Public\\")),
    ToolElsewhere("tool in ProgramData", below("C:\\ProgramData\\Northwind\\")),
    ToolElsewhere("tool in Windows\\Temp", below("C:\\Windows\\Temp\\")),
    ToolElsewhere("tool in the recycle bin", below("C:\\$Recycle.Bin\\S-1-5-21-1-2-3-1001\\")),
    ToolElsewhere("tool on D:", below("D:\\tools\\")),
    ToolElsewhere("tool on a share", below("\\\\fileserver\\share\\")),
    ToolElsewhere("tool on a mounted image", below("\\Device\\CdRom1\\")),
    ToolElsewhere("tool below an 8.3 name", below("C:\\Users\\ADMINI~1\\AppData\\Local\\Temp\\")),
    ToolElsewhere("tool by a verbatim path", lambda image: "\\\\?\\" + image),
    ToolElsewhere("tool by a device path", lambda image: "\\Device\\HarddiskVolume3" + image[2:]),
    ToolElsewhere("Windows' program copied", below("C:\\Users\\Public\\"), system=True),
    ToolElsewhere("Windows' program as 32-bit", lambda image: re.sub(r"(?i)\\system32\\", r"\\SysWOW64\\", image), system=True),
    # Where a path stands in for a signature, installed programs pass for signed ones: a read alone is stripped and recorded (rules.md C1-13).
    ToolElsewhere("tool in Program Files", below("C:\\Program Files\\Northwind\\"), allowed=4),
    # Without a word about who wrote it, a file of the Windows directory passes for Windows'.
    ToolElsewhere("tool in System32", below("C:\\Windows\\System32\\"), allowed=4),
    ToolDropped("tool copied into System32", below("C:\\Windows\\System32\\")),
    OtherHost("code in another service"),
    *(Mask(m) for m in (0x10, 0x1010, 0x1418, 0x1438, 0x143a, 0x1478, 0x40, 0x1440, 0x80, 0x10c0, 0x1ffffe, 0x101ffb, 0x12367b, 0x80000000, 0xf0fff)),
    # What an inventory of processes asks for: where the log holds no call stack, or two frames of it, nobody can tell the two apart.
    *(Mask(m, allowed=3) for m in (0x410, 0x1410, 0x1f0fff, 0x1f1fff, 0x1f3fff, 0x1fffff, 0x2000000, 0x10000000)),
    StartRoutine(r"C:\Windows\System32\KERNELBASE.dll", "LoadLibraryExW"),
    StartRoutine(r"C:\Windows\SysWOW64\kernel32.dll", "LoadLibraryA"),
    StartRoutine(r"C:\Windows\SYSTEM32\ntdll.dll", "LdrLoadDll"),
    Trace("trace of another build", other_build),
    Trace("trace with another layer", deeper),
    Trace("trace of plain calls", plain, own=True),
    Trace("trace of direct system calls", direct, own=True),
    Trace("trace with unbacked code", unbacked, own=True),
    Trace("trace of a 32-bit tool", wow64, own=True),
    Trace("trace cut short", lambda frames, image, chance: frames[:3]),
    # An over-asking program and code in a Windows service: the stack was the evidence.
    Trace("trace missing", lambda frames, image, chance: None, allowed=2),
    OtherIdentifiers("other PIDs, GUIDs and hosts"),
    OtherClock("other year"),
    Jitter("times off by half a second"),
    Locale("German accounts", Locale.NAMES),
    Locale("French accounts", {"NT AUTHORITY\\SYSTEM": "AUTORITE NT\\Système", "NT AUTHORITY\\LOCAL SERVICE": "AUTORITE NT\\SERVICE LOCAL",
                               "NT AUTHORITY\\NETWORK SERVICE": "AUTORITE NT\\SERVICE RÉSEAU"}),
    Users("other users"),
    Spelling("paths in upper case", str.upper),
    Spelling("paths in lower case", str.lower),
    Spelling("paths of devices", lambda path: "\\Device\\HarddiskVolume4" + path[2:]),
    Spelling("verbatim paths", lambda path: "\\\\?\\" + path),
    NoStarts("starts of attackers unseen"),
    NoStartsAtAll("no starts seen"),
    Twice("every event twice"),
    OtherParent("other parent"),
    Without("no OriginalFileName", "OriginalFileName"),
    Without("no users", "User", "SourceUser", "TargetUser", "ParentUser"),
    Without("no hashes, company, integrity", "Hashes", "Company", "IntegrityLevel", "LogonId", "TerminalSessionId"),
    Without("no command lines of parents", "ParentCommandLine"),
    OnlyLsassOpens("only opens of LSASS logged"),
    Bystanders("a busy machine", every=1),
    Bystanders("a machine that works now and then", every=37),
    Vendors("other vendors"),
    CoreClr(".NET beside the programs"),
]
