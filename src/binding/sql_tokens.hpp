// SPDX-License-Identifier: Apache-2.0
#pragma once

// The part of ClickHouse's lexical grammar that options are written in:
//
//     token := word | `name` | "name" | 'text' | digits | one of ( ) [ ] ,
//     word  := [A-Za-z_][A-Za-z0-9_.]*

#include <cstdint>
#include <string>
#include <string_view>

namespace colblock::binding {

/// Reads tokens; what it cannot read is a token of kind `bad`, and then nothing follows.
class sql_tokens {
public:
    enum class kind : std::uint8_t { end, word, name, text, number, sign, bad };
    struct token {
        sql_tokens::kind kind = kind::end;
        std::string text;  ///< unescaped; the character of a sign

        [[nodiscard]] bool is(char sign) const noexcept { return kind == sql_tokens::kind::sign && text[0] == sign; }
        [[nodiscard]] bool is_name() const noexcept {
            return kind == sql_tokens::kind::word || kind == sql_tokens::kind::name;
        }
    };

    /// Borrows `text`.
    explicit sql_tokens(std::string_view text) : x_rest(text) { take(); }

    [[nodiscard]] const token& peek() const noexcept { return x_token; }
    /// Returns the token and reads the next one.
    token take();
    /// Takes the token if it is `sign`.
    bool take_sign(char sign) {
        if (!x_token.is(sign)) return false;
        take();
        return true;
    }

private:
    token read();
    token read_quoted(char quote);

    std::string_view x_rest;
    token x_token;
};

}  // namespace colblock::binding
