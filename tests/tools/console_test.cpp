// SPDX-License-Identifier: Apache-2.0
#include "files/console.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace colblock::files {
namespace {

TEST(FormatLen, HasThreeDigitsAndAUnit) {
    EXPECT_EQ(format_len(0), "0 bytes");
    EXPECT_EQ(format_len(999), "999 bytes");
    EXPECT_EQ(format_len(1000), "1.00 kB");
    EXPECT_EQ(format_len(9'996), "10.0 kB");
    EXPECT_EQ(format_len(99'960), "100 kB");
    EXPECT_EQ(format_len(999'600), "1.00 MB");
    EXPECT_EQ(format_len(1'234'567'890), "1.23 GB");
}

TEST(FormatCount, GroupsDigits) {
    EXPECT_EQ(format_count(0), "0");
    EXPECT_EQ(format_count(999), "999");
    EXPECT_EQ(format_count(1'000), "1,000");
    EXPECT_EQ(format_count(1'234'567), "1,234,567");
}

TEST(FormatDuration, HasMinutesAndHoursAsNeeded) {
    EXPECT_EQ(format_duration(0.4), "0:00");
    EXPECT_EQ(format_duration(65), "1:05");
    EXPECT_EQ(format_duration(3725), "1:02:05");
}

progress half_way() { return {10, 500'000'000, 1'000'000'000, 400'000, true}; }

TEST(FormatProgress, SaysShareRatesAndTimeLeft) {
    EXPECT_EQ(format_progress(half_way(), {}, 0),
              "50%  500 MB  400,000 rows  40,000 rows/s  50.0 MB/s  0:10 left");
    EXPECT_EQ(format_progress(half_way(), {}, 100),
              "[##########..........] 50%  500 MB  400,000 rows  40,000 rows/s  50.0 MB/s  0:10 left");
}

TEST(FormatProgress, CountsRatesFromTheLastFigures) {
    const progress last{8, 400'000'000, 1'000'000'000, 300'000, true};
    EXPECT_EQ(format_progress(half_way(), last, 0),
              "50%  500 MB  400,000 rows  50,000 rows/s  50.0 MB/s  0:10 left");
}

TEST(FormatProgress, LeavesOutWhatIsNotKnown) {
    progress now = half_way();
    now.total_len.reset();
    EXPECT_EQ(format_progress(now, {}, 100), "500 MB  400,000 rows  40,000 rows/s  50.0 MB/s");
}

TEST(FormatProgress, SaysThatOnlyTheServerIsAwaited) {
    progress now = half_way();
    now.file_len = 1'000'000'000;
    now.is_reading = false;
    EXPECT_EQ(format_progress(now, {}, 0),
              "100%  1.00 GB  400,000 rows  40,000 rows/s  100 MB/s  waiting for the server");
}

TEST(FormatProgress, NeverFillsTheTerminalsLine) {
    for (std::size_t width = 1; width != 120; ++width) EXPECT_LT(format_progress(half_way(), {}, width).size(), width);
}

TEST(Console, KeepsTheLineBelowMessagesOnATerminal) {
    std::ostringstream out;
    console shown(out, 100);
    shown.show({1, 0, std::nullopt, 0, true});
    const std::string line = "0 bytes  0 rows  0 rows/s  0 bytes/s";
    EXPECT_EQ(out.str(), "\r\x1b[K" + line);
    shown.message("a message");
    EXPECT_EQ(out.str(), "\r\x1b[K" + line + "\r\x1b[Ka message\n" + line);
    out.str("");
    shown.end();
    EXPECT_EQ(out.str(), "\r\x1b[K");
}

TEST(Console, WritesALineNowAndThenElsewhere) {
    std::ostringstream out;
    console shown(out, 0);
    for (const double seconds : {1.0, 4.9, 5.0, 9.9, 10.0}) shown.show({seconds, 0, std::nullopt, 0, true});
    shown.message("a message");
    shown.end();
    const std::string line = "load: 0 bytes  0 rows  0 rows/s  0 bytes/s\n";
    EXPECT_EQ(out.str(), line + line + "a message\n");
}

}  // namespace
}  // namespace colblock::files
