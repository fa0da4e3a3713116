// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_V3_IMPORTS_HPP
#define BARTIZAN_FEATURES_EMBER_V3_IMPORTS_HPP

#include "name_set.hpp"
#include "pefile_imports.hpp"
#include "v3_scratch.hpp"
#include "vector_writer.hpp"

namespace BARTIZAN_NAMESPACE::features::ember_v3 {

namespace detail {

using ember::pefile_image;
using ember::vector_writer;

/// Which descriptor is the last with a library's name. Names are told apart by the case of their letters. Beyond 768 libraries
/// every descriptor is the last of its own.
class last_descriptors {
  public:
    explicit last_descriptors(extract_scratch& work) noexcept : slots_(work.last_of) {
        for (auto& slot : slots_) slot = {};
    }
    void note(bytes name, uint32_t descriptor) noexcept {
        extract_scratch::library& slot = find(name);
        if (slot.name.empty() && ++size_ > slots_.size / 4 * 3) return;
        slot = {name, descriptor};
    }
    [[nodiscard]] bool is_last(bytes name, uint32_t descriptor) const noexcept {
        const extract_scratch::library& slot = find(name);
        return slot.name.empty() || slot.last_descriptor == descriptor;
    }

  private:
    [[nodiscard]] extract_scratch::library& find(bytes name) const noexcept {
        murmur3_32 hash;
        ember::add_bytes(hash, name);
        size_t at = hash.value() % slots_.size;
        while (!slots_[at].name.empty() && !ember::equal(slots_[at].name, name)) at = (at + 1) % slots_.size;
        return slots_[at];
    }

    span<extract_scratch::library> slots_;
    size_t size_ = 0;
};

/// Reads the import directory twice: a library that is listed again replaces what was listed under its name before.
inline void put_imports(pefile_image& image, ember::pefile_thunk_reader& thunks, extract_scratch& work,
                        vector_writer& out) noexcept {
    last_descriptors last{work};
    uint32_t descriptor = 0;
    ember::for_each_pefile_import(
        image, thunks, [&](bytes library) noexcept { last.note(library, ++descriptor); },
        [](bytes, const ember::pefile_import&) noexcept {});

    hashed_bins libraries{work.more_bins, hashed_bins::sign::positive};
    hashed_bins functions{work.bins, hashed_bins::sign::positive};
    ember::name_set seen{work.libraries};
    uint64_t imports = 0;
    descriptor = 0;
    bool kept = false;
    ember::pefile_thunk_reader again(image, work.walk.counts);
    ember::for_each_pefile_import(
        image, again,
        [&](bytes library) noexcept {
            kept = last.is_last(library, ++descriptor);
            if (!kept || !seen.insert(library)) return;
            murmur3_32 name;
            ember::add_lower_case(name, library);
            libraries.add(name);
        },
        [&](bytes library, const ember::pefile_import& symbol) noexcept {
            if (!kept) return;
            ++imports;
            murmur3_32 name;
            ember::add_lower_case(name, library);
            name.add(':');
            if (!symbol.by_ordinal) {
                ember::add_bytes(name, symbol.name);
            } else if (symbol.known_name != nullptr) {
                name.add(symbol.known_name);
            } else {
                if (!symbol.in_named_library) {
                    ember::add_bytes(name, library);
                    name.add(":ordinal");
                } else {
                    name.add("ord");
                }
                ember::add_decimal(name, symbol.ordinal);
            }
            functions.add(name);
        });
    out.put(imports);
    out.put(seen.size());
    out.put_all(libraries);
    out.put_all(functions);
}

}  // namespace detail

}  // namespace BARTIZAN_NAMESPACE::features::ember_v3

#endif
