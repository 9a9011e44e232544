// SPDX-License-Identifier: Apache-2.0
#include <memory>
#include <random>

#include "simd/per_set.hpp"

namespace colblock::simd {
namespace {

class WriteStrings : public per_set {
protected:
    std::string write(const std::vector<byte_view>& values) const {
        std::size_t room = values.size() * max_string_overhead;
        for (const byte_view value : values) room += value.size();
        return written(room, read_padding,
                       [&](char* to) { return kernels().write_strings(to, values.data(), values.size()); });
    }
};

TEST_P(WriteStrings, WritesVarintLengthsAndBytesLiteral) {
    padded_values values;
    values.add("GET");
    values.add("");
    values.add("/api/v1/users");
    values.views.push_back(byte_view());  // null
    EXPECT_EQ(write(values.views), byte_view("\3GET\0\x0d/api/v1/users\0", 20));
    EXPECT_EQ(write({}), "");
}

TEST_P(WriteStrings, WritesLengthsAroundEveryVarintStepLiteral) {
    const std::pair<std::size_t, byte_view> steps[] = {
        {127, "\x7f"},         {128, byte_view("\x80\x01", 2)}, {129, "\x81\x01"},
        {16383, "\xff\x7f"},   {16384, "\x80\x80\x01"},         {16385, "\x81\x80\x01"},
        {2097151, "\xff\xff\x7f"}, {2097152, "\x80\x80\x80\x01"},
    };
    for (const auto& [len, length] : steps) {
        padded_values values;
        values.add(std::string(len, 'x'));
        EXPECT_EQ(write(values.views), std::string(length) + std::string(len, 'x'));
    }
}

TEST_P(WriteStrings, WritesEveryLengthAtTheEdgeOfMemory) {
    std::mt19937_64 random(1);
    padded_values all;
    std::string expected;
    for (std::size_t len = 0; len != 600; ++len) {
        std::string text(len, '\0');
        for (char& byte : text) byte = static_cast<char>(random());
        all.add(text);
        std::string one(1, static_cast<char>(len % 128 + (len < 128 ? 0 : 128)));
        if (len >= 128) one += static_cast<char>(len / 128);
        one += text;
        ASSERT_EQ(write({all.views.back()}), one) << len;
        expected += one;
    }
    EXPECT_EQ(write(all.views), expected);
}

COLBLOCK_FOR_EVERY_SET(WriteStrings);

}  // namespace
}  // namespace colblock::simd
