// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "bartizan/pe/authenticode.hpp"

#include "built.hpp"
#include "shared_files.hpp"

#if __has_include(<openssl/pkcs7.h>)
#include "openssl_signer.hpp"
#define HAS_ORACLE 1
#endif

namespace {

using namespace bartizan;
using namespace bartizan_tests;
using make::pe_builder;

TEST(pe_authenticode, the_digest_leaves_out_checksum_directory_entry_and_table) {
    for (const auto kind : {pe::image_kind::pe32, pe::image_kind::pe32_plus}) {
        auto file = make::sample_image(kind).build();
        make::append_certificate(file, std::vector<uint8_t>(100, 0x55));
        const built f(file);
        const uint64_t check_sum = f.image.optional_header_offset() + 64;
        const uint64_t entry = f.image.directory_offset(pe::directory_entry::security);
        const uint64_t table = f.image.directory(pe::directory_entry::security).virtual_address;
        const auto ranges = pe::signed_ranges(f.image);
        uint64_t at = 0;
        std::vector<bool> covered(file.size());
        for (const bytes part : ranges.part) {
            for (const uint8_t& byte : part) {
                ASSERT_GE(&byte, f.file.data() + at) << "in the order of the file";
                at = static_cast<uint64_t>(&byte - f.file.data());
                covered[at] = true;
            }
        }
        for (uint64_t i = 0; i < file.size(); ++i) {
            const bool left_out = (i >= check_sum && i < check_sum + 4) || (i >= entry && i < entry + 8) || i >= table;
            EXPECT_NE(covered[i], left_out) << i;
        }
    }
}

TEST(pe_authenticode, bytes_behind_the_table_are_covered) {
    auto file = make::sample_image().build();
    make::append_certificate(file, std::vector<uint8_t>(100, 0x55));
    file.insert(file.end(), {1, 2, 3});
    const built f(file);
    EXPECT_EQ(pe::signed_ranges(f.image).part[3].size, 3U);
}

TEST(pe_authenticode, without_a_security_directory_only_the_checksum_is_left_out) {
    pe_builder b;
    b.optional.number_of_rva_and_sizes = 4;
    b.add_section(".text", {1, 2, 3});
    const built f(b);
    size_t covered = 0;
    for (const bytes part : pe::signed_ranges(f.image).part) covered += part.size;
    EXPECT_EQ(covered, f.file.size() - 4);
    EXPECT_EQ(pe::check_signature(f.image).state, pe::signature_state::none);
}

TEST(pe_authenticode, what_is_no_signature) {
    auto file = make::sample_image().build();
    auto other = file;
    make::append_certificate(other, {0x30, 0x00}, pe::certificate_x509);
    EXPECT_EQ(pe::check_signature(built(other).image).state, pe::signature_state::none);
    make::append_certificate(file, {0x30, 0x03, 0x02, 0x01, 0x01});
    const built f(file);
    const pe::signature s = pe::check_signature(f.image);
    EXPECT_EQ(s.state, pe::signature_state::present);
    EXPECT_FALSE(s.digest_checked);
    EXPECT_ERROR(s.defect, error_code::pe_signature_asn1, s.offset + 8);
}

#ifdef HAS_ORACLE

template <class Hash>
std::vector<uint8_t> digest_of(const std::vector<uint8_t>& file) {
    const built f(file);
    const auto digest = pe::authenticode_digest<Hash>(f.image);
    return {digest.bytes, digest.bytes + sizeof digest.bytes};
}

/// The file padded as signing tools pad it, so that the table begins at a multiple of eight bytes.
std::vector<uint8_t> unsigned_file(pe::image_kind kind = pe::image_kind::pe32_plus) {
    auto file = make::sample_image(kind).build();
    file.resize((file.size() + 7) / 8 * 8);
    return file;
}

void sign(std::vector<uint8_t>& file, const std::vector<uint8_t>& signature) { make::append_certificate(file, signature); }

bytes view(const std::vector<uint8_t>& v) { return {v.data(), v.size()}; }

TEST(pe_authenticode, a_signature_made_by_openssl) {
    const openssl_signer signer("Test Signer");
    for (const auto kind : {pe::image_kind::pe32, pe::image_kind::pe32_plus}) {
        for (const bool old : {false, true}) {
            auto file = unsigned_file(kind);
            sign(file, old ? signer.sign(digest_of<sha1>(file), EVP_sha1()) : signer.sign(digest_of<sha256>(file), EVP_sha256()));
            const built f(file);
            const pe::signature s = pe::check_signature(f.image);
            EXPECT_EQ(s.state, pe::signature_state::present);
            EXPECT_TRUE(s.digest_checked);
            EXPECT_FALSE(s.defect) << describe(s.defect.code);
            EXPECT_EQ(s.algorithm, old ? pe::digest_algorithm::sha1 : pe::digest_algorithm::sha256);
            ASSERT_TRUE(s.certificate.valid);
            const X509* const x = signer.certificate.get();
            EXPECT_TRUE(equal(s.certificate.whole, view(der_of(x, [](const X509* c, uint8_t** out) { return i2d_X509(c, out); }))));
            EXPECT_TRUE(equal(s.certificate.subject, view(der_of(X509_get_subject_name(x), [](const X509_NAME* n, uint8_t** out) {
                                                         return i2d_X509_NAME(n, out);
                                                     }))));
            EXPECT_TRUE(s.certificate.is_self_issued());
            const auto tbs = der_of(signer.certificate.get(), [](X509* c, uint8_t** out) { return i2d_re_X509_tbs(c, out); });
            EXPECT_TRUE(equal(s.certificate.tbs, view(tbs)));
            uint8_t expected[32];
            EVP_Digest(tbs.data(), tbs.size(), expected, nullptr, EVP_sha256(), nullptr);
            EXPECT_TRUE(equal(bytes{s.tbs_sha256.bytes}, bytes{expected}));
            EXPECT_EQ(text_of(pe::name_attribute(s.certificate.subject, pe::oid_common_name).content), "Test Signer");
            EXPECT_EQ(text_of(pe::name_attribute(s.certificate.subject, pe::oid_organization_name).content), "bartizan tests");
            EXPECT_TRUE(pe::has_extended_key_usage(s.certificate, pe::oid_code_signing));
            EXPECT_TRUE(s.certificate.not_before.is(pe::der_utc_time));
        }
    }
    const openssl_signer other("No Purpose", false);
    auto file = unsigned_file();
    sign(file, other.sign(digest_of<sha256>(file), EVP_sha256()));
    EXPECT_FALSE(pe::has_extended_key_usage(pe::check_signature(built(file).image).certificate, pe::oid_code_signing));
}

TEST(pe_authenticode, a_change_of_any_covered_byte_is_a_mismatch) {
    const openssl_signer signer("Test Signer");
    auto file = unsigned_file();
    const size_t image_size = file.size();
    sign(file, signer.sign(digest_of<sha256>(file), EVP_sha256()));
    const built sound(file);
    const uint64_t check_sum = sound.image.optional_header_offset() + 64;
    const uint64_t entry = sound.image.directory_offset(pe::directory_entry::security);
    // The headers' fields that tell where everything stands are left alone: with them the file is another one.
    for (size_t at = 2; at < image_size; at += at < 0x200 ? 1 : 61) {
        const bool places = (at >= 0x3c && at < 0x40) || (at >= entry && at < entry + 8) ||
                            (at >= sound.image.dos.e_lfanew && at < sound.image.optional_header_offset() + 2) ||
                            (at >= entry - 36 && at < entry - 32);
        if (places) continue;
        auto changed = file;
        changed[at] ^= 0x10;
        const built f(changed);
        const bool covered = at < check_sum || at >= check_sum + 4;
        EXPECT_EQ(pe::check_signature(f.image).state,
                  covered ? pe::signature_state::digest_mismatch : pe::signature_state::present)
            << at;
    }
    auto longer = file;
    longer.push_back(0);
    EXPECT_EQ(pe::check_signature(built(longer).image).state, pe::signature_state::digest_mismatch);
}

TEST(pe_authenticode, a_digest_that_the_signer_did_not_sign) {
    const openssl_signer signer("Test Signer");
    auto file = unsigned_file();
    auto honest = signer.sign(digest_of<sha256>(file), EVP_sha256());
    // Another file with the first one's signature, its digest put in by hand: the signer's message digest tells.
    auto changed = file;
    changed[0x500] ^= 1;
    const auto old_digest = digest_of<sha256>(file), new_digest = digest_of<sha256>(changed);
    const auto where = std::search(honest.begin(), honest.end(), old_digest.begin(), old_digest.end());
    ASSERT_NE(where, honest.end());
    std::copy(new_digest.begin(), new_digest.end(), where);
    sign(changed, honest);
    const pe::signature s = pe::check_signature(built(changed).image);
    EXPECT_TRUE(s.digest_checked);
    EXPECT_EQ(s.state, pe::signature_state::digest_mismatch);
}

TEST(pe_authenticode, the_signer_may_use_another_digest_than_the_image) {
    const openssl_signer signer("Test Signer");
    for (const bool image_old : {false, true}) {
        const auto* const newer = EVP_sha256();
        const auto* const older = EVP_sha1();
        auto file = unsigned_file();
        const auto digest = image_old ? digest_of<sha1>(file) : digest_of<sha256>(file);
        auto signature = signer.sign(digest, image_old ? older : newer, true, image_old ? newer : older);
        auto sound = file;
        sign(sound, signature);
        EXPECT_EQ(pe::check_signature(built(sound).image).state, pe::signature_state::present);
        // A change of the signed content outside the image's digest: in the SpcLink's contents.
        const auto link = der_oid_of("1.3.6.1.4.1.311.2.1.15");
        const auto where = std::search(signature.begin(), signature.end(), link.begin(), link.end());
        *(where + static_cast<ptrdiff_t>(link.size()) + 4) ^= 1;
        sign(file, signature);
        const pe::signature s = pe::check_signature(built(file).image);
        EXPECT_TRUE(s.digest_checked);
        EXPECT_EQ(s.state, pe::signature_state::digest_mismatch);
    }
    auto file = unsigned_file();
    sign(file, signer.sign(digest_of<sha256>(file), EVP_sha256(), true, EVP_sha512()));
    const pe::signature s = pe::check_signature(built(file).image);
    EXPECT_FALSE(s.digest_checked);
    EXPECT_EQ(s.defect.code, error_code::pe_signature_algorithm);
}

TEST(pe_authenticode, what_cannot_be_compared_says_why) {
    const openssl_signer signer("Test Signer");
    auto file = unsigned_file();
    auto newer = file;
    sign(newer, signer.sign(std::vector<uint8_t>(64, 1), EVP_sha512()));
    const built f(newer);
    const pe::signature s = pe::check_signature(f.image);
    EXPECT_EQ(s.state, pe::signature_state::present);
    EXPECT_FALSE(s.digest_checked);
    EXPECT_EQ(s.defect.code, error_code::pe_signature_algorithm);

    auto bare = file;
    sign(bare, signer.sign(digest_of<sha256>(bare), EVP_sha256(), false));
    const pe::signature without = pe::check_signature(built(bare).image);
    EXPECT_EQ(without.state, pe::signature_state::present);
    EXPECT_TRUE(without.digest_checked);
    EXPECT_FALSE(without.certificate.valid);
    EXPECT_EQ(without.defect.code, error_code::pe_signature_signer_missing);
    EXPECT_EQ(without.tbs_sha256, sha256_digest{});

    auto other = file;
    auto signature = signer.sign(digest_of<sha256>(other), EVP_sha256());
    const bytes spc{pe::oid_spc_indirect_data};
    const auto where = std::search(signature.begin(), signature.end(), spc.begin(), spc.end());
    *(where + 9) = 0x05;  // another content type
    sign(other, signature);
    const pe::signature unknown = pe::check_signature(built(other).image);
    EXPECT_FALSE(unknown.digest_checked);
    EXPECT_EQ(unknown.defect.code, error_code::pe_signature_content);
}

TEST(pe_authenticode, every_byte_of_a_signature_changed_or_cut) {
    const openssl_signer signer("Test Signer");
    const auto file = unsigned_file();
    const auto signature = signer.sign(digest_of<sha256>(file), EVP_sha256());
    for (size_t at = 0; at < signature.size(); ++at) {
        for (const int value : {0x00, 0x01, 0x30, 0x7f, 0x80, 0x84, 0xff}) {
            auto broken = signature;
            broken[at] = static_cast<uint8_t>(value);
            // On the heap and of its own size, so that a sanitizer sees any read past it.
            const pe::signed_data data = pe::read_signed_data(view(broken));
            (void)pe::signer_certificate(data.certificates, data.signer);
            (void)pe::read_indirect_data(data);
            if (data.blame != nullptr) {
                EXPECT_GE(data.blame, broken.data());
                EXPECT_LT(data.blame, broken.data() + broken.size());
            }
        }
        const std::vector<uint8_t> cut(signature.begin(), signature.begin() + static_cast<ptrdiff_t>(at));
        EXPECT_FALSE(pe::read_signed_data(view(cut)).valid) << at;
    }
    EXPECT_TRUE(pe::read_signed_data(view(signature)).valid);
}

/// The signed files of the corpus through OpenSSL's PKCS #7: the same signer, the same number of certificates.
TEST(pe_authenticode, real_signatures_as_openssl_reads_them) {
    const auto files = files_in(shared_folder("goodware/pe-sample"));
    if (files.empty()) GTEST_SKIP() << "no ../shared/goodware/pe-sample";
    int compared = 0;
    for (const auto& path : files) {
        const auto file = read_file(path);
        const auto parsed = pe::parse({file.data(), file.size()});
        if (!parsed) continue;
        const pe::signature s = pe::check_signature(parsed.image);
        if (s.state == pe::signature_state::none) continue;
        const uint8_t* at = s.data.whole.data;
        const openssl_ptr<PKCS7, PKCS7_free> p7(d2i_PKCS7(nullptr, &at, static_cast<long>(s.data.whole.size)));
        ASSERT_NE(p7, nullptr) << path;
        STACK_OF(X509)* const signers = PKCS7_get0_signers(p7.get(), nullptr, 0);
        ASSERT_EQ(sk_X509_num(signers), 1) << path;
        X509* const x = sk_X509_value(signers, 0);
        EXPECT_TRUE(equal(s.certificate.tbs, view(der_of(x, [](X509* c, uint8_t** out) { return i2d_re_X509_tbs(c, out); })))) << path;
        EXPECT_TRUE(equal(s.certificate.issuer, view(der_of(X509_get_issuer_name(x), [](const X509_NAME* n, uint8_t** out) {
                                                    return i2d_X509_NAME(n, out);
                                                })))) << path;
        const bool code_signing = (X509_get_extended_key_usage(x) & XKU_CODE_SIGN) != 0 && X509_get_extended_key_usage(x) != UINT32_MAX;
        EXPECT_EQ(pe::has_extended_key_usage(s.certificate, pe::oid_code_signing), code_signing) << path;
        const X509_NAME* const subject = X509_get_subject_name(x);
        const X509_NAME_ENTRY* const entry = X509_NAME_get_entry(subject, X509_NAME_get_index_by_NID(subject, NID_commonName, -1));
        const ASN1_STRING* const cn = X509_NAME_ENTRY_get_data(entry);
        const pe::der_element ours = pe::name_attribute(s.certificate.subject, pe::oid_common_name);
        EXPECT_EQ(ours.tag, ASN1_STRING_type(cn)) << path;
        EXPECT_TRUE(equal(ours.content, {ASN1_STRING_get0_data(cn), static_cast<size_t>(ASN1_STRING_length(cn))})) << path;
        pe::der_cursor certificates(s.data.certificates);
        int count = 0;
        for (pe::der_element e; certificates.next(e);) count += pe::read_certificate(e.whole).valid;
        EXPECT_EQ(count, sk_X509_num(p7->d.sign->cert)) << path;
        sk_X509_free(signers);
        ++compared;
    }
    EXPECT_EQ(compared, 43);
}

#endif

}  // namespace
