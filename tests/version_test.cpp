// SPDX-License-Identifier: Apache-2.0
#include "colblock/version.hpp"

#include <gtest/gtest.h>

TEST(Version, IsThatOfTheCMakeProject) { EXPECT_EQ(colblock::version, COLBLOCK_PROJECT_VERSION); }
