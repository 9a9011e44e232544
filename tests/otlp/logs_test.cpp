// SPDX-License-Identifier: Apache-2.0
#include "colblock/otlp/logs.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "support/decode.hpp"
#include "support/wire_bytes.hpp"

namespace colblock::otlp {
namespace {

using namespace support::wire;
using support::padded_payload;
using std::string;

string of_record(const string& record) { return bytes(1, bytes(2, bytes(2, record))); }

TEST(LogDecoder, ReadsEveryFieldOfARecord) {
    const padded_payload payload(of_record(
        fixed64(1, 11) + integer(2, 17) + bytes(3, "ERROR") + bytes(5, bytes(1, "went wrong")) +
        bytes(6, key_value("k", fixed64(4, 0x4000000000000000))) + bytes(6, key_value("b", integer(2, 0))) + integer(7, 4) +
        fixed32(8, 1) + bytes(9, "0123456789abcdef") + bytes(10, "ABCDEFGH") + fixed64(11, 12) + bytes(12, "device.boot")));
    log_decoder decoder;
    const auto batch = std::make_unique<log_batch>();
    decoder.start(payload.view());
    ASSERT_TRUE(decoder.fill(*batch));
    const log_batch& b = *batch;
    ASSERT_EQ(b.num_records, 1u);
    EXPECT_EQ(b.time[0], 11u);
    EXPECT_EQ(b.observed_time[0], 12u);
    EXPECT_EQ(b.severity_number[0], 17);
    EXPECT_EQ(b.severity_text[0], "ERROR");
    EXPECT_EQ(b.body[0].kind, value_kind::string);
    EXPECT_EQ(b.body[0].text(), "went wrong");
    ASSERT_EQ(b.attributes_end[0], 2u);
    EXPECT_EQ(b.attributes[0].value.kind, value_kind::number);
    EXPECT_EQ(b.attributes[0].value.number, 2.0);
    EXPECT_EQ(b.attributes[1].value.kind, value_kind::boolean);
    EXPECT_EQ(b.attributes[1].value.integer, 0);
    EXPECT_EQ(b.dropped_attributes_count[0], 4u);
    EXPECT_EQ(b.flags[0], 1u);
    EXPECT_EQ(b.trace_id[0], "0123456789abcdef");
    EXPECT_EQ(b.span_id[0], "ABCDEFGH");
    EXPECT_EQ(b.event_name[0], "device.boot");
    EXPECT_FALSE(decoder.fill(*batch));
    EXPECT_TRUE(decoder.status().has_value());
}

TEST(LogDecoder, ARecordWithoutBodyHasAnEmptyPaddedOne) {
    const padded_payload payload(of_record(""));
    log_decoder decoder;
    const auto batch = std::make_unique<log_batch>();
    decoder.start(payload.view());
    ASSERT_TRUE(decoder.fill(*batch));
    EXPECT_EQ(batch->body[0].kind, value_kind::empty);
    EXPECT_TRUE(batch->body[0].text().empty());
    EXPECT_NE(batch->body[0].text().data(), nullptr);
}

TEST(LogDecoder, AMalformedBodyIsRefusedWithItsOffset) {
    const padded_payload payload(of_record(bytes(5, "\x0a\x05hi")));
    EXPECT_EQ(support::failure_of(support::decode_logs(payload.view()).status), (error{errc::truncated, 10}));
}

TEST(LogDecoder, ARecordWithTooManyAttributesIsLeftOutAlone) {
    string attributes;
    for (std::size_t i = 0; i != limits::max_attributes_per_record + 1; ++i) attributes += bytes(6, "");
    const padded_payload payload(bytes(1, bytes(2, bytes(2, "") + bytes(2, attributes) + bytes(2, bytes(6, "")))));
    const auto all = support::decode_logs(payload.view());
    EXPECT_TRUE(all.status.has_value());
    EXPECT_EQ(all.records.size(), 2u);
    EXPECT_EQ(all.rejected.too_many_attributes, 1u);
}

}  // namespace
}  // namespace colblock::otlp
