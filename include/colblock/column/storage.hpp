// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "colblock/base/buffer.hpp"
#include "colblock/wire/segments.hpp"

// Where a column keeps its bytes: `plain` as they are, `runs` with stretches that repeat. Columns
// take one of them as a template argument, so that what is constant over a resource or scope
// (more than half of all column bytes in real traffic) is stored, compressed and sent once.

namespace colblock::column {

/// Bytes as they go over the wire.
class plain {
public:
    [[nodiscard]] buffer& bytes() noexcept { return x_bytes; }
    [[nodiscard]] const buffer& bytes() const noexcept { return x_bytes; }
    [[nodiscard]] std::size_t byte_len() const noexcept { return x_bytes.size(); }
    void encode(wire::segments& out) const { out.borrow(x_bytes.view()); }
    /// Makes the bytes from `begin` to the end appear `n` times in all.
    void repeat_from(std::size_t begin, std::size_t n);
    /// After the bytes were rewritten in place, each `from` bytes as `to` bytes (index width).
    void rescale(std::size_t from, std::size_t to) noexcept { x_mark = x_mark / from * to; }
    void clear() noexcept {
        x_bytes.clear();
        x_mark = 0;
    }
    void mark() noexcept { x_mark = x_bytes.size(); }
    void rollback() noexcept { x_bytes.truncate(x_mark); }

private:
    buffer x_bytes;
    std::size_t x_mark = 0;
};

/// Bytes in which stretches repeat. `bytes()` holds each stretch once; what has been appended since
/// the last run and is not part of one appears once.
class runs {
public:
    [[nodiscard]] buffer& bytes() noexcept { return x_bytes; }
    [[nodiscard]] const buffer& bytes() const noexcept { return x_bytes; }
    [[nodiscard]] std::size_t byte_len() const noexcept;
    void encode(wire::segments& out) const;
    /// Makes the bytes from `begin` (at or after the end of the last run) to the end appear `n` times in
    /// all. Short repetitions are written out: a piece of their own would cost more than it saves.
    void repeat_from(std::size_t begin, std::size_t n);
    /// Makes what the last repeat_from repeated appear `n` times more. Only directly after repeat_from
    /// or extend_last.
    void extend_last(std::size_t n);
    /// Calls `visit(begin, end, repeat)` for each stretch in order.
    template <class Visit>
    void for_each(Visit&& visit) const {
        std::size_t at = 0;
        for (const run& r : x_runs) {
            if (at != r.begin) visit(at, r.begin, std::uint64_t{1});
            visit(r.begin, r.end, r.repeat);
            at = r.end;
        }
        if (at != x_bytes.size()) visit(at, x_bytes.size(), std::uint64_t{1});
    }
    /// After the bytes were rewritten in place, each `from` bytes as `to` bytes (index width).
    void rescale(std::size_t from, std::size_t to) noexcept;
    void clear() noexcept;
    void mark() noexcept;
    void rollback() noexcept;

private:
    struct run {
        std::size_t begin;
        std::size_t end;
        std::uint64_t repeat;
    };
    struct state {
        std::size_t size = 0;
        std::size_t num_runs = 0;
        std::uint64_t last_repeat = 0;
        std::size_t repeated_len = 0;
    };
    buffer x_bytes;
    std::vector<run> x_runs;
    std::size_t x_repeated_len = 0;  // bytes that repeats add to x_bytes.size()
    std::size_t x_value_len = 0;     // of what repeat_from repeated last
    state x_mark;
};

}  // namespace colblock::column
