// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTS_CODE_CAVE_HOST_PROGRAM_HPP
#define BARTIZAN_TESTS_CODE_CAVE_HOST_PROGRAM_HPP

#include <random>

#include "bartizan/testing/pe_directories.hpp"

/// A program made on the spot, laid out as a linker does: functions aligned to 16 bytes and set apart by INT3, one long run of
/// padding, an entry that calls, an exception table (x64), relocations, an export, a TLS callback. Nothing in it does anything.
namespace bartizan_tests {

namespace pe = bartizan::pe;
namespace make = bartizan::testing;

struct host_program {
    std::vector<uint8_t> file;
    std::vector<uint32_t> functions;  ///< RVAs, ascending
    uint32_t entry_rva = 0;
};

namespace detail {

class code_writer {
  public:
    code_writer(bool plus, uint32_t rva, uint32_t seed) : plus_(plus), rva_(rva), random_(seed) {}

    std::vector<uint8_t> code;
    std::vector<uint32_t> begins, ends;

    /// A function that computes a little and calls `callees`.
    void function(const std::vector<uint32_t>& callees, unsigned operations) {
        while (code.size() % 16 != 0) code.push_back(0xcc);
        begins.push_back(here());
        if (plus_) {
            put({0x40, 0x53, 0x48, 0x83, 0xec, 0x20});
        } else {
            put({0x55, 0x8b, 0xec, 0x83, 0xec, 0x10});
        }
        for (unsigned i = 0; i < operations; ++i) operation();
        for (const uint32_t callee : callees) {
            operation();
            code.push_back(0xe8);
            put_u32(callee - (here() + 4));
        }
        if (plus_) {
            put({0x48, 0x83, 0xc4, 0x20, 0x5b, 0xc3});
        } else {
            put({0x8b, 0xe5, 0x5d, 0xc3});
        }
        ends.push_back(here());
    }
    void padding(size_t count) { code.insert(code.end(), count, 0xcc); }

  private:
    [[nodiscard]] uint32_t here() const { return rva_ + static_cast<uint32_t>(code.size()); }
    void put(std::initializer_list<uint8_t> bytes) { code.insert(code.end(), bytes); }
    void put_u32(uint32_t v) {
        for (int i = 0; i < 4; ++i) code.push_back(static_cast<uint8_t>(v >> (8 * i)));
    }
    void operation() {
        switch (random_() % 5) {
            case 0: put({0x33, 0xc0}); break;
            case 1: put({0x05}), put_u32(static_cast<uint32_t>(random_())); break;
            case 2: put({0x8b, 0xc8}); break;
            case 3: put({0xc1, 0xe0, static_cast<uint8_t>(random_() % 31)}); break;
            default: put({0x85, 0xc0, 0x74, 0x02, 0x33, 0xc9}); break;
        }
    }

    bool plus_;
    uint32_t rva_;
    std::mt19937 random_;
};

}  // namespace detail

inline host_program build_host(pe::image_kind kind, uint32_t seed = 1) {
    const bool plus = kind == pe::image_kind::pe32_plus;
    make::pe_builder b(kind);
    detail::code_writer code(plus, b.next_rva(), seed);
    for (unsigned i = 0; i < 24; ++i) code.function({}, 3 + (i * 7 + seed) % 19);
    code.padding(160);
    code.function({code.begins[3], code.begins[7]}, 9);
    const uint32_t main_rva = code.begins.back();
    code.function({code.begins[1], main_rva, code.begins[2]}, 2);
    host_program out;
    out.entry_rva = code.begins.back();
    for (unsigned i = 0; i < 8; ++i) code.function({code.begins[i]}, 5);
    out.functions = code.begins;
    b.add_section(".text", code.code, 0x60000020);
    b.optional.address_of_entry_point = out.entry_rva;
    b.optional.base_of_code = b.sections[0].header.virtual_address;
    b.optional.size_of_code = b.sections[0].header.size_of_raw_data;
    std::vector<uint8_t> constants(900);
    for (size_t i = 0; i < constants.size(); ++i) constants[i] = static_cast<uint8_t>('a' + i % 26);
    b.add_section(".rdata", constants);
    b.add_section(".data", std::vector<uint8_t>(300, 7), 0xc0000040);
    make::add_exports(b, "host.dll", 1, {{"f", code.begins[5], ""}});
    const uint32_t tls = make::add_tls(b, {code.begins[6]});
    if (plus) {
        std::vector<uint32_t> words;
        const uint32_t unwind_at = b.next_rva() + static_cast<uint32_t>(12 * code.begins.size());
        for (size_t i = 0; i < code.begins.size(); ++i) words.insert(words.end(), {code.begins[i], code.ends[i], unwind_at});
        make::add_exception_table(b, words, {1, 6, 2, 0, 6, 0x32, 2, 0x30});
    }
    const uint16_t first_callback = plus ? 0xa000 | 40 : 0x3000 | 24;
    make::add_relocations(b, {{tls, {first_callback, 0}}});
    out.file = b.build();
    return out;
}

}  // namespace bartizan_tests

#endif
