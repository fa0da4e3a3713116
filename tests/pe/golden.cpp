// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <memory>

#include "bartizan/pe/exports.hpp"
#include "bartizan/pe/imports.hpp"
#include "bartizan/pe/load_config.hpp"
#include "bartizan/pe/resources.hpp"

#if __has_include(<zlib.h>)
#include "golden_rows.hpp"

/// Counts of imports, exports and resources as the reference parser gives them. ImportsNbOrdinal is not compared: that parser
/// gives some ordinals the names that it knows for them.
namespace {

using namespace bartizan;
using namespace bartizan_tests;

std::map<std::string, uint64_t> columns_of(const pe::image& image) {
    std::map<std::string, uint64_t> out{{"ImportsNbDLL", 0}, {"ImportsNb", 0}, {"ExportNb", 0}, {"ResourcesNb", 0},
                                        {"ResourcesMinSize", UINT64_MAX}, {"ResourcesMaxSize", 0}};
    pe::import_cursor modules(image);
    for (pe::import_module m; modules.next(m);) {
        out["ImportsNbDLL"] += m.defect.code != error_code::pe_import_table_unreadable && !m.name.empty();
        auto symbols = modules.symbols(m);
        for (pe::import_symbol s; symbols.next(s);) out["ImportsNb"] += !s.defect;
    }
    pe::export_table table(image);
    const auto named = std::make_unique<pe::export_index_set>();
    pe::export_cursor exports(table, *named);
    for (pe::export_symbol e; exports.next(e);) ++out["ExportNb"];
    pe::resource_cursor resources(image);
    for (pe::resource r; resources.next(r);) {
        if (r.depth != 3) continue;
        ++out["ResourcesNb"];
        out["ResourcesMinSize"] = std::min<uint64_t>(out["ResourcesMinSize"], r.size_bytes);
        out["ResourcesMaxSize"] = std::max<uint64_t>(out["ResourcesMaxSize"], r.size_bytes);
    }
    if (out["ResourcesNb"] == 0) out["ResourcesMinSize"] = 0;
    out["LoadConfigurationSize"] = pe::load_config(image).fields.size;
    return out;
}

TEST(pe_golden, directory_counts) {
    const auto golden = golden_rows();
    if (golden.empty()) GTEST_SKIP() << "no ../shared/pe-features/golden_features.csv.gz";
    for_each_golden_file(golden, [](const std::filesystem::path& path, const golden_row& row) {
        const auto file = read_file(path);
        const auto parsed = pe::parse({file.data(), file.size()});
        ASSERT_TRUE(parsed) << path;
        for (const auto& [name, value] : columns_of(parsed.image)) {
            EXPECT_EQ(static_cast<double>(value), std::stod(row.at(name))) << path << ' ' << name;
        }
    });
}

}  // namespace

#endif
