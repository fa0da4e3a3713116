// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_CORE_CONFIG_HPP
#define BARTIZAN_CORE_CONFIG_HPP

#include <stddef.h>
#include <stdint.h>

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
