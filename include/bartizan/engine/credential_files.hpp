// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_CREDENTIAL_FILES_HPP
#define BARTIZAN_ENGINE_CREDENTIAL_FILES_HPP

#include "../core/event.hpp"
#include "../policy/credential_objects.hpp"
#include "../policy/settings.hpp"
#include "open_history.hpp"
#include "process_notes.hpp"

/// Facts about file events: credential stores, copies of them, and raw reads of the disk below them.
namespace BARTIZAN_NAMESPACE::engine {

namespace detail {

/// What a raw read of [offset, offset + size) on `volume` touches.
struct extent_reading {
    bool store = false;
    bool file_table = false;
};

[[nodiscard]] constexpr extent_reading read_extents(const file_payload& file, span<const policy::protected_extent> extents) noexcept {
    extent_reading out;
    for (const policy::protected_extent& extent : extents) {
        if (extent.volume != file.file.volume || extent.size_bytes == 0) continue;
        // Without sums, which could overflow.
        const bool before = file.offset < extent.offset && extent.offset - file.offset >= file.size_bytes;
        const bool behind = file.offset >= extent.offset && file.offset - extent.offset >= extent.size_bytes;
        if (before || behind) continue;
        (extent.what == policy::protected_extent::content::store ? out.store : out.file_table) = true;
    }
    return out;
}

constexpr void set_disk_facts(event& e, credential_notes* actor, const policy::settings& settings) noexcept {
    const file_payload& file = e.data.file;
    if (file.what != file_payload::operation::read || file.size_bytes == 0) return;
    const bool known = !settings.protected_extents.empty() && file.file.volume != 0;
    const extent_reading touched = known ? read_extents(file, settings.protected_extents) : extent_reading{};
    if (known) e.facts.set(fact::disk_is_protected, to_truth(touched.store));
    if (actor == nullptr) return;
    // An index of the file table alone is what search programs keep; it is what comes after it that counts.
    bool follows_table = false;
    if (touched.file_table) actor->read_file_table = true;
    else {
        follows_table = actor->read_file_table;
        actor->raw_bytes = actor->raw_bytes > UINT64_MAX - file.size_bytes ? UINT64_MAX : actor->raw_bytes + file.size_bytes;
    }
    e.facts.set(fact::disk_in_bulk, to_truth(follows_table || actor->raw_bytes >= settings.raw_bulk_bytes));
}

/// A store's own places: what is written there is Windows' own work, or needs more than a name to be judged.
[[nodiscard]] constexpr bool is_own_place(const canonical_path& path) noexcept {
    const policy::store_reading store = policy::read_store(path);
    if (store.what == policy::store_file::hive) return true;
    const text folder = path.path.sub(0, path.path.size - file_name(path.path).size);
    return store.what == policy::store_file::directory && (equal(folder, u"%SYSTEMROOT%\\NTDS\\") || equal(folder, u"%SYSDIR%\\"));
}

/// Both halves of a store in one folder, under names that add the same to the halves' own, are a copied store whatever they add.
[[nodiscard]] constexpr bool completes_pair(const policy::half_reading& half, text path, uint64_t time_100ns, credential_notes& actor,
                                            const policy::settings& settings) noexcept {
    if (!half.secrets && !half.boot_key) return false;
    const uint32_t mine = half.boot_key ? 1 : 0;
    const uint32_t other = 1 - mine;
    uint64_t hash = hash_text(path.sub(0, path.size - file_name(path).size));
    for (uint32_t i = 0; i < half.added.size; ++i) {
        const char16_t c = upcase(half.added[i]);
        hash = hash_text(text(&c, 1), hash);
    }
    actor.wrote_half_hash[mine] = hash;
    actor.wrote_half_time_100ns[mine] = time_100ns == 0 ? 1 : time_100ns;
    return actor.wrote_half_time_100ns[other] != 0 && actor.wrote_half_hash[other] == hash &&
           open_history::is_within(actor.wrote_half_time_100ns[other], time_100ns, settings.store_window_100ns);
}

}  // namespace detail

/// Fills a file event's facts and notes what the actor took. `actor` is null where the event names no process.
constexpr void set_credential_file_facts(event& e, credential_notes* actor, const policy::settings& settings) noexcept {
    using operation = file_payload::operation;
    file_payload& file = e.data.file;
    if (file.path.empty() || file.device_type == device_named_pipe) return;
    const bool writes = file.what == operation::create || file.what == operation::write || file.what == operation::rename;
    if (actor != nullptr) {
        const auto recent = [&](uint64_t then) { return then != 0 && open_history::is_within(then, e.time_100ns, settings.store_window_100ns); };
        e.facts.set(fact::actor_took_store, to_truth(actor->named_store || recent(actor->took_store_time_100ns)));
        e.facts.set(fact::actor_read_volume, to_truth(recent(actor->read_volume_time_100ns)));
        // The service writes no files of its own: what it writes is a key that a remote client saves.
        e.facts.set(fact::remote_client, to_truth(actor->serves_registry));
    }
    const text named = file.what == operation::rename && !file.new_path.empty() ? file.new_path : file.path;
    const policy::half_reading half = writes ? policy::read_half(file_name(named)) : policy::half_reading{};
    if (writes) {
        e.facts.set(fact::file_named_as_store, truth::no);
        e.facts.set(fact::both_halves, truth::no);
        if (!half.secrets && !half.boot_key && !policy::is_store_name(file_name(named))) return;
    }
    char16_t buffer[400] = {};
    const canonical_path path = canonicalise(named, buffer, settings.paths);
    if (writes) {
        if (detail::is_own_place(path)) return;
        e.facts.set(fact::file_named_as_store, to_truth(policy::is_store_name(file_name(named))));
        if (actor != nullptr) e.facts.set(fact::both_halves, to_truth(detail::completes_pair(half, path.path, e.time_100ns, *actor, settings)));
        return;
    }
    if (file.is_volume_open == truth::unknown) file.is_volume_open = to_truth(path.has(path_is_volume));
    if (file.is_volume_open == truth::yes) {
        detail::set_disk_facts(e, actor, settings);
        const bool data = file.what == operation::read || (expand(file.access, file_mapping) & file_read_data) != 0;
        if (data && file.succeeded != truth::no && actor != nullptr) actor->read_volume_time_100ns = e.time_100ns == 0 ? 1 : e.time_100ns;
    }
    const policy::store_reading store = policy::read_store(path);
    const truth is_store = path.has(path_short_unresolved) || path.has(path_truncated) ? truth::unknown : to_truth(store.what != policy::store_file::none);
    e.facts.set(fact::file_is_store, is_store);
    e.facts.set(fact::file_is_spare_store, is_store & to_truth(store.spare));
    const bool reads = file.what == operation::read || (file.what == operation::open && (expand(file.access, file_mapping) & file_read_data) != 0);
    if (is_store == truth::yes && reads && file.succeeded != truth::no && actor != nullptr)
        actor->took_store_time_100ns = e.time_100ns == 0 ? 1 : e.time_100ns;
}

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
