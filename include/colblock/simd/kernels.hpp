// SPDX-License-Identifier: Apache-2.0
#pragma once

// Kernels over whole columns and batches, in one tier per bundle of CPU features:
//
//     const simd::kernel_set& kernels = simd::active();
//     char* to = column.bytes().reserve(n * simd::max_hex_id_len);
//     column.bytes().set_end(kernels.hex_ids(to, ids, n));
//
// Dispatch is an indirect call, so kernels are called per column or batch, never per value. Every
// tier gives the same bytes. Kernels allocate nothing and report nothing.
//
// Views passed in are padded (base/bytes.hpp); an empty view may have any data pointer, null
// included. Whatever writes wire form may also overwrite up to `read_padding` bytes behind the end
// that it returns, as buffer::reserve allows; the others write exactly what they say.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "colblock/base/bytes.hpp"

namespace colblock::simd {

/// The most that hex_ids writes for an id.
inline constexpr std::size_t max_hex_id_len = 33;
/// The most that write_strings writes besides a value's bytes.
inline constexpr std::size_t max_string_overhead = 10;

/// The smallest and the largest of some values.
struct value_range {
    std::uint64_t min;
    std::uint64_t max;
    friend bool operator==(const value_range&, const value_range&) = default;
};

/// One tier. In the set that a tier's own file defines, null means: as in the tier below. The sets
/// that `active` and `available` hand out have no nulls.
struct kernel_set {
    std::string_view name;        ///< `scalar` or `avx2`: what COLBLOCK_TARGET takes
    std::uint32_t features = 0;   ///< what the CPU must have (src/simd/target.hpp)

    /// Writes each id (16 or 8 raw bytes, or empty) as a ClickHouse String of lower-case hex: a
    /// length byte (32, 16 or 0) and the digits. Returns the end. `n * max_hex_id_len` bytes must be
    /// writable. Ids of another length are the caller's mistake: they are written as empty.
    char* (*hex_ids)(char* to, const byte_view* ids, std::size_t n) = nullptr;

    /// Writes each value as a ClickHouse String: varint length and bytes. Returns the end. The sum of
    /// the lengths and `n * max_string_overhead` bytes must be writable.
    char* (*write_strings)(char* to, const byte_view* values, std::size_t n) = nullptr;

    /// Writes n indexes as UInt8 or UInt16, which they fit. Returns the end.
    char* (*narrow_to_u8)(char* to, const std::uint32_t* from, std::size_t n) = nullptr;
    char* (*narrow_to_u16)(char* to, const std::uint32_t* from, std::size_t n) = nullptr;

    /// Rewrites n UInt8 values as UInt16, or n UInt16 values as UInt32, in place: twice the bytes must
    /// be writable.
    void (*widen_u8_to_u16)(char* at, std::size_t n) = nullptr;
    void (*widen_u16_to_u32)(char* at, std::size_t n) = nullptr;

    /// Writes `base + ends[i]` as UInt64, the form of Array offsets. Returns the end.
    char* (*write_offsets)(char* to, std::uint64_t base, const std::uint32_t* ends,
                           std::size_t n) = nullptr;

    /// Writes `max(end - begin, 0)` as UInt64: durations of spans, some of which end before they
    /// start. Returns the end.
    char* (*write_differences)(char* to, const std::uint64_t* end, const std::uint64_t* begin,
                               std::size_t n) = nullptr;

    /// The range of n values; {2^64 - 1, 0} of none.
    value_range (*range_of)(const std::uint64_t* values, std::size_t n) = nullptr;
};

/// The set in use: the best that the CPU and the operating system support, or the one that the
/// environment variable COLBLOCK_TARGET named when the first kernel was asked for.
[[nodiscard]] const kernel_set& active() noexcept;

/// Every set this machine can run, `scalar` first, the best last. Static storage.
[[nodiscard]] std::span<const kernel_set> available() noexcept;

/// The value of COLBLOCK_TARGET if it names no set of this machine, and so had no effect; empty
/// otherwise. Programs say so when they start.
[[nodiscard]] std::string_view ignored_target() noexcept;

/// Makes a set of `available` the active one, for every thread, until it is destroyed. For tests and
/// benchmarks: overrides nest, and must not overlap between threads.
class scoped_override {
public:
    explicit scoped_override(const kernel_set& set) noexcept;
    ~scoped_override();
    scoped_override(const scoped_override&) = delete;
    scoped_override& operator=(const scoped_override&) = delete;

private:
    const kernel_set* x_before;
};

}  // namespace colblock::simd
