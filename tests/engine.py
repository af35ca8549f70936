"""An engine in memory: what it is given it hands out in order, on a clock that a test moves."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta

from sync.engine.port import Work
from sync.ledger.ledger import Ledger


class MemoryEngine:
    """Implements the engine's port; a unit queued in a rolled-back transaction finds nothing."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._queue: list[tuple[datetime, int, Work]] = []
        self._seen: set[Work] = set()
        self._count = 0

    def enqueue(self, ledger: Ledger, work: Work, *, delay: float = 0.0) -> None:
        if work not in self._seen:
            self._seen.add(work)
            self._count += 1
            due = self._clock() + timedelta(seconds=delay)
            heapq.heappush(self._queue, (due, self._count, work))

    def cancel(self, workspace: str, run: str) -> None:
        """Wake what waits of a run, so that it sees its flag at once; nothing is dropped."""
        self._queue = [
            (min(due, self._clock()), count, work) if work.id == run else (due, count, work)
            for due, count, work in self._queue
        ]
        heapq.heapify(self._queue)

    def has_unit(self, run: str) -> bool:
        return any(work.id == run for _, _, work in self._queue)

    def purge(self, before: datetime) -> None:
        """Nothing is kept."""

    def next(self, before: datetime | None = None) -> tuple[datetime, Work] | None:
        """The unit that is due first, and when; None when nothing is due before then."""
        if not self._queue or (before is not None and self._queue[0][0] > before):
            return None
        due, _, work = heapq.heappop(self._queue)
        return due, work
