// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_FEATURE_HASH_HPP
#define BARTIZAN_FEATURES_EMBER_FEATURE_HASH_HPP

#include "../../core/span.hpp"
#include "murmur3.hpp"

namespace BARTIZAN_NAMESPACE::features {

/// The hashing trick as scikit-learn's FeatureHasher does it: names fall into few bins, each name adds its value, negated where
/// its hash is negative, so that collisions cancel on average. Sums are doubles there; here integers, which do not depend on the order.
class hashed_bins {
  public:
    enum class sign : uint8_t { alternating, positive };

    /// `bins` is the caller's, at least one; cleared here.
    constexpr explicit hashed_bins(span<int64_t> bins, sign signs = sign::alternating) noexcept
        : bins_(bins), signs_(signs) {
        for (int64_t& bin : bins_) bin = 0;
    }

    constexpr void add(const murmur3_32& name, int64_t value = 1) noexcept {
        const uint32_t value_of_name = name.value();
        const bool negative = value_of_name >> 31 != 0;
        bins_[bin_of(value_of_name, static_cast<uint32_t>(bins_.size))] +=
            negative && signs_ == sign::alternating ? -value : value;
    }
    /// A zero-terminated name.
    constexpr void add(const char* name, int64_t value = 1) noexcept {
        murmur3_32 spelled;
        spelled.add(name);
        add(spelled, value);
    }

    /// |name_hash| mod bins, the hash read as signed. -2^31 has no absolute value; the reference bends it to 2^31 without overflow.
    [[nodiscard]] static constexpr uint32_t bin_of(uint32_t name_hash, uint32_t bins) noexcept {
        if (name_hash == 0x80000000) return (0x7fffffff - (bins - 1)) % bins;
        return (name_hash >> 31 != 0 ? 0 - name_hash : name_hash) % bins;
    }

    [[nodiscard]] constexpr span<int64_t> bins() const noexcept { return bins_; }

  private:
    span<int64_t> bins_;
    sign signs_;
};

}  // namespace BARTIZAN_NAMESPACE::features

#endif
