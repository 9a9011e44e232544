// SPDX-License-Identifier: Apache-2.0
#include "colblock/block/native.hpp"

#include <algorithm>

#include "colblock/base/limits.hpp"
#include "colblock/block/sparse.hpp"
#include "colblock/column/factory.hpp"
#include "colblock/column/type_name.hpp"

namespace colblock::block {

namespace {

using wire::feature;

// Fields of BlockInfo, each a varint number before the value; number 0 ends it.
enum info_field : std::uint64_t { end_of_info = 0, is_overflows = 1, bucket_number = 2, out_of_order_buckets = 3 };

void write_info(wire::segments& out, wire::revision revision) {
    if (!wire::has(revision, feature::block_info)) return;
    out.varint(is_overflows);
    out.fixed(std::uint8_t{0});
    out.varint(bucket_number);
    out.fixed(std::int32_t{-1});
    if (wire::has(revision, feature::out_of_order_buckets)) {
        out.varint(out_of_order_buckets);
        out.varint(0);
    }
    out.varint(end_of_info);
}

// Merging of aggregates is the server's business: the values are passed over.
void read_info(wire::cursor& in, wire::revision revision) {
    if (!wire::has(revision, feature::block_info)) return;
    while (in.ok()) {
        switch (in.varint()) {
        case end_of_info: return;
        case is_overflows: in.u8(); break;
        case bucket_number: in.fixed<std::int32_t>(); break;
        case out_of_order_buckets: in.elements(in.varint(), sizeof(std::int32_t)); break;
        default: in.fail(errc::bad_block_info);
        }
    }
}

bool has_low_cardinality(const column::type_name& type) {
    return type.name == "LowCardinality" ||
           std::ranges::any_of(type.arguments, [](const auto& a) { return has_low_cardinality(a.type); });
}

// Makes a type text one that `revision` knows. Like the server, drops the timezone only of a whole
// DateTime column: inside of Array and the like it is kept.
result<void> adapt(std::string& text, wire::revision revision) {
    if (!wire::has(revision, feature::timezone_in_datetime_type) && text.starts_with("DateTime(")) text = "DateTime";
    // A server this old (before 19.0) wants plain values; Native files keep LowCardinality.
    if (revision == wire::native_file_revision || wire::has(revision, feature::low_cardinality)) return {};
    const auto type = column::parse_type(text);
    if (!type) return std::unexpected(type.error());
    if (has_low_cardinality(*type)) return fail(errc::unsupported_type);
    return {};
}

byte_view short_string(wire::cursor& in) {
    const std::uint64_t len = in.varint();
    if (len > limits::max_type_text_len) in.fail(errc::too_large);
    return in.bytes(len);
}

// Reads the header and data of one column. Everything that is wrong ends up in the cursor.
void read_column(const row_source& rows, block& into, wire::revision revision) {
    wire::cursor& in = rows.in;
    std::string name(short_string(in));
    const std::uint64_t type_offset = in.offset();
    auto made = column::make(short_string(in));
    if (!in.ok()) return;
    if (!made) return in.fail({made.error().code, type_offset});
    column::ref c = *made;
    layout read;
    if (wire::has(revision, feature::custom_serialization)) {
        const std::uint8_t has_custom = in.u8();
        if (has_custom > 1) in.fail(errc::bad_serialization);
        if (has_custom == 1) read = read_kinds(in, c);
    }
    if (rows.num_rows != 0 && in.ok()) {
        c.decode_prefix(in);
        decode(rows, c, read);
    }
    into.columns.push_back({std::move(name), std::move(*made)});
}

}  // namespace

result<void> writer::write(wire::segments& out, std::span<const column_view> columns, const write_target& target) {
    const std::size_t num_rows = columns.empty() ? 0 : columns.front().column.num_rows();
    x_types.resize(columns.size());
    for (std::size_t i = 0; i != columns.size(); ++i) {
        const column_view& view = columns[i];
        if (view.column.num_rows() != num_rows) return fail(errc::row_count_mismatch);
        if (view.type.empty()) x_types[i] = view.column.type();
        else x_types[i].assign(view.type);
        if (const auto adapted = adapt(x_types[i], target.revision); !adapted) return fail(adapted.error().code);
    }
    write_info(out, target.revision);
    out.varint(columns.size());
    out.varint(num_rows);
    for (std::size_t i = 0; i != columns.size(); ++i) {
        out.string(columns[i].name);
        out.string(x_types[i]);
        write_column(out, columns[i], target);
    }
    return {};
}

void writer::write_column(wire::segments& out, const column_view& view, const write_target& target) {
    const bool has_rows = view.column.num_rows() != 0;
    const bool may_be_sparse = target.sparse && has_rows;
    choose_layout(view.column, may_be_sparse ? target.revision : wire::native_file_revision, x_layout);
    if (wire::has(target.revision, feature::custom_serialization))
        out.fixed(static_cast<std::uint8_t>(x_layout.custom()));
    if (x_layout.custom()) write_kinds(out, x_layout);
    if (!has_rows) return;
    view.column.encode_prefix(out);
    encode(out, view.column, x_layout);
}

result<block> read(wire::cursor& in, wire::revision revision) {
    read_info(in, revision);
    const std::uint64_t num_columns = in.varint();
    const std::uint64_t num_rows = in.varint();
    if (num_columns > limits::max_block_columns || num_rows > limits::max_block_rows) in.fail(errc::too_large);
    if (num_columns == 0 && num_rows != 0) in.fail(errc::row_count_mismatch);
    block made;
    made.num_rows = num_rows;
    std::size_t sparse_budget = limits::max_sparse_len;
    const row_source rows{in, made.num_rows, sparse_budget};
    for (std::uint64_t i = 0; i != num_columns && in.ok(); ++i) read_column(rows, made, revision);
    COLBLOCK_TRY(in.status());
    return made;
}

}  // namespace colblock::block
