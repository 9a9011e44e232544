// SPDX-License-Identifier: Apache-2.0
#include "colblock/block/sparse.hpp"

#include <algorithm>

#include "colblock/base/limits.hpp"
#include "colblock/column/renamed.hpp"
#include "colblock/column/tuple.hpp"

namespace colblock::block {

namespace {

constexpr std::uint64_t trailer_flag = std::uint64_t{1} << 62;

// The server's own threshold (ratio_of_defaults_for_sparse_serialization = 0.9375): what it would
// store sparse arrives sparse, so it neither expands nor searches the column. A denser column would be
// kept sparse in memory and part against the table's setting.
constexpr std::size_t most_others(std::size_t num_rows) noexcept { return num_rows / 16; }

// Columns up to this many bytes are sent as they are: nothing to gain.
constexpr std::size_t smallest_sparse_len = 64;

// Type names do not matter for the layout.
column::ref stored(column::ref c) noexcept {
    const auto* const renamed = c.as<column::renamed>();
    return renamed == nullptr ? c : stored(renamed->stored());
}

// At least one byte a row, so that a row count alone cannot exhaust memory.
std::size_t zero_row_len(column::ref c) {
    const std::size_t before = c.byte_len();
    c.append_zeros(1);
    return std::max<std::size_t>(c.byte_len() - before, 1);
}

void encode_sparse(wire::segments& out, column::ref c, const column::row_list& others) {
    std::uint64_t next = 0;
    for (const std::uint64_t row : others) {
        out.varint(row - next);
        next = row + 1;
    }
    out.varint((c.num_rows() - next) | trailer_flag);
    c.encode_rows(others, out);
}

// The zeros before each value and, last, after all of them. Empty if the cursor failed.
std::vector<std::uint64_t> read_zeros(wire::cursor& in, std::size_t num_rows) {
    std::vector<std::uint64_t> zeros;
    std::uint64_t rows = 0;
    while (in.ok()) {
        const std::uint64_t item = in.varint();
        const bool last = (item & trailer_flag) != 0;
        const std::uint64_t n = item & ~trailer_flag;
        if (!in.ok()) break;
        if (n > num_rows - rows || (last ? rows + n != num_rows : rows + n == num_rows)) {
            in.fail(errc::bad_serialization);
            break;
        }
        rows += n + (last ? 0 : 1);
        zeros.push_back(n);
        if (last) return zeros;
    }
    return {};
}

void decode_sparse(const row_source& rows, column::ref c) {
    const std::vector<std::uint64_t> zeros = read_zeros(rows.in, rows.num_rows);
    if (zeros.empty()) return;
    c.mark();
    const std::size_t len = zero_row_len(c) * rows.num_rows;
    c.rollback();
    if (len > rows.budget) return rows.in.fail(errc::too_large);
    rows.budget -= len;
    for (std::size_t i = 0; i != zeros.size() && rows.in.ok(); ++i) {
        if (zeros[i] != 0) c.append_zeros(zeros[i]);
        if (i + 1 != zeros.size()) c.decode_row(rows.in);
    }
}

}  // namespace

bool layout::custom() const noexcept {
    return sparse || std::ranges::any_of(elements, [](const layout& e) { return e.custom(); });
}

void choose_layout(column::ref column, wire::revision revision, layout& chosen) {
    const column::ref c = stored(column);
    const auto* const tuple = c.as<column::tuple>();
    chosen.sparse = tuple == nullptr && c.offers_sparse() && wire::has(revision, c.sparse_since()) &&
                    c.byte_len() > smallest_sparse_len && c.find_others(most_others(c.num_rows()), chosen.others);
    chosen.elements.resize(tuple != nullptr ? tuple->num_elements() : 0);
    for (std::size_t i = 0; i != chosen.elements.size(); ++i)
        choose_layout(tuple->element(i), revision, chosen.elements[i]);
}

void write_kinds(wire::segments& out, const layout& chosen) {
    out.fixed(static_cast<std::uint8_t>(chosen.sparse));
    for (const layout& e : chosen.elements) write_kinds(out, e);
}

void encode(wire::segments& out, column::ref column, const layout& chosen) {
    const column::ref c = stored(column);
    if (chosen.sparse) return encode_sparse(out, c, chosen.others);
    if (!chosen.custom()) return c.encode(out);
    const auto& tuple = *c.as<column::tuple>();
    for (std::size_t i = 0; i != tuple.num_elements(); ++i) encode(out, tuple.element(i), chosen.elements[i]);
}

layout read_kinds(wire::cursor& in, column::ref column) {
    const column::ref c = stored(column);
    const auto* const tuple = c.as<column::tuple>();
    layout read;
    const std::uint8_t kind = in.u8();
    if (kind > 1 || (kind == 1 && !c.offers_sparse())) in.fail(errc::bad_serialization);
    read.sparse = in.ok() && kind == 1;
    for (std::size_t i = 0; tuple != nullptr && i != tuple->num_elements(); ++i)
        read.elements.push_back(read_kinds(in, tuple->element(i)));
    return read;
}

void decode(const row_source& rows, column::ref column, const layout& read) {
    column::ref c = stored(column);
    if (read.sparse) return decode_sparse(rows, c);
    if (!read.custom()) return c.decode(rows.in, rows.num_rows);
    auto& tuple = *c.as<column::tuple>();
    for (std::size_t i = 0; i != tuple.num_elements(); ++i) decode(rows, tuple.element(i), read.elements[i]);
}

}  // namespace colblock::block
