"""Best guesses for set-up: which tax code a rate means, which account a way to pay fills."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sync.domain.books import ListAccount, ListTaxCode
from sync.domain.documents import Ref
from sync.domain.sale import TenderKind

_TOKEN = re.compile(r"[^\W_]+")
_FITTING = ("Bank", "Other Current Asset")
_NO_MONEY = (TenderKind.GIFT_CARD, TenderKind.CREDIT_ACCOUNT)  # owed, not paid: no account to pick
_NOBODYS_NAME = frozenset({"the", "and", "of", "account", "payment", "payments", "bank", "card"})
_OF_KIND: dict[TenderKind, frozenset[str]] = {
    TenderKind.CARD: frozenset({"card", "cards", "credit", "merchant", "eftpos", "terminal"}),
    TenderKind.ECOM: frozenset({"ecom", "online", "web", "webstore", "ecommerce"}),
}
_CASH = frozenset({"cash", "till", "drawer", "register"})


@dataclass(frozen=True, slots=True)
class Guess:
    """What to choose, and why; without `ref` there is nothing good enough to choose."""

    ref: Ref | None
    why: str


def best_tax_code(
    rate: Decimal, region: str, region_name: str, codes: Iterable[ListTaxCode]
) -> Guess:
    """The code of exactly this rate; of several, the one that names the region.

    A code with another rate is never chosen: it would make every receipt wrong by a little.
    """
    usable = [code for code in codes if code.active and code.taxable]
    exact = [code for code in usable if code.rate == rate]
    said = percent(rate)
    if not exact:
        named = [code for code in usable if _names(code.name, region, region_name)]
        if named:
            near = min(named, key=lambda code: (abs(code.rate - rate), len(code.id), code.id))
            return Guess(
                None, f"no code has {said}; {near.name} has {percent(near.rate)}, so check it there"
            )
        return Guess(None, f"no QuickBooks tax code has {said}: make one there, then look again")
    if len(exact) == 1:
        return Guess(exact[0].ref, f"the only code with {said}")
    local = [code for code in exact if _names(code.name, region, region_name)]
    if len(local) == 1:
        return Guess(local[0].ref, f"has {said}, and its name says {region_name or region}")
    return Guess(None, f"{len(local or exact)} codes have {said}: choose the right one")


def no_tax_code(codes: Iterable[ListTaxCode]) -> Guess:
    """The code of sales without tax, where exactly one can be meant."""
    zero = [code for code in codes if code.active and code.rate == 0]
    if len(zero) == 1:
        return Guess(zero[0].ref, "the only code without tax")
    if not zero:
        return Guess(None, "no QuickBooks tax code is without tax; that is fine")
    return Guess(None, f"{len(zero)} codes are without tax: choose one, or none")


def best_account(name: str, kind: TenderKind, accounts: Iterable[ListAccount]) -> Guess:
    """A bank or clearing account whose name says this way to pay, else none: deposits take it."""
    if not takes_account(kind):
        return Guess(None, "is owed, not paid, so it has no account of its own here")
    wanted = frozenset(_TOKEN.findall(name.casefold())) - _NOBODYS_NAME
    of_kind = _CASH if kind is TenderKind.CASH else _OF_KIND.get(kind, frozenset())
    usable = [each for each in accounts if each.active and each.kind in _FITTING]
    found = [(len(_words(each) & wanted), len(_words(each) & of_kind), each) for each in usable]
    named = [each for each in found if each[0] or each[1]]
    if not named:
        return Guess(None, "")
    most = max(each[:2] for each in named)
    best = [account for own, kindly, account in named if (own, kindly) == most]
    if len(best) > 1:
        names = " and ".join(sorted(each.name for each in best)[:2])
        return Guess(None, f"{names} both sound right")
    return Guess(best[0].ref, f"its name says {name.casefold() if most[0] else kind.value}")


def takes_account(kind: TenderKind) -> bool:
    """Whether money comes in by it; gift cards and house credit only change what is owed."""
    return kind not in _NO_MONEY


def percent(rate: Decimal) -> str:
    """`6 %`, `8.875 %`."""
    return f"{(rate * 100).normalize():f} %"


def _words(account: ListAccount) -> frozenset[str]:
    return frozenset(_TOKEN.findall(account.name.rpartition(":")[2].casefold()))


def _names(code: str, region: str, region_name: str) -> bool:
    words = _TOKEN.findall(code)
    if region and region in words:  # capitals only: `in` is a word, IN is Indiana
        return True
    spoken = " ".join(words).casefold()
    return bool(region_name) and region_name.casefold() in spoken
