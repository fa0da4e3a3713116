// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_LOCKDOWN_LABELS_HPP
#define BARTIZAN_ENGINE_LOCKDOWN_LABELS_HPP

#include "command_line.hpp"
#include "file_provenance.hpp"
#include "lineage.hpp"

namespace BARTIZAN_NAMESPACE::engine {

/// Programs that act as their command line or script says, so that whoever started them is who acts: they carry their maker's label.
[[nodiscard]] constexpr bool is_transparent(role_set roles) noexcept {
    return roles.has(role::lolbin) || roles.has(role::script_host) || roles.has(role::script_engine) || roles.has(role::powershell);
}

/// The label that an image settles without any ancestry. A shell that was there before the first event is the user's desktop.
[[nodiscard]] constexpr lockdown_label label_by_image(const process& p) noexcept {
    if (p.identity != truth::yes) return lockdown_label::unknown;
    if (p.roles.has(role::browser)) return lockdown_label::browser;
    return is_transparent(p.roles) || p.roles.has(role::installer) ? lockdown_label::unknown : lockdown_label::none;
}

/// The label of a process whose start was not seen. Explorer's desktop instance is older than every browser.
[[nodiscard]] constexpr lockdown_label label_if_older(const process& p) noexcept {
    return p.create_time_100ns == 0 && p.roles.has(role::desktop_shell) ? lockdown_label::none : label_by_image(p);
}

/// Labels and file provenance of browser lockdown (rules.md L1). Fixed memory: 16 bytes a file. One for an endpoint.
template <uint32_t FileCapacity>
class lockdown_labels {
  public:
    constexpr void clear() noexcept {
        files_.clear();
        typed_hash_ = typed_time_100ns_ = 0;
        typed_size_ = 0;
    }

    /// Labels a new process and sets the facts that the lockdown rules read. `self` is the new process's record.
    constexpr void on_process_start(event& e, process_record& self, const lineage& family, const policy::settings& settings) noexcept {
        const text command_line = e.data.create.command_line;
        const role_set roles = self.facts.roles;
        const canonical_path image = canonicalise(e.actor_image, buffer_, settings.paths);
        const text directory = image.path.sub(0, image.path.size - file_name(image.path).size);
        e.facts.set(fact::own_helper, is_own_helper(self, family, directory, command_line));

        if (family.parent != nullptr) label_unseen_parent(*family.parent, e.data.create.parent_command_line, settings);
        const lockdown_label inherited = inherited_label(family);
        const bool runs_script = roles.has(role::script_engine) || roles.has(role::lolbin) || roles.has(role::script_host);
        const truth from_browser = is_transparent(roles) ? names_browser_file(command_line, e.time_100ns, settings) : truth::no;
        const truth page = roles.has(role::html_host) ? is_page_untrusted(command_line, settings) : truth::no;
        const truth by_com = roles.has(role::html_host) ? is_com_start(command_line, e.data.create.client) : truth::no;

        note_roles_in_browser(self, roles, command_line, settings);
        set_lineage_facts(e, family, inherited);
        e.facts.set(fact::command_from_browser, from_browser);
        e.facts.set(fact::page_is_untrusted, page);
        e.facts.set(fact::started_by_com, by_com);
        e.facts.set(fact::names_powershell, command_line.empty() ? truth::unknown : to_truth(contains_folded(command_line, u"powershell") || contains_folded(command_line, u"pwsh")));
        e.facts.set(fact::every_child_locked, to_truth(settings.lock_every_browser_child));

        lockdown_label label = label_by_image(self.facts);
        if (roles.has(role::installer) && !command_line.empty()) label = contains_folded(command_line, u"://") ? inherited : lockdown_label::none;
        else if (is_transparent(roles)) label = inherited;
        const bool locked = inherited == lockdown_label::browser || inherited == lockdown_label::browser_hta;
        if (roles.has(role::html_host)) {
            if (locked || page == truth::yes) label = lockdown_label::browser_hta;
            else if (page == truth::unknown || by_com == truth::yes) label = lockdown_label::unknown;
        }
        // A script that a browser brought is an HTML application's peer, wherever it is opened from.
        if (from_browser == truth::yes && runs_script && !roles.has(role::powershell)) label = lockdown_label::browser_hta;
        // Two sensors may report one start, the second with less: the stronger answer stays.
        if (label > self.facts.lockdown) self.facts.lockdown = label;
    }

