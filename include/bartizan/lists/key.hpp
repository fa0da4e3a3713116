// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_LISTS_KEY_HPP
#define BARTIZAN_LISTS_KEY_HPP

#include "../core/block_hash.hpp"
#include "../core/sha256.hpp"
#include "../core/text.hpp"

namespace BARTIZAN_NAMESPACE::lists {

[[nodiscard]] constexpr uint64_t big_endian_64(const uint8_t* p) noexcept {
    return uint64_t{bartizan::detail::big_endian_word(p)} << 32 | bartizan::detail::big_endian_word(p + 4);
}

/// UTF-16LE bytes at any address, as they lie in a list.
struct encoded_text {
    bytes units;
    [[nodiscard]] constexpr uint32_t size() const noexcept { return static_cast<uint32_t>(units.size / 2); }
    [[nodiscard]] constexpr char16_t operator[](uint32_t i) const noexcept {
        return static_cast<char16_t>(units[2 * size_t{i}] | units[2 * size_t{i} + 1] << 8);
    }
};

/// FNV-1a of the upper-cased code units, then mixed so that its first bits spread as a digest's do; big-endian, and zeros behind
/// it. Stands in the digest's place of a path or name. `Text` has `operator[]`.
template <class Text>
[[nodiscard]] constexpr sha256_digest digest_of_text(const Text& t, uint32_t size) noexcept {
    uint64_t hash = hash_text({});
    for (uint32_t i = 0; i < size; ++i) {
        const char16_t c = upcase(t[i]);
        hash = hash_text({&c, 1}, hash);
    }
    hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdu;
    hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53u;
    hash ^= hash >> 33;
    sha256_digest out;
    for (uint32_t i = 0; i < 8; ++i) out.bytes[i] = static_cast<uint8_t>(hash >> (56 - 8 * i));
    return out;
}
[[nodiscard]] constexpr sha256_digest digest_of_text(text t) noexcept { return digest_of_text(t, t.size); }
[[nodiscard]] constexpr sha256_digest digest_of_text(const encoded_text& t) noexcept { return digest_of_text(t, t.size()); }

/// Order by digest bytes: negative, 0 or positive.
[[nodiscard]] constexpr int compare_digests(const uint8_t* a, const uint8_t* b) noexcept {
    for (uint32_t i = 0; i < 32; i += 8) {
        const uint64_t x = big_endian_64(a + i), y = big_endian_64(b + i);
        if (x != y) return x < y ? -1 : 1;
    }
    return 0;
}

}  // namespace BARTIZAN_NAMESPACE::lists

#endif
