// SPDX-License-Identifier: Apache-2.0
#pragma once

// type      := word [ "(" [ argument ("," argument)* ] ")" ]
// argument  := quoted [ "=" number ]              'UTC', and the entries of an Enum
//            | number                             a precision, a scale, a length, a level
//            | word "=" number                    a setting of JSON or Dynamic
//            | "SKIP" name | "SKIP" "REGEXP" quoted
//            | [ name ] type                      an element, named or not
// name      := word | back-quoted
//
// White space is free between tokens. The server's texts and those that people write in DDL parse;
// what is printed is the server's form.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "colblock/base/result.hpp"

namespace colblock::column {

/// A ClickHouse type as a tree: `Map(LowCardinality(String), String)` and the like.
struct type_name {
    struct argument;

    std::string name;
    std::vector<argument> arguments;
    bool has_parentheses = false;  ///< tells `Tuple()` from `Tuple`
    std::uint64_t offset = 0;      ///< of the name in the parsed text, for errors

    /// Whether arguments are `n` types without names.
    [[nodiscard]] bool takes_types(std::size_t n) const noexcept;
};

struct type_name::argument {
    enum class kind : std::uint8_t {
        type,         ///< `type`, with `label` if the element is named
        text,         ///< `text`
        number,       ///< `text` as it was written, `number` if it is an integer
        enumerator,   ///< `text` = `number`
        setting,      ///< `label` = `number`
        skip_path,    ///< SKIP `text`
        skip_regexp,  ///< SKIP REGEXP `text`
    };
    kind what = kind::type;
    std::string label{};
    std::string text{};
    std::int64_t number = 0;
    type_name type{};
};

/// Parses a type text. Fails with bad_type_name and the offset of what is wrong, depth_exceeded, or
/// too_large. Does not know which types exist: that is column/factory.hpp.
result<type_name> parse_type(std::string_view text);

/// The text of a type as the server prints it.
std::string to_string(const type_name& type);

/// `text` in single quotes, with backslash escapes.
std::string quoted(std::string_view text);

/// `name` as it stands in a type text or a column list: in back quotes if it needs them.
std::string identifier(std::string_view name);

}  // namespace colblock::column
