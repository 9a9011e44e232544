# SPDX-License-Identifier: Apache-2.0
"""Proves the oracles against one another: the Collector, the engine, the SDK and the committed files.

    collector_test.py [GoldenTest|LiveTest]

GoldenTest reads files alone; LiveTest needs a Collector.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
sys.path[:0] = [str(ROOT / "tests" / "support"), str(ROOT / "bench" / "peers")]
import clickhouse  # noqa: E402
import collector  # noqa: E402
import js_sdk  # noqa: E402
import tables  # noqa: E402

SPAN_KINDS = ["Unspecified", "Internal", "Server", "Client", "Producer", "Consumer"]
STATUS_CODES = ["Unset", "Ok", "Error"]


def plain_text(value):
    """A simple value of a record as the Collector writes it, or None for lists, maps, bytes."""
    if not value:
        return ""
    ((kind, inner),) = value.items()
    if kind == "bool":
        return "true" if inner else "false"
    return inner if kind in ("string", "int", "double") else None


def rows(family, table):
    lines = (GOLDEN / "collector" / "rows" / family / f"{table}.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def check_script(*path):
    """Runs a script of tests/golden, which says what differs from the files there."""
    done = subprocess.run([sys.executable, GOLDEN.joinpath(*path), "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


class GoldenTest(unittest.TestCase):
    def test_edge_payloads_are_what_the_script_makes(self):
        check_script("otlp", "make_edge.py")

    def check_attributes(self, row, recorded):
        """Every simple attribute of the record is in the map, and nothing else."""
        self.assertEqual(set(row), {key for key, _ in recorded})
        for key, value in recorded:
            text = plain_text(value)
            if text is not None:
                self.assertEqual(row[key], text, key)

    def test_rows_of_spans_are_what_the_sdk_recorded(self):
        record = json.loads((GOLDEN / "otlp" / "js_record.json").read_text())
        written = {row["SpanId"]: row for row in rows("js", "otel_traces")}
        self.assertEqual(len(written), len(record["traces"]))
        for span in record["traces"]:
            row = written[span["spanId"]]
            resource, scope = record["resources"][span["resource"]], record["scopes"][span["scope"]]
            with self.subTest(span["name"]):
                for column, field in [("TraceId", "traceId"), ("ParentSpanId", "parentSpanId"), ("SpanName", "name"),
                                      ("TraceState", "traceState")]:
                    self.assertEqual(row[column], span[field], column)
                self.assertEqual(row["SpanKind"], SPAN_KINDS[span["kind"]])
                self.assertEqual(row["StatusCode"], STATUS_CODES[span["status"]["code"]])
                self.assertEqual(row["StatusMessage"], span["status"]["message"])
                self.assertEqual(row["Duration"], int(span["endTimeUnixNano"]) - int(span["startTimeUnixNano"]))
                self.assertEqual(row["Timestamp"][-9:], span["startTimeUnixNano"][-9:])
                self.assertEqual((row["ScopeName"], row["ScopeVersion"]), (scope["name"], scope["version"]))
                self.check_attributes(row["ResourceAttributes"], resource["attributes"])
                self.check_attributes(row["SpanAttributes"], span["attributes"])
                self.assertEqual(row["Events.Name"], [event["name"] for event in span["events"]])
                self.assertEqual(row["Links.SpanId"], [link["spanId"] for link in span["links"]])
                for attributes, event in zip(row["Events.Attributes"], span["events"]):
                    self.check_attributes(attributes, event["attributes"])

    def test_rows_of_points_are_what_the_sdk_recorded(self):
        record = json.loads((GOLDEN / "otlp" / "js_record.json").read_text())
        for kind in ("gauge", "sum", "histogram", "exponential_histogram"):
            written = [(row["MetricName"], row["MetricUnit"], row.get("AggregationTemporality", 0), row.get("Count"),
                        row.get("Value"), row.get("BucketCounts"), row.get("PositiveBucketCounts"), sorted(row["Attributes"]))
                       for row in rows("js", f"otel_metrics_{kind}")]
            recorded = []
            for point in record["metrics"]:
                if point["kind"] == kind:
                    counts = {name: [int(one) for one in point[name]] for name in ("bucketCounts",) if name in point}
                    positive = point.get("positive", {}).get("bucketCounts")
                    value = point.get("value")
                    recorded.append((point["name"], point["unit"], point["temporality"],
                                     int(point["count"]) if "count" in point else None,
                                     float(next(iter(value.values()))) if value else None, counts.get("bucketCounts"),
                                     None if positive is None else [int(one) for one in positive],
                                     sorted(key for key, _ in point["attributes"])))
            with self.subTest(kind):
                self.assertGreater(len(written), 0)
                self.assertCountEqual(written, recorded)


class LiveTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        try:
            collector.require()
            cls.server = clickhouse.Engine().__enter__()
            cls.addClassCleanup(cls.server.close)
        except clickhouse.Unavailable as problem:
            raise unittest.SkipTest(str(problem))

    def test_rows_are_what_the_collector_writes(self):
        check_script("collector", "regenerate")

    def test_all_protocols_of_the_sdk_give_the_same_rows(self):
        try:
            js_sdk.install()
        except js_sdk.Unavailable as problem:
            self.skipTest(str(problem))
        # The SDK leaves out values that JSON cannot carry, so spans and logs of JSON differ.
        seen = {}
        for name, protocol in [("proto", "http/protobuf"), ("grpc", "grpc"), ("json", "http/json")]:
            with collector.Collector(self.server, database=name) as one:
                port = one.grpc_port if protocol == "grpc" else one.http_port
                with tempfile.TemporaryDirectory() as directory:
                    js_sdk.send(f"http://127.0.0.1:{port}", protocol=protocol, gzip=protocol == "grpc",
                                record=pathlib.Path(directory) / "record.json")
            seen[name] = {table: sorted(self.server.query(f"SELECT * FROM {name}.{table}", "raw").splitlines())
                          for table in ("otel_traces", "otel_logs", "otel_metrics_sum", "otel_metrics_gauge",
                                        "otel_metrics_histogram", "otel_metrics_exponential_histogram")}
            self.assertTrue(all(seen[name].values()), name)
        self.assertEqual(seen["grpc"], seen["proto"])
        for table in ("otel_metrics_sum", "otel_metrics_histogram", "otel_metrics_exponential_histogram"):
            self.assertEqual(seen["json"][table], seen["proto"][table])

    def test_null_tables_take_what_the_collector_sends(self):
        tables.create(f"http://{self.server.host}:{self.server.http_port}", "swallow", "Null")
        engines = self.server.query("SELECT engine, count() AS n FROM system.tables WHERE database = 'swallow' GROUP BY 1")
        self.assertEqual(engines, [{"engine": "Null", "n": 7}])
        with collector.Collector(self.server, database="swallow", create_schema=False) as one:
            for signal in ("traces", "metrics", "logs"):
                status, body = one.post(signal, (GOLDEN / "otlp" / f"edge_{signal}.pb").read_bytes())
                self.assertEqual(status, 200, body)


if __name__ == "__main__":
    unittest.main()
