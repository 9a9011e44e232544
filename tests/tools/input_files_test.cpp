// SPDX-License-Identifier: Apache-2.0
#include "files/input_files.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace colblock::files {
namespace {

using strings = std::vector<std::string>;

class InputFiles : public testing::Test {
protected:
    void SetUp() override {
        x_root = testing::TempDir() + "input_files_" + std::to_string(::getpid());
        for (const char* name : {"b.pb", "a.json.gz", "sub/c.jsonl.zst", "sub/.hidden.pb", "notes.txt", "sub/deeper/a.pb"}) {
            const std::filesystem::path path = std::filesystem::path(x_root) / name;
            std::filesystem::create_directories(path.parent_path());
            std::ofstream(path) << "12345";
        }
    }
    void TearDown() override { std::filesystem::remove_all(x_root); }

    // The paths below the root.
    strings paths(const input_list& list) const {
        strings all;
        for (const input_file& file : list.files)
            all.push_back(file.path.starts_with(x_root) ? file.path.substr(x_root.size() + 1) : file.path);
        return all;
    }

    std::string x_root;
};

TEST_F(InputFiles, ADirectoryIsItsPayloadsInOrderAndBelowIt) {
    const input_list found = find_inputs(strings{x_root});
    EXPECT_EQ(paths(found), (strings{"a.json.gz", "b.pb", "sub/c.jsonl.zst", "sub/deeper/a.pb"}));
    EXPECT_EQ(found.num_passed_over, 2u);
    EXPECT_EQ(found.problems, strings());
    EXPECT_EQ(found.total_len(), 20u);
}

TEST_F(InputFiles, AFileThatIsNamedIsTakenWhateverItsEnding) {
    EXPECT_EQ(paths(find_inputs(strings{x_root + "/notes.txt"})), strings{"notes.txt"});
}

TEST_F(InputFiles, AGlobIsExpanded) {
    EXPECT_EQ(paths(find_inputs(strings{x_root + "/*.[jp]*"})), (strings{"a.json.gz", "b.pb"}));
}

TEST_F(InputFiles, AFileIsTakenOnce) {
    EXPECT_EQ(paths(find_inputs(strings{x_root + "/sub/../b.pb", x_root + "/b.pb", "-", "-"})),
              (strings{"sub/../b.pb", "-"}));
}

TEST_F(InputFiles, WhatIsNotThereIsNamed) {
    std::filesystem::create_directories(x_root + "/empty");
    const input_list found = find_inputs(strings{x_root + "/gone.pb", x_root + "/x*.pb", x_root + "/empty"});
    EXPECT_EQ(found.problems,
              (strings{x_root + "/gone.pb: there is no such file", x_root + "/x*.pb: there is no such file",
                       x_root + "/empty: has no file that ends in .pb, .json or the like; name files to load any"}));
}

TEST_F(InputFiles, TheLengthOfAPipeIsNotKnown) { EXPECT_EQ(find_inputs(strings{"-"}).total_len(), std::nullopt); }

TEST(SignalInName, IsToldIfOneIsMentioned) {
    EXPECT_EQ(signal_in_name("metrics/traces-00001.pb"), signal::traces);
    EXPECT_EQ(signal_in_name("my_metric.json"), signal::metrics);
    EXPECT_EQ(signal_in_name("/var/otel-logs.jsonl.gz"), signal::logs);
    EXPECT_EQ(signal_in_name("logs_of_traces.pb"), std::nullopt);
    EXPECT_EQ(signal_in_name("otlp.pb"), std::nullopt);
}

}  // namespace
}  // namespace colblock::files
