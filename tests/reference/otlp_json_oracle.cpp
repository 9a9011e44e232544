// SPDX-License-Identifier: Apache-2.0
#include "reference/otlp_json_oracle.hpp"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/stubs/logging.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <set>
#include <vector>

#include "opentelemetry_json/proto/collector/logs/v1/logs_service.pb.h"
#include "opentelemetry_json/proto/collector/metrics/v1/metrics_service.pb.h"
#include "opentelemetry_json/proto/collector/trace/v1/trace_service.pb.h"
#include "reference/otlp_records.hpp"

namespace colblock::reference {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Reads JSON with ids as text; holds them as text.
std::unique_ptr<Message> text_request(signal s) {
    namespace service = opentelemetry_json::proto::collector;
    switch (s) {
    case signal::traces: return std::make_unique<service::trace::v1::ExportTraceServiceRequest>();
    case signal::metrics: return std::make_unique<service::metrics::v1::ExportMetricsServiceRequest>();
    case signal::logs: return std::make_unique<service::logs::v1::ExportLogsServiceRequest>();
    }
    return nullptr;
}
// The same on the wire, with ids as bytes.
std::unique_ptr<Message> bytes_request(signal s) {
    switch (s) {
    case signal::traces: return std::make_unique<trace_request>();
    case signal::metrics: return std::make_unique<metric_request>();
    case signal::logs: return std::make_unique<log_request>();
    }
    return nullptr;
}

void collect_names(const Descriptor* type, std::set<const Descriptor*>& seen, std::set<std::string>& names) {
    if (!seen.insert(type).second) return;
    for (int i = 0; i != type->field_count(); ++i) {
        const FieldDescriptor* field = type->field(i);
        if (field->name().find('_') != std::string::npos) names.insert("\"" + field->name() + "\"");
        if (field->message_type() != nullptr) collect_names(field->message_type(), seen, names);
    }
}

bool has_snake_case(std::string_view json, const Descriptor* type) {
    std::set<const Descriptor*> seen;
    std::set<std::string> names;
    collect_names(type, seen, names);
    const auto is_in = [&](std::string_view text) { return json.find(text) != json.npos; };
    return is_in("\\u005") || std::ranges::any_of(names, is_in);  // the escape of an underscore
}

// Whether `json` may hold an integer above 2^53 with a fraction or an exponent: libprotobuf reads it through a double
// and loses digits.
bool has_long_decimal(std::string_view json) {
    if (json.find("\\u003") != json.npos) return true;  // escaped digits
    constexpr std::string_view parts = "0123456789.eE+-";
    for (std::size_t at = json.find_first_of(parts); at != json.npos; at = json.find_first_of(parts, at)) {
        const std::size_t end = std::min(json.find_first_not_of(parts, at), json.size());
        const std::string number(json.substr(at, end - at));
        const double magnitude = std::abs(std::strtod(number.c_str(), nullptr));
        const bool is_whole = (at == 0 || !std::isalnum(static_cast<unsigned char>(json[at - 1]))) &&
                              (end == json.size() || !std::isalnum(static_cast<unsigned char>(json[end])));
        if (is_whole && number.find_first_of(".eE") != number.npos && magnitude > 9e15 && magnitude < 2e19) return true;
        at = end;
    }
    return false;
}

// Whether `json` may hold an empty key, which is unknown; libprotobuf takes its value for the message around it.
bool has_empty_key(std::string_view json) {
    for (std::size_t at = json.find("\"\""); at != json.npos; at = json.find("\"\"", at + 1)) {
        const std::size_t next = json.find_first_not_of(" \t\r\n", at + 2);
        if (next != json.npos && json[next] == ':') return true;
    }
    return false;
}

// Nothing where `hex` is no hex of whole bytes.
std::string bytes_of_hex(const std::string& hex) {
    if (hex.size() % 2 != 0 || hex.find_first_not_of("0123456789abcdefABCDEF") != hex.npos) return "";
    std::string bytes;
    for (std::size_t i = 0; i != hex.size(); i += 2) bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    return bytes;
}

void convert_ids(Message& message) {
    const Reflection& r = *message.GetReflection();
    std::vector<const FieldDescriptor*> fields;
    r.ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
        if (field->name().ends_with("trace_id") || field->name().ends_with("span_id")) {
            r.SetString(&message, field, bytes_of_hex(r.GetString(message, field)));
        } else if (field->message_type() != nullptr && !field->is_repeated()) {
            convert_ids(*r.MutableMessage(&message, field));
        } else if (field->message_type() != nullptr) {
            for (int i = 0; i != r.FieldSize(message, field); ++i) convert_ids(*r.MutableRepeatedMessage(&message, field, i));
        }
    }
}

}  // namespace

std::optional<std::string> protobuf_of_json(signal s, std::string_view json) {
    google::protobuf::LogSilencer quiet;
    const auto text = text_request(s);
    if (has_snake_case(json, text->GetDescriptor()) || has_long_decimal(json) || has_empty_key(json)) return std::nullopt;
    google::protobuf::util::JsonParseOptions options;
    options.ignore_unknown_fields = true;
    const google::protobuf::StringPiece piece(json.data(), json.size());
    if (!google::protobuf::util::JsonStringToMessage(piece, text.get(), options).ok()) return std::nullopt;
    const auto bytes = bytes_request(s);
    if (!parse(text->SerializeAsString(), *bytes)) return std::nullopt;
    convert_ids(*bytes);
    return bytes->SerializeAsString();
}

}  // namespace colblock::reference
