# SPDX-License-Identifier: Apache-2.0
"""Proves the client: what the SDK put on the wire is what its record says, field by field.

The wire is OTLP/JSON, which Python reads without any code of ours; the protobuf bodies are compared
with the ones in tests/golden/otlp. Run: python3 tests/integration/js_sdk_test.py
"""

import base64
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "support"))
import js_sdk  # noqa: E402
import otlp_capture  # noqa: E402


def typed(value):
    """OTLP/JSON's AnyValue in the form of the record."""
    if not value:
        return {}
    ((kind, inner),) = value.items()
    if kind == "arrayValue":
        return {"array": [typed(one) for one in inner.get("values", [])]}
    if kind == "kvlistValue":
        return {"kvlist": attributes(inner.get("values", []))}
    if kind == "bytesValue":
        return {"bytes": base64.b64decode(inner).hex()}
    if kind == "intValue":
        return {"int": str(int(inner))}
    if kind == "doubleValue":
        return {"double": float(inner)}
    return {{"stringValue": "string", "boolValue": "bool"}[kind]: inner}


def attributes(entries):
    return [[entry["key"], typed(entry.get("value"))] for entry in entries or []]


def with_floats(recorded):
    """The record with its doubles, which are texts, as numbers."""
    if isinstance(recorded, dict):
        return {key: float(one) if key == "double" else with_floats(one) for key, one in recorded.items()}
    return [with_floats(one) for one in recorded] if isinstance(recorded, list) else recorded


def records(bodies, outer, middle, inner):
    """(resource group, scope group, record) for each record of all bodies."""
    return [(group, scope, record) for body in bodies for group in json.loads(body)[outer]
            for scope in group[middle] for record in scope[inner]]


class JsSdkTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.directory.cleanup)
        record = pathlib.Path(cls.directory.name) / "record.json"
        try:
            with otlp_capture.CaptureServer(cls.directory.name) as server:
                js_sdk.send(f"http://127.0.0.1:{server.port}", protocol="http/json", record=record, gzip=True)
        except js_sdk.Unavailable as problem:
            raise unittest.SkipTest(str(problem))
        cls.bodies = {signal: [body for one, body in server.bodies if one == signal]
                      for signal in ("traces", "metrics", "logs")}
        cls.record = with_floats(json.loads(record.read_text()))

    def check_surroundings(self, group, scope, recorded):
        resource = self.record["resources"][recorded["resource"]]
        self.assertEqual(attributes(group["resource"]["attributes"]), resource["attributes"])
        self.assertEqual(group.get("schemaUrl", ""), resource["schemaUrl"])
        expected = self.record["scopes"][recorded["scope"]]
        self.assertEqual(scope["scope"]["name"], expected["name"])
        self.assertEqual(scope["scope"].get("version", ""), expected["version"])
        self.assertEqual(scope.get("schemaUrl", ""), expected["schemaUrl"])

    def check_plain(self, sent, recorded, names):
        for name in names:
            expected = recorded[name]
            self.assertEqual(sent.get(name, type(expected)()), expected, name)
        self.assertEqual(attributes(sent["attributes"]), recorded["attributes"])

    def test_spans_are_as_recorded(self):
        # Spans are grouped by scope on the wire and in order of their end in the record.
        sent = {span["spanId"]: (group, scope, span)
                for group, scope, span in records(self.bodies["traces"], "resourceSpans", "scopeSpans", "spans")}
        self.assertEqual(len(sent), len(self.record["traces"]))
        self.assertGreater(len(sent), 40)
        for recorded in self.record["traces"]:
            group, scope, span = sent[recorded["spanId"]]
            with self.subTest(recorded["name"]):
                self.check_surroundings(group, scope, recorded)
                self.check_plain(span, recorded, [
                    "traceId", "spanId", "parentSpanId", "traceState", "flags", "name", "kind",
                    "startTimeUnixNano", "endTimeUnixNano", "droppedAttributesCount",
                    "droppedEventsCount", "droppedLinksCount"])
                self.assertEqual(span["status"].get("code", 0), recorded["status"]["code"])
                self.assertEqual(span["status"].get("message", ""), recorded["status"]["message"])
                self.assertEqual(len(span["events"]), len(recorded["events"]))
                for one, expected in zip(span["events"], recorded["events"]):
                    self.check_plain(one, expected, ["timeUnixNano", "name", "droppedAttributesCount"])
                self.assertEqual(len(span["links"]), len(recorded["links"]))
                for one, expected in zip(span["links"], recorded["links"]):
                    self.check_plain(one, expected, ["traceId", "spanId", "traceState", "flags",
                                                     "droppedAttributesCount"])

    def test_logs_are_as_recorded(self):
        def key(log):
            return json.dumps([log["timeUnixNano"], log.get("severityNumber", 0), log["attributes"]])
        sent = records(self.bodies["logs"], "resourceLogs", "scopeLogs", "logRecords")
        self.assertEqual(len(sent), len(self.record["logs"]))
        self.assertGreater(len(sent), 40)
        unmatched = list(sent)
        for recorded in self.record["logs"]:
            matches = [one for one in unmatched if one[2]["timeUnixNano"] == recorded["timeUnixNano"]
                       and typed(one[2].get("body")) == recorded["body"]]
            self.assertTrue(matches, f"not sent: {recorded}")
            unmatched.remove(matches[0])
            group, scope, log = matches[0]
            with self.subTest(key(log)):
                self.check_surroundings(group, scope, recorded)
                self.check_plain(log, recorded, [
                    "timeUnixNano", "observedTimeUnixNano", "severityNumber", "severityText", "flags",
                    "traceId", "spanId", "eventName", "droppedAttributesCount"])

    def test_points_are_as_recorded(self):
        kinds = {"sum": "sum", "gauge": "gauge", "histogram": "histogram",
                 "exponentialHistogram": "exponential_histogram"}
        sent = [(group, scope, metric, kind, point)
                for group, scope, metric in records(self.bodies["metrics"], "resourceMetrics", "scopeMetrics", "metrics")
                for kind in kinds if kind in metric for point in metric[kind]["dataPoints"]]
        self.assertEqual(len(sent), len(self.record["metrics"]))
        self.assertEqual({kinds[kind] for _, _, _, kind, _ in sent}, set(kinds.values()))
        for (group, scope, metric, kind, point), recorded in zip(sent, self.record["metrics"]):
            with self.subTest(metric["name"]):
                self.check_surroundings(group, scope, recorded)
                self.assertEqual(kinds[kind], recorded["kind"])
                self.assertEqual((metric["name"], metric["description"], metric["unit"]),
                                 (recorded["name"], recorded["description"], recorded["unit"]))
                self.assertEqual(metric[kind].get("aggregationTemporality", 0), recorded["temporality"])
                self.assertEqual(metric[kind].get("isMonotonic", False), recorded["isMonotonic"])
                self.check_plain(point, recorded, ["startTimeUnixNano", "timeUnixNano"])
                self.check_value(point, recorded)

    def check_value(self, point, recorded):
        if "value" in recorded:
            sent = {"int": str(point["asInt"])} if "asInt" in point else {"double": float(point["asDouble"])}
            return self.assertEqual(sent, recorded["value"])
        for name in ("sum", "min", "max"):
            expected = recorded[name]
            self.assertEqual(point.get(name), None if expected is None else float(expected), name)
        self.assertEqual(str(point["count"]), recorded["count"])
        if "explicitBounds" in recorded:
            self.assertEqual(point["explicitBounds"], [float(one) for one in recorded["explicitBounds"]])
            return self.assertEqual([str(one) for one in point["bucketCounts"]], recorded["bucketCounts"])
        self.assertEqual((point["scale"], str(point["zeroCount"])), (recorded["scale"], recorded["zeroCount"]))
        for side in ("positive", "negative"):
            self.assertEqual(point[side]["offset"], recorded[side]["offset"])
            self.assertEqual([str(one) for one in point[side]["bucketCounts"]], recorded[side]["bucketCounts"])

    def test_protobuf_bodies_are_the_committed_ones(self):
        script = ROOT / "tests" / "golden" / "otlp" / "capture_js"
        done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_rate_mode_accounts_for_every_span(self):
        with tempfile.TemporaryDirectory() as directory, otlp_capture.CaptureServer(directory) as server:
            status, result, errors = js_sdk.run("--endpoint", f"http://127.0.0.1:{server.port}",
                                                "--rate", "2000", "--seconds", "2")
        self.assertEqual(status, 0, errors)
        self.assertEqual(result["made"], 4000)
        self.assertEqual(result["exported"] + result["failed"] + result["dropped"], 4000)
        self.assertEqual((result["failed"], result["dropped"]), (0, 0))

    def test_refusal_is_reported(self):
        status, result, _ = js_sdk.run("--endpoint", "http://127.0.0.1:9", "--signals", "logs", "--timeout", "500")
        self.assertEqual(status, 1)
        self.assertFalse(result["accepted"])


if __name__ == "__main__":
    unittest.main()
