// SPDX-License-Identifier: Apache-2.0
#include "files/request_cutter.hpp"

#include <gtest/gtest.h>
#include <zstd.h>

#include <string>
#include <vector>

namespace colblock::files {
namespace {

using namespace std::string_literals;
using step = request_cutter::step;

const std::string request = "\x0a\x04\x12\x02\x12\x00"s;

struct piece {
    std::string bytes;
    bool is_json = false;
    std::uint64_t offset = 0;
    std::uint64_t line = 0;
    friend bool operator==(const piece&, const piece&) = default;
};
std::ostream& operator<<(std::ostream& out, const piece& p) {
    return out << '"' << p.bytes << "\" json " << p.is_json << " at " << p.offset << " line " << p.line;
}

struct pieces {
    std::vector<piece> requests;
    std::vector<std::string> failures;  // with their offsets and lines
};

// Appends the content `len` bytes at a time.
pieces cut(std::string_view content, std::size_t len, std::size_t max_len = 1000) {
    pieces all;
    request_cutter cutter(max_len);
    const auto take = [&](bool at_end) {
        for (step next = cutter.next(at_end); next != step::more; next = cutter.next(at_end)) {
            if (next == step::failure) {
                all.failures.push_back(std::to_string(cutter.failure().offset) + "/" +
                                       std::to_string(cutter.failure().line) + ": " + cutter.failure().what);
                continue;
            }
            const cut_request& one = cutter.request();
            all.requests.push_back({std::string(one.bytes.view()), one.form == receiver::encoding::json, one.offset, one.line});
        }
    };
    for (; !content.empty(); content.remove_prefix(std::min(len, content.size()))) {
        cutter.content().append(content.substr(0, len));
        take(false);
    }
    take(true);
    return all;
}

// However the content arrives.
void expect(const std::string& content, const std::vector<piece>& requests, const std::vector<std::string>& failures = {},
            std::size_t max_len = 1000) {
    for (const std::size_t len : {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{70}, content.size() + 1}) {
        SCOPED_TRACE(len);
        const pieces all = cut(content, len, max_len);
        EXPECT_EQ(all.requests, requests);
        EXPECT_EQ(all.failures, failures);
    }
}

std::string compressed(const std::string& text) {
    std::string out(ZSTD_compressBound(text.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 1));
    return out;
}
std::string behind_length(const std::string& text) {
    return {'\0', '\0', static_cast<char>(text.size() >> 8), static_cast<char>(text.size())};
}

TEST(RequestCutter, EmptyContentHoldsNothing) { expect("", {}); }

TEST(RequestCutter, ProtobufIsOneRequest) { expect(request + request, {{request + request, false, 0, 0}}); }

TEST(RequestCutter, ARequestWhoseLengthLooksLikeABraceIsProtobuf) {
    // A source of 123 bytes ('{') whose resource has 34 ('"').
    const std::string confusing = "\x0a\x7b\x0a\x22\x0a\x20"s + std::string(119, '\x01');
    expect(confusing, {{confusing, false, 0, 0}});
}

TEST(RequestCutter, RequestsBehindLengthsOfFourBytesAreCut) {
    expect(behind_length(request) + request + behind_length(request) + request, {{request, false, 4, 0}, {request, false, 14, 0}});
}

TEST(RequestCutter, RequestsBehindVarintLengthsAreCut) {
    const std::string longer = "\x0a\x86\x01"s + std::string(134, 'x');
    expect("\x89\x01"s + longer + "\x06"s + request, {{longer, false, 2, 0}, {request, false, 140, 0}});
}

TEST(RequestCutter, CompressedRequestsBehindLengthsAreDecompressed) {
    const std::string json = "{\"resourceLogs\":[]}";
    const std::string first = compressed(request), second = compressed(json);
    expect(behind_length(first) + first + behind_length(second) + second,
           {{request, false, 4, 0}, {json, true, 8 + first.size(), 0}});
}

TEST(RequestCutter, ADamagedCompressedRequestIsNamedAndTheNextIsCut) {
    const std::string good = compressed(request);
    const std::string bad = good.substr(0, good.size() - 2);
    expect(behind_length(bad) + bad + behind_length(good) + good, {{request, false, 8 + bad.size(), 0}},
           {"0/0: the request is cut off: its compressed data ends in the middle"});
}

TEST(RequestCutter, ContentThatEndsInsideARequestIsNamedByItsLength) {
    expect(behind_length(request) + request + behind_length(request) + request.substr(0, 4), {{request, false, 4, 0}},
           {"10/0: the content ends inside a request: 6 bytes are announced, 4 are there"});
    expect(behind_length(request) + request + "\0\0"s, {{request, false, 4, 0}},
           {"10/0: the content ends inside the length of a request"});
}

TEST(RequestCutter, ALengthOverTheLimitEndsTheFile) {
    expect("\x01\0\0\0"s + request, {},
           {"0/0: the length of the next request says that it is longer than 1000 bytes"});
}

TEST(RequestCutter, LinesAreRequestsOfJson) {
    const std::string line = "{\"resourceSpans\":[]}";
    expect(line + "\n\n  \r\n" + line + "\r\n" + line,
           {{line, true, 0, 1}, {line + "\r", true, 26, 4}, {line, true, 48, 5}});
}

TEST(RequestCutter, ADamagedFirstLineLeavesTheOthersAlone) {
    expect("{\"resourceSp\n{\"resourceLogs\":[]}\n", {{"{\"resourceSp", true, 0, 1}, {"{\"resourceLogs\":[]}", true, 13, 2}});
}

TEST(RequestCutter, AnIndentedDocumentIsOneRequest) {
    const std::string document = "{\n  \"resourceSpans\": [\n  ]\n}\n";
    expect(document, {{document, true, 0, 0}});
}

TEST(RequestCutter, ALineOverTheLimitIsPassedOver) {
    const std::string line = "{\"resourceSpans\":[]}";
    expect(line + "\n{\"" + std::string(300, 'x') + "\"}\n" + line, {{line, true, 0, 1}, {line, true, 326, 3}},
           {"21/2: the line is longer than 100 bytes"}, 100);
}

TEST(RequestCutter, ARequestOverTheLimitIsNamed) {
    expect("\x0a\x80\x01"s + std::string(128, 'x'), {}, {"0/0: the request is longer than 100 bytes"}, 100);
}

TEST(RequestCutter, OtherContentIsRefusedOnce) {
    expect("<html>" + std::string(200, ' '), {}, {"0/0: is neither an OTLP request in protobuf nor in JSON"});
}

}  // namespace
}  // namespace colblock::files
