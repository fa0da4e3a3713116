// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// What must not fire, made on the spot; the real packers, installers and runtimes are in corpus.cpp.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "bartizan/code_cave/scan.hpp"
#include "bartizan/pe/authenticode.hpp"
#include "bartizan/policy/slack_map.hpp"
#include "hide_stub.hpp"
#include "host_program.hpp"

namespace {

using namespace bartizan_tests;
using bartizan::truth;
using bartizan::verdict;

const auto work = std::make_unique<cave::scan_scratch>();

cave::report scan(const std::vector<uint8_t>& file, truth mismatch = truth::no) {
    const auto parsed = pe::parse({file.data(), file.size()});
    EXPECT_TRUE(parsed);
    return cave::scan(parsed.image, {mismatch, truth::no}, *work);
}

pe::section text_of(const std::vector<uint8_t>& file) { return pe::parse({file.data(), file.size()}).image.sections[0]; }
void put(std::vector<uint8_t>& file, uint64_t at, uint64_t value, unsigned size) {
    for (unsigned i = 0; i < size; ++i) file[at + i] = static_cast<uint8_t>(value >> (8 * i));
}

class CodeCaveLookAlike : public ::testing::TestWithParam<pe::image_kind> {
  protected:
    host_program host_ = build_host(GetParam());
};

TEST_P(CodeCaveLookAlike, GarbageInTheTailThatNothingReaches) {
    // Old linkers leave what was in memory: text, random bytes, even code of an earlier link.
    const pe::section text = text_of(host_.file);
    const uint64_t tail = text.raw_offset + text.header.virtual_size;
    const uint64_t end = text.raw_offset + text.raw.size;
    std::mt19937 random(7);
    for (int kind = 0; kind < 3; ++kind) {
        auto file = host_.file;
        for (uint64_t at = tail; at < end; ++at) {
            file[at] = kind == 0 ? static_cast<uint8_t>(random()) : kind == 1 ? static_cast<uint8_t>('a' + at % 20) : file[text.raw_offset + (at - tail)];
        }
        EXPECT_EQ(scan(file).result.evidence, verdict::none) << "kind " << kind;
    }
}

TEST_P(CodeCaveLookAlike, IncrementalLinkThunks) {
    // The entry point is a jump in a table of jumps, which another section's code was linked through.
    auto file = host_.file;
    const pe::section text = text_of(file);
    uint32_t at = 0;
    while (at < text.raw.size && !(text.raw[at] == 0xcc && text.raw[at + 100] == 0xcc && text.raw[at + 50] == 0xcc)) ++at;
    for (uint32_t i = 0; i < 8; ++i) {
        const uint32_t from = text.rva + at + 5 * i;
        put(file, text.raw_offset + at + 5 * i, 0xe9, 1);
        put(file, text.raw_offset + at + 5 * i + 1, host_.functions[i] - (from + 5), 4);
    }
    const auto image = pe::parse({file.data(), file.size()}).image;
    put(file, text.raw_offset + at + 11, host_.entry_rva - (text.rva + at + 15), 4);
    put(file, image.optional_header_offset() + 16, text.rva + at + 10, 4);
    EXPECT_EQ(scan(file).result.evidence, verdict::none);
}

TEST_P(CodeCaveLookAlike, HotPatchPads) {
    // Five bytes of padding in front of a function that begins with MOV EDI, EDI; a jump back into the pad would be the hot patch.
    auto file = host_.file;
    const pe::section text = text_of(file);
    const uint64_t entry = text.raw_offset + (host_.entry_rva - text.rva);
    for (uint64_t i = 1; i <= 5; ++i) file[entry - i] = 0xcc;
    EXPECT_EQ(scan(file).result.evidence, verdict::none);
}

/// Exports that only go on to an import, by way of what a hot patch may overwrite, aligned to 4 bytes in NOPs, without unwind data: no
/// hidden code, as long as they do nothing else.
TEST_P(CodeCaveLookAlike, HotPatchableThunksToImports) {
    const bool plus = GetParam() == pe::image_kind::pe32_plus;
    using codes = std::vector<uint8_t>;
    const codes idle[] = {plus ? codes{0x48, 0x8d, 0xa4, 0x24, 0, 0, 0, 0} : codes{0x8b, 0xff, 0x55, 0x8b, 0xec, 0x5d},
                          plus ? codes{0x0f, 0x1f, 0x80, 0, 0, 0, 0, 0x90} : codes{0x8b, 0xff, 0x55, 0x89, 0xe5, 0x5d},
                          plus ? codes{0x48, 0x8d, 0x64, 0x24, 0, 0x66, 0x66, 0x90} : codes{0x8d, 0x64, 0x24, 0, 0x8b, 0xff}};
    const codes busy[] = {plus ? codes{0x51, 0x48, 0x31, 0xc9, 0x48, 0xff, 0xc1, 0x59} : codes{0x51, 0x33, 0xc9, 0x41, 0x59, 0x90},
                          plus ? codes{0x55, 0x48, 0x8b, 0xec, 0x90, 0x90, 0x90, 0x90} : codes{0x8b, 0xff, 0x55, 0x8b, 0xec, 0x90},
                          plus ? codes{0x8b, 0xc9, 0x48, 0x83, 0xc4, 0x08, 0x66, 0x90} : codes{0x8b, 0xff, 0x83, 0xc4, 0x04, 0x90}};
    const auto build = [plus](const codes& front, bool only_one) {
        make::pe_builder b(GetParam());
        detail::code_writer code(plus, b.next_rva(), 1);
        const uint32_t text_rva = b.next_rva(), slots = text_rva + 0x1000;
        for (unsigned i = 0; i < 24; ++i) code.function({}, 12);
        while (code.code.size() % 16 != 4) code.code.push_back(0x90);
        std::vector<uint32_t> thunks;
        std::vector<uint16_t> relocated;
        for (uint32_t k = 0; k < 6; ++k) {
            const codes& own = only_one && k != 3 ? codes(front.size(), 0x90) : front;
            thunks.push_back(text_rva + static_cast<uint32_t>(code.code.size()));
            code.code.insert(code.code.end(), own.begin(), own.end());
            code.code.insert(code.code.end(), {0xff, 0x25});
            const auto field = static_cast<uint32_t>(code.code.size());
            relocated.push_back(static_cast<uint16_t>(0x3000 | field));
            const uint64_t slot = slots + 8 * k;
            const uint64_t value = plus ? slot - (text_rva + field + 4) : slot + b.optional.image_base;
            for (int i = 0; i < 4; ++i) code.code.push_back(static_cast<uint8_t>(value >> (8 * i)));
            while (code.code.size() % 8 != 4 || code.code.size() < field + 12) code.code.push_back(0x90);
        }
        code.function({}, 12);
        b.add_section(".text", code.code, 0x60000020);
        b.optional.address_of_entry_point = code.begins[0];
        b.add_section(".rdata", codes(0x100, 1));
        make::add_exports(b, "host.dll", 1, {{"a", thunks[1], ""}, {"b", thunks[3], ""}, {"c", thunks[4], ""}});
        if (plus) {
            std::vector<uint32_t> words;
            const uint32_t unwind_at = b.next_rva() + static_cast<uint32_t>(12 * code.begins.size());
            for (size_t i = 0; i < code.begins.size(); ++i) words.insert(words.end(), {code.begins[i], code.ends[i], unwind_at});
            make::add_exception_table(b, words, {1, 6, 2, 0, 6, 0x32, 2, 0x30});
        } else {
            make::add_relocations(b, {{text_rva, relocated}});
        }
        return b.build();
    };
    for (const codes& front : idle) EXPECT_EQ(scan(build(front, false)).result.evidence, verdict::none) << int{front[0]};
    for (const codes& front : busy) EXPECT_EQ(scan(build(front, true)).result.evidence, verdict::convict) << int{front[0]};
}

/// Boot code stands at the offsets that its protocol names, and jumps over its own padding: no island, as long as it leads into a function
/// that returns. The same code with a jump away is one, at once or by way of more code or a lone jump in the padding.
TEST_P(CodeCaveLookAlike, EntryAtAFixedOffsetThatJumpsOverItsPadding) {
    enum class end { short_jump, near_jump, two_pieces, two_jumps };
    const auto build = [](end how) {
        make::pe_builder b(GetParam());
        detail::code_writer code(GetParam() == pe::image_kind::pe32_plus, b.next_rva(), 2);
        const uint32_t text_rva = b.next_rva();
        for (unsigned i = 0; i < 6; ++i) code.function({}, 6);
        code.code.resize((code.code.size() + 200) / 32 * 32 + 32);
        const auto jump = [&code, text_rva](uint32_t to) {
            code.code.push_back(0xe9);
            to -= text_rva + static_cast<uint32_t>(code.code.size()) + 4;
            for (int i = 0; i < 4; ++i) code.code.push_back(static_cast<uint8_t>(to >> (8 * i)));
        };
        const size_t entry = code.code.size();
        code.code.insert(code.code.end(), {0x8b, 0xf9, 0x8b, 0xf2});
        if (how == end::near_jump) {
            jump(code.begins[1]);
        } else {
            code.code.insert(code.code.end(), {0xeb, 0x2a});
        }
        code.code.resize(entry + 0x30);
        if (how == end::two_pieces) code.code.insert(code.code.end(), {0x33, 0xc0, 0x33, 0xc9});
        if (how == end::two_pieces || how == end::two_jumps) {
            jump(code.begins[1]);
            code.code.resize(entry + 0x60);
        }
        code.function({code.begins[2]}, 6);
        b.add_section(".text", code.code, 0x60000020);
        b.optional.address_of_entry_point = text_rva + static_cast<uint32_t>(entry);
        b.add_section(".data", std::vector<uint8_t>(64, 7), 0xc0000040);
        return b.build();
    };
    EXPECT_EQ(scan(build(end::short_jump)).result.evidence, verdict::none);
    for (const end how : {end::near_jump, end::two_pieces, end::two_jumps}) {
        EXPECT_EQ(scan(build(how)).result.evidence, verdict::convict) << static_cast<int>(how);
    }
}

TEST_P(CodeCaveLookAlike, VirtualSizeRoundedUp) {
    auto file = host_.file;
    const pe::section text = text_of(file);
    put(file, text.header_offset + 8, text.raw.size, 4);
    EXPECT_EQ(scan(file).result.evidence, verdict::none);
    put(file, text.header_offset + 8, 0x1000 * 4, 4);
    EXPECT_EQ(scan(file).result.evidence, verdict::none);
}

TEST_P(CodeCaveLookAlike, PackerThatUnpacksIntoItsOwnSections) {
    // Writable and executable sections, the entry in the last one, jumping back to code that is not there yet.
    make::pe_builder b(GetParam());
    b.add_section("UPX0", std::vector<uint8_t>(16), 0xe0000080);
    b.sections[0].header.size_of_raw_data = 0;
    b.sections[0].contents.clear();
    std::vector<uint8_t> packed(2048);
    std::mt19937 random(3);
    for (auto& byte : packed) byte = static_cast<uint8_t>(random());
    packed.insert(packed.end(), {0x60, 0x9c, 0x31, 0xc9, 0x9d, 0x61, 0xe9});
    const uint32_t behind = b.next_rva() + static_cast<uint32_t>(packed.size()) + 4;
    for (int i = 0; i < 4; ++i) packed.push_back(static_cast<uint8_t>((0x1000 - behind) >> (8 * i)));
    b.optional.address_of_entry_point = b.next_rva() + 2048;
    b.add_section("UPX1", packed, 0xe0000040);
    EXPECT_EQ(scan(b.build()).result.evidence, verdict::none);
}

TEST_P(CodeCaveLookAlike, DetoursRewriting) {
    // A new section with the import table and trampolines that functions jump to and come back from: in the open, not in slack.
    auto file = host_.file;
    const auto image = pe::parse({host_.file.data(), host_.file.size()}).image;
    const pe::section last = image.sections[image.sections.size() - 1];
    const uint32_t rva = image.optional.size_of_image;
    std::vector<uint8_t> header(40);
    const char name[] = ".detour";
    std::copy(name, name + 7, header.begin());
    const auto put_word = [&header](size_t at, uint32_t v) {
        for (int i = 0; i < 4; ++i) header[at + static_cast<size_t>(i)] = static_cast<uint8_t>(v >> (8 * i));
    };
    put_word(8, 0x200), put_word(12, rva), put_word(16, 0x200), put_word(20, static_cast<uint32_t>(file.size())), put_word(36, 0x60000040);
    std::copy(header.begin(), header.end(), file.begin() + static_cast<std::ptrdiff_t>(last.header_offset + 40));
    put(file, image.file_header_offset() + 2, image.sections.size() + 1, 2);
    put(file, image.optional_header_offset() + 56, rva + 0x1000, 4);
    const uint64_t at = file.size();
    file.resize(at + 0x200);
    const pe::section text = image.sections[0];
    const uint64_t entry = text.raw_offset + (host_.entry_rva - text.rva);
    std::copy(file.begin() + static_cast<std::ptrdiff_t>(entry), file.begin() + static_cast<std::ptrdiff_t>(entry) + 6, file.begin() + static_cast<std::ptrdiff_t>(at));
    put(file, at + 6, 0xe9, 1), put(file, at + 7, host_.entry_rva + 6 - (rva + 11), 4);
    put(file, entry, 0xe9, 1), put(file, entry + 1, rva - (host_.entry_rva + 5), 4), put(file, entry + 5, 0x90, 1);
    EXPECT_EQ(scan(file).result.evidence, verdict::none);
}

TEST_P(CodeCaveLookAlike, OverlaysTagsAndResources) {
    auto appended = host_.file;
    for (int i = 0; i < 5000; ++i) appended.push_back(static_cast<uint8_t>(i * 7));
    EXPECT_EQ(scan(appended).result.evidence, verdict::none);
    // A signed installer that carries another signed program in its payload.
    auto payload = host_.file;
    std::vector<uint8_t> blob(400, 1);
    const uint8_t head[] = {0x90, 1, 0, 0, 0, 2, 2, 0, 0x30, 0x82, 1, 0x80, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2};
    std::copy(head, head + sizeof head, blob.begin());
    payload.resize(payload.size() + 1024, 5);
    payload.insert(payload.end(), blob.begin(), blob.end());
    payload.resize(payload.size() + 1024, 6);
    EXPECT_EQ(scan(payload).result.evidence, verdict::none);
    // A wrong checksum alone is nothing; a wrong digest alone is an event.
    auto changed = host_.file;
    put(changed, pe::parse({changed.data(), changed.size()}).image.optional_header_offset() + 64, 0x1234567, 4);
    EXPECT_EQ(scan(changed).result.evidence, verdict::none);
    EXPECT_EQ(scan(changed, truth::yes).result.evidence, verdict::event);
}

TEST_P(CodeCaveLookAlike, SelfExtractingArchives) {
    // 7z, NSIS, Inno and a zip with a program inside, behind the image.
    const std::string heads[] = {"7z\xbc\xaf\x27\x1c", std::string("\0\0\0\0\xef\xbe\xad\xdeNullsoftInst", 20), "idska32\x1azlb\x1a", "PK\x03\x04"};
    std::mt19937 random(11);
    for (const std::string& head : heads) {
        auto file = host_.file;
        file.insert(file.end(), head.begin(), head.end());
        for (int i = 0; i < 3000; ++i) file.push_back(static_cast<uint8_t>(random()));
        file.insert(file.end(), host_.file.begin(), host_.file.end());
        EXPECT_EQ(scan(file).result.evidence, verdict::none) << head;
    }
}

/// c10 is data that became code. Code that may change itself is a packer's business.
TEST_P(CodeCaveLookAlike, WritableCodeIsNoSign) {
    auto file = host_.file;
    const pe::section text = text_of(file);
    put(file, text.header_offset + 36, text.header.characteristics | 0x80000000, 4);
    const cave::report r = scan(file);
    EXPECT_EQ(r.result.evidence, verdict::none);
    EXPECT_FALSE(r.result.atoms.has(cave::c10));
    const pe::section data = pe::parse({host_.file.data(), host_.file.size()}).image.sections[1];
    auto executable = host_.file;
    put(executable, data.header_offset + 36, data.header.characteristics | 0x20000000, 4);
    EXPECT_TRUE(scan(executable).result.atoms.has(cave::c10));
}

/// Windows refuses an image of more than 96 sections, so what the further ones hold never runs, and is not looked at.
TEST_P(CodeCaveLookAlike, SectionsBeyondTheLoadersLimit) {
    for (const uint32_t count : {96U, 97U, 120U}) {
        make::pe_builder b(GetParam());
        b.optional.size_of_headers = b.optional.size_of_image = 0x2000;
        for (uint32_t i = 1; i < count; ++i) b.add_section(".text", std::vector<uint8_t>(16, 0xc3), 0x60000020);
        b.optional.address_of_entry_point = b.next_rva();
        b.add_section(".rdata", {0x51, 0x33, 0xc9, 0x59, 0xe9, 0, 0, 0, 0, 0xc3}, 0x60000020);
        const cave::report r = scan(b.build());
        EXPECT_EQ(work->map.sections.count, std::min(count, cave::max_loaded_sections));
        EXPECT_EQ(r.result.atoms.has(cave::c10), count <= cave::max_loaded_sections);
    }
}

INSTANTIATE_TEST_SUITE_P(Both, CodeCaveLookAlike, ::testing::Values(pe::image_kind::pe32, pe::image_kind::pe32_plus),
                         [](const auto& each) { return each.param == pe::image_kind::pe32 ? "x86" : "x64"; });

/// Exports without unwind data in front of a section's functions. They are no hidden code where most of the section is like them, nor
/// where they end with a call that does not come back. One piece that jumps into the program, and that alone is left out, is; so is what
/// was put behind the last function, however large.
TEST(CodeCaveScan, CodeThatTheExceptionTableLeavesOut) {
    constexpr uint32_t stub_count = 12, stub_bytes = 24;
    const auto build = [](bool in_front, bool comes_back, bool covered) {
        make::pe_builder b(pe::image_kind::pe32_plus);
        detail::code_writer code(true, b.next_rva(), 1);
        const uint32_t text_rva = b.next_rva();
        uint32_t stubs = text_rva;
        uint32_t callee = text_rva + stub_count * stub_bytes;
        const auto write_stubs = [&] {
            for (uint32_t k = 0; k < stub_count; ++k) {
                // SUB RSP, 28h; CALL callee, which either does not come back, or ADD RSP, 28h; JMP callee.
                const auto transfer = [&](uint8_t op) {
                    code.code.push_back(op);
                    const uint32_t to = callee - (text_rva + static_cast<uint32_t>(code.code.size()) + 4);
                    for (int i = 0; i < 4; ++i) code.code.push_back(static_cast<uint8_t>(to >> (8 * i)));
                };
                code.code.insert(code.code.end(), {0x48, 0x83, 0xec, 0x28});
                transfer(0xe8);
                if (comes_back) {
                    code.code.insert(code.code.end(), {0x48, 0x83, 0xc4, 0x28});
                    transfer(0xe9);
                }
                while (code.code.size() % stub_bytes != 0) code.code.push_back(0x90);
            }
        };
        if (in_front) write_stubs();
        for (unsigned i = 0; i < 3; ++i) code.function({}, 4);
        if (!in_front) {
            while (code.code.size() % 48 != 0) code.code.push_back(0x90);
            stubs = text_rva + static_cast<uint32_t>(code.code.size());
            callee = code.begins[0];
            write_stubs();
        }
        EXPECT_EQ(code.begins[0], callee);
        b.add_section(".text", code.code, 0x60000020);
        b.optional.address_of_entry_point = code.begins[1];
        const uint32_t exported = stubs + (in_front ? stub_count - 1 : 0) * stub_bytes;
        make::add_exports(b, "host.dll", 1, {{"f", exported, ""}});
        std::vector<std::pair<uint32_t, uint32_t>> functions;
        for (size_t i = 0; i < code.begins.size(); ++i) functions.emplace_back(code.begins[i], code.ends[i]);
        for (uint32_t rva = stubs; covered && rva < stubs + stub_count * stub_bytes; rva += stub_bytes) {
            if (rva != exported) functions.emplace_back(rva, rva + stub_bytes);
        }
        std::sort(functions.begin(), functions.end());
        std::vector<uint32_t> words;
        const uint32_t unwind_at = b.next_rva() + static_cast<uint32_t>(12 * functions.size());
        for (const auto& [begin, end] : functions) words.insert(words.end(), {begin, end, unwind_at});
        make::add_exception_table(b, words, {1, 6, 2, 0, 6, 0x32, 2, 0x30});
        return b.build();
    };
    for (const bool covered : {false, true}) EXPECT_EQ(scan(build(true, false, covered)).result.evidence, verdict::none) << covered;
    EXPECT_EQ(scan(build(true, true, false)).result.evidence, verdict::none);
    const std::vector<uint8_t> hidden[] = {build(true, true, true), build(false, true, false), build(false, true, true)};
    for (const auto& file : hidden) {
        const cave::report r = scan(file);
        EXPECT_EQ(r.result.evidence, verdict::convict) << &file - hidden;
        EXPECT_TRUE(r.result.atoms.has(cave::c5)) << &file - hidden;
    }
}

TEST(CodeCaveScan, Arm64SaysWhatIsBlind) {
    auto file = build_host(pe::image_kind::pe32_plus).file;
    const auto image = pe::parse({file.data(), file.size()}).image;
    put(file, image.file_header_offset(), 0xaa64, 2);
    EXPECT_EQ(scan(file).result.evidence, verdict::none);
    const pe::section text = image.sections[0];
    const uint32_t tail = (text.header.virtual_size + 15) / 16 * 16;
    put(file, text.raw_offset + tail, 0x14000000, 4);
    put(file, image.optional_header_offset() + 16, text.rva + tail, 4);
    const cave::report r = scan(file);
    EXPECT_FALSE(r.decodable);
    EXPECT_EQ(r.result.evidence, verdict::event);
    EXPECT_TRUE(r.result.atoms.has(cave::c3) && r.result.atoms.has(cave::c16));
    EXPECT_TRUE(r.result.blind.has(bartizan::field::machine_code));
    EXPECT_EQ(scan(file, truth::yes).result.evidence, verdict::convict);
}

/// The map as the run-time rule reads it (c15): slack on code of the file's own is yes, other slack and the program are no.
TEST(CodeCaveScan, SlackMapServesTheRunTimeRule) {
    for (const auto kind : {pe::image_kind::pe32, pe::image_kind::pe32_plus}) {
        for (const stub_place where : {stub_place::tail, stub_place::three_gaps, stub_place::grown_last}) {
            const host_program host = build_host(kind, 4);
            stub_hider hider(host.file, 9);
            ASSERT_TRUE(hider.hide(where, redirect::entry_point)) << name(where);
            static_cast<void>(scan(hider.file));
            const bartizan::text module{u"C:\\A.EXE", 8};
            std::vector<bartizan::policy::slack_region> regions;
            for (uint32_t i = 0; i < work->slack.count; ++i) {
                const cave::slack_region& r = work->slack.regions[i];
                if (r.kind != cave::slack_kind::file_gap) regions.push_back({module, r.rva, r.size_bytes, r.holds_code});
            }
            const bartizan::span<const bartizan::policy::slack_region> map{regions.data(), regions.size()};
            EXPECT_EQ(bartizan::policy::is_slack_code(map, module, hider.stub_rva + 2), truth::yes) << name(where);
            EXPECT_EQ(bartizan::policy::is_slack_code(map, module, host.entry_rva + 2), truth::no) << name(where);
            for (size_t i = 1; i < regions.size(); ++i) {
                EXPECT_GE(regions[i].rva, regions[i - 1].rva + regions[i - 1].size_bytes) << name(where);
            }
        }
    }
}

}  // namespace
