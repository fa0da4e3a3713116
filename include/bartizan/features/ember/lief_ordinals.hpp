// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_FEATURES_EMBER_LIEF_ORDINALS_HPP
#define BARTIZAN_FEATURES_EMBER_LIEF_ORDINALS_HPP

#include "../../core/span.hpp"
#include "spelling.hpp"

namespace BARTIZAN_NAMESPACE::features::ember {

/// Ordinals of one library that LIEF 0.9.0 can name: pairs of first and last, ended by {0, 0}.
struct lief_ordinal_names {
    const char* library;  ///< lower case
    const uint16_t (*ranges)[2];
};

namespace detail {

inline constexpr uint16_t lief_ordinals_of_kernel32[][2] = {
    {1, 949}, {0, 0},
};
inline constexpr uint16_t lief_ordinals_of_ntdll[][2] = {
    {1, 1315}, {0, 0},
};
inline constexpr uint16_t lief_ordinals_of_advapi32[][2] = {
    {1, 675}, {0, 0},
};
inline constexpr uint16_t lief_ordinals_of_msvcp110[][2] = {
    {1, 1591}, {0, 0},
};
inline constexpr uint16_t lief_ordinals_of_msvcp120[][2] = {
    {1, 1569}, {0, 0},
};
inline constexpr uint16_t lief_ordinals_of_msvcr100[][2] = {
    {1, 1621}, {0, 0},
};
inline constexpr uint16_t lief_ordinals_of_msvcr110[][2] = {
    {1, 1710}, {0, 0},
};
inline constexpr uint16_t lief_ordinals_of_msvcr120[][2] = {
    {1, 1966}, {0, 0},
};
inline constexpr uint16_t lief_ordinals_of_user32[][2] = {
    {1, 732}, {0, 0},
};
inline constexpr uint16_t lief_ordinals_of_comctl32[][2] = {
    {2, 17}, {19, 70}, {75, 100}, {152, 152}, {200, 210}, {236, 236}, {320, 340}, {343, 348}, {380, 381}, {385, 388},
    {394, 394}, {400, 401}, {403, 403}, {410, 413}, {0, 0},
};
inline constexpr uint16_t lief_ordinals_of_ws2_32[][2] = {
    {1, 99}, {101, 116}, {151, 151}, {500, 500}, {0, 0},
};
inline constexpr uint16_t lief_ordinals_of_shcore[][2] = {
    {2, 88}, {122, 122}, {0, 0},
};
inline constexpr uint16_t lief_ordinals_of_oleaut32[][2] = {
    {2, 301}, {303, 319}, {322, 323}, {325, 327}, {329, 349}, {360, 379}, {401, 402}, {411, 443}, {0, 0},
};
inline constexpr uint16_t lief_ordinals_of_mfc42u[][2] = {
    {1, 6}, {0, 0},
};
inline constexpr uint16_t lief_ordinals_of_shlwapi[][2] = {
    {1, 2}, {7, 10}, {12, 12}, {14, 16}, {29, 29}, {151, 158}, {168, 169}, {172, 172}, {174, 174}, {176, 176},
    {184, 185}, {191, 191}, {199, 199}, {203, 204}, {212, 215}, {217, 217}, {219, 219}, {225, 225}, {256, 256},
    {276, 276}, {280, 280}, {345, 346}, {353, 354}, {377, 378}, {388, 388}, {418, 418}, {432, 433}, {437, 437},
    {462, 462}, {467, 467}, {487, 487}, {500, 504}, {512, 513}, {515, 515}, {553, 553}, {567, 570}, {572, 572},
    {576, 576}, {579, 579}, {584, 597}, {599, 600}, {607, 610}, {612, 612}, {619, 620}, {622, 625}, {641, 910}, {0, 0},
};
inline constexpr uint16_t lief_ordinals_of_gdi32[][2] = {
    {1, 609}, {0, 0},
};
inline constexpr uint16_t lief_ordinals_of_shell32[][2] = {
    {2, 4}, {6, 6}, {9, 11}, {13, 14}, {16, 19}, {21, 25}, {27, 28}, {41, 43}, {47, 47}, {49, 49}, {51, 51}, {59, 59},
    {62, 64}, {66, 68}, {71, 75}, {77, 77}, {80, 81}, {83, 83}, {85, 85}, {88, 90}, {92, 92}, {98, 98}, {100, 100},
    {102, 103}, {119, 119}, {125, 125}, {129, 129}, {131, 139}, {147, 147}, {149, 150}, {152, 155}, {157, 157},
    {162, 162}, {164, 165}, {167, 171}, {173, 174}, {176, 176}, {178, 180}, {182, 183}, {189, 193}, {195, 196},
    {199, 199}, {207, 208}, {226, 226}, {228, 229}, {231, 232}, {238, 240}, {245, 245}, {255, 256}, {263, 263},
    {267, 269}, {272, 488}, {524, 524}, {526, 526}, {644, 645}, {652, 652}, {654, 654}, {680, 680}, {682, 682},
    {685, 685}, {688, 689}, {701, 701}, {709, 709}, {716, 716}, {727, 727}, {730, 730}, {743, 743}, {747, 747},
    {750, 750}, {846, 846}, {0, 0},
};

inline constexpr lief_ordinal_names lief_ordinals[] = {
    {"kernel32.dll", lief_ordinals_of_kernel32},
    {"ntdll.dll", lief_ordinals_of_ntdll},
    {"advapi32.dll", lief_ordinals_of_advapi32},
    {"msvcp110.dll", lief_ordinals_of_msvcp110},
    {"msvcp120.dll", lief_ordinals_of_msvcp120},
    {"msvcr100.dll", lief_ordinals_of_msvcr100},
    {"msvcr110.dll", lief_ordinals_of_msvcr110},
    {"msvcr120.dll", lief_ordinals_of_msvcr120},
    {"user32.dll", lief_ordinals_of_user32},
    {"comctl32.dll", lief_ordinals_of_comctl32},
    {"ws2_32.dll", lief_ordinals_of_ws2_32},
    {"shcore.dll", lief_ordinals_of_shcore},
    {"oleaut32.dll", lief_ordinals_of_oleaut32},
    {"mfc42u.dll", lief_ordinals_of_mfc42u},
    {"shlwapi.dll", lief_ordinals_of_shlwapi},
    {"gdi32.dll", lief_ordinals_of_gdi32},
    {"shell32.dll", lief_ordinals_of_shell32},
};

}  // namespace detail

/// Whether LIEF finds a name for this ordinal, so that it counts among `general.imports`.
[[nodiscard]] constexpr bool lief_names_ordinal(bytes library, uint16_t ordinal) noexcept {
    for (const lief_ordinal_names& table : detail::lief_ordinals) {
        size_t i = 0;
        while (i < library.size && table.library[i] != '\0' && lower_case(library[i]) == static_cast<uint8_t>(table.library[i])) ++i;
        if (i != library.size || table.library[i] != '\0') continue;
        for (const uint16_t(*range)[2] = table.ranges; (*range)[0] != 0; ++range) {
            if (ordinal >= (*range)[0] && ordinal <= (*range)[1]) return true;
        }
    }
    return false;
}

}  // namespace BARTIZAN_NAMESPACE::features::ember

#endif
