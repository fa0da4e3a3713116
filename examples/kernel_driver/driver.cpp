// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Glue between Windows' callbacks and the SDK: each callback fills an event, asks the guard, and does what can only be done there. All of
// them run at PASSIVE_LEVEL or APC_LEVEL.
#include "driver.hpp"

namespace {

namespace bz = bartizan;
using kernel_driver::guard;

struct driver_state {
    FAST_MUTEX lock;
    guard* brain;
    PVOID handles;
    LARGE_INTEGER registry;
    PFLT_FILTER filter;
    PFLT_PORT port;  ///< to the service, once it has connected
    bool process, thread, image, keys;
};
driver_state g;

constexpr ULONG pool_tag = 0x7a747242;  // "Brtz" in a pool listing

/// Where C: is. A product asks the object manager for \??\C: and follows mount changes.
constexpr bz::path_environment::alias volumes[] = {{u"\\DEVICE\\HARDDISKVOLUME3", u"C:"}};

bz::text view(PCUNICODE_STRING s) {
    return s == nullptr ? bz::text() : bz::text(reinterpret_cast<const char16_t*>(s->Buffer), s->Length / sizeof(char16_t));
}

uint32_t number_of(HANDLE id) { return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(id)); }

bz::process_key key_of(PEPROCESS p) { return {PsGetProcessStartKey(p), number_of(PsGetProcessId(p)), 0}; }

/// The key of a process that is known by its number; without a start key where it is gone.
bz::process_key key_of(HANDLE id) {
    bz::process_key out{0, number_of(id), 0};
    PEPROCESS process = nullptr;
    if (!NT_SUCCESS(PsLookupProcessByProcessId(id, &process))) return out;
    out = key_of(process);
    ObDereferenceObject(process);
    return out;
}

/// The image of a process. A product caches it: the engine needs it for processes whose start the driver did not see.
class image_name {
  public:
    explicit image_name(PEPROCESS p) {
        if (!NT_SUCCESS(SeLocateProcessImageName(p, &name_))) name_ = nullptr;
    }
    ~image_name() {
        if (name_ != nullptr) ExFreePool(name_);
    }
    image_name(const image_name&) = delete;
    image_name& operator=(const image_name&) = delete;
    [[nodiscard]] bz::text get() const { return view(name_); }

  private:
    PUNICODE_STRING name_ = nullptr;
};

uint64_t now() {
    LARGE_INTEGER time;
    KeQuerySystemTimePrecise(&time);
    return static_cast<uint64_t>(time.QuadPart);
}

void perform_queue(PFLT_GENERIC_WORKITEM item, PVOID, PVOID);

/// Judges an event; what the callback cannot do goes to a worker at PASSIVE_LEVEL.
kernel_driver::answer ask(bz::event& e) {
    e.time_100ns = now();
    ExAcquireFastMutex(&g.lock);
    const kernel_driver::answer out = g.brain->judge(e);
    const bool work = !g.brain->is_idle();
    ExReleaseFastMutex(&g.lock);
    if (!work) return out;
    // Without memory for the item the steps wait for the next event.
    PFLT_GENERIC_WORKITEM item = FltAllocateGenericWorkItem();
    if (item != nullptr && !NT_SUCCESS(FltQueueGenericWorkItem(item, g.filter, perform_queue, DelayedWorkQueue, nullptr))) FltFreeGenericWorkItem(item);
    return out;
}

// ---- processes, threads, images -------------------------------------------------------------------------------------------------

void on_process(PEPROCESS process, HANDLE, PPS_CREATE_NOTIFY_INFO info) {
    bz::event e;
    e.actor.key = key_of(process);
    if (info == nullptr) {
        e.kind = bz::event_kind::process_exit;
        ask(e);
        return;
    }
    e.kind = bz::event_kind::process_create;
    e.actor_image = view(info->ImageFileName);
    bz::process_create_payload create{};
    create.command_line = view(info->CommandLine);
    create.parent = key_of(info->ParentProcessId);
    create.creator = key_of(info->CreatingThreadId.UniqueProcess);
    e.data = create;
    if (ask(e).deny) info->CreationStatus = STATUS_ACCESS_DENIED;
}

/// Runs in the creator, before the thread does. The start address is not told here: ETW's threat intelligence reports it to the service.
void on_thread(HANDLE owner, HANDLE thread, BOOLEAN created) {
    if (!created) return;
    bz::event e;
    e.kind = bz::event_kind::thread_start;
    e.actor.key = key_of(PsGetCurrentProcess());
    e.target.key = key_of(owner);
    bz::thread_start_payload start{};
    start.thread_id = number_of(thread);
    e.data = start;
    ask(e);
}

