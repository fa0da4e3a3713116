// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_QUARANTINE_RELEASE_HPP
#define BARTIZAN_QUARANTINE_RELEASE_HPP

#include "registry.hpp"
#include "release_record.hpp"
#include "shelf.hpp"

namespace BARTIZAN_NAMESPACE::quarantine {

/// The way out of the vault. Where the item goes is recorded, the file is written whole and durable under a name aside, with all that
/// belongs to it, then gets its own name without replacing anything, and only when that is durable the vault's copy goes.
template <class Files>
class releasing {
  public:
    releasing(shelf<Files>& shelf, const registry_access& registry) : shelf_(shelf), files_(shelf.files()), registry_(registry) {}

    /// `to`: an absolute path, or empty for the original place, whose folder must still be the one that it was.
    [[nodiscard]] fault release(const item_id& id, const std::string& to, item& out) {
        open_item<Files> held;
        if (const fault bad = shelf_.open_item_file(id, suffix::held, held)) return bad;
        const item& m = held.about;
        release_record record{id, {}, to.empty() ? m.path : to};
        place<Files> p;
        if (m.kind != item_kind::registry) {
            if (record.path.size() > format::max_text_bytes) return error_code::vault_bad_path;
            if (const fault bad = find_place(files_, record.path, p)) return bad;
            if (to.empty() && !same_object(p.folder_identity, m.folder)) return error_code::vault_parent_changed;
            if (same_object(p.folder_identity, shelf_.identity())) return error_code::vault_inside;
            file_status there;
            const file_error e = files_.status_at(p.folder.get(), p.name, there);
            if (e.what != trouble::absent) return e ? fault{e} : fault{error_code::vault_place_taken};
            record.folder = p.folder_identity;
        } else if (!to.empty()) {
            return error_code::vault_bad_path;  // a registry entry has one place
        } else if (!registry_) {
            return error_code::vault_no_registry;
        }
        const std::vector<uint8_t> content = write_release(record);
        const std::string name = to_text(id);
        bool was_named = false;
        fault bad = shelf_.write_small(name + suffix::release_new, name + suffix::release, {content.data(), content.size()});
        if (!bad) bad = m.kind == item_kind::registry ? restore_entry(held) : restore_file(held, p, was_named);
        if (bad && !was_named) return undo(m, p, bad);
        bool is_released = !bad;
        if (!bad) bad = finish(id, m.kind == item_kind::registry ? nullptr : &p);
        else if (const fault unsettled = settle(id, is_released); unsettled || is_released) bad = unsettled;
        if (!bad) out = m;
        return bad;
    }

    /// What recovery does with an item that has a release record: the way on, where the released file stands in its place, or back.
    [[nodiscard]] fault settle(const item_id& id, bool& is_released) {
        is_released = false;
        open_item<Files> held;
        const fault unread = shelf_.open_item_file(id, suffix::held, held);
        if (unread.code == error_code::vault_no_item) return forget(id);
        if (unread) return unread;
        std::vector<uint8_t> content;
        release_record record;
        const uint64_t limit = format::release_header_bytes + format::max_text_bytes + 32;
        if (const fault bad = shelf_.read_small(to_text(id) + suffix::release, limit, content)) return bad;
        if (const error bad = parse_release({content.data(), content.size()}, record)) return bad;
        if (!(record.id == id)) return {error_code::item_bad_id, format::at_release_id};
        if (held.about.kind == item_kind::registry) {
            if (!registry_) return error_code::vault_no_registry;
            if (const fault bad = restore_entry(held)) return bad;
            is_released = true;
            return finish(id, nullptr);
        }
        place<Files> p;
        const fault lost = find_place(files_, record.path, p);
        if (is_gone(lost) || (!lost && !same_object(p.folder_identity, record.folder))) return forget(id);
        if (lost) return lost;
        file_status aside, there;
        const file_error no_aside = files_.status_at(p.folder.get(), aside_name(id), aside);
        if (no_aside && no_aside.what != trouble::absent) return no_aside;
        const file_error not_there = files_.status_at(p.folder.get(), p.name, there);
        if (not_there && not_there.what != trouble::absent) return not_there;
        if (!no_aside && (not_there || !same_object(aside.identity, there.identity))) return undo(held.about, p, {});
        if (!no_aside)  // a rename that was made of two steps
            if (const file_error e = files_.remove(p.folder.get(), aside_name(id))) return e;
        if (!not_there)
            if (const fault bad = compare(held, p, there, is_released)) return bad;
        return is_released ? finish(id, &p) : forget(id);
    }

  private:
    [[nodiscard]] fault restore_entry(const open_item<Files>& held) {
        std::vector<uint8_t> exported;
        if (const fault bad = read_whole(held, exported)) return bad;
        return registry_.restore_entry(held.about.path, {exported.data(), exported.size()}) ? fault{} : fault{error_code::vault_registry_failed};
    }

