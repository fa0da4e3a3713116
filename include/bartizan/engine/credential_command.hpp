// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_CREDENTIAL_COMMAND_HPP
#define BARTIZAN_ENGINE_CREDENTIAL_COMMAND_HPP

#include "../core/fact.hpp"
#include "../policy/credential_objects.hpp"
#include "command_line.hpp"

namespace BARTIZAN_NAMESPACE::engine {

/// What a command line says about credential stores. An argument is a key or a path by its canonical form, whatever program takes it.
class credential_command {
  public:
    constexpr credential_command(text line, const path_environment& paths) noexcept : paths_(paths) {
        command_words words(line);
        (void)words.next();  // the program
        for (text word = words.next(); !word.empty(); word = words.next(), ++index_) {
            command_words inner(word);
            const text first = inner.next();
            if (first.size == word.size) {
                read_pieces(word);
                continue;
            }
            // A quoted word with blanks is a command for another program, or several arguments in one.
            own_ = false;
            for (text part = first; !part.empty(); part = inner.next()) read_pieces(part);
        }
        if (installation_set_ && contains_folded(line, u"ntds")) names_store_ = true;
        if (!names_folder_) return;
        // Robocopy's way: a folder, and names in it.
        names_store_ |= named_secrets_ || named_boot_key_ || named_other_;
        secrets_ |= named_secrets_;
        boot_key_ |= named_boot_key_;
    }

    [[nodiscard]] constexpr bool saves_secrets() const noexcept { return saves_secrets_; }
    [[nodiscard]] constexpr bool saves_boot_key() const noexcept { return saves_boot_key_; }
    /// The verb is the program's own first argument and the key its second.
    [[nodiscard]] constexpr bool is_own() const noexcept { return saved_as_own_; }
    [[nodiscard]] constexpr bool names_store() const noexcept { return names_store_; }
    [[nodiscard]] constexpr bool names_spare() const noexcept { return names_spare_; }
    [[nodiscard]] constexpr bool asks_snapshot() const noexcept { return asks_snapshot_; }
    /// A store of accounts or secrets, and the hive with the boot key that decrypts it.
    [[nodiscard]] constexpr bool names_both() const noexcept { return secrets_ && boot_key_; }

  private:
    enum class verb : uint8_t { none, save, export_values };

    /// In code for a script host, and in lists, paths stand between apostrophes, brackets, commas: no store's path has one.
    constexpr void read_pieces(text word) noexcept {
        constexpr text marks = u"'(),;|&<>";
        const auto ends = [&](char16_t c) {
            for (uint32_t i = 0; i < marks.size; ++i)
                if (marks[i] == c) return true;
            return false;
        };
        uint32_t begin = 0;
        for (uint32_t i = 0; i <= word.size; ++i) {
            if (i != word.size && !ends(word[i])) continue;
            if (i > begin) read(word.sub(begin, i - begin));
            begin = i + 1;
        }
    }

    constexpr void read(text word) noexcept {
        const verb before = verb_;
        if (equal_folded(word, u"save")) verb_ = verb::save;
        else if (equal_folded(word, u"export") || equal_folded(word, u"/e") || equal_folded(word, u"-e")) verb_ = verb::export_values;
        if (verb_ != before) {
            verb_is_own_ = own_ && index_ == 0;
            return;
        }
        if (equal_folded(word, u"/vss") || equal_folded(word, u"-vss")) asks_snapshot_ = true;
        if (equal_folded(word, u"ifm")) installation_set_ = true;
        bool boot_key = false;
        const bool hive = policy::is_hive_name(word, boot_key) || equal_folded(word, u"ntds.dit");
        named_boot_key_ |= hive && boot_key;
        named_secrets_ |= hive && holds_secrets(word);
        named_other_ |= hive;
        if (verb_ != verb::none) read_key_argument(word);
        read_path(word);
        // A path may stand behind a switch: /D:C:\..., -include:C:\...
        if (word[0] != u'/' && word[0] != u'-') return;
        uint32_t colon = 1;
        while (colon < word.size && word[colon] != u':' && word[colon] != u'=') ++colon;
        if (colon > 1 && colon + 1 < word.size) read_path(word.sub(colon + 1));
    }

    /// Class names, and with them the boot key, are saved but not exported.
    constexpr void read_key_argument(text word) noexcept {
        char16_t buffer[256] = {};
        const canonical_key key = canonicalise_key(word, buffer);
        if (key.truncated || !matches_prefix(key.path, u"HKLM")) return;
        const policy::key_reading reading = policy::read_key(key.path);
        const bool boot_key = reading.holds_boot_key && verb_ == verb::save;
        if (!reading.holds_secrets && !boot_key) return;
        saves_secrets_ |= reading.holds_secrets;
        saves_boot_key_ |= boot_key;
        saved_as_own_ |= verb_is_own_;
    }

    constexpr void read_path(text word) noexcept {
        // Only names that may be a store's are worth a canonical form.
        if (!contains_folded(word, u"SAM") && !contains_folded(word, u"SECURITY") && !contains_folded(word, u"SYSTEM") &&
            !contains_folded(word, u"NTDS") && !contains_folded(word, u"DEFAULT") && !contains_folded(word, u"CONFIG"))
            return;
        char16_t buffer[320] = {};
        const canonical_path path = canonicalise(word, buffer, paths_);
        const policy::store_reading store = policy::read_store(path);
        if (equal(path.path, u"%SYSDIR%\\CONFIG") || ends_with_folded(path.path, u"\\WINDOWS\\SYSTEM32\\CONFIG") ||
            equal(path.path, u"%SYSTEMROOT%\\NTDS") || ends_with_folded(path.path, u"\\WINDOWS\\NTDS")) {
            names_folder_ = true;
            names_spare_ |= path.volume == volume_kind::shadow;
        }
        // A bare file name is a destination or another program's word, not a store's place.
        if (store.what == policy::store_file::none || (path.volume == volume_kind::none && path.path[0] != u'\\')) return;
        names_store_ = true;
        names_spare_ |= store.spare;
        boot_key_ |= store.holds_boot_key;
        secrets_ |= holds_secrets(file_name(path.path));
    }

    [[nodiscard]] static constexpr bool holds_secrets(text name) noexcept {
        bool boot_key = false;
        return equal_folded(name, u"ntds.dit") || (policy::is_hive_name(name, boot_key) && !boot_key && !starts_with_folded(name, u"DEFAULT"));
    }

    const path_environment& paths_;
    uint32_t index_ = 0;
    verb verb_ = verb::none;
    bool own_ = true;
    bool verb_is_own_ = false;
    bool saves_secrets_ = false;
    bool saves_boot_key_ = false;
    bool saved_as_own_ = false;
    bool names_store_ = false;
    bool names_spare_ = false;
    bool asks_snapshot_ = false;
    bool installation_set_ = false;
    bool names_folder_ = false;
    bool named_secrets_ = false;   ///< by a bare name
    bool named_boot_key_ = false;
    bool named_other_ = false;
    bool secrets_ = false;
    bool boot_key_ = false;
};

/// vssadmin create shadow, wmic shadowcopy call create, (Get-WmiObject -List Win32_ShadowCopy).Create(...), diskshadow /s script.
[[nodiscard]] constexpr bool makes_shadow_copy(text line) noexcept {
    return contains_folded(line, u"shadow") && (contains_folded(line, u"create") || contains_folded(line, u"diskshadow"));
}

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
