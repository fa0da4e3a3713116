// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// An event: the catalogue on an enriched event, the engine's step at 100 to 10,000 live processes, and one rule set of program names
// against the engines that others run such rules on. The answers of all engines are compared before anything is timed; a peer that
// is not installed is a row that says so.
#include <benchmark/benchmark.h>

#include <bartizan/engine/engine.hpp>
#include <bartizan/testing/event_builder.hpp>
#include <bartizan/testing/raw_events.hpp>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>
#if BENCH_HAS_HYPERSCAN
#include <hs/hs.h>
#endif
#if BENCH_HAS_RE2
#include <re2/set.h>
#endif
#if BENCH_HAS_SQLITE
#include <sqlite3.h>
#endif

namespace {

using namespace bartizan;

void catalogue(benchmark::State& state, access_mask mask) {
    const event e = bartizan::testing::lsass_open_builder(trust::t1, mask).build();
    for (auto _ : state) {
        rules::evaluate(e, [](const rule&, const outcome& o) { benchmark::DoNotOptimize(o.strip_mask); });
        benchmark::ClobberMemory();
    }
}

/// A process start, the kind of event that most rules read, with every fact known and innocent.
void catalogue_start(benchmark::State& state) {
    event e = bartizan::testing::process_start(300, u"C:\\Program Files\\Vendor\\agent.exe", 100).command_line(u"agent.exe -x").build();
    e.actor.identity = truth::yes;
    e.actor.user = account::user;
    e.actor.image_trust = trust::t1;
    e.actor.lockdown = lockdown_label::none;
    e.facts.set_all(truth::no);
    for (auto _ : state) {
        rules::evaluate(e, [](const rule&, const outcome& o) { benchmark::DoNotOptimize(o.strip_mask); });
        benchmark::ClobberMemory();
    }
}

/// Handle opens between random live processes, one in 500 of them of LSASS with a call stack.
void engine_step(benchmark::State& state) {
    using measured = engine::engine<16384, 65536>;
    const auto live = static_cast<uint32_t>(state.range(0));
    const auto g = std::make_unique<measured>(policy::settings{.trust_from_path = true});
    const stack_frame frames[] = {{u"C:\\Windows\\System32\\ntdll.dll", 1}, {u"C:\\Windows\\System32\\KERNELBASE.dll", 2},
                                  {u"C:\\Program Files\\Vendor\\agent.exe", 3}, {u"C:\\Windows\\System32\\ntdll.dll", 4}};
    std::mt19937 random(1);
    std::vector<event> events(16384);
    for (event& e : events) {
        e.kind = event_kind::handle_open;
        e.actor.key = {1 + random() % live, 0, 0};
        e.target.key = {1 + random() % live, 0, 0};
        e.actor.key.pid = static_cast<uint32_t>(e.actor.key.start_key * 4);
        e.target.key.pid = static_cast<uint32_t>(e.target.key.start_key * 4);
        e.actor_image = u"C:\\Program Files\\Vendor\\agent.exe";
        e.target_image = u"C:\\Windows\\System32\\svchost.exe";
        handle_payload handle{};
        handle.desired = handle.granted = 0x1410;
        if (random() % 500 == 0) {
            e.target.key = {100'000, 700, 0};
            e.target_image = u"C:\\Windows\\System32\\lsass.exe";
            handle.stack = {frames, 4, truth::yes};
        }
        e.data = handle;
    }
    uint64_t time = 0;
    size_t next = 0;
    for (auto _ : state) {
        event e = events[next++ & 16383];
        e.time_100ns = time += 10'000;
        g->process_event(e, [](const rule&, const outcome& o, const event&) { benchmark::DoNotOptimize(o.strip_mask); });
    }
    state.counters["memory_bytes"] = sizeof(measured);
}

// ---- one rule set, several engines ----------------------------------------------------------------------------------------------

/// "Is this program one of the names that rules know?", in any case, by the end of its path: the names of policy/image_names.hpp.
struct name_rules {
    std::vector<std::string> names;
    std::vector<std::u16string> paths;  ///< one in four is a known name, as on the recorded machines
    std::vector<std::string> paths_utf8;

    name_rules() {
        for (const policy::image_name& row : policy::image_names) {
            std::string name;
            for (uint32_t i = 0; i < row.name.size; ++i) name += static_cast<char>(row.name[i]);
            names.push_back(name);
        }
        const char* folders[] = {"C:\\Windows\\System32\\", "C:\\Program Files\\Vendor\\Product\\bin\\", "C:\\Users\\someone\\AppData\\Local\\Temp\\",
                                 "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\"};
        std::mt19937 random(7);
        for (int n = 0; n < 4096; ++n) {
            std::string name;
            if (random() % 4 == 0) name = names[random() % names.size()];
            else
                for (size_t i = 0, size = 4 + random() % 12; i < size; ++i) name += static_cast<char>('a' + random() % 26);
            for (char& c : name)
                if (random() % 2 == 0) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
            if (name.find('.') == std::string::npos) name += ".exe";
            paths_utf8.push_back(folders[random() % 4] + name);
            paths.emplace_back(paths_utf8.back().begin(), paths_utf8.back().end());
        }
    }
    [[nodiscard]] std::string pattern(const std::string& name) const {
        std::string out = "\\\\";
        for (const char c : name) out += c == '.' || c == '-' ? std::string("\\") + c : std::string(1, c);
        return out + "$";
    }
};
const name_rules& names() {
    static const name_rules rules;
    return rules;
}

bool by_bartizan(size_t i) {
    const std::u16string& path = names().paths[i];
    return policy::detail::find(policy::image_names, file_name(text(path.data(), path.size()))) != nullptr;
}

/// Asks `matches(i)` for every path in turn, after it has agreed with ours on all of them.
template <class Matches>
void ask_names(benchmark::State& state, Matches matches) {
    const size_t count = names().paths.size();
    for (size_t i = 0; i < count; ++i) {
        if (matches(i) != by_bartizan(i)) {
            state.SkipWithError("the engines disagree");
            return;
        }
    }
    size_t i = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(matches(i));
        i = i + 1 == count ? 0 : i + 1;
    }
    state.counters["rules"] = static_cast<double>(names().names.size());
}

void names_bartizan(benchmark::State& state) { ask_names(state, by_bartizan); }

/// The comparison that one writes first.
void names_loop(benchmark::State& state) {
    ask_names(state, [](size_t i) {
        const std::u16string& path = names().paths[i];
        for (const policy::image_name& row : policy::image_names)
            if (equal_folded(file_name(text(path.data(), path.size())), row.name)) return true;
        return false;
    });
}

void names_hyperscan(benchmark::State& state) {
#if BENCH_HAS_HYPERSCAN
    std::vector<std::string> patterns;
    std::vector<const char*> expressions;
    std::vector<unsigned> flags(names().names.size(), HS_FLAG_CASELESS | HS_FLAG_SINGLEMATCH), ids(names().names.size(), 0);
    for (const std::string& name : names().names) patterns.push_back(names().pattern(name));
    for (const std::string& p : patterns) expressions.push_back(p.c_str());
    hs_database_t* database = nullptr;
    hs_compile_error_t* error = nullptr;
    hs_scratch_t* scratch = nullptr;
    if (hs_compile_multi(expressions.data(), flags.data(), ids.data(), static_cast<unsigned>(expressions.size()), HS_MODE_BLOCK, nullptr, &database, &error) != HS_SUCCESS ||
        hs_alloc_scratch(database, &scratch) != HS_SUCCESS) {
        state.SkipWithError("Hyperscan refuses the rules");
        return;
    }
    ask_names(state, [&](size_t i) {
        bool found = false;
        const std::string& path = names().paths_utf8[i];
        const auto on_match = [](unsigned, unsigned long long, unsigned long long, unsigned, void* context) { return *static_cast<bool*>(context) = true, 0; };
        (void)hs_scan(database, path.data(), static_cast<unsigned>(path.size()), 0, scratch, on_match, &found);
        return found;
    });
    hs_free_scratch(scratch);
    hs_free_database(database);
#else
    state.SkipWithError("missing: libhyperscan-dev");
#endif
}

void names_re2(benchmark::State& state) {
#if BENCH_HAS_RE2
    RE2::Options options;
    options.set_case_sensitive(false);
    RE2::Set set(options, RE2::UNANCHORED);
    for (const std::string& name : names().names) set.Add(names().pattern(name), nullptr);
    if (!set.Compile()) {
        state.SkipWithError("RE2 refuses the rules");
        return;
    }
    ask_names(state, [&](size_t i) { return set.Match(names().paths_utf8[i], nullptr); });
#else
    state.SkipWithError("missing: libre2-dev");
#endif
}

void names_sqlite(benchmark::State& state) {
#if BENCH_HAS_SQLITE
    std::string query = "SELECT ";
    for (const std::string& name : names().names) {
        std::string escaped;
        for (const char c : name) escaped += c == '_' ? std::string("!_") : std::string(1, c);
        query += (query.size() > 7 ? " OR " : "") + std::string("?1 LIKE '%\\") + escaped + "' ESCAPE '!'";
    }
    sqlite3* database = nullptr;
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_open(":memory:", &database) != SQLITE_OK || sqlite3_prepare_v2(database, query.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
        state.SkipWithError("SQLite refuses the rules");
        return;
    }
    ask_names(state, [&](size_t i) {
        const std::string& path = names().paths_utf8[i];
        sqlite3_bind_text(statement, 1, path.data(), static_cast<int>(path.size()), SQLITE_STATIC);
        const bool found = sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_int(statement, 0) != 0;
        sqlite3_reset(statement);
        return found;
    });
    sqlite3_finalize(statement);
    sqlite3_close(database);
#else
    state.SkipWithError("missing: libsqlite3-dev");
#endif
}

}  // namespace

BENCHMARK_CAPTURE(catalogue, stripped, 0x1410)->Name("rules/catalogue/hot/bartizan");
BENCHMARK_CAPTURE(catalogue, harmless, 0x1400)->Name("rules/catalogue/harmless/bartizan");
BENCHMARK(catalogue_start)->Name("rules/catalogue/process_start/bartizan");
BENCHMARK(engine_step)->Name("rules/engine_step/live_processes/bartizan")->Arg(100)->Arg(1000)->Arg(10000);
BENCHMARK(names_bartizan)->Name("rules/names/image/bartizan");
BENCHMARK(names_loop)->Name("rules/names/image/loop");
BENCHMARK(names_hyperscan)->Name("rules/names/image/hyperscan");
BENCHMARK(names_re2)->Name("rules/names/image/re2");
BENCHMARK(names_sqlite)->Name("rules/names/image/sqlite");

BENCHMARK_MAIN();
