// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// What a path may stand in for, in a replay: spellings of one place give one answer, and where it cannot be told, nobody is accused.
#include <gtest/gtest.h>

#include <bartizan/policy/path_trust.hpp>
#include <string>

namespace {

using namespace bartizan;

TEST(path_trust, places) {
    struct place {
        text path;
        trust expected;
    };
    constexpr trust t0 = trust::t0, t1 = trust::t1, t3 = trust::t3, unknown = trust::unknown;
    const place places[] = {
        {u"C:\\Windows\\System32\\a.exe", t3},
        {u"\\Device\\HarddiskVolume4\\Windows\\System32\\a.exe", t3},
        {u"C:\\Windows\\Temp\\a.exe", t0},
        {u"C:\\Program Files\\V\\a.exe", t1},
        {u"\\\\?\\c:\\program files (x86)\\V\\a.exe", t1},
        {u"\\Device\\HarddiskVolume4\\Program Files\\V\\a.exe", t1},
        {u"\\Device\\HarddiskVolume4\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18\\MsMpEng.exe", t1},
        {u"\\Device\\HarddiskVolume4\\Users\\a\\a.exe", t0},
        {u"\\Device\\HarddiskVolumeShadowCopy1\\Program Files\\V\\a.exe", t0},
        {u"\\Device\\CdRom0\\Program Files\\a.exe", t0},
        {u"\\\\srv\\share\\Program Files\\a.exe", t0},
        {u"C:\\Program Files", t0},
        {u"C:\\Program Files Fake\\a.exe", t0},
        {u"C:\\Users\\a\\Program Files\\a.exe", t0},
        {u"D:\\Program Files\\V\\a.exe", unknown},  // whose rights that drive's owner set
        {u"D:\\tools\\a.exe", t0},
        {u"C:\\Users\\ADMINI~1\\AppData\\Local\\Temp\\a.exe", t0},  // a profile by whatever name
        {u"C:\\Users\\a\\VERYLO~1.EXE", t0},
        {u"C:\\tools\\LONGDI~2\\a.exe", t0},
        {u"D:\\LONGDI~2\\a.exe", unknown},
        {u"C:\\PROGRA~1\\V\\a.exe", unknown},  // Program Files, ProgramData, or a folder that only looks so
        {u"C:\\PROGRA~3\\a.exe", unknown},
        {u"C:\\ProgramData\\MICROS~1\\WINDOW~1\\Platform\\a.exe", unknown},
        {u"C:\\Program Files\\VENDOR~1\\a.exe", t1},
        {u"C:\\Windows\\SERVIC~1\\a.exe", unknown},
        {u"C:\\Program Files\\V\\a.txt:a.exe", t0},
        {u"C:\\Program Files\\V\\..\\..\\Users\\a.exe", t0},
        {u"a.exe", unknown},
        {u"", unknown},
        {u"C:", t0},
        {u"C:\\", t0},
    };
    for (const place& p : places) {
        char16_t buffer[200] = {};
        EXPECT_EQ(policy::trust_from_path(canonicalise(p.path, buffer)), p.expected) << std::string(p.path.data, p.path.data + p.path.size);
    }
}

}  // namespace