    // `was_named`: from here on only a look at the place tells what has happened.
    [[nodiscard]] fault restore_file(const open_item<Files>& held, const place<Files>& p, bool& was_named) {
        const item& m = held.about;
        const std::string aside = aside_name(m.id);
        opened<Files> file;
        file_status made, now;
        if (m.kind == item_kind::link) {
            std::vector<uint8_t> target;
            if (const fault bad = read_whole(held, target)) return bad;
            if (const file_error bad = files_.make_link(p.folder.get(), aside, {target.begin(), target.end()}, m.status)) return bad;
            if (const file_error bad = files_.status_at(p.folder.get(), aside, made)) return bad;
        } else {
            if (const file_error bad = file.open(files_, [&](auto& h) { return files_.create_file(p.folder.get(), aside, h); })) return bad;
            const auto sink = [&](bytes piece, uint64_t offset) { return fault{files_.write(file.get(), offset, piece)}; };
            if (const fault bad = shelf_.read_content(held, sink)) return bad;
            if (const file_error bad = files_.restore(file.get(), m.attached, m.status)) return {error_code::vault_attributes, 0, bad.native};
            if (const file_error bad = files_.sync(file.get())) return bad;
            if (const file_error bad = files_.status(file.get(), made)) return bad;
        }
        const file_error e = files_.rename(p.folder.get(), aside, p.name);
        was_named = e.what != trouble::exists;
        if (e) return e;
        // Whoever may write there can have put another file under either name.
        if (const file_error bad = files_.status_at(p.folder.get(), p.name, now)) return bad;
        return same_object(now.identity, made.identity) ? fault{} : fault{error_code::vault_file_changed};
    }

    // The file stands in its place: makes that durable, and only then lets the vault's copy go, and only then the record.
    [[nodiscard]] fault finish(const item_id& id, const place<Files>* p) {
        if (p != nullptr)
            if (const file_error e = files_.sync(p->folder.get())) return e;
        if (const fault bad = shelf_.remove(id, suffix::held)) return bad;
        if (const fault bad = shelf_.sync()) return bad;
        return forget(id);
    }

    // Takes back what stands aside and keeps the item: the reason, or what else goes wrong. A registry entry may be half restored, so
    // its way is on, when the vault is opened next.
    [[nodiscard]] fault undo(const item& m, const place<Files>& p, const fault& why) {
        if (m.kind == item_kind::registry) return why;
        if (p.folder.is_open()) {
            const file_error e = files_.remove(p.folder.get(), aside_name(m.id));
            if (e && e.what != trouble::absent) return why ? why : fault{e};
            if (const file_error unsure = files_.sync(p.folder.get())) return why ? why : fault{unsure};
        }
        const fault bad = forget(m.id);
        return why ? why : bad;
    }

    [[nodiscard]] fault forget(const item_id& id) {
        if (const fault bad = shelf_.discard(id, suffix::release_new)) return bad;
        if (const fault bad = shelf_.discard(id, suffix::release)) return bad;
        return shelf_.sync();
    }

    [[nodiscard]] fault read_whole(const open_item<Files>& held, std::vector<uint8_t>& out) {
        return shelf_.read_content(held, [&out](bytes piece, uint64_t) {
            out.insert(out.end(), piece.begin(), piece.end());
            return fault{};
        });
    }

    // Whether what stands in the place is the item's content.
    [[nodiscard]] fault compare(const open_item<Files>& held, const place<Files>& p, const file_status& there, bool& same) {
        const item& m = held.about;
        if (m.kind == item_kind::link) {
            std::string target;
            if (there.kind != file_kind::link) return {};
            if (const file_error e = files_.read_link(p.folder.get(), p.name, target)) return e;
            same = hash::sha256_of({reinterpret_cast<const uint8_t*>(target.data()), target.size()}) == m.sha256;
            return {};
        }
        if (there.kind != file_kind::file || there.size_bytes != m.status.size_bytes) return {};
        opened<Files> file;
        if (const file_error e = file.open(files_, [&](auto& h) { return files_.open_file(p.folder.get(), p.name, h); })) return e;
        hash::sha256 digest;
        std::vector<uint8_t> buffer;
        for (uint64_t done = 0; done < there.size_bytes; done += buffer.size()) {
            if (const fault bad = shelf_.read_exactly(file.get(), done, std::min<uint64_t>(chunk_bytes, there.size_bytes - done), buffer)) return bad;
            digest.update({buffer.data(), buffer.size()});
        }
        same = digest.finish() == m.sha256;
        return {};
    }

    shelf<Files>& shelf_;
    Files& files_;
    const registry_access& registry_;
};

}  // namespace BARTIZAN_NAMESPACE::quarantine

#endif
