// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RESPONSE_CAUSE_GRAPH_TEXTS_HPP
#define BARTIZAN_RESPONSE_CAUSE_GRAPH_TEXTS_HPP

#include "../core/text.hpp"
#include "cause_graph_words.hpp"

namespace BARTIZAN_NAMESPACE::respond {

/// Texts of a cause graph in a fixed number of UTF-16 code units. Each is stored behind a header that names its owner, so that
/// `compact` can close the gaps that owners left: linear in the memory, and needed once for each time that it fills.
template <uint32_t Units>
class cause_graph_texts {
  public:
    static constexpr uint32_t header_units = 4;

    constexpr void clear() noexcept { used_ = 0; }
    [[nodiscard]] constexpr text at(graph_text where) const noexcept { return {units_ + where.offset, where.size}; }
    [[nodiscard]] constexpr bool has_room(uint32_t size) const noexcept { return Units - used_ >= header_units && Units - used_ - header_units >= size; }

    /// Copies `in`; the caller has asked `has_room`.
    [[nodiscard]] constexpr graph_text put(text in, uint32_t owner) noexcept {
        put_number(used_, owner);
        put_number(used_ + 2, in.size);
        const graph_text where{used_ + header_units, in.size};
        for (uint32_t i = 0; i < in.size; ++i) units_[where.offset + i] = in[i];
        used_ = where.offset + in.size;
        return where;
    }

    /// Closes gaps. `place_of(owner) -> graph_text*` is where the owner keeps its place, or null; a text that its owner no longer
    /// points to is dropped.
    template <class PlaceOf>
    constexpr void compact(PlaceOf&& place_of) noexcept {
        uint32_t to = 0;
        for (uint32_t from = 0; from < used_;) {
            const uint32_t owner = number_at(from);
            const uint32_t size = number_at(from + 2);
            graph_text* const place = place_of(owner);
            if (place != nullptr && place->offset == from + header_units) {
                for (uint32_t i = 0; i < header_units + size; ++i) units_[to + i] = units_[from + i];
                place->offset = to + header_units;
                to += header_units + size;
            }
            from += header_units + size;
        }
        used_ = to;
    }

  private:
    constexpr void put_number(uint32_t at, uint32_t n) noexcept {
        units_[at] = static_cast<char16_t>(n & 0xffff);
        units_[at + 1] = static_cast<char16_t>(n >> 16);
    }
    [[nodiscard]] constexpr uint32_t number_at(uint32_t at) const noexcept { return units_[at] | static_cast<uint32_t>(units_[at + 1]) << 16; }

    char16_t units_[Units] = {};
    uint32_t used_ = 0;
};

}  // namespace BARTIZAN_NAMESPACE::respond

#endif
