// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// What a driver does with bartizan, compiled freestanding by every leg of run.sh: an engine in static memory, a call from
// the process callback, one from the image callback. KERNEL_HEADER is the umbrella or the single header.
#include KERNEL_HEADER

namespace {

constinit bartizan::engine::engine<64> driver_engine{bartizan::policy::settings{}};
#ifdef BARTIZAN_RESPONSE_CLEAN_UP_HPP
constinit bartizan::respond::cause_graph<64> driver_graph;
constinit bartizan::respond::subgraph<32> driver_subgraph;
constinit bartizan::respond::clean_up_list<16> driver_clean_up;
#endif

}  // namespace

/// From an object callback: 1 when some rule convicts.
extern "C" int driver_on_event(bartizan::event* e) noexcept {
    int convicted = 0;
    driver_engine.process_event(*e, [&](const bartizan::rule& r, const bartizan::outcome& o, const bartizan::event& seen) {
        const bartizan::policy::disposition& d = bartizan::policy::disposition_of(r.row);
        const bool ends = bartizan::policy::process_action_for(d, seen.actor.roles) != bartizan::policy::process_action{};
        if (o.evidence == bartizan::verdict::convict && ends) convicted = 1;
    });
    return convicted;
}

#ifdef BARTIZAN_RESPONSE_CLEAN_UP_HPP
/// Root-cause analysis of a finding as text, in the pieces that the host sends on.
extern "C" void driver_explain(const bartizan::event* e, const bartizan::rule* r, const bartizan::outcome* o, void (*send)(const char*, size_t)) noexcept {
    driver_graph.note(*e);
    driver_graph.trace(driver_graph.note_finding(*r, *o, *e), driver_subgraph);
    bartizan::respond::export_json(driver_graph.data(), driver_subgraph, send);
    bartizan::respond::export_dot(driver_graph.data(), driver_subgraph, send);
    bartizan::respond::export_ocsf(driver_graph.data(), driver_subgraph, {}, send);
    bartizan::respond::export_ecs(driver_graph.data(), driver_subgraph, {}, send);
    bartizan::respond::plan_clean_up(driver_graph.data(), driver_subgraph, driver_clean_up);
    bartizan::respond::export_clean_up(driver_graph.data(), driver_subgraph, driver_clean_up, send);
}
#endif

/// From an image callback: the number of broken structures, a broken signature counted, or minus the error code.
extern "C" int driver_on_image(const uint8_t* file, size_t size_bytes) noexcept {
    const bartizan::pe::parse_result parsed = bartizan::pe::parse({file, size_bytes});
    if (!parsed) return -static_cast<int>(parsed.failure.code);
    int broken = 0;
    const auto count = [&broken](bartizan::error) { ++broken; };
    bartizan::pe::for_each_defect(parsed.image, count);
    bartizan::pe::walk_directories(parsed.image, count);
    const bool changed = bartizan::pe::check_signature(parsed.image).state == bartizan::pe::signature_state::digest_mismatch;
    return changed ? broken + 1 : broken;
}
