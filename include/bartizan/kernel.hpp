// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_KERNEL_HPP
#define BARTIZAN_KERNEL_HPP

/// The umbrella for drivers: every room that compiles freestanding, without exceptions, RTTI, allocation or floating point.
/// From outside it reaches <stddef.h> and <stdint.h> only; the linker needs at most memcpy, memmove, memset and memcmp.
/// tests/layer_gate refuses a kernel-safe header that is not listed here, tests/kernel proves the rest.

#include "core/access.hpp"
#include "core/config.hpp"
#include "core/error.hpp"
#include "core/event.hpp"
#include "core/event_payload.hpp"
#include "core/fact.hpp"
#include "core/finding.hpp"
#include "core/memory.hpp"
#include "core/path.hpp"
#include "core/path_writer.hpp"
#include "core/process.hpp"
#include "core/reader.hpp"
#include "core/registry_path.hpp"
#include "core/rule.hpp"
#include "core/sha256.hpp"
#include "core/span.hpp"
#include "core/text.hpp"
#include "core/trust.hpp"
#include "core/truth.hpp"
#include "core/upcase.hpp"
#include "rules/catalogue.hpp"
#include "rules/credential_access/lsass_dump_file.hpp"
#include "rules/credential_access/lsass_handle.hpp"
#include "policy/disposition.hpp"
#include "policy/image_names.hpp"
#include "policy/path_trust.hpp"
#include "policy/settings.hpp"
#include "engine/call_trace.hpp"
#include "engine/engine.hpp"
#include "engine/identity.hpp"
#include "engine/open_history.hpp"
#include "engine/process_table.hpp"
#include "pe/defects.hpp"
#include "pe/headers.hpp"
#include "pe/image.hpp"
#include "pe/rva.hpp"
#include "pe/section.hpp"
#include "adapters/parse.hpp"
#include "adapters/record.hpp"
#include "adapters/sysmon.hpp"
#include "adapters/text_arena.hpp"
#include "adapters/windows_security.hpp"

#endif
