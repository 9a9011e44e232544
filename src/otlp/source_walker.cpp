// SPDX-License-Identifier: Apache-2.0
#include "colblock/otlp/source_walker.hpp"

#include <algorithm>

#include "otlp/wire_shape.hpp"

namespace colblock::otlp {

namespace pb = wire::pb;

namespace {

constexpr shape shape_of(const resource&) noexcept { return shape::resource; }
constexpr shape shape_of(const scope&) noexcept { return shape::scope; }

void clear(resource& message, byte_view nothing) noexcept {
    message = {};
    message.schema_url = nothing;
    message.service_name.text_begin = nothing.data();
}

void clear(scope& message, byte_view nothing) noexcept {
    message = {};
    message.name = nothing;
    message.version = nothing;
    message.schema_url = nothing;
}

// What follows from the attributes.
void finish(resource& message, const growing_array<attribute>& attributes) noexcept {
    const auto* const found = std::ranges::find(attributes, byte_view("service.name"), &attribute::key);
    if (found != attributes.end()) message.service_name = found->value;
}
void finish(scope&, const growing_array<attribute>&) noexcept {}

}  // namespace

void source_walker::start(byte_view payload) noexcept {
    const char* const end = payload.data() + payload.size();
    x_sources = {payload.data(), end};
    x_scopes = {end, end};
    x_records = {end, end};
    x_resource.serial = 0;
    x_resource.is_decoded = true;
    x_scope.serial = 0;
    x_scope.is_decoded = true;
    x_arena.clear();
    x_values.start(x_arena, payload.data());
    x_num_copied = 0;
    x_failed = false;
}

bool source_walker::find_next(byte_view& record) {
    do {
        while (x_records.at != x_records.end) {
            std::uint32_t key;
            x_records.at = pb::read_key(x_records.at, x_records.end, key);
            if (key == record_key) {
                x_records.at = pb::read_bytes(x_records.at, x_records.end, record);
                return true;
            }
            x_records.at = pb::skip(x_records.at, x_records.end, key);
        }
    } while (!x_failed && enter_scope());
    return false;
}

// Moves to the next scoped message, through as many sources as it takes.
bool source_walker::enter_scope() {
    if (!leave(x_scope)) return false;
    do {
        while (x_scopes.at != x_scopes.end) {
            std::uint32_t key;
            x_scopes.at = pb::read_key(x_scopes.at, x_scopes.end, key);
            if (key != record_key) {
                x_scopes.at = pb::skip(x_scopes.at, x_scopes.end, key);
                continue;
            }
            byte_view scoped;
            x_scopes.at = pb::read_bytes(x_scopes.at, x_scopes.end, scoped);
            x_records = {scoped.data(), scoped.data() + scoped.size()};
            return scan(scoped, x_scope);
        }
    } while (enter_resource());
    return false;
}

bool source_walker::enter_resource() {
    if (!leave(x_resource)) return false;
    while (x_sources.at < x_sources.end) {
        std::uint32_t key;
        x_sources.at = pb::read_key(x_sources.at, x_sources.end, key);
        if (key != pb::key(1, pb::bytes)) {
            x_sources.at = pb::skip(x_sources.at, x_sources.end, key);
            continue;
        }
        byte_view message;
        x_sources.at = pb::read_bytes(x_sources.at, x_sources.end, message);
        if (x_sources.at > x_sources.end) break;
        x_scopes = {message.data(), message.data() + message.size()};
        return scan(message, x_resource);
    }
    x_failed = x_sources.at != x_sources.end;
    return false;
}

// Finds the Resource or Scope beside the messages that it is for, and checks the level they stand on.
template <class Message>
bool source_walker::scan(byte_view message, source<Message>& found) {
    found.pieces.clear();
    clear(found.message, x_values.nothing());
    found.is_decoded = false;
    ++found.serial;
    const char* const end = message.data() + message.size();
    const char* at = message.data();
    while (at < end) {
        std::uint32_t key;
        at = pb::read_key(at, end, key);
        byte_view value;
        switch (key) {
        case record_key: {
            const char* const from = at;
            at = pb::read_bytes(at, end, value);
            // Records are asked for as they are passed; the level above would ask for all of them at once.
            if constexpr (std::is_same_v<Message, scope>)
                for (const char* p = from; p < at; p += 64) __builtin_prefetch(p + 2048);
            break;
        }
        case pb::key(1, pb::bytes):
            at = pb::read_bytes(at, end, value);
            if (found.pieces.size() == limits::max_attributes_per_record) at = pb::past(end);
            if (at <= end) found.pieces.push_back(value);
            break;
        case pb::key(3, pb::bytes): at = pb::read_bytes(at, end, found.message.schema_url); break;
        default: at = pb::skip(at, end, key);
        }
    }
    x_failed = at != end;
    return !x_failed;
}

// A source without records is checked all the same: what is accepted does not depend on them.
template <class Message>
bool source_walker::leave(source<Message>& left) {
    if (left.is_decoded) return true;
    for (const byte_view piece : left.pieces)
        if (!is_well_formed(shape_of(left.message), piece)) x_failed = true;
    left.is_decoded = true;
    return !x_failed;
}

template <class Message>
bool source_walker::decode(source<Message>& from) {
    if (from.is_decoded) return true;
    from.attributes.clear();
    for (const byte_view piece : from.pieces) {
        const char* const end = piece.data() + piece.size();
        if (read(piece.data(), end, from.message) != end) return false;
    }
    if (from.attributes.size() > limits::max_attributes_per_record) return false;
    if (from.pieces.size() == 1) from.message.identity = from.pieces[0];
    finish(from.message, from.attributes);
    from.is_decoded = true;
    return true;
}

const char* source_walker::read(const char* at, const char* end, resource& to) {
    while (at < end) {
        std::uint32_t key;
        at = pb::read_key(at, end, key);
        switch (key) {
        case pb::key(1, pb::bytes): at = x_values.read_attributes(at, end, key, x_resource.attributes); break;
        case pb::key(2, pb::varint): at = pb::read_varint(at, end, to.dropped_attributes_count); break;
        case pb::key(3, pb::bytes): {  // of no use to tables, but it has to be protobuf
            byte_view entity;
            at = pb::read_bytes(at, end, entity);
            if (!is_well_formed(shape::entity_ref, entity)) return pb::past(end);
            break;
        }
        default: at = pb::skip(at, end, key);
        }
    }
    return at;
}

const char* source_walker::read(const char* at, const char* end, scope& to) {
    while (at < end) {
        std::uint32_t key;
        at = pb::read_key(at, end, key);
        switch (key) {
        case pb::key(1, pb::bytes): at = pb::read_bytes(at, end, to.name); break;
        case pb::key(2, pb::bytes): at = pb::read_bytes(at, end, to.version); break;
        case pb::key(3, pb::bytes): at = x_values.read_attributes(at, end, key, x_scope.attributes); break;
        case pb::key(4, pb::varint): at = pb::read_varint(at, end, to.dropped_attributes_count); break;
        default: at = pb::skip(at, end, key);
        }
    }
    return at;
}

template <class Message>
Message source_walker::copy_attributes(const source<Message>& from, batch_base& batch) {
    Message message = from.message;
    growing_array<attribute>& all = batch.attributes_of_sources;
    message.attributes_begin = static_cast<std::uint32_t>(all.size());
    all.append(from.attributes);
    message.attributes_end = static_cast<std::uint32_t>(all.size());
    x_num_copied += from.attributes.size();
    return message;
}

bool source_walker::append_source(batch_base& batch, mark& known) {
    if (!decode(x_resource) || !decode(x_scope)) {
        x_failed = true;
        return false;
    }
    if (known.resource != x_resource.serial) batch.resources.push_back(copy_attributes(x_resource, batch));
    batch.scopes.push_back(copy_attributes(x_scope, batch));
    batch.runs.push_back({static_cast<std::uint32_t>(batch.resources.size() - 1),
                          static_cast<std::uint32_t>(batch.scopes.size() - 1), 0});
    known = {x_resource.serial, x_scope.serial};
    return true;
}

}  // namespace colblock::otlp
