// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "finding_json.hpp"

#include "plan_json.hpp"

namespace bartizan_cli {

namespace bz = bartizan;
using nlohmann::ordered_json;

finding_kind finding_verdict(const bz::outcome& outcome) {
    if (outcome.evidence == bz::verdict::convict) return finding_kind::convict;
    if (outcome.action != bz::response::none) return finding_kind::strip;
    return outcome.evidence == bz::verdict::event ? finding_kind::event : finding_kind::blind;
}

const char* name(finding_kind kind) {
    switch (kind) {
        case finding_kind::convict: return "convict";
        case finding_kind::strip: return "strip";
        case finding_kind::event: return "event";
        case finding_kind::blind: return "blind";
    }
    return "?";
}

ordered_json disposition_json(const bz::policy::disposition& row, bz::role_set culprit) {
    ordered_json out;
    out["title"] = row.title;
    out["user_notified"] = row.user_notified;
    out["root_cause_analysis"] = row.root_cause_analysis;
    out["admin"] = bz::policy::name(row.admin);
    out["health"] = bz::policy::name(row.health);
    out["process"] = bz::policy::name(bz::policy::process_action_for(row, culprit));
    out["clean_up"] = row.clean_up;
    return out;
}

ordered_json finding_json(const finding_place& place, const bz::rule& rule, const bz::outcome& outcome, const bz::event& event,
                          const process_directory& directory, const bz::respond::plan& plan) {
    ordered_json out;
    out["file"] = place.file;
    out["line"] = place.line;
    out["t"] = place.time;
    out["host"] = place.host;
    out["family"] = bz::name(rule.group);
    out["rule"] = rule.name;
    out["technique"] = rule.technique;
    out["verdict"] = name(finding_verdict(outcome));
    out["silent"] = outcome.action == bz::response::strip;
    if (outcome.audited) out["mode"] = "audit";
    out["atoms"] = ordered_json::array();
    for (uint8_t i = 0; i < rule.atoms.size; ++i)
        if (outcome.atoms.has(i)) out["atoms"].push_back({{"name", rule.atoms[i].name}, {"sentence", rule.atoms[i].sentence}});
    out["blind"] = ordered_json::array();
    for (uint8_t f = 0; f < bz::field_count; ++f)
        if (outcome.blind.has(static_cast<bz::field>(f))) out["blind"].push_back(bz::name(static_cast<bz::field>(f)));
    // Where a signature was wanted and a directory stood in for it, the finding says so.
    out["trust_basis"] = event.actor.basis == bz::trust_basis::signature ? "signature" : event.actor.basis == bz::trust_basis::path ? "path" : "none";
    // Who is convicted may stand behind the process that the event names; that one is then the target.
    const bool behind = outcome.whose == bz::culprit::instigator && event.instigator.is_set();
    const bz::process_key culprit = behind ? event.instigator : event.actor.key;
    const bz::text culprit_image = behind ? bz::text() : event.actor_image;
    out["actor"] = directory.identity(culprit, culprit_image);
    const bool has_target = event.target.key.is_set() || !event.target_image.empty();
    out["target"] = behind ? directory.identity(event.actor.key, event.actor_image)
                           : has_target ? directory.identity(event.target.key, event.target_image) : ordered_json();
    if (event.kind == bz::event_kind::file) out["object"] = to_utf8(event.data.file.path);
    if (event.kind == bz::event_kind::registry) out["object"] = to_utf8(event.data.registry.key);
    if (event.kind == bz::event_kind::process_create) out["object"] = to_utf8(event.data.create.command_line);
    if (event.kind == bz::event_kind::image_load) out["object"] = to_utf8(event.data.image.path);
    // A rule that only did not see demands nothing of anybody.
    const bool saw = finding_verdict(outcome) != finding_kind::blind;
    out["disposition"] = saw ? disposition_json(bz::policy::disposition_of(bz::row_of(rule, outcome)), behind ? event.instigator_roles : event.actor.roles) : ordered_json();
    if (saw && outcome.whose == bz::culprit::nobody) out["disposition"]["process"] = bz::policy::name(bz::policy::process_action::not_applicable);
    out["evidence_lines"] = {place.line};
    out["chain"] = directory.chain(culprit, culprit_image);
    out["plan"] = plan_json(plan, directory);
    return out;
}

}  // namespace bartizan_cli
