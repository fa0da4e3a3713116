// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RESPONSE_CAUSE_GRAPH_HPP
#define BARTIZAN_RESPONSE_CAUSE_GRAPH_HPP

#include "../core/access.hpp"
#include "cause_graph_names.hpp"
#include "cause_graph_store.hpp"
#include "walk.hpp"

namespace BARTIZAN_NAMESPACE::respond {

/// Who did what to whom on one endpoint, for root-cause analysis (docs/root_cause.md): `note` each event in the order of time,
/// `note_finding` each finding that calls for an analysis, then `trace` it into a subgraph and export that.
/// The object is all the memory there is: 137 bytes a node, 88 an edge and 2 a code unit of text on 64-bit machines (`memory_bytes`); no
/// allocation, no clock: equal streams give equal bytes. Not thread-safe. Not for a stack: keep it in static or pool memory.
template <uint32_t Nodes, uint32_t Edges = Nodes * 4, uint32_t TextUnits = Nodes * 128>
class cause_graph {
  public:
    using store = cause_graph_store<Nodes, Edges, TextUnits>;

    [[nodiscard]] static constexpr size_t memory_bytes() noexcept { return sizeof(cause_graph); }

    constexpr void clear() noexcept { store_.clear(); }

    [[nodiscard]] constexpr const store& data() const noexcept { return store_; }
    [[nodiscard]] constexpr const graph_cut& cut() const noexcept { return store_.cut(); }

    /// Remembers what the event connects. Only keys, texts and payload are read, so it makes no difference whether the engine has
    /// seen the event before. Handles count where they let their holder read, write, duplicate from, clone or run code in a process;
    /// modules below the Windows directory only where somebody wrote them.
    constexpr void note(const event& e) noexcept {
        store_.begin_event();
        if (e.kind == event_kind::process_create) return note_start(e);
        const uint32_t actor = process_of(e.actor.key, e.actor_image, e);
        const uint32_t target = process_of(e.target.key, e.target_image, e);
        switch (e.kind) {
            case event_kind::process_exit:
                if (actor == no_slot) break;
                store_.node(actor).exit_100ns = e.time_100ns == 0 ? 1 : e.time_100ns;
                store_.node(actor).flags |= node_gone;
                break;
            case event_kind::thread_start:
                if (e.data.thread.is_initial_thread != truth::yes) connect(actor, target, edge_kind::injected, e);
                break;
            case event_kind::memory_allocate:
            case event_kind::memory_protect:
            case event_kind::memory_map:
            case event_kind::memory_write:
            case event_kind::apc_queue:
            case event_kind::context_set: connect(actor, target, edge_kind::injected, e); break;
            case event_kind::memory_read: connect(actor, target, edge_kind::read, e); break;
            case event_kind::handle_open:
            case event_kind::handle_duplicate: note_handle(e, actor, target); break;
            case event_kind::image_load:
            case event_kind::driver_load: note_load(e, actor); break;
            case event_kind::registry: note_registry(e, actor); break;
            case event_kind::file: note_file(e, actor); break;
            case event_kind::object_symlink: note_link(e, actor); break;
            case event_kind::network_connect:
            case event_kind::dns_query: note_network(e, actor); break;
            case event_kind::service_install: note_service(e, actor); break;
            default: break;
        }
    }

