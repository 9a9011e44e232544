# SPDX-License-Identifier: Apache-2.0
"""Compares what ClickHouse returns with what was sent, every column of every row.

    num_rows = stored_rows.check(server, "otel", "colblock", record)     # AssertionError names what differs
"""

import json

import sent_rows


def stored(server, database, table):
    """All rows of a table in the form of sent_rows.py."""
    columns = server.query("SELECT name, type FROM system.columns WHERE database = {database:String} AND "
                           "table = {table:String} AND default_kind NOT IN ('ALIAS', 'MATERIALIZED')",
                           parameters={"database": database, "table": table})
    types = {one["name"]: one["type"] for one in columns}
    replaced = [f"{whole_number(name, type)} AS `{name}`" for name, type in types.items() if "DateTime" in type]
    text = server.query(f"SELECT * REPLACE ({', '.join(replaced)}) FROM {database}.{table}", "raw")
    return [{name: typed(value, types[name]) for name, value in parse(line)} for line in text.splitlines()]


def whole_number(name, type):
    convert = "toUnixTimestamp64Nano" if "DateTime64" in type else "toUnixTimestamp"
    return f"arrayMap(t -> {convert}(t), `{name}`)" if type.startswith("Array") else f"{convert}(`{name}`)"


class Pairs(list):
    """A JSON object with all its members, equal keys too."""


def parse(line):
    # A server's text need not be UTF-8.
    return json.loads(line.decode("utf-8", "surrogateescape"), object_pairs_hook=Pairs,
                      parse_int=lambda text: float(text) if text == "-0" else int(text))


def typed(value, type):
    """A parsed value as its column means it: doubles as numbers, maps in the order of their keys."""
    if isinstance(value, Pairs):
        return sorted(value, key=lambda pair: pair[0].encode("utf-8", "surrogateescape"))
    if isinstance(value, list):
        return [typed(one, type) for one in value]
    return float(value) if "Float64" in type and value is not None else value


def same_text(row):
    """One text for equal rows and no others: -0 is not 0, NaN equals itself."""
    return json.dumps(row, sort_keys=True)


def differences(expected, found):
    """What is not the same in two lists of rows, in whatever order they are; a text a row and column."""
    left = sorted(expected, key=same_text)
    texts = {}
    for row in found:
        texts.setdefault(same_text(row), []).append(row)
    missing = []
    for row in left:
        equal = texts.get(same_text(row))
        if equal:
            equal.pop()
        else:
            missing.append(row)
    surplus = sorted((row for rows in texts.values() for row in rows), key=same_text)
    out = [f"{len(expected)} rows were sent, {len(found)} are stored"] if len(expected) != len(found) else []
    for row in missing:
        near = min(surplus, key=lambda other: num_different(row, other), default=None)
        if near is None:
            out.append(f"not stored: {same_text(row)[:400]}")
            continue
        surplus.remove(near)
        out += [f"{name}: sent {row.get(name, 'nothing')!r}, stored {near.get(name, 'nothing')!r}"
                for name in sorted(row.keys() | near.keys())
                if same_text(row.get(name, "nothing")) != same_text(near.get(name, "nothing"))]
    return out + [f"never sent: {same_text(row)[:400]}" for row in surplus]


def num_different(one, other):
    return sum(same_text(one.get(name)) != same_text(other.get(name)) for name in one.keys() | other.keys())


def check(server, database, layout, sent, at_least=1, received=(0, 0)):
    """Every row equals what was sent, no row is missing and none is there twice. Gives how many rows there are.

    `received` are the first and last nanosecond at which records may have arrived: what has no time of its
    own was stored with one between them.
    """
    num_rows = 0
    for table, expected in sent_rows.rows(layout, sent).items():
        found = [row | {"timestamp": 0} if received[0] <= row.get("timestamp", -1) <= received[1] else row
                 for row in stored(server, database, table)]
        wrong = differences(expected, found)
        assert not wrong, f"{database}.{table}: {len(wrong)} differences\n  " + "\n  ".join(wrong[:20])
        num_rows += len(found)
    sent_records = sum(len(sent[signal]) for signal in ("traces", "metrics", "logs"))
    assert num_rows == sent_records >= at_least, f"{num_rows} rows of {sent_records} records, at least {at_least} wanted"
    return num_rows
