// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "process_directory.hpp"

#include <set>

#include "cause_routine.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

std::string field(const simdjson::dom::object& line, std::string_view name) {
    std::string_view value;
    return line[name].get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
}

/// "SHA256=AB12...,IMPHASH=..." as Sysmon writes it; "" where there is no SHA-256.
std::string sha256_of(const std::string& hashes) {
    constexpr std::string_view name = "SHA256=";
    const size_t at = hashes.find(name);
    if (at == std::string::npos) return {};
    std::string out;
    for (size_t i = at + name.size(); i < hashes.size() && hashes[i] != ','; ++i)
        out += hashes[i] >= 'A' && hashes[i] <= 'F' ? static_cast<char>(hashes[i] - 'A' + 'a') : hashes[i];
    return out;
}

/// A process that is made for the same account (Windows gives no target then) has that of its creator.
std::string account_of(const simdjson::dom::object& line) {
    std::string user = field(line, "User");
    const std::string target = field(line, "TargetUserName");
    const bool is_other = !target.empty() && target != "-";
    const char* const whose = is_other ? "Target" : "Subject";
    if (user.empty()) user = field(line, std::string(whose) + "UserName");
    const std::string domain = field(line, std::string(whose) + "DomainName");
    return user.empty() || domain.empty() || domain == "-" || user.find('\\') != std::string::npos ? user : domain + '\\' + user;
}

/// With its domain where one was recorded.
void learn_user(std::string& known, std::string user) {
    if (user == "-") return;
    if (known.empty() || (known.find('\\') == std::string::npos && user.find('\\') != std::string::npos)) known = std::move(user);
}

}  // namespace

std::string to_utf8(bartizan::text in) {
    std::string out;
    for (uint32_t i = 0; i < in.size; ++i) {
        uint32_t c = in[i];
        const bool high = c >= 0xd800 && c < 0xdc00;
        if (high && i + 1 < in.size && in[i + 1] >= 0xdc00 && in[i + 1] < 0xe000) c = 0x10000 + ((c - 0xd800) << 10) + (in[++i] - 0xdc00u);
        else if (c >= 0xd800 && c < 0xe000) c = 0xfffd;
        if (c < 0x80) {
            out += static_cast<char>(c);
            continue;
        }
        const int tail = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        constexpr uint32_t lead[] = {0, 0xc0, 0xe0, 0xf0};
        out += static_cast<char>(lead[tail] | c >> (6 * tail));
        for (int shift = 6 * (tail - 1); shift >= 0; shift -= 6) out += static_cast<char>(0x80 | (c >> shift & 0x3f));
    }
    return out;
}

const process_directory::entry* process_directory::find(const bartizan::process_key& key) const {
    uint64_t start_key = key.start_key;
    if (by_start_key_.find(start_key) == by_start_key_.end()) {
        const auto known = start_key_by_pid_.find(key.pid);
        if (key.pid == 0 || known == start_key_by_pid_.end()) return nullptr;
        start_key = known->second;
    }
    const auto found = by_start_key_.find(start_key);
    return found == by_start_key_.end() ? nullptr : &found->second;
}

process_directory::entry& process_directory::obtain(const bartizan::process_key& key) {
    uint64_t start_key = key.start_key;
    const auto known = start_key_by_pid_.find(key.pid);
    if (start_key == 0) start_key = known != start_key_by_pid_.end() ? known->second : --made_up_keys_;
    if (key.pid != 0) start_key_by_pid_[key.pid] = start_key;
    entry& e = by_start_key_[start_key];
    if (key.pid != 0) e.pid = key.pid;
    return e;
}

