// SPDX-License-Identifier: Apache-2.0
#include "store_flags.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <thread>

#include "endpoint.hpp"

namespace colblock::tools {

void add_store_flags(CLI::App& sub, store_flags& flags, const store_flag_texts& texts) {
    sub.add_option("--clickhouse", flags.clickhouse, "Server to insert into; without it the embedded engine")
        ->option_text(clickhouse_form)
        ->default_str("");
    sub.add_option("--compression", flags.compression, "Of blocks on their way to the server")
        ->option_text("none|lz4[:N]|lz4hc[:N]|zstd[:N]");
    sub.add_option("--row-order", flags.row_order,
                   "Of the rows in an INSERT: by the table's sorting key, which saves the server work, or as they arrive")
        ->check(CLI::IsMember({"key", "arrival"}))
        ->option_text("key|arrival");
    sub.add_option("--lanes", flags.lanes, texts.lanes)->check(CLI::Range(0, 1024))->option_text("N");
    sub.add_option("--connections", flags.connections, "Connections to the server")
        ->check(CLI::Range(1, 64))
        ->option_text("N");
    sub.add_option("--max-memory", flags.memory_mib, texts.max_memory)
        ->check(CLI::Range(1, 1 << 20))
        ->option_text("MIB");
    sub.add_flag("--create-schema,!--no-create-schema", flags.create_schema,
                 "Create missing tables; existing ones are never changed");
    sub.add_option("--dead-letters", flags.dead_letters, "Directory for rows that the server will never accept")
        ->option_text("DIR");
    sub.add_option("--drain-timeout", flags.drain_seconds, texts.drain_timeout)
        ->check(CLI::Range(0, 86'400))
        ->option_text("SECONDS");
    sub.add_option("--data-dir", flags.data_dir, "Files of the embedded engine")->option_text("DIR");
    sub.add_option("--engine-library", flags.engine_library,
                   "libchdb.so of the embedded engine; else looked for in DATA-DIR/engine and beside the program")
        ->option_text("FILE");
    add_schema_flags(sub, flags.tables);
}

std::expected<store_options, std::string> options_of(const store_flags& flags) {
    store_options out;
    out.tables = flags.tables;
    if (!flags.clickhouse.empty()) {
        auto server = parse_clickhouse(flags.clickhouse);
        if (!server) return std::unexpected(server.error());
        out.server = std::move(*server);
        take_database(out.tables, out.server);
    }
    const auto compression = codec::parse_compression(flags.compression);
    if (!compression)
        return std::unexpected("--compression: '" + flags.compression + "' is no method; write none, lz4, lz4hc:9 or zstd:1");
    out.compression = *compression;
    out.create_schema = flags.create_schema;
    out.in_key_order = flags.row_order == "key";
    out.num_lanes = flags.lanes != 0 ? flags.lanes : std::max(1u, std::thread::hardware_concurrency());
    out.max_memory_len = flags.memory_mib << 20;
    out.drain_timeout = std::chrono::seconds(flags.drain_seconds);
    out.commit.queue.num_connections = flags.connections;
    out.commit.dead_letter_directory = flags.dead_letters;
    return out;
}

std::expected<std::unique_ptr<embedded_engine>, std::string> start_engine(const store_flags& flags,
                                                                          store_options& options) {
    if (!flags.clickhouse.empty()) return nullptr;
    auto started = embedded_engine::start({flags.engine_library, flags.data_dir});
    if (!started) return std::unexpected(started.error());
    const embedded_engine& engine = **started;
    options.server.host = "127.0.0.1";
    options.server.port = engine.tcp_port();
    if (options.tables.database == "default") options.tables.database = "otel";
    spdlog::warn("no --clickhouse is given: rows go to the embedded engine, whose files are in {}; SQL over HTTP at "
                 "http://127.0.0.1:{}", engine.directory(), engine.http_port());
    return std::move(*started);
}

}  // namespace colblock::tools
