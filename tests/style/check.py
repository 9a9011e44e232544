#!/usr/bin/env python3
"""House rules that a machine can check. One rule a call: check.py RULE [ROOT].

Every rule prints `file:line: what is wrong` for each breach and exits with 1 if there was one. The
limits and reasons stand in HACKING.md; a change of a limit shows up here, in the diff.
"""

import pathlib
import re
import subprocess
import sys

import cpp_text

LEVELS = {  # a layer may include only layers of a lower level, and itself
    "base": 0,
    "wire": 1, "simd": 1,
    "column": 2, "otlp": 2, "codec": 2,
    "block": 3, "protobuf": 3,
    "binding": 4, "client": 4, "receiver": 4,
    "pipeline": 5, "query": 5,
}
# Exceptions to "every lower level": what a layer may include instead.
NARROWER = {
    "receiver": {"base"},
    "otlp": {"base", "wire", "simd"},
    "protobuf": {"base", "wire", "otlp"},
    "client": {"base", "wire", "block", "codec", "column"},
    "binding": {"base", "wire", "simd", "column", "block", "otlp"},
}
# Third-party headers, and the only files (path prefixes) that may include them.
THIRD_PARTY = {
    r"boost/|openssl/": ("include/colblock/client/connection", "src/client/connection",
                         "src/client/blocking_connection", "src/client/pool", "src/receiver/tcp_server",
                         "src/receiver/admin_server", "src/receiver/content_encoding_snappy", "src/receiver/event_loop",
                         "src/receiver/listener", "src/receiver/tls_",
                         "src/pipeline/lane", "src/pipeline/committer", "src/pipeline/sender", "tools/", "tests/", "bench/"),
    r"zlib\.h": ("tools/colblock-ingest/files/byte_source", "tests/", "bench/", "fuzz/"),
    r"lz4|zstd\.h": ("tools/colblock-ingest/files/byte_source", "src/codec/", "src/receiver/content_encoding", "tests/", "bench/", "fuzz/"),
    r"libdeflate": ("src/receiver/content_encoding", "tools/", "tests/", "bench/"),
    r"snappy": ("src/receiver/content_encoding", "tests/", "bench/"),
    r"nghttp2": ("src/receiver/http2_session", "tests/", "bench/", "fuzz/"),
    r"simdjson": ("tests/", "bench/", "fuzz/"),
    r"google/protobuf|\.pb\.h": ("tests/", "bench/", "fuzz/", "src/protobuf/"),
    r"CLI/|spdlog/": ("tools/",),
    r"prometheus/": ("tools/", "src/pipeline/stats", "src/receiver/admin_server"),
    r"xxhash": ("src/column/", "include/colblock/column/low_cardinality", "include/colblock/column/dictionary",
                "src/pipeline/", "bench/", "tests/"),
}
MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 60
MAX_KERNEL_LINES = 100
MAX_PARAMETERS = 4
# Files that may have more, each with its reason.
MORE_PARAMETERS = {
    "src/otlp/in_order.hpp": 5,  # readers of one field, inlined: position, end, number, destination, absence
    "src/receiver/http2_session.cpp": 7,  # nghttp2 gives its callbacks' signatures
}
REFUSED_NAMES = {"util", "utils", "helper", "helpers", "common", "misc", "impl"}


def tracked(root, *suffixes):
    names = subprocess.run(["git", "-C", str(root), "ls-files", "-co", "--exclude-standard"], capture_output=True,
                           text=True)
    if names.returncode == 0:
        paths = [root / name for name in names.stdout.splitlines()]
    else:  # an unpacked archive
        paths = [path for path in root.rglob("*") if not {"build", ".cache", ".git"} & set(path.parts)]
    return sorted(path for path in paths if path.is_file() and (not suffixes or path.suffix in suffixes))


def cpp_files(root):
    return tracked(root, ".hpp", ".cpp")


def layer_of(relative):
    parts = relative.parts
    if parts[:2] == ("include", "colblock") and len(parts) > 3:
        return parts[2]
    if parts[0] == "src" and len(parts) > 2:
        return parts[1]
    return None


