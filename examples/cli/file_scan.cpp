// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "file_scan.hpp"

#include <bartizan/hash/sha256.hpp>
#include <bartizan/response/file_plan.hpp>
#include <bartizan/verdict/listed.hpp>
#include <chrono>
#include <cmath>

#include "file_keys.hpp"
#include "list_text.hpp"
#include "plan_json.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

namespace bz = bartizan;
using clock = std::chrono::steady_clock;
using nlohmann::ordered_json;

/// Microseconds, to a tenth.
double microseconds(clock::duration d) {
    return std::round(std::chrono::duration<double, std::micro>(d).count() * 10) / 10;
}

/// Reads the clock at the ends of the stages.
class stopwatch {
  public:
    void operator()(bz::judge_stage) {
        if (stages_ < 4) at_[++stages_] = clock::now();
    }
    /// Stages that did not run took no time.
    [[nodiscard]] clock::duration of(bz::judge_stage stage) const {
        const auto i = static_cast<size_t>(stage);
        return i < stages_ ? at_[i + 1] - at_[i] : clock::duration{};
    }

  private:
    clock::time_point at_[5] = {clock::now()};
    size_t stages_ = 0;
};

ordered_json reasons_json(const bz::file_verdict& verdict) {
    ordered_json out = ordered_json::array();
    for (uint8_t i = 0; i < verdict.reason_count; ++i)
        out.push_back({{"feature", bz::features::fields[verdict.reasons[i].feature].name},
                       {"contribution", verdict.reasons[i].contribution_q16}});
    return out;
}

/// {"verdict","atoms","offset","blind"} and, where something was found, what the report's picture is drawn from.
ordered_json code_cave_json(const bz::file_verdict& verdict, const bz::code_cave::scan_scratch& found, bz::bytes file) {
    namespace cave = bz::code_cave;
    const cave::report& report = verdict.code_cave;
    const bz::verdict evidence = report.result.evidence;
    ordered_json out{{"verdict", evidence == bz::verdict::convict ? "convict" : evidence == bz::verdict::event ? "event" : "none"},
                     {"atoms", ordered_json::array()},
                     {"offset", report.offset != 0 ? ordered_json(report.offset) : ordered_json()},
                     {"blind", ordered_json::array()}};
    for (uint8_t a = 0; a < cave::atom_count; ++a)
        if (report.result.atoms.has(a)) out["atoms"].push_back(cave::atoms[a].name);
    for (uint8_t f = 0; f < bz::field_count; ++f)
        if (report.result.blind.has(static_cast<bz::field>(f))) out["blind"].push_back(bz::name(static_cast<bz::field>(f)));
    if (evidence == bz::verdict::none) return out;
    if (report.entry)
        out["entry"] = {{"how", cave::name(report.entry.how)}, {"site_rva", report.entry.site_rva}, {"target_rva", report.entry.target_rva},
                        {"size_bytes", report.entry_size_bytes}};
    const bz::pe::parse_result parsed = bz::pe::parse(file);  // the image that `judge` looked at is gone
    for (uint32_t i = 0; i < found.map.sections.count; ++i) {
        const cave::section_extent& s = found.map.sections.sections[i];
        std::string name;
        for (const uint8_t c : parsed.image.sections[s.index].header.name)
            if (c >= 0x20 && c < 0x7f) name += static_cast<char>(c);
        out["sections"].push_back({{"name", name}, {"rva", s.begin}, {"offset", s.raw_offset}, {"size", s.raw.size}, {"executable", s.executable()}});
    }
    for (uint32_t i = 0; i < found.slack.count; ++i) {
        const cave::slack_region& r = found.slack.regions[i];
        out["slack"].push_back({{"kind", cave::name(r.kind)}, {"offset", r.offset}, {"size", r.size_bytes},
                                {"code", r.holds_code == bz::truth::yes}});
    }
    return out;
}

