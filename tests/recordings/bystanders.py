# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""What the rules' pages list as not to fire, as Sysmon tells of it: mutation_catalogue.py sows these events among recorded ones."""

SYSTEM32 = "C:\\Windows\\System32\\"
AGENT = "C:\\Program Files\\Contoso\\Inventory\\agent.exe"
DEFENDER = "C:\\ProgramData\\Microsoft\\Windows Defender\\"
DOTNET = "C:\\Program Files\\dotnet\\shared\\Microsoft.NETCore.App\\8.0.4\\"


def own_trace(image, *callers):
    frames = (SYSTEM32 + "ntdll.dll", SYSTEM32 + "KERNELBASE.dll", *(callers or (image,)), SYSTEM32 + "KERNEL32.DLL", SYSTEM32 + "ntdll.dll")
    return "|".join(frame if frame.startswith("UNKNOWN") else frame + "+1f00" for frame in frames)


def bystander_open(image, mask, *callers, target=r"C:\Windows\System32\lsass.exe"):
    """LSASS goes without a PID: a second one beside the recording's own would be a clone."""
    return {"id": 10, "SourceImage": image, "TargetImage": target, "GrantedAccess": hex(mask), "CallTrace": own_trace(image, *callers)}


def bystander_start(image, parent, user, logon, level):
    return {"id": 1, "Image": image, "CommandLine": image, "ParentImage": parent, "User": user, "ParentUser": user, "LogonId": logon, "IntegrityLevel": level}


# What rules.md lists as not to fire, as Sysmon tells of it.
BYSTANDERS = (
    bystander_open(AGENT, 0x1410, target=SYSTEM32 + "taskhostw.exe"),
    bystander_open(AGENT, 0x1fffff),
    bystander_open(SYSTEM32 + "wbem\\WmiPrvSE.exe", 0x1410, SYSTEM32 + "wbem\\cimwin32.dll"),
    bystander_open(SYSTEM32 + "svchost.exe", 0x1400, SYSTEM32 + "sysmain.dll"),
    bystander_open(DEFENDER + "Platform\\4.18.24\\MsMpEng.exe", 0x1010, DEFENDER + "Definition Updates\\{0}\\mpengine.dll"),
    bystander_open("C:\\Program Files\\Fabrikam\\monitor.exe", 0x1410, DOTNET + "System.Diagnostics.Process.dll", "UNKNOWN(00007FFA11110000)", DOTNET + "coreclr.dll"),
    bystander_open("C:\\Program Files\\Sysinternals\\procexp64.exe", 0x40),
    {"id": 8, "SourceImage": SYSTEM32 + "csrss.exe", "TargetImage": SYSTEM32 + "cmd.exe", "StartAddress": "0x00007FFA10000000",
     "StartModule": SYSTEM32 + "KERNELBASE.dll", "StartFunction": "CtrlRoutine"},
    {"id": 8, "SourceImage": "C:\\Program Files\\VMware\\VMware Tools\\vmtoolsd.exe", "TargetImage": SYSTEM32 + "notepad.exe",
     "StartAddress": "0x00007FFA10000000", "StartModule": SYSTEM32 + "KERNEL32.DLL", "StartFunction": "GetCommandLineW"},
    {"id": 9, "Image": SYSTEM32 + "svchost.exe", "Device": "\\Device\\HarddiskVolume3"},
    {"id": 11, "Image": "C:\\Program Files\\Fabrikam\\backup.exe", "TargetFilename": "E:\\restore\\SYSTEM"},
    {"id": 7, "Image": SYSTEM32 + "lsass.exe", "ImageLoaded": SYSTEM32 + "wdigest.dll", "Signed": "true", "Signature": "Microsoft Windows", "SignatureStatus": "Valid"},
    bystander_start(SYSTEM32 + "svchost.exe", SYSTEM32 + "services.exe", "NT-AUTORITÄT\\SYSTEM", "0x3e7", "System"),
    bystander_start(SYSTEM32 + "taskhostw.exe", SYSTEM32 + "svchost.exe", "NT AUTHORITY\\SYSTEM", "0x3e7", "System"),
    bystander_start("C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe", "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe", "PC\\bob", "0x46b6b", "Low"),
    {"id": 13, "Image": SYSTEM32 + "msiexec.exe", "EventType": "SetValue", "Details": "DWORD (0x02000000)",
     "TargetObject": "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options\\app.exe\\GlobalFlag"},
)
