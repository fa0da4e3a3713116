// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_VERIFIER_FACTS_HPP
#define BARTIZAN_ENGINE_VERIFIER_FACTS_HPP

#include "../core/registry_path.hpp"
#include "../policy/verifier_names.hpp"
#include "command_line.hpp"
#include "file_provenance.hpp"
#include "lineage.hpp"

namespace BARTIZAN_NAMESPACE::engine {

/// What has been set for programs by name, most recent first to be kept: a fixed ring, the oldest entry goes and is counted.
template <uint32_t Capacity>
class recent_names {
  public:
    constexpr void note(uint64_t name_hash, uint64_t time_100ns) noexcept {
        uint32_t slot = 0;
        for (uint32_t i = 0; i < Capacity; ++i) {
            if (entries_[i].name_hash == name_hash) {
                slot = i;
                break;
            }
            if (entries_[i].time_100ns < entries_[slot].time_100ns) slot = i;
        }
        if (entries_[slot].name_hash != 0 && entries_[slot].name_hash != name_hash) ++evicted_;
        entries_[slot] = {name_hash, time_100ns == 0 ? 1 : time_100ns};
    }
    [[nodiscard]] constexpr bool holds(uint64_t name_hash, uint64_t now_100ns, uint64_t window_100ns) const noexcept {
        for (const entry& e : entries_)
            if (e.name_hash == name_hash && e.time_100ns != 0) return open_history::is_within(e.time_100ns, now_100ns, window_100ns);
        return false;
    }
    constexpr void clear() noexcept {
        for (entry& e : entries_) e = {};
        evicted_ = 0;
    }
    [[nodiscard]] constexpr uint64_t evicted() const noexcept { return evicted_; }

  private:
    struct entry {
        uint64_t name_hash = 0;
        uint64_t time_100ns = 0;
    };

    entry entries_[Capacity] = {};
    uint64_t evicted_ = 0;
};

/// State and facts of the Application Verifier rules (rules.md V1). Fixed memory, about 3 KiB. One for an endpoint.
class verifier_facts {
  public:
    constexpr void clear() noexcept {
        recent_names<32>* const all[] = {&foreign_, &flags_, &providers_, &system_files_};
        for (recent_names<32>* names : all) names->clear();
        per_user_off_ = false;
    }

    constexpr void on_process_start(const event& e, process_record& self) const noexcept {
        constexpr uint32_t image_subsystem_native = 1;
        self.verifier = {};
        self.verifier.start_seen = true;
        const uint32_t subsystem = e.data.create.subsystem;
        if (subsystem != 0) self.verifier.is_native = to_truth(subsystem == image_subsystem_native);
    }

    /// Order of maps within one process: only a stream that shows ntdll.dll right after the start is known to be complete.
    constexpr void on_image_load(event& e, process_record& self, const policy::settings& settings) noexcept {
        const image_load_payload& image = e.data.image;
        const text name = file_name(image.path);
        verifier_notes& notes = self.verifier;
        const bool main_image = notes.loads == 0 && equal_folded(image.path, e.actor_image);
        if (notes.start_seen && notes.loads < 2 && equal_folded(name, u"ntdll.dll")) notes.order_known = true;
        if (notes.loads != 0xff) ++notes.loads;

        e.facts.set(fact::verifier_active, notes.verifier_mapped ? truth::yes : notes.order_known ? truth::no : truth::unknown);
        e.facts.set(fact::load_before_kernel32, notes.kernel32_mapped ? truth::no : notes.order_known ? truth::yes : truth::unknown);
        if (notes.verifier_mapped && !notes.kernel32_mapped) set_module_facts(e, main_image, settings);
        else e.facts.set(fact::module_expected_early, truth::yes);

        truth native = notes.is_native;
        if (native == truth::unknown && self.facts.identity == truth::yes)
            native = to_truth(self.facts.roles.has(role::smss) || self.facts.roles.has(role::csrss));
        e.facts.set(fact::process_is_native, native);
        notes.verifier_mapped = notes.verifier_mapped || equal_folded(name, u"verifier.dll");
        notes.kernel32_mapped = notes.kernel32_mapped || equal_folded(name, u"kernel32.dll");
    }

