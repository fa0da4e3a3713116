// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTS_RESPONSE_GRAPH_EVENTS_HPP
#define BARTIZAN_TESTS_RESPONSE_GRAPH_EVENTS_HPP

#include <bartizan/response/cause_graph.hpp>
#include <bartizan/response/export_json.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

/// A story of events in the order in which they are told, and the graph that it makes.
namespace bartizan_tests {

using namespace bartizan;

inline constexpr uint64_t story_begin_100ns = 134'169'120'000'000'000;  // 2026-03-02T08:00:00Z
inline constexpr uint64_t one_second_100ns = 10'000'000;
inline constexpr process_key no_process = {};

struct story_process {
    process_key key;
    text image;
};

[[nodiscard]] inline constexpr story_process known_by_pid(uint32_t pid, text image) { return {{0, pid}, image}; }
[[nodiscard]] inline constexpr story_process known_by_key(uint64_t start_key, uint32_t pid, text image) { return {{start_key, pid}, image}; }

inline constexpr story_process story_explorer = known_by_key(0xe1, 4200, u"C:\\Windows\\explorer.exe");
inline constexpr story_process story_services = known_by_key(0x51, 690, u"C:\\Windows\\System32\\services.exe");
inline constexpr story_process story_lsass = known_by_key(0x15, 700, u"C:\\Windows\\System32\\lsass.exe");
inline constexpr rule story_rule{0x0101, 1, "lsass_handle_theft", "T1003.001", family::credential_lsass, detection::credential_theft, detection::suspicion, 0, {}, nullptr, nullptr};

template <uint32_t Nodes = 256, uint32_t Edges = 1024, uint32_t Texts = 32768>
class story {
  public:
    using graph_type = respond::cause_graph<Nodes, Edges, Texts>;
    story() : graph(std::make_unique<graph_type>()) {}

    event make(event_kind kind, const story_process& actor, const story_process& target = {}) {
        event e;
        e.kind = kind;
        e.time_100ns = time_100ns;
        e.record = record++;
        e.actor.key = actor.key;
        e.actor_image = actor.image;
        e.target.key = target.key;
        e.target_image = target.image;
        time_100ns += one_second_100ns;
        return e;
    }
    void note(const event& e) { graph->note(e); }

    event start_event(const story_process& parent, const story_process& child, text command_line) {
        event e = make(event_kind::process_create, child);
        process_create_payload create{};
        create.parent = create.creator = parent.key;
        create.parent_image = parent.image;
        create.command_line = command_line;
        e.data = create;
        return e;
    }
    void start(const story_process& parent, const story_process& child, text command_line = u"") { note(start_event(parent, child, command_line)); }
    void file(const story_process& actor, file_payload::operation what, text path, text new_path = {}) {
        event e = make(event_kind::file, actor);
        file_payload f{};
        f.what = what;
        f.path = path;
        f.new_path = new_path;
        e.data = f;
        note(e);
    }
    void write(const story_process& actor, text path) { file(actor, file_payload::operation::create, path); }
    void remove(const story_process& actor, text path) { file(actor, file_payload::operation::remove, path); }
    void load(const story_process& actor, text path) {
        event e = make(event_kind::image_load, actor);
        image_load_payload image{};
        image.path = path;
        e.data = image;
        note(e);
    }
    void registry(const story_process& actor, registry_payload::operation what, text key, text value, text data) {
        event e = make(event_kind::registry, actor);
        registry_payload r{};
        r.what = what;
        r.key = key;
        r.value_name = value;
        r.data = data;
        e.data = r;
        note(e);
    }
    void set_value(const story_process& actor, text key, text value, text data) { registry(actor, registry_payload::operation::set_value, key, value, data); }
    void connect(const story_process& actor, text address, uint16_t port, truth initiated = truth::yes) {
        event e = make(event_kind::network_connect, actor);
        network_payload n{};
        n.remote_address = address;
        n.remote_port = port;
        n.initiated = initiated;
        e.data = n;
        note(e);
    }
    event open_event(const story_process& actor, const story_process& target, access_mask granted) {
        event e = make(event_kind::handle_open, actor, target);
        handle_payload h{};
        h.granted = h.desired = granted;
        e.data = h;
        return e;
    }
    void open(const story_process& actor, const story_process& target, access_mask granted = process_all_access) { note(open_event(actor, target, granted)); }
    void inject(const story_process& actor, const story_process& target) {
        event e = make(event_kind::thread_start, actor, target);
        e.data = thread_start_payload{};
        note(e);
    }
    void exit(const story_process& actor) { note(make(event_kind::process_exit, actor)); }

    /// The theft of a handle to LSASS, convicted.
    uint32_t convict(const story_process& culprit, const story_process& target = story_lsass, const rule& by = story_rule) {
        const event e = open_event(culprit, target, process_all_access);
        note(e);
        outcome o;
        o.evidence = verdict::convict;
        return graph->note_finding(by, o, e);
    }

    [[nodiscard]] std::string json_text(uint32_t alert) {
        graph->trace(alert, part);
        std::string out;
        respond::export_json(graph->data(), part, [&out](const char* bytes, size_t size) { out.append(bytes, size); });
        return out;
    }
    [[nodiscard]] nlohmann::json json(uint32_t alert) { return nlohmann::json::parse(json_text(alert)); }

    std::unique_ptr<graph_type> graph;
    respond::subgraph<128> part;
    uint64_t time_100ns = story_begin_100ns;
    uint64_t record = 0;
};

/// The last component of the label of each node that has this role, in order.
inline std::string names_of(const nlohmann::json& graph, const std::string& role) {
    std::string out;
    for (const auto& node : graph["nodes"]) {
        if (node["role"] != role) continue;
        const std::string label = node["label"];
        if (!out.empty()) out += ' ';
        out += label.substr(label.find_last_of('\\') + 1);
    }
    return out;
}

inline std::string root_of(const nlohmann::json& graph) {
    if (graph["root"].is_null()) return "";
    const std::string label = graph["nodes"][graph["root"].get<size_t>()]["label"];
    return label.substr(label.find_last_of('\\') + 1);
}

}  // namespace bartizan_tests

#endif
