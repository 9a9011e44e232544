// SPDX-License-Identifier: Apache-2.0
#include "support/data_path.hpp"

namespace colblock::support {

std::string data_path(std::string_view below_tests) { return COLBLOCK_TEST_DATA "/" + std::string(below_tests); }

}  // namespace colblock::support
