// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "colblock/otlp/batch.hpp"
#include "colblock/otlp/decoder.hpp"
#include "colblock/protobuf/value_copier.hpp"

namespace colblock::protobuf {

/// Walks a request message record by record, and tells batches where the records come from. `Levels` names
/// the lists: sources(request), scopes(source), records(scoped). A Resource or Scope is copied once, when its first
/// record is counted, and from there into each batch that has records of it.
template <class Message, class Levels>
class message_walker {
public:
    /// What a batch knows about the current source; `{}` when the batch is cleared.
    struct mark {
        std::uint64_t resource = 0;
        std::uint64_t scope = 0;
    };

    void start(const Message& message) {
        x_message = &message;
        x_source = x_scoped = x_record = -1;
        x_source_is_open = x_scope_is_open = false;
        x_serial = 0;
        x_resource_serial = x_scope_serial = 0;
        x_resource_is_known = x_scope_is_known = true;
        x_arena.clear();
        x_values.start(x_arena);
        x_num_records = 0;
        x_num_copied = 0;
        x_status = {};
    }

    /// The next record; nullptr behind the last.
    auto next() {
        using record = std::remove_reference_t<decltype(Levels::records(Levels::scopes(Levels::sources(*x_message)[0])[0])[0])>;
        const record* found = nullptr;
        while (x_status && enter_scope()) {
            const auto& records = Levels::records(scoped());
            if (++x_record < records.size()) {
                ++x_num_records;
                found = &records[x_record];
                break;
            }
            x_record = -1;
            x_scope_is_open = false;
        }
        return found;
    }

    /// Counts a record that was just appended to `batch`. False: its source is over a limit.
    bool count_record(otlp::batch_base& batch, mark& known) {
        if (known.scope != x_scope_serial && !append_source(batch, known)) return false;
        ++batch.num_records;
        ++batch.runs.back().num_rows;
        return true;
    }

    [[nodiscard]] result<void> status() const noexcept { return x_status; }
    void fail(errc code) noexcept {
        if (x_status) x_status = colblock::fail(code, x_num_records == 0 ? 0 : x_num_records - 1);
    }
    /// Bytes of sources that were copied into batches since the message began, about.
    [[nodiscard]] std::size_t num_copied() const noexcept { return x_num_copied; }

private:
    [[nodiscard]] const auto& source() const { return Levels::sources(*x_message)[x_source]; }
    [[nodiscard]] const auto& scoped() const { return Levels::scopes(source())[x_scoped]; }

    bool enter_scope() {
        while (!x_scope_is_open) {
            if (!x_source_is_open) {
                if (++x_source >= Levels::sources(*x_message).size()) {
                    x_source = Levels::sources(*x_message).size();
                    return false;
                }
                x_source_is_open = true;
                x_resource_serial = ++x_serial;
                x_resource_is_known = false;
                x_scoped = -1;
            }
            if (++x_scoped < Levels::scopes(source()).size()) {
                x_scope_is_open = true;
                x_scope_serial = ++x_serial;
                x_scope_is_known = false;
            } else {
                x_source_is_open = false;
            }
        }
        return true;
    }

    bool append_source(otlp::batch_base& batch, mark& known) {
        know_resource();
        know_scope();
        if (!x_status) return false;
        if (known.resource != x_resource_serial) batch.resources.push_back(copied(x_resource, x_resource_attributes, batch));
        batch.scopes.push_back(copied(x_scope, x_scope_attributes, batch));
        batch.runs.push_back({static_cast<std::uint32_t>(batch.resources.size() - 1),
                              static_cast<std::uint32_t>(batch.scopes.size() - 1), 0});
        known = {x_resource_serial, x_scope_serial};
        return true;
    }

    void know_resource() {
        if (std::exchange(x_resource_is_known, true)) return;
        const auto& from = source().resource();
        read_attributes(from.attributes(), x_resource_attributes);
        x_resource = {};
        x_resource.schema_url = x_values.text(source().schema_url());
        x_resource.dropped_attributes_count = from.dropped_attributes_count();
        x_resource.service_name.text_begin = value_copier::nothing().data();
        const auto* const name = std::ranges::find(x_resource_attributes, byte_view("service.name"), &otlp::attribute::key);
        if (name != x_resource_attributes.end()) x_resource.service_name = name->value;
    }

    void know_scope() {
        if (std::exchange(x_scope_is_known, true)) return;
        const auto& from = scoped().scope();
        read_attributes(from.attributes(), x_scope_attributes);
        x_scope = {};
        x_scope.name = x_values.text(from.name());
        x_scope.version = x_values.text(from.version());
        x_scope.schema_url = x_values.text(scoped().schema_url());
        x_scope.dropped_attributes_count = from.dropped_attributes_count();
    }

    template <class KeyValues>
    void read_attributes(const KeyValues& from, growing_array<otlp::attribute>& to) {
        to.clear();
        if (static_cast<std::size_t>(from.size()) > limits::max_attributes_per_record) return fail(errc::too_large);
        x_values.attributes(from, to);
        if (!x_values.ok()) fail(errc::depth_exceeded);
    }

    template <class Source>
    Source copied(const Source& from, const growing_array<otlp::attribute>& attributes, otlp::batch_base& batch) {
        Source copy = from;
        growing_array<otlp::attribute>& all = batch.attributes_of_sources;
        copy.attributes_begin = static_cast<std::uint32_t>(all.size());
        all.append(attributes);
        copy.attributes_end = static_cast<std::uint32_t>(all.size());
        x_num_copied += attributes.size() * sizeof(otlp::attribute);
        return copy;
    }

    const Message* x_message = nullptr;
    int x_source = -1;
    int x_scoped = -1;
    int x_record = -1;
    bool x_source_is_open = false;
    bool x_scope_is_open = false;
    std::uint64_t x_serial = 0;
    std::uint64_t x_resource_serial = 0;
    std::uint64_t x_scope_serial = 0;
    bool x_resource_is_known = true;
    bool x_scope_is_known = true;
    otlp::resource x_resource;
    otlp::scope x_scope;
    growing_array<otlp::attribute> x_resource_attributes;
    growing_array<otlp::attribute> x_scope_attributes;
    text_arena x_arena;  // texts of sources, until the next message
    value_copier x_values;
    std::uint64_t x_num_records = 0;
    std::size_t x_num_copied = 0;
    result<void> x_status;
};

}  // namespace colblock::protobuf
