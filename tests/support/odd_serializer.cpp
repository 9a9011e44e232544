// SPDX-License-Identifier: Apache-2.0
#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <bit>
#include <deque>
#include <map>
#include <vector>

#include "support/random_message.hpp"

namespace colblock::support {

namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using std::string;

enum wire_type : unsigned { varint = 0, fixed64 = 1, bytes = 2, group = 3, end_group = 4, fixed32 = 5 };

class odd_serializer {
public:
    explicit odd_serializer(random_engine& random) : x_random(random) {}

    string serialize(const Message& message) { return weave(encode_fields(message)); }

private:
    // The encoded occurrences of one field, or of one oneof. Their order matters, that of the queues does not.
    using queue = std::deque<string>;

    string number(std::uint64_t value, unsigned most_bytes = 10) {
        string text;
        while (value >= 0x80) {
            text += static_cast<char>(value | 0x80);
            value >>= 7;
        }
        text += static_cast<char>(value);
        if (!chance(x_random, 10)) return text;
        while (text.size() < most_bytes && chance(x_random, 50)) {  // over-long, but legal
            text.back() = static_cast<char>(text.back() | 0x80);
            text += '\0';
        }
        return text;
    }
    // libprotobuf takes tags and lengths of at most five bytes.
    string tag(int field, wire_type type) { return number(static_cast<unsigned>(field) << 3 | type, 5); }
    string delimited(int field, const string& content) { return tag(field, bytes) + number(content.size(), 5) + content; }
    static string little_endian(std::uint64_t value, unsigned len) {
        string text;
        for (unsigned i = 0; i != len; ++i) text += static_cast<char>(value >> 8 * i);
        return text;
    }

    string unknown_value(int field, unsigned depth) {
        switch (below(x_random, depth < 3 ? 5 : 4)) {
        case 0: return tag(field, varint) + number(x_random());
        case 1: return tag(field, fixed64) + little_endian(x_random(), 8);
        case 2: return tag(field, fixed32) + little_endian(x_random(), 4);
        case 3: return delimited(field, string(below(x_random, 20), '\x0b'));
        default: {
            string content;
            for (std::uint64_t n = below(x_random, 3); n != 0; --n) content += unknown_value(random_field(), depth + 1);
            return tag(field, group) + content + tag(field, end_group);
        }
        }
    }
    int random_field() { return static_cast<int>(chance(x_random, 50) ? 20 + below(x_random, 3000) : 1 + below(x_random, 536870911)); }

    static wire_type wire_type_of(const FieldDescriptor* field) {
        switch (field->type()) {
        case FieldDescriptor::TYPE_DOUBLE:
        case FieldDescriptor::TYPE_FIXED64:
        case FieldDescriptor::TYPE_SFIXED64: return fixed64;
        case FieldDescriptor::TYPE_FIXED32: return fixed32;
        case FieldDescriptor::TYPE_BYTES:
        case FieldDescriptor::TYPE_STRING:
        case FieldDescriptor::TYPE_MESSAGE: return bytes;
        default: return varint;
        }
    }
    // A singular field with a wire type that it does not have: unknown to whoever switches on both.
    string wrong_type(const FieldDescriptor* field) {
        const wire_type right = wire_type_of(field);
        const wire_type wrong = right == varint ? fixed32 : varint;
        return tag(field->number(), wrong) + (wrong == varint ? number(x_random()) : little_endian(x_random(), 4));
    }

    string scalar(const Message& m, const FieldDescriptor* field, int i) {
        const Reflection& r = *m.GetReflection();
        const bool repeated = field->is_repeated();
        const auto zigzag = [](std::int32_t v) { return static_cast<std::uint32_t>(v) << 1 ^ static_cast<std::uint32_t>(v >> 31); };
        switch (field->type()) {
        case FieldDescriptor::TYPE_DOUBLE:
            return little_endian(std::bit_cast<std::uint64_t>(repeated ? r.GetRepeatedDouble(m, field, i) : r.GetDouble(m, field)), 8);
        case FieldDescriptor::TYPE_FIXED64:
            return little_endian(repeated ? r.GetRepeatedUInt64(m, field, i) : r.GetUInt64(m, field), 8);
        case FieldDescriptor::TYPE_SFIXED64: return little_endian(static_cast<std::uint64_t>(r.GetInt64(m, field)), 8);
        case FieldDescriptor::TYPE_FIXED32: return little_endian(r.GetUInt32(m, field), 4);
        case FieldDescriptor::TYPE_BOOL: return number(r.GetBool(m, field));
        case FieldDescriptor::TYPE_UINT32: return number(r.GetUInt32(m, field));
        case FieldDescriptor::TYPE_UINT64: return number(repeated ? r.GetRepeatedUInt64(m, field, i) : r.GetUInt64(m, field));
        case FieldDescriptor::TYPE_INT64: return number(static_cast<std::uint64_t>(r.GetInt64(m, field)));
        case FieldDescriptor::TYPE_SINT32: return number(zigzag(r.GetInt32(m, field)));
        case FieldDescriptor::TYPE_ENUM: return number(static_cast<std::uint64_t>(std::int64_t{r.GetEnumValue(m, field)}));
        case FieldDescriptor::TYPE_INT32: return number(static_cast<std::uint64_t>(std::int64_t{r.GetInt32(m, field)}));
        default: {
            const string& text = repeated ? r.GetRepeatedStringReference(m, field, i, &x_scratch) : r.GetStringReference(m, field, &x_scratch);
            return number(text.size(), 5) + text;
        }
        }
    }

