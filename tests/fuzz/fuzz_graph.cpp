// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Hostile event streams through cause graph, walk, clean-up and every export. Input: bytes that choose processes, objects, times and
// texts of one event after another; a graph that is far too small for them. What must hold for any input: nothing out of bounds, the
// store's lists stay whole, JSON is JSON, the same stream gives the same bytes, and a clean-up takes nothing but what it grades so and
// nothing out of a key store.
#include <bartizan/response/cause_graph.hpp>
#include <bartizan/response/clean_up.hpp>
#include <bartizan/response/export_dot.hpp>
#include <bartizan/response/export_ecs.hpp>
#include <bartizan/response/export_ocsf.hpp>
#include <cstdlib>
#include <memory>
#include <string>

namespace {

using namespace bartizan;

void require(bool holds) {
    if (!holds) std::abort();
}

/// RFC 8259, whole: strings without control characters, valid escapes and UTF-8, values where they belong.
class json_checker {
  public:
    explicit json_checker(const std::string& in) : in_(in) {}
    void check() {
        value(0);
        require(at_ == in_.size());
    }

  private:
    unsigned char peek() const { return at_ < in_.size() ? static_cast<unsigned char>(in_[at_]) : 0; }
    void eat(char c) {
        require(peek() == static_cast<unsigned char>(c));
        ++at_;
    }
    void word(const char* w) {
        for (; *w != 0; ++w) eat(*w);
    }
    void string() {
        eat('"');
        while (peek() != '"') {
            const unsigned char c = peek();
            require(c >= 0x20);
            ++at_;
            if (c == '\\') {
                const unsigned char escape = peek();
                ++at_;
                require(escape == '"' || escape == '\\' || escape == 'u');
                if (escape != 'u') continue;
                for (int i = 0; i < 4; ++i, ++at_) require((peek() >= '0' && peek() <= '9') || (peek() >= 'a' && peek() <= 'f'));
            } else if (c >= 0x80) {
                const int tail = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1;
                require(c >= 0xc2 && c <= 0xf4);
                require(!(c == 0xed && peek() >= 0xa0));  // a surrogate
                for (int i = 0; i < tail; ++i, ++at_) require((peek() & 0xc0) == 0x80);
            }
        }
        ++at_;
    }
    void value(int depth) {
        require(depth < 30);
        const bool object = peek() == '{';
        if (object || peek() == '[') {
            ++at_;
            const char end = object ? '}' : ']';
            if (peek() == static_cast<unsigned char>(end)) {
                ++at_;
                return;
            }
            for (;;) {
                if (object) {
                    string();
                    eat(':');
                }
                value(depth + 1);
                if (peek() != ',') break;
                ++at_;
            }
            return eat(end);
        }
        switch (peek()) {
            case '"': return string();
            case 't': return word("true");
            case 'f': return word("false");
            case 'n': return word("null");
            default: break;
        }
        if (peek() == '-') ++at_;
        const size_t begin = at_;
        while (peek() >= '0' && peek() <= '9') ++at_;
        require(at_ > begin && (in_[begin] != '0' || at_ == begin + 1));
    }

