// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_VERDICT_FILE_VERDICT_HPP
#define BARTIZAN_VERDICT_FILE_VERDICT_HPP

#include "../code_cave/scan.hpp"
#include "../core/error.hpp"
#include "../nn/network.hpp"
#include "../pe/authenticode.hpp"

namespace BARTIZAN_NAMESPACE {

enum class file_class : uint8_t {
    legitimate,
    pua,          ///< potentially unwanted application
    malware,
    unsupported,  ///< not a PE file that can be read; `failure` says why
};

[[nodiscard]] constexpr const char* name(file_class c) noexcept {
    switch (c) {
        case file_class::legitimate: return "legitimate";
        case file_class::pua: return "pua";
        case file_class::malware: return "malware";
        case file_class::unsupported: return "unsupported";
    }
    return "?";
}

enum class file_kind : uint8_t {
    pe32,
    pe32_plus,
    not_pe,     ///< no DOS signature, or a DOS program without a PE header
    malformed,  ///< begins like a PE file and cannot be read as one
};

[[nodiscard]] constexpr const char* name(file_kind k) noexcept {
    switch (k) {
        case file_kind::pe32: return "pe32";
        case file_kind::pe32_plus: return "pe32+";
        case file_kind::not_pe: return "not_pe";
        case file_kind::malformed: return "malformed";
    }
    return "?";
}

/// Heads of a verdict model.
inline constexpr uint32_t head_malware = 0;  ///< unwanted (malware or PUA) against legitimate
inline constexpr uint32_t head_pua = 1;      ///< given that it is unwanted: PUA against malware

/// One feature's share in the malware score: positive towards malware. Q16; all shares together are twice (score - baseline).
struct reason {
    uint32_t feature = 0;  ///< index into the schema's fields
    int32_t contribution_q16 = 0;
};

inline constexpr uint32_t max_reasons = 8;

struct file_verdict {
    uint32_t size_bytes = sizeof(file_verdict);
    file_kind kind = file_kind::not_pe;
    file_class verdict = file_class::unsupported;
    uint8_t reason_count = 0;
    uint8_t reserved = 0;
    nn::scores score = {};  ///< Q15, see head_malware and head_pua
    error failure = {};
    reason reasons[max_reasons] = {};  ///< largest magnitude first; ties by index
    pe::signature_state signature = pe::signature_state::none;
    code_cave::report code_cave = {};  ///< another program in its unused space
};

/// Whether the file is to be kept from running: unwanted by score, or hiding another program. The search for hidden programs
/// can raise a verdict, never lower it.
[[nodiscard]] constexpr bool is_convicted(const file_verdict& v) noexcept {
    return v.verdict == file_class::malware || v.verdict == file_class::pua || v.code_cave.result.evidence == verdict::convict;
}

[[nodiscard]] constexpr const char* name(pe::signature_state s) noexcept {
    switch (s) {
        case pe::signature_state::none: return "none";
        case pe::signature_state::present: return "present";
        case pe::signature_state::digest_mismatch: return "digest_mismatch";
    }
    return "?";
}

/// The class that two scores amount to under a model's thresholds.
[[nodiscard]] constexpr file_class classify(const nn::model& m, const nn::scores& s) noexcept {
    if (s.head[head_malware] < m.threshold(head_malware)) return file_class::legitimate;
    return s.head[head_pua] >= m.threshold(head_pua) ? file_class::pua : file_class::malware;
}

}  // namespace BARTIZAN_NAMESPACE

#endif
