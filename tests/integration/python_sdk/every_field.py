# SPDX-License-Identifier: Apache-2.0
"""Writes requests in which every field of OTLP is set, with the official protobuf package.

    every_field.py DIRECTORY       writes every_traces.pb, every_metrics.pb, every_logs.pb

It walks the descriptors of that package, so that a field of a newer OTLP is in the next payload by
itself. No two values are the same; of a choice (oneof) each member comes up in turn. Fails if any field
that can be reached was left out.
"""

import pathlib
import sys

from google.protobuf.descriptor import FieldDescriptor as Field

import describe

BASE_TIME = 1_795_000_000_000_000_000   # November 2026
NUM_RECORDS = 10                        # of a scope; more than a choice has members
ID_LEN = {"trace_id": 16, "span_id": 8, "parent_span_id": 8}


class Filler:
    def __init__(self):
        self._last, self._turns, self.filled = 0, {}, set()

    def _next(self):
        self._last += 1
        return self._last

    def _turn(self, of, num):
        """0, 1, ... num - 1 and again, for each thing that takes turns."""
        self._turns[of] = self._turns.get(of, -1) + 1
        return self._turns[of] % num

    def fill(self, message, depth=0):
        descriptor = message.DESCRIPTOR
        chosen = {one: self._choose(one, depth) for one in descriptor.oneofs if len(one.fields) > 1}
        for field in descriptor.fields:
            choice = field.containing_oneof
            if choice in chosen and chosen[choice] != field:
                continue
            if choice and choice not in chosen and self._turn(field.full_name, 3) == 2:
                continue   # optional: now and then it is absent
            self.filled.add(field.full_name)
            self._set(message, field, depth)

    def _choose(self, choice, depth):
        deep = choice.containing_type.name == "AnyValue" and depth > 8
        members = [one for one in choice.fields if not (deep and one.type == Field.TYPE_MESSAGE)]
        return members[self._turn((choice.full_name, deep), len(members))]

    def _set(self, message, field, depth):
        if field.type == Field.TYPE_MESSAGE:
            target = getattr(message, field.name)
            if not field.is_repeated:
                target.SetInParent()
                return self.fill(target, depth + 1)
            many = field.message_type.name in ("Span", "LogRecord", "Metric")
            for _ in range(NUM_RECORDS if many else 2):
                self.fill(target.add(), depth + 1)
        elif field.is_repeated:
            getattr(message, field.name).extend(self._value(field) for _ in range(3))
        else:
            setattr(message, field.name, self._value(field))

    def _value(self, field):
        number = self._next()
        if field.name in ID_LEN:
            return number.to_bytes(ID_LEN[field.name], "big")
        if field.name.endswith("time_unix_nano"):
            return BASE_TIME + number * 1_000_000_007
        return {
            Field.TYPE_STRING: lambda: f"{field.name} \u010d {number}",
            Field.TYPE_BYTES: lambda: b"\xff\x00" + str(number).encode(),
            Field.TYPE_BOOL: lambda: True,
            Field.TYPE_ENUM: lambda: self._turn(field.full_name, len(field.enum_type.values)),
            Field.TYPE_DOUBLE: lambda: number / 7,
            Field.TYPE_INT64: lambda: -(2**62) - number,
            Field.TYPE_SFIXED64: lambda: -(2**62) - number,
            Field.TYPE_UINT64: lambda: 2**62 + number,
            Field.TYPE_FIXED64: lambda: 2**62 + number,
            Field.TYPE_INT32: lambda: -number,
            Field.TYPE_SINT32: lambda: -number,
            Field.TYPE_UINT32: lambda: 2**31 + number,
            Field.TYPE_FIXED32: lambda: 2**31 + number,
        }[field.type]()


def reachable(descriptor, seen):
    """Full names of all fields below a message."""
    for field in descriptor.fields:
        if field.full_name not in seen:
            seen.add(field.full_name)
            if field.type == Field.TYPE_MESSAGE:
                reachable(field.message_type, seen)
    return seen


def main():
    directory = pathlib.Path(sys.argv[1])
    for signal, kind in describe.REQUESTS.items():
        filler, request = Filler(), kind()
        filler.fill(request)
        first = getattr(request, request.DESCRIPTOR.fields[0].name)[0].resource
        name = first.attributes.add()
        name.key, name.value.string_value = "service.name", "every field"
        left = reachable(kind.DESCRIPTOR, set()) - filler.filled
        if left:
            sys.exit(f"every_field.py: not set in {signal}: {', '.join(sorted(left))}")
        (directory / f"every_{signal}.pb").write_bytes(request.SerializeToString())


main()
