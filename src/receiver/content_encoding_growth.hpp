// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "colblock/base/buffer.hpp"
#include "colblock/base/result.hpp"

namespace colblock::receiver {

/// What became of one attempt to decompress into limited room.
enum class attempt : std::uint8_t { done, no_room, malformed };

/// Room to begin with where nothing says how much `len` compressed bytes need: telemetry compresses
/// five to ten times.
[[nodiscard]] inline std::size_t usual_decoded_len(std::size_t len) noexcept { return len * 8 + 4096; }

/// Calls `decompress(to, room, produced)` at the end of `out`, with twice the room as often as it says
/// no_room, until `out` would exceed `max_len`. So the last attempt costs as much as all before it.
template <class Decompress>
result<void> decompress_growing(std::size_t first_room, std::size_t max_len, buffer& out, Decompress decompress) {
    const std::size_t limit = max_len - out.size();
    std::size_t room = std::min(first_room, limit);
    while (true) {
        // One byte of room at least: the output may be empty, but there must be something to point at.
        char* const to = out.reserve(room + 1);
        std::size_t produced = 0;
        switch (decompress(to, room, produced)) {
        case attempt::done: out.set_end(to + produced); return {};
        case attempt::malformed: return fail(errc::bad_body_encoding);
        case attempt::no_room: break;
        }
        if (room == limit) return fail(errc::too_large, max_len);
        room = std::min(limit, std::max<std::size_t>(2 * room, 4096));
    }
}

}  // namespace colblock::receiver
