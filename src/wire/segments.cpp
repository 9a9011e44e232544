// SPDX-License-Identifier: Apache-2.0
#include "colblock/wire/segments.hpp"

#include "colblock/wire/varint.hpp"

namespace colblock::wire {

void segments::copy(byte_view bytes) {
    if (bytes.empty()) return;
    const std::size_t begin = x_copied.size();
    x_copied.append(bytes);
    x_total_len += bytes.size();
    if (!x_pieces.empty() && x_pieces.back().data == nullptr)
        x_pieces.back().len += bytes.size();
    else
        x_pieces.push_back({nullptr, begin, bytes.size(), 1});
}

void segments::varint(std::uint64_t value) {
    char bytes[max_varint_len];
    copy({bytes, static_cast<std::size_t>(write_varint(bytes, value) - bytes)});
}

void segments::borrow(byte_view bytes, std::uint64_t repeat) {
    if (bytes.empty() || repeat == 0) return;
    x_pieces.push_back({bytes.data(), 0, bytes.size(), repeat});
    x_total_len += bytes.size() * repeat;
}

segments::piece segments::operator[](std::size_t index) const noexcept {
    const entry& e = x_pieces[index];
    return {{e.data != nullptr ? e.data : x_copied.data() + e.begin, e.len}, e.repeat};
}

void segments::flatten(buffer& out) const {
    char* to = out.reserve(x_total_len);
    for (std::size_t i = 0; i != num_pieces(); ++i) {
        const piece p = (*this)[i];
        for (std::uint64_t n = 0; n != p.repeat; ++n) {
            std::memcpy(to, p.bytes.data(), p.bytes.size());
            to += p.bytes.size();
        }
    }
    out.set_end(to);
}

void segments::clear() noexcept {
    x_pieces.clear();
    x_copied.clear();
    x_total_len = 0;
}

}  // namespace colblock::wire
