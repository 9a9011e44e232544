// SPDX-License-Identifier: Apache-2.0
#include "receiver/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <new>

namespace colblock::receiver {

namespace {

// What OpenSSL says of its last failure, without file and line.
std::string reason() {
    const unsigned long code = ERR_peek_last_error();
    const char* const text = code == 0 ? nullptr : ERR_reason_error_string(code);
    ERR_clear_error();
    return text == nullptr ? "unknown reason" : text;
}

// An unreadable file is told apart from a malformed one: OpenSSL says "system lib" to both.
std::expected<void, std::string> check_readable(const std::string& path) {
    errno = 0;
    std::ifstream file(path);
    if (file.get() != std::ifstream::traits_type::eof()) return {};
    const int error = errno;
    return std::unexpected("cannot read " + path + ": " + (error != 0 ? std::strerror(error) : "the file is empty"));
}

// Without it OpenSSL would ask for a password on the terminal.
int no_password(char*, int, int, void*) { return 0; }

// alpn := (len(1) name)*, of the client and of us
//
// The first of ours that the client speaks too. None in common ends the handshake (RFC 7301, 3.2).
int choose_protocol(const unsigned char** out, unsigned char* out_len, const unsigned char* in, unsigned in_len) {
    static constexpr unsigned char ours[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1', 2, 'h', '2'};
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, out_len, ours, sizeof ours, in, in_len) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

void harden(SSL_CTX* context) {
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
    // Idle connections keep no record buffers; sessions are resumed by tickets, which take no memory here.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>("colblock"), 8);
    SSL_CTX_set_num_tickets(context, 1);
    SSL_CTX_set_default_passwd_cb(context, no_password);
    SSL_CTX_set_alpn_select_cb(
        context,
        [](SSL*, const unsigned char** out, unsigned char* out_len, const unsigned char* in, unsigned in_len, void*) {
            return choose_protocol(out, out_len, in, in_len);
        },
        nullptr);
}

std::expected<void, std::string> use_certificate(SSL_CTX* context, const tls_files& files) {
    for (const std::string& path : {files.certificate, files.key})
        if (auto readable = check_readable(path); !readable) return readable;
    if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1)
        return std::unexpected(files.certificate + " holds no certificate in PEM: " + reason());
    if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) == 1) return {};
    const std::string why = reason();
    if (why == "key values mismatch" || why == "key type mismatch")
        return std::unexpected("the key in " + files.key + " does not belong to the certificate in " + files.certificate);
    return std::unexpected(files.key + " holds no unencrypted private key in PEM: " + why);
}

std::expected<void, std::string> ask_for_clients(SSL_CTX* context, const std::string& path) {
    if (auto readable = check_readable(path); !readable) return readable;
    STACK_OF(X509_NAME)* const names = SSL_load_client_CA_file(path.c_str());
    if (names == nullptr || SSL_CTX_load_verify_file(context, path.c_str()) != 1)
        return std::unexpected(path + " holds no certificate in PEM: " + reason());
    SSL_CTX_set_client_CA_list(context, names);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    return {};
}

std::chrono::sys_seconds end_of(const X509* certificate) {
    std::tm utc{};
    ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &utc);
    return std::chrono::sys_seconds(std::chrono::seconds(::timegm(&utc)));
}

}  // namespace

void tls_context::free_native::operator()(ssl_ctx_st* context) const noexcept { SSL_CTX_free(context); }

std::expected<std::shared_ptr<const tls_context>, std::string> tls_context::load(const tls_files& files) {
    const std::shared_ptr<tls_context> made(new tls_context);
    made->x_native.reset(SSL_CTX_new(TLS_server_method()));
    if (!made->x_native) throw std::bad_alloc();
    harden(made->native());
    if (auto used = use_certificate(made->native(), files); !used) return std::unexpected(used.error());
    if (!files.client_ca.empty())
        if (auto asked = ask_for_clients(made->native(), files.client_ca); !asked) return std::unexpected(asked.error());
    made->x_not_after = end_of(SSL_CTX_get0_certificate(made->native()));
    return made;
}

}  // namespace colblock::receiver
