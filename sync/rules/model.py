"""What a rule is, in words that the form, the line, the file and the database share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from sync.errors import Invalid

MAX_CHARACTERS = 2_000
MAX_CONDITIONS = 20
MAX_NAME = 80

Joint = Literal["and", "or"]


class Scope(StrEnum):
    """What a rule is tested on: the sale, each of its lines or tenders; or a purchase order."""

    ORDER = "order"
    LINE = "line"
    PAYMENT = "payment"
    PURCHASE = "purchase"


@dataclass(frozen=True, slots=True)
class Condition:
    """One test. `field` and `comparison` are ids; several values only for lists and ranges.

    `grouped` ones stand in brackets, side by side, joined by the other word.
    """

    field: str
    comparison: str
    value: str | tuple[str, ...] = ""
    enabled: bool = True
    grouped: bool = False

    @property
    def values(self) -> tuple[str, ...]:
        """The values one by one; none for comparisons that need none."""
        if isinstance(self.value, tuple):
            return self.value
        return (self.value,) if self.value else ()


@dataclass(frozen=True, slots=True)
class Action:
    """What happens when the conditions hold; `name` is the action's id."""

    name: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A named judgement. Its scope is not stored: it follows from its fields and action."""

    name: str
    conditions: tuple[Condition, ...]
    joined_by: Joint
    action: Action
    enabled: bool = True

    @property
    def group(self) -> tuple[Condition, ...]:
        """The conditions in brackets; they are alternatives where the others must all hold."""
        return tuple(condition for condition in self.conditions if condition.grouped)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a rule that a person should put right; a warning does not stop a save."""

    field: str  # "name", "conditions.0", "action": where a form shows it
    message: str
    suggestion: str = ""
    warning: bool = False


class RuleError(Invalid):
    """A rule that cannot be used; `word` and `position` say where in the line it was typed."""

    def __init__(
        self, message: str, *, word: str = "", position: int = 0, suggestion: str = ""
    ) -> None:
        super().__init__(message, field="rule")
        self.word = word
        self.position = position
        self.suggestion = suggestion
