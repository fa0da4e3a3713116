// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include <bartizan/hash/sha1.hpp>
#include <bartizan/quarantine/group.hpp>
#include <bartizan/quarantine/system/linux.hpp>
#include <cstdlib>
#include <filesystem>

#include "allow_entry.hpp"
#include "commands.hpp"
#include "file_lists.hpp"
#include "iso_time.hpp"
#include "list_text.hpp"
#include "verdict_model.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

namespace bz = bartizan;
namespace fs = std::filesystem;
namespace q = bartizan::quarantine;
using bz::error_code;
using nlohmann::ordered_json;
using vault = q::vault<q::linux_files>;

std::string reason_of(const q::fault& f) {
    const std::string system = f.native != 0 ? " (" + std::generic_category().message(f.native) + ")" : "";
    return bz::describe(f.code) + system;
}
std::string sentence_of(const std::string& subject, const q::fault& f) { return subject + ": offset " + std::to_string(f.offset) + ": " + reason_of(f); }

uint64_t filetime_of(int64_t nanoseconds) { return static_cast<uint64_t>(nanoseconds / 100 + 116'444'736'000'000'000); }

ordered_json item_json(const q::item& m) {
    char mode[8];
    std::snprintf(mode, sizeof mode, "%04o", m.status.mode);
    ordered_json streams = ordered_json::array();
    for (const q::stream& s : m.attached.streams) streams.push_back(s.name);
    return {{"id", q::to_text(m.id)}, {"kind", q::name(m.kind)}, {"path", m.path}, {"size", m.status.size_bytes}, {"sha256", hex_text(bz::bytes{m.sha256.bytes, 32})},
            {"belongs_to", m.belongs_to.empty() ? ordered_json() : ordered_json(q::to_text(m.belongs_to))},
            {"taken", iso_time(m.taken_100ns)}, {"reason", m.reason}, {"detection", m.detection}, {"mode", mode}, {"owner", m.status.owner}, {"group", m.status.group},
            {"modified", iso_time(filetime_of(m.status.modified_ns))}, {"links", m.status.links}, {"streams", streams}};
}

/// Absolute; from the working folder and the folders that leading ".." step up to, where no link can be. A ".." further on is left for
/// the vault to refuse: what it means depends on links.
std::string absolute_path(const std::string& given) {
    fs::path out = fs::path(given).is_absolute() ? fs::path() : fs::current_path();
    bool leads = !out.empty();
    for (const fs::path& part : fs::path(given)) {
        if (part.empty() || (leads && part == ".")) continue;  // empty: behind a last separator
        leads = leads && part == "..";
        if (leads) out = out.parent_path();
        else out /= part;
    }
    return out;
}

class quarantine_command {
  public:
    quarantine_command(const quarantine_arguments& arguments, console& out) : arguments_(arguments), out_(out) {}

    void run() {
        if (arguments_.what == quarantine_arguments::add && !arguments_.companions.empty() && arguments_.names.size() != 1)
            return out_.complain("--companion goes with exactly one FILE");
        if (!arguments_.to.empty() && arguments_.names.size() != 1) return out_.complain("--to goes with exactly one ID");
        if (arguments_.allow.empty() && !(arguments_.allow_list.empty() && arguments_.sign.empty())) return out_.complain("--allow-list and --sign go with --allow");
        // A mistyped name must not look like an empty vault.
        std::error_code none;
        if (arguments_.what != quarantine_arguments::add && !fs::exists(arguments_.vault, none)) return out_.complain(visible_text(arguments_.vault) + ": is no vault: there is nothing");
        if (const q::fault bad = vault_.open(absolute_path(arguments_.vault))) return out_.complain(sentence_of(arguments_.vault, bad));
        for (const q::problem& p : vault_.recovered().problems) out_.complain(sentence_of(q::to_text(p.id), p.why));
        tell_recovery();
        switch (arguments_.what) {
            case quarantine_arguments::add: return add();
            case quarantine_arguments::list: return list();
            case quarantine_arguments::release: return for_ids(&quarantine_command::release);
            case quarantine_arguments::destroy: return for_ids(&quarantine_command::destroy);
            case quarantine_arguments::apply: return apply();
        }
    }

  private:
    void tell_recovery() {
        const q::recovery_report& r = vault_.recovered();
        if (r.taken + r.stayed + r.released + r.kept == 0) return;
        out_.tell("an earlier command was cut off: " + counted(r.taken, "file") + " taken, " + counted(r.stayed, "file") + " left in place, " +
                  counted(r.released, "item") + " released, " + counted(r.kept, "item") + " kept");
    }

    /// One thing done, or not done and why.
    void say(const std::string& action, const q::outcome& o, const ordered_json& more = ordered_json::object()) {
        const std::string subject = o.about.path.empty() ? q::to_text(o.about.id) : o.about.path;
        if (o.why) out_.complain(sentence_of(subject, o.why));
        if (!arguments_.json) {
            if (o.why) return;
            return out_.print_line(action + "  " + q::to_text(o.about.id) + "  " + visible_text(more.contains("to") ? text_of(more, "to") : o.about.path));
        }
        ordered_json line{{"action", action}};
        if (o.why) {
            if (!o.about.id.empty()) line["id"] = q::to_text(o.about.id);
            line["path"] = o.about.path;
            line["error"] = reason_of(o.why);
            line["offset"] = o.why.offset;
        } else {
            line.update(item_json(o.about));
            line.update(more);
        }
        out_.print(line);
    }

    void add() {
        const auto request = [&](const std::string& given) {
            q::take_request r;
            r.path = absolute_path(given);
            r.reason = arguments_.reason;
            r.detection = arguments_.detection;
            r.time_100ns = now_100ns();
            return r;
        };
        std::vector<q::take_request> belonging;
        for (const std::string& c : arguments_.companions) {
            belonging.push_back(request(c));
            std::error_code ignored;
            if (fs::is_symlink(belonging.back().path, ignored)) belonging.back().kind = q::item_kind::link;
        }
        for (const std::string& given : arguments_.names) {
            for (const q::outcome& o : q::add_group(vault_, request(given), belonging)) {
                say("quarantined", o);
                if (!o.why && o.about.kind == q::item_kind::file && o.about.status.links > 1)
                    out_.tell(o.about.path + ": the same file still stands under " + counted(o.about.status.links - 1, "other name"));
            }
        }
    }

    void list() {
        std::vector<q::listed_item> items;
        if (const q::fault bad = vault_.list(items)) return out_.complain(sentence_of(arguments_.vault, bad));
        for (const q::listed_item& i : items) {
            const std::string id = q::to_text(i.about.id);
            if (i.why) {
                out_.complain(sentence_of(id, i.why));
                if (arguments_.json) out_.print({{"id", id}, {"error", reason_of(i.why)}, {"offset", i.why.offset}});
            } else if (arguments_.json) {
                out_.print(item_json(i.about));
            } else {
                out_.print_line(id + "  " + iso_time(i.about.taken_100ns).substr(0, 19) + "Z  " + (i.about.belongs_to.empty() ? "" : "with " + q::to_text(i.about.belongs_to) + "  ") +
                                visible_text(i.about.path) + (i.about.reason.empty() ? "" : "  (" + visible_text(i.about.reason) + ")"));
            }
        }
        out_.tell(counted(items.size(), "item") + " in the vault");
    }

    void for_ids(void (quarantine_command::*act)(const q::item_id&)) {
        for (const std::string& text : arguments_.names) {
            q::item_id id;
            if (q::parse_id(text, id)) (this->*act)(id);
            else out_.complain(text + ": offset 0: is no id: 32 hexadecimal digits, as `bartizan quarantine list` gives them");
        }
    }

    void destroy(const q::item_id& id) {
        for (const q::outcome& o : q::destroy_group(vault_, id)) say("deleted", o);
    }

    /// The entry comes before the release: a file that is out and not allowed would be taken again at once.
    void release(const q::item_id& id) {
        ordered_json more = ordered_json::object();
        if (!arguments_.allow.empty()) {
            ordered_json entry;
            if (!allow(id, entry)) return;
            more["allow_entry"] = entry;
        }
        const std::string to = arguments_.to.empty() ? "" : absolute_path(arguments_.to);
        const auto outcomes = q::release_group(vault_, id, to);
        for (size_t i = 0; i < outcomes.size(); ++i) {
            const bool is_main = i + 1 == outcomes.size();
            ordered_json facts = is_main ? more : ordered_json::object();
            facts["to"] = is_main && !to.empty() ? to : outcomes[i].about.path;
            say("released", outcomes[i], facts);
        }
    }

    /// What lists look an item up by; reads its content.
    [[nodiscard]] q::fault keys_of(const q::item& m, looked_up& out) {
        std::vector<uint8_t> content;
        if (const q::fault bad = vault_.read_content(m.id, content)) return bad;
        const bz::bytes file{content.data(), content.size()};
        bz::pe::signature signature;
        if (const bz::pe::parse_result parsed = bz::pe::parse(file)) signature = bz::pe::check_signature<bz::hash::sha256, bz::hash::sha1>(parsed.image);
        read_keys(file, signature, m.path, out);
        out.keys.file_sha256 = {m.sha256, true};
        return {};
    }

    bool allow(const q::item_id& id, ordered_json& entry) {
        q::item m;
        looked_up file;
        q::fault bad = vault_.find(id, m);
        if (!bad) bad = keys_of(m, file);
        if (bad) return out_.complain(sentence_of(q::to_text(id), bad)), false;
        if (const std::string problem = allow_key(arguments_.allow, file, m.path, entry); !problem.empty()) return out_.complain(m.path + ": offset 0: " + problem), false;
        constexpr uint64_t year_100ns = uint64_t{365} * 24 * 3600 * 10'000'000, second_100ns = 10'000'000;
        const char* const user = std::getenv("USER");
        entry["expires"] = arguments_.expires.empty() ? iso_time((now_100ns() + year_100ns) / second_100ns * second_100ns) : arguments_.expires;
        entry["author"] = !arguments_.author.empty() ? arguments_.author : user != nullptr && *user != '\0' ? user : "administrator";
        entry["reason"] = arguments_.reason.empty() ? "released from quarantine" : arguments_.reason;
        if (arguments_.allow_list.empty()) return true;
        if (const std::string problem = put_into_list(arguments_.allow_list, entry); !problem.empty()) return out_.complain(problem), false;
        lists_arguments build;
        build.paths = {arguments_.allow_list};
        build.out = fs::path(arguments_.allow_list).replace_extension(".bzl");
        build.sign = arguments_.sign;
        run_lists(build, out_);
        return true;
    }

    void apply() {
        file_lists lists;
        if (const std::string problem = lists.open(arguments_.lists, arguments_.lists_key); !problem.empty()) return out_.complain(problem);
        if (!put_in_force(lists)) return;
        std::vector<q::listed_item> items;
        if (const q::fault bad = vault_.list(items)) return out_.complain(sentence_of(arguments_.vault, bad));
        size_t released = 0;
        for (const q::listed_item& i : items) {
            q::item still_there;
            looked_up file;
            q::fault bad = i.why;
            if (!bad && i.about.kind != q::item_kind::file) continue;
            if (!bad) bad = vault_.find(i.about.id, still_there);
            if (bad.code == error_code::vault_no_item) continue;  // it went with what it belongs to
            if (!bad) bad = keys_of(i.about, file);
            if (bad) {
                out_.complain(sentence_of(q::to_text(i.about.id), bad));
                continue;
            }
            const bz::lists::decision d = lists.decide(file.keys);
            if (d.what == bz::lists::disposition::none || d.what == bz::lists::disposition::blocked) continue;
            for (const q::outcome& o : q::release_group(vault_, i.about.id, "")) {
                say("released", o, {{"by", lists.describe(d)}});
                released += !o.why;
            }
        }
        out_.tell(counted(items.size(), "item") + " looked up, " + counted(released, "item") + " released");
    }

    /// A list older than the one in force releases nothing, and neither do those given with it.
    bool put_in_force(const file_lists& lists) {
        for (size_t i = 0; i < lists.all().size(); ++i) {
            const bz::lists::list& l = lists.all()[i];
            const q::mark mark{l.version(), bz::hash::sha256_of(l.file())};
            q::fault bad = vault_.raise_mark(static_cast<uint32_t>(l.kind()), mark);
            if (bad.code == error_code::vault_mark_lower) bad = {error_code::list_rollback, bz::lists::format::at_list_version};
            if (bad) return out_.complain(sentence_of(arguments_.lists[i], bad)), false;
        }
        return true;
    }

    const quarantine_arguments& arguments_;
    console& out_;
    vault vault_;
};

}  // namespace

void run_quarantine(const quarantine_arguments& arguments, console& out) { quarantine_command(arguments, out).run(); }

}  // namespace bartizan_cli
