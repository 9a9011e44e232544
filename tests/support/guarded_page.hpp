// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "colblock/base/bytes.hpp"

namespace colblock::testing {

/// Memory between two unreadable pages: a read or write beyond it on either side kills the test.
class guarded_page {
public:
    explicit guarded_page(std::size_t len) : x_page(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE))) {
        x_len = (len + x_page - 1) / x_page * x_page;
        void* const memory = ::mmap(nullptr, x_len + 2 * x_page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (memory == MAP_FAILED) std::abort();
        x_begin = static_cast<char*>(memory) + x_page;
        if (::mprotect(x_begin, x_len, PROT_READ | PROT_WRITE) != 0) std::abort();
        std::memset(x_begin, 0xa5, x_len);
    }
    ~guarded_page() { ::munmap(x_begin - x_page, x_len + 2 * x_page); }
    guarded_page(const guarded_page&) = delete;
    guarded_page& operator=(const guarded_page&) = delete;

    [[nodiscard]] char* begin() const noexcept { return x_begin; }
    [[nodiscard]] char* end() const noexcept { return x_begin + x_len; }

    /// Copies `text` so that exactly `padding` readable bytes, none of them zero, are behind it.
    byte_view place_at_end(byte_view text, std::size_t padding = 0) const noexcept {
        std::memset(end() - padding, 0xa5, padding);
        char* const at = end() - padding - text.size();
        if (!text.empty()) std::memcpy(at, text.data(), text.size());
        return {at, text.size()};
    }
    /// Copies `text` so that nothing before it is readable.
    byte_view place_at_begin(byte_view text) const noexcept {
        std::memset(x_begin, 0xa5, x_len);
        if (!text.empty()) std::memcpy(x_begin, text.data(), text.size());
        return {x_begin, text.size()};
    }

private:
    std::size_t x_page;
    std::size_t x_len;
    char* x_begin;
};

}  // namespace colblock::testing
