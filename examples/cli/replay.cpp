// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "replay.hpp"

#include <array>
#include <bartizan/engine/engine.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <set>

#include "cause_graph_evidence.hpp"
#include "finding_json.hpp"
#include "process_directory.hpp"
#include "recorded_event.hpp"
#include "replay_input.hpp"

namespace bartizan_cli {

namespace {

namespace bz = bartizan;
using clock = std::chrono::steady_clock;

/// Live processes of one recorded host: the largest recordings start a few thousand.
using replay_engine = bz::engine::engine<8192>;

/// One replay: its options, its totals, and the memory that each event's texts live in.
class replayer {
  public:
    replayer(const replay_options& options, const replay_sinks& sinks) : sinks_(sinks), options_(options) {
        if (options.policy != nullptr) settings_ = *options.policy;
        settings_.trust_from_path = options.trust_from_path;
    }

    void run(const std::string& path) {
        const auto started = clock::now();
        recording input = read_recording(path, parser_, sinks_.problem);
        parsing_ += clock::now() - started;
        ++summary_.files;
        summary_.events += input.events;
        summary_.bad_lines += input.bad_lines;
        for (size_t begin = 0; begin < input.lines.size();) {
            size_t end = begin;
            while (end < input.lines.size() && input.lines[end].host == input.lines[begin].host) ++end;
            run_host(path, input, begin, end);
            begin = end;
        }
    }

    [[nodiscard]] replay_summary take_summary() {
        summary_.parse_seconds = std::chrono::duration<double>(parsing_ + maker_.parsing()).count();
        return std::move(summary_);
    }

  private:
    struct told_finding {
        nlohmann::ordered_json json;
        std::string_view evidence;
        uint32_t number;  ///< outcome::finding
        uint32_t alert;
        wanted_finding wanted;
    };

    [[nodiscard]] bool is_analysed(const bz::rule& rule, const bz::outcome& outcome) const {
        if (finding_verdict(outcome) == finding_kind::blind) return false;
        return options_.analysis == analysis_scope::every || bz::policy::disposition_of(bz::row_of(rule, outcome)).root_cause_analysis;
    }

    void run_host(const std::string& path, recording& input, size_t begin, size_t end) {
        if (engine_ == nullptr) engine_ = std::make_unique<replay_engine>(settings_);
        else engine_->clear();
        replay_engine* const engine = engine_.get();
        if (options_.analysis != analysis_scope::none) {
            if (analysis_ == nullptr) analysis_ = std::make_unique<root_cause_analysis>();
            else analysis_->clear();
            if (evidence_ == nullptr) evidence_ = std::make_unique<evidence_finder>(settings_);
            evidence_->begin_host(begin);
        }
        std::vector<told_finding> told;
        std::map<uint32_t, uint32_t> repetitions;
        process_directory directory;
        std::set<std::array<uint64_t, 3>> told_blind;
        for (size_t i = begin; i < end; ++i) {
            const recorded_line& line = input.lines[i];
            bz::event event;
            const bz::error error = maker_.make(input, line, event);
            const simdjson::dom::object& object = maker_.object();
            if (evidence_ != nullptr) evidence_->note(event);
            if (error) {
                ++summary_.bad_lines;
                sinks_.problem(path + ": line " + std::to_string(line.number) + ", offset " + std::to_string(line.offset) + ": " +
                               bz::describe(error.code));
                continue;
            }
            if (event.kind == bz::event_kind::none) continue;
            ++summary_.mapped;
            directory.note(event, object);
            if (analysis_ != nullptr) analysis_->note(event);
            engine->process_event(event, [&](const bz::rule& rule, const bz::outcome& outcome, const bz::event& e) {
                // A blind rule is told once for each hour, not for each event.
                constexpr uint64_t hour_100ns = 3600 * bz::policy::second_100ns;
                const bool only_blind = finding_verdict(outcome) == finding_kind::blind;
                if (only_blind && !told_blind.insert({rule.id, outcome.blind.bits, e.time_100ns / hour_100ns}).second) return;
                if (outcome.repetition != 0 && options_.only_lines.count(line.number) == 0) {
                    repetitions[outcome.finding] = outcome.repetition;
                    ++summary_.repetitions;
                    return;
                }
                count(outcome);
                const std::string_view time = object["t"].get_string().value();
                const bz::respond::plan plan = bz::respond::make_plan(rule, outcome, e, bz::policy::mode_of(settings_, rule.id));
                nlohmann::ordered_json finding = finding_json({path, line.number, time, input.hosts[line.host]}, rule, outcome, e, directory, plan);
                const std::string_view evidence = std::string_view(input.text).substr(line.offset, line.size);
                const uint32_t alert = analysis_ != nullptr && is_analysed(rule, outcome) ? analysis_->note_finding(rule, outcome, e) : bz::no_slot;
                const bool behind = outcome.whose == bz::culprit::instigator && e.instigator.is_set();
                told.push_back({std::move(finding), evidence, outcome.finding, alert,
                                {rule.id, finding_verdict(outcome), behind ? e.instigator : e.actor.key, i}});
            });
        }
        for (told_finding& found : told) {
            if (const auto again = repetitions.find(found.number); again != repetitions.end()) found.json["repetitions"] = again->second;
            const bool wanted = options_.only_lines.empty() || options_.only_lines.count(input.lines[found.wanted.position].number) != 0;
            if (found.alert != bz::no_slot && wanted) {
                const evidence least = evidence_->find(input, found.wanted, analysis_->processes_of(found.alert));
                found.json["evidence_lines"] = least.lines;
                found.json["evidence_is_minimal"] = least.is_minimal;
                analysis_->add_to(found.json, found.alert, directory, options_.exports);
            }
            sinks_.finding(found.json, found.evidence);
        }
        summary_.evicted_processes += engine->evicted();
        summary_.dropped += engine->dropped();
    }

    void count(const bz::outcome& outcome) {
        switch (finding_verdict(outcome)) {
            case finding_kind::convict: ++summary_.convictions; break;
            case finding_kind::event: ++summary_.events_found; break;
            case finding_kind::strip: ++summary_.strips; break;
            case finding_kind::blind: ++summary_.blinds; break;
        }
        for (uint8_t f = 0; f < bz::field_count; ++f)
            if (outcome.blind.has(static_cast<bz::field>(f))) ++summary_.blind_fields[bz::name(static_cast<bz::field>(f))];
    }

    const replay_sinks& sinks_;
    bz::policy::settings settings_;
    std::unique_ptr<replay_engine> engine_;  ///< one for all hosts, cleared between them: making one costs more than a short recording
    replay_options options_;
    std::unique_ptr<root_cause_analysis> analysis_;  ///< null: none is asked for
    std::unique_ptr<evidence_finder> evidence_;      ///< likewise
    replay_summary summary_;
    clock::duration parsing_{};
    simdjson::dom::parser parser_;
    event_maker maker_;
};

}  // namespace

replay_summary replay(const std::vector<std::string>& paths, const replay_options& options, const replay_sinks& sinks) {
    const auto started = clock::now();
    const auto worker = std::make_unique<replayer>(options, sinks);
    for (const std::string& file : find_recordings(paths, sinks.problem)) worker->run(file);
    replay_summary summary = worker->take_summary();
    summary.seconds = std::chrono::duration<double>(clock::now() - started).count();
    return summary;
}

}  // namespace bartizan_cli
