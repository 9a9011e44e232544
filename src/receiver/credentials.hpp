// SPDX-License-Identifier: Apache-2.0
#pragma once

// Authorization := "Bearer" SP+ token68             RFC 6750
//                | "Basic" SP+ base64(user ":" password)   RFC 7617

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace colblock::receiver {

/// Who may send: bearer tokens, and users with passwords. Immutable once made, so threads may share one.
/// Nothing here, and no message of it, repeats a secret.
class credentials {
public:
    /// Adds one a line; empty lines and those that begin with '#' are left out. Fails with a sentence that
    /// names the line's number.
    std::expected<void, std::string> add_tokens(std::string_view lines);
    std::expected<void, std::string> add_users(std::string_view lines);

    [[nodiscard]] bool empty() const noexcept { return x_tokens.empty() && x_users.empty(); }
    /// Whether the value of an Authorization field is one of them. How long it takes depends on the value
    /// alone, not on how much of it is right.
    [[nodiscard]] bool admit(std::string_view authorization) const noexcept;
    /// What a sender without is told: the value of a WWW-Authenticate field.
    [[nodiscard]] std::string challenge() const;

private:
    std::vector<std::string> x_tokens;
    std::vector<std::string> x_users;  // base64 of user:password, as it is sent
};

}  // namespace colblock::receiver
