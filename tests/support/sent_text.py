# SPDX-License-Identifier: Apache-2.0
"""Attribute values as the columns hold them: the rules of peers and ours, written again from the record.

The record (tests/integration/js_sdk/record.mjs) has a value as {"string": text}, {"int": text} and so on,
doubles already as the shortest digits.
"""

import base64
import json

NO_JSON = ("NaN", "Infinity", "-Infinity")


def text(value):
    """A value of an attribute, or a body."""
    if not value:
        return ""
    ((kind, inner),) = value.items()
    if kind == "bool":
        return "true" if inner else "false"
    if kind == "bytes":
        return base64.b64encode(bytes.fromhex(inner)).decode()
    if kind in ("array", "kvlist"):
        return "" if holds_no_json(value) else json_text(value)
    return inner


def holds_no_json(value):
    """NaN or an infinity is in it: such a list or map becomes an empty text, as in the Collector."""
    if not value:
        return False
    ((kind, inner),) = value.items()
    if kind == "double":
        return inner in NO_JSON
    if kind == "array":
        return any(holds_no_json(one) for one in inner)
    return kind == "kvlist" and any(holds_no_json(one) for one in dict(inner).values())


def json_text(value):
    """A value inside a list or map: compact JSON, keys sorted by their bytes, the last of equal keys."""
    if not value:
        return "null"
    ((kind, inner),) = value.items()
    if kind == "string":
        return quoted(inner)
    if kind == "bytes":
        return quoted(base64.b64encode(bytes.fromhex(inner)).decode()) if inner else "null"
    if kind == "array":
        return "[" + ",".join(json_text(one) for one in inner) + "]"
    if kind == "kvlist":
        pairs = sorted(dict(inner).items(), key=lambda pair: pair[0].encode())
        return "{" + ",".join(f"{quoted(key)}:{json_text(one)}" for key, one in pairs) + "}"
    return "true" if inner is True else "false" if inner is False else inner


def quoted(words):
    return json.dumps(words, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def attributes(recorded):
    """Entries of a map column, in the order of their keys; equal keys in the order in which they were sent."""
    return sorted(((key, text(value)) for key, value in recorded), key=lambda pair: pair[0].encode())
