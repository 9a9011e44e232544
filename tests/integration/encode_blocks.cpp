// SPDX-License-Identifier: Apache-2.0

// Turns a payload into the native blocks of its tables, for tests that are not written in C++:
//
//     encode_blocks LAYOUT SIGNAL PAYLOAD COLUMNS DIRECTORY
//
// COLUMNS is a file of tab-separated lines: table, column, type, default kind. For every table that got
// rows DIRECTORY receives TABLE.native (revision 0) and TABLE.sql (the INSERT statement).

#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>
#include <string>

#include "colblock/binding/signal_writer.hpp"
#include "colblock/otlp/logs.hpp"
#include "colblock/otlp/metrics.hpp"
#include "colblock/otlp/traces.hpp"

namespace {

using namespace colblock;

constexpr std::uint64_t receive_time = 1'790'000'000'000'000'000;

std::string read_file(const char* path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error(std::string("cannot read ") + path);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<binding::bound_table> read_tables(binding::layout layout, const char* path) {
    using binding::table_role;
    std::map<std::string, table_role> roles;
    for (const table_role role : {table_role::traces, table_role::logs, table_role::metrics, table_role::gauge,
                                  table_role::sum, table_role::histogram, table_role::exponential_histogram,
                                  table_role::summary})
        roles[std::string(default_table_name(layout, role))] = role;
    std::map<std::string, binding::bound_table> tables;
    std::istringstream lines(read_file(path));
    for (std::string line; std::getline(lines, line);) {
        std::istringstream fields(line);
        std::string table, column, type, default_kind;
        std::getline(fields, table, '\t');
        std::getline(fields, column, '\t');
        std::getline(fields, type, '\t');
        std::getline(fields, default_kind, '\t');
        if (!roles.contains(table)) continue;
        auto& entry = tables[table];
        entry.role = roles[table];
        entry.description.name = table;
        entry.description.columns.push_back({column, type, default_kind});
    }
    std::vector<binding::bound_table> list;
    for (auto& [name, table] : tables) list.push_back(std::move(table));
    return list;
}

void write_blocks(auto& writer, const std::string& directory) {
    for (std::size_t i = 0; i != writer.num_tables(); ++i) {
        const binding::open_block& table = writer.table(i);
        if (table.num_rows() == 0) continue;
        wire::segments block;
        if (!table.encode(block, wire::native_file_revision)) throw std::runtime_error("a block did not encode");
        buffer bytes;
        block.flatten(bytes);
        const std::string path = directory + "/" + table.table().name;
        std::ofstream(path + ".native", std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        std::ofstream(path + ".sql") << table.insert_statement();
    }
}

template <class Writer, class Decoder>
void run(binding::layout layout, byte_view payload, std::span<const binding::bound_table> tables,
         const std::string& directory) {
    auto writer = Writer::make(layout, tables);
    if (!writer) throw std::runtime_error(writer.error().text());
    buffer padded;
    padded.append(payload);
    Decoder decoder;
    auto batch = std::make_unique<typename Decoder::batch_type>();
    decoder.start(padded.padded());
    while (decoder.fill(*batch)) writer->append(*batch, receive_time);
    if (const auto status = decoder.status(); !status)
        throw std::runtime_error(std::string(message(status.error().code)) + " at byte " +
                                 std::to_string(status.error().offset));
    std::cout << decoder.rejected().total() << "\n";
    write_blocks(*writer, directory);
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 6) throw std::runtime_error("usage: encode_blocks LAYOUT SIGNAL PAYLOAD COLUMNS DIRECTORY");
    const auto layout = std::string(argv[1]) == "collector" ? binding::layout::collector : binding::layout::colblock;
    const std::string signal = argv[2];
    const std::string payload = read_file(argv[3]);
    const auto tables = read_tables(layout, argv[4]);
    if (signal == "traces")
        run<binding::trace_writer, otlp::trace_decoder>(layout, payload, tables, argv[5]);
    else if (signal == "logs")
        run<binding::log_writer, otlp::log_decoder>(layout, payload, tables, argv[5]);
    else
        run<binding::metric_writer, otlp::metric_decoder>(layout, payload, tables, argv[5]);
    return 0;
} catch (const std::exception& problem) {
    std::cerr << problem.what() << "\n";
    return 1;
}
