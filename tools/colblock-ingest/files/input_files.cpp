// SPDX-License-Identifier: Apache-2.0
#include "files/input_files.hpp"

#include <glob.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <set>

namespace colblock::files {

namespace {

namespace fs = std::filesystem;

class finder {
public:
    input_list take() { return std::move(x_found); }

    void add(const std::string& name) {
        std::error_code failed;
        if (name == "-") return add_file(name);
        const fs::file_status what = fs::status(name, failed);
        if (fs::is_directory(what)) return add_directory(name);
        if (fs::exists(what)) return add_file(name);
        add_pattern(name);
    }

private:
    void add_file(const std::string& path) {
        std::error_code failed;
        const std::string identity = path == "-" ? path : fs::canonical(path, failed).string();
        if (!identity.empty() && !x_known.insert(identity).second) return;
        input_file file{path, 0};
        if (path != "-" && fs::is_regular_file(path, failed)) file.len = fs::file_size(path, failed);
        if (failed) file.len = 0;
        x_found.files.push_back(std::move(file));
    }

    void add_directory(const std::string& directory) {
        std::vector<std::string> paths;
        std::error_code failed;
        fs::recursive_directory_iterator at(directory, failed);
        for (; !failed && at != fs::recursive_directory_iterator(); at.increment(failed)) {
            std::error_code unknown;
            if (!at->is_regular_file(unknown)) continue;
            if (is_payload_name(at->path().filename().native())) paths.push_back(at->path().string());
            else ++x_found.num_passed_over;
        }
        if (failed) x_found.problems.push_back(directory + ": cannot be read: " + failed.message());
        std::ranges::sort(paths);
        for (const std::string& path : paths) add_file(path);
        if (paths.empty() && !failed)
            x_found.problems.push_back(directory + ": has no file that ends in .pb, .json or the like; name files to load any");
    }

    void add_pattern(const std::string& pattern) {
        glob_t found{};
        const int status = ::glob(pattern.c_str(), 0, nullptr, &found);
        const std::unique_ptr<glob_t, void (*)(glob_t*)> owned(&found, &::globfree);
        if (status != 0 || found.gl_pathc == 0) {
            x_found.problems.push_back(pattern + ": there is no such file");
            return;
        }
        for (std::size_t i = 0; i != found.gl_pathc; ++i) {
            std::error_code failed;
            const std::string path = found.gl_pathv[i];
            fs::is_directory(path, failed) ? add_directory(path) : add_file(path);
        }
    }

    input_list x_found;
    std::set<std::string> x_known;
};

}  // namespace

std::optional<std::uint64_t> input_list::total_len() const noexcept {
    std::uint64_t total = 0;
    for (const input_file& file : files) {
        if (file.len == 0 && file.path == "-") return std::nullopt;
        total += file.len;
    }
    return total;
}

input_list find_inputs(std::span<const std::string> names) {
    finder all;
    for (const std::string& name : names) all.add(name);
    return all.take();
}

bool is_payload_name(std::string_view file_name) noexcept {
    if (file_name.starts_with('.')) return false;
    for (const std::string_view compressed : {".gz", ".zst"})
        if (file_name.ends_with(compressed)) file_name.remove_suffix(compressed.size());
    constexpr std::array<std::string_view, 8> endings = {".pb",   ".binpb", ".bin",    ".proto",
                                                         ".json", ".jsonl", ".ndjson", ".otlp"};
    return std::ranges::any_of(endings, [&](std::string_view ending) { return file_name.ends_with(ending); });
}

std::optional<signal> signal_in_name(std::string_view path) noexcept {
    const std::string_view file_name = path.substr(path.rfind('/') + 1);
    std::optional<signal> found;
    for (const signal each : {signal::traces, signal::metrics, signal::logs}) {
        // Also "trace", "metric", "log".
        if (file_name.find(name(each).substr(0, name(each).size() - 1)) == std::string_view::npos) continue;
        if (found) return std::nullopt;
        found = each;
    }
    return found;
}

}  // namespace colblock::files
