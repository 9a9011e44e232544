// SPDX-License-Identifier: Apache-2.0
#pragma once

// The dictionary of a LowCardinality over FixedString, numbers or dates.
//
// dictionary := (width bytes)*          entry 0 is all zeros, then in order of first appearance

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

#include "colblock/base/endian.hpp"
#include "colblock/column/dictionary.hpp"
#include "colblock/wire/segments.hpp"

namespace colblock::column {

/// Entries of one width, whatever type they are of: their wire form is all that matters.
class fixed_dictionary {
public:
    /// `type` is the text of the entries' type, e.g. `UInt64`; `width` its bytes, at least 1.
    fixed_dictionary(std::string type, std::size_t width);

    [[nodiscard]] const std::string& type() const noexcept { return x_type; }
    [[nodiscard]] std::size_t width() const noexcept { return x_width; }

    /// The id of the value whose wire form is `bytes`, which is added if it is new; shorter ones end in
    /// zeros. At most `width()` bytes.
    [[nodiscard]] std::uint32_t id_of(byte_view bytes);
    /// The same for a number or date of `width()` bytes.
    template <class Value>
        requires(!std::convertible_to<Value, byte_view> && std::is_trivially_copyable_v<Value>)
    [[nodiscard]] std::uint32_t id_of(const Value& value) {
        COLBLOCK_ASSUME(sizeof(Value) == x_width);
        char bytes[sizeof(Value)];
        store(bytes, value);
        return id_of(byte_view(bytes, sizeof(Value)));
    }
    /// The same: bytes are copied before they are looked up, so none need be padded.
    template <class Value>
    [[nodiscard]] std::uint32_t id_of_unpadded(const Value& value) {
        return id_of(value);
    }
    /// The id of the entry that is next in the wire form of another dictionary.
    std::uint32_t decode_entry(wire::cursor& in) {
        const byte_view bytes = in.bytes(x_width);
        return in.ok() ? id_of(bytes) : 0;
    }

    /// Entry `id`; valid until the next entry is added.
    [[nodiscard]] byte_view operator[](std::uint32_t id) const noexcept {
        return x_bytes.view().substr(id * x_width, x_width);
    }
    /// At least 1.
    [[nodiscard]] std::size_t num_entries() const noexcept { return x_texts.num_entries(); }
    [[nodiscard]] std::size_t byte_len() const noexcept { return x_bytes.size(); }
    void encode(wire::segments& out) const { out.borrow(x_bytes.view()); }
    void encode_default(wire::segments& out) const { out.borrow((*this)[0]); }

    void clear() noexcept {
        x_texts.clear();
        x_bytes.truncate(x_width);
    }
    void mark() noexcept { x_texts.mark(); }
    void rollback() noexcept {
        x_texts.rollback();
        x_bytes.truncate(num_entries() * x_width);
    }

private:
    std::string x_type;
    std::size_t x_width;
    string_dictionary x_texts;  // finds ids; a second copy of the entries, with their lengths
    buffer x_bytes;
    buffer x_value;  // the one that is looked up: padded, and filled up to the width
};

}  // namespace colblock::column