    constexpr void on_registry(event& e, const policy::settings& settings) noexcept {
        const registry_payload& r = e.data.registry;
        switch (r.what) {
            case registry_payload::operation::set_value: on_value(e, settings); break;
            case registry_payload::operation::rename_key:
            case registry_payload::operation::load_key:
            case registry_payload::operation::restore_key:
            case registry_payload::operation::replace_key: set_root_fact(e); break;
            case registry_payload::operation::create_key: {
                constexpr uint32_t reg_option_create_link = 2;
                if (r.options != unknown_u32 && (r.options & reg_option_create_link) != 0) set_root_fact(e);
                break;
            }
            default: break;
        }
    }

    /// A library that appears in the system directory under the name of a registered provider, in either order.
    constexpr void on_file(event& e, const policy::settings& settings) noexcept {
        const file_payload& file = e.data.file;
        const bool renamed = file.what == file_payload::operation::rename;
        const bool written = file.what == file_payload::operation::create || file.what == file_payload::operation::write || renamed;
        const text path = renamed ? file.new_path : file.path;
        if (!written || !ends_with_folded(path, u".dll")) return;
        const canonical_path canonical = canonicalise(path, buffer_, settings.paths);
        if (canonical.system == system_directory::none) return;
        const uint64_t name = hash_text(file_name(canonical.path));
        e.facts.set(fact::system_file_is_provider, to_truth(providers_.holds(name, e.time_100ns, settings.provider_file_window_100ns)));
        system_files_.note(name, e.time_100ns);
    }

  private:
    /// Called only where the order is known to say "early" or may say so, so that ordinary loads stay cheap.
    constexpr void set_module_facts(event& e, bool main_image, const policy::settings& settings) noexcept {
        const image_load_payload& image = e.data.image;
        const canonical_path path = canonicalise(image.path, buffer_, settings.paths);
        const text name = file_name(path.path);
        const bool in_system = path.system != system_directory::none && path.path.size == text(u"%SYSDIR%\\").size + name.size;
        e.facts.set(fact::module_expected_early, to_truth(main_image || (in_system && policy::is_early_module(name))));
        const truth microsoft = image.signer.is_signed & image.signer.is_valid & image.signer.is_microsoft_windows;
        const bool listed = policy::is_among(name, policy::verifier_providers) || policy::is_among(name, settings.verifier_providers);
        const bool same_name = image.original_file_name.empty() || equal_folded(image.original_file_name, name);
        e.facts.set(fact::provider_authentic, to_truth(listed && in_system && same_name) & microsoft);
        e.facts.set(fact::module_is_microsofts, microsoft);
    }

    /// The program that a key of Image File Execution Options or SilentProcessExit is about; empty for any other key.
    struct program_key {
        text program;
        bool silent_exit = false;
        bool per_user = false;
        bool session_manager = false;
        bool session_manager_kernel = false;
    };
    [[nodiscard]] constexpr program_key read_key(text key) noexcept {
        program_key out;
        text path = canonicalise_key(key, buffer_).path;
        if (equal(path, u"HKLM\\SYSTEM\\CCS\\CONTROL\\SESSION MANAGER")) out.session_manager = true;
        if (equal(path, u"HKLM\\SYSTEM\\CCS\\CONTROL\\SESSION MANAGER\\KERNEL")) out.session_manager_kernel = true;
        if (matches_prefix(path, u"HKU\\")) {
            out.per_user = true;
            path = path.sub(4);
            while (!path.empty() && path[0] != u'\\') path = path.sub(1);
        } else if (matches_prefix(path, u"HKLM\\")) {
            path = path.sub(4);
        } else {
            return out;
        }
        constexpr text ifeo = u"\\SOFTWARE\\MICROSOFT\\WINDOWS NT\\CURRENTVERSION\\IMAGE FILE EXECUTION OPTIONS\\";
        constexpr text exits = u"\\SOFTWARE\\MICROSOFT\\WINDOWS NT\\CURRENTVERSION\\SILENTPROCESSEXIT\\";
        out.silent_exit = matches_prefix(path, exits);
        if (!out.silent_exit && !matches_prefix(path, ifeo)) return out;
        path = path.sub(out.silent_exit ? exits.size : ifeo.size);
        uint32_t end = 0;
        while (end < path.size && path[end] != u'\\') ++end;  // below it: a filter subkey, which is about the same program
        out.program = path.sub(0, end);
        return out;
    }

