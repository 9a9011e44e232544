// SPDX-License-Identifier: Apache-2.0
#include "colblock/base/json_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace colblock {
namespace {

using namespace std::string_literals;

std::string json_of(byte_view text) {
    buffer to;
    append_json_string(to, text);
    return std::string(to.view());
}

TEST(JsonText, EscapesWhatGoEscapes) {
    EXPECT_EQ(json_of(""), R"("")");
    EXPECT_EQ(json_of("a/<b>&'c'\x7f"), "\"a/<b>&'c'\x7f\"");
    EXPECT_EQ(json_of("\"\\\b\f\n\r\t"), R"("\"\\\b\f\n\r\t")");
    EXPECT_EQ(json_of("\x00\x01\x0b\x1f"s), R"("\u0000\u0001\u000b\u001f")");
    EXPECT_EQ(json_of("\xe2\x80\xa7\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa"), "\"\xe2\x80\xa7\\u2028\\u2029\xe2\x80\xaa\"");
}

TEST(JsonText, KeepsValidUtf8) {
    for (const char* text : {"\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbd", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"})
        EXPECT_EQ(json_of(text), "\""s + text + "\"");
}

TEST(JsonText, ReplacesEachByteThatIsNotUtf8) {
    EXPECT_EQ(json_of("a\xff"
                     "b"),
              R"("a\ufffdb")");
    EXPECT_EQ(json_of("\xc0\x80"), R"("\ufffd\ufffd")");                    // over-long
    EXPECT_EQ(json_of("\xe0\x9f\xbf"), R"("\ufffd\ufffd\ufffd")");          // over-long
    EXPECT_EQ(json_of("\xed\xa0\x80"), R"("\ufffd\ufffd\ufffd")");          // a surrogate
    EXPECT_EQ(json_of("\xf4\x90\x80\x80"), R"("\ufffd\ufffd\ufffd\ufffd")");  // past U+10FFFF
    EXPECT_EQ(json_of("\xe2\x82"), R"("\ufffd\ufffd")");                    // cut off
    EXPECT_EQ(json_of("\xc3("), R"("\ufffd(")");
}

TEST(JsonText, LongTextsGrowTheBuffer) {
    EXPECT_EQ(json_of(std::string(5000, '\x01')).size(), 2 + 5000 * 6u);
    EXPECT_EQ(json_of(std::string(100'000, 'x')), '"' + std::string(100'000, 'x') + '"');
}

}  // namespace
}  // namespace colblock
