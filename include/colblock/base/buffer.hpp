// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstring>
#include <utility>

#include "colblock/base/assume.hpp"
#include "colblock/base/bytes.hpp"

namespace colblock {

/// Growable bytes: reserve once, then write unchecked. Never zero-fills. Behind the end there are
/// always `read_padding` bytes that may be read and overwritten, so short copies may store whole
/// vectors. The first touch of a 4 KiB page costs 48 times an L2 copy, so buffers are kept (`clear`) rather than
/// freed, and the largest are backed by huge pages. From 2 MiB on, growing copies nothing.
///
/// Any growing call invalidates views into the buffer. Not thread-safe.
class buffer {
public:
    buffer() noexcept = default;
    explicit buffer(std::size_t capacity) { reserve(capacity); }
    buffer(const buffer& other) { append(other.view()); }
    buffer(buffer&& other) noexcept
        : x_data(std::exchange(other.x_data, nullptr)),
          x_size(std::exchange(other.x_size, 0)),
          x_capacity(std::exchange(other.x_capacity, 0)) {}
    buffer& operator=(buffer other) noexcept {
        swap(other);
        return *this;
    }
    ~buffer();

    void swap(buffer& other) noexcept {
        std::swap(x_data, other.x_data);
        std::swap(x_size, other.x_size);
        std::swap(x_capacity, other.x_capacity);
    }

    [[nodiscard]] char* data() noexcept { return x_data; }
    [[nodiscard]] const char* data() const noexcept { return x_data; }
    [[nodiscard]] std::size_t size() const noexcept { return x_size; }
    [[nodiscard]] bool empty() const noexcept { return x_size == 0; }
    /// Bytes that fit without growing (the padding not counted).
    [[nodiscard]] std::size_t capacity() const noexcept { return x_capacity; }
    [[nodiscard]] byte_view view() const noexcept { return {x_data, x_size}; }
    [[nodiscard]] padded_view padded() const noexcept { return {view()}; }

    /// Promises room for `n` more bytes and returns where they go. Finish with `set_end`.
    char* reserve(std::size_t n) {
        if (COLBLOCK_UNLIKELY(n > x_capacity - x_size || x_data == nullptr)) grow(n);
        return x_data + x_size;
    }
    /// Ends the content at `end`, which lies within what was reserved.
    void set_end(const char* end) noexcept {
        x_size = static_cast<std::size_t>(end - x_data);
        COLBLOCK_ASSUME(x_size <= x_capacity);
    }

    void append(byte_view bytes) {
        char* to = reserve(bytes.size());
        if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
        x_size += bytes.size();
    }
    void push_back(char byte) {
        *reserve(1) = byte;
        ++x_size;
    }
    /// Appends `n` bytes of unspecified content and returns them.
    char* extend(std::size_t n) {
        char* to = reserve(n);
        x_size += n;
        return to;
    }
    /// Forgets everything after the first `size` bytes. Keeps capacity.
    void truncate(std::size_t size) noexcept {
        COLBLOCK_ASSUME(size <= x_size);
        x_size = size;
    }
    /// Forgets the first `n` bytes; what follows moves to the front.
    void drop_front(std::size_t n) noexcept;
    /// Forgets the content, keeps capacity.
    void clear() noexcept { x_size = 0; }
    /// Forgets the content and gives the memory back.
    void release() noexcept { buffer().swap(*this); }

private:
    void grow(std::size_t n);

    char* x_data = nullptr;
    std::size_t x_size = 0;
    std::size_t x_capacity = 0;  // without the padding
};

}  // namespace colblock
