#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""colblock-ingest serve as its users meet it: what is stored, what is refused and how, what survives.

The test bed is real: ClickHouse 26.7 as a server and as the embedded engine, and Debian's 18.16 for
what kills the engine (failed logins).
"""

import http.client
import pathlib
import struct
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "otlp"
sys.path.insert(0, str(ROOT / "tests" / "support"))
import clickhouse  # noqa: E402
import colblock  # noqa: E402
from otlp_bytes import field, spans, varint  # noqa: E402


def gauge(value, time_ns, *attributes):
    """A request with one point of the gauge `load`."""
    pairs = b"".join(field(7, field(1, key) + field(2, field(1, text))) for key, text in attributes)
    point = varint(3 << 3 | 1) + struct.pack("<Q", time_ns) + varint(4 << 3 | 1) + struct.pack("<d", value) + pairs
    return field(1, field(2, field(2, field(1, b"load") + field(5, field(1, point)))))


NOW = time.time_ns()
DAY = 86_400 * 10**9


class Serve(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        try:
            colblock.program()
            cls.server = cls.enterClassContext(clickhouse.Engine())
            cls.ingest = cls.enterClassContext(colblock.Ingest(cls.server, "--lanes", "1"))
        except clickhouse.Unavailable as problem:
            raise unittest.SkipTest(str(problem))

    def count(self, where="1"):
        return self.server.value(f"SELECT count() FROM otel.traces WHERE {where}")

    def test_an_answer_means_that_the_rows_are_there(self):
        before = self.count()
        status, body, headers = self.ingest.post("traces", spans([NOW] * 300))
        self.assertEqual((status, body, headers["content-type"]), (200, b"", "application/x-protobuf"))
        self.assertEqual(self.count() - before, 300)

    def test_an_empty_request_succeeds_and_inserts_nothing(self):
        inserts = self.ingest.metric("colblock_inserts_total")
        self.assertEqual(self.ingest.post("traces", b"")[:2], (200, b""))
        self.assertEqual(self.ingest.metric("colblock_inserts_total"), inserts)

    def test_truncated_payloads_are_refused_and_leave_no_trace(self):
        payload = (GOLDEN / "js_traces.pb").read_bytes()
        before, refused = self.count(), 0
        for length in range(1, len(payload), 97):
            status, body, _ = self.ingest.post("traces", payload[:length])
            if status != 200:
                self.assertEqual(status, 400)
                self.assertIn(b"at byte", body)
                refused += 1
        self.assertGreater(refused, 50)
        # What was accepted is valid protobuf that happens to end there.
        self.assertEqual(self.ingest.post("logs", (GOLDEN / "js_logs.pb").read_bytes())[0], 200)
        self.assertEqual(self.count("span_id = ''"), 0)
        self.assertGreaterEqual(self.count(), before)

    def test_spans_without_ids_are_rejected_alone(self):
        before = self.count()
        good, bad = spans([NOW] * 3), spans([NOW] * 2, trace_id=b"short")
        status, body, _ = self.ingest.post("traces", good + bad)
        self.assertEqual(status, 200)
        self.assertIn(b"2 spans", body)  # partial_success, with its count
        self.assertEqual(self.count() - before, 3)

    def test_wrong_requests_get_the_status_that_names_what_is_wrong(self):
        for path, headers, expected in [
                ("/v1/unknown", {}, 404), ("/v1/traces", {"Content-Type": "text/plain"}, 415),
                ("/v1/traces", {"Content-Encoding": "bogus"}, 415), ("/v1/traces", {"Content-Encoding": "gzip"}, 400)]:
            with self.subTest(path=path, headers=headers):
                self.assertEqual(self.ingest.post(path, b"not gzip", headers)[0], expected)
        connection = http.client.HTTPConnection("127.0.0.1", self.ingest.http_port, timeout=10)
        connection.request("GET", "/v1/traces")
        self.assertEqual(connection.getresponse().status, 405)
        connection.close()

    def test_an_oversized_body_is_refused_before_it_is_read(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.ingest.http_port, timeout=10)
        connection.putrequest("POST", "/v1/traces")
        connection.putheader("Content-Type", "application/x-protobuf")
        connection.putheader("Content-Length", str(10**10))
        connection.endheaders()
        self.assertEqual(connection.getresponse().status, 413)
        connection.close()
        self.assertEqual(self.ingest.post("traces", spans([NOW]))[0], 200)

    def test_a_request_over_more_than_a_hundred_days_is_stored_or_refused_whole(self):
        before = self.count()
        status, body, _ = self.ingest.post("traces", spans([NOW - day * DAY for day in range(150)]))
        self.assertIn(status, (200, 400), body)
        self.assertEqual(self.count() - before, 150 if status == 200 else 0)
        self.assertEqual(self.ingest.post("traces", spans([NOW]))[0], 200)

    def test_requests_that_together_span_many_days_are_all_stored(self):
        before = self.count()
        for start in range(0, 180, 60):
            self.assertEqual(self.ingest.post("traces", spans([NOW - d * DAY for d in range(start, start + 60)]))[0], 200)
        self.assertEqual(self.count() - before, 180)

    def test_views_take_points_for_one_series_whatever_the_order_of_their_attributes(self):
        a, b = (b"host", b"h1"), (b"zone", b"z")
        minute = NOW - NOW % (60 * 10**9)
        for value, attributes in ((1.5, (a, b)), (2.5, (b, a)), (8.0, (a,))):
            self.assertEqual(self.ingest.post("metrics", gauge(value, minute, *attributes))[0], 200)
        for period in ("1m", "1h", "1d"):
            rows = self.server.query(f"SELECT attributes, count, sum, min, max, avg, service_name FROM otel.metrics_{period} "
                                     "WHERE metric_name = 'load' ORDER BY count")
            self.assertEqual([(row["count"], row["sum"], row["min"], row["max"], row["avg"]) for row in rows],
                             [(1, 8, 8, 8, 8), (2, 4, 1.5, 2.5, 2)], period)
            self.assertEqual(rows[1]["attributes"], {"host": "h1", "zone": "z"})
            self.assertEqual(rows[1]["service_name"], "unknown")

    def test_the_admin_port_answers(self):
        self.assertEqual(self.ingest.get("/healthz")[0], 200)
        self.assertEqual(self.ingest.get("/readyz")[0], 200)
        self.assertIn(b"/metrics", self.ingest.get("/")[1])
        self.assertEqual(self.ingest.get("/nothing")[0], 404)

    def test_a_table_that_was_altered_is_bound_again(self):
        with colblock.Ingest(self.server, database="altered") as ingest:
            self.assertEqual(ingest.post("traces", spans([NOW]))[0], 200)
            self.server.execute("ALTER TABLE altered.traces DROP COLUMN status_message")
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline and ingest.post("traces", spans([NOW]))[0] != 200:
                time.sleep(0.2)
            self.assertEqual(ingest.post("traces", spans([NOW] * 7))[0], 200)
            self.assertGreaterEqual(self.server.value("SELECT count() FROM altered.traces"), 8)


class Stopping(colblock.EngineTest):
    def test_sigterm_sends_what_waits(self):
        with colblock.Ingest(self.server, "--ack", "queued", database="drained") as ingest:
            self.assertEqual(ingest.post("traces", spans([NOW] * 500))[0], 200)
            self.assertEqual(ingest.stop(), 0)
        self.assertEqual(self.server.value("SELECT count() FROM drained.traces"), 500)

    def test_a_server_that_comes_back_gets_every_row_once(self):
        with clickhouse.Engine() as server, colblock.Ingest(server, database="back") as ingest:
            self.assertEqual(ingest.post("traces", spans([NOW] * 10))[0], 200)
            server.kill()
            # Other spans: what is byte for byte the same is a repetition, and is stored once.
            more = spans([NOW + 1] * 10)
            status, _, headers = ingest.post("traces", more, timeout=30)
            self.assertEqual(status, 503)
            server.start()
            deadline = time.monotonic() + 30
            while status != 200 and time.monotonic() < deadline:
                time.sleep(int(headers.get("retry-after", "1")))
                status, _, headers = ingest.post("traces", more, timeout=30)
            self.assertEqual(status, 200)
            self.assertEqual(server.value("SELECT count() FROM back.traces"), 20)


class Starting(unittest.TestCase):
    def run_serve(self, *arguments):
        try:
            program = colblock.program()
        except clickhouse.Unavailable as problem:
            self.skipTest(str(problem))
        ports = clickhouse.free_ports(2)
        return subprocess.run([program, "serve", "--listen-http", f"127.0.0.1:{ports[0]}", "--listen-grpc", "none",
                               "--listen-admin", f"127.0.0.1:{ports[1]}", *arguments], capture_output=True, text=True, timeout=60)

    def test_an_unreachable_server_is_named(self):
        port = clickhouse.free_ports(1)[0]
        done = self.run_serve("--clickhouse", f"tcp://127.0.0.1:{port}/otel")
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"127.0.0.1:{port}", done.stderr)

    def test_a_wrong_password_is_told_and_never_printed(self):
        try:
            server = self.enterContext(clickhouse.OldServer(users={"writer": "right"}))
        except clickhouse.Unavailable as problem:
            self.skipTest(str(problem))
        done = self.run_serve("--clickhouse", f"tcp://writer:wr0ng-secret@127.0.0.1:{server.tcp_port}/otel")
        self.assertEqual(done.returncode, 1)
        self.assertIn("assword", done.stderr)
        self.assertNotIn("wr0ng-secret", done.stderr + done.stdout)

    def test_a_missing_table_is_named_with_the_remedy(self):
        try:
            server = self.enterContext(clickhouse.Engine())
        except clickhouse.Unavailable as problem:
            self.skipTest(str(problem))
        done = self.run_serve("--clickhouse", f"tcp://127.0.0.1:{server.tcp_port}/{server.database}",
                              "--no-create-schema")
        self.assertEqual(done.returncode, 1)
        self.assertIn("traces", done.stderr)

    def test_a_wrong_flag_is_a_usage_error(self):
        for arguments in (["--ack", "maybe"], ["--clickhouse", "http://x"], ["--listen-http", "nowhere"], ["--listen-grpc", "nowhere"],
                          ["--compression", "brotli"], ["--nonsense"]):
            with self.subTest(arguments):
                done = self.run_serve(*arguments)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertTrue(done.stderr.startswith("colblock-ingest: error: "), done.stderr)

    def test_a_missing_engine_library_is_told_with_the_remedy(self):
        with tempfile.TemporaryDirectory() as directory:
            done = self.run_serve("--data-dir", directory)
        self.assertEqual(done.returncode, 2)
        self.assertIn("deploy/install_engine", done.stderr)


if __name__ == "__main__":
    unittest.main()
