"""Compares what is in the sandbox's QuickBooks with what happened at the till."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

from sync.domain.verdicts import EntryState
from sync.sandbox.retailer.totals import Totals, money
from tests.house import House

_PROMISES = ("Gift Card", "Customer Deposit", "Tip")  # owed, and no part of what was sold
_FORMS = (("SalesReceipt", 1), ("Invoice", 1), ("RefundReceipt", -1), ("CreditMemo", -1))
_SALE = re.compile(r"ccc:\d+:sale:(\d+):\d+")


def posted(house: House) -> tuple[int, Decimal, Decimal]:
    """Of what is in the books: how many sales, their goods and tax, their tax.

    Tender lines say where money went, or what is owed for it, so they are taken out again.
    """
    sales, total, tax = sales_of(house, "Payment"), Decimal(0), Decimal(0)
    for kind, sign in _FORMS:
        sales |= sales_of(house, kind)
        for document in house.quickbooks.documents(kind):
            moved = sum(
                (
                    line["Amount"]
                    for line in document["Line"]
                    if _item(line).startswith("Tender - ") or _item(line) in _PROMISES
                ),
                Decimal(0),
            )
            total += sign * (document["TotalAmt"] - moved)
            tax += sign * document.get("TxnTaxDetail", {}).get("TotalTax", Decimal(0))
    return len(sales), total, tax


def sales_of(house: House, kind: str) -> set[str]:
    """The sales that documents of a kind stand for, by the key in their notes."""
    notes = (str(document.get("PrivateNote", "")) for document in house.quickbooks.documents(kind))
    standing = (note for note in notes if not note.startswith("Voided"))
    return {found[1] for note in standing if (found := _SALE.search(note))}


def _item(line: dict[str, object]) -> str:
    detail = line.get("SalesItemLineDetail")
    reference = detail.get("ItemRef", {}) if isinstance(detail, dict) else {}
    return str(reference.get("name", ""))


def tie_out(house: House, expected: Totals) -> None:
    """Both sides agree to the cent, nothing is there twice, and the books balance."""
    count, total, tax = posted(house)
    numbers = Counter(
        document["DocNumber"] for kind, _ in _FORMS for document in house.quickbooks.documents(kind)
    )

    assert [number for number, times in numbers.items() if times > 1] == []
    assert count == expected.tickets
    assert total == money(expected.total)
    assert tax == money(expected.tax)
    assert house.quickbooks.books().balanced


def states(house: House) -> Counter[EntryState]:
    """How many entries are in each state."""
    counted: Counter[EntryState] = Counter()
    with house.means.ledgers.read() as ledger:
        rows, _ = ledger.entries.search(house.scope, limit=100_000)
    for row in rows:
        counted[EntryState(row["state"])] += 1
    return counted


def entry(house: House, number: str) -> dict[str, object]:
    """The entry of one sale."""
    with house.means.ledgers.read() as ledger:
        rows, _ = ledger.entries.search(house.scope, number=number, limit=2)
    (row,) = rows
    return dict(row)
