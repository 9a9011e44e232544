// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace colblock::gen {

/// Reads 2026-11-23T22:10:05[.123456789](Z|+01:00), or nanoseconds since 1970 as digits alone.
/// Nothing for anything else, and for times before 1970 or after 2262.
[[nodiscard]] std::optional<std::uint64_t> parse_timestamp(std::string_view text) noexcept;

}  // namespace colblock::gen
