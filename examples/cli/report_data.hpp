// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_REPORT_DATA_HPP
#define BARTIZAN_EXAMPLES_CLI_REPORT_DATA_HPP

#include <array>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "file_scan.hpp"
#include "finding_json.hpp"
#include "replay.hpp"
#include "report_acts.hpp"

namespace bartizan_cli {

/// What a report shows at most; everything beyond is counted, and the page says how many.
inline constexpr size_t report_findings_at_most = 500;
inline constexpr size_t report_files_at_most = 1000;
inline constexpr size_t report_problems_at_most = 100;

/// A row of the response table that applies to what was found, and how often.
struct response_row {
    nlohmann::ordered_json disposition;
    uint64_t count = 0;
    bool convicted = false;  ///< by a conviction, not only by something recorded
};

/// The response table demands an administrator for it.
bool is_alert_row(const nlohmann::ordered_json& disposition);
bool is_alert(const nlohmann::ordered_json& finding);
/// Its plan would have prevented something that had happened when the record arrived.
bool was_too_late(const nlohmann::ordered_json& finding);

/// For counting: a file that is legitimate by score but hides another program.
inline constexpr const char* hidden_program = "hidden program";

/// Everything that a report is made of, in bounded memory. It holds no clock: the same input gives the same page.
class report_data {
  public:
    report_data() = default;
    report_data(const report_data&) = delete;  // acts_ keeps its address
    report_data& operator=(const report_data&) = delete;

    /// What several sensors tell of one act is one finding; `finish` ends the last.
    void add_finding(const nlohmann::ordered_json& finding, std::string_view evidence) { acts_.add(finding, evidence); }
    void finish() { acts_.flush(); }
    void add_file(const nlohmann::ordered_json& file);
    /// A file in a folder that is no PE file: counted, not shown.
    void note_other_file() { ++other_files_; }
    void add_problem(const std::string& sentence);

    /// The findings that the page shows, the strongest kinds first; [first, last) of each kind's list.
    [[nodiscard]] const std::vector<reported_finding>& findings(finding_kind kind) const {
        return findings_[index(kind)];
    }
    [[nodiscard]] uint64_t finding_count(finding_kind kind) const { return finding_count_[index(kind)]; }
    /// How many of `findings(kind)` fit into the page after the stronger kinds.
    [[nodiscard]] size_t shown(finding_kind kind) const;

    /// Convicted files first, then those that could not be judged, then the others.
    [[nodiscard]] std::vector<const nlohmann::ordered_json*> files() const;
    [[nodiscard]] uint64_t file_count() const { return file_count_; }
    /// Number of scanned files by listed_verdict, or `hidden_program`; "" for those that could not be read.
    [[nodiscard]] uint64_t file_count(const std::string& verdict) const;

    /// What the lists left of the detections, and what they added.
    [[nodiscard]] uint64_t convicted_files() const { return convicted_files_; }

    [[nodiscard]] uint64_t other_files() const { return other_files_; }

    [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }
    [[nodiscard]] uint64_t problem_count() const { return problem_count_; }

    /// The rows that apply, alerts first, then convictions (those to clean up before the others), then the rest, each as they came.
    [[nodiscard]] std::vector<response_row> response() const;
    /// A finding or a file brought a clean-up list.
    [[nodiscard]] bool has_clean_up() const { return has_clean_up_; }
    /// Recordings were replayed, or findings came from elsewhere.
    [[nodiscard]] bool has_findings() const;

    replay_summary replayed;
    bool is_red = false;             ///< a conviction demands an administrator
    uint64_t too_late = 0;      ///< convictions of acts that had happened when they were recorded, and were not prevented
    uint64_t only_watched = 0;  ///< of rows that alert: recorded, not convicted, so that the row does not apply
    uint64_t stripped_late = 0; ///< like `too_late`, of rights that were to be taken off a handle
    std::set<std::string> convicted_hosts;
    std::map<std::string, uint64_t> alerts_by_host;

  private:
    static size_t index(finding_kind kind) { return static_cast<size_t>(kind); }
    void add_act(reported_finding&& found);
    void count_row(const nlohmann::ordered_json& disposition, bool convicted);

    act_folder acts_{[this](reported_finding&& found) { add_act(std::move(found)); }};
    std::vector<response_row> response_;
    bool has_clean_up_ = false;
    std::array<std::vector<reported_finding>, 4> findings_;
    std::array<uint64_t, 4> finding_count_{};
    std::array<std::vector<nlohmann::ordered_json>, 3> files_;
    std::map<std::string, uint64_t> files_by_verdict_;
    uint64_t file_count_ = 0;
    uint64_t convicted_files_ = 0;
    uint64_t other_files_ = 0;
    std::vector<std::string> problems_;
    uint64_t problem_count_ = 0;
};

}  // namespace bartizan_cli

#endif