    const std::string& in_;
    size_t at_ = 0;
};

class byte_source {
  public:
    byte_source(const uint8_t* data, size_t size) : data_(data), size_(size) {}
    bool empty() const { return size_ == 0; }
    uint8_t byte() {
        if (size_ == 0) return 0;
        --size_;
        return *data_++;
    }
    /// One of a few names, a long one, or raw bytes as UTF-16.
    text name(char16_t* buffer, uint32_t room) {
        static constexpr text known[] = {
            u"C:\\Windows\\explorer.exe", u"C:\\Windows\\System32\\services.exe", u"C:\\Windows\\System32\\cmd.exe", u"C:\\Users\\a\\x.exe",
            u"C:\\Users\\a\\y.dll",       u"C:\\Users\\a\\z.lnk",                 u"HKLM\\SYSTEM\\CCS\\Services\\S", u"powershell -f \"C:\\Users\\a\\x.exe\", C:\\Users\\a\\y.dll",
            u"C:\\ProgramData\\Microsoft\\Crypto\\x.exe", u"HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run", u"C:\\Users\\a\\x.exe\\SAM",
        };
        const uint8_t choice = byte();
        if (choice < 160) return known[choice % (sizeof known / sizeof known[0])];
        uint32_t size = choice < 200 ? choice % 16u : choice < 250 ? choice * 2u : room;
        if (size > room) size = room;
        for (uint32_t i = 0; i < size; ++i) buffer[i] = i < 24 ? static_cast<char16_t>(byte() << 8 | byte()) : buffer[i % 24];
        return {buffer, size};
    }
    process_key key() {
        const uint8_t b = byte();
        if (b == 0) return {};
        return {b % 3 == 0 ? 0u : uint64_t{b} % 29 + 1, b % 3 == 1 ? 0u : b % 23u + 1};
    }

