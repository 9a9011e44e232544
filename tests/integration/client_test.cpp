// SPDX-License-Identifier: Apache-2.0
// The client against ClickHouse 26.7 and 18.16.1.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "colblock/client/connection.hpp"
#include "colblock/column/array.hpp"
#include "colblock/column/fixed_types.hpp"
#include "colblock/column/nullable.hpp"
#include "colblock/column/string.hpp"
#include "integration/client_support.hpp"

namespace colblock::client {
namespace {

/// One server of each kind for the whole program.
support::server& shared_server(const std::string& which) {
    static std::map<std::string, std::unique_ptr<support::server>> servers;
    std::unique_ptr<support::server>& one = servers[which];
    if (!one) one = std::make_unique<support::server>(std::vector<std::string>{which});
    return *one;
}

class RealServer : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        support::server& one = shared_server(GetParam());
        if (one.is_unavailable()) GTEST_SKIP() << one.why_not();
        ASSERT_TRUE(one.is_up()) << one.why_not();
        with = one.options();
    }

    [[nodiscard]] bool is_old() const { return std::string_view(GetParam()) == "old"; }

    options with;
};
INSTANTIATE_TEST_SUITE_P(Servers, RealServer, testing::Values("engine", "old"),
                         [](const auto& about) { return std::string(about.param); });

/// 1000 rows of a number and a text, made by the server.
std::vector<block::block> rows_from(blocking_connection& server) {
    auto blocks = server.query({.sql = "SELECT number AS n, toString(number) AS s FROM numbers(1000)"});
    EXPECT_TRUE(blocks) << to_text(blocks.error());
    std::erase_if(*blocks, [](const block::block& b) { return b.num_rows == 0; });
    EXPECT_EQ(blocks->size(), 1u);
    return *std::move(blocks);
}

TEST_P(RealServer, GreetsUs) {
    blocking_connection server = must_open(with);
    EXPECT_EQ(server.server().revision, is_old() ? 54412u : 54488u);
    EXPECT_EQ(server.server().version_major, is_old() ? 18u : 26u);
    EXPECT_FALSE(server.server().timezone.empty());
    EXPECT_TRUE(server.ping());
    EXPECT_TRUE(server.usable());
}

