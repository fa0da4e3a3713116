// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RESPONSE_CLEAN_UP_HPP
#define BARTIZAN_RESPONSE_CLEAN_UP_HPP

#include "cause_graph_names.hpp"
#include "clean_up_places.hpp"
#include "clean_up_reason.hpp"
#include "export_text.hpp"
#include "walk.hpp"

namespace BARTIZAN_NAMESPACE::respond {

/// Nothing is done here: a host asks for each step, or shows the list. What takes something out is named for grade `remove` alone.
enum class clean_up_action : uint8_t {
    terminate_process, remove_link, remove_registry_value, set_back_registry_value, remove_service, quarantine_file, review, leave
};

[[nodiscard]] constexpr const char* name(clean_up_action a) noexcept {
    constexpr const char* names[] = {"terminate_process", "remove_link", "remove_registry_value", "set_back_registry_value", "remove_service", "quarantine_file", "review", "leave"};
    return names[static_cast<uint8_t>(a)];
}

struct clean_up_step {
    clean_up_action action = clean_up_action::review;
    clean_up_reason reason = clean_up_reason::none;
    uint32_t position = no_slot;  ///< of the object in the subgraph
    uint32_t because = no_slot;   ///< the edge of the graph that says so

    [[nodiscard]] constexpr clean_up_grade grade() const noexcept { return grade_of(reason); }
};

/// 12 bytes a step, and 2.2 KB to work in. Only the first `removals` steps may be carried out or handed to a quarantine.
template <uint32_t Most = 64>
struct clean_up_list {
    clean_up_step steps[Most] = {};
    uint32_t size = 0;
    uint32_t removals = 0;
    uint32_t left_out = 0;  ///< the least dangerous
    char16_t scratch[1100] = {};
};

namespace detail {

// Puts one finding's list together from its subgraph.
template <class Store, uint32_t Most, uint32_t MostSteps>
class clean_up_maker {
  public:
    constexpr clean_up_maker(const Store& graph, const subgraph<Most>& part, clean_up_list<MostSteps>& out) noexcept : graph_(graph), part_(part), out_(out) {}

    constexpr void run() noexcept {
        out_.size = out_.removals = out_.left_out = 0;
        if (part_.culprit == no_slot) return;
        spread();
        for (uint32_t i = 0; i < part_.size; ++i) add(judge(i));
        while (out_.removals < out_.size && out_.steps[out_.removals].grade() == clean_up_grade::remove) ++out_.removals;
    }

  private:
    using reason = clean_up_reason;
    using action = clean_up_action;

    // By reason, of one reason in the walk's order.
    constexpr void add(const clean_up_step& step) noexcept {
        if (step.reason == reason::none) return;
        uint32_t at = out_.size;
        if (at == MostSteps) ++out_.left_out;
        else ++out_.size;
        for (; at > 0 && step.reason < out_.steps[at - 1].reason; --at)
            if (at < MostSteps) out_.steps[at] = out_.steps[at - 1];
        if (at < MostSteps) out_.steps[at] = step;
    }

    // The culprit, what it started, and what runs from the files that these wrote.
    constexpr void spread() noexcept {
        offender_[part_.culprit] = true;
        for (bool again = true; again;) {
            again = false;
            for (uint32_t i = 0; i < part_.size; ++i) {
                const graph_node& n = node(i);
                const bool spreads = n.kind == node_kind::process && !offender_[i] && !part_.nodes[i].explains && !n.has(node_system_parent);
                if (spreads && comes_from_offender(n)) offender_[i] = again = true;
            }
        }
    }

    [[nodiscard]] constexpr bool comes_from_offender(const graph_node& n) const noexcept {
        for (uint32_t k = n.first_in; k != no_slot; k = graph_.edge(k).next_in) {
            const graph_edge& e = graph_.edge(k);
            if (e.kind == edge_kind::created && is_offender(e.from)) return true;
            if (e.kind == edge_kind::started && first_of(e.from, true) != no_slot) return true;
        }
        return false;
    }

    [[nodiscard]] constexpr const graph_node& node(uint32_t position) const noexcept { return graph_.node(part_.nodes[position].node); }
    [[nodiscard]] constexpr bool is_offender(uint32_t index) const noexcept {
        const uint32_t position = part_.find(index);
        return position != no_slot && offender_[position];
    }

    // The earliest edge by which an offender (`true`) or somebody else wrote, renamed or registered it, or no_slot.
    [[nodiscard]] constexpr uint32_t first_of(uint32_t index, bool by_offender) const noexcept {
        uint32_t best = no_slot;
        for (uint32_t k = graph_.node(index).first_in; k != no_slot; k = graph_.edge(k).next_in) {
            const graph_edge& e = graph_.edge(k);
            const bool makes = e.kind == edge_kind::wrote || e.kind == edge_kind::renamed || e.kind == edge_kind::registered;
            if (!makes || graph_.node(e.from).kind != node_kind::process || is_offender(e.from) != by_offender) continue;
            if (best == no_slot || e.first_100ns < graph_.edge(best).first_100ns) best = k;
        }
        return best;
    }

