// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTS_QUARANTINE_SCENARIO_HPP
#define BARTIZAN_TESTS_QUARANTINE_SCENARIO_HPP

#include <gtest/gtest.h>

#include <bartizan/quarantine/vault.hpp>

#include "memory_files.hpp"
#include "watched_files.hpp"

namespace bartizan_tests {

using memory_vault = q::vault<watched_files<memory_files>>;

inline const std::string home = "/home/user", evil = home + "/evil.exe", elsewhere = "/srv/evil.exe", vault_folder = "/var/vault";
inline const std::string evil_content = "MZ" + std::string(70000, 'e') + "end", link_target = "evil.exe", key = "HKLM\\Software\\Evil";

/// A disk with a file, a link to it, and a registry beside it.
struct world {
    std::shared_ptr<memory_disk> disk;
    std::map<std::string, std::string> registry{{key, "exported"}};
    q::item_id id;  ///< of what the preparation has taken

    explicit world(uint32_t seed) : disk(std::make_shared<memory_disk>(seed)) {
        for (const char* folder : {"/home", "/home/user", "/srv", "/var"}) disk->put(folder, q::file_kind::folder);
        auto n = disk->put(evil, q::file_kind::file, evil_content);
        n->now.status.mode = 04755;
        n->now.status.owner = 1000;
        n->now.attached.streams = {{"user.origin", {'w', 'e', 'b'}}};
        n->durable = n->now;
        disk->put(home + "/link", q::file_kind::link, link_target);
        disk->put(home + "/other", q::file_kind::file, "other");
    }
    [[nodiscard]] q::registry_access registry_access() {
        return {[this](const std::string& name, std::vector<uint8_t>& out) {
                    if (!registry.contains(name)) return false;
                    out.assign(registry[name].begin(), registry[name].end());
                    return true;
                },
                [this](const std::string& name) { return registry.erase(name), true; },
                [this](const std::string& name, bartizan::bytes in) { return registry[name].assign(in.begin(), in.end()), true; }};
    }
    /// Opens the vault and lets `act` use it; as the script says.
    q::fault use(const std::shared_ptr<script>& s, const std::function<q::fault(memory_vault&)>& act) {
        memory_vault v(watched_files<memory_files>(memory_files(disk), s), registry_access());
        const q::fault bad = v.open(vault_folder);
        return bad ? bad : act(v);
    }
    q::fault use(const std::function<q::fault(memory_vault&)>& act) { return use(std::make_shared<script>(), act); }
};

inline q::take_request request_of(const std::string& path, q::item_kind kind) {
    q::take_request r;
    r.path = path;
    r.kind = kind;
    r.reason = "tested";
    r.time_100ns = 1234567;
    return r;
}

/// Something that a vault does to one thing, and where that thing is before and after.
struct scenario {
    std::string name;
    q::item_kind kind;
    std::string before, after;  ///< a path, a registry name, or "vault"; "" for nowhere
    std::function<q::fault(memory_vault&, const q::item_id&)> act;
};

inline std::string original_of(q::item_kind kind) { return kind == q::item_kind::file ? evil : kind == q::item_kind::link ? home + "/link" : key; }

inline std::vector<scenario> scenarios() {
    std::vector<scenario> out;
    for (const auto kind : {q::item_kind::file, q::item_kind::link, q::item_kind::registry}) {
        const std::string place = original_of(kind), word = q::name(kind);
        out.push_back({"add_" + word, kind, place, "vault", [=](memory_vault& v, const q::item_id&) {
                           q::item m;
                           return v.add(request_of(place, kind), m);
                       }});
        out.push_back({"release_" + word, kind, "vault", place, [](memory_vault& v, const q::item_id& id) {
                           q::item m;
                           return v.release(id, "", m);
                       }});
        if (kind != q::item_kind::registry)
            out.push_back({"release_elsewhere_" + word, kind, "vault", elsewhere, [](memory_vault& v, const q::item_id& id) {
                               q::item m;
                               return v.release(id, elsewhere, m);
                           }});
        out.push_back({"destroy_" + word, kind, "vault", "", [](memory_vault& v, const q::item_id& id) { return v.destroy(id); }});
    }
    return out;
}

inline world prepare(const scenario& s, uint32_t seed = 1) {
    world w(seed);
    if (s.before == "vault") {
        q::item m;
        EXPECT_FALSE(w.use([&](memory_vault& v) { return v.add(request_of(original_of(s.kind), s.kind), m); }));
        w.id = m.id;
    } else {
        EXPECT_FALSE(w.use([](memory_vault&) { return q::fault{}; }));
    }
    w.disk->crash([] { return true; });  // all of that is old
    return w;
}

/// Where the thing is: every place, in a fixed order. One word: it is in one place, whole, and nothing lies about.
inline std::string whereabouts(world& w, const scenario& s) {
    std::string out;
    EXPECT_FALSE(w.use([](memory_vault&) { return q::fault{}; }));  // recovers
    const auto say = [&out](const std::string& word) { out += (out.empty() ? "" : " ") + word; };
    if (s.kind == q::item_kind::registry) {
        if (w.registry.contains(key)) say(w.registry[key] == "exported" ? key : "broken registry");
    } else {
        for (const std::string& path : {original_of(s.kind), elsewhere}) {
            const auto n = w.disk->find(path);
            if (n == nullptr) continue;
            const bool is_file = s.kind == q::item_kind::file;
            const std::string data(n->now.data.begin(), n->now.data.end());
            const auto& attached = n->now.attached.streams;
            const bool whole = data == (is_file ? evil_content : link_target) &&
                               (!is_file || (n->now.status.mode == 04755 && n->now.status.owner == 1000 && attached.size() == 1 && attached[0].name == "user.origin"));
            say(whole ? path : "broken " + path);
        }
    }
    std::vector<q::listed_item> items;
    const q::fault bad = w.use([&](memory_vault& v) {
        for (const q::problem& p : v.recovered().problems) say(std::string("problem: ") + bartizan::describe(p.why.code));
        const q::fault f = v.list(items);
        for (const q::listed_item& i : items) {
            std::vector<uint8_t> content;
            const std::string wanted = s.kind == q::item_kind::file ? evil_content : s.kind == q::item_kind::link ? link_target : "exported";
            const bool whole = !i.why && i.is_held && !v.read_content(i.about.id, content) && std::string(content.begin(), content.end()) == wanted;
            say(whole ? "vault" : "broken vault");
        }
        return f;
    });
    if (bad) say(std::string("closed: ") + bartizan::describe(bad.code));
    for (const std::string& folder : {home, std::string("/srv")})
        for (const auto& [name, node] : w.disk->find(folder)->names)
            if (name != "evil.exe" && name != "link" && name != "other") say("debris " + name);
    for (const auto& [name, node] : w.disk->find(vault_folder)->names)
        if (!name.ends_with(".held")) say("debris " + name);
    return out;
}

}  // namespace bartizan_tests

#endif
