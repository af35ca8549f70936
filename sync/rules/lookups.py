"""Names that rules give, found in the company's lists; a name that is not there is a value."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from sync.domain.books import Books, ListAccount, name_key
from sync.domain.documents import Ref
from sync.rules.values import nearest

TAKES_DEPOSITS = ("Bank", "Other Current Asset")


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a name cannot be used; becomes a problem at save and a hold when the rule fires."""

    cause: str
    fix: str
    reason: str
    suggestion: str = ""


def deposit_account(name: str, books: Books) -> Ref | Missing:
    """The account money can be deposited to, by full name or by a last name that is unique."""
    account = books.account_named(name)
    children = () if account else _children(name, books)
    if len(children) > 1:
        reason = f'several accounts are called "{name}"; give the full name with its parent'
        return _missing_account(reason, children[0].name)
    account = account or next(iter(children), None)
    if account is None:
        usable = [a.name for a in books.accounts.values() if a.active and a.kind in TAKES_DEPOSITS]
        return _missing_account(f'QuickBooks has no account "{name}"', nearest(name, usable))
    if not account.active:
        return _missing_account(f'the account "{account.name}" is inactive in QuickBooks')
    if account.kind not in TAKES_DEPOSITS:
        return _missing_account(
            f'"{account.name}" is of type {account.kind}; '
            "money is deposited to Bank or Other Current Asset accounts only"
        )
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
