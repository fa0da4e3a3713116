// SPDX-FileCopyrightText: 2026 The bartizan authors
// SPDX-License-Identifier: Apache-2.0
#ifndef BARTIZAN_TESTING_RAW_EVENTS_HPP
#define BARTIZAN_TESTING_RAW_EVENTS_HPP

#include "../core/event.hpp"

/// Events as an adapter makes them, one builder for each payload: keys, images and payload, no facts. For streams that go through an
/// engine. What a builder makes is synthetic and flagged so; what a call does not set is unknown.
namespace BARTIZAN_NAMESPACE::testing {

/// What every builder shares. `Self` is the builder.
template <class Self>
class raw_event {
  public:
    constexpr raw_event(event_kind kind, uint32_t actor_pid, text actor_image) noexcept {
        event_.kind = kind;
        event_.flags = event_synthetic;
        event_.actor.key.pid = actor_pid;
        event_.actor_image = actor_image;
    }
    constexpr Self& at(uint64_t time_100ns) noexcept {
        event_.time_100ns = time_100ns;
        return self();
    }
    constexpr Self& user(account who) noexcept {
        event_.actor.user = who;
        return self();
    }
    [[nodiscard]] constexpr event build() const noexcept { return event_; }

  protected:
    constexpr Self& self() noexcept { return static_cast<Self&>(*this); }

