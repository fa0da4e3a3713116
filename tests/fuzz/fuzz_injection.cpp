// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Streams of events between processes, made from bytes: any kind, any addresses, any stacks, disordered times, reused PIDs, through an
// engine with tables so small that they are always full. What must hold: no access out of bounds, no arithmetic that overflows, tables
// within their capacity, outcomes that keep the rules' contract, and the same findings from a fresh engine and from a cleared one.
#include <bartizan/engine/engine.hpp>
#include <cstdlib>
#include <memory>

namespace {

using namespace bartizan;
using small = engine::engine<32, 32, 32>;

void require(bool holds) {
    if (!holds) std::abort();
}

class bytes_in {
  public:
    bytes_in(const uint8_t* data, size_t size) : data_(data), size_(size) {}
    [[nodiscard]] bool empty() const { return size_ == 0; }
    uint8_t byte() {
        if (size_ == 0) return 0;
        --size_;
        return *data_++;
    }
    uint64_t number() {
        uint64_t value = 0;
        for (uint8_t n = byte() & 7; n > 0; --n) value = value << 8 | byte();
        return value;
    }
    /// Few enough places that ranges meet, and the ends of the address space.
    uint64_t address() {
        const uint8_t kind = byte();
        if (kind < 128) return uint64_t{kind} << 12;
        return kind < 192 ? number() : UINT64_MAX - (kind & 63u);
    }
    text pick(span<const text> from) { return from[byte() % from.size]; }
    template <class Enum>
    Enum any(uint8_t count) { return static_cast<Enum>(byte() % count); }

