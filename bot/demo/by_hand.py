"""What a bookkeeper writes into QuickBooks without CCC, to get in its way."""

from __future__ import annotations

from bot.demo.stage import Stage
from sync.sandbox.quickbooks.kinds import KINDS
from sync.sandbox.quickbooks.operations import save


def take_number(on: Stage, number: str) -> None:
    """A receipt over one dollar under a number that CCC is about to use."""
    company = on.quickbooks.company()
    with company.lock:
        items = company.store.objects["Item"].items()
        item = next(id for id, record in items if record.body.get("Name") == "Services")
        line = {
            "Amount": 1,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": {"value": item}},
        }
        save(company, KINDS["SalesReceipt"], {"DocNumber": number, "Line": [line]}, "")
