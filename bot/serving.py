"""Serves any WSGI application to the network, and stops without cutting anybody off."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from waitress import wasyncore
from waitress.server import create_server

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

MAX_BODY: Final = 1 << 20  # Slack's largest request is far below
MAX_HEADERS: Final = 32 << 10
GRACE: Final = 10.0  # seconds for answers that were already being made
_LOOK: Final = 0.25  # how often `stop` is looked at, in seconds


def serve_forever(
    app: WSGIApplication,
    host: str,
    port: int,
    threads: int = 8,
    stop: threading.Event | None = None,
    *,
    listening: Callable[[int], None] = lambda port: None,
) -> None:
    """Serve until `stop` is set or the process is told to end; `listening` learns the port."""
    stop = stop or threading.Event()
    sockets: dict[int, Any] = {}
    server = create_server(
        app,
        map=sockets,
        host=host,
        port=port,
        threads=threads,
        ident=None,
        max_request_body_size=MAX_BODY,
        max_request_header_size=MAX_HEADERS,
        channel_timeout=60,
        cleanup_interval=10,
        connection_limit=500,
        asyncore_use_poll=True,  # select ends at 1,024 sockets
        expose_tracebacks=False,
        log_socket_errors=False,
    )
    with _signals_set(stop):
        listening(_port_of(server))
        while not stop.is_set():
            wasyncore.loop(timeout=_LOOK, use_poll=True, map=sockets, count=1)
        _close_gently(server, sockets)


def _close_gently(server: Any, sockets: dict[int, Any]) -> None:
    """Take no new connection, finish what has begun, then close."""
    doors = [one for one in sockets.values() if getattr(one, "accepting", False)]
    for door in doors:
        wasyncore.dispatcher.close(door)
    end = time.monotonic() + GRACE
    while time.monotonic() < end and any(map(_is_busy, list(sockets.values()))):
        wasyncore.loop(timeout=0.05, use_poll=True, map=sockets, count=1)
    server.task_dispatcher.shutdown(timeout=1)
    wasyncore.close_all(sockets, ignore_all=True)


def _is_busy(one: Any) -> bool:
    return bool(getattr(one, "requests", None) or getattr(one, "total_outbufs_len", 0))


def _port_of(server: Any) -> int:
    """A name like localhost may open two sockets, and then the server is a bundle of them."""
    if hasattr(server, "effective_port"):
        return int(server.effective_port)
    return int(server.effective_listen[0][1])


@contextmanager
def _signals_set(stop: threading.Event) -> Iterator[None]:
    """SIGTERM and SIGINT set `stop`; only the main thread may listen to them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {
        number: signal.signal(number, lambda *_: stop.set())
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
