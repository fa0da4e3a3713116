// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Canonical paths: every spelling of one object gives one text, and different objects give different ones.
#include <gtest/gtest.h>

#include <bartizan/core/path.hpp>
#include <bartizan/core/registry_path.hpp>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace bartizan;
using u16 = std::u16string;

const path_environment::alias volumes[] = {{u"\\DEVICE\\HARDDISKVOLUME3", u"C:"}, {u"VOLUME{0A1B}", u"C:"}};
const path_environment::alias short_names[] = {{u"PROGRA~1", u"PROGRAM FILES"}};

path_environment machine() {
    path_environment e;
    e.volumes = span<const path_environment::alias>(volumes);
    e.short_names = span<const path_environment::alias>(short_names);
    return e;
}

struct result {
    std::string path;
    canonical_path facts;
};

result canonical(const u16& in, const path_environment& environment = machine()) {
    std::vector<char16_t> buffer(in.size() + 32);
    const canonical_path c = canonicalise({in.data(), in.size()}, {buffer.data(), buffer.size()}, environment);
    result r{{}, c};
    for (uint32_t i = 0; i < c.path.size; ++i) r.path += c.path[i] < 0x80 ? static_cast<char>(c.path[i]) : '?';
    r.facts.path = {};
    return r;
}

/// All spellings that the prefix, case, separator, dot and stream rules allow for a file below C:\.
std::vector<u16> spellings(const std::vector<u16>& components) {
    const u16 prefixes[] = {u"C:\\", u"c:/", u"\\\\?\\C:\\", u"\\??\\C:\\", u"\\\\.\\c:\\", u"\\DosDevices\\C:\\", u"\\GLOBAL??\\C:\\",
                            u"\\Device\\HarddiskVolume3\\", u"\\device\\harddiskvolume3/", u"\\\\?\\GLOBALROOT\\Device\\HarddiskVolume3\\",
                            u"\\\\?\\Volume{0a1b}\\", u"\\\\.\\GLOBALROOT\\GLOBAL??\\C:\\"};
    const u16 separators[] = {u"\\", u"/", u"\\\\", u"\\.\\", u"\\nowhere\\..\\"};
    const u16 tails[] = {u"", u".", u" ", u". .", u"::$DATA", u"::$data"};
    std::vector<u16> all;
    for (const u16& prefix : prefixes)
        for (const u16& separator : separators)
            for (const u16& tail : tails)
                for (int style = 0; style < 3; ++style) {
                    u16 path = prefix;
                    for (size_t i = 0; i < components.size(); ++i) {
                        if (i != 0) path += separator;
                        for (size_t k = 0; k < components[i].size(); ++k) {
                            const char16_t c = components[i][k];
                            const bool letter = (c | 32) >= u'a' && (c | 32) <= u'z';
                            const bool upper = style == 1 || (style == 2 && k % 2 == 0);
                            path += letter ? static_cast<char16_t>(upper ? c & ~32 : c | 32) : c;
                        }
                        if (style == 2 && i + 1 < components.size()) path += u'.';
                    }
                    all.push_back(path + tail);
                }
    return all;
}

TEST(path, every_spelling_of_a_protected_file_is_one_text) {
    struct object {
        std::vector<u16> components;
        const char* canonical;
    };
    const object objects[] = {
        {{u"Windows", u"System32", u"lsass.exe"}, "%SYSDIR%\\LSASS.EXE"},
        {{u"Windows", u"System32", u"config", u"SAM"}, "%SYSDIR%\\CONFIG\\SAM"},
        {{u"Windows", u"repair", u"SYSTEM"}, "%SYSTEMROOT%\\REPAIR\\SYSTEM"},
        {{u"Program Files", u"a.exe"}, "C:\\PROGRAM FILES\\A.EXE"},
    };
    for (const object& o : objects) {
        size_t count = 0;
        for (const u16& spelling : spellings(o.components)) {
            const result r = canonical(spelling);
            ASSERT_EQ(r.path, o.canonical) << "spelling " << count << " " << std::string(spelling.begin(), spelling.end());
            ASSERT_FALSE(r.facts.has(path_has_stream) || r.facts.has(path_truncated));
            ++count;
        }
        EXPECT_GT(count, 1000u);
    }
}

