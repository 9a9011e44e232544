// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "colblock/client/options.hpp"
#include "pipeline/group.hpp"

namespace colblock::pipeline {

/// A sink on a native connection to ClickHouse. Connects when it first has something to insert, and again
/// after every failure that ends the connection. Announces the revision that the blocks were made for: a
/// server that only speaks an older one makes the result `replan`.
std::unique_ptr<insert_sink> make_client_sink(client::options server);

}  // namespace colblock::pipeline
