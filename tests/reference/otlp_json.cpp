// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>

#include "reference/otlp_records.hpp"

namespace colblock::reference {

namespace {

using std::optional;
using std::string;

// The shortest of seventeen attempts that reads back, laid out by hand.
string number_text(double value) {
    if (value == 0) return std::signbit(value) ? "-0" : "0";
    char digits[40];
    for (int precision = 0; precision != 17; ++precision) {
        std::snprintf(digits, sizeof digits, "%.*e", precision, value);
        if (std::strtod(digits, nullptr) == value) break;
    }
    string mantissa(digits);
    const std::size_t e = mantissa.find('e');
    const int exponent = std::atoi(mantissa.c_str() + e + 1);
    mantissa.resize(e);
    const bool negative = mantissa[0] == '-';
    if (negative) mantissa.erase(0, 1);
    const string sign = negative ? "-" : "";
    if (std::fabs(value) < 1e-6 || std::fabs(value) >= 1e21)
        return sign + mantissa + "e" + (exponent < 0 ? "" : "+") + std::to_string(exponent);
    std::erase(mantissa, '.');
    if (exponent < 0) return sign + "0." + string(static_cast<std::size_t>(-exponent - 1), '0') + mantissa;
    const auto whole = static_cast<std::size_t>(exponent) + 1;
    if (mantissa.size() <= whole) return sign + mantissa + string(whole - mantissa.size(), '0');
    return sign + mantissa.substr(0, whole) + "." + mantissa.substr(whole);
}

string base64(const string& bytes) {
    string bits;
    for (const char c : bytes)
        for (int i = 7; i >= 0; --i) bits += (c >> i & 1) != 0 ? '1' : '0';
    while (bits.size() % 6 != 0) bits += '0';
    string text;
    for (std::size_t i = 0; i != bits.size(); i += 6)
        text += "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[std::stoi(bits.substr(i, 6), nullptr, 2)];
    while (text.size() % 4 != 0) text += '=';
    return text;
}

// The code point at the front of `text` and its length, if it is the only way to write it.
optional<std::pair<char32_t, std::size_t>> decode_utf8(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const std::size_t len = byte(0) < 0x80 ? 1 : byte(0) >> 5 == 6 ? 2 : byte(0) >> 4 == 14 ? 3 : byte(0) >> 3 == 30 ? 4 : 0;
    if (len == 0 || text.size() < len) return {};
    char32_t code = len == 1 ? byte(0) : byte(0) & (0x7f >> len);
    for (std::size_t i = 1; i != len; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return {};
        code = code << 6 | (byte(i) & 0x3f);
    }
    const std::size_t shortest = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (shortest != len || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return {};
    return std::pair{code, len};
}

string quoted(std::string_view text) {
    string json = "\"";
    while (!text.empty()) {
        const auto decoded = decode_utf8(text);
        const char32_t code = decoded ? decoded->first : 0xfffd;
        const std::size_t len = decoded ? decoded->second : 1;
        static const std::map<char32_t, string> named = {{'"', "\\\""}, {'\\', "\\\\"}, {'\b', "\\b"}, {'\f', "\\f"},
                                                         {'\n', "\\n"}, {'\r', "\\r"},  {'\t', "\\t"}};
        if (const auto at = named.find(code); at != named.end()) {
            json += at->second;
        } else if (code < 0x20 || code == 0x2028 || code == 0x2029 || !decoded) {
            char escape[16];
            std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(code));
            json += escape;
        } else {
            json += text.substr(0, len);
        }
        text.remove_prefix(len);
    }
    return json + "\"";
}

// Nothing where the value holds a number that JSON has not.
optional<string> print(const any_value& value) {
    switch (value.value_case()) {
    case any_value::kStringValue: return quoted(value.string_value());
    case any_value::kBoolValue: return value.bool_value() ? "true" : "false";
    case any_value::kIntValue: return std::to_string(value.int_value());
    case any_value::kDoubleValue:
        if (!std::isfinite(value.double_value())) return {};
        return number_text(value.double_value());
    case any_value::kBytesValue: return value.bytes_value().empty() ? "null" : "\"" + base64(value.bytes_value()) + "\"";
    case any_value::kArrayValue: {
        string json;
        for (const any_value& element : value.array_value().values()) {
            const auto text = print(element);
            if (!text) return {};
            json += (json.empty() ? "" : ",") + *text;
        }
        return "[" + json + "]";
    }
    case any_value::kKvlistValue: {
        std::map<string, const any_value*> sorted;
        for (const auto& entry : value.kvlist_value().values()) sorted[entry.key()] = &entry.value();
        string json;
        for (const auto& [key, entry] : sorted) {
            const auto text = print(*entry);
            if (!text) return {};
            json += (json.empty() ? "" : ",") + quoted(key) + ":" + *text;
        }
        return "{" + json + "}";
    }
    default: return "null";
    }
}

}  // namespace

string json_of(const any_value& value) { return print(value).value_or(""); }

}  // namespace colblock::reference
