// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "policy_file.hpp"

#include <algorithm>
#include <bartizan/adapters/parse.hpp>
#include <bartizan/rules/catalogue.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "iso_time.hpp"
#include "json_lines.hpp"

namespace bartizan_cli {

namespace {

namespace bz = bartizan;
using nlohmann::json;

struct role_set_key {
    const char* key;
    bz::role role;
};
/// Sets of programs that a policy may extend, by the role that they give.
constexpr role_set_key role_sets[] = {
    {"browsers", bz::role::browser},         {"browser_helpers", bz::role::browser_helper}, {"html_hosts", bz::role::html_host},
    {"lolbins", bz::role::lolbin},           {"memory_tools", bz::role::memory_tool},       {"powershell", bz::role::powershell},
    {"script_engines", bz::role::script_engine}, {"script_hosts", bz::role::script_host},   {"work_schedulers", bz::role::work_scheduler},
};

struct window_key {
    const char* key;
    uint64_t bz::policy::settings::*member;
};
/// Windows, in seconds.
constexpr window_key windows[] = {
    {"boot_key_s", &bz::policy::settings::boot_key_window_100ns},
    {"browser_file_s", &bz::policy::settings::browser_file_window_100ns},
    {"burst_s", &bz::policy::settings::burst_window_100ns},
    {"creation_s", &bz::policy::settings::creation_window_100ns},
    {"debug_privilege_s", &bz::policy::settings::debug_privilege_window_100ns},
    {"dump_s", &bz::policy::settings::dump_window_100ns},
    {"impersonation_s", &bz::policy::settings::impersonation_window_100ns},
    {"lsass_read_s", &bz::policy::settings::lsass_read_window_100ns},
    {"provider_file_s", &bz::policy::settings::provider_file_window_100ns},
    {"remote_logon_s", &bz::policy::settings::remote_logon_window_100ns},
    {"same_process_s", &bz::policy::settings::same_process_tolerance_100ns},
    {"store_s", &bz::policy::settings::store_window_100ns},
    {"snapshot_s", &bz::policy::settings::snapshot_window_100ns},
    {"repeat_s", &bz::policy::settings::repeat_window_100ns},
    {"typed_command_s", &bz::policy::settings::typed_command_window_100ns},
    {"verifier_pair_s", &bz::policy::settings::verifier_pair_window_100ns},
};
constexpr uint64_t longest_window_s = 366 * 24 * 3600;
constexpr size_t longest_text_bytes = 32767;

const bz::rule* rule_named(const std::string& name) {
    for (const bz::rule* r : bz::rules::catalogue)
        if (name == r->name) return r;
    return nullptr;
}

/// Where a text stops being JSON: not every exception of the parser says so.
struct failure_finder : json::json_sax_t {
    size_t offset = 0;

    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_object(size_t) override { return true; }
    bool key(string_t&) override { return true; }
    bool end_object() override { return true; }
    bool start_array(size_t) override { return true; }
    bool end_array() override { return true; }
    bool parse_error(size_t position, const std::string&, const json::exception&) override {
        offset = position == 0 ? 0 : position - 1;
        return false;
    }
};

/// One reading of one file: what it finds goes into `out`, what is wrong into `problems`.
class reader {
  public:
    reader(const std::string& path, const json& document, const member_lines& lines, policy_file& out, std::vector<std::string>& problems)
        : path_(path), document_(document), lines_(lines.first), again_(lines.again), out_(out), problems_(problems) {}

    void read() {
        if (!document_.is_object()) return complain("", "a policy is a JSON object");
        for (const auto& [key, value] : document_.items()) {
            const std::string at = child("", key);
            if (key == "format") read_format(at, value);
            else if (key == "mode") read_mode(at, value, out_.settings.default_mode);
            else if (key == "rules") read_rules(at, value);
            else if (key == "sets") read_sets(at, value);
            else if (key == "windows") read_windows(at, value);
            else if (key == "switches") read_switches(at, value);
            else if (key == "exclusions") read_exclusions(at, value);
            else if (key != "comment") complain(at, "no such key; known are format, mode, rules, sets, windows, switches, exclusions, comment");
        }
        for (const auto& [pointer, line] : again_) complain(pointer, "stands twice", line);
        if (!document_.contains("format")) complain("", "'format' is missing: write \"format\": 1");
        connect();
    }

  private:
    /// JSON pointer of a member (RFC 6901).
    static std::string child(const std::string& at, const std::string& key) {
        std::string out = at + "/";
        for (const char c : key) out += c == '~' ? std::string("~0") : c == '/' ? std::string("~1") : std::string(1, c);
        return out;
    }

