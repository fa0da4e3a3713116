// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// A file with its sections and unused space from left to right, and the way that control takes into it.
#include <algorithm>
#include <bartizan/code_cave/decision.hpp>
#include <vector>

#include "report_parts.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

using nlohmann::ordered_json;

constexpr int picture_width = 880;
constexpr int picture_height = 148;
constexpr int strip_y = 62;
constexpr int strip_height = 40;
/// Sections differ by orders of magnitude: each gets this much, and shares the rest by size.
constexpr int least_part_width = 52;
constexpr int least_mark_width = 3;
/// A file may have 96 sections; names are legible for so many.
constexpr size_t parts_at_most = 14;

uint64_t number_of(const ordered_json& object, const char* key) {
    const auto found = object.find(key);
    constexpr uint64_t most = uint64_t{1} << 40;  // no file is larger; a results file may say anything
    return found != object.end() && found->is_number_unsigned() ? std::min(found->get<uint64_t>(), most) : 0;
}

bool is_true(const ordered_json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

struct part {
    std::string name;
    uint64_t begin = 0;
    uint64_t end = 0;
    uint64_t rva = 0;
    bool executable = false;
    int x = 0;
    int width = 0;
};

/// The headers, the sections in the order of the file, and what is appended.
std::vector<part> parts_of(const ordered_json& cave, uint64_t file_size, const report_words& words) {
    std::vector<part> sections;
    for (const ordered_json& s : list_of(cave, "sections")) {
        const uint64_t begin = number_of(s, "offset");
        const uint64_t size = number_of(s, "size");
        if (size != 0) sections.push_back({text_of(s, "name"), begin, begin + size, number_of(s, "rva"), is_true(s, "executable")});
    }
    std::stable_sort(sections.begin(), sections.end(), [](const part& a, const part& b) { return a.begin < b.begin; });
    if (sections.size() > parts_at_most) sections.resize(parts_at_most);
    std::vector<part> out;
    if (!sections.empty() && sections.front().begin != 0) out.push_back({words.text("cave.headers"), 0, sections.front().begin, 0, false});
    out.insert(out.end(), sections.begin(), sections.end());
    if (!out.empty() && out.back().end < file_size) out.push_back({words.text("cave.rest"), out.back().end, file_size, UINT64_MAX, false});
    uint64_t sum = 0;
    for (const part& p : out) sum += p.end - p.begin;
    const int room = picture_width - 2 - least_part_width * static_cast<int>(out.size());
    int x = 1;
    for (part& p : out) {
        p.x = x;
        p.width = least_part_width + (sum == 0 || room < 0 ? 0 : static_cast<int>(static_cast<double>(p.end - p.begin) / static_cast<double>(sum) * room));
        x += p.width;
    }
    return out;
}

int x_in(const part& p, uint64_t at) {
    return p.x + static_cast<int>(static_cast<double>(at) / static_cast<double>(std::max<uint64_t>(1, p.end - p.begin)) * p.width);
}

/// Where the byte at a file offset, or at an RVA, stands in the picture; -1 where it is in no part.
int x_of_offset(const std::vector<part>& parts, uint64_t offset) {
    for (const part& p : parts)
        if (offset >= p.begin && offset < p.end) return x_in(p, offset - p.begin);
    return -1;
}
int x_of_rva(const std::vector<part>& parts, uint64_t rva) {
    for (const part& p : parts)
        if (p.rva != UINT64_MAX && rva >= p.rva && rva - p.rva < p.end - p.begin) return x_in(p, rva - p.rva);
    return -1;
}

std::string rectangle(const std::string& classes, int x, int y, int width, int height, const std::string& title) {
    return "<rect class=\"" + classes + "\" x=\"" + std::to_string(x) + "\" y=\"" + std::to_string(y) + "\" width=\"" +
           std::to_string(width) + "\" height=\"" + std::to_string(height) + "\"><title>" + html_text(title) + "</title></rect>";
}

std::string entry_words(const ordered_json& entry, const report_words& words) {
    const std::string how = text_of(entry, "how");
    if (how == "entry_point") return words.text("cave.entry_point");
    if (how == "tls_callback") return words.text("cave.tls");
    if (how == "export") return words.text("cave.export");
    if (how == "pointer") return words.text("cave.pointer");
    return words.text("cave.branch");
}

std::string way_svg(const std::vector<part>& parts, const ordered_json& entry, int target, const report_words& words) {
    int from = number_of(entry, "site_rva") != 0 ? x_of_rva(parts, number_of(entry, "site_rva")) : 1 + least_part_width / 2;
    if (from < 0) from = 1;
    const int top = 24;
    const std::string head = std::to_string(target);
    std::string out = "<path class=\"edge reach\" d=\"M" + std::to_string(from) + " " + std::to_string(strip_y) + " C" + std::to_string(from) + " " +
                      std::to_string(top) + " " + head + " " + std::to_string(top) + " " + head + " " + std::to_string(strip_y - 7) + "\"/>";
    out += "<path class=\"head\" d=\"M" + std::to_string(target - 5) + " " + std::to_string(strip_y - 9) + " h10 l-5 9 z\"/>";
    const bool right = (from + target) / 2 > picture_width / 2;
    out += "<text class=\"small\" x=\"" + std::to_string((from + target) / 2) + "\" y=\"16\" text-anchor=\"" + (right ? "end" : "start") +
           "\">" + words.html("cave.way", {entry_words(entry, words)}) + "</text>";
    return out;
}

std::string hexadecimal(uint64_t value) {
    char text[24];
    std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
    return text;
}

std::string picture(const ordered_json& cave, uint64_t file_size, const report_words& words) {
    const std::vector<part> parts = parts_of(cave, file_size, words);
    if (parts.empty()) return "";
    std::string out = "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"" + words.html("cave.picture") + "\"><svg role=\"img\" width=\"" +
                      std::to_string(picture_width) + "\" height=\"" + std::to_string(picture_height) + "\" viewBox=\"0 0 " +
                      std::to_string(picture_width) + " " + std::to_string(picture_height) +
                      "\" aria-label=\"" + words.html("cave.label") + "\">";
    for (const part& p : parts) {
        out += rectangle(p.executable ? "cave-part runs" : "cave-part", p.x, strip_y, p.width, strip_height,
                         words.text("cave.extent", {p.name, grouped(p.end - p.begin), hexadecimal(p.begin)}));
        out += "<text class=\"small\" x=\"" + std::to_string(p.x + 3) + "\" y=\"" + std::to_string(strip_y + strip_height + 15) + "\">" +
               html_text(shortened(p.name, 8)) + "</text><text class=\"small\" x=\"" + std::to_string(p.x + 3) + "\" y=\"" +
               std::to_string(strip_y + strip_height + 29) + "\">" + hexadecimal(p.begin) + "</text>";
    }
    for (const bool code : {false, true}) {  // hidden code over the rest
        for (const ordered_json& r : list_of(cave, "slack")) {
            if (is_true(r, "code") != code) continue;
            const uint64_t offset = number_of(r, "offset");
            const uint64_t size = number_of(r, "size");
            const int x = x_of_offset(parts, offset);
            if (x < 0 || size == 0) continue;
            const int end = std::max(x_of_offset(parts, offset + size - 1), x + least_mark_width);
            out += rectangle(code ? "mark convict" : "back", x, strip_y + 1, end - x, strip_height - 2,
                             words.text("cave.extent", {words.text(code ? phrase("cave.code") : phrase("cave.unused")), grouped(size), hexadecimal(offset)}));
        }
    }
    if (const auto entry = cave.find("entry"); entry != cave.end()) {
        int target = x_of_rva(parts, number_of(*entry, "target_rva"));
        if (target < 0 && !member_of(cave, "offset").is_null()) target = x_of_offset(parts, number_of(cave, "offset"));
        if (target >= 0) out += way_svg(parts, *entry, target, words);
    }
    return out + "</svg></div>";
}

}  // namespace

std::string cave_html(const ordered_json& file, const report_words& words) {
    const auto cave = file.find("code_cave");
    if (cave == file.end() || !cave->is_object()) return "";
    const std::string verdict = text_of(*cave, "verdict");
    if (verdict != "convict" && verdict != "event") return "";
    std::string out = verdict == "event" ? "<div>" + badge(verdict, words.html("cave.in_use")) + "</div>" : std::string();
    out += picture(*cave, number_of(file, "size"), words);
    out += "<ul>";
    for (const ordered_json& held : list_of(*cave, "atoms"))
        for (const bartizan::atom_info& a : bartizan::code_cave::atoms)
            if (held == a.name) out += "<li>" + html_text(atom_words(code_cave_rule, a.name, a.sentence, words.in)) + " <span class=\"soft\">(" + a.name + ")</span></li>";
    return out + "</ul>";
}

}  // namespace bartizan_cli
