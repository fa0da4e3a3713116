// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_WORK_LIMIT_HPP
#define BARTIZAN_FEATURES_EMBER_WORK_LIMIT_HPP

#include "../../core/span.hpp"

namespace BARTIZAN_NAMESPACE::features::ember {

/// What a file may ask for. The published extractors follow tables that overlap, or that point at themselves, for minutes; here
/// a walk ends when its steps are used up, and the vector holds what was read by then. A step is one section header looked at,
/// one table entry or one byte of a name: a few nanoseconds. Of 3,446 benign files none needs a third of them for one walk.
class work_limit {
  public:
    static constexpr uint64_t default_steps = uint64_t{1} << 22;

    constexpr explicit work_limit(uint64_t steps = default_steps) noexcept : left_(steps) {}

    /// Whether `steps` more may be made; from the first refusal on, none.
    [[nodiscard]] constexpr bool take(uint64_t steps) noexcept {
        left_ = steps <= left_ ? left_ - steps : 0;
        return left_ != 0;
    }

  private:
    uint64_t left_;
};

/// Sections may overlap and so be counted again and again: thousands of them over one file would take seconds. When the sections'
/// bytes together exceed four times the file's and 16 MiB, the entropies of the rest are 0. Of 3,446 benign files
/// none exceeds twice its own size.
class section_bytes_limit {
  public:
    constexpr explicit section_bytes_limit(uint64_t file_size_bytes) noexcept
        : left_(4 * file_size_bytes + (1 << 24)) {}

    /// `content`, or nothing once the limit is reached.
    [[nodiscard]] constexpr bytes take(bytes content) noexcept {
        left_ = content.size <= left_ ? left_ - content.size : 0;
        return left_ != 0 ? content : bytes{};
    }

  private:
    uint64_t left_;
};

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
