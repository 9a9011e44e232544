// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace colblock {

/// Everything that can be wrong with input, one meaning an entry. Server exceptions, disconnects
/// and deadlines are not input: the client has its own error type.
enum class errc : std::uint8_t {
    truncated,             ///< the input ends inside a value, or a length points past its end
    varint_overflow,       ///< a varint is longer than ten bytes or does not fit 64 bits
    bad_tag,               ///< field number 0, wire type 6 or 7, or an end-group without its start
    depth_exceeded,        ///< values or types nest deeper than base/limits.hpp allows
    too_large,             ///< a length or count is over its limit
    trailing_bytes,        ///< bytes are left over where the input must end
    bad_json,              ///< JSON text is malformed or has a value of the wrong kind
    bad_base64,            ///< a bytes field is not base64
    bad_id,                ///< a trace or span id has a wrong length or a character that is not hex
    bad_type_name,         ///< a ClickHouse type text does not parse
    unsupported_type,      ///< a ClickHouse type is known but has no column here
    type_mismatch,         ///< a column has another type than the table or block asks for
    row_count_mismatch,    ///< the columns of a block differ in their number of rows
    bad_dictionary_index,  ///< a LowCardinality index points past its dictionary
    bad_offsets,           ///< Array offsets decrease
    bad_serialization,     ///< a state prefix, kind byte or flag has a value we do not know
    bad_block_info,        ///< BlockInfo holds an unknown field
    bad_checksum,          ///< the CityHash128 of a frame does not match
    bad_codec,             ///< a frame's method byte is unknown
    bad_frame,             ///< a frame does not decompress to the size it states
    bad_packet,            ///< a packet type is unknown or out of place
    missing_column,        ///< a table lacks a column without which a record cannot be stored
    bad_body_encoding,     ///< a request body does not decompress
    invalid_argument,      ///< a caller's value is outside its domain
};

/// What is wrong and where. The offset counts bytes from the start of the outermost input.
struct error {
    errc code{};
    std::uint64_t offset = 0;

    friend bool operator==(const error&, const error&) = default;
};

/// One sober sentence without a full stop, e.g. "the input ends inside a value". Static storage.
std::string_view message(errc code) noexcept;

}  // namespace colblock
