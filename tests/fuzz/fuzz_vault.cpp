// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The vault's files as the fuzzer made them. As they are: refused with a place inside them, or read and written again to the same bytes.
// As an item's header, metadata and content with digests stated anew and encoded: what the vault then says of it follows from its
// metadata alone, and its content comes out only whole.
#include <bartizan/quarantine/vault.hpp>
#include <cstdlib>
#include <tests/quarantine/memory_files.hpp>

namespace {

namespace q = bartizan::quarantine;
using bartizan::bytes;
using bartizan::reader;

void require(bool holds) {
    if (!holds) std::abort();
}

bool same(const std::vector<uint8_t>& a, bytes b) { return bartizan::equal({a.data(), a.size()}, b); }

void check_as_it_is(bytes data) {
    q::item m;
    q::release_record record;
    q::marks marks;
    q::item_header header;
    if (const bartizan::error bad = q::parse_metadata(data, m)) require(bad.offset <= data.size + 8 && m.path.empty());
    else require(same(q::write_metadata(m), data));
    if (!q::parse_release(data, record)) require(same(q::write_release(record), data));
    if (!q::parse_marks(data, marks)) require(same(q::write_marks(marks), data));
    (void)q::parse_header(data, data.size, header);
}

void put(std::vector<uint8_t>& file, uint64_t at, bytes value) { std::copy(value.begin(), value.end(), file.begin() + static_cast<std::ptrdiff_t>(at)); }

void check_in_a_vault(bytes plain) {
    namespace f = q::format;
    const reader in{plain};
    if (plain.size < f::header_size_bytes || plain.size > (1u << 16)) return;
    q::item_header header;
    for (uint64_t i = 0; i < 16; ++i) header.id.bytes[i] = 0x5a, header.key[i] = in.u8(f::at_key + i);
    const uint64_t body = plain.size - f::header_size_bytes;
    header.metadata_size = static_cast<uint32_t>(std::min<uint64_t>(in.u32(f::at_metadata_size), body));
    header.content_size = body - header.metadata_size;
    const bytes metadata = in.sub(f::header_size_bytes, header.metadata_size), content = in.sub(f::header_size_bytes + header.metadata_size, body);
    header.metadata_sha256 = bartizan::sha256_of(metadata);
    std::vector<uint8_t> file(plain.begin(), plain.end());
    put(file, 0, {q::write_header(header).data(), f::header_size_bytes});
    q::encoding(header.key).apply({file.data() + f::header_size_bytes, static_cast<size_t>(body)}, 0);

    const auto disk = std::make_shared<bartizan_tests::memory_disk>();
    disk->put("/v", q::file_kind::folder);
    disk->put("/v/" + q::to_text(header.id) + ".held", q::file_kind::file, std::string(file.begin(), file.end()));
    q::vault<bartizan_tests::memory_files> vault{bartizan_tests::memory_files(disk)};
    require(!vault.open("/v"));
    q::item expected, found;
    std::vector<uint8_t> out;
    const bartizan::error bad = q::parse_metadata(metadata, expected);
    const q::fault said = vault.find(header.id, found);
    if (bad) {
        require(said.code == bad.code && said.offset == bad.offset + f::header_size_bytes);
        return;
    }
    require(!said == (expected.status.size_bytes == header.content_size));
    const bool whole = !said && bartizan::sha256_of(content) == expected.sha256;
    require(!vault.read_content(header.id, out) == whole && (whole ? same(out, content) : out.empty()));
    (void)vault.release(header.id, "", found);  // to wherever its path leads
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    check_as_it_is({data, size});
    check_in_a_vault({data, size});
    return 0;
}
