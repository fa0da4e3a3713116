// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_NN_LOAD_HPP
#define BARTIZAN_NN_LOAD_HPP

#include "../hash/sha256.hpp"
#include "check.hpp"

namespace BARTIZAN_NAMESPACE::nn {

/// Whether `open` computes the file's SHA-256. A host that has already verified the file (a signature over it, an array in its own
/// signed image) need not have it done twice.
enum class digest : uint8_t { verify, trust };

namespace detail {

/// The digest that a file must state: SHA-256 of the SHA-256 digests of its two halves, the first one ending at a whole block and read with the
/// stated digest as zeros. Two halves, since processors hash two messages at once in the time of one. `file.size` >= the header's.
[[nodiscard]] inline sha256_digest digest_of(bytes file) noexcept {
    using algorithm = hash::accelerated_sha256;
    constexpr size_t block = 64;
    const size_t blocks = file.size / block / 2;  // of the first half; the other one has as many, or more
    uint8_t first[block] = {};
    for (size_t i = 0; i < block; ++i) first[i] = i >= format::at_digest && i < format::at_digest + 32 ? uint8_t{0} : file[i];
    const uint8_t* const half = file.data + blocks * block;
    algorithm::state states[2] = {algorithm::initial, algorithm::initial};
    algorithm::compress_pair(states[0], first, states[1], half, 1);
    algorithm::compress_pair(states[0], file.data + block, states[1], half + block, blocks - 1);
    const sha256_digest halves[2] = {hash::sha256(states[0], blocks * block).finish(),
                                     hash::sha256(states[1], blocks * block).update(file.sub(2 * blocks * block)).finish()};
    return hash::sha256().update({halves[0].bytes, 32}).update({halves[1].bytes, 32}).finish();
}

[[nodiscard]] inline error check_digest(bytes file) noexcept {
    const sha256_digest actual = digest_of(file);
    for (uint32_t i = 0; i < 32; ++i)
        if (actual.bytes[i] != file[format::at_digest + i]) return {error_code::model_digest_mismatch, format::at_digest};
    return {};
}

/// The first layer's sums at rest must be what its weights give.
[[nodiscard]] inline error check_rest(const model& m, const kernels& k, scratch& work) noexcept {
    const layer& l = m.layer(0);
    dense_operands d = change_of_first_layer(l, m.rest(), work.sums);
    d.start = l.biases;
    k.dense(d);
    for (uint32_t o = 0; o < l.outputs; ++o)
        if (work.sums[o] != load_i32(m.rest_sums() + o * 4))
            return {error_code::model_test_vector_mismatch, reader{m.file()}.u64(format::at_rest_sums_offset) + uint64_t{o} * 4};
    return {};
}

/// The scores of embedded test vector `v`.
[[nodiscard]] inline scores replay(const model& m, uint32_t v, const kernels& k, scratch& work, byte_scratch* byte_work) noexcept {
    using namespace format;
    const bytes record = m.vector(v);
    const uint32_t fields = m.field_count();
    if (m.input_kind() == input_bytes) return infer(m, record.sub(0, fields), k, *byte_work);
    // Copied, since the file may lie at an address that is not a multiple of eight.
    if (m.input_kind() == input_floats) {
        float x[max_fields];
        memcpy(x, record.data, uint64_t{fields} * 4);
        return infer(m, span<const float>{x, fields}, k, work);
    }
    uint64_t words[max_fields + max_fields / 64];
    const uint32_t present = present_words(fields);
    for (uint32_t i = 0; i < present + fields; ++i) words[i] = reader{record}.u64(uint64_t{i} * 8);
    return infer(m, input{{words + present, fields}, {words, present}}, k, work);
}

/// The file's own examples must give the same scores here: the last guard against a broken build or a broken processor.
[[nodiscard]] inline error check_vectors(const model& m, const kernels& k, scratch& work, byte_scratch* byte_work) noexcept {
    using namespace format;
    const reader in{m.file()};
    const uint64_t size = vector_size_bytes(m.input_kind(), m.field_count()), input_size = vector_input_bytes(m.input_kind(), m.field_count());
    if (m.vector_count() > max_vectors) return {error_code::model_bad_shape, at_vector_count};
    if (m.vector_count() == 0) return {};
    if (const error bad = check_table(in, at_vectors_offset, size * m.vector_count())) return bad;
    for (uint32_t v = 0; v < m.vector_count(); ++v) {
        const scores actual = replay(m, v, k, work, byte_work);
        for (uint32_t head = 0; head < m.output_count(); ++head) {
            const uint64_t at = input_size + uint64_t{head} * 4;
            if (actual.head[head] != static_cast<int32_t>(reader{m.vector(v)}.u32(at)))
                return {error_code::model_test_vector_mismatch, in.u64(at_vectors_offset) + size * v + at};
        }
    }
    return {};
}

[[nodiscard]] inline error open(bytes file, uint64_t schema_hash, digest d, const kernels& k, scratch& work, byte_scratch* byte_work, model& out) noexcept {
    if (const error bad = check_header(reader{file})) return bad;
    if (d == digest::verify)
        if (const error bad = check_digest(file)) return bad;
    const model m{file};
    if (schema_hash != 0 && m.schema_hash() != schema_hash) return {error_code::model_schema_mismatch, format::at_schema_hash};
    if (const error bad = check(m)) return bad;
    if (m.input_kind() == format::input_bytes && byte_work == nullptr) return {error_code::model_scratch_too_small, format::at_input_kind};
    if (m.input_kind() != format::input_bytes)
        if (const error bad = check_rest(m, k, work)) return bad;
    if (const error bad = check_vectors(m, k, work, byte_work)) return bad;
    out = m;
    return {};
}

}  // namespace detail

/// Checks a model file whole, in this order: header and SHA-256, schema, input, layers, sums at rest, embedded test vectors. `out` is
/// set only on success. Errors: every model_* code, with the offset of the field to blame. Needs 34 KiB of stack; time linear
/// in the file. `schema_hash` 0 accepts any schema (for tools that only look). A model of raw bytes asks for a byte_scratch.
[[nodiscard]] inline error open(bytes file, uint64_t schema_hash, const kernels& k, scratch& work, model& out, digest d = digest::verify) noexcept {
    return detail::open(file, schema_hash, d, k, work, nullptr, out);
}
[[nodiscard]] inline error open(bytes file, uint64_t schema_hash, const kernels& k, byte_scratch& work, model& out, digest d = digest::verify) noexcept {
    return detail::open(file, schema_hash, d, k, work.upper, &work, out);
}

}  // namespace BARTIZAN_NAMESPACE::nn

#endif
