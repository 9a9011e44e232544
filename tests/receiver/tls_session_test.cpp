// SPDX-License-Identifier: Apache-2.0
#include "receiver/tls_session.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>

namespace colblock::receiver {
namespace {

// A certificate for nobody in particular that signs itself, in two files.
class certificate_files {
public:
    certificate_files() {
        static int count = 0;
        x_place = std::filesystem::temp_directory_path() /
                  ("colblock_tls_" + std::to_string(::getpid()) + "_" + std::to_string(++count));
        std::filesystem::create_directories(x_place);
        EVP_PKEY* const key = EVP_EC_gen("P-256");
        X509* const made = X509_new();
        X509_set_version(made, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
        X509_gmtime_adj(X509_getm_notBefore(made), 0);
        X509_gmtime_adj(X509_getm_notAfter(made), 3600);
        X509_set_pubkey(made, key);
        X509_NAME* const name = X509_get_subject_name(made);
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
        X509_set_issuer_name(made, name);
        X509_sign(made, key, EVP_sha256());
        write("cert.pem", [made](std::FILE* to) { PEM_write_X509(to, made); });
        write("key.pem", [key](std::FILE* to) { PEM_write_PrivateKey(to, key, nullptr, nullptr, 0, nullptr, nullptr); });
        X509_free(made);
        EVP_PKEY_free(key);
    }
    ~certificate_files() { std::filesystem::remove_all(x_place); }

    [[nodiscard]] tls_files files() const { return {x_place / "cert.pem", x_place / "key.pem", {}}; }

private:
    template <class Write>
    void write(const char* name, Write content) {
        std::FILE* const to = std::fopen((x_place / name).c_str(), "w");
        content(to);
        std::fclose(to);
    }
    std::filesystem::path x_place;
};

// The session inside: keeps what it gets, sends what the test says, wants what the test says.
struct inner_session final : session {
    explicit inner_session(session_host& h) : host(&h) {}
    ~inner_session() override { give_back(); }
    std::span<char> prepare() override {
        if (in.capacity() == 0) in = host->pool.take();
        return {in.data(), in.capacity()};
    }
    void received(std::size_t n) override {
        got.append(in.data(), n);
        give_back();
        if (!stop_after.empty() && got.ends_with(stop_after)) wanted = wish::nothing;
    }
    void end_of_input() override { ended = true; wanted = wish::close; }
    byte_view output() override { return to_send; }
    void sent(std::size_t n) override { to_send.erase(0, n); }
    void tick() override { ++num_ticks; }
    void finish() override { wanted = wish::close; }
    wish wants() const noexcept override { return wanted; }
    void give_back() {
        if (in.capacity() != 0) host->pool.give(std::move(in));
    }

