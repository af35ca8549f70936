"""Each setting under the name it has in a form and in a line. A new setting is one row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sync.domain.books import Books
from sync.domain.settings import AccountChoices, ConnectionSettings
from sync.errors import Invalid
from sync.mapping.unsupported import DOCUMENT_TYPES
from sync.rules.values import number
from sync.services.choices import (
    ROLES,
    TENDER_KINDS,
    account_for,
    customer_name,
    known_name,
    may_collide,
    order_prefix,
)
from sync.services.names import did_you_mean, quoted

Value = str | tuple[str, ...]
ACCOUNT = "account."  # followed by a role or a way to pay
SCHEDULE, ZONE = "schedule", "zone"
WEBSTORE = "Webstore"
STATUSES = ("completed", "sale", "refund", "exchange", "paid", "unpaid")
_MOST_NAMES, _LONGEST = 20, 60
_TOLERANCE = Decimal("1.00")


class Shape(StrEnum):
    """What a setting's value looks like."""

    TEXT = "text"
    NAMES = "names"  # a list with commas
    CHOICE = "choice"
    SWITCH = "switch"  # on or off
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the company and the till have, for checking what was typed."""

    books: Books
    shops: tuple[str, ...] = ()
    tenders: tuple[str, ...] = ()
    other_prefixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: `saved` reads it, `check` answers the value to keep or says what is wrong."""

    name: str
    label: str
    field: str  # of ConnectionSettings
    shape: Shape
    saved: Callable[[ConnectionSettings], Value]
    check: Callable[[Value, Facts], object]
    choices: tuple[str, ...] = ()


def _text(field: str) -> Callable[[ConnectionSettings], str]:
    def saved(settings: ConnectionSettings) -> str:
        value = getattr(settings, field)
        return "" if value is None else str(value)

    return saved


def _names(field: str) -> Callable[[ConnectionSettings], tuple[str, ...]]:
    def saved(settings: ConnectionSettings) -> tuple[str, ...]:
        return tuple(getattr(settings, field))

    return saved


def _switch(field: str) -> Callable[[ConnectionSettings], str]:
    def saved(settings: ConnectionSettings) -> str:
        return "on" if getattr(settings, field) else "off"

    return saved


def _one(value: Value) -> str:
    return value.strip() if isinstance(value, str) else ", ".join(value)


def _several(value: Value) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) and value.strip() else tuple(value or ())


def _stores(value: Value, facts: Facts) -> tuple[str, ...]:
    known = (WEBSTORE, *facts.shops)
    found = (known_name(name, known, "shop", field="stores") for name in _several(value))
    return tuple(dict.fromkeys(found))


def _statuses(value: Value, facts: Facts) -> tuple[str, ...]:
    found = (known_name(n, STATUSES, "status", field="statuses") for n in _several(value))
    return tuple(dict.fromkeys(found))


def _prefix(value: Value, facts: Facts) -> str:
    prefix = order_prefix(_one(value))
    for other in facts.other_prefixes:
        if may_collide(prefix, other):
            raise Invalid(
                f"Another connection to this company numbers its sales with {quoted(other)}, "
                "so two sales could get the same number. Choose another prefix."
            )
    return prefix


def _suffix(value: Value, facts: Facts) -> str:
    suffix = _one(value)
    try:
        order_prefix(suffix)
    except Invalid as error:
        message = "A suffix has at most 8 letters, digits or signs, such as -NYC."
        raise Invalid(message) from error
    if suffix[:1].isdigit():
        raise Invalid("A suffix cannot begin with a digit: sales 1 and 12 could get one number.")
    return suffix


def _plain_names(value: Value, facts: Facts) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(" ".join(name.split()) for name in _several(value)))
    if len(found) > _MOST_NAMES or any(len(name) > _LONGEST for name in found):
        raise Invalid(f"Write at most {_MOST_NAMES} names of up to {_LONGEST} characters.")
    return tuple(name for name in found if name)


def _choice(what: str, *choices: str) -> Callable[[Value, Facts], str]:
    def check(value: Value, facts: Facts) -> str:
        return known_name(_one(value), choices, what, field="")

    return check


def _type(value: Value, facts: Facts) -> str:
    """As it is saved or as people write it: `invoice payment` is `invoice_payment`."""
    return known_name(_one(value).replace(" ", "_"), DOCUMENT_TYPES, "transaction type", field="")


def _on_off(value: Value, facts: Facts) -> bool:
    return known_name(_one(value), ("on", "off"), "switch position", field="") == "on"


def _day(value: Value, facts: Facts) -> date:
    try:
        return date.fromisoformat(_one(value))
    except ValueError:
        raise Invalid("Write a day as 2026-11-01.") from None


def _customer(value: Value, facts: Facts) -> str:
    name = _one(value)
    if not name:
        raise Invalid("Write a name, such as Walk-in Customer.")
    return customer_name(facts.books, name)


