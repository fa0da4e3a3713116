// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CODE_CAVE_SCAN_HPP
#define BARTIZAN_CODE_CAVE_SCAN_HPP

#include "../pe/exports.hpp"
#include "../pe/imports.hpp"
#include "../pe/load_config.hpp"
#include "../pe/tls.hpp"
#include "content.hpp"
#include "decision.hpp"
#include "file_check_sum.hpp"
#include "references.hpp"
#include "signature_cut.hpp"
#include "slack_map.hpp"
#include "suspects.hpp"

namespace BARTIZAN_NAMESPACE::code_cave {

/// What the host knows of the file besides its bytes.
struct file_context {
    truth digest_mismatch = truth::unknown;    ///< a signature is there and its digest is not the file's; no: none there, or equal
    truth publisher_signs = truth::unknown;    ///< unsigned, and other files of the publisher that it names are signed
};

/// Working memory of `scan`, the caller's: 12 KiB. One per thread; need not be cleared. After a scan it holds the slack map and
/// the code that was found, valid as long as the file's bytes.
struct scan_scratch {
    code_map map;
    stretch code;      ///< where control enters unused space, if `report::entry` says so
    slack_map slack;
};

struct report {
    uint32_t size_bytes = sizeof(report);
    landing entry;                       ///< how control enters unused space; `none` where no entry was found
    outcome result;
    uint64_t offset = 0;                 ///< in the file: of the hidden code, else of what slack holds; 0 where nothing was found
    uint32_t entry_size_bytes = 0;       ///< of the hidden code
    bool decodable = false;              ///< x86 or x64 without hybrid code: branches were followed
};

inline constexpr uint32_t max_peeked_exports = 512;
inline constexpr uint32_t max_scanned_tls_callbacks = 16;
/// Targets of branches and pointers into slack that are followed, of one file.
inline constexpr uint32_t max_followed_candidates = 256;
/// So many runs of 64 bytes and more are the linker's way, not a sign.
inline constexpr uint32_t usual_padding_runs = 8;

namespace detail {

class scanner {
  public:
    constexpr scanner(const pe::image& image, const file_context& context, scan_scratch& work) noexcept
        : image_(image), context_(context), work_(work), map_(work.map) {}

    constexpr report run() noexcept {
        map_.open(image_);
        map_slack(map_.sections, work_.slack);
        map_.pads_generously = work_.slack.count_of(slack_kind::padding_run) >= usual_padding_runs;
        const uint16_t machine = image_.coff.machine;
        const bool hybrid = pe::load_config(image_).hybrid != pe::hybrid_code::none;
        out_.decodable = (machine == pe::machine_i386 || machine == pe::machine_amd64) && !hybrid;
        mode_ = machine == pe::machine_amd64 ? processor_mode::x64 : processor_mode::x86;
        work_.code = {};
        if (out_.decodable) {
            follow_entries();
        } else {
            place_entries();
        }
        look_into_slack();
        judge_entry();
        judge_file();
        locate();
        out_.result = decide(evidence_);
        return out_;
    }

  private:
    constexpr void land(entry_kind how, const landing& found) noexcept {
        out_.entry = found;
        if (how != entry_kind::none) out_.entry.how = how;
    }

    // An entry of the headers or tables that is itself in unused space.
    constexpr bool is_hidden(explorer& e, entry_kind how, uint64_t rva) noexcept {
        const bool runs_first = how == entry_kind::entry_point || how == entry_kind::tls_callback;
        if (rva == 0 || rva > UINT32_MAX || !e.lands(static_cast<uint32_t>(rva), 0, runs_first)) return false;
        // Exports may be variables, and tables may be broken: only what runs and leads out is an entry. So in data that is only
        // called executable.
        const bool runs = !work_.code.broken && work_.code.leaves();
        if (!runs && (how == entry_kind::exported || e.found.where == placement::gained_execute)) {
            e.found = {};
            return false;
        }
        land(how, e.found);
        return true;
    }

