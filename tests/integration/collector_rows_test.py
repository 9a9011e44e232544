#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Our blocks in the Collector's tables give the rows that the Collector's own exporter wrote.

The payloads of tests/golden/otlp are encoded for tables made from tests/golden/collector/ddl, inserted
into the real engine, and compared with tests/golden/collector/rows, column by column, map entries by
key. What differs on purpose is listed here and in docs/formats/otlp_mapping.md.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
sys.path.insert(0, str(ROOT / "tests" / "support"))
import clickhouse  # noqa: E402

ENCODE = os.environ["COLBLOCK_ENCODE_BLOCKS"]  # the program of encode_blocks.cpp
SIGNALS = ("traces", "metrics", "logs")


class Pairs(list):
    """A JSON object with all its members, in the order of their keys."""


def parse(line):
    return json.loads(line.decode("utf-8", "surrogateescape"), object_pairs_hook=lambda pairs: Pairs(sorted(pairs, key=lambda pair: pair[0])),
                      parse_float=str, parse_int=str)


def as_set(lines):
    return sorted(json.dumps(parse(line)) for line in lines)


def member(row, name):
    return next(value for key, value in row if key == name)


def valid_span(row):
    """The Collector stores spans without ids, which the specification calls invalid; we reject them."""
    return member(row, "TraceId") != "" and member(row, "SpanId") != ""


def create_tables(server):
    for path in sorted((GOLDEN / "collector" / "ddl").glob("*.sql")):
        if not path.stem.endswith("_mv"):
            server.execute(path.read_text().replace("otel.", f"{server.database}."))
    columns = server.query("SELECT table, name, type, default_kind FROM system.columns "
                           "WHERE database = currentDatabase()", "TSVRaw")
    return columns


def insert(server, family, signal, columns):
    """Encodes one payload and inserts its blocks; returns how many records were rejected."""
    with tempfile.TemporaryDirectory() as directory:
        described = pathlib.Path(directory, "columns.tsv")
        described.write_bytes(columns)
        run = subprocess.run([ENCODE, "collector", signal, GOLDEN / "otlp" / f"{family}_{signal}.pb", described,
                              directory], capture_output=True, text=True)
        if run.returncode != 0:
            raise AssertionError(f"{family}_{signal}.pb: {run.stderr}")
        for block in sorted(pathlib.Path(directory).glob("*.native")):
            server.insert(block.with_suffix(".sql").read_text(), block.read_bytes())
        return int(run.stdout)


class CollectorRows(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        try:
            clickhouse.Engine().close()
        except clickhouse.Unavailable as problem:
            raise unittest.SkipTest(str(problem))

    def compare(self, family, purposeful=lambda row: row):
        """Compares all tables; `purposeful` makes of a row of theirs what it is on purpose here."""
        with clickhouse.Engine(database="rows") as server:
            columns = create_tables(server)
            rejected = {signal: insert(server, family, signal, columns) for signal in SIGNALS}
            compared = 0
            for golden in sorted((GOLDEN / "collector" / "rows" / family).glob("*.jsonl")):
                if golden.stem == "otel_traces_trace_id_ts":
                    continue  # filled by the view
                with self.subTest(golden.stem):
                    theirs = [parse(line) for line in golden.read_bytes().splitlines()]
                    if golden.stem == "otel_traces":
                        valid = [row for row in theirs if valid_span(row)]
                        self.assertEqual(rejected["traces"], len(theirs) - len(valid))
                        theirs = valid
                    ours = server.query(f"SELECT * FROM {golden.stem}", "raw").splitlines()
                    self.assertGreater(len(ours), 0)
                    for mine, other in zip(as_set(ours), sorted(json.dumps(purposeful(row)) for row in theirs)):
                        self.assertEqual(mine, other)
                    self.assertEqual(len(ours), len(theirs))
                    compared += len(ours)
            self.assertEqual((rejected["metrics"], rejected["logs"]), (0, 0))
            return compared

    def test_js_sdk(self):
        self.assertGreater(self.compare("js"), 150)

    def test_every_edge(self):
        self.assertGreater(self.compare("edge"), 60)

    def test_text_that_is_not_utf8(self):
        self.assertEqual(self.compare("invalid_utf8"), 21)

    def test_far_times(self):
        """They wrap around where the column ends, ours stop there."""
        differing = []

        def sent_time(row):
            texts = dict(row)  # each row names the time that was sent
            return int(float(texts["Value"])) if "Value" in texts else \
                int(re.search(r"\d+", texts.get("SpanName") or texts["Body"]).group())

        def last_moment(name, value, sent):
            if name in ("Timestamp", "Events.Timestamp") and sent > 2**63 - 1:
                last = "2262-04-11 23:47:16.854775807"
                return [last] if isinstance(value, list) else last
            if name in ("TimeUnix", "StartTimeUnix") and sent >= 2**32 * 10**9:
                return "2106-02-07 06:28:15"
            return value

        def stop_at_the_end(row):
            changed = Pairs((name, last_moment(name, value, sent_time(row))) for name, value in row)
            differing.append(changed != row)
            return changed

        self.assertEqual(self.compare("far_times", stop_at_the_end), 18)
        self.assertEqual(sum(differing), 2 + 2 + 4)  # spans, logs, points

    def test_metrics_without_data_do_not_stop_their_neighbours(self):
        with clickhouse.Engine(database="rows") as server:
            self.assertEqual(insert(server, "no_data", "metrics", create_tables(server)), 0)
            names = server.query("SELECT groupUniqArray(MetricName) AS names FROM merge('rows', '^otel_metrics_')")
            self.assertGreater(len(names[0]["names"]), 1)

    def test_entries_stay_as_sent_but_for_points(self):
        with clickhouse.Engine(database="rows") as server:
            columns = create_tables(server)
            for signal in SIGNALS:
                insert(server, "js", signal, columns)
            unsorted = "SELECT countIf(mapKeys({0}) != arraySort(mapKeys({0}))) FROM {1}"
            self.assertGreater(server.value(unsorted.format("SpanAttributes", "otel_traces")), 0)
            self.assertGreater(server.value(unsorted.format("LogAttributes", "otel_logs")), 0)
            self.assertGreater(server.value("SELECT countIf(length(Attributes) > 1) FROM otel_metrics_sum"), 0)
            for table in ("gauge", "sum", "histogram", "exponential_histogram"):
                self.assertEqual(server.value(unsorted.format("Attributes", f"otel_metrics_{table}")), 0)

    def test_a_mutated_byte_is_noticed(self):
        with clickhouse.Engine(database="rows") as server:
            columns = create_tables(server)
            insert(server, "js", "logs", columns)
            golden = (GOLDEN / "collector" / "rows" / "js" / "otel_logs.jsonl").read_bytes()
            ours = server.query("SELECT * FROM otel_logs", "raw")
            self.assertEqual(as_set(ours.splitlines()), as_set(golden.splitlines()))
            mutated = ours.replace(b"INFO", b"INFP", 1)
            self.assertNotEqual(mutated, ours)
            self.assertNotEqual(as_set(mutated.splitlines()), as_set(golden.splitlines()))


if __name__ == "__main__":
    unittest.main()
