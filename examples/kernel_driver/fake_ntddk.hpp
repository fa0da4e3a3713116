// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_EXAMPLES_KERNEL_DRIVER_FAKE_NTDDK_HPP
#define BARTIZAN_EXAMPLES_KERNEL_DRIVER_FAKE_NTDDK_HPP

/// The part of the Windows kernel's interface that the driver uses, in user mode: names and members as the public Windows Driver Kit
/// reference gives them, values and layouts only where the driver depends on them. It stands in for a kernel in tests and proves
/// nothing about a real one.
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <new>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

using NTSTATUS = int32_t;
using ULONG = uint32_t;
using USHORT = uint16_t;
using UCHAR = uint8_t;
using BOOLEAN = uint8_t;
using LONGLONG = int64_t;
using ULONGLONG = uint64_t;
using ULONG_PTR = uintptr_t;
using SIZE_T = size_t;
using PVOID = void*;
using HANDLE = void*;
using WCHAR = char16_t;  // 16 bits, as on Windows
using ACCESS_MASK = uint32_t;
#define NTAPI
#define FALSE 0
#define TRUE 1
#define UNREFERENCED_PARAMETER(p) static_cast<void>(p)
#define RTL_CONSTANT_STRING(s) {sizeof(s) - sizeof(WCHAR), sizeof(s), const_cast<WCHAR*>(s)}
#define NT_SUCCESS(status) ((status) >= 0)
inline constexpr NTSTATUS STATUS_SUCCESS = 0;
inline constexpr NTSTATUS STATUS_ACCESS_DENIED = static_cast<NTSTATUS>(0xc0000022);
inline constexpr NTSTATUS STATUS_INSUFFICIENT_RESOURCES = static_cast<NTSTATUS>(0xc000009a);
inline constexpr NTSTATUS STATUS_NOT_FOUND = static_cast<NTSTATUS>(0xc0000225);
inline constexpr NTSTATUS STATUS_INVALID_CID = static_cast<NTSTATUS>(0xc000000b);
inline constexpr NTSTATUS STATUS_PORT_DISCONNECTED = static_cast<NTSTATUS>(0xc0000037);
inline constexpr NTSTATUS STATUS_VIRUS_INFECTED = static_cast<NTSTATUS>(0xc0000906);

struct UNICODE_STRING {
    USHORT Length;  // bytes
    USHORT MaximumLength;
    WCHAR* Buffer;
};
using PUNICODE_STRING = UNICODE_STRING*;
using PCUNICODE_STRING = const UNICODE_STRING*;
union LARGE_INTEGER {
    LONGLONG QuadPart;
};
struct CLIENT_ID {
    HANDLE UniqueProcess;
    HANDLE UniqueThread;
};
struct DRIVER_OBJECT {
    void (*DriverUnload)(DRIVER_OBJECT*);
};
using PDRIVER_OBJECT = DRIVER_OBJECT*;

/// A process of the fake machine, and what EPROCESS is here.
struct fake_process {
    uint32_t pid = 0;
    uint64_t start_key = 0;
    std::u16string image;
    bool critical = false;
    bool ended = false;
};
using PEPROCESS = fake_process*;
/// A thread is its owner here.
using PETHREAD = fake_process*;
struct OBJECT_TYPE {};
using POBJECT_TYPE = OBJECT_TYPE*;

struct PS_CREATE_NOTIFY_INFO {
    SIZE_T Size;
    ULONG Flags;
    HANDLE ParentProcessId;
    CLIENT_ID CreatingThreadId;
    void* FileObject;
    PCUNICODE_STRING ImageFileName;
    PCUNICODE_STRING CommandLine;
    NTSTATUS CreationStatus;
};
using PPS_CREATE_NOTIFY_INFO = PS_CREATE_NOTIFY_INFO*;
struct IMAGE_INFO {
    ULONG ImageAddressingMode : 8, SystemModeImage : 1, ImageMappedToAllPids : 1, ExtendedInfoPresent : 1, MachineTypeMismatch : 1, ImageSignatureLevel : 4,
        ImageSignatureType : 3, ImagePartialMap : 1, Reserved : 12;
    PVOID ImageBase;
    ULONG ImageSelector;
    SIZE_T ImageSize;
    ULONG ImageSectionNumber;
};
using PIMAGE_INFO = IMAGE_INFO*;
using PCREATE_PROCESS_NOTIFY_ROUTINE_EX = void (*)(PEPROCESS, HANDLE, PPS_CREATE_NOTIFY_INFO);
using PCREATE_THREAD_NOTIFY_ROUTINE = void (*)(HANDLE, HANDLE, BOOLEAN);
using PLOAD_IMAGE_NOTIFY_ROUTINE = void (*)(PUNICODE_STRING, HANDLE, PIMAGE_INFO);

