// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "file_keys.hpp"

#include <bartizan/core/path.hpp>
#include <bartizan/hash/sha256.hpp>
#include <bartizan/verdict/listed.hpp>
#include <filesystem>

#include "list_text.hpp"
#include "signatures.hpp"

namespace bartizan_cli {

namespace bz = bartizan;

void read_keys(bz::bytes file, const bz::pe::signature& signature, const std::string& path, looked_up& out) {
    if (const bz::pe::parse_result parsed = bz::pe::parse(file))
        bz::add_image_keys<bz::hash::sha256>(parsed.image, signature, is_signer_proven(signature), out.original_name, out.keys);
    std::error_code ignored;
    const std::u16string whole = utf16_text(std::filesystem::absolute(path, ignored).string());
    out.path.resize(whole.size() + 40);
    const bz::canonical_path canonical = bz::canonicalise({whole.data(), whole.size()}, {out.path.data(), out.path.size()});
    if (!canonical.has(bz::path_short_unresolved) && !canonical.has(bz::path_truncated)) out.keys.path = canonical.path;
}

}  // namespace bartizan_cli
