// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTS_CODE_CAVE_HIDE_STUB_HPP
#define BARTIZAN_TESTS_CODE_CAVE_HIDE_STUB_HPP

#include <cstring>
#include <random>
#include <vector>

#include "bartizan/code_cave/instruction.hpp"
#include "bartizan/pe/exceptions.hpp"
#include "bartizan/pe/exports.hpp"
#include "bartizan/pe/relocations.hpp"
#include "bartizan/pe/resources.hpp"
#include "bartizan/pe/rva.hpp"
#include "bartizan/pe/tls.hpp"

/// Makes test files for the search: a stub that saves registers, computes, restores them and jumps to where control would have
/// gone, put into the unused space of a program. It calls nothing, reads nothing and changes nothing: the program runs as before.
namespace bartizan_tests {

namespace cave = bartizan::code_cave;
namespace pe = bartizan::pe;

enum class stub_place { tail, grown_tail, one_gap, three_gaps, padding, data_tail, reloc_tail, resource, grown_last, mapped_overlay, headers, new_section, count };
enum class redirect { entry_point, jump_at_entry, push_return, call, deep_call, tls_callback, exported, import_thunk, pointer, count };

inline const char* name(stub_place p) {
    static constexpr const char* names[] = {"tail", "tail, VirtualSize grown", "one gap", "three gaps", "padding run", "tail of data made X", "tail of .reloc made X",
                                          "resource data made X", "last section grown, X", "overlay mapped, X", "header gap", "new section"};
    return names[static_cast<int>(p)];
}
inline const char* name(redirect r) {
    static constexpr const char* names[] = {"entry point", "jump at entry", "computed jump", "early call", "deep call", "TLS callback", "export", "import thunk", "function pointer"};
    return names[static_cast<int>(r)];
}

class stub_hider {
  public:
    stub_hider(std::vector<uint8_t> host, uint32_t seed) : file(std::move(host)), random_(seed), keeps_flags_(random_() % 2 == 0) { refresh(); }

    std::vector<uint8_t> file;

    /// False where the host has no room or no such redirection; the file is then as it was, or useless.
    bool hide(stub_place where, redirect how) {
        if (!image_.file.data || image_.optional.address_of_entry_point == 0) return false;
        if (image_.coff.machine != pe::machine_i386 && image_.coff.machine != pe::machine_amd64) return false;
        text_ = pe::section_of_rva(image_, image_.optional.address_of_entry_point);
        if (!text_.found || text_.where.raw.size < 512 || (text_.where.header.characteristics & 0x20000000) == 0) return false;
        site target;
        if (!find_site(how, target)) return false;
        if (!place_stub(where, target)) return false;
        redirect_to(how, target);
        return true;
    }

    /// The checksum as a linker would have it.
    void fix_check_sum() {
        refresh();
        const uint64_t field = image_.optional_header_offset() + 64;
        for (int i = 0; i < 4; ++i) file[field + static_cast<unsigned>(i)] = 0;
        uint64_t sum = 0;
        for (size_t i = 0; i < file.size(); i += 2) {
            sum += file[i] | (i + 1 < file.size() ? file[i + 1] << 8 : 0);
            sum = (sum & 0xffff) + (sum >> 16);
        }
        put(field, sum + file.size(), 4);
    }
    void clear_check_sum() { put(image_.optional_header_offset() + 64, 0, 4); }
    /// Empties the security directory; the signature's bytes stay.
    void cut_signature() { put(image_.directory_offset(pe::directory_entry::security), 0, 8); }

    uint32_t stub_rva = 0;

  private:
    struct site {
        uint32_t rva = 0;          ///< of the instruction or table entry that is changed
        uint32_t returns_to = 0;   ///< where the stub jumps at its end
        std::vector<uint8_t> displaced;
        uint32_t slot = 0;         ///< or the import address that it jumps through
    };

    void refresh() {
        const auto parsed = pe::parse({file.data(), file.size()});
        image_ = parsed ? parsed.image : pe::image{};
    }
    [[nodiscard]] bool plus() const { return image_.coff.machine == pe::machine_amd64; }
    [[nodiscard]] cave::processor_mode mode() const { return plus() ? cave::processor_mode::x64 : cave::processor_mode::x86; }
    void put(uint64_t at, uint64_t value, unsigned size) {
        for (unsigned i = 0; i < size && at + i < file.size(); ++i) file[at + i] = static_cast<uint8_t>(value >> (8 * i));
    }
    void put_at_rva(uint32_t rva, uint64_t value, unsigned size) { put(pe::rva_to_offset(image_, rva).value, value, size); }
    [[nodiscard]] bartizan::bytes at(uint32_t rva) const { return pe::bytes_at_rva(image_, rva, 4096); }

