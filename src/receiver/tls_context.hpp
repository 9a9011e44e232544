// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

struct ssl_ctx_st;

namespace colblock::receiver {

/// Files in PEM.
struct tls_files {
    std::string certificate;  ///< the server's, then those between it and its authority
    std::string key;          ///< not encrypted
    std::string client_ca;    ///< authorities of clients' certificates; empty: clients need none

    [[nodiscard]] bool empty() const noexcept { return certificate.empty(); }
};

/// A certificate with its key and what clients are asked for, from TLS 1.2 on. Immutable: threads may share one.
class tls_context {
public:
    /// Reads the files. Fails with a sentence that names the file and what is wrong with it.
    static std::expected<std::shared_ptr<const tls_context>, std::string> load(const tls_files& files);

    /// When the certificate ends.
    [[nodiscard]] std::chrono::sys_seconds not_after() const noexcept { return x_not_after; }
    [[nodiscard]] ssl_ctx_st* native() const noexcept { return x_native.get(); }

private:
    struct free_native {
        void operator()(ssl_ctx_st* context) const noexcept;
    };
    tls_context() = default;

    std::unique_ptr<ssl_ctx_st, free_native> x_native;
    std::chrono::sys_seconds x_not_after{};
};

/// The context that new connections get. It may be exchanged while connections of an earlier one go on.
/// From any thread.
class tls_identity {
public:
    explicit tls_identity(std::shared_ptr<const tls_context> first) : x_current(std::move(first)) {}

    [[nodiscard]] std::shared_ptr<const tls_context> current() const {
        const std::scoped_lock lock(x_mutex);
        return x_current;
    }
    void exchange(std::shared_ptr<const tls_context> fresh) {
        const std::scoped_lock lock(x_mutex);
        x_current = std::move(fresh);
    }

private:
    mutable std::mutex x_mutex;
    std::shared_ptr<const tls_context> x_current;
};

}  // namespace colblock::receiver
