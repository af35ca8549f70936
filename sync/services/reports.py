"""Events out, messages in: what the renderer and the sender of Slack messages work with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sync.errors import Conflict
from sync.services.means import Means

_CLAIM = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Event:
    """A fact that sync told, to be rendered once."""

    id: int
    workspace: str
    connection: str
    run_id: str
    kind: str
    payload: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to send; `key` is unique, `thread_key` the message it is a reply to."""

    workspace: str
    key: str
    channel: str
    kind: str
    payload: dict[str, Any]
    thread_key: str = ""
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A message claimed by a sender."""

    id: int
    workspace: str
    key: str
    channel: str
    kind: str
    payload: dict[str, Any]
    thread_key: str
    attempts: int


class Reports:
    """An event becomes messages in one transaction, so none is lost and none rendered twice."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def next_events(self, limit: int = 100) -> tuple[Event, ...]:
        """The oldest events, in order."""
        with self._means.ledgers.read() as ledger:
            rows = ledger.outbox.events(limit)
        return tuple(
            Event(
                row["id"],
                row["workspace"],
                row["connection"],
                row["run"],
                row["kind"],
                row["payload"],
                row["at"],
            )
            for row in rows
        )

    def done(self, event_ids: Sequence[int]) -> None:
        """Forget events that need no message; again is harmless."""
        with self._means.ledgers.write() as ledger:
            ledger.outbox.forget_events(event_ids)

    def post(self, message: Outgoing) -> None:
        self.post_and_done((message,), ())

    def post_and_done(self, messages: Sequence[Outgoing], event_ids: Sequence[int]) -> None:
        """Raises Conflict, and does nothing, when another process rendered one of these events."""
        now = self._means.clock()
        with self._means.ledgers.write() as ledger:
            if ledger.outbox.forget_events(event_ids) != len(set(event_ids)):
                raise Conflict("another process has rendered these events")
            for message in messages:
                row = asdict(message) | {"at": now}
                ledger.outbox.add(row.pop("workspace"), [row])

    def due(self, now: datetime, limit: int = 50) -> tuple[OutboxRow, ...]:
        """Messages to send now, in order; nobody else gets them for a minute."""
        with self._means.ledgers.write() as ledger:
            rows = ledger.outbox.claim(now, now + _CLAIM, limit)
        return tuple(
            OutboxRow(
                row["id"],
                row["workspace"],
                row["key"],
                row["channel"],
                row["kind"],
                row["payload"],
                row["thread_key"],
                row["attempts"],
            )
            for row in rows
        )

    def sent(self, row: OutboxRow, ts: str, channel: str = "") -> None:
        """Keep where it went; a run's message that was redrawn meanwhile is sent once more."""
        with self._means.ledgers.write() as ledger:
            ledger.outbox.settle(
                row.workspace,
                row.id,
                row.kind,
                row.payload,
                "sent",
                ts=ts,
                posted_to=channel or row.channel,
            )

    def again(self, row: OutboxRow, at: datetime, reason: str) -> None:
        """Try it again at that time; `reason` is for operators and holds no content."""
        with self._means.ledgers.write() as ledger:
            ledger.outbox.change(
                row.workspace,
                row.id,
                attempts=row.attempts + 1,
                not_before=at,
                claimed_until=None,
                reason=reason,
            )

    def dropped(self, row: OutboxRow, reason: str) -> None:
        with self._means.ledgers.write() as ledger:
            ledger.outbox.settle(
                row.workspace, row.id, row.kind, row.payload, "dropped", reason=reason
            )

    def key_of(self, workspace: str, channel: str, ts: str) -> str:
        """Which of our messages stands there, "" for none."""
        with self._means.ledgers.read() as ledger:
            return ledger.outbox.key_of(workspace, channel, ts)

    def message(self, workspace: str, key: str) -> tuple[str, str] | None:
        """Channel and timestamp of a message that was sent."""
        with self._means.ledgers.read() as ledger:
            row = ledger.outbox.message(workspace, key)
        return None if row is None or not row["ts"] else (row["posted_to"], row["ts"])
