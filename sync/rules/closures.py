"""Conditions as closures: each is made once for a run and called for every sale of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sync.rules.comparisons import (
    COMPARABLE,
    COMPARISONS_BY_ID,
    MAP_ALL,
    Comparison,
    View,
    equal,
    view_of,
    wanted,
)
from sync.rules.draft import Draft
from sync.rules.fields import FIELDS_BY_ID, Field, Kind
from sync.rules.model import Condition, Joint, Scope
from sync.rules.values import number

Holds = Callable[[Draft], bool]


def parts(
    conditions: tuple[Condition, ...], scope: Scope, joined_by: Joint
) -> list[tuple[Condition, Holds]]:
    """The tests of a rule; those in brackets are one, joined by the other word."""
    found: list[tuple[Condition, Holds]] = []
    grouped = [(c, _test(c, scope)) for c in conditions if c.grouped]
    for condition in conditions:
        if not condition.grouped:
            found.append((condition, _test(condition, scope)))
        elif condition is grouped[0][0]:
            other: Joint = "or" if joined_by == "and" else "and"
            found.append((condition, joined(tuple(test for _, test in grouped), other)))
    return found


def joined(tests: tuple[Holds, ...], joined_by: Joint) -> Holds:
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:
        first, second = tests
        if joined_by == "and":
            return lambda draft: first(draft) and second(draft)
        return lambda draft: first(draft) or second(draft)
    stop = joined_by == "or"

    def holds(draft: Draft) -> bool:
        for test in tests:
            if test(draft) is stop:
                return stop
        return not stop

    return holds


def _test(condition: Condition, scope: Scope) -> Holds:
    field, comparison = FIELDS_BY_ID[condition.field], COMPARISONS_BY_ID[condition.comparison]
    if comparison.id == MAP_ALL:
        return lambda draft: True
    met = _met(field, comparison, condition)
    if field.scope is Scope.ORDER:
        found: Holds = met
    elif field.scope is Scope.LINE and scope is Scope.LINE:
        found = lambda draft: met(draft.line)  # noqa: E731
    elif field.scope is Scope.LINE:
        found = lambda draft: any(map(met, draft.lines))  # noqa: E731
    elif scope is Scope.PAYMENT:
        found = lambda draft: met(draft.tender)  # noqa: E731
    else:
        found = lambda draft: any(map(met, draft.tenders))  # noqa: E731
    return (lambda draft: not found(draft)) if comparison.negated else found


def _met(field: Field, comparison: Comparison, condition: Condition) -> Callable[[Any], bool]:
    """Whether a sale, line or tender meets the positive test, by any of the field's values.

    Comparable values are made once per sale and kept until a rule changes it.
    """
    view = view_of(field, comparison)
    values = wanted(condition, view)
    key = f"{field.id}/{view}"
    read = _many(field, view) if field.many else _one(field, view)
    if field.many:
        test = comparison.build(values)

        def any_met(holder: Any) -> bool:
            try:
                found = holder.seen[key]
            except KeyError:
                found = holder.seen[key] = read(holder)
            return any(map(test, found))

        return any_met

    if comparison.build is equal:  # the most frequent one, without a further call
        (value,) = values

        def is_same(holder: Any) -> bool:
            try:
                return bool(holder.seen[key] == value)
            except KeyError:
                found = holder.seen[key] = read(holder)
                return bool(found == value)

        return is_same

    test = comparison.build(values)

    def met(holder: Any) -> bool:
        try:
            return test(holder.seen[key])
        except KeyError:
            found = holder.seen[key] = read(holder)
            return test(found)

    return met


def _one(field: Field, view: View) -> Callable[[Any], Any]:
    comparable = COMPARABLE[view]
    read: Callable[[Any], Any] = field.read
    return lambda holder: comparable(read(holder))


def _many(field: Field, view: View) -> Callable[[Any], tuple[Any, ...]]:
    comparable = COMPARABLE[view]
    read: Callable[[Any], Any] = field.read
    ids = field.kind is Kind.CODE and view is not View.TEXT

    def values(holder: Any) -> tuple[Any, ...]:
        first, *others = read(holder)
        if ids:  # a register called "1" is not register 1: a name that is a number names no id
            others = [name for name in others if number(name) is None]
        return tuple(map(comparable, (first, *others)))

    return values
