"""Rules made ready for many sales: compiled once, run from top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sync.domain.books import Books
from sync.domain.sale import Sale
from sync.domain.verdicts import Fired, Hold, Skip
from sync.rules.actions import ACTIONS_BY_ID, EXCLUDE, ActionKind, Ready, ready, scope_of
from sync.rules.checks import faults
from sync.rules.comparisons import COMPARABLE, COMPARISONS_BY_ID, Test, View, view_of, wanted
from sync.rules.draft import Draft
from sync.rules.fields import FIELDS_BY_ID, Field, Kind
from sync.rules.lookups import Missing
from sync.rules.model import Condition, Joint, Rule, RuleError, Scope
from sync.rules.values import number

Holds = Callable[[Draft], bool]


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its tests as closures; `tests` go with the enabled conditions, in order."""

    rule: Rule
    scope: Scope
    conditions: tuple[Condition, ...]
    tests: tuple[Holds, ...]
    holds: Holds
    kind: ActionKind
    value: Ready

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
        if isinstance(self.value, Missing):
            draft.holds[self.kind.id] = Hold(
                self.value.cause,
                f'rule "{self.rule.name}" cannot {self.kind.words}: {self.value.reason}',
                self.value.fix,
                self.rule.action.value,
            )
            return
        before, after = self.kind.apply(draft, self.value)
        draft.seen.clear()
        draft.holds.pop(self.kind.id, None)
        if self.kind.id == EXCLUDE:
            draft.excluded_by = draft.excluded_by or self.rule.name
        fired = Fired(self.rule.name, self.kind.changes, before, after)
        if fired not in draft.fired:
            draft.fired.append(fired)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules that can fire, in their order."""

    rules: tuple[CompiledRule, ...] = ()

    def run(self, sale: Sale) -> Draft:
        """The sale after all rules; an exclusion ends the run, since nothing later matters."""
        draft = Draft(sale)
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
    """Ready for a run; rules that are off, or have no condition that is on, are left out."""
    return Rulebook(
        tuple(
            _compiled(rule, books)
            for rule in rules
            if rule.enabled and any(condition.enabled for condition in rule.conditions)
        )
    )


def _compiled(rule: Rule, books: Books) -> CompiledRule:
    if problems := faults(rule):
        raise RuleError(f'rule "{rule.name}": {problems[0].message}')
    conditions = tuple(condition for condition in rule.conditions if condition.enabled)
    scope = scope_of(conditions, rule.action)
    tests = tuple(_test(condition, scope) for condition in conditions)
    kind = ACTIONS_BY_ID[rule.action.name]
    holds = tests[0] if len(tests) == 1 else _joined(tests, rule.joined_by)
    value = ready(kind, rule.action.value, books)
    return CompiledRule(rule, scope, conditions, tests, holds, kind, value)


def _joined(tests: tuple[Holds, ...], joined_by: Joint) -> Holds:
    stop = joined_by == "or"

    def holds(draft: Draft) -> bool:
        for test in tests:
            if test(draft) is stop:
                return stop
        return not stop

    return holds


def _test(condition: Condition, scope: Scope) -> Holds:
    field, comparison = FIELDS_BY_ID[condition.field], COMPARISONS_BY_ID[condition.comparison]
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
