// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include <bartizan/hash/sha256.hpp>
#include <bartizan/lists/load.hpp>

#include "commands.hpp"
#include "file_lists.hpp"
#include "list_text.hpp"
#include "signatures.hpp"
#include "verdict_model.hpp"
#include "visible_text.hpp"
#include "whole_file.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

namespace bz = bartizan;
using bz::lists::key_kind;

std::string entries_words(uint64_t n) { return n == 1 ? "1 entry" : grouped(n) + " entries"; }

void build(const lists_arguments& arguments, console& out) {
    list_text text;
    std::vector<std::string> problems;
    for (const std::string& path : arguments.paths) text.read(path, problems);
    for (const std::string& problem : problems) out.complain(problem);
    if (!problems.empty()) return out.complain(arguments.out + ": not written: " + counted(problems.size(), "mistake"));
    ed25519_key key;
    if (!arguments.sign.empty())
        if (const std::string problem = key.open(arguments.sign, true); !problem.empty()) return out.complain(arguments.sign + ": offset 0: " + problem);
    const uint64_t version = arguments.version != 0 ? arguments.version : text.version;
    std::vector<uint8_t> file = list_writer(text.kind, version).write<bz::hash::sha256>(std::move(text.entries));
    if (!arguments.sign.empty()) list_writer::sign<bz::hash::sha256>(file, [&key](bz::bytes message) { return key.sign(message); });
    // What is written is what a host would load.
    bz::lists::list list;
    if (const bz::error bad = bz::lists::open<bz::hash::sha256>({file.data(), file.size()}, list)) return out.complain(sentence(arguments.out, bad));
    if (const std::string problem = write_whole_file(arguments.out, {file.data(), file.size()}); !problem.empty())
        return out.complain(arguments.out + ": offset 0: " + problem);
    out.tell("wrote " + arguments.out + ": " + bz::lists::name(list.kind()) + ", version " + std::to_string(version) + ", " +
             entries_words(list.entry_count()) + ", " + grouped(file.size()) + " bytes, " + (arguments.sign.empty() ? "unsigned" : "signed"));
}

void check_text(const std::string& path, console& out) {
    list_text text;
    std::vector<std::string> problems;
    text.read(path, problems);
    for (const std::string& problem : problems) out.complain(problem);
    const std::string sound = entries_words(text.entries.size());
    if (problems.empty()) out.print_line(visible_text(path) + ": " + bz::lists::name(text.kind) + ", version " + std::to_string(text.version) + ", " + sound);
    else out.tell(path + ": " + sound + " without a mistake, " + counted(problems.size(), "mistake"));
}

void check_file(const lists_arguments& arguments, const std::string& path, console& out) {
    file_bytes file;
    bz::lists::list list;
    if (const std::string problem = open_list(path, file, list); !problem.empty()) return out.complain(problem);
    std::string signature = list.signature().empty() ? "unsigned" : "signed (not checked: no --public-key)";
    if (!arguments.public_key.empty()) {
        ed25519_key key;
        if (const std::string problem = key.open(arguments.public_key, false); !problem.empty())
            return out.complain(arguments.public_key + ": offset 0: " + problem);
        const auto verify = [&key](bz::bytes message, bz::bytes bytes) { return key.verify(message, bytes); };
        if (const bz::error bad = bz::lists::check_signature(list, verify)) return out.complain(sentence(path, bad));
        signature = "signed by this key";
    }
    if (arguments.has_installed && !bz::lists::accepts(arguments.installed, list))
        return out.complain(sentence(path, {bz::error_code::list_rollback, bz::lists::format::at_list_version}));
    out.print_line(visible_text(path) + ": " + bz::lists::name(list.kind()) + ", version " + std::to_string(list.version()) + ", " +
                   entries_words(list.entry_count()) + ", " + signature);
}

void show(const std::string& path, console& out) {
    file_bytes file;
    bz::lists::list list;
    if (const std::string problem = open_list(path, file, list); !problem.empty()) return out.complain(problem);
    out.print(list_header_json(list));
    for (uint32_t k = 1; k <= bz::lists::key_kind_count; ++k)
        for (uint32_t r = 0; r < list.count(static_cast<key_kind>(k)); ++r) out.print(list_entry_json(list.at(static_cast<key_kind>(k), r)));
}

}  // namespace

void run_lists(const lists_arguments& arguments, console& out) {
    if (arguments.what == lists_arguments::build) return build(arguments, out);
    for (const std::string& path : arguments.paths) {
        if (arguments.what == lists_arguments::show) show(path, out);
        else if (path.ends_with(".jsonl")) check_text(path, out);
        else check_file(arguments, path, out);
    }
}

}  // namespace bartizan_cli
