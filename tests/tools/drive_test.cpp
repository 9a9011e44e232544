// SPDX-License-Identifier: Apache-2.0
#include "gen/drive.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <sstream>

#include "gen/report.hpp"
#include "tools/scripted_server.hpp"

namespace colblock::gen {
namespace {

using namespace std::string_literals;
using std::chrono::milliseconds;

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

std::string answer(const std::string& status, const std::string& body, const std::string& more = "") {
    return "HTTP/1.1 " + status + "\r\n" + more + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// `num` requests of ten records each.
request_source requests(unsigned num) {
    return [num](outgoing& out) mutable {
        if (num == 0) return false;
        --num;
        out.kind = signal::logs;
        out.body = "ten records";
        out.num_records = 10;
        out.is_gzip = false;
        return true;
    };
}

drive_report run(scripted_server& server, unsigned num, drive_options options = {}) {
    options.to = parse_endpoint(server.url()).value();
    options.num_connections = 1;
    options.retry_for = milliseconds(2'500);
    return drive(options, requests(num), {}, [](const drive_progress&) {});
}

TEST(Drive, CountsWhatWasAccepted) {
    scripted_server server([](const seen_request&, std::size_t) { return ok; });
    const drive_report report = run(server, 7);
    EXPECT_EQ(report.records_sent, 70u);
    EXPECT_EQ(report.records_accepted, 70u);
    EXPECT_TRUE(report.complete());
    EXPECT_EQ(report.requests, 7u);
    EXPECT_EQ(report.latencies_ms.size(), 7u);
    EXPECT_EQ(report.statuses, (std::map<int, std::uint64_t>{{200, 7}}));
    EXPECT_EQ(server.num_connections(), 1u);
    EXPECT_EQ(server.requests().front().body, "ten records");
}

TEST(Drive, CountsPartialSuccessAsRejected) {
    // partial_success { rejected: 3, error_message: "bad id" }
    scripted_server server([](const seen_request&, std::size_t number) {
        return number == 0 ? answer("200 OK", "\x0a\x0a\x08\x03\x12\x06" "bad id") : ok;
    });
    const drive_report report = run(server, 2);
    EXPECT_EQ(report.records_rejected, 3u);
    EXPECT_EQ(report.records_accepted, 17u);
    EXPECT_FALSE(report.complete());
    EXPECT_EQ(report.first_message.at(200), "bad id");
}

TEST(Drive, TriesAgainAfterTheTimeTheReceiverNames) {
    scripted_server server([](const seen_request&, std::size_t number) {
        return number == 0 ? answer("503 Busy", "", "Retry-After: 1\r\n") : ok;
    });
    const drive_report report = run(server, 1);
    EXPECT_TRUE(report.complete());
    EXPECT_EQ(report.retries, 1u);
    EXPECT_EQ(report.statuses, (std::map<int, std::uint64_t>{{200, 1}, {503, 1}}));
    EXPECT_GE(report.seconds, 1.0);
    EXPECT_EQ(server.requests().size(), 2u);
}

TEST(Drive, TriesAgainWhenTheConnectionBreaks) {
    scripted_server server([](const seen_request&, std::size_t number) { return number == 0 ? scripted_reply("", true) : scripted_reply(ok);
    });
    const drive_report report = run(server, 1);
    EXPECT_TRUE(report.complete());
    EXPECT_EQ(report.retries, 1u);
    EXPECT_EQ(report.first_message.at(0), "the receiver closed the connection before it answered");
}

TEST(Drive, DoesNotRepeatWhatIsRefused) {
    // google.rpc.Status { code: 3, message: "no" }
    scripted_server server([](const seen_request&, std::size_t number) {
        return number == 0 ? answer("400 Bad Request", "\x08\x03\x12\x02no") : ok;
    });
    const drive_report report = run(server, 3);
    EXPECT_EQ(report.retries, 0u);
    EXPECT_EQ(report.records_lost, 10u);
    EXPECT_EQ(report.records_accepted, 20u);
    EXPECT_EQ(report.first_message.at(400), "no");
}

TEST(Drive, EndsWhenARequestHasToBeGivenUp) {
    scripted_server server([](const seen_request&, std::size_t) { return answer("429 Slow", "", "Retry-After: 60\r\n"); });
    const drive_report report = run(server, 5);
    EXPECT_EQ(report.records_sent, 10u);
    EXPECT_EQ(report.records_lost, 10u);
    EXPECT_LT(report.seconds, 2.0);
}

TEST(Drive, KeepsToTheRateAndTheDuration) {
    scripted_server server([](const seen_request&, std::size_t) { return ok; });
    drive_options options;
    options.records_per_second = 200;
    options.duration = std::chrono::duration<double>(0.5);
    const drive_report report = run(server, 1'000'000, options);
    EXPECT_TRUE(report.complete());
    EXPECT_GE(report.records_sent, 50u);
    EXPECT_LE(report.records_sent, 120u);
}

TEST(Drive, StopsWhenAsked) {
    scripted_server server([](const seen_request&, std::size_t) { return ok; });
    drive_options options;
    options.to = parse_endpoint(server.url()).value();
    options.num_connections = 1;
    options.records_per_second = 10;  // the second request is due after a second
    std::stop_source stop;
    std::jthread later([&stop] {
        std::this_thread::sleep_for(milliseconds(200));
        stop.request_stop();
    });
    const drive_report report = drive(options, requests(1'000), stop.get_token(), [](const drive_progress&) {});
    EXPECT_LT(report.seconds, 5.0);
    EXPECT_TRUE(report.complete());
}

// Ours is libdeflate; zlib is somebody else's.
TEST(Drive, GzipBodiesAreReadByZlib) {
    scripted_server server([](const seen_request&, std::size_t) { return ok; });
    drive_options options;
    options.gzip = true;
    ASSERT_TRUE(run(server, 1, options).complete());
    const seen_request seen = server.requests().at(0);
    EXPECT_NE(seen.head.find("Content-Encoding: gzip\r\n"), std::string::npos);
    z_stream stream{};
    ASSERT_EQ(inflateInit2(&stream, 16 + 15), Z_OK);
    std::string body = seen.body, plain(1'000, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(body.data());
    stream.avail_in = static_cast<uInt>(body.size());
    stream.next_out = reinterpret_cast<Bytef*>(plain.data());
    stream.avail_out = static_cast<uInt>(plain.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    plain.resize(stream.total_out);
    inflateEnd(&stream);
    EXPECT_EQ(plain, "ten records");
}

TEST(Drive, PercentilesAreTakenFromTheSortedLatencies) {
    drive_report report;
    EXPECT_EQ(report.percentile_ms(0.5), 0);
    for (int i = 1; i <= 101; ++i) report.latencies_ms.push_back(static_cast<float>(i));
    EXPECT_EQ(report.percentile_ms(0.5), 51);
    EXPECT_EQ(report.percentile_ms(0.99), 100);
    EXPECT_EQ(report.percentile_ms(1), 101);
}

TEST(Report, ShowsTheReceiversWordsWithoutControlCharacters) {
    drive_report report;
    report.statuses[400] = 1;
    report.first_message[400] = "bad\x1b[2J\n\"thing\"";
    std::ostringstream table, json;
    print_table(table, report);
    print_json(json, report);
    EXPECT_NE(table.str().find("status    400: 1, first: bad [2J \"thing\"\n"), std::string::npos);
    EXPECT_NE(json.str().find(R"("first_messages":{"400":"bad\u001b[2J\n\"thing\""}})"), std::string::npos);
    EXPECT_EQ(json.str().find('\n'), json.str().size() - 1);
}

}  // namespace
}  // namespace colblock::gen
