// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// A1.1-A1.7: each atom alone, each excuse with one condition flipped.
#include <bartizan/rules/catalogue.hpp>
#include <bartizan/testing/injection_events.hpp>

namespace {

using namespace bartizan;
using act = bartizan::testing::remote_act;

constexpr verdict apc(const act& a) { return rules::remote_apc_abused.evaluate(a.build()).evidence; }
constexpr outcome kernel(const act& a) { return rules::kernel_apc_injected.evaluate(a.build()); }
constexpr act queue(trust source) { return act(event_kind::apc_queue, source); }

static_assert(apc(queue(trust::t1)) == verdict::none && apc(queue(trust::t0)) == verdict::none);
static_assert(apc(queue(trust::t1).set(fact::code_unbacked)) == verdict::convict, "A1.1");
static_assert(apc(queue(trust::t1).set(fact::code_unbacked, truth::unknown)) == verdict::none, "... unknown is blind");
static_assert(apc(queue(trust::t1).set(fact::code_prepared).set(fact::code_written)) == verdict::convict);
static_assert(apc(queue(trust::t1).set(fact::code_prepared).set(fact::code_written).set(fact::code_is_loader)) == verdict::event, "a library's name is data");
static_assert(apc(queue(trust::t1).set(fact::code_is_loader)) == verdict::event, "A1.2: M until the library comes");
static_assert(apc(queue(trust::t0).set(fact::code_is_loader)) == verdict::convict, "... of an untrusted program");
static_assert(apc(queue(trust::t3).source_is(role::script_host).set(fact::code_is_loader)) == verdict::convict);
static_assert(apc(queue(trust::t1).set(fact::code_reads_atoms)) == verdict::convict, "A1.3: on the first APC");
static_assert(apc(queue(trust::t1).set(fact::code_is_primitive)) == verdict::convict, "A1.4");
constexpr act early_bird = queue(trust::t1).set(fact::code_is_loader).set(fact::source_is_creator).set(fact::target_not_started);
static_assert(apc(early_bird) == verdict::convict, "A1.5");
static_assert(apc(act(early_bird).set(fact::target_not_started, truth::no)) == verdict::event, "... after it ran");
static_assert(apc(act(early_bird).set(fact::source_is_creator, truth::no)) == verdict::event);
static_assert(apc(queue(trust::t1).set(fact::apc_flood)) == verdict::event, "A1.6");
static_assert(apc(queue(trust::t0).set(fact::apc_flood)) == verdict::convict);

// Must not fire.
static_assert(apc(queue(trust::t1).set(fact::code_unbacked).on_itself()) == verdict::none, "APCs to oneself");
constexpr act service_control = queue(trust::t3).set(fact::code_is_expected).set(fact::apc_flood);
static_assert(apc(service_control) == verdict::none, "sechost, basesrv, process creation, error reporting");
static_assert(apc(act(service_control).set(fact::code_is_expected, truth::no)) == verdict::event);
static_assert(apc(act(service_control).set(fact::code_unbacked)) == verdict::convict, "... not from memory without a file");
static_assert(apc(queue(trust::t1).set(fact::code_reads_atoms).set(fact::source_is_debugger)) == verdict::convict, "a debugger breaks in, it does not read atoms");
static_assert(apc(queue(trust::t4).set(fact::code_unbacked)) == verdict::none && apc(queue(trust::t4).set(fact::code_unbacked).caller(trust::t0)) == verdict::convict, "ok5");
static_assert(apc(queue(trust::t1).set(fact::code_unbacked).kernel_caller()) == verdict::none, "judged by kernel_apc");

// ---- kernel ---------------------------------------------------------------------------------------------------------------------
constexpr act driver(trust tier) { return queue(trust::t5).kernel_caller().caller(tier).set(fact::code_unbacked); }

static_assert(kernel(driver(trust::t2)).evidence == verdict::none, "A1-06: a security driver at a process's start");
static_assert(kernel(driver(trust::t2).target_is(role::svchost)).evidence == verdict::none, "... whatever starts");
static_assert(kernel(driver(trust::t2).set(fact::target_is_old)).evidence == verdict::convict, "its four conditions, each flipped");
static_assert(kernel(driver(trust::t2).set(fact::code_writable)).evidence == verdict::convict);
static_assert(kernel(driver(trust::t2).set(fact::kernel_frame_unbacked)).evidence == verdict::convict);
static_assert(kernel(driver(trust::t1)).evidence == verdict::convict);
static_assert(kernel(driver(trust::t1).set(fact::code_unbacked, truth::no)).evidence == verdict::none, "the decisive fact removed");
static_assert(kernel(queue(trust::t5).kernel_caller().caller(trust::t2).set(fact::kernel_prepared_code)).evidence == verdict::convict);
static_assert(kernel(driver(trust::t2).target_is(role::lsass).set(fact::target_is_old)).atoms.has(1), "A1-06: LSASS");
static_assert(kernel(driver(trust::t2).set(fact::target_is_old)).action == response::deny, "nobody is ended");
static_assert(kernel(driver(trust::t2).set(fact::target_is_old)).whose == culprit::nobody);
constexpr outcome no_stack = kernel(driver(trust::t2).set(fact::kernel_frame_unbacked, truth::unknown));
static_assert(no_stack.evidence == verdict::none && no_stack.blind.has(field::kernel_stack));
static_assert(kernel(queue(trust::t5).set(fact::code_unbacked).set(fact::target_is_old)).evidence == verdict::none, "user-mode callers are judged by user_apc");

}  // namespace
