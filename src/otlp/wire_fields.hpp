// SPDX-License-Identifier: Apache-2.0
#pragma once

// All fields of all OTLP messages, as data: for whoever walks payloads without filling batches.

#include <cstdint>
#include <span>
#include <string_view>

#include "colblock/wire/protobuf.hpp"

namespace colblock::otlp {

/// What a length-delimited value can be.
enum class shape : std::uint8_t {
    trace_request, resource_spans, scope_spans, span, span_event, span_link, span_status,
    log_request, resource_logs, scope_logs, log_record,
    metric_request, resource_metrics, scope_metrics, metric,
    number_data, histogram_data, exponential_histogram_data, summary_data,
    number_point, histogram_point, exponential_histogram_point, summary_point, buckets, quantile, exemplar,
    resource, entity_ref, scope, key_value, any_value, array_value, key_value_list,
    fixed64s, doubles, varints,  // packed numbers
    none,                        // no message: text, ids, or not length-delimited
};

/// How the value of a field is read.
enum class reading : std::uint8_t {
    message, packed, text, bytes, trace_id, span_id,
    time,      ///< fixed64, nanoseconds since 1970
    fixed64, sfixed64, float64, fixed32,
    unsigned_varint, signed_varint, zigzag, boolean,
};

struct wire_field {
    shape parent;
    std::uint8_t number;
    std::string_view name;
    reading how;
    shape child = shape::none;

    /// The wire type that encoders give it. Packed numbers may also stand alone (`element_type`).
    [[nodiscard]] constexpr wire::pb::wire_type type() const noexcept {
        switch (how) {
        case reading::time:
        case reading::fixed64:
        case reading::sfixed64:
        case reading::float64: return wire::pb::fixed64;
        case reading::fixed32: return wire::pb::fixed32;
        case reading::unsigned_varint:
        case reading::signed_varint:
        case reading::zigzag:
        case reading::boolean: return wire::pb::varint;
        default: return wire::pb::bytes;
        }
    }
    /// Of one number of a packed field that stands alone.
    [[nodiscard]] constexpr wire::pb::wire_type element_type() const noexcept {
        return child == shape::varints ? wire::pb::varint : wire::pb::fixed64;
    }
};

/// The fields of a message, by number; none of packed numbers.
[[nodiscard]] std::span<const wire_field> fields_of(shape message) noexcept;
/// The field with this number, or nullptr.
[[nodiscard]] const wire_field* find_field(shape message, std::uint32_t number) noexcept;
/// The message's name in the specification, such as "ResourceSpans".
[[nodiscard]] std::string_view name(shape message) noexcept;

}  // namespace colblock::otlp
