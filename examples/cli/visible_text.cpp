// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "visible_text.hpp"

#include <cstdint>
#include <cstdio>
#include <vector>

namespace bartizan_cli {

namespace {

struct code_point {
    uint32_t value;
    size_t size_bytes;
};

constexpr uint32_t replacement = 0xfffd;

/// The code point at the beginning of `text`, which is not empty. Overlong forms, surrogates and stray bytes give U+FFFD for one
/// byte.
code_point decode(std::string_view text) {
    const auto byte = [&text](size_t i) { return static_cast<uint8_t>(text[i]); };
    const uint8_t lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    const size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return {replacement, 1};
    uint32_t value = lead & (0x7fu >> size);
    for (size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return {replacement, 1};
        value = value << 6 | (byte(i) & 0x3f);
    }
    constexpr uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < smallest[size] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return {replacement, 1};
    return {value, size};
}

/// C0 and C1 controls, and format characters that are invisible or change the order of what follows.
bool is_treacherous(uint32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c >= 0xfff0 && c <= 0xfffb) || c == 0xfffe || c == 0xffff || (c >= 0xe0000 && c <= 0xe0fff);
}

bool is_wide(uint32_t c) {
    return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) ||
           (c >= 0xf900 && c <= 0xfaff) || (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) || c >= 0x1f300;
}

}  // namespace

std::string visible_text(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const code_point c = decode(text);
        if (is_treacherous(c.value)) {
            char name[16];
            std::snprintf(name, sizeof name, "<U+%04X>", static_cast<unsigned>(c.value));
            out += name;
        } else if (c.value == replacement) {
            out += "\xef\xbf\xbd";
        } else {
            out += text.substr(0, c.size_bytes);
        }
        text.remove_prefix(c.size_bytes);
    }
    return out;
}

std::string html_text(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 8);
    for (const char c : visible_text(text)) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            default: out += c;
        }
    }
    return out;
}

std::string shortened(std::string_view text, size_t columns) {
    const std::string visible = visible_text(text);
    struct piece {
        std::string_view bytes;
        size_t columns;
    };
    std::vector<piece> pieces;
    size_t total = 0;
    for (std::string_view rest = visible; !rest.empty();) {
        const code_point c = decode(rest);
        pieces.push_back({rest.substr(0, c.size_bytes), is_wide(c.value) ? size_t{2} : size_t{1}});
        total += pieces.back().columns;
        rest.remove_prefix(c.size_bytes);
    }
    if (total <= columns || columns < 3) return visible;
    std::string head;
    std::string tail;
    size_t begin = 0;
    for (size_t left = columns / 3; begin < pieces.size() && pieces[begin].columns <= left; ++begin) {
        head += pieces[begin].bytes;
        left -= pieces[begin].columns;
    }
    size_t end = pieces.size();
    for (size_t left = columns - 1 - columns / 3; end > begin && pieces[end - 1].columns <= left; --end)
        left -= pieces[end - 1].columns;
    for (size_t i = end; i < pieces.size(); ++i) tail += pieces[i].bytes;
    return head + "\xe2\x80\xa6" + tail;
}

std::string_view base_name(std::string_view path) {
    const size_t cut = path.find_last_of("/\\");
    return cut == std::string_view::npos ? path : path.substr(cut + 1);
}

}  // namespace bartizan_cli
