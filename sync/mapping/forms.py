"""Which of QuickBooks' forms carries a sale, and which payments go with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from sync.domain.documents import DocumentKind, Ref
from sync.domain.money import ZERO
from sync.domain.sale import Sale
from sync.domain.standing import OpenInvoice
from sync.domain.verdicts import Hold
from sync.mapping.needs import Needs
from sync.mapping.paying import Paying, Way, no_payment_account, of_invoice, set_aside

INVOICES = ("invoice", "invoice_payment", "invoice_if_paid")
OUTWARD = (DocumentKind.REFUND_RECEIPT, DocumentKind.CREDIT_MEMO)


@dataclass(frozen=True, slots=True)
class Layout:
    """How one sale is laid out over documents; `comes_to` is what the form's total must be."""

    kind: DocumentKind
    comes_to: Decimal
    deposit_to: Ref | None = None  # None where the form itself moves no money
    main: Way | None = None  # whose name the receipt's payment method gets
    elsewhere: tuple[Way, ...] = ()  # lines of the form
    payments: tuple[Way, ...] = ()  # of this sale's own invoice
    earlier: tuple[tuple[Way, OpenInvoice, Decimal], ...] = ()  # money for earlier invoices
    applied: tuple[tuple[OpenInvoice, Decimal], ...] = ()  # what the credit memo pays

    @property
    def is_refund(self) -> bool:
        return self.kind in OUTWARD


def records_payments(sale: Sale, document_type: str) -> bool:
    """Whether payments are told to QuickBooks; else a person books them there by hand."""
    if document_type in ("invoice", "estimate"):
        return False
    return document_type != "invoice_if_paid" or not sale.balance


def layout(sale: Sale, paid: Paying, needs: Needs, document_type: str) -> Layout:
    """Choose the form by who still owes what once the payments are in.

    Something open on the account makes an invoice, a credit on it a credit memo; all else is a
    receipt, and a refund receipt where money goes out: QuickBooks takes no total below zero.
    """
    if document_type == "estimate":
        return _estimate(sale, needs)
    movement = paid.movement
    is_credited = movement is not None and bool(movement.paid) and sale.total < 0
    charged = paid.charged - (paid.earlier if is_credited else ZERO)
    ways = paid.ways
    earlier: tuple[tuple[Way, OpenInvoice, Decimal], ...] = ()
    if movement is not None and movement.paid and not is_credited:
        ways, taken = set_aside(ways, movement.paid)
        earlier = tuple((of_invoice(way, needs), invoice, part) for way, invoice, part in taken)
    if charged < 0:
        applied = movement.paid if movement is not None and is_credited else ()
        return Layout(
            DocumentKind.CREDIT_MEMO, -charged, elsewhere=ways, earlier=earlier, applied=applied
        )
    if charged > 0 or (document_type in INVOICES and sale.total > 0):
        coming = tuple(of_invoice(way, needs) for way in ways if way.amount > 0)
        going = tuple(way for way in ways if way.amount < 0)
        total = charged + sum((way.amount for way in coming), ZERO)
        if not sale.lines or sale.total < 0:
            needs.problems.append(_overdrawn())
        return Layout(
            DocumentKind.INVOICE, total, elsewhere=going, payments=coming, earlier=earlier
        )
    return _receipt(sale, ways, earlier, needs)


def _receipt(
    sale: Sale,
    ways: tuple[Way, ...],
    earlier: tuple[tuple[Way, OpenInvoice, Decimal], ...],
    needs: Needs,
) -> Layout:
    """The largest payment's account gets the total; where no money moved, the goods decide."""
    main = ways[0] if ways else None
    account = main.account if main is not None else no_payment_account(needs)
    reaches = sum((way.amount for way in ways if way.account.id == account.id), ZERO)
    worth = reaches or sale.tax or sale.total
    goes_out = worth < 0 or (not worth and sale.is_refund)
    return Layout(
        DocumentKind.REFUND_RECEIPT if goes_out else DocumentKind.SALES_RECEIPT,
        -reaches if goes_out else reaches,
        deposit_to=account,
        main=main,
        elsewhere=tuple(way for way in ways if way.account.id != account.id),
        earlier=earlier,
    )


def _estimate(sale: Sale, needs: Needs) -> Layout:
    if sale.total < 0:
        needs.problems.append(
            Hold(
                "refund.estimate",
                "This connection posts estimates, and an estimate cannot give anything back. "
                "Choose another transaction type for refunds by a rule, or leave them out.",
            )
        )
    return Layout(DocumentKind.ESTIMATE, sale.total)


def _overdrawn() -> Hold:
    return Hold(
        "credit_account.overdrawn",
        "More was paid back from this customer's credit account than CCC saw go onto it; the rest "
        "is from before you went live. Enter this one in QuickBooks by hand and leave the sale "
        "out here.",
    )


def by_customer(
    taken: tuple[tuple[Way, OpenInvoice, Decimal], ...],
) -> Iterator[tuple[Way, Ref, list[tuple[OpenInvoice, Decimal]]]]:
    """One payment has one way and one customer, and may settle several invoices."""
    groups: dict[tuple[int, str], tuple[Way, Ref, list[tuple[OpenInvoice, Decimal]]]] = {}
    for way, invoice, amount in taken:
        key = (id(way), invoice.customer.id)
        groups.setdefault(key, (way, invoice.customer, []))[2].append((invoice, amount))
    yield from groups.values()
