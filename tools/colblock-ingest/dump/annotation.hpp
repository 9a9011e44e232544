// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "colblock/base/bytes.hpp"

namespace colblock::dump {

/// What some bytes of an input mean. Annotations of an input follow one another without gap or overlap.
struct annotation {
    std::uint64_t offset = 0;
    std::uint64_t len = 0;
    unsigned depth = 0;  ///< how many messages, columns or the like are open around it
    std::string text;
};
using annotate = std::function<void(const annotation&)>;

/// The annotations as text: offset, hex, meaning, one below the other. `input` is what they are about.
void print(std::ostream& out, byte_view input, const annotation& what);

/// `text` in double quotes with escapes, shortened if it is long.
[[nodiscard]] std::string quoted(byte_view text);
/// Lowercase hex.
[[nodiscard]] std::string hex(byte_view bytes);
/// `n` things, with the plural's s.
[[nodiscard]] std::string count(std::uint64_t n, std::string_view what);
/// A time as ISO 8601 in UTC: `ticks` of 10^-scale seconds since 1970, with all digits of the scale.
[[nodiscard]] std::string time_text(std::int64_t ticks, unsigned scale);

}  // namespace colblock::dump
