"""The field of a rule's action: the one that fits what the action takes."""

from __future__ import annotations

from datetime import date

from bot.modals.fields.inputs import (
    Place,
    Typed,
    pick_field,
    picker_field,
    select_field,
    text_field,
    word,
)
from bot.views.blocks import Block
from bot.views.text import cut
from sync.services.models import Option
from sync.services.rule_forms import TYPE_CHOICES, ActionValue, RuleForm, takes

ACCOUNTS = "account"
TAX_CODES = "tax"
_PICKED = {ActionValue.ACCOUNT: f".{ACCOUNTS}", ActionValue.TAX_CODE: f".{TAX_CODES}"}
_LONGEST = {
    ActionValue.REGION: 3,
    ActionValue.NUMBER: 21,
    ActionValue.METHOD: 31,
    ActionValue.AMOUNT: 12,
    ActionValue.EXTRA: 12,
    ActionValue.FACTOR: 12,
    ActionValue.TEXT: 1_000,
}
_HINTS = {
    ActionValue.REGION: "Two letters, such as MD.",
    ActionValue.AMOUNT: "Such as 4.50, without a currency sign.",
    ActionValue.EXTRA: "Such as 1.50 or 10%, without a currency sign.",
    ActionValue.FACTOR: "Such as 3; the price of one is divided by it.",
    ActionValue.INSTEAD: "Blank: what the SKU conditions look for is cut out.",
    ActionValue.CLASS: "The class as QuickBooks names it.",
    ActionValue.LINE_CLASS: "The class as QuickBooks names it.",
    ActionValue.LOCATION: "The location as QuickBooks names it.",
    ActionValue.TERMS: "The terms as QuickBooks names them.",
    ActionValue.ITEM: "The product or service as QuickBooks names it.",
    ActionValue.EXPENSE: "The account as QuickBooks names it.",
}
_COPY = "Blank only with a condition “map all”: its field is copied."


def value_fields(place: Place, form: RuleForm, pick: Option | None) -> list[Block]:
    """None for an action without a value; another action has another field."""
    kind, name = takes(form.action), field_of(form.action)
    if kind is ActionValue.NONE:
        return []
    if kind is ActionValue.ACCOUNT:
        return [pick_field(place, name, "Account", pick, {}, hint=_gone(form, pick), optional=True)]
    if kind is ActionValue.TAX_CODE:
        return [
            pick_field(place, name, "Tax code", pick, {}, hint=_gone(form, pick), optional=True)
        ]
    if kind is ActionValue.DATE:
        return [picker_field(place, name, "Date", _day(form.value), {}, optional=True, hint=_COPY)]
    if kind is ActionValue.TYPE:
        return [
            select_field(
                place, name, "Transaction type", TYPE_CHOICES, form.value, {}, optional=True
            )
        ]
    most, hint = _LONGEST.get(kind, 100), _HINTS.get(kind, _COPY)
    return [text_field(place, name, "Value", form.value, {}, most=most, hint=hint, optional=True)]


def field_of(action: str) -> str:
    """The name of an action's field; what is picked from the company's lists has its own."""
    return f"to.{action}{_PICKED.get(takes(action), '')}"


def value_in(typed: Typed, action: str) -> str:
    """What was typed, or the id that was picked."""
    return word(typed, field_of(action))


def _day(value: str) -> str:
    """A date that Slack's picker can begin with."""
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return ""


def _gone(form: RuleForm, pick: Option | None) -> str:
    return f"“{cut(form.value, 100)}” is not in QuickBooks." if form.value and not pick else _COPY
