// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_PEFILE_NAMES_HPP
#define BARTIZAN_FEATURES_EMBER_PEFILE_NAMES_HPP

#include "../../core/span.hpp"

/// Which names pefile believes.
namespace BARTIZAN_NAMESPACE::features::ember {

namespace detail {

[[nodiscard]] constexpr bool consists_of(bytes text, const char* punctuation) noexcept {
    for (const uint8_t byte : text) {
        const uint8_t letter = byte | 0x20;
        if ((letter >= 'a' && letter <= 'z') || (byte >= '0' && byte <= '9')) continue;
        const char* c = punctuation;
        while (*c != '\0' && static_cast<uint8_t>(*c) != byte) ++c;
        if (*c == '\0') return false;
    }
    return true;
}

}  // namespace detail

[[nodiscard]] constexpr bool is_pefile_library_name(bytes name) noexcept {
    return detail::consists_of(name, "!#$%&'()-@^_`{}~+,.;=[]\\/");
}
[[nodiscard]] constexpr bool is_pefile_import_name(bytes name) noexcept {
    return detail::consists_of(name, "._?@$()<>");
}
[[nodiscard]] constexpr bool is_pefile_export_name(bytes name) noexcept {
    return detail::consists_of(name, "!\"#$%&'()*+,-./:<>?[\\]^_`{|}~@");
}

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