  private:
    const uint8_t* data_;
    size_t size_;
};

const text images[] = {u"", u"C:\\Windows\\System32\\csrss.exe", u"C:\\Windows\\System32\\services.exe", u"C:\\Windows\\System32\\lsass.exe", u"C:\\Users\\x\\a.exe",
                       u"C:\\Program Files\\V\\v.exe", u"C:\\Windows\\System32\\mavinject.exe", u"C:\\msys64\\usr\\bin\\bash.exe", u"bare.exe"};
const text modules[] = {u"", u"C:\\Windows\\System32\\ntdll.dll", u"C:\\Windows\\System32\\kernel32.dll", u"C:\\Windows\\System32\\kernelbase.dll", u"C:\\V\\V.EXE",
                        u"C:\\msys64\\usr\\bin\\msys-2.0.dll", u"C:\\Windows\\System32\\clr.dll", u"C:\\Windows\\System32\\drivers\\x.sys"};
const text functions[] = {u"", u"LoadLibraryW", u"CtrlRoutine", u"RtlDispatchAPC", u"GlobalGetAtomNameW", u"memcpy", u"NtOpenFile", u"CreateProcessInternalW", u"DbgUiRemoteBreakin"};
const policy::slack_region slack[] = {{u"C:\\V\\V.EXE", 0x1000, 0x100, truth::yes}, {u"C:\\V\\V.EXE", 0x3000, 0x100, truth::unknown}};

event make(bytes_in& in, stack_frame (&frames)[4]) {
    event e;
    constexpr event_kind kinds[] = {event_kind::process_create, event_kind::process_exit, event_kind::thread_start, event_kind::image_load, event_kind::handle_open,
                                    event_kind::memory_allocate, event_kind::memory_protect, event_kind::memory_map, event_kind::memory_write, event_kind::apc_queue,
                                    event_kind::context_set, event_kind::suspend, event_kind::resume, event_kind::network_connect, event_kind::image_tampered};
    e.kind = kinds[in.byte() % (sizeof kinds / sizeof *kinds)];
    e.time_100ns = in.byte() % 8 == 0 ? in.number() : uint64_t{in.byte()} * policy::second_100ns;
    if (in.byte() % 4 == 0) e.flags = event_kernel_caller;
    e.actor.key = {in.byte() % 4u == 0 ? in.byte() % 8u : 0u, in.byte() % 64u, 0};
    e.target.key = {in.byte() % 4u == 0 ? in.byte() % 8u : 0u, in.byte() % 64u, 0};
    e.actor_image = in.pick(images);
    e.target_image = in.pick(images);
    e.caller_trust = in.any<trust>(6);
    e.target.is_debugged = in.any<truth>(3);
    e.target.debugger.pid = in.byte() % 64u;
    const uint32_t depth = in.byte() % 5u;
    for (uint32_t i = 0; i < depth; ++i) frames[i] = {in.pick(modules), in.address(), in.pick(functions)};
    e.stack = {frames, depth, in.any<truth>(3)};
    switch (e.kind) {
        case event_kind::process_create: {
            process_create_payload create{};
            create.parent.pid = in.byte() % 64u;
            create.creator.pid = in.byte() % 64u;
            create.created_suspended = in.any<truth>(3);
            create.backing = in.any<backing_file>(5);
            e.data = create;
            break;
        }
        case event_kind::thread_start: {
            thread_start_payload thread{};
            thread.start_address = in.address();
            thread.argument = in.address();
            thread.start_state = in.any<memory_state>(7);
            thread.start_module = in.pick(modules);
            thread.start_function = in.pick(functions);
            thread.is_initial_thread = in.any<truth>(3);
            e.data = thread;
            break;
        }
        case event_kind::image_load: {
            image_load_payload image{};
            image.range = {in.address(), in.address()};
            image.path = in.byte() % 2 == 0 ? e.actor_image : in.pick(modules);
            image.thread_id = in.byte() % 4u;
            image.backing = in.any<backing_file>(5);
            e.data = image;
            break;
        }
        case event_kind::handle_open: {
            handle_payload handle{};
            handle.granted = handle.desired = static_cast<access_mask>(in.number());
            handle.type = in.any<handle_payload::object>(2);
            handle.stack = e.stack;
            e.stack = {};
            e.data = handle;
            break;
        }
        case event_kind::apc_queue: {
            apc_payload apc{};
            apc.routine = in.address();
            apc.arguments[0] = in.address();
            apc.routine_state = in.any<memory_state>(7);
            apc.argument_state = in.any<memory_state>(7);
            apc.routine_module = in.pick(modules);
            apc.routine_function = in.pick(functions);
            apc.argument_protection = in.byte();
            apc.target_thread = in.byte() % 8u;
            e.data = apc;
            break;
        }
        case event_kind::context_set: {
            context_payload context{};
            context.program_counter = in.address();
            context.program_counter_state = in.any<memory_state>(7);
            context.point = in.any<program_point>(5);
            context.module = in.pick(modules);
            context.target_thread = in.byte() % 8u;
            e.data = context;
            break;
        }
        case event_kind::image_tampered: e.data = tamper_payload{in.any<tamper_payload::change>(3)}; break;
        case event_kind::network_connect: e.data = network_payload{}; break;
        default: {
            memory_payload memory{};
            memory.range = {in.address(), in.address()};
            memory.protection = in.byte();
            memory.state = in.any<memory_state>(7);
            memory.use = in.any<memory_use>(9);
            memory.mapped_file = in.pick(modules);
            memory.symbol = in.pick(functions);
            e.data = memory;
            break;
        }
    }
    return e;
}

uint64_t run(small& g, const uint8_t* data, size_t size) {
    bytes_in in(data, size);
    uint64_t hash = 0xcbf29ce484222325u;
    while (!in.empty()) {
        stack_frame frames[4];
        event e = make(in, frames);
        g.process_event(e, [&](const rule& r, const outcome& o, const event& at) {
            require((o.atoms.yes & o.atoms.unknown) == 0);
            require((uint32_t{o.atoms.yes} | o.atoms.unknown) >> r.atoms.size == 0);
            require((o.action >= response::deny) == (o.evidence == verdict::convict));
            require(o.whose != culprit::instigator || at.instigator.is_set() || o.evidence != verdict::convict);
            for (const uint64_t value : {uint64_t{r.id}, uint64_t{o.atoms.yes}, uint64_t(o.evidence), o.blind.bits, uint64_t{at.instigator.pid}})
                hash = (hash ^ value) * 0x100000001b3u;
        });
        require(g.injection().pairs() <= 32 && g.processes() <= 32);
    }
    return hash;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static const auto used = std::make_unique<small>(policy::settings{.trust_from_path = true, .slack = slack});
    used->clear();
    const uint64_t again = run(*used, data, size);
    const auto fresh = std::make_unique<small>(policy::settings{.trust_from_path = true, .slack = slack});
    require(run(*fresh, data, size) == again);
    return 0;
}
