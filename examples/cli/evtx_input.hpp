// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_EVTX_INPUT_HPP
#define BARTIZAN_EXAMPLES_CLI_EVTX_INPUT_HPP

#include <functional>
#include <string>

namespace bartizan_cli {

/// Reads a Windows event log (.evtx) into the form of a recording: one JSON object a line and record, in the file's order, with the
/// fields of EventData under their own names; a record that cannot be read is an empty line, so that line numbers stay record numbers.
/// Needs libevtx and pugixml when it is built; without them every file gets a sentence that says so.
std::string read_evtx(const std::string& path, const std::function<void(std::string)>& complain);

}  // namespace bartizan_cli

#endif