TEST_P(RealServer, StoresWhatIsInsertedInEveryCompressionAndMode) {
    blocking_connection server = must_open(with);
    must_execute(server, "CREATE TABLE compressed (n UInt64, s String) ENGINE = Memory");
    const std::vector<block::block> rows = rows_from(server);
    std::uint64_t expected = 0;
    for (const char* how : {"plain", "none", "lz4", "lz4hc:4", "zstd:3"})
        for (const sample_mode mode : {sample_mode::wait, sample_mode::pipeline}) {
            const sealed_block sealed = seal(rows[0], server.server(), how);
            const std::span<const byte_view> blocks[] = {sealed.views(), sealed.views()};
            const request insert{.sql = "INSERT INTO compressed (n, s) FORMAT Native",
                                 .compressed = std::string_view(how) != "plain"};
            const auto done = server.insert(insert, blocks, mode);
            ASSERT_TRUE(done) << how << ": " << to_text(done.error());
            expected += 2000;
            ASSERT_EQ(number(server, "count()", "FROM compressed"), expected) << how;
        }
    EXPECT_EQ(number(server, "sum(n)", "FROM compressed"), 10 * 999'000u);
    EXPECT_EQ(number(server, "sum(toString(n) = s)", "FROM compressed"), expected);
    EXPECT_EQ(number(server, "countIf(n = 999)", "FROM compressed"), 20u);
}

TEST_P(RealServer, GivesBackTheBytesThatWereInserted) {
    blocking_connection server = must_open(with);
    must_execute(server, "CREATE TABLE back (n UInt64, s String) ENGINE = Memory");
    const std::vector<block::block> rows = rows_from(server);
    const sealed_block sealed = seal(rows[0], server.server(), "lz4");
    const std::span<const byte_view> blocks[] = {sealed.views()};
    ASSERT_TRUE(server.insert({.sql = "INSERT INTO back VALUES"}, blocks));
    for (const bool compressed : {true, false}) {
        const auto back = server.query({.sql = "SELECT n, s FROM back", .compressed = compressed});
        ASSERT_TRUE(back) << to_text(back.error());
        EXPECT_EQ(bytes_of(*back), bytes_of(rows));
    }
}

TEST_P(RealServer, AnswersInTypedColumns) {
    blocking_connection server = must_open(with);
    auto blocks = server.query({.sql = "SELECT toInt64(number) - 1 AS n, toDate(number) AS d, [toUInt8(number), 7] AS a, "
                                       "if(number = 0, NULL, toFloat64(number) / 2) AS f, toString(number) AS s FROM numbers(3)"});
    ASSERT_TRUE(blocks) << to_text(blocks.error());
    std::erase_if(*blocks, [](const block::block& b) { return b.num_rows == 0; });
    ASSERT_EQ(blocks->size(), 1u);
    const block::block& b = blocks->front();
    const auto listed = [](auto values) { return std::vector(values.begin(), values.end()); };
    EXPECT_EQ(listed(b.find("n")->as<column::int64>()->values()), (std::vector<std::int64_t>{-1, 0, 1}));
    EXPECT_EQ(listed(b.find("d")->as<column::date>()->values()), (std::vector<std::uint16_t>{0, 1, 2}));
    const auto& a = *b.find("a")->as<column::array<column::any>>();
    EXPECT_EQ(listed(a.elements().as<column::uint8>()->values()), (std::vector<std::uint8_t>{0, 7, 1, 7, 2, 7}));
    EXPECT_EQ(a.offsets()[2], 6u);
    const auto& f = *b.find("f")->as<column::nullable<column::any>>();
    EXPECT_EQ(listed(f.nulls().values()), (std::vector<std::uint8_t>{1, 0, 0}));
    EXPECT_EQ(f.values().as<column::float64>()->values()[2], 1.0);
    EXPECT_EQ(support::encoded(b.find("s")->get()), std::string("\1" "0" "\1" "1" "\1" "2"));
    EXPECT_EQ(b.find("missing"), nullptr);
}

TEST_P(RealServer, InsertsColumns) {
    blocking_connection server = must_open(with);
    must_execute(server, "CREATE TABLE columns (n UInt64, s String) ENGINE = Memory");
    column::uint64 n;
    column::string s;
    n.append(41);
    s.append("one");
    const block::column_view rows[] = {{"s", s}, {"n", n}};
    for (const bool compressed : {true, false}) {
        const request insert{.sql = "INSERT INTO columns (s, n) FORMAT Native", .compressed = compressed};
        const auto done = server.insert_columns(insert, rows);
        ASSERT_TRUE(done) << to_text(done.error());
    }
    EXPECT_EQ(number(server, "sum(n)", "FROM columns WHERE s = 'one'"), 82u);

    n.append(42);
    const auto refused = server.insert_columns({.sql = "INSERT INTO columns (s, n) FORMAT Native"}, rows);
    ASSERT_FALSE(refused);
    EXPECT_EQ(to_text(refused.error()), "the columns are not a block: the columns differ in their number of rows");
    EXPECT_TRUE(server.usable());
}

TEST_P(RealServer, ShowsTheColumnsOfAnInsertBeforeItsRows) {
    blocking_connection server = must_open(with);
    must_execute(server, "CREATE TABLE steps (n UInt64, s String, d UInt8 DEFAULT 7) ENGINE = Memory");
    const std::vector<block::block> rows = rows_from(server);
    const auto sample = server.begin_insert({.sql = "INSERT INTO steps (s, n) FORMAT Native"});
    ASSERT_TRUE(sample) << to_text(sample.error());
    ASSERT_EQ(sample->columns.size(), 2u);
    EXPECT_EQ(sample->columns[0].name, "s");
    EXPECT_EQ(sample->columns[0].column.type(), "String");
    EXPECT_EQ(sample->columns[1].name, "n");
    EXPECT_EQ(sample->columns[1].column.type(), "UInt64");
    EXPECT_FALSE(server.usable());
    EXPECT_EQ(server.ping().error().what, failure::kind::misuse);
    const sealed_block sealed = seal(rows[0], server.server(), "lz4");
    for (int i = 0; i != 3; ++i) ASSERT_TRUE(server.send_rows(sealed.views()));
    ASSERT_TRUE(server.end_insert());
    EXPECT_EQ(number(server, "count()", "FROM steps WHERE d = 7"), 3000u);
    EXPECT_EQ(server.send_rows(sealed.views()).error().what, failure::kind::misuse);
}

TEST_P(RealServer, InsertsNothing) {
    blocking_connection server = must_open(with);
    must_execute(server, "CREATE TABLE nothing (n UInt64) ENGINE = Memory");
    ASSERT_TRUE(server.insert({.sql = "INSERT INTO nothing (n) FORMAT Native"}, {}));
    EXPECT_EQ(number(server, "count()", "FROM nothing"), 0u);
}

TEST_P(RealServer, NamesWhatIsMissingAndGoesOn) {
    blocking_connection server = must_open(with);
    const auto select = server.query({.sql = "SELECT 1 FROM missing", .query_id = "colblock-test-60"});
    ASSERT_FALSE(select);
    EXPECT_EQ(select.error().what, failure::kind::server);
    EXPECT_EQ(select.error().code, 60);
    EXPECT_EQ(select.error().name, "DB::Exception");
    EXPECT_EQ(select.error().query_id, "colblock-test-60");
    EXPECT_TRUE(server.usable());

    const auto insert = server.insert({.sql = "INSERT INTO missing (n) FORMAT Native"}, {});
    ASSERT_FALSE(insert);
    EXPECT_EQ(insert.error().code, 60);
    EXPECT_EQ(insert.error().query_id.substr(0, 9), "colblock-");
    EXPECT_EQ(advice_for(insert.error()), retry_advice::reconnect_and_replan);
    EXPECT_FALSE(insert.error().rows_in_doubt);
    EXPECT_TRUE(server.usable());
    EXPECT_EQ(number(server, "1"), 1u);

    const sealed_block sealed = seal(rows_from(server)[0], server.server(), "lz4");
    const std::vector<std::span<const byte_view>> many(100, sealed.views());
    const auto pipelined = server.insert({.sql = "INSERT INTO missing (n) FORMAT Native"}, many, sample_mode::pipeline);
    ASSERT_FALSE(pipelined);
    EXPECT_EQ(pipelined.error().what, failure::kind::server) << to_text(pipelined.error());
    EXPECT_EQ(pipelined.error().code, 60);
    EXPECT_FALSE(server.usable());
    EXPECT_EQ(server.ping().error().what, failure::kind::disconnected);
}

TEST_P(RealServer, SaysWhyItRefusesRowsWhileTheyAreSent) {
    blocking_connection server = must_open(with);
    must_execute(server, "CREATE TABLE refusing (n Date, s String) ENGINE = MergeTree ORDER BY n");
    const std::vector<block::block> rows = rows_from(server);  // their `n` is a UInt64
    const setting strict[] = {{"input_format_native_allow_types_conversion", "0"}};
    const sealed_block sealed = seal(rows[0], server.server(), "lz4");
    const std::vector<std::span<const byte_view>> many(20'000, sealed.views());  // more than the sockets hold
    const auto refused = server.insert({.sql = "INSERT INTO refusing (n, s) FORMAT Native", .settings = strict}, many,
                                       sample_mode::wait);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().what, failure::kind::server) << to_text(refused.error());
    EXPECT_NE(refused.error().code, 0);
    EXPECT_TRUE(refused.error().rows_in_doubt);
    EXPECT_FALSE(server.usable());
}

TEST_P(RealServer, AcceptsSettings) {
    with.settings = {{"max_block_size", "100"}};
    blocking_connection server = must_open(with);
    const auto blocks = server.query({.sql = "SELECT number FROM system.numbers LIMIT 1000"});
    ASSERT_TRUE(blocks) << to_text(blocks.error());
    const auto with_rows = std::ranges::count_if(*blocks, [](const block::block& b) { return b.num_rows != 0; });
    EXPECT_EQ(with_rows, 10);
    const setting own[] = {{"max_block_size", "500"}, {"no_such_setting", "1"}};
    const auto larger = server.query({.sql = "SELECT number FROM system.numbers LIMIT 1000", .settings = own});
    ASSERT_TRUE(larger) << to_text(larger.error());
    EXPECT_EQ(std::ranges::count_if(*larger, [](const block::block& b) { return b.num_rows != 0; }), 2);

    const setting important[] = {{.name = "no_such_setting", .value = "1", .important = true}};
    const auto refused = server.execute({.sql = "SELECT 1", .settings = important});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().what, is_old() ? failure::kind::misuse : failure::kind::server);
    EXPECT_EQ(refused.error().code, is_old() ? 0 : 115);
}

