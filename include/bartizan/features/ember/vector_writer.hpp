// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_VECTOR_WRITER_HPP
#define BARTIZAN_FEATURES_EMBER_VECTOR_WRITER_HPP

#include "../feature_hash.hpp"
#include "../pairwise_sum.hpp"

namespace BARTIZAN_NAMESPACE::features::ember {

/// Fills a vector from front to back: numbers become floats at the very end, as in the extractors. Zero wherever nothing is put.
class vector_writer {
  public:
    constexpr explicit vector_writer(span<float> out) noexcept : out_(out) {
        for (float& value : out_) value = 0;
    }

    /// Puts into the next dimension; past the last one nothing happens.
    constexpr void put(double value) noexcept {
        if (at_ < out_.size) out_[at_] = static_cast<float>(value);
        ++at_;
    }
    constexpr void put_all(const hashed_bins& hashed) noexcept {
        for (const double bin : hashed.bins()) put(bin);
    }
    /// Counts as shares of their sum. Counts, sum and shares are single precision, as numpy's arrays there; without any count
    /// all shares are 0, where the extractors divide by zero.
    constexpr void put_shares(span<const uint64_t> counts) noexcept {
        float values[256]{};
        const size_t size = counts.size < 256 ? counts.size : 256;
        for (size_t i = 0; i < size; ++i) values[i] = static_cast<float>(counts[i]);
        const float sum = pairwise_sum(span<const float>(values, size));
        for (size_t i = 0; i < size; ++i) put(sum > 0 ? values[i] / sum : 0);
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