    void complain(const std::string& pointer, const std::string& reason) {
        const auto line = lines_.find(pointer);
        complain(pointer, reason, line == lines_.end() ? 1 : line->second);
    }
    void complain(const std::string& pointer, const std::string& reason, size_t line) {
        std::string key;
        for (size_t i = 1; i < pointer.size(); ++i) {
            if (pointer[i] != '~') key += pointer[i] == '/' ? '.' : pointer[i];
            else key += pointer[++i] == '1' ? '/' : '~';
        }
        if (pointer.empty()) key = "document";
        problems_.push_back(path_ + ": line " + std::to_string(line) + ": " + key + ": " + reason);
    }

    bool is_object(const std::string& at, const json& value) {
        if (!value.is_object()) complain(at, "must be an object");
        return value.is_object();
    }
    bool read_text(const std::string& at, const json& value, std::string& text) {
        if (!value.is_string() || value.get<std::string>().empty()) {
            complain(at, "must be a string that is not empty");
            return false;
        }
        text = value.get<std::string>();
        if (text.size() > longest_text_bytes) complain(at, "is longer than 32,767 bytes");
        return text.size() <= longest_text_bytes;
    }
    bool read_name(const std::string& at, const json& value, std::string& name) {
        if (!read_text(at, value, name)) return false;
        const bool is_name = name.find_first_of("\\/:*?\"<>|") == std::string::npos &&
                             std::none_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
        if (!is_name) complain(at, "must be a file name without a path, without :*?\"<>|");
        return is_name;
    }
    /// A whole path in its canonical form.
    bool read_path(const std::string& at, const json& value, bz::text& path) {
        std::string given;
        if (!read_text(at, value, given)) return false;
        const bz::text text = keep(given, false);
        std::u16string& kept = out_.texts.emplace_back(text.size + 40, u'\0');
        const bz::canonical_path canonical = bz::canonicalise(text, {kept.data(), kept.size()});
        kept.resize(canonical.path.size);
        path = {kept.data(), kept.size()};
        const bool whole = canonical.volume != bz::volume_kind::none || bz::starts_with_folded(path, u"\\") || bz::starts_with_folded(path, u"%SYSDIR%\\") ||
                           bz::starts_with_folded(path, u"%SYSTEMROOT%\\");
        const char* reason = canonical.has(bz::path_short_unresolved) ? "holds a short (8.3) name, which cannot be compared"
                             : canonical.has(bz::path_has_stream)     ? "names a stream, and policies are about files"
                             : !whole || canonical.has(bz::path_is_volume) ? "must be a whole path"
                                                                           : nullptr;
        if (reason != nullptr) complain(at, reason);
        return reason == nullptr;
    }

    /// UTF-16 that lives as long as the policy, upper case if asked.
    bz::text keep(const std::string& in, bool upper) {
        std::u16string& text = out_.texts.emplace_back(in.size() + 1, u'\0');
        bz::adapters::text_arena arena({text.data(), text.size()});
        const bz::text put = arena.put({in.data(), in.size()});
        text.resize(put.size);
        if (upper)
            for (char16_t& c : text) c = bz::upcase(c);
        return {text.data(), text.size()};
    }
    void read_format(const std::string& at, const json& value) {
        if (value != json(1)) complain(at, "this version reads format 1");
    }

    void read_mode(const std::string& at, const json& value, bz::policy::rule_mode& mode) {
        if (value == "off") mode = bz::policy::rule_mode::off;
        else if (value == "audit") mode = bz::policy::rule_mode::audit;
        else if (value == "block") mode = bz::policy::rule_mode::block;
        else complain(at, "must be \"off\", \"audit\" or \"block\"");
    }

    void read_rules(const std::string& at, const json& value) {
        if (!is_object(at, value)) return;
        for (const auto& [name, mode] : value.items()) {
            const bz::rule* rule = rule_named(name);
            if (rule == nullptr) {
                complain(child(at, name), "no rule has this name (docs/rules lists them)");
                continue;
            }
            bz::policy::rule_mode_row row{rule->id, bz::policy::rule_mode::block};
            read_mode(child(at, name), mode, row.mode);
            out_.rule_modes.push_back(row);
        }
    }

