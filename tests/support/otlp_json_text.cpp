// SPDX-License-Identifier: Apache-2.0
#include "support/otlp_json_text.hpp"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>
#include <vector>

namespace colblock::support {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using std::string;

// Writes as an SDK does if it has no source of random numbers.
class json_writer {
public:
    explicit json_writer(random_engine* random) : x_random(random) {}

    string message(const Message& m) {
        std::vector<string> members;
        const Descriptor& type = *m.GetDescriptor();
        for (int i = 0; i != type.field_count(); ++i) add_member(m, type.field(i), members);
        if (odd(15)) members.push_back(member("x" + std::to_string(members.size()), unknown(0)));
        if (odd(50)) std::shuffle(members.begin(), members.end(), *x_random);
        if (odd(20)) overwrite_scalar(m, members);
        string all = "{" + space();
        for (std::size_t i = 0; i != members.size(); ++i) all += (i == 0 ? "" : "," + space()) + members[i] + space();
        return all + "}";
    }

private:
    bool odd(unsigned percent) { return x_random != nullptr && chance(*x_random, percent); }
    std::uint64_t pick(std::uint64_t n) { return below(*x_random, n); }
    string space() {
        static const string spaces[] = {" ", "\n", "\t", "\r\n  "};
        return odd(10) ? spaces[pick(4)] : "";
    }
    string member(const string& key, const string& value) { return text(key, true) + space() + ":" + space() + value; }

    void add_member(const Message& m, const FieldDescriptor* field, std::vector<string>& members) {
        const Reflection& r = *m.GetReflection();
        const bool is_set = field->is_repeated() ? r.FieldSize(m, field) != 0
                            : field->has_presence() ? r.HasField(m, field) : true;
        if (!is_set) {
            if (odd(10)) members.push_back(member(field->json_name(), "null"));
            return;
        }
        if (!field->is_repeated()) return members.push_back(member(field->json_name(), scalar(m, field, -1)));
        const int n = r.FieldSize(m, field);
        const int first = odd(20) ? static_cast<int>(pick(static_cast<std::uint64_t>(n) + 1)) : n;
        members.push_back(member(field->json_name(), list(m, field, 0, first)));
        // A shuffle must not reorder the pieces of a list, so they are one member to it.
        if (first != n) members.back() += space() + "," + space() + member(field->json_name(), list(m, field, first, n));
    }
    string list(const Message& m, const FieldDescriptor* field, int begin, int end) {
        string all = "[" + space();
        for (int i = begin; i != end; ++i) all += (i == begin ? "" : ",") + space() + scalar(m, field, i) + space();
        return all + "]";
    }
    // A first value of a scalar, which counts no more.
    void overwrite_scalar(const Message& m, std::vector<string>& members) {
        const Descriptor& type = *m.GetDescriptor();
        const FieldDescriptor* field = type.field(static_cast<int>(pick(static_cast<std::uint64_t>(type.field_count()))));
        if (field->is_repeated() || field->has_presence()) return;
        if (field->type() == FieldDescriptor::TYPE_FIXED64) members.insert(members.begin(), member(field->json_name(), "\"77\""));
        if (field->type() == FieldDescriptor::TYPE_BYTES) members.insert(members.begin(), member(field->json_name(), "\"00ff\""));
    }