  private:
    const uint8_t* data_;
    size_t size_;
};

constexpr rule rules_of_fuzzer[] = {
    {0x0101, 1, "one", "T1003.001", family::credential_lsass, detection::credential_theft, detection::suspicion, 0, {}, nullptr, nullptr},
    {0x0201, 1, "two", "T1055", family::injection, detection::remote_injection, detection::suspicion, 0, {}, nullptr, nullptr},
};

using graph_type = respond::cause_graph<64, 128, 4096>;
using part_type = respond::subgraph<24>;

void check_store(const graph_type::store& store) {
    uint32_t listed = 0;
    uint32_t nodes = 0;
    for (uint32_t i = 0; i < 64; ++i) {
        const respond::graph_node& n = store.node(i);
        if (n.serial == 0) continue;
        ++nodes;
        uint32_t edges = 0;
        for (uint32_t k = n.first_out; k != no_slot; k = store.edge(k).next_out, ++edges, ++listed) require(store.edge(k).from == i && edges <= 128);
        for (uint32_t k = n.first_in; k != no_slot; k = store.edge(k).next_in, ++edges) require(store.edge(k).to == i && edges <= 256);
        require(edges == n.edges);
        require(store.label(i).size <= graph_type::store::longest_text && store.detail(i).size <= graph_type::store::longest_text);
    }
    require(nodes == store.nodes() && listed == store.edges());
}

std::string export_all(graph_type& graph, uint32_t alert) {
    const auto part = std::make_unique<part_type>();
    respond::clean_up_list<8> list;
    std::string all;
    std::string out;
    const auto sink = [&out](const char* bytes, size_t size) { out.append(bytes, size); };
    const auto take = [&](bool is_json) {
        if (is_json && !out.empty()) json_checker(out).check();
        all += out;
        out.clear();
    };
    graph.trace(alert, *part);
    require(part->size <= 24);
    respond::export_json(graph.data(), *part, sink);
    take(true);
    respond::plan_clean_up(graph.data(), *part, list);
    require(list.size <= 8 && list.removals <= list.size);
    for (uint32_t i = 0; i < list.size; ++i) {
        const respond::clean_up_step& step = list.steps[i];
        require((i < list.removals) == (step.grade() == respond::clean_up_grade::remove));
        require(i == 0 || list.steps[i - 1].reason <= step.reason);
        const bool stays = step.action == respond::clean_up_action::review || step.action == respond::clean_up_action::leave || step.action == respond::clean_up_action::set_back_registry_value;
        require(stays || i < list.removals);
        const respond::graph_node& n = graph.data().node(part->nodes[step.position].node);
        const bool is_file = n.kind == respond::node_kind::file || n.kind == respond::node_kind::module;
        require(stays || !is_file || !starts_with_folded(graph.data().label(part->nodes[step.position].node), u"C:\\ProgramData\\Microsoft\\Crypto\\"));
    }
    respond::export_clean_up(graph.data(), *part, list, sink);
    take(true);
    respond::export_ocsf(graph.data(), *part, {u"host"}, sink);
    take(true);
    respond::export_ecs(graph.data(), *part, {}, sink);
    take(true);
    respond::export_dot(graph.data(), *part, sink);
    uint32_t quotes = 0;
    for (size_t i = 0; i < out.size(); ++i) {
        if (out[i] == '\\') ++i;
        else if (out[i] == '"') ++quotes;
    }
    require(quotes % 2 == 0);
    take(false);
    return all;
}

std::string run(byte_source in) {
    const auto graph = std::make_unique<graph_type>();
    uint64_t time = 134'169'120'000'000'000;
    uint32_t alert = no_slot;
    std::string all;
    char16_t buffers[5][700];
    for (uint64_t record = 0; !in.empty() && record < 400; ++record) {
        event e;
        e.record = record;
        const uint8_t step = in.byte();
        time += step == 255 ? UINT64_MAX / 3 : step * uint64_t{3'000'000};
        if (step == 254) time -= 100'000'000;
        e.time_100ns = time;
        e.kind = static_cast<event_kind>(in.byte() % 31);
        e.actor.key = in.key();
        e.target.key = in.key();
        e.instigator = in.key();
        e.actor_image = in.name(buffers[0], 600);
        if (in.byte() % 2 == 0) e.target_image = in.name(buffers[1], 600);
        const text a = in.name(buffers[2], 700), b = in.name(buffers[3], 700), c = in.name(buffers[4], 700);
        const uint8_t what = in.byte();
        switch (e.kind) {
            case event_kind::process_create: {
                process_create_payload p{};
                p.command_line = a;
                p.parent_image = b;
                p.parent_command_line = c;
                p.parent = in.key();
                p.creator = what % 2 == 0 ? p.parent : in.key();
                e.data = p;
                break;
            }
            case event_kind::thread_start: e.data = thread_start_payload{}; break;
            case event_kind::handle_open:
            case event_kind::handle_duplicate: {
                handle_payload p{};
                p.granted = what % 2 == 0 ? process_all_access : process_query_information;
                e.data = p;
                break;
            }
            case event_kind::image_load:
            case event_kind::driver_load: {
                image_load_payload p{};
                p.path = a;
                if (what % 4 == 0) p.signer = {truth::yes, truth::yes, truth::yes, 0, {}};
                e.data = p;
                break;
            }
            case event_kind::registry: {
                registry_payload p{};
                p.what = static_cast<registry_payload::operation>(what % 17);
                p.key = a;
                p.value_name = b;
                p.data = c;
                p.file = c;
                p.number = what * uint64_t{0x0123456789abcdef};
                p.has_number = static_cast<truth>(what % 3);
                e.data = p;
                break;
            }
            case event_kind::file: {
                file_payload p{};
                p.what = static_cast<file_payload::operation>(what % 9);
                p.path = a;
                p.new_path = b;
                e.data = p;
                break;
            }
            case event_kind::object_symlink: e.data = link_payload{a, b}; break;
            case event_kind::network_connect:
            case event_kind::dns_query: {
                network_payload p{};
                p.remote_address = a;
                p.remote_name = b;
                p.remote_port = static_cast<uint16_t>(what * 257);
                p.initiated = static_cast<truth>(what % 3);
                e.data = p;
                break;
            }
            case event_kind::service_install: {
                service_payload p{};
                p.name = a;
                p.image_path = b;
                e.data = p;
                break;
            }
            default: break;
        }
        graph->note(e);
        if (what % 8 == 7) {
            outcome o;
            o.evidence = static_cast<verdict>(what % 3);
            o.whose = static_cast<culprit>(what / 8 % 3);
            alert = graph->note_finding(rules_of_fuzzer[what / 64 % 2], o, e);
        }
        if (what % 16 == 0) check_store(graph->data());
        if (what == 7 && alert != no_slot) all += export_all(*graph, alert);
    }
    all += export_all(*graph, alert);
    return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const byte_source in(data, size);
    require(run(in) == run(in));
    return 0;
}
