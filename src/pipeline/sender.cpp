// SPDX-License-Identifier: Apache-2.0
#include "pipeline/sender.hpp"

#include <atomic>
#include <exception>
#include <optional>
#include <string>
#include <utility>  // Boost 1.74 relies on it
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "colblock/client/connection.hpp"

namespace colblock::pipeline {

namespace {

namespace asio = boost::asio;

constexpr int code_too_many_parts = 252;
constexpr int code_setting_constraint = 452;

insert_result result_of(const client::failure& f, const group& what) {
    using kind = insert_result::kind;
    insert_result how{kind::retry, f.what == client::failure::kind::server ? f.code : 0, client::to_text(f)};
    switch (client::advice_for(f)) {
    case client::retry_advice::retry: break;
    case client::retry_advice::split: how.what = kind::split; break;
    case client::retry_advice::reconnect_and_replan: how.what = kind::replan; break;
    case client::retry_advice::dead_letter: how.what = kind::hopeless; break;
    }
    // The same code says that one INSERT covers too many partitions: waiting does not help against that.
    if (how.code == code_too_many_parts)
        how.what = f.message.find("partitions for single INSERT") == std::string::npos ? kind::too_many_parts
                                                                                      : kind::too_many_partitions;
    // The last resort is forbidden: this group will not fit, others may.
    if (how.code == code_setting_constraint && what.any_partitions) how.what = kind::hopeless;
    return how;
}

std::vector<client::setting> settings_for(const group& g) {
    std::vector<client::setting> all{
        {"async_insert", "0"},                 // on by default since 26.3: would cut our groups anew
        {"insert_deduplication_token", g.token},
        {"deduplicate_blocks_in_dependent_materialized_views", "1"},  // its default has changed twice
        {"input_format_defaults_for_omitted_fields", "0"},  // columns left out are left out of the statement
        {"send_logs_level", "none"},
        {"send_profile_events", "0"},
    };
    if (g.any_partitions) all.push_back({"max_partitions_per_insert_block", "0"});
    return all;
}

class client_sink final : public insert_sink {
public:
    explicit client_sink(client::options server) : x_server(std::move(server)) {}

    insert_result insert(const group& what) override {
        std::optional<insert_result> how;
        if (!x_aborted) {
            asio::co_spawn(x_context, run(what), [&how](std::exception_ptr thrown, insert_result got) {
                how = thrown ? insert_result{insert_result::kind::retry, 0, "out of memory"} : std::move(got);
            });
            x_context.restart();
            // Between the check above and here an abort only stopped a context that was not running.
            if (!x_aborted) x_context.run();
        }
        if (how) return *std::move(how);
        return {insert_result::kind::retry, 0, "the INSERT was given up because colblock-ingest stops"};
    }

    void abort() noexcept override {
        x_aborted = true;
        x_context.stop();
    }

private:
    asio::awaitable<insert_result> run(const group& what) {
        if (!x_connection || !x_connection->usable() || x_revision != what.plan().revision) {
            x_connection.reset();
            client::options with = x_server;
            with.revision = x_revision = what.plan().revision;
            auto opened = co_await client::connection::open(co_await asio::this_coro::executor, std::move(with));
            if (!opened) co_return result_of(opened.error(), what);
            x_connection = std::move(*opened);
        }
        if (x_connection->server().revision != what.plan().revision)
            co_return insert_result{insert_result::kind::replan, 0, "the server speaks an older revision than before"};

        std::vector<byte_view> frames;
        std::vector<client::block_bytes> blocks;
        for (const sealed_block& each : what.blocks) frames.push_back(each.frames.view());
        for (const byte_view& each : frames) blocks.emplace_back(&each, 1);
        const std::vector<client::setting> settings = settings_for(what);
        client::request request;
        request.sql = what.plan().statement;
        request.settings = settings;
        const auto done = co_await x_connection->insert(request, blocks, client::sample_mode::pipeline);
        if (!x_connection->usable()) x_connection.reset();
        if (!done) co_return result_of(done.error(), what);
        co_return insert_result{};
    }

    client::options x_server;
    asio::io_context x_context{1};
    std::optional<client::connection> x_connection;
    wire::revision x_revision = 0;
    std::atomic<bool> x_aborted{false};
};

}  // namespace

std::unique_ptr<insert_sink> make_client_sink(client::options server) {
    return std::make_unique<client_sink>(std::move(server));
}

}  // namespace colblock::pipeline
