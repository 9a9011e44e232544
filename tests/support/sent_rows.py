# SPDX-License-Identifier: Apache-2.0
"""The rows which what was sent must have become, in both layouts, column by column.

    sent = json.load(open("record.json"))          # from js_sdk/record.mjs or python_sdk/describe.py
    rows("colblock", sent)["traces"]               # [{"trace_id": ..., ...}, ...]

Times are integers of nanoseconds (seconds where the column has no more), maps are lists of pairs in the
order of their keys. A record without a time of its own has the `timestamp` 0 here, where the colblock
layout has the time at which it was received.
"""

from sent_text import attributes, text

KINDS = ["unspecified", "internal", "server", "client", "producer", "consumer"]
STATUSES = ["unset", "ok", "error"]
TEMPORALITIES = ["unspecified", "delta", "cumulative"]


def rows(layout, sent):
    """{table: [row, ...]} of a record, without the tables that get nothing."""
    make = {"colblock": Colblock, "collector": Collector}[layout](sent)
    tables = {}
    for signal in ("traces", "metrics", "logs"):
        for entry in sent[signal]:
            table, row = getattr(make, signal)(entry)
            tables.setdefault(table, []).append(row)
    return tables


def name_of(names, code):
    """The name of an enum; a number that nobody knows has none."""
    return names[code] if 0 <= code < len(names) else ""


def number(given):
    return None if given is None else float(given)


def value_of(entry):
    """The number of a point or exemplar; 0 where it carries none."""
    return float(next(iter(entry.get("value", {}).values()), 0))


def exact(entry):
    value = entry.get("value", {})
    return int(value["int"]) if "int" in value else None


def duration(span):
    return int(span["endTimeUnixNano"]) - int(span["startTimeUnixNano"])


def each(entries, read):
    return [read(one) for one in entries]


class Layout:
    """What a record's resource and scope are; of a JavaScript SDK's some members are never there."""

    def __init__(self, sent):
        self._resources, self._scopes = sent["resources"], sent["scopes"]

    def surroundings(self, entry):
        resource = {"droppedAttributesCount": 0} | self._resources[entry["resource"]]
        scope = {"attributes": [], "droppedAttributesCount": 0} | self._scopes[entry["scope"]]
        service = next((text(value) for key, value in resource["attributes"] if key == "service.name"), None)
        return resource, scope, service


