// SPDX-License-Identifier: Apache-2.0
#include "colblock/column/type_name.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "colblock/base/limits.hpp"

namespace colblock::column {

namespace {

using argument = type_name::argument;

constexpr bool is_space(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool starts_word(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
constexpr bool in_word(char c) noexcept { return starts_word(c) || is_digit(c); }

// Letters after a backslash and what they stand for.
struct escape {
    char letter;
    char byte;
};
constexpr std::array escapes = {escape{'0', '\0'}, escape{'a', '\a'}, escape{'b', '\b'}, escape{'e', '\x1b'},
                                escape{'f', '\f'}, escape{'n', '\n'}, escape{'r', '\r'}, escape{'t', '\t'},
                                escape{'v', '\v'}};

constexpr int hex_digit(char c) noexcept {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Recursive descent, sticky: after the first failure every step returns empty and the loops end.
class parser {
public:
    explicit parser(std::string_view text) noexcept : x_text(text) {}

    result<type_name> whole() {
        if (x_text.size() > limits::max_type_text_len) return fail(errc::too_large, limits::max_type_text_len);
        type_name parsed = type(1);
        skip_space();
        if (x_at != x_text.size()) reject();
        if (x_failed) return std::unexpected(x_error);
        return parsed;
    }

private:
    // The character to be read next; 0 at the end. A 0 in the text is never part of a valid token.
    [[nodiscard]] char peek() const noexcept { return x_at < x_text.size() ? x_text[x_at] : '\0'; }
    void skip_space() noexcept {
        while (x_at < x_text.size() && is_space(x_text[x_at])) ++x_at;
    }
    bool take(char c) noexcept {
        skip_space();
        if (x_failed || peek() != c) return false;
        ++x_at;
        return true;
    }
    void reject(errc code = errc::bad_type_name) noexcept {
        if (x_failed) return;
        x_failed = true;
        x_error = {code, x_at};
        x_at = x_text.size();
    }

    std::string word() {
        skip_space();
        const std::size_t begin = x_at;
        if (!starts_word(peek())) reject();
        while (x_at < x_text.size() && in_word(x_text[x_at])) ++x_at;
        return x_failed ? std::string() : std::string(x_text.substr(begin, x_at - begin));
    }

    std::string name() {
        skip_space();
        if (peek() != '`') return word();
        const std::size_t begin = x_at;
        std::string text = quoted_by('`');
        if (text.empty() && !x_failed) {
            x_at = begin;
            reject();
        }
        return text;
    }

    // Text between two `quote`s; the quote itself is written twice or escaped.
    std::string quoted_by(char quote) {
        std::string text;
        if (!take(quote)) reject();
        while (!x_failed) {
            if (x_at == x_text.size()) {
                reject();
                break;
            }
            const char c = x_text[x_at++];
            if (c == '\\') {
                text += escaped();
            } else if (c != quote) {
                text += c;
            } else if (peek() == quote) {
                text += quote;
                ++x_at;
            } else {
                break;
            }
        }
        return text;
    }

    char escaped() noexcept {
        if (x_at == x_text.size()) {
            reject();
            return '\0';
        }
        const char letter = x_text[x_at++];
        if (letter == 'x') return escaped_hex();
        const auto* const known = std::ranges::find(escapes, letter, &escape::letter);
        return known == escapes.end() ? letter : known->byte;
    }

    char escaped_hex() noexcept {
        const int high = hex_digit(peek());
        if (high >= 0) ++x_at;
        const int low = hex_digit(peek());
        if (high < 0 || low < 0) {
            reject();
            return '\0';
        }
        ++x_at;
        return static_cast<char>(high * 16 + low);
    }

    std::int64_t integer() noexcept {
        skip_space();
        std::int64_t value = 0;
        const char* const from = x_text.data() + x_at;
        const auto [end, problem] = std::from_chars(from, x_text.data() + x_text.size(), value);
        if (problem != std::errc()) reject();
        x_at += static_cast<std::size_t>(end - from);
        return x_failed ? 0 : value;
    }

    type_name type(unsigned depth) {
        type_name parsed;
        if (depth > limits::max_type_depth) reject(errc::depth_exceeded);
        skip_space();
        parsed.offset = x_at;
        parsed.name = word();
        arguments_of(parsed, depth);
        return parsed;
    }

    void arguments_of(type_name& parsed, unsigned depth) {
        if (!take('(')) return;
        parsed.has_parentheses = true;
        if (take(')')) return;
        do {
            parsed.arguments.push_back(any_argument(parsed, depth));
        } while (take(','));
        if (!take(')')) reject();
    }

    argument any_argument(const type_name& of, unsigned depth) {
        skip_space();
        const char first = peek();
        if (first == '\'') return text_or_enumerator();
        if (is_digit(first) || first == '-') return number();
        if (first == '`') return named(name(), depth);
        return word_first(of, depth);
    }

    argument text_or_enumerator() {
        argument made{.what = argument::kind::text, .text = quoted_by('\'')};
        if (take('=')) {
            made.what = argument::kind::enumerator;
            made.number = integer();
        }
        return made;
    }

    // Integers, and the levels of quantiles (0.5, 1e-3), which are only carried along.
    argument number() {
        argument made{.what = argument::kind::number};
        const std::size_t begin = x_at;
        while (x_at < x_text.size() && (in_word(x_text[x_at]) || x_text[x_at] == '.' || x_text[x_at] == '-' ||
                                        x_text[x_at] == '+'))
            ++x_at;
        made.text = x_text.substr(begin, x_at - begin);
        const char* const end = made.text.data() + made.text.size();
        double value = 0;
        const auto parsed = std::from_chars(made.text.data(), end, value);
        if (parsed.ec != std::errc() || parsed.ptr != end) {
            x_at = begin;
            reject();
        } else if (std::from_chars(made.text.data(), end, made.number).ptr != end) {
            made.number = 0;
        }
        return made;
    }

    // A word is the name of a type, or of an element or setting that follows. SKIP means something to JSON; an
    // element of a Tuple may have that name.
    argument word_first(const type_name& of, unsigned depth) {
        const std::size_t begin = x_at;
        std::string first = word();
        skip_space();
        const char next = peek();
        if (of.name == "JSON" && first == "SKIP" && (starts_word(next) || next == '`')) return skip();
        if (next == '=' || next == '`' || starts_word(next)) return named(std::move(first), depth);
        argument made;
        if (depth + 1 > limits::max_type_depth) reject(errc::depth_exceeded);
        made.type.offset = begin;
        made.type.name = std::move(first);
        arguments_of(made.type, depth + 1);
        return made;
    }

    argument named(std::string label, unsigned depth) {
        argument made{.label = std::move(label)};
        if (take('=')) {
            made.what = argument::kind::setting;
            made.number = integer();
        } else {
            made.type = type(depth + 1);
        }
        return made;
    }

    argument skip() {
        std::string path = name();
        if (path != "REGEXP") return {.what = argument::kind::skip_path, .text = std::move(path)};
        skip_space();
        return {.what = argument::kind::skip_regexp, .text = quoted_by('\'')};
    }

    std::string_view x_text;
    std::size_t x_at = 0;
    bool x_failed = false;
    error x_error{};
};

std::string enclosed(std::string_view text, char quote) {
    std::string out(1, quote);
    for (const char c : text) {
        const auto* const known = std::ranges::find(escapes, c, &escape::byte);
        // The server escapes these by letter; \a, \e and \v it writes as they are.
        if (known != escapes.end() && c != '\a' && c != '\x1b' && c != '\v') {
            out += '\\';
            out += known->letter;
        } else {
            if (c == quote || c == '\\') out += '\\';
            out += c;
        }
    }
    out += quote;
    return out;
}

void print(const type_name& type, std::string& out);

void print(const argument& a, std::string& out) {
    using enum argument::kind;
    switch (a.what) {
    case type:
        if (!a.label.empty()) out += identifier(a.label) + ' ';
        return print(a.type, out);
    case text: out += quoted(a.text); return;
    case number: out += a.text; return;
    case enumerator: out += quoted(a.text) + " = " + std::to_string(a.number); return;
    case setting: out += identifier(a.label) + '=' + std::to_string(a.number); return;
    case skip_path: out += "SKIP " + identifier(a.text); return;
    case skip_regexp: out += "SKIP REGEXP " + quoted(a.text); return;
    }
}

void print(const type_name& type, std::string& out) {
    out += type.name;
    if (!type.has_parentheses) return;
    out += '(';
    for (std::size_t i = 0; i != type.arguments.size(); ++i) {
        if (i != 0) out += ", ";
        print(type.arguments[i], out);
    }
    out += ')';
}

// Words that would not be read back as a name; compared without regard to case.
constexpr std::array<std::string_view, 7> reserved = {"all", "distinct", "from", "null", "select", "table", "values"};

bool equal_ignoring_case(std::string_view a, std::string_view lower) noexcept {
    return std::ranges::equal(a, lower, [](char x, char y) { return (x >= 'A' && x <= 'Z' ? x + 32 : x) == y; });
}

}  // namespace

bool type_name::takes_types(std::size_t n) const noexcept {
    return arguments.size() == n && std::ranges::all_of(arguments, [](const argument& a) {
               return a.what == argument::kind::type && a.label.empty();
           });
}

result<type_name> parse_type(std::string_view text) { return parser(text).whole(); }

std::string to_string(const type_name& type) {
    std::string text;
    print(type, text);
    return text;
}

std::string quoted(std::string_view text) { return enclosed(text, '\''); }

std::string identifier(std::string_view name) {
    const bool plain = !name.empty() && starts_word(name.front()) && std::ranges::all_of(name, in_word) &&
                       std::ranges::none_of(reserved, [&](std::string_view w) { return equal_ignoring_case(name, w); });
    return plain ? std::string(name) : enclosed(name, '`');
}

}  // namespace colblock::column
