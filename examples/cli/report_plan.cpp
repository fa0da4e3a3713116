// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The response plan in sentences: what was done, or what a protected machine would have done.
#include "report_parts.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

using nlohmann::ordered_json;

/// Whom an administrator, a user or a log is told about is the finding's actor: no need to say so again.
bool only_tells(const std::string& step) {
    for (const char* one : {"record", "event", "alert", "health_red", "notify_user", "root_cause_analysis"})
        if (step == one) return true;
    return false;
}

std::string step_html(const ordered_json& step, plan_state state, const report_words& words) {
    const std::string name = text_of(step, "step");
    std::string out = html_text(state == plan_state::would ? would_words(name, words.in) : step_words(name, words.in));
    const std::string object = only_tells(name) ? "" : object_html(member_of(step, "object"), words);
    if (!object.empty()) out += words.html("colon") + object;
    // The row of the response table, which stands above the plan anyway, is a reason too.
    const std::string why = text_of(step, "why");
    if (!why.empty() && row_advice(why, words.in).empty() && !only_tells(name)) out += " <span class=\"soft\">– " + html_text(reason_words(why, words.in)) + "</span>";
    const std::string result = text_of(step, "state");
    if (!result.empty()) out.append(" ").append(badge(result == "done" ? "good" : "event", html_text(result_words(result, words.in))));
    return "<li>" + out + "</li>";
}

}  // namespace

plan_state state_of(const reported_finding& finding) {
    for (const ordered_json& step : list_of(finding.json, "plan"))
        if (!text_of(step, "state").empty()) return plan_state::reported;
    return finding.evidence.empty() ? plan_state::unknown : plan_state::would;
}

std::string plan_html(const ordered_json& finding, plan_state state, const report_words& words) {
    const ordered_json& plan = list_of(finding, "plan");
    if (plan.empty()) return "";
    constexpr size_t steps_at_most = 60;
    std::string out = "<ol class=\"steps\">";
    for (size_t i = 0; i < plan.size() && i < steps_at_most; ++i) out += step_html(plan[i], state, words);
    if (plan.size() > steps_at_most) out += "<li>" + words.html("and_more", {grouped(plan.size() - steps_at_most)}) + "</li>";
    return out + "</ol>";
}

}  // namespace bartizan_cli
