// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include <bartizan/features/bartizan_v1.hpp>
#include <bit>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>

#include "commands.hpp"
#include "csv.hpp"
#include "feature_value.hpp"
#include "file_walk.hpp"
#include "verdict_model.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

namespace bz = bartizan;
namespace features = bartizan::features;

/// Rows of float32, little-endian, without a header; NaN stands for unknown.
class f32_writer {
  public:
    explicit f32_writer(const std::string& path) : out_(path, std::ios::binary | std::ios::trunc) {}
    void write(const features::vector& v) {
        for (unsigned i = 0; i < features::field_count; ++i) {
            const auto bits = std::bit_cast<uint32_t>(static_cast<float>(feature_number(v, i)));
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
    explicit csv_writer(std::ostream& out) : out_(out) {
        out_ << "path";
        for (const features::field& field : features::fields) out_ << ',' << field.name;
        out_ << '\n';
    }
    void write(const std::string& path, const features::vector& v) {
        out_ << csv_cell(path);
        for (unsigned i = 0; i < features::field_count; ++i) out_ << ',' << feature_text(v, i);
        out_ << '\n';
    }

  private:
    std::ostream& out_;
};

}  // namespace

void run_features(const features_arguments& arguments, console& out) {
    std::optional<f32_writer> f32;
    if (!arguments.f32.empty()) f32.emplace(arguments.f32);
    std::ofstream csv_file;
    if (!arguments.csv.empty()) csv_file.open(arguments.csv, std::ios::binary | std::ios::trunc);
    std::optional<csv_writer> csv;
    if (!arguments.csv.empty())
        csv.emplace(csv_file);
    else if (arguments.f32.empty())
        csv.emplace(std::cout);

    const auto work = std::make_unique<features::extract_scratch>();
    file_bytes bytes;
    const std::vector<found_file> files = find_files(arguments.paths);
    for (size_t i = 0; i < files.size(); ++i) {
        out.progress(i, files.size(), files[i].path);
        // A file without features keeps its row, all unknown, so that row n is file n.
        features::vector v;
        const std::string problem = files[i].problem.empty() ? bytes.open(files[i].path) : files[i].problem;
        if (!problem.empty()) {
            out.complain(files[i].path + ": offset 0: " + problem);
        } else if (const bz::pe::parse_result parsed = bz::pe::parse(bytes.view())) {
            features::extract(parsed.image, *work, v);
        } else {
            out.remark(sentence(files[i].path, parsed.failure));
        }
        if (f32) f32->write(v);
        if (csv) csv->write(files[i].path, v);
    }
    std::cout.flush();
    if (f32 && !f32->close()) out.complain(arguments.f32 + ": offset 0: cannot be written");
    if (!arguments.csv.empty() && (csv_file.close(), csv_file.fail()))
        out.complain(arguments.csv + ": offset 0: cannot be written");
    out.tell(counted(files.size(), "row") + " of " + counted(features::field_count, "feature"));
}

}  // namespace bartizan_cli
