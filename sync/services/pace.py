"""The outside services' limits, shared by every process through the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from sync.errors import Retryable
from sync.ledger.ledger import Ledger, Ledgers

_LONGEST_WAIT = 60.0  # a longer one gives the worker's slot back instead
_BACKGROUND_SHARE = 0.97  # what backfills may use: people's commands never find it all taken
_BRIM = 0.95  # of a bucket that lets units come early: its owner counts with other clocks than we
_GATE = "gate"  # passed by every call; closed while the service told us to stay away


@dataclass(frozen=True, slots=True)
class Limit:
    """A steady rate, and how many units may come early after a quiet time."""

    per_second: float
    burst: float = 0.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Buckets each kind of call goes through, the slowest first, so that waiting in one
    does not spend a place in the next; `learned` names those the service's answers describe.
    """

    service: str
    buckets: dict[str, Limit]
    kinds: dict[str, tuple[str, ...]]
    learned: frozenset[str] = frozenset()


# 40 batches, 500 calls a minute and 10 calls a second, less what clocks and networks may bunch.
QUICKBOOKS = Limits(
    "QuickBooks",
    {"batch": Limit(40 / 60), "minute": Limit(480 / 60, burst=10), "second": Limit(9)},
    {"batch": ("batch", "minute", "second"), "call": ("minute", "second")},
)

# The smallest bucket ever seen; the first answer says what this account has.
LIGHTSPEED = Limits(
    "Lightspeed",
    {"lightspeed": Limit(1, burst=50), "second": Limit(8, burst=2)},
    {"lightspeed": ("lightspeed", "second")},
    frozenset({"lightspeed"}),
)


class SharedPace:
    """The rate limit of one account: places are given out by the database, to all in one line."""

    def __init__(
        self,
        ledgers: Ledgers,
        account: str,
        limits: Limits,
        *,
        scale: float,
        sleep: Callable[[float], None],
        urgent: bool,
    ) -> None:
        self._ledgers = ledgers
        self._account = account
        self._limits = limits
        self._scale = scale
        self._sleep = sleep
        self._urgent = urgent
        self._lock = Lock()
        self._known = {
            name: Limit(limit.per_second * scale, limit.burst)
            for name, limit in limits.buckets.items()
        }

    def wait(self, kind: str, cost: float = 1.0) -> None:
        """Block until a call is allowed; Retryable when that is too long to keep a worker."""
        left = self._line(kind)
        while left:
            with self._ledgers.write() as ledger:
                delay = 0.0
                while left and not delay:
                    delay = self._take(ledger, left.pop(), cost)
            if delay > _LONGEST_WAIT:
                raise Retryable(f"{self._limits.service} asked us to slow down", after=delay)
            if delay:
                self._sleep(delay)

    def learned(self, kind: str, *, level: float, size: float, drip: float | None) -> None:
        """Take the service's own word for a bucket: what is in it, how large, how fast it drains.

        Only upwards: calls of others that are under way are not in their answer yet.
        """
        if kind not in self._limits.learned:
            return
        with self._lock:
            limit = Limit(drip or self._known[kind].per_second, size)
            self._known[kind] = limit
        with self._ledgers.write() as ledger:
            ledger.cluster.push_back(self._key(kind), level / limit.per_second)

    def pushed_back(self, seconds: float) -> None:
        """Close the gate for everybody who calls this account."""
        with self._ledgers.write() as ledger:
            ledger.cluster.push_back(self._key(_GATE), seconds / self._scale)

    def _line(self, kind: str) -> list[str]:
        """Names of the buckets to pass, the last first."""
        buckets = self._limits.kinds[kind]
        first = [] if self._urgent else [f"background {buckets[0]}"]
        # The gate may close while we wait, and must not let everybody out in the same second.
        return [*first, *buckets[:-1], _GATE, buckets[-1]][::-1]

    def _take(self, ledger: Ledger, name: str, cost: float) -> float:
        if name == _GATE:
            return ledger.cluster.reserve(self._key(_GATE), 0.0, 0.0)
        bucket = name.removeprefix("background ")
        with self._lock:
            limit = self._known[bucket]
        rate = limit.per_second * (_BACKGROUND_SHARE if bucket != name else 1.0)
        units = cost if bucket in self._limits.learned else 1.0
        # A call may fill a bucket to the brim, not start above it.
        early = max(0.0, limit.burst * _BRIM - units) if limit.burst else 0.0
        return ledger.cluster.reserve(self._key(name), units / rate, early / rate)

    def _key(self, name: str) -> str:
        return f"{self._account}:{name}"
