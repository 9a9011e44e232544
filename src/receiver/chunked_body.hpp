// SPDX-License-Identifier: Apache-2.0
#pragma once

// chunked-body := chunk* last-chunk trailer CRLF
// chunk        := size-hex [";" extension] CRLF data CRLF
// last-chunk   := "0"+ [";" extension] CRLF
// trailer      := (field CRLF)*
//
//            +---------------------------------------------+
//            v                                             |
//   size --> size_end(LF) --> data --> data_end(CR) --> data_lf
//                 | size 0
//                 v
//              trailer --> trailer_lf --> done
//
// Works in place: the framing is squeezed out of the memory that was received into. The first chunk
// stays where it is, so a body of one chunk, which is what SDKs send, is not moved at all.

#include <cstddef>
#include <cstdint>

#include "colblock/base/result.hpp"

namespace colblock::receiver {

/// Undoes chunked transfer coding incrementally.
class chunked_body {
public:
    /// Starts a body whose framing begins `offset` bytes into the memory.
    void start(std::size_t offset) noexcept;
    /// Goes on with `memory`, which holds `len` bytes in all. With `discard` data is skipped.
    /// Fails with trailing_bytes for bad framing, too_large beyond `max_len` data bytes; done() tells if
    /// the body is complete.
    result<void> resume(char* memory, std::size_t len, std::size_t max_len, bool discard = false);

    [[nodiscard]] bool done() const noexcept { return x_state == state::done; }
    /// The data so far is [data_begin, data_end) of the memory.
    [[nodiscard]] std::size_t data_begin() const noexcept { return x_data_begin; }
    [[nodiscard]] std::size_t data_end() const noexcept { return x_data_end; }
    /// Forgets framing behind the data, all of which has been looked at: what is received next belongs
    /// at the returned offset. So the memory never holds more framing than was received at once.
    [[nodiscard]] std::size_t squeeze() noexcept { return x_next = x_data_end; }
    /// What has not been looked at begins here: the next request, once done.
    [[nodiscard]] std::size_t next() const noexcept { return x_next; }

private:
    enum class state : std::uint8_t { size, extension, size_lf, data, data_cr, data_lf, trailer, trailer_lf, done };

    result<void> size_char(char c);
    result<void> framing_char(char c, std::size_t max_len, bool discard);
    void take_data(char* memory, std::size_t available, bool discard) noexcept;

    state x_state = state::size;
    bool x_any_digit = false;
    bool x_line_empty = true;        // of the trailer
    std::uint64_t x_remaining = 0;   // of the chunk
    std::uint64_t x_total = 0;       // data bytes announced so far
    std::size_t x_line_len = 0;      // bytes of the size line, or of the whole trailer
    std::size_t x_data_begin = 0;
    std::size_t x_data_end = 0;
    std::size_t x_next = 0;
};

}  // namespace colblock::receiver
