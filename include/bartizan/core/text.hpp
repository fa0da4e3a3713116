// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_TEXT_HPP
#define BARTIZAN_CORE_TEXT_HPP

#include "upcase.hpp"

namespace BARTIZAN_NAMESPACE {

/// UTF-16 code units as Windows passes them: counted, not terminated, possibly with unpaired surrogates or embedded zeros.
/// A view: whoever made it owns the memory. No normalisation is applied, because NTFS applies none.
struct text {
    const char16_t* data = nullptr;
    uint32_t size = 0;

    constexpr text() noexcept = default;
    constexpr text(const char16_t* first, size_t count) noexcept : data(first), size(static_cast<uint32_t>(count)) {}
    /// From a literal: u"..." without its terminator.
    template <size_t N>
    constexpr text(const char16_t (&literal)[N]) noexcept : data(literal), size(static_cast<uint32_t>(N - 1)) {}

    [[nodiscard]] constexpr bool empty() const noexcept { return size == 0; }
    [[nodiscard]] constexpr char16_t operator[](size_t i) const noexcept { return data[i]; }
    [[nodiscard]] constexpr text sub(size_t offset, size_t count = SIZE_MAX) const noexcept {
        if (offset >= size) return {};
        const size_t left = size - offset;
        return {data + offset, count < left ? count : left};
    }
};

[[nodiscard]] constexpr bool equal(text a, text b) noexcept {
    if (a.size != b.size) return false;
    for (uint32_t i = 0; i < a.size; ++i)
        if (a[i] != b[i]) return false;
    return true;
}

/// Order of two texts by upper-cased code units: negative, 0 or positive.
[[nodiscard]] constexpr int compare_folded(text a, text b) noexcept {
    const uint32_t common = a.size < b.size ? a.size : b.size;
    for (uint32_t i = 0; i < common; ++i) {
        if (a[i] == b[i]) continue;
        const int difference = upcase(a[i]) - upcase(b[i]);
        if (difference != 0) return difference;
    }
    return a.size < b.size ? -1 : a.size > b.size ? 1 : 0;
}

[[nodiscard]] constexpr bool equal_folded(text a, text b) noexcept { return a.size == b.size && compare_folded(a, b) == 0; }

[[nodiscard]] constexpr bool starts_with_folded(text a, text prefix) noexcept {
    return a.size >= prefix.size && equal_folded(a.sub(0, prefix.size), prefix);
}

[[nodiscard]] constexpr bool ends_with_folded(text a, text suffix) noexcept {
    return a.size >= suffix.size && equal_folded(a.sub(a.size - suffix.size, suffix.size), suffix);
}

[[nodiscard]] constexpr bool contains_folded(text a, text part) noexcept {
    for (uint32_t i = 0; i + part.size <= a.size; ++i)
        if (equal_folded(a.sub(i, part.size), part)) return true;
    return part.empty();
}

/// FNV-1a over UTF-16 code units, low byte first: the same on every machine.
[[nodiscard]] constexpr uint64_t hash_text(text t, uint64_t hash = 0xcbf29ce484222325u) noexcept {
    for (uint32_t i = 0; i < t.size; ++i) {
        hash = (hash ^ (t[i] & 0xffu)) * 0x100000001b3u;
        hash = (hash ^ (static_cast<uint32_t>(t[i]) >> 8)) * 0x100000001b3u;
    }
    return hash;
}

[[nodiscard]] constexpr bool is_separator(char16_t c) noexcept { return c == u'\\' || c == u'/'; }

/// The part behind the last separator; the whole text where there is none.
[[nodiscard]] constexpr text file_name(text path) noexcept {
    for (uint32_t i = path.size; i > 0; --i)
        if (is_separator(path[i - 1])) return path.sub(i);
    return path;
}

}  // namespace BARTIZAN_NAMESPACE

#endif
