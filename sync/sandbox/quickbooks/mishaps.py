"""Bad days by name: what networks, gateways and owners do to a caller, a given number of times."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from sync.sandbox.quickbooks.wire import Json

BEFORE = frozenset(
    {
        "429",
        "500_before",
        "503",
        "cut_before",
        "html_error",
        "401_expired",
        "subscription_lapsed",
        "company_locked",
    }
)
AFTER = frozenset({"500_after", "cut_after", "truncated", "slow"})
IN_BATCH = frozenset({"batch_item_missing", "batch_item_empty", "batch_reordered"})
# Answers to single items of a batch that would make an item, a customer or the like.
IN_LISTS = frozenset({"list_busy", "list_throttled", "list_refused"})
SWITCHES = frozenset({"ignore_requestid", "ignore_total_tax"}) | IN_LISTS
NAMES = BEFORE | AFTER | IN_BATCH | SWITCHES


@dataclass(slots=True)
class Mishap:
    """One planned mishap; `times` None means until it is cleared."""

    name: str
    times: int | None
    path: str
    seconds: float


class UnknownMishap(ValueError):
    """No mishap has this name."""


class Mishaps:
    """Planned mishaps, met by requests in the order they were planned."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: list[Mishap] = []

    def plan(self, name: str, times: int | None = 1, path: str = "", seconds: float = 2.0) -> None:
        """Let the next `times` matching requests meet this; 0 clears it.

        `path` is a part of the address; without it only company calls are met.
        """
        if name not in NAMES:
            raise UnknownMishap(name)
        with self._lock:
            if times == 0:
                self._planned = [mishap for mishap in self._planned if mishap.name != name]
            else:
                self._planned.append(Mishap(name, times, path, seconds))

    def clear(self) -> None:
        """Good weather again."""
        with self._lock:
            self._planned.clear()

    def meet(self, path: str) -> Mishap | None:
        """The mishap this request meets, if any; a switch is never met, only consulted."""
        with self._lock:
            for mishap in self._planned:
                if mishap.name not in SWITCHES and _matches(mishap, path):
                    self._use(mishap)
                    return mishap
        return None

    def on(self, name: str) -> bool:
        """Whether a switch is on; a counted one is used up by the asking."""
        if not self._planned:
            return False
        with self._lock:
            for mishap in self._planned:
                if mishap.name == name:
                    self._use(mishap)
                    return True
        return False

    def as_json(self) -> list[Json]:
        """What is still to come."""
        with self._lock:
            return [
                {"name": mishap.name, "times": mishap.times, "path": mishap.path}
                for mishap in self._planned
            ]

    def _use(self, mishap: Mishap) -> None:
        if mishap.times is None:
            return
        mishap.times -= 1
        if mishap.times == 0:
            self._planned.remove(mishap)


def _matches(mishap: Mishap, path: str) -> bool:
    if mishap.name in IN_BATCH and not path.partition("?")[0].endswith("/batch"):
        return False
    return mishap.path in path if mishap.path else path.startswith("/v3/")
