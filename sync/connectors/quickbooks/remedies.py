"""How a refusal of QuickBooks is described: what kind it is, in which words, with which button."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FaultClass(StrEnum):
    """What the caller does with a refusal."""

    RETRY = "retry"  # theirs, and passing: the same again later
    REAUTH = "reauth"  # renew the access token once, then the same again
    DISCONNECTED = "disconnected"  # stop this company's runs, ask a person
    STALE = "stale"  # read again, reapply, at most three times
    EXISTS = "exists"  # look for what is already there
    REFUSED = "refused"  # hold the entry
    THROTTLED = "throttled"  # too many calls, nothing was done


@dataclass(frozen=True, slots=True)
class Row:
    """One remedy: `codes` it answers to, and a text (lower case) that must be in the fault."""

    codes: tuple[str, ...]
    text: str
    kind: FaultClass = FaultClass.REFUSED
    fix: str = ""
    contains: str = ""
    cause: str = ""  # "" means qbo.<code>
