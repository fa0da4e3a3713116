// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "list_text.hpp"

#include <bartizan/adapters/parse.hpp>
#include <bartizan/core/path.hpp>
#include <bartizan/lists/decide.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "iso_time.hpp"
#include "process_directory.hpp"

namespace bartizan_cli {

namespace {

namespace bz = bartizan;
using bz::lists::key_kind;
using bz::lists::list_kind;
using nlohmann::json;
using nlohmann::ordered_json;

/// A key kind by the members that spell it.
struct key_spelling {
    key_kind key;
    const char* digest;  ///< null for none
    const char* words;
    const char* in_words;
};
constexpr key_spelling spellings[] = {
    {key_kind::file_sha256, "sha256", nullptr, "hash"},
    {key_kind::authenticode_sha256, "authenticode_sha256", nullptr, "Authenticode hash"},
    {key_kind::certificate_original_name, "certificate_sha256", "original_name", "certificate and original name"},
    {key_kind::certificate, "certificate_sha256", nullptr, "certificate"},
    {key_kind::certificate_path, "certificate_sha256", "path", "certificate and path"},
    {key_kind::certificate_name, "certificate_sha256", "name", "certificate and name"},
    {key_kind::path, nullptr, "path", "path"},
    {key_kind::name, nullptr, "name", "name"},
};
constexpr const char* members[] = {"sha256", "authenticode_sha256", "certificate_sha256", "original_name", "path", "name", "expires", "author", "reason"};
constexpr list_kind kinds[] = {list_kind::block, list_kind::suppression, list_kind::local_allow, list_kind::global_allow};

const key_spelling& spelling_of(key_kind key) { return spellings[static_cast<size_t>(key) - 1]; }

/// The lines of one file; `line_` is where it stands.
class line_reader {
  public:
    line_reader(const std::string& path, list_text& out, std::vector<std::string>& problems) : path_(path), out_(out), problems_(problems) {}

    void read_line(std::string_view line, size_t number) {
        line_ = number;
        json object;
        if (!parse(line, object)) return;
        if (!header_seen_) {
            header_seen_ = true;
            read_header(object);
        } else {
            read_entry(object);
        }
    }
    void finish() {
        line_ = line_ == 0 ? 1 : line_;
        if (!header_seen_) complain("line", "there is no first line {\"bartizan_list\": 1, \"kind\": ..., \"version\": ...}");
    }
    [[nodiscard]] std::string place() const { return path_ + " line " + std::to_string(line_); }

    /// Set by read_entry where the line is sound.
    bool has_entry = false;
    list_entry entry;

  private:
    void complain(const std::string& key, const std::string& reason) {
        problems_.push_back(path_ + ": line " + std::to_string(line_) + ": " + key + ": " + reason);
    }

    bool parse(std::string_view line, json& object) {
        std::set<std::string> seen;
        std::string twice;
        const auto note_key = [&](int depth, json::parse_event_t event, json& value) {
            if (event == json::parse_event_t::key && depth == 1 && !seen.insert(value.get<std::string>()).second) twice = value.get<std::string>();
            return true;
        };
        // The parser takes a zero byte for the end of its input, whatever stands behind it.
        if (line.find('\0') != std::string::npos) {
            complain("line", "is not JSON: holds a zero byte");
            return false;
        }
        try {
            object = json::parse(line, note_key);
        } catch (const json::exception& error) {
            std::string reason = error.what();
            if (const size_t cut = reason.find("syntax error"); cut != std::string::npos) reason = reason.substr(cut);
            complain("line", "is not JSON: " + reason);
            return false;
        }
        if (!object.is_object()) complain("line", "must be an object");
        else if (!twice.empty()) complain(twice, "stands twice");
        return object.is_object() && twice.empty();
    }

