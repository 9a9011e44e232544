# SPDX-License-Identifier: Apache-2.0
"""Real ClickHouse servers for tests and benches, each in a child process, on loopback.

    with Engine() as server:                         # ClickHouse 26.7, libchdb.so
        server.execute("CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a")
        server.insert("INSERT INTO t FORMAT CSV", b"1\\n2\\n")
        server.query("SELECT sum(a) AS s FROM t")     # [{"s": 3}]
        server.query_native("SELECT a FROM t")        # bytes of FORMAT Native
        server.kill(); server.start()                 # kill -9, and up again on the same ports

    with OldServer() as server:                       # Debian's clickhouse-server 18.16.1
        ...

As a program it serves until it is interrupted, for tests that are not written in Python; where its
standard input is a pipe, also until that is closed. The first line of its output tells where:

    $ python3 tests/support/clickhouse.py engine
    {"http_port": 43211, "tcp_port": 40145, "pid": 4711, "directory": "...", ...}

What is not installed raises Unavailable, whose text says what to install; a test turns it into a
skip with that text.
"""

import argparse
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from xml.sax.saxutils import escape

ROOT = pathlib.Path(__file__).resolve().parents[2]
ENGINE_LIBRARY = ROOT / ".cache" / "engine" / "libchdb.so"
ENGINE_CHILD = pathlib.Path(__file__).resolve().with_name("engine_child.py")

# The same text from both servers: integers of 64 bits as numbers (18.16 would quote them), NaN and
# infinities as "nan" and "inf" (they would be null).
ROW_SETTINGS = {
    "output_format_json_quote_64bit_integers": 0,
    "output_format_json_quote_denormals": 1,
}


class Unavailable(Exception):
    """A server that is not installed here. The text says what to install."""


