// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "colblock/base/signal.hpp"

namespace colblock::files {

/// One input, and what is known of it before it is read.
struct input_file {
    std::string path;       ///< "-" is standard input
    std::uint64_t len = 0;  ///< 0: not known
};

struct input_list {
    std::vector<input_file> files;
    std::vector<std::string> problems;  ///< sentences: names that nothing answers to
    std::uint64_t num_passed_over = 0;  ///< files in directories whose names say that they are something else

    /// Of all files; nothing if one is not known.
    [[nodiscard]] std::optional<std::uint64_t> total_len() const noexcept;
};

/// Finds the files that `names` mean, in this order: a file or "-" is itself, a directory is all files
/// below it whose names end as payloads do (is_payload_name), sorted by path, and what is no file is a glob
/// pattern. A file that is named twice is taken once.
[[nodiscard]] input_list find_inputs(std::span<const std::string> names);

/// Whether a file in a directory is taken: .pb, .binpb, .bin, .proto, .json, .jsonl, .ndjson or .otlp, and
/// .gz or .zst behind it. Hidden ones are not.
[[nodiscard]] bool is_payload_name(std::string_view file_name) noexcept;

/// The signal that a file's name mentions, if it mentions exactly one.
[[nodiscard]] std::optional<signal> signal_in_name(std::string_view path) noexcept;

}  // namespace colblock::files
