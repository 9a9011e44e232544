// SPDX-License-Identifier: Apache-2.0
#include "colblock/base/base64.hpp"

#include <gtest/gtest.h>

#include <string>

namespace colblock {
namespace {

std::string encoded(byte_view bytes) {
    std::string to(base64_len(bytes.size()), '?');
    EXPECT_EQ(write_base64(to.data(), bytes), to.data() + to.size());
    return to;
}

TEST(Base64, EncodesTheVectorsOfRfc4648) {
    EXPECT_EQ(encoded(""), "");
    EXPECT_EQ(encoded("f"), "Zg==");
    EXPECT_EQ(encoded("fo"), "Zm8=");
    EXPECT_EQ(encoded("foo"), "Zm9v");
    EXPECT_EQ(encoded("foob"), "Zm9vYg==");
    EXPECT_EQ(encoded("fooba"), "Zm9vYmE=");
    EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
}

TEST(Base64, UsesTheStandardAlphabet) { EXPECT_EQ(encoded("\xfb\xff\xbf\xff"), "+/+//w=="); }

}  // namespace
}  // namespace colblock