TEST_P(RealServer, ReportsProgressAndProfile) {
    blocking_connection server = must_open(with);
    const auto done = server.execute({.sql = "SELECT number FROM numbers(100000) LIMIT 10"});
    ASSERT_TRUE(done) << to_text(done.error());
    EXPECT_EQ(done->profile.rows, 10u);
    EXPECT_TRUE(done->profile.applied_limit);
    EXPECT_GE(done->progress.read_rows, 10u);
    EXPECT_GE(done->data_blocks, 1u);
}

TEST_P(RealServer, ReportsProgressOfAnInsert) {
    blocking_connection server = must_open(with);
    must_execute(server, "CREATE TABLE progress (n UInt64, s String) ENGINE = Memory");
    const sealed_block sealed = seal(rows_from(server)[0], server.server(), "lz4");
    const std::span<const byte_view> blocks[] = {sealed.views(), sealed.views()};
    const auto done = server.insert({.sql = "INSERT INTO progress (n, s) FORMAT Native"}, blocks);
    ASSERT_TRUE(done) << to_text(done.error());
    EXPECT_EQ(done->event_blocks > 0, !is_old());
    const auto selected = server.execute({.sql = "INSERT INTO progress SELECT number, 'x' FROM numbers(3000)"});
    ASSERT_TRUE(selected) << to_text(selected.error());
    EXPECT_EQ(selected->progress.written_rows, is_old() ? 0u : 3000u);  // 18.16 does not say
    EXPECT_GE(selected->progress.read_rows, 3000u);
}

