// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "report_acts.hpp"

#include <algorithm>
#include <bartizan/adapters/parse.hpp>

#include "cause_drawing.hpp"
#include "cause_routine.hpp"
#include "finding_json.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

using nlohmann::ordered_json;

/// Two sensors may report one act this far apart.
constexpr uint64_t apart_100ns = 20'000'000;
/// Findings that may wait for a second sensor.
constexpr size_t recent_at_most = 256;

int strength(const ordered_json& finding) {
    const std::string verdict = text_of(finding, "verdict");
    int out = 4;
    for (const finding_kind kind : {finding_kind::convict, finding_kind::strip, finding_kind::event, finding_kind::blind})
        if (verdict == name(kind)) return out;
        else --out;
    return 0;
}

/// By PID and start where both tell them, else by the program: one sensor knows no PID of the target.
bool same_process(const ordered_json& a, const ordered_json& b) {
    const std::string guid_a = text_of(a, "guid"), guid_b = text_of(b, "guid");
    if (!guid_a.empty() && !guid_b.empty()) return guid_a == guid_b;
    const ordered_json& pid_a = member_of(a, "pid");
    const ordered_json& pid_b = member_of(b, "pid");
    if (!pid_a.is_null() && !pid_b.is_null() && pid_a != pid_b) return false;
    return same_text(base_name(text_of(a, "image")), base_name(text_of(b, "image")));
}

bool same_act(const ordered_json& a, const ordered_json& b) {
    for (const char* same : {"rule", "host", "file", "mode"})
        if (text_of(a, same) != text_of(b, same)) return false;
    return same_process(member_of(a, "actor"), member_of(b, "actor")) && !member_of(member_of(a, "actor"), "pid").is_null() &&
           same_process(member_of(a, "target"), member_of(b, "target")) && same_text(base_name(reached_object(a)), base_name(reached_object(b)));
}

sighting sighting_of(const ordered_json& finding, std::string_view evidence) {
    constexpr std::pair<const char*, const char*> channels[] = {{"sysmon", "Sysmon"}, {"security", "Security"}, {"system", "System"}, {"etw_ti", "ETW-TI"}};
    sighting out;
    if (const ordered_json& line = member_of(finding, "line"); line.is_number_integer()) out.line = line.get<int64_t>();
    const ordered_json record = ordered_json::parse(evidence, nullptr, false);
    const ordered_json& id = member_of(record, "id");
    for (const auto& [channel, called] : channels)
        if (text_of(record, "ch") == channel && id.is_number_unsigned()) out.sensor = std::string(called) + " " + id.dump();
    return out;
}

/// The stronger finding of an act, with what only the other knows: an analysis, and what is to be cleaned up.
ordered_json joined(const ordered_json& a, const ordered_json& b) {
    const bool second = strength(b) > strength(a);
    ordered_json out = second ? b : a;
    const ordered_json& other = second ? a : b;
    if (member_of(out, "graph").is_null() && !member_of(other, "graph").is_null()) out["graph"] = other["graph"];
    ordered_json clean_up = list_of(out, "clean_up");
    for (const ordered_json& step : list_of(other, "clean_up"))
        if (std::find(clean_up.begin(), clean_up.end(), step) == clean_up.end()) clean_up.push_back(step);
    if (!clean_up.empty()) out["clean_up"] = std::move(clean_up);
    return out;
}

}  // namespace

void act_folder::add(const ordered_json& finding, std::string_view evidence) {
    const std::string time = text_of(finding, "t");
    uint64_t now = 0;
    const bool has_time = bartizan::adapters::parse_time({time.data(), time.size()}, now);
    while (!recent_.empty() && (recent_.size() >= recent_at_most || !has_time || recent_.front().time_100ns + apart_100ns < now)) {
        out_(std::move(recent_.front().finding));
        recent_.pop_front();
    }
    sighting seen = sighting_of(finding, evidence);
    // What could not be judged stands in a list of its own.
    if (!has_time || text_of(finding, "verdict") == name(finding_kind::blind)) return out_({finding, std::string(evidence), {std::move(seen)}});
    for (waiting& w : recent_) {
        const uint64_t apart = w.time_100ns > now ? w.time_100ns - now : now - w.time_100ns;
        if (apart > apart_100ns || !same_act(w.finding.json, finding)) continue;
        if (strength(finding) > strength(w.finding.json)) w.finding.evidence = evidence;
        w.finding.json = joined(w.finding.json, finding);
        w.finding.seen.push_back(std::move(seen));
        return;
    }
    recent_.push_back({{finding, std::string(evidence), {std::move(seen)}}, now});
}

void act_folder::flush() {
    for (waiting& w : recent_) out_(std::move(w.finding));
    recent_.clear();
}

}  // namespace bartizan_cli
