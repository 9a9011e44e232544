// SPDX-License-Identifier: Apache-2.0
#include "receiver/tls_session.hpp"

#include <openssl/buffer.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <new>
#include <vector>

namespace colblock::receiver {

// TLS around another session, without a socket: OpenSSL reads and writes memory.
//
//   socket --> prepare(), received() --> x_in --> SSL_read  --> inner session
//   socket <-- output(), sent()      <-- x_out <-- SSL_write <-- inner session
//
//   handshake --> open --> (the inner session's wish)
//        \ failed                            in the clear, an alert, or nothing is sent
//         +--> refused --> closed

namespace {

// What is received at once: a few records. One buffer a thread, since nothing stays in it.
constexpr std::size_t scratch_len = std::size_t{64} << 10;
// Output is encrypted in pieces: of a large answer to a slow peer no more than this lies encrypted.
constexpr std::size_t max_encrypted_len = std::size_t{128} << 10;
constexpr std::size_t max_refused_len = std::size_t{1} << 20;

constexpr std::string_view answer_in_the_clear =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 37\r\n"
    "Connection: close\r\n\r\nthis port speaks TLS: write https://\n";

// Memory that a connection's buffers may keep between requests; OpenSSL would keep the largest ever.
constexpr std::size_t max_kept_len = std::size_t{4} << 10;

// Gives the memory of an empty buffer back.
void shrink(BIO* memory) {
    BUF_MEM* held = nullptr;
    BIO_get_mem_ptr(memory, &held);
    if (held->max > max_kept_len && BIO_ctrl_pending(memory) == 0) BIO_set_mem_buf(memory, BUF_MEM_new(), BIO_CLOSE);
}

struct shared_by_thread {
    protocol inner;
    std::shared_ptr<const tls_identity> identity;
    tls_failure_log log;
    std::vector<char> scratch = std::vector<char>(scratch_len);
};

class tls_session final : public session {
public:
    tls_session(std::shared_ptr<shared_by_thread> shared, session_host& host);
    ~tls_session() override { SSL_free(x_ssl); }

    [[nodiscard]] std::span<char> prepare() override { return x_shared->scratch; }
    void received(std::size_t n) override;
    void end_of_input() override;
    [[nodiscard]] byte_view output() override;
    void sent(std::size_t n) override;
    void tick() override;
    void finish() override;
    [[nodiscard]] wish wants() const noexcept override;

private:
    enum class state : std::uint8_t { handshake, open, refused, closed };

    void shake_hands();
    void refuse(std::string_view why);
    bool is_plaintext_ready();
    void feed_inner();
    void encrypt_output();
    void say_goodbye();

