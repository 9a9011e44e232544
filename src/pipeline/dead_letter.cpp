// SPDX-License-Identifier: Apache-2.0
#include "pipeline/dead_letter.hpp"

#include <fstream>
#include <system_error>
#include <vector>

#include "colblock/block/native.hpp"
#include "colblock/codec/frame.hpp"

namespace colblock::pipeline {

namespace {

namespace fs = std::filesystem;

// Table names may hold anything; file names should not.
std::string file_stem(const group& g) {
    std::string stem = g.plan().table;
    for (char& c : stem) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                           c == '_';
        if (!plain) c = '_';
    }
    return stem + '-' + g.token;
}

std::string explanation(const group& g, const insert_result& why, bool readable) {
    std::string text;
    text += "table: " + g.plan().table + "\n";
    text += "statement: " + g.plan().statement + "\n";
    text += "rows: " + std::to_string(g.num_rows) + "\n";
    text += "insert_deduplication_token: " + g.token + "\n";
    text += "code: " + std::to_string(why.code) + "\n";
    text += "error: " + why.message + "\n";
    if (!readable) text += "note: the rows do not parse as blocks; the file holds them as they were sent\n";
    return text;
}

bool write_whole(const fs::path& to, byte_view bytes) {
    fs::path unfinished = to;
    unfinished += ".unfinished";
    {
        std::ofstream out(unfinished, std::ios::binary | std::ios::trunc);
        out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        out.flush();
        if (!out) return false;
    }
    std::error_code error;
    fs::rename(unfinished, to, error);
    return !error;
}

}  // namespace

result<buffer> to_native_file(byte_view frames, wire::revision revision) {
    buffer raw;
    wire::cursor in(frames);
    while (!in.at_end()) COLBLOCK_TRY(codec::decode_frame(in, raw));
    wire::cursor rows(raw.view());
    const auto read = block::read(rows, revision);
    if (!read) return std::unexpected(read.error());
    std::vector<block::column_view> columns;
    for (const block::named_column& each : read->columns) columns.push_back({each.name, each.column.get()});
    wire::segments out;
    COLBLOCK_TRY(block::write(out, columns, wire::native_file_revision));
    buffer file;
    out.flatten(file);
    return file;
}

std::expected<fs::path, std::string> dead_letter::write(const group& g, const insert_result& why) const {
    if (x_directory.empty()) return fs::path();
    buffer rows;
    bool readable = true;
    for (const sealed_block& each : g.blocks) {
        const auto native = to_native_file(each.frames.view(), g.plan().revision);
        readable = readable && native.has_value();
        rows.append(native ? native->view() : each.frames.view());
    }
    std::error_code error;
    fs::create_directories(x_directory, error);
    const fs::path stem = x_directory / file_stem(g);
    fs::path native = stem;
    native += readable ? ".native" : ".frames";
    fs::path explained = stem;
    explained += ".error";
    if (!write_whole(native, rows.view()) || !write_whole(explained, explanation(g, why, readable)))
        return std::unexpected("cannot write " + native.string());
    return native;
}

}  // namespace colblock::pipeline
