// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// OpenBLAS in float32: sgemv for one row, sgemm for many. Loaded at run time, so that a machine without it says so in its rows.
#include "shape.hpp"

#include <dlfcn.h>

namespace bartizan_bench {
namespace {

enum { column_major = 102, plain = 111 };  // cblas.h
using gemv = void (*)(int order, int trans, int m, int n, float alpha, const float* a, int lda, const float* x, int x_step, float beta, float* y, int y_step);
using gemm = void (*)(int order, int trans_a, int trans_b, int m, int n, int k, float alpha, const float* a, int lda, const float* b, int ldb, float beta, float* c, int ldc);

struct openblas final : engine {
    const network& n;
    gemv multiply_one;
    gemm multiply_many;
    std::vector<Eigen::MatrixXf> y;

    openblas(const network& from, gemv one, gemm many) : n(from), multiply_one(one), multiply_many(many) {
        for (const auto& w : n.weights) y.emplace_back(w.rows(), batch);
    }
    void run(const float* x, int rows, float* out) override {
        for (size_t i = 0; i < y.size(); ++i) {
            const auto outputs = static_cast<int>(n.weights[i].rows()), inputs = static_cast<int>(n.weights[i].cols());
            y[i].leftCols(rows).colwise() = n.biases[i];
            if (rows == 1) multiply_one(column_major, plain, outputs, inputs, 1, n.weights[i].data(), outputs, x, 1, 1, y[i].data(), 1);
            else multiply_many(column_major, plain, plain, outputs, rows, inputs, 1, n.weights[i].data(), outputs, x, inputs, 1, y[i].data(), outputs);
            if (i + 1 < y.size()) y[i].leftCols(rows) = y[i].leftCols(rows).cwiseMax(0.0F);
            x = y[i].data();
        }
        std::copy_n(y.back().data(), rows * n.output_count(), out);
    }
};

}  // namespace

std::unique_ptr<engine> make_openblas(const network& n, std::string& why) {
    void* const library = dlopen("libopenblas.so.0", RTLD_NOW);
    if (library == nullptr) {
        why = std::string("missing: ") + dlerror();
        return nullptr;
    }
    if (void* const threads = dlsym(library, "openblas_set_num_threads")) reinterpret_cast<void (*)(int)>(threads)(1);
    void *const one = dlsym(library, "cblas_sgemv"), *const many = dlsym(library, "cblas_sgemm");
    if (one != nullptr && many != nullptr) return std::make_unique<openblas>(n, reinterpret_cast<gemv>(one), reinterpret_cast<gemm>(many));
    why = "libopenblas.so.0 has no cblas_sgemv and cblas_sgemm";
    return nullptr;
}

}  // namespace bartizan_bench
