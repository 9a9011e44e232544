// SPDX-License-Identifier: Apache-2.0
#include <colblock/client/blocking_connection.hpp>
#include <colblock/column/fixed_types.hpp>
#include <colblock/column/string.hpp>
#include <cstdlib>
#include <iostream>

using namespace colblock;

// Makes a table, inserts two rows of columns, and selects them as columns.
client::outcome<void> count_words(client::blocking_connection& server) {
    COLBLOCK_TRY(server.execute({.sql = "CREATE TABLE IF NOT EXISTS words (word String, uses UInt64) ENGINE = Memory"}));

    column::string word;
    column::uint64 uses;
    word.append("column");
    uses.append(2);
    word.append("row");
    uses.append(0);
    const block::column_view rows[] = {{"word", word}, {"uses", uses}};
    COLBLOCK_TRY(server.insert_columns({.sql = "INSERT INTO words (word, uses) FORMAT Native"}, rows));

    const client::parameter values[] = {{"least", "1"}};
    const auto blocks = server.query(
        {.sql = "SELECT word, sum(uses) AS uses FROM words GROUP BY word HAVING uses >= {least:UInt64}", .parameters = values});
    if (!blocks) return std::unexpected(blocks.error());
    for (const block::block& b : *blocks) {
        const auto* used = b.find("uses")->as<column::uint64>();  // nullptr if the type is another one
        std::size_t row = 0;
        b.find("word")->as<column::string>()->for_each(
            [&](byte_view text) { std::cout << text << ' ' << used->values()[row++] << '\n'; });
    }
    return {};
}

int main(int argc, char** argv) {
    client::options where;  // localhost:9000, user default
    if (argc > 1) where.port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    auto server = client::blocking_connection::open(where);
    const auto done = server ? count_words(*server) : std::unexpected(server.error());
    if (!done) std::cerr << client::to_text(done.error()) << '\n';
    return done ? 0 : 1;
}
