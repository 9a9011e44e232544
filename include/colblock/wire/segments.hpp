// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "colblock/base/buffer.hpp"
#include "colblock/base/bytes.hpp"

namespace colblock::wire {

/// What every encoder writes to: a sequence of byte ranges, each either copied (small things:
/// lengths, names, prefixes), borrowed (the buffers of columns), or borrowed and repeated (one value
/// and a count). Flattening, compressing and vectored writing are consumers of it; a repeated range
/// reaches the codec unexpanded.
///
/// Borrowed memory must outlive the segments and stay unchanged. Not thread-safe.
class segments {
public:
    struct piece {
        byte_view bytes;
        std::uint64_t repeat;  ///< how often `bytes` follow one another, at least 1
    };

    /// Copies `bytes`.
    void copy(byte_view bytes);
    /// Copies a fixed-width little-endian value.
    template <class T>
    void fixed(const T& value) {
        copy({reinterpret_cast<const char*>(&value), sizeof(T)});
    }
    void varint(std::uint64_t value);
    /// Copies a string of ClickHouse's primitive form: varint length, then the bytes.
    void string(byte_view value) {
        varint(value.size());
        copy(value);
    }
    /// Refers to `bytes`, `repeat` times. Empty ranges and a repeat of 0 are dropped.
    void borrow(byte_view bytes, std::uint64_t repeat = 1);

    /// Bytes of the whole sequence, repeats counted.
    [[nodiscard]] std::uint64_t total_len() const noexcept { return x_total_len; }
    [[nodiscard]] std::size_t num_pieces() const noexcept { return x_pieces.size(); }
    /// The piece at `index`. Valid until the next growing call.
    [[nodiscard]] piece operator[](std::size_t index) const noexcept;
    /// Appends the whole sequence, repeats expanded, to `out`.
    void flatten(buffer& out) const;
    /// Forgets everything, keeps capacity.
    void clear() noexcept;

private:
    struct entry {
        const char* data;   // nullptr: the bytes are in x_copied
        std::size_t begin;  // offset in x_copied, if copied
        std::size_t len;
        std::uint64_t repeat;
    };
    std::vector<entry> x_pieces;
    buffer x_copied;
    std::uint64_t x_total_len = 0;
};

}  // namespace colblock::wire
