// SPDX-License-Identifier: Apache-2.0
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "command.hpp"
#include "files/loader.hpp"
#include "stop_signals.hpp"
#include "store_flags.hpp"

namespace colblock::tools {

namespace {

using files::format_count;
using files::format_len;

struct load_command {
    std::vector<std::string> files;
    std::string signal;
    bool json = false;
    store_flags rows;
};

// What the layers below log goes to the console, so that it does not tear the progress line.
class console_sink final : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit console_sink(files::console& out) : x_console(out) {}

private:
    void sink_it_(const spdlog::details::log_msg& what) override {
        const auto level = spdlog::level::to_string_view(what.level);
        x_console.message(std::string(level.data(), level.size()) + ": " +
                          std::string(what.payload.data(), what.payload.size()));
    }
    void flush_() override {}

    files::console& x_console;
};

std::size_t terminal_width() {
    if (isatty(STDERR_FILENO) == 0) return 0;
    winsize size{};
    return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0 ? size.ws_col : 80;
}

pipeline::committer_events events_on(files::console& out) {
    pipeline::committer_events events;
    events.insert_failed = [&out](const pipeline::group& g, const pipeline::insert_result& how) {
        using kind = pipeline::insert_result::kind;
        if (how.what == kind::hopeless) return;  // given_up says it
        // A server that is away fails again and again: the first time, and now and then.
        if (g.attempts % 10 <= 1)
            out.message("warning: an INSERT of " + format_count(g.num_rows) + " rows into " + g.plan().table +
                        " failed and is tried again: " + how.message);
    };
    events.given_up = [&out](const pipeline::group& g, const pipeline::insert_result& how, const std::string& where) {
        out.message("error: " + format_count(g.num_rows) + " rows for " + g.plan().table + " are given up: " + how.message +
                    (where.empty() ? "" : ". Kept: " + where));
    };
    return events;
}

std::expected<store_options, std::string> options_of(const load_command& given) {
    auto options = options_of(given.rows);
    if (!options) return options;
    // Nobody waits for an answer, and groups fill up while INSERTs are under way. A file is never told to
    // come again.
    options->commit.queue.policy.senders_wait = false;
    options->commit.queue.policy.slow_linger = std::chrono::milliseconds(250);
    options->commit.answer_within = std::chrono::hours(24 * 365);
    return options;
}

std::optional<signal> signal_of(const load_command& given) {
    for (const signal each : {signal::traces, signal::metrics, signal::logs})
        if (given.signal == name(each)) return each;
    return std::nullopt;
}

// Until all is stored, or a signal and --drain-timeout have passed. True: a signal came.
bool wait(files::loader& running, store& rows, files::console& out, embedded_engine* engine) {
    const stop_signals signals;
    std::optional<std::chrono::steady_clock::time_point> deadline;
    while (!running.is_done()) {
        running.tend();
        rows.tend();
        if (engine != nullptr) engine->tend();
        out.show(running.how_far());
        if (deadline && std::chrono::steady_clock::now() >= *deadline) break;
        if (!signals.wait(std::chrono::milliseconds(50))) continue;
        if (deadline) break;
        running.interrupt();
        out.message("interrupted: rows that were read are stored, for at most " +
                    std::to_string(rows.options().drain_timeout.count()) + " s; interrupt again to stop at once");
        deadline = std::chrono::steady_clock::now() + rows.options().drain_timeout;
    }
    return deadline.has_value();
}

struct summary {
    files::load_report files;
    files::progress end;
    std::uint64_t content_len = 0;
    std::uint64_t num_passed_over = 0;
    const pipeline::stats& counted;
};

double per_second(std::uint64_t n, double seconds) { return seconds > 0 ? static_cast<double>(n) / seconds : 0; }

std::uint64_t rejected(const pipeline::stats& counted) {
    std::uint64_t sum = 0;
    for (const auto& each : counted.by_signal) sum += each.records_rejected.value();
    return sum;
}

void print_table(std::ostream& out, const summary& s) {
    out << "files     " << format_count(s.files.files_loaded) << " loaded";
    if (s.files.files_failed != 0) out << ", " << format_count(s.files.files_failed) << " not or not wholly";
    if (s.files.files_not_begun != 0) out << ", " << format_count(s.files.files_not_begun) << " not begun";
    if (s.num_passed_over != 0) out << ", " << format_count(s.num_passed_over) << " with other endings passed over";
    constexpr std::pair<signal, const char*> records[] = {
        {signal::traces, " spans"}, {signal::metrics, " data points"}, {signal::logs, " log records"}};
    out << "\nstored   ";
    const char* comma = " ";
    for (const auto& [which, what] : records) {
        out << comma << format_count(s.counted.of(which).records_stored.value()) << what;
        comma = ", ";
    }
    out << "\nrefused   " << format_count(rejected(s.counted)) << " records, " << format_count(s.files.requests_failed) << " of "
        << format_count(s.files.requests) << " requests\n"
        << "read      " << format_len(s.end.file_len) << ", " << format_len(s.content_len) << " decompressed\n"
        << "time      " << files::format_duration(s.end.seconds) << ", "
        << format_count(static_cast<std::uint64_t>(per_second(s.end.rows, s.end.seconds))) << " rows/s, "
        << format_len(static_cast<std::uint64_t>(per_second(s.end.file_len, s.end.seconds))) << "/s\n"
        << std::flush;
}

void print_json(std::ostream& out, const summary& s) {
    out << "{\"files_loaded\":" << s.files.files_loaded << ",\"files_failed\":" << s.files.files_failed
        << ",\"files_not_begun\":" << s.files.files_not_begun << ",\"files_passed_over\":" << s.num_passed_over;
    for (const signal each : {signal::traces, signal::metrics, signal::logs})
        out << ",\"" << name(each) << "_stored\":" << s.counted.of(each).records_stored.value();
    out << ",\"rows\":" << s.counted.rows_inserted.value() << ",\"records_rejected\":" << rejected(s.counted)
        << ",\"requests\":" << s.files.requests << ",\"requests_failed\":" << s.files.requests_failed
        << ",\"file_bytes\":" << s.end.file_len << ",\"content_bytes\":" << s.content_len
        << ",\"seconds\":" << s.end.seconds << "}" << std::endl;
}

exit_status run_load(const load_command& given) {
    const stop_signals signals;  // before any thread
    if (given.files.empty()) return refuse(exit_usage, "no FILE is given. See colblock-ingest load --help");
    auto options = options_of(given);
    if (!options) return refuse(exit_usage, options.error());
    files::input_list inputs = files::find_inputs(given.files);
    files::console out(std::cerr, terminal_width());
    for (const std::string& problem : inputs.problems) out.message(problem);
    if (inputs.files.empty()) return refuse(exit_failure, "there is nothing to load");
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("load", std::make_shared<console_sink>(out)));
    spdlog::set_level(spdlog::level::warn);

