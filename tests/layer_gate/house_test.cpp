// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The gate and the amalgamator are themselves tested on small trees: each kind of violation must be refused, and a
// sound tree must not be.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "../../single_include/amalgamation.hpp"
#include "gate.hpp"

namespace {

using namespace bartizan_house;

constexpr const char* spdx =
    "// SPDX-FileCopyrightText: 2026 The bartizan authors\n// SPDX-License-Identifier: Apache-2.0\n";

/// A folder include/bartizan of its own for one test, sound until the test spoils it.
class house : public testing::Test {
  protected:
    void SetUp() override {
        const auto* info = testing::UnitTest::GetInstance()->current_test_info();
        root_ = std::filesystem::temp_directory_path() / (std::string("bartizan_house_") + info->name());
        std::filesystem::remove_all(root_);
        put("core/word.hpp", "#include <stdint.h>\ninline int word() { return 1; }\n");
        put("rules/theft/rule.hpp", "#include \"../../core/word.hpp\"\ninline int rule() { return word(); }\n");
        put("engine/table.hpp", "#include \"../rules/theft/rule.hpp\"\n#include <stddef.h>\n");
        put("nn/kernel.hpp", "#include <vector>\n#if defined(__x86_64__)\n#include <immintrin.h>\n#endif\n");
        put("nn/simd/wide.hpp", "#include <xsimd/xsimd.hpp>\n");
        put("testing/builder.hpp", "#include <string>\n#include \"../engine/table.hpp\"\n");
        put("kernel.hpp",
            "#include \"core/word.hpp\"\n#include \"engine/table.hpp\"\n#include \"rules/theft/rule.hpp\"\n");
        put("bartizan.hpp", "#include \"kernel.hpp\"\n#include \"nn/kernel.hpp\"\n");
    }
    void TearDown() override { std::filesystem::remove_all(root_); }

    void put_raw(const std::string& path, const std::string& text) {
        std::filesystem::create_directories((root_ / path).parent_path());
        std::ofstream(root_ / path) << text;
    }
    void put(const std::string& path, const std::string& body) {
        const std::string guard = detail::guard_for(path);
        put_raw(path, spdx + ("#ifndef " + guard + "\n#define " + guard + "\n" + body + "#endif\n"));
    }
    [[nodiscard]] header_map headers() const { return read_headers(root_); }

    /// The gate finds exactly one fault, at that place, and its text holds `part`.
    void expect_only(const std::string& file, size_t line, const std::string& part) const {
        const std::vector<violation> found = check_house(headers());
        std::string all;
        for (const violation& v : found) all += v.text() + "\n";
        ASSERT_EQ(found.size(), 1u) << all;
        EXPECT_EQ(found[0].file, file);
        EXPECT_EQ(found[0].line, line);
        EXPECT_NE(all.find(part), std::string::npos) << all;
        EXPECT_FALSE(found[0].why.empty());
        EXPECT_FALSE(found[0].fix.empty());
    }

