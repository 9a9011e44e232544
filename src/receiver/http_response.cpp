// SPDX-License-Identifier: Apache-2.0
#include "receiver/http_response.hpp"

namespace colblock::receiver {

std::string_view reason_phrase(unsigned status) noexcept {
    switch (status) {
    case 200: return "OK";
    case 204: return "No Content";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 411: return "Length Required";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "Unknown";
    }
}

void write_response(const http_response& response, bool keep_alive, std::string& out) {
    out = "HTTP/1.1 ";
    out += std::to_string(response.status);
    out.push_back(' ');
    out += reason_phrase(response.status);
    out += "\r\n";
    if (!response.content_type.empty()) {
        out += "Content-Type: ";
        out += response.content_type;
        out += "\r\n";
    }
    if (response.retry_after.count() > 0) {
        out += "Retry-After: ";
        out += std::to_string(response.retry_after.count());
        out += "\r\n";
    }
    out += response.fields;
    if (response.status != 204) {  // which must not have it (RFC 9110, 8.6)
        out += "Content-Length: ";
        out += std::to_string(response.body.size());
        out += "\r\n";
    }
    out += keep_alive ? "\r\n" : "Connection: close\r\n\r\n";
    out += response.body;
}

}  // namespace colblock::receiver
