"""Sends what waits in the outbox: paced, in order, and never stopped by one bad channel."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from slack_sdk import WebClient

from bot.reports.calls import Place, without_retries
from bot.reports.delivery import Delivery
from bot.reports.lanes import Lanes, method, rates
from bot.reports.outcome import Failure, Trouble
from bot.reports.pace import Pace
from bot.reports.place import is_direct
from bot.reports.trouble import questions
from sync.domain.identity import Scope
from sync.errors import NotFound, Retryable, SyncError
from sync.services.facade import Services
from sync.services.models import ConnectionView
from sync.services.reports import OutboxRow

log = logging.getLogger(__name__)

CHANNEL_PAUSE, SHUT_OUT_PAUSE = 600.0, 3600.0  # seconds until a closed place is tried again
_MOST_ATTEMPTS, _MOST_REFUSALS = 300, 5
_LONGEST_BACK_OFF = 300.0
_NAP, _AFTER_ERROR = 0.2, 5.0


class Sender:
    """One step takes what is due and either sends it or says when it may go; it never sleeps."""

    def __init__(
        self,
        services: Services,
        client_for: Callable[[str], WebClient],
        clock: Callable[[], datetime],
        *,
        shut_out: Callable[[str, str], None] = lambda workspace, why: None,
    ) -> None:
        """`shut_out` is told of workspaces whose token is worth nothing any more."""
        self._shut_out = shut_out
        self._services = services
        self._client_for = client_for
        self._clock = clock
        self._pace = Pace()
        self._lanes = Lanes()
        self._delivery = Delivery(services)
        self._limited: dict[tuple[str, str], float] = {}
        self._paused: dict[tuple[str, str], float] = {}
        self._dead_tokens: dict[str, str | None] = {}

    def run(self, stop: threading.Event) -> None:
        """Until told to stop."""
        while not stop.is_set():
            try:
                idle = not self.step(self._clock())
            except Exception:  # the edge of this thread: what is claimed comes back in a minute
                log.exception("the sender stumbled")
                stop.wait(_AFTER_ERROR)
            else:
                if idle:
                    stop.wait(_NAP)

    def step(self, now: datetime) -> int:
        """How many messages were settled; the others have a later time now."""
        return sum(self._handle(row) for row in self._services.reports.due(now))

    # -- one message

    def _handle(self, row: OutboxRow) -> bool:
        moment = self._clock()
        now = moment.timestamp()
        try:
            client = without_retries(self._client_for(row.workspace))
        except Retryable as error:
            return self._wait(row, now + _AFTER_ERROR, str(error))
        except SyncError as error:  # not installed: nothing may be asked of Slack for it
            return self._wait(row, now + SHUT_OUT_PAUSE, str(error))
        if self._is_shut_out(row, client):
            return self._wait(row, now + SHUT_OUT_PAUSE, "the token was revoked")
        if row.attempts > _MOST_ATTEMPTS:
            return self._drop(row, "given up")
        if self._delivery.is_overtaken(row):
            return self._drop(row, "overtaken")
        if at := self._must_wait(row, now):
            return self._wait(row, at, "its turn comes")
        root = self._delivery.root(row) if row.thread_key else None
        if row.thread_key and root is None:
            # Nothing behind it is held up: other threads have their roots.
            return self._later(row, now + _back_off(row.attempts), "its root is not sent yet")
        channel = root[0] if root else row.channel
        if self._paused.get((row.workspace, channel), 0.0) > now:
            moved = self._moved_to(row, channel)
            if not moved:
                return self._wait(row, self._paused[row.workspace, channel], "channel closed")
            channel = moved
        self._pace.take(rates(row), now)
        return self._deliver(client, row, channel, root, moment)

    def _deliver(
        self, client: WebClient, row: OutboxRow, channel: str, root: Place | None, moment: datetime
    ) -> bool:
        try:
            posted_to, ts = self._delivery.send(client, row, channel, root, moment)
        except Failure as failure:
            return self._failed(row, channel, failure, client.token)
        # Dying here sends it once more: readers see a batch twice rather than never.
        self._services.reports.sent(row, ts, posted_to)
        self._lanes.settled(row)
        return True

    def _failed(self, row: OutboxRow, channel: str, failure: Failure, token: str | None) -> bool:
        now = self._clock().timestamp()
        match failure.trouble:
            case Trouble.LIMITED:
                self._limited[row.workspace, method(row)] = now + failure.after
                return self._wait(row, now + failure.after, failure.reason)
            case Trouble.SHUT_OUT:
                self._dead_tokens[row.workspace] = token
                log.error("Slack no longer lets us into workspace %s", row.workspace)
                self._shut_out(row.workspace, failure.reason)
                return self._wait(row, now + SHUT_OUT_PAUSE, failure.reason)
            case Trouble.CHANNEL:
                return self._closed(row, channel, failure.reason, now)
            case Trouble.LOST if row.kind != "view":
                reason = f"unknown: {failure.reason}"
                return self._wait(row, now + _back_off(row.attempts), reason)
            case Trouble.REFUSED if row.kind != "view" and row.attempts < _MOST_REFUSALS:
                return self._wait(row, now + _back_off(row.attempts), failure.reason)
            case _:
                return self._drop(row, failure.reason)

    # -- waiting

    def _must_wait(self, row: OutboxRow, now: float) -> float:
        """The moment it may go, 0 for now."""
        limited = self._limited.get((row.workspace, method(row)), 0.0)
        at = max(self._lanes.until(row, now), limited if limited > now else 0.0)
        if at:
            return at
        wait = self._pace.wait(rates(row), now)
        return now + wait if wait else 0.0

    def _wait(self, row: OutboxRow, at: float, reason: str) -> bool:
        """Later, and everything behind it in its channel with it."""
        return self._later(row, self._lanes.wait(row, at), reason)

    def _later(self, row: OutboxRow, at: float, reason: str) -> bool:
        moment = self._clock()
        delay = timedelta(seconds=at - moment.timestamp())
        self._services.reports.again(row, moment + delay, reason)
        return False

    def _drop(self, row: OutboxRow, reason: str) -> bool:
        if reason != "overtaken":
            log.error("message %s is not sent: %s", row.key, reason)
        self._services.reports.dropped(row, reason)
        self._lanes.settled(row)
        return True

    # -- places that are closed

    def _is_shut_out(self, row: OutboxRow, client: WebClient) -> bool:
        return row.workspace in self._dead_tokens and (
            self._dead_tokens[row.workspace] == client.token
        )

    def _closed(self, row: OutboxRow, channel: str, reason: str, now: float) -> bool:
        """Posting there waits, its admins are asked; syncing knows nothing of it."""
        if is_direct(channel):
            return self._drop(row, reason)
        log.warning("channel %s is closed to us: %s", channel, reason)
        self._paused[row.workspace, channel] = now + CHANNEL_PAUSE
        if self._moved_to(row, channel):
            return self._wait(row, now, reason)
        asked = questions(
            self._services, row.workspace, channel, reason, self._connection(row), self._clock()
        )
        for question in asked:
            self._services.reports.post(question)
        return self._wait(row, now + CHANNEL_PAUSE, reason)

    def _moved_to(self, row: OutboxRow, channel: str) -> str:
        """Another channel that was chosen since, "" for none."""
        connection = self._connection(row)
        if connection is None or connection.channel == channel:
            return ""
        closed_too = self._paused.get((row.workspace, connection.channel), 0.0)
        return "" if closed_too > self._clock().timestamp() else connection.channel

    def _connection(self, row: OutboxRow) -> ConnectionView | None:
        if not row.payload.get("connection"):
            return None
        try:
            return self._services.connections.get(Scope(row.workspace, row.payload["connection"]))
        except NotFound:
            return None


def _back_off(attempts: int) -> float:
    """2, 4, 8 … seconds, at most five minutes."""
    return float(min(_LONGEST_BACK_OFF, 2.0 ** min(attempts + 1, 9)))
