// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_QUARANTINE_TAKE_HPP
#define BARTIZAN_QUARANTINE_TAKE_HPP

#include "registry.hpp"
#include "shelf.hpp"

namespace BARTIZAN_NAMESPACE::quarantine {

/// What is to be taken, and why.
struct take_request {
    std::string path;  ///< absolute, of a file or link; of a registry entry its name
    item_kind kind = item_kind::file;
    item_id belongs_to;
    std::string reason, detection;
    uint64_t time_100ns = 0;              ///< FILETIME
    bool has_expected_sha256 = false;     ///< refuse a file that is no longer what was judged
    sha256_digest expected_sha256;
};

/// The way into the vault. The copy is whole and durable before the original is touched; then the original is set aside under a name
/// that nobody else uses, seen to be the very file that was copied, and only then removed.
template <class Files>
class taking {
  public:
    taking(shelf<Files>& shelf, const registry_access& registry) : shelf_(shelf), files_(shelf.files()), registry_(registry) {}

    [[nodiscard]] fault take(const take_request& request, item& out) {
        item m;
        m.kind = request.kind;
        m.belongs_to = request.belongs_to;
        m.path = request.path;
        m.reason = request.reason;
        m.detection = request.detection;
        m.taken_100ns = request.time_100ns;
        item_header header;
        file_error e = files_.fill_random(m.id.bytes);
        if (!e) e = files_.fill_random(header.key);
        if (e) return e;
        header.id = m.id;
        fault bad = write_copy(request, header, m);
        if (!bad) bad = shelf_.rename(m.id, suffix::fresh, suffix::taking);
        if (bad) {
            (void)shelf_.discard(m.id, suffix::fresh);
            return bad;
        }
        if (const fault unsure = shelf_.sync()) return drop(m.id, unsure);
        if (const fault stays = finish(m)) return stays;
        out = std::move(m);
        return {};
    }

    /// From `taking` to `held`, or to nothing where the original has to stay; also what recovery does. A trouble of the system's leaves
    /// the item at `taking`, to be settled when the vault is opened next.
    [[nodiscard]] fault finish(const item& m) {
        if (m.kind == item_kind::registry) {
            if (!registry_) return error_code::vault_no_registry;
            if (!registry_.remove_entry(m.path)) return drop(m.id, error_code::vault_registry_failed);
            return hold(m.id);
        }
        place<Files> p;
        const fault lost = find_place(files_, m.path, p);
        if (is_gone(lost) || (!lost && !same_object(p.folder_identity, m.folder))) return hold(m.id);
        if (lost) return lost;
        bool is_aside = false;
        if (const fault bad = set_aside(m, p, is_aside)) return bad;
        if (is_aside)
            if (const fault bad = remove_aside(m, p)) return bad;
        if (const file_error e = files_.sync(p.folder.get())) return e;
        return hold(m.id);
    }

  private:
    // Everything up to a whole and durable `.new`.
    [[nodiscard]] fault write_copy(const take_request& request, item_header& header, item& m) {
        switch (request.kind) {
            case item_kind::file: return copy_file(request, header, m);
            case item_kind::link: return copy_link(request, header, m);
            case item_kind::registry: {
                std::vector<uint8_t> exported;
                if (!registry_) return error_code::vault_no_registry;
                if (!registry_.export_entry(m.path, exported)) return error_code::vault_registry_failed;
                return write_bytes(request, header, m, exported);
            }
            case item_kind::none: break;
        }
        return error_code::item_bad_kind;
    }

    [[nodiscard]] fault copy_file(const take_request& request, item_header& header, item& m) {
        place<Files> p;
        if (const fault bad = find(m, p)) return bad;
        opened<Files> file;
        // Looked at before it is opened: opening a device or a pipe may have consequences.
        if (const file_error e = files_.status_at(p.folder.get(), p.name, m.status)) return e;
        if (m.status.kind != file_kind::file) return error_code::vault_not_a_file;
        const file_error e = file.open(files_, [&](auto& h) { return files_.open_file(p.folder.get(), p.name, h); });
        if (e) return e.what == trouble::link ? fault{error_code::vault_file_changed} : fault{e};
        if (const file_error bad = files_.status(file.get(), m.status)) return bad;
        if (m.status.kind != file_kind::file) return error_code::vault_not_a_file;
        if (const file_error bad = files_.read_attributes(file.get(), m.attached)) return {error_code::vault_attributes, 0, bad.native};
        const auto source = [&](uint64_t offset, uint64_t size, std::vector<uint8_t>& out) {
            const fault bad = shelf_.read_exactly(file.get(), offset, size, out);
            return bad.code == error_code::item_length_mismatch ? fault{error_code::vault_file_changed} : bad;
        };
        if (const fault bad = write_file(request, header, m, source)) return bad;
        // What was copied is what was there all the time, and still stands under the name.
        for (const bool by_name : {false, true}) {
            file_status now;
            const file_error bad = by_name ? files_.status_at(p.folder.get(), p.name, now) : files_.status(file.get(), now);
            if (bad) return bad.what == trouble::absent ? fault{error_code::vault_file_changed} : fault{bad};
            if (!is_unchanged(now, m) || now.changed_ns != m.status.changed_ns) return error_code::vault_file_changed;
        }
        return {};
    }

    [[nodiscard]] fault copy_link(const take_request& request, item_header& header, item& m) {
        place<Files> p;
        if (const fault bad = find(m, p)) return bad;
        if (const file_error e = files_.status_at(p.folder.get(), p.name, m.status)) return e;
        if (m.status.kind != file_kind::link) return error_code::vault_not_a_file;
        std::string target;
        if (const file_error e = files_.read_link(p.folder.get(), p.name, target)) return e;
        return write_bytes(request, header, m, {target.begin(), target.end()});
    }

