#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes edge_, invalid_utf8_, split_ and far_times_{traces,metrics,logs}.pb and no_data_metrics.pb
beside itself. README.md tells what each family is for.

Each is one OTLP export request, written as protobuf wire bytes from the field numbers of
opentelemetry-proto 1.11: what SDKs seldom send and a receiver must take all the same. --check
writes nothing and fails if the files differ from what this script makes.
"""

import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent

# 2026-11-18 11:06:40 UTC. Fixed, so that the files are the same for ever: tables that are to keep
# these rows have no TTL.
NOW = 1_795_000_000_000_000_000
SECOND = 1_000_000_000

TRACE_ID = bytes(range(1, 17))
SPAN_ID = bytes(range(0xA1, 0xA9))
INT64_MIN, INT64_MAX, UINT64_MAX = -2**63, 2**63 - 1, 2**64 - 1
NAN, INFINITY = float("nan"), float("inf")


# -- the encoder: each function gives the bytes of one field -------------------------------------

def varint(value):
    value &= UINT64_MAX   # negative numbers are ten bytes long
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def integer(number, value):
    return varint(number << 3) + varint(value)


def zigzag(number, value):
    return integer(number, value << 1 if value >= 0 else (-value << 1) - 1)


def fixed64(number, value):
    return varint(number << 3 | 1) + struct.pack("<Q", value & UINT64_MAX)


def fixed32(number, value):
    return varint(number << 3 | 5) + struct.pack("<I", value)


def double(number, value):
    return varint(number << 3 | 1) + struct.pack("<d", value)


def data(number, *content):
    """A string, bytes, packed list or message: all have a length in front."""
    joined = b"".join(one.encode() if isinstance(one, str) else one for one in content)
    return varint(number << 3 | 2) + varint(len(joined)) + joined


# -- attributes and values -----------------------------------------------------------------------

class Pairs(list):
    """A key-value list as a value: [(key, value), ...], equal keys allowed."""


NO_VALUE = object()   # the KeyValue has no value field at all; None is a value that is empty


def any_value(value):
    if value is None:
        return b""
    if isinstance(value, bool):
        return integer(2, value)
    if isinstance(value, int):
        return integer(3, value)
    if isinstance(value, float):
        return double(4, value)
    if isinstance(value, str):
        return data(1, value)
    if isinstance(value, Pairs):
        return data(6, *key_values(1, value))
    if isinstance(value, list):
        return data(5, *(data(1, any_value(one)) for one in value))
    return data(7, value)


def key_values(number, pairs):
    for key, value in pairs:
        yield data(number, data(1, key), b"" if value is NO_VALUE else data(2, any_value(value)))


def attributes(number, *pairs):
    return b"".join(key_values(number, pairs))


CONTROLS = "".join(map(chr, range(0x20))) + "\x7f"

DOUBLES = [("d.e21", 1e21), ("d.below_e21", 123456789012345680000.0), ("d.e-7", 1e-7), ("d.e-6", 1e-6),
           ("d.tenth", 0.1), ("d.minus_zero", -0.0), ("d.whole", 3.0), ("d.hundred", 100.0),
           ("d.2_to_53", 9007199254740992.0), ("d.max", 1.7976931348623157e308), ("d.min", 5e-324),
           ("d.normal_min", 2.2250738585072014e-308), ("d.third", 1 / 3), ("d.minus_e-9", -1.5e-9),
           ("d.minus_e22", -1e22), ("d.float", 0.10000000149011612)]

NOT_FINITE = [("d.nan", NAN), ("d.infinity", INFINITY), ("d.minus_infinity", -INFINITY)]

INTEGERS = [("i.min", INT64_MIN), ("i.max", INT64_MAX), ("i.zero", 0), ("i.minus_one", -1),
            ("i.above_2_to_53", 2**53 + 1)]

TEXTS = [("s.empty", ""), ("s.unicode", "\u017elu\u0165 \u65e5\u672c\u8a9e \U0001f600"), ("s.controls", CONTROLS),
         ("s.separators", "\u2028\u2029\ufeff\ufffd"), ("s.markup", "<a href='x'>&amp;</a>"),
         ("s.quotes", "\"double\" 'single' `back` \\ /"), ("s.200", "x" * 200), ("s.20000", "y" * 20000)]

NESTED = [
    ("n.array", ["a", 1, 0.5, True, None, b"\x00\xff", ["inner", []], Pairs([("k", "v")])]),
    ("n.array_empty", []), ("n.map_empty", Pairs()),
    ("n.map", Pairs([("z", 1), ("a", Pairs([("deep", Pairs([("deeper", [1, [2, [3]]])]))])), ("m", None)])),
    ("n.map_unsorted", Pairs([("b", 1), ("B", 2), ("a", 3), ("", 4), ("\u00e9", 5)])),
    ("n.map_equal_keys", Pairs([("k", "first"), ("k", "second")])),
    ("n.texts", [value for _, value in TEXTS[:6]]),
    ("n.text_keys", Pairs([("tab\t\"quote\"\\\x01<&>\u2028", "\x1b[0m")])),
    ("n.doubles", [value for _, value in DOUBLES]), ("n.integers", [value for _, value in INTEGERS]),
    ("n.bools", [True, False]), ("n.nothings", [None, None]), ("n.value_missing", Pairs([("k", NO_VALUE)])),
    ("n.bytes", [b"", b"a", b"ab", b"abc", b"\xfb\xff\xfe"]),
    ("n.not_finite", [1.5, NAN]), ("n.infinity", Pairs([("k", INFINITY)])),
]

ODD = [("b.true", True), ("b.false", False), ("y.empty", b""), ("y.all", bytes(range(256))), ("e.empty", None),
       ("e.missing", NO_VALUE), ("", "the key is empty"), ("key\t\u00e9\U0001f600", "odd key")]

# In a record of their own: the Collector sorts entries with an algorithm that keeps the order of
# equal keys only in maps of at most twelve entries.
EQUAL_KEYS = [("twice", "first"), ("b", 1), ("twice", "second"), ("twice", 3), ("a", 2), ("twice", "first")]

EVERYTHING = TEXTS + INTEGERS + DOUBLES + NOT_FINITE + NESTED + ODD


def resource(*pairs, dropped=0):
    return data(1, attributes(1, *pairs), integer(2, dropped) if dropped else b"")


def scope(name="", version="", *pairs, dropped=0):
    return data(1, data(1, name) if name else b"", data(2, version) if version else b"", attributes(3, *pairs),
                integer(4, dropped) if dropped else b"")


SERVICE = ("service.name", "edge")

RESOURCES = {
    "plain": resource(SERVICE, ("host.name", "h1"), ("empty", ""), dropped=3),
    "no attributes": resource(),
    "no service name": resource(("host.name", "h2"), ("service.version", "1")),
    "number as service name": resource(("service.name", 42), ("pid", INT64_MAX)),
    "list as service name": resource(("service.name", ["a", "b"])),
    "two service names": resource(("service.name", "first"), ("service.name", "second")),
    "everything": resource(SERVICE, *EVERYTHING),
    "equal keys": resource(SERVICE, *EQUAL_KEYS),
    "absent": b"",   # the group has no resource field
}


def requests(groups):
    """Groups, each a list of the parts of one ResourceSpans, ResourceMetrics or ResourceLogs."""
    return b"".join(data(1, *parts) for parts in groups)


def groups_with(record):
    """A group for each resource above, with scopes of all sorts; `record(n, name)` makes a record."""
    for name, encoded in RESOURCES.items():
        yield [encoded, data(2, scope("scope of " + name, "1.0"), record(2, name)), data(3, "https://schema/resource")]
    plain = RESOURCES["plain"]
    yield [plain,
           data(2, scope("attributes", "2.0", ("scope.text", "t"), ("scope.int", 7), ("scope.list", [1, "a"]),
                         dropped=9), record(2, "scope attributes"), data(3, "https://schema/scope")),
           data(2, record(2, "no scope")),
           data(2, scope(), record(2, "empty scope"), record(2, "empty scope, second")),
           data(2, scope("no records"))]
    yield [data(2, scope("late", "3"), record(2, "resource after its scopes")), plain]
    yield [plain, data(2, record(2, "scope after its records"), scope("late scope", "4"))]
    yield [plain]   # no scopes at all
    yield []        # nothing at all


# -- traces --------------------------------------------------------------------------------------

def span(number, name, *more, trace_id=TRACE_ID, span_id=SPAN_ID, start=NOW, end=NOW + 1500):
    return data(number, data(1, trace_id), data(2, span_id), data(5, name), fixed64(7, start), fixed64(8, end), *more)


def event(*parts):
    return data(11, *parts)


def link(*parts):
    return data(13, *parts)


def spans_of_every_kind():
    for kind in [*range(6), 6, 99, -1, 2**31 - 1]:
        yield span(2, f"kind {kind}", integer(6, kind))
    for code in [0, 1, 2, 3, -1]:
        yield span(2, f"status {code}", data(15, data(2, f"message {code}\n"), integer(3, code)))
    yield span(2, "status without code", data(15, data(2, "only a message")))
    yield span(2, "status empty", data(15))


def spans_with_events_and_links():
    yield span(
        2, "events", integer(12, 7),
        event(fixed64(1, NOW + 1), data(2, "attributes"), attributes(3, *EVERYTHING), integer(4, 5)),
        event(data(2, "no time")), event(fixed64(1, NOW + 2)), event(),
        event(fixed64(1, NOW + 3), data(2, "equal keys"), attributes(3, *EQUAL_KEYS)))
    yield span(
        2, "links", integer(14, 8),
        link(data(1, TRACE_ID), data(2, SPAN_ID), data(3, "a=1,b=2"), attributes(4, ("link", True), ("n", 1.5)),
             integer(5, 2), fixed32(6, 0x301)),
        link(data(1, bytes(16)), data(2, bytes(8))), link(), link(data(1, TRACE_ID), fixed32(6, 0xFFFFFFFF)))


def spans():
    yield span(2, "everything", data(3, "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"), data(4, bytes(range(8, 16))),
               integer(6, 2), attributes(9, *EVERYTHING), integer(10, 4), fixed32(16, 0x301),
               data(15, data(2, "message \u00e9"), integer(3, 2)))
    yield span(2, "equal keys", attributes(9, *EQUAL_KEYS))
    yield from spans_of_every_kind()
    yield from spans_with_events_and_links()
    yield span(2, "zero ids", data(4, bytes(8)), trace_id=bytes(16), span_id=bytes(8))
    yield span(2, "ids of length 0", data(4, b""), trace_id=b"", span_id=b"")
    yield span(2, "ids of 0xff", data(4, b"\xff" * 8), trace_id=b"\xff" * 16, span_id=b"\xff" * 8)
    yield span(2, "ends before it starts", start=NOW + 5, end=NOW + 2)
    yield span(2, "ends never", end=0)
    yield span(2, "takes no time", end=NOW)
    yield span(2, "one nanosecond", start=NOW + 999_999_999, end=NOW + SECOND)
    yield span(2, "a year", end=NOW + 365 * 86400 * SECOND)
    yield span(2, "")
    yield span(2, "name \u65e5\u672c\U0001f600\n\t\x00\x7f")
    yield span(2, "unknown flags", fixed32(16, 0xFFFFFFFF))
    yield span(2, "dropped counts", integer(10, 2**32 - 1), integer(12, 2**32 - 1), integer(14, 2**32 - 1))
    yield span(2, "unknown fields", integer(100, 5), data(101, b"\xff\xfe"), fixed64(102, 1), fixed32(103, 2))
    yield span(2, "said twice", data(5, "the last name wins"), integer(6, 3), integer(6, 4))
    yield data(2)   # a span without any field


def traces():
    main = [RESOURCES["plain"], data(2, scope("edge.scope", "1.0"), *spans(), data(3, "https://schema/spans")),
            data(3, "https://schema/resource")]
    return requests([main, *groups_with(span)])


# -- metrics -------------------------------------------------------------------------------------

def times(offset=0):
    return fixed64(2, NOW - 60 * SECOND) + fixed64(3, NOW + offset)


def exemplars(number):
    """One of each sort, for a point whose field of exemplars is `number`."""
    return b"".join([
        data(number, attributes(7, ("user", "eve"), ("n", 1)), fixed64(2, NOW + 1), double(3, 0.75), data(4, SPAN_ID),
             data(5, TRACE_ID)),
        data(number, fixed64(2, NOW + 2), fixed64(6, INT64_MIN), data(4, bytes(8)), data(5, bytes(16))),
        data(number, fixed64(2, NOW + 3), fixed64(6, 2**53 + 1)),
        data(number, double(3, NAN)),
        data(number)])


def number_points(number=1):
    """Points of a gauge or sum."""
    point = attributes(7, ("kind", "number")) + times()
    for value in [0.0, -0.0, 0.1, 1e21, 1e-7, 5e-324, 1.7976931348623157e308, NAN, INFINITY, -INFINITY]:
        yield data(number, point, double(4, value))
    for value in [0, 1, -1, INT64_MIN, INT64_MAX, 2**53 + 1]:
        yield data(number, point, fixed64(6, value))
    yield data(number, point)                                      # no value
    yield data(number, point, double(4, NAN), integer(8, 1))       # "no recorded value"
    yield data(number, point, integer(8, 1))
    yield data(number, point, fixed64(6, 5), integer(8, 2**32 - 1))
    yield data(number, attributes(7, *EVERYTHING), times(1), fixed64(6, 7), exemplars(5))
    yield data(number, attributes(7, *EQUAL_KEYS), times(2), fixed64(6, 8))
    yield data(number, double(4, 1.5))                             # no times
    yield data(number, fixed64(3, NOW), double(4, 2.5), fixed64(6, 3))   # the last of a oneof wins
    yield data(number)


def histogram_points():
    point = attributes(9, ("kind", "histogram")) + times()
    counts = data(6, struct.pack("<4Q", 1, 2, 0, UINT64_MAX))
    bounds = data(7, struct.pack("<3d", -1.5, 0.0, 1e21))
    yield data(1, point, fixed64(4, 3), double(5, 4.5), counts, bounds, exemplars(8), integer(10, 1),
               double(11, -2.0), double(12, 9.0))
    yield data(1, point, fixed64(4, 3), counts, bounds)                               # no sum, min, max
    yield data(1, point, fixed64(4, 0), double(5, 0.0), double(11, 0.0), double(12, 0.0))   # zeros, no buckets
    yield data(1, point, fixed64(4, UINT64_MAX), double(5, NAN), data(6, struct.pack("<Q", UINT64_MAX)),
               double(11, -INFINITY), double(12, INFINITY))
    unpacked = b"".join(fixed64(6, value) for value in (5, 6)) + double(7, 0.5)
    yield data(1, point, fixed64(4, 11), unpacked)
    yield data(1, point, fixed64(4, 1), data(6, struct.pack("<2Q", 1, 0)))             # bounds do not fit
    yield data(1, point, fixed64(4, 1), data(6), data(7))
    yield data(1)


def exponential_points():
    point = attributes(1, ("kind", "exponential")) + times()

    def buckets(number, offset, *counts):
        return data(number, zigzag(1, offset), data(2, *(varint(count) for count in counts)))

    yield data(1, point, fixed64(4, 9), double(5, 12.5), zigzag(6, 3), fixed64(7, 2), buckets(8, -5, 1, 0, 300),
               buckets(9, 7, 4), integer(10, 1), exemplars(11), double(12, -8.0), double(13, 6.5), double(14, 1e-9))
    yield data(1, point, fixed64(4, 1))                                                # no sum, min, max, buckets
    yield data(1, point, fixed64(4, 0), double(5, -0.0), zigzag(6, -10), double(12, 0.0), double(13, 0.0),
               double(14, 0.0))
    yield data(1, point, fixed64(4, UINT64_MAX), zigzag(6, 2**31 - 1), fixed64(7, UINT64_MAX),
               buckets(8, 2**31 - 1, UINT64_MAX, 1 << 32), buckets(9, -2**31, 0))
    yield data(1, point, fixed64(4, 3), zigzag(6, -2**31), data(8, integer(2, 1), integer(2, 2)), data(9))
    yield data(1)


def summary_points():
    point = attributes(7, ("kind", "summary")) + times()

    def quantile(*parts):
        return data(6, *parts)

    yield data(1, point, fixed64(4, 10), double(5, 55.5), quantile(double(1, 0.0), double(2, 1.0)),
               quantile(double(1, 0.5), double(2, 5.5)), quantile(double(1, 0.99), double(2, NAN)),
               quantile(double(1, 1.0)), quantile(), integer(8, 1))
    yield data(1, point, fixed64(4, UINT64_MAX), double(5, NAN))
    yield data(1)


def metric(name, *more, number=2):
    return data(number, data(1, name), data(2, f"description of {name} \u00e9"), data(3, "{unit}"), *more)


def metrics_of_every_kind():
    metadata = attributes(12, ("prometheus.type", "unknown"), ("n", 1))
    yield metric("gauge", data(5, *number_points()), metadata)
    for temporality in [0, 1, 2, 7, -1]:
        for monotonic in [False, True]:
            points = number_points() if temporality == 2 and monotonic else [data(1, times(), fixed64(6, 4))]
            yield metric(f"sum {temporality} {monotonic}",
                         data(7, *points, integer(2, temporality), integer(3, monotonic)))
    for temporality in [0, 1, 2]:
        yield metric(f"histogram {temporality}", data(9, *histogram_points(), integer(2, temporality)))
        yield metric(f"exponential {temporality}", data(10, *exponential_points(), integer(2, temporality)))
    yield metric("summary", data(11, *summary_points()))
    for number, kind in [(5, "gauge"), (7, "sum"), (9, "histogram"), (10, "exponential"), (11, "summary")]:
        yield metric(f"{kind} without points", data(number))
    yield data(2, data(5, data(1, times(), double(4, 1.0))))       # no name


def one_gauge(number, name):
    return metric(name, data(5, data(1, times(), double(4, 1.0))), number=number)


def metrics():
    main = [RESOURCES["plain"], data(2, scope("edge.meter", "1.0", ("meter", 1), dropped=4), *metrics_of_every_kind(),
                                     data(3, "https://schema/metrics")), data(3, "https://schema/resource")]
    return requests([main, *groups_with(one_gauge)])


def metrics_without_data():
    """Between two gauges, metrics of no kind or of one that does not exist."""
    return requests([[RESOURCES["plain"], data(2, scope("edge.meter"), one_gauge(2, "before"), data(2, data(1, "no data")),
                                               data(2), metric("unknown kind", data(13, data(1, times()))),
                                               one_gauge(2, "after"))]])


# -- logs ----------------------------------------------------------------------------------------

def log(number, body, *more, time=NOW, observed=NOW + 5):
    return data(number, fixed64(1, time), fixed64(11, observed), data(5, any_value(body)), *more)


def logs_of_every_sort():
    for name, value in EVERYTHING:
        yield log(2, None if value is NO_VALUE else value, attributes(6, ("body is", name)))
    yield log(2, "everything", integer(2, 9), data(3, "INFO"), attributes(6, *EVERYTHING), integer(7, 6),
              fixed32(8, 1), data(9, TRACE_ID), data(10, SPAN_ID), data(12, "event.name"))
    yield log(2, "equal keys", attributes(6, *EQUAL_KEYS))
    for number in [*range(26), 100, 255, 256, 300, 2**31 - 1, -1]:
        yield log(2, f"severity {number}", integer(2, number), data(3, f"S{number}"))
    for flags in [0, 1, 2, 255, 256, 257, 0x301, 0xFFFFFFFF]:
        yield log(2, f"flags {flags}", fixed32(8, flags))
    yield log(2, "zero ids", data(9, bytes(16)), data(10, bytes(8)))
    yield log(2, "ids of length 0", data(9, b""), data(10, b""))
    yield log(2, "trace id alone", data(9, TRACE_ID))
    yield log(2, "only observed", time=0)
    yield log(2, "no time at all", time=0, observed=0)
    yield log(2, "observed before", observed=NOW - SECOND)
    yield log(2, "event without text", data(12, ""))
    yield log(2, "event", data(12, "\u65e5\u672c.event"))
    yield data(2, fixed64(1, NOW))   # no body field
    yield data(2)


def logs():
    main = [RESOURCES["plain"], data(2, scope("edge.logger", "1.0"), *logs_of_every_sort(),
                                     data(3, "https://schema/logs")), data(3, "https://schema/resource")]
    return requests([main, *groups_with(log)])


# -- what the Collector reads differently from protobuf, or refuses --------------------------------

def split_messages():
    """Singular messages and packed lists in several pieces, which protobuf says to join."""
    def halves(number, first, second):
        return data(number, first) + data(number, second)

    group = halves(1, attributes(1, SERVICE), attributes(1, ("host.name", "h1")))
    name = halves(1, data(1, "the first name"), data(2, "1.0"))
    span_ = span(2, "split status", halves(15, data(2, "message"), integer(3, 2)))
    body = halves(5, data(5, data(1, any_value("a"))), data(5, data(1, any_value("b"))))
    log_ = data(2, fixed64(1, NOW), body)
    counts = data(6, struct.pack("<Q", 1)) + fixed64(6, 2) + data(6, struct.pack("<Q", 3))
    bounds = data(7, struct.pack("<d", 1.0)) + data(7, struct.pack("<d", 2.0))
    point = data(1, times(), fixed64(4, 6), counts, bounds)
    positive = halves(8, zigzag(1, 3), data(2, varint(1)) + integer(2, 2) + data(2, varint(3)))
    exponential = data(1, times(), fixed64(4, 6), positive)
    metrics_ = [metric("split lists", halves(9, point, integer(2, 2))),
                metric("split buckets", halves(10, exponential, integer(2, 1)))]
    return {signal: data(1, group, data(2, name, *records))
            for signal, records in (("traces", [span_]), ("metrics", metrics_), ("logs", [log_]))}


def far_times():
    """Times near and past the end of DateTime64(9), in April 2262, and of DateTime, in February 2106."""
    far = [2**32 * SECOND - 1, 2**32 * SECOND, 9223372036 * SECOND, INT64_MAX, INT64_MAX + 1, UINT64_MAX]
    spans_ = [span(2, f"starts at {time}", event(fixed64(1, time)), start=time, end=time) for time in far]
    logs_ = [log(2, f"time {time}", time=time, observed=NOW) for time in far]
    points = [data(1, fixed64(2, time), fixed64(3, time), double(4, float(time))) for time in far]
    return {signal: requests([[RESOURCES["plain"], data(2, *records)]]) for signal, records in
            (("traces", spans_), ("logs", logs_), ("metrics", [metric("far", data(5, *points))]))}


# -- text that is not UTF-8 ----------------------------------------------------------------------

BAD = [b"\xff", b"\xc3", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"ok \x80 ok", "\u00e9".encode() + b"\xfe"]


def bad_attributes(number):
    """Keys, values, values inside lists and maps."""
    for i, text in enumerate(BAD):
        yield data(number, data(1, b"k" + text), data(2, data(1, text)))
        yield data(number, data(1, f"list {i}"), data(2, data(5, data(1, data(1, text)))))
        yield data(number, data(1, f"map {i}"), data(2, data(6, data(1, data(1, text), data(2, data(1, text))))))


def invalid_utf8():
    group = data(1, data(1, data(1, "service.name"), data(2, data(1, b"bad \xff"))), *bad_attributes(1))
    bad_scope = data(1, data(1, b"scope \xff"), data(2, b"\xfe"))
    spans_ = [data(2, data(1, TRACE_ID), data(2, SPAN_ID), data(3, text), data(5, text), fixed64(7, NOW),
                   fixed64(8, NOW + 1), *bad_attributes(9), data(11, fixed64(1, NOW), data(2, text)),
                   data(13, data(3, text)), data(15, data(2, text), integer(3, 2))) for text in BAD]
    metrics_ = [data(2, data(1, text), data(2, text), data(3, text),
                     data(5, data(1, times(), double(4, 1.0), *bad_attributes(7)))) for text in BAD]
    logs_ = [data(2, fixed64(1, NOW), data(3, text), data(5, data(1, text)), *bad_attributes(6), data(12, text))
             for text in BAD]
    return {name: data(1, group, data(2, bad_scope, *records), data(3, b"\xff"))
            for name, records in (("traces", spans_), ("metrics", metrics_), ("logs", logs_))}


def main():
    files = {"edge_traces.pb": traces(), "edge_metrics.pb": metrics(), "edge_logs.pb": logs(),
             "no_data_metrics.pb": metrics_without_data()}
    for family, make in (("invalid_utf8", invalid_utf8), ("split", split_messages), ("far_times", far_times)):
        files.update({f"{family}_{signal}.pb": content for signal, content in make().items()})
    if sys.argv[1:] == ["--check"]:
        different = [name for name, content in files.items() if (HERE / name).read_bytes() != content]
        sys.exit(f"not what make_edge.py makes: {', '.join(different)}" if different else 0)
    for name, content in files.items():
        (HERE / name).write_bytes(content)


if __name__ == "__main__":
    main()