class Colblock(Layout):
    """Everything that was sent has a column."""

    def source(self, entry):
        resource, scope, service = self.surroundings(entry)
        return {"service_name": "unknown" if service is None else service,
                "resource_attributes": attributes(resource["attributes"]), "resource_schema_url": resource["schemaUrl"],
                "resource_dropped_attributes_count": resource["droppedAttributesCount"],
                "scope_name": scope["name"], "scope_version": scope["version"],
                "scope_attributes": attributes(scope["attributes"]), "scope_schema_url": scope["schemaUrl"],
                "scope_dropped_attributes_count": scope["droppedAttributesCount"]}

    def traces(self, span):
        events, links = span["events"], span["links"]
        return "traces", self.source(span) | {
            "timestamp": int(span["startTimeUnixNano"]), "end_timestamp": int(span["endTimeUnixNano"]),
            "duration_ns": max(0, duration(span)), "trace_id": span["traceId"], "span_id": span["spanId"],
            "parent_span_id": span["parentSpanId"], "trace_state": span["traceState"], "flags": span["flags"],
            "span_name": span["name"], "span_kind": name_of(KINDS, span["kind"]),
            "status_code": name_of(STATUSES, span["status"]["code"]),
            "status_message": span["status"]["message"], "span_attributes": attributes(span["attributes"]),
            "dropped_attributes_count": span["droppedAttributesCount"],
            "dropped_events_count": span["droppedEventsCount"], "dropped_links_count": span["droppedLinksCount"],
            "events.timestamp": each(events, lambda one: int(one["timeUnixNano"])),
            "events.name": each(events, lambda one: one["name"]),
            "events.attributes": each(events, lambda one: attributes(one["attributes"])),
            "events.dropped_attributes_count": each(events, lambda one: one["droppedAttributesCount"]),
            "links.trace_id": each(links, lambda one: one["traceId"]),
            "links.span_id": each(links, lambda one: one["spanId"]),
            "links.trace_state": each(links, lambda one: one["traceState"]),
            "links.attributes": each(links, lambda one: attributes(one["attributes"])),
            "links.dropped_attributes_count": each(links, lambda one: one["droppedAttributesCount"]),
            "links.flags": each(links, lambda one: one["flags"])}

    def logs(self, log):
        observed = int(log["observedTimeUnixNano"])
        return "logs", self.source(log) | {
            "timestamp": int(log["timeUnixNano"]) or observed, "observed_timestamp": observed,
            "trace_id": log["traceId"], "span_id": log["spanId"], "trace_flags": log["flags"],
            "severity_text": log["severityText"], "severity_number": log["severityNumber"] & 0xff,
            "event_name": log["eventName"], "body": text(log["body"]), "log_attributes": attributes(log["attributes"]),
            "dropped_attributes_count": log["droppedAttributesCount"]}

    def metrics(self, point):
        positive, negative = point.get("positive", {}), point.get("negative", {})
        exemplars, total = point.get("exemplars", []), number(point.get("sum"))
        first = exemplars[0] if exemplars else {"traceId": "", "spanId": ""}
        is_number = point["kind"] in ("gauge", "sum")
        return "metrics", self.source(point) | {
            "timestamp": int(point["timeUnixNano"]), "start_timestamp": int(point["startTimeUnixNano"]),
            "metric_name": point["name"], "metric_type": point["kind"], "metric_unit": point["unit"],
            "metric_description": point["description"], "metric_metadata": attributes(point.get("metadata", [])),
            "temporality": name_of(TEMPORALITIES, point["temporality"]),
            "is_monotonic": point["isMonotonic"] and point["kind"] == "sum",
            "attributes": attributes(point["attributes"]), "flags": point.get("flags", 0),
            "value": value_of(point) if is_number else (0.0 if total is None else total), "value_int": exact(point),
            "count": int(point.get("count", 0)), "sum": total, "min": number(point.get("min")),
            "max": number(point.get("max")), "bucket_counts": each(point.get("bucketCounts", []), int),
            "explicit_bounds": each(point.get("explicitBounds", []), float), "scale": point.get("scale", 0),
            "zero_count": int(point.get("zeroCount", 0)), "zero_threshold": float(point.get("zeroThreshold", 0)),
            "positive_offset": positive.get("offset", 0),
            "positive_bucket_counts": each(positive.get("bucketCounts", []), int),
            "negative_offset": negative.get("offset", 0),
            "negative_bucket_counts": each(negative.get("bucketCounts", []), int),
            "quantiles": each(point.get("quantileValues", []), lambda one: float(one["quantile"])),
            "quantile_values": each(point.get("quantileValues", []), lambda one: float(one["value"])),
            "exemplar_trace_id": first["traceId"], "exemplar_span_id": first["spanId"],
            "exemplars.timestamp": each(exemplars, lambda one: int(one["timeUnixNano"])),
            "exemplars.value": each(exemplars, value_of), "exemplars.value_int": each(exemplars, exact),
            "exemplars.trace_id": each(exemplars, lambda one: one["traceId"]),
            "exemplars.span_id": each(exemplars, lambda one: one["spanId"]),
            "exemplars.attributes": each(exemplars, lambda one: attributes(one["attributes"]))}


