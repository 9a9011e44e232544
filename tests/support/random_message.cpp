// SPDX-License-Identifier: Apache-2.0
#include "support/random_message.hpp"

#include <google/protobuf/descriptor.h>

#include <bit>
#include <limits>

namespace colblock::support {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using std::string;

string random_text(random_engine& random) {
    static const string pieces[] = {"service.name", "k", "http.route", "\xc4\x8d", "\xe2\x80\xa8", "\xf0\x9f\x98\x80", "\xff",
                                    "\xed\xa0\x80", "\xe2\x82", string(1, '\0'), "\n\"\\\x1f\x7f", "<&>", "plain text "};
    string text;
    if (chance(random, 40)) return pieces[below(random, 3)];
    for (std::uint64_t n = below(random, 5); n != 0; --n) text += pieces[below(random, std::size(pieces))];
    if (chance(random, 5)) text += string(below(random, 400), 'x');
    return text;
}

string random_id(random_engine& random, std::size_t len) {
    if (chance(random, 5)) return string(len, '\0');
    if (chance(random, 5)) len = below(random, 40);
    string id(len, '\0');
    for (char& c : id) c = static_cast<char>(random());
    return id;
}

std::uint64_t random_bits(random_engine& random) {
    switch (below(random, 4)) {
    case 0: return below(random, 300);
    case 1: return 0 - below(random, 300);
    case 2: return random();
    default: return std::uint64_t{1} << below(random, 64);
    }
}

double random_double(random_engine& random) {
    constexpr double special[] = {0.0,  -0.0,  1e-6,    9.9e-7, 1e21,  9.99e20,
                                  1e-7, 0.1,   5e-324,  1.7976931348623157e308, 123456789012345680000.0, -2.5};
    if (chance(random, 3)) return std::numeric_limits<double>::quiet_NaN();
    if (chance(random, 3)) return -std::numeric_limits<double>::infinity();
    if (chance(random, 50)) return special[below(random, std::size(special))];
    if (chance(random, 50)) return std::bit_cast<double>(random());
    return static_cast<double>(static_cast<std::int64_t>(random() >> 40)) / 1000;
}

string random_bytes(const FieldDescriptor* field, random_engine& random) {
    if (field->name() == "trace_id") return random_id(random, 16);
    if (field->name().ends_with("span_id")) return random_id(random, 8);
    return random_text(random);
}

void add_scalar(Message& message, const FieldDescriptor* field, random_engine& random) {
    const Reflection& r = *message.GetReflection();
    const bool repeated = field->is_repeated();
    const std::uint64_t bits = random_bits(random);
    switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32: r.SetInt32(&message, field, static_cast<std::int32_t>(bits)); break;
    case FieldDescriptor::CPPTYPE_UINT32: r.SetUInt32(&message, field, static_cast<std::uint32_t>(bits)); break;
    case FieldDescriptor::CPPTYPE_INT64: r.SetInt64(&message, field, static_cast<std::int64_t>(bits)); break;
    case FieldDescriptor::CPPTYPE_UINT64:
        repeated ? r.AddUInt64(&message, field, bits) : r.SetUInt64(&message, field, bits);
        break;
    case FieldDescriptor::CPPTYPE_DOUBLE:
        repeated ? r.AddDouble(&message, field, random_double(random)) : r.SetDouble(&message, field, random_double(random));
        break;
    case FieldDescriptor::CPPTYPE_BOOL: r.SetBool(&message, field, bits & 1); break;
    case FieldDescriptor::CPPTYPE_ENUM:
        r.SetEnumValue(&message, field, chance(random, 80) ? static_cast<int>(bits % 6) : static_cast<int>(bits));
        break;
    case FieldDescriptor::CPPTYPE_STRING:
        repeated ? r.AddString(&message, field, random_bytes(field, random))
                 : r.SetString(&message, field, random_bytes(field, random));
        break;
    default: break;
    }
}

void fill(Message& message, random_engine& random, unsigned size, unsigned depth) {
    const Descriptor& type = *message.GetDescriptor();
    for (int i = 0; i != type.field_count(); ++i) {
        const FieldDescriptor* field = type.field(i);
        const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
        if (is_message && depth > 12) continue;
        // Ids and the levels above records are nearly always there; of a oneof each member in turn may
        // replace the last.
        const bool is_level = is_message && depth < 3 && !field->real_containing_oneof();
        const bool is_wanted = is_level || field->name().ends_with("_id");
        if (!chance(random, is_wanted ? 95 : field->real_containing_oneof() ? 30 : 60)) continue;
        const std::uint64_t most = is_level ? size : 2 * size;
        for (std::uint64_t n = field->is_repeated() ? below(random, most + 1) + is_level : 1; n != 0; --n) {
            if (!is_message) {
                add_scalar(message, field, random);
                continue;
            }
            const Reflection& r = *message.GetReflection();
            Message* child = field->is_repeated() ? r.AddMessage(&message, field) : r.MutableMessage(&message, field);
            fill(*child, random, depth > 4 ? 1 : size, depth + 1);
        }
    }
}

}  // namespace

void fill_randomly(Message& message, random_engine& random, unsigned size) { fill(message, random, size, 0); }

}  // namespace colblock::support
