"""Runs a sandbox's WSGI application on loopback, and can cut a connection the way networks do."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication


class QuietKeepAlive(WSGIRequestHandler):
    """Connections stay open between calls, as with the real services; nothing is printed."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing: a sandbox's requests are shown by its own inspector."""

    def send_header(self, keyword: str, value: str) -> None:
        """An application with a clock of its own sends its own Date: one is enough."""
        if keyword.lower() == "date":
            lines: list[bytes] = getattr(self, "_headers_buffer", [])
            lines[:] = [line for line in lines if not line.lower().startswith(b"date:")]
        super().send_header(keyword, value)


@dataclass
class RunningServer:
    """A sandbox that listens; `url` has no trailing slash."""

    url: str
    _server: BaseWSGIServer
    _thread: threading.Thread

    def close(self) -> None:
        """Stop listening and wait for the accept loop to end."""
        self._server.shutdown()
        self._thread.join(timeout=5)
        self._server.server_close()


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