    /// The first direct calls of a function, to places in the same section.
    std::vector<uint32_t> calls_of(uint32_t rva) {
        std::vector<uint32_t> out;
        const bartizan::bytes code = at(rva);
        for (size_t i = 0; i < code.size && out.size() < 8;) {
            const cave::instruction x = cave::decode(code.sub(i), rva + i, mode());
            if (!x || x.leaves == cave::flow::give_back || x.leaves == cave::flow::stop) break;
            if (x.leaves == cave::flow::call && x.target >= text_.where.rva && x.target < text_.where.rva + text_.where.raw.size) {
                out.push_back(rva + static_cast<uint32_t>(i));
            }
            if (x.leaves == cave::flow::jump) {
                if (x.target < text_.where.rva || x.target >= text_.where.rva + text_.where.raw.size || !out.empty()) break;
                return calls_of_once(static_cast<uint32_t>(x.target));
            }
            i += x.size_bytes;
        }
        return out;
    }
    std::vector<uint32_t> calls_of_once(uint32_t rva) {
        if (jumped_) return {};
        jumped_ = true;
        auto out = calls_of(rva);
        jumped_ = false;
        return out;
    }

    bool find_site(redirect how, site& out) {
        const uint32_t entry = image_.optional.address_of_entry_point;
        switch (how) {
            case redirect::entry_point:
                out = {0, entry, {}, 0};
                return true;
            case redirect::jump_at_entry:
            case redirect::push_return: {
                const size_t least = how == redirect::jump_at_entry ? 5 : plus() ? 9 : 6;
                const bartizan::bytes code = at(entry);
                size_t size = 0;
                while (size < least) {
                    const cave::instruction x = cave::decode(code.sub(size), entry + size, mode());
                    // Only what means the same elsewhere may be moved.
                    if (!x || x.leaves != cave::flow::next || (x.has_address && plus())) return false;
                    size += x.size_bytes;
                }
                out = {entry, entry + static_cast<uint32_t>(size), {code.begin(), code.begin() + size}, 0};
                return true;
            }
            case redirect::call: {
                std::vector<uint32_t> sites = calls_of(entry);
                if (!sites.empty() && random_() % 2 == 0) {
                    const auto below = calls_of(target_of(sites[0]));
                    if (!below.empty()) sites = below;
                }
                if (sites.empty()) return false;
                out = {sites[0], target_of(sites[0]), {}, 0};
                return true;
            }
            case redirect::deep_call: {
                // A call from the later half of the code: decoded from behind a return, where a function begins.
                const bartizan::bytes code = text_.where.raw;
                const uint32_t linked = std::min<uint32_t>(text_.where.header.virtual_size, static_cast<uint32_t>(code.size));
                for (size_t i = linked / 2 + random_() % (linked / 4 + 1); i + 64 < linked; ++i) {
                    if (code[i] != 0xc3 || (code[i + 1] != 0xcc && code[i + 1] != 0x90)) continue;
                    size_t begin = i + 1;
                    while (begin < linked && (code[begin] == 0xcc || code[begin] == 0x90)) ++begin;
                    if (begin % 16 != 0) continue;
                    const auto sites = calls_of(text_.where.rva + static_cast<uint32_t>(begin));
                    if (sites.empty()) continue;
                    out = {sites.back(), target_of(sites.back()), {}, 0};
                    return true;
                }
                return false;
            }
            case redirect::tls_callback: {
                pe::tls_directory tls(image_);
                uint64_t first = 0;
                if (!tls.next_callback(first)) return false;
                const uint64_t table = tls.fields.address_of_callbacks - image_.optional.image_base;
                out = {static_cast<uint32_t>(table), static_cast<uint32_t>(first), {}, 0};
                return true;
            }
            case redirect::exported: {
                pe::export_table exports(image_);
                for (uint32_t i = 0; exports.present && i < exports.address_count(); ++i) {
                    const uint32_t rva = exports.address_rva(i);
                    if (rva < text_.where.rva || rva - text_.where.rva >= text_.where.raw.size) continue;
                    out = {exports.fields.address_of_functions + 4 * i, rva, {}, 0};
                    return true;
                }
                return false;
            }
            case redirect::import_thunk: {
                // JMP [import address]: the last two bytes of the instruction are overwritten by nobody, but nobody comes there.
                const bartizan::bytes code = text_.where.raw;
                const uint32_t linked = std::min<uint32_t>(text_.where.header.virtual_size, static_cast<uint32_t>(code.size));
                for (uint32_t i = 1; i + 6 < linked; ++i) {
                    if (code[i] != 0xff || code[i + 1] != 0x25 || (code[i - 1] != 0xcc && code[i - 1] != 0x90 && (i < 6 || code[i - 6] != 0xff))) continue;
                    const cave::instruction x = cave::decode(at(text_.where.rva + i), text_.where.rva + i, mode());
                    const uint64_t slot = plus() ? x.address : x.address - image_.optional.image_base;
                    const auto imports = image_.directory(pe::directory_entry::iat);
                    if (slot < imports.virtual_address || slot >= uint64_t{imports.virtual_address} + imports.size) continue;
                    out = {text_.where.rva + i, 0, {}, static_cast<uint32_t>(slot)};
                    return true;
                }
                return false;
            }
            case redirect::pointer: {
                // A relocated pointer to code in a table of data.
                pe::relocation_cursor blocks(image_);
                for (pe::relocation_block block; blocks.next(block);) {
                    for (uint32_t i = 0; i < block.size(); ++i) {
                        const pe::base_relocation r = block[i];
                        if (r.type != (plus() ? pe::relocation_dir64 : pe::relocation_highlow)) continue;
                        const pe::section_lookup in = pe::section_of_rva(image_, r.rva);
                        if (!in.found || (in.where.header.characteristics & 0x20000000) != 0) continue;
                        const bartizan::reader field{at(r.rva)};
                        const uint64_t target = (plus() ? field.u64(0) : field.u32(0)) - image_.optional.image_base;
                        if (target % 16 != 0 || target < text_.where.rva || target - text_.where.rva >= text_.where.header.virtual_size) continue;
                        // To a function, not to data among them: it begins with a push or makes room on the stack.
                        const bartizan::reader code{at(static_cast<uint32_t>(target))};
                        const uint32_t first = code.u32(0);
                        if ((first & 0xf8) != 0x50 && (first & 0xffff) != 0xec83 && (first & 0xffffff) != 0xec8348 && (first & 0xf8ff) != 0x5041) continue;
                        out = {r.rva, static_cast<uint32_t>(target), {}, 0};
                        return true;
                    }
                }
                return false;
            }
            case redirect::count: break;
        }
        return false;
    }
    [[nodiscard]] uint32_t target_of(uint32_t call) const { return static_cast<uint32_t>(cave::decode(at(call), call, mode()).target); }

