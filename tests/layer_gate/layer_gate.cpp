// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// layer_gate PROJECT_ROOT: exit 0 when include/bartizan keeps to the house's rules, 1 with one line a violation.
#include <cstdio>
#include <filesystem>

#include "gate.hpp"

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: layer_gate PROJECT_ROOT\n");
        return 2;
    }
    const std::filesystem::path root = std::filesystem::path(argv[1]) / "include" / "bartizan";
    if (!std::filesystem::is_directory(root)) {
        std::fprintf(stderr, "%s:0: no such folder; fix: give the project's root\n", root.string().c_str());
        return 2;
    }
    const bartizan_house::header_map headers = bartizan_house::read_headers(root);
    const std::vector<bartizan_house::violation> found = bartizan_house::check_house(headers);
    for (const auto& violation : found) std::fprintf(stderr, "include/bartizan/%s\n", violation.text().c_str());
    std::printf("layer gate: %zu headers, %zu violations\n", headers.size(), found.size());
    return found.empty() ? 0 : 1;
}