    /// The alert of a finding, after `note` of its event: culprit -> alert -> target. The same rule about the same two processes is
    /// one alert, however often it fires. What explains it so far is kept. Returns its node, or no_slot where there is no room.
    constexpr uint32_t note_finding(const rule& r, const outcome& o, const event& e) noexcept {
        store_.begin_event();
        const bool behind = o.whose == culprit::instigator && e.instigator.is_set();
        const uint32_t actor = process_of(e.actor.key, e.actor_image, e);
        const uint32_t guilty = behind ? process_of(e.instigator, {}, e) : actor;
        const uint32_t target = behind ? actor : process_of(e.target.key, e.target_image, e);
        const uint64_t who = guilty == no_slot ? 0 : store_.node(guilty).serial;
        const uint64_t whom = target == no_slot ? 0 : store_.node(target).serial;
        const uint64_t identity = ((who << 32 | whom) * 0x9e3779b97f4a7c15u ^ r.id * 0xff51afd7ed558ccdu) | 1;
        uint32_t alert = store_.find(identity, false);
        if (alert == no_slot) alert = store_.add_node(node_kind::alert, identity, 0, e.time_100ns, e.record);
        if (alert == no_slot) return no_slot;
        graph_node& n = store_.node(alert);
        n.found_by = &r;
        if (o.evidence > n.evidence) n.evidence = o.evidence;
        store_.touch(alert);
        connect(guilty, alert, edge_kind::convicted, e);
        connect(alert, target, edge_kind::convicted, e);
        store_.keep_node(alert);
        if (guilty != no_slot) walk_.keep(store_, guilty, e.time_100ns);
        if (target != no_slot) store_.keep_node(target);
        return alert;
    }

    /// What explains the alert and what came of it; see walk.hpp. `alert` is a node that `note_finding` gave.
    template <uint32_t Most>
    constexpr void trace(uint32_t alert, subgraph<Most>& out) noexcept {
        walk_.trace(store_, alert, out);
    }

  private:
    constexpr void connect(uint32_t from, uint32_t to, edge_kind kind, const event& e) noexcept {
        store_.connect(from, to, kind, e.time_100ns, e.record);
    }

    // As the engine's process table: by start key, else the PID's owner at that time; a start key that comes later is taken over.
    [[nodiscard]] constexpr uint32_t locate(const process_key& key, uint64_t time_100ns) const noexcept {
        const uint32_t by_key = key.start_key != 0 ? store_.find(key.start_key, true) : no_slot;
        if (by_key != no_slot) return by_key;
        const uint32_t by_pid = store_.find_pid(key.pid, time_100ns);
        const bool same = by_pid != no_slot && (key.start_key == 0 || store_.node(by_pid).identity == 0);
        return same ? by_pid : no_slot;
    }

    constexpr uint32_t process_of(const process_key& key, text image, const event& e) noexcept {
        if (!key.is_set()) return no_slot;
        uint32_t index = locate(key, e.time_100ns);
        if (index == no_slot) index = store_.add_node(node_kind::process, key.start_key, key.pid, e.time_100ns, e.record);
        if (index == no_slot) return no_slot;
        if (key.start_key != 0 && store_.node(index).identity == 0) store_.set_identity(index, key.start_key);
        store_.touch(index);
        if (store_.node(index).label.size == 0) name_process(index, image);
        return index;
    }

    constexpr void name_process(uint32_t index, text image) noexcept {
        if (image.empty()) return;
        store_.set_label(index, image);
        const named_object whose = identify_file(image, scratch_);
        graph_node& n = store_.node(index);
        if (whose.is_system) n.flags |= node_system;
        if (whose.is_system_parent || n.pid == system_process_id) n.flags |= node_system_parent;
    }

    constexpr uint32_t file_of(text path, const event& e, node_kind kind = node_kind::file) noexcept {
        const named_object file = identify_file(path, scratch_);
        if (file.identity == 0) return no_slot;
        uint32_t index = store_.find(file.identity, false);
        if (index == no_slot) {
            index = store_.add_node(kind, file.identity, 0, e.time_100ns, e.record);
            if (index == no_slot) return no_slot;
            if (file.is_system) store_.node(index).flags |= node_system;
            if (is_link_name(path)) store_.node(index).flags |= node_link;
            const uint32_t folder = store_.find(file.folder, false);
            if (folder != no_slot) store_.node(folder).flags |= node_folder;
            store_.set_label(index, path);
        }
        if (kind == node_kind::file) store_.node(index).kind = kind;
        store_.touch(index);
        return index;
    }

