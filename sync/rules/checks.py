"""What is wrong with a rule, told when it is saved instead of when it first fires."""

from __future__ import annotations

from sync.domain.books import Books
from sync.rules import actions, comparisons
from sync.rules.fields import FIELDS_BY_ID
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
    kind = actions.ACTIONS_BY_ID.get(rule.action.name)
    if kind is None:
        near = nearest(rule.action.name, actions.ACTIONS_BY_ID)
        found.append(Problem("action", f'there is no action "{rule.action.name}"', near))
    elif message := actions.complaint(kind, rule.action.value):
        found.append(Problem("action", message))
    return tuple(found)


def check(rule: Rule, books: Books) -> tuple[Problem, ...]:
    """Everything to put right before this rule can work in this company."""
    found = list(faults(rule))
    if any(problem.field == "action" for problem in found):
        return tuple(found)

    kind = actions.ACTIONS_BY_ID[rule.action.name]
    ready = actions.ready(kind, rule.action.value, books)
    if isinstance(ready, Missing):
        found.append(Problem("action", ready.reason, ready.suggestion))
    elif mixes_alphabets(rule.action.value):
        message = f'"{rule.action.value}" mixes letters of two alphabets; is it the one you mean?'
        found.append(Problem("action", message, warning=True))
    if rule.conditions and not any(condition.enabled for condition in rule.conditions):
        message = "every condition is off, so this rule never fires"
        found.append(Problem("conditions", message, warning=True))
    return tuple(found)


def _name_fault(name: str) -> str:
    if not name.strip():
        return "a rule needs a name"
    return f"a rule's name has at most {MAX_NAME} characters" if len(name) > MAX_NAME else ""


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
