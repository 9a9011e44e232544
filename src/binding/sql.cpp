// SPDX-License-Identifier: Apache-2.0
#include "colblock/binding/sql.hpp"

#include <algorithm>
#include <utility>

#include "colblock/binding/quote.hpp"

namespace colblock::binding {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_word(std::string_view text) {
    return !text.empty() && is_letter(text.front()) &&
           std::ranges::all_of(text, [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace

sql sql::identifier(std::string_view name) {
    sql made;
    made.x_text = quoted(name);
    return made;
}

sql sql::text(std::string_view text) {
    sql made;
    made.x_text = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') made.x_text += '\\';
        made.x_text += c;
    }
    made.x_text += '\'';
    return made;
}

sql sql::number(std::uint64_t value) {
    sql made;
    made.x_text = std::to_string(value);
    return made;
}

std::optional<sql> sql::word(std::string_view text) {
    if (!is_word(text)) return std::nullopt;
    sql made;
    made.x_text = text;
    return made;
}

sql sql::column(std::string_view name) {
    std::optional<sql> plain = word(name);
    return plain ? *std::move(plain) : identifier(name);
}

}  // namespace colblock::binding
