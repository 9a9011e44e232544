// SPDX-License-Identifier: Apache-2.0
// Any text is refused as a type, or parses to a type whose text parses to the same text again; a column made
// from it prints a text that makes the same column. Any text survives being quoted, and being a name.
#include <string>

#include "colblock/column/factory.hpp"
#include "colblock/column/type_name.hpp"
#include "fuzz_check.hpp"
#include "fuzz_input.hpp"

using namespace colblock;

namespace {

void parse(std::string_view text) {
    const auto type = column::parse_type(text);
    if (!type) {
        FUZZ_CHECK(type.error().offset <= text.size());
        return;
    }
    const std::string printed = column::to_string(*type);
    const auto again = column::parse_type(printed);
    FUZZ_CHECK(again.has_value());
    FUZZ_CHECK(column::to_string(*again) == printed);
}

void make(std::string_view text) {
    const auto made = column::make(text);
    if (!made) return;
    const std::string printed = made->type();
    const auto again = column::make(printed);
    FUZZ_CHECK(again.has_value());
    FUZZ_CHECK(again->type() == printed);
    FUZZ_CHECK(again->num_rows() == 0);
}

void quote(std::string_view text) {
    const auto zone = column::parse_type("DateTime(" + column::quoted(text) + ")");
    if (zone) FUZZ_CHECK(zone->arguments.at(0).text == text);
    else FUZZ_CHECK(text.size() > 1000);  // limits::max_type_text_len
    if (text.empty()) return;
    const auto tuple = column::parse_type("Tuple(" + column::identifier(text) + " UInt8)");
    if (tuple) FUZZ_CHECK(tuple->arguments.at(0).label == text);
    else FUZZ_CHECK(text.size() > 1000);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const fuzz::fuzz_input input(data, size);
    parse(input.rest());
    make(input.rest());
    quote(input.rest());
    return 0;
}
