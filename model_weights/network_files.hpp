// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_MODEL_WEIGHTS_NETWORK_FILES_HPP
#define BARTIZAN_MODEL_WEIGHTS_NETWORK_FILES_HPP

#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "float_graph.hpp"

/// A trained network as other programs leave it: safetensors for the weights, a small JSON description for what to do with them
/// (docs/model_format.md, "Converting").
namespace bartizan_model {

struct tensor {
    std::vector<int64_t> shape;
    std::vector<float> values;  ///< row-major
};
using tensors = std::map<std::string, tensor>;

/// The float32 tensors of a safetensors file: an u64 header size, a JSON header (name to dtype, shape and data_offsets), the data.
inline tensors read_safetensors(const std::vector<uint8_t>& file) {
    uint64_t header_size = 0;
    if (file.size() < 8) throw std::runtime_error("safetensors: shorter than its header's size");
    std::memcpy(&header_size, file.data(), 8);
    if (header_size > file.size() - 8) throw std::runtime_error("safetensors: the header is cut off");
    const auto header = nlohmann::json::parse(file.begin() + 8, file.begin() + 8 + static_cast<int64_t>(header_size));
    const uint64_t data_at = 8 + header_size, data_size = file.size() - data_at;
    tensors out;
    for (const auto& [name, about] : header.items()) {
        if (name == "__metadata__") continue;
        if (about.at("dtype") != "F32") throw std::runtime_error("safetensors: " + name + " is not F32");
        tensor t;
        uint64_t count = 1;
        for (const auto& d : about.at("shape")) {
            t.shape.push_back(d.get<int64_t>());
            if (t.shape.back() < 0 || (count *= static_cast<uint64_t>(t.shape.back())) > data_size) throw std::runtime_error("safetensors: shape of " + name);
        }
        const auto begin = about.at("data_offsets").at(0).get<uint64_t>(), end = about.at("data_offsets").at(1).get<uint64_t>();
        if (begin > end || end > data_size || end - begin != count * 4) throw std::runtime_error("safetensors: data_offsets of " + name);
        t.values.resize(count);
        std::memcpy(t.values.data(), file.data() + data_at + begin, count * 4);
        out[name] = std::move(t);
    }
    return out;
}

inline const tensor& named(const tensors& all, const std::string& name) {
    const auto found = all.find(name);
    if (found == all.end()) throw std::runtime_error("the weights have no tensor " + name);
    return found->second;
}

inline Eigen::VectorXd vector_of(const tensors& all, const std::string& name, int64_t size) {
    const tensor& t = named(all, name);
    if (t.shape != std::vector<int64_t>{size}) throw std::runtime_error(name + " should have " + std::to_string(size) + " numbers");
    return Eigen::Map<const Eigen::VectorXf>(t.values.data(), size).cast<double>();
}

inline uint32_t activation_named(const std::string& name) {
    using namespace nn::format;
    static const std::map<std::string, uint32_t> names = {{"relu", activation_relu},
                                                          {"elu", activation_elu},
                                                          {"sigmoid", activation_sigmoid},
                                                          {"identity_head", activation_identity_head},
                                                          {"sigmoid_head", activation_sigmoid_head},
                                                          {"softmax_head", activation_softmax_head}};
    const auto found = names.find(name);
    if (found == names.end()) throw std::runtime_error("unknown activation " + name);
    return found->second;
}

/// The network that `description` makes of the tensors. "layers": in order, each {"linear": prefix of .weight and .bias,
/// "layer_norm": prefix (optional), "epsilon" (1e-5), "activation", "from": the "linear" of the layer that it reads (default: the one
/// before), "scores": index of a head's first score}. "logarithmic": true, or a list of features; default none.
inline float_graph graph_of(const nlohmann::json& description, const tensors& all) {
    float_graph graph;
    std::map<std::string, uint32_t> places;
    for (const auto& about : description.at("layers")) {
        const auto name = about.at("linear").get<std::string>();
        float_layer l;
        l.source = static_cast<uint32_t>(graph.layers.size());
        if (about.contains("from")) l.source = places.at(about.at("from").get<std::string>());
        const tensor& w = named(all, name + ".weight");
        if (w.shape.size() != 2) throw std::runtime_error(name + ".weight is no matrix");
        const int64_t outputs = w.shape[0], inputs = w.shape[1];
        if (l.source != 0 && graph.layers[l.source - 1].weights.rows() != inputs) throw std::runtime_error(name + " does not fit the layer that it reads");
        l.weights = Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(w.values.data(), outputs, inputs).cast<double>();
        l.biases = vector_of(all, name + ".bias", outputs);
        if (about.contains("layer_norm")) {
            const auto norm = about.at("layer_norm").get<std::string>();
            l.gammas = vector_of(all, norm + ".weight", outputs);
            l.betas = vector_of(all, norm + ".bias", outputs);
            l.epsilon = about.value("epsilon", 1e-5);
        }
        l.activation = activation_named(about.at("activation").get<std::string>());
        l.first_score = about.value("scores", 0U);
        graph.layers.push_back(std::move(l));
        places[name] = static_cast<uint32_t>(graph.layers.size());
    }
    if (graph.layers.empty()) throw std::runtime_error("the description has no layers");
    graph.field_count = static_cast<uint32_t>(graph.layers[0].weights.cols());
    if (!description.contains("logarithmic")) return graph;
    const auto& logarithmic = description.at("logarithmic");
    graph.logarithmic.assign(graph.field_count, logarithmic.is_boolean() && logarithmic.get<bool>());
    if (logarithmic.is_array())
        for (const auto& i : logarithmic) graph.logarithmic.at(i.get<size_t>()) = true;
    return graph;
}

}  // namespace bartizan_model

#endif
