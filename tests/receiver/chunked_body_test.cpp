// SPDX-License-Identifier: Apache-2.0
#include "receiver/chunked_body.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace colblock::receiver {
namespace {

struct outcome_of_feeding {
    bool done = false;
    std::optional<errc> error;
    std::string data;
    std::string rest;
};

// Receives `input` in pieces of `step` bytes, the way a connection does.
outcome_of_feeding feed(const std::string& input, std::size_t step, std::size_t max_len = 1000, bool discard = false) {
    outcome_of_feeding all;
    std::string memory = "HEAD";
    chunked_body body;
    body.start(memory.size());
    std::size_t at = 0;
    while (at < input.size() && !body.done()) {
        memory += input.substr(at, step);
        at += step;
        if (const auto read = body.resume(memory.data(), memory.size(), max_len, discard); !read) {
            all.error = read.error().code;
            return all;
        }
        if (!body.done()) memory.resize(body.squeeze());
    }
    all.done = body.done();
    all.data = memory.substr(body.data_begin(), body.data_end() - body.data_begin());
    if (all.done) all.rest = memory.substr(body.next());
    return all;
}

const std::string three_chunks = "5\r\nhello\r\n1;name=\"value\"\r\n \r\n00005\r\nworld\r\n000\r\nTrailer: yes\r\n\r\n";

TEST(ChunkedBody, DataIsTheSameHoweverItArrives) {
    for (std::size_t step = 1; step <= three_chunks.size(); ++step) {
        const auto read = feed(three_chunks, step);
        EXPECT_TRUE(read.done) << step;
        EXPECT_EQ(read.data, "hello world") << step;
    }
}

TEST(ChunkedBody, NoProperPrefixIsComplete) {
    for (std::size_t len = 0; len != three_chunks.size(); ++len) {
        const auto read = feed(three_chunks.substr(0, len), 1000);
        EXPECT_FALSE(read.done) << len;
        EXPECT_FALSE(read.error) << len;
    }
}

TEST(ChunkedBody, WhatFollowsIsTheNextRequest) {
    EXPECT_EQ(feed("3\r\nabc\r\n0\r\n\r\nPOST /", 1000).rest, "POST /");
    EXPECT_EQ(feed("0\r\n\r\nX", 1000).data, "");
}

TEST(ChunkedBody, AnOnlyChunkIsNotMoved) {
    std::string memory = "HEAD3\r\nabc\r\n0\r\n\r\n";
    chunked_body body;
    body.start(4);
    ASSERT_TRUE(body.resume(memory.data(), memory.size(), 10));
    EXPECT_EQ(body.data_begin(), 7u);
    EXPECT_EQ(body.data_end(), 10u);
}

TEST(ChunkedBody, BadFramingIsRefusedAtEveryStep) {
    for (const char* bad : {"x\r\n", "\r\n", ";\r\n", "5\nhello", "5\r\nhelloX", "5\r\nhello\rX", "5 x\n", "0\r\n\n",
                            "0\r\n\rX", "-1\r\n", "1\rX"})
        for (std::size_t step : {1u, 100u}) EXPECT_EQ(feed(bad, step).error, errc::trailing_bytes) << bad;
}

TEST(ChunkedBody, LimitsHoldForDataSizesAndFraming) {
    EXPECT_EQ(feed("6\r\nabcdef\r\n0\r\n\r\n", 100, 5).error, errc::too_large);
    EXPECT_EQ(feed("3\r\nabc\r\n3\r\n", 100, 5).error, errc::too_large);
    EXPECT_EQ(feed("ffffffffffffffff\r\n", 100).error, errc::too_large);
    EXPECT_EQ(feed(std::string(300, '0'), 100).error, errc::too_large);
    EXPECT_EQ(feed("1;" + std::string(300, 'x'), 100).error, errc::too_large);
    EXPECT_EQ(feed("0\r\n" + std::string(9000, 't'), 100).error, errc::too_large);
}

TEST(ChunkedBody, DiscardingKeepsNothingAndFindsTheEnd) {
    const auto read = feed(three_chunks + "next", 1000, 0, true);
    EXPECT_TRUE(read.done);
    EXPECT_EQ(read.data, "");
    EXPECT_EQ(read.rest, "next");
}

}  // namespace
}  // namespace colblock::receiver