class Collector(Layout):
    """What the Collector's exporter keeps (tests/golden/collector/README.md)."""

    def named(self, entry):
        resource, scope, service = self.surroundings(entry)
        return resource, scope, {"ServiceName": service or "", "ResourceAttributes": attributes(resource["attributes"]),
                                 "ScopeName": scope["name"], "ScopeVersion": scope["version"]}

    def source(self, entry):
        resource, scope, named = self.named(entry)
        return named | {"ResourceSchemaUrl": resource["schemaUrl"], "ScopeSchemaUrl": scope["schemaUrl"],
                        "ScopeAttributes": attributes(scope["attributes"])}

    def traces(self, span):
        events, links = span["events"], span["links"]
        return "otel_traces", self.named(span)[2] | {
            "Timestamp": int(span["startTimeUnixNano"]), "TraceId": span["traceId"], "SpanId": span["spanId"],
            "ParentSpanId": span["parentSpanId"], "TraceState": span["traceState"], "SpanName": span["name"],
            "SpanKind": name_of(KINDS, span["kind"]).capitalize(), "SpanAttributes": attributes(span["attributes"]),
            "Duration": duration(span) % 2**64, "StatusCode": name_of(STATUSES, span["status"]["code"]).capitalize(),
            "StatusMessage": span["status"]["message"],
            "Events.Timestamp": each(events, lambda one: int(one["timeUnixNano"])),
            "Events.Name": each(events, lambda one: one["name"]),
            "Events.Attributes": each(events, lambda one: attributes(one["attributes"])),
            "Links.TraceId": each(links, lambda one: one["traceId"]),
            "Links.SpanId": each(links, lambda one: one["spanId"]),
            "Links.TraceState": each(links, lambda one: one["traceState"]),
            "Links.Attributes": each(links, lambda one: attributes(one["attributes"]))}

    def logs(self, log):
        return "otel_logs", self.source(log) | {
            "Timestamp": int(log["timeUnixNano"]) or int(log["observedTimeUnixNano"]), "TraceId": log["traceId"],
            "SpanId": log["spanId"], "TraceFlags": log["flags"] & 0xff, "SeverityText": log["severityText"],
            "SeverityNumber": log["severityNumber"] & 0xff, "Body": text(log["body"]),
            "LogAttributes": attributes(log["attributes"]), "EventName": log["eventName"]}

    def metrics(self, point):
        _, scope, _ = self.named(point)
        kind = point["kind"]
        return f"otel_metrics_{kind}", self.source(point) | getattr(self, kind)(point) | {
            "ScopeDroppedAttrCount": scope["droppedAttributesCount"], "MetricName": point["name"],
            "MetricDescription": point["description"], "MetricUnit": point["unit"],
            "Attributes": attributes(point["attributes"]), "Flags": point.get("flags", 0),
            "StartTimeUnix": int(point["startTimeUnixNano"]) // 10**9, "TimeUnix": int(point["timeUnixNano"]) // 10**9}

    def gauge(self, point):
        return {"Value": value_of(point)} | self.exemplars(point)

    def sum(self, point):
        return self.gauge(point) | {"AggregationTemporality": point["temporality"], "IsMonotonic": point["isMonotonic"]}

    def distribution(self, point):
        return self.exemplars(point) | {
            "Count": int(point["count"]), "Sum": float(point["sum"] or 0), "Min": float(point["min"] or 0),
            "Max": float(point["max"] or 0), "AggregationTemporality": point["temporality"]}

    def histogram(self, point):
        return self.distribution(point) | {"BucketCounts": each(point["bucketCounts"], int),
                                           "ExplicitBounds": each(point["explicitBounds"], float)}

    def exponential_histogram(self, point):
        return self.distribution(point) | {
            "Scale": point["scale"], "ZeroCount": int(point["zeroCount"]), "PositiveOffset": point["positive"]["offset"],
            "PositiveBucketCounts": each(point["positive"]["bucketCounts"], int),
            "NegativeOffset": point["negative"]["offset"],
            "NegativeBucketCounts": each(point["negative"]["bucketCounts"], int)}

    def summary(self, point):
        values = point["quantileValues"]
        return {"Count": int(point["count"]), "Sum": float(point["sum"]),
                "ValueAtQuantiles.Quantile": each(values, lambda one: float(one["quantile"])),
                "ValueAtQuantiles.Value": each(values, lambda one: float(one["value"]))}

    def exemplars(self, point):
        exemplars = point.get("exemplars", [])
        return {"Exemplars.TimeUnix": each(exemplars, lambda one: int(one["timeUnixNano"]) // 10**9),
                "Exemplars.Value": each(exemplars, value_of),
                "Exemplars.TraceId": each(exemplars, lambda one: one["traceId"] or "0" * 32),
                "Exemplars.SpanId": each(exemplars, lambda one: one["spanId"] or "0" * 16),
                "Exemplars.FilteredAttributes": each(exemplars, lambda one: attributes(one["attributes"]))}
