// SPDX-License-Identifier: Apache-2.0
#include <colblock/client/connection.hpp>
#include <colblock/client/session.hpp>
#include <colblock/colblock.hpp>

int main() {
    using namespace colblock;
    column::string names;
    names.append("hi");
    wire::segments out;
    names.encode(out);
    buffer bytes;
    out.flatten(bytes);
    client::session session({.user = "me"});  // says Hello without a connection
    session.handshake();
    const bool greets = !session.output().empty();
    return bytes.view() == "\2hi" && greets && version == FOUND_VERSION ? 0 : 1;
}