    constexpr void follow_entries() noexcept {
        explorer e(map_, mode_, work_.code);
        const uint32_t start = image_.optional.address_of_entry_point;
        if (is_hidden(e, entry_kind::entry_point, start)) return;
        pe::tls_directory tls(image_);
        uint64_t callbacks[max_scanned_tls_callbacks]{};
        uint32_t callback_count = 0;
        while (callback_count < max_scanned_tls_callbacks && tls.next_callback(callbacks[callback_count])) {
            if (is_hidden(e, entry_kind::tls_callback, callbacks[callback_count])) return;
            ++callback_count;
        }
        if (start != 0 && e.from(start)) return land(entry_kind::none, e.found);
        for (uint32_t i = 0; i < callback_count; ++i) {
            if (callbacks[i] <= UINT32_MAX && e.from(static_cast<uint32_t>(callbacks[i]), 1)) return land(entry_kind::none, e.found);
        }
        pe::export_table exports(image_);
        for (uint32_t i = 0; exports.present && i < exports.address_count(); ++i) {
            const uint32_t rva = exports.address_rva(i);
            if (exports.is_forwarder(rva)) continue;
            if (is_hidden(e, entry_kind::exported, rva)) return;
            if (i < max_peeked_exports && rva != 0 && e.peek(rva)) return land(entry_kind::none, e.found);
        }
        find_references();
    }

    // Whether a branch or a pointer leads to code that leaves again in what slack holds.
    constexpr bool is_entered(uint32_t begin, bytes held) noexcept {
        constexpr size_t least_code = 8;
        if (held.size < least_code) return false;
        const uint32_t end = begin + static_cast<uint32_t>(held.size);
        // What only looks like a branch leads anywhere, and data is pointed to as well.
        const auto is_code = [this](uint32_t rva) {
            if (candidates_ == 0) return false;
            --candidates_;
            if (!read_piece(map_, rva, mode_, 512).sound) return false;
            follow_stretch(map_, mode_, rva, work_.code);
            return !work_.code.broken && work_.code.leaves() && work_.code.instructions >= 2;
        };
        landing found = find_branch_into(map_, mode_, begin, end, is_code);
        if (!found) found = find_pointer_into(map_, begin, end, is_code);
        if (!found) return false;
        land(entry_kind::none, found);
        return true;
    }
    // Behind the section table.
    [[nodiscard]] constexpr uint64_t header_gap_rva() const noexcept {
        return image_.sections.offset() + uint64_t{pe::section_header_size_bytes} * image_.sections.size();
    }

    // Slack that holds bytes although nothing that runs early leads there.
    constexpr void find_references() noexcept {
        for (uint32_t i = 0; i < map_.sections.count; ++i) {
            const section_extent& s = map_.sections.sections[i];
            if (!s.executable()) continue;
            const bool whole = s.gained_execute() && map_.sections.has_sound_code;
            const uint32_t begin = whole ? s.begin : s.linked_end;
            if (begin >= s.mapped_end) continue;
            const bytes held = trim_padding(s.raw.sub(begin - s.begin, s.mapped_end - begin));
            if (is_entered(begin, held)) return;
        }
        const slack_region* const headers = work_.slack.find(header_gap_rva());
        if (headers != nullptr && is_entered(headers->rva, trim_padding(reader{image_.file}.sub(headers->offset, headers->size_bytes)))) return;
        // Managed code is no machine code.
        if (image_.directory(pe::directory_entry::com_descriptor).virtual_address != 0) return;
        suspect_list suspects;
        find_suspects(map_, mode_, work_.code, suspects);
        if (suspects.count != 0) {
            const uint32_t begin = suspects.rva[0];
            const uint32_t end = suspects.rva[suspects.count - 1] + 1;
            const auto is_suspect = [&suspects](uint32_t rva) { return suspects.has(rva); };
            landing found = find_branch_into(map_, mode_, begin, end, is_suspect);
            if (!found) found = find_pointer_into(map_, begin, end, is_suspect);
            if (found) {
                follow_stretch(map_, mode_, found.target_rva, work_.code);
                land(entry_kind::none, found);
            }
        }
        if (!out_.entry) work_.code = {};
    }

