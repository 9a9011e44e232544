// SPDX-License-Identifier: Apache-2.0
#pragma once

// preflight := OPTIONS with Origin and Access-Control-Request-Method
//
// The CORS protocol of the Fetch standard: browsers send telemetry of a page to another origin only if
// this server allows it, and let the page read an answer only if the answer says so too. The origin is
// echoed and credentials are allowed, because SDKs send by navigator.sendBeacon, which has them.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "receiver/http_head.hpp"
#include "receiver/http_response.hpp"

namespace colblock::receiver {

struct cors_options {
    /// "https://shop.example.com"; one '*' stands for any text: "https://*.example.com", "*". Empty: no page may.
    std::vector<std::string> origins{};
    /// Request fields that pages may set.
    std::vector<std::string> headers{"Accept", "Authorization", "Content-Encoding", "Content-Type", "X-Requested-With"};
    std::chrono::seconds max_age{7200};  ///< how long a browser may remember a preflight; Chromium's maximum
};

/// Which pages of browsers may send here. Immutable, so threads may share one.
class cors_policy {
public:
    explicit cors_policy(const cors_options& how);

    /// The answer to a preflight; nullopt if `head` is none, or if no page may send.
    [[nodiscard]] std::optional<http_response> preflight(const http_head& head) const;
    /// Fields of every answer to `head`, by which the page may read it. Empty for senders that are no pages.
    [[nodiscard]] std::string response_fields(const http_head& head) const;

private:
    [[nodiscard]] bool allows(std::string_view origin) const noexcept;

    std::vector<std::string> x_origins;
    std::string x_preflight_fields;
};

}  // namespace colblock::receiver