TEST_P(RealServer, GivesUpAQueryThatIsCancelled) {
    boost::asio::io_context context(1);
    std::optional<connection> server;
    std::size_t num_blocks = 0;
    outcome<summary> ended = std::unexpected(failure{});
    const auto run = [&]() -> boost::asio::awaitable<void> {
        auto opened = co_await connection::open(co_await boost::asio::this_coro::executor, with);
        EXPECT_TRUE(opened) << to_text(opened.error());
        server.emplace(*std::move(opened));
        ended = co_await server->query({.sql = "SELECT number FROM system.numbers"}, [&](block_origin, block::block&&) {
            if (++num_blocks == 3) server->cancel();
        });
    };
    boost::asio::co_spawn(context, run, [](const std::exception_ptr& thrown) { EXPECT_FALSE(thrown); });
    context.run_for(std::chrono::seconds(20));
    EXPECT_GE(num_blocks, 3u);
    if (!ended) {
        EXPECT_TRUE(describe_code(ended.error().code).name.starts_with("QUERY_WAS_CANCELLED")) << to_text(ended.error());
    }
    ASSERT_TRUE(server);
    EXPECT_TRUE(server->usable());
}

TEST_P(RealServer, ExpiresAtTheReceiveDeadlineWhereNothingComes) {
    with.deadlines.receive = std::chrono::milliseconds(300);
    blocking_connection server = must_open(with);
    const setting quiet[] = {{"interactive_delay", "10000000"}};  // no Progress in between; 18.16 sends none
    const auto late = server.query({.sql = "SELECT sleep(2)", .settings = quiet});
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().what, failure::kind::deadline) << to_text(late.error());
    EXPECT_EQ(late.error().expired, deadline::receive);
    EXPECT_FALSE(server.usable());
}

TEST_P(RealServer, TakesAPassword) {
    support::server one({is_old() ? "old" : "engine", "--user", "me:it's secret"});
    ASSERT_TRUE(one.is_up()) << one.why_not();
    with = one.options();
    with.user = "me";
    with.password = "it's secret";
    blocking_connection server = must_open(with);
    EXPECT_EQ(number(server, "41 + 1"), 42u);
}

TEST_P(RealServer, SendsTotalsAndExtremes) {
    blocking_connection server = must_open(with);
    const setting own[] = {{"extremes", "1"}};
    const auto done = server.execute(
        {.sql = "SELECT number % 3 AS k, count() FROM numbers(10) GROUP BY k WITH TOTALS ORDER BY k", .settings = own});
    ASSERT_TRUE(done) << to_text(done.error());
    EXPECT_TRUE(server.usable());
}

