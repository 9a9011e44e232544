// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace colblock::support {

/// The bytes that a text stands for: pairs of hex digits, and 'plain text' between single quotes. Spaces and line ends
/// between them are ignored: hex("02 'hi' ff") has four bytes.
inline std::string hex(std::string_view text) {
    const auto value = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
    std::string bytes;
    bool quoted = false;
    int high = -1;
    for (const char c : text) {
        if (c == '\'') {
            quoted = !quoted;
        } else if (quoted) {
            bytes.push_back(c);
        } else if (c == ' ' || c == '\n') {
            continue;
        } else if (high < 0) {
            high = value(c);
        } else {
            bytes.push_back(static_cast<char>(high * 16 + value(c)));
            high = -1;
        }
    }
    return bytes;
}

}  // namespace colblock::support
