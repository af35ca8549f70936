"""How a fact is held against a value: a new comparison is one row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import partial
from operator import eq, ge, gt, le, lt
from typing import Any

from sync.rules import patterns
from sync.rules.fields import Field, Kind
from sync.rules.model import Condition
from sync.rules.values import code, day, fold, number

Test = Callable[[Any], bool]


class Takes(StrEnum):
    """How many values stand beside a comparison."""

    NONE = "none"
    ONE = "one"
    TWO = "two"
    LIST = "list"


class View(StrEnum):
    """The comparable form of a fact that a comparison looks at."""

    TEXT = "text"
    EXACT = "exact"  # as it is written
    CODE = "code"
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison. `build` makes the positive test; `negated` turns the answer round.

    A fact with several values (two tenders) meets a positive test when one of them does,
    and a negated one when none does.
    """

    id: str
    build: Callable[[tuple[Any, ...]], Test]
    aliases: tuple[str, ...] = ()
    takes: Takes = Takes.ONE
    negated: bool = False
    orders: bool = False  # needs more and less: numbers, dates, ids that are numbers
    typed: bool = True  # compares numbers and dates as such; otherwise their text
    exact: bool = False  # text as it is written, capitals and all


def equal(wanted: tuple[Any, ...]) -> Test:
    """The same in the form that the field is compared in."""
    return partial(eq, wanted[0])


def _contains(wanted: tuple[Any, ...]) -> Test:
    part: str = wanted[0]
    return lambda value: part in value


def _starts(wanted: tuple[Any, ...]) -> Test:
    part: str = wanted[0]
    return lambda value: bool(value.startswith(part))


def _ends(wanted: tuple[Any, ...]) -> Test:
    part: str = wanted[0]
    return lambda value: bool(value.endswith(part))


def _ordered(holds: Callable[[Any, Any], bool]) -> Callable[[tuple[Any, ...]], Test]:
    def build(wanted: tuple[Any, ...]) -> Test:
        limit = wanted[0]
        return lambda value: value is not None and holds(value, limit)

    return build


def _between(wanted: tuple[Any, ...]) -> Test:
    low, high = sorted(wanted)
    return lambda value: value is not None and low <= value <= high


def _listed(wanted: tuple[Any, ...]) -> Test:
    return frozenset(wanted).__contains__


def _filled(_: tuple[Any, ...]) -> Test:
    return bool


def _anything(_: tuple[Any, ...]) -> Test:
    return lambda value: True


def _pattern(wanted: tuple[Any, ...]) -> Test:
    return patterns.searching(wanted[0])


def _like(wanted: tuple[Any, ...]) -> Test:
    """`*` stands for anything; walks each piece once, so no pattern can be slow."""
    first, *middle, last = wanted[0].split("*") if "*" in wanted[0] else (wanted[0], "")
    if "*" not in wanted[0]:
        return partial(eq, first)
    shortest = len(first) + len(last)

    def test(value: str) -> bool:
        if len(value) < shortest or not (value.startswith(first) and value.endswith(last)):
            return False
        at, end = len(first), len(value) - len(last)
        for piece in middle:
            at = value.find(piece, at, end)
            if at < 0:
                return False
            at += len(piece)
        return True

    return test


MAP_ALL = "map all"  # always true; names the field that an action without a value copies
REGEX = "matches regex"