    std::vector<uint8_t> operation() {
        const auto any = [this] { return static_cast<uint8_t>(random_()); };
        switch (random_() % 6) {
            case 0: return {0xb9, any(), any(), any(), any()};
            case 1: return {0x6b, 0xc9, any()};
            case 2: return {0xf7, 0xd1};
            case 3: return {0x81, 0xf1, any(), any(), any(), any()};
            case 4: return {0xc1, 0xc1, static_cast<uint8_t>(random_() % 31)};
            default: return {0x01, 0xc9};
        }
    }
    /// Half of the stubs keep the flags, all of them the register.
    [[nodiscard]] std::vector<uint8_t> begin() const { return keeps_flags_ ? std::vector<uint8_t>{0x51, 0x9c} : std::vector<uint8_t>{0x51}; }
    [[nodiscard]] std::vector<uint8_t> end() const { return keeps_flags_ ? std::vector<uint8_t>{0x9d, 0x59} : std::vector<uint8_t>{0x59}; }
    /// The stub without its last jump: `groups` may be split from each other by jumps.
    std::vector<std::vector<uint8_t>> body(unsigned operations, const std::vector<uint8_t>& displaced) {
        std::vector<std::vector<uint8_t>> groups = {begin()};
        for (unsigned i = 0; i < operations; ++i) groups.push_back(operation());
        groups.push_back(end());
        if (!displaced.empty()) groups.push_back(displaced);
        return groups;
    }
    void jump(uint32_t from, uint32_t to) {
        put_at_rva(from, 0xe9, 1);
        put_at_rva(from + 1, to - (from + 5), 4);
    }
    /// The stub's last instruction, of at most 6 bytes; returns its end.
    uint32_t leave(uint32_t from, const site& s) {
        if (s.slot == 0) {
            jump(from, s.returns_to);
            return from + 5;
        }
        put_at_rva(from, 0x25ff, 2);
        put_at_rva(from + 2, plus() ? s.slot - (from + 6) : image_.optional.image_base + s.slot, 4);
        return from + 6;
    }
    uint32_t write(uint32_t rva, const std::vector<uint8_t>& bytes) {
        for (size_t i = 0; i < bytes.size(); ++i) put_at_rva(rva + static_cast<uint32_t>(i), bytes[i], 1);
        return rva + static_cast<uint32_t>(bytes.size());
    }
    uint32_t write_whole(uint32_t rva, const site& s, size_t room) {
        const size_t fixed = 2 + 2 + s.displaced.size() + 6;
        if (room < fixed + 12) return 0;
        unsigned operations = 2 + static_cast<unsigned>(random_() % 60);
        while (operations * 6 + fixed > room) --operations;
        uint32_t at = rva;
        for (const auto& group : body(operations, s.displaced)) at = write(at, group);
        stub_rva = rva;
        return leave(at, s);
    }

