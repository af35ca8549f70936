"""The Events API: tells the bot what happens in the workspace, again when it did not listen."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from bot.sandbox import payloads
from bot.sandbox.delivery import JSON_TYPE, Delivery, Reply, signed
from bot.sandbox.model import Json

if TYPE_CHECKING:
    from bot.sandbox.server import SlackSandbox

RETRY_AFTER = (0.0, 60.0, 300.0)  # at once, after about a minute, after about five more
_REASONS = {"operation_timeout": "http_timeout"}


class News:
    """Only events the app subscribed to are delivered; `heard` is told of each attempt."""

    def __init__(
        self,
        sandbox: SlackSandbox,
        subscriptions: Iterable[str] | None,
        stopping: threading.Event,
    ) -> None:
        self.subscriptions = None if subscriptions is None else frozenset(subscriptions)
        self.retry_after = RETRY_AFTER
        self.heard: Callable[[Delivery, Reply], None] = lambda delivery, reply: None
        self.missed: Callable[[str], None] = lambda kind: None
        self._sandbox = sandbox
        self._stopping = stopping

    def tell(self, fields: Json) -> None:
        """Deliver in the background, as Slack does: nobody waits for it."""
        kind = str(fields["type"])
        if self.subscriptions is not None and kind not in self.subscriptions:
            self.missed(kind)
            return
        event_id = self._sandbox.workspace.new_id("Ev")
        body = payloads.event(self._sandbox.state, fields, event_id)
        name = f"event {event_id}"
        threading.Thread(target=self._deliver, args=(body,), name=name, daemon=True).start()

    def _deliver(self, body: bytes) -> None:
        reply = self._attempt(body)
        for number, wait in enumerate(self.retry_after, 1):
            refused = reply.headers.get("X-Slack-No-Retry") == "1"
            if reply.notice is None or refused or self._stopping.wait(wait):
                return
            reply = self._attempt(
                body,
                **{"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": _reason(reply)},
            )

    def _attempt(self, body: bytes, **extra: str) -> Reply:
        sandbox = self._sandbox
        delivery = signed(sandbox.signing_secret, body, JSON_TYPE, sandbox.wall_clock, **extra)
        reply = sandbox.deliver(delivery, sandbox.ack_within)
        self.heard(delivery, reply)
        return reply


def _reason(reply: Reply) -> str:
    if reply.status is None and reply.notice == "dispatch_failed":
        return "connection_failed"
    return _REASONS.get(reply.notice or "", "http_error")
