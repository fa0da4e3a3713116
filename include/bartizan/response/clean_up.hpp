// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RESPONSE_CLEAN_UP_HPP
#define BARTIZAN_RESPONSE_CLEAN_UP_HPP

#include "cause_graph_names.hpp"
#include "export_text.hpp"
#include "walk.hpp"

namespace BARTIZAN_NAMESPACE::respond {

/// What to take away after an attack, in the order of doing it: what runs, what would start it again, the files. Nothing is done
/// here: a host asks for each step, or shows the list.
enum class clean_up_action : uint8_t { terminate_process, remove_link, remove_registry_value, quarantine_file, review };

[[nodiscard]] constexpr const char* name(clean_up_action a) noexcept {
    constexpr const char* names[] = {"terminate_process", "remove_link", "remove_registry_value", "quarantine_file", "review"};
    return names[static_cast<uint8_t>(a)];
}

struct clean_up_step {
    clean_up_action action = clean_up_action::review;
    uint32_t position = no_slot;  ///< of the object in the subgraph
    uint32_t because = no_slot;   ///< the edge of the graph that says so
};

/// About 12 bytes a step.
template <uint32_t Most = 64>
struct clean_up_list {
    clean_up_step steps[Most] = {};
    uint32_t size = 0;
    uint32_t left_out = 0;
};

namespace detail {

/// Puts one finding's list together from its subgraph.
template <class Store, uint32_t Most, uint32_t MostSteps>
class clean_up_maker {
  public:
    constexpr clean_up_maker(const Store& graph, const subgraph<Most>& part, clean_up_list<MostSteps>& out) noexcept : graph_(graph), part_(part), out_(out) {}

    constexpr void run() noexcept {
        out_.size = out_.left_out = 0;
        if (part_.culprit == no_slot) return;
        spread();
        for (uint8_t action = 0; action <= static_cast<uint8_t>(clean_up_action::review); ++action)
            for (uint32_t i = 0; i < part_.size; ++i) {
                const clean_up_step step = judge(i);
                if (step.position == no_slot || step.action != static_cast<clean_up_action>(action)) continue;
                if (out_.size < MostSteps) out_.steps[out_.size++] = step;
                else ++out_.left_out;
            }
    }

  private:
    /// The culprit, what it started, and what runs from the files that these wrote.
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
            if (e.kind == edge_kind::started && written_by_offender(e.from) != no_slot) return true;
        }
        return false;
    }

    [[nodiscard]] constexpr const graph_node& node(uint32_t position) const noexcept { return graph_.node(part_.nodes[position].node); }
    [[nodiscard]] constexpr bool is_offender(uint32_t index) const noexcept {
        const uint32_t position = part_.find(index);
        return position != no_slot && offender_[position];
    }

    /// The first edge by which an offender made the object what it is, or no_slot.
    [[nodiscard]] constexpr uint32_t written_by_offender(uint32_t index) const noexcept { return first_of(index, true); }

    /// The earliest edge by which an offender (`true`) or somebody else wrote, renamed or registered it.
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

    /// Somebody wrote, ran, loaded or read it before the offender wrote it.
    [[nodiscard]] constexpr bool existed_before(uint32_t index, uint64_t time_100ns) const noexcept {
        const graph_node& n = graph_.node(index);
        for (uint32_t k = n.first_in; k != no_slot; k = graph_.edge(k).next_in)
            if (graph_.edge(k).first_100ns < time_100ns && graph_.edge(k).kind != edge_kind::named && !is_offender(graph_.edge(k).from) && graph_.node(graph_.edge(k).from).kind == node_kind::process)
                return true;
        for (uint32_t k = n.first_out; k != no_slot; k = graph_.edge(k).next_out)
            if (graph_.edge(k).kind == edge_kind::started && graph_.edge(k).first_100ns < time_100ns) return true;
        return false;
    }

