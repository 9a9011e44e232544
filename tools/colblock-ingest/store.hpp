// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "colblock/client/options.hpp"
#include "pipeline/committer.hpp"
#include "pipeline/lane.hpp"
#include "server_tables.hpp"

namespace colblock::tools {

struct store_options {
    client::options server;
    schema_flags tables;
    bool create_schema = true;
    pipeline::acknowledgement ack = pipeline::acknowledgement::inserted;
    bool in_key_order = true;  ///< rows of an INSERT, where the table's key is understood; else as they arrive
    codec::compression compression = codec::compression::lz4();
    std::size_t num_lanes = 1;
    std::size_t max_memory_len = std::size_t{256} << 20;
    std::chrono::seconds drain_timeout{30};
    /// How rows are grouped and kept; the tables, lanes and acknowledgement above complete it.
    pipeline::committer::options commit;
};

/// The way from payloads to the server's tables: lanes, each used by a thread of its owner, and the
/// committer between them and the server. What `serve` and `load` share.
///
///     store rows(options, counted);
///     if (auto failed = rows.open(); !failed) ...
///     pipeline::lane& one = rows.add_lane(post);   // num_lanes times
///     rows.start();
///     one.take(payload);                           // on its thread
///     rows.committer().stop(patience);
class store {
public:
    /// Runs work on a lane's thread, soon. From any thread.
    using post = std::function<void(std::move_only_function<void()>)>;

    /// `counted` must outlive the store.
    store(store_options how, pipeline::stats& counted);
    store(const store&) = delete;
    store& operator=(const store&) = delete;
    ~store();

    /// Connects, prepares the tables, makes the committer. Fails with a sentence for the user.
    std::expected<void, std::string> open(pipeline::committer_events events);
    /// Makes the next lane, bound to the tables. `to_lane` must work until the committer has stopped.
    pipeline::lane& add_lane(post to_lane);
    /// Starts the connections. All lanes are there.
    void start();
    /// Looks at tables that have changed, and binds the lanes, whose threads work, again. Call it now and then.
    void tend();

    /// Ends the committer's threads at once, if they still run. Lanes must not be used any more.
    void close() noexcept { x_committer.reset(); }

    [[nodiscard]] pipeline::committer& committer() noexcept { return *x_committer; }
    [[nodiscard]] const store_options& options() const noexcept { return x_options; }
    /// HOST:PORT/DATABASE.
    [[nodiscard]] std::string where() const;
    /// The layout of the tables, by its name.
    [[nodiscard]] std::string_view layout() const noexcept;

private:
    struct bound_lane;

    [[nodiscard]] answer<server_tables> find_tables(database& server) const;
    void bind(pipeline::lane& to) const;
    void bind_all();

    store_options x_options;
    pipeline::stats& x_stats;
    server_tables x_tables;
    std::uint64_t x_revision = 0;
    std::unique_ptr<pipeline::committer> x_committer;
    std::vector<std::unique_ptr<bound_lane>> x_lanes;
    std::atomic<bool> x_tables_changed{false};
};

/// Nanoseconds since 1970.
[[nodiscard]] std::uint64_t now_unix_nano();

}  // namespace colblock::tools
