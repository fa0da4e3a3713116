// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_PE_SYMBOL_NAME_HPP
#define BARTIZAN_PE_SYMBOL_NAME_HPP

#include "../core/span.hpp"

/// Which bytes a name in a PE file may have, as the reference parser decides it. A name that no linker writes is the mark of
/// a table that is not one.
namespace BARTIZAN_NAMESPACE::pe {

/// Names of modules and symbols are cut to so many bytes, as by the reference parser.
inline constexpr size_t max_name_bytes = 0x200;

namespace detail {

// ASCII letters, digits and `more`.
class character_set {
  public:
    consteval explicit character_set(const char* more) {
        for (uint8_t c = '0'; c <= '9'; ++c) add(c);
        for (uint8_t c = 'a'; c <= 'z'; ++c) add(c);
        for (uint8_t c = 'A'; c <= 'Z'; ++c) add(c);
        for (; *more != 0; ++more) add(static_cast<uint8_t>(*more));
    }
    // True when `name` has at least one byte and every byte is in the set.
    [[nodiscard]] constexpr bool spells(bytes name) const noexcept {
        for (const uint8_t c : name) {
            if ((words_[c >> 6] >> (c & 63) & 1) == 0) return false;
        }
        return !name.empty();
    }

  private:
    consteval void add(uint8_t c) { words_[c >> 6] |= uint64_t{1} << (c & 63); }

    uint64_t words_[4]{};
};

inline constexpr character_set module_characters{"!#$%&'()-@^_`{}~+,.;=[]\\/"};
inline constexpr character_set import_characters{"._?@$()<>"};
inline constexpr character_set export_characters{"!\"#$%&'()*+,-./:<>?[\\]^_`{|}~@"};

}  // namespace detail

[[nodiscard]] constexpr bool is_module_name(bytes name) noexcept { return detail::module_characters.spells(name); }
[[nodiscard]] constexpr bool is_import_name(bytes name) noexcept { return detail::import_characters.spells(name); }
[[nodiscard]] constexpr bool is_export_name(bytes name) noexcept { return detail::export_characters.spells(name); }

}  // namespace BARTIZAN_NAMESPACE::pe

#endif