    void read_sets(const std::string& at, const json& value) {
        if (!is_object(at, value)) return;
        for (const auto& [key, names] : value.items()) {
            const std::string here = child(at, key);
            const role_set_key* role = nullptr;
            for (const role_set_key& k : role_sets)
                if (key == k.key) role = &k;
            std::vector<bz::text>* list = key == "verifier_providers" ? &out_.verifier_providers
                                          : key == "guarded_programs" ? &out_.guarded_programs
                                          : key == "native_hosts"     ? &out_.native_hosts
                                                                      : nullptr;
            if (role == nullptr && list == nullptr) {
                complain(here, "no such set (docs/policy.md lists them)");
                continue;
            }
            if (!names.is_array()) {
                complain(here, "must be an array of strings");
                continue;
            }
            for (size_t i = 0; i < names.size(); ++i) {
                std::string name;
                bz::text path;
                const std::string element = here + "/" + std::to_string(i);
                if (key == "native_hosts") {
                    if (read_path(element, names[i], path)) list->push_back(path);
                } else if (!read_name(element, names[i], name)) {
                    continue;
                } else if (role != nullptr) {
                    out_.image_names.push_back({keep(name, true), bz::role_set{}.with(role->role)});
                } else {
                    list->push_back(keep(name, true));
                }
            }
        }
    }

    void read_windows(const std::string& at, const json& value) {
        if (!is_object(at, value)) return;
        for (const auto& [key, seconds] : value.items()) {
            const std::string here = child(at, key);
            const window_key* window = nullptr;
            for (const window_key& w : windows)
                if (key == w.key) window = &w;
            if (window == nullptr) complain(here, "no such window (docs/policy.md lists them)");
            else if (!seconds.is_number_unsigned() || seconds.get<uint64_t>() < 1 || seconds.get<uint64_t>() > longest_window_s)
                complain(here, "must be a whole number of seconds, 1 to " + std::to_string(longest_window_s));
            else out_.settings.*window->member = seconds.get<uint64_t>() * bz::policy::second_100ns;
        }
    }

    void read_switches(const std::string& at, const json& value) {
        if (!is_object(at, value)) return;
        for (const auto& [key, on] : value.items()) {
            const std::string here = child(at, key);
            if (key != "lock_every_browser_child" && key != "trust_from_path") complain(here, "no such switch; known are lock_every_browser_child, trust_from_path");
            else if (!on.is_boolean()) complain(here, "must be true or false");
            else if (key == "trust_from_path") out_.trust_from_path = on.get<bool>();
            else out_.settings.lock_every_browser_child = on.get<bool>();
        }
    }

    void read_exclusions(const std::string& at, const json& value) {
        if (!value.is_array()) return complain(at, "must be an array");
        for (size_t i = 0; i < value.size(); ++i) read_exclusion(at + "/" + std::to_string(i), value[i]);
    }

    void read_exclusion(const std::string& at, const json& value) {
        if (!is_object(at, value)) return;
        const size_t before = problems_.size();
        bz::policy::exclusion x;
        for (const auto& [key, member] : value.items()) {
            const std::string here = child(at, key);
            std::string text;
            if (key == "actor") read_actor(here, member, x);
            else if (key == "target") read_target(here, member, x);
            else if (key != "rule" && key != "max_mask" && key != "expires" && key != "author" && key != "reason")
                complain(here, "no such key; known are rule, actor, target, max_mask, expires, author, reason");
            else if (!read_text(here, member, text)) continue;
            else if (key == "rule") read_rule(here, text, x);
            else if (key == "max_mask") read_mask(here, text, x);
            else if (key == "expires") read_expiry(here, text, x);
            else if (key == "author") x.author = keep(text, false);
            else x.reason = keep(text, false);
        }
        if (problems_.size() != before) return;
        if (const char* defect = bz::policy::defect_of(x)) return complain(at, defect);
        out_.exclusions.push_back(x);
    }

    void read_rule(const std::string& at, const std::string& name, bz::policy::exclusion& x) {
        const bz::rule* rule = rule_named(name);
        if (rule == nullptr) return complain(at, "no rule has this name (docs/rules lists them)");
        for (const bz::policy::never_excluded& n : bz::policy::never_excluded_atoms)
            if (n.rule_id == rule->id && n.atoms == 0xffff) return complain(at, "this rule admits no exclusion");
        x.rule_id = rule->id;
    }

    void read_mask(const std::string& at, const std::string& text, bz::policy::exclusion& x) {
        uint64_t mask = 0;
        if (!bz::adapters::parse_number({text.data(), text.size()}, mask) || mask > UINT32_MAX) return complain(at, "must be an access mask such as \"0x1410\"");
        x.max_mask = static_cast<bz::access_mask>(mask);
    }

