"""How fast we may speak: Slack's limits with room to spare, so that 429 stays an exception."""

from __future__ import annotations

from dataclasses import dataclass

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second, and so many at once after a silence."""

    per_second: float
    burst: float


CHANNEL = Rate(1.0, 3.0)  # posts in one channel
WORKSPACE = Rate(4.0, 4.0)  # all calls
UPDATES = Rate(40 / 60, 4.0)  # chat.update, of the 50 a minute
OTHERS = Rate(80 / 60, 10.0)  # methods of tier 4, of the 100 a minute


class Pace:
    """Token buckets by key, on a clock that is passed in."""

    def __init__(self) -> None:
        self._left: dict[Key, tuple[float, float]] = {}

    def wait(self, rates: dict[Key, Rate], now: float) -> float:
        """Seconds until all of these allow one more; 0 for now."""
        return max((self._wait(key, rate, now) for key, rate in rates.items()), default=0.0)

    def take(self, rates: dict[Key, Rate], now: float) -> None:
        """Count one call."""
        for key, rate in rates.items():
            self._left[key] = (self._tokens(key, rate, now) - 1, now)

    def _tokens(self, key: Key, rate: Rate, now: float) -> float:
        tokens, since = self._left.get(key, (rate.burst, now))
        return min(rate.burst, tokens + (now - since) * rate.per_second)

    def _wait(self, key: Key, rate: Rate, now: float) -> float:
        missing = 1 - self._tokens(key, rate, now)
        # A hair's breadth of a token is there: otherwise rounding would wait for ever.
        return missing / rate.per_second if missing > 1e-6 else 0.0
