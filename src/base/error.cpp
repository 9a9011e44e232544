// SPDX-License-Identifier: Apache-2.0
#include "colblock/base/error.hpp"

namespace colblock {

std::string_view message(errc code) noexcept {
    switch (code) {
    case errc::truncated: return "the input ends inside a value";
    case errc::varint_overflow: return "a varint does not fit 64 bits";
    case errc::bad_tag: return "a field tag is not valid protobuf";
    case errc::depth_exceeded: return "values nest too deep";
    case errc::too_large: return "a length or count is over its limit";
    case errc::trailing_bytes: return "bytes follow the end of the value";
    case errc::bad_json: return "the JSON text is malformed";
    case errc::bad_base64: return "a bytes field is not base64";
    case errc::bad_id: return "a trace or span id has a wrong length or a character that is not hex";
    case errc::bad_type_name: return "the type name does not parse";
    case errc::unsupported_type: return "there is no column for this type";
    case errc::type_mismatch: return "the column has another type";
    case errc::row_count_mismatch: return "the columns differ in their number of rows";
    case errc::bad_dictionary_index: return "a LowCardinality index points past its dictionary";
    case errc::bad_offsets: return "Array offsets decrease";
    case errc::bad_serialization: return "the serialization version or kind is unknown";
    case errc::bad_block_info: return "BlockInfo holds an unknown field";
    case errc::bad_checksum: return "the checksum of a compressed frame does not match";
    case errc::bad_codec: return "the compression method is unknown";
    case errc::bad_frame: return "a compressed frame does not decompress to its stated size";
    case errc::bad_packet: return "the packet type is unknown or out of place";
    case errc::missing_column: return "the table lacks a column that is needed";
    case errc::bad_body_encoding: return "the body does not decompress";
    case errc::invalid_argument: return "an argument is outside its domain";
    }
    return "unknown error";
}

}  // namespace colblock
