// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_KERNEL_DRIVER_NTDDK_OR_FAKE_HPP
#define BARTIZAN_EXAMPLES_KERNEL_DRIVER_NTDDK_OR_FAKE_HPP

#ifdef BARTIZAN_FAKE_NTDDK

#include "fake_ntddk.hpp"

#define KERNEL_TEXT(s) u##s  // WCHAR has 16 bits: u"..." here, L"..." on Windows

#include <string.h>

inline bool copy_from_caller(void* to, const void* from, size_t size) {
    memcpy(to, from, size);
    return true;
}

#else

#include <fltKernel.h>  // which includes ntifs.h

#define KERNEL_TEXT(s) L##s

inline void* operator new(size_t, void* place) noexcept { return place; }

/// A caller's buffer may be user memory, and may go away while it is read.
inline bool copy_from_caller(void* to, const void* from, size_t size) {
    __try {
        RtlCopyMemory(to, from, size);
        return true;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return false;
    }
}

#endif

#endif
