// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <type_traits>

#include "colblock/base/buffer.hpp"

namespace colblock {

/// A growable array of plain values on a colblock::buffer: reserve once, then write unchecked. Unlike
/// std::vector it lets a loop keep its write position in a register and hand it back at the end
/// (`set_end`), and never initialises what is about to be overwritten. `clear` keeps capacity.
template <class T>
    requires std::is_trivially_copyable_v<T> && (alignof(T) <= alignof(std::max_align_t))
class growing_array {
public:
    using value_type = T;

    [[nodiscard]] std::size_t size() const noexcept { return x_bytes.size() / sizeof(T); }
    [[nodiscard]] bool empty() const noexcept { return x_bytes.empty(); }
    /// Values that fit without growing.
    [[nodiscard]] std::size_t capacity() const noexcept { return x_bytes.capacity() / sizeof(T); }

    [[nodiscard]] T* data() noexcept { return reinterpret_cast<T*>(x_bytes.data()); }
    [[nodiscard]] const T* data() const noexcept { return reinterpret_cast<const T*>(x_bytes.data()); }
    [[nodiscard]] T* begin() noexcept { return data(); }
    [[nodiscard]] T* end() noexcept { return data() + size(); }
    [[nodiscard]] const T* begin() const noexcept { return data(); }
    [[nodiscard]] const T* end() const noexcept { return data() + size(); }
    [[nodiscard]] T& operator[](std::size_t i) noexcept { return data()[i]; }
    [[nodiscard]] const T& operator[](std::size_t i) const noexcept { return data()[i]; }
    [[nodiscard]] T& back() noexcept { return end()[-1]; }
    [[nodiscard]] const T& back() const noexcept { return end()[-1]; }

    /// Promises room for `n` more values and returns where they go. Finish with `set_end`.
    T* reserve(std::size_t n) { return reinterpret_cast<T*>(x_bytes.reserve(n * sizeof(T))); }
    /// One past the last value that fits without growing.
    [[nodiscard]] T* room_end() noexcept { return data() + capacity(); }
    /// Ends the content at `end`, which lies within what was reserved.
    void set_end(const T* end) noexcept { x_bytes.set_end(reinterpret_cast<const char*>(end)); }

    void push_back(const T& value) {
        T* const to = reserve(1);
        *to = value;
        set_end(to + 1);
    }
    /// Appends values that lie elsewhere.
    void append(std::span<const T> values) {
        x_bytes.append({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
    }
    /// Forgets everything after the first `n` values.
    void truncate(std::size_t n) noexcept { x_bytes.truncate(n * sizeof(T)); }
    void clear() noexcept { x_bytes.clear(); }

private:
    buffer x_bytes;
};

}  // namespace colblock