    std::shared_ptr<shared_by_thread> x_shared;
    session_host* x_host;
    std::unique_ptr<session> x_inner;  // from the end of the handshake on
    SSL* x_ssl;
    BIO* x_in;   // owned by x_ssl
    BIO* x_out;  // owned by x_ssl
    state x_state = state::handshake;
    bool x_said_goodbye = false;
    std::string_view x_clear{};  // what is still to be sent in the clear
    std::size_t x_refused_len = 0;
    deadline x_deadline;
};

tls_session::tls_session(std::shared_ptr<shared_by_thread> shared, session_host& host)
    : x_shared(std::move(shared)),
      x_host(&host),
      x_ssl(SSL_new(x_shared->identity->current()->native())),
      x_in(BIO_new(BIO_s_mem())),
      x_out(BIO_new(BIO_s_mem())) {
    if (x_ssl == nullptr || x_in == nullptr || x_out == nullptr) throw std::bad_alloc();
    BIO_set_mem_eof_return(x_in, -1);  // an empty input is "later", not an end
    SSL_set_bio(x_ssl, x_in, x_out);
    SSL_set_accept_state(x_ssl);
}

void tls_session::received(std::size_t n) {
    if (x_state == state::refused) {
        x_refused_len += n;
        if (x_refused_len > max_refused_len) x_state = state::closed;
        return;
    }
    if (BIO_write(x_in, x_shared->scratch.data(), static_cast<int>(n)) != static_cast<int>(n)) throw std::bad_alloc();
    if (x_state == state::handshake) shake_hands();
}

void tls_session::shake_hands() {
    ERR_clear_error();
    const int done = SSL_do_handshake(x_ssl);
    if (done == 1) {
        x_inner = x_shared->inner.start(*x_host);
        x_state = state::open;
        return;
    }
    if (SSL_get_error(x_ssl, done) == SSL_ERROR_WANT_READ) return;
    const unsigned long code = ERR_peek_error();
    const int why = ERR_GET_REASON(code);
    const char* const text = ERR_reason_error_string(code);
    if (why == SSL_R_HTTP_REQUEST || why == SSL_R_HTTPS_PROXY_REQUEST) x_clear = answer_in_the_clear;
    refuse(text == nullptr ? "the connection broke" : text);
}

void tls_session::refuse(std::string_view why) {
    ERR_clear_error();
    x_state = state::refused;
    if (x_shared->log) x_shared->log(why);
}

// Looks for a byte before the inner session is asked for room: an idle connection holds no buffer.
bool tls_session::is_plaintext_ready() {
    if (SSL_pending(x_ssl) > 0) return true;
    if (BIO_ctrl_pending(x_in) == 0) {
        shrink(x_in);
        return false;
    }
    ERR_clear_error();
    char first = 0;
    const int n = SSL_peek(x_ssl, &first, 1);
    if (n > 0) return true;
    switch (SSL_get_error(x_ssl, n)) {
    case SSL_ERROR_WANT_READ: break;
    case SSL_ERROR_ZERO_RETURN: x_inner->end_of_input(); break;
    default:  // a record that does not decrypt
        x_inner->end_of_input();
        refuse("a record is broken");
    }
    return false;
}

void tls_session::feed_inner() {
    while (x_state == state::open && (x_inner->wants() == wish::input || x_inner->wants() == wish::linger) &&
           is_plaintext_ready()) {
        const std::span<char> room = x_inner->prepare();
        const int n = SSL_read(x_ssl, room.data(), static_cast<int>(std::min<std::size_t>(room.size(), 1u << 30)));
        if (n <= 0) return;
        x_inner->received(static_cast<std::size_t>(n));
        if (!x_inner->output().empty()) return;  // it goes out first, as without TLS
    }
}

void tls_session::encrypt_output() {
    for (byte_view rest = x_inner->output(); !rest.empty() && BIO_ctrl_pending(x_out) < max_encrypted_len;
         rest = x_inner->output()) {
        ERR_clear_error();
        const int n = SSL_write(x_ssl, rest.data(), static_cast<int>(std::min(rest.size(), max_encrypted_len)));
        if (n <= 0) return refuse("output cannot be encrypted");
        x_inner->sent(static_cast<std::size_t>(n));
    }
}

void tls_session::say_goodbye() {
    const wish now = x_inner->wants();
    if (x_said_goodbye || (now != wish::linger && now != wish::close)) return;
    x_said_goodbye = true;
    ERR_clear_error();
    SSL_shutdown(x_ssl);
}

byte_view tls_session::output() {
    if (!x_clear.empty()) return x_clear;
    // Input that was left because the inner session had something else to do is its turn again.
    while (x_state == state::open && BIO_ctrl_pending(x_out) == 0) {
        feed_inner();
        if (x_state != state::open) break;
        const bool was_silent = x_inner->output().empty();
        encrypt_output();
        if (x_state == state::open) say_goodbye();
        if (was_silent) break;
    }
    char* data = nullptr;
    const long len = BIO_get_mem_data(x_out, &data);
    return {data, static_cast<std::size_t>(std::max(len, 0L))};
}

void tls_session::sent(std::size_t n) {
    if (!x_clear.empty()) return x_clear.remove_prefix(n);
    for (char dropped[4096]; n != 0;) {
        const int read = BIO_read(x_out, dropped, static_cast<int>(std::min(n, sizeof dropped)));
        if (read <= 0) return;
        n -= static_cast<std::size_t>(read);
    }
    shrink(x_out);
}

wish tls_session::wants() const noexcept {
    switch (x_state) {
    case state::handshake: return wish::input;
    case state::open: return x_inner->wants();
    case state::refused: return wish::linger;
    case state::closed: break;
    }
    return wish::close;
}

void tls_session::end_of_input() {
    if (x_state == state::open) return x_inner->end_of_input();
    if (x_state == state::handshake && x_shared->log) x_shared->log("the client went away");
    x_state = state::closed;
}

void tls_session::tick() {
    if (x_state == state::open) return x_inner->tick();
    const bool shaking = x_state == state::handshake;
    const auto allowed = shaking ? x_host->limits.head_timeout : x_host->limits.linger_timeout;
    if (!x_deadline.passed(static_cast<std::uint64_t>(x_state), allowed, x_host->now)) return;
    if (shaking && x_shared->log) x_shared->log("the client was too slow");
    x_state = state::closed;
}

void tls_session::finish() {
    if (x_state == state::open) return x_inner->finish();
    x_state = state::closed;
}

}  // namespace

protocol tls_protocol(protocol inner, std::shared_ptr<const tls_identity> identity, tls_failure_log log) {
    auto shared = std::make_shared<shared_by_thread>(std::move(inner), std::move(identity), std::move(log));
    // Whoever is over the limit of connections is not told so: that would take a handshake.
    return {.start = [shared](session_host& host) { return std::make_unique<tls_session>(shared, host); },
            .refusal = {}};
}

}  // namespace colblock::receiver
