// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_CLI_FEATURE_SCHEMA_HPP
#define BARTIZAN_EXAMPLES_CLI_FEATURE_SCHEMA_HPP

#include <bartizan/core/error.hpp>
#include <bartizan/core/span.hpp>
#include <memory>
#include <string>

namespace bartizan_cli {

/// One of the library's feature schemas, and the row that was extracted last.
class feature_schema {
  public:
    virtual ~feature_schema() = default;
    [[nodiscard]] virtual unsigned columns() const = 0;
    [[nodiscard]] virtual std::string column(unsigned i) const = 0;

    /// Extracts a file's row. A file that the schema cannot describe leaves a row of unknowns, and the reason.
    virtual bartizan::error extract(bartizan::bytes file) = 0;
    /// Makes the row one of unknowns.
    virtual void forget() = 0;

    /// NaN for unknown.
    [[nodiscard]] virtual float number(unsigned i) const = 0;
    /// "" for unknown.
    [[nodiscard]] virtual std::string text(unsigned i) const = 0;
};

inline constexpr const char* feature_schema_names[] = {"bartizan_v1", "ember_v2", "ember_v3"};

/// Null for a name that is none of those.
std::unique_ptr<feature_schema> make_feature_schema(const std::string& name);

}  // namespace bartizan_cli

#endif