    bool place_stub(stub_place where, const site& s) {
        const pe::section& text = text_.where;
        const uint64_t header = text.header_offset;
        switch (where) {
            case stub_place::tail:
            case stub_place::grown_tail: {
                uint32_t end = text.header.virtual_size;
                if (where == stub_place::grown_tail && end >= text.raw.size) {  // some linkers count the padding
                    end = static_cast<uint32_t>(text.raw.size);
                    while (end > 0 && text.raw[end - 1] == 0) --end;
                    end += 16;  // zeros may belong to what stands last
                }
                end = (end + 15) / 16 * 16;
                if (end + 32 > text.raw.size) return false;
                for (size_t i = end; i < text.raw.size; ++i) {
                    if (text.raw[i] != 0) return false;
                }
                const uint32_t behind = write_whole(text.rva + end, s, text.raw.size - end);
                if (behind == 0) return false;
                if (where == stub_place::grown_tail && behind - text.rva > text.header.virtual_size) put(header + 8, behind - text.rva, 4);
                return true;
            }
            case stub_place::one_gap: return place_in_one_gap(s);
            case stub_place::three_gaps: return place_in_gaps(s);
            case stub_place::padding: {
                const uint32_t linked = std::min<uint32_t>(text.header.virtual_size, static_cast<uint32_t>(text.raw.size));
                for (uint32_t i = 16; i < linked; ++i) {
                    const uint8_t filler = text.raw[i];
                    if (filler != 0xcc && filler != 0x90) continue;
                    uint32_t end = i;
                    while (end < linked && text.raw[end] == filler) ++end;
                    if (end - i >= 64) {
                        const uint32_t begin = random_() % 2 == 0 ? i : (i + 15) / 16 * 16;
                        return write_whole(text.rva + begin, s, std::min<uint32_t>(end - begin, 64)) != 0;
                    }
                    i = end;
                }
                return false;
            }
            case stub_place::data_tail:
                for (const pe::section& d : image_.sections) {
                    if ((d.header.characteristics & 0x20000000) != 0 || d.header.name[0] != '.' || d.header.virtual_size >= d.raw.size) continue;
                    const char second = static_cast<char>(d.header.name[1]);
                    if (second != 'r' && second != 'd' && second != 'i') continue;
                    const uint32_t end = (d.header.virtual_size + 7) / 8 * 8;
                    const uint32_t behind = end < d.raw.size ? write_whole(d.rva + end, s, d.raw.size - end) : 0;
                    if (behind == 0) continue;
                    put(d.header_offset + 8, behind - d.rva, 4);
                    put(d.header_offset + 36, d.header.characteristics | 0x20000020, 4);
                    return true;
                }
                return false;
            case stub_place::reloc_tail:
                for (const pe::section& d : image_.sections) {
                    if (std::memcmp(d.header.name, ".reloc", 7) != 0 || d.header.virtual_size >= d.raw.size) continue;
                    const uint32_t end = (d.header.virtual_size + 7) / 8 * 8;
                    const uint32_t behind = end < d.raw.size ? write_whole(d.rva + end, s, d.raw.size - end) : 0;
                    if (behind == 0) return false;
                    put(d.header_offset + 8, behind - d.rva, 4);
                    put(d.header_offset + 36, (d.header.characteristics | 0x20000020) & ~0x02000000U, 4);
                    return true;
                }
                return false;
            case stub_place::resource: {
                pe::resource_cursor resources(image_);
                for (pe::resource r; resources.next(r);) {
                    if (r.size_bytes < 160 || r.data.size != r.size_bytes) continue;
                    const pe::section_lookup in = pe::section_of_rva(image_, r.data_rva);
                    if (!in.found || std::memcmp(in.where.header.name, ".rsrc", 6) != 0) continue;
                    put(in.where.header_offset + 36, in.where.header.characteristics | 0x20000020, 4);
                    return write_whole(r.data_rva + r.size_bytes - 96, s, 96) != 0;
                }
                return false;
            }
            case stub_place::grown_last: return place_in_grown(s, false);
            case stub_place::mapped_overlay: return place_in_grown(s, true);
            case stub_place::headers: {
                const uint64_t table_end = image_.sections.offset() + 40 * image_.sections.size();
                const auto begin = static_cast<uint32_t>((table_end + 40 + 15) / 16 * 16);
                uint32_t end = image_.optional.size_of_headers;
                for (const pe::section& d : image_.sections) {
                    if (d.raw.size != 0) end = std::min(end, static_cast<uint32_t>(d.raw_offset));
                }
                for (uint32_t i = begin; i < end; ++i) {
                    if (file[i] != 0) return false;
                }
                return begin < end && write_whole(begin, s, end - begin) != 0;
            }
            case stub_place::new_section: return place_in_new_section(s);
            case stub_place::count: break;
        }
        return false;
    }

