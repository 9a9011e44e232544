// SPDX-License-Identifier: Apache-2.0
#include "binding/key_expression.hpp"

#include <optional>

#include "binding/sql_tokens.hpp"
#include "colblock/base/limits.hpp"

namespace colblock::binding {
namespace {

class parser {
public:
    parser(std::string_view text, const table_definition& table) : x_tokens(text), x_table(table) {}

    std::optional<std::vector<sql>> keys() {
        std::vector<sql> parts;
        const bool wrapped = x_tokens.take_sign('(');
        do {
            std::optional<sql> part = expression(0);
            if (!part) return std::nullopt;
            parts.push_back(*std::move(part));
        } while (x_tokens.take_sign(','));
        if (wrapped && !x_tokens.take_sign(')')) return syntax();
        if (x_tokens.peek().kind != sql_tokens::kind::end) return syntax();
        return parts;
    }

    /// What is wrong, after a nullopt.
    [[nodiscard]] const std::string& problem() const noexcept { return x_problem; }

private:
    std::nullopt_t syntax() {
        const sql_tokens::token& at = x_tokens.peek();
        return refuse(at.kind == sql_tokens::kind::end ? std::string("it ends too early")
                      : at.text.empty()                ? std::string("it holds a character that no key needs")
                                                       : "it does not read as keys at '" + at.text + "'");
    }
    std::nullopt_t refuse(std::string problem) {
        if (x_problem.empty()) x_problem = std::move(problem);
        return std::nullopt;
    }

    std::optional<sql> expression(unsigned depth) {
        if (depth == limits::max_type_depth) return refuse("it is nested too deep");
        const sql_tokens::token first = x_tokens.peek();
        if (first.kind == sql_tokens::kind::end || first.kind == sql_tokens::kind::sign ||
            first.kind == sql_tokens::kind::bad)
            return syntax();
        x_tokens.take();
        if (first.kind == sql_tokens::kind::text) return sql::text(first.text);
        if (first.kind == sql_tokens::kind::number) {
            if (first.text.size() > 18) return refuse("the number " + first.text + " is too large");
            return sql::number(std::stoull(first.text));
        }
        if (x_tokens.take_sign('(')) return call(first.text, depth);
        return column(first.text);
    }

    std::optional<sql> call(const std::string& function, unsigned depth) {
        std::optional<sql> name = sql::word(function);
        if (!name) return refuse("'" + function + "' is not the name of a function");
        std::vector<sql> arguments;
        while (!x_tokens.take_sign(')')) {
            if (!arguments.empty() && !x_tokens.take_sign(',')) return syntax();
            std::optional<sql> argument = expression(depth + 1);
            if (!argument) return std::nullopt;
            arguments.push_back(*std::move(argument));
        }
        return *std::move(name) << "(" << join(arguments, ", ") << ")";
    }

    std::optional<sql> column(const std::string& name) {
        const column_definition* found = x_table.find(name);
        if (found == nullptr) return refuse("the table " + x_table.name + " has no column '" + name + "'");
        if (found->type.view().starts_with("Nullable("))
            return refuse("the column '" + name + "' is Nullable and cannot be part of a key");
        sql out = sql::column(name);
        if (!x_tokens.take_sign('[')) return out;
        const sql_tokens::token key = x_tokens.take();
        if (key.kind != sql_tokens::kind::text || !x_tokens.take_sign(']'))
            return refuse("after '" + name + "[' a text and ']' must follow");
        return std::move(out) << "[" << sql::text(key.text) << "]";
    }

    sql_tokens x_tokens;
    const table_definition& x_table;
    std::string x_problem;
};

}  // namespace

option_result<std::vector<sql>> parse_keys(std::string_view option, std::string_view text,
                                           const table_definition& table) {
    parser reader(text, table);
    std::optional<std::vector<sql>> keys = reader.keys();
    if (keys) return *std::move(keys);
    return std::unexpected(option_error{std::string(option), reader.problem(),
                                        "write columns and functions of them, separated by commas, such as "
                                        "toStartOfHour(" +
                                            table.columns.front().name + ")"});
}

}  // namespace colblock::binding
