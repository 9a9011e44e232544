// SPDX-License-Identifier: Apache-2.0
#include "colblock/wire/protobuf_writer.hpp"

namespace colblock::wire::pb {

void writer::packed_varints(std::uint32_t number, std::span<const std::uint64_t> values) {
    if (values.empty()) return;
    const nested list = open(number, values.size());
    char* to = x_out->reserve(values.size() * max_varint_len);
    for (const std::uint64_t value : values) to = write_varint(to, value);
    x_out->set_end(to);
    close(list);
}

void writer::move_content(nested message, std::size_t room) {
    const std::size_t from = message.length_offset + message.room;
    const std::size_t to = message.length_offset + room;
    const std::size_t len = x_out->size() - from;
    if (to > from) x_out->reserve(to - from);
    char* const data = x_out->data();
    std::memmove(data + to, data + from, len);
    x_out->set_end(data + to + len);
}

}  // namespace colblock::wire::pb
