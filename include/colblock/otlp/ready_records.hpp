// SPDX-License-Identifier: Apache-2.0
#pragma once

// Records that the JSON reader took from the text to the last field, beside the message for all the others. In the
// message a mark stands for those that follow each other:
//
// record := 0x00 u32 u32      the number of the first one here, and how many; protobuf has no field 0, so no other
//                             record begins so

#include <array>
#include <cstdint>

#include "colblock/base/bytes.hpp"
#include "colblock/base/endian.hpp"
#include "colblock/base/growing_array.hpp"
#include "colblock/otlp/value.hpp"

namespace colblock::otlp {

/// A span without events and links. Texts are views into the payload and padded; ids are not zero.
struct ready_span {
    std::array<char, 16> trace_id;
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

/// A log record of which the body is a string, or absent; ids are not zero.
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

/// The first eight of nineteen digits of a time, which change every hundred seconds, and what they stand for.
struct hundred_seconds {
    std::uint64_t digits = 0x3030'3030'3030'3031;  ///< of 2001: 10000000, the first one in the lowest byte
    std::uint64_t nanoseconds = 1'000'000'000'000'000'000;
};

/// A key before a value of some kind.
struct known_key {
    byte_view text;
    value_kind kind = value_kind::empty;
};

/// What the reader knows from the records before, to read the next one faster.
struct known_records {
    /// The first attribute of the last record of which the text began likewise, by a hash of that; 0 if there was none.
    /// Such records have nearly always the same keys.
    std::array<std::uint32_t, 64> alike{};
    std::uint32_t last = 0;             ///< the first attribute of the last record that had any
    std::array<known_key, 256> keys{};  ///< where they stood first, by a hash
    hundred_seconds last_time;
};

/// The ready records of a payload. Equal keys of attributes are mostly the same text.
template <class Record>
struct ready_list {
    growing_array<Record> records;
    growing_array<attribute> attributes;  ///< the first one belongs to no record
    known_records known;

    /// Begins a payload.
    void clear() noexcept {
        records.clear();
        attributes.clear();
        known = {};
    }
    /// Where the attributes of a record begin.
    [[nodiscard]] std::uint32_t attributes_begin(std::size_t number) const noexcept {
        return number == 0 ? 1 : records[number - 1].attributes_end;
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

/// Records that follow each other.
struct ready_run {
    std::uint32_t first = 0;
    std::uint32_t num = 0;
};

/// Room that has to be there for a mark.
inline constexpr std::size_t max_ready_mark_len = 11;
/// Writes the field of a message that stands for `run`; returns its end.
inline char* write_ready_mark(char* to, ready_run run) noexcept {
    constexpr std::uint32_t head = 0x12 | 9 << 8 | 0 << 16;  // field 2, as records have it on all levels; its length
    store(to, head);
    store(to + 3, run.first);
    store(to + 7, run.num);
    return to + max_ready_mark_len;
}
/// Whether a record is a mark, in a message in which there may be any.
inline bool is_ready_mark(byte_view record) noexcept { return record.size() == 9 && record[0] == '\0'; }
inline ready_run run_of_mark(byte_view record) noexcept {
    return {load<std::uint32_t>(record.data() + 1), load<std::uint32_t>(record.data() + 5)};
}

}  // namespace colblock::otlp
