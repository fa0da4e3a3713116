// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "file_scan.hpp"

#include <openssl/evp.h>

#include <chrono>
#include <cmath>

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

std::string sha256_hex(bz::bytes data) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (EVP_Digest(data.data, data.size, digest, &size, EVP_sha256(), nullptr) != 1) return {};
    std::string hex;
    for (unsigned i = 0; i < size; ++i) {
        hex += "0123456789abcdef"[digest[i] >> 4];
        hex += "0123456789abcdef"[digest[i] & 15];
    }
    return hex;
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
ordered_json code_cave_json(const bz::file_verdict& verdict, const bz::code_cave::scan_scratch& found) {
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
    for (uint32_t i = 0; i < found.map.sections.count; ++i) {
        const cave::section_extent& s = found.map.sections.sections[i];
        std::string name;
        for (const uint8_t c : found.map.sections.image->sections[s.index].header.name)
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
    const std::string hash = sha256_hex(bytes_.view());
    const clock::time_point ended = clock::now();

    const bool scored = verdict.verdict != bz::file_class::unsupported;
    out["size"] = bytes_.view().size;
    out["sha256"] = hash;
    out["kind"] = bz::name(verdict.kind);
    out["verdict"] = bz::name(verdict.verdict);
    out["score"] = {{"malware", scored ? ordered_json(verdict.score.head[bz::head_malware]) : ordered_json()},
                    {"pua", scored ? ordered_json(verdict.score.head[bz::head_pua]) : ordered_json()}};
    out["reasons"] = reasons_json(verdict);
    if (verdict.failure)
        out["failure"] = {{"offset", verdict.failure.offset}, {"reason", bz::describe(verdict.failure.code)}};
    out["code_cave"] = scored ? code_cave_json(verdict, model_.work().code_cave) : ordered_json();
    out["suppressed_by"] = ordered_json();
    out["signature"] = scored ? ordered_json(bz::name(verdict.signature)) : ordered_json();
    out["time_us"] = {{"read", microseconds(read - started)},
                      {"parse", microseconds(watch.of(bz::judge_stage::parsed))},
                      {"features", microseconds(watch.of(bz::judge_stage::extracted))},
                      {"score", microseconds(watch.of(bz::judge_stage::scored))},
                      {"code_cave", microseconds(watch.of(bz::judge_stage::examined))},
                      {"hash", microseconds(ended - judged)},
                      {"total", microseconds(ended - started)}};
    return out;
}

bool is_conviction(const ordered_json& scanned) {
    const std::string verdict = text_of(scanned, "verdict");
    return verdict == "malware" || verdict == "pua" || hides_program(scanned);
}

bool hides_program(const ordered_json& scanned) {
    const auto cave = scanned.find("code_cave");
    return cave != scanned.end() && cave->is_object() && text_of(*cave, "verdict") == "convict";
}

}  // namespace bartizan_cli
