# SPDX-License-Identifier: Apache-2.0
"""HTTP/1.1 byte by byte, for what client libraries cannot be made to send.

    with http_wire.Connection(port) as connection:
        connection.send(http_wire.post("traces", payload))
        answer = connection.answer()
"""

import socket

TYPES = {"protobuf": "application/x-protobuf", "json": "application/json"}


class Answer:
    def __init__(self, status, fields, body):
        self.status, self.fields, self.body = status, fields, body

    def __repr__(self):
        return f"<{self.status} {self.fields} {self.body[:80]!r}>"


def head(signal, *lines, form="protobuf", method="POST", version="HTTP/1.1"):
    """Request line and fields; `lines` are further ones, in front of the empty line."""
    path = signal if signal.startswith(("/", "http:")) else f"/v1/{signal}"
    return "\r\n".join([f"{method} {path} {version}", "Host: localhost", f"Content-Type: {TYPES.get(form, form)}",
                        *lines, "", ""]).encode()


def post(signal, body, *lines, form="protobuf"):
    return head(signal, f"Content-Length: {len(body)}", *lines, form=form) + body


def chunk(data):
    return b"%x\r\n" % len(data) + data + b"\r\n"


class Connection:
    def __init__(self, port, timeout=30, tls=None):
        """`tls`: an SSLContext."""
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname="localhost")
        self.input = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def _more(self):
        more = self.socket.recv(65536)
        if not more:
            raise ConnectionError(f"the connection ended, with {self.input[:200]!r} unread")
        self.input += more

    def answer(self):
        """The next answer, 100 Continue included."""
        while b"\r\n\r\n" not in self.input:
            self._more()
        text, _, self.input = self.input.partition(b"\r\n\r\n")
        lines = text.decode().split("\r\n")
        fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
        length = int(fields.get("content-length", "0"))
        while len(self.input) < length:
            self._more()
        body, self.input = self.input[:length], self.input[length:]
        return Answer(int(lines[0].split()[1]), fields, body)

    def ask(self, data):
        self.send(data)
        return self.answer()

    def at_end(self):
        """Whether the server closes without sending more."""
        try:
            return self.input == b"" and self.socket.recv(1) == b""
        except ConnectionResetError:
            return True
