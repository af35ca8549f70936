"""The leaky bucket and the burst window, and the headers that tell callers about them."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Refused = Literal["api-leaky-bucket", "api-burst-limiter"]


def _short(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class Admission:
    """Whether a call may run, and the headers that its answer carries either way."""

    refused: Refused | None
    headers: dict[str, str]


class Limits:
    """Both limiters of one account and client; `scale` speeds everything up for benches."""

    def __init__(self, registers: int, scale: float, monotonic: Callable[[], float]) -> None:
        extra = max(0, registers - 1)
        self.size = (90 + 10 * extra) * scale
        self.drip = (1 + 0.5 * extra) * scale
        self.burst = max(1, math.floor(self.size * 2 / 9))
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._level = 0.0
        self._drained = monotonic()
        self._window = 0
        self._in_window = 0

    def admit(self, cost: float) -> Admission:
        """Take the call in if the bucket is not full yet; the last one in may overflow it."""
        with self._lock:
            now = self._monotonic()
            self._level = max(0.0, self._level - (now - self._drained) * self.drip)
            self._drained = now
            if math.floor(now) != self._window:
                self._window, self._in_window = math.floor(now), 0
            refused: Refused | None = None
            if self._in_window >= self.burst:
                refused = "api-burst-limiter"
            elif self._level >= self.size:
                refused = "api-leaky-bucket"
            else:
                self._level += cost
            self._in_window += 1
            return Admission(refused, self._headers(cost, refused, self._level))

    def pretend(self, refused: Refused) -> Admission:
        """A refusal on request, told as if the limit had been reached."""
        with self._lock:
            full = refused == "api-leaky-bucket"
            level = self.size + self.drip if full else self._level
            return Admission(refused, self._headers(1, refused, level))

    def _headers(self, cost: float, refused: Refused | None, level: float) -> dict[str, str]:
        headers = {
            "X-LS-API-Bucket-Level": f"{_short(level)}/{_short(self.size)}",
            "X-LS-API-Burst-Level": f"{self._in_window}/{self.burst}",
            "X-LS-API-Drip-Rate": _short(self.drip),
            "X-LS-API-Request-Cost": _short(cost),
        }
        if refused:
            wait = 1
            if refused == "api-leaky-bucket":
                wait = max(1, math.ceil((level - self.size) / self.drip))
            headers["X-LS-API-RateLimit-Type"] = refused
            headers["Retry-After"] = str(wait)
        return headers
