// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Protected registry keys and files: at least 2,000 spellings of each give one object, and near misses give none.
#include <gtest/gtest.h>

#include <bartizan/policy/credential_objects.hpp>
#include <set>
#include <string>
#include <vector>

namespace {

using namespace bartizan;
using u16 = std::u16string;

text view(const u16& s) { return {s.data(), s.size()}; }
std::string ascii(text t) {
    std::string out;
    for (uint32_t i = 0; i < t.size; ++i) out += static_cast<char>(t[i]);
    return out;
}

/// upper, lower, as written, alternating.
u16 in_case(const u16& s, int style) {
    u16 out = s;
    for (size_t i = 0; i < out.size(); ++i) {
        const bool upper = style == 0 || (style == 3 && i % 2 == 0);
        const bool lower = style == 1 || (style == 3 && i % 2 == 1);
        if (upper && out[i] >= u'a' && out[i] <= u'z') out[i] = static_cast<char16_t>(out[i] - 32);
        if (lower && out[i] >= u'A' && out[i] <= u'Z') out[i] = static_cast<char16_t>(out[i] + 32);
    }
    return out;
}

/// Replaces each backslash of `s` from `from` on by `separator`.
u16 separated(const u16& s, const u16& separator, size_t from = 0) {
    u16 out;
    for (size_t i = 0; i < s.size(); ++i) out += s[i] == u'\\' && i >= from ? separator : u16(1, s[i]);
    return out;
}

struct protected_key {
    const char* what;
    u16 below_root;  ///< with CCS for the control set
    policy::key_content content;
    bool in_sam, holds_secrets, holds_boot_key;
};

const protected_key keys[] = {
    {"account", u"SAM\\SAM\\Domains\\Account\\Users\\000001F4", policy::key_content::account, true, true, false},
    {"account domain", u"SAM\\SAM\\Domains\\Account", policy::key_content::account_domain, true, true, false},
    {"SAM", u"SAM", policy::key_content::other, true, true, false},
    {"SECURITY", u"SECURITY", policy::key_content::other, true, true, false},
    {"SYSTEM", u"SYSTEM", policy::key_content::other, false, false, true},
    {"secret", u"SECURITY\\Policy\\Secrets\\$MACHINE.ACC\\CurrVal", policy::key_content::lsa_secret, true, true, false},
    {"old secret", u"SECURITY\\Policy\\Secrets\\DPAPI_SYSTEM\\OldVal", policy::key_content::lsa_secret, true, true, false},
    {"secrets' key", u"SECURITY\\Policy\\PolEKList", policy::key_content::lsa_secret, true, true, false},
    {"logon cache", u"SECURITY\\Cache", policy::key_content::logon_cache, true, true, false},
    {"boot key 1", u"SYSTEM\\CCS\\Control\\Lsa\\JD", policy::key_content::boot_key, false, false, true},
    {"boot key 2", u"SYSTEM\\CCS\\Control\\Lsa\\Skew1", policy::key_content::boot_key, false, false, true},
    {"boot key 3", u"SYSTEM\\CCS\\Control\\Lsa\\GBG", policy::key_content::boot_key, false, false, true},
    {"boot key 4", u"SYSTEM\\CCS\\Control\\Lsa\\Data", policy::key_content::boot_key, false, false, true},
};

std::set<u16> spellings_of_key(const u16& below_root) {
    const u16 roots[] = {u"\\REGISTRY\\MACHINE", u"HKLM", u"HKEY_LOCAL_MACHINE", u"MACHINE", u"HKLM:", u"Registry::HKEY_LOCAL_MACHINE", u"Registry::HKLM",
                         u"Microsoft.PowerShell.Core\\Registry::HKEY_LOCAL_MACHINE", u"Computer\\HKEY_LOCAL_MACHINE", u"\\\\server\\HKLM",
                         u"\\\\10.0.0.7\\HKEY_LOCAL_MACHINE"};
    std::vector<u16> bodies;
    const size_t set = below_root.find(u"CCS");
    if (set == u16::npos) bodies.push_back(below_root);
    else
        for (const u16& name : {u16(u"CurrentControlSet"), u16(u"ControlSet001"), u16(u"ControlSet002"), u16(u"ControlSet999")})
            bodies.push_back(u16(below_root).replace(set, 3, name));
    if (below_root.rfind(u"SAM\\SAM", 0) == 0) bodies.push_back(u"SECURITY" + below_root.substr(3));  // the link
    std::set<u16> all;
    for (const u16& root : roots)
        for (const u16& body : bodies)
            for (int root_case = 0; root_case < 4; ++root_case)
                for (int body_case = 0; body_case < 4; ++body_case)
                    for (const u16& separator : {u16(u"\\"), u16(u"\\\\"), u16(u"\\\\\\")})
                        for (const u16& tail : {u16(), u16(u"\\"), u16(u"\\\\"), u16(u"\\\\\\")})
                            for (const u16& node : {u16(), u16(u"Wow6432Node"), u16(u"WowAA32Node")})
                                all.insert(in_case(root, root_case) + separator + (node.empty() ? u16() : node + separator) +
                                           separated(in_case(body, body_case), separator) + tail);
    return all;
}

TEST(credential_objects, every_spelling_of_a_protected_key_is_that_key) {
    for (const protected_key& k : keys) {
        const std::set<u16> all = spellings_of_key(k.below_root);
        EXPECT_GE(all.size(), 2000u) << k.what;
        std::set<std::string> canonical;
        for (const u16& one : all) {
            std::vector<char16_t> buffer(one.size() + 8);
            const canonical_key key = canonicalise_key(view(one), {buffer.data(), buffer.size()});
            const policy::key_reading r = policy::read_key(key.path);
            canonical.insert(ascii(key.path));
            ASSERT_EQ(r.content, k.content) << k.what << ' ' << ascii(view(one));
            ASSERT_EQ(r.in_sam, k.in_sam) << ascii(view(one));
            ASSERT_EQ(r.holds_secrets, k.holds_secrets) << ascii(view(one));
            ASSERT_EQ(r.holds_boot_key, k.holds_boot_key) << ascii(view(one));
        }
        EXPECT_EQ(canonical.size(), 1u) << k.what;
        std::printf("%-16s %zu spellings, %s\n", k.what, all.size(), canonical.begin()->c_str());
    }
}

policy::key_reading read(const u16& key) {
    char16_t buffer[256];
    return policy::read_key(canonicalise_key(view(key), buffer).path);
}

TEST(credential_objects, near_misses_of_keys) {
    const u16 others[] = {u"HKLM\\SAM\\SAM\\Domains\\Account\\Users\\Names",       u"HKLM\\SAM\\SAM\\Domains\\Account\\Users\\000001F",
                          u"HKLM\\SAM\\SAM\\Domains\\Account\\Users\\000001FG",   u"HKLM\\SAM\\SAM\\Domains\\Builtin\\Aliases\\00000220",
                          u"HKLM\\SECURITY\\Policy\\Secrets\\NL$KM\\CupdTime",    u"HKLM\\SECURITY\\Policy\\Secrets\\NL$KM",
                          u"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa",       u"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\JDX",
                          u"HKLM\\SYSTEM\\ControlSetX\\Control\\Lsa\\JD",         u"HKLM\\SOFTWARE\\SAM\\Domains\\Account",
                          u"HKLM\\SOFTWARE\\Policy\\Secrets\\x\\CurrVal",         u"HKCU\\x"};
    for (const u16& other : others) EXPECT_EQ(read(other).content, policy::key_content::other) << ascii(view(other));
    EXPECT_FALSE(read(u"HKLM\\SYSTEM\\CurrentControlSet\\Services").holds_boot_key);
    EXPECT_TRUE(read(u"HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\Kerberos").holds_boot_key) << "a part of Control\\Lsa";
    EXPECT_FALSE(read(u"HKLM\\SYSTEMX").holds_boot_key);
    EXPECT_FALSE(read(u"HKLM\\SAMBA").in_sam);
    EXPECT_TRUE(read(u"HKLM").holds_secrets);
    EXPECT_EQ(read(u"HKU\\mount\\ControlSet001\\Control\\Lsa\\GBG").content, policy::key_content::boot_key) << "a mounted SYSTEM hive";
    EXPECT_EQ(read(u"HKLM\\mount\\SAM\\Domains\\Account\\Users\\000003E8").content, policy::key_content::account);
    EXPECT_EQ(read(u"\\REGISTRY\\A\\{0b}\\Policy\\Secrets\\x\\OldVal").content, policy::key_content::lsa_secret);
}

const path_environment::alias volumes[] = {{u"\\DEVICE\\HARDDISKVOLUME3", u"C:"}, {u"VOLUME{0A1B}", u"C:"}};
const path_environment::alias short_names[] = {{u"WINDOW~1", u"WINDOWS"}, {u"SYSTEM~1", u"SYSTEM32"}};

path_environment machine() {
    path_environment environment;
    environment.volumes = volumes;
    environment.short_names = short_names;
    return environment;
}

struct protected_file {
    u16 below_windows;
    policy::store_file what;
    bool spare;
};
const protected_file files[] = {
    {u"System32\\config\\SAM", policy::store_file::hive, false},          {u"System32\\config\\SECURITY", policy::store_file::hive, false},
    {u"System32\\config\\SYSTEM", policy::store_file::hive, false},       {u"System32\\config\\DEFAULT", policy::store_file::hive, false},
    {u"System32\\config\\SAM.LOG1", policy::store_file::hive, false},     {u"System32\\config\\RegBack\\SAM", policy::store_file::hive, true},
    {u"System32\\config\\RegBack\\SYSTEM", policy::store_file::hive, true}, {u"repair\\SAM", policy::store_file::hive, true},
    {u"NTDS\\ntds.dit", policy::store_file::directory, false},
};

std::set<u16> spellings_of_file(const u16& below_windows) {
    const u16 roots[] = {u"C:\\Windows\\",           u"\\\\?\\C:\\Windows\\",  u"\\\\.\\C:\\Windows\\",          u"\\??\\C:\\Windows\\",
                         u"\\GLOBAL??\\C:\\Windows\\", u"\\SystemRoot\\",        u"%SystemRoot%\\",               u"%windir%\\",
                         u"\\Device\\HarddiskVolume3\\Windows\\",               u"\\\\?\\GLOBALROOT\\Device\\HarddiskVolume3\\Windows\\",
                         u"\\\\?\\Volume{0a1b}\\Windows\\",                      u"C:\\WINDOW~1\\",                u"\\DosDevices\\C:\\Windows\\"};
    std::vector<u16> bodies = {below_windows};
    if (below_windows.rfind(u"System32", 0) == 0) {
        bodies.push_back(u"Sysnative" + below_windows.substr(8));
        bodies.push_back(u"system~1" + below_windows.substr(8));
    }
    std::set<u16> all;
    for (const u16& root : roots)
        for (const u16& body : bodies)
            for (int root_case = 0; root_case < 4; ++root_case)
                for (int body_case = 0; body_case < 4; ++body_case)
                    for (const u16& separator : {u16(u"\\"), u16(u"/"), u16(u"\\\\"), u16(u"\\.\\"), u16(u"\\x\\..\\"), u16(u".\\"), u16(u" \\")})
                        for (const u16& tail : {u16(), u16(u"."), u16(u" "), u16(u".. ."), u16(u"::$DATA")})
                            all.insert(in_case(root, root_case) + separated(in_case(body, body_case), separator) + tail);
    return all;
}

TEST(credential_objects, every_spelling_of_a_protected_file_is_that_file) {
    for (const protected_file& f : files) {
        const std::set<u16> all = spellings_of_file(f.below_windows);
        EXPECT_GE(all.size(), 2000u);
        for (const u16& one : all) {
            std::vector<char16_t> buffer(one.size() + 32);
            const canonical_path path = canonicalise(view(one), {buffer.data(), buffer.size()}, machine());
            const policy::store_reading r = policy::read_store(path);
            ASSERT_EQ(r.what, f.what) << ascii(view(one)) << " -> " << ascii(path.path);
            ASSERT_EQ(r.spare, f.spare) << ascii(view(one)) << " -> " << ascii(path.path);
        }
        std::printf("%-28s %zu spellings\n", ascii(view(f.below_windows)).c_str(), all.size());
    }
}

policy::store_reading store(const u16& path) {
    std::vector<char16_t> buffer(path.size() + 32);
    return policy::read_store(canonicalise(view(path), {buffer.data(), buffer.size()}, machine()));
}

TEST(credential_objects, near_misses_of_files) {
    for (const u16& other : {u16(u"C:\\Windows\\System32\\config\\SAMX"), u16(u"C:\\Windows\\System32\\config\\SAM.txt"), u16(u"C:\\Windows\\System32\\SAM"),
                             u16(u"C:\\Windows\\System32\\config"), u16(u"C:\\Windows\\System32\\config\\systemprofile\\SYSTEM"),
                             u16(u"C:\\Windows\\System32\\config\\SOFTWARE"), u16(u"C:\\app\\config\\SYSTEM"), u16(u"C:\\x\\ntds.dit.bak"), u16(u"SAM")})
        EXPECT_EQ(store(other).what, policy::store_file::none) << ascii(view(other));
    for (const u16& spare : {u16(u"\\Device\\HarddiskVolumeShadowCopy12\\Windows\\System32\\config\\SAM"), u16(u"D:\\Windows\\System32\\config\\SAM"),
                             u16(u"\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy1\\Windows\\NTDS\\ntds.dit"),
                             u16(u"C:\\link\\Windows\\System32\\config\\SYSTEM"), u16(u"\\\\srv\\c$\\Windows\\System32\\config\\SECURITY")})
        EXPECT_TRUE(store(spare).spare) << ascii(view(spare));
}

TEST(credential_objects, names_of_copies) {
    for (const u16& name : {u16(u"SAM"), u16(u"sam.hive"), u16(u"SYSTEM.save"), u16(u"security.hiv"), u16(u"ntds.dit"), u16(u"SYSTEM_HIVE")})
        EXPECT_TRUE(policy::is_store_name(view(name))) << ascii(view(name));
    for (const u16& name : {u16(u"System.dll"), u16(u"Security.evtx"), u16(u"sample"), u16(u"ntds"), u16(u"system.ini"), u16(u"SAMSUNG"), u16()})
        EXPECT_FALSE(policy::is_store_name(view(name))) << ascii(view(name));
}

}  // namespace
