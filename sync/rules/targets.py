"""The value of an action: which kinds there are, what is wrong with one, and what it becomes."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from sync.domain.books import Books
from sync.rules import lookups
from sync.rules.comparisons import MAP_ALL
from sync.rules.effects import Cut, Extra, Ready
from sync.rules.fields import FIELDS_BY_ID, Field
from sync.rules.model import Condition, Scope
from sync.rules.values import day, fold, number

if TYPE_CHECKING:
    from sync.rules.actions import ActionKind

MAX_TEXT = 1_000
MAX_NAME = 100  # of an item or customer in QuickBooks
MAX_NUMBER = 21  # of a document in QuickBooks
MAX_METHOD = 31  # of a payment method in QuickBooks
_MOST = 1_000_000

TYPES = {
    "sales receipt": "sales_receipt",
    "receipt": "sales_receipt",
    "invoice": "invoice",
    "invoice + payment": "invoice_payment",
    "invoice and payment": "invoice_payment",
    "invoice payment": "invoice_payment",
    "invoice, payment if paid": "invoice_if_paid",
    "invoice if paid": "invoice_if_paid",
    "invoice paid": "invoice_if_paid",
    "estimate": "estimate",
    "sales order": "estimate",  # QuickBooks Online has no sales orders
}


TYPE_WORDS = {type: words for words, type in reversed(TYPES.items())}  # the first of each


class Value(StrEnum):
    """What kind of value an action takes; forms draw the right field from it."""

    NONE = "none"
    REGION = "region"
    ACCOUNT = "account"
    EXPENSE = "expense account"
    TAX_CODE = "tax code"
    CLASS = "class"
    LINE_CLASS = "class of a line"
    LOCATION = "location"
    TERMS = "terms"
    ITEM = "item"
    TYPE = "transaction type"
    METHOD = "payment method"
    NUMBER = "document number"
    AMOUNT = "amount"
    EXTRA = "amount or percentage"
    FACTOR = "factor"
    INSTEAD = "replacement"  # may be blank: then the text is cut out
    NAME = "name"
    TEXT = "text"
    DATE = "date"


_LOOKUPS: dict[Value, Callable[[str, Books], Ready]] = {
    Value.ACCOUNT: lookups.deposit_account,
    Value.EXPENSE: lookups.expense_account,
    Value.TAX_CODE: lookups.tax_code,
    Value.CLASS: lookups.class_named,
    Value.LINE_CLASS: lookups.line_class,
    Value.LOCATION: lookups.location,
    Value.TERMS: lookups.terms,
    Value.ITEM: lookups.item,
    Value.DATE: lambda value, books: day(value),
    Value.AMOUNT: lambda value, books: number(value),
    Value.FACTOR: lambda value, books: number(value),
    Value.EXTRA: lambda value, books: _extra(value),
    Value.TYPE: lambda value, books: TYPES.get(fold(value)),
    Value.REGION: lambda value, books: value.strip().upper(),
}
_LONGEST = {
    Value.TEXT: MAX_TEXT,
    Value.NAME: MAX_NAME,
    Value.INSTEAD: MAX_NAME,
    Value.NUMBER: MAX_NUMBER,
    Value.METHOD: MAX_METHOD,
}


def written(kind: ActionKind, value: str) -> str:
    """The value as it is kept: what may be written in several ways has one of its own."""
    if kind.value is Value.REGION:
        return value.upper()
    return TYPE_WORDS.get(TYPES.get(fold(value), ""), value) if kind.value is Value.TYPE else value


def ready(
    kind: ActionKind, value: str, books: Books, conditions: tuple[Condition, ...] = ()
) -> Ready:
    """The value as the action needs it; Missing when this company has no such thing."""
    if kind.value is Value.NONE and kind.id != "split_sku":
        return None
    if kind.id == "split_sku" or kind.value is Value.INSTEAD:
        return _cut(conditions, value)
    found = _LOOKUPS.get(kind.value)
    return found(value, books) if found else value


def complaint(kind: ActionKind, value: str, conditions: tuple[Condition, ...] = ()) -> str:
    """What is wrong with an action's value whatever the company, or nothing."""
    if kind.value is Value.NONE:
        if value:
            return f'"{kind.words}" takes no value'
    elif not value.strip() and kind.value is not Value.INSTEAD:
        if not copied(kind, value, conditions):
            return _blank(kind, conditions)
    elif said := value_complaint(kind, value):
        return said
    return _mismatch(kind, conditions)