    auto started_engine = start_engine(given.rows, *options);
    if (!started_engine) return refuse(exit_usage, started_engine.error());
    const std::unique_ptr<embedded_engine> engine = std::move(*started_engine);
    pipeline::stats counted;
    store rows(std::move(*options), counted);
    if (auto opened = rows.open(events_on(out)); !opened) return refuse(exit_failure, opened.error());

    const bool all_are_there = inputs.problems.empty();
    const std::uint64_t num_passed_over = inputs.num_passed_over;
    files::loader running({std::move(inputs), signal_of(given)}, rows, counted, out);
    running.start();
    const bool interrupted = wait(running, rows, out, engine.get());
    const files::progress end = running.how_far();
    running.stop();
    out.end();
    for (const std::string& place : running.requests().where_it_stopped()) out.message(place);
    const summary all{running.requests().report(), end, running.content_len(), num_passed_over, counted};
    given.json ? print_json(std::cout, all) : print_table(std::cout, all);
    spdlog::drop_all();
    return all_are_there && !interrupted && all.files.problems == 0 && all.files.files_failed == 0 ? exit_success : exit_failure;
}

}  // namespace

void add_load(CLI::App& app, command& chosen) {
    const auto given = std::make_shared<load_command>();
    CLI::App* const sub = app.add_subcommand("load", "Insert files of OTLP requests into ClickHouse");
    sub->add_option("FILE", given->files,
                    "Files, globs, - for standard input, and directories: all files below them that end in .pb, "
                    ".binpb, .bin, .proto, .json, .jsonl, .ndjson or .otlp, compressed or not")
        ->option_text("...")
        ->default_str("");
    sub->add_option("--signal", given->signal, "What all requests are [told from each request]")
        ->check(CLI::IsMember({"traces", "metrics", "logs"}))
        ->option_text("traces|metrics|logs")
        ->default_str("");
    sub->add_flag("--json", given->json, "Sum up as one line of JSON");
    add_store_flags(*sub, given->rows, {.lanes = "Threads that decode and encode; 0: one a core",
                                        .max_memory = "Requests and rows on their way; reading waits for room",
                                        .drain_timeout = "How long an interrupted load may wait for INSERTs"});
    sub->footer(
        "A file holds one request in protobuf (what gen writes), JSON lines, one JSON document, or requests behind\n"
        "their lengths (the Collector's file exporter with format: proto, and protobuf's own delimited messages);\n"
        "gzip and zstd are told by their first bytes. A request that cannot be decoded or stored is named, and the\n"
        "rest is loaded. A file that is loaded twice may be stored twice.\n"
        "Examples:\n"
        "  colblock-ingest load otlp.jsonl --clickhouse tcp://default@db1:9000/otel\n"
        "  colblock-ingest load payloads/ 'archive/2026-0[1-3]*.pb.zst'\n"
        "  zcat traces.pb.gz | colblock-ingest load - --signal traces\n"
        "Exit status: 0 every record is stored, 1 some are not (or it was interrupted), 2 an option is wrong.");
    sub->callback([given, &chosen] { chosen = [given] { return run_load(*given); }; });
}

}  // namespace colblock::tools
