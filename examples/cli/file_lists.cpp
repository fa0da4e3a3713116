// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "file_lists.hpp"

#include <bartizan/hash/sha256.hpp>
#include <bartizan/lists/load.hpp>
#include <chrono>

#include "list_text.hpp"
#include "signatures.hpp"
#include "verdict_model.hpp"

namespace bartizan_cli {

namespace bz = bartizan;

std::string open_list(const std::string& path, file_bytes& file, bz::lists::list& out) {
    if (const std::string problem = file.open(path); !problem.empty()) return path + ": offset 0: " + problem;
    if (const bz::error bad = bz::lists::open<bz::hash::sha256>(file.view(), out)) return sentence(path, bad);
    return "";
}

std::string file_lists::open(const std::vector<std::string>& paths, const std::string& public_key) {
    ed25519_key key;
    if (!public_key.empty())
        if (const std::string problem = key.open(public_key, false); !problem.empty()) return public_key + ": offset 0: " + problem;
    for (const std::string& path : paths) {
        files_.push_back(std::make_unique<file_bytes>());
        lists_.emplace_back();
        if (const std::string problem = open_list(path, *files_.back(), lists_.back()); !problem.empty()) return problem;
        if (public_key.empty()) continue;
        const auto verify = [&key](bz::bytes message, bz::bytes signature) { return key.verify(message, signature); };
        if (const bz::error bad = bz::lists::check_signature(lists_.back(), verify)) return sentence(path, bad);
    }
    return "";
}

bz::lists::decision file_lists::decide(const bz::lists::file_keys& keys) const {
    return bz::lists::decide({lists_.data(), lists_.size()}, keys, now_100ns());
}

std::string file_lists::describe(const bz::lists::decision& decision) const {
    const bz::lists::entry entry = lists_[decision.by.list].at(decision.by.key, decision.by.record);
    return std::string(bz::lists::name(decision.kind)) + " by " + key_words(decision.by.key) + ": " +
           std::string(entry.reason.begin(), entry.reason.end()) + " (" + std::string(entry.author.begin(), entry.author.end()) + ")";
}

uint64_t now_100ns() {
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
    constexpr uint64_t epoch_100ns = 116'444'736'000'000'000;
    return epoch_100ns + static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(since_1970).count() / 100);
}

}  // namespace bartizan_cli