    // Without a decoder, the entries' places alone.
    constexpr void place_entries() noexcept {
        const auto hidden = [this](entry_kind how, uint64_t rva) {
            const placement what = rva == 0 ? placement::nowhere : map_.find(rva).what;
            if (what != placement::tail && what != placement::headers && !(how == entry_kind::entry_point && what == placement::gained_execute)) return false;
            out_.entry = {how, what, 0, static_cast<uint32_t>(rva)};
            return true;
        };
        if (hidden(entry_kind::entry_point, image_.optional.address_of_entry_point)) return;
        pe::tls_directory tls(image_);
        uint64_t rva = 0;
        for (uint32_t i = 0; i < max_scanned_tls_callbacks && tls.next_callback(rva); ++i) {
            if (hidden(entry_kind::tls_callback, rva)) return;
        }
        pe::export_table exports(image_);
        for (uint32_t i = 0; exports.present && i < exports.address_count(); ++i) {
            const uint32_t address = exports.address_rva(i);
            if (!exports.is_forwarder(address) && hidden(entry_kind::exported, address)) return;
        }
    }

    // c1, c2, c12 of what lies in slack, whether reached or not.
    constexpr void look_into_slack() noexcept {
        truth code = out_.decodable ? truth::no : truth::unknown;
        truth program = truth::no;
        truth step = truth::no;
        bool filled = false;
        for (uint32_t i = 0; i < work_.slack.count; ++i) {
            slack_region& r = work_.slack.regions[i];
            if (r.kind == slack_kind::padding_run) continue;
            const bytes all = reader{image_.file}.sub(r.offset, r.size_bytes);
            const bytes held = trim_padding(all.sub(padding_at(all)));
            if (held.empty()) continue;
            if (r.kind == slack_kind::section_tail) {
                filled = true;
                const uint32_t front = static_cast<uint32_t>(held.data - all.data);
                r.holds_code = out_.decodable ? to_truth(reads_as_code(map_, mode_, held, r.rva + front)) : truth::unknown;
                if (r.holds_code == truth::yes) code = truth::yes;
                if (r.holds_code == truth::yes && out_.offset == 0) out_.offset = r.offset + front;
                if (entropy_steps(reader{image_.file}.sub(r.offset < 4096 ? 0 : r.offset - 4096, 4096), held)) step = truth::yes;
            }
            if (held.size < least_program_bytes) continue;
            const size_t at = find_program(held);
            if (at < held.size) {
                program = truth::yes;
                if (out_.offset == 0) out_.offset = r.offset + static_cast<uint64_t>(held.data - all.data) + at;
            }
        }
        if (!filled && code == truth::unknown && !out_.entry) code = truth::no;  // nothing there to be read
        const stretch& s = work_.code;
        if (out_.decodable && out_.entry && !s.broken && s.leaves() && s.instructions >= 2) code = truth::yes;
        evidence_.set(c1, code);
        evidence_.set(c2, program);
        // What old linkers left behind is random too: the step counts where there is more than bytes.
        evidence_.set(c12, to_truth(static_cast<bool>(out_.entry) || program == truth::yes) & step);
    }

    // c3 to c6, c14, c16: the way into slack.
    constexpr void judge_entry() noexcept {
        const bool table = out_.entry && out_.entry.how != entry_kind::branch;
        const stretch& s = work_.code;
        const bool landed = static_cast<bool>(out_.entry);
        evidence_.set(c3, to_truth(table));
        evidence_.set(c4, landed && !table ? truth::yes : out_.decodable || landed ? truth::no : truth::unknown);
        truth unwound = truth::no;
        if (landed && image_.coff.machine == pe::machine_amd64 && out_.decodable && (s.uses_stack || s.calls)) {
            unwound = map_.functions.is_telling() ? to_truth(!map_.functions.find(out_.entry.target_rva).covered) : truth::unknown;
        }
        if (landed && !out_.decodable) unwound = truth::unknown;
        evidence_.set(c5, unwound);
        evidence_.set(c6, landed && mode_ == processor_mode::x86 && out_.decodable ? to_truth(collides()) : truth::no);
        evidence_.set(c14, landed && !out_.decodable ? truth::unknown : to_truth(landed && (s.walks_peb || s.hashes)));
        const bool outside = landed && (out_.entry.where == placement::tail || out_.entry.where == placement::headers);
        const bool runs_first = out_.entry.how == entry_kind::entry_point || out_.entry.how == entry_kind::tls_callback;
        const bool between = s.fragment_count >= 2 || (runs_first && s.fragment_count != 0);
        evidence_.set(c16, to_truth(outside || (landed && (between || s.is_island || s.is_detour || s.is_interruption))));
    }

