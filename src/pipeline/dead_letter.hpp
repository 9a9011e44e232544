// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "colblock/base/result.hpp"
#include "pipeline/group.hpp"

namespace colblock::pipeline {

/// Turns a block as it was to be sent (frames of a block of `revision`) into one of FORMAT Native, which
/// `clickhouse local` reads. Fails where the bytes do not parse.
result<buffer> to_native_file(byte_view frames, wire::revision revision);

/// Where groups go that ClickHouse will never accept: `<table>-<token>.native` with the rows, readable by
/// `SELECT * FROM file('...', Native)`, and beside it `.error`, which says what was refused and why.
class dead_letter {
public:
    /// An empty directory means that nothing is written.
    explicit dead_letter(std::filesystem::path directory) : x_directory(std::move(directory)) {}

    /// Writes both files, whole or not at all. Returns the path of the rows, empty if there is no
    /// directory, or what went wrong. A second write of the same group replaces the first.
    std::expected<std::filesystem::path, std::string> write(const group& g, const insert_result& why) const;

private:
    std::filesystem::path x_directory;
};

}  // namespace colblock::pipeline
