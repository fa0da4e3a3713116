// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// What lists make of a verdict, and the keys that an image gives.
#include <gtest/gtest.h>

#include <bartizan/testing/pe_sample.hpp>
#include <bartizan/verdict/listed.hpp>
#include <string>

namespace {

using namespace bartizan;
using lists::disposition;

constexpr listed_outcome apply(bool detected, disposition d) { return apply_lists(detected, {d, lists::list_kind::none, {}}); }
constexpr bool is(const listed_outcome& o, file_outcome outcome, bool suppressed, bool blocked) {
    return o.outcome == outcome && o.suppressed == suppressed && o.blocked == blocked;
}
static_assert(is(apply(false, disposition::none), file_outcome::clean, false, false));
static_assert(is(apply(false, disposition::blocked), file_outcome::convict, false, true));
static_assert(is(apply(false, disposition::suppressed), file_outcome::clean, false, false));
static_assert(is(apply(false, disposition::allowed), file_outcome::clean, false, false));
static_assert(is(apply(false, disposition::lowered_to_event), file_outcome::clean, false, false));
static_assert(is(apply(true, disposition::none), file_outcome::convict, false, false));
static_assert(is(apply(true, disposition::blocked), file_outcome::convict, false, true));
static_assert(is(apply(true, disposition::suppressed), file_outcome::clean, true, false));
static_assert(is(apply(true, disposition::allowed), file_outcome::clean, true, false));
static_assert(is(apply(true, disposition::lowered_to_event), file_outcome::event, true, false));
lists::file_keys image_keys(const pe::image& image, const pe::signature& signature, bool signer_proven, span<char16_t> name) {
    lists::file_keys out;
    add_image_keys(image, signature, signer_proven, name, out);
    return out;
}

TEST(image_keys, certificate_only_of_an_intact_and_proven_signature) {
    const auto file = bartizan::testing::sample_image(pe::image_kind::pe32_plus).build();
    const pe::parse_result parsed = pe::parse({file.data(), file.size()});
    ASSERT_TRUE(parsed);
    char16_t name[64];
    for (const auto state : {pe::signature_state::none, pe::signature_state::present, pe::signature_state::digest_mismatch}) {
        for (int bits = 0; bits < 8; ++bits) {
            pe::signature s;
            s.state = state;
            s.digest_checked = (bits & 1) != 0;
            s.certificate.valid = (bits & 2) != 0;
            s.tbs_sha256.bytes[0] = 9;
            const lists::file_keys keys = image_keys(parsed.image, s, (bits & 4) != 0, name);
            EXPECT_EQ(keys.certificate_tbs_sha256.known, state == pe::signature_state::present && bits == 7);
            EXPECT_TRUE(keys.authenticode_sha256.known);
            EXPECT_FALSE(keys.file_sha256.known);
        }
    }
}

TEST(image_keys, original_name_or_nothing_where_it_does_not_fit) {
    bartizan::testing::pe_builder b;
    const std::u16string expected = u"Größe.exe";
    bartizan::testing::add_resources(b, {{pe::resource_version, u"", 1, 0x409, bartizan::testing::version_resource({{u"OriginalFilename", expected}})}});
    const auto file = b.build();
    const pe::parse_result parsed = pe::parse({file.data(), file.size()});
    ASSERT_TRUE(parsed);
    std::u16string buffer(expected.size(), u'\0');
    const lists::file_keys whole = image_keys(parsed.image, {}, false, {buffer.data(), buffer.size()});
    EXPECT_TRUE(equal(whole.original_name, {expected.data(), expected.size()}));
    EXPECT_TRUE(image_keys(parsed.image, {}, false, {buffer.data(), buffer.size() - 1}).original_name.empty());
}

}  // namespace
