// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_ENGINE_INJECTION_MARKS_HPP
#define BARTIZAN_ENGINE_INJECTION_MARKS_HPP

#include "../core/memory.hpp"
#include "../core/process.hpp"

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

}  // namespace BARTIZAN_NAMESPACE::engine

#endif
