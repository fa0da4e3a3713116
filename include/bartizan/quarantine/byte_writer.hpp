// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_QUARANTINE_BYTE_WRITER_HPP
#define BARTIZAN_QUARANTINE_BYTE_WRITER_HPP

#include <string_view>
#include <vector>

#include "../core/reader.hpp"
#include "../core/sha256.hpp"
#include "files.hpp"

namespace BARTIZAN_NAMESPACE::quarantine {

/// Little-endian fields one behind the other: what core's reader reads.
class byte_writer {
  public:
    byte_writer& put(uint64_t value, unsigned size) {
        for (unsigned i = 0; i < size; ++i) out_.push_back(static_cast<uint8_t>(value >> (8 * i)));
        return *this;
    }
    byte_writer& put(bytes data) {
        out_.insert(out_.end(), data.begin(), data.end());
        return *this;
    }
    byte_writer& put(std::string_view text) { return put(bytes{reinterpret_cast<const uint8_t*>(text.data()), text.size()}); }
    byte_writer& put(const file_identity& i) {
        return put(i.volume, 8).put(i.file_low, 8).put(i.file_high, 8).put(static_cast<uint64_t>(i.born_ns), 8);
    }
    byte_writer& put_zeros(size_t count) {
        out_.resize(out_.size() + count);
        return *this;
    }
    /// The SHA-256 of all before it.
    byte_writer& put_sha256() {
        const sha256_digest digest = sha256_of({out_.data(), out_.size()});
        return put(bytes{digest.bytes, sizeof digest.bytes});
    }
    [[nodiscard]] std::vector<uint8_t> take() { return std::move(out_); }

  private:
    std::vector<uint8_t> out_;
};

[[nodiscard]] inline file_identity read_identity(const reader& in, uint64_t at) noexcept {
    return {in.u64(at), in.u64(at + 8), in.u64(at + 16), static_cast<int64_t>(in.u64(at + 24))};
}

/// Whether the SHA-256 of [0, at) stands at `at`.
[[nodiscard]] inline bool holds_sha256(const reader& in, uint64_t at) noexcept {
    const sha256_digest digest = sha256_of(in.sub(0, at));
    return equal(bytes{digest.bytes, sizeof digest.bytes}, in.sub(at, sizeof digest.bytes));
}

}  // namespace BARTIZAN_NAMESPACE::quarantine

#endif
