// SPDX-License-Identifier: Apache-2.0
#pragma once

// String := (varint length, bytes)*          revisions below 54492, and Native files
//
// docs/formats/native_block.md

#include <cstring>

#include "colblock/column/concept.hpp"
#include "colblock/column/sparse.hpp"
#include "colblock/column/storage.hpp"
#include "colblock/wire/varint.hpp"

namespace colblock::column {

/// Writes length and bytes of `value` and returns the end. `value` must be padded, and
/// `value.size() + wire::max_varint_len + read_padding` bytes must be writable. Values up to 32 bytes
/// are copied by one unconditional 32-byte move.
COLBLOCK_ALWAYS_INLINE char* write_padded_string(char* to, byte_view value) noexcept {
    to = wire::write_varint(to, value.size());
    std::memcpy(to, value.data(), 32);
    if (COLBLOCK_UNLIKELY(value.size() > 32)) std::memcpy(to + 32, value.data() + 32, value.size() - 32);
    return to + value.size();
}

/// String. Bytes are not checked for UTF-8, and neither does the server.
template <class Storage>
class basic_string {
public:
    [[nodiscard]] std::string type() const { return "String"; }
    [[nodiscard]] std::size_t num_rows() const noexcept { return x_num_rows; }
    [[nodiscard]] std::size_t byte_len() const noexcept { return x_storage.byte_len(); }

    void append(byte_view value) {
        write(value);
        ++x_num_rows;
    }
    /// Appends `value` `n` times.
    void append_repeated(byte_view value, std::size_t n) {
        const std::size_t begin = bytes().size();
        write(value);
        x_storage.repeat_from(begin, n);
        x_num_rows += n;
    }
    void append_defaults(std::size_t n) { append_repeated({}, n); }

    /// The wire form, for kernels that write several values at once: reserve and write there, set the
    /// end, then `add_rows`.
    [[nodiscard]] buffer& bytes() noexcept { return x_storage.bytes(); }
    [[nodiscard]] const buffer& bytes() const noexcept { return x_storage.bytes(); }
    void add_rows(std::size_t n) noexcept { x_num_rows += n; }
    [[nodiscard]] Storage& storage() noexcept { return x_storage; }

    /// Makes the rows whose bytes start at `begin`, `num_rows` of them, appear `n` times in all.
    void repeat_rows(std::size_t begin, std::size_t num_rows, std::size_t n) {
        x_storage.repeat_from(begin, n);
        x_num_rows += num_rows * (n - 1);
    }
    /// Makes what repeat_rows repeated last appear `n` times more, if nothing was appended since.
    void repeat_again(std::size_t num_rows, std::size_t n)
        requires std::same_as<Storage, runs>
    {
        x_storage.extend_last(n);
        x_num_rows += num_rows * n;
    }

    /// Calls `visit(value)` for every row in order (plain storage).
    template <class Visit>
    void for_each(Visit&& visit) const {
        wire::cursor in(bytes().view());
        while (!in.at_end()) visit(in.string());
    }

    void encode_prefix(wire::segments&) const {}
    void encode(wire::segments& out) const { x_storage.encode(out); }
    void decode_prefix(wire::cursor&) {}
    void decode(wire::cursor& in, std::size_t n) {
        for (std::size_t i = 0; i != n && in.ok(); ++i) {
            const byte_view value = in.string();
            if (in.ok()) append(value);
        }
    }

    void index_rows(row_bounds bounds) { x_rows.index(x_storage, bounds, element_form{}); }
    /// The value of a row, after index_rows, where every row is one element.
    [[nodiscard]] byte_view indexed(std::size_t row) const {
        wire::cursor in(x_rows[row]);
        return in.string();
    }
    void append_rows(const basic_string& from, row_order rows, std::size_t n) {
        if constexpr (std::same_as<Storage, plain>)
            from.x_rows.append_to(bytes(), rows);
        else
            append_distinct(x_storage, from.x_rows, rows);
        x_num_rows += n;
    }

    void clear() noexcept {
        x_storage.clear();
        x_num_rows = x_marked_rows = 0;
    }
    void mark() noexcept {
        x_storage.mark();
        x_marked_rows = x_num_rows;
    }
    void rollback() noexcept {
        x_storage.rollback();
        x_num_rows = x_marked_rows;
    }

    /// See column/sparse.hpp.
    static constexpr wire::feature sparse_since = wire::feature::sparse_serialization;
    bool find_others(std::size_t at_most, row_list& rows) const
        requires std::same_as<Storage, plain>
    {
        return find_texts(bytes().view(), at_most, rows);
    }
    void encode_rows(const row_list& rows, wire::segments& out) const
        requires std::same_as<Storage, plain>
    {
        encode_texts(bytes().view(), rows, out);
    }
    void append_zeros(std::size_t n)
        requires std::same_as<Storage, plain>
    {
        append_defaults(n);
    }
    void decode_row(wire::cursor& in)
        requires std::same_as<Storage, plain>
    {
        decode(in, 1);
    }

private:
    void write(byte_view value) {
        char* to = bytes().reserve(value.size() + wire::max_varint_len);
        to = wire::write_varint(to, value.size());
        if (!value.empty()) std::memcpy(to, value.data(), value.size());
        bytes().set_end(to + value.size());
    }

    Storage x_storage;
    row_slices x_rows;
    std::size_t x_num_rows = 0;
    std::size_t x_marked_rows = 0;
};

using string = basic_string<plain>;
/// String whose values repeat over resources and scopes.
using repeated_string = basic_string<runs>;

}  // namespace colblock::column
