// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <csignal>
#include <iostream>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "command.hpp"
#include "gen/drive.hpp"
#include "gen/payload_files.hpp"
#include "gen/report.hpp"
#include "gen/timestamp.hpp"
#include "gen/workload.hpp"

namespace colblock::tools {
namespace {

struct gen_options {
    std::string out;
    std::vector<std::string> payloads;
    std::string endpoint = "http://127.0.0.1:4318";
    std::vector<std::string> signals{"traces", "metrics", "logs"};
    std::string profile = "rich";
    std::string resource_attributes;  // empty: as profile
    std::uint64_t records = 0;
    std::uint32_t batch = 512;
    std::uint64_t seed = 1;
    std::string start;
    std::uint64_t clock_rate = 0;
    unsigned connections = 4;
    double rate = 0;
    double duration = 0;
    double timeout = 10;
    double retry_for = 60;
    bool gzip = false;
    bool json = false;
};

constexpr std::uint64_t usual_records = 100'000;
constexpr std::uint64_t usual_clock_rate = 100'000;

gen::profile profile_of(std::string_view name) {
    if (name == "tiny") return gen::profile::tiny;
    return name == "js" ? gen::profile::js : gen::profile::rich;
}

std::chrono::milliseconds to_milliseconds(double seconds) {
    return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

gen::workload_options describe_workload(const gen_options& given, std::uint64_t start_ns) {
    gen::workload_options made;
    made.seed = given.seed;
    made.num_records = given.records;
    // A run of limited time takes what it can; everything else is finite.
    if (made.num_records == 0) made.num_records = given.duration > 0 ? gen::unlimited_records : usual_records;
    made.records_per_request = given.batch;
    made.signals = {};
    for (const std::string& chosen : given.signals)
        for (const signal kind : {signal::traces, signal::metrics, signal::logs})
            if (chosen == name(kind)) made.signals[static_cast<std::size_t>(kind)] = true;
    made.spans = profile_of(given.profile);
    made.resources = given.resource_attributes.empty() ? made.spans : profile_of(given.resource_attributes);
    made.start_ns = start_ns;
    made.records_per_second = given.clock_rate;
    if (made.records_per_second == 0)
        made.records_per_second = given.rate >= 1 ? static_cast<std::uint64_t>(given.rate) : usual_clock_rate;
    return made;
}

exit_status write_files(const gen_options& given, gen::workload& shop) {
    auto directory = gen::payload_directory::open(given.out);
    if (!directory) return refuse(exit_failure, directory.error());
    std::uint64_t records = 0, files = 0, bytes = 0;
    for (gen::request made; shop.next(made); ++files) {
        if (const auto written = directory->write(made); !written) return refuse(exit_failure, written.error());
        records += made.num_records;
        bytes += made.body.size();
    }
    std::cout << records << " records in " << files << " files, " << bytes << " bytes, in " << given.out << '\n';
    return exit_success;
}

// The files in turn: once each, or again and again while a number of records or a time says so.
gen::request_source cycle(std::vector<gen::request> files, const gen_options& given) {
    std::uint64_t records_left = given.records;
    if (records_left == 0 && given.duration > 0) records_left = gen::unlimited_records;
    const bool once = records_left == 0;
    if (given.gzip)
        for (gen::request& file : files) {
            buffer compressed;
            gen::gzip(file.body.view(), compressed);
            file.body = std::move(compressed);
        }
    const auto shared = std::make_shared<const std::vector<gen::request>>(std::move(files));
    return [shared, once, records_left, is_gzip = given.gzip, at = std::size_t{0}](gen::outgoing& out) mutable {
        if (at == shared->size()) {
            if (once) return false;
            at = 0;
        }
        const gen::request& file = (*shared)[at++];
        if (!once && records_left == 0) return false;
        if (!once) records_left -= std::min<std::uint64_t>(records_left, std::max(1u, file.num_records));
        out.kind = file.kind;
        out.body = file.body.view();
        out.num_records = file.num_records;
        out.is_gzip = is_gzip;
        return true;
    };
}

gen::request_source generate(gen::workload& shop) {
    return [&shop](gen::outgoing& out) {
        if (!shop.next(out.made)) return false;
        out.kind = out.made.kind;
        out.body = out.made.body.view();
        out.num_records = out.made.num_records;
        out.is_gzip = false;
        return true;
    };
}

// Ctrl-C ends the run and still prints the report; a second one ends the program. The signals are
// blocked in all threads and awaited in one, so nothing happens inside a handler.
class interruptible {
public:
    interruptible() {
        sigemptyset(&x_signals);
        sigaddset(&x_signals, SIGINT);
        sigaddset(&x_signals, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &x_signals, nullptr);
        x_waiter = std::jthread([this](const std::stop_token& ended) {
            const timespec step{0, 100'000'000};
            while (!ended.stop_requested())
                if (sigtimedwait(&x_signals, nullptr, &step) > 0) {
                    x_stop.request_stop();
                    pthread_sigmask(SIG_UNBLOCK, &x_signals, nullptr);
                    return;
                }
        });
    }
    [[nodiscard]] std::stop_token token() const { return x_stop.get_token(); }

private:
    sigset_t x_signals{};
    std::stop_source x_stop;
    std::jthread x_waiter;
};

exit_status send(const gen_options& given, const gen::request_source& source) {
    auto to = gen::parse_endpoint(given.endpoint);
    if (!to) return refuse(exit_usage, "--endpoint: " + to.error());
    gen::drive_options how;
    how.to = std::move(*to);
    how.num_connections = given.connections;
    how.records_per_second = given.rate;
    how.duration = std::chrono::duration<double>(given.duration);
    how.gzip = given.gzip;
    how.timeout = to_milliseconds(given.timeout);
    how.retry_for = to_milliseconds(given.retry_for);
    if (const auto there = gen::http_connection(how.to, how.timeout).open(); !there)
        return refuse(exit_failure, there.error() + ". Start a receiver there, or name another with --endpoint");
    const interruptible interrupt;
    gen::progress_line progress(std::cerr, isatty(STDERR_FILENO) != 0);
    const gen::drive_report report =
        gen::drive(how, source, interrupt.token(), [&](const gen::drive_progress& now) { progress.show(now); });
    progress.end();
    given.json ? gen::print_json(std::cout, report) : gen::print_table(std::cout, report);
    if (report.complete()) return exit_success;
    return refuse(exit_failure, std::to_string(report.records_sent - report.records_accepted) + " of " +
                                    std::to_string(report.records_sent) + " records did not arrive at " +
                                    given.endpoint + "; the messages above say why");
}

exit_status run_gen(const gen_options& given) {
    if (!given.payloads.empty()) {
        auto files = gen::read_payload_files(given.payloads);
        if (!files) return refuse(exit_failure, files.error());
        return send(given, cycle(std::move(*files), given));
    }
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    auto start_ns = static_cast<std::uint64_t>(std::chrono::nanoseconds(now).count());
    if (!given.start.empty()) {
        const auto parsed = gen::parse_timestamp(given.start);
        if (!parsed)
            return refuse(exit_usage, "--start: '" + given.start +
                                          "' is no time; give 2026-01-31T08:00:00Z or nanoseconds since 1970");
        start_ns = *parsed;
    }
    gen::workload shop(describe_workload(given, start_ns));
    return given.out.empty() ? send(given, generate(shop)) : write_files(given, shop);
}

// CLI11's own check prints the largest double in all its digits.
const CLI::Validator not_negative(
    [](const std::string& text) {
        double number = -1;
        const char* const end = text.data() + text.size();
        const bool is_number = std::from_chars(text.data(), end, number).ptr == end;
        return is_number && number >= 0 && number <= 1e9 ? "" : text + " is no number from 0 to 1000000000";
    },
    "");

void add_content_options(CLI::App& sub, gen_options& given) {
    const CLI::IsMember profiles({"tiny", "js", "rich"});
    const std::string group = "What is made";
    sub.add_option("--signals", given.signals, "Signals that share the records evenly")
        ->delimiter(',')
        ->check(CLI::IsMember({"traces", "metrics", "logs"}))
        ->option_text("LIST")
        ->default_str("traces,metrics,logs")
        ->group(group);
    sub.add_option("--records", given.records,
                   "Records in all: spans, data points, log records [100000; no limit with --duration]")
        ->check(CLI::Range(std::uint64_t{1}, gen::unlimited_records))
        ->option_text("N")
        ->default_str("")
        ->group(group);
    sub.add_option("--batch", given.batch, "Records a request")
        ->check(CLI::Range(1u, 1'000'000u))
        ->option_text("N")
        ->group(group);
    sub.add_option("--profile", given.profile,
                   "Size of spans: tiny (150 bytes, 2 attributes), js (300, 5.5) or rich (690, 12)")
        ->check(profiles)
        ->option_text("NAME")
        ->group(group);
    sub.add_option("--resource-attributes", given.resource_attributes,
                   "Resource attributes: tiny (1), js (27 of a host) or rich (27 of a pod) [as --profile]")
        ->check(profiles)
        ->option_text("NAME")
        ->group(group);
    sub.add_option("--seed", given.seed, "The same seed and options make the same bytes")->option_text("N")->group(group);
    sub.add_option("--start", given.start, "Time of the first record: RFC 3339 or nanoseconds since 1970 [now]")
        ->option_text("TIME")
        ->group(group);
    sub.add_option("--clock-rate", given.clock_rate,
                   "Records a second by their own timestamps [--rate, else 100000]")
        ->check(CLI::Range(1u, 1'000'000'000u))
        ->option_text("N")
        ->default_str("")
        ->group(group);
}

void add_target_options(CLI::App& sub, gen_options& given) {
    const std::string group = "Where it goes";
    CLI::Option* const out = sub.add_option("--out", given.out, "Write traces-00001.pb ... into this directory, send nothing")
                                 ->option_text("DIR")
                                 ->group(group);
    CLI::Option* const endpoint = sub.add_option("--endpoint", given.endpoint, "Post to this OTLP/HTTP receiver")
                                      ->option_text("URL")
                                      ->group(group);
    CLI::Option* const payload =
        sub.add_option("--payload", given.payloads, "Post these protobuf requests instead of making any; their names say the signal")
            ->option_text("FILE...")
            ->default_str("")
            ->group(group);
    out->excludes(endpoint)->excludes(payload);
}

void add_sending_options(CLI::App& sub, gen_options& given) {
    const std::string group = "How it is sent";
    sub.add_option("--connections", given.connections, "Keep-alive connections, each with one request in flight")
        ->check(CLI::Range(1u, 4096u))
        ->option_text("N")
        ->group(group);
    sub.add_option("--rate", given.rate, "Records a second; 0 is as fast as they are answered")
        ->check(not_negative)
        ->option_text("N")
        ->group(group);
    sub.add_option("--duration", given.duration, "Seconds until no further request is begun; 0 is no limit")
        ->check(not_negative)
        ->option_text("SECONDS")
        ->group(group);
    sub.add_flag("--gzip", given.gzip, "Compress bodies, at level 6 as SDKs do")->group(group);
    sub.add_option("--timeout", given.timeout, "Seconds that a step of a request may take")
        ->check(CLI::Range(0.001, 3600.0))
        ->option_text("SECONDS")
        ->group(group);
    sub.add_option("--retry-for", given.retry_for,
                   "Seconds after which a request that gets 429, 502, 503, 504 or no answer is given up")
        ->check(not_negative)
        ->option_text("SECONDS")
        ->group(group);
    sub.add_flag("--json", given.json, "Report as one line of JSON")->group(group);
}

}  // namespace

void add_gen(CLI::App& app, command& chosen) {
    const auto given = std::make_shared<gen_options>();
    CLI::App* const sub = app.add_subcommand("gen", "Generate load: the telemetry of a made-up web shop, to files or to a receiver");
    add_target_options(*sub, *given);
    add_content_options(*sub, *given);
    add_sending_options(*sub, *given);
    sub->footer(
        "Examples:\n"
        "  colblock-ingest gen --records 1000000 --connections 8\n"
        "  colblock-ingest gen --signals traces --profile js --out payloads --start 2026-01-31T08:00:00Z\n"
        "  colblock-ingest gen --payload payloads/traces-*.pb --duration 30\n"
        "Exit status: 0 every record was accepted, 1 some were rejected or lost, 2 an option is wrong.");
    sub->callback([given, &chosen] { chosen = [given] { return run_gen(*given); }; });
}

}  // namespace colblock::tools
