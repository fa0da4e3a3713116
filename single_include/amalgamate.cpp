// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// amalgamate ROOT OUT: writes OUT/bartizan.hpp and OUT/bartizan_kernel.hpp from ROOT/include/bartizan.
// amalgamate --check ROOT OUT: writes nothing; exit 1 when a file in OUT is not what would be written.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "amalgamation.hpp"

namespace {

struct product {
    const char* umbrella;
    const char* file;
    const char* guard;
};
constexpr product products[] = {
    {"bartizan.hpp", "bartizan.hpp", "BARTIZAN_SINGLE_BARTIZAN_HPP"},
    {"kernel.hpp", "bartizan_kernel.hpp", "BARTIZAN_SINGLE_BARTIZAN_KERNEL_HPP"},
};

std::string content_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

bool is_current(const std::filesystem::path& file, const std::string& text) {
    if (content_of(file) == text) return true;
    std::fprintf(
        stderr,
        "%s:0: not current: it is not what include/ makes now, and users of the single header would get old code; "
        "fix: cmake --build build/release --target amalgamate, and commit the result\n",
        file.string().c_str());
    return false;
}

bool write(const std::filesystem::path& file, const std::string& text) {
    if (content_of(file) == text) return true;
    std::ofstream out(file, std::ios::binary);
    if (out << text << std::flush) return true;
    std::fprintf(stderr, "%s:0: cannot be written; fix: make its folder and give yourself the right to write there\n",
                 file.string().c_str());
    return false;
}

}  // namespace

int main(int argc, char** argv) {
    const bool check = argc > 1 && std::string(argv[1]) == "--check";
    if (argc != (check ? 4 : 3)) {
        std::fprintf(stderr, "usage: amalgamate [--check] PROJECT_ROOT OUTPUT_FOLDER\n");
        return 2;
    }
    const std::filesystem::path root = std::filesystem::path(argv[argc - 2]) / "include" / "bartizan";
    const std::filesystem::path folder = argv[argc - 1];
    if (!std::filesystem::is_directory(root)) {
        std::fprintf(stderr, "%s:0: no such folder; fix: give the project's root\n", root.string().c_str());
        return 2;
    }
    const bartizan_house::header_map headers = bartizan_house::read_headers(root);
    bool good = true;
    for (const product& p : products) {
        const bartizan_house::amalgamation made = bartizan_house::amalgamate(headers, p.umbrella, p.guard);
        for (const auto& refusal : made.refusals) std::fprintf(stderr, "include/bartizan/%s\n", refusal.text().c_str());
        if (!made.refusals.empty()) return 1;
        good &= check ? is_current(folder / p.file, made.text) : write(folder / p.file, made.text);
    }
    return good ? 0 : 1;
}
