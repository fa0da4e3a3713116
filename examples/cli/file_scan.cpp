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
        if (stages_ < 3) at_[++stages_] = clock::now();
    }
    /// Stages that did not run took no time.
    [[nodiscard]] clock::duration of(bz::judge_stage stage) const {
        const auto i = static_cast<size_t>(stage);
        return i < stages_ ? at_[i + 1] - at_[i] : clock::duration{};
    }

  private:
    clock::time_point at_[4] = {clock::now()};
    size_t stages_ = 0;
};

ordered_json reasons_json(const bz::file_verdict& verdict) {
    ordered_json out = ordered_json::array();
    for (uint8_t i = 0; i < verdict.reason_count; ++i)
        out.push_back({{"feature", bz::features::fields[verdict.reasons[i].feature].name},
                       {"contribution", verdict.reasons[i].contribution_q16}});
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
    out["code_cave"] = ordered_json();
    out["suppressed_by"] = ordered_json();
    out["signature"] = ordered_json();
    out["time_us"] = {{"read", microseconds(read - started)},
                      {"parse", microseconds(watch.of(bz::judge_stage::parsed))},
                      {"features", microseconds(watch.of(bz::judge_stage::extracted))},
                      {"score", microseconds(watch.of(bz::judge_stage::scored))},
                      {"hash", microseconds(ended - judged)},
                      {"total", microseconds(ended - started)}};
    return out;
}

bool is_conviction(const ordered_json& scanned) {
    const std::string verdict = text_of(scanned, "verdict");
    return verdict == "malware" || verdict == "pua";
}

}  // namespace bartizan_cli
