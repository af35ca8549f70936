"""The accounting reports: control totals per shop and local day, with fixed decimals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sync.sandbox.lightspeed.answers import Refusal
from sync.sandbox.lightspeed.tables import Dataset, Row

Sums = dict[tuple[str, ...], Decimal]
_CENT = Decimal("0.01")


def _day(text: str | None, name: str) -> date:
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        raise Refusal(400, f"{name} is required as YYYY-MM-DD.") from None


def _sales(dataset: Dataset, start: date, end: date) -> Iterator[tuple[date, Row]]:
    zones = {
        row.id: ZoneInfo(row.fields["timeZone"]) for row in dataset.tables["Shop"].rows.values()
    }
    for row in dataset.tables["Sale"].rows.values():
        fields = row.fields
        if fields["completed"] != "true" or "true" in (fields["voided"], fields["archived"]):
            continue
        at = datetime.fromisoformat(fields["completeTime"])
        day = at.astimezone(zones[int(fields["shopID"])]).date()
        if start <= day <= end:
            yield day, row


def _lines(dataset: Dataset, sale: Row) -> Iterator[dict[str, Any]]:
    for row in dataset.tables["SaleLine"].of_parent("saleID", sale.id):
        yield row.fields


def _name(dataset: Dataset, entity: str, row_id: str, field: str) -> str:
    row = dataset.tables[entity].rows.get(int(row_id))
    return str(row.fields[field]) if row else ""


def _classes(dataset: Dataset, sale: Row) -> Iterator[tuple[str, Decimal]]:
    for line in _lines(dataset, sale):
        yield line["taxClassID"], Decimal(line["calcSubtotal"])


def _discounts(dataset: Dataset, sale: Row) -> Iterator[tuple[str, Decimal]]:
    yield "", Decimal(sale.fields["calcDiscount"])


def _taxes(dataset: Dataset, sale: Row) -> Iterator[tuple[str, Decimal]]:
    yield sale.fields["taxCategoryID"], Decimal(sale.fields["taxTotal"])


def _payments(dataset: Dataset, sale: Row) -> Iterator[tuple[str, Decimal]]:
    for row in dataset.tables["SalePayment"].of_parent("saleID", sale.id):
        if row.fields["archived"] == "false":
            yield row.fields["paymentTypeID"], Decimal(row.fields["amount"])


Split = Callable[[Dataset, Row], Iterator[tuple[str, Decimal]]]
# report: (entity key, how a sale splits, amount field, id field, name field, entity, its name)
_REPORTS: dict[str, tuple[str, Split, str, str, str, str, str]] = {
    "TaxClassSalesByDay": (
        "SalesDay",
        _classes,
        "subtotal",
        "taxClassID",
        "taxClassName",
        "TaxClass",
        "name",
    ),
    "DiscountsByDay": ("Discounts", _discounts, "discount", "", "", "", ""),
    "TaxesByDay": (
        "Taxes",
        _taxes,
        "tax",
        "taxCategoryID",
        "taxCategoryName",
        "TaxCategory",
        "tax1Name",
    ),
    "PaymentsByDay": (
        "Payments",
        _payments,
        "amount",
        "paymentTypeID",
        "paymentTypeName",
        "PaymentType",
        "name",
    ),
}


def report(dataset: Dataset, name: str, params: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """The entity key and the body of one report."""
    if name not in _REPORTS:
        raise Refusal(404, f"No report named '{name}'.")
    key, split, amount_field, id_field, name_field, entity, label = _REPORTS[name]
    start, end = (_day(params.get(end), end) for end in ("startDate", "endDate"))
    sums: dict[tuple[date, str, str], Decimal] = defaultdict(Decimal)
    for day, sale in _sales(dataset, start, end):
        for part, amount in split(dataset, sale):
            sums[day, sale.fields["shopID"], part] += amount

    rows: list[dict[str, str]] = []
    for (day, shop, part), amount in sorted(sums.items()):
        row = {
            "date": f"{day:%m/%d/%Y}",
            "shopID": shop,
            amount_field: str(amount.quantize(_CENT, ROUND_HALF_UP)),
        }
        if id_field:
            row[name_field] = _name(dataset, entity, part, label)
            row[id_field] = part
        rows.append(row)
    body: dict[str, Any] = {"@attributes": {"next": "", "previous": ""}}
    if rows:
        body[key] = rows if len(rows) > 1 else rows[0]
    return key, body
