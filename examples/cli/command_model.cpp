// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "commands.hpp"
#include "verdict_model.hpp"
#include "visible_text.hpp"
#include "words.hpp"

namespace bartizan_cli {

namespace {

namespace bz = bartizan;
using nlohmann::ordered_json;

std::string hex(uint64_t value) {
    char text[24];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
    return text;
}

std::string stated_digest(bz::bytes file) {
    std::string out;
    char text[4];
    for (const uint8_t byte : file.sub(bz::nn::format::at_digest, 32)) {
        std::snprintf(text, sizeof text, "%02x", byte);
        out += text;
    }
    return out;
}

ordered_json info_json(const bz::nn::model& m) {
    ordered_json out;
    out["name"] = std::string(reinterpret_cast<const char*>(m.name().data), m.name().size);
    out["size"] = m.file().size;
    out["digest"] = stated_digest(m.file());
    out["schema"] = m.schema_hash() == bz::features::hash ? ordered_json("bartizan_v1") : ordered_json();
    out["schema_hash"] = hex(m.schema_hash());
    out["features"] = m.field_count();
    out["input_units"] = m.unit_count();
    out["layers"] = ordered_json::array();
    for (uint32_t i = 0; i < m.layer_count(); ++i)
        out["layers"].push_back({{"inputs", m.layer(i).inputs}, {"outputs", m.layer(i).outputs}});
    out["thresholds"] = ordered_json::array();
    for (uint32_t head = 0; head < m.output_count(); ++head) out["thresholds"].push_back(m.threshold(head));
    out["test_vectors"] = m.vector_count();
    return out;
}

void print_info(const ordered_json& info, console& out) {
    const auto line = [&out](std::string label, const std::string& text) {
        label.resize(14, ' ');
        out.print_line(label + visible_text(text));
    };
    line("name", text_of(info, "name"));
    line("size", grouped(info["size"].get<uint64_t>()) + " bytes");
    line("digest", text_of(info, "digest"));
    line("schema", info["schema"].is_string() ? text_of(info, "schema")
                                              : "another than this program's (" + text_of(info, "schema_hash") + ")");
    std::string shape = info["features"].dump() + " features, " + info["input_units"].dump() + " input units";
    for (const ordered_json& layer : info["layers"]) shape += " - " + layer["outputs"].dump();
    line("network", shape);
    line("thresholds", info["thresholds"].dump() + " of 32768, one for each head");
    line("test vectors", info["test_vectors"].dump());
}

/// Opens the file under one schema (0: any) with each kind of kernels that runs here. False, with a sentence, where one refuses.
bool open_with_every_kernel(const std::string& name, bz::bytes bytes, uint64_t schema_hash, bz::nn::model& model,
                            std::string& kernels, console& out) {
    const auto work = std::make_unique<bz::judge_scratch>();
    for (const bz::nn::isa isa : bz::nn::all_isas) {
        if (!bz::nn::is_available(isa)) continue;
        if (const bz::error error = bz::nn::open(bytes, schema_hash, isa, work->inference, model)) {
            out.complain(sentence(name, error) + " (kernels: " + bz::nn::name(isa) + ")");
            return false;
        }
        kernels += (kernels.empty() ? "" : ", ") + std::string(bz::nn::name(isa));
    }
    return true;
}

}  // namespace

void run_model(const model_arguments& arguments, console& out) {
    const std::string name = arguments.file.empty() ? "the embedded model" : arguments.file;
    file_bytes file;
    bz::bytes bytes = embedded_model();
    if (!arguments.file.empty()) {
        if (const std::string problem = file.open(arguments.file); !problem.empty())
            return out.complain(name + ": offset 0: " + problem);
        bytes = file.view();
    }
    bz::nn::model model;
    std::string kernels;
    if (!open_with_every_kernel(name, bytes, arguments.verify ? bz::features::hash : 0, model, kernels, out)) return;
    if (!arguments.verify) {
        const ordered_json info = info_json(model);
        if (arguments.json)
            out.print(info);
        else
            print_info(info, out);
        return;
    }
    if (arguments.json)
        out.print({{"file", name},
                   {"digest", stated_digest(bytes)},
                   {"test_vectors", model.vector_count()},
                   {"kernels", kernels}});
    else
        out.print_line(visible_text(name) + ": whole; digest and shapes hold, " +
                       counted(model.vector_count(), "test vector") + " give the stated scores (kernels: " + kernels +
                       ")");
}

}  // namespace bartizan_cli
