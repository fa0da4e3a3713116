// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// M1.1-M1.3, M1.7 and M1.2's library: threads, contexts and forced loads, each atom alone, each excuse with one condition flipped.
#include <bartizan/rules/catalogue.hpp>
#include <bartizan/testing/injection_events.hpp>

namespace {

using namespace bartizan;
using act = bartizan::testing::remote_act;

constexpr verdict thread(const act& a) { return rules::remote_thread_injected.evaluate(a.build()).evidence; }
constexpr verdict context(const act& a) { return rules::thread_context_hijacked.evaluate(a.build()).evidence; }
constexpr verdict load(const act& a) { return rules::remote_library_forced.evaluate(a.build()).evidence; }

// ---- remote_thread ---------------------------------------------------------------------------------------------------------------
constexpr act start(trust source) { return act(event_kind::thread_start, source); }
constexpr act signed_start = start(trust::t1);

static_assert(thread(signed_start) == verdict::none, "a signed program, a start in a Windows module, nothing prepared");
static_assert(thread(act(signed_start).set(fact::code_unbacked)) == verdict::convict, "M1.1");
static_assert(thread(start(trust::t3).set(fact::code_unbacked)) == verdict::convict, "M1.1: a program of Windows is no excuse");
static_assert(thread(act(signed_start).set(fact::code_prepared).set(fact::code_written)) == verdict::convict, "M1.3, written");
static_assert(thread(act(signed_start).set(fact::code_prepared).set(fact::code_written, truth::unknown).set(fact::code_unbacked, truth::unknown)) == verdict::convict, "M1-05 writes not logged");
static_assert(thread(act(signed_start).set(fact::code_prepared)) == verdict::none, "M1.3: writes are logged and there was none");
static_assert(thread(act(signed_start).set(fact::code_prepared).set(fact::code_writable)) == verdict::event, "M1.3: writable code alone is an event");
static_assert(thread(act(signed_start).set(fact::code_is_loader)) == verdict::none, "M1.2: the library is judged when it comes");
static_assert(thread(start(trust::t0).set(fact::code_is_loader)) == verdict::convict, "M1.2: nobody vouches for an untrusted program");
static_assert(thread(start(trust::t3).set(fact::code_is_loader).source_is(role::script_host)) == verdict::convict, "... nor for a script");
static_assert(thread(start(trust::t3).set(fact::code_is_loader).source_is(role::code_injector)) == verdict::convict, "M1.10: mavinject by hand");
static_assert(thread(start(trust::t3).set(fact::code_is_loader).source_is(role::code_injector).set(fact::injector_serves)) == verdict::none, "... for its service");
static_assert(thread(start(trust::t3).set(fact::code_is_loader).set(fact::rights_through_unbacked)) == verdict::convict, "M1.2: rights asked for by injected code");
static_assert(thread(start(trust::t0)) == verdict::event && thread(start(trust::t0).module(trust::t0)) == verdict::convict, "an untrusted module");
static_assert(thread(act(signed_start).module(trust::t0)) == verdict::event);
static_assert(thread(act(signed_start).target_is(role::lsass)) == verdict::event && thread(start(trust::t0).target_is(role::lsass)) == verdict::convict);
static_assert(thread(act(signed_start).set(fact::code_unbacked).on_itself()) == verdict::none, "a process's own threads are its own affair");

// ok2, ok4: an expected routine excuses while it is what it says.
constexpr act console = start(trust::t0).set(fact::code_is_expected);
static_assert(thread(console) == verdict::none);
static_assert(thread(act(console).set(fact::code_unbacked)) == verdict::convict, "... a modified page is not that routine");
static_assert(thread(act(console).set(fact::code_is_expected, truth::no).set(fact::code_is_loader)) == verdict::convict);
// ok5: publisher and calling module, both.
constexpr act product = start(trust::t2).set(fact::code_unbacked);
static_assert(thread(product) == verdict::none && thread(start(trust::t4).set(fact::code_unbacked)) == verdict::none);
static_assert(thread(act(product).caller(trust::t0)) == verdict::convict, "... foreign code inside the product");
constexpr outcome unknown_caller = rules::remote_thread_injected.evaluate(act(product).caller(trust::unknown).build());
static_assert(unknown_caller.evidence == verdict::none && unknown_caller.blind.has(field::caller_module), "... an unknown caller neither excuses nor convicts");
constexpr outcome unknown_source = rules::remote_thread_injected.evaluate(start(trust::unknown).set(fact::code_unbacked).build());
static_assert(unknown_source.evidence == verdict::none && unknown_source.blind.has(field::actor_trust), "... nor does an unknown publisher");

constexpr outcome unknown_memory = rules::remote_thread_injected.evaluate(act(signed_start).set(fact::code_unbacked, truth::unknown).build());
static_assert(unknown_memory.evidence == verdict::none && unknown_memory.blind.has(field::memory_state), "unknown is not clean");

// A first thread is started by the creator; who that is must be known.
constexpr verdict first_thread(truth initial, truth creator, truth not_started) {
    event e = act(signed_start).set(fact::code_unbacked).set(fact::source_is_creator, creator).set(fact::target_not_started, not_started).build();
    e.data.thread.is_initial_thread = initial;
    return rules::remote_thread_injected.evaluate(e).evidence;
}
static_assert(first_thread(truth::yes, truth::no, truth::no) == verdict::none);
static_assert(first_thread(truth::unknown, truth::yes, truth::yes) == verdict::none);
static_assert(first_thread(truth::unknown, truth::yes, truth::no) == verdict::convict);
static_assert(first_thread(truth::unknown, truth::unknown, truth::yes) == verdict::none, "blind");
static_assert(first_thread(truth::no, truth::yes, truth::yes) == verdict::convict);

// ---- thread_context -----------------------------------------------------------------------------------------------------------
constexpr act set(trust source) { return act(event_kind::context_set, source); }

static_assert(context(set(trust::t1)) == verdict::none);
constexpr act hijack = set(trust::t1).set(fact::code_unbacked).set(fact::source_paused_target);
static_assert(context(hijack) == verdict::convict, "M1.7");
static_assert(context(act(hijack).set(fact::source_is_debugger)) == verdict::none, "ok4");
static_assert(context(act(hijack).set(fact::source_is_debugger, truth::unknown)) == verdict::event, "nobody told who debugs: recorded, not convicted");
static_assert(context(act(hijack).set(fact::source_paused_target, truth::unknown)) == verdict::event);
static_assert(context(act(hijack).set(fact::code_unbacked, truth::no)) == verdict::none, "the decisive fact removed");
static_assert(context(set(trust::t1).set(fact::code_inside_system).set(fact::source_paused_target)) == verdict::event, "a gadget alone");
static_assert(context(set(trust::t0).set(fact::code_inside_system).set(fact::source_paused_target)) == verdict::convict, "... of an untrusted program");
static_assert(context(set(trust::t3).source_is(role::script_host).set(fact::code_inside_system).set(fact::source_paused_target)) == verdict::convict);
static_assert(context(set(trust::t1).set(fact::context_churn)) == verdict::convict, "ghost writing");
static_assert(context(set(trust::t1).set(fact::context_churn).set(fact::source_is_debugger)) == verdict::none, "... or a debugger stepping");
static_assert(context(set(trust::t1).set(fact::code_prepared).set(fact::code_written)) == verdict::convict);
static_assert(context(set(trust::t0)) == verdict::none, "an untrusted program's harmless change is nobody's business");
static_assert(context(act(hijack).on_itself()) == verdict::none && context(act(hijack).kernel_caller()) == verdict::none);
static_assert(context(set(trust::t2).set(fact::code_unbacked).set(fact::source_paused_target)) == verdict::none, "ok5");

// ---- remote_library ------------------------------------------------------------------------------------------------------------
constexpr act forced(trust module) { return act(event_kind::image_load, trust::t3).module(module).set(fact::library_was_forced); }

static_assert(load(forced(trust::t0)) == verdict::convict && load(forced(trust::t1)) == verdict::convict, "M1.2: below T2");
static_assert(load(forced(trust::t2)) == verdict::none && load(forced(trust::t3)) == verdict::none, "ok9: the publisher is allow-listed");
static_assert(load(forced(trust::t2).set(fact::instigator_untrusted)) == verdict::event, "... an untrusted program asked for it");
static_assert(load(forced(trust::t3).set(fact::instigator_untrusted)) == verdict::none, "Windows' libraries come along with any other");
static_assert(load(forced(trust::t0).set(fact::library_was_forced, truth::no)) == verdict::none, "the target loads its own libraries");
/// ok9: shims, overlays, input methods and hook libraries are excused by the certificate of the library, whoever forces it in.
constexpr bool library_is_judged_by_its_publisher() {
    constexpr trust tiers[] = {trust::t0, trust::t1, trust::t2, trust::t3, trust::t4, trust::t5};
    constexpr truth states[] = {truth::no, truth::unknown, truth::yes};
    for (const trust source : tiers) {
        for (const trust module : tiers) {
            for (const truth untrusted : states) {
                const act a = act(event_kind::image_load, source).module(module).set(fact::library_was_forced).set(fact::instigator_untrusted, untrusted);
                const bool doubtful = module == trust::t2 && untrusted == truth::yes;
                if (load(a) != (module < trust::t2 ? verdict::convict : doubtful ? verdict::event : verdict::none)) return false;
            }
        }
    }
    return true;
}
static_assert(library_is_judged_by_its_publisher());

constexpr outcome unsigned_unknown = rules::remote_library_forced.evaluate(forced(trust::unknown).build());
static_assert(unsigned_unknown.evidence == verdict::none && unsigned_unknown.blind.has(field::module_signature));
static_assert(rules::remote_library_forced.evaluate(forced(trust::t0).build()).whose == culprit::instigator, "the victim is not the culprit");

}  // namespace
