"""What a file of rules would do, as forms show it."""

from __future__ import annotations

from dataclasses import dataclass

from sync.rules.sheet import Rejected as Rejected


@dataclass(frozen=True, slots=True)
class RulesFile:
    """What a file would do; `confirms` says yes to exactly this, on the rules as they are now."""

    new: tuple[str, ...]  # lines
    changed: tuple[tuple[str, str], ...]  # the line that stands, and what replaces it
    unchanged: int
    grouped: int  # rows that joined another row's rule
    elsewhere: int  # rules for other connections, which this one leaves alone
    rejected: tuple[Rejected, ...]
    confirms: str
