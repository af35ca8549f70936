"""Runs a sandbox's WSGI application on loopback, and can cut a connection the way networks do."""

from __future__ import annotations

import io
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication, WSGIEnvironment

Head = tuple[str, list[tuple[str, str]]]

_BROKEN: Head = ("500 Internal Server Error", [("Content-Length", "0")])
_MOST_READ = 8 << 20  # a longer body is the application's to read or to leave

log = logging.getLogger(__name__)


class QuietKeepAlive(WSGIRequestHandler):
    """Connections stay open between calls, as with the real services; nothing is printed.

    Werkzeug's own loop closes each of them, and callers would measure little but connecting.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave together

    def setup(self) -> None:
        super().setup()
        _connections(self.server).add(self.connection)

    def finish(self) -> None:
        _connections(self.server).discard(self.connection)
        with suppress(OSError):  # what a hung-up caller never took
            super().finish()

    def run_wsgi(self) -> None:
        """Answer one request; whatever leaves the place of the next one unclear ends here."""
        self.environ = environ = self.make_environ()
        length = str(environ.get("CONTENT_LENGTH") or "0")
        if length.isdecimal() and int(length) <= _MOST_READ and not self._is_chunked():
            environ["wsgi.input"] = io.BytesIO(self.rfile.read(int(length)))
        else:
            self.close_connection = True
        try:
            self._answer(environ)
        except OSError:  # the caller is gone, or `cut` was called
            self.close_connection = True

    def _is_chunked(self) -> bool:
        return "transfer-encoding" in self.headers

    def _answer(self, environ: WSGIEnvironment) -> None:
        heads: list[Head] = []
        parts = self._parts(environ, heads)
        first = next(parts, b"")
        if not heads:  # it hung up instead
            self.close_connection = True
            return
        status, headers = heads[-1]
        declared = next((v for name, v in headers if name.lower() == "content-length"), None)
        bodiless = self.command == "HEAD" or status.startswith(("204", "304"))
        chunked = declared is None and not bodiless
        self._head(status, headers, chunked)
        sent = 0
        for part in () if bodiless else chain([first], parts):
            if part:
                self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part) if chunked else part)
                self.wfile.flush()
                sent += len(part)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")
        elif not bodiless and declared != str(sent):
            self.close_connection = True  # an answer that breaks off breaks its connection
        self.wfile.flush()

    def _parts(self, environ: WSGIEnvironment, heads: list[Head]) -> Iterator[bytes]:
        def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> Any:
            heads.append((status, headers))

        try:
            parts = self.server.app(environ, start_response)
            try:
                yield from parts
            finally:
                if close := getattr(parts, "close", None):
                    close()
        except OSError:
            raise
        except Exception:  # the edge of this process: a broken stand-in says where it broke
            log.exception("the sandbox failed at %s", environ.get("PATH_INFO"))
            heads.append(_BROKEN)

    def _head(self, status: str, headers: list[tuple[str, str]], chunked: bool) -> None:
        code, _, phrase = status.partition(" ")
        names = {name.lower() for name, _ in headers}
        self.send_response_only(int(code), phrase)
        self.send_header("Server", self.version_string())
        if "date" not in names:  # an application with a clock of its own sends its own
            self.send_header("Date", self.date_time_string())
        for name, value in headers:
            self.send_header(name, value)
        if self.close_connection and "connection" not in names:
            self.send_header("Connection", "close")
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing: a sandbox's requests are shown by its own inspector."""


@dataclass
class RunningServer:
    """A sandbox that listens; `url` has no trailing slash."""

    url: str
    _server: BaseWSGIServer
    _thread: threading.Thread

    def close(self) -> None:
        """Stop listening, wait for the accept loop to end, and hang up on whoever is connected."""
        self._server.shutdown()
        self._thread.join(timeout=5)
        self._server.server_close()
        for connection in list(_connections(self._server)):
            _hang_up(connection)


def serve(application: WSGIApplication, *, port: int = 0, host: str = "127.0.0.1") -> RunningServer:
    """Listen on loopback (a free port unless one is given) from a background thread."""
    server = make_server(host, port, application, threaded=True, request_handler=QuietKeepAlive)
    server.daemon_threads = True  # type: ignore[attr-defined]
    thread = threading.Thread(
        target=server.serve_forever,
        kwargs={"poll_interval": 0.05},  # how long `close` may take
        name=f"sandbox-{server.port}",
        daemon=True,
    )
    thread.start()
    return RunningServer(f"http://{host}:{server.port}", server, thread)


def cut(environ: dict[str, Any]) -> None:
    """Close the caller's socket now: whatever is returned afterwards never arrives."""
    connection: socket.socket = environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)


def _connections(server: Any) -> set[socket.socket]:
    """Who is connected to a server; kept on it, because handlers are made by it."""
    connections: set[socket.socket] = server.__dict__.setdefault("open_connections", set())
    return connections


def _hang_up(connection: socket.socket) -> None:
    with suppress(OSError):  # it hung up first
        connection.shutdown(socket.SHUT_RDWR)
