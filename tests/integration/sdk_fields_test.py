#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every field that the JavaScript SDK sent is what ClickHouse returns, in both layouts.

The real SDK exports to colblock-ingest, which inserts into a real ClickHouse. The SDK's own record of what
it handed to its exporters is compared with the rows, column by column.
"""

import json
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
import clickhouse  # noqa: E402
import colblock  # noqa: E402
import js_sdk  # noqa: E402
import stored_rows  # noqa: E402


class SdkFields(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        try:
            js_sdk.install()
            cls.server = cls.enterClassContext(clickhouse.Engine())
            colblock.program()
        except (clickhouse.Unavailable, js_sdk.Unavailable) as problem:
            raise unittest.SkipTest(str(problem))

    def check(self, layout, protocol="http/protobuf", gzip=False):
        database = f"{layout}_{protocol.replace('/', '_')}_{'gzip' if gzip else 'plain'}"
        with tempfile.TemporaryDirectory() as directory, \
                colblock.Ingest(self.server, "--layout", layout, database=database) as ingest:
            record = pathlib.Path(directory, "record.json")
            endpoint = ingest.grpc_endpoint if protocol == "grpc" else ingest.endpoint
            js_sdk.send(endpoint, protocol=protocol, gzip=gzip, record=record)
            sent = json.loads(record.read_text())
        kinds = {point["kind"] for point in sent["metrics"]}
        self.assertEqual(kinds, {"gauge", "sum", "histogram", "exponential_histogram"})   # all that the SDK can make
        self.assertGreater(min(len(sent[signal]) for signal in ("traces", "metrics", "logs")), 30)
        stored_rows.check(self.server, database, layout, sent, at_least=150)

    def test_protobuf(self):
        self.check("colblock")
        self.check("collector")

    def test_protobuf_with_gzip(self):
        self.check("colblock", gzip=True)

    def test_json(self):
        self.check("colblock", protocol="http/json")
        self.check("collector", protocol="http/json")

    def test_json_with_gzip(self):
        self.check("colblock", protocol="http/json", gzip=True)

    def test_grpc(self):
        self.check("colblock", protocol="grpc")
        self.check("collector", protocol="grpc")

    def test_grpc_with_gzip(self):
        self.check("colblock", protocol="grpc", gzip=True)


if __name__ == "__main__":
    unittest.main()
