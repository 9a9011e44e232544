# SPDX-License-Identifier: Apache-2.0
"""Reads OTLP export requests with the official protobuf package and writes what is in them.

    describe.py FILE...        a name says the signal, and the encoding by .pb or .json

The form is that of ../js_sdk/record.mjs, and has besides what an SDK for JavaScript never sends:

    resource, scope   droppedAttributesCount; a scope's attributes
    point             flags, metadata, zeroThreshold, quantileValues [{quantile, value}], exemplars
                      [{timeUnixNano, traceId, spanId, value, attributes}]; kind "summary"

A field that is set but not written here ends the program: nothing is forgotten in silence. Only what
no layout stores is left out.
"""

import base64
import json
import pathlib
import re
import sys

from google.protobuf import json_format
from opentelemetry.proto.collector.logs.v1 import logs_service_pb2
from opentelemetry.proto.collector.metrics.v1 import metrics_service_pb2
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2

REQUESTS = {"traces": trace_service_pb2.ExportTraceServiceRequest,
            "metrics": metrics_service_pb2.ExportMetricsServiceRequest,
            "logs": logs_service_pb2.ExportLogsServiceRequest}
KINDS = ("gauge", "sum", "histogram", "exponential_histogram", "summary")

# docs/formats/layouts.md: not stored by either family; the strindex fields belong to profiles.
NOT_STORED = {("Resource", "entity_refs"), ("KeyValue", "key_strindex"), ("AnyValue", "string_value_strindex")}


class Reader:
    """A message whose fields are read by name; `done` tells what was left."""

    def __init__(self, message):
        self._message, self._read = message, set()

    def __getattr__(self, name):
        self._read.add(name)
        return getattr(self._message, name)

    def has(self, name):
        self._read.add(name)
        return self._message.HasField(name)

    def done(self, described):
        kind = self._message.DESCRIPTOR.name
        left = {field.name for field, _ in self._message.ListFields()} - self._read
        left -= {field for message, field in NOT_STORED if message == kind}
        if left:
            sys.exit(f"describe.py does not write {kind}.{', '.join(sorted(left))}")
        return described


