// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RESPONSE_CAUSE_GRAPH_WORDS_HPP
#define BARTIZAN_RESPONSE_CAUSE_GRAPH_WORDS_HPP

#include "../core/hash_index.hpp"
#include "../core/rule.hpp"

/// The vocabulary of root-cause analysis: what the nodes and edges of a cause graph are.
namespace BARTIZAN_NAMESPACE::respond {

/// Numbers are part of the ABI: append, never renumber.
enum class node_kind : uint8_t {
    process,
    file,
    module,    ///< a file that was only ever mapped
    registry,  ///< a value, or a key where no value is named
    network,   ///< a remote endpoint, or a name that was asked for
    service,
    alert,     ///< a finding
};

/// "FROM kind TO". A file that is a process's image started it; a command line or a registry value names a file.
enum class edge_kind : uint8_t {
    created,     ///< process -> process, as parent or as creator
    started,     ///< file -> process
    wrote,       ///< process -> file
    renamed,     ///< process -> file under its new name, and old name -> new name
    removed,     ///< process -> file or registry value
    read,        ///< process -> file, registry value or process
    loaded,      ///< process -> module
    injected,    ///< process -> process: thread, APC, context, executable memory or a write
    opened,      ///< process -> process, with rights to read, write, duplicate from or run code in it
    connected,   ///< process -> network; network -> process where the other side began
    registered,  ///< process -> registry value or service
    named,       ///< process, registry value or service -> file
    convicted,   ///< process -> alert, alert -> its target
};

[[nodiscard]] constexpr const char* name(node_kind k) noexcept {
    constexpr const char* names[] = {"process", "file", "module", "registry", "network", "service", "alert"};
    return names[static_cast<uint8_t>(k)];
}

[[nodiscard]] constexpr const char* name(edge_kind k) noexcept {
    constexpr const char* names[] = {"created", "started", "wrote",  "renamed",   "deleted",    "read",     "loaded",
                                     "injected", "opened", "connected", "registered", "named", "convicted"};
    return names[static_cast<uint8_t>(k)];
}

/// Edges through which one thing brings another about. The others are reached for, or only mentioned.
[[nodiscard]] constexpr bool is_causal(edge_kind k) noexcept {
    return k != edge_kind::read && k != edge_kind::opened && k != edge_kind::connected && k != edge_kind::removed && k != edge_kind::loaded;
}

enum node_flag : uint16_t {
    node_gone = 1,          ///< deleted, renamed away, or a process that ended
    node_system = 2,        ///< below the Windows directory, where ordinary users cannot write
    node_system_parent = 4, ///< starts processes on behalf of Windows or the user: a chain stops there
    node_kept = 8,          ///< on an alert's chain: never evicted
    node_truncated = 16,    ///< a text was cut
    node_executable = 32,   ///< a file known to be a PE image
    node_link = 64,         ///< a shell link, an internet shortcut or an object-manager link
    node_born = 128,        ///< a process whose start was seen
    node_folder = 256,      ///< something was named that lies in it
    node_microsoft = 512,   ///< a sensor found a valid signature of Microsoft's, and nobody wrote the file since
    node_saved_hive = 1024, ///< a registry key was saved into it
};

/// Where in the graph's text memory a node's text lies.
struct graph_text {
    uint32_t offset = 0;
    uint32_t size = 0;
};

struct graph_node {
    uint64_t identity = 0;     ///< of a process: its start key, 0 known by PID only; else a hash of the canonical name
    uint64_t first_100ns = 0;  ///< FILETIME; of a process: its start, or when it was first named
    uint64_t exit_100ns = 0;   ///< 0: alive as far as known
    uint64_t record = 0;       ///< of the first event that named it
    uint64_t stamp = 0;        ///< number of the last event that named it
    const rule* found_by = nullptr;  ///< of an alert
    graph_text label;          ///< path, key, address
    graph_text detail;         ///< command line, registry data
    uint32_t serial = 0;       ///< never reused
    uint32_t pid = 0;
    uint32_t first_out = no_slot;
    uint32_t first_in = no_slot;
    uint32_t edges = 0;
    uint16_t flags = 0;
    node_kind kind = node_kind::process;
    verdict evidence = verdict::none;  ///< of an alert

    [[nodiscard]] constexpr bool has(node_flag f) const noexcept { return (flags & f) != 0; }
};

struct graph_edge {
    uint64_t first_100ns = 0;
    uint64_t last_100ns = 0;
    uint64_t record = 0;       ///< event::record of the first
    uint64_t last_record = 0;
    uint32_t from = 0;
    uint32_t to = 0;
    uint32_t next_out = no_slot, previous_out = no_slot;
    uint32_t next_in = no_slot, previous_in = no_slot;
    uint32_t count = 0;
    edge_kind kind = edge_kind::created;
    bool kept = false;
};

}  // namespace BARTIZAN_NAMESPACE::respond

#endif