    /// The padding of 11 to 15 bytes between two functions.
    std::vector<uint32_t> gaps() const {
        const pe::section& text = text_.where;
        std::vector<uint32_t> gaps;
        const uint32_t linked = std::min<uint32_t>(text.header.virtual_size, static_cast<uint32_t>(text.raw.size));
        for (uint32_t i = 16; i + 16 < linked; ++i) {
            if (text.raw[i] != 0xcc && text.raw[i] != 0x90) continue;
            uint32_t end = i;
            while (end < linked && text.raw[end] == text.raw[i]) ++end;
            if (end - i >= 11 && end - i < 16 && end % 16 == 0) gaps.push_back(text.rva + i);
            i = end;
        }
        return gaps;
    }

    bool place_in_one_gap(const site& s) {
        std::vector<uint32_t> room = gaps();
        if (room.empty() || s.displaced.size() > 0) return false;
        stub_rva = room[random_() % room.size()];
        leave(write(stub_rva, {0x51, 0x31, 0xc9, 0x41, 0x59}), s);
        return true;
    }

    bool place_in_gaps(const site& s) {
        std::vector<uint32_t> gaps = this->gaps();
        if (gaps.size() < 3) return false;
        std::shuffle(gaps.begin(), gaps.end(), random_);
        uint32_t at = write(write(gaps[0], begin()), {0x31, 0xc9});
        jump(at, gaps[1]);
        at = write(gaps[1], {0xf7, 0xd1, 0x01, 0xc9});
        jump(at, gaps[2]);
        at = write(gaps[2], end());
        if (s.displaced.size() > 4) return false;
        leave(write(at, s.displaced), s);
        stub_rva = gaps[0];
        return true;
    }

