"""Names that rules give, found in the company's lists; a name that is not there is a value."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from sync.domain.books import Books, ListAccount, name_key
from sync.domain.documents import Ref
from sync.rules.values import nearest

TAKES_DEPOSITS = ("Bank", "Other Current Asset")
TAKES_BILLS = (
    *("Expense", "Other Expense", "Cost of Goods Sold"),
    *("Other Current Asset", "Fixed Asset", "Other Asset"),
)


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a name cannot be used; becomes a problem at save and a hold when the rule fires."""

    cause: str
    fix: str
    reason: str
    suggestion: str = ""


def deposit_account(name: str, books: Books) -> Ref | Missing:
    """The account money can be deposited to, by full name or by a last name that is unique."""
    only = "money is deposited to Bank or Other Current Asset accounts only"
    return _account(name, books, TAKES_DEPOSITS, only)


def expense_account(name: str, books: Books) -> Ref | Missing:
    """The account a bill's lines are booked to."""
    only = "a bill is booked to an expense, cost of goods sold or asset account"
    return _account(name, books, TAKES_BILLS, only)


def _account(name: str, books: Books, kinds: tuple[str, ...], only: str) -> Ref | Missing:
    account = books.account_named(name)
    children = () if account else _children(name, books)
    if len(children) > 1:
        reason = f'several accounts are called "{name}"; give the full name with its parent'
        return _missing_account(reason, children[0].name)
    account = account or next(iter(children), None)
    if account is None:
        usable = [a.name for a in books.accounts.values() if a.active and a.kind in kinds]
        return _missing_account(f'QuickBooks has no account "{name}"', nearest(name, usable))
    if not account.active:
        return _missing_account(f'the account "{account.name}" is inactive in QuickBooks')
    if account.kind not in kinds:
        return _missing_account(f'"{account.name}" is of type {account.kind}; {only}')
    return account.ref


def tax_code(name: str, books: Books) -> Ref | Missing:
    """The active tax code of this name."""
    key = name_key(name)
    found = [c for c in books.tax_codes.values() if name_key(c.name) == key]
    for listed in found:
        if listed.active:
            return listed.ref
    reason = f'the tax code "{name}" is inactive in QuickBooks'
    if not found:
        reason = f'QuickBooks has no tax code "{name}"'
    known = (c.name for c in books.tax_codes.values() if c.active)
    return Missing("rule.tax_code", "map_tax", reason, "" if found else nearest(name, known))


def class_named(name: str, books: Books) -> Ref | Missing:
    """The active class, where the company keeps classes."""
    if not books.facts.tracks_classes:
        return Missing("rule.class", "", "this QuickBooks company does not keep classes")
    return _listed(name, books.classes, "class")


def line_class(name: str, books: Books) -> Ref | Missing:
    """The active class, where lines have one each."""
    if books.facts.tracks_classes and not books.facts.classes_by_line:
        reason = (
            "this QuickBooks company keeps one class for each document; set the class of the sale"
        )
        return Missing("rule.class", "", reason)
    return class_named(name, books)


def location(name: str, books: Books) -> Ref | Missing:
    """The active location, which QuickBooks' API calls a department."""
    if not books.facts.tracks_locations:
        return Missing("rule.location", "", "this QuickBooks company does not keep locations")
    return _listed(name, books.locations, "location")


def terms(name: str, books: Books) -> Ref | Missing:
    return _listed(name, books.terms, "terms")


def item(name: str, books: Books) -> Ref | Missing:
    """An item that a line can name."""
    found = books.item_named(name)
    if found is None:
        known = (each.name for each in books.items.values() if each.active)
        reason = f'QuickBooks has no item "{name}"'
        return Missing("rule.item", "map_product", reason, nearest(name, known))
    if not found.active or found.kind in ("Category", "Group"):
        why = "is inactive" if not found.active else f"is a {found.kind.lower()}"
        return Missing("rule.item", "map_product", f'"{found.name}" {why} in QuickBooks')
    return found.ref


def _listed(name: str, known: Mapping[str, Ref], what: str) -> Ref | Missing:
    found = known.get(name_key(name))
    if found is not None:
        return found
    near = nearest(name, (each.name for each in known.values()))
    return Missing(f"rule.{what}", "", f'QuickBooks has no {what} "{name}"', near)


def mixes_alphabets(name: str) -> bool:
    """True for a name such as "Sаles" with a Cyrillic a, which looks like another name."""
    letters = {unicodedata.name(c, "").partition(" ")[0] for c in name if c.isalpha()}
    return len(letters & {"LATIN", "CYRILLIC", "GREEK"}) > 1


def _children(name: str, books: Books) -> tuple[ListAccount, ...]:
    key = name_key(name)
    return tuple(
        account
        for account in books.accounts.values()
        if account.active and name_key(account.name.rpartition(":")[2]) == key
    )


def _missing_account(reason: str, suggestion: str = "") -> Missing:
    return Missing("rule.account", "pick_account", reason, suggestion)
