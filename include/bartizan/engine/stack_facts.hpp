// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_STACK_FACTS_HPP
#define BARTIZAN_ENGINE_STACK_FACTS_HPP

#include "call_trace.hpp"

namespace BARTIZAN_NAMESPACE::engine {

/// The call came through memory that no file and no managed runtime accounts for.
[[nodiscard]] constexpr truth is_unbacked_call(const call_stack& stack, const policy::settings& settings) noexcept {
    bool without_file = false;
    for (uint32_t i = 0; i < stack.size; ++i) without_file |= detail::is_without_file(stack, i, settings);
    if (!without_file) return stack.size != 0 && stack.complete == truth::yes ? truth::no : truth::unknown;
    for (uint32_t i = 0; i < stack.size; ++i)
        if (!stack.frames[i].module.empty() && detail::read_frame(stack.frames[i], settings).managed) return truth::no;
    return truth::yes;
}

/// The system call comes from a program's own code instead of Windows' process creation.
[[nodiscard]] constexpr truth is_direct_creation(const call_stack& stack, const policy::settings& settings) noexcept {
    if (stack.size < 2) return truth::unknown;
    if (detail::read_frame(stack.frames[0], settings).kind != policy::module_kind::system_stub || stack.frames[1].module.empty()) return truth::no;
    char16_t buffer[320] = {};
    return to_truth(policy::trust_from_path(canonicalise(stack.frames[1].module, buffer, settings.paths)) != trust::t3);
}

/// A frame on the file's own code in the unused space of its module (rules.md CC, c15). Without a slack map nothing is looked for.
[[nodiscard]] constexpr truth find_slack_frame(const call_stack& stack, const policy::settings& settings) noexcept {
    if (settings.slack.empty()) return truth::no;
    truth found = stack.size != 0 && stack.complete == truth::yes ? truth::no : truth::unknown;
    for (uint32_t i = 0; i < stack.size; ++i) {
        const stack_frame& frame = stack.frames[i];
        if (frame.module.empty()) continue;
        char16_t buffer[320] = {};
        found = found | policy::is_slack_code(settings.slack, canonicalise(frame.module, buffer, settings.paths).path, frame.address);
    }
    return found;
}

/// A kernel-mode frame outside every driver; unknown where no kernel stack was recorded.
[[nodiscard]] constexpr truth find_unbacked_kernel_frame(const call_stack& stack) noexcept {
    truth found = truth::unknown;
    for (uint32_t i = 0; i < stack.size; ++i) {
        const stack_frame& frame = stack.frames[i];
        if (frame.module.empty() && is_kernel_address(frame.address)) return truth::yes;
        if (ends_with_folded(frame.module, u".sys") || equal_folded(file_name(frame.module), u"ntoskrnl.exe")) found = truth::no;
    }
    return found;
}

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
