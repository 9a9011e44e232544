#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""colblock-ingest load as its users meet it, in front of a real ClickHouse: files, pipes, directories,
archives and what is wrong with them; what it prints, and its exit status."""

import gzip
import json
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "otlp"
sys.path.insert(0, str(ROOT / "tests" / "support"))
import colblock  # noqa: E402

TABLES = ("traces", "metrics", "logs")
STORED = re.compile(r"^stored +(\S+) spans, (\S+) data points, (\S+) log records$", re.MULTILINE)


def zstd(data):
    """A frame of raw blocks, RFC 8878: as far as anybody who reads it is concerned, zstd's own."""
    pieces = [data[at:at + 0x20000] for at in range(0, len(data), 0x20000)] or [b""]
    heads = [(len(piece) << 3 | (piece is pieces[-1])).to_bytes(3, "little") for piece in pieces]
    return b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", len(data)) + b"".join(h + p for h, p in zip(heads, pieces))


class Load(colblock.EngineTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shared = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.made = cls.shared / "made"
        cls.gen("--records", "6000", "--batch", "200", "--out", str(cls.made))

    @classmethod
    def gen(cls, *arguments):
        subprocess.run([colblock.program(), "gen", *arguments], check=True, capture_output=True, timeout=120)

    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.place = pathlib.Path(place.name)
        self.database = "load_" + self.id().rsplit(".", 1)[1][:40]

    def command(self, *arguments):
        where = f"tcp://{self.server.user}@{self.server.host}:{self.server.tcp_port}/{self.database}"
        return [colblock.program(), "load", "--clickhouse", where, "--ttl", "0", "--lanes", "2", *map(str, arguments)]

    def load(self, *arguments, data=None):
        return subprocess.run(self.command(*arguments), input=data, capture_output=True, timeout=120,
                              stdin=subprocess.DEVNULL if data is None else None)

    @staticmethod
    def said(text):
        """What was said, without the lines that say how far a slow machine is."""
        return [line for line in text.decode().splitlines() if not line.startswith("load: ")]

    def rows(self):
        return {table: int(self.server.value(f"SELECT count() FROM {self.database}.{table}")) for table in TABLES}

    def loaded(self, *arguments, data=None):
        """Loads without any problem; gives the rows that are there."""
        done = self.load(*arguments, data=data)
        self.assertEqual((done.returncode, self.said(done.stderr)), (0, []))
        rows = self.rows()
        printed = [int(number.replace(",", "")) for number in STORED.search(done.stdout.decode()).groups()]
        self.assertEqual(printed, [rows[table] for table in TABLES])
        return rows

    def failed(self, *arguments, data=None):
        """Loads with problems; gives what was said about them."""
        done = self.load(*arguments, data=data)
        self.assertEqual(done.returncode, 1, done.stderr)
        return self.said(done.stderr)

    def test_a_directory_that_gen_wrote_is_stored_whole(self):
        self.assertEqual(self.loaded(self.made), {"traces": 2000, "metrics": 2000, "logs": 2000})

    def test_the_rows_are_those_that_serve_stores(self):
        files = [GOLDEN / f"js_{kind}.pb" for kind in TABLES]
        rows = self.loaded(*files)
        with colblock.Ingest(self.server, database="served") as ingest:
            for kind, file in zip(TABLES, files):
                self.assertEqual(ingest.post(kind, file.read_bytes())[0], 200)
        for table in TABLES:
            self.assertGreater(rows[table], 10)
            columns = "* EXCEPT (timestamp)" if table == "metrics" else "*"
            sums = [self.server.value(f"SELECT sum(cityHash64({columns})) FROM {database}.{table}")
                    for database in (self.database, "served")]
            self.assertEqual(*sums)

    def test_signals_are_told_from_content_whatever_the_name(self):
        for number, kind in enumerate(TABLES):
            shutil.copy(GOLDEN / f"split_{kind}.pb", self.place / f"{number}.pb")
        rows = self.rows_of_goldens("split")
        self.assertEqual(self.loaded(self.place), rows)

    def rows_of_goldens(self, prefix):
        """What the same files give with their signals named."""
        own, self.database = self.database, self.database + "_named"
        for kind in TABLES:
            done = self.load("--signal", kind, GOLDEN / f"{prefix}_{kind}.pb")
            self.assertEqual((done.returncode, self.said(done.stderr)), (0, []))
        rows = self.rows()
        self.assertTrue(all(rows.values()), rows)
        self.database = own
        return rows

    def test_archives_are_decompressed(self):
        traces = sorted(self.made.glob("traces-*.pb"))
        (self.place / "one.pb.gz").write_bytes(gzip.compress(traces[0].read_bytes()))
        (self.place / "two.pb.zst").write_bytes(zstd(traces[1].read_bytes()))
        (self.place / "misnamed.pb").write_bytes(gzip.compress(traces[2].read_bytes()))
        self.assertEqual(self.loaded(self.place)["traces"], 600)

    def test_standard_input_and_globs(self):
        traces = sorted(self.made.glob("traces-*.pb"))
        self.assertEqual(self.loaded("-", data=gzip.compress(traces[0].read_bytes()))["traces"], 200)
        self.assertEqual(self.load(self.made / "logs-0000[12].pb").returncode, 0)
        self.assertEqual(self.rows(), {"traces": 200, "metrics": 0, "logs": 400})

    def test_the_collectors_lengths_are_understood(self):
        bodies = [file.read_bytes() for file in sorted(self.made.glob("*-0000[12].pb"))]
        plain = b"".join(struct.pack(">I", len(body)) + body for body in bodies)
        squeezed = b"".join(struct.pack(">I", len(body)) + body for body in map(zstd, bodies))
        (self.place / "otlp.bin").write_bytes(plain)
        (self.place / "otlp-zstd.bin").write_bytes(squeezed)
        (self.place / "otlp.bin.zst").write_bytes(zstd(plain))
        self.assertEqual(self.loaded(self.place), {"traces": 1200, "metrics": 1200, "logs": 1200})

    @staticmethod
    def json_spans(first, count, **more):
        """A request with spans as SDKs write it."""
        now = time.time_ns()
        spans = [{"traceId": f"{first + i:032x}", "spanId": f"{first + i:016x}", "name": "GET /", "kind": 2,
                  "startTimeUnixNano": str(now), "endTimeUnixNano": str(now + 1000), **more} for i in range(count)]
        return {"resourceSpans": [{"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "web"}}]},
                                   "scopeSpans": [{"scope": {"name": "s"}, "spans": spans}]}]}

    @staticmethod
    def json_logs(count):
        logs = [{"timeUnixNano": str(time.time_ns()), "severityNumber": 9, "body": {"stringValue": f"line {i}"}}
                for i in range(count)]
        return {"resourceLogs": [{"scopeLogs": [{"logRecords": logs}]}]}

    @staticmethod
    def json_gauge(count):
        points = [{"timeUnixNano": str(time.time_ns()), "asInt": str(i)} for i in range(count)]
        return {"resourceMetrics": [{"scopeMetrics": [{"metrics": [{"name": "queue", "gauge": {"dataPoints": points}}]}]}]}

    def test_json_lines_of_all_signals_are_stored(self):
        lines = [self.json_spans(1, 30), self.json_logs(20), self.json_gauge(10), self.json_spans(100, 5)]
        text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
        (self.place / "otlp.jsonl").write_text(text)
        self.assertEqual(self.loaded(self.place), {"traces": 35, "metrics": 10, "logs": 20})
        stored = self.server.value(f"SELECT (span_name, service_name, count()) FROM {self.database}.traces GROUP BY ALL")
        self.assertEqual(stored, ["GET /", "web", 35])

    def test_json_documents_and_archives_of_json_are_stored(self):
        (self.place / "indented.json").write_text(json.dumps(self.json_spans(1, 7), indent=2))
        (self.place / "line.json.gz").write_bytes(gzip.compress(json.dumps(self.json_logs(8)).encode()))
        frames = [zstd(json.dumps(line).encode()) for line in (self.json_gauge(3), self.json_gauge(4))]
        (self.place / "otlp.json").write_bytes(b"".join(struct.pack(">I", len(f)) + f for f in frames))
        self.assertEqual(self.loaded(self.place), {"traces": 7, "metrics": 7, "logs": 8})

    def test_a_broken_line_is_named_by_line_and_byte_and_the_others_are_stored(self):
        good = json.dumps(self.json_spans(1, 3))
        (self.place / "otlp.jsonl").write_text(f"{good}\n{good[:-20]}\n\n{json.dumps(self.json_spans(50, 4))}\n")
        (said,) = self.failed(self.place)
        place = re.fullmatch(r".*/otlp.jsonl: line 2, byte (\d+): .+", said)
        self.assertIsNotNone(place, said)
        self.assertIn(int(place[1]), range(len(good) + 1, 2 * len(good)))
        self.assertEqual(self.rows()["traces"], 7)

    def test_empty_files_are_nothing(self):
        (self.place / "empty.pb").write_bytes(b"")
        (self.place / "empty.pb.gz").write_bytes(gzip.compress(b""))
        self.assertEqual(self.loaded(self.place), {"traces": 0, "metrics": 0, "logs": 0})

    def test_broken_files_are_named_and_the_rest_is_stored(self):
        good = sorted(self.made.glob("traces-*.pb"))
        body = good[0].read_bytes()
        (self.place / "a-cut.pb").write_bytes(body[:-10])
        (self.place / "b-good.pb").write_bytes(body)
        (self.place / "c-cut.pb.gz").write_bytes(gzip.compress(body)[:-10])
        (self.place / "d-page.pb").write_bytes(b"<html>" + b" " * 100)
        (self.place / "e-good.pb").write_bytes(good[1].read_bytes())
        said = self.failed(self.place)
        self.assertEqual(self.rows()["traces"], 400)
        text = "\n".join(sorted(line.removeprefix(str(self.place) + "/") for line in said))
        self.assertRegex(text, r"\Aa-cut.pb: byte \d+: the input ends inside a value\n"
                               r"c-cut.pb.gz: is cut off: its compressed data ends in the middle, at byte \d+\n"
                               r"d-page.pb: byte 0: is neither an OTLP request in protobuf nor in JSON\Z")

    def test_a_broken_request_among_lengths_is_named_by_its_offset(self):
        body, other = ((self.made / f"traces-0000{i}.pb").read_bytes() for i in (1, 2))
        frames = [body, body[:-1], other]
        (self.place / "otlp.bin").write_bytes(b"".join(struct.pack(">I", len(b)) + b for b in frames))
        (said,) = self.failed(self.place / "otlp.bin")
        self.assertEqual(self.rows()["traces"], 400)
        offset = int(re.fullmatch(r".*/otlp.bin: byte (\d+): the input ends inside a value", said)[1])
        self.assertIn(offset, range(8 + len(body), 8 + 2 * len(body)))

    def test_spans_that_are_refused_are_counted_and_their_siblings_stored(self):
        def field(number, content):
            return bytes([number << 3 | 2, len(content)]) + content
        good = field(1, b"t" * 16) + field(2, b"s" * 8) + b"\x39" + struct.pack("<Q", time.time_ns())
        bad = field(1, b"short") + field(2, b"s" * 8) + b"\x39" + struct.pack("<Q", time.time_ns())
        (self.place / "x.pb").write_bytes(field(1, field(2, field(2, good) + field(2, bad))))
        (said,) = self.failed(self.place / "x.pb")
        self.assertTrue(said.endswith("x.pb: the request at byte 0: 1 records are refused: "
                                      "1 spans without a valid trace id and span id"), said)
        self.assertEqual(self.rows()["traces"], 1)

    def test_missing_files_are_named_and_the_rest_is_stored(self):
        said = self.failed(self.place / "gone.pb", self.made / "logs-00001.pb")
        self.assertEqual(said, [f"{self.place}/gone.pb: there is no such file"])
        self.assertEqual(self.rows()["logs"], 200)

    def test_wrong_usage_is_one_line_and_status_2(self):
        for arguments in ((), ("--signal", "noise", "x"), ("--compression", "zip", "x"), ("--clickhouse", "http://x", "x")):
            done = subprocess.run([colblock.program(), "load", *arguments], capture_output=True, text=True, timeout=60)
            self.assertEqual((done.returncode, done.stdout), (2, ""), arguments)
            self.assertRegex(done.stderr, r"\Acolblock-ingest: error: [^\n]+\n\Z")

    def test_a_server_that_is_not_there_is_named(self):
        done = subprocess.run([colblock.program(), "load", "--clickhouse", "tcp://127.0.0.1:1", str(self.made)],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertRegex(done.stderr, r"\Acolblock-ingest: error: no connection to ClickHouse at 127.0.0.1:1/default: [^\n]+\n\Z")

    def test_the_sum_is_a_line_of_json_on_request(self):
        done = self.load("--json", self.made)
        said = json.loads(done.stdout)
        self.assertEqual((done.returncode, said["rows"], said["traces_stored"], said["files_loaded"]), 
                         (0, 6000, 2000, len(list(self.made.iterdir()))))
        self.assertEqual(said["file_bytes"], sum(file.stat().st_size for file in self.made.iterdir()))

    def test_a_terminal_shows_a_bar_that_is_gone_at_the_end(self):
        leader, follower = pty.openpty()
        with subprocess.Popen(self.command(self.made), stdout=subprocess.PIPE, stderr=follower,
                              stdin=subprocess.DEVNULL, env={**os.environ, "COLUMNS": "100"}) as process:
            os.close(follower)
            shown = b""
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                if not select.select([leader], [], [], 1)[0]:
                    continue
                try:
                    shown += os.read(leader, 65536)
                except OSError:  # the other end is closed
                    break
            process.stdout.read()
        os.close(leader)
        self.assertEqual(process.returncode, 0)
        lines = shown.decode().split("\r\x1b[K")
        self.assertTrue(any(re.fullmatch(r"\[#*\.*\] \d+%  \S+ \S+  \S+ rows  \S+ rows/s  \S+ \S+/s.*", line) for line in lines), lines)
        self.assertEqual(lines[-1], "")

    def test_an_interrupted_load_stores_what_it_read_and_says_where_it_stopped(self):
        bodies = [file.read_bytes() for file in sorted(self.made.glob("traces-*.pb"))]
        frames = [struct.pack(">I", len(body)) + body for body in bodies]
        with subprocess.Popen(self.command("-", "--max-memory", "16"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            process.stdin.write(b"".join(frames) + frames[0][:100])
            process.stdin.flush()
            time.sleep(1)  # a pipe that is open: the load waits for more
            process.send_signal(signal.SIGINT)
            out, said = process.stdout.read().decode(), process.stderr.read().decode()
        self.assertEqual(process.returncode, 1, said)
        place = re.search(r"^standard input: stored up to byte (\d+), not from there on$", said, re.MULTILINE)
        self.assertIsNotNone(place, said)
        self.assertIn("interrupted: rows that were read are stored", said)
        self.assertEqual(int(place[1]), sum(map(len, frames)))
        self.assertEqual(self.rows()["traces"], 2000)
        self.assertIn("2,000 spans", out)

    def test_more_than_the_memory_holds_is_loaded_within_it(self):
        big = self.place / "big"
        self.gen("--records", "120000", "--batch", "1000", "--signals", "traces", "--profile", "rich", "--out", str(big))
        content = b"".join(struct.pack(">I", f.stat().st_size) + f.read_bytes() for f in sorted(big.iterdir()))
        self.assertGreater(len(content), 64 << 20)
        archive = self.place / "big.bin.gz"
        archive.write_bytes(gzip.compress(content, 1))
        with subprocess.Popen(self.command("--max-memory", "24", archive), stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE) as process:
            highest = 0  # MiB
            while process.poll() is None:
                found = re.search(r"VmHWM:\s+(\d+) kB", pathlib.Path(f"/proc/{process.pid}/status").read_text())
                highest = int(found[1]) // 1024 if found else highest
                time.sleep(0.02)
            said = process.stderr.read()
        self.assertEqual((process.returncode, self.said(said)), (0, []))
        self.assertEqual(self.rows()["traces"], 120_000)
        # A lane has some 35 MiB to write and compress blocks in. Without the limit it is 230 MiB.
        self.assertIn(highest, range(10, 140))


if __name__ == "__main__":
    unittest.main()