void process_directory::note(const bartizan::event& event, const simdjson::dom::object& line) {
    const auto learn = [&](const bartizan::process_key& key, bartizan::text image, std::string guid, std::string_view user) {
        if (!key.is_set()) return;
        entry& e = obtain(key);
        if (e.image.empty()) e.image = to_utf8(image);
        if (e.guid.empty()) e.guid = std::move(guid);
        if (e.user.empty()) learn_user(e.user, field(line, user));
    };
    using bartizan::event_kind;
    if (event.kind == event_kind::process_create) {
        const bartizan::process_create_payload& create = event.data.create;
        // A sensor that knows PIDs alone reports a new process under a PID that may have had an owner before.
        if (event.actor.key.start_key == 0) {
            const entry* old = find(event.actor.key);
            if (old != nullptr && !old->time.empty() && old->image != to_utf8(event.actor_image)) start_key_by_pid_.erase(event.actor.key.pid);
        }
        entry& e = obtain(event.actor.key);
        e.image = to_utf8(event.actor_image);
        e.command_line = to_utf8(create.command_line);
        e.time = field(line, "t");
        e.parent = create.parent;
        learn_user(e.user, account_of(line));
        if (e.guid.empty()) e.guid = field(line, "ProcessGuid");
        if (e.sha256.empty()) e.sha256 = sha256_of(field(line, "Hashes"));
        if (e.company.empty()) e.company = field(line, "Company");
        learn(create.parent, create.parent_image, field(line, "ParentProcessGuid"), "ParentUser");
        return;
    }
    const bool pair = event.kind == event_kind::handle_open || event.kind == event_kind::thread_start;
    std::string actor_guid = field(line, pair ? "SourceProcessGuid" : "ProcessGuid");
    if (actor_guid.empty() && pair) actor_guid = field(line, "SourceProcessGUID");
    learn(event.actor.key, event.actor_image, std::move(actor_guid), pair ? "SourceUser" : "User");
    std::string target_guid = field(line, "TargetProcessGuid");
    learn(event.target.key, event.target_image, target_guid.empty() ? field(line, "TargetProcessGUID") : std::move(target_guid), "TargetUser");
    if (event.kind != event_kind::image_load || !event.actor.key.is_set() || field(line, "ImageLoaded") != field(line, "Image")) return;
    // A program's own image: who signed it.
    entry& e = obtain(event.actor.key);
    if (e.signer.empty() && field(line, "SignatureStatus") == "Valid") e.signer = field(line, "Signature");
    if (e.sha256.empty()) e.sha256 = sha256_of(field(line, "Hashes"));
    if (e.company.empty()) e.company = field(line, "Company");
}

nlohmann::ordered_json process_directory::identity(const bartizan::process_key& key, bartizan::text image) const {
    const entry* e = find(key);
    nlohmann::ordered_json out;
    out["guid"] = e == nullptr || e->guid.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(e->guid);
    const uint32_t pid = key.pid == 0 && e != nullptr ? e->pid : key.pid;
    out["pid"] = pid == 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(pid);
    out["image"] = image.empty() && e != nullptr ? e->image : to_utf8(image);
    return out;
}

void process_directory::describe(nlohmann::ordered_json& out, const bartizan::process_key& key) const {
    const entry* e = find(key);
    // By its PID alone it may be another process than the one that is asked for; one sensor gives a drive, another a device.
    if (e == nullptr || !same_text(base_name(text_of(out, "label")), base_name(e->image))) return;
    const auto put = [&out](const char* name, const std::string& value) {
        if (!value.empty()) out[name] = value;
    };
    put("user", e->user);
    put("sha256", e->sha256);
    put("company", e->company);
    put("signer", e->signer);
}

nlohmann::ordered_json process_directory::chain(const bartizan::process_key& key, bartizan::text image) const {
    std::vector<nlohmann::ordered_json> up;
    std::set<const entry*> seen;
    bartizan::process_key at = key;
    for (const entry* e = find(at); e != nullptr && seen.insert(e).second && up.size() < 32; e = find(at)) {
        nlohmann::ordered_json node = identity(at, up.empty() ? image : bartizan::text());
        node["command_line"] = e->command_line;
        node["user"] = e->user;
        node["t"] = e->time;
        up.push_back(std::move(node));
        if (!e->parent.is_set()) break;
        at = e->parent;
    }
    return nlohmann::ordered_json(std::vector<nlohmann::ordered_json>(up.rbegin(), up.rend()));
}

}  // namespace bartizan_cli
