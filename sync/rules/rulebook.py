"""Rules made ready for many sales: compiled once, run from top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sync.domain.books import Books
from sync.domain.sale import Sale
from sync.domain.verdicts import Fired, Hold, Skip
from sync.rules.actions import ACTIONS_BY_ID, EXCLUSIONS, ActionKind, scope_of
from sync.rules.checks import faults
from sync.rules.comparisons import (
    COMPARABLE,
    COMPARISONS_BY_ID,
    MAP_ALL,
    Test,
    View,
    view_of,
    wanted,
)
from sync.rules.draft import Draft
from sync.rules.effects import NO_CHANGE, Ready
from sync.rules.fields import FIELDS_BY_ID, Field, Kind
from sync.rules.lookups import Missing
from sync.rules.model import Condition, Joint, Rule, RuleError, Scope
from sync.rules.targets import Value, copied, ready, value_complaint
from sync.rules.values import number, plain

Holds = Callable[[Draft], bool]


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its tests as closures; `tests` go with the enabled conditions, in order.

    Conditions in brackets count as one test, which goes with the first of them.
    """

    rule: Rule
    scope: Scope
    conditions: tuple[Condition, ...]
    tests: tuple[Holds, ...]
    holds: Holds
    kind: ActionKind
    value: Callable[[Draft], Ready]

    def run(self, draft: Draft) -> None:
        """Apply the action wherever the conditions hold."""
        if self.scope is Scope.ORDER:
            if self.holds(draft):
                self._apply(draft)
            return
        once = self.kind.scope is Scope.ORDER
        applied = False
        for _ in draft.each(self.scope):
            if not (once and applied) and self.holds(draft):
                self._apply(draft)
                applied = True

    def _apply(self, draft: Draft) -> None:
        value = self.value(draft)
        if value == "":
            return  # nothing to copy: the target keeps what it has
        if isinstance(value, Missing):
            draft.holds[self.kind.id] = Hold(
                value.cause,
                f'rule "{self.rule.name}" cannot {self.kind.words}: {value.reason}',
                value.fix,
                self.rule.action.value,
            )
            return
        change = self.kind.apply(draft, value)
        draft.holds.pop(self.kind.id, None)
        if change == NO_CHANGE:
            return
        draft.seen.clear()
        if self.kind.id in EXCLUSIONS:
            draft.excluded_by = draft.excluded_by or self.rule.name
        fired = Fired(self.rule.name, self.kind.changes, *change)
        if fired not in draft.fired:
            draft.fired.append(fired)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules that can fire, in their order."""

    rules: tuple[CompiledRule, ...] = ()
    currency: str = ""

    def run(self, sale: Sale) -> Draft:
        """The sale after all rules; an exclusion ends the run, since nothing later matters."""
        draft = Draft(sale, self.currency)
        for rule in self.rules:
            rule.run(draft)
            if draft.excluded_by:
                break
        return draft


def verdict_of(draft: Draft) -> Skip | Hold | None:
    """What the rules decided: out of the books, waiting for a person, or nothing."""
    if draft.excluded_by:
        return Skip("rule", f'excluded by rule "{draft.excluded_by}"')
    return next(iter(draft.holds.values()), None)


def compile_rules(rules: Sequence[Rule], books: Books) -> Rulebook:
    """Ready for a run of sales; what cannot fire is left out, as are rules on purchase orders."""
    ready_rules = (_compiled(rule, books) for rule in rules if rule.enabled)
    return Rulebook(
        tuple(
            rule for rule in ready_rules if rule is not None and rule.scope is not Scope.PURCHASE
        ),
        books.facts.currency,
    )


def _compiled(rule: Rule, books: Books) -> CompiledRule | None:
    """None when no condition is on, or when the one is off that names what is to be copied."""
    if problems := faults(rule):
        raise RuleError(f'rule "{rule.name}": {problems[0].message}')
    conditions = tuple(condition for condition in rule.conditions if condition.enabled)
    kind = ACTIONS_BY_ID[rule.action.name]
    value = _value(kind, rule.action.value, conditions, books)
    if not conditions or value is None:
        return None
    scope = scope_of(conditions, rule.action)
    parts = _parts(conditions, scope, rule.joined_by)
    tests = tuple(test for _, test in parts)
    holds = _joined(tests, rule.joined_by)
    return CompiledRule(rule, scope, tuple(c for c, _ in parts), tests, holds, kind, value)


def _value(
    kind: ActionKind, text: str, conditions: tuple[Condition, ...], books: Books
) -> Callable[[Draft], Ready] | None:
    """What the action is given: always the same, or a copy of a field of each sale."""
    if text.strip() or kind.value in (Value.NONE, Value.INSTEAD):
        fixed = ready(kind, text, books, conditions)
        return lambda draft: fixed
    field = copied(kind, text, conditions)
    if field is None:
        return None
    read: Callable[[Any], Any] = field.read

    def copy(draft: Draft) -> Ready:
        holder = _holder(field, draft)
        found = read(holder) if holder is not None else ""
        said = plain(next(filter(None, reversed(found)), "") if isinstance(found, tuple) else found)
        if not said:
            return ""
        if wrong := value_complaint(kind, said):
            return Missing("rule.value", "", wrong)
        return ready(kind, said, books)

    return copy


def _holder(field: Field, draft: Draft) -> object | None:
    """Where a field to copy is read: under a test of the sale, its first line or payment."""
    if field.scope is Scope.LINE:
        return draft.line or next(iter(draft.lines), None)
    if field.scope is Scope.PAYMENT:
        return draft.tender or next(iter(draft.tenders), None)
    return draft


def _parts(
    conditions: tuple[Condition, ...], scope: Scope, joined_by: Joint
) -> list[tuple[Condition, Holds]]:
    """The tests of a rule; those in brackets are one, joined by the other word."""
    parts: list[tuple[Condition, Holds]] = []
    grouped = [(c, _test(c, scope)) for c in conditions if c.grouped]
    for condition in conditions:
        if not condition.grouped:
            parts.append((condition, _test(condition, scope)))
        elif condition is grouped[0][0]:
            other: Joint = "or" if joined_by == "and" else "and"
            parts.append((condition, _joined(tuple(test for _, test in grouped), other)))
    return parts


def _joined(tests: tuple[Holds, ...], joined_by: Joint) -> Holds:
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
    view, negated = view_of(field, comparison), comparison.negated
    met = _met(field, view, comparison.build(wanted(condition, view)))

    if field.scope is Scope.ORDER:
        return (lambda draft: not met(draft)) if negated else met
    if field.scope is Scope.LINE:
        if scope is Scope.LINE:
            return lambda draft: met(draft.line) is not negated
        return lambda draft: any(map(met, draft.lines)) is not negated
    if scope is Scope.PAYMENT:
        return lambda draft: met(draft.tender) is not negated
    return lambda draft: any(map(met, draft.tenders)) is not negated


def _met(field: Field, view: View, test: Test) -> Callable[[Any], bool]:
    """Whether a sale, line or tender meets a positive test, by any of the field's values.

    Comparable values are made once per sale and kept until a rule changes it.
    """
    key = f"{field.id}/{view}"
    if field.many:
        values = _values(field, view)

        def any_met(holder: Any) -> bool:
            found = holder.seen.get(key)
            if found is None:
                found = holder.seen[key] = values(holder)
            return any(map(test, found))

        return any_met

    read, comparable = field.read, COMPARABLE[view]

    def met(holder: Any) -> bool:
        found = holder.seen.get(key)
        if found is None:
            found = holder.seen[key] = comparable(read(holder))
        return test(found)

    return met


def _values(field: Field, view: View) -> Callable[[Any], tuple[Any, ...]]:
    comparable = COMPARABLE[view]
    read: Callable[[Any], Any] = field.read
    ids = field.kind is Kind.CODE and view is not View.TEXT

    def values(holder: Any) -> tuple[Any, ...]:
        first, *others = read(holder)
        if ids:  # a register called "1" is not register 1: a name that is a number names no id
            others = [name for name in others if number(name) is None]
        return tuple(map(comparable, (first, *others)))

    return values
