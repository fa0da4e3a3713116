// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_QUARANTINE_SHELF_HPP
#define BARTIZAN_QUARANTINE_SHELF_HPP

#include <algorithm>

#include "../hash/sha256.hpp"
#include "encoding.hpp"
#include "metadata.hpp"
#include "place.hpp"

namespace BARTIZAN_NAMESPACE::quarantine {

/// What an item's file is called behind its id, and so how far the item has come (docs/quarantine.md has the table).
namespace suffix {
inline constexpr const char* fresh = ".new";          ///< being written; worth nothing yet
inline constexpr const char* taking = ".taking";      ///< whole; the original may still be there
inline constexpr const char* held = ".held";          ///< whole, and the original is gone
inline constexpr const char* release = ".release";    ///< beside a held one: where it is being released to
inline constexpr const char* release_new = ".release.new";
}  // namespace suffix

/// The name under which a file stands beside its place, on its way in or out.
[[nodiscard]] inline std::string aside_name(const item_id& id) { return ".bartizan-" + to_text(id); }

inline constexpr size_t chunk_bytes = size_t{64} << 10;

/// An item's file, open, its header and metadata checked.
template <class Files>
struct open_item {
    opened<Files> file;
    item_header header;
    item about;
};

/// The vault's folder: opened through no link, this user's alone, locked while this object lives.
template <class Files>
class shelf {
  public:
    explicit shelf(Files& files) : files_(files) {}

    [[nodiscard]] Files& files() const { return files_; }
    [[nodiscard]] const file_identity& identity() const { return identity_; }
    [[nodiscard]] const typename Files::handle& folder() const { return folder_.get(); }

    /// Makes the folder where there is none. Waits for whoever uses the vault, or says vault_busy.
    [[nodiscard]] fault open(std::string_view path, bool wait) {
        place<Files> p;
        if (const fault bad = find_place(files_, path, p)) return bad;
        const auto open_it = [&] { return folder_.open(files_, [&](auto& h) { return files_.open_folder(p.folder.get(), p.name, h); }); };
        file_error e = open_it();
        if (e.what == trouble::absent) {
            e = files_.create_folder(p.folder.get(), p.name);
            if (!e || e.what == trouble::exists) e = open_it();
        }
        if (e) return e;
        if (const file_error unsafe = files_.sync(p.folder.get())) return unsafe;  // whoever made it may not have come so far
        file_status s;
        if (const file_error bad = files_.status(folder(), s)) return bad;
        if (!files_.is_private(s)) return error_code::vault_folder_unsafe;
        identity_ = s.identity;
        return files_.lock(folder(), wait);
    }

    [[nodiscard]] fault sync() { return files_.sync(folder()); }
    [[nodiscard]] fault remove(const item_id& id, const char* what) { return files_.remove(folder(), to_text(id) + what); }
    /// Removes a name whether it is there or not.
    [[nodiscard]] fault discard(const item_id& id, const char* what) {
        const file_error e = files_.remove(folder(), to_text(id) + what);
        return e.what == trouble::absent ? fault{} : fault{e};
    }
    [[nodiscard]] fault rename(const item_id& id, const char* from, const char* to) {
        return files_.rename(folder(), to_text(id) + from, to_text(id) + to);
    }

    /// Writes a small file whole under `fresh_name`, then lets it take the place of `name`. Durable when it returns.
    [[nodiscard]] fault write_small(const std::string& fresh_name, const std::string& name, bytes content) {
        if (const file_error e = files_.remove(folder(), fresh_name); e && e.what != trouble::absent) return e;
        opened<Files> file;
        file_error e = file.open(files_, [&](auto& h) { return files_.create_file(folder(), fresh_name, h); });
        if (!e) e = files_.write(file.get(), 0, content);
        if (!e) e = files_.sync(file.get());
        if (!e) e = files_.replace(folder(), fresh_name, name);
        if (!e) e = files_.sync(folder());
        return e;
    }
    /// At most `limit` bytes: item_length_mismatch for a longer one.
    [[nodiscard]] fault read_small(const std::string& name, uint64_t limit, std::vector<uint8_t>& out) {
        opened<Files> file;
        if (const file_error e = file.open(files_, [&](auto& h) { return files_.open_file(folder(), name, h); })) return e;
        file_status s;
        if (const file_error e = files_.status(file.get(), s)) return e;
        if (s.kind != file_kind::file) return error_code::vault_not_a_file;
        if (s.size_bytes > limit) return {error_code::item_length_mismatch, limit};
        return read_exactly(file.get(), 0, s.size_bytes, out);
    }

