// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_VECTOR_WRITER_HPP
#define BARTIZAN_FEATURES_EMBER_VECTOR_WRITER_HPP

#include "feature_hash.hpp"
#include "pairwise_sum.hpp"
#include "single_precision.hpp"

namespace BARTIZAN_NAMESPACE::features::ember {

/// Fills a vector from front to back: numbers are integers, or quotients of integers, until they are rounded here, once. Zero
/// wherever nothing is put.
class vector_writer {
  public:
    constexpr explicit vector_writer(span<float> out) noexcept : out_(out) {
        for (float& value : out_) value = 0;
    }

    /// Puts into the next dimension; past the last one nothing happens.
    constexpr void put(uint64_t value) noexcept { put_single(nearest_single(value)); }
    /// 0 where the denominator is.
    constexpr void put_ratio(uint64_t numerator, uint64_t denominator) noexcept { put_single(nearest_single(numerator, denominator)); }
    constexpr void put_signed_ratio(int64_t numerator, uint64_t denominator) noexcept {
        const auto magnitude = static_cast<uint64_t>(numerator < 0 ? -numerator : numerator);
        const float ratio = nearest_single(magnitude, denominator);
        put_single(numerator < 0 ? -ratio : ratio);
    }
    constexpr void put_single(float value) noexcept {
        if (at_ < out_.size) out_[at_] = value;
        ++at_;
    }
    /// Sums over `unit`.
    constexpr void put_all(const hashed_bins& hashed, uint64_t unit = 1) noexcept {
        for (const int64_t bin : hashed.bins()) put_signed_ratio(bin, unit);
    }
    /// Counts as shares of their sum. Counts, sum and shares are single precision, as numpy's arrays there; without any count
    /// all shares are 0, where the extractors divide by zero.
    void put_shares(span<const uint64_t> counts) noexcept {
        float values[256]{};
        const size_t size = counts.size < 256 ? counts.size : 256;
        for (size_t i = 0; i < size; ++i) values[i] = nearest_single(counts[i]);
        const auto sum = static_cast<uint64_t>(pairwise_sum(span<const float>(values, size)));
        for (size_t i = 0; i < size; ++i) put_ratio(static_cast<uint64_t>(values[i]), sum);
    }
    constexpr void skip(size_t dimensions) noexcept { at_ += dimensions; }

    /// Dimensions put or skipped so far.
    [[nodiscard]] constexpr size_t position() const noexcept { return at_; }

  private:
    span<float> out_;
    size_t at_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