    session_host* host;
    buffer in;
    std::string got, to_send, stop_after;
    wish wanted = wish::input;
    bool ended = false;
    int num_ticks = 0;
};

// OpenSSL's client, and between it and the session a network that moves pieces of any size.
class TlsSession : public ::testing::Test {
protected:
    void SetUp() override {
        auto loaded = tls_context::load(certificate.files());
        ASSERT_TRUE(loaded) << loaded.error();
        identity = std::make_shared<tls_identity>(*loaded);
        const protocol inside{.start = [this](session_host& h) {
                                  auto fresh = std::make_unique<inner_session>(h);
                                  inner = fresh.get();
                                  return fresh;
                              },
                              .refusal = {}};
        spoken = tls_protocol(inside, identity, [this](std::string_view why) { failures += why; });
        server = spoken.start(host);
        client_context = SSL_CTX_new(TLS_client_method());
        client = SSL_new(client_context);
        SSL_set_bio(client, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
        SSL_set_connect_state(client);
    }
    void TearDown() override {
        server.reset();
        SSL_free(client);
        SSL_CTX_free(client_context);
    }

    void settle(std::size_t piece = 100'000) {
        char bytes[100'000];
        for (bool moved = true; moved;) {
            moved = false;
            for (byte_view out = server->output(); !out.empty(); out = server->output()) {
                const std::size_t n = std::min(out.size(), piece);
                BIO_write(SSL_get_rbio(client), out.data(), static_cast<int>(n));
                sent_clear.append(out.substr(0, n));
                server->sent(n);
                moved = true;
            }
            const wish now = server->wants();
            if (now != wish::input && now != wish::linger) continue;
            const int n = BIO_read(SSL_get_wbio(client), bytes, static_cast<int>(std::min(piece, sizeof bytes)));
            if (n <= 0) continue;
            deliver({bytes, static_cast<std::size_t>(n)});
            moved = true;
        }
    }
    void deliver(std::string_view bytes) {
        while (!bytes.empty()) {
            const std::span<char> room = server->prepare();
            const std::size_t n = std::min(room.size(), bytes.size());
            std::memcpy(room.data(), bytes.data(), n);
            server->received(n);
            bytes.remove_prefix(n);
        }
    }
    void shake_hands(std::size_t piece = 100'000) {
        for (int i = 0; i != 4; ++i) {
            SSL_do_handshake(client);
            settle(piece);
        }
        ASSERT_TRUE(SSL_is_init_finished(client));
        ASSERT_NE(inner, nullptr);
    }
    std::string client_reads() {
        std::string all;
        char bytes[10'000];
        for (int n = SSL_read(client, bytes, sizeof bytes); n > 0; n = SSL_read(client, bytes, sizeof bytes))
            all.append(bytes, static_cast<std::size_t>(n));
        return all;
    }

    certificate_files certificate;
    std::shared_ptr<tls_identity> identity;
    buffer_pool pool;
    session_limits limits;
    session_host host{pool, limits};
    protocol spoken;
    std::unique_ptr<session> server;
    inner_session* inner = nullptr;
    SSL_CTX* client_context = nullptr;
    SSL* client = nullptr;
    std::string failures, sent_clear;
};

TEST_F(TlsSession, BytesGoThroughInBothDirectionsHoweverTheyArrive) {
    for (const std::size_t piece : {1u, 7u, 1000u, 100'000u}) {
        TearDown();
        SetUp();
        shake_hands(piece);
        const std::string question(50'000, 'q');
        ASSERT_EQ(SSL_write(client, question.data(), 50'000), 50'000);
        settle(piece);
        EXPECT_TRUE(inner->got == question) << piece;
        inner->to_send = std::string(300'000, 'a');
        settle(piece);
        EXPECT_TRUE(client_reads() == std::string(300'000, 'a')) << piece;
        EXPECT_EQ(failures, "");
    }
}

TEST_F(TlsSession, AnIdleConnectionHoldsNoBuffer) {
    shake_hands();
    EXPECT_EQ(pool.in_use_len(), 0u);
    ASSERT_EQ(SSL_write(client, "abc", 3), 3);
    settle();
    EXPECT_EQ(inner->got, "abc");
    EXPECT_EQ(pool.in_use_len(), 0u);
}

TEST_F(TlsSession, WhatTheInnerSessionDoesNotWantYetWaits) {
    shake_hands();
    inner->stop_after = "one";
    ASSERT_EQ(SSL_write(client, "one", 3), 3);
    ASSERT_EQ(SSL_write(client, "two", 3), 3);
    settle();
    EXPECT_EQ(inner->got, "one");
    EXPECT_EQ(server->wants(), wish::nothing);
    inner->wanted = wish::input;
    inner->to_send = "answer";
    settle();
    EXPECT_EQ(client_reads(), "answer");
    EXPECT_EQ(inner->got, "onetwo");
}

TEST_F(TlsSession, TheEndIsAnnouncedBeforeTheConnectionEnds) {
    for (const wish end : {wish::linger, wish::close}) {
        TearDown();
        SetUp();
        shake_hands();
        inner->to_send = "last";
        inner->wanted = end;
        settle();
        EXPECT_EQ(client_reads(), "last");
        EXPECT_EQ(SSL_get_shutdown(client), SSL_RECEIVED_SHUTDOWN);
        EXPECT_EQ(server->wants(), end);
    }
}

TEST_F(TlsSession, AnEndThatThePeerAnnouncesReachesTheInnerSession) {
    shake_hands();
    SSL_shutdown(client);
    settle();
    EXPECT_TRUE(inner->ended);
    EXPECT_EQ(server->wants(), wish::close);
}

TEST_F(TlsSession, HttpInTheClearIsAnsweredInTheClear) {
    deliver("POST /v1/traces HTTP/1.1\r\nHost: a\r\n\r\n");
    settle();
    EXPECT_TRUE(sent_clear.starts_with("HTTP/1.1 400 Bad Request\r\n")) << sent_clear;
    EXPECT_TRUE(sent_clear.ends_with("Content-Length: 37\r\nConnection: close\r\n\r\nthis port speaks TLS: write https://\n"));
    EXPECT_EQ(server->wants(), wish::linger);
    EXPECT_EQ(failures, "http request");
}

TEST_F(TlsSession, WhatIsRefusedIsReadForAWhileOnly) {
    deliver("GET / HTTP/1.1\r\n");
    settle();
    deliver(std::string(900'000, 'x'));
    EXPECT_EQ(server->wants(), wish::linger);
    deliver(std::string(200'000, 'x'));
    EXPECT_EQ(server->wants(), wish::close);
}

TEST_F(TlsSession, ABrokenRecordEndsTheConnection) {
    shake_hands();
    deliver(std::string("\x17\x03\x03\x00\x20", 5) + std::string(32, 'x'));
    settle();
    EXPECT_TRUE(inner->ended);
    EXPECT_EQ(failures, "a record is broken");
    EXPECT_NE(server->wants(), wish::input);
}

TEST_F(TlsSession, HandshakesHaveADeadline) {
    server->tick();
    host.now += limits.head_timeout - std::chrono::milliseconds(1);
    deliver("\x16");
    server->tick();
    EXPECT_EQ(server->wants(), wish::input);
    host.now += std::chrono::milliseconds(1);
    server->tick();
    EXPECT_EQ(server->wants(), wish::close);
    EXPECT_EQ(failures, "the client was too slow");
}

TEST_F(TlsSession, NewConnectionsGetTheNewIdentityAndOldOnesGoOn) {
    shake_hands();
    const certificate_files other;
    identity->exchange(*tls_context::load(other.files()));
    ASSERT_EQ(SSL_write(client, "still here", 10), 10);
    settle();
    EXPECT_EQ(inner->got, "still here");
}

TEST_F(TlsSession, FilesThatCannotBeUsedAreNamed) {
    tls_files missing = certificate.files();
    missing.key = "/nowhere/key.pem";
    EXPECT_EQ(tls_context::load(missing).error(), "cannot read /nowhere/key.pem: No such file or directory");
    tls_files swapped = certificate.files();
    swapped.key = swapped.certificate;
    EXPECT_NE(tls_context::load(swapped).error().find("holds no unencrypted private key in PEM"), std::string::npos);
    EXPECT_GT((*tls_context::load(certificate.files()))->not_after(), std::chrono::system_clock::now());
}

}  // namespace
}  // namespace colblock::receiver