class ServerError(Exception):
    """An exception of the server, or no answer (code 0)."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def free_ports(count):
    """Ports of 127.0.0.1 which nobody listens on at the moment, all different. Where there are others, none that the system
    gives to connections: while a server is down, its port would not stay free."""
    lowest_given = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    candidates = range(10_000, lowest_given) if lowest_given > 20_000 else [0]
    sockets = []
    try:
        while len(sockets) != count:
            sockets.append(socket.socket())
            try:
                sockets[-1].bind(("127.0.0.1", random.choice(candidates)))
            except OSError:
                sockets.pop().close()
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


class Server:
    """A server process. Subclasses say how it is started; everything else is the same.

    `database` is made at start and is where queries without a database name go. The directory is
    a fresh temporary one, removed at the end, unless one is given. The child dies with the thread
    that started it, so a test that is killed leaves nothing behind.
    """

    START_SECONDS = 60

    def __init__(self, directory=None, database="default", user="default", password="",
                 tcp_port=0, http_port=0):
        self._own_directory = directory is None
        self.directory = pathlib.Path(directory or tempfile.mkdtemp(prefix="colblock-"))
        self.directory.mkdir(parents=True, exist_ok=True)
        self.database = database
        self.user = user
        self.password = password
        self.host = "127.0.0.1"
        self.tcp_port = tcp_port
        self.http_port = http_port
        self.process = None

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_):
        self.close()

    # -- life --------------------------------------------------------------------------------

    @property
    def pid(self):
        return self.process.pid

    @property
    def log_path(self):
        return self.directory / "server.log"

    def start(self):
        """Starts the server and waits until it answers. The ports stay the same from then on."""
        wanted = (self.tcp_port, self.http_port)
        for attempt in range(3):
            free = free_ports(2)
            self.tcp_port = wanted[0] or free[0]
            self.http_port = wanted[1] or free[1]
            if self._start_once():
                return self
            if all(wanted):
                break
        raise ServerError(0, f"{type(self).__name__} did not start on ports {self.tcp_port} and "
                             f"{self.http_port}; the end of its log:\n{self._log_tail()}")

    def _start_once(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                self._command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self.directory, env=dict(os.environ, TZ="UTC"), preexec_fn=None if self._dies_alone() else die_with_parent())
        deadline = time.monotonic() + self.START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            if self._ready():
                self._request(f"CREATE DATABASE IF NOT EXISTS {self.database}{self._ENGINE}", "",
                              b"", {}, database="")
                return True
            time.sleep(0.02)
        self.kill()
        return False

    def _ready(self):
        # The native port is opened first or last, depending on the server: ask for both.
        try:
            socket.create_connection((self.host, self.tcp_port), 1).close()
            return self._request("SELECT 1", "TabSeparated", b"", {}, database="") == b"1\n"
        except (OSError, http.client.HTTPException, ServerError):
            return False

    def _dies_alone(self):
        return False

    def kill(self):
        """kill -9, and waits for the end of the process. Nothing happens if it is not running."""
        self._end(signal.SIGKILL)

    def stop(self):
        """Asks the server to end; kills it if it has not after ten seconds."""
        self._end(signal.SIGTERM)

    def _end(self, how):
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()

    def restart(self):
        self.stop()
        return self.start()

    def close(self):
        """Kills the server and removes its directory, if it was not given by the caller."""
        self.kill()
        if self._own_directory:
            shutil.rmtree(self.directory, ignore_errors=True)

    def _log_tail(self):
        try:
            return self.log_path.read_text(errors="replace")[-2000:]
        except OSError as problem:
            return str(problem)

    # -- queries, over HTTP --------------------------------------------------------------------

    def query(self, sql, format="JSONEachRow", parameters=None, settings=None, timeout=120):
        """Runs one query. JSONEachRow gives a list of dicts, any other format the raw bytes.

        A dict keeps only the last of a map's equal keys: ask for format="raw" (the same text,
        unparsed) where that matters. `parameters` fill {name:Type} placeholders.
        """
        url = dict(ROW_SETTINGS, **(settings or {}))
        url.update({f"param_{name}": value for name, value in (parameters or {}).items()})
        raw = self._request(sql, "JSONEachRow" if format == "raw" else format, b"", url, timeout=timeout)
        if format != "JSONEachRow":
            return raw
        lines = raw.decode("utf-8", "surrogateescape").split("\n")
        return [json.loads(line) for line in lines if line]

    def query_native(self, sql, settings=None):
        """The bytes of FORMAT Native."""
        return self._request(sql, "Native", b"", settings or {})

    def value(self, sql, **options):
        """The one value of a query which gives one row of one column."""
        (row,) = self.query(sql, **options)
        (value,) = row.values()
        return value

    def insert(self, sql, data, settings=None, timeout=120):
        """Runs `INSERT INTO ... FORMAT ...` with `data` (bytes) as its rows."""
        self._request(sql, "", data, settings or {}, timeout=timeout)

    def execute(self, *statements, settings=None):
        """Runs statements which give no rows, one after another."""
        for sql in statements:
            self._request(sql, "", b"", settings or {})

    def _request(self, sql, format, data, url_parameters, database=None, timeout=120):
        # The answer is buffered by the server, so that an exception in the middle of the rows
        # gives an error status and not rows that end in an exception's text.
        url = dict(url_parameters, wait_end_of_query=1)
        if format:
            url["default_format"] = format
        name = self.database if database is None else database
        if name:
            url["database"] = name
        # Rows travel in the body and then the query in the address. Only the latter has a limit.
        body = sql.encode()
        if data:
            url["query"] = sql
            body = data
        headers = {"X-ClickHouse-User": self.user, "X-ClickHouse-Key": self.password}
        connection = http.client.HTTPConnection(self.host, self.http_port, timeout=timeout)
        try:
            connection.request("POST", "/?" + urllib.parse.urlencode(url), body, headers)
            response = connection.getresponse()
            answer = response.read()
        finally:
            connection.close()
        if response.status != 200:
            raise ServerError(exception_code(answer), answer.decode("utf-8", "replace").strip())
        return answer


def exception_code(text):
    """The number in `Code: 60. DB::Exception: ...` (18.16 writes a comma after it), else 0."""
    digits = text[6:12].decode("ascii", "replace") if text.startswith(b"Code: ") else ""
    number = "".join(c for c in digits.replace(",", ".").split(".")[0] if c.isdigit())
    return int(number or 0)


def die_with_parent():
    """What a child runs before it becomes the server: it ends when its parent's thread ends."""
    import ctypes
    prctl = ctypes.CDLL(None).prctl
    pr_set_pdeathsig = 1
    return lambda: prctl(pr_set_pdeathsig, signal.SIGKILL, 0, 0, 0)


class Engine(Server):
    """ClickHouse 26.7 in the shape of libchdb.so, with its native and HTTP listeners.

    `users` is {name: password}; the first is who queries here. The user `default` without a
    password stays beside them, as the engine's own query runs under that name. `config` is XML
    that goes into the root of a configuration file: <macros>, <remote_servers>, <proto_caps>;
    never ports or paths, which crash it. `profile` is XML for the settings profile of all users. A wrong password or an unknown database in a native
    handshake ends the whole process: use OldServer for those. Not there: TLS, ON CLUSTER,
    Replicated tables, system.*_log, the queue of asynchronous inserts.
    """

    _ENGINE = " ENGINE = Atomic"

    def __init__(self, library=None, users=None, config="", settings=None, profile="", database="test", **common):
        self.library = pathlib.Path(library or os.environ.get("COLBLOCK_ENGINE_LIBRARY")
                                    or ENGINE_LIBRARY)
        if not self.library.is_file():
            raise Unavailable(f"no ClickHouse engine at {self.library}: run deploy/install_engine")
        if users:
            name, password = next(iter(users.items()))
            common = dict({"user": name, "password": password}, **common)
        super().__init__(database=database, **common)
        self._users = users
        self._config = config
        self._settings = settings or {}
        self._profile = profile

    def _dies_alone(self):
        return True   # engine_child.py sees to it

    def _command(self):
        # Listeners start only after the tables are loaded, then the query has to run forever: it
        # counts in steps of three seconds, which is 34 days.
        listen = ("SYSTEM START LISTEN TCP; SYSTEM START LISTEN HTTP; "
                  "SELECT sleepEachRow(3) FROM numbers(1000000) SETTINGS max_block_size = 1, "
                  "function_sleep_max_microseconds_per_block = 0 FORMAT Null")
        command = [sys.executable, str(ENGINE_CHILD), str(self.library), "clickhouse",
                   "--path", str(self.directory / "data"), "--listen_host", self.host,
                   "--tcp_port", str(self.tcp_port), "--http_port", str(self.http_port)]
        for name, value in self._settings.items():
            command += [f"--{name}", str(value)]
        if self._users or self._config or self._profile:
            command += ["--config-file", str(self._write_config())]
        return command + ["--query", listen]

    def _write_config(self):
        path = self.directory / "config.xml"
        users = ""
        if self._users or self._profile:
            users_path = self.directory / "users.xml"
            text = users_xml(dict({"default": ""}, **(self._users or {})), self._profile)
            users_path.write_text(f"<clickhouse>{text}</clickhouse>")
            users = f"<users_config>{users_path}</users_config>"
        path.write_text(f"<clickhouse>{users}{self._config}</clickhouse>")
        return path


