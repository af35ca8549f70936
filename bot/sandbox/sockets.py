"""Socket Mode: the bot opens a WebSocket to us, and what Slack has to say goes through it."""

from __future__ import annotations

import json
import secrets
import threading
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from bot.sandbox.delivery import Delivery, Reply
from bot.sandbox.model import ApiError, Json

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

    from simple_websocket import Server

_TICKETS = 20


class Sockets:
    """At most a few connections; each envelope goes to one of them and waits for its answer."""

    def __init__(self) -> None:
        self.app_token = ""  # "" while the app has no Socket Mode
        self._tickets: list[str] = []
        self._open: list[Server] = []
        self._answers: dict[str, Json] = {}
        self._changed = threading.Condition()

    @property
    def connected(self) -> int:
        """How many connections stand."""
        return len(self._open)

    def connections_open(self, token: str | None, base_url: str) -> Json:
        """apps.connections.open: an address that is good for one connection."""
        if not self.app_token or not token:
            raise ApiError("not_authed" if not token else "not_allowed_token_type")
        if not secrets.compare_digest(token.encode(), self.app_token.encode()):
            raise ApiError(
                "not_allowed_token_type" if token.startswith("xoxb-") else "invalid_auth"
            )
        ticket = secrets.token_hex(16)
        with self._changed:
            self._tickets = [*self._tickets[-_TICKETS:], ticket]
        address = base_url.replace("http://", "ws://", 1)
        return {"ok": True, "url": f"{address}/link/?ticket={ticket}"}

    def serve(self, environ: WSGIEnvironment, ticket: str) -> None:
        """One connection, until either side ends it."""
        from simple_websocket import ConnectionClosed, Server

        with self._changed:
            if ticket not in self._tickets:
                raise ApiError("invalid_auth")
            self._tickets.remove(ticket)
        socket = Server.accept(environ)
        try:
            socket.send(json.dumps({"type": "hello", "num_connections": self.connected + 1}))
            self._join(socket)
            while True:
                self._heard(socket.receive())
        except ConnectionClosed:
            pass
        finally:
            self._leave(socket)

    def close(self) -> None:
        """Every connection ends, as when Slack goes away."""
        for socket in list(self._open):
            socket.close()

    def wait_until_connected(self, timeout: float = 10.0) -> bool:
        """Whether the bot came within this time."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._open), timeout)

    def wait_until_gone(self, timeout: float = 10.0) -> bool:
        """Whether the bot's last connection ended within this time."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._open, timeout)

    def deliver(self, delivery: Delivery, within: float) -> Reply:
        """Send it as an envelope and wait as long as Slack waits; an error is never answered."""
        envelope = _envelope(delivery)
        name = envelope["envelope_id"]
        started = time.monotonic()
        with self._changed:
            if not self._open:
                return Reply(None, "", 0.0, "dispatch_failed")
            socket = self._open[-1]
        socket.send(json.dumps(envelope))
        with self._changed:
            answered = self._changed.wait_for(lambda: name in self._answers, within)
            taken = time.monotonic() - started
            if not answered:
                return Reply(None, "", taken, "operation_timeout")
            payload = self._answers.pop(name).get("payload")
        return Reply(200, "" if payload is None else json.dumps(payload), taken)

    def _join(self, socket: Server) -> None:
        with self._changed:
            self._open.append(socket)
            self._changed.notify_all()

    def _leave(self, socket: Server) -> None:
        with self._changed:
            if socket in self._open:
                self._open.remove(socket)
            self._changed.notify_all()

    def _heard(self, said: str | bytes | None) -> None:
        answer: Any = json.loads(said or "{}")
        if isinstance(answer, dict) and "envelope_id" in answer:
            with self._changed:
                self._answers[str(answer["envelope_id"])] = answer
                self._changed.notify_all()


def _envelope(delivery: Delivery) -> Json:
    """The same facts as over HTTP, unsigned: the connection itself is the proof."""
    envelope: Json = {"envelope_id": secrets.token_hex(16), "accepts_response_payload": True}
    kind = delivery.headers.get("Content-Type", "")
    if kind.startswith("application/json"):
        envelope |= {"type": "events_api", "payload": json.loads(delivery.body)}
        envelope["accepts_response_payload"] = False
        if number := delivery.headers.get("X-Slack-Retry-Num"):
            envelope["retry_attempt"] = int(number)
            envelope["retry_reason"] = delivery.headers.get("X-Slack-Retry-Reason", "")
        return envelope
    fields = dict(parse_qsl(delivery.body.decode(), keep_blank_values=True))
    if "payload" in fields:
        return envelope | {"type": "interactive", "payload": json.loads(fields["payload"])}
    return envelope | {"type": "slash_commands", "payload": fields}
