// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "commands.hpp"
#include "csv.hpp"
#include "feature_value.hpp"
#include "text_file.hpp"
#include "verdict_model.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

namespace bz = bartizan;
namespace features = bartizan::features;

constexpr size_t no_column = SIZE_MAX;

/// Which column holds which feature.
using column_map = std::vector<size_t>;

std::string place(const std::string& file, uint64_t line, size_t column) {
    return file + ": line " + std::to_string(line) + ", column " + std::to_string(column + 1) + ": ";
}

column_map map_columns(const std::string& file, const std::vector<std::string>& header, console& out) {
    column_map map(features::field_count, no_column);
    for (size_t c = 0; c < header.size(); ++c) {
        for (unsigned i = 0; i < features::field_count; ++i) {
            if (header[c] != features::fields[i].name) continue;
            if (map[i] == no_column)
                map[i] = c;
            else
                out.complain(place(file, 1, c) + header[c] + " stands here for the second time; the first counts");
        }
    }
    return map;
}

void tell_absent(const std::string& file, const column_map& map, console& out) {
    std::string names;
    uint64_t absent = 0;
    for (unsigned i = 0; i < features::field_count; ++i) {
        if (map[i] != no_column) continue;
        names += (absent++ == 0 ? "" : ", ") + std::string(features::fields[i].name);
    }
    if (absent != 0) out.tell(file + ": " + counted(absent, "feature") + " unknown for lack of a column: " + names);
}

/// One row's features; an absent column and an empty cell mean unknown. Says what is wrong and returns false for a wrong cell.
bool read_row(const std::string& file, uint64_t line, const std::vector<std::string>& cells, const column_map& map,
              features::vector& v, console& out) {
    v = {};
    for (unsigned i = 0; i < features::field_count; ++i) {
        const size_t c = map[i];
        if (c == no_column) continue;
        if (c >= cells.size()) {
            out.complain(place(file, line, cells.size()) + "the row ends before column " + features::fields[i].name);
            return false;
        }
        if (cells[c].empty()) continue;
        if (!parse_feature(cells[c], i, v.value[i])) {
            out.complain(place(file, line, c) + features::fields[i].name + " cannot be '" + cells[c].substr(0, 80) +
                         "'");
            return false;
        }
        v.present |= uint64_t{1} << i;
    }
    return true;
}

}  // namespace

void run_score_rows(const score_rows_arguments& arguments, console& out) {
    verdict_model model;
    if (const std::string problem = model.open(arguments.model); !problem.empty()) return out.complain(problem);
    const std::string& file = arguments.csv;
    const std::string text = read_text_file(file, [&out](const std::string& sentence) { out.complain(sentence); });
    csv_reader in(text);
    std::vector<std::string> cells;
    if (!in.next(cells)) return out.complain(file + ": offset 0: there is no header line");
    if (cells.front().starts_with("\xef\xbb\xbf")) cells.front().erase(0, 3);
    const column_map map = map_columns(file, cells, out);
    if (std::count(map.begin(), map.end(), no_column) == std::ptrdiff_t{features::field_count})
        return out.complain(file + ": line 1, column 1: no column bears the name of a feature");
    tell_absent(file, map, out);

    std::map<std::string, uint64_t> count;
    out.print_line("row,malware_score,pua_score,verdict");
    for (uint64_t row = 0; in.next(cells); ++row) {
        features::vector v;
        if (!read_row(file, in.line(), cells, map, v, out)) continue;
        if (v.present == 0) {  // unknown is not clean
            ++count["unsupported"];
            out.print_line(std::to_string(row) + ",,,unsupported");
            continue;
        }
        bz::file_verdict verdict;
        bz::judge_features(v, model.get(), model.kernels(), model.work(), verdict);
        if (verdict.verdict != bz::file_class::legitimate) out.note_conviction();
        ++count[bz::name(verdict.verdict)];
        out.print_line(std::to_string(row) + "," + std::to_string(verdict.score.head[bz::head_malware]) + "," +
                       std::to_string(verdict.score.head[bz::head_pua]) + "," + bz::name(verdict.verdict));
    }
    out.tell(grouped(count["legitimate"]) + " legitimate, " + grouped(count["pua"]) + " PUA, " +
             grouped(count["malware"]) + " malware, " + grouped(count["unsupported"]) + " unsupported");
}

}  // namespace bartizan_cli
