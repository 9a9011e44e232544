# SPDX-License-Identifier: Apache-2.0
"""Sends traces, metrics and logs of every sort with the OpenTelemetry SDK for Python.

    send.py --endpoint http://127.0.0.1:4318 --protocol http/protobuf [--gzip] --capture DIRECTORY
    send.py ... --rate N --seconds S       instead of that, N spans a second through a default batch processor

--endpoint has no path; for grpc, http://host:port. What the exporters are given is also written, as
protobuf requests made by the SDK's own encoder, into the directory of --capture. Ends with 1 if any
request was not accepted.
"""

import argparse
import pathlib
import sys
import time

from opentelemetry import trace
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs
from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.metrics import Observation
from opentelemetry.sdk import metrics as sdk_metrics
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics.export import AggregationTemporality, PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, NonRecordingSpan, SpanContext, SpanKind, Status, StatusCode, TraceFlags, TraceState

BASE_TIME = 1_795_000_000_123_456_789
VALUES = {"text": "\u017elu\u0165ou\u010dk\u00fd \U0001f600", "text.empty": "", "int": -(2**63), "int.large": 2**53 + 1,
          "double": 0.1, "double.tiny": 1e-7, "double.huge": 1e21, "double.nan": float("nan"), "bool": True,
          "texts": ["a", "", "\u010d"], "ints": [1, -2], "doubles": [0.25, 1e300], "bools": [True, False]}
NESTED = {"map": {"z": 1, "a": [1, "two", {"three": 3.0}], "nothing": None}, "bytes": b"\x00\xff", "list": [[1], []]}
TEMPORALITIES = {kind: AggregationTemporality.DELTA for kind in (sdk_metrics.Counter, sdk_metrics.Histogram)}


def exporters(protocol):
    if protocol == "grpc":
        from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
        from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    else:
        from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    return {"traces": OTLPSpanExporter, "metrics": OTLPMetricExporter, "logs": OTLPLogExporter}


def compression(protocol, gzip):
    if protocol == "grpc":
        from grpc import Compression
        return Compression.Gzip if gzip else Compression.NoCompression
    from opentelemetry.exporter.otlp.proto.http import Compression
    return Compression.Gzip if gzip else Compression.NoCompression


class Watch:
    """Lets an exporter do its work, keeps what it was given and whether it was accepted."""

    def __init__(self, directory):
        self._directory, self.num_requests, self.refused = directory, 0, []

    def over(self, exporter, signal, encode):
        export = exporter.export

        def watched(given, *rest, **more):
            self.num_requests += 1
            path = self._directory / f"{self.num_requests:04}_{signal}.pb"
            path.write_bytes(encode(given).SerializeToString())
            result = export(given, *rest, **more)
            if result.name != "SUCCESS":
                self.refused.append(f"{path.name}: {result.name}")
            return result
        exporter.export = watched
        return exporter


def send_spans(resource, exporter):
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracer = provider.get_tracer("python.http", "1.2", "https://example.com/spans", attributes={"scope.n": 1})
    at = BASE_TIME
    for kind in SpanKind:
        for code in StatusCode:
            span = tracer.start_span(f"kind {kind.name}", kind=kind, start_time=at, attributes={"http.route": "/a"})
            span.set_status(Status(code, "it failed \u010d" if code is StatusCode.ERROR else None))
            span.end(at + 1_234_567)
            at += 1_000_000_007
    state = TraceState([("rojo", "00f067aa0ba902b7"), ("congo", "t61rcWkgMzE")])
    remote = SpanContext(2**127 + 5, 2**63 + 7, True, TraceFlags(1), state)
    parent = tracer.start_span("every value", trace.set_span_in_context(NonRecordingSpan(remote)), start_time=at,
                               attributes=VALUES, links=[Link(remote, {"link.n": 1, **VALUES}),
                                                         Link(SpanContext(1, 2, False))])
    child = tracer.start_span("child", trace.set_span_in_context(parent), start_time=at + 5)
    child.add_event("an event", VALUES, at + 6)
    child.add_event("", timestamp=at + 7)
    try:
        raise ValueError("a value that is not good")
    except ValueError as problem:
        child.record_exception(problem, timestamp=at + 8)
    child.end(at + 9)
    parent.end(at + 10)
    provider.get_tracer("other").start_span("no attributes", start_time=at).end(at)
    provider.shutdown()


