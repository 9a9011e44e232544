#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An SDK with the settings that everybody has, in front of the real engine, acknowledged after the INSERT.

    default_exporter_test.py [DefaultExporter|WithoutAServerJavaScript|WithoutAServerPython|...]

JavaScript's BatchSpanProcessor: 512 spans a request, one request in flight, 2,048 spans waiting, a request
every five seconds at the latest; what comes when the queue is full is dropped and counted.
"""

import pathlib
import sys
import tempfile
import threading
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
import clickhouse  # noqa: E402
import colblock  # noqa: E402
import go_sdk  # noqa: E402
import java_sdk  # noqa: E402
import js_sdk  # noqa: E402
import python_sdk  # noqa: E402
import sdk_place  # noqa: E402


class Loaded(unittest.TestCase):
    sdk = js_sdk

    def setUp(self):
        try:
            self.sdk.install()
            colblock.program()
            self.server = self.enterContext(clickhouse.Engine())
        except (clickhouse.Unavailable, sdk_place.Unavailable) as problem:
            self.skipTest(str(problem))
        self.ingest = self.enterContext(colblock.Ingest(self.server))

    def send(self, rate, seconds, *more):
        """What the SDK says became of its spans; nothing may have been lost."""
        status, result, errors = js_sdk.run("--endpoint", self.ingest.endpoint, "--rate", str(rate), "--seconds",
                                            str(seconds), *more)
        self.assertEqual(result.get("made"), rate * seconds, errors)
        self.assertEqual((result["dropped"], result["failed"], status), (0, 0, 0), f"{result}\n{errors}")
        return result

    def num_rows(self):
        (row,) = self.server.query("SELECT count() AS num_rows, uniqExact(span_id) AS num_spans FROM otel.traces")
        return row["num_rows"], row["num_spans"]

    def num_inserts(self):
        return self.server.value("SELECT sum(value) FROM system.events WHERE event = 'InsertQuery'")


class DefaultExporter(Loaded):
    def test_at_2000_spans_a_second_nothing_is_lost(self):
        self.send(2000, 15)
        self.assertEqual(self.num_rows(), (30_000, 30_000))

    def test_at_100_spans_a_second_there_is_at_most_one_insert_a_second(self):
        seconds, counted = 20, self.num_inserts()
        self.send(100, seconds)
        self.assertEqual(self.num_rows(), (2000, 2000))
        self.assertLessEqual(self.num_inserts() - counted, seconds)
        self.assertLessEqual(self.ingest.metric("colblock_inserts_total"), seconds)
        self.assertGreater(self.ingest.metric("colblock_inserts_total"), 0)


class WithoutAServer(Loaded):
    """In the middle of a load the server is gone for 15 seconds: nothing is lost, nothing is stored twice.

    100 spans a second, so that what gathers in the meantime has room in the queue of every SDK. A request that
    waits for the server is told to come again (503 with Retry-After, UNAVAILABLE with RetryInfo) and finds its
    rows waiting when it does. By default an SDK gives up on a request ten seconds after it began to send it: its
    rows are stored all the same.
    """

    RATE, SECONDS = 100, 20

    def check(self, send):
        """Runs `send`, which may fail with an exception, in the meantime."""
        failures = []

        def run():
            try:
                send()
            except BaseException as problem:   # told by the thread that can
                failures.append(problem)
        sender = threading.Thread(target=run)
        sender.start()
        time.sleep(6)
        self.server.kill()
        # Batches leave every five seconds, and a request is told to come again after nine.
        time.sleep(15)
        self.server.start()
        sender.join(90)
        self.assertEqual([str(one) for one in failures], [])
        made, deadline = self.RATE * self.SECONDS, time.monotonic() + 15
        while self.num_rows()[0] < made and time.monotonic() < deadline:
            time.sleep(0.5)
        self.assertEqual(self.num_rows(), (made, made))
        self.assertGreater(self.ingest.metric("colblock_requests_expired_total"), 0)

    def check_sender(self, *more, protocol="http/protobuf", gives_up=None):
        """`gives_up` is what the SDK then says of a request, as a pattern."""
        directory = self.enterContext(tempfile.TemporaryDirectory())
        endpoint = self.ingest.grpc_endpoint if protocol == "grpc" else self.ingest.endpoint

        def send():
            self.sdk.send(endpoint, directory, protocol=protocol,
                          more=["--rate", str(self.RATE), "--seconds", str(self.SECONDS), *more])

        def send_in_vain():
            with self.assertRaisesRegex(AssertionError, gives_up):
                send()
        self.check(send_in_vain if gives_up else send)

    def check_rejoined(self):
        """Requests came again, and their rows were found waiting."""
        self.assertGreater(self.ingest.metric("colblock_requests_rejoined_total"), 0)


class WithoutAServerJavaScript(WithoutAServer):
    def test_default(self):
        def send():
            _, result, errors = js_sdk.run("--endpoint", self.ingest.endpoint, "--rate", str(self.RATE), "--seconds",
                                           str(self.SECONDS))
            self.assertEqual((result["made"], result["dropped"]), (self.RATE * self.SECONDS, 0), errors)
        self.check(send)

    def test_with_time_to_wait(self):
        self.check(lambda: self.send(self.RATE, self.SECONDS, "--timeout", "30000"))
        self.check_rejoined()


class WithoutAServerPython(WithoutAServer):
    sdk = python_sdk

    def test_with_time_to_wait(self):
        self.check_sender("--timeout", "30")


class WithoutAServerGo(WithoutAServer):
    sdk = go_sdk

    def test_default(self):
        self.check_sender()


class WithoutAServerJava(WithoutAServer):
    sdk = java_sdk

    def test_default(self):
        # It is told to come again after nine seconds, and whether its ten end before it does is chance.
        self.check_sender(gives_up="InterruptedIOException: timeout|HTTP status code 503")

    def test_with_time_to_wait(self):
        self.check_sender("--timeout", "30")
        self.check_rejoined()

    def test_grpc_with_time_to_wait(self):
        self.check_sender("--timeout", "30", protocol="grpc")
        self.check_rejoined()


if __name__ == "__main__":
    unittest.main()
