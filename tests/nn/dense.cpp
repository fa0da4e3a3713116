// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Every kernel against sums computed in 64 bits straight from unpacked weights.
#include <gtest/gtest.h>

#include <algorithm>
#include <bartizan/nn/simd/xsimd_kernel.hpp>
#include <random>
#include <vector>

namespace {

using namespace bartizan;

struct problem {
    uint32_t inputs, outputs;
    std::vector<uint8_t> x;
    std::vector<std::vector<int>> weights;  ///< [output][input]
    std::vector<int32_t> start;
};

uint32_t up(uint32_t n, uint32_t unit) { return (n + unit - 1) / unit * unit; }

/// The problem's layer, packed; no byte more than the contract allows, so that the sanitizers see an over-read.
struct packed_problem {
    uint32_t inputs, outputs;
    std::vector<uint8_t> weights, start;

    explicit packed_problem(const problem& p) : inputs(up(p.inputs, nn::packed_inputs)), outputs(up(p.outputs, nn::packed_outputs)) {
        weights.resize(size_t{inputs} * outputs);
        start.resize(size_t{outputs} * 4);
        for (uint32_t o = 0; o < p.outputs; ++o) {
            for (uint32_t i = 0; i < p.inputs; ++i) weights[nn::packed_index(inputs, outputs, o, i)] = static_cast<uint8_t>(p.weights[o][i]);
            for (uint32_t k = 0; k < 4; ++k) start[o * 4 + k] = static_cast<uint8_t>(static_cast<uint32_t>(p.start[o]) >> (8 * k));
        }
    }
};

constexpr uint32_t rows_at_most = 13;

/// Sums of `rows` rows, each the problem's activations turned by its number: one after the other.
std::vector<int32_t> run(const problem& p, const nn::kernels& k, uint32_t rows) {
    const packed_problem packed(p);
    std::vector<uint8_t> x;
    for (uint32_t r = 0; r < rows; ++r) {
        std::vector<uint8_t> row(p.x);
        std::rotate(row.begin(), row.begin() + r % p.inputs, row.end());
        row.resize(packed.inputs);
        x.insert(x.end(), row.begin(), row.end());
    }
    std::vector<int32_t> sums(size_t{packed.outputs} * rows);
    k.dense({x.data(), packed.inputs, rows, packed.weights.data(), packed.inputs, packed.outputs, packed.start.data(), sums.data(), packed.outputs});
    std::vector<int32_t> out;
    for (uint32_t r = 0; r < rows; ++r) out.insert(out.end(), sums.begin() + r * packed.outputs, sums.begin() + r * packed.outputs + p.outputs);
    return out;
}

/// The sums of the problem's row, reached from a row of zeros by way of the groups that differ.
std::vector<int32_t> run_change(const problem& p, const nn::kernels& k) {
    const packed_problem packed(p);
    std::vector<uint8_t> x(p.x), old(packed.inputs, 3);
    x.resize(packed.inputs, 3);
    std::vector<uint32_t> groups(packed.inputs / 4 + 16);
    const uint32_t count = k.active(x.data(), old.data(), packed.inputs / 4, groups.data());
    std::vector<int32_t> sums(packed.outputs);
    k.dense({old.data(), packed.inputs, 1, packed.weights.data(), packed.inputs, packed.outputs, packed.start.data(), sums.data(), packed.outputs});
    k.change({x.data(), packed.inputs, 1, packed.weights.data(), packed.inputs, packed.outputs, nullptr, sums.data(), packed.outputs}, old.data(), groups.data(), count);
    sums.resize(p.outputs);
    return sums;
}

std::vector<int32_t> expected(const problem& p, uint32_t rows) {
    std::vector<int32_t> out;
    for (uint32_t r = 0; r < rows; ++r) {
        for (uint32_t o = 0; o < p.outputs; ++o) {
            int64_t sum = p.start[o];
            for (uint32_t i = 0; i < p.inputs; ++i) sum += int64_t{p.x[(i + r) % p.inputs]} * p.weights[o][i];
            out.push_back(static_cast<int32_t>(sum));
        }
    }
    return out;
}

template <class Activation, class Weight>
problem make(uint32_t inputs, uint32_t outputs, Activation&& activation, Weight&& weight) {
    problem p{inputs, outputs, {}, {}, {}};
    for (uint32_t i = 0; i < inputs; ++i) p.x.push_back(static_cast<uint8_t>(activation(i)));
    for (uint32_t o = 0; o < outputs; ++o) {
        p.weights.emplace_back();
        for (uint32_t i = 0; i < inputs; ++i) p.weights[o].push_back(weight(o, i));
        p.start.push_back(static_cast<int32_t>(o * 1000) - 5000);
    }
    return p;
}

/// Every kernel that can run here, xsimd's among them.
template <class Visitor>
void each_kernel(Visitor&& visit) {
    for (const nn::isa i : nn::all_isas)
        if (nn::is_available(i)) visit(nn::kernels(i), nn::name(i));
    visit(nn::kernels::of<nn::xsimd_kernel>(), "xsimd");
}

void expect_exact(const problem& p, uint32_t rows = 1) {
    each_kernel([&](const nn::kernels& k, const char* name) {
        EXPECT_EQ(run(p, k, rows), expected(p, rows)) << name << ' ' << p.inputs << " x " << p.outputs << ", " << rows << " rows";
        EXPECT_EQ(run_change(p, k), expected(p, 1)) << name << ' ' << p.inputs << " x " << p.outputs;
    });
}

TEST(dense, is_exact_for_every_tail) {
    std::mt19937 random(1);
    for (uint32_t n = 1; n <= 130; ++n) {
        const auto activation = [&](uint32_t) { return random() % 128; };
        const auto weight = [&](uint32_t, uint32_t) { return static_cast<int>(random() % 255) - 127; };
        expect_exact(make(n, 131 - n, activation, weight), 1 + n % rows_at_most);
        expect_exact(make(131 - n, n, activation, weight), 1 + (n + 5) % rows_at_most);
        if (HasFailure()) return;
    }
}

TEST(dense, does_not_saturate_at_the_extremes) {
    for (const int sign : {1, -1}) {
        expect_exact(make(4096, 80, [](uint32_t) { return 127; }, [&](uint32_t, uint32_t) { return sign * 127; }));
        expect_exact(make(2048, 64, [](uint32_t i) { return i % 2 * 127; }, [&](uint32_t o, uint32_t) { return o % 2 == 0 ? 127 : sign * -127; }));
    }
}

TEST(dense, skips_zeros_without_changing_sums) {
    std::mt19937 random(2);
    expect_exact(make(1024, 48, [&](uint32_t) { return random() % 20 == 0 ? random() % 128 : 0; }, [&](uint32_t, uint32_t) { return static_cast<int>(random() % 255) - 127; }));
}

TEST(dense, every_packed_place_is_used_once) {
    const uint32_t inputs = 20;
    for (const uint32_t outputs : {16U, 48U, 64U, 80U, 176U}) {
        std::vector<int> used(inputs * outputs);
        for (uint32_t o = 0; o < outputs; ++o)
            for (uint32_t i = 0; i < inputs; ++i) ++used.at(nn::packed_index(inputs, outputs, o, i));
        for (const int times : used) EXPECT_EQ(times, 1);
    }
}

TEST(dot_pair, is_exact_for_every_tail) {
    std::mt19937 random(3);
    for (uint32_t size = 4; size <= 520; size += 4) {
        std::vector<uint8_t> x(size), w(2 * size);
        std::vector<int32_t> expected(2);
        for (uint32_t i = 0; i < size; ++i) x[i] = static_cast<uint8_t>(random() % 4 == 0 ? 127 : random() % 128);
        for (uint32_t i = 0; i < 2 * size; ++i) {
            const int weight = random() % 4 == 0 ? -127 : static_cast<int>(random() % 255) - 127;
            w[i] = static_cast<uint8_t>(weight);
            expected[i / size] += x[i % size] * weight;
        }
        each_kernel([&](const nn::kernels& k, const char* name) {
            std::vector<int32_t> actual(2);
            k.dot_pair(x.data(), w.data(), w.data() + size, size, actual.data());
            EXPECT_EQ(actual, expected) << name << ' ' << size;
        });
    }
}

TEST(relu, rounds_and_cuts_like_the_definition) {
    std::mt19937_64 random(4);
    for (uint32_t shift = 31; shift <= 62; ++shift) {
        std::vector<int32_t> sums{INT32_MIN, INT32_MAX, 0, -1, 1, 1 << 30, -(1 << 30)};
        std::vector<uint8_t> multipliers;
        while (sums.size() < 80) sums.push_back(static_cast<int32_t>(random()) >> (random() % 31));
        std::vector<uint8_t> expected;
        for (const int32_t sum : sums) {
            const auto m = static_cast<int32_t>(random() % 5 == 0 ? 0x7fffffff : (random() & 0x7fffffff) >> (random() % 31));
            for (int k = 0; k < 4; ++k) multipliers.push_back(static_cast<uint8_t>(m >> (8 * k)));
            expected.push_back(nn::to_activation(nn::scale(sum, m, shift)));
        }
        each_kernel([&](const nn::kernels& k, const char* name) {
            std::vector<uint8_t> out(sums.size());
            k.relu(sums.data(), multipliers.data(), shift, out.data(), static_cast<uint32_t>(out.size()));
            EXPECT_EQ(out, expected) << name << " shift " << shift;
        });
    }
}

TEST(dense_relu, is_the_definition_of_exact_sums_for_every_block_of_rows) {
    std::mt19937 random(5);
    for (uint32_t rows = 1; rows <= rows_at_most; ++rows) {
        for (const uint32_t outputs : {16U, 64U, 80U, 128U, 176U}) {
            const problem p = make(20, outputs, [&](uint32_t) { return random() % 128; }, [&](uint32_t, uint32_t) { return static_cast<int>(random() % 255) - 127; });
            const packed_problem packed(p);
            std::vector<uint8_t> x, multipliers;
            std::vector<int32_t> m;
            for (uint32_t r = 0; r < rows; ++r)
                for (uint32_t i = 0; i < p.inputs; ++i) x.push_back(p.x[(i + r) % p.inputs]);
            for (uint32_t o = 0; o < outputs; ++o) {
                m.push_back(static_cast<int32_t>(random() >> 1) >> (random() % 8));
                for (int k = 0; k < 4; ++k) multipliers.push_back(static_cast<uint8_t>(m.back() >> (8 * k)));
            }
            const std::vector<int32_t> sums = expected(p, rows);
            for (const uint32_t shift : {31U, 32U, 33U, 34U, 38U, 41U, 62U}) {
                std::vector<uint8_t> wanted;
                for (size_t i = 0; i < sums.size(); ++i) wanted.push_back(nn::to_activation(nn::scale(sums[i], m[i % outputs], shift)));
                each_kernel([&](const nn::kernels& k, const char* name) {
                    std::vector<int32_t> work(size_t{rows} * nn::panel_outputs);
                    std::vector<uint8_t> out(size_t{rows} * outputs);
                    k.dense_relu({x.data(), p.inputs, rows, packed.weights.data(), p.inputs, outputs, packed.start.data(), work.data(), nn::panel_outputs},
                                 {multipliers.data(), shift, out.data(), outputs});
                    EXPECT_EQ(out, wanted) << name << ' ' << rows << " rows, " << outputs << " outputs, shift " << shift;
                });
                if (HasFailure()) return;
            }
        }
    }
}

TEST(quantise, is_the_definition_for_every_count_and_row) {
    std::mt19937 random(6);
    const auto draw = [&](uint32_t below) { return static_cast<uint32_t>(random() % below); };
    const uint32_t special[] = {0x7fc00000, 0xffc00000, 0x7f800001, 0x7f800000, 0xff800000, 0x00000001, 0x807fffff, 0x80000000, 0x7f7fffff, 0x47000000, 0xc7000000, 0xc7000001};
    for (uint32_t count = 1; count <= 140; count += count < 70 ? 1 : 7) {
        constexpr uint32_t rows = 3;
        const auto put = [](std::vector<uint8_t>& to, uint32_t number) {
            for (int k = 0; k < 4; ++k) to.push_back(static_cast<uint8_t>(number >> (8 * k)));
        };
        std::vector<uint8_t> powers, multipliers, offsets;
        std::vector<float> x;
        for (uint32_t i = 0; i < count; ++i) {
            put(powers, (111 + draw(40)) << 23);
            put(multipliers, draw(4) == 0 ? (draw(2) == 0 ? 32767U : 0U - 32767) : draw(65535) - 32767);
            put(offsets, draw(0x7fffffff) - 0x3fffffff);
        }
        for (uint32_t i = 0; i < count * rows; ++i) {
            const uint32_t bits = draw(3) == 0 ? special[draw(12)] : draw(2) == 0 ? draw(UINT32_MAX) : 0x3f000000 + draw(0x08000000);
            x.push_back(__builtin_bit_cast(float, bits));
        }
        const nn::float_quantiser q{count, powers.data(), multipliers.data(), offsets.data(), nullptr, 0};
        std::vector<uint8_t> wanted;
        for (uint32_t i = 0; i < count * rows; ++i) {
            const int64_t v = nn::float_quantiser::cut(__builtin_bit_cast(uint32_t, x[i]), q.exponent(i % count));
            wanted.push_back(nn::to_activation((v * nn::load_i32(multipliers.data() + i % count * 4) + nn::load_i32(offsets.data() + i % count * 4)) >> 16));
        }
        each_kernel([&](const nn::kernels& k, const char* name) {
            std::vector<uint8_t> out(size_t{count} * rows);
            k.quantise({x.data(), count, rows, out.data(), count}, q);
            EXPECT_EQ(out, wanted) << name << ' ' << count;
        });
    }
}

TEST(reaching, lists_every_place_and_no_other) {
    std::mt19937 random(7);
    for (uint32_t count = 0; count <= 70; ++count) {
        std::vector<int32_t> x(count), least(count);
        std::vector<uint32_t> expected;
        for (uint32_t i = 0; i < count; ++i) {
            const int32_t edges[] = {INT32_MIN, -1, 0, 1, INT32_MAX};
            x[i] = edges[random() % 5], least[i] = edges[random() % 5];
            if (x[i] >= least[i]) expected.push_back(i);
        }
        each_kernel([&](const nn::kernels& k, const char* name) {
            std::vector<uint32_t> list(count + 16);
            list.resize(k.reaching(x.data(), least.data(), count, list.data()));
            EXPECT_EQ(list, expected) << name << ' ' << count;
        });
    }
}

TEST(isa, the_best_one_is_available) { EXPECT_TRUE(nn::is_available(nn::best_isa())); }

}  // namespace
