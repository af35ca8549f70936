"""Who waits for whom: messages of one kind in one channel go out in the order they were made."""

from __future__ import annotations

from dataclasses import dataclass

from bot.reports.pace import CHANNEL, OTHERS, UPDATES, WORKSPACE, Key, Rate
from sync.services.reports import OutboxRow

_PER_MESSAGE = Rate(1 / 3, 1.0)  # nobody reads a message that changes faster
_METHODS = {
    "post": "chat.postMessage",
    "update": "chat.update",
    "upload": "files.upload",
    "view": "views.update",
    "publish": "views.publish",
    "ephemeral": "chat.postEphemeral",
}
_BEAT = 1.0  # seconds between those who wait
_IN_ORDER = ("post", "update", "upload")


def method(row: OutboxRow) -> str:
    """What Slack counts, and limits, this call under."""
    if row.payload.get("response_url"):
        return "response_url"
    return _METHODS.get(row.kind, row.kind)


def lane(row: OutboxRow) -> Key:
    """Rows of one lane never overtake each other; answers to people wait for nobody."""
    if row.kind in _IN_ORDER:
        return (row.workspace, row.channel, row.kind)
    return (row.workspace, row.key)


def rates(row: OutboxRow) -> dict[Key, Rate]:
    """The limits this call counts towards."""
    counted: dict[Key, Rate] = {("all", row.workspace): WORKSPACE}
    if row.kind in ("post", "upload"):
        counted["posts", row.workspace, row.channel] = CHANNEL
    elif row.kind == "update":
        counted["updates", row.workspace] = UPDATES
        counted["message", row.workspace, row.key] = _PER_MESSAGE
    else:
        counted["other", row.workspace, method(row)] = OTHERS
    return counted


@dataclass(slots=True)
class _Waiting:
    first: int  # id of the row that waits at the head
    until: float
    last_slot: float


class Lanes:
    """Rows that had to wait, so that nothing behind them goes first."""

    def __init__(self) -> None:
        self._waiting: dict[Key, _Waiting] = {}

    def until(self, row: OutboxRow, now: float) -> float:
        """When the row in front may go; 0 when there is none."""
        waiting = self._waiting.get(lane(row))
        if waiting is None or row.id <= waiting.first or waiting.until <= now:
            return 0.0
        return waiting.until

    def wait(self, row: OutboxRow, until: float) -> float:
        """Queue the row; the answer is its own time, a beat after the row before it."""
        waiting = self._waiting.get(lane(row))
        if waiting is None or row.id <= waiting.first:
            self._waiting[lane(row)] = _Waiting(row.id, until, until)
            return until
        waiting.last_slot = max(until, waiting.last_slot + _BEAT)
        return waiting.last_slot

    def settled(self, row: OutboxRow) -> None:
        """The row is sent or given up: the next may go."""
        waiting = self._waiting.get(lane(row))
        if waiting is not None and waiting.first >= row.id:
            del self._waiting[lane(row)]