TEST_P(RealServer, IsUnderstoodAtEveryRevision) {
    for (const wire::revision revision :
         {54412u, 54419u, 54420u, 54428u, 54429u, 54440u, 54441u, 54442u, 54447u, 54448u, 54449u, 54450u,
          54451u, 54452u, 54453u, 54454u, 54456u, 54457u, 54458u, 54459u, 54460u, 54461u, 54462u, 54463u,
          54464u, 54465u, 54469u, 54470u, 54471u, 54472u, 54473u, 54474u, 54475u, 54476u, 54477u, 54478u,
          54479u, 54480u, 54481u, 54482u, 54483u, 54484u, 54485u, 54486u, 54487u, 54488u}) {
        with.revision = revision;
        blocking_connection server = must_open(with);
        ASSERT_EQ(server.server().revision, std::min<wire::revision>(revision, is_old() ? 54412 : 54488));
        must_execute(server, "DROP TABLE IF EXISTS revisions");
        must_execute(server, "CREATE TABLE revisions (n UInt64, s String) ENGINE = Memory");
        const sealed_block sealed = seal(rows_from(server)[0], server.server(), "lz4");
        const std::span<const byte_view> blocks[] = {sealed.views()};
        const auto done = server.insert({.sql = "INSERT INTO revisions (n, s) FORMAT Native"}, blocks);
        ASSERT_TRUE(done) << revision << ": " << to_text(done.error());
        ASSERT_EQ(number(server, "sum(n)", "FROM revisions WHERE s = toString(n)"), 499'500u) << revision;
        const auto logged = server.execute({.sql = "SELECT sleep(0.001)"});
        ASSERT_TRUE(logged) << revision << ": " << to_text(logged.error());
        ASSERT_TRUE(server.ping()) << revision;
    }
}

TEST_P(RealServer, ReadsAResultOfManyMegabytes) {
    blocking_connection server = must_open(with);
    const setting own[] = {{"max_block_size", "400000"}};
    const auto blocks =
        server.query({.sql = "SELECT number, toString(number) FROM system.numbers LIMIT 2000000", .settings = own});
    ASSERT_TRUE(blocks) << to_text(blocks.error());
    std::size_t rows = 0;
    for (const block::block& b : *blocks) rows += b.num_rows;
    EXPECT_EQ(rows, 2'000'000u);
}

TEST(Engine26, FillsParameters) {
    support::server& one = shared_server("engine");
    if (one.is_unavailable()) GTEST_SKIP() << one.why_not();
    blocking_connection server = must_open(one.options());
    const parameter values[] = {{"n", "41"}, {"s", "it's a \\ 'test'"}};
    const auto blocks =
        server.query({.sql = "SELECT toUInt64({n:UInt64} + length({s:String})) AS sum", .parameters = values});
    ASSERT_TRUE(blocks) << to_text(blocks.error());
    const std::string bytes = bytes_of(*blocks);
    ASSERT_EQ(bytes.size(), 8u);
    EXPECT_EQ(load<std::uint64_t>(bytes.data()), 41u + 15u);
}

TEST(OldServer18, KnowsNoParameters) {
    support::server& one = shared_server("old");
    if (one.is_unavailable()) GTEST_SKIP() << one.why_not();
    blocking_connection server = must_open(one.options());
    const parameter values[] = {{"n", "41"}};
    const auto refused = server.query({.sql = "SELECT {n:UInt64}", .parameters = values});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().what, failure::kind::misuse) << to_text(refused.error());  // nothing was sent
    EXPECT_TRUE(server.usable());
}

TEST(Engine26, SendsLogsWhenAsked) {
    support::server& one = shared_server("engine");
    if (one.is_unavailable()) GTEST_SKIP() << one.why_not();
    options with = one.options();
    with.settings = {{"send_logs_level", "trace"}};
    for (const bool compressed : {true, false}) {
        blocking_connection server = must_open(with);
        const auto done = server.execute({.sql = "SELECT count() FROM numbers(1000)", .compressed = compressed});
        ASSERT_TRUE(done) << to_text(done.error());
        EXPECT_GE(done->log_blocks, 1u);
        EXPECT_GE(done->event_blocks, 1u);
    }
}

