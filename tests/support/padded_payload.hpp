// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <memory>
#include <string_view>

#include "colblock/base/bytes.hpp"

namespace colblock::support {

/// A copy of bytes that ends with its padding, so that AddressSanitizer sees a read past that. The
/// padding holds `behind`, repeated: what a reader that trusts it would take for more input.
class padded_payload {
public:
    explicit padded_payload(std::string_view bytes, std::string_view behind = "\x0a\xff")
        : x_bytes(std::make_unique_for_overwrite<char[]>(bytes.size() + read_padding)), x_len(bytes.size()) {
        if (!bytes.empty()) std::memcpy(x_bytes.get(), bytes.data(), bytes.size());
        for (std::size_t i = 0; i != read_padding; ++i) x_bytes[x_len + i] = behind[i % behind.size()];
    }
    [[nodiscard]] padded_view view() const { return {{x_bytes.get(), x_len}}; }

private:
    std::unique_ptr<char[]> x_bytes;
    std::size_t x_len;
};

}  // namespace colblock::support
