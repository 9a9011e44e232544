// SPDX-License-Identifier: Apache-2.0
#include "colblock/base/buffer.hpp"

#include <sys/mman.h>

#include <cstdlib>
#include <new>

namespace colblock {

namespace {

constexpr std::size_t huge_page = std::size_t{2} << 20;
constexpr std::size_t page = 4096;
constexpr std::size_t large = std::size_t{64} << 10;

char* allocate(std::size_t len) {
    if (len < huge_page) {
        // Large malloc chunks begin 16 bytes into a page, where Zen 3's `rep movsb` is 2.5 times slower:
        // receiving 150 KB took 87 us there and 32 us at the start of a page (bench/http_bench).
        void* memory = len < large ? std::malloc(len) : std::aligned_alloc(page, (len + page - 1) / page * page);
        if (memory == nullptr) throw std::bad_alloc();
        return static_cast<char*>(memory);
    }
    const std::size_t rounded = (len + huge_page - 1) / huge_page * huge_page;
    void* memory = std::aligned_alloc(huge_page, rounded);
    if (memory == nullptr) throw std::bad_alloc();
    ::madvise(memory, rounded, MADV_HUGEPAGE);  // advice only: without huge pages it is just slower
    return static_cast<char*>(memory);
}

}  // namespace

buffer::~buffer() { std::free(x_data); }

void buffer::drop_front(std::size_t n) noexcept {
    COLBLOCK_ASSUME(n <= x_size);
    if (n == 0) return;
    std::memmove(x_data, x_data + n, x_size - n);
    x_size -= n;
}

void buffer::grow(std::size_t n) {
    constexpr std::size_t smallest = 256;
    constexpr std::size_t largest = std::size_t{1} << 62;  // sums and roundings below cannot overflow
    if (n > largest - x_size) throw std::bad_alloc();
    std::size_t wanted = x_size + n;
    if (wanted < 2 * x_capacity) wanted = 2 * x_capacity;
    if (wanted < smallest) wanted = smallest;
    char* fresh = allocate(wanted + read_padding);
    if (x_size != 0) std::memcpy(fresh, x_data, x_size);
    std::free(x_data);
    x_data = fresh;
    x_capacity = wanted;
}

}  // namespace colblock
