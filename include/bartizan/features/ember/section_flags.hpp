// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_SECTION_FLAGS_HPP
#define BARTIZAN_FEATURES_EMBER_SECTION_FLAGS_HPP

#include "../../core/config.hpp"

namespace BARTIZAN_NAMESPACE::features::ember {

/// IMAGE_SCN_*: what a section's memory is for.
inline constexpr uint32_t mem_execute = 0x20000000;
inline constexpr uint32_t mem_read = 0x40000000;
inline constexpr uint32_t mem_write = 0x80000000;

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
