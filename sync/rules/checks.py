"""What is wrong with a rule, told when it is saved instead of when it first fires."""

from __future__ import annotations

from sync.domain.books import Books
from sync.rules import actions, comparisons, targets
from sync.rules.fields import FIELDS_BY_ID
from sync.rules.later import LATER_BY_ID
from sync.rules.lookups import Missing, mixes_alphabets
from sync.rules.model import MAX_CONDITIONS, MAX_NAME, Condition, Problem, Rule
from sync.rules.values import nearest


def faults(rule: Rule) -> tuple[Problem, ...]:
    """What makes a rule unusable in any company."""
    found = [Problem("name", message) for message in (_name_fault(rule.name),) if message]
    if not 0 < len(rule.conditions) <= MAX_CONDITIONS:
        found.append(Problem("conditions", f"a rule has 1 to {MAX_CONDITIONS} conditions"))
    if rule.joined_by not in ("and", "or"):
        found.append(Problem("conditions", 'conditions are joined by "and" or "or"'))
    for index, condition in enumerate(rule.conditions):
        if problem := _condition_fault(condition, f"conditions.{index}"):
            found.append(problem)
    if message := _group_fault(rule):
        found.append(Problem("conditions", message))
    kind = actions.ACTIONS_BY_ID.get(rule.action.name)
    later = LATER_BY_ID.get(rule.action.name)
    if later is not None:
        message = f'"{later.words[0]}" cannot be used yet: {later.reason}'
        found.append(Problem("action", message))
    elif kind is None:
        near = nearest(rule.action.name, actions.ACTIONS_BY_ID)
        found.append(Problem("action", f'there is no action "{rule.action.name}"', near))
    elif message := targets.complaint(kind, rule.action.value, rule.conditions):
        found.append(Problem("action", message))
    return tuple(found)


def check(rule: Rule, books: Books) -> tuple[Problem, ...]:
    """Everything to put right before this rule can work in this company."""
    found = list(faults(rule))
    if any(problem.field == "action" for problem in found):
        return tuple(found)

    kind = actions.ACTIONS_BY_ID[rule.action.name]
    fixed = rule.action.value.strip() or kind.value is targets.Value.INSTEAD
    ready = targets.ready(kind, rule.action.value, books, rule.conditions) if fixed else None
    if isinstance(ready, Missing):
        found.append(Problem("action", ready.reason, ready.suggestion))
    elif mixes_alphabets(rule.action.value):
        message = f'"{rule.action.value}" mixes letters of two alphabets; is it the one you mean?'
        found.append(Problem("action", message, warning=True))
    if rule.conditions and not any(condition.enabled for condition in rule.conditions):
        message = "every condition is off, so this rule never fires"
        found.append(Problem("conditions", message, warning=True))
    copied = targets.copied(kind, rule.action.value, rule.conditions)
    on = tuple(condition for condition in rule.conditions if condition.enabled)
    if on and copied and not targets.copied(kind, rule.action.value, on):
        message = f"the condition that names {copied.id} is off, so there is nothing to copy"
        found.append(Problem("conditions", message, warning=True))
    return tuple(found)


def takes_item(rule: Rule) -> bool:
    """Whether `check` needs the company's items for this rule."""
    kind = actions.ACTIONS_BY_ID.get(rule.action.name)
    return kind is not None and kind.value is targets.Value.ITEM


def _name_fault(name: str) -> str:
    if not name.strip():
        return "a rule needs a name"
    return f"a rule's name has at most {MAX_NAME} characters" if len(name) > MAX_NAME else ""


def _group_fault(rule: Rule) -> str:
    """Brackets stand once, around neighbours, beside at least one condition of the other word."""
    places = [place for place, each in enumerate(rule.conditions) if each.grouped]
    if not places:
        return ""
    if len(places) < 2 or len(places) == len(rule.conditions):
        return "brackets stand around two conditions or more, beside at least one other"
    if places[-1] - places[0] >= len(places):
        return "a rule has one pair of brackets, around conditions that stand side by side"
    return ""


def _condition_fault(condition: Condition, where: str) -> Problem | None:
    field = FIELDS_BY_ID.get(condition.field)
    if field is None:
        near = nearest(condition.field, FIELDS_BY_ID)
        return Problem(where, f'there is no field "{condition.field}"', near)
    comparison = comparisons.COMPARISONS_BY_ID.get(condition.comparison)
    if comparison is None:
        near = nearest(condition.comparison, comparisons.COMPARISONS_BY_ID)
        return Problem(where, f'there is no comparison "{condition.comparison}"', near)
    message = comparisons.complaint(field, comparison, condition.values)
    return Problem(where, message) if message else None
