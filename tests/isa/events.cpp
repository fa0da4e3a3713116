// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The same findings on every ISA and compiler: log records of every kind, made of fixed pseudo-random choices among telling
// values (synthetic), through adapters, engine and rules. Prints one digest over every outcome; fed once event by event with the
// memory of each event overwritten after it, and once from a buffer that keeps all. Run by run.sh, which compares the lines.
#include <bartizan/adapters/etw_ti.hpp>
#include <bartizan/adapters/sysmon.hpp>
#include <bartizan/adapters/windows_security.hpp>
#include <bartizan/adapters/windows_system.hpp>
#include <bartizan/core/sha256.hpp>
#include <bartizan/engine/engine.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace bartizan;
using adapters::slot;

struct generator {
    uint32_t state = 1;
    uint32_t next() { return (state = state * 1664525 + 1013904223) >> 8; }
    template <size_t N>
    const char* one_of(const char* const (&values)[N]) { return values[next() % N]; }
};

constexpr const char* images[] = {"C:\\Windows\\System32\\lsass.exe", "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe", "C:\\Users\\a\\x.exe",
                                  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe", "C:\\Windows\\System32\\mshta.exe", "C:\\Windows\\System32\\services.exe",
                                  "C:\\Windows\\System32\\svchost.exe", "C:\\Windows\\System32\\cmd.exe", "C:\\Windows\\explorer.exe", "C:\\Windows\\System32\\csrss.exe"};
constexpr const char* masks[] = {"0x1410", "0x1fffff", "0x1010", "0x1000", "0x40", "0x143a", "0x101ffb", "0x2"};
constexpr const char* traces[] = {"C:\\Windows\\SYSTEM32\\ntdll.dll+9c584|C:\\Windows\\System32\\KERNELBASE.dll+20ede|UNKNOWN(000001F2A0000000)|C:\\Windows\\SYSTEM32\\ntdll.dll+51",
                                  "C:\\Windows\\SYSTEM32\\ntdll.dll+9c584|C:\\Windows\\SYSTEM32\\dbgcore.DLL+6cfc|C:\\Windows\\SYSTEM32\\ntdll.dll+51", "UNKNOWN(000001F2A0000000)"};
constexpr const char* keys[] = {"HKLM\\SAM\\SAM\\Domains\\Account\\Users\\000001F4", "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa\\JD",
                                "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Image File Execution Options\\av.exe\\VerifierDlls", "HKLM\\SOFTWARE\\Vendor"};
constexpr const char* files[] = {"C:\\Windows\\Temp\\lsass.dmp", "C:\\Windows\\System32\\config\\SAM", "C:\\Users\\a\\Downloads\\x.hta", "C:\\Users\\a\\y.dll", "\\Device\\HarddiskVolume3"};
constexpr const char* numbers[] = {"0", "1", "4", "64", "4096", "0x40", "0x20", "0x7ff800001000", "0x140001000", "2147483648"};
constexpr const char* words[] = {"NT AUTHORITY\\SYSTEM", "HOST\\user", "S-1-5-18", "S-1-5-21-1-2-3-1001", "System", "Medium", "High", "true", "false", "Valid", "Process", "Key", "LoadLibraryW", "%%1537"};
constexpr const char* guids[] = {"{39e4a257-004e-5f8d-4304-000000000700}", "{39e4a257-004e-5f8d-4304-000000000701}", "{39e4a257-004e-5f8d-4304-000000000702}", "{39e4a257-004e-5f8d-4304-000000000703}"};
constexpr const char* pids[] = {"4", "600", "700", "1234", "5678"};

const char* value_for(slot s, generator& random) {
    switch (s) {
        case slot::actor_guid: case slot::target_guid: case slot::parent_guid: return random.one_of(guids);
        case slot::actor_pid: case slot::target_pid: case slot::parent_pid: return random.one_of(pids);
        case slot::actor_image: case slot::target_image: case slot::parent_image: case slot::command_line: case slot::module_path:
        case slot::start_module: case slot::original_file_name: return random.one_of(images);
        case slot::granted_access: return random.one_of(masks);
        case slot::call_trace: return random.one_of(traces);
        case slot::key_name: case slot::object_name: return random.one_of(keys);
        case slot::file_path: case slot::vad_file: case slot::code_vad_file: case slot::device: return random.one_of(files);
        default: return random.next() % 3 == 0 ? random.one_of(words) : random.one_of(numbers);
    }
}

struct channel {
    span<const adapters::mapping> map;
    error (*read)(const adapters::record&, uint64_t, uint64_t, adapters::event_memory&, event&) noexcept;
};
const channel channels[] = {{adapters::sysmon_mapping, adapters::from_sysmon}, {adapters::security_mapping, adapters::from_security},
                            {adapters::system_mapping, adapters::from_system}, {adapters::etw_ti_mapping, adapters::from_etw_ti}};

struct event_memory {
    std::vector<char16_t> texts = std::vector<char16_t>(4096);
    std::vector<stack_frame> frames = std::vector<stack_frame>(16);
};

std::string run(bool keep_everything) {
    const auto engine = std::make_unique<bartizan::engine::engine<64>>(policy::settings{.trust_from_path = true});
    std::vector<std::unique_ptr<event_memory>> kept;
    generator random;
    sha256 hash;
    uint64_t findings = 0;
    const auto add = [&hash](uint64_t number) {
        uint8_t little_endian[8];
        for (int i = 0; i < 8; ++i) little_endian[i] = static_cast<uint8_t>(number >> (8 * i));
        hash.update(little_endian);
    };
    for (uint64_t number = 0; number < 20'000; ++number) {
        const channel& from = channels[random.next() % 4];
        const uint16_t id = from.map[random.next() % from.map.size].id;
        adapters::record record(from.map, id);
        for (const adapters::mapping& row : from.map) {
            if (row.id != id || random.next() % 8 == 0) continue;
            const std::string_view name = row.name, value = value_for(row.where, random);
            record.set({name.data(), name.size()}, adapters::utf8{value.data(), value.size()});
        }
        if (kept.empty() || keep_everything) kept.push_back(std::make_unique<event_memory>());
        event_memory& m = *kept.back();
        adapters::event_memory memory{adapters::text_arena({m.texts.data(), m.texts.size()}), {m.frames.data(), m.frames.size()}};
        event e;
        const error bad = from.read(record, number * 3'000'000, number, memory, e);
        add(static_cast<uint64_t>(bad.code));
        if (!bad) {
            engine->process_event(e, [&](const rule& r, const outcome& o, const event&) {
                ++findings;
                for (const uint64_t part : {uint64_t{r.id}, static_cast<uint64_t>(o.evidence), static_cast<uint64_t>(o.action), uint64_t{o.atoms.yes}, uint64_t{o.atoms.unknown},
                                            o.blind.bits, uint64_t{o.strip_mask}, static_cast<uint64_t>(o.whose)})
                    add(part);
            });
        }
        if (!keep_everything) m = event_memory();
    }
    std::string line = std::to_string(findings) + " findings ";
    for (const uint8_t byte : hash.finish().bytes) {
        constexpr char digits[] = "0123456789abcdef";
        line += digits[byte >> 4];
        line += digits[byte & 15];
    }
    return line;
}

}  // namespace

int main() {
    const std::string one_at_a_time = run(false);
    std::printf("%s\n", one_at_a_time.c_str());
    return run(true) == one_at_a_time ? 0 : 1;
}
