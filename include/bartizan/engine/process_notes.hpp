// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_PROCESS_NOTES_HPP
#define BARTIZAN_ENGINE_PROCESS_NOTES_HPP

#include "../core/process.hpp"

/// What single families of rules remember of each process, beside the facts that all share. Plain data in the process's record.
namespace BARTIZAN_NAMESPACE::engine {

/// Browser lockdown (lockdown_labels.hpp). The label itself is in `process`.
struct lockdown_notes {
    uint64_t directory_hash = 0;                    ///< of the image's canonical directory; 0 unknown
    truth is_browser_utility = truth::unknown;      ///< the browser's unsandboxed utility process
    truth is_native_messaging = truth::unknown;     ///< a shell that carries a native-messaging host
    truth is_native_host_allowed = truth::unknown;  ///< ... whose host the policy names
};

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
