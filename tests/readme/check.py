#!/usr/bin/env python3
"""The documents say what is true: check.py RULE ROOT [PROGRAM].

examples  every ```cpp block stands behind a comment that names a file, and is that file without its
          licence tag. The files are compiled and run by ctest.
links     every file that a document names in backticks or links to exists.
bytes     the hex of the example in docs/formats/native_block.md is what PROGRAM prints.
rows      PROGRAM encodes the spans of a recorded request, and refuses half of it.
message_rows
          PROGRAM encodes the one span of its message.
client    PROGRAM inserts into a real ClickHouse and selects from it; skipped (77) where there is none.
"""

import pathlib
import re
import subprocess
import sys

FENCE = re.compile(r"^(?:<!-- (?P<file>\S+) -->\n)?```cpp\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"`([\w.-]+(?:/[\w.-]+)+/?)`|\]\(([^)#:]+)[^)]*\)")
CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
MADE_LATER = ("build/", ".cache/")


def documents(root):
    return sorted(path for path in [*root.glob("*.md"), *root.glob("docs/**/*.md")])


def examples(root):
    found = 0
    for document in documents(root):
        for fence in FENCE.finditer(document.read_text()):
            found += 1
            name = fence["file"]
            if name is None or not (root / name).is_file():
                yield f"{document.relative_to(root)}: an example names no file that exists ({name})"
            elif (root / name).read_text().split("\n", 1)[1] != fence["text"]:
                yield f"{document.relative_to(root)}: the example is not what {name} holds"
    if not found:
        yield "no document has an example, so nothing was checked"


def links(root):
    for document in documents(root):
        for match in NAMED.finditer(CODE.sub("", document.read_text())):
            name = match[1] or match[2]
            known = root / name if match[1] else document.parent / name
            first = name.split("/")[0]
            if match[1] and not (root / first).exists():
                continue  # not a path of this tree: a media type, a branch, a URL's path
            if not name.startswith(MADE_LATER) and not known.exists():
                yield f"{document.relative_to(root)}: there is no {name}"


def example_bytes(root, program):
    text = (root / "docs/formats/native_block.md").read_text()
    block = re.search(r"^```hex\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)[1]
    expected = b"".join(bytes.fromhex(re.match(r"\s*((?:[0-9a-f]{2} ?)+)(?: |$)", line)[1]) for line in block.splitlines())
    printed = subprocess.run([program], capture_output=True, check=True).stdout
    if printed != expected:
        yield f"docs/formats/native_block.md: the example is\n  {expected.hex()}\nbut the program prints\n  {printed.hex()}"


def example_rows(root, program):
    request = (root / "tests/golden/otlp/js_traces.pb").read_bytes()
    run = subprocess.run([program], input=request, capture_output=True)
    statement = rb"\d+ rows for INSERT INTO `otel`.`spans` \(`timestamp`, .*\) FORMAT Native\n"
    if run.returncode != 0 or not re.fullmatch(statement, run.stderr) or b"FixedString(32)" not in run.stdout:
        yield f"a whole request: {run.stderr}"
    half = subprocess.run([program], input=request[:len(request) // 2], capture_output=True)
    if half.returncode != 1 or half.stdout or not re.search(rb" at byte \d+\n$", half.stderr):
        yield f"half a request: {half.stderr}"


def example_message_rows(_root, program):
    run = subprocess.run([program], capture_output=True)
    statement = b"1 rows for INSERT INTO `otel`.`spans` (`timestamp`, `trace_id`, `span_name`) FORMAT Native\n"
    values = (b"0123456789abcdef".hex().encode(), b"\x09GET /cart", (1_790_000_000_000_000_000).to_bytes(8, "little"))
    if run.returncode != 0 or run.stderr != statement or not all(value in run.stdout for value in values):
        yield f"a span in a message: {run}"


def example_client(root, program):
    sys.path.append(str(root / "tests/support"))
    import clickhouse

    try:
        server = clickhouse.Engine()
    except clickhouse.Unavailable as problem:
        print(f"SKIPPED: {problem}")
        sys.exit(77)
    with server:
        run = subprocess.run([program, str(server.tcp_port)], capture_output=True, timeout=60)
        if (run.returncode, run.stdout, run.stderr) != (0, b"column 2\n", b""):
            yield f"against a server: {run}"
    run = subprocess.run([program, str(server.tcp_port)], capture_output=True, timeout=60)
    refused = f"disconnected: cannot connect to localhost:{server.tcp_port}: Connection refused\n".encode()
    if (run.returncode, run.stdout, run.stderr) != (1, b"", refused):
        yield f"without a server: {run}"


def main():
    rules = {"examples": examples, "links": links, "bytes": example_bytes, "rows": example_rows,
             "message_rows": example_message_rows, "client": example_client}
    if len(sys.argv) < 3 or sys.argv[1] not in rules:
        sys.exit(__doc__)
    breaches = list(rules[sys.argv[1]](pathlib.Path(sys.argv[2]).resolve(), *sys.argv[3:]))
    for breach in breaches:
        print(breach)
    sys.exit(1 if breaches else 0)


if __name__ == "__main__":
    main()
