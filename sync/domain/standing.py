"""What the shop and one customer owe each other, kept by us: the till shows only one balance.

A till keeps deposits, layaways and house credit in the same account, and taking a deposit looks
like paying a debt. Money in pays the open invoices, oldest first, and what is left is a deposit;
what is spent is drawn from the deposit first, and the rest is owed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sync.domain.documents import Ref
from sync.domain.money import ZERO


@dataclass(frozen=True, slots=True)
class OpenInvoice:
    """An invoice of ours that is not paid; `document` is our own row, `open` what is owed."""

    document: int
    number: str
    customer: Ref
    open: Decimal


@dataclass(frozen=True, slots=True)
class Standing:
    """One customer's account: money held for them, and what they owe, oldest first."""

    deposit: Decimal = ZERO
    invoices: tuple[OpenInvoice, ...] = ()

    @property
    def owed(self) -> Decimal:
        return sum((invoice.open for invoice in self.invoices), ZERO)


@dataclass(frozen=True, slots=True)
class Movement:
    """What one sale does to an account; all three change together or not at all."""

    account: str  # the till's credit account id
    deposit: Decimal = ZERO  # added to the money held; negative when it is used
    charged: Decimal = ZERO  # left open on this sale's own invoice
    paid: tuple[tuple[OpenInvoice, Decimal], ...] = ()  # of earlier invoices

    def after(self, before: Standing) -> Standing:
        """The account once this has happened; the new invoice is added by whoever numbers it."""
        settled = {invoice.document: amount for invoice, amount in self.paid}
        still_open = (
            OpenInvoice(each.document, each.number, each.customer, left)
            for each in before.invoices
            if (left := each.open - settled.get(each.document, ZERO)) > 0
        )
        return Standing(before.deposit + self.deposit, tuple(still_open))


def spend(account: str, amount: Decimal, standing: Standing) -> Movement:
    """Pay with an account: the deposit first, the rest is owed."""
    drawn = min(amount, max(standing.deposit, ZERO))
    return Movement(account, deposit=-drawn, charged=amount - drawn)


def put_in(account: str, amount: Decimal, standing: Standing) -> Movement:
    """Money or store credit onto an account: open invoices first, the rest is held."""
    left = amount
    paid: list[tuple[OpenInvoice, Decimal]] = []
    for invoice in standing.invoices:
        part = min(left, invoice.open)
        if part > 0:
            paid.append((invoice, part))
            left -= part
    return Movement(account, deposit=left, paid=tuple(paid))
