// SPDX-License-Identifier: Apache-2.0

// The protobuf decoders against libprotobuf: random requests, serialised by libprotobuf and oddly, are
// decoded to batches and compared with a slow reading of the messages that libprotobuf parses.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "reference/otlp_records.hpp"
#include "support/data_path.hpp"
#include "support/decode.hpp"
#include "support/random_message.hpp"

namespace colblock {
namespace {

using support::padded_payload;
using support::random_engine;

void expect_same(const reference::trace_request& request, std::string_view bytes) {
    std::size_t num_rejected = 0;
    const support::records expected = reference::records_of(request, num_rejected);
    const padded_payload payload(bytes);
    const auto ours = support::decode_traces(payload.view());
    ASSERT_TRUE(ours.status.has_value()) << message(ours.status.error().code) << " at " << ours.status.error().offset;
    EXPECT_EQ(ours.rejected.bad_span_ids, num_rejected);
    EXPECT_EQ(ours.records, expected);
}
void expect_same(const reference::log_request& request, std::string_view bytes) {
    const padded_payload payload(bytes);
    const auto ours = support::decode_logs(payload.view());
    ASSERT_TRUE(ours.status.has_value()) << message(ours.status.error().code) << " at " << ours.status.error().offset;
    EXPECT_EQ(ours.rejected.total(), 0u);
    EXPECT_EQ(ours.records, reference::records_of(request));
}
void expect_same(const reference::metric_request& request, std::string_view bytes) {
    const padded_payload payload(bytes);
    const auto ours = support::decode_metrics(payload.view());
    ASSERT_TRUE(ours.status.has_value()) << message(ours.status.error().code) << " at " << ours.status.error().offset;
    EXPECT_EQ(ours.rejected.total(), 0u);
    EXPECT_EQ(ours.records, reference::records_of(request));
}

// What the decoder of such requests says of bytes, behind which others stand.
template <class Request>
result<void> status_of(const Request&, std::string_view bytes, std::string_view behind = "\x0a\xff") {
    const padded_payload payload(bytes, behind);
    if constexpr (std::is_same_v<Request, reference::trace_request>)
        return support::decode_traces(payload.view()).status;
    else if constexpr (std::is_same_v<Request, reference::log_request>)
        return support::decode_logs(payload.view()).status;
    else
        return support::decode_metrics(payload.view()).status;
}

// Shared by the tests of a kind of request: how much they compare, so that they cannot compare nothing.
template <class Request>
class OtlpDifferential : public testing::Test {
protected:
    std::size_t x_num_records = 0;

    void count(const reference::trace_request& request) {
        std::size_t num_rejected = 0;
        x_num_records += reference::records_of(request, num_rejected).size();
    }
    void count(const reference::log_request& request) { x_num_records += reference::records_of(request).size(); }
    void count(const reference::metric_request& request) {
        for (const support::records& kind : reference::records_of(request)) x_num_records += kind.size();
    }
};
using requests = testing::Types<reference::trace_request, reference::log_request, reference::metric_request>;
TYPED_TEST_SUITE(OtlpDifferential, requests);

TYPED_TEST(OtlpDifferential, RandomRequestsDecodeAsLibprotobufReadsThem) {
    for (unsigned seed = 0; seed != 150 && !this->HasFailure(); ++seed) {
        random_engine random(seed);
        TypeParam request;
        support::fill_randomly(request, random, 1 + seed % 4);
        expect_same(request, request.SerializeAsString());
        this->count(request);
    }
    EXPECT_GT(this->x_num_records, 500u);
}

TYPED_TEST(OtlpDifferential, OddlySerialisedRequestsDecodeAsLibprotobufReadsThem) {
    for (unsigned seed = 1000; seed != 1300 && !this->HasFailure(); ++seed) {
        SCOPED_TRACE(seed);
        random_engine random(seed);
        TypeParam request;
        support::fill_randomly(request, random, 1 + seed % 3);
        const std::string bytes = support::serialize_oddly(request, random);
        TypeParam parsed;
        ASSERT_TRUE(reference::parse(bytes, parsed));
        expect_same(parsed, bytes);
        this->count(parsed);
    }
    EXPECT_GT(this->x_num_records, 500u);
}

// What the JavaScript SDK sent, and edge cases that others wrote down: all payloads of tests/golden/otlp.
TYPED_TEST(OtlpDifferential, RecordedRequestsDecodeAsLibprotobufReadsThem) {
    constexpr std::string_view suffix = std::is_same_v<TypeParam, reference::trace_request> ? "_traces.pb"
                                        : std::is_same_v<TypeParam, reference::log_request> ? "_logs.pb"
                                                                                            : "_metrics.pb";
    unsigned num_files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(support::data_path("golden/otlp"))) {
        if (!entry.path().native().ends_with(suffix)) continue;
        SCOPED_TRACE(entry.path().filename());
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(file), {}};
        TypeParam parsed;
        ASSERT_TRUE(reference::parse(bytes, parsed));
        expect_same(parsed, bytes);
        this->count(parsed);
        ++num_files;
    }
    EXPECT_GE(num_files, 4u);
    EXPECT_GT(this->x_num_records, 100u);
}