    void read_header(const json& object) {
        if (!object.contains("bartizan_list")) return complain("bartizan_list", "the first line must be {\"bartizan_list\": 1, \"kind\": ..., \"version\": ...}");
        list_kind kind = list_kind::none;
        for (const auto& [key, value] : object.items()) {
            if (key == "bartizan_list") {
                if (value != json(1)) complain(key, "this version reads format 1");
            } else if (key == "kind") {
                for (const list_kind k : kinds)
                    if (value == bz::lists::name(k)) kind = k;
                if (kind == list_kind::none) complain(key, "must be \"block\", \"suppression\", \"local_allow\" or \"global_allow\"");
            } else if (key == "version") {
                if (!value.is_number_unsigned() || value.get<uint64_t>() == 0) complain(key, "must be a whole number from 1");
                else out_.version = std::max(out_.version, value.get<uint64_t>());
            } else {
                complain(key, "no such key; known are bartizan_list, kind, version");
            }
        }
        if (!object.contains("kind")) complain("kind", "is missing");
        if (!object.contains("version")) complain("version", "is missing");
        if (kind != list_kind::none && out_.kind != list_kind::none && kind != out_.kind)
            complain("kind", "one list holds one kind, and a file before this one is " + std::string(bz::lists::name(out_.kind)));
        else if (kind != list_kind::none) out_.kind = kind;
    }

    bool text_member(const json& object, const char* key, std::string& text) {
        const auto found = object.find(key);
        if (found == object.end()) return complain(key, "is missing"), false;
        if (!found->is_string() || found->get<std::string>().empty()) return complain(key, "must be a string that is not empty"), false;
        text = found->get<std::string>();
        if (text.size() > 65535) return complain(key, "is longer than 65,535 bytes"), false;
        return true;
    }

    void read_entry(const json& object) {
        const size_t before = problems_.size();
        has_entry = false;
        entry = {};
        for (const auto& [key, value] : object.items())
            if (std::find(std::begin(members), std::end(members), key) == std::end(members))
                complain(key, "no such key; known are sha256, authenticode_sha256, certificate_sha256, original_name, path, name, expires, author, reason");
        read_key(object);
        std::string text;
        if (text_member(object, "expires", text)) read_expiry(text);
        if (text_member(object, "author", text)) entry.author.assign(text.begin(), text.end());
        if (text_member(object, "reason", text)) entry.reason.assign(text.begin(), text.end());
        has_entry = problems_.size() == before;
    }

    void read_key(const json& object) {
        const key_spelling* spelled = nullptr;
        for (const key_spelling& s : spellings) {
            bool fits = true;
            for (const char* member : {"sha256", "authenticode_sha256", "certificate_sha256", "original_name", "path", "name"}) {
                const bool wanted = (s.digest != nullptr && std::string_view(member) == s.digest) || (s.words != nullptr && std::string_view(member) == s.words);
                fits = fits && wanted == object.contains(member);
            }
            if (fits) spelled = &s;
        }
        if (spelled == nullptr)
            return complain("line", "must name a file by exactly one of sha256; authenticode_sha256; certificate_sha256, alone or with original_name, path or name; path; name");
        entry.key = spelled->key;
        if (!bz::lists::admits(out_.kind, spelled->key))
            complain(spelled->words, "alone is no key of a " + std::string(bz::lists::name(out_.kind)) + " list: add certificate_sha256, or use sha256");
        std::string text;
        if (spelled->digest != nullptr && text_member(object, spelled->digest, text)) read_digest(spelled->digest, text);
        if (spelled->words != nullptr && text_member(object, spelled->words, text)) read_words(spelled->words, text);
    }

    void read_digest(const char* key, const std::string& hex) {
        bool sound = hex.size() == 64;
        for (size_t i = 0; sound && i < 64; ++i) {
            const int digit = bz::adapters::hex_digit(hex[i]);
            sound = digit >= 0;
            entry.digest.bytes[i / 2] = static_cast<uint8_t>(entry.digest.bytes[i / 2] << 4 | (digit & 15));
        }
        if (!sound) complain(key, "must be 64 hexadecimal digits");
    }

