# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""bartizan replay on what other tools leave in Sysmon's log: each behaviour by several ways to do it, each beside its harmless likeness.

The streams are written by hand after Sysmon's event schema; what each must be judged follows the rules' pages in docs/rules/.
"""
import json
import os

from command import CliTest, bartizan

RANK = ("none", "strip", "event", "convict")
SYS = "C:\\Windows\\System32\\"
LSASS, CMD, REG, SVCHOST, SERVICES = (SYS + name for name in ("lsass.exe", "cmd.exe", "reg.exe", "svchost.exe", "services.exe"))
POWERSHELL = SYS + "WindowsPowerShell\\v1.0\\powershell.exe"
MSHTA, RUNDLL32, NOTEPAD, EXPLORER = SYS + "mshta.exe", SYS + "rundll32.exe", SYS + "notepad.exe", "C:\\Windows\\explorer.exe"
TOOL, AGENT = "C:\\Users\\bob\\Desktop\\tool.exe", "C:\\Program Files\\Northwind\\agent.exe"
CHROME = "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe"
DBGCORE = SYS + "dbgcore.DLL"
UNBACKED = "UNKNOWN(00000214A1B20031)"
SHADOW = "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy3\\Windows\\"
OPTIONS = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options\\"


def guid(pid):
    return f"{{{pid:08x}-0000-0000-0000-000000000001}}"


def event(number, pid, image, **fields):
    return {"ch": "sysmon", "id": number, "host": "pc", "ProcessGuid": guid(pid), "ProcessId": pid, "Image": image, **fields}


def pair(number, image, pid, target, target_pid, **fields):
    return {"ch": "sysmon", "id": number, "host": "pc", "SourceProcessGuid": guid(pid), "SourceProcessId": pid, "SourceImage": image,
            "TargetProcessGuid": guid(target_pid), "TargetProcessId": target_pid, "TargetImage": target, **fields}


def opened(image, mask, *callers, target=LSASS, target_pid=700, pid=100, direct=False, cut=False):
    """A process open; `callers` are the modules between the system's and the thread's start, which a cut stack does not reach."""
    frames = [] if direct else [SYS + "ntdll.dll", SYS + "KERNELBASE.dll"]
    frames += [*callers] if cut else [*callers, SYS + "KERNEL32.DLL", SYS + "ntdll.dll"]
    trace = "|".join(f if f.startswith("UNKNOWN") else f + "+1a2b" for f in frames)
    return pair(10, image, pid, target, target_pid, GrantedAccess=hex(mask), CallTrace=trace)


def started(image, line, pid=100, parent=EXPLORER, parent_pid=50, user="PC\\bob", logon="0x46b6b", level="High", **fields):
    return event(1, pid, image, CommandLine=line, User=user, LogonId=logon, IntegrityLevel=level, ParentProcessGuid=guid(parent_pid),
                 ParentProcessId=parent_pid, ParentImage=parent, **fields)


def as_system(image, line, pid, parent, parent_pid, user="NT AUTHORITY\\SYSTEM", **fields):
    return started(image, line, pid, parent, parent_pid, user, "0x3e7", "System", **fields)


def written(image, path, pid=100):
    return event(11, pid, image, TargetFilename=path)


def raw_read(image, device="\\Device\\HarddiskVolume2", pid=100):
    return event(9, pid, image, Device=device)


def thread(image, target, module=None, function=None, address="0x00007FFA11110000", target_pid=300):
    place = {"StartModule": module, "StartFunction": function}
    return pair(8, image, 100, target, target_pid, StartAddress=address, **{k: v for k, v in place.items() if v})


def value_set(image, key, data):
    return event(13, 100, image, EventType="SetValue", TargetObject=key, Details=data)


class OtherTools(CliTest):
    def judge(self, cases):
        """Each case in a file of its own: (what, expected verdict, events)."""
        for number, (_, _, events) in enumerate(cases):
            lines = [json.dumps({**e, "t": f"2024-05-06T10:00:{at // 4:02}.{at % 4 * 250:03}Z"}, ensure_ascii=False) for at, e in enumerate(events)]
            self.write(f"{number:03}.jsonl", "\n".join(lines))
        told = {}
        for finding in bartizan("replay", "--json", self.folder).lines():
            number = int(os.path.basename(finding["file"])[:3])
            if finding["verdict"] in RANK:
                told[number] = max(told.get(number, "none"), finding["verdict"], key=RANK.index)
        for number, (what, expected, _) in enumerate(cases):
            with self.subTest(what):
                self.assertEqual(told.get(number, "none"), expected)

    def test_lsass_memory(self):
        dump_tool = "C:\\Program Files\\Northwind\\Debugger\\dump.exe"
        self.judge([
            ("own code, the smallest mask", "convict", [opened(TOOL, 0x1010, TOOL)]),
            ("own code, an inventory's mask", "convict", [opened(TOOL, 0x1410, TOOL)]),
            ("a signed agent with it", "strip", [opened(AGENT, 0x1410, AGENT)]),
            ("direct system calls", "convict", [opened(AGENT, 0x1410, AGENT, direct=True)]),
            ("rights to make a clone", "convict", [opened(TOOL, 0x10c0, TOOL)]),
            ("the clone is opened", "convict", [as_system(LSASS, LSASS, 700, SYS + "wininit.exe", 500), opened(AGENT, 0x1410, AGENT, target_pid=1900)]),
            ("a signed dumper through Windows' library", "convict", [opened(dump_tool, 0x1fffff, DBGCORE, dump_tool)]),
            ("... through a library of its own", "convict", [opened(dump_tool, 0x1fffff, "C:\\Program Files\\Northwind\\dbghelp.dll", dump_tool)]),
            ("Windows' leak diagnosis", "convict", [opened(SYS + "rdrleakdiag.exe", 0x1fffff, DBGCORE, SYS + "rdrleakdiag.exe")]),
            ("Windows' time-travel tracer", "convict", [opened(SYS + "tttracer.exe", 0x1fffff, SYS + "tttracer.exe")]),
            ("code in a Windows service", "convict", [opened(SVCHOST, 0x1010, UNBACKED)]),
            ("the secondary logon service leaks", "convict", [opened(SVCHOST, 0x14c0, SYS + "seclogon.dll", SYS + "RPCRT4.dll")]),
            ("a handle duplicated out of its holder", "convict", [opened(SVCHOST, 0x1410, SYS + "lsm.dll", pid=900),
                                                                  opened(TOOL, 0x40, TOOL, target=SVCHOST, target_pid=900)]),
            ("error reporting without a known fault", "strip", [opened(SYS + "WerFault.exe", 0x1fffff, SYS + "faultrep.dll")]),
            ("Task Manager writes the dump", "convict", [opened(SYS + "Taskmgr.exe", 0x1fffff, DBGCORE, SYS + "Taskmgr.exe"),
                                                         written(SYS + "Taskmgr.exe", "C:\\Users\\bob\\AppData\\Local\\Temp\\lsass.DMP")]),
            ("... the 32-bit one, only the file seen", "convict", [written("C:\\Windows\\SysWOW64\\Taskmgr.exe", "C:\\Users\\bob\\lsass (2).DMP")]),
            ("a library of nobody in LSASS", "convict", [event(7, 700, LSASS, ImageLoaded="C:\\Users\\bob\\ssp.dll", Signed="false", SignatureStatus="Unavailable")]),
            ("a vendor's library in LSASS", "event", [event(7, 700, LSASS, ImageLoaded="C:\\Program Files\\Card\\card.dll", Signed="false", SignatureStatus="Unavailable")]),
        ])

    def test_tools_in_the_windows_directory(self):
        dropped = SYS + "m.exe"
        self.judge([
            ("copied there by a shell", "convict", [written(CMD, dropped, 90), opened(dropped, 0x1010, dropped)]),
            ("... over a share", "convict", [event(11, 4, "System", TargetFilename="C:\\Windows\\svc.exe"), opened("C:\\Windows\\svc.exe", 0x1010, "C:\\Windows\\svc.exe")]),
            ("put there by Windows' servicing", "strip", [written("C:\\Windows\\servicing\\TrustedInstaller.exe", dropped, 90), opened(dropped, 0x1010, dropped)]),
        ])

    def test_lsass_opened_by_those_who_may(self):
        defender = "C:\\ProgramData\\Microsoft\\Windows Defender\\"
        dotnet = "C:\\Program Files\\dotnet\\shared\\Microsoft.NETCore.App\\8.0.4\\"
        pwsh = "C:\\Program Files\\PowerShell\\7\\"
        self.judge([
            ("queries", "none", [opened(SVCHOST, 0x1400, SYS + "x.dll"), opened(AGENT, 0x101000, AGENT)]),
            ("WMI's process list", "strip", [opened(SYS + "wbem\\WmiPrvSE.exe", 0x1410, SYS + "wbem\\cimwin32.dll")]),
            ("antimalware", "strip", [opened(defender + "Platform\\4.18\\MsMpEng.exe", 0x1010, defender + "Definition Updates\\{1}\\mpengine.dll")]),
            ("PowerShell 7 lists processes", "strip", [opened(pwsh + "pwsh.exe", 0x1410, pwsh + "System.Diagnostics.Process.dll", UNBACKED, pwsh + "coreclr.dll")]),
            ("... the stack walked as far as compiled code", "strip", [opened(pwsh + "pwsh.exe", 0x1410, pwsh + "System.Diagnostics.Process.dll", UNBACKED, cut=True)]),
            ("... compiled anew, one of many", "strip", [opened(pwsh + "pwsh.exe", 0x1410, UNBACKED, target=NOTEPAD, target_pid=400 + n, cut=True) for n in range(9)] +
             [opened(pwsh + "pwsh.exe", 0x1410, UNBACKED, cut=True)]),
            ("... LSASS alone is opened for reading", "convict", [opened(pwsh + "pwsh.exe", 0x1010, UNBACKED, cut=True)]),
            ("an agent in .NET", "strip", [opened(AGENT, 0x1410, UNBACKED, dotnet + "coreclr.dll")]),
            ("an agent in Java", "strip", [opened(AGENT, 0x1410, "C:\\Program Files\\Java\\bin\\sigar.dll", UNBACKED, "C:\\Program Files\\Java\\bin\\server\\jvm.dll")]),
            ("... with a virtual machine out of a user's folder", "convict", [opened(AGENT, 0x1410, UNBACKED, "C:\\Users\\bob\\jre\\jvm.dll")]),
            ("an agent on another drive", "strip", [opened("D:\\Program Files\\Northwind\\agent.exe", 0x1410, "D:\\Program Files\\Northwind\\agent.exe")]),
            ("an agent by its device's name", "strip", [opened("\\Device\\HarddiskVolume3" + AGENT[2:], 0x1410, AGENT)]),
        ])

    def test_hives_by_command(self):
        copy = f"copy {SHADOW}System32\\config\\SAM C:\\x"
        self.judge([
            ("saved", "convict", [started(REG, "reg  save hklm\\sam c:\\temp\\sam /y")]),
            ("by its long name", "convict", [started(REG, "REG.EXE SAVE \"HKEY_LOCAL_MACHINE\\SYSTEM\" sys.hiv")]),
            ("another machine's", "convict", [started(REG, "reg save \\\\srv\\HKLM\\SECURITY x")]),
            ("by a renamed copy", "convict", [started("C:\\Users\\Public\\r.exe", "r.exe save hklm\\sam x", OriginalFileName="reg.exe")]),
            ("told to a shell", "event", [started(CMD, "cmd.exe /Q /c \"reg save HKLM\\SAM x & reg save HKLM\\SYSTEM y\"")]),
            ("another key", "none", [started(REG, "reg save HKLM\\SOFTWARE x")]),
            ("asked for", "none", [started(REG, "reg query HKLM\\SAM")]),
            ("copied from a shadow copy", "convict", [started(CMD, "cmd.exe /c " + copy)]),
            ("in a script", "convict", [started(POWERSHELL, f"powershell -c \"[IO.File]::Copy('{SHADOW}System32\\config\\SAM','C:\\x')\"")]),
            ("encoded", "convict", [started(SYS + "certutil.exe", f"certutil -f -encodehex \"{SHADOW}System32\\config\\SECURITY\" C:\\x 2")]),
            ("the directory", "convict", [started(SYS + "esentutl.exe", f"esentutl /y {SHADOW}NTDS\\ntds.dit /d C:\\x")]),
            ("with a snapshot", "convict", [started(SYS + "esentutl.exe", "esentutl.exe /y /vss C:\\Windows\\System32\\config\\SAM /d C:\\x")]),
            ("through a link to one", "convict", [started(CMD, "cmd /c copy C:\\shadow\\Windows\\System32\\config\\SAM x")]),
            ("previous versions", "convict", [started(CMD, "cmd /c copy \\\\localhost\\C$\\@GMT-2024.01.01-00.00.00\\Windows\\System32\\config\\SAM x")]),
            ("both halves in a backup", "convict", [started(SYS + "wbadmin.exe", "wbadmin start backup -backuptarget:E: -include:C:\\Windows\\System32\\config\\SAM,"
                                                            "C:\\Windows\\System32\\config\\SYSTEM")]),
            ("both halves by name", "convict", [started(SYS + "Robocopy.exe", "robocopy /b C:\\Windows\\System32\\config C:\\x SAM SYSTEM")]),
            ("one live file", "event", [started(SYS + "icacls.exe", "icacls C:\\Windows\\System32\\config\\SAM")]),
            ("a raw copier is given one", "convict", [started("C:\\tools\\copier.exe", "copier.exe /FileNamePath:C:\\Windows\\System32\\config\\SAM /OutputPath:C:\\x")]),
        ])

    def test_hives_and_disk_by_effect(self):
        service = "C:\\Windows\\system32\\svchost.exe -k localService -p -s RemoteRegistry"
        registry = started(SVCHOST, service, 900, SERVICES, 600, "NT AUTHORITY\\LOCAL SERVICE", "0x3e5", "System")
        self.judge([
            ("a key saved for a remote client", "convict", [registry, written(SVCHOST, SYS + "kTyWqJpN.tmp", 900)]),
            ("a script copies past the file system", "convict", [raw_read(POWERSHELL), written(POWERSHELL, "C:\\temp\\ntds.dit")]),
            ("an untrusted program does", "convict", [raw_read(TOOL), written(TOOL, "C:\\temp\\SYSTEM")]),
            ("a backup product does", "none", [raw_read(AGENT), written(AGENT, "E:\\restore\\SYSTEM")]),
            ("the volume alone", "event", [raw_read(TOOL)]),
            ("... by Windows", "none", [raw_read(SVCHOST), event(9, 4, "System", Device="\\Device\\HarddiskVolume1")]),
            ("both halves under like names", "convict", [written(TOOL, "C:\\Users\\bob\\SAM-2024-05-06"), written(TOOL, "C:\\Users\\bob\\SYSTEM-2024-05-06")]),
            ("other files", "none", [written(TOOL, "C:\\Users\\bob\\sample.txt"), written(TOOL, "C:\\Users\\bob\\system-update.log")]),
            ("silent exit of LSASS", "convict", [value_set(REG, "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SilentProcessExit\\lsass.exe\\ReportingMode",
                                                           "DWORD (0x00000002)")]),
            ("... by its flag", "convict", [value_set(POWERSHELL, OPTIONS + "lsass.exe\\GlobalFlag", "DWORD (0x00000200)")]),
        ])

    def test_code_in_other_processes(self):
        kernel32 = SYS + "KERNEL32.DLL"
        self.judge([
            ("private memory", "convict", [thread(TOOL, NOTEPAD)]),
            ("... by a signed program", "convict", [thread(AGENT, NOTEPAD)]),
            ("... by a Windows service", "convict", [thread(SVCHOST, EXPLORER)]),
            ("a loader", "convict", [thread(TOOL, NOTEPAD, kernel32, "LoadLibraryA")]),
            ("the 32-bit one", "convict", [thread(TOOL, NOTEPAD, "C:\\Windows\\SysWOW64\\kernel32.dll", "LoadLibraryW", "0x0000000076B01234")]),
            ("the native one", "convict", [thread(POWERSHELL, NOTEPAD, SYS + "ntdll.dll", "LdrLoadDll")]),
            ("... by a signed program: its library is judged", "none", [thread(AGENT, NOTEPAD, kernel32, "LoadLibraryW")]),
            ("a library of its own", "convict", [thread(TOOL, NOTEPAD, "C:\\Users\\bob\\x.dll", "Run")]),
            ("a function that was not looked up", "event", [thread(TOOL, NOTEPAD, kernel32)]),
            ("the console's", "none", [thread(SYS + "csrss.exe", CMD, SYS + "KERNELBASE.dll", "CtrlRoutine")]),
            ("a hypervisor's guest tools", "none", [thread("C:\\Program Files\\VMware\\VMware Tools\\vmtoolsd.exe", NOTEPAD, kernel32, "GetCommandLineW")]),
            ("the kernel's", "none", [thread(SYS + "winlogon.exe", SYS + "csrss.exe", address="0xFFFFB8E5C1D24AB0")]),
        ])

    def test_borrowed_tokens(self):
        worker = "C:\\Windows\\System32\\inetsrv\\w3wp.exe"
        german = "NT-AUTORITÄT\\SYSTEM"
        self.judge([
            ("for an application pool", "convict", [started(worker, "w3wp", 200, SVCHOST, 150, "IIS APPPOOL\\DefaultAppPool", "0x12345"),
                                                    as_system(CMD, "cmd", 201, worker, 200)]),
            ("for a network service", "convict", [started(TOOL, "x", 200, worker, 150, "NT AUTHORITY\\NETWORK SERVICE", "0x3e4"), as_system(CMD, "cmd", 201, TOOL, 200)]),
            ("for a user", "convict", [started(TOOL, "x", 200), as_system(CMD, "cmd", 201, TOOL, 200)]),
            ("... on a German system", "convict", [started(TOOL, "x", 200), as_system(CMD, "cmd", 201, TOOL, 200, german, ParentUser="PC\\bob")]),
            ("a service echoes into its pipe", "event", [as_system(CMD, "cmd.exe /c echo a > \\\\.\\pipe\\a", 201, SERVICES, 600)]),
            ("... as the service log has it", "event", [{"ch": "system", "id": 7045, "host": "pc", "ServiceName": "a", "AccountName": "LocalSystem",
                                                        "ImagePath": "%COMSPEC% /c echo a > \\\\.\\pipe\\a"}]),
            ("services on a German system", "none", [as_system(SVCHOST, "svchost -k x", 201, SERVICES, 600, german, ParentUser=german),
                                                     as_system(CMD, "cmd", 202, SVCHOST, 201, german, ParentUser=german)]),
            ("... in a language that nobody listed", "none", [as_system(AGENT, "agent", 201, SERVICES, 600, "NT AUTHORITY\\ΣΥΣΤΗΜΑ", ParentUser="NT AUTHORITY\\ΣΥΣΤΗΜΑ"),
                                                             as_system(CMD, "cmd", 202, AGENT, 201, "NT AUTHORITY\\ΣΥΣΤΗΜΑ", ParentUser="NT AUTHORITY\\ΣΥΣΤΗΜΑ")]),
        ])

    def test_verifier_and_lockdown(self):
        self.judge([
            ("a foreign verifier", "convict", [value_set(REG, OPTIONS + "avp.exe\\VerifierDlls", "x.dll"), value_set(REG, OPTIONS + "avp.exe\\GlobalFlag", "DWORD (0x00000100)")]),
            ("Windows' own", "none", [value_set(REG, OPTIONS + "a.exe\\VerifierDlls", "vrfcore.dll vfbasics.dll"),
                                      value_set(REG, OPTIONS + "a.exe\\GlobalFlag", "DWORD (0x00000100)")]),
            ("a browser starts PowerShell", "convict", [started(POWERSHELL, "powershell -nop", 201, CHROME, 200)]),
            ("... installed for one user", "convict", [started(POWERSHELL, "powershell", 201, "C:\\Users\\bob\\AppData\\Local\\Google\\Chrome\\Application\\chrome.exe", 200)]),
            ("... through a shell", "convict", [started(CMD, "cmd /c powershell", 201, CHROME, 200), started(POWERSHELL, "powershell", 202, CMD, 201)]),
            ("an HTML application from the network", "convict", [started(MSHTA, "mshta http://x/a.hta", 201), started(POWERSHELL, "powershell", 202, MSHTA, 201)]),
            ("... whose start was not seen", "convict", [started(POWERSHELL, "powershell", 202, MSHTA, 201, ParentCommandLine="mshta.exe http://x/a.hta")]),
            ("an administrator's", "none", [started(POWERSHELL, "powershell", 202, MSHTA, 201, ParentCommandLine="mshta.exe \"C:\\Program Files\\Admin\\tool.hta\"")]),
            ("a downloaded installer", "none", [started("C:\\Users\\bob\\Downloads\\setup.exe", "setup", 201, CHROME, 200),
                                                started(POWERSHELL, "powershell", 202, "C:\\Users\\bob\\Downloads\\setup.exe", 201)]),
        ])