/// Too late to veto: a product denies images in the minifilter, when their section is made. The first image that a process maps is its
/// own program, and its signature is what the rules trust.
void on_image(PUNICODE_STRING name, HANDLE owner, PIMAGE_INFO info) {
    bz::event e;
    e.kind = info->SystemModeImage ? bz::event_kind::driver_load : bz::event_kind::image_load;
    e.flags = bz::event_after_operation;
    if (!info->SystemModeImage) e.actor.key = key_of(owner);
    bz::image_load_payload image{};
    image.path = view(name);
    image.range = {reinterpret_cast<uintptr_t>(info->ImageBase), info->ImageSize};
    // SE_SIGNING_LEVEL_*: 0 nobody checked, 1 unsigned, from 4 signed, from 12 by Windows.
    constexpr ULONG unsigned_level = 1, signed_level = 4, windows_level = 12;
    const ULONG level = info->ImageSignatureLevel;
    if (level >= unsigned_level) {
        image.signer.is_signed = image.signer.is_valid = bz::to_truth(level >= signed_level);
        image.signer.is_microsoft_windows = bz::to_truth(level >= windows_level);
    }
    e.data = image;
    PEPROCESS process = nullptr;
    if (info->SystemModeImage || !NT_SUCCESS(PsLookupProcessByProcessId(owner, &process))) {
        ask(e);
        return;
    }
    const image_name actor_image(process);
    ObDereferenceObject(process);
    e.actor_image = actor_image.get();
    ask(e);
}

// ---- handles --------------------------------------------------------------------------------------------------------------------

OB_PREOP_CALLBACK_STATUS on_handle(PVOID, POB_PRE_OPERATION_INFORMATION info) {
    if (info->KernelHandle) return OB_PREOP_SUCCESS;
    const bool of_thread = info->ObjectType == *PsThreadType;
    PEPROCESS target = of_thread ? IoThreadToProcess(static_cast<PETHREAD>(info->Object)) : static_cast<PEPROCESS>(info->Object);
    const bool duplicate = info->Operation == OB_OPERATION_HANDLE_DUPLICATE;
    PEPROCESS actor = duplicate ? static_cast<PEPROCESS>(info->Parameters->DuplicateHandleInformation.TargetProcess) : PsGetCurrentProcess();
    if (actor == target) return OB_PREOP_SUCCESS;
    ACCESS_MASK& access = duplicate ? info->Parameters->DuplicateHandleInformation.DesiredAccess : info->Parameters->CreateHandleInformation.DesiredAccess;

    const image_name actor_image(actor), target_image(target);
    bz::event e;
    e.kind = duplicate ? bz::event_kind::handle_duplicate : bz::event_kind::handle_open;
    e.actor.key = key_of(actor);
    e.target.key = key_of(target);
    e.actor_image = actor_image.get();
    e.target_image = target_image.get();
    bz::handle_payload handle{};
    handle.type = of_thread ? bz::handle_payload::object::thread : bz::handle_payload::object::process;
    handle.desired = handle.granted = access;
    if (duplicate) handle.source_holder = key_of(static_cast<PEPROCESS>(info->Parameters->DuplicateHandleInformation.SourceProcess));
    e.data = handle;
    access &= ~ask(e).strip;
    return OB_PREOP_SUCCESS;
}

// ---- registry -------------------------------------------------------------------------------------------------------------------

constexpr ULONG longest_data_bytes = 1024;

/// What a value is set to, as far as rules read it. `buffer` holds the text.
void read_data(const REG_SET_VALUE_KEY_INFORMATION& set, char16_t (&buffer)[longest_data_bytes / 2], bz::registry_payload& out) {
    out.value_type = set.Type;
    if (set.Type == REG_DWORD && set.DataSize == sizeof(uint32_t)) {
        uint32_t number = 0;
        if (!copy_from_caller(&number, set.Data, sizeof number)) return;
        out.number = number;
        out.has_number = bz::truth::yes;
    } else if ((set.Type == REG_SZ || set.Type == REG_EXPAND_SZ) && set.DataSize <= longest_data_bytes) {
        if (!copy_from_caller(buffer, set.Data, set.DataSize)) return;
        size_t size = set.DataSize / sizeof(char16_t);
        while (size != 0 && buffer[size - 1] == u'\0') --size;
        out.data = {buffer, size};
        out.has_number = bz::truth::no;
    }
}