    /// A step without position: nothing is to be done about it.
    [[nodiscard]] constexpr clean_up_step judge(uint32_t position) const noexcept {
        const uint32_t index = part_.nodes[position].node;
        const graph_node& n = graph_.node(index);
        if (n.has(node_gone)) return {};
        switch (n.kind) {
            case node_kind::process: return judge_process(position, n);
            case node_kind::file:
            case node_kind::module: return judge_file(position, index, n);
            case node_kind::registry: {
                const uint32_t edge = first_of(index, true);
                if (edge == no_slot || is_record_of_starts(graph_.label(index))) return {};
                const uint32_t other = first_of(index, false);
                const bool before = other != no_slot && graph_.edge(other).first_100ns < graph_.edge(edge).first_100ns;
                return {before ? clean_up_action::review : clean_up_action::remove_registry_value, position, edge};
            }
            case node_kind::service: {
                const uint32_t edge = first_of(index, true);
                return edge == no_slot ? clean_up_step{} : clean_up_step{clean_up_action::review, position, edge};
            }
            default: return {};
        }
    }

    /// What runs from a file that goes must end first.
    [[nodiscard]] constexpr clean_up_step judge_process(uint32_t position, const graph_node& n) const noexcept {
        if (n.has(node_system_parent) || n.pid == 4) return {};
        for (uint32_t k = n.first_in; k != no_slot; k = graph_.edge(k).next_in) {
            if (graph_.edge(k).kind != edge_kind::started) continue;
            const uint32_t file = part_.find(graph_.edge(k).from);
            if (file == no_slot || node(file).has(node_gone) || node(file).kind != node_kind::file) continue;
            if (judge_file(file, graph_.edge(k).from, node(file)).action == clean_up_action::quarantine_file) return {clean_up_action::terminate_process, position, k};
        }
        return {};
    }

    [[nodiscard]] constexpr clean_up_step judge_file(uint32_t position, uint32_t index, const graph_node& n) const noexcept {
        uint32_t edge = written_by_offender(index);
        const bool by_offender = edge != no_slot;
        // What explains the culprit was brought in by somebody else: a browser, an archive's program.
        if (edge == no_slot && part_.nodes[position].explains) edge = first_of(index, false);
        if (edge == no_slot) return judge_image(position, n);
        const bool ours = n.has(node_system) || (by_offender && existed_before(index, graph_.edge(edge).first_100ns));
        if (ours) return {clean_up_action::review, position, edge};
        return {n.has(node_link) ? clean_up_action::remove_link : clean_up_action::quarantine_file, position, edge};
    }

    /// A program that nobody was seen to write: the culprit's own goes, others of the chain are looked at.
    [[nodiscard]] constexpr clean_up_step judge_image(uint32_t position, const graph_node& n) const noexcept {
        if (n.has(node_system)) return {};
        for (uint32_t k = n.first_out; k != no_slot; k = graph_.edge(k).next_out) {
            if (graph_.edge(k).kind != edge_kind::started) continue;
            const uint32_t process = part_.find(graph_.edge(k).to);
            if (process == no_slot) continue;
            if (process == part_.culprit) return {clean_up_action::quarantine_file, position, k};
            if (part_.nodes[process].explains) return {clean_up_action::review, position, k};
        }
        return {};
    }

    const Store& graph_;
    const subgraph<Most>& part_;
    clean_up_list<MostSteps>& out_;
    bool offender_[Most] = {};
};

}  // namespace detail

/// What the finding's culprit, and what it started, wrote, registered and linked, as far as it still exists by the graph: a renamed
/// file under its new name, a deleted one not. Files that brought the culprit in go too. What lies below the Windows directory, what
/// existed before and what only an ancestor runs from is listed for review. The same graph gives the same list.
template <class Store, uint32_t Most, uint32_t MostSteps>
constexpr void plan_clean_up(const Store& graph, const subgraph<Most>& part, clean_up_list<MostSteps>& out) noexcept {
    detail::clean_up_maker<Store, Most, MostSteps>(graph, part, out).run();
}

/// The list as a JSON array of {"step","object","node","because"}; `node` is the id in the graph's JSON.
template <class Store, uint32_t Most, uint32_t MostSteps, class Sink>
constexpr void export_clean_up(const Store& graph, const subgraph<Most>& part, const clean_up_list<MostSteps>& list, Sink&& sink) {
    json_writer out(sink);
    out.begin_array();
    for (uint32_t i = 0; i < list.size; ++i) {
        const clean_up_step& step = list.steps[i];
        const uint32_t index = part.nodes[step.position].node;
        out.begin_object();
        out.key("step").value(name(step.action));
        out.key("object").value(graph.label(index));
        if (graph.node(index).kind == node_kind::process) out.key("pid").value(graph.node(index).pid);
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
