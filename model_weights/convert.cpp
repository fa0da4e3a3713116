// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// bartizan_convert: a float network (safetensors and a JSON description) to a .btz file, calibrated on given feature vectors; prints how
// the integers agree with the floats.
#include <cstdio>
#include <fstream>
#include <iterator>

#include "agreement.hpp"
#include "network_files.hpp"

namespace {

using namespace bartizan_model;

std::vector<uint8_t> content_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error(path + " cannot be read");
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// Raw float32 rows as columns.
Eigen::MatrixXf vectors_of(const std::string& path, uint32_t fields) {
    const std::vector<uint8_t> file = content_of(path);
    const size_t row = size_t{fields} * 4;
    if (file.empty() || file.size() % row != 0) throw std::runtime_error(path + " is not whole rows of " + std::to_string(fields) + " float32 numbers");
    Eigen::MatrixXf out(fields, static_cast<Eigen::Index>(file.size() / row));
    std::memcpy(out.data(), file.data(), file.size());
    return out;
}

void print(const char* what, const std::vector<agreement>& scores) {
    std::printf("%s\n| score | largest difference | mean difference | Spearman | flips at the median |\n|---|---:|---:|---:|---:|\n", what);
    for (size_t h = 0; h < scores.size(); ++h)
        std::printf("| %zu | %.6f | %.6f | %.6f | %.2f %% |\n", h, scores[h].largest, scores[h].mean, scores[h].spearman, 100 * scores[h].flips);
}

}  // namespace

int main(int argc, char** argv) try {
    std::map<std::string, std::string> flags;
    for (int i = 1; i + 1 < argc; i += 2) flags[argv[i]] = argv[i + 1];
    for (const char* flag : {"--description", "--weights", "--calibration", "--out"})
        if (flags[flag].empty())
            throw std::runtime_error("usage: bartizan_convert --description FILE.json --weights FILE.safetensors --calibration FILE.f32 [--test FILE.f32] --out FILE.btz");
    const auto description = nlohmann::json::parse(content_of(flags["--description"]));
    const float_graph graph = graph_of(description, read_safetensors(content_of(flags["--weights"])));
    const Eigen::MatrixXf calibration = vectors_of(flags["--calibration"], graph.field_count);

    model_data data = convert(graph, calibration.cast<double>());
    data.name = description.value("name", "converted");
    data.schema_hash = description.value("schema_hash", uint64_t{0});
    for (const auto& t : description.value("thresholds", std::vector<double>(data.output_count, 0.5))) data.thresholds_q15.push_back(static_cast<int32_t>(std::lround(t * nn::one_q15)));
    if (data.thresholds_q15.size() > nn::format::max_outputs || data.output_count > nn::format::max_outputs)
        throw std::runtime_error("more than sixteen scores");
    const std::vector<uint8_t> file = write_model(data);

    nn::model m;
    const auto work = std::make_unique<nn::scratch>();
    if (const bartizan::error bad = nn::open({file.data(), file.size()}, 0, nn::best_isa(), *work, m))
        throw std::runtime_error(std::string("the model just written is refused: ") + bartizan::describe(bad.code));
    std::printf("%s: %zu bytes, %u features, %u layers, %u scores\n\n", data.name.c_str(), file.size(), m.field_count(), m.layer_count(), m.output_count());
    print("on the calibration vectors (flattering)", agree(graph, m, calibration));
    if (!flags["--test"].empty()) print("\non the test vectors", agree(graph, m, vectors_of(flags["--test"], graph.field_count)));
    if (!std::ofstream(flags["--out"], std::ios::binary).write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size())))
        throw std::runtime_error(flags["--out"] + " cannot be written");
    return 0;
} catch (const std::exception& problem) {
    std::fprintf(stderr, "bartizan_convert: %s\n", problem.what());
    return 2;
}