COMPARISONS: tuple[Comparison, ...] = (
    Comparison("=", equal, ("==", "equals", "is", "is equal to", "equal to")),
    Comparison("is not", equal, ("!=", "<>", "≠", "not equal to", "does not equal"), negated=True),
    Comparison(
        "contains",
        _contains,
        ("includes", "matches or contains phrase", "contains phrase"),
        typed=False,
    ),
    Comparison(
        "does not contain",
        _contains,
        ("doesn't contain", "doesn’t contain"),
        negated=True,
        typed=False,
    ),
    Comparison("starts with", _starts, ("begins with",), typed=False),
    Comparison("ends with", _ends, typed=False),
    Comparison(
        ">", _ordered(gt), ("more than", "is more than", "greater than", "after"), orders=True
    ),
    Comparison(
        ">=",
        _ordered(ge),
        ("=>", "≥", "at least", "more than or equals", "more than or equal to"),
        orders=True,
    ),
    Comparison("<", _ordered(lt), ("less than", "is less than", "before"), orders=True),
    Comparison(
        "<=",
        _ordered(le),
        ("=<", "≤", "at most", "less than or equals", "less than or equal to"),
        orders=True,
    ),
    Comparison("matches", _like, ("like", "wildcard", "matches wildcard"), typed=False),
    Comparison(
        "in list", _listed, ("in", "is in", "is in list", "is one of", "one of"), Takes.LIST
    ),
    Comparison(
        "not in list", _listed, ("not in", "is not in", "is not in list"), Takes.LIST, negated=True
    ),
    Comparison("between", _between, ("is between",), Takes.TWO, orders=True),
    Comparison("is empty", _filled, ("empty", "is blank"), Takes.NONE, negated=True, typed=False),
    Comparison("is not empty", _filled, ("not empty", "is not blank"), Takes.NONE, typed=False),
    Comparison("is exactly", equal, ("exactly",), typed=False, exact=True),
    Comparison(REGEX, _pattern, ("regex", "regexp", "matches regexp"), typed=False, exact=True),
    Comparison(MAP_ALL, _anything, ("mapall", "map every"), Takes.NONE, typed=False),
)

COMPARISONS_BY_ID = {comparison.id: comparison for comparison in COMPARISONS}
COMPARISON_WORDS = {word: c for c in COMPARISONS for word in (c.id, *c.aliases)}


def view_of(field: Field, comparison: Comparison) -> View:
    """Which form of the field this comparison looks at."""
    if not comparison.typed:
        return View.EXACT if comparison.exact else View.TEXT
    if field.kind is Kind.CODE:
        return View.NUMBER if comparison.orders else View.CODE
    if field.kind in (Kind.NUMBER, Kind.MONEY):
        return View.NUMBER
    return View.DATE if field.kind is Kind.DATE else View.TEXT


def complaint(field: Field, comparison: Comparison, values: tuple[str, ...]) -> str:
    """What is wrong with the values of a condition, or nothing."""
    wants = {Takes.NONE: 0, Takes.ONE: 1, Takes.TWO: 2}.get(comparison.takes)
    if not all(value.strip() for value in values):
        return 'a value is blank; to test for nothing, use "is empty"'
    if (wants is None and not values) or (wants is not None and len(values) != wants):
        needs = {0: "no value", 1: "one value", 2: "two values"}.get(wants or 0)
        return f'"{comparison.id}" needs {needs if wants is not None else "a list of values"}'
    if comparison.orders and field.kind is Kind.TEXT:
        return f'"{comparison.id}" compares numbers and dates, and {field.id} is text'
    if comparison.id == REGEX:
        return patterns.complaint(values[0])
    view = view_of(field, comparison)
    for value in values:
        if view is View.NUMBER and number(value) is None:
            return f'{field.id} is compared with a number such as 300 or 12.50, not "{value}"'
        if view is View.DATE and day(value) is None:
            return f'{field.id} is compared with a date such as 2026-10-01, not "{value}"'
    return ""


def wanted(condition: Condition, view: View) -> tuple[Any, ...]:
    """The condition's values in the form that its field is compared in."""
    return tuple(COMPARABLE[view](value) for value in condition.values)


def _number(value: object) -> Decimal | None:
    return value if isinstance(value, Decimal) else number(str(value))


def _same(value: object) -> object:
    return day(value) if isinstance(value, str) else value


def _text(value: object) -> str:
    return fold(f"{value:f}" if isinstance(value, Decimal) else str(value))


def _exact(value: object) -> str:
    return " ".join((f"{value:f}" if isinstance(value, Decimal) else str(value)).split())


def _code(value: object) -> str:
    return code(str(value))


COMPARABLE: dict[View, Callable[[object], Any]] = {
    View.TEXT: _text,
    View.EXACT: _exact,
    View.CODE: _code,
    View.NUMBER: _number,
    View.DATE: _same,
}