    /// Files that a locked process writes carry their origin; a rename takes it along.
    constexpr void on_file(const event& e, const process_record& actor, const policy::settings& settings) noexcept {
        const file_payload& file = e.data.file;
        const bool locked = actor.facts.lockdown == lockdown_label::browser || actor.facts.lockdown == lockdown_label::browser_hta;
        if (file.what == file_payload::operation::rename) {
            const uint64_t old_name = hash_path(file.path, settings);
            const bool carried = files_.holds(old_name, e.time_100ns, settings.browser_file_window_100ns);
            if (carried) files_.forget(old_name);
            if (carried || locked) files_.note(hash_path(file.new_path, settings), e.time_100ns);
            return;
        }
        const bool writes = file.what == file_payload::operation::create || file.what == file_payload::operation::write;
        if (writes && locked) files_.note(hash_path(file.path, settings), e.time_100ns);
    }

    /// The Run box and the address bars keep what was typed or pasted into them.
    constexpr void on_registry(const event& e) noexcept {
        const registry_payload& r = e.data.registry;
        if (r.what != registry_payload::operation::set_value) return;
        if (!contains_folded(r.key, u"\\Explorer\\RunMRU") && !contains_folded(r.key, u"\\Explorer\\TypedPaths")) return;
        text typed = r.data;
        // RunMRU ends each entry in "\1".
        if (typed.size > 2 && typed[typed.size - 1] == u'1' && typed[typed.size - 2] == u'\\') typed.size -= 2;
        command_words words(typed);
        (void)words.next();
        typed_hash_ = hash_folded(words.rest());
        typed_size_ = words.rest().size;
        typed_time_100ns_ = e.time_100ns;
    }

    /// "command_was_typed": the arguments equal those that were typed; the program's own spelling differs (full path, quotes).
    constexpr void set_typed_fact(event& e, const policy::settings& settings) const noexcept {
        const text line = e.data.create.command_line;
        command_words words(line);
        (void)words.next();
        const bool recent = typed_size_ != 0 && e.time_100ns >= typed_time_100ns_ && e.time_100ns - typed_time_100ns_ <= settings.typed_command_window_100ns;
        const bool equal_arguments = recent && words.rest().size == typed_size_ && hash_folded(words.rest()) == typed_hash_;
        e.facts.set(fact::command_was_typed, line.empty() && recent ? truth::unknown : to_truth(equal_arguments));
    }

    [[nodiscard]] constexpr uint64_t evicted() const noexcept { return files_.evicted(); }

  private:
    /// An HTML application whose own start was not seen: its child's event still tells which page it shows.
    constexpr void label_unseen_parent(process_record& parent, text command_line, const policy::settings& settings) noexcept {
        const process& p = parent.facts;
        if (p.create_time_100ns != 0 || p.lockdown != lockdown_label::unknown || !p.roles.has(role::html_host)) return;
        if (is_page_untrusted(command_line, settings) == truth::yes) parent.facts.lockdown = lockdown_label::browser_hta;
    }

    [[nodiscard]] static constexpr lockdown_label inherited_label(const lineage& family) noexcept {
        bool any = false;
        bool unknown = !family.parent_named;
        lockdown_label strongest = lockdown_label::none;
        const process_record* const ancestors[] = {family.parent, family.creator, family.client};
        for (const process_record* p : ancestors) {
            if (p == nullptr) continue;
            any = true;
            const lockdown_label label = p->facts.lockdown == lockdown_label::unknown ? label_if_older(p->facts) : p->facts.lockdown;
            unknown |= label == lockdown_label::unknown;
            if (label > strongest) strongest = label;
        }
        if (strongest > lockdown_label::none) return strongest;
        return any && !unknown ? lockdown_label::none : lockdown_label::unknown;
    }
    constexpr void set_lineage_facts(event& e, const lineage& family, lockdown_label inherited) noexcept {
        const bool locked = inherited > lockdown_label::none;
        e.facts.set(fact::lineage_locked, inherited == lockdown_label::unknown ? truth::unknown : to_truth(locked));
        e.facts.set(fact::lineage_hta, inherited == lockdown_label::unknown ? truth::unknown : to_truth(inherited == lockdown_label::browser_hta));
        const process_record* maker = family.maker();
        truth utility = maker == nullptr ? truth::unknown : maker->lockdown.is_browser_utility;
        if (inherited == lockdown_label::none || (maker != nullptr && has_role(maker->facts, role::browser) == truth::no)) utility = truth::no;
        e.facts.set(fact::lineage_browser_utility, utility);
        truth allowed = maker == nullptr ? truth::unknown : maker->lockdown.is_native_messaging & maker->lockdown.is_native_host_allowed;
        // Without a shell in between there is no host's command line to compare; only the shell's own process carries the note.
        if (maker != nullptr && !maker->facts.roles.has(role::lolbin)) allowed = truth::no;
        e.facts.set(fact::native_host_allowed, allowed);
    }

