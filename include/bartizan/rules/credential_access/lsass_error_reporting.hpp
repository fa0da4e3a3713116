// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_ERROR_REPORTING_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_ERROR_REPORTING_HPP

#include "judgement.hpp"
/// @rule    C1.6 lsass_error_reporting        @attack T1003.001 OS Credential Dumping: LSASS Memory
/// @event   registry (set_value, create_key) @reads  key, value and data, actor
/// @verdict convict: SilentProcessExit for LSASS, or GlobalFlag with FLG_MONITOR_SILENT_PROCESS_EXIT for it: Windows itself would write
///          the dump; event: LocalDumps for LSASS (convict by an untrusted program)
/// @benign  SilentProcessExit of other programs (a debugging aid); dumps of other programs
/// @blind   no data: which flags were set
/// @misses  WerFault called by hand: that is C1.1's a4
namespace BARTIZAN_NAMESPACE::rules {

namespace lsass_error_reporting {

enum atom : uint8_t { r1, r2, r3 };

inline constexpr atom_info atoms[] = {
    {"r1", "error reporting was told to dump LSASS", grade::strong, column::what, field::registry_data},
    {"r2", "full dumps of LSASS were asked for should it crash", grade::medium, column::what, field::registry_data},
    {"r3", "the program itself is unsigned or not trusted", grade::medium, column::who, field::actor_trust},
};

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    const truth reporting = e.facts.get(fact::lsass_reporting_set);
    const truth dumps = e.facts.get(fact::lsass_dumps_kept);
    outcome out;
    if (reporting != truth::yes && dumps != truth::yes) {
        if (reporting == truth::unknown && e.data.registry.what == registry_payload::operation::set_value && e.facts.get(fact::lsa_packages_set) == truth::no)
            out.blind.add(field::registry_data);
        return out;
    }
    atom_set set;
    set.set(r1, reporting);
    set.set(r2, dumps);
    set.set(r3, at_most(e.actor.image_trust, trust::t0));
    return judge(set, atoms, owns_credentials(e) & !runs_foreign_code(e), field::actor_trust);
}

}  // namespace lsass_error_reporting

inline constexpr rule lsass_error_reporting_set{0x0106,
                            1,
                            "lsass_error_reporting",
                            "T1003.001",
                            family::credential_lsass,
                            detection::credential_theft,
                            detection::credential_access_seen,
                            kind_bit(event_kind::registry),
                            lsass_error_reporting::atoms,
                            lsass_error_reporting::evaluate,
                            deny_what_convicts<lsass_error_reporting::evaluate>};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
