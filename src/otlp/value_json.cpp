// SPDX-License-Identifier: Apache-2.0

// Arrays and lists as compact JSON, byte for byte as the OpenTelemetry Collector prints them:
//
// value := string | true | false | number | "base64 of bytes" | [value,...] | {"key":value,...} | null
//
// null stands for no member and for no bytes.
// Keys are sorted bytewise, and of equal keys the last one counts. JSON has no NaN and no infinities:
// a value that holds one anywhere becomes an empty text.

#include <algorithm>
#include <bit>
#include <cmath>

#include "colblock/base/base64.hpp"
#include "colblock/base/json_text.hpp"
#include "colblock/base/number_text.hpp"
#include "colblock/otlp/value_reader.hpp"
#include "colblock/wire/protobuf_read.hpp"
#include "otlp/wire_shape.hpp"

namespace colblock::otlp {

namespace pb = wire::pb;

bool value_reader::read_composite(const member& found, any_value& value) {
    const bool is_array = found.key == pb::key(5, pb::bytes);
    x_json.clear();
    x_entries.clear();
    x_printable = true;
    if (!(is_array ? print_array(found.text, 1) : print_list(found.text, 1))) return false;
    value.set_text(is_array ? value_kind::array : value_kind::kvlist,
                   x_printable ? x_arena->copy(x_json.view()) : nothing());
    return true;
}

bool value_reader::print_value(byte_view message, unsigned depth) {
    member found;
    if (depth > limits::max_value_depth || !find_member(message, depth, found)) return false;
    switch (found.key) {
    case pb::key(1, pb::bytes): append_json_string(x_json, found.text); return true;
    case pb::key(2, pb::varint): x_json.append(found.number != 0 ? "true" : "false"); return true;
    case pb::key(3, pb::varint): {
        char* const to = x_json.reserve(max_number_text_len);
        x_json.set_end(write_number(to, static_cast<std::int64_t>(found.number)));
        return true;
    }
    case pb::key(4, pb::fixed64): print_number(std::bit_cast<double>(found.number)); return true;
    case pb::key(5, pb::bytes): return print_array(found.text, depth);
    case pb::key(6, pb::bytes): return print_list(found.text, depth);
    case pb::key(7, pb::bytes): print_bytes(found.text); return true;
    default: x_json.append("null"); return true;
    }
}

void value_reader::print_bytes(byte_view bytes) {
    if (bytes.empty()) return x_json.append("null");
    x_json.push_back('"');
    char* const to = x_json.reserve(base64_len(bytes.size()));
    x_json.set_end(write_base64(to, bytes));
    x_json.push_back('"');
}

void value_reader::print_number(double value) {
    if (!std::isfinite(value)) x_printable = false;
    char* const to = x_json.reserve(max_number_text_len);
    x_json.set_end(write_number(to, value));
}

bool value_reader::print_array(byte_view message, unsigned depth) {
    x_json.push_back('[');
    const char* const end = message.data() + message.size();
    const char* at = message.data();
    bool first = true;
    while (at < end) {
        std::uint32_t key;
        at = pb::read_key(at, end, key);
        if (key != pb::key(1, pb::bytes)) {
            at = pb::skip(at, end, key);
            continue;
        }
        byte_view element = nothing();
        at = pb::read_bytes(at, end, element);
        if (!first) x_json.push_back(',');
        first = false;
        if (!print_value(element, depth + 1)) return false;
    }
    x_json.push_back(']');
    return at == end;
}

bool value_reader::collect_entries(byte_view message) {
    const char* const end = message.data() + message.size();
    const char* at = message.data();
    while (at < end) {
        std::uint32_t key;
        at = pb::read_key(at, end, key);
        if (key != pb::key(1, pb::bytes)) {
            at = pb::skip(at, end, key);
            continue;
        }
        byte_view key_value;
        at = pb::read_bytes(at, end, key_value);
        entry e{nothing(), nothing(), x_entries.size()};
        if (at > end || !split_key_value(key_value, e.key, e.value)) return false;
        x_entries.push_back(e);
    }
    return at == end;
}

bool value_reader::print_list(byte_view message, unsigned depth) {
    const std::size_t begin = x_entries.size();
    if (!collect_entries(message)) return false;
    const auto entries_begin = x_entries.begin() + static_cast<std::ptrdiff_t>(begin);
    const std::size_t num_entries = x_entries.size() - begin;
    // By position where keys are equal; std::stable_sort would allocate.
    std::sort(entries_begin, x_entries.end(), [](const entry& a, const entry& b) {
        const int order = a.key.compare(b.key);
        return order != 0 ? order < 0 : a.position < b.position;
    });
    x_json.push_back('{');
    bool first = true;
    for (std::size_t i = 0; i != num_entries; ++i) {
        const entry e = x_entries[begin + i];  // a copy: printing nested lists grows the vector
        if (i + 1 != num_entries && x_entries[begin + i + 1].key == e.key) {
            if (!is_well_formed(shape::any_value, e.value, depth)) return false;
            continue;
        }
        if (!first) x_json.push_back(',');
        first = false;
        append_json_string(x_json, e.key);
        x_json.push_back(':');
        if (!print_value(e.value, depth + 1)) return false;
    }
    x_json.push_back('}');
    x_entries.resize(begin);
    return true;
}

}  // namespace colblock::otlp
