// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_MODULE_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_MODULE_HPP

#include "judgement.hpp"
/// @rule    C1.7 lsass_module                 @attack T1547.005 Security Support Provider
/// @event   image_load (into LSASS), registry (set_value)  @reads  signature of the module, which LSA list was changed, actor
/// @verdict convict: a module without a valid signature maps into LSASS (denied; LSASS is not ended), or an untrusted program changes
///          the list of packages that LSASS loads; event: a module of another publisher, the lists or LSASS's protection changed
/// @benign  Windows' own modules; smart-card, VPN and password-filter products (event); lists changed by Windows' setup
/// @blind   no signature of the module
/// @misses  code that is written into LSASS without a module (see M1)
namespace BARTIZAN_NAMESPACE::rules {

namespace lsass_module {

enum atom : uint8_t { p1, p2, p3, p4, p5 };

inline constexpr atom_info atoms[] = {
    {"p1", "a module without a valid signature maps into LSASS", grade::strong, column::what, field::module_signature},
    {"p2", "a module of another publisher maps into LSASS", grade::medium, column::what, field::module_signature},
    {"p3", "the list of libraries that LSASS or the logon loads was changed", grade::medium, column::what, field::registry_data},
    {"p4", "LSASS's protection was switched", grade::medium, column::what, field::registry_data},
    {"p5", "the program itself is unsigned or not trusted", grade::medium, column::who, field::actor_trust},
};

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    atom_set set;
    if (e.kind == event_kind::image_load) {
        if (has_role(e.actor, role::lsass) != truth::yes) return {};
        set.set(p1, at_most(e.module_trust, trust::t0));
        set.set(p2, at_most(e.module_trust, trust::t1));
        outcome out = judge(set, atoms, truth::no, field::module_signature);
        if (out.evidence == verdict::convict) out.action = response::deny;
        out.whose = culprit::nobody;
        return out;
    }
    const truth packages = e.facts.get(fact::lsa_packages_set);
    const truth protection = e.facts.get(fact::lsa_protection_set);
    if ((packages | protection) != truth::yes) return {};
    set.set(p3, packages);
    set.set(p4, protection);
    set.set(p5, at_most(e.actor.image_trust, trust::t0));
    const truth windows = at_least(e.actor.image_trust, trust::t3) & !is_tool(e);
    return judge(set, atoms, (owns_credentials(e) | windows) & !runs_foreign_code(e), field::actor_trust);
}

}  // namespace lsass_module

inline constexpr rule lsass_module_loaded{0x0107,
                            1,
                            "lsass_module",
                            "T1547.005",
                            family::credential_lsass,
                            detection::credential_theft,
                            detection::credential_access_seen,
                            kind_bit(event_kind::image_load) | kind_bit(event_kind::registry),
                            lsass_module::atoms,
                            lsass_module::evaluate,
                            deny_what_convicts<lsass_module::evaluate>};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
