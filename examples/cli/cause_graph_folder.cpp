// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "cause_graph_folder.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "words.hpp"

namespace bartizan_cli {

std::vector<std::string> graph_folder::write(const nlohmann::ordered_json& finding) {
    std::vector<std::string> problems;
    if (!finding.contains("exports") || text_of(finding, "verdict") != "convict") return problems;
    std::error_code ignored;  // a folder that cannot be made shows at the first file
    std::filesystem::create_directories(path_, ignored);
    char number[24];
    std::snprintf(number, sizeof number, "%04zu", ++written_);
    const std::string stem = path_ + "/" + number + "-" + text_of(finding, "rule");
    const auto put = [&](const char* ending, const std::string& text) {
        std::ofstream file(stem + ending, std::ios::binary | std::ios::trunc);
        file << text;
        file.close();
        if (!file) problems.push_back(stem + ending + ": offset 0: cannot be written: " + std::generic_category().message(errno));
    };
    put(".json", finding["graph"].dump() + "\n");
    put(".dot", text_of(finding["exports"], "dot"));
    put(".ocsf.json", finding["exports"]["ocsf"].dump() + "\n");
    put(".ecs.json", finding["exports"]["ecs"].dump() + "\n");
    return problems;
}

}  // namespace bartizan_cli