    // The transfer overwrote a relocated field, or the code has addresses that the loader would have to relocate.
    [[nodiscard]] constexpr bool collides() const noexcept {
        if (image_.directory(pe::directory_entry::base_reloc).size == 0) return false;
        constexpr uint32_t jump_bytes = 5;
        const uint32_t site = out_.entry.site_rva;
        if (out_.entry.how == entry_kind::branch && is_relocated(image_, site + 1, site + jump_bytes)) return true;
        for (uint32_t i = 0; i < work_.code.absolute_count; ++i) {
            const uint32_t field = work_.code.absolute_fields[i];
            if (!is_relocated(image_, field, field + 4)) return true;
        }
        return false;
    }

    // c7 to c11, c13: the file as a whole.
    constexpr void judge_file() noexcept {
        evidence_.set(c7, context_.digest_mismatch);
        evidence_.set(c8, to_truth(find_cut_signature(image_).found));
        evidence_.set(c9, context_.publisher_signs);
        bool rights = false;
        for (uint32_t i = 0; i < map_.sections.count; ++i) {
            const section_extent& s = map_.sections.sections[i];
            rights = rights || (s.gained_execute() && map_.sections.has_sound_code);
        }
        evidence_.set(c10, to_truth(rights));
        evidence_.set(c11, to_truth(is_native() && image_.optional.check_sum != 0 && image_.optional.check_sum != file_check_sum(image_)));
        evidence_.set(c13, to_truth(imports_reach_slack()));
    }

    // Drivers: the only images whose checksum Windows verifies.
    [[nodiscard]] constexpr bool is_native() const noexcept { return image_.optional.subsystem == 1; }

    [[nodiscard]] constexpr bool imports_reach_slack() const noexcept {
        const auto in_tail = [this](uint64_t rva) {
            const section_extent* const s = rva == 0 ? nullptr : map_.sections.section_of(rva);
            return s != nullptr && rva >= s->linked_end && rva < s->mapped_end;
        };
        pe::import_cursor modules(image_);
        for (pe::import_module m; modules.next(m);) {
            if (in_tail(m.tables.lookup_rva) || in_tail(m.tables.address_rva)) return true;
        }
        return in_tail(image_.directory(pe::directory_entry::import_table).virtual_address);
    }

    // Where to look: the hidden code, which also becomes part of the slack map.
    constexpr void locate() noexcept {
        if (!out_.entry) return;
        const auto offset_of = [this](uint32_t rva) -> uint64_t {
            const section_extent* const s = map_.sections.section_of(rva);
            return s == nullptr ? rva : s->raw_offset + (rva - s->begin);
        };
        const uint64_t offset = offset_of(out_.entry.target_rva);
        out_.offset = offset < image_.file.size ? offset : 0;
        out_.entry_size_bytes = work_.code.size_bytes();
        for (uint32_t i = 0; i < work_.slack.count; ++i) {
            slack_region& r = work_.slack.regions[i];
            const uint32_t at = out_.entry.target_rva;
            if (r.kind != slack_kind::file_gap && at >= r.rva && at - r.rva < r.size_bytes && evidence_.has(c1)) r.holds_code = truth::yes;
        }
        for (uint32_t i = 0; i < work_.code.segment_count; ++i) {
            const segment s = work_.code.segments[i];
            if (work_.slack.find(s.begin) != nullptr) continue;
            work_.slack.add({s.begin, s.end - s.begin, offset_of(s.begin), slack_kind::hidden_code, truth::yes});
        }
    }

    const pe::image& image_;
    const file_context& context_;
    scan_scratch& work_;
    code_map& map_;
    processor_mode mode_ = processor_mode::x86;
    uint32_t candidates_ = max_followed_candidates;
    report out_;
    atom_set evidence_;
};

}  // namespace detail

/// Looks for another program in the unused space of an image. Pure: the same bytes and context give the same report. Allocates
/// nothing, reads the file only, in time linear in its size (about one look a byte at most). Any IRQL at which the file's bytes
/// may be read; the deepest frame is below 2 KiB.
[[nodiscard]] constexpr report scan(const pe::image& image, const file_context& context, scan_scratch& work) noexcept {
    return detail::scanner(image, context, work).run();
}

}  // namespace BARTIZAN_NAMESPACE::code_cave

#endif
