// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "cause_graph_evidence.hpp"

#include <algorithm>
#include <bartizan/engine/engine.hpp>
#include <bartizan/response/evidence.hpp>

namespace bartizan_cli {

namespace bz = bartizan;

namespace {

/// Replays for one finding at most: what holds by then is given, and not called minimal.
constexpr uint32_t tests_at_most = 4000;

}  // namespace

struct evidence_finder::state {
    explicit state(const bz::policy::settings& settings) : engine(settings) {}

    /// Whether these lines, which are positions in the recording in ascending order, give the finding.
    bool gives(const recording& input, const wanted_finding& wanted, bz::span<const size_t> positions) {
        if (positions.empty() || positions[positions.size - 1] != wanted.position) return false;
        engine.clear();
        bool found = false;
        for (const size_t position : positions) {
            bz::event event;
            if (maker.make(input, input.lines[position], event) || event.kind == bz::event_kind::none) continue;
            engine.process_event(event, [&](const bz::rule& rule, const bz::outcome& outcome, const bz::event& e) {
                if (position != wanted.position || rule.id != wanted.rule || finding_verdict(outcome) != wanted.verdict) return;
                const bool behind = outcome.whose == bz::culprit::instigator && e.instigator.is_set();
                const bz::process_key& culprit = behind ? e.instigator : e.actor.key;
                found = found || bz::is_same(culprit, wanted.culprit) || (!culprit.is_set() && !wanted.culprit.is_set());
            });
        }
        return found;
    }

    bz::engine::engine<8192> engine;
    event_maker maker;
};

evidence_finder::evidence_finder(const bz::policy::settings& settings) : state_(std::make_unique<state>(settings)) {}
evidence_finder::~evidence_finder() = default;

void evidence_finder::begin_host(size_t begin) {
    begin_ = begin;
    about_.clear();
    last_.clear();
}

void evidence_finder::note(const bz::event& event) {
    const bool starts = event.kind == bz::event_kind::process_create;
    const bz::process_key parent = starts ? event.data.create.parent : bz::process_key{};
    const bz::process_key creator = starts ? event.data.create.creator : bz::process_key{};
    about_.push_back({event.actor.key, event.target.key, parent, creator});
}

evidence evidence_finder::find(const recording& input, const wanted_finding& wanted, const std::vector<bz::process_key>& processes) {
    const auto is_about = [&](size_t position, const std::vector<bz::process_key>& whom) {
        for (const bz::process_key& about : about_[position - begin_])
            for (const bz::process_key& process : whom)
                if (bz::is_same(about, process)) return true;
        return false;
    };
    std::vector<size_t>& last = last_[{wanted.rule, wanted.culprit.start_key, wanted.culprit.pid}];
    enum { own_line, lines_of_last, lines_about_processes, all_lines, attempts };
    for (int attempt = 0; attempt < attempts; ++attempt) {
        std::vector<size_t> lines;
        if (attempt == lines_of_last) lines = last;
        for (size_t i = begin_; attempt > lines_of_last && i < wanted.position; ++i)
            if (attempt == all_lines || is_about(i, processes)) lines.push_back(i);
        lines.push_back(wanted.position);
        uint32_t tests = tests_at_most;
        const auto holds = [&](bz::span<const size_t> some) { return state_->gives(input, wanted, some); };
        if (!holds({lines.data(), lines.size()})) continue;
        std::vector<size_t> scratch(lines.size());
        lines.resize(bz::respond::minimise(bz::span<size_t>(lines.data(), lines.size()), bz::span<size_t>(scratch.data(), scratch.size()), tests, holds));
        evidence out;
        for (const size_t position : lines) out.lines.push_back(input.lines[position].number);
        out.is_minimal = tests != 0;
        last.assign(lines.begin(), lines.end() - 1);
        return out;
    }
    return {{input.lines[wanted.position].number}, false};
}

}  // namespace bartizan_cli
