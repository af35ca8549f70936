"""What a person decided about one sale; it stands over settings and rules."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DecisionKind(StrEnum):
    """What can be decided: leave it out, another day for its document, another number."""

    SKIP = "skip"
    DATE = "date"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Decision:
    """`value` is a day (2026-11-01), a number, or for a skip who said so and why."""

    kind: DecisionKind
    value: str
    actor: str = ""  # Slack user id
