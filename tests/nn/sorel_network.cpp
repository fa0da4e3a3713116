// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The feed-forward network of the published SOREL-20M shape (2381-512-512-128 with LayerNorm and ELU, three heads), with random
// weights and the outputs that the reference framework gave: through safetensors and description, the oracle, and the integers.
#include <gtest/gtest.h>

#if __has_include(<Eigen/Dense>) && __has_include(<nlohmann/json.hpp>) && __has_include(<zlib.h>)
#include <zlib.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <model_weights/agreement.hpp>
#include <model_weights/network_files.hpp>

namespace {

using namespace bartizan_model;

std::string folder() {
    const char* const shared = std::getenv("BARTIZAN_SHARED");
    return std::string(shared != nullptr ? shared : BARTIZAN_SOURCE_DIR "/../shared") + "/ember/sorel_like/";
}

std::vector<uint8_t> content_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

template <class Scalar>
Eigen::MatrixXd rows_of(const std::string& name, Eigen::Index columns) {
    const auto file = content_of(folder() + name);
    const auto rows = static_cast<Eigen::Index>(file.size() / sizeof(Scalar)) / columns;
    Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic> out(columns, rows);
    std::memcpy(out.data(), file.data(), static_cast<size_t>(out.size()) * sizeof(Scalar));
    return out.template cast<double>();
}

/// The reference's weights and index as one safetensors file.
std::vector<uint8_t> as_safetensors(const nlohmann::json& index) {
    std::string data;
    gzFile in = gzopen((folder() + "weights.f32.gz").c_str(), "rb");
    char block[65536];
    for (int got; (got = gzread(in, block, sizeof block)) > 0;) data.append(block, static_cast<size_t>(got));
    gzclose(in);
    nlohmann::json header = {{"__metadata__", {{"format", "pt"}}}};
    for (const auto& t : index.at("tensors")) {
        const auto at = t.at("offset").get<uint64_t>();
        header[t.at("key").get<std::string>()] = {{"dtype", "F32"}, {"shape", t.at("shape")}, {"data_offsets", {at, at + t.at("bytes").get<uint64_t>()}}};
    }
    const std::string text = header.dump();
    std::vector<uint8_t> out;
    for (int i = 0; i < 8; ++i) out.push_back(static_cast<uint8_t>(uint64_t{text.size()} >> (8 * i)));
    out.insert(out.end(), text.begin(), text.end());
    out.insert(out.end(), data.begin(), data.end());
    return out;
}

constexpr const char* description = R"({"name": "sorel_like", "layers": [
    {"linear": "model_base.0", "layer_norm": "model_base.1", "activation": "elu"},
    {"linear": "model_base.4", "layer_norm": "model_base.5", "activation": "elu"},
    {"linear": "model_base.8", "layer_norm": "model_base.9", "activation": "elu"},
    {"linear": "malware_head.0", "from": "model_base.8", "activation": "sigmoid_head", "scores": 0},
    {"linear": "count_head", "from": "model_base.8", "activation": "identity_head", "scores": 1},
    {"linear": "tag_head.0", "from": "model_base.8", "activation": "elu"},
    {"linear": "tag_head.2", "activation": "elu"},
    {"linear": "tag_head.4", "activation": "sigmoid_head", "scores": 2}]})";

TEST(sorel_network, oracle_and_integers_agree_with_the_reference) {
    const auto index_file = content_of(folder() + "index.json");
    if (index_file.empty()) GTEST_SKIP() << "no " << folder();
    const float_graph graph = graph_of(nlohmann::json::parse(description), read_safetensors(as_safetensors(nlohmann::json::parse(index_file))));
    const Eigen::MatrixXd inputs = rows_of<float>("inputs.f32", 2381);
    const Eigen::MatrixXd floats = scores_of(graph, forward(graph, inputs));
    EXPECT_LT((floats.row(0) - rows_of<double>("expected_malware.f64", 1)).cwiseAbs().maxCoeff(), 1e-5);
    EXPECT_LT((floats.row(1) - rows_of<double>("expected_count.f64", 1)).cwiseAbs().maxCoeff(), 1e-5);
    EXPECT_LT((floats.bottomRows(11) - rows_of<double>("expected_tags.f64", 11)).cwiseAbs().maxCoeff(), 1e-5);

    model_data data = convert(graph, inputs);
    data.thresholds_q15.assign(13, nn::one_q15 / 2);
    const auto file = write_model(data);
    nn::model m;
    const auto work = std::make_unique<nn::scratch>();
    for (const nn::isa i : nn::all_isas) {
        if (nn::is_available(i)) { ASSERT_FALSE(nn::open({file.data(), file.size()}, 0, i, *work, m)) << nn::name(i); }
    }
    const auto scores = agree(graph, m, inputs.cast<float>());
    for (size_t h = 0; h < scores.size(); ++h) {
        std::printf("score %zu: largest %.5f mean %.5f Spearman %.6f flips %.2f %%\n", h, scores[h].largest, scores[h].mean, scores[h].spearman, 100 * scores[h].flips);
    }
    // 48 of these 64 vectors are copies of the others with a little noise, so ranks are close together.
    EXPECT_GE(scores[0].spearman, 0.999);
    EXPECT_LE(scores[0].largest, 0.005);
    EXPECT_EQ(scores[0].flips, 0);
}

}  // namespace
#endif
