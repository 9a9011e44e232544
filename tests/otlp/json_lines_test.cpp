// SPDX-License-Identifier: Apache-2.0
#include "colblock/otlp/json_lines.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/padded_payload.hpp"

namespace colblock::otlp {
namespace {

using strings = std::vector<std::string>;

// Requests with their offsets.
strings cut(std::string_view text) {
    const support::padded_payload payload(text, "}\n");
    strings all;
    for (json_lines in(payload.view()); in.next();)
        all.push_back(std::to_string(in.offset()) + " " + std::string(in.request().bytes));
    return all;
}

std::optional<signal> signal_of(std::string_view text) {
    const support::padded_payload payload(text, "\"resourceSpans\":1");
    return signal_of_json(payload.view());
}

TEST(JsonLines, EachLineIsARequest) {
    EXPECT_EQ(cut("{\"a\":1}\n{\"b\":{}}\n"), (strings{"0 {\"a\":1}", "8 {\"b\":{}}"}));
    EXPECT_EQ(cut("{}"), strings{"0 {}"});
    EXPECT_EQ(cut("\xef\xbb\xbf{}\n{}"), (strings{"3 {}", "6 {}"}));
}

TEST(JsonLines, BlankLinesAndCarriageReturnsAreNone) {
    EXPECT_EQ(cut("\r\n{}\r\n \n\n{}\r\n"), (strings{"2 {}", "9 {}"}));
    EXPECT_EQ(cut(""), strings{});
    EXPECT_EQ(cut(" \n"), strings{});
}

TEST(JsonLines, ARequestMayStandOnSeveralLines) {
    EXPECT_EQ(cut("{\n \"a\": [\n{}]\n}\n{}"), (strings{"0 {\n \"a\": [\n{}]\n}", "16 {}"}));
}

TEST(JsonLines, BracketsInStringsAreText) {
    EXPECT_EQ(cut(R"({"}":"]\"}\\"}{"":"{"})"), (strings{R"(0 {"}":"]\"}\\"})", R"(14 {"":"{"})"}));
}

TEST(JsonLines, ABrokenLineIsCutAtItsEndAndTheNextOneIsRead) {
    EXPECT_EQ(cut("{\"a\":\n{}\n{}\n"), (strings{"0 {\"a\":", "6 {}", "9 {}"}));
    EXPECT_EQ(cut("{\"a\n{}\n"), (strings{"0 {\"a", "4 {}"}));
    EXPECT_EQ(cut("nothing\n{}"), (strings{"0 nothing", "8 {}"}));
    EXPECT_EQ(cut("{} x\n{}"), (strings{"0 {}", "3 x", "5 {}"}));
    EXPECT_EQ(cut("{}\n{\"a\":["), (strings{"0 {}", "3 {\"a\":["}));
}

TEST(JsonLines, TheSignalIsThatOfTheFirstKeyThatNamesOne) {
    EXPECT_EQ(signal_of(R"({"resourceSpans":[]})"), signal::traces);
    EXPECT_EQ(signal_of("\xef\xbb\xbf {\"x\":[{\"resourceLogs\":{}}], \"resourceMetrics\" : []}"), signal::metrics);
    EXPECT_EQ(signal_of("{\"resource\\u004cogs\":[]}"), signal::logs);
}

TEST(JsonLines, ARequestWithoutSuchAKeyHasNoSignal) {
    for (const char* text : {"", "{}", "[]", "{\"x\":1}", "{\"x\":1,", "{\"x\":}", "{\"x", "{\"resource_spans\":[]}"})
        EXPECT_EQ(signal_of(text), std::nullopt) << text;
}

}  // namespace
}  // namespace colblock::otlp