using OB_OPERATION = ULONG;
inline constexpr OB_OPERATION OB_OPERATION_HANDLE_CREATE = 1, OB_OPERATION_HANDLE_DUPLICATE = 2;
inline constexpr USHORT OB_FLT_REGISTRATION_VERSION = 0x0100;
struct OB_PRE_CREATE_HANDLE_INFORMATION {
    ACCESS_MASK DesiredAccess, OriginalDesiredAccess;
};
struct OB_PRE_DUPLICATE_HANDLE_INFORMATION {
    ACCESS_MASK DesiredAccess, OriginalDesiredAccess;
    PVOID SourceProcess, TargetProcess;
};
union OB_PRE_OPERATION_PARAMETERS {
    OB_PRE_CREATE_HANDLE_INFORMATION CreateHandleInformation;
    OB_PRE_DUPLICATE_HANDLE_INFORMATION DuplicateHandleInformation;
};
struct OB_PRE_OPERATION_INFORMATION {
    OB_OPERATION Operation;
    ULONG KernelHandle : 1, Reserved : 31;
    PVOID Object;
    POBJECT_TYPE ObjectType;
    PVOID CallContext;
    OB_PRE_OPERATION_PARAMETERS* Parameters;
};
using POB_PRE_OPERATION_INFORMATION = OB_PRE_OPERATION_INFORMATION*;
enum OB_PREOP_CALLBACK_STATUS { OB_PREOP_SUCCESS };
using POB_PRE_OPERATION_CALLBACK = OB_PREOP_CALLBACK_STATUS (*)(PVOID, POB_PRE_OPERATION_INFORMATION);
struct OB_OPERATION_REGISTRATION {
    POBJECT_TYPE* ObjectType;
    OB_OPERATION Operations;
    POB_PRE_OPERATION_CALLBACK PreOperation;
    PVOID PostOperation;
};
struct OB_CALLBACK_REGISTRATION {
    USHORT Version, OperationRegistrationCount;
    UNICODE_STRING Altitude;
    PVOID RegistrationContext;
    OB_OPERATION_REGISTRATION* OperationRegistration;
};

enum REG_NOTIFY_CLASS { RegNtPreSetValueKey = 1, RegNtPreQueryValueKey = 8, RegNtPreSaveKey = 43 };
struct REG_SET_VALUE_KEY_INFORMATION {
    PVOID Object;
    PUNICODE_STRING ValueName;
    ULONG TitleIndex, Type;
    PVOID Data;
    ULONG DataSize;
};
struct REG_QUERY_VALUE_KEY_INFORMATION {
    PVOID Object;
    PUNICODE_STRING ValueName;
};
struct REG_SAVE_KEY_INFORMATION {
    PVOID Object;
    HANDLE FileHandle;
    ULONG Format;
};
using PEX_CALLBACK_FUNCTION = NTSTATUS (*)(PVOID, PVOID, PVOID);
inline constexpr ULONG REG_SZ = 1, REG_EXPAND_SZ = 2, REG_DWORD = 4;

