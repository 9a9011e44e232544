// SPDX-License-Identifier: Apache-2.0
#include "receiver/rpc_status.hpp"

namespace colblock::receiver {

namespace {

// Written here because receivers know bytes and base, not wire.
void append_varint(std::string& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
    out.push_back(static_cast<char>(value));
}

void append_number_field(std::string& out, unsigned number, std::uint64_t value) {
    if (value == 0) return;
    out.push_back(static_cast<char>(number << 3));
    append_varint(out, value);
}

void append_bytes_field(std::string& out, unsigned number, std::string_view value) {
    if (value.empty()) return;
    out.push_back(static_cast<char>(number << 3 | 2));
    append_varint(out, value.size());
    out += value;
}

void append_detail(std::string& status, std::string_view type, std::string_view detail) {
    std::string any;
    append_bytes_field(any, 1, "type.googleapis.com/google.rpc." + std::string(type));
    append_bytes_field(any, 2, detail);
    append_bytes_field(status, 3, any);
}

// Messages are ours or a server's exception text: ASCII in practice, but any byte is possible.
void append_json_string(std::string& out, std::string_view text) {
    constexpr char hex[] = "0123456789abcdef";
    out.push_back('"');
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (byte < 0x20 || byte >= 0x7f) {
            out += "\\u00";
            out.push_back(hex[byte >> 4]);
            out.push_back(hex[byte & 15]);
        } else {
            out.push_back(c);
        }
    }
    out.push_back('"');
}

std::string_view rejected_key(signal s) noexcept {
    switch (s) {
    case signal::traces: return "rejectedSpans";
    case signal::metrics: return "rejectedDataPoints";
    case signal::logs: return "rejectedLogRecords";
    }
    return "rejected";
}

}  // namespace

std::string status_message(encoding form, rpc_code code, std::string_view message) {
    std::string out;
    if (form == encoding::protobuf) {
        append_number_field(out, 1, static_cast<std::uint64_t>(code));
        append_bytes_field(out, 2, message);
        return out;
    }
    out = "{\"code\":" + std::to_string(static_cast<unsigned>(code)) + ",\"message\":";
    append_json_string(out, message);
    out.push_back('}');
    return out;
}

std::string status_with_retry(rpc_code code, std::string_view message, std::chrono::seconds delay) {
    std::string duration;
    append_number_field(duration, 1, static_cast<std::uint64_t>(delay.count()));
    std::string info;
    append_bytes_field(info, 1, duration);
    std::string out = status_message(encoding::protobuf, code, message);
    append_detail(out, "RetryInfo", info);
    return out;
}

std::string status_with_bad_request(encoding form, std::string_view message) {
    std::string out = status_message(form, rpc_code::invalid_argument, message);
    if (form == encoding::json) {
        out.back() = ',';
        out += R"("details":[{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"description":)";
        append_json_string(out, message);
        return out += "}]}]}";
    }
    std::string violation;
    append_bytes_field(violation, 2, message);
    std::string request;
    append_bytes_field(request, 1, violation);
    append_detail(out, "BadRequest", request);
    return out;
}

std::string_view success_message(encoding form) noexcept {
    return form == encoding::protobuf ? std::string_view() : "{}";
}

std::string partial_success_message(encoding form, signal s, const outcome& o) {
    std::string out;
    if (form == encoding::protobuf) {
        std::string partial;
        append_number_field(partial, 1, o.rejected);
        append_bytes_field(partial, 2, o.message);
        append_bytes_field(out, 1, partial);
        return out;
    }
    out = "{\"partialSuccess\":{\"";
    out += rejected_key(s);
    out += "\":\"" + std::to_string(o.rejected) + "\",\"errorMessage\":";
    append_json_string(out, o.message);
    out += "}}";
    return out;
}

}  // namespace colblock::receiver
