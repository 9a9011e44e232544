#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rows in the order of a table's key, in front of a real ClickHouse: that the server finds them sorted, and that
they are the same rows."""

import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
import colblock  # noqa: E402

# Three blocks of the largest size for spans and for log records.
RECORDS = 120_000
TABLES = {
    "colblock": ("traces", "logs", "metrics"),
    "collector": ("otel_traces", "otel_logs", "otel_metrics_gauge", "otel_metrics_sum", "otel_metrics_histogram",
                  "otel_metrics_exponential_histogram", "otel_metrics_summary"),
}
# Tables whose keys are made of columns and times alone, so that we can sort by them.
SORTED = ("traces", "logs")


class RowOrder(colblock.EngineTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.payloads = colblock.generate(cls.enterClassContext(tempfile.TemporaryDirectory()), RECORDS)

    def ingest(self, database, layout, order):
        with colblock.Ingest(self.server, "--layout", layout, "--row-order", order, "--no-views", "--ack", "queued",
                             "--lanes", "1", database=database) as ingest:
            colblock.post_files(ingest, self.payloads)
            self.assertEqual(ingest.stop(), 0, ingest.log_text())

    def sorted_blocks(self):
        """Blocks that parts were made of, and those of them that the server found sorted."""
        events = {row["event"]: int(row["value"]) for row in self.server.query(
            "SELECT event, value FROM system.events WHERE event LIKE 'MergeTreeDataWriterBlocks%'")}
        return events.get("MergeTreeDataWriterBlocks", 0), events.get("MergeTreeDataWriterBlocksAlreadySorted", 0)

    def blocks_of(self, work):
        before = self.sorted_blocks()
        work()
        return tuple(after - first for after, first in zip(self.sorted_blocks(), before))

    def contents(self, database, layout):
        return {table: self.server.query(f"SELECT count() AS rows, sum(cityHash64(toString(tuple(*)))) AS hash "
                                         f"FROM {database}.{table}")[0] for table in TABLES[layout]}

    def test_rows_are_the_same_in_either_order(self):
        for layout in TABLES:
            with self.subTest(layout):
                for order in ("key", "arrival"):
                    self.ingest(f"{layout}_{order}", layout, order)
                by_key, by_arrival = (self.contents(f"{layout}_{order}", layout) for order in ("key", "arrival"))
                self.assertEqual(by_key, by_arrival)
                self.assertEqual(sum(int(table["rows"]) for table in by_key.values()), RECORDS)
                self.assertTrue(all(int(table["rows"]) for table in by_key.values()), by_key)

    def test_the_server_finds_them_sorted(self):
        spans_and_logs = [path for path in self.payloads if path.name.startswith(SORTED)]
        self.payloads, everything = spans_and_logs, self.payloads
        self.addCleanup(setattr, self, "payloads", everything)
        for layout in TABLES:
            for order, share in (("key", 1), ("arrival", 0)):
                with self.subTest(f"{layout}, {order}"):
                    blocks, already_sorted = self.blocks_of(lambda: self.ingest(f"{layout}_found_{order}", layout, order))
                    self.assertGreaterEqual(blocks, 2)
                    self.assertEqual(already_sorted, share * blocks)

    def test_answers_wait_for_rows_in_order_too(self):
        with colblock.Ingest(self.server, "--ack", "inserted", "--lanes", "2", database="inserted_key") as ingest:
            colblock.post_files(ingest, self.payloads[:6])
            rows = sum(int(self.server.value(f"SELECT count() FROM inserted_key.{table}")) for table in TABLES["colblock"])
            self.assertEqual(rows, ingest.metric("colblock_records_stored_total"))
            self.assertGreater(rows, 0)


if __name__ == "__main__":
    unittest.main()