    std::filesystem::path root_;
};

TEST_F(house, sound_tree_passes) {
    for (const violation& v : check_house(headers())) ADD_FAILURE() << v.text();
}

TEST_F(house, arrow_that_the_table_does_not_allow) {
    put("rules/theft/rule.hpp", "#include \"../../engine/state.hpp\"\n");
    put("engine/state.hpp", "");
    put("kernel.hpp",
        "#include \"core/word.hpp\"\n#include \"engine/state.hpp\"\n#include \"engine/table.hpp\"\n"
        "#include \"rules/theft/rule.hpp\"\n");
    expect_only("rules/theft/rule.hpp", 5, "rules may not include engine (\"../../engine/state.hpp\"): rules are pure");
}

TEST_F(house, core_includes_nothing) {
    put("core/word.hpp", "#include \"../pe/image.hpp\"\n");
    put("pe/image.hpp", "");
    put("kernel.hpp",
        "#include \"core/word.hpp\"\n#include \"pe/image.hpp\"\n#include \"engine/table.hpp\"\n"
        "#include \"rules/theft/rule.hpp\"\n");
    expect_only("core/word.hpp", 5, "core may not include pe");
}

TEST_F(house, room_includes_an_umbrella) {
    put("nn/kernel.hpp", "#include \"../kernel.hpp\"\n");
    expect_only("nn/kernel.hpp", 5, "nn may not include an umbrella");
}

TEST_F(house, kernel_safe_room_includes_the_standard_library) {
    put("core/word.hpp", "#include <string.h>\n");
    expect_only("core/word.hpp", 5, "core may not include <string.h>");
}

TEST_F(house, kernel_safe_room_includes_it_inside_an_if) {
    put("core/word.hpp", "/* text */ #if defined(X)\n  #  include <cstring> // why\n#endif\n");
    expect_only("core/word.hpp", 6, "core may not include <cstring>");
}

TEST_F(house, eigen_in_a_user_mode_room) {
    put("nn/kernel.hpp", "#include <Eigen/Dense>\n");
    expect_only("nn/kernel.hpp", 5, "nn may not include <Eigen/Dense>");
}

TEST_F(house, xsimd_outside_its_folder) {
    put("nn/kernel.hpp", "#include <xsimd/xsimd.hpp>\n");
    expect_only("nn/kernel.hpp", 5, "nn may not include <xsimd/xsimd.hpp>");
}

TEST_F(house, intrinsics_outside_nn) {
    put("engine/table.hpp", "#include <immintrin.h>\n");
    expect_only("engine/table.hpp", 5, "engine may not include <immintrin.h>");
}

TEST_F(house, include_inside_a_comment_is_no_include) {
    put("core/word.hpp", "// #include <vector>\n/*\n#include <vector>\n*/\nconst char* s = \"/*\";\nint n = 1'000;\n");
    EXPECT_TRUE(check_house(headers()).empty());
}

TEST_F(house, include_after_quoted_comment_sign_is_seen) {
    put("core/word.hpp", "const char* s = \"/*\"; char c = '\"'; int n = 1'000;\n#include <vector>\n");
    expect_only("core/word.hpp", 6, "<vector>");
}

TEST_F(house, unknown_include) {
    put("core/word.hpp", "#include \"other.hpp\"\n");
    expect_only("core/word.hpp", 5, "unknown include \"other.hpp\"");
}

TEST_F(house, own_header_in_angles) {
    put("nn/kernel.hpp", "#include <bartizan/core/word.hpp>\n");
    const std::vector<violation> found = check_house(headers());
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found[0].what, "<bartizan/core/word.hpp> is our own header in angles");
}

TEST_F(house, cycle) {
    put("core/word.hpp", "#include \"world.hpp\"\n");
    put("core/world.hpp", "#include \"word.hpp\"\n");
    put("kernel.hpp",
        "#include \"core/word.hpp\"\n#include \"core/world.hpp\"\n#include \"engine/table.hpp\"\n"
        "#include \"rules/theft/rule.hpp\"\n");
    expect_only("core/world.hpp", 5, "cycle core/word.hpp -> core/world.hpp -> core/word.hpp");
}

TEST_F(house, pragma_once) {
    put_raw("core/word.hpp", std::string(spdx) + "#pragma once\n");
    expect_only("core/word.hpp", 3, "#pragma once");
}

TEST_F(house, guard_missing) {
    put_raw("core/word.hpp", std::string(spdx) + "inline int word();\n");
    expect_only("core/word.hpp", 0, "BARTIZAN_CORE_WORD_HPP");
}

TEST_F(house, guard_of_another_header) {
    put_raw("core/word.hpp", std::string(spdx) + "#ifndef BARTIZAN_WORD_HPP\n#define BARTIZAN_WORD_HPP\n#endif\n");
    expect_only("core/word.hpp", 0, "guard BARTIZAN_WORD_HPP");
}

TEST_F(house, spdx_missing) {
    put_raw("core/word.hpp", "#ifndef BARTIZAN_CORE_WORD_HPP\n#define BARTIZAN_CORE_WORD_HPP\n#endif\n");
    expect_only("core/word.hpp", 1, "no SPDX lines");
}

TEST_F(house, header_of_400_lines_passes_and_of_401_does_not) {
    const auto body = [](size_t lines) {
        std::string text;
        for (size_t i = 0; i < lines; ++i) text += "//\n";
        return text;
    };
    put("core/word.hpp", body(395));
    EXPECT_TRUE(check_house(headers()).empty());
    put("core/word.hpp", body(396));
    expect_only("core/word.hpp", 401, "401 lines");
}

TEST_F(house, folder_that_is_no_room) {
    put("utils/word.hpp", "");
    expect_only("utils/word.hpp", 0, "no room of the house holds it");
}

TEST_F(house, file_that_is_no_header) {
    put_raw("core/word.cpp", "");
    expect_only("core/word.cpp", 0, "not a .hpp file");
}

TEST_F(house, kernel_umbrella_misses_a_header) {
    put("core/world.hpp", "");
    const std::vector<violation> found = check_house(headers());
    ASSERT_EQ(found.size(), 2u) << "bartizan.hpp takes it from kernel.hpp, so both lack it";
    EXPECT_EQ(found[0].text().substr(0, 46), "kernel.hpp:0: does not list core/world.hpp: a ");
}