    /// Opens an item under one of its names. vault_no_item where it has not that name; what parse_header and parse_metadata find, with
    /// offsets into the item's file.
    [[nodiscard]] fault open_item_file(const item_id& id, const char* what, open_item<Files>& out) {
        const file_error e = out.file.open(files_, [&](auto& h) { return files_.open_file(folder(), to_text(id) + what, h); });
        if (e.what == trouble::absent) return error_code::vault_no_item;
        if (e) return e;
        file_status s;
        if (const file_error bad = files_.status(out.file.get(), s)) return bad;
        if (s.kind != file_kind::file) return error_code::vault_not_a_file;
        std::vector<uint8_t> data;
        if (const fault bad = read_exactly(out.file.get(), 0, std::min<uint64_t>(s.size_bytes, format::header_size_bytes), data)) return bad;
        if (const error bad = parse_header({data.data(), data.size()}, s.size_bytes, out.header)) return bad;
        if (!(out.header.id == id)) return {error_code::item_bad_id, format::at_id};
        if (const fault bad = read_exactly(out.file.get(), format::header_size_bytes, out.header.metadata_size, data)) return bad;
        encoding(out.header.key).apply({data.data(), data.size()}, 0);
        if (!(hash::sha256_of({data.data(), data.size()}) == out.header.metadata_sha256)) return {error_code::item_digest_mismatch, format::at_metadata_sha256};
        out.about.id = id;
        error bad = parse_metadata({data.data(), data.size()}, out.about);
        if (!bad && out.about.status.size_bytes != out.header.content_size) bad = {error_code::item_length_mismatch, format::at_content_size};
        if (bad) bad.offset += format::header_size_bytes;
        return bad;
    }

    /// Gives the decoded content to `sink(bytes, offset)`, a fault, piece by piece, and checks its SHA-256 at the end: until then the sink
    /// must not believe what it is given.
    template <class Sink>
    [[nodiscard]] fault read_content(const open_item<Files>& from, Sink&& sink) {
        const encoding code(from.header.key);
        const uint64_t begin = format::header_size_bytes + from.header.metadata_size;
        hash::sha256 digest;
        std::vector<uint8_t> buffer;
        for (uint64_t done = 0; done < from.header.content_size; done += buffer.size()) {
            const uint64_t size = std::min<uint64_t>(chunk_bytes, from.header.content_size - done);
            if (const fault bad = read_exactly(from.file.get(), begin + done, size, buffer)) return bad;
            code.apply({buffer.data(), buffer.size()}, from.header.metadata_size + done);
            digest.update({buffer.data(), buffer.size()});
            if (const fault bad = sink(bytes{buffer.data(), buffer.size()}, done)) return bad;
        }
        if (!(digest.finish() == from.about.sha256)) return {error_code::item_content_mismatch, begin};
        return {};
    }

    [[nodiscard]] fault read_exactly(const typename Files::handle& file, uint64_t offset, uint64_t size, std::vector<uint8_t>& out) {
        out.resize(static_cast<size_t>(size));
        for (size_t done = 0; done < out.size();) {
            size_t got = 0;
            if (const file_error e = files_.read(file, offset + done, {out.data() + done, out.size() - done}, got)) return e;
            if (got == 0) return {error_code::item_length_mismatch, offset + done};
            done += got;
        }
        return {};
    }

  private:
    Files& files_;
    opened<Files> folder_;
    file_identity identity_;
};

}  // namespace BARTIZAN_NAMESPACE::quarantine

#endif