/// What a host does about a file that a scan found.
bz::respond::plan plan_of(const bz::file_verdict& verdict, const bz::listed_outcome& listed, const looked_up& found) {
    bz::respond::file_finding f;
    f.detected = bz::is_convicted(verdict);
    f.row = bz::respond::file_row(verdict.verdict == bz::file_class::malware, verdict.verdict == bz::file_class::pua,
                                  verdict.code_cave.result.evidence == bz::verdict::convict);
    f.list = static_cast<bz::respond::list_word>(listed.by.what);
    for (int i = 0; i < 8; ++i) f.file_hash = f.file_hash << 8 | found.keys.file_sha256.value.bytes[i];
    f.path = {found.given_path.data(), found.given_path.size()};
    return bz::respond::make_file_plan(f);
}

}  // namespace

ordered_json file_scanner::scan(const found_file& file) {
    ordered_json out;
    out["path"] = file.path;
    const clock::time_point started = clock::now();
    const std::string problem = file.problem.empty() ? bytes_.open(file.path) : file.problem;
    if (!problem.empty()) {
        out["error"] = problem;
        return out;
    }
    const clock::time_point read = clock::now();
    stopwatch watch;
    const bz::file_verdict verdict = bz::judge(bytes_.view(), model_.get(), model_.kernels(), model_.work(), watch);
    const clock::time_point judged = clock::now();
    looked_up found;
    found.given_path = utf16_text(file.path);
    found.keys.file_sha256 = {bz::hash::sha256_of(bytes_.view()), true};
    if (!lists_.empty()) read_keys(bytes_.view(), model_.work().signature, file.path, found);
    const bz::listed_outcome listed = bz::apply_lists(bz::is_convicted(verdict), lists_.decide(found.keys));
    const clock::time_point ended = clock::now();

    const bool scored = verdict.verdict != bz::file_class::unsupported;
    out["size"] = bytes_.view().size;
    out["sha256"] = hex_text(found.keys.file_sha256.value.bytes);
    out["kind"] = bz::name(verdict.kind);
    out["verdict"] = bz::name(verdict.verdict);
    out["score"] = {{"malware", scored ? ordered_json(verdict.score.head[bz::head_malware]) : ordered_json()},
                    {"pua", scored ? ordered_json(verdict.score.head[bz::head_pua]) : ordered_json()}};
    out["reasons"] = reasons_json(verdict);
    if (verdict.failure)
        out["failure"] = {{"offset", verdict.failure.offset}, {"reason", bz::describe(verdict.failure.code)}};
    out["code_cave"] = scored ? code_cave_json(verdict, model_.work().code_cave, bytes_.view()) : ordered_json();
    out["suppressed_by"] = listed.suppressed ? ordered_json(lists_.describe(listed.by)) : ordered_json();
    out["blocked_by"] = listed.blocked ? ordered_json(lists_.describe(listed.by)) : ordered_json();
    out["outcome"] = bz::name(listed.outcome);
    out["signature"] = scored ? ordered_json(bz::name(verdict.signature)) : ordered_json();
    out["time_us"] = {{"read", microseconds(read - started)},
                      {"parse", microseconds(watch.of(bz::judge_stage::parsed))},
                      {"features", microseconds(watch.of(bz::judge_stage::extracted))},
                      {"score", microseconds(watch.of(bz::judge_stage::scored))},
                      {"code_cave", microseconds(watch.of(bz::judge_stage::examined))},
                      {"hash", microseconds(ended - judged)},
                      {"total", microseconds(ended - started)}};
    out["plan"] = plan_json(plan_of(verdict, listed, found), {});
    return out;
}

bool is_conviction(const ordered_json& scanned) { return text_of(scanned, "outcome") == "convict"; }

bool hides_program(const ordered_json& scanned) {
    const auto cave = scanned.find("code_cave");
    return cave != scanned.end() && cave->is_object() && text_of(*cave, "verdict") == "convict";
}

std::string listed_verdict(const ordered_json& scanned) {
    if (!text_of(scanned, "blocked_by").empty()) return "blocked";
    return text_of(scanned, "suppressed_by").empty() ? text_of(scanned, "verdict") : "suppressed";
}

}  // namespace bartizan_cli