    // A repeated number: stretches of it packed, others not.
    void encode_numbers(const Message& m, const FieldDescriptor* field, queue& to) {
        const int size = m.GetReflection()->FieldSize(m, field);
        for (int i = 0; i != size;) {
            if (chance(x_random, 30)) {
                to.push_back(tag(field->number(), wire_type_of(field)) + scalar(m, field, i++));
                continue;
            }
            string packed;
            do packed += scalar(m, field, i++);
            while (i != size && !chance(x_random, 20));
            to.push_back(delimited(field->number(), packed));
        }
        if (chance(x_random, 10)) to.push_back(delimited(field->number(), ""));
    }

    // A singular message, maybe in pieces.
    void encode_message(const Message& child, int number_of_field, queue& to) {
        std::map<int, queue> fields = encode_fields(child);
        if (!chance(x_random, 25)) return to.push_back(delimited(number_of_field, weave(std::move(fields))));
        std::map<int, queue> first;  // the first occurrences of some fields
        for (auto& [key, occurrences] : fields)
            while (!occurrences.empty() && chance(x_random, 60)) {
                first[key].push_back(std::move(occurrences.front()));
                occurrences.pop_front();
            }
        to.push_back(delimited(number_of_field, weave(std::move(first))));
        to.push_back(delimited(number_of_field, weave(std::move(fields))));
    }

    // Something that the rest of the queue overwrites.
    void encode_decoy(const FieldDescriptor* field, queue& to) {
        if (field->real_containing_oneof()) field = field->real_containing_oneof()->field(static_cast<int>(below(x_random, static_cast<unsigned>(field->real_containing_oneof()->field_count()))));
        const wire_type type = wire_type_of(field);
        if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) return;
        to.push_back(tag(field->number(), type) + (type == varint    ? number(x_random())
                                                   : type == bytes   ? number(5, 5) + "decoy"
                                                   : type == fixed64 ? little_endian(x_random(), 8)
                                                                     : little_endian(x_random(), 4)));
    }

    std::map<int, queue> encode_fields(const Message& message) {
        std::map<int, queue> fields;
        const Reflection& r = *message.GetReflection();
        std::vector<const FieldDescriptor*> set;
        r.ListFields(message, &set);
        for (const FieldDescriptor* field : set) {
            queue& to = fields[field->number()];
            const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
            if (field->is_packable()) {
                encode_numbers(message, field, to);
            } else if (field->is_repeated()) {
                for (int i = 0; i != r.FieldSize(message, field); ++i)
                    to.push_back(is_message ? delimited(field->number(), serialize(r.GetRepeatedMessage(message, field, i)))
                                            : tag(field->number(), bytes) + scalar(message, field, i));
            } else {
                const bool is_plain = !is_message || field->real_containing_oneof();
                if (is_plain && chance(x_random, 10)) encode_decoy(field, to);
                if (is_message)
                    encode_message(r.GetMessage(message, field), field->number(), to);
                else
                    to.push_back(tag(field->number(), wire_type_of(field)) + scalar(message, field, 0));
                if (chance(x_random, 5)) to.push_back(wrong_type(field));
            }
        }
        return fields;
    }

    // Puts the occurrences of all fields into one message: in ascending order, or in any.
    string weave(std::map<int, queue> fields) {
        string message;
        const bool ascending = chance(x_random, 30);
        while (!fields.empty()) {
            auto at = fields.begin();
            if (!ascending) std::advance(at, static_cast<std::ptrdiff_t>(below(x_random, fields.size())));
            if (!at->second.empty()) {
                message += at->second.front();
                at->second.pop_front();
            }
            if (at->second.empty()) fields.erase(at);
            if (chance(x_random, 5)) message += unknown_value(random_field(), 0);
        }
        return message;
    }

    random_engine& x_random;
    string x_scratch;
};

}  // namespace

string serialize_oddly(const Message& message, random_engine& random) { return odd_serializer(random).serialize(message); }

}  // namespace colblock::support
