// SPDX-License-Identifier: Apache-2.0
#include "receiver_flags.hpp"

namespace colblock::tools {

namespace {

void add_limits(CLI::App& sub, receiver_flags& given) {
    sub.add_option("--max-body", given.max_body_mib, "Size of a request, before and after decompression; above it 413")
        ->check(CLI::Range(1, 128))
        ->option_text("MIB");
    sub.add_option("--max-header", given.max_header_kib, "Size of a request's header; above it 431")
        ->check(CLI::Range(1, 1024))
        ->option_text("KIB");
    sub.add_option("--max-connections", given.max_connections, "Open connections of the OTLP ports together; above it 503")
        ->check(CLI::Range(1, 1'000'000))
        ->option_text("N");
    sub.add_option("--header-timeout", given.header_seconds, "For a TLS handshake, and for a request's header; then 408")
        ->check(CLI::Range(1, 3600))
        ->option_text("SECONDS");
    sub.add_option("--body-timeout", given.body_seconds, "For a request's body; then 408")
        ->check(CLI::Range(1, 3600))
        ->option_text("SECONDS");
    sub.add_option("--idle-timeout", given.idle_seconds, "How long a connection may wait for its next request")
        ->check(CLI::Range(1, 86400))
        ->option_text("SECONDS");
}

void add_cors(CLI::App& sub, receiver_flags& given) {
    sub.add_option("--cors-origins", given.cors.origins,
                   "Origins whose pages may send, e.g. https://*.example.com or *; without it none")
        ->delimiter(',')
        ->option_text("ORIGIN,...")
        ->default_str("");
    sub.add_option("--cors-headers", given.cors.headers, "Header fields that those pages may set")
        ->delimiter(',')
        ->option_text("NAME,...")
        ->default_str("Accept,Authorization,Content-Encoding,Content-Type,X-Requested-With");
    sub.add_option("--cors-max-age", given.cors_max_age_seconds, "How long browsers may remember that")
        ->option_text("SECONDS");
}

void add_identity(CLI::App& sub, receiver_flags& given) {
    sub.add_option("--tls-cert", given.identity.tls.certificate,
                   "Certificate chain of the OTLP ports, in PEM; read again when it changes and on SIGHUP")
        ->option_text("FILE");
    sub.add_option("--tls-key", given.identity.tls.key, "Its private key, in PEM")->option_text("FILE");
    sub.add_option("--tls-client-ca", given.identity.tls.client_ca,
                   "Authorities of senders' certificates, in PEM; then a sender must have one")
        ->option_text("FILE");
    sub.add_option("--bearer-tokens-file", given.identity.tokens,
                   "Tokens with which one may send, one a line; also in the variable COLBLOCK_BEARER_TOKENS")
        ->option_text("FILE");
    sub.add_option("--basic-users-file", given.identity.users,
                   "USER:PASSWORD with which one may send, one a line; also in the variable COLBLOCK_BASIC_USERS")
        ->option_text("FILE");
}

// It goes into a header field as it is.
bool is_field_text(const std::string& text) {
    return !text.empty() && text.find_first_of("\r\n\t ,") == std::string::npos;
}

}  // namespace

void add_receiver_flags(CLI::App& sub, receiver_flags& given) {
    add_limits(sub, given);
    add_cors(sub, given);
    add_identity(sub, given);
}

receiver::session_limits session_limits_of(const receiver_flags& given) {
    receiver::session_limits out;
    out.max_head_len = given.max_header_kib << 10;
    out.head_timeout = std::chrono::seconds(given.header_seconds);
    out.body_timeout = std::chrono::seconds(given.body_seconds);
    out.idle_timeout = std::chrono::seconds(given.idle_seconds);
    return out;
}

std::expected<void, std::string> check(const receiver_flags& given) {
    const receiver::tls_files& tls = given.identity.tls;
    if (tls.certificate.empty() != tls.key.empty())
        return std::unexpected(tls.key.empty() ? "--tls-cert: its key is missing; give --tls-key"
                                               : "--tls-key: its certificate is missing; give --tls-cert");
    if (!tls.client_ca.empty() && tls.empty())
        return std::unexpected("--tls-client-ca: there is no TLS without --tls-cert and --tls-key");
    for (const std::string& each : given.cors.origins)
        if (!is_field_text(each) || each.find('*') != each.rfind('*'))
            return std::unexpected("--cors-origins: '" + each + "' is no origin; write https://shop.example.com, with one * at most");
    for (const std::string& each : given.cors.headers)
        if (!is_field_text(each)) return std::unexpected("--cors-headers: '" + each + "' is no name of a header field");
    return {};
}

}  // namespace colblock::tools
