// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "feature_schema.hpp"

#include <bartizan/features/ember_v2.hpp>
#include <bartizan/features/ember_v3.hpp>
#include <charconv>
#include <cmath>
#include <limits>

#include "feature_value.hpp"

namespace bartizan_cli {

namespace {

namespace bz = bartizan;
namespace features = bartizan::features;

class bartizan_v1_schema final : public feature_schema {
  public:
    [[nodiscard]] unsigned columns() const override { return features::field_count; }
    [[nodiscard]] std::string column(unsigned i) const override { return features::fields[i].name; }
    bz::error extract(bz::bytes file) override {
        forget();
        const bz::pe::parse_result parsed = bz::pe::parse(file);
        if (parsed) features::extract(parsed.image, work_, row_);
        return parsed.failure;
    }
    void forget() override { row_ = {}; }
    [[nodiscard]] float number(unsigned i) const override { return static_cast<float>(feature_number(row_, i)); }
    [[nodiscard]] std::string text(unsigned i) const override { return feature_text(row_, i); }

  private:
    features::extract_scratch work_;
    features::vector row_;
};

/// The schemas of the public data sets, which describe any bytes.
template <class Scratch, unsigned Dimensions, const auto& Columns,
          void (&Extract)(bz::bytes, Scratch&, float (&)[Dimensions]) noexcept>
class ember_schema final : public feature_schema {
  public:
    [[nodiscard]] unsigned columns() const override { return Dimensions; }
    [[nodiscard]] std::string column(unsigned i) const override {
        const features::column c = features::column_of(Columns, i);
        return c.length == 1 ? c.name : std::string(c.name) + "[" + std::to_string(c.index) + "]";
    }
    bz::error extract(bz::bytes file) override {
        Extract(file, work_, row_);
        return {};
    }
    void forget() override {
        for (float& value : row_) value = std::numeric_limits<float>::quiet_NaN();
    }
    [[nodiscard]] float number(unsigned i) const override { return row_[i]; }
    [[nodiscard]] std::string text(unsigned i) const override {
        if (std::isnan(row_[i])) return {};
        char text[32];
        const auto end = std::to_chars(text, text + sizeof text, row_[i]).ptr;
        return {text, end};
    }

  private:
    Scratch work_;
    float row_[Dimensions];
};

using ember_v2_schema = ember_schema<features::ember_v2::extract_scratch, features::ember_v2::dimensions,
                                     features::ember_v2::columns, features::ember_v2::extract>;
using ember_v3_schema = ember_schema<features::ember_v3::extract_scratch, features::ember_v3::dimensions,
                                     features::ember_v3::columns, features::ember_v3::extract>;

}  // namespace

std::unique_ptr<feature_schema> make_feature_schema(const std::string& name) {
    if (name == "bartizan_v1") return std::make_unique<bartizan_v1_schema>();
    if (name == "ember_v2") return std::make_unique<ember_v2_schema>();
    if (name == "ember_v3") return std::make_unique<ember_v3_schema>();
    return nullptr;
}

}  // namespace bartizan_cli
