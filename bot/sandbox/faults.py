"""Bad days on order: named faults for a method, a number of times."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from bot.sandbox.limits import walk
from bot.sandbox.model import Json

TRANSPORT = ("ratelimited", "500", "slow", "cut_before", "cut_after")
ANSWERS = (
    *("invalid_blocks", "channel_not_found", "is_archived", "not_in_channel", "token_revoked"),
    *("invalid_auth", "account_inactive", "message_not_found", "cant_update_message"),
    *("missing_scope", "internal_error", "hash_conflict", "expired_trigger_id"),
)
NAMES = (*TRANSPORT, *ANSWERS)


@dataclass(slots=True)
class Fault:
    """What goes wrong; `block_type` narrows it to calls that carry such a block."""

    method: str
    name: str
    times: int = 1
    retry_after: int = 1
    seconds: float = 1.0
    block_type: str | None = None


class Faults:
    """The faults still to come, in the order they were asked for."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        """Plan one; a name nobody knows is a mistake of the test."""
        if fault.name not in NAMES:
            raise ValueError(f"unknown fault {fault.name}; known: {', '.join(NAMES)}")
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        """Good weather again."""
        with self._lock:
            self._waiting.clear()

    def take(self, method: str, arguments: Json) -> Fault | None:
        """The fault that hits this call, if any, counted as used."""
        with self._lock:
            for fault in self._waiting:
                if fault.method in (method, "*") and _carries(arguments, fault.block_type):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                    return fault
        return None


def _carries(arguments: Json, block_type: str | None) -> bool:
    if block_type is None:
        return True
    return any(item.get("type") == block_type for item in walk(arguments.get("blocks")))
