// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ADAPTERS_FILL_OBJECT_HPP
#define BARTIZAN_ADAPTERS_FILL_OBJECT_HPP

#include "record.hpp"

/// Events about files, pipes, volumes, registry keys and the network, from the slots of a record.
namespace BARTIZAN_NAMESPACE::adapters {

[[nodiscard]] constexpr error fill_file(const record& r, event_memory& memory, file_payload::operation what, event& e) noexcept {
    file_payload file{};
    file.what = what;
    file.path = memory.texts.put(r.text_of(slot::file_path));
    file.content = memory.texts.put(r.text_of(slot::content));
    const utf8 executable = r.text_of(slot::is_executable);
    if (!executable.empty()) file.is_executable = to_truth(says(executable, "true"));
    file.is_volume_open = truth::no;
    e.kind = event_kind::file;
    e.data = file;
    return {};
}

/// A read of a volume through its device: which bytes were read is not recorded.
[[nodiscard]] constexpr error fill_raw_read(const record& r, event_memory& memory, event& e) noexcept {
    file_payload file{};
    file.what = file_payload::operation::read;
    file.path = memory.texts.put(r.text_of(slot::device));
    file.access = file_read_data;
    file.is_volume_open = file.succeeded = truth::yes;
    e.kind = event_kind::file;
    e.data = file;
    return {};
}

[[nodiscard]] constexpr error fill_pipe(const record& r, event_memory& memory, file_payload::operation what, event& e) noexcept {
    file_payload file{};
    file.what = what;
    file.path = memory.texts.put(r.text_of(slot::pipe_name));
    file.device_type = device_named_pipe;
    file.is_volume_open = truth::no;
    e.kind = event_kind::file;
    e.data = file;
    return {};
}

/// The last component of `path` that a backslash sets off is a value's name in Sysmon's TargetObject. A value whose own name has a
/// backslash is then cut there; nothing in the record tells.
constexpr void split_value(text path, registry_payload& key) noexcept {
    const text name = file_name(path);
    if (name.size == path.size) return;
    key.key = path.sub(0, path.size - name.size - 1);
    key.value_name = name;
}

/// "DWORD (0x00000001)", "QWORD (0x00000000-0x00000001)", "Binary Data", or the string itself.
constexpr void read_details(utf8 details, text_arena& texts, registry_payload& key) noexcept {
    const auto begins = [details](const char* word) {
        for (size_t i = 0; word[i] != '\0'; ++i)
            if (i >= details.size || details[i] != word[i]) return false;
        return true;
    };
    const bool dword = begins("DWORD (0x");
    const bool qword = begins("QWORD (0x");
    if (says(details, "Binary Data")) key.value_type = 3;  // REG_BINARY
    if (details.empty() || says(details, "Binary Data")) return;
    key.has_number = to_truth(dword || qword);
    if (dword || qword) {
        // The two halves of a QWORD are set apart by "-0x".
        for (size_t i = 9; i < details.size && details[i] != ')'; ++i) {
            const int digit = hex_digit(details[i]);
            const bool prefix = details[i] == '0' && i + 1 < details.size && details[i + 1] == 'x';
            if (digit >= 0 && !prefix) key.number = key.number << 4 | static_cast<uint64_t>(digit);
        }
        key.value_type = dword ? 4 : 11;  // REG_DWORD, REG_QWORD
        return;
    }
    key.data = texts.put(details);
}

/// Sysmon 12, 13 and 14. EventType tells the operation; some collectors lose it, and what 12 stands for is then unknown.
[[nodiscard]] constexpr error fill_registry(const record& r, event_memory& memory, event& e) noexcept {
    using operation = registry_payload::operation;
    registry_payload key{};
    const utf8 type = r.text_of(slot::operation);
    key.key = memory.texts.put(r.text_of(slot::key_name));
    if (r.id() == 12) {
        if (says(type, "CreateKey")) key.what = operation::create_key;
        if (says(type, "DeleteKey")) key.what = operation::delete_key;
        if (says(type, "DeleteValue")) key.what = operation::delete_value;
    } else key.what = r.id() == 13 ? operation::set_value : operation::rename_key;
    if (key.what == operation::set_value || key.what == operation::delete_value) split_value(key.key, key);
    if (r.id() == 13) read_details(r.text_of(slot::data), memory.texts, key);
    if (r.id() == 14) key.data = memory.texts.put(r.text_of(slot::new_name));
    key.succeeded = truth::yes;
    e.kind = event_kind::registry;
    e.data = key;
    return {};
}

/// Security 4656 and 4663 of a key: what was asked for, and what was used. Errors: adapter_missing_field without a mask.
[[nodiscard]] constexpr error fill_key_access(const record& r, event_memory& memory, event& e) noexcept {
    using operation = registry_payload::operation;
    registry_payload key{};
    if (!r.has(slot::granted_access)) return {error_code::adapter_missing_field, 0};
    if (const error bad = r.read(slot::granted_access, key.access)) return bad;
    key.key = memory.texts.put(r.text_of(slot::object_name));
    key.what = operation::open_key;
    if (r.id() == 4663) {
        key.what = operation::unknown;
        if ((key.access & key_enumerate_sub_keys) != 0) key.what = operation::query_key;
        if ((key.access & key_query_value) != 0) key.what = operation::query_unspecified;
        if ((key.access & key_create_sub_key) != 0) key.what = operation::create_key;
        if ((key.access & key_set_value) != 0) key.what = operation::set_value;
        if ((key.access & delete_access) != 0) key.what = operation::delete_key;
        if ((key.access & (write_dac | write_owner)) != 0) key.what = operation::set_security;
        key.succeeded = truth::yes;
    }
    e.kind = event_kind::registry;
    e.data = key;
    return {};
}

/// Security 4656 and 4663 of a file. Errors: adapter_missing_field without a mask.
[[nodiscard]] constexpr error fill_file_access(const record& r, event_memory& memory, event& e) noexcept {
    using operation = file_payload::operation;
    file_payload file{};
    if (!r.has(slot::granted_access)) return {error_code::adapter_missing_field, 0};
    if (const error bad = r.read(slot::granted_access, file.access)) return bad;
    file.path = memory.texts.put(r.text_of(slot::object_name));
    file.what = operation::open;
    if (r.id() == 4663) {
        file.what = operation::unknown;
        if ((file.access & file_read_data) != 0) file.what = operation::read;
        if ((file.access & (file_write_data | file_append_data)) != 0) file.what = operation::write;
        if ((file.access & delete_access) != 0) file.what = operation::remove;
        if ((file.access & (write_dac | write_owner)) != 0) file.what = operation::set_security;
        file.succeeded = truth::yes;
    }
    e.kind = event_kind::file;
    e.data = file;
    return {};
}

/// Security 4657: a value's change, with its data.
[[nodiscard]] constexpr error fill_value_change(const record& r, event_memory& memory, event& e) noexcept {
    registry_payload key{};
    key.what = says(r.text_of(slot::operation), "%%1906") ? registry_payload::operation::delete_value
                                                          : registry_payload::operation::set_value;
    key.key = memory.texts.put(r.text_of(slot::object_name));
    key.value_name = memory.texts.put(r.text_of(slot::value_name));
    key.data = memory.texts.put(r.text_of(slot::data));
    key.has_number = to_truth(parse_number(r.text_of(slot::data), key.number));
    key.succeeded = truth::yes;
    e.kind = event_kind::registry;
    e.data = key;
    return {};
}

[[nodiscard]] constexpr error fill_network(const record& r, event_memory& memory, event_kind kind, event& e) noexcept {
    network_payload network{};
    network.remote_address = memory.texts.put(r.text_of(slot::remote_address));
    network.remote_name = memory.texts.put(r.text_of(slot::remote_name));
    if (const error bad = r.read(slot::remote_port, network.remote_port)) return bad;
    if (const error bad = r.read(slot::local_port, network.local_port)) return bad;
    const utf8 initiated = r.text_of(slot::initiated);
    if (!initiated.empty()) network.initiated = to_truth(says(initiated, "true"));
    e.kind = kind;
    e.data = network;
    return {};
}

}  // namespace BARTIZAN_NAMESPACE::adapters

#endif
