"""What a rule can do to a sale. A new action is one row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sync.domain.books import Books
from sync.domain.documents import Ref
from sync.rules.draft import Draft
from sync.rules.fields import FIELDS_BY_ID
from sync.rules.lookups import Missing, deposit_account, tax_code
from sync.rules.model import Action, Condition, Scope
from sync.rules.values import day, plain

Ready = str | date | Ref | Missing | None
Change = tuple[str, str]  # before and after, as people read them
MAX_TEXT = 1_000
MAX_NAME = 100  # of an item or customer in QuickBooks


class Value(StrEnum):
    """What kind of value an action takes; forms draw the right field from it."""

    NONE = "none"
    REGION = "region"
    ACCOUNT = "account"
    TAX_CODE = "tax code"
    NAME = "name"
    TEXT = "text"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class ActionKind:
    """One action. `apply` changes the draft and answers what was there before and is now."""

    id: str
    words: str
    value: Value
    changes: str
    apply: Callable[[Draft, Ready], Change]
    aliases: tuple[str, ...] = ()
    scope: Scope = Scope.ORDER


def _region(draft: Draft, value: Ready) -> Change:
    before = draft.ship_region
    draft.region = str(value)
    return before, draft.region


def _deposit_account(draft: Draft, value: Ready) -> Change:
    before = draft.deposit_account
    draft.deposit_account = value if isinstance(value, Ref) else None
    return _named(before), _named(draft.deposit_account)


def _tax_code(draft: Draft, value: Ready) -> Change:
    before = draft.tax_code
    draft.tax_code = value if isinstance(value, Ref) else None
    return _named(before), _named(draft.tax_code)


def _customer(draft: Draft, value: Ready) -> Change:
    before = draft.customer_name
    draft.customer = str(value)
    return before, draft.customer


def _memo(draft: Draft, value: Ready) -> Change:
    before = draft.memo or ""
    draft.memo = str(value)
    return before, draft.memo


def _date(draft: Draft, value: Ready) -> Change:
    before = draft.business_day
    draft.day = value if isinstance(value, date) else None
    return plain(before), plain(draft.business_day)


def _exclude(draft: Draft, value: Ready) -> Change:
    return "included", "excluded"


def _skip_payment(draft: Draft, value: Ready) -> Change:
    if draft.tender is None:
        return "", ""
    draft.tender.skipped = True
    return draft.tender.tender.name, "not recorded"


def _sku(draft: Draft, value: Ready) -> Change:
    lines = draft.lines if draft.line is None else (draft.line,)
    before = dict.fromkeys(line.sku for line in lines)
    for line in lines:
        line.sku = str(value)
        line.seen.clear()
    return ", ".join(before), str(value)


def _named(ref: Ref | None) -> str:
    return ref.name if ref else ""


EXCLUDE = "exclude_order"

ACTIONS: tuple[ActionKind, ...] = (
    ActionKind(
        "set_ship_region",
        "set region",
        Value.REGION,
        "ship state",
        _region,
        ("set ship region", "set state", "set ship state"),
    ),
    ActionKind(
        "map_deposit_account",
        "set deposit account",
        Value.ACCOUNT,
        "deposit account",
        _deposit_account,
        ("set deposit",),
    ),
    ActionKind(
        "map_sales_tax_code",
        "set tax code",
        Value.TAX_CODE,
        "tax code",
        _tax_code,
        ("set sales tax code",),
    ),
    ActionKind("map_customer", "set customer", Value.NAME, "customer", _customer),
    ActionKind("map_memo", "set memo", Value.TEXT, "memo", _memo),
    ActionKind("map_order_date", "set date", Value.DATE, "date", _date, ("set order date",)),
    ActionKind("map_sku", "set sku", Value.NAME, "sku", _sku, scope=Scope.LINE),
    ActionKind(
        EXCLUDE,
        "exclude",
        Value.NONE,
        "sale",
        _exclude,
        ("exclude order", "exclude sale", "exclude it"),
    ),
    ActionKind(
        "skip_payment",
        "skip payment",
        Value.NONE,
        "payment",
        _skip_payment,
        ("skip the payment",),
        scope=Scope.PAYMENT,
    ),
)

ACTIONS_BY_ID = {kind.id: kind for kind in ACTIONS}
ACTION_WORDS = {word: kind for kind in ACTIONS for word in (kind.words, *kind.aliases)}


def complaint(kind: ActionKind, value: str) -> str:
    """What is wrong with an action's value whatever the company, or nothing."""
    if kind.value is Value.NONE:
        return f'"{kind.words}" takes no value' if value else ""
    if not value.strip():
        return f'"{kind.words}" needs a value'
    if kind.value is Value.REGION and not (value.isascii() and value.isalpha() and len(value) < 4):
        return f'a region is two or three letters such as MD, or NA for none, not "{value}"'
    if kind.value is Value.DATE and day(value) is None:
        return f'a date looks like 2026-10-01, not "{value}"'
    limit = MAX_TEXT if kind.value is Value.TEXT else MAX_NAME
    if kind.value in (Value.NAME, Value.TEXT) and len(value) > limit:
        return f'"{kind.words}" takes at most {limit} characters'
    return ""


def ready(kind: ActionKind, value: str, books: Books) -> Ready:
    """The value as the action needs it; Missing when this company has no such thing."""
    if kind.value is Value.ACCOUNT:
        return deposit_account(value, books)
    if kind.value is Value.TAX_CODE:
        return tax_code(value, books)
    if kind.value is Value.DATE:
        return day(value)
    return value.strip().upper() if kind.value is Value.REGION else value


def scope_of(conditions: tuple[Condition, ...], action: Action) -> Scope:
    """What a rule is tested on, one by one.

    An action on payments looks at each tender; otherwise one test of a line makes the rule look
    at each line. A line action without such a test touches every line.
    """
    if ACTIONS_BY_ID[action.name].scope is Scope.PAYMENT:
        return Scope.PAYMENT
    line = any(FIELDS_BY_ID[c.field].scope is Scope.LINE for c in conditions if c.enabled)
    return Scope.LINE if line else Scope.ORDER
