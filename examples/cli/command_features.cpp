// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <fstream>
#include <iostream>
#include <optional>

#include "commands.hpp"
#include "csv.hpp"
#include "feature_schema.hpp"
#include "file_bytes.hpp"
#include "file_walk.hpp"
#include "verdict_model.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

/// Rows of float32, little-endian, without a header; NaN stands for unknown.
class f32_writer {
  public:
    explicit f32_writer(const std::string& path) : out_(path, std::ios::binary | std::ios::trunc) {}
    void write(const feature_schema& row) {
        for (unsigned i = 0; i < row.columns(); ++i) {
            const auto bits = std::bit_cast<uint32_t>(row.number(i));
            for (int shift = 0; shift < 32; shift += 8) out_.put(static_cast<char>(bits >> shift));
        }
    }
    bool close() { return out_.close(), !out_.fail(); }

  private:
    std::ofstream out_;
};

/// The path and the same columns by name; an empty cell stands for unknown.
class csv_writer {
  public:
    csv_writer(std::ostream& out, const feature_schema& schema) : out_(out) {
        out_ << "path";
        for (unsigned i = 0; i < schema.columns(); ++i) out_ << ',' << csv_cell(schema.column(i));
        out_ << '\n';
    }
    void write(const std::string& path, const feature_schema& row) {
        out_ << csv_cell(path);
        for (unsigned i = 0; i < row.columns(); ++i) out_ << ',' << row.text(i);
        out_ << '\n';
    }

  private:
    std::ostream& out_;
};

}  // namespace

void run_features(const features_arguments& arguments, console& out) {
    const auto schema = make_feature_schema(arguments.schema);
    std::optional<f32_writer> f32;
    if (!arguments.f32.empty()) f32.emplace(arguments.f32);
    std::ofstream csv_file;
    if (!arguments.csv.empty()) csv_file.open(arguments.csv, std::ios::binary | std::ios::trunc);
    std::optional<csv_writer> csv;
    if (!arguments.csv.empty())
        csv.emplace(csv_file, *schema);
    else if (arguments.f32.empty())
        csv.emplace(std::cout, *schema);

    file_bytes bytes;
    const std::vector<found_file> files = find_files(arguments.paths);
    for (size_t i = 0; i < files.size(); ++i) {
        out.progress(i, files.size(), files[i].path);
        // A file without features keeps its row, all unknown, so that row n is file n.
        const std::string problem = files[i].problem.empty() ? bytes.open(files[i].path) : files[i].problem;
        if (!problem.empty()) {
            schema->forget();
            out.complain(files[i].path + ": offset 0: " + problem);
        } else if (const bartizan::error failure = schema->extract(bytes.view())) {
            out.remark(sentence(files[i].path, failure));
        }
        if (f32) f32->write(*schema);
        if (csv) csv->write(files[i].path, *schema);
    }
    std::cout.flush();
    if (f32 && !f32->close()) out.complain(arguments.f32 + ": offset 0: cannot be written");
    if (!arguments.csv.empty() && (csv_file.close(), csv_file.fail()))
        out.complain(arguments.csv + ": offset 0: cannot be written");
    out.tell(counted(files.size(), "row") + " of " + counted(schema->columns(), "feature"));
}

}  // namespace bartizan_cli
