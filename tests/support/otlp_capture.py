# SPDX-License-Identifier: Apache-2.0
"""An OTLP/HTTP endpoint that accepts everything and keeps the bodies.

    python3 tests/support/otlp_capture.py DIRECTORY [--port N]

prints {"port": N} and serves on loopback until interrupted. The n-th request becomes
DIRECTORY/0001_traces.pb (.json for JSON), as it was before compression, with the request's head
beside it in 0001_traces.head. Answers 200 with an empty body, which is the protobuf message of
full success, or {} to JSON.
"""

import argparse
import gzip
import http.server
import json
import pathlib
import threading

SIGNALS = {"/v1/traces": "traces", "/v1/metrics": "metrics", "/v1/logs": "logs"}


class Capture(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Else a small answer waits for the client's delayed acknowledgement of its head.
    disable_nagle_algorithm = True

    def do_POST(self):
        body = self._body()
        signal = SIGNALS.get(self.path)
        if signal is None:
            return self._answer(404, b"")
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        is_json = self.headers.get("Content-Type", "").startswith("application/json")
        self.server.keep(signal, "json" if is_json else "pb", body, str(self.headers))
        self._answer(200, b"{}" if is_json else b"")

    def _body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass   # trailers
        return body

    def _answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", self.headers.get("Content-Type", "text/plain"))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class CaptureServer(http.server.ThreadingHTTPServer):
    """In a test: `with CaptureServer(directory) as server:`; the port is `server.port`."""

    def __init__(self, directory, port=0):
        super().__init__(("127.0.0.1", port), Capture)
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.port = self.server_address[1]
        self.bodies = []   # (signal, body), in order of arrival
        self._lock = threading.Lock()

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def keep(self, signal, suffix, body, head):
        with self._lock:
            self.bodies.append((signal, body))
            name = f"{len(self.bodies):04}_{signal}"
            (self.directory / f"{name}.{suffix}").write_bytes(body)
            (self.directory / f"{name}.head").write_text(head)


def main():
    parser = argparse.ArgumentParser(description="accept OTLP/HTTP and keep the bodies")
    parser.add_argument("directory")
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    server = CaptureServer(given.directory, given.port)
    print(json.dumps({"port": server.port}), flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
