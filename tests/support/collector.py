# SPDX-License-Identifier: Apache-2.0
"""The OpenTelemetry Collector with its ClickHouse exporter, as a reference and a rival.

    with clickhouse.Engine() as server, Collector(server, database="otel") as collector:
        collector.post("traces", payload)     # answered after the rows are inserted

It is built by bench/peers/build_collector; where that was not run, Unavailable says so.
"""

import http.client
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time

import clickhouse

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = ROOT / ".cache" / "collector" / "otelcol-clickhouse"
CONFIG = ROOT / "bench" / "peers" / "collector" / "config.yaml"


def require():
    """Raises Unavailable if the Collector was not built here."""
    if not BINARY.exists():
        raise clickhouse.Unavailable(f"no Collector at {BINARY}: run bench/peers/build_collector")


class Collector:
    """A Collector in front of `server` (see clickhouse.py), on ports of its own.

    `queue` answers requests at once and inserts in batches of 10,000 rows, as in production;
    without it each request is one INSERT, and its answer is the result of that INSERT.
    `environment` adds variables, such as GOMAXPROCS.
    """

    def __init__(self, server, database="otel", queue=False, create_schema=True, environment=None):
        require()
        self.http_port, self.grpc_port = clickhouse.free_ports(2)
        self.log = tempfile.NamedTemporaryFile(prefix="collector-", suffix=".log")
        self.process = None
        self._environment = dict(
            os.environ, COLLECTOR_HTTP=f"127.0.0.1:{self.http_port}",
            COLLECTOR_GRPC=f"127.0.0.1:{self.grpc_port}",
            COLLECTOR_CLICKHOUSE=f"tcp://{server.host}:{server.tcp_port}", COLLECTOR_DATABASE=database,
            COLLECTOR_USER=server.user, COLLECTOR_PASSWORD=server.password,
            COLLECTOR_QUEUE=str(queue).lower(), COLLECTOR_CREATE_SCHEMA=str(create_schema).lower(),
            **(environment or {}))

    def __enter__(self):
        self.process = subprocess.Popen([BINARY, "--config", CONFIG], stdout=self.log, stderr=self.log,
                                        env=self._environment, preexec_fn=clickhouse.die_with_parent())
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.http_port), 1).close()
                return self
            except OSError:
                time.sleep(0.05)
        text = self.log_text()
        self.__exit__()
        raise RuntimeError(f"the Collector did not start: {text}")

    def __exit__(self, *_):
        """Ends it; what is in its queue is inserted first."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()
        self.log.close()

    @property
    def pid(self):
        return self.process.pid

    def log_text(self):
        return pathlib.Path(self.log.name).read_text(errors="replace")

    def post(self, signal_name, payload):
        """Posts one protobuf request to /v1/<signal_name>; gives (status, body)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=60)
        try:
            connection.request("POST", f"/v1/{signal_name}", payload, {"Content-Type": "application/x-protobuf"})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()
