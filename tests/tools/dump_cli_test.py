# SPDX-License-Identifier: Apache-2.0
"""The dump subcommand as its user meets it: dump_cli_test.py PROGRAM"""

import gzip
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "golden"
PROGRAM = sys.argv.pop(1)
LINE = re.compile(r"^ *(\d+)  ((?:[0-9a-f]{2} ?)+)(?: |$)", re.MULTILINE)


def dump(*arguments, data=None):
    return subprocess.run([PROGRAM, "dump", *map(str, arguments)], input=data, capture_output=True, timeout=60)


def bytes_of(text):
    """The input, put together from its listing; offsets are checked on the way."""
    found = bytearray()
    for line in LINE.finditer(text):
        assert int(line[1]) == len(found), line[0]
        found += bytes.fromhex(line[2])
    return bytes(found)


class DumpCli(unittest.TestCase):
    def test_listings_hold_every_byte_of_recorded_requests_and_blocks(self):
        blocks = {path: int(re.search(r"\.r(\d+)$", path.stem)[1]) for path in GOLDEN.glob("native/*.raw")}
        requests = list(GOLDEN.glob("otlp/*.pb"))
        self.assertGreater(len(blocks), 40)
        self.assertGreater(len(requests), 12)
        for path in requests:
            done = dump(path)
            self.assertEqual((done.returncode, done.stderr), (0, b""), path)
            self.assertEqual(bytes_of(done.stdout.decode()), path.read_bytes(), path)
        for path, revision in blocks.items():
            done = dump("--revision", revision, path)
            self.assertEqual((done.returncode, done.stderr), (0, b""), path)
            self.assertEqual(bytes_of(done.stdout.decode()), path.read_bytes(), path)

    def test_signals_are_told_from_the_records(self):
        for kind, field in (("traces", "resource_spans"), ("metrics", "resource_metrics"), ("logs", "resource_logs")):
            done = dump("-", data=(GOLDEN / "otlp" / f"js_{kind}.pb").read_bytes())
            self.assertIn(f"  {field}[0]: ", done.stdout.decode().splitlines()[0])

    def test_a_signal_that_is_named_wins(self):
        done = dump("--signal", "logs", GOLDEN / "otlp/js_traces.pb")
        self.assertIn("  resource_logs[0]: ", done.stdout.decode().splitlines()[0])

    def test_json_is_shown_as_the_request_that_it_stands_for(self):
        done = dump("-", data=b'{"resourceLogs": [{"schemaUrl": "s"}]}')
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        head, *lines = done.stdout.decode().splitlines()
        self.assertRegex(head, r"\A-- JSON, shown as the request in protobuf that it stands for, \d+ bytes\Z")
        self.assertRegex(lines[0], r"  resource_logs\[0\]: ResourceLogs, \d bytes\Z")
        self.assertRegex(lines[1], r'  schema_url: "s"\Z')

    def test_broken_json_is_named_by_its_byte(self):
        done = dump("-", data=b'{"resourceLogs": [{"schemaUrl": 5x}]}')
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr.decode(), r"\Acolblock-ingest: error: -: byte \d+: [^\n]+\n\Z")

    def test_archives_are_decompressed(self):
        content = (GOLDEN / "otlp/js_logs.pb").read_bytes()
        said = dump("-", data=gzip.compress(content)).stdout.decode().split("\n", 1)
        self.assertEqual(said[0], "-- decompressed: offsets are those of the content")
        self.assertEqual(bytes_of(said[1]), content)

    def test_a_broken_input_is_shown_up_to_where_it_breaks(self):
        content = (GOLDEN / "otlp/js_traces.pb").read_bytes()[:1000]
        done = dump("-", data=content)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr.decode(), r"\Acolblock-ingest: error: -: byte \d+: the input ends inside a value\n\Z")
        self.assertEqual(bytes_of(done.stdout.decode()), content)

    def test_garbage_is_no_crash(self):
        for content in (b"\xff" * 100, b"GET / HTTP/1.1\r\n\r\n", bytes(range(256)), b"\x0a"):
            for kind in ("auto", "otlp", "block", "frames"):
                done = dump("--as", kind, "-", data=content)
                self.assertIn(done.returncode, (0, 1))
                self.assertEqual(bytes_of(done.stdout.decode()), content)

    def test_wrong_usage_is_one_line_and_status_2(self):
        for arguments in ((), ("--as", "soup", "x"), ("--signal", "noise", "x"), ("--revision", "new", "x")):
            done = dump(*arguments)
            self.assertEqual((done.returncode, done.stdout), (2, b""), arguments)
            self.assertRegex(done.stderr.decode(), r"\Acolblock-ingest: error: [^\n]+\n\Z")

    def test_a_file_that_is_not_there_is_named(self):
        done = dump("/nonexistent.pb")
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertEqual(done.stderr, b"colblock-ingest: error: /nonexistent.pb: cannot be opened: No such file or directory\n")


if __name__ == "__main__":
    unittest.main()