NTSTATUS on_registry(PVOID, PVOID what, PVOID argument) {
    PVOID object = nullptr;
    bz::registry_payload registry{};
    char16_t data[longest_data_bytes / 2];
    switch (static_cast<REG_NOTIFY_CLASS>(reinterpret_cast<uintptr_t>(what))) {
        case RegNtPreSetValueKey: {
            const auto& set = *static_cast<REG_SET_VALUE_KEY_INFORMATION*>(argument);
            registry.what = bz::registry_payload::operation::set_value;
            registry.value_name = view(set.ValueName);
            read_data(set, data, registry);
            object = set.Object;
            break;
        }
        case RegNtPreQueryValueKey: {
            const auto& query = *static_cast<REG_QUERY_VALUE_KEY_INFORMATION*>(argument);
            registry.what = bz::registry_payload::operation::query_value;
            registry.value_name = view(query.ValueName);
            object = query.Object;
            break;
        }
        case RegNtPreSaveKey:
            registry.what = bz::registry_payload::operation::save_key;
            object = static_cast<REG_SAVE_KEY_INFORMATION*>(argument)->Object;
            break;
        default: return STATUS_SUCCESS;
    }
    PCUNICODE_STRING name = nullptr;
    if (!NT_SUCCESS(CmCallbackGetKeyObjectIDEx(&g.registry, object, nullptr, &name, 0))) return STATUS_SUCCESS;
    registry.key = view(name);
    const image_name actor_image(PsGetCurrentProcess());
    bz::event e;
    e.kind = bz::event_kind::registry;
    e.actor.key = key_of(PsGetCurrentProcess());
    e.actor_image = actor_image.get();
    e.data = registry;
    const bool denied = ask(e).deny;
    CmCallbackReleaseKeyObjectIDEx(name);
    return denied ? STATUS_ACCESS_DENIED : STATUS_SUCCESS;
}

// ---- files ----------------------------------------------------------------------------------------------------------------------

FLT_PREOP_CALLBACK_STATUS on_create(PFLT_CALLBACK_DATA data, PCFLT_RELATED_OBJECTS, PVOID*) {
    PEPROCESS actor = FltGetRequestorProcess(data);
    PFLT_FILE_NAME_INFORMATION name = nullptr;
    if (actor == nullptr || !NT_SUCCESS(FltGetFileNameInformation(data, FLT_FILE_NAME_NORMALIZED | FLT_FILE_NAME_QUERY_DEFAULT, &name)))
        return FLT_PREOP_SUCCESS_NO_CALLBACK;
    const image_name actor_image(actor);
    bz::event e;
    e.kind = bz::event_kind::file;
    e.actor.key = key_of(actor);
    e.actor_image = actor_image.get();
    bz::file_payload file{};
    file.what = bz::file_payload::operation::open;
    file.access = data->Iopb->Parameters.Create.SecurityContext->DesiredAccess;
    file.path = view(&name->Name);
    e.data = file;
    const bool denied = ask(e).deny;
    FltReleaseFileNameInformation(name);
    if (!denied) return FLT_PREOP_SUCCESS_NO_CALLBACK;
    data->IoStatus.Status = STATUS_ACCESS_DENIED;
    data->IoStatus.Information = 0;
    return FLT_PREOP_COMPLETE;
}

// ---- the worker -----------------------------------------------------------------------------------------------------------------

/// Ends the process that the plan meant, and no other: not one that took over its number, and none that Windows marks as critical.
NTSTATUS end_process(const bz::process_key& key) {
    PEPROCESS process = nullptr;
    if (!NT_SUCCESS(PsLookupProcessByProcessId(reinterpret_cast<HANDLE>(static_cast<uintptr_t>(key.pid)), &process))) return STATUS_SUCCESS;  // gone
    NTSTATUS status = STATUS_SUCCESS;
    HANDLE handle = nullptr;
    if (PsGetProcessStartKey(process) == key.start_key) {
        status = ObOpenObjectByPointer(process, OBJ_KERNEL_HANDLE, nullptr, PROCESS_TERMINATE | PROCESS_QUERY_LIMITED_INFORMATION, *PsProcessType, KernelMode, &handle);
        if (NT_SUCCESS(status)) {
            ULONG critical = 0;
            status = ZwQueryInformationProcess(handle, ProcessBreakOnTermination, &critical, sizeof critical, nullptr);
            if (NT_SUCCESS(status)) status = critical != 0 ? STATUS_ACCESS_DENIED : ZwTerminateProcess(handle, STATUS_VIRUS_INFECTED);
            ZwClose(handle);
        }
    }
    ObDereferenceObject(process);
    return status;
}

/// The service quarantines, alerts, notifies, analyses and cleans up.
NTSTATUS send_to_service(kernel_driver::later_step& step) { return FltSendMessage(g.filter, &g.port, &step, sizeof step, nullptr, nullptr, nullptr); }

