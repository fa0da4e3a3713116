// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// One clean-up list for each machine: the lists of its findings, each object once, by grade.
#include <algorithm>
#include <bartizan/response/clean_up_reason.hpp>
#include <set>

#include "report_parts.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

using nlohmann::ordered_json;

constexpr size_t steps_at_most = 200;

struct graded {
    const char* grade;
    phrase title;
};
constexpr graded grades[] = {{"remove", "clean_up.remove"}, {"check", "clean_up.check"}, {"leave", "clean_up.leave"}};

constexpr size_t leave = 2;

/// What has no grade that is known here is to be looked at.
size_t grade_of(const ordered_json& step) {
    const std::string grade = text_of(step, "grade");
    return grade == "remove" ? 0 : grade == "leave" ? leave : 1;
}

/// The library's order: the most dangerous first.
int danger_of(const ordered_json* step) {
    using reason = bartizan::respond::clean_up_reason;
    const std::string said = text_of(*step, "reason");
    int rank = 0;
    while (rank < static_cast<int>(reason::none) && said != name(static_cast<reason>(rank))) ++rank;
    return rank;
}

struct machine_list {
    std::string host;
    std::vector<const ordered_json*> steps[std::size(grades)];
    std::set<std::string> known;

    void add(const ordered_json& object) {
        for (const ordered_json& step : list_of(object, "clean_up")) {
            const std::string pid = member_of(step, "pid").is_number() ? step["pid"].dump() : "";
            if (known.insert(text_of(step, "step") + '\n' + text_of(step, "object") + '\n' + pid).second) steps[grade_of(step)].push_back(&step);
        }
    }
};

std::vector<machine_list> lists_of(const report_data& data) {
    std::vector<machine_list> out;
    const auto add = [&out](const ordered_json& object) {
        if (list_of(object, "clean_up").empty()) return;
        const std::string host = text_of(object, "host");
        auto list = std::find_if(out.begin(), out.end(), [&host](const machine_list& l) { return l.host == host; });
        if (list == out.end()) {
            out.emplace_back();
            out.back().host = host;
            list = out.end() - 1;
        }
        list->add(object);
    };
    for (const finding_kind kind : {finding_kind::convict, finding_kind::event, finding_kind::strip, finding_kind::blind})
        for (const reported_finding& finding : data.findings(kind)) add(finding.json);
    for (const ordered_json* file : data.files()) add(*file);
    for (machine_list& list : out)
        for (auto& steps : list.steps)
            std::stable_sort(steps.begin(), steps.end(), [](const ordered_json* a, const ordered_json* b) { return danger_of(a) < danger_of(b); });
    return out;
}

std::string step_html(const ordered_json& step, const report_words& words) {
    const std::string object = name_html(text_of(step, "object"), 300);
    const std::string ground = html_text(ground_words(text_of(step, "reason"), words.in));
    if (grade_of(step) == leave) return "<li>" + object + " <span class=\"soft\">– " + ground + "</span></li>";
    std::string out = "<li>" + html_text(step_words(text_of(step, "step"), words.in)) + ": " + object;
    if (member_of(step, "pid").is_number_unsigned()) out += " <span class=\"soft\">" + words.html("node.pid", {step["pid"].dump()}) + "</span>";
    if (const std::string value = text_of(step, "value"); !value.empty()) out += " " + words.marked("clean_up.value", {name_html(value, 200)});
    std::string why = ground;
    if (const std::string because = text_of(step, "because"); !because.empty()) why += (why.empty() ? "" : " · ") + html_text(reason_words(because, words.in));
    return out + (why.empty() ? "" : " <span class=\"soft\">– " + why + "</span>") + "</li>";
}

std::string steps_html(const std::vector<const ordered_json*>& steps, const report_words& words) {
    std::string out = "<ol class=\"steps\">";
    for (size_t i = 0; i < steps.size() && i < steps_at_most; ++i) out += step_html(*steps[i], words);
    if (steps.size() > steps_at_most) out += "<li>" + words.html("and_more", {grouped(steps.size() - steps_at_most)}) + "</li>";
    return out + "</ol>";
}

/// FNV-1a of the host's name: a finding links to its machine's list without knowing the others.
std::string anchor_of_machine(const std::string& host) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (const char c : host) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    return "clean-up-" + std::to_string(hash);
}

}  // namespace

std::string clean_up_html(const ordered_json& object, const report_words& words) {
    size_t counts[std::size(grades)] = {};
    for (const ordered_json& step : list_of(object, "clean_up")) ++counts[grade_of(step)];
    if (list_of(object, "clean_up").empty()) return "";
    return "<p><a href=\"#" + anchor_of_machine(text_of(object, "host")) + "\">" + words.html("clean_up.link", {grouped(counts[0]), grouped(counts[1])}) + "</a></p>";
}

std::string clean_up_lists_html(const report_data& data, const report_words& words) {
    const std::vector<machine_list> lists = lists_of(data);
    if (lists.empty()) return "";
    std::string out = "<h2 id=\"clean-up\">" + words.html("clean_up.title") + "</h2><p class=\"soft\">" + words.html("clean_up.intro") + "</p>";
    for (const machine_list& list : lists) {
        out += "<div class=\"card\" id=\"" + anchor_of_machine(list.host) + "\"><h3>" + (list.host.empty() ? words.html("no_host") : name_html(list.host, 60)) + "</h3>";
        for (size_t g = 0; g < std::size(grades); ++g) {
            if (list.steps[g].empty()) continue;
            const std::string title = words.html(grades[g].title, {grouped(list.steps[g].size())});
            // What is left alone is for whoever wonders, and long.
            out += g == leave ? "<details><summary>" + title + "</summary>" + steps_html(list.steps[g], words) + "</details>" : "<h4>" + title + "</h4>" + steps_html(list.steps[g], words);
        }
        out += "</div>";
    }
    return out + "\n";
}

}  // namespace bartizan_cli
