// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "allow_entry.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "list_text.hpp"
#include "process_directory.hpp"
#include "whole_file.hpp"

namespace bartizan_cli {

namespace {

namespace bz = bartizan;
using nlohmann::ordered_json;

std::string dumped(const ordered_json& object) { return object.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n"; }

/// The text with another first line.
std::string with_header(const std::string& text, const std::string& header) {
    std::istringstream lines(text);
    std::string out, line;
    bool is_first = true;
    while (std::getline(lines, line)) {
        const bool is_header = is_first && line.find_first_not_of(" \t\r") != std::string::npos;
        out += is_header ? header : line + "\n";
        is_first = is_first && !is_header;
    }
    return out;
}

}  // namespace

std::string allow_key(const std::string& choice, const looked_up& file, const std::string& path, ordered_json& entry) {
    const std::string name = std::filesystem::path(path).filename();
    if (choice == "hash") {
        entry["sha256"] = hex_text(bz::bytes{file.keys.file_sha256.value.bytes, 32});
    } else if (choice == "name") {
        entry["name"] = name;
    } else if (choice == "path") {
        entry["path"] = path;
    } else {
        if (!file.keys.certificate_tbs_sha256.known) return "has no signature that proves its signer, so no certificate can speak for it";
        entry["certificate_sha256"] = hex_text(bz::bytes{file.keys.certificate_tbs_sha256.value.bytes, 32});
        if (file.keys.original_name.empty()) entry["name"] = name;
        else entry["original_name"] = to_utf8(file.keys.original_name);
    }
    return "";
}

std::string put_into_list(const std::string& text_path, const ordered_json& entry) {
    std::string text;
    list_text list;
    std::vector<std::string> problems;
    if (std::filesystem::exists(text_path)) {
        std::ostringstream content;
        content << std::ifstream(text_path, std::ios::binary).rdbuf();
        text = content.str();
        list.read(text_path, text, problems);
        if (!problems.empty()) return problems.front();
    } else {
        list.kind = bz::lists::list_kind::local_allow;
    }
    if (list.kind != bz::lists::list_kind::local_allow && list.kind != bz::lists::list_kind::global_allow)
        return text_path + ": line 1: kind: must be \"local_allow\" or \"global_allow\"";
    const ordered_json header{{"bartizan_list", 1}, {"kind", bz::lists::name(list.kind)}, {"version", list.version + 1}};
    if (!text.empty() && text.back() != '\n') text += '\n';
    text = (text.empty() ? dumped(header) : with_header(text, dumped(header))) + dumped(entry);
    list_text changed;
    changed.read(text_path, text, problems);
    if (problems.size() == 1 && problems.front().find("stands already in") != std::string::npos) return "";
    if (!problems.empty()) return problems.front();
    const std::string problem = write_whole_file(text_path, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
    return problem.empty() ? "" : text_path + ": line 1: line: " + problem;
}

}  // namespace bartizan_cli