TEST_F(house, kernel_umbrella_reaches_user_mode) {
    put("kernel.hpp",
        "#include \"core/word.hpp\"\n#include \"engine/table.hpp\"\n#include \"rules/theft/rule.hpp\"\n"
        "#include \"nn/kernel.hpp\"\n");
    expect_only("kernel.hpp", 8, "\"nn/kernel.hpp\" is not of a kernel-safe room");
}

TEST_F(house, umbrella_missing) {
    std::filesystem::remove(root_ / "bartizan.hpp");
    expect_only("bartizan.hpp", 0, "missing");
}

TEST_F(house, amalgamation_orders_parts_and_keeps_guards) {
    const amalgamation made = amalgamate(headers(), "kernel.hpp", "OUTER");
    ASSERT_TRUE(made.refusals.empty());
    const auto at = [&](const char* part) { return made.text.find(part); };
    EXPECT_LT(at("#ifndef OUTER"), at("#include <stddef.h>"));
    EXPECT_LT(at("#include <stddef.h>"), at("#include <stdint.h>"));
    EXPECT_LT(at("#include <stdint.h>"), at("#ifndef BARTIZAN_CORE_WORD_HPP"));
    EXPECT_LT(at("#ifndef BARTIZAN_CORE_WORD_HPP"), at("inline int rule()"));
    EXPECT_LT(at("inline int rule()"), at("#ifndef BARTIZAN_ENGINE_TABLE_HPP"));
    EXPECT_NE(at("#ifndef BARTIZAN_ENGINE_TABLE_HPP"), std::string::npos);
    EXPECT_EQ(at("#include \""), std::string::npos);
    EXPECT_EQ(made.text.find("inline int word()"), made.text.rfind("inline int word()"));
}

TEST_F(house, amalgamation_keeps_what_documents_public_names_only) {
    put("core/word.hpp",
        "namespace x {\n// reason a\n/// doc a\nnamespace detail {\n/// doc b\n}  // namespace detail\n/// doc c\nclass y {\n  public:\n    /// doc d\n"
        "    int z();  // reason b\n  private:\n    /// doc e\n  public:\n    /// doc f\n  private:\n    /// doc g\n};\n/// doc h\n}  // namespace x\n");
    const std::string text = amalgamate(headers(), "kernel.hpp", "OUTER").text;
    EXPECT_NE(text.find("namespace x {\n/// doc a\nnamespace detail {\n}\n/// doc c\nclass y {\n public:\n  /// doc d\n  int z();  // reason b\n private:\n public:\n"
                        "  /// doc f\n private:\n};\n/// doc h\n}\n"), std::string::npos) << text;
}

TEST_F(house, amalgamation_leaves_a_conditional_outside_header_in_place) {
    const amalgamation made = amalgamate(headers(), "bartizan.hpp", "OUTER");
    ASSERT_TRUE(made.refusals.empty());
    EXPECT_NE(made.text.find("#if defined(__x86_64__)\n#include <immintrin.h>\n#endif\n"), std::string::npos);
}

TEST_F(house, amalgamation_refuses_what_it_cannot_paste) {
    const auto refusal = [this] {
        const amalgamation made = amalgamate(headers(), "kernel.hpp", "OUTER");
        EXPECT_EQ(made.refusals.size(), 1u);
        EXPECT_TRUE(made.text.empty());
        return made.refusals.empty() ? std::string() : made.refusals[0].text();
    };
    put("core/word.hpp", "#if X\n#include \"world.hpp\"\n#endif\n");
    put("core/world.hpp", "");
    EXPECT_NE(refusal().find("core/word.hpp:6: \"world.hpp\" is included inside an #if"), std::string::npos);
    put("core/word.hpp", "#include \"gone.hpp\"\n");
    EXPECT_NE(refusal().find("core/word.hpp:5: unknown include"), std::string::npos);
    put("core/word.hpp", "#include \"world.hpp\"\n");
    put("core/world.hpp", "#include \"word.hpp\"\n");
    EXPECT_NE(refusal().find("cycle"), std::string::npos);
    put_raw("core/word.hpp", "inline int word();\n");
    EXPECT_NE(refusal().find("no include guard"), std::string::npos);
    std::filesystem::remove(root_ / "kernel.hpp");
    put("bartizan.hpp", "");
    put("core/word.hpp", "");
    EXPECT_NE(refusal().find("no such header"), std::string::npos);
}

}  // namespace
