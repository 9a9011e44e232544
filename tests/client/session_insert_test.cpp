// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "client/dialect.hpp"
#include "colblock/client/session.hpp"

namespace colblock::client {
namespace {

using kind = action::kind;

class SessionInsert : public testing::TestWithParam<dialect> {};
INSTANTIATE_TEST_SUITE_P(Revisions, SessionInsert, testing::Values(dialect_54412, dialect_54454, dialect_54488),
                         [](const auto& about) { return std::to_string(about.param.revision); });

const std::string insert_sql = "06'INSERT'";

/// An INSERT without compression, up to where it may be given rows.
support::transcript inserting(const dialect& d, sample_mode mode) {
    support::transcript talk = greeted(d);
    talk.call([mode](session& s) { s.insert({.sql = "INSERT", .query_id = "q1", .compressed = false}, mode); });
    talk.writes(query_bytes(d, insert_sql));
    if (mode == sample_mode::pipeline) return talk;
    talk.reads("0b 00 03'xyz'");  // TableColumns
    talk.reads("01 00" + d.sample);
    talk.expect(kind::sample, [](session& s) {
        const block::block sample = s.take_block();
        ASSERT_EQ(sample.columns.size(), 1u);
        EXPECT_EQ(sample.columns[0].name, "a");
        EXPECT_EQ(sample.columns[0].column.type(), "UInt8");
    });
    return talk;
}

/// Gives one block in two views, as frames come.
support::transcript::session_call give(const dialect& d) {
    return [rows = support::hex(d.one_row)](session& s) {
        const byte_view halves[] = {byte_view(rows).substr(0, 5), byte_view(rows).substr(5)};
        s.send_rows(halves);
    };
}

void end(session& s) { s.end_rows(); }

TEST_P(SessionInsert, WaitsForTheSampleAndSendsTheBytesItIsGiven) {
    const dialect& d = GetParam();
    support::transcript talk = inserting(d, sample_mode::wait);
    talk.expect(kind::rows);
    for (int i = 0; i != 2; ++i) {
        talk.call(give(d));
        talk.writes("02 00" + d.one_row);
        talk.expect(kind::rows);
    }
    talk.call(end);
    talk.writes("02 00" + d.no_rows);
    talk.reads(d.progress + "05");
    talk.expect(kind::done, [&](session& s) {
        EXPECT_EQ(s.about().progress.written_rows, d.revision == 54412 ? 0u : 4u);
        EXPECT_EQ(s.about().data_blocks, 0u);
        expect_usable(s);
    });
    talk.call([](session& s) { s.ping(); });
    talk.writes("04");
    talk.reads("04");
    talk.expect(kind::done);
    talk.check();
}

TEST_P(SessionInsert, DoesNotWaitForTheSampleWhenPipelined) {
    const dialect& d = GetParam();
    support::transcript talk = inserting(d, sample_mode::pipeline);
    talk.expect(kind::rows);
    talk.call(give(d));
    talk.writes("02 00" + d.one_row);
    talk.expect(kind::rows);
    talk.call(end);
    talk.writes("02 00" + d.no_rows);
    talk.reads("01 00" + d.sample + d.progress + "05");
    talk.expect(kind::done, expect_usable);
    talk.check();
}

TEST_P(SessionInsert, MayEndWithoutRows) {
    const dialect& d = GetParam();
    support::transcript talk = inserting(d, sample_mode::wait);
    talk.call(end);
    talk.writes("02 00" + d.no_rows);
    talk.reads("05");
    talk.expect(kind::done, expect_usable);
    talk.check();
}

const std::string unknown_table = "02 3c000000 0d'DB::Exception' 08'no table' 00 00";

TEST_P(SessionInsert, RefusedBeforeRowsLeavesTheConnectionUsable) {
    const dialect& d = GetParam();
    support::transcript talk = greeted(d);
    talk.call(
        [](session& s) { s.insert({.sql = "INSERT", .query_id = "q1", .compressed = false}, sample_mode::wait); });
    talk.writes(query_bytes(d, insert_sql));
    talk.reads(unknown_table);
    talk.expect(kind::failed, [](session& s) {
        EXPECT_EQ(s.problem().code, 60);
        EXPECT_EQ(s.problem().query_id, "q1");
        EXPECT_FALSE(s.problem().rows_in_doubt);
        EXPECT_EQ(advice_for(s.problem()), retry_advice::reconnect_and_replan);
        expect_usable(s);
    });
    talk.call([](session& s) { s.ping(); });
    talk.writes("04");
    talk.reads("04");
    talk.expect(kind::done);
    talk.check();
}

TEST_P(SessionInsert, RefusedWhilePipelinedCostsTheConnection) {
    const dialect& d = GetParam();
    support::transcript talk = inserting(d, sample_mode::pipeline);
    talk.expect(kind::rows);
    talk.call(give(d));
    talk.writes("02 00 01 00 02");
    talk.interrupts(unknown_table);
    talk.expect(kind::failed, [](session& s) {
        EXPECT_EQ(s.problem().code, 60);
        EXPECT_TRUE(s.problem().rows_in_doubt);
        EXPECT_TRUE(s.output().empty());
        expect_broken(s);
    });
    talk.check();
}

TEST_P(SessionInsert, ReadsTheExceptionThatComesBetweenRows) {
    const dialect& d = GetParam();
    support::transcript talk = inserting(d, sample_mode::wait);
    talk.expect(kind::rows);
    talk.call(give(d));
    talk.writes("02 00" + d.one_row);
    talk.expect(kind::rows);
    talk.call(give(d));
    talk.interrupts(d.progress + unknown_table);
    talk.expect(kind::failed, [](session& s) {
        EXPECT_EQ(s.problem().code, 60);
        EXPECT_TRUE(s.problem().rows_in_doubt);
        expect_broken(s);
    });
    talk.check();
}

TEST_P(SessionInsert, ReadsTheExceptionThatAnswersTheEndOfRows) {
    const dialect& d = GetParam();
    support::transcript talk = inserting(d, sample_mode::wait);
    talk.call(give(d));
    talk.writes("02 00" + d.one_row);
    talk.expect(kind::rows);
    talk.call(end);
    talk.writes("02 00" + d.no_rows);
    talk.reads(unknown_table);
    talk.expect(kind::failed, [](session& s) {
        EXPECT_TRUE(s.problem().rows_in_doubt);
        expect_broken(s);
    });
    talk.check();
}

TEST_P(SessionInsert, FindsTheExceptionBehindABrokenPipe) {
    const dialect& d = GetParam();
    session s(options_of(d));
    const auto receive = [&s](const std::string& bytes) {
        const std::span<char> space = s.input();
        bytes.copy(space.data(), bytes.size());
        return s.resume({.what = event::kind::received, .len = bytes.size()});
    };
    const auto send_all = [&s](action next) {
        while (next.what == action::kind::transfer && next.send) {
            std::size_t len = 0;
            for (const byte_view bytes : s.output()) len += bytes.size();
            next = s.resume({.what = event::kind::sent, .len = len});
        }
        return next;
    };
    s.handshake();
    send_all(s.resume({}));
    ASSERT_EQ(send_all(receive(support::hex(d.server_hello))).what, kind::done);
    s.insert({.sql = "INSERT", .compressed = false}, sample_mode::pipeline);
    ASSERT_EQ(send_all(s.resume({})).what, kind::rows);
    give(d)(s);
    ASSERT_TRUE(s.resume({}).send);
    const action after = s.resume({.what = event::kind::send_failed});
    EXPECT_EQ(after.what, kind::transfer);
    EXPECT_FALSE(after.send);
    EXPECT_EQ(after.until, deadline::receive);
    EXPECT_EQ(receive(support::hex(unknown_table)).what, kind::failed);
    EXPECT_EQ(s.problem().what, failure::kind::server);
    EXPECT_EQ(s.problem().code, 60);
    expect_broken(s);
}

TEST_P(SessionInsert, DoesNotTakeAnEndOfStreamForSuccessBeforeTheRowsHaveEnded) {
    const dialect& d = GetParam();
    support::transcript talk = inserting(d, sample_mode::wait);
    talk.expect(kind::rows);
    talk.call(give(d));
    talk.interrupts("05");
    talk.expect(kind::failed, [](session& s) {
        EXPECT_EQ(s.problem().what, failure::kind::protocol);
        EXPECT_EQ(s.problem().input.code, errc::bad_packet);
        expect_broken(s);
    });
    talk.check();
}

// Frames of method none; what they hold is typed in dialect.hpp.
const std::string framed_end = "f5ce0904baea69ef359c95e51a1b067e 02 15000000 0c000000 010002ffffffff0300000000";
const std::string framed_sample =
    "a7fcfe3305cd93f9b921093be31406e3 02 1e000000 15000000 010002ffffffff030000010001610555496e743800";
const std::string framed_row =
    "dc86ce92fa01046be55da2dfa191dd91 02 1f000000 16000000 010002ffffffff030000010101610555496e74380007";
const std::string framed_event =
    "fa0d67a306f0fc0c14f0b2988abf4daa 02 1f000000 16000000 010002ffffffff030000010101610555496e74380009";
const std::string framed_columns = "6e40e349da00f94faff4225e6c195286 02 0e000000 05000000 00 03'xyz'";

std::string compressed_query(const dialect& d, const std::string& end) {
    return "01 02'q1'" + d.query + "00" + d.after_settings + "01" + insert_sql + d.after_sql + "02 00" + end;
}

TEST(SessionFrames, CarryBlocksInBothDirections) {
    const dialect& d = dialect_54488;
    support::transcript talk = greeted(d);
    talk.call([](session& s) { s.insert({.sql = "INSERT", .query_id = "q1"}, sample_mode::wait); });
    talk.writes(compressed_query(d, framed_end));
    talk.reads("0b" + framed_columns);   // the name is inside from 54481 on
    talk.reads("0e 00" + framed_event);  // the name is outside
    talk.expect(kind::block, [](session& s) { EXPECT_EQ(s.origin(), block_origin::profile_events); });
    talk.reads("01 00" + framed_sample);
    talk.expect(kind::sample);
    talk.call([](session& s) {
        static const std::string frame = support::hex(framed_row);
        const byte_view views[] = {frame};
        s.send_rows(views);
    });
    talk.writes("02 00" + framed_row);
    talk.expect(kind::rows);
    talk.call(end);
    talk.writes("02 00" + framed_end);
    talk.reads(d.progress + "05");
    talk.expect(kind::done, expect_usable);
    talk.check();
}

TEST(SessionFrames, DoNotHoldLogsAndColumnsBelow54481) {
    const dialect& d = dialect_54412;
    const std::string end_54412 = "bb9489a1c169e900ecaff168956a6474 02 13000000 0a000000 010002ffffffff000000";
    const std::string sample_54412 =
        "cf1df70310423401767ddec6127ae8d3 02 1b000000 12000000 010002ffffffff00010001610555496e7438";
    support::transcript talk = greeted(d);
    talk.call([](session& s) { s.insert({.sql = "INSERT", .query_id = "q1"}, sample_mode::wait); });
    talk.writes(compressed_query(d, end_54412));
    talk.reads("0b 00 03'xyz'  0a 00" + d.one_row);
    talk.expect(kind::block, [](session& s) { EXPECT_EQ(s.origin(), block_origin::log); });
    talk.reads("01 00" + sample_54412);
    talk.expect(kind::sample);
    talk.call(end);
    talk.writes("02 00" + end_54412);
    talk.reads("05");
    talk.expect(kind::done);
    talk.check();
}

TEST(SessionFrames, MayCutABlockAnywhere) {
    // The row's 22 bytes in frames of 10 and 12; frames by the other implementation, as above.
    const dialect& d = dialect_54488;
    support::transcript talk = greeted(d);
    talk.call([](session& s) { s.query({.sql = "INSERT", .query_id = "q1"}); });
    talk.writes(compressed_query(d, framed_end));
    talk.reads(
        "01 00 5f26bcef1f9317ba8827ab8365af05ac 02 13000000 0a000000 010002ffffffff030000"
        "08e05cfa6269c941953d1100e420180c 02 15000000 0c000000 010101610555496e74380007");
    talk.expect(kind::block, [](session& s) { EXPECT_EQ(s.take_block().num_rows, 1u); });
    talk.reads("01 00" + framed_row);
    talk.expect(kind::block);
    talk.reads("05");
    talk.expect(kind::done);
    talk.check();
}

TEST(SessionFrames, ThatMakeNoSenseBreakTheConnection) {
    const dialect& d = dialect_54488;
    std::string broken = framed_row;
    broken[0] = 'c';
    const std::string one_byte_too_many =
        "a069a390e8a11ef2ce021163ff898e67 02 20000000 17000000 010002ffffffff030000010101610555496e7438000799";
    const struct {
        std::string frame;
        errc code;
    } cases[] = {{broken, errc::bad_checksum}, {one_byte_too_many, errc::trailing_bytes}};
    for (const auto& one : cases) {
        support::transcript talk = greeted(d);
        talk.call([](session& s) { s.query({.sql = "INSERT", .query_id = "q1"}); });
        talk.writes(compressed_query(d, framed_end));
        talk.reads("01 00" + one.frame);
        talk.expect(kind::failed, [&](session& s) {
            EXPECT_EQ(s.problem().what, failure::kind::protocol);
            EXPECT_EQ(s.problem().input.code, one.code);
            expect_broken(s);
        });
        talk.check();
    }
}

}  // namespace
}  // namespace colblock::client
