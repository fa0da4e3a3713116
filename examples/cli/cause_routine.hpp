// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_CAUSE_ROUTINE_HPP
#define BARTIZAN_EXAMPLES_CLI_CAUSE_ROUTINE_HPP

#include "cause_drawing.hpp"

namespace bartizan_cli {

/// What Windows and programs do every day, beside any attack: a step that an administrator need not read first. It is set apart, not left
/// out, since whoever attacks can choose names.
bool is_routine(const cause_drawing& graph, const cause_edge& e);

/// A value from which something starts by itself: a Run key, a service, a debugger of a program.
bool is_autostart(const std::string& key);

/// A file that can run or be run by another program, by its extension.
bool is_runnable(const std::string& path);

/// The same in any case of ASCII letters.
bool same_text(std::string_view a, std::string_view b);

/// `text` holds `part`, in any case of ASCII letters; `part` is written in lower case.
bool holds(const std::string& text, std::string_view part);

}  // namespace bartizan_cli

#endif
