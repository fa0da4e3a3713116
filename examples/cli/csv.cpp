// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "csv.hpp"

#include <algorithm>

namespace bartizan_cli {

bool csv_reader::next(std::vector<std::string>& cells) {
    while (!rest_.empty()) {
        cells.clear();
        line_ = lines_read_ + 1;
        for (bool ends = false; !ends;) cells.push_back(take_cell(ends));
        if (cells.size() > 1 || !cells.front().empty()) return true;
    }
    return false;
}

std::string csv_reader::take_cell(bool& ends_record) {
    std::string cell;
    if (!rest_.empty() && rest_.front() == '"') {
        size_t at = 1;
        for (; at < rest_.size(); ++at) {
            if (rest_[at] != '"')
                cell += rest_[at];
            else if (at + 1 < rest_.size() && rest_[at + 1] == '"')
                cell += rest_[at++];
            else
                break;
        }
        rest_.remove_prefix(std::min(at + 1, rest_.size()));
        lines_read_ += static_cast<uint64_t>(std::count(cell.begin(), cell.end(), '\n'));
    }
    // Also what stands, against the rules, between a closing quote and the next comma.
    const size_t end = std::min(rest_.find_first_of(",\n"), rest_.size());
    cell += rest_.substr(0, end);
    ends_record = end == rest_.size() || rest_[end] == '\n';
    lines_read_ += ends_record ? 1 : 0;
    if (ends_record && !cell.empty() && cell.back() == '\r') cell.pop_back();
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return cell;
}

std::string csv_cell(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + '"';
}

}  // namespace bartizan_cli
