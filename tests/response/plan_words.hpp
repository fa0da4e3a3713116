// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTS_RESPONSE_PLAN_WORDS_HPP
#define BARTIZAN_TESTS_RESPONSE_PLAN_WORDS_HPP

#include <bartizan/response/step.hpp>
#include <string>

namespace bartizan_tests {

/// The kinds of a plan's steps, in order.
inline std::string words(const bartizan::respond::plan& p) {
    std::string out;
    for (const bartizan::respond::step& s : p) {
        if (!out.empty()) out += ' ';
        out += name(s.kind);
    }
    return out;
}

}  // namespace bartizan_tests

#endif
