// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "feature_value.hpp"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string_view>

namespace bartizan_cli {

namespace {

namespace features = bartizan::features;

std::string_view trimmed(std::string_view cell) {
    const size_t begin = cell.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return cell.substr(begin, cell.find_last_not_of(" \t") - begin + 1);
}

}  // namespace

bool is_entropy(unsigned i) { return std::string_view(features::fields[i].name).ends_with("Entropy"); }

bool parse_feature(const std::string& cell, unsigned i, uint64_t& out) {
    const std::string_view text = trimmed(cell);
    const char* const end = text.data() + text.size();
    // Whole numbers exactly: an image base has 64 bits.
    if (!is_entropy(i)) {
        const auto [stop, error] = std::from_chars(text.data(), end, out);
        if (error == std::errc() && stop == end) return true;
    }
    double number = 0;
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stop != end || !(number >= 0)) return false;
    constexpr double largest_entropy_bits = 8;
    if (is_entropy(i)) {
        if (number > largest_entropy_bits) return false;
        out = static_cast<uint64_t>(std::llround(number * 65536));
        return true;
    }
    const bool is_mean = std::string_view(features::fields[i].name).find("Mean") != std::string_view::npos;
    if (number >= 18446744073709551616.0 || (!is_mean && number != std::floor(number))) return false;
    out = static_cast<uint64_t>(number);
    return true;
}

double feature_number(const features::vector& v, unsigned i) {
    if (!v.has(i)) return std::numeric_limits<double>::quiet_NaN();
    return is_entropy(i) ? std::ldexp(static_cast<double>(v.value[i]), -16) : static_cast<double>(v.value[i]);
}

std::string feature_text(const features::vector& v, unsigned i) {
    if (!v.has(i)) return {};
    if (!is_entropy(i)) return std::to_string(v.value[i]);
    char text[32];
    std::snprintf(text, sizeof text, "%.6f", feature_number(v, i));
    return text;
}

}  // namespace bartizan_cli