def value_complaint(kind: ActionKind, value: str) -> str:
    """What is wrong with a value that is there."""
    if kind.value is Value.REGION and not (value.isascii() and value.isalpha() and len(value) < 4):
        return f'a region is two or three letters such as MD, or NA for none, not "{value}"'
    if kind.value is Value.DATE and day(value) is None:
        return f'a date looks like 2026-10-01, not "{value}"'
    if kind.value is Value.TYPE and fold(value) not in TYPES:
        return (
            "a transaction type is Sales Receipt, Invoice, Invoice + Payment, "
            f'Invoice if paid or Estimate, not "{value}"'
        )
    if kind.value is Value.AMOUNT and not _within(number(value), Decimal(0)):
        return f'an amount looks like 12.50, without a currency sign, not "{value}"'
    if kind.value is Value.EXTRA and _extra(value) is None:
        return f'a surcharge looks like 1.50 or 10%, without a currency sign, not "{value}"'
    if kind.value is Value.FACTOR and not _within(number(value), Decimal("0.001")):
        return f'a quantity is multiplied by a number above zero such as 3 or 0.5, not "{value}"'
    limit = _LONGEST.get(kind.value)
    if limit is not None and len(value) > limit:
        return f'"{kind.words}" takes at most {limit} characters'
    return ""


def copied(kind: ActionKind, value: str, conditions: tuple[Condition, ...]) -> Field | None:
    """The field that fills the target, where the value is blank and one is named by map all."""
    if value.strip() or kind.value in (Value.NONE, Value.INSTEAD, Value.EXTRA):
        return None
    named = dict.fromkeys(each.field for each in conditions if each.comparison == MAP_ALL)
    return FIELDS_BY_ID.get(next(iter(named))) if len(named) == 1 else None


def _blank(kind: ActionKind, conditions: tuple[Condition, ...]) -> str:
    if kind.value is Value.EXTRA and any(each.comparison == MAP_ALL for each in conditions):
        return f'"{kind.words}" cannot copy a field; it needs an amount such as 1.50 or 10%'
    if sum(each.comparison == MAP_ALL for each in conditions) > 1:
        return f'"{kind.words}" can copy one field; only one condition may say "{MAP_ALL}"'
    thing = kind.words.removeprefix("set ")
    clears = f', and to empty it say "clear {thing}"' if thing in _CLEARED else ""
    return f'"{kind.words}" needs a value, for a blank one would wipe the {thing}{clears}'


_CLEARED = ("memo", "class", "location", "terms", "description", "line class")


def _mismatch(kind: ActionKind, conditions: tuple[Condition, ...]) -> str:
    """A rule is about sales or about purchase orders, never both."""
    about_purchases = kind.scope is Scope.PURCHASE
    for each in conditions:
        field = FIELDS_BY_ID.get(each.field)
        if field is None or (field.scope is Scope.PURCHASE) is about_purchases:
            continue
        if about_purchases:
            return f'"{kind.words}" is for purchase orders, and {field.id} is a fact of sales'
        return f'"{kind.words}" is for sales, and {field.id} is a fact of purchase orders'
    if (kind.id == "split_sku" or kind.value is Value.INSTEAD) and not _sought(conditions):
        return f'"{kind.words}" needs to know where: add a condition such as sku contains -'
    return ""


def _cut(conditions: tuple[Condition, ...], instead: str) -> Cut:
    parts = []
    for comparison, text in _sought(conditions):
        part = re.escape(text)
        part = f"^{part}" if comparison in ("starts with", "=") else part
        parts.append(f"{part}$" if comparison in ("ends with", "=") else part)
    return Cut(re.compile("|".join(parts), re.IGNORECASE), instead)


def _sought(conditions: tuple[Condition, ...]) -> list[tuple[str, str]]:
    """The texts that conditions look for in the SKU."""
    seeking = ("contains", "starts with", "ends with", "=")
    return [
        (each.comparison, text)
        for each in conditions
        if each.enabled and each.field == "sku" and each.comparison in seeking
        for text in each.values
    ]


def _extra(value: str) -> Extra | None:
    text = value.strip()
    amount = number(text.removesuffix("%"))
    if not _within(amount, Decimal(0)) or amount is None:
        return None
    return Extra(amount, text.endswith("%"))


def _within(amount: Decimal | None, least: Decimal) -> bool:
    return amount is not None and least <= amount <= _MOST
