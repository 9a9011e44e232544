// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

// Protobuf fields written out by hand, in the order in which they are concatenated.
namespace colblock::support::wire {

inline std::string varint(std::uint64_t value) {
    std::string text;
    for (; value >= 0x80; value >>= 7) text += static_cast<char>(value | 0x80);
    return text + static_cast<char>(value);
}
inline std::string little_endian(std::uint64_t value, unsigned len) {
    std::string text;
    for (unsigned i = 0; i != len; ++i) text += static_cast<char>(value >> 8 * i);
    return text;
}

/// A string, bytes or message field.
inline std::string bytes(unsigned number, std::string_view content) {
    return varint(number << 3 | 2) + varint(content.size()) + std::string(content);
}
/// A varint field.
inline std::string integer(unsigned number, std::uint64_t value) { return varint(number << 3) + varint(value); }
inline std::string fixed64(unsigned number, std::uint64_t value) { return varint(number << 3 | 1) + little_endian(value, 8); }
inline std::string fixed32(unsigned number, std::uint64_t value) { return varint(number << 3 | 5) + little_endian(value, 4); }

/// KeyValue with the fields of its AnyValue.
inline std::string key_value(std::string_view key, std::string_view any_value) {
    return bytes(1, key) + bytes(2, any_value);
}

}  // namespace colblock::support::wire