struct IO_SECURITY_CONTEXT {
    ACCESS_MASK DesiredAccess;
};
struct FLT_IO_PARAMETER_BLOCK {
    UCHAR MajorFunction;
    struct {
        struct {
            IO_SECURITY_CONTEXT* SecurityContext;
        } Create;
    } Parameters;
};
struct FLT_CALLBACK_DATA {
    FLT_IO_PARAMETER_BLOCK* Iopb;
    struct {
        NTSTATUS Status;
        ULONG_PTR Information;
    } IoStatus;
    PCUNICODE_STRING fake_name;  // what the fake filter manager answers with
    PEPROCESS fake_requestor;
};
using PFLT_CALLBACK_DATA = FLT_CALLBACK_DATA*;
struct FLT_RELATED_OBJECTS {};
using PCFLT_RELATED_OBJECTS = const FLT_RELATED_OBJECTS*;
enum FLT_PREOP_CALLBACK_STATUS { FLT_PREOP_SUCCESS_WITH_CALLBACK, FLT_PREOP_SUCCESS_NO_CALLBACK, FLT_PREOP_PENDING, FLT_PREOP_DISALLOW_FASTIO, FLT_PREOP_COMPLETE };
using PFLT_PRE_OPERATION_CALLBACK = FLT_PREOP_CALLBACK_STATUS (*)(PFLT_CALLBACK_DATA, PCFLT_RELATED_OBJECTS, PVOID*);
struct FLT_OPERATION_REGISTRATION {
    UCHAR MajorFunction;
    ULONG Flags;
    PFLT_PRE_OPERATION_CALLBACK PreOperation;
    PVOID PostOperation;
};
using FLT_FILTER_UNLOAD_FLAGS = ULONG;
struct FLT_REGISTRATION {
    USHORT Size, Version;
    ULONG Flags;
    const void* ContextRegistration;
    const FLT_OPERATION_REGISTRATION* OperationRegistration;
    NTSTATUS (*FilterUnloadCallback)(FLT_FILTER_UNLOAD_FLAGS);
};
struct FLT_FILTER {};
struct FLT_PORT {};
struct FLT_GENERIC_WORKITEM {};
using PFLT_FILTER = FLT_FILTER*;
using PFLT_PORT = FLT_PORT*;
using PFLT_GENERIC_WORKITEM = FLT_GENERIC_WORKITEM*;
using PFLT_GENERIC_WORKITEM_ROUTINE = void (*)(PFLT_GENERIC_WORKITEM, PVOID, PVOID);
struct FLT_FILE_NAME_INFORMATION {
    UNICODE_STRING Name;
};
using PFLT_FILE_NAME_INFORMATION = FLT_FILE_NAME_INFORMATION*;
inline constexpr UCHAR IRP_MJ_CREATE = 0, IRP_MJ_OPERATION_END = 0x80;
inline constexpr USHORT FLT_REGISTRATION_VERSION = 0x0203;
inline constexpr ULONG FLT_FILE_NAME_NORMALIZED = 1, FLT_FILE_NAME_QUERY_DEFAULT = 0x100;
enum WORK_QUEUE_TYPE { CriticalWorkQueue, DelayedWorkQueue };
enum PROCESSINFOCLASS { ProcessBreakOnTermination = 29 };
enum KPROCESSOR_MODE { KernelMode, UserMode };
inline constexpr ULONG OBJ_KERNEL_HANDLE = 0x200, POOL_FLAG_NON_PAGED = 0x40;
inline constexpr ACCESS_MASK PROCESS_TERMINATE = 1, PROCESS_QUERY_LIMITED_INFORMATION = 0x1000;
struct FAST_MUTEX {
    int depth;
};

/// The machine that the driver runs on in a test: processes, what the driver registered, and what it did.
struct fake_machine {
    std::unordered_map<uint32_t, fake_process> processes;
    fake_process* current = nullptr;
    uint64_t now_100ns = 0;
    PCREATE_PROCESS_NOTIFY_ROUTINE_EX on_process = nullptr;
    PCREATE_THREAD_NOTIFY_ROUTINE on_thread = nullptr;
    PLOAD_IMAGE_NOTIFY_ROUTINE on_image = nullptr;
    std::vector<OB_OPERATION_REGISTRATION> handles;
    PEX_CALLBACK_FUNCTION on_registry = nullptr;
    PFLT_PRE_OPERATION_CALLBACK on_create = nullptr;
    std::vector<std::pair<PFLT_GENERIC_WORKITEM, PFLT_GENERIC_WORKITEM_ROUTINE>> work;  ///< queued items
    std::vector<std::string> calls;                ///< registrations and removals, in order
    std::vector<std::vector<uint8_t>> messages;    ///< to the service
    std::string fails;                             ///< this call answers with an error
    bool service_is_there = true;
    size_t allocations = 0;
};
inline fake_machine machine;
inline FLT_FILTER fake_filter;
inline FLT_PORT fake_port;
inline OBJECT_TYPE fake_process_type, fake_thread_type;
inline POBJECT_TYPE fake_process_type_pointer = &fake_process_type, fake_thread_type_pointer = &fake_thread_type;
inline POBJECT_TYPE* PsProcessType = &fake_process_type_pointer;
inline POBJECT_TYPE* PsThreadType = &fake_thread_type_pointer;

inline NTSTATUS fake_call(const char* name) {
    machine.calls.push_back(name);
    return machine.fails == name ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}
