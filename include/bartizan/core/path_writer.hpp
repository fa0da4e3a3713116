// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_PATH_WRITER_HPP
#define BARTIZAN_CORE_PATH_WRITER_HPP

#include "text.hpp"

namespace BARTIZAN_NAMESPACE {

/// Like starts_with_folded, with '/' in `path` taken as '\'.
[[nodiscard]] constexpr bool matches_prefix(text path, text prefix) noexcept {
    if (path.size < prefix.size) return false;
    for (uint32_t i = 0; i < prefix.size; ++i) {
        if (path[i] == prefix[i]) continue;  // most often both are in upper case
        const char16_t c = path[i] == u'/' ? u'\\' : upcase(path[i]);
        if (c != upcase(prefix[i])) return false;
    }
    return true;
}

namespace detail {

/// `prefix` matches and ends where a component ends.
[[nodiscard]] constexpr bool matches_component(text path, text prefix) noexcept {
    return matches_prefix(path, prefix) && (path.size == prefix.size || is_separator(path[prefix.size]));
}

/// NTFS opens "name" for "name. .": trailing dots and spaces of a component do not count.
[[nodiscard]] constexpr text trim_trailing(text component) noexcept {
    while (component.size != 0 && (component[component.size - 1] == u'.' || component[component.size - 1] == u' '))
        component = component.sub(0, component.size - 1);
    return component;
}

/// name[:stream[:type]]. "::$DATA" is the file itself and ":$I30:$INDEX_ALLOCATION" the directory itself.
struct stream_split {
    text name;
    bool named_stream = false;
};

[[nodiscard]] constexpr stream_split split_stream(text component) noexcept {
    uint32_t colon = 0;
    while (colon < component.size && component[colon] != u':') ++colon;
    // "C:" is a drive, not a file with an empty stream name.
    if (colon == component.size || (colon == 1 && component.size == 2)) return {component, false};
    const text stream = component.sub(colon);
    const bool unnamed = equal_folded(stream, u"::$DATA") || equal_folded(stream, u":$I30:$INDEX_ALLOCATION") ||
                         equal_folded(stream, u"::$INDEX_ALLOCATION") || stream.size == 1;
    return {component.sub(0, colon), !unnamed};
}

/// Upper-cases what it is given into a fixed buffer, component by component.
class path_writer {
  public:
    constexpr explicit path_writer(span<char16_t> buffer) noexcept : buffer_(buffer) {}

    [[nodiscard]] constexpr text written() const noexcept { return {buffer_.data, size_}; }
    [[nodiscard]] constexpr uint32_t size() const noexcept { return size_; }
    [[nodiscard]] constexpr bool truncated() const noexcept { return truncated_; }

    /// Components before this size cannot be removed by "..".
    constexpr void set_root_size(uint32_t size) noexcept { root_size_ = size; }

    constexpr void append(text part) noexcept {
        for (uint32_t i = 0; i < part.size; ++i) {
            if (size_ == buffer_.size) {
                truncated_ = true;
                return;
            }
            buffer_[size_++] = upcase(part[i]);
        }
    }

    constexpr void append_component(text component, bool with_separator) noexcept {
        if (with_separator && !(size_ != 0 && buffer_[size_ - 1] == u'\\')) append(u"\\");
        append(component);
    }

    constexpr void pop_component() noexcept {
        uint32_t cut = size_;
        while (cut > root_size_ && buffer_[cut - 1] != u'\\') --cut;
        const bool names_drive = size_ - cut == 2 && buffer_[cut + 1] == u':';
        if (names_drive) return;
        size_ = cut > root_size_ ? cut - 1 : root_size_;
    }

    /// Replaces the first `count` code units by `part`.
    constexpr void replace_front(uint32_t count, text part) noexcept {
        if (part.size > count && size_ + (part.size - count) > buffer_.size) {
            truncated_ = true;
            return;
        }
        if (part.size > count) {
            const uint32_t grow = part.size - count;
            for (uint32_t i = size_; i > count; --i) buffer_[i - 1 + grow] = buffer_[i - 1];
            size_ += grow;
        } else {
            const uint32_t shrink = count - part.size;
            for (uint32_t i = count; i < size_; ++i) buffer_[i - shrink] = buffer_[i];
            size_ -= shrink;
        }
        for (uint32_t i = 0; i < part.size; ++i) buffer_[i] = upcase(part[i]);
    }

  private:
    span<char16_t> buffer_;
    uint32_t size_ = 0;
    uint32_t root_size_ = 0;
    bool truncated_ = false;
};

}  // namespace detail

}  // namespace BARTIZAN_NAMESPACE

#endif