TEST(path, neighbours_stay_apart) {
    const u16 lsass = u"C:\\Windows\\System32\\lsass.exe";
    for (const u16& other : {u16(u"C:\\Windows\\System32x\\lsass.exe"), u16(u"C:\\Windows\\System32\\drivers\\lsass.exe"),
                             u16(u"D:\\Windows\\System32\\lsass.exe"), u16(u"C:\\Windows2\\System32\\lsass.exe"),
                             u16(u"\\Device\\HarddiskVolumeShadowCopy3\\Windows\\System32\\lsass.exe"), u16(u"\\\\C\\Windows\\System32\\lsass.exe"),
                             u16(u"C:\\Windows\\System32\\lsass.exe\\x"), u16(u"C:\\Windows\\System32\\lsass .exe"),
                             u16(u"Windows\\System32\\lsass.exe"), u16(u"C:\\Windows\\System32\\l\u017fass.exe")})
        EXPECT_NE(canonical(lsass).path, canonical(other).path) << std::string(other.begin(), other.end());
}

TEST(path, says_what_kind_of_place_it_is) {
    EXPECT_EQ(canonical(u"C:\\Windows\\SysWOW64\\a.dll").facts.system, system_directory::syswow64);
    EXPECT_EQ(canonical(u"C:\\Windows\\Sysnative\\a.dll").facts.system, system_directory::sysnative);
    EXPECT_EQ(canonical(u"C:\\Windows\\SyChpe32\\a.dll").path, "%SYSDIR%\\A.DLL");
    EXPECT_EQ(canonical(u"\\SystemRoot\\System32\\smss.exe").path, "%SYSDIR%\\SMSS.EXE");
    EXPECT_EQ(canonical(u"%windir%/system32/x").path, "%SYSDIR%\\X");
    EXPECT_EQ(canonical(u"\\Device\\HarddiskVolumeShadowCopy4\\x").facts.volume, volume_kind::shadow);
    for (const u16& raw : {u16(u"\\\\.\\PhysicalDrive0"), u16(u"\\\\?\\PhysicalDrive1"), u16(u"\\Device\\Harddisk0\\DR0"),
                           u16(u"\\Device\\Harddisk0\\Partition2")}) {
        EXPECT_EQ(canonical(raw).facts.volume, volume_kind::raw_disk);
        EXPECT_TRUE(canonical(raw).facts.has(path_is_volume));
    }
    for (const u16& volume : {u16(u"\\\\.\\C:"), u16(u"\\\\.\\HarddiskVolume3"), u16(u"\\\\?\\Volume{0A1B}"), u16(u"C:")}) {
        EXPECT_TRUE(canonical(volume).facts.has(path_is_volume));
        EXPECT_EQ(canonical(volume).path, "C:");
    }
    for (const u16& share : {u16(u"\\\\srv\\share\\a"), u16(u"\\\\?\\UNC\\srv\\share\\a"), u16(u"\\Device\\Mup\\srv\\share\\a"),
                             u16(u"\\Device\\LanmanRedirector\\;Z:0001\\srv\\share\\a"), u16(u"//srv/share/a")}) {
        EXPECT_EQ(canonical(share).path, "\\\\SRV\\SHARE\\A");
        EXPECT_EQ(canonical(share).facts.volume, volume_kind::network);
    }
    EXPECT_EQ(canonical(u"C:\\PROGRA~1\\a.exe").path, "C:\\PROGRAM FILES\\A.EXE");
    EXPECT_TRUE(canonical(u"C:\\WINDOW~2\\a.exe").facts.has(path_short_unresolved));
    EXPECT_FALSE(canonical(u"C:\\a~b\\longername~1\\~1").facts.has(path_short_unresolved));
    EXPECT_TRUE(canonical(u"C:\\a.txt:hidden").facts.has(path_has_stream));
    EXPECT_TRUE(canonical(u"\\Device\\HarddiskVolume9\\Windows\\a").facts.has(path_volume_assumed)) << "an unmapped volume is only assumed";
    EXPECT_FALSE(canonical(u"\\Device\\HarddiskVolume3\\Windows\\a").facts.has(path_volume_assumed));
    EXPECT_EQ(canonical(u"C:\\..\\..\\a").path, "C:\\A") << "the root is its own parent";
    EXPECT_EQ(canonical(u"lsass.exe").facts.volume, volume_kind::none);
    EXPECT_EQ(canonical(u"").path, "");
}

