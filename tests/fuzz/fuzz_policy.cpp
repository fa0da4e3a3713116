// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// A policy file as the fuzzer made it. What is refused has sentences with a line of the file; what is accepted is sound, the same when read
// again, and lets an engine judge events by it.
#include <bartizan/engine/engine.hpp>
#include <bartizan/response/plan.hpp>
#include <bartizan/testing/raw_events.hpp>
#include <cstdlib>
#include <examples/cli/policy_file.hpp>
#include <memory>
#include <string>

namespace {

using namespace bartizan;

void require(bool holds) {
    if (!holds) std::abort();
}

void check_sentence(const std::string& sentence, size_t lines) {
    const std::string head = "p: line ";
    require(sentence.compare(0, head.size(), head) == 0);
    size_t at = head.size();
    uint64_t line = 0;
    for (; at < sentence.size() && sentence[at] >= '0' && sentence[at] <= '9'; ++at) line = line * 10 + static_cast<uint64_t>(sentence[at] - '0');
    require(at > head.size() && line >= 1 && line <= lines);
    require(sentence.find(": ", at + 2) != std::string::npos);
}

void judge_by(const policy::settings& settings) {
    using namespace bartizan::testing;
    constexpr text tool = u"C:\\Tools\\t.exe", lsass = u"C:\\Windows\\System32\\lsass.exe", browser = u"C:\\a\\firefox.exe";
    const auto guard = std::make_unique<engine::engine<32>>(settings);
    const event events[] = {
        process_start(100, browser, 90, u"C:\\Windows\\explorer.exe").command_line(u"x").at(132'000'000'000'000'000).build(),
        process_start(200, tool, 100, browser).command_line(u"t.exe /c x").at(132'000'000'010'000'000).build(),
        handle_access(200, tool, 700, lsass, 0x1410).at(132'000'000'020'000'000).build(),
        registry_change(200, tool, registry_payload::operation::save_key, u"HKLM\\SAM").at(132'000'000'030'000'000).build(),
        file_change(200, tool, file_payload::operation::create, u"C:\\x\\lsass.dmp").at(132'000'000'040'000'000).build(),
    };
    for (event e : events)
        guard->process_event(e, [&](const rule& r, const outcome& o, const event& at) {
            const policy::rule_mode mode = policy::mode_of(settings, r.id);
            require(mode != policy::rule_mode::off);
            const respond::plan p = respond::make_plan(r, o, at, mode);
            require(p.find(respond::step_kind::record) != nullptr);
            if (mode == policy::rule_mode::audit) require(p.find(respond::step_kind::terminate) == nullptr);
        });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    size_t lines = 1;
    for (const char c : text) lines += c == '\n';
    std::vector<std::string> problems, again;
    const auto read = bartizan_cli::read_policy_text("p", text, problems);
    const auto second = bartizan_cli::read_policy_text("p", text, again);
    require(problems == again && read.has_value() == second.has_value());
    require(read.has_value() == problems.empty());
    for (const std::string& sentence : problems) check_sentence(sentence, lines);
    if (!read) return 0;
    for (const policy::exclusion& x : read->settings.exclusions) require(policy::defect_of(x) == nullptr && x.rule_id != 0);
    require(read->settings.rule_modes.size == read->rule_modes.size());
    judge_by(read->settings);
    return 0;
}
