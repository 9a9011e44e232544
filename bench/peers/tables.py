# SPDX-License-Identifier: Apache-2.0
"""The Collector's own tables, on disk or as tables that swallow their rows.

    python3 bench/peers/tables.py --server http://127.0.0.1:8123 --database otel --engine Null

makes them from tests/golden/collector/ddl, without TTL. With ENGINE = Null there are no indexes, no
keys, no materialized view and no table behind it: what is left is the shipper, and of the server
the reading of blocks.
"""

import argparse
import pathlib
import re
import urllib.request

DDL = pathlib.Path(__file__).resolve().parents[2] / "tests" / "golden" / "collector" / "ddl"


def statements(database, engine):
    """CREATE statements in the order in which they can be run."""
    yield f"CREATE DATABASE IF NOT EXISTS {database}"
    # A view comes after the tables that it reads and fills.
    for path in sorted(DDL.glob("*.sql"), key=lambda path: path.stem.endswith("_mv")):
        text = path.read_text().replace("otel.", f"{database}.")
        if engine == "Null":
            if "_trace_id_ts" in path.stem:
                continue
            text = as_null(text)
        yield text


def as_null(create):
    """The same columns with ENGINE = Null."""
    columns = create[:create.index("\nENGINE = ")]
    columns = re.sub(r",?\n    INDEX [^\n]*", "", columns)
    return columns + "\nENGINE = Null"


def create(server, database, engine, user="default", password=""):
    """Drops the database of that name and makes it again with all tables."""
    for sql in [f"DROP DATABASE IF EXISTS {database} SYNC", *statements(database, engine)]:
        request = urllib.request.Request(server, sql.encode(), {"X-ClickHouse-User": user, "X-ClickHouse-Key": password})
        urllib.request.urlopen(request).read()


def main():
    parser = argparse.ArgumentParser(description="make the Collector's tables; DROPS the database first")
    parser.add_argument("--server", required=True, help="ClickHouse's HTTP address")
    parser.add_argument("--database", default="otel")
    parser.add_argument("--engine", choices=["Null", "MergeTree"], default="MergeTree")
    parser.add_argument("--user", default="default")
    parser.add_argument("--password", default="")
    given = parser.parse_args()
    create(given.server, given.database, given.engine, given.user, given.password)


if __name__ == "__main__":
    main()
