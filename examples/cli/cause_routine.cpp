// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#include "cause_routine.hpp"

#include <algorithm>
#include <cctype>

#include "visible_text.hpp"

namespace bartizan_cli {

namespace {

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

template <size_t N>
bool holds_any(const std::string& text, const std::string_view (&parts)[N]) {
    return std::any_of(std::begin(parts), std::end(parts), [&text](std::string_view part) { return holds(text, part); });
}

template <size_t N>
bool ends_with_any(const std::string& text, const std::string_view (&ends)[N]) {
    return std::any_of(std::begin(ends), std::end(ends), [&text](std::string_view end) {
        return text.size() >= end.size() && same_text(std::string_view(text).substr(text.size() - end.size()), end);
    });
}

/// Book-keeping of Windows for every program: who ran when, how it is compatible, what is cached.
constexpr std::string_view registry_books[] = {
    "\\bam\\state\\", "\\notifications\\data\\", "\\internet settings\\zonemap\\", "\\internet settings\\5.0\\cache", "\\inventoryapplication",
    "\\control\\session manager", "\\vss\\diag\\", "\\control\\nls\\", "\\muicache", "\\userassist\\", "\\appcompatflags\\compatibility assistant\\",
    "\\explorer\\recentdocs", "\\explorer\\sessioninfo\\"};
constexpr std::string_view read_keys[] = {"\\control\\lsa", "\\control\\computername\\activecomputername"};
constexpr std::string_view program_data[] = {
    "\\user data\\", "\\clr_v4.0", "\\clr_v2.0", "\\appdata\\local\\microsoft\\windows\\inetcache", "\\windows\\prefetch\\", "\\__psscriptpolicytest_",
    "\\startupprofiledata-", "\\appdata\\local\\microsoft\\windows\\explorer\\", "\\servicestate\\"};
constexpr std::string_view own_modules[] = {"\\windows defender\\", "\\windows\\system32\\", "\\windows\\syswow64\\", "\\windows\\winsxs\\", "\\windows\\assembly\\"};

std::string folder_of(const std::string& path) { return path.substr(0, path.size() - base_name(path).size()); }

/// A part of the same program, as browsers split themselves up.
bool is_helper(const cause_node& parent, const cause_node& child) {
    const std::string folder = folder_of(parent.label);
    return !folder.empty() && child.label.size() > folder.size() && same_text(folder, child.label.substr(0, folder.size())) && holds(child.command_line, " --type=");
}

/// A library in the folder of the installed program that loads it. What somebody brought loads nothing without notice.
bool is_own_module(const cause_node& program, const cause_node& module) {
    const std::string folder = folder_of(program.label);
    return holds(folder, ":\\program files") && module.label.size() > folder.size() && same_text(folder, module.label.substr(0, folder.size()));
}

/// What an installed program leaves for itself.
bool is_scratch(const cause_node& program, const cause_node& file) {
    constexpr std::string_view ends[] = {".tmp", ".log", ".etl"};
    return holds(program.label, ":\\program files") && ends_with_any(file.label, ends);
}

}  // namespace

bool same_text(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

bool holds(const std::string& text, std::string_view part) {
    return std::search(text.begin(), text.end(), part.begin(), part.end(), [](char a, char b) { return lower(a) == b; }) != text.end();
}

bool is_autostart(const std::string& key) {
    constexpr std::string_view starts[] = {"\\currentversion\\run\\", "\\currentversion\\runonce\\", "\\image file execution options\\", "\\winlogon\\shell",
                                           "\\winlogon\\userinit", "\\currentcontrolset\\services\\", "\\policies\\explorer\\run\\", "\\appinit_dlls",
                                           "\\schedule\\taskcache\\", "\\lsa\\security packages", "\\lsa\\notification packages", "\\lsa\\authentication packages"};
    return holds_any(key, starts) && !holds_any(key, registry_books);
}

bool is_runnable(const std::string& path) {
    constexpr std::string_view ends[] = {".exe", ".dll", ".sys", ".scr", ".com", ".cpl", ".ocx", ".hta", ".ps1", ".psm1", ".bat", ".cmd", ".js", ".jse", ".vbs",
                                         ".vbe", ".wsf", ".lnk", ".url", ".msi", ".jar", ".py", ".iso", ".img", ".zip", ".docm", ".xlsm"};
    return ends_with_any(path, ends);
}

bool is_routine(const cause_drawing& graph, const cause_edge& e) {
    const cause_node& from = graph.nodes[e.from];
    const cause_node& to = graph.nodes[e.to];
    if (!to.folded.empty())
        return std::all_of(to.folded.begin(), to.folded.end(), [&](const cause_node& part) {
            cause_drawing one;
            one.nodes = {from, part};
            cause_edge alone = e;
            alone.from = 0, alone.to = 1;
            return is_routine(one, alone);
        });
    if (e.kind == "injected" || e.kind == "convicted" || e.kind == "connected") return false;
    if (e.kind == "named" || (e.kind == "started" && holds_any(from.label, registry_books))) return true;
    if (e.kind == "opened") return to.role != "target" || (from.role != "culprit" && !from.is_root);
    if (e.kind == "loaded") return !to.is_on_path && (holds_any(to.label, own_modules) || is_own_module(from, to));
    if (to.kind == "process") return same_text(base_name(to.label), "conhost.exe") || is_helper(from, to);
    if (to.kind == "registry") return holds_any(to.label, registry_books) || (e.kind == "read" && ends_with_any(to.label, read_keys));
    if (to.kind == "file") return !to.is_on_path && !is_runnable(to.label) && (holds_any(to.label, program_data) || is_scratch(from, to));
    return false;
}

}  // namespace bartizan_cli
