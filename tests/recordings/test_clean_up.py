#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The bartizan authors
# SPDX-License-Identifier: Apache-2.0
"""Clean-up lists of recorded attacks: what must never be taken out is not, and what the attacks left is.

usage: test_clean_up.py BARTIZAN SHARED [-v]

SHARED, or the environment's BARTIZAN_SHARED before it, holds recordings/; skipped (exit 77) without it. The expectations were typed
from the recordings, not from the library's tables.
"""
import gzip
import json
import os
import re
import subprocess
import sys

TAKES = {"terminate_process", "remove_link", "remove_registry_value", "remove_service", "quarantine_file"}
NEVER = re.compile(r"\\Microsoft\\(Crypto|Protect|SystemCertificates|Vault|Credentials)(\\|$)|\\VSS\\Diag\\|\\ZoneMap\\|\\Tracing\\|\\bam\\State\\|"
                   r"CachePrefix$|MigrateProxy$|EnableNegotiate$|\\Notifications\\Data\\|\\MuiCache\\|\\D3DSCache|\\UsageLogs\\|\\SchCache\\|"
                   r"\\System32\\config\\[^\\]*$|\\Edge\\Application\\msedge\.exe$|\\System32\\[^\\]*\.exe$", re.IGNORECASE)
# Of one recording each: what its attack left.
LEFT = {
    "SAM": "C:\\ProgramData\\SAM",
    "hive saved with reg.exe": "C:\\Windows\\Temp\\SYSTEM_HIVE",
    "hive copied off a snapshot": "C:\\Windows\\Temp\\VSC_SYSTEM_HIVE",
    "directory database": "C:\\Windows\\Temp\\ntds.dit",
    "HTA that starts at sign-in": "C:\\Users\\wardog\\AppData\\Roaming\\Microsoft\\Windows\\Start Menu\\Programs\\Startup\\T1218.005.hta",
    "downloaded payload": "C:\\Users\\stevie.marie\\Downloads\\winx64_payload.exe",
    "dropped payload under a short name": "C:\\Users\\NORA~1.QUE\\AppData\\Local\\Temp\\RarSFX1\\winx64_payload.exe",
    "injected library": "C:\\ProgramData\\T1055.dll",
    "memory dump": "C:\\Users\\pgustavo\\AppData\\Local\\Temp\\lsass.DMP",
    "dump tool": "C:\\Users\\wardog\\Desktop\\Outflank-Dumpert.exe",
}
ORDER = {"remove": 0, "check": 1, "leave": 2}


def folders_of(path):
    """Every folder of every file name that the recording's events hold, in lower case."""
    folders = set()
    opened = gzip.open if path.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8", errors="replace") as lines:
        for line in lines:
            event = json.loads(line)
            for key in ("TargetFilename", "Image", "ImageLoaded", "ObjectName"):
                name = event.get(key)
                while isinstance(name, str) and "\\" in name:
                    name = name.rsplit("\\", 1)[0]
                    folders.add(name.lower())
    return folders


def main():
    binary, shared = sys.argv[1:3]
    recordings = os.path.join(os.environ.get("BARTIZAN_SHARED", shared), "recordings")
    if not os.path.isfile(os.path.join(recordings, "manifest.json")):
        print(f"skipped: no recordings beside the repository ({recordings})")
        return 77
    done = subprocess.run([binary, "replay", "--json", "--root-cause", recordings], capture_output=True, check=False)
    items, wrong, folders = {}, [], {}
    for finding in map(json.loads, done.stdout.splitlines()):
        steps = finding.get("clean_up", [])
        if [ORDER[s["grade"]] for s in steps] != sorted(ORDER[s["grade"]] for s in steps):
            wrong.append(f"{finding['file']}: not in the order of the grades")
        for step in steps:
            items[(step["grade"], step["reason"], step["step"], step["object"])] = finding["file"]
            if step["step"] in TAKES and step["grade"] != "remove":
                wrong.append(f"{step['object']}: {step['step']} of grade {step['grade']}")
            if step["grade"] == "remove" and NEVER.search(step["object"]):
                wrong.append(f"{step['object']}: of grade remove ({finding['file']})")
            if step["step"] == "quarantine_file":
                path = finding["file"] if os.path.exists(finding["file"]) else os.path.join(recordings, finding["file"])
                if path not in folders:
                    folders[path] = folders_of(path)
                if step["object"].lower() in folders[path]:
                    wrong.append(f"{step['object']}: a folder is to be quarantined")
    removed = {o for grade, _, _, o in items if grade == "remove"}
    wrong += [f"{what}: {o} is not of grade remove" for what, o in LEFT.items() if o not in removed]
    counts = {g: sum(1 for i in items if i[0] == g) for g in ORDER}
    print(f"{counts['remove']} objects to remove, {counts['check']} to check, {counts['leave']} to leave")
    if "-v" in sys.argv:
        for item in sorted(items, key=lambda i: (ORDER[i[0]], i)):
            print(*item)
    for sentence in wrong:
        print(sentence)
    return 1 if wrong or counts["remove"] < 20 or not folders else 0


if __name__ == "__main__":
    sys.exit(main())
