// SPDX-License-Identifier: Apache-2.0
#include "receiver/otlp_http.hpp"

#include <algorithm>
#include <string>

#include "receiver/rpc_status.hpp"

namespace colblock::receiver {

namespace {

// What admit decides, as the number that comes back with the complete request.
struct route {
    signal what = signal::traces;
    answer_form form = answer_form::text;
    content_encoding coding = content_encoding::identity;

    [[nodiscard]] std::uint32_t pack() const noexcept {
        return static_cast<std::uint32_t>(what) | static_cast<std::uint32_t>(form) << 8 |
               static_cast<std::uint32_t>(coding) << 16;
    }
    [[nodiscard]] static route unpack(std::uint32_t packed) noexcept {
        return {static_cast<signal>(packed & 0xff), static_cast<answer_form>(packed >> 8 & 0xff),
                static_cast<content_encoding>(packed >> 16 & 0xff)};
    }
};

std::string_view content_type_of(answer_form form) noexcept {
    switch (form) {
    case answer_form::protobuf: return "application/x-protobuf";
    case answer_form::json: return "application/json";
    case answer_form::text: break;
    }
    return "text/plain; charset=utf-8";
}

encoding encoding_of(answer_form form) noexcept {
    return form == answer_form::json ? encoding::json : encoding::protobuf;
}

http_response failed(unsigned status, rpc_code code, std::string_view why, answer_form form) {
    http_response response{.status = status, .content_type = content_type_of(form)};
    response.body = form == answer_form::text ? std::string(why) + '\n' : status_message(encoding_of(form), code, why);
    return response;
}

rpc_code code_for(unsigned status) noexcept {
    switch (status) {
    case 401: return rpc_code::unauthenticated;
    case 404:
    case 405: return rpc_code::unimplemented;
    case 413: return rpc_code::resource_exhausted;
    case 408:
    case 503: return rpc_code::unavailable;
    case 500: return rpc_code::internal;
    default: return rpc_code::invalid_argument;
    }
}

}  // namespace

answer_form form_of(std::string_view content_type) noexcept {
    const std::string_view essence = trim_spaces(content_type.substr(0, content_type.find(';')));
    if (equal_ignoring_case(essence, "application/x-protobuf")) return answer_form::protobuf;
    if (equal_ignoring_case(essence, "application/json")) return answer_form::json;
    return answer_form::text;
}

std::optional<signal> signal_of(std::string_view target) noexcept {
    std::string_view path = target.substr(0, std::min(target.find('?'), target.find('#')));
    if (const std::size_t authority = path.find("://"); authority != std::string_view::npos && !path.starts_with('/')) {
        path.remove_prefix(authority + 3);  // absolute-form, as through a proxy
        path.remove_prefix(std::min(path.find('/'), path.size()));
    }
    if (!path.starts_with('/')) return std::nullopt;
    if (path.ends_with("/v1/traces")) return signal::traces;
    if (path.ends_with("/v1/metrics")) return signal::metrics;
    if (path.ends_with("/v1/logs")) return signal::logs;
    return std::nullopt;
}

http_response response_to(outcome&& o, answer_form form, signal s) {
    using kind = outcome::kind;
    http_response response;
    switch (o.what) {
    case kind::stored:
        response.body = success_message(encoding_of(form));
        break;
    case kind::partially_stored:
        response.body = partial_success_message(encoding_of(form), s, o);
        break;
    case kind::bad_data:
        response.status = 400;
        response.body = status_with_bad_request(encoding_of(form), o.message);
        break;
    case kind::too_large: return failed(413, rpc_code::resource_exhausted, o.message, form);
    case kind::internal: return failed(500, rpc_code::internal, o.message, form);
    case kind::overloaded:
    case kind::unavailable:
        response = failed(503, rpc_code::unavailable, o.message, form);
        response.retry_after = o.retry_after;
        return response;
    }
    response.content_type = content_type_of(form);
    return response;
}

http_service::admission otlp_http::admit(const http_head& head) {
    if (auto answer = x_cors.preflight(head)) return {.refusal = std::move(answer)};
    admission decided = route_of(head);
    decided.fields = x_cors.response_fields(head);
    return decided;
}

http_service::admission otlp_http::route_of(const http_head& head) const {
    const answer_form form = form_of(head.content_type);
    const auto refuse = [form](unsigned status, std::string_view why, std::string fields = {}) {
        admission refused{.refusal = failed(status, code_for(status), why, form)};
        refused.refusal->fields = std::move(fields);
        return refused;
    };
    if (x_options.senders && !x_options.senders->admit(head.authorization))
        return refuse(401, head.authorization.empty() ? "the Authorization field is missing"
                                                      : "the Authorization field holds nothing that is known here",
                      "WWW-Authenticate: " + x_options.senders->challenge() + "\r\n");
    const std::optional<signal> what = signal_of(head.target);
    if (!what) return refuse(404, "the paths are /v1/traces, /v1/metrics and /v1/logs");
    if (head.method != "POST") return refuse(405, "OTLP requests are POST", "Allow: POST\r\n");
    if (form == answer_form::text) return refuse(415, "the Content-Type must be application/x-protobuf or application/json");
    const auto coding = parse_content_encoding(head.content_encoding);
    if (!coding)
        return refuse(415, "the Content-Encoding must be one of " + std::string(accepted_content_encodings),
                      "Accept-Encoding: " + std::string(accepted_content_encodings) + "\r\n");
    if (!head.chunked && !head.content_length) return refuse(411, "Content-Length is missing");
    return {.refusal = std::nullopt,
            .route = route{*what, form, *coding}.pack(),
            .max_body_len = x_options.max_payload_len};
}

http_response otlp_http::broken_head(byte_view received, const bad_head& what) {
    return failed(what.status, code_for(what.status), what.why, form_of(find_field(received, "content-type")));
}

void otlp_http::serve(http_request& request, http_responder respond) {
    const route where = route::unpack(request.route);
    payload taken;
    taken.signal = where.what;
    taken.form = encoding_of(where.form);
    taken.sender = request.sender;
    taken.bytes.swap(request.bytes);
    taken.body_offset = request.body_offset;
    taken.answer = reply([where, send = std::move(respond)](outcome&& o) mutable {
        send(response_to(std::move(o), where.form, where.what));
    });
    x_intake.take(taken, where.coding);
    taken.bytes.swap(request.bytes);  // what is left is reused
}

http_response otlp_http::failure(std::uint32_t route_number, unsigned status, std::string_view why) {
    http_response response = failed(status, code_for(status), why, route::unpack(route_number).form);
    if (status == 503) response.retry_after = std::chrono::seconds(1);
    return response;
}

}  // namespace colblock::receiver
