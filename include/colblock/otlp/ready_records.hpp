// SPDX-License-Identifier: Apache-2.0
#pragma once

// Records that the JSON reader took from the text to the last field, beside the message for all the others. In the
// message such a record is its number here:
//
// record := 0x00 u32          protobuf has no field 0, so no other record begins so

#include <array>
#include <cstdint>
#include <span>

#include "colblock/base/bytes.hpp"
#include "colblock/base/endian.hpp"
#include "colblock/base/growing_array.hpp"
#include "colblock/otlp/value.hpp"

namespace colblock::otlp {

/// A span without events and links. Texts are views into the payload and padded.
struct ready_span {
    std::array<char, 16> trace_id;  ///< any bytes: whether they are an id is for the decoder to say
    std::array<char, 8> span_id;
    std::array<char, 8> parent_span_id;
    std::uint32_t parent_span_id_len;  ///< 0 or 8
    std::uint32_t attributes_end;      ///< in ready_list::attributes
    std::uint64_t start_time;
    std::uint64_t end_time;
    byte_view name;
    byte_view trace_state;
    byte_view status_message;
    std::uint32_t kind;
    std::uint32_t status_code;
    std::uint32_t flags;
    std::uint32_t dropped_attributes_count;
    std::uint32_t dropped_events_count;
    std::uint32_t dropped_links_count;
};

/// A log record of which the body is a string, or absent.
struct ready_log {
    std::array<char, 16> trace_id;
    std::array<char, 8> span_id;
    std::uint32_t trace_id_len;  ///< 0 or 16
    std::uint32_t span_id_len;   ///< 0 or 8
    std::uint32_t attributes_end;
    std::uint64_t time;
    std::uint64_t observed_time;
    byte_view severity_text;
    byte_view event_name;
    any_value body;
    std::uint32_t severity_number;
    std::uint32_t flags;
    std::uint32_t dropped_attributes_count;
};

/// The ready records of a payload.
template <class Record>
struct ready_list {
    growing_array<Record> records;
    growing_array<attribute> attributes;  ///< the first one belongs to no record

    /// The first attribute of the last record of which the text began likewise, by a hash of that; 0 if there was none.
    /// Such records have nearly always the same keys.
    std::array<std::uint32_t, 64> alike{};

    /// Begins a payload.
    void clear() noexcept {
        records.clear();
        attributes.clear();
        alike = {};
    }
    [[nodiscard]] std::span<const attribute> attributes_of(std::size_t number) const noexcept {
        return {attributes.begin() + (number == 0 ? 1 : records[number - 1].attributes_end),
                attributes.begin() + records[number].attributes_end};
    }
    /// Gives back memory beyond `most` bytes.
    void shrink(std::size_t most) noexcept {
        if (records.capacity() * sizeof(Record) > most) records = {};
        if (attributes.capacity() * sizeof(attribute) > most) attributes = {};
    }
};

/// Of a signal whose records are all in the message.
struct no_ready {
    void clear() noexcept {}
    void shrink(std::size_t) noexcept {}
};

/// Room that has to be there for a mark.
inline constexpr std::size_t max_ready_mark_len = 8;
/// Writes the field of a message that stands for the ready record `number`; returns its end.
inline char* write_ready_mark(char* to, std::uint32_t number) noexcept {
    constexpr std::uint64_t head = 0x12 | 5 << 8 | 0 << 16;  // field 2, as records have it on all levels; its length
    store(to, head | std::uint64_t{number} << 24);
    return to + 7;
}
/// Whether a record is a mark, in a message in which there may be any.
inline bool is_ready_mark(byte_view record) noexcept { return record.size() == 5 && record[0] == '\0'; }
inline std::uint32_t number_of_mark(byte_view record) noexcept { return load<std::uint32_t>(record.data() + 1); }

}  // namespace colblock::otlp
