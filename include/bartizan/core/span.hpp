// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_SPAN_HPP
#define BARTIZAN_CORE_SPAN_HPP

#include "config.hpp"

namespace BARTIZAN_NAMESPACE {

/// A view of `size` elements at `data`, owned by someone else. The library's own because `std::span` needs a standard-library
/// header that a kernel build does not have. Indexing is unchecked: callers compare with `size` first, or use `sub`.
template <class T>
struct span {
    T* data = nullptr;
    size_t size = 0;

    constexpr span() noexcept = default;
    constexpr span(T* first, size_t count) noexcept : data(first), size(count) {}
    template <size_t N>
    constexpr span(T (&array)[N]) noexcept : data(array), size(N) {}
    /// From a view of mutable elements to one of const elements.
    template <class U>
    constexpr span(span<U> other) noexcept
        requires requires(const U* p, T* q) { q = p; }
        : data(other.data), size(other.size) {}

    [[nodiscard]] constexpr bool empty() const noexcept { return size == 0; }
    [[nodiscard]] constexpr T& operator[](size_t i) const noexcept { return data[i]; }
    [[nodiscard]] constexpr T* begin() const noexcept { return data; }
    [[nodiscard]] constexpr T* end() const noexcept { return data + size; }

    /// The part [offset, offset + count), clipped to what is there: never reads outside, may be shorter than asked, or empty.
    [[nodiscard]] constexpr span sub(size_t offset, size_t count = SIZE_MAX) const noexcept {
        if (offset >= size) return {};
        const size_t left = size - offset;
        return {data + offset, count < left ? count : left};
    }
};

/// Raw bytes of a file, a model or a list.
using bytes = span<const uint8_t>;

[[nodiscard]] constexpr bool equal(bytes a, bytes b) noexcept {
    if (a.size != b.size) return false;
    for (size_t i = 0; i < a.size; ++i) {
        if (a[i] != b[i]) return false;
    }
    return true;
}

}  // namespace BARTIZAN_NAMESPACE

#endif
