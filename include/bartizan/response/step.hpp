// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RESPONSE_STEP_HPP
#define BARTIZAN_RESPONSE_STEP_HPP

#include "../core/access.hpp"
#include "../core/process.hpp"
#include "../core/rule.hpp"
#include "../core/text.hpp"

/// The room is called response; its namespace is `respond`, because core has an enumeration `response` (core/finding.hpp).
namespace BARTIZAN_NAMESPACE::respond {

/// What a host does about a finding, in the order in which a plan holds them: stop it, put it away, tell, look into it, clean up.
/// Numbers are part of the ABI: append, never renumber.
enum class step_kind : uint8_t {
    none,
    strip,                ///< take `rights` off the handle before it is given out
    deny,                 ///< fail the operation
    not_prevented,        ///< to be shown: the operation would have been failed or stripped, and had already happened
    terminate,            ///< end this one process; its descendants are judged by what they do
    termination_withheld, ///< to be shown: the table ends a process, and `why` it is not ended
    quarantine,           ///< the file, with the links, registry entries and companion files that belong to it
    record,               ///< write the finding to the local log
    event,                ///< list it for the administrator; nothing is demanded
    alert,                ///< the administrator must look into it and clear it
    health_red,           ///< until the alert is cleared
    notify_user,
    root_cause_analysis,
    clean_up,             ///< quarantine what the root-cause analysis finds to belong to the offender
    allow_again,          ///< an alert was cleared: what was stopped may run as before (alerts.hpp)
};

enum class object_kind : uint8_t { none, process, handle, file, registry_key };

/// What a step is about. Texts belong to the event and live as long as it does: copy what is kept.
struct step_object {
    object_kind kind = object_kind::none;
    uint8_t reserved[3] = {};
    access_mask rights = 0;     ///< strip: to take off the handle
    process_key process = {};   ///< the process; of a handle, who asks for it; of a file, the process that runs or touches it, if any
    process_key target = {};    ///< of a handle: the process that it opens, or whose thread
    uint64_t handle_value = 0;  ///< of a handle that exists; 0 unknown
    text path = {};             ///< of the process's image, file or key, as the sensor wrote it; empty unknown
};

struct step {
    step_kind kind = step_kind::none;
    step_object object = {};
    const char* why = "";  ///< a sentence for the administrator
};

/// What a plan is about, in words that outlive the event; alerts about the same thing fold by it.
struct subject {
    uint16_t rule_id = 0;  ///< 0: a file's verdict, or a step that failed
    detection row = detection::suspicion;
    uint8_t reserved[5] = {};
    process_key process = {};  ///< the culprit, or the process that asked where nobody on this machine is one
    uint64_t image_hash = 0;   ///< of the culprit's path (process::image_hash), or of a file as its host names it; 0 unknown

    friend constexpr bool operator==(const subject& a, const subject& b) noexcept {
        return a.rule_id == b.rule_id && a.row == b.row && a.process == b.process && a.image_hash == b.image_hash;
    }
};

/// Ordered steps; none where nothing was found. A value without memory of its own but the texts of its event.
struct plan {
    static constexpr uint8_t capacity = 12;  ///< no finding needs more: tests/response enumerates them

    uint32_t size_bytes = sizeof(plan);
    uint8_t count = 0;
    uint8_t reserved[3] = {};
    subject about = {};
    step steps[capacity] = {};

    [[nodiscard]] constexpr const step* begin() const noexcept { return steps; }
    [[nodiscard]] constexpr const step* end() const noexcept { return steps + count; }
    [[nodiscard]] constexpr const step* find(step_kind kind) const noexcept {
        for (const step& s : *this)
            if (s.kind == kind) return &s;
        return nullptr;
    }
    constexpr void add(step_kind kind, const step_object& object, const char* why) noexcept {
        if (count < capacity) steps[count++] = {kind, object, why};
    }
};

/// For logs and JSON; [a-z_] only.
[[nodiscard]] constexpr const char* name(step_kind k) noexcept {
    switch (k) {
        case step_kind::none: return "none";
        case step_kind::strip: return "strip";
        case step_kind::deny: return "deny";
        case step_kind::not_prevented: return "not_prevented";
        case step_kind::terminate: return "terminate";
        case step_kind::termination_withheld: return "termination_withheld";
        case step_kind::quarantine: return "quarantine";
        case step_kind::record: return "record";
        case step_kind::event: return "event";
        case step_kind::alert: return "alert";
        case step_kind::health_red: return "health_red";
        case step_kind::notify_user: return "notify_user";
        case step_kind::root_cause_analysis: return "root_cause_analysis";
        case step_kind::clean_up: return "clean_up";
        case step_kind::allow_again: return "allow_again";
    }
    return "?";
}
[[nodiscard]] constexpr const char* name(object_kind k) noexcept {
    switch (k) {
        case object_kind::none: return "none";
        case object_kind::process: return "process";
        case object_kind::handle: return "handle";
        case object_kind::file: return "file";
        case object_kind::registry_key: return "registry_key";
    }
    return "?";
}

}  // namespace BARTIZAN_NAMESPACE::respond

#endif
