// SPDX-License-Identifier: Apache-2.0
#include "gen/key_value.hpp"

namespace colblock::gen {

void write_texts(pb::writer& to, std::uint32_t number, std::string_view key, std::string_view texts) {
    write_key_value(to, number, key, [texts](pb::writer& value) {
        const pb::writer::nested list = value.open(5);
        for_each_part(texts, [&value](std::string_view text) {
            const pb::writer::nested element = value.open(1);
            value.bytes(1, text);
            value.close(element);
        });
        value.close(list);
    });
}

void append_pattern(buffer& to, std::string_view pattern, std::uint64_t id) {
    while (true) {
        const std::size_t hole = pattern.find("{}");
        to.append(pattern.substr(0, hole));
        if (hole == std::string_view::npos) return;
        append_digits(to, id);
        pattern.remove_prefix(hole + 2);
    }
}

}  // namespace colblock::gen
