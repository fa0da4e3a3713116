// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Which verifier providers are honoured, whatever the registry asks for.
#include <gtest/gtest.h>

#include <bartizan/policy/verifier_names.hpp>
#include <string>

namespace {

using namespace bartizan;
using namespace bartizan::policy;

std::string joined(const effective_verifiers& v) {
    std::string out;
    for (uint32_t i = 0; i < v.count; ++i) {
        for (uint32_t c = 0; c < v.names[i].size; ++c) out += static_cast<char>(v.names[i][c]);
        out += ' ';
    }
    return out;
}

static_assert(honour(u"vrfcore.dll vfbasics.dll", 0x100, false).count == 3);
static_assert(honour(u"vrfcore.dll", 0, false).count == 0, "without the flag nothing is loaded");
static_assert(honour(u"vrfcore.dll", 0x100, true).count == 0, "nor in a native-subsystem process");
static_assert(honour(u"vrfcore.dll", 0x02000000, false).count == 0, "page heap is another flag");

TEST(verifier_names, only_authentic_providers_are_honoured_and_verifier_comes_first) {
    EXPECT_EQ(joined(honour(u"vfbasics.dll evil.dll\tVrfCore.dll verifier.dll", 0x100, false)), "VERIFIER.DLL vfbasics.dll VrfCore.dll ");
    EXPECT_EQ(honour(u"vfbasics.dll evil.dll\tVrfCore.dll", 0x100, false).ignored, 1u);
    const text own[] = {u"VENDORVRF.DLL"};
    EXPECT_EQ(joined(honour(u"vendorvrf.dll", 0x100, false, own)), "VERIFIER.DLL vendorvrf.dll ");
    EXPECT_EQ(joined(honour({}, 0x101, false)), "VERIFIER.DLL ");
    char16_t many[16 * 40] = {};
    uint32_t size = 0;
    for (int n = 0; n < 40; ++n)
        for (const char16_t c : {u'v', u'f', u'n', u'e', u't', u'.', u'd', u'l', u'l', u' '}) many[size++] = c;
    const effective_verifiers full = honour(text(many, size), 0x100, false);
    EXPECT_EQ(full.count, 16u) << "a fixed number, the rest is counted";
    EXPECT_EQ(full.ignored, 25u);
}

TEST(verifier_names, requests) {
    struct request {
        text value;
        bool foreign, path;
    };
    for (const request& r : {request{u"vrfcore.dll vfbasics.dll", false, false}, request{u"VFNET.DLL", false, false}, request{u"", false, false}, request{u"evil.dll", true, false},
                             request{u"vrfcore.dll evil.dll", true, false}, request{u"..\\evil.dll", true, true}, request{u"C:\\x\\vrfcore.dll", true, true},
                             request{u"vrfcore.dll\tevil.dll", true, false}, request{u"a:b", true, true}, request{u"%temp%", true, true}, request{u"x/y.dll", true, true},
                             request{u"vrfcore.dll,evil.dll", true, true}}) {
        EXPECT_EQ(examine_providers(r.value).foreign, r.foreign) << r.value.size;
        EXPECT_EQ(examine_providers(r.value).path, r.path) << r.value.size;
    }
}

TEST(verifier_names, early_modules) {
    for (const text t : {text(u"ntdll.dll"), text(u"KERNEL32.DLL"), text(u"KernelBase.dll"), text(u"wow64cpu.dll"), text(u"xtajit64.dll"), text(u"verifier.dll"), text(u"win32u.dll")})
        EXPECT_TRUE(is_early_module(t));
    for (const text t : {text(u"evil.dll"), text(u"user32.dll"), text(u"ntdll.dll.dll"), text(u"")}) EXPECT_FALSE(is_early_module(t));
}

}  // namespace
