// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "colblock/base/buffer.hpp"
#include "colblock/binding/partitions.hpp"
#include "colblock/wire/revision.hpp"
#include "pipeline/batch_policy.hpp"
#include "pipeline/ticket.hpp"

namespace colblock::pipeline {

/// Tables and lanes are numbered from 0 by whoever puts the pipeline together.
using table_id = std::size_t;
using lane_id = std::size_t;

/// How blocks of a table were made and are to be sent. Blocks of one group share it; another one means
/// that the table was bound again in between.
struct insert_plan {
    std::string table;      ///< for people: database and name
    std::string statement;  ///< `INSERT INTO db.table (columns) FORMAT Native`
    wire::revision revision = wire::newest_revision;
};

/// Where a block stands among blocks that hold rows in the order of the table's key, one after the other.
enum class in_order : std::uint8_t { no, first, later };

/// Rows of one table in final form: what lanes hand to the committer. Owns its bytes.
struct sealed_block {
    std::shared_ptr<const insert_plan> plan;
    buffer frames;                 ///< one native block, compressed
    std::size_t num_rows = 0;
    std::size_t column_len = 0;    ///< bytes before compression
    binding::partition_set partitions;
    clock::time_point oldest{};    ///< when the first of its rows came
    in_order order = in_order::no;

    struct waiting {
        ticket_ptr who;
        std::size_t rows;
    };
    std::vector<waiting> requests;  ///< to be told its fate; empty where senders do not wait
};

/// What one INSERT carries, and the unit of retry: once made it keeps its bytes, their order and its
/// token until it is stored or given up.
struct group {
    table_id table = 0;
    std::vector<sealed_block> blocks;
    std::string token;  ///< insert_deduplication_token: a hash of the frames and of whose rows they hold
    leave_reason reason = leave_reason::drain;
    std::size_t num_rows = 0;
    std::size_t num_partitions = 0;
    std::size_t column_len = 0;
    std::size_t frame_len = 0;
    clock::time_point oldest{};
    unsigned attempts = 0;  ///< INSERTs that failed so far
    /// One block that the server finds in too many partitions, for the table's are not days: the last
    /// resort is to ask it to take them all the same.
    bool any_partitions = false;

    [[nodiscard]] const insert_plan& plan() const noexcept { return *blocks.front().plan; }
};

/// What an INSERT came to, as far as the group is concerned.
struct insert_result {
    enum class kind : std::uint8_t {
        stored,               ///< confirmed by the server
        retry,                ///< the same bytes again, later
        too_many_parts,       ///< as retry, and larger groups from now on
        split,                ///< too much at once
        too_many_partitions,  ///< more of them than one INSERT may reach
        replan,               ///< the table has changed: these bytes will not fit again
        hopeless,             ///< will never be accepted
    };
    kind what = kind::stored;
    int code = 0;         ///< the server's, 0 if it was not the server
    std::string message;  ///< for people; empty if stored
};

/// One connection to the server. Used by one thread.
class insert_sink {
public:
    virtual ~insert_sink() = default;
    /// Sends the group as one INSERT, its blocks as Data packets in order, and waits for the server's
    /// confirmation. Reconnects as needed.
    virtual insert_result insert(const group& what) = 0;
    /// Makes a running insert return soon, and later ones at once. From any thread.
    virtual void abort() noexcept = 0;
};

}  // namespace colblock::pipeline