    constexpr void note_roles_in_browser(process_record& self, role_set roles, text line, const policy::settings& settings) noexcept {
        if (line.empty()) return;
        if (roles.has(role::browser)) {
            const bool chromium = contains_folded(line, u"--service-sandbox-type=none") && contains_folded(line, u"--message-loop-type-ui");
            const bool gecko = contains_folded(line, u"-contentproc") && contains_folded(line, u" utility");
            self.lockdown.is_browser_utility = to_truth(chromium || gecko);
        }
        if (!roles.has(role::lolbin)) return;
        self.lockdown.is_native_messaging = to_truth(contains_folded(line, u"\\\\.\\pipe\\chrome.nativeMessaging.in."));
        truth allowed = truth::no;
        if (self.lockdown.is_native_messaging == truth::yes) {
            command_words words(line);
            for (uint32_t n = 0; n < max_words; ++n) {
                const canonical_path path = canonicalise(words.next(), buffer_, settings.paths);
                for (const text host : settings.native_hosts)
                    if (!path.path.empty() && equal_folded(path.path, host)) allowed = truth::yes;
            }
        }
        self.lockdown.is_native_host_allowed = allowed;
    }

    /// A console host serves its maker, an error reporter examines it; a browser's helpers stand beside or below it.
    [[nodiscard]] static constexpr truth is_own_helper(const process_record& self, const lineage& family, text directory, text line) noexcept {
        const role_set roles = self.facts.roles;
        if (roles.has(role::console_host)) return line.empty() ? truth::unknown : to_truth(!contains_folded(line, u"--headless"));
        if (roles.has(role::error_reporter) || roles.has(role::browser) || roles.has(role::browser_helper)) return truth::yes;
        const process_record* maker = family.maker();
        if (maker == nullptr || self.facts.identity != truth::yes || directory.empty()) return truth::unknown;
        if (!maker->facts.roles.has(role::browser)) return truth::no;
        if (maker->facts.directory_hash == 0) return truth::unknown;
        uint64_t hash = 0xcbf29ce484222325u;
        for (uint32_t i = 0; i < directory.size; ++i) {
            hash = hash_text(directory.sub(i, 1), hash);
            if (directory[i] == u'\\' && hash == maker->facts.directory_hash) return truth::yes;
        }
        return truth::no;
    }

    [[nodiscard]] constexpr truth names_browser_file(text line, uint64_t now, const policy::settings& settings) noexcept {
        if (line.empty()) return truth::unknown;
        command_words words(line);
        for (uint32_t n = 0; n < max_words; ++n) {
            const text word = words.next();
            if (word.empty()) continue;
            if (files_.holds(hash_path(word, settings), now, settings.browser_file_window_100ns)) return truth::yes;
        }
        return truth::no;
    }

    /// An HTML application's page: inline script, a URL, a share, or a file. Where the file lies says who could have written it; that
    /// spares an administrator's own pages and trusts nothing.
    [[nodiscard]] constexpr truth is_page_untrusted(text line, const policy::settings& settings) noexcept {
        command_words words(line);
        if (line.empty() || words.next().empty()) return truth::unknown;
        const text page = words.rest();
        if (page.empty()) return truth::no;
        if (contains_folded(page, u"-Embedding")) return truth::unknown;
        if (begins_with_scheme(page)) return truth::yes;
        const canonical_path path = canonicalise(words.next(), buffer_, settings.paths);
        if (path.volume == volume_kind::network) return truth::yes;
        return at_most(policy::trust_from_path(path), trust::t0);
    }

    [[nodiscard]] static constexpr truth is_com_start(text line, const process_key& client) noexcept {
        if (client.is_set()) return truth::no;
        return line.empty() ? truth::unknown : to_truth(contains_folded(line, u"-Embedding"));
    }

    [[nodiscard]] constexpr uint64_t hash_path(text path, const policy::settings& settings) noexcept {
        return hash_text(canonicalise(path, buffer_, settings.paths).path);
    }
    [[nodiscard]] static constexpr uint64_t hash_folded(text t) noexcept {
        uint64_t hash = 0xcbf29ce484222325u;
        for (uint32_t i = 0; i < t.size; ++i) {
            const char16_t c = upcase(t[i]);
            hash = hash_text(text(&c, 1), hash);
        }
        return hash;
    }

    static constexpr uint32_t max_words = 12;  ///< of a command line that are looked up as paths

    file_provenance<FileCapacity> files_;
    uint64_t typed_hash_ = 0;
    uint64_t typed_time_100ns_ = 0;
    uint32_t typed_size_ = 0;
    char16_t buffer_[560] = {};  ///< for one canonical path at a time; not on the stack, which a kernel keeps short
};

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
