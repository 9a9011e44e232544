# SPDX-License-Identifier: Apache-2.0
"""colblock-ingest as tests start it.

    with clickhouse.Engine() as server, colblock.Ingest(server, "--layout", "collector") as ingest:
        status, body = ingest.post("traces", payload)     # answered after the rows are inserted
"""

import http.client
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

import clickhouse

PATHS = {"traces": "/v1/traces", "metrics": "/v1/metrics", "logs": "/v1/logs"}


def refused_start(*arguments, environment=None):
    """Starts serve with what it must refuse; gives exit status and what it printed."""
    ports = clickhouse.free_ports(2)
    done = subprocess.run([program(), "serve", "--listen-http", f"127.0.0.1:{ports[0]}", "--listen-admin",
                           f"127.0.0.1:{ports[1]}", *map(str, arguments)], capture_output=True, text=True, timeout=60,
                          env=dict(os.environ, **(environment or {})))
    return done.returncode, done.stdout + done.stderr


def program():
    """The binary under test: COLBLOCK_INGEST, which ctest sets."""
    path = os.environ.get("COLBLOCK_INGEST", "")
    if not path or not pathlib.Path(path).exists():
        raise clickhouse.Unavailable(f"no colblock-ingest at '{path}': set COLBLOCK_INGEST, or run it through ctest")
    return path


class EngineTest(unittest.TestCase):
    """Tests of colblock-ingest in front of one real engine, `server`, which is skipped loudly where it cannot be had."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        try:
            program()
            cls.server = cls.enterClassContext(clickhouse.Engine())
        except clickhouse.Unavailable as problem:
            raise unittest.SkipTest(str(problem))


def generate(directory, num_records):
    """Requests of `colblock-ingest gen`, as files."""
    subprocess.run([program(), "gen", "--out", directory, "--records", str(num_records), "--profile", "rich",
                    "--start", "2026-11-18T08:00:00Z"], check=True, capture_output=True, timeout=60)
    return sorted(pathlib.Path(directory).glob("*.pb"))


def post_files(receiver, paths):
    """Posts requests to an Ingest or a Collector; their names say the signal. All have to be accepted."""
    for path in paths:
        status, body, *_ = receiver.post(next(one for one in PATHS if one in path.name), path.read_bytes())
        assert status == 200, f"{path.name}: {status} {body}"


class Ingest:
    """`colblock-ingest serve` on free ports, in front of `server` or, without one, of its own engine.

    Without `grpc` that has no port of its own.
    """

    def __init__(self, server=None, *arguments, database="otel", directory=None, environment=None, grpc=True):
        self.http_port, self.grpc_port, self.admin_port = clickhouse.free_ports(3)
        self._directory = directory or tempfile.mkdtemp(prefix="colblock-ingest-")
        self.log = open(pathlib.Path(self._directory, "ingest.log"), "w+b")
        self.command = [program(), "serve", "--listen-http", f"127.0.0.1:{self.http_port}", "--listen-grpc",
                        f"127.0.0.1:{self.grpc_port}" if grpc else "none", "--listen-admin",
                        f"127.0.0.1:{self.admin_port}", "--data-dir", str(self._directory), "--ttl", "0"]
        if server is not None:
            password = f":{server.password}" if server.password else ""
            self.command += ["--clickhouse",
                             f"tcp://{server.user}{password}@{server.host}:{server.tcp_port}/{database}"]
        self.command += arguments
        self._environment = dict(os.environ, **(environment or {}))
        self.process = None

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def grpc_endpoint(self):
        return f"http://127.0.0.1:{self.grpc_port}"

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL,
                                        env=self._environment, preexec_fn=clickhouse.die_with_parent())
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if self.get("/readyz")[0] == 200:
                    return self
            except OSError:
                pass
            time.sleep(0.05)
        self.close()
        raise AssertionError(f"colblock-ingest did not get ready:\n{self.log_text()}")

    def __exit__(self, *_):
        self.close()
        self.log.close()

    def stop(self, timeout=30):
        """SIGTERM, as a service manager would; gives the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout)

    def close(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def log_text(self):
        self.log.seek(0)
        return self.log.read().decode(errors="replace")

    def post(self, signal_name, body, headers=None, timeout=60, tls=None):
        """POSTs one payload; gives status, body and (as a third) the answer's headers. `tls`: an SSLContext."""
        path = PATHS.get(signal_name, signal_name)
        return self._request(self.http_port, "POST", path, body,
                             {"Content-Type": "application/x-protobuf", **(headers or {})}, timeout, tls)

    def get(self, path, timeout=10):
        """GETs a path of the admin port."""
        return self._request(self.admin_port, "GET", path, None, {}, timeout)

    @staticmethod
    def _request(port, method, path, body, headers, timeout, tls=None):
        connection = (http.client.HTTPSConnection("127.0.0.1", port, timeout=timeout, context=tls) if tls
                      else http.client.HTTPConnection("127.0.0.1", port, timeout=timeout))
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(), dict((k.lower(), v) for k, v in answer.getheaders())
        finally:
            connection.close()

    def ports(self):
        """Every port it listens on."""
        return [self.http_port, self.grpc_port, self.admin_port]

    def resident_mib(self):
        """Memory of the process that is in RAM."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise AssertionError("the process is gone")

    def await_log(self, text, timeout=15):
        """Waits until the log holds `text`."""
        deadline = time.monotonic() + timeout
        while text not in self.log_text():
            assert time.monotonic() < deadline, f"the log never said '{text}':\n{self.log_text()}"
            time.sleep(0.05)

    def metric(self, name):
        """The sum of a metric's series on /metrics."""
        status, body, _ = self.get("/metrics")
        assert status == 200, body
        values = [float(line.rsplit(" ", 1)[1]) for line in body.decode().splitlines()
                  if line.startswith(name) and line[len(name)] in "{ "]
        assert values, f"no metric {name}"
        return sum(values)
