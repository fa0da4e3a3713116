// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// ONNX Runtime's CPU provider on a QDQ model (u8 activations, s8 weights with a scale for each output), one thread. The library is
// loaded at run time from BARTIZAN_ONNXRUNTIME (bench/run.sh sets it); its C interface is a table of functions in a fixed order.
#include <dlfcn.h>

#include <cstdlib>
#include <cstring>

#include "shape.hpp"

namespace bartizan_bench {
namespace {

/// Protocol-buffer encoding of an ONNX model, as far as this model needs it.
struct message {
    std::string out;
    void varint(uint64_t v) {
        for (; v >= 128; v >>= 7) out += static_cast<char>(v | 128);
        out += static_cast<char>(v);
    }
    message& number(int field, uint64_t v) { return varint(static_cast<uint64_t>(field) << 3), varint(v), *this; }
    message& text(int field, const std::string& v) { return varint(static_cast<uint64_t>(field) << 3 | 2), varint(v.size()), out += v, *this; }
};

std::string tensor(const std::string& name, int type, const std::vector<int64_t>& dims, const void* data, size_t size) {
    message m;
    for (const int64_t d : dims) m.number(1, static_cast<uint64_t>(d));
    return m.number(2, static_cast<uint64_t>(type)).text(8, name).text(9, std::string(static_cast<const char*>(data), size)).out;
}
std::string node(const std::string& op, const std::vector<std::string>& in, const std::string& out, const std::string& attributes = "") {
    message m;
    for (const auto& i : in) m.text(1, i);
    return m.text(2, out).text(3, out).text(4, op).out + attributes;
}
std::string integer(const std::string& name, int64_t value) { return message().text(5, message().text(1, name).number(3, static_cast<uint64_t>(value)).number(20, 2).out).out; }
std::string value_info(const std::string& name, int columns) {
    const std::string shape = message().text(1, message().text(2, "rows").out).text(1, message().number(1, static_cast<uint64_t>(columns)).out).out;
    return message().text(1, name).text(2, message().text(1, message().number(1, 1).text(2, shape).out).out).out;
}

std::string qdq_model(const network& n) {
    constexpr int type_f32 = 1, type_u8 = 2, type_s8 = 3, type_s32 = 6;
    message graph;
    std::string constants;
    const auto add = [&](const std::string& name, int type, const std::vector<int64_t>& dims, const void* data, size_t size) {
        constants += message().text(5, tensor(name, type, dims, data, size)).out;
    };
    const uint8_t zero_u8 = 0;
    add("z", type_u8, {}, &zero_u8, 1);
    const auto requantise = [&](const std::string& from, const std::string& to, float step) {
        add(to + "_s", type_f32, {}, &step, 4);
        graph.text(1, node("QuantizeLinear", {from, to + "_s", "z"}, to + "_q"));
        graph.text(1, node("DequantizeLinear", {to + "_q", to + "_s", "z"}, to));
    };
    float in_step = 1.0F / 255;
    requantise("x", "a0", in_step);
    for (size_t i = 0; i < n.weights.size(); ++i) {
        const bool last = i + 1 == n.weights.size();
        const Eigen::MatrixXf& w = n.weights[i];
        const int64_t rows = w.rows(), columns = w.cols();
        std::vector<int8_t> q(static_cast<size_t>(rows * columns)), zeros(static_cast<size_t>(rows));
        std::vector<float> steps, bias_steps;
        std::vector<int32_t> bias, bias_zeros(static_cast<size_t>(rows));
        for (Eigen::Index o = 0; o < rows; ++o) {
            const float step = w.row(o).cwiseAbs().maxCoeff() / 127;
            for (Eigen::Index k = 0; k < columns; ++k) q[static_cast<size_t>(k * rows + o)] = static_cast<int8_t>(std::lround(w(o, k) / step));
            steps.push_back(step);
            bias_steps.push_back(step * in_step);
            bias.push_back(static_cast<int32_t>(std::lround(n.biases[i](o) / (step * in_step))));
        }
        const std::string id = std::to_string(i), next = std::to_string(i + 1);
        add("w" + id + "_q", type_s8, {columns, rows}, q.data(), q.size());
        add("w" + id + "_s", type_f32, {rows}, steps.data(), steps.size() * 4);
        add("w" + id + "_z", type_s8, {rows}, zeros.data(), zeros.size());
        add("b" + id + "_q", type_s32, {rows}, bias.data(), bias.size() * 4);
        add("b" + id + "_s", type_f32, {rows}, bias_steps.data(), bias_steps.size() * 4);
        add("b" + id + "_z", type_s32, {rows}, bias_zeros.data(), bias_zeros.size() * 4);
        graph.text(1, node("DequantizeLinear", {"w" + id + "_q", "w" + id + "_s", "w" + id + "_z"}, "w" + id, integer("axis", 1)));
        graph.text(1, node("DequantizeLinear", {"b" + id + "_q", "b" + id + "_s", "b" + id + "_z"}, "b" + id, integer("axis", 0)));
        graph.text(1, node("Gemm", {"a" + id, "w" + id, "b" + id}, last ? "g" + id : "g" + id));
        if (!last) graph.text(1, node("Relu", {"g" + id}, "r" + id));
        const float out_step = last ? n.largest[i] / 127 : n.largest[i] / 255;
        if (last) {
            const uint8_t middle = 128;
            add("y_s", type_f32, {}, &out_step, 4);
            add("y_z", type_u8, {}, &middle, 1);
            graph.text(1, node("QuantizeLinear", {"g" + id, "y_s", "y_z"}, "y_q"));
            graph.text(1, node("DequantizeLinear", {"y_q", "y_s", "y_z"}, "y"));
        } else {
            requantise("r" + id, "a" + next, out_step);
        }
        in_step = out_step;
    }
    graph.text(2, "bench");
    graph.out += constants;
    graph.text(11, value_info("x", n.input_count())).text(12, value_info("y", n.output_count()));
    return message().number(1, 8).text(7, graph.out).text(8, message().text(1, "").number(2, 13).out).out;
}

/// The functions used, by their place in the table (onnxruntime_c_api.h: OrtApi; the order never changes).
struct ort_table {
    void* const* api = nullptr;
    template <class... Arguments>
    bool call(size_t place, Arguments... arguments) const {
        using function = void* (*)(Arguments...);
        void* const status = reinterpret_cast<function>(api[place])(arguments...);
        if (status == nullptr) return true;
        problem = reinterpret_cast<const char* (*)(const void*)>(api[2])(status);
        return false;
    }
    mutable std::string problem;
};
enum : size_t { create_env = 3, create_session_from_array = 8, run_session = 9, create_session_options = 10, set_optimization = 23, set_intra_threads = 24,
                set_inter_threads = 25, create_tensor = 49, create_cpu_memory = 69 };

struct onnxruntime final : engine {
    ort_table t;
    void *env = nullptr, *options = nullptr, *session = nullptr, *memory = nullptr;
    int64_t inputs, outputs;

