// SPDX-License-Identifier: Apache-2.0
#include "colblock/client/failure.hpp"

namespace colblock::client {

namespace {

std::string_view sentence(deadline which) noexcept {
    switch (which) {
    case deadline::connect:
        return "no connection within the connect deadline";
    case deadline::handshake:
        return "no answer to Hello within the handshake deadline";
    case deadline::send:
        return "the server took no bytes within the send deadline";
    case deadline::receive:
        return "the server sent nothing within the receive deadline";
    case deadline::none:
        break;
    }
    return "a deadline passed";
}

std::string what_happened(const failure& f) {
    switch (f.what) {
    case failure::kind::server: {
        std::string text = "code " + std::to_string(f.code);
        const std::string_view known = describe_code(f.code).name;
        if (!known.empty()) text.append(" (").append(known).append(")");
        return text.append(": ").append(f.message);
    }
    case failure::kind::disconnected:
        return "disconnected: " + f.message;
    case failure::kind::deadline:
        return std::string(sentence(f.expired));
    case failure::kind::protocol:
        return std::string("the server's answer is not understood: ").append(message(f.input.code)).append(f.message);
    case failure::kind::misuse:
        return f.message;
    }
    return {};
}

}  // namespace

std::string to_text(const failure& f) {
    std::string text = what_happened(f);
    if (!f.query_id.empty()) text.append(" [query id ").append(f.query_id).append("]");
    return text;
}

}  // namespace colblock::client