    // Somebody wrote, ran, loaded or read it before the offender wrote it.
    [[nodiscard]] constexpr bool existed_before(uint32_t index, uint64_t time_100ns) const noexcept {
        const graph_node& n = graph_.node(index);
        for (uint32_t k = n.first_in; k != no_slot; k = graph_.edge(k).next_in)
            if (graph_.edge(k).first_100ns < time_100ns && graph_.edge(k).kind != edge_kind::named && !is_offender(graph_.edge(k).from) && graph_.node(graph_.edge(k).from).kind == node_kind::process)
                return true;
        for (uint32_t k = n.first_out; k != no_slot; k = graph_.edge(k).next_out)
            if (graph_.edge(k).kind == edge_kind::started && graph_.edge(k).first_100ns < time_100ns) return true;
        return false;
    }

    [[nodiscard]] constexpr clean_up_step judge(uint32_t position) noexcept {
        const uint32_t index = part_.nodes[position].node;
        const graph_node& n = graph_.node(index);
        if (n.has(node_gone)) return {};
        switch (n.kind) {
            case node_kind::process: return judge_process(position, n);
            case node_kind::file:
            case node_kind::module: return judge_file(position);
            case node_kind::registry: return judge_value(position, index);
            case node_kind::service: {
                const uint32_t edge = first_of(index, true);
                return edge == no_slot ? clean_up_step{} : clean_up_step{action::remove_service, reason::starts_by_itself, position, edge};
            }
            default: return {};
        }
    }

    // What runs from a file that goes must end first.
    [[nodiscard]] constexpr clean_up_step judge_process(uint32_t position, const graph_node& n) noexcept {
        if (n.has(node_system_parent) || n.pid == system_process_id) return {};
        for (uint32_t k = n.first_in; k != no_slot; k = graph_.edge(k).next_in) {
            const uint32_t image = graph_.edge(k).kind == edge_kind::started ? part_.find(graph_.edge(k).from) : no_slot;
            if (image == no_slot || node(image).kind != node_kind::file || node(image).has(node_gone)) continue;
            if (judge_file(image).action == action::quarantine_file) return {action::terminate_process, reason::runs_payload, position, k};
        }
        return {};
    }

    // A link's target, a value's data.
    [[nodiscard]] constexpr bool names_what_was_brought(uint32_t index) const noexcept {
        for (uint32_t k = graph_.node(index).first_out; k != no_slot; k = graph_.edge(k).next_out)
            if (graph_.edge(k).kind == edge_kind::named && first_of(graph_.edge(k).to, true) != no_slot) return true;
        return false;
    }

    [[nodiscard]] constexpr clean_up_step judge_value(uint32_t position, uint32_t index) noexcept {
        const uint32_t edge = first_of(index, true), other = first_of(index, false);
        if (edge == no_slot) return {};
        const canonical_key key = canonicalise_key(graph_.label(index), scratch());
        const value_place place = place_of_value(key.path);
        if (place == value_place::trace) return {action::leave, reason::routine_trace, position, edge};
        if (place == value_place::key_store) return {action::leave, reason::key_store, position, edge};
        if (place == value_place::other) return {action::set_back_registry_value, names_what_was_brought(index) ? reason::names_payload : reason::changed_setting, position, edge};
        const bool before = other != no_slot && graph_.edge(other).first_100ns < graph_.edge(edge).first_100ns;
        const bool set_back = before || place == value_place::autostart_setting || key.truncated || graph_.node(index).has(node_truncated);
        return {set_back ? action::set_back_registry_value : action::remove_registry_value, reason::starts_by_itself, position, edge};
    }

    [[nodiscard]] constexpr clean_up_step judge_file(uint32_t position) noexcept {
        const uint32_t index = part_.nodes[position].node;
        uint32_t edge = first_of(index, true);
        const bool by_offender = edge != no_slot;
        // What explains the culprit was brought in by somebody else: a browser, an archive's program.
        if (edge == no_slot && part_.nodes[position].explains) edge = first_of(index, false);
        if (edge == no_slot) edge = run_by_the_chain(index);
        if (edge == no_slot) return {};
        const reason why = reason_of(index, graph_.edge(edge), by_offender);
        const clean_up_grade grade = grade_of(why);
        const action takes = graph_.node(index).has(node_link) ? action::remove_link : action::quarantine_file;
        return {grade == clean_up_grade::leave ? action::leave : grade == clean_up_grade::check ? action::review : takes, why, position, edge};
    }

