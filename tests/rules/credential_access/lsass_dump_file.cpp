// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// Rule C1.8: a dump of LSASS on the disk.
#include <gtest/gtest.h>

#include <bartizan/rules/catalogue.hpp>

namespace {

using namespace bartizan;
using operation = file_payload::operation;

struct file_event {
    trust actor = trust::t3;
    role_set roles = {};
    truth named = truth::no;
    truth dump = truth::no;
    truth read_lsass = truth::no;
    truth fault = truth::no;
    operation what = operation::create;

    constexpr event build() const {
        event e;
        e.kind = event_kind::file;
        e.actor.identity = truth::yes;
        e.actor.image_trust = actor;
        e.actor.roles = roles;
        file_payload file{};
        file.what = what;
        e.data = file;
        e.facts.set(fact::file_named_for_lsass, named);
        e.facts.set(fact::file_is_dump, dump);
        e.facts.set(fact::actor_read_lsass, read_lsass);
        e.facts.set(fact::actor_fault_reported, fault);
        return e;
    }
};

constexpr outcome judge(const file_event& f) { return rules::lsass_dump_written.evaluate(f.build()); }
constexpr role_set task_manager = role_set{}.with(role::task_manager);
constexpr role_set error_reporter = role_set{}.with(role::error_reporter);
constexpr truth yes = truth::yes;
constexpr truth unknown = truth::unknown;

static_assert(judge({.roles = task_manager, .named = yes, .dump = yes}).evidence == verdict::convict, "Task Manager's lsass.DMP");
static_assert(judge({.named = yes, .dump = yes}).evidence == verdict::event, "... by a signed program that is no dumping tool");
static_assert(judge({.actor = trust::t0, .named = yes, .dump = yes}).evidence == verdict::convict, "... by an unsigned one");
static_assert(judge({.dump = yes, .read_lsass = yes}).evidence == verdict::convict, "any dump after LSASS was opened for reading");
static_assert(judge({.dump = yes}).evidence == verdict::none, "any dump alone");
static_assert(judge({.actor = trust::t0, .dump = yes}).evidence == verdict::none, "an unsigned program's own crash dump");
static_assert(judge({.actor = trust::t0, .read_lsass = yes}).evidence == verdict::none, "a file that is no dump");
static_assert(judge({.roles = error_reporter, .named = yes, .dump = yes, .read_lsass = yes, .fault = yes}).evidence == verdict::none,
              "WerFault for a fault that LSASS reported");
static_assert(judge({.roles = error_reporter, .named = yes, .dump = yes, .read_lsass = yes}).evidence == verdict::convict,
              "... without a fault");
static_assert(judge({.roles = task_manager, .named = yes, .dump = yes, .what = operation::open}).evidence == verdict::none);
static_assert(judge({.dump = unknown, .read_lsass = yes}).evidence == verdict::none &&
                  judge({.dump = unknown, .read_lsass = yes}).blind.has(field::file_content),
              "content unknown after LSASS was read: blind, not clean");
static_assert(!judge({.dump = unknown}).is_worth_telling(), "... and silent where nothing hangs on it");

TEST(lsass_dump_file, more_evidence_never_lowers_the_verdict) {
    for (uint16_t held = 0; held < 32; ++held)
        for (uint16_t atom = 0; atom < 5; ++atom)
            EXPECT_GE(weigh(static_cast<uint16_t>(held | 1u << atom), rules::lsass_dump_file::atoms),
                      weigh(held, rules::lsass_dump_file::atoms));
}

}  // namespace
