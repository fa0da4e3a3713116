// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Hostile log lines through adapters, engine and rules. Input: lines of "id|name=value|name=value"; ids from 4000 up are the
// Security channel's, 7045 the System channel's, 1000 to 1999 the Threat-Intelligence provider's plus 1000, and a line's length stands in for the time that passes. What must hold for any input: nothing is read or written out of bounds, every outcome
// names rules' own atoms only, and a rule that is not certain terminates nobody.
#include <bartizan/adapters/etw_ti.hpp>
#include <bartizan/adapters/sysmon.hpp>
#include <bartizan/adapters/windows_security.hpp>
#include <bartizan/adapters/windows_system.hpp>
#include <bartizan/core/registry_path.hpp>
#include <bartizan/engine/engine.hpp>
#include <cstdlib>
#include <memory>
#include <string_view>

namespace {

using namespace bartizan;
using adapters::utf8;

void require(bool holds) {
    if (!holds) std::abort();
}

utf8 view(std::string_view s) { return {s.data(), s.size()}; }

std::string_view take(std::string_view& rest, char separator) {
    const size_t at = rest.find(separator);
    const std::string_view part = rest.substr(0, at);
    rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
    return part;
}

void check_paths(text in) {
    char16_t buffer[64];
    const canonical_path file = canonicalise(in, buffer);
    require(file.path.size <= 64);
    const canonical_key key = canonicalise_key(in, buffer);
    require(key.path.size <= 64);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const auto engine = std::make_unique<bartizan::engine::engine<32>>(policy::settings{.trust_from_path = (size & 1) != 0});
    std::string_view input(reinterpret_cast<const char*>(data), size);
    uint64_t time = 0;
    for (uint64_t number = 0; !input.empty(); ++number) {
        std::string_view line = take(input, '\n');
        time += line.size() * policy::second_100ns;
        uint64_t id = 0;
        if (!adapters::parse_number(view(take(line, '|')), id)) continue;
        const bool system = id == 7045;
        const bool security = id >= 4000 && !system;
        const bool threat = id >= 1000 && id < 2000;
        if (threat) id -= 1000;
        char16_t texts[512];
        stack_frame frames[8];
        adapters::event_memory memory{adapters::text_arena(span<char16_t>(texts)), span<stack_frame>(frames)};
        const span<const adapters::mapping> map = security ? span<const adapters::mapping>(adapters::security_mapping)
                                                  : system ? span<const adapters::mapping>(adapters::system_mapping)
                                                  : threat ? adapters::etw_ti_mapping
                                                           : span<const adapters::mapping>(adapters::sysmon_mapping);
        adapters::record record(map, static_cast<uint16_t>(id));
        while (!line.empty()) {
            std::string_view value = take(line, '|');
            const std::string_view name = take(value, '=');
            record.set(view(name), view(value));
        }
        event e;
        const error bad = security ? adapters::from_security(record, time, number, memory, e)
                          : system ? adapters::from_system(record, time, number, memory, e)
                          : threat ? adapters::from_etw_ti(record, time, number, memory, e)
                                   : adapters::from_sysmon(record, time, number, memory, e);
        if (bad) continue;
        check_paths(e.actor_image);
        check_paths(e.target_image);
        const pre_outcome before = rules::before(e);
        engine->process_event(e, [&](const rule& r, const outcome& o, const event& at) {
            require((o.atoms.yes & o.atoms.unknown) == 0);
            require((uint32_t{o.atoms.yes} | o.atoms.unknown) >> r.atoms.size == 0);
            require((o.action >= response::deny) == (o.evidence == verdict::convict));
            require((o.strip_mask & ~sensitive_rights) == 0 || at.data.handle.type == handle_payload::object::thread);
        });
        require(before.what != pre_outcome::decision::deny);
    }
    return 0;
}
