// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include "report_parts.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

using nlohmann::ordered_json;

constexpr int node_width = 400;
constexpr int target_width = 250;
constexpr int node_height = 44;
constexpr int row_height = 60;
constexpr int indent = 26;
constexpr int arrow_width = 96;
/// Longer chains lose their middle: the root says how it came in, the end what did it.
constexpr size_t nodes_at_most = 9;

struct node {
    std::string title;   ///< the program's name
    std::string detail;  ///< its command line
    std::string full;    ///< for the tooltip
    bool is_gap = false;
};

std::string number(int n) { return std::to_string(n); }

std::string pid_words(const ordered_json& process) {
    const auto pid = process.find("pid");
    return pid != process.end() && pid->is_number() ? "pid " + pid->dump() : "";
}

node node_of(const ordered_json& process) {
    const std::string image = text_of(process, "image");
    const std::string command = text_of(process, "command_line");
    const std::string user = text_of(process, "user");
    node out;
    out.title = image.empty() ? "(unknown program)" : std::string(base_name(image));
    if (const std::string pid = pid_words(process); !pid.empty()) out.title += "  ·  " + pid;
    if (!user.empty()) out.title += "  ·  " + user;
    out.detail = command.empty() ? image : command;
    out.full = image + (command.empty() ? "" : " — " + command);
    return out;
}

std::vector<node> nodes_of(const ordered_json& finding) {
    std::vector<node> out;
    if (const auto chain = finding.find("chain"); chain != finding.end() && chain->is_array())
        for (const ordered_json& process : *chain) out.push_back(node_of(process));
    if (out.empty() && finding["actor"].is_object()) out.push_back(node_of(finding["actor"]));
    if (out.size() > nodes_at_most) {
        const size_t left_out = out.size() - nodes_at_most + 1;
        const auto from = out.begin() + 2;
        out.erase(from, from + static_cast<std::ptrdiff_t>(left_out));
        node gap;
        gap.title = grouped(left_out) + " more between";
        gap.is_gap = true;
        out.insert(out.begin() + 2, gap);
    }
    return out;
}

/// What the actor reached for: a process, a file, a key.
std::vector<node> targets_of(const ordered_json& finding) {
    std::vector<node> out;
    if (const auto target = finding.find("target"); target != finding.end() && target->is_object()) {
        node n = node_of(*target);
        n.title = text_of(*target, "image").empty() ? n.title : std::string(base_name(text_of(*target, "image")));
        n.detail = pid_words(*target);
        out.push_back(n);
    }
    if (const std::string object = reached_object(finding); !object.empty())
        out.push_back({std::string(base_name(object)), object, object});
    return out;
}

std::string box(int x, int y, int width, const node& n, const std::string& classes) {
    constexpr int margin = 11;
    // Average widths of a character: 13 px semibold and 11.5 px.
    const auto title_columns = static_cast<size_t>((width - 2 * margin) * 10 / 76);
    const auto detail_columns = static_cast<size_t>((width - 2 * margin) * 10 / 66);
    std::string out = "<g><title>" + html_text(n.full) + "</title><rect class=\"node" + classes + "\" x=\"" +
                      number(x) + "\" y=\"" + number(y) + "\" width=\"" + number(width) + "\" height=\"" +
                      number(node_height) + "\" rx=\"6\"/>";
    out += "<text class=\"strong\" x=\"" + number(x + margin) + "\" y=\"" + number(y + 18) + "\">" +
           html_text(shortened(n.title, title_columns)) + "</text>";
    out += "<text class=\"small\" x=\"" + number(x + margin) + "\" y=\"" + number(y + 35) + "\">" +
           html_text(shortened(n.detail, detail_columns)) + "</text></g>";
    return out;
}

std::string arrow(int x, int y, int to_x, int to_y) {
    return "<path class=\"edge reach\" d=\"M" + number(x) + " " + number(y) + " L" + number(to_x - 8) + " " +
           number(to_y) + "\"/><path class=\"head\" d=\"M" + number(to_x) + " " + number(to_y) + " l-9 -4.5 v9 z\"/>";
}

std::string label(const ordered_json& finding, const std::vector<node>& chain, const std::vector<node>& targets) {
    std::string out = "Process chain: ";
    for (size_t i = 0; i < chain.size(); ++i) out += (i == 0 ? "" : ", which started ") + chain[i].title;
    for (const node& target : targets) out += "; it reached for " + target.title;
    return out + " (" + verdict_words(text_of(finding, "verdict")) + ")";
}

}  // namespace

std::string reached_object(const ordered_json& finding) {
    const std::string object = text_of(finding, "object");
    const auto chain = finding.find("chain");
    const bool is_command = chain != finding.end() && chain->is_array() && !chain->empty() &&
                            text_of(chain->back(), "command_line") == object;
    return is_command ? std::string() : object;
}

std::string chain_svg(const ordered_json& finding) {
    const std::vector<node> chain = nodes_of(finding);
    const std::vector<node> targets = targets_of(finding);
    if (chain.empty()) return "";
    const int rows = static_cast<int>(chain.size());
    const int actor_x = indent * (rows - 1) + 1;
    const int actor_y = row_height * (rows - 1) + 1;
    const int target_x = actor_x + node_width + arrow_width;
    const int target_rows = std::max(0, static_cast<int>(targets.size()) - 1);
    const int width = targets.empty() ? actor_x + node_width + 2 : target_x + target_width + 2;
    const int height = actor_y + node_height + target_rows * row_height + 2;

    std::string out =
        "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Process chain\"><svg role=\"img\" width=\"" +
        number(width) + "\" height=\"" + number(height) + "\" viewBox=\"0 0 " + number(width) + " " + number(height) +
        "\" aria-label=\"" + html_text(label(finding, chain, targets)) + "\">";
    for (int i = 0; i < rows; ++i) {
        const node& n = chain[static_cast<size_t>(i)];
        const int x = indent * i + 1;
        const int y = row_height * i + 1;
        if (i > 0) {
            out += "<path class=\"edge\" d=\"M" + number(x - indent + 13) + " " + number(y - row_height + node_height) +
                   " V" + number(y + node_height / 2) + " H" + number(x) + "\"/>";
        }
        if (n.is_gap) {
            out += "<text class=\"small\" x=\"" + number(x + 11) + "\" y=\"" + number(y + 26) + "\">" +
                   html_text(n.title) + "</text>";
            continue;
        }
        out += box(x, y, node_width, n, i == rows - 1 ? " actor " + html_text(text_of(finding, "verdict")) : "");
    }
    for (size_t i = 0; i < targets.size(); ++i) {
        const int y = actor_y + static_cast<int>(i) * row_height;
        out += arrow(actor_x + node_width, actor_y + node_height / 2, target_x, y + node_height / 2);
        out += box(target_x, y, target_width, targets[i], " target");
    }
    return out + "</svg></div>";
}

}  // namespace bartizan_cli
