// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "receiver/credentials.hpp"
#include "receiver/tls_context.hpp"

namespace colblock::tools {

struct identity_files {
    receiver::tls_files tls;
    std::string tokens;  ///< bearer tokens, one a line; empty: none
    std::string users;   ///< user:password, one a line; empty: none
};

/// Who this server is and who may send to it: a certificate and credentials, which are read again when their
/// files change. Credentials also come from the variables COLBLOCK_BEARER_TOKENS and COLBLOCK_BASIC_USERS,
/// so that no secret stands on a command line.
class identity {
public:
    /// Fails with a sentence that names the option, the file and what is wrong, and no secret.
    static std::expected<identity, std::string> load(const identity_files& files);

    /// Null: connections are in the clear.
    [[nodiscard]] const std::shared_ptr<receiver::tls_identity>& tls() const noexcept { return x_tls; }
    /// Null: anybody may send.
    [[nodiscard]] const std::shared_ptr<const receiver::credentials>& senders() const noexcept { return x_senders; }

    /// Whether a file is another than when it was last read.
    [[nodiscard]] bool is_outdated() const;
    /// Reads the files again. What is wrong is logged, and the former stays in use. True: senders() is new.
    bool refresh();

private:
    [[nodiscard]] std::string stamp() const;

    identity_files x_files;
    std::shared_ptr<receiver::tls_identity> x_tls;
    std::shared_ptr<const receiver::credentials> x_senders;
    std::string x_stamp;
};

}  // namespace colblock::tools