TEST(Engine26, AgreesOnTheNamesOfErrorCodes) {
    support::server& one = shared_server("engine");
    if (one.is_unavailable()) GTEST_SKIP() << one.why_not();
    blocking_connection server = must_open(one.options());
    std::size_t known = 0;
    for (int code = 0; code != 1100; ++code) {
        const std::string name(describe_code(code).name);
        if (name.empty()) continue;
        ++known;
        EXPECT_EQ(
            number(server, "CAST(errorCodeToName(" + std::to_string(code) + "), 'String') IN ('', '" + name + "')"), 1u)
            << code << " " << name;
    }
    EXPECT_GT(known, 80u);
}

TEST(Engine26, SpeaksChunksWhereItInsists) {
    for (const char* modes : {"<send>chunked</send><recv>chunked</recv>", "<send>chunked</send><recv>notchunked</recv>",
                              "<send>notchunked</send><recv>chunked</recv>",
                              "<send>chunked_optional</send><recv>chunked_optional</recv>"}) {
        support::server one({"engine", "--config", std::string("<proto_caps>") + modes + "</proto_caps>"});
        if (one.is_unavailable()) GTEST_SKIP() << one.why_not();
        ASSERT_TRUE(one.is_up()) << one.why_not();
        blocking_connection server = must_open(one.options());
        must_execute(server, "CREATE TABLE chunks (n UInt64, s String) ENGINE = Memory");
        const sealed_block sealed = seal(rows_from(server)[0], server.server(), "lz4");
        const std::span<const byte_view> blocks[] = {sealed.views(), sealed.views()};
        for (const sample_mode mode : {sample_mode::wait, sample_mode::pipeline}) {
            const auto done = server.insert({.sql = "INSERT INTO chunks (n, s) FORMAT Native"}, blocks, mode);
            ASSERT_TRUE(done) << modes << ": " << to_text(done.error());
            EXPECT_TRUE(server.usable());
        }
        EXPECT_EQ(number(server, "sum(n)", "FROM chunks"), 4 * 499'500u);
        EXPECT_TRUE(server.ping());
    }
}

TEST(OldServer18, RefusesAWrongPassword) {
    support::server one({"old", "--user", "default:", "--user", "me:secret"});
    if (one.is_unavailable()) GTEST_SKIP() << one.why_not();
    ASSERT_TRUE(one.is_up()) << one.why_not();
    options with = one.options();
    with.user = "me";
    with.password = "secret";
    EXPECT_TRUE(must_open(with).ping());
    with.password = "wrong";
    auto refused = blocking_connection::open(with);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().what, failure::kind::server);
    EXPECT_EQ(refused.error().code, 193);
    with.user = "nobody";
    refused = blocking_connection::open(with);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, 192);
    with = one.options();
    with.database = "missing";
    refused = blocking_connection::open(with);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, 81);
}

TEST(OldServer18, KnowsEverySettingThatIsSentToIt) {
    support::server& one = shared_server("old");
    if (one.is_unavailable()) GTEST_SKIP() << one.why_not();
    // One by one: an unknown name would cost the connection.
    for (const char* name : {"allow_experimental_low_cardinality_type",
                             "extremes",
                             "insert_deduplicate",
                             "insert_distributed_sync",
                             "insert_quorum",
                             "insert_quorum_timeout",
                             "log_queries",
                             "max_block_size",
                             "max_execution_time",
                             "max_insert_block_size",
                             "max_memory_usage",
                             "max_result_rows",
                             "max_rows_to_read",
                             "max_threads",
                             "min_insert_block_size_bytes",
                             "min_insert_block_size_rows",
                             "output_format_write_statistics",
                             "readonly",
                             "receive_timeout",
                             "send_timeout"}) {
        blocking_connection server = must_open(one.options());
        const std::string value = std::string_view(name) == "max_memory_usage" ? "1000000000" : "1";
        const setting own[] = {{.name = name, .value = value, .important = true}};
        const auto done = server.execute({.sql = "SELECT 1", .settings = own});
        EXPECT_TRUE(done) << name << ": " << to_text(done.error());
    }
    blocking_connection server = must_open(one.options());
    const setting texts[] = {{.name = "send_logs_level", .value = "none", .important = true},
                             {.name = "network_compression_method", .value = "zstd", .important = true}};
    EXPECT_TRUE(server.execute({.sql = "SELECT number FROM system.numbers LIMIT 100000", .settings = texts}));
}

}  // namespace
}  // namespace colblock::client
