"""The end of the demo: both sides added up, each from its own records."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sync.sandbox.quickbooks.server import QuickBooksSandbox
from sync.sandbox.retailer.retailer import Retailer
from sync.sandbox.retailer.totals import expected, money

# How it was paid, which is no part of a sale.
_PAYING = ("Tender - ", "Gift Card", "Customer Deposit", "Tip")
_FORMS = (("SalesReceipt", 1), ("Invoice", 1), ("RefundReceipt", -1), ("CreditMemo", -1))
_SALE = re.compile(r"ccc:\d+:sale:(\d+):\d+")


@dataclass(frozen=True, slots=True)
class Side:
    """One side's figures; refunds are negative."""

    sales: int
    total: Decimal
    refunds: Decimal
    tax: Decimal


def till(retailer: Retailer, first: date, last: date) -> Side:
    """What happened in the shop, of the kinds that are posted today."""
    totals = expected(retailer.events, posts=("sale", "refund"), since=first, until=last)
    return Side(totals.tickets, money(totals.total), money(totals.refunds), money(totals.tax))


def books(quickbooks: QuickBooksSandbox) -> Side:
    """What stands in QuickBooks; money moved between tenders is not part of a sale."""
    worth = {_sale(document): Decimal(0) for document in quickbooks.documents("Payment")}
    tax = Decimal(0)
    for kind, sign in _FORMS:
        for document in quickbooks.documents(kind):
            moved = sum(
                (
                    line["Amount"]
                    for line in document["Line"]
                    if line.get("SalesItemLineDetail", {})
                    .get("ItemRef", {})
                    .get("name", "")
                    .startswith(_PAYING)
                ),
                Decimal(0),
            )
            sale = _sale(document)
            worth[sale] = worth.get(sale, Decimal(0)) + sign * (document["TotalAmt"] - moved)
            tax += sign * document.get("TxnTaxDetail", {}).get("TotalTax", Decimal(0))
    refunds = sum((amount for amount in worth.values() if amount < 0), Decimal(0))
    return Side(len(worth), sum(worth.values(), Decimal(0)), refunds, tax)


def _sale(document: dict[str, Any]) -> str:
    """The sale that a document stands for; several documents may stand for one."""
    found = _SALE.search(str(document.get("PrivateNote", "")))
    return found[1] if found else ""


def table(left: Side, right: Side) -> str:
    """Side by side, with a word for each row."""
    rows = [
        ("sales", str(left.sales), str(right.sales)),
        ("total", f"{left.total:,.2f}", f"{right.total:,.2f}"),
        ("of which refunds", f"{left.refunds:,.2f}", f"{right.refunds:,.2f}"),
        ("sales tax", f"{left.tax:,.2f}", f"{right.tax:,.2f}"),
    ]
    lines = [f"{'':18}{'Lightspeed':>14}{'QuickBooks':>14}"]
    lines += [
        f"{name:18}{one:>14}{other:>14}   {'equal' if one == other else 'DIFFERENT'}"
        for name, one, other in rows
    ]
    return "\n".join(lines)
