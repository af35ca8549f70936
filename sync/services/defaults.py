"""Accounts found in the company's own chart for roles nobody chose one for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sync.domain.books import ListAccount
from sync.domain.documents import Ref
from sync.domain.settings import AccountChoices


@dataclass(frozen=True, slots=True)
class Chosen:
    """A default and why it was taken."""

    role: str
    account: Ref
    why: str


@dataclass(frozen=True, slots=True)
class _Wish:
    """An account by QuickBooks' type and detail types, the first of these that is there."""

    role: str
    kind: str
    subkinds: tuple[str, ...]
    why: str
    any_of_kind: bool = False  # another of this type does as well
    word: str = ""  # in its name; several accounts of one type differ by nothing else


_WISHES = (
    _Wish(
        "deposit",
        "Other Current Asset",
        ("UndepositedFunds",),
        "takings wait there until they are banked",
    ),
    _Wish(
        "income",
        "Income",
        ("SalesOfProductIncome", "SalesRetail", "ServiceFeeIncome"),
        "it takes sales",
        any_of_kind=True,
    ),
    _Wish("discount", "Income", ("DiscountsRefundsGiven",), "it takes discounts"),
    _Wish(
        "expense",
        "Cost of Goods Sold",
        ("SuppliesMaterialsCogs",),
        "it holds what sold goods cost",
        any_of_kind=True,
    ),
    _Wish("asset", "Other Current Asset", ("Inventory",), "it holds what the stock is worth"),
    _Wish(
        "receivable",
        "Accounts Receivable",
        ("AccountsReceivable",),
        "it holds what customers owe",
        any_of_kind=True,
    ),
    _Wish(
        "payable",
        "Accounts Payable",
        ("AccountsPayable",),
        "it holds what you owe suppliers",
        any_of_kind=True,
    ),
    _Wish(
        "liability",
        "Other Current Liability",
        ("SalesTaxPayable", "GlobalTaxPayable"),
        "it holds the sales tax you owe",
    ),
    _Wish(
        "customer_deposits",
        "Other Current Liability",
        ("OtherCurrentLiabilities", "DepositsPaid"),
        "its name says deposits",
        word="deposit",
    ),
    _Wish(
        "gift_cards",
        "Other Current Liability",
        ("OtherCurrentLiabilities",),
        "its name says gift cards",
        word="gift",
    ),
    _Wish(
        "tips",
        "Other Current Liability",
        ("OtherCurrentLiabilities",),
        "its name says tips",
        word="tips",
    ),
    _Wish(
        "rounding",
        "Other Expense",
        ("OtherMiscellaneousExpense",),
        "it takes differences of a cent",
    ),
    _Wish(
        "rounding",
        "Expense",
        ("OtherMiscellaneousServiceCost",),
        "it takes differences of a cent",
    ),
)

# Of type Income, and not where sales go.
_SPECIAL = ("DiscountsRefundsGiven", "UnappliedCashPaymentIncome")

# Without an account of their own these change the income they belong to.
_LOWER_SALES = (
    ("discount", "there is no account for discounts, so they lower sales"),
    ("rounding", "there is no account for small differences, so they change sales"),
)


def choose_accounts(
    accounts: Iterable[ListAccount], chosen: AccountChoices
) -> tuple[AccountChoices, tuple[Chosen, ...]]:
    """The choices with every open role filled that can be, and what was filled in.

    The oldest account that fits is taken, so that the same chart always gives the same choice.
    """
    active = sorted((a for a in accounts if a.active), key=lambda a: (len(a.id), a.id))
    found: dict[str, Chosen] = {}
    for wish in _WISHES:
        is_open = getattr(chosen, wish.role) is None and wish.role not in found
        if is_open and (account := _first(active, wish)):
            found[wish.role] = Chosen(wish.role, account.ref, wish.why)
    banks = [account for account in active if account.kind == "Bank"]
    if chosen.deposit is None and "deposit" not in found and len(banks) == 1:
        found["deposit"] = Chosen("deposit", banks[0].ref, "it is the only bank account")
    income = chosen.income or (found["income"].account if "income" in found else None)
    for role, why in _LOWER_SALES:
        if getattr(chosen, role) is None and role not in found and income is not None:
            found[role] = Chosen(role, income, why)
    filled: dict[str, Any] = {role: each.account for role, each in found.items()}
    return replace(chosen, **filled), tuple(found.values())


def _first(accounts: list[ListAccount], wish: _Wish) -> ListAccount | None:
    same_kind = [
        account
        for account in accounts
        if account.kind == wish.kind and wish.word in account.name.casefold()
    ]
    for subkind in wish.subkinds:
        for account in same_kind:
            if account.subkind == subkind:
                return account
    usable = [account for account in same_kind if account.subkind not in _SPECIAL]
    return usable[0] if usable and wish.any_of_kind else None