    [[nodiscard]] fault find(item& m, place<Files>& p) {
        if (const fault bad = find_place(files_, m.path, p)) return bad;
        if (same_object(p.folder_identity, shelf_.identity())) return error_code::vault_inside;
        m.folder = p.folder_identity;
        return {};
    }

    [[nodiscard]] fault write_bytes(const take_request& request, item_header& header, item& m, const std::vector<uint8_t>& content) {
        m.status.size_bytes = content.size();
        return write_file(request, header, m, [&](uint64_t offset, uint64_t size, std::vector<uint8_t>& out) {
            out.assign(content.begin() + static_cast<std::ptrdiff_t>(offset), content.begin() + static_cast<std::ptrdiff_t>(offset + size));
            return fault{};
        });
    }

    // `source(offset, size, out)` gives the content. The metadata holds the content's SHA-256 and so is written last; its size is known.
    template <class Source>
    [[nodiscard]] fault write_file(const take_request& request, item_header& header, item& m, Source&& source) {
        std::vector<uint8_t> metadata = write_metadata(m);
        if (!fits({metadata.data(), metadata.size()})) return error_code::vault_item_too_large;
        header.metadata_size = static_cast<uint32_t>(metadata.size());
        header.content_size = m.status.size_bytes;
        opened<Files> file;
        const std::string fresh = to_text(m.id) + suffix::fresh;
        if (const file_error e = file.open(files_, [&](auto& h) { return files_.create_file(shelf_.folder(), fresh, h); })) return e;
        const encoding code(header.key);
        hash::sha256 digest;
        std::vector<uint8_t> buffer;
        for (uint64_t done = 0; done < header.content_size; done += buffer.size()) {
            if (const fault bad = source(done, std::min<uint64_t>(chunk_bytes, header.content_size - done), buffer)) return bad;
            digest.update({buffer.data(), buffer.size()});
            code.apply({buffer.data(), buffer.size()}, header.metadata_size + done);
            const uint64_t at = format::header_size_bytes + header.metadata_size + done;
            if (const file_error e = files_.write(file.get(), at, {buffer.data(), buffer.size()})) return e;
        }
        m.sha256 = digest.finish();
        if (request.has_expected_sha256 && !(request.expected_sha256 == m.sha256)) return error_code::vault_other_content;
        metadata = write_metadata(m);
        header.metadata_sha256 = hash::sha256_of({metadata.data(), metadata.size()});
        code.apply({metadata.data(), metadata.size()}, 0);
        std::vector<uint8_t> front = write_header(header);
        front.insert(front.end(), metadata.begin(), metadata.end());
        if (const file_error e = files_.write(file.get(), 0, {front.data(), front.size()})) return e;
        return files_.sync(file.get());
    }

    // The very file, as it was copied. Not its time of change, which a rename moves.
    [[nodiscard]] static bool is_unchanged(const file_status& now, const item& m) {
        return same_object(now.identity, m.status.identity) && now.size_bytes == m.status.size_bytes && now.modified_ns == m.status.modified_ns;
    }

    // Gives the original its name aside, unless it has it or is gone.
    [[nodiscard]] fault set_aside(const item& m, const place<Files>& p, bool& is_aside) {
        file_status s;
        file_error e = files_.status_at(p.folder.get(), aside_name(m.id), s);
        is_aside = !e;
        if (is_aside || e.what != trouble::absent) return e;
        e = files_.status_at(p.folder.get(), p.name, s);
        if (e) return e.what == trouble::absent ? fault{} : fault{e};
        if (!same_object(s.identity, m.status.identity)) return {};  // what stands there came after the original had gone
        if (!is_unchanged(s, m)) return drop(m.id, error_code::vault_file_changed);
        e = files_.rename(p.folder.get(), p.name, aside_name(m.id));
        if (e) return drop(m.id, e.what == trouble::absent ? fault{error_code::vault_file_changed} : fault{e});
        is_aside = true;
        return {};
    }

    // Removes what is aside if it is what was copied, and else puts it back.
    [[nodiscard]] fault remove_aside(const item& m, const place<Files>& p) {
        const std::string aside = aside_name(m.id);
        file_status s;
        if (const file_error e = files_.status_at(p.folder.get(), aside, s)) return e;
        fault why = error_code::vault_file_changed;
        if (is_unchanged(s, m)) {
            const file_error e = files_.remove(p.folder.get(), aside);
            if (!e) return {};
            why = e;
        }
        const file_error e = files_.rename(p.folder.get(), aside, p.name);
        if (e && e.what != trouble::exists) return e;
        if (e) why = error_code::vault_left_aside;
        if (const file_error unsure = files_.sync(p.folder.get())) return unsure;
        return drop(m.id, why);
    }

    [[nodiscard]] fault hold(const item_id& id) {
        if (const fault bad = shelf_.rename(id, suffix::taking, suffix::held)) return bad;
        return shelf_.sync();
    }

    // Gives the copy up, since the original stays: the reason, or what else goes wrong.
    [[nodiscard]] fault drop(const item_id& id, const fault& why) {
        if (const fault bad = shelf_.discard(id, suffix::taking)) return bad;
        if (const fault bad = shelf_.sync()) return bad;
        return why;
    }

    shelf<Files>& shelf_;
    Files& files_;
    const registry_access& registry_;
};

}  // namespace BARTIZAN_NAMESPACE::quarantine

#endif