def double(value):
    """The shortest digits that read back as the same number, as JavaScript prints them."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    sign, digits, exponent = re.fullmatch(r"(-?)([\d.]+)(?:e([+-]\d+))?", repr(value)).groups()
    whole, _, fraction = digits.partition(".")
    significant = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(significant))   # digits before it
    significant = significant.rstrip("0")
    if not significant:
        return f"{sign}0"
    if 0 < point <= 21:
        padded = significant.ljust(point, "0")
        return sign + padded[:point] + (f".{padded[point:]}" if len(padded) > point else "")
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{significant}"
    mantissa = significant[0] + (f".{significant[1:]}" if len(significant) > 1 else "")
    return f"{sign}{mantissa}e{point - 1:+d}"


def value(message):
    given = Reader(message)
    kind = message.WhichOneof("value")
    inner = None if kind is None else getattr(given, kind)
    described = {None: lambda: {}, "string_value": lambda: {"string": inner}, "bool_value": lambda: {"bool": inner},
                 "int_value": lambda: {"int": str(inner)}, "double_value": lambda: {"double": double(inner)},
                 "bytes_value": lambda: {"bytes": inner.hex()}, "string_value_strindex": lambda: {},
                 "array_value": lambda: {"array": [value(one) for one in inner.values]},
                 "kvlist_value": lambda: {"kvlist": attributes(inner.values)}}[kind]()
    return given.done(described)


def attributes(entries):
    out = []
    for entry in entries:
        given = Reader(entry)
        out.append(given.done([given.key, value(given.value)]))
    return out


def identifier(raw):
    """Hex, or "" for an id of zeros, which is none."""
    return raw.hex() if any(raw) else ""


def number(given):
    kind = given.WhichOneof("value")
    return {"as_int": lambda: {"int": str(given.as_int)}, "as_double": lambda: {"double": double(given.as_double)},
            None: dict}[kind]()


class Description:
    def __init__(self):
        self.resources, self.scopes = [], []
        self.records = {"traces": [], "metrics": [], "logs": []}

    def document(self):
        return {"resources": self.resources, "scopes": self.scopes, **self.records}

    @staticmethod
    def _index(known, one):
        if one not in known:
            known.append(one)
        return known.index(one)

    def _resource(self, group):
        resource = Reader(group.resource)
        return self._index(self.resources, resource.done({
            "attributes": attributes(resource.attributes), "schemaUrl": group.schema_url,
            "droppedAttributesCount": resource.dropped_attributes_count}))

    def _scope(self, group):
        scope = Reader(group.scope)
        return self._index(self.scopes, scope.done({
            "name": scope.name, "version": scope.version, "schemaUrl": group.schema_url,
            "attributes": attributes(scope.attributes), "droppedAttributesCount": scope.dropped_attributes_count}))

    def add(self, signal, request):
        outer, middle, inner, read = {
            "traces": ("resource_spans", "scope_spans", "spans", self.span),
            "metrics": ("resource_metrics", "scope_metrics", "metrics", self.metric),
            "logs": ("resource_logs", "scope_logs", "log_records", self.log)}[signal]
        for group in map(Reader, getattr(request, outer)):
            resource = self._resource(group)
            for part in map(Reader, getattr(group, middle)):
                around = {"resource": resource, "scope": self._scope(part)}
                for record in map(Reader, getattr(part, inner)):
                    self.records[signal] += [around | one for one in record.done(read(record))]
                part.done(None)
            group.done(None)

    def span(self, span):
        status = Reader(span.status)
        return [{
            "traceId": identifier(span.trace_id), "spanId": identifier(span.span_id),
            "parentSpanId": identifier(span.parent_span_id), "traceState": span.trace_state, "flags": span.flags,
            "name": span.name, "kind": span.kind, "startTimeUnixNano": str(span.start_time_unix_nano),
            "endTimeUnixNano": str(span.end_time_unix_nano), "attributes": attributes(span.attributes),
            "droppedAttributesCount": span.dropped_attributes_count,
            "events": [self.event(Reader(one)) for one in span.events], "droppedEventsCount": span.dropped_events_count,
            "links": [self.link(Reader(one)) for one in span.links], "droppedLinksCount": span.dropped_links_count,
            "status": status.done({"code": status.code, "message": status.message})}]

    def event(self, event):
        return event.done({"timeUnixNano": str(event.time_unix_nano), "name": event.name,
                           "attributes": attributes(event.attributes),
                           "droppedAttributesCount": event.dropped_attributes_count})

    def link(self, link):
        return link.done({"traceId": identifier(link.trace_id), "spanId": identifier(link.span_id),
                          "traceState": link.trace_state, "flags": link.flags, "attributes": attributes(link.attributes),
                          "droppedAttributesCount": link.dropped_attributes_count})

    def log(self, log):
        return [{
            "timeUnixNano": str(log.time_unix_nano), "observedTimeUnixNano": str(log.observed_time_unix_nano),
            "severityNumber": log.severity_number, "severityText": log.severity_text, "body": value(log.body),
            "attributes": attributes(log.attributes), "droppedAttributesCount": log.dropped_attributes_count,
            "traceId": identifier(log.trace_id), "spanId": identifier(log.span_id), "flags": log.flags,
            "eventName": log.event_name}]

    def metric(self, metric):
        kind = metric.WhichOneof("data")
        data = Reader(getattr(metric, kind))
        common = {"kind": kind, "name": metric.name, "description": metric.description, "unit": metric.unit,
                  "metadata": attributes(metric.metadata),
                  "temporality": 0 if kind in ("gauge", "summary") else data.aggregation_temporality,
                  "isMonotonic": data.is_monotonic if kind == "sum" else False}
        return data.done([common | self.point(kind, Reader(one)) for one in data.data_points])

    def point(self, kind, point):
        described = {"attributes": attributes(point.attributes), "flags": point.flags,
                     "startTimeUnixNano": str(point.start_time_unix_nano), "timeUnixNano": str(point.time_unix_nano)}
        if kind != "summary":
            described["exemplars"] = [self.exemplar(Reader(one)) for one in point.exemplars]
        return point.done(described | getattr(self, kind)(point))

    def exemplar(self, exemplar):
        return exemplar.done({"timeUnixNano": str(exemplar.time_unix_nano), "traceId": identifier(exemplar.trace_id),
                              "spanId": identifier(exemplar.span_id), "value": number(exemplar),
                              "attributes": attributes(exemplar.filtered_attributes)})

    def gauge(self, point):
        return {"value": number(point)}

    sum = gauge

    def distribution(self, point):
        optional = {name: double(getattr(point, name)) if point.has(name) else None for name in ("sum", "min", "max")}
        return optional | {"count": str(point.count)}

    def histogram(self, point):
        return self.distribution(point) | {"bucketCounts": [str(one) for one in point.bucket_counts],
                                           "explicitBounds": [double(one) for one in point.explicit_bounds]}

    def exponential_histogram(self, point):
        return self.distribution(point) | {
            "scale": point.scale, "zeroCount": str(point.zero_count), "zeroThreshold": double(point.zero_threshold),
            "positive": self.buckets(Reader(point.positive)), "negative": self.buckets(Reader(point.negative))}

    def buckets(self, given):
        return given.done({"offset": given.offset, "bucketCounts": [str(one) for one in given.bucket_counts]})

    def summary(self, point):
        return {"count": str(point.count), "sum": double(point.sum),
                "quantileValues": [{"quantile": double(one.quantile), "value": double(one.value)}
                                   for one in point.quantile_values]}


def hex_ids(document):
    """OTLP/JSON has ids in hex where protobuf's own JSON has base64."""
    if isinstance(document, list):
        return [hex_ids(one) for one in document]
    if not isinstance(document, dict):
        return document
    return {key: base64.b64encode(bytes.fromhex(one)).decode() if key in ("traceId", "spanId", "parentSpanId")
            else hex_ids(one) for key, one in document.items()}


def read(path):
    signal = next(one for one in REQUESTS if one in path.name)
    request = REQUESTS[signal]()
    if path.suffix == ".json":
        return signal, json_format.ParseDict(hex_ids(json.loads(path.read_text())), request)
    request.ParseFromString(path.read_bytes())
    return signal, request


def main():
    description = Description()
    for name in sys.argv[1:]:
        description.add(*read(pathlib.Path(name)))
    json.dump(description.document(), sys.stdout)


if __name__ == "__main__":
    main()
