// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace colblock {

/// The three kinds of telemetry. Receivers know them by path, decoders by message, tables by layout.
enum class signal : std::uint8_t { traces, metrics, logs };

inline constexpr std::size_t num_signals = 3;

/// "traces", "metrics" or "logs".
[[nodiscard]] constexpr std::string_view name(signal s) noexcept {
    switch (s) {
    case signal::traces: return "traces";
    case signal::metrics: return "metrics";
    case signal::logs: return "logs";
    }
    return "unknown";
}

}  // namespace colblock