    // `make`: also files that no event named yet. A process's own image goes without saying.
    constexpr void name_files(uint32_t by, text in, const event& e, bool make) noexcept {
        for_each_path(in, [&](text path) {
            const named_object file = identify_file(path, scratch_);
            const bool is_known = store_.find(file.identity, false) != no_slot;
            if (make ? by == no_slot : !is_known || equal_folded(path, store_.label(by))) return;
            connect(by, file_of(path, e), edge_kind::named, e);
        });
    }

    // An earlier owner of the new process's PID ended, though nobody said so. It is the same process where its start is told twice
    // within the disorder of two sensors, or was not seen and the image is the same or no event came much before.
    constexpr void end_earlier_owner(const process_key& key, text image, uint64_t time_100ns) noexcept {
        constexpr uint64_t disorder_100ns = 30'000'000;
        if (key.start_key != 0 && store_.find(key.start_key, true) != no_slot) return;
        const uint32_t index = store_.find_pid(key.pid, time_100ns);
        if (index == no_slot) return;
        graph_node& old = store_.node(index);
        const uint64_t apart = old.first_100ns > time_100ns ? old.first_100ns - time_100ns : time_100ns - old.first_100ns;
        const bool other = old.identity != 0 && key.start_key != 0;
        const bool late = !old.has(node_born) && (old.first_100ns >= time_100ns || (old.label.size != 0 && equal_folded(store_.label(index), image)));
        if (!other && (late || apart <= disorder_100ns)) return;
        old.exit_100ns = time_100ns == 0 ? 1 : time_100ns;
        old.flags |= node_gone;
    }

    constexpr void note_start(const event& e) noexcept {
        const process_create_payload& create = e.data.create;
        end_earlier_owner(e.actor.key, e.actor_image, e.time_100ns);
        const uint32_t parent = process_of(create.parent, create.parent_image, e);
        const uint32_t creator = process_of(create.creator, {}, e);
        const uint32_t client = process_of(create.client, {}, e);
        const uint32_t child = process_of(e.actor.key, e.actor_image, e);
        if (child == no_slot) return;
        if (!e.actor_image.empty()) name_process(child, e.actor_image);
        if (!create.command_line.empty()) store_.set_detail(child, create.command_line);
        if (parent != no_slot && store_.node(parent).detail.size == 0 && !create.parent_command_line.empty()) store_.set_detail(parent, create.parent_command_line);
        graph_node& n = store_.node(child);
        if (!n.has(node_born)) n.first_100ns = e.time_100ns;
        n.flags |= node_born;
        connect(parent, child, edge_kind::created, e);
        if (creator != parent) connect(creator, child, edge_kind::created, e);
        if (client != parent && client != creator) connect(client, child, edge_kind::created, e);
        const uint32_t image = file_of(e.actor_image, e);
        if (image != no_slot && is_microsofts(create.signer)) store_.node(image).flags |= node_microsoft;
        connect(image, child, edge_kind::started, e);
        if (image != no_slot) note_registered_start(image, child, e);
        name_files(child, create.command_line, e, false);
    }

    // A registry value or a service that names the image explains the start; of Windows' own programs, of which many run, only
    // where the command lines are the same.
    constexpr void note_registered_start(uint32_t image, uint32_t child, const event& e) noexcept {
        uint32_t seen = 0;
        for (uint32_t i = store_.node(image).first_in; i != no_slot && seen < 64; i = store_.edge(i).next_in, ++seen) {
            const graph_edge& edge = store_.edge(i);
            const node_kind by = store_.node(edge.from).kind;
            if (edge.kind != edge_kind::named || (by != node_kind::registry && by != node_kind::service)) continue;
            if (store_.node(image).has(node_system) && !equal_folded(store_.detail(edge.from), e.data.create.command_line)) continue;
            connect(edge.from, child, edge_kind::started, e);
        }
    }

