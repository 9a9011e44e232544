// SPDX-License-Identifier: Apache-2.0
#include "binding/sql_tokens.hpp"

#include <utility>

namespace colblock::binding {
namespace {

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
constexpr std::string_view digits = "0123456789";
constexpr std::string_view word_characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789.";

}  // namespace

sql_tokens::token sql_tokens::take() {
    return std::exchange(x_token, x_token.kind == kind::bad ? token{kind::bad, {}} : read());
}

sql_tokens::token sql_tokens::read() {
    const std::size_t begin = x_rest.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return {};
    x_rest.remove_prefix(begin);
    const char first = x_rest.front();
    if (first == '`' || first == '"' || first == '\'') return read_quoted(first);

    const bool is_word = letters.contains(first);
    if (is_word || digits.contains(first)) {
        std::size_t len = x_rest.find_first_not_of(is_word ? word_characters : digits);
        if (len == std::string_view::npos) len = x_rest.size();
        token made{is_word ? kind::word : kind::number, std::string(x_rest.substr(0, len))};
        x_rest.remove_prefix(len);
        return made;
    }
    if (!std::string_view("()[],").contains(first)) return {kind::bad, {}};
    x_rest.remove_prefix(1);
    return {kind::sign, std::string(1, first)};
}

// A quote inside is escaped by a backslash; a doubled quote is not supported (two texts).
sql_tokens::token sql_tokens::read_quoted(char quote) {
    std::string text;
    for (std::size_t i = 1; i < x_rest.size(); ++i) {
        if (x_rest[i] == quote) {
            x_rest.remove_prefix(i + 1);
            return {quote == '\'' ? kind::text : kind::name, std::move(text)};
        }
        if (x_rest[i] == '\\' && ++i == x_rest.size()) break;
        text += x_rest[i];
    }
    return {kind::bad, {}};
}

}  // namespace colblock::binding