    /// Grows the last section of the file and of memory by 512 bytes; a certificate table behind it moves. Or by what follows it in
    /// the file, to which the stub is appended.
    bool place_in_grown(const site& s, bool by_overlay) {
        uint32_t last = 0;
        for (uint32_t i = 1; i < image_.sections.size(); ++i) {
            if (image_.sections[i].rva > image_.sections[last].rva) last = i;
        }
        const pe::section d = image_.sections[last];
        const uint64_t end = d.raw_offset + d.raw.size;
        for (const pe::section& other : image_.sections) {
            if (other.raw.size != 0 && other.raw_offset + other.raw.size > end) return false;
        }
        if (d.raw.size == 0 || d.header.virtual_size > d.raw.size || (d.header.characteristics & 0x20000000) != 0 || d.header.name[0] != '.') return false;
        const uint32_t room = 512;
        const size_t at = by_overlay ? (file.size() + 511) / 512 * 512 : end;
        if (by_overlay) file.resize(at);
        file.insert(file.begin() + static_cast<std::ptrdiff_t>(at), room, 0);
        const uint32_t grown = static_cast<uint32_t>(at - d.raw_offset) + room;
        const auto security = image_.directory(pe::directory_entry::security);
        if (!by_overlay && security.virtual_address >= end) put(image_.directory_offset(pe::directory_entry::security), security.virtual_address + room, 4);
        put(d.header_offset + 8, grown, 4);
        put(d.header_offset + 16, grown, 4);
        put(d.header_offset + 36, d.header.characteristics | 0x20000020, 4);
        const uint32_t page = std::max<uint32_t>(image_.optional.section_alignment, 0x1000);
        put(image_.optional_header_offset() + 56, (d.rva + grown + page - 1) / page * page, 4);
        refresh();
        return write_whole(d.rva + grown - room, s, room) != 0;
    }

    /// A section of 512 bytes behind all others, named as no linker names one.
    bool place_in_new_section(const site& s) {
        const uint64_t header = image_.sections.offset() + 40 * image_.sections.size();
        uint32_t end = 0;
        uint64_t first = file.size();
        for (const pe::section& d : image_.sections) {
            end = std::max(end, d.rva + std::max(d.header.virtual_size, d.header.size_of_raw_data));
            if (d.raw.size != 0) first = std::min(first, d.raw_offset);
        }
        if (header + 40 > std::min<uint64_t>(first, image_.optional.size_of_headers) || image_.sections.size() == 96) return false;
        for (uint64_t i = header; i < header + 40; ++i) {
            if (file[i] != 0) return false;
        }
        const uint32_t page = std::max<uint32_t>(image_.optional.section_alignment, 0x1000);
        const uint32_t rva = (end + page - 1) / page * page;
        file.resize((file.size() + 511) / 512 * 512);
        const auto raw = static_cast<uint32_t>(file.size());
        file.resize(raw + 512);
        put(header, 0x77656e2e, 4);
        put(header + 8, 512, 4), put(header + 12, rva, 4), put(header + 16, 512, 4), put(header + 20, raw, 4), put(header + 36, 0x60000020, 4);
        put(image_.file_header_offset() + 2, image_.sections.size() + 1, 2);
        put(image_.optional_header_offset() + 56, rva + page, 4);
        refresh();
        return write_whole(rva, s, 512) != 0;
    }

    void redirect_to(redirect how, const site& s) {
        switch (how) {
            case redirect::entry_point: put(image_.optional_header_offset() + 16, stub_rva, 4); break;
            case redirect::jump_at_entry:
                for (size_t i = 5; i < s.displaced.size(); ++i) put_at_rva(s.rva + static_cast<uint32_t>(i), 0x90, 1);
                jump(s.rva, stub_rva);
                break;
            case redirect::push_return:
                for (size_t i = 6; i < s.displaced.size(); ++i) put_at_rva(s.rva + static_cast<uint32_t>(i), 0x90, 1);
                if (plus()) {
                    write(s.rva, {0x48, 0x8d, 0x05});
                    put_at_rva(s.rva + 3, stub_rva - (s.rva + 7), 4);
                    write(s.rva + 7, {0xff, 0xe0});
                } else {
                    put_at_rva(s.rva, 0x68, 1);
                    put_at_rva(s.rva + 1, image_.optional.image_base + stub_rva, 4);
                    put_at_rva(s.rva + 5, 0xc3, 1);
                }
                break;
            case redirect::call:
            case redirect::deep_call: put_at_rva(s.rva + 1, stub_rva - (s.rva + 5), 4); break;
            case redirect::tls_callback: put_at_rva(s.rva, image_.optional.image_base + stub_rva, plus() ? 8 : 4); break;
            case redirect::exported: put_at_rva(s.rva, stub_rva, 4); break;
            case redirect::import_thunk: jump(s.rva, stub_rva); break;
            case redirect::pointer: put_at_rva(s.rva, image_.optional.image_base + stub_rva, plus() ? 8 : 4); break;
            case redirect::count: break;
        }
    }

    std::mt19937 random_;
    bool keeps_flags_;
    pe::image image_;
    pe::section_lookup text_;
    bool jumped_ = false;
};

}  // namespace bartizan_tests

#endif
