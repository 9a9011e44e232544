# SPDX-License-Identifier: Apache-2.0
"""Small OTLP requests, written by hand from the field numbers, in protobuf and in JSON."""

import json
import struct


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7f | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def spans(times, trace_id=bytes(range(1, 17)), name=b"span"):
    """A request with one span for each of `times` (nanoseconds)."""
    records = b"".join(
        field(2, field(1, trace_id) + field(2, struct.pack(">Q", i + 1)) + field(5, name)
              + varint(7 << 3 | 1) + struct.pack("<Q", t) + varint(8 << 3 | 1) + struct.pack("<Q", t + 5))
        for i, t in enumerate(times))
    return field(1, field(2, records))


def json_spans(times, trace_id=bytes(range(1, 17)), name="span"):
    """The same in JSON."""
    records = [{"traceId": trace_id.hex(), "spanId": struct.pack(">Q", i + 1).hex(), "name": name,
                "startTimeUnixNano": str(t), "endTimeUnixNano": str(t + 5)} for i, t in enumerate(times)]
    return json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": records}]}]}).encode()


def fields_of(message):
    """The fields of a protobuf message: number to a list of integers and bytes."""
    found, at = {}, 0

    def read_varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        key = read_varint()
        if key & 7 == 0:
            value = read_varint()
        else:
            assert key & 7 == 2, f"wire type {key & 7}"
            length = read_varint()
            value, at = message[at:at + length], at + length
        found.setdefault(key >> 3, []).append(value)
    return found


def status_of(body, form):
    """Code and message of a google.rpc.Status."""
    if form == "json":
        parsed = json.loads(body)
        return parsed["code"], parsed["message"]
    parsed = fields_of(body)
    return parsed[1][0], parsed[2][0].decode()
