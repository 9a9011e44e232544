// SPDX-License-Identifier: Apache-2.0
#include "receiver/credentials.hpp"

#include <gtest/gtest.h>

#include <string>

namespace colblock::receiver {
namespace {

credentials with(std::string_view tokens, std::string_view users) {
    credentials made;
    EXPECT_TRUE(made.add_tokens(tokens));
    EXPECT_TRUE(made.add_users(users));
    return made;
}

TEST(Credentials, TokensAreAdmittedWhole) {
    const credentials who = with("s3cret-token\nother.token\n", "");
    for (const char* good : {"Bearer s3cret-token", "bearer s3cret-token", "BEARER   other.token "})
        EXPECT_TRUE(who.admit(good)) << good;
    for (const char* bad : {"", "Bearer", "Bearer ", "Bearer s3cret-toke", "Bearer s3cret-tokens", "Bearer S3cret-token",
                            "s3cret-token", "Basic s3cret-token", "Bearer s3cret-token other.token", "Bearers3cret-token",
                            "Bearer s3cret-tokens3cret-token"})
        EXPECT_FALSE(who.admit(bad)) << bad;
}

TEST(Credentials, UsersAreAdmittedWithTheirPassword) {
    // The examples of RFC 7617: Aladdin with "open sesame", and test with 123 and a pound sign in UTF-8.
    const credentials who = with("", "Aladdin:open sesame\ntest:123\xc2\xa3\n");
    EXPECT_TRUE(who.admit("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
    EXPECT_TRUE(who.admit("basic dGVzdDoxMjPCow=="));
    EXPECT_FALSE(who.admit("Basic QWxhZGRpbjpvcGVuIHNlc2FtZA=="));
    EXPECT_FALSE(who.admit("Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
    EXPECT_FALSE(who.admit("Basic Aladdin:open sesame"));
}

TEST(Credentials, NoneAdmitNobody) {
    EXPECT_TRUE(credentials().empty());
    EXPECT_FALSE(credentials().admit("Bearer "));
    EXPECT_FALSE(credentials().admit("Basic "));
}

TEST(Credentials, CommentsAndEmptyLinesAreLeftOut) {
    const credentials who = with("# tokens of the shop\r\n\r\n  abc\t\r\n", "");
    EXPECT_TRUE(who.admit("Bearer abc"));
    EXPECT_FALSE(who.admit("Bearer #"));
}

TEST(Credentials, WrongLinesAreNamedByNumberAndNotRepeated) {
    credentials who;
    const auto token = who.add_tokens("good\nbad token\n");
    ASSERT_FALSE(token);
    EXPECT_EQ(token.error(), "line 2 is no token: letters, digits and -._~+/= only");
    const auto user = who.add_users("\nno-colon-s3cret");
    ASSERT_FALSE(user);
    EXPECT_EQ(user.error(), "line 2 is not USER:PASSWORD");
    EXPECT_FALSE(who.add_users(":no user"));
    EXPECT_FALSE(who.add_users("no password:"));
}

TEST(Credentials, TheChallengeNamesWhatIsThere) {
    EXPECT_EQ(with("a", "").challenge(), "Bearer realm=\"colblock\"");
    EXPECT_EQ(with("", "a:b").challenge(), "Basic realm=\"colblock\", charset=\"UTF-8\"");
    EXPECT_EQ(with("a", "a:b").challenge(), "Bearer realm=\"colblock\", Basic realm=\"colblock\", charset=\"UTF-8\"");
}

}  // namespace
}  // namespace colblock::receiver
