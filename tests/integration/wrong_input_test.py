#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What goes wrong in front of colblock-ingest and behind it: each time a clear answer with the status that
senders act on, nothing half written, and a process that lives and stores the next request.

In front: payloads cut anywhere. Behind: a real ClickHouse that is full, has too many parts, loses a table,
refuses rows or forbids settings, and a proxy before it that refuses, cuts and swallows.
"""

import http.client
import os
import pathlib
import re
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
import fault_proxy  # noqa: E402
from otlp_bytes import field, varint  # noqa: E402

NOW = time.time_ns()
DAY = 86_400 * 10**9


def fixed64(number, value):
    return varint(number << 3 | 1) + struct.pack("<Q", value)


def spans(times, name=b"span"):
    """A request with one span for each of `times` (nanoseconds)."""
    records = b"".join(
        field(2, field(1, bytes(range(1, 17))) + field(2, struct.pack(">Q", i + 1)) + field(5, name)
              + fixed64(7, t) + fixed64(8, t + 5)) for i, t in enumerate(times))
    return field(1, field(2, records))


def points(times):
    """A request with one gauge of a point for each of `times`."""
    data = b"".join(field(1, fixed64(3, t) + fixed64(6, i)) for i, t in enumerate(times))
    return field(1, field(2, field(2, field(1, b"load") + field(5, data))))


def top_level_ends(payload):
    """Where each field of the outermost message ends: all the places where a cut leaves a valid message."""
    ends, at = [], 0
    while at != len(payload):
        assert payload[at] == 0x0a
        length, shift, at = 0, 0, at + 1
        while True:
            byte = payload[at]
            length |= (byte & 0x7f) << shift
            shift, at = shift + 7, at + 1
            if byte < 0x80:
                break
        at += length
        ends.append(at)
    return ends


def require():
    try:
        colblock.program()
        clickhouse.Engine().close()
    except clickhouse.Unavailable as problem:
        raise unittest.SkipTest(str(problem))


class CutPayloads(unittest.TestCase):
    """Every proper prefix of real payloads of all three signals, each a request."""

    @classmethod
    def setUpClass(cls):
        require()
        cls.server = cls.enterClassContext(clickhouse.Engine())
        cls.ingest = cls.enterClassContext(colblock.Ingest(cls.server, "--ack", "queued", "--lanes", "1"))

    def post_prefixes(self, signal, payload, step):
        """Posts every prefix whose length is a multiple of `step`; returns the lengths that were accepted."""
        accepted = []
        connection = http.client.HTTPConnection("127.0.0.1", self.ingest.http_port, timeout=30)
        for length in range(0, len(payload), step):
            connection.request("POST", colblock.PATHS[signal], payload[:length],
                               {"Content-Type": "application/x-protobuf"})
            answer = connection.getresponse()
            body = answer.read()
            if answer.status == 200:
                accepted.append(length)
                continue
            self.assertEqual(answer.status, 400, length)
            self.assertIn(b"at byte", body, length)
            self.assertEqual(answer.getheader("Content-Type"), "application/x-protobuf")
        connection.close()
        return accepted

    def check(self, signal):
        bad, received = "colblock_payloads_bad_total", "colblock_records_received_total"
        before = self.ingest.metric(received)
        for family, step in (("invalid_utf8", 1), ("js", 13)):
            with self.subTest(family):
                payload = (GOLDEN / f"{family}_{signal}.pb").read_bytes()
                bad_before = self.ingest.metric(bad)
                accepted = self.post_prefixes(signal, payload, step)
                self.assertEqual(accepted, [at for at in [0, *top_level_ends(payload)[:-1]] if at % step == 0])
                self.assertEqual(self.ingest.metric(bad) - bad_before, len(range(0, len(payload), step)) - len(accepted))
                self.assertEqual(self.ingest.post(signal, payload)[0], 200)
        deadline = time.monotonic() + 20
        while self.ingest.metric("colblock_held_bytes") != 0 and time.monotonic() < deadline:
            time.sleep(0.1)
        rows = self.server.value(f"SELECT count() FROM otel.{signal}")
        self.assertEqual(rows, self.ingest.metric(received) - before)
        self.assertGreater(rows, 20)

    def test_of_spans(self):
        self.check("traces")
        self.assertEqual(self.server.value("SELECT count() FROM otel.traces WHERE span_id = '' OR trace_id = ''"), 0)

    def test_of_points(self):
        self.check("metrics")

    def test_of_logs(self):
        self.check("logs")


class PartialFailure(unittest.TestCase):
    """The server behind is there, and cannot take the rows."""

    @classmethod
    def setUpClass(cls):
        require()

    def setUp(self):
        self.server = self.enterContext(clickhouse.Engine())

    def serve(self, *arguments, server=None, **more):
        return self.enterContext(colblock.Ingest(server or self.server, "--lanes", "1", *arguments, **more))

    def count(self, table="traces"):
        return self.server.value(f"SELECT count() FROM otel.{table}")

    @staticmethod
    def creation_of_traces(server):
        return server.value("SELECT create_table_query FROM system.tables WHERE database = 'otel' AND name = 'traces'")

    def partition_by_hour(self, server):
        by_hour = re.sub(r"PARTITION BY \S+", "PARTITION BY toStartOfHour(timestamp)", self.creation_of_traces(server))
        server.execute("DROP TABLE otel.traces SYNC", by_hour)

    def post_until_stored(self, ingest, payload, seconds=60):
        deadline = time.monotonic() + seconds
        status = 0
        while status != 200 and time.monotonic() < deadline:
            status, body, headers = ingest.post("traces", payload, timeout=30)
            if status != 200:
                self.assertEqual(status, 503, body)
                time.sleep(min(2, int(headers.get("retry-after", "1"))))
        self.assertEqual(status, 200)

    def test_a_full_disk_is_503_until_there_is_room(self):
        directory = self.enterContext(tempfile.TemporaryDirectory())
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", directory], capture_output=True, text=True)
        if mounted.returncode != 0:
            # The same code from a server that is scripted: not the engine's own words, but its packet.
            return self.disk_full_by_script(mounted.stderr)
        self.addCleanup(subprocess.run, ["umount", "--lazy", directory])
        server = self.enterContext(clickhouse.Engine(directory=pathlib.Path(directory, "engine")))
        ingest = self.serve(server=server)
        self.assertEqual(ingest.post("traces", spans([NOW] * 10))[0], 200)
        left = os.statvfs(directory)
        pathlib.Path(directory, "ballast").write_bytes(b"x" * (left.f_bavail * left.f_frsize - (512 << 10)))
        payload = spans([NOW + i for i in range(5000)])
        status, body, headers = ingest.post("traces", payload, timeout=60)
        self.assertEqual(status, 503, body)
        self.assertIn("retry-after", headers)
        self.assertIn("code=243", ingest.log_text())
        self.assertEqual(server.value("SELECT count() FROM otel.traces"), 10)
        self.assertEqual(ingest.get("/healthz")[0], 200)
        pathlib.Path(directory, "ballast").unlink()
        self.post_until_stored(ingest, payload)
        self.assertEqual(server.value("SELECT count() FROM otel.traces"), 5010)

    def disk_full_by_script(self, why):
        print(f"no tmpfs here ({why.strip()}): code 243 comes from a scripted server")
        proxy = self.enterContext(fault_proxy.FaultProxy(self.server))
        ingest = self.serve(server=proxy)
        proxy.answer_inserts(243, "Cannot reserve 1.00 MiB, not enough space.")
        status, body, headers = ingest.post("traces", spans([NOW] * 10), timeout=60)
        self.assertEqual(status, 503, body)
        self.assertIn("retry-after", headers)
        self.assertIn("code=243", ingest.log_text())
        proxy.pass_on()
        self.post_until_stored(ingest, spans([NOW] * 10))
        self.assertEqual(self.count(), 10)

    def test_too_many_parts_is_503_until_they_are_merged(self):
        ingest = self.serve()
        self.server.execute("SYSTEM STOP MERGES otel.traces",
                            "ALTER TABLE otel.traces MODIFY SETTING parts_to_delay_insert = 0, parts_to_throw_insert = 2")
        accepted = 0
        for i in range(4):
            status, body, _ = ingest.post("traces", spans([NOW + i] * 10), timeout=60)
            if status != 200:
                break
            accepted += 1
        self.assertEqual(status, 503, body)
        self.assertIn("code=252", ingest.log_text())
        self.assertEqual(self.count(), 10 * accepted)
        self.server.execute("SYSTEM START MERGES otel.traces", "OPTIMIZE TABLE otel.traces FINAL")
        self.post_until_stored(ingest, spans([NOW + accepted] * 10))
        self.assertEqual(self.count(), 10 * accepted + 10)

    def test_a_table_that_is_dropped_is_created_again(self):
        ingest = self.serve()
        self.assertEqual(ingest.post("traces", spans([NOW] * 10))[0], 200)
        self.server.execute("DROP TABLE otel.traces SYNC")
        status, body, _ = ingest.post("traces", spans([NOW + 1] * 10), timeout=30)
        self.assertEqual(status, 503, body)
        self.assertIn(b"otel.traces", body)
        self.post_until_stored(ingest, spans([NOW + 1] * 10))
        self.assertEqual(self.count(), 10)

    def test_a_table_that_is_dropped_is_missed_where_none_may_be_created(self):
        self.enterContext(colblock.Ingest(self.server)).stop()
        ingest = self.serve("--no-create-schema")
        self.assertEqual(ingest.post("traces", spans([NOW] * 10))[0], 200)
        statement = self.creation_of_traces(self.server)
        self.server.execute("DROP TABLE otel.traces SYNC")
        for _ in range(3):
            self.assertEqual(ingest.post("traces", spans([NOW + 1] * 10), timeout=30)[0], 503)
            time.sleep(0.5)
        self.assertIn("tables changed and cannot be used", ingest.log_text())
        # The other signals go on.
        self.assertEqual(ingest.post("metrics", points([NOW]))[0], 200)
        self.server.execute(statement)
        self.post_until_stored(ingest, spans([NOW + 1] * 10))
        self.assertEqual(self.count(), 10)

    def test_rows_that_the_table_refuses_are_400_and_become_dead_letters_that_the_engine_reads(self):
        letters = self.enterContext(tempfile.TemporaryDirectory())
        ingest = self.serve("--dead-letters", letters)
        self.assertEqual(ingest.post("traces", spans([NOW] * 3))[0], 200)
        self.server.execute("ALTER TABLE otel.traces ADD CONSTRAINT named CHECK span_name != 'bad'")
        status, body, _ = ingest.post("traces", spans([NOW + 1] * 7, b"bad"))
        self.assertEqual(status, 400)
        self.assertIn(b"469", body)
        self.assertIn(b"otel.traces", body)
        self.assertEqual(ingest.post("traces", spans([NOW + 2] * 5))[0], 200)
        self.assertEqual(self.count(), 8)
        (native,) = pathlib.Path(letters).glob("*.native")
        explained = native.with_suffix(".error").read_text()
        self.assertIn("code: 469", explained)
        self.assertIn("rows: 7", explained)
        # The engine reads the file as it stands, types and all, and takes it where nothing forbids it.
        self.server.execute("CREATE TABLE otel.again AS otel.traces",
                            "ALTER TABLE otel.again DROP CONSTRAINT named")
        (statement,) = (line.split(": ", 1)[1] for line in explained.splitlines() if line.startswith("statement: "))
        self.server.insert(statement.replace("`traces`", "`again`"), native.read_bytes())
        self.assertEqual(self.server.query("SELECT count() AS n, any(span_name) AS name, uniqExact(span_id) AS ids FROM otel.again"),
                         [{"n": 7, "name": "bad", "ids": 7}])

    def test_queued_rows_that_lose_their_table_become_dead_letters(self):
        letters = self.enterContext(tempfile.TemporaryDirectory())
        ingest = self.serve("--ack", "queued", "--dead-letters", letters)
        self.server.execute("DROP TABLE otel.traces SYNC")
        self.assertEqual(ingest.post("traces", spans([NOW] * 6))[0], 200)
        deadline = time.monotonic() + 30
        while not list(pathlib.Path(letters).glob("*.error")) and time.monotonic() < deadline:
            time.sleep(0.1)
        (explained,) = pathlib.Path(letters).glob("*.error")
        self.assertIn("rows: 6", explained.read_text())
        self.assertEqual(ingest.metric("colblock_rows_given_up_total"), 6)

    def test_years_of_rows_are_split_where_the_profile_forbids_more_than_a_hundred_partitions(self):
        limit = "max_partitions_per_insert_block"
        server = self.enterContext(clickhouse.Engine(
            profile=f"<{limit}>100</{limit}><constraints><{limit}><const/></{limit}></constraints>"))
        with self.assertRaises(clickhouse.ServerError) as refused:
            server.execute("SELECT 1", settings={limit: 0})
        self.assertEqual(refused.exception.code, 452)
        ingest = self.serve(server=server)
        times = [NOW - i * 7919 % 250 * DAY for i in range(1000)]   # all mixed up
        for signal, payload in (("traces", spans(times)), ("metrics", points(times))):
            status, body, _ = ingest.post(signal, payload)
            self.assertEqual((status, body), (200, b""), signal)
        self.assertEqual(server.query("SELECT count() AS rows, uniqExact(toDate(timestamp)) AS days, "
                                      "uniqExact(span_id) AS ids FROM otel.traces"),
                         [{"rows": 1000, "days": 250, "ids": 1000}])
        self.assertEqual(server.query("SELECT count() AS rows, uniqExact(value) AS ids FROM otel.metrics"),
                         [{"rows": 1000, "ids": 1000}])
        # No more parts than there are days: each day came in one INSERT.
        parts = server.value("SELECT count() FROM system.parts WHERE database = 'otel' AND table = 'traces' AND active")
        self.assertLessEqual(parts, 250)
        self.assertNotIn("insert failed", ingest.log_text())

    def test_a_table_with_finer_partitions_than_days_is_filled_all_the_same(self):
        self.enterContext(colblock.Ingest(self.server)).stop()
        self.partition_by_hour(self.server)
        ingest = self.serve()
        self.post_until_stored(ingest, spans([NOW - i * DAY // 24 for i in range(130)]))
        self.assertEqual(self.count(), 130)
        self.assertEqual(self.server.value("SELECT uniqExact(partition) FROM system.parts WHERE database = 'otel' "
                                           "AND table = 'traces' AND active"), 130)


    def test_finer_partitions_that_the_profile_forbids_are_400_and_harm_nobody_else(self):
        limit = "max_partitions_per_insert_block"
        server = self.enterContext(clickhouse.Engine(
            profile=f"<{limit}>100</{limit}><constraints><{limit}><const/></{limit}></constraints>"))
        self.enterContext(colblock.Ingest(server)).stop()
        self.partition_by_hour(server)
        ingest = self.serve(server=server)
        status, body, _ = ingest.post("traces", spans([NOW - i * DAY // 24 for i in range(130)]))
        self.assertEqual(status, 400, body)
        self.assertIn(limit.encode(), body)
        self.assertEqual(ingest.post("traces", spans([NOW] * 10))[0], 200)
        self.assertEqual(server.value("SELECT count() FROM otel.traces"), 10)


class BrokenConnections(unittest.TestCase):
    """Something between us and the server."""

    @classmethod
    def setUpClass(cls):
        require()

    def setUp(self):
        self.server = self.enterContext(clickhouse.Engine())
        self.proxy = self.enterContext(fault_proxy.FaultProxy(self.server))
        self.ingest = self.enterContext(colblock.Ingest(self.proxy, "--lanes", "1"))

    def count(self):
        return self.server.value("SELECT count() FROM otel.traces")

    def expect_503_then_all_stored_once(self, reason):
        payload = spans([NOW] * 10)
        status, body, headers = self.ingest.post("traces", payload, timeout=60)
        self.assertEqual(status, 503, body)
        self.assertIn("retry-after", headers)
        self.assertIn(reason, self.ingest.log_text())
        self.assertEqual(self.ingest.get("/healthz")[0], 200)
        self.assertGreater(self.proxy.num_refused, 0)
        self.proxy.pass_on()
        deadline = time.monotonic() + 60
        while status != 200 and time.monotonic() < deadline:
            time.sleep(0.5)
            status = self.ingest.post("traces", payload, timeout=60)[0]
        self.assertEqual(status, 200)
        self.assertEqual(self.count(), 10)
        self.assertEqual(self.ingest.post("traces", spans([NOW + 1] * 5))[0], 200)
        self.assertEqual(self.count(), 15)

    def test_a_server_that_refuses_connections(self):
        self.proxy.refuse_connections()
        self.expect_503_then_all_stored_once("disconnected")

    def test_a_server_that_knows_our_password_no_more(self):
        self.proxy.answer_hello(516, "default: Authentication failed: password is incorrect")
        self.expect_503_then_all_stored_once("code=516")

    def test_a_server_without_space_or_memory_or_replicas(self):
        self.proxy.answer_inserts(243, "Cannot reserve 1.00 MiB, not enough space.")
        self.expect_503_then_all_stored_once("code=243")

    def test_an_answer_that_is_lost_does_not_store_rows_twice(self):
        self.proxy.swallow_answers()
        self.expect_503_then_all_stored_once("disconnected")
        self.assertEqual(self.server.value("SELECT uniqExact(span_id) FROM otel.traces WHERE timestamp <= fromUnixTimestamp64Nano("
                                           f"toInt64({NOW}))"), 10)


if __name__ == "__main__":
    unittest.main()
