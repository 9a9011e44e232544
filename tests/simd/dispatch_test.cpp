// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "colblock/simd/kernels.hpp"
#include "simd/target.hpp"

namespace colblock::simd {
namespace {

// The parser of feature strings, at compile time as in its use.
static_assert(features_of("ssse3") == 1);
static_assert(features_of("ssse3,sse4.1") == 3);
static_assert(features_of("avx2") != features_of("avx"));
static_assert(features_of("avx2,bmi") == (features_of("avx2") | features_of("bmi")));

TEST(Dispatch, ScalarIsAlwaysAvailableAndFirst) {
    ASSERT_FALSE(available().empty());
    EXPECT_EQ(available().front().name, "scalar");
    EXPECT_EQ(available().front().features, 0u);
}

TEST(Dispatch, TheBestSetOfTheProgramIsTestedHere) {
#if defined(__x86_64__)
    if (available().back().name != "avx2") GTEST_SKIP() << "SKIPPED: this CPU has no AVX2, so its kernels are not tested";
#else
    GTEST_SKIP() << "SKIPPED: only x86-64 has kernels besides the scalar ones";
#endif
}

TEST(Dispatch, EverySetIsComplete) {
    for (const kernel_set& set : available()) {
        EXPECT_NE(set.hex_ids, nullptr) << set.name;
        EXPECT_NE(set.write_strings, nullptr) << set.name;
        EXPECT_NE(set.narrow_to_u8, nullptr) << set.name;
        EXPECT_NE(set.narrow_to_u16, nullptr) << set.name;
        EXPECT_NE(set.widen_u8_to_u16, nullptr) << set.name;
        EXPECT_NE(set.widen_u16_to_u32, nullptr) << set.name;
        EXPECT_NE(set.write_offsets, nullptr) << set.name;
        EXPECT_NE(set.write_differences, nullptr) << set.name;
        EXPECT_NE(set.range_of, nullptr) << set.name;
    }
}

TEST(Dispatch, DetectionAgreesWithTheKernel) {
    std::ifstream cpuinfo("/proc/cpuinfo");
    std::string line;
    while (std::getline(cpuinfo, line) && !line.starts_with("flags")) {}
    if (!line.starts_with("flags")) GTEST_SKIP() << "SKIPPED: /proc/cpuinfo states no flags on this machine";
    line += ' ';
    const feature_mask mask = detect_features();
    const auto has = [&](feature_mask bit, const char* flag) {
        EXPECT_EQ((mask & bit) != 0, line.find(std::string(" ") + flag + " ") != std::string::npos) << flag;
    };
    has(features_of("ssse3"), "ssse3");
    has(features_of("sse4.1"), "sse4_1");
    has(features_of("sse4.2"), "sse4_2");
    has(features_of("popcnt"), "popcnt");
    has(features_of("avx"), "avx");
    has(features_of("avx2"), "avx2");
    has(features_of("bmi"), "bmi1");
    has(features_of("bmi2"), "bmi2");
    has(features_of("lzcnt"), "abm");
}

TEST(Dispatch, OverrideHoldsForItsScope) {
    const kernel_set* const before = &active();
    for (const kernel_set& set : available()) {
        const scoped_override forced(set);
        EXPECT_EQ(&active(), &set);
    }
    EXPECT_EQ(&active(), before);
}

// The choice is made once a process, and by then this one has made it: each of these starts the
// program again with another environment.
class DispatchDeathTest : public ::testing::Test {
protected:
    DispatchDeathTest() {
        GTEST_FLAG_SET(death_test_style, "threadsafe");
        if (const char* const value = std::getenv("COLBLOCK_TARGET")) x_before = value;
    }
    ~DispatchDeathTest() override { ::setenv("COLBLOCK_TARGET", x_before.c_str(), 1); }
    static void set_target(const std::string& value) { ::setenv("COLBLOCK_TARGET", value.c_str(), 1); }

private:
    std::string x_before;
};

[[noreturn]] void exit_with(bool right) { std::_Exit(right ? 0 : 1); }

TEST_F(DispatchDeathTest, EnvironmentForcesEachSet) {
    for (const kernel_set& set : available()) {
        set_target(std::string(set.name));
        EXPECT_EXIT(exit_with(active().name == set.name && ignored_target().empty()),
                    ::testing::ExitedWithCode(0), "");
    }
}

TEST_F(DispatchDeathTest, UnknownTargetIsIgnoredAndReported) {
    set_target("pentium");
    EXPECT_EXIT(exit_with(&active() == &available().back() && ignored_target() == "pentium"),
                ::testing::ExitedWithCode(0), "");
}

TEST_F(DispatchDeathTest, EmptyTargetMeansTheBest) {
    set_target("");
    EXPECT_EXIT(exit_with(&active() == &available().back() && ignored_target().empty()),
                ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace colblock::simd
