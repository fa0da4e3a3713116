// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_QUARANTINE_ITEM_HPP
#define BARTIZAN_QUARANTINE_ITEM_HPP

#include <string_view>

#include "../core/sha256.hpp"
#include "files.hpp"

namespace BARTIZAN_NAMESPACE::quarantine {

/// Sixteen random bytes, written as 32 lower-case hexadecimal digits.
struct item_id {
    uint8_t bytes[16] = {};

    friend constexpr bool operator==(const item_id& a, const item_id& b) noexcept {
        for (int i = 0; i < 16; ++i)
            if (a.bytes[i] != b.bytes[i]) return false;
        return true;
    }
    [[nodiscard]] constexpr bool empty() const noexcept { return *this == item_id{}; }
};

[[nodiscard]] inline std::string to_text(const item_id& id) {
    std::string out;
    for (const uint8_t b : id.bytes) {
        out += "0123456789abcdef"[b >> 4];
        out += "0123456789abcdef"[b & 15];
    }
    return out;
}

/// False for anything but 32 lower-case hexadecimal digits.
[[nodiscard]] inline bool parse_id(std::string_view text, item_id& out) {
    if (text.size() != 32) return false;
    for (size_t i = 0; i < 32; ++i) {
        const char c = text[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
        const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
        out.bytes[i / 2] = static_cast<uint8_t>(out.bytes[i / 2] << 4 | digit);
    }
    return true;
}

enum class item_kind : uint8_t {
    none,
    file,
    link,      ///< a symbolic link; its content is the target
    registry,  ///< an entry of the registry; its path is the entry's name and its content what the host exported
};

/// What the vault knows of a thing that it holds.
struct item {
    item_id id;
    item_id belongs_to;  ///< the item that it was taken with; empty for one taken for itself
    item_kind kind = item_kind::none;
    std::string path;       ///< the original place, in the system's own spelling (UTF-8 on Windows)
    std::string reason;     ///< of the administrator or the host, UTF-8
    std::string detection;  ///< what was found, UTF-8; may be empty
    uint64_t taken_100ns = 0;  ///< FILETIME, as the caller gave it
    file_status status;        ///< when it was taken; status.links above 1: the content may still stand under other names
    file_identity folder;      ///< of the original place
    attributes attached;
    sha256_digest sha256;      ///< of the content
};

[[nodiscard]] constexpr const char* name(item_kind k) noexcept {
    switch (k) {
        case item_kind::none: return "none";
        case item_kind::file: return "file";
        case item_kind::link: return "link";
        case item_kind::registry: return "registry";
    }
    return "?";
}

}  // namespace BARTIZAN_NAMESPACE::quarantine

#endif
