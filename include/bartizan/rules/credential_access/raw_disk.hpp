// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_RAW_DISK_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_RAW_DISK_HPP

#include "judgement.hpp"

/// @rule    C3.1, C3.2, C3.3, C3.5 raw_disk_read  @attack T1006 Direct Volume Access
/// @event   file (open, read, fsctl) of a volume or disk  @reads  extents of protected files, offset, size, control code, actor
/// @verdict convict: a raw read inside a protected file's extents, whoever makes it; reads in bulk, pass-through commands or
///          questions about a protected file's extents by an untrusted program or a script host; event: the same by a signed one, boot sectors
/// @benign  the kernel and Windows components, antimalware, imaging by certificate; opens without read access; USN queries
/// @blind   no offset or no extents: whether protected data was read
/// @misses  reads below the file system that no disk filter reports
namespace BARTIZAN_NAMESPACE::rules {

namespace raw_disk {

enum atom : uint8_t { d1, d2, d3, d4, d5, d6, d7, d8, d9 };

inline constexpr atom_info atoms[] = {
    {"d1", "the extents of a protected file were read past the file system", grade::strong, column::what, field::disk_extents},
    {"d2", "the disk was read raw in bulk, or the file table and then files", grade::medium, column::how, field::disk_extents},
    {"d3", "the extents of a protected file were asked for", grade::medium, column::what, field::file_name},
    {"d4", "read commands were passed through to the disk", grade::medium, column::what, field::disk_extents},
    {"d5", "boot sectors or partition tables were read", grade::weak, column::what, field::disk_extents},
    {"d6", "the volume's allocation was asked for", grade::weak, column::what, field::file_name},
    {"d7", "the program itself is unsigned or not trusted", grade::medium, column::who, field::actor_trust},
    {"d8", "the code that asks lies in memory that no file accounts for", grade::medium, column::how, field::call_trace},
    {"d9", "a script host reads the disk", grade::medium, column::who, field::actor_image},
};

/// Control codes (winioctl.h, ntdddisk.h, ntddscsi.h).
enum : uint32_t {
    fsctl_get_ntfs_file_record = 0x90068,
    fsctl_get_volume_bitmap = 0x9006f,
    fsctl_get_retrieval_pointers = 0x90073,
    fsctl_allow_extended_dasd_io = 0x90083,
    ioctl_scsi_pass_through = 0x4d004,
    ioctl_scsi_pass_through_direct = 0x4d014,
    ioctl_ata_pass_through = 0x4d02c,
};

inline constexpr uint64_t boot_area_bytes = 64 * 1024;

using operation = file_payload::operation;

/// An open with 0 rights or attributes only is for control codes: it never counts.
[[nodiscard]] constexpr bool can_read(const file_payload& file) noexcept {
    if (file.what == operation::read) return true;
    return file.what == operation::open && (expand(file.access, file_mapping) & file_read_data) != 0;
}
[[nodiscard]] constexpr bool passes_through(const file_payload& file) noexcept {
    return file.what == operation::fsctl && (file.control_code == ioctl_scsi_pass_through || file.control_code == ioctl_scsi_pass_through_direct ||
                                             file.control_code == ioctl_ata_pass_through);
}
[[nodiscard]] constexpr bool asks_extents(const file_payload& file) noexcept {
    return file.what == operation::fsctl && (file.control_code == fsctl_get_retrieval_pointers || file.control_code == fsctl_get_ntfs_file_record);
}
[[nodiscard]] constexpr bool asks_allocation(const file_payload& file) noexcept {
    return file.what == operation::fsctl && (file.control_code == fsctl_get_volume_bitmap || file.control_code == fsctl_allow_extended_dasd_io);
}
/// Which bytes were read is known and they lie in the first 64 KiB.
[[nodiscard]] constexpr truth is_boot_area(const file_payload& file) noexcept {
    if (file.what != operation::read) return truth::no;
    if (file.size_bytes == 0) return truth::unknown;
    return to_truth(file.offset < boot_area_bytes && file.size_bytes <= boot_area_bytes - file.offset);
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
    const file_payload& file = e.data.file;
    const bool raw = file.is_volume_open == truth::yes && can_read(file);
    const bool through = passes_through(file);
    const truth extents = to_truth(asks_extents(file)) & e.facts.get(fact::file_is_store);
    const bool allocation = file.is_volume_open == truth::yes && asks_allocation(file);
    if (!raw && !through && extents != truth::yes && !allocation) return {};

    const truth boot_area = to_truth(raw) & is_boot_area(file);
    const truth moves_data = to_truth(raw && file.what == operation::read);
    const truth scripted = has_role(e.actor, role::script_host) | has_role(e.actor, role::memory_tool);
    const truth trusted = at_least(e.actor.image_trust, trust::t2) & !scripted & !runs_foreign_code(e);
    atom_set set;
    set.set(d1, moves_data & e.facts.get(fact::disk_is_protected));
    set.set(d2, moves_data & e.facts.get(fact::disk_in_bulk) & !boot_area);
    set.set(d3, extents);
    set.set(d4, to_truth(through));
    set.set(d5, boot_area);
    set.set(d6, to_truth(allocation));
    set.set(d7, at_most(e.actor.image_trust, trust::t0));
    set.set(d8, runs_foreign_code(e));
    set.set(d9, scripted);
    // Reading the protected bytes needs an owner's or a backup product's right; for everything less, being part of Windows is enough.
    const truth may_read = (owns_credentials(e) | maintains_windows(e) | has_role(e.actor, role::svchost)) & !runs_foreign_code(e);
    const truth excused = e.facts.get(fact::disk_is_protected) == truth::yes ? may_read : may_read | trusted;
    outcome out = judge(set, atoms, excused, field::actor_trust);
    // The boot area alone holds no credentials: an event at most.
    if (boot_area == truth::yes && !set.has(d1) && out.evidence == verdict::convict) {
        out.evidence = verdict::event;
        out.action = response::none;
    }
    return out;
}

}  // namespace raw_disk

inline constexpr rule raw_disk_read{0x0301,
                                    1,
                                    "raw_disk_read",
                                    "T1006",
                                    family::credential_disk,
                                    detection::credential_theft,
                                    detection::boot_sector_read,
                                    kind_bit(event_kind::file),
                                    raw_disk::atoms,
                                    raw_disk::evaluate,
                                    deny_what_convicts<raw_disk::evaluate>};

}  // namespace BARTIZAN_NAMESPACE::rules

#endif
