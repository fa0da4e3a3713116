// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_QUARANTINE_RECOVER_HPP
#define BARTIZAN_QUARANTINE_RECOVER_HPP

#include <map>

#include "release.hpp"
#include "take.hpp"

namespace BARTIZAN_NAMESPACE::quarantine {

/// What recovery could not settle: the item stays as it is, and the vault is usable.
struct problem {
    item_id id;
    fault why;
};

/// What a crash left behind, brought to an end. May itself be cut off at any point and run again.
struct recovery_report {
    uint32_t taken = 0;     ///< files whose way in was finished
    uint32_t stayed = 0;    ///< files that stay in their place
    uint32_t released = 0;  ///< files whose way out was finished
    uint32_t kept = 0;      ///< items whose release had not come far enough
    std::vector<problem> problems;
};

/// Which of its files an item has.
struct item_files {
    bool fresh = false, taking = false, held = false, release = false, release_new = false;
};

/// The items that a listing of the vault's folder names, in order of their ids. Other names are left alone.
[[nodiscard]] inline std::map<std::string, item_files> group_names(const std::vector<std::string>& names) {
    std::map<std::string, item_files> out;
    for (const std::string& name : names) {
        item_id id;
        if (!parse_id(std::string_view(name).substr(0, 32), id)) continue;
        item_files found;
        const std::string end = name.substr(32);
        found.fresh = end == suffix::fresh;
        found.taking = end == suffix::taking;
        found.held = end == suffix::held;
        found.release = end == suffix::release;
        found.release_new = end == suffix::release_new;
        if (!(found.fresh || found.taking || found.held || found.release || found.release_new)) continue;
        item_files& all = out[name.substr(0, 32)];
        all.fresh |= found.fresh, all.taking |= found.taking, all.held |= found.held;
        all.release |= found.release, all.release_new |= found.release_new;
    }
    return out;
}

/// Brings every item to `held` or out of the vault. Fails only where the folder cannot be listed.
template <class Files>
[[nodiscard]] fault recover(shelf<Files>& shelf, const registry_access& registry, recovery_report& report) {
    std::vector<std::string> names;
    if (const file_error e = shelf.files().list(shelf.folder(), names)) return e;
    for (const auto& [text, files] : group_names(names)) {
        item_id id;
        (void)parse_id(text, id);
        const auto note = [&](const fault& why) {
            if (why) report.problems.push_back({id, why});
            return !why;
        };
        if (files.fresh) note(shelf.discard(id, suffix::fresh));
        if (files.release_new) note(shelf.discard(id, suffix::release_new));
        if (files.taking) {
            open_item<Files> copy;
            if (!note(shelf.open_item_file(id, suffix::taking, copy))) continue;
            const fault bad = taking<Files>(shelf, registry).finish(copy.about);
            file_status gone;
            // An original that stays is not trouble here: nothing was promised to anybody.
            const bool settled = !bad || shelf.files().status_at(shelf.folder(), text + suffix::taking, gone).what == trouble::absent;
            if (!settled) note(bad);
            else ++(bad ? report.stayed : report.taken);
        } else if (files.release) {
            bool is_released = false;
            if (note(releasing<Files>(shelf, registry).settle(id, is_released))) ++(is_released || !files.held ? report.released : report.kept);
        }
    }
    return {};
}

}  // namespace BARTIZAN_NAMESPACE::quarantine

#endif
