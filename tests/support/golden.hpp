// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "colblock/base/error.hpp"
#include "colblock/block/native.hpp"
#include "support/data_path.hpp"
#include "support/encoded.hpp"

namespace colblock::support {

/// A block under construction: columns in order, each filled by the test.
class golden_block {
public:
    explicit golden_block(std::size_t num_columns) { x_columns.reserve(num_columns); }

    /// Adds a column and returns it, to be filled.
    template <class Column>
    Column& add(std::string name, Column column) {
        x_columns.push_back({std::move(name), column::any(std::move(column))});
        return *x_columns.back().column.template as<Column>();
    }
    [[nodiscard]] std::vector<block::column_view> views() const {
        std::vector<block::column_view> made;
        for (const block::named_column& c : x_columns) made.push_back({c.name, c.column});
        return made;
    }

private:
    std::vector<block::named_column> x_columns;
};

inline std::string golden_path(const std::string& name, wire::revision revision, const char* suffix) {
    return data_path("golden/native/" + name + ".r" + std::to_string(revision) + suffix);
}

inline std::optional<std::string> file_content(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(in), {});
}

/// The form of the .hex files: what a difference is shown in.
inline std::string hex_dump(std::string_view bytes) {
    std::string out;
    char text[24];
    for (std::size_t begin = 0; begin < bytes.size(); begin += 16) {
        const std::string_view row = bytes.substr(begin, 16);
        std::snprintf(text, sizeof(text), "%06zx ", begin);
        std::string line = text;
        std::string printable;
        for (const char c : row) {
            std::snprintf(text, sizeof(text), " %02x", static_cast<unsigned char>(c));
            line += text;
            printable += c >= ' ' && c <= '~' ? c : '.';
        }
        line.resize(55, ' ');
        out += line + "  " + printable + '\n';
    }
    return out;
}

/// The block that a server sent. Fails the test if it is missing, or differs from its .hex twin.
inline std::string golden_bytes(const std::string& name, wire::revision revision) {
    const auto raw = file_content(golden_path(name, revision, ".raw"));
    const auto hex = file_content(golden_path(name, revision, ".hex"));
    if (!raw || !hex) {
        ADD_FAILURE() << "no " << golden_path(name, revision, ".raw") << " or .hex: run tests/golden/native/regenerate";
        return {};
    }
    EXPECT_EQ(hex_dump(*raw), *hex);
    return *raw;
}

inline std::string written(const std::vector<block::column_view>& columns, const block::write_target& target) {
    wire::segments out;
    const auto done = block::write(out, columns, target);
    EXPECT_TRUE(done.has_value()) << message(done.error().code);
    return flat(out);
}

/// Expects that `made` is written as the server wrote the golden block `name`, and that this block is
/// read and written again without a change. Sparse columns only if `sparse`.
inline void expect_golden(const std::string& name, const golden_block& made,
                          const std::vector<wire::revision>& revisions = {0, 54488}, bool sparse = false) {
    for (const wire::revision revision : revisions) {
        SCOPED_TRACE(name + " at " + std::to_string(revision));
        const std::string expected = golden_bytes(name, revision);
        const block::write_target target(revision, sparse);
        EXPECT_EQ(hex_dump(written(made.views(), target)), hex_dump(expected));

        wire::cursor in(expected);
        const auto read = block::read(in, revision);
        ASSERT_TRUE(read.has_value()) << message(read.error().code) << " at " << read.error().offset;
        EXPECT_TRUE(in.at_end());
        std::vector<block::column_view> again;
        for (const block::named_column& c : read->columns) again.push_back({c.name, c.column});
        EXPECT_EQ(hex_dump(written(again, target)), hex_dump(expected));
    }
}

}  // namespace colblock::support
