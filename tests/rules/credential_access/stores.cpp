// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
// The rules about stored credentials as tables and as pure functions: every table whole, vectors that no engine can feed (certificates,
// protection), "before" against "after", and what a lost fact does.
#include <gtest/gtest.h>

#include <bartizan/rules/catalogue.hpp>
#include <random>

#include "../sound_table.hpp"

namespace {

using namespace bartizan;
using namespace bartizan::rules;

constexpr const rule* stores[] = {&lsass_handle_leaked, &lsass_memory_read, &lsass_clone_opened, &lsass_error_reporting_set, &lsass_module_loaded,
                                  &secret_value_read, &boot_key_read, &hive_saved, &hive_file_read, &hive_copy_written, &hive_taken_by_command,
                                  &raw_disk_read};

TEST(credential_stores, tables_are_monotone_without_dead_rows) {
    for (const rule* r : stores) {
        SCOPED_TRACE(r->name);
        bartizan_test::expect_sound_table(static_cast<uint32_t>(r->atoms.size), [r](uint16_t held) { return weigh(held, r->atoms); }, verdict::convict);
    }
}

/// Second implementation of the grading, from the atoms' letters in the rules' text: s strong, w weak, and a column for the rest.
verdict graded(const char* letters, uint32_t held) {
    bool strong = false;
    uint32_t columns = 0;
    int weak = 0;
    for (int i = 0; letters[i] != '\0'; ++i) {
        if ((held >> i & 1) == 0) continue;
        if (letters[i] == 'S') strong = true;
        else if (letters[i] == 'W') ++weak;
        else columns |= 1u << (letters[i] - 'a');
    }
    if (strong || __builtin_popcount(columns) >= 2) return verdict::convict;
    return columns != 0 || weak >= 2 ? verdict::event : verdict::none;
}

TEST(credential_stores, tables_equal_a_second_implementation) {
    // a: what, b: how, c: who, d: where, all of medium weight.
    const char* const letters[] = {"aabbcc", "SSSWW", "Saccb", "Sac", "Saaac", "SaSbSaacc", "Sabbb", "SaSaccb", "Saacca", "WWSWSSSS", "aabadbcb", "SbaaWWcbc"};
    for (size_t n = 0; n < std::size(stores); ++n)
        for (uint32_t held = 0; held < 1u << stores[n]->atoms.size; ++held)
            ASSERT_EQ(weigh(static_cast<uint16_t>(held), stores[n]->atoms), graded(letters[n], held)) << stores[n]->name << ' ' << held;
}

// ---- vectors that depend on certificates and protection ---------------------------------------------------------------------------

constexpr event registry_event(registry_payload::operation what, trust tier, role_set roles = {}) {
    event e;
    e.kind = event_kind::registry;
    e.actor.identity = truth::yes;
    e.actor.image_trust = e.caller_trust = tier;
    e.actor.roles = roles;
    e.facts.set_all(truth::no);
    registry_payload key{};
    key.what = what;
    e.data = key;
    return e;
}
constexpr event with(event e, fact f, truth value = truth::yes) {
    e.facts.set(f, value);
    return e;
}
using operation = registry_payload::operation;
constexpr event saves_system = with(registry_event(operation::save_key, trust::t2), fact::key_holds_boot_key);
constexpr event saves_sam = with(registry_event(operation::save_key, trust::t2), fact::key_holds_secrets);
static_assert(hive_saved.evaluate(saves_system).evidence == verdict::none, "C2-05 a backup product allowed by certificate");
static_assert(hive_saved.evaluate(saves_sam).evidence == verdict::none, "... backs up the whole system state");
constexpr event by(event e, trust tier) {
    e.actor.image_trust = e.caller_trust = tier;
    return e;
}
static_assert(hive_saved.evaluate(by(saves_sam, trust::t1)).evidence == verdict::convict, "... another signed program does not");
static_assert(hive_saved.evaluate(by(saves_sam, trust::t4)).evidence == verdict::none, "protected antimalware");
constexpr event injected(event e) {
    e.caller_trust = trust::t0;
    return e;
}
static_assert(hive_saved.evaluate(injected(saves_sam)).evidence == verdict::convict, "foreign code inside the backup product");
static_assert(hive_saved.evaluate(by(saves_sam, trust::unknown)).evidence == verdict::event, "an unknown signature terminates nobody");
static_assert(hive_saved.evaluate(by(saves_sam, trust::unknown)).blind.has(field::actor_trust), "... and says so");
constexpr event reads_hash = with(with(registry_event(operation::query_value, trust::t1), fact::key_account_hash), fact::key_account_record);
static_assert(secret_value_read.evaluate(reads_hash).evidence == verdict::convict);
static_assert(secret_value_read.evaluate(by(reads_hash, trust::t4)).evidence == verdict::none, "protected antimalware");
static_assert(secret_value_read.evaluate(injected(by(reads_hash, trust::t5))).evidence == verdict::convict, "... not with foreign code inside");

constexpr event clone_open(trust tier) {
    event e;
    e.kind = event_kind::handle_open;
    e.actor.identity = truth::yes;
    e.actor.image_trust = e.caller_trust = tier;
    e.facts.set_all(truth::no);
    e.facts.set(fact::target_is_lsass_clone, truth::yes);
    handle_payload handle{};
    handle.granted = handle.desired = 0x1010;
    e.data = handle;
    return e;
}
static_assert(lsass_clone_opened.evaluate(clone_open(trust::t3)).evidence == verdict::convict, "C1-12");
static_assert(lsass_clone_opened.evaluate(clone_open(trust::t4)).evidence == verdict::none, "... protected antimalware");
static_assert(lsass_clone_opened.before(clone_open(trust::t3)).strip_mask == 0x10, "its read right is taken off");

constexpr event protected_read(uint8_t lsass_level, uint8_t actor_level, trust tier) {
    event e;
    e.kind = event_kind::memory_read;
    e.actor.identity = e.target.identity = truth::yes;
    e.actor.image_trust = e.caller_trust = tier;
    e.actor.protection = actor_level;
    e.actor.is_protected = to_truth(actor_level != 0);
    e.target.roles = role_set{}.with(role::lsass);
    e.target.protection = lsass_level;
    e.target.is_protected = to_truth(lsass_level != 0);
    e.facts.set_all(truth::no);
    e.data = memory_payload{};
    return e;
}
static_assert(lsass_memory_read.evaluate(protected_read(0x41, 0, trust::t1)).evidence == verdict::convict, "C1.4: one read of protected LSASS is too many");
static_assert(lsass_memory_read.evaluate(protected_read(0, 0, trust::t1)).evidence == verdict::none, "... of unprotected LSASS it is not");
static_assert(lsass_memory_read.evaluate(protected_read(0x41, 0x31, trust::t4)).evidence == verdict::none, "protected antimalware");

// ---- before and after, and lost facts, on random events ---------------------------------------------------------------------------

event random_event(std::mt19937& random) {
    const auto draw = [&random](uint32_t below) { return static_cast<uint32_t>(random() % below); };
    event e;
    constexpr event_kind kinds[] = {event_kind::registry, event_kind::file, event_kind::process_create, event_kind::handle_open,
                                    event_kind::memory_read, event_kind::image_load};
    e.kind = kinds[draw(6)];
    constexpr trust tiers[] = {trust::t0, trust::t1, trust::t2, trust::t3, trust::t4, trust::t5};
    e.actor.image_trust = tiers[draw(6)];
    e.caller_trust = draw(3) == 0 ? tiers[draw(6)] : e.actor.image_trust;
    e.module_trust = tiers[draw(6)];
    e.actor.identity = e.target.identity = truth::yes;
    constexpr role some[] = {role::lsass, role::svchost, role::script_host, role::registry_tool, role::maintenance, role::lolbin, role::error_reporter};
    if (draw(2) == 0) e.actor.roles = e.actor.roles.with(some[draw(7)]);
    if (draw(2) == 0) e.target.roles = e.target.roles.with(role::lsass);
    e.actor.user = static_cast<account>(draw(7));
    for (uint8_t f = 0; f < 128; ++f) e.facts.set(static_cast<fact>(f), to_truth(draw(3) == 0));
    switch (e.kind) {
        case event_kind::registry: {
            registry_payload key{};
            key.what = static_cast<registry_payload::operation>(draw(17));
            e.data = key;
            break;
        }
        case event_kind::file: {
            file_payload file{};
            file.what = static_cast<file_payload::operation>(draw(9));
            file.access = draw(2) == 0 ? access_mask{generic_read} : access_mask{file_read_attributes};
            file.is_volume_open = to_truth(draw(2) == 0);
            file.offset = draw(2) == 0 ? 0 : 1 << 20;
            file.size_bytes = draw(3) == 0 ? 0 : 512;
            file.signature = draw(2) == 0 ? 0x66676572 : 1;
            constexpr uint32_t codes[] = {0x90073, 0x9006f, 0x4d014, 0x900b3};
            file.control_code = codes[draw(4)];
            e.data = file;
            break;
        }
        case event_kind::handle_open: {
            handle_payload handle{};
            handle.granted = handle.desired = draw(0x4000);
            e.data = handle;
            break;
        }
        case event_kind::memory_read: e.data = memory_payload{}; break;
        case event_kind::image_load: e.data = image_load_payload{}; break;
        default: break;
    }
    return e;
}

TEST(credential_stores, before_never_denies_what_after_calls_clean) {
    std::mt19937 random(7);
    uint32_t denied = 0;
    uint32_t clean = 0;
    for (int n = 0; n < 300'000; ++n) {
        const event e = random_event(random);
        for (const rule* r : stores) {
            if ((r->kinds & kind_bit(e.kind)) == 0 || r->before == nullptr) continue;
            const pre_outcome p = r->before(e);
            const outcome o = r->evaluate(e);
            if (p.what == pre_outcome::decision::allow) {
                clean += o.evidence == verdict::none ? 1 : 0;
                continue;
            }
            ++denied;
            ASSERT_EQ(o.evidence, verdict::convict) << r->name;
        }
    }
    EXPECT_GT(denied, 1000u);
    EXPECT_GT(clean, 1000u);
}

TEST(credential_stores, a_lost_field_never_turns_less_into_a_termination) {
    std::mt19937 random(8);
    for (int n = 0; n < 60'000; ++n) {
        const event e = random_event(random);
        for (const rule* r : stores) {
            if ((r->kinds & kind_bit(e.kind)) == 0) continue;
            const outcome whole = r->evaluate(e);
            if (whole.evidence == verdict::convict) continue;
            event lost = e;
            const uint32_t which = static_cast<uint32_t>(random() % 132);
            if (which < 128) lost.facts.set(static_cast<fact>(which), truth::unknown);
            if (which == 128) lost.actor.image_trust = trust::unknown;
            if (which == 129) lost.caller_trust = trust::unknown;
            if (which == 130) lost.actor.identity = truth::unknown, lost.actor.roles = {};
            if (which == 131) lost.actor.user = account::unknown;
            const outcome less = r->evaluate(lost);
            // A call that lost its caller may lose an accusation, never an excuse.
            ASSERT_NE(less.action, response::deny_terminate) << r->name << " lost " << which;
            ASSERT_NE(less.action, response::deny) << r->name << " lost " << which;
        }
    }
}

}  // namespace