    void read_expiry(const std::string& at, const std::string& text, bz::policy::exclusion& x) {
        if (!parse_calendar_time(text, x.expires_100ns)) complain(at, "must be an ISO 8601 UTC time such as \"2027-01-31T00:00:00Z\"");
    }

    bool read_digest(const std::string& at, const std::string& text, bz::policy::digest& out) {
        out = bz::policy::digest_of(keep(text, false));
        if (!out.known) complain(at, "must be 64 hexadecimal digits");
        return out.known;
    }

    void read_actor(const std::string& at, const json& value, bz::policy::exclusion& x) {
        if (!is_object(at, value)) return;
        for (const auto& [key, member] : value.items()) {
            const std::string here = child(at, key);
            std::string text;
            if (key != "sha256" && key != "certificate_sha256" && key != "path" && key != "name") {
                complain(here, "no such key; known are sha256, certificate_sha256, path, name");
                continue;
            }
            if (key == "path") {
                read_path(here, member, x.actor_path);
            } else if (key == "name") {
                if (read_name(here, member, text)) x.actor_name = keep(text, true);
            } else if (read_text(here, member, text)) {
                read_digest(here, text, key == "sha256" ? x.actor_sha256 : x.actor_certificate);
            }
        }
    }

    void read_target(const std::string& at, const json& value, bz::policy::exclusion& x) {
        if (!is_object(at, value)) return;
        for (const auto& [key, member] : value.items()) {
            if (key != "path") complain(child(at, key), "no such key; known is path");
            else read_path(child(at, key), member, x.target_path);
        }
    }

    /// The rows have their places now: point the settings at them.
    void connect() {
        bz::policy::settings& s = out_.settings;
        const auto view = [](auto& rows) { return bz::span<const std::remove_reference_t<decltype(rows[0])>>(rows.data(), rows.size()); };
        s.image_names = view(out_.image_names);
        s.verifier_providers = view(out_.verifier_providers);
        s.guarded_programs = view(out_.guarded_programs);
        s.native_hosts = view(out_.native_hosts);
        s.rule_modes = view(out_.rule_modes);
        s.exclusions = view(out_.exclusions);
    }

    const std::string& path_;
    const json& document_;
    const std::map<std::string, size_t>& lines_;
    const std::map<std::string, size_t>& again_;
    policy_file& out_;
    std::vector<std::string>& problems_;
};

}  // namespace

std::optional<policy_file> read_policy_file(const std::string& path, std::vector<std::string>& problems) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    if (!file) {
        problems.push_back(path + ": line 1: document: cannot be read");
        return std::nullopt;
    }
    content << file.rdbuf();  // an empty file fails here, and as JSON below
    return read_policy_text(path, content.str(), problems);
}

std::optional<policy_file> read_policy_text(const std::string& path, const std::string& text, std::vector<std::string>& problems) {
    // The parser takes a zero byte for the end of its input, whatever stands behind it.
    if (const size_t zero = text.find('\0'); zero != std::string::npos) {
        problems.push_back(path + ": line " + std::to_string(line_of(text, zero)) + ": document: is not JSON: holds a zero byte");
        return std::nullopt;
    }
    json document;
    try {
        document = json::parse(text);
    } catch (const json::exception& error) {
        std::string reason = error.what();
        if (const size_t cut = reason.find("syntax error"); cut != std::string::npos) reason = reason.substr(cut);
        failure_finder finder;
        json::sax_parse(text, &finder);
        problems.push_back(path + ": line " + std::to_string(line_of(text, finder.offset)) + ": document: is not JSON: " + reason);
        return std::nullopt;
    }
    policy_file out;
    const size_t before = problems.size();
    reader(path, document, lines_of_members(text), out, problems).read();
    if (problems.size() != before) return std::nullopt;
    return out;
}

bool read_policy_arguments(const std::string& path, const std::string& path_trust, policy_file& policy, replay_options& options,
                           const std::function<void(const std::string&)>& problem) {
    if (!path.empty()) {
        std::vector<std::string> problems;
        std::optional<policy_file> read = read_policy_file(path, problems);
        for (const std::string& sentence : problems) problem(sentence);
        if (!read) return false;
        policy = std::move(*read);
    }
    options.trust_from_path = path_trust.empty() ? policy.trust_from_path.value_or(true) : path_trust == "on";
    options.policy = &policy.settings;
    return true;
}

}  // namespace bartizan_cli
