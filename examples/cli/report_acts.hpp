// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_REPORT_ACTS_HPP
#define BARTIZAN_EXAMPLES_CLI_REPORT_ACTS_HPP

#include <cstdint>
#include <deque>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace bartizan_cli {

/// One record in which an act was seen.
struct sighting {
    std::string sensor;  ///< "Sysmon 10", "Security 4656"; "" where the record is not at hand
    int64_t line = -1;   ///< of the recording; -1: not known
};

struct reported_finding {
    nlohmann::ordered_json json;
    std::string evidence;             ///< the recorded line that completed the finding; "" where it is not at hand
    std::vector<sighting> seen = {};  ///< more than one where several sensors, or one twice, told of the same act
};

/// Several sensors tell of one act: these are one finding, by its strongest verdict. The same act is of the same rule, by the same process, on the
/// same object, within two seconds. Acts come out in the order in which they began.
class act_folder {
  public:
    using sink = std::function<void(reported_finding&&)>;
    explicit act_folder(sink out) : out_(std::move(out)) {}

    void add(const nlohmann::ordered_json& finding, std::string_view evidence);
    /// Gives out what still waits for a second sensor.
    void flush();

  private:
    struct waiting {
        reported_finding finding;
        uint64_t time_100ns;
    };
    sink out_;
    std::deque<waiting> recent_;
};

}  // namespace bartizan_cli

#endif
