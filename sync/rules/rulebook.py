"""Rules made ready for many sales: compiled once, run from top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sync.domain.books import Books
from sync.domain.sale import Sale
from sync.domain.verdicts import Fired, Hold, Skip
from sync.rules.actions import ACTIONS_BY_ID, EXCLUSIONS, ActionKind, scope_of
from sync.rules.checks import faults
from sync.rules.closures import Holds, joined, parts
from sync.rules.draft import Draft
from sync.rules.effects import NO_CHANGE, Ready
from sync.rules.fields import Field
from sync.rules.lookups import Missing
from sync.rules.model import Condition, Rule, RuleError, Scope
from sync.rules.targets import Value, copied, ready, value_complaint
from sync.rules.values import plain


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
        """Apply the action wherever the conditions hold, looking at one line or tender at a time.

        An action on the sale happens once, however many of its lines are met.
        """
        holds, once = self.holds, self.kind.scope is Scope.ORDER
        if self.scope is Scope.ORDER:
            if holds(draft):
                self.apply(draft)
        elif self.scope is Scope.LINE:
            for line in draft.lines:
                draft.line = line
                if holds(draft):
                    self.apply(draft)
                    if once:
                        break
            draft.line = None
        else:
            for tender in draft.tenders:
                draft.tender = tender
                if holds(draft):
                    self.apply(draft)
            draft.tender = None

    def apply(self, draft: Draft) -> None:
        """Do it to what the draft is looking at."""
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
    # The test of a sale by itself, or None where a rule looks at lines or tenders one by one.
    _steps: tuple[tuple[CompiledRule, Holds | None], ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        steps = ((rule, rule.holds if rule.scope is Scope.ORDER else None) for rule in self.rules)
        object.__setattr__(self, "_steps", tuple(steps))

    def run(self, sale: Sale) -> Draft:
        """The sale after all rules; an exclusion ends the run, since nothing later matters."""
        draft = Draft(sale, self.currency)
        for rule, holds in self._steps:
            if holds is None:
                rule.run(draft)
            elif holds(draft):
                rule.apply(draft)
            else:
                continue
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
    found = parts(conditions, scope, rule.joined_by)
    tests = tuple(test for _, test in found)
    holds = joined(tests, rule.joined_by)
    return CompiledRule(rule, scope, tuple(c for c, _ in found), tests, holds, kind, value)


def _value(
    kind: ActionKind, text: str, conditions: tuple[Condition, ...], books: Books
) -> Callable[[Draft], Ready] | None:
    """What the action is given: always the same, or a copy of a field of each sale."""
    if text.strip() or kind.value in (Value.NONE, Value.INSTEAD):
        fixed = ready(kind, text, books, conditions)
        return lambda draft: fixed
    source = copied(kind, text, conditions)
    if source is None:
        return None
    read: Callable[[Any], Any] = source.read

    def copy(draft: Draft) -> Ready:
        holder = _holder(source, draft)
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
