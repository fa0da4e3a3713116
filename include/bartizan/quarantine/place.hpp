// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_QUARANTINE_PLACE_HPP
#define BARTIZAN_QUARANTINE_PLACE_HPP

#include <string_view>

#include "files.hpp"

namespace BARTIZAN_NAMESPACE::quarantine {

/// Where a name stands: its folder, held open, and the name in it.
template <class Files>
struct place {
    opened<Files> folder;
    file_identity folder_identity;
    std::string name;
};

/// Opens the folder of an absolute path, component by component, each relative to the one before and none through a link or
/// junction: who can move folders about can stop this, and cannot lead it elsewhere. vault_bad_path, vault_link_in_path,
/// vault_absent, or what the system answers.
template <class Files>
[[nodiscard]] fault find_place(Files& files, std::string_view path, place<Files>& out) {
    const size_t root = files.root_size(path);
    if (root == 0 || path.find('\0') != std::string_view::npos) return error_code::vault_bad_path;
    opened<Files> folder;
    if (const file_error e = folder.open(files, [&](auto& h) { return files.open_root(path.substr(0, root), h); })) return e;
    path.remove_prefix(root);
    while (true) {
        size_t end = 0;
        while (end < path.size() && !files.is_separator(path[end])) ++end;
        const std::string name(path.substr(0, end));
        if (name.empty() || name == "." || name == "..") return error_code::vault_bad_path;
        if (end == path.size()) {
            out.name = name;
            break;
        }
        opened<Files> next;
        if (const file_error e = next.open(files, [&](auto& h) { return files.open_folder(folder.get(), name, h); })) return e;
        folder = std::move(next);
        path.remove_prefix(end + 1);
    }
    file_status s;
    if (const file_error e = files.status(folder.get(), s)) return e;
    out.folder_identity = s.identity;
    out.folder = std::move(folder);
    return {};
}

/// Whether a place cannot be found because it is not there any more: no trouble of the system's, and trying again will not help.
[[nodiscard]] constexpr bool is_gone(const fault& f) noexcept {
    return f.code == error_code::vault_absent || f.code == error_code::vault_link_in_path || f.code == error_code::vault_bad_path;
}

}  // namespace BARTIZAN_NAMESPACE::quarantine

#endif
