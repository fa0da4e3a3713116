// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_LINEAGE_HPP
#define BARTIZAN_ENGINE_LINEAGE_HPP

#include "identity.hpp"
#include "process_table.hpp"

namespace BARTIZAN_NAMESPACE::engine {

/// Who stands behind a new process. Null where the sensor did not say; parent and creator may be one record.
struct lineage {
    process_record* parent = nullptr;   ///< as the process object says: can be spoofed
    process_record* creator = nullptr;  ///< whose thread made it; null: no sensor told it apart from the parent
    process_record* client = nullptr;   ///< on whose behalf a broker made it
    bool parent_named = false;          ///< the event names the parent, by key or by image

    /// Who did it: the creator, with the parent standing in where no creator is recorded.
    [[nodiscard]] constexpr const process_record* maker() const noexcept { return creator != nullptr ? creator : parent; }
};

/// Finds the records behind a process start and learns the parent's image from the event, since its own start may not have been
/// seen. The records stay valid until the table makes 16 more (see process_table).
template <class Table>
constexpr lineage resolve_lineage(Table& table, const event& e, const policy::settings& settings) noexcept {
    const process_create_payload& create = e.data.create;
    lineage out;
    const auto find = [&](const process_key& key, text image) -> process_record* {
        if (!key.is_set() || key == e.actor.key) return nullptr;
        return &table.resolve(key, e.time_100ns, [&](const process_record& r) { return runs_another(r.facts, image, settings); });
    };
    out.parent = find(create.parent, create.parent_image);
    out.creator = create.creator == create.parent ? out.parent : find(create.creator, {});
    out.client = find(create.client, {});
    out.parent_named = out.parent != nullptr;
    if (out.parent != nullptr) identify(out.parent->facts, create.parent_image, {}, settings);
    return out;
}

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
