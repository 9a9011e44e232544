// SPDX-License-Identifier: Apache-2.0
#include "colblock/client/session.hpp"

#include <gtest/gtest.h>

#include "client/dialect.hpp"

namespace colblock::client {
namespace {

using kind = action::kind;

class Session : public testing::TestWithParam<dialect> {};
INSTANTIATE_TEST_SUITE_P(Revisions, Session, testing::Values(dialect_54412, dialect_54454, dialect_54488),
                         [](const auto& about) { return std::to_string(about.param.revision); });

TEST_P(Session, SaysHelloAndTakesTheAnswer) {
    const dialect& d = GetParam();
    support::transcript talk(options_of(d));
    talk.call([](session& s) { s.handshake(); });
    talk.writes(d.hello);
    talk.reads(d.server_hello);
    talk.writes(d.addendum);
    talk.expect(kind::done, [&](session& s) {
        EXPECT_TRUE(s.usable());
        EXPECT_EQ(s.server().name, "ClickHouse");
        EXPECT_EQ(s.server().display_name, "box1");
        EXPECT_EQ(s.server().timezone, "UTC");
        EXPECT_EQ(s.server().version_patch, 1u);
        EXPECT_EQ(s.server().revision, d.revision);
    });
    talk.check();
}

TEST_P(Session, NamesTheExceptionThatAnswersHello) {
    const dialect& d = GetParam();
    support::transcript talk(options_of(d));
    talk.call([](session& s) { s.handshake(); });
    talk.writes(d.hello);
    talk.reads("02 04020000 0d'DB::Exception' 09'no access' 05'trace' 00");
    talk.expect(kind::failed, [](session& s) {
        EXPECT_EQ(s.problem().what, failure::kind::server);
        EXPECT_EQ(s.problem().code, 516);
        EXPECT_EQ(s.problem().name, "DB::Exception");
        EXPECT_EQ(s.problem().message, "no access");
        expect_broken(s);
    });
    talk.check();
}

TEST_P(Session, RunsASelect) {
    const dialect& d = GetParam();
    support::transcript talk = greeted(d);
    talk.call([](session& s) { s.query({.sql = "SELECT 7", .query_id = "q1", .compressed = false}); });
    talk.writes(query_bytes(d, "08'SELECT 7'"));
    talk.reads("01 00" + d.sample);
    talk.expect(kind::block, [](session& s) {
        const block::block header = s.take_block();
        EXPECT_EQ(header.num_rows, 0u);
        ASSERT_EQ(header.columns.size(), 1u);
        EXPECT_EQ(header.columns[0].name, "a");
        EXPECT_EQ(header.columns[0].column.type(), "UInt8");
    });
    talk.reads(d.progress);
    talk.reads("01 00" + d.one_row);
    talk.expect(kind::block, [](session& s) {
        EXPECT_EQ(s.origin(), block_origin::data);
        EXPECT_EQ(s.take_block().num_rows, 1u);
    });
    talk.reads("07 00" + d.one_row);
    talk.expect(kind::block, [](session& s) { EXPECT_EQ(s.origin(), block_origin::totals); });
    talk.reads("08 00" + d.one_row);
    talk.expect(kind::block, [](session& s) { EXPECT_EQ(s.origin(), block_origin::extremes); });
    talk.reads("0e 00" + d.one_row);
    talk.expect(kind::block, [](session& s) { EXPECT_EQ(s.origin(), block_origin::profile_events); });
    talk.reads("0a 00" + d.one_row);
    talk.expect(kind::block, [](session& s) { EXPECT_EQ(s.origin(), block_origin::log); });
    talk.reads(d.progress + d.profile + "11 03'UTC'" + "01 00" + d.no_rows + "05");
    talk.expect(kind::done, [&](session& s) {
        const summary& about = s.about();
        EXPECT_EQ(about.progress.read_rows, 2u);
        EXPECT_EQ(about.progress.read_bytes, 4u);
        EXPECT_EQ(about.progress.total_rows, 6u);
        EXPECT_EQ(about.progress.total_bytes, d.revision == 54488 ? 12u : 0u);
        EXPECT_EQ(about.progress.written_rows, d.revision == 54412 ? 0u : 8u);
        EXPECT_EQ(about.progress.written_bytes, d.revision == 54412 ? 0u : 10u);
        EXPECT_EQ(about.progress.elapsed_ns, d.revision == 54488 ? 16u : 0u);
        EXPECT_EQ(about.profile.rows, 1u);
        EXPECT_EQ(about.profile.blocks, 2u);
        EXPECT_EQ(about.profile.bytes, 3u);
        EXPECT_TRUE(about.profile.applied_limit);
        EXPECT_EQ(about.profile.rows_before_limit, 9u);
        EXPECT_EQ(about.profile.rows_before_aggregation, d.revision == 54488 ? 7u : 0u);
        EXPECT_EQ(about.timezone, "UTC");
        EXPECT_EQ(about.data_blocks, 4u);
        EXPECT_EQ(about.log_blocks, 1u);
        EXPECT_EQ(about.event_blocks, 1u);
        expect_usable(s);
    });
    talk.check();
}

TEST_P(Session, GoesOnAfterTheExceptionOfAQuery) {
    const dialect& d = GetParam();
    support::transcript talk = greeted(d);
    for (int i = 0; i != 2; ++i) {
        talk.call([](session& s) { s.query({.sql = "SELECT x", .query_id = "q1", .compressed = false}); });
        talk.writes(query_bytes(d, "08'SELECT x'"));
        talk.reads("02 2f000000 0d'DB::Exception' 02'no' 00 01  01000000 01'N' 06'nested' 00 00");
        talk.expect(kind::failed, [](session& s) {
            EXPECT_EQ(s.problem().what, failure::kind::server);
            EXPECT_EQ(s.problem().code, 47);
            EXPECT_EQ(s.problem().message, "no");
            EXPECT_EQ(s.problem().query_id, "q1");
            EXPECT_FALSE(s.problem().rows_in_doubt);
            expect_usable(s);
        });
    }
    talk.check();
}

TEST_P(Session, CancelsARunningQuery) {
    const dialect& d = GetParam();
    support::transcript talk = greeted(d);
    talk.call([](session& s) { s.query({.sql = "SELECT 7", .query_id = "q1", .compressed = false}); });
    talk.writes(query_bytes(d, "08'SELECT 7'"));
    talk.reads("01 00" + d.one_row);
    talk.expect(kind::block);
    talk.call([](session& s) { s.cancel(); });
    talk.writes("03");
    talk.reads("05");
    talk.expect(kind::done, expect_usable);
    talk.check();
}

TEST_P(Session, PingsPastLateProgress) {
    const dialect& d = GetParam();
    support::transcript talk = greeted(d);
    talk.call([](session& s) { s.ping(); });
    talk.writes("04");
    talk.reads(d.progress + "04");
    talk.expect(kind::done, expect_usable);
    talk.check();
}

TEST(SessionSettings, GoAsTextWithTheirFlagsFrom54429On) {
    const dialect& d = dialect_54488;
    options with = options_of(d);
    with.settings = {{"async_insert", "0"}};
    support::transcript talk(with);
    talk.call([](session& s) { s.handshake(); });
    talk.writes(d.hello);
    talk.reads(d.server_hello);
    talk.writes(d.addendum);
    talk.expect(kind::done);
    talk.call([](session& s) {
        const setting own[] = {{.name = "max_threads", .value = "2", .important = true}};
        const parameter values[] = {{"n", "it's \\"}};
        s.query({.sql = "SELECT 7", .query_id = "q1", .settings = own, .parameters = values, .compressed = false});
    });
    talk.writes("01 02'q1'" + d.query + "0c'async_insert' 00 01'0' 0b'max_threads' 01 01'2' 00" + d.after_settings +
                "00 08'SELECT 7' 01'n' 02 0a 27'it' 5c 27's ' 5c5c 27 00  02 00" + d.no_rows);
    talk.reads("05");
    talk.expect(kind::done);
    talk.check();
}

TEST(SessionSettings, GoInTheirOwnFormBelow54429AndOnlyWhereKnown) {
    const dialect& d = dialect_54412;
    support::transcript talk = greeted(d);
    talk.call([](session& s) {
        const setting own[] = {{"async_insert", "0"},         // not known there: left out
                               {"max_block_size", "300"},     // a number
                               {"max_threads", "auto"},       // not a number: left out
                               {"send_logs_level", "none"}};  // a text
        s.query({.sql = "SELECT 7", .query_id = "q1", .settings = own, .compressed = false});
    });
    talk.writes("01 02'q1'" + d.query + "0e'max_block_size' ac02 0f'send_logs_level' 04'none' 00" + d.after_settings +
                "00 08'SELECT 7' 02 00" + d.no_rows);
    talk.reads("05");
    talk.expect(kind::done);
    talk.check();
}

TEST(SessionSettings, RefuseARequestWhoseImportantSettingCannotBeTold) {
    support::transcript talk = greeted(dialect_54412);
    talk.call([](session& s) {
        const setting own[] = {{.name = "insert_deduplication_token", .value = "t", .important = true}};
        s.insert({.sql = "INSERT", .query_id = "q1", .settings = own}, sample_mode::wait);
    });
    talk.expect(kind::failed, [](session& s) {
        EXPECT_EQ(s.problem().what, failure::kind::misuse);
        EXPECT_EQ(s.problem().message, "the server is too old for the setting insert_deduplication_token");
        expect_usable(s);
    });
    talk.call([](session& s) { s.ping(); });  // nothing was sent
    talk.writes("04");
    talk.reads("04");
    talk.expect(kind::done);
    talk.check();
}

TEST(SessionParameters, RefuseARequestWhoseServerKnowsNone) {
    support::transcript talk = greeted(dialect_54412);
    talk.call([](session& s) {
        const parameter values[] = {{"n", "7"}};
        s.query({.sql = "SELECT {n:UInt8}", .query_id = "q1", .parameters = values});
    });
    talk.expect(kind::failed, [](session& s) {
        EXPECT_EQ(s.problem().what, failure::kind::misuse);
        EXPECT_EQ(s.problem().message, "the server is too old for query parameters");
        expect_usable(s);
    });
    talk.check();
}

TEST(SessionRevision, IsTheSmallerOfBoth) {
    options with = options_of(dialect_54412);
    with.revision = 54488;
    support::transcript talk(with);
    talk.call([](session& s) { s.handshake(); });
    talk.writes("00 08'colblock' 00 01 d8a903 04'otel' 07'default' 02'pw'");
    talk.reads(dialect_54412.server_hello);
    talk.expect(kind::done, [](session& s) { EXPECT_EQ(s.server().revision, 54412u); });
    talk.call([](session& s) { s.query({.sql = "SELECT 7", .query_id = "q1", .compressed = false}); });
    // ClientInfo repeats what was announced, in the form of what was agreed.
    talk.writes(
        "01 02'q1' 01 00 00 09'0.0.0.0:0' 01 00 02'h1' 08'colblock' 00 01 d8a903 00 00 00 02 00 08'SELECT 7'"
        "02 00 01 00 02 ffffffff 00 00 00");
    talk.reads("05");
    talk.expect(kind::done);
    talk.check();
}

TEST(SessionChunks, FrameEveryPacketWhereTheServerInsists) {
    const dialect& d = dialect_54488;
    support::transcript talk(options_of(d));
    talk.call([](session& s) { s.handshake(); });
    talk.writes(d.hello);
    talk.reads(
        "00 0a'ClickHouse' 1a 07 d8a903 08 03'UTC' 04'box1' 01 07'chunked' 07'chunked' 00 0000000000000000 00 03 08");
    talk.writes("01'k' 07'chunked' 07'chunked' 08");
    talk.expect(kind::done);
    talk.call([](session& s) { s.ping(); });
    talk.writes("01000000 04 00000000");
    talk.reads(
        "01000000 03 06000000 010203060405 01000000 08 00000000  01000000 04");  // done before the end of its packet
    talk.expect(kind::done, [](session& s) { EXPECT_EQ(s.about().progress.read_rows, 1u); });
    talk.call(
        [](session& s) { s.insert({.sql = "INSERT", .query_id = "q1", .compressed = false}, sample_mode::pipeline); });
    const std::string query = support::hex("01 02'q1'" + d.query + "00" + d.after_settings + "00 06'INSERT' 00");
    ASSERT_EQ(query.size(), 0x47u);
    talk.writes("47000000 01 02'q1'" + d.query + "00" + d.after_settings + "00 06'INSERT' 00 00000000");
    talk.writes("0e000000 02 00" + d.no_rows + "00000000");
    talk.expect(kind::rows);
    talk.call([](session& s) {
        static const std::string rows = support::hex(dialect_54488.one_row);
        const byte_view halves[] = {byte_view(rows).substr(0, 10), byte_view(rows).substr(10)};
        s.send_rows(halves);
    });
    talk.writes("02000000 02 00  0a000000 01 00 02 ffffffff 03 00 00  0c000000 01 01 01'a' 05'UInt8' 00 07 00000000");
    talk.expect(kind::rows);
    talk.call([](session& s) { s.end_rows(); });
    talk.writes("0e000000 02 00" + d.no_rows + "00000000");
    talk.reads("00000000 17000000 01 00" + d.sample + "00000000 01000000 05");
    talk.expect(kind::done);
    talk.check();
}

TEST(SessionNonsense, IsAProtocolFailureThatBreaksTheConnection) {
    const struct {
        const char* bytes;
        errc code;
    } cases[] = {
        {"'HTTP/1.1 400 Bad Request'", errc::bad_packet},  // an HTTP port
        {"63", errc::bad_packet},                          // no such packet
        {"04", errc::bad_packet},                          // a Pong before Hello
        {"ff ff ff ff ff ff ff ff ff ff ff", errc::varint_overflow},
        {"00 0a'ClickHouse' 1a 07 d8a903 08 03'UTC' 04'box1' 01 00 00 ff ff 03", errc::too_large},  // password rules
    };
    for (const auto& one : cases) {
        support::transcript talk(options_of(dialect_54488));
        talk.call([](session& s) { s.handshake(); });
        talk.writes(dialect_54488.hello);
        talk.reads(one.bytes);
        talk.expect(kind::failed, [&](session& s) {
            EXPECT_EQ(s.problem().what, failure::kind::protocol) << one.bytes;
            EXPECT_EQ(s.problem().input.code, one.code) << one.bytes;
            expect_broken(s);
        });
        // Not byte by byte: nothing is read after the first bad byte.
        talk.check_at_once();
    }
}

}  // namespace
}  // namespace colblock::client
