// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <vector>

#include "bench/payloads.hpp"
#include "colblock/binding/signal_writer.hpp"
#include "colblock/codec/frame.hpp"

namespace colblock::bench {

inline constexpr std::size_t rows_per_block = 16'384;
inline constexpr std::uint64_t receive_time = 1'790'000'000'000'000'000;

/// What a lane does with requests of one signal, without the lane: protobuf to the columns of the collector layout to
/// blocks in frames. Blocks are cut at 16,384 rows, as lanes do it.
template <class Decoder, class Writer>
struct path {
    Decoder decoder;
    std::unique_ptr<typename Decoder::batch_type> batch = std::make_unique<typename Decoder::batch_type>();
    Writer writer;
    codec::frame_encoder encoder{codec::compression::lz4()};
    wire::segments block;
    buffer frames;
    std::size_t num_rows = 0;      // of all sealed blocks
    std::uint64_t column_len = 0;  // likewise
    std::uint64_t frames_len = 0;
    std::size_t full_rows = rows_per_block;

    explicit path(std::vector<binding::bound_table> tables)
        : writer(std::move(Writer::make(binding::layout::collector, tables).value())) {}

    /// Decodes and binds everything; `seal(table)` is called for full blocks, and at the end for all that have rows.
    template <class Seal>
    void run(const corpus& data, Seal&& seal) {
        num_rows = column_len = frames_len = 0;
        for (const buffer& payload : data.payloads) {
            decoder.start(payload.padded());
            while (decoder.fill(*batch)) writer.append(*batch, receive_time);
            for (std::size_t t = 0; t != writer.num_tables(); ++t)
                if (writer.table(t).num_rows() >= full_rows) seal(writer.table(t));
        }
        for (std::size_t t = 0; t != writer.num_tables(); ++t)
            if (writer.table(t).num_rows() != 0) seal(writer.table(t));
    }
    /// The block of `table`, borrowed from it.
    void encode(binding::open_block& table) {
        block.clear();
        if (!table.encode(block, wire::newest_revision)) std::abort();
        num_rows += table.num_rows();
        column_len += block.total_len();
    }
    /// All rows of `table` in the order of its key, as blocks in frames: what lanes do with an INSERT.
    void seal_in_order(binding::open_block& table) {
        column::row_order rows = table.order();
        num_rows += rows.size();
        while (!rows.empty()) {
            const auto some = rows.first(std::min(rows.size(), rows_per_block));
            rows = rows.subspan(some.size());
            block.clear();
            if (!table.encode_rows(some, block, wire::newest_revision)) std::abort();
            column_len += block.total_len();
            frames.clear();
            encoder.encode(block, frames);
            frames_len += frames.size();
        }
    }
    /// The block of `table` in frames.
    void seal(binding::open_block& table) {
        encode(table);
        frames.clear();
        encoder.encode(block, frames);
        frames_len += frames.size();
    }
};

}  // namespace colblock::bench
