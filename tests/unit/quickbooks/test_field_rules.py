"""Every field we send is one the service publishes, within its published length."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sync.connectors.quickbooks.bodies import document_body, document_kind
from sync.domain.documents import (
    DocumentKind,
    DocumentLine,
    LineRole,
    NewCustomer,
    NewItem,
    NewPaymentMethod,
    Ref,
    SalesForm,
)
from sync.domain.sale import Address

RULES = Path(__file__).parents[4] / "shared" / "fixtures" / "quickbooks" / "field_rules.json"
LONG = "x" * 5000
IN_THE_SCHEMA_ONLY = ("RefundReceipt.ShipFromAddr",)  # known to the service, missing in its pages
PLACE = Address(LONG, LONG, LONG, LONG, LONG, LONG)
NESTED = {
    "SalesItemLineDetail": "SalesItemLineDetail",
    "TxnTaxDetail": "TxnTaxDetail",
    "ShipAddr": "PhysicalAddress",
    "ShipFromAddr": "PhysicalAddress",
    "BillAddr": "PhysicalAddress",
}


def a_long_receipt(kind: DocumentKind) -> SalesForm:
    line = DocumentLine(LineRole.GOODS, Ref("1", LONG), Decimal(1), LONG, Decimal(1), Decimal(1))
    return SalesForm(
        kind,
        "LS-1",
        date(2026, 3, 1),
        "USD",
        (line,),
        Ref("2", LONG),
        LONG,
        customer=Ref("3", LONG),
        tax_code=Ref("4", LONG),
        payment_method=Ref("5", LONG),
        payment_ref=LONG,
        ship_to=PLACE,
        ship_from=PLACE,
        location=Ref("6", LONG),
        memo=LONG,
    )


DOCUMENTS = [
    a_long_receipt(DocumentKind.SALES_RECEIPT),
    a_long_receipt(DocumentKind.REFUND_RECEIPT),
    NewItem("n", "s", LONG, Decimal("1.5"), "NonInventory", Ref("1", ""), taxable=True),
    NewCustomer("n", LONG, LONG, LONG, "a@b.co", LONG, PLACE, "44"),
    NewPaymentMethod("n", is_card=True),
]


def fields(kind: str, body: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for field, value in body.items():
        yield kind, field, value
        if inner := NESTED.get(field):
            yield from fields(inner, value)
        for line in value if field == "Line" else ():
            yield from fields("SalesItemLineDetail", line["SalesItemLineDetail"])


@pytest.mark.parametrize("document", DOCUMENTS, ids=document_kind)
def test_what_we_send_is_published_and_short_enough(
    document: SalesForm | NewItem | NewCustomer | NewPaymentMethod,
) -> None:
    if not RULES.exists():
        pytest.skip(f"no published field rules at {RULES}")
    rules = json.loads(RULES.read_text())["rules"]

    sent = [
        (kind, field, value)
        for kind, field, value in fields(
            document_kind(document), json.loads(document_body(document))
        )
        if f"{kind}.{field}" not in IN_THE_SCHEMA_ONLY
    ]

    assert [f"{kind}.{field}" for kind, field, _ in sent if field not in rules[kind]] == []
    for kind, field, value in sent:
        limit = rules[kind][field].get("max_length")
        assert not (isinstance(value, str) and limit and len(value) > limit), f"{kind}.{field}"
        assert not rules[kind][field].get("read_only"), f"{kind}.{field} is read-only"
