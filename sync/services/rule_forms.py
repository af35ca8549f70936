"""A rule taken apart into the fields of a form, and put together again into its one line."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sync.errors import Invalid
from sync.rules import many
from sync.rules.actions import ACTIONS, ACTIONS_BY_ID
from sync.rules.checks import faults
from sync.rules.comparisons import COMPARISONS, COMPARISONS_BY_ID, Takes
from sync.rules.fields import FIELDS
from sync.rules.grammar import format_rule, parse_rule
from sync.rules.model import MAX_CHARACTERS, MAX_CONDITIONS, Action, Condition, Joint, Rule
from sync.rules.model import Scope as Tests
from sync.rules.targets import TYPE_WORDS, Value, written
from sync.services.models import Option

ActionValue = Value
_TESTS = {Tests.ORDER: "the sale", Tests.LINE: "a line of it", Tests.PAYMENT: "a payment"} | {
    Tests.PURCHASE: "a purchase order"
}
_SIGNS = {"=": "is", ">": "is more than", ">=": "is at least", "<": "is less than"} | {
    "<=": "is at most"
}
# A line is typed into Slack, where quotes come in many kinds and some marks are invisible.
_QUOTES = str.maketrans(dict.fromkeys("“”„‟″«»＂", '"') | dict.fromkeys("‘’‚‛", "'"))
_UNSEEN = frozenset(("Cc", "Cf", "Cs"))

FIELD_CHOICES = tuple(
    Option(field.id, field.id.capitalize(), f"of {_TESTS[field.scope]}") for field in FIELDS
)
COMPARISON_CHOICES = tuple(Option(each.id, _SIGNS.get(each.id, each.id)) for each in COMPARISONS)
ACTION_CHOICES = tuple(Option(each.id, each.words.capitalize()) for each in ACTIONS)
TYPE_CHOICES = tuple(Option(words, words.capitalize()) for words in TYPE_WORDS.values())
MOST_ROWS = MAX_CONDITIONS
MOST_CHARACTERS = MAX_CHARACTERS


class RuleRefused(Invalid):
    """What is wrong with a rule, by the place a form shows it: "name", "value.0", "action"."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        place, text = next(iter(errors.items()))
        super().__init__(text, field=place)
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Row:
    """One condition; several values stand with commas between them."""

    field: str = FIELDS[0].id
    comparison: str = COMPARISONS[0].id
    value: str = ""
    enabled: bool = True
    grouped: bool = False  # in brackets with its neighbours


@dataclass(frozen=True, slots=True)
class RuleForm:
    """A rule as its form has it. An action's account or tax code is its name."""

    name: str = ""
    rows: tuple[Row, ...] = (Row(),)
    joined_by: str = "and"
    action: str = ACTIONS[0].id
    value: str = ""
    enabled: bool = True


def form_of(line: str) -> RuleForm:
    """The fields that a saved line fills."""
    rule = parse_rule(line)
    return RuleForm(
        rule.name,
        tuple(
            Row(each.field, each.comparison, joined(each), each.enabled, each.grouped)
            for each in rule.conditions
        ),
        rule.joined_by,
        rule.action.name,
        rule.action.value,
        rule.enabled,
    )


def line_of(form: RuleForm) -> str:
    """The one line of a filled-in form; RuleRefused says what is wrong where."""
    joint: Joint = "or" if form.joined_by == "or" else "and"
    conditions = _conditions(form.rows)
    value = tidied(form.value) if takes(form.action) is not Value.NONE else ""
    if kind := ACTIONS_BY_ID.get(form.action):
        value = written(kind, value)
    rule = Rule(tidied(form.name), conditions, joint, Action(form.action, value), form.enabled)
    errors: dict[str, str] = {}
    for problem in faults(rule):
        place = problem.field.replace("conditions.", "value.")
        errors.setdefault("name" if place == "conditions" else place, _sentence(problem.message))
    if errors:
        raise RuleRefused(errors)
    line = format_rule(rule)
    if len(line) > MAX_CHARACTERS:
        raise RuleRefused({"name": f"This rule is longer than {MAX_CHARACTERS:,} characters."})
    try:
        parse_rule(line)
    except Invalid as error:  # a character that no line may hold
        raise RuleRefused({"name": str(error)}) from error
    return line


def tidied(text: str) -> str:
    """As a line would be read after somebody typed it."""
    seen = (char for char in text if char.isspace() or unicodedata.category(char) not in _UNSEEN)
    return " ".join("".join(seen).translate(_QUOTES).split())


def takes(action: str) -> Value:
    """What kind of value an action needs."""
    kind = ACTIONS_BY_ID.get(action)
    return kind.value if kind else Value.NONE


def joined(condition: Condition) -> str:
    """A condition's values as one text; what holds a comma or a quote is quoted."""
    if not isinstance(condition.value, tuple):
        return condition.value
    return many.joined(condition.value)


def _conditions(rows: tuple[Row, ...]) -> tuple[Condition, ...]:
    """Brackets around one condition, or around all of them, change nothing and go."""
    grouped = sum(row.grouped for row in rows)
    brackets = 1 < grouped < len(rows)
    return tuple(replace(_condition(row), grouped=row.grouped and brackets) for row in rows)


def _condition(row: Row) -> Condition:
    comparison = COMPARISONS_BY_ID.get(row.comparison)
    way = comparison.takes if comparison else Takes.ONE
    if way is Takes.NONE:
        return Condition(row.field, row.comparison, "", row.enabled)
    text = tidied(row.value)
    if way is Takes.ONE:
        return Condition(row.field, row.comparison, text, row.enabled)
    return Condition(row.field, row.comparison, many.split(text), row.enabled)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
