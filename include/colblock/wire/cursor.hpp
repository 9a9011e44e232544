// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "colblock/base/assume.hpp"
#include "colblock/base/bytes.hpp"
#include "colblock/base/endian.hpp"
#include "colblock/base/result.hpp"
#include "colblock/wire/varint.hpp"

namespace colblock::wire {

/// Bounds-checked reader over borrowed bytes. Sticky: the first failure is kept, the cursor jumps to
/// its end, and every later read returns zero or empty. Take `status()` once, after the last read.
///
///     wire::cursor in(bytes);
///     const auto columns = in.varint();
///     const auto name = in.string();
///     COLBLOCK_TRY(in.status());
///
/// Views handed out point into the input and live as long as it does.
class cursor {
public:
    cursor() noexcept = default;
    explicit cursor(byte_view input) noexcept
        : x_begin(input.data()), x_at(input.data()), x_end(input.data() + input.size()) {}

    [[nodiscard]] bool at_end() const noexcept { return x_at == x_end; }
    [[nodiscard]] std::size_t remaining() const noexcept {
        return static_cast<std::size_t>(x_end - x_at);
    }
    /// Bytes from the start of the input to the next read.
    [[nodiscard]] std::uint64_t offset() const noexcept {
        return static_cast<std::uint64_t>(x_at - x_begin);
    }
    [[nodiscard]] bool ok() const noexcept { return !x_failed; }
    [[nodiscard]] result<void> status() const noexcept {
        if (x_failed) return std::unexpected(x_error);
        return {};
    }

    /// Records a failure found by the caller at the current offset. Later failures do not replace it.
    void fail(errc code) noexcept { fail({code, offset()}); }
    /// Records a failure found by the caller elsewhere.
    void fail(const error& found) noexcept {
        if (x_failed) return;
        x_error = found;
        x_failed = true;
        x_at = x_end;
    }

    /// The next `len` bytes. Every other read is built on this check.
    byte_view bytes(std::uint64_t len) noexcept {
        if (COLBLOCK_UNLIKELY(len > remaining())) {
            fail(errc::truncated);
            return {};
        }
        const char* const from = x_at;
        x_at += len;
        return {from, static_cast<std::size_t>(len)};
    }

    /// The next `n` values of `width` bytes each, a width that is not zero.
    byte_view elements(std::uint64_t n, std::size_t width) noexcept {
        return bytes(n <= remaining() / width ? n * width : ~std::uint64_t{0});
    }

    /// A little-endian value of fixed width.
    template <class T>
    T fixed() noexcept {
        const byte_view raw = bytes(sizeof(T));
        return raw.empty() ? T{} : load<T>(raw.data());
    }
    std::uint8_t u8() noexcept { return fixed<std::uint8_t>(); }

    std::uint64_t varint() noexcept {
        std::uint64_t value = 0;
        const char* const next = read_varint(x_at, x_end, value);
        if (COLBLOCK_UNLIKELY(next == nullptr)) {
            fail(remaining() >= max_varint_len ? errc::varint_overflow : errc::truncated);
            return 0;
        }
        x_at = next;
        return value;
    }

    /// A string of ClickHouse's primitive form: varint length, then that many bytes.
    byte_view string() noexcept { return bytes(varint()); }

private:
    const char* x_begin = nullptr;
    const char* x_at = nullptr;
    const char* x_end = nullptr;
    error x_error{};
    bool x_failed = false;
};

}  // namespace colblock::wire
