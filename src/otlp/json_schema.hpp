// SPDX-License-Identifier: Apache-2.0
#pragma once

// The messages of OTLP as JSON has them: keys in lowerCamelCase, and what each becomes in protobuf. The order of
// the fields is the one in which SDKs write them; a reader that expects the next field is right nearly always.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "colblock/base/endian.hpp"
#include "colblock/base/signal.hpp"
#include "colblock/wire/protobuf.hpp"

namespace colblock::otlp::json {

/// What the value of a field is in JSON, and how it is written.
enum class kind : std::uint8_t {
    text,           ///< string or bytes: as is
    id,             ///< hex, either case: bytes
    base64,         ///< base64: bytes
    boolean,        ///< bool
    uint32,         ///< varint
    int32,          ///< varint
    sint32,         ///< varint, zigzag
    int64,          ///< varint
    enumeration,    ///< a number or a name: varint
    fixed32,
    fixed64,
    sfixed64,
    floating,       ///< double
    object,         ///< a message
    object_list,
    fixed64_list,   ///< packed
    uint64_list,    ///< packed varints
    floating_list,  ///< packed
};

enum class message : std::uint8_t {
    trace_request, resource_spans, scope_spans, span, event, link, status,
    log_request, resource_logs, scope_logs, log_record,
    metric_request, resource_metrics, scope_metrics, metric, gauge, sum, histogram, exponential_histogram, summary,
    number_point, histogram_point, exponential_point, summary_point, buckets, quantile, exemplar,
    resource, scope, key_value, any_value, array_value, key_value_list,
};

/// The names of an enum's values are this prefix and one of these, by number from 0 on.
struct enum_names {
    std::string_view prefix;
    std::span<const std::string_view> names;
};

/// One field. The key and its closing quote are held as three words with masks, to be compared at once.
struct field {
    static constexpr std::size_t max_name_len = 23;

    std::array<std::uint64_t, 3> word{};
    std::array<std::uint64_t, 3> mask{};
    std::string_view name;
    std::uint16_t tag = 0;  ///< as it stands on the wire: one or two bytes
    std::uint8_t tag_len = 0;
    std::uint8_t length_room = 0;  ///< of a message: bytes that its length takes at first
    json::kind kind{};
    message child{};
    const enum_names* names = nullptr;

    /// Whether `at`, behind the opening quote of a key, holds this field's key. Reads 24 bytes.
    [[nodiscard]] bool matches(const char* at) const noexcept {
        return (((load<std::uint64_t>(at) ^ word[0]) & mask[0]) | ((load<std::uint64_t>(at + 8) ^ word[1]) & mask[1]) |
                ((load<std::uint64_t>(at + 16) ^ word[2]) & mask[2])) == 0;
    }
};

/// The fields of a message; never empty.
[[nodiscard]] std::span<const field> fields_of(message m) noexcept;

/// The request of a signal.
[[nodiscard]] constexpr message request_of(signal s) noexcept {
    constexpr message requests[] = {message::trace_request, message::metric_request, message::log_request};
    return requests[static_cast<std::size_t>(s)];
}

}  // namespace colblock::otlp::json
