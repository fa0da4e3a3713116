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
struct column_map {
    std::vector<size_t> column_of = std::vector<size_t>(features::field_count, no_column);
    uint64_t present = 0;  ///< features of the groups that are there whole
};

std::string place(const std::string& file, uint64_t line, size_t column) {
    return file + ": line " + std::to_string(line) + ", column " + std::to_string(column + 1) + ": ";
}

/// A network was trained on whole groups, so one absent column makes its group unknown.
column_map map_columns(const std::string& file, const std::vector<std::string>& header, console& out) {
    column_map map;
    for (size_t c = 0; c < header.size(); ++c) {
        for (unsigned i = 0; i < features::field_count; ++i) {
            if (header[c] != features::fields[i].name) continue;
            if (map.column_of[i] != no_column)
                out.complain(place(file, 1, c) + header[c] + " stands here for the second time; the first counts");
            else
                map.column_of[i] = c;
        }
    }
    std::map<features::group, std::string> lacking;
    std::map<features::group, bool> started;
    for (unsigned i = 0; i < features::field_count; ++i) {
        const features::group group = features::fields[i].group;
        if (map.column_of[i] != no_column)
            started[group] = true;
        else if (lacking[group].empty())
            lacking[group] = features::fields[i].name;
    }
    for (unsigned i = 0; i < features::field_count; ++i)
        if (lacking[features::fields[i].group].empty()) map.present |= uint64_t{1} << i;
    for (const auto& [group, name] : lacking)
        if (!name.empty())
            out.tell(file + ": group " + features::name(group) + " is unknown: column " + name +
                     (started[group] ? " and perhaps others of it are" : " and all others of it are") + " absent");
    return map;
}

/// One row's features. An empty cell makes its group unknown in this row. Says what is wrong and returns false for a wrong cell.
bool read_row(const std::string& file, uint64_t line, const std::vector<std::string>& cells, const column_map& map,
              features::vector& v, console& out) {
    v = {};
    v.present = map.present;
    for (unsigned i = 0; i < features::field_count; ++i) {
        if ((map.present >> i & 1) == 0) continue;
        const size_t c = map.column_of[i];
        if (c >= cells.size()) {
            out.complain(place(file, line, cells.size()) + "the row ends before column " + features::fields[i].name);
            return false;
        }
        if (cells[c].empty()) {
            v.present &= ~features::mask_of(features::fields[i].group);
        } else if (!parse_feature(cells[c], i, v.value[i])) {
            out.complain(place(file, line, c) + features::fields[i].name + " cannot be '" + cells[c].substr(0, 80) +
                         "'");
            return false;
        }
    }
    for (unsigned i = 0; i < features::field_count; ++i)
        if (!v.has(i)) v.value[i] = 0;
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
    if (map.present == 0) return out.complain(file + ": line 1, column 1: no group of features has all its columns");

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
