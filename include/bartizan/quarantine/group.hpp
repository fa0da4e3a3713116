// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_QUARANTINE_GROUP_HPP
#define BARTIZAN_QUARANTINE_GROUP_HPP

#include "vault.hpp"

/// An item with all that belongs to it: links, companion files, registry entries. Each is an item of its own and moves by itself, so a
/// crash can part them: then each is still in one place alone, and the same call again moves what is left.
namespace BARTIZAN_NAMESPACE::quarantine {

/// What became of one of a group.
struct outcome {
    item about;  ///< `path` and `kind` are set in any case
    fault why;   ///< none: done
};

/// Takes `main`, and if that succeeds whatever belongs to it, in the order given. What belongs to it gets its reason, detection and time.
template <class Files>
[[nodiscard]] std::vector<outcome> add_group(vault<Files>& v, const take_request& main, const std::vector<take_request>& belonging) {
    std::vector<outcome> out(1);
    const auto take = [&v](const take_request& r, outcome& o) {
        o.about.path = r.path;
        o.about.kind = r.kind;
        o.why = v.add(r, o.about);
        return !o.why;
    };
    if (!take(main, out.front())) return out;
    for (const take_request& one : belonging) {
        take_request r = main;
        r.path = one.path;
        r.kind = one.kind;
        r.belongs_to = out.front().about.id;
        r.has_expected_sha256 = one.has_expected_sha256;
        r.expected_sha256 = one.expected_sha256;
        (void)take(r, out.emplace_back());
    }
    return out;
}

namespace detail {

// Does something to all that belongs to an item, then to the item itself, so that the call can be made again under the same id.
template <class Files, class Act>
[[nodiscard]] std::vector<outcome> for_group(vault<Files>& v, const item_id& id, Act&& act) {
    std::vector<outcome> out;
    outcome main;
    main.about.id = id;
    std::vector<listed_item> items;
    main.why = v.find(id, main.about);
    if (!main.why) main.why = v.list(items);
    for (const listed_item& i : items) {
        if (main.why || i.why || !(i.about.belongs_to == id)) continue;
        outcome o{i.about, {}};
        o.why = act(o.about, false);
        out.push_back(std::move(o));
    }
    if (!main.why) main.why = act(main.about, true);
    out.push_back(std::move(main));
    return out;
}

}  // namespace detail

/// Releases what belongs to an item, each to its own place, and then the item itself, to `to` or its place: the last outcome is its own.
/// What cannot go back stays in the vault under its own id.
template <class Files>
[[nodiscard]] std::vector<outcome> release_group(vault<Files>& v, const item_id& id, const std::string& to) {
    return detail::for_group(v, id, [&](item& about, bool is_main) { return v.release(about.id, is_main ? to : std::string(), about); });
}

/// Destroys an item with all that belongs to it. A damaged item goes alone.
template <class Files>
[[nodiscard]] std::vector<outcome> destroy_group(vault<Files>& v, const item_id& id) {
    std::vector<outcome> out = detail::for_group(v, id, [&](item& about, bool) { return v.destroy(about.id); });
    if (out.size() == 1 && out.front().why && out.front().why.code != error_code::vault_no_item) out.front().why = v.destroy(id);
    return out;
}

}  // namespace BARTIZAN_NAMESPACE::quarantine

#endif
