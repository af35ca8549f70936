"""What a voided document looks like: every amount and quantity zero, the note says so."""

from __future__ import annotations

from typing import Any

from sync.sandbox.quickbooks.company import Draft
from sync.sandbox.quickbooks.store import Effects, Record

_ZEROED = frozenset(
    {"Amount", "Qty", "TotalAmt", "Balance", "TotalTax", "NetAmountTaxable", "UnappliedAmt"}
)
_DROPPED = frozenset({"OverrideDeltaAmount", "UnitPrice"})


def voided_draft(record: Record) -> Draft:
    """The document without its money; it keeps its number, its names and its trail."""
    body = _zeroed(record.body)
    note = record.body.get("PrivateNote", "")
    body["PrivateNote"] = f"Voided - {note}"[:4000] if note else "Voided"
    if record.kind == "Payment":
        body["Line"] = []
    return Draft(body, Effects())


def _zeroed(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: 0 if key in _ZEROED else _zeroed(inner)
            for key, inner in value.items()
            if key not in _DROPPED
        }
    if isinstance(value, list):
        return [_zeroed(item) for item in value]
    return value
