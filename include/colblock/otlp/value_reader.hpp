// SPDX-License-Identifier: Apache-2.0
#pragma once

// common.proto:
// KeyValue     := key 1, AnyValue value 2
// AnyValue     := one of string 1, bool 2, int64 3, double 4, ArrayValue 5, KeyValueList 6, bytes 7;
//                 8 (an index into a profile's string table) is as good as no member
// ArrayValue   := AnyValue*  1
// KeyValueList := KeyValue*  1
//
// Of the members of AnyValue the last one counts; arrays and lists that follow one another without
// another member between them are one. A message field that is split in pieces is read as if the pieces
// stood side by side: that is what merging means on the wire.

#include <cstdint>
#include <vector>

#include "colblock/base/buffer.hpp"
#include "colblock/base/growing_array.hpp"
#include "colblock/base/limits.hpp"
#include "colblock/base/text_arena.hpp"
#include "colblock/otlp/value.hpp"

namespace colblock::otlp {

/// Reads attributes and values from protobuf, for all signals. Positions are those of
/// wire/protobuf_read.hpp: past the end means malformed or over a limit, and the input is padded.
class value_reader {
public:
    /// Text that is made goes to `arena`; absent text is an empty view at `nothing`, which is padded.
    void start(text_arena& arena, const char* nothing) noexcept {
        x_arena = &arena;
        x_nothing = nothing;
        x_merged_len = 0;
        x_overfull = false;
    }
    [[nodiscard]] byte_view nothing() const noexcept { return {x_nothing, 0}; }

    /// Reads the attribute at `at`, behind its one-byte tag `key`, and all that follow directly, and
    /// appends them to `to`.
    const char* read_attributes(const char* at, const char* end, std::uint32_t key, growing_array<attribute>& to);

    /// Reads the AnyValue that `message` holds. False: malformed or over a limit.
    bool read_value(byte_view message, any_value& value) {
        const std::size_t text_len = message.size() - 2;
        if (COLBLOCK_LIKELY(text_len < 0x80 && message[0] == 0x0a && static_cast<unsigned char>(message[1]) == text_len)) {
            value.set_text(value_kind::string, message.substr(2));  // one short string, as most are
            return true;
        }
        return read_any_value(message, value);
    }

    /// The fields `key` of `message`, which is well-formed at its top level, side by side in the arena.
    /// False: over limits::max_merged_len.
    bool concatenate(byte_view message, std::uint32_t key, byte_view& joined);

    /// Room for `n` more values in a list of the batch. False if the list would be longer than a batch
    /// allows: the record is to be rejected, and `overfull` says so until it is reset.
    template <class T>
    bool make_room(growing_array<T>& list, std::size_t n = 1) {
        if (n > max_list_len - list.size()) {
            x_overfull = true;
            return false;
        }
        list.reserve(n);
        return true;
    }
    [[nodiscard]] bool overfull() const noexcept { return x_overfull; }
    void reset_overfull() noexcept { x_overfull = false; }

private:
    // A batch ends after limits::max_batch_wire_len bytes, which hold at most as many elements. Its last
    // record may exceed that, and is rejected with more than limits::max_attributes_per_record.
    static constexpr std::size_t max_list_len = limits::max_batch_wire_len + limits::max_attributes_per_record;

    // The live member of an AnyValue: its tag, and its text, message or number.
    struct member {
        std::uint32_t key = 0;
        byte_view text;
        std::uint64_t number = 0;
    };
    // A KeyValue of a list that is being printed.
    struct entry {
        byte_view key;
        byte_view value;
        std::size_t position;
    };

    const char* read_attribute(const char* at, const char* end, attribute& to);
    bool read_any_value(byte_view message, any_value& value);
    const char* read_short_number(const char* at, const char* end, any_value& to) const;
    bool split_key_value(byte_view message, byte_view& key, byte_view& value);
    bool find_member(byte_view message, unsigned depth, member& found);
    bool read_composite(const member& found, any_value& value);
    bool print_value(byte_view message, unsigned depth);
    bool print_array(byte_view message, unsigned depth);
    bool print_list(byte_view message, unsigned depth);
    bool collect_entries(byte_view message);
    void print_bytes(byte_view bytes);
    void print_number(double value);

    text_arena* x_arena = nullptr;
    const char* x_nothing = nullptr;
    std::size_t x_merged_len = 0;
    bool x_overfull = false;
    bool x_printable = true;        // false: the value that is printed holds a NaN or an infinity
    buffer x_json;                  // the value that is printed
    std::vector<entry> x_entries;   // of the lists that are printed, innermost last
};

}  // namespace colblock::otlp
