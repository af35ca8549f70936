"""Short ways to build a company and to write to it, for tests of the stand-in."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from sync.sandbox.quickbooks.company import Company
from sync.sandbox.quickbooks.kinds import KINDS
from sync.sandbox.quickbooks.operations import delete, save, void
from sync.sandbox.quickbooks.refusals import Refusal
from sync.sandbox.quickbooks.spec import CompanySpec
from sync.sandbox.quickbooks.start import start_company
from sync.sandbox.quickbooks.wire import Json

NOW = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)


def a_company(**settings: Any) -> Company:
    return start_company(CompanySpec(**settings), lambda: NOW)


def put(company: Company, kind: str, body: Json, include: str = "") -> Json:
    """Create or update, answering what the caller would read."""
    return company.render(save(company, KINDS[kind], body, include))


def take_out(company: Company, kind: str, made: Json) -> Json:
    head = {"Id": made["Id"], "SyncToken": made["SyncToken"]}
    return delete(company, KINDS[kind], head)


def cancel(company: Company, kind: str, made: Json) -> Json:
    head = {"Id": made["Id"], "SyncToken": made["SyncToken"], "sparse": True}
    return company.render(void(company, KINDS[kind], head))


def code_of(company: Company, kind: str, body: Any) -> str:
    """The code a write is refused with; the books must be as they were."""
    before = company.books()
    with pytest.raises(Refusal) as refusal:
        save(company, KINDS[kind], body)
    assert company.books() == before
    return refusal.value.code


def id_of(company: Company, kind: str, name: str) -> str:
    """The id of a starting object, by name."""
    return next(
        id
        for id, record in company.store.objects[kind].items()
        if name in (record.body.get("Name"), record.body.get("DisplayName"))
    )


def ref(company: Company, kind: str, name: str) -> Json:
    return {"value": id_of(company, kind, name)}


def a_line(
    company: Company, amount: str, code: str = "NON", item: str = "Sales", **more: Any
) -> Json:
    detail: Json = {"ItemRef": ref(company, "Item", item)} | more
    if code:
        detail["TaxCodeRef"] = {"value": code}
    return {
        "Amount": Decimal(amount),
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": detail,
    }


def a_sale(company: Company, *lines: Json, **more: Any) -> Json:
    return {
        "TxnDate": "2026-03-01",
        "CustomerRef": ref(company, "Customer", "Dana Whitlock"),
        "Line": list(lines) or [a_line(company, "100")],
    } | more


def a_stocked_item(company: Company, **more: Any) -> Json:
    return {
        "Name": "Roubaix 54",
        "Type": "Inventory",
        "TrackQtyOnHand": True,
        "QtyOnHand": 2,
        "InvStartDate": "2026-01-01",
        "PurchaseCost": 1490,
        "IncomeAccountRef": ref(company, "Account", "Sales of Product Income"),
        "ExpenseAccountRef": ref(company, "Account", "Cost of Goods Sold"),
        "AssetAccountRef": ref(company, "Account", "Inventory Asset"),
    } | more
