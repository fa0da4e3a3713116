// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_NAME_SET_HPP
#define BARTIZAN_FEATURES_EMBER_NAME_SET_HPP

#include "spelling.hpp"

namespace BARTIZAN_NAMESPACE::features::ember {

/// Names seen so far, letter case ignored: an open hash table of views in the caller's memory, whose size must be a power of
/// two. When three quarters are taken it is full, and a new name counts as seen.
class name_set {
  public:
    constexpr explicit name_set(span<bytes> slots) noexcept : slots_(slots) {
        for (bytes& slot : slots_) slot = {};
    }

    /// Whether the name is new; from now on it is not. An empty name is never new.
    [[nodiscard]] constexpr bool insert(bytes name) noexcept {
        if (name.empty()) return false;
        murmur3_32 hash;
        add_lower_case(hash, name);
        for (size_t at = hash.value();; ++at) {
            bytes& slot = slots_[at & (slots_.size - 1)];
            if (slot.empty()) {
                if (size_ >= slots_.size / 4 * 3) return false;
                slot = name;
                ++size_;
                return true;
            }
            if (equal_folded(slot, name)) return false;
        }
    }

    [[nodiscard]] constexpr size_t size() const noexcept { return size_; }

  private:
    span<bytes> slots_;
    size_t size_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