void perform_queue(PFLT_GENERIC_WORKITEM item, PVOID, PVOID) {
    FltFreeGenericWorkItem(item);
    kernel_driver::later_step step;
    for (;;) {
        ExAcquireFastMutex(&g.lock);
        const bool more = g.brain->next(step);
        ExReleaseFastMutex(&g.lock);
        if (!more) return;
        const NTSTATUS status = step.kind == bz::respond::step_kind::terminate ? end_process(step.process) : send_to_service(step);
        ExAcquireFastMutex(&g.lock);
        g.brain->report(step, NT_SUCCESS(status), static_cast<uint32_t>(status), now());
        ExReleaseFastMutex(&g.lock);
    }
}

// ---- coming and going -----------------------------------------------------------------------------------------------------------

const FLT_OPERATION_REGISTRATION file_operations[] = {{IRP_MJ_CREATE, 0, on_create, nullptr}, {IRP_MJ_OPERATION_END, 0, nullptr, nullptr}};

NTSTATUS register_filter(PDRIVER_OBJECT driver) {
    FLT_REGISTRATION registration = {};
    registration.Size = sizeof registration;
    registration.Version = FLT_REGISTRATION_VERSION;
    registration.OperationRegistration = file_operations;
    registration.FilterUnloadCallback = unload_driver;
    return FltRegisterFilter(driver, &registration, &g.filter);
}

NTSTATUS register_handles() {
    OB_OPERATION_REGISTRATION operations[] = {{PsProcessType, OB_OPERATION_HANDLE_CREATE | OB_OPERATION_HANDLE_DUPLICATE, on_handle, nullptr},
                                              {PsThreadType, OB_OPERATION_HANDLE_CREATE | OB_OPERATION_HANDLE_DUPLICATE, on_handle, nullptr}};
    OB_CALLBACK_REGISTRATION registration = {};
    registration.Version = OB_FLT_REGISTRATION_VERSION;
    registration.OperationRegistrationCount = 2;
    registration.Altitude = RTL_CONSTANT_STRING(KERNEL_TEXT("321000"));  // a product has its own, from Microsoft
    registration.OperationRegistration = operations;
    return ObRegisterCallbacks(&registration, &g.handles);
}

NTSTATUS register_registry(PDRIVER_OBJECT driver) {
    const UNICODE_STRING altitude = RTL_CONSTANT_STRING(KERNEL_TEXT("321000"));
    return CmRegisterCallbackEx(on_registry, &altitude, driver, nullptr, &g.registry, nullptr);
}

/// In the order in which nothing is missed: handles and files before the processes that use them.
NTSTATUS register_all(PDRIVER_OBJECT driver) {
    NTSTATUS status = register_filter(driver);
    if (!NT_SUCCESS(status)) return status;
    if (!NT_SUCCESS(status = register_handles())) return status;
    if (!NT_SUCCESS(status = register_registry(driver))) return status;
    g.keys = true;
    if (!NT_SUCCESS(status = PsSetCreateProcessNotifyRoutineEx(on_process, FALSE))) return status;
    g.process = true;
    if (!NT_SUCCESS(status = PsSetCreateThreadNotifyRoutine(on_thread))) return status;
    g.thread = true;
    if (!NT_SUCCESS(status = PsSetLoadImageNotifyRoutine(on_image))) return status;
    g.image = true;
    return FltStartFiltering(g.filter);
}

}  // namespace

kernel_driver::guard* driver_guard() { return g.brain; }

NTSTATUS unload_driver(ULONG) {
    if (g.image) PsRemoveLoadImageNotifyRoutine(on_image);
    if (g.thread) PsRemoveCreateThreadNotifyRoutine(on_thread);
    if (g.process) PsSetCreateProcessNotifyRoutineEx(on_process, TRUE);
    if (g.keys) CmUnRegisterCallback(g.registry);
    if (g.handles != nullptr) ObUnRegisterCallbacks(g.handles);
    if (g.filter != nullptr) FltUnregisterFilter(g.filter);  // waits for work items
    if (g.brain != nullptr) ExFreePoolWithTag(g.brain, pool_tag);
    g = {};
    return STATUS_SUCCESS;
}

extern "C" NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING) {
    g = {};
    ExInitializeFastMutex(&g.lock);
    void* const memory = ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(guard), pool_tag);
    if (memory == nullptr) return STATUS_INSUFFICIENT_RESOURCES;
    bz::policy::settings settings;
    settings.paths.volumes = volumes;
    g.brain = new (memory) guard(settings);
    const NTSTATUS status = register_all(driver);
    if (!NT_SUCCESS(status)) unload_driver(0);
    return status;
}
