// SPDX-License-Identifier: Apache-2.0
#include "receiver/cors.hpp"

#include <algorithm>

namespace colblock::receiver {

namespace {

// Origins are ASCII in lower case where browsers write them; people write them as they like.
bool matches(std::string_view pattern, std::string_view origin) noexcept {
    const std::size_t star = pattern.find('*');
    if (star == std::string_view::npos) return equal_ignoring_case(pattern, origin);
    const std::string_view before = pattern.substr(0, star);
    const std::string_view after = pattern.substr(star + 1);
    return origin.size() >= before.size() + after.size() && equal_ignoring_case(origin.substr(0, before.size()), before) &&
           equal_ignoring_case(origin.substr(origin.size() - after.size()), after);
}

std::string origin_fields(std::string_view origin) {
    return "Access-Control-Allow-Origin: " + std::string(origin) + "\r\nAccess-Control-Allow-Credentials: true\r\n";
}

}  // namespace

cors_policy::cors_policy(const cors_options& how) : x_origins(how.origins) {
    x_preflight_fields = "Access-Control-Allow-Methods: POST\r\n";
    std::string headers;
    for (const std::string& each : how.headers) headers += (headers.empty() ? "" : ", ") + each;
    if (!headers.empty()) x_preflight_fields += "Access-Control-Allow-Headers: " + headers + "\r\n";
    x_preflight_fields += "Access-Control-Max-Age: " + std::to_string(how.max_age.count()) + "\r\n";
}

bool cors_policy::allows(std::string_view origin) const noexcept {
    return std::ranges::any_of(x_origins, [&](const std::string& pattern) { return matches(pattern, origin); });
}

std::optional<http_response> cors_policy::preflight(const http_head& head) const {
    if (x_origins.empty() || head.method != "OPTIONS" || head.origin.empty() || head.wanted_method.empty())
        return std::nullopt;
    if (!allows(head.origin))
        return http_response{.status = 403, .content_type = "text/plain; charset=utf-8",
                             .body = "pages of this origin may not send here\n", .fields = "Vary: Origin\r\n"};
    return http_response{.status = 204, .fields = origin_fields(head.origin) + x_preflight_fields + "Vary: Origin\r\n"};
}

std::string cors_policy::response_fields(const http_head& head) const {
    if (x_origins.empty() || head.origin.empty()) return {};
    // Without the first two an SDK in a page could not tell success from overload, nor when to come back.
    if (!allows(head.origin)) return "Vary: Origin\r\n";
    return origin_fields(head.origin) + "Access-Control-Expose-Headers: Retry-After\r\nVary: Origin\r\n";
}

}  // namespace colblock::receiver
