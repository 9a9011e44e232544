// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "colblock/base/result.hpp"
#include "colblock/binding/field.hpp"
#include "colblock/binding/open_block.hpp"
#include "colblock/binding/table.hpp"
#include "colblock/block/block.hpp"
#include "colblock/block/native.hpp"
#include "colblock/column/rows.hpp"
#include "colblock/otlp/batch.hpp"
#include "colblock/wire/revision.hpp"
#include "colblock/wire/segments.hpp"

namespace colblock::binding {

/// Why a table cannot take a signal.
struct bind_error {
    errc code{};
    std::string table;   ///< quoted database and table
    std::string column;  ///< empty: the table as a whole
    std::string type;    ///< of the column

    /// One sentence that names the column, its type and what to do.
    [[nodiscard]] std::string text() const;
};

/// A bound column: one loop over a batch.
template <class Batch>
class bound_column {
public:
    virtual ~bound_column() = default;
    virtual void append(const Batch& batch, const context& where) = 0;
    virtual column::ref column() noexcept = 0;
    virtual void forget() noexcept = 0;
};

/// Puts the rows of a block in order.
class row_sorter {
public:
    virtual ~row_sorter() = default;
    /// The rows, of which there are `num_rows` and whose columns were indexed. Valid until the next call.
    virtual column::row_order sort(std::size_t num_rows) = 0;
};

/// Fills the columns of one table from batches of one signal, and writes them as blocks. Made from what
/// the server says that the table has: a field whose column is missing is left out, a column that we
/// do not know is left to its DEFAULT.
///
/// Not thread-safe. `mark` before a payload, `rollback` when it turns out malformed: no trace stays.
template <class Batch>
class table_writer final : public open_block {
public:
    static std::expected<table_writer, bind_error> make(layout which, const table_description& table);

    table_writer(table_writer&&) noexcept = default;
    table_writer& operator=(table_writer&&) noexcept = default;

    /// Appends all records. `receive_time` (nanoseconds) stands in for unknown times where the layout
    /// says so. The batch's views must be valid and padded.
    void append(const Batch& batch, std::uint64_t receive_time);
    /// Leaves in `batch` only what becomes rows of these days.
    void keep_days(Batch& batch, std::uint64_t receive_time, const day_range& days);

    void mark();
    void rollback();
    void clear() override;
    void release() override;

    [[nodiscard]] std::size_t num_rows() const noexcept override { return x_num_rows; }
    [[nodiscard]] std::size_t byte_len() const override;
    [[nodiscard]] const partition_set& partitions() const noexcept override { return x_partitions; }
    /// Records whose unknown time was replaced by the receive time, since the writer was made.
    [[nodiscard]] std::uint64_t num_times_replaced() const noexcept { return x_num_times_replaced; }

    result<void> encode(wire::segments& out, wire::revision revision) const override;
    [[nodiscard]] bool knows_order() const noexcept override { return x_sorter != nullptr; }
    [[nodiscard]] column::row_order order() override;
    result<void> encode_rows(column::row_order rows, wire::segments& out, wire::revision revision) override;
    [[nodiscard]] const std::string& insert_statement() const noexcept override { return x_insert_statement; }
    [[nodiscard]] const table_description& table() const noexcept override { return x_table; }
    /// The bound columns in the order of the block; valid as long as the writer.
    [[nodiscard]] std::span<const block::column_view> columns() const noexcept { return x_views; }

private:
    table_writer() = default;
    void prepare_order(const std::vector<const field<Batch>*>& sources);
    std::uint64_t find_times(const Batch& batch, std::uint64_t receive_time);
    void find_same_sources(const Batch& batch);
    void forget() noexcept;

    struct named {
        std::string name;
        std::string type;
        std::unique_ptr<bound_column<Batch>> column;
    };
    struct source_key {
        std::string identity;  // empty if unknown
        std::string schema_url;
        void assign(const auto& source) {
            identity.assign(source.identity);
            schema_url.assign(source.schema_url);
        }
    };
    layout x_layout = layout::colblock;
    table_description x_table;
    std::string x_insert_statement;
    std::vector<named> x_columns;
    std::vector<block::column_view> x_views;  // of x_columns
    mutable block::writer x_block_writer;
    std::unique_ptr<row_sorter> x_sorter;
    std::vector<std::unique_ptr<bound_column<Batch>>> x_ordered;  // twins of x_columns, for rows in order
    std::vector<block::column_view> x_ordered_views;
    partition_set x_partitions;
    partition_set x_marked_partitions;
    std::size_t x_num_rows = 0;
    std::size_t x_marked_rows = 0;
    std::uint64_t x_num_times_replaced = 0;
    std::uint64_t x_marked_times_replaced = 0;

    std::vector<std::uint64_t> x_timestamps;  // scratch of append: the rows' times
    std::unique_ptr<bool[]> x_same;           // scratch of append: same_resource, then same_scope
    std::size_t x_same_capacity = 0;
    source_key x_last_resource;  // of the last run
    source_key x_last_scope;
};

extern template class table_writer<otlp::span_batch>;
extern template class table_writer<otlp::log_batch>;
extern template class table_writer<otlp::point_batch>;

}  // namespace colblock::binding