    constexpr void note_handle(const event& e, uint32_t actor, uint32_t target) noexcept {
        const handle_payload& handle = e.data.handle;
        if (handle.type != handle_payload::object::process) return;
        constexpr access_mask matters = read_rights | derive_rights | process_create_thread | process_vm_write;
        if ((expand(handle.granted, process_mapping) & matters) != 0) connect(actor, target, edge_kind::opened, e);
    }

    constexpr void note_load(const event& e, uint32_t actor) noexcept {
        const image_load_payload& image = e.data.image;
        // What .NET compiled ahead for everybody was written by its own service.
        if (actor == no_slot || contains_folded(image.path, u"\\assembly\\NativeImages")) return;
        const bool is_own = equal_folded(image.path, e.actor_image);
        const named_object file = identify_file(image.path, scratch_);
        uint32_t at = store_.find(file.identity, false);
        if (at == no_slot && (is_own || file.is_system)) return;
        if (!is_own) at = file_of(image.path, e, node_kind::module);
        if (at != no_slot && is_microsofts(image.signer)) store_.node(at).flags |= node_microsoft;
        if (!is_own) connect(actor, at, edge_kind::loaded, e);
    }

    constexpr void note_file(const event& e, uint32_t actor) noexcept {
        using operation = file_payload::operation;
        const file_payload& file = e.data.file;
        if (actor == no_slot || file.succeeded == truth::no || file.device_type == device_named_pipe) return;
        const bool tells = file.what == operation::create || file.what == operation::write || file.what == operation::rename ||
                           file.what == operation::remove || file.what == operation::read;
        if (!tells) return;
        const uint32_t at = file_of(file.path, e);
        if (at == no_slot) return;
        if (file.is_executable == truth::yes) store_.node(at).flags |= node_executable;
        switch (file.what) {
            case operation::read: connect(actor, at, edge_kind::read, e); break;
            case operation::remove:
                connect(actor, at, edge_kind::removed, e);
                store_.node(at).flags |= node_gone;
                break;
            case operation::rename: {
                const uint32_t to = file_of(file.new_path, e);
                connect(actor, to, edge_kind::renamed, e);
                connect(at, to, edge_kind::renamed, e);
                if (to == no_slot || to == at) break;
                store_.node(at).flags |= node_gone;
                store_.node(to).flags = static_cast<uint16_t>((store_.node(to).flags & ~(node_gone | node_microsoft)) | (store_.node(at).flags & (node_executable | node_microsoft | node_saved_hive)));
                break;
            }
            default:
                connect(actor, at, edge_kind::wrote, e);
                store_.node(at).flags = static_cast<uint16_t>(store_.node(at).flags & ~(node_gone | node_microsoft));
                break;
        }
    }

    constexpr void note_link(const event& e, uint32_t actor) noexcept {
        const uint32_t link = file_of(e.data.link.name, e);
        if (link == no_slot) return;
        store_.node(link).flags |= node_link;
        store_.set_detail(link, e.data.link.destination);
        connect(actor, link, edge_kind::wrote, e);
        name_files(link, e.data.link.destination, e, true);
    }

    constexpr uint32_t object_of(node_kind kind, uint64_t identity, const event& e) noexcept {
        uint32_t index = store_.find(identity, false);
        if (index == no_slot) index = store_.add_node(kind, identity, 0, e.time_100ns, e.record);
        if (index != no_slot) store_.touch(index);
        return index;
    }

