#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every field that the SDKs for Python, Go and Java sent is what ClickHouse returns.

Each SDK sends traces, metrics and logs to colblock-ingest, with its own exporters, unmodified, and writes
down the requests that it made (tests/integration/{python,go,java}_sdk). The official protobuf package reads
those, and all rows are compared with what it read, column by column. sdk_fields_test.py has JavaScript.

    clients_test.py [Python|Go|Java]
"""

import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
import clickhouse  # noqa: E402
import colblock  # noqa: E402
import go_sdk  # noqa: E402
import java_sdk  # noqa: E402
import python_sdk  # noqa: E402
import sdk_place  # noqa: E402
import stored_rows  # noqa: E402


class Client:
    """What is the same for every SDK; `sdk` is its module."""

    @classmethod
    def setUpClass(cls):
        try:
            cls.sdk.install()
            python_sdk.install()   # reads what was sent
            colblock.program()
            cls.server = cls.enterClassContext(clickhouse.Engine())
        except (clickhouse.Unavailable, sdk_place.Unavailable) as problem:
            raise unittest.SkipTest(str(problem))

    def check(self, layout, **options):
        protocol = options.get("protocol", "http/protobuf")
        database = f"{layout}_{protocol.replace('/', '_')}_{'gzip' if options.get('gzip') else 'plain'}"
        with tempfile.TemporaryDirectory() as directory, \
                colblock.Ingest(self.server, "--layout", layout, database=database) as ingest:
            endpoint = ingest.grpc_endpoint if protocol == "grpc" else ingest.endpoint
            requests = self.sdk.send(endpoint, directory, **options)
            sent = python_sdk.describe(*requests)
        for signal, kinds in (("traces", 15), ("metrics", 10), ("logs", 24)):
            self.assertGreater(len(sent[signal]), kinds, signal)
        self.assertLessEqual({"gauge", "sum", "histogram", "exponential_histogram"},
                             {point["kind"] for point in sent["metrics"]})
        stored_rows.check(self.server, database, layout, sent, at_least=60)

    def test_http(self):
        self.check("colblock")
        self.check("collector")

    def test_http_with_gzip(self):
        self.check("colblock", gzip=True)

    def test_grpc(self):
        self.check("colblock", protocol="grpc")

    def test_grpc_with_gzip(self):
        self.check("colblock", protocol="grpc", gzip=True)


class Python(Client, unittest.TestCase):
    sdk = python_sdk


class Go(Client, unittest.TestCase):
    sdk = go_sdk


class Java(Client, unittest.TestCase):
    sdk = java_sdk


if __name__ == "__main__":
    unittest.main()