// A prefix is refused, or is a valid payload of its own that both sides read alike. Behind it stand the
// bytes that were cut off: whoever reads past the end finds what it hopes for.
TYPED_TEST(OtlpDifferential, EveryPrefixIsRefusedOrReadAlike) {
    std::size_t num_prefixes = 0;
    for (unsigned seed = 2000; seed != 2012 && !this->HasFailure(); ++seed) {
        random_engine random(seed);
        TypeParam request;
        support::fill_randomly(request, random, 1);
        const std::string bytes = support::serialize_oddly(request, random).substr(0, 3000);
        for (std::size_t len = 0; len < bytes.size() && !this->HasFailure(); ++len) {
            SCOPED_TRACE(len);
            ++num_prefixes;
            const std::string_view prefix = std::string_view(bytes).substr(0, len);
            TypeParam parsed;
            if (reference::parse(prefix, parsed)) {
                expect_same(parsed, prefix);
                continue;
            }
            const result<void> status = status_of(parsed, prefix, std::string_view(bytes).substr(len));
            ASSERT_FALSE(status.has_value());
            EXPECT_EQ(status.error().code, errc::truncated);
            EXPECT_LE(status.error().offset, len);
        }
    }
    EXPECT_GT(num_prefixes, 5000u);
}

std::string corrupt(std::string bytes, random_engine& random) {
    for (std::uint64_t n = 1 + support::below(random, 3); n != 0 && !bytes.empty(); --n) {
        const std::size_t at = support::below(random, bytes.size());
        switch (support::below(random, 4)) {
        case 0: bytes[at] = static_cast<char>(random()); break;
        case 1: bytes[at] = static_cast<char>(bytes[at] + (support::chance(random, 50) ? 1 : -1)); break;
        case 2: bytes.erase(at, 1 + support::below(random, 4)); break;
        default: bytes.insert(at, 1, static_cast<char>(random())); break;
        }
    }
    return bytes;
}

// Also what is replaced, passed over or of no use to tables has to be protobuf.
TYPED_TEST(OtlpDifferential, CorruptedRequestsAreRefusedOrReadAlike) {
    std::size_t num_refused = 0;
    std::size_t num_read = 0;
    for (unsigned seed = 3000; seed != 3150 && !this->HasFailure(); ++seed) {
        random_engine random(seed);
        TypeParam request;
        support::fill_randomly(request, random, 1);
        const std::string good = support::serialize_oddly(request, random);
        for (int i = 0; i != 60 && !this->HasFailure(); ++i) {
            const std::string bytes = corrupt(good, random);
            if (reference::has_long_tag_or_length(bytes, *request.GetDescriptor())) continue;
            SCOPED_TRACE(testing::Message() << "seed " << seed << ", corruption " << i);
            TypeParam parsed;
            if (reference::parse(bytes, parsed)) {
                expect_same(parsed, bytes);
                ++num_read;
            } else {
                EXPECT_FALSE(status_of(parsed, bytes).has_value());
                ++num_refused;
            }
        }
    }
    EXPECT_GT(num_refused, 2000u);
    EXPECT_GT(num_read, 1000u);
}

}  // namespace
}  // namespace colblock
