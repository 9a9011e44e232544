// SPDX-License-Identifier: Apache-2.0
#include "colblock/binding/quote.hpp"

namespace colblock::binding {

std::string quoted(std::string_view identifier) {
    std::string text = "`";
    for (const char c : identifier) {
        if (c == '`' || c == '\\') text += '\\';
        text += c;
    }
    return text += '`';
}

std::string quoted(std::string_view database, std::string_view name) {
    return database.empty() ? quoted(name) : quoted(database) + "." + quoted(name);
}

}  // namespace colblock::binding
