// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_QUARANTINE_REGISTRY_HPP
#define BARTIZAN_QUARANTINE_REGISTRY_HPP

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "../core/span.hpp"

namespace BARTIZAN_NAMESPACE::quarantine {

/// The host's access to its registry. Names and exports are the host's own and opaque to the vault. Each may be called again after a
/// crash for what is already done, and then says true: an entry that is gone is removed, one that stands as exported is restored.
/// Durable when it returns. Left empty where there is no registry.
struct registry_access {
    std::function<bool(const std::string& name, std::vector<uint8_t>& exported)> export_entry;
    std::function<bool(const std::string& name)> remove_entry;
    std::function<bool(const std::string& name, bytes exported)> restore_entry;

    [[nodiscard]] explicit operator bool() const { return export_entry && remove_entry && restore_entry; }
};

}  // namespace BARTIZAN_NAMESPACE::quarantine

#endif
