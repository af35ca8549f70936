"""The throttles in front of the service, and the record of everything that came through."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sync.sandbox.quickbooks.wire import Json

PER_MINUTE = 500
PER_SECOND = 10
BATCHES_PER_MINUTE = 40
AT_ONCE = 10


class Throttled(Exception):
    """A limit is used up; nothing was done."""


@dataclass(slots=True)
class _Window:
    """Calls of the last `seconds`, at most `limit` of them."""

    seconds: float
    limit: float
    calls: deque[float] = field(default_factory=deque)

    def full(self, now: float) -> bool:
        edge = now - self.seconds
        while self.calls and self.calls[0] <= edge:
            self.calls.popleft()
        return len(self.calls) >= self.limit


class _Realm:
    def __init__(self, scale: float) -> None:
        self.minute = _Window(60, PER_MINUTE * scale)
        self.second = _Window(1, PER_SECOND * scale)
        self.batches = _Window(60, BATCHES_PER_MINUTE * scale)
        self.inside = 0


class Counters:
    """What callers did, for tests and budgets; read as a snapshot."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()

    def add(self, name: str, amount: int = 1) -> None:
        """Count something that has a total of its own."""
        with self._lock:
            self._counts[name] += amount

    def call(self, kind: str) -> None:
        """Count one call of a kind, such as "batch" or "query"."""
        with self._lock:
            self._kinds[kind] += 1
            self._counts["calls"] += 1

    def peak(self, name: str, value: int) -> None:
        """Remember the highest value seen."""
        with self._lock:
            self._counts[name] = max(self._counts[name], value)

    def snapshot(self) -> Json:
        """All counts; `reads` are the metered ones, batch items included."""
        with self._lock:
            names = (
                "calls",
                "batches",
                "batch_items",
                "reads",
                "writes",
                "throttled",
                "replays",
                "replays_with_another_body",
                "token_calls",
                "max_concurrency",
                "peak_calls_per_minute",
                "peak_batches_per_minute",
            )
            batches = self._kinds["batch"]
            return {name: self._counts[name] for name in names} | {
                "batches": batches,
                "by_kind": dict(self._kinds),
            }

    def reset(self) -> None:
        """Start counting afresh."""
        with self._lock:
            self._counts.clear()
            self._kinds.clear()


class Gate:
    """Sliding windows per company; `scale` multiplies rates, not how many may be inside at once."""

    def __init__(self, counters: Counters, *, scale: float, monotonic: Callable[[], float]) -> None:
        self.enabled = True
        self._counters = counters
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._realms: defaultdict[str, _Realm] = defaultdict(lambda: _Realm(scale))

    @contextmanager
    def passage(self, realm: str, *, batch: bool) -> Iterator[None]:
        """Count one call in and out; raises Throttled when a limit is used up."""
        with self._lock:
            lanes = self._realms[realm]
        self._enter(lanes, batch)
        try:
            yield
        finally:
            with self._lock:
                lanes.inside -= 1

    def _enter(self, realm: _Realm, batch: bool) -> None:
        now = self._monotonic()
        windows = [realm.minute, realm.second, *([realm.batches] if batch else [])]
        with self._lock:
            full = [window.full(now) for window in windows]
            if self.enabled and (any(full) or realm.inside >= AT_ONCE):
                self._counters.add("throttled")
                raise Throttled
            for window in windows:
                window.calls.append(now)
            realm.inside += 1
            inside = realm.inside
            minute, batches = len(realm.minute.calls), len(realm.batches.calls)
        self._counters.peak("max_concurrency", inside)
        self._counters.peak("peak_calls_per_minute", minute)
        self._counters.peak("peak_batches_per_minute", batches)
