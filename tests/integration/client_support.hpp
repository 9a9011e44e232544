// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "colblock/base/endian.hpp"
#include "colblock/block/native.hpp"
#include "colblock/client/blocking_connection.hpp"
#include "colblock/codec/frame.hpp"
#include "support/encoded.hpp"
#include "support/server.hpp"

namespace colblock::client {

/// A block as it is sent: frames, or the plain bytes for a request that is not compressed.
struct sealed_block {
    buffer bytes;
    byte_view view;

    [[nodiscard]] std::span<const byte_view> views() const { return {&view, 1}; }
};

inline sealed_block seal(const block::block& rows, const server_info& to, std::string_view how) {
    std::vector<block::column_view> columns;
    for (const block::named_column& c : rows.columns) columns.push_back({c.name, c.column.get()});
    wire::segments out;
    EXPECT_TRUE(block::write(out, columns, to.revision));
    sealed_block sealed;
    if (how == "plain")
        out.flatten(sealed.bytes);
    else
        codec::frame_encoder(codec::parse_compression(how).value()).encode(out, sealed.bytes);
    sealed.view = sealed.bytes.view();
    return sealed;
}

/// The one row of `SELECT toUInt64(what) from`.
inline std::uint64_t number(blocking_connection& server, const std::string& what, const std::string& from = "") {
    const std::string sql = "SELECT toUInt64(" + what + ") " + from;
    const auto blocks = server.query({.sql = sql});
    if (!blocks) {
        ADD_FAILURE() << to_text(blocks.error());
        return ~0ull;
    }
    for (const block::block& b : *blocks) {
        if (b.num_rows != 1) continue;
        EXPECT_EQ(b.columns.at(0).column.type(), "UInt64");
        return load<std::uint64_t>(support::encoded(b.columns.at(0).column).data());
    }
    ADD_FAILURE() << "no row: " << sql;
    return ~0ull;
}

/// All rows of a result, each column's data after the one before: equal results have equal bytes.
inline std::string bytes_of(const std::vector<block::block>& blocks) {
    std::string all;
    for (const block::block& b : blocks)
        for (const block::named_column& c : b.columns)
            if (b.num_rows != 0) all += support::encoded(c.column);
    return all;
}

inline void must_execute(blocking_connection& server, const std::string& sql) {
    const auto done = server.execute({.sql = sql});
    ASSERT_TRUE(done) << sql << ": " << to_text(done.error());
}

inline blocking_connection must_open(const options& with) {
    auto opened = blocking_connection::open(with);
    if (!opened) throw std::runtime_error(to_text(opened.error()));  // ends the test, and says why
    return *std::move(opened);
}

}  // namespace colblock::client
