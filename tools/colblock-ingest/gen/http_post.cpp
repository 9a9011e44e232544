// SPDX-License-Identifier: Apache-2.0
#include "gen/http_post.hpp"

#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <ctime>

#include "receiver/http_head.hpp"

namespace colblock::gen {
namespace {

using receiver::equal_ignoring_case;

// What an answer may have: status messages are short, and a stranger's are not to fill our memory.
constexpr std::size_t max_head_len = 64 * 1024;
constexpr std::size_t max_body_len = 1024 * 1024;

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
    return text;
}

// The value of a header field in the lines of `head`; empty if it is not there.
std::string_view header(std::string_view head, std::string_view name) {
    while (!head.empty()) {
        const std::size_t end = head.find('\n');
        const std::string_view line = head.substr(0, end);
        const std::size_t colon = line.find(':');
        if (colon != std::string_view::npos && equal_ignoring_case(line.substr(0, colon), name))
            return trimmed(line.substr(colon + 1));
        if (end == std::string_view::npos) break;
        head.remove_prefix(end + 1);
    }
    return {};
}

template <class T>
std::optional<T> parse_number(std::string_view text, int base = 10) {
    T value{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

std::expected<endpoint, std::string> parse_endpoint(std::string_view url) {
    const auto refuse = [url](std::string_view why) {
        return std::unexpected(std::string(url).append(" ").append(why).append("; give http://HOST:PORT"));
    };
    if (url.starts_with("https://")) return refuse("wants TLS, which gen does not speak");
    if (!url.starts_with("http://")) return refuse("is not an http:// address");
    endpoint made;
    std::string_view authority = url.substr(7);
    const std::size_t slash = authority.find('/');
    if (slash != std::string_view::npos) {
        made.base_path = authority.substr(slash);
        authority = authority.substr(0, slash);
        while (made.base_path.ends_with('/')) made.base_path.pop_back();
    }
    made.authority = authority;
    std::size_t port_colon = authority.rfind(':');
    if (authority.starts_with('[')) {  // an IPv6 address
        const std::size_t bracket = authority.find(']');
        if (bracket == std::string_view::npos) return refuse("has no ] after its IPv6 address");
        made.host = authority.substr(1, bracket - 1);
        port_colon = authority.find(':', bracket);
    } else {
        made.host = authority.substr(0, port_colon);
    }
    made.port = port_colon == std::string_view::npos ? "4318" : authority.substr(port_colon + 1);
    if (made.host.empty()) return refuse("names no host");
    if (!parse_number<std::uint16_t>(made.port)) return refuse("has no valid port");
    return made;
}

std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, std::time_t now) {
    if (const auto seconds = parse_number<std::uint32_t>(value)) return std::chrono::seconds(*seconds);
    std::tm date{};
    const std::string text(value);
    if (strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date) == nullptr) return std::nullopt;
    return std::chrono::seconds(std::max<std::time_t>(0, timegm(&date) - now));
}

std::expected<void, std::string> http_connection::open() {
    if (x_socket < 0 && !connect()) return std::unexpected(x_error);
    return {};
}

std::expected<http_answer, std::string> http_connection::post(const post_body& body) {
    http_answer answer;
    if ((x_socket < 0 && !connect()) || !send(body) || !receive(answer)) {
        close();
        return std::unexpected(x_error);
    }
    return answer;
}

bool http_connection::fail(std::string_view what) {
    x_error = what;
    return false;
}

void http_connection::close() {
    if (x_socket >= 0) ::close(x_socket);
    x_socket = -1;
    x_received.clear();
}

bool http_connection::connect() {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int code = getaddrinfo(x_to->host.c_str(), x_to->port.c_str(), &wanted, &found); code != 0)
        return fail("cannot resolve " + x_to->host + ": " + gai_strerror(code));
    int failure = 0;
    for (const addrinfo* at = found; at != nullptr && x_socket < 0; at = at->ai_next) {
        x_socket = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol);
        if (x_socket < 0) {
            failure = errno;
            continue;
        }
        const timeval limit{x_timeout.count() / 1000, x_timeout.count() % 1000 * 1000};
        const int on = 1;
        setsockopt(x_socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        setsockopt(x_socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
        setsockopt(x_socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (::connect(x_socket, at->ai_addr, at->ai_addrlen) != 0) {
            failure = errno;
            close();
        }
    }
    freeaddrinfo(found);
    if (x_socket >= 0) return true;
    return fail("cannot connect to " + x_to->authority + ": " + std::strerror(failure));
}

bool http_connection::send(const post_body& body) {
    std::string head = "POST " + x_to->base_path + std::string(body.path) + " HTTP/1.1\r\nHost: " + x_to->authority +
                       "\r\nUser-Agent: colblock-gen\r\nContent-Type: application/x-protobuf\r\n";
    if (body.is_gzip) head += "Content-Encoding: gzip\r\n";
    head += "Content-Length: " + std::to_string(body.bytes.size()) + "\r\n\r\n";
    iovec pieces[] = {{head.data(), head.size()}, {const_cast<char*>(body.bytes.data()), body.bytes.size()}};
    msghdr message{};
    message.msg_iov = pieces;
    message.msg_iovlen = 2;
    for (std::size_t left = head.size() + body.bytes.size(); left != 0;) {
        const ssize_t sent = sendmsg(x_socket, &message, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0) return fail(errno == EAGAIN ? "the receiver stopped reading" : std::strerror(errno));
        left -= static_cast<std::size_t>(sent);
        for (auto gone = static_cast<std::size_t>(sent); gone != 0 && left != 0;) {
            const std::size_t step = std::min(gone, message.msg_iov->iov_len);
            message.msg_iov->iov_base = static_cast<char*>(message.msg_iov->iov_base) + step;
            message.msg_iov->iov_len -= step;
            gone -= step;
            if (message.msg_iov->iov_len == 0) ++message.msg_iov, --message.msg_iovlen;
        }
    }
    return true;
}

bool http_connection::receive(http_answer& answer) {
    std::string head;
    do {  // interim answers (1xx) have no body
        if (!receive_head(answer, head)) return false;
    } while (answer.status < 200);
    if (!receive_body(head, answer)) return false;
    if (const std::string_view wait = header(head, "Retry-After"); !wait.empty())
        answer.retry_after = parse_retry_after(wait, std::time(nullptr));
    if (equal_ignoring_case(header(head, "Connection"), "close")) close();
    return true;
}

// Leaves the header lines in `head`.
bool http_connection::receive_head(http_answer& answer, std::string& head) {
    std::string line;
    if (!take_line(line)) return false;
    const auto status = line.starts_with("HTTP/1.") && line.size() >= 12
                            ? parse_number<int>(std::string_view(line).substr(9, 3))
                            : std::nullopt;
    if (!status) return fail("the answer is not HTTP/1.1");
    answer.status = *status;
    head.clear();
    while (true) {
        if (!take_line(line)) return false;
        if (line.empty()) return true;
        head += line + '\n';
        if (head.size() > max_head_len) return fail("the answer's head is too long");
    }
}

bool http_connection::receive_body(std::string_view head, http_answer& answer) {
    if (answer.status == 204 || answer.status == 304) return true;
    if (equal_ignoring_case(header(head, "Transfer-Encoding"), "chunked")) return receive_chunks(answer);
    const std::string_view length = header(head, "Content-Length");
    const auto len = parse_number<std::size_t>(length);
    if (!len || *len > max_body_len) return fail("the answer has no usable Content-Length");
    return take_bytes(*len, answer.body);
}

bool http_connection::receive_chunks(http_answer& answer) {
    std::string line;
    while (true) {
        if (!take_line(line)) return false;
        const auto len = parse_number<std::size_t>(trimmed(std::string_view(line).substr(0, line.find(';'))), 16);
        if (!len || *len > max_body_len - answer.body.size()) return fail("the answer's chunks are malformed");
        if (*len == 0) break;
        if (!take_bytes(*len, answer.body) || !take_line(line)) return false;
    }
    do {  // trailers
        if (!take_line(line)) return false;
    } while (!line.empty());
    return true;
}

bool http_connection::read_more() {
    char bytes[16 * 1024];
    while (true) {
        const ssize_t got = recv(x_socket, bytes, sizeof bytes, 0);
        if (got > 0) {
            x_received.append(bytes, static_cast<std::size_t>(got));
            return true;
        }
        if (got == 0) return fail("the receiver closed the connection before it answered");
        if (errno == EINTR) continue;
        return fail(errno == EAGAIN ? "no answer within the time limit" : std::strerror(errno));
    }
}

bool http_connection::take_line(std::string& line) {
    std::size_t end = 0;
    while ((end = x_received.find('\n')) == std::string::npos) {
        if (x_received.size() > max_head_len) return fail("a line of the answer's head is too long");
        if (!read_more()) return false;
    }
    line = x_received.substr(0, end);
    if (line.ends_with('\r')) line.pop_back();
    x_received.erase(0, end + 1);
    return true;
}

bool http_connection::take_bytes(std::size_t len, std::string& to) {
    while (x_received.size() < len)
        if (!read_more()) return false;
    to.append(x_received, 0, len);
    x_received.erase(0, len);
    return true;
}

}  // namespace colblock::gen
