"""Customers' accounts as earlier sales left them, for whoever maps or records a sale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.engine import RowMapping

from sync.domain.documents import Ref, SalesForm
from sync.domain.identity import Scope
from sync.domain.money import ZERO, from_minor, to_minor
from sync.domain.plan import Plan
from sync.domain.sale import Sale, TenderKind
from sync.domain.standing import OpenInvoice, Standing
from sync.services.means import Means


def accounts_of(sale: Sale) -> set[str]:
    """The credit accounts that this sale touches; most touch none."""
    return {
        tender.credit_account_id
        for tender in sale.tenders
        if tender.kind is TenderKind.CREDIT_ACCOUNT and tender.amount
    }


def standings_of(
    means: Means, scope: Scope, currency: str, sales: Sequence[Sale]
) -> Mapping[str, Standing]:
    """By sale id: the account before that sale, whatever was recorded of it already."""
    touched = {sale.id: accounts for sale in sales if (accounts := accounts_of(sale))}
    if not touched:
        return {}
    with means.ledgers.read() as ledger:
        rows = ledger.standings.of(scope, set().union(*touched.values()))
    return {
        source: standing_without(
            (row for row in rows if row["account"] in accounts), source, currency
        )
        for source, accounts in touched.items()
    }


def standing_without(rows: Iterable[RowMapping], source: str, currency: str) -> Standing:
    """The account from its movements, one sale's own taken back."""
    rows = list(rows)
    own = {
        document: from_minor(minor, currency)
        for row in rows
        if row["source_id"] == source
        for document, minor in row["paid"]
    }
    deposit, invoices = ZERO, []
    for row in rows:
        if row["source_id"] == source:
            continue
        deposit += from_minor(row["deposit_minor"], currency)
        left = from_minor(row["open_minor"], currency) + own.get(row["document"], ZERO)
        if left > 0 and row["document"] is not None:
            customer = Ref(row["customer_id"], row["customer_name"])
            invoices.append(OpenInvoice(row["document"], row["number"], customer, left))
    return Standing(deposit, tuple(invoices))


def movement_row(sale: Sale, plan: Plan, invoice: int | None, currency: str) -> dict[str, Any]:
    """What the ledger keeps of a movement; `invoice` is the row of the sale's own document."""
    moved, form = plan.movement, plan.form
    assert moved is not None
    charged = _minor(moved.charged, currency)
    customer = form.customer if isinstance(form, SalesForm) else None
    return {
        "account": moved.account,
        "source_id": sale.id,
        "day": plan.main.day,
        "deposit_minor": _minor(moved.deposit, currency),
        "charged_minor": charged,
        "open_minor": charged,
        "document": invoice if charged else None,
        "number": plan.main.number,
        "customer_id": customer.id if customer else "",
        "customer_name": customer.name if customer else "",
        "paid": [[each.document, _minor(amount, currency)] for each, amount in moved.paid],
    }


def _minor(amount: Decimal, currency: str) -> int:
    return to_minor(amount, currency)
