// SPDX-License-Identifier: Apache-2.0
#include "gen/report.hpp"

#include <iomanip>
#include <sstream>

#include "colblock/base/json_text.hpp"

namespace colblock::gen {
namespace {

std::string decimal(double value, int digits) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(digits) << value;
    return text.str();
}

std::string per_second(std::uint64_t count, double seconds) {
    return decimal(seconds > 0 ? static_cast<double>(count) / seconds : 0, 0);
}

std::string json_text(std::string_view text) {
    buffer quoted;
    append_json_string(quoted, text);
    return std::string(quoted.view());
}

// A server's words on one line of a terminal.
std::string printable(std::string_view text) {
    std::string shown(text.substr(0, 300));
    for (char& c : shown)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    return shown;
}

}  // namespace

void progress_line::show(const drive_progress& now) {
    std::ostringstream line;
    line << "gen: " << decimal(now.seconds, 0) << " s  " << now.records_accepted << " records  "
         << per_second(now.records_accepted - x_last.records_accepted, now.seconds - x_last.seconds) << "/s  "
         << now.records_lost << " lost  " << now.retries << " retries";
    x_last = now;
    *x_out << (x_is_terminal ? "\r\x1b[K" : "") << line.str() << (x_is_terminal ? "" : "\n") << std::flush;
}

void progress_line::end() {
    if (x_is_terminal) *x_out << "\r\x1b[K" << std::flush;
}

void print_table(std::ostream& out, const drive_report& r) {
    out << "records   " << r.records_sent << " sent, " << r.records_accepted << " accepted, " << r.records_rejected
        << " rejected, " << r.records_lost << " lost\n"
        << "requests  " << r.requests << ", " << r.retries << " retries\n"
        << "rate      " << per_second(r.records_accepted, r.seconds) << " records/s, "
        << decimal(r.seconds > 0 ? static_cast<double>(r.bytes_sent) / r.seconds / 1e6 : 0, 1) << " MB/s, in "
        << decimal(r.seconds, 1) << " s\n"
        << "latency   p50 " << decimal(r.percentile_ms(0.5), 1) << " ms, p90 " << decimal(r.percentile_ms(0.9), 1)
        << " ms, p99 " << decimal(r.percentile_ms(0.99), 1) << " ms, max " << decimal(r.percentile_ms(1), 1) << " ms\n";
    for (const auto& [status, count] : r.statuses) {
        out << "status    " << (status == 0 ? "no answer" : std::to_string(status)) << ": " << count;
        const auto message = r.first_message.find(status);
        if (message != r.first_message.end()) out << ", first: " << printable(message->second);
        out << '\n';
    }
    out << std::flush;
}

void print_json(std::ostream& out, const drive_report& r) {
    out << "{\"records_sent\":" << r.records_sent << ",\"records_accepted\":" << r.records_accepted
        << ",\"records_rejected\":" << r.records_rejected << ",\"records_lost\":" << r.records_lost
        << ",\"requests\":" << r.requests << ",\"retries\":" << r.retries << ",\"bytes_sent\":" << r.bytes_sent
        << ",\"seconds\":" << decimal(r.seconds, 6) << ",\"latency_ms\":{\"p50\":" << decimal(r.percentile_ms(0.5), 3)
        << ",\"p90\":" << decimal(r.percentile_ms(0.9), 3) << ",\"p99\":" << decimal(r.percentile_ms(0.99), 3)
        << ",\"max\":" << decimal(r.percentile_ms(1), 3) << "},\"statuses\":{";
    const char* comma = "";
    for (const auto& [status, count] : r.statuses) {
        out << comma << '"' << status << "\":" << count;
        comma = ",";
    }
    out << "},\"first_messages\":{";
    comma = "";
    for (const auto& [status, message] : r.first_message) {
        out << comma << '"' << status << "\":" << json_text(message);
        comma = ",";
    }
    out << "}}" << std::endl;
}

}  // namespace colblock::gen
