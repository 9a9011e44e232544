// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "colblock/codec/frame.hpp"
#include "pipeline/committer.hpp"
#include "pipeline/ingest.hpp"
#include "pipeline/stats.hpp"
#include "receiver/payload.hpp"

namespace colblock::pipeline {

/// When senders are answered.
enum class acknowledgement : std::uint8_t {
    inserted,  ///< after ClickHouse has confirmed the rows
    queued,    ///< when the rows are in an open block: lost with the process
};

/// One thread's share of the pipeline: decodes payloads into open blocks, seals them, and hands them to
/// the committer with the requests that wait for them. Shares nothing with other lanes. Every call on
/// the lane's thread.
class lane {
public:
    struct options {
        lane_id id = 0;
        acknowledgement ack = acknowledgement::inserted;
        codec::compression compression = codec::compression::lz4();
        /// A block is sealed when it has so many rows or bytes of columns: what is compressed and freed at
        /// once. Larger blocks compress no better, smaller ones cost the server more.
        std::size_t max_rows = 16'384;
        std::size_t max_len = std::size_t{8} << 20;
        /// Where rows are put into the order of the table's key, as many as make an INSERT are kept until then, unless
        /// memory is short. They are sealed in pieces of max_rows, so that the server's refusals concern only some.
        /// Twice the rows of an INSERT in the order of arrival: what that saves the server are merges.
        std::size_t max_ordered_rows = 200'000;
        std::size_t max_ordered_len = std::size_t{100} << 20;
        std::size_t max_partitions = limits::max_partitions_per_insert;
        /// Nanoseconds since 1970, for records whose time is unknown.
        std::function<std::uint64_t()> wall_clock{};
    };

    lane(options how, committer& to, stats& counted);

    /// A signal's decoder and tables, the first of which has the number `first_table`, and what revision
    /// the server takes their blocks in.
    struct binding {
        std::unique_ptr<ingest> in;
        table_id first_table = 0;
        wire::revision revision = wire::newest_revision;
    };
    /// From now on payloads of `s` go there. Rows of an earlier binding are sealed first.
    void bind(signal s, binding to);
    /// Takes a payload: its answer is given now, or when the fate of its rows is known.
    void take(receiver::payload& p);
    /// Hands over the open block of a table, because the committer asked at that time, unless the block was begun
    /// later: what was asked for is sealed already.
    void seal_asked(table_id table, clock::time_point asked_at = clock::time_point::max());

private:
    struct open_table {
        table_id id = 0;
        std::shared_ptr<const insert_plan> plan;
        std::vector<sealed_block::waiting> requests;
        clock::time_point oldest{};
        std::size_t most_rows = 0;      // of a block since its memory was given back
        unsigned num_small_blocks = 0;  // in a row, which need little of that memory
    };
    struct bound_signal {
        std::unique_ptr<ingest> in;
        std::vector<open_table> tables;
        std::vector<std::size_t> rows_before;  // scratch of take
        std::vector<colblock::binding::day_range> parts;  // scratch of take: one for each INSERT that it takes
        std::uint64_t num_times_replaced = 0;
    };

    result<ingested> write(bound_signal& to, const receiver::payload& p, std::uint64_t now);
    void attach(bound_signal& to, const ticket_ptr& who, const receiver::payload& p, std::uint64_t now);
    void attach_rows(bound_signal& to, const ticket_ptr& who, const receiver::pacing& sender);
    bool refused(receiver::payload& p, bound_signal& to);
    [[nodiscard]] bool over_partitions(bound_signal& to) const;
    void remember_rows(bound_signal& to);
    [[nodiscard]] bool is_full(const colblock::binding::open_block& block, std::size_t len) const noexcept;
    void seal_all(bound_signal& from);
    [[nodiscard]] std::vector<sealed_block> seal(bound_signal& from, std::size_t index);
    [[nodiscard]] std::vector<sealed_block> seal_in_order(bound_signal& from, std::size_t index);
    [[nodiscard]] std::vector<sealed_block::waiting> requests_of(colblock::column::row_order rows,
                                                                 const open_table& table);
    void compress(const result<void>& encoded, sealed_block& to);
    void clear(colblock::binding::open_block& block, open_table& table) const;

    options x_options;
    committer& x_committer;
    stats& x_stats;
    std::array<bound_signal, num_signals> x_signals;
    codec::frame_encoder x_encoder;
    wire::segments x_segments;
    buffer x_frames;  // scratch of seal
    std::vector<std::uint32_t> x_request_of;  // scratch of seal_in_order: by row, an index into the table's requests
    std::vector<std::size_t> x_rows_of;       // scratch of requests_of: by request
};

}  // namespace colblock::pipeline
