// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Generated from include/bartizan/kernel.hpp by single_include/amalgamate.cpp. Do not edit: build the target `amalgamate`.
#ifndef BARTIZAN_SINGLE_BARTIZAN_KERNEL_HPP
#define BARTIZAN_SINGLE_BARTIZAN_KERNEL_HPP

#include <stddef.h>
#include <stdint.h>

// ==== bartizan/core/config.hpp ====
#ifndef BARTIZAN_CORE_CONFIG_HPP
#define BARTIZAN_CORE_CONFIG_HPP

#if !defined(__cplusplus) || (__cplusplus < 202002L && !(defined(_MSVC_LANG) && _MSVC_LANG >= 202002L))
#error "bartizan needs C++20: compile with -std=c++20 (GCC, Clang) or /std:c++20 (MSVC)."
#endif

/// Version of the library, by semantic versioning.
#define BARTIZAN_VERSION_MAJOR 0
#define BARTIZAN_VERSION_MINOR 1
#define BARTIZAN_VERSION_PATCH 0
#define BARTIZAN_VERSION_STRING "0.1.0"

/// The name every header opens: `namespace BARTIZAN_NAMESPACE { ... }` or `namespace BARTIZAN_NAMESPACE::pe { ... }`.
/// The inline part carries the ABI number: it changes when the layout of a public struct changes other than by appending,
/// so that two components built against different layouts fail to link instead of misreading each other.
#define BARTIZAN_NAMESPACE bartizan::inline abi_1

#endif

// ==== bartizan/core/access.hpp ====
#ifndef BARTIZAN_CORE_ACCESS_HPP
#define BARTIZAN_CORE_ACCESS_HPP

namespace BARTIZAN_NAMESPACE {

/// An ACCESS_MASK. Values from winnt.h; sources "Process Security and Access Rights", "Thread Security and Access Rights",
/// "Access Rights for Access-Token Objects", "Registry Key Security and Access Rights" and "File Access Rights Constants"
/// (Microsoft Learn).
using access_mask = uint32_t;

enum : access_mask {
  delete_access = 0x00010000,
  read_control = 0x00020000,
  write_dac = 0x00040000,
  write_owner = 0x00080000,
  synchronize = 0x00100000,
  maximum_allowed = 0x02000000,
  generic_all = 0x10000000,
  generic_execute = 0x20000000,
  generic_write = 0x40000000,
  generic_read = 0x80000000,
};

enum : access_mask {
  process_terminate = 0x0001,
  process_create_thread = 0x0002,
  process_set_sessionid = 0x0004,
  process_vm_operation = 0x0008,
  process_vm_read = 0x0010,
  process_vm_write = 0x0020,
  process_dup_handle = 0x0040,
  process_create_process = 0x0080,
  process_set_quota = 0x0100,
  process_set_information = 0x0200,
  process_query_information = 0x0400,
  process_suspend_resume = 0x0800,
  process_query_limited_information = 0x1000,
  process_set_limited_information = 0x2000,
  process_all_access = 0x001fffff,
  process_all_access_xp = 0x001f0fff,  ///< PROCESS_ALL_ACCESS as compiled for Windows XP; .NET's Process class still asks for it
};

enum : access_mask {
  thread_terminate = 0x0001,
  thread_suspend_resume = 0x0002,
  thread_alert = 0x0004,
  thread_get_context = 0x0008,
  thread_set_context = 0x0010,
  thread_set_information = 0x0020,
  thread_query_information = 0x0040,
  thread_set_thread_token = 0x0080,
  thread_impersonate = 0x0100,
  thread_direct_impersonation = 0x0200,
  thread_set_limited_information = 0x0400,
  thread_query_limited_information = 0x0800,
  thread_all_access = 0x001fffff,
};

enum : access_mask {
  token_assign_primary = 0x0001,
  token_duplicate = 0x0002,
  token_impersonate = 0x0004,
  token_query = 0x0008,
  token_query_source = 0x0010,
  token_adjust_privileges = 0x0020,
  token_adjust_groups = 0x0040,
  token_adjust_default = 0x0080,
  token_adjust_sessionid = 0x0100,
  token_all_access = 0x000f01ff,
};

enum : access_mask {
  key_query_value = 0x0001,
  key_set_value = 0x0002,
  key_create_sub_key = 0x0004,
  key_enumerate_sub_keys = 0x0008,
  key_notify = 0x0010,
};

enum : access_mask {
  file_read_data = 0x0001,
  file_write_data = 0x0002,
  file_append_data = 0x0004,
  file_read_attributes = 0x0080,
};

/// What the object manager turns the four generic rights of a type into.
struct generic_mapping {
  access_mask read;
  access_mask write;
  access_mask execute;
  access_mask all;
};

inline constexpr generic_mapping process_mapping{0x00021410, 0x00020bea, 0x00121001, process_all_access};
inline constexpr generic_mapping thread_mapping{0x00020048, 0x00020437, 0x00121800, thread_all_access};
inline constexpr generic_mapping file_mapping{0x00120089, 0x00120116, 0x001200a0, 0x001f01ff};
inline constexpr generic_mapping token_mapping{0x00020008, 0x000200e0, 0x00020000, token_all_access};

/// Replaces generic rights by specific ones. MAXIMUM_ALLOWED counts as full access: nobody can tell how much will be granted.
[[nodiscard]] constexpr access_mask expand(access_mask mask, const generic_mapping& mapping) noexcept {
  constexpr access_mask generic = generic_read | generic_write | generic_execute | generic_all | maximum_allowed;
  if ((mask & generic) == 0) return mask;  // what a sensor records of a granted handle
  access_mask out = mask & ~generic;
  if ((mask & generic_read) != 0) out |= mapping.read;
  if ((mask & generic_write) != 0) out |= mapping.write;
  if ((mask & generic_execute) != 0) out |= mapping.execute;
  if ((mask & (generic_all | maximum_allowed)) != 0) out |= mapping.all;
  return out;
}

/// Groups of process rights by what they let their holder do.
enum : access_mask {
  read_rights = process_vm_read,
  derive_rights = process_dup_handle | process_create_process,  ///< either yields a full handle: by duplication, or by a clone
  inject_rights = process_create_thread | process_vm_operation | process_vm_write,
  reopen_rights = write_dac | write_owner,  ///< the holder may grant itself the rest
  sensitive_rights = read_rights | derive_rights | inject_rights | reopen_rights | process_suspend_resume | process_set_information,
  /// What a stripped handle keeps: enough for an inventory, nothing of the contents.
  harmless_rights = process_query_information | process_query_limited_information | synchronize,
};
static_assert(sensitive_rights == 0xc0afa);

/// Full access under either definition of PROCESS_ALL_ACCESS (also recorded as 0x1f1fff and 0x1f3fff).
[[nodiscard]] constexpr bool is_all_access(access_mask expanded) noexcept {
  return (expanded & process_all_access_xp) == process_all_access_xp;
}

}

#endif

// ==== bartizan/core/hash_index.hpp ====
#ifndef BARTIZAN_CORE_HASH_INDEX_HPP
#define BARTIZAN_CORE_HASH_INDEX_HPP

namespace BARTIZAN_NAMESPACE {

inline constexpr uint32_t no_slot = 0xffffffff;

namespace detail {

[[nodiscard]] constexpr uint32_t floor_log2(uint32_t n) noexcept { return n < 2 ? 0 : 1 + floor_log2(n / 2); }

}

/// A key of two numbers that come in runs, as serials do. The first is scattered: side by side in one number, such pairs would meet in
/// few buckets.
[[nodiscard]] constexpr uint64_t pair_key(uint32_t first, uint32_t second) noexcept {
  const uint64_t scattered = first * uint64_t{0x9e3779b97f4a7c15};
  return (scattered ^ scattered >> 32) + second;
}

/// From a 64-bit key to the slots of a table that hold it, by chaining; the table owns keys and records. Links stand apart from the
/// records: 12 bytes a slot. There are two chains a slot, since each slot of another key on the way to one's own costs a read of its
/// record and a mispredicted branch. All zeros is empty. Slots of one key come newest first.
template <uint32_t Capacity>
class hash_index {
  static_assert(Capacity != 0 && (Capacity & (Capacity - 1)) == 0, "the capacity is a power of two");

 public:
  [[nodiscard]] constexpr uint32_t first(uint64_t key) const noexcept { return slot_of(heads_[bucket(key)]); }
  [[nodiscard]] constexpr uint32_t next(uint32_t slot) const noexcept { return slot_of(next_[slot]); }

  constexpr void clear() noexcept {
    for (uint32_t& head : heads_) head = 0;
  }

  constexpr void link(uint64_t key, uint32_t slot) noexcept {
    uint32_t& head = heads_[bucket(key)];
    next_[slot] = head;
    head = slot + 1;
  }

  /// Nothing happens when the slot is not linked under this key.
  constexpr void unlink(uint64_t key, uint32_t slot) noexcept {
    for (uint32_t* at = &heads_[bucket(key)]; *at != 0; at = &next_[*at - 1]) {
      if (*at != slot + 1) continue;
      *at = next_[slot];
      return;
    }
  }

 private:
  [[nodiscard]] static constexpr uint32_t slot_of(uint32_t link) noexcept { return link - 1; }  // 0 wraps to no_slot
  [[nodiscard]] static constexpr uint32_t bucket(uint64_t key) noexcept {
    return static_cast<uint32_t>(key * 0x9e3779b97f4a7c15u >> shift);  // Fibonacci hashing: keys in a run share no bucket
  }

  static constexpr uint32_t shift = 63 - detail::floor_log2(Capacity);  ///< leaves the number of a head

  uint32_t heads_[Capacity * 2] = {};
  uint32_t next_[Capacity] = {};
};

}

#endif

// ==== bartizan/core/age_list.hpp ====
#ifndef BARTIZAN_CORE_AGE_LIST_HPP
#define BARTIZAN_CORE_AGE_LIST_HPP

namespace BARTIZAN_NAMESPACE {

/// Slots of a table in order of their last use, for eviction; 8 bytes a slot, beside the records. All zeros is empty.
template <uint32_t Capacity>
class age_list {
 public:
  [[nodiscard]] constexpr uint32_t oldest() const noexcept { return oldest_ - 1; }  // 0 wraps to no_slot
  [[nodiscard]] constexpr uint32_t newer(uint32_t slot) const noexcept { return links_[slot].newer - 1; }

  constexpr void clear() noexcept { newest_ = oldest_ = 0; }

  /// Of a slot that is not in the list.
  constexpr void add(uint32_t slot) noexcept {
    links_[slot] = {0, newest_};
    (newest_ != 0 ? links_[newest_ - 1].newer : oldest_) = slot + 1;
    newest_ = slot + 1;
  }

  constexpr void remove(uint32_t slot) noexcept {
    const link at = links_[slot];
    (at.newer != 0 ? links_[at.newer - 1].older : newest_) = at.older;
    (at.older != 0 ? links_[at.older - 1].newer : oldest_) = at.newer;
  }

  constexpr void touch(uint32_t slot) noexcept {
    if (newest_ == slot + 1) return;
    remove(slot);
    add(slot);
  }

  /// The slot to give up: the first of the 16 oldest for which `is_spare` holds, else the oldest. Bounded, so that a full table
  /// costs no more than a small one. With 32 slots or more the slot used last is never among those looked at.
  template <class Predicate>
  [[nodiscard]] constexpr uint32_t victim(Predicate&& is_spare) const noexcept {
    uint32_t slot = oldest();
    for (uint32_t seen = 0; seen < 16 && slot != no_slot; ++seen, slot = newer(slot))
      if (is_spare(slot)) return slot;
    return oldest();
  }

 private:
  struct link {
    uint32_t newer = 0;
    uint32_t older = 0;
  };

  link links_[Capacity] = {};
  uint32_t newest_ = 0;
  uint32_t oldest_ = 0;
};

}

#endif

// ==== bartizan/core/span.hpp ====
#ifndef BARTIZAN_CORE_SPAN_HPP
#define BARTIZAN_CORE_SPAN_HPP

namespace BARTIZAN_NAMESPACE {

/// A view of `size` elements at `data`, owned by someone else. The library's own because `std::span` needs a standard-library
/// header that a kernel build does not have. Indexing is unchecked: callers compare with `size` first, or use `sub`.
template <class T>
struct span {
  T* data = nullptr;
  size_t size = 0;

  constexpr span() noexcept = default;
  constexpr span(T* first, size_t count) noexcept : data(first), size(count) {}
  template <size_t N>
  constexpr span(T (&array)[N]) noexcept : data(array), size(N) {}
  /// From a view of mutable elements to one of const elements.
  template <class U>
  constexpr span(span<U> other) noexcept
    requires requires(const U* p, T* q) { q = p; }
    : data(other.data), size(other.size) {}

  [[nodiscard]] constexpr bool empty() const noexcept { return size == 0; }
  [[nodiscard]] constexpr T& operator[](size_t i) const noexcept { return data[i]; }
  [[nodiscard]] constexpr T* begin() const noexcept { return data; }
  [[nodiscard]] constexpr T* end() const noexcept { return data + size; }

  /// The part [offset, offset + count), clipped to what is there: never reads outside, may be shorter than asked, or empty.
  [[nodiscard]] constexpr span sub(size_t offset, size_t count = SIZE_MAX) const noexcept {
    if (offset >= size) return {};
    const size_t left = size - offset;
    return {data + offset, count < left ? count : left};
  }
};

/// Raw bytes of a file, a model or a list.
using bytes = span<const uint8_t>;

[[nodiscard]] constexpr bool equal(bytes a, bytes b) noexcept {
  if (a.size != b.size) return false;
  for (size_t i = 0; i < a.size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

}

#endif

// ==== bartizan/core/block_hash.hpp ====
#ifndef BARTIZAN_CORE_BLOCK_HASH_HPP
#define BARTIZAN_CORE_BLOCK_HASH_HPP

namespace BARTIZAN_NAMESPACE {

/// What SHA-1 and SHA-256 have in common: blocks of 64 bytes, a state of big-endian words, and the length in bits behind the
/// padding. `Algorithm` names the digest, the initial state, and `compress(state, blocks, count)`, which reads 64 * count bytes.
template <class Algorithm>
class block_hash {
 public:
  using digest = typename Algorithm::digest;
  static constexpr size_t block_size_bytes = 64;

  constexpr block_hash() noexcept = default;
  /// Goes on behind `length` bytes, whole blocks, that have been compressed into `state`.
  constexpr block_hash(const typename Algorithm::state& state, uint64_t length) noexcept : state_(state), length_(length) {}

  constexpr block_hash& update(bytes data) noexcept {
    const size_t held = static_cast<size_t>(length_ % block_size_bytes);
    length_ += data.size;
    if (held != 0) {
      const bytes first = data.sub(0, block_size_bytes - held);
      keep(first, held);
      if (held + first.size < block_size_bytes) return *this;
      Algorithm::compress(state_, block_, 1);
      data = data.sub(first.size);
    }
    const size_t blocks = data.size / block_size_bytes;
    if (blocks != 0) Algorithm::compress(state_, data.data, blocks);
    keep(data.sub(blocks * block_size_bytes), 0);
    return *this;
  }

  /// The digest of everything fed so far. The object is then used up.
  [[nodiscard]] constexpr digest finish() noexcept {
    const uint64_t bits = length_ * 8;
    const size_t held = static_cast<size_t>(length_ % block_size_bytes);
    uint8_t padding[block_size_bytes + 8] = {0x80};
    const size_t zeros_end = held < 56 ? 56 - held : 120 - held;  // the length fills the last eight bytes of a block
    for (size_t i = 0; i < 8; ++i) padding[zeros_end + i] = static_cast<uint8_t>(bits >> (56 - 8 * i));
    update(bytes{padding, zeros_end + 8});
    digest out;
    for (size_t i = 0; i < sizeof out.bytes; ++i) out.bytes[i] = static_cast<uint8_t>(state_[i / 4] >> (24 - 8 * (i % 4)));
    return out;
  }

 private:
  constexpr void keep(bytes data, size_t at) noexcept {
    for (size_t i = 0; i < data.size; ++i) block_[at + i] = data[i];
  }

  typename Algorithm::state state_ = Algorithm::initial;
  uint8_t block_[block_size_bytes] = {};
  uint64_t length_ = 0;
};

namespace detail {

[[nodiscard]] constexpr uint32_t rotate_right(uint32_t x, int by) noexcept { return x >> by | x << (32 - by); }

[[nodiscard]] constexpr uint32_t big_endian_word(const uint8_t* p) noexcept {
  return uint32_t{p[0]} << 24 | uint32_t{p[1]} << 16 | uint32_t{p[2]} << 8 | p[3];
}

}

}

#endif

// ==== bartizan/core/truth.hpp ====
#ifndef BARTIZAN_CORE_TRUTH_HPP
#define BARTIZAN_CORE_TRUTH_HPP

namespace BARTIZAN_NAMESPACE {

/// Kleene's strong three-valued logic. The order no < unknown < yes makes "and" the minimum and "or" the maximum.
/// `unknown` is what a sensor's missing field yields: it is neither evidence nor an excuse.
enum class truth : uint8_t { no = 0, unknown = 1, yes = 2 };

[[nodiscard]] constexpr truth operator&(truth a, truth b) noexcept { return a < b ? a : b; }
[[nodiscard]] constexpr truth operator|(truth a, truth b) noexcept { return a > b ? a : b; }
[[nodiscard]] constexpr truth operator!(truth a) noexcept { return static_cast<truth>(2 - static_cast<uint8_t>(a)); }
[[nodiscard]] constexpr truth to_truth(bool b) noexcept { return b ? truth::yes : truth::no; }

/// Up to 128 three-valued facts indexed by an enumeration `Key`, two bits each as `truth` counts; a fact that nobody set is unknown.
/// Reading one is a load, a shift and a mask, since rules ask for facts by the dozen.
template <class Key>
struct truth_set {
  uint64_t words[4] = {all_unknown, all_unknown, all_unknown, all_unknown};

  [[nodiscard]] constexpr truth get(Key key) const noexcept {
    const uint8_t index = static_cast<uint8_t>(key);
    return static_cast<truth>(words[index >> 5] >> (index & 31) * 2 & 3);
  }
  constexpr void set(Key key, truth value) noexcept {
    const uint8_t index = static_cast<uint8_t>(key);
    const uint32_t shift = (index & 31u) * 2;
    uint64_t& word = words[index >> 5];
    word = (word & ~(uint64_t{3} << shift)) | uint64_t{static_cast<uint8_t>(value)} << shift;
  }
  constexpr void set_all(truth value) noexcept {
    for (uint64_t& word : words) word = all_unknown * static_cast<uint8_t>(value);
  }

 private:
  static constexpr uint64_t all_unknown = 0x5555555555555555;  ///< `truth::unknown` in every place
};

}

#endif

// ==== bartizan/core/memory.hpp ====
#ifndef BARTIZAN_CORE_MEMORY_HPP
#define BARTIZAN_CORE_MEMORY_HPP

namespace BARTIZAN_NAMESPACE {

/// Page protection (PAGE_* of winnt.h, "Memory Protection Constants").
using page_protection = uint32_t;

enum : page_protection {
  page_noaccess = 0x001,
  page_readonly = 0x002,
  page_readwrite = 0x004,
  page_writecopy = 0x008,
  page_execute = 0x010,
  page_execute_read = 0x020,
  page_execute_readwrite = 0x040,
  page_execute_writecopy = 0x080,
  page_guard = 0x100,
};

[[nodiscard]] constexpr bool is_executable(page_protection p) noexcept { return (p & 0xf0) != 0; }
[[nodiscard]] constexpr bool is_writable(page_protection p) noexcept { return (p & 0xcc) != 0; }
[[nodiscard]] constexpr bool is_writable_and_executable(page_protection p) noexcept { return (p & 0xc0) != 0; }

/// Region type of VirtualQuery (MEM_*).
enum : uint32_t { mem_private = 0x20000, mem_mapped = 0x40000, mem_image = 0x1000000 };

/// What stands behind an address in a process.
enum class memory_state : uint8_t {
  unknown,
  image_clean,      ///< image section, page as in the file
  image_cow,        ///< image section, page privately modified: a hook, or module stomping
  mapped_file,
  mapped_pagefile,  ///< section without a file
  private_memory,
  image,            ///< image section; whether the page was modified is not known
};

/// What a range of another process's memory is for, as far as the sensor or its host can tell.
enum class memory_use : uint8_t {
  unknown,
  peb,                 ///< process environment block
  peb_image_base,      ///< ... its ImageBaseAddress
  process_parameters,  ///< RTL_USER_PROCESS_PARAMETERS and the environment
  shim_data,           ///< application-compatibility data
  main_image,          ///< the program's own image
  module_code,         ///< executable section of any other module
  module_data,         ///< other sections of a module
  heap,                ///< heap, stack or other private data
};

/// True when no file accounts for the code. A known hook is the caller's exception, not this function's.
[[nodiscard]] constexpr truth is_unbacked(memory_state state) noexcept {
  if (state == memory_state::unknown || state == memory_state::image) return truth::unknown;
  return to_truth(state == memory_state::private_memory || state == memory_state::mapped_pagefile ||
          state == memory_state::image_cow);
}

/// Upper half of the 64-bit address space: the kernel's, where no user-mode code runs.
[[nodiscard]] constexpr bool is_kernel_address(uint64_t address) noexcept { return (address >> 63) != 0; }

/// Half-open range [base, base + size) of a process's addresses.
struct address_range {
  uint64_t base = 0;
  uint64_t size = 0;

  /// Correct also where base + size would overflow.
  [[nodiscard]] constexpr bool contains(uint64_t address) const noexcept { return address >= base && address - base < size; }
};

}

#endif

// ==== bartizan/core/trust.hpp ====
#ifndef BARTIZAN_CORE_TRUST_HPP
#define BARTIZAN_CORE_TRUST_HPP

namespace BARTIZAN_NAMESPACE {

/// How far the code of an image, or the module that made a call, is trusted. Directory names never raise it.
enum class trust : uint8_t {
  t0 = 0,  ///< unsigned, invalid, revoked, or expired without a time stamp
  t1 = 1,  ///< valid chain, any publisher
  t2 = 2,  ///< publisher allow-listed for the rule at hand, by certificate
  t3 = 3,  ///< Windows component: Microsoft Windows signer and a file of an OS directory owned by TrustedInstaller
  t4 = 4,  ///< protected light: Antimalware, Windows, Lsa
  t5 = 5,  ///< kernel, or WinTcb/WinSystem protected with the expected lineage
  unknown = 0xff,
};

/// Where a trust tier came from. `path` is the replay's stand-in for a signature that the sensor did not record.
enum class trust_basis : uint8_t { none, signature, path };

[[nodiscard]] constexpr truth at_most(trust tier, trust limit) noexcept {
  return tier == trust::unknown ? truth::unknown : to_truth(tier <= limit);
}
[[nodiscard]] constexpr truth at_least(trust tier, trust limit) noexcept {
  return tier == trust::unknown ? truth::unknown : to_truth(tier >= limit);
}

/// The lower of two tiers. Unknown stays unknown unless the other one is already the lowest.
[[nodiscard]] constexpr trust lower(trust a, trust b) noexcept {
  if (a == trust::t0 || b == trust::t0) return trust::t0;
  if (a == trust::unknown || b == trust::unknown) return trust::unknown;
  return a < b ? a : b;
}

/// PS_PROTECTION as in EPROCESS and PROCESS_PROTECTION_INFORMATION: bits 0-2 type, bit 3 audit, bits 4-7 signer.
struct ps_protection {
  uint8_t level = 0;

  enum class type : uint8_t { none = 0, protected_light = 1, protected_full = 2 };
  enum class signer : uint8_t {
    none = 0,
    authenticode = 1,
    code_gen = 2,
    antimalware = 3,
    lsa = 4,
    windows = 5,
    win_tcb = 6,
    win_system = 7,
    app = 8,
  };
  [[nodiscard]] constexpr type get_type() const noexcept { return static_cast<type>(level & 7); }
  [[nodiscard]] constexpr signer get_signer() const noexcept { return static_cast<signer>(level >> 4); }
};

/// Tier that the protection byte alone proves; t0 where it proves nothing. T5 also needs the lineage, which the engine checks.
[[nodiscard]] constexpr trust protected_tier(ps_protection protection) noexcept {
  const auto type = protection.get_type();
  if (type != ps_protection::type::protected_light && type != ps_protection::type::protected_full) return trust::t0;
  switch (protection.get_signer()) {
    case ps_protection::signer::win_tcb:
    case ps_protection::signer::win_system: return trust::t5;
    case ps_protection::signer::antimalware:
    case ps_protection::signer::lsa:
    case ps_protection::signer::windows: return trust::t4;
    default: return trust::t0;
  }
}

}

#endif

// ==== bartizan/core/process.hpp ====
#ifndef BARTIZAN_CORE_PROCESS_HPP
#define BARTIZAN_CORE_PROCESS_HPP

namespace BARTIZAN_NAMESPACE {

/// Identity of a process for as long as the machine runs. A PID alone is reused, so it is never the key: `start_key` is
/// ProcessStartKey / ProcessSequenceNumber, or a hash of the sensor's process GUID; 0 when the sensor gave only the PID.
struct process_key {
  uint64_t start_key = 0;
  uint32_t pid = 0;
  uint32_t reserved = 0;

  [[nodiscard]] constexpr bool is_set() const noexcept { return start_key != 0 || pid != 0; }
  friend constexpr bool operator==(const process_key& a, const process_key& b) noexcept {
    return a.start_key == b.start_key && a.pid == b.pid;
  }
};

/// What an image is, by identity (OriginalFilename and signer, or the canonical path where those are unknown). A process has
/// any number of roles. The names behind each role are policy data.
enum class role : uint8_t {
  lsass,           ///< the registered LSA, in the system directory
  smss,
  csrss,
  wininit,
  winlogon,
  services,
  svchost,
  system,          ///< PID 4
  error_reporter,  ///< WerFault, WerFaultSecure
  task_manager,
  script_host,     ///< runs what its command line or a script says
  memory_tool,     ///< ships with the system or its kits and can read another process's memory
  managed_host,    ///< loads the .NET runtime by itself
  native_image,    ///< known not to load the .NET runtime by itself
  powershell,
  browser,
  verifier,
  html_host,       ///< mshta: the browser's engine outside the browser
  script_engine,   ///< mshta, wscript, cscript
  lolbin,          ///< a system program that starts or loads what its command line says: transparent for lineage
  work_scheduler,  ///< registers work that the system starts later: tasks, services, transfers, WMI processes
  installer,       ///< msiexec
  console_host,
  desktop_shell,   ///< explorer
  browser_helper,  ///< ships with browsers beside their main program, or prints for them
  session_helper,  ///< starts as SYSTEM on a user's behalf by design: error reporting, accessibility, setup helpers
  code_injector,   ///< made to put code into running processes: mavinject, ttdinject
  app_v_service,   ///< the Application Virtualization service, which starts mavinject by design
  print_spooler,
  maintenance,     ///< services, backs up or protects Windows, and reads hives and volumes to do so
  registry_tool,   ///< reads and saves registry keys as its command line says
};

struct role_set {
  uint64_t bits = 0;

  [[nodiscard]] constexpr bool has(role r) const noexcept { return (bits >> static_cast<uint8_t>(r) & 1) != 0; }
  [[nodiscard]] constexpr role_set with(role r) const noexcept { return {bits | uint64_t{1} << static_cast<uint8_t>(r)}; }
};

/// Processes that Windows does not survive the end of: never terminated, whatever a table says (rules.md, section R).
[[nodiscard]] constexpr bool is_critical(role_set roles) noexcept {
  return roles.has(role::system) || roles.has(role::smss) || roles.has(role::csrss) || roles.has(role::wininit) ||
     roles.has(role::winlogon) || roles.has(role::services) || roles.has(role::lsass);
}

/// The account of the primary token, as far as rules tell accounts apart.
enum class account : uint8_t {
  unknown,
  system,           ///< S-1-5-18
  local_service,    ///< S-1-5-19
  network_service,  ///< S-1-5-20
  service,          ///< S-1-5-80-*, S-1-5-82-*: virtual and application-pool accounts
  user,             ///< S-1-5-21-*, S-1-12-1-*
  other,
};

/// Browser lockdown that a process carries from birth (rules.md L1). `unknown`: its ancestry was not seen and its image does not
/// settle it.
enum class lockdown_label : uint8_t { unknown, none, browser, browser_hta };

inline constexpr uint32_t unknown_u32 = 0xffffffff;

/// Facts about one process, copied into each event it takes part in. Written by the engine, read by the rules.
struct process {
  uint32_t size_bytes = sizeof(process);
  uint32_t session_id = unknown_u32;
  process_key key = {};
  process_key parent = {};           ///< as the process object says: can be spoofed
  process_key creator = {};          ///< process of the thread that made it
  uint64_t create_time_100ns = 0;    ///< FILETIME, UTC; 0 unknown
  uint32_t file_age_s = unknown_u32; ///< age of the image file when the process began
  uint32_t integrity_rid = unknown_u32;
  role_set roles = {};
  truth identity = truth::unknown;   ///< yes: `roles` is complete; unknown: no image was ever named
  trust image_trust = trust::unknown;
  trust_basis basis = trust_basis::none;
  uint8_t protection = 0;            ///< ps_protection::level
  truth is_protected = truth::unknown;
  account user = account::unknown;
  lockdown_label lockdown = lockdown_label::unknown;
  truth is_debugged = truth::unknown;
  process_key debugger = {};         ///< owner of the debug object, where `is_debugged`
  uint64_t image_hash = 0;           ///< of the image's canonical path; 0 unknown. Tells images apart, proves nothing
  uint64_t directory_hash = 0;       ///< of its directory
};

/// Same process, as far as the keys tell: by start key where both have one, else by PID.
[[nodiscard]] constexpr bool is_same(const process_key& a, const process_key& b) noexcept {
  return a.start_key != 0 && b.start_key != 0 ? a.start_key == b.start_key : a.pid == b.pid && a.pid != 0;
}

/// A role that is not in a complete set is absent; in an incomplete one it is unknown.
[[nodiscard]] constexpr truth has_role(const process& p, role r) noexcept {
  if (p.roles.has(r)) return truth::yes;
  return p.identity == truth::yes ? truth::no : truth::unknown;
}

}

#endif

// ==== bartizan/core/upcase.hpp ====
#ifndef BARTIZAN_CORE_UPCASE_HPP
#define BARTIZAN_CORE_UPCASE_HPP

namespace BARTIZAN_NAMESPACE {

namespace detail {

struct upcase_range {
  uint16_t first;
  uint16_t last;
  uint16_t step;
  int32_t delta;
};

/// Unicode 14 simple upper-case mappings of the Basic Multilingual Plane above ASCII, in ascending order. Left out, as
/// NTFS $UpCase does: mappings into ASCII (dotless i, long s: they would let two spellings of one ASCII name differ) and the
/// micro sign. One fixed table on every host: a volume formatted by another Windows version may fold a few rare letters
/// otherwise, which only matters for names outside ASCII.
inline constexpr upcase_range upcase_ranges[] = {
  {0x00e0, 0x00f6, 1, -32}, {0x00f8, 0x00fe, 1, -32}, {0x00ff, 0x00ff, 1, 121}, {0x0101, 0x012f, 2, -1},
  {0x0133, 0x0137, 2, -1}, {0x013a, 0x0148, 2, -1}, {0x014b, 0x0177, 2, -1}, {0x017a, 0x017e, 2, -1},
  {0x0180, 0x0180, 1, 195}, {0x0183, 0x0185, 2, -1}, {0x0188, 0x0188, 1, -1}, {0x018c, 0x018c, 1, -1},
  {0x0192, 0x0192, 1, -1}, {0x0195, 0x0195, 1, 97}, {0x0199, 0x0199, 1, -1}, {0x019a, 0x019a, 1, 163},
  {0x019e, 0x019e, 1, 130}, {0x01a1, 0x01a5, 2, -1}, {0x01a8, 0x01a8, 1, -1}, {0x01ad, 0x01ad, 1, -1},
  {0x01b0, 0x01b0, 1, -1}, {0x01b4, 0x01b6, 2, -1}, {0x01b9, 0x01b9, 1, -1}, {0x01bd, 0x01bd, 1, -1},
  {0x01bf, 0x01bf, 1, 56}, {0x01c5, 0x01c5, 1, -1}, {0x01c6, 0x01c6, 1, -2}, {0x01c8, 0x01c8, 1, -1},
  {0x01c9, 0x01c9, 1, -2}, {0x01cb, 0x01cb, 1, -1}, {0x01cc, 0x01cc, 1, -2}, {0x01ce, 0x01dc, 2, -1},
  {0x01dd, 0x01dd, 1, -79}, {0x01df, 0x01ef, 2, -1}, {0x01f2, 0x01f2, 1, -1}, {0x01f3, 0x01f3, 1, -2},
  {0x01f5, 0x01f5, 1, -1}, {0x01f9, 0x021f, 2, -1}, {0x0223, 0x0233, 2, -1}, {0x023c, 0x023c, 1, -1},
  {0x023f, 0x0240, 1, 10815}, {0x0242, 0x0242, 1, -1}, {0x0247, 0x024f, 2, -1}, {0x0250, 0x0250, 1, 10783},
  {0x0251, 0x0251, 1, 10780}, {0x0252, 0x0252, 1, 10782}, {0x0253, 0x0253, 1, -210}, {0x0254, 0x0254, 1, -206},
  {0x0256, 0x0257, 1, -205}, {0x0259, 0x0259, 1, -202}, {0x025b, 0x025b, 1, -203}, {0x025c, 0x025c, 1, 42319},
  {0x0260, 0x0260, 1, -205}, {0x0261, 0x0261, 1, 42315}, {0x0263, 0x0263, 1, -207}, {0x0265, 0x0265, 1, 42280},
  {0x0266, 0x0266, 1, 42308}, {0x0268, 0x0268, 1, -209}, {0x0269, 0x0269, 1, -211}, {0x026a, 0x026a, 1, 42308},
  {0x026b, 0x026b, 1, 10743}, {0x026c, 0x026c, 1, 42305}, {0x026f, 0x026f, 1, -211}, {0x0271, 0x0271, 1, 10749},
  {0x0272, 0x0272, 1, -213}, {0x0275, 0x0275, 1, -214}, {0x027d, 0x027d, 1, 10727}, {0x0280, 0x0280, 1, -218},
  {0x0282, 0x0282, 1, 42307}, {0x0283, 0x0283, 1, -218}, {0x0287, 0x0287, 1, 42282}, {0x0288, 0x0288, 1, -218},
  {0x0289, 0x0289, 1, -69}, {0x028a, 0x028b, 1, -217}, {0x028c, 0x028c, 1, -71}, {0x0292, 0x0292, 1, -219},
  {0x029d, 0x029d, 1, 42261}, {0x029e, 0x029e, 1, 42258}, {0x0345, 0x0345, 1, 84}, {0x0371, 0x0373, 2, -1},
  {0x0377, 0x0377, 1, -1}, {0x037b, 0x037d, 1, 130}, {0x03ac, 0x03ac, 1, -38}, {0x03ad, 0x03af, 1, -37},
  {0x03b1, 0x03c1, 1, -32}, {0x03c2, 0x03c2, 1, -31}, {0x03c3, 0x03cb, 1, -32}, {0x03cc, 0x03cc, 1, -64},
  {0x03cd, 0x03ce, 1, -63}, {0x03d0, 0x03d0, 1, -62}, {0x03d1, 0x03d1, 1, -57}, {0x03d5, 0x03d5, 1, -47},
  {0x03d6, 0x03d6, 1, -54}, {0x03d7, 0x03d7, 1, -8}, {0x03d9, 0x03ef, 2, -1}, {0x03f0, 0x03f0, 1, -86},
  {0x03f1, 0x03f1, 1, -80}, {0x03f2, 0x03f2, 1, 7}, {0x03f3, 0x03f3, 1, -116}, {0x03f5, 0x03f5, 1, -96},
  {0x03f8, 0x03f8, 1, -1}, {0x03fb, 0x03fb, 1, -1}, {0x0430, 0x044f, 1, -32}, {0x0450, 0x045f, 1, -80},
  {0x0461, 0x0481, 2, -1}, {0x048b, 0x04bf, 2, -1}, {0x04c2, 0x04ce, 2, -1}, {0x04cf, 0x04cf, 1, -15},
  {0x04d1, 0x052f, 2, -1}, {0x0561, 0x0586, 1, -48}, {0x10d0, 0x10fa, 1, 3008}, {0x10fd, 0x10ff, 1, 3008},
  {0x13f8, 0x13fd, 1, -8}, {0x1c80, 0x1c80, 1, -6254}, {0x1c81, 0x1c81, 1, -6253}, {0x1c82, 0x1c82, 1, -6244},
  {0x1c83, 0x1c84, 1, -6242}, {0x1c85, 0x1c85, 1, -6243}, {0x1c86, 0x1c86, 1, -6236}, {0x1c87, 0x1c87, 1, -6181},
  {0x1c88, 0x1c88, 1, 35266}, {0x1d79, 0x1d79, 1, 35332}, {0x1d7d, 0x1d7d, 1, 3814}, {0x1d8e, 0x1d8e, 1, 35384},
  {0x1e01, 0x1e95, 2, -1}, {0x1e9b, 0x1e9b, 1, -59}, {0x1ea1, 0x1eff, 2, -1}, {0x1f00, 0x1f07, 1, 8},
  {0x1f10, 0x1f15, 1, 8}, {0x1f20, 0x1f27, 1, 8}, {0x1f30, 0x1f37, 1, 8}, {0x1f40, 0x1f45, 1, 8},
  {0x1f51, 0x1f57, 2, 8}, {0x1f60, 0x1f67, 1, 8}, {0x1f70, 0x1f71, 1, 74}, {0x1f72, 0x1f75, 1, 86},
  {0x1f76, 0x1f77, 1, 100}, {0x1f78, 0x1f79, 1, 128}, {0x1f7a, 0x1f7b, 1, 112}, {0x1f7c, 0x1f7d, 1, 126},
  {0x1fb0, 0x1fb1, 1, 8}, {0x1fbe, 0x1fbe, 1, -7205}, {0x1fd0, 0x1fd1, 1, 8}, {0x1fe0, 0x1fe1, 1, 8},
  {0x1fe5, 0x1fe5, 1, 7}, {0x214e, 0x214e, 1, -28}, {0x2170, 0x217f, 1, -16}, {0x2184, 0x2184, 1, -1},
  {0x24d0, 0x24e9, 1, -26}, {0x2c30, 0x2c5f, 1, -48}, {0x2c61, 0x2c61, 1, -1}, {0x2c65, 0x2c65, 1, -10795},
  {0x2c66, 0x2c66, 1, -10792}, {0x2c68, 0x2c6c, 2, -1}, {0x2c73, 0x2c73, 1, -1}, {0x2c76, 0x2c76, 1, -1},
  {0x2c81, 0x2ce3, 2, -1}, {0x2cec, 0x2cee, 2, -1}, {0x2cf3, 0x2cf3, 1, -1}, {0x2d00, 0x2d25, 1, -7264},
  {0x2d27, 0x2d27, 1, -7264}, {0x2d2d, 0x2d2d, 1, -7264}, {0xa641, 0xa66d, 2, -1}, {0xa681, 0xa69b, 2, -1},
  {0xa723, 0xa72f, 2, -1}, {0xa733, 0xa76f, 2, -1}, {0xa77a, 0xa77c, 2, -1}, {0xa77f, 0xa787, 2, -1},
  {0xa78c, 0xa78c, 1, -1}, {0xa791, 0xa793, 2, -1}, {0xa794, 0xa794, 1, 48}, {0xa797, 0xa7a9, 2, -1},
  {0xa7b5, 0xa7c3, 2, -1}, {0xa7c8, 0xa7ca, 2, -1}, {0xa7d1, 0xa7d1, 1, -1}, {0xa7d7, 0xa7d9, 2, -1},
  {0xa7f6, 0xa7f6, 1, -1}, {0xab53, 0xab53, 1, -928}, {0xab70, 0xabbf, 1, -38864}, {0xff41, 0xff5a, 1, -32},
};

[[nodiscard]] constexpr char16_t upcase_beyond_ascii(char16_t c) noexcept {
  const span<const upcase_range> ranges(upcase_ranges);
  size_t low = 0;
  size_t high = ranges.size;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (ranges[middle].last < c) low = middle + 1;
    else high = middle;
  }
  if (low == ranges.size) return c;
  const upcase_range& r = ranges[low];
  if (c < r.first || (c - r.first) % r.step != 0) return c;
  return static_cast<char16_t>(c + r.delta);
}

}

/// Upper case of one UTF-16 code unit by the table above; never by the C locale. Surrogates are returned unchanged.
[[nodiscard]] constexpr char16_t upcase(char16_t c) noexcept {
  if (c >= 0x80) return detail::upcase_beyond_ascii(c);
  return static_cast<char16_t>(c - (static_cast<uint32_t>(c - u'a') < 26 ? 32 : 0));
}

}

#endif

// ==== bartizan/core/text.hpp ====
#ifndef BARTIZAN_CORE_TEXT_HPP
#define BARTIZAN_CORE_TEXT_HPP

namespace BARTIZAN_NAMESPACE {

/// UTF-16 code units as Windows passes them: counted, not terminated, possibly with unpaired surrogates or embedded zeros.
/// A view: whoever made it owns the memory. No normalisation is applied, because NTFS applies none.
struct text {
  const char16_t* data = nullptr;
  uint32_t size = 0;

  constexpr text() noexcept = default;
  constexpr text(const char16_t* first, size_t count) noexcept : data(first), size(static_cast<uint32_t>(count)) {}
  /// From a literal: u"..." without its terminator.
  template <size_t N>
  constexpr text(const char16_t (&literal)[N]) noexcept : data(literal), size(static_cast<uint32_t>(N - 1)) {}

  [[nodiscard]] constexpr bool empty() const noexcept { return size == 0; }
  [[nodiscard]] constexpr char16_t operator[](size_t i) const noexcept { return data[i]; }
  [[nodiscard]] constexpr text sub(size_t offset, size_t count = SIZE_MAX) const noexcept {
    if (offset >= size) return {};
    const size_t left = size - offset;
    return {data + offset, count < left ? count : left};
  }
};

[[nodiscard]] constexpr bool equal(text a, text b) noexcept {
  if (a.size != b.size) return false;
  for (uint32_t i = 0; i < a.size; ++i)
    if (a[i] != b[i]) return false;
  return true;
}

/// Order of two texts by upper-cased code units: negative, 0 or positive.
[[nodiscard]] constexpr int compare_folded(text a, text b) noexcept {
  const uint32_t common = a.size < b.size ? a.size : b.size;
  for (uint32_t i = 0; i < common; ++i) {
    if (a[i] == b[i]) continue;
    const int difference = upcase(a[i]) - upcase(b[i]);
    if (difference != 0) return difference;
  }
  return a.size < b.size ? -1 : a.size > b.size ? 1 : 0;
}

[[nodiscard]] constexpr bool equal_folded(text a, text b) noexcept { return a.size == b.size && compare_folded(a, b) == 0; }

[[nodiscard]] constexpr bool starts_with_folded(text a, text prefix) noexcept {
  return a.size >= prefix.size && equal_folded(a.sub(0, prefix.size), prefix);
}

[[nodiscard]] constexpr bool ends_with_folded(text a, text suffix) noexcept {
  return a.size >= suffix.size && equal_folded(a.sub(a.size - suffix.size, suffix.size), suffix);
}

[[nodiscard]] constexpr bool contains_folded(text a, text part) noexcept {
  for (uint32_t i = 0; i + part.size <= a.size; ++i)
    if (equal_folded(a.sub(i, part.size), part)) return true;
  return part.empty();
}

/// FNV-1a over UTF-16 code units, low byte first: the same on every machine.
[[nodiscard]] constexpr uint64_t hash_text(text t, uint64_t hash = 0xcbf29ce484222325u) noexcept {
  for (uint32_t i = 0; i < t.size; ++i) {
    hash = (hash ^ (t[i] & 0xffu)) * 0x100000001b3u;
    hash = (hash ^ (static_cast<uint32_t>(t[i]) >> 8)) * 0x100000001b3u;
  }
  return hash;
}

[[nodiscard]] constexpr bool is_separator(char16_t c) noexcept { return c == u'\\' || c == u'/'; }

/// The part behind the last separator; the whole text where there is none.
[[nodiscard]] constexpr text file_name(text path) noexcept {
  for (uint32_t i = path.size; i > 0; --i)
    if (is_separator(path[i - 1])) return path.sub(i);
  return path;
}

}

#endif

// ==== bartizan/core/event_payload.hpp ====
#ifndef BARTIZAN_CORE_EVENT_PAYLOAD_HPP
#define BARTIZAN_CORE_EVENT_PAYLOAD_HPP

/// What each kind of event carries besides its actor and target (rules.md 0.2). An empty text, `unknown_u32`, a zero address or
/// `truth::unknown` says that the sensor did not tell.
namespace BARTIZAN_NAMESPACE {

/// Identity of a file on its volume.
struct file_identity {
  uint64_t volume = 0;
  uint64_t id_low = 0;
  uint64_t id_high = 0;
};

/// How the file behind an image section stands to what was mapped of it, at the time of the event.
enum class backing_file : uint8_t { unknown, same, changed, delete_pending, transacted };

/// Result of the signature check that the sensor made.
struct signature {
  truth is_signed = truth::unknown;
  truth is_valid = truth::unknown;
  truth is_microsoft_windows = truth::unknown;  ///< the signer is Windows itself, not merely Microsoft
  uint8_t reserved = 0;
  text subject = {};
};

/// One frame of a user-mode call stack, innermost first.
struct stack_frame {
  text module = {};         ///< path of the mapped file; empty where no file backs the address
  uint64_t address = 0;     ///< offset in the module, or the address itself without a module
  text function = {};       ///< of the module, where the host has symbols; empty unknown
};

struct call_stack {
  const stack_frame* frames = nullptr;
  uint32_t size = 0;
  truth complete = truth::unknown;  ///< unknown: no stack was recorded (size 0), or it may be cut short
};

/// TOKEN_ELEVATION_TYPE: what UAC made of the token.
enum class token_elevation : uint8_t {
  unknown,
  not_split,  ///< TokenElevationTypeDefault: no second token, UAC off or not applicable
  full,       ///< the elevated one of two
  limited,    ///< the filtered one of two
};

struct process_create_payload {
  text command_line;
  text original_file_name;  ///< of the version resource
  text user;                ///< account name, or SID as text
  text parent_image;
  process_key parent;
  process_key creator;
  text image_sha256;              ///< 64 hexadecimal digits; empty unknown
  text certificate_sha256;        ///< of the signing certificate's TBS part, likewise
  uint32_t subsystem = 0;  ///< IMAGE_SUBSYSTEM_*; 0 unknown
  process_key client;  ///< on whose behalf a broker made it: RPC or COM client, registrar of the task; unset unknown or none
  file_identity file;
  signature signer;
  uint32_t integrity_rid = unknown_u32;
  uint32_t session_id = unknown_u32;
  uint32_t file_age_s = unknown_u32;
  truth created_suspended = truth::unknown;
  token_elevation elevation = token_elevation::unknown;
  account parent_account = account::unknown;
  truth inherits_handles = truth::unknown;  ///< bInheritHandles of CreateProcess
  text parent_command_line;
  text parent_user;
  text current_directory;
  uint64_t logon_id = 0;  ///< AuthenticationId of the token; 0 unknown
  backing_file backing = backing_file::unknown;
};

struct thread_start_payload {
  uint64_t start_address;
  text start_module;
  text start_function;
  memory_state start_state;
  truth is_initial_thread = truth::unknown;
  uint64_t argument;  ///< of the start routine; 0 unknown
  uint32_t thread_id;
};

struct image_load_payload {
  address_range range;
  text path;
  text original_file_name;
  file_identity file;
  signature signer;
  uint32_t thread_id;    ///< that maps it; 0 unknown
  backing_file backing;
};

/// Process or thread handle. `granted` is what the object manager gave, or will give if nothing is stripped.
struct handle_payload {
  enum class object : uint8_t { process, thread, token };

  access_mask desired;  ///< as asked; equal to `granted` where the sensor records only one
  access_mask granted;
  object type;
  bool exercised_only;  ///< `granted` holds only the right that was just used, not the handle's whole mask (Security 4663)
  process_key source_holder;
  call_stack stack;
  uint64_t handle_value = 0;         ///< the handle in the actor's table; 0 unknown
  process_key client = {};           ///< on whose behalf a service acts: the RPC client; unset unknown or none
  uint64_t source_handle_value = 0;  ///< of a duplication: the handle in the source holder's table; 0 unknown
};

struct memory_payload {
  address_range range;
  page_protection protection;
  page_protection previous_protection;
  uint32_t region_type;
  memory_state state;
  text mapped_file;
  memory_use use;
  text symbol;  ///< export in whose first 16 bytes the range lies
};

struct apc_payload {
  uint64_t routine;
  uint64_t arguments[3];
  uint32_t target_thread;
  uint32_t flags;  ///< QUEUE_USER_APC_FLAGS
  memory_state routine_state;
  memory_state argument_state;
  truth target_alertable;
  text routine_module;
  text routine_function;
  text argument_module;  ///< of arguments[0], which is the routine where the first is ntdll's dispatcher
  text argument_function;
  page_protection routine_protection;   ///< of its region as allocated; 0 unknown
  page_protection argument_protection;
};

/// Where in a function an address lies.
enum class program_point : uint8_t { unknown, function_start, after_system_call, saved, inside };

struct context_payload {
  uint64_t program_counter;
  uint64_t stack_pointer;
  uint32_t context_flags;
  uint32_t target_thread;
  memory_state program_counter_state;
  program_point point;
  text module;
  text function;
  page_protection protection;  ///< of the region as allocated; 0 unknown
};

struct registry_payload {
  enum class operation : uint8_t {
    unknown, create_key, open_key, delete_key, rename_key, query_key, query_value, query_multiple_value, set_value,
    delete_value, save_key, load_key, restore_key, replace_key, set_security,
    enumerate_key,      ///< `key` is the sub-key that was returned, `information_class` what was told of it
    query_unspecified,  ///< an audit log's KEY_QUERY_VALUE: a value or the key's own information
  };

  operation what;
  uint32_t options = unknown_u32;            ///< REG_OPTION_*
  uint32_t information_class = unknown_u32;  ///< KEY_INFORMATION_CLASS of query_key
  uint32_t value_type = unknown_u32;         ///< REG_*
  text key;
  text value_name;
  text data;                   ///< SZ data, or the new name of a rename
  uint64_t number = 0;         ///< DWORD or QWORD data
  truth has_number = truth::unknown;
  truth succeeded = truth::unknown;
  access_mask access = 0;      ///< KEY_* rights asked for or, in an audit log, used; 0 unknown
  text file;                   ///< of save_key, load_key, restore_key and replace_key: the hive file
};

struct file_payload {
  enum class operation : uint8_t { unknown, open, create, read, write, rename, remove, fsctl, set_security };

  operation what;
  access_mask access = 0;  ///< FILE_* rights asked for or, in an audit log, used; 0 unknown
  uint32_t control_code;  ///< of fsctl
  uint32_t device_type;
  uint64_t offset;
  uint64_t size_bytes;
  text path;
  text new_path;
  file_identity file;
  uint32_t signature = 0;  ///< first four bytes of what was written, little-endian; 0 unknown
  truth is_volume_open = truth::unknown;
  truth succeeded = truth::unknown;
  truth is_executable = truth::unknown;  ///< the content is a PE image
  text content;            ///< of a small named stream: its text, as the sensor gave it
};

/// FILE_DEVICE_* of `device_type` (winioctl.h).
enum : uint32_t { device_disk = 0x07, device_disk_file_system = 0x08, device_named_pipe = 0x11 };

struct link_payload {
  text name;
  text destination;
};

/// Token facts at a checkpoint, an impersonation or a logon.
struct token_payload {
  uint64_t token_id;
  uint64_t authentication_id;
  uint64_t privileges_present;
  uint64_t privileges_enabled;
  uint32_t integrity_rid = unknown_u32;
  uint32_t session_id = unknown_u32;
  uint32_t impersonation_level = unknown_u32;  ///< SECURITY_IMPERSONATION_LEVEL
  account user = account::unknown;
  token_elevation elevation = token_elevation::unknown;
  truth is_elevated = truth::unknown;
  text sid;
  uint64_t privileges_disabled = 0;
  uint32_t logon_type = unknown_u32;  ///< SECURITY_LOGON_TYPE: 3 network, 10 remote interactive, ...
  text remote_address;                ///< of a logon: where it came from
};

struct network_payload {
  text remote_address;
  uint16_t remote_port;
  uint16_t local_port;
  truth initiated = truth::unknown;
  text remote_name;  ///< of a DNS query
};

struct tamper_payload {
  enum class change : uint8_t { unknown, image_replaced, image_locked };

  change what;
};

struct account_payload {
  uint32_t event_id;  ///< Security 4720 created, 4722 enabled, 4724 password reset, 4732 added to a group, ...
  text name;
  text sid;
  text subject_sid;
};

struct service_payload {
  text name;
  text image_path;
  text account;
};

}

#endif

// ==== bartizan/core/fact.hpp ====
#ifndef BARTIZAN_CORE_FACT_HPP
#define BARTIZAN_CORE_FACT_HPP

namespace BARTIZAN_NAMESPACE {

/// Things a sensor reports or an engine remembers, without which some atoms cannot be decided. A finding's blind bitmap is over
/// these: bit n is `field` n. Append, never renumber.
enum class field : uint8_t {
  call_trace,        ///< user-mode call stack of the operation
  jit_allocator,     ///< which module allocated a region without a file
  granted_access,
  actor_image,       ///< identity of the acting process's image
  actor_trust,       ///< its signature
  actor_file_age,
  actor_privileges,
  actor_protection,  ///< PS_PROTECTION
  target_image,
  target_protection,
  memory_reads,      ///< reads of the target's memory, with addresses
  open_history,      ///< which processes the actor opened just before
  crash_reports,     ///< faults that the error reporter was called for
  caller_module,     ///< signature of the module that made the call
  file_name,
  file_content,
  lineage,           ///< the starts of the process's ancestors
  com_client,        ///< on whose behalf a COM or RPC broker acted
  command_line,
  creator,           ///< the process whose thread made the new one, where it is not the parent
  account,           ///< of the token
  token,             ///< TOKEN_STATISTICS and privileges at a checkpoint
  load_order,        ///< images in the order in which the process mapped them
  module_signature,
  registry_data,
  memory_state,      ///< what stands behind an address
  memory_writes,     ///< allocations, protections and writes in other processes
  process_start,     ///< whether the process was made suspended, by whom, and whether it has run
  debug_object,      ///< who debugs whom
  code_symbol,       ///< the function at an address
  kernel_stack,      ///< kernel-mode call stack, with the drivers' ranges
  slack_map,         ///< unused space of a module and what its file holds there
  backing_file,      ///< the file behind an image section, at the time of the event
  disk_extents,      ///< where on the disk the protected files lie, and which bytes were read
  handle_origin,     ///< which object a duplicated handle stands for
  machine_code,      ///< code of a processor that the decoder knows
  unwind_data,       ///< an exception table that covers the program's code
};

/// For logs and JSON; [a-z_] only.
[[nodiscard]] constexpr const char* name(field f) noexcept {
  switch (f) {
    case field::call_trace: return "call_trace";
    case field::jit_allocator: return "jit_allocator";
    case field::granted_access: return "granted_access";
    case field::actor_image: return "actor_image";
    case field::actor_trust: return "actor_trust";
    case field::actor_file_age: return "actor_file_age";
    case field::actor_privileges: return "actor_privileges";
    case field::actor_protection: return "actor_protection";
    case field::target_image: return "target_image";
    case field::target_protection: return "target_protection";
    case field::memory_reads: return "memory_reads";
    case field::open_history: return "open_history";
    case field::crash_reports: return "crash_reports";
    case field::caller_module: return "caller_module";
    case field::file_name: return "file_name";
    case field::file_content: return "file_content";
    case field::lineage: return "lineage";
    case field::com_client: return "com_client";
    case field::command_line: return "command_line";
    case field::creator: return "creator";
    case field::account: return "account";
    case field::token: return "token";
    case field::load_order: return "load_order";
    case field::module_signature: return "module_signature";
    case field::registry_data: return "registry_data";
    case field::memory_state: return "memory_state";
    case field::memory_writes: return "memory_writes";
    case field::process_start: return "process_start";
    case field::debug_object: return "debug_object";
    case field::code_symbol: return "code_symbol";
    case field::kernel_stack: return "kernel_stack";
    case field::slack_map: return "slack_map";
    case field::backing_file: return "backing_file";
    case field::disk_extents: return "disk_extents";
    case field::handle_origin: return "handle_origin";
    case field::machine_code: return "machine_code";
    case field::unwind_data: return "unwind_data";
  }
  return "?";
}

inline constexpr uint8_t field_count = 37;

struct field_set {
  uint64_t bits = 0;

  constexpr void add(field f) noexcept { bits |= uint64_t{1} << static_cast<uint8_t>(f); }
  [[nodiscard]] constexpr bool has(field f) const noexcept { return (bits >> static_cast<uint8_t>(f) & 1) != 0; }
  [[nodiscard]] constexpr bool empty() const noexcept { return bits == 0; }
};

/// Everything three-valued that the engine puts into an event before a rule reads it. Append, never renumber.
enum class fact : uint8_t {
  trace_unbacked,          ///< a frame lies in memory without a file and no JIT accounts for it
  trace_direct_syscall,    ///< the innermost user frame is not a system-call stub of ntdll, win32u or wow64
  trace_dump_routine,      ///< a frame lies in a minidump writer (dbghelp, dbgcore, comsvcs)
  trace_seclogon,          ///< a frame lies in the secondary logon service
  trace_inventory,         ///< the caller is a system component that lists processes (.NET Process class, WMI provider, ...)
  actor_burst,             ///< the actor opened eight or more processes with this mask within five seconds
  actor_debug_privilege,   ///< SeDebugPrivilege was enabled within the last 60 s
  actor_fault_reported,    ///< the target itself called for this error reporter
  actor_read_lsass,        ///< the actor was given read access to LSASS within the last 120 s
  actor_wrote_dump,        ///< the actor created a dump-like file within the last 120 s
  target_memory_read,      ///< reads of the target succeeded: >= 64 KiB or >= 16 reads within 60 s
  target_secrets_read,     ///< reads touched writable data of the authentication packages
  file_named_for_lsass,    ///< the file's name says that it is a dump of LSASS
  file_is_dump,            ///< dump extension or MDMP signature

  lineage_locked,          ///< parent, creator or client carries a browser's lockdown
  lineage_hta,             ///< ... and it is an HTML application's
  lineage_browser_utility, ///< the browser's unsandboxed utility process (file dialogs) made it
  command_from_browser,    ///< the command line names a file that a browser wrote within seven days
  command_was_typed,       ///< the command line was typed or pasted into the Run box or an address bar within 60 s
  started_by_com,          ///< a COM server that its launcher started, client unknown
  page_is_untrusted,       ///< an HTML application's page is inline script, remote, or a file that anyone may write
  native_host_allowed,     ///< a native-messaging host that an administrator registered and the policy names
  own_helper,              ///< belongs to its creator: a program of the browser's own, a console host, an error reporter
  names_powershell,        ///< the command line names PowerShell
  module_is_powershell,    ///< the module is PowerShell's engine
  every_child_locked,      ///< policy: no program at all may start from a browser

  token_replaced,          ///< the primary token is another object than the snapshot's, after it was frozen
  token_of_another,        ///< ... and it is the token of another live process
  token_raised,            ///< ... or of another user, logon session or higher integrity
  privileges_grew,         ///< privileges are present that the snapshot did not have
  privileges_inconsistent, ///< privileges are enabled that are not present, twice in a row
  creator_is_system,       ///< account of the creator (of the parent, where no creator is recorded)
  creator_at_most_medium,  ///< integrity of the creator
  client_is_service,       ///< the effective parent runs as a service account: LOCAL/NETWORK SERVICE, virtual, app pool
  client_is_user,          ///< ... as a user or anonymously
  impersonated_system,     ///< the actor came to impersonate SYSTEM within the last 10 s
  parent_is_spoofed,       ///< creator and parent differ, and the creator is no broker
  parent_is_system,        ///< account of the parent
  actor_sweeps_handles,    ///< this and another system process were opened for their handles only, within five seconds
  actor_may_impersonate,   ///< the actor runs as a service account, whose work is to impersonate
  command_to_pipe,         ///< the command line is a shell that writes into a named pipe

  verifier_active,         ///< verifier.dll is mapped in this process
  load_before_kernel32,    ///< the module maps before kernel32.dll
  module_expected_early,   ///< ... and is one of those that belong there
  process_is_native,       ///< of the native subsystem
  module_is_microsofts,    ///< Windows' own signature, valid
  provider_authentic,      ///< by name, directory and signature: an Application Verifier provider of Windows
  provider_is_foreign,     ///< VerifierDlls names a provider that is not Windows' own
  provider_is_path,        ///< ... or names a path, which no loader asks for
  verifier_flag_set,       ///< GlobalFlag turns Application Verifier on
  verifier_pair,           ///< a foreign provider and the flag were set for one program within 10 min
  ifeo_target_protected,   ///< the key is of a security product, the LSA, winlogon, services or a browser
  ifeo_root_moved,         ///< Image File Execution Options or an ancestor was renamed, linked or loaded over
  ifeo_debugger,           ///< Debugger was set for a program
  debugger_is_interpreter, ///< ... and it is a command interpreter or script host
  silent_exit_monitor,     ///< SilentProcessExit names a program to start
  mitigation_blocks,       ///< MitigationOptions keeps other vendors' libraries out of a program
  system_file_is_provider, ///< a new file in the system directory bears the name of a registered provider

  source_is_creator,       ///< the actor made the target process
  target_not_started,      ///< the target has not yet run a thread of its own
  source_is_debugger,      ///< the actor owns the target's debug object
  source_paused_target,    ///< the actor made the target suspended, or suspended it
  source_same_image,       ///< actor and target run the same image
  injector_serves,         ///< an injection tool that Windows' own service started
  code_unbacked,           ///< the code that will run lies in memory without a file, or in a modified page of an image
  code_prepared,           ///< ... in memory that the actor allocated, mapped, made executable or wrote there, however long ago
  code_written,            ///< ... which it was seen writing; no: the target's writes are recorded and none was seen
  code_writable,           ///< ... which is writable and executable, of 4 KiB or more
  code_is_loader,          ///< a routine that loads a library
  code_is_expected,        ///< a routine that Windows or a debugger starts in other processes by design
  code_reads_atoms,        ///< a routine that copies an atom's text to where its caller says
  code_is_primitive,       ///< a routine that copies, changes protection, sets a context or starts code for its caller
  code_inside_system,      ///< amid a function of ntdll or kernelbase: a gadget
  apc_flood,               ///< more than 32 APCs to three or more threads of the target within 5 s
  context_churn,           ///< eight or more changes of one thread's context within 5 s
  target_is_old,           ///< the target has lived for more than 2 s
  library_was_forced,      ///< a thread or APC of another process asked for this load within 60 s
  instigator_untrusted,    ///< ... of a process whose image is not trusted
  frame_tainted,           ///< a frame of the call stack lies in memory that another process put there
  frame_in_slack,          ///< ... in the unused space of a module, on code that its file holds there
  main_image_overwritten,  ///< the creator wrote 4 KiB or more over the program before it ran
  main_image_remapped,     ///< ... or put other memory in the program's place
  image_base_redirected,   ///< ... or pointed the process environment block to another image, and now starts it
  creation_write,          ///< a write of process creation: by the creator, before the start, through CreateProcess, to its blocks
  sandbox_patch,           ///< a browser's hook on a system call of its own child that has not started
  fork_copy,               ///< a POSIX emulation copies its runtime's data into its own child
  kernel_frame_unbacked,   ///< a frame of the kernel stack lies outside every driver
  kernel_prepared_code,    ///< a kernel caller placed writable code in the target within 5 s
  made_from_section,       ///< the process was made from a section by its maker's own system call, past CreateProcess
  host_started_elsewhere,  ///< a service host that something else than the service controller started
  call_unbacked,           ///< the actor asks for rights to inject through memory that no file and no JIT accounts for
  rights_through_unbacked, ///< the actor got its rights over the target through memory that no file and no JIT accounts for
  command_injects,         ///< the command line tells the tool to inject into a running process

  target_holds_lsass,      ///< the target holds a handle to LSASS that reads, derives, injects or reopens
  creator_shares_lsass,    ///< the creator holds one, and the new process inherits its handles
  target_is_lsass_clone,   ///< runs LSASS's image and is not the registered LSA
  actor_opened_two_lsass,  ///< the actor opened two processes that run LSASS's image within 120 s
  client_untrusted,        ///< the RPC client that the actor serves is no part of Windows
  lsass_reporting_set,     ///< the value makes error reporting dump LSASS: silent exit, or a GlobalFlag with 0x200
  lsass_dumps_kept,        ///< ... or keep full dumps of whatever crashes (LocalDumps)
  lsa_packages_set,        ///< the value names libraries that LSASS loads, or network providers
  lsa_protection_set,      ///< the value switches LSASS's own protection (RunAsPPL)
  key_account_hash,        ///< value V of an account in SAM, or several values of it at once
  key_account_record,      ///< any other or an unnamed value of an account or of the account domain
  key_lsa_secret,          ///< an LSA secret, the key to them, or a cached logon
  key_holds_secrets,       ///< SAM or SECURITY: the key or an ancestor of accounts or secrets, or a part of them
  key_holds_boot_key,      ///< SYSTEM: the key, an ancestor or a part of Control\Lsa
  key_file_is_store,       ///< the file to be mounted or replaced is a SAM, SECURITY or SYSTEM hive by its name
  boot_key_two,            ///< the actor read the class of two of the four boot keys within 60 s
  boot_key_three,          ///< ... of three or four
  key_past_acl,            ///< the actor opened SAM or SECURITY for backup, or has just enabled the backup privilege
  actor_saved_both,        ///< SAM or SECURITY, and SYSTEM, were saved by the actor within 10 min
  remote_client,           ///< the registry service acts for a network logon of the last 60 s
  file_is_store,           ///< SAM, SECURITY or SYSTEM hive file, or the directory database
  file_is_spare_store,     ///< ... on a shadow copy, in a backup folder, or anywhere but its own place
  file_named_as_store,     ///< written outside the stores' places under a store's name
  actor_took_store,        ///< the actor opened a store or saved a hive within 10 min, or its command line names one
  command_saves_secrets,   ///< the command line saves SAM or SECURITY
  command_saves_boot_key,  ///< the command line saves SYSTEM
  command_is_own,          ///< ... as the program's own first argument, not as a command for another
  command_names_store,     ///< the command line names a store file
  command_names_spare,     ///< ... on a shadow copy, in a backup folder or elsewhere
  command_asks_snapshot,   ///< the command line asks for a snapshot of the volume, or for a directory installation set
  disk_is_protected,       ///< the raw access lies in the extents of a protected file
  disk_in_bulk,            ///< the actor read 1 MiB or more raw, or the $MFT and then something else
  actor_made_snapshot,     ///< the actor, its creator or a program that either started made a shadow copy within 30 min
  actor_read_volume,       ///< the actor read a volume past the file system within 10 min
  both_halves,             ///< of a store, secrets and boot key: the command line names them, or the actor wrote them under like names within 10 min
};
static_assert(static_cast<uint8_t>(fact::both_halves) < 128, "truth_set holds 128");

}

#endif

// ==== bartizan/core/event.hpp ====
#ifndef BARTIZAN_CORE_EVENT_HPP
#define BARTIZAN_CORE_EVENT_HPP

namespace BARTIZAN_NAMESPACE {

/// Kinds of events, in the order of rules.md 0.2. Numbers are part of the ABI: append, never renumber.
enum class event_kind : uint8_t {
  none = 0,
  process_create,    ///< payload create
  process_exit,      ///< no payload
  thread_start,      ///< payload thread; actor = creator, target = owner
  image_load,        ///< payload image; actor = the process that maps
  handle_open,       ///< payload handle; target = the process (or the thread's process)
  handle_duplicate,  ///< payload handle; actor = recipient
  memory_allocate,   ///< payload memory; executable allocations only
  memory_protect,    ///< payload memory; changes to executable only
  memory_map,        ///< payload memory; executable views only
  memory_read,       ///< payload memory
  memory_write,      ///< payload memory
  apc_queue,         ///< payload apc
  context_set,       ///< payload context
  suspend,           ///< no payload; also freeze
  resume,            ///< no payload; also thaw
  impersonate,       ///< payload token
  driver_load,       ///< payload image
  registry,          ///< payload registry
  file,              ///< payload file
  object_symlink,    ///< payload link
  token_check,       ///< payload token
  network_connect,   ///< payload network
  image_tampered,    ///< payload tamper; the mapped image differs from its file (Sysmon 25)
  logon,             ///< payload token
  privilege_use,     ///< payload token: `privileges_enabled` holds those that were used or tried
  account_change,    ///< payload account; actor unknown: the log names the subject only
  service_install,   ///< payload service
  dns_query,         ///< payload network: `remote_name`
  clipboard_change,  ///< no payload
  transaction,       ///< no payload; a kernel transaction changed its state (Security 4985)
};

enum event_flag : uint8_t {
  event_kernel_caller = 1,    ///< a kernel-mode caller: the actor is only the process it was attached to
  event_after_operation = 2,  ///< the operation has happened; without it, it can still be denied
  event_synthetic = 4,        ///< made by a builder, not recorded by a sensor
};

/// One thing that happened, in the words of every sensor. Plain data: copyable, no ownership; texts and frames belong to the
/// adapter and live as long as the call that the event is passed to. An adapter fills keys, texts, payload and, where the sensor
/// names them, the processes' accounts; the engine fills the processes' other facts and `facts`; rules only read.
struct event {
  uint32_t size_bytes = sizeof(event);
  event_kind kind = event_kind::none;
  uint8_t flags = 0;
  trust caller_trust = trust::unknown;  ///< of the module that made the call: the first frame below the system's own layers
  trust module_trust = trust::unknown;  ///< of the module that the event is about: the one mapped, or the one that a thread starts in
  uint64_t time_100ns = 0;  ///< FILETIME (100 ns since 1601-01-01 UTC)
  uint64_t record = 0;      ///< the adapter's own number of the event, for evidence
  process actor = {};
  process target = {};
  text actor_image = {};    ///< path as the sensor wrote it; empty unknown
  text target_image = {};
  truth_set<fact> facts = {};

  /// Tagged by `kind`. All members are trivially copyable; assign a whole payload: `e.data = handle_payload{...}`.
  union payload {
    process_create_payload create;
    thread_start_payload thread;
    image_load_payload image;
    handle_payload handle;
    memory_payload memory;
    apc_payload apc;
    context_payload context;
    registry_payload registry;
    file_payload file;
    link_payload link;
    token_payload token;
    network_payload network;
    tamper_payload tamper;
    account_payload account;
    service_payload service;

    constexpr payload() noexcept : create{} {}  ///< the largest member, so that every byte is defined
    constexpr payload(const process_create_payload& p) noexcept : create(p) {}
    constexpr payload(const thread_start_payload& p) noexcept : thread(p) {}
    constexpr payload(const image_load_payload& p) noexcept : image(p) {}
    constexpr payload(const handle_payload& p) noexcept : handle(p) {}
    constexpr payload(const memory_payload& p) noexcept : memory(p) {}
    constexpr payload(const apc_payload& p) noexcept : apc(p) {}
    constexpr payload(const context_payload& p) noexcept : context(p) {}
    constexpr payload(const registry_payload& p) noexcept : registry(p) {}
    constexpr payload(const file_payload& p) noexcept : file(p) {}
    constexpr payload(const link_payload& p) noexcept : link(p) {}
    constexpr payload(const token_payload& p) noexcept : token(p) {}
    constexpr payload(const network_payload& p) noexcept : network(p) {}
    constexpr payload(const tamper_payload& p) noexcept : tamper(p) {}
    constexpr payload(const account_payload& p) noexcept : account(p) {}
    constexpr payload(const service_payload& p) noexcept : service(p) {}
  } data = {};
  static_assert(sizeof(payload) == sizeof(process_create_payload));

  call_stack stack = {};        ///< user-mode stack of the operation; a handle event may carry it in its payload instead
  process_key instigator = {};  ///< set by the engine: the process that put the code there, when it is not the actor
  role_set instigator_roles = {};
};

[[nodiscard]] constexpr const call_stack& stack_of(const event& e) noexcept {
  const bool of_handle = e.kind == event_kind::handle_open || e.kind == event_kind::handle_duplicate;
  return of_handle && e.stack.size == 0 ? e.data.handle.stack : e.stack;
}

}

#endif

// ==== bartizan/core/code_reference.hpp ====
#ifndef BARTIZAN_CORE_CODE_REFERENCE_HPP
#define BARTIZAN_CORE_CODE_REFERENCE_HPP

namespace BARTIZAN_NAMESPACE {

/// The code that an event makes another process run: a thread's start, an APC's routine, a context's program counter.
struct code_reference {
  uint64_t address = 0;  ///< 0 unknown
  uint64_t argument = 0; ///< first argument of the routine; 0 none or unknown
  memory_state state = memory_state::unknown;
  page_protection protection = 0;
  text module;
  text function;
  /// What an APC's first argument is where it cannot be told whether ntdll's dispatcher will call it.
  truth argument_unbacked = truth::no;
};

/// A WOW64 APC routine travels as (-routine) << 2: read as a 64-bit address it lies in the kernel's half, where no user-mode
/// routine can be, so the value alone tells. Source: rules.md A1 (from HVMI); wow64 itself is not documented.
[[nodiscard]] constexpr uint64_t decode_apc_routine(uint64_t routine) noexcept {
  return is_kernel_address(routine) && (routine & 3) == 0 ? (0 - routine) >> 2 : routine;
}

/// QueueUserAPC passes ntdll!RtlDispatchAPC as the routine and the caller's own routine as first argument, so a rule that looks
/// at the routine sees only ntdll. Where the function is not known (ETW names the module alone) the first argument decides what it
/// can: executable memory without a file is no data.
[[nodiscard]] constexpr code_reference code_of(const apc_payload& apc) noexcept {
  code_reference code{decode_apc_routine(apc.routine), apc.arguments[0], apc.routine_state, apc.routine_protection,
            apc.routine_module, apc.routine_function, truth::no};
  if (!equal_folded(file_name(code.module), u"ntdll.dll")) return code;
  if (equal_folded(code.function, u"RtlDispatchAPC"))
    return {decode_apc_routine(apc.arguments[0]), apc.arguments[1], apc.argument_state, apc.argument_protection,
        apc.argument_module, apc.argument_function, truth::no};
  if (!code.function.empty()) return code;
  const truth executable = apc.argument_protection == 0 ? truth::unknown : to_truth(is_executable(apc.argument_protection));
  code.argument_unbacked = is_unbacked(apc.argument_state) & executable;
  return code;
}

[[nodiscard]] constexpr code_reference code_of(const event& e) noexcept {
  switch (e.kind) {
    case event_kind::thread_start: {
      const thread_start_payload& t = e.data.thread;
      return {t.start_address, t.argument, t.start_state, 0, t.start_module, t.start_function, truth::no};
    }
    case event_kind::context_set: {
      const context_payload& c = e.data.context;
      return {c.program_counter, 0, c.program_counter_state, c.protection, c.module, c.function, truth::no};
    }
    case event_kind::apc_queue: return code_of(e.data.apc);
    default: return {};
  }
}

}

#endif

// ==== bartizan/core/error.hpp ====
#ifndef BARTIZAN_CORE_ERROR_HPP
#define BARTIZAN_CORE_ERROR_HPP

namespace BARTIZAN_NAMESPACE {

/// Every reason for which the library refuses input. The high byte names the room: 01 core, 02 pe, 03 model (nn), 04 lists,
/// 05 adapters, 06 engine, 09 quarantine. Numbers are part of the ABI: append, never renumber. `describe` holds one sentence for each.
enum class error_code : uint16_t {
  none = 0,

  capacity_exceeded = 0x0101,

  pe_too_small = 0x0201,
  pe_no_mz = 0x0202,
  pe_header_out_of_file = 0x0203,
  pe_no_pe_signature = 0x0204,
  pe_optional_header_too_small = 0x0205,
  pe_optional_header_magic = 0x0206,
  pe_rom_image = 0x0207,
  pe_optional_header_out_of_file = 0x0208,
  pe_section_table_out_of_file = 0x0209,
  pe_section_header_zero = 0x020a,
  pe_section_header_absurd = 0x020b,
  pe_section_limit = 0x020c,
  pe_section_raw_out_of_file = 0x020d,
  pe_directory_count = 0x020e,
  pe_optional_header_cut = 0x020f,
  pe_import_directory_unreadable = 0x0210,
  pe_import_directory_cut = 0x0211,
  pe_import_limit = 0x0212,
  pe_import_table_unreadable = 0x0213,
  pe_import_table_cut = 0x0214,
  pe_import_thunk_invalid = 0x0215,
  pe_import_name_invalid = 0x0216,
  pe_import_dll_name_invalid = 0x0217,
  pe_bound_import_invalid = 0x0218,
  pe_export_directory_unreadable = 0x0219,
  pe_export_table_cut = 0x021a,
  pe_export_limit = 0x021b,
  pe_export_ordinal_invalid = 0x021c,
  pe_export_name_invalid = 0x021d,
  pe_export_forwarder_invalid = 0x021e,
  pe_debug_directory_cut = 0x021f,
  pe_debug_data_out_of_file = 0x0220,
  pe_debug_limit = 0x0221,
  pe_relocation_directory_cut = 0x0222,
  pe_relocation_block_size = 0x0223,
  pe_relocation_block_rva = 0x0224,
  pe_relocation_block_cut = 0x0225,
  pe_rich_header_invalid = 0x0226,
  pe_rich_header_checksum = 0x0227,
  pe_certificate_table_out_of_file = 0x0228,
  pe_certificate_length = 0x0229,
  pe_certificate_limit = 0x022a,
  pe_resource_directory_cut = 0x022b,
  pe_resource_loop = 0x022c,
  pe_resource_depth = 0x022d,
  pe_resource_limit = 0x022e,
  pe_resource_name_cut = 0x022f,
  pe_resource_data_cut = 0x0230,
  pe_version_info_invalid = 0x0231,
  pe_tls_directory_cut = 0x0232,
  pe_tls_callbacks_unreadable = 0x0233,
  pe_load_config_cut = 0x0234,
  pe_chpe_metadata_unreadable = 0x0235,
  pe_exception_table_cut = 0x0236,
  pe_runtime_function_range = 0x0237,
  pe_unwind_info_unreadable = 0x0238,
  pe_clr_header_cut = 0x0239,
  pe_clr_metadata_invalid = 0x023a,
  pe_signature_asn1 = 0x023b,
  pe_signature_content = 0x023c,
  pe_signature_algorithm = 0x023d,
  pe_signature_signer_missing = 0x023e,

  model_too_small = 0x0301,
  model_bad_magic = 0x0302,
  model_newer_version = 0x0303,
  model_length_mismatch = 0x0304,
  model_digest_mismatch = 0x0305,
  model_schema_mismatch = 0x0306,
  model_bad_shape = 0x0307,
  model_out_of_bounds = 0x0308,
  model_misaligned = 0x0309,
  model_test_vector_mismatch = 0x030a,
  model_scratch_too_small = 0x030b,
  model_bad_unit = 0x030c,

  list_too_small = 0x0401,
  list_bad_magic = 0x0402,
  list_newer_version = 0x0403,
  list_length_mismatch = 0x0404,
  list_digest_mismatch = 0x0405,
  list_bad_kind = 0x0406,
  list_reserved_not_zero = 0x0407,
  list_too_many_entries = 0x0408,
  list_section_misplaced = 0x0409,
  list_order = 0x040a,
  list_index_mismatch = 0x040b,
  list_bad_text = 0x040c,
  list_bad_key = 0x040d,
  list_key_not_admitted = 0x040e,
  list_never_expires = 0x040f,
  list_unsigned = 0x0410,
  list_signature_mismatch = 0x0411,
  list_rollback = 0x0412,

  vault_bad_path = 0x0901,
  vault_absent = 0x0902,
  vault_denied = 0x0903,
  vault_full = 0x0904,
  vault_io = 0x0905,
  vault_unsupported = 0x0906,
  vault_link_in_path = 0x0907,
  vault_not_a_file = 0x0908,
  vault_place_taken = 0x0909,
  vault_parent_changed = 0x090a,
  vault_file_changed = 0x090b,
  vault_other_content = 0x090c,
  vault_left_aside = 0x090d,
  vault_folder_unsafe = 0x090e,
  vault_busy = 0x090f,
  vault_inside = 0x0910,
  vault_no_item = 0x0911,
  vault_item_too_large = 0x0912,
  vault_no_registry = 0x0913,
  vault_registry_failed = 0x0914,
  vault_attributes = 0x0915,
  vault_mark_lower = 0x0916,
  item_too_small = 0x0920,
  item_bad_magic = 0x0921,
  item_newer_version = 0x0922,
  item_length_mismatch = 0x0923,
  item_reserved_not_zero = 0x0924,
  item_digest_mismatch = 0x0925,
  item_bad_id = 0x0926,
  item_bad_kind = 0x0927,
  item_bad_text = 0x0928,
  item_stream_limit = 0x0929,
  item_stream_order = 0x092a,
  item_cut = 0x092b,
  item_trailing_bytes = 0x092c,
  item_content_mismatch = 0x092d,

  adapter_missing_field = 0x0501,
  adapter_bad_number = 0x0502,
  adapter_bad_time = 0x0503,
  adapter_bad_guid = 0x0504,
  adapter_text_arena_full = 0x0505,
  adapter_unknown_event = 0x0506,
};

/// One English sentence, without a trailing full stop, for a log line "FILE: offset N: SENTENCE".
[[nodiscard]] constexpr const char* describe(error_code code) noexcept {
  switch (code) {
    case error_code::none: return "no error";
    case error_code::capacity_exceeded: return "a fixed-capacity table is full";
    case error_code::pe_too_small: return "the file is shorter than a DOS header (64 bytes)";
    case error_code::pe_no_mz: return "the file does not begin with the DOS signature 'MZ'";
    case error_code::pe_header_out_of_file: return "e_lfanew points outside the file";
    case error_code::pe_no_pe_signature: return "there is no 'PE\\0\\0' signature where e_lfanew points";
    case error_code::pe_optional_header_too_small: return "SizeOfOptionalHeader does not hold the header and the data directories that it claims";
    case error_code::pe_optional_header_magic: return "the optional header's magic is neither PE32 (0x10b) nor PE32+ (0x20b)";
    case error_code::pe_rom_image: return "the optional header is of a ROM image (0x107), which Windows does not run";
    case error_code::pe_optional_header_out_of_file: return "the optional header reaches past the end of the file";
    case error_code::pe_section_table_out_of_file: return "the section table reaches past the end of the file";
    case error_code::pe_section_header_zero: return "a section header is all zero, so the section table ends there";
    case error_code::pe_section_header_absurd: return "a section header is wrong in three ways at once, so the section table ends there";
    case error_code::pe_section_limit: return "more than 2,048 sections are claimed; the rest is not read";
    case error_code::pe_section_raw_out_of_file: return "a section's raw data reaches past the end of the file";
    case error_code::pe_directory_count: return "NumberOfRvaAndSizes is larger than 16";
    case error_code::pe_optional_header_cut: return "the optional header is cut by the end of the file; what is missing reads as zero";
    case error_code::pe_import_directory_unreadable: return "the import directory's address leads to nothing in the file";
    case error_code::pe_import_directory_cut: return "the import directory is cut before its terminator";
    case error_code::pe_import_limit: return "more imports than the reader's limit (4,096 modules, 32,768 symbols); the rest is not read";
    case error_code::pe_import_table_unreadable: return "neither the lookup table nor the address table of an imported module can be read";
    case error_code::pe_import_table_cut: return "an import lookup table is cut before its terminator";
    case error_code::pe_import_thunk_invalid: return "an entry of an import lookup table is neither an ordinal nor the address of a name";
    case error_code::pe_import_name_invalid: return "an imported symbol's name is missing or has a character that no linker writes";
    case error_code::pe_import_dll_name_invalid: return "an imported module's name is missing or is no file name";
    case error_code::pe_bound_import_invalid: return "the bound import directory is cut or names no module";
    case error_code::pe_export_directory_unreadable: return "the export directory cannot be read whole";
    case error_code::pe_export_table_cut: return "an export table is shorter in the file than the export directory claims";
    case error_code::pe_export_limit: return "more exports are claimed than the 65,536 ordinals that there are";
    case error_code::pe_export_ordinal_invalid: return "an exported name has an ordinal outside the export address table";
    case error_code::pe_export_name_invalid: return "an exported symbol's name is missing or has a character that no linker writes";
    case error_code::pe_export_forwarder_invalid: return "an export is forwarded to a text that is not MODULE.SYMBOL";
    case error_code::pe_debug_directory_cut: return "the debug directory is cut by the end of its section";
    case error_code::pe_debug_data_out_of_file: return "a debug directory entry points outside the file";
    case error_code::pe_debug_limit: return "the debug directory claims more than 256 entries; the rest is not read";
    case error_code::pe_relocation_directory_cut: return "the base relocation directory is cut by the end of its section";
    case error_code::pe_relocation_block_size: return "a base relocation block is smaller than its header or larger than the image";
    case error_code::pe_relocation_block_rva: return "a base relocation block is for a page outside the image";
    case error_code::pe_relocation_block_cut: return "a base relocation block is cut by the end of its section";
    case error_code::pe_rich_header_invalid: return "there is a Rich signature without the DanS signature that belongs to it";
    case error_code::pe_rich_header_checksum: return "the Rich header's checksum does not match the DOS stub and the entries";
    case error_code::pe_certificate_table_out_of_file: return "the certificate table reaches past the end of the file";
    case error_code::pe_certificate_length: return "a certificate entry is shorter than its header or longer than the table";
    case error_code::pe_certificate_limit: return "the certificate table has more than 64 entries; the rest is not read";
    case error_code::pe_resource_directory_cut: return "a resource directory or one of its entries cannot be read";
    case error_code::pe_resource_loop: return "a resource directory contains itself";
    case error_code::pe_resource_depth: return "resource directories are nested more than 8 deep; what is deeper is not read";
    case error_code::pe_resource_limit: return "more than 32,768 resource entries; the rest is not read";
    case error_code::pe_resource_name_cut: return "a resource name cannot be read whole";
    case error_code::pe_resource_data_cut: return "a resource's data is not or not wholly in the file";
    case error_code::pe_version_info_invalid: return "the version information is not a tree of length-prefixed blocks";
    case error_code::pe_tls_directory_cut: return "the TLS directory is cut by the end of its section";
    case error_code::pe_tls_callbacks_unreadable: return "the TLS callback table is outside the image's file or has no terminator";
    case error_code::pe_load_config_cut: return "the load configuration directory is shorter in the file than its Size field claims";
    case error_code::pe_chpe_metadata_unreadable: return "the load configuration points to hybrid (CHPE) metadata that cannot be read";
    case error_code::pe_exception_table_cut: return "the exception table (.pdata) is cut by the end of its section";
    case error_code::pe_runtime_function_range: return "an exception table entry covers no code or begins before the one in front of it";
    case error_code::pe_unwind_info_unreadable: return "an exception table entry's unwind information cannot be read";
    case error_code::pe_clr_header_cut: return "the CLR header is cut by the end of its section";
    case error_code::pe_clr_metadata_invalid: return "the CLR header's metadata is not in the file or does not begin with 'BSJB'";
    case error_code::pe_signature_asn1: return "the signature is not PKCS #7 signed data in DER";
    case error_code::pe_signature_content: return "the signature is not for a PE image: it holds no SpcIndirectDataContent";
    case error_code::pe_signature_algorithm: return "the signature uses a digest other than SHA-1 and SHA-256, so it is not compared";
    case error_code::pe_signature_signer_missing: return "the signer's certificate is not in the signature";
    case error_code::model_too_small: return "the model is shorter than its header";
    case error_code::model_bad_magic: return "this is not a bartizan model (magic is not 'BTZ1')";
    case error_code::model_newer_version: return "the model's format is of a newer major version than this library reads";
    case error_code::model_length_mismatch: return "the model's stated length differs from the bytes given";
    case error_code::model_digest_mismatch: return "the model's digest does not match its bytes";
    case error_code::model_schema_mismatch: return "the model was trained on another feature schema";
    case error_code::model_bad_shape: return "a layer's shape is zero, too large, or does not fit its neighbour";
    case error_code::model_out_of_bounds: return "a table of the model lies outside the model";
    case error_code::model_misaligned: return "a table of the model is not aligned as the format demands";
    case error_code::model_test_vector_mismatch: return "an embedded test vector gives another score on this machine";
    case error_code::model_scratch_too_small: return "the model is wider than the inference scratch memory allows for";
    case error_code::model_bad_unit: return "an input unit is of unknown kind, has an empty ramp, or names a feature out of range or out of order";
    case error_code::list_too_small: return "the list is shorter than its header";
    case error_code::list_bad_magic: return "this is not a bartizan list (magic is not 'BZL1')";
    case error_code::list_newer_version: return "the list's format is of another major version than this library reads";
    case error_code::list_length_mismatch: return "the list's stated length differs from the bytes given";
    case error_code::list_digest_mismatch: return "a SHA-256 of the list does not match its bytes";
    case error_code::list_bad_kind: return "the list is of no known kind (block, suppression, local allow, global allow)";
    case error_code::list_reserved_not_zero: return "a reserved field or padding of the list is not zero";
    case error_code::list_too_many_entries: return "a section of the list claims more than 67,108,864 entries";
    case error_code::list_section_misplaced: return "a section of the list is not where the format puts it, or reaches past the end";
    case error_code::list_order: return "entries of the list are not in ascending order, or one key stands twice";
    case error_code::list_index_mismatch: return "the list's index does not lead to the entries";
    case error_code::list_bad_text: return "a text of an entry is missing, lies outside the list's texts, or is not in canonical form";
    case error_code::list_bad_key: return "an entry's key holds what its kind does not have, or its hash is not the text's";
    case error_code::list_key_not_admitted: return "a path or a name alone is no key of a block or suppression list";
    case error_code::list_never_expires: return "an entry of the list has no expiry";
    case error_code::list_unsigned: return "the list is not signed";
    case error_code::list_signature_mismatch: return "the list's signature does not hold under the key given";
    case error_code::list_rollback: return "the list's version is not above the installed one";
    case error_code::vault_bad_path: return "the path is not absolute, or has '.', '..' or nothing between two separators";
    case error_code::vault_absent: return "there is no such file or folder";
    case error_code::vault_denied: return "the system refuses access";
    case error_code::vault_full: return "there is no space left";
    case error_code::vault_io: return "the system reports an input or output error";
    case error_code::vault_unsupported: return "the file system cannot do what this needs";
    case error_code::vault_link_in_path: return "a folder on the way is a link or no folder; the place itself must be named";
    case error_code::vault_not_a_file: return "it is a folder, a link, a device or a pipe, and only regular files are quarantined";
    case error_code::vault_place_taken: return "there is something at that place already, and it is not overwritten";
    case error_code::vault_parent_changed: return "the folder is another one than when the file was taken; a place must be named";
    case error_code::vault_file_changed: return "the file was changed or replaced while it was being moved, and stays where it is";
    case error_code::vault_other_content: return "the file's SHA-256 is not the one that was to be quarantined";
    case error_code::vault_left_aside: return "another file took the place meanwhile; what was there is beside it, as .bartizan-ID";
    case error_code::vault_folder_unsafe: return "the vault's folder belongs to somebody else or is open to others";
    case error_code::vault_busy: return "the vault is in use";
    case error_code::vault_inside: return "the place is inside the vault";
    case error_code::vault_no_item: return "the vault holds no item of this id";
    case error_code::vault_item_too_large: return "streams, security descriptor and texts are larger than an item may hold";
    case error_code::vault_no_registry: return "the host gave no access to the registry";
    case error_code::vault_registry_failed: return "the host could not export, remove or restore the registry entry";
    case error_code::vault_attributes: return "owner, mode, times or streams could not be read or restored";
    case error_code::vault_mark_lower: return "the version is below the one already in force";
    case error_code::item_too_small: return "the item is shorter than its header";
    case error_code::item_bad_magic: return "this is no file of a quarantine vault (wrong magic)";
    case error_code::item_newer_version: return "the item's format is of another major version than this library reads";
    case error_code::item_length_mismatch: return "a stated length differs from the bytes that are there";
    case error_code::item_reserved_not_zero: return "a reserved field of the item is not zero";
    case error_code::item_digest_mismatch: return "a SHA-256 of the item does not match its bytes";
    case error_code::item_bad_id: return "the item's id is not the one in its file's name";
    case error_code::item_bad_kind: return "the item is of no known kind (file, link, registry entry)";
    case error_code::item_bad_text: return "a text of the item is missing, too long, or holds a zero byte";
    case error_code::item_stream_limit: return "the item claims more than 4,096 streams";
    case error_code::item_stream_order: return "the item's streams are not in ascending order of their names";
    case error_code::item_cut: return "a text or stream reaches past the end of the item's metadata";
    case error_code::item_trailing_bytes: return "there are bytes behind the item's last field";
    case error_code::item_content_mismatch: return "the SHA-256 of the item's content does not match";
    case error_code::adapter_missing_field: return "a field that this event cannot do without is absent";
    case error_code::adapter_bad_number: return "a numeric field is not a number";
    case error_code::adapter_bad_time: return "the time stamp is not ISO 8601 UTC";
    case error_code::adapter_bad_guid: return "a process GUID is malformed";
    case error_code::adapter_text_arena_full: return "the caller's text arena is too small for this event";
    case error_code::adapter_unknown_event: return "this channel and event number have no mapping";
  }
  return "unknown error code";
}

/// What went wrong and at which byte of the input. `offset` is 0 where no byte is to blame.
struct error {
  error_code code = error_code::none;
  uint64_t offset = 0;

  [[nodiscard]] constexpr explicit operator bool() const noexcept { return code != error_code::none; }
};

}

#endif

// ==== bartizan/core/finding.hpp ====
#ifndef BARTIZAN_CORE_FINDING_HPP
#define BARTIZAN_CORE_FINDING_HPP

namespace BARTIZAN_NAMESPACE {

/// How much an atom weighs alone: strong convicts (subject to its rule's gate), medium needs a second medium atom of another
/// column, weak needs company to be worth an event.
enum class grade : uint8_t { weak, medium, strong };

/// Which question an atom answers. Two atoms of one column may say the same thing twice, so they do not add up.
enum class column : uint8_t { who, what, how, where };

/// One row of a rule's list of evidence. `needs` is the sensor field without which the atom is unknown.
struct atom_info {
  const char* name;      ///< "a1"
  const char* sentence;  ///< for an administrator
  grade weight;
  column question;
  field needs;
};

/// At most 16 three-valued atoms; bit n is row n of the rule's atom_info table.
struct atom_set {
  uint16_t yes = 0;
  uint16_t unknown = 0;

  constexpr void set(uint8_t index, truth value) noexcept {
    yes = static_cast<uint16_t>(yes | (static_cast<uint32_t>(value) >> 1) << index);
    unknown = static_cast<uint16_t>(unknown | (static_cast<uint32_t>(value) & 1) << index);
  }
  [[nodiscard]] constexpr bool has(uint8_t index) const noexcept { return (yes >> index & 1) != 0; }
};

/// What the evidence amounts to. Ordered: more evidence never lowers it.
enum class verdict : uint8_t {
  none,
  event,    ///< worth recording
  convict,  ///< the brief's table applies
};

/// What to do about the operation itself, weakest first.
enum class response : uint8_t {
  none,
  strip,           ///< take rights off the handle, in silence
  strip_event,     ///< take rights off the handle and record it
  deny,            ///< fail the operation
  deny_terminate,  ///< fail the operation and end the process that tried
};

/// Which process a conviction is about, and a termination ends (rules.md, section R).
enum class culprit : uint8_t {
  actor,
  instigator,  ///< event::instigator: whoever put the code into the actor
  nobody,      ///< no process to end: a kernel caller, a remote client
};

/// A rule's answer to one event. `blind` names what the sensor did not tell although it could have raised the verdict:
/// with verdict none and blind not empty the rule has not seen, which is not the same as clean.
struct outcome {
  verdict evidence = verdict::none;
  response action = response::none;
  atom_set atoms = {};
  field_set blind = {};
  access_mask strip_mask = 0;  ///< rights to take off with response strip and above
  culprit whose = culprit::actor;
  bool audited = false;        ///< the policy only watches this rule: `action` was taken out
  uint32_t finding = 0;        ///< set by the engine: number of the finding, from 1; 0 for blindness alone
  uint32_t repetition = 0;     ///< 0: news; n: the n-th time that this finding came again with nothing new. `action` holds each time

  [[nodiscard]] constexpr bool is_worth_telling() const noexcept {
    return evidence != verdict::none || action != response::none || !blind.empty();
  }
};

/// The part that can be decided before the operation completes, from synchronous fields alone.
struct pre_outcome {
  enum class decision : uint8_t { allow, strip, deny };

  decision what = decision::allow;
  access_mask strip_mask = 0;

  [[nodiscard]] static constexpr pre_outcome deny_if(bool denied) noexcept { return {denied ? decision::deny : decision::allow, 0}; }
};

namespace detail {

[[nodiscard]] constexpr uint32_t lowest_bit(uint32_t bits) noexcept {
#if defined(__GNUC__)
  return static_cast<uint32_t>(__builtin_ctz(bits));
#else
  uint32_t position = 0;
  while ((bits >> position & 1) == 0) ++position;
  return position;
#endif
}

}

/// The grading of rules.md 0.7 for a set of atoms that hold: convict with a strong atom, or with two medium atoms of different
/// columns; event with one medium or two weak ones. `strong_counts` is the rule's gate on strong atoms.
[[nodiscard]] constexpr verdict weigh(uint16_t atoms, span<const atom_info> table, bool strong_counts = true) noexcept {
  uint8_t medium_columns = 0;
  uint8_t medium = 0;
  uint8_t weak = 0;
  for (uint32_t rest = atoms & ((1u << table.size) - 1); rest != 0; rest &= rest - 1) {
    const uint32_t i = detail::lowest_bit(rest);
    switch (table[i].weight) {
      case grade::strong:
        if (strong_counts) return verdict::convict;
        ++medium;
        break;
      case grade::medium:
        medium_columns = static_cast<uint8_t>(medium_columns | 1u << static_cast<uint8_t>(table[i].question));
        ++medium;
        break;
      case grade::weak: ++weak; break;
    }
  }
  if ((medium_columns & (medium_columns - 1)) != 0) return verdict::convict;
  return medium != 0 || weak >= 2 ? verdict::event : verdict::none;
}

/// Fields of the unknown atoms that could each, with all other unknowns, raise the verdict above what is certain.
[[nodiscard]] constexpr field_set fields_of(uint16_t atoms, span<const atom_info> table) noexcept {
  field_set fields;
  for (uint8_t i = 0; i < table.size; ++i)
    if ((atoms >> i & 1) != 0) fields.add(table[i].needs);
  return fields;
}

/// The answer of a decision table: what is certain decides, and missing fields are named where they could have decided more.
/// `decide(uint16_t held) -> verdict` must not fall as atoms are added.
template <class Decide>
[[nodiscard]] constexpr outcome conclude(const atom_set& set, span<const atom_info> table, response on_conviction, Decide&& decide) noexcept {
  outcome out;
  out.atoms = set;
  out.evidence = decide(set.yes);
  const bool may_rise = set.unknown != 0 && out.evidence != verdict::convict;
  if (may_rise && decide(static_cast<uint16_t>(set.yes | set.unknown)) > out.evidence) out.blind = fields_of(set.unknown, table);
  if (out.evidence == verdict::convict) out.action = on_conviction;
  return out;
}

}

#endif

// ==== bartizan/core/path_writer.hpp ====
#ifndef BARTIZAN_CORE_PATH_WRITER_HPP
#define BARTIZAN_CORE_PATH_WRITER_HPP

namespace BARTIZAN_NAMESPACE {

/// Like starts_with_folded, with '/' in `path` taken as '\'.
[[nodiscard]] constexpr bool matches_prefix(text path, text prefix) noexcept {
  if (path.size < prefix.size) return false;
  for (uint32_t i = 0; i < prefix.size; ++i) {
    if (path[i] == prefix[i]) continue;  // most often both are in upper case
    const char16_t c = path[i] == u'/' ? u'\\' : upcase(path[i]);
    if (c != upcase(prefix[i])) return false;
  }
  return true;
}

namespace detail {

[[nodiscard]] constexpr bool matches_component(text path, text prefix) noexcept {
  return matches_prefix(path, prefix) && (path.size == prefix.size || is_separator(path[prefix.size]));
}

/// NTFS opens "name" for "name. .": trailing dots and spaces of a component do not count.
[[nodiscard]] constexpr text trim_trailing(text component) noexcept {
  while (component.size != 0 && (component[component.size - 1] == u'.' || component[component.size - 1] == u' '))
    component = component.sub(0, component.size - 1);
  return component;
}

/// name[:stream[:type]]. "::$DATA" is the file itself and ":$I30:$INDEX_ALLOCATION" the directory itself.
struct stream_split {
  text name;
  bool named_stream = false;
};

[[nodiscard]] constexpr stream_split split_stream(text component) noexcept {
  uint32_t colon = 0;
  while (colon < component.size && component[colon] != u':') ++colon;
  if (colon == component.size || (colon == 1 && component.size == 2)) return {component, false};
  const text stream = component.sub(colon);
  const bool unnamed = equal_folded(stream, u"::$DATA") || equal_folded(stream, u":$I30:$INDEX_ALLOCATION") ||
            equal_folded(stream, u"::$INDEX_ALLOCATION") || stream.size == 1;
  return {component.sub(0, colon), !unnamed};
}

/// Upper-cases what it is given into a fixed buffer, component by component.
class path_writer {
 public:
  constexpr explicit path_writer(span<char16_t> buffer) noexcept : buffer_(buffer) {}

  [[nodiscard]] constexpr text written() const noexcept { return {buffer_.data, size_}; }
  [[nodiscard]] constexpr uint32_t size() const noexcept { return size_; }
  [[nodiscard]] constexpr bool truncated() const noexcept { return truncated_; }

  /// Components before this size cannot be removed by "..".
  constexpr void set_root_size(uint32_t size) noexcept { root_size_ = size; }

  constexpr void append(text part) noexcept {
    for (uint32_t i = 0; i < part.size; ++i) {
      if (size_ == buffer_.size) {
        truncated_ = true;
        return;
      }
      buffer_[size_++] = upcase(part[i]);
    }
  }

  constexpr void append_component(text component, bool with_separator) noexcept {
    if (with_separator && !(size_ != 0 && buffer_[size_ - 1] == u'\\')) append(u"\\");
    append(component);
  }

  constexpr void pop_component() noexcept {
    uint32_t cut = size_;
    while (cut > root_size_ && buffer_[cut - 1] != u'\\') --cut;
    const bool names_drive = size_ - cut == 2 && buffer_[cut + 1] == u':';
    if (names_drive) return;
    size_ = cut > root_size_ ? cut - 1 : root_size_;
  }

  /// Replaces the first `count` code units by `part`.
  constexpr void replace_front(uint32_t count, text part) noexcept {
    if (part.size > count && size_ + (part.size - count) > buffer_.size) {
      truncated_ = true;
      return;
    }
    if (part.size > count) {
      const uint32_t grow = part.size - count;
      for (uint32_t i = size_; i > count; --i) buffer_[i - 1 + grow] = buffer_[i - 1];
      size_ += grow;
    } else {
      const uint32_t shrink = count - part.size;
      for (uint32_t i = count; i < size_; ++i) buffer_[i - shrink] = buffer_[i];
      size_ -= shrink;
    }
    for (uint32_t i = 0; i < part.size; ++i) buffer_[i] = upcase(part[i]);
  }

 private:
  span<char16_t> buffer_;
  uint32_t size_ = 0;
  uint32_t root_size_ = 0;
  bool truncated_ = false;
};

}

}

#endif

// ==== bartizan/core/path.hpp ====
#ifndef BARTIZAN_CORE_PATH_HPP
#define BARTIZAN_CORE_PATH_HPP

/// Canonical form of Windows file paths: every spelling of one object gives one text, so that a rule compares once.
/// Sources: "Naming Files, Paths, and Namespaces", "File Streams" and "Local and Global MS-DOS Device Names" (Microsoft Learn).
namespace BARTIZAN_NAMESPACE {

/// What the host knows about the machine that the path comes from; all texts in upper case, owned by the host.
struct path_environment {
  /// One name for a volume and the name to use instead, e.g. \DEVICE\HARDDISKVOLUME3 -> C: or VOLUME{...} -> C:.
  struct alias {
    text from;
    text to;
  };
  text system_root = u"C:\\WINDOWS";   ///< canonical, no trailing separator
  span<const alias> volumes = {};      ///< the adapter's live volume table
  span<const alias> short_names = {};  ///< 8.3 component -> long component, e.g. PROGRA~1 -> PROGRAM FILES
};

enum class volume_kind : uint8_t {
  none,      ///< relative path or bare file name
  drive,     ///< C:
  device,    ///< \DEVICE\HARDDISKVOLUMEn or VOLUME{guid} that the environment does not map
  shadow,    ///< volume shadow copy
  network,   ///< UNC share, redirector, client-side cache
  raw_disk,  ///< PHYSICALDRIVEn, HARDDISKn\DRn, HARDDISKn\PARTITIONn
  other,     ///< any other device
};

/// Which of the system directories stood in the path before it became %SYSDIR%.
enum class system_directory : uint8_t { none, system32, syswow64, sysnative, sysarm32, sychpe32 };

enum path_flag : uint16_t {
  path_has_stream = 1,         ///< names a stream other than the unnamed one; the text is the file's
  path_short_unresolved = 2,   ///< an 8.3 component that the environment does not know: comparisons are unknown
  path_verbatim = 4,           ///< came with \\?\, where the file system sees '/', '.' and '..' literally
  path_volume_assumed = 8,     ///< %SYSTEMROOT% was recognised on a volume that the environment does not map
  path_has_parent = 16,        ///< contained '..'
  path_truncated = 32,         ///< the buffer was too small: the text is a prefix
  path_is_volume = 64,         ///< names the volume or disk itself, without a file
};

/// `text` is upper case and begins with a drive ("C:"), a device ("\DEVICE\..."), "\\SERVER\SHARE", "%SYSTEMROOT%" or
/// "%SYSDIR%" (the system directory of whatever bitness; see `system`). It lies in the caller's buffer.
struct canonical_path {
  text path;
  volume_kind volume = volume_kind::none;
  system_directory system = system_directory::none;
  uint16_t flags = 0;

  [[nodiscard]] constexpr bool has(path_flag flag) const noexcept { return (flags & flag) != 0; }
};

namespace detail {

struct stripped_prefix {
  text rest;
  bool verbatim = false;
  bool device = false;
  bool unc = false;
};

[[nodiscard]] constexpr stripped_prefix strip_prefixes(text in) noexcept {
  struct prefix {
    text spelling;
    bool verbatim;
    bool device;
  };
  constexpr prefix prefixes[] = {
    {u"\\\\?\\", true, true},       {u"\\\\.\\", false, true},  {u"\\??\\", false, true},
    {u"\\GLOBAL??\\", false, true}, {u"\\DOSDEVICES\\", false, true}, {u"GLOBALROOT", false, false},
    {u"GLOBAL\\", false, true},
  };
  stripped_prefix out{in};
  if (in.empty() || !is_separator(in[0])) return out;
  for (bool again = true; again;) {
    again = false;
    for (const prefix& p : prefixes) {
      if (!is_separator(p.spelling[0]) && !out.device) continue;
      if (!matches_prefix(out.rest, p.spelling)) continue;
      out.rest = out.rest.sub(p.spelling.size);
      out.verbatim |= p.verbatim;
      out.device = p.device;
      again = true;
    }
  }
  if (out.device && matches_prefix(out.rest, u"UNC\\")) {
    out.rest = out.rest.sub(4);
    out.unc = true;
  } else if (!out.device && matches_prefix(out.rest, u"\\\\")) {
    out.rest = out.rest.sub(2);
    out.unc = true;
  }
  return out;
}

[[nodiscard]] constexpr text find_alias(span<const path_environment::alias> table, text name) noexcept {
  for (const auto& entry : table)
    if (equal_folded(entry.from, name)) return entry.to;
  return {};
}

/// A DOS 8.3 alias looks like BASE~n: at most eight characters before the dot, '~' and digits at their end.
[[nodiscard]] constexpr bool looks_short(text component) noexcept {
  uint32_t base = 0;
  while (base < component.size && component[base] != u'.') ++base;
  uint32_t digits = base;
  while (digits > 0 && component[digits - 1] >= u'0' && component[digits - 1] <= u'9') --digits;
  return base <= 8 && digits < base && digits > 1 && component[digits - 1] == u'~';
}

/// The volume that `path` (already canonical text in upper case) begins with: its length and kind.
struct volume_prefix {
  uint32_t size = 0;
  volume_kind kind = volume_kind::none;
};

[[nodiscard]] constexpr uint32_t component_end(text path, uint32_t from) noexcept {
  while (from < path.size && path[from] != u'\\') ++from;
  return from;
}

[[nodiscard]] constexpr volume_prefix classify_volume(text path) noexcept {
  if (path.size >= 2 && path[1] == u':') return {2, volume_kind::drive};
  if (matches_prefix(path, u"\\\\")) return {component_end(path, component_end(path, 2) + 1), volume_kind::network};
  if (!matches_prefix(path, u"\\DEVICE\\")) return {};
  const text name = path.sub(8);
  const uint32_t end = component_end(path, 8);
  if (matches_prefix(name, u"HARDDISKVOLUMESHADOWCOPY")) return {end, volume_kind::shadow};
  if (matches_prefix(name, u"HARDDISKVOLUME") || matches_prefix(name, u"VOLUME{")) return {end, volume_kind::device};
  if (matches_prefix(name, u"MUP") || matches_prefix(name, u"LANMANREDIRECTOR")) return {end, volume_kind::network};
  if (matches_prefix(name, u"PHYSICALDRIVE")) return {end, volume_kind::raw_disk};
  if (matches_prefix(name, u"HARDDISK")) return {end < path.size ? component_end(path, end + 1) : end, volume_kind::raw_disk};
  return {end, volume_kind::other};
}

}

/// Canonicalises `in` into `buffer`. Pure, allocation-free, linear in the input; safe at any IRQL for resident memory.
/// The buffer needs in.size + 32 code units; with less the result is a prefix and carries `path_truncated`.
[[nodiscard]] constexpr canonical_path canonicalise(text in, span<char16_t> buffer,
                          const path_environment& environment = {}) noexcept {
  canonical_path out;
  detail::path_writer writer(buffer);
  const detail::stripped_prefix prefix = detail::strip_prefixes(in);
  if (prefix.verbatim) out.flags |= path_verbatim;
  text rest = prefix.rest;
  while (prefix.device && !rest.empty() && is_separator(rest[0])) rest = rest.sub(1);

  constexpr text roots[] = {u"\\SYSTEMROOT", u"%SYSTEMROOT%", u"%WINDIR%"};
  for (const text root : roots) {
    if (detail::matches_component(rest, root)) {
      writer.append(environment.system_root);
      rest = rest.sub(root.size);
      break;
    }
  }
  if (prefix.unc) writer.append(u"\\\\");
  const bool drive_relative = rest.size >= 2 && rest[1] == u':';
  if (prefix.device && !prefix.unc && !drive_relative && !rest.empty()) writer.append(u"\\DEVICE");
  const bool absolute = writer.size() != 0 || (!rest.empty() && is_separator(rest[0]));
  writer.set_root_size(writer.size());

  while (!rest.empty()) {
    uint32_t end = 0;
    bool colon = false, tilde = false;
    for (; end < rest.size && !is_separator(rest[end]); ++end) {
      colon |= rest[end] == u':';
      tilde |= rest[end] == u'~';
    }
    text component = rest.sub(0, end);
    rest = rest.sub(end + 1);
    if (component.empty()) continue;
    if (colon) {
      const detail::stream_split split = detail::split_stream(component);
      if (split.named_stream) out.flags |= path_has_stream;
      component = split.name;
    }
    if (component.size == 2 && component[0] == u'.' && component[1] == u'.') {
      out.flags |= path_has_parent;
      writer.pop_component();
      continue;
    }
    component = detail::trim_trailing(component);
    if (component.empty()) continue;
    if (tilde && detail::looks_short(component)) {
      const text name = detail::find_alias(environment.short_names, component);
      if (name.empty()) out.flags |= path_short_unresolved;
      else component = name;
    }
    writer.append_component(component, absolute || writer.size() != 0);
  }

  detail::volume_prefix volume = detail::classify_volume(writer.written());
  text mapped = detail::find_alias(environment.volumes, writer.written().sub(0, volume.size));
  if (mapped.empty() && matches_prefix(writer.written(), u"\\DEVICE\\VOLUME{"))
    mapped = detail::find_alias(environment.volumes, writer.written().sub(8, volume.size - 8));
  if (!mapped.empty()) {
    writer.replace_front(volume.size, mapped);
    volume = detail::classify_volume(writer.written());
  }
  if (volume.kind == volume_kind::network && writer.written()[1] != u'\\') {
    uint32_t skip = volume.size;
    while (skip + 1 < writer.size() && writer.written()[skip + 1] == u';') skip = detail::component_end(writer.written(), skip + 1);
    writer.replace_front(skip, u"\\");
    volume = detail::classify_volume(writer.written());
  }
  out.volume = volume.kind;
  if (volume.kind != volume_kind::none && volume.size == writer.size()) out.flags |= path_is_volume;

  text root = environment.system_root;
  if (volume.kind == volume_kind::device && root.size > 2) {
    const text tail = writer.written().sub(volume.size);
    if (detail::matches_component(tail, root.sub(2))) {
      out.flags |= path_volume_assumed;
      writer.replace_front(volume.size, root.sub(0, 2));
    }
  }
  if (detail::matches_component(writer.written(), root)) {
    struct directory {
      text name;
      system_directory which;
    };
    constexpr directory directories[] = {
      {u"SYSTEM32", system_directory::system32}, {u"SYSWOW64", system_directory::syswow64}, {u"SYSNATIVE", system_directory::sysnative},
      {u"SYSARM32", system_directory::sysarm32}, {u"SYCHPE32", system_directory::sychpe32},
    };
    const text below = writer.written().sub(root.size + 1);
    uint32_t size = root.size;
    for (const directory& d : directories) {
      if (!detail::matches_component(below, d.name)) continue;
      size += 1 + d.name.size;
      out.system = d.which;
      break;
    }
    writer.replace_front(size, out.system == system_directory::none ? text(u"%SYSTEMROOT%") : text(u"%SYSDIR%"));
  }
  if (writer.truncated()) out.flags |= path_truncated;
  out.path = writer.written();
  return out;
}

}

#endif

// ==== bartizan/core/privilege.hpp ====
#ifndef BARTIZAN_CORE_PRIVILEGE_HPP
#define BARTIZAN_CORE_PRIVILEGE_HPP

namespace BARTIZAN_NAMESPACE {

/// Privileges by the low part of their LUID, which is the same on every machine (SE_*_PRIVILEGE of wdm.h); sets of them are 64-bit
/// masks with bit n for privilege n, as in SEP_TOKEN_PRIVILEGES.
enum class privilege : uint8_t {
  create_token = 2, assign_primary_token, lock_memory, increase_quota, machine_account, tcb, security, take_ownership, load_driver,
  system_profile, system_time, profile_single_process, increase_base_priority, create_pagefile, create_permanent, backup, restore,
  shutdown, debug, audit, system_environment, change_notify, remote_shutdown, undock, sync_agent, enable_delegation, manage_volume,
  impersonate, create_global, trusted_cred_man_access, relabel, increase_working_set, time_zone, create_symbolic_link,
  delegate_session_user_impersonate,
};
static_assert(static_cast<int>(privilege::debug) == 20 && static_cast<int>(privilege::delegate_session_user_impersonate) == 36);

[[nodiscard]] constexpr uint64_t privilege_bit(privilege p) noexcept { return uint64_t{1} << static_cast<uint8_t>(p); }

namespace detail {

struct privilege_name {
  text name;
  privilege which;
};
inline constexpr privilege_name privilege_names[] = {
  {u"SeCreateTokenPrivilege", privilege::create_token}, {u"SeAssignPrimaryTokenPrivilege", privilege::assign_primary_token},
  {u"SeLockMemoryPrivilege", privilege::lock_memory}, {u"SeIncreaseQuotaPrivilege", privilege::increase_quota},
  {u"SeMachineAccountPrivilege", privilege::machine_account}, {u"SeTcbPrivilege", privilege::tcb},
  {u"SeSecurityPrivilege", privilege::security}, {u"SeTakeOwnershipPrivilege", privilege::take_ownership},
  {u"SeLoadDriverPrivilege", privilege::load_driver}, {u"SeSystemProfilePrivilege", privilege::system_profile},
  {u"SeSystemtimePrivilege", privilege::system_time}, {u"SeProfileSingleProcessPrivilege", privilege::profile_single_process},
  {u"SeIncreaseBasePriorityPrivilege", privilege::increase_base_priority}, {u"SeCreatePagefilePrivilege", privilege::create_pagefile},
  {u"SeCreatePermanentPrivilege", privilege::create_permanent}, {u"SeBackupPrivilege", privilege::backup},
  {u"SeRestorePrivilege", privilege::restore}, {u"SeShutdownPrivilege", privilege::shutdown}, {u"SeDebugPrivilege", privilege::debug},
  {u"SeAuditPrivilege", privilege::audit}, {u"SeSystemEnvironmentPrivilege", privilege::system_environment},
  {u"SeChangeNotifyPrivilege", privilege::change_notify}, {u"SeRemoteShutdownPrivilege", privilege::remote_shutdown},
  {u"SeUndockPrivilege", privilege::undock}, {u"SeSyncAgentPrivilege", privilege::sync_agent},
  {u"SeEnableDelegationPrivilege", privilege::enable_delegation}, {u"SeManageVolumePrivilege", privilege::manage_volume},
  {u"SeImpersonatePrivilege", privilege::impersonate}, {u"SeCreateGlobalPrivilege", privilege::create_global},
  {u"SeTrustedCredManAccessPrivilege", privilege::trusted_cred_man_access}, {u"SeRelabelPrivilege", privilege::relabel},
  {u"SeIncreaseWorkingSetPrivilege", privilege::increase_working_set}, {u"SeTimeZonePrivilege", privilege::time_zone},
  {u"SeCreateSymbolicLinkPrivilege", privilege::create_symbolic_link},
  {u"SeDelegateSessionUserImpersonatePrivilege", privilege::delegate_session_user_impersonate},
};

}

/// Mask of the privileges that a log names, in any order, separated by anything that no name contains. Unknown names are ignored.
[[nodiscard]] constexpr uint64_t privileges_named(text list) noexcept {
  uint64_t mask = 0;
  while (!list.empty()) {
    uint32_t end = 0;
    const auto is_letter = [](char16_t c) { return upcase(c) >= u'A' && upcase(c) <= u'Z'; };
    while (end < list.size && is_letter(list[end])) ++end;
    for (const detail::privilege_name& p : detail::privilege_names)
      if (equal_folded(list.sub(0, end), p.name)) mask |= privilege_bit(p.which);
    list = list.sub(end + 1);
  }
  return mask;
}

}

#endif

// ==== bartizan/core/reader.hpp ====
#ifndef BARTIZAN_CORE_READER_HPP
#define BARTIZAN_CORE_READER_HPP

namespace BARTIZAN_NAMESPACE {

/// Little-endian integers at offsets: the only way in which the library reads a file, a model or a list. Every read is
/// defined: a byte past the end reads as zero, as the reference parser (pefile) pads a cut header and as Windows maps a cut
/// page. Where absence must be told from zero, ask `has` first. Offsets are 64-bit so that a sum of 32-bit fields cannot wrap.
struct reader {
  bytes data;

  [[nodiscard]] constexpr bool has(uint64_t offset, uint64_t size_bytes) const noexcept {
    return offset <= data.size && size_bytes <= data.size - offset;
  }

  [[nodiscard]] constexpr uint8_t u8(uint64_t offset) const noexcept {
    return offset < data.size ? data[static_cast<size_t>(offset)] : uint8_t{0};
  }

 private:  // first, since Clang 14 evaluates as a constant only what is defined above
  template <unsigned Bytes>
  [[nodiscard]] constexpr uint64_t little_endian(uint64_t offset) const noexcept {
    uint64_t value = 0;
    if (has(offset, Bytes)) {
      const uint8_t* const first = data.data + static_cast<size_t>(offset);
      for (unsigned i = 0; i < Bytes; ++i) value |= uint64_t{first[i]} << (8 * i);
    } else {
      for (unsigned i = 0; i < Bytes; ++i) value |= uint64_t{u8(offset + i)} << (8 * i);
    }
    return value;
  }

 public:
  [[nodiscard]] constexpr uint16_t u16(uint64_t offset) const noexcept {
    return static_cast<uint16_t>(little_endian<2>(offset));
  }
  [[nodiscard]] constexpr uint32_t u32(uint64_t offset) const noexcept {
    return static_cast<uint32_t>(little_endian<4>(offset));
  }
  [[nodiscard]] constexpr uint64_t u64(uint64_t offset) const noexcept { return little_endian<8>(offset); }

  /// The bytes [offset, offset + size_bytes), clipped to the file.
  [[nodiscard]] constexpr bytes sub(uint64_t offset, uint64_t size_bytes) const noexcept {
    if (offset >= data.size) return {};
    const uint64_t left = data.size - offset;
    return data.sub(static_cast<size_t>(offset), static_cast<size_t>(size_bytes < left ? size_bytes : left));
  }
};

}

#endif

// ==== bartizan/core/registry_path.hpp ====
#ifndef BARTIZAN_CORE_REGISTRY_PATH_HPP
#define BARTIZAN_CORE_REGISTRY_PATH_HPP

namespace BARTIZAN_NAMESPACE {

/// Canonical registry key: "HKLM\..." or "HKU\...", upper case, one control set ("CCS"), links resolved, no WOW64 component.
/// `text` lies in the caller's buffer. Sources: "Registry Key Object Routines" and "32-bit and 64-bit Application Data in the
/// Registry" (Microsoft Learn).
struct canonical_key {
  text path;
  bool wow64 = false;      ///< a Wow6432Node or WowAA32Node component was removed
  bool truncated = false;  ///< the buffer was too small: the text is a prefix
};

namespace detail {

[[nodiscard]] constexpr bool is_control_set(text component) noexcept {
  if (equal_folded(component, u"CurrentControlSet")) return true;
  const text stem = u"ControlSet";
  if (component.size != stem.size + 3 || !starts_with_folded(component, stem)) return false;
  for (uint32_t i = stem.size; i < component.size; ++i)
    if (component[i] < u'0' || component[i] > u'9') return false;
  return true;
}

/// Takes off what tools write before the root: "\\HOST\" (reg.exe), "Registry::" (PowerShell), "Computer\" (the registry editor).
[[nodiscard]] constexpr text without_provider(text in) noexcept {
  if (in.size > 2 && in[0] == u'\\' && in[1] == u'\\') {
    uint32_t end = 2;
    while (end < in.size && in[end] != u'\\') ++end;
    return in.sub(end + 1);
  }
  constexpr text providers[] = {u"Microsoft.PowerShell.Core\\Registry::", u"Registry::", u"Computer\\"};
  for (const text provider : providers)
    if (starts_with_folded(in, provider)) return in.sub(provider.size);
  return in;
}

}

/// Canonicalises a key name as the kernel ("\REGISTRY\MACHINE\..."), Sysmon ("HKLM\..."), the Security log ("MACHINE\...") or a
/// user ("HKEY_LOCAL_MACHINE\...") writes it. Pure, linear; the buffer needs in.size code units.
[[nodiscard]] constexpr canonical_key canonicalise_key(text in, span<char16_t> buffer) noexcept {
  struct root {
    text spelling;
    text canonical;
  };
  constexpr root roots[] = {
    {u"\\REGISTRY\\MACHINE", u"HKLM"}, {u"HKEY_LOCAL_MACHINE", u"HKLM"}, {u"MACHINE", u"HKLM"}, {u"HKLM", u"HKLM"},
    {u"\\REGISTRY\\USER", u"HKU"},     {u"HKEY_USERS", u"HKU"},          {u"USER", u"HKU"},     {u"HKU", u"HKU"},
    {u"HKLM:", u"HKLM"},             {u"HKU:", u"HKU"},
  };
  canonical_key out;
  detail::path_writer writer(buffer);
  text rest = detail::without_provider(in);
  bool rooted = false;
  for (const root& r : roots) {
    if (!detail::matches_component(rest, r.spelling)) continue;
    writer.append(r.canonical);
    rest = rest.sub(r.spelling.size);
    rooted = true;
    break;
  }
  while (!rest.empty()) {
    uint32_t end = 0;
    while (end < rest.size && rest[end] != u'\\') ++end;
    const text component = rest.sub(0, end);
    rest = rest.sub(end + 1);
    if (component.empty()) continue;
    if (equal_folded(component, u"Wow6432Node") || equal_folded(component, u"WowAA32Node")) {
      out.wow64 = true;
      continue;
    }
    const bool below_system = rooted && equal(writer.written(), u"HKLM\\SYSTEM");
    writer.append_component(below_system && detail::is_control_set(component) ? text(u"CCS") : component,
                rooted || writer.size() != 0 || in[0] == u'\\');
    if (equal(writer.written(), u"HKLM\\SECURITY\\SAM")) writer.replace_front(17, u"HKLM\\SAM\\SAM");
  }
  out.path = writer.written();
  out.truncated = writer.truncated();
  return out;
}

}

#endif

// ==== bartizan/core/rule.hpp ====
#ifndef BARTIZAN_CORE_RULE_HPP
#define BARTIZAN_CORE_RULE_HPP

namespace BARTIZAN_NAMESPACE {

/// Family of a rule: the `family` of a finding's JSON.
enum class family : uint8_t {
  credential_lsass,
  credential_hive,
  credential_disk,
  injection,
  hollowing,
  token_theft,
  apc,
  apc_kernel,
  application_verifier,
  lockdown,
  code_cave,
};

[[nodiscard]] constexpr const char* name(family f) noexcept {
  switch (f) {
    case family::credential_lsass: return "cred_lsass";
    case family::credential_hive: return "cred_hive";
    case family::credential_disk: return "cred_disk";
    case family::injection: return "inject";
    case family::hollowing: return "hollow";
    case family::token_theft: return "token";
    case family::apc: return "apc";
    case family::apc_kernel: return "apc_kernel";
    case family::application_verifier: return "appverifier";
    case family::lockdown: return "lockdown";
    case family::code_cave: return "code_cave";
  }
  return "?";
}

/// Row of the brief's response table (brief.md, section C) and our own rows behind it. `policy/disposition.hpp` holds the rows.
enum class detection : uint8_t {
  credential_theft,
  code_cave,
  remote_injection,
  privilege_escalation,
  apc_protection,
  application_verifier,
  lockdown_powershell,
  lockdown_hta,
  malware_before_execution,
  pua_before_execution,
  lsass_over_asking,  ///< ours: rights taken off an LSASS handle, nothing worse seen
  boot_sector_read,   ///< ours: raw read of boot sectors only
  credential_access_seen,  ///< ours: access to stored credentials that falls short of theft
  suspicion,          ///< ours: worth recording, not enough to act on
};

inline constexpr uint8_t detection_count = 14;

[[nodiscard]] constexpr uint64_t kind_bit(event_kind k) noexcept { return uint64_t{1} << static_cast<uint8_t>(k); }

/// A row of the catalogue. `evaluate` is pure: equal events give equal outcomes, on every machine, at any IRQL.
struct rule {
  uint16_t id;              ///< high byte family group, low byte number; unique, never reused
  uint16_t version;
  const char* name;
  const char* technique;    ///< ATT&CK id
  family group;
  detection row;            ///< of a conviction
  detection minor_row;      ///< of anything less
  uint64_t kinds;           ///< kind_bit of each event kind that it reads
  span<const atom_info> atoms;
  outcome (*evaluate)(const event&) noexcept;
  pre_outcome (*before)(const event&) noexcept;  ///< null: nothing can be decided before the operation
};

/// The row of the response table that an outcome falls under.
[[nodiscard]] constexpr detection row_of(const rule& r, const outcome& o) noexcept {
  return o.evidence == verdict::convict ? r.row : r.minor_row;
}

}

#endif

// ==== bartizan/core/sha1.hpp ====
#ifndef BARTIZAN_CORE_SHA1_HPP
#define BARTIZAN_CORE_SHA1_HPP

namespace BARTIZAN_NAMESPACE {

/// A SHA-1 digest, first byte first. SHA-1 is broken against collisions: use it to check old signatures, never as an identity.
struct sha1_digest {
  uint8_t bytes[20] = {};

  friend constexpr bool operator==(const sha1_digest& a, const sha1_digest& b) noexcept {
    for (int i = 0; i < 20; ++i)
      if (a.bytes[i] != b.bytes[i]) return false;
    return true;
  }
};

/// The compression of SHA-1 (FIPS 180-4), in portable integer code.
struct sha1_algorithm {
  using digest = sha1_digest;
  struct state {
    uint32_t word[5];
    constexpr uint32_t& operator[](size_t i) noexcept { return word[i]; }
  };
  static constexpr state initial = {{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}};

  static constexpr void compress(state& state, const uint8_t* blocks, size_t count) noexcept {
    for (; count != 0; --count, blocks += 64) compress_one(state, blocks);
  }

 private:
  static constexpr void compress_one(state& state, const uint8_t* block) noexcept {
    using detail::rotate_right;
    uint32_t w[16] = {};  // the last sixteen words of the schedule
    for (int i = 0; i < 16; ++i) w[i] = detail::big_endian_word(block + 4 * i);
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
    for (int i = 0; i < 80; ++i) {
      if (i >= 16) w[i & 15] = rotate_right(w[(i + 13) & 15] ^ w[(i + 8) & 15] ^ w[(i + 2) & 15] ^ w[i & 15], 31);
      const uint32_t f = i < 20 ? (b & c) | (~b & d) : i < 40 || i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d);
      const uint32_t k = i < 20 ? 0x5a827999 : i < 40 ? 0x6ed9eba1 : i < 60 ? 0x8f1bbcdc : 0xca62c1d6;
      const uint32_t t = rotate_right(a, 27) + f + e + k + w[i & 15];
      e = d, d = c, c = rotate_right(b, 2), b = a, a = t;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e;
  }
};

/// SHA-1, fed in pieces. Portable integer code; usable in constant expressions and at any IRQL.
using sha1 = block_hash<sha1_algorithm>;

[[nodiscard]] constexpr sha1_digest sha1_of(bytes data) noexcept { return sha1().update(data).finish(); }

}

#endif

// ==== bartizan/core/sha256.hpp ====
#ifndef BARTIZAN_CORE_SHA256_HPP
#define BARTIZAN_CORE_SHA256_HPP

namespace BARTIZAN_NAMESPACE {

/// A SHA-256 digest, first byte first.
struct sha256_digest {
  uint8_t bytes[32] = {};

  friend constexpr bool operator==(const sha256_digest& a, const sha256_digest& b) noexcept {
    for (int i = 0; i < 32; ++i)
      if (a.bytes[i] != b.bytes[i]) return false;
    return true;
  }
};

/// The compression of SHA-256 (FIPS 180-4), in portable integer code.
struct sha256_algorithm {
  using digest = sha256_digest;
  struct state {
    uint32_t word[8];
    constexpr uint32_t& operator[](size_t i) noexcept { return word[i]; }
  };
  static constexpr state initial = {
    {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}};

  static constexpr uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

  static constexpr void compress(state& state, const uint8_t* blocks, size_t count) noexcept {
    for (; count != 0; --count, blocks += 64) compress_one(state, blocks);
  }

 private:
  static constexpr void compress_one(state& state, const uint8_t* block) noexcept {
    using detail::rotate_right;
    uint32_t w[16] = {};  // the last sixteen words of the schedule
    for (int i = 0; i < 16; ++i) w[i] = detail::big_endian_word(block + 4 * i);
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (int i = 0; i < 64; ++i) {
      if (i >= 16) {
        const uint32_t s0 = rotate_right(w[(i + 1) & 15], 7) ^ rotate_right(w[(i + 1) & 15], 18) ^ w[(i + 1) & 15] >> 3;
        const uint32_t s1 = rotate_right(w[(i + 14) & 15], 17) ^ rotate_right(w[(i + 14) & 15], 19) ^ w[(i + 14) & 15] >> 10;
        w[i & 15] += s0 + w[(i + 9) & 15] + s1;
      }
      const uint32_t sum1 = rotate_right(e, 6) ^ rotate_right(e, 11) ^ rotate_right(e, 25);
      const uint32_t t1 = h + sum1 + ((e & f) ^ (~e & g)) + constants[i] + w[i & 15];
      const uint32_t sum0 = rotate_right(a, 2) ^ rotate_right(a, 13) ^ rotate_right(a, 22);
      const uint32_t t2 = sum0 + ((a & b) ^ (a & c) ^ (b & c));
      h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    const uint32_t sums[8] = {a, b, c, d, e, f, g, h};
    for (size_t i = 0; i < 8; ++i) state[i] += sums[i];
  }
};

/// SHA-256, fed in pieces. Portable integer code; usable in constant expressions and at any IRQL. See hash/sha256.hpp for the
/// form that uses the processor's own instructions.
using sha256 = block_hash<sha256_algorithm>;

[[nodiscard]] constexpr sha256_digest sha256_of(bytes data) noexcept { return sha256().update(data).finish(); }

}

#endif

// ==== bartizan/rules/process_injection/source.hpp ====
#ifndef BARTIZAN_RULES_PROCESS_INJECTION_SOURCE_HPP
#define BARTIZAN_RULES_PROCESS_INJECTION_SOURCE_HPP

/// What the rules about one process's hand in another ask of both (rules.md M1, A1).
namespace BARTIZAN_NAMESPACE::rules {

/// The event reaches from one process into another. Keys are set by every sensor that reports such events.
[[nodiscard]] constexpr bool is_remote(const event& e) noexcept {
  return e.target.key.is_set() && e.actor.key.is_set() && !is_same(e.actor.key, e.target.key);
}

/// A program that does what a script or command line says, or that was made to put code into processes and serves nobody: what it
/// does there is nobody's design.
[[nodiscard]] constexpr truth is_instrument(const event& e) noexcept {
  return has_role(e.actor, role::script_host) | (has_role(e.actor, role::code_injector) & !e.facts.get(fact::injector_serves));
}

[[nodiscard]] constexpr truth is_untrusted_source(const event& e) noexcept { return at_most(e.actor.image_trust, trust::t0); }

/// A security product at its own work: its publisher is allow-listed for this rule or it runs as protected antimalware, and its own
/// signed module makes the call (rules.md M1.ok5). Windows' own programs are not excused: they are what injected code hides in.
[[nodiscard]] constexpr truth is_security_product(const event& e) noexcept {
  const auto vouched = [](trust tier) { return tier == trust::unknown ? truth::unknown : to_truth(tier == trust::t2 || tier == trust::t4); };
  return vouched(e.actor.image_trust) & vouched(e.caller_trust);
}

/// The code lies in memory that the source prepared in the target, and wrote as far as anybody can tell: the usual sequence of
/// allocating writable memory, writing, making it executable and running it arrives as its last two steps, because sensors report
/// executable memory always and writes hardly ever. Memory known to be a file's needs an observed write.
[[nodiscard]] constexpr truth is_prepared_code(const event& e) noexcept {
  const truth written = e.facts.get(fact::code_written);
  const truth filled = written != truth::unknown ? written : e.facts.get(fact::code_unbacked) == truth::no ? truth::unknown : truth::yes;
  return e.facts.get(fact::code_prepared) & filled;
}

/// What could not be told of the excuse above, when it mattered.
constexpr void add_unknown_source(const event& e, outcome& out) noexcept {
  if (out.blind.empty() || is_security_product(e) != truth::unknown) return;
  out.blind.add(e.actor.image_trust == trust::unknown ? field::actor_trust : field::caller_module);
}

/// `conclude` by weight alone, with whom to blame.
[[nodiscard]] constexpr outcome weigh_outcome(const atom_set& set, span<const atom_info> atoms, response on_conviction, culprit whose) noexcept {
  outcome out = conclude(set, atoms, on_conviction, [atoms](uint16_t held) { return weigh(held, atoms); });
  out.whose = whose;
  return out;
}

}

#endif

// ==== bartizan/rules/apc/kernel_apc.hpp ====
#ifndef BARTIZAN_RULES_APC_KERNEL_APC_HPP
#define BARTIZAN_RULES_APC_KERNEL_APC_HPP

/// @rule    A1.7 kernel_apc_injected   @attack T1055.004 Asynchronous Procedure Call
/// @event   apc_queue by a kernel caller   @reads  facts about the routine, the target's age and roles, kernel stack, trust of the driver
/// @verdict convict: the kernel makes a process run memory without a file, and the process is more than 2 s old or one that attackers
///          choose, or the memory is writable code, or a kernel frame lies outside every driver, or the driver is not allow-listed
/// @benign  security drivers that bring their library into a process at its start: younger than 2 s, memory not writable, driver
///          allow-listed, kernel stack in drivers throughout
/// @blind   no memory state; no kernel stack; no signature of the driver
/// @misses  threads and mappings that the kernel makes without an APC
/// The calling process of such an event is only the one the caller was attached to, so nobody is ended: the host isolates and advises
/// a restart.
namespace BARTIZAN_NAMESPACE::rules {

namespace kernel_apc {

enum atom : uint8_t { k1, k2, k3, k4, k5, k6 };

inline constexpr atom_info atoms[] = {
  {"k1", "a kernel caller makes a process run code without a file long after its start", grade::strong, column::where, field::memory_state},
  {"k2", "... in a process that holds secrets or serves the network", grade::strong, column::where, field::target_image},
  {"k3", "... in writable and executable memory", grade::strong, column::what, field::memory_state},
  {"k4", "... through kernel code outside every driver", grade::strong, column::how, field::kernel_stack},
  {"k5", "... by a driver that is not allow-listed", grade::strong, column::who, field::caller_module},
  {"k6", "a kernel caller placed writable code there just before", grade::strong, column::what, field::memory_writes},
};

[[nodiscard]] constexpr truth is_sought_after(const event& e) noexcept {
  constexpr role sought[] = {role::lsass, role::print_spooler, role::services, role::winlogon, role::svchost, role::browser};
  truth any = truth::no;
  for (const role r : sought) any = any | has_role(e.target, r);
  return any;
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
  const auto facts = [&e](fact f) { return e.facts.get(f); };
  const truth unbacked = facts(fact::code_unbacked);
  const truth old = facts(fact::target_is_old);
  const truth writable = facts(fact::code_writable);
  const truth outside = facts(fact::kernel_frame_unbacked);
  const truth driver = at_most(e.caller_trust, trust::t1);
  const truth start_up = !(old | writable | outside | driver);
  atom_set set;
  set.set(k1, unbacked & old);
  set.set(k2, unbacked & is_sought_after(e) & !start_up);
  set.set(k3, unbacked & writable);
  set.set(k4, unbacked & outside);
  set.set(k5, unbacked & driver);
  set.set(k6, facts(fact::kernel_prepared_code));
  return set;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  if ((e.flags & event_kernel_caller) == 0 || !e.target.key.is_set()) return {};
  return weigh_outcome(find_atoms(e), atoms, response::deny, culprit::nobody);
}

}

inline constexpr rule kernel_apc_injected{0x0707,
                     1,
                     "kernel_apc_injected",
                     "T1055.004",
                     family::apc_kernel,
                     detection::apc_protection,
                     detection::suspicion,
                     kind_bit(event_kind::apc_queue),
                     kernel_apc::atoms,
                     kernel_apc::evaluate,
                     nullptr};

}

#endif

// ==== bartizan/rules/apc/user_apc.hpp ====
#ifndef BARTIZAN_RULES_APC_USER_APC_HPP
#define BARTIZAN_RULES_APC_USER_APC_HPP

/// @rule    A1.1-A1.6 remote_apc_abused   @attack T1055.004 Asynchronous Procedure Call
/// @event   apc_queue by a user-mode caller   @reads  facts about the decoded routine, pair and creation facts, actor trust and roles
/// @verdict convict: the routine lies in memory without a file or that the source prepared; copies an atom's text (AtomBombing, on the
///          first APC); copies memory, changes protection or context or starts code; or loads a library into a process that the
///          source made and that has not run; or two medium atoms of different columns
/// @benign  APCs to oneself; the service controller's in sechost.dll; csrss at basesrv!BaseSrvNlsUpdateRegistryCache; process creation's
///          first routine; Windows' error reporter; a debugger's break-in; security products. A library is judged when it comes (remote_library)
/// @blind   no memory state: p1; no symbols: p3-p6; special APCs need no alertable wait, so TargetThreadAlertable excuses nobody
/// @misses  a library routine whose library never comes (that needs a clock)
namespace BARTIZAN_NAMESPACE::rules {

namespace user_apc {

enum atom : uint8_t { p1, p2, p3, p4, p5, p6, p7, p8, p9 };

inline constexpr atom_info atoms[] = {
  {"p1", "the routine lies in memory that no file accounts for", grade::strong, column::how, field::memory_state},
  {"p2", "the routine, or what it is handed, lies in memory that the source prepared in the target", grade::strong, column::where, field::memory_writes},
  {"p3", "the routine copies an atom's text into the target's memory", grade::strong, column::what, field::code_symbol},
  {"p4", "the routine copies memory, changes protection or context, or starts code", grade::strong, column::what, field::code_symbol},
  {"p5", "the routine loads a library into a process that the source made and that has not run", grade::strong, column::how, field::process_start},
  {"p6", "the routine loads a library", grade::medium, column::how, field::code_symbol},
  {"p7", "many APCs were queued to many threads of one process", grade::medium, column::what, field::memory_writes},
  {"p8", "the source is an untrusted program", grade::medium, column::who, field::actor_trust},
  {"p9", "the source is a script host, or a tool made to inject that serves nobody", grade::medium, column::who, field::actor_image},
};

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
  const auto facts = [&e](fact f) { return e.facts.get(f); };
  const truth unbacked = facts(fact::code_unbacked);
  const truth kept = !((facts(fact::code_is_expected) & !unbacked) | is_security_product(e));
  atom_set set;
  const truth loader = facts(fact::code_is_loader);
  set.set(p1, kept & unbacked);
  set.set(p2, kept & is_prepared_code(e) & !loader);
  set.set(p3, kept & facts(fact::code_reads_atoms));
  set.set(p4, kept & facts(fact::code_is_primitive));
  set.set(p5, kept & loader & facts(fact::source_is_creator) & facts(fact::target_not_started));
  set.set(p6, kept & loader);
  set.set(p7, kept & facts(fact::apc_flood));
  const truth done = set.yes != 0 ? truth::yes : set.unknown != 0 ? truth::unknown : truth::no;
  set.set(p8, done & is_untrusted_source(e));
  set.set(p9, done & is_instrument(e));
  return set;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  if (!is_remote(e) || (e.flags & event_kernel_caller) != 0) return {};
  outcome out = weigh_outcome(find_atoms(e), atoms, response::deny_terminate, culprit::actor);
  add_unknown_source(e, out);
  return out;
}

}

inline constexpr rule remote_apc_abused{0x0701,
                    1,
                    "remote_apc_abused",
                    "T1055.004",
                    family::apc,
                    detection::apc_protection,
                    detection::suspicion,
                    kind_bit(event_kind::apc_queue),
                    user_apc::atoms,
                    user_apc::evaluate,
                    nullptr};

}

#endif

// ==== bartizan/rules/code_cave/slack_frame.hpp ====
#ifndef BARTIZAN_RULES_CODE_CAVE_SLACK_FRAME_HPP
#define BARTIZAN_RULES_CODE_CAVE_SLACK_FRAME_HPP

/// @rule    CC.c15 code_cave_runs   @attack T1554 Compromise Host Software Binary
/// @event   any event with a user-mode call stack   @reads  the fact that a frame lies in a module's unused space, on the file's own code
/// @verdict convict: the program's sections hold another program, and it runs
/// @benign  run-time hooks' landing pads in unused space (the file holds no code there); frames in functions
/// @blind   a slack map is given and the event has no complete call stack, or what the file holds there is not known
/// @misses  modules without a slack map: the caller supplies it (policy/slack_map.hpp); without any, nothing is looked for
namespace BARTIZAN_NAMESPACE::rules {

namespace slack_frame {

enum atom : uint8_t { c15 };

inline constexpr atom_info atoms[] = {
  {"c15", "the call came through code in the unused space of a module's section", grade::strong, column::how, field::slack_map},
};

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  const truth found = e.facts.get(fact::frame_in_slack);
  if (found == truth::no) return {};
  atom_set set;
  set.set(c15, found);
  return weigh_outcome(set, atoms, response::deny_terminate, culprit::actor);
}

}

inline constexpr rule code_cave_runs{0x040f,
                  1,
                  "code_cave_runs",
                  "T1554",
                  family::code_cave,
                  detection::code_cave,
                  detection::suspicion,
                  kind_bit(event_kind::network_connect) | kind_bit(event_kind::process_create) |
                    kind_bit(event_kind::handle_open) | kind_bit(event_kind::handle_duplicate) |
                    kind_bit(event_kind::registry) | kind_bit(event_kind::image_load) | kind_bit(event_kind::file) |
                    kind_bit(event_kind::memory_allocate) | kind_bit(event_kind::memory_protect) |
                    kind_bit(event_kind::memory_map) | kind_bit(event_kind::memory_write) |
                    kind_bit(event_kind::thread_start) | kind_bit(event_kind::apc_queue) |
                    kind_bit(event_kind::context_set),
                  slack_frame::atoms,
                  slack_frame::evaluate,
                  nullptr};

}

#endif

// ==== bartizan/rules/credential_access/judgement.hpp ====
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_JUDGEMENT_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_JUDGEMENT_HPP

/// What the rules about stored credentials share: who may, who certainly may not, and how atoms become an outcome.
namespace BARTIZAN_NAMESPACE::rules {

/// The LSA and the kernel own the stores; antimalware and other protected processes may read them.
[[nodiscard]] constexpr truth owns_credentials(const event& e) noexcept {
  return has_role(e.actor, role::lsass) | has_role(e.actor, role::system) | at_least(e.actor.image_trust, trust::t4);
}

/// A program that does what its command line or a script says: being part of Windows says nothing about the act.
[[nodiscard]] constexpr truth is_tool(const event& e) noexcept {
  return has_role(e.actor, role::script_host) | has_role(e.actor, role::registry_tool) | has_role(e.actor, role::memory_tool) |
     has_role(e.actor, role::lolbin);
}

/// Foreign code inside the process takes every excuse away.
[[nodiscard]] constexpr truth runs_foreign_code(const event& e) noexcept {
  return to_truth(at_most(e.caller_trust, trust::t0) == truth::yes || e.facts.get(fact::trace_unbacked) == truth::yes ||
          e.facts.get(fact::frame_tainted) == truth::yes);
}

/// Backup and imaging products that the policy allows by certificate (T2), and Windows' own servicing, backup and protection.
[[nodiscard]] constexpr truth maintains_windows(const event& e) noexcept {
  const truth allowed = at_least(e.actor.image_trust, trust::t2) & at_most(e.actor.image_trust, trust::t2);
  const truth windows = at_least(e.actor.image_trust, trust::t3) & has_role(e.actor, role::maintenance);
  return (allowed | windows) & !is_tool(e);
}

/// From atoms to outcome: certain evidence, and what the sensor would have had to tell to raise it. `excused` yes is silence;
/// unknown is never more than an event, so that a field that is missing terminates nobody.
[[nodiscard]] constexpr outcome judge(const atom_set& set, span<const atom_info> table, truth excused, field excuse,
                   bool strong_counts = true) noexcept {
  if (excused == truth::yes) return {};
  outcome out = conclude(set, table, response::deny_terminate, [&](uint16_t held) { return weigh(held, table, strong_counts); });
  if (excused == truth::unknown && (out.evidence != verdict::none || !out.blind.empty())) {
    out.blind.add(excuse);
    if (out.evidence == verdict::convict) out.evidence = verdict::event;
    out.action = response::none;
  }
  return out;
}

/// Before the operation: what would be convicted is denied. The same function decides, so nothing is denied that is clean after.
template <outcome (*Evaluate)(const event&) noexcept>
[[nodiscard]] constexpr pre_outcome deny_what_convicts(const event& e) noexcept {
  return pre_outcome::deny_if(Evaluate(e).evidence == verdict::convict);
}

}

#endif

// ==== bartizan/rules/credential_access/boot_key.hpp ====
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_BOOT_KEY_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_BOOT_KEY_HPP

/// @rule    C2.3 boot_key_read               @attack T1003.002 OS Credential Dumping: Security Account Manager
/// @event   registry (query_key, enumerate_key, audited queries)  @reads  how many of the four boot keys' class names the actor read
/// @verdict convict: three or four of them within 60 s; event: two
/// @benign  lsass; svchost as SYSTEM or LOCAL SERVICE without foreign code in it; queries that do not return the class
/// @blind   no actor identity
/// @misses  the four read more than 60 s apart (seen as nothing; a hive saved or values read later convict by themselves)
///
/// The secret is the class string of the keys JD, Skew1, GBG and Data, so a rule on values would see nothing. Only
/// KeyNodeInformation and KeyFullInformation return a class; KeyCachedInformation has no room for one (wdm.h).
namespace BARTIZAN_NAMESPACE::rules {

namespace boot_key {

enum atom : uint8_t { b1, b2, b3, b4, b5 };

inline constexpr atom_info atoms[] = {
  {"b1", "three or more of the four parts of the boot key were read", grade::strong, column::what, field::registry_data},
  {"b2", "two of the four parts of the boot key were read", grade::medium, column::what, field::registry_data},
  {"b3", "the code that asks lies in memory that no file accounts for", grade::medium, column::how, field::call_trace},
  {"b4", "SAM or SECURITY was opened past its access list", grade::medium, column::how, field::registry_data},
  {"b5", "a hive was saved or opened as a file before", grade::medium, column::how, field::registry_data},
};

/// Services that use the system key run in svchost.
[[nodiscard]] constexpr truth is_service(const event& e) noexcept {
  const truth by_system = to_truth(e.actor.user == account::system || e.actor.user == account::local_service);
  return has_role(e.actor, role::svchost) & (e.actor.user == account::unknown ? truth::unknown : by_system);
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  if (e.facts.get(fact::boot_key_two) != truth::yes) return {};
  atom_set set;
  set.set(b1, e.facts.get(fact::boot_key_three));
  set.set(b2, e.facts.get(fact::boot_key_two));
  set.set(b3, runs_foreign_code(e));
  set.set(b4, e.facts.get(fact::key_past_acl));
  set.set(b5, e.facts.get(fact::actor_took_store));
  return judge(set, atoms, (owns_credentials(e) | is_service(e)) & !runs_foreign_code(e), field::actor_image);
}

}

inline constexpr rule boot_key_read{0x0203,
                  1,
                  "boot_key_read",
                  "T1003.002",
                  family::credential_hive,
                  detection::credential_theft,
                  detection::credential_access_seen,
                  kind_bit(event_kind::registry),
                  boot_key::atoms,
                  boot_key::evaluate,
                  deny_what_convicts<boot_key::evaluate>};

}

#endif

// ==== bartizan/rules/credential_access/hive_command.hpp ====
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_HIVE_COMMAND_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_HIVE_COMMAND_HPP

/// @rule    C2.11 hive_command               @attack T1003.002 OS Credential Dumping: Security Account Manager
/// @event   process_create                   @reads  the protected keys and files that the command line names (canonicalised), identity,
///          trust
/// @verdict convict: a program whose own first argument says to save SAM, SECURITY or SYSTEM; a command that names a store on a
///          shadow copy or in a backup folder, or one together with a snapshot of the volume, or both halves of a store; an untrusted
///          program that is given a store
/// @benign  Windows' servicing and backup products; naming a live store alone (icacls, dir); exports of other keys
/// @blind   no command line
/// @misses  arguments by script, response file or standard input: the effect is then judged by C2.4, C2.8 and C2.9
///
/// Most sensors see neither registry saves nor file reads; a process start is then all there is. No program is named: whichever
/// takes such arguments is judged. An installation set of the directory (ntdsutil's ifm) is recorded: administrators make them too.
namespace BARTIZAN_NAMESPACE::rules {

namespace hive_command {

enum atom : uint8_t { g1, g2, g3, g4, g5, g6, g7, g8 };

inline constexpr atom_info atoms[] = {
  {"g1", "the command line saves the password store", grade::medium, column::what, field::command_line},
  {"g2", "the command line saves the hive with the boot key", grade::medium, column::what, field::command_line},
  {"g3", "the program is told so itself, not asked to tell another", grade::medium, column::how, field::command_line},
  {"g4", "the command line names a credential store, or asks for a set of the directory's files", grade::medium, column::what, field::command_line},
  {"g5", "... on a shadow copy or in a backup folder", grade::medium, column::where, field::command_line},
  {"g6", "the command line asks for a snapshot of the volume", grade::medium, column::how, field::command_line},
  {"g7", "the program itself is unsigned or not trusted", grade::medium, column::who, field::actor_trust},
  {"g8", "the command line names both halves of a store, accounts and boot key", grade::medium, column::how, field::command_line},
};

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  const auto facts = [&e](fact f) { return e.facts.get(f); };
  const truth saves = facts(fact::command_saves_secrets) | facts(fact::command_saves_boot_key);
  const truth names = facts(fact::command_names_store);
  if ((saves | names) != truth::yes) {
    outcome unseen;
    if ((saves | names) == truth::unknown) unseen.blind.add(field::command_line);
    return unseen;
  }
  atom_set set;
  set.set(g1, facts(fact::command_saves_secrets));
  set.set(g2, facts(fact::command_saves_boot_key));
  set.set(g3, saves & facts(fact::command_is_own));
  set.set(g4, names);
  set.set(g5, names & facts(fact::command_names_spare));
  set.set(g6, facts(fact::command_asks_snapshot));
  set.set(g7, at_most(e.actor.image_trust, trust::t0));
  set.set(g8, names & facts(fact::both_halves));
  return judge(set, atoms, owns_credentials(e) | maintains_windows(e), field::actor_trust);
}

}

inline constexpr rule hive_taken_by_command{0x020b,
                      1,
                      "hive_command",
                      "T1003.002",
                      family::credential_hive,
                      detection::credential_theft,
                      detection::credential_access_seen,
                      kind_bit(event_kind::process_create),
                      hive_command::atoms,
                      hive_command::evaluate,
                      deny_what_convicts<hive_command::evaluate>};

}

#endif

// ==== bartizan/rules/credential_access/hive_copy.hpp ====
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_HIVE_COPY_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_HIVE_COPY_HPP

/// @rule    C2.9, C2.10 hive_copy_written      @attack T1003.002 OS Credential Dumping: Security Account Manager
/// @event   file (create, write, rename)     @reads  file name and signature, what the actor opened, saved or was told to copy before
/// @verdict convict: a hive by its signature ('regf', 20 KiB or more) or a file under a store's name, written by a process that had
///          opened a store or saved a hive within ten minutes, or whose command line names one, or that had read the volume past the
///          file system and is a tool or untrusted; both halves of a store under like names by such a program; any file that the
///          remote registry service writes (denied; nobody on this machine is ended)
/// @benign  backup products by certificate, Windows' servicing and setup; a file called "system" that nobody read a store for
/// @blind   no file content: a copy under another name
/// @misses  a copy sent over the network, into a pipe or a stream
namespace BARTIZAN_NAMESPACE::rules {

namespace hive_copy {

enum atom : uint8_t { w1, w2, w3, w4, w5, w6, w7, w8 };

inline constexpr atom_info atoms[] = {
  {"w1", "the file is a registry hive by its signature", grade::weak, column::what, field::file_content},
  {"w2", "the file bears a credential store's name outside the stores' places", grade::weak, column::what, field::file_name},
  {"w3", "the actor took a credential store just before", grade::strong, column::how, field::registry_data},
  {"w4", "the program that wrote the hive is unsigned or not trusted", grade::weak, column::who, field::actor_trust},
  {"w5", "the code that wrote the hive lies in memory that no file accounts for", grade::strong, column::how, field::call_trace},
  {"w6", "the remote registry service wrote a file: a key was saved for its client", grade::strong, column::how, field::account},
  {"w7", "a tool or an untrusted program had just read the volume past the file system", grade::strong, column::how, field::disk_extents},
  {"w8", "a tool or an untrusted program wrote both halves of a store, accounts and boot key, under like names", grade::strong, column::what, field::file_name},
};

inline constexpr uint32_t regf = 0x66676572;          ///< 'regf', the first bytes of a hive
inline constexpr uint64_t smallest_hive_bytes = 20 * 1024;

[[nodiscard]] constexpr truth is_hive(const file_payload& file) noexcept {
  if (file.signature == 0) return truth::unknown;
  return to_truth(file.signature == regf && (file.size_bytes == 0 || file.size_bytes >= smallest_hive_bytes));
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  const file_payload& file = e.data.file;
  using operation = file_payload::operation;
  if (file.what != operation::create && file.what != operation::write && file.what != operation::rename) return {};
  const truth remote = to_truth(e.facts.get(fact::remote_client) == truth::yes);
  const truth copy = is_hive(file) | e.facts.get(fact::file_named_as_store);
  const truth pair = e.facts.get(fact::both_halves);
  const truth subject = copy | pair | remote;
  if (subject == truth::no) return {};
  atom_set set;
  set.set(w1, is_hive(file));
  set.set(w2, e.facts.get(fact::file_named_as_store));
  set.set(w3, e.facts.get(fact::actor_took_store));
  set.set(w4, at_most(e.actor.image_trust, trust::t0) & is_hive(file));
  set.set(w5, runs_foreign_code(e) & is_hive(file));
  set.set(w6, remote);
  const truth unvouched = at_most(e.actor.image_trust, trust::t0) | is_tool(e);
  set.set(w7, copy & e.facts.get(fact::actor_read_volume) & unvouched);
  set.set(w8, pair & unvouched);
  if (subject == truth::unknown && e.facts.get(fact::actor_took_store) != truth::yes) return {};
  const truth excused = (owns_credentials(e) | maintains_windows(e)) & !runs_foreign_code(e);
  outcome out = judge(set, atoms, excused, field::actor_trust, subject == truth::yes);
  if (subject != truth::yes) {
    out.evidence = verdict::none;
    out.action = response::none;
    out.blind.add(field::file_content);
  }
  if (out.evidence == verdict::convict && remote == truth::yes) {
    out.action = response::deny;
    out.whose = culprit::nobody;
  }
  return out;
}

}

inline constexpr rule hive_copy_written{0x0209,
                    1,
                    "hive_copy_written",
                    "T1003.002",
                    family::credential_hive,
                    detection::credential_theft,
                    detection::credential_access_seen,
                    kind_bit(event_kind::file),
                    hive_copy::atoms,
                    hive_copy::evaluate,
                    deny_what_convicts<hive_copy::evaluate>};

}

#endif

// ==== bartizan/rules/credential_access/hive_file.hpp ====
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_HIVE_FILE_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_HIVE_FILE_HPP

/// @rule    C2.7, C2.8, C3.4 hive_file_read   @attack T1003.002 OS Credential Dumping: Security Account Manager
/// @event   file (open, read, set_security)   @reads  whether the file is a credential store and where it lies, access, outcome, actor,
///          whether it had made a shadow copy
/// @verdict convict: a store on a shadow copy or in a backup folder opened for reading; the live file by a tool or an untrusted
///          program, or its access list changed by one
/// @benign  the kernel, backup products by certificate, Windows' servicing, setup, restore, antimalware; attribute-only opens
/// @blind   no signature; no outcome: a failed open weighs less than one that is not known to have failed
/// @misses  extents read past the file system (see raw_disk_read)
namespace BARTIZAN_NAMESPACE::rules {

namespace hive_file {

enum atom : uint8_t { o1, o2, o3, o4, o5, o6 };

inline constexpr atom_info atoms[] = {
  {"o1", "a credential store on a shadow copy or in a backup folder was opened for reading", grade::strong, column::where, field::file_name},
  {"o2", "the live credential store was opened for reading", grade::medium, column::what, field::file_name},
  {"o3", "the access list of a credential store was changed", grade::medium, column::what, field::file_name},
  {"o4", "the program itself is unsigned or not trusted", grade::medium, column::who, field::actor_trust},
  {"o5", "the actor is a script host or a tool that does what it is told", grade::medium, column::who, field::actor_image},
  {"o6", "the same hands had made a shadow copy within half an hour", grade::medium, column::what, field::process_start},
};

using operation = file_payload::operation;

/// 0 rights or only attributes cannot read; a sensor that gives no mask says by the operation.
[[nodiscard]] constexpr bool reads(const file_payload& file) noexcept {
  if (file.what == operation::read) return true;
  return file.what == operation::open && (expand(file.access, file_mapping) & file_read_data) != 0;
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
  const file_payload& file = e.data.file;
  const truth store = e.facts.get(fact::file_is_store);
  const truth spare = e.facts.get(fact::file_is_spare_store);
  const truth failed = to_truth(file.succeeded == truth::no);
  const truth opened = to_truth(reads(file)) & store;
  atom_set set;
  set.set(o1, opened & spare & !failed);
  set.set(o2, opened & !spare & !failed);
  set.set(o3, store & to_truth(file.what == operation::set_security));
  set.set(o4, at_most(e.actor.image_trust, trust::t0));
  set.set(o5, is_tool(e));
  set.set(o6, opened & e.facts.get(fact::actor_made_snapshot) & !failed);
  return set;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  const file_payload& file = e.data.file;
  if (e.facts.get(fact::file_is_store) != truth::yes || !(reads(file) || file.what == operation::set_security)) return {};
  const truth excused = (owns_credentials(e) | maintains_windows(e) | has_role(e.actor, role::svchost)) & !runs_foreign_code(e);
  outcome out = judge(find_atoms(e), atoms, excused, field::actor_trust);
  if (file.succeeded == truth::no && out.evidence == verdict::convict) {
    out.evidence = verdict::event;
    out.action = response::none;
  }
  return out;
}

}

inline constexpr rule hive_file_read{0x0208,
                  1,
                  "hive_file_read",
                  "T1003.002",
                  family::credential_hive,
                  detection::credential_theft,
                  detection::credential_access_seen,
                  kind_bit(event_kind::file),
                  hive_file::atoms,
                  hive_file::evaluate,
                  deny_what_convicts<hive_file::evaluate>};

}

#endif

// ==== bartizan/rules/credential_access/hive_save.hpp ====
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_HIVE_SAVE_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_HIVE_SAVE_HPP

/// @rule    C2.4, C2.6, C2.10 hive_save       @attack T1003.002 OS Credential Dumping: Security Account Manager
/// @event   registry (save_key, load_key, restore_key, replace_key)  @reads  what the key holds, the hive file's name, earlier saves
///          and boot-key reads of the actor, remote logon, actor
/// @verdict convict: SAM or SECURITY saved, or both halves within 10 min; SYSTEM saved, or a copy of a hive mounted, by a tool or an
///          untrusted program, or after the boot key was read. For a remote client the save is denied and nobody is terminated
/// @benign  backup products by certificate; Dism, Windows setup, system restore, backup engine, antimalware
/// @blind   no signature: an unknown program may be a backup product; no key name
/// @misses  a save by a driver
namespace BARTIZAN_NAMESPACE::rules {

namespace hive_save {

enum atom : uint8_t { h1, h2, h3, h4, h5, h6, h7 };

inline constexpr atom_info atoms[] = {
  {"h1", "the password store was saved to a file", grade::strong, column::what, field::registry_data},
  {"h2", "the hive with the boot key was saved to a file", grade::medium, column::what, field::registry_data},
  {"h3", "both halves, the store and the boot key, were saved within ten minutes", grade::strong, column::what, field::registry_data},
  {"h4", "a copy of a credential hive was mounted", grade::medium, column::what, field::registry_data},
  {"h5", "the program itself is unsigned or not trusted", grade::medium, column::who, field::actor_trust},
  {"h6", "the actor is a script host or a tool that does what it is told", grade::medium, column::who, field::actor_image},
  {"h7", "the actor read parts of the boot key, or opened the store past its access list", grade::medium, column::how, field::registry_data},
};

using operation = registry_payload::operation;

[[nodiscard]] constexpr bool saves(const event& e) noexcept { return e.data.registry.what == operation::save_key; }
[[nodiscard]] constexpr bool mounts(const event& e) noexcept {
  const operation what = e.data.registry.what;
  return what == operation::load_key || what == operation::restore_key || what == operation::replace_key;
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
  const truth saved = to_truth(saves(e));
  atom_set set;
  set.set(h1, saved & e.facts.get(fact::key_holds_secrets));
  set.set(h2, saved & e.facts.get(fact::key_holds_boot_key));
  set.set(h3, saved & e.facts.get(fact::actor_saved_both));
  set.set(h4, to_truth(mounts(e)) & e.facts.get(fact::key_file_is_store));
  set.set(h5, at_most(e.actor.image_trust, trust::t0));
  set.set(h6, is_tool(e));
  set.set(h7, e.facts.get(fact::boot_key_two) | e.facts.get(fact::key_past_acl));
  return set;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  const truth saved = to_truth(saves(e)) & (e.facts.get(fact::key_holds_secrets) | e.facts.get(fact::key_holds_boot_key));
  const truth mounted = to_truth(mounts(e)) & e.facts.get(fact::key_file_is_store);
  if ((saved | mounted) != truth::yes) return {};
  const truth remote = e.facts.get(fact::remote_client);
  const truth service = has_role(e.actor, role::svchost) & at_least(e.actor.image_trust, trust::t3) & !remote;
  const truth excused = (owns_credentials(e) | maintains_windows(e) | service) & !runs_foreign_code(e);
  outcome out = judge(find_atoms(e), atoms, excused, field::actor_trust);
  if (out.evidence == verdict::convict && remote == truth::yes) {
    out.action = response::deny;
    out.whose = culprit::nobody;
  }
  return out;
}

}

inline constexpr rule hive_saved{0x0204,
                1,
                "hive_save",
                "T1003.002",
                family::credential_hive,
                detection::credential_theft,
                detection::credential_access_seen,
                kind_bit(event_kind::registry),
                hive_save::atoms,
                hive_save::evaluate,
                deny_what_convicts<hive_save::evaluate>};

}

#endif

// ==== bartizan/rules/credential_access/lsass_clone.hpp ====
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_CLONE_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_CLONE_HPP

/// @rule    C1.5 lsass_clone                  @attack T1003.001 OS Credential Dumping: LSASS Memory
/// @event   handle_open, handle_duplicate, memory_read  @reads  whether the target runs LSASS's image without being the registered LSA,
///          granted access, actor
/// @verdict convict: sensitive rights over, or a read of, a clone by an actor below T4; or two processes of LSASS's image opened for
///          reading within 120 s by a tool or an untrusted program
/// @benign  protected antimalware; the LSA itself; queries
/// @blind   the registered LSA is not known: which of two is the clone
/// @misses  a clone that is only written to a file by its maker's own handle
namespace BARTIZAN_NAMESPACE::rules {

namespace lsass_clone {

enum atom : uint8_t { k1, k2, k3, k4, k5 };

inline constexpr atom_info atoms[] = {
  {"k1", "a copy of LSASS was opened or read", grade::strong, column::what, field::target_image},
  {"k2", "two processes that run LSASS's image were opened within two minutes", grade::medium, column::what, field::open_history},
  {"k3", "the program itself is unsigned or not trusted", grade::medium, column::who, field::actor_trust},
  {"k4", "the actor is a script host or a tool that does what it is told", grade::medium, column::who, field::actor_image},
  {"k5", "the call came through memory that no file and no JIT compiler accounts for", grade::medium, column::how, field::call_trace},
};

[[nodiscard]] constexpr bool is_sensitive(const event& e) noexcept {
  if (e.kind == event_kind::memory_read) return true;
  return e.data.handle.type == handle_payload::object::process && (expand(e.data.handle.granted, process_mapping) & sensitive_rights) != 0;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  const truth clone = e.facts.get(fact::target_is_lsass_clone);
  const truth two = e.facts.get(fact::actor_opened_two_lsass);
  if ((clone | two) != truth::yes || !is_sensitive(e)) return {};
  atom_set set;
  set.set(k1, clone);
  set.set(k2, two);
  set.set(k3, at_most(e.actor.image_trust, trust::t0));
  set.set(k4, is_tool(e));
  set.set(k5, e.facts.get(fact::trace_unbacked));
  return judge(set, atoms, owns_credentials(e) & !runs_foreign_code(e), field::actor_trust);
}

[[nodiscard]] constexpr pre_outcome before(const event& e) noexcept {
  if (evaluate(e).evidence != verdict::convict || e.kind == event_kind::memory_read) return {};
  return {pre_outcome::decision::strip, expand(e.data.handle.granted, process_mapping) & sensitive_rights};
}

}

inline constexpr rule lsass_clone_opened{0x0105,
              1,
              "lsass_clone",
              "T1003.001",
              family::credential_lsass,
              detection::credential_theft,
              detection::credential_access_seen,
              kind_bit(event_kind::handle_open) | kind_bit(event_kind::handle_duplicate) | kind_bit(event_kind::memory_read),
              lsass_clone::atoms,
              lsass_clone::evaluate,
              lsass_clone::before};

}

#endif

// ==== bartizan/rules/application_verifier/execution_options.hpp ====
#ifndef BARTIZAN_RULES_APPLICATION_VERIFIER_EXECUTION_OPTIONS_HPP
#define BARTIZAN_RULES_APPLICATION_VERIFIER_EXECUTION_OPTIONS_HPP

/// @rule    V1.5 image_execution_options     @attack T1546.012 Event Triggered Execution: Image File Execution Options Injection
/// @event   registry                         @reads  Debugger, SilentProcessExit and MitigationOptions values, the program that they are about
/// @verdict event, never more: an interpreter as debugger; a debugger of a protected or logon-screen program; a program to start at another's
///          silent exit; mitigation options that keep other vendors' libraries out of a protected program or of all
/// @benign  debuggers of other programs; page heap; mitigation options of a vendor's own programs
/// @blind   no value data: i4
/// @misses  the same values written before the sensor started
namespace BARTIZAN_NAMESPACE::rules {

namespace execution_options {

enum atom : uint8_t { i1, i2, i3, i4, i5 };

inline constexpr atom_info atoms[] = {
  {"i1", "a debugger was set for a program", grade::weak, column::what, field::registry_data},
  {"i2", "the debugger is a command interpreter", grade::medium, column::what, field::registry_data},
  {"i3", "a program was set to start at another's silent exit", grade::medium, column::what, field::registry_data},
  {"i4", "mitigation options keep other vendors' libraries out", grade::medium, column::what, field::registry_data},
  {"i5", "the program is a security product, part of the logon, or a browser", grade::weak, column::where, field::registry_data},
};

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
  const auto known = [&e](fact f) { return to_truth(e.facts.get(f) == truth::yes); };
  const truth debugger = known(fact::ifeo_debugger);
  atom_set set;
  set.set(i1, debugger);
  set.set(i2, debugger & known(fact::debugger_is_interpreter));
  set.set(i3, known(fact::silent_exit_monitor));
  const bool options = e.data.registry.what == registry_payload::operation::set_value && equal_folded(e.data.registry.value_name, u"MitigationOptions");
  set.set(i4, options ? e.facts.get(fact::mitigation_blocks) : truth::no);
  set.set(i5, known(fact::ifeo_target_protected) & (debugger | known(fact::silent_exit_monitor) | known(fact::mitigation_blocks)));
  return set;
}

[[nodiscard]] constexpr verdict decide(uint16_t held) noexcept { return weigh(held, atoms); }

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  return conclude(find_atoms(e), atoms, response::none, decide);
}

}

inline constexpr rule execution_options_changed{0x0805,
                        1,
                        "image_execution_options",
                        "T1546.012",
                        family::application_verifier,
                        detection::application_verifier,
                        detection::application_verifier,
                        kind_bit(event_kind::registry),
                        execution_options::atoms,
                        execution_options::evaluate,
                        nullptr};

}

#endif

// ==== bartizan/rules/application_verifier/provider_load.hpp ====
#ifndef BARTIZAN_RULES_APPLICATION_VERIFIER_PROVIDER_LOAD_HPP
#define BARTIZAN_RULES_APPLICATION_VERIFIER_PROVIDER_LOAD_HPP

/// @rule    V1.1 verifier_provider_load      @attack T1546.012 Event Triggered Execution: Image File Execution Options Injection
/// @event   image_load                       @reads  order of loads in the process, module path, name and signature, subsystem
/// @verdict convict: with verifier.dll active, a module maps before kernel32.dll that does not belong there and that Microsoft did not sign:
///          the mapping fails, the process goes on. Event: one that Microsoft signed but that is no listed provider. Needs no registry, so a
///          transient key, a section swap or a per-user setting changes nothing
/// @benign  Windows' own providers; verifier.dll loaded later, to write a dump; native-subsystem processes; custom providers by exclusion
/// @blind   loads not reported from the process's start on: v1; no signature: v1, v2
/// @misses  a provider that was mapped before the sensor started
namespace BARTIZAN_NAMESPACE::rules {

namespace provider_load {

enum atom : uint8_t { v1, v2 };

inline constexpr atom_info atoms[] = {
  {"v1", "with Application Verifier active, a module that is no provider of Windows maps before kernel32.dll", grade::medium, column::how, field::load_order},
  {"v2", "Microsoft did not sign it", grade::medium, column::who, field::module_signature},
};

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
  const auto facts = [&e](fact f) { return e.facts.get(f); };
  atom_set set;
  const truth early = facts(fact::verifier_active) & facts(fact::load_before_kernel32) & !facts(fact::module_expected_early) & !facts(fact::process_is_native);
  const truth foreign = early & !facts(fact::provider_authentic);
  set.set(v1, foreign);
  set.set(v2, foreign & !facts(fact::module_is_microsofts));
  return set;
}

[[nodiscard]] constexpr verdict decide(uint16_t held) noexcept { return (held & 1u << v1) != 0 ? weigh(held, atoms) : verdict::none; }

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  return conclude(find_atoms(e), atoms, response::deny, decide);
}

[[nodiscard]] constexpr pre_outcome before(const event& e) noexcept {
  const bool denied = decide(find_atoms(e).yes) == verdict::convict;
  return pre_outcome::deny_if(denied);
}

}

inline constexpr rule verifier_provider_loaded{0x0801,
                       1,
                       "verifier_provider_load",
                       "T1546.012",
                       family::application_verifier,
                       detection::application_verifier,
                       detection::application_verifier,
                       kind_bit(event_kind::image_load),
                       provider_load::atoms,
                       provider_load::evaluate,
                       provider_load::before};

}

#endif

// ==== bartizan/rules/application_verifier/provider_registration.hpp ====
#ifndef BARTIZAN_RULES_APPLICATION_VERIFIER_PROVIDER_REGISTRATION_HPP
#define BARTIZAN_RULES_APPLICATION_VERIFIER_PROVIDER_REGISTRATION_HPP

/// @rule    V1.2 verifier_provider_registration @attack T1546.012 Event Triggered Execution: Image File Execution Options Injection
/// @event   registry, file                   @reads  VerifierDlls, GlobalFlag and their program, key renames, links and loads, new system files
/// @verdict convict (the change is denied or ignored, nobody is terminated): a provider that is not Windows' own for a protected program, with
///          the flag set within 10 min, as a path (V1.2), or behind a moved root (V1.3). Event: such a provider for any other program; a new
///          system library under a registered provider's name (V1.4). The value decides, not the writer
/// @benign  Windows' own providers by any program; page heap and other flags; the flag alone
/// @blind   no value data: r1, r2
/// @misses  values written before the sensor started (V1.1 sees the load); offline hives
namespace BARTIZAN_NAMESPACE::rules {

namespace provider_registration {

enum atom : uint8_t { r1, r2, r3, r4, r5, r6 };

inline constexpr atom_info atoms[] = {
  {"r1", "a verifier provider was registered that is not Windows' own", grade::medium, column::what, field::registry_data},
  {"r2", "the provider is given as a path or with separators", grade::strong, column::how, field::registry_data},
  {"r3", "the program is a security product, part of the logon, or a browser", grade::medium, column::where, field::registry_data},
  {"r4", "Application Verifier was turned on for the program within 10 min", grade::strong, column::how, field::registry_data},
  {"r5", "the settings' root or an ancestor was renamed, linked or loaded over", grade::strong, column::how, field::registry_data},
  {"r6", "a new library in the system directory bears a registered provider's name", grade::medium, column::what, field::file_name},
};

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
  const auto known = [&e](fact f) { return to_truth(e.facts.get(f) == truth::yes); };
  atom_set set;
  const bool value = e.kind == event_kind::registry && e.data.registry.what == registry_payload::operation::set_value &&
           equal_folded(e.data.registry.value_name, u"VerifierDlls");
  const truth foreign = value ? e.facts.get(fact::provider_is_foreign) : truth::no;
  set.set(r1, foreign);
  set.set(r2, value ? e.facts.get(fact::provider_is_path) : truth::no);
  set.set(r3, known(fact::ifeo_target_protected) & (foreign | known(fact::verifier_pair)));
  set.set(r4, known(fact::verifier_pair));
  set.set(r5, known(fact::ifeo_root_moved));
  set.set(r6, known(fact::system_file_is_provider));
  return set;
}

/// A protected program is a subject only with a provider registered for it.
[[nodiscard]] constexpr verdict decide(uint16_t held) noexcept {
  const bool registered = (held & (1u << r1 | 1u << r4)) != 0;
  return weigh(registered ? held : static_cast<uint16_t>(held & ~(1u << r3)), atoms);
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  return conclude(find_atoms(e), atoms, response::deny, decide);
}

/// All of it stands in the call itself or in what was set before, so the change can be denied or answered without it.
[[nodiscard]] constexpr pre_outcome before(const event& e) noexcept {
  const bool denied = e.kind == event_kind::registry && decide(find_atoms(e).yes) == verdict::convict;
  return pre_outcome::deny_if(denied);
}

}

inline constexpr rule verifier_provider_registered{0x0802,
                         1,
                         "verifier_provider_registration",
                         "T1546.012",
                         family::application_verifier,
                         detection::application_verifier,
                         detection::application_verifier,
                         kind_bit(event_kind::registry) | kind_bit(event_kind::file),
                         provider_registration::atoms,
                         provider_registration::evaluate,
                         provider_registration::before};

}

#endif

// ==== bartizan/rules/credential_access/lsass_dump_file.hpp ====
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_DUMP_FILE_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_DUMP_FILE_HPP

/// @rule    C1.8 lsass_dump_file            @attack T1003.001 OS Credential Dumping: LSASS Memory
/// @event   file (create, write, rename)    @reads  file name and signature, actor identity and trust, recent LSASS access
/// @verdict convict: a dump file after read access to LSASS was given, or a file that is named as a dump of LSASS by a program that
///          can make one: the secrets then lie on the disk, whoever pressed the button
/// @benign  WerFault for a fault that LSASS reported; dumps of other processes
/// @blind   no file content: a dump under a name without a dump's extension
/// @misses  dumps sent over the network or into a pipe
namespace BARTIZAN_NAMESPACE::rules {

namespace lsass_dump_file {

enum atom : uint8_t { f1, f2, f3, f4, f5 };

inline constexpr atom_info atoms[] = {
  {"f1", "the file is named as a memory dump of LSASS", grade::medium, column::what, field::file_name},
  {"f2", "the actor is a script host, Task Manager or a system tool that can read memory", grade::medium, column::who, field::actor_image},
  {"f3", "the program itself is unsigned or not trusted", grade::medium, column::who, field::actor_trust},
  {"f4", "the actor was given read access to LSASS within the last 120 s", grade::strong, column::how, field::open_history},
  {"f5", "the file is a memory dump by its extension or signature", grade::weak, column::what, field::file_content},
};

/// Who-atoms say nothing by themselves: only a dump, of LSASS by name or by what was read before it, makes a subject.
[[nodiscard]] constexpr truth is_subject(const event& e) noexcept {
  return e.facts.get(fact::file_named_for_lsass) | (e.facts.get(fact::file_is_dump) & e.facts.get(fact::actor_read_lsass));
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
  atom_set set;
  set.set(f1, e.facts.get(fact::file_named_for_lsass));
  set.set(f2, has_role(e.actor, role::script_host) | has_role(e.actor, role::memory_tool) | has_role(e.actor, role::task_manager));
  set.set(f3, at_most(e.actor.image_trust, trust::t0));
  set.set(f4, e.facts.get(fact::actor_read_lsass));
  set.set(f5, e.facts.get(fact::file_is_dump));
  return set;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  outcome out;
  const auto what = e.data.file.what;
  if (what != file_payload::operation::create && what != file_payload::operation::write && what != file_payload::operation::rename)
    return out;
  const truth subject = is_subject(e);
  if (subject == truth::no) return out;
  if ((has_role(e.actor, role::error_reporter) & e.facts.get(fact::actor_fault_reported)) == truth::yes) return out;
  out.atoms = find_atoms(e);
  if (subject == truth::yes) out.evidence = weigh(out.atoms.yes, atoms);
  const auto possible = static_cast<uint16_t>(out.atoms.yes | out.atoms.unknown);
  if (weigh(possible, atoms) > out.evidence) out.blind = fields_of(out.atoms.unknown, atoms);
  if (out.evidence == verdict::convict) out.action = response::deny_terminate;
  return out;
}

}

inline constexpr rule lsass_dump_written{0x0108,
                    1,
                    "lsass_dump_file",
                    "T1003.001",
                    family::credential_lsass,
                    detection::credential_theft,
                    detection::lsass_over_asking,
                    kind_bit(event_kind::file),
                    lsass_dump_file::atoms,
                    lsass_dump_file::evaluate,
                    nullptr};

}

#endif

// ==== bartizan/rules/credential_access/lsass_error_reporting.hpp ====
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_ERROR_REPORTING_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_ERROR_REPORTING_HPP

/// @rule    C1.6 lsass_error_reporting        @attack T1003.001 OS Credential Dumping: LSASS Memory
/// @event   registry (set_value, create_key) @reads  key, value and data, actor
/// @verdict convict: SilentProcessExit for LSASS, or GlobalFlag with FLG_MONITOR_SILENT_PROCESS_EXIT for it: Windows itself would write
///          the dump; event: LocalDumps for LSASS (convict by an untrusted program)
/// @benign  SilentProcessExit of other programs (a debugging aid); dumps of other programs
/// @blind   no data: which flags were set
/// @misses  WerFault called by hand: that is C1.1's a4
namespace BARTIZAN_NAMESPACE::rules {

namespace lsass_error_reporting {

enum atom : uint8_t { r1, r2, r3 };

inline constexpr atom_info atoms[] = {
  {"r1", "error reporting was told to dump LSASS", grade::strong, column::what, field::registry_data},
  {"r2", "full dumps of LSASS were asked for should it crash", grade::medium, column::what, field::registry_data},
  {"r3", "the program itself is unsigned or not trusted", grade::medium, column::who, field::actor_trust},
};

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  const truth reporting = e.facts.get(fact::lsass_reporting_set);
  const truth dumps = e.facts.get(fact::lsass_dumps_kept);
  outcome out;
  if (reporting != truth::yes && dumps != truth::yes) {
    if (reporting == truth::unknown && e.data.registry.what == registry_payload::operation::set_value && e.facts.get(fact::lsa_packages_set) == truth::no)
      out.blind.add(field::registry_data);
    return out;
  }
  atom_set set;
  set.set(r1, reporting);
  set.set(r2, dumps);
  set.set(r3, at_most(e.actor.image_trust, trust::t0));
  return judge(set, atoms, owns_credentials(e) & !runs_foreign_code(e), field::actor_trust);
}

}

inline constexpr rule lsass_error_reporting_set{0x0106,
              1,
              "lsass_error_reporting",
              "T1003.001",
              family::credential_lsass,
              detection::credential_theft,
              detection::credential_access_seen,
              kind_bit(event_kind::registry),
              lsass_error_reporting::atoms,
              lsass_error_reporting::evaluate,
              deny_what_convicts<lsass_error_reporting::evaluate>};

}

#endif

// ==== bartizan/rules/credential_access/lsass_handle.hpp ====
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_HANDLE_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_HANDLE_HPP

/// @rule    C1.0, C1.1, C1.3 lsass_handle_theft   @attack T1003.001 OS Credential Dumping: LSASS Memory
/// @event   handle_open, handle_duplicate   @reads  target role lsass, granted access (expanded), call-trace facts, caller trust,
///          actor trust, identity, file age, privilege and burst facts
/// @verdict convict: a strong atom with read, derive or inject rights (or a proven read), or two medium atoms of different columns;
///          every other sensitive right of an actor below T4 is taken off the handle
/// @benign  protected antimalware and system processes; WerFault for a fault that LSASS reported; process inventories (bursts, the
///          .NET Process class, WMI) and over-asking agents: stripped in silence; Task Manager: stripped and recorded
/// @blind   no call trace: a1-a4, a13 and (for an inventory's mask) a7, a8; no signature: a2b, a6
/// @misses  reads by a vulnerable driver (no handle); a handle opened before the sensor started
namespace BARTIZAN_NAMESPACE::rules {

namespace lsass_handle {

enum atom : uint8_t { a1, a2, a2b, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15 };

inline constexpr atom_info atoms[] = {
  {"a1", "the call came through memory that no file and no JIT compiler accounts for", grade::strong, column::how, field::call_trace},
  {"a2", "an untrusted module made the call inside a Windows process", grade::strong, column::how, field::caller_module},
  {"a2b", "the program itself is unsigned or not trusted", grade::medium, column::who, field::actor_trust},
  {"a3", "the system call was made directly, past ntdll", grade::strong, column::how, field::call_trace},
  {"a4", "a minidump routine is on the call stack outside error reporting", grade::strong, column::how, field::call_trace},
  {"a5", "the actor is a script host or a system tool that can read memory", grade::medium, column::who, field::actor_image},
  {"a6", "the program file is under 500 s old and not trusted", grade::medium, column::who, field::actor_file_age},
  {"a7", "LSASS was singled out for rights that derive, inject or reopen", grade::medium, column::what, field::open_history},
  {"a8", "LSASS was singled out for reading its memory", grade::medium, column::what, field::open_history},
  {"a9", "every right was asked for, or many processes were opened alike", grade::weak, column::what, field::open_history},
  {"a10", "LSASS memory was read in quantity", grade::strong, column::what, field::memory_reads},
  {"a11", "the authentication packages' data was read", grade::strong, column::what, field::memory_reads},
  {"a12", "an unprotected process read protected LSASS", grade::strong, column::what, field::target_protection},
  {"a13", "the secondary logon service leaks a handle that can be duplicated", grade::medium, column::how, field::call_trace},
  {"a14", "the debug privilege was just enabled", grade::weak, column::who, field::actor_privileges},
  {"a15", "a dump-like file was just written", grade::weak, column::where, field::file_name},
};

/// Age below which a program counts as just dropped. Source: rules.md C1 (Elastic's rules use 500 s).
inline constexpr uint32_t young_file_s = 500;

/// Rights over a thread of LSASS that let the holder steer it. THREAD_GET_CONTEXT alone reads registers, not secrets.
inline constexpr access_mask thread_control_rights = thread_set_context | thread_suspend_resume | thread_set_thread_token;

struct rights {
  access_mask mask = 0;       ///< generic rights expanded
  access_mask sensitive = 0;  ///< the part that is stripped
  bool reads = false;
  bool controls = false;      ///< derives, injects, reopens, or steers a thread
  bool opens_gate = false;    ///< enough for a strong atom to count
  bool all = false;
  bool partial = false;       ///< the handle may carry more rights than these
};

[[nodiscard]] constexpr rights rights_of(const handle_payload& handle) noexcept {
  rights r;
  if (handle.type == handle_payload::object::token) return r;
  r.partial = handle.exercised_only;
  if (handle.type == handle_payload::object::thread) {
    r.mask = expand(handle.granted, thread_mapping);
    r.sensitive = (r.mask & thread_control_rights) != 0 ? r.mask & (thread_control_rights | thread_get_context) : 0;
    r.all = (r.mask & thread_all_access) == thread_all_access;
    r.controls = !r.all && r.sensitive != 0;
    r.opens_gate = r.sensitive != 0;
    return r;
  }
  r.mask = expand(handle.granted, process_mapping);
  r.sensitive = r.mask & sensitive_rights;
  r.all = is_all_access(r.mask);
  r.reads = (r.mask & read_rights) != 0;
  r.controls = !r.all && (r.mask & (derive_rights | inject_rights | reopen_rights)) != 0;
  r.opens_gate = (r.mask & (read_rights | derive_rights | inject_rights)) != 0;
  return r;
}

/// A process inventory asks for QUERY_INFORMATION | VM_READ (what EnumProcessModules documents) or, through .NET's Process.Handle,
/// for everything; and its caller is a component known to list processes. Without a call trace only a program that is known not
/// to host .NET is certain not to be one; where only the exercised right is recorded, the mask asked for may have been that.
[[nodiscard]] constexpr truth is_inventory(const event& e, const rights& r) noexcept {
  constexpr access_mask listing = process_query_information | process_vm_read;
  const bool nothing_else = (r.mask & ~(listing | harmless_rights)) == 0;
  truth mask = to_truth(r.all || (nothing_else && (r.mask & listing) == listing));
  if (r.partial && nothing_else) mask = truth::unknown;
  truth caller = e.facts.get(fact::trace_inventory);
  if (caller == truth::unknown) caller = (!has_role(e.actor, role::native_image)) & truth::unknown;
  return mask & caller;
}

/// Antimalware, Windows and WinTcb protected processes are beyond medium evidence, unless foreign code runs inside.
[[nodiscard]] constexpr bool is_above_suspicion(const event& e) noexcept {
  return at_least(e.actor.image_trust, trust::t4) == truth::yes && at_most(e.caller_trust, trust::t2) != truth::yes;
}

[[nodiscard]] constexpr truth is_serving_a_fault(const event& e) noexcept {
  return has_role(e.actor, role::error_reporter) & e.facts.get(fact::actor_fault_reported);
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e, const rights& r) noexcept {
  const auto facts = [&e](fact f) { return e.facts.get(f); };
  const truth error_reporter = has_role(e.actor, role::error_reporter);
  const truth burst = facts(fact::actor_burst);
  const truth targeted = !(burst | is_inventory(e, r));
  const truth windows_image = at_least(e.actor.image_trust, trust::t3);
  const truth task_manager = has_role(e.actor, role::task_manager) & windows_image;
  const truth dump = facts(fact::trace_dump_routine);
  const truth age = e.actor.file_age_s == unknown_u32 ? truth::unknown : to_truth(e.actor.file_age_s <= young_file_s);

  atom_set set;
  set.set(a2, at_most(e.caller_trust, trust::t0) & windows_image);
  set.set(a4, (dump & !error_reporter & !task_manager) | (error_reporter & !facts(fact::actor_fault_reported)));
  set.set(a12, facts(fact::target_memory_read) & to_truth(e.target.protection != 0) & e.target.is_protected & !e.actor.is_protected);
  if (is_above_suspicion(e)) return set;
  set.set(a1, facts(fact::trace_unbacked));
  set.set(a2b, at_most(e.actor.image_trust, trust::t0));
  set.set(a3, facts(fact::trace_direct_syscall));
  set.set(a5, has_role(e.actor, role::script_host) | has_role(e.actor, role::memory_tool));
  set.set(a6, at_most(e.actor.image_trust, trust::t1) & age);
  set.set(a7, targeted & to_truth(r.controls));
  set.set(a8, targeted & to_truth(r.reads));
  set.set(a9, burst | to_truth(r.all));
  set.set(a10, facts(fact::target_memory_read));
  set.set(a11, facts(fact::target_secrets_read));
  set.set(a13, facts(fact::trace_seclogon) & to_truth((r.mask & derive_rights) != 0));
  set.set(a14, facts(fact::actor_debug_privilege));
  set.set(a15, facts(fact::actor_wrote_dump));
  return set;
}

/// The decision as a table over the 16 atoms: total, and monotone in them (enumerated whole in the tests).
[[nodiscard]] constexpr verdict decide(uint16_t held, bool opens_gate) noexcept {
  constexpr uint16_t proven_read = 1u << a10 | 1u << a11 | 1u << a12;
  return weigh(held, atoms, opens_gate || (held & proven_read) != 0);
}

/// Over-asking by a signed program is protected in silence: agents and installers open every process with every right.
[[nodiscard]] constexpr bool is_silent(const event& e, const rights& r, uint16_t held) noexcept {
  const auto allowed = static_cast<uint16_t>(1u << a9 | (r.all ? 1u << a8 : 0u));
  return (held & ~allowed) == 0 && at_least(e.actor.image_trust, trust::t1) == truth::yes &&
     e.facts.get(fact::trace_dump_routine) != truth::yes;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  outcome out;
  const rights r = rights_of(e.data.handle);
  if (r.sensitive == 0) return out;
  const truth target = has_role(e.target, role::lsass);
  if (target == truth::unknown) out.blind.add(field::target_image);
  if (target != truth::yes || is_serving_a_fault(e) == truth::yes) return out;

  out = conclude(find_atoms(e, r), atoms, response::none, [&r](uint16_t held) { return decide(held, r.opens_gate); });
  if (is_above_suspicion(e) && out.evidence == verdict::none) return out;

  out.strip_mask = r.sensitive;
  if (out.evidence == verdict::convict) {
    out.action = response::deny_terminate;
    if (out.atoms.has(a13) && has_role(e.actor, role::svchost) == truth::yes)
      out.whose = e.instigator.is_set() ? culprit::instigator : culprit::nobody;
  } else if (is_silent(e, r, out.atoms.yes)) {
    out.evidence = verdict::none;
    out.action = response::strip;
  } else out.action = response::strip_event;
  return out;
}

/// Before the handle exists: rights can be taken off, never the open denied, so a program that only over-asks goes on working.
[[nodiscard]] constexpr pre_outcome before(const event& e) noexcept {
  const rights r = rights_of(e.data.handle);
  if (r.sensitive == 0 || has_role(e.target, role::lsass) != truth::yes || is_above_suspicion(e) ||
    is_serving_a_fault(e) == truth::yes)
    return {};
  return {pre_outcome::decision::strip, r.sensitive};
}

}

inline constexpr rule lsass_handle_theft{0x0101,
                    1,
                    "lsass_handle_theft",
                    "T1003.001",
                    family::credential_lsass,
                    detection::credential_theft,
                    detection::lsass_over_asking,
                    kind_bit(event_kind::handle_open) | kind_bit(event_kind::handle_duplicate),
                    lsass_handle::atoms,
                    lsass_handle::evaluate,
                    lsass_handle::before};

}

#endif

// ==== bartizan/rules/credential_access/lsass_handle_leak.hpp ====
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_HANDLE_LEAK_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_HANDLE_LEAK_HPP

/// @rule    C1.2 lsass_handle_leak            @attack T1003.001 OS Credential Dumping: LSASS Memory
/// @event   handle_open, handle_duplicate, process_create  @reads  which processes hold a handle to LSASS, right to duplicate, inheritance,
///          call-trace facts, actor
/// @verdict convict: a tool, an untrusted program or unaccounted code singles out a holder of a LSASS handle for duplication, or inherits
///          such a handle from its creator; a duplicate of the handle itself is judged for its recipient by C1.1
/// @benign  Windows components; antimalware; handle viewers (bursts)
/// @blind   no inheritance flag: whether a child got the handle; no call trace
/// @misses  a holder from before the sensor started
namespace BARTIZAN_NAMESPACE::rules {

namespace lsass_handle_leak {

enum atom : uint8_t { l1, l2, l3, l4, l5, l6 };

inline constexpr atom_info atoms[] = {
  {"l1", "a process that holds a handle to LSASS was singled out for duplication", grade::medium, column::what, field::open_history},
  {"l2", "the process inherits a handle to LSASS from its creator", grade::medium, column::what, field::handle_origin},
  {"l3", "the call came through memory that no file and no JIT compiler accounts for", grade::medium, column::how, field::call_trace},
  {"l4", "the system call was made directly, past ntdll", grade::medium, column::how, field::call_trace},
  {"l5", "the program itself is unsigned or not trusted", grade::medium, column::who, field::actor_trust},
  {"l6", "the actor is a script host or a tool that does what it is told", grade::medium, column::who, field::actor_image},
};

[[nodiscard]] constexpr bool may_duplicate(const handle_payload& handle) noexcept {
  const access_mask mask = expand(handle.granted, process_mapping);
  return handle.type == handle_payload::object::process && (mask & process_dup_handle) != 0 && !is_all_access(mask);
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  const bool start = e.kind == event_kind::process_create;
  const truth duplicates = to_truth(!start && may_duplicate(e.data.handle)) & e.facts.get(fact::target_holds_lsass);
  const truth inherits = to_truth(start) & e.facts.get(fact::creator_shares_lsass);
  if ((duplicates | inherits) != truth::yes) {
    outcome unseen;
    if (inherits == truth::unknown) unseen.blind.add(field::handle_origin);
    return unseen;
  }
  atom_set set;
  set.set(l1, duplicates & !e.facts.get(fact::actor_burst));
  set.set(l2, inherits);
  set.set(l3, duplicates & e.facts.get(fact::trace_unbacked));
  set.set(l4, duplicates & e.facts.get(fact::trace_direct_syscall));
  set.set(l5, at_most(e.actor.image_trust, trust::t0));
  set.set(l6, is_tool(e));
  const truth windows = at_least(e.actor.image_trust, trust::t3) & !is_tool(e);
  return judge(set, atoms, (owns_credentials(e) | windows) & !runs_foreign_code(e), field::actor_trust);
}

/// The right to duplicate is taken off; the open itself goes on.
[[nodiscard]] constexpr pre_outcome before(const event& e) noexcept {
  const outcome o = evaluate(e);
  if (e.kind == event_kind::process_create || o.evidence != verdict::convict) return {};
  return {pre_outcome::decision::strip, process_dup_handle};
}

}

inline constexpr rule lsass_handle_leaked{0x0102,
              1,
              "lsass_handle_leak",
              "T1003.001",
              family::credential_lsass,
              detection::credential_theft,
              detection::credential_access_seen,
              kind_bit(event_kind::handle_open) | kind_bit(event_kind::handle_duplicate) | kind_bit(event_kind::process_create),
              lsass_handle_leak::atoms,
              lsass_handle_leak::evaluate,
              lsass_handle_leak::before};

}

#endif

// ==== bartizan/rules/credential_access/lsass_memory.hpp ====
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_MEMORY_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_MEMORY_HPP

/// @rule    C1.4 lsass_memory_read            @attack T1003.001 OS Credential Dumping: LSASS Memory
/// @event   memory_read                      @reads  volume and place of the reads, protection of both processes, actor
/// @verdict convict: 64 KiB or 16 reads within 60 s (an inventory's module walk: 1 MiB), any read of the authentication packages' data,
///          any successful read of protected LSASS by an unprotected process
/// @benign  protected antimalware; WerFault for a fault that LSASS reported
/// @blind   no addresses: which data was read; no protection byte
/// @misses  reads through a driver; sensors that log reads of LSASS only on request (ETW Threat-Intelligence)
namespace BARTIZAN_NAMESPACE::rules {

namespace lsass_memory {

enum atom : uint8_t { m1, m2, m3, m4, m5 };

inline constexpr atom_info atoms[] = {
  {"m1", "LSASS memory was read in quantity", grade::strong, column::what, field::memory_reads},
  {"m2", "the authentication packages' data was read", grade::strong, column::what, field::memory_reads},
  {"m3", "an unprotected process read protected LSASS", grade::strong, column::what, field::target_protection},
  {"m4", "the program itself is unsigned or not trusted", grade::weak, column::who, field::actor_trust},
  {"m5", "the actor is a script host or a tool that does what it is told", grade::weak, column::who, field::actor_image},
};

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  if (has_role(e.target, role::lsass) != truth::yes) return {};
  atom_set set;
  set.set(m1, e.facts.get(fact::target_memory_read));
  set.set(m2, e.facts.get(fact::target_secrets_read));
  set.set(m3, to_truth(e.target.protection != 0) & e.target.is_protected & !e.actor.is_protected);
  set.set(m4, at_most(e.actor.image_trust, trust::t0));
  set.set(m5, is_tool(e));
  const truth fault = has_role(e.actor, role::error_reporter) & e.facts.get(fact::actor_fault_reported);
  return judge(set, atoms, (owns_credentials(e) & !runs_foreign_code(e)) | fault, field::actor_trust);
}

}

inline constexpr rule lsass_memory_read{0x0104,
              1,
              "lsass_memory_read",
              "T1003.001",
              family::credential_lsass,
              detection::credential_theft,
              detection::credential_access_seen,
              kind_bit(event_kind::memory_read),
              lsass_memory::atoms,
              lsass_memory::evaluate,
              nullptr};

}

#endif

// ==== bartizan/rules/credential_access/lsass_module.hpp ====
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_MODULE_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_LSASS_MODULE_HPP

/// @rule    C1.7 lsass_module                 @attack T1547.005 Security Support Provider
/// @event   image_load (into LSASS), registry (set_value)  @reads  signature of the module, which LSA list was changed, actor
/// @verdict convict: a module without a valid signature maps into LSASS (denied; LSASS is not ended), or an untrusted program changes
///          the list of packages that LSASS loads; event: a module of another publisher, the lists or LSASS's protection changed
/// @benign  Windows' own modules; smart-card, VPN and password-filter products (event); lists changed by Windows' setup
/// @blind   no signature of the module
/// @misses  code that is written into LSASS without a module (see M1)
namespace BARTIZAN_NAMESPACE::rules {

namespace lsass_module {

enum atom : uint8_t { p1, p2, p3, p4, p5 };

inline constexpr atom_info atoms[] = {
  {"p1", "a module without a valid signature maps into LSASS", grade::strong, column::what, field::module_signature},
  {"p2", "a module of another publisher maps into LSASS", grade::medium, column::what, field::module_signature},
  {"p3", "the list of libraries that LSASS or the logon loads was changed", grade::medium, column::what, field::registry_data},
  {"p4", "LSASS's protection was switched", grade::medium, column::what, field::registry_data},
  {"p5", "the program itself is unsigned or not trusted", grade::medium, column::who, field::actor_trust},
};

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  atom_set set;
  if (e.kind == event_kind::image_load) {
    if (has_role(e.actor, role::lsass) != truth::yes) return {};
    set.set(p1, at_most(e.module_trust, trust::t0));
    set.set(p2, at_most(e.module_trust, trust::t1));
    outcome out = judge(set, atoms, truth::no, field::module_signature);
    if (out.evidence == verdict::convict) out.action = response::deny;
    out.whose = culprit::nobody;
    return out;
  }
  const truth packages = e.facts.get(fact::lsa_packages_set);
  const truth protection = e.facts.get(fact::lsa_protection_set);
  if ((packages | protection) != truth::yes) return {};
  set.set(p3, packages);
  set.set(p4, protection);
  set.set(p5, at_most(e.actor.image_trust, trust::t0));
  const truth windows = at_least(e.actor.image_trust, trust::t3) & !is_tool(e);
  return judge(set, atoms, (owns_credentials(e) | windows) & !runs_foreign_code(e), field::actor_trust);
}

}

inline constexpr rule lsass_module_loaded{0x0107,
              1,
              "lsass_module",
              "T1547.005",
              family::credential_lsass,
              detection::credential_theft,
              detection::credential_access_seen,
              kind_bit(event_kind::image_load) | kind_bit(event_kind::registry),
              lsass_module::atoms,
              lsass_module::evaluate,
              deny_what_convicts<lsass_module::evaluate>};

}

#endif

// ==== bartizan/rules/credential_access/raw_disk.hpp ====
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_RAW_DISK_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_RAW_DISK_HPP

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
  const truth may_read = (owns_credentials(e) | maintains_windows(e) | has_role(e.actor, role::svchost)) & !runs_foreign_code(e);
  const truth excused = e.facts.get(fact::disk_is_protected) == truth::yes ? may_read : may_read | trusted;
  outcome out = judge(set, atoms, excused, field::actor_trust);
  if (boot_area == truth::yes && !set.has(d1) && out.evidence == verdict::convict) {
    out.evidence = verdict::event;
    out.action = response::none;
  }
  return out;
}

}

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

}

#endif

// ==== bartizan/rules/credential_access/secret_value.hpp ====
#ifndef BARTIZAN_RULES_CREDENTIAL_ACCESS_SECRET_VALUE_HPP
#define BARTIZAN_RULES_CREDENTIAL_ACCESS_SECRET_VALUE_HPP

/// @rule    C2.1, C2.2, C2.5, C2.7 secret_value_read   @attack T1003.002 OS Credential Dumping: Security Account Manager
/// @event   registry (query, set, open, set_security)  @reads  which secret the key and value hold, how the key was opened, actor
/// @verdict convict: a password hash, an LSA secret or a cached logon was read by anything but the LSA, on the live hive or a mounted
///          copy; or an account's record read, changed or opened past its ACL by a tool or an untrusted program
/// @benign  lsass, the kernel, protected antimalware; opens and enumerations without values (services, profile service, LogonUI)
/// @blind   no value name: which part of an account was read; no actor identity: everything
/// @misses  reads by a driver; a hive parsed from a copied file (see hive_file_read)
namespace BARTIZAN_NAMESPACE::rules {

namespace secret_value {

enum atom : uint8_t { s1, s2, s3, s4, s5, s6, s7, s8, s9 };

inline constexpr atom_info atoms[] = {
  {"s1", "an account's password hashes were read", grade::strong, column::what, field::registry_data},
  {"s2", "an account's record was read", grade::medium, column::what, field::registry_data},
  {"s3", "an LSA secret, its key or a cached logon was read", grade::strong, column::what, field::registry_data},
  {"s4", "SAM or SECURITY was opened past its access list", grade::medium, column::how, field::registry_data},
  {"s5", "several values of it were read in one call", grade::strong, column::how, field::registry_data},
  {"s6", "an account's record was changed past the LSA", grade::medium, column::what, field::registry_data},
  {"s7", "the access list of SAM or SECURITY was changed", grade::medium, column::what, field::registry_data},
  {"s8", "the program itself is unsigned or not trusted", grade::medium, column::who, field::actor_trust},
  {"s9", "the actor is a script host or a tool that does what it is told", grade::medium, column::who, field::actor_image},
};

using operation = registry_payload::operation;

[[nodiscard]] constexpr bool reads_values(operation what) noexcept {
  return what == operation::query_value || what == operation::query_multiple_value || what == operation::query_unspecified;
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
  const operation what = e.data.registry.what;
  const truth reads = to_truth(reads_values(what));
  const truth record = e.facts.get(fact::key_account_record) | e.facts.get(fact::key_account_hash);
  const truth past_acl = e.facts.get(fact::key_past_acl);
  atom_set set;
  set.set(s1, reads & e.facts.get(fact::key_account_hash));
  set.set(s2, reads & record);
  set.set(s3, reads & e.facts.get(fact::key_lsa_secret));
  set.set(s4, past_acl);
  set.set(s5, past_acl & to_truth(what == operation::query_multiple_value));
  set.set(s6, to_truth(what == operation::set_value) & record);
  set.set(s7, to_truth(what == operation::set_security));
  set.set(s8, at_most(e.actor.image_trust, trust::t0));
  set.set(s9, is_tool(e));
  return set;
}

/// Opening the key is a subject only where it goes past the ACL; an enumeration without values never is.
[[nodiscard]] constexpr truth is_subject(const event& e) noexcept {
  const operation what = e.data.registry.what;
  const truth account = e.facts.get(fact::key_account_record) | e.facts.get(fact::key_account_hash);
  if (reads_values(what)) return account | e.facts.get(fact::key_lsa_secret);
  if (what == operation::set_value) return account;
  const truth store = e.facts.get(fact::key_holds_secrets);
  if (what == operation::set_security) return store;
  if (what == operation::open_key || what == operation::create_key) return store & e.facts.get(fact::key_past_acl);
  return truth::no;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  const truth subject = is_subject(e);
  if (subject != truth::yes) return {};
  return judge(find_atoms(e), atoms, owns_credentials(e) & !runs_foreign_code(e), field::actor_image);
}

}

inline constexpr rule secret_value_read{0x0201,
                    1,
                    "secret_value_read",
                    "T1003.002",
                    family::credential_hive,
                    detection::credential_theft,
                    detection::credential_access_seen,
                    kind_bit(event_kind::registry),
                    secret_value::atoms,
                    secret_value::evaluate,
                    deny_what_convicts<secret_value::evaluate>};

}

#endif

// ==== bartizan/rules/lockdown/browser_powershell.hpp ====
#ifndef BARTIZAN_RULES_LOCKDOWN_BROWSER_POWERSHELL_HPP
#define BARTIZAN_RULES_LOCKDOWN_BROWSER_POWERSHELL_HPP

/// @rule    L1.1 browser_powershell         @attack T1059.001 Command and Scripting Interpreter: PowerShell
/// @event   process_create, image_load      @reads  child role, lockdown label of parent, creator and client, browser utility, origin of
///          the script, loaded module
/// @verdict convict: PowerShell, by OriginalFilename, image or engine library, under a browser's lockdown, however many shells lie between
///          (L1.1-L1.4); a command interpreter out of the browser's file-dialog process (L1.5). Event: PowerShell runs a downloaded script
/// @benign  a native-messaging host that the policy names; PowerShell under an IDE that also started the browser; downloaded installers;
///          WebDriver, Electron shells
/// @blind   no ancestry: p2; no command line of the browser: p3
/// @misses  a browser that starts another program which by itself starts PowerShell (no lineage by design); an explorer.exe that was
///          there before the browser; a stripped copy of PowerShell without its engine library
namespace BARTIZAN_NAMESPACE::rules {

namespace browser_powershell {

enum atom : uint8_t { p1, p2, p3, p4 };

inline constexpr atom_info atoms[] = {
  {"p1", "PowerShell was started, or its engine was loaded", grade::medium, column::what, field::actor_image},
  {"p2", "a browser, or an HTML application that a browser brought, stands behind it", grade::medium, column::where, field::lineage},
  {"p3", "a command interpreter came out of the browser's file dialog", grade::strong, column::how, field::command_line},
  {"p4", "the script that it runs was downloaded by a browser", grade::weak, column::where, field::command_line},
};

[[nodiscard]] constexpr truth is_locked(lockdown_label label) noexcept {
  return label == lockdown_label::unknown ? truth::unknown : to_truth(label != lockdown_label::none);
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
  const auto facts = [&e](fact f) { return e.facts.get(f); };
  atom_set set;
  if (e.kind == event_kind::image_load) {
    set.set(p1, facts(fact::module_is_powershell));
    set.set(p2, is_locked(e.actor.lockdown));
    return set;
  }
  const truth interpreter = has_role(e.actor, role::powershell) | has_role(e.actor, role::script_engine) | has_role(e.actor, role::lolbin);
  const truth native_host = facts(fact::native_host_allowed);
  set.set(p1, has_role(e.actor, role::powershell));
  set.set(p2, facts(fact::lineage_locked) & !native_host);
  set.set(p3, facts(fact::lineage_browser_utility) & interpreter & !facts(fact::own_helper));
  set.set(p4, facts(fact::command_from_browser));
  return set;
}

/// What PowerShell does elsewhere, and what a browser starts that is no interpreter, is no subject of this rule.
[[nodiscard]] constexpr verdict decide(uint16_t held) noexcept {
  constexpr uint16_t origin = 1u << p2 | 1u << p4;
  const bool subject = ((held >> p1 & 1) != 0 && (held & origin) != 0) || (held >> p3 & 1) != 0;
  return subject ? weigh(held, atoms) : verdict::none;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  return conclude(find_atoms(e), atoms, response::deny_terminate, decide);
}

/// The start is denied on what is certain by then: later knowledge can only turn unknowns into answers.
[[nodiscard]] constexpr pre_outcome before(const event& e) noexcept {
  const bool denied = e.kind == event_kind::process_create && decide(find_atoms(e).yes) == verdict::convict;
  return pre_outcome::deny_if(denied);
}

}

inline constexpr rule powershell_from_browser{0x0901,
                       1,
                       "browser_powershell",
                       "T1059.001",
                       family::lockdown,
                       detection::lockdown_powershell,
                       detection::lockdown_powershell,
                       kind_bit(event_kind::process_create) | kind_bit(event_kind::image_load),
                       browser_powershell::atoms,
                       browser_powershell::evaluate,
                       browser_powershell::before};

}

#endif

// ==== bartizan/rules/lockdown/deferred_start.hpp ====
#ifndef BARTIZAN_RULES_LOCKDOWN_DEFERRED_START_HPP
#define BARTIZAN_RULES_LOCKDOWN_DEFERRED_START_HPP

/// @rule    L1.6 deferred_start              @attack T1204.004 User Execution: Malicious Copy and Paste
/// @event   process_create                   @reads  child role, lockdown label of parent, creator and client, typed commands, command line
/// @verdict event, never more: a command that was pasted into the Run box or an address bar starts an interpreter (L1.6); a browser's
///          descendant registers a task, service, transfer or WMI process for PowerShell or for a downloaded file (L1.8). The later run is
///          L1.1's where the sensor names its registrar as client
/// @benign  a bare program name in the Run box; work that other programs schedule
/// @blind   no ancestry: d1; no command line: d3, d4
/// @misses  a clipboard that no sensor reports; tasks registered through COM without a child process
namespace BARTIZAN_NAMESPACE::rules {

namespace deferred_start {

enum atom : uint8_t { d1, d2, d3, d4, d5 };

inline constexpr atom_info atoms[] = {
  {"d1", "a browser, or an HTML application that a browser brought, stands behind it", grade::weak, column::where, field::lineage},
  {"d2", "it registers work that the system starts later", grade::weak, column::what, field::actor_image},
  {"d3", "the work is PowerShell or a downloaded file", grade::weak, column::how, field::command_line},
  {"d4", "the command was typed or pasted into the Run box or an address bar within 60 s", grade::weak, column::how, field::command_line},
  {"d5", "it is an interpreter", grade::weak, column::what, field::actor_image},
};

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
  const auto facts = [&e](fact f) { return e.facts.get(f); };
  atom_set set;
  set.set(d1, facts(fact::lineage_locked));
  set.set(d2, has_role(e.actor, role::work_scheduler));
  set.set(d3, facts(fact::names_powershell) | facts(fact::command_from_browser));
  set.set(d4, facts(fact::command_was_typed));
  set.set(d5, has_role(e.actor, role::powershell) | has_role(e.actor, role::script_engine) | has_role(e.actor, role::lolbin));
  return set;
}

[[nodiscard]] constexpr verdict decide(uint16_t held) noexcept {
  constexpr uint16_t registration = 1u << d1 | 1u << d2 | 1u << d3;
  constexpr uint16_t pasted = 1u << d4 | 1u << d5;
  const bool subject = (held & registration) == registration || (held & pasted) == pasted;
  return subject ? weigh(held, atoms) : verdict::none;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  return conclude(find_atoms(e), atoms, response::none, decide);
}

}

inline constexpr rule start_deferred_or_pasted{0x0906,
                       1,
                       "deferred_start",
                       "T1204.004",
                       family::lockdown,
                       detection::lockdown_powershell,
                       detection::lockdown_powershell,
                       kind_bit(event_kind::process_create),
                       deferred_start::atoms,
                       deferred_start::evaluate,
                       nullptr};

}

#endif

// ==== bartizan/rules/lockdown/html_application.hpp ====
#ifndef BARTIZAN_RULES_LOCKDOWN_HTML_APPLICATION_HPP
#define BARTIZAN_RULES_LOCKDOWN_HTML_APPLICATION_HPP

/// @rule    L1.2 html_application            @attack T1218.005 System Binary Proxy Execution: Mshta
/// @event   process_create, network_connect @reads  child role, lockdown label of parent, creator and client, page of the HTML application
/// @verdict convict: an HTML application or script that a browser brought, or whose page is inline script, remote or a file that anyone may
///          write, starts a program or connects out; with the strict policy, any program of a browser but its own. Event: a browser, or an
///          unknown COM client, starts an HTML application or script host
/// @benign  the browser's own helpers, console hosts and error reporters; HTML applications out of directories that administrators write;
///          native-messaging hosts; downloaded installers and viewers
/// @blind   no ancestry: h1, h5; no command line: h1; no COM client: h4
/// @misses  an HTML application that stays in its process and does not connect; another program's embedded browser control
namespace BARTIZAN_NAMESPACE::rules {

namespace html_application {

enum atom : uint8_t { h1, h2, h3, h4, h5 };

inline constexpr atom_info atoms[] = {
  {"h1", "the actor is an HTML application or script of foreign origin, or descends from one", grade::medium, column::where, field::lineage},
  {"h2", "it starts another program", grade::medium, column::what, field::actor_image},
  {"h3", "it connects to the network", grade::medium, column::what, field::actor_image},
  {"h4", "a browser or an unknown COM client starts an HTML application or script host", grade::medium, column::what, field::com_client},
  {"h5", "the policy locks every child of a browser, and this is not one of its own", grade::strong, column::how, field::lineage},
};

[[nodiscard]] constexpr truth is_hta(lockdown_label label) noexcept {
  return label == lockdown_label::unknown ? truth::unknown : to_truth(label == lockdown_label::browser_hta);
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
  const auto facts = [&e](fact f) { return e.facts.get(f); };
  atom_set set;
  if (e.kind == event_kind::network_connect) {
    const truth script = has_role(e.actor, role::html_host) | has_role(e.actor, role::script_engine) | has_role(e.actor, role::lolbin);
    set.set(h1, is_hta(e.actor.lockdown) & script);
    set.set(h3, script);
    return set;
  }
  const truth foreign = !facts(fact::own_helper);
  const truth native_host = facts(fact::native_host_allowed);
  const truth by_browser = facts(fact::lineage_locked);
  set.set(h1, facts(fact::lineage_hta));
  set.set(h2, foreign);
  set.set(h4, (has_role(e.actor, role::script_engine) & by_browser) | (has_role(e.actor, role::html_host) & facts(fact::started_by_com)));
  set.set(h5, facts(fact::every_child_locked) & by_browser & foreign & !native_host);
  return set;
}

/// Every process starts from another and many connect: only together with the origin is that a subject.
[[nodiscard]] constexpr verdict decide(uint16_t held) noexcept {
  constexpr uint16_t acts = 1u << h2 | 1u << h3;
  const bool subject = ((held >> h1 & 1) != 0 && (held & acts) != 0) || (held & (1u << h4 | 1u << h5)) != 0;
  return subject ? weigh(held, atoms) : verdict::none;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  return conclude(find_atoms(e), atoms, response::deny_terminate, decide);
}

[[nodiscard]] constexpr pre_outcome before(const event& e) noexcept {
  const bool denied = e.kind == event_kind::process_create && decide(find_atoms(e).yes) == verdict::convict;
  return pre_outcome::deny_if(denied);
}

}

inline constexpr rule html_application_acts{0x0902,
                      1,
                      "html_application",
                      "T1218.005",
                      family::lockdown,
                      detection::lockdown_hta,
                      detection::lockdown_hta,
                      kind_bit(event_kind::process_create) | kind_bit(event_kind::network_connect),
                      html_application::atoms,
                      html_application::evaluate,
                      html_application::before};

}

#endif

// ==== bartizan/rules/privilege_escalation/kernel_address.hpp ====
#ifndef BARTIZAN_RULES_PRIVILEGE_ESCALATION_KERNEL_ADDRESS_HPP
#define BARTIZAN_RULES_PRIVILEGE_ESCALATION_KERNEL_ADDRESS_HPP

/// @rule    T1.8 kernel_address              @attack T1068 Exploitation for Privilege Escalation
/// @event   memory_allocate, memory_protect, memory_map, memory_read, memory_write, apc_queue   @reads address, caller mode, actor trust
/// @verdict convict: a user-mode call passes an address of the kernel to a memory or APC function: a read or write primitive at work (P8)
/// @benign  kernel-mode callers; protected antimalware; 32-bit routines that travel negated and shifted
/// @blind   no signature: k2
/// @misses  primitives that go through a driver's own control codes; 32-bit kernels
namespace BARTIZAN_NAMESPACE::rules {

namespace kernel_address {

enum atom : uint8_t { k1, k2 };

inline constexpr atom_info atoms[] = {
  {"k1", "a user-mode call passed an address of the kernel", grade::medium, column::what, field::memory_reads},
  {"k2", "the program is no protected antimalware or system process", grade::medium, column::who, field::actor_protection},
};

/// Above the 48-bit user half of x64 and ARM64.
[[nodiscard]] constexpr bool is_kernel_address(uint64_t address) noexcept { return (address >> 48) != 0; }

/// A 32-bit routine is queued as -(routine) << 2, which reads as a sign-extended 34-bit number.
[[nodiscard]] constexpr bool is_wow64_routine(uint64_t routine) noexcept { return (routine >> 34) == 0x3fffffff; }

[[nodiscard]] constexpr uint64_t address_of(const event& e) noexcept {
  if (e.kind != event_kind::apc_queue) return e.data.memory.range.base;
  return is_wow64_routine(e.data.apc.routine) ? 0 : e.data.apc.routine;
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
  atom_set set;
  const truth passed = to_truth((e.flags & event_kernel_caller) == 0 && is_kernel_address(address_of(e)));
  set.set(k1, passed);
  const truth above = e.actor.is_protected == truth::yes ? to_truth(protected_tier({e.actor.protection}) >= trust::t4) : truth::no;
  set.set(k2, passed & !above);
  return set;
}

[[nodiscard]] constexpr verdict decide(uint16_t held) noexcept { return held == 3 ? weigh(held, atoms) : verdict::none; }

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  outcome out;
  out.atoms = find_atoms(e);
  out.evidence = decide(out.atoms.yes);
  if (out.evidence == verdict::convict) out.action = response::deny_terminate;
  return out;
}

}

inline constexpr rule kernel_address_passed{0x0608,
                      1,
                      "kernel_address",
                      "T1068",
                      family::token_theft,
                      detection::privilege_escalation,
                      detection::privilege_escalation,
                      kind_bit(event_kind::memory_allocate) | kind_bit(event_kind::memory_protect) |
                        kind_bit(event_kind::memory_map) | kind_bit(event_kind::memory_read) |
                        kind_bit(event_kind::memory_write) | kind_bit(event_kind::apc_queue),
                      kernel_address::atoms,
                      kernel_address::evaluate,
                      nullptr};

}

#endif

// ==== bartizan/rules/privilege_escalation/system_child.hpp ====
#ifndef BARTIZAN_RULES_PRIVILEGE_ESCALATION_SYSTEM_CHILD_HPP
#define BARTIZAN_RULES_PRIVILEGE_ESCALATION_SYSTEM_CHILD_HPP

/// @rule    T1.3 system_child                @attack T1134.002 Access Token Manipulation: Create Process with Token
/// @event   process_create, service_install  @reads  account and integrity of the child, of creator, parent and client; impersonation; lineage;
///          a new service's command and account
/// @verdict convict: a SYSTEM process whose creator is not SYSTEM (P3), is at most of medium integrity (P5), came to impersonate SYSTEM within
///          10 s (P6), or hides behind a SYSTEM parent (P9); a SYSTEM shell on behalf of a service account (P4). Event: the same on behalf of a
///          user; high integrity from medium by a recorded creator (P5); creator and parent differ (P9); a SYSTEM shell that writes into a pipe,
///          or a service that would be one
/// @benign  brokers (AppInfo, secondary logon, task scheduler, DCOM, services, WMI, WinRM), which are SYSTEM themselves; error reporting,
///          accessibility and setup helpers; runas and netonly; service accounts' own children; consent
/// @blind   no account: s1-s4; no creator beside the parent: s4-s7; no client of a broker: s2, s3
/// @misses  a spoofed parent where the sensor names no creator and the parent stands in for it; SYSTEM work done without a new process
namespace BARTIZAN_NAMESPACE::rules {

namespace system_child {

enum atom : uint8_t { s1, s2, s3, s4, s5, s6, s7, s8, s9 };

inline constexpr atom_info atoms[] = {
  {"s1", "the process runs as SYSTEM and its creator does not", grade::strong, column::who, field::account},
  {"s2", "a SYSTEM shell, script host or untrusted program serves a service account", grade::strong, column::who, field::com_client},
  {"s3", "a SYSTEM shell, script host or untrusted program serves a user", grade::medium, column::who, field::com_client},
  {"s4", "the process runs as SYSTEM and its creator has at most medium integrity", grade::strong, column::how, field::creator},
  {"s5", "the process has high integrity and its creator at most medium, without consent", grade::medium, column::how, field::creator},
  {"s6", "the creator is not the parent, and no broker", grade::medium, column::how, field::creator},
  {"s7", "the creator hides behind a SYSTEM parent to get SYSTEM's token", grade::strong, column::how, field::creator},
  {"s8", "the creator came to impersonate SYSTEM within the last 10 s", grade::strong, column::how, field::token},
  {"s9", "a SYSTEM shell writes into a named pipe", grade::medium, column::what, field::command_line},
};

inline constexpr uint32_t high_integrity_rid = 0x3000;    ///< SECURITY_MANDATORY_HIGH_RID
inline constexpr uint32_t system_integrity_rid = 0x4000;  ///< SECURITY_MANDATORY_SYSTEM_RID

/// SYSTEM has no second token: one of two that UAC split is a user's, whatever account an audit log names (4688 names the creator's).
[[nodiscard]] constexpr truth is_system(const event& e) noexcept {
  const token_elevation elevation = e.data.create.elevation;
  if (elevation == token_elevation::full || elevation == token_elevation::limited) return truth::no;
  return e.actor.user == account::unknown ? truth::unknown : to_truth(e.actor.user == account::system);
}

[[nodiscard]] constexpr truth is_high(const process& p) noexcept {
  if (p.integrity_rid == unknown_u32) return truth::unknown;
  return to_truth(p.integrity_rid >= high_integrity_rid && p.integrity_rid < system_integrity_rid);
}

/// What an intruder would start: interpreters and programs that nobody vouches for, but not the helpers that Windows starts for users.
[[nodiscard]] constexpr truth is_useful(const process& p) noexcept {
  const truth interpreter = has_role(p, role::script_host) | has_role(p, role::script_engine) | has_role(p, role::powershell) | has_role(p, role::lolbin);
  const truth helper = has_role(p, role::session_helper) & at_least(p.image_trust, trust::t3);
  return (interpreter | at_most(p.image_trust, trust::t0)) & !helper;
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
  const auto facts = [&e](fact f) { return e.facts.get(f); };
  if (e.kind == event_kind::service_install) {
    atom_set set;
    set.set(s9, to_truth(equal_folded(e.data.service.account, u"LocalSystem")) & facts(fact::command_to_pipe));
    return set;
  }
  const truth system = is_system(e);
  const truth useful = is_useful(e.actor);
  const truth low_creator = facts(fact::creator_at_most_medium);
  atom_set set;
  set.set(s1, system & !facts(fact::creator_is_system));
  set.set(s2, system & facts(fact::client_is_service) & useful);
  set.set(s3, system & facts(fact::client_is_user) & useful);
  set.set(s4, system & low_creator);
  set.set(s5, is_high(e.actor) & low_creator);
  set.set(s6, facts(fact::parent_is_spoofed));
  set.set(s7, system & facts(fact::parent_is_spoofed) & facts(fact::parent_is_system));
  set.set(s8, system & facts(fact::impersonated_system));
  set.set(s9, system & facts(fact::command_to_pipe));
  return set;
}

[[nodiscard]] constexpr verdict decide(uint16_t held) noexcept { return weigh(held, atoms); }

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  return conclude(find_atoms(e), atoms, response::deny_terminate, decide);
}

/// The start can be denied on what is certain by then; an unknown never denies.
[[nodiscard]] constexpr pre_outcome before(const event& e) noexcept {
  if (e.kind != event_kind::process_create) return {};
  const bool denied = decide(find_atoms(e).yes) == verdict::convict;
  return pre_outcome::deny_if(denied);
}

}

inline constexpr rule system_child_started{0x0603,
                     1,
                     "system_child",
                     "T1134.002",
                     family::token_theft,
                     detection::privilege_escalation,
                     detection::privilege_escalation,
                     kind_bit(event_kind::process_create) | kind_bit(event_kind::service_install),
                     system_child::atoms,
                     system_child::evaluate,
                     system_child::before};

}

#endif

// ==== bartizan/rules/privilege_escalation/token_borrowing.hpp ====
#ifndef BARTIZAN_RULES_PRIVILEGE_ESCALATION_TOKEN_BORROWING_HPP
#define BARTIZAN_RULES_PRIVILEGE_ESCALATION_TOKEN_BORROWING_HPP

/// @rule    T1.6 token_borrowing             @attack T1134.001 Access Token Manipulation: Token Impersonation/Theft
/// @event   handle_open, handle_duplicate, token_check, impersonate   @reads granted access, burst, actor role, trust and file age, privileges,
///          impersonation, target role and account
/// @verdict convict: a sensitive handle within 10 s of coming to impersonate SYSTEM (P6); a script host or untrusted program sweeps system
///          processes for the right that duplicates their handles, and with them their tokens. Event: a SYSTEM process's token was opened to be taken over, or
///          winlogon, LSASS or services were opened by a fresh untrusted program with the debug privilege (P7); such a program enables it
/// @benign  handle viewers and system components that duplicate handles; services impersonating their clients; enabling a present privilege
///          in a trusted program
/// @blind   no signature: b2, b4, b5; no open history: b3
/// @misses  tokens reached through a handle that another process passed on; sweeps slower than the burst window
namespace BARTIZAN_NAMESPACE::rules {

namespace token_borrowing {

enum atom : uint8_t { b1, b2, b3, b4, b5, b6 };

inline constexpr atom_info atoms[] = {
  {"b1", "the token of a SYSTEM process was opened to be duplicated or taken over", grade::medium, column::what, field::granted_access},
  {"b2", "winlogon, LSASS or services were opened by a fresh untrusted program with the debug privilege", grade::medium, column::what, field::actor_trust},
  {"b3", "several system processes were opened for duplicating their handles and nothing else", grade::medium, column::what, field::open_history},
  {"b4", "the sweeping program is a script host or not trusted", grade::medium, column::who, field::actor_trust},
  {"b5", "an untrusted program enabled the debug privilege", grade::medium, column::who, field::actor_trust},
  {"b6", "the process came to impersonate SYSTEM within the last 10 s and opens a sensitive handle", grade::strong, column::how, field::token},
};

/// Age below which an untrusted program with the debug privilege counts as just dropped. Source: rules.md T1.P7.
inline constexpr uint32_t fresh_file_s = 900;

[[nodiscard]] constexpr truth is_untrusted(const process& p) noexcept { return at_most(p.image_trust, trust::t0); }

[[nodiscard]] constexpr atom_set find_handle_atoms(const event& e) noexcept {
  const auto facts = [&e](fact f) { return e.facts.get(f); };
  const handle_payload& handle = e.data.handle;
  atom_set set;
  if (handle.type == handle_payload::object::token) {
    constexpr access_mask takes = token_assign_primary | token_duplicate | token_impersonate;
    const truth of_system = e.target.user == account::unknown ? truth::unknown : to_truth(e.target.user == account::system);
    const truth by_system = e.actor.user == account::unknown ? truth::unknown : to_truth(e.actor.user == account::system);
    set.set(b1, to_truth((handle.granted & takes) != 0) & of_system & !by_system);
    return set;
  }
  if (handle.type != handle_payload::object::process) return set;
  const access_mask mask = expand(handle.granted, process_mapping);
  const truth guarded = has_role(e.target, role::winlogon) | has_role(e.target, role::lsass) | has_role(e.target, role::services);
  const truth fresh = e.actor.file_age_s == unknown_u32 ? truth::unknown : to_truth(e.actor.file_age_s < fresh_file_s);
  set.set(b2, to_truth((mask & process_query_information) != 0) & guarded & facts(fact::actor_debug_privilege) & is_untrusted(e.actor) & fresh);
  const truth sweep = facts(fact::actor_sweeps_handles);
  set.set(b3, sweep);
  set.set(b4, sweep & (has_role(e.actor, role::script_host) | is_untrusted(e.actor)));
  set.set(b6, facts(fact::impersonated_system) & to_truth((mask & sensitive_rights) != 0));
  return set;
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
  if (e.kind != event_kind::token_check) return find_handle_atoms(e);
  constexpr uint64_t debug_privilege = uint64_t{1} << 20;  // SE_DEBUG_PRIVILEGE
  atom_set set;
  const bool enabling = e.data.token.privileges_present == 0 && (e.data.token.privileges_enabled & debug_privilege) != 0;
  set.set(b5, to_truth(enabling) & is_untrusted(e.actor));
  return set;
}

/// A sweep alone is what handle viewers and the task host do: only with its actor is it worth a record.
[[nodiscard]] constexpr verdict decide(uint16_t held) noexcept {
  constexpr uint16_t sweep = 1u << b3 | 1u << b4;
  return weigh((held & sweep) == sweep ? held : static_cast<uint16_t>(held & ~sweep), atoms);
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  outcome out;
  out.atoms = find_atoms(e);
  const auto doubtful = static_cast<uint16_t>(out.atoms.unknown & ~(1u << b6));
  if ((out.atoms.yes | doubtful) == 0) return out;
  out.evidence = decide(out.atoms.yes);
  if (decide(static_cast<uint16_t>(out.atoms.yes | doubtful)) > out.evidence) out.blind = fields_of(doubtful, atoms);
  if (out.evidence == verdict::convict) out.action = response::deny_terminate;
  return out;
}

}

inline constexpr rule token_borrowed{0x0606,
                  1,
                  "token_borrowing",
                  "T1134.001",
                  family::token_theft,
                  detection::privilege_escalation,
                  detection::privilege_escalation,
                  kind_bit(event_kind::handle_open) | kind_bit(event_kind::handle_duplicate) | kind_bit(event_kind::token_check),
                  token_borrowing::atoms,
                  token_borrowing::evaluate,
                  nullptr};

}

#endif

// ==== bartizan/rules/privilege_escalation/token_swap.hpp ====
#ifndef BARTIZAN_RULES_PRIVILEGE_ESCALATION_TOKEN_SWAP_HPP
#define BARTIZAN_RULES_PRIVILEGE_ESCALATION_TOKEN_SWAP_HPP

/// @rule    T1.1 token_swap                  @attack T1068 Exploitation for Privilege Escalation
/// @event   token_check                      @reads  TokenId, AuthenticationId, SID, integrity and privileges against the snapshot at the first
///          user thread, tokens of the other live processes
/// @verdict convict: the primary token is another one although it was frozen, and it is another process's, or another user's, session's or of
///          higher integrity (P1); privileges are present that the token did not have, or enabled without being present twice running (P2).
///          Event: another token with none of these. No exclusion applies to P1
/// @benign  the token that a broker sets before the first user thread; lowered integrity, removed privileges, enabling present ones
/// @blind   no TokenId: t1-t3; no privilege sets: t4, t5
/// @misses  a swap undone between two checkpoints; privileges that the snapshot already had; nothing can be put back (restoring the old
///          pointer stops the machine): the response ends the process
/// @note    comparing a token with one recorded at process start is claimed in granted patents (US 11,321,455 B2, US 11,714,901 B2 among
///          them): have it reviewed before shipping
namespace BARTIZAN_NAMESPACE::rules {

namespace token_swap {

enum atom : uint8_t { t1, t2, t3, t4, t5 };

inline constexpr atom_info atoms[] = {
  {"t1", "the primary token was replaced after the process had begun to run", grade::medium, column::what, field::token},
  {"t2", "it is the token of another live process", grade::strong, column::where, field::token},
  {"t3", "it belongs to another user or session, or has a higher integrity", grade::strong, column::who, field::token},
  {"t4", "privileges are present that the token did not have", grade::strong, column::what, field::token},
  {"t5", "privileges are enabled that are not present, twice in a row", grade::strong, column::what, field::token},
};

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
  const auto facts = [&e](fact f) { return e.facts.get(f); };
  atom_set set;
  set.set(t1, facts(fact::token_replaced));
  set.set(t2, facts(fact::token_replaced) & facts(fact::token_of_another));
  set.set(t3, facts(fact::token_replaced) & facts(fact::token_raised));
  set.set(t4, facts(fact::privileges_grew));
  set.set(t5, facts(fact::privileges_inconsistent));
  return set;
}

[[nodiscard]] constexpr verdict decide(uint16_t held) noexcept { return weigh(held, atoms); }

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  outcome out;
  if (e.data.token.token_id == 0 && e.data.token.privileges_present == 0) return out;
  out.atoms = find_atoms(e);
  out.evidence = decide(out.atoms.yes);
  if (out.evidence != verdict::convict && (e.data.token.token_id == 0 || e.data.token.privileges_present == 0)) out.blind.add(field::token);
  if (out.evidence == verdict::convict) out.action = response::deny_terminate;
  return out;
}

}

inline constexpr rule token_swapped{0x0601,
                  1,
                  "token_swap",
                  "T1068",
                  family::token_theft,
                  detection::privilege_escalation,
                  detection::privilege_escalation,
                  kind_bit(event_kind::token_check),
                  token_swap::atoms,
                  token_swap::evaluate,
                  nullptr};

}

#endif

// ==== bartizan/rules/process_injection/hollowing.hpp ====
#ifndef BARTIZAN_RULES_PROCESS_INJECTION_HOLLOWING_HPP
#define BARTIZAN_RULES_PROCESS_INJECTION_HOLLOWING_HPP

/// @rule    M1.5, M1.6 process_hollowed   @attack T1055.012 Process Hollowing
/// @event   memory_write, memory_map, memory_allocate, context_set, resume, process_create, image_load, image_tampered, handle_open
/// @reads   facts about the main image before the start; the backing file; what a sensor found changed
/// @verdict convict: the creator overwrote or replaced the program before it ran, or pointed the process at another image and starts
///          it; or a process began from a file that is changed, pending deletion or in a transaction. Event: made past CreateProcess; a
///          service host that the service controller did not start; an image that a sensor found replaced
/// @benign  what process creation writes; breakpoints (a debugger is not excused: no breakpoint takes 4 KiB); "image is replaced" by itself (browsers, editors, version control): an event
/// @blind   who made the process, and whether it has run; no facts about the backing file
/// @misses  a program replaced by its own first instructions; sections mapped without a report
namespace BARTIZAN_NAMESPACE::rules {

namespace hollowing {

enum atom : uint8_t { h1, h2, h3, h4, h5, h6, h7, h8 };

inline constexpr atom_info atoms[] = {
  {"h1", "the creator overwrote the program before it ran", grade::strong, column::what, field::process_start},
  {"h2", "the creator put other memory in the program's place before it ran", grade::strong, column::where, field::process_start},
  {"h3", "the process was pointed at another image, and is now started", grade::strong, column::how, field::process_start},
  {"h4", "the process began from a file that is changed, pending deletion or in a transaction", grade::strong, column::what, field::backing_file},
  {"h5", "the mapped image was found to differ from its file", grade::medium, column::what, field::file_content},
  {"h6", "a library was mapped from a file that is changed, pending deletion or in a transaction", grade::medium, column::what, field::backing_file},
  {"h7", "the process was made from a section by its maker's own system call", grade::medium, column::how, field::call_trace},
  {"h8", "a service host was started by something else than the service controller", grade::medium, column::where, field::lineage},
};

[[nodiscard]] constexpr truth is_false_file(backing_file f) noexcept {
  return f == backing_file::unknown ? truth::unknown : to_truth(f != backing_file::same);
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
  const auto facts = [&e](fact f) { return e.facts.get(f); };
  atom_set set;
  switch (e.kind) {
    case event_kind::memory_write:
    case event_kind::memory_map:
    case event_kind::memory_allocate: {
      if (!is_remote(e) || (e.flags & event_kernel_caller) != 0) break;
      set.set(h1, facts(fact::main_image_overwritten));
      set.set(h2, facts(fact::main_image_remapped));
      break;
    }
    case event_kind::context_set:
    case event_kind::resume:
      if (is_remote(e)) set.set(h3, facts(fact::image_base_redirected));
      break;
    case event_kind::process_create:
      set.set(h4, is_false_file(e.data.create.backing));
      set.set(h7, facts(fact::made_from_section));
      set.set(h8, facts(fact::host_started_elsewhere));
      break;
    case event_kind::handle_open:
      if (is_remote(e) && facts(fact::made_from_section) == truth::yes) set.set(h7, truth::yes);
      break;
    case event_kind::image_load: set.set(h6, is_false_file(e.data.image.backing)); break;
    case event_kind::image_tampered:
      set.set(h5, to_truth(e.data.tamper.what == tamper_payload::change::image_replaced));
      break;
    default: break;
  }
  return set;
}

/// Files behind sections are examined by few sensors; that nobody did is no news at every process start and image load.
[[nodiscard]] constexpr bool is_news(const event& e) noexcept {
  return e.kind != event_kind::process_create && e.kind != event_kind::image_load;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  outcome out = weigh_outcome(find_atoms(e), atoms, response::deny_terminate, culprit::actor);
  if (!is_news(e) && out.evidence == verdict::none) out.blind = {};
  return out;
}

}

inline constexpr rule process_hollowed{0x0504,
                   1,
                   "process_hollowed",
                   "T1055.012",
                   family::hollowing,
                   detection::remote_injection,
                   detection::suspicion,
                   kind_bit(event_kind::memory_write) | kind_bit(event_kind::memory_map) |
                     kind_bit(event_kind::memory_allocate) | kind_bit(event_kind::context_set) |
                     kind_bit(event_kind::resume) | kind_bit(event_kind::process_create) |
                     kind_bit(event_kind::image_load) | kind_bit(event_kind::image_tampered) |
                     kind_bit(event_kind::handle_open),
                   hollowing::atoms,
                   hollowing::evaluate,
                   nullptr};

}

#endif

// ==== bartizan/rules/process_injection/injector_tool.hpp ====
#ifndef BARTIZAN_RULES_PROCESS_INJECTION_INJECTOR_TOOL_HPP
#define BARTIZAN_RULES_PROCESS_INJECTION_INJECTOR_TOOL_HPP

/// @rule    M1.10 injector_tool_started   @attack T1218.013 Mavinject
/// @event   process_create                @reads  role by OriginalFilename, command line, who started it
/// @verdict event: a tool that Windows ships to inject into running processes is told to do so, and not by the service that it
///          belongs to. What it then does convicts (remote_thread, remote_library): a name and a command line are no effect
/// @benign  Application Virtualization's service starting mavinject; the tool started without a target
/// @blind   no command line; the tool's starter unknown
/// @misses  a copy without its version resource and under another name (its thread is seen all the same)
namespace BARTIZAN_NAMESPACE::rules {

namespace injector_tool {

enum atom : uint8_t { i1 };

inline constexpr atom_info atoms[] = {
  {"i1", "a tool made to inject was told to by something else than its service", grade::medium, column::who, field::command_line},
};

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  if (has_role(e.actor, role::code_injector) != truth::yes) return {};
  atom_set set;
  set.set(i1, e.facts.get(fact::command_injects) & !e.facts.get(fact::injector_serves));
  return weigh_outcome(set, atoms, response::deny_terminate, culprit::actor);
}

}

inline constexpr rule injector_tool_started{0x0507,
                      1,
                      "injector_tool_started",
                      "T1218.013",
                      family::injection,
                      detection::remote_injection,
                      detection::suspicion,
                      kind_bit(event_kind::process_create),
                      injector_tool::atoms,
                      injector_tool::evaluate,
                      nullptr};

}

#endif

// ==== bartizan/rules/process_injection/remote_library.hpp ====
#ifndef BARTIZAN_RULES_PROCESS_INJECTION_REMOTE_LIBRARY_HPP
#define BARTIZAN_RULES_PROCESS_INJECTION_REMOTE_LIBRARY_HPP

/// @rule    M1.2, A1.2 remote_library_forced   @attack T1055.001 Dynamic-link Library Injection
/// @event   image_load                         @reads  module trust, facts about the loader thread or APC before it
/// @verdict convict the instigator: a library below T2 that a thread or APC of another process had the actor load within 60 s
/// @benign  libraries of allow-listed publishers and of Windows, whoever asked for them: accessibility, input methods, overlays,
///          application-compatibility shims (rules.md M1.ok9); printer vendors' libraries in the spooler
/// @blind   no signature of the module
/// @misses  a library that comes more than 60 s after it was asked for; one that the target would have loaded anyway, where the
///          sensor does not name the thread, may be taken for it
namespace BARTIZAN_NAMESPACE::rules {

namespace remote_library {

enum atom : uint8_t { l1, l2 };

inline constexpr atom_info atoms[] = {
  {"l1", "another process made this process load a library that no allow-listed publisher signed", grade::strong, column::how, field::module_signature},
  {"l2", "an untrusted program made this process load a library", grade::medium, column::who, field::actor_trust},
};

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  const truth forced = e.facts.get(fact::library_was_forced);
  if (forced == truth::no) return {};
  atom_set set;
  set.set(l1, forced & at_most(e.module_trust, trust::t1));
  set.set(l2, forced & e.facts.get(fact::instigator_untrusted) & at_most(e.module_trust, trust::t2));
  return weigh_outcome(set, atoms, response::deny_terminate, culprit::instigator);
}

}

inline constexpr rule remote_library_forced{0x0502,
                      1,
                      "remote_library_forced",
                      "T1055.001",
                      family::injection,
                      detection::remote_injection,
                      detection::suspicion,
                      kind_bit(event_kind::image_load),
                      remote_library::atoms,
                      remote_library::evaluate,
                      nullptr};

}

#endif

// ==== bartizan/rules/process_injection/remote_memory.hpp ====
#ifndef BARTIZAN_RULES_PROCESS_INJECTION_REMOTE_MEMORY_HPP
#define BARTIZAN_RULES_PROCESS_INJECTION_REMOTE_MEMORY_HPP

/// @rule    M1.3, M1.4, M1.9 remote_memory_changed   @attack T1055 Process Injection
/// @event   memory_allocate, memory_protect, memory_map, memory_write   @reads  range, protection, use; creation, sandbox, fork and
///          debugger facts; actor trust and roles
/// @verdict convict: code of a module, or the process's own control blocks, overwritten from outside; or two medium atoms of
///          different columns (an untrusted source places writable code, ...). A range alone is an event; what runs in it later
///          convicts by the other rules
/// @benign  process creation's own writes (by the creator, before the start, through CreateProcess, at most 64 KiB); a browser's hooks on
///          its own child's system calls; a POSIX emulation's fork; a debugger; security products
/// @blind   no use of the range (host without symbols): r1, r2, r6; nobody told who debugs whom: r1, r2 count as r3
/// @misses  writes where the sensor does not log them; memory that the target shares by its own doing
namespace BARTIZAN_NAMESPACE::rules {

namespace remote_memory {

enum atom : uint8_t { r1, r2, r3, r4, r5, r6, r7, r8 };

inline constexpr atom_info atoms[] = {
  {"r1", "code of a module in another process was overwritten", grade::strong, column::what, field::memory_writes},
  {"r2", "another process's control blocks were overwritten outside its creation", grade::strong, column::what, field::process_start},
  {"r3", "code or control blocks of another process were overwritten, perhaps by its debugger", grade::medium, column::what, field::debug_object},
  {"r4", "writable and executable memory of 4 KiB or more was placed in another process", grade::medium, column::what, field::memory_state},
  {"r5", "a section without a file was mapped executable into another process", grade::medium, column::what, field::memory_state},
  {"r6", "data of a module in another process was overwritten", grade::medium, column::where, field::memory_writes},
  {"r7", "the source is an untrusted program", grade::medium, column::who, field::actor_trust},
  {"r8", "the source is a script host, or a tool made to inject that serves nobody", grade::medium, column::who, field::actor_image},
};

/// Uses of memory, as far as known: `unknown` where the host could not tell.
[[nodiscard]] constexpr truth is_used_as(const memory_payload& m, memory_use use) noexcept {
  return m.use == memory_use::unknown ? truth::unknown : to_truth(m.use == use);
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
  const memory_payload& m = e.data.memory;
  const auto facts = [&e](fact f) { return e.facts.get(f); };
  const truth excused = facts(fact::creation_write) | facts(fact::sandbox_patch) | facts(fact::fork_copy) | is_security_product(e);
  atom_set set;
  if (facts(fact::source_is_debugger) == truth::yes) return set;
  const truth writes = to_truth(e.kind == event_kind::memory_write);
  const truth code = writes & (is_used_as(m, memory_use::module_code) | to_truth(!m.symbol.empty()));
  const truth blocks = writes & (is_used_as(m, memory_use::peb) | is_used_as(m, memory_use::peb_image_base) |
                 is_used_as(m, memory_use::process_parameters) | is_used_as(m, memory_use::shim_data));
  const truth not_debugger = !facts(fact::source_is_debugger);
  const bool places = e.kind == event_kind::memory_allocate || e.kind == event_kind::memory_protect || e.kind == event_kind::memory_map;
  const bool kernel = (e.flags & event_kernel_caller) != 0;
  const truth act = to_truth(!kernel) & !excused;
  set.set(r1, act & code & not_debugger);
  set.set(r2, act & blocks & not_debugger);
  set.set(r3, act & (code | blocks));
  set.set(r4, act & to_truth(places && is_writable_and_executable(m.protection) && m.range.size >= 4096));
  set.set(r5, act & to_truth(e.kind == event_kind::memory_map && is_executable(m.protection)) &
          (m.state == memory_state::unknown ? truth::unknown : to_truth(m.state == memory_state::mapped_pagefile)));
  set.set(r6, act & writes & is_used_as(m, memory_use::module_data));
  const truth done = set.yes != 0 ? truth::yes : set.unknown != 0 ? truth::unknown : truth::no;
  set.set(r7, done & not_debugger & is_untrusted_source(e));
  set.set(r8, done & not_debugger & is_instrument(e));
  return set;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  if (!is_remote(e)) return {};
  outcome out = weigh_outcome(find_atoms(e), atoms, response::deny_terminate, culprit::actor);
  add_unknown_source(e, out);
  return out;
}

}

inline constexpr rule remote_memory_changed{0x0503,
                      1,
                      "remote_memory_changed",
                      "T1055",
                      family::injection,
                      detection::remote_injection,
                      detection::suspicion,
                      kind_bit(event_kind::memory_allocate) | kind_bit(event_kind::memory_protect) |
                        kind_bit(event_kind::memory_map) | kind_bit(event_kind::memory_write),
                      remote_memory::atoms,
                      remote_memory::evaluate,
                      nullptr};

}

#endif

// ==== bartizan/rules/process_injection/remote_thread.hpp ====
#ifndef BARTIZAN_RULES_PROCESS_INJECTION_REMOTE_THREAD_HPP
#define BARTIZAN_RULES_PROCESS_INJECTION_REMOTE_THREAD_HPP

/// @rule    M1.1-M1.3 remote_thread_injected   @attack T1055 Process Injection
/// @event   thread_start                       @reads  code facts, module trust, actor trust and roles, target roles, source facts
/// @verdict convict: the start lies in memory without a file or that the source prepared there, or two medium atoms of different
///          columns (a loader routine and a source that nobody vouches for, an untrusted module and an untrusted source, ...)
/// @benign  a process's first thread; csrss at CtrlRoutine in console programs; a debugger at DbgUiRemoteBreakin; threads at a kernel
///          address; ETW's notification thread; allow-listed or protected security products; a library loaded by a trusted program
///          (its library is judged when it comes: remote_library)
/// @blind   no memory state: t1; no reports of remote memory operations: t2, t3; no signature: t4, t5
/// @misses  a start inside an image whose page was modified, where the sensor does not tell (Sysmon); a thread that the target's own
///          code is made to start
namespace BARTIZAN_NAMESPACE::rules {

namespace remote_thread {

enum atom : uint8_t { t1, t2, t3, t4, t5, t6, t7, t8, t9 };

inline constexpr atom_info atoms[] = {
  {"t1", "the thread starts in memory that no file accounts for", grade::strong, column::how, field::memory_state},
  {"t2", "the thread starts in, or is handed, memory that the source prepared in the target", grade::strong, column::how, field::memory_writes},
  {"t3", "that memory is writable and executable", grade::medium, column::what, field::memory_writes},
  {"t4", "it starts at a routine that loads a library, and nobody vouches for the source", grade::medium, column::how, field::code_symbol},
  {"t5", "the source is an untrusted program", grade::medium, column::who, field::actor_trust},
  {"t6", "the source is a script host, or a tool made to inject that serves nobody", grade::medium, column::who, field::actor_image},
  {"t7", "it starts in a module that is not trusted", grade::medium, column::how, field::module_signature},
  {"t8", "the source got its rights over the target through memory that no file accounts for", grade::medium, column::what, field::call_trace},
  {"t9", "the target is a process that Windows does not survive the end of", grade::medium, column::where, field::target_image},
};

[[nodiscard]] constexpr truth is_critical_target(const event& e) noexcept {
  return is_critical(e.target.roles) ? truth::yes : e.target.identity == truth::yes ? truth::no : truth::unknown;
}

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
  const auto facts = [&e](fact f) { return e.facts.get(f); };
  const truth unbacked = facts(fact::code_unbacked);
  const truth kept = !((facts(fact::code_is_expected) & !unbacked) | is_security_product(e));
  const truth unvouched = is_untrusted_source(e) | is_instrument(e) | facts(fact::rights_through_unbacked);
  atom_set set;
  set.set(t1, kept & unbacked);
  set.set(t2, kept & is_prepared_code(e));
  set.set(t3, kept & facts(fact::code_prepared) & facts(fact::code_writable));
  set.set(t4, kept & facts(fact::code_is_loader) & unvouched);
  set.set(t5, kept & is_untrusted_source(e));
  set.set(t6, kept & is_instrument(e));
  set.set(t7, kept & at_most(e.module_trust, trust::t0));
  set.set(t8, kept & facts(fact::rights_through_unbacked));
  set.set(t9, kept & is_critical_target(e) & at_most(e.actor.image_trust, trust::t1));
  return set;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  if (!is_remote(e) || e.data.thread.is_initial_thread == truth::yes) return {};
  if (e.data.thread.is_initial_thread == truth::unknown) {
    const truth first = e.facts.get(fact::source_is_creator) & e.facts.get(fact::target_not_started);
    if (first == truth::yes) return {};
    if (first == truth::unknown) {
      outcome blind;
      blind.blind.add(field::process_start);
      return blind;
    }
  }
  outcome out = weigh_outcome(find_atoms(e), atoms, response::deny_terminate, culprit::actor);
  add_unknown_source(e, out);
  return out;
}

}

inline constexpr rule remote_thread_injected{0x0501,
                      1,
                      "remote_thread_injected",
                      "T1055",
                      family::injection,
                      detection::remote_injection,
                      detection::suspicion,
                      kind_bit(event_kind::thread_start),
                      remote_thread::atoms,
                      remote_thread::evaluate,
                      nullptr};

}

#endif

// ==== bartizan/rules/process_injection/tainted_code.hpp ====
#ifndef BARTIZAN_RULES_PROCESS_INJECTION_TAINTED_CODE_HPP
#define BARTIZAN_RULES_PROCESS_INJECTION_TAINTED_CODE_HPP

/// @rule    M1.8 tainted_code_acts   @attack T1055 Process Injection
/// @event   network_connect, process_create, handle_open, handle_duplicate, registry, image_load, file, remote memory, thread and APC
///          events
/// @reads   the fact that a frame of the call stack lies in memory that another process put into the actor, however long ago
/// @verdict convict the instigator: whoever put the code there, by whatever trigger it came to run (thread pool, window message,
///          callback table, hook, instrumentation callback, fiber). Event: Windows' own program acts through memory without a file,
///          and who put it there was not seen
/// @benign  memory that process creation, a browser's sandbox or a POSIX emulation's fork put there; a process's own JIT
/// @blind   the actor's memory was changed from outside, and the event carries no complete call stack
/// @misses  memory that was placed before the sensor started; frames inside a module whose page was modified
namespace BARTIZAN_NAMESPACE::rules {

namespace tainted_code {

enum atom : uint8_t { f1, f2 };

inline constexpr atom_info atoms[] = {
  {"f1", "the call came through memory that another process put into this one", grade::strong, column::how, field::call_trace},
  {"f2", "a program of Windows that compiles no code asks for rights to inject through memory that no file accounts for", grade::medium, column::what, field::call_trace},
};

/// Handles that ask for nothing sensitive are everyday; so are reads of files and keys.
[[nodiscard]] constexpr bool is_sensitive(const event& e) noexcept {
  if (e.kind != event_kind::handle_open && e.kind != event_kind::handle_duplicate) return true;
  const handle_payload& handle = e.data.handle;
  return handle.type == handle_payload::object::process ? (expand(handle.granted, process_mapping) & sensitive_rights) != 0
                             : (handle.granted & (thread_set_context | thread_suspend_resume)) != 0;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  const truth tainted = e.facts.get(fact::frame_tainted);
  const bool unbacked = e.facts.get(fact::call_unbacked) == truth::yes;
  if ((tainted == truth::no && !unbacked) || !is_sensitive(e)) return {};
  atom_set set;
  set.set(f1, tainted);
  const truth compiles = has_role(e.actor, role::managed_host) | has_role(e.actor, role::script_host);
  set.set(f2, to_truth(unbacked) & at_least(e.actor.image_trust, trust::t3) & !compiles);
  return weigh_outcome(set, atoms, response::deny_terminate, tainted == truth::yes ? culprit::instigator : culprit::actor);
}

}

inline constexpr rule tainted_code_acts{0x0506,
                    1,
                    "tainted_code_acts",
                    "T1055",
                    family::injection,
                    detection::remote_injection,
                    detection::suspicion,
                    kind_bit(event_kind::network_connect) | kind_bit(event_kind::process_create) |
                      kind_bit(event_kind::handle_open) | kind_bit(event_kind::handle_duplicate) |
                      kind_bit(event_kind::registry) | kind_bit(event_kind::image_load) | kind_bit(event_kind::file) |
                      kind_bit(event_kind::memory_allocate) | kind_bit(event_kind::memory_protect) |
                      kind_bit(event_kind::memory_map) | kind_bit(event_kind::memory_write) |
                      kind_bit(event_kind::thread_start) | kind_bit(event_kind::apc_queue) |
                      kind_bit(event_kind::context_set),
                    tainted_code::atoms,
                    tainted_code::evaluate,
                    nullptr};

}

#endif

// ==== bartizan/rules/process_injection/thread_context.hpp ====
#ifndef BARTIZAN_RULES_PROCESS_INJECTION_THREAD_CONTEXT_HPP
#define BARTIZAN_RULES_PROCESS_INJECTION_THREAD_CONTEXT_HPP

/// @rule    M1.7 thread_context_hijacked   @attack T1055.003 Thread Execution Hijacking
/// @event   context_set                    @reads  code facts, pause and debugger facts, actor trust and roles
/// @verdict convict: a paused thread is pointed at memory without a file or that the source prepared, or its context is changed again
///          and again; or two medium atoms of different columns. Where nobody tells who debugs whom, the pointer alone is an event
/// @benign  debuggers; a context set back to where it was, behind a system call or at a function's start; security products
/// @blind   no memory state of the program counter; no suspensions; nobody told who debugs whom
/// @misses  code reached through return addresses alone, in fewer than eight steps
namespace BARTIZAN_NAMESPACE::rules {

namespace thread_context {

enum atom : uint8_t { x1, x2, x3, x4, x5, x6, x7 };

inline constexpr atom_info atoms[] = {
  {"x1", "a paused thread was pointed at memory that no file accounts for", grade::strong, column::how, field::debug_object},
  {"x2", "a thread was pointed at memory that the source prepared in the target", grade::strong, column::where, field::debug_object},
  {"x3", "one thread's context was changed again and again", grade::strong, column::what, field::debug_object},
  {"x4", "a thread was pointed at memory without a file or prepared by the source, perhaps by its debugger", grade::medium, column::how, field::memory_state},
  {"x5", "a paused thread was pointed amid a system function", grade::medium, column::how, field::code_symbol},
  {"x6", "the source is an untrusted program", grade::medium, column::who, field::actor_trust},
  {"x7", "the source is a script host, or a tool made to inject that serves nobody", grade::medium, column::who, field::actor_image},
};

[[nodiscard]] constexpr atom_set find_atoms(const event& e) noexcept {
  const auto facts = [&e](fact f) { return e.facts.get(f); };
  atom_set set;
  if (facts(fact::source_is_debugger) == truth::yes) return set;
  const truth kept = !is_security_product(e);
  const truth paused = facts(fact::source_paused_target);
  const truth not_debugger = !facts(fact::source_is_debugger);
  set.set(x1, kept & facts(fact::code_unbacked) & paused & not_debugger);
  set.set(x2, kept & is_prepared_code(e) & not_debugger);
  set.set(x3, kept & facts(fact::context_churn) & not_debugger);
  set.set(x4, kept & (facts(fact::code_unbacked) | is_prepared_code(e)));
  set.set(x5, kept & facts(fact::code_inside_system) & paused);
  const truth done = set.yes != 0 ? truth::yes : set.unknown != 0 ? truth::unknown : truth::no;
  set.set(x6, done & not_debugger & is_untrusted_source(e));
  set.set(x7, done & not_debugger & is_instrument(e));
  return set;
}

[[nodiscard]] constexpr outcome evaluate(const event& e) noexcept {
  if (!is_remote(e) || (e.flags & event_kernel_caller) != 0) return {};
  outcome out = weigh_outcome(find_atoms(e), atoms, response::deny_terminate, culprit::actor);
  add_unknown_source(e, out);
  return out;
}

}

inline constexpr rule thread_context_hijacked{0x0505,
                       1,
                       "thread_context_hijacked",
                       "T1055.003",
                       family::injection,
                       detection::remote_injection,
                       detection::suspicion,
                       kind_bit(event_kind::context_set),
                       thread_context::atoms,
                       thread_context::evaluate,
                       nullptr};

}

#endif

// ==== bartizan/rules/catalogue.hpp ====
#ifndef BARTIZAN_RULES_CATALOGUE_HPP
#define BARTIZAN_RULES_CATALOGUE_HPP

namespace BARTIZAN_NAMESPACE::rules {

/// Every rule, in ascending order of id. A rule that is not listed here does not exist.
inline constexpr const rule* catalogue[] = {
  &lsass_handle_theft,
  &lsass_handle_leaked,
  &lsass_memory_read,
  &lsass_clone_opened,
  &lsass_error_reporting_set,
  &lsass_module_loaded,
  &lsass_dump_written,
  &secret_value_read,
  &boot_key_read,
  &hive_saved,
  &hive_file_read,
  &hive_copy_written,
  &hive_taken_by_command,
  &raw_disk_read,
  &code_cave_runs,
  &remote_thread_injected,
  &remote_library_forced,
  &remote_memory_changed,
  &process_hollowed,
  &thread_context_hijacked,
  &tainted_code_acts,
  &injector_tool_started,
  &token_swapped,
  &system_child_started,
  &token_borrowed,
  &kernel_address_passed,
  &remote_apc_abused,
  &kernel_apc_injected,
  &verifier_provider_loaded,
  &verifier_provider_registered,
  &execution_options_changed,
  &powershell_from_browser,
  &html_application_acts,
  &start_deferred_or_pasted,
};

namespace detail {

[[nodiscard]] constexpr bool catalogue_is_sound() noexcept {
  uint16_t previous = 0;
  for (const rule* r : catalogue) {
    if (r->id <= previous || r->version == 0 || r->kinds == 0) return false;
    if (r->technique[0] != 'T' || r->atoms.empty() || r->atoms.size > 16) return false;
    previous = r->id;
  }
  return true;
}
static_assert(catalogue_is_sound(), "ids ascend and are unique; each rule has a version, kinds, 1..16 atoms and an ATT&CK id");

inline constexpr uint32_t rule_count = sizeof catalogue / sizeof catalogue[0];
inline constexpr uint32_t kind_count = 32;  ///< bits of rule::kinds

/// Rules by the kind of event that they read, so that an event costs what its own rules cost: those of kind k stand at
/// [begin[k], begin[k + 1]), in the catalogue's order.
struct dispatch_table {
  const rule* rules[rule_count * 8] = {};
  uint16_t begin[kind_count + 1] = {};
};

[[nodiscard]] constexpr dispatch_table make_dispatch() noexcept {
  dispatch_table table;
  uint16_t used = 0;
  for (uint32_t kind = 0; kind < kind_count; ++kind) {
    table.begin[kind] = used;
    for (const rule* r : catalogue)
      if ((r->kinds >> kind & 1) != 0) table.rules[used++] = r;
  }
  table.begin[kind_count] = used;
  return table;
}
inline constexpr dispatch_table dispatch = make_dispatch();

}

/// The rules that read this kind of event.
[[nodiscard]] constexpr span<const rule* const> rules_of(event_kind kind) noexcept {
  const auto k = static_cast<uint32_t>(kind);
  if (k >= detail::kind_count) return {};
  return {detail::dispatch.rules + detail::dispatch.begin[k], static_cast<size_t>(detail::dispatch.begin[k + 1] - detail::dispatch.begin[k])};
}

/// Runs every rule that reads this kind of event; calls `sink(const rule&, const outcome&)` for each that has something to say.
/// Pure but for the sink; safe at any IRQL that the sink allows.
template <class Sink>
constexpr void evaluate(const event& e, Sink&& sink) {
  for (const rule* r : rules_of(e.kind)) {
    const outcome o = r->evaluate(e);
    if (o.is_worth_telling()) sink(*r, o);
  }
}

/// What may be done before the operation completes: the strongest answer of all rules, with all rights that any of them strips.
[[nodiscard]] constexpr pre_outcome before(const event& e) noexcept {
  pre_outcome all;
  for (const rule* r : rules_of(e.kind)) {
    if (r->before == nullptr) continue;
    const pre_outcome one = r->before(e);
    if (one.what > all.what) all.what = one.what;
    all.strip_mask |= one.strip_mask;
  }
  return all;
}

}

#endif

// ==== bartizan/policy/credential_objects.hpp ====
#ifndef BARTIZAN_POLICY_CREDENTIAL_OBJECTS_HPP
#define BARTIZAN_POLICY_CREDENTIAL_OBJECTS_HPP

/// Where Windows keeps stored credentials: registry keys, values and files, by their canonical names (rules.md C2). The shape of a
/// hive is the same wherever it is mounted, so keys are told by what stands behind the mount point.
namespace BARTIZAN_NAMESPACE::policy {

/// What a key holds.
enum class key_content : uint8_t {
  other,
  account,         ///< SAM\Domains\Account\Users\RRRRRRRR: value V holds the password hashes
  account_domain,  ///< SAM\Domains\Account: values F and V
  lsa_secret,      ///< Policy\Secrets\NAME\CurrVal and OldVal, and the keys that decrypt them
  logon_cache,     ///< SECURITY\Cache: values NL$1, NL$2, ...
  boot_key,        ///< CCS\Control\Lsa\JD, Skew1, GBG, Data: a quarter of the boot key each, as the key's class name
};

struct key_reading {
  key_content content = key_content::other;
  uint8_t boot_index = 0;      ///< of a boot key: 0 ... 3
  bool in_sam = false;         ///< at or below \SAM or \SECURITY
  bool holds_secrets = false;  ///< what is saved of this key contains hashes or secrets
  bool holds_boot_key = false; ///< ... or the boot key
};

namespace detail {

struct mounted_key {
  text hive;  ///< name of the mount point
  text rest;  ///< below it; empty for the mount point itself
};

[[nodiscard]] constexpr mounted_key split_mount(text key) noexcept {
  const uint32_t root = matches_prefix(key, u"\\REGISTRY\\A\\") ? 12 : bartizan::detail::component_end(key, 0) + 1;
  const uint32_t end = bartizan::detail::component_end(key, root);
  return {key.sub(root, end - root), key.sub(end + 1)};
}

/// One of the two is the other or lies below it.
[[nodiscard]] constexpr bool is_related(text a, text b) noexcept {
  return a.empty() || bartizan::detail::matches_component(a, b) || bartizan::detail::matches_component(b, a);
}

[[nodiscard]] constexpr bool is_relative_id(text component) noexcept {
  if (component.size != 8) return false;
  for (uint32_t i = 0; i < 8; ++i) {
    const char16_t c = component[i];
    if (!(c >= u'0' && c <= u'9') && !(c >= u'A' && c <= u'F')) return false;
  }
  return true;
}

inline constexpr text accounts = u"SAM\\DOMAINS\\ACCOUNT";
inline constexpr text secret_subtrees[] = {u"POLICY\\SECRETS", u"POLICY\\POLEKLIST", u"POLICY\\POLSECRETENCRYPTIONKEY", u"CACHE"};
inline constexpr text boot_keys[] = {u"JD", u"SKEW1", u"GBG", u"DATA"};
/// Hives that hold none of this and are large: not looked into.
inline constexpr text other_hives[] = {u"SOFTWARE", u"HARDWARE", u"COMPONENTS", u"DRIVERS", u"BCD00000000"};

[[nodiscard]] constexpr key_content content_below(text rest, uint8_t& boot_index) noexcept {
  const text name = file_name(rest);
  if (equal(rest, accounts)) return key_content::account_domain;
  constexpr text users = u"SAM\\DOMAINS\\ACCOUNT\\USERS\\";
  if (matches_prefix(rest, users) && is_relative_id(rest.sub(users.size))) return key_content::account;
  if (equal(rest, u"POLICY\\POLEKLIST") || equal(rest, u"POLICY\\POLSECRETENCRYPTIONKEY")) return key_content::lsa_secret;
  if (matches_prefix(rest, u"POLICY\\SECRETS\\") && (equal(name, u"CURRVAL") || equal(name, u"OLDVAL"))) return key_content::lsa_secret;
  if (equal(rest, u"CACHE")) return key_content::logon_cache;
  constexpr text lsa = u"\\CONTROL\\LSA\\";
  const uint32_t set = bartizan::detail::component_end(rest, 0);
  const bool below_set = equal(rest.sub(0, set), u"CCS") || bartizan::detail::is_control_set(rest.sub(0, set));
  if (below_set && matches_prefix(rest.sub(set), lsa)) {
    for (uint8_t i = 0; i < 4; ++i) {
      boot_index = i;
      if (equal(rest.sub(set + lsa.size), boot_keys[i])) return key_content::boot_key;
    }
  }
  boot_index = 0;
  return key_content::other;
}

}

/// What a canonical key is to a thief of credentials. A key that the kernel gave no name of (volatile mounts included) is judged by
/// its shape alone.
[[nodiscard]] constexpr key_reading read_key(text key) noexcept {
  key_reading out;
  const detail::mounted_key at = detail::split_mount(key);
  if (matches_prefix(key, u"HKLM\\"))
    for (const text hive : detail::other_hives)
      if (equal(at.hive, hive)) return out;
  out.content = detail::content_below(at.rest, out.boot_index);
  const bool local = matches_prefix(key, u"HKLM");
  const bool root = equal(key, u"HKLM");  // saving all of HKLM is not possible, exporting it is
  const bool sam = local && equal(at.hive, u"SAM");
  const bool security = local && equal(at.hive, u"SECURITY");
  const bool system = local && equal(at.hive, u"SYSTEM");
  out.in_sam = sam || security;
  out.holds_secrets = root || (sam && detail::is_related(at.rest, detail::accounts));
  if (security)
    for (const text subtree : detail::secret_subtrees) out.holds_secrets |= detail::is_related(at.rest, subtree);
  out.holds_boot_key = root || (system && detail::is_related(at.rest, u"CCS\\CONTROL\\LSA"));
  return out;
}

/// "NL$1" and its like; NL$Control and NL$IterationCount hold no hash.
[[nodiscard]] constexpr bool is_cached_logon(text value_name) noexcept {
  return value_name.size >= 4 && starts_with_folded(value_name, u"NL$") && value_name[3] >= u'0' && value_name[3] <= u'9';
}

/// A file that holds credentials at rest.
enum class store_file : uint8_t {
  none,
  hive,      ///< config\SAM, SECURITY, SYSTEM, DEFAULT and their logs
  directory, ///< ntds.dit
};

struct store_reading {
  store_file what = store_file::none;
  bool spare = false;  ///< on a shadow copy, in a backup folder, or anywhere but its own place: not the file that Windows holds open
  bool holds_boot_key = false;
};

/// SAM, SECURITY, SYSTEM or DEFAULT, also as a log. `boot_key`: it is SYSTEM.
[[nodiscard]] constexpr bool is_hive_name(text name, bool& boot_key) noexcept {
  constexpr text hives[] = {u"SAM", u"SECURITY", u"SYSTEM", u"DEFAULT"};
  constexpr text logs[] = {u"", u".LOG", u".LOG1", u".LOG2", u".SAV", u".OLD"};
  for (const text hive : hives) {
    if (!starts_with_folded(name, hive)) continue;
    for (const text log : logs) {
      if (!equal_folded(name.sub(hive.size), log)) continue;
      boot_key = equal_folded(hive, u"SYSTEM");
      return true;
    }
  }
  return false;
}

/// What a canonical path is to a thief of credentials, by its tail: a hive is one on every volume.
[[nodiscard]] constexpr store_reading read_store(const canonical_path& file) noexcept {
  store_reading out;
  const text name = file_name(file.path);
  const text folder = file.path.sub(0, file.path.size - name.size);
  if (equal_folded(name, u"NTDS.DIT")) {
    out.what = store_file::directory;
    out.spare = file.volume == volume_kind::shadow || contains_folded(folder, u"\\@GMT-");
    return out;
  }
  if (!is_hive_name(name, out.holds_boot_key)) return out;
  constexpr text spare_folders[] = {u"\\CONFIG\\REGBACK\\", u"%SYSTEMROOT%\\REPAIR\\", u"\\WINDOWS\\REPAIR\\"};
  const bool live = equal(folder, u"%SYSDIR%\\CONFIG\\") && file.system != system_directory::syswow64;
  bool spare = ends_with_folded(folder, u"\\WINDOWS\\SYSTEM32\\CONFIG\\");
  for (const text suffix : spare_folders) spare |= ends_with_folded(folder, suffix);
  if (!live && !spare) return {};
  out.what = store_file::hive;
  out.spare = !live;
  return out;
}

/// A name that a copied store is usually given; the place is the caller's affair.
[[nodiscard]] constexpr bool is_store_name(text name) noexcept {
  constexpr text stems[] = {u"SAM", u"SECURITY", u"SYSTEM", u"NTDS"};
  constexpr text tails[] = {u"", u".HIVE", u".HIV", u".SAVE", u".SAV", u".BAK", u".DIT", u"_HIVE", u"-HIVE", u"HIVE"};
  for (const text stem : stems) {
    if (!starts_with_folded(name, stem)) continue;
    for (const text tail : tails)
      if (equal_folded(name.sub(stem.size), tail)) return !(equal_folded(name, u"NTDS"));
  }
  return false;
}

/// Which half of a credential store a file's name stands for, and what it adds to that: "SAM-copy" and "SYSTEM-copy" add alike.
/// SECURITY is no half here: event logs, icons and documents go by "Security" and "System" too.
struct half_reading {
  bool secrets = false;
  bool boot_key = false;
  text added;
};

[[nodiscard]] constexpr half_reading read_half(text name) noexcept {
  constexpr text stems[] = {u"SAM", u"NTDS.DIT", u"SYSTEM"};
  for (const text stem : stems) {
    if (!starts_with_folded(name, stem)) continue;
    const text added = name.sub(stem.size);
    const char16_t next = added.empty() ? u'.' : upcase(added[0]);
    if (next >= u'A' && next <= u'Z' && !starts_with_folded(added, u"HIVE")) continue;
    const bool boot_key = equal(stem, u"SYSTEM");
    return {!boot_key, boot_key, added};
  }
  return {};
}

}

#endif

// ==== bartizan/policy/image_names.hpp ====
#ifndef BARTIZAN_POLICY_IMAGE_NAMES_HPP
#define BARTIZAN_POLICY_IMAGE_NAMES_HPP

namespace BARTIZAN_NAMESPACE::policy {

/// A name and the roles that come with it. `system_only`: counts only for a file of the system directory, since anybody may call
/// a program lsass.exe.
struct image_name {
  text name;  ///< upper case; rows ascend by it
  role_set roles;
  bool system_only = false;
};

namespace detail {

template <class... Roles>
[[nodiscard]] constexpr role_set roles(Roles... each) noexcept {
  role_set all;
  ((all = all.with(each)), ...);
  return all;
}

}

/// File names (also OriginalFilename) that rules know. Sources: rules.md C1, L1; the names are Microsoft's.
inline constexpr image_name image_names[] = {
  {u"ADPLUS.EXE", detail::roles(role::memory_tool)},
  {u"APPVCLIENT.EXE", detail::roles(role::app_v_service, role::native_image), true},
  {u"AT.EXE", detail::roles(role::lolbin, role::work_scheduler)},
  {u"ATBROKER.EXE", detail::roles(role::session_helper)},
  {u"AUTOCHK.EXE", detail::roles(role::maintenance)},
  {u"BACKGROUNDTASKHOST.EXE", detail::roles(role::maintenance)},
  {u"BDEUISRV.EXE", detail::roles(role::maintenance)},
  {u"BITSADMIN.EXE", detail::roles(role::lolbin, role::work_scheduler)},
  {u"BRAVE.EXE", detail::roles(role::browser)},
  {u"BROWSER.EXE", detail::roles(role::browser)},
  {u"CERTUTIL.EXE", detail::roles(role::lolbin)},
  {u"CHKDSK.EXE", detail::roles(role::maintenance)},
  {u"CHROME.EXE", detail::roles(role::browser)},
  {u"CHROMIUM.EXE", detail::roles(role::browser)},
  {u"CMD.EXE", detail::roles(role::lolbin)},
  {u"COMPATTELRUNNER.EXE", detail::roles(role::maintenance)},
  {u"CONHOST.EXE", detail::roles(role::lolbin, role::console_host)},
  {u"CONSENT.EXE", detail::roles(role::session_helper), true},
  {u"CONTROL.EXE", detail::roles(role::lolbin)},
  {u"COOKIE_EXPORTER.EXE", detail::roles(role::browser_helper)},
  {u"CRASHPAD_HANDLER.EXE", detail::roles(role::browser_helper)},
  {u"CRASHREPORTER.EXE", detail::roles(role::browser_helper)},
  {u"CREATEDUMP.EXE", detail::roles(role::memory_tool)},
  {u"CSCRIPT.EXE", detail::roles(role::script_host, role::native_image, role::script_engine)},
  {u"CSRSS.EXE", detail::roles(role::csrss, role::native_image), true},
  {u"CURL.EXE", detail::roles(role::lolbin)},
  {u"DEFAULT-BROWSER-AGENT.EXE", detail::roles(role::browser_helper)},
  {u"DEFRAG.EXE", detail::roles(role::maintenance)},
  {u"DFRGUI.EXE", detail::roles(role::maintenance)},
  {u"DISKPART.EXE", detail::roles(role::maintenance)},
  {u"DISM.EXE", detail::roles(role::maintenance)},
  {u"DISMHOST.EXE", detail::roles(role::maintenance)},
  {u"DUMP64.EXE", detail::roles(role::memory_tool)},
  {u"ELEVATION_SERVICE.EXE", detail::roles(role::browser_helper)},
  {u"EPMCONSENTUI.EXE", detail::roles(role::session_helper)},
  {u"EXPLORER.EXE", detail::roles(role::lolbin, role::desktop_shell)},
  {u"FINGER.EXE", detail::roles(role::lolbin)},
  {u"FIREFOX.EXE", detail::roles(role::browser)},
  {u"FORFILES.EXE", detail::roles(role::lolbin)},
  {u"GOOGLEUPDATE.EXE", detail::roles(role::browser_helper)},
  {u"HH.EXE", detail::roles(role::lolbin)},
  {u"IDENTITY_HELPER.EXE", detail::roles(role::browser_helper)},
  {u"IEXPLORE.EXE", detail::roles(role::browser)},
  {u"INSTALLUTIL.EXE", detail::roles(role::script_host, role::managed_host, role::lolbin)},
  {u"LOGONUI.EXE", detail::roles(role::maintenance)},
  {u"LSASS.EXE", detail::roles(role::lsass, role::native_image), true},
  {u"MAINTENANCESERVICE.EXE", detail::roles(role::browser_helper)},
  {u"MANAGE-BDE.EXE", detail::roles(role::maintenance)},
  {u"MAVINJECT.EXE", detail::roles(role::code_injector, role::native_image)},
  {u"MAVINJECT32.EXE", detail::roles(role::code_injector, role::native_image)},
  {u"MAVINJECT64.EXE", detail::roles(role::code_injector, role::native_image)},
  {u"MICROSOFTEDGE.EXE", detail::roles(role::browser)},
  {u"MICROSOFTEDGECP.EXE", detail::roles(role::browser)},
  {u"MICROSOFTEDGESH.EXE", detail::roles(role::browser)},
  {u"MICROSOFTEDGEUPDATE.EXE", detail::roles(role::browser_helper)},
  {u"MINIDUMP-ANALYZER.EXE", detail::roles(role::browser_helper)},
  {u"MPCMDRUN.EXE", detail::roles(role::maintenance)},
  {u"MPDEFENDERCORESERVICE.EXE", detail::roles(role::maintenance)},
  {u"MPSIGSTUB.EXE", detail::roles(role::session_helper)},
  {u"MRT.EXE", detail::roles(role::maintenance)},
  {u"MSBUILD.EXE", detail::roles(role::script_host, role::managed_host, role::lolbin)},
  {u"MSEDGE.EXE", detail::roles(role::browser)},
  {u"MSHTA.EXE", detail::roles(role::script_host, role::native_image, role::script_engine, role::html_host)},
  {u"MSIEXEC.EXE", detail::roles(role::installer)},
  {u"MSMPENG.EXE", detail::roles(role::maintenance)},
  {u"NARRATOR.EXE", detail::roles(role::session_helper)},
  {u"NOTIFICATION_HELPER.EXE", detail::roles(role::browser_helper)},
  {u"OPENCONSOLE.EXE", detail::roles(role::console_host)},
  {u"OPERA.EXE", detail::roles(role::browser)},
  {u"OSK.EXE", detail::roles(role::session_helper)},
  {u"PCALUA.EXE", detail::roles(role::lolbin)},
  {u"PINGSENDER.EXE", detail::roles(role::browser_helper)},
  {u"PLUGIN-CONTAINER.EXE", detail::roles(role::browser_helper)},
  {u"POWERSHELL.EXE", detail::roles(role::script_host, role::powershell, role::managed_host)},
  {u"POWERSHELL_ISE.EXE", detail::roles(role::script_host, role::powershell, role::managed_host)},
  {u"PWAHELPER.EXE", detail::roles(role::browser_helper)},
  {u"PWSH.DLL", detail::roles(role::script_host, role::powershell, role::managed_host)},
  {u"PWSH.EXE", detail::roles(role::script_host, role::powershell, role::managed_host)},
  {u"RDRLEAKDIAG.EXE", detail::roles(role::memory_tool, role::native_image)},
  {u"RECOVERYDRIVE.EXE", detail::roles(role::maintenance)},
  {u"REG.EXE", detail::roles(role::registry_tool)},
  {u"REGASM.EXE", detail::roles(role::lolbin)},
  {u"REGEDIT.EXE", detail::roles(role::registry_tool)},
  {u"REGEDT32.EXE", detail::roles(role::registry_tool)},
  {u"REGINI.EXE", detail::roles(role::registry_tool)},
  {u"REGSVCS.EXE", detail::roles(role::lolbin)},
  {u"REGSVR32.EXE", detail::roles(role::script_host, role::native_image, role::lolbin)},
  {u"RSTRUI.EXE", detail::roles(role::maintenance)},
  {u"RUNDLL32.EXE", detail::roles(role::script_host, role::native_image, role::lolbin)},
  {u"SC.EXE", detail::roles(role::lolbin, role::work_scheduler)},
  {u"SCHTASKS.EXE", detail::roles(role::lolbin, role::work_scheduler)},
  {u"SEAMONKEY.EXE", detail::roles(role::browser)},
  {u"SEARCHINDEXER.EXE", detail::roles(role::maintenance)},
  {u"SECURITYHEALTHSETUP.EXE", detail::roles(role::session_helper)},
  {u"SERVICES.EXE", detail::roles(role::services, role::native_image), true},
  {u"SETUPHOST.EXE", detail::roles(role::maintenance)},
  {u"SMSS.EXE", detail::roles(role::smss, role::native_image), true},
  {u"SPLWOW64.EXE", detail::roles(role::browser_helper)},
  {u"SPOOLSV.EXE", detail::roles(role::print_spooler, role::native_image), true},
  {u"SQLDUMPER.EXE", detail::roles(role::memory_tool, role::native_image)},
  {u"SRTASKS.EXE", detail::roles(role::maintenance)},
  {u"SVCHOST.EXE", detail::roles(role::svchost, role::native_image), true},
  {u"SYNCAPPVPUBLISHINGSERVER.EXE", detail::roles(role::script_host, role::powershell)},
  {u"TASKMGR.EXE", detail::roles(role::task_manager, role::native_image), true},
  {u"TIWORKER.EXE", detail::roles(role::maintenance)},
  {u"TRUSTEDINSTALLER.EXE", detail::roles(role::maintenance)},
  {u"TTDINJECT.EXE", detail::roles(role::memory_tool, role::native_image, role::code_injector)},
  {u"TTTRACER.EXE", detail::roles(role::memory_tool, role::native_image)},
  {u"UPDATER.EXE", detail::roles(role::browser_helper)},
  {u"VDS.EXE", detail::roles(role::maintenance)},
  {u"VIVALDI.EXE", detail::roles(role::browser)},
  {u"VMWP.EXE", detail::roles(role::maintenance)},
  {u"VSSVC.EXE", detail::roles(role::maintenance)},
  {u"WATERFOX.EXE", detail::roles(role::browser)},
  {u"WBENGINE.EXE", detail::roles(role::maintenance)},
  {u"WERFAULT.EXE", detail::roles(role::error_reporter, role::native_image, role::session_helper), true},
  {u"WERFAULTSECURE.EXE", detail::roles(role::error_reporter, role::native_image, role::session_helper), true},
  {u"WERMGR.EXE", detail::roles(role::session_helper)},
  {u"WHALE.EXE", detail::roles(role::browser)},
  {u"WININIT.EXE", detail::roles(role::wininit, role::native_image), true},
  {u"WINLOGON.EXE", detail::roles(role::winlogon, role::native_image), true},
  {u"WMIC.EXE", detail::roles(role::lolbin, role::work_scheduler)},
  {u"WMIPRVSE.EXE", detail::roles(role::native_image, role::session_helper)},
  {u"WSCRIPT.EXE", detail::roles(role::script_host, role::native_image, role::script_engine)},
  {u"WSMPROVHOST.EXE", detail::roles(role::managed_host)},
  {u"WT.EXE", detail::roles(role::lolbin)},
};

/// What a module on a call stack tells.
enum class module_kind : uint8_t {
  other,
  system_stub,     ///< holds the system-call instructions
  system_api,      ///< forwards a caller's request; never the one who asked
  dump_routine,    ///< writes minidumps
  seclogon,
  inventory,       ///< lists processes on behalf of its caller
  managed_runtime, ///< compiles code into memory that no file backs
};

struct module_name {
  text name;
  module_kind kind;
};

inline constexpr module_name module_names[] = {
  {u"ADVAPI32.DLL", module_kind::system_api},
  {u"APPRESOLVER.DLL", module_kind::inventory},
  {u"CHAKRA.DLL", module_kind::managed_runtime},
  {u"CHAKRACORE.DLL", module_kind::managed_runtime},
  {u"CIMWIN32.DLL", module_kind::inventory},
  {u"CLR.DLL", module_kind::managed_runtime},
  {u"CLRJIT.DLL", module_kind::managed_runtime},
  {u"COMSVCS.DLL", module_kind::dump_routine},
  {u"CORECLR.DLL", module_kind::managed_runtime},
  {u"DBGCORE.DLL", module_kind::dump_routine},
  {u"DBGHELP.DLL", module_kind::dump_routine},
  {u"JSCRIPT9.DLL", module_kind::managed_runtime},
  {u"JVM.DLL", module_kind::managed_runtime},
  {u"KERNEL32.DLL", module_kind::system_api},
  {u"KERNELBASE.DLL", module_kind::system_api},
  {u"LUAJIT.DLL", module_kind::managed_runtime},
  {u"MPENGINE.DLL", module_kind::inventory},
  {u"MSCORLIB.NI.DLL", module_kind::managed_runtime},
  {u"MSCORWKS.DLL", module_kind::managed_runtime},
  {u"NTDLL.DLL", module_kind::system_stub},
  {u"SECLOGON.DLL", module_kind::seclogon},
  {u"SYSMAIN.DLL", module_kind::inventory},
  {u"SYSTEM.DIAGNOSTICS.PROCESS.DLL", module_kind::inventory},
  {u"SYSTEM.DLL", module_kind::inventory},
  {u"SYSTEM.NI.DLL", module_kind::inventory},
  {u"SYSTEM.PRIVATE.CORELIB.DLL", module_kind::managed_runtime},
  {u"WIN32U.DLL", module_kind::system_stub},
  {u"WOW64.DLL", module_kind::system_stub},
  {u"WOW64BASE.DLL", module_kind::system_stub},
  {u"WOW64CON.DLL", module_kind::system_stub},
  {u"WOW64CPU.DLL", module_kind::system_stub},
  {u"WOW64WIN.DLL", module_kind::system_stub},
  {u"WOWARMHW.DLL", module_kind::system_stub},
  {u"XTAJIT.DLL", module_kind::system_stub},
  {u"XTAJIT64.DLL", module_kind::system_stub},
};

namespace detail {

template <class Row, size_t N>
[[nodiscard]] constexpr bool ascends(const Row (&rows)[N]) noexcept {
  for (size_t i = 1; i < N; ++i)
    if (compare_folded(rows[i - 1].name, rows[i].name) >= 0) return false;
  return true;
}
static_assert(ascends(image_names) && ascends(module_names));

/// Binary search by folded name; null when absent. For tables without an index.
template <class Row, size_t N>
[[nodiscard]] constexpr const Row* find(const Row (&rows)[N], text name) noexcept {
  size_t low = 0;
  size_t high = N;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    const int order = compare_folded(rows[middle].name, name);
    if (order == 0) return &rows[middle];
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return nullptr;
}

/// Where a name may stand: its length and four of its characters, folded. Names differ early, before ".EXE", and at their middle.
[[nodiscard]] constexpr uint32_t name_hash(text name) noexcept {
  const auto at = [&](uint32_t i) { return i < name.size ? static_cast<uint32_t>(upcase(name[i])) : 0u; };
  const uint32_t sample = at(0) ^ at(1) << 5 ^ at(name.size / 2) << 10 ^ at(name.size < 5 ? 0 : name.size - 5) << 15 ^ name.size << 20;
  return (sample * 0x9e3779b1u) >> 16;
}

/// Open addressing over a constant table of names; made by the compiler, sparse enough for one comparison in most look-ups.
template <size_t N>
struct name_index {
  static constexpr uint32_t size = N < 64 ? 256 : 1024;
  static_assert(N < 256 && N * 4 <= size);

  uint8_t row[size] = {};  ///< index + 1; 0 free

  template <class Row>
  explicit constexpr name_index(const Row (&rows)[N]) noexcept {
    for (size_t i = 0; i < N; ++i) {
      uint32_t slot = name_hash(rows[i].name) % size;
      while (row[slot] != 0) slot = (slot + 1) % size;
      row[slot] = static_cast<uint8_t>(i + 1);
    }
  }
};
inline constexpr name_index<sizeof image_names / sizeof image_names[0]> image_index(image_names);
inline constexpr name_index<sizeof module_names / sizeof module_names[0]> module_index(module_names);

template <class Row, size_t N>
[[nodiscard]] constexpr const Row* look_up(const Row (&rows)[N], const name_index<N>& index, text name) noexcept {
  for (uint32_t slot = name_hash(name) % index.size; index.row[slot] != 0; slot = (slot + 1) % index.size) {
    const Row& row = rows[index.row[slot] - 1];
    if (row.name.size == name.size && equal_folded(row.name, name)) return &row;
  }
  return nullptr;
}
[[nodiscard]] constexpr const image_name* find(const image_name (&rows)[sizeof image_names / sizeof image_names[0]], text name) noexcept {
  return look_up(rows, image_index, name);
}
[[nodiscard]] constexpr const module_name* find(const module_name (&rows)[sizeof module_names / sizeof module_names[0]], text name) noexcept {
  return look_up(rows, module_index, name);
}

}

/// Roles of an image from its canonical path and, where the sensor has it, its version resource's OriginalFilename: the latter
/// survives a rename, so it is asked first and the file name adds to it. `more` is a policy's own rows, in any order.
[[nodiscard]] constexpr role_set roles_of(const canonical_path& image, text original_file_name = {}, span<const image_name> more = {}) noexcept {
  role_set roles;
  if (ends_with_folded(original_file_name, u".MUI")) original_file_name.size -= 4;
  const text names[] = {original_file_name, file_name(image.path)};
  for (const text name : names) {
    for (const image_name& row : more)
      if (equal_folded(row.name, name)) roles.bits |= row.roles.bits;
    const image_name* row = detail::find(image_names, name);
    if (row == nullptr) continue;
    const bool in_system = (image.system == system_directory::system32 || image.system == system_directory::sysnative) &&
               image.path.size == text(u"%SYSDIR%\\").size + file_name(image.path).size;
    const bool in_wow64 = image.system == system_directory::syswow64 && (row->roles.has(role::error_reporter) || row->roles.has(role::task_manager));
    if (row->system_only && !in_system && !in_wow64) continue;
    roles.bits |= row->roles.bits;
  }
  return roles;
}

/// The library that is PowerShell, in whatever process: System.Management.Automation, also precompiled, or the console host's.
[[nodiscard]] constexpr bool is_powershell_engine(text path) noexcept {
  const text name = file_name(path);
  return equal_folded(name, u"System.Management.Automation.dll") || equal_folded(name, u"System.Management.Automation.ni.dll") ||
     equal_folded(name, u"Microsoft.PowerShell.ConsoleHost.dll") || equal_folded(name, u"Microsoft.PowerShell.ConsoleHost.ni.dll");
}

[[nodiscard]] constexpr module_kind kind_of_module(text path) noexcept {
  const module_name* row = detail::find(module_names, file_name(path));
  return row == nullptr ? module_kind::other : row->kind;
}

}

#endif

// ==== bartizan/policy/code_names.hpp ====
#ifndef BARTIZAN_POLICY_CODE_NAMES_HPP
#define BARTIZAN_POLICY_CODE_NAMES_HPP

/// Exported routines that mean something when one process makes another run them, or writes over them. Sources: rules.md M1 and
/// A1; the names are Microsoft's.
namespace BARTIZAN_NAMESPACE::policy {

enum class code_kind : uint8_t {
  other,
  loader,       ///< loads a library by name
  atom_reader,  ///< copies an atom's text into a buffer
  primitive,    ///< copies memory, changes protection or context, or starts code, as its arguments say
  console_control,    ///< csrss starts it in console programs
  debug_break,        ///< a debugger starts it in its debuggee
  notification,       ///< ETW's own thread
  registry_cache,     ///< csrss queues it to service processes
  process_start,      ///< first routine of every process and thread
};

enum code_module : uint8_t {
  in_ntdll = 1,
  in_kernel32 = 2,
  in_kernelbase = 4,
  in_user32 = 8,
  in_basesrv = 16,
  in_kernel = in_kernel32 | in_kernelbase,
};

struct code_name {
  text name;  ///< upper case; rows ascend by it
  uint8_t modules;
  code_kind kind;
  bool sandboxed = false;  ///< a browser's sandbox hooks it in its own child before that starts (rules.md M1.ok3)
};

inline constexpr code_name code_names[] = {
  {u"BASESRVNLSUPDATEREGISTRYCACHE", in_basesrv, code_kind::registry_cache},
  {u"CALLWINDOWPROCA", in_user32, code_kind::primitive},
  {u"CALLWINDOWPROCW", in_user32, code_kind::primitive},
  {u"CREATEPROCESSA", in_kernel, code_kind::primitive},
  {u"CREATEPROCESSW", in_kernel, code_kind::primitive},
  {u"CTRLROUTINE", in_kernel, code_kind::console_control},
  {u"DBGBREAKPOINT", in_ntdll, code_kind::debug_break},
  {u"DBGUIREMOTEBREAKIN", in_ntdll, code_kind::debug_break},
  {u"ETWPNOTIFICATIONTHREAD", in_ntdll, code_kind::notification},
  {u"GETATOMNAMEA", in_kernel, code_kind::atom_reader},
  {u"GETATOMNAMEW", in_kernel, code_kind::atom_reader},
  {u"GLOBALFINDATOMA", in_kernel, code_kind::atom_reader},
  {u"GLOBALFINDATOMW", in_kernel, code_kind::atom_reader},
  {u"GLOBALGETATOMNAMEA", in_kernel, code_kind::atom_reader},
  {u"GLOBALGETATOMNAMEW", in_kernel, code_kind::atom_reader},
  {u"LDRINITIALIZETHUNK", in_ntdll, code_kind::process_start},
  {u"LDRLOADDLL", in_ntdll, code_kind::loader},
  {u"LDRPCALLINITROUTINE", in_ntdll, code_kind::primitive},
  {u"LOADLIBRARYA", in_kernel, code_kind::loader},
  {u"LOADLIBRARYEXA", in_kernel, code_kind::loader},
  {u"LOADLIBRARYEXW", in_kernel, code_kind::loader},
  {u"LOADLIBRARYW", in_kernel, code_kind::loader},
  {u"MEMCPY", in_ntdll, code_kind::primitive},
  {u"MEMMOVE", in_ntdll, code_kind::primitive},
  {u"MEMSET", in_ntdll, code_kind::primitive},
  {u"NTADDATOM", in_ntdll, code_kind::atom_reader},
  {u"NTALLOCATEVIRTUALMEMORY", in_ntdll, code_kind::primitive},
  {u"NTCONTINUE", in_ntdll, code_kind::primitive},
  {u"NTCREATEFILE", in_ntdll, code_kind::other, true},
  {u"NTFINDATOM", in_ntdll, code_kind::atom_reader},
  {u"NTMAPVIEWOFSECTION", in_ntdll, code_kind::other, true},
  {u"NTOPENFILE", in_ntdll, code_kind::other, true},
  {u"NTOPENPROCESS", in_ntdll, code_kind::other, true},
  {u"NTOPENPROCESSTOKEN", in_ntdll, code_kind::other, true},
  {u"NTOPENPROCESSTOKENEX", in_ntdll, code_kind::other, true},
  {u"NTOPENTHREAD", in_ntdll, code_kind::other, true},
  {u"NTOPENTHREADTOKEN", in_ntdll, code_kind::other, true},
  {u"NTOPENTHREADTOKENEX", in_ntdll, code_kind::other, true},
  {u"NTPROTECTVIRTUALMEMORY", in_ntdll, code_kind::primitive},
  {u"NTQUERYATTRIBUTESFILE", in_ntdll, code_kind::other, true},
  {u"NTQUERYFULLATTRIBUTESFILE", in_ntdll, code_kind::other, true},
  {u"NTQUERYINFORMATIONATOM", in_ntdll, code_kind::atom_reader},
  {u"NTSETCONTEXTTHREAD", in_ntdll, code_kind::primitive},
  {u"NTSETINFORMATIONFILE", in_ntdll, code_kind::other, true},
  {u"NTSETINFORMATIONTHREAD", in_ntdll, code_kind::other, true},
  {u"NTUNMAPVIEWOFSECTION", in_ntdll, code_kind::other, true},
  {u"NTWRITEVIRTUALMEMORY", in_ntdll, code_kind::primitive},
  {u"RTLCOPYMEMORY", in_ntdll, code_kind::primitive},
  {u"RTLCOPYSTRING", in_ntdll, code_kind::primitive},
  {u"RTLCOPYUNICODESTRING", in_ntdll, code_kind::primitive},
  {u"RTLCREATEUSERTHREAD", in_ntdll, code_kind::primitive},
  {u"RTLENCODEREMOTEPOINTER", in_ntdll, code_kind::primitive},
  {u"RTLFILLMEMORY", in_ntdll, code_kind::primitive},
  {u"RTLMOVEMEMORY", in_ntdll | in_kernel32, code_kind::primitive},
  {u"RTLRESTORECONTEXT", in_ntdll, code_kind::primitive},
  {u"SETWINDOWSHOOKEXA", in_user32, code_kind::primitive},
  {u"SETWINDOWSHOOKEXW", in_user32, code_kind::primitive},
  {u"VIRTUALPROTECT", in_kernel, code_kind::primitive},
  {u"WINEXEC", in_kernel32, code_kind::primitive},
};
static_assert(detail::ascends(code_names));

/// Command-line switches that ask an injection tool for its work (mavinject).
inline constexpr text injection_switches[] = {u"/INJECTRUNNING", u"/HMODULE"};

[[nodiscard]] constexpr uint8_t module_bit(text module) noexcept {
  struct row {
    text name;
    uint8_t bit;
  };
  constexpr row rows[] = {{u"ntdll.dll", in_ntdll},   {u"kernel32.dll", in_kernel32}, {u"kernelbase.dll", in_kernelbase},
              {u"user32.dll", in_user32}, {u"basesrv.dll", in_basesrv}};
  const text name = file_name(module);
  for (const row& r : rows)
    if (equal_folded(name, r.name)) return r.bit;
  return 0;
}

/// The row of `module`!`function`; null where it means nothing. The module is known by name: an image that calls itself ntdll.dll
/// and exports such a name is no excuse, since excuses also ask for the state of the memory and the source.
[[nodiscard]] constexpr const code_name* find_code(text module, text function) noexcept {
  if (function.empty()) return nullptr;
  const code_name* row = detail::find(code_names, function);
  return row != nullptr && (row->modules & module_bit(module)) != 0 ? row : nullptr;
}

}

#endif

// ==== bartizan/policy/disposition.hpp ====
#ifndef BARTIZAN_POLICY_DISPOSITION_HPP
#define BARTIZAN_POLICY_DISPOSITION_HPP

namespace BARTIZAN_NAMESPACE::policy {

/// What the administrator gets: an alert demands action, an event does not.
enum class admin_notice : uint8_t { none, event, alert };

enum class health : uint8_t { green, red };

/// What happens to the process that a detection blames.
enum class process_action : uint8_t {
  not_applicable,
  terminated,
  terminated_or_start_blocked,  ///< blocked where the start can still be denied, else terminated
  not_started,                  ///< it never ran
};

/// One row of the response table.
struct disposition {
  detection row;
  const char* title;
  bool user_notified;
  bool root_cause_analysis;
  admin_notice admin;
  policy::health health;
  process_action process;
  bool clean_up;  ///< the offending file and all that belongs to it goes to quarantine
};

/// THE table: the brief's section C row by row in the order of `detection`, then our own two rows. Its version counts changes.
inline constexpr uint32_t disposition_version = 1;
inline constexpr disposition dispositions[] = {
  {detection::credential_theft,         "Credential theft",                   true,  true,  admin_notice::alert, health::red,   process_action::terminated,                  false},
  {detection::code_cave,                "Code cave",                          true,  true,  admin_notice::event, health::green, process_action::terminated,                  true},
  {detection::remote_injection,         "Remote reflective DLL injection",    true,  true,  admin_notice::alert, health::red,   process_action::terminated,                  false},
  {detection::privilege_escalation,     "Privilege escalation",               true,  true,  admin_notice::alert, health::red,   process_action::terminated,                  true},
  {detection::apc_protection,           "APC protection",                     true,  true,  admin_notice::event, health::green, process_action::terminated,                  true},
  {detection::application_verifier,     "Application Verifier",               false, false, admin_notice::none,  health::green, process_action::not_applicable,              false},
  {detection::lockdown_powershell,      "Lockdown: PowerShell from a browser", true, true,  admin_notice::event, health::green, process_action::terminated_or_start_blocked, false},
  {detection::lockdown_hta,             "Lockdown: HTA from a browser",       true,  true,  admin_notice::event, health::green, process_action::terminated_or_start_blocked, false},
  {detection::malware_before_execution, "Malware before execution",           true,  true,  admin_notice::event, health::green, process_action::not_started,                 true},
  {detection::pua_before_execution,     "PUA before execution",               true,  true,  admin_notice::event, health::green, process_action::not_started,                 false},
  {detection::lsass_over_asking,        "LSASS rights stripped",              false, false, admin_notice::event, health::green, process_action::not_applicable,              false},
  {detection::boot_sector_read,         "Boot sector read",                   false, false, admin_notice::event, health::green, process_action::not_applicable,              false},
  {detection::credential_access_seen,   "Credential access recorded",         false, false, admin_notice::event, health::green, process_action::not_applicable,              false},
  {detection::suspicion,                "Suspicion",                          false, false, admin_notice::event, health::green, process_action::not_applicable,              false},
};

/// What an unknown row gets: an alert and no termination, so that a newer rule on an older table fails safe.
inline constexpr disposition unknown_disposition{detection::credential_theft, "Unknown detection", true, true, admin_notice::alert,
                        health::red, process_action::not_applicable, false};

[[nodiscard]] constexpr const disposition& disposition_of(detection row) noexcept {
  for (const disposition& d : dispositions)
    if (d.row == row) return d;
  return unknown_disposition;
}

/// The process column after the one exception above every table: a critical system process is never terminated.
[[nodiscard]] constexpr process_action process_action_for(const disposition& d, role_set culprit) noexcept {
  const bool ends_it = d.process == process_action::terminated || d.process == process_action::terminated_or_start_blocked;
  return ends_it && is_critical(culprit) ? process_action::not_applicable : d.process;
}

[[nodiscard]] constexpr const char* name(admin_notice a) noexcept {
  return a == admin_notice::alert ? "alert" : a == admin_notice::event ? "event" : "none";
}
[[nodiscard]] constexpr const char* name(health h) noexcept { return h == health::red ? "red" : "green"; }
[[nodiscard]] constexpr const char* name(process_action p) noexcept {
  switch (p) {
    case process_action::not_applicable: return "not_applicable";
    case process_action::terminated: return "terminated";
    case process_action::terminated_or_start_blocked: return "terminated_or_start_blocked";
    case process_action::not_started: return "not_started";
  }
  return "?";
}

}

#endif

// ==== bartizan/policy/exclusion.hpp ====
#ifndef BARTIZAN_POLICY_EXCLUSION_HPP
#define BARTIZAN_POLICY_EXCLUSION_HPP

/// Exclusions (rules.md 0.10): narrow, signed for by somebody, and ending by themselves.
namespace BARTIZAN_NAMESPACE::policy {

/// A SHA-256, or nothing known.
struct digest {
  uint8_t bytes[32] = {};
  bool known = false;

  friend constexpr bool operator==(const digest& a, const digest& b) noexcept {
    if (!a.known || !b.known) return false;
    for (int i = 0; i < 32; ++i)
      if (a.bytes[i] != b.bytes[i]) return false;
    return true;
  }
};

/// From 64 hexadecimal digits; unknown for anything else.
[[nodiscard]] constexpr digest digest_of(text hex) noexcept {
  digest out;
  if (hex.size != 64) return out;
  for (uint32_t i = 0; i < 64; ++i) {
    const char16_t c = upcase(hex[i]);
    const bool letter = c >= u'A' && c <= u'F';
    if (!letter && (c < u'0' || c > u'9')) return {};
    out.bytes[i / 2] = static_cast<uint8_t>(out.bytes[i / 2] << 4 | (letter ? c - u'A' + 10 : c - u'0'));
  }
  out.known = true;
  return out;
}

/// Whom a rule leaves alone. Every predicate that is given must hold; the actor's must name something.
struct exclusion {
  uint16_t rule_id = 0;
  digest actor_sha256 = {};       ///< of the image
  digest actor_certificate = {};  ///< TBS SHA-256 of the signing certificate
  text actor_path = {};           ///< canonical, upper case; empty any
  text actor_name = {};           ///< file name; empty any
  text target_path = {};          ///< canonical, upper case; empty any
  access_mask max_mask = 0xffffffff;  ///< of handle events: rights beyond these are not excused
  uint64_t expires_100ns = 0;         ///< FILETIME; compared with the event's time, never with a clock
  text author = {};
  text reason = {};
};

/// What is wrong with an exclusion, as a sentence; null for a sound one.
[[nodiscard]] constexpr const char* defect_of(const exclusion& x) noexcept {
  if (x.rule_id == 0) return "it names no rule";
  if (!x.actor_sha256.known && !x.actor_certificate.known && x.actor_path.empty() && x.actor_name.empty()) return "it names no actor";
  if (x.expires_100ns == 0) return "it never expires";
  if (x.author.empty()) return "it has no author";
  if (x.reason.empty()) return "it gives no reason";
  return nullptr;
}

/// Evidence that no exclusion excuses: a rule's number and the atoms of it (all: the whole rule). tests/policy checks the numbers
/// against the catalogue.
struct never_excluded {
  uint16_t rule_id;
  uint16_t atoms;
};
inline constexpr never_excluded never_excluded_atoms[] = {
  {0x0101, 1u << 12},  // C1.4: protected LSASS read by an unprotected process
  {0x0203, 0xffff},    // C2.3: the boot key
  {0x0601, 0x0007},    // T1.P1: a token swapped
  {0x0701, 1u << 2 | 1u << 3},  // A1.3 and A1.4: atoms read, or code written, by APC
};

/// The actor's identity as far as the sensor told it, for exclusions.
struct actor_identity {
  digest sha256 = {};
  digest certificate = {};
};

/// Whether `x` excuses what a rule found. A path or a name is enough for what is merely recorded or stripped, never for a conviction.
/// `buffer` is for one canonical path.
[[nodiscard]] constexpr bool excuses(const exclusion& x, const rule& r, const outcome& o, const event& e, const actor_identity& actor,
                  const path_environment& paths, span<char16_t> buffer) noexcept {
  if (x.rule_id != r.id || defect_of(x) != nullptr || e.time_100ns > x.expires_100ns) return false;
  for (const never_excluded& n : never_excluded_atoms)
    if (n.rule_id == r.id && (n.atoms == 0xffff || (n.atoms & o.atoms.yes) != 0)) return false;
  if (e.facts.get(fact::trace_unbacked) == truth::yes) return false;
  const bool proven = x.actor_sha256.known || x.actor_certificate.known;
  if (o.evidence == verdict::convict && !proven) return false;
  if (x.actor_sha256.known && !(x.actor_sha256 == actor.sha256)) return false;
  if (x.actor_certificate.known && !(x.actor_certificate == actor.certificate)) return false;
  if (!x.actor_name.empty() && !equal_folded(file_name(e.actor_image), x.actor_name)) return false;
  if (!x.actor_path.empty() && !equal(canonicalise(e.actor_image, buffer, paths).path, x.actor_path)) return false;
  if (!x.target_path.empty() && !equal(canonicalise(e.target_image, buffer, paths).path, x.target_path)) return false;
  const bool of_handle = e.kind == event_kind::handle_open || e.kind == event_kind::handle_duplicate;
  if (of_handle && (expand(e.data.handle.granted, process_mapping) & ~x.max_mask) != 0) return false;
  return true;
}

}

#endif

// ==== bartizan/policy/path_trust.hpp ====
#ifndef BARTIZAN_POLICY_PATH_TRUST_HPP
#define BARTIZAN_POLICY_PATH_TRUST_HPP

namespace BARTIZAN_NAMESPACE::policy {

namespace detail {

inline constexpr text user_writable_system[] = {
  u"%SYSTEMROOT%\\TEMP",          u"%SYSTEMROOT%\\TASKS",
  u"%SYSTEMROOT%\\TRACING",       u"%SYSTEMROOT%\\DEBUG\\WIA",
  u"%SYSTEMROOT%\\REGISTRATION",  u"%SYSTEMROOT%\\SERVICEPROFILES",
  u"%SYSDIR%\\TASKS",             u"%SYSDIR%\\SPOOL",
  u"%SYSDIR%\\COM\\DMP",          u"%SYSDIR%\\MICROSOFT\\CRYPTO\\RSA\\MACHINEKEYS",
};

/// Directories of the system volume that only administrators and installers write to by default.
inline constexpr text installed_programs[] = {
  u"\\PROGRAM FILES",
  u"\\PROGRAM FILES (X86)",
  u"\\PROGRAMDATA\\MICROSOFT\\WINDOWS DEFENDER\\PLATFORM",
  u"\\PROGRAMDATA\\MICROSOFT\\WINDOWS DEFENDER\\DEFINITION UPDATES",
};

[[nodiscard]] constexpr bool is_below(text path, span<const text> directories) noexcept {
  for (const text directory : directories)
    if (path.size > directory.size && bartizan::detail::matches_component(path, directory)) return true;
  return false;
}

}

/// A replay's stand-in for a signature that the sensor did not record: who could have put the file there by default access
/// rights. Windows directory t3, Program Files t1, everywhere else (user profiles, the drive's root, shares) t0. Unknown: a bare name;
/// an 8.3 name where one of these directories may hide behind it; Program Files on a drive that is not the system's, whose rights
/// are its owner's affair. Never for live decisions: rules.md 0.6 forbids a directory to raise trust.
[[nodiscard]] constexpr trust trust_from_path(const canonical_path& image) noexcept {
  if (image.path.empty() || image.has(path_truncated) || image.volume == volume_kind::none) return trust::unknown;
  if (image.has(path_has_stream)) return trust::t0;
  const bool shortened = image.has(path_short_unresolved);
  if (matches_prefix(image.path, u"%SYS")) {
    if (shortened) return trust::unknown;
    return detail::is_below(image.path, detail::user_writable_system) ? trust::t0 : trust::t3;
  }
  if (image.volume != volume_kind::drive && image.volume != volume_kind::device) return trust::t0;
  const text below = image.path.sub(bartizan::detail::classify_volume(image.path).size);
  if (detail::is_below(below, detail::installed_programs)) {
    return image.volume == volume_kind::device || image.path[0] == u'C' ? trust::t1 : trust::unknown;
  }
  const text first = below.sub(1, bartizan::detail::component_end(below, 1) - 1);
  return shortened && (bartizan::detail::looks_short(first) || equal(first, u"PROGRAMDATA")) ? trust::unknown : trust::t0;
}

}

#endif

// ==== bartizan/policy/slack_map.hpp ====
#ifndef BARTIZAN_POLICY_SLACK_MAP_HPP
#define BARTIZAN_POLICY_SLACK_MAP_HPP

namespace BARTIZAN_NAMESPACE::policy {

/// One unused space in a module's executable sections, as a static scan found it.
struct slack_region {
  text module;  ///< canonical path (core/path.hpp), upper case
  uint32_t rva = 0;
  uint32_t size_bytes = 0;
  truth holds_code = truth::unknown;  ///< the FILE's bytes there are code; no: a run-time hook's landing pad
};

/// What is known of the address `rva` of `module`: yes when it lies in slack on the file's own code, no when it does not lie in
/// slack or the file holds no code there. `regions` ascend by module, then by rva, and do not overlap.
[[nodiscard]] constexpr truth is_slack_code(span<const slack_region> regions, text module, uint64_t rva) noexcept {
  size_t low = 0;
  size_t high = regions.size;
  while (low < high) {  // first region behind (module, rva)
    const size_t middle = (low + high) / 2;
    const int order = compare_folded(regions[middle].module, module);
    if (order < 0 || (order == 0 && regions[middle].rva <= rva)) low = middle + 1;
    else high = middle;
  }
  if (low == 0) return truth::no;
  const slack_region& r = regions[low - 1];
  if (!equal_folded(r.module, module) || rva - r.rva >= r.size_bytes) return truth::no;
  return r.holds_code;
}

}

#endif

// ==== bartizan/policy/settings.hpp ====
#ifndef BARTIZAN_POLICY_SETTINGS_HPP
#define BARTIZAN_POLICY_SETTINGS_HPP

namespace BARTIZAN_NAMESPACE::policy {

inline constexpr uint64_t second_100ns = 10'000'000;

/// Where a protected file lies, for raw reads: bytes [offset, offset + size_bytes) of a volume or disk, named as the adapter names it
/// in `file_identity::volume`. A file that a disk handle reaches too is listed under both, with the partition's offset added.
struct protected_extent {
  enum class content : uint8_t { store, file_table };

  uint64_t volume = 0;
  uint64_t offset = 0;
  uint64_t size_bytes = 0;
  content what = content::store;
};

/// What happens to a rule's answers: nothing is asked, only recorded, or recorded and acted on.
enum class rule_mode : uint8_t { off, audit, block };

struct rule_mode_row {
  uint16_t rule_id;
  rule_mode mode;
};

/// Windows and switches of the engine, as data. Times are event times: nothing here is compared with a clock.
struct settings {
  /// Let an image's directory stand in for a signature that no sensor recorded (policy/path_trust.hpp). For replays only; off,
  /// such images have unknown trust and the rules say that they are blind.
  bool trust_from_path = false;

  uint8_t burst_processes = 8;                             ///< distinct processes opened with one mask ...
  uint64_t burst_window_100ns = 5 * second_100ns;          ///< ... within this time make a burst (rules.md C1)
  uint64_t dump_window_100ns = 120 * second_100ns;         ///< LSASS opened, then a dump written (rules.md 0.9)
  uint64_t debug_privilege_window_100ns = 60 * second_100ns;
  uint64_t same_process_tolerance_100ns = 3 * second_100ns;  ///< two sensors' reports of one process start may differ by this

  bool lock_every_browser_child = false;                               ///< strict: no program but its own starts from a browser
  uint64_t browser_file_window_100ns = 7 * 24 * 3600 * second_100ns;   ///< how long a file's browser origin counts (rules.md 0.9)
  uint64_t repeat_window_100ns = 600 * second_100ns;                   ///< a finding that comes again within this time is a repetition; 0: never
  uint64_t typed_command_window_100ns = 60 * second_100ns;
  uint64_t creation_window_100ns = 10 * second_100ns;       ///< a process without a seen act of its own has run by then (rules.md 0.9)
  uint64_t impersonation_window_100ns = 10 * second_100ns;  ///< SYSTEM impersonated, then used (rules.md T1.P6)
  uint64_t verifier_pair_window_100ns = 600 * second_100ns;           ///< provider and flag for one program (rules.md V1.2)
  uint64_t provider_file_window_100ns = 24 * 3600 * second_100ns;     ///< provider and its file (rules.md V1.4)
  span<const text> verifier_providers = {};                            ///< beside Windows' own (policy/verifier_names.hpp)
  span<const text> guarded_programs = {};                              ///< file names of protection products, beside Microsoft's
  span<const text> native_hosts = {};                                  ///< native-messaging hosts that may run PowerShell, canonical paths
  span<const image_name> image_names = {};                             ///< rows beside the built-in ones (policy/image_names.hpp)

  uint64_t boot_key_window_100ns = 60 * second_100ns;        ///< parts of the boot key read together (rules.md C2.3)
  uint64_t store_window_100ns = 600 * second_100ns;          ///< both hives saved; a store taken, then a copy written (C2.4, C2.9)
  uint64_t snapshot_window_100ns = 1800 * second_100ns;      ///< a shadow copy made, then a store opened (C3.4)
  uint64_t remote_logon_window_100ns = 60 * second_100ns;    ///< a network logon, then the registry service acts (C2.10)
  uint64_t lsass_read_window_100ns = 60 * second_100ns;      ///< reads of LSASS memory that count together (C1.1, a10)
  uint64_t lsass_read_bytes = 64 * 1024;                     ///< ... this much of it is a theft
  uint32_t lsass_reads = 16;                                 ///< ... or this many
  uint64_t inventory_read_bytes = 1024 * 1024;               ///< what a walk over LSASS's module list stays below
  uint64_t raw_bulk_bytes = 1024 * 1024;                     ///< raw reads of one process that make bulk (C3.2)
  process_key registered_lsass = {};                         ///< the LSA, where the host knows it; unset: by its start, else the first seen
  span<const protected_extent> protected_extents = {};       ///< for raw reads (C3.1); the host refreshes them when the files change
  uint64_t loader_window_100ns = 60 * second_100ns;           ///< a loader thread or APC from outside, then the library
  uint32_t creation_write_limit_bytes = 64 * 1024;            ///< what process creation writes into the new process at most
  uint32_t overwrite_limit_bytes = 4096;                      ///< of the program before it ran: from here on it is replaced
  uint32_t apc_flood = 32;                                    ///< more APCs than this to one process ...
  uint64_t apc_window_100ns = 5 * second_100ns;               ///< ... within this time, to three threads or more
  uint32_t context_churn = 8;                                 ///< this many changes of one thread's context ...
  uint64_t context_window_100ns = 5 * second_100ns;           ///< ... within this time
  uint64_t young_process_100ns = 2 * second_100ns;            ///< drivers' own start-up APCs come within this time
  uint64_t kernel_window_100ns = 5 * second_100ns;            ///< a kernel caller's allocation, then its APC
  span<const slack_region> slack = {};                        ///< unused spaces of known modules; empty: not looked for

  rule_mode default_mode = rule_mode::block;
  span<const rule_mode_row> rule_modes = {};  ///< of single rules
  span<const exclusion> exclusions = {};

  path_environment paths = {};
};

}

#endif

// ==== bartizan/policy/rule_mode.hpp ====
#ifndef BARTIZAN_POLICY_RULE_MODE_HPP
#define BARTIZAN_POLICY_RULE_MODE_HPP

namespace BARTIZAN_NAMESPACE::policy {

/// The mode of a rule: its own, or else the policy's.
[[nodiscard]] constexpr rule_mode mode_of(const settings& s, uint16_t rule_id) noexcept {
  for (const rule_mode_row& row : s.rule_modes)
    if (row.rule_id == rule_id) return row.mode;
  return s.default_mode;
}

/// What the policy makes of a rule's answer: false drops it (the rule is off, or an exclusion excuses it); in audit mode the evidence
/// stays and nothing is done.
[[nodiscard]] constexpr bool apply(const settings& s, const rule& r, outcome& o, const event& e, const actor_identity& actor,
                 span<char16_t> buffer) noexcept {
  const rule_mode mode = mode_of(s, r.id);
  if (mode == rule_mode::off) return false;
  for (const exclusion& x : s.exclusions)
    if (excuses(x, r, o, e, actor, s.paths, buffer)) return false;
  if (mode == rule_mode::audit) {
    o.audited = o.action != response::none;
    o.action = response::none;
    o.strip_mask = 0;
  }
  return o.is_worth_telling();  // a silent strip that is only watched leaves nothing to tell
}

}

#endif

// ==== bartizan/policy/verifier_names.hpp ====
#ifndef BARTIZAN_POLICY_VERIFIER_NAMES_HPP
#define BARTIZAN_POLICY_VERIFIER_NAMES_HPP

/// Application Verifier by its authentic parts only: whatever else the registry says is ignored (rules.md V1).
namespace BARTIZAN_NAMESPACE::policy {

/// Providers that Windows and its Application Verifier package ship ([K]: keep as signed policy data and extend there).
inline constexpr text verifier_providers[] = {
  u"VERIFIER.DLL", u"VRFCORE.DLL",         u"VFBASICS.DLL", u"VFCOMPAT.DLL", u"VFLUAPRIV.DLL", u"VFPRINT.DLL",
  u"VFPRINTPTHELPER.DLL", u"VFNET.DLL",    u"VFNTLMLESS.DLL", u"VFNWS.DLL",  u"VFCUZZ.DLL",    u"VFRDVCOMPAT.DLL",
};

/// Modules that map before kernel32.dll in every Windows program, with a prefix match for the WOW64 and emulation layers.
inline constexpr text early_modules[] = {u"NTDLL.DLL", u"KERNEL32.DLL", u"KERNELBASE.DLL", u"VERIFIER.DLL", u"APISETSCHEMA.DLL", u"WIN32U.DLL"};
inline constexpr text early_module_stems[] = {u"WOW64", u"XTAJIT"};

/// Programs whose start an attacker gains most by: the LSA, the session's core, Microsoft's protection, accessibility programs of the
/// logon screen. Browsers are known by their role; a policy adds other vendors' protection.
inline constexpr text guarded_programs[] = {
  u"LSASS.EXE", u"WINLOGON.EXE", u"SERVICES.EXE", u"CSRSS.EXE", u"SMSS.EXE", u"WININIT.EXE", u"MSMPENG.EXE", u"NISSRV.EXE",
  u"MPDEFENDERCORESERVICE.EXE", u"MPCMDRUN.EXE", u"MSSENSE.EXE", u"SENSECNCPROXY.EXE", u"SECURITYHEALTHSERVICE.EXE", u"SMARTSCREEN.EXE",
};
inline constexpr text logon_screen_programs[] = {
  u"SETHC.EXE", u"UTILMAN.EXE", u"OSK.EXE", u"NARRATOR.EXE", u"MAGNIFY.EXE", u"DISPLAYSWITCH.EXE", u"ATBROKER.EXE",
};

[[nodiscard]] constexpr bool is_among(text name, span<const text> names) noexcept {
  for (const text n : names)
    if (equal_folded(n, name)) return true;
  return false;
}

[[nodiscard]] constexpr bool is_early_module(text name) noexcept {
  for (const text stem : early_module_stems)
    if (starts_with_folded(name, stem)) return true;
  return is_among(name, early_modules);
}

/// The tokens of a VerifierDlls value, in order: separated by blanks and tabs, names only, as the loader reads them.
class provider_tokens {
 public:
  constexpr explicit provider_tokens(text value) noexcept : rest_(value) {}

  /// Empty at the end.
  [[nodiscard]] constexpr text next() noexcept {
    uint32_t begin = 0;
    while (begin < rest_.size && is_blank(rest_[begin])) ++begin;
    uint32_t end = begin;
    while (end < rest_.size && !is_blank(rest_[end])) ++end;
    const text token = rest_.sub(begin, end - begin);
    rest_ = rest_.sub(end);
    return token;
  }

 private:
  [[nodiscard]] static constexpr bool is_blank(char16_t c) noexcept { return c == u' ' || c == u'\t' || c == u'\0'; }

  text rest_;
};

/// A token that is more than a name. The loader asks the system directory for names only; such a token is an attempt to leave it.
[[nodiscard]] constexpr bool is_path_token(text token) noexcept {
  for (uint32_t i = 0; i < token.size; ++i) {
    const char16_t c = token[i];
    if (c == u'\\' || c == u'/' || c == u':' || c == u'%') return true;
    if (c == u'.' && i + 1 < token.size && token[i + 1] == u'.') return true;
    if (c < 0x20 || c == u'"' || c == u',' || c == u';' || c == u'*' || c == u'?') return true;
  }
  return false;
}

/// What a VerifierDlls value asks for.
struct provider_request {
  bool foreign = false;  ///< a provider that is not Windows' own
  bool path = false;     ///< a token that is more than a name
  uint32_t tokens = 0;
};

[[nodiscard]] constexpr provider_request examine_providers(text value, span<const text> more_providers = {}) noexcept {
  provider_request out;
  provider_tokens tokens(value);
  for (text token = tokens.next(); !token.empty(); token = tokens.next()) {
    ++out.tokens;
    out.path |= is_path_token(token);
    out.foreign |= !is_among(token, verifier_providers) && !is_among(token, more_providers);
  }
  return out;
}

/// V(image): the providers that are honoured, in load order, of what the registry says. None unless the flag is on; then verifier.dll
/// first and of the rest only what is authentic. Whether the file behind a name is Microsoft's is checked when it maps (V1.1).
struct effective_verifiers {
  text names[16] = {};
  uint32_t count = 0;
  uint32_t ignored = 0;  ///< tokens that the registry asks for and that are not honoured
};

inline constexpr uint64_t flag_application_verifier = 0x100;  ///< FLG_APPLICATION_VERIFIER
inline constexpr uint64_t flag_monitor_silent_exit = 0x200;   ///< FLG_MONITOR_SILENT_PROCESS_EXIT

[[nodiscard]] constexpr effective_verifiers honour(text verifier_dlls, uint64_t global_flag, bool is_native, span<const text> more = {}) noexcept {
  effective_verifiers out;
  const bool on = (global_flag & flag_application_verifier) != 0 && !is_native;
  if (on) out.names[out.count++] = verifier_providers[0];
  provider_tokens tokens(verifier_dlls);
  for (text token = tokens.next(); !token.empty(); token = tokens.next()) {
    const bool authentic = !is_path_token(token) && (is_among(token, verifier_providers) || is_among(token, more));
    if (on && equal_folded(token, verifier_providers[0])) continue;
    if (on && authentic && out.count < 16) out.names[out.count++] = token;
    else ++out.ignored;
  }
  return out;
}

}

#endif

// ==== bartizan/response/step.hpp ====
#ifndef BARTIZAN_RESPONSE_STEP_HPP
#define BARTIZAN_RESPONSE_STEP_HPP

/// The room is called response; its namespace is `respond`, because core has an enumeration `response` (core/finding.hpp).
namespace BARTIZAN_NAMESPACE::respond {

/// What a host does about a finding, in the order in which a plan holds them: stop it, put it away, tell, look into it, clean up.
/// Numbers are part of the ABI: append, never renumber.
enum class step_kind : uint8_t {
  none,
  strip,                ///< take `rights` off the handle before it is given out
  deny,                 ///< fail the operation
  not_prevented,        ///< to be shown: the operation would have been failed or stripped, and had already happened
  terminate,            ///< end this one process; its descendants are judged by what they do
  termination_withheld, ///< to be shown: the table ends a process, and `why` it is not ended
  quarantine,           ///< the file, with the links, registry entries and companion files that belong to it
  record,               ///< write the finding to the local log
  event,                ///< list it for the administrator; nothing is demanded
  alert,                ///< the administrator must look into it and clear it
  health_red,           ///< until the alert is cleared
  notify_user,
  root_cause_analysis,
  clean_up,             ///< quarantine what the root-cause analysis finds to belong to the offender
  allow_again,          ///< an alert was cleared: what was stopped may run as before (alerts.hpp)
};

enum class object_kind : uint8_t { none, process, handle, file, registry_key };

/// What a step is about. Texts belong to the event and live as long as it does: copy what is kept.
struct step_object {
  object_kind kind = object_kind::none;
  uint8_t reserved[3] = {};
  access_mask rights = 0;     ///< strip: to take off the handle
  process_key process = {};   ///< the process; of a handle, who asks for it; of a file, the process that runs or touches it, if any
  process_key target = {};    ///< of a handle: the process that it opens, or whose thread
  uint64_t handle_value = 0;  ///< of a handle that exists; 0 unknown
  text path = {};             ///< of the process's image, file or key, as the sensor wrote it; empty unknown
};

struct step {
  step_kind kind = step_kind::none;
  step_object object = {};
  const char* why = "";  ///< a sentence for the administrator
};

/// What a plan is about, in words that outlive the event; alerts about the same thing fold by it.
struct subject {
  uint16_t rule_id = 0;  ///< 0: a file's verdict, or a step that failed
  detection row = detection::suspicion;
  uint8_t reserved[5] = {};
  process_key process = {};  ///< the culprit, or the process that asked where nobody on this machine is one
  uint64_t image_hash = 0;   ///< of the culprit's path (process::image_hash), or of a file as its host names it; 0 unknown

  friend constexpr bool operator==(const subject& a, const subject& b) noexcept {
    return a.rule_id == b.rule_id && a.row == b.row && a.process == b.process && a.image_hash == b.image_hash;
  }
};

/// Ordered steps; none where nothing was found. A value without memory of its own but the texts of its event.
struct plan {
  static constexpr uint8_t capacity = 12;  ///< no finding needs more: tests/response enumerates them

  uint32_t size_bytes = sizeof(plan);
  uint8_t count = 0;
  uint8_t reserved[3] = {};
  subject about = {};
  step steps[capacity] = {};

  [[nodiscard]] constexpr const step* begin() const noexcept { return steps; }
  [[nodiscard]] constexpr const step* end() const noexcept { return steps + count; }
  [[nodiscard]] constexpr const step* find(step_kind kind) const noexcept {
    for (const step& s : *this)
      if (s.kind == kind) return &s;
    return nullptr;
  }
  constexpr void add(step_kind kind, const step_object& object, const char* why) noexcept {
    if (count < capacity) steps[count++] = {kind, object, why};
  }
};

/// For logs and JSON; [a-z_] only.
[[nodiscard]] constexpr const char* name(step_kind k) noexcept {
  switch (k) {
    case step_kind::none: return "none";
    case step_kind::strip: return "strip";
    case step_kind::deny: return "deny";
    case step_kind::not_prevented: return "not_prevented";
    case step_kind::terminate: return "terminate";
    case step_kind::termination_withheld: return "termination_withheld";
    case step_kind::quarantine: return "quarantine";
    case step_kind::record: return "record";
    case step_kind::event: return "event";
    case step_kind::alert: return "alert";
    case step_kind::health_red: return "health_red";
    case step_kind::notify_user: return "notify_user";
    case step_kind::root_cause_analysis: return "root_cause_analysis";
    case step_kind::clean_up: return "clean_up";
    case step_kind::allow_again: return "allow_again";
  }
  return "?";
}
[[nodiscard]] constexpr const char* name(object_kind k) noexcept {
  switch (k) {
    case object_kind::none: return "none";
    case object_kind::process: return "process";
    case object_kind::handle: return "handle";
    case object_kind::file: return "file";
    case object_kind::registry_key: return "registry_key";
  }
  return "?";
}

}

#endif

// ==== bartizan/response/alerts.hpp ====
#ifndef BARTIZAN_RESPONSE_ALERTS_HPP
#define BARTIZAN_RESPONSE_ALERTS_HPP

/// What an administrator has to look into, until somebody has.
namespace BARTIZAN_NAMESPACE::respond {

/// A short text that is kept by value.
template <uint8_t Capacity>
struct kept_text {
  char16_t units[Capacity] = {};
  uint8_t size = 0;

  [[nodiscard]] static constexpr bool fits(text t) noexcept { return t.size <= Capacity; }
  /// Of a text that fits.
  constexpr void set(text t) noexcept {
    for (uint32_t i = 0; i < t.size; ++i) units[i] = t[i];
    size = static_cast<uint8_t>(t.size);
  }
  [[nodiscard]] constexpr text view() const noexcept { return {units, size}; }
};

/// Who cleared an alert, when, and what the investigation found. At most 64 and 192 UTF-16 units; a name is required.
struct clearance {
  text who;
  text note;
  uint64_t time_100ns = 0;
};

enum class alert_kind : uint8_t {
  detection,
  step_failed,  ///< a step of a plan failed for the last time
};

struct alert {
  uint64_t id = 0;       ///< ascending, never reused; 0: no alert
  uint64_t finding = 0;  ///< the host's number of the first finding
  uint64_t last_finding = 0;
  uint64_t first_time_100ns = 0;
  uint64_t last_time_100ns = 0;
  subject about = {};
  uint32_t count = 0;       ///< findings folded into it; stays at its largest value
  uint32_t stopped = 0;     ///< 1 << step_kind of each step that stopped something: strip, deny, terminate
  access_mask rights = 0;   ///< all that were stripped
  uint32_t error = 0;       ///< step_failed: the host's code
  alert_kind kind = alert_kind::detection;
  step_kind failed = step_kind::none;
  uint8_t index = 0;        ///< of the failed step in its plan
  bool cleared = false;
  uint32_t reserved = 0;
  uint64_t cleared_time_100ns = 0;
  kept_text<64> cleared_by = {};
  kept_text<192> note = {};
};

enum class clear_result : uint8_t {
  cleared,
  no_such_alert,  ///< never raised, or released since
  already_cleared,
  no_name,        ///< nobody signs for it
  too_long,       ///< of the name or the note; nothing is cut in silence
};

/// Open alerts, and cleared ones until the endpoint is green again. Memory is the caller's: about 700 bytes an alert; work is linear.
/// No clock, no allocation; any IRQL where the storage is resident; not thread-safe.
class alert_table {
 public:
  /// The first `used` alerts of the storage stand from before, the ids up to `last_id` are used up, and `lost` found no room.
  constexpr explicit alert_table(span<alert> storage, uint32_t used = 0, uint64_t last_id = 0, uint32_t lost = 0) noexcept
    : alerts_(storage), count_(used < storage.size ? used : static_cast<uint32_t>(storage.size)), lost_(lost), last_id_(last_id) {}

  /// The id of a new alert, or of the open one about the same thing that it folds into; 0: no room, and `lost` counts it.
  constexpr uint64_t raise(const alert& wanted, uint64_t time_100ns) noexcept {
    for (alert& a : taken()) {
      if (a.cleared || !is_same(a, wanted)) continue;
      a.last_time_100ns = time_100ns;
      a.last_finding = wanted.finding;
      a.stopped |= wanted.stopped;
      a.rights |= wanted.rights;
      if (a.count != UINT32_MAX) ++a.count;
      return a.id;
    }
    if (count_ == alerts_.size) {
      if (lost_ != UINT32_MAX) ++lost_;
      return 0;
    }
    alert& a = alerts_[count_++];
    a = wanted;
    a.id = ++last_id_;
    a.last_finding = wanted.finding;
    a.first_time_100ns = a.last_time_100ns = time_100ns;
    a.count = 1;
    a.cleared = false;
    return a.id;
  }

  constexpr clear_result clear(uint64_t id, const clearance& by) noexcept {
    if (const clear_result bad = defect_of(by); bad != clear_result::cleared) return bad;
    for (alert& a : taken()) {
      if (a.id != id) continue;
      if (a.cleared) return clear_result::already_cleared;
      a.cleared = true;
      a.cleared_time_100ns = by.time_100ns;
      a.cleared_by.set(by.who);
      a.note.set(by.note);
      return clear_result::cleared;
    }
    return clear_result::no_such_alert;
  }

  /// Acknowledges alerts that found no room. Who did so is for the host's log: no record stands for them.
  constexpr clear_result clear_lost(const clearance& by) noexcept {
    const clear_result result = defect_of(by);
    if (result == clear_result::cleared) lost_ = 0;
    return result;
  }

  [[nodiscard]] static constexpr clear_result defect_of(const clearance& by) noexcept {
    if (by.who.empty()) return clear_result::no_name;
    return kept_text<64>::fits(by.who) && kept_text<192>::fits(by.note) ? clear_result::cleared : clear_result::too_long;
  }

  /// Calls `sink(const step&, const alert&)` with an allow_again step for each cleared alert that stopped something, oldest first, and
  /// forgets all cleared ones. Returns the number of steps.
  template <class Sink>
  constexpr uint32_t release(Sink&& sink) {
    uint32_t kept = 0;
    uint32_t steps = 0;
    for (uint32_t i = 0; i < count_; ++i) {
      const alert& a = alerts_[i];
      if (!a.cleared) {
        if (kept != i) alerts_[kept] = a;
        ++kept;
        continue;
      }
      if (a.stopped == 0) continue;
      step again{step_kind::allow_again, {}, "the alert was cleared: what was stopped may run as before"};
      again.object.kind = a.about.process.is_set() ? object_kind::process : object_kind::none;
      again.object.process = a.about.process;
      again.object.rights = a.rights;
      sink(static_cast<const step&>(again), a);
      ++steps;
    }
    count_ = kept;
    return steps;
  }

  /// Open and cleared ones, oldest first.
  [[nodiscard]] constexpr span<const alert> all() const noexcept { return {alerts_.data, count_}; }
  [[nodiscard]] constexpr uint32_t open() const noexcept {
    uint32_t n = 0;
    for (const alert& a : all()) n += !a.cleared;
    return n;
  }
  /// Alerts that found no room since somebody last acknowledged that.
  [[nodiscard]] constexpr uint32_t lost() const noexcept { return lost_; }
  [[nodiscard]] constexpr uint64_t last_id() const noexcept { return last_id_; }

 private:
  [[nodiscard]] constexpr span<alert> taken() const noexcept { return {alerts_.data, count_}; }
  [[nodiscard]] static constexpr bool is_same(const alert& a, const alert& b) noexcept {
    if (a.kind != b.kind) return false;
    return a.kind == alert_kind::detection ? a.about == b.about : a.finding == b.finding && a.index == b.index;
  }

  span<alert> alerts_;
  uint32_t count_;
  uint32_t lost_;
  uint64_t last_id_;
};

[[nodiscard]] constexpr const char* name(alert_kind k) noexcept { return k == alert_kind::detection ? "detection" : "step_failed"; }
[[nodiscard]] constexpr const char* name(clear_result r) noexcept {
  switch (r) {
    case clear_result::cleared: return "cleared";
    case clear_result::no_such_alert: return "no_such_alert";
    case clear_result::already_cleared: return "already_cleared";
    case clear_result::no_name: return "no_name";
    case clear_result::too_long: return "too_long";
  }
  return "?";
}

}

#endif

// ==== bartizan/response/cause_graph_names.hpp ====
#ifndef BARTIZAN_RESPONSE_CAUSE_GRAPH_NAMES_HPP
#define BARTIZAN_RESPONSE_CAUSE_GRAPH_NAMES_HPP

/// What a cause graph reads out of names: identities, and whose they are.
namespace BARTIZAN_NAMESPACE::respond {

/// Programs that start others on behalf of Windows or of the user at the desktop. A chain of causes stops at them.
inline constexpr text system_parents[] = {
  u"%SYSDIR%\\SMSS.EXE",     u"%SYSDIR%\\CSRSS.EXE",      u"%SYSDIR%\\WININIT.EXE",      u"%SYSDIR%\\WINLOGON.EXE",
  u"%SYSDIR%\\SERVICES.EXE", u"%SYSDIR%\\LSASS.EXE",      u"%SYSDIR%\\SVCHOST.EXE",      u"%SYSDIR%\\USERINIT.EXE",
  u"%SYSDIR%\\TASKENG.EXE",  u"%SYSDIR%\\TASKHOST.EXE",   u"%SYSDIR%\\TASKHOSTW.EXE",    u"%SYSDIR%\\SIHOST.EXE",
  u"%SYSDIR%\\WBEM\\WMIPRVSE.EXE", u"%SYSTEMROOT%\\EXPLORER.EXE",
};

inline constexpr uint32_t system_process_id = 4;

struct named_object {
  uint64_t identity = 0;  ///< never 0 for a name that is not empty
  uint64_t folder = 0;    ///< the identity of the folder that the file lies in
  bool is_system = false;
  bool is_system_parent = false;
};

/// A file's canonical path, hashed: every spelling is one file. `buffer` is scratch.
[[nodiscard]] constexpr named_object identify_file(text path, span<char16_t> buffer) noexcept {
  named_object out;
  if (path.empty()) return out;
  const canonical_path canonical = canonicalise(path, buffer);
  uint32_t end = canonical.path.size - file_name(canonical.path).size;
  if (end != 0) --end;
  const uint64_t folder = hash_text(canonical.path.sub(0, end));
  out.folder = folder | 1;
  out.identity = hash_text(canonical.path.sub(end), folder) | 1;
  out.is_system = policy::trust_from_path(canonical) == trust::t3;
  for (const text parent : system_parents) out.is_system_parent = out.is_system_parent || equal(canonical.path, parent);
  return out;
}

/// By a signature that the sensor checked; the subject alone proves nothing.
[[nodiscard]] constexpr bool is_microsofts(const signature& s) noexcept {
  return (s.is_signed & s.is_valid) == truth::yes && (s.is_microsoft_windows == truth::yes || equal_folded(s.subject, u"Microsoft Corporation"));
}

/// A registry value, or a key where `value` is empty.
[[nodiscard]] constexpr uint64_t identify_value(text key, text value, span<char16_t> buffer) noexcept {
  uint64_t hash = hash_text(canonicalise_key(key, buffer).path, 0x9ae16a3b2f90404fu);
  hash = (hash ^ u'\\') * 0x100000001b3u;
  for (uint32_t i = 0; i < value.size; ++i) hash = (hash ^ upcase(value[i])) * 0x100000001b3u;
  return hash | 1;
}

/// Calls `found(text path)` for each path with a drive letter in a command line or a value's data: as far as the closing quote
/// where one stands before it, else as far as a blank, a comma or the end. At most eight.
template <class Found>
constexpr void for_each_path(text in, Found&& found) noexcept {
  uint32_t seen = 0;
  for (uint32_t i = 0; i + 3 < in.size && seen < 8; ++i) {
    const char16_t c = upcase(in[i]);
    const bool begins = c >= u'A' && c <= u'Z' && in[i + 1] == u':' && is_separator(in[i + 2]);
    if (!begins) continue;
    const char16_t quote = i != 0 && (in[i - 1] == u'"' || in[i - 1] == u'\'') ? in[i - 1] : u'\0';
    uint32_t end = i + 3;
    while (end < in.size && in[end] != u'"' && (quote != 0 ? in[end] != quote : in[end] != u' ' && in[end] != u',' && in[end] != u'\'')) ++end;
    found(in.sub(i, end - i));
    i = end;
    ++seen;
  }
}

/// Shell links and internet shortcuts.
[[nodiscard]] constexpr bool is_link_name(text path) noexcept { return ends_with_folded(path, u".lnk") || ends_with_folded(path, u".url"); }

}

#endif

// ==== bartizan/response/cause_graph_words.hpp ====
#ifndef BARTIZAN_RESPONSE_CAUSE_GRAPH_WORDS_HPP
#define BARTIZAN_RESPONSE_CAUSE_GRAPH_WORDS_HPP

/// The vocabulary of root-cause analysis: what the nodes and edges of a cause graph are.
namespace BARTIZAN_NAMESPACE::respond {

/// Numbers are part of the ABI: append, never renumber.
enum class node_kind : uint8_t {
  process,
  file,
  module,    ///< a file that was only ever mapped
  registry,  ///< a value, or a key where no value is named
  network,   ///< a remote endpoint, or a name that was asked for
  service,
  alert,     ///< a finding
};

/// "FROM kind TO". A file that is a process's image started it; a command line or a registry value names a file.
enum class edge_kind : uint8_t {
  created,     ///< process -> process, as parent or as creator
  started,     ///< file -> process
  wrote,       ///< process -> file
  renamed,     ///< process -> file under its new name, and old name -> new name
  removed,     ///< process -> file or registry value
  read,        ///< process -> file, registry value or process
  loaded,      ///< process -> module
  injected,    ///< process -> process: thread, APC, context, executable memory or a write
  opened,      ///< process -> process, with rights to read, write, duplicate from or run code in it
  connected,   ///< process -> network; network -> process where the other side began
  registered,  ///< process -> registry value or service
  named,       ///< process, registry value or service -> file
  convicted,   ///< process -> alert, alert -> its target
};

[[nodiscard]] constexpr const char* name(node_kind k) noexcept {
  constexpr const char* names[] = {"process", "file", "module", "registry", "network", "service", "alert"};
  return names[static_cast<uint8_t>(k)];
}

[[nodiscard]] constexpr const char* name(edge_kind k) noexcept {
  constexpr const char* names[] = {"created", "started", "wrote",  "renamed",   "deleted",    "read",     "loaded",
                  "injected", "opened", "connected", "registered", "named", "convicted"};
  return names[static_cast<uint8_t>(k)];
}

/// Edges through which one thing brings another about. The others are reached for, or only mentioned.
[[nodiscard]] constexpr bool is_causal(edge_kind k) noexcept {
  return k != edge_kind::read && k != edge_kind::opened && k != edge_kind::connected && k != edge_kind::removed && k != edge_kind::loaded;
}

enum node_flag : uint16_t {
  node_gone = 1,          ///< deleted, renamed away, or a process that ended
  node_system = 2,        ///< below the Windows directory, where ordinary users cannot write
  node_system_parent = 4, ///< starts processes on behalf of Windows or the user: a chain stops there
  node_kept = 8,          ///< on an alert's chain: never evicted
  node_truncated = 16,    ///< a text was cut
  node_executable = 32,   ///< a file known to be a PE image
  node_link = 64,         ///< a shell link, an internet shortcut or an object-manager link
  node_born = 128,        ///< a process whose start was seen
  node_folder = 256,      ///< something was named that lies in it
  node_microsoft = 512,   ///< a sensor found a valid signature of Microsoft's, and nobody wrote the file since
  node_saved_hive = 1024, ///< a registry key was saved into it
};

/// Where in the graph's text memory a node's text lies.
struct graph_text {
  uint32_t offset = 0;
  uint32_t size = 0;
};

struct graph_node {
  uint64_t identity = 0;     ///< of a process: its start key, 0 known by PID only; else a hash of the canonical name
  uint64_t first_100ns = 0;  ///< FILETIME; of a process: its start, or when it was first named
  uint64_t exit_100ns = 0;   ///< 0: alive as far as known
  uint64_t record = 0;       ///< of the first event that named it
  uint64_t stamp = 0;        ///< number of the last event that named it
  const rule* found_by = nullptr;  ///< of an alert
  graph_text label;          ///< path, key, address
  graph_text detail;         ///< command line, registry data
  uint32_t serial = 0;       ///< never reused
  uint32_t pid = 0;
  uint32_t first_out = no_slot;
  uint32_t first_in = no_slot;
  uint32_t edges = 0;
  uint16_t flags = 0;
  node_kind kind = node_kind::process;
  verdict evidence = verdict::none;  ///< of an alert

  [[nodiscard]] constexpr bool has(node_flag f) const noexcept { return (flags & f) != 0; }
};

struct graph_edge {
  uint64_t first_100ns = 0;
  uint64_t last_100ns = 0;
  uint64_t record = 0;       ///< event::record of the first
  uint64_t last_record = 0;
  uint32_t from = 0;
  uint32_t to = 0;
  uint32_t next_out = no_slot, previous_out = no_slot;
  uint32_t next_in = no_slot, previous_in = no_slot;
  uint32_t count = 0;
  edge_kind kind = edge_kind::created;
  bool kept = false;
};

}

#endif

// ==== bartizan/response/cause_graph_texts.hpp ====
#ifndef BARTIZAN_RESPONSE_CAUSE_GRAPH_TEXTS_HPP
#define BARTIZAN_RESPONSE_CAUSE_GRAPH_TEXTS_HPP

namespace BARTIZAN_NAMESPACE::respond {

/// Texts of a cause graph in a fixed number of UTF-16 code units. Each is stored behind a header that names its owner, so that
/// `compact` can close the gaps that owners left: linear in the memory, and needed once for each time that it fills.
template <uint32_t Units>
class cause_graph_texts {
 public:
  static constexpr uint32_t header_units = 4;

  constexpr void clear() noexcept { used_ = 0; }
  [[nodiscard]] constexpr text at(graph_text where) const noexcept { return {units_ + where.offset, where.size}; }
  [[nodiscard]] constexpr bool has_room(uint32_t size) const noexcept { return Units - used_ >= header_units && Units - used_ - header_units >= size; }

  /// Copies `in`; the caller has asked `has_room`.
  [[nodiscard]] constexpr graph_text put(text in, uint32_t owner) noexcept {
    put_number(used_, owner);
    put_number(used_ + 2, in.size);
    const graph_text where{used_ + header_units, in.size};
    for (uint32_t i = 0; i < in.size; ++i) units_[where.offset + i] = in[i];
    used_ = where.offset + in.size;
    return where;
  }

  /// Closes gaps. `place_of(owner) -> graph_text*` is where the owner keeps its place, or null; a text that its owner no longer
  /// points to is dropped.
  template <class PlaceOf>
  constexpr void compact(PlaceOf&& place_of) noexcept {
    uint32_t to = 0;
    for (uint32_t from = 0; from < used_;) {
      const uint32_t owner = number_at(from);
      const uint32_t size = number_at(from + 2);
      graph_text* const place = place_of(owner);
      if (place != nullptr && place->offset == from + header_units) {
        for (uint32_t i = 0; i < header_units + size; ++i) units_[to + i] = units_[from + i];
        place->offset = to + header_units;
        to += header_units + size;
      }
      from += header_units + size;
    }
    used_ = to;
  }

 private:
  constexpr void put_number(uint32_t at, uint32_t n) noexcept {
    units_[at] = static_cast<char16_t>(n & 0xffff);
    units_[at + 1] = static_cast<char16_t>(n >> 16);
  }
  [[nodiscard]] constexpr uint32_t number_at(uint32_t at) const noexcept { return units_[at] | static_cast<uint32_t>(units_[at + 1]) << 16; }

  char16_t units_[Units] = {};
  uint32_t used_ = 0;
};

}

#endif

// ==== bartizan/response/cause_graph_store.hpp ====
#ifndef BARTIZAN_RESPONSE_CAUSE_GRAPH_STORE_HPP
#define BARTIZAN_RESPONSE_CAUSE_GRAPH_STORE_HPP

namespace BARTIZAN_NAMESPACE::respond {

/// What a graph gave up for want of room since it was cleared.
struct graph_cut {
  uint64_t nodes = 0;
  uint64_t edges = 0;
  uint64_t texts = 0;  ///< cut short or left out
};

/// Nodes, edges and texts of a cause graph in fixed memory. When nodes run out, one of the 16 used longest ago goes with its edges:
/// what is no process before a process, then the one with the fewest edges, then the oldest. When edges run out, one of the 16
/// used longest ago goes: what was only reached for before what brings about. What stands on an alert's chain is kept, up to half
/// of each table. Evictions are counted. Not thread-safe.
template <uint32_t Nodes, uint32_t Edges, uint32_t TextUnits>
class cause_graph_store {
  static_assert(Nodes >= 64 && Edges >= 64, "one event names several nodes, all of which must stay; both are powers of two");
  static_assert(TextUnits >= 4096, "the texts of one event must fit");

 public:
  static constexpr uint32_t longest_text = 1024;  ///< UTF-16 code units that are kept of one text

  constexpr void clear() noexcept {
    by_identity_.clear();
    by_pid_.clear();
    by_ends_.clear();
    node_ages_.clear();
    edge_ages_.clear();
    texts_.clear();
    nodes_used_ = edges_used_ = free_nodes_ = free_edges_ = serials_ = kept_nodes_ = kept_edges_ = 0;
    stamp_ = 0;
    cut_ = {};
  }

  [[nodiscard]] constexpr const graph_node& node(uint32_t index) const noexcept { return nodes_[index]; }
  [[nodiscard]] constexpr graph_node& node(uint32_t index) noexcept { return nodes_[index]; }
  [[nodiscard]] constexpr const graph_edge& edge(uint32_t index) const noexcept { return edges_[index]; }
  [[nodiscard]] constexpr text label(uint32_t index) const noexcept { return texts_.at(nodes_[index].label); }
  [[nodiscard]] constexpr text detail(uint32_t index) const noexcept { return texts_.at(nodes_[index].detail); }
  [[nodiscard]] constexpr const graph_cut& cut() const noexcept { return cut_; }
  [[nodiscard]] constexpr uint32_t nodes() const noexcept { return nodes_used_ - free_nodes_; }
  [[nodiscard]] constexpr uint32_t edges() const noexcept { return edges_used_ - free_edges_; }

  /// Nodes named from here on are the current event's: they stay until the next call.
  constexpr void begin_event() noexcept { ++stamp_; }

  /// The node of `identity` among processes (`true`) or among everything else, or no_slot.
  [[nodiscard]] constexpr uint32_t find(uint64_t identity, bool is_process) const noexcept {
    uint32_t i = by_identity_.first(identity);
    while (i != no_slot && (nodes_[i].identity != identity || (nodes_[i].kind == node_kind::process) != is_process)) i = by_identity_.next(i);
    return i;
  }

  /// The process that has `pid` at `time`, newest first, or no_slot.
  [[nodiscard]] constexpr uint32_t find_pid(uint32_t pid, uint64_t time_100ns) const noexcept {
    uint32_t i = pid == 0 ? no_slot : by_pid_.first(pid);
    while (i != no_slot && (nodes_[i].pid != pid || (nodes_[i].exit_100ns != 0 && nodes_[i].exit_100ns <= time_100ns))) i = by_pid_.next(i);
    return i;
  }

  constexpr void touch(uint32_t index) noexcept {
    nodes_[index].stamp = stamp_;
    if (!nodes_[index].has(node_kept)) node_ages_.touch(index);
  }

  [[nodiscard]] constexpr uint32_t add_node(node_kind kind, uint64_t identity, uint32_t pid, uint64_t time_100ns, uint64_t record) noexcept {
    if (nodes_used_ == Nodes && free_nodes_ == 0 && !evict_node()) {
      ++cut_.nodes;
      return no_slot;
    }
    const uint32_t index = free_nodes_ != 0 ? free_list_[--free_nodes_] : nodes_used_++;
    graph_node& n = nodes_[index] = graph_node{};
    n.kind = kind;
    n.identity = identity;
    n.pid = pid;
    n.first_100ns = time_100ns;
    n.record = record;
    n.serial = ++serials_;
    n.stamp = stamp_;
    if (identity != 0) by_identity_.link(identity, index);
    if (pid != 0) by_pid_.link(pid, index);
    node_ages_.add(index);
    return index;
  }

  /// Of a process known by its PID only.
  constexpr void set_identity(uint32_t index, uint64_t identity) noexcept {
    nodes_[index].identity = identity;
    by_identity_.link(identity, index);
  }

  constexpr void set_label(uint32_t index, text in) noexcept { set_text(index, in, false); }
  constexpr void set_detail(uint32_t index, text in) noexcept { set_text(index, in, true); }

  /// Folds a repetition into the edge that is there.
  constexpr void connect(uint32_t from, uint32_t to, edge_kind kind, uint64_t time_100ns, uint64_t record) noexcept {
    if (from == no_slot || to == no_slot || from == to) return;
    const uint64_t ends = key_of(from, to, kind);
    uint32_t i = by_ends_.first(ends);
    while (i != no_slot && (edges_[i].from != from || edges_[i].to != to || edges_[i].kind != kind)) i = by_ends_.next(i);
    if (i == no_slot) return insert_edge(from, to, kind, time_100ns, record);
    graph_edge& e = edges_[i];
    if (time_100ns < e.first_100ns) {
      e.first_100ns = time_100ns;
      e.record = record;
    }
    if (time_100ns >= e.last_100ns) {
      e.last_100ns = time_100ns;
      e.last_record = record;
    }
    if (e.count != UINT32_MAX) ++e.count;
    if (!e.kept) edge_ages_.touch(i);
  }

  /// From now on never evicted; nothing happens once half of the table is kept.
  constexpr void keep_node(uint32_t index) noexcept {
    if (nodes_[index].has(node_kept) || kept_nodes_ >= Nodes / 2) return;
    ++kept_nodes_;
    nodes_[index].flags |= node_kept;
    node_ages_.remove(index);
  }
  constexpr void keep_edge(uint32_t index) noexcept {
    if (edges_[index].kept || kept_edges_ >= Edges / 2) return;
    ++kept_edges_;
    edges_[index].kept = true;
    edge_ages_.remove(index);
  }

 private:
  [[nodiscard]] static constexpr uint64_t key_of(uint32_t from, uint32_t to, edge_kind kind) noexcept {
    return pair_key(from, to) * 16 + static_cast<uint8_t>(kind);
  }

  constexpr void set_text(uint32_t index, text in, bool is_detail) noexcept {
    const auto place = [this](uint32_t owner) { return owner / 2 < Nodes ? &(owner % 2 == 0 ? nodes_[owner / 2].label : nodes_[owner / 2].detail) : nullptr; };
    const uint32_t owner = index * 2 + (is_detail ? 1u : 0u);
    if (in.size > longest_text) {
      in.size = longest_text;
      nodes_[index].flags |= node_truncated;
      ++cut_.texts;
    }
    if (equal(texts_.at(*place(owner)), in)) return;
    *place(owner) = {};
    if (in.empty()) return;
    if (!texts_.has_room(in.size)) texts_.compact(place);
    if (!texts_.has_room(in.size)) {
      uint32_t freed = 0;
      while (freed < TextUnits / 8 && evict_node(&freed)) {}
      texts_.compact(place);
    }
    if (texts_.has_room(in.size)) {
      *place(owner) = texts_.put(in, owner);
    } else {
      nodes_[index].flags |= node_truncated;
      ++cut_.texts;
    }
  }

  constexpr void insert_edge(uint32_t from, uint32_t to, edge_kind kind, uint64_t time_100ns, uint64_t record) noexcept {
    if (edges_used_ == Edges && free_edges_ == 0) {
      remove_edge(edge_victim());
      ++cut_.edges;
    }
    const uint32_t index = free_edges_ != 0 ? free_edge_list_[--free_edges_] : edges_used_++;
    graph_edge& e = edges_[index] = graph_edge{};
    e.first_100ns = e.last_100ns = time_100ns;
    e.record = e.last_record = record;
    e.from = from;
    e.to = to;
    e.kind = kind;
    e.count = 1;
    e.next_out = nodes_[from].first_out;
    if (e.next_out != no_slot) edges_[e.next_out].previous_out = index;
    nodes_[from].first_out = index;
    e.next_in = nodes_[to].first_in;
    if (e.next_in != no_slot) edges_[e.next_in].previous_in = index;
    nodes_[to].first_in = index;
    ++nodes_[from].edges;
    ++nodes_[to].edges;
    by_ends_.link(key_of(from, to, kind), index);
    edge_ages_.add(index);
  }

  constexpr void remove_edge(uint32_t index) noexcept {
    const graph_edge& e = edges_[index];
    by_ends_.unlink(key_of(e.from, e.to, e.kind), index);
    (e.previous_out != no_slot ? edges_[e.previous_out].next_out : nodes_[e.from].first_out) = e.next_out;
    if (e.next_out != no_slot) edges_[e.next_out].previous_out = e.previous_out;
    (e.previous_in != no_slot ? edges_[e.previous_in].next_in : nodes_[e.to].first_in) = e.next_in;
    if (e.next_in != no_slot) edges_[e.next_in].previous_in = e.previous_in;
    --nodes_[e.from].edges;
    --nodes_[e.to].edges;
    if (e.kept) --kept_edges_;
    else edge_ages_.remove(index);
    free_edge_list_[free_edges_++] = index;
  }

  [[nodiscard]] constexpr uint32_t edge_victim() const noexcept {
    return edge_ages_.victim([this](uint32_t i) { return !is_causal(edges_[i].kind); });
  }

  constexpr bool evict_node(uint32_t* freed = nullptr) noexcept {
    uint32_t victim = no_slot;
    uint64_t best = UINT64_MAX;
    uint32_t seen = 0;
    for (uint32_t i = node_ages_.oldest(); i != no_slot && seen < 16; i = node_ages_.newer(i), ++seen) {
      const graph_node& n = nodes_[i];
      const uint64_t cost = (n.kind == node_kind::process ? uint64_t{1} << 32 : 0) + n.edges;
      if (n.stamp == stamp_ || cost >= best) continue;
      best = cost;
      victim = i;
    }
    if (victim == no_slot) return false;
    graph_node& n = nodes_[victim];
    while (n.first_out != no_slot) drop_edge_of_node(n.first_out);
    while (n.first_in != no_slot) drop_edge_of_node(n.first_in);
    if (n.identity != 0) by_identity_.unlink(n.identity, victim);
    if (n.pid != 0) by_pid_.unlink(n.pid, victim);
    node_ages_.remove(victim);
    if (freed != nullptr) *freed += n.label.size + n.detail.size + 2 * texts_.header_units;
    n = graph_node{};
    free_list_[free_nodes_++] = victim;
    ++cut_.nodes;
    return true;
  }

  constexpr void drop_edge_of_node(uint32_t index) noexcept {
    remove_edge(index);
    ++cut_.edges;
  }

  graph_node nodes_[Nodes] = {};
  graph_edge edges_[Edges] = {};
  hash_index<Nodes> by_identity_;
  hash_index<Nodes> by_pid_;
  hash_index<Edges> by_ends_;
  age_list<Nodes> node_ages_;
  age_list<Edges> edge_ages_;
  uint32_t free_list_[Nodes] = {};
  uint32_t free_edge_list_[Edges] = {};
  cause_graph_texts<TextUnits> texts_;
  uint64_t stamp_ = 0;
  graph_cut cut_;
  uint32_t nodes_used_ = 0;
  uint32_t edges_used_ = 0;
  uint32_t free_nodes_ = 0;
  uint32_t free_edges_ = 0;
  uint32_t serials_ = 0;
  uint32_t kept_nodes_ = 0;
  uint32_t kept_edges_ = 0;
};

}

#endif

// ==== bartizan/response/walk.hpp ====
#ifndef BARTIZAN_RESPONSE_WALK_HPP
#define BARTIZAN_RESPONSE_WALK_HPP

namespace BARTIZAN_NAMESPACE::respond {

/// What a node is to a finding.
enum class node_role : uint8_t {
  root_cause,  ///< the process with which it began, unless that is the culprit itself
  culprit,
  target,
  ancestor,    ///< on the chain that explains the culprit
  touched,
};

[[nodiscard]] constexpr const char* name(node_role r) noexcept {
  constexpr const char* names[] = {"root_cause", "culprit", "target", "ancestor", "touched"};
  return names[static_cast<uint8_t>(r)];
}

struct walked_node {
  uint32_t node = no_slot;
  node_role role = node_role::touched;
  bool explains = false;        ///< on the chain
  bool ends = false;            ///< not followed further
  uint64_t since_100ns = 0;     ///< from when on its acts count
};

/// The part of a graph that belongs to one finding; ids of the exports are positions in `nodes`. 16 bytes a node.
template <uint32_t Most = 128>
struct subgraph {
  static_assert(Most >= 8);
  walked_node nodes[Most] = {};
  uint32_t size = 0;
  uint32_t left_out = 0;    ///< nodes that did not fit; the chain comes first, then processes, then objects
  uint32_t root = no_slot;  ///< position of the process with which it began; no_slot: no process is blamed
  uint32_t alert = no_slot;
  uint32_t culprit = no_slot;

  [[nodiscard]] constexpr uint32_t find(uint32_t node) const noexcept {
    for (uint32_t i = 0; i < size; ++i)
      if (nodes[i].node == node) return i;
    return no_slot;
  }
};

/// Walks from a finding back to its root cause and forward to what it touched; docs/root_cause.md states the rules. Time and memory
/// are bounded: each edge that leads back is taken once for each time at which its node is reached later than before, and the
/// whole is given up after 16 * Nodes steps.
template <uint32_t Nodes>
class walk {
 public:
  /// Marks what explains `guilty` as never to be evicted.
  template <class Store>
  constexpr void keep(Store& graph, uint32_t guilty, uint64_t time_100ns) noexcept {
    back(graph, guilty, time_100ns);
    for (uint32_t i = 0; i < reached_size_; ++i) graph.keep_node(reached_[i]);
    for_each_cause(graph, [&](uint32_t edge) { graph.keep_edge(edge); });
    forget();
  }

  template <class Store, uint32_t Most>
  constexpr void trace(const Store& graph, uint32_t alert, subgraph<Most>& out) noexcept {
    out.size = out.left_out = 0;
    out.root = out.culprit = out.alert = no_slot;
    if (alert == no_slot) return;
    const uint32_t guilty = process_before(graph, alert);
    if (guilty != no_slot) {
      out.culprit = add(out, guilty, node_role::culprit, true);
      back(graph, guilty, graph.edge(graph.node(alert).first_in).last_100ns);
      for (uint32_t i = 0; i < reached_size_; ++i)
        if (reached_[i] != guilty) add(out, reached_[i], node_role::ancestor, true);
      forget();
      choose_root(graph, out);
    }
    out.alert = add(out, alert, node_role::touched, false);
    for (uint32_t i = graph.node(alert).first_out; i != no_slot; i = graph.edge(i).next_out) {
      const uint32_t at = out.find(graph.edge(i).to);
      if (at == no_slot) add(out, graph.edge(i).to, node_role::target, false, graph.edge(i).first_100ns);
    }
    forward(graph, out);
  }

 private:
  static constexpr uint64_t disorder_100ns = 20'000'000;
  [[nodiscard]] static constexpr bool is_before(uint64_t cause, uint64_t effect) noexcept { return effect >= UINT64_MAX - disorder_100ns || cause <= effect + disorder_100ns; }

  template <class Store>
  [[nodiscard]] static constexpr uint32_t process_before(const Store& graph, uint32_t alert) noexcept {
    const uint32_t edge = graph.node(alert).first_in;
    return edge == no_slot ? no_slot : graph.edge(edge).from;
  }

  template <class Store>
  [[nodiscard]] static constexpr bool was_written(const Store& graph, uint32_t file, uint64_t before) noexcept {
    for (uint32_t i = graph.node(file).first_in; i != no_slot; i = graph.edge(i).next_in) {
      const graph_edge& e = graph.edge(i);
      if ((e.kind == edge_kind::wrote || e.kind == edge_kind::renamed) && is_before(e.first_100ns, before)) return true;
    }
    return false;
  }

  template <class Store, class Take>
  static constexpr void causes_of(const Store& graph, uint32_t n, uint64_t bound, Take&& take) noexcept {
    const graph_node& node = graph.node(n);
    const bool is_process = node.kind == node_kind::process;
    const bool stops = node.has(node_system_parent);
    for (uint32_t i = node.first_in; i != no_slot; i = graph.edge(i).next_in) {
      const graph_edge& e = graph.edge(i);
      bool explains = false;
      switch (e.kind) {
        case edge_kind::created: explains = !stops; break;
        case edge_kind::started: explains = !stops && (graph.node(e.from).kind != node_kind::file || was_written(graph, e.from, e.first_100ns)); break;
        case edge_kind::injected: explains = is_before(e.first_100ns, bound); break;
        case edge_kind::wrote:
        case edge_kind::renamed:
        case edge_kind::registered: explains = is_before(e.first_100ns, bound); break;
        default: break;
      }
      if (explains) take(i, e.from, e.first_100ns);
    }
    if (!is_process) return;
    for (uint32_t i = node.first_out; i != no_slot; i = graph.edge(i).next_out) {
      const graph_edge& e = graph.edge(i);
      const bool uses = e.kind == edge_kind::loaded || (e.kind == edge_kind::named && !stops);
      if (uses && is_before(e.first_100ns, bound) && was_written(graph, e.to, e.first_100ns)) take(i, e.to, e.first_100ns);
    }
  }

  template <class Store>
  constexpr void back(const Store& graph, uint32_t from, uint64_t time_100ns) noexcept {
    reached_size_ = 0;
    uint32_t steps = Nodes * 16;
    uint32_t next = 0;
    const auto reach = [this](uint32_t n, uint64_t bound) {
      if (mark_[n] != 0 && bounds_[n] >= bound) return;
      bounds_[n] = bound;
      if (mark_[n] == 0) reached_[reached_size_++] = n;
      mark_[n] = pending;
    };
    reach(from, time_100ns);
    for (uint32_t idle = 0; idle < reached_size_ && steps != 0; next = next + 1 < reached_size_ ? next + 1 : 0) {
      const uint32_t n = reached_[next];
      if (mark_[n] != pending) {
        ++idle;
        continue;
      }
      idle = 0;
      mark_[n] = done;
      causes_of(graph, n, bounds_[n], [&](uint32_t, uint32_t other, uint64_t bound) {
        if (steps == 0) return;
        --steps;
        reach(other, bound);
      });
    }
  }

  template <class Store, class Take>
  constexpr void for_each_cause(const Store& graph, Take&& take) noexcept {
    for (uint32_t i = 0; i < reached_size_; ++i) causes_of(graph, reached_[i], bounds_[reached_[i]], [&](uint32_t edge, uint32_t, uint64_t) { take(edge); });
  }

  constexpr void forget() noexcept {
    for (uint32_t i = 0; i < reached_size_; ++i) mark_[reached_[i]] = 0;
    reached_size_ = 0;
  }

  template <uint32_t Most>
  static constexpr uint32_t add(subgraph<Most>& out, uint32_t node, node_role role, bool explains, uint64_t since = 0) noexcept {
    if (out.size == Most) {
      ++out.left_out;
      return no_slot;
    }
    out.nodes[out.size] = {node, role, explains, role == node_role::target, since};
    return out.size++;
  }

  template <class Store, uint32_t Most>
  static constexpr void choose_root(const Store& graph, subgraph<Most>& out) noexcept {
    out.root = out.culprit;
    bool found = !graph.node(out.nodes[out.culprit].node).has(node_system_parent);
    for (uint32_t i = 0; i < out.size; ++i) {
      const graph_node& n = graph.node(out.nodes[i].node);
      if (!out.nodes[i].explains || n.kind != node_kind::process || n.has(node_system_parent)) continue;
      const graph_node& best = graph.node(out.nodes[out.root].node);
      if (found && n.first_100ns > best.first_100ns) continue;
      out.root = i;
      found = true;
    }
    if (out.root != out.culprit) out.nodes[out.root].role = node_role::root_cause;
  }

  template <class Store, uint32_t Most>
  constexpr void forward(const Store& graph, subgraph<Most>& out) noexcept {
    for (uint32_t i = 0; i < out.size; ++i) note_member(out.nodes[i].node, i);
    const auto reach = [&](uint32_t other, const walked_node& from, const graph_edge& e, bool ends, bool last_pass) {
      const uint64_t since = e.first_100ns > from.since_100ns ? e.first_100ns : from.since_100ns;
      if (mark_[other] == member) {
        walked_node& known = out.nodes[bounds_[other]];
        if (ends || !known.ends) return;
        known.ends = false;
        known.since_100ns = since;
      } else if (out.size < Most) {
        note_member(other, out.size);
        out.nodes[out.size++] = {other, node_role::touched, false, ends, since};
      } else if (last_pass && mark_[other] == 0) {
        ++out.left_out;
        mark_[other] = left_out;
        reached_[reached_size_++] = other;
      }
    };
    for (uint32_t pass = 0; pass < 3; ++pass) {
      for (uint32_t i = 0; i < out.size; ++i) {
        const walked_node from = out.nodes[i];
        const graph_node& n = graph.node(from.node);
        if (from.ends || (n.has(node_system_parent) && i != out.culprit)) continue;
        for (uint32_t k = n.first_out; k != no_slot; k = graph.edge(k).next_out) {
          const graph_edge& e = graph.edge(k);
          if (e.last_100ns >= from.since_100ns && pass_of(graph, n, e) <= pass) reach(e.to, from, e, ends_at(n, e), pass == 2);
        }
        for (uint32_t k = n.first_in; k != no_slot; k = graph.edge(k).next_in) {
          const graph_edge& e = graph.edge(k);
          const bool user = e.kind == edge_kind::loaded && !from.explains && e.last_100ns >= from.since_100ns;
          const bool caller = e.kind == edge_kind::connected && from.explains && pass != 0;
          const bool image = e.kind == edge_kind::started && from.explains && pass != 0 && !graph.node(e.from).has(node_system);
          if (user || caller || image) reach(e.from, from, e, !user, pass == 2);
        }
      }
    }
    forget();
  }

  constexpr void note_member(uint32_t node, uint32_t position) noexcept {
    mark_[node] = member;
    bounds_[node] = position;
    reached_[reached_size_++] = node;
  }

  [[nodiscard]] static constexpr bool ends_at(const graph_node& from, const graph_edge& e) noexcept {
    return e.kind == edge_kind::read || e.kind == edge_kind::opened || from.kind == node_kind::alert || (e.kind == edge_kind::named && from.kind == node_kind::process);
  }

  template <class Store>
  [[nodiscard]] static constexpr uint32_t pass_of(const Store& graph, const graph_node& from, const graph_edge& e) noexcept {
    switch (e.kind) {
      case edge_kind::created:
      case edge_kind::started:
      case edge_kind::injected: return 0;
      case edge_kind::wrote:
      case edge_kind::renamed:
        for (uint32_t i = graph.node(e.to).first_out; i != no_slot; i = graph.edge(i).next_out)
          if (graph.edge(i).kind == edge_kind::started) return 0;
        return 1;
      default: return ends_at(from, e) ? 2 : 1;
    }
  }

  static constexpr uint8_t pending = 1;
  static constexpr uint8_t done = 2;
  static constexpr uint8_t member = 3;    ///< of the subgraph; its position is in `bounds_`
  static constexpr uint8_t left_out = 4;

  uint64_t bounds_[Nodes] = {};  ///< until when what explains a node counts
  uint32_t reached_[Nodes] = {};
  uint8_t mark_[Nodes] = {};
  uint32_t reached_size_ = 0;
};

}

#endif

// ==== bartizan/response/cause_graph.hpp ====
#ifndef BARTIZAN_RESPONSE_CAUSE_GRAPH_HPP
#define BARTIZAN_RESPONSE_CAUSE_GRAPH_HPP

namespace BARTIZAN_NAMESPACE::respond {

/// Who did what to whom on one endpoint, for root-cause analysis (docs/root_cause.md): `note` each event in the order of time,
/// `note_finding` each finding that calls for an analysis, then `trace` it into a subgraph and export that.
/// The object is all the memory there is: 137 bytes a node, 88 an edge and 2 a code unit of text on 64-bit machines (`memory_bytes`); no
/// allocation, no clock: equal streams give equal bytes. Not thread-safe. Not for a stack: keep it in static or pool memory.
template <uint32_t Nodes, uint32_t Edges = Nodes * 4, uint32_t TextUnits = Nodes * 128>
class cause_graph {
 public:
  using store = cause_graph_store<Nodes, Edges, TextUnits>;

  [[nodiscard]] static constexpr size_t memory_bytes() noexcept { return sizeof(cause_graph); }

  constexpr void clear() noexcept { store_.clear(); }

  [[nodiscard]] constexpr const store& data() const noexcept { return store_; }
  [[nodiscard]] constexpr const graph_cut& cut() const noexcept { return store_.cut(); }

  /// Remembers what the event connects. Only keys, texts and payload are read, so it makes no difference whether the engine has
  /// seen the event before. Handles count where they let their holder read, write, duplicate from, clone or run code in a process;
  /// modules below the Windows directory only where somebody wrote them.
  constexpr void note(const event& e) noexcept {
    store_.begin_event();
    if (e.kind == event_kind::process_create) return note_start(e);
    const uint32_t actor = process_of(e.actor.key, e.actor_image, e);
    const uint32_t target = process_of(e.target.key, e.target_image, e);
    switch (e.kind) {
      case event_kind::process_exit:
        if (actor == no_slot) break;
        store_.node(actor).exit_100ns = e.time_100ns == 0 ? 1 : e.time_100ns;
        store_.node(actor).flags |= node_gone;
        break;
      case event_kind::thread_start:
        if (e.data.thread.is_initial_thread != truth::yes) connect(actor, target, edge_kind::injected, e);
        break;
      case event_kind::memory_allocate:
      case event_kind::memory_protect:
      case event_kind::memory_map:
      case event_kind::memory_write:
      case event_kind::apc_queue:
      case event_kind::context_set: connect(actor, target, edge_kind::injected, e); break;
      case event_kind::memory_read: connect(actor, target, edge_kind::read, e); break;
      case event_kind::handle_open:
      case event_kind::handle_duplicate: note_handle(e, actor, target); break;
      case event_kind::image_load:
      case event_kind::driver_load: note_load(e, actor); break;
      case event_kind::registry: note_registry(e, actor); break;
      case event_kind::file: note_file(e, actor); break;
      case event_kind::object_symlink: note_link(e, actor); break;
      case event_kind::network_connect:
      case event_kind::dns_query: note_network(e, actor); break;
      case event_kind::service_install: note_service(e, actor); break;
      default: break;
    }
  }

  /// The alert of a finding, after `note` of its event: culprit -> alert -> target. The same rule about the same two processes is
  /// one alert, however often it fires. What explains it so far is kept. Returns its node, or no_slot where there is no room.
  constexpr uint32_t note_finding(const rule& r, const outcome& o, const event& e) noexcept {
    store_.begin_event();
    const bool behind = o.whose == culprit::instigator && e.instigator.is_set();
    const uint32_t actor = process_of(e.actor.key, e.actor_image, e);
    const uint32_t guilty = behind ? process_of(e.instigator, {}, e) : actor;
    const uint32_t target = behind ? actor : process_of(e.target.key, e.target_image, e);
    const uint64_t who = guilty == no_slot ? 0 : store_.node(guilty).serial;
    const uint64_t whom = target == no_slot ? 0 : store_.node(target).serial;
    const uint64_t identity = ((who << 32 | whom) * 0x9e3779b97f4a7c15u ^ r.id * 0xff51afd7ed558ccdu) | 1;
    uint32_t alert = store_.find(identity, false);
    if (alert == no_slot) alert = store_.add_node(node_kind::alert, identity, 0, e.time_100ns, e.record);
    if (alert == no_slot) return no_slot;
    graph_node& n = store_.node(alert);
    n.found_by = &r;
    if (o.evidence > n.evidence) n.evidence = o.evidence;
    store_.touch(alert);
    connect(guilty, alert, edge_kind::convicted, e);
    connect(alert, target, edge_kind::convicted, e);
    store_.keep_node(alert);
    if (guilty != no_slot) walk_.keep(store_, guilty, e.time_100ns);
    if (target != no_slot) store_.keep_node(target);
    return alert;
  }

  /// What explains the alert and what came of it; see walk.hpp. `alert` is a node that `note_finding` gave.
  template <uint32_t Most>
  constexpr void trace(uint32_t alert, subgraph<Most>& out) noexcept {
    walk_.trace(store_, alert, out);
  }

 private:
  constexpr void connect(uint32_t from, uint32_t to, edge_kind kind, const event& e) noexcept {
    store_.connect(from, to, kind, e.time_100ns, e.record);
  }

  [[nodiscard]] constexpr uint32_t locate(const process_key& key, uint64_t time_100ns) const noexcept {
    const uint32_t by_key = key.start_key != 0 ? store_.find(key.start_key, true) : no_slot;
    if (by_key != no_slot) return by_key;
    const uint32_t by_pid = store_.find_pid(key.pid, time_100ns);
    const bool same = by_pid != no_slot && (key.start_key == 0 || store_.node(by_pid).identity == 0);
    return same ? by_pid : no_slot;
  }

  constexpr uint32_t process_of(const process_key& key, text image, const event& e) noexcept {
    if (!key.is_set()) return no_slot;
    uint32_t index = locate(key, e.time_100ns);
    if (index == no_slot) index = store_.add_node(node_kind::process, key.start_key, key.pid, e.time_100ns, e.record);
    if (index == no_slot) return no_slot;
    if (key.start_key != 0 && store_.node(index).identity == 0) store_.set_identity(index, key.start_key);
    store_.touch(index);
    if (store_.node(index).label.size == 0) name_process(index, image);
    return index;
  }

  constexpr void name_process(uint32_t index, text image) noexcept {
    if (image.empty()) return;
    store_.set_label(index, image);
    const named_object whose = identify_file(image, scratch_);
    graph_node& n = store_.node(index);
    if (whose.is_system) n.flags |= node_system;
    if (whose.is_system_parent || n.pid == system_process_id) n.flags |= node_system_parent;
  }

  constexpr uint32_t file_of(text path, const event& e, node_kind kind = node_kind::file) noexcept {
    const named_object file = identify_file(path, scratch_);
    if (file.identity == 0) return no_slot;
    uint32_t index = store_.find(file.identity, false);
    if (index == no_slot) {
      index = store_.add_node(kind, file.identity, 0, e.time_100ns, e.record);
      if (index == no_slot) return no_slot;
      if (file.is_system) store_.node(index).flags |= node_system;
      if (is_link_name(path)) store_.node(index).flags |= node_link;
      const uint32_t folder = store_.find(file.folder, false);
      if (folder != no_slot) store_.node(folder).flags |= node_folder;
      store_.set_label(index, path);
    }
    if (kind == node_kind::file) store_.node(index).kind = kind;
    store_.touch(index);
    return index;
  }

  constexpr void name_files(uint32_t by, text in, const event& e, bool make) noexcept {
    for_each_path(in, [&](text path) {
      const named_object file = identify_file(path, scratch_);
      const bool is_known = store_.find(file.identity, false) != no_slot;
      if (make ? by == no_slot : !is_known || equal_folded(path, store_.label(by))) return;
      connect(by, file_of(path, e), edge_kind::named, e);
    });
  }

  constexpr void end_earlier_owner(const process_key& key, text image, uint64_t time_100ns) noexcept {
    constexpr uint64_t disorder_100ns = 30'000'000;
    if (key.start_key != 0 && store_.find(key.start_key, true) != no_slot) return;
    const uint32_t index = store_.find_pid(key.pid, time_100ns);
    if (index == no_slot) return;
    graph_node& old = store_.node(index);
    const uint64_t apart = old.first_100ns > time_100ns ? old.first_100ns - time_100ns : time_100ns - old.first_100ns;
    const bool other = old.identity != 0 && key.start_key != 0;
    const bool late = !old.has(node_born) && (old.first_100ns >= time_100ns || (old.label.size != 0 && equal_folded(store_.label(index), image)));
    if (!other && (late || apart <= disorder_100ns)) return;
    old.exit_100ns = time_100ns == 0 ? 1 : time_100ns;
    old.flags |= node_gone;
  }

  constexpr void note_start(const event& e) noexcept {
    const process_create_payload& create = e.data.create;
    end_earlier_owner(e.actor.key, e.actor_image, e.time_100ns);
    const uint32_t parent = process_of(create.parent, create.parent_image, e);
    const uint32_t creator = process_of(create.creator, {}, e);
    const uint32_t client = process_of(create.client, {}, e);
    const uint32_t child = process_of(e.actor.key, e.actor_image, e);
    if (child == no_slot) return;
    if (!e.actor_image.empty()) name_process(child, e.actor_image);
    if (!create.command_line.empty()) store_.set_detail(child, create.command_line);
    if (parent != no_slot && store_.node(parent).detail.size == 0 && !create.parent_command_line.empty()) store_.set_detail(parent, create.parent_command_line);
    graph_node& n = store_.node(child);
    if (!n.has(node_born)) n.first_100ns = e.time_100ns;
    n.flags |= node_born;
    connect(parent, child, edge_kind::created, e);
    if (creator != parent) connect(creator, child, edge_kind::created, e);
    if (client != parent && client != creator) connect(client, child, edge_kind::created, e);
    const uint32_t image = file_of(e.actor_image, e);
    if (image != no_slot && is_microsofts(create.signer)) store_.node(image).flags |= node_microsoft;
    connect(image, child, edge_kind::started, e);
    if (image != no_slot) note_registered_start(image, child, e);
    name_files(child, create.command_line, e, false);
  }

  constexpr void note_registered_start(uint32_t image, uint32_t child, const event& e) noexcept {
    uint32_t seen = 0;
    for (uint32_t i = store_.node(image).first_in; i != no_slot && seen < 64; i = store_.edge(i).next_in, ++seen) {
      const graph_edge& edge = store_.edge(i);
      const node_kind by = store_.node(edge.from).kind;
      if (edge.kind != edge_kind::named || (by != node_kind::registry && by != node_kind::service)) continue;
      if (store_.node(image).has(node_system) && !equal_folded(store_.detail(edge.from), e.data.create.command_line)) continue;
      connect(edge.from, child, edge_kind::started, e);
    }
  }

  constexpr void note_handle(const event& e, uint32_t actor, uint32_t target) noexcept {
    const handle_payload& handle = e.data.handle;
    if (handle.type != handle_payload::object::process) return;
    constexpr access_mask matters = read_rights | derive_rights | process_create_thread | process_vm_write;
    if ((expand(handle.granted, process_mapping) & matters) != 0) connect(actor, target, edge_kind::opened, e);
  }

  constexpr void note_load(const event& e, uint32_t actor) noexcept {
    const image_load_payload& image = e.data.image;
    if (actor == no_slot || contains_folded(image.path, u"\\assembly\\NativeImages")) return;
    const bool is_own = equal_folded(image.path, e.actor_image);
    const named_object file = identify_file(image.path, scratch_);
    uint32_t at = store_.find(file.identity, false);
    if (at == no_slot && (is_own || file.is_system)) return;
    if (!is_own) at = file_of(image.path, e, node_kind::module);
    if (at != no_slot && is_microsofts(image.signer)) store_.node(at).flags |= node_microsoft;
    if (!is_own) connect(actor, at, edge_kind::loaded, e);
  }

  constexpr void note_file(const event& e, uint32_t actor) noexcept {
    using operation = file_payload::operation;
    const file_payload& file = e.data.file;
    if (actor == no_slot || file.succeeded == truth::no || file.device_type == device_named_pipe) return;
    const bool tells = file.what == operation::create || file.what == operation::write || file.what == operation::rename ||
             file.what == operation::remove || file.what == operation::read;
    if (!tells) return;
    const uint32_t at = file_of(file.path, e);
    if (at == no_slot) return;
    if (file.is_executable == truth::yes) store_.node(at).flags |= node_executable;
    switch (file.what) {
      case operation::read: connect(actor, at, edge_kind::read, e); break;
      case operation::remove:
        connect(actor, at, edge_kind::removed, e);
        store_.node(at).flags |= node_gone;
        break;
      case operation::rename: {
        const uint32_t to = file_of(file.new_path, e);
        connect(actor, to, edge_kind::renamed, e);
        connect(at, to, edge_kind::renamed, e);
        if (to == no_slot || to == at) break;
        store_.node(at).flags |= node_gone;
        store_.node(to).flags = static_cast<uint16_t>((store_.node(to).flags & ~(node_gone | node_microsoft)) | (store_.node(at).flags & (node_executable | node_microsoft | node_saved_hive)));
        break;
      }
      default:
        connect(actor, at, edge_kind::wrote, e);
        store_.node(at).flags = static_cast<uint16_t>(store_.node(at).flags & ~(node_gone | node_microsoft));
        break;
    }
  }

  constexpr void note_link(const event& e, uint32_t actor) noexcept {
    const uint32_t link = file_of(e.data.link.name, e);
    if (link == no_slot) return;
    store_.node(link).flags |= node_link;
    store_.set_detail(link, e.data.link.destination);
    connect(actor, link, edge_kind::wrote, e);
    name_files(link, e.data.link.destination, e, true);
  }

  constexpr uint32_t object_of(node_kind kind, uint64_t identity, const event& e) noexcept {
    uint32_t index = store_.find(identity, false);
    if (index == no_slot) index = store_.add_node(kind, identity, 0, e.time_100ns, e.record);
    if (index != no_slot) store_.touch(index);
    return index;
  }

  constexpr void note_registry(const event& e, uint32_t actor) noexcept {
    using operation = registry_payload::operation;
    const registry_payload& key = e.data.registry;
    const bool sets = key.what == operation::set_value;
    const bool removes = key.what == operation::delete_value || key.what == operation::delete_key;
    const bool reads = key.what == operation::query_key || key.what == operation::query_value || key.what == operation::query_multiple_value ||
             key.what == operation::query_unspecified || key.what == operation::save_key;
    if (actor == no_slot || key.key.empty() || key.succeeded == truth::no || !(sets || removes || reads)) return;
    const uint64_t identity = identify_value(key.key, key.value_name, scratch_);
    if (removes && store_.find(identity, false) == no_slot) return;
    const uint32_t at = object_of(node_kind::registry, identity, e);
    if (at == no_slot) return;
    if (store_.node(at).label.size == 0) store_.set_label(at, joined(key.key, u"\\", key.value_name));
    if (key.what == operation::save_key) {
      const uint32_t file = file_of(key.file, e);
      if (file != no_slot) store_.node(file).flags |= node_saved_hive;
      connect(actor, file, edge_kind::wrote, e);
    }
    connect(actor, at, sets ? edge_kind::registered : removes ? edge_kind::removed : edge_kind::read, e);
    graph_node& n = store_.node(at);
    if (removes) n.flags |= node_gone;
    if (!sets) return;
    n.flags = static_cast<uint16_t>(n.flags & ~node_gone);
    store_.set_detail(at, key.data.empty() && key.has_number == truth::yes ? number_text(key.number) : key.data);
    name_files(at, key.data, e, true);
  }

  constexpr void note_network(const event& e, uint32_t actor) noexcept {
    const network_payload& network = e.data.network;
    const bool asks = e.kind == event_kind::dns_query;
    const text host = asks ? network.remote_name : network.remote_address;
    if (actor == no_slot || host.empty()) return;
    const bool inbound = network.initiated == truth::no;
    const uint16_t port = asks || inbound ? 0 : network.remote_port;
    uint64_t identity = 0x2545f4914f6cdd1du ^ port;
    for (uint32_t i = 0; i < host.size; ++i) identity = (identity ^ upcase(host[i])) * 0x100000001b3u;
    const uint32_t at = object_of(node_kind::network, identity | 1, e);
    if (at == no_slot) return;
    if (store_.node(at).label.size == 0) {
      store_.set_label(at, port == 0 ? host : joined(host, u":", number_text(port)));
    }
    if (inbound) connect(at, actor, edge_kind::connected, e);
    else connect(actor, at, edge_kind::connected, e);
  }

  constexpr void note_service(const event& e, uint32_t actor) noexcept {
    const service_payload& service = e.data.service;
    if (service.name.empty()) return;
    uint64_t identity = 0xc2b2ae3d27d4eb4fu;
    for (uint32_t i = 0; i < service.name.size; ++i) identity = (identity ^ upcase(service.name[i])) * 0x100000001b3u;
    const uint32_t at = object_of(node_kind::service, identity | 1, e);
    if (at == no_slot) return;
    store_.set_label(at, service.name);
    store_.set_detail(at, service.image_path);
    connect(actor, at, edge_kind::registered, e);
    name_files(at, service.image_path, e, true);
  }

  [[nodiscard]] constexpr text joined(text a, text between, text b) noexcept {
    uint32_t size = 0;
    const auto put = [&](text part) {
      for (uint32_t i = 0; i < part.size && size < sizeof scratch_ / sizeof scratch_[0]; ++i) scratch_[size++] = part[i];
    };
    put(a);
    if (!b.empty()) {
      put(between);
      put(b);
    }
    return {scratch_, size};
  }

  [[nodiscard]] constexpr text number_text(uint64_t n) noexcept {
    uint32_t at = 20;
    do digits_[--at] = static_cast<char16_t>(u'0' + n % 10);
    while ((n /= 10) != 0);
    return {digits_ + at, 20 - at};
  }

  store store_;
  walk<Nodes> walk_;
  char16_t scratch_[1100] = {};
  char16_t digits_[20] = {};
};

}

#endif

// ==== bartizan/response/clean_up_places.hpp ====
#ifndef BARTIZAN_RESPONSE_CLEAN_UP_PLACES_HPP
#define BARTIZAN_RESPONSE_CLEAN_UP_PLACES_HPP

/// What a place in the registry or on the disk means to a clean-up.
namespace BARTIZAN_NAMESPACE::respond {

namespace detail {

inline constexpr text starting_values[] = {
  u"CURRENTVERSION/RUN|RUNONCE|RUNONCEEX|RUNSERVICES|RUNSERVICESONCE|SHELLSERVICEOBJECTDELAYLOAD|SILENTPROCESSEXIT",
  u"POLICIES/EXPLORER|SYSTEM/RUN|SHELL", u"CURRENTVERSION/WINDOWS/APPINIT_DLLS|LOADAPPINIT_DLLS|LOAD|RUN", u"WINLOGON/NOTIFY",
  u"IMAGE FILE EXECUTION OPTIONS/*/DEBUGGER|VERIFIERDLLS|GLOBALFLAG", u"SCHEDULE/TASKCACHE", u"APPCOMPATFLAGS/CUSTOM|INSTALLEDSDB",
  u"COMMAND PROCESSOR/AUTORUN", u"OFFICE TEST/SPECIAL", u"SESSION MANAGER/APPCERTDLLS",
  u"ENVIRONMENT/USERINITMPRLOGONSCRIPT|COR_PROFILER|COR_PROFILER_PATH|COR_ENABLE_PROFILING", u"DESKTOP/SCRNSAVE.EXE",
};
inline constexpr text starting_settings[] = {
  u"WINLOGON/SHELL|USERINIT|TASKMAN|VMAPPLET|GINADLL|MPNOTIFY", u"INSTALLED COMPONENTS/*/STUBPATH", u"SHELL/*/COMMAND",
  u"CLSID/*/INPROCSERVER32|LOCALSERVER32|TREATAS|SCRIPTLETURL", u"CCS/SERVICES/*/IMAGEPATH|FAILURECOMMAND", u"SERVICES/*/PARAMETERS/SERVICEDLL",
  u"TIMEPROVIDERS/*/DLLNAME", u"LSA/AUTHENTICATION PACKAGES|NOTIFICATION PACKAGES|SECURITY PACKAGES", u"OSCONFIG/SECURITY PACKAGES",
  u"MICROSOFT/NETSH", u"CONTROL/SECURITYPROVIDERS/SECURITYPROVIDERS", u"SESSION MANAGER/BOOTEXECUTE|SETUPEXECUTE|EXECUTE|S0INITIALCOMMAND",
  u"MONITORS/*/DRIVER", u"NETWORKPROVIDER/ORDER", u"SAFEBOOT/ALTERNATESHELL", u"BOOTVERIFICATIONPROGRAM/IMAGEPATH",
};
inline constexpr text startup_settings[] = {u"SHELL FOLDERS|USER SHELL FOLDERS/STARTUP|COMMON STARTUP"};
inline constexpr text starting_folders[] = {
  u"START MENU/PROGRAMS/STARTUP", u"%SYSDIR%|%SYSTEMROOT%/TASKS", u"GROUPPOLICY/MACHINE|USER/SCRIPTS", u"MICROSOFT/WORD|EXCEL/STARTUP|XLSTART",
};

inline constexpr text trace_values[] = {
  u"SERVICES/VSS/DIAG", u"SERVICES/BAM|DAM/STATE|USERSETTINGS", u"MICROSOFT/TRACING", u"ADS/PROVIDERS/LDAP",
  u"WINDOWS/SHELL|SHELLNOROAM/MUICACHE|BAGS|BAGMRU", u"LOCAL SETTINGS/MUICACHE", u"TASKMANAGER/PREFERENCES",
  u"EXPLORER/USERASSIST|RECENTDOCS|COMDLG32|FEATUREUSAGE|SESSIONINFO|TYPEDPATHS|STREAMMRU", u"INTERNET SETTINGS/MIGRATEPROXY|ENABLENEGOTIATE|CACHE",
  u"ZONEMAP/PROXYBYPASS|INTRANETNAME|UNCASINTRANET|AUTODETECT", u"INTERNET SETTINGS/5.0/CACHE", u"CURRENTVERSION/NOTIFICATIONS/DATA",
  u"APPCOMPATFLAGS/COMPATIBILITY ASSISTANT", u"SYSINTERNALS/*/EULAACCEPTED",
};
inline constexpr text trace_folders[] = {
  u"MICROSOFT/WINDOWS/RECENT|SCHCACHE|WER|INETCOOKIES|WEBCACHE|POWERSHELL", u"MICROSOFT/CRYPTNETURLCACHE", u"LOCAL/D3DSCACHE",
  u"MICROSOFT/CLR_V2.0|CLR_V2.0_32|CLR_V4.0|CLR_V4.0_32/USAGELOGS", u"%SYSTEMROOT%/PREFETCH", u"%SYSDIR%/WINEVT/LOGS",
};
inline constexpr text key_stores[] = {u"MICROSOFT/CRYPTO|PROTECT|SYSTEMCERTIFICATES|VAULT|CREDENTIALS|NGC"};
inline constexpr text database_files[] = {u"NTDS/NTDS.DIT", u"%SYSDIR%/CONFIG/REGBACK|TXR|JOURNAL"};
inline constexpr text root_certificates[] = {u"SYSTEMCERTIFICATES/ROOT"};

inline constexpr text program_types = u"EXE|DLL|SYS|SCR|COM|CPL|OCX|DRV|PIF|MSI|MSP|XLL|WLL|PS1|PSM1|BAT|CMD|VBS|VBE|JS|JSE|WSF|WSH|SCT|HTA|JAR|CHM|PY";

inline constexpr text interpreters = u"PYTHON.EXE|PYTHONW.EXE|PYTHON3.EXE|JAVA.EXE|JAVAW.EXE|NODE.EXE|PERL.EXE|RUBY.EXE|PHP.EXE";

[[nodiscard]] constexpr bool leads(text path, text row, bool short_names = false) noexcept {
  for (uint32_t p = 0, r = 0;; ++p, ++r) {
    for (;; ++r) {
      uint32_t i = 0;
      while (p + i < path.size && r + i < row.size && path[p + i] == row[r + i]) ++i;
      const bool path_ends = p + i == path.size || path[p + i] == u'\\';
      if (path_ends && (r + i == row.size || row[r + i] == u'/' || row[r + i] == u'|')) break;
      if (row[r] == u'*' || (short_names && bartizan::detail::looks_short(path.sub(p, bartizan::detail::component_end(path, p) - p)))) break;
      while (r < row.size && row[r] != u'|' && row[r] != u'/') ++r;
      if (r == row.size || row[r] == u'/') return false;
    }
    p = bartizan::detail::component_end(path, p);
    while (r < row.size && row[r] != u'/') ++r;
    if (r == row.size) return true;
    if (p == path.size) return false;
  }
}

[[nodiscard]] constexpr bool holds(text path, span<const text> rows, bool short_names = false) noexcept {
  for (uint32_t p = 0; p < path.size; p = bartizan::detail::component_end(path, p) + 1)
    for (const text row : rows)
      if (leads(path.sub(p), row, short_names)) return true;
  return false;
}

}

/// `autostart_setting`: Windows has a value of its own there, to which it is set back.
enum class value_place : uint8_t { other, autostart, autostart_setting, trace, key_store };

/// Of "KEY\VALUE" in the form of canonicalise_key.
[[nodiscard]] constexpr value_place place_of_value(text value) noexcept {
  using detail::holds;
  if (holds(value, detail::trace_values)) return value_place::trace;
  if (holds(value, detail::key_stores) && !holds(value, detail::root_certificates)) return value_place::key_store;
  if (holds(value, detail::starting_values)) return value_place::autostart;
  if (holds(value, detail::startup_settings)) return value_place::autostart_setting;
  if (!holds(value, detail::starting_settings)) return value_place::other;
  return matches_prefix(value, u"HKU") ? value_place::autostart : value_place::autostart_setting;
}

/// Of a file by its name: a program or script; a copy of a credential store, or a dump of memory.
enum class file_use : uint8_t { unknown, program, stored_credentials };

[[nodiscard]] constexpr file_use use_of_file(text canonical) noexcept {
  const text name = file_name(canonical);
  uint32_t dot = name.size;
  while (dot > 0 && name[dot - 1] != u'.') --dot;
  const text type = dot == 0 ? text() : name.sub(dot);
  if (detail::leads(type, detail::program_types)) return file_use::program;
  const bool copy = policy::is_store_name(name) || ends_with_folded(name, u"HIVE") || detail::leads(type, u"DMP|MDMP|HIV");
  return copy ? file_use::stored_credentials : file_use::unknown;
}

/// `unclear`: on another machine, relative, cut, or below a first folder whose name is shortened (PROGRA~1).
enum class file_place : uint8_t { other, autostart, windows, installed, trace, key_store, registry_hive, unclear };

[[nodiscard]] constexpr file_place place_of_file(const canonical_path& file) noexcept {
  using detail::holds;
  const text path = file.path, name = file_name(path);
  const file_use use = use_of_file(path);
  if (holds(path, detail::key_stores, true)) return file_place::key_store;
  const bool database = matches_prefix(name, u"NTUSER.DAT") || matches_prefix(name, u"USRCLASS.DAT") || holds(path, detail::database_files) ||
             policy::read_store(file).what == policy::store_file::hive || equal(path.sub(0, path.size - name.size), u"%SYSDIR%\\CONFIG\\");
  if (database && use != file_use::program) return file_place::registry_hive;
  const uint32_t first = bartizan::detail::component_end(path, file.volume == volume_kind::device ? 8 : 0) + 1;
  const bool local = file.volume == volume_kind::drive || file.volume == volume_kind::device;
  const bool shortened = bartizan::detail::looks_short(path.sub(first, bartizan::detail::component_end(path, first) - first));
  if (!local || shortened || file.has(path_truncated)) return file_place::unclear;
  if (matches_prefix(name, u"__PSSCRIPTPOLICYTEST_")) return file_place::trace;
  if (holds(path, detail::starting_folders)) return file_place::autostart;
  if (use == file_use::unknown && holds(path, detail::trace_folders)) return file_place::trace;
  const trust who = policy::trust_from_path(file);
  return who == trust::t3 ? file_place::windows : who == trust::t1 ? file_place::installed : file_place::other;
}

}

#endif

// ==== bartizan/response/clean_up_reason.hpp ====
#ifndef BARTIZAN_RESPONSE_CLEAN_UP_REASON_HPP
#define BARTIZAN_RESPONSE_CLEAN_UP_REASON_HPP

namespace BARTIZAN_NAMESPACE::respond {

/// remove: it belongs to the attack. check: somebody must look first. leave: Windows' or the user's own, listed so that nobody takes it out.
enum class clean_up_grade : uint8_t { remove, check, leave };

/// What an object is, the most dangerous first (docs/root_cause.md). none: not for the list.
enum class clean_up_reason : uint8_t {
  runs_payload, starts_by_itself, payload, stolen_credentials, links_to_payload,
  names_payload, changed_setting, signed_by_microsoft, program_of_chain, was_there_before, unclear_place, unknown_file,
  installed_program, key_store, registry_hive, directory, routine_trace, none,
};

[[nodiscard]] constexpr clean_up_grade grade_of(clean_up_reason r) noexcept {
  return r <= clean_up_reason::links_to_payload ? clean_up_grade::remove : r <= clean_up_reason::unknown_file ? clean_up_grade::check : clean_up_grade::leave;
}

[[nodiscard]] constexpr const char* name(clean_up_grade g) noexcept {
  return g == clean_up_grade::remove ? "remove" : g == clean_up_grade::check ? "check" : "leave";
}

[[nodiscard]] constexpr const char* name(clean_up_reason r) noexcept {
  constexpr const char* names[] = {
    "runs_payload", "starts_by_itself", "payload", "stolen_credentials", "links_to_payload",
    "names_payload", "changed_setting", "signed_by_microsoft", "program_of_chain", "was_there_before", "unclear_place", "unknown_file",
    "installed_program", "key_store", "registry_hive", "directory", "routine_trace", "none",
  };
  return names[static_cast<uint8_t>(r)];
}

}

#endif

// ==== bartizan/response/export_text.hpp ====
#ifndef BARTIZAN_RESPONSE_EXPORT_TEXT_HPP
#define BARTIZAN_RESPONSE_EXPORT_TEXT_HPP

/// How the exports write: UTF-8 through a caller's sink, integers only, no allocation.
namespace BARTIZAN_NAMESPACE::respond {

struct division {
  uint64_t quotient;
  uint32_t remainder;
};

/// By schoolbook in digits of 16 bits, since a 32-bit kernel has no routine for 64-bit division. `by` is not 0.
[[nodiscard]] constexpr division divide(uint64_t n, uint16_t by) noexcept {
  division out{0, 0};
  for (uint32_t shift = 64; shift != 0; shift -= 16) {
    const uint32_t digit = out.remainder << 16 | static_cast<uint32_t>(n >> (shift - 16) & 0xffff);
    out.quotient = out.quotient << 16 | digit / by;
    out.remainder = digit % by;
  }
  return out;
}

/// A moment as calendar fields, UTC.
struct calendar_time {
  uint32_t year, month, day, hour, minute, second;
  uint32_t fraction_100ns;
};

/// Of a FILETIME; valid for every value. Days to a date by H. Hinnant, "chrono-Compatible Low-Level Date Algorithms" (civil_from_days).
[[nodiscard]] constexpr calendar_time calendar_of(uint64_t time_100ns) noexcept {
  const division fraction = divide(time_100ns, 10'000);
  const division milliseconds = divide(fraction.quotient, 1000);
  const division seconds = divide(milliseconds.quotient, 3600);
  const division hours = divide(seconds.quotient, 24);
  const uint32_t days = static_cast<uint32_t>(hours.quotient) + 584'694;  // from 0000-03-01 to 1601-01-01
  const uint32_t era = days / 146'097;
  const uint32_t of_era = days % 146'097;
  const uint32_t year = (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
  const uint32_t of_year = of_era - (365 * year + year / 4 - year / 100);
  const uint32_t month = (5 * of_year + 2) / 153;  // 0: March
  calendar_time out{};
  out.day = of_year - (153 * month + 2) / 5 + 1;
  out.month = month < 10 ? month + 3 : month - 9;
  out.year = year + era * 400 + (out.month <= 2 ? 1 : 0);
  out.fraction_100ns = milliseconds.remainder * 10'000 + fraction.remainder;
  out.hour = hours.remainder;
  out.minute = seconds.remainder / 60;
  out.second = seconds.remainder % 60;
  return out;
}

/// Milliseconds since 1970-01-01; negative before.
[[nodiscard]] constexpr int64_t unix_milliseconds(uint64_t time_100ns) noexcept {
  return static_cast<int64_t>(divide(time_100ns, 10'000).quotient) - 11'644'473'600'000;
}

/// Calls `put(uint32_t)` for each code point; an unpaired surrogate becomes U+FFFD.
template <class Put>
constexpr void for_each_code_point(text in, Put&& put) noexcept {
  for (uint32_t i = 0; i < in.size; ++i) {
    uint32_t c = in[i];
    const bool pair = c >= 0xd800 && c < 0xdc00 && i + 1 < in.size && in[i + 1] >= 0xdc00 && in[i + 1] < 0xe000;
    if (pair) c = 0x10000 + ((c - 0xd800) << 10) + (in[++i] - 0xdc00u);
    else if (c >= 0xd800 && c < 0xe000) c = 0xfffd;
    put(c);
  }
}

/// Collects bytes and hands them to `sink(const char* bytes, size_t size)` in pieces. `flush` at the end.
template <class Sink>
class text_writer {
 public:
  constexpr explicit text_writer(Sink& sink) noexcept : sink_(sink) {}

  constexpr void flush() {
    if (used_ != 0) sink_(static_cast<const char*>(buffer_), static_cast<size_t>(used_));
    used_ = 0;
  }
  constexpr void put(char c) {
    if (used_ == sizeof buffer_) flush();
    buffer_[used_++] = c;
  }
  /// ASCII, as it is.
  constexpr void raw(const char* ascii) {
    for (; *ascii != '\0'; ++ascii) put(*ascii);
  }
  constexpr void number(uint64_t n) { digits(n, 1); }
  constexpr void number_signed(int64_t n) {
    if (n < 0) put('-');
    number(n < 0 ? 0 - static_cast<uint64_t>(n) : static_cast<uint64_t>(n));
  }
  /// At least `width` decimal digits.
  constexpr void digits(uint64_t n, uint32_t width) {
    char reversed[20];
    uint32_t size = 0;
    while (n != 0 || size < width) {
      const division d = divide(n, 10);
      reversed[size++] = static_cast<char>('0' + d.remainder);
      n = d.quotient;
    }
    while (size != 0) put(reversed[--size]);
  }
  constexpr void hex(uint64_t n, uint32_t width) {
    for (uint32_t i = width; i != 0; --i) put("0123456789abcdef"[n >> (4 * (i - 1)) & 15]);
  }
  constexpr void utf8(uint32_t c) {
    if (c < 0x80) return put(static_cast<char>(c));
    if (c < 0x800) put(static_cast<char>(0xc0 | c >> 6));
    else {
      if (c < 0x10000) put(static_cast<char>(0xe0 | c >> 12));
      else {
        put(static_cast<char>(0xf0 | c >> 18));
        put(static_cast<char>(0x80 | (c >> 12 & 0x3f)));
      }
      put(static_cast<char>(0x80 | (c >> 6 & 0x3f)));
    }
    put(static_cast<char>(0x80 | (c & 0x3f)));
  }
  /// ISO 8601, UTC, seven decimals as FILETIME has them.
  constexpr void time(uint64_t time_100ns) {
    const calendar_time t = calendar_of(time_100ns);
    digits(t.year, 4);
    put('-'), digits(t.month, 2);
    put('-'), digits(t.day, 2);
    put('T'), digits(t.hour, 2);
    put(':'), digits(t.minute, 2);
    put(':'), digits(t.second, 2);
    put('.'), digits(t.fraction_100ns, 7);
    put('Z');
  }

 private:
  Sink& sink_;
  char buffer_[256] = {};
  uint32_t used_ = 0;
};

/// A JSON document (RFC 8259), written from front to back; commas come by themselves. Nesting up to 32 levels.
template <class Sink>
class json_writer {
 public:
  constexpr explicit json_writer(Sink& sink) noexcept : out_(sink) {}

  constexpr void begin_object() { open('{'); }
  constexpr void end_object() { close('}'); }
  constexpr void begin_array() { open('['); }
  constexpr void end_array() { close(']'); }
  constexpr json_writer& key(const char* name) {
    value(name);
    out_.put(':');
    follows_ &= ~(1u << depth_);
    return *this;
  }
  constexpr void value(const char* ascii) {
    begin_sentence();
    part(ascii);
    end_sentence();
  }
  constexpr void value(text in) {
    begin_sentence();
    part(in);
    end_sentence();
  }
  /// One string of several parts.
  constexpr void begin_sentence() {
    separate();
    out_.put('"');
  }
  constexpr void part(const char* ascii) {
    for (; *ascii != '\0'; ++ascii) escaped(static_cast<unsigned char>(*ascii));
  }
  constexpr void part(text in) {
    for_each_code_point(in, [this](uint32_t code_point) { escaped(code_point); });
  }
  constexpr void part(uint64_t n) { out_.number(n); }
  constexpr void part(uint32_t n) { out_.number(n); }
  constexpr void part_hex(uint64_t n) { out_.hex(n, 16); }
  constexpr void end_sentence() { out_.put('"'); }
  constexpr void value(uint64_t n) {
    separate();
    out_.number(n);
  }
  constexpr void value(uint32_t n) { value(uint64_t{n}); }
  constexpr void value_signed(int64_t n) {
    separate();
    out_.number_signed(n);
  }
  constexpr void value(bool b) {
    separate();
    out_.raw(b ? "true" : "false");
  }
  constexpr void null() {
    separate();
    out_.raw("null");
  }
  constexpr void time(uint64_t time_100ns) {
    separate();
    out_.put('"');
    out_.time(time_100ns);
    out_.put('"');
  }
  constexpr void hex(uint64_t n) {
    begin_sentence();
    part_hex(n);
    end_sentence();
  }
  constexpr void finish() { out_.flush(); }

 private:
  constexpr void separate() {
    if ((follows_ >> depth_ & 1) != 0) out_.put(',');
    follows_ |= 1u << depth_;
  }
  constexpr void open(char c) {
    separate();
    out_.put(c);
    ++depth_;
    follows_ &= ~(1u << depth_);
  }
  constexpr void close(char c) {
    --depth_;
    follows_ |= 1u << depth_;
    out_.put(c);
  }
  constexpr void escaped(uint32_t c) {
    if (c == '"' || c == '\\') {
      out_.put('\\');
      out_.put(static_cast<char>(c));
    } else if (c < 0x20 || c == 0x7f) {
      out_.raw("\\u00");
      out_.hex(c, 2);
    } else out_.utf8(c);
  }

  text_writer<Sink> out_;
  uint32_t follows_ = 0;
  uint32_t depth_ = 0;
};

}

#endif

// ==== bartizan/response/clean_up.hpp ====
#ifndef BARTIZAN_RESPONSE_CLEAN_UP_HPP
#define BARTIZAN_RESPONSE_CLEAN_UP_HPP

namespace BARTIZAN_NAMESPACE::respond {

/// Nothing is done here: a host asks for each step, or shows the list. What takes something out is named for grade `remove` alone.
enum class clean_up_action : uint8_t {
  terminate_process, remove_link, remove_registry_value, set_back_registry_value, remove_service, quarantine_file, review, leave
};

[[nodiscard]] constexpr const char* name(clean_up_action a) noexcept {
  constexpr const char* names[] = {"terminate_process", "remove_link", "remove_registry_value", "set_back_registry_value", "remove_service", "quarantine_file", "review", "leave"};
  return names[static_cast<uint8_t>(a)];
}

struct clean_up_step {
  clean_up_action action = clean_up_action::review;
  clean_up_reason reason = clean_up_reason::none;
  uint32_t position = no_slot;  ///< of the object in the subgraph
  uint32_t because = no_slot;   ///< the edge of the graph that says so

  [[nodiscard]] constexpr clean_up_grade grade() const noexcept { return grade_of(reason); }
};

/// 12 bytes a step, and 2.2 KB to work in. Only the first `removals` steps may be carried out or handed to a quarantine.
template <uint32_t Most = 64>
struct clean_up_list {
  clean_up_step steps[Most] = {};
  uint32_t size = 0;
  uint32_t removals = 0;
  uint32_t left_out = 0;  ///< the least dangerous
  char16_t scratch[1100] = {};
};

namespace detail {

template <class Store, uint32_t Most, uint32_t MostSteps>
class clean_up_maker {
 public:
  constexpr clean_up_maker(const Store& graph, const subgraph<Most>& part, clean_up_list<MostSteps>& out) noexcept : graph_(graph), part_(part), out_(out) {}

  constexpr void run() noexcept {
    out_.size = out_.removals = out_.left_out = 0;
    if (part_.culprit == no_slot) return;
    spread();
    for (uint32_t i = 0; i < part_.size; ++i) add(judge(i));
    while (out_.removals < out_.size && out_.steps[out_.removals].grade() == clean_up_grade::remove) ++out_.removals;
  }

 private:
  using reason = clean_up_reason;
  using action = clean_up_action;

  constexpr void add(const clean_up_step& step) noexcept {
    if (step.reason == reason::none) return;
    uint32_t at = out_.size;
    if (at == MostSteps) ++out_.left_out;
    else ++out_.size;
    for (; at > 0 && step.reason < out_.steps[at - 1].reason; --at)
      if (at < MostSteps) out_.steps[at] = out_.steps[at - 1];
    if (at < MostSteps) out_.steps[at] = step;
  }

  constexpr void spread() noexcept {
    offender_[part_.culprit] = true;
    for (bool again = true; again;) {
      again = false;
      for (uint32_t i = 0; i < part_.size; ++i) {
        const graph_node& n = node(i);
        const bool spreads = n.kind == node_kind::process && !offender_[i] && !part_.nodes[i].explains && !n.has(node_system_parent);
        if (spreads && comes_from_offender(n)) offender_[i] = again = true;
      }
    }
  }

  [[nodiscard]] constexpr bool comes_from_offender(const graph_node& n) const noexcept {
    for (uint32_t k = n.first_in; k != no_slot; k = graph_.edge(k).next_in) {
      const graph_edge& e = graph_.edge(k);
      if (e.kind == edge_kind::created && is_offender(e.from)) return true;
      if (e.kind == edge_kind::started && first_of(e.from, true) != no_slot) return true;
    }
    return false;
  }

  [[nodiscard]] constexpr const graph_node& node(uint32_t position) const noexcept { return graph_.node(part_.nodes[position].node); }
  [[nodiscard]] constexpr bool is_offender(uint32_t index) const noexcept {
    const uint32_t position = part_.find(index);
    return position != no_slot && offender_[position];
  }

  [[nodiscard]] constexpr uint32_t first_of(uint32_t index, bool by_offender) const noexcept {
    uint32_t best = no_slot;
    for (uint32_t k = graph_.node(index).first_in; k != no_slot; k = graph_.edge(k).next_in) {
      const graph_edge& e = graph_.edge(k);
      const bool makes = e.kind == edge_kind::wrote || e.kind == edge_kind::renamed || e.kind == edge_kind::registered;
      if (!makes || graph_.node(e.from).kind != node_kind::process || is_offender(e.from) != by_offender) continue;
      if (best == no_slot || e.first_100ns < graph_.edge(best).first_100ns) best = k;
    }
    return best;
  }

  [[nodiscard]] constexpr bool existed_before(uint32_t index, uint64_t time_100ns) const noexcept {
    const graph_node& n = graph_.node(index);
    for (uint32_t k = n.first_in; k != no_slot; k = graph_.edge(k).next_in)
      if (graph_.edge(k).first_100ns < time_100ns && graph_.edge(k).kind != edge_kind::named && !is_offender(graph_.edge(k).from) && graph_.node(graph_.edge(k).from).kind == node_kind::process)
        return true;
    for (uint32_t k = n.first_out; k != no_slot; k = graph_.edge(k).next_out)
      if (graph_.edge(k).kind == edge_kind::started && graph_.edge(k).first_100ns < time_100ns) return true;
    return false;
  }

  [[nodiscard]] constexpr clean_up_step judge(uint32_t position) noexcept {
    const uint32_t index = part_.nodes[position].node;
    const graph_node& n = graph_.node(index);
    if (n.has(node_gone)) return {};
    switch (n.kind) {
      case node_kind::process: return judge_process(position, n);
      case node_kind::file:
      case node_kind::module: return judge_file(position);
      case node_kind::registry: return judge_value(position, index);
      case node_kind::service: {
        const uint32_t edge = first_of(index, true);
        return edge == no_slot ? clean_up_step{} : clean_up_step{action::remove_service, reason::starts_by_itself, position, edge};
      }
      default: return {};
    }
  }

  [[nodiscard]] constexpr clean_up_step judge_process(uint32_t position, const graph_node& n) noexcept {
    if (n.has(node_system_parent) || n.pid == system_process_id) return {};
    for (uint32_t k = n.first_in; k != no_slot; k = graph_.edge(k).next_in) {
      const uint32_t image = graph_.edge(k).kind == edge_kind::started ? part_.find(graph_.edge(k).from) : no_slot;
      if (image == no_slot || node(image).kind != node_kind::file || node(image).has(node_gone)) continue;
      if (judge_file(image).action == action::quarantine_file) return {action::terminate_process, reason::runs_payload, position, k};
    }
    return {};
  }

  [[nodiscard]] constexpr bool names_what_was_brought(uint32_t index) const noexcept {
    for (uint32_t k = graph_.node(index).first_out; k != no_slot; k = graph_.edge(k).next_out)
      if (graph_.edge(k).kind == edge_kind::named && first_of(graph_.edge(k).to, true) != no_slot) return true;
    return false;
  }

  [[nodiscard]] constexpr clean_up_step judge_value(uint32_t position, uint32_t index) noexcept {
    const uint32_t edge = first_of(index, true), other = first_of(index, false);
    if (edge == no_slot) return {};
    const canonical_key key = canonicalise_key(graph_.label(index), scratch());
    const value_place place = place_of_value(key.path);
    if (place == value_place::trace) return {action::leave, reason::routine_trace, position, edge};
    if (place == value_place::key_store) return {action::leave, reason::key_store, position, edge};
    if (place == value_place::other) return {action::set_back_registry_value, names_what_was_brought(index) ? reason::names_payload : reason::changed_setting, position, edge};
    const bool before = other != no_slot && graph_.edge(other).first_100ns < graph_.edge(edge).first_100ns;
    const bool set_back = before || place == value_place::autostart_setting || key.truncated || graph_.node(index).has(node_truncated);
    return {set_back ? action::set_back_registry_value : action::remove_registry_value, reason::starts_by_itself, position, edge};
  }

  [[nodiscard]] constexpr clean_up_step judge_file(uint32_t position) noexcept {
    const uint32_t index = part_.nodes[position].node;
    uint32_t edge = first_of(index, true);
    const bool by_offender = edge != no_slot;
    if (edge == no_slot && part_.nodes[position].explains) edge = first_of(index, false);
    if (edge == no_slot) edge = run_by_the_chain(index);
    if (edge == no_slot) return {};
    const reason why = reason_of(index, graph_.edge(edge), by_offender);
    const clean_up_grade grade = grade_of(why);
    const action takes = graph_.node(index).has(node_link) ? action::remove_link : action::quarantine_file;
    return {grade == clean_up_grade::leave ? action::leave : grade == clean_up_grade::check ? action::review : takes, why, position, edge};
  }

  [[nodiscard]] constexpr reason reason_of(uint32_t index, const graph_edge& e, bool by_offender) noexcept {
    const graph_node& n = graph_.node(index);
    const canonical_path file = canonicalise(graph_.label(index), scratch());
    const file_place place = place_of_file(file);
    const file_use use = use_of_file(file.path);
    const bool program = use == file_use::program || n.has(node_executable);
    const bool was_written = e.kind != edge_kind::started;
    const bool is_culprits = !was_written && part_.find(e.to) == part_.culprit;
    const bool guarded = place == file_place::windows || place == file_place::installed;
    if (n.has(node_folder)) return reason::directory;
    if (place == file_place::key_store) return program ? reason::unknown_file : reason::key_store;
    if (place == file_place::registry_hive) return reason::registry_hive;
    if (place == file_place::trace && !n.has(node_executable)) return reason::routine_trace;
    if (guarded && !by_offender) return was_written || !n.has(node_system) ? reason::installed_program : reason::none;
    if (place == file_place::unclear || n.has(node_truncated)) return reason::unclear_place;
    if (by_offender && existed_before(index, e.first_100ns)) return reason::was_there_before;
    if (n.has(node_microsoft)) return was_written || is_culprits ? reason::signed_by_microsoft : reason::installed_program;
    if (place == file_place::autostart) return reason::starts_by_itself;
    if (use == file_use::stored_credentials || n.has(node_saved_hive)) return reason::stolen_credentials;
    if (!was_written && (!is_culprits || leads(file_name(file.path), interpreters))) return reason::program_of_chain;
    if (n.has(node_link) && names_what_was_brought(index)) return reason::links_to_payload;
    const bool for_everybody = guarded && graph_.node(e.from).has(node_system_parent);
    return !was_written || (program && !for_everybody) ? reason::payload : reason::unknown_file;
  }

  [[nodiscard]] constexpr uint32_t run_by_the_chain(uint32_t index) const noexcept {
    uint32_t best = no_slot;
    for (uint32_t k = graph_.node(index).first_out; k != no_slot; k = graph_.edge(k).next_out) {
      const uint32_t process = graph_.edge(k).kind == edge_kind::started ? part_.find(graph_.edge(k).to) : no_slot;
      if (process == no_slot) continue;
      if (process == part_.culprit) return k;
      if (best == no_slot && part_.nodes[process].explains) best = k;
    }
    return best;
  }

  [[nodiscard]] constexpr span<char16_t> scratch() noexcept { return {out_.scratch, sizeof out_.scratch / sizeof out_.scratch[0]}; }

  const Store& graph_;
  const subgraph<Most>& part_;
  clean_up_list<MostSteps>& out_;
  bool offender_[Most] = {};
};

}

/// What the finding's culprit, and what it started, left, as far as it still exists by the graph, and what brought it in; each object
/// with grade and reason. Paths are judged by the default path_environment. The same graph gives the same list.
template <class Store, uint32_t Most, uint32_t MostSteps>
constexpr void plan_clean_up(const Store& graph, const subgraph<Most>& part, clean_up_list<MostSteps>& out) noexcept {
  detail::clean_up_maker<Store, Most, MostSteps>(graph, part, out).run();
}

/// The list as a JSON array of {"step","grade","reason","object","pid","value","node","because"}: `node` is the id in the graph's JSON,
/// `value` a registry value's recorded data.
template <class Store, uint32_t Most, uint32_t MostSteps, class Sink>
constexpr void export_clean_up(const Store& graph, const subgraph<Most>& part, const clean_up_list<MostSteps>& list, Sink&& sink) {
  json_writer out(sink);
  out.begin_array();
  for (uint32_t i = 0; i < list.size; ++i) {
    const clean_up_step& step = list.steps[i];
    const uint32_t index = part.nodes[step.position].node;
    const graph_node& n = graph.node(index);
    out.begin_object();
    out.key("step").value(name(step.action));
    out.key("grade").value(name(step.grade()));
    out.key("reason").value(name(step.reason));
    out.key("object").value(graph.label(index));
    if (n.kind == node_kind::process) out.key("pid").value(n.pid);
    if (n.kind == node_kind::registry && n.detail.size != 0) out.key("value").value(graph.detail(index));
    out.key("node").value(step.position);
    const graph_edge& e = graph.edge(step.because);
    const auto put = [&](uint32_t node) {
      out.part(node == index ? text(u"it") : graph.label(node));
      if (node == index || graph.node(node).pid == 0) return;
      out.part(" (pid ");
      out.part(graph.node(node).pid);
      out.part(")");
    };
    out.key("because").begin_sentence();
    put(e.from);
    out.part(" ");
    out.part(name(e.kind));
    out.part(" ");
    put(e.to);
    out.part(", record ");
    out.part(e.record);
    out.end_sentence();
    out.end_object();
  }
  out.end_array();
  out.finish();
}

}

#endif

// ==== bartizan/response/evidence.hpp ====
#ifndef BARTIZAN_RESPONSE_EVIDENCE_HPP
#define BARTIZAN_RESPONSE_EVIDENCE_HPP

/// The smallest evidence for a finding: the events that alone bring the same verdict about.
namespace BARTIZAN_NAMESPACE::respond {

/// Delta debugging (A. Zeller, R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002, algorithm ddmin): moves the items
/// that are needed to the front of `items`, in their order, and returns how many they are. `holds(span<const T>)` says whether a
/// selection still brings the verdict about; it must hold for all of `items`, or nothing is taken away. The result is 1-minimal:
/// without any one of its items `holds` is false. `scratch` has room for as many items. At most `tests` calls: when they are used
/// up, what holds so far is returned and `tests` is 0.
template <class T, class Holds>
constexpr size_t minimise(span<T> items, span<T> scratch, uint32_t& tests, Holds&& holds) {
  const auto asks = [&](span<const T> some) {
    if (tests == 0) return false;
    --tests;
    return static_cast<bool>(holds(some));
  };
  size_t size = items.size;
  if (size == 0 || scratch.size < size || !asks(items)) return size;
  for (size_t parts = 2; size > 1 && tests != 0;) {
    if (parts > size) parts = size;
    bool reduced = false;
    for (size_t i = 0; i < parts && !reduced; ++i) {
      const size_t begin = size * i / parts;
      const size_t end = size * (i + 1) / parts;
      if (parts == 2 || end - begin > 1 || size == parts) {
        for (size_t k = begin; k < end; ++k) scratch[k - begin] = items[k];
        if (end - begin < size && asks(span<const T>(scratch.data, end - begin))) {
          for (size_t k = begin; k < end; ++k) items[k - begin] = items[k];
          size = end - begin;
          parts = 2;
          reduced = true;
          break;
        }
      }
      if (parts == 2) continue;  // all but a half is the other half
      size_t kept = 0;
      for (size_t k = 0; k < size; ++k)
        if (k < begin || k >= end) scratch[kept++] = items[k];
      if (!asks(span<const T>(scratch.data, kept))) continue;
      for (size_t k = 0; k < kept; ++k) items[k] = scratch[k];
      size = kept;
      parts = parts > 3 ? parts - 1 : 2;
      reduced = true;
    }
    if (reduced) continue;
    if (parts == size) break;  // every single item was tried: 1-minimal
    parts *= 2;
  }
  if (size == 1 && tests != 0 && asks(span<const T>())) size = 0;
  return size;
}

}

#endif

// ==== bartizan/response/export_json.hpp ====
#ifndef BARTIZAN_RESPONSE_EXPORT_JSON_HPP
#define BARTIZAN_RESPONSE_EXPORT_JSON_HPP

namespace BARTIZAN_NAMESPACE::respond {

/// Calls `take(const graph_edge&, uint32_t from, uint32_t to)` for each edge of the graph with both ends in `part`, by their
/// positions there.
template <class Store, uint32_t Most, class Take>
constexpr void for_each_edge(const Store& graph, const subgraph<Most>& part, Take&& take) {
  for (uint32_t i = 0; i < part.size; ++i)
    for (uint32_t k = graph.node(part.nodes[i].node).first_out; k != no_slot; k = graph.edge(k).next_out) {
      const uint32_t to = part.find(graph.edge(k).to);
      if (to != no_slot) take(graph.edge(k), i, to);
    }
}

/// One finding's graph as a JSON object (docs/root_cause.md): ids are positions in `nodes`; `record` is the event::record of an edge's
/// first event; `cut` says what the graph gave up for want of room and how many nodes did not fit into this export.
template <class Store, uint32_t Most, class Sink>
constexpr void export_json(const Store& graph, const subgraph<Most>& part, Sink&& sink) {
  json_writer out(sink);
  const auto id = [&out](const char* key, uint32_t position) {
    out.key(key);
    if (position == no_slot) out.null();
    else out.value(position);
  };
  out.begin_object();
  id("root", part.root);
  id("finding", part.alert);
  out.key("nodes").begin_array();
  for (uint32_t i = 0; i < part.size; ++i) {
    const uint32_t index = part.nodes[i].node;
    const graph_node& n = graph.node(index);
    out.begin_object();
    out.key("id").value(i);
    out.key("kind").value(name(n.kind));
    out.key("label");
    if (n.kind == node_kind::alert && n.found_by != nullptr) out.value(n.found_by->name);
    else out.value(graph.label(index));
    if (n.kind == node_kind::process) {
      if (n.pid != 0) out.key("pid").value(n.pid);
      if (n.detail.size != 0) out.key("command_line").value(graph.detail(index));
      if (n.has(node_system_parent)) out.key("system_parent").value(true);
    } else if (n.detail.size != 0) {
      out.key("data").value(graph.detail(index));
    }
    if (n.has(node_gone)) out.key("gone").value(true);
    if (n.has(node_truncated)) out.key("truncated").value(true);
    out.key("time").time(n.first_100ns);
    out.key("role").value(name(part.nodes[i].role));
    out.end_object();
  }
  out.end_array();
  out.key("edges").begin_array();
  for_each_edge(graph, part, [&](const graph_edge& e, uint32_t from, uint32_t to) {
    out.begin_object();
    out.key("from").value(from);
    out.key("to").value(to);
    out.key("kind").value(name(e.kind));
    out.key("first").time(e.first_100ns);
    out.key("last").time(e.last_100ns);
    out.key("count").value(e.count);
    out.key("record").value(e.record);
    out.end_object();
  });
  out.end_array();
  out.key("cut").begin_object();
  out.key("nodes").value(graph.cut().nodes);
  out.key("edges").value(graph.cut().edges);
  out.key("texts").value(graph.cut().texts);
  out.key("left_out").value(part.left_out);
  out.end_object();
  out.end_object();
  out.finish();
}

}

#endif

// ==== bartizan/response/export_alert.hpp ====
#ifndef BARTIZAN_RESPONSE_EXPORT_ALERT_HPP
#define BARTIZAN_RESPONSE_EXPORT_ALERT_HPP

/// What the exports into other products' schemas share: one alert in their terms.
namespace BARTIZAN_NAMESPACE::respond {

/// Of the machine that the graph is about; the host knows it.
struct export_origin {
  text host = {};  ///< name of the machine; empty unknown
};

/// Severities of OCSF, which are ascending numbers.
enum class alert_severity : uint8_t { informational = 1, low = 2, medium = 3, high = 4, critical = 5 };

struct alert_summary {
  const rule* found_by = nullptr;
  verdict evidence = verdict::none;
  bool demands_action = false;  ///< the response table alerts an administrator
  alert_severity severity = alert_severity::low;
  uint32_t culprit = no_slot;  ///< nodes of the graph
  uint32_t target = no_slot;
  uint64_t first_100ns = 0;
  uint64_t last_100ns = 0;
  uint64_t record = 0;
  uint64_t uid = 0;  ///< of host, rule, first time and first record: the same in each export of the finding
};

template <class Store, uint32_t Most>
[[nodiscard]] constexpr alert_summary summarise(const Store& graph, const subgraph<Most>& part, const export_origin& origin) noexcept {
  alert_summary out;
  if (part.alert == no_slot) return out;
  const uint32_t alert = part.nodes[part.alert].node;
  const graph_node& n = graph.node(alert);
  out.found_by = n.found_by;
  out.evidence = n.evidence;
  out.first_100ns = out.last_100ns = n.first_100ns;
  out.record = n.record;
  if (part.culprit != no_slot) out.culprit = part.nodes[part.culprit].node;
  for (uint32_t k = n.first_in; k != no_slot; k = graph.edge(k).next_in) out.last_100ns = graph.edge(k).last_100ns;
  for (uint32_t k = n.first_out; k != no_slot; k = graph.edge(k).next_out) out.target = graph.edge(k).to;
  if (n.found_by != nullptr) {
    const bool convicted = n.evidence == verdict::convict;
    const policy::disposition& row = policy::disposition_of(convicted ? n.found_by->row : n.found_by->minor_row);
    out.demands_action = row.admin == policy::admin_notice::alert;
    out.severity = !convicted ? (n.evidence == verdict::event ? alert_severity::medium : alert_severity::low)
           : row.health == policy::health::red ? alert_severity::critical : alert_severity::high;
    out.uid = n.found_by->id;
  }
  constexpr uint64_t fnv = 0x100000001b3u;
  out.uid = hash_text(origin.host, (0xcbf29ce484222325u ^ out.uid) * fnv);
  out.uid = ((out.uid ^ out.first_100ns) * fnv ^ out.record) * fnv;
  return out;
}

/// "T1003" of "T1003.001", and whether there was a dot.
struct technique_id {
  char16_t base[12] = {};
  uint32_t size = 0;
  bool has_sub = false;
};
[[nodiscard]] constexpr technique_id base_technique(const char* technique) noexcept {
  technique_id out;
  for (; technique[out.size] != '\0' && technique[out.size] != '.' && out.size < 12; ++out.size) out.base[out.size] = static_cast<char16_t>(technique[out.size]);
  out.has_sub = technique[out.size] == '.';
  return out;
}

/// The process that made `node`, or no_slot.
template <class Store>
[[nodiscard]] constexpr uint32_t parent_of(const Store& graph, uint32_t node) noexcept {
  uint32_t parent = no_slot;
  for (uint32_t k = graph.node(node).first_in; k != no_slot; k = graph.edge(k).next_in)
    if (graph.edge(k).kind == edge_kind::created) parent = graph.edge(k).from;  // the last in the list was told first
  return parent;
}

/// Members that a host or a reader can find the process by: an id that outlives the reuse of its PID.
template <class Sink>
constexpr void put_process_uid(json_writer<Sink>& out, const graph_node& n) {
  out.begin_sentence();
  if (n.identity != 0) out.part("key-"), out.part_hex(n.identity);
  else out.part("serial-"), out.part(uint64_t{n.serial});
  out.end_sentence();
}

}

#endif

// ==== bartizan/response/export_dot.hpp ====
#ifndef BARTIZAN_RESPONSE_EXPORT_DOT_HPP
#define BARTIZAN_RESPONSE_EXPORT_DOT_HPP

namespace BARTIZAN_NAMESPACE::respond {

namespace detail {

template <class Sink>
constexpr void put_dot(text_writer<Sink>& out, text in) {
  for_each_code_point(in, [&out](uint32_t code_point) {
    if (code_point == '"' || code_point == '\\') out.put('\\');
    if (code_point == '&') out.raw("&amp;");
    else out.utf8(code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0) ? 0xfffd : code_point);
  });
}

[[nodiscard]] constexpr const char* dot_shape(node_kind k) noexcept {
  switch (k) {
    case node_kind::process: return "box";
    case node_kind::alert: return "octagon";
    case node_kind::network: return "ellipse";
    default: return "note";
  }
}

[[nodiscard]] constexpr const char* dot_colour(node_role r) noexcept {
  switch (r) {
    case node_role::root_cause: return "orange";
    case node_role::culprit: return "red";
    case node_role::target: return "blue";
    case node_role::ancestor: return "gray40";
    case node_role::touched: return "black";
  }
  return "black";
}

}

/// One finding's graph in Graphviz' language: `dot -Tsvg`. Labels are UTF-8; the sink gets plain text.
template <class Store, uint32_t Most, class Sink>
constexpr void export_dot(const Store& graph, const subgraph<Most>& part, Sink&& sink) {
  text_writer out(sink);
  out.raw("digraph cause {\n  charset=\"UTF-8\";\n  rankdir=LR;\n");
  for (uint32_t i = 0; i < part.size; ++i) {
    const uint32_t index = part.nodes[i].node;
    const graph_node& n = graph.node(index);
    out.raw("  n"), out.number(i);
    out.raw(" [shape="), out.raw(detail::dot_shape(n.kind));
    out.raw(" color="), out.raw(detail::dot_colour(part.nodes[i].role));
    out.raw(" label=\"");
    if (n.kind == node_kind::alert && n.found_by != nullptr) out.raw(n.found_by->name);
    else detail::put_dot(out, graph.label(index));
    if (n.pid != 0) out.raw("\\npid "), out.number(n.pid);
    out.raw("\"];\n");
  }
  for_each_edge(graph, part, [&](const graph_edge& e, uint32_t from, uint32_t to) {
    out.raw("  n"), out.number(from);
    out.raw(" -> n"), out.number(to);
    out.raw(" [label=\""), out.raw(name(e.kind));
    if (e.count > 1) out.raw(" x"), out.number(e.count);
    out.raw("\"];\n");
  });
  out.raw("}\n");
  out.flush();
}

}

#endif

// ==== bartizan/response/export_ecs.hpp ====
#ifndef BARTIZAN_RESPONSE_EXPORT_ECS_HPP
#define BARTIZAN_RESPONSE_EXPORT_ECS_HPP

/// One finding as an event of the Elastic Common Schema. Source: github.com/elastic/ecs, release 8.17: field sets base, ecs, event, rule,
/// threat, process, file, registry, destination, host, observer.
namespace BARTIZAN_NAMESPACE::respond {

inline constexpr const char* ecs_version = "8.17.0";

namespace detail {

template <class Store, class Sink>
constexpr void put_ecs_process(json_writer<Sink>& out, const Store& graph, uint32_t index) {
  const graph_node& n = graph.node(index);
  const text image = graph.label(index);
  put_process_uid(out.key("entity_id"), n);
  if (n.pid != 0) out.key("pid").value(n.pid);
  if (!image.empty()) {
    out.key("executable").value(image);
    out.key("name").value(file_name(image));
  }
  if (n.detail.size != 0) out.key("command_line").value(graph.detail(index));
  if (n.has(node_born)) out.key("start").time(n.first_100ns);
}

/// The first object of `kind` that the culprit itself changed or reached, or no_slot.
template <class Store>
[[nodiscard]] constexpr uint32_t first_object(const Store& graph, uint32_t culprit, node_kind kind) noexcept {
  uint32_t best = no_slot;
  for (uint32_t k = graph.node(culprit).first_out; k != no_slot; k = graph.edge(k).next_out) {
    const graph_edge& e = graph.edge(k);
    const bool counts = graph.node(e.to).kind == kind && e.kind != edge_kind::named && graph.node(e.to).label.size != 0;
    if (counts && (best == no_slot || e.first_100ns <= graph.edge(best).first_100ns)) best = k;
  }
  return best == no_slot ? no_slot : graph.edge(best).to;
}

}

/// Does nothing for a subgraph without an alert. Objects are the first file, registry value and endpoint that the culprit touched; all of
/// them are in the graph's own JSON.
template <class Store, uint32_t Most, class Sink>
constexpr void export_ecs(const Store& graph, const subgraph<Most>& part, const export_origin& origin, Sink&& sink) {
  const alert_summary alert = summarise(graph, part, origin);
  if (alert.found_by == nullptr) return;
  const rule& r = *alert.found_by;
  json_writer out(sink);
  out.begin_object();
  out.key("@timestamp").time(alert.first_100ns);
  out.key("ecs").begin_object();
  out.key("version").value(ecs_version);
  out.end_object();
  out.key("message").begin_sentence();
  out.part(policy::disposition_of(alert.evidence == verdict::convict ? r.row : r.minor_row).title);
  if (alert.culprit != no_slot) {
    out.part(": ");
    out.part(graph.label(alert.culprit));
  }
  if (alert.target != no_slot) {
    out.part(" -> ");
    out.part(graph.label(alert.target));
  }
  out.end_sentence();
  out.key("event").begin_object();
  out.key("kind").value(alert.evidence == verdict::convict || alert.demands_action ? "alert" : "event");
  out.key("category").begin_array();
  out.value("process");
  out.value("intrusion_detection");
  out.end_array();
  out.key("type").begin_array();
  out.value("info");
  out.end_array();
  out.key("action").value(r.name);
  out.key("code").begin_sentence();
  out.part(uint64_t{r.id});
  out.end_sentence();
  out.key("dataset").value("bartizan.findings");
  out.key("module").value("bartizan");
  out.key("id").hex(alert.uid);
  out.key("severity").value(uint32_t{static_cast<uint8_t>(alert.severity)});
  out.key("start").time(alert.first_100ns);
  out.key("end").time(alert.last_100ns);
  out.end_object();
  out.key("rule").begin_object();
  out.key("id").begin_sentence();
  out.part(uint64_t{r.id});
  out.end_sentence();
  out.key("name").value(r.name);
  out.key("category").value(name(r.group));
  out.key("ruleset").value("bartizan");
  out.key("version").begin_sentence();
  out.part(uint64_t{r.version});
  out.end_sentence();
  out.end_object();
  const technique_id base = base_technique(r.technique);
  out.key("threat").begin_object();
  out.key("framework").value("MITRE ATT&CK");
  out.key("technique").begin_object();
  out.key("id").begin_array();
  out.value(text(base.base, base.size));
  out.end_array();
  if (base.has_sub) {
    out.key("subtechnique").begin_object();
    out.key("id").begin_array();
    out.value(r.technique);
    out.end_array();
    out.end_object();
  }
  out.end_object();
  out.end_object();
  out.key("observer").begin_object();
  out.key("product").value("bartizan");
  out.key("vendor").value("bartizan");
  out.key("version").value(BARTIZAN_VERSION_STRING);
  out.end_object();
  if (!origin.host.empty()) {
    out.key("host").begin_object();
    out.key("name").value(origin.host);
    out.end_object();
  }
  if (alert.culprit != no_slot) {
    out.key("process").begin_object();
    detail::put_ecs_process(out, graph, alert.culprit);
    if (const uint32_t parent = parent_of(graph, alert.culprit); parent != no_slot) {
      out.key("parent").begin_object();
      detail::put_ecs_process(out, graph, parent);
      out.end_object();
    }
    out.end_object();
    if (const uint32_t file = detail::first_object(graph, alert.culprit, node_kind::file); file != no_slot) {
      out.key("file").begin_object();
      out.key("path").value(graph.label(file));
      out.key("name").value(file_name(graph.label(file)));
      out.end_object();
    }
    if (const uint32_t value = detail::first_object(graph, alert.culprit, node_kind::registry); value != no_slot) {
      out.key("registry").begin_object();
      out.key("path").value(graph.label(value));
      out.end_object();
    }
    if (const uint32_t remote = detail::first_object(graph, alert.culprit, node_kind::network); remote != no_slot) {
      out.key("destination").begin_object();
      out.key("address").value(graph.label(remote));
      out.end_object();
    }
  }
  out.end_object();
  out.finish();
}

}

#endif

// ==== bartizan/response/export_ocsf.hpp ====
#ifndef BARTIZAN_RESPONSE_EXPORT_OCSF_HPP
#define BARTIZAN_RESPONSE_EXPORT_OCSF_HPP

/// One finding as an OCSF Detection Finding (class 2004). Source: github.com/ocsf/ocsf-schema, release 1.4.0 (the first with
/// `is_alert`); what is required there is required up to 1.9.0 too. Registry values have no place among its evidence artefacts
/// outside the Windows extension: they are in the graph's own JSON.
namespace BARTIZAN_NAMESPACE::respond {

inline constexpr const char* ocsf_version = "1.4.0";

namespace detail {

template <class Sink>
constexpr void put_ocsf_file(json_writer<Sink>& out, text path) {
  out.begin_object();
  out.key("name").value(file_name(path));
  out.key("path").value(path);
  out.key("type_id").value(uint32_t{1});  // regular file
  out.end_object();
}

/// With its parents inside, as far as `levels` goes.
template <class Store, class Sink>
constexpr void put_ocsf_process(json_writer<Sink>& out, const Store& graph, uint32_t index, uint32_t levels) {
  uint32_t open = 0;
  for (; index != no_slot && levels != 0; --levels) {
    const graph_node& n = graph.node(index);
    const text image = graph.label(index);
    out.begin_object();
    ++open;
    if (n.pid != 0) out.key("pid").value(n.pid);
    put_process_uid(out.key("uid"), n);
    if (!image.empty()) {
      out.key("name").value(file_name(image));
      out.key("file");
      put_ocsf_file(out, image);
    }
    if (n.detail.size != 0) out.key("cmd_line").value(graph.detail(index));
    if (n.has(node_born)) out.key("created_time").value_signed(unix_milliseconds(n.first_100ns));
    index = parent_of(graph, index);
    if (index != no_slot && levels > 1) out.key("parent_process");
  }
  for (; open != 0; --open) out.end_object();
}

}

/// Does nothing for a subgraph without an alert.
template <class Store, uint32_t Most, class Sink>
constexpr void export_ocsf(const Store& graph, const subgraph<Most>& part, const export_origin& origin, Sink&& sink) {
  const alert_summary alert = summarise(graph, part, origin);
  if (alert.found_by == nullptr) return;
  const rule& r = *alert.found_by;
  json_writer out(sink);
  out.begin_object();
  out.key("activity_id").value(uint32_t{1});  // create
  out.key("activity_name").value("Create");
  out.key("category_uid").value(uint32_t{2});
  out.key("category_name").value("Findings");
  out.key("class_uid").value(uint32_t{2004});
  out.key("class_name").value("Detection Finding");
  out.key("type_uid").value(uint32_t{200'401});
  out.key("severity_id").value(uint32_t{static_cast<uint8_t>(alert.severity)});
  out.key("confidence_id").value(uint32_t{alert.evidence == verdict::convict ? 3u : alert.evidence == verdict::event ? 2u : 1u});
  out.key("status_id").value(uint32_t{1});  // new
  out.key("is_alert").value(alert.demands_action);
  out.key("time").value_signed(unix_milliseconds(alert.first_100ns));
  out.key("start_time").value_signed(unix_milliseconds(alert.first_100ns));
  out.key("end_time").value_signed(unix_milliseconds(alert.last_100ns));
  out.key("metadata").begin_object();
  out.key("version").value(ocsf_version);
  out.key("product").begin_object();
  out.key("name").value("bartizan");
  out.key("vendor_name").value("bartizan");
  out.key("version").value(BARTIZAN_VERSION_STRING);
  out.end_object();
  out.end_object();
  if (!origin.host.empty()) {
    out.key("device").begin_object();
    out.key("hostname").value(origin.host);
    out.key("type_id").value(uint32_t{0});
    out.end_object();
  }
  out.key("finding_info").begin_object();
  out.key("uid").hex(alert.uid);
  out.key("title").value(policy::disposition_of(alert.evidence == verdict::convict ? r.row : r.minor_row).title);
  out.key("types").begin_array();
  out.value(name(r.group));
  out.end_array();
  out.key("first_seen_time").value_signed(unix_milliseconds(alert.first_100ns));
  out.key("last_seen_time").value_signed(unix_milliseconds(alert.last_100ns));
  out.key("analytic").begin_object();
  out.key("name").value(r.name);
  out.key("uid").begin_sentence();
  out.part(uint64_t{r.id});
  out.end_sentence();
  out.key("type_id").value(uint32_t{2});  // behavioural
  out.end_object();
  const technique_id base = base_technique(r.technique);
  out.key("attacks").begin_array();
  out.begin_object();
  out.key("technique").begin_object();
  out.key("uid").value(text(base.base, base.size));
  out.end_object();
  if (base.has_sub) {
    out.key("sub_technique").begin_object();
    out.key("uid").value(r.technique);
    out.end_object();
  }
  out.end_object();
  out.end_array();
  out.end_object();

  out.key("evidences").begin_array();
  if (alert.culprit != no_slot) {
    out.begin_object();
    out.key("actor").begin_object();
    out.key("process");
    detail::put_ocsf_process(out, graph, alert.culprit, 8);
    out.end_object();
    if (alert.target != no_slot) {
      out.key("process");
      detail::put_ocsf_process(out, graph, alert.target, 1);
    }
    out.end_object();
  }
  for (uint32_t i = 0; i < part.size; ++i) {
    const uint32_t index = part.nodes[i].node;
    const graph_node& n = graph.node(index);
    const bool is_process = n.kind == node_kind::process && index != alert.culprit && index != alert.target;
    const bool is_file = n.kind == node_kind::file || n.kind == node_kind::module;
    if (!is_process && !is_file && n.kind != node_kind::network) continue;
    if (!is_process && n.label.size == 0) continue;
    out.begin_object();
    if (is_process) {
      out.key("process");
      detail::put_ocsf_process(out, graph, index, 1);
    } else if (is_file) {
      out.key("file");
      detail::put_ocsf_file(out, graph.label(index));
    } else {
      out.key("dst_endpoint").begin_object();
      out.key("name").value(graph.label(index));
      out.end_object();
    }
    out.end_object();
  }
  out.end_array();
  out.end_object();
  out.finish();
}

}

#endif

// ==== bartizan/response/prevention.hpp ====
#ifndef BARTIZAN_RESPONSE_PREVENTION_HPP
#define BARTIZAN_RESPONSE_PREVENTION_HPP

/// Where an operation can still be prevented, and what is then failed or stripped (rules.md 0.11).
namespace BARTIZAN_NAMESPACE::respond {

enum class prevention : uint8_t {
  none,   ///< no callback comes before it: threads, APCs, memory, tokens are stopped through the handle, or after the fact
  strip,  ///< rights are taken off a handle; the open itself cannot be failed (ObRegisterCallbacks)
  deny,   ///< the operation fails: process notify (CreationStatus), minifilter, CmRegisterCallbackEx
};

/// By kind, whatever its time. An image can be denied by a minifilter when its section is made; the load notification comes too late
/// and is to be flagged `event_after_operation`.
[[nodiscard]] constexpr prevention prevention_of(event_kind kind) noexcept {
  switch (kind) {
    case event_kind::handle_open:
    case event_kind::handle_duplicate: return prevention::strip;
    case event_kind::process_create:
    case event_kind::image_load:
    case event_kind::registry:
    case event_kind::file: return prevention::deny;
    default: return prevention::none;
  }
}

[[nodiscard]] constexpr bool has_happened(const event& e) noexcept { return (e.flags & event_after_operation) != 0; }

/// What the operation is done to.
[[nodiscard]] constexpr step_object object_of(const event& e) noexcept {
  step_object out;
  out.process = e.actor.key;
  switch (e.kind) {
    case event_kind::handle_open:
    case event_kind::handle_duplicate:
      out.kind = object_kind::handle;
      out.target = e.target.key;
      out.handle_value = e.data.handle.handle_value;
      out.path = e.target_image;
      break;
    case event_kind::process_create:
      out.kind = object_kind::process;
      out.path = e.actor_image;
      break;
    case event_kind::image_load:
      out.kind = object_kind::file;
      out.path = e.data.image.path;
      break;
    case event_kind::registry:
      out.kind = object_kind::registry_key;
      out.path = e.data.registry.key;
      break;
    case event_kind::file:
      out.kind = object_kind::file;
      out.path = e.data.file.path;
      break;
    default: break;
  }
  return out;
}

/// Rights that go when a handle is denied: all that the finding names, or else all that can do harm.
[[nodiscard]] constexpr access_mask rights_to_strip(const outcome& o, const pre_outcome& before, const handle_payload& handle) noexcept {
  const access_mask named = o.strip_mask | before.strip_mask;
  if (named != 0) return named;
  if (handle.type == handle_payload::object::thread)
    return expand(handle.granted, thread_mapping) & ~(thread_query_information | thread_query_limited_information | synchronize);
  if (handle.type == handle_payload::object::token) return expand(handle.granted, token_mapping) & ~token_query;
  return expand(handle.granted, process_mapping) & ~harmless_rights;
}

}

#endif

// ==== bartizan/response/plan.hpp ====
#ifndef BARTIZAN_RESPONSE_PLAN_HPP
#define BARTIZAN_RESPONSE_PLAN_HPP

/// From a finding to what the host must do: the response table, spelled out for one event. Pure; any IRQL; no memory.
namespace BARTIZAN_NAMESPACE::respond {

namespace detail {

struct suspect {
  process_key key;
  role_set roles;
  text image;
};

[[nodiscard]] constexpr suspect culprit_of(const outcome& o, const event& e) noexcept {
  switch (o.whose) {
    case culprit::actor: return {e.actor.key, e.actor.roles, e.actor_image};
    case culprit::instigator: return {e.instigator, e.instigator_roles, {}};
    case culprit::nobody: break;
  }
  return {};
}

[[nodiscard]] constexpr bool runs_instigators_code(const outcome& o, const event& e) noexcept {
  if (o.whose != culprit::instigator) return false;
  if (e.facts.get(fact::frame_tainted) == truth::yes) return true;
  return e.kind == event_kind::image_load && has_happened(e) && e.facts.get(fact::library_was_forced) == truth::yes;
}

constexpr void end(plan& p, const suspect& s, const char* why) noexcept {
  step_object object;
  object.kind = object_kind::process;
  object.process = s.key;
  object.path = s.image;
  constexpr uint32_t system_pid = 4;
  if (is_critical(s.roles) || s.key.pid == system_pid)
    p.add(step_kind::termination_withheld, object,
       "a critical system process is never ended: isolate the machine, and restart it once the analysis is done");
  else p.add(step_kind::terminate, object, why);
}

constexpr void add_termination(plan& p, const policy::disposition& row, bool known_row, const outcome& o, const event& e, bool blocked) noexcept {
  using policy::process_action;
  if (!known_row) {
    p.add(step_kind::termination_withheld, {}, "the response table has no row for this detection");
    return;
  }
  if (row.process != process_action::terminated && row.process != process_action::terminated_or_start_blocked) return;
  const suspect s = culprit_of(o, e);
  if (!s.key.is_set()) {
    p.add(step_kind::termination_withheld, {},
       (e.flags & event_kernel_caller) != 0 ? "code in the kernel did it, and no process can be ended for it: isolate the machine and restart it"
                         : "no process on this machine stands behind it");
    return;
  }
  if (!(blocked && s.key == e.actor.key)) end(p, s, "it attacked, and the response table ends it");
  if (runs_instigators_code(o, e) && !(e.actor.key == s.key) && e.actor.key.is_set())
    end(p, {e.actor.key, e.actor.roles, e.actor_image}, "the attacker's code runs in it");
}

constexpr bool add_prevention(plan& p, const rule& r, const outcome& o, const event& e) noexcept {
  const prevention possible = prevention_of(e.kind);
  const bool pending = !has_happened(e);
  const pre_outcome before = pending && r.before != nullptr && o.action != response::none ? r.before(e) : pre_outcome{};
  const bool wants_deny = o.action >= response::deny || before.what == pre_outcome::decision::deny;
  const bool wants_strip = o.action >= response::strip;
  if (possible == prevention::none || !wants_strip) return false;
  step_object object = object_of(e);
  if (possible == prevention::strip) {
    object.rights = rights_to_strip(o, before, e.data.handle);
    if (pending) p.add(step_kind::strip, object, "rights that the program has no business with are taken off the handle");
    else p.add(step_kind::not_prevented, object, "these rights would have been taken off the handle: the event came after it was given out");
    return false;
  }
  if (!wants_deny) return false;
  if (pending) p.add(step_kind::deny, object, "the operation fails");
  else p.add(step_kind::not_prevented, object, "the operation would have failed: the event came after it had happened");
  return pending;
}

constexpr void add_telling(plan& p, const policy::disposition& row, const step_object& about) noexcept {
  using policy::admin_notice;
  if (row.admin == admin_notice::event) p.add(step_kind::event, about, row.title);
  if (row.admin == admin_notice::alert) p.add(step_kind::alert, about, row.title);
  if (row.health == policy::health::red) p.add(step_kind::health_red, about, "red until an administrator clears the alert");
  if (row.user_notified) p.add(step_kind::notify_user, about, row.title);
  if (row.root_cause_analysis) p.add(step_kind::root_cause_analysis, about, "how it came in, what began it, what it touched");
}

[[nodiscard]] constexpr step_object clean_up_object(const outcome& o, const event& e) noexcept {
  const suspect s = culprit_of(o, e);
  step_object object;
  object.process = s.key;
  object.path = s.image;
  if (s.key.is_set()) object.kind = object_kind::process;
  const bool is_actor = o.whose == culprit::actor;
  if (!is_actor || s.image.empty() || is_critical(s.roles) || at_most(e.actor.image_trust, trust::t1) != truth::yes) return object;
  char16_t buffer[400] = {};
  const file_place place = place_of_file(canonicalise(s.image, buffer));
  if (place == file_place::other || place == file_place::autostart) object.kind = object_kind::file;
  return object;
}

}

/// The steps for a rule's answer, after the policy had its word (policy::apply); `e` is the event that the engine enriched. What the
/// operation's time allows follows from `e.flags`. Mode off plans nothing; audit tells and acts on nothing.
[[nodiscard]] constexpr plan make_plan(const rule& r, const outcome& o, const event& e, policy::rule_mode mode = policy::rule_mode::block) noexcept {
  plan p;
  if (mode == policy::rule_mode::off || !o.is_worth_telling()) return p;
  const detection wanted = row_of(r, o);
  const policy::disposition& row = policy::disposition_of(wanted);
  const detail::suspect s = detail::culprit_of(o, e);
  step_object about;
  about.kind = object_kind::process;
  about.process = s.key.is_set() ? s.key : e.actor.key;
  about.path = s.key.is_set() ? s.image : e.actor_image;
  if (!about.process.is_set()) about.kind = object_kind::none;
  p.about = {r.id, wanted, {}, about.process, s.key == e.actor.key ? e.actor.image_hash : 0};

  if (o.evidence == verdict::none && o.action == response::none) {
    p.add(step_kind::record, about, "the rule did not see enough to judge");
    return p;
  }
  if (mode == policy::rule_mode::audit || o.audited) {
    p.add(step_kind::record, about, "audit: the rule is watched and nothing is done");
    if (o.evidence == verdict::none) return p;
    if (row.admin != policy::admin_notice::none) p.add(step_kind::event, about, row.title);
    if (o.evidence == verdict::convict && row.root_cause_analysis) p.add(step_kind::root_cause_analysis, about, "audit: to judge the rule by");
    return p;
  }
  const bool denied = detail::add_prevention(p, r, o, e);
  if (o.evidence != verdict::convict) {
    p.add(step_kind::record, about, row.title);
    if (o.action != response::strip && row.admin != policy::admin_notice::none) p.add(step_kind::event, about, row.title);
    return p;
  }
  detail::add_termination(p, row, row.row == wanted, o, e, denied && e.kind == event_kind::process_create);
  p.add(step_kind::record, about, row.title);
  detail::add_telling(p, row, about);
  if (row.clean_up) p.add(step_kind::clean_up, detail::clean_up_object(o, e), "the offending file and all that belongs to it go to quarantine");
  return p;
}

}

#endif

// ==== bartizan/response/file_plan.hpp ====
#ifndef BARTIZAN_RESPONSE_FILE_PLAN_HPP
#define BARTIZAN_RESPONSE_FILE_PLAN_HPP

/// From a file's verdict and the lists' word on it to what the host must do. Pure; any IRQL; no memory.
namespace BARTIZAN_NAMESPACE::respond {

/// What the lists say of a file (lists::disposition, in the same order).
enum class list_word : uint8_t { none, blocked, suppressed, allowed, lowered_to_event };

/// When the file was judged.
enum class file_moment : uint8_t {
  before_start,  ///< it is about to run or to be mapped, and that can be failed
  at_rest,       ///< a scan
  running,       ///< the verdict came too late
};

struct file_finding {
  bool detected = false;  ///< a verdict convicts, whatever the lists say
  detection row = detection::malware_before_execution;  ///< of the verdict: file_row
  list_word list = list_word::none;
  file_moment moment = file_moment::at_rest;
  uint8_t reserved[4] = {};
  process_key process = {};  ///< running: which process; before_start: the one that is being made, if any
  role_set roles = {};       ///< of that process
  uint64_t file_hash = 0;    ///< the host's number of this file, to fold alerts by: say, the first 8 bytes of its SHA-256
  text path = {};
};

/// The row for a file with these verdicts. A hidden program outranks PUA, since it calls for clean-up; a block entry convicts as malware.
[[nodiscard]] constexpr detection file_row(bool is_malware, bool is_pua, bool hides_program) noexcept {
  if (is_malware) return detection::malware_before_execution;
  if (hides_program) return detection::code_cave;
  return is_pua ? detection::pua_before_execution : detection::malware_before_execution;
}

/// Nothing for a clean file. What a list suppresses or allows is recorded; what only a path or a name speaks for is an event as well.
/// A file that ran before it was judged has no row of the table, which keeps health green only for what never ran: the administrator
/// is alerted, and no process is ended.
[[nodiscard]] constexpr plan make_file_plan(const file_finding& f, policy::rule_mode mode = policy::rule_mode::block) noexcept {
  plan p;
  const bool blocked = f.list == list_word::blocked;
  if (mode == policy::rule_mode::off || (!f.detected && !blocked)) return p;
  const policy::disposition& row = policy::disposition_of(f.row);
  step_object file;
  file.kind = object_kind::file;
  file.process = f.process;
  file.path = f.path;
  p.about = {0, f.row, {}, f.process, f.file_hash};
  if (f.list == list_word::suppressed || f.list == list_word::allowed) {
    p.add(step_kind::record, file, f.list == list_word::suppressed ? "a suppression list calls the detection false" : "an allow list speaks for the file");
    return p;
  }
  if (f.list == list_word::lowered_to_event) {
    p.add(step_kind::record, file, row.title);
    p.add(step_kind::event, file, "only a path or a name on an allow list speaks for the file");
    return p;
  }
  if (mode == policy::rule_mode::audit) {
    p.add(step_kind::record, file, "audit: the file is watched and nothing is done");
    p.add(step_kind::event, file, row.title);
    p.add(step_kind::root_cause_analysis, file, "audit: to judge the detection by");
    return p;
  }
  if (f.moment == file_moment::before_start) p.add(step_kind::deny, file, "it is not started");
  if (f.moment == file_moment::running) {
    step_object process = file;
    process.kind = object_kind::process;
    p.add(step_kind::not_prevented, file, "the verdict came after the file had been started");
    p.add(step_kind::termination_withheld, process,
       is_critical(f.roles) ? "a critical system process is never ended" : "the response table has no row for a file that already runs");
  }
  p.add(step_kind::quarantine, file, blocked ? "a block list names it" : "the file, and what belongs to it, is isolated");
  p.add(step_kind::record, file, row.title);
  detail::add_telling(p, f.moment == file_moment::running ? policy::unknown_disposition : row, file);
  if (row.clean_up) p.add(step_kind::clean_up, file, "the offending file and all that belongs to it go to quarantine");
  return p;
}

}

#endif

// ==== bartizan/response/progress.hpp ====
#ifndef BARTIZAN_RESPONSE_PROGRESS_HPP
#define BARTIZAN_RESPONSE_PROGRESS_HPP

/// What became of the steps of plans. The host performs them, when and on which thread it likes, and reports each.
namespace BARTIZAN_NAMESPACE::respond {

enum class step_result : uint8_t {
  done,
  deferred,  ///< must wait, say for a restart; no failure
  failed,
};

/// A step that is not done yet.
struct tracked_step {
  uint64_t finding = 0;     ///< the host's number of the finding
  uint64_t time_100ns = 0;  ///< FILETIME of the last report, as the host gave it; until then, of the plan
  process_key process = {};
  uint32_t error = 0;       ///< the host's code of the last failure or deferral (NTSTATUS)
  uint8_t index = 0;        ///< position in its plan
  step_kind kind = step_kind::none;
  bool deferred = false;
  uint8_t failures = 0;

  [[nodiscard]] constexpr bool is_failing() const noexcept { return failures != 0; }
};

/// What a report came to.
enum class noted : uint8_t {
  done,      ///< the step is off the table
  waiting,   ///< deferred
  retry,     ///< failed; to be tried again
  given_up,  ///< failed for the last time; off the table, to be surfaced by the caller
  unknown,   ///< no such step: done already, or it found no room
};

/// Open steps of all findings, in the order of their plans. Memory is the caller's: 48 bytes a step; work is linear in the open steps.
/// No clock, no allocation; any IRQL where the storage is resident; not thread-safe.
class progress_table {
 public:
  /// `attempts`: how often a step may fail before it is given up, at least once. The first `used` steps of the storage are open.
  constexpr progress_table(span<tracked_step> storage, uint8_t attempts, uint32_t used = 0) noexcept
    : steps_(storage), count_(used < storage.size ? used : static_cast<uint32_t>(storage.size)), attempts_(attempts == 0 ? uint8_t{1} : attempts) {}

  /// Takes up a plan's steps. Returns how many of them found no room, the last ones; all, if the finding's number is in use.
  [[nodiscard]] constexpr uint32_t begin(uint64_t finding, const plan& p, uint64_t time_100ns) noexcept {
    for (const tracked_step& s : open())
      if (s.finding == finding) return p.count;
    for (uint8_t i = 0; i < p.count; ++i) {
      if (count_ == steps_.size) return static_cast<uint32_t>(p.count - i);
      steps_[count_++] = {finding, time_100ns, p.steps[i].object.process, 0, i, p.steps[i].kind, false, 0};
    }
    return 0;
  }

  struct outcome {
    noted what = noted::unknown;
    tracked_step step = {};  ///< as it stands, or stood when it left the table
  };

  /// What became of step `index` of a finding's plan. `error` is the host's code where it is not done.
  constexpr outcome report(uint64_t finding, uint8_t index, step_result result, uint32_t error, uint64_t time_100ns) noexcept {
    const uint32_t at = position(finding, index);
    if (at == count_) return {};
    tracked_step& s = steps_[at];
    s.time_100ns = time_100ns;
    if (result == step_result::done) return {noted::done, remove(at)};
    s.error = error;
    s.deferred = result == step_result::deferred;
    if (s.deferred) return {noted::waiting, s};
    if (++s.failures >= attempts_) return {noted::given_up, remove(at)};
    return {noted::retry, s};
  }

  [[nodiscard]] constexpr span<const tracked_step> open() const noexcept { return {steps_.data, count_}; }

  [[nodiscard]] constexpr uint32_t failing() const noexcept {
    uint32_t n = 0;
    for (const tracked_step& s : open()) n += s.is_failing();
    return n;
  }

 private:
  [[nodiscard]] constexpr uint32_t position(uint64_t finding, uint8_t index) const noexcept {
    uint32_t at = 0;
    while (at < count_ && (steps_[at].finding != finding || steps_[at].index != index)) ++at;
    return at;
  }
  constexpr tracked_step remove(uint32_t at) noexcept {
    const tracked_step gone = steps_[at];
    for (--count_; at < count_; ++at) steps_[at] = steps_[at + 1];
    return gone;
  }

  span<tracked_step> steps_;
  uint32_t count_;
  uint8_t attempts_;
};

[[nodiscard]] constexpr const char* name(step_result r) noexcept {
  return r == step_result::done ? "done" : r == step_result::deferred ? "deferred" : "failed";
}
[[nodiscard]] constexpr const char* name(noted n) noexcept {
  switch (n) {
    case noted::done: return "done";
    case noted::waiting: return "waiting";
    case noted::retry: return "retry";
    case noted::given_up: return "given_up";
    case noted::unknown: return "unknown";
  }
  return "?";
}

}

#endif

// ==== bartizan/response/health.hpp ====
#ifndef BARTIZAN_RESPONSE_HEALTH_HPP
#define BARTIZAN_RESPONSE_HEALTH_HPP

/// The endpoint's health. It is computed from what is open, never stored, so that no order of reports can lose a red.
namespace BARTIZAN_NAMESPACE::respond {

/// Why an endpoint is red: any of these that is not 0.
struct health_reasons {
  uint32_t open_alerts = 0;    ///< until an administrator clears them
  uint32_t failing_steps = 0;  ///< failed, and not yet done by a later attempt
  uint32_t lost_steps = 0;     ///< the progress table was full: nobody will notice if they fail
  uint32_t lost_alerts = 0;    ///< the alert table was full

  [[nodiscard]] constexpr policy::health health() const noexcept {
    return (open_alerts | failing_steps | lost_steps | lost_alerts) == 0 ? policy::health::green : policy::health::red;
  }
};

/// What stands beside the two tables. A host that saves both and this, and hands them to the next `endpoint_health`, keeps red over a
/// restart of the service or the machine.
struct health_counts {
  uint32_t steps = 0;   ///< the first of the progress table are open
  uint32_t alerts = 0;  ///< the first of the alert table stand
  uint32_t lost_steps = 0;
  uint32_t lost_alerts = 0;
  uint64_t last_alert_id = 0;
};

/// Plans taken up, their progress, alerts and health of one endpoint. Memory is the caller's. No clock: times are the caller's and
/// only passed through. No allocation; any IRQL where the storage is resident; not thread-safe.
class endpoint_health {
 public:
  /// `attempts`: how often a step may fail before it becomes an alert. `saved`: what the storage holds from before.
  constexpr endpoint_health(span<tracked_step> steps, span<alert> alerts, uint8_t attempts = 3, const health_counts& saved = {}) noexcept
    : progress_(steps, attempts, saved.steps), alerts_(alerts, saved.alerts, saved.last_alert_id, saved.lost_alerts), lost_steps_(saved.lost_steps) {}

  /// Takes up a plan: tracks its steps and raises its alert. `finding`: the host's number for it, not in use. Returns the alert's id;
  /// 0: the plan has none, or the alert found no room (see reasons).
  constexpr uint64_t begin(uint64_t finding, const plan& p, uint64_t time_100ns) noexcept {
    add(lost_steps_, progress_.begin(finding, p, time_100ns));
    if (p.find(step_kind::alert) == nullptr) return 0;
    alert a;
    a.finding = finding;
    a.about = p.about;
    for (const step& s : p) {
      const bool stops = s.kind == step_kind::strip || s.kind == step_kind::deny || s.kind == step_kind::terminate;
      if (!stops) continue;
      a.stopped |= 1u << static_cast<uint8_t>(s.kind);
      a.rights |= s.object.rights;
    }
    return alerts_.raise(a, time_100ns);
  }

  /// What became of step `index` of that finding's plan. A step that fails turns health red until a later attempt does it; one that
  /// fails for the last time becomes an alert.
  constexpr noted report(uint64_t finding, uint8_t index, step_result result, uint32_t error, uint64_t time_100ns) noexcept {
    const progress_table::outcome o = progress_.report(finding, index, result, error, time_100ns);
    if (o.what != noted::given_up) return o.what;
    alert a;
    a.kind = alert_kind::step_failed;
    a.finding = finding;
    a.about.process = o.step.process;
    a.index = index;
    a.failed = o.step.kind;
    a.error = error;
    alerts_.raise(a, time_100ns);
    return o.what;
  }

  constexpr clear_result clear(uint64_t alert_id, const clearance& by) noexcept { return alerts_.clear(alert_id, by); }

  /// Acknowledges what found no room, once the host has enlarged its tables or looked at its log.
  constexpr clear_result clear_lost(const clearance& by) noexcept {
    const clear_result result = alerts_.clear_lost(by);
    if (result == clear_result::cleared) lost_steps_ = 0;
    return result;
  }

  /// To be called after `clear` and `report`: once green, calls `sink(const step&, const alert&)` with an allow_again step for each
  /// cleared alert that had stopped something, and forgets the cleared alerts. Nothing happens, and nothing is lost, while red.
  template <class Sink>
  constexpr uint32_t release_stopped(Sink&& sink) {
    return health() == policy::health::green ? alerts_.release(sink) : 0;
  }

  [[nodiscard]] constexpr health_reasons reasons() const noexcept { return {alerts_.open(), progress_.failing(), lost_steps_, alerts_.lost()}; }
  [[nodiscard]] constexpr policy::health health() const noexcept { return reasons().health(); }
  [[nodiscard]] constexpr health_counts counts() const noexcept {
    return {static_cast<uint32_t>(open_steps().size), static_cast<uint32_t>(alerts().size), lost_steps_, alerts_.lost(), alerts_.last_id()};
  }
  [[nodiscard]] constexpr span<const tracked_step> open_steps() const noexcept { return progress_.open(); }
  [[nodiscard]] constexpr span<const alert> alerts() const noexcept { return alerts_.all(); }

 private:
  static constexpr void add(uint32_t& sum, uint32_t n) noexcept { sum = n > UINT32_MAX - sum ? UINT32_MAX : sum + n; }

  progress_table progress_;
  alert_table alerts_;
  uint32_t lost_steps_;
};

}

#endif

// ==== bartizan/engine/call_trace.hpp ====
#ifndef BARTIZAN_ENGINE_CALL_TRACE_HPP
#define BARTIZAN_ENGINE_CALL_TRACE_HPP

namespace BARTIZAN_NAMESPACE::engine {

namespace detail {

struct frame_reading {
  policy::module_kind kind = policy::module_kind::other;
  trust tier = trust::unknown;
  bool managed = false;
};

[[nodiscard]] constexpr frame_reading read_frame(const stack_frame& frame, const policy::settings& settings) noexcept {
  char16_t buffer[320] = {};
  frame_reading out;
  const canonical_path module = canonicalise(frame.module, buffer, settings.paths);
  const trust place = policy::trust_from_path(module);
  const bool in_windows = place == trust::t3;
  if (settings.trust_from_path) out.tier = place;
  out.kind = policy::kind_of_module(module.path);
  const bool installed = settings.trust_from_path && at_least(place, trust::t1) == truth::yes &&
             (out.kind == policy::module_kind::managed_runtime || out.kind == policy::module_kind::inventory);
  if (!in_windows && !installed && out.kind != policy::module_kind::dump_routine) out.kind = policy::module_kind::other;
  const bool assembly = out.kind == policy::module_kind::inventory && starts_with_folded(file_name(module.path), u"SYSTEM.");
  out.managed = out.kind == policy::module_kind::managed_runtime || assembly || (in_windows && ends_with_folded(module.path, u".NI.DLL"));
  return out;
}

/// Of the layers that run 32-bit and, on ARM64, translated code: wow64*.dll, wowarmhw.dll, xtajit*.dll.
[[nodiscard]] constexpr bool is_wow64(const stack_frame& frame, const policy::settings& settings) noexcept {
  const text name = file_name(frame.module);
  return (starts_with_folded(name, u"wow") || starts_with_folded(name, u"xtajit")) && read_frame(frame, settings).kind == policy::module_kind::system_stub;
}

/// A frame without a file. The switch from 32-bit code leaves such frames between those of wow64.dll and its siblings: they are Windows'
/// own (rules.md M1.ok6).
[[nodiscard]] constexpr bool is_without_file(const call_stack& stack, uint32_t at, const policy::settings& settings) noexcept {
  if (!stack.frames[at].module.empty()) return false;
  uint32_t before = at, behind = at;
  while (before > 0 && stack.frames[before].module.empty()) --before;
  while (behind + 1 < stack.size && stack.frames[behind].module.empty()) ++behind;
  return !is_wow64(stack.frames[before], settings) || !is_wow64(stack.frames[behind], settings);
}

}

/// Reads the call stack of a handle open into the event's facts and `caller_trust`. A stack that is absent leaves everything
/// unknown; one that may be cut short proves what it shows, but not the absence of what it does not show.
constexpr void read_call_trace(event& e, const call_stack& stack, const policy::settings& settings) noexcept {
  if (stack.size == 0) return;
  using policy::module_kind;
  const truth absent = stack.complete == truth::yes ? truth::no : truth::unknown;
  bool without_file = false;
  bool managed = false;
  bool caller_found = false;
  bool caller_has_file = false;
  truth dump = absent;
  truth seclogon = absent;
  truth inventory = truth::unknown;
  for (uint32_t i = 0; i < stack.size; ++i) {
    const stack_frame& frame = stack.frames[i];
    const bool has_file = !frame.module.empty();
    const detail::frame_reading reading = has_file ? detail::read_frame(frame, settings) : detail::frame_reading{};
    if (i == 0) e.facts.set(fact::trace_direct_syscall, to_truth(reading.kind != module_kind::system_stub));
    if (!has_file && !detail::is_without_file(stack, i, settings)) continue;
    without_file |= !has_file;
    managed |= reading.managed;
    if (reading.kind == module_kind::dump_routine) dump = truth::yes;
    if (reading.kind == module_kind::seclogon) seclogon = truth::yes;
    const bool system_layer = reading.kind == module_kind::system_stub || reading.kind == module_kind::system_api;
    if (caller_found || system_layer) continue;
    caller_found = true;
    caller_has_file = has_file;
    e.caller_trust = reading.tier;
    inventory = to_truth(reading.kind == module_kind::inventory);
  }
  const bool perhaps = !managed && stack.complete != truth::yes && has_role(e.actor, role::managed_host) == truth::yes;
  if (caller_found && !caller_has_file) e.caller_trust = managed || perhaps ? trust::unknown : trust::t0;
  e.facts.set(fact::trace_unbacked, !without_file ? absent : perhaps ? truth::unknown : to_truth(!managed));
  e.facts.set(fact::trace_dump_routine, dump);
  e.facts.set(fact::trace_seclogon, seclogon);
  e.facts.set(fact::trace_inventory, inventory);
}

}

#endif

// ==== bartizan/engine/identity.hpp ====
#ifndef BARTIZAN_ENGINE_IDENTITY_HPP
#define BARTIZAN_ENGINE_IDENTITY_HPP

namespace BARTIZAN_NAMESPACE::engine {

/// Of the canonical path: tells images apart, proves nothing; 0 for a bare name.
[[nodiscard]] constexpr uint64_t hash_of_image(const canonical_path& image) noexcept {
  return image.volume == volume_kind::none ? 0 : hash_text(image.path);
}

/// `p` is known to run another image than `image`; false where either is not known by its full path.
[[nodiscard]] constexpr bool runs_another(const process& p, text image, const policy::settings& settings) noexcept {
  if (p.image_hash == 0 || image.empty()) return false;
  char16_t buffer[560] = {};
  const uint64_t hash = hash_of_image(canonicalise(image, buffer, settings.paths));
  return hash != 0 && hash != p.image_hash;
}

/// Learns what image a process runs, once a full path names it: its roles, and its trust as far as the path may stand in for a
/// signature. A later event's spelling of the same path changes nothing; OriginalFilename adds roles, since only the start event
/// carries it.
constexpr void identify(process& p, text image, text original_file_name, const policy::settings& settings) noexcept {
  if (p.key.pid == 4) p.roles = p.roles.with(role::system);
  const bool settled = p.identity == truth::yes && (p.image_hash != 0 || p.key.pid == 4);
  if (image.empty() || (settled && original_file_name.empty())) return;
  char16_t buffer[560] = {};
  const canonical_path path = canonicalise(image, buffer, settings.paths);
  p.roles.bits |= policy::roles_of(path, original_file_name, settings.image_names).bits;
  p.identity = truth::yes;
  if (p.image_hash == 0 && path.volume != volume_kind::none) {
    p.image_hash = hash_of_image(path);
    p.directory_hash = hash_text(path.path.sub(0, path.path.size - file_name(path.path).size));
  }
  if (p.basis == trust_basis::none && settings.trust_from_path) {
    p.image_trust = policy::trust_from_path(path);
    if (p.image_trust != trust::unknown) p.basis = trust_basis::path;
  }
}

/// Tier that a sensor's signature check gives; unknown where it could not check.
[[nodiscard]] constexpr trust trust_of(const signature& signer) noexcept {
  if (signer.is_signed == truth::unknown || (signer.is_signed == truth::yes && signer.is_valid == truth::unknown)) return trust::unknown;
  if ((signer.is_signed & signer.is_valid) != truth::yes) return trust::t0;
  if (signer.is_microsoft_windows == truth::unknown) return trust::unknown;
  return signer.is_microsoft_windows == truth::yes ? trust::t3 : trust::t1;
}

/// Trust of a module: by its signature, else by its path where that may stand in.
[[nodiscard]] constexpr trust trust_of_module(text path, const signature& signer, const policy::settings& settings) noexcept {
  const trust tier = trust_of(signer);
  if (tier != trust::unknown || !settings.trust_from_path || path.empty()) return tier;
  char16_t buffer[320] = {};
  return policy::trust_from_path(canonicalise(path, buffer, settings.paths));
}

/// Takes over what a sensor says of a process in passing: its protection, which proves trust by itself, and its debugger. T5 also
/// asks for the lineage, so protection alone gives T4.
constexpr void learn_state(process& known, const process& told) noexcept {
  if (told.is_debugged != truth::unknown) {
    known.is_debugged = told.is_debugged;
    known.debugger = told.debugger;
  }
  if (told.is_protected == truth::unknown) return;
  known.is_protected = told.is_protected;
  known.protection = told.protection;
  if (at_least(protected_tier({told.protection}), trust::t4) != truth::yes || at_least(known.image_trust, trust::t4) == truth::yes) return;
  known.image_trust = trust::t4;
  known.basis = trust_basis::signature;
}

/// A recorded signature outranks the path. Only a verdict of the sensor counts: an image that it could not check stays as it was.
constexpr void apply_signature(process& p, const signature& signer) noexcept {
  const trust tier = trust_of(signer);
  if (tier == trust::unknown) return;
  p.basis = trust_basis::signature;
  p.image_trust = tier;
}

}

#endif

// ==== bartizan/engine/code_facts.hpp ====
#ifndef BARTIZAN_ENGINE_CODE_FACTS_HPP
#define BARTIZAN_ENGINE_CODE_FACTS_HPP

/// What is known of the code that one process makes another run, from the event alone. The facts about the pair are set before.
namespace BARTIZAN_NAMESPACE::engine {

namespace detail {

[[nodiscard]] constexpr truth is_expected(const event& e, const code_reference& code, const policy::code_name* name) noexcept {
  if (is_kernel_address(code.address)) return truth::yes;
  truth expected = truth::no;
  switch (name == nullptr ? policy::code_kind::other : name->kind) {
    case policy::code_kind::console_control:
    case policy::code_kind::registry_cache: expected = has_role(e.actor, role::csrss); break;
    case policy::code_kind::debug_break: expected = e.facts.get(fact::source_is_debugger); break;
    case policy::code_kind::notification: expected = truth::yes; break;
    case policy::code_kind::process_start: expected = e.facts.get(fact::source_is_creator) & e.facts.get(fact::target_not_started); break;
    default: break;
  }
  if (e.kind != event_kind::apc_queue) return expected;
  const truth service_control = has_role(e.actor, role::services) & to_truth(equal_folded(file_name(code.module), u"sechost.dll"));
  const truth error_reporter = has_role(e.actor, role::error_reporter) & at_least(e.actor.image_trust, trust::t3);
  return expected | service_control | error_reporter;
}

/// A place in ntdll or kernelbase that is neither a function's start nor behind a system call: a gadget.
[[nodiscard]] constexpr truth is_inside_system(const context_payload& context) noexcept {
  const uint8_t module = policy::module_bit(context.module);
  if (context.module.empty()) return context.program_counter_state == memory_state::unknown ? truth::unknown : truth::no;
  if ((module & (policy::in_ntdll | policy::in_kernelbase)) == 0) return truth::no;
  return context.point == program_point::unknown ? truth::unknown : to_truth(context.point == program_point::inside);
}

}

constexpr void set_code_facts(event& e, const code_reference& code, const policy::settings& settings) noexcept {
  using policy::code_kind;
  const policy::code_name* name = policy::find_code(code.module, code.function);
  const truth backed = !is_unbacked(code.state);
  const truth absent = code.function.empty() && backed != truth::no ? truth::unknown : truth::no;
  const auto is = [&](code_kind kind) { return name == nullptr ? absent : to_truth(name->kind == kind); };
  e.facts.set(fact::code_is_loader, is(code_kind::loader));
  e.facts.set(fact::code_reads_atoms, is(code_kind::atom_reader));
  e.facts.set(fact::code_is_primitive, is(code_kind::primitive));
  e.facts.set(fact::code_is_expected, detail::is_expected(e, code, name));
  e.facts.set(fact::code_inside_system, e.kind == event_kind::context_set ? detail::is_inside_system(e.data.context) : truth::no);
  if (e.kind == event_kind::thread_start) e.module_trust = trust_of_module(code.module, {}, settings);
}

}

#endif

// ==== bartizan/engine/command_line.hpp ====
#ifndef BARTIZAN_ENGINE_COMMAND_LINE_HPP
#define BARTIZAN_ENGINE_COMMAND_LINE_HPP

namespace BARTIZAN_NAMESPACE::engine {

/// Walks over the words of a Windows command line: separated by blanks, or quoted. Backslash escapes of quotes are left as they
/// are, since a path cannot hold a quote. Total on any text.
class command_words {
 public:
  constexpr explicit command_words(text line) noexcept : rest_(line) {}

  /// The next word without its quotes; empty at the end.
  [[nodiscard]] constexpr text next() noexcept {
    uint32_t begin = 0;
    while (begin < rest_.size && is_blank(rest_[begin])) ++begin;
    const bool quoted = begin < rest_.size && rest_[begin] == u'"';
    if (quoted) ++begin;
    uint32_t end = begin;
    while (end < rest_.size && (quoted ? rest_[end] != u'"' : !is_blank(rest_[end]))) ++end;
    const text word = rest_.sub(begin, end - begin);
    rest_ = rest_.sub(quoted ? end + 1 : end);
    return word;
  }
  /// What follows the words taken so far, without blanks and quotes around it.
  [[nodiscard]] constexpr text rest() const noexcept {
    text out = rest_;
    while (!out.empty() && (is_blank(out[0]) || out[0] == u'"')) out = out.sub(1);
    while (!out.empty() && (is_blank(out[out.size - 1]) || out[out.size - 1] == u'"')) out = out.sub(0, out.size - 1);
    return out;
  }

 private:
  [[nodiscard]] static constexpr bool is_blank(char16_t c) noexcept { return c == u' ' || c == u'\t' || c == u'\0'; }

  text rest_;
};

/// "javascript:...", "https://...": a scheme of two letters or more, since one letter and a colon is a drive.
[[nodiscard]] constexpr bool begins_with_scheme(text word) noexcept {
  for (uint32_t i = 0; i < word.size && i < 16; ++i) {
    const char16_t c = upcase(word[i]);
    if (c == u':') return i >= 2;
    if ((c < u'A' || c > u'Z') && c != u'-') return false;
  }
  return false;
}

}

#endif

// ==== bartizan/engine/credential_command.hpp ====
#ifndef BARTIZAN_ENGINE_CREDENTIAL_COMMAND_HPP
#define BARTIZAN_ENGINE_CREDENTIAL_COMMAND_HPP

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
      own_ = false;
      for (text part = first; !part.empty(); part = inner.next()) read_pieces(part);
    }
    if (installation_set_ && contains_folded(line, u"ntds")) names_store_ = true;
    if (!names_folder_) return;
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
    if (word[0] != u'/' && word[0] != u'-') return;
    uint32_t colon = 1;
    while (colon < word.size && word[colon] != u':' && word[colon] != u'=') ++colon;
    if (colon > 1 && colon + 1 < word.size) read_path(word.sub(colon + 1));
  }

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

}

#endif

// ==== bartizan/engine/open_history.hpp ====
#ifndef BARTIZAN_ENGINE_OPEN_HISTORY_HPP
#define BARTIZAN_ENGINE_OPEN_HISTORY_HPP

namespace BARTIZAN_NAMESPACE::engine {

/// The last distinct (process, mask) pairs that one process opened: enough to tell a process inventory from an open that singles
/// one process out. Sixteen entries: twice the eight that make a burst, so that a loop that asks each process for two masks shows.
class open_history {
 public:
  /// Notes an open and returns how many distinct processes were opened with this mask within the window, this one included.
  constexpr uint32_t note(uint64_t time_100ns, access_mask mask, uint32_t target_pid, uint64_t window_100ns) noexcept {
    uint32_t slot = capacity;
    for (uint32_t i = 0; i < size_ && slot == capacity; ++i)
      if (entries_[i].mask == mask && entries_[i].target_pid == target_pid) slot = i;
    if (slot == capacity) {
      slot = size_ < capacity ? size_++ : oldest();
      entries_[slot].mask = mask;
      entries_[slot].target_pid = target_pid;
    }
    entries_[slot].time_100ns = time_100ns;
    uint32_t count = 0;
    for (uint32_t i = 0; i < size_; ++i)
      if (entries_[i].mask == mask && is_within(entries_[i].time_100ns, time_100ns, window_100ns)) ++count;
    return count;
  }

  /// `earlier` lies at most `window` before `now`. Disordered events (earlier > now) count: the clock, not the actor, went back.
  [[nodiscard]] static constexpr bool is_within(uint64_t earlier, uint64_t now, uint64_t window) noexcept {
    return earlier > now || now - earlier <= window;
  }

 private:
  static constexpr uint32_t capacity = 16;

  struct entry {
    uint64_t time_100ns = 0;
    access_mask mask = 0;
    uint32_t target_pid = 0;
  };

  [[nodiscard]] constexpr uint32_t oldest() const noexcept {
    uint32_t index = 0;
    for (uint32_t i = 1; i < size_; ++i)
      if (entries_[i].time_100ns < entries_[index].time_100ns) index = i;
    return index;
  }

  uint32_t size_ = 0;
  entry entries_[capacity] = {};  ///< behind the size: most processes open few
};

}

#endif

// ==== bartizan/engine/process_notes.hpp ====
#ifndef BARTIZAN_ENGINE_PROCESS_NOTES_HPP
#define BARTIZAN_ENGINE_PROCESS_NOTES_HPP

/// What single families of rules remember of each process, beside the facts that all share. Plain data in the process's record.
namespace BARTIZAN_NAMESPACE::engine {

/// Browser lockdown (lockdown_labels.hpp). The label itself is in `process`.
struct lockdown_notes {
  truth is_browser_utility = truth::unknown;      ///< the browser's unsandboxed utility process
  truth is_native_messaging = truth::unknown;     ///< a shell that carries a native-messaging host
  truth is_native_host_allowed = truth::unknown;  ///< ... whose host the policy names
};

/// Stored credentials and LSASS (credential_state.hpp). Times are event times; 0: never.
struct credential_notes {
  uint64_t lsass_handle_time_100ns = 0;   ///< when sensitive rights over LSASS were last given: the process is a holder until it ends
  uint64_t lsass_handle_value = 0;
  access_mask lsass_handle_mask = 0;
  uint32_t lsass_pid = 0;                 ///< of the LSASS that was opened last
  uint64_t reads_since_100ns = 0;         ///< begin of the window that the next two count
  uint64_t read_bytes = 0;                ///< of LSASS memory
  uint32_t reads = 0;
  bool opened_as_inventory = false;       ///< the last open of LSASS was one of a burst, or came from an inventory component
  bool read_file_table = false;           ///< raw, past the file system
  bool named_store = false;               ///< the command line names a credential store
  bool is_lsass_clone = false;
  bool serves_registry = false;           ///< the Remote Registry service
  uint64_t raw_bytes = 0;                 ///< read past the file system, the file table not counted
  uint64_t boot_key_time_100ns[4] = {};
  uint64_t past_acl_time_100ns = 0;       ///< SAM or SECURITY opened for backup
  uint64_t backup_privilege_time_100ns = 0;
  uint64_t saved_secrets_time_100ns = 0;
  uint64_t saved_boot_key_time_100ns = 0;
  uint64_t took_store_time_100ns = 0;     ///< a store opened for reading, or a hive saved
  uint64_t made_snapshot_100ns = 0;       ///< the process, or one that it started, was told to make a shadow copy
  uint64_t read_volume_time_100ns = 0;    ///< past the file system
  uint64_t wrote_half_time_100ns[2] = {}; ///< a file named like a store's secrets; like the hive with the boot key
  uint64_t wrote_half_hash[2] = {};       ///< of its folder and of what its name adds
};

/// The primary token as it was when the first user thread ran (token_facts.hpp). Zero is unknown.
struct token_notes {
  uint64_t token_id = 0;
  uint64_t authentication_id = 0;
  uint64_t privileges_present = 0;
  uint64_t sid_hash = 0;
  uint32_t swept_pid = 0;
  uint32_t integrity_rid = unknown_u32;
  account user = account::unknown;
  bool has_snapshot = false;
  bool is_sweeping = false;          ///< more than one of them within the burst window
  bool was_frozen = false;           ///< at the snapshot: a user thread had run
  uint8_t inconsistent_checks = 0;   ///< in a row
  uint64_t swept_100ns = 0;                ///< when a system process was last opened for its handles only; 0 never
  uint64_t impersonated_system_100ns = 0;  ///< when the process last came to impersonate SYSTEM; 0 never
};

/// Loads of a process for the Application Verifier rules (verifier_facts.hpp).
struct verifier_notes {
  bool start_seen = false;
  bool order_known = false;  ///< ntdll.dll was seen to map right after the start, so later maps are seen in order
  bool verifier_mapped = false;
  bool kernel32_mapped = false;
  uint8_t loads = 0;         ///< at most 255
  truth is_native = truth::unknown;
};

}

#endif

// ==== bartizan/engine/credential_files.hpp ====
#ifndef BARTIZAN_ENGINE_CREDENTIAL_FILES_HPP
#define BARTIZAN_ENGINE_CREDENTIAL_FILES_HPP

/// Facts about file events: credential stores, copies of them, and raw reads of the disk below them.
namespace BARTIZAN_NAMESPACE::engine {

namespace detail {

struct extent_reading {
  bool store = false;
  bool file_table = false;
};

[[nodiscard]] constexpr extent_reading read_extents(const file_payload& file, span<const policy::protected_extent> extents) noexcept {
  extent_reading out;
  for (const policy::protected_extent& extent : extents) {
    if (extent.volume != file.file.volume || extent.size_bytes == 0) continue;
    const bool before = file.offset < extent.offset && extent.offset - file.offset >= file.size_bytes;
    const bool behind = file.offset >= extent.offset && file.offset - extent.offset >= extent.size_bytes;
    if (before || behind) continue;
    (extent.what == policy::protected_extent::content::store ? out.store : out.file_table) = true;
  }
  return out;
}

constexpr void set_disk_facts(event& e, credential_notes* actor, const policy::settings& settings) noexcept {
  const file_payload& file = e.data.file;
  if (file.what != file_payload::operation::read || file.size_bytes == 0) return;
  const bool known = !settings.protected_extents.empty() && file.file.volume != 0;
  const extent_reading touched = known ? read_extents(file, settings.protected_extents) : extent_reading{};
  if (known) e.facts.set(fact::disk_is_protected, to_truth(touched.store));
  if (actor == nullptr) return;
  bool follows_table = false;
  if (touched.file_table) actor->read_file_table = true;
  else {
    follows_table = actor->read_file_table;
    actor->raw_bytes = actor->raw_bytes > UINT64_MAX - file.size_bytes ? UINT64_MAX : actor->raw_bytes + file.size_bytes;
  }
  e.facts.set(fact::disk_in_bulk, to_truth(follows_table || actor->raw_bytes >= settings.raw_bulk_bytes));
}

/// A store's own places: what is written there is Windows' own work, or needs more than a name to be judged.
[[nodiscard]] constexpr bool is_own_place(const canonical_path& path) noexcept {
  const policy::store_reading store = policy::read_store(path);
  if (store.what == policy::store_file::hive) return true;
  const text folder = path.path.sub(0, path.path.size - file_name(path.path).size);
  return store.what == policy::store_file::directory && (equal(folder, u"%SYSTEMROOT%\\NTDS\\") || equal(folder, u"%SYSDIR%\\"));
}

/// Both halves of a store in one folder, under names that add the same to the halves' own, are a copied store whatever they add.
[[nodiscard]] constexpr bool completes_pair(const policy::half_reading& half, text path, uint64_t time_100ns, credential_notes& actor,
                      const policy::settings& settings) noexcept {
  if (!half.secrets && !half.boot_key) return false;
  const uint32_t mine = half.boot_key ? 1 : 0;
  const uint32_t other = 1 - mine;
  uint64_t hash = hash_text(path.sub(0, path.size - file_name(path).size));
  for (uint32_t i = 0; i < half.added.size; ++i) {
    const char16_t c = upcase(half.added[i]);
    hash = hash_text(text(&c, 1), hash);
  }
  actor.wrote_half_hash[mine] = hash;
  actor.wrote_half_time_100ns[mine] = time_100ns == 0 ? 1 : time_100ns;
  return actor.wrote_half_time_100ns[other] != 0 && actor.wrote_half_hash[other] == hash &&
     open_history::is_within(actor.wrote_half_time_100ns[other], time_100ns, settings.store_window_100ns);
}

}

/// Fills a file event's facts and notes what the actor took. `actor` is null where the event names no process.
constexpr void set_credential_file_facts(event& e, credential_notes* actor, const policy::settings& settings) noexcept {
  using operation = file_payload::operation;
  file_payload& file = e.data.file;
  if (file.path.empty() || file.device_type == device_named_pipe) return;
  const bool writes = file.what == operation::create || file.what == operation::write || file.what == operation::rename;
  if (actor != nullptr) {
    const auto recent = [&](uint64_t then) { return then != 0 && open_history::is_within(then, e.time_100ns, settings.store_window_100ns); };
    e.facts.set(fact::actor_took_store, to_truth(actor->named_store || recent(actor->took_store_time_100ns)));
    e.facts.set(fact::actor_read_volume, to_truth(recent(actor->read_volume_time_100ns)));
    e.facts.set(fact::remote_client, to_truth(actor->serves_registry));
  }
  const text named = file.what == operation::rename && !file.new_path.empty() ? file.new_path : file.path;
  const policy::half_reading half = writes ? policy::read_half(file_name(named)) : policy::half_reading{};
  if (writes) {
    e.facts.set(fact::file_named_as_store, truth::no);
    e.facts.set(fact::both_halves, truth::no);
    if (!half.secrets && !half.boot_key && !policy::is_store_name(file_name(named))) return;
  }
  char16_t buffer[400] = {};
  const canonical_path path = canonicalise(named, buffer, settings.paths);
  if (writes) {
    if (detail::is_own_place(path)) return;
    e.facts.set(fact::file_named_as_store, to_truth(policy::is_store_name(file_name(named))));
    if (actor != nullptr) e.facts.set(fact::both_halves, to_truth(detail::completes_pair(half, path.path, e.time_100ns, *actor, settings)));
    return;
  }
  if (file.is_volume_open == truth::unknown) file.is_volume_open = to_truth(path.has(path_is_volume));
  if (file.is_volume_open == truth::yes) {
    detail::set_disk_facts(e, actor, settings);
    const bool data = file.what == operation::read || (expand(file.access, file_mapping) & file_read_data) != 0;
    if (data && file.succeeded != truth::no && actor != nullptr) actor->read_volume_time_100ns = e.time_100ns == 0 ? 1 : e.time_100ns;
  }
  const policy::store_reading store = policy::read_store(path);
  const truth is_store = path.has(path_short_unresolved) || path.has(path_truncated) ? truth::unknown : to_truth(store.what != policy::store_file::none);
  e.facts.set(fact::file_is_store, is_store);
  e.facts.set(fact::file_is_spare_store, is_store & to_truth(store.spare));
  const bool reads = file.what == operation::read || (file.what == operation::open && (expand(file.access, file_mapping) & file_read_data) != 0);
  if (is_store == truth::yes && reads && file.succeeded != truth::no && actor != nullptr)
    actor->took_store_time_100ns = e.time_100ns == 0 ? 1 : e.time_100ns;
}

}

#endif

// ==== bartizan/engine/credential_registry.hpp ====
#ifndef BARTIZAN_ENGINE_CREDENTIAL_REGISTRY_HPP
#define BARTIZAN_ENGINE_CREDENTIAL_REGISTRY_HPP

/// Facts about registry events: which credential a key and value hold, and what settings of LSASS a value changes.
namespace BARTIZAN_NAMESPACE::engine {

namespace detail {

inline constexpr uint32_t reg_option_backup_restore = 4;

inline constexpr uint64_t monitor_silent_exit = 0x200;

[[nodiscard]] constexpr bool is_any_of(text name, span<const text> names) noexcept {
  for (const text one : names)
    if (equal_folded(name, one)) return true;
  return false;
}

/// The number of a value, from DWORD data or from text ("512", "0x200"), which the loader accepts too.
[[nodiscard]] constexpr truth number_has(const registry_payload& value, uint64_t bits) noexcept {
  if (value.has_number == truth::yes) return to_truth((value.number & bits) != 0);
  if (value.data.empty()) return truth::unknown;
  const bool hex = starts_with_folded(value.data, u"0x");
  uint64_t number = 0;
  for (uint32_t i = hex ? 2 : 0; i < value.data.size && i < 18; ++i) {
    const char16_t c = upcase(value.data[i]);
    const bool letter = hex && c >= u'A' && c <= u'F';
    if (!letter && !(c >= u'0' && c <= u'9')) return truth::unknown;
    number = number * (hex ? 16 : 10) + static_cast<uint64_t>(letter ? c - u'A' + 10 : c - u'0');
  }
  return to_truth((number & bits) != 0);
}

/// KeyNodeInformation and KeyFullInformation return the class; KeyCachedInformation has no room for one (wdm.h). An audit log does
/// not name the class asked; these keys have nothing else to read.
[[nodiscard]] constexpr bool returns_class(const registry_payload& key) noexcept {
  using operation = registry_payload::operation;
  if (key.what == operation::query_unspecified) return true;
  return (key.what == operation::query_key || key.what == operation::enumerate_key) &&
     (key.information_class == 1 || key.information_class == 2);
}

/// What a written value does to LSASS's dumps, packages and protection.
constexpr void set_lsass_settings(event& e, text key) noexcept {
  const registry_payload& value = e.data.registry;
  const text name = value.value_name;
  const bool sets = value.what == registry_payload::operation::set_value;
  const bool in_software = matches_prefix(key, u"HKLM\\SOFTWARE\\MICROSOFT\\");
  const text rest = in_software ? key.sub(24) : text();
  truth reporting = truth::no;
  truth dumps = truth::no;
  constexpr text exit_values[] = {u"ReportingMode", u"LocalDumpFolder", u"DumpType", u"MonitorProcess"};
  if (sets && equal(rest, u"WINDOWS NT\\CURRENTVERSION\\SILENTPROCESSEXIT\\LSASS.EXE"))
    reporting = name.empty() ? truth::unknown : to_truth(is_any_of(name, exit_values));
  if (sets && equal(rest, u"WINDOWS NT\\CURRENTVERSION\\IMAGE FILE EXECUTION OPTIONS\\LSASS.EXE"))
    reporting = name.empty() ? truth::unknown : to_truth(equal_folded(name, u"GlobalFlag")) & number_has(value, monitor_silent_exit);
  if (sets && equal(rest, u"WINDOWS\\WINDOWS ERROR REPORTING\\LOCALDUMPS\\LSASS.EXE"))
    dumps = name.empty() ? truth::unknown : to_truth(equal_folded(name, u"DumpType")) & number_has(value, 2);
  e.facts.set(fact::lsass_reporting_set, reporting);
  e.facts.set(fact::lsass_dumps_kept, dumps);

  const bool in_control = sets && matches_prefix(key, u"HKLM\\SYSTEM\\CCS\\CONTROL\\");
  const text control = in_control ? key.sub(24) : text();
  constexpr text lists[] = {u"Security Packages", u"Authentication Packages", u"Notification Packages"};
  constexpr text protections[] = {u"RunAsPPL", u"RunAsPPLBoot"};
  const bool lsa = equal(control, u"LSA");
  const bool packages = (lsa && is_any_of(name, lists)) || (equal(control, u"LSA\\OSCONFIG") && equal_folded(name, lists[0])) ||
             (equal(control, u"NETWORKPROVIDER\\ORDER") && equal_folded(name, u"ProviderOrder"));
  e.facts.set(fact::lsa_packages_set, to_truth(packages));
  e.facts.set(fact::lsa_protection_set, to_truth(lsa && is_any_of(name, protections)));
}

}

/// Fills a registry event's facts and notes what the actor did. `actor` is null where the event names no process.
constexpr void set_credential_registry_facts(event& e, credential_notes* actor, const policy::settings& settings) noexcept {
  using operation = registry_payload::operation;
  const registry_payload& value = e.data.registry;
  if (value.key.empty()) return;
  char16_t buffer[400] = {};
  const canonical_key key = canonicalise_key(value.key, buffer);
  const auto recently = [&e](uint64_t then, uint64_t window) {
    return to_truth(then != 0 && open_history::is_within(then, e.time_100ns, window));
  };
  detail::set_lsass_settings(e, key.path);

  const policy::key_reading reading = policy::read_key(key.path);
  const bool account = reading.content == policy::key_content::account;
  const bool several = value.what == operation::query_multiple_value;
  const bool unnamed = value.value_name.empty();
  const bool hash = account && (equal_folded(value.value_name, u"V") || several);
  const bool record = (account || reading.content == policy::key_content::account_domain) &&
            (unnamed || equal_folded(value.value_name, u"F") || equal_folded(value.value_name, u"V"));
  truth secret = to_truth(reading.content == policy::key_content::lsa_secret);
  if (reading.content == policy::key_content::logon_cache)
    secret = unnamed && !several ? truth::unknown : to_truth(several || policy::is_cached_logon(value.value_name));
  e.facts.set(fact::key_account_hash, to_truth(hash));
  e.facts.set(fact::key_account_record, to_truth(record));
  e.facts.set(fact::key_lsa_secret, secret);
  e.facts.set(fact::key_holds_secrets, to_truth(reading.holds_secrets));
  e.facts.set(fact::key_holds_boot_key, to_truth(reading.holds_boot_key));

  truth store_file = truth::no;
  if (value.what == operation::load_key || value.what == operation::restore_key || value.what == operation::replace_key) {
    bool boot_key = false;
    const text name = file_name(value.file);
    store_file = name.empty() ? truth::unknown : to_truth(policy::is_hive_name(name, boot_key) || policy::is_store_name(name));
  }
  e.facts.set(fact::key_file_is_store, store_file);
  if (actor == nullptr) return;

  const uint64_t now = e.time_100ns == 0 ? 1 : e.time_100ns;
  const bool opens = value.what == operation::open_key || value.what == operation::create_key;
  if (opens && reading.in_sam && value.options != unknown_u32 && (value.options & detail::reg_option_backup_restore) != 0)
    actor->past_acl_time_100ns = now;
  const truth past_acl = recently(actor->past_acl_time_100ns, settings.store_window_100ns) |
             recently(actor->backup_privilege_time_100ns, settings.debug_privilege_window_100ns);
  if (reading.in_sam || reading.holds_boot_key || reading.content != policy::key_content::other) e.facts.set(fact::key_past_acl, past_acl);

  const bool reads_part = reading.content == policy::key_content::boot_key && detail::returns_class(value);
  if (reads_part) actor->boot_key_time_100ns[reading.boot_index] = now;
  const bool saves = value.what == operation::save_key && (reading.holds_secrets || reading.holds_boot_key);
  if (reads_part || saves) {
    const uint64_t window = saves ? settings.store_window_100ns : settings.boot_key_window_100ns;
    uint32_t parts = 0;
    for (const uint64_t then : actor->boot_key_time_100ns) parts += recently(then, window) == truth::yes ? 1 : 0;
    e.facts.set(fact::boot_key_two, to_truth(parts >= 2));
    e.facts.set(fact::boot_key_three, to_truth(parts >= 3));
  } else {
    e.facts.set(fact::boot_key_two, truth::no);
    e.facts.set(fact::boot_key_three, truth::no);
  }
  e.facts.set(fact::actor_took_store, to_truth(actor->named_store) | recently(actor->took_store_time_100ns, settings.store_window_100ns));
  if (!saves) return;
  if (reading.holds_secrets) actor->saved_secrets_time_100ns = now;
  if (reading.holds_boot_key) actor->saved_boot_key_time_100ns = now;
  actor->took_store_time_100ns = now;
  e.facts.set(fact::actor_saved_both, recently(actor->saved_secrets_time_100ns, settings.store_window_100ns) &
                      recently(actor->saved_boot_key_time_100ns, settings.store_window_100ns));
}

}

#endif

// ==== bartizan/engine/injection_marks.hpp ====
#ifndef BARTIZAN_ENGINE_INJECTION_MARKS_HPP
#define BARTIZAN_ENGINE_INJECTION_MARKS_HPP

namespace BARTIZAN_NAMESPACE::engine {

/// What was done to one process from outside, as far as it is not a range of memory (taint_set) or a matter of one pair
/// (pair_table).
struct injection_marks {
  address_range main_image;            ///< where the program itself is mapped; size 0 unknown
  process_key loader_source;           ///< who last started a thread or APC at a library-loading routine here
  uint64_t loader_time_100ns = 0;      ///< when; 0: none, or its library has come
  uint64_t born_100ns = 0;             ///< as a sensor said in passing; 0 unknown
  uint64_t first_seen_100ns = 0;       ///< time of the first event that names the process
  uint64_t resume_time_100ns = 0;      ///< first resume from outside; 0 none
  uint32_t loader_thread = 0;          ///< the thread that will load; 0 unknown
  uint32_t creation_bytes = 0;         ///< written by the creator as part of process creation
  uint32_t main_image_bytes = 0;       ///< written by the creator over the program before it ran
  trust loader_trust = trust::unknown; ///< of the source's image
  truth created_suspended = truth::unknown;
  truth injector_serves = truth::unknown;  ///< an injection tool that Windows' own service started
  truth made_from_section = truth::unknown;
  bool create_seen = false;
  bool started = false;                ///< the process has done something by itself
  bool writes_recorded = false;        ///< a write into this process was reported, so the sensor records them
  bool tainted = false;                ///< a taint_set was made for it
  bool main_image_remapped = false;
  bool image_base_redirected = false;
};

}

#endif

// ==== bartizan/engine/process_table.hpp ====
#ifndef BARTIZAN_ENGINE_PROCESS_TABLE_HPP
#define BARTIZAN_ENGINE_PROCESS_TABLE_HPP

namespace BARTIZAN_NAMESPACE::engine {

/// What the engine remembers of one process. What most events read stands first, together; what a handle event reads besides lies at
/// seams: the first of `credentials`, the last of `token`, the first of `opens`. A step is bound by the cache lines that it touches.
struct process_record {
  process facts;
  uint32_t serial = 0;                  ///< number of the record since the start: names the process in other tables, never reused
  uint64_t exit_time_100ns = 0;         ///< 0: alive as far as known
  uint64_t lsass_read_time_100ns = 0;   ///< when read access to LSASS was last given; 0 never
  uint64_t dump_time_100ns = 0;         ///< when a dump-like file was last created; 0 never
  uint64_t privilege_time_100ns = 0;    ///< when SeDebugPrivilege was last enabled; 0 never
  injection_marks injection;
  credential_notes credentials;
  token_notes token;
  open_history opens;
  lockdown_notes lockdown;
  verifier_notes verifier;
  policy::actor_identity identity;
};

/// Processes by start key and by PID, in a fixed number of slots. When full, the record that was used longest ago goes, exited
/// ones first; evictions are counted. No allocation; one instance needs about Capacity * 830 bytes. Not thread-safe.
template <uint32_t Capacity>
class process_table {
  static_assert(Capacity >= 32 && (Capacity & (Capacity - 1)) == 0, "the capacity is a power of two, at least 32");

  struct never_other {
    constexpr bool operator()(const process_record&) const noexcept { return false; }
  };

 public:
  /// The record of `key` at `time`, made if there is none. A PID-only key finds the newest process with that PID that had not
  /// exited before; a record made from a PID alone takes over the start key that a later event brings, unless
  /// `is_other(record)` says that the event names another process: the end of the first was not seen, its PID is in use again.
  template <class IsOther = never_other>
  constexpr process_record& resolve(const process_key& key, uint64_t time_100ns, IsOther&& is_other = {}) noexcept {
    const uint32_t index = locate(key, time_100ns);
    if (index == none) return insert(key);
    if (key.start_key != 0 && records_[index].facts.key.start_key == 0) {
      if (is_other(records_[index])) {
        records_[index].exit_time_100ns = time_100ns == 0 ? 1 : time_100ns;
        return insert(key);
      }
      adopt(index, key.start_key);
    }
    ages_.touch(index);
    return records_[index];
  }

  /// The record of `key` at `time`, or null. Does not count as a use.
  [[nodiscard]] constexpr const process_record* find(const process_key& key, uint64_t time_100ns) const noexcept {
    const uint32_t index = key.is_set() ? locate(key, time_100ns) : none;
    return index == none ? nullptr : &records_[index];
  }

  /// The record of a process that begins now. Another sensor may have reported the same start within `tolerance`; any other
  /// live record under this PID belongs to a process whose exit was not seen.
  template <class IsOther = never_other>
  constexpr process_record& begin(const process_key& key, uint64_t time_100ns, uint64_t tolerance_100ns, IsOther&& is_other = {}) noexcept {
    if (key.start_key != 0 && find_start_key(key) != none) return resolve(key, time_100ns);
    bool found = false;
    for (uint32_t i = by_pid_.first(key.pid); i != none; i = by_pid_.next(i)) {
      process_record& old = records_[i];
      if (old.facts.key.pid != key.pid || !is_alive(old, time_100ns)) continue;
      const uint64_t created = old.facts.create_time_100ns;
      const uint64_t seen = old.injection.first_seen_100ns;
      const auto is_near = [&](uint64_t then) { return (then > time_100ns ? then - time_100ns : time_100ns - then) <= tolerance_100ns; };
      const bool other = (old.facts.key.start_key != 0 && key.start_key != 0) || is_other(old);
      const bool late = created == 0 && seen != 0 && (seen >= time_100ns || is_near(seen));
      const bool same = !found && !other && (late || (created != 0 && is_near(created)));
      found |= same;
      if (!same) old.exit_time_100ns = time_100ns == 0 ? 1 : time_100ns;
    }
    return resolve(key, time_100ns);
  }

  /// Whether any record but `self` satisfies `test`, which is linear in the table: for rare questions.
  template <class Test>
  [[nodiscard]] constexpr bool any_other(const process_record& self, Test test) const noexcept {
    for (uint32_t i = 0; i < size_; ++i)
      if (&records_[i] != &self && test(records_[i])) return true;
    return false;
  }

  /// Forgets everything; costs 16 bytes a slot, since a record is made anew when its slot is used.
  constexpr void clear() noexcept {
    by_start_key_.clear();
    by_pid_.clear();
    ages_.clear();
    size_ = serials_ = 0;
    evicted_ = 0;
  }

  [[nodiscard]] constexpr uint32_t size() const noexcept { return size_; }
  [[nodiscard]] constexpr uint64_t evicted() const noexcept { return evicted_; }

 private:
  static constexpr uint32_t none = no_slot;

  [[nodiscard]] static constexpr bool is_alive(const process_record& r, uint64_t time_100ns) noexcept {
    return r.exit_time_100ns == 0 || r.exit_time_100ns > time_100ns;
  }

  [[nodiscard]] constexpr uint32_t locate(const process_key& key, uint64_t time_100ns) const noexcept {
    const uint32_t index = key.start_key != 0 ? find_start_key(key) : none;
    if (index != none) return index;
    const uint32_t same_pid = find_pid(key.pid, time_100ns);
    const bool same = same_pid != none && (key.start_key == 0 || records_[same_pid].facts.key.start_key == 0);
    return same ? same_pid : none;
  }

  [[nodiscard]] constexpr uint32_t find_start_key(const process_key& key) const noexcept {
    uint32_t i = by_start_key_.first(key.start_key);
    while (i != none && records_[i].facts.key.start_key != key.start_key) i = by_start_key_.next(i);
    return i;
  }

  [[nodiscard]] constexpr uint32_t find_pid(uint32_t pid, uint64_t time_100ns) const noexcept {
    for (uint32_t i = by_pid_.first(pid); i != none; i = by_pid_.next(i)) {
      const process_record& r = records_[i];
      if (r.facts.key.pid == pid && is_alive(r, time_100ns)) return i;
    }
    return none;
  }

  constexpr process_record& insert(const process_key& key) noexcept {
    uint32_t index = size_;
    if (size_ < Capacity) ++size_;
    else {
      index = ages_.victim([this](uint32_t i) { return records_[i].exit_time_100ns != 0; });
      const process_key& old = records_[index].facts.key;
      if (old.start_key != 0) by_start_key_.unlink(old.start_key, index);
      by_pid_.unlink(old.pid, index);
      ages_.remove(index);
      ++evicted_;
    }
    records_[index] = process_record{};
    records_[index].facts.key = key;
    records_[index].serial = ++serials_;
    if (key.start_key != 0) by_start_key_.link(key.start_key, index);
    by_pid_.link(key.pid, index);
    ages_.add(index);
    return records_[index];
  }

  constexpr void adopt(uint32_t index, uint64_t start_key) noexcept {
    records_[index].facts.key.start_key = start_key;
    by_start_key_.link(start_key, index);
  }

  process_record records_[Capacity] = {};
  hash_index<Capacity> by_start_key_;
  hash_index<Capacity> by_pid_;
  age_list<Capacity> ages_;
  uint32_t size_ = 0;
  uint32_t serials_ = 0;
  uint64_t evicted_ = 0;
};

}

#endif

// ==== bartizan/engine/credential_state.hpp ====
#ifndef BARTIZAN_ENGINE_CREDENTIAL_STATE_HPP
#define BARTIZAN_ENGINE_CREDENTIAL_STATE_HPP

namespace BARTIZAN_NAMESPACE::engine {

/// What the endpoint as a whole remembers for the rules about credentials: the registered LSA and the last network logon. The rest
/// is in each process's notes. No allocation, no clock.
class credential_state {
 public:
  /// Before the target is looked up: a duplication whose object the sensor did not name, out of a process that holds a handle to
  /// LSASS under this value, is a duplication of that handle.
  template <class Table>
  constexpr void name_duplicate(event& e, Table& processes) const noexcept {
    if (e.kind != event_kind::handle_duplicate || e.target.key.is_set() || !e.target_image.empty() || !lsass_.is_set()) return;
    handle_payload& handle = e.data.handle;
    if (!handle.source_holder.is_set() || handle.source_handle_value == 0) return;
    const credential_notes& holder = processes.resolve(handle.source_holder, e.time_100ns).credentials;
    if (holder.lsass_handle_time_100ns == 0 || holder.lsass_handle_value != handle.source_handle_value) return;
    e.target.key = lsass_;
    handle.type = handle_payload::object::process;
    if (handle.granted == 0) handle.desired = handle.granted = holder.lsass_handle_mask;
  }

  /// After the processes' own facts are in the event: fills the facts that C1 to C3 read and notes what the actor did.
  template <class Table>
  constexpr void follow(event& e, process_record* actor, process_record* target, Table& processes, const policy::settings& settings) noexcept {
    if (settings.registered_lsass.is_set()) {
      lsass_ = settings.registered_lsass;
      is_certain_ = true;
    }
    credential_notes* notes = actor == nullptr ? nullptr : &actor->credentials;
    switch (e.kind) {
      case event_kind::process_create: on_start(e, actor, processes, settings); break;
      case event_kind::handle_open:
      case event_kind::handle_duplicate: on_handle(e, notes, target, settings); break;
      case event_kind::memory_read: on_read(e, notes, target, settings); break;
      case event_kind::image_load: set_module_trust(e, settings); break;
      case event_kind::registry:
        set_credential_registry_facts(e, notes, settings);
        set_remote_client(e, notes, settings);
        break;
      case event_kind::file:
        set_credential_file_facts(e, notes, settings);
        if (actor != nullptr && e.facts.get(fact::file_is_store) == truth::yes) set_snapshot_fact(e, *actor, processes, settings);
        break;
      case event_kind::token_check:
        if (notes != nullptr && (e.data.token.privileges_enabled & privilege_bit(privilege::backup)) != 0)
          notes->backup_privilege_time_100ns = time_of(e);
        break;
      case event_kind::logon: note_logon(e); break;
      default: break;
    }
  }

 private:
  [[nodiscard]] static constexpr uint64_t time_of(const event& e) noexcept { return e.time_100ns == 0 ? 1 : e.time_100ns; }

  [[nodiscard]] static constexpr bool is_same(const process_key& a, const process_key& b) noexcept {
    return a.start_key != 0 && b.start_key != 0 ? a.start_key == b.start_key : a.pid == b.pid;
  }

  template <class Table>
  constexpr void on_start(event& e, process_record* actor, Table& processes, const policy::settings& settings) noexcept {
    const process_create_payload& create = e.data.create;
    if (!create.command_line.empty()) set_command_facts(e, actor, settings);
    if (actor == nullptr) return;
    const bool registry_host = contains_folded(create.command_line, u"RemoteRegistry") || ends_with_folded(create.command_line, u"-k regsvc");
    actor->credentials.serves_registry = has_role(e.actor, role::svchost) == truth::yes && registry_host;
    const process_key maker_key = create.creator.is_set() ? create.creator : create.parent;
    if (!maker_key.is_set() || maker_key == e.actor.key) {
      e.facts.set(fact::creator_shares_lsass, truth::no);  // nobody is known who could hold a handle: lineage is others' affair
      return;
    }
    process_record& maker = processes.resolve(maker_key, e.time_100ns);
    if (actor->credentials.made_snapshot_100ns != 0) maker.credentials.made_snapshot_100ns = actor->credentials.made_snapshot_100ns;
    identify(maker.facts, create.parent_image, {}, settings);
    if (has_role(e.actor, role::lsass) == truth::yes && !settings.registered_lsass.is_set()) {
      const truth by_wininit = has_role(maker.facts, role::wininit);
      actor->credentials.is_lsass_clone = by_wininit == truth::no;
      if (by_wininit == truth::yes) {
        lsass_ = e.actor.key;
        is_certain_ = true;
      }
    }
    e.facts.set(fact::creator_shares_lsass, truth::no);
    if (maker.credentials.lsass_handle_time_100ns == 0) return;
    const bool by_windows = at_least(maker.facts.image_trust, trust::t3) == truth::yes && !maker.facts.roles.has(role::script_host) &&
                !maker.facts.roles.has(role::lolbin) && !maker.facts.roles.has(role::memory_tool);
    const truth shares = by_windows ? truth::no : create.inherits_handles;
    e.facts.set(fact::creator_shares_lsass, shares);
    if (shares != truth::yes) return;
    actor->credentials.lsass_handle_time_100ns = time_of(e);
    actor->credentials.lsass_handle_value = maker.credentials.lsass_handle_value;  // inherited handles keep their value
    actor->credentials.lsass_handle_mask = maker.credentials.lsass_handle_mask;
  }

  static constexpr void set_command_facts(event& e, process_record* actor, const policy::settings& settings) noexcept {
    const credential_command command(e.data.create.command_line, settings.paths);
    e.facts.set(fact::command_saves_secrets, to_truth(command.saves_secrets()));
    e.facts.set(fact::command_saves_boot_key, to_truth(command.saves_boot_key()));
    e.facts.set(fact::command_is_own, to_truth(command.is_own()));
    e.facts.set(fact::command_names_store, to_truth(command.names_store()));
    e.facts.set(fact::command_names_spare, to_truth(command.names_spare()));
    e.facts.set(fact::command_asks_snapshot, to_truth(command.asks_snapshot()));
    e.facts.set(fact::both_halves, to_truth(command.names_both()));
    if (actor != nullptr && makes_shadow_copy(e.data.create.command_line)) actor->credentials.made_snapshot_100ns = time_of(e);
    if (actor != nullptr && (command.names_store() || command.saves_secrets() || command.saves_boot_key())) actor->credentials.named_store = true;
  }

  template <class Table>
  static constexpr void set_snapshot_fact(event& e, const process_record& actor, const Table& processes, const policy::settings& settings) noexcept {
    const auto made = [&](const process_record* p) {
      return p != nullptr && p->credentials.made_snapshot_100ns != 0 &&
         open_history::is_within(p->credentials.made_snapshot_100ns, e.time_100ns, settings.snapshot_window_100ns);
    };
    const process_record* maker = processes.find(actor.facts.creator.is_set() ? actor.facts.creator : actor.facts.parent, e.time_100ns);
    e.facts.set(fact::actor_made_snapshot, to_truth(made(&actor) || made(maker)));
  }

  constexpr void on_handle(event& e, credential_notes* actor, const process_record* target, const policy::settings& settings) noexcept {
    const handle_payload& handle = e.data.handle;
    if (handle.client.is_set()) e.instigator = handle.client;
    if (handle.type != handle_payload::object::process) return;
    const access_mask mask = expand(handle.granted, process_mapping);
    if (target != nullptr) {
      const bool holds = target->credentials.lsass_handle_time_100ns != 0;
      e.facts.set(fact::target_holds_lsass, to_truth(holds));
      if (holds && (mask & process_dup_handle) != 0) read_call_trace(e, stack_of(e), settings);
    }
    if (has_role(e.target, role::lsass) != truth::yes) return;
    register_if_first(e.target, target);
    set_clone_fact(e, target);
    if (actor == nullptr || (mask & sensitive_rights) == 0) return;
    const uint32_t pid = e.target.key.pid;
    const bool another = actor->lsass_pid != 0 && pid != 0 && actor->lsass_pid != pid &&
              open_history::is_within(actor->lsass_handle_time_100ns, e.time_100ns, settings.dump_window_100ns);
    e.facts.set(fact::actor_opened_two_lsass, to_truth(another));
    if (pid != 0) actor->lsass_pid = pid;
    actor->lsass_handle_time_100ns = time_of(e);
    actor->lsass_handle_mask = mask;
    actor->lsass_handle_value = handle.handle_value;
    actor->opened_as_inventory = e.facts.get(fact::actor_burst) == truth::yes || e.facts.get(fact::trace_inventory) == truth::yes;
  }

  constexpr void register_if_first(const process& lsass, const process_record* record) noexcept {
    if (!lsass.key.is_set() || (record != nullptr && record->credentials.is_lsass_clone)) return;
    if (!lsass_.is_set()) lsass_ = lsass.key;
  }

  constexpr void set_clone_fact(event& e, const process_record* target) const noexcept {
    if (!e.target.key.is_set()) return;
    if (target != nullptr && target->credentials.is_lsass_clone) e.facts.set(fact::target_is_lsass_clone, truth::yes);
    else if (is_same(e.target.key, lsass_)) e.facts.set(fact::target_is_lsass_clone, truth::no);
    else if (is_certain_) e.facts.set(fact::target_is_lsass_clone, truth::yes);
  }

  constexpr void on_read(event& e, credential_notes* actor, const process_record* target, const policy::settings& settings) noexcept {
    if (has_role(e.target, role::lsass) != truth::yes) return;
    set_clone_fact(e, target);
    e.facts.set(fact::target_secrets_read, touches_secrets(e.data.memory));
    if (actor == nullptr) return;
    if (actor->reads == 0 || !open_history::is_within(actor->reads_since_100ns, e.time_100ns, settings.lsass_read_window_100ns)) {
      actor->reads_since_100ns = time_of(e);
      actor->read_bytes = 0;
      actor->reads = 0;
    }
    const uint64_t size = e.data.memory.range.size;
    actor->read_bytes = actor->read_bytes > UINT64_MAX - size ? UINT64_MAX : actor->read_bytes + size;
    if (actor->reads < UINT32_MAX) ++actor->reads;
    const bool many = actor->read_bytes >= settings.lsass_read_bytes || actor->reads >= settings.lsass_reads;
    const bool beyond_inventory = actor->read_bytes >= settings.inventory_read_bytes;
    e.facts.set(fact::target_memory_read, to_truth(actor->opened_as_inventory ? beyond_inventory : many));
  }

  [[nodiscard]] static constexpr truth touches_secrets(const memory_payload& memory) noexcept {
    constexpr text packages[] = {u"LSASRV.DLL", u"WDIGEST.DLL", u"KERBEROS.DLL", u"MSV1_0.DLL", u"TSPKG.DLL", u"DPAPISRV.DLL", u"CLOUDAP.DLL"};
    if (memory.mapped_file.empty()) return truth::unknown;
    if (!detail::is_any_of(file_name(memory.mapped_file), packages)) return truth::no;
    return memory.protection == 0 ? truth::unknown : to_truth(is_writable(memory.protection));
  }

  static constexpr void set_module_trust(event& e, const policy::settings& settings) noexcept {
    if (has_role(e.actor, role::lsass) != truth::yes || e.module_trust != trust::unknown) return;
    process module;
    module.key.pid = 1;  // not a process: a carrier for what a signature proves
    apply_signature(module, e.data.image.signer);
    if (module.basis == trust_basis::none && settings.trust_from_path) {
      char16_t buffer[320] = {};
      module.image_trust = policy::trust_from_path(canonicalise(e.data.image.path, buffer, settings.paths));
    }
    e.module_trust = module.image_trust;
  }

  constexpr void note_logon(const event& e) noexcept {
    const token_payload& token = e.data.token;
    const text from = token.remote_address;
    const bool local = from.empty() || equal(from, u"-") || equal(from, u"::1") || starts_with_folded(from, u"127.");
    if (token.logon_type == 3 && !local) network_logon_100ns_ = time_of(e);
  }

  constexpr void set_remote_client(event& e, const credential_notes* actor, const policy::settings& settings) const noexcept {
    if (actor != nullptr && actor->serves_registry) {
      e.facts.set(fact::remote_client, truth::yes);
      return;
    }
    const truth service = has_role(e.actor, role::svchost) & (e.actor.user == account::unknown ? truth::unknown
                                                 : to_truth(e.actor.user == account::local_service));
    const bool recent = network_logon_100ns_ != 0 &&
              open_history::is_within(network_logon_100ns_, e.time_100ns, settings.remote_logon_window_100ns);
    e.facts.set(fact::remote_client, service & to_truth(recent));
  }

  process_key lsass_ = {};
  bool is_certain_ = false;
  uint64_t network_logon_100ns_ = 0;
};

}

#endif

// ==== bartizan/engine/creation_facts.hpp ====
#ifndef BARTIZAN_ENGINE_CREATION_FACTS_HPP
#define BARTIZAN_ENGINE_CREATION_FACTS_HPP

/// Who made whom, whether the made one has run yet, and which writes into it belong to its making (rules.md M1.ok1, ok3, ok7).
namespace BARTIZAN_NAMESPACE::engine {

/// The creator, with the parent standing in where no creator is recorded: a parent that was only named can excuse nobody else.
[[nodiscard]] constexpr truth is_creator(const process& source, const process& made) noexcept {
  const process_key& maker = made.creator.is_set() ? made.creator : made.parent;
  return maker.is_set() ? to_truth(is_same(maker, source.key)) : truth::unknown;
}

/// Until its first own act, or for a limited time after it was resumed; a process that was made suspended and never resumed has
/// not started however old it is.
[[nodiscard]] constexpr truth has_not_started(const process_record& made, uint64_t time_100ns, const policy::settings& settings) noexcept {
  const injection_marks& m = made.injection;
  if (m.started) return truth::no;
  if (!m.create_seen) return truth::unknown;
  const bool waits = m.created_suspended == truth::yes && m.resume_time_100ns == 0;
  const uint64_t since = m.resume_time_100ns != 0 ? m.resume_time_100ns : made.facts.create_time_100ns;
  if (waits || open_history::is_within(since, time_100ns, settings.creation_window_100ns)) return truth::yes;
  return m.resume_time_100ns != 0 ? truth::no : truth::unknown;
}

/// An act that only the process's own thread can do. Its own image and ntdll are mapped by whoever makes the process.
[[nodiscard]] constexpr bool is_own_act(const event& e) noexcept {
  if ((e.flags & event_kernel_caller) != 0) return false;
  switch (e.kind) {
    case event_kind::none:
    case event_kind::process_create:
    case event_kind::process_exit:
    case event_kind::token_check:
    case event_kind::image_tampered:
    case event_kind::logon: return false;
    case event_kind::thread_start: return !e.target.key.is_set() || e.data.thread.is_initial_thread == truth::no;
    case event_kind::image_load:
      return !equal_folded(e.data.image.path, e.actor_image) && !equal_folded(file_name(e.data.image.path), u"ntdll.dll");
    default: return true;
  }
}

/// The stack leads through CreateProcess or the system call beneath it. Without function names nobody can tell.
[[nodiscard]] constexpr truth is_through_create_process(const call_stack& stack) noexcept {
  truth through = stack.complete == truth::yes ? truth::no : truth::unknown;
  for (uint32_t i = 0; i < stack.size; ++i) {
    const stack_frame& frame = stack.frames[i];
    const uint8_t module = policy::module_bit(frame.module);
    if ((module & (policy::in_kernel | policy::in_ntdll)) == 0 && !equal_folded(file_name(frame.module), u"advapi32.dll")) continue;
    if (frame.function.empty()) through = through | truth::unknown;
    constexpr text creators[] = {u"CreateProcessInternalW", u"CreateProcessInternalA", u"NtCreateUserProcess"};
    for (const text name : creators)
      if (equal_folded(frame.function, name)) return truth::yes;
  }
  return through;
}

[[nodiscard]] constexpr truth is_creation_block(memory_use use) noexcept {
  if (use == memory_use::unknown) return truth::unknown;
  return to_truth(use == memory_use::peb || use == memory_use::process_parameters || use == memory_use::shim_data);
}

/// A browser's hook on one of the system calls that its sandbox answers itself.
[[nodiscard]] constexpr truth is_sandbox_patch(const event& e) noexcept {
  const memory_payload& m = e.data.memory;
  const policy::code_name* name = policy::find_code(m.mapped_file, m.symbol);
  const bool unnamed = m.use == memory_use::unknown || m.mapped_file.empty() || m.symbol.empty();
  const truth hook = unnamed ? truth::unknown : to_truth(name != nullptr && name->sandboxed);
  return hook & to_truth(m.range.size <= 16) & at_least(e.actor.image_trust, trust::t1) &
     e.facts.get(fact::source_is_creator) & e.facts.get(fact::target_not_started) & e.facts.get(fact::source_same_image);
}

/// Cygwin's and MSYS's fork fills the child's copy of the runtime: same directory, the runtime's own data or the heap.
[[nodiscard]] constexpr truth is_fork_copy(const event& e) noexcept {
  const memory_payload& m = e.data.memory;
  const text module = file_name(m.mapped_file);
  const bool runtime = (starts_with_folded(module, u"msys-") || starts_with_folded(module, u"cyg")) && ends_with_folded(module, u".dll");
  truth copied = to_truth(m.use == memory_use::heap || (m.use == memory_use::module_data && runtime));
  if (m.use == memory_use::unknown || (m.use == memory_use::module_data && module.empty())) copied = truth::unknown;
  const bool placed = e.actor.directory_hash != 0 && e.target.directory_hash != 0;
  const truth same_directory = placed ? to_truth(e.actor.directory_hash == e.target.directory_hash) : truth::unknown;
  return copied & same_directory & e.facts.get(fact::source_is_creator);
}

/// The write hits the program itself.
[[nodiscard]] constexpr truth is_main_image(const event& e, const process_record& target) noexcept {
  const memory_payload& m = e.data.memory;
  if (m.use != memory_use::unknown) return to_truth(m.use == memory_use::main_image);
  if (target.injection.main_image.size != 0) return to_truth(target.injection.main_image.contains(m.range.base));
  if (!m.mapped_file.empty() && !e.target_image.empty())
    return to_truth(m.region_type == mem_image && equal_folded(file_name(m.mapped_file), file_name(e.target_image)));
  return m.region_type == mem_private ? truth::no : truth::unknown;
}

}

#endif

// ==== bartizan/engine/finding_history.hpp ====
#ifndef BARTIZAN_ENGINE_FINDING_HISTORY_HPP
#define BARTIZAN_ENGINE_FINDING_HISTORY_HPP

namespace BARTIZAN_NAMESPACE::engine {

/// What was found lately, so that an act in a loop is one finding and not thousands. Capacity * 100 bytes, in the engine; when full, the
/// finding that came up longest ago is forgotten, to be news when it comes again; evictions are counted. Not thread-safe.
template <uint32_t Capacity>
class finding_history {
  static_assert(Capacity >= 32 && (Capacity & (Capacity - 1)) == 0, "the capacity is a power of two, at least 32");

 public:
  /// Numbers the finding, and says in `repetition` how often it came again: the same rule, actor, target and object, within the window
  /// of the first, without another atom, a higher verdict or a stronger response. Blindness alone is no finding. A window of 0 makes
  /// everything news.
  constexpr void note(const rule& r, const event& e, uint64_t window_100ns, outcome& o) noexcept {
    if (o.evidence == verdict::none && o.action == response::none) return;
    record& known = obtain(r.id, e);
    const bool within = known.number != 0 && window_100ns != 0 && open_history::is_within(known.time_100ns, e.time_100ns, window_100ns);
    const bool grew = (o.atoms.yes & ~known.atoms) != 0 || o.evidence > known.evidence || o.action > known.action;
    if (within && !grew) {
      o.finding = known.number;
      o.repetition = known.repetitions == UINT32_MAX ? UINT32_MAX : ++known.repetitions;
      return;
    }
    if (!within) known.atoms = 0;
    known.atoms = static_cast<uint16_t>(known.atoms | o.atoms.yes);
    known.evidence = !within || o.evidence > known.evidence ? o.evidence : known.evidence;
    known.action = !within || o.action > known.action ? o.action : known.action;
    known.time_100ns = e.time_100ns;
    known.repetitions = 0;
    o.finding = known.number = ++numbers_;
  }

  constexpr void clear() noexcept {
    index_.clear();
    ages_.clear();
    size_ = numbers_ = 0;
    evicted_ = 0;
  }

  [[nodiscard]] constexpr uint64_t evicted() const noexcept { return evicted_; }

 private:
  struct record {
    process_key actor;
    process_key target;
    uint64_t object = 0;      ///< hash of what the event is about beside the two processes
    uint64_t time_100ns = 0;  ///< when it was news
    uint32_t number = 0;      ///< 0: not told yet
    uint32_t repetitions = 0;
    uint16_t rule_id = 0;
    uint16_t atoms = 0;       ///< all that were told
    verdict evidence = verdict::none;
    response action = response::none;
  };

  [[nodiscard]] static constexpr uint64_t object_of(const event& e) noexcept {
    uint64_t hash = hash_text(e.target.key.is_set() ? text() : e.target_image);
    switch (e.kind) {
      case event_kind::file: return hash_text(e.data.file.new_path, hash_text(e.data.file.path, hash));
      case event_kind::registry: return hash_text(e.data.registry.value_name, hash_text(e.data.registry.key, hash));
      case event_kind::process_create: return hash ^ e.record ^ e.time_100ns;
      case event_kind::image_load: return hash_text(e.data.image.path, hash);
      default: return hash ^ static_cast<uint64_t>(e.kind);
    }
  }

  [[nodiscard]] static constexpr uint64_t key_of(const record& r) noexcept {
    const uint64_t processes = (r.actor.start_key ^ r.actor.pid) * 0x9e3779b97f4a7c15u + (r.target.start_key ^ r.target.pid);
    return (processes ^ r.object) * 31 + r.rule_id;
  }

  [[nodiscard]] constexpr record& obtain(uint16_t rule_id, const event& e) noexcept {
    record sought;
    sought.actor = e.actor.key;
    sought.target = e.target.key;
    sought.object = object_of(e);
    sought.rule_id = rule_id;
    const uint64_t key = key_of(sought);
    for (uint32_t i = index_.first(key); i != no_slot; i = index_.next(i)) {
      const record& r = records_[i];
      if (r.rule_id != rule_id || r.object != sought.object || !(r.actor == sought.actor) || !(r.target == sought.target)) continue;
      ages_.touch(i);
      return records_[i];
    }
    uint32_t i = size_;
    if (size_ < Capacity) ++size_;
    else {
      i = ages_.oldest();
      index_.unlink(key_of(records_[i]), i);
      ages_.remove(i);
      ++evicted_;
    }
    records_[i] = sought;
    index_.link(key, i);
    ages_.add(i);
    return records_[i];
  }

  record records_[Capacity] = {};
  hash_index<Capacity> index_;
  age_list<Capacity> ages_;
  uint32_t size_ = 0;
  uint32_t numbers_ = 0;
  uint64_t evicted_ = 0;
};

}

#endif

// ==== bartizan/engine/lineage.hpp ====
#ifndef BARTIZAN_ENGINE_LINEAGE_HPP
#define BARTIZAN_ENGINE_LINEAGE_HPP

namespace BARTIZAN_NAMESPACE::engine {

/// Who stands behind a new process. Null where the sensor did not say; parent and creator may be one record.
struct lineage {
  process_record* parent = nullptr;   ///< as the process object says: can be spoofed
  process_record* creator = nullptr;  ///< whose thread made it; null: no sensor told it apart from the parent
  process_record* client = nullptr;   ///< on whose behalf a broker made it
  bool parent_named = false;          ///< the event names the parent, by key or by image

  /// Who did it: the creator, with the parent standing in where no creator is recorded.
  [[nodiscard]] constexpr const process_record* maker() const noexcept { return creator != nullptr ? creator : parent; }
};

/// Finds the records behind a process start and learns the parent's image from the event, since its own start may not have been
/// seen. The records stay valid until the table makes 16 more (see process_table).
template <class Table>
constexpr lineage resolve_lineage(Table& table, const event& e, const policy::settings& settings) noexcept {
  const process_create_payload& create = e.data.create;
  lineage out;
  const auto find = [&](const process_key& key, text image) -> process_record* {
    if (!key.is_set() || key == e.actor.key) return nullptr;
    return &table.resolve(key, e.time_100ns, [&](const process_record& r) { return runs_another(r.facts, image, settings); });
  };
  out.parent = find(create.parent, create.parent_image);
  out.creator = create.creator == create.parent ? out.parent : find(create.creator, {});
  out.client = find(create.client, {});
  out.parent_named = out.parent != nullptr;
  if (out.parent != nullptr) identify(out.parent->facts, create.parent_image, {}, settings);
  return out;
}

}

#endif

// ==== bartizan/engine/pair_table.hpp ====
#ifndef BARTIZAN_ENGINE_PAIR_TABLE_HPP
#define BARTIZAN_ENGINE_PAIR_TABLE_HPP

namespace BARTIZAN_NAMESPACE::engine {

/// Counts events of a kind within a window: enough for "more than N in T", not for a rate.
struct burst_counter {
  uint64_t begin_100ns = 0;
  uint32_t count = 0;

  /// Notes one event and returns how many there were since the window began, this one included.
  constexpr uint32_t note(uint64_t time_100ns, uint64_t window_100ns) noexcept {
    const bool within = count != 0 && (time_100ns < begin_100ns || time_100ns - begin_100ns <= window_100ns);
    if (!within) {
      begin_100ns = time_100ns;
      count = 0;
    }
    if (count != 0xffffffff) ++count;
    return count;
  }
};

/// What one process (source) holds over, or did to, another (target), beside memory. Rights have no time limit: a handle that is
/// held is as good an hour later.
struct pair_record {
  uint32_t source = 0;              ///< process_record::serial
  uint32_t target = 0;
  uint16_t process_rights = 0;      ///< sensitive rights ever granted: specific ones, the low 16 bits of an access_mask
  uint16_t thread_rights = 0;       ///< rights over the target's threads that steer them, likewise
  truth rights_unbacked = truth::unknown;  ///< the rights were asked for through memory that no file accounts for
  bool paused = false;              ///< the source suspended the target or a thread of it, and has not resumed it
  burst_counter apcs;
  burst_counter contexts;
  uint32_t apc_threads[3] = {};     ///< the first three threads of the burst
  uint32_t context_thread = 0;
};
static_assert(sizeof(pair_record) <= 64, "a cache line: among many processes each look-up is a miss");

/// Pairs by the serials of both processes, in a fixed number of slots: 84 bytes each. When full, the pair that was used
/// longest ago goes, one without rights and not paused first; evictions are counted. Not thread-safe.
template <uint32_t Capacity>
class pair_table {
  static_assert(Capacity >= 32, "the pair used last is then never the one that goes");

 public:
  [[nodiscard]] constexpr pair_record* find(uint32_t source, uint32_t target) noexcept {
    for (uint32_t i = index_.first(pair_key(source, target)); i != no_slot; i = index_.next(i)) {
      if (records_[i].source != source || records_[i].target != target) continue;
      ages_.touch(i);
      return &records_[i];
    }
    return nullptr;
  }

  constexpr pair_record& obtain(uint32_t source, uint32_t target) noexcept {
    if (pair_record* known = find(source, target)) return *known;
    uint32_t i = size_;
    if (size_ < Capacity) ++size_;
    else {
      i = ages_.victim([this](uint32_t slot) {
        const pair_record& r = records_[slot];
        return (r.process_rights & (inject_rights | derive_rights)) == 0 && r.thread_rights == 0 && !r.paused;
      });
      index_.unlink(pair_key(records_[i].source, records_[i].target), i);
      ages_.remove(i);
      ++evicted_;
    }
    records_[i] = pair_record{};
    records_[i].source = source;
    records_[i].target = target;
    index_.link(pair_key(source, target), i);
    ages_.add(i);
    return records_[i];
  }

  constexpr void clear() noexcept {
    index_.clear();
    ages_.clear();
    size_ = 0;
    evicted_ = 0;
  }

  [[nodiscard]] constexpr uint32_t size() const noexcept { return size_; }
  [[nodiscard]] constexpr uint64_t evicted() const noexcept { return evicted_; }

 private:
  pair_record records_[Capacity] = {};
  hash_index<Capacity> index_;
  age_list<Capacity> ages_;
  uint32_t size_ = 0;
  uint64_t evicted_ = 0;
};

}

#endif

// ==== bartizan/engine/stack_facts.hpp ====
#ifndef BARTIZAN_ENGINE_STACK_FACTS_HPP
#define BARTIZAN_ENGINE_STACK_FACTS_HPP

namespace BARTIZAN_NAMESPACE::engine {

/// The call came through memory that no file and no managed runtime accounts for.
[[nodiscard]] constexpr truth is_unbacked_call(const call_stack& stack, const policy::settings& settings) noexcept {
  bool without_file = false;
  for (uint32_t i = 0; i < stack.size; ++i) without_file |= detail::is_without_file(stack, i, settings);
  if (!without_file) return stack.size != 0 && stack.complete == truth::yes ? truth::no : truth::unknown;
  for (uint32_t i = 0; i < stack.size; ++i)
    if (!stack.frames[i].module.empty() && detail::read_frame(stack.frames[i], settings).managed) return truth::no;
  return truth::yes;
}

/// The system call comes from a program's own code instead of Windows' process creation.
[[nodiscard]] constexpr truth is_direct_creation(const call_stack& stack, const policy::settings& settings) noexcept {
  if (stack.size < 2) return truth::unknown;
  if (detail::read_frame(stack.frames[0], settings).kind != policy::module_kind::system_stub || stack.frames[1].module.empty()) return truth::no;
  char16_t buffer[320] = {};
  return to_truth(policy::trust_from_path(canonicalise(stack.frames[1].module, buffer, settings.paths)) != trust::t3);
}

/// A frame on the file's own code in the unused space of its module (rules.md CC, c15). Without a slack map nothing is looked for.
[[nodiscard]] constexpr truth find_slack_frame(const call_stack& stack, const policy::settings& settings) noexcept {
  if (settings.slack.empty()) return truth::no;
  truth found = stack.size != 0 && stack.complete == truth::yes ? truth::no : truth::unknown;
  for (uint32_t i = 0; i < stack.size; ++i) {
    const stack_frame& frame = stack.frames[i];
    if (frame.module.empty()) continue;
    char16_t buffer[320] = {};
    found = found | policy::is_slack_code(settings.slack, canonicalise(frame.module, buffer, settings.paths).path, frame.address);
  }
  return found;
}

/// A kernel-mode frame outside every driver; unknown where no kernel stack was recorded.
[[nodiscard]] constexpr truth find_unbacked_kernel_frame(const call_stack& stack) noexcept {
  truth found = truth::unknown;
  for (uint32_t i = 0; i < stack.size; ++i) {
    const stack_frame& frame = stack.frames[i];
    if (frame.module.empty() && is_kernel_address(frame.address)) return truth::yes;
    if (ends_with_folded(frame.module, u".sys") || equal_folded(file_name(frame.module), u"ntoskrnl.exe")) found = truth::no;
  }
  return found;
}

}

#endif

// ==== bartizan/engine/taint_set.hpp ====
#ifndef BARTIZAN_ENGINE_TAINT_SET_HPP
#define BARTIZAN_ENGINE_TAINT_SET_HPP

namespace BARTIZAN_NAMESPACE::engine {

enum taint_kind : uint16_t {
  taint_allocated = 1,
  taint_protected = 2,       ///< made executable
  taint_mapped = 4,
  taint_written = 8,
  taint_writable_code = 16,  ///< writable and executable, of 4 KiB or more
  taint_kernel = 32,         ///< by a kernel caller
  taint_executed = 64,
};

/// A range of one process's memory that another process put there.
struct taint_interval {
  uint64_t base = 0;
  uint64_t size = 0;
  uint64_t time_100ns = 0; ///< of the last operation on it
  process_key origin;      ///< who stands behind the source: itself, or whoever's code ran in it
  uint32_t source_serial = 0;  ///< process_record::serial of the source
  uint16_t kinds = 0;      ///< taint_kind bits
  uint16_t reserved = 0;

  [[nodiscard]] constexpr uint64_t last() const noexcept { return base + (size - 1); }
  [[nodiscard]] constexpr bool contains(uint64_t address) const noexcept { return address_range{base, size}.contains(address); }
};

/// Up to 64 such ranges of one process, ascending by base. Ranges of one source that touch become one. When full, the oldest that
/// never executed goes, or the oldest of all; drops are counted.
class taint_set {
 public:
  static constexpr uint32_t capacity = 64;

  constexpr void clear() noexcept {
    size_ = dropped_ = 0;
    reach_ = 0;
    ran_ = false;
  }
  [[nodiscard]] constexpr uint32_t size() const noexcept { return size_; }
  [[nodiscard]] constexpr uint32_t dropped() const noexcept { return dropped_; }
  [[nodiscard]] constexpr const taint_interval& operator[](uint32_t i) const noexcept { return intervals_[i]; }

  /// Adds a range; an empty one is ignored, one that would wrap around is cut at the end of the address space.
  constexpr void add(taint_interval added) noexcept {
    if (added.size == 0) return;
    if (added.size - 1 > UINT64_MAX - added.base) added.size = UINT64_MAX - added.base + 1;
    uint32_t kept = 0;
    while (kept < size_ && !touches(intervals_[kept], added)) ++kept;
    for (uint32_t i = kept; i < size_; ++i) {
      if (touches(intervals_[i], added)) {
        merge(added, intervals_[i]);
        continue;
      }
      intervals_[kept++] = intervals_[i];
    }
    size_ = kept;
    if (added.last() > reach_) reach_ = added.last();
    uint32_t at = size_ == capacity ? victim() : size_++;
    for (; at > 0 && intervals_[at - 1].base > added.base; --at) intervals_[at] = intervals_[at - 1];
    for (; at + 1 < size_ && intervals_[at + 1].base <= added.base; ++at) intervals_[at] = intervals_[at + 1];
    intervals_[at] = added;
  }

  /// The range around `address` that was changed last; null without one.
  [[nodiscard]] constexpr const taint_interval* find(uint64_t address) const noexcept {
    const taint_interval* found = nullptr;
    if (address > reach_) return found;
    for (uint32_t i = 0; i < size_ && intervals_[i].base <= address; ++i)
      if (intervals_[i].contains(address) && (found == nullptr || intervals_[i].time_100ns >= found->time_100ns))
        found = &intervals_[i];
    return found;
  }
  /// ... of what one source put there.
  [[nodiscard]] constexpr const taint_interval* find_of(uint64_t address, uint32_t source_serial) const noexcept {
    if (address > reach_) return nullptr;
    for (uint32_t i = 0; i < size_ && intervals_[i].base <= address; ++i)
      if (intervals_[i].source_serial == source_serial && intervals_[i].contains(address)) return &intervals_[i];
    return nullptr;
  }
  [[nodiscard]] constexpr const taint_interval* find_executed() const noexcept {
    for (uint32_t i = 0; ran_ && i < size_; ++i)
      if ((intervals_[i].kinds & taint_executed) != 0) return &intervals_[i];
    return nullptr;
  }

  constexpr void mark_executed(uint64_t address) noexcept {
    ran_ = true;
    for (uint32_t i = 0; i < size_; ++i)
      if (intervals_[i].contains(address)) intervals_[i].kinds = static_cast<uint16_t>(intervals_[i].kinds | taint_executed);
  }

 private:
  [[nodiscard]] static constexpr bool touches(const taint_interval& a, const taint_interval& b) noexcept {
    if (a.source_serial != b.source_serial || !(a.origin == b.origin)) return false;
    if (((a.kinds ^ b.kinds) & taint_kernel) != 0) return false;
    const bool apart = (a.last() < b.base && b.base - a.last() > 1) || (b.last() < a.base && a.base - b.last() > 1);
    return !apart;
  }

  static constexpr void merge(taint_interval& into, const taint_interval& other) noexcept {
    const uint64_t last = into.last() > other.last() ? into.last() : other.last();
    if (other.base < into.base) into.base = other.base;
    const uint64_t span = last - into.base;
    into.size = span == UINT64_MAX ? span : span + 1;
    if (other.time_100ns > into.time_100ns) into.time_100ns = other.time_100ns;
    into.kinds = static_cast<uint16_t>(into.kinds | other.kinds);
  }

  [[nodiscard]] constexpr uint32_t victim() noexcept {
    uint32_t victim = 0;
    for (uint32_t i = 1; i < size_; ++i) {
      const bool executed = (intervals_[i].kinds & taint_executed) != 0;
      const bool victim_executed = (intervals_[victim].kinds & taint_executed) != 0;
      if (executed != victim_executed ? victim_executed : intervals_[i].time_100ns < intervals_[victim].time_100ns) victim = i;
    }
    ++dropped_;
    return victim;
  }

  uint32_t size_ = 0;
  uint32_t dropped_ = 0;
  uint64_t reach_ = 0;  ///< no range lies above: code in modules mostly does
  bool ran_ = false;    ///< some range may have executed
  taint_interval intervals_[capacity] = {};  ///< last, so that a short set is a few cache lines
};

}

#endif

// ==== bartizan/engine/taint_table.hpp ====
#ifndef BARTIZAN_ENGINE_TAINT_TABLE_HPP
#define BARTIZAN_ENGINE_TAINT_TABLE_HPP

namespace BARTIZAN_NAMESPACE::engine {

/// The taint sets of those processes that have one, by process_record::serial; about Capacity * 3.1 KiB. When full, the set that
/// was used longest ago goes, one in which nothing executed first; evictions are counted. Not thread-safe.
template <uint32_t Capacity>
class taint_table {
  static_assert(Capacity >= 32, "the set used last is then never the one that goes");

 public:
  [[nodiscard]] constexpr taint_set* find(uint32_t serial) noexcept {
    for (uint32_t i = index_.first(serial); i != no_slot; i = index_.next(i)) {
      if (serials_[i] != serial) continue;
      ages_.touch(i);
      return &sets_[i];
    }
    return nullptr;
  }

  constexpr taint_set& obtain(uint32_t serial) noexcept {
    if (taint_set* known = find(serial)) return *known;
    uint32_t i = size_;
    if (size_ < Capacity) ++size_;
    else {
      i = ages_.victim([this](uint32_t slot) { return sets_[slot].find_executed() == nullptr; });
      dropped_ += sets_[i].dropped();
      index_.unlink(serials_[i], i);
      ages_.remove(i);
      ++evicted_;
    }
    serials_[i] = serial;
    sets_[i].clear();
    index_.link(serial, i);
    ages_.add(i);
    return sets_[i];
  }

  constexpr void clear() noexcept {
    index_.clear();
    ages_.clear();
    size_ = 0;
    evicted_ = dropped_ = 0;
  }

  [[nodiscard]] constexpr uint32_t size() const noexcept { return size_; }
  [[nodiscard]] constexpr uint64_t evicted() const noexcept { return evicted_; }
  /// Ranges that full sets gave up.
  [[nodiscard]] constexpr uint64_t dropped() const noexcept {
    uint64_t sum = dropped_;
    for (uint32_t i = 0; i < size_; ++i) sum += sets_[i].dropped();
    return sum;
  }

 private:
  taint_set sets_[Capacity] = {};
  uint32_t serials_[Capacity] = {};
  hash_index<Capacity> index_;
  age_list<Capacity> ages_;
  uint32_t size_ = 0;
  uint64_t evicted_ = 0;
  uint64_t dropped_ = 0;
};

}

#endif

// ==== bartizan/engine/injection_state.hpp ====
#ifndef BARTIZAN_ENGINE_INJECTION_STATE_HPP
#define BARTIZAN_ENGINE_INJECTION_STATE_HPP

namespace BARTIZAN_NAMESPACE::engine {

/// What processes did to each other's memory and threads, and the facts of rules.md M1, A1 and CC c15 that follow from it. Fixed
/// memory: PairCapacity * 84 bytes and TaintCapacity * 3.1 KiB. One for an endpoint; not thread-safe.
template <uint32_t PairCapacity, uint32_t TaintCapacity>
class injection_state {
 public:
  /// `self` is the new process's record.
  static constexpr void on_process_start(event& e, process_record& self, const lineage& family) noexcept {
    injection_marks& m = self.injection;
    m.create_seen = true;
    m.created_suspended = e.data.create.created_suspended;
    e.facts.set(fact::made_from_section, m.made_from_section);
    const process_record* maker = family.maker();
    const truth elsewhere = maker == nullptr ? truth::unknown : !has_role(maker->facts, role::services);
    e.facts.set(fact::host_started_elsewhere, has_role(self.facts, role::svchost) & elsewhere);
    if (has_role(self.facts, role::code_injector) != truth::yes) return;
    if (maker != nullptr) m.injector_serves = has_role(maker->facts, role::app_v_service) | has_role(maker->facts, role::services);
    e.facts.set(fact::injector_serves, m.injector_serves);
    truth injects = e.data.create.command_line.empty() ? truth::unknown : truth::no;
    for (const text name : policy::injection_switches)
      if (contains_folded(e.data.create.command_line, name)) injects = truth::yes;
    e.facts.set(fact::command_injects, injects);
  }

  /// After the processes' facts are in the event. Either record may be null.
  constexpr void observe(event& e, process_record* actor, process_record* target, const policy::settings& settings) noexcept {
    const bool target_is_new = target != nullptr && target->injection.first_seen_100ns == 0;
    note_seen(e, actor, target);
    e.facts.set(fact::frame_tainted, truth::no);
    if (actor == nullptr) e.facts.set(fact::frame_in_slack, find_slack_frame(stack_of(e), settings));
    if (actor != nullptr) {
      set_frame_facts(e, *actor, settings);
      if (e.kind == event_kind::image_load) on_image_load(e, *actor, settings);
    }
    if (actor == nullptr || target == nullptr || actor == target) return;
    switch (e.kind) {
      case event_kind::handle_open:
      case event_kind::handle_duplicate: on_handle(e, *actor, *target, target_is_new, settings); break;
      case event_kind::memory_allocate:
      case event_kind::memory_protect:
      case event_kind::memory_map:
      case event_kind::memory_write: on_memory(e, *actor, *target, settings); break;
      case event_kind::thread_start:
      case event_kind::apc_queue:
      case event_kind::context_set: on_code(e, *actor, *target, settings); break;
      case event_kind::suspend: pairs_.obtain(actor->serial, target->serial).paused = true; break;
      case event_kind::resume: on_resume(e, *actor, *target, settings); break;
      default: break;
    }
  }

  constexpr void clear() noexcept {
    pairs_.clear();
    taints_.clear();
    memory_seen_ = false;
  }

  [[nodiscard]] constexpr uint32_t pairs() const noexcept { return pairs_.size(); }
  [[nodiscard]] constexpr uint64_t evicted_pairs() const noexcept { return pairs_.evicted(); }
  [[nodiscard]] constexpr uint64_t evicted_taints() const noexcept { return taints_.evicted(); }
  [[nodiscard]] constexpr uint64_t dropped_ranges() const noexcept { return taints_.dropped(); }

 private:
  static constexpr void note_seen(const event& e, process_record* actor, process_record* target) noexcept {
    process_record* const both[] = {actor, target};
    for (process_record* p : both)
      if (p != nullptr && p->injection.first_seen_100ns == 0) p->injection.first_seen_100ns = e.time_100ns | 1;
    if (actor != nullptr && !actor->injection.started && is_own_act(e)) actor->injection.started = true;
  }

  constexpr void set_frame_facts(event& e, const process_record& actor, const policy::settings& settings) noexcept {
    const call_stack& stack = stack_of(e);
    e.facts.set(fact::frame_in_slack, find_slack_frame(stack, settings));
    if (!actor.injection.tainted) return;
    truth tainted = stack.size != 0 && stack.complete == truth::yes ? truth::no : truth::unknown;
    taint_set* set = taints_.find(actor.serial);
    for (uint32_t i = 0; set != nullptr && i < stack.size; ++i) {
      if (!stack.frames[i].module.empty()) continue;
      const taint_interval* range = set->find(stack.frames[i].address);
      if (range == nullptr) continue;
      tainted = truth::yes;
      e.instigator = range->origin;
      set->mark_executed(stack.frames[i].address);
    }
    e.facts.set(fact::frame_tainted, set == nullptr ? truth::unknown : tainted);
  }

  static constexpr void on_image_load(event& e, process_record& actor, const policy::settings& settings) noexcept {
    injection_marks& m = actor.injection;
    const image_load_payload& image = e.data.image;
    if (image.range.size != 0 && !e.actor_image.empty() && equal_folded(image.path, e.actor_image)) m.main_image = image.range;
    const bool asked = m.loader_time_100ns != 0 && open_history::is_within(m.loader_time_100ns, e.time_100ns, settings.loader_window_100ns);
    const bool by_thread = m.loader_thread == 0 || image.thread_id == 0 || m.loader_thread == image.thread_id;
    e.facts.set(fact::library_was_forced, to_truth(asked && by_thread));
    if (!asked || !by_thread) {
      if (e.module_trust == trust::unknown) e.module_trust = trust_of(image.signer);
      return;
    }
    e.module_trust = trust_of_module(image.path, image.signer, settings);
    e.instigator = m.loader_source;
    e.facts.set(fact::instigator_untrusted, at_most(m.loader_trust, trust::t0));
    if (at_least(e.module_trust, trust::t3) != truth::yes) m.loader_time_100ns = 0;
  }

  constexpr void on_handle(event& e, process_record& actor, process_record& target, bool target_is_new, const policy::settings& settings) noexcept {
    const handle_payload& handle = e.data.handle;
    const bool of_process = handle.type == handle_payload::object::process;
    const access_mask mask = expand(handle.granted, of_process ? process_mapping : thread_mapping);
    const access_mask kept = of_process ? mask & (inject_rights | derive_rights | process_suspend_resume)
                      : mask & (thread_set_context | thread_suspend_resume);
    if ((of_process && (mask & inject_rights) == 0) || kept == 0) return;
    pair_record& pair = pairs_.obtain(actor.serial, target.serial);
    uint16_t& rights = of_process ? pair.process_rights : pair.thread_rights;
    rights = static_cast<uint16_t>(rights | kept);
    const truth unbacked = is_unbacked_call(stack_of(e), settings);
    if (pair.rights_unbacked != truth::yes) pair.rights_unbacked = unbacked;
    e.facts.set(fact::call_unbacked, unbacked);
    if (target_is_new && of_process && is_all_access(mask)) target.injection.made_from_section = is_direct_creation(stack_of(e), settings);
    e.facts.set(fact::made_from_section, target_is_new ? target.injection.made_from_section : truth::no);
  }

  constexpr void set_pair_facts(event& e, const process_record& actor, const process_record& target, const policy::settings& settings) noexcept {
    const truth creator = is_creator(actor.facts, target.facts);
    const truth not_started = has_not_started(target, e.time_100ns, settings);
    const process& t = target.facts;
    const pair_record* pair = pairs_.find(actor.serial, target.serial);
    e.facts.set(fact::source_is_creator, creator);
    e.facts.set(fact::target_not_started, not_started);
    e.facts.set(fact::source_is_debugger, t.is_debugged == truth::yes ? to_truth(is_same(t.debugger, actor.facts.key)) : t.is_debugged);
    e.facts.set(fact::source_same_image, actor.facts.image_hash == 0 || t.image_hash == 0
                        ? truth::unknown : to_truth(actor.facts.image_hash == t.image_hash));
    const truth suspended_birth = creator & not_started & target.injection.created_suspended;
    const truth paused = pair != nullptr && pair->paused ? truth::yes : truth::unknown;
    e.facts.set(fact::source_paused_target, suspended_birth | paused);
    e.facts.set(fact::rights_through_unbacked, pair == nullptr ? truth::unknown : pair->rights_unbacked);
    e.facts.set(fact::injector_serves, actor.injection.injector_serves);
    const injection_marks& m = target.injection;
    const uint64_t birth = m.create_seen ? t.create_time_100ns : m.born_100ns;
    const bool old = !open_history::is_within(birth != 0 ? birth : m.first_seen_100ns, e.time_100ns, settings.young_process_100ns);
    e.facts.set(fact::target_is_old, old ? truth::yes : birth != 0 ? truth::no : truth::unknown);
  }

  constexpr void on_memory(event& e, process_record& actor, process_record& target, const policy::settings& settings) noexcept {
    memory_seen_ = true;
    set_pair_facts(e, actor, target, settings);
    const memory_payload& memory = e.data.memory;
    injection_marks& m = target.injection;
    const truth in_creation = e.facts.get(fact::source_is_creator) & e.facts.get(fact::target_not_started);
    const bool writes = e.kind == event_kind::memory_write;
    if (writes) m.writes_recorded = true;
    e.facts.set(fact::creation_write, writes ? creation_write(e, m, in_creation, settings) : truth::no);
    e.facts.set(fact::sandbox_patch, is_sandbox_patch(e));
    e.facts.set(fact::fork_copy, is_fork_copy(e));
    e.facts.set(fact::main_image_overwritten, writes ? main_image_overwritten(e, target, in_creation, settings) : truth::no);
    const bool replaces = e.kind == event_kind::memory_map || e.kind == event_kind::memory_allocate;
    const truth at_main = m.main_image.size == 0 ? truth::unknown : to_truth(memory.range.base == m.main_image.base);
    e.facts.set(fact::main_image_remapped, replaces ? at_main & in_creation : truth::no);
    if (writes && memory.use == memory_use::peb_image_base && in_creation == truth::yes) m.image_base_redirected = true;
    const truth excused = e.facts.get(fact::creation_write) | e.facts.get(fact::sandbox_patch) | e.facts.get(fact::fork_copy);
    if (excused != truth::yes) taint(e, actor, target);
  }

  static constexpr truth creation_write(const event& e, injection_marks& m, truth in_creation, const policy::settings& settings) noexcept {
    const truth block = is_creation_block(e.data.memory.use);
    if ((block & in_creation) == truth::yes) m.creation_bytes = add(m.creation_bytes, e.data.memory.range.size);
    return block & in_creation & to_truth(m.creation_bytes <= settings.creation_write_limit_bytes) & is_through_create_process(stack_of(e));
  }

  static constexpr truth main_image_overwritten(const event& e, process_record& target, truth in_creation, const policy::settings& settings) noexcept {
    const truth hit = is_main_image(e, target) & in_creation;
    if (hit == truth::yes) target.injection.main_image_bytes = add(target.injection.main_image_bytes, e.data.memory.range.size);
    const uint32_t bytes = add(target.injection.main_image_bytes, hit == truth::unknown ? e.data.memory.range.size : 0);
    return hit & to_truth(bytes >= settings.overwrite_limit_bytes);
  }

  constexpr void taint(const event& e, const process_record& actor, process_record& target) noexcept {
    const memory_payload& memory = e.data.memory;
    uint16_t kinds = e.kind == event_kind::memory_allocate  ? taint_allocated
            : e.kind == event_kind::memory_protect ? taint_protected
            : e.kind == event_kind::memory_map     ? taint_mapped
                                : taint_written;
    if (is_writable_and_executable(memory.protection) && memory.range.size >= 4096) kinds |= taint_writable_code;
    if ((e.flags & event_kernel_caller) != 0) kinds |= taint_kernel;
    target.injection.tainted = true;
    taints_.obtain(target.serial).add({memory.range.base, memory.range.size, e.time_100ns, origin_of(e, actor),
                     actor.serial, kinds, 0});
  }

  [[nodiscard]] constexpr process_key origin_of(const event& e, const process_record& actor) noexcept {
    if (e.instigator.is_set()) return e.instigator;
    const taint_set* own = actor.injection.tainted ? taints_.find(actor.serial) : nullptr;
    const taint_interval* executed = own == nullptr ? nullptr : own->find_executed();
    return executed == nullptr ? actor.facts.key : executed->origin;
  }

  constexpr void on_code(event& e, process_record& actor, process_record& target, const policy::settings& settings) noexcept {
    set_pair_facts(e, actor, target, settings);
    const code_reference code = code_of(e);
    set_code_facts(e, code, settings);
    set_range_facts(e, code, actor, target, settings);
    const process_key origin = origin_of(e, actor);
    if (!(origin == actor.facts.key)) e.instigator = origin;
    injection_marks& m = target.injection;
    if (e.facts.get(fact::code_is_loader) == truth::yes && e.kind != event_kind::context_set) {
      m.loader_source = origin;
      m.loader_time_100ns = e.time_100ns | 1;
      m.loader_thread = e.kind == event_kind::thread_start ? e.data.thread.thread_id : e.data.apc.target_thread;
      m.loader_trust = actor.facts.image_trust;
    }
    if (e.kind == event_kind::thread_start) return;
    pair_record& pair = pairs_.obtain(actor.serial, target.serial);
    if (e.kind == event_kind::apc_queue) {
      e.facts.set(fact::apc_flood, to_truth(note_apc(pair, e, settings)));
      e.facts.set(fact::kernel_frame_unbacked, find_unbacked_kernel_frame(stack_of(e)));
      return;
    }
    if (pair.context_thread != e.data.context.target_thread) pair.contexts = {};
    pair.context_thread = e.data.context.target_thread;
    e.facts.set(fact::context_churn, to_truth(pair.contexts.note(e.time_100ns, settings.context_window_100ns) >= settings.context_churn));
    e.facts.set(fact::image_base_redirected, to_truth(m.image_base_redirected));
  }

  constexpr void set_range_facts(event& e, const code_reference& code, const process_record& actor, const process_record& target,
                 const policy::settings& settings) noexcept {
    taint_set* set = target.injection.tainted ? taints_.find(target.serial) : nullptr;
    const taint_interval* own = set == nullptr ? nullptr : set->find_of(code.address, actor.serial);
    if (own == nullptr && set != nullptr && code.argument != 0) own = set->find_of(code.argument, actor.serial);
    const taint_interval* any = set == nullptr ? nullptr : set->find(code.address);
    truth unbacked = is_unbacked(code.state) | code.argument_unbacked;
    if (unbacked == truth::unknown && any != nullptr && (any->kinds & (taint_allocated | taint_mapped)) != 0) unbacked = truth::yes;
    if (is_kernel_address(code.address)) unbacked = truth::no;
    e.facts.set(fact::code_unbacked, unbacked);
    e.facts.set(fact::code_prepared, own != nullptr ? truth::yes : memory_seen_ ? truth::no : truth::unknown);
    const bool written = own != nullptr && (own->kinds & taint_written) != 0;
    e.facts.set(fact::code_written, written ? truth::yes : target.injection.writes_recorded ? truth::no : truth::unknown);
    truth writable = code.protection != 0 ? to_truth(is_writable_and_executable(code.protection)) : memory_seen_ ? truth::no : truth::unknown;
    if (any != nullptr && (any->kinds & taint_writable_code) != 0) writable = truth::yes;
    e.facts.set(fact::code_writable, writable);
    constexpr uint16_t kernel_code = taint_kernel | taint_writable_code;
    const bool kernel = any != nullptr && (any->kinds & kernel_code) == kernel_code &&
              open_history::is_within(any->time_100ns, e.time_100ns, settings.kernel_window_100ns);
    e.facts.set(fact::kernel_prepared_code, kernel ? truth::yes : memory_seen_ ? truth::no : truth::unknown);
    if (any != nullptr) set->mark_executed(code.address);
  }

  static constexpr bool note_apc(pair_record& pair, const event& e, const policy::settings& settings) noexcept {
    const uint32_t count = pair.apcs.note(e.time_100ns, settings.apc_window_100ns);
    if (count == 1)
      for (uint32_t& thread : pair.apc_threads) thread = 0;
    for (uint32_t& thread : pair.apc_threads) {
      if (thread == e.data.apc.target_thread) break;
      if (thread != 0) continue;
      thread = e.data.apc.target_thread;
      break;
    }
    return count > settings.apc_flood && pair.apc_threads[2] != 0;
  }

  constexpr void on_resume(event& e, process_record& actor, process_record& target, const policy::settings& settings) noexcept {
    set_pair_facts(e, actor, target, settings);
    e.facts.set(fact::image_base_redirected, to_truth(target.injection.image_base_redirected));
    if (target.injection.resume_time_100ns == 0) target.injection.resume_time_100ns = e.time_100ns | 1;
    if (pair_record* pair = pairs_.find(actor.serial, target.serial)) pair->paused = false;
  }

  [[nodiscard]] static constexpr uint32_t add(uint32_t sum, uint64_t bytes) noexcept {
    const uint64_t total = sum + (bytes < 0xffffffff ? bytes : 0xffffffff);
    return total < 0xffffffff ? static_cast<uint32_t>(total) : 0xffffffff;
  }

  pair_table<PairCapacity> pairs_;
  taint_table<TaintCapacity> taints_;
  bool memory_seen_ = false;  ///< some sensor of this stream reports what processes do to each other's memory
};

}

#endif

// ==== bartizan/engine/file_provenance.hpp ====
#ifndef BARTIZAN_ENGINE_FILE_PROVENANCE_HPP
#define BARTIZAN_ENGINE_FILE_PROVENANCE_HPP

namespace BARTIZAN_NAMESPACE::engine {

/// Files that came in by a browser, by hash of their canonical path (a path may be as long as it likes; two paths that share 64
/// bits are taken for one). Four ways a set; the oldest entry of a full set goes, and is counted. 16 bytes an entry.
template <uint32_t Capacity>
class file_provenance {
  static_assert(Capacity >= 8 && (Capacity & (Capacity - 1)) == 0, "the capacity is a power of two, at least 8");

 public:
  constexpr void note(uint64_t path_hash, uint64_t time_100ns) noexcept {
    entry* set = set_of(path_hash);
    entry* slot = set;
    for (uint32_t i = 0; i < ways; ++i) {
      if (set[i].path_hash == path_hash || set[i].path_hash == 0) {
        slot = &set[i];
        break;
      }
      if (set[i].time_100ns < slot->time_100ns) slot = &set[i];
    }
    if (slot->path_hash != 0 && slot->path_hash != path_hash) ++evicted_;
    *slot = {path_hash, time_100ns == 0 ? 1 : time_100ns};
  }
  constexpr void forget(uint64_t path_hash) noexcept {
    entry* set = set_of(path_hash);
    for (uint32_t i = 0; i < ways; ++i)
      if (set[i].path_hash == path_hash) set[i].time_100ns = 0;
  }
  [[nodiscard]] constexpr bool holds(uint64_t path_hash, uint64_t now_100ns, uint64_t window_100ns) noexcept {
    const entry* set = set_of(path_hash);
    for (uint32_t i = 0; i < ways; ++i)
      if (set[i].path_hash == path_hash && set[i].time_100ns != 0)
        return set[i].time_100ns > now_100ns || now_100ns - set[i].time_100ns <= window_100ns;
    return false;
  }
  constexpr void clear() noexcept {
    for (entry& e : entries_) e = {};
    evicted_ = 0;
  }
  [[nodiscard]] constexpr uint64_t evicted() const noexcept { return evicted_; }

 private:
  static constexpr uint32_t ways = 4;

  struct entry {
    uint64_t path_hash = 0;  ///< 0: free
    uint64_t time_100ns = 0; ///< 0: forgotten
  };

  [[nodiscard]] constexpr entry* set_of(uint64_t path_hash) noexcept {
    return &entries_[(path_hash * 0x9e3779b97f4a7c15u >> 32 & (Capacity / ways - 1)) * ways];
  }

  entry entries_[Capacity] = {};
  uint64_t evicted_ = 0;
};

}

#endif

// ==== bartizan/engine/lockdown_labels.hpp ====
#ifndef BARTIZAN_ENGINE_LOCKDOWN_LABELS_HPP
#define BARTIZAN_ENGINE_LOCKDOWN_LABELS_HPP

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
    if (from_browser == truth::yes && runs_script && !roles.has(role::powershell)) label = lockdown_label::browser_hta;
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

}

#endif

// ==== bartizan/engine/token_facts.hpp ====
#ifndef BARTIZAN_ENGINE_TOKEN_FACTS_HPP
#define BARTIZAN_ENGINE_TOKEN_FACTS_HPP

/// Tokens over a process's life (rules.md T1). A snapshot is taken while the process has not run: brokers legally set the primary
/// token until then. Afterwards it is frozen, and no documented call replaces it.
namespace BARTIZAN_NAMESPACE::engine::token_facts {

inline constexpr uint32_t medium_integrity_rid = 0x2000;       ///< SECURITY_MANDATORY_MEDIUM_RID
inline constexpr uint32_t security_impersonation_level = 2;    ///< SECURITY_IMPERSONATION_LEVEL::SecurityImpersonation

[[nodiscard]] constexpr bool is_service(account a) noexcept {
  return a == account::local_service || a == account::network_service || a == account::service;
}

/// Whether a process runs as SYSTEM: by its token, or because it is one of those that only run so.
[[nodiscard]] constexpr truth is_system(const process& p) noexcept {
  if (p.user != account::unknown) return to_truth(p.user == account::system);
  return is_critical(p.roles) ? truth::yes : truth::unknown;
}

/// Creators that start programs for others: they are SYSTEM themselves, and whom they serve is the effective parent.
[[nodiscard]] constexpr bool is_broker(const process& p) noexcept {
  return p.roles.has(role::svchost) || p.roles.has(role::services) || p.roles.has(role::session_helper) || p.roles.has(role::error_reporter);
}

[[nodiscard]] constexpr truth recently(uint64_t then, uint64_t now, uint64_t window) noexcept {
  return to_truth(then != 0 && open_history::is_within(then, now, window));
}

constexpr void on_process_start(event& e, process_record& self, lineage family, const policy::settings& settings) noexcept {
  const process_create_payload& create = e.data.create;
  if (family.parent != nullptr && family.parent->facts.user == account::unknown) family.parent->facts.user = create.parent_account;
  self.token.integrity_rid = create.integrity_rid;
  self.token.user = self.facts.user;

  const process_record* maker = family.maker();
  if (maker != nullptr) e.facts.set(fact::creator_is_system, is_system(maker->facts));
  if (family.parent != nullptr) e.facts.set(fact::parent_is_system, is_system(family.parent->facts));
  if (family.creator != nullptr && family.creator->facts.integrity_rid != unknown_u32)
    e.facts.set(fact::creator_at_most_medium, to_truth(family.creator->facts.integrity_rid <= medium_integrity_rid));
  if (family.creator != nullptr && family.parent != nullptr) {
    const process& creator = family.creator->facts;
    const truth broker = is_broker(creator) ? truth::yes : creator.identity == truth::yes ? truth::no : truth::unknown;
    e.facts.set(fact::parent_is_spoofed, family.creator == family.parent ? truth::no : !broker);
  }
  const process_record* effective = family.client;
  if (effective == nullptr && maker != nullptr && !is_broker(maker->facts)) effective = maker;
  if (effective != nullptr && effective->facts.user != account::unknown) {
    e.facts.set(fact::client_is_service, to_truth(is_service(effective->facts.user)));
    e.facts.set(fact::client_is_user, to_truth(effective->facts.user == account::user || effective->facts.user == account::other));
  }
  if (maker != nullptr && maker->token.impersonated_system_100ns != 0)
    e.facts.set(fact::impersonated_system, recently(maker->token.impersonated_system_100ns, e.time_100ns, settings.impersonation_window_100ns));
  const text line = create.command_line;
  const bool shell = self.facts.roles.has(role::lolbin) || self.facts.roles.has(role::powershell);
  e.facts.set(fact::command_to_pipe, line.empty() ? truth::unknown : to_truth(shell && contains_folded(line, u"\\\\.\\pipe\\")));
}

/// A service whose program is a shell that writes into a named pipe: whoever installed it waits at the pipe's other end for SYSTEM.
constexpr void on_service_install(event& e, const policy::settings& settings) noexcept {
  const text line = e.data.service.image_path;
  command_words words(line);
  const text program = words.next();
  char16_t buffer[320] = {};
  const role_set roles = policy::roles_of(canonicalise(program, buffer, settings.paths), {}, settings.image_names);
  const bool shell = roles.has(role::lolbin) || roles.has(role::powershell) || equal_folded(program, u"%COMSPEC%");
  e.facts.set(fact::command_to_pipe, line.empty() ? truth::unknown : to_truth(shell && contains_folded(line, u"\\\\.\\pipe\\")));
}

/// The first thread ends the time in which a broker may set the token.
constexpr void on_thread_start(process_record& owner) noexcept { owner.token.was_frozen = true; }

/// Compares a checkpoint with the snapshot, or takes the snapshot. After a replacement the new token is the snapshot, so that one theft
/// is one finding.
template <class Table>
constexpr void on_token_check(event& e, process_record& self, const Table& processes, const policy::settings& settings) noexcept {
  const token_payload& now = e.data.token;
  token_notes& then = self.token;
  const uint64_t sid = now.sid.empty() ? 0 : hash_text(now.sid);
  const uint64_t created = self.facts.create_time_100ns;
  const bool frozen = then.was_frozen || created == 0 || (e.time_100ns > created && e.time_100ns - created > settings.creation_window_100ns);

  if (now.privileges_present != 0) {
    const bool mismatch = (now.privileges_enabled & ~now.privileges_present) != 0;
    then.inconsistent_checks = static_cast<uint8_t>(mismatch ? (then.inconsistent_checks < 2 ? then.inconsistent_checks + 1 : 2) : 0);
    e.facts.set(fact::privileges_inconsistent, to_truth(then.inconsistent_checks >= 2));
  }
  if (then.has_snapshot && frozen) {
    if (now.token_id != 0 && then.token_id != 0) {
      const bool replaced = now.token_id != then.token_id;
      e.facts.set(fact::token_replaced, to_truth(replaced));
      const bool shared = replaced && processes.any_other(self, [&](const process_record& p) {
        return p.exit_time_100ns == 0 && p.token.has_snapshot && p.token.token_id == now.token_id;
      });
      e.facts.set(fact::token_of_another, to_truth(shared));
      const bool other_user = (now.user != account::unknown && then.user != account::unknown && now.user != then.user) ||
                  (sid != 0 && then.sid_hash != 0 && sid != then.sid_hash);
      const bool other_session = now.authentication_id != 0 && then.authentication_id != 0 && now.authentication_id != then.authentication_id;
      const bool higher = now.integrity_rid != unknown_u32 && then.integrity_rid != unknown_u32 && now.integrity_rid > then.integrity_rid;
      e.facts.set(fact::token_raised, to_truth(replaced && (other_user || other_session || higher)));
    }
    if (now.privileges_present != 0 && then.privileges_present != 0)
      e.facts.set(fact::privileges_grew, to_truth((now.privileges_present & ~then.privileges_present) != 0));
  }
  if (now.token_id != 0) then.token_id = now.token_id;
  if (now.authentication_id != 0) then.authentication_id = now.authentication_id;
  if (now.privileges_present != 0) then.privileges_present = now.privileges_present;
  if (sid != 0) then.sid_hash = sid;
  if (now.integrity_rid != unknown_u32) then.integrity_rid = now.integrity_rid;
  if (now.user != account::unknown) then.user = now.user;
  then.has_snapshot = then.has_snapshot || now.token_id != 0 || now.privileges_present != 0;
}

/// A thread took a token over: noted when it is SYSTEM's at a level that lets it act, and the process is no service that does so by trade.
constexpr void on_impersonation(event& e, process_record& self) noexcept {
  const token_payload& token = e.data.token;
  if (self.facts.user != account::unknown)
    e.facts.set(fact::actor_may_impersonate, to_truth(is_service(self.facts.user) || self.facts.user == account::system));
  if (token.user != account::system || token.impersonation_level == unknown_u32 || token.impersonation_level < security_impersonation_level) return;
  if (is_service(self.facts.user) || self.facts.user == account::system || at_least(self.facts.image_trust, trust::t2) == truth::yes) return;
  self.token.impersonated_system_100ns = e.time_100ns == 0 ? 1 : e.time_100ns;
}

/// A hunt for tokens opens the owners of handles with the right to duplicate them and nothing that a listing or a debugger needs besides.
constexpr void on_handle_open(event& e, process_record& self, const process_record* target, const policy::settings& settings) noexcept {
  if (self.token.impersonated_system_100ns != 0)
    e.facts.set(fact::impersonated_system, recently(self.token.impersonated_system_100ns, e.time_100ns, settings.impersonation_window_100ns));
  const access_mask mask = expand(e.data.handle.granted, process_mapping);
  constexpr access_mask beside = inject_rights | read_rights | reopen_rights | process_query_information;
  const bool handles_only = e.data.handle.type == handle_payload::object::process && (mask & process_dup_handle) != 0 && (mask & beside) == 0;
  const bool of_system = target != nullptr && (is_critical(target->facts.roles) || target->facts.roles.has(role::svchost));
  if (!handles_only || (target != nullptr && target->facts.identity == truth::yes && !of_system)) {
    e.facts.set(fact::actor_sweeps_handles, truth::no);
    return;
  }
  if (!of_system) return;
  token_notes& notes = self.token;
  const bool recent = recently(notes.swept_100ns, e.time_100ns, settings.burst_window_100ns) == truth::yes;
  if (!recent) notes.is_sweeping = false;
  if (recent && notes.swept_pid != e.target.key.pid) notes.is_sweeping = true;
  notes.swept_pid = e.target.key.pid;
  notes.swept_100ns = e.time_100ns == 0 ? 1 : e.time_100ns;
  e.facts.set(fact::actor_sweeps_handles, to_truth(notes.is_sweeping));
}

}

#endif

// ==== bartizan/engine/verifier_facts.hpp ====
#ifndef BARTIZAN_ENGINE_VERIFIER_FACTS_HPP
#define BARTIZAN_ENGINE_VERIFIER_FACTS_HPP

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

  [[nodiscard]] static constexpr truth blocks_foreign_libraries(bool has_number, uint64_t options) noexcept {
    return has_number ? to_truth((options >> 44 & 3) == 1) : truth::unknown;
  }

  constexpr void set_root_fact(event& e) noexcept {
    constexpr text root = u"HKLM\\SOFTWARE\\MICROSOFT\\WINDOWS NT\\CURRENTVERSION\\IMAGE FILE EXECUTION OPTIONS";
    const text key = canonicalise_key(e.data.registry.key, buffer_).path;
    bool moved = is_root_or_ancestor(key, root);
    if (!moved && e.data.registry.what == registry_payload::operation::rename_key && !e.data.registry.data.empty()) {
      const uint32_t parent = key.size - file_name(key).size;
      const text name = file_name(e.data.registry.data);
      if (parent + name.size <= root.size && equal(key.sub(0, parent), root.sub(0, parent)) && equal_folded(name, root.sub(parent, name.size)))
        moved = parent + name.size == root.size || root[parent + name.size] == u'\\';
    }
    e.facts.set(fact::ifeo_root_moved, to_truth(moved));
  }
  [[nodiscard]] static constexpr bool is_root_or_ancestor(text key, text root) noexcept {
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

}

#endif

// ==== bartizan/engine/written_programs.hpp ====
#ifndef BARTIZAN_ENGINE_WRITTEN_PROGRAMS_HPP
#define BARTIZAN_ENGINE_WRITTEN_PROGRAMS_HPP

namespace BARTIZAN_NAMESPACE::engine {

/// Programs in the Windows directory that were seen to be put there by hands that are not Windows': such a file is nobody's, whatever
/// its place says. Only a place's stand-in for a signature is taken back; a recorded signature is never asked. Fixed memory: 16 bytes
/// a file. One for an endpoint.
template <uint32_t Capacity>
class written_programs {
 public:
  constexpr void clear() noexcept { foreign_.clear(); }

  constexpr void on_file(const event& e, const process& writer, const policy::settings& settings) noexcept {
    const file_payload& file = e.data.file;
    using operation = file_payload::operation;
    if (file.what != operation::create && file.what != operation::write && file.what != operation::rename) return;
    const text name = file.what == operation::rename && !file.new_path.empty() ? file.new_path : file.path;
    if (!settings.trust_from_path || !ends_with_folded(name, u".exe")) return;
    char16_t buffer[400] = {};
    const canonical_path path = canonicalise(name, buffer, settings.paths);
    if (at_least(policy::trust_from_path(path), trust::t3) != truth::yes) return;
    if (is_foreign_hand(writer)) foreign_.note(hash_of_image(path), e.time_100ns);
    else foreign_.forget(hash_of_image(path));
  }

  /// After `identify`: takes the stand-in back, where it is all that the trust rests on.
  constexpr void correct(process& p, uint64_t time_100ns) noexcept {
    if (p.basis != trust_basis::path || at_least(p.image_trust, trust::t3) != truth::yes) return;
    if (foreign_.holds(p.image_hash, time_100ns, UINT64_MAX)) p.image_trust = trust::t0;
  }

 private:
  [[nodiscard]] static constexpr bool is_foreign_hand(const process& writer) noexcept {
    const role_set roles = writer.roles;
    return at_most(writer.image_trust, trust::t0) == truth::yes || roles.has(role::script_host) || roles.has(role::lolbin) ||
       roles.has(role::powershell) || roles.has(role::system);
  }

  file_provenance<Capacity> foreign_;
};

}

#endif

// ==== bartizan/engine/engine.hpp ====
#ifndef BARTIZAN_ENGINE_ENGINE_HPP
#define BARTIZAN_ENGINE_ENGINE_HPP

namespace BARTIZAN_NAMESPACE::engine {

/// Keeps the state of one endpoint and puts what it knows into each event, so that the rules stay pure. Fixed memory (the
/// object itself: about ProcessCapacity * 1.6 KB at the default capacities), no allocation, no clock: equal streams give equal
/// findings on every machine. Feed events in the order of their time; not thread-safe, so callers serialise or keep one per stream.
template <uint32_t ProcessCapacity, uint32_t PairCapacity = ProcessCapacity * 4, uint32_t TaintCapacity = (ProcessCapacity < 256 ? 32 : ProcessCapacity / 8)>
class engine {
 public:
  constexpr explicit engine(const policy::settings& settings) noexcept : settings_(settings) {}

  /// Fills the event's process facts and `facts` from what was seen so far, and remembers the event.
  constexpr void enrich(event& e) noexcept { (void)take_in(e); }

  /// `enrich`, then every rule: calls `sink(const rule&, const outcome&, const event&)` for each that has something to say. A sink that
  /// acts does so each time; one that tells people leaves out what has `outcome::repetition`, or counts it.
  template <class Sink>
  constexpr void process_event(event& e, Sink&& sink) {
    const process_record* actor = take_in(e);
    rules::evaluate(e, [&](const rule& r, outcome o) {
      if (!policy::apply(settings_, r, o, e, identity_of(actor), buffer_)) {
        ++dropped_;
        return;
      }
      findings_.note(r, e, settings_.repeat_window_100ns, o);
      sink(r, o, static_cast<const event&>(e));
    });
  }

  /// The strongest answer before the operation, of the rules that the policy lets act. For an event that was enriched.
  [[nodiscard]] constexpr pre_outcome before(const event& e) noexcept {
    const policy::actor_identity& identity = identity_of(processes_.find(e.actor.key, e.time_100ns));
    pre_outcome all;
    for (const rule* r : rules::rules_of(e.kind)) {
      if (r->before == nullptr) continue;
      const pre_outcome one = r->before(e);
      if (one.what == pre_outcome::decision::allow) continue;
      outcome o = r->evaluate(e);
      if (!policy::apply(settings_, *r, o, e, identity, buffer_) || o.audited) continue;
      if (one.what > all.what) all.what = one.what;
      all.strip_mask |= one.strip_mask;
    }
    return all;
  }

  /// Forgets the endpoint and begins another with the same settings. Far cheaper than a new object: records are made anew when
  /// they are used.
  constexpr void clear() noexcept {
    processes_.clear();
    lockdown_.clear();
    credentials_ = credential_state{};
    verifier_.clear();
    written_.clear();
    injection_.clear();
    findings_.clear();
    dropped_ = 0;
  }

  [[nodiscard]] constexpr uint32_t processes() const noexcept { return processes_.size(); }
  /// Answers that the policy dropped: rules that are off, and exclusions.
  [[nodiscard]] constexpr uint64_t dropped() const noexcept { return dropped_; }
  [[nodiscard]] constexpr uint64_t evicted() const noexcept { return processes_.evicted(); }
  [[nodiscard]] constexpr const injection_state<PairCapacity, TaintCapacity>& injection() const noexcept { return injection_; }

 private:
  constexpr const process_record* take_in(event& e) noexcept {
    process_record* actor = nullptr;
    process_record* target = nullptr;
    credentials_.name_duplicate(e, processes_);
    const auto unlike = [this](text image) { return [this, image](const process_record& r) { return runs_another(r.facts, image, settings_); }; };
    if (e.target.key.is_set()) target = &processes_.resolve(e.target.key, e.time_100ns, unlike(e.target_image));
    if (e.actor.key.is_set()) {
      actor = e.kind == event_kind::process_create
            ? &processes_.begin(e.actor.key, e.time_100ns, settings_.same_process_tolerance_100ns, unlike(e.actor_image))
            : &processes_.resolve(e.actor.key, e.time_100ns, unlike(e.actor_image));
    }
    learn(e, actor, target);
    if (actor != nullptr) follow_families(e, *actor, target);
    if (actor != nullptr) e.actor = actor->facts;
    else identify(e.actor, e.actor_image, {}, settings_);
    if (target != nullptr) e.target = target->facts;
    else identify(e.target, e.target_image, {}, settings_);
    set_facts(e, actor);
    credentials_.follow(e, actor, target, processes_, settings_);
    injection_.observe(e, actor, target, settings_);
    if (const process_record* behind = processes_.find(e.instigator, e.time_100ns)) e.instigator_roles = behind->facts.roles;
    return actor;
  }

  [[nodiscard]] static constexpr const policy::actor_identity& identity_of(const process_record* actor) noexcept {
    return actor != nullptr ? actor->identity : nobody;
  }

  constexpr void settle(process& p, text image, text original_file_name, uint64_t time_100ns) noexcept {
    const bool had_basis = p.basis != trust_basis::none;
    identify(p, image, original_file_name, settings_);
    if (!had_basis) written_.correct(p, time_100ns);
  }

  constexpr void learn(const event& e, process_record* actor, process_record* target) noexcept {
    if (target != nullptr) settle(target->facts, e.target_image, {}, e.time_100ns);
    if (target != nullptr && target->facts.user == account::unknown) target->facts.user = e.target.user;
    if (target != nullptr) {
      learn_state(target->facts, e.target);
      if (e.target.create_time_100ns != 0) target->injection.born_100ns = e.target.create_time_100ns;
    }
    if (actor == nullptr) return;
    learn_state(actor->facts, e.actor);
    if (actor->facts.user == account::unknown) actor->facts.user = e.actor.user;
    switch (e.kind) {
      case event_kind::process_create: {
        const process_create_payload& create = e.data.create;
        process& p = actor->facts;
        if (create.parent.start_key != 0 || !p.parent.is_set()) p.parent = create.parent;
        if (create.creator.start_key != 0 || !p.creator.is_set()) p.creator = create.creator;
        p.create_time_100ns = e.time_100ns;
        if (create.file_age_s != unknown_u32) p.file_age_s = create.file_age_s;
        if (create.integrity_rid != unknown_u32) p.integrity_rid = create.integrity_rid;
        if (create.session_id != unknown_u32) p.session_id = create.session_id;
        if (!create.image_sha256.empty()) actor->identity.sha256 = policy::digest_of(create.image_sha256);
        if (!create.certificate_sha256.empty()) actor->identity.certificate = policy::digest_of(create.certificate_sha256);
        settle(p, e.actor_image, create.original_file_name, e.time_100ns);
        apply_signature(p, create.signer);
        break;
      }
      case event_kind::process_exit: actor->exit_time_100ns = e.time_100ns == 0 ? 1 : e.time_100ns; break;
      case event_kind::image_load:
        settle(actor->facts, e.actor_image, {}, e.time_100ns);
        if (!e.actor_image.empty() && equal_folded(e.data.image.path, e.actor_image))
          apply_signature(actor->facts, e.data.image.signer);
        break;
      case event_kind::token_check:
        settle(actor->facts, e.actor_image, {}, e.time_100ns);
        if ((e.data.token.privileges_enabled & privilege_bit(privilege::debug)) != 0) actor->privilege_time_100ns = e.time_100ns;
        break;
      default: settle(actor->facts, e.actor_image, {}, e.time_100ns); break;
    }
  }

  constexpr void follow_families(event& e, process_record& actor, process_record* target) noexcept {
    if (actor.facts.lockdown == lockdown_label::unknown) actor.facts.lockdown = label_if_older(actor.facts);
    switch (e.kind) {
      case event_kind::process_create: {
        const lineage family = resolve_lineage(processes_, e, settings_);
        lockdown_.on_process_start(e, actor, family, settings_);
        lockdown_.set_typed_fact(e, settings_);
        token_facts::on_process_start(e, actor, family, settings_);
        verifier_.on_process_start(e, actor);
        injection_.on_process_start(e, actor, family);
        break;
      }
      case event_kind::thread_start: token_facts::on_thread_start(target != nullptr ? *target : actor); break;
      case event_kind::token_check: token_facts::on_token_check(e, actor, processes_, settings_); break;
      case event_kind::impersonate: token_facts::on_impersonation(e, actor); break;
      case event_kind::handle_open:
      case event_kind::handle_duplicate: token_facts::on_handle_open(e, actor, target, settings_); break;
      case event_kind::file:
        lockdown_.on_file(e, actor, settings_);
        verifier_.on_file(e, settings_);
        written_.on_file(e, actor.facts, settings_);
        break;
      case event_kind::registry:
        lockdown_.on_registry(e);
        verifier_.on_registry(e, settings_);
        break;
      case event_kind::image_load:
        e.facts.set(fact::module_is_powershell, to_truth(policy::is_powershell_engine(e.data.image.path)));
        verifier_.on_image_load(e, actor, settings_);
        break;
      default: break;
    }
  }

  constexpr void set_facts(event& e, process_record* actor) noexcept {
    const auto recently = [&e](uint64_t then, uint64_t window) {
      return to_truth(then != 0 && open_history::is_within(then, e.time_100ns, window));
    };
    if (actor != nullptr) {
      e.facts.set(fact::actor_read_lsass, recently(actor->lsass_read_time_100ns, settings_.dump_window_100ns));
      e.facts.set(fact::actor_wrote_dump, recently(actor->dump_time_100ns, settings_.dump_window_100ns));
      if (actor->privilege_time_100ns != 0)
        e.facts.set(fact::actor_debug_privilege, recently(actor->privilege_time_100ns, settings_.debug_privilege_window_100ns));
    }
    if (e.kind == event_kind::handle_open || e.kind == event_kind::handle_duplicate) set_handle_facts(e, actor);
    if (e.kind == event_kind::file) set_file_facts(e, actor);
    if (e.kind == event_kind::service_install) token_facts::on_service_install(e, settings_);
  }

  constexpr void set_handle_facts(event& e, process_record* actor) noexcept {
    const handle_payload& handle = e.data.handle;
    const bool of_process = handle.type == handle_payload::object::process;
    const access_mask mask = expand(handle.granted, of_process ? process_mapping : thread_mapping);
    if (actor != nullptr && of_process) {
      const uint32_t opened = actor->opens.note(e.time_100ns, mask, e.target.key.pid, settings_.burst_window_100ns);
      e.facts.set(fact::actor_burst, to_truth(opened >= settings_.burst_processes));
    }
    if (has_role(e.target, role::lsass) == truth::no) return;
    if (actor != nullptr && of_process && (mask & read_rights) != 0) actor->lsass_read_time_100ns = e.time_100ns;
    read_call_trace(e, handle.stack, settings_);
  }

  static constexpr void set_file_facts(event& e, process_record* actor) noexcept {
    const file_payload& file = e.data.file;
    const text name = file_name(file.what == file_payload::operation::rename ? file.new_path : file.path);
    constexpr uint32_t mdmp = 0x504d444d;  // 'MDMP', MINIDUMP_HEADER::Signature
    truth dump = to_truth(ends_with_folded(name, u".dmp") || ends_with_folded(name, u".mdmp") || ends_with_folded(name, u".dump"));
    if (dump != truth::yes) dump = file.signature == 0 ? truth::unknown : to_truth(file.signature == mdmp);
    e.facts.set(fact::file_is_dump, dump);
    e.facts.set(fact::file_named_for_lsass, dump & to_truth(contains_folded(name, u"lsass")));
    const bool writes = file.what == file_payload::operation::create || file.what == file_payload::operation::write ||
              file.what == file_payload::operation::rename;
    if (dump == truth::yes && writes && actor != nullptr) actor->dump_time_100ns = e.time_100ns;
  }

  static constexpr policy::actor_identity nobody = {};

  policy::settings settings_;
  process_table<ProcessCapacity> processes_;
  lockdown_labels<1024> lockdown_;
  credential_state credentials_;
  verifier_facts verifier_;
  written_programs<256> written_;
  injection_state<PairCapacity, TaintCapacity> injection_;
  finding_history<1024> findings_;
  uint64_t dropped_ = 0;
  char16_t buffer_[560] = {};        ///< for one canonical path of an exclusion
};

}

#endif

// ==== bartizan/pe/headers.hpp ====
#ifndef BARTIZAN_PE_HEADERS_HPP
#define BARTIZAN_PE_HEADERS_HPP

/// The fixed headers of a PE file, decoded. Structures and fields are Microsoft's (winnt.h, "PE Format"), in snake_case.
namespace BARTIZAN_NAMESPACE::pe {

inline constexpr uint16_t dos_signature = 0x5a4d;       // "MZ"
inline constexpr uint32_t nt_signature = 0x00004550;    // "PE\0\0"
inline constexpr uint16_t magic_pe32 = 0x010b;
inline constexpr uint16_t magic_pe32_plus = 0x020b;
inline constexpr uint16_t magic_rom = 0x0107;

inline constexpr uint32_t dos_header_size_bytes = 64;
inline constexpr uint32_t nt_signature_size_bytes = 4;
inline constexpr uint32_t file_header_size_bytes = 20;
inline constexpr uint32_t data_directory_size_bytes = 8;
inline constexpr uint32_t max_data_directories = 16;    // IMAGE_NUMBEROF_DIRECTORY_ENTRIES
inline constexpr uint64_t e_lfanew_offset = 0x3c;

struct image_dos_header {
  uint16_t e_magic, e_cblp, e_cp, e_crlc, e_cparhdr, e_minalloc, e_maxalloc, e_ss, e_sp, e_csum, e_ip, e_cs, e_lfarlc,
    e_ovno, e_oemid, e_oeminfo;
  uint32_t e_lfanew;
};

struct image_file_header {
  uint16_t machine;
  uint16_t number_of_sections;
  uint32_t time_date_stamp;
  uint32_t pointer_to_symbol_table;
  uint32_t number_of_symbols;
  uint16_t size_of_optional_header;
  uint16_t characteristics;
};

/// For every directory but `security` the address is an RVA; there it is a file offset.
struct image_data_directory {
  uint32_t virtual_address;
  uint32_t size;
};

/// IMAGE_DIRECTORY_ENTRY_*: the index into `image_optional_header::data_directory`.
enum class directory_entry : uint8_t {
  export_table,
  import_table,
  resource,
  exception,
  security,
  base_reloc,
  debug,
  architecture,
  global_ptr,
  tls,
  load_config,
  bound_import,
  iat,
  delay_import,
  com_descriptor,
  reserved,
};

/// PE32 and PE32+ in one structure: the widths are the larger ones. `base_of_data` exists in PE32 only, 0 otherwise.
struct image_optional_header {
  uint64_t image_base, size_of_stack_reserve, size_of_stack_commit, size_of_heap_reserve, size_of_heap_commit;
  uint32_t size_of_code, size_of_initialized_data, size_of_uninitialized_data, address_of_entry_point, base_of_code,
    base_of_data, section_alignment, file_alignment, win32_version_value, size_of_image, size_of_headers, check_sum,
    loader_flags, number_of_rva_and_sizes;
  uint16_t magic, major_operating_system_version, minor_operating_system_version, major_image_version,
    minor_image_version, major_subsystem_version, minor_subsystem_version, subsystem, dll_characteristics;
  uint8_t major_linker_version, minor_linker_version;
  /// The first min(number_of_rva_and_sizes, 16) entries; the rest, and bytes past the file's end, are zero. As in Windows'
  /// loader and in the reference parser, SizeOfOptionalHeader does not limit them: it only places the section table.
  image_data_directory data_directory[max_data_directories];
};

/// Bytes of the optional header before the data directories.
[[nodiscard]] constexpr uint32_t optional_header_fixed_size_bytes(uint16_t magic) noexcept {
  return magic == magic_pe32_plus ? 112 : 96;
}

[[nodiscard]] constexpr image_dos_header read_dos_header(reader in) noexcept {
  return {in.u16(0),  in.u16(2),  in.u16(4),  in.u16(6),  in.u16(8),  in.u16(10),   in.u16(12),   in.u16(14), in.u16(16),
      in.u16(18), in.u16(20), in.u16(22), in.u16(24), in.u16(26), in.u16(0x24), in.u16(0x26), in.u32(e_lfanew_offset)};
}

[[nodiscard]] constexpr image_file_header read_file_header(reader in, uint64_t at) noexcept {
  return {in.u16(at),      in.u16(at + 2),  in.u32(at + 4), in.u32(at + 8),
      in.u32(at + 12), in.u16(at + 16), in.u16(at + 18)};
}

[[nodiscard]] constexpr image_optional_header read_optional_header(reader in, uint64_t at) noexcept {
  image_optional_header h{};
  h.magic = in.u16(at);
  h.major_linker_version = in.u8(at + 2);
  h.minor_linker_version = in.u8(at + 3);
  h.size_of_code = in.u32(at + 4);
  h.size_of_initialized_data = in.u32(at + 8);
  h.size_of_uninitialized_data = in.u32(at + 12);
  h.address_of_entry_point = in.u32(at + 16);
  h.base_of_code = in.u32(at + 20);
  h.section_alignment = in.u32(at + 32);
  h.file_alignment = in.u32(at + 36);
  h.major_operating_system_version = in.u16(at + 40);
  h.minor_operating_system_version = in.u16(at + 42);
  h.major_image_version = in.u16(at + 44);
  h.minor_image_version = in.u16(at + 46);
  h.major_subsystem_version = in.u16(at + 48);
  h.minor_subsystem_version = in.u16(at + 50);
  h.win32_version_value = in.u32(at + 52);
  h.size_of_image = in.u32(at + 56);
  h.size_of_headers = in.u32(at + 60);
  h.check_sum = in.u32(at + 64);
  h.subsystem = in.u16(at + 68);
  h.dll_characteristics = in.u16(at + 70);
  if (h.magic == magic_pe32_plus) {
    h.image_base = in.u64(at + 24);
    h.size_of_stack_reserve = in.u64(at + 72);
    h.size_of_stack_commit = in.u64(at + 80);
    h.size_of_heap_reserve = in.u64(at + 88);
    h.size_of_heap_commit = in.u64(at + 96);
  } else {
    h.base_of_data = in.u32(at + 24);
    h.image_base = in.u32(at + 28);
    h.size_of_stack_reserve = in.u32(at + 72);
    h.size_of_stack_commit = in.u32(at + 76);
    h.size_of_heap_reserve = in.u32(at + 80);
    h.size_of_heap_commit = in.u32(at + 84);
  }
  const uint64_t directories = at + optional_header_fixed_size_bytes(h.magic);
  h.loader_flags = in.u32(directories - 8);
  h.number_of_rva_and_sizes = in.u32(directories - 4);
  for (uint32_t i = 0; i < max_data_directories && i < h.number_of_rva_and_sizes; ++i) {
    const uint64_t entry = directories + data_directory_size_bytes * i;
    h.data_directory[i] = {in.u32(entry), in.u32(entry + 4)};
  }
  return h;
}

}

#endif

// ==== bartizan/pe/section.hpp ====
#ifndef BARTIZAN_PE_SECTION_HPP
#define BARTIZAN_PE_SECTION_HPP

namespace BARTIZAN_NAMESPACE::pe {

inline constexpr uint32_t section_header_size_bytes = 40;
/// At most so many section headers are read, as by the reference parser; Windows loads no image with more than 96.
inline constexpr uint32_t max_sections = 0x800;

struct image_section_header {
  uint8_t name[8];
  uint32_t virtual_size;
  uint32_t virtual_address;
  uint32_t size_of_raw_data;
  uint32_t pointer_to_raw_data;
  uint32_t pointer_to_relocations;
  uint32_t pointer_to_linenumbers;
  uint16_t number_of_relocations;
  uint16_t number_of_linenumbers;
  uint32_t characteristics;
};

/// The two alignments of the optional header, as the loader applies them to a section's fields.
struct section_alignments {
  uint32_t section_alignment = 0;
  uint32_t file_alignment = 0;

  /// Where raw data begins: Windows rounds PointerToRawData down to a sector of 512 bytes, whatever FileAlignment says,
  /// except in images of low alignment (FileAlignment below 512).
  [[nodiscard]] constexpr uint32_t file_offset(uint32_t pointer_to_raw_data) const noexcept {
    return file_alignment < 0x200 ? pointer_to_raw_data : pointer_to_raw_data & ~uint32_t{0x1ff};
  }

  /// Where a section begins in memory: rounded down to SectionAlignment, or to FileAlignment where the former is below a page.
  [[nodiscard]] constexpr uint32_t rva(uint32_t virtual_address) const noexcept {
    const uint32_t unit = section_alignment < 0x1000 ? file_alignment : section_alignment;
    if (unit == 0) return virtual_address;
    const bool power_of_two = (unit & (unit - 1)) == 0;  // always, in files that Windows loads: then no division
    return power_of_two ? virtual_address & ~(unit - 1) : virtual_address - virtual_address % unit;
  }
};

/// One section: its header and the part of its raw data that the file really holds.
struct section {
  image_section_header header{};
  uint64_t header_offset = 0;
  uint64_t raw_offset = 0;    ///< rounded as the loader does; may lie past the end of the file
  bytes raw;                  ///< padding included, clipped to the file
  bool raw_clipped = false;   ///< the file ends before the raw data that the header claims
  uint32_t rva = 0;           ///< VirtualAddress, rounded as the loader does
  uint32_t mapped_size = 0;   ///< bytes that the reference parser counts as the section's in memory
};

[[nodiscard]] constexpr image_section_header read_section_header(reader in, uint64_t at) noexcept {
  image_section_header h{};
  for (unsigned i = 0; i < sizeof h.name; ++i) h.name[i] = in.u8(at + i);
  h.virtual_size = in.u32(at + 8);
  h.virtual_address = in.u32(at + 12);
  h.size_of_raw_data = in.u32(at + 16);
  h.pointer_to_raw_data = in.u32(at + 20);
  h.pointer_to_relocations = in.u32(at + 24);
  h.pointer_to_linenumbers = in.u32(at + 28);
  h.number_of_relocations = in.u16(at + 32);
  h.number_of_linenumbers = in.u16(at + 34);
  h.characteristics = in.u32(at + 36);
  return h;
}

/// The sections of an image in the order of the table; decoded on the way, nothing is stored. Indices run to `size()`,
/// which `pe::parse` has bounded to headers that lie wholly inside the file.
class section_table {
 public:
  constexpr section_table() noexcept = default;
  constexpr section_table(reader in, uint64_t offset, uint32_t count, section_alignments alignments) noexcept
    : in_(in), offset_(offset), count_(count), alignments_(alignments) {}

  [[nodiscard]] constexpr uint32_t size() const noexcept { return count_; }
  [[nodiscard]] constexpr bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] constexpr uint64_t offset() const noexcept { return offset_; }

  /// `(*this)[index].rva`, without decoding the rest: what looking for an address needs of most sections.
  [[nodiscard]] constexpr uint32_t rva(uint32_t index) const noexcept {
    return alignments_.rva(in_.u32(offset_ + uint64_t{section_header_size_bytes} * index + 12));
  }

  [[nodiscard]] constexpr section operator[](uint32_t index) const noexcept {
    section s;
    s.header_offset = offset_ + uint64_t{section_header_size_bytes} * index;
    s.header = read_section_header(in_, s.header_offset);
    s.raw_offset = alignments_.file_offset(s.header.pointer_to_raw_data);
    s.raw = in_.sub(s.raw_offset, s.header.size_of_raw_data);
    s.raw_clipped = s.raw.size < s.header.size_of_raw_data;
    s.rva = alignments_.rva(s.header.virtual_address);
    s.mapped_size = s.raw_clipped || s.header.virtual_size > s.header.size_of_raw_data ? s.header.virtual_size
                                             : s.header.size_of_raw_data;
    return s;
  }

  class iterator {
   public:
    constexpr iterator(const section_table* table, uint32_t index) noexcept : table_(table), index_(index) {}
    [[nodiscard]] constexpr section operator*() const noexcept { return (*table_)[index_]; }
    constexpr iterator& operator++() noexcept {
      ++index_;
      return *this;
    }
    [[nodiscard]] constexpr bool operator==(const iterator& other) const noexcept { return index_ == other.index_; }

   private:
    const section_table* table_;
    uint32_t index_;
  };
  [[nodiscard]] constexpr iterator begin() const noexcept { return {this, 0}; }
  [[nodiscard]] constexpr iterator end() const noexcept { return {this, count_}; }

 private:
  reader in_;
  uint64_t offset_ = 0;
  uint32_t count_ = 0;
  section_alignments alignments_;
};

}

#endif

// ==== bartizan/pe/image.hpp ====
#ifndef BARTIZAN_PE_IMAGE_HPP
#define BARTIZAN_PE_IMAGE_HPP

/// A PE file, read without copying, allocating or trusting it. Tolerant in the way of the reference parser (pefile): what
/// it accepts with a warning is accepted here, so that a broken file still gets a verdict. `for_each_defect` names the breaks.
namespace BARTIZAN_NAMESPACE::pe {

enum class image_kind : uint8_t { pe32, pe32_plus };

/// A view: valid as long as the bytes it was parsed from. Safe to read from several threads.
struct image {
  bytes file;
  image_dos_header dos{};
  image_file_header coff{};
  image_optional_header optional{};
  section_table sections;
  image_kind kind = image_kind::pe32;
  /// Why fewer sections are readable than NumberOfSections claims, and the offset of the header where reading stopped.
  error sections_stopped;

  [[nodiscard]] constexpr uint64_t file_header_offset() const noexcept {
    return uint64_t{dos.e_lfanew} + nt_signature_size_bytes;
  }
  [[nodiscard]] constexpr uint64_t optional_header_offset() const noexcept {
    return file_header_offset() + file_header_size_bytes;
  }
  [[nodiscard]] constexpr image_data_directory directory(directory_entry entry) const noexcept {
    return optional.data_directory[static_cast<uint8_t>(entry)];
  }
  /// File offset of the directory's entry in the optional header: what to blame for an address that leads nowhere.
  [[nodiscard]] constexpr uint64_t directory_offset(directory_entry entry) const noexcept {
    return optional_header_offset() + optional_header_fixed_size_bytes(optional.magic) +
       data_directory_size_bytes * static_cast<uint8_t>(entry);
  }
  /// Bytes of a pointer in this image's tables.
  [[nodiscard]] constexpr unsigned pointer_size_bytes() const noexcept { return kind == image_kind::pe32_plus ? 8 : 4; }
};

/// `image` is meaningful only where `failure` is none, which is what the conversion to bool says.
struct parse_result {
  error failure;
  pe::image image;

  [[nodiscard]] constexpr explicit operator bool() const noexcept { return !failure; }
};

namespace detail {

[[nodiscard]] constexpr bool is_absurd(const section& s, uint64_t file_size_bytes, section_alignments alignments) noexcept {
  constexpr uint32_t largest_credible_rva = 0x10000000;
  const image_section_header& h = s.header;
  int faults = uint64_t{h.size_of_raw_data} + h.pointer_to_raw_data > file_size_bytes ? 1 : 0;
  faults += s.raw_offset > file_size_bytes ? 1 : 0;
  faults += h.virtual_size > largest_credible_rva ? 1 : 0;
  faults += s.rva > largest_credible_rva ? 1 : 0;
  faults += alignments.file_alignment != 0 && h.pointer_to_raw_data % alignments.file_alignment != 0 ? 1 : 0;
  return faults >= 3;
}

[[nodiscard]] constexpr bool is_all_zero(bytes data) noexcept {
  for (const uint8_t byte : data) {
    if (byte != 0) return false;
  }
  return true;
}

constexpr void bound_sections(image& out, uint64_t table_offset) noexcept {
  const reader in{out.file};
  const section_alignments alignments{out.optional.section_alignment, out.optional.file_alignment};
  const section_table claimed{in, table_offset, out.coff.number_of_sections, alignments};
  uint32_t count = 0;
  for (; count < claimed.size() && !out.sections_stopped; ++count) {
    const uint64_t at = table_offset + uint64_t{section_header_size_bytes} * count;
    if (count == max_sections) {
      out.sections_stopped = {error_code::pe_section_limit, at};
    } else if (!in.has(at, section_header_size_bytes)) {
      out.sections_stopped = {error_code::pe_section_table_out_of_file,
                  at <= out.file.size ? at : out.file_header_offset() + 16};
    } else if (is_all_zero(in.sub(at, section_header_size_bytes))) {
      out.sections_stopped = {error_code::pe_section_header_zero, at};
    } else if (is_absurd(claimed[count], out.file.size, alignments)) {
      out.sections_stopped = {error_code::pe_section_header_absurd, at};
    }
    if (out.sections_stopped) break;
  }
  out.sections = {in, table_offset, count, alignments};
}

}

/// Reads headers and section table. Refuses, with the offset of the field to blame, only what no reader can make sense of:
/// pe_too_small, pe_no_mz, pe_header_out_of_file, pe_no_pe_signature, pe_optional_header_out_of_file, pe_rom_image,
/// pe_optional_header_magic. Time is bounded by `max_sections`, whatever the file says.
[[nodiscard]] constexpr parse_result parse(bytes file) noexcept {
  constexpr uint32_t shortest_pe32_header_bytes = 69;
  constexpr uint32_t shortest_pe32_plus_header_bytes = 73;

  const reader in{file};
  parse_result result;
  image& out = result.image;
  const auto refuse = [&result](error_code code, uint64_t offset) {
    result.failure = {code, offset};
    return result;
  };

  if (file.size < dos_header_size_bytes) return refuse(error_code::pe_too_small, file.size);
  out.file = file;
  out.dos = read_dos_header(in);
  if (out.dos.e_magic != dos_signature) return refuse(error_code::pe_no_mz, 0);
  if (!in.has(out.dos.e_lfanew, nt_signature_size_bytes + file_header_size_bytes)) {
    return refuse(error_code::pe_header_out_of_file, e_lfanew_offset);
  }
  if (in.u32(out.dos.e_lfanew) != nt_signature) return refuse(error_code::pe_no_pe_signature, out.dos.e_lfanew);
  out.coff = read_file_header(in, out.file_header_offset());

  const uint64_t at = out.optional_header_offset();
  if (!in.has(at, shortest_pe32_header_bytes)) return refuse(error_code::pe_optional_header_out_of_file, at);
  const uint16_t magic = in.u16(at);
  if (magic == magic_rom) return refuse(error_code::pe_rom_image, at);
  if (magic != magic_pe32 && magic != magic_pe32_plus) return refuse(error_code::pe_optional_header_magic, at);
  if (magic == magic_pe32_plus && !in.has(at, shortest_pe32_plus_header_bytes)) {
    return refuse(error_code::pe_optional_header_out_of_file, at);
  }
  out.kind = magic == magic_pe32_plus ? image_kind::pe32_plus : image_kind::pe32;
  out.optional = read_optional_header(in, at);
  detail::bound_sections(out, at + out.coff.size_of_optional_header);
  return result;
}

}

#endif

// ==== bartizan/pe/certificates.hpp ====
#ifndef BARTIZAN_PE_CERTIFICATES_HPP
#define BARTIZAN_PE_CERTIFICATES_HPP

namespace BARTIZAN_NAMESPACE::pe {

inline constexpr uint32_t certificate_header_size_bytes = 8;
/// Entries that are read. Signed files have one or two; more signatures are nested in the first.
inline constexpr uint32_t max_certificates = 64;

/// WIN_CERT_TYPE_*: only PKCS signed data is a file's signature.
enum : uint16_t { certificate_x509 = 1, certificate_pkcs_signed_data = 2, certificate_ts_stack_signed = 4 };
enum : uint16_t { certificate_revision_1_0 = 0x0100, certificate_revision_2_0 = 0x0200 };

/// One WIN_CERTIFICATE.
struct win_certificate {
  uint32_t length = 0;  ///< bytes, header included, as the file claims
  uint16_t revision = 0;
  uint16_t type = 0;
  uint64_t offset = 0;  ///< of the header in the file
  bytes data;           ///< behind the header; padding may follow the signature in it
};

/// The certificate table, whose directory entry holds a file offset. Entries begin at multiples of 8 bytes. `next` until it
/// says false; then `stopped` is none, pe_certificate_table_out_of_file, pe_certificate_length or pe_certificate_limit.
class certificate_cursor {
 public:
  constexpr explicit certificate_cursor(const image& image) noexcept : in_{image.file} {
    const image_data_directory directory = image.directory(directory_entry::security);
    if (directory.virtual_address == 0 || directory.size == 0) return;
    at_ = directory.virtual_address;
    end_ = at_ + directory.size;
    if (end_ > image.file.size) {
      stopped = {error_code::pe_certificate_table_out_of_file, image.directory_offset(directory_entry::security)};
      end_ = image.file.size;
    }
  }

  /// A table that reaches past the file still gives the entries that are whole.
  [[nodiscard]] constexpr bool next(win_certificate& out) noexcept {
    if (at_ >= end_) return false;
    out = {in_.u32(at_), in_.u16(at_ + 4), in_.u16(at_ + 6), at_, {}};
    if (end_ - at_ < certificate_header_size_bytes || out.length < certificate_header_size_bytes ||
      out.length > end_ - at_) {
      return stop(error_code::pe_certificate_length);
    }
    if (count_++ == max_certificates) return stop(error_code::pe_certificate_limit);
    out.data = in_.sub(at_ + certificate_header_size_bytes, out.length - certificate_header_size_bytes);
    at_ += (uint64_t{out.length} + 7) & ~uint64_t{7};
    return true;
  }

  error stopped;

 private:
  constexpr bool stop(error_code code) noexcept {
    if (!stopped) stopped = {code, at_};
    at_ = end_;
    return false;
  }

  reader in_;
  uint64_t at_ = 0;
  uint64_t end_ = 0;
  uint32_t count_ = 0;
};

}

#endif

// ==== bartizan/pe/der.hpp ====
#ifndef BARTIZAN_PE_DER_HPP
#define BARTIZAN_PE_DER_HPP

/// The part of ASN.1 DER (X.690) that signatures need: definite lengths of up to four bytes and tags of one byte. Everything is a
/// view of the input; nothing recurses; a cursor is linear in the bytes that it is given.
namespace BARTIZAN_NAMESPACE::pe {

/// Tags of universal types, with the bit for "constructed" where the type is.
enum : uint8_t {
  der_boolean = 0x01,
  der_integer = 0x02,
  der_bit_string = 0x03,
  der_octet_string = 0x04,
  der_null = 0x05,
  der_oid = 0x06,
  der_utf8_string = 0x0c,
  der_printable_string = 0x13,
  der_t61_string = 0x14,
  der_ia5_string = 0x16,
  der_utc_time = 0x17,
  der_generalized_time = 0x18,
  der_bmp_string = 0x1e,
  der_sequence = 0x30,
  der_set = 0x31,
};

/// The tag [n] of a context: constructed as for EXPLICIT and for IMPLICIT SET and SEQUENCE, or primitive.
[[nodiscard]] constexpr uint8_t der_context(uint8_t n) noexcept { return static_cast<uint8_t>(0xa0 | n); }
[[nodiscard]] constexpr uint8_t der_context_primitive(uint8_t n) noexcept { return static_cast<uint8_t>(0x80 | n); }

struct der_element {
  uint8_t tag = 0;  ///< 0: none
  bytes content;
  bytes whole;      ///< tag and length with it

  [[nodiscard]] constexpr bool is(uint8_t expected) const noexcept { return tag == expected; }
};

/// Elements that stand one behind the other. `next` until it says false: at the end, or, with `broken`, at what is no element.
class der_cursor {
 public:
  constexpr der_cursor() noexcept = default;
  constexpr explicit der_cursor(bytes elements) noexcept : rest_(elements) {}
  constexpr explicit der_cursor(const der_element& parent) noexcept : rest_(parent.content) {}

  [[nodiscard]] constexpr bool next(der_element& out) noexcept {
    out = {};
    if (rest_.empty()) return false;
    size_t header = 2;
    size_t length = rest_.size > 1 ? rest_[1] : 0x80;
    const bool long_tag = (rest_[0] & 0x1f) == 0x1f;
    if (length >= 0x80) {
      const size_t count = length & 0x7f;
      header += count;
      if (count == 0 || count > 4 || rest_.size < header) return fail();
      length = 0;
      for (size_t i = 0; i < count; ++i) length = length << 8 | rest_[2 + i];
    }
    if (long_tag || rest_[0] == 0 || rest_.size < header || length > rest_.size - header) return fail();
    out = {rest_[0], rest_.sub(header, length), rest_.sub(0, header + length)};
    rest_ = rest_.sub(header + length);
    return true;
  }

  /// The next element if it has this tag; otherwise nothing is taken, and an empty element comes back.
  [[nodiscard]] constexpr der_element take(uint8_t tag) noexcept {
    der_cursor ahead = *this;
    der_element out;
    if (!ahead.next(out) || out.tag != tag) return {};
    *this = ahead;
    return out;
  }

  [[nodiscard]] constexpr bytes rest() const noexcept { return rest_; }

  bool broken = false;

 private:
  constexpr bool fail() noexcept {
    broken = true;
    rest_ = {};
    return false;
  }

  bytes rest_;
};

}

#endif

// ==== bartizan/pe/x509.hpp ====
#ifndef BARTIZAN_PE_X509_HPP
#define BARTIZAN_PE_X509_HPP

namespace BARTIZAN_NAMESPACE::pe {

inline constexpr uint8_t oid_common_name[] = {0x55, 0x04, 0x03};
inline constexpr uint8_t oid_organization_name[] = {0x55, 0x04, 0x0a};
inline constexpr uint8_t oid_extended_key_usage[] = {0x55, 0x1d, 0x25};
inline constexpr uint8_t oid_code_signing[] = {0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x03};

/// What allow lists and reports need of an X.509 certificate (RFC 5280). Views; `valid` is false where it is none, and then the
/// rest is empty.
struct x509_certificate {
  bool valid = false;
  bytes whole;
  bytes tbs;               ///< the signed part, tag and length with it: its SHA-256 names the certificate in lists
  bytes serial_number;     ///< big-endian, as encoded
  bytes issuer;            ///< the Name as a whole element: two Names are compared byte by byte
  bytes subject;
  der_element not_before;  ///< UTCTime or GeneralizedTime
  der_element not_after;
  bytes extensions;        ///< the elements of the sequence of extensions; empty without any

  [[nodiscard]] constexpr bool is_self_issued() const noexcept { return equal(issuer, subject); }
};

[[nodiscard]] constexpr x509_certificate read_certificate(bytes der) noexcept {
  der_cursor outer(der);
  const der_element certificate = outer.take(der_sequence);
  der_cursor parts(certificate);
  const der_element tbs = parts.take(der_sequence);
  der_cursor fields(tbs);
  (void)fields.take(der_context(0));  // version; absent in version 1
  const der_element serial = fields.take(der_integer);
  const der_element algorithm = fields.take(der_sequence);
  const der_element issuer = fields.take(der_sequence);
  const der_element validity = fields.take(der_sequence);
  const der_element subject = fields.take(der_sequence);
  const der_element key = fields.take(der_sequence);
  x509_certificate out;
  out.valid = algorithm.is(der_sequence) && key.is(der_sequence) && serial.is(der_integer);
  if (!out.valid) return out;
  out.whole = certificate.whole;
  out.tbs = tbs.whole;
  out.serial_number = serial.content;
  out.issuer = issuer.whole;
  out.subject = subject.whole;
  der_cursor dates(validity);
  (void)dates.next(out.not_before);
  (void)dates.next(out.not_after);
  (void)fields.take(der_context_primitive(1));  // the unique identifiers of version 2
  (void)fields.take(der_context_primitive(2));
  const der_element wrapper = fields.take(der_context(3));
  out.extensions = der_cursor(wrapper).take(der_sequence).content;
  return out;
}

/// The value of the first attribute of a Name with this type, such as `oid_common_name`; its tag says which string it is.
[[nodiscard]] constexpr der_element name_attribute(bytes name, bytes type) noexcept {
  der_cursor outer(name);
  der_cursor sets(outer.take(der_sequence));
  for (der_element set; sets.next(set);) {
    der_cursor attributes(set);
    for (der_element attribute; attributes.next(attribute);) {
      der_cursor fields(attribute);
      const der_element oid = fields.take(der_oid);
      der_element value;
      if (equal(oid.content, type) && fields.next(value)) return value;
    }
  }
  return {};
}

/// The value of an extension, inside its OCTET STRING; empty where the certificate has none of this type.
[[nodiscard]] constexpr bytes find_extension(const x509_certificate& certificate, bytes type) noexcept {
  der_cursor all(certificate.extensions);
  for (der_element extension; all.next(extension);) {
    der_cursor fields(extension);
    const der_element oid = fields.take(der_oid);
    (void)fields.take(der_boolean);  // critical
    const der_element value = fields.take(der_octet_string);
    if (equal(oid.content, type)) return value.content;
  }
  return {};
}

/// Whether the extended key usage names this purpose, such as `oid_code_signing`.
[[nodiscard]] constexpr bool has_extended_key_usage(const x509_certificate& certificate, bytes purpose) noexcept {
  const bytes value = find_extension(certificate, oid_extended_key_usage);
  der_cursor outer(value);
  der_cursor purposes(outer.take(der_sequence));
  for (der_element oid; purposes.next(oid);) {
    if (oid.is(der_oid) && equal(oid.content, purpose)) return true;
  }
  return false;
}

}

#endif

// ==== bartizan/pe/signed_data.hpp ====
#ifndef BARTIZAN_PE_SIGNED_DATA_HPP
#define BARTIZAN_PE_SIGNED_DATA_HPP

/// PKCS #7 SignedData (RFC 2315, RFC 5652) as Authenticode uses it.
namespace BARTIZAN_NAMESPACE::pe {

inline constexpr uint8_t oid_signed_data[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02};
inline constexpr uint8_t oid_spc_indirect_data[] = {0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x04};
inline constexpr uint8_t oid_spc_opus_info[] = {0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x0c};
inline constexpr uint8_t oid_message_digest[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04};
inline constexpr uint8_t oid_signing_time[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x05};
inline constexpr uint8_t oid_counter_signature[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x06};
inline constexpr uint8_t oid_nested_signature[] = {0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x04, 0x01};
inline constexpr uint8_t oid_rfc3161_timestamp[] = {0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x03, 0x03, 0x01};
inline constexpr uint8_t oid_sha1[] = {0x2b, 0x0e, 0x03, 0x02, 0x1a};
inline constexpr uint8_t oid_sha256[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01};

/// Certificates of one SignedData that are looked through for the signer's.
inline constexpr uint32_t max_signed_data_certificates = 64;

enum class digest_algorithm : uint8_t { unknown, sha1, sha256 };

/// An AlgorithmIdentifier's algorithm.
[[nodiscard]] constexpr digest_algorithm read_digest_algorithm(const der_element& identifier) noexcept {
  const bytes oid = der_cursor(identifier).take(der_oid).content;
  if (equal(oid, oid_sha256)) return digest_algorithm::sha256;
  return equal(oid, oid_sha1) ? digest_algorithm::sha1 : digest_algorithm::unknown;
}

/// One SignerInfo. `valid` is false where it is none.
struct signer_info {
  bool valid = false;
  bytes issuer;         ///< of the signer's certificate: the Name as a whole element
  bytes serial_number;
  digest_algorithm algorithm = digest_algorithm::unknown;
  bytes authenticated_attributes;    ///< elements: Attribute
  bytes unauthenticated_attributes;  ///< elements: Attribute
  bytes signature;                   ///< over the authenticated attributes as a SET, by the signer's key
};

[[nodiscard]] constexpr signer_info read_signer_info(const der_element& element) noexcept {
  der_cursor fields(element);
  const der_element version = fields.take(der_integer);
  der_cursor identity(fields.take(der_sequence));
  const der_element issuer = identity.take(der_sequence);
  const der_element serial = identity.take(der_integer);
  const der_element algorithm = fields.take(der_sequence);
  signer_info out;
  out.valid = element.is(der_sequence) && version.is(der_integer) && serial.is(der_integer) && algorithm.is(der_sequence);
  if (!out.valid) return out;
  out.issuer = issuer.whole;
  out.serial_number = serial.content;
  out.algorithm = read_digest_algorithm(algorithm);
  out.authenticated_attributes = fields.take(der_context(0)).content;
  (void)fields.take(der_sequence);      // the signature's algorithm
  out.signature = fields.take(der_octet_string).content;
  out.unauthenticated_attributes = fields.take(der_context(1)).content;
  return out;
}

/// The contents of the first attribute's SET with this type; its elements are the attribute's values.
[[nodiscard]] constexpr bytes find_attribute(bytes attributes, bytes type) noexcept {
  der_cursor all(attributes);
  for (der_element attribute; all.next(attribute);) {
    der_cursor fields(attribute);
    const der_element oid = fields.take(der_oid);
    if (equal(oid.content, type)) return fields.take(der_set).content;
  }
  return {};
}

/// A ContentInfo that holds SignedData. `valid` is false where it is none; `blame` is then the element that is to blame.
struct signed_data {
  bool valid = false;
  bytes whole;
  bytes content_type;   ///< an OID's contents
  der_element content;  ///< what is signed: the element inside [0]
  bytes certificates;   ///< elements: X.509 certificates
  bytes signer_infos;   ///< elements: SignerInfo
  signer_info signer;   ///< the first; Authenticode has one
  const uint8_t* blame = nullptr;
};

/// Reads the first element of `der`; padding may follow it.
[[nodiscard]] constexpr signed_data read_signed_data(bytes der) noexcept {
  signed_data out;
  out.blame = der.data;
  der_cursor outer(der);
  const der_element info = outer.take(der_sequence);
  der_cursor info_fields(info);
  const der_element type = info_fields.take(der_oid);
  if (!equal(type.content, oid_signed_data)) return out;
  der_cursor wrapper(info_fields.take(der_context(0)));
  const der_element data = wrapper.take(der_sequence);
  if (!data.is(der_sequence)) return out;
  out.blame = data.whole.data;
  der_cursor fields(data);
  const der_element version = fields.take(der_integer);
  const der_element algorithms = fields.take(der_set);
  der_cursor content(fields.take(der_sequence));
  out.content_type = content.take(der_oid).content;
  der_cursor content_wrapper(content.take(der_context(0)));
  (void)content_wrapper.next(out.content);
  out.certificates = fields.take(der_context(0)).content;
  (void)fields.take(der_context(1));  // revocation lists
  out.signer_infos = fields.take(der_set).content;
  der_cursor signers(out.signer_infos);
  der_element first;
  (void)signers.next(first);
  out.signer = read_signer_info(first);
  out.valid = version.is(der_integer) && algorithms.is(der_set) && out.signer.valid;
  out.whole = info.whole;
  return out;
}

/// The certificate that the signer names by issuer and serial number; `valid` is false where it is not among them.
[[nodiscard]] constexpr x509_certificate signer_certificate(bytes certificates, const signer_info& signer) noexcept {
  der_cursor all(certificates);
  uint32_t count = 0;
  for (der_element element; count < max_signed_data_certificates && all.next(element); ++count) {
    const x509_certificate certificate = read_certificate(element.whole);
    if (certificate.valid && equal(certificate.issuer, signer.issuer) &&
      equal(certificate.serial_number, signer.serial_number)) {
      return certificate;
    }
  }
  return {};
}

}

#endif

// ==== bartizan/pe/authenticode.hpp ====
#ifndef BARTIZAN_PE_AUTHENTICODE_HPP
#define BARTIZAN_PE_AUTHENTICODE_HPP

/// "Windows Authenticode Portable Executable Signature Format": which bytes of an image are signed, and whether they still are
/// what was signed. Whether the signer can be trusted is not judged here: that takes a chain, a store, and a time.
namespace BARTIZAN_NAMESPACE::pe {

/// The stretches of the file that the digest covers, in order: all but CheckSum, the security directory's entry and the
/// certificate table. What someone appends behind the table is covered, so it breaks the digest.
struct authenticode_ranges {
  bytes part[4];
};

[[nodiscard]] constexpr authenticode_ranges signed_ranges(const image& image) noexcept {
  const reader in{image.file};
  const uint64_t check_sum = image.optional_header_offset() + 64;
  const bool has_entry = image.optional.number_of_rva_and_sizes > static_cast<uint8_t>(directory_entry::security);
  const uint64_t entry = image.directory_offset(directory_entry::security);
  const image_data_directory directory = image.directory(directory_entry::security);
  const uint64_t first_end = has_entry ? entry : image.file.size;
  const uint64_t tail = entry + data_directory_size_bytes;
  const auto between = [&in](uint64_t begin, uint64_t end) { return in.sub(begin, end > begin ? end - begin : 0); };
  authenticode_ranges out{{between(0, check_sum), between(check_sum + 4, first_end), {}, {}}};
  if (!has_entry) return out;
  const bool has_table = directory.size != 0 && directory.virtual_address >= tail;
  const uint64_t table = has_table ? directory.virtual_address : image.file.size;
  out.part[2] = between(tail, table);
  out.part[3] = has_table ? between(table + directory.size, image.file.size) : bytes{};
  return out;
}

/// The image's digest by `Hash`: sha1 or sha256, or the accelerated ones of hash/.
template <class Hash>
[[nodiscard]] constexpr typename Hash::digest authenticode_digest(const image& image) noexcept {
  Hash hash;
  for (const bytes part : signed_ranges(image).part) hash.update(part);
  return hash.finish();
}

/// SpcIndirectDataContent: the digest that was signed. `valid` is false where the SignedData holds something else.
struct spc_indirect_data {
  bool valid = false;
  digest_algorithm algorithm = digest_algorithm::unknown;
  bytes digest;   ///< of the image
  bytes content;  ///< what the signer's message digest covers
};

[[nodiscard]] constexpr spc_indirect_data read_indirect_data(const signed_data& data) noexcept {
  spc_indirect_data out;
  if (!equal(data.content_type, oid_spc_indirect_data) || !data.content.is(der_sequence)) return out;
  der_cursor fields(data.content);
  const der_element attributes = fields.take(der_sequence);
  der_cursor info(fields.take(der_sequence));
  const der_element algorithm = info.take(der_sequence);
  const der_element digest = info.take(der_octet_string);
  out.valid = attributes.is(der_sequence) && algorithm.is(der_sequence) && digest.is(der_octet_string);
  out.algorithm = read_digest_algorithm(algorithm);
  out.digest = digest.content;
  out.content = data.content.content;
  return out;
}

enum class signature_state : uint8_t {
  none,             ///< the certificate table holds no signature
  present,          ///< there is one; see `digest_checked` and `defect` for what could be said about it
  digest_mismatch,  ///< the image, or what the signer signed, is not what the signature is for
};

struct signature {
  signature_state state = signature_state::none;
  bool digest_checked = false;  ///< the image's digest was computed and, where `state` is present, equals the signed one
  digest_algorithm algorithm = digest_algorithm::unknown;
  uint64_t offset = 0;          ///< of the WIN_CERTIFICATE in the file
  signed_data data;
  spc_indirect_data indirect;
  x509_certificate certificate;  ///< the signer's; `valid` is false where it is not in the signature
  sha256_digest tbs_sha256;      ///< of the signer's certificate: the key of allow lists
  /// pe_signature_asn1, pe_signature_content, pe_signature_algorithm, pe_signature_signer_missing
  error defect;
};

namespace detail {

template <class Hash>
[[nodiscard]] constexpr bool digest_equals(typename Hash::digest actual, bytes expected) noexcept {
  return equal(bytes{actual.bytes, sizeof actual.bytes}, expected);
}

template <class Sha256, class Sha1>
[[nodiscard]] constexpr bool message_matches(const signature& s) noexcept {
  const bytes values = find_attribute(s.data.signer.authenticated_attributes, oid_message_digest);
  const bytes expected = der_cursor(values).take(der_octet_string).content;
  const bytes content = s.indirect.content;
  return s.data.signer.algorithm == digest_algorithm::sha256 ? digest_equals<Sha256>(Sha256().update(content).finish(), expected)
                               : digest_equals<Sha1>(Sha1().update(content).finish(), expected);
}

template <class Sha256, class Sha1>
[[nodiscard]] constexpr bool image_matches(const image& image, const signature& s) noexcept {
  return s.algorithm == digest_algorithm::sha256 ? digest_equals<Sha256>(authenticode_digest<Sha256>(image), s.indirect.digest)
                         : digest_equals<Sha1>(authenticode_digest<Sha1>(image), s.indirect.digest);
}

}

/// The first signature in the certificate table, compared with the image. Reads the whole file once. Kernel code uses the
/// portable hashes, user mode may pass those of hash/.
template <class Sha256 = sha256, class Sha1 = sha1>
[[nodiscard]] constexpr signature check_signature(const image& image) noexcept {
  signature out;
  certificate_cursor table(image);
  win_certificate entry;
  while (out.state == signature_state::none && table.next(entry)) {
    if (entry.type == certificate_pkcs_signed_data) out.state = signature_state::present;
  }
  if (out.state == signature_state::none) return out;
  out.offset = entry.offset;
  out.data = read_signed_data(entry.data);
  const auto offset_of = [&image, &entry](const uint8_t* p) {
    return p == nullptr ? entry.offset : static_cast<uint64_t>(p - image.file.data);
  };
  if (!out.data.valid) {
    out.defect = {error_code::pe_signature_asn1, offset_of(out.data.blame)};
    return out;
  }
  out.certificate = signer_certificate(out.data.certificates, out.data.signer);
  if (out.certificate.valid) {
    out.tbs_sha256 = Sha256().update(out.certificate.tbs).finish();
  } else {
    out.defect = {error_code::pe_signature_signer_missing, offset_of(out.data.signer.issuer.data)};
  }
  out.indirect = read_indirect_data(out.data);
  out.algorithm = out.indirect.algorithm;
  if (!out.indirect.valid) {
    out.defect = {error_code::pe_signature_content, offset_of(out.data.content.whole.data)};
  } else if (out.algorithm == digest_algorithm::unknown || out.data.signer.algorithm == digest_algorithm::unknown) {
    out.defect = {error_code::pe_signature_algorithm, offset_of(out.indirect.content.data)};
  } else {
    out.digest_checked = true;
    if (!detail::message_matches<Sha256, Sha1>(out) || !detail::image_matches<Sha256, Sha1>(image, out)) {
      out.state = signature_state::digest_mismatch;
    }
  }
  return out;
}

}

#endif

// ==== bartizan/pe/symbol_name.hpp ====
#ifndef BARTIZAN_PE_SYMBOL_NAME_HPP
#define BARTIZAN_PE_SYMBOL_NAME_HPP

/// Which bytes a name in a PE file may have, as the reference parser decides it. A name that no linker writes is the mark of
/// a table that is not one.
namespace BARTIZAN_NAMESPACE::pe {

/// Names of modules and symbols are cut to so many bytes, as by the reference parser.
inline constexpr size_t max_name_bytes = 0x200;

namespace detail {

class character_set {
 public:
  consteval explicit character_set(const char* more) {
    for (uint8_t c = '0'; c <= '9'; ++c) add(c);
    for (uint8_t c = 'a'; c <= 'z'; ++c) add(c);
    for (uint8_t c = 'A'; c <= 'Z'; ++c) add(c);
    for (; *more != 0; ++more) add(static_cast<uint8_t>(*more));
  }
  [[nodiscard]] constexpr bool spells(bytes name) const noexcept {
    for (const uint8_t c : name) {
      if ((words_[c >> 6] >> (c & 63) & 1) == 0) return false;
    }
    return !name.empty();
  }

 private:
  consteval void add(uint8_t c) { words_[c >> 6] |= uint64_t{1} << (c & 63); }

  uint64_t words_[4]{};
};

inline constexpr character_set module_characters{"!#$%&'()-@^_`{}~+,.;=[]\\/"};
inline constexpr character_set import_characters{"._?@$()<>"};
inline constexpr character_set export_characters{"!\"#$%&'()*+,-./:<>?[\\]^_`{|}~@"};

}

[[nodiscard]] constexpr bool is_module_name(bytes name) noexcept { return detail::module_characters.spells(name); }
[[nodiscard]] constexpr bool is_import_name(bytes name) noexcept { return detail::import_characters.spells(name); }
[[nodiscard]] constexpr bool is_export_name(bytes name) noexcept { return detail::export_characters.spells(name); }

}

#endif

// ==== bartizan/pe/bound_imports.hpp ====
#ifndef BARTIZAN_PE_BOUND_IMPORTS_HPP
#define BARTIZAN_PE_BOUND_IMPORTS_HPP

namespace BARTIZAN_NAMESPACE::pe {

inline constexpr uint32_t bound_import_descriptor_size_bytes = 8;
/// Descriptors and forwarder references that are read of one image.
inline constexpr uint32_t max_bound_imports = 0x1000;

/// A module that the address tables were bound to, or (`is_forwarder`) one that a forwarder of the module before it led to.
struct bound_import {
  bytes name;
  uint64_t descriptor_offset = 0;
  uint32_t time_date_stamp = 0;      ///< that of the bound module
  uint16_t module_forwarder_refs = 0;  ///< entries with `is_forwarder` that follow
  bool is_forwarder = false;
};

/// The bound import directory, which lies in the headers: its address is a file offset as well. `next` until it says false;
/// then `stopped` is none, or pe_bound_import_invalid for an entry that is cut or names no module.
class bound_import_cursor {
 public:
  constexpr explicit bound_import_cursor(const image& image) noexcept
    : in_{image.file},
     entry_offset_(image.directory_offset(directory_entry::bound_import)),
     start_(image.directory(directory_entry::bound_import).virtual_address),
     at_(start_),
     done_(start_ == 0) {}

  [[nodiscard]] constexpr bool next(bound_import& out) noexcept {
    if (done_) return false;
    const bytes raw = in_.sub(at_, bound_import_descriptor_size_bytes);
    if (raw.size == bound_import_descriptor_size_bytes && in_.u64(at_) == 0 && forwarders_ == 0) {
      done_ = true;
      return false;
    }
    out.descriptor_offset = at_;
    out.time_date_stamp = in_.u32(at_);
    const bytes text = in_.sub(uint64_t{start_} + in_.u16(at_ + 4), max_name_bytes);
    size_t size = 0;
    while (size < text.size && text[size] != 0) ++size;
    out.name = text.sub(0, size);
    out.is_forwarder = forwarders_ != 0;
    out.module_forwarder_refs = out.is_forwarder ? uint16_t{0} : in_.u16(at_ + 6);
    if (raw.size < bound_import_descriptor_size_bytes || !is_module_name(out.name) || count_ == max_bound_imports) {
      stopped = {error_code::pe_bound_import_invalid, raw.empty() ? entry_offset_ : at_};
      done_ = true;
      return false;
    }
    forwarders_ = out.is_forwarder ? forwarders_ - 1 : out.module_forwarder_refs;
    at_ += bound_import_descriptor_size_bytes;
    ++count_;
    return true;
  }

  error stopped;

 private:
  reader in_;
  uint64_t entry_offset_;
  uint32_t start_;
  uint64_t at_;
  uint32_t count_ = 0;
  uint32_t forwarders_ = 0;
  bool done_;
};

}

#endif

// ==== bartizan/pe/rva.hpp ====
#ifndef BARTIZAN_PE_RVA_HPP
#define BARTIZAN_PE_RVA_HPP

/// Between addresses in memory (RVAs: relative to the image base) and offsets in the file, as the reference parser maps them.
namespace BARTIZAN_NAMESPACE::pe {

/// An address in one of the two spaces; `known` is false where the other space has no counterpart.
struct location {
  bool known = false;
  uint64_t value = 0;
};

/// Where a mapped RVA lies: in a section, or in none (the headers, or nowhere). The answer is the same for every RVA in
/// [begin, end), which holds the one asked for.
struct section_lookup {
  bool found = false;
  section where;
  uint64_t begin = 0;
  uint64_t end = uint64_t{1} << 32;
};

/// The section that owns `rva`. Where sections overlap in memory, the one that begins last owns the address, for it cuts the
/// one before it short; of two that begin together, the first in the table that is long enough. Linear in the sections.
[[nodiscard]] constexpr section_lookup section_of_rva(const image& image, uint32_t rva) noexcept {
  section_lookup best;
  uint32_t begin = 0;     // the highest beginning of a section that is not above `rva`
  uint32_t together = 0;  // sections that begin there
  uint32_t first = 0;     // the first of them in the table
  const uint32_t count = image.sections.size();
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t at = image.sections.rva(i);
    if (at > rva) {
      best.end = at < best.end ? at : best.end;
    } else if (together == 0 || at > begin) {
      begin = at;
      first = i;
      together = 1;
    } else if (at == begin) {
      ++together;
    }
  }
  if (together == 0) return best;
  best.where = image.sections[first];
  best.found = rva - begin < best.where.mapped_size;
  for (uint32_t i = first + 1; together > 1 && !best.found && i < count; ++i) {
    if (image.sections.rva(i) != begin) continue;
    const section s = image.sections[i];
    if (rva - begin < s.mapped_size) {
      best.where = s;
      best.found = true;
    }
  }
  const uint64_t cut = uint64_t{best.where.rva} + best.where.mapped_size;
  if (together > 1) {  // which of them owns an address depends on the address
    best.begin = rva;
    best.end = uint64_t{rva} + 1;
  } else if (best.found) {
    best.begin = best.where.rva;
    best.end = cut < best.end ? cut : best.end;
  } else {
    best.begin = cut;
  }
  return best;
}

/// The file offset of the byte at `rva`: inside a section, unknown where the section has no such byte in the file (memory that
/// Windows fills with zeros); outside every section, the RVA itself, for the headers and images of low alignment are mapped flat.
[[nodiscard]] constexpr location rva_to_offset(const image& image, uint32_t rva) noexcept {
  const section_lookup owner = section_of_rva(image, rva);
  if (!owner.found) return rva < image.file.size ? location{true, rva} : location{};
  const uint64_t within = rva - owner.where.rva;
  if (within >= owner.where.raw.size) return {};
  return {true, owner.where.raw_offset + within};
}

/// The RVA at which the file's byte `offset` appears: in the first section whose raw data holds it, else the offset itself
/// within SizeOfHeaders; unknown for gaps and for what is appended to the image.
[[nodiscard]] constexpr location offset_to_rva(const image& image, uint64_t offset) noexcept {
  for (const section& s : image.sections) {
    if (offset >= s.raw_offset && offset - s.raw_offset < s.raw.size) {
      return {true, s.rva + (offset - s.raw_offset)};
    }
  }
  return offset < image.optional.size_of_headers && offset < image.file.size ? location{true, offset} : location{};
}

/// The file's bytes for [rva, rva + size_bytes): clipped to the section's raw data and to the file, empty where nothing is mapped.
[[nodiscard]] constexpr bytes bytes_at_rva(const image& image, uint32_t rva, uint64_t size_bytes) noexcept {
  const section_lookup owner = section_of_rva(image, rva);
  if (!owner.found) return reader{image.file}.sub(rva, size_bytes);
  return reader{owner.where.raw}.sub(rva - owner.where.rva, size_bytes);
}

}

#endif

// ==== bartizan/pe/mapped.hpp ====
#ifndef BARTIZAN_PE_MAPPED_HPP
#define BARTIZAN_PE_MAPPED_HPP

namespace BARTIZAN_NAMESPACE::pe {

/// Section headers that one `mapped_reader`, or several that share a count, look at before they give up. A real file needs a few thousand; 2,048 sections
/// whose structures point back and forth between them would need 10^9.
inline constexpr uint32_t max_section_lookups = 1u << 18;

/// Reads at RVAs what the file holds there, as `bytes_at_rva` does, and remembers the section it was in last, so that walking a
/// table costs one look at the section table. RVAs are 64-bit, so that sums cannot wrap; above 32 bits nothing is mapped.
/// After `max_section_lookups` nothing is mapped any more either. `image` must outlive the reader. Not for sharing between
/// threads: make one each.
class mapped_reader {
 public:
  constexpr explicit mapped_reader(const image& image) noexcept : image_(&image) {}
  /// `lookups` counts for all readers that are made with it, and must outlive them.
  constexpr mapped_reader(const image& image, uint32_t& lookups) noexcept : image_(&image), shared_lookups_(&lookups) {}

  /// What the file holds from `rva` to the end of the section's raw data (outside every section: of the file).
  [[nodiscard]] constexpr bytes from(uint64_t rva) noexcept {
    if (rva < begin_ || rva >= end_) find(rva);
    return reader{data_}.sub(rva - base_, UINT64_MAX);
  }
  [[nodiscard]] constexpr bytes sub(uint64_t rva, uint64_t size_bytes) noexcept {
    return reader{from(rva)}.sub(0, size_bytes);
  }
  [[nodiscard]] constexpr bool has(uint64_t rva, uint64_t size_bytes) noexcept {
    return from(rva).size >= size_bytes && size_bytes != 0;
  }
  /// The file offset of the byte at `rva`, where there is one.
  [[nodiscard]] constexpr location offset(uint64_t rva) noexcept {
    if (from(rva).empty()) return {};
    return {true, offset_ + (rva - base_)};
  }

  /// Little-endian integers; what is not in the file reads as zero, as in memory.
  [[nodiscard]] constexpr uint16_t u16(uint64_t rva) noexcept { return reader{from(rva)}.u16(0); }
  [[nodiscard]] constexpr uint32_t u32(uint64_t rva) noexcept { return reader{from(rva)}.u32(0); }
  [[nodiscard]] constexpr uint64_t u64(uint64_t rva) noexcept { return reader{from(rva)}.u64(0); }

  /// The bytes before the first zero, cut to `limit_bytes` and to what is in the file.
  [[nodiscard]] constexpr bytes string(uint64_t rva, size_t limit_bytes) noexcept {
    const bytes all = from(rva).sub(0, limit_bytes);
    size_t size = 0;
    while (size < all.size && all[size] != 0) ++size;
    return all.sub(0, size);
  }

 private:
  constexpr void find(uint64_t rva) noexcept {
    data_ = {};
    uint32_t& lookups = shared_lookups_ != nullptr ? *shared_lookups_ : own_lookups_;
    const bool spent = lookups > max_section_lookups;
    if (!spent) lookups += image_->sections.size() + 1;
    if (rva > UINT32_MAX || spent) {
      begin_ = spent ? 0 : uint64_t{1} << 32;
      end_ = UINT64_MAX;
      return;
    }
    const section_lookup owner = section_of_rva(*image_, static_cast<uint32_t>(rva));
    begin_ = owner.begin;
    end_ = owner.end;
    base_ = owner.found ? owner.where.rva : 0;
    offset_ = owner.found ? owner.where.raw_offset : 0;
    data_ = owner.found ? owner.where.raw : image_->file;
  }

  const image* image_;
  uint64_t begin_ = 0, end_ = 0;  ///< RVAs for which the rest holds
  uint64_t base_ = 0;             ///< RVA of data_[0]
  uint64_t offset_ = 0;           ///< file offset of data_[0]
  bytes data_;
  uint32_t* shared_lookups_ = nullptr;
  uint32_t own_lookups_ = 0;
};

}

#endif

// ==== bartizan/pe/clr_header.hpp ====
#ifndef BARTIZAN_PE_CLR_HEADER_HPP
#define BARTIZAN_PE_CLR_HEADER_HPP

namespace BARTIZAN_NAMESPACE::pe {

inline constexpr uint32_t clr_header_size_bytes = 72;
/// Metadata streams that are read. Compilers write five or six.
inline constexpr uint32_t max_clr_streams = 32;

/// COMIMAGE_FLAGS_*.
enum : uint32_t {
  clr_il_only = 0x00000001,
  clr_32bit_required = 0x00000002,
  clr_strong_name_signed = 0x00000008,
  clr_native_entry_point = 0x00000010,
  clr_32bit_preferred = 0x00020000,
};

/// IMAGE_COR20_HEADER.
struct image_cor20_header {
  uint32_t cb = 0;
  uint16_t major_runtime_version = 0;
  uint16_t minor_runtime_version = 0;
  image_data_directory metadata{};
  uint32_t flags = 0;
  uint32_t entry_point = 0;  ///< a token, or with clr_native_entry_point an RVA
  image_data_directory resources{};
  image_data_directory strong_name_signature{};
  image_data_directory vtable_fixups{};
  image_data_directory managed_native_header{};  ///< of precompiled (ReadyToRun) images
};

struct clr_stream {
  bytes name;  ///< "#~", "#Strings", "#US", "#GUID", "#Blob"
  bytes data;  ///< clipped to what is in the file
};

/// The header of a .NET image. `present` is false where there is none or where `defect` is pe_clr_header_cut; with
/// pe_clr_metadata_invalid only the metadata is missing.
class clr_header {
 public:
  constexpr explicit clr_header(const image& image) noexcept : in_(image) {
    const uint32_t rva = image.directory(directory_entry::com_descriptor).virtual_address;
    if (rva == 0) return;
    const reader f{in_.sub(rva, clr_header_size_bytes)};
    if (f.data.size < clr_header_size_bytes) {
      defect = {error_code::pe_clr_header_cut, image.directory_offset(directory_entry::com_descriptor)};
      return;
    }
    present = true;
    offset = in_.offset(rva).value;
    const auto directory = [&f](uint64_t at) { return image_data_directory{f.u32(at), f.u32(at + 4)}; };
    fields = {f.u32(0),      f.u16(4),      f.u16(6),      directory(8), f.u32(16),
         f.u32(20),     directory(24), directory(32), directory(48), directory(64)};
    read_metadata();
  }

  bool present = false;
  uint64_t offset = 0;  ///< of the header in the file
  image_cor20_header fields;
  bytes runtime_version;  ///< "v4.0.30319"
  error defect;

  /// The next metadata stream; false behind the last.
  [[nodiscard]] constexpr bool next_stream(clr_stream& out) noexcept {
    constexpr uint32_t longest_name_bytes = 32;
    if (streams_ == 0) return false;
    const reader metadata{metadata_};
    --streams_;
    if (!metadata.has(stream_, 8)) {
      streams_ = 0;
      return false;
    }
    const bytes name = metadata.sub(stream_ + 8, longest_name_bytes);
    size_t size = 0;
    while (size < name.size && name[size] != 0) ++size;
    out.name = name.sub(0, size);
    out.data = metadata.sub(metadata.u32(stream_), metadata.u32(stream_ + 4));
    stream_ += 8 + ((size + 4) & ~uint64_t{3});  // the terminator, then padding to four bytes
    return true;
  }

 private:
  constexpr void read_metadata() noexcept {
    constexpr uint32_t signature = 0x424a5342;
    metadata_ = in_.sub(fields.metadata.virtual_address, fields.metadata.size);
    const reader m{metadata_};
    if (!m.has(0, 20) || m.u32(0) != signature) {
      defect = {error_code::pe_clr_metadata_invalid, offset + 8};
      return;
    }
    const uint64_t version_size = m.u32(12);
    const bytes version = m.sub(16, version_size);
    size_t size = 0;
    while (size < version.size && version[size] != 0) ++size;
    runtime_version = version.sub(0, size);
    const uint64_t count = 16 + version_size + 2;
    streams_ = m.u16(count);
    if (streams_ > max_clr_streams) streams_ = max_clr_streams;
    stream_ = count + 2;
  }

  mapped_reader in_;
  bytes metadata_;
  uint64_t stream_ = 0;
  uint32_t streams_ = 0;
};

}

#endif

// ==== bartizan/pe/debug.hpp ====
#ifndef BARTIZAN_PE_DEBUG_HPP
#define BARTIZAN_PE_DEBUG_HPP

namespace BARTIZAN_NAMESPACE::pe {

inline constexpr uint32_t debug_directory_size_bytes = 28;
/// Entries that are read. Linkers write up to six.
inline constexpr uint32_t max_debug_entries = 256;

/// IMAGE_DEBUG_TYPE_*, those that a reader meets.
enum : uint32_t {
  debug_type_coff = 1,
  debug_type_codeview = 2,
  debug_type_misc = 4,
  debug_type_vc_feature = 12,
  debug_type_pogo = 13,
  debug_type_iltcg = 14,
  debug_type_repro = 16,  ///< the time stamps are hashes of the contents
  debug_type_ex_dll_characteristics = 20,
};

/// One IMAGE_DEBUG_DIRECTORY.
struct debug_entry {
  uint32_t characteristics = 0;
  uint32_t time_date_stamp = 0;
  uint16_t major_version = 0;
  uint16_t minor_version = 0;
  uint32_t type = 0;
  uint32_t size_of_data = 0;
  uint32_t address_of_raw_data = 0;  ///< RVA, 0 where the data is not mapped
  uint32_t pointer_to_raw_data = 0;  ///< file offset
  uint64_t offset = 0;               ///< of this entry in the file
  bytes data;                        ///< at `pointer_to_raw_data`, clipped to the file
  error defect;                      ///< pe_debug_data_out_of_file
};

/// The debug directory. `next` until it says false; then `stopped` is none, pe_debug_directory_cut or pe_debug_limit.
class debug_cursor {
 public:
  constexpr explicit debug_cursor(const image& image) noexcept
    : image_(&image), in_(image), directory_(image.directory(directory_entry::debug)) {
    left_ = directory_.virtual_address == 0 ? 0 : directory_.size / debug_directory_size_bytes;
  }

  [[nodiscard]] constexpr bool next(debug_entry& out) noexcept {
    if (left_ == 0) return false;
    const uint64_t rva = directory_.virtual_address + uint64_t{debug_directory_size_bytes} * count_;
    const bytes raw = in_.sub(rva, debug_directory_size_bytes);
    const location where = in_.offset(rva);
    const uint64_t blame = where.known ? where.value : image_->directory_offset(directory_entry::debug);
    if (raw.size < debug_directory_size_bytes || count_ == max_debug_entries) {
      stopped = {count_ == max_debug_entries ? error_code::pe_debug_limit : error_code::pe_debug_directory_cut, blame};
      left_ = 0;
      return false;
    }
    --left_;
    ++count_;
    const reader f{raw};
    out = {f.u32(0), f.u32(4), f.u16(8), f.u16(10), f.u32(12), f.u32(16), f.u32(20), f.u32(24), where.value, {}, {}};
    out.data = reader{image_->file}.sub(out.pointer_to_raw_data, out.size_of_data);
    if (out.data.size < out.size_of_data) out.defect = {error_code::pe_debug_data_out_of_file, where.value + 24};
    return true;
  }

  error stopped;

 private:
  const image* image_;
  mapped_reader in_;
  image_data_directory directory_;
  uint32_t left_ = 0;
  uint32_t count_ = 0;
};

/// Where the linker put the program database: the path tells of the machine that built the file.
struct codeview {
  enum class format : uint8_t { none, pdb20, pdb70 };
  format kind = format::none;
  uint8_t guid[16]{};      ///< pdb70: in the file's byte order
  uint32_t signature = 0;  ///< pdb20: a time stamp
  uint32_t age = 0;
  bytes path;              ///< before the first zero
};

/// `data` of an entry of type debug_type_codeview. `kind` is none where it holds neither form.
[[nodiscard]] constexpr codeview read_codeview(bytes data) noexcept {
  constexpr uint32_t rsds = 0x53445352;
  constexpr uint32_t nb10 = 0x3031424e;
  const reader in{data};
  codeview out;
  uint64_t path = 0;
  if (in.has(0, 24) && in.u32(0) == rsds) {
    out.kind = codeview::format::pdb70;
    for (unsigned i = 0; i < sizeof out.guid; ++i) out.guid[i] = in.u8(4 + i);
    out.age = in.u32(20);
    path = 24;
  } else if (in.has(0, 16) && in.u32(0) == nb10) {
    out.kind = codeview::format::pdb20;
    out.signature = in.u32(8);
    out.age = in.u32(12);
    path = 16;
  } else {
    return out;
  }
  uint64_t end = path;
  while (end < data.size && in.u8(end) != 0) ++end;
  out.path = in.sub(path, end - path);
  return out;
}

}

#endif

// ==== bartizan/pe/defects.hpp ====
#ifndef BARTIZAN_PE_DEFECTS_HPP
#define BARTIZAN_PE_DEFECTS_HPP

namespace BARTIZAN_NAMESPACE::pe {

/// Calls `report(error)` for every broken structure that `parse` read around, in the order of the file's structures: code and
/// offset of the field or header to blame. A well-formed image has none. At most 4 + 2,048 calls.
template <class Report>
constexpr void for_each_defect(const image& image, Report&& report) noexcept {
  const reader in{image.file};
  const uint64_t optional_header = image.optional_header_offset();
  const uint32_t fixed_size = optional_header_fixed_size_bytes(image.optional.magic);
  const uint64_t directories = optional_header + fixed_size;
  const uint32_t claimed_directories = image.optional.number_of_rva_and_sizes;
  const uint32_t read_directories =
    claimed_directories < max_data_directories ? claimed_directories : max_data_directories;
  const uint32_t read_size = fixed_size + data_directory_size_bytes * read_directories;

  if (image.coff.size_of_optional_header < read_size) {
    report(error{error_code::pe_optional_header_too_small, image.file_header_offset() + 16});
  }
  if (!in.has(optional_header, read_size)) {
    report(error{error_code::pe_optional_header_cut, image.file.size});
  }
  if (claimed_directories > max_data_directories) {
    report(error{error_code::pe_directory_count, directories - 4});
  }
  for (const section& s : image.sections) {
    if (s.raw_clipped) report(error{error_code::pe_section_raw_out_of_file, s.header_offset + 16});
  }
  if (image.sections_stopped) report(image.sections_stopped);
}

}

#endif

// ==== bartizan/pe/import_symbols.hpp ====
#ifndef BARTIZAN_PE_IMPORT_SYMBOLS_HPP
#define BARTIZAN_PE_IMPORT_SYMBOLS_HPP

/// What import and delay-import directories have in common: a table of thunks (IMAGE_THUNK_DATA) for each module.
namespace BARTIZAN_NAMESPACE::pe {

/// Symbols that are read of one image, over all modules of one directory. The largest real importers have some 6,000.
inline constexpr uint32_t max_import_symbols = 0x8000;
inline constexpr uint32_t max_import_modules = 0x1000;
/// Reading of the directory ends behind so many modules without a readable table, as in the reference parser: it is then
/// walking through something else.
inline constexpr uint32_t max_unreadable_import_modules = 6;

struct import_symbol {
  bytes name;                 ///< by name: as it stands in the file, cut to `max_name_bytes`; empty by ordinal
  uint64_t thunk_offset = 0;  ///< file offset of the entry in the table that was read
  uint64_t name_rva = 0;      ///< of the hint, behind which the name stands; 0 by ordinal
  uint64_t address_rva = 0;   ///< where the loader puts the address
  uint16_t hint = 0;
  uint16_t ordinal = 0;
  bool by_ordinal = false;
  /// pe_import_name_invalid, or pe_import_thunk_invalid for ordinal 0: the reference parser does not count such a symbol.
  error defect;
};

/// What may still be read of a directory, shared by its modules.
struct import_budget {
  uint32_t symbols = max_import_symbols;
  uint32_t section_lookups = 0;  ///< spent, of `max_section_lookups`
};

/// The tables of one module. Where the module has both, the lookup table is read, for the address table may be bound.
struct import_tables {
  uint32_t lookup_rva = 0;
  uint32_t address_rva = 0;
  /// The entries are virtual addresses, not RVAs (delay imports of linkers before Visual C++ 7, 32-bit only).
  bool virtual_addresses = false;
};

namespace detail {

[[nodiscard]] constexpr bool is_zero(bytes data) noexcept {
  for (const uint8_t byte : data) {
    if (byte != 0) return false;
  }
  return true;
}

[[nodiscard]] constexpr uint64_t va_to_rva(const image& image, uint64_t va) noexcept {
  const uint64_t base = image.optional.image_base;
  return va >= base && va - base < image.optional.size_of_image ? va - base : va;
}

[[nodiscard]] constexpr uint32_t readable_import_table(mapped_reader& in, const import_tables& tables, unsigned entry_bytes) noexcept {
  const uint32_t candidates[] = {tables.lookup_rva, tables.address_rva};
  for (const uint32_t rva : candidates) {
    const bytes first = rva == 0 ? bytes{} : in.sub(rva, entry_bytes);
    if (first.size == entry_bytes && !is_zero(first)) return rva;
  }
  return 0;
}

}

/// The symbols of one module, in the order of its table. `next` until it says false; then `stopped` says whether that was the
/// table's terminator (none) or something that cannot be read: pe_import_table_cut, pe_import_thunk_invalid, pe_import_limit.
class import_symbol_cursor {
 public:
  /// `budget` must outlive the cursor.
  constexpr import_symbol_cursor(const image& image, const import_tables& tables, import_budget& budget) noexcept
    : image_(&image),
     thunks_(image, budget.section_lookups),
     names_(image, budget.section_lookups),
     tables_(tables),
     budget_(&budget) {
    table_ = at_ = detail::readable_import_table(thunks_, tables, image.pointer_size_bytes());
    done_ = table_ == 0;
  }

  [[nodiscard]] constexpr bool next(import_symbol& out) noexcept {
    if (done_) return false;
    const unsigned entry_bytes = image_->pointer_size_bytes();
    const bytes entry = thunks_.sub(at_, entry_bytes);
    const uint64_t entry_offset = entry.empty() ? last_offset_ : thunks_.offset(at_).value;
    const uint64_t raw = reader{entry}.u64(0);  // what lies past the section's raw data is zero in memory
    if (entry.size < entry_bytes && raw != 0) return stop(error_code::pe_import_table_cut, entry_offset);
    if (raw == 0) return stop(error_code::none, 0);
    if (budget_->symbols == 0) return stop(error_code::pe_import_limit, entry_offset);
    --budget_->symbols;

    out = {};
    out.thunk_offset = last_offset_ = entry_offset;
    out.address_rva = uint64_t{tables_.address_rva} + (at_ - table_);
    out.by_ordinal = raw >> (8 * entry_bytes - 1) != 0;
    if (out.by_ordinal) {
      if ((raw & 0x7fffffff) > 0xffff) return stop(error_code::pe_import_thunk_invalid, entry_offset);
      out.ordinal = static_cast<uint16_t>(raw);
      if (out.ordinal == 0) out.defect = {error_code::pe_import_thunk_invalid, entry_offset};
    } else {
      out.name_rva = tables_.virtual_addresses ? detail::va_to_rva(*image_, raw) : raw;
      if (out.name_rva >= table_ && out.name_rva <= at_) {  // names do not lie in the table that names them
        return stop(error_code::pe_import_thunk_invalid, entry_offset);
      }
      out.hint = names_.u16(out.name_rva);
      out.name = names_.string(out.name_rva + 2, max_name_bytes);
      if (!is_import_name(out.name)) out.defect = {error_code::pe_import_name_invalid, entry_offset};
    }
    at_ += entry_bytes;
    return true;
  }

  error stopped;

 private:
  constexpr bool stop(error_code code, uint64_t offset) noexcept {
    stopped = {code, offset};
    done_ = true;
    return false;
  }

  const image* image_;
  mapped_reader thunks_;
  mapped_reader names_;
  import_tables tables_;
  import_budget* budget_;
  uint64_t table_ = 0;
  uint64_t at_ = 0;
  uint64_t last_offset_ = 0;
  bool done_ = false;
};

}

#endif

// ==== bartizan/pe/import_modules.hpp ====
#ifndef BARTIZAN_PE_IMPORT_MODULES_HPP
#define BARTIZAN_PE_IMPORT_MODULES_HPP

namespace BARTIZAN_NAMESPACE::pe {

/// One imported module. `Descriptor` is image_import_descriptor or image_delay_import_descriptor.
template <class Descriptor>
struct imported_module {
  Descriptor descriptor{};
  uint64_t descriptor_offset = 0;
  bytes name;  ///< as it stands in the file, cut to `max_name_bytes`
  import_tables tables;
  /// pe_import_table_unreadable (no symbols can be read; the reference parser does not count such a module) or
  /// pe_import_dll_name_invalid (the reference parser counts it as "*invalid*", and not at all where the name is empty).
  error defect;
};

/// The modules of an import or delay-import directory, in the order of the table, and the symbols of each:
///     import_cursor modules(image);
///     for (import_module m; modules.next(m);)
///         for (auto symbols = modules.symbols(m); symbols.next(s);) ...
/// `next` until it says false; then `stopped` says whether that was the terminator (none), or why reading ended:
/// pe_import_directory_unreadable, pe_import_directory_cut, pe_import_table_unreadable, pe_import_limit.
/// As for the loader, the directory's size does not matter; an image without the directory has no modules.
template <class Descriptor>
class module_cursor {
 public:
  constexpr explicit module_cursor(const image& image) noexcept
    : image_(&image), descriptors_(image), in_(image), at_(image.directory(Descriptor::directory).virtual_address) {
    done_ = at_ == 0;
  }

  [[nodiscard]] constexpr bool next(imported_module<Descriptor>& out) noexcept {
    if (done_) return false;
    const bytes raw = descriptors_.sub(at_, Descriptor::size_bytes);
    const location where = descriptors_.offset(at_);
    if (raw.empty() && count_ == 0) {
      return stop(error_code::pe_import_directory_unreadable, image_->directory_offset(Descriptor::directory));
    }
    if (detail::is_zero(raw)) return stop(error_code::none, 0);
    if (raw.size < Descriptor::size_bytes) return stop(error_code::pe_import_directory_cut, where.value);
    if (count_ == max_import_modules) return stop(error_code::pe_import_limit, where.value);
    if (unreadable_ == max_unreadable_import_modules) {
      return stop(error_code::pe_import_table_unreadable, where.value);
    }
    ++count_;
    at_ += Descriptor::size_bytes;

    out = {};
    out.descriptor = Descriptor::read(reader{raw});
    out.descriptor_offset = where.value;
    out.tables = out.descriptor.tables(*image_);
    out.name = in_.string(out.descriptor.name_rva(*image_), max_name_bytes);
    if (detail::readable_import_table(in_, out.tables, image_->pointer_size_bytes()) == 0) {
      out.defect = {error_code::pe_import_table_unreadable, where.value};
      ++unreadable_;
    } else if (!is_module_name(out.name)) {
      out.defect = {error_code::pe_import_dll_name_invalid, where.value + Descriptor::name_offset};
    }
    return true;
  }

  /// The symbols of a module that `next` gave. The cursor it returns must not outlive this one.
  [[nodiscard]] constexpr import_symbol_cursor symbols(const imported_module<Descriptor>& module) noexcept {
    return {*image_, module.tables, budget_};
  }

  error stopped;

 private:
  constexpr bool stop(error_code code, uint64_t offset) noexcept {
    stopped = {code, offset};
    done_ = true;
    return false;
  }

  const image* image_;
  mapped_reader descriptors_;
  mapped_reader in_;
  uint64_t at_;
  uint32_t count_ = 0;
  uint32_t unreadable_ = 0;
  import_budget budget_;
  bool done_ = false;
};

}

#endif

// ==== bartizan/pe/delay_imports.hpp ====
#ifndef BARTIZAN_PE_DELAY_IMPORTS_HPP
#define BARTIZAN_PE_DELAY_IMPORTS_HPP

namespace BARTIZAN_NAMESPACE::pe {

/// IMAGE_DELAYLOAD_DESCRIPTOR. Fields are RVAs; in 32-bit images with `attributes` 0 they are virtual addresses.
struct image_delay_import_descriptor {
  uint32_t attributes;
  uint32_t dll_name;
  uint32_t module_handle;
  uint32_t import_address_table;
  uint32_t import_name_table;
  uint32_t bound_import_address_table;
  uint32_t unload_information_table;
  uint32_t time_date_stamp;

  static constexpr uint32_t size_bytes = 32;
  static constexpr uint32_t name_offset = 4;
  static constexpr directory_entry directory = directory_entry::delay_import;

  [[nodiscard]] static constexpr image_delay_import_descriptor read(reader in) noexcept {
    return {in.u32(0), in.u32(4), in.u32(8), in.u32(12), in.u32(16), in.u32(20), in.u32(24), in.u32(28)};
  }
  [[nodiscard]] constexpr bool holds_virtual_addresses(const image& image) const noexcept {
    constexpr uint16_t machine_i386 = 0x014c;
    return attributes == 0 && image.coff.machine == machine_i386;
  }
  [[nodiscard]] constexpr import_tables tables(const image& image) const noexcept {
    return {rva(image, import_name_table), rva(image, import_address_table), holds_virtual_addresses(image)};
  }
  [[nodiscard]] constexpr uint64_t name_rva(const image& image) const noexcept { return rva(image, dll_name); }

 private:
  [[nodiscard]] constexpr uint32_t rva(const image& image, uint32_t field) const noexcept {
    return holds_virtual_addresses(image) ? static_cast<uint32_t>(detail::va_to_rva(image, field)) : field;
  }
};

/// Modules that the image loads itself, at the first call into them. See `module_cursor`.
using delay_import_module = imported_module<image_delay_import_descriptor>;
using delay_import_cursor = module_cursor<image_delay_import_descriptor>;

}

#endif

// ==== bartizan/pe/exceptions.hpp ====
#ifndef BARTIZAN_PE_EXCEPTIONS_HPP
#define BARTIZAN_PE_EXCEPTIONS_HPP

namespace BARTIZAN_NAMESPACE::pe {

/// IMAGE_FILE_MACHINE_* of the processors that Windows runs on.
enum : uint16_t {
  machine_i386 = 0x014c,
  machine_arm_nt = 0x01c4,
  machine_amd64 = 0x8664,
  machine_arm64 = 0xaa64,
};

/// One entry of the exception table: the code of a function, or of a part of one.
struct runtime_function {
  uint32_t begin_rva = 0;
  uint32_t end_rva = 0;     ///< behind the last byte
  uint32_t unwind_rva = 0;  ///< of the unwind information; 0 where it is packed into the entry (ARM)
  uint64_t offset = 0;      ///< of the entry in the file
  error defect;             ///< pe_runtime_function_range, pe_unwind_info_unreadable
};

/// The exception table (.pdata) of x64, ARM64 and ARM images; others have none. Linear in its bytes. `next` until it says false;
/// then `stopped` is none or pe_exception_table_cut. An ARM64EC image lists its x64 code here.
class runtime_function_cursor {
 public:
  constexpr explicit runtime_function_cursor(const image& image) noexcept : in_(image), unwind_(image) {
    const image_data_directory directory = image.directory(directory_entry::exception);
    const uint16_t machine = image.coff.machine;
    if (directory.virtual_address == 0) return;
    entry_bytes_ = machine == machine_amd64 ? 12 : machine == machine_arm64 || machine == machine_arm_nt ? 8 : 0;
    instruction_bytes_ = machine == machine_arm64 ? 4 : 2;
    thumb_bit_ = machine == machine_arm_nt ? 1 : 0;
    at_ = directory.virtual_address;
    left_ = entry_bytes_ == 0 ? 0 : directory.size / entry_bytes_;
    directory_offset_ = image.directory_offset(directory_entry::exception);
  }

  [[nodiscard]] constexpr bool next(runtime_function& out) noexcept {
    if (left_ == 0) return false;
    const bytes raw = in_.sub(at_, entry_bytes_);
    const location where = in_.offset(at_);
    if (raw.size < entry_bytes_) {
      stopped = {error_code::pe_exception_table_cut, where.known ? where.value : directory_offset_};
      left_ = 0;
      return false;
    }
    --left_;
    at_ += entry_bytes_;
    const reader f{raw};
    out = {f.u32(0) & ~thumb_bit_, f.u32(4), 0, where.value, {}};
    if (entry_bytes_ == 12) {
      out.unwind_rva = f.u32(8);
      if (!unwind_.has(out.unwind_rva & ~1u, 4)) out.defect = {error_code::pe_unwind_info_unreadable, where.value + 8};
    } else {
      decode_arm(f.u32(4), out);
    }
    if (out.end_rva <= out.begin_rva || out.begin_rva < last_begin_) {
      out.defect = {error_code::pe_runtime_function_range, where.value};
    }
    last_begin_ = out.begin_rva;
    return true;
  }

  error stopped;

 private:
  constexpr void decode_arm(uint32_t word, runtime_function& out) noexcept {
    uint32_t length = word >> 2 & 0x7ff;
    if ((word & 3) == 0) {
      out.unwind_rva = word;
      length = unwind_.u32(word) & 0x3ffff;
      if (!unwind_.has(word, 4)) out.defect = {error_code::pe_unwind_info_unreadable, out.offset + 4};
    }
    const uint64_t end = uint64_t{out.begin_rva} + uint64_t{instruction_bytes_} * length;
    out.end_rva = end > UINT32_MAX ? 0 : static_cast<uint32_t>(end);
  }

  mapped_reader in_, unwind_;
  uint64_t at_ = 0;
  uint64_t directory_offset_ = 0;
  uint32_t left_ = 0;
  uint32_t entry_bytes_ = 0;
  uint32_t instruction_bytes_ = 0;
  uint32_t thumb_bit_ = 0;
  uint32_t last_begin_ = 0;
};

/// The head of x64 unwind information (UNWIND_INFO).
struct unwind_info {
  enum : uint8_t { exception_handler = 1, termination_handler = 2, chained = 4 };
  bool present = false;
  uint8_t version = 0;
  uint8_t flags = 0;
  uint8_t prolog_size_bytes = 0;
  uint8_t code_count = 0;
  uint32_t handler_rva = 0;  ///< of the language-specific handler, where `flags` has one
};

/// Reads the unwind information of an entry of an x64 table.
[[nodiscard]] constexpr unwind_info read_unwind_info(mapped_reader& in, const runtime_function& function) noexcept {
  const uint64_t rva = function.unwind_rva;
  unwind_info out;
  if ((rva & 1) != 0 || !in.has(rva, 4)) return out;
  const reader f{in.sub(rva, 4)};
  out.present = true;
  out.version = f.u8(0) & 7;
  out.flags = static_cast<uint8_t>(f.u8(0) >> 3);
  out.prolog_size_bytes = f.u8(1);
  out.code_count = f.u8(2);
  const bool handled = (out.flags & (unwind_info::exception_handler | unwind_info::termination_handler)) != 0;
  if (handled) out.handler_rva = in.u32(rva + 4 + uint64_t{2} * ((out.code_count + 1u) & ~1u));
  return out;
}

}

#endif

// ==== bartizan/pe/exports.hpp ====
#ifndef BARTIZAN_PE_EXPORTS_HPP
#define BARTIZAN_PE_EXPORTS_HPP

namespace BARTIZAN_NAMESPACE::pe {

inline constexpr uint32_t export_directory_size_bytes = 40;
/// Ordinals are 16 bits wide, so neither table can use more entries.
inline constexpr uint32_t max_exports = 0x10000;

struct image_export_directory {
  uint32_t characteristics;
  uint32_t time_date_stamp;
  uint16_t major_version;
  uint16_t minor_version;
  uint32_t name;
  uint32_t base;
  uint32_t number_of_functions;
  uint32_t number_of_names;
  uint32_t address_of_functions;
  uint32_t address_of_names;
  uint32_t address_of_name_ordinals;
};

struct export_symbol {
  bytes name;                ///< as it stands in the file, cut to `max_name_bytes`; empty for an export by ordinal alone
  bytes forwarder;           ///< "MODULE.SYMBOL" or "MODULE.#ORDINAL" where the export is another module's, else empty
  uint32_t address_rva = 0;  ///< of the function or variable, or of the forwarder's text; 0: an empty slot
  uint32_t index = 0;        ///< into the address table; the ordinal is base + index
  uint32_t ordinal = 0;
  bool forwarded = false;
  error defect;              ///< pe_export_ordinal_invalid, pe_export_name_invalid, pe_export_forwarder_invalid
};

/// Address-table entries that have a name: the caller's 8 KiB for `export_cursor`.
struct export_index_set {
  uint64_t words[max_exports / 64]{};

  constexpr void add(uint32_t index) noexcept { words[index >> 6 & 0x3ff] |= uint64_t{1} << (index & 63); }
  [[nodiscard]] constexpr bool has(uint32_t index) const noexcept { return (words[index >> 6 & 0x3ff] >> (index & 63) & 1) != 0; }
};

/// The export directory. `present` is false where the image has none, or where `defect` says that it cannot be read. The two
/// tables are read by index, each in constant time: names as the name pointer table lists them, addresses by ordinal.
class export_table {
 public:
  constexpr explicit export_table(const image& image) noexcept : in_(image), tables_(image), names_(image) {
    const image_data_directory entry = image.directory(directory_entry::export_table);
    if (entry.virtual_address == 0) return;
    directory_ = entry;
    const bytes raw = in_.sub(entry.virtual_address, export_directory_size_bytes);
    if (raw.size < export_directory_size_bytes) {
      defect = {error_code::pe_export_directory_unreadable, image.directory_offset(directory_entry::export_table)};
      return;
    }
    present = true;
    offset = in_.offset(entry.virtual_address).value;
    const reader f{raw};
    fields = {f.u32(0),  f.u32(4),  f.u16(8),  f.u16(10), f.u32(12), f.u32(16),
         f.u32(20), f.u32(24), f.u32(28), f.u32(32), f.u32(36)};
    module_name = in_.string(fields.name, max_name_bytes);
    addresses_ = table(fields.address_of_functions, fields.number_of_functions, 4, offset + 20);
    name_pointers_ = table(fields.address_of_names, fields.number_of_names, 4, offset + 24);
    name_ordinals_ = table(fields.address_of_name_ordinals, fields.number_of_names, 2, offset + 24);
  }

  bool present = false;
  uint64_t offset = 0;  ///< file offset of the directory
  image_export_directory fields{};
  bytes module_name;    ///< what the linker called the file
  /// pe_export_directory_unreadable, or the first of pe_export_table_cut and pe_export_limit.
  error defect;

  /// Entries that the file really holds, at most `max_exports`.
  [[nodiscard]] constexpr uint32_t address_count() const noexcept { return static_cast<uint32_t>(addresses_.size / 4); }
  [[nodiscard]] constexpr uint32_t name_count() const noexcept {
    const size_t pointers = name_pointers_.size / 4;
    const size_t ordinals = name_ordinals_.size / 2;
    return static_cast<uint32_t>(pointers < ordinals ? pointers : ordinals);
  }

  /// The address alone of entry `index` < `address_count()`.
  [[nodiscard]] constexpr uint32_t address_rva(uint32_t index) const noexcept {
    return reader{addresses_}.u32(uint64_t{4} * index);
  }
  /// An address inside the directory itself is that of a forwarder's text.
  [[nodiscard]] constexpr bool is_forwarder(uint32_t rva) const noexcept {
    return rva >= directory_.virtual_address && rva - directory_.virtual_address < directory_.size;
  }
  /// Entry `index` < `address_count()` of the address table, without its name.
  [[nodiscard]] constexpr export_symbol address(uint32_t index) noexcept {
    export_symbol out;
    out.index = index;
    out.ordinal = fields.base + index;
    out.address_rva = address_rva(index);
    out.forwarded = is_forwarder(out.address_rva);
    if (out.forwarded) {
      out.forwarder = in_.string(out.address_rva, max_name_bytes);
      if (!names_a_symbol(out.forwarder)) {
        out.defect = {error_code::pe_export_forwarder_invalid, entry_offset(fields.address_of_functions, 4, index)};
      }
    }
    return out;
  }

  /// Entry `i` < `name_count()` of the name table, with its address.
  [[nodiscard]] constexpr export_symbol named(uint32_t i) noexcept {
    const uint32_t index = reader{name_ordinals_}.u16(uint64_t{2} * i);
    export_symbol out;
    if (index < address_count()) {
      out = address(index);
    } else {
      out.index = index;
      out.ordinal = fields.base + index;
      out.defect = {error_code::pe_export_ordinal_invalid, entry_offset(fields.address_of_name_ordinals, 2, i)};
    }
    out.name = names_.string(reader{name_pointers_}.u32(uint64_t{4} * i), max_name_bytes);
    if (!out.defect && !is_export_name(out.name)) {
      out.defect = {error_code::pe_export_name_invalid, entry_offset(fields.address_of_names, 4, i)};
    }
    return out;
  }

 private:
  [[nodiscard]] constexpr bytes table(uint32_t rva, uint32_t count, uint32_t entry_bytes, uint64_t count_offset) noexcept {
    if (count > max_exports) {
      if (!defect) defect = {error_code::pe_export_limit, count_offset};
      count = max_exports;
    }
    const uint64_t size_bytes = uint64_t{entry_bytes} * count;
    const bytes held = tables_.sub(rva, size_bytes);
    if (held.size < size_bytes && !defect) defect = {error_code::pe_export_table_cut, count_offset};
    return held;
  }
  [[nodiscard]] constexpr uint64_t entry_offset(uint32_t table_rva, uint32_t entry_bytes, uint32_t i) noexcept {
    return tables_.offset(table_rva + uint64_t{entry_bytes} * i).value;
  }
  [[nodiscard]] static constexpr bool names_a_symbol(bytes forwarder) noexcept {
    size_t dot = 0;
    while (dot < forwarder.size && forwarder[dot] != '.') ++dot;
    return dot != 0 && dot + 1 < forwarder.size && is_export_name(forwarder);
  }

  mapped_reader in_, tables_, names_;
  image_data_directory directory_{};
  bytes addresses_, name_pointers_, name_ordinals_;
};

/// Every export once, as the reference parser lists them: those with a name in the order of the name table, then those without.
/// Empty slots of the address table are left out. `named` is working memory, cleared here; both must outlive the cursor.
class export_cursor {
 public:
  constexpr export_cursor(export_table& table, export_index_set& named) noexcept : table_(&table), named_(&named) {
    named = {};
  }

  [[nodiscard]] constexpr bool next(export_symbol& out) noexcept {
    while (name_ < table_->name_count()) {
      out = table_->named(name_++);
      if (out.address_rva == 0 && out.defect.code != error_code::pe_export_ordinal_invalid) continue;
      if (out.address_rva != 0) named_->add(out.index);
      return true;
    }
    while (index_ < table_->address_count()) {
      const uint32_t index = index_++;
      if (named_->has(index)) continue;
      out = table_->address(index);
      if (out.address_rva != 0) return true;
    }
    return false;
  }

 private:
  export_table* table_;
  export_index_set* named_;
  uint32_t name_ = 0;
  uint32_t index_ = 0;
};

}

#endif

// ==== bartizan/pe/imports.hpp ====
#ifndef BARTIZAN_PE_IMPORTS_HPP
#define BARTIZAN_PE_IMPORTS_HPP

namespace BARTIZAN_NAMESPACE::pe {

struct image_import_descriptor {
  uint32_t original_first_thunk;  ///< RVA of the lookup table; 0 from linkers that make none
  uint32_t time_date_stamp;       ///< 0, or of the module that the address table is bound to
  uint32_t forwarder_chain;
  uint32_t name;
  uint32_t first_thunk;           ///< RVA of the address table

  static constexpr uint32_t size_bytes = 20;
  static constexpr uint32_t name_offset = 12;
  static constexpr directory_entry directory = directory_entry::import_table;

  [[nodiscard]] static constexpr image_import_descriptor read(reader in) noexcept {
    return {in.u32(0), in.u32(4), in.u32(8), in.u32(12), in.u32(16)};
  }
  [[nodiscard]] constexpr import_tables tables(const image&) const noexcept {
    return {original_first_thunk, first_thunk, false};
  }
  [[nodiscard]] constexpr uint64_t name_rva(const image&) const noexcept { return name; }
};

/// Modules that Windows loads with the image. See `module_cursor`.
using import_module = imported_module<image_import_descriptor>;
using import_cursor = module_cursor<image_import_descriptor>;

}

#endif

// ==== bartizan/pe/load_config.hpp ====
#ifndef BARTIZAN_PE_LOAD_CONFIG_HPP
#define BARTIZAN_PE_LOAD_CONFIG_HPP

namespace BARTIZAN_NAMESPACE::pe {

/// IMAGE_GUARD_*, of `image_load_config::guard_flags`. The four highest bits are the bytes that follow each RVA of the
/// guard tables.
enum : uint32_t {
  guard_cf_instrumented = 0x00000100,
  guard_cf_function_table_present = 0x00000400,
  guard_security_cookie_unused = 0x00000800,
  guard_protect_delayload_iat = 0x00001000,
  guard_cf_export_suppression_info_present = 0x00004000,
  guard_cf_longjump_table_present = 0x00010000,
  guard_retpoline_present = 0x00100000,
  guard_eh_continuation_table_present = 0x00400000,
  guard_xfg_enabled = 0x00800000,
  guard_castguard_present = 0x01000000,
  guard_memcpy_present = 0x02000000,
};

/// IMAGE_LOAD_CONFIG_DIRECTORY32 and 64 in one, up to Windows 11. Fields behind `size` are zero. Tables and function pointers
/// are virtual addresses, not RVAs.
struct image_load_config {
  uint64_t decommit_free_block_threshold, decommit_total_free_threshold, lock_prefix_table, maximum_allocation_size,
    virtual_memory_threshold, process_affinity_mask, edit_list, security_cookie, se_handler_table, se_handler_count,
    guard_cf_check_function_pointer, guard_cf_dispatch_function_pointer, guard_cf_function_table,
    guard_cf_function_count, guard_address_taken_iat_entry_table, guard_address_taken_iat_entry_count,
    guard_long_jump_target_table, guard_long_jump_target_count, dynamic_value_reloc_table, chpe_metadata_pointer,
    guard_rf_failure_routine, guard_rf_failure_routine_function_pointer,
    guard_rf_verify_stack_pointer_function_pointer, enclave_configuration_pointer, volatile_metadata_pointer,
    guard_eh_continuation_table, guard_eh_continuation_count, guard_xfg_check_function_pointer,
    guard_xfg_dispatch_function_pointer, guard_xfg_table_dispatch_function_pointer,
    cast_guard_os_determined_failure_mode, guard_memcpy_function_pointer;
  uint32_t size, time_date_stamp, global_flags_clear, global_flags_set, critical_section_default_timeout,
    process_heap_flags, guard_flags, code_integrity_catalog_offset, code_integrity_reserved,
    dynamic_value_reloc_table_offset, hot_patch_table_offset;
  uint16_t major_version, minor_version, csd_version, dependent_load_flags, code_integrity_flags,
    code_integrity_catalog, dynamic_value_reloc_table_section;
};

/// Which processors the code of an image is for, beside the one that its header names.
enum class hybrid_code : uint8_t {
  none,
  chpe_x86,  ///< 32-bit x86 image with ARM64 code (CHPE)
  arm64ec,   ///< x64 or ARM64X image with ARM64EC code
};

/// A stretch of code for one processor, from the hybrid metadata.
struct hybrid_code_range {
  enum class processor : uint8_t { arm64, arm64ec, x64, x86 };
  uint32_t begin_rva = 0;
  uint32_t size_bytes = 0;
  processor code = processor::arm64;
};

/// Code ranges that are read.
inline constexpr uint32_t max_hybrid_code_ranges = 0x10000;

/// The load configuration directory. `present` is false where the image has none or its Size field cannot be read. `defect`:
/// pe_load_config_cut (the rest is there, missing fields are zero) or pe_chpe_metadata_unreadable.
class load_config {
 public:
  constexpr explicit load_config(const image& image) noexcept : in_(image) {
    const uint32_t rva = image.directory(directory_entry::load_config).virtual_address;
    if (rva == 0) return;
    present = in_.has(rva, 4);
    offset = in_.offset(rva).value;
    const uint32_t size_bytes = in_.u32(rva);
    const bytes raw = in_.sub(rva, size_bytes);
    if (!present || raw.size < size_bytes) {
      defect = {error_code::pe_load_config_cut, present ? offset : image.directory_offset(directory_entry::load_config)};
    }
    if (present) decode(reader{raw}, image.pointer_size_bytes());
    fields.size = size_bytes;
    if (fields.chpe_metadata_pointer != 0) read_hybrid_metadata(image);
  }

  bool present = false;
  uint64_t offset = 0;  ///< of the directory in the file
  image_load_config fields{};
  hybrid_code hybrid = hybrid_code::none;
  error defect;

  /// Bytes of an entry of the guard tables: an RVA and what follows it.
  [[nodiscard]] constexpr uint32_t guard_table_entry_bytes() const noexcept { return 4 + (fields.guard_flags >> 28); }

  [[nodiscard]] constexpr uint32_t hybrid_code_range_count() const noexcept { return range_count_; }
  [[nodiscard]] constexpr hybrid_code_range hybrid_range(uint32_t i) noexcept {
    using processor = hybrid_code_range::processor;
    const uint64_t rva = ranges_ + uint64_t{8} * i;
    const uint32_t start = in_.u32(rva);
    if (hybrid == hybrid_code::chpe_x86) {
      return {start & ~1u, in_.u32(rva + 4), (start & 1) != 0 ? processor::arm64 : processor::x86};
    }
    return {start & ~3u, in_.u32(rva + 4), static_cast<processor>((start & 3) < 3 ? start & 3 : 0)};
  }

 private:
  constexpr void decode(reader f, unsigned width) noexcept {
    uint64_t at = 0;
    const auto take = [&f, &at](unsigned size_bytes) {
      const uint64_t value = size_bytes == 8 ? f.u64(at) : size_bytes == 4 ? f.u32(at) : f.u16(at);
      at += size_bytes;
      return value;
    };
    const auto u16 = [&take](uint16_t& field) { field = static_cast<uint16_t>(take(2)); };
    const auto u32 = [&take](uint32_t& field) { field = static_cast<uint32_t>(take(4)); };
    const auto pointer = [&take, width](uint64_t& field) { field = take(width); };
    image_load_config& c = fields;
    u32(c.size), u32(c.time_date_stamp), u16(c.major_version), u16(c.minor_version);
    u32(c.global_flags_clear), u32(c.global_flags_set), u32(c.critical_section_default_timeout);
    pointer(c.decommit_free_block_threshold), pointer(c.decommit_total_free_threshold), pointer(c.lock_prefix_table);
    pointer(c.maximum_allocation_size), pointer(c.virtual_memory_threshold);
    if (width == 8) {
      pointer(c.process_affinity_mask), u32(c.process_heap_flags);
    } else {
      u32(c.process_heap_flags), pointer(c.process_affinity_mask);
    }
    u16(c.csd_version), u16(c.dependent_load_flags), pointer(c.edit_list), pointer(c.security_cookie);
    pointer(c.se_handler_table), pointer(c.se_handler_count), pointer(c.guard_cf_check_function_pointer);
    pointer(c.guard_cf_dispatch_function_pointer), pointer(c.guard_cf_function_table);
    pointer(c.guard_cf_function_count), u32(c.guard_flags), u16(c.code_integrity_flags), u16(c.code_integrity_catalog);
    u32(c.code_integrity_catalog_offset), u32(c.code_integrity_reserved);
    pointer(c.guard_address_taken_iat_entry_table), pointer(c.guard_address_taken_iat_entry_count);
    pointer(c.guard_long_jump_target_table), pointer(c.guard_long_jump_target_count);
    pointer(c.dynamic_value_reloc_table), pointer(c.chpe_metadata_pointer), pointer(c.guard_rf_failure_routine);
    pointer(c.guard_rf_failure_routine_function_pointer), u32(c.dynamic_value_reloc_table_offset);
    u16(c.dynamic_value_reloc_table_section), at += 2;
    pointer(c.guard_rf_verify_stack_pointer_function_pointer), u32(c.hot_patch_table_offset), at += 4;
    pointer(c.enclave_configuration_pointer), pointer(c.volatile_metadata_pointer);
    pointer(c.guard_eh_continuation_table), pointer(c.guard_eh_continuation_count);
    pointer(c.guard_xfg_check_function_pointer), pointer(c.guard_xfg_dispatch_function_pointer);
    pointer(c.guard_xfg_table_dispatch_function_pointer), pointer(c.cast_guard_os_determined_failure_mode);
    pointer(c.guard_memcpy_function_pointer);
  }

  constexpr void read_hybrid_metadata(const image& image) noexcept {
    const uint64_t rva = fields.chpe_metadata_pointer - image.optional.image_base;
    if (!in_.has(rva, 12)) {
      if (!defect) defect = {error_code::pe_chpe_metadata_unreadable, offset};
      return;
    }
    hybrid = image.kind == image_kind::pe32 ? hybrid_code::chpe_x86 : hybrid_code::arm64ec;
    ranges_ = in_.u32(rva + 4);
    const uint32_t count = in_.u32(rva + 8);
    const uint64_t held = in_.from(ranges_).size / 8;
    range_count_ = count < max_hybrid_code_ranges ? count : max_hybrid_code_ranges;
    if (held < range_count_) range_count_ = static_cast<uint32_t>(held);
    if (range_count_ != count && !defect) defect = {error_code::pe_chpe_metadata_unreadable, in_.offset(rva).value};
  }

  mapped_reader in_;
  uint64_t ranges_ = 0;
  uint32_t range_count_ = 0;
};

}

#endif

// ==== bartizan/pe/relocations.hpp ====
#ifndef BARTIZAN_PE_RELOCATIONS_HPP
#define BARTIZAN_PE_RELOCATIONS_HPP

namespace BARTIZAN_NAMESPACE::pe {

inline constexpr uint32_t relocation_block_header_size_bytes = 8;

/// IMAGE_REL_BASED_*, those of the machines that Windows runs on.
enum : uint8_t {
  relocation_absolute = 0,  ///< padding
  relocation_high = 1,
  relocation_low = 2,
  relocation_highlow = 3,
  relocation_highadj = 4,
  relocation_arm_mov32 = 5,
  relocation_thumb_mov32 = 7,
  relocation_dir64 = 10,
};

struct base_relocation {
  uint8_t type = 0;
  uint32_t rva = 0;  ///< of the field that the loader changes
};

/// The relocations of one page of 4 KiB.
struct relocation_block {
  uint32_t page_rva = 0;
  uint32_t size_bytes = 0;  ///< SizeOfBlock, header included
  uint64_t offset = 0;      ///< of the block in the file
  bytes entries;            ///< clipped to what is in the file
  error defect;             ///< pe_relocation_block_cut

  [[nodiscard]] constexpr uint32_t size() const noexcept { return static_cast<uint32_t>(entries.size / 2); }
  [[nodiscard]] constexpr base_relocation operator[](uint32_t i) const noexcept {
    const uint16_t entry = reader{entries}.u16(uint64_t{2} * i);
    return {static_cast<uint8_t>(entry >> 12), page_rva + (entry & 0xfffu)};
  }
};

/// The base relocation directory, block by block: linear in its bytes, each of which belongs to one block. `next` until it
/// says false; then `stopped` is none, pe_relocation_directory_cut, pe_relocation_block_size or pe_relocation_block_rva.
class relocation_cursor {
 public:
  constexpr explicit relocation_cursor(const image& image) noexcept : image_(&image), in_(image) {
    const image_data_directory directory = image.directory(directory_entry::base_reloc);
    at_ = directory.virtual_address;
    end_ = at_ == 0 ? 0 : at_ + directory.size;
  }

  [[nodiscard]] constexpr bool next(relocation_block& out) noexcept {
    if (at_ >= end_) return false;
    const bytes raw = in_.sub(at_, relocation_block_header_size_bytes);
    const location where = in_.offset(at_);
    const uint64_t blame = where.known ? where.value : image_->directory_offset(directory_entry::base_reloc);
    if (raw.size < relocation_block_header_size_bytes) return stop(error_code::pe_relocation_directory_cut, blame);
    out = {};
    out.offset = where.value;
    out.page_rva = reader{raw}.u32(0);
    out.size_bytes = reader{raw}.u32(4);
    if (out.page_rva == 0 && out.size_bytes == 0) return stop(error_code::none, 0);  // padding behind the last block
    if (out.page_rva > image_->optional.size_of_image) return stop(error_code::pe_relocation_block_rva, blame);
    if (out.size_bytes < relocation_block_header_size_bytes || out.size_bytes > image_->optional.size_of_image) {
      return stop(error_code::pe_relocation_block_size, blame + 4);
    }
    const uint64_t entries_size = out.size_bytes - relocation_block_header_size_bytes;
    out.entries = in_.sub(at_ + relocation_block_header_size_bytes, entries_size);
    if (out.entries.size < entries_size) out.defect = {error_code::pe_relocation_block_cut, blame + 4};
    at_ += out.size_bytes;
    return true;
  }

  error stopped;

 private:
  constexpr bool stop(error_code code, uint64_t offset) noexcept {
    stopped = {code, offset};
    at_ = end_;
    return false;
  }

  const image* image_;
  mapped_reader in_;
  uint64_t at_ = 0;
  uint64_t end_ = 0;
};

}

#endif

// ==== bartizan/pe/rich_header.hpp ====
#ifndef BARTIZAN_PE_RICH_HEADER_HPP
#define BARTIZAN_PE_RICH_HEADER_HPP

namespace BARTIZAN_NAMESPACE::pe {

/// How far into the file the header is searched for. Microsoft's linker puts it at 0x80, behind its DOS stub.
inline constexpr uint32_t rich_header_search_bytes = 0x10000;

/// A tool and the number of objects that it made for this image.
struct rich_entry {
  uint16_t product = 0;  ///< ProdID: which compiler, assembler or linker
  uint16_t build = 0;
  uint32_t count = 0;

  [[nodiscard]] constexpr uint32_t comp_id() const noexcept { return uint32_t{product} << 16 | build; }
};

/// The Rich header: undocumented, written by Microsoft's linker between the DOS stub and the NT headers, every word XORed
/// with a checksum over both. `present` is false where there is none, or where `defect` says why it cannot be decoded.
struct rich_header {
  bytes encoded_entries;
  uint64_t offset = 0;     ///< of the "DanS" signature in the file
  uint64_t end_offset = 0; ///< behind the key
  uint32_t key = 0;        ///< the checksum that is stored in the file
  bool present = false;
  bool checksum_matches = false;  ///< false: the stub or the entries were changed after linking
  error defect;            ///< pe_rich_header_invalid, pe_rich_header_checksum

  [[nodiscard]] constexpr uint32_t size() const noexcept { return static_cast<uint32_t>(encoded_entries.size / 8); }
  [[nodiscard]] constexpr rich_entry operator[](uint32_t i) const noexcept {
    const uint32_t id = reader{encoded_entries}.u32(uint64_t{8} * i) ^ key;
    return {static_cast<uint16_t>(id >> 16), static_cast<uint16_t>(id), reader{encoded_entries}.u32(uint64_t{8} * i + 4) ^ key};
  }
};

namespace detail {

[[nodiscard]] constexpr uint32_t rotate_left(uint32_t value, uint32_t by) noexcept {
  by &= 31;
  return by == 0 ? value : value << by | value >> (32 - by);
}

[[nodiscard]] constexpr uint32_t rich_checksum(reader in, const rich_header& h) noexcept {
  uint32_t sum = static_cast<uint32_t>(h.offset);
  for (uint32_t i = 0; i < h.offset; ++i) {
    if (i < e_lfanew_offset || i >= e_lfanew_offset + 4) sum += rotate_left(in.u8(i), i);  // e_lfanew counts as zero
  }
  for (uint32_t i = 0; i < h.size(); ++i) sum += rotate_left(h[i].comp_id(), h[i].count);
  return sum;
}

}

[[nodiscard]] constexpr rich_header read_rich_header(const image& image) noexcept {
  constexpr uint32_t rich = 0x68636952;
  constexpr uint32_t dans = 0x536e6144;
  const reader in{image.file};
  rich_header out;
  const uint64_t nt = image.dos.e_lfanew < rich_header_search_bytes ? image.dos.e_lfanew : rich_header_search_bytes;
  uint64_t tail = dos_header_size_bytes;
  while (tail + 8 <= nt && in.u32(tail) != rich) tail += 4;
  if (tail + 8 > nt) return out;
  out.key = in.u32(tail + 4);
  out.end_offset = tail + 8;
  uint64_t head = tail;
  while (head >= dos_header_size_bytes + 4 && (in.u32(head - 4) ^ out.key) != dans) head -= 4;
  if (head < dos_header_size_bytes + 4 || head + 12 > tail || in.u32(head) != out.key || in.u32(head + 4) != out.key ||
    in.u32(head + 8) != out.key) {
    out.defect = {error_code::pe_rich_header_invalid, tail};
    return out;
  }
  out.present = true;
  out.offset = head - 4;
  out.encoded_entries = in.sub(head + 12, tail - head - 12);
  out.checksum_matches = detail::rich_checksum(in, out) == out.key;
  if (!out.checksum_matches) out.defect = {error_code::pe_rich_header_checksum, tail + 4};
  return out;
}

}

#endif

// ==== bartizan/pe/tls.hpp ====
#ifndef BARTIZAN_PE_TLS_HPP
#define BARTIZAN_PE_TLS_HPP

namespace BARTIZAN_NAMESPACE::pe {

/// Callbacks that are read. Compilers write up to four.
inline constexpr uint32_t max_tls_callbacks = 256;

/// IMAGE_TLS_DIRECTORY32 and 64 in one. Addresses are virtual, not RVAs.
struct image_tls_directory {
  uint64_t start_address_of_raw_data = 0;
  uint64_t end_address_of_raw_data = 0;
  uint64_t address_of_index = 0;
  uint64_t address_of_callbacks = 0;
  uint32_t size_of_zero_fill = 0;
  uint32_t characteristics = 0;
};

/// The TLS directory and its callbacks, which run before the entry point. `present` is false where the image has none, or
/// where `defect` is pe_tls_directory_cut; pe_tls_callbacks_unreadable may appear once the callbacks have been walked.
class tls_directory {
 public:
  constexpr explicit tls_directory(const image& image) noexcept : image_(&image), in_(image) {
    const uint32_t rva = image.directory(directory_entry::tls).virtual_address;
    if (rva == 0) return;
    const unsigned width = image.pointer_size_bytes();
    const bytes raw = in_.sub(rva, 4 * width + 8);
    if (raw.size < 4 * width + 8) {
      defect = {error_code::pe_tls_directory_cut, image.directory_offset(directory_entry::tls)};
      return;
    }
    present = true;
    offset = in_.offset(rva).value;
    const reader f{raw};
    const auto pointer = [&f, width](unsigned i) { return width == 8 ? f.u64(8 * i) : f.u32(4 * i); };
    fields = {pointer(0), pointer(1), pointer(2), pointer(3), f.u32(4 * width), f.u32(4 * width + 4)};
    if (fields.address_of_callbacks == 0) return;
    callbacks_ = fields.address_of_callbacks - image.optional.image_base;
    left_ = max_tls_callbacks;
  }

  bool present = false;
  uint64_t offset = 0;  ///< of the directory in the file
  image_tls_directory fields;
  error defect;

  /// The RVA of the next callback, in the order in which the loader calls them; false behind the last.
  [[nodiscard]] constexpr bool next_callback(uint64_t& rva) noexcept {
    if (left_ == 0) return false;
    const unsigned width = image_->pointer_size_bytes();
    const uint64_t address = width == 8 ? in_.u64(callbacks_) : in_.u32(callbacks_);
    const bool readable = in_.has(callbacks_, width);
    callbacks_ += width;
    --left_;
    if (readable && address != 0 && left_ != 0) {
      rva = address - image_->optional.image_base;
      return true;
    }
    if (!readable || address != 0) {
      defect = {error_code::pe_tls_callbacks_unreadable, offset + 3 * width};
    }
    left_ = 0;
    return false;
  }

 private:
  const image* image_;
  mapped_reader in_;
  uint64_t callbacks_ = 0;  ///< RVA of the next table entry
  uint32_t left_ = 0;
};

}

#endif

// ==== bartizan/pe/resources.hpp ====
#ifndef BARTIZAN_PE_RESOURCES_HPP
#define BARTIZAN_PE_RESOURCES_HPP

namespace BARTIZAN_NAMESPACE::pe {

/// Nested directories that are followed. Windows looks for resources three deep: type, name, language.
inline constexpr uint32_t max_resource_depth = 8;
/// Directory entries that are read of one image, as by the reference parser.
inline constexpr uint32_t max_resource_entries = 0x8000;

/// RT_*, the types of level 0 that say something about a program.
enum : uint32_t {
  resource_cursor_type = 1,
  resource_bitmap = 2,
  resource_icon = 3,
  resource_dialog = 5,
  resource_string = 6,
  resource_rcdata = 10,
  resource_group_icon = 14,
  resource_version = 16,
  resource_manifest = 24,
};

/// The key of an entry at one level: a number or a name.
struct resource_key {
  uint32_t id = 0;
  bool is_name = false;
  bytes name;  ///< UTF-16LE, two bytes a code unit, without terminator; may lie at an odd offset
};

/// A resource: a leaf of the tree.
struct resource {
  resource_key type, name, language;  ///< keys of the first three levels; those below `depth` are empty
  uint32_t depth = 0;                 ///< levels above the data; 3 in every file that a tool made
  uint32_t data_rva = 0;
  uint32_t size_bytes = 0;            ///< as claimed
  uint32_t code_page = 0;
  uint64_t entry_offset = 0;          ///< of the IMAGE_RESOURCE_DATA_ENTRY in the file
  uint64_t data_offset = 0;           ///< of `data` in the file, 0 where there is none
  bytes data;                         ///< clipped to what is in the file
  error defect;                       ///< pe_resource_data_cut
};

/// The leaves of the resource tree, depth first in the order of the tables. A subtree that cannot be read is left out and the
/// walk goes on beside it; `defect` then holds the first such break: pe_resource_directory_cut, pe_resource_loop,
/// pe_resource_depth, pe_resource_limit, pe_resource_name_cut.
class resource_cursor {
 public:
  constexpr explicit resource_cursor(const image& image) noexcept : tree_(image), data_(image) {
    base_ = image.directory(directory_entry::resource).virtual_address;
    if (base_ != 0) enter(0, image.directory_offset(directory_entry::resource));
  }

  [[nodiscard]] constexpr bool next(resource& out) noexcept {
    while (depth_ != 0) {
      level& here = levels_[depth_ - 1];
      if (here.left == 0) {
        --depth_;
        continue;
      }
      const uint64_t rva = here.next_rva;
      const location where = tree_.offset(rva);
      if (!tree_.has(rva, entry_size_bytes)) {
        blame(error_code::pe_resource_directory_cut, where.known ? where.value : here.offset);
        here.left = 0;
        continue;
      }
      if (entries_++ == max_resource_entries) {
        blame(error_code::pe_resource_limit, where.value);
        depth_ = 0;
        return false;
      }
      --here.left;
      here.next_rva += entry_size_bytes;
      const uint32_t name = tree_.u32(rva);
      const uint32_t target = tree_.u32(rva + 4);
      here.key = key(name, where.value);
      if ((target & high_bit) != 0) {
        enter(target & ~high_bit, where.value + 4);
      } else if (leaf(target, where.value + 4, out)) {
        return true;
      }
    }
    return false;
  }

  error defect;

 private:
  static constexpr uint32_t high_bit = 0x80000000;
  static constexpr uint32_t directory_size_bytes = 16;
  static constexpr uint32_t entry_size_bytes = 8;
  static constexpr uint32_t data_entry_size_bytes = 16;

  struct level {
    uint64_t next_rva = 0;
    uint64_t offset = 0;     ///< of the directory in the file
    uint32_t directory = 0;  ///< offset from the tree's beginning
    uint32_t left = 0;
    resource_key key;        ///< of the entry that was read last
  };

  constexpr void blame(error_code code, uint64_t offset) noexcept {
    if (!defect) defect = {code, offset};
  }

  constexpr void enter(uint32_t directory, uint64_t entry_offset) noexcept {
    for (uint32_t i = 0; i < depth_; ++i) {
      if (levels_[i].directory == directory) return blame(error_code::pe_resource_loop, entry_offset);
    }
    if (depth_ == max_resource_depth) return blame(error_code::pe_resource_depth, entry_offset);
    const uint64_t rva = uint64_t{base_} + directory;
    if (!tree_.has(rva, directory_size_bytes)) return blame(error_code::pe_resource_directory_cut, entry_offset);
    level& below = levels_[depth_++];
    below = {};
    below.directory = directory;
    below.offset = tree_.offset(rva).value;
    below.next_rva = rva + directory_size_bytes;
    below.left = uint32_t{tree_.u16(rva + 12)} + tree_.u16(rva + 14);  // named entries, then numbered ones
  }

  [[nodiscard]] constexpr resource_key key(uint32_t name, uint64_t entry_offset) noexcept {
    if ((name & high_bit) == 0) return {name, false, {}};
    const uint64_t rva = uint64_t{base_} + (name & ~high_bit);
    const uint64_t size_bytes = uint64_t{2} * tree_.u16(rva);
    resource_key out{0, true, tree_.sub(rva + 2, size_bytes)};
    if (!tree_.has(rva, 2) || out.name.size < size_bytes) blame(error_code::pe_resource_name_cut, entry_offset);
    return out;
  }

  [[nodiscard]] constexpr bool leaf(uint32_t entry, uint64_t entry_offset, resource& out) noexcept {
    const uint64_t rva = uint64_t{base_} + entry;
    if (!tree_.has(rva, data_entry_size_bytes)) {
      blame(error_code::pe_resource_directory_cut, entry_offset);
      return false;
    }
    out = {};
    out.depth = depth_;
    out.type = levels_[0].key;
    if (depth_ > 1) out.name = levels_[1].key;
    if (depth_ > 2) out.language = levels_[2].key;
    out.entry_offset = tree_.offset(rva).value;
    out.data_rva = tree_.u32(rva);
    out.size_bytes = tree_.u32(rva + 4);
    out.code_page = tree_.u32(rva + 8);
    out.data = data_.sub(out.data_rva, out.size_bytes);
    out.data_offset = data_.offset(out.data_rva).value;
    if (out.data.size < out.size_bytes) out.defect = {error_code::pe_resource_data_cut, out.entry_offset};
    return true;
  }

  mapped_reader tree_, data_;
  level levels_[max_resource_depth]{};
  uint32_t base_ = 0;
  uint32_t depth_ = 0;
  uint32_t entries_ = 0;
};

/// The first resource of a numbered type (RT_VERSION, RT_MANIFEST) in `out`, or false.
[[nodiscard]] constexpr bool find_resource(const image& image, uint32_t type, resource& out) noexcept {
  resource_cursor all(image);
  while (all.next(out)) {
    if (!out.type.is_name && out.type.id == type) return true;
  }
  out = {};
  return false;
}

}

#endif

// ==== bartizan/pe/version_info.hpp ====
#ifndef BARTIZAN_PE_VERSION_INFO_HPP
#define BARTIZAN_PE_VERSION_INFO_HPP

/// VS_VERSIONINFO, the contents of an RT_VERSION resource: a tree of blocks {length, value length, type, key, value, blocks}.
namespace BARTIZAN_NAMESPACE::pe {

/// Blocks that one walk over the strings reads.
inline constexpr uint32_t max_version_blocks = 0x1000;

/// VS_FIXEDFILEINFO. Versions are four 16-bit numbers, the first in the highest bits.
struct fixed_file_info {
  uint64_t file_version = 0;
  uint64_t product_version = 0;
  uint32_t struct_version = 0;
  uint32_t file_flags_mask = 0;
  uint32_t file_flags = 0;
  uint32_t file_os = 0;
  uint32_t file_type = 0;
  uint32_t file_subtype = 0;
  uint64_t file_date = 0;
};

/// One block of the tree. Texts are UTF-16LE bytes without terminator.
struct version_block {
  bytes key;
  bytes value;     ///< of a text block: up to its first zero code unit
  bytes children;  ///< begins at a multiple of 4 bytes from the resource's beginning
  bool is_text = false;
};

/// Blocks that stand one behind the other. `next` until it says false; `broken` then tells a length that leads nowhere from
/// the end of the data.
class version_block_cursor {
 public:
  constexpr version_block_cursor() noexcept = default;
  constexpr explicit version_block_cursor(bytes blocks) noexcept : in_{blocks} {}

  [[nodiscard]] constexpr bool next(version_block& out) noexcept {
    constexpr uint32_t header_size_bytes = 6;
    if (!in_.has(at_, header_size_bytes)) return false;
    const uint16_t length = in_.u16(at_);
    if (length < header_size_bytes) {
      broken = length != 0;
      return false;
    }
    const uint64_t end = at_ + length < in_.data.size ? at_ + length : in_.data.size;
    const uint16_t value_length = in_.u16(at_ + 2);
    out.is_text = in_.u16(at_ + 4) == 1;
    const uint64_t key = at_ + header_size_bytes;
    const uint64_t key_end = text_end(key, end);
    out.key = in_.sub(key, key_end - key);
    const uint64_t value = clip(align(key_end + 2), end);
    const uint64_t value_end = clip(value + (out.is_text ? uint64_t{2} * value_length : value_length), end);
    out.value = in_.sub(value, (out.is_text ? text_end(value, value_end) : value_end) - value);
    const uint64_t children = clip(align(value_end), end);
    out.children = in_.sub(children, end - children);
    at_ = align(at_ + length);
    return true;
  }

  bool broken = false;

 private:
  [[nodiscard]] static constexpr uint64_t align(uint64_t at) noexcept { return (at + 3) & ~uint64_t{3}; }
  [[nodiscard]] static constexpr uint64_t clip(uint64_t at, uint64_t end) noexcept { return at < end ? at : end; }
  [[nodiscard]] constexpr uint64_t text_end(uint64_t at, uint64_t end) const noexcept {
    while (at + 2 <= end && in_.u16(at) != 0) at += 2;
    return at;
  }

  reader in_;
  uint64_t at_ = 0;
};

namespace detail {

[[nodiscard]] constexpr bool spells_utf16(bytes utf16, const char* ascii) noexcept {
  size_t i = 0;
  for (; ascii[i] != 0; ++i) {
    if (2 * i + 1 >= utf16.size || utf16[2 * i] != static_cast<uint8_t>(ascii[i]) || utf16[2 * i + 1] != 0) return false;
  }
  return utf16.size == 2 * i;
}

}

struct version_string {
  bytes language;  ///< eight hexadecimal digits: language and code page
  bytes key;       ///< "CompanyName", "OriginalFilename", ...
  bytes value;
};

/// The version information of an image. `present` is false where it has none; a present one may still be broken inside, which
/// `defect` says: pe_version_info_invalid.
class version_info {
 public:
  constexpr explicit version_info(const image& image) noexcept {
    if (!find_resource(image, resource_version, resource_)) return;
    version_block_cursor root(resource_.data);
    version_block block;
    if (!root.next(block) || !detail::spells_utf16(block.key, "VS_VERSION_INFO")) {
      defect = {error_code::pe_version_info_invalid, resource_.data_offset};
      return;
    }
    present = true;
    files_ = version_block_cursor(block.children);
    constexpr uint32_t signature = 0xfeef04bd;
    const reader f{block.value};
    if (!f.has(0, 52) || f.u32(0) != signature) return;
    has_fixed = true;
    const auto pair = [&f](uint64_t at) { return uint64_t{f.u32(at)} << 32 | f.u32(at + 4); };
    fixed = {pair(8),   pair(16),  f.u32(4),  f.u32(24), f.u32(28),
        f.u32(32), f.u32(36), f.u32(40), pair(44)};
  }

  bool present = false;
  bool has_fixed = false;
  fixed_file_info fixed;
  error defect;

  /// The next string of the next string table, in the order of the file; false behind the last.
  [[nodiscard]] constexpr bool next(version_string& out) noexcept {
    version_block block;
    while (blocks_++ < max_version_blocks) {
      if (strings_.next(block)) {
        out = {language_, block.key, block.value};
        return true;
      }
      if (tables_.next(block)) {
        language_ = block.key;
        strings_ = version_block_cursor(block.children);
      } else if (files_.next(block)) {
        const bool has_strings = detail::spells_utf16(block.key, "StringFileInfo");
        tables_ = version_block_cursor(has_strings ? block.children : bytes{});
      } else {
        break;
      }
    }
    if (strings_.broken || tables_.broken || files_.broken) {
      defect = {error_code::pe_version_info_invalid, resource_.data_offset};
    }
    return false;
  }

 private:
  resource resource_;
  version_block_cursor files_, tables_, strings_;
  bytes language_;
  uint32_t blocks_ = 0;
};

/// The value of a string such as "OriginalFilename" in the first table that has it, as UTF-16LE bytes; empty where none has.
[[nodiscard]] constexpr bytes find_version_string(const image& image, const char* key) noexcept {
  version_info all(image);
  for (version_string s; all.next(s);) {
    if (detail::spells_utf16(s.key, key)) return s.value;
  }
  return {};
}

}

#endif

// ==== bartizan/pe/directories.hpp ====
#ifndef BARTIZAN_PE_DIRECTORIES_HPP
#define BARTIZAN_PE_DIRECTORIES_HPP

/// Every directory of an image, read to its end.
namespace BARTIZAN_NAMESPACE::pe {

/// How much of each directory could be read.
struct directory_counts {
  uint32_t import_modules = 0;
  uint32_t import_symbols = 0;
  uint32_t delay_import_modules = 0;
  uint32_t delay_import_symbols = 0;
  uint32_t bound_imports = 0;
  uint32_t export_names = 0;
  uint32_t export_addresses = 0;  ///< empty slots of the table not counted
  uint32_t resources = 0;
  uint32_t version_strings = 0;
  uint32_t debug_entries = 0;
  uint32_t relocation_blocks = 0;
  uint32_t relocations = 0;  ///< padding counted
  uint32_t runtime_functions = 0;
  uint32_t tls_callbacks = 0;
  uint32_t rich_entries = 0;
  uint32_t clr_streams = 0;
  uint32_t certificates = 0;
};

namespace detail {

template <class Report>
struct defect_sink {
  Report& report;
  constexpr void operator()(error e) const noexcept {
    if (e) report(e);
  }
};

template <class Cursor, class Module, class Sink>
constexpr void walk_modules(const image& image, uint32_t& module_count, uint32_t& symbol_count, const Sink& sink) noexcept {
  Cursor modules(image);
  for (Module module; modules.next(module); ++module_count) {
    sink(module.defect);
    auto symbols = modules.symbols(module);
    for (import_symbol symbol; symbols.next(symbol); ++symbol_count) sink(symbol.defect);
    sink(symbols.stopped);
  }
  sink(modules.stopped);
}

template <class Sink>
constexpr void walk_exports(const image& image, directory_counts& counts, const Sink& sink) noexcept {
  export_table exports(image);
  sink(exports.defect);
  for (uint32_t i = 0; i < exports.name_count(); ++i, ++counts.export_names) sink(exports.named(i).defect);
  for (uint32_t i = 0; i < exports.address_count(); ++i) counts.export_addresses += exports.address(i).address_rva != 0;
}

template <class Sink>
constexpr void walk_resources(const image& image, directory_counts& counts, const Sink& sink) noexcept {
  resource_cursor resources(image);
  for (resource r; resources.next(r); ++counts.resources) sink(r.defect);
  sink(resources.defect);
  version_info version(image);
  for (version_string s; version.next(s);) ++counts.version_strings;
  sink(version.defect);
}

template <class Sink>
constexpr void walk_code_tables(const image& image, directory_counts& counts, const Sink& sink) noexcept {
  relocation_cursor blocks(image);
  for (relocation_block b; blocks.next(b); ++counts.relocation_blocks) {
    counts.relocations += b.size();
    sink(b.defect);
  }
  sink(blocks.stopped);
  runtime_function_cursor functions(image);
  for (runtime_function f; functions.next(f); ++counts.runtime_functions) sink(f.defect);
  sink(functions.stopped);
  tls_directory tls(image);
  for (uint64_t rva = 0; tls.next_callback(rva);) ++counts.tls_callbacks;
  sink(tls.defect);
  sink(load_config(image).defect);
  clr_header clr(image);
  for (clr_stream s; clr.next_stream(s);) ++counts.clr_streams;
  sink(clr.defect);
}

template <class Sink>
constexpr void walk_origin(const image& image, directory_counts& counts, const Sink& sink) noexcept {
  debug_cursor debug(image);
  for (debug_entry d; debug.next(d); ++counts.debug_entries) sink(d.defect);
  sink(debug.stopped);
  const rich_header rich = read_rich_header(image);
  counts.rich_entries = rich.size();
  sink(rich.defect);
  certificate_cursor certificates(image);
  for (win_certificate c; certificates.next(c);) ++counts.certificates;
  sink(certificates.stopped);
}

}

/// Reads every directory to its end, calls `report(error)` for every break in them, and counts what could be read. Nothing is
/// kept. Work is bounded by the limits of each directory's header and otherwise linear in the file. For breaks in the headers
/// and the section table see `for_each_defect`.
template <class Report>
constexpr directory_counts walk_directories(const image& image, Report&& report) noexcept {
  const detail::defect_sink<Report> sink{report};
  directory_counts counts;
  detail::walk_modules<import_cursor, import_module>(image, counts.import_modules, counts.import_symbols, sink);
  detail::walk_modules<delay_import_cursor, delay_import_module>(image, counts.delay_import_modules,
                                 counts.delay_import_symbols, sink);
  bound_import_cursor bound(image);
  for (bound_import b; bound.next(b);) ++counts.bound_imports;
  sink(bound.stopped);
  detail::walk_exports(image, counts, sink);
  detail::walk_resources(image, counts, sink);
  detail::walk_code_tables(image, counts, sink);
  detail::walk_origin(image, counts, sink);
  return counts;
}

}

#endif

// ==== bartizan/pe/overlay.hpp ====
#ifndef BARTIZAN_PE_OVERLAY_HPP
#define BARTIZAN_PE_OVERLAY_HPP

namespace BARTIZAN_NAMESPACE::pe {

/// What follows the image in its file: installers' payloads, and the certificate table of a signed file.
struct overlay {
  uint64_t offset = 0;
  bytes data;      ///< as the reference parser counts it: with the certificate table; empty where nothing follows
  bytes appended;  ///< the part before the certificate table, or all where that does not lie in `data`
};

/// The image ends behind the last of the optional header, the sections' raw data and the directories, of those that end
/// inside the file; section offsets are not rounded here.
[[nodiscard]] constexpr overlay find_overlay(const image& image) noexcept {
  uint64_t end = 0;
  const auto reach = [&end, &image](uint64_t offset, uint64_t size_bytes) {
    if (offset + size_bytes <= image.file.size && offset + size_bytes > end) end = offset + size_bytes;
  };
  reach(image.optional_header_offset(), image.coff.size_of_optional_header);
  for (const section& s : image.sections) reach(s.header.pointer_to_raw_data, s.header.size_of_raw_data);
  const image_data_directory certificates = image.directory(directory_entry::security);
  for (uint8_t i = 0; i < max_data_directories; ++i) {
    if (i == static_cast<uint8_t>(directory_entry::security)) continue;
    const image_data_directory directory = image.optional.data_directory[i];
    const section_lookup owner = section_of_rva(image, directory.virtual_address);
    const uint64_t within = uint64_t{directory.virtual_address} - owner.where.rva;
    reach(owner.found ? owner.where.raw_offset + within : directory.virtual_address, directory.size);
  }
  overlay out{end, reader{image.file}.sub(end, UINT64_MAX), {}};
  const bool signed_behind = certificates.size != 0 && certificates.virtual_address >= end;
  out.appended = signed_behind ? out.data.sub(0, static_cast<size_t>(certificates.virtual_address - end)) : out.data;
  return out;
}

}

#endif

// ==== bartizan/lists/format.hpp ====
#ifndef BARTIZAN_LISTS_FORMAT_HPP
#define BARTIZAN_LISTS_FORMAT_HPP

/// The list file, .bzl: little-endian, used in place (mapped file or caller's memory), nothing is unpacked at load. One list has
/// exactly one sequence of bytes: entries are sorted and every table's place follows from the counts. docs/lists.md describes it
/// field by field.
namespace BARTIZAN_NAMESPACE::lists {

/// What a list does to a file that one of its entries names. One file holds one kind, since each kind has another author.
enum class list_kind : uint8_t {
  none,
  block,
  suppression,   ///< the vendor's: detections known to be false
  local_allow,   ///< of this endpoint
  global_allow,  ///< of the customer, for every endpoint
};
inline constexpr uint32_t list_kind_count = 4;

/// What an entry names a file by, the strongest first (rules.md A): a smaller number wins.
enum class key_kind : uint8_t {
  none,
  file_sha256,
  authenticode_sha256,        ///< survives what may be added to a signed file, e.g. a tagged installer's certificate table
  certificate_original_name,  ///< TBS SHA-256 and the version resource's OriginalFilename
  certificate,                ///< TBS SHA-256
  certificate_path,
  certificate_name,
  path,  ///< alone only lowers a detection to an event
  name,  ///< as path
};
inline constexpr uint32_t key_kind_count = 8;

[[nodiscard]] constexpr bool has_digest(key_kind k) noexcept { return k >= key_kind::file_sha256 && k <= key_kind::certificate_name; }
[[nodiscard]] constexpr bool has_text(key_kind k) noexcept {
  return k == key_kind::certificate_original_name || (k >= key_kind::certificate_path && k <= key_kind::name);
}
/// Names a file that anybody may put there: no proof of what is in it.
[[nodiscard]] constexpr bool only_lowers(key_kind k) noexcept { return k == key_kind::path || k == key_kind::name; }
[[nodiscard]] constexpr bool admits(list_kind l, key_kind k) noexcept {
  return !only_lowers(k) || l == list_kind::local_allow || l == list_kind::global_allow;
}

namespace format {

inline constexpr uint32_t magic = 0x314c5a42;  // "BZL1"
inline constexpr uint16_t version_major = 1;   // a reader refuses another
inline constexpr uint16_t version_minor = 0;
inline constexpr uint32_t alignment = 64;

/// Offsets of the header's fields. The signature is over [0, at_signature), which holds the SHA-256 of all that follows the
/// header; the header's own SHA-256 covers the signature too, so no byte of a list is outside a digest.
enum : uint64_t {
  at_magic = 0,           // u32
  at_version_major = 4,   // u16
  at_version_minor = 6,   // u16
  at_size_bytes = 8,      // u64: of the whole file
  at_kind = 16,           // u32: list_kind
  at_entry_count = 20,    // u32: of all sections
  at_list_version = 24,   // u64: only ever rises
  at_texts_offset = 32,   // u64
  at_texts_size = 40,     // u64: bytes, to the end of the file
  at_reserved = 48,       // 16 bytes, zero
  at_sections = 64,       // a row for each key kind, in its order
  at_body_sha256 = 256,   // 32 bytes: of [header_size_bytes, end)
  at_signature = 288,     // 64 bytes: Ed25519; all zero for an unsigned list
  at_header_sha256 = 352, // 32 bytes: of [0, at_header_sha256)
  header_size_bytes = 384,
  signature_size_bytes = 64,
};

/// Section row, 24 bytes. Both offsets are zero where the section is empty.
enum : uint64_t {
  at_section_records = 0,  // u64
  at_section_index = 8,    // u64
  at_section_count = 16,   // u32
  at_section_reserved = 20,
  section_size_bytes = 24,
};

/// Record, 64 bytes: one cache line where the list lies at such an address. Text offsets are from texts_offset, sizes in bytes.
enum : uint64_t {
  at_digest = 0,           // 32 bytes; of a path or name: its folded_hash, big-endian, and zeros
  at_expires = 32,         // u64: FILETIME, the last instant at which the entry counts
  at_text_offset = 40,     // u32: the key's text, UTF-16LE, upper case
  at_author_offset = 44,   // u32: UTF-8
  at_reason_offset = 48,   // u32: UTF-8
  at_text_size = 52,       // u16
  at_author_size = 54,     // u16
  at_reason_size = 56,     // u16
  at_record_reserved = 58, // 6 bytes, zero
  record_size_bytes = 64,
};
inline constexpr size_t record_stride = record_size_bytes;  ///< for addresses

inline constexpr uint32_t max_entries = 1u << 26;  ///< of one section

/// Index of a section of `count` entries: for each value of the digest's first index_bits bits the first record that has it or a
/// larger one, and the count behind the last; u32 each, padded with zeros.
[[nodiscard]] constexpr uint32_t index_bits(uint32_t count) noexcept {
  uint32_t bits = 0;
  while ((uint64_t{1} << bits) < count) ++bits;
  return bits;
}
[[nodiscard]] constexpr uint64_t aligned(uint64_t size) noexcept { return (size + alignment - 1) & ~uint64_t{alignment - 1}; }
[[nodiscard]] constexpr uint64_t index_size_bytes(uint32_t count) noexcept {
  return count == 0 ? 0 : aligned(((uint64_t{1} << index_bits(count)) + 1) * 4);
}
[[nodiscard]] constexpr uint32_t bucket_of(uint64_t prefix, uint32_t bits) noexcept {
  return bits == 0 ? 0 : static_cast<uint32_t>(prefix >> (64 - bits));
}

}

}

#endif

// ==== bartizan/lists/key.hpp ====
#ifndef BARTIZAN_LISTS_KEY_HPP
#define BARTIZAN_LISTS_KEY_HPP

namespace BARTIZAN_NAMESPACE::lists {

[[nodiscard]] constexpr uint64_t big_endian_64(const uint8_t* p) noexcept {
  return uint64_t{bartizan::detail::big_endian_word(p)} << 32 | bartizan::detail::big_endian_word(p + 4);
}

/// UTF-16LE bytes at any address, as they lie in a list.
struct encoded_text {
  bytes units;
  [[nodiscard]] constexpr uint32_t size() const noexcept { return static_cast<uint32_t>(units.size / 2); }
  [[nodiscard]] constexpr char16_t operator[](uint32_t i) const noexcept {
    return static_cast<char16_t>(units[2 * size_t{i}] | units[2 * size_t{i} + 1] << 8);
  }
};

/// FNV-1a of the upper-cased code units, then mixed so that its first bits spread as a digest's do; big-endian, and zeros behind
/// it. Stands in the digest's place of a path or name. `Text` has `operator[]`.
template <class Text>
[[nodiscard]] constexpr sha256_digest digest_of_text(const Text& t, uint32_t size) noexcept {
  uint64_t hash = hash_text({});
  for (uint32_t i = 0; i < size; ++i) {
    const char16_t c = upcase(t[i]);
    hash = hash_text({&c, 1}, hash);
  }
  hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdu;
  hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53u;
  hash ^= hash >> 33;
  sha256_digest out;
  for (uint32_t i = 0; i < 8; ++i) out.bytes[i] = static_cast<uint8_t>(hash >> (56 - 8 * i));
  return out;
}
[[nodiscard]] constexpr sha256_digest digest_of_text(text t) noexcept { return digest_of_text(t, t.size); }
[[nodiscard]] constexpr sha256_digest digest_of_text(const encoded_text& t) noexcept { return digest_of_text(t, t.size()); }

/// Order by digest bytes: negative, 0 or positive.
[[nodiscard]] constexpr int compare_digests(const uint8_t* a, const uint8_t* b) noexcept {
  for (uint32_t i = 0; i < 32; i += 8) {
    const uint64_t x = big_endian_64(a + i), y = big_endian_64(b + i);
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}

}

#endif

// ==== bartizan/lists/list.hpp ====
#ifndef BARTIZAN_LISTS_LIST_HPP
#define BARTIZAN_LISTS_LIST_HPP

namespace BARTIZAN_NAMESPACE::lists {

/// One entry, as views into the list.
struct entry {
  key_kind key = key_kind::none;
  sha256_digest digest;          ///< meaningless for a path or name
  encoded_text text;             ///< path, name or original name in upper case; empty for other keys
  uint64_t expires_100ns = 0;    ///< FILETIME
  bytes author;                  ///< UTF-8
  bytes reason;                  ///< UTF-8

  /// Compared with an event's time, never with a clock.
  [[nodiscard]] constexpr bool holds_at(uint64_t time_100ns) const noexcept { return time_100ns <= expires_100ns; }
};

inline constexpr uint32_t no_record = UINT32_MAX;

namespace detail {
struct list_access;
}

class list {
 public:
  constexpr list() noexcept = default;

  [[nodiscard]] constexpr list_kind kind() const noexcept { return static_cast<list_kind>(in().u32(format::at_kind)); }
  [[nodiscard]] constexpr uint64_t version() const noexcept { return in().u64(format::at_list_version); }
  [[nodiscard]] constexpr uint32_t entry_count() const noexcept { return in().u32(format::at_entry_count); }
  [[nodiscard]] constexpr uint32_t count(key_kind k) const noexcept { return section_of(k).count; }
  [[nodiscard]] constexpr bytes file() const noexcept { return file_; }

  [[nodiscard]] constexpr bytes signed_message() const noexcept { return file_.sub(0, format::at_signature); }
  [[nodiscard]] constexpr bytes signature() const noexcept {
    const bytes s = file_.sub(format::at_signature, format::signature_size_bytes);
    for (const uint8_t b : s)
      if (b != 0) return s;
    return {};
  }

  [[nodiscard]] constexpr entry at(key_kind k, uint32_t record) const noexcept {
    const reader r{file_.sub(record_offset(k, record), format::record_size_bytes)};
    entry out{k, {}, text_of(k, record), r.u64(format::at_expires), {}, {}};
    for (uint32_t i = 0; i < 32; ++i) out.digest.bytes[i] = r.u8(i);
    out.author = texts_.sub(r.u32(format::at_author_offset), r.u16(format::at_author_size));
    out.reason = texts_.sub(r.u32(format::at_reason_offset), r.u16(format::at_reason_size));
    return out;
  }

  [[nodiscard]] constexpr uint32_t find(key_kind k, const sha256_digest& digest, text words = {}) const noexcept {
    const section s = section_of(k);
    if (s.count == 0) return no_record;
    if (has_digest(k)) return search(s, k, digest.bytes, words);
    const sha256_digest hash = digest_of_text(words);
    return search(s, k, hash.bytes, words);
  }

 private:
  friend struct detail::list_access;

  struct section {
    size_t records = 0;  ///< offsets in the file
    size_t index = 0;
    uint32_t count = 0;
    uint32_t bits = 0;
  };

  [[nodiscard]] constexpr reader in() const noexcept { return {file_}; }
  [[nodiscard]] constexpr const section& section_of(key_kind k) const noexcept {
    return sections_[(static_cast<uint32_t>(k) - 1) % key_kind_count];
  }
  [[nodiscard]] constexpr size_t record_offset(key_kind k, uint32_t record) const noexcept {
    return section_of(k).records + record * format::record_stride;
  }
  [[nodiscard]] constexpr encoded_text text_of(key_kind k, uint32_t record) const noexcept {
    const reader r{file_.sub(record_offset(k, record), format::record_size_bytes)};
    return {texts_.sub(r.u32(format::at_text_offset), r.u16(format::at_text_size))};
  }
  [[nodiscard]] constexpr uint32_t index_at(const section& s, uint32_t bucket) const noexcept {
    const uint8_t* const p = file_.data + s.index + size_t{bucket} * 4;
    return uint32_t{p[0]} | uint32_t{p[1]} << 8 | uint32_t{p[2]} << 16 | uint32_t{p[3]} << 24;
  }

  [[nodiscard]] constexpr int compare(const section& s, key_kind k, uint32_t record, const uint8_t* digest, text words) const noexcept {
    const int by_digest = compare_digests(file_.data + s.records + record * format::record_stride, digest);
    if (by_digest != 0 || !has_text(k)) return by_digest;
    const encoded_text own = text_of(k, record);
    for (uint32_t i = 0; i < own.size() && i < words.size; ++i) {
      const int difference = own[i] - upcase(words[i]);
      if (difference != 0) return difference;
    }
    return own.size() < words.size ? -1 : own.size() > words.size ? 1 : 0;
  }

  [[nodiscard]] constexpr uint32_t search(const section& s, key_kind k, const uint8_t* digest, text words) const noexcept {
    const uint32_t bucket = format::bucket_of(big_endian_64(digest), s.bits);
    uint32_t first = index_at(s, bucket), end = index_at(s, bucket + 1);
    while (first < end) {
      const uint32_t middle = first + (end - first) / 2;
      const int order = compare(s, k, middle, digest, words);
      if (order == 0) return middle;
      if (order < 0) first = middle + 1;
      else end = middle;
    }
    return no_record;
  }

  bytes file_;
  bytes texts_;
  section sections_[key_kind_count] = {};
};

}

#endif

// ==== bartizan/lists/decide.hpp ====
#ifndef BARTIZAN_LISTS_DECIDE_HPP
#define BARTIZAN_LISTS_DECIDE_HPP

/// Which list has the word on a file. Precedence: block > suppression > local allow > global allow; within a list, the stronger
/// key (key_kind). What is allowed before it runs is not allowed to do everything once it runs: behaviour rules never ask here.
namespace BARTIZAN_NAMESPACE::lists {

struct known_digest {
  sha256_digest value;
  bool known = false;
};

/// What a file can be looked up by. What is not known is left out and matches nothing.
struct file_keys {
  known_digest file_sha256;
  known_digest authenticode_sha256;
  /// Only of a signer that was proven: the image is what was signed, and the signature holds under this certificate's key. A
  /// certificate can be copied from any signed file, its key cannot.
  known_digest certificate_tbs_sha256;
  text original_name;  ///< OriginalFilename of the version resource
  text path;           ///< from core's `canonicalise`; empty where that left a short name unresolved or cut the path
};

/// The strongest entry of a list that holds for a file, or key none.
struct match {
  key_kind key = key_kind::none;
  uint32_t list = 0;  ///< index into the lists given
  uint32_t record = 0;
};

struct matches {
  match block, suppression, local_allow, global_allow;
};

enum class disposition : uint8_t {
  none,
  blocked,           ///< convicted, whatever the model says
  suppressed,        ///< a detection known to be false
  allowed,
  lowered_to_event,  ///< a detection is recorded and nothing is done: only a path or a name spoke for the file
};

struct decision {
  disposition what = disposition::none;
  list_kind kind = list_kind::none;
  match by;
};

/// The precedence. An allow by something that proves the file's identity, in either list, comes before a path's or name's lowering.
[[nodiscard]] constexpr decision decide(const matches& m) noexcept {
  const auto proves = [](const match& x) { return x.key != key_kind::none && !only_lowers(x.key); };
  if (proves(m.block)) return {disposition::blocked, list_kind::block, m.block};
  if (proves(m.suppression)) return {disposition::suppressed, list_kind::suppression, m.suppression};
  if (proves(m.local_allow)) return {disposition::allowed, list_kind::local_allow, m.local_allow};
  if (proves(m.global_allow)) return {disposition::allowed, list_kind::global_allow, m.global_allow};
  if (only_lowers(m.local_allow.key)) return {disposition::lowered_to_event, list_kind::local_allow, m.local_allow};
  if (only_lowers(m.global_allow.key)) return {disposition::lowered_to_event, list_kind::global_allow, m.global_allow};
  return {};
}

/// The strongest key under which an entry holds at this time. At most eight lookups.
[[nodiscard]] constexpr match find_match(const list& l, const file_keys& keys, uint64_t time_100ns) noexcept {
  const text name = file_name(keys.path);
  const known_digest nothing{{}, true}, &certificate = keys.certificate_tbs_sha256;
  const struct {
    key_kind kind;
    const known_digest& digest;
    text words;
  } lookups[] = {
    {key_kind::file_sha256, keys.file_sha256, {}},
    {key_kind::authenticode_sha256, keys.authenticode_sha256, {}},
    {key_kind::certificate_original_name, certificate, keys.original_name},
    {key_kind::certificate, certificate, {}},
    {key_kind::certificate_path, certificate, keys.path},
    {key_kind::certificate_name, certificate, name},
    {key_kind::path, nothing, keys.path},
    {key_kind::name, nothing, name},
  };
  for (const auto& look : lookups) {
    if (!look.digest.known || (has_text(look.kind) && look.words.empty())) continue;
    const uint32_t record = l.find(look.kind, look.digest.value, look.words);
    if (record != no_record && l.at(look.kind, record).holds_at(time_100ns)) return {look.kind, 0, record};
  }
  return {};
}

/// All lists at once, of any kinds in any order; of two lists of one kind the stronger key wins, then the earlier list.
/// `time_100ns`: FILETIME of the event, against which expiry is read.
[[nodiscard]] constexpr decision decide(span<const list> all, const file_keys& keys, uint64_t time_100ns) noexcept {
  matches found;
  match* const of_kind[] = {&found.block, &found.suppression, &found.local_allow, &found.global_allow};
  for (uint32_t i = 0; i < all.size; ++i) {
    if (all[i].kind() == list_kind::none) continue;
    match now = find_match(all[i], keys, time_100ns);
    now.list = i;
    match& best = *of_kind[static_cast<uint32_t>(all[i].kind()) - 1];
    if (now.key != key_kind::none && (best.key == key_kind::none || now.key < best.key)) best = now;
  }
  return decide(found);
}

[[nodiscard]] constexpr const char* name(list_kind k) noexcept {
  switch (k) {
    case list_kind::none: return "none";
    case list_kind::block: return "block";
    case list_kind::suppression: return "suppression";
    case list_kind::local_allow: return "local_allow";
    case list_kind::global_allow: return "global_allow";
  }
  return "?";
}

}

#endif

// ==== bartizan/lists/load.hpp ====
#ifndef BARTIZAN_LISTS_LOAD_HPP
#define BARTIZAN_LISTS_LOAD_HPP

namespace BARTIZAN_NAMESPACE::lists {

namespace detail {

struct list_access {
  list out;
  reader in;

  template <class Sha256>
  [[nodiscard]] constexpr error check_digest(bytes covered, uint64_t at) const noexcept {
    const sha256_digest actual = Sha256().update(covered).finish();
    if (!equal(bytes{actual.bytes, sizeof actual.bytes}, in.sub(at, sizeof actual.bytes))) return {error_code::list_digest_mismatch, at};
    return {};
  }

  [[nodiscard]] constexpr error check_zeros(uint64_t begin, uint64_t end) const noexcept {
    for (uint64_t at = begin; at < end; ++at)
      if (in.u8(at) != 0) return {error_code::list_reserved_not_zero, at};
    return {};
  }

  template <class Sha256>
  [[nodiscard]] constexpr error check_header() const noexcept {
    using namespace format;
    if (in.data.size < header_size_bytes) return {error_code::list_too_small, in.data.size};
    if (in.u32(at_magic) != magic) return {error_code::list_bad_magic, at_magic};
    if (in.u16(at_version_major) != version_major) return {error_code::list_newer_version, at_version_major};
    if (in.u64(at_size_bytes) != in.data.size) return {error_code::list_length_mismatch, at_size_bytes};
    if (const error bad = check_digest<Sha256>(in.sub(0, at_header_sha256), at_header_sha256)) return bad;
    const uint32_t kind = in.u32(at_kind);
    if (kind == 0 || kind > list_kind_count) return {error_code::list_bad_kind, at_kind};
    return check_zeros(at_reserved, at_sections);
  }

  [[nodiscard]] constexpr error place_sections() noexcept {
    using namespace format;
    uint64_t at = header_size_bytes, entries = 0;
    for (uint32_t i = 0; i < key_kind_count; ++i) {
      const uint64_t row = at_sections + i * section_size_bytes;
      const uint32_t count = in.u32(row + at_section_count);
      if (count > max_entries) return {error_code::list_too_many_entries, row + at_section_count};
      if (in.u32(row + at_section_reserved) != 0) return {error_code::list_reserved_not_zero, row + at_section_reserved};
      const uint64_t records = count == 0 ? 0 : at, index = count == 0 ? 0 : at + record_size_bytes * count;
      if (in.u64(row + at_section_records) != records) return {error_code::list_section_misplaced, row + at_section_records};
      if (in.u64(row + at_section_index) != index) return {error_code::list_section_misplaced, row + at_section_index};
      at += record_size_bytes * count + index_size_bytes(count);
      if (at > in.data.size) return {error_code::list_section_misplaced, row + at_section_count};
      entries += count;
      out.sections_[i] = {static_cast<size_t>(records), static_cast<size_t>(index), count, index_bits(count)};
    }
    if (in.u32(at_entry_count) != entries) return {error_code::list_section_misplaced, at_entry_count};
    if (in.u64(at_texts_offset) != at) return {error_code::list_section_misplaced, at_texts_offset};
    if (in.u64(at_texts_size) != in.data.size - at) return {error_code::list_section_misplaced, at_texts_size};
    out.texts_ = in.sub(at, in.data.size - at);
    return {};
  }

  [[nodiscard]] constexpr bool in_texts(uint32_t offset, uint32_t size) const noexcept {
    return offset <= out.texts_.size && size <= out.texts_.size - offset;
  }

  [[nodiscard]] constexpr error check_texts(key_kind k, uint64_t at) const noexcept {
    using namespace format;
    const uint32_t offset = in.u32(at + at_text_offset);
    const uint16_t size = in.u16(at + at_text_size);
    if (!has_text(k) && (offset != 0 || size != 0)) return {error_code::list_bad_key, at + at_text_offset};
    if (has_text(k)) {
      if (size == 0 || size % 2 != 0 || !in_texts(offset, size)) return {error_code::list_bad_text, at + at_text_offset};
      const encoded_text key{out.texts_.sub(offset, size)};
      for (uint32_t i = 0; i < key.size(); ++i)
        if (upcase(key[i]) != key[i]) return {error_code::list_bad_text, at + at_text_offset};
    }
    const auto is_there = [this, at](uint64_t where, uint64_t length) {
      return in.u16(at + length) != 0 && in_texts(in.u32(at + where), in.u16(at + length));
    };
    if (!is_there(at_author_offset, at_author_size)) return {error_code::list_bad_text, at + at_author_offset};
    if (!is_there(at_reason_offset, at_reason_size)) return {error_code::list_bad_text, at + at_reason_offset};
    return {};
  }

  [[nodiscard]] constexpr bool hash_is_of_text(key_kind k, uint64_t at) const noexcept {
    if (has_digest(k)) return true;
    const sha256_digest hash = digest_of_text(key_text(at));
    return equal(bytes{hash.bytes, sizeof hash.bytes}, in.sub(at, sizeof hash.bytes));
  }

  [[nodiscard]] constexpr int compare_records(key_kind k, uint64_t a, uint64_t b) const noexcept {
    const int by_digest = compare_digests(in.data.data + a, in.data.data + b);
    if (by_digest != 0 || !has_text(k)) return by_digest;
    const encoded_text x = key_text(a), y = key_text(b);
    for (uint32_t i = 0; i < x.size() && i < y.size(); ++i)
      if (x[i] != y[i]) return x[i] - y[i];
    return x.size() < y.size() ? -1 : x.size() > y.size() ? 1 : 0;
  }

  [[nodiscard]] constexpr error check_records(uint32_t i) const noexcept {
    using namespace format;
    const auto k = static_cast<key_kind>(i + 1);
    const list::section s = out.sections_[i];
    if (s.count != 0 && !admits(out.kind(), k)) return {error_code::list_key_not_admitted, at_sections + i * section_size_bytes};
    for (uint32_t r = 0; r < s.count; ++r) {
      const uint64_t at = s.records + record_size_bytes * r;
      if (const error bad = check_zeros(at + at_record_reserved, at + record_size_bytes)) return bad;
      if (in.u64(at + at_expires) == 0) return {error_code::list_never_expires, at + at_expires};
      if (const error bad = check_texts(k, at)) return bad;
      if (!hash_is_of_text(k, at)) return {error_code::list_bad_key, at};
      if (r != 0 && compare_records(k, at - record_size_bytes, at) >= 0) return {error_code::list_order, at};
    }
    return {};
  }

  [[nodiscard]] constexpr error check_index(uint32_t i) const noexcept {
    const list::section s = out.sections_[i];
    if (s.count == 0) return {};
    const uint64_t buckets = uint64_t{1} << s.bits;
    uint32_t record = 0;
    for (uint64_t bucket = 0; bucket <= buckets; ++bucket) {
      while (record < s.count && bucket_of_record(s, record) < bucket) ++record;
      if (in.u32(s.index + bucket * 4) != record) return {error_code::list_index_mismatch, s.index + bucket * 4};
    }
    return check_zeros(s.index + (buckets + 1) * 4, s.index + format::index_size_bytes(s.count));
  }

  template <class Sha256>
  [[nodiscard]] constexpr error check_body() noexcept {
    using namespace format;
    if (const error bad = check_digest<Sha256>(in.data.sub(header_size_bytes), at_body_sha256)) return bad;
    out.file_ = in.data;
    if (const error bad = place_sections()) return bad;
    for (uint32_t i = 0; i < key_kind_count; ++i) {
      if (const error bad = check_records(i)) return bad;
      if (const error bad = check_index(i)) return bad;
    }
    return {};
  }

 private:
  [[nodiscard]] constexpr encoded_text key_text(uint64_t record) const noexcept {
    return {out.texts_.sub(in.u32(record + format::at_text_offset), in.u16(record + format::at_text_size))};
  }
  [[nodiscard]] constexpr uint64_t bucket_of_record(const list::section& s, uint32_t record) const noexcept {
    return format::bucket_of(big_endian_64(in.data.data + s.records + record * format::record_stride), s.bits);
  }
};

}

/// Whether the list is signed, and by whom: `verify(message, signature)`, both `bytes`, says whether the 64-byte Ed25519
/// signature is the one key's that the caller trusts for this kind of list. list_unsigned, list_signature_mismatch.
template <class Verify>
[[nodiscard]] constexpr error check_signature(const list& l, Verify&& verify) noexcept {
  if (l.signature().empty()) return {error_code::list_unsigned, format::at_signature};
  if (!verify(l.signed_message(), l.signature())) return {error_code::list_signature_mismatch, format::at_signature};
  return {};
}

/// Checks a list whole, in this order: header and its SHA-256, the SHA-256 of the rest, the places of all tables, every entry,
/// every index. `out` is set only on success, and is a view of `file`. Errors: every list_* code but those of signature and version,
/// with the offset of the field to blame. Time linear in the file; no allocation. User mode passes hash::sha256 for speed.
/// A list whose origin matters is not in force before `check_signature` and `accepts`.
template <class Sha256 = sha256>
[[nodiscard]] constexpr error open(bytes file, list& out) noexcept {
  detail::list_access access{{}, {file}};
  if (const error bad = access.template check_header<Sha256>()) return bad;
  if (const error bad = access.template check_body<Sha256>()) return bad;
  out = access.out;
  return {};
}

/// Whether a list may take the place of the installed one of its kind and author (0: none yet): only a higher version may, so an
/// old list cannot be played back and two lists of one version cannot both be in force. A refusal is list_rollback, and health red.
[[nodiscard]] constexpr bool accepts(uint64_t installed_version, const list& candidate) noexcept {
  return candidate.version() > installed_version;
}

}

#endif

// ==== bartizan/code_cave/opcode_table.hpp ====
#ifndef BARTIZAN_CODE_CAVE_OPCODE_TABLE_HPP
#define BARTIZAN_CODE_CAVE_OPCODE_TABLE_HPP

/// What follows an x86 opcode, as the opcode maps of Intel's and AMD's manuals have it: two tables of 256 bytes, one for each
/// map that is irregular. 0F 38 always has a ModR/M byte; 0F 3A has one and an immediate byte.
namespace BARTIZAN_NAMESPACE::code_cave {

/// Bits of an opcode's entry.
enum : uint8_t {
  op_modrm = 0x01,
  op_imm8 = 0x02,
  op_imm16 = 0x04,
  op_imm_z = 0x08,       ///< 32 bits, or 16 with an operand-size prefix
  op_not_in_64 = 0x10,   ///< undefined in 64-bit mode
  op_undefined = 0x20,
  op_special = 0x40,     ///< the decoder knows more: prefixes, escapes, groups, moffs, far pointers
};

struct opcode_map {
  uint8_t entry[256]{};

  constexpr void set(unsigned first, unsigned last, uint8_t bits) noexcept {
    for (unsigned i = first; i <= last; ++i) entry[i] = bits;
  }
};

[[nodiscard]] constexpr opcode_map make_one_byte_map() noexcept {
  opcode_map m;
  for (unsigned row = 0; row < 0x40; row += 8) {  // ADD OR ADC SBB AND SUB XOR CMP, then segment push and pop or BCD
    m.set(row, row + 3, op_modrm);
    m.set(row + 4, row + 4, op_imm8);
    m.set(row + 5, row + 5, op_imm_z);
    m.set(row + 6, row + 7, op_not_in_64);
  }
  constexpr uint8_t prefixes[] = {0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3};
  for (const uint8_t prefix : prefixes) m.set(prefix, prefix, op_special);
  m.set(0x0f, 0x0f, op_special);             // escape to the two-byte map
  m.set(0x60, 0x61, op_not_in_64);           // PUSHA POPA
  m.set(0x62, 0x62, op_special);             // BOUND, EVEX
  m.set(0x63, 0x63, op_modrm);               // ARPL, MOVSXD
  m.set(0x68, 0x68, op_imm_z);
  m.set(0x69, 0x69, op_modrm | op_imm_z);
  m.set(0x6a, 0x6a, op_imm8);
  m.set(0x6b, 0x6b, op_modrm | op_imm8);
  m.set(0x70, 0x7f, op_imm8);                // Jcc short
  m.set(0x80, 0x80, op_modrm | op_imm8);
  m.set(0x81, 0x81, op_modrm | op_imm_z);
  m.set(0x82, 0x82, op_modrm | op_imm8 | op_not_in_64);
  m.set(0x83, 0x83, op_modrm | op_imm8);
  m.set(0x84, 0x8e, op_modrm);
  m.set(0x8f, 0x8f, op_special);             // POP r/m, XOP
  m.set(0x9a, 0x9a, op_special | op_not_in_64);  // CALL far
  m.set(0xa0, 0xa3, op_special);             // MOV moffs
  m.set(0xa8, 0xa8, op_imm8);
  m.set(0xa9, 0xa9, op_imm_z);
  m.set(0xb0, 0xb7, op_imm8);
  m.set(0xb8, 0xbf, op_special);             // MOV r, imm of the operand's size
  m.set(0xc0, 0xc1, op_modrm | op_imm8);
  m.set(0xc2, 0xc2, op_imm16);
  m.set(0xc4, 0xc5, op_special);             // LES LDS, VEX
  m.set(0xc6, 0xc6, op_special | op_modrm | op_imm8);
  m.set(0xc7, 0xc7, op_special | op_modrm | op_imm_z);
  m.set(0xc8, 0xc8, op_imm16 | op_imm8);     // ENTER
  m.set(0xca, 0xca, op_imm16);
  m.set(0xcd, 0xcd, op_imm8);
  m.set(0xce, 0xce, op_not_in_64);
  m.set(0xd0, 0xd3, op_modrm);
  m.set(0xd4, 0xd5, op_imm8 | op_not_in_64);
  m.set(0xd6, 0xd6, op_not_in_64);
  m.set(0xd8, 0xdf, op_modrm);
  m.set(0xe0, 0xe7, op_imm8);                // LOOPxx JxCXZ IN OUT
  m.set(0xe8, 0xe9, op_imm_z);
  m.set(0xea, 0xea, op_special | op_not_in_64);  // JMP far
  m.set(0xeb, 0xeb, op_imm8);
  m.set(0xf6, 0xf7, op_special | op_modrm);  // TEST alone has an immediate
  m.set(0xfe, 0xff, op_special | op_modrm);
  return m;
}

[[nodiscard]] constexpr opcode_map make_two_byte_map() noexcept {
  opcode_map m;
  m.set(0x00, 0xff, op_modrm);
  m.set(0x04, 0x04, op_undefined);
  m.set(0x05, 0x09, 0);                      // SYSCALL CLTS SYSRET INVD WBINVD
  m.set(0x0a, 0x0a, op_undefined);
  m.set(0x0b, 0x0b, 0);                      // UD2
  m.set(0x0c, 0x0c, op_undefined);
  m.set(0x0e, 0x0e, 0);                      // FEMMS
  m.set(0x0f, 0x0f, op_modrm | op_imm8);     // 3DNow!: the opcode stands last
  m.set(0x20, 0x23, op_special | op_modrm);  // MOV to and from control and debug registers: never a memory operand
  m.set(0x24, 0x27, op_undefined);
  m.set(0x30, 0x35, 0);
  m.set(0x36, 0x36, op_undefined);
  m.set(0x37, 0x37, 0);                      // GETSEC
  m.set(0x38, 0x38, op_special);
  m.set(0x39, 0x39, op_undefined);
  m.set(0x3a, 0x3a, op_special);
  m.set(0x3b, 0x3f, op_undefined);
  m.set(0x70, 0x73, op_modrm | op_imm8);
  m.set(0x77, 0x77, 0);                      // EMMS
  m.set(0x78, 0x78, op_special | op_modrm);  // VMREAD; EXTRQ and INSERTQ have two immediate bytes
  m.set(0x7a, 0x7b, op_undefined);
  m.set(0x80, 0x8f, op_imm_z);               // Jcc near
  m.set(0xa0, 0xa2, 0);                      // PUSH POP FS, CPUID
  m.set(0xa4, 0xa4, op_modrm | op_imm8);
  m.set(0xa8, 0xaa, 0);                      // PUSH POP GS, RSM
  m.set(0xac, 0xac, op_modrm | op_imm8);
  m.set(0xba, 0xba, op_modrm | op_imm8);
  m.set(0xc2, 0xc2, op_modrm | op_imm8);
  m.set(0xc4, 0xc6, op_modrm | op_imm8);
  m.set(0xc8, 0xcf, 0);                      // BSWAP
  return m;
}

inline constexpr opcode_map one_byte_map = make_one_byte_map();
inline constexpr opcode_map two_byte_map = make_two_byte_map();

/// Whether an instruction of VEX, EVEX or XOP map `map` has an immediate byte: map 3 and XOP map 8 always, map 1 where the
/// two-byte map has one.
[[nodiscard]] constexpr bool vector_map_has_imm8(unsigned map, uint8_t opcode) noexcept {
  if (map == 3 || map == 8) return true;
  return map == 1 && ((opcode >= 0x70 && opcode <= 0x73) || opcode == 0xc2 || (opcode >= 0xc4 && opcode <= 0xc6));
}

}

#endif

// ==== bartizan/code_cave/instruction.hpp ====
#ifndef BARTIZAN_CODE_CAVE_INSTRUCTION_HPP
#define BARTIZAN_CODE_CAVE_INSTRUCTION_HPP

/// Length, control flow and stack use of one x86 or x64 instruction: what a search for hidden code needs, and no more.
namespace BARTIZAN_NAMESPACE::code_cave {

inline constexpr unsigned max_instruction_bytes = 15;

enum class processor_mode : uint8_t { x86, x64 };

/// How control leaves an instruction.
enum class flow : uint8_t {
  next,           ///< to the following instruction only
  jump,           ///< JMP to `target`
  branch,         ///< to `target` or the following one: Jcc, LOOPcc, JxCXZ, XBEGIN
  call,           ///< CALL of `target`
  indirect_jump,  ///< through a register or memory, or far
  indirect_call,
  give_back,      ///< RET, IRET, SYSRET: to an address on the stack or in a register
  stop,           ///< INT3, HLT, UD2: to no instruction of this program
};

struct instruction {
  uint8_t size_bytes = 0;    ///< 0: no instruction begins here, or it is cut by the end of the bytes
  flow leaves = flow::next;
  uint8_t opcode = 0;
  uint8_t map = 0;           ///< 0 one-byte, 1 0F, 2 0F 38, 3 0F 3A, 0x10 and up VEX, EVEX or XOP
  uint8_t modrm = 0;
  uint8_t rex = 0;
  uint8_t segment = 0;       ///< the last segment prefix: 0x64 FS, 0x65 GS, ...; 0 none
  bool has_modrm = false;
  bool narrow = false;       ///< operand-size prefix
  bool uses_stack = false;   ///< moves the stack pointer, other than by RET
  bool has_address = false;  ///< `address` is that of a memory operand without register (or, x64, relative to the instruction)
  int32_t displacement = 0;  ///< of the memory operand
  uint64_t immediate = 0;    ///< as it stands, zero-extended; relative branches: `target`
  uint64_t target = 0;       ///< of a direct branch, in the address space of `at`
  uint64_t address = 0;

  [[nodiscard]] constexpr explicit operator bool() const noexcept { return size_bytes != 0; }
  [[nodiscard]] constexpr bool is_direct() const noexcept {
    return leaves == flow::jump || leaves == flow::branch || leaves == flow::call;
  }
  /// Whether the following bytes are an instruction of the same stretch.
  [[nodiscard]] constexpr bool falls_through() const noexcept {
    return leaves == flow::next || leaves == flow::branch || leaves == flow::call || leaves == flow::indirect_call;
  }
  [[nodiscard]] constexpr unsigned reg() const noexcept { return modrm >> 3 & 7u; }
  [[nodiscard]] constexpr unsigned mod() const noexcept { return modrm >> 6; }
  [[nodiscard]] constexpr unsigned rm() const noexcept { return modrm & 7u; }
};

namespace detail {

class instruction_decoder {
 public:
  constexpr instruction_decoder(bytes code, uint64_t at, processor_mode mode) noexcept
    : code_(code.sub(0, max_instruction_bytes)), base_(at), is_64_(mode == processor_mode::x64) {}

  [[nodiscard]] constexpr instruction run() noexcept {
    if (!prefixes()) return {};
    const uint8_t first = next();
    if (failed_) return {};
    if (!opcode(first) || failed_) return {};
    out_.size_bytes = static_cast<uint8_t>(at_);
    finish();
    return out_;
  }

 private:
  [[nodiscard]] constexpr uint8_t peek() const noexcept { return at_ < code_.size ? code_[at_] : uint8_t{0}; }
  constexpr uint8_t next() noexcept {
    if (at_ >= code_.size) {
      failed_ = true;
      return 0;
    }
    return code_[at_++];
  }
  constexpr uint64_t take(unsigned size_bytes) noexcept {
    if (code_.size - at_ < size_bytes) {
      failed_ = true;
      return 0;
    }
    uint64_t value = 0;
    for (unsigned i = 0; i < size_bytes; ++i) value |= uint64_t{code_[at_ + i]} << (8 * i);
    at_ += size_bytes;
    return value;
  }
  [[nodiscard]] static constexpr int64_t sign_extend(uint64_t value, unsigned size_bytes) noexcept {
    const uint64_t sign = uint64_t{1} << (8 * size_bytes - 1);
    return static_cast<int64_t>((value ^ sign) - sign);
  }

  constexpr bool prefixes() noexcept {
    for (; at_ < code_.size; ++at_) {
      const uint8_t b = code_[at_];
      if (is_64_ && (b & 0xf0) == 0x40) {
        out_.rex = b;  // holds only where the opcode follows at once
        continue;
      }
      switch (b) {
        case 0x26: case 0x2e: case 0x36: case 0x3e: case 0x64: case 0x65: out_.segment = b; break;
        case 0x66: out_.narrow = true; break;
        case 0x67: address_prefix_ = true; break;
        case 0xf0: lock_ = true; break;
        case 0xf2: case 0xf3: repeat_ = b; break;
        default: return true;
      }
      out_.rex = 0;
    }
    return false;
  }

  [[nodiscard]] constexpr bool wide() const noexcept { return (out_.rex & 8) != 0; }
  [[nodiscard]] constexpr unsigned size_z() const noexcept { return out_.narrow && !wide() ? 2 : 4; }

  constexpr bool opcode(uint8_t first) noexcept {
    out_.opcode = first;
    uint8_t entry = one_byte_map.entry[first];
    if (is_64_ && (entry & op_not_in_64) != 0) return false;
    if ((entry & op_special) == 0) return operands(entry);
    switch (first) {
      case 0x0f: return two_byte();
      case 0x62:
        if (is_64_ || peek() >= 0xc0) return evex();
        return operands(op_modrm);
      case 0x8f:
        if ((peek() & 0x1f) >= 8) return vex(3, 0x1f);
        return operands(op_modrm) && (out_.reg() == 0);
      case 0xc4:
        if (is_64_ || peek() >= 0xc0) return vex(3, 0x1f);
        return operands(op_modrm) && out_.mod() != 3;
      case 0xc5:
        if (is_64_ || peek() >= 0xc0) return vex(2, 0);
        return operands(op_modrm) && out_.mod() != 3;
      case 0x9a: case 0xea:
        out_.immediate = take(size_z());
        take(2);
        return true;
      case 0xa0: case 0xa1: case 0xa2: case 0xa3:
        out_.address = take(is_64_ ? (address_prefix_ ? 4 : 8) : (address_prefix_ ? 2 : 4));
        out_.has_address = true;
        return true;
      case 0xc6: case 0xc7: {
        if (!operands(op_modrm)) return false;
        const bool transactional = out_.modrm == 0xf8;  // XABORT, XBEGIN
        if (out_.reg() != 0 && !transactional) return false;
        immediate(first == 0xc6 ? op_imm8 : op_imm_z);
        return true;
      }
      case 0xf6: case 0xf7:
        if (!operands(op_modrm)) return false;
        if (out_.reg() < 2) immediate(first == 0xf6 ? op_imm8 : op_imm_z);
        return true;
      case 0xfe: return operands(op_modrm) && out_.reg() < 2;
      case 0xff:
        return operands(op_modrm) && out_.reg() != 7 && !(out_.mod() == 3 && (out_.reg() == 3 || out_.reg() == 5));
      default: break;
    }
    if (first >= 0xb8 && first <= 0xbf) {
      out_.immediate = take(wide() ? 8 : size_z());
      return true;
    }
    return false;
  }

  constexpr bool two_byte() noexcept {
    const uint8_t second = next();
    out_.map = 1;
    out_.opcode = second;
    const uint8_t entry = two_byte_map.entry[second];
    if ((entry & op_undefined) != 0) return false;
    if ((entry & op_special) == 0) return operands(entry);
    switch (second) {
      case 0x38:
        out_.map = 2;
        out_.opcode = next();
        return operands(op_modrm);
      case 0x3a:
        out_.map = 3;
        out_.opcode = next();
        return operands(op_modrm | op_imm8);
      case 0x78:
        if (!operands(op_modrm)) return false;
        if (out_.narrow || repeat_ == 0xf2) out_.immediate = take(2);
        return true;
      default:  // 20..23
        out_.modrm = static_cast<uint8_t>(next() | 0xc0);
        out_.has_modrm = true;
        return true;
    }
  }

  constexpr bool vex(unsigned prefix_bytes, uint8_t map_mask) noexcept {
    if (out_.narrow || repeat_ != 0 || lock_ || out_.rex != 0) return false;
    const uint8_t p0 = next();
    if (prefix_bytes == 3) next();
    return vector_operands(prefix_bytes == 3 ? p0 & map_mask : 1u, out_.opcode == 0x8f);
  }

  constexpr bool evex() noexcept {
    if (out_.narrow || repeat_ != 0 || lock_ || out_.rex != 0) return false;
    const uint8_t p0 = next();
    take(2);
    return vector_operands(p0 & 7u, false);
  }

  constexpr bool vector_operands(unsigned map, bool xop) noexcept {
    const uint8_t op = next();
    const bool is_vex = out_.opcode != 0x62 && !xop;
    out_.opcode = op;
    out_.map = static_cast<uint8_t>(0x10 + map);
    if (map == 0 || (is_vex && map > 3) || (xop && map > 10)) return false;
    if (is_vex && map == 1 && op == 0x77) return true;  // VZEROUPPER, VZEROALL
    if (is_vex && map == 1 && (op & 0xfe) == 0x84) {    // JKZD, JKNZD of the Xeon Phi coprocessor
      immediate(op_imm_z);
      return true;
    }
    if (xop && map == 10) {
      if (!operands(op_modrm)) return false;
      out_.immediate = take(4);
      return true;
    }
    return operands(static_cast<uint8_t>(op_modrm | (vector_map_has_imm8(map, op) ? op_imm8 : 0)));
  }

  constexpr bool operands(uint8_t entry) noexcept {
    if ((entry & op_modrm) != 0) memory_operand();
    immediate(entry);
    return !failed_;
  }

  constexpr void immediate(uint8_t entry) noexcept {
    unsigned size_bytes = 0;
    if ((entry & op_imm16) != 0) size_bytes += 2;
    if ((entry & op_imm8) != 0) size_bytes += 1;
    if ((entry & op_imm_z) != 0) size_bytes += relative_near() ? (out_.narrow && !is_64_ ? 2 : 4) : size_z();
    if (size_bytes == 0) return;
    out_.immediate = take(size_bytes);
    immediate_bytes_ = size_bytes;
  }

  [[nodiscard]] constexpr bool relative_near() const noexcept {
    if (out_.map == 0) return out_.opcode == 0xe8 || out_.opcode == 0xe9;
    return out_.map == 1 && (out_.opcode & 0xf0) == 0x80;
  }

  constexpr void memory_operand() noexcept {
    out_.modrm = next();
    out_.has_modrm = true;
    const unsigned mod = out_.mod();
    unsigned rm = out_.rm();
    if (mod == 3) return;
    if (!is_64_ && address_prefix_) {  // 16-bit addressing
      const unsigned size_bytes = mod == 1 ? 1 : mod == 2 || rm == 6 ? 2 : 0;
      if (size_bytes != 0) out_.displacement = static_cast<int32_t>(sign_extend(take(size_bytes), size_bytes));
      return;
    }
    bool no_base = mod == 0 && rm == 5;
    bool indexed = false;
    if (rm == 4) {
      const uint8_t sib = next();
      indexed = (sib >> 3 & 7) != 4 || (out_.rex & 2) != 0;
      no_base = mod == 0 && (sib & 7) == 5;
      relative_ = false;
    } else {
      relative_ = is_64_ && no_base;
    }
    const unsigned size_bytes = mod == 1 ? 1 : mod == 2 || no_base ? 4 : 0;
    if (size_bytes == 0) return;
    out_.displacement = static_cast<int32_t>(sign_extend(take(size_bytes), size_bytes));
    out_.has_address = no_base && !indexed;
  }

  constexpr void finish() noexcept {
    const uint64_t behind = base_ + at_;
    if (out_.has_address && out_.has_modrm) {
      out_.address = relative_ ? behind + static_cast<uint64_t>(int64_t{out_.displacement})
                  : is_64_ ? static_cast<uint64_t>(int64_t{out_.displacement})
                       : static_cast<uint32_t>(out_.displacement);
    }
    if (out_.map == 0) {
      classify_one_byte(behind);
    } else if (out_.map == 1) {
      classify_two_byte(behind);
    } else if (out_.map == 0x11 && !out_.has_modrm && immediate_bytes_ != 0) {
      direct(flow::branch, behind, immediate_bytes_);
    }
  }

  constexpr void direct(flow how, uint64_t behind, unsigned size_bytes) noexcept {
    out_.leaves = how;
    out_.target = behind + static_cast<uint64_t>(sign_extend(out_.immediate, size_bytes));
    if (!is_64_) out_.target = out_.narrow ? out_.target & 0xffff : out_.target & 0xffffffff;
  }

  constexpr void classify_one_byte(uint64_t behind) noexcept {
    const uint8_t op = out_.opcode;
    if ((op & 0xf0) == 0x70 || (op >= 0xe0 && op <= 0xe3)) return direct(flow::branch, behind, 1);
    if ((op & 0xf0) == 0x50) out_.uses_stack = true;  // PUSH POP register
    switch (op) {
      case 0xe8:
        out_.uses_stack = true;
        return direct(flow::call, behind, immediate_bytes_);
      case 0xe9: return direct(flow::jump, behind, immediate_bytes_);
      case 0xeb: return direct(flow::jump, behind, 1);
      case 0xc7:
        if (out_.modrm == 0xf8) direct(flow::branch, behind, immediate_bytes_);
        return;
      case 0xc2: case 0xc3: case 0xca: case 0xcb: case 0xcf: out_.leaves = flow::give_back; return;
      case 0xcc: case 0xf4: out_.leaves = flow::stop; return;
      case 0xea: out_.leaves = flow::indirect_jump; return;
      case 0x9a: out_.leaves = flow::indirect_call; return;
      case 0x60: case 0x61: case 0x68: case 0x6a: case 0x8f: case 0x9c: case 0x9d: case 0xc8: case 0xc9:
      case 0x06: case 0x07: case 0x0e: case 0x16: case 0x17: case 0x1e: case 0x1f: out_.uses_stack = true; return;
      case 0xff:
        if (out_.reg() == 2 || out_.reg() == 3) {
          out_.leaves = flow::indirect_call;
        } else if (out_.reg() == 4 || out_.reg() == 5) {
          out_.leaves = flow::indirect_jump;
        }
        out_.uses_stack = out_.leaves == flow::indirect_call || out_.reg() == 6;
        return;
      case 0x81: case 0x83:  // ADD or SUB of the stack pointer
        out_.uses_stack = out_.mod() == 3 && out_.rm() == 4 && (out_.rex & 1) == 0 && (out_.reg() == 0 || out_.reg() == 5);
        return;
      default: return;
    }
  }

  constexpr void classify_two_byte(uint64_t behind) noexcept {
    const uint8_t op = out_.opcode;
    if ((op & 0xf0) == 0x80) return direct(flow::branch, behind, immediate_bytes_);
    if (op == 0x0b || op == 0xb9 || op == 0xff) out_.leaves = flow::stop;
    if (op == 0x07 || op == 0x35) out_.leaves = flow::give_back;
  }

  bytes code_;
  uint64_t base_;
  size_t at_ = 0;
  unsigned immediate_bytes_ = 0;
  instruction out_;
  uint8_t repeat_ = 0;
  bool is_64_;
  bool address_prefix_ = false;
  bool lock_ = false;
  bool relative_ = false;
  bool failed_ = false;
};

}

/// Decodes the instruction that begins with the first of `code`, which stands at address `at`. An undefined opcode or an
/// instruction that `code` cuts short gives `size_bytes` 0. Some encodings that a processor refuses are accepted: this tells
/// where instructions end, not whether they may run. Constant time, no state.
[[nodiscard]] constexpr instruction decode(bytes code, uint64_t at, processor_mode mode) noexcept {
  return detail::instruction_decoder(code, at, mode).run();
}

}

#endif

// ==== bartizan/code_cave/padding.hpp ====
#ifndef BARTIZAN_CODE_CAVE_PADDING_HPP
#define BARTIZAN_CODE_CAVE_PADDING_HPP

namespace BARTIZAN_NAMESPACE::code_cave {

/// What linkers and compilers fill with: zeros, NOP, INT3.
[[nodiscard]] constexpr bool is_padding(uint8_t byte) noexcept { return byte == 0x00 || byte == 0x90 || byte == 0xcc; }

/// Bytes of padding at the front of `data`, at most `limit`.
[[nodiscard]] constexpr size_t padding_at(bytes data, size_t limit = SIZE_MAX) noexcept {
  const size_t end = data.size < limit ? data.size : limit;
  size_t n = 0;
  const reader in{data};
  while (n + 8 <= end && is_padding(data[n]) && in.u64(n) == data[n] * uint64_t{0x0101010101010101}) n += 8;
  while (n < end && is_padding(data[n])) ++n;
  return n;
}

/// Bytes of padding in front of `data[end]`, at most `limit`.
[[nodiscard]] constexpr size_t padding_before(bytes data, size_t end, size_t limit) noexcept {
  size_t n = 0;
  while (n < limit && n < end && is_padding(data[end - 1 - n])) ++n;
  return n;
}

/// `data` without the padding at its end.
[[nodiscard]] constexpr bytes trim_padding(bytes data) noexcept {
  const reader in{data};
  size_t end = data.size;
  while (end >= 8 && is_padding(data[end - 1]) && in.u64(end - 8) == data[end - 1] * uint64_t{0x0101010101010101}) end -= 8;
  while (end > 0 && is_padding(data[end - 1])) --end;
  return data.sub(0, end);
}

/// Bytes of `data` that are no padding. Linear.
[[nodiscard]] constexpr size_t count_non_padding(bytes data) noexcept {
  size_t n = 0;
  for (size_t i = 0; i < data.size; ++i) n += is_padding(data[i]) ? 0 : 1;
  return n;
}

}

#endif

// ==== bartizan/code_cave/layout.hpp ====
#ifndef BARTIZAN_CODE_CAVE_LAYOUT_HPP
#define BARTIZAN_CODE_CAVE_LAYOUT_HPP

/// The sections of an image as Windows maps them, laid out once so that every later look-up is short.
namespace BARTIZAN_NAMESPACE::code_cave {

/// Windows loads no image with more sections (STATUS_INVALID_IMAGE_FORMAT); further headers are not looked at.
inline constexpr uint32_t max_loaded_sections = 96;

enum : uint32_t {
  section_contains_code = 0x00000020,
  section_execute = 0x20000000,
  section_write = 0x80000000,
};

/// One section. Addresses are RVAs; [begin, linked_end) is what the linker says the section holds, [linked_end, mapped_end) is
/// in memory only because files and memory are filled up to their alignments.
struct section_extent {
  uint32_t begin = 0;
  uint32_t linked_end = 0;
  uint32_t mapped_end = 0;       ///< behind the last byte of the file that is in memory
  uint32_t memory_end = 0;       ///< behind the last byte in memory
  uint32_t characteristics = 0;
  uint32_t index = 0;            ///< in the section table
  bytes raw;                     ///< from `begin`
  uint64_t raw_offset = 0;
  bool is_data = false;          ///< by its name, which linkers give to sections without code

  [[nodiscard]] constexpr bool executable() const noexcept { return (characteristics & section_execute) != 0; }
  [[nodiscard]] constexpr bool writable() const noexcept { return (characteristics & section_write) != 0; }
  /// Executable although a linker makes such a section of data only.
  [[nodiscard]] constexpr bool gained_execute() const noexcept { return executable() && is_data; }
  /// The program's own code, unpacked and unchanged by itself.
  [[nodiscard]] constexpr bool is_sound_code() const noexcept { return executable() && !is_data && !writable() && raw.size != 0; }
};

namespace detail {

[[nodiscard]] constexpr bool is_data_section_name(const uint8_t (&name)[8]) noexcept {
  constexpr const char* names[] = {".rdata", ".data",  ".rsrc", ".reloc", ".idata", ".edata", ".didat", ".pdata",
                  ".xdata", ".tls",   ".bss",  ".CRT",   ".debug", "_RDATA", ".gfids", ".00cfg",
                  ".giats", ".rodata", ".buildid", ".sxdata", ".fptable"};
  for (const char* candidate : names) {
    unsigned i = 0;
    while (i < 8 && candidate[i] != '\0' && name[i] == static_cast<uint8_t>(candidate[i])) ++i;
    if (i == 8 || (candidate[i] == '\0' && name[i] == 0)) return true;
  }
  return false;
}

[[nodiscard]] constexpr uint32_t clamp_u32(uint64_t value) noexcept {
  return value > UINT32_MAX ? UINT32_MAX : static_cast<uint32_t>(value);
}

[[nodiscard]] constexpr uint64_t round_up(uint32_t value, uint32_t unit) noexcept {
  const uint32_t rest = value % unit;
  return rest == 0 ? value : uint64_t{value} + (unit - rest);
}

}

struct layout {
  const pe::image* image = nullptr;
  section_extent sections[max_loaded_sections];
  uint32_t count = 0;
  bool has_sound_code = false;

  [[nodiscard]] constexpr const section_extent* section_of(uint64_t rva) const noexcept {
    for (uint32_t i = 0; i < count; ++i) {
      if (rva >= sections[i].begin && rva < sections[i].memory_end) return &sections[i];
    }
    return nullptr;
  }
  /// The file's bytes from `rva` to the end of what is mapped there; in no section, of the headers.
  [[nodiscard]] constexpr bytes from(uint64_t rva) const noexcept {
    if (const section_extent* s = section_of(rva)) {
      return rva < s->mapped_end ? s->raw.sub(static_cast<size_t>(rva - s->begin), static_cast<size_t>(s->mapped_end - rva)) : bytes{};
    }
    return rva < image->optional.size_of_headers ? reader{image->file}.sub(rva, image->optional.size_of_headers - rva) : bytes{};
  }
};

constexpr void lay_out(const pe::image& image, layout& out) noexcept {
  out.image = &image;
  out.count = 0;
  out.has_sound_code = false;
  const uint32_t page = image.optional.section_alignment < 0x1000 ? 0x1000 : image.optional.section_alignment;
  for (const pe::section& s : image.sections) {
    if (out.count == max_loaded_sections) break;
    section_extent& e = out.sections[out.count];
    e = {};
    e.index = out.count++;
    e.begin = s.rva;
    e.characteristics = s.header.characteristics;
    e.raw = s.raw;
    e.raw_offset = s.raw_offset;
    const uint64_t linked = s.header.virtual_size != 0 ? s.header.virtual_size : s.header.size_of_raw_data;
    e.linked_end = detail::clamp_u32(s.rva + linked);
    e.memory_end = detail::clamp_u32(s.rva + detail::round_up(detail::clamp_u32(linked), page));
    e.mapped_end = detail::clamp_u32(uint64_t{s.rva} + s.raw.size);
    if (e.mapped_end > e.memory_end) e.mapped_end = e.memory_end;
    e.is_data = detail::is_data_section_name(s.header.name);
    out.has_sound_code = out.has_sound_code || e.is_sound_code();
  }
}

}

#endif

// ==== bartizan/code_cave/function_table.hpp ====
#ifndef BARTIZAN_CODE_CAVE_FUNCTION_TABLE_HPP
#define BARTIZAN_CODE_CAVE_FUNCTION_TABLE_HPP

namespace BARTIZAN_NAMESPACE::code_cave {

/// The x64 exception table as a map from addresses to functions. Every function that calls or moves the stack pointer has an
/// entry ("x64 exception handling", Microsoft); leaf functions need none. Only a table that covers most of the code says
/// something about an address that it does not cover.
class function_table {
 public:
  constexpr void open(const layout& where) noexcept {
    *this = {};
    if (where.image->coff.machine != pe::machine_amd64) return;
    const pe::image_data_directory directory = where.image->directory(pe::directory_entry::exception);
    if (directory.virtual_address == 0) return;
    entries_ = reader{where.from(directory.virtual_address)}.sub(0, directory.size);
    count_ = static_cast<uint32_t>(entries_.size / entry_bytes);
    measure(where);
  }

  [[nodiscard]] constexpr uint32_t size() const noexcept { return count_; }
  /// Whether an uncovered address is remarkable: sorted, and at least 80 % of the code between functions and in them is covered.
  [[nodiscard]] constexpr bool is_telling() const noexcept { return telling_; }
  [[nodiscard]] constexpr uint32_t begin_rva(uint32_t i) const noexcept { return reader{entries_}.u32(uint64_t{entry_bytes} * i); }
  [[nodiscard]] constexpr uint32_t end_rva(uint32_t i) const noexcept { return reader{entries_}.u32(uint64_t{entry_bytes} * i + 4); }

  struct place {
    bool covered = false;
    uint32_t begin = 0;              ///< of the function, or of the gap between two
    uint32_t end = UINT32_MAX;
  };
  /// The function or gap that holds `rva`.
  [[nodiscard]] constexpr place find(uint32_t rva) const noexcept {
    uint32_t low = 0;
    uint32_t high = count_;
    while (low < high) {  // first entry that begins behind rva
      const uint32_t middle = (low + high) / 2;
      if (begin_rva(middle) <= rva) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    place out;
    const uint32_t end = low > 0 ? end_rva(low - 1) : 0;
    const bool last_byte = low > 0 && rva + 1 == end && rva != begin_rva(low - 1);
    if (rva < end && !last_byte) {
      out = {true, begin_rva(low - 1), end - 1};
      if (out.end == out.begin) out.end = end;
    } else {
      if (low > 0) out.begin = last_byte ? rva : end;
      if (low < count_) out.end = begin_rva(low);
    }
    return out;
  }

 private:
  static constexpr uint32_t entry_bytes = 12;

  constexpr void measure(const layout& where) noexcept {
    uint64_t covered = 0;
    uint64_t open_code = 0;
    uint32_t last_end = 0;
    const section_extent* section = nullptr;
    for (uint32_t i = 0; i < count_; ++i) {
      const uint32_t begin = begin_rva(i);
      const uint32_t end = end_rva(i);
      if (begin == 0 && end == 0) {  // spare entries at the end
        count_ = i;
        break;
      }
      if (end <= begin || begin < last_end) return;  // out of order: not to be searched
      if (section == nullptr || begin < section->begin || begin >= section->memory_end) {
        section = where.section_of(begin);
        last_end = section != nullptr ? section->begin : begin;
      }
      constexpr uint32_t longest_alignment_bytes = 15;
      if (begin - last_end > longest_alignment_bytes) open_code += count_non_padding(where.from(last_end).sub(0, begin - last_end));
      covered += end - begin;
      last_end = end;
    }
    telling_ = covered != 0 && covered >= 4 * open_code;
  }

  bytes entries_;
  uint32_t count_ = 0;
  bool telling_ = false;
};

}

#endif

// ==== bartizan/code_cave/placement.hpp ====
#ifndef BARTIZAN_CODE_CAVE_PLACEMENT_HPP
#define BARTIZAN_CODE_CAVE_PLACEMENT_HPP

namespace BARTIZAN_NAMESPACE::code_cave {

/// Where an address lies, as far as headers and unwind tables tell.
enum class placement : uint8_t {
  owned,            ///< in code that the linker laid out, as far as can be told
  gap,              ///< between functions of a telling exception table
  tail,             ///< behind VirtualSize of an executable section
  headers,          ///< in no section, in the part of the file that is mapped before them
  gained_execute,   ///< in a section that linkers fill with data, made executable
  data,             ///< in a section that is not executable
  nowhere,          ///< not mapped from the file
};

/// Addresses that share a placement: [begin, end).
struct place {
  placement what = placement::nowhere;
  uint32_t begin = 0;
  uint32_t end = 0;
};

/// The layout and function table together: all that placing an address needs.
struct code_map {
  layout sections;
  function_table functions;
  bool pads_generously = false;  ///< long runs of padding are usual in this image (incremental linking)

  constexpr void open(const pe::image& image) noexcept {
    lay_out(image, sections);
    functions.open(sections);
    pads_generously = false;
  }

  [[nodiscard]] constexpr place find(uint64_t rva) const noexcept {
    const section_extent* const s = sections.section_of(rva);
    if (s == nullptr) {
      const uint32_t end = sections.image->optional.size_of_headers;
      return rva < end ? place{placement::headers, 0, end} : place{};
    }
    if (rva >= s->mapped_end) return {placement::nowhere, s->mapped_end, s->memory_end};
    if (!s->executable()) return {placement::data, s->begin, s->mapped_end};
    if (s->gained_execute() && sections.has_sound_code) return {placement::gained_execute, s->begin, s->mapped_end};
    if (rva >= s->linked_end) return {placement::tail, s->linked_end, s->mapped_end};
    const uint32_t linked_end = s->linked_end < s->mapped_end ? s->linked_end : s->mapped_end;
    if (!functions.is_telling()) return {placement::owned, s->begin, linked_end};
    const function_table::place f = functions.find(static_cast<uint32_t>(rva));
    if (!f.covered && f.begin <= s->begin && f.end >= linked_end) return {placement::owned, s->begin, linked_end};
    return {f.covered ? placement::owned : placement::gap, f.begin < s->begin ? s->begin : f.begin,
        f.end > linked_end ? linked_end : f.end};
  }

  [[nodiscard]] constexpr bytes from(uint64_t rva) const noexcept { return sections.from(rva); }
};

/// Placements that need no second look: the headers themselves say that no linker puts code there.
[[nodiscard]] constexpr bool is_certain_slack(placement p) noexcept {
  return p == placement::tail || p == placement::headers || p == placement::gained_execute;
}

}

#endif

// ==== bartizan/code_cave/content.hpp ====
#ifndef BARTIZAN_CODE_CAVE_CONTENT_HPP
#define BARTIZAN_CODE_CAVE_CONTENT_HPP

/// What unused space holds, where it holds anything.
namespace BARTIZAN_NAMESPACE::code_cave {

/// c1: at least so many bytes that are no padding, of which nine in ten decode.
inline constexpr size_t least_code_bytes = 48;
/// c2: a hidden program does not fit into less.
inline constexpr size_t least_program_bytes = 512;

/// Whether bytes in slack read as code: enough of them, nine in ten of them instructions, and a direct branch or call from there
/// into the program's own executable sections. Linear.
[[nodiscard]] constexpr bool reads_as_code(const code_map& map, processor_mode mode, bytes data, uint32_t rva) noexcept {
  if (count_non_padding(data) < least_code_bytes) return false;
  size_t good = 0;
  size_t bad = 0;
  bool leaves = false;
  for (size_t at = 0; at < data.size;) {
    const size_t filled = padding_at(data.sub(at));
    if (filled >= 4) {
      at += filled;
      continue;
    }
    const instruction i = decode(data.sub(at), rva + at, mode);
    if (!i) {
      ++bad;
      ++at;
      continue;
    }
    good += i.size_bytes;
    at += i.size_bytes;
    if (i.is_direct() && (i.target < rva || i.target - rva >= data.size) && !leaves) {
      leaves = map.find(i.target).what == placement::owned || map.find(i.target).what == placement::gap;
    }
  }
  return leaves && good >= 9 * bad;
}

/// The offset of a program or compressed stream in `data` (Windows, Linux, gzip, xz, zstd, 7z, bzip2); `data.size` when none.
[[nodiscard]] constexpr size_t find_program(bytes data) noexcept {
  const reader in{data};
  for (size_t at = 0; at + 64 < data.size; ++at) {
    switch (data[at]) {
      case 'M': {
        if (data[at + 1] != 'Z') break;
        const uint64_t header = at + uint64_t{in.u32(at + 0x3c)};
        if (header < data.size && in.u32(header) == 0x00004550) return at;
        break;
      }
      case 0x7f: if (in.u32(at) == 0x464c457f) return at; break;
      case 0x1f: if ((in.u32(at) & 0xe0ffffff) == 0x00088b1f) return at; break;
      case 0xfd: if (in.u32(at) == 0x587a37fd && in.u16(at + 4) == 0x005a) return at; break;
      case 0x28: if (in.u32(at) == 0xfd2fb528) return at; break;
      case '7': if (in.u32(at) == 0xafbc7a37 && in.u16(at + 4) == 0x1c27) return at; break;
      case 'B': if ((in.u32(at) & 0xffffff) == 0x685a42 && in.u32(at + 4) == 0x26594131) return at; break;
      default: break;
    }
  }
  return data.size;
}

/// c12: whether the collision entropy (Rényi, order 2: -log2 of the chance that two bytes are alike) of `inside` differs from
/// that of `outside` by 2 bits or more, which is a factor of 4 in that chance. Integers only. Both are cut to 4 KiB.
[[nodiscard]] constexpr bool entropy_steps(bytes outside, bytes inside) noexcept {
  const auto alike = [](bytes data, uint64_t& pairs) {
    uint16_t counts[256]{};
    for (size_t i = 0; i < data.size; ++i) ++counts[data[i]];
    uint64_t sum = 0;
    for (const uint16_t c : counts) sum += uint64_t{c} * c;
    pairs = uint64_t{data.size} * data.size;
    return sum;
  };
  outside = outside.sub(0, 4096);
  inside = inside.sub(0, 4096);
  if (outside.size < 256 || inside.size < 256) return false;
  uint64_t outside_pairs = 0;
  uint64_t inside_pairs = 0;
  const uint64_t out_alike = alike(outside, outside_pairs);
  const uint64_t in_alike = alike(inside, inside_pairs);
  const uint64_t left = out_alike * inside_pairs;
  const uint64_t right = in_alike * outside_pairs;
  return left >= 4 * right || right >= 4 * left;
}

}

#endif

// ==== bartizan/code_cave/decision.hpp ====
#ifndef BARTIZAN_CODE_CAVE_DECISION_HPP
#define BARTIZAN_CODE_CAVE_DECISION_HPP

/// The evidence for a hidden program in a file's unused space, and what it amounts to. ATT&CK T1554 Compromise Host Software
/// Binary, T1027.009 Embedded Payloads.
namespace BARTIZAN_NAMESPACE::code_cave {

/// Atoms by their bit. c15, a frame of a running program in slack, is the rule `slack_frame`'s own.
enum atom : uint8_t {
  c1,   ///< slack holds code
  c2,   ///< slack holds a program or compressed stream
  c3,   ///< an entry lies in slack
  c4,   ///< the code that runs first goes to slack
  c5,   ///< the code there needs unwind data and has none
  c6,   ///< the change collides with relocations
  c7,   ///< signature present, digest differs
  c8,   ///< signature cut out of the headers
  c9,   ///< unsigned, though its publisher signs
  c10,  ///< a section of data gained MEM_EXECUTE; code that is writable too is packers' way, and no sign
  c11,  ///< CheckSum of a driver is wrong
  c12,  ///< entropy steps where the slack begins
  c13,  ///< import tables reach into slack
  c14,  ///< code in slack finds its functions by itself
  c16,  ///< the code lies where no linker and no compiler places any
};

inline constexpr uint8_t atom_count = 15;

inline constexpr atom_info atoms[atom_count] = {
  {"c1", "Unused space holds code that branches into the program", grade::weak, column::what, field::machine_code},
  {"c2", "Unused space holds another program or a compressed stream", grade::weak, column::what, field::file_content},
  {"c3", "The entry point, a TLS callback, an export or a function pointer lies in unused space", grade::medium, column::how, field::machine_code},
  {"c4", "Code of the program transfers control into unused space", grade::weak, column::how, field::machine_code},
  {"c5", "The code there uses the stack but no exception table entry covers it", grade::weak, column::how, field::unwind_data},
  {"c6", "The change collides with base relocations, or has addresses that lack them", grade::weak, column::how, field::machine_code},
  {"c7", "The file was changed after it was signed", grade::medium, column::who, field::module_signature},
  {"c8", "A signature still lies in the file but was cut out of its headers", grade::medium, column::who, field::file_content},
  {"c9", "The publisher that it names signs its other files, but not this one", grade::weak, column::who, field::module_signature},
  {"c10", "A section has rights that no linker gives it", grade::weak, column::where, field::file_content},
  {"c11", "The header's checksum is wrong", grade::weak, column::where, field::file_content},
  {"c12", "The entropy changes abruptly where the unused space begins", grade::weak, column::where, field::file_content},
  {"c13", "Import tables reach into unused space", grade::weak, column::what, field::file_content},
  {"c14", "The code there searches memory for system functions by itself", grade::weak, column::what, field::machine_code},
  {"c16", "The code lies outside what the linker laid out, between functions, or keeps the flags as no compiler does", grade::weak, column::where, field::machine_code},
};

[[nodiscard]] constexpr uint16_t bit(atom a) noexcept { return static_cast<uint16_t>(1u << a); }

/// The decision table of rules.md CC as a pure function of the atoms that hold. A hidden program has an entry (c3, or c4 into
/// code, c1) and a mark that no linker, compiler or vendor leaves.
[[nodiscard]] constexpr verdict decide(uint16_t held) noexcept {
  const auto all = [held](uint16_t mask) { return (held & mask) == mask; };
  const auto any = [held](uint16_t mask) { return (held & mask) != 0; };
  constexpr uint16_t marks = bit(c5) | bit(c6) | bit(c7) | bit(c8);
  constexpr uint16_t places = bit(c10) | bit(c16);
  const bool entered = any(bit(c3)) || all(bit(c4) | bit(c1));
  if (entered && any(marks)) return verdict::convict;
  if (entered && any(bit(c1)) && any(places)) return verdict::convict;
  if (all(bit(c2) | bit(c7))) return verdict::convict;
  const int what = (any(bit(c1)) ? 1 : 0) + (any(bit(c13)) ? 1 : 0) + (any(bit(c14)) ? 1 : 0);
  if (any(bit(c4)) && what >= 2) {
    if (any(bit(c7) | bit(c8) | bit(c3))) return verdict::convict;
    return verdict::event;
  }
  return weigh(held, atoms);
}

/// The verdict on three-valued atoms: what is certain, and the fields that could have raised it.
[[nodiscard]] constexpr outcome decide(const atom_set& evidence) noexcept {
  return conclude(evidence, atoms, response::deny_terminate, [](uint16_t held) { return decide(held); });
}

}

#endif

// ==== bartizan/code_cave/gap.hpp ====
#ifndef BARTIZAN_CODE_CAVE_GAP_HPP
#define BARTIZAN_CODE_CAVE_GAP_HPP

/// Gaps between functions where no exception table marks them: judged by what compilers do. They align functions to 16 bytes
/// or not at all and fill up to the alignment, so code that begins off the alignment, inside of what was filled, is no function.
namespace BARTIZAN_NAMESPACE::code_cave {

inline constexpr uint32_t function_alignment_bytes = 16;
/// The longest piece that can have stood in one alignment gap, or in two that a function's removal joined.
inline constexpr uint32_t max_fragment_bytes = 48;
/// Padding that no compiler writes between two functions.
inline constexpr uint32_t long_padding_bytes = 32;

namespace detail {

[[nodiscard]] constexpr bool is_filler(const instruction& i) noexcept {
  if (i.map == 1) return i.opcode == 0x1f;
  if (i.map != 0 || i.leaves != flow::next) return false;
  if (i.opcode == 0x90) return true;
  if (i.opcode == 0x8b || i.opcode == 0x89) return i.mod() == 3 && i.reg() == i.rm();
  return i.opcode == 0x8d && i.displacement == 0 && i.mod() != 0 && (i.reg() == i.rm() || i.rm() == 4);
}

class idle_run {
 public:
  constexpr void add(const instruction& i) noexcept {
    constexpr uint8_t push_frame = 0x55, pop_frame = 0x5d;
    const bool plain = i.map == 0 && (i.rex & 7u) == 0;
    const bool sets_frame = plain && i.mod() == 3 && ((i.opcode == 0x8b && i.reg() == 5 && i.rm() == 4) || (i.opcode == 0x89 && i.reg() == 4 && i.rm() == 5));
    if (frame_ == 0 && plain && i.opcode == push_frame) {
      frame_ = 1;
    } else if (frame_ == 1 && sets_frame) {
      frame_ = 2;
    } else if (frame_ == 2 && plain && i.opcode == pop_frame) {
      frame_ = 0;
    } else {
      idle_ = idle_ && frame_ == 0 && is_filler(i);
    }
  }
  [[nodiscard]] constexpr bool is_idle() const noexcept { return idle_ && frame_ == 0; }

 private:
  uint8_t frame_ = 0;
  bool idle_ = true;
};

}

/// Straight-line code up to the first unconditional exit.
struct piece {
  uint32_t begin = 0;
  uint32_t end = 0;          ///< behind the exit
  uint32_t instructions = 0;
  flow exit = flow::stop;
  uint32_t target = 0;       ///< of a direct exit
  bool sound = false;        ///< every instruction decoded, and the exit was found within the limit
  bool branches = false;     ///< has a call or conditional branch
  bool moves_stack = false;  ///< moves the stack pointer, or calls
  bool saves_flags = false;  ///< saves the flags at once and restores them later
  bool jumps_away = false;   ///< its exit is a direct jump, or, of more than a thunk, one through an address in memory, as of an import
  bool goes_on_nearby = false;  ///< its exit is a short jump, of two bytes
};

/// JMP [address], without an index: to an imported function.
[[nodiscard]] constexpr bool is_import_jump(const instruction& i) noexcept {
  return i.leaves == flow::indirect_jump && i.has_address && i.mod() == 0 && i.rm() == 5;
}

[[nodiscard]] constexpr piece read_piece(const code_map& map, uint32_t rva, processor_mode mode, uint32_t limit_bytes) noexcept {
  piece out;
  out.begin = out.end = rva;
  const bytes code = map.from(rva).sub(0, limit_bytes + max_instruction_bytes);
  bool saved = false;
  detail::idle_run front;
  while (out.end - rva < limit_bytes) {
    const uint32_t at = out.end - rva;
    const instruction i = decode(code.sub(at), out.end, mode);
    if (!i) return out;
    out.end += i.size_bytes;
    ++out.instructions;
    out.moves_stack = out.moves_stack || i.uses_stack;
    constexpr uint8_t pushf = 0x9c, popf = 0x9d;
    saved = saved || (i.map == 0 && i.opcode == pushf && out.instructions <= 2);
    out.saves_flags = out.saves_flags || (saved && i.map == 0 && i.opcode == popf);
    if (i.leaves == flow::next) {
      front.add(i);
      continue;
    }
    if (i.falls_through()) {
      out.branches = true;
      continue;
    }
    out.exit = i.leaves;
    out.target = static_cast<uint32_t>(i.target);
    out.sound = i.leaves != flow::stop;
    const bool is_thunk = front.is_idle() && !out.branches;
    out.goes_on_nearby = i.leaves == flow::jump && i.size_bytes == 2;
    out.jumps_away = i.leaves == flow::jump || (is_import_jump(i) && !is_thunk);
    return out;
  }
  return out;
}

/// What surrounds a piece of code in its section.
struct surroundings {
  uint32_t padding_before = 0;  ///< at most 64
  uint32_t padding_behind = 0;  ///< at most 64, long NOPs included
  bool follows_exit = false;    ///< code in front of it ends with a return or jump
  uint8_t filler_before = 0xff; ///< the byte in front of it
  uint32_t run_before = 0;      ///< how many bytes of that value, if it is padding; at most 64
  bool fills_gap = false;       ///< padding, or nothing, from its end to the next aligned address
  bool is_last = false;         ///< only padding follows in the section
};

namespace detail {

[[nodiscard]] constexpr bool exit_ends_at(bytes code, size_t end) noexcept {
  const auto is = [&code, end](size_t back, uint8_t value) { return end >= back && code[end - back] == value; };
  return end == 0 || is(1, 0xc3) || (is(3, 0xc2) && is(1, 0)) || is(2, 0xeb) || is(5, 0xe9) || is(5, 0xe8) || (is(6, 0xff) && is(5, 0x25));
}

[[nodiscard]] constexpr uint32_t alignment_of(uint32_t rva) noexcept { return rva == 0 ? 0x1000 : rva & (~rva + 1); }

}

[[nodiscard]] constexpr surroundings look_around(const code_map& map, const piece& p, processor_mode mode) noexcept {
  surroundings out;
  const section_extent* const s = map.sections.section_of(p.begin);
  if (s == nullptr || p.end > s->mapped_end) return out;
  const bytes all = s->raw.sub(0, s->mapped_end - s->begin);
  const size_t at = p.begin - s->begin;
  size_t end = p.end - s->begin;
  out.padding_before = static_cast<uint32_t>(padding_before(all, at, 64));
  for (size_t back = 0; back <= out.padding_before && !out.follows_exit; ++back) {
    out.follows_exit = detail::exit_ends_at(all, at - back) || (back >= 1 && all[at - back] == 0xcc);
  }
  if (out.padding_before != 0) out.filler_before = all[at - 1];
  while (out.run_before < out.padding_before && all[at - 1 - out.run_before] == out.filler_before) ++out.run_before;
  out.is_last = trim_padding(all).size <= end;
  const size_t begin_of_padding = end;
  while (end < all.size && end - begin_of_padding < 64) {
    if (is_padding(all[end])) {
      end += padding_at(all.sub(end), 64);
      continue;
    }
    const instruction i = decode(all.sub(end), end, mode);
    if (!i || !detail::is_filler(i)) break;
    end += i.size_bytes;
  }
  out.padding_behind = static_cast<uint32_t>(end - begin_of_padding);
  const uint32_t to_boundary = (function_alignment_bytes - p.end % function_alignment_bytes) % function_alignment_bytes;
  out.fills_gap = out.padding_behind >= to_boundary;
  return out;
}

/// A piece that stands in the padding between two functions: begins off the alignment right behind a function or in padding,
/// ends with a jump, and only padding follows up to the next aligned address. A lone jump (a thunk) is none. Further
/// pieces of a chain may begin on the alignment: a gap can.
[[nodiscard]] constexpr bool is_gap_fragment(const code_map& map, const piece& p, processor_mode mode, bool is_first = true) noexcept {
  if (!p.sound || !p.jumps_away || p.instructions < 2 || p.branches) return false;
  if ((is_first && p.begin % function_alignment_bytes == 0) || p.end - p.begin > max_fragment_bytes) return false;
  const surroundings around = look_around(map, p, mode);
  return around.follows_exit && around.fills_gap;
}

/// A piece to which a jump at the very beginning of a function goes, and which comes back right behind that jump: an overwritten
/// beginning, done over elsewhere. Compilers jump back and forth like this inside of a function, but not away from it.
[[nodiscard]] constexpr bool is_detour(const piece& p, uint32_t site) noexcept {
  constexpr uint32_t longest_overwritten_bytes = 5 + max_instruction_bytes;
  constexpr uint32_t nearby_bytes = 0x200;
  if (!p.sound || p.exit != flow::jump || p.instructions < 2) return false;
  if (p.target < site + 2 || p.target > site + longest_overwritten_bytes) return false;
  return p.begin + nearby_bytes < site || p.begin > site + nearby_bytes;
}

/// A piece that leaves no trace in the flags, as code must that interrupts another program where it happens to be: set apart, and
/// ending with a jump. Compilers assume that a call changes the flags; hand-written routines that look at them return.
[[nodiscard]] constexpr bool is_interruption(const code_map& map, const piece& p, processor_mode mode) noexcept {
  if (!p.sound || !p.jumps_away || !p.saves_flags) return false;
  const surroundings around = look_around(map, p, mode);
  return around.follows_exit && around.fills_gap;
}

/// A piece whose surroundings no alignment explains, ending with a direct jump out of it: more padding in front of it or behind
/// it than the next aligned address asks for, or the last code of its section, set off by zeros.
[[nodiscard]] constexpr bool is_padding_island(const code_map& map, const piece& p, processor_mode mode) noexcept {
  if (!p.sound || !p.jumps_away || p.instructions < 2) return false;
  if (p.target >= p.begin && p.target < p.end) return false;
  if (p.goes_on_nearby) {
    const piece rest = read_piece(map, p.target, mode, 512);
    if (!rest.sound || !rest.jumps_away) return false;
  }
  const surroundings around = look_around(map, p, mode);
  const uint32_t before = around.run_before;
  const uint32_t behind = around.padding_behind;
  const uint32_t aligned = detail::alignment_of(p.begin);
  if (around.is_last) return around.filler_before == 0x00 && before != 0;
  if (map.pads_generously) return false;
  const uint32_t least = around.filler_before == 0x90 ? 2 : 8;
  const bool hot_patch_pad = before == 5 || before == 6;
  const bool ends_here = around.fills_gap && (behind != 0 || p.end % function_alignment_bytes == 0);
  if (ends_here && aligned < function_alignment_bytes && before >= aligned && before >= least && !hot_patch_pad) return true;
  if (ends_here && before >= long_padding_bytes && before >= aligned) return true;
  return behind >= long_padding_bytes && behind >= detail::alignment_of(p.end + behind);
}

}

#endif

// ==== bartizan/code_cave/stretch.hpp ====
#ifndef BARTIZAN_CODE_CAVE_STRETCH_HPP
#define BARTIZAN_CODE_CAVE_STRETCH_HPP

namespace BARTIZAN_NAMESPACE::code_cave {

inline constexpr uint32_t max_stretch_segments = 48;
inline constexpr uint32_t max_stretch_instructions = 2048;
inline constexpr uint32_t max_absolute_references = 16;

/// [begin, end) of code that runs without a jump.
struct segment {
  uint32_t begin = 0;
  uint32_t end = 0;
};

/// Code in unused space, followed from where control enters it over every direct branch until each path leaves.
struct stretch {
  uint32_t entry = 0;
  uint32_t instructions = 0;
  uint32_t segment_count = 0;
  uint32_t fragment_count = 0;    ///< gap fragments on the first path, in a row
  uint32_t exit_target = 0;       ///< where the first direct exit leads
  uint32_t absolute_count = 0;
  bool broken = false;            ///< a path ran into bytes that are no instruction
  bool full = false;              ///< a limit ended the search
  bool uses_stack = false;
  bool calls = false;
  bool jumps_out = false;         ///< a direct jump or branch into the program, or falling into it
  bool calls_out = false;         ///< a direct call into the program
  bool leaves_indirectly = false; ///< by register, memory or return address
  bool gives_back = false;        ///< returns to its caller on some path, as a function does
  bool has_immediate_return = false;  ///< PUSH address; RET
  bool walks_peb = false;         ///< reads the process environment block's address (FS:[30h], GS:[60h])
  bool hashes = false;            ///< rotates by an immediate in a loop: API names looked up by hash
  bool is_island = false;
  bool is_interruption = false;
  bool is_detour = false;         ///< set by who followed a jump there: it comes back right behind the jump
  segment segments[max_stretch_segments];
  /// Fields of four bytes that hold an address inside the image, x86 only: a linker would relocate them.
  uint32_t absolute_fields[max_absolute_references];

  /// Leaves its place by any way that gives control to something else.
  [[nodiscard]] constexpr bool leaves() const noexcept {
    return jumps_out || calls_out || leaves_indirectly || has_immediate_return;
  }
  [[nodiscard]] constexpr uint32_t size_bytes() const noexcept {
    uint32_t sum = 0;
    for (uint32_t i = 0; i < segment_count; ++i) sum += segments[i].end - segments[i].begin;
    return sum;
  }
};

namespace detail {

class stretch_walker {
 public:
  constexpr stretch_walker(const code_map& map, processor_mode mode, stretch& out) noexcept : map_(map), mode_(mode), out_(out) {}

  constexpr void run(uint32_t entry) noexcept {
    out_ = {};
    out_.entry = entry;
    const place p = map_.find(entry);
    certain_ = is_certain_slack(p.what);
    const piece first = read_piece(map_, entry, mode_, 512);
    out_.is_island = !certain_ && is_padding_island(map_, first, mode_);
    out_.is_interruption = !certain_ && is_interruption(map_, first, mode_);
    count_fragments(first);
    push(entry);
    while (pending_count_ != 0) follow(pending_[--pending_count_]);
  }

 private:
  constexpr void count_fragments(piece p) noexcept {
    while (out_.fragment_count < 8 && is_gap_fragment(map_, p, mode_, out_.fragment_count == 0)) {
      ++out_.fragment_count;
      if (p.exit != flow::jump || p.target == out_.entry) break;
      p = read_piece(map_, p.target, mode_, max_fragment_bytes);
    }
  }

  [[nodiscard]] constexpr bool stays(uint32_t target) const noexcept {
    const place p = map_.find(target);
    if (is_certain_slack(p.what)) return true;
    if (p.what == placement::gap) {
      const bool same = here_.what == placement::gap && target >= here_.begin && target < here_.end;
      return same ? !is_thunk(target) : is_gap_fragment(map_, read_piece(map_, target, mode_, max_fragment_bytes), mode_, false);
    }
    if (certain_) return false;
    if (target >= out_.entry && target - out_.entry < 512 && target < first_end_) return true;
    return out_.fragment_count >= 2 && is_gap_fragment(map_, read_piece(map_, target, mode_, max_fragment_bytes), mode_, false);
  }

  [[nodiscard]] constexpr bool is_thunk(uint32_t rva) const noexcept {
    return decode(map_.from(rva), rva, mode_).leaves == flow::indirect_jump;
  }

  [[nodiscard]] constexpr bool seen(uint32_t rva) const noexcept {
    for (uint32_t i = 0; i < out_.segment_count; ++i) {
      if (rva >= out_.segments[i].begin && rva < out_.segments[i].end) return true;
    }
    return false;
  }

  constexpr void push(uint32_t rva) noexcept {
    if (seen(rva)) return;
    if (pending_count_ == sizeof pending_ / sizeof *pending_) {
      out_.full = true;
      return;
    }
    pending_[pending_count_++] = rva;
  }

  constexpr void exit_to(uint32_t target) noexcept {
    if (!out_.jumps_out) out_.exit_target = target;
    out_.jumps_out = true;
  }

  constexpr void follow(uint32_t at) noexcept {
    if (seen(at)) return;
    if (out_.segment_count == max_stretch_segments) {
      out_.full = true;
      return;
    }
    const place p = here_ = map_.find(at);
    segment& s = out_.segments[out_.segment_count++];
    s = {at, at};
    const bytes code = map_.from(at);
    instruction last;
    bool behind_call = false;  // nothing but fillers since the last call
    while (true) {
      if (s.end >= p.end) {  // falls out of its place: into the program, or off the end
        if (behind_call && !certain_ && detail::is_filler(last)) return;  // of a call that does not come back
        if (map_.find(s.end).what == placement::owned) {
          exit_to(s.end);
        } else {
          out_.broken = true;
        }
        return;
      }
      if (out_.instructions == max_stretch_instructions) {
        out_.full = true;
        return;
      }
      const instruction i = decode(code.sub(s.end - at), s.end, mode_);
      if (!i || is_filler(i, last)) {
        out_.broken = true;
        return;
      }
      ++out_.instructions;
      s.end += i.size_bytes;
      if (out_.segment_count == 1) first_end_ = s.end;
      note(i, s);
      behind_call = i.leaves == flow::call || i.leaves == flow::indirect_call || (behind_call && detail::is_filler(i));
      if (!go_on(i, last)) return;
      last = i;
    }
  }

  [[nodiscard]] static constexpr bool is_filler(const instruction& i, const instruction& last) noexcept {
    const auto is_zero = [](const instruction& x) { return x.size_bytes == 2 && x.map == 0 && x.opcode == 0 && x.modrm == 0; };
    return is_zero(i) && is_zero(last);
  }

  constexpr void note(const instruction& i, const segment& s) noexcept {
    out_.uses_stack = out_.uses_stack || i.uses_stack;
    out_.calls = out_.calls || i.leaves == flow::call || i.leaves == flow::indirect_call;
    const bool is_32 = mode_ == processor_mode::x86;
    const uint32_t peb = is_32 ? 0x30 : 0x60;
    if (i.segment == (is_32 ? 0x64 : 0x65) && (i.displacement == static_cast<int32_t>(peb) || i.address == peb || i.immediate == peb)) {
      out_.walks_peb = true;
    }
    if (i.map == 0 && i.opcode == 0xc1 && i.mod() == 3 && i.reg() < 2) rotated_ = true;
    if (i.leaves == flow::branch && i.target < s.end && seen(static_cast<uint32_t>(i.target))) out_.hashes = out_.hashes || rotated_;
    if (is_32) note_absolute(i, s);
  }

  constexpr void note_absolute(const instruction& i, const segment& s) noexcept {
    const uint64_t base = map_.sections.image->optional.image_base;
    const auto inside = [this, base](uint64_t va) { return va >= base + 0x1000 && va - base < map_.sections.image->optional.size_of_image; };
    uint32_t field = 0;
    if (i.has_address && !i.has_modrm && inside(i.address)) field = s.end - 4;
    if (i.has_address && i.has_modrm && inside(i.address)) field = s.end - 4 - trailing_immediate(i);
    if (field == 0 && i.map == 0 && i.size_bytes >= 5 && i.leaves == flow::next && inside(i.immediate)) field = s.end - 4;
    if (field != 0 && out_.absolute_count < max_absolute_references) out_.absolute_fields[out_.absolute_count++] = field;
  }
  [[nodiscard]] static constexpr uint32_t trailing_immediate(const instruction& i) noexcept {
    const uint8_t entry = i.map == 0 ? one_byte_map.entry[i.opcode] : i.map == 1 ? two_byte_map.entry[i.opcode] : 0;
    return ((entry & op_imm8) != 0 ? 1u : 0u) + ((entry & op_imm_z) != 0 ? (i.narrow ? 2u : 4u) : 0u);
  }

  constexpr bool go_on(const instruction& i, const instruction& last) noexcept {
    const uint32_t target = static_cast<uint32_t>(i.target);
    switch (i.leaves) {
      case flow::next: return true;
      case flow::branch:
        stays(target) ? push(target) : exit_to(target);
        return true;
      case flow::call:
        if (stays(target)) {
          push(target);
        } else {
          out_.calls_out = true;
        }
        return true;
      case flow::indirect_call:
        out_.calls_out = out_.calls_out || i.mod() != 3;
        return true;
      case flow::jump:
        stays(target) ? push(target) : exit_to(target);
        return false;
      case flow::give_back: {
        const bool pushed = last.map == 0 && last.opcode == 0x68;
        out_.has_immediate_return = out_.has_immediate_return || pushed;
        out_.gives_back = out_.gives_back || !pushed;
        out_.leaves_indirectly = true;
        return false;
      }
      case flow::indirect_jump:
        out_.leaves_indirectly = true;
        out_.jumps_out = out_.jumps_out || is_import_jump(i);
        return false;
      case flow::stop: break;
    }
    out_.broken = true;
    return false;
  }

  const code_map& map_;
  processor_mode mode_;
  stretch& out_;
  uint32_t pending_[24]{};
  uint32_t pending_count_ = 0;
  uint32_t first_end_ = 0;
  place here_;  ///< of the segment that is being followed
  bool certain_ = false;
  bool rotated_ = false;
};

}

/// Follows the code that control enters at `entry`. Bounded by `max_stretch_instructions`.
constexpr void follow_stretch(const code_map& map, processor_mode mode, uint32_t entry, stretch& out) noexcept {
  detail::stretch_walker(map, mode, out).run(entry);
}

/// Whether a stretch that begins at an address of `what` is code that no linker placed there. In certain slack it always is.
/// Between functions it has to look unlike a function: pieces joined over several gaps, an island in padding, flags kept, or,
/// where an exception table tells, stack use that no entry covers; and a jump back into the program on every path: hand-written
/// assembly returns.
[[nodiscard]] constexpr bool is_in_slack(placement what, const stretch& s) noexcept {
  if (is_certain_slack(what)) return true;
  if (s.broken) return false;
  if (s.fragment_count >= 3) return true;  // also where the last of them jumps to a leaf function of its own gap
  if (!s.jumps_out) return false;
  if (s.fragment_count >= 2 || s.is_island || s.is_detour || (s.is_interruption && !s.gives_back)) return true;
  return what == placement::gap && (s.uses_stack || s.calls) && !s.gives_back;
}

}

#endif

// ==== bartizan/code_cave/explore.hpp ====
#ifndef BARTIZAN_CODE_CAVE_EXPLORE_HPP
#define BARTIZAN_CODE_CAVE_EXPLORE_HPP

/// Where control goes from an image's entries: the functions that run first, looked through for a transfer into unused space.
namespace BARTIZAN_NAMESPACE::code_cave {

enum class entry_kind : uint8_t { none, entry_point, tls_callback, exported, pointer, branch };

[[nodiscard]] constexpr const char* name(entry_kind k) noexcept {
  switch (k) {
    case entry_kind::none: return "none";
    case entry_kind::entry_point: return "entry_point";
    case entry_kind::tls_callback: return "tls_callback";
    case entry_kind::exported: return "export";
    case entry_kind::pointer: return "pointer";
    case entry_kind::branch: return "branch";
  }
  return "?";
}

/// Control enters unused space.
struct landing {
  entry_kind how = entry_kind::none;
  placement where = placement::nowhere;
  uint32_t site_rva = 0;    ///< of the instruction that transfers control; of the table's field for a pointer; 0 for an entry
  uint32_t target_rva = 0;

  [[nodiscard]] constexpr explicit operator bool() const noexcept { return how != entry_kind::none; }
};

inline constexpr uint32_t max_explored_functions = 128;
inline constexpr uint32_t max_explored_instructions = 4096;
inline constexpr uint32_t max_function_instructions = 512;
/// Calls below the entry point that are followed: its own, and those of main or WinMain.
inline constexpr uint8_t max_call_depth = 2;

class explorer {
 public:
  constexpr explorer(const code_map& map, processor_mode mode, stretch& work) noexcept : map_(map), mode_(mode), work_(work) {}

  /// Explores from `rva`; true when control lands in unused space: then `found` and the stretch given to the constructor say
  /// where. May be called again for further entries, within one budget.
  constexpr bool from(uint32_t rva, uint8_t depth = 0) noexcept {
    queue(rva, depth);
    while (next_ < count_ && !found) look_through(functions_[next_].rva, functions_[next_].depth), ++next_;
    return static_cast<bool>(found);
  }

  /// The first instructions only, for the many entries of an export table.
  constexpr bool peek(uint32_t rva) noexcept {
    look_through(rva, max_call_depth, 8);
    return static_cast<bool>(found);
  }

  /// Whether `rva` itself is unused space; fills the stretch.
  /// `site` is that of a jump there at the beginning of a function, if there is one. What `runs_first`, before anything of the
  /// program, needs but to stand in the padding between two functions.
  constexpr bool lands(uint32_t rva, uint32_t site = 0, bool runs_first = false) noexcept {
    const place p = map_.find(rva);
    if (!is_certain_slack(p.what) && p.what != placement::gap && (p.what != placement::owned || map_.functions.is_telling())) return false;
    const piece first = read_piece(map_, rva, mode_, 512);
    instructions_ += first.instructions;
    const bool detour = site != 0 && map_.sections.section_of(site) == map_.sections.section_of(rva) && is_detour(first, site);
    const bool suspect = detour || is_gap_fragment(map_, first, mode_) || is_padding_island(map_, first, mode_) ||
              is_interruption(map_, first, mode_);
    if (p.what == placement::owned && !suspect) return false;
    follow_stretch(map_, mode_, rva, work_);
    work_.is_detour = detour;
    instructions_ += work_.instructions;
    const bool between_functions = runs_first && work_.fragment_count != 0 && !work_.broken && work_.jumps_out;
    if (!is_in_slack(p.what, work_) && !between_functions) return false;
    found.where = p.what;
    found.target_rva = rva;
    return true;
  }

  landing found;

 private:
  constexpr void queue(uint64_t rva, uint8_t depth) noexcept {
    if (rva > UINT32_MAX || count_ == max_explored_functions) return;
    for (uint32_t i = 0; i < count_; ++i) {
      if (functions_[i].rva == rva) return;
    }
    functions_[count_++] = {static_cast<uint32_t>(rva), depth};
  }

  constexpr bool known(uint64_t rva) const noexcept {
    for (uint32_t i = 0; i < count_; ++i) {
      if (functions_[i].rva == rva) return true;
    }
    return false;
  }

  constexpr void arrive(uint32_t site, uint64_t target, bool jumps, bool at_beginning, bool leaves_function, uint8_t depth) noexcept {
    if (target > UINT32_MAX) return;
    const placement what = map_.find(target).what;
    const uint32_t rva = static_cast<uint32_t>(target);
    if (is_certain_slack(what) || ((leaves_function || jumps) && !known(target))) {
      if (lands(rva, jumps && at_beginning ? site : 0) && (work_.broken || !work_.leaves())) found = {};
      if (found.target_rva != 0) {
        found.how = entry_kind::branch;
        found.site_rva = site;
        return;
      }
    }
    if (leaves_function) queue(target, depth);
  }

  struct computed_address {
    uint64_t rva = 0;
    uint8_t reg = 0xff;
    bool pushed = false;  ///< it is also what a return would pop
    bool known = false;

    constexpr bool step(const instruction& i, uint64_t image_base, processor_mode mode) noexcept {
      const uint8_t extend = static_cast<uint8_t>((i.rex & 1u) << 3);
      const uint8_t rm = static_cast<uint8_t>(i.rm() | extend);
      const bool on_it = known && i.map == 0 && i.has_modrm && i.mod() == 3 && rm == reg;
      if (known && i.map == 0) {
        if (pushed && i.leaves == flow::give_back) return true;
        if (on_it && i.opcode == 0xff && (i.leaves == flow::indirect_jump || i.leaves == flow::indirect_call)) return true;
        if ((on_it && i.opcode == 0xff && i.reg() == 6) || (i.opcode == 0x50 + (reg & 7) && extend == (reg & 8))) {
          pushed = true;
          return false;
        }
        if (on_it && (i.opcode == 0x81 || i.opcode == 0x83) && (i.reg() == 0 || i.reg() == 5)) {
          const uint64_t amount = i.opcode == 0x83 ? widen(i.immediate, 8) : widen(i.immediate, 32);
          rva += i.reg() == 0 ? amount : 0 - amount;
          return false;
        }
        if (i.opcode == 0x8d && i.mod() != 3 && i.mod() != 0 && rm == reg && i.rm() != 4 && (i.reg() | (i.rex & 4u) << 1) == reg) {
          rva += static_cast<uint64_t>(int64_t{i.displacement});
          return false;
        }
      }
      return start(i, image_base, mode);
    }

   private:
    [[nodiscard]] static constexpr uint64_t widen(uint64_t value, unsigned bits) noexcept {
      const uint64_t sign = uint64_t{1} << (bits - 1);
      return (value ^ sign) - sign;
    }
    constexpr bool start(const instruction& i, uint64_t image_base, processor_mode mode) noexcept {
      if (i.map != 0) return false;
      if (i.leaves == flow::call && i.immediate == 0) {
        *this = {i.target, 0xff, true, true};
      } else if (known && pushed && reg == 0xff && (i.opcode & 0xf8) == 0x58) {
        *this = {rva, static_cast<uint8_t>((i.opcode & 7u) | (i.rex & 1u) << 3), false, true};
      } else if (i.opcode == 0x68 && mode == processor_mode::x86) {
        *this = {i.immediate - image_base, 0xff, true, true};
      } else if ((i.opcode & 0xf8) == 0xb8) {
        *this = {i.immediate - image_base, static_cast<uint8_t>((i.opcode & 7u) | (i.rex & 1u) << 3), false, true};
      } else if (i.opcode == 0x8d && i.has_address && mode == processor_mode::x64) {
        *this = {i.address, static_cast<uint8_t>(i.reg() | (i.rex & 4u) << 1), false, true};
      } else if (i.leaves != flow::next || (pushed && reg == 0xff)) {
        *this = {};
      } else if (i.uses_stack) {
        pushed = false;
      }
      return false;
    }
  };

  constexpr void look_through(uint32_t entry, uint8_t depth, uint32_t limit = max_function_instructions) noexcept {
    const place p = map_.find(entry);
    if (p.what != placement::owned && p.what != placement::gap) return;
    const bool bounded = map_.functions.is_telling() && p.what == placement::owned;
    const uint32_t end = p.end;
    const bytes code = map_.from(entry);
    uint32_t furthest = entry;
    computed_address computed;
    const uint64_t image_base = map_.sections.image->optional.image_base;
    for (uint32_t at = entry; at < end && limit != 0 && instructions_ < max_explored_instructions; --limit) {
      const instruction i = decode(code.sub(at - entry), at, mode_);
      if (!i) return;
      ++instructions_;
      const uint32_t site = at;
      at += i.size_bytes;
      if (computed.step(i, image_base, mode_)) {
        arrive(site, computed.rva, i.leaves != flow::indirect_call, false, true, depth);
        computed = {};
      } else if (i.is_direct()) {
        const bool inside = i.leaves != flow::call && i.target >= entry && i.target < uint64_t{entry} + 0x1000 &&
                  (i.target < end) && (bounded || i.leaves == flow::branch || i.target <= uint64_t{at} + 0x80);
        if (inside && i.target > furthest) furthest = static_cast<uint32_t>(i.target);
        const uint8_t below = static_cast<uint8_t>(i.leaves == flow::call ? depth + 1 : depth);
        arrive(site, i.target, i.leaves == flow::jump, site - entry <= 2, !inside && i.leaves != flow::branch && below <= max_call_depth, below);
      }
      if (found) return;
      if (!i.falls_through() && (bounded ? false : furthest < at)) return;
    }
  }

  struct function {
    uint32_t rva;
    uint8_t depth;
  };
  const code_map& map_;
  processor_mode mode_;
  stretch& work_;
  function functions_[max_explored_functions]{};
  uint32_t count_ = 0;
  uint32_t next_ = 0;
  uint32_t instructions_ = 0;
};

}

#endif

// ==== bartizan/code_cave/file_check_sum.hpp ====
#ifndef BARTIZAN_CODE_CAVE_FILE_CHECK_SUM_HPP
#define BARTIZAN_CODE_CAVE_FILE_CHECK_SUM_HPP

namespace BARTIZAN_NAMESPACE::code_cave {

/// The checksum that the optional header ought to hold (CheckSumMappedFile): the file's 16-bit words added with end-around
/// carry, the field itself left out, plus the file's size. Linear.
[[nodiscard]] constexpr uint32_t file_check_sum(const pe::image& image) noexcept {
  const reader in{image.file};
  const uint64_t field = image.optional_header_offset() + 64;
  uint64_t sum = 0;
  for (uint64_t at = 0; at < image.file.size; at += 8) {  // 8 bytes are 4 words: folded at the end
    const uint64_t eight = in.u64(at);
    sum += (eight & 0xffffffff) + (eight >> 32);
  }
  for (unsigned i = 0; i < 4; ++i) {
    const uint64_t at = field + i;
    sum += uint64_t{0xffffffff} - (uint64_t{in.u8(at)} << (8 * (at & 3)));
  }
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint32_t>(sum) + static_cast<uint32_t>(image.file.size);
}

}

#endif

// ==== bartizan/code_cave/references.hpp ====
#ifndef BARTIZAN_CODE_CAVE_REFERENCES_HPP
#define BARTIZAN_CODE_CAVE_REFERENCES_HPP

/// Transfers into a stretch of memory from anywhere in the program, however deep: for unused space that does hold bytes.
namespace BARTIZAN_NAMESPACE::code_cave {

namespace detail {

[[nodiscard]] constexpr bool is_instruction_start(const code_map& map, processor_mode mode, uint32_t rva) noexcept {
  constexpr uint32_t step_in_bytes = 64;
  constexpr uint32_t longest_function_bytes = 0x4000;
  const place p = map.find(rva);
  const bool known = map.functions.is_telling() && p.what == placement::owned && rva - p.begin < longest_function_bytes;
  const uint32_t reach = rva - p.begin < step_in_bytes ? rva - p.begin : step_in_bytes;
  uint32_t at = known ? p.begin : rva - reach;
  const bytes code = map.from(at);
  const uint32_t first = at;
  if (!known && exit_ends_at(code, reach)) return true;
  while (at < rva) {
    const instruction i = decode(code.sub(at - first), at, mode);
    at += i ? i.size_bytes : 1u;
  }
  return at == rva;
}

}

/// A direct branch or call in the program's own code to an address for which `is_wanted(rva)`, all of them in [begin, end): the
/// first in the order of the sections. Linear in the code; one comparison a byte.
template <class Wanted>
[[nodiscard]] constexpr landing find_branch_into(const code_map& map, processor_mode mode, uint32_t begin, uint32_t end, const Wanted& is_wanted) noexcept {
  const uint32_t size = end - begin;
  for (uint32_t k = 0; k < map.sections.count; ++k) {
    const section_extent& s = map.sections.sections[k];
    if (!s.executable() || s.raw.size < 5) continue;
    const reader in{s.raw};
    const size_t last = s.raw.size - 4;
    const place own = map.find(begin);  // what lies in certain slack is no way in
    uint32_t field = in.u32(0);
    for (size_t i = 1; i <= last; ++i) {
      field = field >> 8 | uint32_t{s.raw[i + 3]} << 24;
      const uint32_t behind = s.begin + static_cast<uint32_t>(i) + 4;
      const uint32_t target = behind + field;
      if (target - begin >= size) continue;
      const uint8_t op = s.raw[i - 1];
      const bool near = op == 0xe8 || op == 0xe9;
      const bool conditional = i >= 2 && (op & 0xf0) == 0x80 && s.raw[i - 2] == 0x0f;
      if ((!near && !conditional) || !is_wanted(target)) continue;
      const uint32_t site = behind - (near ? 5 : 6);
      if (is_certain_slack(own.what) && site >= own.begin && site < own.end) continue;
      if (!detail::is_instruction_start(map, mode, site)) continue;
      return {entry_kind::branch, map.find(target).what, site, target};
    }
  }
  return {};
}

/// A relocated pointer to an address for which `is_wanted(rva)`, all of them in [begin, end): an entry of a table of functions. The
/// first in the order of the relocations, in which it is linear.
template <class Wanted>
[[nodiscard]] constexpr landing find_pointer_into(const code_map& map, uint32_t begin, uint32_t end, const Wanted& is_wanted) noexcept {
  const pe::image& image = *map.sections.image;
  pe::relocation_cursor blocks(image);
  for (pe::relocation_block block; blocks.next(block);) {
    const bytes page = map.from(block.page_rva);
    for (uint32_t i = 0; i < block.size(); ++i) {
      const pe::base_relocation r = block[i];
      if (r.type != pe::relocation_highlow && r.type != pe::relocation_dir64) continue;
      const reader in{page};
      const uint32_t at = r.rva - block.page_rva;
      const uint64_t va = r.type == pe::relocation_dir64 ? in.u64(at) : in.u32(at);
      const uint64_t target = va - image.optional.image_base;
      if (target < begin || target >= end || (r.rva >= begin && r.rva < end) || !is_wanted(static_cast<uint32_t>(target))) continue;
      return {entry_kind::pointer, map.find(target).what, r.rva, static_cast<uint32_t>(target)};
    }
  }
  return {};
}

/// Whether a base relocation changes one of the bytes [begin, end).
[[nodiscard]] constexpr bool is_relocated(const pe::image& image, uint32_t begin, uint32_t end) noexcept {
  pe::relocation_cursor blocks(image);
  for (pe::relocation_block block; blocks.next(block);) {
    if (block.page_rva > end || end - block.page_rva > 0x2000) continue;
    for (uint32_t i = 0; i < block.size(); ++i) {
      const pe::base_relocation r = block[i];
      const uint32_t width = r.type == pe::relocation_dir64 ? 8 : r.type == pe::relocation_highlow ? 4 : 0;
      if (width != 0 && r.rva < end && r.rva + width > begin) return true;
    }
  }
  return false;
}

}

#endif

// ==== bartizan/code_cave/signature_cut.hpp ====
#ifndef BARTIZAN_CODE_CAVE_SIGNATURE_CUT_HPP
#define BARTIZAN_CODE_CAVE_SIGNATURE_CUT_HPP

namespace BARTIZAN_NAMESPACE::code_cave {

/// Offset of a signature that the headers no longer name (c8); `found` false where there is none.
struct cut_signature {
  bool found = false;
  uint64_t offset = 0;
};

/// Looks in what follows the image for a WIN_CERTIFICATE (revision 2.0, PKCS signed data, DER) that stands where a certificate
/// table stands, at the front or the end of the overlay, while the security directory is empty or too short for it. Signed files
/// inside of an installer's payload lie elsewhere. Linear in the overlay, at one look in eight bytes.
[[nodiscard]] constexpr cut_signature find_cut_signature(const pe::image& image) noexcept {
  constexpr uint32_t revision_and_type = 0x00020200;
  constexpr size_t least_certificate_bytes = 256;
  const pe::image_data_directory directory = image.directory(pe::directory_entry::security);
  const reader in{image.file};
  const pe::overlay behind = pe::find_overlay(image);
  const uint64_t first = (behind.offset + 7) & ~uint64_t{7};
  for (uint64_t at = first; !behind.data.empty() && in.has(at, least_certificate_bytes); at += 8) {
    if (in.u32(at + 4) != revision_and_type) continue;
    const uint64_t left = image.file.size - at;
    const uint32_t length = in.u32(at);
    if (length < least_certificate_bytes || length > left) continue;
    if (at != first && left - length >= 16) continue;
    if (in.u16(at + 8) != 0x8230) continue;  // SEQUENCE, two bytes of length
    if (in.u64(at + 12) != 0x0df78648862a0906) continue;
    if (directory.virtual_address == at && directory.size >= length) return {};
    if (directory.virtual_address != 0 && directory.size >= length) return {};
    return {true, at};
  }
  return {};
}

}

#endif

// ==== bartizan/code_cave/slack_map.hpp ====
#ifndef BARTIZAN_CODE_CAVE_SLACK_MAP_HPP
#define BARTIZAN_CODE_CAVE_SLACK_MAP_HPP

/// The unused space of an image: where a program could be hidden without growing the file.
namespace BARTIZAN_NAMESPACE::code_cave {

enum class slack_kind : uint8_t {
  section_tail,    ///< of an executable section, behind VirtualSize
  header_gap,      ///< between the section table and the first section
  file_gap,        ///< between the raw data of two sections; not in memory
  padding_run,     ///< 64 bytes or more of padding inside an executable section
  hidden_code,     ///< code found between functions or in a section of data
};

[[nodiscard]] constexpr const char* name(slack_kind k) noexcept {
  switch (k) {
    case slack_kind::section_tail: return "section tail";
    case slack_kind::header_gap: return "header gap";
    case slack_kind::file_gap: return "gap in the file";
    case slack_kind::padding_run: return "padding";
    case slack_kind::hidden_code: return "hidden code";
  }
  return "?";
}

struct slack_region {
  uint32_t rva = 0;              ///< of a file_gap: 0
  uint32_t size_bytes = 0;
  uint64_t offset = 0;           ///< in the file
  slack_kind kind = slack_kind::section_tail;
  truth holds_code = truth::no;  ///< the file's bytes there are code
};

inline constexpr uint32_t max_slack_regions = 256;
inline constexpr uint32_t least_padding_run_bytes = 64;
/// Padding runs leave room for what matters more: hidden code.
inline constexpr uint32_t max_padding_runs = 192;

/// Regions ascend by rva (file gaps first, by offset) and do not overlap.
struct slack_map {
  slack_region regions[max_slack_regions];
  uint32_t count = 0;
  bool full = false;  ///< there are more padding runs than fit; the larger kinds come first

  constexpr void add(const slack_region& r) noexcept {
    if (r.size_bytes == 0) return;
    if (count == max_slack_regions) {
      full = true;
      return;
    }
    uint32_t at = count;
    for (; at > 0 && is_before(r, regions[at - 1]); --at) regions[at] = regions[at - 1];
    regions[at] = r;
    ++count;
  }
  [[nodiscard]] constexpr uint32_t count_of(slack_kind kind) const noexcept {
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; ++i) n += regions[i].kind == kind ? 1 : 0;
    return n;
  }
  [[nodiscard]] constexpr const slack_region* find(uint64_t rva) const noexcept {
    for (uint32_t i = 0; i < count; ++i) {
      const slack_region& r = regions[i];
      if (r.kind != slack_kind::file_gap && rva >= r.rva && rva - r.rva < r.size_bytes) return &r;
    }
    return nullptr;
  }

 private:
  [[nodiscard]] static constexpr bool is_before(const slack_region& a, const slack_region& b) noexcept {
    const bool a_gap = a.kind == slack_kind::file_gap;
    const bool b_gap = b.kind == slack_kind::file_gap;
    if (a_gap != b_gap) return a_gap;
    return a_gap ? a.offset < b.offset : a.rva < b.rva;
  }
};

namespace detail {

constexpr void add_padding_runs(const section_extent& s, slack_map& out) noexcept {
  const uint32_t end = (s.linked_end < s.mapped_end ? s.linked_end : s.mapped_end) - s.begin;
  const bytes code = s.raw.sub(0, end);
  const reader in{code};
  for (size_t block = 0; block + 32 <= code.size && !out.full;) {
    const uint8_t filler = code[block];
    const uint64_t alike = filler * uint64_t{0x0101010101010101};
    if (!is_padding(filler) || in.u64(block) != alike || in.u64(block + 24) != alike) {
      block += 32;
      continue;
    }
    const size_t front = block - padding_before(code, block, 32);
    const size_t size = block - front + padding_at(code.sub(block));
    if (size >= least_padding_run_bytes) {
      if (out.count >= max_padding_runs) {
        out.full = true;
        return;
      }
      out.add({s.begin + static_cast<uint32_t>(front), static_cast<uint32_t>(size), s.raw_offset + front,
          slack_kind::padding_run, truth::no});
    }
    block = (front + size + 31) / 32 * 32 > block ? (front + size + 31) / 32 * 32 : block + 32;
  }
}

constexpr void add_file_gaps(const layout& where, slack_map& out) noexcept {
  uint64_t end = where.image->optional.size_of_headers;
  for (uint32_t n = 0; n < where.count; ++n) {
    const section_extent* next = nullptr;
    for (uint32_t i = 0; i < where.count; ++i) {
      const section_extent& s = where.sections[i];
      if (s.raw.size != 0 && s.raw_offset + s.raw.size > end && (next == nullptr || s.raw_offset < next->raw_offset)) next = &s;
    }
    if (next == nullptr) return;
    if (next->raw_offset > end) {
      out.add({0, clamp_u32(next->raw_offset - end), end, slack_kind::file_gap, truth::no});
    }
    end = next->raw_offset + next->raw.size;
  }
}

}

/// Maps the slack of an image that was laid out. Linear in the executable sections' bytes. `holds_code` is still no everywhere.
constexpr void map_slack(const layout& where, slack_map& out) noexcept {
  out.count = 0;
  out.full = false;
  const pe::image& image = *where.image;
  uint64_t first = image.optional.size_of_headers;
  for (uint32_t i = 0; i < where.count; ++i) {
    const section_extent& s = where.sections[i];
    if (s.raw.size != 0 && s.raw_offset < first) first = s.raw_offset;
    if (s.executable() && s.mapped_end > s.linked_end) {
      out.add({s.linked_end, s.mapped_end - s.linked_end, s.raw_offset + (s.linked_end - s.begin), slack_kind::section_tail, truth::no});
    }
  }
  const uint64_t table_end = image.sections.offset() + uint64_t{pe::section_header_size_bytes} * image.sections.size();
  if (first > table_end && first <= image.file.size) {
    out.add({detail::clamp_u32(table_end), detail::clamp_u32(first - table_end), table_end, slack_kind::header_gap, truth::no});
  }
  detail::add_file_gaps(where, out);
  for (uint32_t i = 0; i < where.count && !out.full; ++i) {
    if (where.sections[i].executable()) detail::add_padding_runs(where.sections[i], out);
  }
}

}

#endif

// ==== bartizan/code_cave/suspects.hpp ====
#ifndef BARTIZAN_CODE_CAVE_SUSPECTS_HPP
#define BARTIZAN_CODE_CAVE_SUSPECTS_HPP

/// Code inside of what the headers call the program's, that looks hidden whether or not the search from the entries came by.
namespace BARTIZAN_NAMESPACE::code_cave {

namespace detail {

[[nodiscard]] constexpr bool begins_apart(bytes code, size_t at) noexcept {
  return at != 0 && (is_padding(code[at - 1]) || exit_ends_at(code, at));
}

template <class Visit>
constexpr bool visit_chain(const code_map& map, processor_mode mode, const section_extent& s, bytes code, size_t jump, uint32_t& closer_looks, Visit&& visit) noexcept {
  const size_t end = jump + 5;
  if (end > code.size) return false;
  const uint32_t end_rva = s.begin + static_cast<uint32_t>(end);
  const uint32_t next = end_rva + reader{code}.u32(jump + 1);
  if (next - s.begin >= code.size || next % function_alignment_bytes == 0 || !begins_apart(code, next - s.begin)) return false;
  const size_t to_boundary = (function_alignment_bytes - end_rva % function_alignment_bytes) % function_alignment_bytes;
  if (padding_at(code.sub(end), to_boundary) < to_boundary) return false;
  const piece second = read_piece(map, next, mode, max_fragment_bytes);
  if (second.exit != flow::jump || !is_gap_fragment(map, second, mode)) return false;
  if (!is_gap_fragment(map, read_piece(map, second.target, mode, max_fragment_bytes), mode)) return false;
  --closer_looks;
  for (size_t begin = jump; begin != 0 && jump - begin < max_fragment_bytes; --begin) {
    if (!begins_apart(code, begin)) continue;
    const piece first = read_piece(map, s.begin + static_cast<uint32_t>(begin), mode, max_fragment_bytes);
    if (first.end == end_rva && is_gap_fragment(map, first, mode)) return visit(first.begin) || visit(next);
  }
  return false;
}

template <class Visit>
constexpr bool visit_interruption(const code_map& map, processor_mode mode, const section_extent& s, bytes code, size_t push, uint32_t& closer_looks, Visit&& visit) noexcept {
  if (push == 0) return false;
  const bool behind_push = (code[push - 1] & 0xf8) == 0x50;
  const size_t begin = push - (behind_push ? 1 : 0);
  if (!begins_apart(code, begin)) return false;
  --closer_looks;
  const piece p = read_piece(map, s.begin + static_cast<uint32_t>(begin), mode, 256);
  return is_interruption(map, p, mode) && visit(p.begin);
}

[[nodiscard]] constexpr uint64_t load(const uint8_t* b) noexcept {
  const uint32_t low = b[0] | uint32_t{b[1]} << 8 | uint32_t{b[2]} << 16 | uint32_t{b[3]} << 24;
  const uint32_t high = b[4] | uint32_t{b[5]} << 8 | uint32_t{b[6]} << 16 | uint32_t{b[7]} << 24;
  return low | uint64_t{high} << 32;
}

[[nodiscard]] constexpr bool holds(uint64_t eight, uint8_t value) noexcept {
  constexpr uint64_t ones = 0x0101010101010101;
  const uint64_t difference = eight ^ value * ones;
  return ((difference - ones) & ~difference & 0x80 * ones) != 0;
}

template <class Visit>
constexpr bool for_each_foreign(const code_map& map, processor_mode mode, Visit&& visit) noexcept {
  uint32_t closer_looks = 4096;
  for (uint32_t k = 0; k < map.sections.count; ++k) {
    const section_extent& s = map.sections.sections[k];
    if (!s.is_sound_code()) continue;
    const bytes code = s.raw.sub(0, (s.linked_end < s.mapped_end ? s.linked_end : s.mapped_end) - s.begin);
    constexpr uint8_t jump = 0xe9, pushf = 0x9c;
    const reader in{code};
    for (size_t block = 0; block < code.size; block += 8) {
      const uint64_t eight = block + 8 <= code.size ? load(code.data + block) : in.u64(block);
      if (!holds(eight, jump) && !holds(eight, pushf)) continue;
      for (size_t at = block; at < block + 8 && at < code.size; ++at) {
        if (closer_looks == 0) return false;
        if (code[at] == jump && visit_chain(map, mode, s, code, at, closer_looks, visit)) return true;
        if (code[at] == pushf && visit_interruption(map, mode, s, code, at, closer_looks, visit)) return true;
      }
    }
  }
  return false;
}

template <class Visit>
constexpr bool for_each_uncovered(const code_map& map, processor_mode mode, Visit&& visit) noexcept {
  constexpr uint32_t least_piece_bytes = 8;
  constexpr uint32_t setting_off_bytes = 4;
  const section_extent* section = nullptr;
  for (uint32_t i = 0; i < map.functions.size(); ++i) {
    const uint32_t begin = map.functions.end_rva(i);
    if (section == nullptr || begin < section->begin || begin >= section->memory_end) section = map.sections.section_of(begin);
    if (section == nullptr || !section->executable()) continue;
    const uint32_t linked_end = section->linked_end < section->mapped_end ? section->linked_end : section->mapped_end;
    const bool is_last = i + 1 == map.functions.size() || map.functions.begin_rva(i + 1) >= linked_end;
    const uint32_t end = is_last ? linked_end : map.functions.begin_rva(i + 1);
    if (end < begin || end - begin < least_piece_bytes) continue;
    for (uint32_t at = begin; at < end;) {
      const bytes left = section->raw.sub(at - section->begin, end - at);
      const uint32_t rva = at + static_cast<uint32_t>(padding_at(left));
      if (end - rva < least_piece_bytes || rva >= end) break;
      const piece p = read_piece(map, rva, mode, 512);
      if (!p.sound) {  // data: on behind the next padding
        at = rva + 1;
        while (at < end && padding_at(section->raw.sub(at - section->begin, end - at), setting_off_bytes) < setting_off_bytes) ++at;
        continue;
      }
      if (p.jumps_away && p.moves_stack && p.instructions >= 2 && visit(rva)) return true;
      at = p.end;
    }
  }
  return false;
}

template <class Visit>
constexpr bool for_each_last_code(const code_map& map, processor_mode mode, Visit&& visit) noexcept {
  constexpr size_t reach_bytes = 4096;
  constexpr uint32_t setting_off_bytes = 4;
  for (uint32_t k = 0; k < map.sections.count; ++k) {
    const section_extent& s = map.sections.sections[k];
    if (!s.is_sound_code()) continue;
    const bytes held = trim_padding(s.raw.sub(0, s.mapped_end - s.begin));
    uint32_t zeros = 0;
    for (size_t at = held.size; at > 0 && held.size - at < reach_bytes; --at) {
      if (held[at - 1] == 0) {
        ++zeros;
        continue;
      }
      if (zeros >= setting_off_bytes) {
        const uint32_t rva = s.begin + static_cast<uint32_t>(at + zeros);
        if (is_padding_island(map, read_piece(map, rva, mode, 1024), mode) && visit(rva)) return true;
      }
      zeros = 0;
    }
  }
  return false;
}

}

inline constexpr uint32_t max_suspects = 64;

/// Addresses where hidden code seems to begin, ascending.
struct suspect_list {
  uint32_t rva[max_suspects];
  uint32_t count = 0;

  [[nodiscard]] constexpr bool has(uint32_t address) const noexcept {
    uint32_t low = 0;
    uint32_t high = count;
    while (low < high) {
      const uint32_t middle = (low + high) / 2;
      if (rva[middle] < address) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low < count && rva[low] == address;
  }
  constexpr void add(uint32_t address) noexcept {
    if (count == max_suspects || has(address)) return;
    uint32_t at = count++;
    for (; at > 0 && rva[at - 1] > address; --at) rva[at] = rva[at - 1];
    rva[at] = address;
  }
};

/// The first `max_suspects` addresses that look like hidden code; `trial` is working memory. Linear in the code.
constexpr void find_suspects(const code_map& map, processor_mode mode, stretch& trial, suspect_list& out) noexcept {
  const auto keep = [&map, mode, &trial, &out](uint32_t rva) {
    follow_stretch(map, mode, rva, trial);
    if (is_in_slack(map.find(rva).what, trial)) out.add(rva);
    return out.count == max_suspects;
  };
  if (detail::for_each_foreign(map, mode, keep)) return;
  if (map.functions.is_telling()) {
    detail::for_each_uncovered(map, mode, keep);
  } else {
    detail::for_each_last_code(map, mode, keep);
  }
}

}

#endif

// ==== bartizan/code_cave/scan.hpp ====
#ifndef BARTIZAN_CODE_CAVE_SCAN_HPP
#define BARTIZAN_CODE_CAVE_SCAN_HPP

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

  constexpr bool is_hidden(explorer& e, entry_kind how, uint64_t rva) noexcept {
    const bool runs_first = how == entry_kind::entry_point || how == entry_kind::tls_callback;
    if (rva == 0 || rva > UINT32_MAX || !e.lands(static_cast<uint32_t>(rva), 0, runs_first)) return false;
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

  constexpr bool is_entered(uint32_t begin, bytes held) noexcept {
    constexpr size_t least_code = 8;
    if (held.size < least_code) return false;
    const uint32_t end = begin + static_cast<uint32_t>(held.size);
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
  [[nodiscard]] constexpr uint64_t header_gap_rva() const noexcept {
    return image_.sections.offset() + uint64_t{pe::section_header_size_bytes} * image_.sections.size();
  }

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
    evidence_.set(c12, to_truth(static_cast<bool>(out_.entry) || program == truth::yes) & step);
  }

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

}

/// Looks for another program in the unused space of an image. Pure: the same bytes and context give the same report. Allocates
/// nothing, reads the file only, in time linear in its size (about one look a byte at most). Any IRQL at which the file's bytes
/// may be read; the deepest frame is below 2 KiB.
[[nodiscard]] constexpr report scan(const pe::image& image, const file_context& context, scan_scratch& work) noexcept {
  return detail::scanner(image, context, work).run();
}

}

#endif

// ==== bartizan/adapters/text_arena.hpp ====
#ifndef BARTIZAN_ADAPTERS_TEXT_ARENA_HPP
#define BARTIZAN_ADAPTERS_TEXT_ARENA_HPP

namespace BARTIZAN_NAMESPACE::adapters {

/// UTF-8 bytes of a log field, counted, not terminated.
using utf8 = span<const char>;

/// Turns log fields into UTF-16 in the caller's memory. A text lives until `clear`. Not thread-safe.
class text_arena {
 public:
  constexpr explicit text_arena(span<char16_t> buffer) noexcept : buffer_(buffer) {}

  constexpr void clear() noexcept {
    used_ = 0;
    full_ = false;
  }
  /// True once a text did not fit; that text was cut.
  [[nodiscard]] constexpr bool full() const noexcept { return full_; }

  /// Ill-formed UTF-8 becomes U+FFFD, one for each byte that cannot be part of a character (as the Unicode standard's
  /// "substitution of maximal subparts" does for a lone byte); the rest of the text is kept.
  [[nodiscard]] constexpr text put(utf8 in) noexcept {
    const size_t begin = used_;
    for (size_t i = 0; i < in.size;) {
      if (static_cast<uint8_t>(in[i]) < 0x80) {
        push(static_cast<char16_t>(in[i++]));
        continue;
      }
      const decoded d = decode(in.sub(i));
      i += d.length;
      if (d.code_point >= 0x10000) {
        push(static_cast<char16_t>(0xd800 + ((d.code_point - 0x10000) >> 10)));
        push(static_cast<char16_t>(0xdc00 + ((d.code_point - 0x10000) & 0x3ff)));
      } else {
        push(static_cast<char16_t>(d.code_point));
      }
    }
    return {buffer_.data + begin, used_ - begin};
  }

 private:
  struct decoded {
    uint32_t code_point;
    size_t length;
  };

  [[nodiscard]] static constexpr decoded decode(utf8 in) noexcept {
    constexpr decoded bad{0xfffd, 1};
    const auto lead = static_cast<uint8_t>(in[0]);
    if (lead < 0x80) return {lead, 1};
    const size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || in.size < length) return bad;
    uint32_t code_point = lead & (0x7fu >> length);
    for (size_t i = 1; i < length; ++i) {
      const auto next = static_cast<uint8_t>(in[i]);
      if ((next & 0xc0) != 0x80) return bad;
      code_point = code_point << 6 | (next & 0x3fu);
    }
    constexpr uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code_point >= 0xd800 && code_point < 0xe000;
    if (code_point < smallest[length] || code_point > 0x10ffff || surrogate) return bad;
    return {code_point, length};
  }

  constexpr void push(char16_t c) noexcept {
    if (used_ == buffer_.size) full_ = true;
    else buffer_[used_++] = c;
  }

  span<char16_t> buffer_;
  size_t used_ = 0;
  bool full_ = false;
};

}

#endif

// ==== bartizan/adapters/parse.hpp ====
#ifndef BARTIZAN_ADAPTERS_PARSE_HPP
#define BARTIZAN_ADAPTERS_PARSE_HPP

/// Numbers, times, GUIDs and call traces as event logs write them. All functions are total: a malformed text gives false.
namespace BARTIZAN_NAMESPACE::adapters {

[[nodiscard]] constexpr int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

[[nodiscard]] constexpr bool parse_hex(utf8 in, uint64_t& out) noexcept {
  if (in.empty() || in.size > 16) return false;
  uint64_t value = 0;
  for (const char c : in) {
    const int digit = hex_digit(c);
    if (digit < 0) return false;
    value = value << 4 | static_cast<uint64_t>(digit);
  }
  out = value;
  return true;
}

/// Decimal, or hexadecimal behind "0x".
[[nodiscard]] constexpr bool parse_number(utf8 in, uint64_t& out) noexcept {
  if (in.size > 2 && in[0] == '0' && (in[1] == 'x' || in[1] == 'X')) return parse_hex(in.sub(2), out);
  if (in.empty() || in.size > 20) return false;
  uint64_t value = 0;
  for (const char c : in) {
    if (c < '0' || c > '9') return false;
    const auto digit = static_cast<uint64_t>(c - '0');
    if (value > UINT64_MAX / 10 || value * 10 > UINT64_MAX - digit) return false;
    value = value * 10 + digit;
  }
  out = value;
  return true;
}

/// "2020-10-19T02:56:14.372Z", also with a blank for the T, without the Z, and with 0 to 7 decimals: FILETIME.
[[nodiscard]] constexpr bool parse_time(utf8 in, uint64_t& time_100ns) noexcept {
  const auto digits = [&in](size_t at, size_t count, uint64_t& out) { return in.size >= at + count && parse_number(in.sub(at, count), out); };
  uint64_t year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  const bool shape = in.size >= 19 && in[4] == '-' && in[7] == '-' && (in[10] == 'T' || in[10] == ' ') && in[13] == ':' && in[16] == ':';
  if (!shape || !digits(0, 4, year) || !digits(5, 2, month) || !digits(8, 2, day) || !digits(11, 2, hour) ||
    !digits(14, 2, minute) || !digits(17, 2, second))
    return false;
  if (year < 1601 || month < 1 || month > 12) return false;
  const auto of_year = static_cast<uint32_t>(year);
  const bool leap = of_year % 4 == 0 && (of_year % 100 != 0 || of_year % 400 == 0);
  const uint64_t last_day = month == 2 ? (leap ? 29 : 28) : month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
  if (day < 1 || day > last_day || hour > 23 || minute > 59 || second > 60) return false;
  uint32_t fraction = 0;
  size_t at = 19;
  if (at < in.size && in[at] == '.') {
    uint32_t unit = 1'000'000;
    for (++at; at < in.size && in[at] >= '0' && in[at] <= '9'; ++at, unit /= 10) fraction += static_cast<uint32_t>(in[at] - '0') * unit;
  }
  if (at < in.size && !(in[at] == 'Z' && at + 1 == in.size)) return false;
  const auto y = static_cast<uint32_t>(month <= 2 ? year - 1 : year);
  const uint32_t day_of_year = (153 * (static_cast<uint32_t>(month) + (month > 2 ? 0u : 12u) - 3) + 2) / 5 + static_cast<uint32_t>(day) - 1;
  const uint64_t days = y * 365 + y / 4 - y / 100 + y / 400 + day_of_year - 584'694;
  time_100ns = (((days * 24 + hour) * 60 + minute) * 60 + second) * 10'000'000 + fraction;
  return true;
}

/// A sensor's process GUID ("{39e4a257-004e-5f8d-4304-000000000700}") folded into a start key that is never 0.
[[nodiscard]] constexpr bool parse_guid(utf8 in, uint64_t& start_key) noexcept {
  uint64_t halves[2] = {};
  uint32_t digits = 0;
  for (const char c : in) {
    if (c == '{' || c == '}' || c == '-') continue;
    const int digit = hex_digit(c);
    if (digit < 0 || digits == 32) return false;
    halves[digits / 16] = halves[digits / 16] << 4 | static_cast<uint64_t>(digit);
    ++digits;
  }
  if (digits != 32) return false;
  start_key = halves[0] * 0x9e3779b97f4a7c15u ^ halves[1];
  if (start_key == 0) start_key = 1;
  return true;
}

/// Sysmon's CallTrace: "C:\...\ntdll.dll+9c584|...|UNKNOWN(000002EE319439BF)", 32-bit frames marked "(wow64)". Frames go to
/// `frames`; what does not fit is dropped and leaves `complete` unknown, as does a trace that does not end in ntdll, where every
/// thread begins.
[[nodiscard]] constexpr call_stack parse_call_trace(utf8 in, text_arena& arena, span<stack_frame> frames) noexcept {
  call_stack stack{frames.data, 0, truth::unknown};
  constexpr char unknown[] = {'U', 'N', 'K', 'N', 'O', 'W', 'N', '('};
  bool dropped = false;
  while (!in.empty()) {
    size_t end = 0;
    while (end < in.size && in[end] != '|') ++end;
    const utf8 part = in.sub(0, end);
    in = in.sub(end + 1);
    if (part.empty()) continue;
    if (stack.size == frames.size) {
      dropped = true;
      break;
    }
    stack_frame frame;
    bool without_file = part.size > sizeof(unknown);
    for (size_t i = 0; without_file && i < sizeof(unknown); ++i) without_file = part[i] == unknown[i];
    size_t plus = part.size;
    for (size_t i = 0; i < part.size; ++i)
      if (part[i] == '+') plus = i;
    const size_t number = without_file ? sizeof(unknown) : plus + 1;
    size_t number_end = number;
    while (number_end < part.size && hex_digit(part[number_end]) >= 0) ++number_end;
    if (!parse_hex(part.sub(number, number_end - number), frame.address)) frame.address = 0;
    if (!without_file) frame.module = arena.put(part.sub(0, plus));
    frames[stack.size++] = frame;
  }
  if (stack.size != 0 && !dropped && ends_with_folded(frames[stack.size - 1].module, u"\\ntdll.dll")) stack.complete = truth::yes;
  return stack;
}

}

#endif

// ==== bartizan/adapters/record.hpp ====
#ifndef BARTIZAN_ADAPTERS_RECORD_HPP
#define BARTIZAN_ADAPTERS_RECORD_HPP

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

}

#endif

// ==== bartizan/adapters/accounts.hpp ====
#ifndef BARTIZAN_ADAPTERS_ACCOUNTS_HPP
#define BARTIZAN_ADAPTERS_ACCOUNTS_HPP

/// Accounts, integrity levels and elevation as event logs write them. Sources: "Well-known SIDs", "Mandatory Integrity Control",
/// "4688(S)" (Microsoft Learn).
namespace BARTIZAN_NAMESPACE::adapters {

[[nodiscard]] constexpr account account_of_sid(text sid) noexcept {
  if (equal(sid, u"S-1-5-18")) return account::system;
  if (equal(sid, u"S-1-5-19")) return account::local_service;
  if (equal(sid, u"S-1-5-20")) return account::network_service;
  if (starts_with_folded(sid, u"S-1-5-80-") || starts_with_folded(sid, u"S-1-5-82-")) return account::service;
  if (starts_with_folded(sid, u"S-1-5-21-") || starts_with_folded(sid, u"S-1-12-1-")) return account::user;
  return sid.empty() || equal(sid, u"S-1-0-0") ? account::unknown : account::other;
}

/// The three service accounts log on under fixed LUIDs, whatever language their names are in (SYSTEM_LUID and its siblings, ntifs.h).
[[nodiscard]] constexpr account account_of_logon(uint64_t logon_id) noexcept {
  switch (logon_id) {
    case 0x3e7: return account::system;
    case 0x3e5: return account::local_service;
    case 0x3e4: return account::network_service;
    default: return account::unknown;
  }
}

/// What Windows calls its own authority and the three service accounts in its languages. Source: "Configure Windows Service Accounts",
/// localized service names (Microsoft Learn); the Nordic, Polish, Dutch, Finnish, Hungarian and Portuguese ones from scripts in public use.
inline constexpr text authority_names[] = {u"NT AUTHORITY", u"NT-AUTORIT\u00c4T",         u"AUTORITE NT",  u"AUTORIDADE NT", u"NT-MYNDIGHET",
                     u"NT-HALLINTA",  u"ZARZ\u0104DZANIE NT", u"NT INSTANS"};

struct service_account_name {
  text name;
  account who;
};

inline constexpr service_account_name service_account_names[] = {
  {u"SYSTEM", account::system},
  {u"SYST\u00c8ME", account::system},
  {u"SISTEMA", account::system},
  {u"\u0421\u0418\u0421\u0422\u0415\u041c\u0410", account::system},
  {u"LOCAL SERVICE", account::local_service},
  {u"LOKALER DIENST", account::local_service},
  {u"SERVICE LOCAL", account::local_service},
  {u"SERVIZIO LOCALE", account::local_service},
  {u"SERVICIO LOC", account::local_service},
  {u"SERVI\u00c7O LOCAL", account::local_service},
  {u"NETWORK SERVICE", account::network_service},
  {u"NETZWERKDIENST", account::network_service},
  {u"SERVICE R\u00c9SEAU", account::network_service},
  {u"SERVIZIO DI RETE", account::network_service},
  {u"SERVICIO DE RED", account::network_service},
  {u"SERVI\u00c7O DE REDE", account::network_service},
  {u"NETV\u00c6RKSTJENESTE", account::network_service},
  {u"NETTVERKSTJENESTE", account::network_service},
  {u"NETWERKSERVICE", account::network_service},
  {u"VERKKOPALVELU", account::network_service},
  {u"H\u00c1L\u00d3ZATI SZOLG\u00c1LTAT\u00c1S", account::network_service},
  {u"US\u0141UGA SIECIOWA", account::network_service},
  {u"ANONYMOUS LOGON", account::other},
  {u"IUSR", account::other},
};

/// From DOMAIN\NAME. A name of Windows' own authority that is none of these is unknown: in another language it may be any of them,
/// and to take SYSTEM for a user would accuse every service.
[[nodiscard]] constexpr account account_of_name(text user) noexcept {
  uint32_t cut = 0;
  while (cut < user.size && user[cut] != u'\\') ++cut;
  if (cut == user.size) return account::unknown;
  const text domain = user.sub(0, cut);
  const text name = user.sub(cut + 1);
  for (const text authority : authority_names) {
    if (!equal_folded(domain, authority)) continue;
    for (const service_account_name& row : service_account_names)
      if (equal_folded(name, row.name)) return row.who;
    return account::unknown;
  }
  if (equal_folded(domain, u"IIS APPPOOL") || equal_folded(domain, u"NT SERVICE")) return account::service;
  if (equal_folded(domain, u"Window Manager") || equal_folded(domain, u"Font Driver Host")) return account::other;
  return account::user;
}

/// Sysmon's words, or the SID of a mandatory label (S-1-16-RID); `unknown_u32` where neither.
[[nodiscard]] constexpr uint32_t integrity_of(text level) noexcept {
  struct row {
    text name;
    uint32_t rid;
  };
  constexpr row rows[] = {
    {u"Untrusted", 0},     {u"Low", 0x1000},  {u"AppContainer", 0x1000}, {u"Medium", 0x2000},
    {u"MediumPlus", 0x2100}, {u"High", 0x3000}, {u"System", 0x4000},     {u"Protected", 0x5000},
  };
  for (const row& r : rows)
    if (equal_folded(level, r.name)) return r.rid;
  constexpr text label = u"S-1-16-";
  if (!starts_with_folded(level, label) || level.size == label.size || level.size > label.size + 6) return unknown_u32;
  uint32_t rid = 0;
  for (uint32_t i = label.size; i < level.size; ++i) {
    if (level[i] < u'0' || level[i] > u'9') return unknown_u32;
    rid = rid * 10 + (level[i] - u'0');
  }
  return rid;
}

/// "%%1936" and its neighbours are message numbers of the Security log.
[[nodiscard]] constexpr token_elevation elevation_of(utf8 type) noexcept {
  if (says(type, "%%1936")) return token_elevation::not_split;
  if (says(type, "%%1937")) return token_elevation::full;
  if (says(type, "%%1938")) return token_elevation::limited;
  return token_elevation::unknown;
}

[[nodiscard]] constexpr truth yes_or_no(utf8 word) noexcept {
  if (says(word, "%%1842") || says(word, "true") || says(word, "True")) return truth::yes;
  if (says(word, "%%1843") || says(word, "false") || says(word, "False")) return truth::no;
  return truth::unknown;
}

}

#endif

// ==== bartizan/adapters/etw_ti_mapping.hpp ====
#ifndef BARTIZAN_ADAPTERS_ETW_TI_MAPPING_HPP
#define BARTIZAN_ADAPTERS_ETW_TI_MAPPING_HPP

/// Field names of Microsoft-Windows-Threat-Intelligence {F4E1897C-BB5D-5668-F1D8-040F4D8DD344}. Sources: the manifest of events 1-28 as
/// published in jdu2600/Windows10EtwEvents; VaVad* of version 2 and events 29-36 as published by users of the provider ([K]: no
/// manifest of them is stored).
namespace BARTIZAN_NAMESPACE::adapters {

namespace detail {

struct ti_field {
  const char* name;
  slot where;
};

inline constexpr ti_field ti_caller[] = {
  {"CallingProcessId", slot::actor_pid},
  {"CallingProcessStartKey", slot::actor_start_key},
  {"CallingProcessCreateTime", slot::actor_create_time},
  {"CallingProcessProtection", slot::actor_protection},
};
inline constexpr ti_field ti_target[] = {
  {"TargetProcessId", slot::target_pid},
  {"TargetProcessStartKey", slot::target_start_key},
  {"TargetProcessCreateTime", slot::target_create_time},
  {"TargetProcessProtection", slot::target_protection},
};
inline constexpr ti_field ti_region[] = {
  {"BaseAddress", slot::base_address},
  {"RegionSize", slot::region_size},
  {"ProtectionMask", slot::page_protection},
  {"LastProtectionMask", slot::last_page_protection},
};
inline constexpr ti_field ti_view[] = {
  {"BaseAddress", slot::base_address},
  {"ViewSize", slot::region_size},
  {"ProtectionMask", slot::page_protection},
};
inline constexpr ti_field ti_copy[] = {
  {"OperationStatus", slot::status},
  {"BaseAddress", slot::base_address},
  {"BytesCopied", slot::region_size},
};
inline constexpr ti_field ti_vad[] = {
  {"VaVadQueryResult", slot::vad_result},
  {"VaVadRegionType", slot::vad_type},
  {"VaVadMmfName", slot::vad_file},
};
inline constexpr ti_field ti_apc[] = {
  {"TargetThreadId", slot::target_thread},
  {"TargetThreadAlertable", slot::alertable},
  {"ApcRoutine", slot::routine},
  {"ApcArgument1", slot::argument_1},
  {"ApcArgument2", slot::argument_2},
  {"ApcArgument3", slot::argument_3},
  {"ApcRoutineVadQueryResult", slot::code_vad_result},
  {"ApcRoutineVadAllocationProtect", slot::code_vad_protection},
  {"ApcRoutineVadRegionType", slot::code_vad_type},
  {"ApcRoutineVadMmfName", slot::code_vad_file},
  {"ApcArgument1VadQueryResult", slot::vad_result},
  {"ApcArgument1VadAllocationProtect", slot::vad_protection},
  {"ApcArgument1VadRegionType", slot::vad_type},
  {"ApcArgument1VadMmfName", slot::vad_file},
};
inline constexpr ti_field ti_context[] = {
  {"TargetThreadId", slot::target_thread},
  {"ContextFlags", slot::context_flags},
  {"Pc", slot::program_counter},
  {"Sp", slot::stack_pointer},
  {"PcVadQueryResult", slot::code_vad_result},
  {"PcVadAllocationProtect", slot::code_vad_protection},
  {"PcVadRegionType", slot::code_vad_type},
  {"PcVadMmfName", slot::code_vad_file},
};
inline constexpr ti_field ti_suspend[] = {
  {"OperationStatus", slot::status},
  {"TargetThreadId", slot::target_thread},
};
inline constexpr ti_field ti_driver[] = {
  {"DriverName", slot::module_path},
};
inline constexpr ti_field ti_token[] = {
  {"CurrentTokenUser", slot::user_sid},
  {"CurrentTokenIntegrityLevel", slot::token_integrity},
  {"CurrentTokenSessionId", slot::session_id},
  {"CurrentTokenAuthenticationId", slot::logon_id},
  {"CurrentTokenImpersonationLevel", slot::token_level},
};

/// Which event carries which fields.
struct ti_task {
  uint16_t id;
  span<const ti_field> groups[4];
};

inline constexpr span<const ti_field> ti_none{};
inline constexpr ti_task ti_tasks[] = {
  {1, {ti_caller, ti_target, ti_region, ti_vad}},   {2, {ti_caller, ti_target, ti_region, ti_vad}},
  {3, {ti_caller, ti_target, ti_view, ti_vad}},     {4, {ti_caller, ti_target, ti_apc, ti_none}},
  {5, {ti_caller, ti_target, ti_context, ti_none}}, {6, {ti_caller, ti_target, ti_region, ti_vad}},
  {7, {ti_caller, ti_target, ti_region, ti_vad}},   {8, {ti_caller, ti_target, ti_view, ti_vad}},
  {11, {ti_caller, ti_target, ti_copy, ti_vad}},    {12, {ti_caller, ti_target, ti_copy, ti_vad}},
  {13, {ti_caller, ti_target, ti_copy, ti_vad}},    {14, {ti_caller, ti_target, ti_copy, ti_vad}},
  {15, {ti_caller, ti_target, ti_suspend, ti_none}}, {16, {ti_caller, ti_target, ti_suspend, ti_none}},
  {17, {ti_caller, ti_target, ti_suspend, ti_none}}, {18, {ti_caller, ti_target, ti_suspend, ti_none}},
  {19, {ti_caller, ti_target, ti_suspend, ti_none}}, {20, {ti_caller, ti_target, ti_suspend, ti_none}},
  {21, {ti_caller, ti_target, ti_region, ti_vad}},  {22, {ti_caller, ti_target, ti_region, ti_vad}},
  {23, {ti_caller, ti_target, ti_view, ti_vad}},    {24, {ti_caller, ti_target, ti_apc, ti_none}},
  {25, {ti_caller, ti_target, ti_context, ti_none}}, {26, {ti_caller, ti_target, ti_region, ti_vad}},
  {27, {ti_caller, ti_target, ti_region, ti_vad}},  {28, {ti_caller, ti_target, ti_view, ti_vad}},
  {29, {ti_driver, ti_none, ti_none, ti_none}},     {31, {ti_driver, ti_none, ti_none, ti_none}},
  {33, {ti_caller, ti_token, ti_none, ti_none}},    {34, {ti_caller, ti_none, ti_none, ti_none}},
  {36, {ti_caller, ti_token, ti_none, ti_none}},
};

[[nodiscard]] constexpr size_t ti_rows() noexcept {
  size_t rows = 0;
  for (const ti_task& task : ti_tasks)
    for (const span<const ti_field> group : task.groups) rows += group.size;
  return rows;
}

template <size_t Rows>
struct mapping_table {
  mapping rows[Rows];
};

[[nodiscard]] constexpr mapping_table<ti_rows()> make_ti_mapping() noexcept {
  mapping_table<ti_rows()> table{};
  size_t n = 0;
  for (const ti_task& task : ti_tasks)
    for (const span<const ti_field> group : task.groups)
      for (const ti_field& f : group) table.rows[n++] = {task.id, f.name, f.where};
  return table;
}

inline constexpr mapping_table<ti_rows()> ti_table = make_ti_mapping();

}

inline constexpr span<const mapping> etw_ti_mapping{detail::ti_table.rows};
static_assert(is_sound(etw_ti_mapping));

}

#endif

// ==== bartizan/adapters/etw_ti.hpp ====
#ifndef BARTIZAN_ADAPTERS_ETW_TI_HPP
#define BARTIZAN_ADAPTERS_ETW_TI_HPP

/// Microsoft-Windows-Threat-Intelligence. The consumer runs as protected antimalware; the provider reports executable memory always,
/// reads and writes only of processes whose logging is switched on. Events name no image: the engine knows it from elsewhere. What the
/// provider does not carry (call stack, symbols, debugger) a host may add to the event before it goes on: `stack`, the payload's
/// function texts, `target.debugger`.
namespace BARTIZAN_NAMESPACE::adapters {

namespace detail {

[[nodiscard]] constexpr bool is_failure(uint32_t status) noexcept { return status >> 30 == 3; }

[[nodiscard]] constexpr error read_vad(const record& r, slot result, slot type, slot file, event_memory& memory, memory_state& state,
                   uint32_t& region_type, text& mapped_file) noexcept {
  uint32_t status = 0;
  if (const error bad = r.read(result, status)) return bad;
  if (const error bad = r.read(type, region_type)) return bad;
  mapped_file = memory.texts.put(r.text_of(file));
  if (status != 0 || !r.has(type)) return {};
  if (region_type == mem_private) state = memory_state::private_memory;
  if (region_type == mem_image) state = memory_state::image;
  if (region_type == mem_mapped && r.has(file)) state = mapped_file.empty() ? memory_state::mapped_pagefile : memory_state::mapped_file;
  return {};
}

[[nodiscard]] constexpr error read_process(const record& r, slot pid, slot start_key, slot create_time, slot protection, process& p) noexcept {
  if (const error bad = r.read(pid, p.key.pid)) return bad;
  if (const error bad = r.read(start_key, p.key.start_key)) return bad;
  if (const error bad = r.read(create_time, p.create_time_100ns)) return bad;
  if (r.has(protection)) p.is_protected = truth::yes;
  if (const error bad = r.read(protection, p.protection)) return bad;
  if (p.is_protected == truth::yes) p.is_protected = to_truth(p.protection != 0);
  return {};
}

[[nodiscard]] constexpr error fill_memory(const record& r, event_kind kind, event_memory& memory, event& e) noexcept {
  memory_payload m{};
  uint32_t status = 0;
  if (const error bad = r.read(slot::status, status)) return bad;
  if (!r.has(slot::base_address)) return {error_code::adapter_missing_field, 0};
  if (const error bad = r.read(slot::base_address, m.range.base)) return bad;
  if (const error bad = r.read(slot::region_size, m.range.size)) return bad;
  if (const error bad = r.read(slot::page_protection, m.protection)) return bad;
  if (const error bad = r.read(slot::last_page_protection, m.previous_protection)) return bad;
  if (const error bad = read_vad(r, slot::vad_result, slot::vad_type, slot::vad_file, memory, m.state, m.region_type, m.mapped_file)) return bad;
  if (kind == event_kind::memory_allocate) m.state = memory_state::private_memory;
  if (is_failure(status)) return {};
  e.kind = kind;
  e.data = m;
  return {};
}

[[nodiscard]] constexpr error fill_apc(const record& r, event_memory& memory, event& e) noexcept {
  apc_payload apc{};
  uint32_t type = 0;
  uint8_t alertable = 0;
  if (!r.has(slot::routine)) return {error_code::adapter_missing_field, 0};
  if (const error bad = r.read(slot::routine, apc.routine)) return bad;
  if (const error bad = r.read(slot::argument_1, apc.arguments[0])) return bad;
  if (const error bad = r.read(slot::argument_2, apc.arguments[1])) return bad;
  if (const error bad = r.read(slot::argument_3, apc.arguments[2])) return bad;
  if (const error bad = r.read(slot::target_thread, apc.target_thread)) return bad;
  if (const error bad = r.read(slot::alertable, alertable)) return bad;
  apc.target_alertable = r.has(slot::alertable) ? to_truth(alertable != 0) : truth::unknown;
  if (const error bad = r.read(slot::code_vad_protection, apc.routine_protection)) return bad;
  if (const error bad = r.read(slot::vad_protection, apc.argument_protection)) return bad;
  if (const error bad = read_vad(r, slot::code_vad_result, slot::code_vad_type, slot::code_vad_file, memory, apc.routine_state, type, apc.routine_module)) return bad;
  if (const error bad = read_vad(r, slot::vad_result, slot::vad_type, slot::vad_file, memory, apc.argument_state, type, apc.argument_module)) return bad;
  e.kind = event_kind::apc_queue;
  e.data = apc;
  return {};
}

[[nodiscard]] constexpr error fill_context(const record& r, event_memory& memory, event& e) noexcept {
  context_payload context{};
  uint32_t type = 0;
  if (const error bad = r.read(slot::program_counter, context.program_counter)) return bad;
  if (const error bad = r.read(slot::stack_pointer, context.stack_pointer)) return bad;
  if (const error bad = r.read(slot::context_flags, context.context_flags)) return bad;
  if (const error bad = r.read(slot::target_thread, context.target_thread)) return bad;
  if (const error bad = r.read(slot::code_vad_protection, context.protection)) return bad;
  if (const error bad = read_vad(r, slot::code_vad_result, slot::code_vad_type, slot::code_vad_file, memory, context.program_counter_state, type, context.module)) return bad;
  e.kind = event_kind::context_set;
  e.data = context;
  return {};
}

/// Suspend, resume, freeze and thaw, of a process or one of its threads.
[[nodiscard]] constexpr error fill_pause(const record& r, event_kind kind, event& e) noexcept {
  uint32_t status = 0;
  uint32_t thread = 0;
  if (const error bad = r.read(slot::status, status)) return bad;
  if (const error bad = r.read(slot::target_thread, thread)) return bad;
  if (!is_failure(status)) e.kind = kind;
  return {};
}

[[nodiscard]] constexpr error fill_impersonation(const record& r, event_memory& memory, event& e) noexcept {
  token_payload token{};
  token.sid = memory.texts.put(r.text_of(slot::user_sid));
  token.user = account_of_sid(token.sid);
  if (const error bad = r.read(slot::token_integrity, token.integrity_rid)) return bad;
  if (const error bad = r.read(slot::session_id, token.session_id)) return bad;
  if (const error bad = r.read(slot::logon_id, token.authentication_id)) return bad;
  if (const error bad = r.read(slot::token_level, token.impersonation_level)) return bad;
  const account by_logon = account_of_logon(token.authentication_id);
  if (by_logon != account::unknown) token.user = by_logon;
  e.kind = event_kind::impersonate;
  e.data = token;
  return {};
}

}

/// Makes an event of a record made with `etw_ti_mapping`. `e.kind` stays `none` for events that no rule reads (34: reverting to
/// oneself) and for operations that failed. `time_100ns` and `number` are the host's.
/// Errors: adapter_missing_field, adapter_bad_number.
[[nodiscard]] constexpr error from_etw_ti(const record& r, uint64_t time_100ns, uint64_t number, event_memory& memory, event& e) noexcept {
  using namespace detail;
  e = event{};
  memory.texts.clear();
  e.time_100ns = time_100ns;
  e.record = number;
  e.flags = event_after_operation;
  if (r.id() >= 21 && r.id() <= 28) e.flags |= event_kernel_caller;
  if (const error bad = read_process(r, slot::actor_pid, slot::actor_start_key, slot::actor_create_time, slot::actor_protection, e.actor)) return bad;
  if (const error bad = read_process(r, slot::target_pid, slot::target_start_key, slot::target_create_time, slot::target_protection, e.target)) return bad;
  switch (r.id()) {
    case 1: case 6: case 21: case 26: return fill_memory(r, event_kind::memory_allocate, memory, e);
    case 2: case 7: case 22: case 27: return fill_memory(r, event_kind::memory_protect, memory, e);
    case 3: case 8: case 23: case 28: return fill_memory(r, event_kind::memory_map, memory, e);
    case 11: case 13: return fill_memory(r, event_kind::memory_read, memory, e);
    case 12: case 14: return fill_memory(r, event_kind::memory_write, memory, e);
    case 4: case 24: return fill_apc(r, memory, e);
    case 5: case 25: return fill_context(r, memory, e);
    case 15: case 17: case 19: return fill_pause(r, event_kind::suspend, e);
    case 16: case 18: case 20: return fill_pause(r, event_kind::resume, e);
    case 29: case 31: {
      image_load_payload driver{};
      driver.path = memory.texts.put(r.text_of(slot::module_path));
      e.kind = event_kind::driver_load;
      e.data = driver;
      return {};
    }
    case 33: case 36: return fill_impersonation(r, memory, e);
    default: return {};
  }
}

}

#endif

// ==== bartizan/adapters/fill_object.hpp ====
#ifndef BARTIZAN_ADAPTERS_FILL_OBJECT_HPP
#define BARTIZAN_ADAPTERS_FILL_OBJECT_HPP

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

}

#endif

// ==== bartizan/adapters/fill_process.hpp ====
#ifndef BARTIZAN_ADAPTERS_FILL_PROCESS_HPP
#define BARTIZAN_ADAPTERS_FILL_PROCESS_HPP

/// Events about processes, threads, handles and images, from the slots of a record. A field that is absent stays unknown; one that
/// is present and malformed is an error.
namespace BARTIZAN_NAMESPACE::adapters {

/// What every channel's events share: actor, target, their images and accounts. Errors: adapter_bad_guid.
[[nodiscard]] constexpr error fill_common(const record& r, event_memory& memory, event& e) noexcept {
  if (!r.key_of(slot::actor_guid, slot::actor_pid, e.actor.key)) return {error_code::adapter_bad_guid, 0};
  if (!r.key_of(slot::target_guid, slot::target_pid, e.target.key)) return {error_code::adapter_bad_guid, 0};
  e.actor_image = memory.texts.put(r.text_of(slot::actor_image));
  e.target_image = memory.texts.put(r.text_of(slot::target_image));
  e.actor.user = account_of_name(memory.texts.put(r.text_of(slot::actor_user)));
  e.target.user = account_of_name(memory.texts.put(r.text_of(slot::target_user)));
  e.flags = event_after_operation;
  return {};
}

/// The SHA-256 out of "SHA1=...,SHA256=..." in whatever order; empty without one.
[[nodiscard]] constexpr utf8 sha256_of(utf8 hashes) noexcept {
  constexpr char stem[] = {'S', 'H', 'A', '2', '5', '6', '='};
  for (size_t at = 0; at + sizeof stem + 64 <= hashes.size; ++at) {
    bool found = true;
    for (size_t i = 0; found && i < sizeof stem; ++i) found = hashes[at + i] == stem[i];
    if (found) return hashes.sub(at + sizeof stem, 64);
  }
  return {};
}

/// `creator` and `parent` are both what the sensor calls the parent, unless the caller knows better.
[[nodiscard]] constexpr error fill_process_create(const record& r, event_memory& memory, event& e) noexcept {
  text_arena& texts = memory.texts;
  process_create_payload create{};
  create.command_line = texts.put(r.text_of(slot::command_line));
  create.original_file_name = texts.put(r.text_of(slot::original_file_name));
  create.user = texts.put(r.text_of(slot::user));
  create.parent_image = texts.put(r.text_of(slot::parent_image));
  create.parent_command_line = texts.put(r.text_of(slot::parent_command_line));
  create.parent_user = texts.put(r.text_of(slot::parent_user));
  create.image_sha256 = texts.put(sha256_of(r.text_of(slot::hashes)));
  create.current_directory = texts.put(r.text_of(slot::current_directory));
  if (!r.key_of(slot::parent_guid, slot::parent_pid, create.parent)) return {error_code::adapter_bad_guid, 0};
  if (const error bad = r.read(slot::session_id, create.session_id)) return bad;
  if (const error bad = r.read(slot::logon_id, create.logon_id)) return bad;
  create.integrity_rid = integrity_of(texts.put(r.text_of(slot::integrity)));
  create.elevation = elevation_of(r.text_of(slot::elevation));
  const account by_logon = account_of_logon(create.logon_id);
  const bool as_parent = by_logon != account::unknown && !create.user.empty() && equal_folded(create.user, create.parent_user);
  create.parent_account = as_parent ? by_logon : account_of_name(create.parent_user);
  e.actor.user = by_logon != account::unknown ? by_logon : account_of_name(create.user);
  e.kind = event_kind::process_create;
  e.data = create;
  return {};
}

/// Sysmon's CreateRemoteThread: it reports threads that one process starts in another that already runs, never a process's first
/// (in 614,257 recorded events there are 4,285 process starts and 189 of these). It looks the start address up in the target's
/// module list, so an address without StartModule is known to lie in no module; it does not tell whether the page of a module is
/// still as in the file.
[[nodiscard]] constexpr error fill_thread_start(const record& r, event_memory& memory, event& e) noexcept {
  thread_start_payload thread{};
  if (const error bad = r.read(slot::start_address, thread.start_address)) return bad;
  thread.start_module = memory.texts.put(r.text_of(slot::start_module));
  thread.start_function = memory.texts.put(r.text_of(slot::start_function));
  if (r.has(slot::start_address) && !thread.start_module.empty()) thread.start_state = memory_state::image;
  if (r.has(slot::start_address) && thread.start_module.empty() && thread.start_function.empty()) thread.start_state = memory_state::private_memory;
  thread.is_initial_thread = truth::no;
  e.kind = event_kind::thread_start;
  e.data = thread;
  return {};
}

/// Errors: adapter_missing_field without an access mask.
[[nodiscard]] constexpr error fill_handle(const record& r, event_memory& memory, handle_payload::object type, event& e) noexcept {
  handle_payload handle{};
  if (!r.has(slot::granted_access)) return {error_code::adapter_missing_field, 0};
  if (const error bad = r.read(slot::granted_access, handle.granted)) return bad;
  if (const error bad = r.read(slot::handle, handle.handle_value)) return bad;
  handle.desired = handle.granted;
  handle.type = type;
  handle.stack = parse_call_trace(r.text_of(slot::call_trace), memory.texts, memory.frames);
  e.kind = event_kind::handle_open;
  e.data = handle;
  return {};
}

/// A duplication that names the handles but not their object: the engine may know the object from when it was opened.
[[nodiscard]] constexpr error fill_handle_duplicate(const record& r, event& e) noexcept {
  handle_payload handle{};
  if (!r.key_of(slot::parent_guid, slot::parent_pid, handle.source_holder)) return {error_code::adapter_bad_guid, 0};
  if (const error bad = r.read(slot::handle, handle.handle_value)) return bad;
  if (const error bad = r.read(slot::source_handle, handle.source_handle_value)) return bad;
  e.kind = event_kind::handle_duplicate;
  e.data = handle;
  return {};
}

/// Sysmon checks the signature itself: Signed false, or a SignatureStatus other than Valid. "Unavailable" says that it could not.
[[nodiscard]] constexpr signature signature_of(const record& r, text_arena& texts) noexcept {
  signature s;
  const utf8 is_signed = r.text_of(slot::is_signed);
  const utf8 status = r.text_of(slot::signature_status);
  if (is_signed.empty() || says(status, "Unavailable")) return s;
  s.is_signed = yes_or_no(is_signed);
  if (!status.empty()) s.is_valid = to_truth(says(status, "Valid"));
  s.subject = texts.put(r.text_of(slot::signature_subject));
  if (s.subject.empty()) return s;
  s.is_microsoft_windows = to_truth(equal_folded(s.subject, u"Microsoft Windows") ||
                   equal_folded(s.subject, u"Microsoft Windows Publisher"));
  return s;
}

[[nodiscard]] constexpr error fill_image(const record& r, event_memory& memory, event_kind kind, event& e) noexcept {
  image_load_payload image{};
  image.path = memory.texts.put(r.text_of(slot::module_path));
  image.original_file_name = memory.texts.put(r.text_of(slot::original_file_name));
  image.signer = signature_of(r, memory.texts);
  e.kind = kind;
  e.data = image;
  return {};
}

[[nodiscard]] constexpr error fill_tamper(const record& r, event& e) noexcept {
  tamper_payload tamper{};
  const utf8 type = r.text_of(slot::tamper_type);
  if (says(type, "Image is replaced")) tamper.what = tamper_payload::change::image_replaced;
  if (says(type, "Image is locked for access")) tamper.what = tamper_payload::change::image_locked;
  e.kind = event_kind::image_tampered;
  e.data = tamper;
  return {};
}

}

#endif

// ==== bartizan/adapters/fill_token.hpp ====
#ifndef BARTIZAN_ADAPTERS_FILL_TOKEN_HPP
#define BARTIZAN_ADAPTERS_FILL_TOKEN_HPP

/// Events about logons, privileges, accounts and services, from the slots of a record.
namespace BARTIZAN_NAMESPACE::adapters {

/// Security 4624, 4672 and 4703: all that a record says of a token. 4672 lists what the logon's token holds, 4703 what was switched
/// on and off in the process's token, 4673 and 4674 what was used or tried.
[[nodiscard]] constexpr error fill_token(const record& r, event_memory& memory, event_kind kind, event& e) noexcept {
  text_arena& texts = memory.texts;
  token_payload token{};
  token.sid = texts.put(r.text_of(slot::user_sid));
  token.user = account_of_sid(token.sid);
  token.remote_address = texts.put(r.text_of(slot::remote_address));
  if (const error bad = r.read(slot::logon_id, token.authentication_id)) return bad;
  if (const error bad = r.read(slot::logon_type, token.logon_type)) return bad;
  const utf8 level = r.text_of(slot::impersonation_level);
  if (says(level, "%%1831")) token.impersonation_level = 0;  // SecurityAnonymous ... SecurityDelegation
  if (says(level, "%%1832")) token.impersonation_level = 1;
  if (says(level, "%%1833")) token.impersonation_level = 2;
  if (says(level, "%%1840")) token.impersonation_level = 3;
  token.is_elevated = yes_or_no(r.text_of(slot::elevation));
  const uint64_t named = privileges_named(texts.put(r.text_of(slot::privileges)));
  if (r.id() == 4672) token.privileges_present = named;
  else token.privileges_enabled = named;
  token.privileges_disabled = privileges_named(texts.put(r.text_of(slot::disabled_privileges)));
  e.kind = kind;
  e.data = token;
  return {};
}

/// Security 4720 and its neighbours.
[[nodiscard]] constexpr error fill_account(const record& r, event_memory& memory, event& e) noexcept {
  account_payload change{};
  change.event_id = r.id();
  change.name = memory.texts.put(r.text_of(slot::user));
  change.sid = memory.texts.put(r.text_of(slot::user_sid));
  change.subject_sid = memory.texts.put(r.text_of(slot::subject_sid));
  e.kind = event_kind::account_change;
  e.data = change;
  return {};
}

[[nodiscard]] constexpr error fill_service(const record& r, event_memory& memory, event& e) noexcept {
  service_payload service{};
  service.name = memory.texts.put(r.text_of(slot::service_name));
  service.image_path = memory.texts.put(r.text_of(slot::service_path));
  service.account = memory.texts.put(r.text_of(slot::service_account));
  e.kind = event_kind::service_install;
  e.data = service;
  return {};
}

}

#endif

// ==== bartizan/adapters/sysmon_mapping.hpp ====
#ifndef BARTIZAN_ADAPTERS_SYSMON_MAPPING_HPP
#define BARTIZAN_ADAPTERS_SYSMON_MAPPING_HPP

namespace BARTIZAN_NAMESPACE::adapters {

/// Channel Microsoft-Windows-Sysmon/Operational. Field names as in Sysmon's event manifest (schema 4.x), by event number.
inline constexpr mapping sysmon_mapping[] = {
  {1, "ProcessGuid", slot::actor_guid}, {1, "ProcessId", slot::actor_pid}, {1, "Image", slot::actor_image}, {1, "User", slot::user},
  {1, "CommandLine", slot::command_line}, {1, "OriginalFileName", slot::original_file_name},
  {1, "CurrentDirectory", slot::current_directory}, {1, "IntegrityLevel", slot::integrity}, {1, "LogonId", slot::logon_id},
  {1, "TerminalSessionId", slot::session_id}, {1, "ParentProcessGuid", slot::parent_guid}, {1, "ParentProcessId", slot::parent_pid},
  {1, "ParentImage", slot::parent_image}, {1, "ParentCommandLine", slot::parent_command_line}, {1, "ParentUser", slot::parent_user},
  {1, "Hashes", slot::hashes},
  {3, "ProcessGuid", slot::actor_guid}, {3, "ProcessId", slot::actor_pid}, {3, "Image", slot::actor_image},
  {3, "User", slot::actor_user}, {3, "Initiated", slot::initiated}, {3, "DestinationIp", slot::remote_address},
  {3, "DestinationPort", slot::remote_port}, {3, "SourcePort", slot::local_port},
  {5, "ProcessGuid", slot::actor_guid}, {5, "ProcessId", slot::actor_pid}, {5, "Image", slot::actor_image},
  {5, "User", slot::actor_user},
  {6, "ImageLoaded", slot::module_path}, {6, "Signed", slot::is_signed}, {6, "Signature", slot::signature_subject},
  {6, "SignatureStatus", slot::signature_status},
  {7, "ProcessGuid", slot::actor_guid}, {7, "ProcessId", slot::actor_pid}, {7, "Image", slot::actor_image},
  {7, "User", slot::actor_user}, {7, "ImageLoaded", slot::module_path}, {7, "OriginalFileName", slot::original_file_name},
  {7, "Signed", slot::is_signed}, {7, "Signature", slot::signature_subject}, {7, "SignatureStatus", slot::signature_status},
  {8, "SourceProcessGuid", slot::actor_guid}, {8, "SourceProcessId", slot::actor_pid}, {8, "SourceImage", slot::actor_image},
  {8, "SourceUser", slot::actor_user}, {8, "TargetProcessGuid", slot::target_guid}, {8, "TargetProcessId", slot::target_pid},
  {8, "TargetImage", slot::target_image}, {8, "TargetUser", slot::target_user}, {8, "StartAddress", slot::start_address},
  {8, "StartModule", slot::start_module}, {8, "StartFunction", slot::start_function},
  {9, "ProcessGuid", slot::actor_guid}, {9, "ProcessId", slot::actor_pid}, {9, "Image", slot::actor_image},
  {9, "User", slot::actor_user}, {9, "Device", slot::device},
  {10, "SourceProcessGuid", slot::actor_guid}, {10, "SourceProcessId", slot::actor_pid}, {10, "SourceImage", slot::actor_image},
  {10, "SourceUser", slot::actor_user}, {10, "TargetProcessGuid", slot::target_guid}, {10, "TargetProcessId", slot::target_pid},
  {10, "TargetImage", slot::target_image}, {10, "TargetUser", slot::target_user}, {10, "GrantedAccess", slot::granted_access},
  {10, "CallTrace", slot::call_trace},
  {11, "ProcessGuid", slot::actor_guid}, {11, "ProcessId", slot::actor_pid}, {11, "Image", slot::actor_image},
  {11, "User", slot::actor_user}, {11, "TargetFilename", slot::file_path},
  {12, "ProcessGuid", slot::actor_guid}, {12, "ProcessId", slot::actor_pid}, {12, "Image", slot::actor_image},
  {12, "User", slot::actor_user}, {12, "EventType", slot::operation}, {12, "TargetObject", slot::key_name},
  {13, "ProcessGuid", slot::actor_guid}, {13, "ProcessId", slot::actor_pid}, {13, "Image", slot::actor_image},
  {13, "User", slot::actor_user}, {13, "EventType", slot::operation}, {13, "TargetObject", slot::key_name},
  {13, "Details", slot::data},
  {14, "ProcessGuid", slot::actor_guid}, {14, "ProcessId", slot::actor_pid}, {14, "Image", slot::actor_image},
  {14, "User", slot::actor_user}, {14, "EventType", slot::operation}, {14, "TargetObject", slot::key_name},
  {14, "NewName", slot::new_name},
  {15, "ProcessGuid", slot::actor_guid}, {15, "ProcessId", slot::actor_pid}, {15, "Image", slot::actor_image},
  {15, "User", slot::actor_user}, {15, "TargetFilename", slot::file_path}, {15, "Contents", slot::content},
  {17, "ProcessGuid", slot::actor_guid}, {17, "ProcessId", slot::actor_pid}, {17, "Image", slot::actor_image},
  {17, "User", slot::actor_user}, {17, "PipeName", slot::pipe_name},
  {18, "ProcessGuid", slot::actor_guid}, {18, "ProcessId", slot::actor_pid}, {18, "Image", slot::actor_image},
  {18, "User", slot::actor_user}, {18, "PipeName", slot::pipe_name},
  {22, "ProcessGuid", slot::actor_guid}, {22, "ProcessId", slot::actor_pid}, {22, "Image", slot::actor_image},
  {22, "User", slot::actor_user}, {22, "QueryName", slot::remote_name},
  {23, "ProcessGuid", slot::actor_guid}, {23, "ProcessId", slot::actor_pid}, {23, "Image", slot::actor_image},
  {23, "User", slot::actor_user}, {23, "TargetFilename", slot::file_path}, {23, "IsExecutable", slot::is_executable},
  {24, "ProcessGuid", slot::actor_guid}, {24, "ProcessId", slot::actor_pid}, {24, "Image", slot::actor_image},
  {24, "User", slot::actor_user},
  {25, "ProcessGuid", slot::actor_guid}, {25, "ProcessId", slot::actor_pid}, {25, "Image", slot::actor_image},
  {25, "User", slot::actor_user}, {25, "Type", slot::tamper_type},
  {26, "ProcessGuid", slot::actor_guid}, {26, "ProcessId", slot::actor_pid}, {26, "Image", slot::actor_image},
  {26, "User", slot::actor_user}, {26, "TargetFilename", slot::file_path}, {26, "IsExecutable", slot::is_executable},
  {29, "ProcessGuid", slot::actor_guid}, {29, "ProcessId", slot::actor_pid}, {29, "Image", slot::actor_image},
  {29, "User", slot::actor_user}, {29, "TargetFilename", slot::file_path},
};
static_assert(is_sound(sysmon_mapping));

}

#endif

// ==== bartizan/adapters/sysmon.hpp ====
#ifndef BARTIZAN_ADAPTERS_SYSMON_HPP
#define BARTIZAN_ADAPTERS_SYSMON_HPP

namespace BARTIZAN_NAMESPACE::adapters {

/// Makes an event of a Sysmon record. `e.kind` stays `none` for events that are not mapped. `time_100ns` and `number` are the
/// host's. Errors: adapter_bad_number, adapter_bad_guid, adapter_missing_field.
[[nodiscard]] constexpr error from_sysmon(const record& r, uint64_t time_100ns, uint64_t number, event_memory& memory,
                     event& e) noexcept {
  using operation = file_payload::operation;
  e = event{};
  memory.texts.clear();
  e.time_100ns = time_100ns;
  e.record = number;
  if (const error bad = fill_common(r, memory, e)) return bad;
  switch (r.id()) {
    case 1: return fill_process_create(r, memory, e);
    case 3: return fill_network(r, memory, event_kind::network_connect, e);
    case 5: e.kind = event_kind::process_exit; return {};
    case 6: return fill_image(r, memory, event_kind::driver_load, e);
    case 7: return fill_image(r, memory, event_kind::image_load, e);
    case 8: return fill_thread_start(r, memory, e);
    case 9: return fill_raw_read(r, memory, e);
    case 10: return fill_handle(r, memory, handle_payload::object::process, e);
    case 11:
    case 15: return fill_file(r, memory, operation::create, e);
    case 12:
    case 13:
    case 14: return fill_registry(r, memory, e);
    case 17: return fill_pipe(r, memory, operation::create, e);
    case 18: return fill_pipe(r, memory, operation::open, e);
    case 22: return fill_network(r, memory, event_kind::dns_query, e);
    case 23:
    case 26: return fill_file(r, memory, operation::remove, e);
    case 24: e.kind = event_kind::clipboard_change; return {};
    case 25: return fill_tamper(r, e);
    case 29: {
      const error bad = fill_file(r, memory, operation::create, e);
      e.data.file.is_executable = truth::yes;
      return bad;
    }
    default: return {};
  }
}

}

#endif

// ==== bartizan/adapters/windows_security_mapping.hpp ====
#ifndef BARTIZAN_ADAPTERS_WINDOWS_SECURITY_MAPPING_HPP
#define BARTIZAN_ADAPTERS_WINDOWS_SECURITY_MAPPING_HPP

namespace BARTIZAN_NAMESPACE::adapters {

/// Channel Security. Field names as in the advanced security audit policy's event pages (Microsoft Learn), by event number. The
/// channel knows processes by PID alone, and only objects with an auditing entry (SACL).
inline constexpr mapping security_mapping[] = {
  {4624, "ProcessId", slot::actor_pid}, {4624, "ProcessName", slot::actor_image}, {4624, "TargetUserName", slot::user},
  {4624, "TargetUserSid", slot::user_sid}, {4624, "TargetLogonId", slot::logon_id}, {4624, "LogonType", slot::logon_type},
  {4624, "IpAddress", slot::remote_address}, {4624, "ImpersonationLevel", slot::impersonation_level},
  {4624, "ElevatedToken", slot::elevation},
  {4656, "ProcessId", slot::actor_pid}, {4656, "ProcessName", slot::actor_image}, {4656, "ObjectType", slot::object_type},
  {4656, "ObjectName", slot::object_name}, {4656, "AccessMask", slot::granted_access}, {4656, "HandleId", slot::handle},
  {4657, "ProcessId", slot::actor_pid}, {4657, "ProcessName", slot::actor_image}, {4657, "ObjectName", slot::object_name},
  {4657, "ObjectValueName", slot::value_name}, {4657, "OperationType", slot::operation}, {4657, "NewValue", slot::data},
  {4663, "ProcessId", slot::actor_pid}, {4663, "ProcessName", slot::actor_image}, {4663, "ObjectType", slot::object_type},
  {4663, "ObjectName", slot::object_name}, {4663, "AccessMask", slot::granted_access}, {4663, "HandleId", slot::handle},
  {4672, "SubjectUserSid", slot::user_sid}, {4672, "SubjectLogonId", slot::logon_id}, {4672, "PrivilegeList", slot::privileges},
  {4673, "ProcessId", slot::actor_pid}, {4673, "ProcessName", slot::actor_image}, {4673, "SubjectUserSid", slot::user_sid},
  {4673, "SubjectLogonId", slot::logon_id}, {4673, "PrivilegeList", slot::privileges},
  {4674, "ProcessId", slot::actor_pid}, {4674, "ProcessName", slot::actor_image}, {4674, "SubjectUserSid", slot::user_sid},
  {4674, "SubjectLogonId", slot::logon_id}, {4674, "PrivilegeList", slot::privileges},
  {4688, "NewProcessId", slot::actor_pid}, {4688, "NewProcessName", slot::actor_image}, {4688, "CommandLine", slot::command_line},
  {4688, "TokenElevationType", slot::elevation}, {4688, "MandatoryLabel", slot::integrity}, {4688, "TargetUserName", slot::user},
  {4688, "TargetUserSid", slot::user_sid}, {4688, "TargetLogonId", slot::logon_id}, {4688, "SubjectUserName", slot::parent_user},
  {4688, "SubjectUserSid", slot::subject_sid}, {4688, "SubjectLogonId", slot::subject_logon_id},
  {4688, "ProcessId", slot::parent_pid}, {4688, "ParentProcessName", slot::parent_image},
  {4689, "ProcessId", slot::actor_pid}, {4689, "ProcessName", slot::actor_image},
  {4690, "SourceProcessId", slot::parent_pid}, {4690, "SourceHandleId", slot::source_handle},
  {4690, "TargetProcessId", slot::actor_pid}, {4690, "TargetHandleId", slot::handle},
  {4703, "ProcessId", slot::actor_pid}, {4703, "ProcessName", slot::actor_image}, {4703, "TargetUserSid", slot::user_sid},
  {4703, "TargetLogonId", slot::logon_id}, {4703, "EnabledPrivilegeList", slot::privileges},
  {4703, "DisabledPrivilegeList", slot::disabled_privileges},
  {4720, "TargetUserName", slot::user}, {4720, "TargetSid", slot::user_sid}, {4720, "SubjectUserSid", slot::subject_sid},
  {4722, "TargetUserName", slot::user}, {4722, "TargetSid", slot::user_sid}, {4722, "SubjectUserSid", slot::subject_sid},
  {4723, "TargetUserName", slot::user}, {4723, "TargetSid", slot::user_sid}, {4723, "SubjectUserSid", slot::subject_sid},
  {4724, "TargetUserName", slot::user}, {4724, "TargetSid", slot::user_sid}, {4724, "SubjectUserSid", slot::subject_sid},
  {4725, "TargetUserName", slot::user}, {4725, "TargetSid", slot::user_sid}, {4725, "SubjectUserSid", slot::subject_sid},
  {4726, "TargetUserName", slot::user}, {4726, "TargetSid", slot::user_sid}, {4726, "SubjectUserSid", slot::subject_sid},
  {4728, "MemberName", slot::user}, {4728, "MemberSid", slot::user_sid}, {4728, "SubjectUserSid", slot::subject_sid},
  {4729, "MemberName", slot::user}, {4729, "MemberSid", slot::user_sid}, {4729, "SubjectUserSid", slot::subject_sid},
  {4732, "MemberName", slot::user}, {4732, "MemberSid", slot::user_sid}, {4732, "SubjectUserSid", slot::subject_sid},
  {4733, "MemberName", slot::user}, {4733, "MemberSid", slot::user_sid}, {4733, "SubjectUserSid", slot::subject_sid},
  {4738, "TargetUserName", slot::user}, {4738, "TargetSid", slot::user_sid}, {4738, "SubjectUserSid", slot::subject_sid},
  {4740, "TargetUserName", slot::user}, {4740, "TargetSid", slot::user_sid}, {4740, "SubjectUserSid", slot::subject_sid},
  {4756, "MemberName", slot::user}, {4756, "MemberSid", slot::user_sid}, {4756, "SubjectUserSid", slot::subject_sid},
  {4757, "MemberName", slot::user}, {4757, "MemberSid", slot::user_sid}, {4757, "SubjectUserSid", slot::subject_sid},
  {4767, "TargetUserName", slot::user}, {4767, "TargetSid", slot::user_sid}, {4767, "SubjectUserSid", slot::subject_sid},
  {4781, "TargetUserName", slot::user}, {4781, "TargetSid", slot::user_sid}, {4781, "SubjectUserSid", slot::subject_sid},
  {4985, "ProcessId", slot::actor_pid}, {4985, "ProcessName", slot::actor_image},
};
static_assert(is_sound(security_mapping));

}

#endif

// ==== bartizan/adapters/windows_security.hpp ====
#ifndef BARTIZAN_ADAPTERS_WINDOWS_SECURITY_HPP
#define BARTIZAN_ADAPTERS_WINDOWS_SECURITY_HPP

namespace BARTIZAN_NAMESPACE::adapters {

namespace detail {

[[nodiscard]] constexpr error from_object_access(const record& r, event_memory& memory, event& e) noexcept {
  const utf8 type = r.text_of(slot::object_type);
  if (says(type, "Key")) return fill_key_access(r, memory, e);
  if (says(type, "File")) return fill_file_access(r, memory, e);
  const bool of_process = says(type, "Process");
  if (!of_process && !says(type, "Thread")) return {};
  const error bad = fill_handle(r, memory, of_process ? handle_payload::object::process : handle_payload::object::thread, e);
  e.target_image = memory.texts.put(r.text_of(slot::object_name));
  if (!bad) e.data.handle.exercised_only = r.id() == 4663;
  return bad;
}

/// Whose token the new process of a 4688 runs under. The null SID as target says: the creator's. That is not so where the creator is
/// SYSTEM, as the service that starts programs for users is, and the token is one of two that UAC split, or below SYSTEM's integrity.
/// Logs before Windows 10 have none of the later fields and are read as if these agreed; one that lost a single field does not say.
[[nodiscard]] constexpr account account_of_new_process(const record& r, account subject, account target, const process_create_payload& create) noexcept {
  if (target != account::unknown) return target;
  const bool old_log = !r.has(slot::user_sid) && !r.has(slot::integrity) && !r.has(slot::parent_image);
  if (!old_log && !r.has(slot::user_sid)) return account::unknown;
  if (subject != account::system) return subject;
  const bool system_level = old_log || (create.integrity_rid != unknown_u32 && create.integrity_rid >= 0x4000);  // SECURITY_MANDATORY_SYSTEM_RID
  return system_level && create.elevation == token_elevation::not_split ? subject : account::unknown;
}

/// 4688: the Target fields hold the new process's account where it is not the creator's.
[[nodiscard]] constexpr error from_process_creation(const record& r, event_memory& memory, event& e) noexcept {
  if (const error bad = fill_process_create(r, memory, e)) return bad;
  process_create_payload& create = e.data.create;
  const account subject = account_of_sid(memory.texts.put(r.text_of(slot::subject_sid)));
  const account target = account_of_sid(memory.texts.put(r.text_of(slot::user_sid)));
  create.creator = create.parent;  // the event's "Creator Process" fields
  create.parent_account = subject;
  e.actor.user = account_of_new_process(r, subject, target, create);
  if (target == account::unknown) create.user = create.parent_user;
  return create.logon_id != 0 ? error{} : r.read(slot::subject_logon_id, create.logon_id);
}

}

/// Makes an event of a Security record. `e.kind` stays `none` for events and objects that are not mapped.
/// Errors: adapter_bad_number, adapter_bad_guid, adapter_missing_field.
[[nodiscard]] constexpr error from_security(const record& r, uint64_t time_100ns, uint64_t number, event_memory& memory,
                      event& e) noexcept {
  e = event{};
  memory.texts.clear();
  e.time_100ns = time_100ns;
  e.record = number;
  if (const error bad = fill_common(r, memory, e)) return bad;
  switch (r.id()) {
    case 4624:
    case 4672: return fill_token(r, memory, event_kind::logon, e);
    case 4656:
    case 4663: return detail::from_object_access(r, memory, e);
    case 4657: return fill_value_change(r, memory, e);
    case 4673:
    case 4674: return fill_token(r, memory, event_kind::privilege_use, e);
    case 4688: return detail::from_process_creation(r, memory, e);
    case 4689: e.kind = event_kind::process_exit; return {};
    case 4690: return fill_handle_duplicate(r, e);
    case 4703: return fill_token(r, memory, event_kind::token_check, e);
    case 4720: case 4722: case 4723: case 4724: case 4725: case 4726: case 4728: case 4729: case 4732: case 4733:
    case 4738: case 4740: case 4756: case 4757: case 4767: case 4781: return fill_account(r, memory, e);
    case 4985: e.kind = event_kind::transaction; return {};
    default: return {};
  }
}

}

#endif

// ==== bartizan/adapters/windows_system.hpp ====
#ifndef BARTIZAN_ADAPTERS_WINDOWS_SYSTEM_HPP
#define BARTIZAN_ADAPTERS_WINDOWS_SYSTEM_HPP

namespace BARTIZAN_NAMESPACE::adapters {

/// Channel System, source Service Control Manager.
inline constexpr mapping system_mapping[] = {
  {7045, "ServiceName", slot::service_name},
  {7045, "ImagePath", slot::service_path},
  {7045, "AccountName", slot::service_account},
};
static_assert(is_sound(system_mapping));

/// Makes an event of a System record: 7045, a service was installed. The record names no process.
[[nodiscard]] constexpr error from_system(const record& r, uint64_t time_100ns, uint64_t number, event_memory& memory,
                     event& e) noexcept {
  e = event{};
  memory.texts.clear();
  e.time_100ns = time_100ns;
  e.record = number;
  e.flags = event_after_operation;
  return r.id() == 7045 ? fill_service(r, memory, e) : error{};
}

}

#endif

// ==== bartizan/kernel.hpp ====
#ifndef BARTIZAN_KERNEL_HPP
#define BARTIZAN_KERNEL_HPP

/// The umbrella for drivers: every room that compiles freestanding, without exceptions, RTTI, allocation or floating point.
/// From outside it reaches <stddef.h> and <stdint.h> only; the linker needs at most memcpy, memmove, memset and memcmp.
/// tests/layer_gate refuses a kernel-safe header that is not listed here, tests/kernel proves the rest.

#endif

#endif