    [[nodiscard]] constexpr reason reason_of(uint32_t index, const graph_edge& e, bool by_offender) noexcept {
        const graph_node& n = graph_.node(index);
        const canonical_path file = canonicalise(graph_.label(index), scratch());
        const file_place place = place_of_file(file);
        const file_use use = use_of_file(file.path);
        const bool program = use == file_use::program || n.has(node_executable);
        const bool was_written = e.kind != edge_kind::started;
        const bool is_culprits = !was_written && part_.find(e.to) == part_.culprit;
        const bool guarded = place == file_place::windows || place == file_place::installed;
        if (n.has(node_folder)) return reason::directory;
        if (place == file_place::key_store) return program ? reason::unknown_file : reason::key_store;
        if (place == file_place::registry_hive) return reason::registry_hive;
        if (place == file_place::trace && !n.has(node_executable)) return reason::routine_trace;
        if (guarded && !by_offender) return was_written || !n.has(node_system) ? reason::installed_program : reason::none;
        if (place == file_place::unclear || n.has(node_truncated)) return reason::unclear_place;
        if (by_offender && existed_before(index, e.first_100ns)) return reason::was_there_before;
        if (n.has(node_microsoft)) return was_written || is_culprits ? reason::signed_by_microsoft : reason::installed_program;
        if (place == file_place::autostart) return reason::starts_by_itself;
        if (use == file_use::stored_credentials || n.has(node_saved_hive)) return reason::stolen_credentials;
        if (!was_written && (!is_culprits || leads(file_name(file.path), interpreters))) return reason::program_of_chain;
        if (n.has(node_link) && names_what_was_brought(index)) return reason::links_to_payload;
        // Windows' own services install into Windows for everybody.
        const bool for_everybody = guarded && graph_.node(e.from).has(node_system_parent);
        return !was_written || (program && !for_everybody) ? reason::payload : reason::unknown_file;
    }

    // The edge by which the culprit runs from it, or another process of the chain, or no_slot.
    [[nodiscard]] constexpr uint32_t run_by_the_chain(uint32_t index) const noexcept {
        uint32_t best = no_slot;
        for (uint32_t k = graph_.node(index).first_out; k != no_slot; k = graph_.edge(k).next_out) {
            const uint32_t process = graph_.edge(k).kind == edge_kind::started ? part_.find(graph_.edge(k).to) : no_slot;
            if (process == no_slot) continue;
            if (process == part_.culprit) return k;
            if (best == no_slot && part_.nodes[process].explains) best = k;
        }
        return best;
    }

    [[nodiscard]] constexpr span<char16_t> scratch() noexcept { return {out_.scratch, sizeof out_.scratch / sizeof out_.scratch[0]}; }

    const Store& graph_;
    const subgraph<Most>& part_;
    clean_up_list<MostSteps>& out_;
    bool offender_[Most] = {};
};

}  // namespace detail

/// What the finding's culprit, and what it started, left, as far as it still exists by the graph, and what brought it in; each object
/// with grade and reason. Paths are judged by the default path_environment. The same graph gives the same list.
template <class Store, uint32_t Most, uint32_t MostSteps>
constexpr void plan_clean_up(const Store& graph, const subgraph<Most>& part, clean_up_list<MostSteps>& out) noexcept {
    detail::clean_up_maker<Store, Most, MostSteps>(graph, part, out).run();
}

/// The list as a JSON array of {"step","grade","reason","object","pid","value","node","because"}: `node` is the id in the graph's JSON,
/// `value` a registry value's recorded data.
template <class Store, uint32_t Most, uint32_t MostSteps, class Sink>
constexpr void export_clean_up(const Store& graph, const subgraph<Most>& part, const clean_up_list<MostSteps>& list, Sink&& sink) {
    json_writer out(sink);
    out.begin_array();
    for (uint32_t i = 0; i < list.size; ++i) {
        const clean_up_step& step = list.steps[i];
        const uint32_t index = part.nodes[step.position].node;
        const graph_node& n = graph.node(index);
        out.begin_object();
        out.key("step").value(name(step.action));
        out.key("grade").value(name(step.grade()));
        out.key("reason").value(name(step.reason));
        out.key("object").value(graph.label(index));
        if (n.kind == node_kind::process) out.key("pid").value(n.pid);
        if (n.kind == node_kind::registry && n.detail.size != 0) out.key("value").value(graph.detail(index));
        out.key("node").value(step.position);
        const graph_edge& e = graph.edge(step.because);
        const auto put = [&](uint32_t node) {
            out.part(node == index ? text(u"it") : graph.label(node));
            if (node == index || graph.node(node).pid == 0) return;
            out.part(" (pid ");
            out.part(graph.node(node).pid);
            out.part(")");
        };
        out.key("because").begin_sentence();
        put(e.from);
        out.part(" ");
        out.part(name(e.kind));
        out.part(" ");
        put(e.to);
        out.part(", record ");
        out.part(e.record);
        out.end_sentence();
        out.end_object();
    }
    out.end_array();
    out.finish();
}

}  // namespace BARTIZAN_NAMESPACE::respond

#endif
