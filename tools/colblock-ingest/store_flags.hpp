// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CLI/CLI.hpp>
#include <expected>
#include <memory>
#include <string>

#include "embedded_engine.hpp"
#include "store.hpp"

namespace colblock::tools {

/// The flags that say where rows go, and how.
struct store_flags {
    std::string clickhouse;
    std::string data_dir = "colblock-data";
    std::string engine_library;
    std::string compression = "lz4";
    std::string dead_letters;
    std::string row_order = "key";
    bool create_schema = true;
    std::size_t lanes = 0;
    std::size_t connections = 4;
    std::size_t memory_mib = 256;
    unsigned drain_seconds = 30;
    schema_flags tables;
};

/// What a subcommand says about the flags that mean something of its own to it.
struct store_flag_texts {
    const char* lanes;
    const char* max_memory;
    const char* drain_timeout;
};

/// Adds them to `sub`. `flags` must live as long as `sub`.
void add_store_flags(CLI::App& sub, store_flags& flags, const store_flag_texts& texts);

/// Reads the texts. Fails with a sentence that names the flag and the remedy.
std::expected<store_options, std::string> options_of(const store_flags& flags);

/// Starts the embedded engine where no server is named, and makes it the server of `options`; null where
/// one is named.
std::expected<std::unique_ptr<embedded_engine>, std::string> start_engine(const store_flags& flags,
                                                                          store_options& options);

}  // namespace colblock::tools
