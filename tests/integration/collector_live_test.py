#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""colblock-ingest and the OpenTelemetry Collector side by side: the same requests make the same rows.

Both get them over HTTP and insert into the same engine, into tables that the Collector created. Every row
is compared, column by column, map entries by key. Where no Go toolchain is, collector_rows_test.py compares
with rows which the Collector wrote elsewhere.
"""

import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "otlp"
sys.path.insert(0, str(ROOT / "tests" / "support"))
import clickhouse  # noqa: E402
import colblock  # noqa: E402
import collector  # noqa: E402
import python_sdk  # noqa: E402
import stored_rows  # noqa: E402


class SideBySide(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        try:
            collector.require()
            colblock.program()
            cls.server = cls.enterClassContext(clickhouse.Engine())
        except clickhouse.Unavailable as problem:
            raise unittest.SkipTest(str(problem))
        cls.directory = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))

    def compare(self, family, paths, at_least, rejected=0):
        """Posts the payloads to both. `rejected` spans without ids are stored by the Collector alone."""
        theirs, ours = f"{family}_theirs", f"{family}_ours"
        with collector.Collector(self.server, database=theirs) as other:
            colblock.post_files(other, paths)
        self.server.execute(f"CREATE DATABASE {ours} ENGINE = Atomic")
        tables = [row["name"] for row in self.server.query(
            f"SELECT name FROM system.tables WHERE database = '{theirs}' AND engine LIKE '%MergeTree'")]
        for table in tables:
            self.server.execute(f"CREATE TABLE {ours}.{table} AS {theirs}.{table}")
        with colblock.Ingest(self.server, "--layout", "collector", "--no-create-schema", database=ours) as ingest:
            colblock.post_files(ingest, paths)
        num_rows = 0
        for table in tables:
            if table == "otel_traces_trace_id_ts":
                continue   # filled by a view
            wanted = stored_rows.stored(self.server, theirs, table)
            if table == "otel_traces":
                valid = [row for row in wanted if row["TraceId"] and row["SpanId"]]
                self.assertEqual(len(wanted) - len(valid), rejected)
                wanted = valid
            with self.subTest(table):
                self.assertEqual(stored_rows.differences(wanted, stored_rows.stored(self.server, ours, table)), [])
            num_rows += len(wanted)
        self.assertGreaterEqual(num_rows, at_least)

    def golden(self, family):
        return [GOLDEN / f"{family}_{signal}.pb" for signal in colblock.PATHS]

    def test_what_the_javascript_sdk_sends(self):
        self.compare("js", self.golden("js"), at_least=150)

    def test_every_edge(self):
        self.compare("edge", self.golden("edge"), at_least=150, rejected=3)

    def test_text_that_is_not_utf8(self):
        self.compare("invalid_utf8", self.golden("invalid_utf8"), at_least=20)

    def test_every_field_of_the_official_package(self):
        try:
            python_sdk.run("every_field.py", self.directory)
        except python_sdk.Unavailable as problem:
            self.skipTest(str(problem))
        self.compare("every", sorted(self.directory.glob("every_*.pb")), at_least=120)

    def test_generated_load(self):
        self.compare("gen", colblock.generate(self.directory / "gen", 6000), at_least=6000)


if __name__ == "__main__":
    unittest.main()
