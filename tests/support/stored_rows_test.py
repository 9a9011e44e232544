# SPDX-License-Identifier: Apache-2.0
"""Proves the comparison of what was sent with what is stored: nothing that changes goes unnoticed.

Run: python3 tests/support/stored_rows_test.py
"""

import copy
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import python_sdk  # noqa: E402
import sent_rows  # noqa: E402
import stored_rows  # noqa: E402

# What the Collector's tables have no column for (docs/formats/layouts.md): a change of it changes no row. Of a
# log's observed time only one that stands in for a time is stored.
COLLECTOR_DROPS = {
    "traces": {
        "resources.schemaUrl", "resources.droppedAttributesCount", "scopes.schemaUrl", "scopes.attributes",
        "scopes.droppedAttributesCount", "traces.flags", "traces.droppedAttributesCount", "traces.droppedEventsCount",
        "traces.droppedLinksCount", "traces.events.droppedAttributesCount", "traces.links.droppedAttributesCount",
        "traces.links.flags"},
    "metrics": {"resources.droppedAttributesCount", "metrics.zeroThreshold", "metrics.metadata"},
    "logs": {"resources.droppedAttributesCount", "scopes.droppedAttributesCount", "logs.droppedAttributesCount",
             "logs.observedTimeUnixNano"},
}


def leaves(value, path=()):
    """Every place of a record that holds a text, number, bool or null."""
    if isinstance(value, (dict, list)):
        for step, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(one, (*path, step))
    else:
        yield path


def name_of(path):
    """The field that a place is in, without indexes and what is inside of a value."""
    names = []
    for step in path:
        if isinstance(step, str):
            names.append(step)
        if step in ("value", "attributes", "metadata", "body"):
            break
    return ".".join(names)


def changed(name, old):
    """Another value of the same sort."""
    if isinstance(old, bool):
        return not old
    if isinstance(old, int):
        return old ^ 1
    if old is None:
        return "1.5"
    if name == "bytes":
        return "00" + old
    if old.lstrip("-").isdigit():
        return str(3 * int(old) + 1)   # so much that a double and a time of seconds change, too
    try:
        return str(float(old) * 1.5)
    except ValueError:
        return old + "x"


class SentRowsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        try:
            with tempfile.TemporaryDirectory() as directory:
                python_sdk.run("every_field.py", directory)
                cls.record = python_sdk.describe(*sorted(pathlib.Path(directory).glob("*.pb")))
        except python_sdk.Unavailable as problem:
            raise unittest.SkipTest(str(problem))

    def first(self, signal):
        """The first scope's entries of one signal: each of their fields is set, each choice made."""
        record = {one: [] for one in ("traces", "metrics", "logs")}
        record["resources"], record["scopes"] = self.record["resources"], self.record["scopes"]
        around = self.record[signal][0]["resource"], self.record[signal][0]["scope"]
        record[signal] = [one for one in self.record[signal] if (one["resource"], one["scope"]) == around]
        self.assertGreaterEqual(len(record[signal]), 10)
        unused = [(kind, index) for kind, used in zip(("resources", "scopes"), around)
                  for index in range(len(record[kind])) if index != used]
        return copy.deepcopy(record), unused

    def unnoticed(self, layout, signal):
        """Names of the fields of which some change would change no row."""
        record, unused = self.first(signal)
        before, names, tried = self.rows_text(layout, record), set(), 0
        for path in list(leaves(record)):
            holder = record
            for step in path[:-1]:
                holder = holder[step]
            if path[:2] in unused or not self.may_change(path[-1], holder):
                continue
            old = holder[path[-1]]
            holder[path[-1]] = changed(path[-1], old)
            tried += 1
            if self.rows_text(layout, record) == before:
                names.add(name_of(path))
            holder[path[-1]] = old
        self.assertGreater(tried, 150)
        self.assertEqual(self.rows_text(layout, record), before)
        return names

    @staticmethod
    def may_change(name, holder):
        """Not which message it is, nor what that message has no field for."""
        kind = holder.get("kind") if isinstance(holder, dict) else None
        return not (name in ("resource", "scope") or name == "kind" and isinstance(kind, str)
                    or name == "isMonotonic" and kind != "sum" or name == "temporality" and kind in ("gauge", "summary"))

    @staticmethod
    def rows_text(layout, record):
        return json.dumps(sent_rows.rows(layout, record), sort_keys=True)

    def test_every_change_changes_a_row_of_colblock(self):
        for signal in ("traces", "metrics", "logs"):
            with self.subTest(signal):
                self.assertEqual(self.unnoticed("colblock", signal), set())

    def test_what_changes_no_row_of_collector_is_what_it_has_no_column_for(self):
        for signal in ("traces", "metrics", "logs"):
            with self.subTest(signal):
                self.assertEqual(self.unnoticed("collector", signal), COLLECTOR_DROPS[signal])

    def test_all_kinds_of_points_are_there(self):
        self.assertEqual({point["kind"] for point in self.first("metrics")[0]["metrics"]},
                         {"gauge", "sum", "histogram", "exponential_histogram", "summary"})


class DifferencesTest(unittest.TestCase):
    ROWS = [{"name": "a", "value": 0.0, "map": [("k", "v"), ("k", "w")], "times": [1, 2]},
            {"name": "b", "value": float("nan"), "map": [], "times": []}]

    def test_equal_rows_in_any_order_have_none(self):
        self.assertEqual(stored_rows.differences(self.ROWS, copy.deepcopy(self.ROWS[::-1])), [])

    def test_each_column_that_differs_is_named(self):
        for column, other in [("name", "c"), ("value", -0.0), ("map", [("k", "w"), ("k", "v")]), ("times", [1, 3])]:
            with self.subTest(column):
                found = copy.deepcopy(self.ROWS)
                found[0][column] = other
                (text,) = stored_rows.differences(self.ROWS, found)
                self.assertTrue(text.startswith(f"{column}: "), text)

    def test_columns_that_are_too_many_or_too_few_are_named(self):
        found = copy.deepcopy(self.ROWS)
        del found[0]["times"]
        found[1]["new"] = 1
        texts = stored_rows.differences(self.ROWS, found)
        self.assertEqual(sorted(text.split(":")[0] for text in texts), ["new", "times"])

    def test_rows_that_are_missing_or_there_twice_are_told(self):
        self.assertTrue(stored_rows.differences(self.ROWS, self.ROWS[:1]))
        self.assertTrue(stored_rows.differences(self.ROWS, self.ROWS + self.ROWS[:1]))
        self.assertTrue(stored_rows.differences(self.ROWS, [self.ROWS[0], self.ROWS[0]]))


if __name__ == "__main__":
    unittest.main()