TEST(path, is_bounded_on_any_input_and_idempotent_on_names_that_can_exist) {
    std::mt19937 random(1);
    // Windows allows neither '?' nor '*' in a name; without them a canonical path is its own canonical path.
    const char16_t alphabet[] = u"\\/.:;~%aCc1$ {}\xd800\x0131?*";
    for (int round = 0; round < 200'000; ++round) {
        u16 in;
        const bool any = round % 2 == 0;
        for (size_t n = random() % 24; n > 0; --n) in += alphabet[random() % (sizeof alphabet / 2 - (any ? 1 : 3))];
        if (round % 3 == 0) in = u"\\\\?\\" + in;
        std::vector<char16_t> buffer(random() % 48);
        const canonical_path c = canonicalise({in.data(), in.size()}, {buffer.data(), buffer.size()}, machine());
        ASSERT_LE(c.path.size, buffer.size());
        if (c.has(path_truncated)) {
            ASSERT_LT(buffer.size(), in.size() + 32) << "the stated size is enough";
            continue;
        }
        if (any) continue;
        const u16 once(c.path.data, c.path.size);
        std::vector<char16_t> again(once.size() + 32);
        const canonical_path d = canonicalise({once.data(), once.size()}, {again.data(), again.size()}, machine());
        ASSERT_EQ(u16(d.path.data, d.path.size), once) << std::string(in.begin(), in.end());
    }
}

std::string key(const u16& in, bool* wow64 = nullptr) {
    std::vector<char16_t> buffer(in.size() + 8);
    const canonical_key k = canonicalise_key({in.data(), in.size()}, {buffer.data(), buffer.size()});
    if (wow64 != nullptr) *wow64 = k.wow64;
    std::string out;
    for (uint32_t i = 0; i < k.path.size; ++i) out += static_cast<char>(k.path[i]);
    return out;
}

TEST(registry_path, every_spelling_of_a_protected_key_is_one_text) {
    for (const u16& root : {u16(u"\\REGISTRY\\MACHINE"), u16(u"HKLM"), u16(u"HKEY_LOCAL_MACHINE"), u16(u"MACHINE"), u16(u"hklm")}) {
        for (const u16& set : {u16(u"CurrentControlSet"), u16(u"ControlSet001"), u16(u"CONTROLSET999"), u16(u"controlset010")})
            EXPECT_EQ(key(root + u"\\System\\" + set + u"\\Control\\Lsa\\JD"), "HKLM\\SYSTEM\\CCS\\CONTROL\\LSA\\JD");
        EXPECT_EQ(key(root + u"\\SECURITY\\SAM\\Domains"), "HKLM\\SAM\\SAM\\DOMAINS") << "SECURITY\\SAM is a link";
        EXPECT_EQ(key(root + u"\\SAM\\SAM\\\\Domains\\"), "HKLM\\SAM\\SAM\\DOMAINS");
    }
    bool wow64 = false;
    EXPECT_EQ(key(u"HKLM\\SOFTWARE\\Wow6432Node\\Microsoft", &wow64), "HKLM\\SOFTWARE\\MICROSOFT");
    EXPECT_TRUE(wow64);
    EXPECT_EQ(key(u"HKLM\\SYSTEM\\ControlSetX01\\a"), "HKLM\\SYSTEM\\CONTROLSETX01\\A");
    EXPECT_EQ(key(u"HKLM\\SOFTWARE\\ControlSet001"), "HKLM\\SOFTWARE\\CONTROLSET001") << "only below SYSTEM";
    EXPECT_EQ(key(u"\\REGISTRY\\A\\{g}\\SAM"), "\\REGISTRY\\A\\{G}\\SAM") << "application hives keep their root";
    EXPECT_EQ(key(u"HKU\\S-1-5-18\\x"), "HKU\\S-1-5-18\\X");
}

}  // namespace
