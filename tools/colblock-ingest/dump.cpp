// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "colblock/block/native.hpp"
#include "colblock/codec/frame.hpp"
#include "colblock/otlp/detect_signal.hpp"
#include "colblock/otlp/json.hpp"
#include "colblock/otlp/json_lines.hpp"
#include "command.hpp"
#include "dump/block_dump.hpp"
#include "dump/frame_dump.hpp"
#include "dump/otlp_dump.hpp"
#include "files/byte_source.hpp"
#include "files/input_files.hpp"
#include "files/request_cutter.hpp"

namespace colblock::tools {

namespace {

struct dump_command {
    std::string file;
    std::string as = "auto";
    std::string signal;
    std::optional<std::uint64_t> revision;  // of what travels if it is compressed, else of files
};

// The whole input, decompressed.
std::expected<bool, std::string> read(const std::string& path, buffer& to) {
    const std::atomic<bool> never{false};
    auto source = files::byte_source::open(path, never);
    if (!source) return std::unexpected(source.error());
    for (;;) {
        const auto more = source->read(to);
        if (!more) return std::unexpected(more.error());
        if (*more == files::byte_source::got::end) return source->is_compressed();
    }
}

bool is_frame(byte_view input) {
    wire::cursor in(input);
    buffer content;
    return codec::decode_frame(in, content).has_value();
}

bool is_block(byte_view input, wire::revision revision) {
    wire::cursor in(input);
    return block::read(in, revision).has_value();
}

// What the input is, where nobody says so. A frame has a checksum; a request and a block can begin alike, but
// hardly one is also the other to its end.
std::string detect(byte_view input, wire::revision revision) {
    if (is_frame(input)) return "frames";
    if (files::is_json(input)) return "otlp";
    if (is_block(input, revision)) return "block";
    if (input.starts_with('\x0a') || input.empty()) return "otlp";
    return "block";
}

result<void> dump_frames(byte_view input, wire::revision revision, const dump::annotate& note) {
    buffer content;
    auto done = dump::frames(input, content, note);
    if (content.empty()) return done;
    std::cout << "-- the decompressed content, " << content.size() << " bytes\n";
    const auto inside = dump::native_blocks(content.view(), revision,
                                            [&](const dump::annotation& what) { dump::print(std::cout, content.view(), what); });
    if (!inside && done)
        std::cout << "-- the content stops making sense at its byte " << inside.error().offset << ": "
                  << message(inside.error().code) << '\n';
    return done ? inside : done;
}

// JSON is read as the protobuf request that it stands for: that is what is shown.
result<void> dump_json(padded_view input, signal kind) {
    buffer request;
    COLBLOCK_TRY(otlp::json_to_protobuf(kind, input, request));
    std::cout << "-- JSON, shown as the request in protobuf that it stands for, " << request.size() << " bytes\n";
    return dump::otlp_request(request.view(), kind,
                              [&](const dump::annotation& one) { dump::print(std::cout, request.view(), one); });
}

exit_status run_dump(const dump_command& given) {
    if (given.file.empty()) return refuse(exit_usage, "no FILE is given. See colblock-ingest dump --help");
    buffer input;
    const auto is_compressed = read(given.file, input);
    if (!is_compressed && input.empty()) return refuse(exit_failure, given.file + ": " + is_compressed.error());
    if (!is_compressed || *is_compressed) std::cout << "-- decompressed: offsets are those of the content\n";

    const byte_view bytes = input.view();
    const wire::revision in_files = given.revision.value_or(wire::native_file_revision);
    const std::string what = given.as == "auto" ? detect(bytes, in_files) : given.as;
    const dump::annotate note = [&](const dump::annotation& one) { dump::print(std::cout, bytes, one); };
    result<void> done;
    if (what == "frames") {
        done = dump_frames(bytes, given.revision.value_or(wire::newest_revision), note);
    } else if (what == "block") {
        done = dump::native_blocks(bytes, in_files, note);
    } else {
        const bool is_json = files::is_json(bytes);
        auto kind = is_json ? otlp::signal_of_json(input.padded()) : otlp::detect_signal(bytes);
        if (!kind) kind = files::signal_in_name(given.file);
        for (const signal each : {signal::traces, signal::metrics, signal::logs})
            if (given.signal == name(each)) kind = each;
        done = is_json ? dump_json(input.padded(), kind.value_or(signal::traces))
                       : dump::otlp_request(bytes, kind.value_or(signal::traces), note);
    }
    std::cout << std::flush;
    if (!done)
        return refuse(exit_failure, given.file + ": byte " + std::to_string(done.error().offset) + ": " +
                                        std::string(message(done.error().code)));
    if (!is_compressed) return refuse(exit_failure, given.file + ": " + is_compressed.error());
    return exit_success;
}

}  // namespace

void add_dump(CLI::App& app, command& chosen) {
    const auto given = std::make_shared<dump_command>();
    CLI::App* const sub = app.add_subcommand("dump", "Show what each byte of a request, block or frame means");
    sub->add_option("FILE", given->file, "A file, or - for standard input; gzip and zstd are undone first")
        ->option_text(" ")
        ->default_str("");
    sub->add_option("--as", given->as, "What it is: an OTLP request, native blocks, or compressed frames of them")
        ->check(CLI::IsMember({"auto", "otlp", "block", "frames"}))
        ->option_text("auto|otlp|block|frames");
    sub->add_option("--signal", given->signal, "Of a request [told from its records]")
        ->check(CLI::IsMember({"traces", "metrics", "logs"}))
        ->option_text("traces|metrics|logs")
        ->default_str("");
    sub->add_option("--revision", given->revision,
                    "Of blocks: what client and server agreed upon [in frames the newest, else 0: FORMAT Native]")
        ->option_text("N")
        ->default_str("");
    sub->footer(
        "One line for each field: offset, bytes in hex, meaning. Longer fields go on below.\n"
        "Examples:\n"
        "  colblock-ingest dump payloads/traces-00001.pb\n"
        "  clickhouse-client -q 'SELECT 1 FORMAT Native' | colblock-ingest dump -\n"
        "Exit status: 0 all of it was read, 1 it cannot be read (what can be is shown), 2 an option is wrong.");
    sub->callback([given, &chosen] { chosen = [given] { return run_dump(*given); }; });
}

}  // namespace colblock::tools