    event event_;
};

class process_start : public raw_event<process_start> {
  public:
    constexpr process_start(uint32_t pid, text image, uint32_t parent_pid, text parent_image = {}) noexcept
        : raw_event(event_kind::process_create, pid, image) {
        process_create_payload create{};
        create.parent.pid = parent_pid;
        create.parent_image = parent_image;
        event_.data = create;
    }
    constexpr process_start& command_line(text line) noexcept { return event_.data.create.command_line = line, *this; }
    constexpr process_start& parent_command_line(text line) noexcept { return event_.data.create.parent_command_line = line, *this; }
    constexpr process_start& original_file_name(text name) noexcept { return event_.data.create.original_file_name = name, *this; }
    constexpr process_start& creator(uint32_t pid) noexcept { return event_.data.create.creator.pid = pid, *this; }
    constexpr process_start& client(uint32_t pid) noexcept { return event_.data.create.client.pid = pid, *this; }
    constexpr process_start& inherits_handles(truth value) noexcept { return event_.data.create.inherits_handles = value, *this; }
    constexpr process_start& integrity(uint32_t rid) noexcept { return event_.data.create.integrity_rid = rid, *this; }
};

class process_end : public raw_event<process_end> {
  public:
    constexpr process_end(uint32_t pid, text image) noexcept : raw_event(event_kind::process_exit, pid, image) {}
};

class image_load : public raw_event<image_load> {
  public:
    constexpr image_load(uint32_t pid, text image, text module) noexcept : raw_event(event_kind::image_load, pid, image) {
        image_load_payload load{};
        load.path = module;
        event_.data = load;
    }
    constexpr image_load& signed_by(text subject, bool windows) noexcept {
        signature& s = event_.data.image.signer;
        s.is_signed = s.is_valid = truth::yes;
        s.is_microsoft_windows = to_truth(windows);
        s.subject = subject;
        return *this;
    }
    constexpr image_load& is_unsigned() noexcept { return event_.data.image.signer.is_signed = truth::no, *this; }
    constexpr image_load& original_file_name(text name) noexcept { return event_.data.image.original_file_name = name, *this; }
};

class file_change : public raw_event<file_change> {
  public:
    constexpr file_change(uint32_t pid, text image, file_payload::operation what, text path, text new_path = {}) noexcept
        : raw_event(event_kind::file, pid, image) {
        file_payload file{};
        file.what = what;
        file.path = path;
        file.new_path = new_path;
        event_.data = file;
    }
    constexpr file_change& access(access_mask rights) noexcept { return event_.data.file.access = rights, *this; }
    constexpr file_change& succeeded(truth value) noexcept { return event_.data.file.succeeded = value, *this; }
    constexpr file_change& control_code(uint32_t code) noexcept { return event_.data.file.control_code = code, *this; }
    constexpr file_change& signature(uint32_t first_bytes) noexcept { return event_.data.file.signature = first_bytes, *this; }
    /// Bytes [offset, offset + size) of the file, or of the volume `volume`.
    constexpr file_change& bytes(uint64_t offset, uint64_t size, uint64_t volume = 0) noexcept {
        event_.data.file.offset = offset;
        event_.data.file.size_bytes = size;
        event_.data.file.file.volume = volume;
        return *this;
    }
};

class connection : public raw_event<connection> {
  public:
    constexpr connection(uint32_t pid, text image) noexcept : raw_event(event_kind::network_connect, pid, image) {
        network_payload network{};
        network.initiated = truth::yes;
        event_.data = network;
    }
};

class registry_change : public raw_event<registry_change> {
  public:
    constexpr registry_change(uint32_t pid, text image, registry_payload::operation what, text key, text value_name = {}, text data = {}) noexcept
        : raw_event(event_kind::registry, pid, image) {
        registry_payload registry{};
        registry.what = what;
        registry.key = key;
        registry.value_name = value_name;
        registry.data = data;
        registry.has_number = truth::no;
        event_.data = registry;
    }
    constexpr registry_change& options(uint32_t value) noexcept { return event_.data.registry.options = value, *this; }
    constexpr registry_change& information_class(uint32_t value) noexcept { return event_.data.registry.information_class = value, *this; }
    constexpr registry_change& file(text path) noexcept { return event_.data.registry.file = path, *this; }
    constexpr registry_change& number(uint64_t value) noexcept {
        event_.data.registry.number = value;
        event_.data.registry.has_number = truth::yes;
        return *this;
    }
};

class handle_access : public raw_event<handle_access> {
  public:
    constexpr handle_access(uint32_t pid, text image, uint32_t target_pid, text target_image, access_mask granted) noexcept
        : raw_event(event_kind::handle_open, pid, image) {
        event_.target.key.pid = target_pid;
        event_.target_image = target_image;
        handle_payload handle{};
        handle.desired = handle.granted = granted;
        event_.data = handle;
    }
    /// The whole call stack, innermost frame first; the frames must outlive the event.
    constexpr handle_access& stack(span<const stack_frame> frames) noexcept {
        event_.data.handle.stack = {frames.data, static_cast<uint32_t>(frames.size), truth::yes};
        return *this;
    }
    constexpr handle_access& value(uint64_t handle) noexcept { return event_.data.handle.handle_value = handle, *this; }
    constexpr handle_access& client(uint32_t pid) noexcept { return event_.data.handle.client.pid = pid, *this; }
};

/// A duplication that names the handle, not the object.
class handle_duplication : public raw_event<handle_duplication> {
  public:
    constexpr handle_duplication(uint32_t recipient_pid, text recipient, uint32_t holder_pid, uint64_t source_value) noexcept
        : raw_event(event_kind::handle_duplicate, recipient_pid, recipient) {
        handle_payload handle{};
        handle.source_holder.pid = holder_pid;
        handle.source_handle_value = source_value;
        event_.data = handle;
    }
};

class logon : public raw_event<logon> {
  public:
    constexpr logon(uint32_t type, text remote_address) noexcept : raw_event(event_kind::logon, 0, {}) {
        token_payload token{};
        token.logon_type = type;
        token.remote_address = remote_address;
        event_.data = token;
    }
};

class token_checkpoint : public raw_event<token_checkpoint> {
  public:
    constexpr token_checkpoint(uint32_t pid, text image, const token_payload& token) noexcept : raw_event(event_kind::token_check, pid, image) {
        event_.data = token;
    }
};

}  // namespace BARTIZAN_NAMESPACE::testing

#endif