    /// Number of a DWORD, or of a string: "0x100", "256". Both are read by the loader.
    [[nodiscard]] static constexpr bool number_of(const registry_payload& r, uint64_t& out) noexcept {
        out = r.number;
        if (r.has_number == truth::yes) return true;
        const bool hex = r.data.size > 2 && r.data[0] == u'0' && (r.data[1] == u'x' || r.data[1] == u'X');
        const text digits = hex ? r.data.sub(2) : r.data;
        if (digits.empty() || digits.size > 16) return false;
        out = 0;
        for (uint32_t i = 0; i < digits.size; ++i) {
            const char16_t c = upcase(digits[i]);
            const bool letter = hex && c >= u'A' && c <= u'F';
            if ((c < u'0' || c > u'9') && !letter) return false;
            out = out * (hex ? 16 : 10) + (letter ? c - u'A' + 10u : c - u'0' + 0u);
        }
        return true;
    }

    constexpr void on_value(event& e, const policy::settings& settings) noexcept {
        const registry_payload& r = e.data.registry;
        const text name = r.value_name;
        const bool of_providers = equal_folded(name, u"VerifierDlls");
        const bool of_flag = equal_folded(name, u"GlobalFlag");
        const bool of_debugger = equal_folded(name, u"Debugger");
        const bool of_monitor = equal_folded(name, u"MonitorProcess");
        const bool of_mitigation = equal_folded(name, u"MitigationOptions");
        const bool of_user_switch = equal_folded(name, u"ImageExecutionOptions");
        if (!of_providers && !of_flag && !of_debugger && !of_monitor && !of_mitigation && !of_user_switch) return;
        if (of_mitigation) e.facts.set(fact::mitigation_blocks, truth::no);
        const program_key key = read_key(r.key);
        uint64_t number = 0;
        const bool has_number = number_of(r, number);
        if (of_user_switch && key.session_manager && has_number) per_user_off_ = (number & 1) == 0;
        if (key.session_manager && of_flag && has_number) e.facts.set(fact::verifier_flag_set, to_truth((number & policy::flag_application_verifier) != 0));
        if (key.session_manager_kernel && of_mitigation) e.facts.set(fact::mitigation_blocks, blocks_foreign_libraries(has_number, number));
        if (key.program.empty() || (key.per_user && per_user_off_)) return;

        const uint64_t program = hash_text(key.program);
        const policy::image_name* row = policy::detail::find(policy::image_names, key.program);
        const bool guarded = policy::is_among(key.program, policy::guarded_programs) || policy::is_among(key.program, settings.guarded_programs) ||
                             (row != nullptr && row->roles.has(role::browser));
        const bool logon_screen = policy::is_among(key.program, policy::logon_screen_programs);
        e.facts.set(fact::ifeo_target_protected, to_truth(guarded || logon_screen));
        if (key.silent_exit) {
            if (of_monitor) e.facts.set(fact::silent_exit_monitor, to_truth(!r.data.empty()));
            return;
        }
        if (of_providers) set_provider_facts(e, program, settings);
        if (of_flag && has_number) {
            const bool on = (number & policy::flag_application_verifier) != 0;
            e.facts.set(fact::verifier_flag_set, to_truth(on));
            if (on) flags_.note(program, e.time_100ns);
            if (on) e.facts.set(fact::verifier_pair, to_truth(foreign_.holds(program, e.time_100ns, settings.verifier_pair_window_100ns)));
        }
        if (of_debugger) {
            e.facts.set(fact::ifeo_debugger, to_truth(!r.data.empty()));
            command_words words(r.data);
            const policy::image_name* debugger = policy::detail::find(policy::image_names, file_name(words.next()));
            e.facts.set(fact::debugger_is_interpreter, to_truth(debugger != nullptr && (debugger->roles.has(role::lolbin) || debugger->roles.has(role::script_host))));
        }
        if (of_mitigation) e.facts.set(fact::mitigation_blocks, to_truth(guarded) & blocks_foreign_libraries(has_number, number));
    }

