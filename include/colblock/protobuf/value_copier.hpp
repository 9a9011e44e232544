// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "colblock/base/growing_array.hpp"
#include "colblock/base/limits.hpp"
#include "colblock/base/text_arena.hpp"
#include "colblock/otlp/value.hpp"
#include "colblock/otlp/value_reader.hpp"

namespace colblock::protobuf {

/// Copies texts, attributes and values of messages into an arena, where they are padded.
class value_copier {
public:
    /// `arena` must live as long as what is copied.
    void start(text_arena& arena) noexcept {
        x_arena = &arena;
        x_len = 0;
        x_ok = true;
    }

    [[nodiscard]] static byte_view nothing() noexcept {
        static constexpr char padding[read_padding + 1] = {};
        return {padding, 0};
    }
    byte_view text(byte_view from) {
        x_len += from.size();
        return from.empty() ? nothing() : x_arena->copy(from);
    }
    /// An id, or nothing if it is not valid.
    byte_view id(byte_view from, bool (*is_valid)(byte_view) noexcept) {
        return is_valid(from) ? text(from) : nothing();
    }

    template <class KeyValues>
    void attributes(const KeyValues& from, growing_array<otlp::attribute>& to) {
        otlp::attribute* out = to.reserve(static_cast<std::size_t>(from.size()));
        for (const auto& each : from) {
            out->key = text(each.key());
            value(each.value(), out->value);
            ++out;
        }
        to.set_end(out);
        x_len += static_cast<std::size_t>(from.size()) * sizeof(otlp::attribute);
    }

    template <class AnyValue>
    void value(const AnyValue& from, otlp::any_value& to) {
        using otlp::value_kind;
        to = {};
        to.text_begin = nothing().data();
        switch (from.value_case()) {
        case AnyValue::kStringValue: to.set_text(value_kind::string, text(from.string_value())); break;
        case AnyValue::kBytesValue: to.set_text(value_kind::bytes, text(from.bytes_value())); break;
        case AnyValue::kBoolValue:
            to.kind = value_kind::boolean;
            to.integer = from.bool_value() ? 1 : 0;
            break;
        case AnyValue::kIntValue:
            to.kind = value_kind::integer;
            to.integer = from.int_value();
            break;
        case AnyValue::kDoubleValue:
            to.kind = value_kind::number;
            to.number = from.double_value();
            break;
        case AnyValue::kArrayValue:
        case AnyValue::kKvlistValue: composite(from, to); break;
        default: break;
        }
    }

    /// False: a value was nested too deep.
    [[nodiscard]] bool ok() const noexcept { return x_ok; }
    /// Bytes that were copied since the start, about.
    [[nodiscard]] std::size_t len() const noexcept { return x_len; }

private:
    // Rare, and printed as JSON: through bytes, so that it is printed by the one who prints those.
    template <class AnyValue>
    void composite(const AnyValue& from, otlp::any_value& to) {
        const std::size_t len = from.ByteSizeLong();
        char* const bytes = x_arena->reserve(len);
        x_ok &= len <= limits::max_payload_len && from.SerializeToArray(bytes, static_cast<int>(len));
        if (!x_ok) return;
        x_reader.start(*x_arena, nothing().data());
        x_ok = x_reader.read_value(x_arena->commit(bytes + len), to);
        x_len += 2 * len;
    }

    text_arena* x_arena = nullptr;
    std::size_t x_len = 0;
    bool x_ok = true;
    otlp::value_reader x_reader;
};

}  // namespace colblock::protobuf
