// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_MEMORY_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_MEMORY_HPP

#include "judgement.hpp"
/// @rule    C1.4 lsass_memory_read            @attack T1003.001 OS Credential Dumping: LSASS Memory
/// @event   memory_read                      @reads  volume and place of the reads, protection of both processes, actor
/// @verdict convict: 64 KiB or 16 reads within 60 s (an inventory's module walk: 1 MiB), any read of the authentication packages' data,
///          any successful read of protected LSASS by an unprotected process
/// @benign  protected antimalware; WerFault for a fault that LSASS reported
/// @blind   no addresses: which data was read; no protection byte
/// @misses  reads through a driver; sensors that log reads of LSASS only on request (ETW Threat-Intelligence)
namespace BARTIZAN_NAMESPACE::rules {

namespace lsass_memory {

enum atom : uint8_t { m1, m2, m3, m4, m5 };

inline constexpr atom_info atoms[] = {
    {"m1", "LSASS memory was read in quantity", grade::strong, column::what, field::memory_reads},
    {"m2", "the authentication packages' data was read", grade::strong, column::what, field::memory_reads},
    {"m3", "an unprotected process read protected LSASS", grade::strong, column::what, field::target_protection},
    {"m4", "the program itself is unsigned or not trusted", grade::weak, column::who, field::actor_trust},
    {"m5", "the actor is a script host or a tool that does what it is told", grade::weak, column::who, field::actor_image},
};

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    if (has_role(e.target, role::lsass) != truth::yes) return {};
    atom_set set;
    set.set(m1, e.facts.get(fact::target_memory_read));
    set.set(m2, e.facts.get(fact::target_secrets_read));
    set.set(m3, to_truth(e.target.protection != 0) & e.target.is_protected & !e.actor.is_protected);
    set.set(m4, at_most(e.actor.image_trust, trust::t0));
    set.set(m5, is_tool(e));
    const truth fault = has_role(e.actor, role::error_reporter) & e.facts.get(fact::actor_fault_reported);
    return judge(set, atoms, (owns_credentials(e) & !runs_foreign_code(e)) | fault, field::actor_trust);
}

}  // namespace lsass_memory

inline constexpr rule lsass_memory_read{0x0104,
                            1,
                            "lsass_memory_read",
                            "T1003.001",
                            family::credential_lsass,
                            detection::credential_theft,
                            detection::credential_access_seen,
                            kind_bit(event_kind::memory_read),
                            lsass_memory::atoms,
                            lsass_memory::evaluate,
                            nullptr};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
