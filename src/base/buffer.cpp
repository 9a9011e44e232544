// SPDX-License-Identifier: Apache-2.0
#include "colblock/base/buffer.hpp"

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <new>

namespace colblock {

namespace {

constexpr std::size_t page = 4096;
constexpr std::size_t huge_page = std::size_t{2} << 20;
constexpr std::size_t paged_from = std::size_t{64} << 10;
constexpr std::size_t mapped_from = huge_page;
// Half of the last huge page is wasted on average, which from here on is a few per cent.
constexpr std::size_t huge_from = std::size_t{16} << 20;

constexpr std::size_t round_up(std::size_t len, std::size_t unit) { return (len + unit - 1) / unit * unit; }

// ---- small: malloc's

char* allocate(std::size_t len) {
    // Large malloc chunks begin 16 bytes into a page, where Zen 3's `rep movsb` is 2.5 times slower:
    // receiving 150 KB took 87 us there and 32 us at the start of a page (bench/http_bench).
    void* memory = len < paged_from ? std::malloc(len) : std::aligned_alloc(page, round_up(len, page));
    if (memory == nullptr) throw std::bad_alloc();
    return static_cast<char*>(memory);
}

// ---- large: mapped, so that growing moves pages and copies nothing: a copy would take the memory of the largest columns
// twice just when it is shortest. At a multiple of a huge page, because it may become large enough for these.

constexpr bool is_mapped(std::size_t len) { return len >= mapped_from; }
constexpr std::size_t mapped_len(std::size_t len) { return round_up(len, len < huge_from ? page : huge_page); }

void advise(char* memory, std::size_t len) {
    if (len >= huge_from) ::madvise(memory, len, MADV_HUGEPAGE);  // without huge pages it is just slower
}

char* map(std::size_t len, int protection) {
    void* got = ::mmap(nullptr, len + huge_page, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (got == MAP_FAILED) throw std::bad_alloc();
    char* const begin = static_cast<char*>(got);
    const std::size_t before = round_up(reinterpret_cast<std::uintptr_t>(begin), huge_page) - reinterpret_cast<std::uintptr_t>(begin);
    if (before != 0) ::munmap(begin, before);
    ::munmap(begin + before + len, huge_page - before);
    return begin + before;
}

char* map_fresh(std::size_t len) {
    char* const memory = map(len, PROT_READ | PROT_WRITE);
    advise(memory, len);
    return memory;
}

char* map_larger(char* old, std::size_t old_len, std::size_t len) {
    char* const to = map(len, PROT_NONE);
    if (::mremap(old, old_len, len, MREMAP_MAYMOVE | MREMAP_FIXED, to) == MAP_FAILED) {
        ::munmap(to, len);
        throw std::bad_alloc();
    }
    advise(to, len);
    return to;
}

void release_memory(char* memory, std::size_t len) {
    if (is_mapped(len)) {
        ::munmap(memory, len);
    } else {
        std::free(memory);
    }
}

}  // namespace

buffer::~buffer() {
    if (x_data != nullptr) release_memory(x_data, x_capacity + read_padding);
}

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
    std::size_t len = wanted + read_padding;
    if (is_mapped(len)) len = mapped_len(len);
    if (x_data != nullptr && is_mapped(x_capacity + read_padding)) {
        x_data = map_larger(x_data, x_capacity + read_padding, len);
    } else {
        char* fresh = is_mapped(len) ? map_fresh(len) : allocate(len);
        if (x_size != 0) std::memcpy(fresh, x_data, x_size);
        std::free(x_data);
        x_data = fresh;
    }
    x_capacity = len - read_padding;
}

}  // namespace colblock
