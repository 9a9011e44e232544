// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace colblock::binding {

/// SQL that is assembled from source text, quoted identifiers, quoted texts and numbers, and from
/// nothing else: a string that is known only at run time cannot become part of a statement unquoted
/// (unless it is a single word), because the constructor from text is consteval.
///
///     sql("DROP TABLE ") << sql::identifier(database) << "." << sql::identifier(table)
class sql {
public:
    /// Text written in the source.
    class literal {
    public:
        consteval literal(const char* text) noexcept : x_text(text) {}
        [[nodiscard]] constexpr std::string_view view() const noexcept { return x_text; }
        [[nodiscard]] constexpr bool empty() const noexcept { return x_text.empty(); }

    private:
        std::string_view x_text;
    };

    sql() = default;
    sql(literal text) : x_text(text.view()) {}
    sql& operator=(literal text) {
        x_text = text.view();
        return *this;
    }

    /// `name` in backticks, with backslash escapes. Any bytes are safe; which names are sensible is
    /// checked where options are read.
    static sql identifier(std::string_view name);
    /// `text` in single quotes, with backslash escapes.
    static sql text(std::string_view text);
    static sql number(std::uint64_t value);
    /// `text` as it is if it is one plain word (letters, digits and `_`, no digit first).
    static std::optional<sql> word(std::string_view text);
    /// A column in an expression: as a plain word where it is one, else quoted.
    static sql column(std::string_view name);

    sql& operator<<(const sql& more) & {
        x_text += more.x_text;
        return *this;
    }
    sql&& operator<<(const sql& more) && { return static_cast<sql&&>(*this << more); }
    sql& operator<<(literal more) & {
        x_text += more.view();
        return *this;
    }
    sql&& operator<<(literal more) && { return static_cast<sql&&>(*this << more); }

    [[nodiscard]] const std::string& str() const noexcept { return x_text; }
    [[nodiscard]] bool empty() const noexcept { return x_text.empty(); }
    friend bool operator==(const sql&, const sql&) = default;

private:
    std::string x_text;
};

/// Text written in the source, where one conversion more is too many: "Null"_sql.
inline namespace literals {
consteval sql::literal operator""_sql(const char* text, std::size_t) { return text; }
}  // namespace literals

/// `parts` with `separator` between them.
template <class Range>
sql join(const Range& parts, sql::literal separator) {
    sql joined;
    for (const sql& part : parts) {
        if (!joined.empty()) joined << separator;
        joined << part;
    }
    return joined;
}

}  // namespace colblock::binding