class OldServer(Server):
    """Debian's clickhouse-server 18.16.1: no Map, no DateTime64, protocol revision 54412.

    `users` is {name: password}; `config` is XML for the root of its configuration file.
    """

    _ENGINE = ""

    def __init__(self, users=None, config="", database="test", **common):
        self.binary = shutil.which("clickhouse-server", path=os.environ.get("PATH", "") + ":/usr/sbin")
        if not self.binary:
            raise Unavailable("no clickhouse-server 18.16: apt-get install clickhouse-server")
        self._users = users or {"default": ""}
        name, password = next(iter(self._users.items()))
        super().__init__(database=database, **dict({"user": name, "password": password}, **common))
        self._config = config

    def start(self):
        super().start()
        version = self.value("SELECT version()")
        if not version.startswith("18.16."):
            raise Unavailable(f"{self.binary} is version {version}, not Debian's 18.16")
        return self

    def _command(self):
        data = self.directory / "data"
        data.mkdir(exist_ok=True)
        (self.directory / "users.xml").write_text(f"<yandex>{users_xml(self._users)}</yandex>")
        path = self.directory / "config.xml"
        path.write_text(f"""<yandex>
            <logger><level>warning</level><console>1</console></logger>
            <listen_host>{self.host}</listen_host>
            <tcp_port>{self.tcp_port}</tcp_port><http_port>{self.http_port}</http_port>
            <path>{data}/</path><tmp_path>{data}/tmp/</tmp_path>
            <users_config>{self.directory}/users.xml</users_config>
            <default_profile>default</default_profile><default_database>default</default_database>
            <mark_cache_size>67108864</mark_cache_size><timezone>UTC</timezone>
            {self._config}</yandex>""")
        return [self.binary, f"--config-file={path}"]


def users_xml(users, profile=""):
    """Users with plain passwords, from anywhere on loopback, allowed what their one profile does not forbid."""
    one = ("<{0}><password>{1}</password><networks><ip>127.0.0.1</ip></networks>"
           "<profile>default</profile><quota>default</quota></{0}>")
    return (f"<profiles><default>{profile}</default></profiles><quotas><default/></quotas><users>"
            + "".join(one.format(name, escape(password)) for name, password in users.items())
            + "</users>")


def main():
    parser = argparse.ArgumentParser(description="serve a real ClickHouse on loopback until "
                                     "interrupted or, where that is a pipe, standard input ends")
    parser.add_argument("server", choices=["engine", "old"])
    parser.add_argument("--directory", help="keep the data there (default: a temporary directory)")
    parser.add_argument("--database", default="test", help="made at start (default: %(default)s)")
    parser.add_argument("--tcp-port", type=int, default=0)
    parser.add_argument("--http-port", type=int, default=0)
    parser.add_argument("--user", action="append", metavar="NAME:PASSWORD",
                        help="instead of `default` without a password; may be repeated")
    parser.add_argument("--config", default="", metavar="XML", help="goes into the root of the configuration")
    given = parser.parse_args()
    kind = Engine if given.server == "engine" else OldServer
    users = dict(one.split(":", 1) for one in given.user) if given.user else None
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        with kind(directory=given.directory, database=given.database, users=users, config=given.config,
                  tcp_port=given.tcp_port, http_port=given.http_port) as server:
            where = {name: getattr(server, name) for name in
                     ("host", "tcp_port", "http_port", "pid", "database", "user")}
            print(json.dumps(dict(where, directory=str(server.directory))), flush=True)
            ended = threading.Event()
            if stat.S_ISFIFO(os.fstat(0).st_mode):
                threading.Thread(target=lambda: (os.read(0, 1), ended.set()), daemon=True).start()
            while not ended.wait(0.2):
                if server.process.poll() is not None:
                    sys.exit(f"the server ended with status {server.process.returncode}: "
                             f"{server._log_tail()}")
    except Unavailable as problem:
        print(f"unavailable: {problem}", file=sys.stderr)
        sys.exit(77)   # what automake and ctest take for "skipped"
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
