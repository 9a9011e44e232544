// SPDX-License-Identifier: Apache-2.0
// Replays inputs through a fuzz target without libFuzzer: every file named on the command line, and
// every file below every directory named there. No file at all is a failure.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz_check.hpp"

namespace {

bool replay(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    if (!file) {
        std::cerr << "cannot read " << path << '\n';
        return false;
    }
    // A copy of exact size, so that sanitizers see a read past the end.
    const std::vector<std::uint8_t> input(bytes.begin(), bytes.end());
    LLVMFuzzerTestOneInput(input.data(), input.size());
    return true;
}

}  // namespace

int main(int argc, char** argv) {
    std::size_t num_replayed = 0;
    for (int i = 1; i < argc; ++i) {
        std::vector<std::filesystem::path> files;
        if (std::filesystem::is_directory(argv[i])) {
            for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i]))
                if (entry.is_regular_file()) files.push_back(entry.path());
        } else {
            files.emplace_back(argv[i]);
        }
        for (const auto& file : files) {
            std::cerr << file.string() << std::endl;  // flushed: the last line names the input of a crash
            if (!replay(file)) return 1;
            ++num_replayed;
        }
    }
    std::cerr << num_replayed << " inputs replayed\n";
    return num_replayed == 0 ? 1 : 0;
}