def _tolerance(value: Value, facts: Facts) -> Decimal:
    amount = number(_one(value))
    if amount is None or not 0 <= amount <= _TOLERANCE:
        raise Invalid(f"Write an amount from 0 to {_TOLERANCE}, such as 0.05.")
    return amount


_MATCH, _MISSING = ("single", "name", "email"), ("create", "hold", "single")
_ITEM, _ITEM_MISSING = ("name", "sku"), ("create", "hold")
_T, _N, _C, _S = Shape.TEXT, Shape.NAMES, Shape.CHOICE, Shape.SWITCH

SETTINGS: tuple[Setting, ...] = (
    Setting("stores", "Stores", "stores", _N, _names("stores"), _stores),
    Setting("statuses", "Statuses", "statuses", _N, _names("statuses"), _statuses, STATUSES),
    Setting(
        "type",
        "A sale becomes",
        "document_type",
        _C,
        _text("document_type"),
        _type,
        DOCUMENT_TYPES,
    ),
    Setting("edits", "Follow changes", "follows_edits", _S, _switch("follows_edits"), _on_off),
    Setting("prefix", "Number prefix", "prefix", _T, _text("prefix"), _prefix),
    Setting("suffix", "Number suffix", "suffix", _T, _text("suffix"), _suffix),
    Setting("golive", "Go-live", "go_live", Shape.DATE, _text("go_live"), _day),
    Setting(
        "web-registers", "Web registers", "web_registers", _N, _names("web_registers"), _plain_names
    ),
    Setting("web-payments", "Web payments", "web_tenders", _N, _names("web_tenders"), _plain_names),
    Setting(
        "customers",
        "Receipts go to",
        "customer_match",
        _C,
        _text("customer_match"),
        _choice("way to match customers", *_MATCH),
        _MATCH,
    ),
    Setting(
        "customer", "The one customer", "customer_single", _T, _text("customer_single"), _customer
    ),
    Setting(
        "missing-customers",
        "Unknown customers",
        "customer_missing",
        _C,
        _text("customer_missing"),
        _choice("answer", *_MISSING),
        _MISSING,
    ),
    Setting(
        "products",
        "SKUs are looked for in",
        "item_match",
        _C,
        _text("item_match"),
        _choice("way to match products", *_ITEM),
        _ITEM,
    ),
    Setting(
        "missing-products",
        "Unknown products",
        "item_missing",
        _C,
        _text("item_missing"),
        _choice("answer", *_ITEM_MISSING),
        _ITEM_MISSING,
    ),
    Setting("rules", "Rules", "rules_on", _S, _switch("rules_on"), _on_off),
    Setting(
        "tolerance",
        "Rounding tolerance",
        "rounding_tolerance",
        _T,
        _text("rounding_tolerance"),
        _tolerance,
    ),
    Setting(
        "cash-rounding", "Cash rounding", "cash_rounding", _S, _switch("cash_rounding"), _on_off
    ),
)
_BY_NAME: Mapping[str, Setting] = {each.name: each for each in SETTINGS}


def changes_for(
    name: str, value: Value, settings: ConnectionSettings, facts: Facts
) -> ConnectionSettings:
    """The settings with one of them changed; Invalid says why it cannot be."""
    if name.startswith(ACCOUNT):
        use = name.removeprefix(ACCOUNT)
        return replace(settings, accounts=_with_account(settings.accounts, use, _one(value), facts))
    setting = _BY_NAME.get(name)
    if setting is None:
        raise Invalid(f"There is no setting {quoted(name)}.")
    kept: dict[str, Any] = {setting.field: setting.check(value, facts)}
    return replace(settings, **kept)


def _with_account(accounts: AccountChoices, use: str, account: str, facts: Facts) -> AccountChoices:
    """A role needs an account; a way to pay without one goes where deposits go."""
    if use in ROLES:
        if not account:
            raise Invalid("Choose an account.")
        chosen: dict[str, Any] = {use: account_for(facts.books, account, ROLES[use][1]).ref}
        return replace(accounts, **chosen)
    ways = {name.strip().casefold() for name in facts.tenders} | set(accounts.tenders)
    if use not in ways:
        raise Invalid(f"{quoted(use)} is not a way to pay at the till.")
    tenders = {key: ref for key, ref in accounts.tenders.items() if key != use}
    if account:
        tenders[use] = account_for(facts.books, account, TENDER_KINDS).ref
    return replace(accounts, tenders=tenders)


def known_setting(typed: str) -> Setting:
    """A setting by the name people type; Invalid names what was probably meant."""
    name = typed.strip().casefold().replace("_", "-")
    if name in _BY_NAME:
        return _BY_NAME[name]
    meant = did_you_mean(typed, _BY_NAME) or f" Known: {', '.join(_BY_NAME)}."
    raise Invalid(f"There is no setting {quoted(typed)}.{meant}")