def includes(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        include = re.match(r'\s*#\s*include\s*[<"]([^">]+)[">]', line)
        if include:
            yield number, include.group(1)


def layers(root):
    for path in cpp_files(root):
        relative = path.relative_to(root)
        layer = layer_of(relative)
        if layer is not None and layer not in LEVELS:
            yield relative, 1, f"layer {layer} is not in the table of layers"
            continue
        for number, name in includes(path):
            for pattern, allowed in THIRD_PARTY.items():
                if re.match(pattern, name) or (r"\.pb\.h" in pattern and name.endswith(".pb.h")):
                    if not str(relative).startswith(allowed):
                        yield relative, number, f"must not include {name}"
            target = re.match(r"(?:colblock/)?(\w+)/", name)
            other = target.group(1) if target else None
            if layer is None or other not in LEVELS or other == layer:
                continue
            if layer in NARROWER and other not in NARROWER[layer]:
                yield relative, number, f"{layer} must not include {other}"
            elif LEVELS[other] >= LEVELS[layer]:
                yield relative, number, f"{layer} must not include {other}: includes point down"


def names(root):
    for path in cpp_files(root):
        relative = path.relative_to(root)
        words = set(re.split(r"[_.]", path.stem))
        if words & REFUSED_NAMES:
            yield relative, 1, "the name is not an idea"
        if not re.fullmatch(r"[a-z0-9_]+", path.stem):
            yield relative, 1, "file names are snake_case"


def size(root):
    for path in cpp_files(root):
        relative = path.relative_to(root)
        text = path.read_text()
        num_lines = len(text.splitlines())
        if num_lines > MAX_FILE_LINES:
            yield relative, num_lines, f"{num_lines} lines: {MAX_FILE_LINES} are the limit"
        limit = MAX_KERNEL_LINES if relative.parts[:2] == ("src", "simd") else MAX_FUNCTION_LINES
        for function in cpp_text.functions(text):
            if function.num_lines > limit:
                yield relative, function.first_line, f"function of {function.num_lines} lines: {limit} are the limit"


def parameters(root):
    """Of what is shipped: comparing and printing in tests may take what it takes."""
    for path in cpp_files(root):
        relative = path.relative_to(root)
        if relative.parts[0] not in ("include", "src", "tools"):
            continue
        limit = MORE_PARAMETERS.get(relative.as_posix(), MAX_PARAMETERS)
        for function in cpp_text.functions(path.read_text()):
            if function.num_parameters > limit:
                yield relative, function.first_line, \
                    f"{function.num_parameters} parameters: more than {limit} means that a struct is missing"


def listed(root):
    """Every source belongs to a target, every public header is installed and under the umbrella."""
    lists = {path.parent: path.read_text() for path in tracked(root, ".txt") if path.name == "CMakeLists.txt"}
    umbrella = root / "include/colblock/colblock.hpp"
    reachable = {name for _, name in includes(umbrella)} if umbrella.exists() else None
    for path in cpp_files(root):
        relative = path.relative_to(root)
        public = relative.parts[:2] == ("include", "colblock")
        if path.suffix == ".hpp" and not public:
            continue
        if not any(re.search(rf"(?<![\w/]){re.escape(str(path.relative_to(home)))}(?!\w)", text)
                   for home, text in lists.items() if home in path.parents):
            yield relative, 1, "is in no CMakeLists.txt"
        name = relative.relative_to("include").as_posix() if public else ""
        if public and reachable is not None and path != umbrella and layer_of(relative) != "client" \
                and name not in reachable:
            yield relative, 1, "is not included by colblock.hpp"


def ascii_only(root):
    for path in cpp_files(root):
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            if any(byte > 126 or (byte < 32 and byte != 9) for byte in line):
                yield path.relative_to(root), number, "sources are ASCII"


def no_stdio(root):
    ends = re.compile(r"(?<![\w:.>])(?:std::|::)?(?:v?f?printf|f?puts|putchar|abort|_?exit|quick_exit|terminate)\s*\(")
    declared = re.compile(r"(?<!return)(?<!else)(?<=[\w>&*])\s+$")  # a type in front: a member of that name
    prints = re.compile(r"std::(?:cout|cerr|clog)\b|^\s*#\s*include\s*<iostream>")
    for path in cpp_files(root):
        relative = path.relative_to(root)
        if relative.parts[0] not in ("include", "src"):
            continue
        for number, line in enumerate(cpp_text.without_literals(path.read_text()).splitlines(), 1):
            calls = any(not declared.search(line[:call.start()]) for call in ends.finditer(line))
            if calls or prints.search(line):
                yield relative, number, "the library neither prints nor ends the process"


def spdx(root):
    for path in cpp_files(root):
        if not path.read_text().startswith("// SPDX-License-Identifier: Apache-2.0\n"):
            yield path.relative_to(root), 1, "the first line is the licence tag"


def no_skipped_tests(root):
    for path in cpp_files(root):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if re.search(r"\bDISABLED_\w", line):
                yield path.relative_to(root), number, "a test is switched off silently"
            if re.search(r"GTEST_SKIP\(\)\s*;", line):
                yield path.relative_to(root), number, "a skip says why"


def private_words(root):
    """Nothing in the tree names a registry's host or a path of one machine."""
    pattern = re.compile(r"(?:^|[\s\"'(=])/(?:work|farm)/|/root/|https?://(?:[\w.-]*\.)?"
                         r"(?:npmjs|pypi|pythonhosted|crates|golang|maven|debian)[\w.-]*")
    for path in tracked(root, ".hpp", ".cpp", ".py", ".sh", ".md", ".cmake", ".txt", ".json", ".mjs", ".yaml", ".yml", ".in", ""):
        if path.name == "check.py":
            continue
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if pattern.search(line):
                yield path.relative_to(root), number, "names a host or a path of one machine"


RULES = {"layers": layers, "names": names, "size": size, "parameters": parameters, "listed": listed,
         "ascii": ascii_only, "no_stdio": no_stdio, "spdx": spdx,
         "skips": no_skipped_tests, "private_words": private_words}


def main():
    if len(sys.argv) < 2 or sys.argv[1] not in RULES:
        sys.exit(f"usage: check.py {'|'.join(RULES)} [ROOT]")
    root = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else ".").resolve()
    if not cpp_files(root):
        sys.exit(f"{root}: no sources found, so nothing was checked")
    breaches = list(RULES[sys.argv[1]](root))
    for path, line, text in breaches:
        print(f"{path}:{line}: {text}")
    sys.exit(1 if breaches else 0)


if __name__ == "__main__":
    main()
