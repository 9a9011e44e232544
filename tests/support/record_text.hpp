// SPDX-License-Identifier: Apache-2.0
#pragma once

// Records as text, one `name=value` a line: what batches (support/batch_records.hpp) and messages
// (reference/otlp_records.hpp) are turned into to be compared.

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace colblock::support {

using records = std::vector<std::string>;

class record_text {
public:
    void text(std::string_view name, std::string_view value) { line(name, quote(value)); }
    void number(std::string_view name, std::int64_t value) { line(name, std::to_string(value)); }
    void count(std::string_view name, std::uint64_t value) { line(name, std::to_string(value)); }
    /// By its bits: -0, NaN and the last digit count.
    void real(std::string_view name, double value) { count(name, std::bit_cast<std::uint64_t>(value)); }
    /// A value of an attribute or body, as `kind` and what it holds.
    void value(std::string_view name, std::string_view kind, std::string_view content) {
        line(name, std::string(kind) + ' ' + quote(content));
    }
    [[nodiscard]] const std::string& str() const { return x_text; }

private:
    void line(std::string_view name, const std::string& value) {
        x_text.append(name).append("=").append(value).append("\n");
    }
    static std::string quote(std::string_view bytes) {
        std::string quoted;
        for (const char c : bytes) {
            if (c >= ' ' && c < '\x7f' && c != '\\') {
                quoted += c;
            } else {
                quoted += "\\x";
                quoted += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
                quoted += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
            }
        }
        return quoted;
    }

    std::string x_text;
};

}  // namespace colblock::support