inline HANDLE fake_handle(uint32_t pid) { return reinterpret_cast<HANDLE>(static_cast<uintptr_t>(pid)); }

inline NTSTATUS PsSetCreateProcessNotifyRoutineEx(PCREATE_PROCESS_NOTIFY_ROUTINE_EX routine, BOOLEAN remove) {
    const NTSTATUS status = fake_call(remove ? "-process" : "process");
    if (NT_SUCCESS(status)) machine.on_process = remove ? nullptr : routine;
    return status;
}
inline NTSTATUS PsSetCreateThreadNotifyRoutine(PCREATE_THREAD_NOTIFY_ROUTINE routine) {
    const NTSTATUS status = fake_call("thread");
    if (NT_SUCCESS(status)) machine.on_thread = routine;
    return status;
}
inline NTSTATUS PsRemoveCreateThreadNotifyRoutine(PCREATE_THREAD_NOTIFY_ROUTINE) { return machine.on_thread = nullptr, fake_call("-thread"); }
inline NTSTATUS PsSetLoadImageNotifyRoutine(PLOAD_IMAGE_NOTIFY_ROUTINE routine) {
    const NTSTATUS status = fake_call("image");
    if (NT_SUCCESS(status)) machine.on_image = routine;
    return status;
}
inline NTSTATUS PsRemoveLoadImageNotifyRoutine(PLOAD_IMAGE_NOTIFY_ROUTINE) { return machine.on_image = nullptr, fake_call("-image"); }
inline NTSTATUS ObRegisterCallbacks(OB_CALLBACK_REGISTRATION* registration, PVOID* handle) {
    const NTSTATUS status = fake_call("handles");
    if (!NT_SUCCESS(status)) return status;
    machine.handles.assign(registration->OperationRegistration, registration->OperationRegistration + registration->OperationRegistrationCount);
    *handle = &machine;
    return status;
}
inline void ObUnRegisterCallbacks(PVOID) {
    fake_call("-handles");
    machine.handles.clear();
}
inline NTSTATUS CmRegisterCallbackEx(PEX_CALLBACK_FUNCTION function, PCUNICODE_STRING, PVOID, PVOID, LARGE_INTEGER* cookie, PVOID) {
    const NTSTATUS status = fake_call("registry");
    if (NT_SUCCESS(status)) machine.on_registry = function, cookie->QuadPart = 1;
    return status;
}
inline NTSTATUS CmUnRegisterCallback(LARGE_INTEGER) { return machine.on_registry = nullptr, fake_call("-registry"); }
/// A key object is its name here.
inline NTSTATUS CmCallbackGetKeyObjectIDEx(LARGE_INTEGER*, PVOID object, ULONG_PTR*, PCUNICODE_STRING* name, ULONG) {
    *name = static_cast<PCUNICODE_STRING>(object);
    return object == nullptr ? STATUS_NOT_FOUND : STATUS_SUCCESS;
}
inline void CmCallbackReleaseKeyObjectIDEx(PCUNICODE_STRING) {}
inline NTSTATUS FltRegisterFilter(PDRIVER_OBJECT, const FLT_REGISTRATION* registration, PFLT_FILTER* filter) {
    const NTSTATUS status = fake_call("filter");
    if (!NT_SUCCESS(status)) return status;
    for (const FLT_OPERATION_REGISTRATION* o = registration->OperationRegistration; o->MajorFunction != IRP_MJ_OPERATION_END; ++o)
        if (o->MajorFunction == IRP_MJ_CREATE) machine.on_create = o->PreOperation;
    *filter = &fake_filter;
    return status;
}
inline NTSTATUS FltStartFiltering(PFLT_FILTER) { return fake_call("filtering"); }
/// What a system's worker threads do in their own time, and have done before a filter is gone.
inline void fake_run_work() {
    while (!machine.work.empty()) {
        const auto [item, routine] = machine.work.front();
        machine.work.erase(machine.work.begin());
        routine(item, nullptr, nullptr);
    }
}
inline void FltUnregisterFilter(PFLT_FILTER) {
    fake_run_work();
    fake_call("-filter");
    machine.on_create = nullptr;
}
inline NTSTATUS FltGetFileNameInformation(PFLT_CALLBACK_DATA data, ULONG, PFLT_FILE_NAME_INFORMATION* info) {
    if (data->fake_name == nullptr) return STATUS_NOT_FOUND;
    *info = new FLT_FILE_NAME_INFORMATION{*data->fake_name};
    return STATUS_SUCCESS;
}
inline void FltReleaseFileNameInformation(PFLT_FILE_NAME_INFORMATION info) { delete info; }
inline PEPROCESS FltGetRequestorProcess(PFLT_CALLBACK_DATA data) { return data->fake_requestor; }
inline PFLT_GENERIC_WORKITEM FltAllocateGenericWorkItem() { return machine.fails == "workitem" ? nullptr : new FLT_GENERIC_WORKITEM; }
inline void FltFreeGenericWorkItem(PFLT_GENERIC_WORKITEM item) { delete item; }
inline NTSTATUS FltQueueGenericWorkItem(PFLT_GENERIC_WORKITEM item, PVOID, PFLT_GENERIC_WORKITEM_ROUTINE routine, WORK_QUEUE_TYPE, PVOID) {
    machine.work.emplace_back(item, routine);
    return STATUS_SUCCESS;
}
inline NTSTATUS FltSendMessage(PFLT_FILTER, PFLT_PORT*, PVOID buffer, ULONG size, PVOID, ULONG*, LARGE_INTEGER*) {
    if (!machine.service_is_there) return STATUS_PORT_DISCONNECTED;
    const auto* bytes = static_cast<const uint8_t*>(buffer);
    machine.messages.emplace_back(bytes, bytes + size);
    return STATUS_SUCCESS;
}

