// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_QUARANTINE_VAULT_HPP
#define BARTIZAN_QUARANTINE_VAULT_HPP

#include "marks.hpp"
#include "recover.hpp"

namespace BARTIZAN_NAMESPACE::quarantine {

/// One item of a listing. An item whose file is damaged has its id and the reason.
struct listed_item {
    item about;
    fault why;            ///< none: `about` is whole
    bool is_held = true;  ///< false: recovery could not settle it (recovery_report::problems)
};

/// A folder in which files are kept so that they cannot run, and from which they return to their place as they were. Whatever happens
/// at whatever moment, the next `open` finds every file either in its place or in the vault (docs/quarantine.md says on what this
/// rests). User mode; allocates; throws only for lack of memory. One object is one thread's; the folder is locked from `open` on, so
/// that processes and threads take turns: open it for a piece of work, not for ever.
template <class Files>
class vault {
  public:
    explicit vault(Files files = {}, registry_access registry = {}) : files_(std::move(files)), registry_(std::move(registry)) {}
    vault(const vault&) = delete;
    vault& operator=(const vault&) = delete;

    /// Makes the folder where there is none, locks it (`wait`: or says vault_busy), and settles what a crash has left. vault_folder_unsafe
    /// where it is not this user's alone; vault_link_in_path, or what the system answers.
    [[nodiscard]] fault open(const std::string& folder, bool wait = true) {
        if (const fault bad = shelf_.open(folder, wait)) return bad;
        report_ = {};
        return recover(shelf_, registry_, report_);
    }
    [[nodiscard]] const recovery_report& recovered() const { return report_; }

    /// Takes a file, link or registry entry. On success it is gone from its place, and both facts are durable. On failure it is where it
    /// was, but for a trouble of the system's in the last steps, which the next `open` settles: then too it is in one place alone.
    [[nodiscard]] fault add(const take_request& request, item& out) { return taking<Files>(shelf_, registry_).take(request, out); }

    /// Puts an item back to its place, or to `to`, an absolute path: with owner, mode, times and streams, replacing nothing.
    /// vault_no_item, vault_place_taken, vault_parent_changed, vault_attributes, item_content_mismatch and the rest of item_*.
    [[nodiscard]] fault release(const item_id& id, const std::string& to, item& out) {
        return releasing<Files>(shelf_, registry_).release(id, to, out);
    }

    /// Destroys an item. One call to the system decides.
    [[nodiscard]] fault destroy(const item_id& id) {
        const fault bad = shelf_.remove(id, suffix::held);
        if (bad.code == error_code::vault_absent) return error_code::vault_no_item;
        if (bad) return bad;
        if (const fault unsure = shelf_.discard(id, suffix::release)) return unsure;  // of a release that could not be settled
        return shelf_.sync();
    }

    /// Every item, in order of their ids.
    [[nodiscard]] fault list(std::vector<listed_item>& out) {
        out.clear();
        std::vector<std::string> names;
        if (const file_error e = files_.list(shelf_.folder(), names)) return e;
        for (const auto& [text, files] : group_names(names)) {
            if (!files.held && !files.taking) continue;
            listed_item row;
            item_id id;
            (void)parse_id(text, id);
            row.why = read(id, files.held ? suffix::held : suffix::taking, row.about);
            row.about.id = id;
            row.is_held = files.held && !files.release;
            out.push_back(std::move(row));
        }
        return {};
    }

    [[nodiscard]] fault find(const item_id& id, item& out) { return read(id, suffix::held, out); }

    /// An item's content, for looks at it without letting it out. Nothing in `out` on failure.
    [[nodiscard]] fault read_content(const item_id& id, std::vector<uint8_t>& out) {
        out.clear();
        open_item<Files> from;
        if (const fault bad = shelf_.open_item_file(id, suffix::held, from)) return bad;
        const fault bad = shelf_.read_content(from, [&out](bytes piece, uint64_t) {
            out.insert(out.end(), piece.begin(), piece.end());
            return fault{};
        });
        if (bad) out.clear();
        return bad;
    }

    [[nodiscard]] fault read_marks(marks& out) {
        out = {};
        std::vector<uint8_t> content;
        const fault bad = shelf_.read_small("marks", format::marks_size_bytes, content);
        if (bad.code == error_code::vault_absent) return {};
        if (bad) return bad;
        return parse_marks({content.data(), content.size()}, out);
    }
    /// Raises a mark, below format::mark_count. vault_mark_lower for a lower version, and for the same version of something else; the same
    /// again is no error. Durable when it returns.
    [[nodiscard]] fault raise_mark(uint32_t which, const mark& to) {
        marks m;
        if (const fault bad = read_marks(m)) return bad;
        const mark& now = m.row[which];
        if (to.version == now.version && to.sha256 == now.sha256) return {};
        if (to.version <= now.version) return error_code::vault_mark_lower;
        m.row[which] = to;
        const std::vector<uint8_t> content = write_marks(m);
        return shelf_.write_small("marks.new", "marks", {content.data(), content.size()});
    }

  private:
    [[nodiscard]] fault read(const item_id& id, const char* what, item& out) {
        open_item<Files> from;
        const fault bad = shelf_.open_item_file(id, what, from);
        if (!bad) out = std::move(from.about);
        return bad;
    }

    Files files_;
    registry_access registry_;
    shelf<Files> shelf_{files_};
    recovery_report report_;
};

}  // namespace BARTIZAN_NAMESPACE::quarantine

#endif
