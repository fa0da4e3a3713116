// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_VERDICT_JUDGE_HPP
#define BARTIZAN_VERDICT_JUDGE_HPP

#include "../features/bartizan_v1.hpp"
#include "../hash/sha1.hpp"
#include "../hash/sha256.hpp"
#include "../nn/attribution.hpp"
#include "../nn/load.hpp"
#include "file_verdict.hpp"

namespace BARTIZAN_NAMESPACE {

/// Working memory of `judge`, the caller's: 93 KiB. One per thread; need not be cleared.
struct judge_scratch {
    features::extract_scratch extraction;
    nn::scratch inference;
    features::vector features;                          ///< of the last file, for logs and training
    int32_t contributions[features::field_count];
    code_cave::scan_scratch code_cave;                  ///< of the last file: its slack map and what was found in it
    pe::signature signature;                            ///< of the last file, with views into its bytes: for lists (add_image_keys)
};

/// Ends of the stages of a verdict, in this order; the host may read a clock there.
enum class judge_stage : uint8_t { parsed, extracted, scored, examined };

[[nodiscard]] constexpr nn::input as_input(const features::vector& v) noexcept { return {v.value, {&v.present, 1}}; }

/// Opens a model for `judge`: nn::open with this library's own schema, and two heads.
[[nodiscard]] inline error open_verdict_model(bytes file, const nn::kernels& kernels, judge_scratch& work, nn::model& out) noexcept {
    nn::model m;
    if (const error bad = nn::open(file, features::hash, kernels, work.inference, m)) return bad;
    if (m.field_count() != features::field_count || m.output_count() <= head_pua)
        return {error_code::model_bad_shape, nn::format::at_output_count};
    out = m;
    return {};
}

namespace detail {

[[nodiscard]] constexpr file_kind kind_of_refusal(bytes file, const pe::parse_result& parsed) noexcept {
    switch (parsed.failure.code) {
        case error_code::pe_no_mz: return file_kind::not_pe;
        case error_code::pe_too_small: return reader{file}.u16(0) == pe::dos_signature ? file_kind::malformed : file_kind::not_pe;
        case error_code::pe_no_pe_signature: {
            // 16-bit Windows, OS/2 and VxD programs share the DOS header.
            const uint16_t signature = reader{file}.u16(parsed.image.dos.e_lfanew);
            constexpr uint16_t ne = 0x454e, le = 0x454c, lx = 0x584c;
            return signature == ne || signature == le || signature == lx ? file_kind::not_pe : file_kind::malformed;
        }
        default: return file_kind::malformed;
    }
}

[[nodiscard]] constexpr uint32_t magnitude(int32_t x) noexcept { return x < 0 ? 0U - static_cast<uint32_t>(x) : static_cast<uint32_t>(x); }

/// The largest contributions, by insertion into a list of eight.
constexpr void keep_largest(const int32_t* contributions, uint32_t count, file_verdict& out) noexcept {
    for (uint32_t i = 0; i < count; ++i) {
        if (contributions[i] == 0) continue;
        uint32_t at = out.reason_count;
        while (at > 0 && magnitude(out.reasons[at - 1].contribution_q16) < magnitude(contributions[i])) --at;
        if (at == max_reasons) continue;
        if (out.reason_count < max_reasons) ++out.reason_count;
        for (uint32_t k = out.reason_count - 1u; k > at; --k) out.reasons[k] = out.reasons[k - 1];
        out.reasons[at] = {i, contributions[i]};
    }
}

}  // namespace detail

/// Scores extracted features: class, scores and reasons; `kind` and `failure` are the caller's.
inline void judge_features(const features::vector& v, const nn::model& m, const nn::kernels& kernels, judge_scratch& work, file_verdict& out) noexcept {
    out.score = nn::infer(m, as_input(v), kernels, work.inference);
    out.verdict = classify(m, out.score);
    nn::attribute(m, kernels, head_malware, work.inference, work.contributions);
    detail::keep_largest(work.contributions, features::field_count, out);
}

/// Checks the signature's digest and looks for another program in the image's unused space.
inline void examine(const pe::image& image, judge_scratch& work, file_verdict& out) noexcept {
    work.signature = pe::check_signature<hash::sha256, hash::sha1>(image);
    out.signature = work.signature.state;
    code_cave::file_context context;
    context.digest_mismatch = to_truth(out.signature == pe::signature_state::digest_mismatch);
    out.code_cave = code_cave::scan(image, context, work.code_cave);
}

/// The verdict on a file's bytes: parse, features, network, class, reasons, signature, hidden program. `m` comes from `open_verdict_model`. `observe(stage)`
/// is called at the end of each stage. Never fails: what is no readable PE file is `unsupported`, with code and offset in
/// `failure`. Reads the file once, copies nothing, allocates nothing; any number of threads, each with its own scratch.
template <class Observer>
[[nodiscard]] inline file_verdict judge(bytes file, const nn::model& m, const nn::kernels& kernels, judge_scratch& work, Observer&& observe) {
    file_verdict out;
    work.signature = {};
    const pe::parse_result parsed = pe::parse(file);
    observe(judge_stage::parsed);
    if (!parsed) {
        out.failure = parsed.failure;
        out.kind = detail::kind_of_refusal(file, parsed);
        return out;
    }
    out.kind = parsed.image.kind == pe::image_kind::pe32_plus ? file_kind::pe32_plus : file_kind::pe32;
    features::extract(parsed.image, work.extraction, work.features);
    observe(judge_stage::extracted);
    judge_features(work.features, m, kernels, work, out);
    observe(judge_stage::scored);
    examine(parsed.image, work, out);
    observe(judge_stage::examined);
    return out;
}

[[nodiscard]] inline file_verdict judge(bytes file, const nn::model& m, const nn::kernels& kernels, judge_scratch& work) noexcept {
    return judge(file, m, kernels, work, [](judge_stage) {});
}

}  // namespace BARTIZAN_NAMESPACE

#endif
