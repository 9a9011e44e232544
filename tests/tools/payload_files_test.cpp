// SPDX-License-Identifier: Apache-2.0
#include "gen/payload_files.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "gen/workload.hpp"

namespace colblock::gen {
namespace {

class PayloadFiles : public testing::Test {
protected:
    PayloadFiles() : x_directory(testing::TempDir() + "payload_files_" + std::to_string(getpid())) {}
    ~PayloadFiles() override { std::filesystem::remove_all(x_directory); }

    std::string write(const std::string& name, std::string_view content) {
        std::filesystem::create_directories(x_directory);
        std::ofstream(x_directory + '/' + name, std::ios::binary) << content;
        return x_directory + '/' + name;
    }
    std::string x_directory;
};

TEST_F(PayloadFiles, WhatIsWrittenIsReadAndCounted) {
    workload_options options;
    options.num_records = 5'000;
    workload shop(options);
    auto directory = payload_directory::open(x_directory);
    ASSERT_TRUE(directory);
    std::uint64_t num_files = 0;
    for (request made; shop.next(made); ++num_files) ASSERT_TRUE(directory->write(made));
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(x_directory)) names.push_back(entry.path());
    EXPECT_EQ(names.size(), num_files);
    EXPECT_TRUE(std::filesystem::exists(x_directory + "/traces-00001.pb"));
    EXPECT_TRUE(std::filesystem::exists(x_directory + "/metrics-00002.pb"));
    const auto read = read_payload_files(names);
    ASSERT_TRUE(read) << read.error();
    std::uint64_t num_records = 0;
    for (const request& r : *read) num_records += r.num_records;
    EXPECT_EQ(num_records, 5'000u);
}

TEST_F(PayloadFiles, CountsTheRecordsOfHandTypedRequestsLiteral) {
    using namespace std::string_literals;
    EXPECT_EQ(count_records(signal::traces, "\x0a\x06\x12\x04\x12\x00\x12\x00"s), 2u);
    // A gauge of one point and a summary of two.
    EXPECT_EQ(count_records(signal::metrics, "\x0a\x0e\x12\x0c\x12\x04\x2a\x02\x0a\x00\x12\x04\x5a\x02\x0a\x00"s), 2u);
    EXPECT_EQ(count_records(signal::logs, ""), 0u);
    EXPECT_EQ(count_records(signal::logs, "\x0a\x05").error().code, errc::truncated);
}

TEST_F(PayloadFiles, RefusalsNameTheFile) {
    const auto refusal = [](const std::string& name) { return read_payload_files(std::vector{name}).error(); };
    EXPECT_EQ(refusal(x_directory + "/traces.pb"), x_directory + "/traces.pb: cannot be read: No such file or directory");
    const std::string unnamed = write("x.pb", "");
    EXPECT_EQ(refusal(unnamed), unnamed + ": the name says neither traces nor metrics nor logs; rename the file");
    const std::string broken = write("logs.pb", "\x0a\x05");
    EXPECT_EQ(refusal(broken), broken + ": is not a protobuf request: the input ends inside a value at byte 2");
}

}  // namespace
}  // namespace colblock::gen
