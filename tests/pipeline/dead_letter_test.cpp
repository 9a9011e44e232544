// SPDX-License-Identifier: Apache-2.0
#include "pipeline/dead_letter.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "colblock/codec/frame.hpp"

namespace colblock::pipeline {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

// A block of revision 54488 with one String column `a` and the rows "x", "yz":
// BlockInfo (1: is_overflows 0, 2: bucket -1, 3: no out-of-order buckets, end), columns, rows, name, type,
// no custom serialization, data.
const std::string as_sent = "\x01\x00\x02\xff\xff\xff\xff\x03\x00\x00"
                            "\x01\x02\x01"
                            "a\x06String\x00\x01x\x02yz"s;
// The same in FORMAT Native.
const std::string as_file = "\x01\x02\x01"
                            "a\x06String\x01x\x02yz"s;

buffer framed(const std::string& block) {
    wire::segments raw;
    raw.copy(block);
    buffer frames;
    codec::frame_encoder(codec::compression::lz4()).encode(raw, frames);
    return frames;
}

std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

class DeadLetter : public ::testing::Test {
protected:
    DeadLetter() { fs::remove_all(directory); }
    ~DeadLetter() override { fs::remove_all(directory); }
    group of(const std::vector<std::string>& blocks) {
        group g;
        g.token = "0123";
        g.num_rows = 2;
        for (const std::string& each : blocks) {
            sealed_block b;
            b.plan = plan;
            b.frames = framed(each);
            g.blocks.push_back(std::move(b));
        }
        return g;
    }

    const std::shared_ptr<insert_plan> plan =
        std::make_shared<insert_plan>(insert_plan{"db.we/ird", "INSERT INTO t (a) FORMAT Native", 54488});
    const fs::path directory = fs::path(::testing::TempDir()) / "dead_letter_test";
    const insert_result why{insert_result::kind::hopeless, 321, "Cannot insert NULL"};
};

TEST_F(DeadLetter, FramesBecomeANativeFile) {
    const auto file = to_native_file(framed(as_sent).view(), 54488);
    ASSERT_TRUE(file) << message(file.error().code);
    EXPECT_EQ(file->view(), as_file);
}

TEST_F(DeadLetter, WritesRowsAndReason) {
    const auto written = dead_letter(directory).write(of({as_sent, as_sent}), why);
    ASSERT_TRUE(written) << written.error();
    EXPECT_EQ(written->filename(), "db.we_ird-0123.native");
    EXPECT_EQ(read_file(*written), as_file + as_file);
    EXPECT_EQ(read_file(directory / "db.we_ird-0123.error"),
              "table: db.we/ird\n"
              "statement: INSERT INTO t (a) FORMAT Native\n"
              "rows: 2\n"
              "insert_deduplication_token: 0123\n"
              "code: 321\n"
              "error: Cannot insert NULL\n");
    EXPECT_EQ(std::distance(fs::directory_iterator(directory), {}), 2) << "nothing unfinished is left";
}

TEST_F(DeadLetter, WithoutADirectoryNothingIsWritten) {
    const auto written = dead_letter({}).write(of({as_sent}), why);
    ASSERT_TRUE(written);
    EXPECT_TRUE(written->empty());
}

TEST_F(DeadLetter, RowsThatDoNotParseAreKeptAsSent) {
    const auto written = dead_letter(directory).write(of({"not a block"}), why);
    ASSERT_TRUE(written) << written.error();
    EXPECT_EQ(written->extension(), ".frames");
    EXPECT_EQ(read_file(*written), framed("not a block").view());
}

TEST_F(DeadLetter, AnImpossibleDirectoryIsSaid) {
    const auto written = dead_letter("/dev/null/nowhere").write(of({as_sent}), why);
    ASSERT_FALSE(written);
    EXPECT_NE(written.error().find("/dev/null/nowhere"), std::string::npos);
}

}  // namespace
}  // namespace colblock::pipeline