    void read_words(const std::string& key, const std::string& given) {
        std::u16string in = utf16_text(given);
        if (in.size() > 32767) return complain(key, "is longer than 32,767 UTF-16 code units");
        if (key == "original_name") {
            for (char16_t& c : in) c = bz::upcase(c);
            entry.words.assign(in.begin(), in.end());
            return;
        }
        if (key == "name" && in.find_first_of(u"\\/:*?\"<>|") != std::u16string::npos)
            return complain(key, "must be a file name without a path, without :*?\"<>|");
        std::u16string buffer(in.size() + 40, u'\0');
        const bz::canonical_path path = bz::canonicalise({in.data(), in.size()}, {buffer.data(), buffer.size()});
        const bz::text text = path.path;
        if (path.has(bz::path_short_unresolved)) return complain(key, "holds a short (8.3) name, which cannot be compared");
        if (path.has(bz::path_has_stream)) return complain(key, "names a stream, and entries are about files");
        const bool whole = path.volume != bz::volume_kind::none || bz::starts_with_folded(text, u"\\") ||
                           bz::starts_with_folded(text, u"%SYSDIR%\\") || bz::starts_with_folded(text, u"%SYSTEMROOT%\\");
        if (key == "path" && (!whole || path.has(bz::path_is_volume))) return complain(key, "must be the whole path of a file");
        if (text.empty()) return complain(key, "names nothing");
        entry.words.assign(text.data, text.data + text.size);
    }

    void read_expiry(const std::string& text) {
        uint64_t time = 0;
        if (!parse_calendar_time(text, time) || time == 0) return complain("expires", "must be an ISO 8601 UTC time such as \"2027-01-31T00:00:00Z\"");
        entry.expires_100ns = time;
    }

    const std::string& path_;
    list_text& out_;
    std::vector<std::string>& problems_;
    size_t line_ = 0;
    bool header_seen_ = false;
};

}  // namespace

void list_text::read(const std::string& path, std::vector<std::string>& problems) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    if (!file || (content << file.rdbuf(), file.bad())) {
        problems.push_back(path + ": line 1: line: cannot be read");
        return;
    }
    read(path, content.str(), problems);
}

void list_text::read(const std::string& path, std::string_view content, std::vector<std::string>& problems) {
    line_reader reader(path, *this, problems);
    for (size_t number = 1; !content.empty(); ++number) {
        const size_t end = std::min(content.find('\n'), content.size());
        const std::string_view line = content.substr(0, end);
        content.remove_prefix(std::min(end + 1, content.size()));
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        reader.has_entry = false;
        reader.read_line(line, number);
        if (!reader.has_entry) continue;
        const list_entry& e = reader.entry;
        std::string key(reinterpret_cast<const char*>(e.digest.bytes), 32);
        for (const char16_t c : e.words) key += {static_cast<char>(c & 0xff), static_cast<char>(c >> 8)};
        const auto [before, is_new] = places_.try_emplace({e.key, key}, reader.place());
        if (is_new) entries.push_back(e);
        else problems.push_back(path + ": line " + std::to_string(number) + ": " + key_words(e.key) + ": stands already in " + before->second);
    }
    reader.finish();
}

ordered_json list_header_json(const bz::lists::list& list) {
    return {{"bartizan_list", 1}, {"kind", bz::lists::name(list.kind())}, {"version", list.version()}};
}

ordered_json list_entry_json(const bz::lists::entry& entry) {
    const key_spelling& spelling = spelling_of(entry.key);
    const auto utf8 = [](bz::bytes text) { return std::string(text.begin(), text.end()); };
    ordered_json out;
    if (spelling.digest != nullptr) out[spelling.digest] = hex_text(bz::bytes{entry.digest.bytes, sizeof entry.digest.bytes});
    if (spelling.words != nullptr) {
        std::u16string words;
        for (uint32_t i = 0; i < entry.text.size(); ++i) words += entry.text[i];
        out[spelling.words] = to_utf8({words.data(), words.size()});
    }
    out["expires"] = iso_time(entry.expires_100ns);
    out["author"] = utf8(entry.author);
    out["reason"] = utf8(entry.reason);
    return out;
}

const char* key_words(key_kind key) { return key == key_kind::none ? "nothing" : spelling_of(key).in_words; }

std::string hex_text(bz::bytes data) {
    std::string out;
    for (const uint8_t byte : data) {
        out += "0123456789abcdef"[byte >> 4];
        out += "0123456789abcdef"[byte & 15];
    }
    return out;
}

std::u16string utf16_text(const std::string& in) {
    std::u16string out(in.size() + 1, u'\0');
    bz::adapters::text_arena arena({out.data(), out.size()});
    out.resize(arena.put({in.data(), in.size()}).size);
    return out;
}

}  // namespace bartizan_cli
