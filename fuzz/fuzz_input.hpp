// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace colblock::fuzz {

/// Reads decisions from the front of an input; what is left is the data they are about. An input that has
/// ended answers 0.
class fuzz_input {
public:
    fuzz_input(const std::uint8_t* data, std::size_t size) : x_rest(reinterpret_cast<const char*>(data), size) {}

    std::uint8_t byte() {
        if (x_rest.empty()) return 0;
        const auto value = static_cast<std::uint8_t>(x_rest.front());
        x_rest.remove_prefix(1);
        return value;
    }
    /// One of `n` choices, of which there are at most 256.
    std::size_t choice(std::size_t n) { return byte() % n; }
    std::uint64_t number() {
        std::uint64_t value = 0;
        for (int i = 0; i != 8; ++i) value = value << 8 | byte();
        return value;
    }
    /// The next `n` bytes, or what is left of them.
    std::string_view bytes(std::size_t n) {
        const std::string_view taken = x_rest.substr(0, n);
        x_rest.remove_prefix(taken.size());
        return taken;
    }
    [[nodiscard]] std::string_view rest() const noexcept { return x_rest; }
    [[nodiscard]] bool empty() const noexcept { return x_rest.empty(); }

private:
    std::string_view x_rest;
};

}  // namespace colblock::fuzz