    string scalar(const Message& m, const FieldDescriptor* field, int i) {
        const Reflection& r = *m.GetReflection();
        switch (field->cpp_type()) {
        case FieldDescriptor::CPPTYPE_INT32: return small(i < 0 ? r.GetInt32(m, field) : r.GetRepeatedInt32(m, field, i));
        case FieldDescriptor::CPPTYPE_UINT32: return small(r.GetUInt32(m, field));
        case FieldDescriptor::CPPTYPE_INT64: return big(std::to_string(r.GetInt64(m, field)));
        case FieldDescriptor::CPPTYPE_UINT64:
            return big(std::to_string(i < 0 ? r.GetUInt64(m, field) : r.GetRepeatedUInt64(m, field, i)));
        case FieldDescriptor::CPPTYPE_DOUBLE: return real(i < 0 ? r.GetDouble(m, field) : r.GetRepeatedDouble(m, field, i));
        case FieldDescriptor::CPPTYPE_BOOL: return r.GetBool(m, field) ? "true" : "false";
        case FieldDescriptor::CPPTYPE_ENUM: return enumeration(field, r.GetEnumValue(m, field));
        case FieldDescriptor::CPPTYPE_STRING:
            return bytes(field, i < 0 ? r.GetString(m, field) : r.GetRepeatedString(m, field, i));
        case FieldDescriptor::CPPTYPE_MESSAGE: return message(i < 0 ? r.GetMessage(m, field) : r.GetRepeatedMessage(m, field, i));
        default: return "null";
        }
    }
    string small(std::int64_t value) { return odd(20) ? big(std::to_string(value)) : std::to_string(value); }
    string big(const string& digits) {
        if (odd(10)) return digits + ".0";
        if (odd(10) && digits.size() > 3 && digits.ends_with("000")) return digits.substr(0, digits.size() - 3) + "e+3";
        if (odd(10) && digits != "0") return "\"" + digits + "0e-1\"";
        return odd(30) ? digits : "\"" + digits + "\"";
    }
    string real(double value) {
        if (std::isnan(value)) return "\"NaN\"";
        if (std::isinf(value)) return value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
        char digits[40];
        const string shortest(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
        return odd(20) ? "\"" + shortest + "\"" : shortest;
    }
    string enumeration(const FieldDescriptor* field, int value) {
        const auto* const known = field->enum_type()->FindValueByNumber(value);
        return known != nullptr && odd(30) ? "\"" + known->name() + "\"" : small(value);
    }
    string bytes(const FieldDescriptor* field, const string& value) {
        if (field->name().ends_with("trace_id") || field->name().ends_with("span_id")) return hex(value);
        return field->name() == "bytes_value" ? base64(value) : text(value, false);
    }
    string hex(const string& value) {
        string all = "\"";
        const char* const digits = odd(30) ? "0123456789ABCDEF" : "0123456789abcdef";
        for (const char c : value) {
            all += digits[static_cast<unsigned char>(c) >> 4];
            all += digits[static_cast<unsigned char>(c) & 15];
        }
        return all + "\"";
    }
    string base64(const string& value) {
        const bool for_urls = odd(40);
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + string(for_urls ? "-_" : "+/");
        string all = "\"";
        for (std::size_t i = 0; i < value.size(); i += 3) {
            unsigned bits = 0;
            for (std::size_t k = 0; k != 3; ++k)
                bits = bits << 8 | (i + k < value.size() ? static_cast<unsigned char>(value[i + k]) : 0u);
            for (unsigned k = 0; k != 4; ++k) {
                if (i + k <= value.size()) all += alphabet[bits >> (18 - 6 * k) & 63];
                else if (!for_urls) all += '=';
            }
        }
        return all + "\"";
    }
    string text(const string& value, bool is_key) {
        string all = "\"";
        for (const char c : value) {
            const auto byte = static_cast<unsigned char>(c);
            if (byte < 0x20 || (byte < 0x80 && odd(is_key ? 1 : 5))) {
                char escape[8];
                std::snprintf(escape, sizeof escape, odd(50) ? "\\u%04X" : "\\u%04x", byte);
                all += escape;
            } else {
                if (c == '"' || c == '\\' || (c == '/' && odd(50))) all += '\\';
                all += c;
            }
        }
        return all + "\"";
    }
    string unknown(unsigned depth) {
        static const string scalars[] = {"true", "false", "null", "-0.5e-7", "\"}]\\\"\\ud83d\\ude00\"", "{}", "[]"};
        if (depth == 3 || pick(3) != 0) return scalars[pick(7)];
        return pick(2) != 0 ? "[" + unknown(depth + 1) + "," + unknown(depth + 1) + "]" : "{\"name\":" + unknown(depth + 1) + "}";
    }

    random_engine* x_random;
};

}  // namespace

void drop_nan_payloads(Message& message) {
    const Reflection& r = *message.GetReflection();
    std::vector<const FieldDescriptor*> fields;
    r.ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
        const bool is_message = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
        if (!is_message && field->cpp_type() != FieldDescriptor::CPPTYPE_DOUBLE) continue;
        const double nan = std::numeric_limits<double>::quiet_NaN();
        if (!field->is_repeated()) {
            if (is_message) drop_nan_payloads(*r.MutableMessage(&message, field));
            else if (std::isnan(r.GetDouble(message, field))) r.SetDouble(&message, field, nan);
            continue;
        }
        for (int i = 0; i != r.FieldSize(message, field); ++i) {
            if (is_message) drop_nan_payloads(*r.MutableRepeatedMessage(&message, field, i));
            else if (std::isnan(r.GetRepeatedDouble(message, field, i))) r.SetRepeatedDouble(&message, field, i, nan);
        }
    }
}

string otlp_json(const Message& message) { return json_writer(nullptr).message(message); }
string odd_otlp_json(const Message& message, random_engine& random) { return json_writer(&random).message(message); }

}  // namespace colblock::support
