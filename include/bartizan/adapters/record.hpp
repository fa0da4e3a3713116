// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ADAPTERS_RECORD_HPP
#define BARTIZAN_ADAPTERS_RECORD_HPP

#include "../core/error.hpp"
#include "../core/event.hpp"
#include "parse.hpp"

/// The step between a log line and an event. A host walks over the fields of a line with whatever JSON or XML library it has and
/// hands each to `record::set`; a mapping table says which field of which event means what; then the adapter of the channel makes
/// the event. The adapters own no parser and no memory.
namespace BARTIZAN_NAMESPACE::adapters {

/// What a field means, in the product's words.
enum class slot : uint8_t {
    actor_guid, actor_pid, actor_image, target_guid, target_pid, target_image, parent_guid, parent_pid, parent_image,
    command_line, original_file_name, user, granted_access, call_trace, start_address, start_module, start_function,
    module_path, is_signed, signature_subject, signature_status, file_path, object_type, object_name, privileges,
    actor_user, target_user, parent_user, parent_command_line, current_directory, integrity, logon_id, session_id, elevation,
    user_sid, subject_sid, operation, key_name, value_name, new_name, data, content, is_executable, device, pipe_name, initiated,
    remote_address, remote_port, local_port, remote_name, tamper_type, handle, source_handle, disabled_privileges, logon_type,
    impersonation_level, service_name, service_path, service_account, subject_logon_id, hashes,
    actor_start_key, target_start_key, actor_create_time, target_create_time, actor_protection, target_protection,
    status, base_address, region_size, page_protection, last_page_protection,
    vad_result, vad_protection, vad_type, vad_file, code_vad_result, code_vad_protection, code_vad_type, code_vad_file,
    target_thread, alertable, routine, argument_1, argument_2, argument_3, context_flags, program_counter, stack_pointer,
    token_integrity, token_level,
    count,
};

/// One row of a channel's mapping: field `name` of event `id` goes to `where`. Names are compared without regard to ASCII case,
/// since versions of one sensor differ in it (SourceProcessGUID, SourceProcessGuid).
struct mapping {
    uint16_t id;
    const char* name;
    slot where;
};

/// The fields of one log line, still in the host's memory.
class record {
  public:
    /// `map` is a channel's whole table; its rows stand in ascending order of id.
    constexpr record(span<const mapping> map, uint16_t id) noexcept : map_(rows_of(map, id)), id_(id) {}

    [[nodiscard]] constexpr uint16_t id() const noexcept { return id_; }

    /// Takes a text field. Fields that the table does not name are ignored; returns whether this one is named.
    constexpr bool set(utf8 name, utf8 value) noexcept {
        const mapping* row = find(name);
        if (row == nullptr) return false;
        fields_[static_cast<uint8_t>(row->where)] = {value.data, value.size, content::text};
        return true;
    }
    /// Takes a field that the host's parser already made a number of.
    constexpr bool set(utf8 name, uint64_t value) noexcept {
        const mapping* row = find(name);
        if (row == nullptr) return false;
        fields_[static_cast<uint8_t>(row->where)] = {nullptr, value, content::number};
        return true;
    }

    [[nodiscard]] constexpr bool has(slot s) const noexcept { return at(s).what != content::absent; }
    /// Empty where the field is absent or was a number.
    [[nodiscard]] constexpr utf8 text_of(slot s) const noexcept {
        const field& f = at(s);
        return f.what == content::text ? utf8(f.characters, static_cast<size_t>(f.number)) : utf8();
    }
    /// False where the field is absent or not a number.
    [[nodiscard]] constexpr bool number_of(slot s, uint64_t& out) const noexcept {
        const field& f = at(s);
        if (f.what == content::text) return parse_number(text_of(s), out);
        if (f.what == content::number) out = f.number;
        return f.what == content::number;
    }

    /// Leaves `out` as it is where the field is absent. Errors: adapter_bad_number.
    template <class Number>
    [[nodiscard]] constexpr error read(slot s, Number& out) const noexcept {
        uint64_t number = 0;
        if (!has(s)) return {};
        if (!number_of(s, number) || number > static_cast<Number>(~Number{0})) return {error_code::adapter_bad_number, 0};
        out = static_cast<Number>(number);
        return {};
    }

    /// Process key from a GUID slot and a PID slot; both may be absent. False when one is present but malformed.
    [[nodiscard]] constexpr bool key_of(slot guid, slot pid, process_key& out) const noexcept {
        uint64_t number = 0;
        if (has(pid)) {
            if (!number_of(pid, number) || number > UINT32_MAX) return false;
            out.pid = static_cast<uint32_t>(number);
        }
        return !has(guid) || parse_guid(text_of(guid), out.start_key);
    }

  private:
    enum class content : uint8_t { absent, text, number };

    /// One of these for each slot and line: kept small, since all of them are cleared for each line.
    struct field {
        const char* characters = nullptr;
        uint64_t number = 0;  ///< of a text, its size
        content what = content::absent;
    };

    [[nodiscard]] constexpr const field& at(slot s) const noexcept { return fields_[static_cast<uint8_t>(s)]; }

    [[nodiscard]] static constexpr bool same_name(utf8 given, const char* name) noexcept {
        for (const char c : given) {
            const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
            const char wanted = *name >= 'A' && *name <= 'Z' ? static_cast<char>(*name + 32) : *name;
            if (*name == '\0' || lower != wanted) return false;
            ++name;
        }
        return *name == '\0';
    }
    [[nodiscard]] constexpr const mapping* find(utf8 name) const noexcept {
        for (const mapping& row : map_)
            if (same_name(name, row.name)) return &row;
        return nullptr;
    }
    [[nodiscard]] static constexpr span<const mapping> rows_of(span<const mapping> map, uint16_t id) noexcept {
        const auto first_not_below = [map](uint32_t wanted) {
            size_t low = 0;
            for (size_t high = map.size; low < high;) {
                const size_t middle = (low + high) / 2;
                if (map[middle].id < wanted) low = middle + 1;
                else high = middle;
            }
            return low;
        };
        const size_t begin = first_not_below(id);
        return map.sub(begin, first_not_below(uint32_t{id} + 1) - begin);
    }

    span<const mapping> map_;
    uint16_t id_;
    field fields_[static_cast<uint8_t>(slot::count)] = {};
};

/// Memory that an event's texts and stack frames live in, until the next event.
struct event_memory {
    text_arena texts;
    span<stack_frame> frames;
};

[[nodiscard]] constexpr bool says(utf8 value, const char* word) noexcept {
    for (const char c : value)
        if (*word == '\0' || c != *word++) return false;
    return *word == '\0';
}

/// For each channel's table, at compile time: ids ascend, and no field of an event is named twice.
[[nodiscard]] constexpr bool is_sound(span<const mapping> map) noexcept {
    for (size_t i = 1; i < map.size; ++i) {
        if (map[i].id < map[i - 1].id) return false;
        for (size_t k = i; k > 0 && map[k - 1].id == map[i].id; --k)
            if (map[k - 1].where == map[i].where) return false;
    }
    return true;
}

}  // namespace BARTIZAN_NAMESPACE::adapters

#endif
