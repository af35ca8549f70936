"""What is refused for now is tried again, later each time, and not for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from sync.domain.verdicts import EntryState, Hold

_BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
MAX_ATTEMPTS = len(_BACKOFF) + 1


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an item, customer or other list object was not made; `passes` when time may help."""

    hold: Hold
    code: str
    passes: bool
    at: datetime

    def packed(self) -> bytes:
        hold = self.hold
        return orjson.dumps([hold.cause, hold.reason, hold.fix, self.code, self.passes, self.at])

    @classmethod
    def unpacked(cls, packed: bytes) -> Refusal:
        cause, reason, fix, code, passes, at = orjson.loads(packed)
        return cls(Hold(cause, reason, fix), code, passes, datetime.fromisoformat(at))

    def holds_at(self, now: datetime) -> bool:
        """Whether one run need not ask again yet: silence takes long, a busy moment does not."""
        return now - self.at < (_BACKOFF[-1] if not self.passes or not self.code else _BACKOFF[0])


@dataclass(frozen=True, slots=True)
class Later:
    """A sale that waits for something QuickBooks did not take just now."""

    hold: Hold
    code: str = ""


def next_try(count: int, now: datetime) -> tuple[EntryState, datetime | None]:
    """What a sale is after being refused `count` times, and when it is due again."""
    if count >= MAX_ATTEMPTS:
        return EntryState.FAILED, None
    return EntryState.RETRYING, now + _BACKOFF[count - 1]
