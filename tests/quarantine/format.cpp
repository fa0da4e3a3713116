// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The vault's files: what is written is read again, and what is broken is refused with a reason and a place.
#include <random>

#include "real_folder.hpp"

namespace {

using namespace bartizan_tests;
using bartizan::bytes;
namespace format = q::format;

bytes view(const std::vector<uint8_t>& v) { return {v.data(), v.size()}; }

q::item some_item(std::mt19937& chance) {
    const auto text = [&](size_t limit, bool may_be_empty) {
        std::string out(chance() % limit + (may_be_empty ? 0 : 1), 'a');
        for (char& c : out) c = static_cast<char>(1 + chance() % 255);
        return out;
    };
    q::item m;
    m.kind = static_cast<q::item_kind>(1 + chance() % 3);
    m.status.kind = m.kind == q::item_kind::file ? q::file_kind::file : m.kind == q::item_kind::link ? q::file_kind::link : q::file_kind::other;
    m.path = "/" + text(40, true);
    m.reason = text(20, true);
    m.detection = text(20, true);
    m.taken_100ns = chance();
    m.status.mode = static_cast<uint32_t>(chance()) & 07777;
    m.status.owner = static_cast<uint32_t>(chance());
    m.status.group = static_cast<uint32_t>(chance());
    m.status.links = static_cast<uint32_t>(chance()) % 3;
    m.status.size_bytes = chance();
    m.status.modified_ns = -static_cast<int64_t>(chance());
    m.status.accessed_ns = static_cast<int64_t>(chance());
    m.status.identity = {chance(), chance(), chance(), static_cast<int64_t>(chance())};
    m.folder = {chance(), chance(), chance(), static_cast<int64_t>(chance())};
    for (uint8_t& b : m.sha256.bytes) b = static_cast<uint8_t>(chance());
    for (uint8_t& b : m.belongs_to.bytes) b = static_cast<uint8_t>(chance());
    m.attached.security.assign(chance() % 20, 7);
    std::map<std::string, std::vector<uint8_t>> streams;
    for (size_t n = chance() % 4; n != 0; --n) streams[text(10, false)] = std::vector<uint8_t>(chance() % 30, 1);
    for (const auto& [name, value] : streams) m.attached.streams.push_back({name, value});
    return m;
}

TEST(format, metadata_comes_back) {
    std::mt19937 chance(1);
    for (int i = 0; i < 2000; ++i) {
        const q::item in = some_item(chance);
        const std::vector<uint8_t> written = q::write_metadata(in);
        q::item out;
        ASSERT_FALSE(q::parse_metadata(view(written), out));
        EXPECT_EQ(q::write_metadata(out), written);
        EXPECT_EQ(std::tie(out.kind, out.path, out.reason, out.detection, out.taken_100ns, out.status.mode, out.status.owner, out.status.group, out.status.links, out.status.size_bytes),
                  std::tie(in.kind, in.path, in.reason, in.detection, in.taken_100ns, in.status.mode, in.status.owner, in.status.group, in.status.links, in.status.size_bytes));
        EXPECT_EQ(std::tie(out.status.modified_ns, out.status.accessed_ns, out.status.identity.file_high, out.status.identity.born_ns, out.folder.volume, out.attached.security),
                  std::tie(in.status.modified_ns, in.status.accessed_ns, in.status.identity.file_high, in.status.identity.born_ns, in.folder.volume, in.attached.security));
        EXPECT_TRUE(out.sha256 == in.sha256 && out.belongs_to == in.belongs_to);
        ASSERT_EQ(out.attached.streams.size(), in.attached.streams.size());
        for (size_t s = 0; s < in.attached.streams.size(); ++s) EXPECT_EQ(out.attached.streams[s].value, in.attached.streams[s].value);
    }
}

/// Typed out by hand, so that the format cannot change unnoticed.
TEST(format, metadata_byte_for_byte) {
    q::item m;
    m.kind = q::item_kind::link;
    m.path = "/a";
    m.reason = "r";
    m.status = {q::file_kind::link, {0x0102, 3, 4, 5}, 6, 0644, 8, 9, 1, 10, 11, 12};
    m.folder = {13, 14, 15, 16};
    m.taken_100ns = 17;
    m.attached.streams = {{"u", {0xff}}};
    std::vector<uint8_t> expected(184, 0);
    for (const auto& [at, value] : std::map<size_t, uint8_t>{{0, 2}, {4, 1}, {8, 0xa4}, {9, 1}, {12, 8}, {16, 9}, {20, 1}, {24, 6}, {32, 10}, {40, 11}, {48, 17}, {56, 2}, {57, 1}, {64, 3}, {72, 4},
                                                                     {80, 5}, {88, 13}, {96, 14}, {104, 15}, {112, 16}, {168, 2}, {172, 1}})
        expected[at] = value;
    for (const uint8_t b : {uint8_t{'/'}, uint8_t{'a'}, uint8_t{'r'}, uint8_t{1}, uint8_t{0}, uint8_t{0}, uint8_t{0}, uint8_t{1}, uint8_t{0}, uint8_t{0}, uint8_t{0}, uint8_t{'u'}, uint8_t{0xff}}) expected.push_back(b);
    EXPECT_EQ(q::write_metadata(m), expected);
}

TEST(format, encoding_of_a_known_key) {
    // By another implementation: Python, of the words in encoding.hpp's comment.
    const uint8_t key[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    uint8_t data[17] = {}, twice[17] = {};
    q::encoding(key).apply(data, 0);
    for (unsigned i = 0; i < 17; ++i) q::encoding(key).apply({twice + i, 1}, i);
    EXPECT_EQ(bartizan::sha256_of(data), bartizan::sha256_of(twice));
    const uint8_t expected[17] = {0x1b, 0xca, 0x41, 0xf6, 0xd6, 0xea, 0xb0, 0x97, 0x3f, 0x08, 0x2d, 0x30, 0x8b, 0x67, 0xee, 0x36, 0x0d};
    for (unsigned i = 0; i < 17; ++i) EXPECT_EQ(data[i], expected[i]) << i;
    q::encoding(key).apply(data, 0);
    for (const uint8_t b : data) EXPECT_EQ(b, 0);
}

/// Broken metadata: each cut, and hostile sizes in each field. The places are those of docs/quarantine.md.
TEST(format, broken_metadata_is_refused) {
    std::mt19937 chance(2);
    uint32_t refused = 0;
    for (int i = 0; i < 20; ++i) {
        const std::vector<uint8_t> whole = q::write_metadata(some_item(chance));
        for (size_t size = 0; size < whole.size(); ++size, ++refused) {
            q::item out;
            const bartizan::error bad = q::parse_metadata({whole.data(), size}, out);
            ASSERT_TRUE(bad) << size;
            EXPECT_LE(bad.offset, whole.size());
            EXPECT_TRUE(out.path.empty());
        }
        std::vector<uint8_t> longer = whole;
        longer.push_back(0);
        q::item out;
        EXPECT_EQ(q::parse_metadata(view(longer), out).code, error_code::item_trailing_bytes);
    }
    EXPECT_GT(refused, 2000u);
    const auto broken = [&](size_t at, std::vector<uint8_t> value) {
        q::item m = some_item(chance), out;
        m.attached.streams = {{"a", {1, 2, 3}}, {"b", {}}};
        m.path = "/evil";
        m.reason = "ab";
        std::vector<uint8_t> data = q::write_metadata(m);
        std::copy(value.begin(), value.end(), data.begin() + static_cast<std::ptrdiff_t>(at));
        return q::parse_metadata(view(data), out);
    };
    const auto is = [](const bartizan::error& e, error_code code, uint64_t offset) {
        EXPECT_EQ(e.code, code) << describe(e.code);
        EXPECT_EQ(e.offset, offset);
    };
    is(broken(0, {0}), error_code::item_bad_kind, 0);
    is(broken(0, {4}), error_code::item_bad_kind, 0);
    is(broken(3, {1}), error_code::item_bad_kind, 0);
    is(broken(168, {0, 0, 0, 0}), error_code::item_bad_text, 168);
    is(broken(168, {1, 0, 1, 0}), error_code::item_bad_text, 168);
    is(broken(168, {0xff, 0xff, 0xff, 0xff}), error_code::item_bad_text, 168);
    is(broken(168, {0, 0xff, 0, 0}), error_code::item_cut, 184);
    is(broken(172, {0xff, 0xff, 0xff, 0x7f}), error_code::item_bad_text, 172);
    is(broken(176, {0xff, 0xff, 0xff, 0xff}), error_code::item_bad_text, 176);
    is(broken(180, {0xff, 0xff, 0xff, 0xff}), error_code::item_bad_text, 180);
    is(broken(20, {1, 0x10, 0, 0}), error_code::item_stream_limit, 20);
    is(broken(20, {0xff, 0xff, 0xff, 0xff}), error_code::item_stream_limit, 20);
    is(broken(186, {0}), error_code::item_bad_text, 186);
}

/// A vault with one item, whose file is then broken in every way.
struct broken_vault : testing::Test {
    real_folder f{true};
    std::string item_path;
    std::string whole;
    q::item m;

    void SetUp() override {
        write_file(f.home("evil"), std::string(300, 'e'));
        real_vault v;
        ASSERT_FALSE(v.open(f.vault()));
        ASSERT_FALSE(v.add(taking_of(f.home("evil")), m));
        item_path = f.vault() + "/" + q::to_text(m.id) + ".held";
        whole = read_file(item_path);
    }
    /// What the vault says when the file holds this. Nothing is released, and the listing says the same.
    q::fault refuse(const std::string& content) {
        write_file(item_path, content);
        real_vault v;
        q::item out;
        std::vector<q::listed_item> items;
        EXPECT_FALSE(v.open(f.vault()));
        const q::fault bad = v.release(m.id, "", out);
        EXPECT_TRUE(bad);
        EXPECT_EQ(names_in(f.path / "home").size(), 0u);
        EXPECT_FALSE(v.list(items));
        EXPECT_EQ(items.size(), 1u);
        EXPECT_EQ(items[0].about.id, m.id);
        if (bad.code != error_code::item_content_mismatch) {
            EXPECT_EQ(items[0].why.code, bad.code);
        }
        EXPECT_EQ(names_in(f.vault()).size(), 1u);
        EXPECT_STRNE(describe(bad.code), "unknown error code");
        EXPECT_LE(bad.offset, whole.size());
        return bad;
    }
};

TEST_F(broken_vault, every_flipped_byte_and_every_cut) {
    std::mt19937 chance(3);
    uint32_t refused = 0;
    for (size_t at = 0; at < whole.size(); ++at) {
        for (int n = 0; n < 2; ++n, ++refused) {
            std::string content = whole;
            content[at] = static_cast<char>(content[at] ^ 1 << chance() % 8);
            const q::fault bad = refuse(content);
            if (at >= 128) {
                const bool in_metadata = at < whole.size() - 300;
                EXPECT_EQ(bad.code, in_metadata ? error_code::item_digest_mismatch : error_code::item_content_mismatch) << at;
            }
        }
        (void)refuse(whole.substr(0, at));
        ++refused;
    }
    (void)refuse(whole + "x");
    EXPECT_GT(refused, 1000u);
    RecordProperty("refused", std::to_string(refused));
    write_file(item_path, whole);
    real_vault v;
    q::item out;
    ASSERT_FALSE(v.open(f.vault()));
    EXPECT_FALSE(v.release(m.id, "", out));
    EXPECT_EQ(read_file(f.home("evil")), std::string(300, 'e'));
}

/// The header's digest stated anew, so that the checks behind it are reached.
TEST_F(broken_vault, hostile_headers_with_a_right_digest) {
    const auto hostile = [&](size_t at, const std::string& value) {
        std::string content = whole;
        content.replace(at, value.size(), value);
        const bartizan::sha256_digest digest = bartizan::sha256_of({reinterpret_cast<const uint8_t*>(content.data()), 96});
        content.replace(96, 32, std::string(reinterpret_cast<const char*>(digest.bytes), 32));
        return refuse(content);
    };
    const auto is = [](const q::fault& e, error_code code, uint64_t offset) {
        EXPECT_EQ(e.code, code) << describe(e.code);
        EXPECT_EQ(e.offset, offset);
    };
    is(hostile(0, "BZL1"), error_code::item_bad_magic, 0);
    is(hostile(4, "\2"), error_code::item_newer_version, 4);
    is(hostile(8, "\xff\xff\xff\xff\xff\xff\xff\xff"), error_code::item_length_mismatch, 8);
    is(hostile(16, "\xff\xff\xff\xff"), error_code::item_length_mismatch, 16);
    is(hostile(16, std::string("\0\0\0\1", 4)), error_code::item_length_mismatch, 16);
    is(hostile(20, "\1"), error_code::item_reserved_not_zero, 20);
    is(hostile(31, "\1"), error_code::item_reserved_not_zero, 31);
    is(hostile(32, "another id......"), error_code::item_bad_id, 32);
    is(hostile(48, "another key....."), error_code::item_digest_mismatch, 64);
    is(hostile(16, std::string(1, static_cast<char>(whole[16] + 1))), error_code::item_digest_mismatch, 64);
    is(refuse("BZQ1"), error_code::item_too_small, 4);
}

TEST_F(broken_vault, a_damaged_item_can_be_destroyed_and_harms_no_other) {
    write_file(item_path, whole.substr(0, 200));
    real_vault v;
    q::item other, out;
    ASSERT_FALSE(v.open(f.vault()));
    write_file(f.home("other"), "other");
    ASSERT_FALSE(v.add(taking_of(f.home("other")), other));
    EXPECT_FALSE(v.release(other.id, "", out));
    EXPECT_FALSE(v.destroy(m.id));
    EXPECT_EQ(v.destroy(m.id).code, error_code::vault_no_item);
    EXPECT_EQ(names_in(f.vault()).size(), 0u);
}

TEST_F(broken_vault, release_records_and_marks_are_checked_too) {
    const std::string record_path = f.vault() + "/" + q::to_text(m.id) + ".release";
    const std::vector<uint8_t> record = q::write_release({m.id, m.folder, f.home("evil")}), none = q::write_marks({});
    uint32_t refused = 0;
    for (size_t at = 0; at < record.size(); ++at) {
        for (const bool cut : {false, true}) {
            std::vector<uint8_t> content = record;
            if (cut) content.resize(at);
            else content[at] ^= 0x10;
            q::release_record out;
            EXPECT_TRUE(q::parse_release(view(content), out)) << at;
            write_file(record_path, {content.begin(), content.end()});
            real_vault v;
            ASSERT_FALSE(v.open(f.vault()));
            EXPECT_EQ(v.recovered().problems.size(), 1u);  // said, and nothing done
            ++refused;
        }
    }
    for (size_t at = 0; at < none.size(); ++at) {
        std::vector<uint8_t> content = none;
        content[at] ^= 1;
        q::marks out;
        EXPECT_TRUE(q::parse_marks(view(content), out)) << at;
        EXPECT_TRUE(q::parse_marks({none.data(), at}, out)) << at;
        refused += 2;
    }
    EXPECT_GT(refused, 800u);
    write_file(record_path, {record.begin(), record.end()});  // a sound one: the release had not begun
    real_vault v;
    ASSERT_FALSE(v.open(f.vault()));
    EXPECT_EQ(v.recovered().kept, 1u);
    EXPECT_TRUE(v.recovered().problems.empty());
    EXPECT_EQ(names_in(f.vault()).size(), 1u);
}

TEST_F(broken_vault, foreign_names_are_left_alone) {
    for (const char* name : {"readme", "0123.held", "zz23456789abcdef0123456789abcdef.held", "0123456789abcdef0123456789abcdef.exe", "0123456789ABCDEF0123456789ABCDEF.held"})
        write_file(f.vault() + "/" + name, "x");
    fs::create_directory(f.vault() + "/0123456789abcdef0123456789abcde0.held");
    real_vault v;
    std::vector<q::listed_item> items;
    ASSERT_FALSE(v.open(f.vault()));
    ASSERT_FALSE(v.list(items));
    EXPECT_EQ(items.size(), 2u);
    EXPECT_EQ(items[0].why.code, error_code::vault_not_a_file);
    EXPECT_EQ(names_in(f.vault()).size(), 7u);
}

TEST_F(broken_vault, what_is_too_much_for_an_item_stays) {
    q::take_request r = taking_of(f.home("big"));
    write_file(r.path, "big");
    r.reason = std::string(70'000, 'r');
    real_vault v;
    q::item out;
    ASSERT_FALSE(v.open(f.vault()));
    EXPECT_EQ(v.add(r, out).code, error_code::vault_item_too_large);
    EXPECT_EQ(read_file(r.path), "big");
    EXPECT_EQ(names_in(f.vault()).size(), 1u);
}

}  // namespace
