// SPDX-License-Identifier: Apache-2.0
#include "dump/value_dump.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <bit>

#include "colblock/base/endian.hpp"
#include "colblock/base/number_text.hpp"
#include "dump/annotation.hpp"

namespace colblock::dump {

namespace {

using column::type_name;

std::string number_text(double value) {
    char text[max_number_text_len];
    return {text, write_number(text, value)};
}

// Up to 8 bytes, sign-extended.
std::int64_t signed_value(byte_view bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i != bytes.size(); ++i) value |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    const unsigned unused = 64 - 8 * static_cast<unsigned>(bytes.size());
    return static_cast<std::int64_t>(value << unused) >> unused;
}

std::uint64_t unsigned_value(byte_view bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- != 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return value;
}

// Highest byte first.
std::string wide_hex(byte_view bytes) {
    std::string turned(bytes);
    std::ranges::reverse(turned);
    return "0x" + hex(turned);
}

std::string decimal_text(std::int64_t value, std::int64_t scale) {
    const bool is_negative = value < 0;
    std::string digits = std::to_string(is_negative ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value));
    const auto places = static_cast<std::size_t>(scale);
    if (digits.size() <= places) digits.insert(0, places + 1 - digits.size(), '0');
    if (places != 0) digits.insert(digits.size() - places, ".");
    return (is_negative ? "-" : "") + digits;
}

std::string enum_text(const type_name& type, std::int64_t value) {
    for (const auto& entry : type.arguments)
        if (entry.number == value) return std::to_string(value) + ' ' + quoted(entry.text);
    return std::to_string(value) + " (no such name)";
}

std::string uuid_text(byte_view bytes) {
    std::string turned(bytes);
    std::reverse(turned.begin(), turned.begin() + 8);
    std::reverse(turned.begin() + 8, turned.end());
    std::string text = hex(turned);
    for (const std::size_t at : {20, 16, 12, 8}) text.insert(at, "-");
    return text;
}

std::string ipv6_text(byte_view bytes) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    return ::inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
}

std::string ipv4_text(std::uint64_t value) {
    return std::to_string(value >> 24) + '.' + std::to_string(value >> 16 & 255) + '.' + std::to_string(value >> 8 & 255) +
           '.' + std::to_string(value & 255);
}

std::string date_text(std::int64_t days) {
    if (days < -700'000 || days > 11'000'000) return std::to_string(days) + " days";
    return time_text(days * 86400, 0).substr(0, 10);
}

std::int64_t argument(const type_name& type, std::size_t i, std::int64_t absent) {
    return i < type.arguments.size() ? type.arguments[i].number : absent;
}

}  // namespace

std::string value_text(const type_name& type, byte_view value) {
    const std::string_view name = type.name;
    if (name == "FixedString") return quoted(value);
    if (name == "UUID") return uuid_text(value);
    if (name == "IPv6") return ipv6_text(value);
    if (value.size() > 8) return wide_hex(value);
    if (name == "Float64") return number_text(load<double>(value.data()));
    if (name == "Float32") return number_text(load<float>(value.data()));
    if (name == "BFloat16") {
        const std::uint32_t bits = std::uint32_t{load<std::uint16_t>(value.data())} << 16;
        return number_text(std::bit_cast<float>(bits));
    }
    if (name == "Bool") return value[0] == 0 ? "false" : value[0] == 1 ? "true" : std::to_string(unsigned_value(value));
    if (name == "Date") return date_text(static_cast<std::int64_t>(unsigned_value(value)));
    if (name == "Date32") return date_text(signed_value(value));
    if (name == "DateTime") return time_text(static_cast<std::int64_t>(unsigned_value(value)), 0);
    if (name == "DateTime64") return time_text(signed_value(value), static_cast<unsigned>(argument(type, 0, 3)));
    if (name == "IPv4") return ipv4_text(unsigned_value(value));
    if (name.starts_with("Enum")) return enum_text(type, signed_value(value));
    if (name == "Time64") return decimal_text(signed_value(value), argument(type, 0, 3)) + " s";
    if (name == "Time") return std::to_string(signed_value(value)) + " s";
    // Decimal(P, S), and Decimal32(S) and its siblings.
    if (name == "Decimal") return decimal_text(signed_value(value), argument(type, 1, 0));
    if (name.starts_with("Decimal")) return decimal_text(signed_value(value), argument(type, 0, 0));
    return name.starts_with("UInt") ? std::to_string(unsigned_value(value)) : std::to_string(signed_value(value));
}

}  // namespace colblock::dump