    constexpr void note_registry(const event& e, uint32_t actor) noexcept {
        using operation = registry_payload::operation;
        const registry_payload& key = e.data.registry;
        const bool sets = key.what == operation::set_value;
        const bool removes = key.what == operation::delete_value || key.what == operation::delete_key;
        const bool reads = key.what == operation::query_key || key.what == operation::query_value || key.what == operation::query_multiple_value ||
                           key.what == operation::query_unspecified || key.what == operation::save_key;
        if (actor == no_slot || key.key.empty() || key.succeeded == truth::no || !(sets || removes || reads)) return;
        const uint64_t identity = identify_value(key.key, key.value_name, scratch_);
        if (removes && store_.find(identity, false) == no_slot) return;
        const uint32_t at = object_of(node_kind::registry, identity, e);
        if (at == no_slot) return;
        if (store_.node(at).label.size == 0) store_.set_label(at, joined(key.key, u"\\", key.value_name));
        if (key.what == operation::save_key) {
            const uint32_t file = file_of(key.file, e);
            if (file != no_slot) store_.node(file).flags |= node_saved_hive;
            connect(actor, file, edge_kind::wrote, e);
        }
        connect(actor, at, sets ? edge_kind::registered : removes ? edge_kind::removed : edge_kind::read, e);
        graph_node& n = store_.node(at);
        if (removes) n.flags |= node_gone;
        if (!sets) return;
        n.flags = static_cast<uint16_t>(n.flags & ~node_gone);
        store_.set_detail(at, key.data.empty() && key.has_number == truth::yes ? number_text(key.number) : key.data);
        name_files(at, key.data, e, true);
    }

    constexpr void note_network(const event& e, uint32_t actor) noexcept {
        const network_payload& network = e.data.network;
        const bool asks = e.kind == event_kind::dns_query;
        const text host = asks ? network.remote_name : network.remote_address;
        if (actor == no_slot || host.empty()) return;
        // Of a connection that came in, the other side's port means nothing.
        const bool inbound = network.initiated == truth::no;
        const uint16_t port = asks || inbound ? 0 : network.remote_port;
        uint64_t identity = 0x2545f4914f6cdd1du ^ port;
        for (uint32_t i = 0; i < host.size; ++i) identity = (identity ^ upcase(host[i])) * 0x100000001b3u;
        const uint32_t at = object_of(node_kind::network, identity | 1, e);
        if (at == no_slot) return;
        if (store_.node(at).label.size == 0) {
            store_.set_label(at, port == 0 ? host : joined(host, u":", number_text(port)));
        }
        if (inbound) connect(at, actor, edge_kind::connected, e);
        else connect(actor, at, edge_kind::connected, e);
    }

    constexpr void note_service(const event& e, uint32_t actor) noexcept {
        const service_payload& service = e.data.service;
        if (service.name.empty()) return;
        uint64_t identity = 0xc2b2ae3d27d4eb4fu;
        for (uint32_t i = 0; i < service.name.size; ++i) identity = (identity ^ upcase(service.name[i])) * 0x100000001b3u;
        const uint32_t at = object_of(node_kind::service, identity | 1, e);
        if (at == no_slot) return;
        store_.set_label(at, service.name);
        store_.set_detail(at, service.image_path);
        connect(actor, at, edge_kind::registered, e);
        name_files(at, service.image_path, e, true);
    }

    // In the scratch buffer; cut where it is full. Nothing after it is read from there.
    [[nodiscard]] constexpr text joined(text a, text between, text b) noexcept {
        uint32_t size = 0;
        const auto put = [&](text part) {
            for (uint32_t i = 0; i < part.size && size < sizeof scratch_ / sizeof scratch_[0]; ++i) scratch_[size++] = part[i];
        };
        put(a);
        if (!b.empty()) {
            put(between);
            put(b);
        }
        return {scratch_, size};
    }

    [[nodiscard]] constexpr text number_text(uint64_t n) noexcept {
        uint32_t at = 20;
        do digits_[--at] = static_cast<char16_t>(u'0' + n % 10);
        while ((n /= 10) != 0);
        return {digits_ + at, 20 - at};
    }

    store store_;
    walk<Nodes> walk_;
    char16_t scratch_[1100] = {};
    char16_t digits_[20] = {};
};

}  // namespace BARTIZAN_NAMESPACE::respond

#endif
