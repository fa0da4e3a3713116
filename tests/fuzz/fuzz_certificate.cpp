// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Hostile signatures: the input is the contents of a WIN_CERTIFICATE. What must hold for any bytes: nothing is read outside them,
// every view lies inside them, a whole file with this signature gets an answer, and the answer is none only where there is none.
#include <bartizan/pe/authenticode.hpp>
#include <bartizan/testing/pe_directories.hpp>
#include <cstdlib>

namespace {

using namespace bartizan;

void require(bool holds) {
    if (!holds) std::abort();
}

struct checker {
    bytes input;

    void inside(bytes view) const {
        if (view.empty()) return;
        require(view.data >= input.data && view.size <= input.size);
        require(static_cast<size_t>(view.data - input.data) <= input.size - view.size);
    }
    void certificate(const pe::x509_certificate& c) const {
        if (!c.valid) return;
        for (const bytes view : {c.whole, c.tbs, c.serial_number, c.issuer, c.subject, c.extensions, c.not_before.whole, c.not_after.whole}) inside(view);
        inside(pe::name_attribute(c.subject, pe::oid_common_name).whole);
        inside(pe::find_extension(c, pe::oid_extended_key_usage));
        (void)pe::has_extended_key_usage(c, pe::oid_code_signing);
    }
    void data(const pe::signed_data& d, int nesting) const {
        inside(d.whole);
        inside(d.content.whole);
        if (!d.valid) return;
        pe::der_cursor certificates(d.certificates);
        for (pe::der_element e; certificates.next(e);) certificate(pe::read_certificate(e.whole));
        certificate(pe::signer_certificate(d.certificates, d.signer));
        const pe::spc_indirect_data indirect = pe::read_indirect_data(d);
        inside(indirect.digest);
        inside(indirect.content);
        if (nesting == 0) return;
        for (const bytes type : {bytes{pe::oid_nested_signature}, bytes{pe::oid_rfc3161_timestamp}}) {
            pe::der_cursor values(pe::find_attribute(d.signer.unauthenticated_attributes, type));
            for (pe::der_element e; values.next(e);) data(pe::read_signed_data(e.whole), nesting - 1);
        }
    }
};

std::vector<uint8_t> small_image() {
    testing::pe_builder b;
    b.add_section(".text", {1, 2, 3});
    return b.build();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* input, size_t size) {
    const checker check{{input, size}};
    check.data(pe::read_signed_data(check.input), 2);
    static const std::vector<uint8_t> image = small_image();
    std::vector<uint8_t> file = image;
    bartizan::testing::append_certificate(file, {input, input + size});
    const pe::parse_result parsed = pe::parse({file.data(), file.size()});
    require(bool{parsed});
    const pe::signature s = pe::check_signature(parsed.image);
    require(s.state != pe::signature_state::none);
    require(s.digest_checked || s.state == pe::signature_state::present);
    require(s.digest_checked || s.defect);
    require(!s.defect || s.defect.offset <= file.size());
    return 0;
}
