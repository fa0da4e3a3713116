// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RESPONSE_FILE_PLAN_HPP
#define BARTIZAN_RESPONSE_FILE_PLAN_HPP

#include "plan.hpp"

/// From a file's verdict and the lists' word on it to what the host must do. Pure; any IRQL; no memory.
namespace BARTIZAN_NAMESPACE::respond {

/// What the lists say of a file (lists::disposition, in the same order).
enum class list_word : uint8_t { none, blocked, suppressed, allowed, lowered_to_event };

/// When the file was judged.
enum class file_moment : uint8_t {
    before_start,  ///< it is about to run or to be mapped, and that can be failed
    at_rest,       ///< a scan
    running,       ///< the verdict came too late
};

struct file_finding {
    bool detected = false;  ///< a verdict convicts, whatever the lists say
    detection row = detection::malware_before_execution;  ///< of the verdict: file_row
    list_word list = list_word::none;
    file_moment moment = file_moment::at_rest;
    uint8_t reserved[4] = {};
    process_key process = {};  ///< running: which process; before_start: the one that is being made, if any
    role_set roles = {};       ///< of that process
    uint64_t file_hash = 0;    ///< the host's number of this file, to fold alerts by: say, the first 8 bytes of its SHA-256
    text path = {};
};

/// The row for a file with these verdicts. A hidden program outranks PUA, since it calls for clean-up; a block entry convicts as malware.
[[nodiscard]] constexpr detection file_row(bool is_malware, bool is_pua, bool hides_program) noexcept {
    if (is_malware) return detection::malware_before_execution;
    if (hides_program) return detection::code_cave;
    return is_pua ? detection::pua_before_execution : detection::malware_before_execution;
}

/// Nothing for a clean file. What a list suppresses or allows is recorded; what only a path or a name speaks for is an event as well.
/// A file that ran before it was judged has no row of the table, which keeps health green only for what never ran: the administrator
/// is alerted, and no process is ended.
[[nodiscard]] constexpr plan make_file_plan(const file_finding& f, policy::rule_mode mode = policy::rule_mode::block) noexcept {
    plan p;
    const bool blocked = f.list == list_word::blocked;
    if (mode == policy::rule_mode::off || (!f.detected && !blocked)) return p;
    const policy::disposition& row = policy::disposition_of(f.row);
    step_object file;
    file.kind = object_kind::file;
    file.process = f.process;
    file.path = f.path;
    p.about = {0, f.row, {}, f.process, f.file_hash};
    if (f.list == list_word::suppressed || f.list == list_word::allowed) {
        p.add(step_kind::record, file, f.list == list_word::suppressed ? "a suppression list calls the detection false" : "an allow list speaks for the file");
        return p;
    }
    if (f.list == list_word::lowered_to_event) {
        p.add(step_kind::record, file, row.title);
        p.add(step_kind::event, file, "only a path or a name on an allow list speaks for the file");
        return p;
    }
    if (mode == policy::rule_mode::audit) {
        p.add(step_kind::record, file, "audit: the file is watched and nothing is done");
        p.add(step_kind::event, file, row.title);
        p.add(step_kind::root_cause_analysis, file, "audit: to judge the detection by");
        return p;
    }
    if (f.moment == file_moment::before_start) p.add(step_kind::deny, file, "it is not started");
    if (f.moment == file_moment::running) {
        step_object process = file;
        process.kind = object_kind::process;
        p.add(step_kind::not_prevented, file, "the verdict came after the file had been started");
        p.add(step_kind::termination_withheld, process,
              is_critical(f.roles) ? "a critical system process is never ended" : "the response table has no row for a file that already runs");
    }
    p.add(step_kind::quarantine, file, blocked ? "a block list names it" : "the file, and what belongs to it, is isolated");
    p.add(step_kind::record, file, row.title);
    detail::add_telling(p, f.moment == file_moment::running ? policy::unknown_disposition : row, file);
    if (row.clean_up) p.add(step_kind::clean_up, file, "the offending file and all that belongs to it go to quarantine");
    return p;
}

}  // namespace BARTIZAN_NAMESPACE::respond

#endif
