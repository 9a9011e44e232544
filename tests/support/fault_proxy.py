# SPDX-License-Identifier: Apache-2.0
"""A TCP proxy between colblock-ingest and a ClickHouse server, which can be told to misbehave.

    with FaultProxy(server) as proxy, colblock.Ingest(proxy) as ingest:
        proxy.answer_inserts(243, "NOT_ENOUGH_SPACE", "no space left")   # until told otherwise
        proxy.pass_on()

It is what the server is to `colblock.Ingest`: host, tcp_port, user, password.
"""

import socket
import struct
import threading
import time

import clickhouse

_EXCEPTION = 2


def _string(text):
    data = text.encode()
    length, head = len(data), b""
    while length >= 0x80:
        head += bytes([length & 0x7F | 0x80])
        length >>= 7
    return head + bytes([length]) + data


def exception_packet(code, message):
    """An Exception as a server of any revision sends it, outside of chunks."""
    return bytes([_EXCEPTION]) + struct.pack("<i", code) + _string("DB::Exception") + _string(message) + _string("") + b"\0"


class FaultProxy:
    def __init__(self, server):
        self.server = server
        self.host, self.user, self.password = server.host, server.user, server.password
        (self.tcp_port,) = clickhouse.free_ports(1)
        self.num_refused = 0   # connections and INSERTs that were not passed on
        self._mode = ("pass",)
        self._lock = threading.Lock()
        self._listener = None
        self._sockets = []

    def __enter__(self):
        self._listener = socket.create_server((self.host, self.tcp_port), reuse_port=False)
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.close()
        self._close_connections()

    # -- what it does with connections and INSERTs from now on ---------------------------------

    def pass_on(self):
        self._mode = ("pass",)

    def refuse_connections(self):
        """Closes what is open, and everything new at once."""
        self._mode = ("close",)
        self._close_connections()

    def answer_hello(self, code, message):
        """Closes what is open, and answers every Hello with an exception."""
        self._mode = ("hello", exception_packet(code, message))
        self._close_connections()

    def answer_inserts(self, code, message):
        """Answers every INSERT with an exception instead of passing it on."""
        self._mode = ("insert", exception_packet(code, message))

    def swallow_answers(self):
        """Passes INSERTs on, and closes the connection instead of passing back the server's answer."""
        self._mode = ("swallow",)

    # -- connections ---------------------------------------------------------------------------

    def _refused(self):
        with self._lock:
            self.num_refused += 1

    def _close_connections(self):
        with self._lock:
            sockets, self._sockets = self._sockets, []
        for one in sockets:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            mode = self._mode
            if mode[0] == "close":
                self._refused()
                client.close()
                continue
            threading.Thread(target=self._serve, args=(client, mode), daemon=True).start()

    def _serve(self, client, mode):
        try:
            if mode[0] == "hello":
                client.recv(65536)
                client.sendall(mode[1])
                self._refused()
                client.close()
                return
            upstream = socket.create_connection((self.server.host, self.server.tcp_port))
        except OSError:
            client.close()
            return
        with self._lock:
            self._sockets += [client, upstream]
        state = {"inserting": False}
        threading.Thread(target=self._pump_back, args=(upstream, client, state), daemon=True).start()
        self._pump(client, upstream, state)

    def _pump(self, client, upstream, state):
        try:
            while data := client.recv(1 << 16):
                if b"INSERT INTO" in data:
                    state["inserting"] = True
                    mode = self._mode
                    if mode[0] == "insert":
                        self._refused()
                        client.sendall(mode[1])
                        break
                upstream.sendall(data)
        except OSError:
            pass
        for one in (client, upstream):
            try:
                one.shutdown(socket.SHUT_WR if one is client else socket.SHUT_RDWR)
            except OSError:
                pass

    def _pump_back(self, upstream, client, state):
        try:
            while data := upstream.recv(1 << 16):
                if state["inserting"] and self._mode[0] == "swallow":
                    self._refused()
                    time.sleep(0.5)   # the rows, which do not wait for an answer, arrive meanwhile
                    break
                client.sendall(data)
        except OSError:
            pass
        for one in (client, upstream):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