inline HANDLE PsGetCurrentProcessId() { return fake_handle(machine.current->pid); }
inline PEPROCESS PsGetCurrentProcess() { return machine.current; }
inline HANDLE PsGetProcessId(PEPROCESS p) { return fake_handle(p->pid); }
inline ULONGLONG PsGetProcessStartKey(PEPROCESS p) { return p->start_key; }
inline PEPROCESS IoThreadToProcess(PETHREAD t) { return t; }
inline NTSTATUS PsLookupProcessByProcessId(HANDLE pid, PEPROCESS* out) {
    const auto found = machine.processes.find(static_cast<uint32_t>(reinterpret_cast<uintptr_t>(pid)));
    if (found == machine.processes.end() || found->second.ended) return STATUS_INVALID_CID;
    *out = &found->second;
    return STATUS_SUCCESS;
}
inline void ObDereferenceObject(PVOID) {}
inline NTSTATUS SeLocateProcessImageName(PEPROCESS p, PUNICODE_STRING* out) {
    const auto bytes = static_cast<USHORT>(p->image.size() * sizeof(WCHAR));
    *out = new UNICODE_STRING{bytes, bytes, p->image.data()};
    ++machine.allocations;
    return STATUS_SUCCESS;
}
inline NTSTATUS ObOpenObjectByPointer(PVOID object, ULONG, PVOID, ACCESS_MASK, POBJECT_TYPE, KPROCESSOR_MODE, HANDLE* out) { return *out = object, STATUS_SUCCESS; }
inline NTSTATUS ZwQueryInformationProcess(HANDLE h, PROCESSINFOCLASS, PVOID out, ULONG, ULONG*) {
    *static_cast<ULONG*>(out) = static_cast<fake_process*>(h)->critical;
    return STATUS_SUCCESS;
}
inline NTSTATUS ZwTerminateProcess(HANDLE h, NTSTATUS) { return static_cast<fake_process*>(h)->ended = true, STATUS_SUCCESS; }
inline NTSTATUS ZwClose(HANDLE) { return STATUS_SUCCESS; }
inline void KeQuerySystemTimePrecise(LARGE_INTEGER* out) { out->QuadPart = static_cast<LONGLONG>(machine.now_100ns); }
inline void ExInitializeFastMutex(FAST_MUTEX* m) { m->depth = 0; }
inline void ExAcquireFastMutex(FAST_MUTEX* m) {
    if (m->depth++ != 0) abort();  // not recursive: a real one would hang
}
inline void ExReleaseFastMutex(FAST_MUTEX* m) {
    if (--m->depth != 0) abort();
}
inline PVOID ExAllocatePool2(ULONGLONG, SIZE_T size, ULONG) { return machine.fails == "pool" ? nullptr : (++machine.allocations, calloc(1, size)); }
inline void ExFreePoolWithTag(PVOID p, ULONG) { --machine.allocations, free(p); }
/// Of an image name, which the fake makes with new.
inline void ExFreePool(PVOID p) { --machine.allocations, delete static_cast<UNICODE_STRING*>(p); }

#endif
