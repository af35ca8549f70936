"""Rules that cannot do what they say: told when one is saved, not found out in the books."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sync.domain.books import name_key
from sync.rules.actions import ACTIONS_BY_ID, EXCLUDE, scope_of
from sync.rules.comparisons import COMPARABLE, COMPARISONS_BY_ID, View, view_of, wanted
from sync.rules.fields import FIELDS_BY_ID
from sync.rules.model import Condition, Rule, Scope

_NAMES = ("=", "in list")  # comparisons that list everything they accept
_ABOVE, _BELOW = (">", ">="), ("<", "<=")


def conflicts(rules: Sequence[Rule], place: int) -> tuple[str, ...]:
    """What the rule at a place, counted from 0, has against it; rules run from top to bottom."""
    rule = rules[place]
    conditions = _on(rule)
    if not rule.enabled or not conditions:
        return ()
    if never := _never(rule):
        return (f"No sale can meet all its conditions: {never}.",)
    found = []
    for other in rules[:place]:
        if _covers(other, rule) and _is_undisturbed(rules, other, rule):
            found.append(_after(other, rule))
        elif _wins(rules, rule, other):
            found.append(f'It overrides rule "{other.name}" wherever that one applies.')
    found += [
        f'Rule "{other.name}", further down, overrides it everywhere.'
        for other in rules[place + 1 :]
        if _wins(rules, other, rule)
    ]
    return tuple(said for said in found if said)


def _after(first: Rule, rule: Rule) -> str:
    """`first` runs before and applies wherever `rule` does."""
    if first.action.name == EXCLUDE:
        return f'It never acts: rule "{first.name}" excludes all its sales before.'
    if first.action.name != rule.action.name:
        return ""
    if _same_value(first, rule):
        return f'It changes nothing: rule "{first.name}" does the same for all its sales.'
    if _covers(rule, first):
        return (
            f'It contradicts rule "{first.name}": both apply to the same sales, and this one wins.'
        )
    return ""  # a narrower case after a wider one is what the order is for


def _wins(rules: Sequence[Rule], later: Rule, earlier: Rule) -> bool:
    """`later` runs after, applies wherever `earlier` does, and decides the same thing otherwise."""
    return (
        later.action.name == earlier.action.name
        and not _same_value(later, earlier)
        and _covers(later, earlier)
        and _is_undisturbed(rules, earlier, later)
    )


def _covers(wide: Rule, narrow: Rule) -> bool:
    """Whether `wide` certainly applies wherever `narrow` does, judged by their conditions alone."""
    tests, scope = _on(wide), _scope(wide)
    if not wide.enabled or not narrow.enabled or not tests or not _on(narrow):
        return False
    if wide.group or narrow.group:
        return False  # brackets are not taken apart: nothing is claimed that may not be so
    if scope is not Scope.ORDER and scope is not _scope(narrow):
        return False
    branches = [_on(narrow)] if narrow.joined_by == "and" else [(each,) for each in _on(narrow)]
    every = all if wide.joined_by == "and" else any
    return all(
        every(any(_implies(given, test) for given in branch) for test in tests)
        for branch in branches
    )


def _implies(given: Condition, test: Condition) -> bool:
    """Whether every fact that meets `given` meets `test`."""
    if given.field != test.field:
        return False
    if given.comparison == test.comparison and _key(given) == _key(test):
        return True
    field = FIELDS_BY_ID[given.field]
    if given.comparison not in _NAMES or (
        field.many and COMPARISONS_BY_ID[test.comparison].negated
    ):
        return False
    return all(_meets(value, test) for value in given.values)


def _never(rule: Rule) -> str:
    """The conditions that exclude each other, in words."""
    if rule.joined_by != "and" or rule.group:
        return ""
    for name in dict.fromkeys(condition.field for condition in _on(rule)):
        field = FIELDS_BY_ID[name]
        tests = [condition for condition in _on(rule) if condition.field == name]
        one_by_one = field.scope is Scope.ORDER or field.scope is _scope(rule)
        if len(tests) < 2 or field.many or not one_by_one:
            continue  # one of several facts may meet one test, and another the other
        named = next((test for test in tests if test.comparison in _NAMES), None)
        if named is not None:
            others = [test for test in tests if test is not named]
            if not any(all(_meets(value, test) for test in others) for value in named.values):
                return " and ".join(_words(test) for test in tests)
        elif _is_gap(tests):
            return " and ".join(_words(test) for test in tests)
    return ""


def _is_gap(tests: Sequence[Condition]) -> bool:
    lows = [(_first(test), test.comparison == ">") for test in tests if test.comparison in _ABOVE]
    highs = [(_first(test), test.comparison == "<") for test in tests if test.comparison in _BELOW]
    if not lows or not highs:
        return False
    (low, above), (high, below) = max(lows), min(highs)
    return bool(low > high or (low == high and (above or below)))


def _meets(value: str, test: Condition) -> bool:
    comparison = COMPARISONS_BY_ID[test.comparison]
    view = view_of(FIELDS_BY_ID[test.field], comparison)
    met = comparison.build(wanted(test, view))(COMPARABLE[view](value))
    return met is not comparison.negated


def _is_undisturbed(rules: Sequence[Rule], first: Rule, last: Rule) -> bool:
    """No rule from the one to before the other changes what they test."""
    between = rules[rules.index(first) : rules.index(last)]
    changed = {ACTIONS_BY_ID[each.action.name].changes for each in between if each.enabled}
    return not changed & {each.field for each in (*_on(first), *_on(last))}


def _same_value(one: Rule, other: Rule) -> bool:
    return name_key(one.action.value) == name_key(other.action.value)


def _on(rule: Rule) -> tuple[Condition, ...]:
    return tuple(condition for condition in rule.conditions if condition.enabled)


def _scope(rule: Rule) -> Scope:
    return scope_of(_on(rule), rule.action)


def _key(condition: Condition) -> frozenset[Any]:
    return frozenset(wanted(condition, _view(condition)))


def _first(condition: Condition) -> Any:
    return wanted(condition, _view(condition))[0]


def _view(condition: Condition) -> View:
    return view_of(FIELDS_BY_ID[condition.field], COMPARISONS_BY_ID[condition.comparison])


def _words(condition: Condition) -> str:
    return " ".join((condition.field, condition.comparison, ", ".join(condition.values)))
