# SPDX-License-Identifier: Apache-2.0
"""The OpenTelemetry Collector: with its ClickHouse exporter a reference and a rival, with its OTLP exporter a
client of ours.

    with clickhouse.Engine() as server, Collector(server, database="otel") as collector:
        collector.post("traces", payload)     # answered after the rows are inserted
    with colblock.Ingest(server) as ingest, Forwarder(ingest.grpc_port, "zstd") as collector:
        collector.post("traces", payload)     # answered with what ingest answered

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
MANIFEST = ROOT / "bench" / "peers" / "collector" / "builder.yaml"
CONFIG = ROOT / "bench" / "peers" / "collector" / "config.yaml"
FORWARD_CONFIG = ROOT / "tests" / "integration" / "collector_forward.yaml"


def require():
    """Raises Unavailable if the Collector of today's manifest was not built here."""
    built_from = BINARY.with_name("builder.yaml")
    if not BINARY.exists() or not built_from.exists() or built_from.read_bytes() != MANIFEST.read_bytes():
        raise clickhouse.Unavailable(f"no Collector of {MANIFEST.name} at {BINARY}: run bench/peers/build_collector")


class Process:
    """A Collector of the configuration `config`, which reads `environment`, on ports of its own."""

    def __init__(self, config, environment):
        require()
        self._config = config
        self.http_port, self.grpc_port = clickhouse.free_ports(2)
        self.log = tempfile.NamedTemporaryFile(prefix="collector-", suffix=".log")
        self.process = None
        self._environment = dict(
            os.environ, COLLECTOR_HTTP=f"127.0.0.1:{self.http_port}",
            COLLECTOR_GRPC=f"127.0.0.1:{self.grpc_port}", **environment)

    def __enter__(self):
        self.process = subprocess.Popen([BINARY, "--config", self._config], stdout=self.log, stderr=self.log,
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
        self.close()
        self.log.close()

    def close(self):
        """Ends it; what is in its queue is sent first."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()

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


class Collector(Process):
    """A Collector in front of `server` (see clickhouse.py).

    `queue` answers requests at once and inserts in batches of 10,000 rows, as in production;
    without it each request is one INSERT, and its answer is the result of that INSERT.
    `environment` adds variables, such as GOMAXPROCS.
    """

    def __init__(self, server, database="otel", queue=False, create_schema=True, environment=None):
        super().__init__(CONFIG, dict(
            COLLECTOR_CLICKHOUSE=f"tcp://{server.host}:{server.tcp_port}", COLLECTOR_DATABASE=database,
            COLLECTOR_USER=server.user, COLLECTOR_PASSWORD=server.password,
            COLLECTOR_QUEUE=str(queue).lower(), COLLECTOR_CREATE_SCHEMA=str(create_schema).lower(),
            **(environment or {})))


class Forwarder(Process):
    """A Collector that sends what it gets over gRPC to `port` of this machine, with `compression`: gzip, zstd,
    snappy or none.

    `queue` answers requests at once and repeats what is to come again, as in production; without it each request
    is one call, and its answer the result of that call.
    """

    def __init__(self, port, compression, queue=False):
        super().__init__(FORWARD_CONFIG, dict(COLLECTOR_TARGET=f"127.0.0.1:{port}", COLLECTOR_COMPRESSION=compression,
                                              COLLECTOR_QUEUE=str(queue).lower()))