def send_steadily(resource, exporter, rate, seconds):
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracer, start, made = provider.get_tracer("load"), time.monotonic(), 0
    while made < rate * seconds:
        while made < min(rate * seconds, rate * (time.monotonic() - start)):
            tracer.start_span("load", kind=SpanKind.SERVER, attributes={"n": made}).end()
            made += 1
        time.sleep(0.01)
    provider.shutdown()


def send_metrics(resource, exporter):
    views = [View(instrument_name="exponential.*", aggregation=ExponentialBucketHistogramAggregation(max_size=20))]
    provider = sdk_metrics.MeterProvider([PeriodicExportingMetricReader(exporter, 3_600_000)], resource, views=views,
                                         exemplar_filter=sdk_metrics.AlwaysOnExemplarFilter())
    meter = provider.get_meter("python.meter", "3", "https://example.com/metrics", {"meter.n": 1})
    meter.create_observable_gauge("gauge", [lambda _: [Observation(0.1, {"i": 1}), Observation(-40.5)]], "Cel", "asked")
    meter.create_observable_gauge("gauge.int", [lambda _: [Observation(2**53 + 1)]])
    meter.create_observable_up_down_counter("up_down.asked", [lambda _: [Observation(-5)]])
    counter, up_down = meter.create_counter("counter", "{request}", "requests \u010d"), meter.create_up_down_counter("up_down")
    histogram, exponential = meter.create_histogram("latency", "ms"), meter.create_histogram("exponential.wide", "s")
    tracer = TracerProvider().get_tracer("exemplars")
    for route in ("/a", "/b", ""):
        with tracer.start_as_current_span("sampled"):
            counter.add(3, {"http.route": route, **VALUES})
            for value in (0, 0.3, 75, 10001):
                histogram.record(value, {"http.route": route})
            for value in (0, 0.001, 1, 1e18):
                exponential.record(value, {"http.route": route})
    up_down.add(-7)
    meter.create_counter("doubles").add(0.25)
    provider.force_flush()
    counter.add(1, {"http.route": "/a"})
    provider.shutdown()


def send_logs(resource, exporter):
    provider = LoggerProvider(resource)
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
    logger = provider.get_logger("python.logger", "2", "https://example.com/logs", {"logger.n": 1})
    inside = trace.set_span_in_context(NonRecordingSpan(SpanContext(2**127 + 9, 2**63 + 11, False, TraceFlags(1))))
    at = BASE_TIME
    for severity in SeverityNumber:
        logger.emit(LogRecord(timestamp=at, observed_timestamp=at + 9, severity_number=severity, severity_text=severity.name,
                              body=f"severity {severity.value}", attributes={"n": severity.value}))
        at += 1_000_000_007
    for body in ["text", "", 5, -0.5, True, b"\x00\x01", [1, "two", None], NESTED]:
        logger.emit(LogRecord(timestamp=at, observed_timestamp=at, body=body, severity_number=SeverityNumber.INFO))
    logger.emit(LogRecord(timestamp=at, observed_timestamp=at, context=inside, body="in a span",
                          attributes={**VALUES, **NESTED}, event_name="user.login"))
    provider.get_logger("other").emit(LogRecord(observed_timestamp=at, body="only observed"))
    provider.shutdown()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--protocol", choices=["http/protobuf", "grpc"], default="http/protobuf")
    parser.add_argument("--gzip", action="store_true")
    parser.add_argument("--capture", type=pathlib.Path, required=True)
    parser.add_argument("--rate", type=int)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--timeout", type=int, default=10, help="seconds for a request and its repetitions")
    given = parser.parse_args()
    watch, made = Watch(given.capture), exporters(given.protocol)

    def exporter(signal, encode, **more):
        endpoint = given.endpoint if given.protocol == "grpc" else f"{given.endpoint}/v1/{signal}"
        return watch.over(made[signal](endpoint=endpoint, compression=compression(given.protocol, given.gzip),
                                       timeout=given.timeout, **more), signal, encode)

    resource = Resource({"service.name": "python", "host.cpu.count": 8, "process.command_args": ["a", "b"], "on": True},
                        "https://opentelemetry.io/schemas/1.37.0")
    if given.rate:
        send_steadily(resource, exporter("traces", encode_spans), given.rate, given.seconds)
    else:
        send_all(resource, exporter)
    if watch.refused:
        sys.exit("\n".join(watch.refused))


def send_all(resource, exporter):
    send_spans(resource, exporter("traces", encode_spans))
    send_metrics(resource, exporter("metrics", encode_metrics, preferred_temporality=TEMPORALITIES))
    send_logs(resource, exporter("logs", encode_logs))


main()
