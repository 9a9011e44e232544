// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "colblock/base/bytes.hpp"

namespace colblock::otlp {

/// What an AnyValue holds.
enum class value_kind : std::uint8_t {
    empty,    ///< no member set
    string,   ///< text()
    boolean,  ///< integer: 0 or 1
    integer,  ///< integer
    number,   ///< number
    bytes,    ///< text(): the raw bytes
    array,    ///< text(): compact JSON, printed by the decoder
    kvlist,   ///< text(): compact JSON with keys sorted bytewise, printed by the decoder
};

/// An AnyValue in 16 bytes. Text is borrowed from the payload or from the batch's arena and padded;
/// it lives until the batch is filled again. A value is at most 4 GiB long because a payload is.
struct any_value {
    union {
        const char* text_begin = nullptr;
        std::int64_t integer;
        double number;
    };
    std::uint32_t text_len = 0;
    value_kind kind = value_kind::empty;

    [[nodiscard]] byte_view text() const noexcept { return {text_begin, text_len}; }
    void set_text(value_kind k, byte_view t) noexcept {
        text_begin = t.data();
        text_len = static_cast<std::uint32_t>(t.size());
        kind = k;
    }
};
static_assert(sizeof(any_value) == 16);

/// A KeyValue. Keys are padded like text.
struct attribute {
    byte_view key;
    any_value value;
};

}  // namespace colblock::otlp
