// SPDX-License-Identifier: Apache-2.0
#include "support/allocation_counter.hpp"

#include <atomic>
#include <cstddef>

namespace {
std::atomic<std::size_t> num_calls{0};
}

// g++ says by macros which sanitizer is on, clang by features.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define COLBLOCK_SANITIZER_MALLOC
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define COLBLOCK_SANITIZER_MALLOC
#endif

#if defined(COLBLOCK_SANITIZER_MALLOC)

// Declared here because g++ 12 does not ship <sanitizer/allocator_interface.h>.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void*, std::size_t),
                                                         void (*on_free)(const volatile void*));

namespace {
// A sanitizer brings its own malloc, and calls back.
void on_malloc(const volatile void*, std::size_t) { num_calls.fetch_add(1, std::memory_order_relaxed); }
void on_free(const volatile void*) {}
const int installed = __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
}  // namespace

std::size_t colblock::support::num_allocations() noexcept { return installed != 0 ? num_calls.load() : 0; }

#else

// The C library's functions under their other names; free() stays as it is.
extern "C" {
void* __libc_malloc(std::size_t len);
void* __libc_calloc(std::size_t num, std::size_t len);
void* __libc_realloc(void* memory, std::size_t len);
void* __libc_memalign(std::size_t alignment, std::size_t len);

void* malloc(std::size_t len) {
    num_calls.fetch_add(1, std::memory_order_relaxed);
    return __libc_malloc(len);
}
void* calloc(std::size_t num, std::size_t len) {
    num_calls.fetch_add(1, std::memory_order_relaxed);
    return __libc_calloc(num, len);
}
void* realloc(void* memory, std::size_t len) {
    num_calls.fetch_add(1, std::memory_order_relaxed);
    return __libc_realloc(memory, len);
}
void* aligned_alloc(std::size_t alignment, std::size_t len) {
    num_calls.fetch_add(1, std::memory_order_relaxed);
    return __libc_memalign(alignment, len);
}
}

std::size_t colblock::support::num_allocations() noexcept { return num_calls.load(); }

#endif
