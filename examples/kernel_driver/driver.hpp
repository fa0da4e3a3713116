// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_KERNEL_DRIVER_DRIVER_HPP
#define BARTIZAN_EXAMPLES_KERNEL_DRIVER_DRIVER_HPP

#include "guard.hpp"
#include "ntddk_or_fake.hpp"

extern "C" NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path);
NTSTATUS unload_driver(ULONG flags);
/// Null while the driver is not loaded. For the requests of the service, which a product serialises with the driver's lock.
kernel_driver::guard* driver_guard();

#endif