    onnxruntime(void* const* api, const network& n) : t{api, {}}, inputs(n.input_count()), outputs(n.output_count()) {}
    bool open(const std::string& model) {
        return t.call<int, const char*, void**>(create_env, 3, "bench", &env) && t.call<void**>(create_session_options, &options) &&
               t.call<void*, int>(set_optimization, options, 99) && t.call<void*, int>(set_intra_threads, options, 1) && t.call<void*, int>(set_inter_threads, options, 1) &&
               t.call<void*, const void*, size_t, void*, void**>(create_session_from_array, env, model.data(), model.size(), options, &session) &&
               t.call<int, int, void**>(create_cpu_memory, 1, 0, &memory);
    }
    void run(const float* x, int rows, float* out) override {
        const int64_t in_shape[] = {rows, inputs}, out_shape[] = {rows, outputs};
        const char *in_name = "x", *out_name = "y";
        void *in = value(const_cast<float*>(x), in_shape), *result = value(out, out_shape);
        t.call<void*, void*, const char* const*, void* const*, size_t, const char* const*, size_t, void**>(run_session, session, nullptr, &in_name, &in, 1, &out_name, 1, &result);
        release(in);
        release(result);
    }
    void* value(float* data, const int64_t (&shape)[2]) {
        void* made = nullptr;
        t.call<void*, void*, size_t, const int64_t*, size_t, int, void**>(create_tensor, memory, data, static_cast<size_t>(shape[0] * shape[1]) * 4, shape, 2, 1, &made);
        return made;
    }
    void release(void* v) const {
        constexpr size_t release_value = 96;
        reinterpret_cast<void (*)(void*)>(t.api[release_value])(v);
    }
};

}  // namespace

std::unique_ptr<engine> make_onnxruntime(const network& n, std::string& why) {
    const char* const path = std::getenv("BARTIZAN_ONNXRUNTIME");
    if (path == nullptr || *path == 0) {
        why = "missing: BARTIZAN_ONNXRUNTIME does not name libonnxruntime.so.1 (bench/run.sh fetches it)";
        return nullptr;
    }
    void* const library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    void* const entry = library == nullptr ? nullptr : dlsym(library, "OrtGetApiBase");
    if (entry == nullptr) {
        why = std::string("missing: ") + dlerror();
        return nullptr;
    }
    struct base {
        void* const* (*get_api)(uint32_t version);
    };
    auto made = std::make_unique<onnxruntime>(reinterpret_cast<const base* (*)()>(entry)()->get_api(17), n);
    if (made->open(qdq_model(n))) return made;
    why = made->t.problem;
    return nullptr;
}

}  // namespace bartizan_bench