    constexpr void set_provider_facts(event& e, uint64_t program, const policy::settings& settings) noexcept {
        if (e.data.registry.data.empty() && e.data.registry.value_type == unknown_u32) return;  // the sensor tells no data
        const policy::provider_request request = policy::examine_providers(e.data.registry.data, settings.verifier_providers);
        e.facts.set(fact::provider_is_foreign, to_truth(request.foreign));
        e.facts.set(fact::provider_is_path, to_truth(request.path));
        e.facts.set(fact::verifier_pair, to_truth(request.foreign && flags_.holds(program, e.time_100ns, settings.verifier_pair_window_100ns)));
        if (!request.foreign) return;
        foreign_.note(program, e.time_100ns);
        bool in_system = false;
        policy::provider_tokens tokens(e.data.registry.data);
        for (text token = tokens.next(); !token.empty(); token = tokens.next()) {
            if (policy::is_among(token, policy::verifier_providers)) continue;
            uint64_t name = 0xcbf29ce484222325u;
            for (uint32_t i = 0; i < token.size; ++i) {
                const char16_t c = upcase(token[i]);
                name = hash_text(text(&c, 1), name);
            }
            providers_.note(name, e.time_100ns);
            in_system |= system_files_.holds(name, e.time_100ns, settings.provider_file_window_100ns);
        }
        e.facts.set(fact::system_file_is_provider, to_truth(in_system));
    }

    /// Two bits of the 64-bit option word: ALWAYS_ON is 1 (PROCESS_CREATION_MITIGATION_POLICY_BLOCK_NON_MICROSOFT_BINARIES, winbase.h).
    [[nodiscard]] static constexpr truth blocks_foreign_libraries(bool has_number, uint64_t options) noexcept {
        return has_number ? to_truth((options >> 44 & 3) == 1) : truth::unknown;
    }

    /// A rename, link or load at the root of the settings or at an ancestor of it, or to a name of theirs.
    constexpr void set_root_fact(event& e) noexcept {
        constexpr text root = u"HKLM\\SOFTWARE\\MICROSOFT\\WINDOWS NT\\CURRENTVERSION\\IMAGE FILE EXECUTION OPTIONS";
        const text key = canonicalise_key(e.data.registry.key, buffer_).path;
        bool moved = is_root_or_ancestor(key, root);
        if (!moved && e.data.registry.what == registry_payload::operation::rename_key && !e.data.registry.data.empty()) {
            // The new name in the old parent: is that the root or an ancestor?
            const uint32_t parent = key.size - file_name(key).size;
            const text name = file_name(e.data.registry.data);
            if (parent + name.size <= root.size && equal(key.sub(0, parent), root.sub(0, parent)) && equal_folded(name, root.sub(parent, name.size)))
                moved = parent + name.size == root.size || root[parent + name.size] == u'\\';
        }
        e.facts.set(fact::ifeo_root_moved, to_truth(moved));
    }
    [[nodiscard]] static constexpr bool is_root_or_ancestor(text key, text root) noexcept {
        // The hive itself is not renamed; "HKLM" alone would make every load of a hive a subject.
        if (key.size < text(u"HKLM\\SOFTWARE").size || key.size > root.size || !equal(key, root.sub(0, key.size))) return false;
        return key.size == root.size || root[key.size] == u'\\';
    }

    recent_names<32> foreign_;       ///< programs that a foreign provider was set for
    recent_names<32> flags_;         ///< programs that the flag was set for
    recent_names<32> providers_;     ///< foreign providers by name
    recent_names<32> system_files_;  ///< libraries that appeared in the system directory
    bool per_user_off_ = false;
    char16_t buffer_[560] = {};
};

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
