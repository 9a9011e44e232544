// SPDX-License-Identifier: Apache-2.0
#include "receiver/credentials.hpp"

#include <algorithm>

#include "colblock/base/base64.hpp"
#include "receiver/http_head.hpp"

namespace colblock::receiver {

namespace {

// What a token may consist of (RFC 6750, 2.1); anything else could not be sent.
bool is_token68(std::string_view text) noexcept {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view("-._~+/=").find(c) != std::string_view::npos;
    });
}

std::string base64_of(std::string_view text) {
    std::string out(base64_len(text.size()), '\0');
    write_base64(out.data(), text);
    return out;
}

// Calls `add(line)` for each line that holds something, until it is refused.
template <class Add>
std::expected<void, std::string> for_each_line(std::string_view lines, std::string_view why, Add add) {
    for (std::size_t number = 1; !lines.empty(); ++number) {
        const std::size_t end = std::min(lines.find('\n'), lines.size());
        std::string_view line = lines.substr(0, end);
        lines.remove_prefix(std::min(end + 1, lines.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        line = trim_spaces(line);
        if (line.empty() || line.starts_with('#')) continue;
        if (!add(line)) return std::unexpected("line " + std::to_string(number) + " " + std::string(why));
    }
    return {};
}

// Looks at every byte of what was presented, whatever is right of it, so that time tells nothing of the secret.
bool same(std::string_view presented, std::string_view secret) noexcept {
    volatile unsigned differs = presented.size() != secret.size();
    for (std::size_t i = 0; i != presented.size(); ++i)
        differs = differs | static_cast<unsigned>(presented[i] ^ secret[i % secret.size()]);
    return differs == 0;
}

bool any_is(const std::vector<std::string>& secrets, std::string_view presented) noexcept {
    bool found = false;
    for (const std::string& secret : secrets) found = same(presented, secret) || found;
    return found;
}

}  // namespace

std::expected<void, std::string> credentials::add_tokens(std::string_view lines) {
    return for_each_line(lines, "is no token: letters, digits and -._~+/= only", [this](std::string_view line) {
        if (!is_token68(line)) return false;
        x_tokens.emplace_back(line);
        return true;
    });
}

std::expected<void, std::string> credentials::add_users(std::string_view lines) {
    return for_each_line(lines, "is not USER:PASSWORD", [this](std::string_view line) {
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || colon == 0 || colon + 1 == line.size()) return false;
        x_users.push_back(base64_of(line));
        return true;
    });
}

bool credentials::admit(std::string_view authorization) const noexcept {
    const std::size_t space = std::min(authorization.find(' '), authorization.size());
    const std::string_view scheme = authorization.substr(0, space);
    const std::string_view presented = trim_spaces(authorization.substr(space));
    if (equal_ignoring_case(scheme, "bearer")) return any_is(x_tokens, presented);
    if (equal_ignoring_case(scheme, "basic")) return any_is(x_users, presented);
    return false;
}

std::string credentials::challenge() const {
    std::string all;
    if (!x_tokens.empty()) all = "Bearer realm=\"colblock\"";
    if (!x_users.empty()) all += std::string(all.empty() ? "" : ", ") + "Basic realm=\"colblock\", charset=\"UTF-8\"";
    return all;
}

}  // namespace colblock::receiver
