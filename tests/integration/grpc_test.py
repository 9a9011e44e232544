#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""OTLP/gRPC as real clients speak it: grpc-js, with the OpenTelemetry SDK's exporters and without.

What was sent is counted in a real ClickHouse; what is refused has the code and the details that tell the
client whether to send again.
"""

import base64
import concurrent.futures
import json
import os
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
import js_sdk  # noqa: E402
from otlp_bytes import field, varint  # noqa: E402

SERVICES = {"traces": "trace.v1.TraceService", "metrics": "metrics.v1.MetricsService", "logs": "logs.v1.LogsService"}
HEALTH = "/grpc.health.v1.Health/Check"
OK, INVALID_ARGUMENT, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE = 0, 3, 4, 8, 12, 13, 14
NOW = time.time_ns()


def path(signal):
    return f"/opentelemetry.proto.collector.{SERVICES[signal]}/Export"


def calls(port, listed, gzip=False):
    """Makes all of `listed`, (path, body) each, at once; gives what each came to."""
    given = [{"path": where, "body": base64.b64encode(body).decode(), **dict(zip(["timeout"], more))}
             for where, body, *more in listed]
    done = subprocess.run(["node", str(js_sdk.install() / "calls.mjs"), f"127.0.0.1:{port}"] + ["--gzip"] * gzip,
                          input=json.dumps(given), capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    answers = json.loads(done.stdout)
    for answer in answers:
        answer["body"] = base64.b64decode(answer["body"])
        answer["details"] = base64.b64decode(answer["details"])
    return answers


def logs(count, body, service="grpc"):
    """A request of `count` log records, each with `body`."""
    record = b"\x09" + struct.pack("<Q", NOW) + field(5, field(1, body))
    attribute = field(1, field(1, b"service.name") + field(2, field(1, service.encode())))
    return field(1, field(1, attribute) + field(2, field(2, record) * count))


def setUpModule():
    try:
        colblock.program()
        js_sdk.install()
        clickhouse.Engine()
    except (clickhouse.Unavailable, js_sdk.Unavailable) as problem:
        raise unittest.SkipTest(str(problem))


class Exporters(unittest.TestCase):
    """The SDK for JavaScript, its exporters unmodified."""

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(clickhouse.Engine())

    def check(self, database, endpoint_of, **options):
        with tempfile.TemporaryDirectory() as directory, \
                colblock.Ingest(self.server, "--layout", "colblock", "--lanes", "2", database=database) as ingest:
            record = pathlib.Path(directory) / "record.json"
            js_sdk.send(endpoint_of(ingest), "--extra", "2000", protocol="grpc", record=record, **options)
            sent = json.loads(record.read_text())
            for signal in ("traces", "metrics", "logs"):
                self.assertEqual(self.server.value(f"SELECT count() FROM {database}.{signal}"), len(sent[signal]), signal)
            names = {row["span_name"] for row in self.server.query(f"SELECT DISTINCT span_name FROM {database}.traces")}
            self.assertEqual(names, {span["name"] for span in sent["traces"]})
            ids = {row["span_id"] for row in self.server.query(f"SELECT span_id FROM {database}.traces")}
            self.assertEqual(ids, {span["spanId"] for span in sent["traces"]})

    def test_every_record_arrives(self):
        self.check("plain", lambda ingest: ingest.grpc_endpoint)

    def test_every_record_arrives_with_gzip(self):
        self.check("gzipped", lambda ingest: ingest.grpc_endpoint, gzip=True)

    def test_the_port_of_http_takes_grpc_and_the_other_way_round(self):
        self.check("shared", lambda ingest: ingest.endpoint)
        with colblock.Ingest(self.server, database="only_http", grpc=False) as ingest:
            self.assertEqual(calls(ingest.http_port, [(path("logs"), logs(3, b"x"))])[0]["code"], OK)
            self.assertIn(f"otlp_grpc={ingest.endpoint}", ingest.log_text())
        with colblock.Ingest(self.server, database="swapped") as ingest:
            ingest.http_port = ingest.grpc_port
            self.assertEqual(ingest.post("logs", logs(3, b"x"))[0], 200)

    def test_a_load_of_spans_loses_nothing(self):
        with colblock.Ingest(self.server, database="load") as ingest:
            status, result, errors = js_sdk.run("--endpoint", ingest.grpc_endpoint, "--protocol", "grpc",
                                                "--rate", "300", "--seconds", "4")
            self.assertEqual(status, 0, errors)
            self.assertEqual((result["failed"], result["dropped"]), (0, 0), result)
            self.assertEqual(self.server.value("SELECT count() FROM load.traces"), result["made"])


class Calls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(clickhouse.Engine())
        cls.ingest = cls.enterClassContext(colblock.Ingest(cls.server, "--lanes", "1"))

    def call(self, *listed, **options):
        return calls(self.ingest.grpc_port, listed, **options)

    def count(self, body):
        return self.server.value(f"SELECT count() FROM otel.logs WHERE body = '{body}'")

    def test_full_success_is_an_empty_message(self):
        answer, = self.call((path("logs"), logs(3, b"three")))
        self.assertEqual((answer["code"], answer["body"], answer["details"]), (OK, b"", b""))
        self.assertEqual(self.count("three"), 3)

    def test_an_empty_request_succeeds(self):
        self.assertEqual([answer["code"] for answer in self.call(*[(path(one), b"") for one in SERVICES])], [OK] * 3)

    def test_many_calls_share_a_connection(self):
        answers = self.call(*[(path("logs"), logs(10, b"shared", f"service {i}")) for i in range(300)])
        self.assertEqual({answer["code"] for answer in answers}, {OK})
        self.assertEqual(self.count("shared"), 3000)

    def test_messages_beyond_the_usual_limits_arrive(self):
        large = b"l" * 6_000_000   # gRPC libraries refuse 4 MiB, HTTP/2 frames have 16 KiB
        for gzip in (False, True):
            self.assertEqual(self.call((path("logs"), logs(1, large, f"gzip {gzip}")), gzip=gzip)[0]["code"], OK)
        self.assertEqual(self.server.value("SELECT count() FROM otel.logs WHERE length(body) = 6000000"), 2)

    def test_too_large_a_message_is_refused_for_good(self):
        for gzip in (False, True):   # before it is received, and while it is decompressed
            answer, = self.call((path("logs"), logs(1, b"t" * (65 << 20))), gzip=gzip)
            self.assertEqual(answer["code"], RESOURCE_EXHAUSTED)
            self.assertEqual(answer["details"], b"", "RetryInfo would have it sent again")
        self.assertEqual(self.call((path("logs"), logs(1, b"after")))[0]["code"], OK)

    def test_bad_data_is_invalid_and_says_where(self):
        answer, = self.call((path("traces"), (GOLDEN / "js_traces.pb").read_bytes()[:-1]))
        self.assertEqual(answer["code"], INVALID_ARGUMENT)
        self.assertIn("at byte", answer["message"])
        self.assertIn(b"type.googleapis.com/google.rpc.BadRequest", answer["details"])

    def test_a_record_that_cannot_be_stored_is_partial_success(self):
        bad = field(1, field(2, field(2, field(1, b"short") + field(2, b"12345678") + field(5, b"bad"))))
        answer, = self.call((path("traces"), bad))
        self.assertEqual(answer["code"], OK)
        self.assertTrue(answer["body"].startswith(b"\x0a"))
        self.assertIn(b"1 span", answer["body"])

    def test_what_is_not_offered_is_unimplemented(self):
        for where in ("/opentelemetry.proto.collector.profiles.v1development.ProfilesService/Export",
                      "/opentelemetry.proto.collector.trace.v1.TraceService/Import", "/grpc.health.v1.Health/Watch"):
            self.assertEqual(self.call((where, b""))[0]["code"], UNIMPLEMENTED, where)

    def test_the_health_service_says_serving(self):
        answers = self.call((HEALTH, b""), (HEALTH, field(1, b"opentelemetry.proto.collector.trace.v1.TraceService")))
        self.assertEqual([(answer["code"], answer["body"]) for answer in answers], [(OK, b"\x08\x01")] * 2)

    def test_calls_in_flight_are_answered_when_the_service_stops(self):
        with colblock.Ingest(self.server, database="stopping") as ingest, \
                concurrent.futures.ThreadPoolExecutor() as elsewhere:
            listed = [(path("logs"), logs(100, b"last", f"service {i}")) for i in range(50)]
            made = elsewhere.submit(calls, ingest.grpc_port, listed)
            deadline = time.monotonic() + 60
            while ingest.metric("colblock_requests_total") < 1:
                self.assertLess(time.monotonic(), deadline, "no call arrived")
                time.sleep(0.01)
            self.assertEqual(ingest.stop(), 0)
            answered = [answer["code"] for answer in made.result()]
        self.assertLessEqual(set(answered), {OK, UNAVAILABLE})
        self.assertGreater(answered.count(OK), 0)
        self.assertEqual(self.server.value("SELECT count() FROM stopping.logs"), 100 * answered.count(OK))


class ServerDown(unittest.TestCase):
    def test_callers_are_told_to_come_again_and_the_sdk_loses_nothing(self):
        with clickhouse.Engine() as server, colblock.Ingest(server, database="down") as ingest, \
                concurrent.futures.ThreadPoolExecutor() as elsewhere:
            self.assertEqual(calls(ingest.grpc_port, [(path("logs"), logs(1, b"up"))])[0]["code"], OK)
            server.kill()
            answer, = calls(ingest.grpc_port, [(path("logs"), logs(1, b"down"))])
            self.assertEqual(answer["code"], UNAVAILABLE)
            self.assertIn(b"type.googleapis.com/google.rpc.RetryInfo", answer["details"])
            sent = elsewhere.submit(js_sdk.run, "--endpoint", ingest.grpc_endpoint, "--protocol", "grpc", "--plain",
                                    "--signals", "traces", "--extra", "500", "--timeout", "60000")
            time.sleep(6)
            server.start()
            status, summary, errors = sent.result()
            self.assertEqual(status, 0, f"{summary} {errors}")
            self.assertEqual(server.value("SELECT count() FROM down.traces"), 500)


if __name__ == "__main__":
    unittest.main()
